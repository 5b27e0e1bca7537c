//! Putting the line back when nothing is left of a call.

use super::boot::Part;
use super::heard::{Outcome, Reply};
use super::machine::Machine;
use super::queue::Why;

impl Machine {
    /// The last call is over, or never came about.
    pub(super) fn put_back(&mut self) {
        if !self.talk.is_free() || !self.open || self.boot.part() < Part::Start {
            return;
        }
        let after = self.core.profile.calls.after.clone();
        for (step, one_of) in after.iter().enumerate() {
            if let Some(text) = one_of.forms().first() {
                self.core.ask(Why::After { step, form: 0 }, text.clone());
            }
        }
        self.reset_if_due();
    }

    /// We dial: the receiver may not be down yet after the last call, so that comes first.
    pub(super) fn finish_last_call(&mut self) {
        let puts_back = |why| matches!(why, Why::After { .. });
        self.core.queue.hasten(puts_back);
    }

    /// A call is answered, so the receiver is down: what is left of that would put it down under the
    /// call, and comes again after it.
    pub(super) fn stay_as_it_is(&mut self) {
        let puts_back = |why| matches!(why, Why::After { .. });
        self.core.queue.drop_where(puts_back);
    }

    /// Refused: the next form of the same step.
    pub(super) fn after_replied(&mut self, step: usize, form: usize, reply: &Reply) {
        let is_refused = match reply.outcome {
            Outcome::Error | Outcome::Cme(_) | Outcome::Cms(_) => true,
            Outcome::Ok | Outcome::CallEnded(_) | Outcome::TimedOut => false,
        };
        if !is_refused || !self.talk.is_free() {
            return;
        }
        let form = form + 1;
        let one_of = self.core.profile.calls.after.get(step);
        let next = one_of.and_then(|one_of| one_of.forms().get(form)).cloned();
        if let Some(text) = next {
            self.core.ask(Why::After { step, form }, text);
        }
    }
}
