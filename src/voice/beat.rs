//! When the next frame goes out to the line.
//!
//! The modem's own clock is the master: it gives frames at its pace and must be given as many. The
//! beat follows that pace, free of the unevenness with which frames are read; where in the 20 ms it
//! lies is set so that the talker's frames come shortly before it.

use super::frame::FRAME_LASTS;
use crate::base::time::Tick;

/// The beat of one line.
#[derive(Clone, Debug)]
pub struct Beat {
    next: Tick,
    /// When the line's last frame came, evened out.
    line: Option<Tick>,
    /// The last frame of the line as it really came.
    heard: Option<Tick>,
    /// From a frame of the line to the beat after it, in microseconds: 0..20,000.
    phase: i64,
    /// By how much all beats were moved so far.
    moved: i64,
}

impl Beat {
    /// Begins now.
    pub fn start(now: Tick) -> Beat {
        Beat {
            next: now,
            line: None,
            heard: None,
            phase: 0,
            moved: 0,
        }
    }

    /// When the next frame is due.
    pub fn next(&self) -> Tick {
        self.next
    }

    /// A frame came from the line.
    pub fn line_frame(&mut self, now: Tick) {
        self.heard = Some(now);
        let expected = self.line.map(|line| line + FRAME_LASTS);
        self.line = Some(match expected {
            // Read late, or several at once: the clock of the modem did not jump.
            Some(expected) if away(now, expected).abs() < RESYNC_US => {
                moved(expected, away(now, expected) / EVENING)
            }
            _ => {
                self.phase = wrapped(away(self.next, now));
                now
            }
        });
    }

    /// The frame that was due has gone out: sets the next one.
    pub fn done(&mut self, now: Tick) {
        let mut next = self.next + FRAME_LASTS;
        if away(now, next) > BEHIND_US {
            // The machine slept: nobody wants the beats it missed.
            next = now + FRAME_LASTS;
        }
        if let (Some(line), Some(heard)) = (self.line, self.heard)
            && now.since(heard) < FRAME_LASTS * LINE_GONE_AFTER
        {
            let ideal = moved(line, self.phase);
            let off = wrapped_around_zero(away(ideal, next));
            next = moved(next, (off / FOLLOWS).clamp(-STEP_US, STEP_US));
        }
        self.next = next;
    }

    /// Moves the beats later (or earlier) by at most what is unheard of; returns by how much. Not by
    /// more than a frame in a call: each frame further is one that the modem gets too many, or too
    /// few.
    pub fn shift(&mut self, wanted: i64) -> i64 {
        let step = match wanted {
            0 => return 0,
            // A frame that comes too late is lost: quickly. To save delay there is time.
            1.. => wanted.min(STEP_US),
            _ => wanted.max(-SAVE_US),
        };
        let before = self.moved;
        self.moved = (before + step).clamp(-FRAME_US, FRAME_US);
        let by = self.moved - before;
        self.phase = wrapped(self.phase + by);
        self.next = moved(self.next, by);
        by
    }

    /// Whether the line has given frames lately.
    pub fn line_flows(&self, now: Tick) -> bool {
        self.heard
            .is_some_and(|heard| now.since(heard) < FRAME_LASTS * LINE_GONE_AFTER)
    }
}

/// `a − b` in microseconds.
pub(super) fn away(a: Tick, b: Tick) -> i64 {
    let ahead = i64::try_from(a.since(b).as_micros()).unwrap_or(i64::MAX);
    let behind = i64::try_from(b.since(a).as_micros()).unwrap_or(i64::MAX);
    ahead - behind
}

fn moved(tick: Tick, by: i64) -> Tick {
    Tick(tick.0.saturating_add_signed(by))
}

fn wrapped(us: i64) -> i64 {
    us.rem_euclid(FRAME_US)
}

/// Into −10,000..10,000.
fn wrapped_around_zero(us: i64) -> i64 {
    (us + FRAME_US / 2).rem_euclid(FRAME_US) - FRAME_US / 2
}

const FRAME_US: i64 = 20_000;

/// A frame this far from where it was expected begins a new count: the line's sound was off.
const RESYNC_US: i64 = 60_000;

/// Beats missed by more are not made up for.
const BEHIND_US: i64 = 60_000;

/// Part of a frame's unevenness that counts: a modem's clock is off by 0.1 ‰ at most, so a hundredth
/// of a second's frames is more than enough to follow it.
const EVENING: i64 = 32;

/// Part of the difference that one beat makes good.
const FOLLOWS: i64 = 8;

/// Largest step of one beat: modems buffer more than that.
const STEP_US: i64 = 1_000;

/// Step towards less delay: 5 ms in a second.
const SAVE_US: i64 = 100;

/// Frames missing in a row before the line counts as silent.
const LINE_GONE_AFTER: u32 = 3;

#[cfg(test)]
mod tests {
    use super::*;

    /// Beats until `end` against a line whose frames come every `period` µs with some unevenness.
    fn run(period: u64, end: u64) -> (Beat, u64, u64) {
        let mut beat = Beat::start(Tick(5_000));
        let (mut line, mut read, mut written) = (1_000u64, 0u64, 0u64);
        let mut now = 0;
        while now < end {
            let line_at = line + (read * 7_919) % 3_000;
            if line_at <= beat.next().0 {
                now = line_at;
                beat.line_frame(Tick(now));
                line += period;
                read += 1;
            } else {
                now = beat.next().0;
                beat.done(Tick(now));
                written += 1;
            }
        }
        (beat, read, written)
    }

    #[test]
    fn a_modem_is_given_as_many_frames_as_it_gives() {
        // 500 ppm fast and slow: five times what a quartz is off by; twenty minutes.
        for period in [19_990, 20_000, 20_010] {
            let (_, read, written) = run(period, 1_200_000_000);
            assert!(
                read.abs_diff(written) <= 1,
                "{period}: {read} read, {written} written"
            );
        }
    }

    #[test]
    fn without_a_line_it_beats_on() {
        let mut beat = Beat::start(Tick(0));
        for n in 0..100u64 {
            assert_eq!(beat.next(), Tick(n * 20_000));
            beat.done(beat.next());
        }
        assert!(!beat.line_flows(Tick(2_000_000)));
    }

    #[test]
    fn what_a_sleeping_machine_missed_is_not_made_up_for() {
        let mut beat = Beat::start(Tick(0));
        beat.done(Tick(3_000_000));
        assert_eq!(beat.next(), Tick(3_020_000));
    }

    #[test]
    fn it_moves_to_suit_the_talker_and_stays_there() {
        let (mut beat, ..) = run(20_000, 10_000_000);
        let before = away(beat.next(), beat.line.unwrap_or_default());
        let moved_by: i64 = (0..8).map(|_| beat.shift(8_000)).sum();
        assert_eq!(moved_by, 8_000);
        let after = away(beat.next(), beat.line.unwrap_or_default());
        assert_eq!(after - before, 8_000);
        assert_eq!(beat.shift(-8_000), -100);
    }

    #[test]
    fn it_moves_by_a_frame_in_a_call_and_no_further() {
        let (mut beat, ..) = run(20_000, 10_000_000);
        let moved = |beat: &mut Beat, wanted| (0..1_000).map(|_| beat.shift(wanted)).sum::<i64>();
        assert_eq!(moved(&mut beat, 15_000), 20_000);
        assert_eq!(moved(&mut beat, -15_000), -40_000);
    }
}
