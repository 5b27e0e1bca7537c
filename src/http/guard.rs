//! Who asks, and whether they may. The only maker of [`Actor`]s from outside.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderMap};

use super::app::{App, peer};
use super::problem::Problem;
use super::routes::{Access, Route};
use super::secret;
use super::session::{Person, Standing, TokenHash};
use crate::base::ids::UserName;
use crate::desk::operator::Role;
use crate::desk::order::{Actor, Refusal};

/// The session cookie. The prefix makes browsers insist on https, this host and the whole site.
pub const COOKIE: &str = "__Host-siaga112";

/// Somebody who is known.
#[derive(Clone, Debug)]
pub struct Who {
    pub person: Person,
    pub kind: Kind,
}

/// How they are known.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A logged-in browser.
    Browser { hash: TokenHash, csrf: String },
    /// A program with a token, by the hash of it.
    Program { hash: String },
}

impl Who {
    /// The person or program as the desk knows it.
    pub fn actor(&self) -> Actor {
        Actor {
            user: self.person.user.clone(),
            role: self.person.role,
        }
    }

    /// The session that asks, if it is a browser's.
    pub fn session(&self) -> Option<TokenHash> {
        match &self.kind {
            Kind::Browser { hash, .. } => Some(*hash),
            Kind::Program { .. } => None,
        }
    }
}

/// Lets a request in or refuses it, before its body is read.
///
/// # Errors
/// 401 to somebody unknown, 403 to somebody who may not or who comes from another site.
pub async fn admit(
    app: &Arc<App>,
    route: &Route,
    request: &HttpRequest,
) -> Result<Option<Who>, Problem> {
    if route.changes() || route.same_site {
        check_site(request)?;
    }
    match route.access {
        Access::Anyone => Ok(None),
        Access::Guest => Ok(identify(app, request).await.unwrap_or_default()),
        Access::Local if peer(request).is_loopback() => Ok(None),
        Access::Local => match identify(app, request).await? {
            Some(who) => Ok(Some(who)),
            None => Err(Problem::new(403, "local_only")),
        },
        Access::Roles(roles) => {
            let who = identify(app, request).await?;
            let who = who.ok_or_else(|| Problem::new(401, "login_needed"))?;
            if roles.contains(&who.person.role) {
                return Ok(Some(who));
            }
            tracing::warn!(
                route = route.id,
                role = who.person.role.as_str(),
                "refused: the role does not allow it"
            );
            let needs = roles.iter().min().copied().unwrap_or(Role::Admin);
            Err(Problem::from(Refusal::NotAllowed { needs }))
        }
    }
}

/// Checks the token that every change from a browser must carry, in constant time.
///
/// # Errors
/// 403 without the right one. Programs need none: no browser sends their header by itself.
pub fn check_csrf(
    who: Option<&Who>,
    headers: &HeaderMap,
    form_field: Option<&str>,
) -> Result<(), Problem> {
    let Some(Who {
        kind: Kind::Browser { csrf, .. },
        ..
    }) = who
    else {
        return Ok(());
    };
    let given = headers
        .get("x-csrf")
        .and_then(|v| v.to_str().ok())
        .or(form_field);
    match given {
        Some(given) if secret::same(given.as_bytes(), csrf.as_bytes()) => Ok(()),
        Some(_) | None => Err(Problem::new(403, "csrf")),
    }
}

/// The session token a browser sent, if any.
pub fn cookie_token(request: &HttpRequest) -> Option<String> {
    request
        .cookie(COOKIE)
        .map(|cookie| cookie.value().to_owned())
}

/// What the box does by itself, an administrator could do.
pub(super) fn of_the_box() -> Actor {
    Actor {
        user: UserName::of_the_box(),
        role: Role::Admin,
    }
}

/// A program's name among the users: the colon keeps it apart from every person's.
pub fn program_user(token_name: &str) -> UserName {
    UserName::new(&format!("token:{token_name}"))
}

async fn identify(app: &Arc<App>, request: &HttpRequest) -> Result<Option<Who>, Problem> {
    if let Some(value) = request.headers().get(header::AUTHORIZATION) {
        let token = value.to_str().ok().and_then(bearer);
        let token = token.ok_or_else(|| Problem::new(401, "token_unknown"))?;
        return program(app, secret::hash_hex(token)).await.map(Some);
    }
    match cookie_token(request) {
        Some(token) => browser(app, &token).await.map(Some),
        None => Ok(None),
    }
}

/// `Bearer TOKEN`; the scheme's letter case does not matter (RFC 9110 11.1).
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
}

async fn browser(app: &Arc<App>, token: &str) -> Result<Who, Problem> {
    let hash = secret::hash(token);
    match app.judge(hash, true).await {
        Standing::Good { person, .. } => Ok(Who {
            person,
            kind: Kind::Browser {
                hash,
                csrf: secret::csrf_of(token),
            },
        }),
        Standing::Expired | Standing::Ended => Err(Problem::new(401, "session_over")),
    }
}

async fn program(app: &Arc<App>, hash: String) -> Result<Who, Problem> {
    let asked = hash.clone();
    let token = app.look_up(move |reader| reader.token(&asked)).await?;
    match token {
        Some(token) if !token.revoked => Ok(Who {
            person: Person {
                user: program_user(&token.name),
                name: token.name,
                role: token.role,
            },
            kind: Kind::Program { hash },
        }),
        Some(_) | None => Err(Problem::new(401, "token_unknown")),
    }
}

/// A change may come only from our own pages or from something that is not a browser: browsers
/// say where a request comes from, and nobody else pretends to.
fn check_site(request: &HttpRequest) -> Result<(), Problem> {
    let header = |name: &str| {
        request
            .headers()
            .get(name)
            .map(|v| v.to_str().unwrap_or("?"))
    };
    let site_is_ours = match header("sec-fetch-site") {
        None | Some("same-origin" | "none") => true,
        Some(_) => false,
    };
    let origin_is_ours = match header("origin") {
        None => true,
        Some(origin) => host_of(request).is_some_and(|host| origin == format!("https://{host}")),
    };
    if site_is_ours && origin_is_ours {
        return Ok(());
    }
    Err(Problem::new(403, "cross_site"))
}

/// The host a browser asked for: `:authority` in HTTP/2, `Host` before it.
fn host_of(request: &HttpRequest) -> Option<String> {
    if let Some(authority) = request.uri().authority() {
        return Some(authority.as_str().to_owned());
    }
    let host = request.headers().get(header::HOST)?;
    host.to_str().ok().map(str::to_owned)
}
