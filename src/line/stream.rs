//! Sound through the command port (V.253): while it flows no command can be sent, so the stream is
//! stopped for one and begun again.

use std::time::Duration;

use super::core::COMMAND_LIMIT;
use super::heard::{CallNo, Outcome, Reply};
use super::machine::Machine;
use super::queue::{End, Job, Why};
use super::revive::{REARM_FIRST, REARM_MAX, doubled};
use super::sound::{SOUND_PAUSE, Step};
use super::timers::Timer;
use super::words::{Output, SoundPath};
use crate::at::dle;
use crate::base::sound::SoundTrouble;
use crate::base::time::Tick;

/// How a stream is stopped.
#[derive(Debug, Default)]
pub(super) struct Stops {
    /// The stop of a stream has been written; tries so far.
    tries: u8,
    /// Which of the profile's stops comes first, and which was written last.
    first: usize,
    last: usize,
    /// A stream was aborted: until then none may begin.
    rests_until: Option<Tick>,
}

impl Stops {
    /// No stop is on its way.
    pub(super) fn anew(self) -> Stops {
        Stops { tries: 0, ..self }
    }

    /// Whether a stop that was not obeyed is worth another try before it is taken for deafness.
    pub(super) fn may_try_again(&self) -> bool {
        self.tries < STOPS_MAX
    }

    /// How long no stream may begin yet.
    fn rest(&self, now: Tick) -> Option<Duration> {
        let until = self.rests_until.filter(|until| *until > now)?;
        Some(until.since(now))
    }
}

impl Machine {
    /// Sound for the far end.
    pub(super) fn sound_out(&mut self, samples: &[u8]) {
        let whose = self.sound.whose.as_ref();
        let is_told = whose.is_some_and(|whose| self.sound_goes_out(whose.call));
        let in_band = self.setup.sound == SoundPath::InBand;
        if !(is_told && in_band && self.open && self.ear.takes_sound()) {
            return self.drop_sound(samples.len());
        }
        let mut wire = Vec::with_capacity(samples.len() + samples.len() / 8);
        dle::shield(samples, &mut wire);
        if !wire.is_empty() {
            self.core.put(Output::SendSound(wire));
        }
    }

    /// Something other than sound goes out to the modem: from here on samples would be taken for
    /// text.
    pub(super) fn stream_is_left(&mut self, bytes: &[u8]) {
        if bytes.windows(ABORT.len()).any(|part| part == ABORT) {
            self.sound.stops.rests_until = Some(self.core.now.tick + ABORT_REST);
        }
        if self.sound.is_at(Step::Flows) && self.setup.sound == SoundPath::InBand {
            self.talk.hush(&mut self.core);
            self.sound.set_step(Step::Stopping);
        }
    }

    /// `CONNECT` came.
    pub(super) fn stream_started(&mut self) {
        let whose = self.sound.whose.as_ref();
        let asked = whose.filter(|whose| whose.step == Step::Asked);
        let asked = asked.map(|whose| (whose.call, !whose.listens));
        if let Some((call, both_ways)) = asked {
            self.sound.stops.tries = 0;
            let coding = self.coding_in_band();
            self.sound.formats.streams(both_ways);
            self.sound_flows(call, coding, true);
        }
    }

    /// The stream is over: what waited for that may be said.
    pub(super) fn stream_stopped(&mut self) {
        let now = self.core.now.tick;
        let stops = &mut self.sound.stops;
        if stops.rest(now).is_some() {
            stops.rests_until = Some(now + ABORT_REST);
        }
        if stops.tries > 0 {
            stops.first = stops.last;
        }
        stops.tries = 0;
        let in_flight = self.core.queue.in_flight();
        if in_flight.is_some_and(|job| job.why == Why::StreamOff) {
            self.core.queue.answered();
            self.core.timers.stop(Timer::Reply);
        }
        if self.sound.is_at(Step::Flows) && self.setup.sound == SoundPath::InBand {
            self.stream_fell();
        }
    }

    /// The modem ended it by itself. It is asked for again, in the end ever more rarely.
    fn stream_fell(&mut self) {
        self.talk.hush(&mut self.core);
        let now = self.core.now.tick;
        let Some(whose) = &mut self.sound.whose else {
            return;
        };
        let held = now.since(whose.since) >= FLOW_HELD;
        whose.fell = if held {
            1
        } else {
            whose.fell.saturating_add(1)
        };
        let fell = whose.fell;
        if fell < FALLS_MAX {
            return self.sound_after(SOUND_PAUSE);
        }
        self.no_sound(SoundTrouble::NoFrames);
        self.sound_after(doubled(REARM_FIRST, fell - FALLS_MAX, REARM_MAX));
    }

    pub(super) fn start_stream(&mut self, call: CallNo) {
        if let Some(rest) = self.sound.stops.rest(self.core.now.tick) {
            return self.sound_after(rest);
        }
        let queue = &self.core.queue;
        let idle = queue.len() == 0 && queue.in_flight().is_none();
        // Between two keys the stream would have to be left again at once.
        let keys_wait = self.core.timers.is_set(Timer::Key);
        if !idle || keys_wait || self.ear.in_stream() || !self.open {
            return;
        }
        let sound = &self.core.profile.sound;
        let listens = sound.stream.is_none();
        let whose = self.sound.whose.as_mut();
        let Some(whose) = whose.filter(|whose| whose.call == call) else {
            return;
        };
        whose.listens |= listens;
        whose.step = Step::Asked;
        let text = if whose.listens {
            sound.listen.clone()
        } else {
            sound.stream.clone()
        };
        if let Some(text) = text {
            self.core.urge(Why::StreamOn { call }, text, COMMAND_LIMIT);
        }
    }

    /// `CONNECT` has been understood before its answer is looked at here.
    pub(super) fn stream_replied(&mut self, call: CallNo, reply: &Reply) {
        let whose = self.sound.whose.as_ref();
        let is_own = whose.is_some_and(|whose| whose.call == call && whose.step == Step::Asked);
        if is_own {
            if reply.outcome == Outcome::Ok {
                tracing::warn!("OK where CONNECT was due");
            }
            self.sound_refused(call);
        }
    }

    /// The stop has been written, or must be.
    pub(super) fn stopping_goes_on(&mut self) {
        let queue = &self.core.queue;
        if !self.ear.in_stream() {
            self.sound_after(Duration::ZERO);
        } else if self.open && queue.in_flight().is_none() && self.sync.lets_through() {
            self.stop_stream();
        }
    }

    /// While sound flows in band, a command would be taken for sound: the stream is stopped first.
    /// Whether the next command may be sent now.
    pub(super) fn leave_stream(&mut self) -> bool {
        self.core.queue.len() > 0 && !self.stop_stream()
    }

    /// Writes the stop of a stream, if the family has one.
    fn stop_stream(&mut self) -> bool {
        let Some(stop) = &self.core.profile.sound.stream_stop else {
            return false;
        };
        let forms = stop.forms();
        let stops = &mut self.sound.stops;
        let place = (stops.first + usize::from(stops.tries)) % forms.len().max(1);
        let Some(text) = forms.get(place).cloned() else {
            return false;
        };
        stops.tries = stops.tries.saturating_add(1);
        stops.last = place;
        self.write(Job {
            why: Why::StreamOff,
            text,
            end: End::Nothing,
            limit: STOP_LIMIT,
        });
        true
    }
}

/// Aborts a stream (V.253).
const ABORT: &[u8] = b"\x10!";

/// A soft modem hangs for good when a stream is asked for within 0.25 s of an abort.
const ABORT_REST: Duration = Duration::from_millis(300);

/// Stops of a stream before the modem is taken as deaf.
const STOPS_MAX: u8 = 3;

/// The answer to a stop is the end of the stream; it comes at once or not at all.
const STOP_LIMIT: Duration = Duration::from_secs(2);

/// A stream that ends sooner by itself has not worked.
const FLOW_HELD: Duration = Duration::from_secs(2);

/// How often such a stream is asked for.
const FALLS_MAX: u8 = 4;
