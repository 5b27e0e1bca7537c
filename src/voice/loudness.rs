//! How loud a recording is, and keeping its peaks where a telephone line can carry them.

use super::frame::{FRAME_SAMPLES, Frame};

/// How loud a recording is, in dBFS as [`Frame::level_db`] counts them.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Loudness {
    /// Average while something is said: pauses do not count.
    pub speech_db: f32,
    /// The highest sample; 0 is full scale, −100 silence.
    pub peak_db: f32,
}

/// Measures a whole recording at 8 kHz. The end that fills no frame counts for the peak only.
pub fn measure(samples: &[i16]) -> Loudness {
    let powers: Vec<f32> = samples
        .chunks_exact(FRAME_SAMPLES)
        .filter_map(|chunk| chunk.try_into().ok())
        .map(|samples| Frame(samples).power())
        .collect();
    // In two steps, as there is no telling beforehand how loud the pauses are.
    let roughly = mean_above(&powers, power_of(FLOOR_DB));
    let speech = mean_above(&powers, roughly * power_of(-MARGIN_DB));
    Loudness {
        speech_db: db_of(speech),
        peak_db: db_of((f32::from(peak(samples)) / FULL_SCALE).powi(2)),
    }
}

/// The same sound with no sample above `ceiling_db`. Only the surroundings of a peak become softer,
/// evenly, so that nothing crackles; a recording without such peaks stays as it is.
pub fn hold_peaks(samples: &[i16], ceiling_db: f32) -> Vec<i16> {
    let ceiling = FULL_SCALE * power_of(ceiling_db).sqrt();
    if f32::from(peak(samples)) <= ceiling {
        return samples.to_vec();
    }
    let gain = |sample: &i16| (ceiling / f32::from(sample.unsigned_abs()).max(1.0)).min(1.0);
    let wanted: Vec<f32> = samples.iter().map(gain).collect();
    // The mean of minima over the same reach is nowhere above what the sample itself wants.
    let lowest = over_reach(&wanted, |near| near.iter().copied().fold(1.0, f32::min));
    let smooth = over_reach(&lowest, |near| near.iter().sum::<f32>() / near.len() as f32);
    let held = samples.iter().zip(smooth);
    held.map(|(sample, gain)| (f32::from(*sample) * gain) as i16)
        .collect()
}

/// What `of` says of each place's surroundings.
fn over_reach(values: &[f32], of: impl Fn(&[f32]) -> f32) -> Vec<f32> {
    let near = |at: usize| {
        let end = (at + REACH_SAMPLES + 1).min(values.len());
        &values[at.saturating_sub(REACH_SAMPLES)..end]
    };
    (0..values.len()).map(|at| of(near(at))).collect()
}

fn peak(samples: &[i16]) -> u16 {
    let sizes = samples.iter().map(|sample| sample.unsigned_abs());
    sizes.max().unwrap_or(0)
}

fn mean_above(powers: &[f32], threshold: f32) -> f32 {
    let above = powers.iter().filter(|power| **power > threshold);
    let (count, sum) = above.fold((0.0, 0.0), |(count, sum), power| (count + 1.0, sum + power));
    if count == 0.0 { 0.0 } else { sum / count }
}

fn power_of(db: f32) -> f32 {
    10f32.powf(db / 10.0)
}

fn db_of(power: f32) -> f32 {
    (10.0 * power.log10()).max(SILENCE_DB)
}

const FULL_SCALE: f32 = 32_768.0;

/// What is called silence where a logarithm would be minus infinity.
const SILENCE_DB: f32 = -100.0;

/// A frame below this is a pause in any recording: a good room with a good microphone.
const FLOOR_DB: f32 = -60.0;

/// A frame this far below the average is a pause (ITU-T P.56: 15.9 dB).
const MARGIN_DB: f32 = 15.9;

/// A peak is softened over 5 ms on each side: longer than a pitch period's edge, shorter than a
/// syllable.
const REACH_SAMPLES: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    /// A tone that is there for `on` of every second.
    fn tone(amplitude: f32, on: f32, seconds: usize) -> Vec<i16> {
        let sample = |i: usize| {
            let speaks = ((i % 8_000) as f32) < 8_000.0 * on;
            let wave = (i as f32 * 0.7).sin() * amplitude;
            if speaks { wave as i16 } else { 0 }
        };
        (0..8_000 * seconds).map(sample).collect()
    }

    #[test]
    fn pauses_do_not_make_a_speaker_softer() {
        let all = measure(&tone(10_000.0, 1.0, 2));
        let half = measure(&tone(10_000.0, 0.5, 2));
        // 10 000 of 32 768, and 3 dB less for a sine.
        assert!((all.speech_db + 13.32).abs() < 0.1, "{all:?}");
        assert!((half.speech_db - all.speech_db).abs() < 0.1, "{half:?}");
        assert!((all.peak_db + 10.31).abs() < 0.1, "{all:?}");
        let hum: Vec<i16> = tone(10_000.0, 0.5, 2)
            .iter()
            .enumerate()
            .map(|(i, s)| s + if i % 2 == 0 { 60 } else { -60 })
            .collect();
        let hum = measure(&hum);
        assert!((hum.speech_db - all.speech_db).abs() < 0.1, "{hum:?}");
    }

    #[test]
    fn silence_is_at_minus_100() {
        for silence in [&[][..], &[0; 8_000]] {
            let measured = measure(silence);
            assert_eq!((measured.speech_db, measured.peak_db), (-100.0, -100.0));
        }
    }

    #[test]
    fn peaks_come_down_and_the_rest_stays() {
        let mut sound = tone(8_000.0, 1.0, 1);
        sound[4_000] = i16::MIN;
        sound[4_003] = 30_000;
        let held = hold_peaks(&sound, -6.0);
        assert!(measure(&held).peak_db <= -6.0, "{:?}", measure(&held));
        assert_eq!(held[..3_900], sound[..3_900]);
        assert_eq!(held[4_100..], sound[4_100..]);
        assert_eq!(hold_peaks(&held, -6.0), held);
        assert!(hold_peaks(&[], -6.0).is_empty());
    }
}
