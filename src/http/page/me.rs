//! Saya: what a person chooses for themselves.

use actix_web::HttpResponse;
use minijinja::context;
use minijinja::value::{Serde, Value};
use serde::Serialize;

use super::frame;
use super::login::with_cookies;
use crate::desk::keys::Keys;
use crate::http::api::{keys as api, session, workplace};
use crate::http::ask::Ask;
use crate::http::keys::{ACTIONS, in_use};
use crate::http::pin;
use crate::http::problem::Problem;
use crate::http::text::text;
use crate::http::view::keys::{KeyView, page as keys_of};

#[derive(Serialize)]
struct Group {
    id: &'static str,
    keys: Vec<KeyView>,
}

/// Every key of this person, group by group.
pub fn key_groups(ask: &Ask) -> Result<Value, Problem> {
    let office = ask.app.office();
    let chosen = office.keys.of(&ask.who()?.person.user);
    let mut groups: Vec<Group> = Vec::new();
    for key in keys_of(chosen, ask.lang).items {
        match groups.iter_mut().find(|group| group.id == key.group) {
            Some(group) => group.keys.push(key),
            None => groups.push(Group {
                id: key.group,
                keys: vec![key],
            }),
        }
    }
    Ok(Value::from(Serde(&groups)))
}

/// Action to chord, for the scripts.
pub fn key_map(chosen: Option<&Keys>) -> String {
    let pairs = in_use(chosen).into_iter();
    let map = pairs.filter_map(|(action, chord)| Some((action.id.to_owned(), chord?.into())));
    serde_json::Value::Object(map.collect()).to_string()
}

/// `GET /saya`
pub async fn get(ask: Ask) -> Result<HttpResponse, Problem> {
    let saved = ask.param("saved");
    let saved = SAVED.into_iter().find(|(what, _)| saved == Some(what));
    page(&ask, saved.map(|(_, text)| Told::Saved(text))).await
}

/// `POST /saya/tombol`
pub async fn keys(ask: Ask) -> Result<HttpResponse, Problem> {
    let typed = |id: &str| ask.form(id).filter(|chord| !chord.is_empty());
    let wanted = ACTIONS
        .iter()
        .filter_map(|a| Some((a.id.to_owned(), typed(a.id)?)));
    let wanted: Keys = match ask.form("default") {
        Some(_) => Keys::new(),
        None => wanted.collect(),
    };
    match api::choose(&ask, &wanted).await {
        // The scripts of the frame hold the old ones.
        Ok(_) => Ok(anew("keys")),
        Err(problem) => page(&ask, Some(Told::Problem(problem))).await,
    }
}

/// `POST /saya/sandi`: the session goes on under a new token.
pub async fn password(ask: Ask) -> Result<HttpResponse, Problem> {
    let field = |name| ask.form(name).ok_or_else(|| Problem::new(422, "bad_json"));
    match session::renew_password(&ask, field("old")?, field("new")?).await {
        Ok((_, cookies)) => with_cookies(anew("password"), &cookies),
        Err(problem) => page(&ask, Some(Told::Problem(problem))).await,
    }
}

/// `POST /saya/pin`
pub async fn pin(ask: Ask) -> Result<HttpResponse, Problem> {
    let password = ask.form("password");
    let password = password.ok_or_else(|| Problem::new(422, "bad_json"))?;
    let pin = match ask.form("remove") {
        Some(_) => None,
        None => ask.form("pin"),
    };
    let saved = match pin {
        Some(_) => "me-saved_pin",
        None => "me-saved_no_pin",
    };
    let told = match workplace::choose(&ask, password, pin).await {
        Ok(()) => Told::Saved(saved),
        Err(problem) => Told::Problem(problem),
    };
    page(&ask, Some(told)).await
}

/// What came of a form.
enum Told {
    /// The text that says so.
    Saved(&'static str),
    Problem(Problem),
}

/// What the page says after it was loaded anew.
const SAVED: [(&str, &str); 2] = [("keys", "me-saved_keys"), ("password", "me-saved_password")];

/// The page once more, frame and all.
fn anew(saved: &'static str) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    answer.insert_header(("hx-redirect", format!("/saya?saved={saved}")));
    answer.finish()
}

async fn page(ask: &Ask, told: Option<Told>) -> Result<HttpResponse, Problem> {
    let (saved, problem) = match told {
        Some(Told::Saved(key)) => (Some(text(ask.lang, key, &[])), None),
        Some(Told::Problem(problem)) => (None, Some(problem)),
        None => (None, None),
    };
    let person = &ask.who()?.person;
    let name = person.user.clone();
    let known = ask.app.read(move |reader| reader.user(&name)).await?;
    let values = context! {
        may_pin => pin::may_have(person.role),
        has_pin => known.is_some_and(|user| user.pin_hash.is_some()),
        key_groups => key_groups(ask)?,
        saved => saved,
        told => problem.as_ref().map(|p| p.sentence(ask.lang)),
        cure => problem.as_ref().map(|p| p.cure(ask.lang)),
    };
    let mut answer = frame::room(ask, "", "me.html", values).await?;
    if let Some(problem) = problem {
        *answer.status_mut() = problem.http_status();
    }
    Ok(answer)
}
