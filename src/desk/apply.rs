//! Taking facts in. Total: whatever does not fit what is known is ignored, and replay gives the
//! same desk as living through it.

use super::call::{CallRecord, CallState, Direction, Note};
use super::fact::Fact;
use super::operator::SeatState;
use super::seats::Chair;
use super::{Desk, Entry, LineState, SmsRecord, Touched, texts};
use crate::base::ids::{CallId, LineName, UserName};
use crate::base::time::{Stamp, Tick};

impl Desk {
    /// Takes an entry in; hands back the rows it changed, as they are now.
    ///
    /// `tick` is when it happened, `None` in replay: durations are then unknown.
    pub fn apply(&mut self, entry: &Entry, tick: Option<Tick>) -> Touched {
        let at = entry.stamp;
        match &entry.fact {
            Fact::SystemStarted { .. } => self.start(tick),
            Fact::SystemStopped {} | Fact::ClockChanged { .. } => Touched::default(),
            Fact::LineUp { line } => self.set_line(line, None),
            Fact::LineDown { line, why, .. } => self.set_line(line, Some(why.clone())),
            Fact::OfficeChanged { change, .. } => {
                self.office.apply(change);
                Touched::default()
            }
            Fact::OperatorJoined { user, state } => self.seat(user, *state, None, at, tick),
            Fact::OperatorChanged {
                user,
                state,
                reason,
            } => self.seat(user, *state, reason.clone(), at, tick),
            Fact::OperatorLeft { user, .. } => self.leave(user),
            Fact::CallOffered { .. }
            | Fact::CallIdentified { .. }
            | Fact::CallQueued { .. }
            | Fact::CallClaimed { .. }
            | Fact::CallUnclaimed { .. }
            | Fact::CallAnswered { .. }
            | Fact::CallFound { .. }
            | Fact::CallTransferred { .. }
            | Fact::CallDtmf { .. }
            | Fact::CallEnded { .. }
            | Fact::CallClassified { .. }
            | Fact::CallNoted { .. } => Touched::calls(self.apply_to_call(&entry.fact, at, tick)),
            Fact::SmsReceived { .. }
            | Fact::SmsQueued { .. }
            | Fact::SmsSent { .. }
            | Fact::SmsDelayed { .. }
            | Fact::SmsFailed { .. }
            | Fact::SmsReported { .. } => Touched::sms(self.apply_to_text(&entry.fact, at, tick)),
        }
    }

    /// What is live may be gone; no line has said anything yet; no screen is connected yet.
    fn start(&mut self, tick: Option<Tick>) -> Touched {
        self.started = tick;
        self.lines.clear();
        self.seats.started(tick);
        self.texts.started(tick);
        let mut claimed = Vec::new();
        for live in self.calls.all_live_mut() {
            live.sought = true;
            if live.owner.is_some() {
                claimed.push(live.record.id);
            }
        }
        for call in claimed {
            self.calls.ticks_mut(call).claimed = tick;
        }
        Touched::default()
    }

    fn set_line(&mut self, line: &LineName, down: Option<String>) -> Touched {
        self.lines.insert(line.clone(), LineState { down });
        Touched::default()
    }

    fn seat(
        &mut self,
        user: &UserName,
        state: SeatState,
        reason: Option<String>,
        since: Stamp,
        tick: Option<Tick>,
    ) -> Touched {
        let joins = self.seats.get(user).is_none();
        let chair = Chair {
            state,
            reason,
            since,
        };
        self.seats.sit(user, chair, tick);
        if !joins {
            return Touched::default();
        }
        // Back after a lost browser: the call is still theirs if nobody else has taken it.
        let theirs = self
            .calls
            .all_live_mut()
            .find(|live| live.owner.is_none() && live.record.operator.as_ref() == Some(user));
        Touched::calls(theirs.map(|live| {
            live.owner = Some(user.clone());
            if live.record.state == CallState::Held {
                live.record.state = CallState::Talking;
            }
            live.record.clone()
        }))
    }

    fn leave(&mut self, user: &UserName) -> Touched {
        self.seats.leave(user);
        let Some(call) = self.calls.owned_by(user) else {
            return Touched::default();
        };
        Touched::calls(self.disown(call))
    }

    /// Nobody has the call now; what is up stays up.
    fn disown(&mut self, call: CallId) -> Option<CallRecord> {
        let live = self.calls.live_mut(call)?;
        live.owner = None;
        match (live.record.state, live.record.direction) {
            (CallState::Talking, Direction::In | Direction::Out) => {
                live.record.state = CallState::Held;
            }
            (CallState::Ringing | CallState::Queued | CallState::Ivr, Direction::In) => {
                live.record.operator = None;
                live.record.claimed = None;
            }
            (CallState::Ringing | CallState::Queued | CallState::Ivr, Direction::Out)
            | (CallState::Held | CallState::Ended, Direction::In | Direction::Out) => {}
        }
        self.live_call(call).cloned()
    }

    fn apply_to_call(&mut self, fact: &Fact, at: Stamp, tick: Option<Tick>) -> Option<CallRecord> {
        match fact {
            Fact::CallOffered { .. } => self.offer(fact, at, tick),
            Fact::CallIdentified { call, caller } => {
                let record = self.calls.record_mut(*call)?;
                record.caller = caller.clone();
                Some(record.clone())
            }
            Fact::CallQueued { call } => {
                let record = &mut self.calls.live_mut(*call)?.record;
                let rings = record.state == CallState::Ringing;
                if !rings || record.direction != Direction::In {
                    return None;
                }
                record.state = CallState::Queued;
                record.queued = Some(at);
                Some(record.clone())
            }
            Fact::CallClaimed { call, by } => self.claim(*call, by, at, tick),
            Fact::CallUnclaimed { call, by, .. } => self.unclaim(*call, by),
            Fact::CallAnswered { call, by } => self.connect(*call, by, at, tick),
            Fact::CallFound { call, talking } => self.find(*call, *talking),
            Fact::CallTransferred { call, to, .. } => self.pass(*call, to),
            Fact::CallDtmf {
                call,
                digits,
                from_caller,
            } => {
                let record = &mut self.calls.live_mut(*call)?.record;
                from_caller.then(|| record.dtmf.push_str(digits))?;
                Some(record.clone())
            }
            Fact::CallEnded { .. } => self.end(fact, at),
            Fact::CallClassified { .. } => self.set_class(fact, at, tick),
            Fact::CallNoted { call, by, text } => {
                let record = self.calls.record_mut(*call)?;
                record.notes.push(Note {
                    at,
                    by: by.clone(),
                    text: text.clone(),
                });
                Some(record.clone())
            }
            _ => None,
        }
    }

    fn offer(&mut self, fact: &Fact, at: Stamp, tick: Option<Tick>) -> Option<CallRecord> {
        let Fact::CallOffered {
            call,
            direction,
            line,
            caller,
            waiting,
            by,
        } = fact
        else {
            return None;
        };
        let record = CallRecord {
            caller: caller.clone(),
            waiting: *waiting,
            operator: by.clone(),
            ..CallRecord::offered(*call, *direction, line.clone(), at)
        };
        let owner = by.clone().filter(|user| self.can_own(user));
        if !self.calls.begin(record, owner) {
            return None;
        }
        self.calls.ticks_mut(*call).offered = tick;
        let record = &self.calls.live(*call)?.record;
        self.days.offered(record, &self.zone);
        Some(record.clone())
    }

    fn claim(
        &mut self,
        call: CallId,
        by: &UserName,
        at: Stamp,
        tick: Option<Tick>,
    ) -> Option<CallRecord> {
        let can_own = self.can_own(by);
        let live = self.calls.live_mut(call)?;
        let incoming = live.record.direction == Direction::In;
        if live.owner.is_some() || !incoming || live.record.answered.is_some() || !can_own {
            return None;
        }
        live.owner = Some(by.clone());
        live.record.operator = Some(by.clone());
        live.record.claimed = Some(at);
        self.calls.ticks_mut(call).claimed = tick;
        self.live_call(call).cloned()
    }

    fn unclaim(&mut self, call: CallId, by: &UserName) -> Option<CallRecord> {
        let live = self.calls.live(call)?;
        if live.owner.as_ref() != Some(by) || !live.rings() {
            return None;
        }
        self.calls.ticks_mut(call).claimed = None;
        self.disown(call)
    }

    fn connect(
        &mut self,
        call: CallId,
        by: &UserName,
        at: Stamp,
        tick: Option<Tick>,
    ) -> Option<CallRecord> {
        let first = self.calls.live(call)?.record.answered.is_none();
        self.hand_to(call, by);
        let live = self.calls.live_mut(call)?;
        live.sought = false;
        live.record.operator = Some(by.clone());
        live.record.state = match live.owner {
            Some(_) => CallState::Talking,
            None => CallState::Held,
        };
        remember(&mut live.had, by);
        if first {
            live.record.answered = Some(at);
            self.calls.ticks_mut(call).answered = tick;
            self.days
                .answered(&self.calls.live(call)?.record, &self.zone);
        }
        self.live_call(call).cloned()
    }

    fn find(&mut self, call: CallId, talking: bool) -> Option<CallRecord> {
        let live = self.calls.live_mut(call)?;
        live.sought = false;
        if talking {
            live.record.state = match (&live.owner, live.record.answered) {
                (Some(_), Some(_)) => CallState::Talking,
                (Some(_), None) | (None, _) => CallState::Held,
            };
        }
        Some(live.record.clone())
    }

    fn pass(&mut self, call: CallId, to: &UserName) -> Option<CallRecord> {
        self.hand_to(call, to);
        let live = self.calls.live_mut(call)?;
        live.record.operator = Some(to.clone());
        let is_up = !live.rings();
        if is_up {
            remember(&mut live.had, to);
            live.record.state = match live.owner {
                Some(_) => CallState::Talking,
                None => CallState::Held,
            };
        }
        Some(live.record.clone())
    }

    /// Gives a call to `user`, or to nobody if they cannot have it.
    fn hand_to(&mut self, call: CallId, user: &UserName) {
        let free = self.can_own(user) || self.calls.owned_by(user) == Some(call);
        if let Some(live) = self.calls.live_mut(call) {
            live.owner = free.then(|| user.clone());
        }
    }

    /// At the desk and without a call: one call has one owner, and one person one call.
    fn can_own(&self, user: &UserName) -> bool {
        self.seats.get(user).is_some() && self.calls.owned_by(user).is_none()
    }

    fn end(&mut self, fact: &Fact, at: Stamp) -> Option<CallRecord> {
        let Fact::CallEnded {
            call,
            by,
            cause,
            abandoned,
            ring_ms,
            talk_ms,
        } = fact
        else {
            return None;
        };
        let record = self.calls.end(*call)?;
        record.ended = Some(at);
        record.ended_by = Some(*by);
        record.cause = *cause;
        record.abandoned = *abandoned;
        record.ring_ms = *ring_ms;
        record.talk_ms = *talk_ms;
        self.days.ended(record, &self.zone);
        self.calls.settle(*call)
    }

    fn set_class(&mut self, fact: &Fact, at: Stamp, tick: Option<Tick>) -> Option<CallRecord> {
        let Fact::CallClassified {
            call,
            by,
            class,
            reason,
            ..
        } = fact
        else {
            return None;
        };
        let counts = self.calls.counts(*call);
        let record = self.calls.record_mut(*call)?;
        let before = record.class;
        record.class = *class;
        record.class_reason = class.and(reason.clone());
        record.classified_by = class.map(|_| by.clone());
        record.classified = class.map(|_| at);
        if counts {
            self.days.classified(record, before, &self.zone);
        }
        self.calls.set_class_tick(*call, class.and(tick));
        self.calls.settle(*call)
    }

    fn apply_to_text(&mut self, fact: &Fact, at: Stamp, tick: Option<Tick>) -> Option<SmsRecord> {
        match fact {
            Fact::SmsReceived {
                sms,
                line,
                from,
                number,
                text,
                network_time,
                position,
            } => {
                let record = SmsRecord {
                    id: *sms,
                    incoming: true,
                    line: Some(line.clone()),
                    peer: from.clone(),
                    number: number.clone(),
                    text: text.clone(),
                    at,
                    state: texts::RECEIVED.to_owned(),
                    by: None,
                    position: position.clone(),
                };
                let is_new = self.texts.receive(&record, network_time.as_deref());
                is_new.then_some(record)
            }
            Fact::SmsQueued {
                sms,
                to,
                text,
                by,
                line,
            } => {
                let record = SmsRecord {
                    id: *sms,
                    incoming: false,
                    line: line.clone(),
                    peer: to.clone(),
                    number: to.parse().ok(),
                    text: text.clone(),
                    at,
                    state: texts::QUEUED.to_owned(),
                    by: Some(by.clone()),
                    position: None,
                };
                // The order that made this fact hands the text to a line if one is up.
                let given = self.order_to_send(&record).is_some();
                let is_new = self.texts.queue(record.clone(), tick, given);
                is_new.then_some(record)
            }
            Fact::SmsSent { sms, line } => self.texts.sent(*sms, line).cloned(),
            Fact::SmsDelayed { sms, tries, .. } => {
                self.texts.delay(*sms, *tries, tick);
                None
            }
            Fact::SmsFailed { sms, .. } => self.texts.fail(*sms),
            Fact::SmsReported { sms, delivered } => self.texts.report(*sms, *delivered).cloned(),
            _ => None,
        }
    }
}

fn remember(had: &mut Vec<UserName>, user: &UserName) {
    if !had.contains(user) {
        had.push(user.clone());
    }
}
