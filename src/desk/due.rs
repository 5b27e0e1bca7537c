//! What follows from time passing, and from what became true with the last fact.

use super::call::{CallState, Direction, EndedBy};
use super::calls::Live;
use super::fact::Fact;
use super::news::not_sent;
use super::order::LineOrder;
use super::texts::Unsent;
use super::{Decision, Desk, SmsRecord};
use crate::base::ids::{CallId, LineName, UserName};
use crate::base::limits;
use crate::base::time::{Now, Tick};

impl Desk {
    /// What is due now. The caller applies the facts and asks again until nothing is due: see
    /// [`Desk::next_due`].
    pub fn due(&mut self, now: Now) -> Decision {
        let facts = self.facts_due(now);
        if !facts.is_empty() {
            return Decision {
                facts,
                ..Decision::default()
            };
        }
        self.texts_due(now.tick)
    }

    /// When something will be due, if nothing else happens first; the past or now if something is.
    pub fn next_due(&self) -> Option<Tick> {
        if self.to_be_queued().next().is_some() || self.callbacks_met().next().is_some() {
            return Some(Tick::default());
        }
        let seats = self.seats.losing().map(|(_, tick)| tick);
        let claims = self.claims().map(|(_, _, tick)| tick);
        let waits = self.escalations().map(|(_, tick)| tick);
        let sought = self.sought_until();
        let texts = self.texts.all_unsent().filter_map(|u| self.text_due_at(u));
        let unaccepted = self.shift.unaccepted().map(|(_, tick)| tick);
        let others = sought.into_iter().chain(unaccepted).chain(waits);
        seats.chain(claims).chain(others).chain(texts).min()
    }

    /// One subject at a time, so that no fact rests on a state that the one before has changed.
    fn facts_due(&self, now: Now) -> Vec<Fact> {
        let queued: Vec<Fact> = self
            .to_be_queued()
            .map(|live| Fact::CallQueued {
                call: live.record.id,
            })
            .collect();
        if !queued.is_empty() {
            return queued;
        }
        let met: Vec<Fact> = self.callbacks_met().collect();
        if !met.is_empty() {
            return met;
        }
        if let Some((user, _)) = self.seats.losing().find(|(_, tick)| *tick <= now.tick) {
            return self.leaving(user, true);
        }
        if let Some((call, by, _)) = self.claims().find(|(_, _, tick)| *tick <= now.tick) {
            return vec![Fact::CallUnclaimed {
                call,
                by: by.clone(),
                why: "line_silent".to_owned(),
            }];
        }
        let escalated: Vec<Fact> = self
            .escalations()
            .filter(|(_, tick)| *tick <= now.tick)
            .map(|(call, _)| Fact::CallEscalated { call })
            .collect();
        if !escalated.is_empty() {
            return escalated;
        }
        if self.sought_until().is_some_and(|tick| tick <= now.tick) {
            let sought = self.calls.all_live().filter(|live| live.sought);
            return sought
                .flat_map(|live| {
                    self.ended(now, live.record.id, EndedBy::Restart, None)
                        .facts
                })
                .collect();
        }
        if let Some((handover, _)) = self
            .shift
            .unaccepted()
            .filter(|(_, tick)| *tick <= now.tick)
        {
            return vec![Fact::ShiftUnaccepted { handover }];
        }
        let silent = self.texts.all_unsent().filter(|unsent| {
            let silent_at = self.texts.silent_at(unsent.record.id);
            silent_at.is_some_and(|tick| tick <= now.tick)
        });
        silent.map(|u| not_sent(u, "no_answer", true)).collect()
    }

    /// Texts whose time has come go to a line, and are marked so that they go once.
    fn texts_due(&mut self, tick: Tick) -> Decision {
        let due: Vec<LineOrder> = self
            .texts
            .all_unsent()
            .filter(|unsent| {
                let ready_at = self.texts.ready_at(unsent.record.id);
                ready_at.is_some_and(|at| at <= tick)
            })
            .filter_map(|unsent| self.order_to_send(&unsent.record))
            .collect();
        for order in &due {
            if let LineOrder::SendSms { sms, .. } = order {
                self.texts.give(*sms, tick);
            }
        }
        Decision {
            lines: due,
            ..Decision::default()
        }
    }

    /// `None` while no line can send: the text waits for one.
    pub(super) fn order_to_send(&self, record: &SmsRecord) -> Option<LineOrder> {
        self.lines_up().next()?;
        // A line that was asked for and is gone does not hold the text back.
        let line = record.line.clone().filter(|line| self.is_up(line));
        Some(LineOrder::SendSms {
            line,
            to: record.peer.clone(),
            text: record.text.clone(),
            sms: record.id,
        })
    }

    fn text_due_at(&self, unsent: &Unsent) -> Option<Tick> {
        let id = unsent.record.id;
        if let Some(silent_at) = self.texts.silent_at(id) {
            return Some(silent_at);
        }
        self.lines_up().next()?;
        self.texts.ready_at(id)
    }

    /// Incoming calls that nobody can take now and that have not been told to wait yet.
    fn to_be_queued(&self) -> impl Iterator<Item = &Live> {
        let nobody_free = !self.anybody_free();
        self.calls.all_live().filter(move |live| {
            let rings = live.record.state == CallState::Ringing;
            let unclaimed = live.owner.is_none() && live.record.direction == Direction::In;
            rings && unclaimed && (nobody_free || self.blocked_by(live).is_some())
        })
    }

    /// Claims that the line has not answered, and when they are let go.
    fn claims(&self) -> impl Iterator<Item = (CallId, &UserName, Tick)> {
        self.calls.all_live().filter_map(|live| {
            let owner = live.owner.as_ref()?;
            let claimed = live.rings() && live.record.direction == Direction::In;
            let since = self.calls.ticks(live.record.id).claimed?;
            claimed.then_some((
                live.record.id,
                owner,
                since + limits::CLAIM_UNANSWERED_AFTER,
            ))
        })
    }

    /// Calls that wait for somebody, and when supervisors are called for them. Not for one that its
    /// line may not have any more.
    fn escalations(&self) -> impl Iterator<Item = (CallId, Tick)> {
        let waits = |live: &&Live| live.wants_somebody() && !live.escalated && !live.sought;
        self.calls.all_live().filter(waits).filter_map(|live| {
            let call = live.record.id;
            let since = self.calls.ticks(call).waiting?;
            Some((call, since + limits::ESCALATE_AFTER))
        })
    }

    /// When calls from before the start are given up, if any is still looked for.
    fn sought_until(&self) -> Option<Tick> {
        let any = self.calls.all_live().any(|live| live.sought);
        any.then(|| Some(self.started? + limits::FOUND_WITHIN))?
    }

    pub(super) fn anybody_free(&self) -> bool {
        self.seats.all().any(|(user, _)| self.is_free(user))
    }

    /// Ready, and not on a call.
    pub(super) fn is_free(&self, user: &UserName) -> bool {
        self.seats.is_ready(user) && self.calls.owned_by(user).is_none()
    }

    /// The call that keeps a waiting one from being answered.
    pub(super) fn blocked_by(&self, live: &Live) -> Option<CallId> {
        if !live.record.waiting {
            return None;
        }
        self.busy_on(&live.record.line, live.record.id)
    }

    /// A call other than `except` that holds the line.
    pub(super) fn busy_on(&self, line: &LineName, except: CallId) -> Option<CallId> {
        let holds = |live: &&Live| {
            let taken = !live.rings() || live.owner.is_some();
            taken || live.record.direction == Direction::Out
        };
        self.calls
            .on_line(line)
            .filter(holds)
            .map(|live| live.record.id)
            .find(|id| *id != except)
    }
}
