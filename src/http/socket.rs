//! Opening a WebSocket, or refusing it so that the page behind it can read why.
//!
//! A browser cannot read the answer to a WebSocket that was refused, so it is let in and told with
//! a close code and a sentence; a program gets problem details.

use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};
use actix_ws::{AggregatedMessageStream, CloseCode, CloseReason, Session};

use super::problem::Problem;
use super::text::Lang;

/// The answer that opens it, and both its ways. Longer messages than `most` bytes are refused
/// before they are gathered, also those in pieces.
///
/// # Errors
/// `not_a_websocket`.
pub fn open(
    request: &HttpRequest,
    payload: Payload,
    most: usize,
) -> Result<(HttpResponse, Session, AggregatedMessageStream), Problem> {
    let opened = actix_ws::handle(request, payload);
    let (response, session, stream) = opened.map_err(|_| Problem::new(400, "not_a_websocket"))?;
    let stream = stream.max_frame_size(most).aggregate_continuations();
    Ok((response, session, stream.max_continuation_size(most)))
}

/// Browsers say whose page asks (RFC 6455 10.2); programs need not. What a request is for
/// (`Sec-Fetch-Mode`) not every browser says of a WebSocket.
pub fn is_browser(request: &HttpRequest) -> bool {
    request.headers().contains_key("origin")
}

/// Refuses somebody who is not known to a browser's page or to a program.
///
/// # Errors
/// The problem itself, to a program.
pub fn refuse(
    request: &HttpRequest,
    payload: Payload,
    problem: Problem,
    lang: Lang,
) -> Result<HttpResponse, Problem> {
    if !is_browser(request) {
        return Err(problem);
    }
    let (response, session, _) = open(request, payload, 0)?;
    let reason = refused(&problem, lang);
    actix_web::rt::spawn(async move {
        let _ = session.close(Some(reason)).await;
    });
    Ok(response)
}

/// A refusal as a close code and its sentences.
pub fn refused(problem: &Problem, lang: Lang) -> CloseReason {
    let told = format!("{} {}", problem.sentence(lang), problem.cure(lang));
    CloseReason {
        code: match problem.status {
            503 => CloseCode::Again,
            status => CloseCode::from(4_000 + status),
        },
        description: Some(short(told.trim())),
    }
}

/// A close reason holds 123 bytes (RFC 6455 5.5.1): as many whole characters as fit.
pub fn short(told: &str) -> String {
    let fits = told.char_indices().map(|(at, c)| at + c.len_utf8());
    let end = fits.take_while(|end| *end <= REASON_BYTES_MAX).last();
    told[..end.unwrap_or(0)].to_owned()
}

/// See [`short`].
const REASON_BYTES_MAX: usize = 123;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_cut_between_characters() {
        assert_eq!(short("singkat"), "singkat");
        let long = "é".repeat(100);
        assert_eq!(short(&long).len(), 122);
    }
}
