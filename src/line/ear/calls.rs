//! The calls of one line, from whatever the modem says about them.
//!
//! Every family reports calls in its own mixture of lines; all of them end here. The rules:
//! a call is told at its first sign; its end is told exactly once however many lines say so;
//! a line about a call that was never announced makes one.

use std::collections::VecDeque;
use std::time::Duration;

use super::CallView;
use super::ends::{EndSign, Ended, RecentEnd};
use super::rows::Poll;
use crate::base::limits::CALLS_PER_LINE_MAX;
use crate::base::phone::Caller;
use crate::base::time::Tick;
use crate::line::heard::{CallHeard, CallNo, ListState};

/// See the module's first page.
#[derive(Debug)]
pub(super) struct Calls {
    pub(super) list: Vec<Call>,
    pub(super) out: VecDeque<CallHeard>,
    pub(super) recent_end: Option<RecentEnd>,
    pub(super) ring_gone: Duration,
    /// `ATA` is on its way.
    pub(super) answer_in_flight: bool,
    /// Something was heard of calls since the port was opened, or the list was read.
    pub(super) are_known: bool,
    pub(super) poll: Option<Poll>,
    /// The modem's lists show calls that ring; not all do.
    pub(super) lists_rings: bool,
    /// A bare end word came that may be about either of two calls: the next list decides. How
    /// many lists were refused since.
    pub(super) doubt: Option<u8>,
    /// A list was older than the end of the call it showed: the next one tells.
    pub(super) overtaken: bool,
    /// `AT+CHLD=2` was obeyed: the next list tells what it did.
    pub(super) swapped: bool,
    last_no: u32,
}

/// One call.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) no: CallNo,
    pub(super) idx: Option<u8>,
    pub(super) incoming: bool,
    pub(super) state: ListState,
    pub(super) caller: Caller,
    /// The listener knows of it.
    pub(super) announced: bool,
    /// What the listener was last told of its state.
    pub(super) told: Option<ListState>,
    pub(super) last_sign: Tick,
    pub(super) rings: u32,
    pub(super) was_up: bool,
    pub(super) up_since: Option<Tick>,
    pub(super) hang_up: HangUp,
    /// The modem has said that its voice path is up, or it was up before us.
    pub(super) begun: bool,
    /// A list has shown it.
    pub(super) listed: bool,
    /// Good polls that did not list it.
    pub(super) missing: u8,
    /// Its state follows from a command of ours; the modem's list may lag behind.
    pub(super) list_lags: bool,
    /// When an outgoing call is told even if the modem says nothing about it.
    pub(super) tell_at: Option<Tick>,
}

/// Whether we are ending a call ourselves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum HangUp {
    No,
    /// The command is on its way, or was obeyed and the list says that the call is still there.
    Wanted,
    /// It was obeyed; without a word from the modem the call has ended by then.
    Obeyed {
        assume_at: Tick,
    },
}

impl Call {
    pub(super) fn is_up(&self) -> bool {
        matches!(self.state, ListState::Active | ListState::Held)
    }

    pub(super) fn is_dialled(&self) -> bool {
        matches!(self.state, ListState::Dialing | ListState::Alerting)
    }

    /// The digits as delivered, if any were.
    pub(super) fn number(&self) -> Option<String> {
        (!self.caller.raw.is_empty()).then(|| self.caller.raw.clone())
    }
}

impl Calls {
    pub(super) fn new(ring_gone: Duration) -> Calls {
        Calls {
            list: Vec::new(),
            out: VecDeque::new(),
            recent_end: None,
            ring_gone,
            answer_in_flight: false,
            are_known: false,
            poll: None,
            lists_rings: false,
            doubt: None,
            overtaken: false,
            swapped: false,
            last_no: 0,
        }
    }

    pub(super) fn views(&self) -> Vec<CallView> {
        let view = |call: &Call| CallView {
            call: call.no,
            idx: call.idx,
            incoming: call.incoming,
            state: call.state,
        };
        self.list.iter().map(view).collect()
    }

    pub(super) fn ringing(&mut self) -> Option<&mut Call> {
        self.list
            .iter_mut()
            .find(|c| c.state == ListState::Incoming)
    }

    pub(super) fn any_up(&self) -> bool {
        self.list.iter().any(Call::is_up)
    }

    /// The call that sound and keys belong to.
    pub(super) fn current(&self) -> Option<CallNo> {
        let active = self.list.iter().find(|c| c.state == ListState::Active);
        active
            .or_else(|| self.list.iter().find(|c| c.is_up()))
            .map(|c| c.no)
    }

    /// A ring. `caller`: what the ring itself, or caller id before it, told.
    pub(super) fn ring(&mut self, now: Tick, pattern: Option<String>, caller: Option<Caller>) {
        self.are_known = true;
        let answering = self.answer_in_flight;
        if let Some(call) = self.ringing() {
            call.last_sign = now;
            call.rings += 1;
            let (no, is_news) = (call.no, call.rings > 1 && !answering);
            self.seen(no);
            if let Some(caller) = caller {
                self.learn(no, caller);
            }
            if is_news {
                self.out.push_back(CallHeard::Ring { call: no, pattern });
            }
            return;
        }
        // The ring that slipped in between ATA and its OK, or the last of a call just answered.
        if self.was_just_answered(now) {
            return;
        }
        let any_up = self.any_up();
        let waiting = self.list.iter_mut().find(|c| c.state == ListState::Waiting);
        match waiting {
            Some(call) if any_up => {
                call.last_sign = now;
                self.out.push_back(CallHeard::Ring {
                    call: call.no,
                    pattern,
                });
            }
            Some(call) => {
                let no = call.no;
                self.waiting_rings_now(now, no, pattern);
            }
            None => {
                self.announce_incoming(now, caller.unwrap_or_default(), pattern, 1);
            }
        }
    }

    /// The active call is over, so the one that waited rings.
    pub(super) fn waiting_rings_now(&mut self, now: Tick, no: CallNo, pattern: Option<String>) {
        let Some(call) = self.get(no) else { return };
        call.state = ListState::Incoming;
        call.told = Some(ListState::Incoming);
        call.last_sign = now;
        call.rings = 1;
        let caller = call.caller.clone();
        let alpha = caller.name.clone();
        self.out.push_back(CallHeard::Incoming {
            call: no,
            caller,
            pattern,
            alpha,
        });
    }

    /// A calling line identity, which on GSM comes only with a call that rings.
    pub(super) fn calling_line(&mut self, now: Tick, caller: Caller) {
        self.are_known = true;
        if let Some(call) = self.ringing() {
            call.last_sign = now;
            let no = call.no;
            if differ(&call.caller, &caller) {
                // One gave up and another called within the same silence.
                self.end(now, no, Ended::by_sign(EndSign::Replaced));
                self.announce_incoming(now, caller, None, 1);
            } else {
                self.learn(no, caller);
            }
            return;
        }
        let is_of_known = self.list.iter().any(|c| !differ(&c.caller, &caller));
        if self.was_just_answered(now) || (is_of_known && !self.list.is_empty()) {
            return;
        }
        self.announce_incoming(now, caller, None, 0);
    }

    /// Caller id of a voice modem; `false` if there is no call it can belong to.
    pub(super) fn identify(&mut self, caller: &Caller) -> bool {
        let unnamed = |c: &&mut Call| c.incoming && c.state != ListState::Waiting;
        let Some(no) = self.list.iter_mut().find(unnamed).map(|c| c.no) else {
            return false;
        };
        self.learn(no, caller.clone());
        true
    }

    /// A second caller waits.
    pub(super) fn waiting(&mut self, now: Tick, caller: Caller) {
        self.are_known = true;
        // Who waited may ring by now; a caller of whom less is known is another one.
        let known = self.list.iter_mut().find(|c| match c.state {
            ListState::Waiting => !differ(&c.caller, &caller),
            ListState::Incoming => is_same(&c.caller, &caller),
            _ => false,
        });
        if let Some(call) = known {
            call.last_sign = now;
            let no = call.no;
            self.learn(no, caller);
            return;
        }
        // A call can only wait for another one.
        if self.list.is_empty() {
            self.add(now, ListState::Active, true, Caller::unknown(), None);
        }
        let no = self.add(now, ListState::Waiting, true, caller, None);
        self.tell_waiting(no);
    }

    pub(super) fn tell_waiting(&mut self, no: CallNo) {
        let Some(call) = self.get(no) else { return };
        call.announced = true;
        let caller = call.caller.clone();
        self.out.push_back(CallHeard::Waiting { call: no, caller });
    }

    fn announce_incoming(
        &mut self,
        now: Tick,
        caller: Caller,
        pattern: Option<String>,
        rings: u32,
    ) -> CallNo {
        let no = self.add(now, ListState::Incoming, true, caller, None);
        self.tell_incoming(no, pattern);
        if let Some(call) = self.get(no) {
            call.rings = rings;
        }
        no
    }

    pub(super) fn tell_incoming(&mut self, no: CallNo, pattern: Option<String>) {
        let Some(call) = self.get(no) else { return };
        call.announced = true;
        call.told = Some(ListState::Incoming);
        let caller = call.caller.clone();
        let alpha = caller.name.clone();
        self.out.push_back(CallHeard::Incoming {
            call: no,
            caller,
            pattern,
            alpha,
        });
    }

    /// More about a caller, told only if it is more.
    pub(super) fn learn(&mut self, no: CallNo, caller: Caller) {
        let Some(call) = self.get(no) else { return };
        if !call.caller.is_improved_by(&caller) {
            return;
        }
        call.caller = merged(&call.caller, caller);
        if call.announced && call.incoming {
            let caller = call.caller.clone();
            self.out
                .push_back(CallHeard::Identified { call: no, caller });
        }
    }

    pub(super) fn add(
        &mut self,
        now: Tick,
        state: ListState,
        incoming: bool,
        caller: Caller,
        idx: Option<u8>,
    ) -> CallNo {
        if self.list.len() >= CALLS_PER_LINE_MAX {
            let oldest = self.list[0].no;
            self.end(now, oldest, Ended::by_sign(EndSign::Crowded));
        }
        self.are_known = true;
        self.last_no += 1;
        let no = CallNo(self.last_no);
        let is_up = matches!(state, ListState::Active | ListState::Held);
        self.list.push(Call {
            no,
            idx,
            incoming,
            state,
            caller,
            announced: false,
            told: None,
            last_sign: now,
            rings: 0,
            was_up: is_up,
            up_since: None,
            hang_up: HangUp::No,
            begun: is_up,
            listed: idx.is_some(),
            missing: 0,
            list_lags: false,
            tell_at: None,
        });
        no
    }

    pub(super) fn get(&mut self, no: CallNo) -> Option<&mut Call> {
        self.list.iter_mut().find(|c| c.no == no)
    }

    /// A number for a call that ended before it was known.
    pub(super) fn unknown_call(&mut self) -> CallNo {
        self.last_no += 1;
        CallNo(self.last_no)
    }

    fn was_just_answered(&self, now: Tick) -> bool {
        let just = |c: &Call| c.up_since.is_some_and(|up| now.since(up) < LAST_RING);
        self.list.iter().any(just)
    }

    /// The call is up.
    pub(super) fn up(&mut self, now: Tick, no: CallNo) {
        let Some(call) = self.get(no) else { return };
        let was_up = call.is_up() && call.announced;
        call.state = ListState::Active;
        call.told = Some(ListState::Active);
        call.was_up = true;
        call.announced = true;
        if was_up {
            return;
        }
        call.up_since = Some(now);
        call.tell_at = None;
        let idx = call.idx;
        self.out.push_back(CallHeard::Answered { call: no, idx });
    }

    /// Tells the state of a call, if that is news.
    pub(super) fn tell_state(&mut self, no: CallNo) {
        let Some(call) = self.get(no) else { return };
        if call.told == Some(call.state) {
            return;
        }
        call.told = Some(call.state);
        call.announced = true;
        let told = CallHeard::State {
            call: no,
            // A state that no list gave is only ever told of a call that was listed before.
            idx: call.idx.unwrap_or_default(),
            state: call.state,
            incoming: call.incoming,
            number: call.number(),
        };
        self.out.push_back(told);
    }

    /// Our own call is being set up; told once.
    pub(super) fn tell_dialing(&mut self, no: CallNo) {
        let Some(call) = self.get(no) else { return };
        if call.announced || call.incoming {
            return;
        }
        call.announced = true;
        call.tell_at = None;
        call.told = Some(ListState::Dialing);
        let told = CallHeard::Dialing {
            call: no,
            idx: call.idx,
            number: call.number(),
        };
        self.out.push_back(told);
    }

    pub(super) fn tell_alerting(&mut self, no: CallNo) {
        self.tell_dialing(no);
        let Some(call) = self.get(no) else { return };
        call.state = ListState::Alerting;
        if call.told != Some(ListState::Alerting) {
            call.told = Some(ListState::Alerting);
            let idx = call.idx;
            self.out.push_back(CallHeard::Alerting { call: no, idx });
        }
    }

    /// Time has passed.
    pub(super) fn wake(&mut self, now: Tick) {
        let tell: Vec<CallNo> = self
            .list
            .iter()
            .filter(|c| c.tell_at.is_some_and(|at| now >= at))
            .map(|c| c.no)
            .collect();
        for no in tell {
            self.tell_dialing(no);
        }
        let over: Vec<(CallNo, EndSign)> = self
            .list
            .iter()
            .filter(|c| self.silent_end(c).is_some_and(|at| now >= at))
            .map(|c| match c.hang_up {
                HangUp::Obeyed { .. } => (c.no, EndSign::Assumed),
                HangUp::No | HangUp::Wanted => (c.no, EndSign::RingsStopped),
            })
            .collect();
        for (no, sign) in over {
            self.end(now, no, Ended::by_sign(sign));
        }
    }

    pub(super) fn due(&self) -> Option<Tick> {
        let ends = self.list.iter().filter_map(|c| self.silent_end(c));
        ends.chain(self.list.iter().filter_map(|c| c.tell_at)).min()
    }

    /// When a call is over if nothing more is heard of it.
    fn silent_end(&self, call: &Call) -> Option<Tick> {
        if let HangUp::Obeyed { assume_at } = call.hang_up {
            return Some(assume_at);
        }
        let rings = match call.state {
            ListState::Incoming => !self.answer_in_flight,
            ListState::Waiting => !self.any_up(),
            ListState::Active | ListState::Held | ListState::Dialing | ListState::Alerting => false,
        };
        rings.then(|| call.last_sign + self.ring_gone)
    }
}

/// Whether two identities are certainly of two callers.
pub(super) fn differ(one: &Caller, other: &Caller) -> bool {
    match (&one.number, &other.number) {
        (Some(one), Some(other)) => one != other,
        _ => !one.raw.is_empty() && !other.raw.is_empty() && one.raw != other.raw,
    }
}

/// Whether two identities say the same.
fn is_same(one: &Caller, other: &Caller) -> bool {
    !differ(one, other) && one.raw.is_empty() == other.raw.is_empty()
}

/// What is known plus what is new.
fn merged(known: &Caller, new: Caller) -> Caller {
    let name = known.name.clone().or(new.name.clone());
    let keeps = known.number.is_some()
        || (new.number.is_none() && known.presentation != Default::default());
    let caller = if keeps { known.clone() } else { new };
    Caller { name, ..caller }
}

/// A ring this soon after the answer belongs to the answered call.
const LAST_RING: Duration = Duration::from_secs(2);
