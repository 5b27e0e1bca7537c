//! Stories of a centre, told through the desk's public face only.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod callbacks;
mod calls;
mod escalation;
mod help;
mod keys;
mod office;
mod outgoing;
mod prompts;
mod report;
mod restart;
mod review;
mod seats;
mod shift;
mod sound;
mod takeover;
mod texts;
mod wording;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;

use siaga112::base::ids::{CallId, LineName, Seq, UserName};
use siaga112::base::phone::{Caller, NumberType, Presentation};
use siaga112::base::time::{Now, Trust, Wall};
use siaga112::desk::call::{CallRecord, CallState, Class, EndedBy};
use siaga112::desk::draft::Draft;
use siaga112::desk::fact::Fact;
use siaga112::desk::operator::{Role, SeatState};
use siaga112::desk::order::{Actor, LineOrder, Order, Refusal};
use siaga112::desk::{Decision, Desk, Entry, LineNews, Policy, Touched};

/// A small office in Ratahan with a clock that only moves when told to.
pub struct Centre {
    pub desk: Desk,
    pub now: Now,
    pub journal: Vec<Entry>,
    /// What lines were told since the story last looked.
    pub orders: Vec<LineOrder>,
    pub touched: Touched,
    /// What the disk has of reports that are being typed.
    pub drafts: BTreeMap<CallId, Arc<Draft>>,
}

pub fn policy() -> Policy {
    Policy {
        zone: TimeZone::get("Asia/Makassar").unwrap(),
        area_code: Some("0431".into()),
    }
}

pub fn line(name: &str) -> LineName {
    LineName::new(name)
}

pub fn user(name: &str) -> UserName {
    UserName::new(name)
}

pub fn caller(digits: &str) -> Caller {
    Caller::delivered(digits, NumberType::Unknown, Presentation::Allowed, None)
}

impl Centre {
    /// An empty office whose lines L1 and L2 are up.
    pub fn open() -> Centre {
        let mut centre = Centre {
            desk: Desk::new(policy()),
            now: Now {
                wall: Wall::parse("2026-11-21T01:00:00Z").unwrap(),
                ..Now::default()
            },
            journal: Vec::new(),
            orders: Vec::new(),
            touched: Touched::default(),
            drafts: BTreeMap::new(),
        };
        centre.start();
        centre
    }

    /// The program starts.
    pub fn start(&mut self) {
        self.happen(Fact::SystemStarted {
            version: "0.1.0".into(),
            clean: true,
        });
        self.tell("L1", LineNews::Up);
        self.tell("L2", LineNews::Up);
    }

    /// The power fails and comes back: replay, then a start, before any line has said anything.
    pub fn power_cut(&mut self) {
        let mut desk = Desk::new(policy());
        for entry in &self.journal {
            desk.apply(entry, None);
        }
        assert_eq!(desk.snapshot(), self.desk.snapshot());
        let drafts = self.drafts.iter();
        desk.drafts_found(drafts.map(|(call, draft)| (*call, Draft::clone(draft))));
        self.desk = desk;
        self.orders.clear();
        self.happen(Fact::SystemStarted {
            version: "0.1.0".into(),
            clean: false,
        });
    }

    pub fn happen(&mut self, fact: Fact) {
        self.carry_out(Decision {
            facts: vec![fact],
            ..Decision::default()
        });
    }

    fn carry_out(&mut self, decision: Decision) {
        if let Some(record) = decision.recall {
            self.desk.recall(*record);
        }
        for fact in decision.facts {
            let entry = Entry {
                seq: Seq(self.journal.len() as u64 + 1),
                stamp: self.now.stamp(Trust::Network),
                fact,
            };
            let touched = self.desk.apply(&entry, Some(self.now.tick));
            self.touched.calls.extend(touched.calls);
            self.touched.sms.extend(touched.sms);
            self.journal.push(entry);
        }
        let at = self.now.stamp(Trust::Network);
        for row in self.desk.change_drafts(at, decision.drafts) {
            match row.draft {
                Some(draft) => self.drafts.insert(row.call, draft),
                None => self.drafts.remove(&row.call),
            };
        }
        self.orders.extend(decision.lines);
    }

    /// What is due by now happens.
    pub fn settle(&mut self) {
        for _ in 0..1_000 {
            if self.desk.next_due().is_none_or(|due| due > self.now.tick) {
                return;
            }
            let decision = self.desk.due(self.now);
            assert_ne!(decision, Decision::default(), "due, but nothing to do");
            self.carry_out(decision);
        }
        panic!("never settles");
    }

    /// Time passes; everything that becomes due happens when it is due.
    pub fn pass(&mut self, span: Duration) {
        let end = self.now.tick + span;
        while let Some(due) = self.desk.next_due().filter(|due| *due <= end) {
            let wait = due.since(self.now.tick);
            self.now.tick = self.now.tick + wait;
            self.now.wall = self.now.wall + wait;
            self.settle();
        }
        let wait = end.since(self.now.tick);
        self.now.tick = end;
        self.now.wall = self.now.wall + wait;
    }

    pub fn seconds(&mut self, seconds: u64) {
        self.pass(Duration::from_secs(seconds));
    }

    pub fn tell(&mut self, line_name: &str, news: LineNews) -> Option<CallId> {
        let decision = self.desk.news(self.now, &line(line_name), &news);
        let call = decision.call;
        self.carry_out(decision);
        self.settle();
        call
    }

    pub fn ask_as(&mut self, name: &str, role: Role, order: Order) -> Result<Decision, Refusal> {
        let actor = Actor {
            user: user(name),
            role,
        };
        let decision = self.desk.decide(self.now, &actor, &order)?;
        assert_eq!(
            self.desk.decide(self.now, &actor, &order).as_ref(),
            Ok(&decision)
        );
        self.carry_out(decision.clone());
        self.settle();
        Ok(decision)
    }

    /// An operator asks.
    pub fn ask(&mut self, name: &str, order: Order) -> Result<Decision, Refusal> {
        self.ask_as(name, Role::Operator, order)
    }

    /// Somebody opens the board and presses Siap.
    pub fn ready(&mut self, name: &str) {
        self.desk.presence(self.now, &user(name), true);
        let state = SeatState::Ready;
        let reason = None;
        self.ask(name, Order::Seat { state, reason }).unwrap();
    }

    pub fn rings(&mut self, line_name: &str, digits: &str) -> CallId {
        let caller = caller(digits);
        let waiting = false;
        self.tell(line_name, LineNews::Rang { caller, waiting })
            .unwrap()
    }

    /// A call from its first ring until somebody talks on it.
    pub fn talks(&mut self, line_name: &str, name: &str) -> CallId {
        let call = self.rings(line_name, "084001010014");
        self.ask(name, Order::Answer { call }).unwrap();
        self.tell(line_name, LineNews::Answered { call });
        assert_eq!(self.call(call).state, CallState::Talking);
        call
    }

    pub fn ends(&mut self, call: CallId) {
        let by = EndedBy::Caller;
        let cause = Some(16);
        self.tell("L1", LineNews::Ended { call, by, cause });
    }

    pub fn call(&self, call: CallId) -> &CallRecord {
        self.desk.call(call).expect("at hand")
    }

    /// The row of the call as the store has it.
    pub fn row(&self, call: CallId) -> &CallRecord {
        let rows = self.touched.calls.iter().rev();
        let mut rows = rows.filter(|row| row.id == call);
        rows.next().expect("a row")
    }

    pub fn kinds(&self) -> Vec<&'static str> {
        self.journal.iter().map(|entry| entry.fact.kind()).collect()
    }

    pub fn count(&self, kind: &str) -> usize {
        self.kinds().iter().filter(|known| **known == kind).count()
    }
}

pub fn classify(call: CallId, class: Class) -> Order {
    Order::Classify {
        call,
        class,
        reason: None,
        note: None,
        archived: None,
    }
}
