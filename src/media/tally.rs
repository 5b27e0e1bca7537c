//! Frames of all calls together, for `/metrics`: what was carried, and what was not.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::voice::bridge::LineCounts;
use crate::voice::playout::Counts;

/// Frames of 20 ms since the program started; a call's are added when it is over, a browser's when
/// it leaves.
#[derive(Debug, Default)]
pub struct Tally {
    from_line: AtomicU64,
    to_line: AtomicU64,
    missing: AtomicU64,
    late_from_line: AtomicU64,
    not_taken: AtomicU64,
    from_browser: AtomicU64,
    late: AtomicU64,
    cut: AtomicU64,
    missed: AtomicU64,
    lagged: AtomicU64,
}

impl Tally {
    /// A call is over.
    pub fn call(&self, counts: LineCounts) {
        add(&self.from_line, counts.from_line);
        add(&self.to_line, counts.to_line);
        add(&self.missing, counts.missing);
        add(&self.late_from_line, counts.late);
        add(&self.not_taken, counts.held_back);
    }

    /// The line did not take so many.
    pub fn not_taken(&self, frames: u32) {
        add(&self.not_taken, u64::from(frames));
    }

    /// A browser has left; it was too slow for `lagged`.
    pub fn browser(&self, counts: Counts, lagged: u64) {
        add(&self.from_browser, counts.came);
        add(&self.late, counts.late);
        add(&self.cut, counts.cut);
        add(&self.missed, counts.missed);
        add(&self.lagged, lagged);
    }

    /// Name of each count and its value.
    pub fn read(&self) -> [(&'static str, u64); 10] {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        [
            ("from_line", of(&self.from_line)),
            ("to_line", of(&self.to_line)),
            ("missing_from_line", of(&self.missing)),
            ("late_from_line", of(&self.late_from_line)),
            ("not_taken_by_line", of(&self.not_taken)),
            ("from_browser", of(&self.from_browser)),
            ("late_from_browser", of(&self.late)),
            ("cut_from_browser", of(&self.cut)),
            ("missed_from_browser", of(&self.missed)),
            ("lagged_to_browser", of(&self.lagged)),
        ]
    }
}

fn add(counter: &AtomicU64, count: u64) {
    counter.fetch_add(count, Ordering::Relaxed);
}
