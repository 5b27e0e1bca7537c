//! Text messages: which came, which wait to be sent, which may still be reported on.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::SmsRecord;
use crate::base::ids::{LineName, SmsId};
use crate::base::limits;
use crate::base::time::Tick;

/// A text the network has not taken yet.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(super) struct Unsent {
    /// `record.line` is the line that was asked for, if any.
    pub record: SmsRecord,
    /// Attempts that failed.
    pub tries: u32,
}

/// What a line knows of an unsent text. Volatile: after a restart no line knows of any.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Given {
    /// To be given to a line from then on.
    From(Tick),
    /// A line has had it since then.
    Since(Tick),
}

#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub(super) struct Texts {
    /// The newest id given.
    last: u64,
    unsent: BTreeMap<SmsId, Unsent>,
    /// Newest at the end.
    sent: VecDeque<SmsRecord>,
    /// Received ones, as digests, newest at the end.
    seen: VecDeque<(SmsId, u64)>,
    #[serde(skip)]
    given: BTreeMap<SmsId, Given>,
}

impl Texts {
    pub fn next_id(&self) -> SmsId {
        SmsId(self.last.saturating_add(1))
    }

    /// Texts the network has not taken yet, oldest first.
    pub fn all_unsent(&self) -> impl ExactSizeIterator<Item = &Unsent> {
        self.unsent.values()
    }

    pub fn unsent(&self, id: SmsId) -> Option<&Unsent> {
        self.unsent.get(&id)
    }

    /// The id under which this very text was recorded before: same sender, same network time, same
    /// words. Power may fail between recording a text and deleting it from the modem, which then
    /// hands it out again.
    pub fn seen(&self, from: &str, network_time: Option<&str>, text: &str) -> Option<SmsId> {
        let digest = digest(from, network_time?, text);
        self.seen
            .iter()
            .find(|(_, seen)| *seen == digest)
            .map(|(id, _)| *id)
    }

    /// `false` if the id was used before.
    fn take_id(&mut self, id: SmsId) -> bool {
        let is_new = id.0 > self.last;
        self.last = self.last.max(id.0);
        is_new
    }

    pub fn receive(&mut self, record: &SmsRecord, network_time: Option<&str>) -> bool {
        if !self.take_id(record.id) {
            return false;
        }
        if let Some(time) = network_time {
            let digest = digest(&record.peer, time, &record.text);
            self.seen.push_back((record.id, digest));
            if self.seen.len() > limits::SMS_SEEN_LEN_MAX {
                self.seen.pop_front();
            }
        }
        true
    }

    /// `given`: a line is handed the text in the same breath.
    pub fn queue(&mut self, record: SmsRecord, tick: Option<Tick>, given: bool) -> bool {
        let id = record.id;
        if !self.take_id(id) {
            return false;
        }
        self.unsent.insert(id, Unsent { record, tries: 0 });
        if let Some(tick) = tick {
            let state = if given {
                Given::Since(tick)
            } else {
                Given::From(tick)
            };
            self.given.insert(id, state);
        }
        true
    }

    pub fn delay(&mut self, id: SmsId, tries: u32, tick: Option<Tick>) {
        let Some(unsent) = self.unsent.get_mut(&id) else {
            return;
        };
        unsent.tries = tries;
        if let Some(tick) = tick {
            let doublings = tries.saturating_sub(1).min(limits::SMS_TRIES_MAX);
            let wait = limits::SMS_RETRY_AFTER * 2_u32.saturating_pow(doublings);
            self.given.insert(id, Given::From(tick + wait));
        }
    }

    pub fn sent(&mut self, id: SmsId, line: &LineName) -> Option<&SmsRecord> {
        let mut record = self.unsent.remove(&id)?.record;
        self.given.remove(&id);
        record.state = SENT.to_owned();
        record.line = Some(line.clone());
        if self.sent.len() >= limits::SMS_SENT_LEN_MAX {
            self.sent.pop_front();
        }
        self.sent.push_back(record);
        self.sent.back()
    }

    pub fn fail(&mut self, id: SmsId) -> Option<SmsRecord> {
        let mut record = self.unsent.remove(&id)?.record;
        self.given.remove(&id);
        record.state = FAILED.to_owned();
        Some(record)
    }

    /// A sent text that is at hand.
    pub fn was_sent(&self, id: SmsId) -> Option<&SmsRecord> {
        self.sent.iter().rev().find(|record| record.id == id)
    }

    pub fn report(&mut self, id: SmsId, delivered: bool) -> Option<&SmsRecord> {
        let record = self.sent.iter_mut().rev().find(|record| record.id == id)?;
        record.state = reported(delivered).to_owned();
        Some(record)
    }

    /// No line knows of any text any more.
    pub fn started(&mut self, tick: Option<Tick>) {
        self.given.clear();
        if let Some(tick) = tick {
            let all = self.unsent.keys().map(|id| (*id, Given::From(tick)));
            self.given.extend(all);
        }
    }

    /// When a text should be given to a line; `None` while a line has it.
    pub fn ready_at(&self, id: SmsId) -> Option<Tick> {
        match self.given.get(&id) {
            Some(Given::From(tick)) => Some(*tick),
            Some(Given::Since(_)) => None,
            None => Some(Tick::default()),
        }
    }

    /// When a line that has the text counts as silent.
    pub fn silent_at(&self, id: SmsId) -> Option<Tick> {
        match self.given.get(&id) {
            Some(Given::Since(tick)) => Some(*tick + limits::SMS_ANSWER_WITHIN),
            Some(Given::From(_)) | None => None,
        }
    }

    pub fn give(&mut self, id: SmsId, tick: Tick) {
        self.given.insert(id, Given::Since(tick));
    }
}

/// State of a text that was reported on.
pub(super) fn reported(delivered: bool) -> &'static str {
    if delivered { DELIVERED } else { UNDELIVERED }
}

fn digest(from: &str, network_time: &str, text: &str) -> u64 {
    let sum = Sha256::new()
        .chain_update(from)
        .chain_update([0])
        .chain_update(network_time)
        .chain_update([0])
        .chain_update(text)
        .finalize();
    sum.iter()
        .take(8)
        .fold(0, |all, byte| all << 8 | u64::from(*byte))
}

pub(super) const RECEIVED: &str = "received";
pub(super) const QUEUED: &str = "queued";
const SENT: &str = "sent";
const FAILED: &str = "failed";
const DELIVERED: &str = "delivered";
const UNDELIVERED: &str = "undelivered";
