//! How often one may try to log in. Pure: a value with time passed in.
//!
//! Three rules (OWASP ASVS 5.0, 6.1.1 and 6.3.1):
//!
//! * one *address* that asks too often is refused for a while;
//! * one *account* and the *whole house* are only slowed down, never refused, so that nobody can
//!   lock a colleague out by knowing the name;
//! * five failures in a row of one account *from one address* lock that pair for 1, 2, 4 … 15
//!   minutes. The computer's own console (loopback) is never locked.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

use crate::base::limits;
use crate::base::time::Tick;

/// What may be done with an attempt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Go on after waiting this long (usually not at all).
    After(Duration),
    /// Refuse; there is no point in trying before this has passed.
    Refuse(Duration),
}

/// Counts attempts. At its limit the entry that has been quiet longest gives way.
#[derive(Default)]
pub struct Throttle {
    addresses: HashMap<IpAddr, Bucket>,
    accounts: HashMap<String, Bucket>,
    pairs: HashMap<(String, IpAddr), Failures>,
    house: Bucket,
}

impl Throttle {
    /// Judges an attempt on `account` from `address` and counts it.
    pub fn attempt(&mut self, account: &str, address: IpAddr, now: Tick) -> Verdict {
        if address.is_loopback() {
            return Verdict::After(Duration::ZERO);
        }
        let pair = (account.to_lowercase(), address);
        if let Some(left) = self.pairs.get(&pair).and_then(|f| f.left(now)) {
            return Verdict::Refuse(left);
        }
        make_room(&mut self.addresses, now);
        let of_address = self.addresses.entry(address).or_default();
        if let Some(wait) = of_address.take(now, &PER_ADDRESS) {
            return Verdict::Refuse(wait);
        }
        make_room(&mut self.accounts, now);
        let of_account = self.accounts.entry(pair.0).or_default();
        let account_wait = of_account.take(now, &PER_ACCOUNT).unwrap_or_default();
        let house_wait = self.house.take(now, &PER_HOUSE).unwrap_or_default();
        Verdict::After(account_wait.max(house_wait).min(DELAY_MAX))
    }

    /// The attempt failed. `true` if the pair is locked now.
    pub fn failed(&mut self, account: &str, address: IpAddr, now: Tick) -> bool {
        if address.is_loopback() {
            return false;
        }
        make_room(&mut self.pairs, now);
        let failures = self
            .pairs
            .entry((account.to_lowercase(), address))
            .or_default();
        failures.add(now);
        failures.left(now).is_some()
    }

    /// The attempt succeeded: the pair starts afresh.
    pub fn succeeded(&mut self, account: &str, address: IpAddr) {
        self.pairs.remove(&(account.to_lowercase(), address));
    }
}

/// Tokens that come back with time.
#[derive(Default)]
struct Bucket {
    /// Time at which the bucket will be full again. An empty one is `capacity × refill` ahead.
    full_at: Tick,
}

/// How many at once, and how long until one comes back.
struct Rate {
    burst: u32,
    refill: Duration,
}

impl Bucket {
    /// Takes a token, or tells how long until there is one. A refused attempt costs nothing.
    fn take(&mut self, now: Tick, rate: &Rate) -> Option<Duration> {
        let start = self.full_at.max(now);
        let after = start + rate.refill;
        let room = rate.refill * rate.burst;
        let ahead = after.since(now);
        if ahead > room {
            return Some(ahead - room);
        }
        self.full_at = after;
        None
    }
}

/// Failures in a row.
#[derive(Default)]
struct Failures {
    count: u32,
    locked_until: Tick,
    last: Tick,
}

impl Failures {
    fn add(&mut self, now: Tick) {
        if now.since(self.last) > FORGET_AFTER {
            self.count = 0;
        }
        self.last = now;
        self.count += 1;
        if self.count >= limits::LOGIN_FAILS_MAX {
            let doubled = (self.count - limits::LOGIN_FAILS_MAX).min(LOCK_DOUBLINGS_MAX);
            let lock = (LOCK_FIRST * (1 << doubled)).min(LOCK_MAX);
            self.locked_until = now + lock;
        }
    }

    fn left(&self, now: Tick) -> Option<Duration> {
        let left = self.locked_until.since(now);
        (!left.is_zero()).then_some(left)
    }
}

/// When an entry last mattered.
trait Aged {
    fn until(&self) -> Tick;
}

impl Aged for Bucket {
    fn until(&self) -> Tick {
        self.full_at
    }
}

impl Aged for Failures {
    fn until(&self) -> Tick {
        self.locked_until.max(self.last + FORGET_AFTER)
    }
}

/// Forgets what no longer matters when the table is full, and the oldest entry if all matter.
fn make_room<K: Clone + Eq + std::hash::Hash, V: Aged>(table: &mut HashMap<K, V>, now: Tick) {
    if table.len() < limits::LOGIN_TRACKED_MAX {
        return;
    }
    table.retain(|_, entry| entry.until() > now);
    if table.len() >= limits::LOGIN_TRACKED_MAX {
        let oldest = table.iter().min_by_key(|(_, entry)| entry.until());
        if let Some(key) = oldest.map(|(key, _)| key.clone()) {
            table.remove(&key);
        }
    }
}

/// A shift change from one terminal server: twenty at once, then one in three seconds.
const PER_ADDRESS: Rate = Rate {
    burst: 20,
    refill: Duration::from_secs(3),
};
/// A person who mistypes: ten at once, then one in six seconds.
const PER_ACCOUNT: Rate = Rate {
    burst: 10,
    refill: Duration::from_secs(6),
};
/// The whole house: two hashings run at a time, about 20 a second.
const PER_HOUSE: Rate = Rate {
    burst: 40,
    refill: Duration::from_millis(100),
};
/// Longest delay: a person waits that long without pressing again.
const DELAY_MAX: Duration = Duration::from_secs(3);
/// First lock; doubles with every further failure.
const LOCK_FIRST: Duration = Duration::from_secs(60);
/// Longest lock.
const LOCK_MAX: Duration = Duration::from_secs(15 * 60);
/// Enough doublings to pass the longest lock.
const LOCK_DOUBLINGS_MAX: u32 = 4;
/// Failures this long ago no longer count.
const FORGET_AFTER: Duration = Duration::from_secs(30 * 60);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    const DESK_1: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 168, 10, 11));
    const DESK_2: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 168, 10, 12));
    const NO_WAIT: Verdict = Verdict::After(Duration::ZERO);

    fn minute(n: u64) -> Tick {
        Tick::default() + Duration::from_secs(60 * n)
    }

    #[test]
    fn five_wrong_passwords_lock_this_account_at_this_desk_only() {
        let mut throttle = Throttle::default();
        for _ in 0..4 {
            assert_eq!(throttle.attempt("rina", DESK_1, minute(1)), NO_WAIT);
            assert!(!throttle.failed("Rina", DESK_1, minute(1)));
        }
        assert_eq!(throttle.attempt("rina", DESK_1, minute(1)), NO_WAIT);
        assert!(throttle.failed("rina", DESK_1, minute(1)));
        let locked = throttle.attempt("RINA", DESK_1, minute(1));
        assert_eq!(locked, Verdict::Refuse(Duration::from_secs(60)));
        assert_eq!(throttle.attempt("rina", DESK_2, minute(1)), NO_WAIT);
        assert_eq!(throttle.attempt("budi", DESK_1, minute(1)), NO_WAIT);
    }

    #[test]
    fn each_further_failure_doubles_the_lock_up_to_a_quarter_of_an_hour() {
        let mut throttle = Throttle::default();
        let mut now = minute(1);
        let mut locks = Vec::new();
        for _ in 0..10 {
            throttle.failed("rina", DESK_1, now);
            if let Verdict::Refuse(left) = throttle.attempt("rina", DESK_1, now) {
                locks.push(left.as_secs() / 60);
                now = now + left;
            }
        }
        assert_eq!(locks, [1, 2, 4, 8, 15, 15]);
    }

    #[test]
    fn a_right_password_and_half_an_hour_of_peace_both_forgive() {
        let mut throttle = Throttle::default();
        for _ in 0..4 {
            throttle.failed("rina", DESK_1, minute(1));
        }
        throttle.succeeded("rina", DESK_1);
        assert!(!throttle.failed("rina", DESK_1, minute(2)));
        for _ in 0..3 {
            throttle.failed("rina", DESK_1, minute(2));
        }
        assert!(!throttle.failed("rina", DESK_1, minute(40)));
    }

    #[test]
    fn one_address_that_floods_is_refused_and_the_others_only_wait() {
        let mut throttle = Throttle::default();
        let now = minute(1);
        let refused = (0..50)
            .map(|n| throttle.attempt(&format!("akun{n}"), DESK_1, now))
            .filter(|v| matches!(v, Verdict::Refuse(_)))
            .count();
        assert_eq!(refused, 30);
        assert_eq!(throttle.attempt("budi", DESK_2, now), NO_WAIT);
    }

    #[test]
    fn an_account_attacked_from_everywhere_is_slowed_but_its_owner_gets_in() {
        let mut throttle = Throttle::default();
        let now = minute(1);
        for n in 0..60u8 {
            let from = IpAddr::V4(std::net::Ipv4Addr::new(192, 168, 20, n));
            throttle.attempt("rina", from, now);
        }
        assert_eq!(
            throttle.attempt("rina", DESK_1, now),
            Verdict::After(DELAY_MAX)
        );
    }

    #[test]
    fn the_console_can_always_enter() {
        let mut throttle = Throttle::default();
        let console = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
        for _ in 0..100 {
            assert_eq!(throttle.attempt("admin", console, minute(1)), NO_WAIT);
            assert!(!throttle.failed("admin", console, minute(1)));
        }
    }

    #[test]
    fn an_attacker_with_many_names_does_not_fill_the_memory() {
        let mut throttle = Throttle::default();
        for n in 0..3 * limits::LOGIN_TRACKED_MAX {
            throttle.failed(&format!("akun{n}"), DESK_1, minute(1));
        }
        assert_eq!(throttle.pairs.len(), limits::LOGIN_TRACKED_MAX);
    }
}
