//! Sound that is refused or dies while its call is up: asked for again and again, ever more rarely,
//! because the call may be long and the modem may come to itself.

use std::time::Duration;

use super::core::COMMAND_LIMIT;
use super::heard::{CallNo, Outcome, Reply};
use super::machine::Machine;
use super::queue::Why;
use super::sound::{SOUND_PAUSE, Sounding, Step};
use super::timers::Timer;
use super::words::{Event, SoundPath};
use crate::base::sound::SoundTrouble;
use crate::base::time::Tick;

impl Machine {
    /// Once more, then told and tried ever more rarely; a stream that is refused again is tried in
    /// every format, and listened to at least.
    pub(super) fn sound_refused(&mut self, call: CallNo) {
        let is_due_by_now = self.voice_has_begun(call);
        self.core.queue.drop_where(|why| is_for(why, call));
        let is_in_band = self.setup.sound == SoundPath::InBand;
        let Some(whose) = &mut self.sound.whose else {
            return;
        };
        whose.refused = whose.refused.saturating_add(1);
        whose.was_refused |= is_due_by_now;
        let refused = whose.refused;
        // A stream that is refused is one that the modem does not have; data-only firmware gets no
        // sound by a restart either.
        if is_due_by_now && !is_in_band && !self.boot.no_voice {
            self.degraded(SoundTrouble::Refused);
        }
        if refused < REFUSALS_MAX {
            return self.sound_after(SOUND_PAUSE);
        }
        if is_in_band && self.another_stream(call) {
            return;
        }
        if refused == REFUSALS_MAX || is_in_band {
            self.no_sound(SoundTrouble::Refused);
        }
        if !is_in_band && !self.boot.no_voice {
            self.sound_after(doubled(RETRY_FIRST, refused - REFUSALS_MAX, RETRY_MAX));
        }
    }

    /// The next format, or at least the caller's direction.
    fn another_stream(&mut self, call: CallNo) -> bool {
        let listens = self.sound.whose.as_ref().is_some_and(|whose| whose.listens);
        if listens {
            return false;
        }
        if self.sound.formats.try_next() {
            self.say_format(call);
            return true;
        }
        if self.core.profile.sound.listen.is_none() {
            return false;
        }
        if let Some(whose) = &mut self.sound.whose {
            whose.listens = true;
            whose.refused = 0;
        }
        self.say_format(call);
        true
    }

    /// Sets the format that is in use now, then asks for the stream.
    pub(super) fn say_format(&mut self, call: CallNo) {
        let prepare = &self.core.profile.calls.prepare;
        let text = prepare.iter().find(|text| super::formats::is_about(text));
        let Some(text) = text.cloned() else {
            return self.sound_after(SOUND_PAUSE);
        };
        let text = self.with_format(&text);
        self.sound.set_step(Step::Asked);
        self.core.urge(Why::Format { call }, text, COMMAND_LIMIT);
    }

    pub(super) fn format_replied(&mut self, call: CallNo, reply: &Reply) {
        let whose = self.sound.whose.as_ref();
        let Some(whose) = whose.filter(|w| w.call == call && w.step == Step::Asked) else {
            return;
        };
        // What the modem does not take as a format cannot be decoded either; without any stream
        // the one it has is as good as another.
        if reply.outcome == Outcome::Ok || whose.refused < REFUSALS_MAX {
            self.sound_after(Duration::ZERO);
        } else {
            self.sound_refused(call);
        }
    }

    /// No frames come although the sound is on. It is switched on anew at once, then after ever
    /// longer pauses, in which it stays on. The sound itself has told people about it.
    pub(super) fn sound_dead(&mut self, call: CallNo) {
        let now = self.core.now.tick;
        let whose = self.sound.whose.as_mut();
        let flows = |whose: &&mut Sounding| whose.call == call && whose.step == Step::Flows;
        let Some(whose) = whose.filter(flows) else {
            return;
        };
        if std::mem::replace(&mut whose.is_silent, true) {
            // It is told again when the port has come back: that is a new beginning, unless there
            // has just been one.
            let long_ago = |at: Tick| now.since(at) >= REARM_FIRST;
            if whose.rearmed.is_some_and(long_ago) {
                whose.deaths = 1;
                self.rearm();
            }
            return;
        }
        let held = whose.rearmed.is_none_or(|at| now.since(at) >= REARM_HELD);
        whose.deaths = if held {
            1
        } else {
            whose.deaths.saturating_add(1)
        };
        match whose.deaths {
            1 => self.rearm(),
            deaths => {
                if deaths == 2 {
                    self.sound_is_dead();
                }
                let pause = doubled(REARM_FIRST, deaths - 2, REARM_MAX);
                self.core.after(Timer::Sound, pause);
            }
        }
    }

    /// A sound card that fails is nothing that a restart of the modem would help.
    fn sound_is_dead(&mut self) {
        if self.sound_is_modems() {
            tracing::warn!("no frames, although the sound was switched on anew");
            self.degraded(SoundTrouble::NoFrames);
        }
    }

    /// Whether sound that comes or does not come says something about the modem.
    fn sound_is_modems(&self) -> bool {
        self.setup.sound == SoundPath::InBand || !self.on_commands().is_empty()
    }

    /// Off and on.
    pub(super) fn rearm(&mut self) {
        let Some(whose) = &mut self.sound.whose else {
            return;
        };
        whose.rearmed = Some(self.core.now.tick);
        whose.cleared = false;
        self.talk.hush(&mut self.core);
        if self.setup.sound == SoundPath::InBand {
            self.sound.set_step(Step::Stopping);
        } else if self.off_commands().is_empty() {
            self.sound_after(REARM_PAUSE);
        } else {
            self.sound_after(self.off_after());
        }
    }

    /// Sound comes through the audio port or card.
    pub(super) fn sound_flows_on(&mut self, call: CallNo) {
        let whose = self.sound.whose.as_ref();
        if whose.is_some_and(|whose| whose.call == call && whose.step == Step::Flows) {
            self.sound_came();
        }
    }

    /// Sound comes: the call is alive, whatever the modem answers, unless it is being hung up.
    pub(super) fn sound_came(&mut self) {
        let is_wanted = self.talk.all().iter().all(|call| call.hang_ups == 0);
        if is_wanted && self.sound_is_modems() {
            self.hook.alive(self.core.now.tick);
        }
        let Some(whose) = &mut self.sound.whose else {
            return;
        };
        if whose.step == Step::Flows && std::mem::take(&mut whose.is_silent) {
            self.core.timers.stop(Timer::Sound);
        }
    }

    /// The modem takes no more of our sound just now, or takes it again. What it holds is soon
    /// gone: one that does not say so, or whose word was lost, would leave the caller with nothing.
    pub(super) fn flow_said(&mut self, go: bool) {
        if !self.talk.is_sounding() {
            return;
        }
        if go {
            self.core.timers.stop(Timer::Flow);
        } else {
            self.core.after(Timer::Flow, PAUSE_MAX);
        }
        self.core.tell(Event::SoundFlow { go });
    }

    /// Whether our own ears can hear the exchange: they hear nothing where no sound comes.
    pub(super) fn follow_ears(&mut self) {
        let whose = self.sound.whose.as_ref();
        let is_deaf = whose.is_some_and(|whose| whose.step == Step::Mute || whose.is_silent);
        self.ear.set_own_ears(self.setup.own_ears && !is_deaf);
    }

    /// Whether the modem has said that the voice path is up, or does not say so.
    pub(super) fn voice_has_begun(&self, call: CallNo) -> bool {
        !self.core.profile.sound.on_at_begin || self.ear.has_begun(call)
    }

    /// It works for calls and not for their sound: restarted once the line is free. What restarts
    /// have not helped is not restarted after every call.
    fn degraded(&mut self, why: SoundTrouble) {
        self.core.status.degraded = Some(why);
        let cure = &mut self.sound.cure;
        // A restart has helped for one call and not for the next.
        cure.each_call |= cure.well_since == Some(1);
        if cure.futile < FUTILE_MAX {
            tracing::warn!(why = why.as_str(), "restart due after the call");
            self.ladder.want_reset();
        }
    }

    /// A call whose sound was as it should be is over.
    pub(super) fn sound_was_well(&mut self) {
        let cure = &mut self.sound.cure;
        cure.futile = 0;
        cure.well_since = cure.well_since.map(|calls| calls.saturating_add(1));
        if !self.ladder.reset_is_due() {
            self.core.status.degraded = None;
        }
    }

    /// A call that had sound is over: some firmware gives the next one none before a restart.
    pub(super) fn reset_after_sound(&mut self) {
        let sound = &self.core.profile.sound;
        let cure = &self.sound.cure;
        let wants = sound.reset_after_call || cure.each_call;
        if wants && cure.futile < FUTILE_MAX && self.sound_is_modems() {
            self.ladder.want_reset();
        }
    }

    /// The modem is restarted for whatever reason.
    pub(super) fn sound_is_cured(&mut self) {
        if self.core.status.degraded.take().is_some() {
            let cure = &mut self.sound.cure;
            cure.futile = cure.futile.saturating_add(1);
            cure.well_since = Some(0);
        }
    }
}

/// What restarts have done for the sound of this modem.
#[derive(Clone, Debug, Default)]
pub(super) struct SoundCure {
    /// Restarts for the sake of the sound since it last was as it should be.
    futile: u8,
    /// Calls whose sound was as it should be since such a restart.
    well_since: Option<u32>,
    /// It has sound in the first call after a start only.
    each_call: bool,
}

pub(super) fn is_for(why: Why, call: CallNo) -> bool {
    match why {
        Why::SoundOn { call: no } | Why::StreamOn { call: no } | Why::Format { call: no } => {
            no == call
        }
        _ => false,
    }
}

/// A pause that doubles with every try, up to a greatest.
pub(super) fn doubled(first: Duration, times: u8, greatest: Duration) -> Duration {
    let factor = 2_u32.saturating_pow(u32::from(times));
    first.saturating_mul(factor).min(greatest)
}

/// Between off and on when no frames came: longer than ModemManager's 100 ms (hardware.md 3.1),
/// because without that it did not help.
pub(super) const REARM_PAUSE: Duration = Duration::from_millis(300);

/// Sound that was switched on anew and held for so long has been put right.
const REARM_HELD: Duration = Duration::from_secs(60);

/// Switching it on anew interrupts what may come by itself, so there is time for that in between.
pub(super) const REARM_FIRST: Duration = Duration::from_secs(5);
pub(super) const REARM_MAX: Duration = Duration::from_secs(60);

/// How often a command is refused before that is told.
const REFUSALS_MAX: u8 = 2;

/// Pauses before it is tried again after that: a caller waits, and the modem has little else to do.
const RETRY_FIRST: Duration = Duration::from_secs(1);
const RETRY_MAX: Duration = Duration::from_secs(30);

/// A Quectel holds less than half a second of sound.
const PAUSE_MAX: Duration = Duration::from_secs(1);

/// Restarts for the sake of the sound in a row, each of which takes the line away for half a
/// minute.
const FUTILE_MAX: u8 = 2;
