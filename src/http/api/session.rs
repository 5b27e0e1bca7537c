//! The own session: log in, log out, change the password; and the list of all.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use serde::Deserialize;

use super::people;
use crate::base::ids::UserName;
use crate::base::limits;
use crate::base::pii::Pii;
use crate::desk::operator::Role;
use crate::desk::order::{OfficeOrder, Order, UserRecord};
use crate::http::app::{App, peer};
use crate::http::ask::Ask;
use crate::http::guard::{COOKIE, Kind, Who};
use crate::http::problem::Problem;
use crate::http::session::Person;
use crate::http::throttle::Verdict;
use crate::http::view::people::{SessionView, WhoView, session_id};
use crate::http::workplace::Workplace;
use crate::http::{password, secret};
use crate::store::{SessionChange, SessionRecord};

/// `GET /api/v1/session`
pub async fn get(ask: Ask) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(view(ask.who()?)))
}

#[derive(Deserialize)]
struct LoginBody {
    user: String,
    password: String,
}

/// `POST /api/v1/session`
pub async fn open(ask: Ask) -> Result<HttpResponse, Problem> {
    let LoginBody { user, password } = ask.json()?;
    let user = check(&ask.app, &ask.request, &user, password).await?;
    let (who, cookies) = start(&ask.app, &ask.request, &user).await?;
    Ok(logged_in(HttpResponse::Created(), &who, cookies))
}

/// `DELETE /api/v1/session`
pub async fn end(ask: Ask) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::NoContent().cookie(stop(&ask).await).finish())
}

#[derive(Deserialize)]
struct NewPasswordBody {
    old: String,
    new: String,
}

/// `POST /api/v1/session/password`
pub async fn password(ask: Ask) -> Result<HttpResponse, Problem> {
    let NewPasswordBody { old, new } = ask.json()?;
    let (who, cookies) = renew_password(&ask, old, new).await?;
    Ok(logged_in(HttpResponse::Ok(), &who, cookies))
}

/// Changes the own password. Every session ends, and a new one takes the place of this.
///
/// # Errors
/// 403 if the old password is wrong, 422 for a new one that will not do; as [`check`].
pub async fn renew_password(
    ask: &Ask,
    old: String,
    new: String,
) -> Result<(Who, Cookies), Problem> {
    let person = ask.who()?.person.clone();
    let user = check(&ask.app, &ask.request, person.user.as_str(), old).await;
    let user = user.map_err(|problem| match problem.code {
        "wrong_login" => Problem::new(403, "wrong_old_password"),
        _ => problem,
    })?;
    password::check_new(&new, user.user.as_str(), &user.name)?;
    let password_hash = people::hash(ask, new).await?;
    let order = OfficeOrder::SetPassword {
        user: user.user.clone(),
        password_hash: password_hash.clone(),
    };
    ask.order(Order::Office(order)).await?;
    let user = UserRecord {
        password_hash,
        ..user
    };
    start(&ask.app, &ask.request, &user).await
}

/// `GET /api/v1/sessions`
pub async fn list(ask: Ask) -> Result<HttpResponse, Problem> {
    let who = ask.who()?;
    let own = who.session();
    let sessions = sessions_of(&ask, who).await?;
    let items = sessions
        .iter()
        .map(|session| SessionView::new(session, own.as_ref(), &ask.app.zone))
        .collect();
    Ok(HttpResponse::Ok().json(ask.page(items, |session: &SessionView| &session.id)?))
}

/// `DELETE /api/v1/sessions/{session}`
pub async fn end_one(ask: Ask) -> Result<HttpResponse, Problem> {
    end_named(&ask).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Ends the session that the path names.
///
/// # Errors
/// 404 if the one who asks has none of that name.
pub async fn end_named(ask: &Ask) -> Result<(), Problem> {
    let wanted = ask.part("session");
    let sessions = sessions_of(ask, ask.who()?).await?;
    let found = sessions
        .iter()
        .find(|s| session_id(&s.token_hash) == wanted);
    let hash = found
        .ok_or_else(|| Problem::new(404, "no_such_session"))?
        .token_hash;
    ask.app.end_session(hash);
    Ok(())
}

/// Checks name and password against every rule of the login, in the same time whether the name
/// exists or not.
///
/// # Errors
/// 401 `wrong_login`, 429 `too_many_tries`, 503 if the disk or the hashing does not keep up.
pub async fn check(
    app: &Arc<App>,
    request: &HttpRequest,
    user: &str,
    password: String,
) -> Result<UserRecord, Problem> {
    let from = peer(request);
    let name = account(user);
    throttled(app, request, &name).await?;
    let asked = name.clone();
    let record = app.read(move |reader| reader.user(&asked)).await?;
    let stored = record.as_ref().map(|r| r.password_hash.clone());
    let too_long = password.chars().count() > limits::PASSWORD_CHARS_MAX;
    let fits = app
        .hashing(move || !too_long && password::matches(&password, stored.as_deref()))
        .await?;
    match record.filter(|record| fits && !record.disabled) {
        Some(record) => {
            app.throttle().succeeded(name.as_str(), from);
            app.counts.logins.fetch_add(1, Ordering::Relaxed);
            Ok(record)
        }
        None => {
            let locked = app.throttle().failed(name.as_str(), from, app.clock.tick());
            app.counts.logins_failed.fetch_add(1, Ordering::Relaxed);
            tracing::warn!(user = %Pii(name.as_str()), %from, locked, "wrong name or password");
            Err(Problem::new(401, "wrong_login"))
        }
    }
}

/// Counts an attempt on an account; it goes on after the wait that is due.
///
/// # Errors
/// 429 `too_many_tries`.
pub(super) async fn throttled(
    app: &Arc<App>,
    request: &HttpRequest,
    name: &UserName,
) -> Result<(), Problem> {
    let (from, now) = (peer(request), app.clock.tick());
    let verdict = app.throttle().attempt(name.as_str(), from, now);
    match verdict {
        Verdict::Refuse(wait) => {
            app.counts.logins_refused.fetch_add(1, Ordering::Relaxed);
            let minutes = wait.as_secs().div_ceil(60);
            return Err(Problem::new(429, "too_many_tries")
                .with("minutes", minutes)
                .retry_after(wait));
        }
        Verdict::After(wait) if wait > Duration::ZERO => tokio::time::sleep(wait).await,
        Verdict::After(_) => {}
    }
    Ok(())
}

/// The account that an attempt counts for. What cannot be anybody's name is one account together:
/// a stranger's text, however long, is neither kept nor logged.
pub(super) fn account(typed: &str) -> UserName {
    UserName::typed(typed).unwrap_or_else(|| UserName::new(NOBODYS_NAME))
}

/// Logs somebody in with their password. Whoever was active in this browser leaves.
///
/// # Errors
/// `on_another_call` if they still have a caller; the fault of a system without randomness.
pub async fn start(
    app: &Arc<App>,
    request: &HttpRequest,
    user: &UserRecord,
) -> Result<(Who, Cookies), Problem> {
    let place = Workplace::of(app, request).await?;
    place.enter(app, request, &user.user).await?;
    begin(app, request, user, &place, None).await
}

/// Opens a session, in the place of one that was parked or anew. It counts at once; the disk gets
/// a moment to take it, and a disk that refuses keeps nobody from the bell.
///
/// # Errors
/// The fault of a system without randomness.
pub(super) async fn begin(
    app: &Arc<App>,
    request: &HttpRequest,
    user: &UserRecord,
    place: &Workplace,
    parked: Option<SessionRecord>,
) -> Result<(Who, Cookies), Problem> {
    let token = secret::token()?;
    let hash = secret::hash(&token);
    let now = app.now();
    let record = SessionRecord {
        token_hash: hash,
        user: user.user.clone(),
        opened_ms: parked.as_ref().map_or(now.wall.0, |known| known.opened_ms),
        used_ms: now.wall.0,
        from: peer(request).to_string(),
        agent: agent(request),
        desk: Some(place.hash),
        parked: false,
        wrong_pins: 0,
    };
    let change = match parked {
        Some(parked) => {
            app.sessions().switched(&parked, hash, user, now);
            let (parked, session) = (parked.token_hash, record);
            SessionChange::Switch { parked, session }
        }
        None => {
            app.sessions().opened(hash, user, now);
            SessionChange::Open(record)
        }
    };
    let storing = {
        let app = app.clone();
        actix_web::rt::spawn(async move {
            if app.handle.session(change).await.is_ok() {
                app.sessions().stored(&hash);
            }
        })
    };
    let _ = tokio::time::timeout(OPEN_PATIENCE, storing).await;
    let who = Who {
        person: Person::from(user),
        kind: Kind::Browser {
            hash,
            csrf: secret::csrf_of(&token),
        },
    };
    Ok((who, [cookie(token), place.cookie()]))
}

/// The session's cookie and the browser's own.
pub type Cookies = [Cookie<'static>; 2];

/// Who has logged in, with the cookies of it.
pub(super) fn logged_in(
    mut answer: HttpResponseBuilder,
    who: &Who,
    cookies: Cookies,
) -> HttpResponse {
    for cookie in cookies {
        answer.cookie(cookie);
    }
    answer.json(view(who))
}

/// Ends the session that asks, and what is parked of its person in this browser; returns the cookie
/// that removes the old one.
pub async fn stop(ask: &Ask) -> Cookie<'static> {
    if let Some((who, hash)) = ask.who.as_ref().and_then(|who| Some((who, who.session()?))) {
        ask.app.end_session(hash);
        if let Ok(place) = Workplace::of(&ask.app, &ask.request).await {
            place.end_parked_of(&ask.app, &who.person.user);
        }
    }
    let mut gone = cookie(String::new());
    gone.make_removal();
    gone
}

fn cookie(token: String) -> Cookie<'static> {
    Cookie::build(COOKIE, token)
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Strict)
        .finish()
}

async fn sessions_of(ask: &Ask, who: &Who) -> Result<Vec<SessionRecord>, Problem> {
    let of = match who.person.role {
        Role::Admin => None,
        Role::Auditor | Role::Operator | Role::Dispatcher | Role::Supervisor => {
            Some(who.person.user.clone())
        }
    };
    ask.app.living_sessions(of).await
}

fn view(who: &Who) -> WhoView {
    let (kind, csrf) = match &who.kind {
        Kind::Browser { csrf, .. } => ("browser", Some(csrf.clone())),
        Kind::Program { .. } => ("program", None),
    };
    WhoView {
        user: who.person.user.to_string(),
        name: who.person.name.clone(),
        role: who.person.role,
        kind,
        csrf,
    }
}

/// What the browser calls itself, without what could break a list.
fn agent(request: &HttpRequest) -> String {
    let header = request.headers().get(header::USER_AGENT);
    let text = header.and_then(|v| v.to_str().ok()).unwrap_or_default();
    text.chars()
        .filter(|c| !c.is_control())
        .take(AGENT_CHARS_MAX)
        .collect()
}

/// Time the disk gets to take a new session before the login goes on without it.
const OPEN_PATIENCE: Duration = Duration::from_secs(1);
const AGENT_CHARS_MAX: usize = 120;
/// No login name: the sign is not allowed in one.
const NOBODYS_NAME: &str = "?";

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn a_name_that_cannot_be_anybodys_takes_no_room_of_its_own() {
        assert_eq!(account(" Rina.W "), "rina.w".into());
        for typed in ["", "rina wulandari", &"r".repeat(60_000)] {
            assert_eq!(account(typed), NOBODYS_NAME.into());
        }
        assert_eq!(UserName::typed(NOBODYS_NAME), None);
    }
}
