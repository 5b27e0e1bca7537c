//! How strong a few known tones are in the last moments of sound, and how far off each is.
//!
//! A window slides over the sound in short hops. In each place every tone is correlated with the
//! window's samples (one term of a Fourier transform). How far the phase has turned since the last
//! hop tells the frequency to a fraction of a hertz, far finer than so short a window could by
//! loudness alone.

use super::frame::RATE_HZ;

/// A window that slides over sound and sees `TONES` tones.
#[derive(Clone, Debug)]
pub(super) struct Probe<const TONES: usize> {
    tones_hz: [f32; TONES],
    hop: usize,
    /// For each sample of the window: its weight, times the cosine and the sine of each tone.
    table: Vec<[[f32; TONES]; 2]>,
    weights: Vec<f32>,
    /// The last samples, oldest first, as many as the window has.
    past: Vec<f32>,
    /// What was seen one hop ago, real and imaginary.
    before: [[f32; TONES]; 2],
    now: [[f32; TONES]; 2],
}

/// A tone as one place of the window shows it.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(super) struct Sight {
    /// Its power; 0.5 for a sine of full scale.
    pub(super) power: f32,
    /// Hertz above its nominal frequency. True only if the tone was there one hop ago as well,
    /// and within ± half the hops in a second.
    pub(super) off_hz: f32,
}

impl<const TONES: usize> Probe<TONES> {
    /// A window of `length` samples that moves by `hop` samples.
    pub(super) fn new(tones_hz: [f32; TONES], length: usize, hop: usize) -> Probe<TONES> {
        let weights: Vec<f32> = (0..length).map(|place| hann(place, length)).collect();
        let table = weights.iter().enumerate().map(|(place, weight)| {
            let angle = |hz: f32| f64::from(turn(hz)) * place as f64;
            [
                tones_hz.map(|hz| weight * angle(hz).cos() as f32),
                tones_hz.map(|hz| weight * angle(hz).sin() as f32),
            ]
        });
        Probe {
            tones_hz,
            hop,
            table: table.collect(),
            past: vec![0.0; length],
            weights,
            before: [[0.0; TONES]; 2],
            now: [[0.0; TONES]; 2],
        }
    }

    /// Moves on by one hop of samples; the mean power in the window.
    pub(super) fn slide(&mut self, samples: &[f32]) -> f32 {
        debug_assert_eq!(samples.len(), self.hop);
        let kept = self.past.len() - samples.len();
        self.past.copy_within(samples.len().., 0);
        self.past[kept..].copy_from_slice(samples);
        let weighted = self.past.iter().zip(&self.weights);
        let energy: f32 = weighted.map(|(x, w)| (x * w) * (x * w)).sum();
        energy / (self.weights.len() as f32 * HANN_SQUARES)
    }

    /// Sees the tones in the present place. Call it for every hop, or frequencies are not true.
    pub(super) fn look(&mut self) {
        self.before = self.now;
        let mut sums = [[0.0; TONES]; 2];
        for (sample, [cosines, sines]) in self.past.iter().zip(&self.table) {
            for tone in 0..TONES {
                sums[0][tone] += sample * cosines[tone];
                sums[1][tone] -= sample * sines[tone];
            }
        }
        self.now = sums;
    }

    /// Nothing worth a look in this place.
    pub(super) fn look_away(&mut self) {
        self.now = [[0.0; TONES]; 2];
    }

    /// How strong a tone looks, without regard to how far off it is: for finding the strongest.
    pub(super) fn strength(&self, tone: usize) -> f32 {
        let (real, imaginary) = (self.now[0][tone], self.now[1][tone]);
        real * real + imaginary * imaginary
    }

    /// One tone, with the loss by being off its nominal frequency made good.
    pub(super) fn sight(&self, tone: usize) -> Sight {
        let (real, imaginary) = (self.now[0][tone], self.now[1][tone]);
        let (old_real, old_imaginary) = (self.before[0][tone], self.before[1][tone]);
        // What the phase has turned by, less what it turns by at the nominal frequency.
        let nominal = turn(self.tones_hz[tone]) * self.hop as f32;
        let turned = (imaginary * old_real - real * old_imaginary)
            .atan2(real * old_real + imaginary * old_imaginary);
        let excess = within_half_turn(turned - nominal);
        let off_hz = excess / (std::f32::consts::TAU * self.hop as f32) * RATE_HZ as f32;
        let length = self.weights.len() as f32;
        let seen = 2.0 * self.strength(tone) / (length * HANN_SUM).powi(2);
        Sight {
            power: seen / hann_response(off_hz * length / RATE_HZ as f32).powi(2),
            off_hz,
        }
    }
}

/// Radians by which a tone turns from one sample to the next.
fn turn(hz: f32) -> f32 {
    std::f32::consts::TAU * hz / RATE_HZ as f32
}

fn within_half_turn(angle: f32) -> f32 {
    let turns = angle / std::f32::consts::TAU;
    (turns - turns.round()) * std::f32::consts::TAU
}

/// Hann window: what is far from a tone in frequency does not spill into it.
fn hann(place: usize, length: usize) -> f32 {
    let angle = std::f32::consts::TAU * (place as f32 + 0.5) / length as f32;
    0.5 - 0.5 * angle.cos()
}

/// Mean of the window's weights, and of their squares.
const HANN_SUM: f32 = 0.5;
const HANN_SQUARES: f32 = 0.375;

/// What is seen of a tone that is off by so many lines of the window's spectrum; 1 in the middle,
/// half at the first line. Much further off it is another tone, and nothing is made good.
fn hann_response(lines: f32) -> f32 {
    let lines = lines.abs();
    if !(0.01..LINES_MAX).contains(&lines) {
        return 1.0;
    }
    if (lines - 1.0).abs() < 0.01 {
        return 0.5;
    }
    let angle = std::f32::consts::PI * lines;
    angle.sin() / angle / (1.0 - lines * lines)
}

/// Where the window sees a third of a tone.
const LINES_MAX: f32 = 1.3;

#[cfg(test)]
mod tests {
    use super::*;

    /// The probe behind half a second of a sine of full scale.
    fn after(hz: f32) -> (f32, Probe<1>) {
        let mut probe = Probe::new([1_000.0], 200, 40);
        let mut power = 0.0;
        for hop in 0..100 {
            let samples: Vec<f32> = (0..40)
                .map(|place| (turn(hz) * (hop * 40 + place) as f32).sin())
                .collect();
            power = probe.slide(&samples);
            probe.look();
        }
        (power, probe)
    }

    #[test]
    fn a_tone_is_measured_in_strength_and_in_frequency() {
        for off in [-45.0, -30.0, -7.0, 0.0, 0.4, 12.0, 39.9, 50.0] {
            let (power, probe) = after(1_000.0 + off);
            let seen = probe.sight(0);
            assert!((power - 0.5).abs() < 0.01, "{off}: {power}");
            assert!((seen.power - 0.5).abs() < 0.01, "{off}: {seen:?}");
            assert!((seen.off_hz - off).abs() < 0.2, "{off}: {seen:?}");
        }
    }

    #[test]
    fn another_tone_is_not_seen() {
        let (power, probe) = after(1_300.0);
        assert!((power - 0.5).abs() < 0.01, "{power}");
        assert!(probe.sight(0).power < 1e-4, "{:?}", probe.sight(0));
    }
}
