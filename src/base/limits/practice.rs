//! Limits of practice, which are small: it has the real centre beside it.

use std::time::Duration;

/// Lines of practice: one that rings while the other talks.
pub const PRACTICE_LINES: usize = 2;

/// Practice stays this long when everybody has left it: a cup of coffee.
pub const PRACTICE_IDLE: Duration = Duration::from_secs(600);

/// How often it is looked whether anybody is still in practice, and whether it still works.
pub const PRACTICE_LOOK_EVERY: Duration = Duration::from_secs(5);

/// How long making a second centre may take, and again until its lines are up: a virtual modem needs
/// one second, a tired disk two.
pub const PRACTICE_OPENS_WITHIN: Duration = Duration::from_secs(10);

/// How long it may take to end it, or to be told that somebody calls there.
pub const PRACTICE_CLOSES_WITHIN: Duration = Duration::from_secs(5);

/// What is left of practice when the whole program ends is waited for at most this long; it has
/// three seconds for all. What remains on the disk goes at the next start.
pub const PRACTICE_STOP: Duration = Duration::from_millis(500);

/// How often virtual callers look around.
pub const PRACTICE_BEAT: Duration = Duration::from_millis(200);

/// Callers who come by themselves in an hour: two lines are busy all the time then.
pub const PRACTICE_CALLERS_PER_HOUR_MAX: u32 = 120;

/// Readings of practice's disk at the same time; the real centre keeps its own
/// [`super::READS_MAX`].
pub const PRACTICE_READS_MAX: usize = 4;

/// Screens listening to practice at once: one shift and its trainer; the real centre keeps its own
/// [`super::LISTENERS_MAX`].
pub const PRACTICE_LISTENERS_MAX: usize = 32;

/// Recordings of practice; the oldest go first. Two hours of talk.
pub const PRACTICE_RECORDINGS_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// Page cache of practice's database, which is never larger than this.
pub const PRACTICE_CACHE_BYTES: usize = 1024 * 1024;

/// Its write-ahead log: a few hundred calls between two checkpoints.
pub const PRACTICE_WAL_BYTES: u64 = 1024 * 1024;

/// Calls of practice have numbers above this one, so that what is meant for a call of practice and
/// reaches the real centre by mistake finds none there: at 500 calls a day, five thousand years.
pub const PRACTICE_CALLS_AFTER: u64 = 1_000_000_000;
