//! Callers who come by themselves, as they come to a small centre (Purworejo, `domain.md` 7.3): mostly
//! silence and jokes, a few questions, now and then somebody in need. Pure: time is passed in.

use std::time::Duration;

use super::cast::{Caller, Kind};
use crate::base::time::Tick;
use crate::sim::modem::Dice;

/// Of a hundred callers.
const MIX: [(Kind, u64); 5] = [
    (Kind::Ghost, 44),
    (Kind::Prank, 23),
    (Kind::Child, 16),
    (Kind::Information, 15),
    (Kind::Real, 2),
];

/// When the next one comes, and who it is.
pub struct Traffic {
    dice: Dice,
    per_hour: u32,
    next: Option<Tick>,
}

impl Traffic {
    /// Nobody comes.
    pub fn new(seed: u64) -> Traffic {
        Traffic {
            dice: Dice::new(seed),
            per_hour: 0,
            next: None,
        }
    }

    /// So many come in an hour from now on.
    pub fn set(&mut self, per_hour: u32, now: Tick) {
        self.per_hour = per_hour;
        self.next = self.gap().map(|gap| now + gap);
    }

    /// Whether it is time for one.
    pub fn is_due(&self, now: Tick) -> bool {
        self.next.is_some_and(|next| now >= next)
    }

    /// Who comes now out of `cast`; the next one comes later.
    pub fn comes<'a>(&mut self, cast: &'a [Caller], now: Tick) -> Option<&'a Caller> {
        self.next = self.gap().map(|gap| now + gap);
        let kind = self.kind();
        let of_kind: Vec<&Caller> = cast.iter().filter(|c| c.kind == Some(kind)).collect();
        let who = self.dice.below(of_kind.len() as u64) as usize;
        of_kind.get(who).copied()
    }

    /// A free line of several.
    pub fn any(&mut self, free: &[usize]) -> Option<usize> {
        let which = self.dice.below(free.len() as u64) as usize;
        free.get(which).copied()
    }

    fn kind(&mut self) -> Kind {
        let mut thrown = self.dice.below(100);
        for (kind, of_hundred) in MIX {
            if thrown < of_hundred {
                return kind;
            }
            thrown -= of_hundred;
        }
        Kind::Ghost
    }

    /// From half to one and a half of the time that the pace gives each.
    fn gap(&mut self) -> Option<Duration> {
        let mean = 3_600_000_u64.checked_div(u64::from(self.per_hour))?;
        Some(self.dice.millis(mean / 2, mean + mean / 2))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use crate::practice::cast;

    fn second(n: u64) -> Tick {
        Tick::default() + Duration::from_secs(n)
    }

    /// Everybody who comes within this many hours.
    fn comes(per_hour: u32, hours: u64) -> Vec<&'static Caller> {
        let mut traffic = Traffic::new(112);
        traffic.set(per_hour, second(0));
        let seconds = (0..hours * 3_600).map(second);
        let due = seconds.filter_map(|now| {
            let is_due = traffic.is_due(now);
            is_due.then(|| traffic.comes(cast::everybody(), now).unwrap())
        });
        due.collect()
    }

    #[test]
    fn they_come_at_the_pace_that_was_asked_for() {
        assert!(comes(0, 5).is_empty());
        let ten = comes(10, 100).len();
        assert!((950..=1_050).contains(&ten), "{ten}");
    }

    #[test]
    fn most_are_silent_or_joke_and_few_are_in_need() {
        assert_eq!(MIX.iter().map(|(_, n)| n).sum::<u64>(), 100);
        let came = comes(120, 100);
        for (kind, of_hundred) in MIX {
            let count = came.iter().filter(|c| c.kind == Some(kind)).count();
            let share = count as f64 * 100.0 / came.len() as f64;
            assert!((share - of_hundred as f64).abs() < 1.5, "{kind:?} {share}");
        }
    }

    #[test]
    fn there_is_somebody_of_every_kind() {
        for (kind, _) in MIX {
            assert!(
                cast::everybody().iter().any(|c| c.kind == Some(kind)),
                "{kind:?}"
            );
        }
    }
}
