//! Papan: the room operators work in. What waits while nobody rings; the form of the call while
//! somebody talks, and until it has a class.

use actix_web::HttpResponse;
use minijinja::context;
use minijinja::value::{Serde, Value};

use super::{frame, practice, show};
use crate::base::ids::UserName;
use crate::base::limits;
use crate::desk::call::{CallRecord, CallState};
use crate::http::ask::Ask;
use crate::http::problem::Problem;
use crate::http::view::journal::JournalLine;

/// `GET /`
pub async fn get(ask: Ask) -> Result<HttpResponse, Problem> {
    let values = room(&ask).await?;
    frame::room(&ask, "board", "board.html", values).await
}

/// `GET /part/lines`
pub async fn lines(ask: Ask) -> Result<HttpResponse, Problem> {
    let lines = show::lines(&ask.app.board(), ask.lang);
    frame::part(
        &ask,
        "lines.html",
        context! { lines => Value::from(Serde(&lines)) },
    )
}

/// `GET /part/figures`
pub async fn figures(ask: Ask) -> Result<HttpResponse, Problem> {
    let figures = show::figures(&ask.app.board(), ask.lang);
    frame::part(
        &ask,
        "figures.html",
        context! { figures => Value::from(Serde(&figures)) },
    )
}

/// `GET /part/last`
pub async fn last(ask: Ask) -> Result<HttpResponse, Problem> {
    let last = last_call(&ask).await;
    frame::part(
        &ask,
        "last.html",
        context! { last => Value::from(Serde(&last)) },
    )
}

/// `GET /part/seats`
pub async fn seats(ask: Ask) -> Result<HttpResponse, Problem> {
    let seats = show::seats(&ask.app.board(), ask.lang);
    frame::part(
        &ask,
        "seats.html",
        context! { seats => Value::from(Serde(&seats)) },
    )
}

/// `GET /part/tasks`
pub async fn tasks(ask: Ask) -> Result<HttpResponse, Problem> {
    let values = task_values(&ask)?;
    frame::part(&ask, "tasks.html", values)
}

/// `GET /part/reports`
pub async fn reports(ask: Ask) -> Result<HttpResponse, Problem> {
    let values = report_values(&ask).await;
    frame::part(&ask, "reports.html", values)
}

/// `GET /part/journal`
pub async fn journal(ask: Ask) -> Result<HttpResponse, Problem> {
    let lines = lines_of_day(&ask).await;
    frame::part(
        &ask,
        "journal.html",
        context! { lines_of_day => Value::from(Serde(&lines)) },
    )
}

/// What the frame shows of the board at its first drawing.
pub async fn of_the_frame(ask: &Ask) -> Value {
    let board = ask.app.board();
    let lines = show::lines(&board, ask.lang);
    let figures = show::figures(&board, ask.lang);
    let last = last_call(ask).await;
    context! {
        lines => Value::from(Serde(&lines)),
        figures => Value::from(Serde(&figures)),
        last => Value::from(Serde(&last)),
    }
}

/// The call this person deals with, or the board.
async fn room(ask: &Ask) -> Result<Value, Problem> {
    let who = ask.who()?;
    let board = ask.app.board();
    if let Some(call) = own_call(&board.calls, &who.person.user)
        && frame::works(who.person.role)
    {
        return super::call::room_of(ask, call).await;
    }
    let seats = show::seats(&board, ask.lang);
    let lines = lines_of_day(ask).await;
    let tasks = task_values(ask)?;
    let reports = report_values(ask).await;
    let own = context! {
        room => context! { kind => "board", call => () },
        seats => Value::from(Serde(&seats)),
        lines_of_day => Value::from(Serde(&lines)),
    };
    Ok(context! { ..own, ..tasks, ..reports, ..practice::callers(ask) })
}

/// The call somebody talks on, before that the one they talked on last if it lacks a class.
pub fn own_call<'a>(calls: &'a [CallRecord], user: &UserName) -> Option<&'a CallRecord> {
    let own = || {
        calls
            .iter()
            .filter(|call| call.operator.as_ref() == Some(user))
    };
    let is_up = |call: &&CallRecord| matches!(call.state, CallState::Talking | CallState::Held);
    let live = own().find(is_up);
    live.or_else(|| own().find(|call| call.lacks_class() && call.answered.is_some()))
}

fn task_values(ask: &Ask) -> Result<Value, Problem> {
    let me = &ask.who()?.person.user;
    let (tasks, more) = show::tasks(&ask.app.board(), me, ask.lang, &ask.app.zone);
    Ok(context! { tasks => Value::from(Serde(&tasks)), more })
}

async fn report_values(ask: &Ask) -> Value {
    let reports = show::reports(ask).await;
    context! { reports => Value::from(Serde(&reports)) }
}

/// Today's newest entries as sentences, without damaged ones. A disk that does not answer leaves
/// the list empty, never the page.
async fn lines_of_day(ask: &Ask) -> Vec<JournalLine> {
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

async fn last_call(ask: &Ask) -> Option<show::Last> {
    let calls = ask
        .app
        .read(|r| r.calls(&Default::default(), None, 1))
        .await;
    let call = calls.ok()?.into_iter().next()?;
    Some(show::last(&call, ask.lang, &ask.app.zone))
}
