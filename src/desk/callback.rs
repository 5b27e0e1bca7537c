//! Telephone numbers to be called back: they rang, and the call ended before anybody answered.
//!
//! One number is one task, however often it rang. Dialling it counts a try. The task ends when an
//! operator says how it went, or by itself when the number rings again and somebody talks to it. A
//! number that was withheld is never called back: whoever hides it may not want a telephone to ring.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::call::{CallRecord, Direction};
use super::fact::Fact;
use super::order::{Actor, Refusal};
use super::{Decision, Desk, check};
use crate::base::ids::{CallId, UserName};
use crate::base::limits;
use crate::base::phone::{Number, Presentation};
use crate::base::time::Stamp;

/// A number that waits to be called back.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Callback {
    pub number: Number,
    /// Its abandoned calls, oldest first; of very many the newest.
    pub calls: Vec<CallId>,
    /// How many there were.
    pub count: u64,
    /// When the first of them and the newest one began to ring.
    pub first: Stamp,
    pub newest: Stamp,
    /// Our calls to it, oldest first; of very many the newest.
    pub tries: Vec<Try>,
    /// It rang again and somebody talked to it: the task is about to end by itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    met: bool,
}

/// One call of ours to a number that waits.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Try {
    pub call: CallId,
    pub by: Option<UserName>,
    pub at: Stamp,
    /// The far end answered.
    pub answered: bool,
}

/// How calling back ended.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallbackResult {
    /// Somebody answered, and there is an emergency.
    ReachedIncident,
    /// Somebody answered, and there is none.
    ReachedOther,
    NoAnswer,
    /// The number does not exist or is switched off.
    DeadNumber,
    /// A telephone that rings could put the caller in danger, or the number is no caller's.
    DoNotCall,
    /// The number rang again and somebody talked to it. Never an operator's word.
    Merged,
}

impl CallbackResult {
    /// As in the API and the journal.
    pub fn as_str(self) -> &'static str {
        match self {
            CallbackResult::ReachedIncident => "reached_incident",
            CallbackResult::ReachedOther => "reached_other",
            CallbackResult::NoAnswer => "no_answer",
            CallbackResult::DeadNumber => "dead_number",
            CallbackResult::DoNotCall => "do_not_call",
            CallbackResult::Merged => "merged",
        }
    }
}

/// What waits to be called back.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Callbacks {
    /// Oldest first.
    tasks: VecDeque<Callback>,
    /// Tasks that gave way to newer ones. Their calls are still without a class.
    given_up: u64,
}

impl Callbacks {
    /// Every task, oldest first.
    pub fn all(&self) -> impl ExactSizeIterator<Item = &Callback> {
        self.tasks.iter()
    }

    /// Tasks that gave way because too many waited.
    pub fn given_up(&self) -> u64 {
        self.given_up
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tasks.is_empty() && self.given_up == 0
    }

    fn get(&self, number: &Number) -> Option<&Callback> {
        self.tasks.iter().find(|task| task.number == *number)
    }

    fn get_mut(&mut self, number: &Number) -> Option<&mut Callback> {
        self.tasks.iter_mut().find(|task| task.number == *number)
    }

    /// A call is over, or its number became known afterwards.
    pub(super) fn ended(&mut self, record: &CallRecord) {
        let Some(number) = abandoned_number(record) else {
            return;
        };
        if let Some(task) = self.get_mut(number) {
            task.rang_again(record);
            return;
        }
        if self.tasks.len() >= limits::CALLBACKS_LEN_MAX {
            self.tasks.pop_front();
            self.given_up = self.given_up.saturating_add(1);
        }
        self.tasks.push_back(Callback {
            number: number.clone(),
            calls: vec![record.id],
            count: 1,
            first: record.offered,
            newest: record.offered,
            tries: Vec::new(),
            met: false,
        });
    }

    /// We call a number.
    pub(super) fn dialled(&mut self, record: &CallRecord) {
        let number = record.caller.number.as_ref();
        let task = number.and_then(|number| self.get_mut(number));
        if let (Direction::Out, Some(task)) = (record.direction, task) {
            keep_newest(&mut task.tries, limits::CALLBACK_TRIES_MAX);
            task.tries.push(Try {
                call: record.id,
                by: record.operator.clone(),
                at: record.offered,
                answered: false,
            });
        }
    }

    /// Somebody talks on a call: the far end has answered, or a number that waits has rung again.
    pub(super) fn answered(&mut self, record: &CallRecord) {
        match (record.direction, &record.caller.number) {
            (Direction::In, Some(number)) => {
                if let Some(task) = self.get_mut(number) {
                    task.met = true;
                }
            }
            (Direction::Out, _) => {
                let mut tries = self.tasks.iter_mut().flat_map(|task| &mut task.tries);
                if let Some(ours) = tries.find(|ours| ours.call == record.id) {
                    ours.answered = true;
                }
            }
            (Direction::In, None) => {}
        }
    }

    fn close(&mut self, number: &Number) {
        self.tasks.retain(|task| task.number != *number);
    }
}

impl Callback {
    fn rang_again(&mut self, record: &CallRecord) {
        keep_newest(&mut self.calls, limits::CALLBACK_CALLS_MAX);
        self.calls.push(record.id);
        self.count = self.count.saturating_add(1);
        self.newest = record.offered;
    }

    fn closed(&self, by: Option<UserName>, result: CallbackResult, note: Option<&str>) -> Fact {
        Fact::CallbackClosed {
            number: self.number.clone(),
            calls: self.calls.clone(),
            by,
            result,
            note: note.map(str::to_owned),
        }
    }
}

impl Desk {
    /// What waits to be called back.
    pub fn callbacks(&self) -> &Callbacks {
        &self.callbacks
    }

    /// Whether this call made a task, counts in one, or is a try of one.
    pub fn concerns_callback(&self, call: &CallRecord) -> bool {
        let number = call.caller.number.as_ref();
        let known = number.is_some_and(|number| self.callbacks.get(number).is_some());
        known && (call.abandoned || call.direction == Direction::Out)
    }

    pub(super) fn close_callback(
        &self,
        actor: &Actor,
        number: &Number,
        result: CallbackResult,
        note: Option<&str>,
    ) -> Result<Decision, Refusal> {
        let note = check::optional("note", note, limits::NOTE_CHARS_MAX)?;
        if result == CallbackResult::Merged {
            let (field, limit) = ("result", None);
            return Err(Refusal::BadField { field, limit });
        }
        let task = self.callbacks.get(number).ok_or(Refusal::NoSuchCallback)?;
        let by = Some(actor.user.clone());
        Ok(Decision::of(Some(task.closed(by, result, note))))
    }

    /// Tasks whose number has rung again and been talked to.
    pub(super) fn callbacks_met(&self) -> impl Iterator<Item = Fact> {
        let met = self.callbacks.all().filter(|task| task.met);
        met.map(|task| task.closed(None, CallbackResult::Merged, None))
    }

    /// Takes the end of a task in; hands back the calls that are settled by it.
    pub(super) fn callback_closed(
        &mut self,
        number: &Number,
        result: CallbackResult,
    ) -> Vec<CallRecord> {
        self.callbacks.close(number);
        self.calls.called_back(number, result)
    }
}

/// The number a call is to be called back on, if it is one of those.
pub(super) fn abandoned_number(record: &CallRecord) -> Option<&Number> {
    let hidden = record.caller.presentation == Presentation::Withheld;
    let number = record.caller.number.as_ref()?;
    (record.abandoned && record.direction == Direction::In && !hidden).then_some(number)
}

/// Makes room for one more at the end.
fn keep_newest<T>(list: &mut Vec<T>, limit: usize) {
    if list.len() >= limit {
        list.remove(0);
    }
}
