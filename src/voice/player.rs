//! Plays a sound frame by frame, once or again and again.

use std::sync::Arc;
use std::time::Duration;

use super::frame::{FRAME_LASTS, FRAME_SAMPLES, Frame};

/// A sound being played.
#[derive(Clone, Debug)]
pub struct Player {
    sound: Arc<[i16]>,
    at: usize,
    /// Frames of silence between two times; `None`: once only.
    pause: Option<u32>,
    pausing: u32,
}

impl Player {
    /// Plays `sound` (8 kHz) once.
    pub fn new(sound: Arc<[i16]>) -> Player {
        Player {
            sound,
            at: 0,
            pause: None,
            pausing: 0,
        }
    }

    /// Plays it again and again, with so much silence in between.
    pub fn repeating_every(mut self, pause: Duration) -> Player {
        let frames = pause.as_millis() / FRAME_LASTS.as_millis();
        self.pause = Some(u32::try_from(frames).unwrap_or(u32::MAX));
        self
    }

    /// The next 20 ms; `None` when it is over. The last frame is filled up with silence.
    pub fn next_frame(&mut self) -> Option<Frame> {
        if self.pausing > 0 {
            self.pausing -= 1;
            return Some(Frame::SILENCE);
        }
        if self.is_done() {
            return None;
        }
        let rest = &self.sound[self.at..];
        let taken = rest.len().min(FRAME_SAMPLES);
        let mut frame = Frame::SILENCE;
        frame.0[..taken].copy_from_slice(&rest[..taken]);
        self.at += taken;
        if self.at == self.sound.len()
            && let Some(pause) = self.pause
        {
            self.pausing = pause;
            self.at = 0;
        }
        Some(frame)
    }

    /// Whether there is nothing more to come.
    pub fn is_done(&self) -> bool {
        self.at >= self.sound.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sound_is_played_once_and_its_last_frame_filled_up() {
        let mut player = Player::new(vec![7i16; 200].into());
        assert_eq!(player.next_frame(), Some(Frame([7; FRAME_SAMPLES])));
        let last = player.next_frame().unwrap_or_default();
        assert_eq!((last.0[39], last.0[40]), (7, 0));
        assert_eq!(player.next_frame(), None);
        assert!(player.is_done());
    }

    #[test]
    fn one_that_repeats_pauses_and_goes_on_for_ever() {
        let once = Player::new(vec![7i16; FRAME_SAMPLES].into());
        let mut player = once.repeating_every(Duration::from_millis(40));
        let heard: Vec<i16> = (0..7)
            .map(|_| player.next_frame().unwrap_or_default().0[0])
            .collect();
        assert_eq!(heard, [7, 0, 0, 7, 0, 0, 7]);
    }

    #[test]
    fn an_empty_sound_is_over_at_once() {
        let mut player = Player::new(Vec::new().into()).repeating_every(Duration::from_secs(1));
        assert_eq!(player.next_frame(), None);
    }
}
