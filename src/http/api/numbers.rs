//! What is known of a number.

use actix_web::HttpResponse;

use super::calls;
use crate::http::ask::Ask;
use crate::http::problem::Problem;
use crate::http::view::people::NumberView;
use crate::store::CallFilter;

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
    Ok(HttpResponse::Ok().json(NumberView::new(&number, &known, history, &ask.app.zone)))
}
