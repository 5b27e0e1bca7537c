//! Taking facts in. Total: whatever does not fit what is known is ignored, and replay gives the
//! same desk as living through it.

use super::call::CallState;
use super::fact::Fact;
use super::help::Help;
use super::operator::SeatState;
use super::seats::Chair;
use super::{Desk, Entry, LineState, Touched};
use crate::base::ids::{LineName, UserName};
use crate::base::time::{Stamp, Tick};

impl Desk {
    /// Takes an entry in; hands back the rows it changed, as they are now.
    ///
    /// `tick` is when it happened, `None` in replay: durations are then unknown.
    pub fn apply(&mut self, entry: &Entry, tick: Option<Tick>) -> Touched {
        let touched = self.take_in(entry, tick);
        self.calls.note_waits(tick);
        touched
    }

    fn take_in(&mut self, entry: &Entry, tick: Option<Tick>) -> Touched {
        let at = entry.stamp;
        match &entry.fact {
            Fact::SystemStarted { .. } => self.start(tick),
            Fact::SystemDamaged { loss } => {
                self.losses.note(at, loss);
                Touched::default()
            }
            Fact::SystemStopped {} | Fact::ClockChanged { .. } | Fact::LineRestarted { .. } => {
                Touched::default()
            }
            Fact::LineUp { line } => self.set_line(line, None),
            Fact::LineDown { line, why, .. } => self.set_line(line, Some(why.clone())),
            Fact::OfficeChanged { by, change } => {
                self.office.apply(at, by, change);
                Touched::default()
            }
            Fact::OperatorJoined { .. }
            | Fact::OperatorChanged { .. }
            | Fact::OperatorAskedHelp { .. }
            | Fact::OperatorHelped { .. }
            | Fact::OperatorLeft { .. } => self.apply_to_seat(&entry.fact, at, tick),
            Fact::ShiftHandedOver { .. }
            | Fact::ShiftAccepted { .. }
            | Fact::ShiftUnaccepted { .. } => {
                self.apply_shift(entry, tick);
                Touched::default()
            }
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
            | Fact::CallNoted { .. }
            | Fact::CallEscalated { .. }
            | Fact::CallReported { .. }
            | Fact::CallSound { .. }
            | Fact::CallTapped { .. }
            | Fact::CallHeld { .. }
            | Fact::CallInvited { .. }
            | Fact::CallJoined { .. }
            | Fact::CallParted { .. }
            | Fact::RecordingClosed { .. }
            | Fact::RecordingDeleted { .. }
            | Fact::RecordingMissed { .. }
            | Fact::RecordingPlayed { .. } => {
                Touched::calls(self.apply_to_call(&entry.fact, at, tick))
            }
            Fact::CallbackClosed { number, result, .. } => Touched {
                calls: self.callback_closed(number, *result),
                ..Touched::default()
            },
            Fact::SmsReceived { .. }
            | Fact::SmsQueued { .. }
            | Fact::SmsSent { .. }
            | Fact::SmsDelayed { .. }
            | Fact::SmsFailed { .. }
            | Fact::SmsReported { .. } => Touched::sms(self.apply_to_text(&entry.fact, at, tick)),
        }
    }

    fn apply_to_seat(&mut self, fact: &Fact, at: Stamp, tick: Option<Tick>) -> Touched {
        match fact {
            Fact::OperatorJoined { user, state } => self.seat(user, *state, None, at, tick),
            Fact::OperatorChanged {
                user,
                state,
                reason,
            } => self.seat(user, *state, reason.clone(), at, tick),
            Fact::OperatorAskedHelp { user, call } => {
                let (since, call) = (at, *call);
                self.seats.set_help(user, Some(Help { since, call }));
                Touched::default()
            }
            Fact::OperatorHelped { user, .. } => {
                self.seats.set_help(user, None);
                Touched::default()
            }
            Fact::OperatorLeft { user, .. } => self.leave(user),
            _ => Touched::default(),
        }
    }

    /// What is live may be gone; no line has said anything yet; no screen is connected yet.
    fn start(&mut self, tick: Option<Tick>) -> Touched {
        self.started = tick;
        self.lines.clear();
        self.seats.started(tick);
        self.texts.started(tick);
        self.shift.started(tick);
        let mut claimed = Vec::new();
        for live in self.calls.all_live_mut() {
            live.sought = true;
            live.record.sound.restarted();
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
        let before = self.seats.get(user);
        let joins = before.is_none();
        let chair = Chair {
            state,
            reason,
            since,
            // Whoever pauses may need help all the same.
            help: before.and_then(|chair| chair.help.clone()),
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
}
