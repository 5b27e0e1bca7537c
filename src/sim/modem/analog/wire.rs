//! How sound travels on a voice modem's command port: coding, rate, DLE shielding, a buffer.

use std::collections::VecDeque;

use super::super::sound::Rate;
use super::persona::Format;
use crate::at::dle::{DLE, SUB};
use crate::base::sound::Coding;
use crate::voice::frame::{FRAME_SAMPLES, Frame, RATE_HZ};
use crate::voice::g711;

/// The sound of one stream, both ways.
#[derive(Clone, Debug)]
pub struct Wire {
    /// `None`: a compression that is not spoken here; it carries silence.
    coding: Option<Coding>,
    rate_hz: u32,
    bits: u16,
    silence: u8,
    shields_with_sub: bool,
    down: Option<Rate>,
    up: Option<Rate>,
    /// Samples from the host that are still to be sent, at its rate.
    waiting: VecDeque<i16>,
    /// The first half of a sample of 16 bits.
    half: Option<u8>,
    /// Samples that found no room and are not counted as frames yet.
    lost: usize,
}

impl Wire {
    pub fn new(format: &Format, rate_hz: u32, shields_with_sub: bool) -> Wire {
        Wire {
            coding: format.coding,
            rate_hz,
            bits: format.bits,
            silence: format.silence,
            shields_with_sub,
            down: Rate::new(RATE_HZ, rate_hz),
            up: Rate::new(rate_hz, RATE_HZ),
            waiting: VecDeque::new(),
            half: None,
            lost: 0,
        }
    }

    /// The form in which a frame goes to the host.
    pub fn coded(&mut self, frame: &Frame) -> Vec<u8> {
        let Some(coding) = self.coding else {
            let bytes = self.frame_samples() * usize::from(self.bits) / 8;
            return vec![self.silence; bytes];
        };
        let sound = match &mut self.down {
            Some(rate) => encode(coding, &rate.feed(&frame.0)),
            None => encode(coding, &frame.0),
        };
        self.shielded(&sound)
    }

    /// A literal DLE is doubled; some modems write two of them as `<DLE><SUB>`.
    fn shielded(&self, sound: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(sound.len() + 8);
        let mut rest = sound.iter().peekable();
        while let Some(byte) = rest.next() {
            out.push(*byte);
            if *byte != DLE {
                continue;
            }
            let is_pair = self.shields_with_sub && rest.next_if(|next| **next == DLE).is_some();
            out.push(if is_pair { SUB } else { DLE });
        }
        out
    }

    /// A byte of sound from the host, unshielded. Returns how many frames are lost by it.
    pub fn take(&mut self, byte: u8) -> u64 {
        let sample = match self.coding {
            Some(Coding::S16le) => match self.half.take() {
                None => {
                    self.half = Some(byte);
                    return 0;
                }
                Some(low) => i16::from_le_bytes([low, byte]),
            },
            Some(coding) => decode(coding, byte),
            None => {
                let samples = 8 / self.bits.clamp(1, 8);
                return (0..samples).map(|_| self.keep(0)).sum();
            }
        };
        self.keep(sample)
    }

    fn keep(&mut self, sample: i16) -> u64 {
        if self.waiting.len() < WAITING_SAMPLES_MAX {
            self.waiting.push_back(sample);
            return 0;
        }
        self.lost += 1;
        u64::from(self.lost.is_multiple_of(self.frame_samples()))
    }

    /// The next 20 ms for the far end, and whether the host had written all of it.
    pub fn next_frame(&mut self) -> (Frame, bool) {
        let wanted = self.frame_samples();
        let there = self.waiting.len().min(wanted);
        let mut samples: Vec<i16> = self.waiting.drain(..there).collect();
        samples.resize(wanted, 0);
        if let Some(rate) = &mut self.up {
            samples = rate.feed(&samples);
        }
        let mut frame = Frame::SILENCE;
        frame
            .0
            .iter_mut()
            .zip(samples)
            .for_each(|(to, from)| *to = from);
        (frame, there == wanted)
    }

    /// Less than a frame is left.
    pub fn is_played_out(&self) -> bool {
        self.waiting.len() < self.frame_samples()
    }

    /// The host may write another read's worth.
    pub fn has_room(&self) -> bool {
        self.waiting.len() < CLEAR_BELOW_SAMPLES
    }

    fn frame_samples(&self) -> usize {
        self.rate_hz as usize * FRAME_SAMPLES / RATE_HZ as usize
    }
}

fn encode(coding: Coding, samples: &[i16]) -> Vec<u8> {
    let bytes = samples.iter();
    match coding {
        Coding::S16le => bytes.flat_map(|s| s.to_le_bytes()).collect(),
        Coding::U8 => bytes.map(|s| (nearest(*s) + 128) as u8).collect(),
        Coding::Mulaw => bytes.map(|s| g711::linear_to_mulaw(*s)).collect(),
        Coding::Alaw => bytes.map(|s| g711::linear_to_alaw(*s)).collect(),
    }
}

/// In steps of 256, −128 to 127.
fn nearest(sample: i16) -> i32 {
    ((i32::from(sample) + 128) >> 8).min(127)
}

/// One byte of one sample.
fn decode(coding: Coding, byte: u8) -> i16 {
    match coding {
        Coding::U8 | Coding::S16le => (i16::from(byte) - 128) << 8,
        Coding::Mulaw => g711::mulaw_to_linear(byte),
        Coding::Alaw => g711::alaw_to_linear(byte),
    }
}

/// Samples that a modem keeps of what it is to play; a second's worth.
const WAITING_SAMPLES_MAX: usize = 8_192;
/// It holds the host up from here on, so that one more read of 4,096 bytes fits.
const CLEAR_BELOW_SAMPLES: usize = 4_096;

#[cfg(test)]
mod tests {
    use super::super::persona::{CONEXANT, USR};
    use super::*;
    use crate::at::dle::{Piece, Unshield};

    fn wire(format: &Format) -> Wire {
        Wire::new(format, 8_000, false)
    }

    #[test]
    fn every_coding_brings_a_frame_there_and_back_within_its_step() {
        let mut frame = Frame::SILENCE;
        for (index, sample) in frame.0.iter_mut().enumerate() {
            *sample = (index as i16 - 80) * 300;
        }
        for format in USR.formats.iter().filter(|f| f.coding.is_some()) {
            let mut wire = wire(format);
            let mut shield = Unshield::default();
            for byte in wire.coded(&frame) {
                if let Piece::Sound(byte, 1) = shield.feed(byte) {
                    wire.take(byte);
                }
            }
            let (back, whole) = wire.next_frame();
            assert!(whole, "{}", format.line);
            let allowed = match format.coding {
                Some(Coding::S16le) => 0,
                Some(Coding::U8) => 128,
                // The largest segment's step is 1,024.
                _ => 512,
            };
            for (there, here) in back.0.iter().zip(&frame.0) {
                assert!((there - here).abs() <= allowed, "{} {here}", format.line);
            }
        }
    }

    #[test]
    fn silence_is_what_the_persona_says() {
        for format in USR.formats.iter().chain(CONEXANT.formats) {
            let bytes = wire(format).coded(&Frame::SILENCE);
            assert_eq!(bytes.len(), 160 * usize::from(format.bits) / 8);
            assert!(
                bytes.iter().all(|b| *b == format.silence),
                "{}",
                format.line
            );
        }
    }

    #[test]
    fn two_literal_escapes_in_a_row_may_be_one_pair() {
        let mut wire = wire(&USR.formats[0]);
        let sound = [1, DLE, 2, DLE, DLE, DLE, 3];
        let doubled = [1, DLE, DLE, 2, DLE, DLE, DLE, DLE, DLE, DLE, 3];
        assert_eq!(wire.shielded(&sound), doubled);
        wire.shields_with_sub = true;
        assert_eq!(
            wire.shielded(&sound),
            [1, DLE, DLE, 2, DLE, SUB, DLE, DLE, 3]
        );
    }

    #[test]
    fn what_finds_no_room_is_counted_in_frames() {
        let mut wire = wire(&USR.formats[0]);
        let lost: u64 = (0..WAITING_SAMPLES_MAX + 330).map(|_| wire.take(1)).sum();
        assert_eq!(lost, 2);
        assert!(!wire.has_room());
    }

    #[test]
    fn bytes_that_are_not_understood_last_as_long_as_they_should() {
        let mut wire = wire(&USR.formats[1]);
        for _ in 0..80 {
            wire.take(0x55);
        }
        assert_eq!(wire.next_frame(), (Frame::SILENCE, true));
        assert!(wire.is_played_out());
    }
}
