//! The only caller of the system clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::base::time::{Now, Tick, Trust, Wall};

/// Reads the clocks. Clones share the same origin and the same trust.
#[derive(Clone)]
pub struct Clock {
    origin: Instant,
    trust: Arc<AtomicU8>,
}

impl Clock {
    /// Ticks count from this moment.
    pub fn start() -> Clock {
        Clock {
            origin: Instant::now(),
            trust: Arc::new(AtomicU8::new(Trust::Unconfirmed as u8)),
        }
    }

    /// One reading of everything.
    pub fn now(&self) -> Now {
        let passed = Instant::now().saturating_duration_since(self.origin);
        Now {
            tick: Tick::default() + passed,
            wall: wall_now(),
            trust: trust_from(self.trust.load(Ordering::Relaxed)),
        }
    }

    /// The monotonic clock alone.
    pub fn tick(&self) -> Tick {
        Tick::default() + Instant::now().saturating_duration_since(self.origin)
    }

    /// The `Instant` of a tick, for a wait that takes one.
    pub fn instant(&self, tick: Tick) -> Instant {
        self.origin + tick.since(Tick::default())
    }

    /// From now on walls are stamped with this trust.
    pub fn set_trust(&self, trust: Trust) {
        self.trust.store(trust as u8, Ordering::Relaxed);
    }
}

/// Whether the operating system says that its clock follows a time server.
///
/// systemd-timesyncd leaves this mark when it has heard from one (systemd-timesyncd.service(8)).
pub fn is_synchronised() -> bool {
    std::path::Path::new("/run/systemd/timesync/synchronized").exists()
}

fn wall_now() -> Wall {
    // A clock before 1970 is as wrong as one at 1970; both are told by their trust.
    let since_epoch = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Wall(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}

fn trust_from(stored: u8) -> Trust {
    match stored {
        x if x == Trust::Wrong as u8 => Trust::Wrong,
        x if x == Trust::Network as u8 => Trust::Network,
        x if x == Trust::Synchronised as u8 => Trust::Synchronised,
        _ => Trust::Unconfirmed,
    }
}
