//! What is listened for in a caller's sound.

use super::frame::Frame;
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
#[derive(Debug, Default)]
pub struct Ears {}

impl Ears {
    pub fn hear(&mut self, _frame: &Frame) -> Vec<Heard> {
        Vec::new()
    }
}
