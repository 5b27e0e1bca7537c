//! What the far end sends: speech, things done with hands, the line's noise, the exchange's tones.

use std::collections::VecDeque;

use super::Samples;
use super::tones::{Cadence, Hiss};
use crate::base::sound::LineTone;
use crate::voice::frame::{FRAME_SAMPLES, Frame};

/// Everything that can be heard from there, mixed.
#[derive(Debug, Default)]
pub struct Mouth {
    said: VecDeque<Samples>,
    /// Samples of the first one that are out already.
    at: usize,
    /// Knocks, keys, coughs: one after the other, over whatever is said.
    done: VecDeque<i16>,
    hiss: Option<Hiss>,
    /// What the line itself plays.
    exchange: Option<Cadence>,
    /// What was ordered to be played.
    ordered: Option<Cadence>,
}

impl Mouth {
    /// Says this after all that waits. False: that would be too much.
    pub fn say(&mut self, samples: Samples) -> bool {
        let waiting: usize = self.said.iter().map(|said| said.len()).sum();
        let fits = waiting + samples.len() <= SAID_SAMPLES_MAX;
        if fits && !samples.is_empty() {
            self.said.push_back(samples);
        }
        fits
    }

    pub fn make(&mut self, sound: &[i16]) {
        if self.done.len() + sound.len() <= SAID_SAMPLES_MAX {
            self.done.extend(sound);
        }
    }

    /// Falls silent at once.
    pub fn hush(&mut self) {
        self.said.clear();
        self.done.clear();
        self.at = 0;
    }

    /// Level in dBFS; `None`: a clean line.
    pub fn hiss(&mut self, level_db: Option<i16>) {
        self.hiss = level_db.map(Hiss::new);
    }

    pub fn order_tone(&mut self, tone: Option<LineTone>) {
        self.ordered = tone.map(Cadence::new);
    }

    /// The line plays this; what goes on going on keeps its cadence.
    pub fn exchange_plays(&mut self, tone: Option<LineTone>) {
        if self.exchange.as_ref().map(Cadence::tone) != tone {
            self.exchange = tone.map(Cadence::new);
        }
    }

    /// The next 20 ms. Who is not there yet does not speak.
    pub fn frame(&mut self, is_there: bool) -> Frame {
        let mut frame = Frame::SILENCE;
        if is_there {
            self.speak(&mut frame.0);
        }
        let tones = [&mut self.exchange, &mut self.ordered];
        for cadence in tones.into_iter().flatten() {
            cadence.mix(&mut frame.0);
        }
        if let Some(hiss) = &mut self.hiss {
            hiss.mix(&mut frame.0);
        }
        frame
    }

    fn speak(&mut self, frame: &mut [i16; FRAME_SAMPLES]) {
        let mut filled = 0;
        while let Some(first) = self.said.front().filter(|_| filled < FRAME_SAMPLES) {
            let count = (first.len() - self.at).min(FRAME_SAMPLES - filled);
            let part = &first[self.at..self.at + count];
            frame[filled..filled + count].copy_from_slice(part);
            filled += count;
            self.gone(count);
        }
        let count = self.done.len().min(FRAME_SAMPLES);
        for (sample, done) in frame.iter_mut().zip(self.done.drain(..count)) {
            *sample = sample.saturating_add(done);
        }
    }

    /// So much was said while nobody could hear it.
    pub fn skip(&mut self, samples: usize) {
        let mut left = samples;
        while let Some(first) = self.said.front().filter(|_| left > 0) {
            let count = (first.len() - self.at).min(left);
            left -= count;
            self.gone(count);
        }
        let count = self.done.len().min(samples);
        self.done.drain(..count);
    }

    fn gone(&mut self, count: usize) {
        self.at += count;
        if self
            .said
            .front()
            .is_some_and(|first| self.at >= first.len())
        {
            self.said.pop_front();
            self.at = 0;
        }
    }
}

/// Half an hour of speech waiting; more is a mistake in a script.
const SAID_SAMPLES_MAX: usize = 1_800 * 8_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp(from: i16, count: i16) -> Samples {
        (from..from + count).collect::<Vec<_>>().into()
    }

    #[test]
    fn what_is_queued_is_said_without_a_gap_and_exactly() {
        let mut mouth = Mouth::default();
        assert!(mouth.say(ramp(1, 200)) && mouth.say(ramp(201, 200)));
        let said: Vec<i16> = (0..3).flat_map(|_| mouth.frame(true).0).collect();
        let wanted: Vec<i16> = (1..=400).chain([0; 80]).collect();
        assert_eq!(said, wanted);
    }

    #[test]
    fn who_is_not_there_waits_and_who_is_not_heard_goes_on() {
        let mut mouth = Mouth::default();
        mouth.say(ramp(1, 200));
        mouth.say(ramp(201, 200));
        assert_eq!(mouth.frame(false), Frame::SILENCE);
        mouth.skip(250);
        assert_eq!(mouth.frame(true).0[0], 251);
        mouth.hush();
        assert_eq!(mouth.frame(true), Frame::SILENCE);
    }

    #[test]
    fn hands_are_heard_over_the_voice() {
        let mut mouth = Mouth::default();
        mouth.say(ramp(1, 10));
        mouth.make(&[100, 100]);
        assert_eq!(mouth.frame(true).0[..4], [101, 102, 3, 4]);
    }

    #[test]
    fn nobody_talks_for_an_hour() {
        let mut mouth = Mouth::default();
        let long: Samples = vec![1; SAID_SAMPLES_MAX].into();
        assert!(mouth.say(long.clone()));
        assert!(!mouth.say(vec![1].into()));
    }
}
