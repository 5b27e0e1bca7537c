//! Logging in and out.

use actix_web::HttpResponse;
use minijinja::context;

use super::{html, see_other};
use crate::http::api::session;
use crate::http::ask::Ask;
use crate::http::percent;
use crate::http::problem::Problem;

/// `GET /login`
pub async fn get(ask: Ask) -> Result<HttpResponse, Problem> {
    if ask.who.is_some() {
        return Ok(see_other(next(&ask)));
    }
    if is_fresh(&ask).await {
        return Ok(see_other("/setup"));
    }
    Ok(html(page(&ask, None, "")?))
}

/// `POST /login`
pub async fn post(ask: Ask) -> Result<HttpResponse, Problem> {
    let user = ask.form("user").unwrap_or_default();
    let password = ask.form("password").unwrap_or_default();
    match session::check(&ask.app, &ask.request, &user, password).await {
        Ok(record) => {
            let (_, cookie) = session::start(&ask.app, &ask.request, &record).await?;
            let mut answer = see_other(next(&ask));
            answer
                .add_cookie(&cookie)
                .map_err(|_| Problem::new(503, "busy"))?;
            Ok(answer)
        }
        Err(problem) => {
            let body = page(&ask, Some(&problem), &user)?;
            Ok(problem.page(body))
        }
    }
}

/// `POST /logout`
pub async fn logout(ask: Ask) -> Result<HttpResponse, Problem> {
    let cookie = session::stop(&ask);
    let mut answer = see_other("/login");
    answer
        .add_cookie(&cookie)
        .map_err(|_| Problem::new(503, "busy"))?;
    Ok(answer)
}

/// The login, with the page to open afterwards.
pub fn with_next(path: &str) -> String {
    if path == "/" {
        return "/login".to_owned();
    }
    format!("/login?next={}", percent::encode(path))
}

/// Whether nobody can log in yet: the box waits to be claimed.
async fn is_fresh(ask: &Ask) -> bool {
    let users = ask.app.read(|reader| reader.users()).await;
    users.is_ok_and(|users| users.is_empty())
}

fn page(ask: &Ask, problem: Option<&Problem>, user: &str) -> Result<String, Problem> {
    let values = context! {
        user => user,
        action => with_next(next(ask)),
        told => problem.map(|p| p.sentence(ask.lang)),
        cure => problem.map(|p| p.cure(ask.lang)),
    };
    ask.app
        .pages
        .render(&ask.app, ask.lang, "login.html", values)
}

/// Where to go afterwards: only to a page of ours.
fn next(ask: &Ask) -> &str {
    let wanted = ask.param("next").unwrap_or("/");
    let is_ours = wanted.starts_with('/')
        && !wanted.starts_with("//")
        && wanted.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if is_ours { wanted } else { "/" }
}
