//! Who is in practice: everybody who is being answered there, and who was a moment ago.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::web::Bytes;

use super::lock;
use crate::base::ids::UserName;
use crate::base::limits;
use crate::base::time::Tick;
use crate::clock::Clock;

/// The list. Pure: time is passed in.
#[derive(Default)]
pub struct Visits {
    /// Requests that are being answered, and when the last of the others was.
    people: BTreeMap<UserName, Seen>,
    /// When somebody last did something there.
    last: Tick,
}

#[derive(Default)]
struct Seen {
    open: usize,
    left: Tick,
}

impl Visits {
    /// Somebody does something there.
    fn seen(&mut self, now: Tick) {
        self.last = now;
    }

    fn enter(&mut self, user: &UserName, now: Tick) {
        self.seen(now);
        let gone = |seen: &Seen| seen.open == 0 && now.since(seen.left) > limits::SEAT_LOST_AFTER;
        self.people.retain(|_, seen| !gone(seen));
        self.people.entry(user.clone()).or_default().open += 1;
    }

    fn leave(&mut self, user: &UserName, now: Tick) {
        self.seen(now);
        if let Some(seen) = self.people.get_mut(user) {
            seen.open -= 1;
            seen.left = now;
        }
    }

    /// Who is there. A screen that is loaded anew has not left.
    pub fn people(&self, now: Tick) -> Vec<UserName> {
        let is_there =
            |seen: &Seen| seen.open > 0 || now.since(seen.left) <= limits::SEAT_LOST_AFTER;
        let there = self.people.iter().filter(|(_, seen)| is_there(seen));
        there.map(|(user, _)| user.clone()).collect()
    }

    /// For how long nobody has been there.
    pub fn idle(&self, now: Tick) -> Duration {
        if self.people.values().any(|seen| seen.open > 0) {
            return Duration::ZERO;
        }
        now.since(self.last)
    }
}

/// Somebody is in practice for as long as this lives.
pub struct Visit {
    visits: Arc<Mutex<Visits>>,
    clock: Clock,
    user: UserName,
}

impl Visit {
    pub(super) fn begin(visits: &Arc<Mutex<Visits>>, clock: &Clock, user: UserName) -> Visit {
        lock(visits).enter(&user, clock.tick());
        Visit {
            visits: Arc::clone(visits),
            clock: clock.clone(),
            user,
        }
    }

    /// Lets it live until the answer has been given, which for live events and sound takes long.
    pub fn lasts_as(self, response: HttpResponse) -> HttpResponse {
        response.map_body(|_, body| BoxBody::new(Attended { body, _visit: self }))
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        lock(&self.visits).leave(&self.user, self.clock.tick());
    }
}

/// A body and the visit it belongs to.
struct Attended {
    body: BoxBody,
    _visit: Visit,
}

impl MessageBody for Attended {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(n: u64) -> Tick {
        Tick::default() + Duration::from_secs(60 * n)
    }

    #[test]
    fn practice_is_idle_from_when_the_last_has_left() {
        let mut visits = Visits::default();
        let (rina, budi) = (UserName::new("rina"), UserName::new("budi"));
        visits.seen(minute(1));
        assert_eq!(visits.idle(minute(4)), Duration::from_secs(180));
        visits.enter(&rina, minute(4));
        visits.enter(&budi, minute(5));
        visits.leave(&rina, minute(6));
        assert_eq!(visits.idle(minute(600)), Duration::ZERO, "budi stays");
        visits.leave(&budi, minute(600));
        assert!(visits.idle(minute(609)) < limits::PRACTICE_IDLE);
        assert_eq!(visits.idle(minute(610)), limits::PRACTICE_IDLE);
    }

    #[test]
    fn whoever_loads_the_page_anew_is_still_there() {
        let mut visits = Visits::default();
        let rina = UserName::new("rina");
        visits.enter(&rina, minute(1));
        visits.enter(&rina, minute(1));
        visits.leave(&rina, minute(2));
        assert_eq!(visits.people(minute(9)), vec![rina.clone()]);
        visits.leave(&rina, minute(9));
        let soon = minute(9) + Duration::from_secs(20);
        assert_eq!(visits.people(soon), vec![rina.clone()]);
        assert!(visits.people(minute(10)).is_empty());
        // And takes no room any more.
        visits.enter(&UserName::new("budi"), minute(11));
        assert_eq!(visits.people.len(), 1);
    }
}
