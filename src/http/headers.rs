//! Headers of every answer (OWASP ASVS 5.0, chapter 3.4).

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::DefaultHeaders;

use super::app::PRACTICE_BASE;

/// Added wherever a handler did not set its own.
pub fn defaults() -> DefaultHeaders {
    ALWAYS
        .iter()
        .fold(DefaultHeaders::new(), |all, (name, value)| {
            all.add((*name, *value))
        })
}

/// Marks every answer below the paths of practice, whoever gives it.
pub fn mark_practice(path: &str, headers: &mut HeaderMap) {
    let below = path.strip_prefix(PRACTICE_BASE);
    if below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) {
        let name = HeaderName::from_static(PRACTICE);
        headers.insert(name, HeaderValue::from_static("1"));
    }
}

/// Nothing in this answer is real.
pub const PRACTICE: &str = "x-siaga112-practice";

/// Names and values, also for the tests.
pub const ALWAYS: [(&str, &str); 8] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
         font-src 'self'; media-src 'self'; connect-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    // With "no-referrer" browsers send `Origin: null` with our own forms, and the guard would have
    // to trust that; this tells other sites as little.
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), display-capture=(), geolocation=(), microphone=(self), payment=(), usb=()",
    ),
    ("x-frame-options", "DENY"),
    ("cache-control", "no-store"),
];
