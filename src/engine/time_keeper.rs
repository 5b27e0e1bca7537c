//! How far the wall clock may be believed, and whether it jumped.

use std::time::Duration;

use crate::base::limits;
use crate::base::time::{Now, Stamp, Tick, Trust, Wall};

/// The earliest time a right clock can show: it does not go back behind what the journal says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Floor(Wall);

impl Default for Floor {
    fn default() -> Floor {
        Floor(limits::CLOCK_FLOOR)
    }
}

impl Floor {
    /// Takes the stamp of an entry in, oldest first. What was confirmed counts even if it is
    /// earlier: a clock that had run ahead was set right. What was wrong does not count.
    pub fn hear(&mut self, stamp: Stamp) {
        self.0 = match stamp.trust {
            Trust::Wrong => return,
            Trust::Unconfirmed => self.0.max(stamp.at),
            Trust::Network | Trust::Synchronised => stamp.at.max(Floor::default().0),
        };
    }
}

/// Watches the wall clock against the monotonic one, the journal and the telephone network.
pub struct TimeKeeper {
    last: Now,
    floor: Floor,
    synchronised: bool,
    /// The network's time and when it was told.
    witness: Option<(Wall, Tick)>,
    told: Option<Trust>,
}

impl TimeKeeper {
    /// `floor`: what the journal says so far.
    pub fn new(now: Now, floor: Floor) -> TimeKeeper {
        TimeKeeper {
            last: now,
            floor,
            synchronised: false,
            witness: None,
            told: None,
        }
    }

    /// The operating system's word. When it has just set the clock, a clock that ran ahead before
    /// is no measure any more.
    pub fn synchronised(&mut self, yes: bool) {
        if yes && !self.synchronised {
            self.floor = Floor::default();
        }
        self.synchronised = yes;
    }

    /// The telephone network's word.
    pub fn witness(&mut self, now: Now, network: Wall) {
        // A network that is not set itself sends 1980 or 2000: no witness at all.
        if network >= Floor::default().0 {
            self.witness = Some((network, now.tick));
        }
    }

    /// The moment as it is to be recorded.
    pub fn stamp(&self, now: Now) -> Stamp {
        now.stamp(self.trust(now))
    }

    /// `Some((what the wall should have shown, trust))` when the clock jumped or its trust changed.
    pub fn check(&mut self, now: Now) -> Option<(Wall, Trust)> {
        let expected = self.last.wall + now.tick.since(self.last.tick);
        let jumped = expected.0.abs_diff(now.wall.0) > as_ms(JUMP);
        self.last = now;
        let stamp = self.stamp(now);
        self.floor.hear(stamp);
        let trust = stamp.trust;
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
        if now.wall < self.floor.0 {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(tick_s: u64, wall_s: i64) -> Now {
        Now {
            tick: Tick(tick_s * 1_000_000),
            wall: Wall(limits::CLOCK_FLOOR.0 + wall_s * 1000),
        }
    }

    fn journal(stamps: &[(i64, Trust)]) -> Floor {
        let mut floor = Floor::default();
        for (wall_s, trust) in stamps {
            floor.hear(Stamp {
                at: at(0, *wall_s).wall,
                trust: *trust,
            });
        }
        floor
    }

    #[test]
    fn a_clock_that_walks_evenly_is_reported_once() {
        let mut keeper = TimeKeeper::new(at(0, 0), Floor::default());
        assert_eq!(
            keeper.check(at(1, 1)).map(|c| c.1),
            Some(Trust::Unconfirmed)
        );
        assert_eq!(keeper.check(at(100, 100)), None);
    }

    #[test]
    fn a_jump_back_behind_this_mornings_entries_is_recorded_and_not_believed() {
        let mut keeper = TimeKeeper::new(at(0, 36_000), journal(&[(36_000, Trust::Unconfirmed)]));
        keeper.check(at(18_000, 54_000));
        // From 15:00 to 12:00: later than the start at 10:00.
        let jump = keeper.check(at(18_001, 43_200));
        assert_eq!(jump.map(|j| j.1), Some(Trust::Wrong));
    }

    #[test]
    fn the_telephone_network_is_a_witness() {
        let mut keeper = TimeKeeper::new(at(0, 0), Floor::default());
        keeper.witness(at(10, 10), at(0, 40).wall);
        assert_eq!(keeper.stamp(at(10, 10)).trust, Trust::Network);
        assert_eq!(keeper.stamp(at(20, 5_000)).trust, Trust::Wrong);
    }

    #[test]
    fn a_clock_before_the_newest_entry_is_wrong_however_often_the_box_starts_with_it() {
        let first = journal(&[(500, Trust::Unconfirmed)]);
        assert_eq!(
            TimeKeeper::new(at(0, 0), first).stamp(at(1, 1)).trust,
            Trust::Wrong
        );
        let second = journal(&[(500, Trust::Unconfirmed), (1, Trust::Wrong)]);
        assert_eq!(
            TimeKeeper::new(at(0, 9), second).stamp(at(1, 10)).trust,
            Trust::Wrong
        );
    }

    #[test]
    fn a_clock_that_ran_ahead_and_was_set_right_is_believed() {
        let mut keeper = TimeKeeper::new(at(0, 0), journal(&[(9_000_000, Trust::Unconfirmed)]));
        assert_eq!(keeper.stamp(at(1, 1)).trust, Trust::Wrong);
        keeper.synchronised(true);
        assert_eq!(keeper.stamp(at(2, 2)).trust, Trust::Synchronised);
        let after = journal(&[(9_000_000, Trust::Unconfirmed), (2, Trust::Synchronised)]);
        assert_eq!(
            TimeKeeper::new(at(0, 3), after).stamp(at(1, 4)).trust,
            Trust::Unconfirmed
        );
    }
}
