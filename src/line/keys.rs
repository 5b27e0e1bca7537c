//! Keys that we press during a call.

use std::collections::VecDeque;
use std::time::Duration;

use super::heard::{CallNo, Outcome, Reply};
use super::machine::Machine;
use super::queue::Why;
use super::talk::Stage;
use super::timers::Timer;
use crate::base::limits;

/// Keys still to be pressed, one call's at a time.
#[derive(Debug, Default)]
pub(super) struct Keys {
    waiting: VecDeque<(CallNo, char)>,
    /// Which of the profile's forms the modem takes; learnt once.
    form: usize,
}

impl Keys {
    pub(super) fn clear(&mut self) {
        self.waiting.clear();
    }

    /// The call is over.
    pub(super) fn over(&mut self, call: CallNo) {
        self.waiting.retain(|(no, _)| *no != call);
    }
}

impl Machine {
    /// Presses keys; what the modem cannot send is left out.
    pub(super) fn press(&mut self, call: CallNo, digits: &str) {
        let is_up = self
            .talk
            .get(call)
            .is_some_and(|known| known.stage == Stage::Up);
        if !is_up {
            tracing::debug!(?call, "keys: the call is not up");
            return;
        }
        let idle = self.keys.waiting.is_empty();
        let known = self.core.profile.dtmf.keys.clone();
        for key in digits.chars().map(|key| key.to_ascii_uppercase()) {
            if known.contains(key) && self.keys.waiting.len() < limits::DTMF_KEYS_MAX {
                self.keys.waiting.push_back((call, key));
            }
        }
        if idle {
            self.key_due();
        }
    }

    pub(super) fn key_due(&mut self) {
        let Some((call, key)) = self.keys.waiting.front().copied() else {
            return;
        };
        let forms = &self.core.profile.dtmf.send;
        let idx = self.place_of(call).unwrap_or(1);
        let form = forms.get(self.keys.form % forms.len().max(1));
        let Some(form) = form else {
            return;
        };
        let text = form
            .replace("{key}", key.encode_utf8(&mut [0; 4]))
            .replace("{idx}", &idx.to_string());
        if !self.core.queue.has(Why::Key) {
            self.core.urge(Why::Key, text, KEY_LIMIT);
        }
    }

    pub(super) fn key_replied(&mut self, reply: &Reply) {
        let forms = self.core.profile.dtmf.send.len();
        match reply.outcome {
            Outcome::Ok => {
                self.keys.waiting.pop_front();
                self.keys.form %= forms.max(1);
            }
            // Pressed or not, nobody knows: pressing twice would be worse.
            Outcome::TimedOut => {
                self.keys.waiting.pop_front();
            }
            Outcome::Error | Outcome::Cme(_) | Outcome::Cms(_) | Outcome::CallEnded(_) => {
                self.keys.form += 1;
                if self.keys.form >= forms {
                    tracing::warn!("the modem sends no keys");
                    self.keys.form = 0;
                    self.keys.waiting.clear();
                }
            }
        }
        if !self.keys.waiting.is_empty() {
            let gap = Duration::from_millis(u64::from(self.core.profile.dtmf.gap_ms));
            self.core.after(Timer::Key, gap);
        }
    }
}

/// Some modems answer only when the tone is over.
const KEY_LIMIT: Duration = Duration::from_secs(5);
