//! Riwayat nomor: what is known of a number. A number, not a person.

use actix_web::HttpResponse;
use minijinja::context;
use minijinja::value::{Serde, Value};

use super::{frame, show};
use crate::http::api::{calls, numbers};
use crate::http::ask::Ask;
use crate::http::problem::Problem;
use crate::store::CallFilter;

/// `GET /nomor`
pub async fn search(ask: Ask) -> Result<HttpResponse, Problem> {
    let (rows, problem) = match numbers::found(&ask).await {
        Ok(found) => (show::numbers(&ask, &found.numbers), None),
        // Nothing typed yet is no mistake.
        Err(_) if ask.param("q").is_none() => (Vec::new(), None),
        Err(problem) if problem.status == 422 => (Vec::new(), Some(problem)),
        Err(problem) => return Err(problem),
    };
    let values = context! {
        q => ask.param("q").unwrap_or_default(),
        rows => Value::from(Serde(&rows)),
        told => problem.as_ref().map(|p| p.sentence(ask.lang)),
        cure => problem.as_ref().map(|p| p.cure(ask.lang)),
    };
    frame::room(&ask, "numbers", "numbers.html", values).await
}

/// `GET /nomor/{number}`
pub async fn one(ask: Ask) -> Result<HttpResponse, Problem> {
    let number = ask.app.number(&ask.part("number"))?;
    let asked = number.clone();
    let known = ask.app.read(move |reader| reader.number(&asked)).await?;
    let filter = CallFilter {
        number: Some(number.clone()),
        ..CallFilter::default()
    };
    let (found, next) = calls::records(&ask, filter).await?;
    let (counts, facts) = show::summary(&ask, &known);
    let values = context! {
        number => context! { number => number.to_string(), shown => number.national() },
        rows => Value::from(Serde(&show::rows(&ask, &found))),
        next => next.map(|cursor| format!("cursor={cursor}")),
        counts => Value::from(Serde(&counts)),
        facts => Value::from(Serde(&facts)),
    };
    frame::room(&ask, "numbers", "number.html", values).await
}
