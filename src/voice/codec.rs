//! Between the bytes of a line and frames.

use super::frame::{FRAME_SAMPLES, Frame};
use super::g711;
use super::misread::{Law, Misread, SILENT_IN_BOTH, Torn, U8_SILENCE, u8_to_linear};
use crate::base::sound::Coding;

/// Gathers the bytes of a line into frames, in whatever pieces they come.
#[derive(Clone, Debug, Default)]
pub struct Gather {
    coding: Coding,
    waiting: Vec<u8>,
    law: Law,
    torn: Torn,
    /// The next byte is left out.
    skip: bool,
    news: Option<Misread>,
}

impl Gather {
    /// `coding` as the line has it.
    pub fn new(coding: Coding) -> Gather {
        Gather {
            coding,
            ..Gather::default()
        }
    }

    /// How what comes is read, which may be otherwise than the line has it.
    pub fn coding(&self) -> Coding {
        match self.coding {
            Coding::U8 => self.law.coding(),
            coding => coding,
        }
    }

    /// Takes bytes; [`Gather::next_frame`] gives what they complete.
    pub fn put(&mut self, bytes: &[u8]) {
        self.waiting.extend_from_slice(bytes);
    }

    /// The oldest whole frame.
    pub fn next_frame(&mut self) -> Option<Frame> {
        if self.skip && !self.waiting.is_empty() {
            self.waiting.remove(0);
            self.skip = false;
        }
        let length = FRAME_SAMPLES * self.coding.sample_bytes();
        let bytes = self.waiting.get(..length)?;
        match self.coding {
            Coding::U8 if self.law.hear(bytes) => self.news = Some(Misread::Mulaw),
            Coding::S16le if self.torn.hear(bytes) => {
                self.news = Some(Misread::Shifted);
                self.skip = true;
            }
            _ => {}
        }
        let frame = decode(self.coding(), bytes);
        self.waiting.drain(..length);
        Some(frame)
    }

    /// A frame as the line wants it.
    pub fn encode(&mut self, frame: &Frame) -> Vec<u8> {
        let coding = match self.coding {
            Coding::U8 => self.law.coding_out(),
            coding => Some(coding),
        };
        coding.map_or_else(
            || vec![SILENT_IN_BOTH; FRAME_SAMPLES],
            |coding| encode(coding, frame),
        )
    }

    /// What was found out about the sound since this was last asked.
    pub fn news(&mut self) -> Option<Misread> {
        self.news.take()
    }

    /// Forgets what is not a whole frame yet: the sound stopped here.
    pub fn clear(&mut self) {
        self.waiting.clear();
        self.skip = false;
    }
}

fn decode(coding: Coding, bytes: &[u8]) -> Frame {
    let mut frame = Frame::SILENCE;
    match coding {
        Coding::S16le => {
            for (sample, pair) in frame.0.iter_mut().zip(bytes.chunks_exact(2)) {
                *sample = i16::from_le_bytes([pair[0], pair[1]]);
            }
        }
        Coding::U8 => each(&mut frame, bytes, u8_to_linear),
        Coding::Mulaw => each(&mut frame, bytes, g711::mulaw_to_linear),
        Coding::Alaw => each(&mut frame, bytes, g711::alaw_to_linear),
    }
    frame
}

fn each(frame: &mut Frame, bytes: &[u8], linear: impl Fn(u8) -> i16) {
    for (sample, byte) in frame.0.iter_mut().zip(bytes) {
        *sample = linear(*byte);
    }
}

/// A frame as the line wants it.
pub fn encode(coding: Coding, frame: &Frame) -> Vec<u8> {
    let samples = frame.0.iter();
    match coding {
        Coding::S16le => frame.to_bytes().to_vec(),
        // Rounded: cut off, silence would be one step below silence half of the time.
        Coding::U8 => samples
            .map(|s| (((i32::from(*s) + 128) >> 8) + i32::from(U8_SILENCE)).clamp(0, 255) as u8)
            .collect(),
        Coding::Mulaw => samples.map(|s| g711::linear_to_mulaw(*s)).collect(),
        Coding::Alaw => samples.map(|s| g711::linear_to_alaw(*s)).collect(),
    }
}

/// Whether a frame of this coding may as well come from a path that is dead: nothing but the code of
/// silence, for which a line that carries anything is too noisy. Linear samples of 8 bits are too
/// coarse to tell.
pub fn is_nothing(coding: Coding, frame: &Frame) -> bool {
    let idle = match coding {
        Coding::S16le | Coding::Mulaw => 0,
        Coding::Alaw => ALAW_SILENCE,
        Coding::U8 => return false,
    };
    frame.0.iter().all(|sample| *sample == idle)
}

/// A-law has no zero; its idle code is the smallest step above it.
const ALAW_SILENCE: i16 = g711::alaw_to_linear(0xD5);

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]
    use super::*;

    #[test]
    fn bytes_in_any_pieces_become_the_same_frames() {
        let mut wanted = Frame::SILENCE;
        for (index, sample) in wanted.0.iter_mut().enumerate() {
            *sample = (index as i16 - 80) * 256;
        }
        for coding in [Coding::S16le, Coding::U8, Coding::Mulaw, Coding::Alaw] {
            let bytes = encode(coding, &wanted);
            assert_eq!(bytes.len(), 160 * coding.sample_bytes());
            let mut gather = Gather::new(coding);
            for piece in bytes.chunks(7) {
                assert!(gather.next_frame().is_none());
                gather.put(piece);
            }
            let frame = gather.next_frame().expect("whole");
            for (got, sent) in frame.0.iter().zip(&wanted.0) {
                let allowed = (i32::from(*sent).abs() / 16).max(16);
                let off = (i32::from(*got) - i32::from(*sent)).abs();
                assert!(off <= allowed, "{coding:?} {sent} became {got}");
            }
        }
    }

    #[test]
    fn silence_is_silence_in_every_coding() {
        let silence = [
            (Coding::S16le, 0),
            (Coding::U8, 0x80),
            (Coding::Mulaw, 0xFF),
            (Coding::Alaw, 0xD5),
        ];
        for (coding, byte) in silence {
            assert!(
                encode(coding, &Frame::SILENCE).iter().all(|b| *b == byte),
                "{coding:?}"
            );
        }
    }
}
