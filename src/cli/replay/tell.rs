//! What was heard, in the vocabulary of the recordings.
//!
//! The ear tells everything at once. A reader of recordings wants one event per fact: a number
//! that comes with its ring belongs to `incoming_call`, sound that goes on is one `audio_bytes`, a
//! long message that lacks parts is told when the parts have not come.

mod event;

use serde_json::{Map, Value, json};

use self::event::{caller_fields, event, heard_event, reply_events};
use std::time::Duration;

use crate::at::text;
use crate::base::time::Tick;
use crate::line::heard::{
    AudioHeard, CallHeard, CallNo, Heard, ListState, Outcome, Reply, SmsHeard,
};

type Event = Map<String, Value>;

/// Collects events.
pub(super) struct Teller {
    /// Caller id comes in blocks of its own, between rings: never one with the ring.
    in_band: bool,
    events: Vec<Event>,
    sound: Vec<u8>,
    /// A call without a number that was told last, and when.
    unnumbered: Option<(CallNo, Tick)>,
    /// The list has just shown this call ringing.
    listed: Option<CallNo>,
    /// The message whose position was told last.
    position_from: Option<String>,
    partial: Option<Partial>,
    /// Commands in a row that were not answered.
    unanswered: u32,
    /// Results that came before the modem said who it is, after it had been away.
    before_found: Option<Vec<Event>>,
}

/// What has come of a long message.
struct Partial {
    slots: Vec<u16>,
    from: String,
    event: Event,
}

impl Teller {
    pub(super) fn new(in_band: bool) -> Teller {
        Teller {
            in_band,
            events: Vec::new(),
            sound: Vec::new(),
            unnumbered: None,
            listed: None,
            position_from: None,
            partial: None,
            unanswered: 0,
            before_found: None,
        }
    }

    pub(super) fn port_opened(&mut self) {
        self.before_found = Some(Vec::new());
    }

    pub(super) fn finish(mut self) -> Vec<Event> {
        self.flush_sound();
        self.flush_partial();
        self.events
            .extend(self.before_found.take().unwrap_or_default());
        self.events
    }

    pub(super) fn tell(&mut self, now: Tick, heard: Heard) {
        if let Heard::Audio(AudioHeard::Bytes(sound)) = heard {
            return self.sound.extend(sound);
        }
        match heard {
            Heard::Call(call) => self.call(now, call),
            Heard::Sms(sms) => self.sms(sms),
            Heard::Reply(reply) => self.reply(&reply),
            Heard::Found { .. } => {
                let results = self.before_found.take().unwrap_or_default();
                self.push_heard(&heard);
                self.events.extend(results);
            }
            heard => self.push_heard(&heard),
        }
    }

    fn push_heard(&mut self, heard: &Heard) {
        if let Some(event) = heard_event(heard) {
            self.push(event);
        }
    }

    fn push(&mut self, event: Event) {
        self.flush_sound();
        self.unnumbered = None;
        self.listed = None;
        self.events.push(event);
    }

    fn flush_sound(&mut self) {
        if !self.sound.is_empty() {
            let sound = std::mem::take(&mut self.sound);
            self.events
                .push(event("audio_bytes", json!({ "hex": text::to_hex(&sound) })));
        }
    }

    fn flush_partial(&mut self) {
        if let Some(partial) = self.partial.take() {
            self.push(partial.event);
        }
    }

    fn reply(&mut self, reply: &Reply) {
        for event in reply_events(reply) {
            match &mut self.before_found {
                Some(results) => results.push(event),
                None => self.push(event),
            }
        }
        self.unanswered = match reply.outcome {
            Outcome::TimedOut => self.unanswered + 1,
            _ => 0,
        };
        if self.unanswered == DEAF_AFTER {
            self.push(event("health", json!({ "state": "deaf" })));
        }
    }

    fn call(&mut self, now: Tick, heard: CallHeard) {
        match &heard {
            // The number came with the ring: one event.
            CallHeard::Identified { call, caller }
                if !self.in_band && self.came_with_its_ring(*call, now) =>
            {
                if let Some(last) = self.events.last_mut() {
                    last.extend(caller_fields(caller));
                }
                self.unnumbered = None;
            }
            // The list has told it already.
            CallHeard::Incoming { call, .. } if self.listed == Some(*call) => self.listed = None,
            // `line_state` tells it on a voice modem.
            CallHeard::Ended {
                evidence: Some("on_hook"),
                ..
            } => {}
            CallHeard::Incoming { call, caller, .. } => {
                let unnumbered = caller.raw.is_empty().then_some((*call, now));
                self.push_heard(&Heard::Call(heard.clone()));
                self.unnumbered = unnumbered;
            }
            CallHeard::State {
                call,
                state: ListState::Incoming,
                ..
            } => {
                let call = *call;
                self.push_heard(&Heard::Call(heard));
                self.listed = Some(call);
            }
            _ => self.push_heard(&Heard::Call(heard)),
        }
    }

    /// oFono waits as long for a number before it asks the call list.
    fn came_with_its_ring(&self, call: CallNo, now: Tick) -> bool {
        self.unnumbered
            .is_some_and(|(rang, at)| rang == call && now.since(at) < WITH_ITS_RING)
    }

    fn sms(&mut self, heard: SmsHeard) {
        let after_position = self.position_from.take();
        match &heard {
            SmsHeard::Partial {
                from,
                slots,
                given_up,
                ..
            } => {
                self.supersede(from, slots);
                let partial = event::sms_event(&heard).map(|event| Partial {
                    slots: slots.clone(),
                    from: from.clone(),
                    event,
                });
                let given_up = *given_up;
                self.partial = partial;
                if given_up {
                    self.flush_partial();
                }
                return;
            }
            // The text of a position is the position.
            SmsHeard::Received(text) if after_position.as_ref() == Some(&text.from) => return,
            SmsHeard::Received(text) => self.supersede(&text.from, &text.slots),
            SmsHeard::Aml { msisdn, .. } => self.position_from = Some(msisdn.clone()),
            _ => {}
        }
        if let Some(event) = event::sms_event(&heard) {
            self.push(event);
        }
    }

    /// More has come of a message told in part: the part is not told any more.
    fn supersede(&mut self, from: &str, slots: &[u16]) {
        let is_same = |partial: &Partial| {
            partial.from == from && partial.slots.iter().all(|slot| slots.contains(slot))
        };
        if self.partial.as_ref().is_some_and(is_same) {
            self.partial = None;
        } else {
            self.flush_partial();
        }
    }
}

/// hardware.md 2.1: after RING wait 200 ms for a CLIP.
const WITH_ITS_RING: Duration = Duration::from_millis(200);
/// hardware.md 5.3: three missed pings.
const DEAF_AFTER: u32 = 3;
