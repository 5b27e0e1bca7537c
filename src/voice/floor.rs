//! How loud a line is when nobody speaks.
//!
//! The quietest moment of the last three seconds: nobody speaks for so long without a breath, and
//! noise that is steady has no quieter moments (minimum statistics, Martin 2001).

/// Follows the noise of a line, in power.
#[derive(Clone, Debug)]
pub(super) struct Floor {
    /// The last frames, for a mean over them.
    recent: [f32; MEAN_FRAMES],
    frames: u32,
    /// The quietest mean of each past stretch, newest first, and of the present one.
    past: [f32; STRETCHES],
    present: f32,
}

impl Floor {
    pub(super) fn new() -> Floor {
        Floor {
            recent: [0.0; MEAN_FRAMES],
            frames: 0,
            past: [f32::MAX; STRETCHES],
            present: f32::MAX,
        }
    }

    /// Takes the power of one frame.
    pub(super) fn hear(&mut self, power: f32) {
        self.recent.rotate_right(1);
        self.recent[0] = power;
        self.frames = self.frames.saturating_add(1);
        if (self.frames as usize) < MEAN_FRAMES {
            return;
        }
        self.present = self.present.min(self.mean());
        if self.frames.is_multiple_of(STRETCH_FRAMES) {
            self.past.rotate_right(1);
            self.past[0] = std::mem::replace(&mut self.present, f32::MAX);
        }
    }

    /// Mean power of the last 100 ms.
    pub(super) fn mean(&self) -> f32 {
        self.recent.iter().sum::<f32>() / MEAN_FRAMES as f32
    }

    /// Power of the noise; `None` in the first 100 ms.
    pub(super) fn power(&self) -> Option<f32> {
        let lowest = self.past.iter().copied().fold(self.present, f32::min);
        (lowest < f32::MAX).then(|| lowest.clamp(LOWEST, HIGHEST))
    }
}

/// Frames of the mean: 100 ms, so that a gap between two words does not count as the floor.
const MEAN_FRAMES: usize = 5;

/// Six stretches of half a second.
const STRETCHES: usize = 6;
const STRETCH_FRAMES: u32 = 25;

/// A line is never taken to be quieter than −70 dBFS: below is the converter's own noise.
const LOWEST: f32 = 1e-7;

/// Nor louder than −30 dBFS: somebody who screams without a breath must not become the floor.
const HIGHEST: f32 = 1e-3;

#[cfg(test)]
mod tests {
    use super::*;

    fn after(powers: impl IntoIterator<Item = f32>) -> Floor {
        let mut floor = Floor::new();
        powers.into_iter().for_each(|power| floor.hear(power));
        floor
    }

    #[test]
    fn it_is_the_quietest_tenth_of_a_second_of_the_last_three() {
        assert_eq!(after([1e-5; 4]).power(), None);
        assert_eq!(after([1e-5; 5]).power(), Some(1e-5));
        let words = (0..500).map(|frame| if frame % 50 < 40 { 1e-2 } else { 1e-5 });
        let noise = after(words).power();
        assert!(
            noise.is_some_and(|noise| (noise / 1e-5 - 1.0).abs() < 0.1),
            "{noise:?}"
        );
    }

    #[test]
    fn a_noise_that_stays_becomes_the_floor_and_one_that_goes_is_forgotten() {
        let mut floor = after([1e-6; 100]);
        (0..120).for_each(|_| floor.hear(1e-4));
        assert_eq!(floor.power(), Some(1e-6));
        (0..80).for_each(|_| floor.hear(1e-4));
        assert!(floor.power().is_some_and(|noise| noise > 0.9e-4));
        (0..5).for_each(|_| floor.hear(1e-6));
        assert!(floor.power().is_some_and(|noise| noise < 1.1e-6));
    }

    #[test]
    fn it_has_bounds() {
        assert_eq!(after([0.0; 50]).power(), Some(LOWEST));
        assert_eq!(after([0.3; 500]).power(), Some(HIGHEST));
    }
}
