//! Changing places on a computer that several people share: a PIN for whoever was here before, the
//! password for everybody else.

use actix_web::HttpResponse;
use minijinja::context;
use minijinja::value::{Serde, Value};
use serde::Serialize;

use super::login::with_cookies;
use super::{csrf, html, see_other, show};
use crate::http::api::workplace;
use crate::http::ask::Ask;
use crate::http::problem::Problem;
use crate::http::view::people::DeskPersonView;

/// `GET /ganti`
pub async fn get(ask: Ask) -> Result<HttpResponse, Problem> {
    Ok(html(page(&ask, None).await?))
}

/// `POST /ganti`
pub async fn post(ask: Ask) -> Result<HttpResponse, Problem> {
    let user = ask.form("user").unwrap_or_default();
    let pin = ask.form("pin").unwrap_or_default();
    match workplace::come_back(&ask, &user, pin).await {
        Ok((_, cookies)) => with_cookies(see_other("/"), &cookies),
        Err(problem) => {
            let body = page(&ask, Some(&problem)).await?;
            Ok(problem.page(body))
        }
    }
}

/// Whether somebody may come back here with a PIN.
pub async fn is_offered(ask: &Ask) -> bool {
    let people = workplace::people(ask).await.unwrap_or_default();
    people.iter().any(|person| person.has_pin && !person.active)
}

#[derive(Serialize)]
struct Face {
    initial: String,
    #[serde(flatten)]
    person: DeskPersonView,
}

async fn page(ask: &Ask, problem: Option<&Problem>) -> Result<String, Problem> {
    let people = workplace::people(ask).await?.into_iter();
    let face = |person: DeskPersonView| Face {
        initial: show::initial(&person.name),
        person,
    };
    let (now, parked): (Vec<_>, Vec<_>) = people.partition(|person| person.active);
    let faces: Vec<Face> = parked.into_iter().map(face).collect();
    let values = context! {
        people => Value::from(Serde(&faces)),
        active => now.first().map(|person| person.name.clone()),
        csrf => ask.who.as_ref().map(csrf),
        told => problem.map(|p| p.sentence(ask.lang)),
        cure => problem.map(|p| p.cure(ask.lang)),
    };
    ask.app
        .pages
        .render(&ask.app, ask.lang, "switch.html", values)
}
