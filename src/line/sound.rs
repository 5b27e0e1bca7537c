//! The sound of the call that is up: on and off. What is done when it is refused or dies is in
//! `revive`.
//!
//! Which call has sound is worked out anew after every input ([`Machine::follow_sound`]), so that
//! no path can forget it. What is special about sound through the command port is in `stream`.

use std::time::Duration;

use super::boot::Part;
use super::core::COMMAND_LIMIT;
use super::formats::Formats;
use super::heard::{CallNo, Outcome, Reply};
use super::machine::Machine;
use super::profile::SoundRefusal;
use super::queue::Why;
use super::revive::{REARM_PAUSE, SoundCure, is_for};
use super::stream::Stops;
use super::talk::Stage;
use super::timers::Timer;
use super::words::{Event, SoundPath};
use crate::base::sound::{Coding, SoundTrouble};
use crate::base::time::Tick;

/// The sound path of this line.
#[derive(Debug)]
pub(super) struct Sound {
    pub(super) whose: Option<Sounding>,
    /// It may be switched on in the modem, from a call before or from before our start: a second
    /// call stays silent unless it is switched off first.
    maybe_on: bool,
    /// It is switched off when the timer fires.
    off_due: bool,
    pub(super) cure: SoundCure,
    pub(super) formats: Formats,
    pub(super) stops: Stops,
    /// Bytes for the far end that no stream took.
    dropped: u64,
}

/// The call that has sound or is getting it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Sounding {
    pub(super) call: CallNo,
    pub(super) step: Step,
    /// Refusals in a row, and whether there ever was one.
    pub(super) refused: u8,
    pub(super) was_refused: bool,
    /// It flows since then.
    pub(super) since: Tick,
    /// Streams in a row that ended by themselves as soon as they had begun.
    pub(super) fell: u8,
    /// When it was last switched on anew because no frames came.
    pub(super) rearmed: Option<Tick>,
    /// How often in a row that did not help for long, this time included.
    pub(super) deaths: u8,
    /// It is on, or should be, and nothing comes.
    pub(super) is_silent: bool,
    /// It is asked for when the modem says that the voice path is up, not yet.
    awaits_begin: bool,
    /// It has been switched off before it is switched on.
    pub(super) cleared: bool,
    /// The modem gives us the caller, and does not take our sound.
    pub(super) listens: bool,
}

/// How far the sound of a call has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Step {
    /// It is asked for as soon as the timer and the command port allow.
    Due,
    /// It is being switched off, to be switched on.
    Clearing,
    /// It has been asked for.
    Asked,
    Flows,
    /// The stream was told to stop; it goes on when the command port is idle.
    Stopping,
    /// There is none and there will be none.
    Mute,
}

impl Default for Sound {
    fn default() -> Sound {
        Sound {
            whose: None,
            maybe_on: true,
            off_due: false,
            cure: SoundCure::default(),
            formats: Formats::default(),
            stops: Stops::default(),
            dropped: 0,
        }
    }
}

impl Sound {
    /// The modem has restarted, or is another: nothing it was told is true any more. That an aborted
    /// stream wants its rest still is.
    pub(super) fn forget(&mut self) {
        *self = Sound {
            cure: std::mem::take(&mut self.cure),
            stops: std::mem::take(&mut self.stops).anew(),
            formats: std::mem::take(&mut self.formats),
            dropped: self.dropped,
            ..Sound::default()
        };
    }

    fn step_of(&self, call: CallNo) -> Option<Step> {
        let own = self.whose.as_ref().filter(|whose| whose.call == call);
        own.map(|whose| whose.step)
    }

    pub(super) fn is_at(&self, step: Step) -> bool {
        self.whose.as_ref().is_some_and(|whose| whose.step == step)
    }

    pub(super) fn set_step(&mut self, step: Step) {
        if let Some(whose) = &mut self.whose {
            whose.step = step;
        }
    }
}

impl Sounding {
    fn new(call: CallNo) -> Sounding {
        Sounding {
            call,
            step: Step::Due,
            refused: 0,
            was_refused: false,
            since: Tick::default(),
            fell: 0,
            rearmed: None,
            deaths: 0,
            is_silent: false,
            awaits_begin: false,
            cleared: false,
            listens: false,
        }
    }
}

impl Machine {
    /// Brings the sound to the call that is up, and goes on where it was broken off.
    pub(super) fn follow_sound(&mut self) {
        if self.setup.sound == SoundPath::None {
            return;
        }
        let whose = self.sound.whose.as_ref().map(|whose| whose.call);
        if whose.is_some_and(|call| !self.is_up(call)) {
            self.let_go();
        }
        if self.sound.whose.is_none() {
            match self.talk.speaking().filter(|call| self.goes_on(*call)) {
                Some(call) => self.begin_sound(call),
                None => return,
            }
        }
        self.sound_goes_on();
    }

    fn is_up(&self, call: CallNo) -> bool {
        let known = self.talk.get(call);
        known.is_some_and(|known| known.stage == Stage::Up)
    }

    /// Up, and not being hung up.
    fn goes_on(&self, call: CallNo) -> bool {
        let known = self.talk.get(call);
        known.is_some_and(|known| known.stage == Stage::Up && known.hang_ups == 0)
    }

    fn begin_sound(&mut self, call: CallNo) {
        self.sound.whose = Some(Sounding::new(call));
        self.sound.off_due = false;
        let sound = &self.core.profile.sound;
        let is_there = match self.setup.sound {
            SoundPath::None => false,
            SoundPath::InBand => sound.stream.is_some() || sound.listen.is_some(),
            SoundPath::Port => {
                self.core.profile.is_cellular() && sound.refusal != SoundRefusal::AnalogOnly
            }
            SoundPath::Card => true,
        };
        let is_stranger = self.boot.part() < Part::Later && self.setup.sound == SoundPath::InBand;
        if !is_there {
            self.no_sound(SoundTrouble::NoPath);
        } else if is_stranger {
            // Nobody knows in which format it was left.
            self.say_format(call);
        } else if self.voice_has_begun(call) {
            self.sound_after(self.on_after());
        } else {
            self.sound_after(BEGIN_WAIT);
            if let Some(whose) = &mut self.sound.whose {
                whose.awaits_begin = true;
            }
        }
    }

    /// The voice path is up.
    fn begin_came(&mut self) {
        if let Some(whose) = &mut self.sound.whose {
            whose.awaits_begin = false;
            // What was tried too early does not count.
            whose.refused = 0;
            if whose.step == Step::Due {
                self.sound_after(self.on_after());
            }
        }
    }

    fn on_after(&self) -> Duration {
        Duration::from_millis(u64::from(self.core.profile.sound.on_after_ms))
    }

    /// The sound is due after a pause.
    pub(super) fn sound_after(&mut self, pause: Duration) {
        self.sound.set_step(Step::Due);
        if pause.is_zero() {
            self.core.timers.stop(Timer::Sound);
        } else {
            self.core.after(Timer::Sound, pause);
        }
    }

    fn sound_goes_on(&mut self) {
        if self.sound.is_at(Step::Stopping) {
            self.stopping_goes_on();
        }
        let Some(whose) = &self.sound.whose else {
            return;
        };
        let (call, step) = (whose.call, whose.step);
        if whose.awaits_begin && self.voice_has_begun(call) {
            self.begin_came();
        }
        let asked = |why| self.core.queue.has(why);
        match step {
            Step::Due if !self.core.timers.is_set(Timer::Sound) => self.sound_due(),
            // The commands for it were thrown away, because the modem did not answer.
            Step::Clearing if !asked(Why::SoundOff) => self.sound_after(SOUND_PAUSE),
            Step::Asked
                if !asked(Why::SoundOn { call })
                    && !asked(Why::StreamOn { call })
                    && !asked(Why::Format { call }) =>
            {
                self.sound_after(SOUND_PAUSE);
            }
            Step::Due
            | Step::Clearing
            | Step::Asked
            | Step::Flows
            | Step::Stopping
            | Step::Mute => {}
        }
    }

    pub(super) fn sound_due(&mut self) {
        if std::mem::take(&mut self.sound.off_due) {
            self.say_off();
        }
        let Some(whose) = &self.sound.whose else {
            return;
        };
        let (call, cleared) = (whose.call, whose.cleared);
        if whose.step == Step::Flows && whose.is_silent {
            return self.rearm();
        }
        if whose.step != Step::Due || !self.goes_on(call) {
            return;
        }
        if self.setup.sound == SoundPath::InBand {
            return self.start_stream(call);
        }
        if self.sound.maybe_on && !cleared && !self.off_commands().is_empty() {
            self.say_off();
            self.sound.set_step(Step::Clearing);
            if let Some(whose) = &mut self.sound.whose {
                whose.cleared = true;
            }
            return;
        }
        let on = self.on_commands();
        if on.is_empty() {
            return self.sound_flows(call, Coding::S16le, false);
        }
        self.sound.maybe_on = true;
        self.sound.set_step(Step::Asked);
        for text in on {
            self.core.urge(Why::SoundOn { call }, text, COMMAND_LIMIT);
        }
    }

    pub(super) fn on_commands(&self) -> Vec<String> {
        let sound = &self.core.profile.sound;
        match self.setup.sound {
            SoundPath::Port => sound.on.clone(),
            SoundPath::Card => sound.on_card.clone(),
            SoundPath::None | SoundPath::InBand => Vec::new(),
        }
    }

    pub(super) fn off_commands(&self) -> Vec<String> {
        if self.on_commands().is_empty() {
            return Vec::new();
        }
        self.core.profile.sound.off.clone()
    }

    fn say_off(&mut self) {
        for text in self.off_commands() {
            self.core.urge(Why::SoundOff, text, COMMAND_LIMIT);
        }
    }

    /// Before a call is answered or dialled: sound that may still be on is switched off, so that
    /// nobody waits for that once the call is up.
    pub(super) fn clear_sound(&mut self) {
        if self.sound.maybe_on && self.sound.whose.is_none() {
            self.sound.off_due = false;
            self.say_off();
        }
    }

    pub(super) fn sound_off_replied(&mut self, reply: &Reply) {
        // A refusal says that it was not on.
        self.sound.maybe_on = reply.outcome == Outcome::TimedOut;
        let whose = self.sound.whose.as_ref();
        let Some(whose) = whose.filter(|whose| whose.step == Step::Clearing) else {
            return;
        };
        let pause = match whose.rearmed {
            Some(_) => REARM_PAUSE.max(self.on_after()),
            None => self.on_after(),
        };
        if !self.core.queue.has(Why::SoundOff) {
            self.sound_after(pause);
        }
    }

    pub(super) fn sound_replied(&mut self, call: CallNo, text: &str, reply: &Reply) {
        if self.sound.step_of(call) != Some(Step::Asked) {
            return;
        }
        if reply.outcome != Outcome::Ok {
            self.sound_refused(call);
        } else if self.on_commands().last().is_some_and(|last| last == text) {
            self.sound_flows(call, Coding::S16le, false);
        }
    }

    pub(super) fn sound_flows(&mut self, call: CallNo, coding: Coding, in_band: bool) {
        let Some(whose) = &mut self.sound.whose else {
            return;
        };
        whose.step = Step::Flows;
        whose.refused = 0;
        whose.is_silent = false;
        whose.since = self.core.now.tick;
        let listens = whose.listens;
        self.core.status.sound_dropped = self.sound.dropped;
        self.talk.sounds(&mut self.core, call, coding, in_band);
        if listens {
            let why = SoundTrouble::NotTaken;
            self.core.tell(Event::NoSound { call, why });
        }
        self.press_in_sound(call);
    }

    /// There is none and there will be none.
    pub(super) fn no_sound(&mut self, why: SoundTrouble) {
        self.core.timers.stop(Timer::Sound);
        self.talk.hush(&mut self.core);
        let Some(whose) = &mut self.sound.whose else {
            return;
        };
        whose.step = Step::Mute;
        whose.is_silent = true;
        let call = whose.call;
        tracing::warn!(why = why.as_str(), "call without sound");
        self.core.tell(Event::NoSound { call, why });
    }

    pub(super) fn off_after(&self) -> Duration {
        Duration::from_millis(u64::from(self.core.profile.sound.off_after_ms))
    }

    /// The call is not up any more.
    fn let_go(&mut self) {
        self.core.timers.stop(Timer::Sound);
        self.talk.hush(&mut self.core);
        self.core.status.sound_dropped = self.sound.dropped;
        let Some(whose) = self.sound.whose.take() else {
            return;
        };
        self.core.queue.drop_where(|why| is_for(why, whose.call));
        self.sound.formats.forget_tries();
        let was_well = whose.step == Step::Flows && !whose.was_refused && whose.rearmed.is_none();
        if was_well {
            self.sound_was_well();
        }
        if whose.since > Tick::default() {
            self.reset_after_sound();
        }
    }

    /// The last call is over.
    pub(super) fn sound_off(&mut self) {
        self.let_go();
        if self.setup.sound != SoundPath::None && self.sound.maybe_on {
            let pause = self.off_after();
            self.sound.off_due = true;
            if pause.is_zero() {
                self.sound_due();
            } else {
                self.core.after(Timer::Sound, pause);
            }
        }
    }

    /// Whether what is written into the sound reaches the far end.
    pub(super) fn sound_goes_out(&self, call: CallNo) -> bool {
        let whose = self.sound.whose.as_ref();
        whose.is_some_and(|whose| whose.call == call && whose.step == Step::Flows && !whose.listens)
    }

    /// Whether the call has sound that reaches the far end, or will have again in a moment.
    pub(super) fn has_sound_out(&self, call: CallNo) -> bool {
        let whose = self.sound.whose.as_ref();
        whose.is_some_and(|whose| {
            let is_coming = whose.step != Step::Mute && !whose.is_silent;
            whose.call == call && is_coming && !whose.listens
        })
    }

    pub(super) fn drop_sound(&mut self, bytes: usize) {
        self.sound.dropped = self.sound.dropped.saturating_add(bytes as u64);
    }
}

/// The voice path of a SIM7600 is up within a second of its `OK`; firmware that does not say so is
/// waited for this long.
const BEGIN_WAIT: Duration = Duration::from_secs(2);

/// Before a refused sound command is said again.
pub(super) const SOUND_PAUSE: Duration = Duration::from_millis(300);
