//! What verbs ask and what the service says.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::desk::operator::Role;

/// One request.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Request {
    /// Version, process id, time since the start, time zone.
    Ping,
    /// The board as the API shows it.
    Board,
    UserAdd {
        user: String,
        name: String,
        role: Role,
        password: Password,
    },
    /// One item a user.
    UserList,
    UserPassword {
        user: String,
        password: Password,
    },
    UserDisable {
        user: String,
    },
    UserEnable {
        user: String,
    },
    /// Answers with the token, this once.
    TokenAdd {
        name: String,
        role: Role,
    },
    /// One item a token.
    TokenList,
    TokenRevoke {
        name: String,
    },
    /// The code that claims a fresh box: the valid one, or a new one if `renew` or if there is none.
    SetupCode {
        renew: bool,
    },
    /// Walks the whole journal and its lists. One item now and then, so that nobody waits blindly.
    Verify,
    /// What the journal and the data folder tell of lost records.
    Losses,
    /// One item a call, newest first, offered from `from_ms` to `to_ms`, the latter not included
    /// (milliseconds since 1970).
    ExportCalls {
        from_ms: Option<i64>,
        to_ms: Option<i64>,
    },
    /// Stop as for SIGTERM.
    Stop,
}

/// A password on its way over the socket; never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Password(pub String);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// One line of an answer.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// Part of a list; more follows.
    Item(Value),
    /// The end, with what was asked for.
    Done(Value),
    /// An expected no, with the next step.
    Refused { code: String, told: String },
    /// Something is broken in the service.
    Fault {
        code: String,
        told: String,
        cure: String,
    },
}

impl Said {
    /// Whether nothing follows.
    pub fn ends(&self) -> bool {
        match self {
            Said::Item(_) => false,
            Said::Done(_) | Said::Refused { .. } | Said::Fault { .. } => true,
        }
    }
}
