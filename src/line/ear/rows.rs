//! Rows of call lists: answers to `AT+CLCC`, lists the modem sends by itself, single states.

use super::calls::{Call, Calls, HangUp, differ};
use super::ends::{EndSign, Ended};
use crate::at::caller_id::gsm::{Row, RowState};
use crate::base::phone::{Caller, Presentation};
use crate::base::time::Tick;
use crate::line::heard::{CallNo, ListState};

/// A call list being read.
#[derive(Debug)]
pub(super) struct Poll {
    /// Calls that were there when it was asked for.
    asked: Vec<CallNo>,
    /// Calls that it listed, or that were heard of while it was under way.
    seen: Vec<CallNo>,
    /// Calls that ended while it was under way, by their place if it was known: it may have been
    /// written down before.
    ended: Vec<(Option<u8>, Caller)>,
    /// It was asked for after a bare end word, so it tells whose end that was.
    settles: bool,
}

/// Where a row came from: asked for, sent by itself, or one call's state sent by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum RowFrom {
    Poll,
    ListNews,
    StateNews,
}

impl Calls {
    /// A row of a call list or a call's state in that shape.
    pub(super) fn row(&mut self, now: Tick, row: &Row, area_code: Option<&str>, from: RowFrom) {
        if !row.voice {
            return;
        }
        self.are_known = true;
        self.lists_rings |= matches!(row.state, RowState::Incoming | RowState::Waiting);
        let caller = row.caller(area_code);
        let no = self.find_row(now, row, &caller);
        if let Some(no) = no {
            self.seen(no);
        }
        let state = match row.state {
            RowState::Released => {
                let sign = match from {
                    RowFrom::Poll | RowFrom::ListNews => EndSign::List,
                    RowFrom::StateNews => EndSign::State,
                };
                return self.released(now, no, row, sign);
            }
            RowState::Active => ListState::Active,
            RowState::Held => ListState::Held,
            RowState::Dialing => ListState::Dialing,
            RowState::Alerting => ListState::Alerting,
            RowState::Incoming => ListState::Incoming,
            RowState::Waiting => ListState::Waiting,
        };
        match no {
            Some(no) => self.known_row(now, no, row, caller, state, from),
            None if self.is_overtaken(row, &caller) => self.overtaken = true,
            None => self.new_row(now, row, caller, state, from),
        }
    }

    fn new_row(&mut self, now: Tick, row: &Row, caller: Caller, state: ListState, from: RowFrom) {
        if state == ListState::Waiting && self.list.is_empty() && from == RowFrom::StateNews {
            self.add(now, ListState::Active, true, Caller::unknown(), None);
        }
        let no = self.add(now, state, row.incoming, caller, Some(row.idx));
        self.seen(no);
        match (from, state) {
            (RowFrom::StateNews, ListState::Active) => self.up_as_news(now, no),
            (RowFrom::StateNews, ListState::Held) => self.tell_state(no),
            (RowFrom::Poll, ListState::Incoming) => {
                self.tell_state(no);
                self.tell_incoming(no, None);
                // The next ring is another than the one the list tells of.
                if let Some(call) = self.get(no) {
                    call.rings = 1;
                }
            }
            (_, ListState::Incoming) => self.tell_incoming(no, None),
            (RowFrom::StateNews, ListState::Waiting) => self.tell_waiting(no),
            (_, ListState::Waiting) => {
                self.tell_state(no);
                self.tell_waiting(no);
            }
            (RowFrom::StateNews | RowFrom::ListNews, ListState::Dialing) => self.tell_dialing(no),
            (RowFrom::StateNews | RowFrom::ListNews, ListState::Alerting) => {
                self.tell_alerting(no);
            }
            (RowFrom::Poll | RowFrom::ListNews, _) => self.tell_state(no),
        }
    }

    fn up_as_news(&mut self, now: Tick, no: CallNo) {
        if let Some(call) = self.get(no) {
            call.state = ListState::Incoming;
        }
        self.up(now, no);
    }

    fn known_row(
        &mut self,
        now: Tick,
        no: CallNo,
        row: &Row,
        caller: Caller,
        state: ListState,
        from: RowFrom,
    ) {
        let Some(call) = self.get(no) else { return };
        call.idx = Some(row.idx);
        call.listed = true;
        call.missing = 0;
        if matches!(call.hang_up, HangUp::Obeyed { .. }) && from == RowFrom::Poll {
            // It was told to go and is still there: nothing is assumed any more.
            call.hang_up = HangUp::Wanted;
        }
        let lags = std::mem::take(&mut call.list_lags) && call.state != state;
        let before = call.state;
        if matches!(state, ListState::Incoming | ListState::Waiting) {
            call.last_sign = now;
        }
        // Most lists have no field that says why a number is hidden.
        let was_withheld = call.caller.presentation == Presentation::Withheld;
        let caller = match caller.presentation {
            Presentation::Allowed if was_withheld => Caller {
                presentation: Presentation::Withheld,
                ..caller
            },
            _ => caller,
        };
        self.learn(no, caller);
        if lags {
            return;
        }
        let is_up = |state| matches!(state, ListState::Active | ListState::Held);
        let may_be_swapped = is_up(state) && (is_up(before) || before == ListState::Waiting);
        if from == RowFrom::Poll && self.swapped && may_be_swapped {
            return self.swapped_row(now, no, state);
        }
        match (before, state) {
            (ListState::Waiting, ListState::Incoming) => self.waiting_rings_now(now, no, None),
            (ListState::Incoming | ListState::Waiting, ListState::Active)
            | (ListState::Dialing | ListState::Alerting, ListState::Active) => {
                self.tell_dialing(no);
                self.up(now, no);
            }
            (_, ListState::Dialing) => self.tell_dialing(no),
            (_, ListState::Alerting) => self.tell_alerting(no),
            _ => {
                if let Some(call) = self.get(no) {
                    call.state = state;
                    call.was_up |= call.is_up();
                }
                self.tell_state(no);
            }
        }
    }

    /// After a swap the list tells where each call is now, whatever was known of it.
    fn swapped_row(&mut self, now: Tick, no: CallNo, state: ListState) {
        let Some(call) = self.get(no) else { return };
        call.state = state;
        call.told = None;
        if call.is_up() && !std::mem::replace(&mut call.was_up, true) {
            call.up_since = Some(now);
        }
        self.tell_state(no);
    }

    /// Which call a row is about: by its number in the list, by the telephone number, or because
    /// it is the only one it can be.
    fn find_row(&mut self, now: Tick, row: &Row, caller: &Caller) -> Option<CallNo> {
        if let Some(call) = self.list.iter().find(|c| c.idx == Some(row.idx)) {
            let no = call.no;
            if !differ(&call.caller, caller) || row.state == RowState::Released {
                return Some(no);
            }
            // The number in the list was given to a new call; the end of the old one went by.
            self.end(now, no, Ended::by_sign(EndSign::Replaced));
        }
        let free = |c: &&Call| c.idx.is_none() && c.incoming == row.incoming;
        let by_number = self.list.iter().filter(free).find(|c| {
            !c.caller.raw.is_empty() && !caller.raw.is_empty() && !differ(&c.caller, caller)
        });
        by_number
            .or_else(|| {
                // Who calls back before the far end answers is announced by a bare ring and listed
                // as waiting behind our own call.
                let dials = !self.any_up() && self.list.iter().any(Call::is_dialled);
                let rang = |c: &Call| {
                    dials && row.state == RowState::Waiting && c.state == ListState::Incoming
                };
                let fits =
                    |c: &&Call| (fits(c, row.state) || rang(c)) && !differ(&c.caller, caller);
                self.list.iter().filter(free).find(fits)
            })
            .map(|c| c.no)
    }

    /// A list is asked for.
    pub(super) fn poll_sent(&mut self) {
        let asked = self.list.iter().map(|c| c.no).collect();
        self.poll = Some(Poll {
            asked,
            seen: Vec::new(),
            ended: Vec::new(),
            settles: self.doubt.is_some(),
        });
    }

    pub(super) fn seen(&mut self, no: CallNo) {
        if let Some(poll) = &mut self.poll {
            poll.seen.push(no);
        }
    }

    /// A call is over while a list may be on its way.
    pub(super) fn ended_meanwhile(&mut self, idx: Option<u8>, caller: Caller) {
        if let Some(poll) = &mut self.poll {
            poll.ended.push((idx, caller));
        }
    }

    /// Whether the list shows a call that ended while it was under way. The next one tells whether
    /// it was a new call after all.
    fn is_overtaken(&self, row: &Row, caller: &Caller) -> bool {
        let is_it = |(idx, ended): &(Option<u8>, Caller)| {
            idx.is_none_or(|idx| idx == row.idx) && !differ(ended, caller)
        };
        self.poll
            .as_ref()
            .is_some_and(|poll| poll.ended.iter().any(is_it))
    }

    /// The list is complete: who is missing from two good ones is gone (callpilot's rule); who we
    /// hung up, or whose end may just have been told, is gone at the first.
    pub(super) fn poll_done(&mut self, now: Tick, good: bool) {
        let Some(poll) = self.poll.take() else { return };
        if poll.ended.is_empty() {
            self.overtaken = false;
        }
        if !good {
            return self.poll_failed(now, poll.settles);
        }
        if poll.settles {
            self.doubt = None;
        }
        self.are_known = true;
        self.swapped = false;
        let mut gone = Vec::new();
        for call in &mut self.list {
            if poll.seen.contains(&call.no) || !poll.asked.contains(&call.no) {
                continue;
            }
            let rings = matches!(call.state, ListState::Incoming | ListState::Waiting);
            if rings && call.hang_up == HangUp::No && !call.listed && !self.lists_rings {
                // Only silence tells that it is over.
                continue;
            }
            call.missing += 1;
            let is_expected = poll.settles || call.hang_up != HangUp::No;
            if is_expected || call.missing >= POLLS_MISSING_MAX {
                gone.push(call.no);
            }
        }
        for no in gone {
            self.end(now, no, Ended::by_sign(EndSign::Poll));
        }
    }

    /// No list came. If it was to settle whose end was told, it is asked for once more.
    fn poll_failed(&mut self, now: Tick, was_to_settle: bool) {
        let Some(refused) = self.doubt.as_mut().filter(|_| was_to_settle) else {
            return;
        };
        *refused += 1;
        if *refused >= POLLS_MISSING_MAX {
            self.doubt = None;
            self.end_likeliest(now, Ended::by_sign(EndSign::EndWord));
        }
    }
}

/// Whether a row in this state can be about a call that has no number in the list yet.
fn fits(call: &Call, state: RowState) -> bool {
    match state {
        RowState::Incoming => matches!(call.state, ListState::Incoming | ListState::Waiting),
        RowState::Waiting => call.state == ListState::Waiting,
        RowState::Active | RowState::Held => call.state != ListState::Waiting,
        RowState::Dialing | RowState::Alerting => call.is_dialled(),
        RowState::Released => true,
    }
}

/// callpilot: missing from two good answers.
const POLLS_MISSING_MAX: u8 = 2;
