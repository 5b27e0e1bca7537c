//! Limits of the bell on the box itself.

use std::time::Duration;

/// A call that has rung for so long rings louder and higher, on the box as in browsers.
pub const BELL_RISES_AFTER: Duration = Duration::from_secs(10);

/// Nobody has taken it for so long: the box calls those who are not at the desk (NENA-STA-020: 95 %
/// of calls are answered within 20 s).
pub const BELL_OVERHEAD_AFTER: Duration = Duration::from_secs(20);

/// The desk may be empty for so long, while calls could come, before the box says so.
pub const BELL_UNATTENDED_AFTER: Duration = Duration::from_secs(60);

/// A line that is down for longer did not just start its modem again, which takes up to 100 s
/// (hardware.md 1.4).
pub const BELL_LINE_DOWN_AFTER: Duration = Duration::from_secs(120);

/// The bell looks at the board this often: an alert that it missed costs no more.
pub const BELL_LOOKS_EVERY: Duration = Duration::from_secs(1);

/// The loudspeaker is opened this often although there is nothing to ring for, so that one that is
/// gone is known before it is needed.
pub const BELL_TRIED_EVERY: Duration = Duration::from_secs(3_600);

/// One that was lost is tried this often.
pub const BELL_LOST_TRIED_EVERY: Duration = Duration::from_secs(300);
