//! Papan: the one page operators work on.

use actix_web::HttpResponse;
use minijinja::context;
use minijinja::value::{Serde, Value};

use super::{csrf, html, words};
use crate::base::limits;
use crate::desk::call::Class;
use crate::desk::operator::Role;
use crate::http::ask::Ask;
use crate::http::problem::Problem;
use crate::http::view::journal::JournalLine;

/// `GET /`
pub async fn get(ask: Ask) -> Result<HttpResponse, Problem> {
    let who = ask.who()?;
    let works = match who.person.role {
        Role::Auditor => false,
        Role::Operator | Role::Supervisor | Role::Admin => true,
    };
    let supervises = who.person.role >= Role::Supervisor;
    let classes: Vec<&str> = Class::ALL.into_iter().map(Class::as_str).collect();
    let values = context! {
        person => context! {
            user => who.person.user.as_str(),
            name => who.person.name.as_str(),
            role => who.person.role.as_str(),
        },
        csrf => csrf(who),
        works => works,
        supervises => supervises,
        after => ask.app.board().durable_seq,
        classes => classes,
        class_keys => context! { incident => "F4", information => "F7", ghost => "F8", prank => "F9" },
        words => words(ask.lang, &FOR_SCRIPT),
        lines => Value::from(Serde(&lines(&ask).await)),
        undo_s => limits::UNDO.as_secs(),
    };
    Ok(html(ask.app.pages.render(
        &ask.app,
        ask.lang,
        "board.html",
        values,
    )?))
}

/// `GET /part/journal`
pub async fn journal(ask: Ask) -> Result<HttpResponse, Problem> {
    let lines = lines(&ask).await;
    let values = context! { lines => Value::from(Serde(&lines)) };
    Ok(html(ask.app.pages.render(
        &ask.app,
        ask.lang,
        "journal.html",
        values,
    )?))
}

/// Today's newest entries as sentences, without damaged ones. A disk that does not answer leaves
/// the list empty, never the page.
async fn lines(ask: &Ask) -> Vec<JournalLine> {
    let (zone, lang) = (ask.app.zone.clone(), ask.lang);
    let today = ask.app.now().wall.rfc3339(&zone);
    let entries = ask
        .app
        .read(|r| r.entries_back(None, limits::PAGE_ITEMS))
        .await;
    entries
        .unwrap_or_default()
        .iter()
        .flatten()
        .filter_map(|entry| JournalLine::read(entry, &zone, lang))
        .filter(|line| today.starts_with(&line.date))
        .collect()
}

/// Keys the script may use.
const FOR_SCRIPT: [&str; 8] = [
    "class.",
    "down.",
    "phase.",
    "presentation.",
    "seat.",
    "state.",
    "talk.",
    "js.",
];
