//! Asking a supervisor for help: at a call that is too much for one person, or at the desk.

use serde::{Deserialize, Serialize};

use super::fact::Fact;
use super::operator::Role;
use super::order::{Actor, Refusal};
use super::{Decision, Desk, check};
use crate::base::ids::{CallId, UserName};
use crate::base::time::Stamp;

/// Somebody at the desk asks for a supervisor.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Help {
    pub since: Stamp,
    /// The call it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<CallId>,
}

impl Desk {
    /// About the named call, or else the asker's own one, or none.
    pub(super) fn ask_help(
        &self,
        actor: &Actor,
        call: Option<CallId>,
    ) -> Result<Decision, Refusal> {
        let user = actor.user.clone();
        let chair = self.seats.get(&user).ok_or(Refusal::NotReady)?;
        if let Some(call) = call {
            self.live(call)?;
        }
        let call = call.or_else(|| self.calls.owned_by(&user));
        let asks = chair.help.as_ref().is_some_and(|help| help.call == call);
        Ok(Decision::of(
            (!asks).then_some(Fact::OperatorAskedHelp { user, call }),
        ))
    }

    /// Somebody comes; or who asked needs nobody any more.
    pub(super) fn help(&self, actor: &Actor, user: &UserName) -> Result<Decision, Refusal> {
        if actor.user != *user {
            check::role(actor, Role::Supervisor)?;
        }
        let chair = self.seats.get(user).ok_or(Refusal::NoSuchName)?;
        let helped = chair.help.as_ref().map(|_| helped(actor, user));
        Ok(Decision::of(helped))
    }

    /// What being in this call means for those who asked for help with it.
    pub(super) fn helps_with(&self, actor: &Actor, call: CallId) -> impl Iterator<Item = Fact> {
        let counts = actor.role >= Role::Supervisor;
        let asked = self.seats.all().filter(move |(user, chair)| {
            let about = chair.help.as_ref().and_then(|help| help.call);
            counts && about == Some(call) && **user != actor.user
        });
        asked.map(|(user, _)| helped(actor, user))
    }
}

fn helped(actor: &Actor, user: &UserName) -> Fact {
    Fact::OperatorHelped {
        user: user.clone(),
        by: actor.user.clone(),
    }
}
