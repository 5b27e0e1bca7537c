//! Sounds that are made, not recorded: keys, exchange tones, knocks, a cough, a hissing line.
//!
//! Levels are those of `voice::frame::Frame::level_db`: the mean power of the sound in dB of a
//! full-scale square wave.

use std::f64::consts::TAU;

use super::super::dice::Dice;
use crate::base::sound::LineTone;
use crate::voice::frame::RATE_HZ;

/// Steady tones of equal strength; `level_db` is that of all together. A frequency of 0 is none.
pub fn beep(hz: &[f64], count: usize, level_db: f32) -> Vec<i16> {
    let hz: Vec<f64> = hz.iter().copied().filter(|hz| *hz > 0.0).collect();
    if hz.is_empty() {
        return vec![0; count];
    }
    let each = peak(level_db) / (hz.len() as f64).sqrt();
    let at = |index: usize| {
        let sum: f64 = hz.iter().map(|hz| wave(*hz, index)).sum();
        (each * sum) as i16
    };
    (0..count).map(at).collect()
}

/// Knuckles on a table: short bursts, 300 ms apart.
pub fn knocks(times: u8) -> Vec<i16> {
    let mut sound = Vec::new();
    for _ in 0..times {
        let burst = (0..samples(KNOCK_MS)).map(|index| {
            let fade = (-(index as f64) / KNOCK_FADE_SAMPLES).exp();
            // Wood: a low thump with something hard on top.
            let body = 0.7 * wave(KNOCK_HZ[0], index) + 0.3 * wave(KNOCK_HZ[1], index);
            (KNOCK_PEAK * fade * body) as i16
        });
        sound.extend(burst);
        sound.resize(sound.len() + samples(KNOCK_EVERY_MS - KNOCK_MS), 0);
    }
    sound
}

/// Two bursts of breath.
pub fn cough() -> Vec<i16> {
    let mut dice = Dice::new(COUGH_SEED);
    let mut sound = Vec::new();
    for (count, peak) in [(samples(180), 9_000.0), (samples(240), 5_000.0)] {
        let mut before = 0.0;
        let burst = (0..count).map(|index| {
            let along = index as f64 / count as f64;
            // Breath has little above 2 kHz: the mean with the sample before takes it away.
            let white = noise(&mut dice);
            let breath = 0.5 * (white + before);
            before = white;
            (peak * (1.0 - along) * (40.0 * along).min(1.0) * breath) as i16
        });
        sound.extend(burst.collect::<Vec<_>>());
        sound.resize(sound.len() + samples(60), 0);
    }
    sound
}

/// A tone of the exchange, on and off in its rhythm (hardware.md 5.5).
#[derive(Debug)]
pub struct Cadence {
    tone: LineTone,
    at: usize,
}

impl Cadence {
    pub fn new(tone: LineTone) -> Cadence {
        Cadence { tone, at: 0 }
    }

    pub fn tone(&self) -> LineTone {
        self.tone
    }

    /// Adds the next part of it to a frame.
    pub fn mix(&mut self, frame: &mut [i16]) {
        let (on, off) = match self.tone {
            LineTone::Dial => (1, 0),
            LineTone::Busy => (samples(500), samples(500)),
            LineTone::Congestion => (samples(250), samples(250)),
            LineTone::Ringback => (samples(1_000), samples(4_000)),
        };
        for sample in frame {
            if self.at % (on + off) < on {
                let tone = peak(EXCHANGE_DB) * wave(EXCHANGE_HZ, self.at);
                *sample = sample.saturating_add(tone as i16);
            }
            self.at += 1;
        }
    }
}

/// White noise of one level: the same on every run.
#[derive(Debug)]
pub struct Hiss {
    dice: Dice,
    peak: f64,
}

impl Hiss {
    pub fn new(level_db: i16) -> Hiss {
        Hiss {
            dice: Dice::new(HISS_SEED),
            // An even spread between −1 and 1 has a mean power of one third.
            peak: FULL_SCALE * 10_f64.powf(f64::from(level_db) / 20.0) * 3_f64.sqrt(),
        }
    }

    /// Adds the next part of it to a frame.
    pub fn mix(&mut self, frame: &mut [i16]) {
        for sample in frame {
            let hiss = self.peak * noise(&mut self.dice);
            *sample = sample.saturating_add(hiss as i16);
        }
    }
}

/// −1 to 1.
fn noise(dice: &mut Dice) -> f64 {
    let throw = dice.throw() >> 11;
    throw as f64 / (1_u64 << 52) as f64 - 1.0
}

fn wave(hz: f64, index: usize) -> f64 {
    (TAU * hz * index as f64 / f64::from(RATE_HZ)).sin()
}

/// The peak of a sine of this level.
fn peak(level_db: f32) -> f64 {
    FULL_SCALE * 2_f64.sqrt() * 10_f64.powf(f64::from(level_db) / 20.0)
}

/// In so many milliseconds.
fn samples(ms: u32) -> usize {
    ms as usize * RATE_HZ as usize / 1_000
}

const EXCHANGE_HZ: f64 = 425.0;
/// Exchanges send their tones at about −10 dBm0, which is −13 dBFS.
const EXCHANGE_DB: f32 = -13.0;
const FULL_SCALE: f64 = 32_768.0;
const KNOCK_MS: u32 = 30;
const KNOCK_EVERY_MS: u32 = 300;
const KNOCK_HZ: [f64; 2] = [190.0, 1_100.0];
const KNOCK_PEAK: f64 = 16_000.0;
/// A knock has faded to a third after 5 ms.
const KNOCK_FADE_SAMPLES: f64 = 40.0;
const COUGH_SEED: u64 = 0xC0;
const HISS_SEED: u64 = 0x415;

#[cfg(test)]
mod tests {
    use super::*;

    fn level_db(sound: &[i16]) -> f64 {
        let sum: f64 = sound.iter().map(|s| f64::from(*s).powi(2)).sum();
        10.0 * (sum / sound.len() as f64 / FULL_SCALE / FULL_SCALE).log10()
    }

    /// Power of one frequency against all of the sound: 1 if there is nothing else.
    fn share(sound: &[i16], hz: f64) -> f64 {
        let (mut re, mut im, mut all) = (0.0, 0.0, 0.0);
        for (index, sample) in sound.iter().enumerate() {
            let angle = TAU * hz * index as f64 / 8_000.0;
            let sample = f64::from(*sample);
            re += sample * angle.cos();
            im += sample * angle.sin();
            all += sample * sample;
        }
        2.0 * (re * re + im * im) / (all * sound.len() as f64)
    }

    #[test]
    fn busy_is_half_a_second_on_and_half_a_second_off_at_425_hertz() {
        let mut busy = Cadence::new(LineTone::Busy);
        let mut sound = vec![0; 16_000];
        sound.chunks_mut(160).for_each(|frame| busy.mix(frame));
        for from in [0, 8_000] {
            assert!(share(&sound[from..from + 4_000], 425.0) > 0.99);
            assert!((level_db(&sound[from..from + 4_000]) + 13.0).abs() < 0.1);
            assert!(sound[from + 4_000..from + 8_000].iter().all(|s| *s == 0));
        }
    }

    #[test]
    fn a_hiss_has_the_level_that_was_asked_for_and_repeats() {
        let (mut first, mut again) = (vec![0; 8_000], vec![0; 8_000]);
        Hiss::new(-40).mix(&mut first);
        Hiss::new(-40).mix(&mut again);
        assert_eq!(first, again);
        assert!(
            (level_db(&first) + 40.0).abs() < 0.3,
            "{}",
            level_db(&first)
        );
    }

    #[test]
    fn knocks_are_short_and_300_ms_apart_and_a_cough_is_heard() {
        let sound = knocks(2);
        assert_eq!(sound.len(), 4_800);
        for from in [0, 2_400] {
            assert!(level_db(&sound[from..from + 80]) > -20.0);
            assert!(level_db(&sound[from + 400..from + 2_400]) < -90.0);
        }
        let loud = cough().iter().map(|s| s.unsigned_abs()).max();
        assert!(loud.is_some_and(|peak| (4_000..10_000).contains(&peak)));
    }
}
