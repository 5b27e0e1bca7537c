//! Sound of one talker, kept until its time: absorbs how unevenly a browser's frames come, and no
//! more than that.
//!
//! Frames go out at beats ([`super::beat`]). How long before its beat a frame came is its *slack*.
//! The least slack of the last seconds, but for one hiccup, says whether the beat is late enough for
//! this talker, or whether a whole frame could be saved.

use std::collections::VecDeque;

use super::beat::away;
use super::frame::{FRAME_SAMPLES, Frame};
use crate::base::time::Tick;

/// Waiting sound of one talker.
#[derive(Debug, Default)]
pub struct Playout {
    waiting: VecDeque<Frame>,
    last: Frame,
    /// Beats in a row without a frame to play.
    misses: u32,
    slack: Slack,
    counts: Counts,
    /// Beats in a row at which a frame more than needed waited.
    behind: u32,
}

/// What happened to a talker's frames.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Frames that came.
    pub came: u64,
    /// Too old when they came, or when more came than can wait: never played.
    pub late: u64,
    /// Left out, in a pause where there was one, to be nearer to the present again.
    pub cut: u64,
    /// Beats at which the next frame had not come yet.
    pub missed: u64,
}

impl Playout {
    /// A frame came; `beat` is when the next one is played.
    pub fn push(&mut self, now: Tick, beat: Tick, frame: Frame) {
        self.counts.came += 1;
        let ahead = i64::try_from(self.waiting.len()).unwrap_or(i64::MAX);
        let slack = away(beat, now) + ahead * FRAME_US;
        if self.misses > IDLE_AFTER_MISSES {
            // It begins to talk: what was measured before is of another time.
            self.slack = Slack::default();
        }
        self.slack.note(now, slack);
        self.waiting.push_back(frame);
        if self.waiting.len() > WAITING_MAX {
            while self.waiting.len() > KEPT_OF_BURST {
                self.waiting.pop_front();
                self.counts.late += 1;
            }
            self.slack = Slack::default();
        }
    }

    /// The frame for this beat; `None` if the talker is not sending.
    pub fn pull(&mut self) -> Option<Frame> {
        self.cut_if_far_behind();
        match self.waiting.pop_front() {
            Some(frame) => {
                self.misses = 0;
                self.last = frame;
                Some(frame)
            }
            None => self.conceal(),
        }
    }

    /// How much later (or, negative, earlier) beats should be for this talker, in microseconds.
    pub fn wanted_shift(&self) -> i64 {
        // One hiccup is over when it is noticed; who hiccups again wants more room.
        let Some((least, usual)) = self.slack.least() else {
            return 0;
        };
        if usual < GUARD_US {
            GUARD_US - usual
        } else if least > GUARD_US + PLAY_US && least < GUARD_US + FRAME_US {
            GUARD_US - least
        } else {
            0
        }
    }

    /// Beats have been moved by so many microseconds.
    pub fn shifted(&mut self, by: i64) {
        self.slack.shift(by);
    }

    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Whether it has sent anything lately.
    pub fn is_sending(&self) -> bool {
        self.counts.came > 0 && self.misses <= IDLE_AFTER_MISSES
    }

    /// Whether it has been sending all along and its next frame is not here yet.
    pub fn is_awaited(&self) -> bool {
        self.waiting.is_empty() && self.counts.came > 0 && self.misses == 0
    }

    /// A frame more than needed waits, because one was covered up or came with others: one is left
    /// out, quiet if possible.
    fn cut_if_far_behind(&mut self) {
        let enough = GUARD_US + FRAME_US - PLAY_US;
        let spare = self.slack.least().is_some_and(|(_, usual)| usual >= enough);
        let Some(next) = self
            .waiting
            .front()
            .filter(|_| spare && self.waiting.len() > 1)
        else {
            self.behind = 0;
            return;
        };
        self.behind += 1;
        let is_pause = next.level_db() < PAUSE_DB && self.behind > 1;
        if is_pause || self.behind > CUT_AT_LAST {
            let left_out = *next;
            self.waiting.pop_front();
            if let Some(next) = self.waiting.front_mut() {
                *next = faded(&left_out, next);
            }
            self.counts.cut += 1;
            self.behind = 0;
            self.slack.shift(-FRAME_US);
        }
    }

    /// The last frame again, half as loud, then nothing: a hole of 20 ms is not heard like that.
    fn conceal(&mut self) -> Option<Frame> {
        if self.counts.came == 0 {
            return None;
        }
        self.misses = self.misses.saturating_add(1);
        if self.misses > IDLE_AFTER_MISSES {
            return None;
        }
        self.counts.missed += 1;
        // What comes now waits a frame longer than what came before.
        self.slack.shift(FRAME_US);
        let mut fading = Frame::SILENCE;
        if self.misses == 1 {
            let along = self.last.0.iter().enumerate();
            for (out, (index, sample)) in fading.0.iter_mut().zip(along) {
                let left = (FRAME_SAMPLES - index) as i32;
                *out = (i32::from(*sample) * left / (2 * FRAME_SAMPLES as i32)) as i16;
            }
        }
        Some(fading)
    }
}

/// From one frame into another: where one is left out in the middle of a word, no click is heard.
fn faded(from: &Frame, to: &Frame) -> Frame {
    let mut out = *to;
    for (index, (out, from)) in out.0.iter_mut().zip(from.0).enumerate() {
        let (gone, length) = (index as i32, FRAME_SAMPLES as i32);
        *out = ((i32::from(from) * (length - gone) + i32::from(*out) * gone) / length) as i16;
    }
    out
}

impl Default for Frame {
    fn default() -> Frame {
        Frame::SILENCE
    }
}

/// The least slack of the last seconds: one number for each second.
#[derive(Clone, Debug, Default)]
struct Slack {
    seconds: VecDeque<(u64, i64)>,
    noted: u32,
}

impl Slack {
    fn note(&mut self, now: Tick, slack: i64) {
        self.noted = self.noted.saturating_add(1);
        if self.noted <= SETTLES {
            return;
        }
        let second = now.0 / 1_000_000;
        match self.seconds.back_mut() {
            Some((of, least)) if *of == second => *least = slack.min(*least),
            _ => self.seconds.push_back((second, slack)),
        }
        while self.seconds.len() > SLACK_SECONDS {
            self.seconds.pop_front();
        }
    }

    fn shift(&mut self, by: i64) {
        for (_, least) in &mut self.seconds {
            *least += by;
        }
    }

    /// Of the worst second, and of the worst but that, if there is another. `None` until enough has
    /// been seen to judge by.
    fn least(&self) -> Option<(i64, i64)> {
        let each = self.seconds.iter().map(|(_, least)| *least);
        let [least, next] = each.fold([i64::MAX; 2], |[least, next], one| {
            [least.min(one), next.min(one.max(least))]
        });
        let is_enough = !self.seconds.is_empty() && self.noted >= JUDGED_AFTER;
        let usual = if self.seconds.len() > 1 { next } else { least };
        is_enough.then_some((least, usual))
    }
}

const FRAME_US: i64 = 20_000;

/// The latest frame of the last seconds, but for one hiccup, came this long before its beat. In
/// `tests/bench/sound.rs`, 3 ms of it left 17 frames of 240,000 to be covered up and 10 ms one of
/// 60,000; 14 ms, with [`super::bridge`]'s 10 ms of patience, left none of 240,000.
const GUARD_US: i64 = 14_000;

/// Beats are not moved for less.
const PLAY_US: i64 = 2_000;

/// Frames that may wait: 200 ms. What comes in a burst after a stutter is older than that.
const WAITING_MAX: usize = 10;

/// What is kept of such a burst.
const KEPT_OF_BURST: usize = 2;

/// A talker who has sent nothing for this many beats (0.5 s) is not sending.
const IDLE_AFTER_MISSES: u32 = 25;

/// Seconds over which the least slack is taken. A browser's worst hiccups come every few seconds.
const SLACK_SECONDS: usize = 8;

/// The first frames (0.2 s) come as the connection was made, not as they will come.
const SETTLES: u32 = 10;

/// Frames before anything is judged: half a second.
const JUDGED_AFTER: u32 = 25;

/// A frame below this level is a pause.
const PAUSE_DB: f32 = -45.0;

/// Without a pause for so many beats (1 s), a loud one is left out.
const CUT_AT_LAST: u32 = 50;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const TWENTY: u64 = 20_000;

    /// A talker at a steady pace against steady beats; `late(n)` delays frame `n`.
    fn play(frames: u64, phase: u64, late: impl Fn(u64) -> u64) -> (Playout, Vec<Option<Frame>>) {
        let mut playout = Playout::default();
        let mut arrivals: Vec<(u64, u64)> = (0..frames)
            .map(|n| (n * TWENTY + phase + late(n), n))
            .collect();
        arrivals.sort_unstable();
        let mut arrivals = arrivals.into_iter().peekable();
        let mut out = Vec::new();
        for beat in 1..=frames {
            let at = beat * TWENTY;
            while let Some((when, n)) = arrivals.next_if(|(when, _)| *when < at) {
                playout.push(Tick(when), Tick(at), Frame([n as i16 + 1; FRAME_SAMPLES]));
            }
            out.push(playout.pull());
        }
        (playout, out)
    }

    #[test]
    fn an_even_talker_is_played_frame_by_frame() {
        let (playout, out) = play(500, 10_000, |_| 0);
        assert!(
            out.iter()
                .enumerate()
                .all(|(n, f)| f.map(|f| f.0[0]) == Some(n as i16 + 1))
        );
        assert_eq!(
            playout.counts(),
            Counts {
                came: 500,
                ..Counts::default()
            }
        );
    }

    #[test]
    fn a_frame_that_is_a_little_late_is_covered_up_and_played_all_the_same() {
        let (playout, out) = play(100, 10_000, |n| if n == 50 { 15_000 } else { 0 });
        let counts = playout.counts();
        assert_eq!((counts.missed, counts.late), (1, 0));
        let heard: Vec<i16> = out.iter().flatten().map(|f| f.0[0]).collect();
        assert!(heard.contains(&51), "the late frame is heard");
    }

    #[test]
    fn a_burst_after_a_stutter_is_not_queued_up() {
        let (playout, _) = play(400, 10_000, |n| {
            if (100..150).contains(&n) {
                (150 - n) * TWENTY
            } else {
                0
            }
        });
        let counts = playout.counts();
        assert!(counts.late > 30, "{counts:?}");
        assert!(playout.waiting.len() <= 2, "{}", playout.waiting.len());
    }

    #[test]
    fn one_hiccup_does_not_cost_delay_for_the_rest_of_the_call() {
        let (playout, _) = play(2_000, 5_000, |n| if n == 100 { 30_000 } else { 0 });
        assert!(playout.counts().cut >= 1, "{:?}", playout.counts());
        assert!(playout.waiting.len() <= 1);
    }

    #[test]
    fn one_who_comes_just_in_time_is_in_time_again_after_a_hiccup() {
        // 15 ms before the beat, and once 4 ms behind it.
        let (playout, out) = play(1_000, 5_000, |n| if n == 100 { 19_000 } else { 0 });
        let counts = playout.counts();
        assert_eq!((counts.missed, counts.cut), (1, 1), "{counts:?}");
        let last = out.last().copied().flatten().map(|f| f.0[0]);
        assert_eq!(
            last,
            Some(1_000),
            "as near to the present as at the beginning"
        );
    }

    #[test]
    fn a_frame_left_out_in_the_middle_of_a_word_makes_no_click() {
        let word = |n: i32| (f64::from(n) * 0.25).sin() * 10_000.0;
        let mut playout = Playout::default();
        let mut heard: Vec<i16> = Vec::new();
        for frame in 0..300i32 {
            let at = Tick(frame as u64 * TWENTY);
            let samples = std::array::from_fn(|n| word(frame * 160 + n as i32) as i16);
            // A frame ahead from the beginning: one too many waits all along.
            playout.push(at, at + Duration::from_millis(15), Frame(samples));
            if frame > 0 {
                heard.extend(playout.pull().expect("it talks").0);
            }
        }
        assert_eq!(playout.counts().cut, 1, "{:?}", playout.counts());
        let steps = heard
            .windows(2)
            .map(|pair| (i32::from(pair[1]) - i32::from(pair[0])).abs());
        // A quarter of a radian at most at this loudness, and what the fade itself adds.
        assert!(steps.max() < Some(3_000), "a click");
    }

    #[test]
    fn who_comes_just_before_the_beat_asks_for_a_later_one() {
        let (playout, _) = play(100, 19_500, |_| 0);
        assert_eq!(playout.wanted_shift(), 13_500);
        let (playout, _) = play(100, 1_000, |_| 0);
        assert_eq!(playout.wanted_shift(), -5_000);
        let (playout, _) = play(100, 5_000, |_| 0);
        assert_eq!(playout.wanted_shift(), 0);
    }

    #[test]
    fn a_single_hiccup_moves_no_beat_and_the_second_does() {
        let hiccup = |n: u64| if n == 400 { 5_000 } else { 0 };
        let (playout, _) = play(500, 5_000, hiccup);
        assert_eq!(playout.wanted_shift(), 0);
        let again = |n: u64| if n == 400 || n == 480 { 5_000 } else { 0 };
        let (playout, _) = play(500, 5_000, again);
        assert_eq!(playout.wanted_shift(), 4_000);
    }

    #[test]
    fn a_talker_who_stops_is_silent_and_may_begin_again() {
        let mut playout = Playout::default();
        assert_eq!(playout.pull(), None);
        playout.push(Tick(0), Tick(5_000), Frame([9; FRAME_SAMPLES]));
        assert!(playout.pull().is_some());
        let pulled: Vec<_> = (0..40).map(|_| playout.pull()).collect();
        assert!(pulled[0].is_some() && pulled[39].is_none());
        assert!(!playout.is_sending());
        playout.push(Tick(1_000_000), Tick(1_005_000), Frame([9; FRAME_SAMPLES]));
        assert_eq!(playout.pull(), Some(Frame([9; FRAME_SAMPLES])));
        assert!(playout.is_sending());
    }
}
