//! People at their seats.

use serde::{Deserialize, Serialize};

use super::help::Help;
use crate::base::ids::{CallId, UserName};
use crate::base::time::Stamp;

/// What a person or program may do. Every role may look at the board except `auditor`'s limits,
/// which `http::guard` enforces for reading; what may be *changed* is decided by the desk.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Auditor,
    /// Takes calls (L1).
    Operator,
    /// Sends agencies (L2), and takes calls where that is needed.
    Dispatcher,
    Supervisor,
    Admin,
}

impl Role {
    /// Every role, least powerful first.
    pub const ALL: [Role; 5] = [
        Role::Auditor,
        Role::Operator,
        Role::Dispatcher,
        Role::Supervisor,
        Role::Admin,
    ];

    /// As in the API and the journal.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Auditor => "auditor",
            Role::Operator => "operator",
            Role::Dispatcher => "dispatcher",
            Role::Supervisor => "supervisor",
            Role::Admin => "admin",
        }
    }
}

/// What the person at a seat is doing.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeatState {
    /// Takes calls.
    Ready,
    /// At the desk, takes no calls (break, prayer, meal, meeting).
    Pause,
    /// Not at the desk.
    Away,
}

/// One seat: one person who has joined.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Seat {
    pub user: UserName,
    /// As people call them; the login if nobody of that login is known.
    pub name: String,
    pub state: SeatState,
    pub reason: Option<String>,
    pub since: Stamp,
    /// The call this person has claimed or talks on.
    pub call: Option<CallId>,
    /// Ended calls of this person that still have no class.
    pub unclassified: Vec<CallId>,
    /// This person asks for a supervisor.
    pub help: Option<Help>,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_role_is_written_by_its_name_so_that_a_new_one_between_changes_nothing_stored() {
        for role in Role::ALL {
            let written = serde_json::to_string(&role).unwrap();
            assert_eq!(written, format!("\"{}\"", role.as_str()));
            assert_eq!(serde_json::from_str::<Role>(&written).unwrap(), role);
        }
        assert!(Role::ALL.is_sorted());
        assert!(Role::Operator < Role::Dispatcher && Role::Dispatcher < Role::Supervisor);
    }
}
