//! What waits for somebody.

use jiff::tz::TimeZone;
use serde::Serialize;

use super::who;
use crate::base::ids::UserName;
use crate::desk::call::CallRecord;
use crate::desk::callback::Callback;
use crate::engine::board::Board;
use crate::http::page::callbacks;
use crate::http::text::{Lang, text};

/// Something somebody has to do.
#[derive(Serialize)]
pub struct Task {
    id: String,
    kind: &'static str,
    call: Option<String>,
    number: Option<String>,
    icon: &'static str,
    title: String,
    why: String,
    since: String,
    late: bool,
    /// What its button does, and says.
    #[serde(rename = "do")]
    order: &'static str,
    verb: String,
}

/// What waits: numbers to be called back, those that wait longest first; then calls without a class
/// that are mine to say something of. Beside the tasks that are shown, how many more there are.
pub fn tasks(board: &Board, me: &UserName, lang: Lang, zone: &TimeZone) -> (Vec<Task>, usize) {
    let callbacks = board
        .callbacks
        .all()
        .map(|task| to_call_back(task, lang, zone));
    let mine = |call: &&CallRecord| {
        let gave_up = call.abandoned && call.caller.number.is_none();
        gave_up || (call.answered.is_some() && call.operator.as_ref() == Some(me))
    };
    let unclassified = board
        .calls
        .iter()
        .filter(|call| call.lacks_class())
        .filter(mine);
    let unclassified = unclassified.map(|call| to_classify(call, lang, zone));
    let mut tasks: Vec<Task> = callbacks.chain(unclassified).collect();
    let more = tasks.len().saturating_sub(TASKS_SHOWN);
    tasks.truncate(TASKS_SHOWN);
    (tasks, more)
}

fn to_call_back(task: &Callback, lang: Lang, zone: &TimeZone) -> Task {
    let number = task.number.to_string();
    Task {
        id: format!("number-{}", number.trim_start_matches('+')),
        kind: "callback",
        call: None,
        number: Some(number),
        icon: "phone-missed",
        title: task.number.national(),
        why: callbacks::why(task, lang),
        since: task.newest.at.rfc3339(zone),
        late: task.tries.is_empty(),
        order: "dial",
        verb: text(lang, "callbacks-dial", &[]),
    }
}

fn to_classify(call: &CallRecord, lang: Lang, zone: &TimeZone) -> Task {
    let id = call.id.to_string();
    let key = match call.abandoned {
        true => "task-abandoned",
        false => "task-unclassified",
    };
    Task {
        id: format!("call-{id}"),
        kind: "unclassified",
        icon: if call.abandoned {
            "phone-missed"
        } else {
            "tag"
        },
        title: who(call, lang),
        why: text(lang, key, &[("call", &id)]),
        since: call.ended.unwrap_or(call.offered).at.rfc3339(zone),
        late: false,
        order: "open",
        verb: text(lang, "task-open", &[]),
        call: Some(id),
        number: None,
    }
}

/// A screen of 768 lines shows eight; nobody scrolls through more than these, and each of them would be
/// drawn again with every call. The count tells the rest, the room of call-backs has them all.
const TASKS_SHOWN: usize = 60;
