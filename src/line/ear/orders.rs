//! How calls begin, change and end by our own hand, and the modem's words about that.

use std::time::Duration;

use super::calls::{Call, Calls, HangUp};
use super::ends::{EndSign, Ended};
use crate::at::command::Hold;
use crate::base::phone::{Caller, NumberType, Presentation};
use crate::base::time::Tick;
use crate::line::heard::{CallNo, ListState};

impl Calls {
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
    pub(super) fn up_unknown(&mut self, now: Tick, idx: Option<u8>) {
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
            .or_else(|| {
                let behind_another = idx.is_some_and(|idx| idx > 1);
                let waits = |c: &Call| c.state == ListState::Waiting && c.idx.is_none();
                if behind_another { find(&waits) } else { None }
            })
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
                    call.begun = true;
                }
                self.tell_dialing(no);
                self.up(now, no);
            }
            None => {
                self.up_unknown(now, idx);
                if let Some(call) = self.list.last_mut() {
                    call.begun = true;
                }
            }
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
        self.list.retain(|c| !c.is_dialled() || c.announced);
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

    /// On hook: whatever call there was is over. One that rings was not lifted and rings on.
    pub(super) fn on_hook(&mut self, now: Tick) {
        let lifted = |c: &&Call| c.state != ListState::Incoming;
        let lifted: Vec<CallNo> = self.list.iter().filter(lifted).map(|c| c.no).collect();
        for no in lifted {
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
        self.swapped |= hold == Hold::Swap;
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

    pub(super) fn released_by(&self, hold: Hold) -> Vec<CallNo> {
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
}

/// `^ORIG` and its like follow the `OK` of `ATD` within this time.
const DIAL_WORDS: Duration = Duration::from_millis(500);
/// `^CEND` and its like follow the `OK` of `AT+CHUP` within this time.
const HANG_UP_WORDS: Duration = Duration::from_secs(3);
