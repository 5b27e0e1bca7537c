//! How far the wall clock may be believed, and whether it jumped.

use std::time::Duration;

use crate::base::time::{Now, Stamp, Tick, Trust, Wall};

/// Watches the wall clock against the monotonic one, the journal and the telephone network.
pub struct TimeKeeper {
    last: Now,
    floor: Wall,
    synchronised: bool,
    /// The network's time and when it was told.
    witness: Option<(Wall, Tick)>,
    told: Option<Trust>,
}

impl TimeKeeper {
    /// `newest`: wall time of the newest journal entry.
    pub fn new(now: Now, newest: Option<Wall>) -> TimeKeeper {
        let floor = newest.unwrap_or(BUILT).max(BUILT);
        TimeKeeper {
            last: now,
            floor,
            synchronised: false,
            witness: None,
            told: None,
        }
    }

    /// The operating system's word.
    pub fn synchronised(&mut self, yes: bool) {
        self.synchronised = yes;
    }

    /// The telephone network's word.
    pub fn witness(&mut self, now: Now, network: Wall) {
        // A network that is not set itself sends 1980 or 2000: no witness at all.
        if network >= BUILT {
            self.witness = Some((network, now.tick));
        }
    }

    /// The moment as it is to be recorded.
    pub fn stamp(&self, now: Now) -> Stamp {
        Stamp {
            at: now.wall,
            trust: self.trust(now),
        }
    }

    /// `Some((what the wall should have shown, trust))` when the clock jumped or its trust changed.
    pub fn check(&mut self, now: Now) -> Option<(Wall, Trust)> {
        let expected = self.last.wall + now.tick.since(self.last.tick);
        let jumped = expected.0.abs_diff(now.wall.0) > as_ms(JUMP);
        self.last = now;
        let trust = self.trust(now);
        let changed = self.told != Some(trust);
        self.told = Some(trust);
        (jumped || changed).then_some((expected, trust))
    }

    fn trust(&self, now: Now) -> Trust {
        if let Some((network, told_at)) = self.witness {
            let network_now = network + now.tick.since(told_at);
            let near = network_now.0.abs_diff(now.wall.0) <= as_ms(NETWORK_AGREES);
            return match (near, self.synchronised) {
                (true, true) => Trust::Synchronised,
                (true, false) => Trust::Network,
                (false, _) => Trust::Wrong,
            };
        }
        if now.wall < self.floor {
            return Trust::Wrong;
        }
        if self.synchronised {
            Trust::Synchronised
        } else {
            Trust::Unconfirmed
        }
    }
}

fn as_ms(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

/// A step of the wall clock larger than this is recorded. NTP slews smaller ones.
const JUMP: Duration = Duration::from_secs(2);

/// Network time comes in whole seconds and up to a minute late on a busy cell.
const NETWORK_AGREES: Duration = Duration::from_secs(120);

/// 2026-01-01T00:00:00Z: this program did not exist before.
const BUILT: Wall = Wall(1_767_225_600_000);

#[cfg(test)]
mod tests {
    use super::*;

    fn at(tick_s: u64, wall_s: i64) -> Now {
        Now {
            tick: Tick(tick_s * 1_000_000),
            wall: Wall(BUILT.0 + wall_s * 1000),
            trust: Trust::default(),
        }
    }

    #[test]
    fn a_clock_that_walks_evenly_is_reported_once() {
        let mut keeper = TimeKeeper::new(at(0, 0), None);
        assert_eq!(
            keeper.check(at(1, 1)).map(|c| c.1),
            Some(Trust::Unconfirmed)
        );
        assert_eq!(keeper.check(at(100, 100)), None);
    }

    #[test]
    fn a_jump_back_of_three_hours_is_recorded_and_not_believed() {
        let mut keeper = TimeKeeper::new(at(0, 20_000), Some(at(0, 20_000).wall));
        keeper.check(at(1, 20_001));
        let jump = keeper.check(at(2, 20_002 - 10_800));
        assert_eq!(jump.map(|j| j.1), Some(Trust::Wrong));
    }

    #[test]
    fn the_telephone_network_is_a_witness() {
        let mut keeper = TimeKeeper::new(at(0, 0), None);
        keeper.witness(at(10, 10), at(0, 40).wall);
        assert_eq!(keeper.stamp(at(10, 10)).trust, Trust::Network);
        assert_eq!(keeper.stamp(at(20, 5_000)).trust, Trust::Wrong);
    }

    #[test]
    fn a_clock_before_the_newest_entry_is_wrong() {
        let keeper = TimeKeeper::new(at(0, 0), Some(at(0, 500).wall));
        assert_eq!(keeper.stamp(at(1, 1)).trust, Trust::Wrong);
    }
}
