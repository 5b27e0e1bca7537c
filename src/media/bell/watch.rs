//! What there is to ring for, from what the engine says.

use std::collections::BTreeMap;

use crate::base::ids::{CallId, LineName};
use crate::base::limits;
use crate::base::time::Tick;
use crate::desk::call::{CallRecord, CallState, Direction};
use crate::desk::operator::SeatState;
use crate::engine::board::Board;
use crate::voice::bell::Tune;

/// Everything that is known.
#[derive(Default)]
pub(super) struct Watch {
    /// Calls to which nobody talks.
    waiting: BTreeMap<CallId, Waiting>,
    /// Somebody is ready at the desk.
    attended: bool,
    /// Since when nobody is, while calls could come.
    empty_since: Option<Tick>,
    /// People work here.
    staffed: bool,
    /// Since when each line is down that is.
    down: BTreeMap<LineName, Tick>,
    unsaved: bool,
    engine_hangs: bool,
}

struct Waiting {
    since: Tick,
    /// Somebody has claimed it, and their line is being put through.
    claimed: bool,
}

impl Watch {
    pub(super) fn new(staffed: bool) -> Watch {
        Watch {
            staffed,
            ..Watch::default()
        }
    }

    /// A call as it is now.
    pub(super) fn call(&mut self, now: Tick, call: &CallRecord) {
        if !waits(call) {
            self.waiting.remove(&call.id);
            return;
        }
        // Who claimed it and was not put through has let it wait all the same.
        let since = self.waiting.get(&call.id).map_or(now, |known| known.since);
        let claimed = call.state != CallState::Held && call.operator.is_some();
        self.waiting.insert(call.id, Waiting { since, claimed });
    }

    /// The calls of a picture that is newer than all that was told of calls.
    pub(super) fn calls(&mut self, now: Tick, board: &Board) {
        let is_there = |id: &CallId| board.calls.iter().any(|call| call.id == *id);
        self.waiting.retain(|id, _| is_there(id));
        board.calls.iter().for_each(|call| self.call(now, call));
    }

    /// Everything else of a picture.
    pub(super) fn rest(&mut self, now: Tick, board: &Board) {
        self.attended = board.seats.iter().any(|s| s.state == SeatState::Ready);
        self.staffed |= self.attended;
        let could_come = board.lines.iter().any(|line| line.up);
        let is_empty = !self.attended && could_come;
        self.empty_since = is_empty.then(|| self.empty_since.unwrap_or(now));
        let down = board.lines.iter().filter(|line| !line.up);
        self.down = down
            .map(|line| {
                let since = self.down.get(&line.name).copied();
                (line.name.clone(), since.unwrap_or(now))
            })
            .collect();
        self.unsaved = board.unsaved;
    }

    /// Whether the engine gives no sign of life.
    pub(super) fn engine(&mut self, hangs: bool) {
        self.engine_hangs = hangs;
    }

    /// What is to be heard.
    pub(super) fn tune(&self, now: Tick) -> Tune {
        let rings = self.waiting.values().filter(|call| !call.claimed);
        if let Some(oldest) = rings.map(|call| call.since).min() {
            return Tune::of_ring(now.since(oldest), self.attended);
        }
        let lasts = |since: &Tick, limit| now.since(*since) >= limit;
        let empty = self.empty_since.filter(|_| self.staffed);
        if empty.is_some_and(|since| lasts(&since, limits::BELL_UNATTENDED_AFTER)) {
            Tune::Unattended
        } else if self.unsaved || self.engine_hangs {
            Tune::Trouble
        } else if self
            .down
            .values()
            .any(|since| lasts(since, limits::BELL_LINE_DOWN_AFTER))
        {
            Tune::LineDown
        } else {
            Tune::Silence
        }
    }
}

/// Whether nobody talks to the caller and somebody should: what screens ring for, claimed calls
/// included.
fn waits(call: &CallRecord) -> bool {
    match call.state {
        CallState::Ringing | CallState::Queued => call.direction == Direction::In,
        CallState::Held => !call.sound.on_hold,
        CallState::Ivr | CallState::Talking | CallState::Ended => false,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::base::ids::UserName;
    use crate::base::time::Stamp;
    use crate::desk::operator::Seat;
    use crate::engine::board::BoardLine;
    use crate::line::words::Status;

    fn call(id: u64, state: CallState, operator: Option<&str>) -> CallRecord {
        let line = LineName::new("L1");
        CallRecord {
            state,
            operator: operator.map(UserName::new),
            ..CallRecord::offered(CallId(id), Direction::In, line, Stamp::default())
        }
    }

    fn seat(state: SeatState) -> Seat {
        Seat {
            user: UserName::new("rina"),
            name: "Rina Tombokan".to_owned(),
            state,
            reason: None,
            since: Stamp::default(),
            call: None,
            unclassified: Vec::new(),
            help: None,
        }
    }

    fn board(line_up: bool, seat_state: Option<SeatState>) -> Board {
        let line = BoardLine {
            name: LineName::new("L1"),
            up: line_up,
            holder: None,
            status: Status::default(),
        };
        Board {
            lines: vec![line],
            seats: seat_state.map(seat).into_iter().collect(),
            ..Board::default()
        }
    }

    fn at(seconds: u64) -> Tick {
        Tick::default() + Duration::from_secs(seconds)
    }

    fn office() -> Watch {
        let mut watch = Watch::new(true);
        watch.rest(at(0), &board(true, Some(SeatState::Ready)));
        watch
    }

    #[test]
    fn it_rings_from_the_alert_to_the_answer() {
        let mut watch = office();
        assert_eq!(watch.tune(at(0)), Tune::Silence);
        watch.call(at(1), &call(7, CallState::Ringing, None));
        assert_eq!(watch.tune(at(1)), Tune::Ring);
        // That nobody is free is no news to it.
        watch.call(at(5), &call(7, CallState::Queued, None));
        assert_eq!(watch.tune(at(11)), Tune::LateRing);
        assert_eq!(watch.tune(at(21)), Tune::Overhead);
        watch.call(at(22), &call(7, CallState::Talking, Some("rina")));
        assert_eq!(watch.tune(at(22)), Tune::Silence);
    }

    #[test]
    fn the_call_that_has_waited_longest_is_what_counts() {
        let mut watch = office();
        watch.call(at(0), &call(1, CallState::Ringing, None));
        watch.call(at(15), &call(2, CallState::Queued, None));
        assert_eq!(watch.tune(at(16)), Tune::LateRing);
        watch.call(at(17), &call(1, CallState::Ended, None));
        assert_eq!(watch.tune(at(17)), Tune::Ring);
    }

    #[test]
    fn a_claim_that_comes_to_nothing_was_waiting_too() {
        let mut watch = office();
        watch.call(at(0), &call(1, CallState::Ringing, None));
        watch.call(at(3), &call(1, CallState::Ringing, Some("rina")));
        assert_eq!(watch.tune(at(4)), Tune::Silence);
        watch.call(at(48), &call(1, CallState::Queued, None));
        assert_eq!(watch.tune(at(48)), Tune::Overhead);
    }

    #[test]
    fn a_caller_whose_operator_is_gone_rings_anew_and_one_on_hold_does_not() {
        let mut watch = office();
        watch.call(at(0), &call(1, CallState::Talking, Some("rina")));
        watch.call(at(300), &call(1, CallState::Held, Some("rina")));
        assert_eq!(watch.tune(at(300)), Tune::Ring);
        let mut on_hold = call(1, CallState::Held, Some("rina"));
        on_hold.sound.on_hold = true;
        watch.call(at(301), &on_hold);
        assert_eq!(watch.tune(at(301)), Tune::Silence);
    }

    #[test]
    fn our_own_calls_and_announcements_do_not_ring() {
        let mut watch = office();
        let mut dialled = call(1, CallState::Ringing, None);
        dialled.direction = Direction::Out;
        watch.call(at(0), &dialled);
        watch.call(at(0), &call(2, CallState::Ivr, None));
        assert_eq!(watch.tune(at(30)), Tune::Silence);
    }

    #[test]
    fn a_picture_makes_good_what_alerts_did_not_tell() {
        let mut watch = office();
        watch.call(at(0), &call(1, CallState::Ringing, None));
        let mut picture = board(true, Some(SeatState::Ready));
        picture.calls = vec![call(2, CallState::Ringing, None)];
        watch.calls(at(15), &picture);
        assert_eq!(watch.tune(at(15)), Tune::Ring, "the other is gone");
        watch.calls(at(30), &picture);
        assert_eq!(watch.tune(at(30)), Tune::LateRing, "it rings since then");
        watch.calls(at(31), &Board::default());
        assert_eq!(watch.tune(at(31)), Tune::Silence);
    }

    #[test]
    fn an_empty_desk_is_told_after_a_minute_if_calls_could_come() {
        let mut watch = office();
        watch.rest(at(10), &board(true, Some(SeatState::Pause)));
        assert_eq!(watch.tune(at(69)), Tune::Silence);
        watch.rest(at(69), &board(true, None));
        assert_eq!(watch.tune(at(70)), Tune::Unattended);
        // A call does not wait for anybody to notice first.
        watch.call(at(71), &call(1, CallState::Ringing, None));
        assert_eq!(watch.tune(at(71)), Tune::Overhead);
        watch.call(at(72), &call(1, CallState::Ended, None));
        watch.rest(at(73), &board(false, None));
        assert_eq!(watch.tune(at(80)), Tune::Silence, "nothing can ring");
        watch.rest(at(81), &board(true, Some(SeatState::Ready)));
        watch.rest(at(82), &board(true, None));
        assert_eq!(watch.tune(at(141)), Tune::Silence);
        assert_eq!(watch.tune(at(142)), Tune::Unattended);
    }

    #[test]
    fn where_nobody_works_yet_an_empty_desk_alarms_nobody() {
        let mut watch = Watch::new(false);
        watch.rest(at(0), &board(true, None));
        assert_eq!(watch.tune(at(600)), Tune::Silence);
        watch.rest(at(600), &board(true, Some(SeatState::Ready)));
        watch.rest(at(601), &board(true, None));
        assert_eq!(watch.tune(at(661)), Tune::Unattended);
    }

    #[test]
    fn a_disk_that_refuses_an_engine_that_hangs_and_a_dead_line_are_told() {
        let mut watch = office();
        let mut picture = board(false, Some(SeatState::Ready));
        watch.rest(at(0), &picture);
        assert_eq!(watch.tune(at(119)), Tune::Silence);
        watch.rest(at(119), &picture);
        assert_eq!(watch.tune(at(120)), Tune::LineDown);
        picture.unsaved = true;
        watch.rest(at(121), &picture);
        assert_eq!(watch.tune(at(121)), Tune::Trouble);
        picture.unsaved = false;
        watch.rest(at(122), &picture);
        watch.engine(true);
        assert_eq!(watch.tune(at(122)), Tune::Trouble);
        watch.engine(false);
        watch.rest(at(123), &board(true, Some(SeatState::Ready)));
        assert_eq!(watch.tune(at(123)), Tune::Silence);
    }
}
