//! Keys that we press during a call.

use std::collections::VecDeque;
use std::time::Duration;

use super::heard::{CallNo, Outcome, Reply};
use super::machine::Machine;
use super::queue::Why;
use super::talk::Stage;
use super::timers::Timer;
use super::words::{Event, SoundPath};
use crate::base::limits;

/// Keys still to be pressed, one call's at a time.
#[derive(Debug, Default)]
pub(super) struct Keys {
    waiting: VecDeque<(CallNo, char)>,
    /// Which of the profile's forms the modem takes; learnt once.
    form: usize,
    /// Keys that the modem would not press, for the sound when it flows again.
    for_sound: Option<(CallNo, String)>,
}

impl Keys {
    pub(super) fn clear(&mut self) {
        self.waiting.clear();
        self.for_sound = None;
    }

    /// The call is over.
    pub(super) fn over(&mut self, call: CallNo) {
        self.waiting.retain(|(no, _)| *no != call);
        self.for_sound.take_if(|(no, _)| *no == call);
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
        let room = limits::DTMF_KEYS_MAX.saturating_sub(self.keys.waiting.len());
        let known = &self.core.profile.dtmf.keys;
        let keys = digits.chars().map(|key| key.to_ascii_uppercase());
        let keys: String = keys.filter(|key| known.contains(*key)).take(room).collect();
        if idle && self.presses_in_sound() && self.sound_goes_out(call) {
            return self.send_in_sound(call, keys);
        }
        let waiting = keys.chars().map(|key| (call, key));
        self.keys.waiting.extend(waiting);
        if idle {
            self.key_due();
        }
    }

    /// Whether the family's keys are pressed in the sound while it flows.
    fn presses_in_sound(&self) -> bool {
        let dtmf = &self.core.profile.dtmf;
        dtmf.in_band || (dtmf.in_band_on_card && self.setup.sound == SoundPath::Card)
    }

    fn send_in_sound(&mut self, call: CallNo, digits: String) {
        if !digits.is_empty() {
            self.core.tell(Event::SendKeysInBand { call, digits });
        }
    }

    /// The sound flows: keys that the modem would not press are pressed in it.
    pub(super) fn press_in_sound(&mut self, call: CallNo) {
        let own = self.keys.for_sound.take_if(|(no, _)| *no == call);
        if let Some((call, digits)) = own.filter(|_| self.sound_goes_out(call)) {
            self.send_in_sound(call, digits);
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
                    self.keys.form = 0;
                    self.keys_refused();
                }
            }
        }
        if !self.keys.waiting.is_empty() {
            let gap = Duration::from_millis(u64::from(self.core.profile.dtmf.gap_ms));
            self.core.after(Timer::Key, gap);
        }
    }

    /// The modem presses no keys. Sound that reaches the far end can carry them.
    fn keys_refused(&mut self) {
        tracing::warn!("the modem sends no keys");
        let waiting = std::mem::take(&mut self.keys.waiting);
        let Some((call, _)) = waiting.front().copied() else {
            return;
        };
        let own = waiting.iter().filter(|(no, _)| *no == call);
        let digits: String = own.map(|(_, key)| *key).collect();
        if self.sound_goes_out(call) {
            self.send_in_sound(call, digits);
        } else if self.has_sound_out(call) {
            self.keys.for_sound = Some((call, digits));
        }
    }
}

/// Some modems answer only when the tone is over.
const KEY_LIMIT: Duration = Duration::from_secs(5);
