//! Pantau: what goes on now, what a supervisor has to look at, how soon callers were answered.

use actix_web::HttpResponse;
use minijinja::context;
use minijinja::value::{Serde, Value};
use serde::Serialize;

use super::{frame, show};
use crate::base::fault::Fault;
use crate::base::limits;
use crate::base::time::Wall;
use crate::desk::call::{CallRecord, CallState, Class, Direction};
use crate::desk::operator::Role;
use crate::http::ask::Ask;
use crate::http::problem::Problem;
use crate::http::text::text;
use crate::store::{CallFilter, Reader};

/// `GET /pantau`
pub async fn get(ask: Ask) -> Result<HttpResponse, Problem> {
    let seats = show::seats(&ask.app.board(), ask.lang);
    let values = context! {
        live => Value::from(Serde(&live_now(&ask)?)),
        review => Value::from(Serde(&to_review(&ask).await)),
        service => Value::from(Serde(&service_today(&ask).await)),
        seats => Value::from(Serde(&seats)),
    };
    frame::room(&ask, "watch", "watch.html", values).await
}

/// `GET /part/watch-live`
pub async fn live(ask: Ask) -> Result<HttpResponse, Problem> {
    let live = live_now(&ask)?;
    frame::part(
        &ask,
        "watch-live.html",
        context! { live => Value::from(Serde(&live)) },
    )
}

/// `GET /part/watch-review`
pub async fn review(ask: Ask) -> Result<HttpResponse, Problem> {
    let review = to_review(&ask).await;
    frame::part(
        &ask,
        "watch-review.html",
        context! { review => Value::from(Serde(&review)) },
    )
}

/// `GET /part/watch-service`
pub async fn service(ask: Ask) -> Result<HttpResponse, Problem> {
    let service = service_today(&ask).await;
    frame::part(
        &ask,
        "watch-service.html",
        context! { service => Value::from(Serde(&service)) },
    )
}

#[derive(Serialize)]
struct Live {
    id: String,
    icon: &'static str,
    who: String,
    state: String,
    line: String,
    trouble: Option<String>,
    since: String,
    late: bool,
    /// There is sound to be in.
    audible: bool,
    takeover: bool,
}

fn live_now(ask: &Ask) -> Result<Vec<Live>, Problem> {
    let me = &ask.who()?.person;
    let board = ask.app.board();
    let lang = ask.lang;
    let live = |call: &CallRecord| {
        let up = matches!(call.state, CallState::Talking | CallState::Held);
        let others = call.operator.is_some() && call.operator.as_ref() != Some(&me.user);
        let state = text(
            lang,
            &format!("state-{}", show::json_word(&call.state)),
            &[],
        );
        let state = match &call.operator {
            Some(by) => format!("{state} · {by}"),
            None => state,
        };
        let trouble = call.sound.trouble.map(|why| {
            text(
                lang,
                &format!("talk-trouble-{}", show::json_word(&why)),
                &[],
            )
        });
        Live {
            id: call.id.to_string(),
            icon: if call.direction == Direction::In {
                "phone-incoming"
            } else {
                "phone-outgoing"
            },
            who: show::who(call, lang),
            state,
            line: call.line.to_string(),
            audible: up
                && others
                && call.sound.trouble != Some(crate::base::sound::SoundTrouble::NoPath),
            trouble,
            since: call
                .answered
                .unwrap_or(call.offered)
                .at
                .rfc3339(&ask.app.zone),
            late: call.escalated.is_some() && !up,
            takeover: others && me.role >= Role::Supervisor,
        }
    };
    Ok(board
        .calls
        .iter()
        .filter(|call| call.state != CallState::Ended)
        .map(live)
        .collect())
}

#[derive(Serialize)]
struct Review {
    kind: &'static str,
    call: String,
    icon: &'static str,
    title: String,
    why: String,
    since: String,
    late: bool,
}

/// Calls that nobody has said anything of for too long; and what happened to people at the desk.
async fn to_review(ask: &Ask) -> Vec<Review> {
    let lang = ask.lang;
    let zone = &ask.app.zone;
    let now = ask.app.now().wall;
    let item = |kind, icon, call: &CallRecord| {
        let since = call.ended.unwrap_or(call.offered);
        let by = call
            .operator
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default();
        Review {
            kind,
            call: call.id.to_string(),
            icon,
            title: text(lang, "call-title", &[("call", &call.id.to_string())]),
            why: text(
                lang,
                &format!("review-{kind}"),
                &[("who", &show::who(call, lang)), ("by", &by)],
            ),
            since: since.at.rfc3339(zone),
            late: since.at + limits::UNCLASSIFIED_AFTER < now,
        }
    };
    let board = ask.app.board();
    let forgotten = board.calls.iter().filter(|call| {
        let old = |stamp: crate::base::time::Stamp| stamp.at + limits::UNCLASSIFIED_AFTER <= now;
        call.lacks_class() && call.answered.is_some() && call.ended.is_some_and(old)
    });
    let mut all: Vec<Review> = forgotten
        .map(|call| item("unclassified", "tag", call))
        .collect();
    let harassed = CallFilter {
        class: Some(Some(Class::Harassment)),
        from: Some(Wall(now.0 - DAY_MS)),
        ..CallFilter::default()
    };
    let harassed = ask
        .app
        .read(move |r| r.calls(&harassed, None, REVIEW_SHOWN))
        .await;
    all.extend(
        harassed
            .unwrap_or_default()
            .iter()
            .map(|call| item("harassment", "megaphone", call)),
    );
    all.truncate(REVIEW_SHOWN);
    all
}

async fn service_today(ask: &Ask) -> Vec<show::Measure> {
    let today = ask.app.board().today.date.clone();
    let start = today
        .parse::<jiff::civil::Date>()
        .ok()
        .and_then(|day| day.to_zoned(ask.app.zone.clone()).ok());
    let filter = CallFilter {
        from: start.map(|at| Wall(at.timestamp().as_millisecond())),
        ..CallFilter::default()
    };
    let calls = ask.app.read(move |reader| every(reader, &filter)).await;
    show::service(&calls.unwrap_or_default(), ask.lang)
}

/// All of them, however many a bad day has.
fn every(reader: &Reader, filter: &CallFilter) -> Result<Vec<CallRecord>, Fault> {
    let mut all: Vec<CallRecord> = Vec::new();
    loop {
        let before = all.last().map(|call| call.id);
        let page = reader.calls(filter, before, limits::STORE_PAGE_LEN_MAX)?;
        let is_last = page.len() < limits::STORE_PAGE_LEN_MAX;
        all.extend(page);
        if is_last {
            return Ok(all);
        }
    }
}

const REVIEW_SHOWN: usize = 50;
const DAY_MS: i64 = 86_400_000;
