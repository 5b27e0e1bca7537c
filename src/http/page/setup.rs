//! Claiming a fresh box: the code from the console makes its bearer the first administrator.

use actix_web::HttpResponse;
use minijinja::context;

use super::login::with_cookies;
use super::{html, see_other};
use crate::desk::operator::Role;
use crate::desk::order::{Actor, OfficeOrder, Order, Refusal, UserRecord};
use crate::desk::person_name;
use crate::http::api::{people, session};
use crate::http::app::peer;
use crate::http::ask::Ask;
use crate::http::problem::Problem;
use crate::http::setup::{self, Verdict};
use crate::http::throttle;
use crate::http::{names, password};
use crate::store;

/// `GET /setup`
pub async fn get(ask: Ask) -> Result<HttpResponse, Problem> {
    if is_claimed(&ask).await? {
        return Ok(see_other("/login"));
    }
    Ok(html(page(&ask, None)?))
}

/// `POST /setup`
pub async fn post(ask: Ask) -> Result<HttpResponse, Problem> {
    match claim(&ask).await {
        Ok(record) => {
            let (_, cookies) = session::start(&ask.app, &ask.request, &record).await?;
            with_cookies(see_other("/"), &cookies)
        }
        Err(problem) => {
            let body = page(&ask, Some(&problem))?;
            Ok(problem.page(body))
        }
    }
}

/// Checks everything else before the code, so that a short password costs no guess.
async fn claim(ask: &Ask) -> Result<UserRecord, Problem> {
    let field = |name| ask.form(name).unwrap_or_default();
    let _one_at_a_time = ask.app.claiming.lock().await;
    if is_claimed(ask).await? {
        return Err(Problem::new(409, "setup_done"));
    }
    let from = peer(&ask.request);
    let verdict = ask
        .app
        .throttle()
        .attempt("setup", from, ask.app.clock.tick());
    if let throttle::Verdict::Refuse(wait) = verdict {
        let minutes = wait.as_secs().div_ceil(60);
        return Err(Problem::new(429, "too_many_tries")
            .with("minutes", minutes)
            .retry_after(wait));
    }
    let user = names::login(&field("user"))?;
    let name = person_name(&field("name"))?.to_owned();
    let password = field("password");
    if password != field("again") {
        return Err(Problem::new(422, "password_differs"));
    }
    password::check_new(&password, user.as_str(), &name)?;
    match setup::check(&ask.app.data_dir, &field("code"), ask.app.now().wall)? {
        Verdict::Right => {}
        Verdict::Wrong { left } => {
            return Err(Problem::new(403, "setup_code_wrong").with("left", left));
        }
        Verdict::Over => return Err(Problem::new(403, "setup_code_over")),
    }
    let password_hash = people::hash(ask, password).await?;
    let order = OfficeOrder::Claim {
        user: user.clone(),
        name: name.clone(),
        password_hash: password_hash.clone(),
    };
    let actor = Actor {
        user: user.clone(),
        role: Role::Admin,
    };
    let claimed = ask.app.handle.order(actor, Order::Office(order)).await;
    claimed.map_err(|refusal| match refusal {
        Refusal::AlreadyExists => Problem::new(409, "setup_done"),
        other => Problem::from(other),
    })?;
    setup::forget(&ask.app.data_dir)?;
    Ok(UserRecord {
        user,
        name,
        role: Role::Admin,
        password_hash,
        disabled: false,
        pin_hash: None,
    })
}

async fn is_claimed(ask: &Ask) -> Result<bool, Problem> {
    let users = ask.app.read(|reader| reader.users()).await?;
    Ok(!users.is_empty())
}

fn page(ask: &Ask, problem: Option<&Problem>) -> Result<String, Problem> {
    let values = context! {
        set_aside => store::set_aside_in(&ask.app.data_dir).join(", "),
        user => ask.form("user").unwrap_or_default(),
        name => ask.form("name").unwrap_or_default(),
        code => ask.form("code").unwrap_or_default(),
        told => problem.map(|p| p.sentence(ask.lang)),
        cure => problem.map(|p| p.cure(ask.lang)),
    };
    ask.app
        .pages
        .render(&ask.app, ask.lang, "setup.html", values)
}
