//! Takes away what is below the telephone band before anything listens: an offset of the
//! converter, and the hum of the mains that a copper pair picks up.

use super::frame::{FRAME_SAMPLES, Frame, RATE_HZ};

/// A Butterworth high-pass of second order.
#[derive(Clone, Debug)]
pub(super) struct HighPass {
    /// Weight of the newest and of the oldest sample; the middle one has −2 times it.
    gain: f32,
    /// Weights of the last two results.
    back: [f32; 2],
    samples: [f32; 2],
    results: [f32; 2],
}

impl HighPass {
    /// Passes what is above `cutoff_hz`, where 3 dB are lost; 12 dB more per octave below.
    pub(super) fn new(cutoff_hz: f32) -> HighPass {
        let k = (std::f32::consts::PI * cutoff_hz / RATE_HZ as f32).tan();
        let norm = 1.0 / (1.0 + std::f32::consts::SQRT_2 * k + k * k);
        HighPass {
            gain: norm,
            back: [
                2.0 * (k * k - 1.0) * norm,
                (1.0 - std::f32::consts::SQRT_2 * k + k * k) * norm,
            ],
            samples: [0.0; 2],
            results: [0.0; 2],
        }
    }

    /// One frame, filtered; full scale is ±1.
    pub(super) fn pass(&mut self, frame: &Frame) -> [f32; FRAME_SAMPLES] {
        let mut out = [0.0; FRAME_SAMPLES];
        for (result, sample) in out.iter_mut().zip(&frame.0) {
            let sample = f32::from(*sample) / FULL_SCALE;
            let forth = self.gain * (sample - 2.0 * self.samples[0] + self.samples[1]);
            *result = forth - self.back[0] * self.results[0] - self.back[1] * self.results[1];
            self.samples = [sample, self.samples[0]];
            self.results = [*result, self.results[0]];
        }
        // In digital silence the echo would fade into numbers the processor is slow with.
        for result in &mut self.results {
            if result.abs() < NOTHING {
                *result = 0.0;
            }
        }
        out
    }
}

const FULL_SCALE: f32 = 32_768.0;

/// A millionth of the smallest step of a sample.
const NOTHING: f32 = 1e-11;

#[cfg(test)]
mod tests {
    use super::*;

    /// Loudness in dB of a tone behind the filter, against the tone itself.
    fn left_of(hz: f32) -> f32 {
        let mut filter = HighPass::new(100.0);
        let (mut before, mut after) = (0.0, 0.0);
        for number in 0..50 {
            let mut frame = Frame::SILENCE;
            for (place, sample) in frame.0.iter_mut().enumerate() {
                let time = (number * FRAME_SAMPLES + place) as f32 / RATE_HZ as f32;
                *sample = (10_000.0 * (std::f32::consts::TAU * hz * time).cos()) as i16;
            }
            let out = filter.pass(&frame);
            if number >= 25 {
                before += frame.power();
                after += out.iter().map(|x| x * x).sum::<f32>() / FRAME_SAMPLES as f32;
            }
        }
        10.0 * (after / before).log10()
    }

    #[test]
    fn hum_and_offset_go_and_the_band_stays() {
        assert!(left_of(0.0) < -60.0, "{}", left_of(0.0));
        assert!(left_of(50.0) < -11.0, "{}", left_of(50.0));
        assert!(left_of(425.0).abs() < 0.1, "{}", left_of(425.0));
        assert!(left_of(3_000.0).abs() < 0.1, "{}", left_of(3_000.0));
    }

    #[test]
    fn silence_ends_in_real_zeros() {
        let mut filter = HighPass::new(100.0);
        filter.pass(&Frame([20_000; FRAME_SAMPLES]));
        for _ in 0..50 {
            filter.pass(&Frame::SILENCE);
        }
        assert_eq!(filter.pass(&Frame::SILENCE), [0.0; FRAME_SAMPLES]);
    }
}
