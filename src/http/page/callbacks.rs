//! Telepon balik: who was cut off before anybody answered, and waits to be called.

use actix_web::HttpResponse;
use minijinja::context;
use minijinja::value::{Serde, Value};
use serde::Serialize;

use super::{frame, show};
use crate::desk::callback::{Callback, CallbackResult};
use crate::http::ask::Ask;
use crate::http::problem::Problem;
use crate::http::text::text;

/// `GET /telepon-balik`
pub async fn get(ask: Ask) -> Result<HttpResponse, Problem> {
    frame::room(&ask, "callbacks", "callbacks.html", values(&ask)).await
}

/// `GET /part/callbacks`
pub async fn part(ask: Ask) -> Result<HttpResponse, Problem> {
    frame::part(&ask, "callback-list.html", values(&ask))
}

#[derive(Serialize)]
struct Row {
    id: String,
    number: String,
    shown: String,
    why: String,
    since: String,
    first: String,
    late: bool,
}

fn values(ask: &Ask) -> minijinja::Value {
    let board = ask.app.board();
    let (zone, lang) = (&ask.app.zone, ask.lang);
    let now = ask.app.now().wall;
    let row = |task: &Callback| Row {
        id: task.number.to_string().trim_start_matches('+').to_owned(),
        number: task.number.to_string(),
        shown: task.number.national(),
        why: why(task, lang),
        since: task.newest.at.rfc3339(zone),
        first: show::when(task.first, now, zone, lang),
        late: task.tries.is_empty(),
    };
    let rows: Vec<Row> = board.callbacks.all().map(row).collect();
    context! {
        callbacks => Value::from(Serde(&rows)),
        results => RESULTS.map(CallbackResult::as_str),
    }
}

/// How often it rang, and what has been tried.
pub fn why(task: &Callback, lang: crate::http::text::Lang) -> String {
    let rang = text(lang, "callback-rang", &[("n", &task.count.to_string())]);
    let tried = match task.tries.len() {
        0 => text(lang, "callback-untried", &[]),
        n => text(lang, "callback-tried", &[("n", &n.to_string())]),
    };
    format!("{rang} · {tried}")
}

/// What an operator may say of it; a merged one ends by itself.
const RESULTS: [CallbackResult; 5] = [
    CallbackResult::ReachedIncident,
    CallbackResult::ReachedOther,
    CallbackResult::NoAnswer,
    CallbackResult::DeadNumber,
    CallbackResult::DoNotCall,
];
