//! Jurnal: every entry in order, as a sentence, with its hash. For whoever has to prove something.

use actix_web::HttpResponse;
use data_encoding::HEXLOWER;
use minijinja::context;
use minijinja::value::{Serde, Value};
use serde::Serialize;

use super::frame;
use crate::base::ids::Seq;
use crate::base::limits;
use crate::http::ask::Ask;
use crate::http::problem::Problem;
use crate::http::view::journal::JournalLine;

/// One entry.
#[derive(Serialize)]
struct Entry {
    #[serde(flatten)]
    line: JournalLine,
    hash: String,
}

/// `GET /jurnal`
pub async fn get(ask: Ask) -> Result<HttpResponse, Problem> {
    let before: Option<u64> = ask.parsed("before")?;
    let chosen = ask.param("kind").filter(|kind| KINDS.contains(kind));
    let kind = chosen.map(|kind| format!("{kind}."));
    let (entries, head) = {
        let read = move |r: &crate::store::Reader| {
            let from = before.map(|seq| Seq(seq.saturating_add(1)));
            Ok((
                r.entries_back(from, limits::STORE_PAGE_LEN_MAX)?,
                r.last_seq()?,
            ))
        };
        ask.app.read(read).await?
    };
    let is_wanted =
        |line: &JournalLine| kind.as_ref().is_none_or(|kind| line.kind.starts_with(kind));
    let mut rows = Vec::new();
    let mut oldest = None;
    for entry in entries.iter().flatten() {
        oldest = Some(entry.seq.0);
        let Some(line) = JournalLine::read(entry, &ask.app.zone, ask.lang).filter(is_wanted) else {
            continue;
        };
        let hash = HEXLOWER.encode(&entry.hash);
        rows.push(Entry { line, hash });
        if rows.len() == limits::PAGE_ITEMS {
            break;
        }
    }
    let older = oldest.filter(|seq| *seq > 1).map(|seq| {
        let kind = chosen
            .map(|kind| format!("&kind={kind}"))
            .unwrap_or_default();
        format!("before={}{kind}", seq - 1)
    });
    let values = context! {
        rows => Value::from(Serde(&rows)),
        head => head.0,
        before,
        older,
        kinds => KINDS,
        chosen,
    };
    frame::room(&ask, "journal", "journal-page.html", values).await
}

/// First words of the kinds of facts.
pub const KINDS: [&str; 9] = [
    "call",
    "callback",
    "recording",
    "sms",
    "operator",
    "shift",
    "line",
    "office",
    "system",
];
