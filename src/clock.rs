//! The only caller of the system clock.

use std::path::Path;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::base::time::{Now, Tick, Wall};

/// Reads the clocks. Clones share the same origin.
#[derive(Clone)]
pub struct Clock {
    origin: Instant,
}

impl Clock {
    /// Ticks count from this moment.
    pub fn start() -> Clock {
        Clock {
            origin: Instant::now(),
        }
    }

    /// One reading of everything.
    pub fn now(&self) -> Now {
        Now {
            tick: self.tick(),
            wall: wall_now(),
        }
    }

    /// The monotonic clock alone.
    pub fn tick(&self) -> Tick {
        Tick::default() + Instant::now().saturating_duration_since(self.origin)
    }
}

/// Whether the operating system under `root` says that its clock follows a time server.
///
/// systemd-timesyncd leaves this mark when it has heard from one (systemd-timesyncd.service(8)).
pub fn is_synchronised(root: &Path) -> bool {
    root.join("run/systemd/timesync/synchronized").exists()
}

fn wall_now() -> Wall {
    // A clock before 1970 is as wrong as one at 1970; both are told by their trust.
    let since_epoch = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Wall(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}
