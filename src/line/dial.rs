//! Calling a number.

use std::time::Duration;

use super::heard::{Outcome, Reply};
use super::machine::Machine;
use super::queue::Why;
use super::talk::Stage;
use super::timers::Timer;
use super::words::{DialRefused, Event};

impl Machine {
    /// Calls a number, if the line is free for it.
    pub(super) fn dial(&mut self, number: &str, token: u64) {
        if let Err(refused) = self.may_dial(number) {
            self.core.tell(Event::Dialled {
                token,
                call: Err(refused),
            });
            return;
        }
        self.core.timers.stop(Timer::Dial);
        self.finish_last_call();
        self.talk.expect_dialled(token);
        self.prepare();
        let calls = self.core.profile.calls.clone();
        let limit = Duration::from_secs(u64::from(calls.dial_limit_s));
        let text = calls.dial.replace("{number}", number);
        self.core.urge(Why::Dial, text, limit);
    }

    fn may_dial(&self, number: &str) -> Result<(), DialRefused> {
        let digits = number.strip_prefix('+').unwrap_or(number);
        let is_number = (1..=DIGITS_MAX).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number {
            return Err(DialRefused::BadNumber);
        }
        if !self.open || !self.boot.takes_calls() || self.core.status.down.is_some() {
            return Err(DialRefused::LineDown);
        }
        if !self.talk.is_free() {
            return Err(DialRefused::Busy);
        }
        Ok(())
    }

    pub(super) fn dial_replied(&mut self, reply: &Reply) {
        match reply.outcome {
            // Without an answer the call may have been made all the same: the list tells, and if
            // it does not, the line is cleared.
            Outcome::Ok | Outcome::TimedOut => {
                self.await_dialled();
                self.dialled_off_hook();
                self.poll_now();
            }
            Outcome::Error | Outcome::Cme(_) | Outcome::Cms(_) | Outcome::CallEnded(_) => {
                if self.talk.is_dialling() {
                    self.dial_failed(DialRefused::Refused);
                    self.put_back();
                }
            }
        }
    }

    /// The call must show itself within a while, unless it has.
    fn await_dialled(&mut self) {
        if self.talk.is_dialling() {
            self.core.after(Timer::Dial, SHOWN_WITHIN);
        }
    }

    /// Once the call has shown itself nothing is waited for: a timer left behind would break off
    /// the next one.
    pub(super) fn dialled_is_shown(&mut self) {
        if !self.talk.is_dialling() {
            self.core.timers.stop(Timer::Dial);
        }
    }

    /// On a line without a list the modem is off the hook once the digits are out; whether
    /// somebody answers is heard by the operator alone.
    pub(super) fn dialled_off_hook(&mut self) {
        if self.core.profile.calls.list || self.core.queue.has(Why::Dial) {
            return;
        }
        let mut all = self.talk.all().iter();
        if let Some(call) = all.find(|call| call.stage == Stage::Dialing) {
            self.taken(call.no);
        }
    }

    /// The modem took the number and no call has shown itself.
    pub(super) fn dial_due(&mut self) {
        if !self.talk.is_dialling() {
            return;
        }
        self.dial_failed(DialRefused::Refused);
        // The called telephone may ring all the same.
        self.break_off(0);
        self.put_back();
    }

    /// Hangs up on a line without a known call; on one with a call it would end that.
    fn break_off(&mut self, form: usize) {
        let forms = &self.core.profile.calls.hang_up;
        if !self.talk.is_free() || form >= forms.len() {
            return;
        }
        let place = (self.hook.hang_up_first + form) % forms.len();
        if let Some(text) = forms.get(place).cloned() {
            let limit = self.core.profile.calls.hang_up_limit_s;
            let limit = Duration::from_secs(u64::from(limit));
            self.core.urge(Why::BreakOff { form }, text, limit);
        }
    }

    pub(super) fn broken_off(&mut self, form: usize, reply: &Reply) {
        if matches!(reply.outcome, Outcome::Error | Outcome::Cme(_)) {
            self.break_off(form + 1);
        }
    }

    /// Tells that nothing came of the order, if its call has not shown itself.
    pub(super) fn dial_failed(&mut self, refused: DialRefused) {
        self.core.timers.stop(Timer::Dial);
        self.core.queue.drop_where(|why| why == Why::Dial);
        if let Some(token) = self.talk.give_up_dialled() {
            self.core.tell(Event::Dialled {
                token,
                call: Err(refused),
            });
        }
    }

    /// A dial that the modem has not answered yet is broken off by what is sent next (ITU-T V.250:
    /// any character does).
    pub(super) fn interrupt_dial(&mut self) {
        let dials = self
            .core
            .queue
            .in_flight()
            .is_some_and(|job| job.why == Why::Dial);
        if dials {
            self.core.queue.answered();
            self.core.timers.stop(Timer::Reply);
            self.await_dialled();
            self.ear.gave_up(self.core.now.tick);
            self.listen();
        } else if self.core.queue.has(Why::Dial) {
            self.dial_failed(DialRefused::Busy);
        }
    }
}

/// ITU-T E.164 has 15; prefixes for other operators come before.
const DIGITS_MAX: usize = 20;

/// `^ORIG`, the call list or the ringing tone come within seconds of the modem's `OK`.
const SHOWN_WITHIN: Duration = Duration::from_secs(10);
