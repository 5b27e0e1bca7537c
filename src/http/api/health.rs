//! Alive, ready, and numbers for Prometheus.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use actix_web::HttpResponse;
use serde::Serialize;

use crate::desk::call::CallState;
use crate::http::app::Counts;
use crate::http::ask::Ask;
use crate::http::problem::Problem;

#[derive(Serialize)]
struct Alive {
    status: &'static str,
    version: &'static str,
}

/// `GET /healthz`
pub async fn alive(_ask: Ask) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(Alive {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
    }))
}

#[derive(Serialize)]
struct Ready {
    ready: bool,
    checks: Vec<Check>,
}

#[derive(Serialize)]
struct Check {
    check: &'static str,
    ok: bool,
}

/// `GET /readyz`: the engine turns, a line is up, what happens is saved, the disk can be read.
pub async fn ready(ask: Ask) -> Result<HttpResponse, Problem> {
    let app = &ask.app;
    let turned = tokio::time::timeout(PING_PATIENCE, app.handle.ping()).await;
    let board = app.board();
    let readable = app.read(|reader| reader.last_seq()).await.is_ok();
    let checks = vec![
        Check {
            check: "engine",
            ok: matches!(turned, Ok(Ok(()))),
        },
        Check {
            check: "lines",
            ok: board.lines.iter().any(|line| line.up),
        },
        Check {
            check: "saving",
            ok: !board.unsaved,
        },
        Check {
            check: "reading",
            ok: readable,
        },
    ];
    let ready = checks.iter().all(|check| check.ok);
    let mut response = match ready {
        true => HttpResponse::Ok(),
        false => HttpResponse::ServiceUnavailable(),
    };
    Ok(response.json(Ready { ready, checks }))
}

/// `GET /metrics`
pub async fn metrics(ask: Ask) -> Result<HttpResponse, Problem> {
    let app = &ask.app;
    let (board, counts) = (app.board(), &app.counts);
    let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    let mut text = String::with_capacity(2_048);
    let today = &board.today;
    let lines_up = board.lines.iter().filter(|line| line.up).count() as u64;
    // Ended calls stay on the board until somebody says what they were.
    let calls = board.calls.iter();
    let calls_now = calls.filter(|call| call.state != CallState::Ended).count() as u64;
    let uptime = app.clock.tick().0 / 1_000_000;
    let listeners = (app.listeners_max - app.listening.available_permits()) as u64;
    let callbacks = board.callbacks.all().len() as u64;
    let bell = app.studio.bell().read();
    let rows: [Row; 18] = [
        ("uptime_seconds", "gauge", "", uptime),
        ("lines", "gauge", "", board.lines.len() as u64),
        ("lines_up", "gauge", "", lines_up),
        ("calls_now", "gauge", "", calls_now),
        ("seats", "gauge", "", board.seats.len() as u64),
        ("journal_seq", "counter", "", board.seq),
        ("journal_durable_seq", "counter", "", board.durable_seq),
        ("unsaved_entries", "gauge", "", board.unsaved_count),
        (
            "recording_trouble",
            "gauge",
            "",
            u64::from(board.recording.is_some()),
        ),
        (
            "bell_trouble",
            "gauge",
            "",
            u64::from(bell.trouble.is_some()),
        ),
        ("bell_sounded_total", "counter", "", bell.times),
        ("calls_offered_today", "gauge", "", today.offered),
        ("calls_answered_today", "gauge", "", today.answered),
        ("calls_abandoned_today", "gauge", "", today.abandoned),
        ("calls_unclassified", "gauge", "", today.unclassified),
        ("callbacks", "gauge", "", callbacks),
        ("listeners", "gauge", "", listeners),
        ("connections", "gauge", "", app.connections.len() as u64),
    ];
    for (name, kind, labels, value) in rows.into_iter().chain(logins(counts)) {
        if !kind.is_empty() {
            let _ = writeln!(text, "# TYPE siaga112_{name} {kind}");
        }
        let _ = writeln!(text, "siaga112_{name}{labels} {value}");
    }
    sound(&ask, &mut text);
    let _ = writeln!(text, "# TYPE siaga112_http_answers_total counter");
    for (class, counter) in counts.answers.iter().enumerate().skip(2) {
        let _ = writeln!(
            text,
            "siaga112_http_answers_total{{class=\"{class}xx\"}} {}",
            of(counter)
        );
    }
    Ok(HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(text))
}

/// Name, type (told once), labels and value.
type Row = (&'static str, &'static str, &'static str, u64);

/// Logins by how they ended, and what went wrong in pages.
fn logins(counts: &Counts) -> [Row; 4] {
    let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    [
        (
            "logins_total",
            "counter",
            "{result=\"good\"}",
            of(&counts.logins),
        ),
        (
            "logins_total",
            "",
            "{result=\"wrong\"}",
            of(&counts.logins_failed),
        ),
        (
            "logins_total",
            "",
            "{result=\"refused\"}",
            of(&counts.logins_refused),
        ),
        ("handler_panics_total", "counter", "", of(&counts.panics)),
    ]
}

/// Frames that were carried, and frames that were not.
fn sound(ask: &Ask, text: &mut String) {
    let _ = writeln!(text, "# TYPE siaga112_sound_frames_total counter");
    for (which, frames) in ask.app.studio.frames() {
        let _ = writeln!(
            text,
            "siaga112_sound_frames_total{{which=\"{which}\"}} {frames}"
        );
    }
}

/// An engine that does not turn within this is not fit to take calls.
const PING_PATIENCE: Duration = Duration::from_secs(2);
