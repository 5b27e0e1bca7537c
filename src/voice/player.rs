//! A sound being played, frame by frame.

use std::sync::Arc;
use std::time::Duration;

use super::frame::{FRAME_LASTS, FRAME_SAMPLES, Frame};

/// A sound and how far it has been played.
#[derive(Clone, Debug)]
pub struct Player {
    sound: Arc<[i16]>,
    /// Frames given since the sound last began.
    given: usize,
    /// Frames from one beginning to the next; `None`: it is played once.
    period: Option<usize>,
}

impl Player {
    /// Plays a sound at 8 kHz once.
    pub fn new(sound: Arc<[i16]>) -> Player {
        Player {
            sound,
            given: 0,
            period: None,
        }
    }

    /// Begins again every so often, counted from beginning to beginning, with silence in between;
    /// a sound that lasts longer begins again when it is over.
    pub fn repeating_every(mut self, period: Duration) -> Player {
        let frames = period.as_millis().div_ceil(FRAME_LASTS.as_millis());
        let frames = usize::try_from(frames).unwrap_or(usize::MAX);
        self.period = Some(frames.max(self.frames()));
        self
    }

    /// The next 20 ms, the last ones filled up with silence; `None` when it is over. What repeats
    /// is never over, unless there is nothing in it.
    pub fn next_frame(&mut self) -> Option<Frame> {
        if self.is_done() {
            return None;
        }
        let mut frame = Frame::SILENCE;
        let rest = self.sound.get(self.given * FRAME_SAMPLES..);
        for (place, sample) in frame.0.iter_mut().zip(rest.unwrap_or_default()) {
            *place = *sample;
        }
        self.given += 1;
        if self.period.is_some_and(|period| self.given >= period) {
            self.given = 0;
        }
        Some(frame)
    }

    /// Whether there is nothing more to play.
    pub fn is_done(&self) -> bool {
        self.sound.is_empty() || (self.period.is_none() && self.given >= self.frames())
    }

    fn frames(&self) -> usize {
        self.sound.len().div_ceil(FRAME_SAMPLES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn firsts(player: &mut Player, count: usize) -> Vec<Option<i16>> {
        (0..count)
            .map(|_| player.next_frame().map(|f| f.0[0]))
            .collect()
    }

    #[test]
    fn a_sound_is_played_once_and_its_end_is_filled_up() {
        let mut player = Player::new(vec![7; FRAME_SAMPLES + 1].into());
        assert_eq!(player.next_frame(), Some(Frame([7; FRAME_SAMPLES])));
        assert!(!player.is_done());
        let mut last = Frame::SILENCE;
        last.0[0] = 7;
        assert_eq!(player.next_frame(), Some(last));
        assert!(player.is_done());
        assert_eq!(player.next_frame(), None);
    }

    #[test]
    fn a_sound_that_repeats_leaves_silence_until_its_time() {
        let sound: Arc<[i16]> = vec![7; 2 * FRAME_SAMPLES].into();
        let mut player = Player::new(sound.clone()).repeating_every(Duration::from_millis(75));
        let (on, off) = (Some(7), Some(0));
        assert_eq!(firsts(&mut player, 6), [on, on, off, off, on, on]);
        assert!(!player.is_done());
        let mut hasty = Player::new(sound).repeating_every(Duration::from_millis(20));
        assert_eq!(firsts(&mut hasty, 5), [on; 5]);
    }

    #[test]
    fn nothing_is_over_at_once() {
        let nothing: Arc<[i16]> = Vec::new().into();
        let mut player = Player::new(nothing.clone());
        assert!(player.is_done());
        assert_eq!(player.next_frame(), None);
        let forever = Player::new(nothing).repeating_every(Duration::from_secs(1));
        assert!(forever.is_done());
    }
}
