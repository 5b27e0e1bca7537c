//! People, programs, sessions and numbers as the API shows them.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use serde::Serialize;

use super::Page;
use super::call::CallView;
use crate::base::phone::Number;
use crate::base::time::Wall;
use crate::desk::operator::Role;
use crate::desk::order::{TokenRecord, UserRecord};
use crate::store::{NumberSummary, SessionRecord};

/// A person who may log in.
#[derive(Serialize, Debug)]
pub struct UserView {
    pub user: String,
    pub name: String,
    pub role: Role,
    pub disabled: bool,
}

impl From<&UserRecord> for UserView {
    fn from(user: &UserRecord) -> UserView {
        UserView {
            user: user.user.to_string(),
            name: user.name.clone(),
            role: user.role,
            disabled: user.disabled,
        }
    }
}

/// A program's token, without the token.
#[derive(Serialize, Debug)]
pub struct TokenView {
    pub name: String,
    pub role: Role,
    pub revoked: bool,
}

impl From<&TokenRecord> for TokenView {
    fn from(token: &TokenRecord) -> TokenView {
        TokenView {
            name: token.name.clone(),
            role: token.role,
            revoked: token.revoked,
        }
    }
}

/// A logged-in browser.
#[derive(Serialize, Debug)]
pub struct SessionView {
    /// First part of the hash: enough to name it, nothing to log in with.
    pub id: String,
    pub user: String,
    pub opened_at: String,
    pub used_at: String,
    pub from: String,
    pub agent: String,
    /// It is the one that asks.
    pub own: bool,
    /// Somebody else is active in its browser; its person may come back with a PIN.
    pub parked: bool,
}

impl SessionView {
    /// As seen in `zone` by the session `asking`.
    pub fn new(session: &SessionRecord, asking: Option<&[u8; 32]>, zone: &TimeZone) -> SessionView {
        SessionView {
            id: session_id(&session.token_hash),
            user: session.user.to_string(),
            opened_at: Wall(session.opened_ms).rfc3339(zone),
            used_at: Wall(session.used_ms).rfc3339(zone),
            from: session.from.clone(),
            agent: session.agent.clone(),
            own: asking == Some(&session.token_hash),
            parked: session.parked,
        }
    }
}

/// Somebody who is logged in on a computer that several people share.
#[derive(Serialize, Debug)]
pub struct DeskPersonView {
    pub user: String,
    pub name: String,
    pub role: Role,
    /// Without one the password is needed.
    pub has_pin: bool,
    /// It is the one that asks; the others may come back.
    pub active: bool,
}

impl DeskPersonView {
    /// Of a person.
    pub fn new(user: &UserRecord, active: bool) -> DeskPersonView {
        DeskPersonView {
            user: user.user.to_string(),
            name: user.name.clone(),
            role: user.role,
            has_pin: user.pin_hash.is_some(),
            active,
        }
    }
}

/// How a session is named in the API.
pub fn session_id(token_hash: &[u8; 32]) -> String {
    data_encoding::HEXLOWER.encode(&token_hash[..8])
}

/// Who asks.
#[derive(Serialize, Debug)]
pub struct WhoView {
    pub user: String,
    pub name: String,
    pub role: Role,
    /// `browser` or `program`.
    pub kind: &'static str,
    /// Send it as `X-CSRF` with every change; `null` for programs, which need none.
    pub csrf: Option<String>,
}

/// What is known of a number.
#[derive(Serialize, Debug)]
pub struct KnownNumber {
    pub number: String,
    pub number_shown: String,
    pub calls_in: u64,
    pub calls_out: u64,
    pub abandoned: u64,
    pub unclassified: u64,
    pub by_class: BTreeMap<&'static str, u64>,
    pub first_at: Option<String>,
    pub last_at: Option<String>,
}

impl KnownNumber {
    /// As seen in `zone`.
    pub fn new(number: &Number, known: &NumberSummary, zone: &TimeZone) -> KnownNumber {
        let at = |ms: i64| Wall(ms).rfc3339(zone);
        KnownNumber {
            number: number.to_string(),
            number_shown: number.national(),
            calls_in: known.calls_in,
            calls_out: known.calls_out,
            abandoned: known.abandoned,
            unclassified: known.unclassified,
            by_class: known
                .by_class
                .iter()
                .map(|(class, n)| (class.as_str(), *n))
                .collect(),
            first_at: known.first_ms.map(at),
            last_at: known.last_ms.map(at),
        }
    }
}

/// What is known of a number, with its history.
#[derive(Serialize, Debug)]
pub struct NumberView {
    #[serde(flatten)]
    pub known: KnownNumber,
    /// Its calls, newest first.
    pub history: Page<CallView>,
}
