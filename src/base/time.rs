//! Three notions of time, never mixed.
//!
//! * [`Tick`]: monotonic. Decides everything: timers, time-outs, order within a run.
//! * [`Wall`]: what a clock on the wall would show. Stored and printed, never decides.
//! * [`Trust`]: how far [`Wall`] may be believed. A mini-PC with a dead RTC battery jumps.
//!
//! Only `clock` reads the system clock; everybody else is handed a [`Now`].

use std::fmt;
use std::ops::{Add, Sub};
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Microseconds since the program (or the simulated world) started.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Tick(pub u64);

impl Tick {
    /// Time passed since `earlier`; zero if `earlier` is in fact later.
    pub fn since(self, earlier: Tick) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for Tick {
    type Output = Tick;
    fn add(self, span: Duration) -> Tick {
        let micros = u64::try_from(span.as_micros()).unwrap_or(u64::MAX);
        Tick(self.0.saturating_add(micros))
    }
}

impl Sub<Duration> for Tick {
    type Output = Tick;
    fn sub(self, span: Duration) -> Tick {
        let micros = u64::try_from(span.as_micros()).unwrap_or(u64::MAX);
        Tick(self.0.saturating_sub(micros))
    }
}

/// Milliseconds since 1970-01-01T00:00:00Z as the system clock claims.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Wall(pub i64);

impl Wall {
    /// RFC 3339 with the offset of `zone` and milliseconds: `2026-03-01T10:45:02.250+08:00`.
    pub fn rfc3339(self, zone: &TimeZone) -> String {
        let stamp = Timestamp::from_millisecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH);
        stamp
            .to_zoned(zone.clone())
            .strftime("%Y-%m-%dT%H:%M:%S.%3f%:z")
            .to_string()
    }

    /// As part of a file name: `20260301T034502` (UTC).
    pub fn file_tag(self) -> String {
        let stamp = Timestamp::from_millisecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH);
        stamp.strftime("%Y%m%dT%H%M%S").to_string()
    }

    /// Reads any RFC 3339 time. `None` if the text is not one.
    pub fn parse(text: &str) -> Option<Wall> {
        let stamp: Timestamp = text.parse().ok()?;
        Some(Wall(stamp.as_millisecond()))
    }
}

impl Add<Duration> for Wall {
    type Output = Wall;
    fn add(self, span: Duration) -> Wall {
        let millis = i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
        Wall(self.0.saturating_add(millis))
    }
}

impl fmt::Debug for Wall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339(&TimeZone::UTC))
    }
}

/// In the journal a wall time is the number of milliseconds: canonical, zone-free, exact.
impl Serialize for Wall {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

impl<'de> Deserialize<'de> for Wall {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        i64::deserialize(deserializer).map(Wall)
    }
}

/// How far the wall clock may be believed, best last.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// Earlier than this program was built, or earlier than the newest journal entry: wrong.
    Wrong,
    /// Whatever the hardware clock said; nothing confirms it.
    #[default]
    Unconfirmed,
    /// Agrees with the telephone network's time within two minutes.
    Network,
    /// The operating system says it is synchronised (NTP).
    Synchronised,
}

/// One reading of every clock, taken once per input.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Now {
    /// Decides.
    pub tick: Tick,
    /// Is shown.
    pub wall: Wall,
}

impl Now {
    /// The wall time as it is recorded by somebody who knows how far it may be believed.
    pub fn stamp(self, trust: Trust) -> Stamp {
        Stamp {
            at: self.wall,
            trust,
        }
    }
}

/// A wall time and how far it may be believed: what is recorded, and what certificates go by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Stamp {
    /// Milliseconds since 1970, UTC.
    pub at: Wall,
    /// How far `at` may be believed.
    pub trust: Trust,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wall_time_is_shown_in_the_offices_zone() {
        let zone = TimeZone::get("Asia/Makassar").expect("bundled zone");
        let wall = Wall::parse("2026-03-01T03:45:02.25Z").expect("a time");
        assert_eq!(wall.rfc3339(&zone), "2026-03-01T11:45:02.250+08:00");
        assert_eq!(Wall::parse(&wall.rfc3339(&zone)), Some(wall));
    }

    #[test]
    fn ticks_never_run_backwards() {
        assert_eq!(Tick(5).since(Tick(9)), Duration::ZERO);
        assert_eq!(Tick(1) + Duration::from_millis(2), Tick(2001));
    }
}
