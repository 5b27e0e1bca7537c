//! Recording: facts are sealed and applied, screens are told at once, the disk is asked, and what
//! waits for the disk happens when it has answered.

use std::collections::BTreeMap;

use super::bus::{Alert, DurableFact};
use super::core::{Core, Out, ReplyTo};
use super::unsaved::After;
use crate::base::ids::{CallId, UserName};
use crate::base::time::{Now, Tick, Wall};
use crate::desk::call::{CallRecord, CallState};
use crate::desk::draft::DraftRow;
use crate::desk::fact::Fact;
use crate::desk::order::{LineOrder, Receipt};
use crate::desk::{Decision, Desk, Entry, Touched};
use crate::line::words;
use crate::store::Batch;

/// A decision that is applied and not yet handed to the disk.
pub(super) struct Recording {
    now: Now,
    entries: Vec<Entry>,
    batch: Batch,
    orders: Vec<LineOrder>,
    /// Who waits for the answer, and what it will say.
    reply: Option<(ReplyTo, Receipt)>,
}

impl Core {
    /// What waited for the disk happens now.
    pub(super) fn saved(&mut self, now: Now, done: After) {
        match done {
            After::Say(fact) => self.out.push_back(Out::Fact(fact)),
            After::Alert(alert) => self.alert(alert),
            After::Reply(reply, receipt) => {
                self.out.push_back(Out::Reply {
                    reply,
                    answer: Ok(receipt),
                });
            }
            After::SessionReply(reply) => {
                self.out.push_back(Out::SessionReply {
                    reply,
                    answer: Ok(()),
                });
            }
            After::KeepSms { line, slots } => {
                let order = words::Order::SmsKept { slots };
                self.lines
                    .slot(line)
                    .line
                    .handle(now, words::Input::Order(order));
                self.drain_line(now, line);
            }
            After::SendSms(sms) => {
                self.lines.send_later(sms);
                self.send_texts(now);
            }
        }
    }

    /// Applies a decision and tells the screens. Sealing, the disk and the orders to the lines
    /// follow when the screens have it: [`Core::finish_recording`].
    pub(super) fn carry_out(&mut self, now: Now, decision: Decision, reply: Option<ReplyTo>) {
        self.finish_recording();
        let Decision {
            facts,
            lines,
            secrets,
            drafts,
            call,
            sms,
            recall,
        } = decision;
        if let Some(record) = recall {
            self.desk.recall(*record);
        }
        let (entries, touched) = self.apply(now, facts);
        let drafts = self.desk.change_drafts(self.time.stamp(now), drafts);
        self.picture_changed |= !drafts.is_empty();
        let receipt = Receipt {
            seq: 0,
            call,
            sms,
            draft: call.and_then(|call| self.desk.draft(call).cloned()),
        };
        self.recording = Some(Recording {
            now,
            entries,
            batch: Batch {
                touched,
                secrets,
                drafts,
                ..Batch::default()
            },
            orders: lines,
            reply: reply.map(|to| (to, receipt)),
        });
    }

    /// Seals what has been applied, hands it to the disk, promises the reply, orders the lines.
    pub(super) fn finish_recording(&mut self) {
        let Some(recording) = self.recording.take() else {
            return;
        };
        let Recording {
            now,
            entries,
            mut batch,
            orders,
            reply,
        } = recording;
        let recorded = !entries.is_empty() || !batch.secrets.is_empty();
        let changed = recorded || !batch.drafts.is_empty();
        let says = self.seal(entries, &mut batch);
        if let Some((reply, mut receipt)) = reply {
            receipt.seq = if recorded { self.head().0 } else { 0 };
            self.unsaved.wait(After::Reply(reply, receipt));
        }
        for DraftRow { call, rev, .. } in &batch.drafts {
            let (call, rev) = (*call, *rev);
            self.unsaved.wait(After::Alert(Alert::Draft { call, rev }));
        }
        says.into_iter()
            .for_each(|fact| self.unsaved.wait(After::Say(fact)));
        let (texts, orders): (Vec<_>, Vec<_>) = orders
            .into_iter()
            .partition(|order| matches!(order, LineOrder::SendSms { .. }));
        texts
            .into_iter()
            .for_each(|order| self.order_line(now, order));
        if changed {
            self.commit(batch);
        } else {
            // Nothing new, but what it agrees with may not be on disk yet: the answer waits for it.
            for done in self.unsaved.nothing_new() {
                self.saved(now, done);
            }
        }
        // Last, because what a line answers at once is recorded after what was just recorded.
        orders
            .into_iter()
            .for_each(|order| self.order_line(now, order));
    }

    /// Records facts that nobody waits for.
    pub(super) fn record(&mut self, now: Now, facts: Vec<Fact>) {
        let decision = Decision {
            facts,
            ..Decision::default()
        };
        self.carry_out(now, decision, None);
    }

    /// Applies facts in order; alerts go out at once.
    fn apply(&mut self, now: Now, facts: Vec<Fact>) -> (Vec<Entry>, Touched) {
        let mut all = Touched::default();
        let mut entries = Vec::with_capacity(facts.len());
        let mut seq = self.chain.next();
        for fact in facts {
            let entry = Entry {
                seq,
                stamp: self.time.stamp(now),
                fact,
            };
            let touched = self.desk.apply(&entry, Some(now.tick));
            if let Fact::SmsSent { sms, .. }
            | Fact::SmsDelayed { sms, .. }
            | Fact::SmsFailed { sms, .. } = &entry.fact
            {
                self.lines.forget_text(*sms);
            }
            self.tell_screens(now, &entry.fact, &touched.calls);
            touched.calls.iter().for_each(|call| self.tell_desk(call));
            all.absorb(touched);
            entries.push(entry);
            seq = seq.next();
        }
        self.picture_changed |= !entries.is_empty();
        (entries, all)
    }

    /// Adds applied entries to the chain and to the batch; returns what is to be said of them.
    fn seal(&mut self, entries: Vec<Entry>, batch: &mut Batch) -> Vec<DurableFact> {
        let mut says = Vec::with_capacity(entries.len());
        for entry in entries {
            let sealed = self.chain.seal(entry.stamp, &entry.fact);
            debug_assert_eq!(sealed.seq, entry.seq, "nothing is sealed in between");
            says.push(DurableFact {
                seq: sealed.seq,
                kind: sealed.kind,
                json: sealed.line.clone(),
            });
            batch.entries.push(sealed);
        }
        says
    }

    fn tell_screens(&mut self, now: Now, fact: &Fact, calls: &[CallRecord]) {
        if let Some(call) = calls.last() {
            let call = Box::new(call.clone());
            let rings = matches!(fact, Fact::CallOffered { .. }) && call.state != CallState::Ended;
            let alert = if rings {
                Alert::Ring { call }
            } else {
                self.picture_of(now, call)
            };
            self.out.push_back(Out::Alert(alert));
            // A call's own alert does not show the list it is on.
            let closes = matches!(fact, Fact::CallbackClosed { .. });
            if closes || calls.iter().any(|call| self.desk.concerns_callback(call)) {
                self.out.push_back(Out::Alert(Alert::Board {}));
            }
        } else if let Fact::LineUp { line } = fact {
            let alert = Alert::Line {
                line: line.clone(),
                up: true,
                why: None,
            };
            self.out.push_back(Out::Alert(alert));
        } else if let Fact::LineDown { line, why, .. } = fact {
            let why = Some(why.clone());
            let alert = Alert::Line {
                line: line.clone(),
                up: false,
                why,
            };
            self.out.push_back(Out::Alert(alert));
        } else {
            self.out.push_back(Out::Alert(Alert::Board {}));
        }
    }

    fn picture_of(&self, now: Now, call: Box<CallRecord>) -> Alert {
        let from = self.desk.takeover_from(call.id);
        let takeover = from.map(|from| wall_of(now, from));
        Alert::Call { call, takeover }
    }

    /// When others may take each live call over, on the wall.
    pub(super) fn takeovers(&self, now: Now) -> BTreeMap<CallId, Wall> {
        let calls = self.desk.board_calls().map(|call| call.id);
        calls
            .filter_map(|call| Some((call, wall_of(now, self.desk.takeover_from(call)?))))
            .collect()
    }

    /// A screen came or went; others learn when they may take over the call of who has none.
    pub(super) fn presence(&mut self, now: Now, user: &UserName, connected: bool) {
        let from = |desk: &Desk| desk.takeover_from(desk.call_of(user)?);
        let before = from(&self.desk);
        self.desk.presence(now, user, connected);
        self.picture_changed = true;
        let call = self.desk.call_of(user);
        if from(&self.desk) != before
            && let Some(record) = call.and_then(|call| self.desk.live_call(call))
        {
            let alert = self.picture_of(now, Box::new(record.clone()));
            self.alert(alert);
        }
    }

    fn commit(&mut self, mut batch: Batch) {
        if let Some(seq) = self.unsaved.snapshot_due(self.head()) {
            batch.snapshot = Some((seq, self.desk.snapshot()));
        }
        batch.ticket = self.unsaved.handed_over(batch.entries.len(), self.head());
        self.out.push_back(Out::Commit(batch));
    }
}

/// What a clock on the wall shows at a tick, to be shown.
fn wall_of(now: Now, tick: Tick) -> Wall {
    let millis = |micros: u64| i64::try_from(micros / 1_000).unwrap_or(i64::MAX);
    Wall(now.wall.0 + millis(tick.0) - millis(now.tick.0))
}
