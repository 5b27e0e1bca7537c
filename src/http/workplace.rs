//! Several people on one computer: whoever has logged in here with the password comes back with a
//! PIN.
//!
//! A browser is known by a cookie of its own beside the session's. When somebody else comes in, the
//! session that was active is *parked*: its token opens nothing any more, its screens hear nothing,
//! its seat is left. Its person comes back with six digits, to a new token; how old the session is
//! counts from the password.
//!
//! What somebody who gets at the computer can do, and what is in the way:
//!
//! * *Use the session that is active.* They are that person, with or without PINs; only a locked
//!   screen helps. Those who are parked are out of reach: their tokens are dead.
//! * *Guess a PIN.* Only of somebody parked here. Each try is counted before it is compared, in
//!   memory and on disk, and the fifth wrong one ends the parked session: 5 guesses of 927 991
//!   ([`pin`](super::pin)). They count in the throttle of passwords, too. An unknown name, no PIN
//!   and a wrong one get the same answer in the same time.
//! * *Use a PIN seen over a shoulder elsewhere.* It opens nothing without this browser's cookie,
//!   of 256 random bits, which no script reads and only https carries.
//! * *Copy that cookie.* Whoever can, with this account of the computer, can copy the session's as
//!   well; to those who are parked they still need the PIN, with five guesses.
//! * *Plant a cookie they know.* One that no session was opened with is replaced at the next login;
//!   with that of their own browser they are where whoever copies a cookie is.
//! * *Wait.* A PIN opens nothing [`SESSION_IDLE`](limits::SESSION_IDLE) after the password was
//!   given, and nothing once that session was logged out, ended from the list of sessions, or ended
//!   because the person was disabled or given another role or password. A new password forgets the
//!   PIN.
//! * *Become an administrator.* They have no PIN and are never parked: they are logged out.
//! * *Steal the disk.* Only hashes of tokens and cookies are on it. A PIN's argon2id hash gives way
//!   to a million guesses within a day, and opens nothing without the cookie.

use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite};

use super::app::App;
use super::guard;
use super::problem::Problem;
use super::session::{Person, Standing, TokenHash};
use super::{pin, secret};
use crate::base::fault::Fault;
use crate::base::ids::UserName;
use crate::base::limits;
use crate::desk::operator::SeatState;
use crate::desk::order::{Actor, Order, Refusal};
use crate::store::SessionRecord;

/// The browser's own cookie.
pub const COOKIE: &str = "__Host-siaga112-desk";

/// The browser a request comes from.
pub struct Workplace {
    token: String,
    /// What sessions that are opened here remember of it.
    pub hash: TokenHash,
    sessions: Vec<SessionRecord>,
}

impl Workplace {
    /// Where this request comes from. A browser without a cookie, or with one that no session was
    /// opened with, gets a new one.
    ///
    /// # Errors
    /// The fault of a system without randomness.
    pub async fn of(app: &Arc<App>, request: &HttpRequest) -> Result<Workplace, Fault> {
        // A disk that does not answer keeps nobody out: it is a new place then.
        let sessions = app.living_sessions(None).await.unwrap_or_default();
        let given = request.cookie(COOKIE).map(|c| c.value().to_owned());
        let is_known = |token: &String| {
            let hash = Some(secret::hash(token));
            sessions.iter().any(|session| session.desk == hash)
        };
        let token = match given.filter(is_known) {
            Some(token) => token,
            None => secret::token()?,
        };
        Ok(Workplace {
            hash: secret::hash(&token),
            token,
            sessions,
        })
    }

    /// Its cookie. It ends with the browser, as the session's does.
    pub fn cookie(&self) -> Cookie<'static> {
        Cookie::build(COOKIE, self.token.clone())
            .path("/")
            .secure(true)
            .http_only(true)
            .same_site(SameSite::Strict)
            .finish()
    }

    /// Sessions that are parked here, oldest first.
    pub fn parked(&self) -> Vec<&SessionRecord> {
        let here = self.sessions.iter();
        let mut parked: Vec<_> = here
            .filter(|session| session.parked && session.desk == Some(self.hash))
            .collect();
        parked.sort_by_key(|session| session.opened_ms);
        parked
    }

    /// Somebody comes in with their password: whoever is active leaves, and what was parked of them
    /// is over.
    ///
    /// # Errors
    /// As [`Workplace::leave`].
    pub async fn enter(
        &self,
        app: &Arc<App>,
        request: &HttpRequest,
        user: &UserName,
    ) -> Result<(), Problem> {
        match active(app, request).await {
            Some((hash, person)) if person.user == *user => app.end_session(hash),
            Some((hash, person)) => self.leave(app, hash, &person).await?,
            None => {}
        }
        self.end_parked_of(app, user);
        Ok(())
    }

    /// Whoever is active leaves the seat and is parked.
    ///
    /// # Errors
    /// `on_another_call`: nobody leaves a caller behind.
    pub async fn leave(
        &self,
        app: &Arc<App>,
        hash: TokenHash,
        person: &Person,
    ) -> Result<(), Problem> {
        let actor = Actor {
            user: person.user.clone(),
            role: person.role,
        };
        let (state, reason) = (SeatState::Away, None);
        let left = app.handle.order(actor, Order::Seat { state, reason });
        // A refusal comes at once. A disk that is slow to confirm holds nobody up, and who has no
        // seat has none to leave.
        let answer = tokio::time::timeout(LEAVE_PATIENCE, left).await;
        if let Ok(Err(refusal @ Refusal::OnAnotherCall { .. })) = answer {
            return Err(Problem::from(refusal));
        }
        let mut here = self.sessions.iter();
        let opened_here = here.any(|s| s.token_hash == hash && s.desk == Some(self.hash));
        if !opened_here || !pin::may_have(person.role) {
            app.end_session(hash);
            return Ok(());
        }
        let parked = self.parked();
        let room = limits::PARKED_PER_DESK_MAX - 1;
        let too_many = parked.iter().take(parked.len().saturating_sub(room));
        too_many.for_each(|session| app.end_session(session.token_hash));
        app.park_session(hash);
        Ok(())
    }

    /// Ends what is parked here of a person.
    pub fn end_parked_of(&self, app: &Arc<App>, user: &UserName) {
        for session in self.parked() {
            if session.user == *user {
                app.end_session(session.token_hash);
            }
        }
    }
}

/// Who is logged in with this browser.
async fn active(app: &Arc<App>, request: &HttpRequest) -> Option<(TokenHash, Person)> {
    let hash = secret::hash(&guard::cookie_token(request)?);
    match app.judge(hash, false).await {
        Standing::Good { person, .. } => Some((hash, person)),
        Standing::Expired | Standing::Ended => None,
    }
}

/// Time the disk gets to confirm that a seat was left.
const LEAVE_PATIENCE: Duration = Duration::from_secs(1);
