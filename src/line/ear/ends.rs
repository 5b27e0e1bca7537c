//! How calls begin and end by our own hand, and how every end is told exactly once.

use std::time::Duration;

use super::calls::{Call, Calls, HangUp};
use crate::at::caller_id::gsm::Row;
use crate::at::command::Hold;
use crate::base::phone::{Caller, NumberType, Presentation};
use crate::base::time::Tick;
use crate::line::heard::{CallHeard, CallNo, EndedBy, ListState};

/// What told us that a call is over. Modems tell it two or three times in different words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum EndSign {
    /// `^CEND`.
    Cend,
    /// `^DSCI`, `ccinfo`.
    State,
    /// A list sent by the modem.
    List,
    /// `VOICE CALL: END`.
    VoiceEnd,
    /// `REMOTE CALL END`.
    RemoteEnd,
    /// `NO CARRIER`, `BUSY`, `NO ANSWER`, `NO DIALTONE`.
    EndWord,
    /// `MISSED_CALL`.
    Missed,
    /// Missing from lists that were asked for.
    Poll,
    /// The rings stopped.
    RingsStopped,
    /// Our command was obeyed and nothing was said against it.
    Assumed,
    /// We went on hook.
    OnHook,
    /// The far end's absence was heard on an analogue line.
    Heard,
    /// Another call came in its place.
    Replaced,
    /// More calls than a line can have.
    Crowded,
    LinkLost,
}

/// An end, with what was told about it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ended {
    pub(super) sign: EndSign,
    pub(super) duration: Option<Duration>,
    pub(super) cause: Option<u8>,
    pub(super) evidence: Option<&'static str>,
}

impl Ended {
    pub(super) fn by_sign(sign: EndSign) -> Ended {
        Ended {
            sign,
            duration: None,
            cause: None,
            evidence: None,
        }
    }
}

/// The call that ended last: more words about its end are still to come.
#[derive(Debug)]
pub(super) struct RecentEnd {
    at: Tick,
    idx: Option<u8>,
    was_up: bool,
    /// Each kind of line tells the end of a call once; a second of one kind is about another call.
    signs: Vec<EndSign>,
}

impl Calls {
    /// Ends a call.
    pub(super) fn end(&mut self, now: Tick, no: CallNo, ended: Ended) {
        let Some(index) = self.list.iter().position(|c| c.no == no) else {
            return;
        };
        let had_up = self.any_up();
        let call = self.list.remove(index);
        if had_up && !self.any_up() {
            // Who waited will ring from now on, or has gone too.
            for waiting in self
                .list
                .iter_mut()
                .filter(|c| c.state == ListState::Waiting)
            {
                waiting.last_sign = now;
            }
        }
        self.remember(now, call.idx, call.was_up, ended.sign);
        let told = Self::told_end(now, &call, ended);
        self.out.push_back(told);
    }

    fn told_end(now: Tick, call: &Call, ended: Ended) -> CallHeard {
        let by = RecentEnd::by(ended.sign, call.hang_up);
        let never_up = call.incoming && !call.was_up;
        if never_up && by == EndedBy::Remote {
            return CallHeard::Missed {
                call: call.no,
                idx: call.idx,
                number: call.number(),
                reason: RecentEnd::reason(ended.sign),
            };
        }
        CallHeard::Ended {
            call: call.no,
            idx: call.idx,
            by,
            answered: call.was_up,
            duration: ended
                .duration
                .or_else(|| call.up_since.map(|up| now.since(up))),
            cause: ended.cause,
            evidence: ended.evidence,
        }
    }

    /// The end of a call that nobody knew of: the modem had it before we listened.
    pub(super) fn end_unknown(&mut self, now: Tick, idx: Option<u8>, by: EndedBy, ended: Ended) {
        self.are_known = true;
        self.remember(now, idx, true, ended.sign);
        let call = self.unknown_call();
        self.out.push_back(CallHeard::Ended {
            call,
            idx,
            by,
            answered: ended.duration != Some(Duration::ZERO),
            duration: ended.duration,
            cause: ended.cause,
            evidence: ended.evidence,
        });
    }

    fn remember(&mut self, now: Tick, idx: Option<u8>, was_up: bool, sign: EndSign) {
        self.recent_end = Some(RecentEnd {
            at: now,
            idx,
            was_up,
            signs: vec![sign],
        });
    }

    /// Whether this is one more word about the call that has just ended.
    fn is_repeated(&mut self, now: Tick, idx: Option<u8>, sign: EndSign) -> bool {
        let any_up = self.any_up();
        let Some(recent) = &mut self.recent_end else {
            return false;
        };
        // A waiting caller who gave up is no reason to doubt the end of the call that is up.
        if any_up && !recent.was_up && idx.is_none() {
            return false;
        }
        let same_idx = idx.is_none() || recent.idx.is_none() || recent.idx == idx;
        if now.since(recent.at) >= END_WORDS || !same_idx || recent.signs.contains(&sign) {
            return false;
        }
        recent.signs.push(sign);
        true
    }

    /// An end without the number of the call: `NO CARRIER`, `VOICE CALL: END`, …
    pub(super) fn end_word(&mut self, now: Tick, ended: Ended) {
        if self.is_repeated(now, None, ended.sign) {
            return;
        }
        match self.likeliest_to_end() {
            Some(no) => {
                self.tell_dialing(no);
                self.end(now, no, ended);
            }
            None if self.are_known => {}
            None => self.end_unknown(now, None, EndedBy::Remote, ended),
        }
    }

    /// An end with the number of the call in the list: `^CEND`.
    pub(super) fn end_of(&mut self, now: Tick, idx: u8, ended: Ended) {
        let by_idx = self.list.iter().find(|c| c.idx == Some(idx)).map(|c| c.no);
        let no = by_idx.or_else(|| {
            let free = |c: &&Call| c.idx.is_none();
            // With two that have no number yet, the first in the list is the older.
            let mut free = self.list.iter().filter(free).map(|c| c.no);
            let oldest = free.next();
            if idx > 1 {
                free.next_back().or(oldest)
            } else {
                oldest
            }
        });
        match no {
            Some(no) => {
                if let Some(call) = self.get(no) {
                    call.idx = Some(idx);
                }
                self.tell_dialing(no);
                self.end(now, no, ended);
            }
            None if self.is_repeated(now, Some(idx), ended.sign) => {}
            None => self.end_unknown(now, Some(idx), EndedBy::Remote, ended),
        }
    }

    /// A row that says "released".
    pub(super) fn released(&mut self, now: Tick, no: Option<CallNo>, row: &Row, sign: EndSign) {
        let ended = Ended::by_sign(sign);
        if let Some(no) = no {
            if let Some(call) = self.get(no) {
                call.idx = Some(row.idx);
            }
            self.tell_dialing(no);
            return self.end(now, no, ended);
        }
        if !self.is_repeated(now, Some(row.idx), sign) {
            self.end_unknown(now, Some(row.idx), EndedBy::Remote, ended);
        }
    }

    /// `MISSED_CALL`: also of a call that rang while nobody listened.
    pub(super) fn missed(&mut self, now: Tick, number: Option<String>, area_code: Option<&str>) {
        if self.is_repeated(now, None, EndSign::Missed) {
            return;
        }
        let rings = |c: &&Call| {
            matches!(c.state, ListState::Incoming | ListState::Waiting)
                && (number.is_none() || c.number().is_none() || c.number() == number)
        };
        let rang = self.list.iter().find(rings).map(|c| c.no);
        let no = rang
            .unwrap_or_else(|| self.add(now, ListState::Incoming, true, Caller::unknown(), None));
        if let (Some(number), Some(call)) = (number, self.get(no))
            && call.number().is_none()
        {
            let octet = NumberType::default();
            call.caller = Caller::delivered(&number, octet, Presentation::Allowed, area_code);
        }
        self.end(now, no, Ended::by_sign(EndSign::Missed));
    }

    fn likeliest_to_end(&self) -> Option<CallNo> {
        let first = |is: fn(&Call) -> bool| self.list.iter().find(|c| is(c)).map(|c| c.no);
        first(|c| c.hang_up != HangUp::No)
            .or_else(|| first(|c| c.state == ListState::Active))
            .or_else(|| first(Call::is_dialled))
            .or_else(|| first(|c| c.state == ListState::Held))
            .or_else(|| first(|c| c.state == ListState::Incoming))
            .or_else(|| first(|c| c.state == ListState::Waiting))
    }

    /// `ATA` goes out.
    pub(super) fn answer_sent(&mut self) {
        self.answer_in_flight = true;
    }

    /// It was refused; the call rings on.
    pub(super) fn answer_failed(&mut self, now: Tick) {
        self.answer_in_flight = false;
        if let Some(call) = self.ringing() {
            call.last_sign = now;
        }
    }

    /// `ATA` was obeyed.
    pub(super) fn answer_done(&mut self, now: Tick) {
        self.answer_in_flight = false;
        let ringing = self.ringing().map(|c| c.no);
        let waiting = || {
            self.list
                .iter()
                .find(|c| c.state == ListState::Waiting)
                .map(|c| c.no)
        };
        let no = ringing.or_else(|| if self.any_up() { None } else { waiting() });
        match no {
            Some(no) => self.up(now, no),
            None if self.any_up() => {}
            None => self.up_unknown(now, None),
        }
    }

    /// Off hook on a voice modem: an answer only if something rings.
    pub(super) fn off_hook(&mut self, now: Tick) {
        if let Some(no) = self.ringing().map(|c| c.no) {
            self.up(now, no);
        }
    }

    /// A call is up that nobody announced.
    fn up_unknown(&mut self, now: Tick, idx: Option<u8>) {
        let no = self.add(now, ListState::Incoming, true, Caller::unknown(), idx);
        self.up(now, no);
    }

    /// `^CONN`, `VOICE CALL: BEGIN` …
    pub(super) fn connected(&mut self, now: Tick, idx: Option<u8>) {
        self.are_known = true;
        let find = |is: &dyn Fn(&Call) -> bool| self.list.iter().find(|c| is(c)).map(|c| c.no);
        let by_idx = idx.and_then(|idx| find(&|c| c.idx == Some(idx)));
        let found = by_idx
            .or_else(|| find(&|c| c.is_dialled()))
            .or_else(|| find(&|c| c.state == ListState::Incoming))
            .or_else(|| find(&|c| c.is_up() && c.idx.is_none()))
            .or_else(|| {
                if idx.is_none() {
                    find(&Call::is_up)
                } else {
                    None
                }
            });
        match found {
            Some(no) => {
                if let Some(call) = self.get(no) {
                    call.idx = call.idx.or(idx);
                }
                self.tell_dialing(no);
                self.up(now, no);
            }
            None => self.up_unknown(now, idx),
        }
    }

    /// Only an outgoing call can be meant.
    pub(super) fn connected_dialled(&mut self, now: Tick) {
        if self.list.iter().any(Call::is_dialled) {
            self.connected(now, None);
        }
    }

    /// `ATD` goes out.
    pub(super) fn dial_sent(&mut self, now: Tick, number: &str, area_code: Option<&str>) {
        let octet = NumberType::default();
        let caller = Caller::delivered(number, octet, Presentation::Allowed, area_code);
        self.add(now, ListState::Dialing, false, caller, None);
    }

    /// It was obeyed. Most families say more at once; if not, the call is told without.
    pub(super) fn dial_done(&mut self, now: Tick) {
        for call in self
            .list
            .iter_mut()
            .filter(|c| c.is_dialled() && !c.announced)
        {
            call.tell_at = Some(now + DIAL_WORDS);
        }
    }

    /// It was refused: there is no call, and the reply says so.
    pub(super) fn dial_failed(&mut self) {
        self.list.retain(|c| !(c.is_dialled() && !c.announced));
    }

    /// `^ORIG`.
    pub(super) fn dialling(&mut self, now: Tick, idx: u8) {
        let ours = self
            .list
            .iter_mut()
            .find(|c| c.is_dialled() && c.idx.is_none());
        let no = match ours {
            Some(call) => {
                call.idx = Some(idx);
                call.no
            }
            None => self.add(now, ListState::Dialing, false, Caller::unknown(), Some(idx)),
        };
        self.tell_dialing(no);
    }

    /// `^CONF`, `MO RING`.
    pub(super) fn alerting(&mut self, now: Tick, idx: Option<u8>) {
        let by_idx = self
            .list
            .iter()
            .find(|c| c.idx.is_some() && c.idx == idx)
            .map(|c| c.no);
        let dialled = || self.list.iter().find(|c| c.is_dialled()).map(|c| c.no);
        let no = by_idx
            .or_else(dialled)
            .unwrap_or_else(|| self.add(now, ListState::Dialing, false, Caller::unknown(), idx));
        if let Some(call) = self.get(no) {
            call.idx = call.idx.or(idx);
        }
        self.tell_alerting(no);
    }

    /// `AT+CHUP`, `ATH` go out: they end every call but those that wait behind another.
    pub(super) fn hang_up_sent(&mut self) {
        let only = self.list.len() == 1;
        for call in &mut self.list {
            if only || call.state != ListState::Waiting {
                call.hang_up = HangUp::Wanted;
            }
        }
    }

    pub(super) fn hang_up_failed(&mut self) {
        for call in &mut self.list {
            call.hang_up = HangUp::No;
        }
    }

    /// It was obeyed, which the modem's own words about the end will say better; without them the
    /// calls are taken as ended after a while.
    pub(super) fn hang_up_done(&mut self, now: Tick) {
        for call in self.list.iter_mut().filter(|c| c.hang_up != HangUp::No) {
            call.hang_up = HangUp::Obeyed {
                assume_at: now + HANG_UP_WORDS,
            };
        }
    }

    /// On hook: whatever call there was is over.
    pub(super) fn on_hook(&mut self, now: Tick) {
        let all: Vec<CallNo> = self.list.iter().map(|c| c.no).collect();
        for no in all {
            if let Some(call) = self.get(no) {
                call.hang_up = HangUp::Wanted;
            }
            let ended = Ended {
                evidence: Some("on_hook"),
                ..Ended::by_sign(EndSign::OnHook)
            };
            self.end(now, no, ended);
        }
    }

    /// `AT+CHLD` goes out.
    pub(super) fn hold_sent(&mut self, hold: Hold) {
        for no in self.released_by(hold) {
            if let Some(call) = self.get(no) {
                call.hang_up = HangUp::Wanted;
            }
        }
    }

    /// It was obeyed. What it released has ended, because most modems say nothing by themselves;
    /// what it swapped is read from the list.
    pub(super) fn hold_done(&mut self, now: Tick, hold: Hold) {
        for no in self.released_by(hold) {
            self.end(now, no, Ended::by_sign(EndSign::Assumed));
        }
        if hold != Hold::ReleaseActive || self.list.iter().any(|c| c.state == ListState::Active) {
            return;
        }
        let waiting = self
            .list
            .iter()
            .find(|c| c.state == ListState::Waiting)
            .map(|c| c.no);
        let held = self
            .list
            .iter()
            .find(|c| c.state == ListState::Held)
            .map(|c| c.no);
        match (waiting, held) {
            (Some(no), _) => self.up(now, no),
            (None, Some(no)) => {
                if let Some(call) = self.get(no) {
                    call.state = ListState::Active;
                    call.list_lags = true;
                }
                self.tell_state(no);
            }
            (None, None) => {}
        }
    }

    fn released_by(&self, hold: Hold) -> Vec<CallNo> {
        let all = |is: &dyn Fn(&Call) -> bool| -> Vec<CallNo> {
            self.list.iter().filter(|c| is(c)).map(|c| c.no).collect()
        };
        match hold {
            Hold::ReleaseHeld => {
                let waiting = all(&|c| c.state == ListState::Waiting);
                match waiting.is_empty() {
                    true => all(&|c| c.state == ListState::Held),
                    false => waiting,
                }
            }
            Hold::ReleaseActive => all(&|c| c.state == ListState::Active),
            Hold::ReleaseOne(idx) => all(&|c| c.idx == Some(idx)),
            Hold::Swap | Hold::Join => Vec::new(),
        }
    }

    /// An analogue line's far end is gone. Sound without a known call is a call all the same.
    pub(super) fn far_end_gone(&mut self, now: Tick, evidence: &'static str) {
        let ended = Ended {
            evidence: Some(evidence),
            ..Ended::by_sign(EndSign::Heard)
        };
        match self.current() {
            Some(no) => self.end(now, no, ended),
            None => self.end_unknown(now, None, EndedBy::Remote, ended),
        }
    }

    /// Sound flows, so there is a call, whether it was announced or not.
    pub(super) fn sound_flows(&mut self, now: Tick) {
        if self.list.is_empty() {
            self.add(now, ListState::Active, true, Caller::unknown(), None);
        }
    }

    /// It was not sound after all.
    pub(super) fn no_sound_after_all(&mut self) {
        self.list.retain(|c| c.announced);
    }

    /// The modem or its port is gone.
    pub(super) fn link_lost(&mut self, now: Tick) {
        let all: Vec<CallNo> = self.list.iter().map(|c| c.no).collect();
        for no in all {
            self.end(now, no, Ended::by_sign(EndSign::LinkLost));
        }
        self.recent_end = None;
        self.answer_in_flight = false;
        self.poll = None;
    }
}

/// `NO CARRIER` follows `VOICE CALL: END` within this time.
const END_WORDS: Duration = Duration::from_secs(3);
/// `^ORIG` and its like follow the `OK` of `ATD` within this time.
const DIAL_WORDS: Duration = Duration::from_millis(500);
/// `^CEND` and its like follow the `OK` of `AT+CHUP` within this time.
const HANG_UP_WORDS: Duration = Duration::from_secs(3);
