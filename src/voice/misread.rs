//! Sound that is not what the line says it is: seen in the bytes themselves, and put right.
//!
//! * A voice modem that promises unsigned 8-bit linear samples and gives µ-law: its silence would be
//!   a roar at full scale, and ours for it.
//! * A PCM port that lost or gained a byte: from there on every sample is made of the halves of two,
//!   and a whisper is a roar as well.

use super::frame::FRAME_SAMPLES;
use super::g711;
use crate::base::sound::Coding;

/// What was found out about a line's sound.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Misread {
    /// It is µ-law, though the line says that it is 8-bit linear.
    Mulaw,
    /// Samples were torn in two: a byte was left out to join them again.
    Shifted,
}

/// Whether 8-bit samples are linear or µ-law.
#[derive(Clone, Debug, Default)]
pub(super) struct Law {
    linear: Roughness,
    mulaw: Roughness,
    /// Bytes judged, and frames sent before it was certain.
    judged: usize,
    sent: u32,
    sure: Option<Coding>,
}

/// How far sound, read in one way, is from anything a telephone carries: read in the wrong way it
/// jumps over the whole scale wherever it should pass through zero.
#[derive(Clone, Copy, Debug, Default)]
struct Roughness {
    last: f32,
    sum: f32,
}

impl Roughness {
    fn hear(&mut self, sample: i16) {
        let sample = f32::from(sample) / FULL_SCALE;
        let step = sample - self.last;
        self.last = sample;
        self.sum += step * step + STANDING * sample * sample;
    }
}

impl Law {
    /// Takes a frame's bytes; whether it is certain only now that they are µ-law.
    pub(super) fn hear(&mut self, bytes: &[u8]) -> bool {
        if self.sure.is_some() {
            return false;
        }
        for byte in bytes {
            self.linear.hear(u8_to_linear(*byte));
            self.mulaw.hear(g711::mulaw_to_linear(*byte));
        }
        self.judged += bytes.len();
        if self.judged >= JUDGED_BYTES {
            self.sure = match (self.looks_mulaw(), self.looks_linear()) {
                (true, _) => Some(Coding::Mulaw),
                (_, true) => Some(Coding::U8),
                _ => None,
            };
            // Nothing but what is silence in both, or a scream: the next 200 ms may tell.
            self.judged = 0;
            (self.linear.sum, self.mulaw.sum) = (0.0, 0.0);
        }
        self.sure == Some(Coding::Mulaw)
    }

    /// How to read what comes now.
    pub(super) fn coding(&self) -> Coding {
        match self.sure {
            Some(coding) => coding,
            None if self.looks_mulaw() => Coding::Mulaw,
            None => Coding::U8,
        }
    }

    /// How to write; `None`: only what is silence in both.
    pub(super) fn coding_out(&mut self) -> Option<Coding> {
        if self.sure.is_none() && self.sent < UNSURE_FRAMES {
            self.sent += 1;
            return None;
        }
        Some(self.coding())
    }

    fn looks_mulaw(&self) -> bool {
        let (linear, mulaw) = (self.linear.sum, self.mulaw.sum);
        self.is_calm(mulaw) && linear > CERTAIN_MULAW * mulaw && linear > ROAR * self.judged as f32
    }

    fn looks_linear(&self) -> bool {
        self.is_calm(self.linear.sum) && self.mulaw.sum > CERTAIN * self.linear.sum
    }

    /// What is clipped looks alike in both laws.
    fn is_calm(&self, sum: f32) -> bool {
        sum < CALM * self.judged as f32
    }
}

/// An unsigned 8-bit sample as a linear one.
pub(super) fn u8_to_linear(byte: u8) -> i16 {
    (i16::from(byte) - U8_SILENCE) << 8
}

/// What 8-bit linear sound has at rest.
pub(super) const U8_SILENCE: i16 = 0x80;

/// The one code that is silence in both: −0 in µ-law, one step below zero in linear samples.
pub(super) const SILENT_IN_BOTH: u8 = 0x7F;

const FULL_SCALE: f32 = 32_768.0;

/// What stands still at full scale is rough as well, though it does not jump.
const STANDING: f32 = 1.0 / 16.0;

/// 200 ms.
const JUDGED_BYTES: usize = 10 * FRAME_SAMPLES;

/// So many times as rough is certain (3 dB).
const CERTAIN: f32 = 2.0;

/// The same against what the line says (6 dB).
const CERTAIN_MULAW: f32 = 4.0;

/// Roughness of each sample (−30 dB) below which nobody would hear a difference.
const ROAR: f32 = 1e-3;

/// Roughness of each sample (−13 dB) that no voice of ordinary loudness has.
const CALM: f32 = 0.05;

/// Frames (0.5 s) for which the caller waits until it is certain.
const UNSURE_FRAMES: u32 = 25;

/// Whether 16-bit samples are torn: each of them made of the second byte of one and the first of the
/// next.
///
/// The first byte of a sample is as good as random unless the sound is very faint. Torn samples have
/// it in the place that counts: the fainter the sound, the more the joined ones are below the torn
/// ones. Sound that is whole cannot look like that unless all its samples are round numbers, are the
/// same few, or are at both ends of the scale; those are left alone.
#[derive(Clone, Debug)]
pub(super) struct Torn {
    frames: u32,
    /// Power as it is read, and if a byte were left out.
    torn: f64,
    joined: f64,
    /// Samples at either end of the scale.
    ends: u32,
    /// Which second bytes there were.
    seen: [bool; 256],
    /// Joined samples above zero and below.
    above: u32,
    below: u32,
}

impl Default for Torn {
    fn default() -> Torn {
        Torn {
            frames: 0,
            torn: 0.0,
            joined: 0.0,
            ends: 0,
            seen: [false; 256],
            above: 0,
            below: 0,
        }
    }
}

impl Torn {
    /// Takes a frame's bytes; whether a byte is to be left out.
    pub(super) fn hear(&mut self, bytes: &[u8]) -> bool {
        for sample in samples(bytes) {
            self.torn += f64::from(sample).powi(2);
            let [_, second] = sample.to_le_bytes();
            self.ends += u32::from(matches!(second, 0x7F | 0x80));
            self.seen[usize::from(second)] = true;
        }
        for sample in samples(&bytes[1..]) {
            self.joined += f64::from(sample).powi(2);
            self.above += u32::from(sample > 0);
            self.below += u32::from(sample < 0);
        }
        self.frames += 1;
        if self.frames < JUDGED_FRAMES {
            return false;
        }
        let Torn {
            torn,
            joined,
            ends,
            seen,
            above,
            below,
            ..
        } = std::mem::take(self);
        let is_far_fainter = torn > FAR_FAINTER * joined;
        let varies = seen.iter().filter(|seen| **seen).count() > BEEP_VALUES;
        is_far_fainter && varies && ends < MANY && above.min(below) > FEW
    }
}

fn samples(bytes: &[u8]) -> impl Iterator<Item = i16> {
    let pairs = bytes.chunks_exact(2);
    pairs.map(|pair| i16::from_le_bytes([pair[0], pair[1]]))
}

/// 200 ms.
const JUDGED_FRAMES: u32 = 10;
const JUDGED_SAMPLES: u32 = JUDGED_FRAMES * FRAME_SAMPLES as u32;

/// 20 dB: voices of ordinary loudness are found out between two syllables.
const FAR_FAINTER: f64 = 100.0;

/// A quarter of all samples; random ones are there once in 128.
const MANY: u32 = JUDGED_SAMPLES / 4;

/// Beeps made of digits repeat no more values than this.
const BEEP_VALUES: usize = 8;

/// Whatever a line carries is as often below zero as above.
const FEW: u32 = JUDGED_SAMPLES / 16;
