//! How every end of a call is told, and told exactly once.

use std::time::Duration;

use super::calls::{Call, Calls, HangUp};
use crate::at::caller_id::gsm::Row;
use crate::base::phone::{Caller, NumberType, Presentation};
use crate::base::time::Tick;
use crate::line::heard::{CallHeard, CallNo, EndedBy, ListState, MissedReason};

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

impl RecentEnd {
    /// The reason a missed call is given.
    fn reason(sign: EndSign) -> MissedReason {
        match sign {
            EndSign::RingsStopped => MissedReason::RingTimeout,
            _ => MissedReason::Reported,
        }
    }

    fn by(sign: EndSign, hang_up: HangUp) -> EndedBy {
        match (sign, hang_up) {
            (EndSign::LinkLost, _) => EndedBy::LinkLost,
            (_, HangUp::Wanted | HangUp::Obeyed { .. }) => EndedBy::Local,
            (_, HangUp::No) => EndedBy::Remote,
        }
    }
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
        self.ended_meanwhile(call.idx, call.caller.clone());
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
        self.ended_meanwhile(idx, Caller::unknown());
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
        // A waiting caller who gave up is no reason to doubt `VOICE CALL: END` of the call that is
        // up. A bare `NO CARRIER` right after is about the one who gave up: taking it for the other
        // would drop somebody who is talking, and the call list tells that end anyway.
        if any_up && !recent.was_up && idx.is_none() && sign != EndSign::EndWord {
            return false;
        }
        let same_idx = idx.is_none() || recent.idx.is_none() || recent.idx == idx;
        if now.since(recent.at) >= END_WORDS || !same_idx || recent.signs.contains(&sign) {
            return false;
        }
        recent.signs.push(sign);
        true
    }

    /// An end without the number of the call: `NO CARRIER`, `VOICE CALL: END`, … Whether there is
    /// a call that it can be about.
    pub(super) fn end_word(&mut self, now: Tick, ended: Ended) -> bool {
        if self.is_repeated(now, None, ended.sign) {
            return true;
        }
        if ended.sign == EndSign::EndWord && self.lists_tell_who() {
            // A waiting caller who gave up and the one who is talking end with the same word:
            // ending the wrong call takes a caller away from an operator.
            self.doubt = Some(0);
            return true;
        }
        self.end_likeliest(now, ended)
    }

    /// Ends the call that a word without a number is most likely about.
    pub(super) fn end_likeliest(&mut self, now: Tick, ended: Ended) -> bool {
        match self.likeliest_to_end() {
            Some(no) => {
                self.tell_dialing(no);
                self.end(now, no, ended);
            }
            None if self.are_known => return false,
            None => self.end_unknown(now, None, EndedBy::Remote, ended),
        }
        true
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

    /// Two calls, neither of them being ended by us, in a modem that lists its calls.
    fn lists_tell_who(&self) -> bool {
        self.list.len() > 1
            && self.list.iter().any(|c| c.listed)
            && self.list.iter().all(|c| c.hang_up == HangUp::No)
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

    /// An analogue line's far end is gone. Sound without a known call is a call all the same.
    pub(super) fn far_end_gone(&mut self, now: Tick, evidence: &'static str) {
        // Whether the far end has taken our call is heard by the operator alone.
        let dialled = self.list.iter().find(|c| c.is_dialled()).map(|c| c.no);
        let is_ours = self.current().is_none() && dialled.is_some();
        let ended = Ended {
            cause: (is_ours && evidence == "busy_tone").then_some(USER_BUSY),
            evidence: Some(evidence),
            ..Ended::by_sign(EndSign::Heard)
        };
        match self.current().or(dialled) {
            Some(no) => {
                self.tell_dialing(no);
                self.end(now, no, ended);
            }
            None => self.end_unknown(now, None, EndedBy::Remote, ended),
        }
    }

    /// The call that is on a copper pair: there is one at most, up or being dialled.
    pub(super) fn on_the_pair(&self) -> Option<CallNo> {
        let dialled = || self.list.iter().find(|c| c.is_dialled()).map(|c| c.no);
        self.current().or_else(dialled)
    }

    /// Sound flows, so there is a call, whether it was announced or not.
    pub(super) fn sound_flows(&mut self, now: Tick) {
        if self.list.is_empty() {
            self.add(now, ListState::Active, true, Caller::unknown(), None);
        }
    }

    /// It was sound for certain, so a call is up that nobody has heard of.
    pub(super) fn sound_was_a_call(&mut self, now: Tick) {
        let found = self.list.iter().find(|c| c.is_up() && !c.announced);
        if let Some(no) = found.map(|c| c.no) {
            self.up(now, no);
        }
    }

    /// It was not sound after all.
    pub(super) fn no_sound_after_all(&mut self) {
        self.list.retain(|c| c.announced);
    }

    /// What only waited for a richer line is told now.
    pub(super) fn conclude(&mut self, now: Tick) {
        if self.doubt.take().is_some() {
            self.end_likeliest(now, Ended::by_sign(EndSign::EndWord));
        }
        let soon = |c: &Call| c.tell_at.is_some() || matches!(c.hang_up, HangUp::Obeyed { .. });
        let soon: Vec<CallNo> = self.list.iter().filter(|c| soon(c)).map(|c| c.no).collect();
        for no in soon {
            self.tell_dialing(no);
            let ends = self.get(no).is_some_and(|c| c.hang_up != HangUp::No);
            if ends {
                self.end(now, no, Ended::by_sign(EndSign::Assumed));
            }
        }
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
        self.doubt = None;
        self.overtaken = false;
        self.swapped = false;
        // A call that nobody knew of is gone with it.
        self.are_known = true;
    }
}

/// 3GPP TS 24.008 10.5.4.11.
const USER_BUSY: u8 = 17;

/// `NO CARRIER` follows `VOICE CALL: END` within this time.
const END_WORDS: Duration = Duration::from_secs(3);
