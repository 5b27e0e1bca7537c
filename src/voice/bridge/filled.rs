//! Silence that stands for frames of the line, and what to do with those that come all the same.
//!
//! A line that was held up gives what it kept all at once. The tape and everybody have had silence
//! in its place by then: with both, they would be behind the clock for the rest of the call.

use crate::base::time::Tick;
use crate::voice::frame::FRAME_LASTS;

/// What is known of the last gap.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filled {
    /// When silence was first put in, and what was passed on since, silence and frames.
    gap: Option<(Tick, u32)>,
    /// Frames of silence that no late frame has been left out for.
    owed: u32,
    /// Frames in a row that came in time.
    in_time: u32,
}

impl Filled {
    /// Silence is put in for a frame.
    pub fn silence(&mut self, now: Tick) {
        let (since, passed) = self.gap.unwrap_or((now, 0));
        self.gap = Some((since, passed + 1));
        self.owed += 1;
        self.in_time = 0;
    }

    /// A frame has come: whether silence stands for it already.
    pub fn is_late(&mut self, now: Tick) -> bool {
        let Some((since, passed)) = &mut self.gap else {
            return false;
        };
        let room = now.since(*since).as_micros() / FRAME_LASTS.as_micros() + UNEVEN;
        if self.owed > 0 && u128::from(*passed) >= room {
            self.owed -= 1;
            self.in_time = 0;
            return true;
        }
        *passed += 1;
        self.in_time += 1;
        if self.in_time >= FORGOTTEN_AFTER {
            *self = Filled::default();
        }
        false
    }
}

/// Frames that a line may be ahead of the clock: it is read unevenly, and silence is put in only
/// once three frames are missing.
const UNEVEN: u128 = 3;

/// After so many frames in time (1 s) what is missing does not come any more.
const FORGOTTEN_AFTER: u32 = 50;
