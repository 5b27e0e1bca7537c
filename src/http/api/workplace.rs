//! PINs, and coming back with one on a computer that several people share.

use std::sync::atomic::Ordering;

use actix_web::HttpResponse;
use serde::Deserialize;

use super::people;
use super::session::{Cookies, account, begin, check, logged_in, throttled};
use crate::base::ids::UserName;
use crate::base::limits;
use crate::base::pii::Pii;
use crate::desk::order::{OfficeOrder, Order, UserRecord};
use crate::http::app::peer;
use crate::http::ask::Ask;
use crate::http::guard::Who;
use crate::http::problem::Problem;
use crate::http::view::Page;
use crate::http::view::people::DeskPersonView;
use crate::http::workplace::Workplace;
use crate::http::{password, pin as pins};
use crate::store::{SessionChange, SessionRecord};

#[derive(Deserialize)]
struct PinBody {
    password: String,
    pin: Option<String>,
}

/// `POST /api/v1/session/pin`: `null` forgets it.
pub async fn pin(ask: Ask) -> Result<HttpResponse, Problem> {
    let PinBody { password, pin } = ask.json()?;
    choose(&ask, password, pin).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Gives the one who asks a PIN, or takes it.
///
/// # Errors
/// 403 for a role without PINs or with a wrong password, 422 for a PIN that is easy to guess.
pub async fn choose(ask: &Ask, password: String, pin: Option<String>) -> Result<(), Problem> {
    let person = ask.who()?.person.clone();
    if !pins::may_have(person.role) {
        return Err(Problem::new(403, "pin_not_for_role"));
    }
    if let Some(pin) = &pin {
        pins::check_new(pin)?;
    }
    let user = check(&ask.app, &ask.request, person.user.as_str(), password).await;
    let user = user.map_err(|problem| match problem.code {
        "wrong_login" => Problem::new(403, "wrong_old_password"),
        _ => problem,
    })?;
    let pin_hash = match pin {
        Some(pin) => Some(people::hash(ask, pin).await?),
        None if user.pin_hash.is_none() => return Ok(()),
        None => None,
    };
    let order = OfficeOrder::SetPin { pin_hash };
    ask.order(Order::Office(order)).await?;
    Ok(())
}

/// `GET /api/v1/session/desk`
pub async fn list(ask: Ask) -> Result<HttpResponse, Problem> {
    let items = people(&ask).await?;
    Ok(HttpResponse::Ok().json(Page { items, next: None }))
}

/// Who is active on this computer, and who may come back to it.
///
/// # Errors
/// 503 if the disk does not answer.
pub async fn people(ask: &Ask) -> Result<Vec<DeskPersonView>, Problem> {
    let place = Workplace::of(&ask.app, &ask.request).await?;
    let users = ask.app.read(|reader| reader.users()).await?;
    let now = ask.app.now();
    let may_switch = |s: &&&SessionRecord| ask.app.sessions().may_switch(s, now);
    let parked = place.parked();
    let parked = parked.iter().filter(may_switch).map(|s| (&s.user, false));
    let active = ask.who.as_ref().filter(|who| who.session().is_some());
    let active = active.map(|who| (&who.person.user, true));
    let view = |(user, active): (&UserName, bool)| {
        let known = users.iter().find(|known| known.user == *user);
        let known = known.filter(|known| active || is_let_in(known))?;
        Some(DeskPersonView::new(known, active))
    };
    Ok(active.into_iter().chain(parked).filter_map(view).collect())
}

#[derive(Deserialize)]
struct SwitchBody {
    user: String,
    pin: String,
}

/// `POST /api/v1/session/switch`
pub async fn switch(ask: Ask) -> Result<HttpResponse, Problem> {
    let SwitchBody { user, pin } = ask.json()?;
    let (who, cookies) = come_back(&ask, &user, pin).await?;
    Ok(logged_in(HttpResponse::Created(), &who, cookies))
}

/// Somebody comes back to this computer; whoever is active is parked.
///
/// # Errors
/// 401 `wrong_pin`, 429 `too_many_tries`, 409 if whoever is active cannot leave now.
pub async fn come_back(ask: &Ask, user: &str, pin: String) -> Result<(Who, Cookies), Problem> {
    let name = account(user);
    throttled(&ask.app, &ask.request, &name).await?;
    let place = Workplace::of(&ask.app, &ask.request).await?;
    let asked = name.clone();
    let record = ask.app.read(move |reader| reader.user(&asked)).await?;
    let mut parked = place.parked().into_iter();
    let parked = parked.find(|session| session.user == name).cloned();
    let both = parked.zip(record.filter(is_let_in));
    let Some((parked, user)) = compared(ask, both, pin).await? else {
        let from = peer(&ask.request);
        let now = ask.app.clock.tick();
        let locked = ask.app.throttle().failed(name.as_str(), from, now);
        ask.app.counts.logins_failed.fetch_add(1, Ordering::Relaxed);
        tracing::warn!(user = %Pii(name.as_str()), %from, locked, "wrong name or PIN");
        return Err(Problem::new(401, "wrong_pin"));
    };
    ask.app
        .throttle()
        .succeeded(name.as_str(), peer(&ask.request));
    if let Some((who, hash)) = ask.who.as_ref().and_then(|who| Some((who, who.session()?))) {
        place.leave(&ask.app, hash, &who.person).await?;
    }
    ask.app.counts.logins.fetch_add(1, Ordering::Relaxed);
    let parked = Some(parked);
    begin(&ask.app, &ask.request, &user, &place, parked).await
}

/// The parked session and its person, if this is their PIN. It takes as long, and says as little, if
/// there is no such session, no such person or no PIN. A try counts before it is compared, so that
/// many at once are no more than one after the other.
async fn compared(
    ask: &Ask,
    both: Option<(SessionRecord, UserRecord)>,
    pin: String,
) -> Result<Option<(SessionRecord, UserRecord)>, Problem> {
    let app = &ask.app;
    let now = app.now();
    let both = both.filter(|(parked, user)| app.sessions().try_pin(parked, user, now));
    let stored = both.as_ref().and_then(|(_, user)| user.pin_hash.clone());
    let is_pin = pin.len() == limits::PIN_DIGITS;
    let fits = move || is_pin && password::matches(&pin, stored.as_deref());
    let fits = app.hashing(fits).await;
    let Some((parked, user)) = both else {
        fits?;
        return Ok(None);
    };
    let token_hash = parked.token_hash;
    match fits {
        Ok(true) => {
            app.sessions().pin_was_not_wrong(&token_hash);
            Ok(Some((parked, user)))
        }
        Ok(false) => {
            app.store_session(SessionChange::WrongPin { token_hash });
            Ok(None)
        }
        Err(problem) => {
            app.sessions().pin_was_not_wrong(&token_hash);
            Err(problem)
        }
    }
}

/// Whether a person may come back with a PIN at all.
fn is_let_in(user: &UserRecord) -> bool {
    !user.disabled && pins::may_have(user.role)
}
