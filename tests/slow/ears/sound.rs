//! Sound made sample by sample: tones, noise, mixtures.

use siaga112::sim::modem::Dice;
use siaga112::voice::frame::{FRAME_SAMPLES, Frame, RATE_HZ};

/// Samples in a time.
pub fn samples_of(seconds: f64) -> usize {
    (seconds * f64::from(RATE_HZ)).round() as usize
}

/// The sound frame by frame; what is left over at the end is filled with silence.
pub fn frames(samples: &[i16]) -> impl Iterator<Item = Frame> + '_ {
    samples.chunks(FRAME_SAMPLES).map(|chunk| {
        let mut frame = Frame::SILENCE;
        frame.0[..chunk.len()].copy_from_slice(chunk);
        frame
    })
}

/// Amplitude of a sine of so many dBFS, as the meter of the box counts: full scale is −3.
pub fn amplitude(level_db: f64) -> f64 {
    32_768.0 * 2f64.sqrt() * 10f64.powf(level_db / 20.0)
}

/// Adds a sine, from one sample on, for a number of them.
pub fn add_tone(to: &mut [f64], start: usize, length: usize, hz: f64, level_db: f64, phase: f64) {
    let size = amplitude(level_db);
    let step = std::f64::consts::TAU * hz / f64::from(RATE_HZ);
    for (place, sample) in to.iter_mut().skip(start).take(length).enumerate() {
        *sample += size * (step * place as f64 + phase).sin();
    }
}

/// Adds white noise of so many dBFS over the whole band.
pub fn add_noise(to: &mut [f64], level_db: f64, dice: &mut Dice) {
    let size = 32_768.0 * 10f64.powf(level_db / 20.0);
    for sample in to {
        *sample += size * gauss(dice);
    }
}

/// As a converter does it: rounded, and clipped at full scale.
pub fn sampled(sound: &[f64]) -> Vec<i16> {
    let clipped = |x: &f64| x.round().clamp(-32_768.0, 32_767.0) as i16;
    sound.iter().map(clipped).collect()
}

/// 0.0 to below 1.0.
pub fn part(dice: &mut Dice) -> f64 {
    dice.below(1 << 32) as f64 / (1u64 << 32) as f64
}

/// Between two values.
pub fn between(dice: &mut Dice, low: f64, high: f64) -> f64 {
    low + (high - low) * part(dice)
}

/// A normally distributed number (Box and Muller 1958).
pub fn gauss(dice: &mut Dice) -> f64 {
    let radius = (-2.0 * (1.0 - part(dice)).ln()).sqrt();
    radius * (std::f64::consts::TAU * part(dice)).cos()
}

/// Level of all of it, in dBFS.
pub fn level_db(samples: &[i16]) -> f64 {
    let sum: f64 = samples.iter().map(|s| f64::from(*s).powi(2)).sum();
    10.0 * (sum / samples.len().max(1) as f64 / 32_768f64.powi(2))
        .max(1e-10)
        .log10()
}

/// Brought to a level; what is too loud is clipped.
pub fn at_level(samples: &[i16], wanted_db: f64) -> Vec<i16> {
    let gain = 10f64.powf((wanted_db - level_db(samples)) / 20.0);
    sampled(
        &samples
            .iter()
            .map(|s| gain * f64::from(*s))
            .collect::<Vec<_>>(),
    )
}

/// Both at once, as long as the longer one.
pub fn mixed(one: &[i16], other: &[i16]) -> Vec<i16> {
    let sum = |place: usize| {
        let of = |sound: &[i16]| f64::from(sound.get(place).copied().unwrap_or(0));
        of(one) + of(other)
    };
    let longest = one.len().max(other.len());
    sampled(&(0..longest).map(sum).collect::<Vec<_>>())
}
