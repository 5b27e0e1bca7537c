//! What is listened for in a caller's sound.

use super::activity::{self, Activity};
use super::frame::Frame;
use super::{dtmf, tones};
use crate::base::sound::LineTone;

/// Something was heard.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Heard {
    /// A key of the telephone.
    Key(char),
    /// What an exchange plays.
    Tone(LineTone),
    /// A knock or a cough.
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
}

impl Ears {
    /// Hears 20 ms of the far end.
    pub fn hear(&mut self, frame: &Frame) -> Vec<Heard> {
        let key = self.keys.hear(frame);
        let tone = self.tones.hear(frame);
        if key.is_some() || self.keys.is_pressed() || self.tones.is_tone() {
            // What a machine sounds is nobody's knocking and nobody's speech.
            self.activity.mask();
        }
        let activity = self.activity.hear(frame).map(|activity| match activity {
            Activity::SpeechBegan => Heard::SpeechBegan,
            Activity::SpeechEnded => Heard::SpeechEnded,
            Activity::Tap => Heard::Tap,
        });
        let key = key.map(Heard::Key);
        let tone = tone.map(Heard::Tone);
        [key, tone, activity].into_iter().flatten().collect()
    }
}
