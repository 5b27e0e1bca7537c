//! Changing the sample rate of a whole recording: windowed sinc, for uploads and for the sound files
//! of virtual callers. Live sound comes at 8 kHz; browsers resample their own.

/// The same sound at another rate.
pub fn resample(samples: &[i16], from_hz: u32, to_hz: u32) -> Vec<i16> {
    if from_hz == to_hz || samples.is_empty() || from_hz == 0 || to_hz == 0 {
        return samples.to_vec();
    }
    let ratio = f64::from(from_hz) / f64::from(to_hz);
    // Going down, what lies above the new half rate has to go.
    let cutoff = (1.0 / ratio).min(1.0) * PASS;
    let reach = (ZERO_CROSSINGS / cutoff).ceil() as i64;
    // Places between two samples come again after a while: each needs its filter but once.
    let common = greatest_common(from_hz, to_hz);
    let (step, phases) = (u64::from(from_hz / common), u64::from(to_hz / common));
    let length = (samples.len() as u64 * phases).div_ceil(step);
    let filter = |phase| taps(phase as f64 / phases as f64, cutoff, reach);
    let filters: Vec<Vec<f64>> = (0..phases.min(length))
        .map(|at| filter(at * step % phases))
        .collect();
    (0..length)
        .map(|index| {
            let centre = (index * step / phases) as i64;
            let filter = &filters[(index % phases) as usize];
            at(samples, centre - reach + 1, filter)
        })
        .collect()
}

/// The filter for a place this far behind a sample, `reach` samples on each side; its sum is 1.
fn taps(behind: f64, cutoff: f64, reach: i64) -> Vec<f64> {
    let tap = |index: i64| {
        let away = behind - index as f64;
        sinc(away * cutoff) * hann(away / reach as f64)
    };
    let taps: Vec<f64> = (1 - reach..=reach).map(tap).collect();
    let sum: f64 = taps.iter().sum();
    taps.iter().map(|tap| tap / sum).collect()
}

/// The sound under a filter that begins at this sample; before and behind the recording is silence.
fn at(samples: &[i16], first: i64, filter: &[f64]) -> i16 {
    let skipped = usize::try_from(-first).unwrap_or(0);
    let from = usize::try_from(first).unwrap_or(0);
    let heard = samples.get(from..).unwrap_or_default();
    let taps = filter.get(skipped..).unwrap_or_default();
    let sum: f64 = taps
        .iter()
        .zip(heard)
        .map(|(tap, s)| tap * f64::from(*s))
        .sum();
    sum.round().clamp(f64::from(i16::MIN), f64::from(i16::MAX)) as i16
}

fn greatest_common(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { greatest_common(b, a % b) }
}

fn sinc(x: f64) -> f64 {
    if x.abs() < 1e-9 {
        return 1.0;
    }
    let x = x * std::f64::consts::PI;
    x.sin() / x
}

/// 1 in the middle, 0 at ±1.
fn hann(x: f64) -> f64 {
    if x.abs() >= 1.0 {
        return 0.0;
    }
    0.5 + 0.5 * (x * std::f64::consts::PI).cos()
}

/// Part of the new half rate that passes; the rest is room for the filter's slope.
const PASS: f64 = 0.92;

/// Length of the filter on each side, in zero crossings: 16 give more than 60 dB of rejection.
const ZERO_CROSSINGS: f64 = 16.0;

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(hz: f64, rate: u32, seconds: f64) -> Vec<i16> {
        let count = (f64::from(rate) * seconds) as usize;
        let step = std::f64::consts::TAU * hz / f64::from(rate);
        (0..count)
            .map(|i| (10_000.0 * (step * i as f64).sin()) as i16)
            .collect()
    }

    fn rms(samples: &[i16]) -> f64 {
        let sum: f64 = samples.iter().map(|s| f64::from(*s).powi(2)).sum();
        (sum / samples.len() as f64).sqrt()
    }

    #[test]
    fn a_tone_keeps_its_pitch_and_its_loudness() {
        for from in [16_000, 22_050, 44_100, 48_000] {
            let there = resample(&tone(1_000.0, from, 0.5), from, 8_000);
            let wanted = tone(1_000.0, 8_000, 0.5);
            assert_eq!(there.len(), wanted.len(), "from {from}");
            let inside = 200..3_800;
            let errors: Vec<i16> = there[inside.clone()]
                .iter()
                .zip(&wanted[inside])
                .map(|(a, b)| a - b)
                .collect();
            assert!(rms(&errors) < 20.0, "from {from}: {}", rms(&errors));
        }
    }

    #[test]
    fn what_the_new_rate_cannot_carry_is_gone() {
        let there = resample(&tone(5_000.0, 48_000, 0.5), 48_000, 8_000);
        assert!(
            rms(&there[200..3_800]) < 10.0,
            "{}",
            rms(&there[200..3_800])
        );
    }

    #[test]
    fn nothing_stays_nothing() {
        assert!(resample(&[], 48_000, 8_000).is_empty());
        assert_eq!(resample(&[1, 2, 3], 8_000, 8_000), [1, 2, 3]);
    }
}
