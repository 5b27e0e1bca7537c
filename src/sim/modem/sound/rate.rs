//! Live sound at another rate than the box's 8 kHz: the 16 kHz of some PCM ports, the 7,200 Hz of
//! some voice modems. Frame in, frame out; a windowed sinc, some milliseconds late.

use std::f64::consts::PI;

/// Sound on its way from one rate to another.
#[derive(Clone, Debug)]
pub struct Rate {
    /// New samples for every `down` old ones.
    up: usize,
    down: usize,
    reach: usize,
    /// One filter for each place that a new sample can have between two old ones.
    filters: Vec<Vec<f32>>,
    past: Vec<i16>,
    /// Where the next new sample lies in `past`, in steps of 1/up.
    at: usize,
}

impl Rate {
    /// `None` if there is nothing to change.
    pub fn new(from_hz: u32, to_hz: u32) -> Option<Rate> {
        if from_hz == to_hz || from_hz == 0 || to_hz == 0 {
            return None;
        }
        let common = greatest_common(from_hz, to_hz);
        let (up, down) = ((to_hz / common) as usize, (from_hz / common) as usize);
        // Going down, what lies above the new half rate has to go.
        let cutoff = (f64::from(to_hz) / f64::from(from_hz)).min(1.0) * PASS;
        let reach = (ZERO_CROSSINGS / cutoff).ceil() as usize;
        Some(Rate {
            up,
            down,
            reach,
            filters: (0..up)
                .map(|phase| filter(phase as f64 / up as f64, cutoff, reach))
                .collect(),
            past: vec![0; 2 * reach - 1],
            at: (reach - 1) * up,
        })
    }

    /// The next old samples; as many new ones as belong to them.
    pub fn feed(&mut self, samples: &[i16]) -> Vec<i16> {
        self.past.extend(samples);
        let mut out = Vec::with_capacity(samples.len() * self.up / self.down + 1);
        while self.at / self.up + self.reach < self.past.len() {
            let (whole, phase) = (self.at / self.up, self.at % self.up);
            let first = whole + 1 - self.reach;
            let near = &self.past[first..first + 2 * self.reach];
            let taps = &self.filters[phase];
            let sum: f32 = near.iter().zip(taps).map(|(s, t)| f32::from(*s) * t).sum();
            out.push(sum.round().clamp(f32::from(i16::MIN), f32::from(i16::MAX)) as i16);
            self.at += self.down;
        }
        let done = (self.at / self.up + 1 - self.reach).min(self.past.len());
        self.past.drain(..done);
        self.at -= done * self.up;
        out
    }
}

/// Weights of the old samples around a place `between` two of them.
fn filter(between: f64, cutoff: f64, reach: usize) -> Vec<f32> {
    let weight = |index: usize| {
        let away = between - (index as f64 - (reach as f64 - 1.0));
        let x = away * cutoff * PI;
        let sinc = if x.abs() < 1e-9 { 1.0 } else { x.sin() / x };
        let window = 0.5 + 0.5 * (away / reach as f64 * PI).cos();
        sinc * window
    };
    let weights: Vec<f64> = (0..2 * reach).map(weight).collect();
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|w| (w / sum) as f32).collect()
}

fn greatest_common(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { greatest_common(b, a % b) }
}

/// Part of the new half rate that passes.
const PASS: f64 = 0.92;
/// Length of the filter on each side.
const ZERO_CROSSINGS: f64 = 16.0;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn tone(hz: f64, rate: f64, count: usize) -> Vec<i16> {
        (0..count)
            .map(|i| (8_000.0 * (std::f64::consts::TAU * hz * i as f64 / rate).sin()) as i16)
            .collect()
    }

    #[test]
    fn every_frame_gives_a_frame_and_a_tone_keeps_its_pitch() {
        for (from, to) in [
            (8_000, 16_000),
            (16_000, 8_000),
            (8_000, 7_200),
            (7_200, 8_000),
        ] {
            let mut rate = Rate::new(from, to).unwrap();
            let sound = tone(1_000.0, f64::from(from), from as usize);
            let mut out = Vec::new();
            for frame in sound.chunks(from as usize / 50) {
                let part = rate.feed(frame);
                assert_eq!(part.len(), to as usize / 50, "{from} to {to}");
                out.extend(part);
            }
            // The delay is the filter's reach, in old samples.
            let late = rate.reach as f64 * f64::from(to) / f64::from(from);
            let wanted = |i: usize| {
                let angle = std::f64::consts::TAU * 1_000.0 / f64::from(to);
                8_000.0 * (angle * (i as f64 - late)).sin()
            };
            let worst = (400..out.len())
                .map(|i| (f64::from(out[i]) - wanted(i)).abs())
                .fold(0.0, f64::max);
            assert!(worst < 40.0, "{from} to {to}: {worst}");
        }
        assert!(Rate::new(8_000, 8_000).is_none());
    }
}
