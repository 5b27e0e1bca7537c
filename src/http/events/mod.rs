//! Live events: alerts at once, durable facts with resume, a heartbeat.
//!
//! One `data:` line an event. A durable fact has `id:` (its sequence) and `event:` (its kind); an
//! alert is `event: alert` without an id; `event: beat` comes every five seconds. A listener whose
//! session has expired gets `event: locked` once and from then on only that it rings.

pub(super) mod stream;
pub mod wire;

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Bytes;

use super::ask::Ask;
use super::problem::Problem;
use crate::base::ids::Seq;
use crate::desk::operator::Role;
use stream::Live;

/// `GET /api/v1/events`
pub async fn get(ask: Ask) -> Result<HttpResponse, Problem> {
    let after = resume_point(&ask)?;
    let who = ask.who()?.clone();
    let place = ask.app.listening.clone().try_acquire_owned();
    let place = place.map_err(|_| {
        Problem::new(503, "too_many_listeners").with("limit", ask.app.listeners_max)
    })?;
    // An auditor has no seat; everybody else who listens is there.
    let presence = match who.person.role {
        Role::Auditor => None,
        Role::Operator | Role::Dispatcher | Role::Supervisor | Role::Admin => {
            Some(ask.app.handle.presence(who.person.user.clone()))
        }
    };
    let live = Live::new(ask.app.clone(), who.kind, after, place, presence);
    let body = futures_util::stream::unfold(live, |mut live| async move {
        let chunk = live.next().await?;
        Some((Ok::<Bytes, actix_web::Error>(chunk), live))
    });
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((header::CACHE_CONTROL, "no-store, no-transform"))
        .insert_header(("x-accel-buffering", "no"))
        .streaming(Box::pin(body)))
}

/// Where the listener left off: `Last-Event-ID`, which browsers send by themselves when they
/// reconnect, before `after`, which a page gives the first time.
///
/// One that is not ours counts as none: a browser that were refused would never try again.
fn resume_point(ask: &Ask) -> Result<Option<Seq>, Problem> {
    let header = ask.request.headers().get("last-event-id");
    let left_off = header.and_then(|value| value.to_str().ok()?.parse().ok());
    match left_off {
        Some(seq) => Ok(Some(Seq(seq))),
        None => Ok(ask.parsed("after")?.map(Seq)),
    }
}
