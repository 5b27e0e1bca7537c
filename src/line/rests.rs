//! A call on a copper pair while the modem is still being started: the script waits for its end,
//! and an answer waits for the family.
//!
//! `ATZ` and leaving voice class put down the receiver, so nothing of the script is said while a
//! caller is on the line. Such a call may be older than this program: the modem is found in the
//! middle of its sound.

use std::time::Duration;

use super::boot::{BOOT_LIMIT, Part};
use super::hook::ANSWER_LATER_FOR;
use super::machine::Machine;
use super::queue::Why;
use super::talk::{Call, Stage};
use super::timers::Timer;
use crate::line::heard::CallNo;

impl Machine {
    /// Whether the script would put down the receiver under a call.
    pub(super) fn script_rests(&self) -> bool {
        let is_lifted = |call: &Call| !matches!(call.stage, Stage::Ringing | Stage::Waiting);
        let is_in_use = || {
            self.hook.is_answering()
                || self.talk.is_dialling()
                || self.talk.all().iter().any(is_lifted)
        };
        !self.core.profile.is_cellular() && is_in_use()
    }

    /// Holds the script while it must rest, and takes it up again.
    pub(super) fn follow_script(&mut self) {
        if self.script_rests() {
            if self.core.queue.waits(Why::Step) {
                self.core.queue.drop_where(|why| why == Why::Step);
                self.boot.rests = true;
            }
            if self.core.timers.is_set(Timer::BootLimit) {
                self.core.after(Timer::BootLimit, BOOT_LIMIT);
            }
        } else if std::mem::take(&mut self.boot.rests) {
            self.boot_due();
        }
    }

    /// Whether the way to answer a call is known. A modem that was taken for one of another kind
    /// would scream at the caller.
    pub(super) fn family_is_known(&self) -> bool {
        self.is_recognised || self.boot.part() >= Part::Start
    }

    /// The answer waits until the line is free for it, or the family is known.
    pub(super) fn answer_later(&mut self, call: CallNo) {
        let until = self.core.now.tick + ANSWER_LATER_FOR;
        self.hook.answer_later = Some((call, until));
    }

    /// Answers who has waited for the family.
    pub(super) fn follow_answer(&mut self) {
        let Some((call, _)) = self.hook.answer_later else {
            return;
        };
        let known = self.talk.get(call);
        let rings = known.is_some_and(|known| known.stage == Stage::Ringing);
        if rings && self.family_is_known() {
            self.rings_now(call);
        }
    }

    /// Before anything was understood: bytes that no line consists of may be the sound of a call.
    pub(super) fn suspect_stream(&mut self, bytes: &[u8]) {
        if self.boot.part() == Part::Waking {
            let strange = bytes.iter().filter(|byte| **byte >= 0x80).count();
            self.boot.strange_bytes = self.boot.strange_bytes.saturating_add(strange);
        }
    }

    /// Out of whatever the modem may be stuck in, before it is asked once more whether it is
    /// there. How long it is left alone then.
    pub(super) fn escape_awaking(&mut self) -> Duration {
        let strange = std::mem::take(&mut self.boot.strange_bytes);
        // A stream that the ear knows of is left like any other.
        let is_sound = strange >= SOUND_AT_LEAST && !self.ear.in_stream();
        self.boot.sound_found |= is_sound;
        if is_sound || self.boot.is_escape_due() {
            self.write_escape();
            ESCAPE_REST
        } else {
            super::boot::WAKE_PAUSE
        }
    }

    /// The family's escape; of a modem whose family is not known, one for all of them.
    pub(super) fn write_escape(&mut self) {
        let escape = if self.family_is_known() {
            self.core.profile.cure.escape.clone()
        } else {
            ESCAPE_OF_ALL.to_owned()
        };
        self.write_raw(escape.as_bytes());
    }

    /// The family is known. A voice modem that was found in the middle of sound has a call.
    pub(super) fn take_found_call(&mut self) {
        if std::mem::take(&mut self.boot.sound_found) && !self.core.profile.is_cellular() {
            self.ear.call_found(self.core.now.tick);
            self.listen();
        }
    }
}

/// Flush, stop, end, abort of a V.253 stream, and what leaves the entry of a text. Before a command
/// all of it means nothing (ITU-T V.250 5.2.1: what is not AT is not looked at).
const ESCAPE_OF_ALL: &str = "\u{10}\u{18}\u{10}^\u{10}\u{3}\u{10}!\u{1b}";

/// A soft modem hangs for good when it is asked for a stream within 0.25 s of an abort.
const ESCAPE_REST: Duration = Duration::from_millis(300);

/// A tenth of a second of silence has as many bytes with the highest bit: of unsigned samples
/// about half have it.
const SOUND_AT_LEAST: usize = 400;
