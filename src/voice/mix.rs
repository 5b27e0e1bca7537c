//! Adding voices together, and keeping the sum below what a line can carry.

use super::frame::{FRAME_SAMPLES, Frame};

/// A sum of frames, wide enough for as many as there can be.
#[derive(Clone, Debug)]
pub struct Sum([i32; FRAME_SAMPLES]);

impl Default for Sum {
    fn default() -> Sum {
        Sum([0; FRAME_SAMPLES])
    }
}

impl Sum {
    pub fn add(&mut self, frame: &Frame) {
        for (sum, sample) in self.0.iter_mut().zip(&frame.0) {
            *sum += i32::from(*sample);
        }
    }

    /// The sum as a frame; what is too loud is cut at full scale.
    pub fn frame(&self) -> Frame {
        let mut frame = Frame::SILENCE;
        for (sample, sum) in frame.0.iter_mut().zip(&self.0) {
            *sample = (*sum).clamp(i32::from(i16::MIN), i32::from(i16::MAX)) as i16;
        }
        frame
    }
}

/// Turns loud frames down, at once, and lets go slowly, so that a shout neither overflows a modem
/// nor pumps.
#[derive(Clone, Debug)]
pub struct Limiter {
    ceiling: f32,
    gain: f32,
}

impl Limiter {
    /// `ceiling_db`: the loudest level of a frame in dBFS.
    pub fn new(ceiling_db: f32) -> Limiter {
        Limiter {
            ceiling: 10f32.powf(ceiling_db / 20.0),
            gain: 1.0,
        }
    }

    /// The frame as it may go out.
    pub fn limit(&mut self, frame: &Frame) -> Frame {
        let level = frame.power().sqrt();
        let wanted = if level > self.ceiling {
            self.ceiling / level
        } else {
            1.0
        };
        let before = self.gain;
        self.gain = wanted.min(before + RELEASE);
        if before >= 1.0 && self.gain >= 1.0 {
            return *frame;
        }
        // A gain that steps is a click: it slides over the frame, unless the frame is too loud.
        let from = before.min(self.gain.max(wanted));
        let mut limited = Frame::SILENCE;
        for (index, (out, sample)) in limited.0.iter_mut().zip(&frame.0).enumerate() {
            let along = index as f32 / FRAME_SAMPLES as f32;
            let gain = from + (self.gain - from) * along;
            *out = (f32::from(*sample) * gain) as i16;
        }
        limited
    }
}

/// From a quarter back to all of it in about 0.75 s.
const RELEASE: f32 = 0.02;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn voices_add_up_and_are_cut_at_full_scale() {
        let mut sum = Sum::default();
        sum.add(&Frame([20_000; FRAME_SAMPLES]));
        sum.add(&Frame([20_000; FRAME_SAMPLES]));
        assert_eq!(sum.frame().0[0], i16::MAX);
        sum.add(&Frame([-25_000; FRAME_SAMPLES]));
        assert_eq!(sum.frame().0[0], 15_000, "nothing was lost in between");
    }

    #[test]
    fn a_shout_is_turned_down_at_once_and_a_voice_is_left_alone() {
        let mut limiter = Limiter::new(-18.0);
        let quiet = Frame([1_000; FRAME_SAMPLES]);
        assert_eq!(limiter.limit(&quiet), quiet);
        let loud = Frame([30_000; FRAME_SAMPLES]);
        assert!(limiter.limit(&loud).level_db() <= -17.9);
        let after: Vec<f32> = (0..60).map(|_| limiter.limit(&quiet).level_db()).collect();
        assert!(after[0] < after[20], "it comes back slowly: {after:?}");
        assert_eq!(limiter.limit(&quiet), quiet, "and all the way");
    }
}
