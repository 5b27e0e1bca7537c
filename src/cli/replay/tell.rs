//! What was heard, in the vocabulary of the recordings.
//!
//! The ear tells everything at once. A reader of recordings wants one event per fact: a number
//! that comes with its ring belongs to `incoming_call`, sound that goes on is one `audio_bytes`, a
//! long message that lacks parts is told when the parts have not come.

mod event;

use serde_json::{Map, Value, json};

use self::event::{caller_fields, event, heard_event, reply_events};
use std::time::Duration;

use crate::at::command::{Command, Does, Part};
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
    /// A call that only the list has told of so far; its first ring tells it.
    unrung: Option<(CallNo, CallHeard)>,
    /// The message whose position was told last.
    position_from: Option<String>,
    partials: Vec<Partial>,
    /// The reference of the part whose news is being told.
    part: Option<u16>,
    /// Commands in a row that were not answered.
    unanswered: u32,
    /// First results of a modem that has been away: it is told first who it is, if that comes next.
    before_found: Option<Vec<Event>>,
}

/// What has come of a long message.
struct Partial {
    from: String,
    reference: Option<u16>,
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
            unrung: None,
            position_from: None,
            partials: Vec::new(),
            part: None,
            unanswered: 0,
            before_found: None,
        }
    }

    pub(super) fn port_opened(&mut self) {
        self.before_found = Some(Vec::new());
    }

    /// The host sent this. Beyond waking the modem and asking who it is, results are of a modem
    /// that is in use.
    pub(super) fn sent(&mut self, text: &str) {
        let command = Command::new(text);
        let is_setting = |part: &Part| matches!(part.name.as_str(), "E" | "Q" | "V");
        let is_first_word =
            command.parts().iter().all(is_setting) || command.does().contains(&Does::AskImei);
        if !is_first_word {
            self.release_results();
        }
    }

    pub(super) fn finish(mut self) -> Vec<Event> {
        self.flush_sound();
        self.flush_partials();
        self.release_results();
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
        self.release_results();
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

    fn release_results(&mut self) {
        self.events
            .extend(self.before_found.take().into_iter().flatten());
    }

    fn flush_partials(&mut self) {
        for partial in std::mem::take(&mut self.partials) {
            self.push(partial.event);
        }
    }

    fn reply(&mut self, reply: &Reply) {
        for event in reply_events(reply) {
            match &mut self.before_found {
                Some(results) if reply.outcome != Outcome::TimedOut => results.push(event),
                _ => self.push(event),
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
        if let (CallHeard::Identified { call, caller }, Some((unrung, incoming))) =
            (&heard, &mut self.unrung)
            && call == unrung
            && let CallHeard::Incoming { caller: known, .. } = incoming
        {
            known.clone_from(caller);
        }
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
            CallHeard::Incoming { call, .. } if self.listed == Some(*call) => {
                self.listed = None;
                self.unrung = Some((*call, heard));
            }
            CallHeard::Ring { call, .. } if self.is_unrung(*call) => {
                if let Some((_, incoming)) = self.unrung.take() {
                    self.call(now, incoming);
                }
            }
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

    fn is_unrung(&self, call: CallNo) -> bool {
        self.unrung
            .as_ref()
            .is_some_and(|(unrung, _)| *unrung == call)
    }

    /// oFono waits as long for a number before it asks the call list.
    fn came_with_its_ring(&self, call: CallNo, now: Tick) -> bool {
        self.unnumbered
            .is_some_and(|(rang, at)| rang == call && now.since(at) < WITH_ITS_RING)
    }

    fn sms(&mut self, heard: SmsHeard) {
        let after_position = self.position_from.take();
        match &heard {
            SmsHeard::Part {
                reference, known, ..
            } => self.part = (!known).then_some(*reference),
            SmsHeard::Partial { from, given_up, .. } => {
                if let Some(event) = event::sms_event(&heard) {
                    self.partial(from, *given_up, event);
                }
                return;
            }
            // The text of a position is the position.
            SmsHeard::Received(text) => {
                self.supersede(&text.from);
                self.part = None;
                if after_position.as_ref() == Some(&text.from) {
                    return;
                }
            }
            SmsHeard::Aml { msisdn, .. } => {
                self.supersede(msisdn);
                self.position_from = Some(msisdn.clone());
            }
            _ => {}
        }
        if let Some(event) = event::sms_event(&heard) {
            self.push(event);
        }
    }

    /// What has come of a long message so far, or all that will come.
    fn partial(&mut self, from: &str, given_up: bool, event: Event) {
        if given_up {
            self.partials.retain(|partial| partial.event != event);
            if !self.events.contains(&event) {
                self.push(event);
            }
            return;
        }
        let reference = self.part.take();
        self.forget_partial(from, reference);
        self.partials.push(Partial {
            from: from.to_owned(),
            reference,
            event,
        });
    }

    /// A message is whole: what was there of it is not told any more. Long messages may come
    /// mixed; one that came in one piece stands behind what is there of the others.
    fn supersede(&mut self, from: &str) {
        match self.part {
            Some(_) => self.forget_partial(from, self.part),
            None => self.flush_partials(),
        }
    }

    fn forget_partial(&mut self, from: &str, reference: Option<u16>) {
        self.partials
            .retain(|partial| partial.from != from || partial.reference != reference);
    }
}

/// hardware.md 2.1: after RING wait 200 ms for a CLIP.
const WITH_ITS_RING: Duration = Duration::from_millis(200);
/// hardware.md 5.3: three missed pings.
const DEAF_AFTER: u32 = 3;
