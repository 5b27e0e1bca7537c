//! Switching a call's sound on and off, and sound through the command port (V.253).

use std::time::Duration;

use super::core::COMMAND_LIMIT;
use super::heard::{CallNo, Outcome, Reply};
use super::machine::Machine;
use super::queue::Why;
use super::talk::Stage;
use super::timers::Timer;
use super::words::Event;
use crate::base::time::Tick;

/// The sound path of this line.
#[derive(Debug, Default)]
pub(super) struct SoundPath {
    /// It was switched on, so it must be switched off.
    on: bool,
    /// The call whose sound is to be switched on when the timer fires, and the tries so far.
    wanted: Option<(CallNo, u8)>,
    /// The stop of a stream has been written; tries so far.
    stopping: u8,
    /// Which of the profile's stops comes first, and which was written last.
    stop_first: usize,
    stop_last: usize,
    /// A stream was aborted: until then none may begin.
    rests_until: Option<Tick>,
}

impl SoundPath {
    /// Whether a stop that was not obeyed is worth another try before it is taken for deafness.
    pub(super) fn may_stop_later(&self) -> bool {
        self.stopping < STOPS_MAX
    }

    /// Something goes out to the modem.
    pub(super) fn written(&mut self, now: Tick, bytes: &[u8]) {
        if bytes.windows(ABORT.len()).any(|part| part == ABORT) {
            self.rests_until = Some(now + ABORT_REST);
        }
    }

    /// How long no stream may begin yet.
    fn rest(&self, now: Tick) -> Option<Duration> {
        let until = self.rests_until.filter(|until| *until > now)?;
        Some(until.since(now))
    }
}

impl Machine {
    /// The stream is over: what waited for that may be said.
    pub(super) fn stream_stopped(&mut self) {
        let now = self.core.now.tick;
        if self.sound.rest(now).is_some() {
            self.sound.rests_until = Some(now + ABORT_REST);
        }
        if self.sound.stopping > 0 {
            self.sound.stop_first = self.sound.stop_last;
        }
        self.sound.stopping = 0;
        let stopped = self
            .core
            .queue
            .in_flight()
            .is_some_and(|job| job.why == Why::StreamOff);
        if stopped {
            self.core.queue.answered();
            self.core.timers.stop(Timer::Reply);
        }
    }

    /// The call is up.
    pub(super) fn sound_wanted(&mut self, call: CallNo) {
        let sound = &self.core.profile.sound;
        if !self.setup.wants_sound || (sound.on.is_empty() && sound.stream.is_none()) {
            return;
        }
        let pause = Duration::from_millis(u64::from(sound.on_after_ms));
        self.sound.wanted = Some((call, 0));
        self.core.after(Timer::Sound, pause);
    }

    /// The commands for it may have been dropped.
    pub(super) fn resume_sound(&mut self) {
        if self.sound.wanted.is_some() {
            self.core.after(Timer::Sound, SOUND_PAUSE);
        }
    }

    pub(super) fn sound_due(&mut self) {
        let Some((call, _)) = self.sound.wanted else {
            return;
        };
        let is_up = self
            .talk
            .get(call)
            .is_some_and(|known| known.stage == Stage::Up);
        if !is_up {
            self.sound.wanted = None;
            return;
        }
        if let Some(rest) = self.sound.rest(self.core.now.tick) {
            self.core.after(Timer::Sound, rest);
            return;
        }
        self.sound.on = true;
        let sound = self.core.profile.sound.clone();
        for text in sound.on {
            self.core.urge(Why::SoundOn { call }, text, COMMAND_LIMIT);
        }
        if let Some(text) = sound.stream {
            self.core.urge(Why::StreamOn { call }, text, COMMAND_LIMIT);
        }
    }

    pub(super) fn sound_replied(&mut self, call: CallNo, text: &str, reply: &Reply) {
        if reply.outcome == Outcome::Ok {
            let last = self.core.profile.sound.on.last();
            if last.is_some_and(|last| last == text) {
                self.sound.wanted = None;
            }
            return;
        }
        self.once_more(call);
    }

    pub(super) fn stream_replied(&mut self, call: CallNo, reply: &Reply) {
        if reply.outcome == Outcome::Ok {
            self.sound.wanted = None;
            self.sound.stopping = 0;
        } else {
            self.once_more(call);
        }
    }

    fn once_more(&mut self, call: CallNo) {
        self.core
            .queue
            .drop_where(|why| why == Why::SoundOn { call });
        match self.sound.wanted {
            Some((wanted, 0)) if wanted == call => {
                self.sound.wanted = Some((call, 1));
                self.core.after(Timer::Sound, SOUND_PAUSE);
            }
            Some(_) | None => self.no_sound(call),
        }
    }

    /// The modem said why there is none.
    pub(super) fn sound_failed(&mut self, reason: &'static str) {
        tracing::warn!(reason, "call without sound");
        let is_stream = self.core.profile.sound.stream.is_some();
        let may_come_round = is_stream || reason == "enable_refused";
        let call = match self.sound.wanted {
            // The ear tells at the first refusal; what may come round gets its second try.
            Some((_, 0)) if may_come_round => return,
            Some((call, _)) => Some(call),
            None => self.talk.speaking(),
        };
        if let Some(call) = call {
            self.no_sound(call);
        }
    }

    fn no_sound(&mut self, call: CallNo) {
        self.sound.wanted = None;
        self.core.timers.stop(Timer::Sound);
        let Some(known) = self.talk.get_mut(call) else {
            return;
        };
        if !known.mute {
            known.mute = true;
            self.core.tell(Event::NoSound { call });
        }
    }

    /// The last call is over.
    pub(super) fn sound_off(&mut self) {
        self.sound.wanted = None;
        self.core.timers.stop(Timer::Sound);
        if std::mem::take(&mut self.sound.on) {
            let off = self.core.profile.sound.off.clone();
            self.core.courtesies(&off, true);
        }
    }

    /// While sound flows in band, a command would be taken for sound: the stream is stopped first.
    /// Whether the next command may be sent now.
    pub(super) fn leave_stream(&mut self) -> bool {
        if self.core.queue.len() == 0 {
            return false;
        }
        let Some(stop) = &self.core.profile.sound.stream_stop else {
            return true;
        };
        let forms = stop.forms();
        let place = self.sound.stop_first + usize::from(self.sound.stopping);
        let place = place % forms.len().max(1);
        let Some(text) = forms.get(place).cloned() else {
            return true;
        };
        self.sound.stopping = self.sound.stopping.saturating_add(1);
        self.sound.stop_last = place;
        let job = super::queue::Job {
            why: Why::StreamOff,
            text,
            end: super::queue::End::Nothing,
            limit: STOP_LIMIT,
        };
        self.write(job);
        false
    }

    /// After keys were sent the sound goes on, if the call does.
    pub(super) fn sound_goes_on(&mut self) {
        let Some(text) = self.core.profile.sound.stream.clone() else {
            return;
        };
        let idle = self.core.queue.len() == 0 && self.core.queue.in_flight().is_none();
        if !self.sound.on || self.sound.wanted.is_some() || !idle || self.ear.in_stream() {
            return;
        }
        let Some(call) = self.talk.speaking() else {
            return;
        };
        let ending = self
            .talk
            .get(call)
            .is_some_and(|known| known.hang_ups > 0 || known.mute);
        if ending || self.core.timers.is_set(Timer::Key) {
            return;
        }
        if let Some(rest) = self.sound.rest(self.core.now.tick) {
            self.sound.wanted = Some((call, 0));
            self.core.after(Timer::Sound, rest);
        } else {
            self.core.urge(Why::StreamOn { call }, text, COMMAND_LIMIT);
        }
    }
}

/// Before a refused sound command is said again.
const SOUND_PAUSE: Duration = Duration::from_millis(300);

/// Aborts a stream (V.253).
const ABORT: &[u8] = b"\x10!";

/// A soft modem hangs for good when a stream is asked for within 0.25 s of an abort.
const ABORT_REST: Duration = Duration::from_millis(300);

/// Stops of a stream before the modem is taken as deaf.
const STOPS_MAX: u8 = 3;

/// The answer to a stop is the end of the stream; it comes at once or not at all.
const STOP_LIMIT: Duration = Duration::from_secs(2);
