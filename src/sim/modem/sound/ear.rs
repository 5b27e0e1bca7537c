//! What the far end heard of us, each sample at its time after the answer.

use crate::base::limits::SIM_HEARD_MAX;
use crate::voice::frame::RATE_HZ;

/// See the module.
#[derive(Debug, Default)]
pub struct Ear {
    heard: Vec<i16>,
    /// Where the next frame of a running flow goes.
    next: Option<usize>,
    full: bool,
}

impl Ear {
    /// All so far. Silence at the end is not in it yet.
    pub fn heard(&self) -> &[i16] {
        &self.heard
    }

    /// The limit was reached; the rest was not kept.
    pub fn is_full(&self) -> bool {
        self.full
    }

    /// The flow of frames was broken: the next one finds its place by the clock again.
    pub fn lift(&mut self) {
        self.next = None;
    }

    /// The next frame of a flow, or the first of one, which belongs at `at`.
    pub fn go_on(&mut self, at: usize, frame: &[i16]) {
        let at = self.next.unwrap_or(at);
        self.next = Some(at + frame.len());
        if frame.iter().any(|sample| *sample != 0) {
            self.mix(at, frame);
        }
    }

    /// Adds a sound at its place.
    pub fn mix(&mut self, at: usize, sound: &[i16]) {
        let end = at + sound.len();
        if end > KEPT_MAX {
            self.full = true;
            return;
        }
        if self.heard.len() < end {
            self.heard.resize(end, 0);
        }
        for (kept, new) in self.heard[at..end].iter_mut().zip(sound) {
            *kept = kept.saturating_add(*new);
        }
    }

    /// All of it, up to the end of the call.
    pub fn end(mut self, at: usize) -> Vec<i16> {
        let length = self.heard.len().max(at).min(KEPT_MAX);
        self.heard.resize(length, 0);
        self.heard
    }
}

const KEPT_MAX: usize = SIM_HEARD_MAX.as_secs() as usize * RATE_HZ as usize;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_one_flow_follow_each_other_and_gaps_are_silence() {
        let mut ear = Ear::default();
        ear.go_on(2, &[1, 2]);
        // A flow keeps its own count: the clock's place no longer matters.
        ear.go_on(9, &[3]);
        ear.lift();
        ear.go_on(6, &[4]);
        ear.mix(3, &[10]);
        assert_eq!(ear.heard(), [0, 0, 1, 12, 3, 0, 4]);
        assert_eq!(ear.end(9), [0, 0, 1, 12, 3, 0, 4, 0, 0]);
    }

    #[test]
    fn after_ten_minutes_nothing_more_is_kept() {
        let mut ear = Ear::default();
        ear.mix(KEPT_MAX - 1, &[7]);
        assert!(!ear.is_full());
        ear.mix(KEPT_MAX - 1, &[7, 7]);
        assert!(ear.is_full());
        assert_eq!(ear.end(2 * KEPT_MAX).len(), KEPT_MAX);
    }
}
