//! The calls at hand: live ones, and ended ones that somebody may still have to deal with.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::CallTicks;
use super::call::{CallRecord, CallState, Direction};
use super::callback::{CallbackResult, abandoned_number};
use crate::base::ids::{CallId, LineName, UserName};
use crate::base::limits;
use crate::base::phone::Number;
use crate::base::time::Tick;

/// A call that is on a line now.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(super) struct Live {
    pub record: CallRecord,
    /// Who deals with it now. `record.operator` goes on naming one who was lost.
    pub owner: Option<UserName>,
    /// Everybody who talked on it.
    pub had: Vec<UserName>,
    /// It was live before the program started, and its line has not said yet whether it still is.
    pub sought: bool,
    /// Supervisors were called since it waits for somebody.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub escalated: bool,
}

impl Live {
    /// Whether nobody here has answered it yet.
    pub fn rings(&self) -> bool {
        match self.record.state {
            CallState::Ringing | CallState::Queued | CallState::Ivr => true,
            CallState::Talking | CallState::Held | CallState::Ended => false,
        }
    }

    /// Whether it waits for somebody to take it.
    pub fn wants_somebody(&self) -> bool {
        let incoming = self.record.direction == Direction::In;
        self.owner.is_none() && ((incoming && self.rings()) || self.record.state == CallState::Held)
    }
}

/// A call that is over.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(super) struct Past {
    pub record: CallRecord,
    /// Everybody who talked on it; from the archive only the last one is known.
    pub had: Vec<UserName>,
}

impl Past {
    pub fn from_archive(record: CallRecord) -> Past {
        let had = record.operator.iter().cloned().collect();
        Past { record, had }
    }
}

#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub(super) struct Calls {
    /// The newest id given.
    last: u64,
    live: BTreeMap<CallId, Live>,
    unclassified: BTreeMap<CallId, Past>,
    /// Ended calls that need nothing more, the one dealt with last at the end: a class may still be
    /// taken back, a note added.
    recent: VecDeque<Past>,
    /// Changed by somebody long after; not part of the desk's state, because replay has no archive.
    #[serde(skip)]
    recalled: VecDeque<Past>,
    #[serde(skip)]
    ticks: BTreeMap<CallId, CallTicks>,
    #[serde(skip)]
    class_ticks: BTreeMap<CallId, Tick>,
}

impl Calls {
    pub fn next_id(&self) -> CallId {
        CallId(self.last.saturating_add(1))
    }

    pub fn after(&mut self, id: CallId) {
        self.last = self.last.max(id.0);
    }

    /// Whether a call of this id was ever offered.
    pub fn was_offered(&self, id: CallId) -> bool {
        (1..=self.last).contains(&id.0)
    }

    pub fn live(&self, id: CallId) -> Option<&Live> {
        self.live.get(&id)
    }

    pub fn live_mut(&mut self, id: CallId) -> Option<&mut Live> {
        self.live.get_mut(&id)
    }

    /// Live calls, oldest first.
    pub fn all_live(&self) -> impl Iterator<Item = &Live> {
        self.live.values()
    }

    pub fn all_live_mut(&mut self) -> impl Iterator<Item = &mut Live> {
        self.live.values_mut()
    }

    pub fn on_line<'a>(&'a self, line: &LineName) -> impl Iterator<Item = &'a Live> {
        self.all_live()
            .filter(move |live| live.record.line == *line)
    }

    pub fn owned_by(&self, user: &UserName) -> Option<CallId> {
        self.all_live()
            .find(|live| live.owner.as_ref() == Some(user))
            .map(|live| live.record.id)
    }

    /// Ended calls without a class, oldest first.
    pub fn all_unclassified(&self) -> impl DoubleEndedIterator<Item = &Past> {
        self.unclassified.values()
    }

    /// An ended call that is at hand.
    pub fn past(&self, id: CallId) -> Option<&Past> {
        let in_list = |list: &'_ VecDeque<Past>| list.iter().position(|past| past.record.id == id);
        self.unclassified
            .get(&id)
            .or_else(|| self.recent.get(in_list(&self.recent)?))
            .or_else(|| self.recalled.get(in_list(&self.recalled)?))
    }

    /// The record of any call at hand.
    pub fn record_mut(&mut self, id: CallId) -> Option<&mut CallRecord> {
        if let Some(live) = self.live.get_mut(&id) {
            return Some(&mut live.record);
        }
        if let Some(past) = self.unclassified.get_mut(&id) {
            return Some(&mut past.record);
        }
        self.recent
            .iter_mut()
            .chain(&mut self.recalled)
            .find(|past| past.record.id == id)
            .map(|past| &mut past.record)
    }

    /// Whether replay would have the call at hand too, and so may count it.
    pub fn counts(&self, id: CallId) -> bool {
        self.live.contains_key(&id)
            || self.unclassified.contains_key(&id)
            || self.recent.iter().any(|past| past.record.id == id)
    }

    pub fn ticks(&self, id: CallId) -> CallTicks {
        self.ticks.get(&id).copied().unwrap_or_default()
    }

    pub fn ticks_mut(&mut self, id: CallId) -> &mut CallTicks {
        self.ticks.entry(id).or_default()
    }

    /// Since when each live call waits for somebody, after a fact.
    pub fn note_waits(&mut self, tick: Option<Tick>) {
        for (id, live) in &mut self.live {
            if live.wants_somebody() {
                let ticks = self.ticks.entry(*id).or_default();
                ticks.waiting = ticks.waiting.or(tick);
                continue;
            }
            live.escalated = false;
            if let Some(ticks) = self.ticks.get_mut(id) {
                ticks.waiting = None;
            }
        }
    }

    /// When its class was set, if that was since the program started.
    pub fn class_tick(&self, id: CallId) -> Option<Tick> {
        self.class_ticks.get(&id).copied()
    }

    /// `false` if the id was used before: an ended call never comes back.
    pub fn begin(&mut self, record: CallRecord, owner: Option<UserName>) -> bool {
        let id = record.id;
        if id.0 <= self.last {
            return false;
        }
        self.last = id.0;
        self.live.insert(
            id,
            Live {
                record,
                owner,
                had: Vec::new(),
                sought: false,
                escalated: false,
            },
        );
        true
    }

    /// Takes a call off its line. `None` if it is not live.
    pub fn end(&mut self, id: CallId) -> Option<&mut CallRecord> {
        let mut live = self.live.remove(&id)?;
        self.ticks.remove(&id);
        live.record.state = CallState::Ended;
        // Kept until [`Calls::settle`] has seen how it ended.
        self.unclassified.insert(
            id,
            Past {
                record: live.record,
                had: live.had,
            },
        );
        self.unclassified.get_mut(&id).map(|past| &mut past.record)
    }

    /// Puts an ended call where it belongs after its class changed, lets the oldest go, and hands
    /// back the call as it is now.
    pub fn settle(&mut self, id: CallId) -> Option<CallRecord> {
        let Some(past) = self.take_past(id) else {
            // Live or recalled: it stays where it is.
            return self.record_mut(id).map(|record| record.clone());
        };
        let record = past.record.clone();
        if record.lacks_class() {
            self.unclassified.insert(id, past);
        } else {
            self.recent.push_back(past);
        }
        if self.unclassified.len() > limits::UNCLASSIFIED_LEN_MAX {
            self.unclassified.pop_first();
        }
        if self.recent.len() > limits::RECENT_CALLS_LEN_MAX
            && let Some(gone) = self.recent.pop_front()
        {
            self.class_ticks.remove(&gone.record.id);
        }
        Some(record)
    }

    /// Calling a number back ended so: its abandoned calls are settled. Those the desk has let go
    /// stay as they are in the archive, so that replay does the same.
    pub fn called_back(&mut self, number: &Number, result: CallbackResult) -> Vec<CallRecord> {
        let settles = |past: &&mut Past| {
            let record = &past.record;
            abandoned_number(record) == Some(number) && record.called_back.is_none()
        };
        let all = self.unclassified.values_mut().chain(&mut self.recent);
        let settled = all.filter(settles).map(|past| {
            past.record.called_back = Some(result);
            past.record.id
        });
        let settled: Vec<CallId> = settled.collect();
        let settled = settled.into_iter();
        settled.filter_map(|id| self.settle(id)).collect()
    }

    fn take_past(&mut self, id: CallId) -> Option<Past> {
        self.unclassified.remove(&id).or_else(|| {
            let at = self.recent.iter().position(|p| p.record.id == id)?;
            self.recent.remove(at)
        })
    }

    pub fn set_class_tick(&mut self, id: CallId, tick: Option<Tick>) {
        match tick {
            Some(tick) => self.class_ticks.insert(id, tick),
            None => self.class_ticks.remove(&id),
        };
    }

    /// Keeps a call from the archive at hand. One that is there already is as new or newer.
    pub fn recall(&mut self, record: CallRecord) {
        if self.live.contains_key(&record.id) || self.past(record.id).is_some() {
            return;
        }
        if self.recalled.len() >= limits::RECALLED_LEN_MAX
            && let Some(gone) = self.recalled.pop_front()
        {
            self.class_ticks.remove(&gone.record.id);
        }
        self.recalled.push_back(Past::from_archive(record));
    }
}
