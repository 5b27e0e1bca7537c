//! What the screens are told of the clock.

use std::time::Duration;

use siaga112::base::time::{Now, Trust, Wall};

use super::{In, Office};

impl Office {
    /// The picture at a moment of the wall clock, however it came to show that.
    fn picture_at(&mut self, wall: &str) -> siaga112::engine::board::Board {
        self.tick = self.tick + Duration::from_secs(1);
        let now = Now {
            tick: self.tick,
            wall: Wall::parse(wall).expect("a time"),
        };
        self.core.handle(now, In::Wake);
        self.drain();
        self.core.picture(now).expect("a new picture")
    }
}

#[test]
fn a_clock_that_jumps_back_is_shown_as_wrong_and_when_it_is_right_again_not() {
    let mut office = Office::open();
    let before = office.picture_at("2026-11-21T15:00:00Z");
    assert_eq!(before.trust, Trust::Unconfirmed);
    let jumped = office.picture_at("2026-11-21T12:00:00Z");
    assert_eq!(jumped.trust, Trust::Wrong);
    let healed = office.picture_at("2026-11-21T15:00:02Z");
    assert_eq!(healed.trust, Trust::Unconfirmed);
}

#[test]
fn a_quiet_office_gets_a_new_day_at_midnight() {
    let mut office = Office::open();
    office.rings(0, 1, "+6284001010014");
    let evening = office.picture_at("2026-11-21T23:59:59Z");
    assert_eq!(evening.today.date, "2026-11-21");
    assert_eq!(evening.today.offered, 1);
    // Nothing happens; the clock walks on evenly.
    let morning = office.picture_at("2026-11-22T00:00:00Z");
    assert_eq!(morning.today.date, "2026-11-22");
    assert_eq!(morning.today.offered, 0);
}
