//! The sound of a call between the modem and its far end: who speaks, who hears, at what time.
//!
//! All of it is 8 kHz mono in frames of 20 ms; how it travels to the host is the families' matter.
//! Time goes on for a caller who speaks while the modem carries no sound: that part is lost.

mod beat;
mod ear;
mod mouth;
mod orders;
mod rate;
mod tones;

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::core::{Core, Timer};
use super::quirks::Quirks;
use super::words::{Heard, Report};
use crate::base::sound::LineTone;
use crate::base::time::Tick;
use crate::voice::dtmf;
use crate::voice::frame::Frame;
use beat::Beat;
use ear::Ear;
use mouth::Mouth;

pub use orders::order;
pub use rate::Rate;
pub use tones::beep;

/// Sound of any length: 8 kHz, mono. Shared, because a story may say the same thing many times.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Samples(Arc<[i16]>);

impl From<Vec<i16>> for Samples {
    fn from(samples: Vec<i16>) -> Samples {
        Samples(samples.into())
    }
}

impl Deref for Samples {
    type Target = [i16];
    fn deref(&self) -> &[i16] {
        &self.0
    }
}

impl fmt::Debug for Samples {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Samples({})", self.0.len())
    }
}

/// Which direction of the sound is lost on the way.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OneWay {
    /// Neither.
    #[default]
    None,
    /// What comes in: the host does not hear the caller.
    In,
    /// What goes out: the caller does not hear the host.
    Out,
}

/// The audio port beside the command port.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AudioPort {
    /// This device was started without one.
    Absent,
    Plugged,
    Unplugged,
}

/// See the module.
#[derive(Debug)]
pub struct Sound {
    pub port: AudioPort,
    pub one_way: OneWay,
    pub mouth: Mouth,
    call: Option<Call>,
    beat: Option<Beat>,
    beats_counted: u32,
    last_heard: Samples,
}

/// One call from its answer to its end.
#[derive(Debug)]
struct Call {
    since: Tick,
    /// Up to here the far end has spoken, heard or not.
    spoken_until: Tick,
    ear: Ear,
    /// Keys that the host sends as sound. Those that the modem plays are reported by the modem.
    keys: dtmf::Ear,
    /// Frames that were there for the host.
    carried: u64,
    /// The sound was switched on in this call.
    was_on: bool,
    starved: u64,
    overflowed: u64,
}

impl Sound {
    pub fn new(quirks: &Quirks) -> Sound {
        Sound {
            port: AudioPort::Absent,
            one_way: quirks.one_way,
            mouth: Mouth::default(),
            call: None,
            beat: None,
            beats_counted: 0,
            last_heard: Samples::default(),
        }
    }

    pub fn is_in_call(&self) -> bool {
        self.call.is_some()
    }

    pub fn flows(&self) -> bool {
        self.beat.is_some()
    }

    /// What the far end heard in this call so far, or in the last one; from the answer on.
    pub fn heard(&self) -> Samples {
        match &self.call {
            Some(call) => call.ear.heard().to_vec().into(),
            None => self.last_heard.clone(),
        }
    }

    /// Frames of silence that the far end heard because the host had written nothing.
    pub fn starved(&mut self) {
        if let Some(call) = &mut self.call {
            call.starved += 1;
        }
    }

    /// Frames that the host wrote and for which there was no room.
    pub fn overflowed(&mut self, frames: u64) {
        if let Some(call) = &mut self.call {
            call.overflowed += frames;
        }
    }

    /// The far end hears a sound of the modem's or the network's own from now on.
    pub fn overhear(&mut self, now: Tick, after: usize, sound: &[i16]) {
        if self.one_way != OneWay::Out
            && let Some(call) = &mut self.call
        {
            call.ear.mix(place(now, call.since) + after, sound);
        }
    }

    /// Brings the far end's speech up to now if nobody listened meanwhile.
    pub fn catch_up(&mut self, now: Tick) {
        let flows = self.flows();
        if let Some(call) = self.call.as_mut().filter(|_| !flows) {
            let passed = place(now, call.spoken_until);
            call.spoken_until = now;
            self.mouth.skip(passed);
        }
    }
}

impl Core {
    /// The far end is there from now on: it hears and may speak.
    pub fn call_is_up(&mut self) {
        let now = self.now;
        self.sound.call = Some(Call {
            since: now,
            spoken_until: now,
            ear: Ear::default(),
            keys: dtmf::Ear::new(),
            carried: 0,
            was_on: false,
            starved: 0,
            overflowed: 0,
        });
    }

    /// The far end has gone: what it had not said yet is dropped, what it heard is told.
    pub fn call_is_over(&mut self) {
        self.sound.mouth.hush();
        let Some(call) = self.sound.call.take() else {
            return;
        };
        let full = call.ear.is_full();
        self.sound.last_heard = call.ear.end(place(self.now, call.since)).into();
        if !call.was_on {
            return;
        }
        self.report(Report::Starved(call.starved));
        self.report(Report::Overflowed(call.overflowed));
        if full {
            self.report(Report::HeardFull);
        }
        self.report(Report::Heard(Heard {
            samples: self.sound.last_heard.clone(),
            file: None,
        }));
    }

    /// Frames flow from now on, the first one 20 ms from now.
    pub fn sound_starts(&mut self) {
        let now = self.now;
        self.sound.catch_up(now);
        if let Some(call) = &mut self.sound.call {
            call.ear.lift();
        }
        self.sound.beats_counted += 1;
        self.sound.beat = Some(Beat::new(
            self.sound.beats_counted,
            now,
            self.quirks.clock_ppm,
        ));
        self.plan_beat();
    }

    /// No more frames.
    pub fn sound_stops(&mut self) {
        self.sound.beat = None;
        if let Some(call) = &mut self.sound.call {
            call.spoken_until = self.now;
        }
    }

    /// A frame is due. False: it belongs to a flow that has stopped.
    pub fn is_on_beat(&mut self, serial: u32) -> bool {
        let is_ours = |beat: &&mut Beat| beat.serial == serial;
        let Some(beat) = self.sound.beat.as_mut().filter(is_ours) else {
            return false;
        };
        beat.count();
        if let Some(call) = &mut self.sound.call {
            call.was_on = true;
        }
        self.plan_beat();
        true
    }

    fn plan_beat(&mut self) {
        if let Some(beat) = &self.sound.beat {
            let (serial, wait) = (beat.serial, beat.due().since(self.now));
            self.plan(wait, Timer::Frame(serial));
        }
    }

    /// What the far end sends in these 20 ms. `None`: nothing at all, not even silence.
    pub fn down(&mut self) -> Option<Frame> {
        let sound = &mut self.sound;
        let frame = sound.mouth.frame(sound.call.is_some());
        if let Some(call) = &mut sound.call {
            call.carried += 1;
            let stop = u64::from(self.quirks.frames_stop_after_ms) / FRAME_MS;
            if stop > 0 && call.carried > stop {
                return None;
            }
        }
        if sound.one_way == OneWay::In {
            return Some(Frame::SILENCE);
        }
        Some(frame)
    }

    /// What the far end hears of us in these 20 ms.
    pub fn up(&mut self, frame: &Frame) {
        let sound = &mut self.sound;
        if let Some(call) = &mut sound.call {
            let at = place(self.now, call.since);
            let lost = sound.one_way == OneWay::Out;
            let frame = if lost { &Frame::SILENCE } else { frame };
            call.ear.go_on(at, &frame.0);
            if let Some(key) = call.keys.hear(frame) {
                self.report(Report::Dtmf(key));
            }
        }
    }

    /// The far end speaks.
    pub fn far_end_says(&mut self, samples: Samples) {
        self.sound.catch_up(self.now);
        if !self.sound.mouth.say(samples) {
            self.report(Report::Refused("too much to say"));
        }
    }

    /// Something is done that can be heard: knocks, keys, a cough.
    pub fn far_end_does(&mut self, sound: &[i16]) {
        if !self.sound.is_in_call() {
            return self.report(Report::Refused("no call is up"));
        }
        self.sound.catch_up(self.now);
        self.sound.mouth.make(sound);
    }

    /// Knocks on whatever the telephone lies on.
    pub fn far_end_taps(&mut self, times: u8) {
        self.far_end_does(&tones::knocks(times));
    }

    pub fn far_end_coughs(&mut self) {
        self.far_end_does(&tones::cough());
    }

    /// The keys as they are heard.
    pub fn far_end_tones(&mut self, keys: &str) {
        self.far_end_does(&dtmf::tones(keys, KEY_MS, KEY_MS, KEY_DB));
    }

    /// The exchange's tone by order; `None`: off.
    pub fn tone_by_order(&mut self, tone: Option<LineTone>) {
        self.sound.mouth.order_tone(tone);
    }

    /// The far end hears keys that the network or the modem plays for the host.
    pub fn host_keys_heard(&mut self, keys: &str) {
        let sound = dtmf::tones(keys, KEY_MS, KEY_MS, KEY_DB);
        self.sound.overhear(self.now, 0, &sound);
    }
}

/// Samples between two times.
fn place(now: Tick, since: Tick) -> usize {
    (now.since(since).as_micros() / MICROS_PER_SAMPLE) as usize
}

const FRAME_MS: u64 = 20;
/// At 8 kHz.
const MICROS_PER_SAMPLE: u128 = 125;
/// A key is held this long and let go this long: what a person and most telephones do
/// (ITU-T Q.24 asks for 40 ms each at least).
pub const KEY_MS: u32 = 100;
/// Level of a key's pair of tones, dBFS.
pub const KEY_DB: f32 = -13.0;
