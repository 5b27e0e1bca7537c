//! Taking facts about texts in.

use super::fact::Fact;
use super::{Desk, SmsRecord, texts};
use crate::base::time::{Stamp, Tick};

impl Desk {
    /// The text as it is after the fact, if its row changed.
    pub(super) fn apply_to_text(
        &mut self,
        fact: &Fact,
        at: Stamp,
        tick: Option<Tick>,
    ) -> Option<SmsRecord> {
        match fact {
            Fact::SmsReceived { network_time, .. } => {
                let record = first_record(fact, at)?;
                let is_new = self.texts.receive(&record, network_time.as_deref());
                is_new.then_some(record)
            }
            Fact::SmsQueued { .. } => {
                let record = first_record(fact, at)?;
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
            Fact::SystemStarted { .. }
            | Fact::SystemStopped {}
            | Fact::SystemDamaged { .. }
            | Fact::ClockChanged { .. }
            | Fact::LineUp { .. }
            | Fact::LineDown { .. }
            | Fact::LineRestarted { .. }
            | Fact::CallOffered { .. }
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
            | Fact::RecordingPlayed { .. }
            | Fact::CallbackClosed { .. }
            | Fact::OperatorJoined { .. }
            | Fact::OperatorChanged { .. }
            | Fact::OperatorAskedHelp { .. }
            | Fact::OperatorHelped { .. }
            | Fact::OperatorLeft { .. }
            | Fact::ShiftHandedOver { .. }
            | Fact::ShiftAccepted { .. }
            | Fact::ShiftUnaccepted { .. }
            | Fact::OfficeChanged { .. } => None,
        }
    }
}

/// The row of a text as the fact that makes it known has it; `None` for any other fact.
pub(super) fn first_record(fact: &Fact, at: Stamp) -> Option<SmsRecord> {
    if let Fact::SmsReceived {
        sms,
        line,
        from,
        number,
        text,
        network_time: _,
        position,
    } = fact
    {
        return Some(SmsRecord {
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
        });
    }
    if let Fact::SmsQueued {
        sms,
        to,
        text,
        by,
        line,
    } = fact
    {
        return Some(SmsRecord {
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
        });
    }
    None
}
