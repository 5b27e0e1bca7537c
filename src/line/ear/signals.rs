//! Rings, caller id in lines of its own, keys and tones.

use std::time::Duration;

use super::early_id::Key;
use super::gone::Evidence;
use super::in_band::Signal;
use super::{Ear, RingAs};
use crate::at::caller_id::analog;
use crate::at::caller_id::ring::Ring;
use crate::at::urc;
use crate::base::phone::{Caller, NumberType, Presentation};
use crate::base::sound::LineTone;
use crate::base::time::Tick;
use crate::line::heard::{AudioHeard, CallHeard, Heard, ToneHeard};

impl Ear {
    pub(super) fn ring(&mut self, now: Tick, ring: Ring, said: RingAs) {
        if said != RingAs::Burst {
            self.modem.burst = None;
            self.modem.bursts_are_rings = false;
        }
        let last = self.modem.last_ring.replace((said, now));
        if last.is_some_and(|(before, at)| before != said && now.since(at) < SAME_RING) {
            return;
        }
        let octet = NumberType::default();
        let area_code = self.setup.area_code.as_deref();
        let by_ring = ring
            .number
            .map(|n| Caller::delivered(&n, octet, Presentation::Allowed, area_code));
        if self.setup.in_band && !self.in_band.flows() {
            // The line rings, so what was joined as sound was none.
            self.calls.no_sound_after_all();
        }
        let early = self.early_id.for_ring(now);
        self.calls.ring(now, ring.pattern, by_ring.or(early));
    }

    pub(super) fn caller_id_line(&mut self, now: Tick, field: analog::Field) {
        if let analog::Field::Cadence(label, tenths) = field {
            self.settle_caller_id(now);
            return self.cadence(now, label, tenths);
        }
        self.early_id.add(now, field);
        if self.early_id.is_complete() {
            self.settle_caller_id(now);
        }
    }

    /// A burst is reported before its `RING`. Where that never comes, the bursts are the rings.
    fn cadence(&mut self, now: Tick, label: &'static str, tenths: u32) {
        let begins_burst = label == "DRON" || tenths > 0;
        let unsaid = self.modem.burst.take_if(|_| begins_burst);
        if label == "DRON" {
            self.modem.burst = Some(now);
        }
        let recent = unsaid.is_some_and(|at| now.since(at) < self.setup.ring_gone);
        if recent && !self.calls.any_up() {
            self.modem.bursts_are_rings = true;
            self.ring(now, Ring::default(), RingAs::Burst);
        } else if !self.modem.bursts_are_rings {
            self.say_noise(label.to_owned());
        }
    }

    /// The block of caller id lines is over.
    pub(super) fn settle_caller_id(&mut self, now: Tick) {
        let area_code = self.setup.area_code.as_deref();
        if let Some(caller) = self.early_id.take_block(area_code) {
            self.caller_is(now, caller);
        }
    }

    /// The keys of DTMF caller id are over, or were plain keys.
    pub(super) fn settle_keys(&mut self, now: Tick) {
        match self.early_id.take_keys(self.setup.area_code.as_deref()) {
            Ok(Some(caller)) => self.caller_is(now, caller),
            Ok(None) => {}
            Err(keys) => self.say_keys(&keys),
        }
    }

    pub(super) fn say_keys(&mut self, keys: &str) {
        let call = self.calls.current();
        self.out
            .extend(keys.chars().map(|digit| Heard::Dtmf { call, digit }));
    }

    fn caller_is(&mut self, now: Tick, caller: Caller) {
        if !self.calls.identify(&caller) {
            let told = CallHeard::EarlyId {
                caller: caller.clone(),
            };
            self.calls.out.push_back(told);
            self.early_id.keep(now, caller);
        }
        self.gather();
    }

    pub(super) fn code(&mut self, now: Tick, code: u8) {
        if self.early_id.collects_keys()
            && !code.is_ascii_lowercase()
            && let Some(digit) = urc::key(char::from(code))
        {
            return self.key(now, digit);
        }
        if !matches!(code, b'/' | b'~') {
            self.settle_keys(now);
        }
        match self.in_band.code(now, code, &self.setup) {
            Signal::Nothing => {}
            Signal::Key(digit) => self.key(now, digit),
            Signal::Ring if self.calls.any_up() && self.in_band.flows() => {
                self.say_noise("<DLE>R".to_owned());
            }
            Signal::Ring => self.ring(now, Ring::default(), RingAs::Code),
            Signal::Tone(ToneHeard::Line { tone: "ringback" }) => self.ringback(),
            Signal::Tone(tone) => self.out.push_back(Heard::Tone(tone)),
            Signal::Audio(audio) => self.out.push_back(Heard::Audio(audio)),
            Signal::Noise(line) => self.say_noise(line),
            Signal::FarEndGone(tone, evidence) => {
                self.out.push_back(Heard::Tone(tone));
                if self.setup.own_ears {
                    self.weigh(now, Evidence::Hints, evidence);
                } else {
                    self.calls.far_end_gone(now, evidence);
                }
            }
            Signal::Suspected(evidence) if self.setup.own_ears => {
                self.weigh(now, Evidence::LoopBreak, evidence);
            }
            Signal::Suspected(evidence) => self.suspect(evidence),
            Signal::Silence(tone, evidence) => {
                self.out.push_back(Heard::Tone(tone));
                self.suspect(evidence);
            }
        }
    }

    pub(super) fn key(&mut self, now: Tick, digit: char) {
        let is_idle = self.calls.list.is_empty() && !self.in_band.is_busy();
        if is_idle && self.early_id.key(now, digit) == Key::Taken {
            if self.early_id.keys_are_complete() {
                self.settle_keys(now);
            }
            return;
        }
        let call = self.calls.current();
        self.out.push_back(Heard::Dtmf { call, digit });
    }

    /// The tone of the far end's bell means nothing on a call that came in.
    fn ringback(&mut self) {
        let outgoing = self.calls.list.iter().any(|c| !c.incoming);
        self.out.push_back(Heard::Tone(match outgoing {
            true => ToneHeard::Line { tone: "ringback" },
            false => ToneHeard::Ignored {
                tone: "ringback",
                reason: "incoming",
            },
        }));
    }

    /// Our own ears heard the exchange in the sound of the line. Means nothing where the network
    /// itself tells the end of a call.
    pub fn tone_heard(&mut self, now: Tick, tone: LineTone) {
        let evidence = match tone {
            LineTone::Dial => "dial_tone",
            LineTone::Busy => "busy_tone",
            LineTone::Congestion => "congestion_tone",
            // The far end is called, so it has not gone.
            LineTone::Ringback => return,
        };
        if self.setup.in_band && self.setup.own_ears {
            self.weigh(now, Evidence::Own(tone), evidence);
            self.gather();
        }
    }

    /// One more piece of evidence that the far end has gone.
    fn weigh(&mut self, now: Tick, piece: Evidence, evidence: &'static str) {
        let Some(call) = self.calls.on_the_pair() else {
            return;
        };
        if self.gone.is_proven(now, call, piece) {
            self.calls.far_end_gone(now, evidence);
        } else {
            self.suspect(evidence);
        }
    }

    fn suspect(&mut self, evidence: &'static str) {
        let call = self.calls.current();
        self.calls
            .out
            .push_back(CallHeard::HangupSuspected { call, evidence });
    }

    /// The stream has come to its end.
    pub(super) fn stream_finished(&mut self, now: Tick) {
        if self.in_band.was_joined() {
            self.calls.sound_was_a_call(now);
            self.gather();
        }
        if self.in_band.finish() {
            self.out.push_back(Heard::Audio(AudioHeard::Stopped));
        }
    }
}

/// A ring said as a code and as a line.
const SAME_RING: Duration = Duration::from_millis(500);
