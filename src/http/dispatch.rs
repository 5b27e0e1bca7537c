//! The one way every request goes: limits, guard, body, handler, answer.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use actix_web::http::header;
use actix_web::web::{Bytes, BytesMut, Payload};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::{FutureExt, StreamExt};

use super::app::App;
use super::ask::{self, Ask};
use super::body;
use super::guard::{self, Who};
use super::page;
use super::practice::Visit;
use super::problem::Problem;
use super::routes::{Face, Route};
use super::socket;
use super::text::{Lang, accepted};
use crate::base::fault::Fault;
use crate::base::limits;

/// Which centre a request is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum For {
    Real,
    Practice,
}

/// Answers one request. `app` is the real centre's. Never fails: what goes wrong becomes an answer
/// too.
pub async fn dispatch(
    app: Arc<App>,
    route: &'static Route,
    which: For,
    request: HttpRequest,
    payload: Payload,
) -> HttpResponse {
    let lang = language(&app, &request);
    let answer = survive(
        &app.counts.panics,
        handle(&app, route, which, &request, payload, lang),
    )
    .await;
    let response = match answer {
        Ok(response) => response,
        Err(problem) => match route.face {
            Face::Api => problem.answer(lang),
            Face::Page => page::refused(&app, &request, &problem, lang),
        },
    };
    app.counts.answered(response.status().as_u16());
    response
}

/// What the console sets when somebody chooses a language; it is no secret.
const LANGUAGE: &str = "siaga112-language";

/// The language an answer is written in: as chosen at this computer, or as its browser asks.
pub fn language(app: &App, request: &HttpRequest) -> Lang {
    let chosen = request.cookie(LANGUAGE);
    if let Some(lang) = chosen.and_then(|cookie| cookie.value().parse().ok()) {
        return lang;
    }
    let header = request.headers().get(header::ACCEPT_LANGUAGE);
    accepted(header.and_then(|v| v.to_str().ok()), app.language)
}

/// A panic in a handler costs its own request: 500 with a code, and the program lives.
async fn survive(
    panics: &AtomicU64,
    work: impl Future<Output = Result<HttpResponse, Problem>>,
) -> Result<HttpResponse, Problem> {
    let caught = AssertUnwindSafe(work).catch_unwind().await;
    caught.unwrap_or_else(|_| {
        panics.fetch_add(1, Ordering::Relaxed);
        let fault = Fault::new(&super::PANIC, "menjawab permintaan");
        Err(Problem::fault(500, &fault))
    })
}

async fn handle(
    app: &Arc<App>,
    route: &'static Route,
    which: For,
    request: &HttpRequest,
    payload: Payload,
    lang: Lang,
) -> Result<HttpResponse, Problem> {
    check_size(request)?;
    let query = ask::read_query(route, request.query_string())?;
    let (who, centre, visit) = match enter(app, route, which, request).await {
        Err(problem) if route.same_site && [401, 409].contains(&problem.status) => {
            return socket::refuse(request, payload, problem, lang);
        }
        entered => entered?,
    };
    let _place = app.place_for_body(route.body_max)?;
    let (bytes, payload) = match route.changes() {
        true => (read_body(request, payload, route.body_max).await?, None),
        false => (Bytes::new(), Some(payload)),
    };
    if route.changes() {
        let is_form = ask::declared_type(request) == Some("application/x-www-form-urlencoded");
        let field = is_form.then(|| body::form_field(&bytes, "csrf")).flatten();
        guard::check_csrf(who.as_ref(), request.headers(), field.as_deref())?;
    }
    let ask = Ask {
        app: centre,
        route,
        request: request.clone(),
        body: bytes,
        payload,
        who,
        lang,
        query,
    };
    let response = (route.run)(ask).await?;
    Ok(match visit {
        Some(visit) => visit.lasts_as(response),
        None => response,
    })
}

/// Who asks, and the centre they ask. Somebody who may not learns nothing of practice.
async fn enter(
    app: &Arc<App>,
    route: &Route,
    which: For,
    request: &HttpRequest,
) -> Result<(Option<Who>, Arc<App>, Option<Visit>), Problem> {
    let who = guard::admit(app, route, request).await?;
    match which {
        For::Real => Ok((who, app.clone(), None)),
        For::Practice => {
            let (centre, visit) = app.practice.enter(&app.house, who.as_ref()).await?;
            Ok((who, centre, visit))
        }
    }
}

fn check_size(request: &HttpRequest) -> Result<(), Problem> {
    let uri = request.uri();
    let uri_bytes = uri.path().len() + uri.query().map_or(0, str::len);
    if uri_bytes > limits::URI_BYTES_MAX {
        return Err(Problem::new(414, "uri_too_long").with("limit", limits::URI_BYTES_MAX));
    }
    let lengths = request
        .headers()
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len());
    if lengths.sum::<usize>() > limits::HEADER_BYTES_MAX {
        return Err(Problem::new(431, "headers_too_large").with("limit", limits::HEADER_BYTES_MAX));
    }
    Ok(())
}

async fn read_body(
    request: &HttpRequest,
    mut payload: Payload,
    most: usize,
) -> Result<Bytes, Problem> {
    let too_large = || Problem::new(413, "body_too_large").with("limit", most);
    let declared = request.headers().get(header::CONTENT_LENGTH);
    let declared: Option<usize> = declared.and_then(|v| v.to_str().ok()?.parse().ok());
    if declared.is_some_and(|n| n > most) {
        return Err(too_large());
    }
    let read = async {
        let mut body = BytesMut::new();
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|_| Problem::new(400, "bad_json"))?;
            if body.len() + chunk.len() > most {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    };
    tokio::time::timeout(limits::REQUEST_TIMEOUT, read)
        .await
        .unwrap_or_else(|_| Err(Problem::new(408, "body_slow")))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn a_handler_that_panics_costs_its_own_request_only() {
        let panics = AtomicU64::new(0);
        let system = actix_web::rt::System::new();
        let refused = system.block_on(survive(&panics, async { panic!("a mistake in a page") }));
        let problem = refused.unwrap_err();
        assert_eq!((problem.status, problem.code), (500, "HTTP-001"));
        assert_eq!(panics.load(Ordering::Relaxed), 1);
        let good = system.block_on(survive(&panics, async { Ok(HttpResponse::Ok().finish()) }));
        assert_eq!(good.unwrap().status(), 200);
    }
}
