//! Caller id of voice modems: blocks of lines, before the first ring or between rings.

use std::time::Duration;

use crate::at::caller_id::analog::{Block, Field};
use crate::base::phone::{Caller, NumberType, Presentation};
use crate::base::time::Tick;

/// Collects a block and keeps one that came before its ring.
#[derive(Debug, Default)]
pub(super) struct EarlyId {
    block: Block,
    /// When the last line of the block came; `None` if there is no block.
    last_line: Option<Tick>,
    kept: Option<(Caller, Tick)>,
    /// Keys between A or D and C, sent by some exchanges before the ring instead of FSK.
    keys: Option<(String, Tick)>,
}

/// What became of a key on a line that is on hook.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Key {
    /// Not part of caller id.
    Plain,
    /// Taken; more may follow.
    Taken,
}

impl EarlyId {
    /// Takes a line of a block. The modem writes them back to back, so the block is read when it is
    /// complete or after a short silence.
    pub(super) fn add(&mut self, now: Tick, field: Field) {
        self.block.add(field);
        self.last_line = Some(now);
    }

    /// Whether nothing more is to be expected of the block.
    pub(super) fn is_complete(&self) -> bool {
        self.last_line.is_some() && self.block.is_complete()
    }

    /// The block so far, if it says anything; it begins anew.
    pub(super) fn take_block(&mut self, area_code: Option<&str>) -> Option<Caller> {
        self.last_line.take()?;
        std::mem::take(&mut self.block).caller(area_code)
    }

    /// There was no call it could belong to: kept for the ring to come.
    pub(super) fn keep(&mut self, now: Tick, caller: Caller) {
        self.kept = Some((caller, now));
    }

    /// What was kept, if the ring came in time.
    pub(super) fn for_ring(&mut self, now: Tick) -> Option<Caller> {
        let (caller, at) = self.kept.take()?;
        (now.since(at) <= EARLY_ID_KEPT).then_some(caller)
    }

    /// Whether keys are being collected: each report is a key of its own, for nobody holds one down.
    pub(super) fn collects_keys(&self) -> bool {
        self.keys.is_some()
    }

    /// A key while nothing rings and nobody talks.
    pub(super) fn key(&mut self, now: Tick, key: char) -> Key {
        match (&mut self.keys, key) {
            (None, 'A' | 'D') => self.keys = Some((key.to_string(), now)),
            (None, _) => return Key::Plain,
            (Some((keys, at)), key) => {
                keys.push(key);
                *at = now;
            }
        }
        Key::Taken
    }

    /// Whether the keys so far are complete: `A 0840… C`.
    pub(super) fn keys_are_complete(&self) -> bool {
        self.keys.as_ref().is_some_and(|(keys, _)| {
            (keys.len() > 1 && keys.ends_with('C')) || keys.len() >= KEYS_MAX
        })
    }

    /// The keys so far, for they are no caller id.
    pub(super) fn take_plain_keys(&mut self) -> String {
        self.keys.take().map(|(keys, _)| keys).unwrap_or_default()
    }

    /// The keys so far: a caller, or plain keys after all.
    pub(super) fn take_keys(&mut self, area_code: Option<&str>) -> Result<Option<Caller>, String> {
        let Some((keys, _)) = self.keys.take() else {
            return Ok(None);
        };
        let digits: String = keys.chars().filter(char::is_ascii_digit).collect();
        if digits.len() < DIGITS_MIN {
            return Err(keys);
        }
        let octet = NumberType::default();
        Ok(Some(Caller::delivered(
            &digits,
            octet,
            Presentation::Allowed,
            area_code,
        )))
    }

    /// When the silence behind a block or a key is long enough.
    pub(super) fn due(&self) -> Option<Tick> {
        let block = self.last_line.map(|at| at + BLOCK_SILENCE);
        let keys = self.keys.as_ref().map(|(_, at)| *at + KEY_SILENCE);
        block.into_iter().chain(keys).min()
    }

    pub(super) fn block_is_due(&self, now: Tick) -> bool {
        self.last_line.is_some_and(|at| now >= at + BLOCK_SILENCE)
    }

    pub(super) fn keys_are_due(&self, now: Tick) -> bool {
        self.keys
            .as_ref()
            .is_some_and(|(_, at)| now >= *at + KEY_SILENCE)
    }
}

/// hardware.md 3.3: "keep caller id that arrived before RING for about 10 s".
const EARLY_ID_KEPT: Duration = Duration::from_secs(10);
/// A block of 100 characters takes 50 ms at 19200 baud.
const BLOCK_SILENCE: Duration = Duration::from_millis(100);
/// DTMF caller id has pauses of at most 70 ms; this is generous.
const KEY_SILENCE: Duration = Duration::from_millis(500);
/// Two codes and a number of at most 15 digits, generously.
const KEYS_MAX: usize = 24;
/// Shorter than any number.
const DIGITS_MIN: usize = 3;
