//! Raw journal entries for auditors.

use actix_web::HttpResponse;

use crate::base::ids::Seq;
use crate::base::limits;
use crate::http::ask::Ask;
use crate::http::problem::Problem;
use crate::http::view::journal;
use crate::store::seq_of;

/// `GET /api/v1/journal?after=SEQ`: each entry byte for byte as it was hashed. One that is not what
/// was written is named as damaged, so that it hides none of those after it.
pub async fn list(ask: Ask) -> Result<HttpResponse, Problem> {
    let after = Seq(ask.parsed("after")?.unwrap_or_default());
    let limit = ask.limit(limits::JOURNAL_PAGE_MAX)?;
    let entries = ask.app.read(move |r| r.entries_marked(after, limit + 1));
    let mut entries = entries.await?;
    let more = entries.len() > limit;
    entries.truncate(limit);
    let next = entries
        .last()
        .filter(|_| more)
        .map(|entry| seq_of(entry).to_string());
    let items: Vec<String> = entries.iter().map(journal::raw).collect();
    let next = serde_json::to_string(&next).unwrap_or_else(|_| "null".to_owned());
    let body = format!(r#"{{"items":[{}],"next":{next}}}"#, items.join(","));
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .body(body))
}
