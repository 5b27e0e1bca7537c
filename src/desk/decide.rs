//! What people and programs may ask, and what follows. Pure: the desk is only read.

use super::apply_text::first_record;
use super::call::{CallState, Direction, EndedBy};
use super::calls::Live;
use super::fact::Fact;
use super::operator::{Role, SeatState};
use super::order::{Actor, LineOrder, OfficeOrder, Order, Refusal};
use super::sound::played;
use super::{Decision, Desk, check};
use crate::base::ids::{CallId, LineName, UserName};
use crate::base::limits;
use crate::base::phone::{self, Caller, Number, NumberType, Presentation};
use crate::base::time::{Now, Stamp};

impl Desk {
    /// What follows from an order.
    ///
    /// Asking for what already is changes nothing and is no error: a double click is harmless.
    ///
    /// # Errors
    /// The refusal, with the next step for the person who asked.
    pub fn decide(&self, now: Now, actor: &Actor, order: &Order) -> Result<Decision, Refusal> {
        let needs = Role::Operator;
        // Whoever may do nothing any more may still leave.
        let leaves = matches!(order, Order::Part { .. });
        if self.office.is_disabled(&actor.user) && !leaves {
            // The order was on its way when its sender was shut out.
            return Err(Refusal::NotAllowed { needs });
        }
        // Who may hear a recording is decided where it is asked for; auditors may.
        if !leaves && !matches!(order, Order::Office(_) | Order::Play { .. }) {
            check::role(actor, needs)?;
        }
        match order {
            Order::Seat { state, reason } => self.take_seat(actor, *state, reason.as_deref()),
            Order::AskHelp { call } => self.ask_help(actor, *call),
            Order::Help { user } => self.help(actor, user),
            Order::Answer { call } => self.answer(actor, *call),
            Order::TakeOver { call } => self.take_over(now, actor, *call),
            Order::Hangup { call } => self.hang_up(now, actor, *call),
            Order::Dtmf { call, digits } => self.press_keys(actor, *call, digits),
            Order::Transfer { call, to } => self.transfer(actor, *call, to),
            Order::Classify { .. }
            | Order::Undo { .. }
            | Order::Note { .. }
            | Order::TypeReport { .. }
            | Order::Report { .. } => self.review(now, actor, order),
            Order::Hold { call, on } => self.hold(actor, *call, *on),
            Order::Invite { call, to } => self.invite(actor, *call, to),
            Order::Join { call, how } => self.join(actor, *call, *how),
            Order::Part { call } => Ok(self.part(actor, *call)),
            Order::Play { call } => Ok(played(actor, *call)),
            Order::DeleteRecording {
                call,
                file,
                why,
                archived,
            } => {
                self.delete_recording(actor, self.reviewed(*call, archived.as_deref())?, file, why)
            }
            Order::MakeRoom {
                call,
                file,
                settled_after,
                archived,
            } => self.make_room(
                actor,
                self.reviewed(*call, archived.as_deref())?,
                file,
                (now, *settled_after),
            ),
            Order::Dial { number, line } => self.dial(actor, number, line.as_ref()),
            Order::SendSms { to, text, line } => self.send_text(actor, to, text, line),
            Order::RestartLine { line } => restart_line(actor, line),
            Order::CloseCallback { .. } | Order::HandOver { .. } | Order::AcceptItems { .. } => {
                self.shift_order(actor, order)
            }
            Order::Office(order) => self.office_order(actor, order),
        }
    }

    /// What is left to whoever comes next.
    fn shift_order(&self, actor: &Actor, order: &Order) -> Result<Decision, Refusal> {
        match order {
            Order::CloseCallback {
                number,
                result,
                note,
            } => self.close_callback(actor, number, *result, note.as_deref()),
            Order::HandOver { note, mood } => self.hand_over(actor, note, *mood),
            Order::AcceptItems { handover, item } => {
                self.accept_items(actor, *handover, item.as_deref())
            }
            _ => Ok(Decision::default()),
        }
    }

    fn take_seat(
        &self,
        actor: &Actor,
        state: SeatState,
        reason: Option<&str>,
    ) -> Result<Decision, Refusal> {
        let reason = check::optional("reason", reason, limits::REASON_CHARS_MAX)?;
        let user = actor.user.clone();
        let facts = match (self.seats.get(&user), state) {
            (None, SeatState::Away) => Vec::new(),
            (Some(_), SeatState::Away) => {
                if let Some(call) = self.calls.owned_by(&user) {
                    return Err(Refusal::OnAnotherCall { call });
                }
                self.leaving(&user, false)
            }
            (None, SeatState::Ready | SeatState::Pause) => {
                let joined = Fact::OperatorJoined {
                    user: user.clone(),
                    state,
                };
                let why = reason.map(|reason| seat_changed(&user, state, Some(reason)));
                std::iter::once(joined).chain(why).collect()
            }
            (Some(chair), SeatState::Ready | SeatState::Pause) => {
                let is_so = chair.state == state && chair.reason.as_deref() == reason;
                let changed = (!is_so).then(|| seat_changed(&user, state, reason));
                changed.into_iter().collect()
            }
        };
        Ok(Decision {
            facts,
            ..Decision::default()
        })
    }

    /// The facts of a seat being given up. A call that is up stays up, for anybody to take.
    pub(super) fn leaving(&self, user: &UserName, lost: bool) -> Vec<Fact> {
        let mut facts = Vec::new();
        if let Some(live) = self.calls.owned_by(user).and_then(|id| self.calls.live(id))
            && live.rings()
            && live.record.direction == Direction::In
        {
            facts.push(Fact::CallUnclaimed {
                call: live.record.id,
                by: user.clone(),
                why: if lost { "seat_lost" } else { "left" }.to_owned(),
            });
        }
        facts.push(Fact::OperatorLeft {
            user: user.clone(),
            lost,
        });
        facts
    }

    pub(super) fn answer(&self, actor: &Actor, call: CallId) -> Result<Decision, Refusal> {
        let live = self.live(call)?;
        let by = actor.user.clone();
        match &live.owner {
            Some(owner) if *owner == by => return Ok(Decision::about(call)),
            Some(owner) => return Err(Refusal::Taken { by: owner.clone() }),
            None => {}
        }
        self.check_free(&by)?;
        let mut decision = Decision::about(call);
        match (live.record.state, live.record.direction) {
            (CallState::Ringing | CallState::Queued | CallState::Ivr, Direction::In) => {
                if let Some(call) = self.blocked_by(live) {
                    return Err(Refusal::LineBusy { call });
                }
                decision.facts.push(Fact::CallClaimed { call, by });
                decision.lines.push(LineOrder::Answer { call });
            }
            (
                CallState::Ringing
                | CallState::Queued
                | CallState::Ivr
                | CallState::Talking
                | CallState::Held,
                Direction::In | Direction::Out,
            ) => decision.facts = handed_over(live, by),
            (CallState::Ended, Direction::In | Direction::Out) => return Err(Refusal::CallOver),
        }
        Ok(decision)
    }

    fn hang_up(&self, now: Now, actor: &Actor, call: CallId) -> Result<Decision, Refusal> {
        let live = match self.live(call) {
            Ok(live) => live,
            // The caller was quicker.
            Err(Refusal::CallOver) => return Ok(Decision::about(call)),
            Err(refusal) => return Err(refusal),
        };
        if live.rings() && live.record.direction == Direction::In {
            // Turning a caller away is never one operator's decision.
            check::role(actor, Role::Supervisor)?;
        } else {
            self.check_may_handle(actor, live)?;
        }
        let mut decision = Decision::about(call);
        decision.lines.push(LineOrder::Hangup { call });
        if !self.is_up(&live.record.line) && !live.sought {
            // A dead line confirms nothing; its call must not keep the operator from the next.
            decision.facts = self.ended(now, call, EndedBy::Operator, None).facts;
        }
        Ok(decision)
    }

    fn press_keys(&self, actor: &Actor, call: CallId, digits: &str) -> Result<Decision, Refusal> {
        let live = self.live(call)?;
        let digits = check::keys(digits)?;
        self.check_may_handle(actor, live)?;
        check_up(live)?;
        let mut decision = Decision::about(call);
        decision.facts.push(Fact::CallDtmf {
            call,
            digits: digits.clone(),
            from_caller: false,
        });
        decision.lines.push(LineOrder::Dtmf { call, digits });
        Ok(decision)
    }

    fn transfer(&self, actor: &Actor, call: CallId, to: &UserName) -> Result<Decision, Refusal> {
        let live = self.live(call)?;
        if live.owner.as_ref() == Some(to) {
            return Ok(Decision::about(call));
        }
        self.check_may_handle(actor, live)?;
        check_up(live)?;
        if !self.is_free(to) {
            return Err(Refusal::SeatNotReady { user: to.clone() });
        }
        Ok(Decision {
            facts: handed_over(live, to.clone()),
            ..Decision::about(call)
        })
    }

    fn dial(
        &self,
        actor: &Actor,
        typed: &str,
        line: Option<&LineName>,
    ) -> Result<Decision, Refusal> {
        self.check_free(&actor.user)?;
        let number = self.number(typed)?;
        let line = self.line_to_dial(line)?;
        let call = self.calls.next_id();
        let caller = Caller {
            presentation: Presentation::Allowed,
            raw: check::dialable(&number),
            number: Some(number),
            ..Caller::default()
        };
        let mut decision = Decision::about(call);
        decision.lines.push(LineOrder::Dial {
            line: line.clone(),
            number: caller.raw.clone(),
            call,
        });
        decision.facts.push(Fact::CallOffered {
            call,
            direction: Direction::Out,
            line: line.clone(),
            caller,
            waiting: false,
            by: Some(actor.user.clone()),
        });
        Ok(decision)
    }

    /// The line that was asked for, or the first one by name that is up and has no call.
    fn line_to_dial<'a>(&'a self, wanted: Option<&'a LineName>) -> Result<&'a LineName, Refusal> {
        let Some(wanted) = wanted else {
            let mut up = self.lines_up();
            let free = up.find(|line| self.calls.on_line(line).next().is_none());
            return free.ok_or(Refusal::NoLine);
        };
        if let Some(live) = self.calls.on_line(wanted).next() {
            let call = live.record.id;
            return Err(Refusal::LineBusy { call });
        }
        self.is_up(wanted).then_some(wanted).ok_or(Refusal::NoLine)
    }

    fn send_text(
        &self,
        actor: &Actor,
        to: &str,
        text: &str,
        line: &Option<LineName>,
    ) -> Result<Decision, Refusal> {
        let number = self.number(to)?;
        let text = check::text("text", text, limits::SMS_CHARS_MAX)?;
        if line.as_ref().is_some_and(|line| !self.is_up(line)) {
            return Err(Refusal::NoLine);
        }
        if self.texts.all_unsent().len() >= limits::SMS_UNSENT_LEN_MAX {
            // So many wait only when no line has been able to send for long.
            return Err(Refusal::NoLine);
        }
        let sms = self.texts.next_id();
        let queued = Fact::SmsQueued {
            sms,
            to: number.to_string(),
            text: text.to_owned(),
            by: actor.user.clone(),
            line: line.clone(),
        };
        // What is handed to a line does not say when it was written.
        let record = first_record(&queued, Stamp::default());
        Ok(Decision {
            facts: vec![queued],
            lines: record
                .and_then(|r| self.order_to_send(&r))
                .into_iter()
                .collect(),
            sms: Some(sms),
            ..Decision::default()
        })
    }

    fn office_order(&self, actor: &Actor, order: &OfficeOrder) -> Result<Decision, Refusal> {
        let mut decision = self.office.decide(actor, order)?;
        // Who may no longer take calls does not keep a seat.
        let leaver = match order {
            OfficeOrder::ChangeUser {
                user,
                role,
                disabled,
                ..
            } if *disabled == Some(true) || role.is_some_and(|role| role < Role::Operator) => {
                Some(user)
            }
            OfficeOrder::ChangeUser { .. }
            | OfficeOrder::Claim { .. }
            | OfficeOrder::AddUser { .. }
            | OfficeOrder::SetPassword { .. }
            | OfficeOrder::AddToken { .. }
            | OfficeOrder::RevokeToken { .. }
            | OfficeOrder::SetPrompt { .. }
            | OfficeOrder::RestorePrompt { .. }
            | OfficeOrder::SetWording { .. }
            | OfficeOrder::RestoreWording { .. }
            | OfficeOrder::SetKeys { .. }
            | OfficeOrder::SetPin { .. } => None,
        };
        if let Some(user) = leaver
            && self.seats.get(user).is_some()
        {
            decision.facts.extend(self.leaving(user, false));
        }
        Ok(decision)
    }

    /// A live call.
    pub(super) fn live(&self, call: CallId) -> Result<&Live, Refusal> {
        let gone = if self.calls.was_offered(call) {
            Refusal::CallOver
        } else {
            Refusal::NoSuchCall
        };
        self.calls.live(call).ok_or(gone)
    }

    fn number(&self, typed: &str) -> Result<Number, Refusal> {
        phone::read(typed, NumberType::Unknown, self.area_code.as_deref()).ok_or(Refusal::BadNumber)
    }

    /// Whoever has the call, or a supervisor.
    pub(super) fn check_may_handle(&self, actor: &Actor, live: &Live) -> Result<(), Refusal> {
        if live.owner.as_ref() == Some(&actor.user) || actor.role >= Role::Supervisor {
            return Ok(());
        }
        let by = live.owner.clone();
        Err(Refusal::NotYours { by })
    }

    pub(super) fn check_free(&self, user: &UserName) -> Result<(), Refusal> {
        if !self.seats.is_ready(user) {
            return Err(Refusal::NotReady);
        }
        match self.calls.owned_by(user) {
            Some(call) => Err(Refusal::OnAnotherCall { call }),
            None => Ok(()),
        }
    }
}

/// The call becomes `to`'s without the line being told anything: it is up, or being dialled. Who
/// is the first to talk on a call that is up answers it.
pub(super) fn handed_over(live: &Live, to: UserName) -> Vec<Fact> {
    let call = live.record.id;
    let from = live.record.operator.clone();
    let by = to.clone();
    let mut facts = vec![Fact::CallTransferred { call, from, to }];
    if !live.rings() && live.record.answered.is_none() {
        facts.push(Fact::CallAnswered { call, by });
    }
    facts
}

/// Keys and transfers need a line that is up.
pub(super) fn check_up(live: &Live) -> Result<(), Refusal> {
    match live.record.state {
        CallState::Talking | CallState::Held => Ok(()),
        CallState::Ringing | CallState::Queued | CallState::Ivr => Err(Refusal::NotTalking),
        CallState::Ended => Err(Refusal::CallOver),
    }
}

fn restart_line(actor: &Actor, line: &LineName) -> Result<Decision, Refusal> {
    check::role(actor, Role::Admin)?;
    let mut decision = Decision::default();
    decision.facts.push(Fact::LineRestarted {
        line: line.clone(),
        by: actor.user.clone(),
    });
    decision
        .lines
        .push(LineOrder::Restart { line: line.clone() });
    Ok(decision)
}

fn seat_changed(user: &UserName, state: SeatState, reason: Option<&str>) -> Fact {
    Fact::OperatorChanged {
        user: user.clone(),
        state,
        reason: reason.map(str::to_owned),
    }
}
