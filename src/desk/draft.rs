//! Drafts: reports that are being typed and are not filed yet.
//!
//! Nothing typed is ever lost, so a draft is on disk before whoever typed it is told so; but not in
//! the journal, where every pause of every keystroke would stay for ever. The desk keeps one for
//! each call, whoever has the call; filing the report ends it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::call::{CallRecord, CallState, Class};
use super::fact::Fact;
use super::operator::Role;
use super::order::{Actor, Refusal};
use super::report::{Report, ReportChange};
use super::review::{self, Reviewed};
use super::{Decision, Desk};
use crate::base::ids::{CallId, UserName};
use crate::base::limits;
use crate::base::time::Stamp;

/// What has been typed of a call and is not filed.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Draft {
    /// The whole report as it would be filed.
    pub report: Report,
    /// Who typed last, and when.
    pub by: UserName,
    pub at: Stamp,
    /// Higher with every change of any draft: another number means another text.
    pub rev: u64,
}

/// What an order does to a draft.
#[derive(Clone, PartialEq, Debug)]
pub enum DraftChange {
    Typed {
        call: CallId,
        report: Box<Report>,
        by: UserName,
    },
    /// It is filed, or says no more than what is.
    Settled { call: CallId },
}

/// A draft as it is on disk: overwritten in place, in the same commit as the facts of its order.
#[derive(Clone, PartialEq, Debug)]
pub struct DraftRow {
    pub call: CallId,
    /// `None`: the row goes.
    pub draft: Option<Arc<Draft>>,
    /// The number of this change.
    pub rev: u64,
}

/// Every draft, by call.
#[derive(Clone, Debug, Default)]
pub(super) struct Drafts {
    by_call: BTreeMap<CallId, Arc<Draft>>,
    last_rev: u64,
}

impl Desk {
    /// Puts drafts from the disk at hand, once, at the start.
    pub fn drafts_found(&mut self, found: impl IntoIterator<Item = (CallId, Draft)>) {
        for (call, draft) in found {
            self.drafts.last_rev = self.drafts.last_rev.max(draft.rev);
            self.drafts.by_call.insert(call, Arc::new(draft));
        }
    }

    /// The draft of a call.
    pub fn draft(&self, call: CallId) -> Option<&Arc<Draft>> {
        self.drafts.by_call.get(&call)
    }

    /// Every draft.
    pub fn drafts(&self) -> &BTreeMap<CallId, Arc<Draft>> {
        &self.drafts.by_call
    }

    /// Takes the changes of a decision in; hands back the rows for the disk.
    pub fn change_drafts(&mut self, at: Stamp, changes: Vec<DraftChange>) -> Vec<DraftRow> {
        let change = |change| {
            self.drafts.last_rev += 1;
            let rev = self.drafts.last_rev;
            match change {
                DraftChange::Typed { call, report, by } => {
                    let draft = Draft {
                        report: *report,
                        by,
                        at,
                        rev,
                    };
                    let draft = Some(Arc::new(draft));
                    self.drafts.by_call.extend(draft.clone().map(|d| (call, d)));
                    DraftRow { call, draft, rev }
                }
                DraftChange::Settled { call } => {
                    self.drafts.by_call.remove(&call);
                    let draft = None;
                    DraftRow { call, draft, rev }
                }
            }
        };
        changes.into_iter().map(change).collect()
    }

    /// Somebody types. `file`: that is the report now.
    pub(super) fn type_report(
        &self,
        actor: &Actor,
        call: Reviewed<'_>,
        change: &ReportChange,
        file: bool,
    ) -> Result<Decision, Refusal> {
        self.check_may_report(actor, &call)?;
        let record = call.record();
        let known = self.known_of(record);
        let report = known.changed(change)?;
        if file {
            return self.filed(actor, &call, report);
        }
        let mut decision = Decision::about(record.id);
        if report == known {
            return Ok(decision);
        }
        let filed = record.report.clone().unwrap_or_default();
        let call = record.id;
        decision.drafts.push(if report == filed {
            DraftChange::Settled { call }
        } else {
            self.check_room_for(call)?;
            let by = actor.user.clone();
            DraftChange::Typed {
                call,
                report: Box::new(report),
                by,
            }
        });
        Ok(decision)
    }

    /// The report is filed, and says what the call was.
    pub(super) fn report(
        &self,
        actor: &Actor,
        call: Reviewed<'_>,
        change: &ReportChange,
        class: Class,
    ) -> Result<Decision, Refusal> {
        review::check_may_classify(actor, &call)?;
        let record = call.record();
        let report = self.known_of(record).changed(change)?;
        let mut decision = self.filed(actor, &call, report)?;
        if record.class != Some(class) {
            decision.facts.push(Fact::CallClassified {
                call: record.id,
                by: actor.user.clone(),
                class: Some(class),
                reason: None,
                undo: false,
            });
        }
        Ok(decision.recalling(&call))
    }

    /// What was typed and is still a draft becomes the report, before the call is put away as
    /// something else.
    pub(super) fn file_draft(&self, actor: &Actor, record: &CallRecord) -> Decision {
        let call = record.id;
        let mut decision = Decision::about(call);
        let Some(draft) = self.draft(call) else {
            return decision;
        };
        if !draft.report.is_empty() {
            decision.facts.push(Fact::CallReported {
                call,
                by: actor.user.clone(),
                report: Box::new(draft.report.clone()),
            });
        }
        decision.drafts.push(DraftChange::Settled { call });
        decision
    }

    fn filed(
        &self,
        actor: &Actor,
        call: &Reviewed<'_>,
        report: Report,
    ) -> Result<Decision, Refusal> {
        if report.is_empty() {
            let (field, limit) = ("location", None);
            return Err(Refusal::BadField { field, limit });
        }
        let record = call.record();
        let call_id = record.id;
        let mut decision = Decision::about(call_id);
        if record.report.as_ref() != Some(&report) {
            decision.facts.push(Fact::CallReported {
                call: call_id,
                by: actor.user.clone(),
                report: Box::new(report),
            });
        }
        if self.draft(call_id).is_some() {
            let call = call_id;
            decision.drafts.push(DraftChange::Settled { call });
        }
        Ok(decision.recalling(call))
    }

    /// What the next change is made to: the draft, or what is filed, or nothing.
    fn known_of(&self, record: &CallRecord) -> Report {
        let draft = self.draft(record.id).map(|draft| &draft.report);
        draft
            .or(record.report.as_ref())
            .cloned()
            .unwrap_or_default()
    }

    /// Whoever has the call or had it; anybody if nobody talked on it; a supervisor always.
    fn check_may_report(&self, actor: &Actor, call: &Reviewed<'_>) -> Result<(), Refusal> {
        let record = call.record();
        let owner = self.owner(record.id);
        let theirs = owner == Some(&actor.user) || call.was_had_by(&actor.user);
        let is_nobodys = record.state == CallState::Ended && record.answered.is_none();
        if theirs || is_nobodys || actor.role >= Role::Supervisor {
            return Ok(());
        }
        let by = owner.or(record.operator.as_ref()).cloned();
        Err(Refusal::NotYours { by })
    }

    fn check_room_for(&self, call: CallId) -> Result<(), Refusal> {
        let has_one = self.drafts.by_call.contains_key(&call);
        if has_one || self.drafts.by_call.len() < limits::DRAFTS_LEN_MAX {
            return Ok(());
        }
        Err(Refusal::TooManyDrafts)
    }
}
