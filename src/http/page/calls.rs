//! Panggilan: the calls there were, found by what somebody remembers of them; and one of them whole.

use actix_web::HttpResponse;
use minijinja::context;
use minijinja::value::{Serde, Value};
use serde::Serialize;

use super::{frame, see_other, show, timeline};
use crate::base::limits;
use crate::desk::call::{CallRecord, Class};
use crate::desk::order::{Order, Refusal};
use crate::http::api::calls as api;
use crate::http::ask::Ask;
use crate::http::percent;
use crate::http::problem::Problem;
use crate::http::sentence::class_reason;
use crate::http::text::text;
use crate::http::view::journal::JournalLine;

/// `GET /panggilan`
pub async fn list(ask: Ask) -> Result<HttpResponse, Problem> {
    let lang = ask.lang;
    let found = match api::filter(&ask) {
        Ok(filter) => api::records(&ask, filter).await,
        Err(problem) => Err(problem),
    };
    // What cannot be searched for is told in the list's place; what was typed stays.
    let (rows, next, problem) = match found {
        Ok((calls, next)) => (show::rows(&ask, &calls), next, None),
        Err(problem) if problem.status == 422 => (Vec::new(), None, Some(problem)),
        Err(problem) => return Err(problem),
    };
    let names: Vec<String> = ask
        .app
        .board()
        .lines
        .iter()
        .map(|l| l.name.to_string())
        .collect();
    let filter = |name| ask.param(name).unwrap_or_default().to_owned();
    let values = context! {
        rows => Value::from(Serde(&rows)),
        next => next.map(|cursor| next_page(&ask, &cursor)),
        told => problem.as_ref().map(|p| p.sentence(lang)),
        cure => problem.as_ref().map(|p| p.cure(lang)),
        classes => Value::from(Serde(&classes(&ask))),
        line_names => names,
        filter => context! { q => filter("q"), class => filter("class"), line => filter("line"), from => filter("from"), to => filter("to") },
    };
    frame::room(&ask, "calls", "calls.html", values).await
}

/// `GET /panggilan/{call}`
pub async fn one(ask: Ask) -> Result<HttpResponse, Problem> {
    let id = ask.path("call")?;
    let call = api::find(&ask, id).await?;
    let call = call.ok_or_else(|| Problem::from(Refusal::NoSuchCall))?;
    let row = show::row(&ask, &call);
    let values = context! {
        call => Value::from(Serde(&row)),
        facts => Value::from(Serde(&facts(&ask, &call))),
        report => Value::from(Serde(&show::report_facts(&ask, &call))),
        notes => Value::from(Serde(&notes(&ask, &call))),
        classes => Value::from(Serde(&classes(&ask))),
        timeline => Value::from(Serde(&timeline(&ask, &call).await)),
    };
    frame::room(&ask, "calls", "one-call.html", values).await
}

/// `POST /panggilan/{call}/catatan`
pub async fn note(ask: Ask) -> Result<HttpResponse, Problem> {
    let call = ask.path("call")?;
    let text = ask.form("text").unwrap_or_default();
    let order = |archived| Order::Note {
        call,
        text: text.clone(),
        archived,
    };
    api::order_with_archive(&ask, call, order).await?;
    Ok(see_other(&format!("{}/panggilan/{call}", ask.app.base)))
}

#[derive(Serialize)]
struct Choice {
    id: &'static str,
    word: String,
}

fn classes(ask: &Ask) -> Vec<Choice> {
    let choice = |class: Class| Choice {
        id: class.as_str(),
        word: text(ask.lang, &format!("class-{}", class.as_str()), &[]),
    };
    Class::ALL.into_iter().map(choice).collect()
}

/// The query of the next page: the same filter, further back.
fn next_page(ask: &Ask, cursor: &str) -> String {
    let kept = ask
        .query
        .iter()
        .filter(|(name, value)| name != "cursor" && !value.is_empty());
    let mut parts: Vec<String> = kept
        .map(|(name, value)| format!("{name}={}", percent::encode(value)))
        .collect();
    parts.push(format!("cursor={cursor}"));
    parts.join("&")
}

fn facts(ask: &Ask, call: &CallRecord) -> Vec<show::Fact> {
    let at = |stamp: crate::base::time::Stamp| {
        let shown = stamp.at.rfc3339(&ask.app.zone);
        shown.get(11..19).unwrap_or_default().to_owned()
    };
    let class_by = call.classified_by.as_ref().map(|by| {
        let when = call.classified.map(at).unwrap_or_default();
        format!("{by}, {when}")
    });
    let all = [
        ("call-offered", Some(at(call.offered))),
        ("call-answered", call.answered.map(at)),
        ("call-ended", call.ended.map(at)),
        ("call-ring", call.ring_ms.map(show::span)),
        ("call-talk", call.talk_ms.map(show::span)),
        (
            "call-operator",
            call.operator.as_ref().map(ToString::to_string),
        ),
        ("call-classified", class_by),
        (
            "call-reason",
            call.class_reason
                .as_deref()
                .map(|why| class_reason(why, ask.lang)),
        ),
        ("call-dtmf", Some(call.dtmf.clone())),
        (
            "call-taps",
            (call.sound.taps > 0).then(|| call.sound.taps.to_string()),
        ),
        ("call-raw", Some(call.caller.raw.clone())),
        ("call-name", call.caller.name.clone()),
    ];
    show::known(ask.lang, all)
}

#[derive(Serialize)]
struct NoteShown {
    when: String,
    by: String,
    text: String,
}

fn notes(ask: &Ask, call: &CallRecord) -> Vec<NoteShown> {
    let now = ask.app.now().wall;
    let note = |note: &crate::desk::call::Note| NoteShown {
        when: show::when(note.at, now, &ask.app.zone, ask.lang),
        by: note.by.to_string(),
        text: note.text.clone(),
    };
    call.notes.iter().map(note).collect()
}

#[derive(Serialize)]
struct Step {
    time: String,
    text: String,
}

/// What the journal says of this call, as sentences.
async fn timeline(ask: &Ask, call: &CallRecord) -> Vec<Step> {
    let (zone, lang) = (ask.app.zone.clone(), ask.lang);
    let (id, offered) = (call.id, call.offered.at);
    let read = ask.app.read(move |r| timeline::entries_of(r, id, offered));
    let entries = read.await.unwrap_or_default();
    entries
        .iter()
        .filter_map(|entry| JournalLine::read(entry, &zone, lang))
        .map(|line| Step {
            time: line.time,
            text: line.text,
        })
        .take(limits::PAGE_ITEMS_MAX)
        .collect()
}
