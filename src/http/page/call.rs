//! The room of a call: its form, what to say, what is known of the number.

use actix_web::HttpResponse;
use minijinja::context;
use minijinja::value::{Serde, Value};
use serde::Serialize;

use super::{frame, show};
use crate::base::limits;
use crate::desk::call::{CallRecord, CallState, Class};
use crate::desk::order::Refusal;
use crate::desk::wording::Wording;
use crate::http::api::{calls as api, wording};
use crate::http::ask::Ask;
use crate::http::problem::Problem;
use crate::http::text::text;
use crate::store::CallFilter;

/// Everything the room of a call shows.
pub async fn room_of(ask: &Ask, call: &CallRecord) -> Result<Value, Problem> {
    let kind = match call.state {
        CallState::Ended => "wrap",
        _ => "call",
    };
    let values = context! {
        room => context! { kind, call => call.id.to_string() },
        call => context! { id => call.id.to_string() },
        report => Value::from(Serde(&show::form(ask, call).await)),
        script => script(ask),
    };
    let history = history_of(ask, call).await;
    Ok(context! { ..values, ..history })
}

/// `GET /part/history/{call}`
pub async fn history(ask: Ask) -> Result<HttpResponse, Problem> {
    let call = found(&ask).await?;
    let values = history_of(&ask, &call).await;
    frame::part(&ask, "history.html", values)
}

/// `GET /part/chips/{call}`: what is known of who rings, for the banner.
pub async fn chips(ask: Ask) -> Result<HttpResponse, Problem> {
    let call = found(&ask).await?;
    let earlier = earlier(&ask, &call).await;
    let chips = chips_of(&ask, &call, &earlier);
    frame::part(
        &ask,
        "chips.html",
        context! { chips => Value::from(Serde(&chips)) },
    )
}

async fn found(ask: &Ask) -> Result<CallRecord, Problem> {
    let call = api::find(ask, ask.path("call")?).await?;
    call.ok_or_else(|| Problem::from(Refusal::NoSuchCall))
}

async fn history_of(ask: &Ask, call: &CallRecord) -> Value {
    let earlier = earlier(ask, call).await;
    let rows: Vec<show::Row> = earlier
        .iter()
        .take(HISTORY_SHOWN)
        .map(|c| show::row(ask, c))
        .collect();
    let rows: Vec<Past> = rows.into_iter().map(Past::from).collect();
    context! {
        number => call.caller.number.as_ref().map(ToString::to_string),
        chips => Value::from(Serde(&chips_of(ask, call, &earlier))),
        history => Value::from(Serde(&rows)),
    }
}

#[derive(Serialize)]
struct Past {
    when: String,
    class: String,
    class_word: String,
    note: String,
    lasted: String,
}

impl From<show::Row> for Past {
    fn from(row: show::Row) -> Past {
        Past {
            when: row.when,
            class: row.class,
            class_word: row.what,
            note: row.note,
            lasted: row.lasted,
        }
    }
}

/// The newest calls of the same number before this one. A disk that does not answer leaves it
/// empty: the call goes on without it.
async fn earlier(ask: &Ask, call: &CallRecord) -> Vec<CallRecord> {
    let Some(number) = call.caller.number.clone() else {
        return Vec::new();
    };
    let filter = CallFilter {
        number: Some(number),
        ..CallFilter::default()
    };
    let before = Some(call.id);
    let read = ask
        .app
        .read(move |r| r.calls(&filter, before, limits::CHIPS_CALLS_MAX));
    read.await.unwrap_or_default()
}

/// A word on the banner.
#[derive(Serialize)]
struct Chip {
    word: String,
    tone: &'static str,
}

/// New; what it was today; who reported something that is still open.
fn chips_of(ask: &Ask, call: &CallRecord, earlier: &[CallRecord]) -> Vec<Chip> {
    let lang = ask.lang;
    let mut chips = Vec::new();
    if call.caller.number.is_none() {
        return chips;
    }
    if earlier.is_empty() {
        let word = text(lang, "chip-new", &[]);
        return vec![Chip { word, tone: "info" }];
    }
    let date = |call: &CallRecord| {
        let shown = call.offered.at.rfc3339(&ask.app.zone);
        shown.get(..10).map(str::to_owned)
    };
    let today: Vec<&CallRecord> = earlier.iter().filter(|c| date(c) == date(call)).collect();
    let reported = |c: &&CallRecord| c.class == Some(Class::Incident);
    if let Some(reporter) = today.iter().copied().find(reported) {
        let word = text(lang, "chip-reporter", &[("call", &reporter.id.to_string())]);
        chips.push(Chip { word, tone: "bad" });
    }
    if !today.is_empty() {
        let words: Vec<String> = today
            .iter()
            .take(WORDS_SHOWN)
            .map(|c| show::what_it_was(c, lang))
            .collect();
        let n = today.len().to_string();
        let word = text(
            lang,
            "chip-today",
            &[("n", &n), ("words", &words.join(", "))],
        );
        chips.push(Chip { word, tone: "warn" });
    }
    if let Some(last) = earlier.iter().find(|c| date(c) != date(call)) {
        let when = show::when(last.offered, call.offered.at, &ask.app.zone, lang);
        let what = show::what_it_was(last, lang);
        let word = text(lang, "chip-before", &[("when", &when), ("what", &what)]);
        chips.push(Chip { word, tone: "" });
    }
    chips
}

/// What to say, in the office's own words.
fn script(ask: &Ask) -> Value {
    let office = ask.app.office();
    let opening = wording::view(ask, &office, ask.lang, Wording::Opening).text;
    let question = |n| text(ask.lang, &format!("script-question-{n}"), &[]);
    let questions: Vec<String> = (1..=QUESTIONS).map(question).collect();
    context! { opening, questions }
}

/// Earlier calls that fit beside the form.
const HISTORY_SHOWN: usize = 8;
/// Classes named in one chip; the count tells the rest.
const WORDS_SHOWN: usize = 4;
/// Questions of the opening (domain: where, what, victims, safe, who, stay).
const QUESTIONS: usize = 6;
