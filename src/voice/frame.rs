//! The unit of sound inside the box: 20 ms of 8 kHz mono.

use std::time::Duration;

/// Samples in a second. Telephone sound has nothing above 4 kHz.
pub const RATE_HZ: u32 = 8_000;

/// Samples of one frame.
pub const FRAME_SAMPLES: usize = 160;

/// Bytes of one frame as it travels: signed 16 bit, little endian (OUTSIDE, call audio).
pub const FRAME_BYTES: usize = 2 * FRAME_SAMPLES;

/// How long a frame lasts.
pub const FRAME_LASTS: Duration = Duration::from_millis(20);

/// 20 ms of sound.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Frame(pub [i16; FRAME_SAMPLES]);

impl Frame {
    /// Nothing to hear.
    pub const SILENCE: Frame = Frame([0; FRAME_SAMPLES]);

    /// Reads the form in which frames travel; `None` unless it is exactly one frame.
    pub fn from_bytes(bytes: &[u8]) -> Option<Frame> {
        if bytes.len() != FRAME_BYTES {
            return None;
        }
        let mut frame = Frame::SILENCE;
        for (sample, pair) in frame.0.iter_mut().zip(bytes.chunks_exact(2)) {
            *sample = i16::from_le_bytes([pair[0], pair[1]]);
        }
        Some(frame)
    }

    /// The form in which frames travel.
    pub fn to_bytes(&self) -> [u8; FRAME_BYTES] {
        let mut bytes = [0; FRAME_BYTES];
        for (pair, sample) in bytes.chunks_exact_mut(2).zip(&self.0) {
            pair.copy_from_slice(&sample.to_le_bytes());
        }
        bytes
    }

    /// Mean power, 0.0 for silence to 1.0 for a full-scale square wave.
    pub fn power(&self) -> f32 {
        let sum: f32 = self.0.iter().map(|s| f32::from(*s) * f32::from(*s)).sum();
        sum / (FRAME_SAMPLES as f32 * FULL_SCALE * FULL_SCALE)
    }

    /// Level in dBFS; a full-scale sine is at −3. Silence is at −100.
    pub fn level_db(&self) -> f32 {
        (10.0 * self.power().log10()).max(SILENCE_DB)
    }
}

impl std::fmt::Debug for Frame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Frame({:.0} dBFS)", self.level_db())
    }
}

const FULL_SCALE: f32 = 32_768.0;

/// What is called silence where a logarithm would be minus infinity.
const SILENCE_DB: f32 = -100.0;

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]
    use super::*;

    #[test]
    fn a_frame_travels_and_comes_back() {
        let mut frame = Frame::SILENCE;
        (frame.0[0], frame.0[159]) = (i16::MIN, 258);
        let bytes = frame.to_bytes();
        assert_eq!((bytes[0], bytes[1]), (0x00, 0x80));
        assert_eq!((bytes[318], bytes[319]), (0x02, 0x01));
        assert_eq!(Frame::from_bytes(&bytes), Some(frame));
        assert_eq!(Frame::from_bytes(&bytes[..319]), None);
    }

    #[test]
    fn levels_are_in_decibels_of_full_scale() {
        assert_eq!(Frame::SILENCE.level_db(), -100.0);
        let square = Frame([i16::MIN; FRAME_SAMPLES]);
        assert!(square.level_db().abs() < 0.01);
        let half = Frame([16_384; FRAME_SAMPLES]);
        assert!((half.level_db() + 6.02).abs() < 0.01, "{half:?}");
    }
}
