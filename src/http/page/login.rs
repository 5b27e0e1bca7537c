//! Logging in and out.

use actix_web::HttpResponse;
use actix_web::cookie::Cookie;
use minijinja::context;

use super::{html, see_other, switch};
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
    Ok(html(page(&ask, None, "").await?))
}

/// `POST /login`
pub async fn post(ask: Ask) -> Result<HttpResponse, Problem> {
    let user = ask.form("user").unwrap_or_default();
    let password = ask.form("password").unwrap_or_default();
    match session::check(&ask.app, &ask.request, &user, password).await {
        Ok(record) => {
            let (_, cookies) = session::start(&ask.app, &ask.request, &record).await?;
            with_cookies(see_other(next(&ask)), &cookies)
        }
        Err(problem) => {
            let body = page(&ask, Some(&problem), &user).await?;
            Ok(problem.page(body))
        }
    }
}

/// `POST /logout`
pub async fn logout(ask: Ask) -> Result<HttpResponse, Problem> {
    let gone = session::stop(&ask).await;
    with_cookies(see_other("/login"), &[gone])
}

/// The answer with these cookies set.
///
/// # Errors
/// `busy`; our own cookies always fit into a header.
pub fn with_cookies(
    mut answer: HttpResponse,
    cookies: &[Cookie<'static>],
) -> Result<HttpResponse, Problem> {
    for cookie in cookies {
        let added = answer.add_cookie(cookie);
        added.map_err(|_| Problem::new(503, "busy"))?;
    }
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

async fn page(ask: &Ask, problem: Option<&Problem>, user: &str) -> Result<String, Problem> {
    let values = context! {
        user => user,
        pin => switch::is_offered(ask).await,
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
