//! How soon callers were answered (NENA-STA-020.1: 90 % within 15 s, 95 % within 20 s).

use serde::Serialize;

use super::span;
use crate::desk::call::{CallRecord, Direction};
use crate::http::text::{Lang, text};

/// A figure with its name, ready to be shown.
#[derive(Serialize)]
pub struct Measure {
    word: String,
    value: String,
}

/// What the figures are made of.
#[derive(PartialEq, Debug, Default)]
struct Service {
    /// How long everybody waited who was answered, shortest first.
    waits_ms: Vec<u64>,
    /// Everybody who waited, answered or not.
    counted: usize,
    /// Gave up within [`QUICK_MS`]: they may have pressed by mistake, and are reported beside, never
    /// hidden.
    quick: usize,
}

/// Domain practice (NENA-STA-020.1): who gives up sooner was no caller who waited.
const QUICK_MS: u64 = 5_000;

/// The figures of these calls; of those that came in.
pub fn service(calls: &[CallRecord], lang: Lang) -> Vec<Measure> {
    let service = Service::of(calls);
    let measure = |key: &str, value: String| Measure {
        word: text(lang, key, &[]),
        value,
    };
    vec![
        measure("service-15", service.share_within(15)),
        measure("service-20", service.share_within(20)),
        measure("service-median", service.wait_of(50)),
        measure("service-p90", service.wait_of(90)),
        measure("service-quick", service.quick.to_string()),
    ]
}

impl Service {
    fn of(calls: &[CallRecord]) -> Service {
        let mut service = Service::default();
        for call in calls {
            if call.direction != Direction::In {
                continue;
            }
            if call.abandoned && call.ring_ms.is_some_and(|ms| ms < QUICK_MS) {
                service.quick += 1;
                continue;
            }
            service.counted += 1;
            if call.answered.is_some() {
                service.waits_ms.extend(call.ring_ms);
            }
        }
        service.waits_ms.sort_unstable();
        service
    }

    fn share_within(&self, seconds: u64) -> String {
        let within = self.waits_ms.partition_point(|ms| *ms <= seconds * 1_000);
        match self.counted {
            0 => NOTHING.to_owned(),
            of => format!("{} %", within * 100 / of),
        }
    }

    /// What so many of a hundred who were answered waited at most.
    fn wait_of(&self, percent: usize) -> String {
        let at = (self.waits_ms.len() * percent)
            .div_ceil(100)
            .saturating_sub(1);
        let wait = self.waits_ms.get(at);
        wait.map_or(NOTHING.to_owned(), |ms| span(*ms))
    }
}

const NOTHING: &str = "–";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::{CallId, LineName};
    use crate::base::time::{Stamp, Trust, Wall};

    fn came_in(waited_s: u64, answered: bool) -> CallRecord {
        let at = Stamp {
            at: Wall(0),
            trust: Trust::Network,
        };
        let line = LineName::from("Telkomsel");
        CallRecord {
            ring_ms: Some(waited_s * 1_000),
            abandoned: !answered,
            answered: answered.then_some(at),
            ..CallRecord::offered(CallId(1), Direction::In, line, at)
        }
    }

    fn told(calls: &[CallRecord]) -> Vec<String> {
        let measures = service(calls, Lang::Id).into_iter();
        measures.map(|measure| measure.value).collect()
    }

    #[test]
    fn a_day_without_calls_claims_nothing() {
        assert_eq!(told(&[]), ["–", "–", "–", "–", "0"]);
    }

    #[test]
    fn who_gave_up_counts_as_not_answered_unless_it_was_at_once() {
        let answered = [3, 9, 15, 20, 31].map(|s| came_in(s, true));
        let gave_up = [4, 5, 60].map(|s| came_in(s, false));
        let calls = [&answered[..], &gave_up].concat();
        // Of seven: three within 15 s, four within 20 s; one of the eight was gone after 4 s.
        assert_eq!(told(&calls), ["42 %", "57 %", "0:15", "0:31", "1"]);
    }

    #[test]
    fn calls_that_went_out_are_no_service() {
        let mut dialled = came_in(40, true);
        dialled.direction = Direction::Out;
        assert_eq!(told(&[dialled, came_in(2, true)])[..2], ["100 %", "100 %"]);
    }
}
