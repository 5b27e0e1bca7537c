//! What is known of numbers.

use actix_web::HttpResponse;

use super::calls;
use crate::base::limits;
use crate::http::ask::Ask;
use crate::http::problem::Problem;
use crate::http::view::Page;
use crate::http::view::people::{KnownNumber, NumberView};
use crate::store::{CallFilter, NumberPage, Query};

/// `GET /api/v1/numbers`: those that end or begin so, in any spelling; who called last comes first.
pub async fn list(ask: Ask) -> Result<HttpResponse, Problem> {
    let found = found(&ask).await?;
    let numbers = found.numbers.iter();
    Ok(HttpResponse::Ok().json(Page {
        items: numbers
            .map(|(number, known)| KnownNumber::new(number, known, &ask.app.zone))
            .collect(),
        next: found.next.map(|id| id.to_string()),
    }))
}

/// Known numbers that end or begin as the query says.
///
/// # Errors
/// 422 if there is nothing to look for; the store's fault.
pub async fn found(ask: &Ask) -> Result<NumberPage, Problem> {
    let limit = ask.limit(limits::PAGE_ITEMS_MAX)?;
    let before = calls::cursor(ask)?;
    let Some(query) = calls::query(ask, Query::read_number)? else {
        return Err(Problem::new(422, "nothing_to_find").with("field", "q"));
    };
    let read = ask
        .app
        .read(move |reader| reader.numbers(&query, before, limit));
    read.await
}

/// `GET /api/v1/numbers/{number}`: any spelling.
pub async fn get(ask: Ask) -> Result<HttpResponse, Problem> {
    let number = ask.app.number(&ask.part("number"))?;
    let asked = number.clone();
    let known = ask.app.read(move |reader| reader.number(&asked)).await?;
    let filter = CallFilter {
        number: Some(number.clone()),
        ..CallFilter::default()
    };
    let history = calls::page(&ask, filter).await?;
    Ok(HttpResponse::Ok().json(NumberView {
        known: KnownNumber::new(&number, &known, &ask.app.zone),
        history,
    }))
}
