//! What is listened for in a caller's sound.

use std::collections::VecDeque;

use super::activity::{self, Activity};
use super::frame::{FRAME_SAMPLES, Frame};
use super::{dtmf, tones};
use crate::base::sound::LineTone;

/// Something was heard.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Heard {
    /// A key of the telephone.
    Key(char),
    /// What an exchange plays.
    Tone(LineTone),
    /// A knock or a cough of somebody who does not speak; told a second later, when it is certain
    /// that it was not the beginning of a word.
    Tap,
    SpeechBegan,
    SpeechEnded,
}

/// Every ear at once.
#[derive(Clone, Debug, Default)]
pub struct Ears {
    keys: dtmf::Ear,
    tones: tones::Ear,
    activity: activity::Ear,
    own: OwnSound,
    taps: Taps,
}

/// Knocks that may still turn out to be the beginning of a word.
#[derive(Clone, Debug, Default)]
struct Taps {
    /// Frames since each, oldest first.
    waiting: VecDeque<u32>,
    /// Frames for which somebody who has spoken is not taken to be knocking.
    hidden: u32,
}

/// What we have just sent. A copper pair gives part of it back (its hybrid), up to a quarter of a
/// second later.
#[derive(Clone, Debug, Default)]
struct OwnSound {
    /// Power of the loudest moment of each of the last frames, newest first.
    powers: [f32; ECHO_FRAMES],
    /// Frames for which an echo of our own keys may still come.
    keys: usize,
}

impl Ears {
    /// We send this in the same 20 ms; `keys`: it is keys.
    pub fn own(&mut self, frame: &Frame, keys: bool) {
        self.own.powers.rotate_right(1);
        self.own.powers[0] = loudest(frame);
        let loudest = self.own.powers.iter().copied().fold(0.0, f32::max);
        self.activity.ignore_below(loudest * ECHO_LEAVES);
        self.own.keys = match keys {
            true => ECHO_FRAMES,
            false => self.own.keys.saturating_sub(1),
        };
    }

    /// Hears 20 ms of the far end.
    pub fn hear(&mut self, frame: &Frame) -> Vec<Heard> {
        let key = self.keys.hear(frame).filter(|_| self.own.keys == 0);
        let tone = self.tones.hear(frame);
        let is_machine = key.is_some() || self.keys.is_pressed() || self.tones.is_tone();
        if is_machine {
            // What a machine sounds is nobody's knocking or speech.
            self.activity.mask();
        }
        let activity = self.activity.hear(frame);
        let tap = self.taps.pass(activity).then_some(Heard::Tap);
        let speech = activity.and_then(|activity| match activity {
            Activity::SpeechBegan => Some(Heard::SpeechBegan),
            Activity::SpeechEnded => Some(Heard::SpeechEnded),
            Activity::Tap => None,
        });
        let key = key.map(Heard::Key);
        let tone = tone.map(Heard::Tone);
        [key, tone, speech, tap].into_iter().flatten().collect()
    }
}

impl Taps {
    /// 20 ms have passed; whether a knock is believed now.
    fn pass(&mut self, activity: Option<Activity>) -> bool {
        self.hidden = self.hidden.saturating_sub(1);
        match activity {
            Some(Activity::Tap) if self.hidden == 0 => self.waiting.push_back(0),
            Some(Activity::Tap) | None => {}
            Some(Activity::SpeechBegan | Activity::SpeechEnded) => {
                self.waiting.clear();
                self.hidden = SPEECH_HIDES_TAPS;
            }
        }
        self.waiting.iter_mut().for_each(|age| *age += 1);
        let is_due = self.waiting.front().is_some_and(|age| *age >= TAP_ALONE);
        if is_due {
            self.waiting.pop_front();
        }
        is_due
    }
}

/// Power of the loudest 5 ms of a frame: as short as what is listened to.
fn loudest(frame: &Frame) -> f32 {
    let mean = |samples: &[i16]| {
        let sum: f32 = samples.iter().map(|x| f32::from(*x) * f32::from(*x)).sum();
        sum / (samples.len() as f32 * FULL_SCALE * FULL_SCALE)
    };
    frame
        .0
        .chunks(FRAME_SAMPLES / 4)
        .map(mean)
        .fold(0.0, f32::max)
}

const FULL_SCALE: f32 = 32_768.0;

/// Frames (1 s) after which a knock that no speech has followed is no beginning of a word.
const TAP_ALONE: u32 = 50;

/// Somebody who spoke within so many frames (10 s) does not answer by knocking.
const SPEECH_HIDES_TAPS: u32 = 500;

/// What a hybrid leaves of our power at most (−9 dB): 11 dB of loss is the least that ITU-T G.122
/// assumes of a subscriber line; a caller who speaks is hardly ever that much fainter than the
/// operator.
const ECHO_LEAVES: f32 = 0.126;

/// For so many frames (0.3 s) what we said may come back.
const ECHO_FRAMES: usize = 15;
