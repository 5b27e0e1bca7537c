//! The counters of a day, for the board. Reports count from the archive instead.

use std::collections::VecDeque;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::call::{CallRecord, Class, Direction};
use crate::base::limits;
use crate::base::time::Wall;

/// Counters since local midnight. A call belongs to the date it was offered on.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Today {
    /// Local date they are of, `2026-11-21`.
    pub date: String,
    /// Incoming calls.
    pub offered: u64,
    /// Incoming calls that an operator talked on.
    pub answered: u64,
    /// Incoming calls that ended before.
    pub abandoned: u64,
    /// Outgoing calls.
    pub dialled: u64,
    /// Calls that are over and still have no class.
    pub unclassified: u64,
    /// By class, in the order of [`Class::ALL`].
    pub by_class: Vec<(Class, u64)>,
}

impl Today {
    fn of(date: &str) -> Today {
        Today {
            date: date.to_owned(),
            by_class: Class::ALL.iter().map(|class| (*class, 0)).collect(),
            ..Today::default()
        }
    }

    fn count_of(&mut self, class: Class) -> Option<&mut u64> {
        self.by_class
            .iter_mut()
            .find(|(counted, _)| *counted == class)
            .map(|(_, count)| count)
    }
}

/// The local date of a moment.
pub(super) fn date_of(at: Wall, zone: &TimeZone) -> Date {
    let stamp = Timestamp::from_millisecond(at.0).unwrap_or(Timestamp::UNIX_EPOCH);
    zone.to_datetime(stamp).date()
}

/// The newest few dates, the one touched last at the end. Dates are never compared: a wall clock
/// that jumps to another date and back finds its counters again.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub(super) struct Days {
    days: VecDeque<Today>,
}

impl Days {
    /// The counters of a date; zeros if nothing happened on it.
    pub fn on(&self, date: &str) -> Today {
        match self.days.iter().find(|day| day.date == date) {
            Some(day) => day.clone(),
            None => Today::of(date),
        }
    }

    pub fn offered(&mut self, record: &CallRecord, zone: &TimeZone) {
        let date = date_of(record.offered.at, zone).to_string();
        let day = self.begin(&date);
        match record.direction {
            Direction::In => day.offered += 1,
            Direction::Out => day.dialled += 1,
        }
    }

    pub fn answered(&mut self, record: &CallRecord, zone: &TimeZone) {
        if record.direction == Direction::In
            && let Some(day) = self.find(record, zone)
        {
            day.answered += 1;
        }
    }

    pub fn ended(&mut self, record: &CallRecord, zone: &TimeZone) {
        if record.abandoned
            && let Some(day) = self.find(record, zone)
        {
            day.abandoned += 1;
        }
    }

    /// `record` has its new class already; `before` is the one it had.
    pub fn classified(&mut self, record: &CallRecord, before: Option<Class>, zone: &TimeZone) {
        let Some(day) = self.find(record, zone) else {
            return;
        };
        if let Some(count) = before.and_then(|class| day.count_of(class)) {
            *count = count.saturating_sub(1);
        }
        if let Some(count) = record.class.and_then(|class| day.count_of(class)) {
            *count += 1;
        }
    }

    fn begin(&mut self, date: &str) -> &mut Today {
        let day = match self.days.iter().position(|day| day.date == date) {
            Some(at) => self.days.remove(at).unwrap_or_else(|| Today::of(date)),
            None => Today::of(date),
        };
        while self.days.len() >= limits::DAYS_LEN_MAX {
            self.days.pop_front();
        }
        self.days.push_back(day);
        let newest = self.days.len() - 1;
        &mut self.days[newest]
    }

    /// Only dates that are kept: a call of last week does not push yesterday out.
    fn find(&mut self, record: &CallRecord, zone: &TimeZone) -> Option<&mut Today> {
        let date = date_of(record.offered.at, zone).to_string();
        self.days.iter_mut().find(|day| day.date == date)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::base::ids::CallId;
    use crate::base::time::{Stamp, Trust};

    fn zone() -> TimeZone {
        TimeZone::get("Asia/Makassar").unwrap()
    }

    fn call(text: &str) -> CallRecord {
        let at = Stamp {
            at: Wall::parse(text).unwrap(),
            trust: Trust::Network,
        };
        CallRecord::offered(CallId(1), Direction::In, "L1".into(), at)
    }

    #[test]
    fn a_day_begins_at_local_midnight() {
        let mut days = Days::default();
        days.offered(&call("2026-11-20T15:59:59Z"), &zone());
        days.offered(&call("2026-11-20T16:00:00Z"), &zone());
        assert_eq!(days.on("2026-11-20").offered, 1);
        assert_eq!(days.on("2026-11-21").offered, 1);
        assert_eq!(days.on("2026-11-22").offered, 0);
    }

    #[test]
    fn a_clock_that_jumps_and_comes_back_loses_no_counter() {
        let mut days = Days::default();
        days.offered(&call("2026-11-20T01:00:00Z"), &zone());
        days.offered(&call("1970-01-01T01:00:00Z"), &zone());
        days.offered(&call("2026-11-20T02:00:00Z"), &zone());
        assert_eq!(days.on("2026-11-20").offered, 2);
    }

    #[test]
    fn only_a_few_dates_are_kept() {
        let mut days = Days::default();
        for day in 10..=20 {
            days.offered(&call(&format!("2026-11-{day}T01:00:00Z")), &zone());
        }
        assert_eq!(days.days.len(), limits::DAYS_LEN_MAX);
        assert_eq!(days.on("2026-11-20").offered, 1);
        assert_eq!(days.on("2026-11-10").offered, 0);
    }

    #[test]
    fn a_class_that_is_replaced_is_counted_once() {
        let mut days = Days::default();
        let mut record = call("2026-11-20T01:00:00Z");
        days.offered(&record, &zone());
        record.class = Some(Class::Ghost);
        days.classified(&record, None, &zone());
        record.class = Some(Class::Incident);
        days.classified(&record, Some(Class::Ghost), &zone());
        let day = days.on("2026-11-20");
        assert_eq!(day.by_class.iter().map(|(_, count)| count).sum::<u64>(), 1);
        assert_eq!(day.by_class[0], (Class::Incident, 1));
    }
}
