//! Taking a call over from somebody who does not get on with it, so that nobody can be silently
//! stuck with a call.

use super::call::Direction;
use super::calls::Live;
use super::decide::handed_over;
use super::fact::Fact;
use super::operator::Role;
use super::order::{Actor, LineOrder, Refusal};
use super::{Decision, Desk};
use crate::base::ids::{CallId, UserName};
use crate::base::limits;
use crate::base::time::{Now, Tick};

impl Desk {
    /// Takes a call from whoever has it; one that nobody has is answered.
    pub(super) fn take_over(
        &self,
        now: Now,
        actor: &Actor,
        call: CallId,
    ) -> Result<Decision, Refusal> {
        let live = self.live(call)?;
        let by = actor.user.clone();
        let Some(owner) = live.owner.clone().filter(|owner| *owner != by) else {
            return self.answer(actor, call);
        };
        self.check_free(&by)?;
        if actor.role < Role::Supervisor {
            self.check_may_take_over(now, call, &owner)?;
        }
        let mut decision = Decision::about(call);
        if is_claim(live) {
            let why = "taken_over".to_owned();
            let owner = Fact::CallUnclaimed {
                call,
                by: owner,
                why,
            };
            decision.facts = vec![owner, Fact::CallClaimed { call, by }];
            // It was told before; a line that has answered meanwhile is not troubled by it.
            decision.lines.push(LineOrder::Answer { call });
        } else {
            decision.facts = handed_over(live, by);
        }
        decision.facts.extend(self.helps_with(actor, call));
        Ok(decision)
    }

    /// From when on anybody who is free may take this call from whoever has it: its line does not
    /// answer, or it is up and its caller hears nobody. `None`: as things are, never.
    pub fn takeover_from(&self, call: CallId) -> Option<Tick> {
        let live = self.calls.live(call)?;
        let owner = live.owner.as_ref()?;
        let ticks = self.calls.ticks(call);
        let since = if is_claim(live) {
            ticks.claimed
        } else if live.rings() {
            None
        } else {
            let gone = self.seats.without_screen_since(owner);
            [ticks.unheard, gone].into_iter().flatten().min()
        };
        since.map(|since| since + limits::TAKEOVER_AFTER)
    }

    fn check_may_take_over(&self, now: Now, call: CallId, owner: &UserName) -> Result<(), Refusal> {
        match self.takeover_from(call) {
            Some(from) if from <= now.tick => Ok(()),
            Some(from) => {
                let wait = from.since(now.tick).as_millis();
                let wait_s = u64::try_from(wait.div_ceil(1_000)).unwrap_or(u64::MAX);
                Err(Refusal::TooEarly { wait_s })
            }
            None => {
                let by = Some(owner.clone());
                Err(Refusal::NotYours { by })
            }
        }
    }
}

/// Somebody has taken it and its line has not answered yet.
fn is_claim(live: &Live) -> bool {
    live.rings() && live.record.direction == Direction::In
}
