//! Taking facts about calls in.

use super::Desk;
use super::call::{CallRecord, CallState, Class, Direction, Note};
use super::fact::Fact;
use super::report::Report;
use crate::base::ids::{CallId, UserName};
use crate::base::phone::Caller;
use crate::base::sound::SoundTrouble;
use crate::base::time::{Stamp, Tick};

impl Desk {
    /// The call as it is after the fact; `None` if the fact does not fit what is known.
    pub(super) fn apply_to_call(
        &mut self,
        fact: &Fact,
        at: Stamp,
        tick: Option<Tick>,
    ) -> Option<CallRecord> {
        match fact {
            Fact::CallOffered {
                call,
                direction,
                line,
                caller,
                waiting,
                by,
            } => {
                let record = CallRecord {
                    caller: caller.clone(),
                    waiting: *waiting,
                    operator: by.clone(),
                    ..CallRecord::offered(*call, *direction, line.clone(), at)
                };
                self.offer(record, tick)
            }
            Fact::CallQueued { call } => self.queue(*call, at),
            Fact::CallClaimed { call, by } => self.claim(*call, by, at, tick),
            Fact::CallUnclaimed { call, by, .. } => self.unclaim(*call, by),
            Fact::CallAnswered { call, by } => self.connect(*call, by, at, tick),
            Fact::CallFound { call, talking } => self.find(*call, *talking),
            Fact::CallEscalated { call } => self.escalate(*call, at),
            Fact::CallTransferred { call, to, .. } => self.pass(*call, to, tick),
            Fact::CallEnded {
                call,
                by,
                cause,
                abandoned,
                ring_ms,
                talk_ms,
            } => self.end(*call, |record| {
                record.ended = Some(at);
                record.ended_by = Some(*by);
                record.cause = *cause;
                record.abandoned = *abandoned;
                record.ring_ms = *ring_ms;
                record.talk_ms = *talk_ms;
                record.sound.call_over();
            }),
            Fact::CallDtmf { .. }
            | Fact::CallIdentified { .. }
            | Fact::CallClassified { .. }
            | Fact::CallNoted { .. }
            | Fact::CallReported { .. } => self.tell_about(fact, at, tick),
            Fact::CallSound { call, trouble } => {
                self.hear(*call, *trouble, tick);
                self.apply_sound(fact)
            }
            Fact::CallTapped { .. }
            | Fact::CallHeld { .. }
            | Fact::CallInvited { .. }
            | Fact::CallJoined { .. }
            | Fact::CallParted { .. }
            | Fact::RecordingClosed { .. }
            | Fact::RecordingDeleted { .. }
            | Fact::RecordingMissed { .. }
            | Fact::RecordingPlayed { .. } => self.apply_sound(fact),
            _ => None,
        }
    }

    /// Facts that say more of a call and do not move it.
    fn tell_about(&mut self, fact: &Fact, at: Stamp, tick: Option<Tick>) -> Option<CallRecord> {
        if let Fact::CallClassified {
            call,
            by,
            class,
            reason,
            ..
        } = fact
        {
            return self.set_class(*call, *class, tick, |record| {
                record.class_reason = class.and(reason.clone());
                record.classified_by = class.map(|_| by.clone());
                record.classified = class.map(|_| at);
            });
        }
        if let Fact::CallIdentified { call, caller } = fact {
            return self.identify(*call, caller);
        }
        if let Fact::CallNoted { call, by, text } = fact {
            let record = self.calls.record_mut(*call)?;
            record.notes.push(Note {
                at,
                by: by.clone(),
                text: text.clone(),
            });
            return Some(record.clone());
        }
        if let Fact::CallReported { call, report, .. } = fact {
            let record = self.calls.record_mut(*call)?;
            record.report = Some(Report::clone(report));
            return Some(record.clone());
        }
        if let Fact::CallDtmf {
            call,
            digits,
            from_caller: true,
        } = fact
        {
            let record = &mut self.calls.live_mut(*call)?.record;
            record.dtmf.push_str(digits);
            return Some(record.clone());
        }
        None
    }

    fn offer(&mut self, record: CallRecord, tick: Option<Tick>) -> Option<CallRecord> {
        let call = record.id;
        let owner = record.operator.clone().filter(|user| self.can_own(user));
        if !self.calls.begin(record, owner) {
            return None;
        }
        self.calls.ticks_mut(call).offered = tick;
        let record = self.live_call(call)?.clone();
        self.days.offered(&record, &self.zone);
        self.callbacks.dialled(&record);
        self.shift.offered(&record);
        Some(record)
    }

    /// A number that comes late may still make a call one to be called back, or settle such a one.
    fn identify(&mut self, call: CallId, caller: &Caller) -> Option<CallRecord> {
        let counts = self.calls.counts(call);
        let record = self.calls.record_mut(call)?;
        let is_news = record.caller.number.is_none() && counts;
        record.caller = caller.clone();
        if is_news && record.answered.is_some() {
            self.callbacks.answered(record);
        } else if is_news {
            self.callbacks.ended(record);
        }
        Some(record.clone())
    }

    fn queue(&mut self, call: CallId, at: Stamp) -> Option<CallRecord> {
        let record = &mut self.calls.live_mut(call)?.record;
        if record.state != CallState::Ringing || record.direction != Direction::In {
            return None;
        }
        record.state = CallState::Queued;
        record.queued = Some(at);
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
        self.hand_to(call, by, tick);
        let live = self.calls.live_mut(call)?;
        // That a colleague took over a call which was up does not say that the line still has it.
        live.sought &= !live.rings();
        live.record.operator = Some(by.clone());
        live.record.sound.on_hold = false;
        live.record.state = match live.owner {
            Some(_) => CallState::Talking,
            None => CallState::Held,
        };
        remember(&mut live.had, by);
        if first {
            live.record.answered = Some(at);
            self.calls.ticks_mut(call).answered = tick;
            let record = &self.calls.live(call)?.record;
            self.days.answered(record, &self.zone);
            self.callbacks.answered(record);
            self.shift.answered(record);
        }
        self.live_call(call).cloned()
    }

    fn find(&mut self, call: CallId, talking: bool) -> Option<CallRecord> {
        let live = self.calls.live_mut(call)?;
        live.sought = false;
        if talking {
            live.record.state = match (&live.owner, live.record.answered) {
                (Some(_), Some(_)) if live.record.sound.on_hold => CallState::Held,
                (Some(_), Some(_)) => CallState::Talking,
                (Some(_), None) | (None, _) => CallState::Held,
            };
        }
        Some(live.record.clone())
    }

    fn pass(&mut self, call: CallId, to: &UserName, tick: Option<Tick>) -> Option<CallRecord> {
        self.hand_to(call, to, tick);
        let live = self.calls.live_mut(call)?;
        live.record.operator = Some(to.clone());
        let is_up = !live.rings();
        if is_up {
            remember(&mut live.had, to);
            live.record.sound.on_hold = false;
            live.record.state = match live.owner {
                Some(_) => CallState::Talking,
                None => CallState::Held,
            };
        }
        Some(live.record.clone())
    }

    fn escalate(&mut self, call: CallId, at: Stamp) -> Option<CallRecord> {
        let live = self.calls.live_mut(call)?;
        live.escalated = true;
        live.record.escalated = Some(at);
        Some(live.record.clone())
    }

    /// Gives a call to `user`, or to nobody if they cannot have it.
    fn hand_to(&mut self, call: CallId, user: &UserName, tick: Option<Tick>) {
        let free = self.can_own(user) || self.calls.owned_by(user) == Some(call);
        let Some(live) = self.calls.live_mut(call) else {
            return;
        };
        let before = live.owner.clone();
        live.owner = free.then(|| user.clone());
        let is_new = live.owner != before;
        let ticks = self.calls.ticks_mut(call);
        if is_new && ticks.unheard.is_some() {
            // Whoever has it now has as long to be heard.
            ticks.unheard = tick;
        }
    }

    /// Whether its caller hears whoever has the call.
    fn hear(&mut self, call: CallId, trouble: Option<SoundTrouble>, tick: Option<Tick>) {
        if self.calls.live(call).is_none() {
            return;
        }
        let ticks = self.calls.ticks_mut(call);
        ticks.unheard = match trouble {
            Some(SoundTrouble::NoDesk | SoundTrouble::NoMicrophone) => ticks.unheard.or(tick),
            Some(
                SoundTrouble::NoPath
                | SoundTrouble::Refused
                | SoundTrouble::PortLost
                | SoundTrouble::NoFrames
                | SoundTrouble::Zeros
                | SoundTrouble::NotTaken,
            )
            | None => None,
        };
    }

    /// At the desk and without a call: one call has one owner, and one person one call.
    fn can_own(&self, user: &UserName) -> bool {
        self.seats.get(user).is_some() && self.calls.owned_by(user).is_none()
    }

    /// Nobody has the call now; what is up stays up.
    pub(super) fn disown(&mut self, call: CallId) -> Option<CallRecord> {
        let live = self.calls.live_mut(call)?;
        live.owner = None;
        live.record.sound.on_hold = false;
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

    fn end(&mut self, call: CallId, how: impl FnOnce(&mut CallRecord)) -> Option<CallRecord> {
        let record = self.calls.end(call)?;
        how(record);
        self.days.ended(record, &self.zone);
        self.callbacks.ended(record);
        self.shift.ended(record);
        self.calls.settle(call)
    }

    fn set_class(
        &mut self,
        call: CallId,
        class: Option<Class>,
        tick: Option<Tick>,
        by_whom: impl FnOnce(&mut CallRecord),
    ) -> Option<CallRecord> {
        let counts = self.calls.counts(call);
        let record = self.calls.record_mut(call)?;
        let before = std::mem::replace(&mut record.class, class);
        by_whom(record);
        if counts {
            self.days.classified(record, before, &self.zone);
            self.shift.classified(record, before);
        }
        self.calls.set_class_tick(call, class.and(tick));
        self.calls.settle(call)
    }
}

fn remember(had: &mut Vec<UserName>, user: &UserName) {
    if !had.contains(user) {
        had.push(user.clone());
    }
}
