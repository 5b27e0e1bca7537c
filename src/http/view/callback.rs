//! Numbers that wait to be called back, as the API shows them.

use jiff::tz::TimeZone;
use serde::Serialize;

use super::when;
use crate::desk::callback::{Callback, Callbacks, Try};

/// One number.
#[derive(Serialize, Debug)]
pub struct CallbackView {
    pub number: String,
    pub number_shown: String,
    /// Its abandoned calls, oldest first; of very many the newest.
    pub calls: Vec<String>,
    /// How many there were.
    pub count: u64,
    pub first_at: String,
    pub newest_at: String,
    /// Our calls to it, oldest first; of very many the newest.
    pub tries: Vec<TryView>,
}

/// One call of ours to it.
#[derive(Serialize, Debug)]
pub struct TryView {
    pub call: String,
    pub by: Option<String>,
    pub at: String,
    pub answered: bool,
}

/// All of them, on the board.
#[derive(Serialize, Debug)]
pub struct CallbacksView {
    pub count: usize,
    /// Tasks that gave way because too many waited.
    pub given_up: u64,
    /// Oldest first.
    pub items: Vec<CallbackView>,
}

impl CallbackView {
    /// As seen in `zone`.
    pub fn new(task: &Callback, zone: &TimeZone) -> CallbackView {
        let tried = |ours: &Try| TryView {
            call: ours.call.to_string(),
            by: ours.by.as_ref().map(ToString::to_string),
            at: when(ours.at, zone),
            answered: ours.answered,
        };
        CallbackView {
            number: task.number.to_string(),
            number_shown: task.number.national(),
            calls: task.calls.iter().map(ToString::to_string).collect(),
            count: task.count,
            first_at: when(task.first, zone),
            newest_at: when(task.newest, zone),
            tries: task.tries.iter().map(tried).collect(),
        }
    }
}

impl CallbacksView {
    /// As seen in `zone`.
    pub fn new(callbacks: &Callbacks, zone: &TimeZone) -> CallbacksView {
        let view = |task| CallbackView::new(task, zone);
        CallbacksView {
            count: callbacks.all().len(),
            given_up: callbacks.given_up(),
            items: callbacks.all().map(view).collect(),
        }
    }
}
