//! How much one port may have unread: what keeps a flood of garbage on one line from filling the
//! engine's inbox and with it every other line and every operator's click.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Chunks given out and not yet read.
pub(super) struct Credits {
    max: usize,
    out: Mutex<usize>,
    returned: Condvar,
}

/// One chunk's permission to be unread; dropping it gives it back.
pub(super) struct Credit {
    of: Arc<Credits>,
}

impl Credits {
    /// A port that may have `max` chunks unread.
    pub(super) fn new(max: usize) -> Arc<Credits> {
        Arc::new(Credits {
            max,
            out: Mutex::new(0),
            returned: Condvar::new(),
        })
    }

    /// Waits until fewer than `max` are out, at most `time`. `None`: still too many.
    pub(super) fn take(self: &Arc<Credits>, time: Duration) -> Option<Credit> {
        let max = self.max;
        let out = self.lock();
        let waited = self
            .returned
            .wait_timeout_while(out, time, |out| *out >= max);
        let (mut out, result) = waited.unwrap_or_else(PoisonError::into_inner);
        if result.timed_out() && *out >= max {
            return None;
        }
        *out += 1;
        Some(Credit {
            of: Arc::clone(self),
        })
    }

    fn lock(&self) -> MutexGuard<'_, usize> {
        // The count is right after every statement, so a panic elsewhere cannot spoil it.
        self.out.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Credit {
    fn drop(&mut self) {
        let mut out = self.of.lock();
        // Only a full port waits, and waking nobody is a call into the kernel all the same,
        // between a ring and its alert.
        let was_full = *out >= self.of.max;
        *out -= 1;
        if was_full {
            self.of.returned.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]
    use super::*;

    #[test]
    fn a_flood_waits_until_something_has_been_read() {
        let credits = Credits::new(2);
        let first = credits.take(Duration::ZERO).expect("one");
        let _second = credits.take(Duration::ZERO).expect("two");
        assert!(credits.take(Duration::ZERO).is_none());
        drop(first);
        assert!(credits.take(Duration::ZERO).is_some());
    }
}
