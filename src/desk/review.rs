//! Saying what a call was: class, undo, notes, the report. On live calls, ended ones, and from the archive.

use super::call::{CallRecord, CallState, Class};
use super::fact::Fact;
use super::operator::Role;
use super::order::{Actor, Order, Refusal};
use super::{Decision, Desk, check};
use crate::base::ids::{CallId, UserName};
use crate::base::limits;
use crate::base::time::Now;

/// A call somebody speaks about, wherever it lies.
pub(super) struct Reviewed<'a> {
    record: &'a CallRecord,
    had: Vec<&'a UserName>,
    /// It has to be recalled before facts about it are applied.
    from_archive: bool,
}

impl Reviewed<'_> {
    pub(super) fn record(&self) -> &CallRecord {
        self.record
    }

    /// Whether this person has talked on it.
    pub(super) fn was_had_by(&self, user: &UserName) -> bool {
        self.had.contains(&user)
    }
}

impl Desk {
    /// The call at hand, or the record from the archive if the desk has let it go.
    pub(super) fn reviewed<'a>(
        &'a self,
        call: CallId,
        archived: Option<&'a CallRecord>,
    ) -> Result<Reviewed<'a>, Refusal> {
        if let Some(live) = self.calls.live(call) {
            return Ok(Reviewed {
                record: &live.record,
                had: live.had.iter().collect(),
                from_archive: false,
            });
        }
        if let Some(past) = self.calls.past(call) {
            return Ok(Reviewed {
                record: &past.record,
                had: past.had.iter().collect(),
                from_archive: false,
            });
        }
        let record = archived.filter(|record| record.id == call);
        let record = record.ok_or(Refusal::NoSuchCall)?;
        Ok(Reviewed {
            record,
            had: record.operator.iter().collect(),
            from_archive: true,
        })
    }

    /// What follows from an order that says more of a call; others are not for here.
    pub(super) fn review(
        &self,
        now: Now,
        actor: &Actor,
        order: &Order,
    ) -> Result<Decision, Refusal> {
        match order {
            Order::Classify {
                call,
                class,
                reason,
                note,
                archived,
            } => {
                let call = self.reviewed(*call, archived.as_deref())?;
                self.classify(actor, call, *class, reason.as_deref(), note.as_deref())
            }
            Order::Undo { call } => self.undo(now, actor, *call),
            Order::Note {
                call,
                text,
                archived,
            } => self.note(actor, self.reviewed(*call, archived.as_deref())?, text),
            Order::TypeReport {
                call,
                change,
                file,
                archived,
            } => {
                let call = self.reviewed(*call, archived.as_deref())?;
                self.type_report(actor, call, change, *file)
            }
            Order::Report {
                call,
                change,
                class,
                archived,
            } => {
                let call = self.reviewed(*call, archived.as_deref())?;
                self.report(actor, call, change, *class)
            }
            _ => Ok(Decision::default()),
        }
    }

    fn classify(
        &self,
        actor: &Actor,
        call: Reviewed<'_>,
        class: Class,
        reason: Option<&str>,
        note: Option<&str>,
    ) -> Result<Decision, Refusal> {
        let reason = check::optional("reason", reason, limits::REASON_CHARS_MAX)?;
        let note = check::optional("note", note, limits::NOTE_CHARS_MAX)?;
        check_may_classify(actor, &call)?;
        let record = call.record;
        let mut decision = self.file_draft(actor, record);
        let same_reason = reason.is_none() || record.class_reason.as_deref() == reason;
        if record.class != Some(class) || !same_reason {
            decision.facts.push(Fact::CallClassified {
                call: record.id,
                by: actor.user.clone(),
                class: Some(class),
                reason: reason.map(str::to_owned),
                undo: false,
            });
        }
        if let Some(note) = note {
            decision.facts.extend(new_note(actor, record, note)?);
        }
        Ok(decision.recalling(&call))
    }

    fn undo(&self, now: Now, actor: &Actor, id: CallId) -> Result<Decision, Refusal> {
        let call = self.reviewed(id, None)?;
        let record = call.record;
        if record.class.is_none() {
            return Err(Refusal::NoClass);
        }
        if record.classified_by.as_ref() != Some(&actor.user) || !self.may_still_undo(now, record) {
            return Err(Refusal::TooLate);
        }
        let mut decision = Decision::about(id);
        decision.facts.push(Fact::CallClassified {
            call: id,
            by: actor.user.clone(),
            class: None,
            reason: None,
            undo: true,
        });
        Ok(decision.recalling(&call))
    }

    /// The monotonic clock decides. Only for a class set before a restart is the wall clock asked,
    /// and one that ran backwards says no.
    fn may_still_undo(&self, now: Now, record: &CallRecord) -> bool {
        if let Some(tick) = self.calls.class_tick(record.id) {
            return now.tick.since(tick) <= limits::UNDO;
        }
        let Some(stamp) = record.classified else {
            return false;
        };
        stamp.at <= now.wall && now.wall <= stamp.at + limits::UNDO
    }

    fn note(&self, actor: &Actor, call: Reviewed<'_>, text: &str) -> Result<Decision, Refusal> {
        let text = check::text("text", text, limits::NOTE_CHARS_MAX)?;
        let mut decision = Decision::about(call.record.id);
        decision.facts.extend(new_note(actor, call.record, text)?);
        Ok(decision.recalling(&call))
    }
}

impl Decision {
    pub(super) fn recalling(mut self, call: &Reviewed<'_>) -> Decision {
        if call.from_archive && !self.facts.is_empty() {
            self.recall = Some(Box::new(call.record.clone()));
        }
        self
    }
}

/// Who talked on it; anybody if nobody did; a supervisor always. Not before somebody has talked.
pub(super) fn check_may_classify(actor: &Actor, call: &Reviewed<'_>) -> Result<(), Refusal> {
    let record = call.record;
    let is_over = record.state == CallState::Ended;
    if !is_over && record.answered.is_none() {
        return Err(Refusal::NotTalking);
    }
    if call.was_had_by(&actor.user) || record.answered.is_none() || actor.role >= Role::Supervisor {
        return Ok(());
    }
    let by = record.operator.clone();
    Err(Refusal::NotYours { by })
}

/// The same words twice in a row by the same person are a double click.
fn new_note(actor: &Actor, record: &CallRecord, text: &str) -> Result<Option<Fact>, Refusal> {
    let last = record.notes.last();
    if last.is_some_and(|last| last.by == actor.user && last.text == text) {
        return Ok(None);
    }
    if record.notes.len() >= limits::NOTES_LEN_MAX {
        return Err(Refusal::BadField {
            field: "note",
            limit: Some(limits::NOTES_LEN_MAX),
        });
    }
    Ok(Some(Fact::CallNoted {
        call: record.id,
        by: actor.user.clone(),
        text: text.to_owned(),
    }))
}
