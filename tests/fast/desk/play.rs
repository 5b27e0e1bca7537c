//! Random days, played on the desk and on the model at once.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::tz::TimeZone;
use proptest::prelude::*;
use siaga112::base::ids::{CallId, HandoverId, LineName, Seq, SmsId, UserName};
use siaga112::base::limits;
use siaga112::base::phone::{Caller, NumberType, Presentation};
use siaga112::base::sound::SoundTrouble;
use siaga112::base::time::{Now, Trust, Wall};
use siaga112::desk::call::{CallState, Class};
use siaga112::desk::callback::CallbackResult;
use siaga112::desk::draft::Draft;
use siaga112::desk::fact::Fact;
use siaga112::desk::operator::{Role, Seat, SeatState};
use siaga112::desk::order::{Actor, LineOrder, OfficeOrder, Order};
use siaga112::desk::report::ReportChange;
use siaga112::desk::sound::SoundNews;
use siaga112::desk::{CallTicks, Decision, Desk, Entry, LineNews, Policy};
use siaga112::journal::{Chain, Opened, open};

use super::facts;
use super::model::{Callback, Code, Model, Name, Shift};

const USERS: [Name; 3] = ["budi", "hadi", "rina"];
const LINES: [Name; 2] = ["L1", "L2"];
const PLACES: [Name; 2] = ["Pasar Induk", "kilo 40"];
const NUMBERS: [Option<Name>; 3] = [None, Some("084001010014"), Some("084001010015")];
const DIALLED: [Name; 3] = ["110", "084001010014", "084001010015"];

#[derive(Clone, Debug)]
enum Move {
    Seat(Name, SeatState),
    Answer(Name, u64),
    TakeOver(Name, u64),
    AskHelp(Name, Option<u64>),
    Help(Name, Name),
    Heard(u64, bool),
    Hangup(Name, u64),
    Transfer(Name, u64, Name),
    Classify(Name, u64, Class),
    Undo(Name, u64),
    Types(Name, u64, Name, bool),
    Report(Name, u64, Name),
    Dial(Name, Name, Option<Name>),
    CloseCallback(Name, Name),
    HandOver(Name),
    Accept(Name, u64),
    Rang(Name, Option<Name>, bool),
    Answered(u64),
    Ended(u64),
    Gone(u64),
    Line(Name, bool),
    Presence(Name, bool),
    Text(Name),
    TextNews(Name, u64, u8),
    Disable(Name, bool),
    Demote(Name, Role),
    Pass(u64),
    Restart,
}

fn moves() -> impl Strategy<Value = Vec<(Role, Move)>> {
    let user = || prop::sample::select(USERS.to_vec());
    let line = || prop::sample::select(LINES.to_vec());
    let number = || prop::sample::select(NUMBERS.to_vec());
    let dialled = || prop::sample::select(DIALLED.to_vec());
    let call = || 1_u64..12;
    let place = || prop::sample::select(PLACES.to_vec());
    let role = prop_oneof![
        6 => Just(Role::Operator),
        1 => Just(Role::Dispatcher),
        2 => Just(Role::Supervisor),
        1 => Just(Role::Admin),
        1 => Just(Role::Auditor),
    ];
    let one = prop_oneof![
        6 => (user(), facts::seat_state()).prop_map(|(u, s)| Move::Seat(u, s)),
        8 => (user(), call()).prop_map(|(u, c)| Move::Answer(u, c)),
        4 => (user(), call()).prop_map(|(u, c)| Move::TakeOver(u, c)),
        2 => (user(), prop::option::of(call())).prop_map(|(u, c)| Move::AskHelp(u, c)),
        1 => (user(), user()).prop_map(|(u, whom)| Move::Help(u, whom)),
        2 => (call(), any::<bool>()).prop_map(|(c, heard)| Move::Heard(c, heard)),
        2 => (user(), call()).prop_map(|(u, c)| Move::Hangup(u, c)),
        2 => (user(), call(), user()).prop_map(|(u, c, to)| Move::Transfer(u, c, to)),
        3 => (user(), call(), facts::class()).prop_map(|(u, c, k)| Move::Classify(u, c, k)),
        2 => (user(), call()).prop_map(|(u, c)| Move::Undo(u, c)),
        4 => (user(), call(), place(), prop::bool::weighted(0.2))
            .prop_map(|(u, c, p, f)| Move::Types(u, c, p, f)),
        2 => (user(), call(), place()).prop_map(|(u, c, p)| Move::Report(u, c, p)),
        2 => (user(), dialled(), prop::option::of(line())).prop_map(|(u, n, l)| Move::Dial(u, n, l)),
        1 => (user(), dialled()).prop_map(|(u, n)| Move::CloseCallback(u, n)),
        1 => user().prop_map(Move::HandOver),
        1 => (user(), 0_u64..4).prop_map(|(u, h)| Move::Accept(u, h)),
        8 => (line(), number(), prop::bool::weighted(0.2)).prop_map(|(l, n, w)| Move::Rang(l, n, w)),
        6 => call().prop_map(Move::Answered),
        4 => call().prop_map(Move::Ended),
        1 => call().prop_map(Move::Gone),
        2 => (line(), any::<bool>()).prop_map(|(l, up)| Move::Line(l, up)),
        6 => (user(), prop::bool::weighted(0.7)).prop_map(|(u, c)| Move::Presence(u, c)),
        1 => user().prop_map(Move::Text),
        2 => (line(), 1_u64..4, 0_u8..5).prop_map(|(l, t, n)| Move::TextNews(l, t, n)),
        1 => (user(), any::<bool>()).prop_map(|(u, off)| Move::Disable(u, off)),
        1 => (user(), facts::role()).prop_map(|(u, r)| Move::Demote(u, r)),
        4 => prop_oneof![1_u64..10, 20_u64..50, 100_u64..700].prop_map(Move::Pass),
        1 => Just(Move::Restart),
    ];
    prop::collection::vec((role, one), 1..90)
}

/// A centre whose every fact goes through the journal's own words.
struct Centre {
    desk: Desk,
    model: Model,
    now: Now,
    chain: Chain,
    lines: Vec<Box<str>>,
    snapshots: Vec<Vec<u8>>,
    rings: usize,
    sends: BTreeMap<SmsId, u32>,
}

fn policy() -> Policy {
    Policy {
        zone: TimeZone::get("Asia/Jakarta").unwrap(),
        area_code: None,
    }
}

impl Centre {
    fn open() -> Centre {
        let mut centre = Centre {
            desk: Desk::new(policy()),
            model: Model::default(),
            now: Now {
                wall: Wall::parse("2026-11-21T16:55:00Z").unwrap(),
                ..Now::default()
            },
            chain: Chain::genesis("71.07"),
            lines: Vec::new(),
            snapshots: Vec::new(),
            rings: 0,
            sends: BTreeMap::new(),
        };
        centre.snapshots.push(centre.desk.snapshot());
        centre.start();
        for (at, user) in USERS.into_iter().enumerate() {
            let name = user.to_uppercase();
            let password_hash = String::from("$x");
            let user = UserName::new(user);
            let role = Role::Admin;
            let order = match at {
                0 => OfficeOrder::Claim {
                    user,
                    name,
                    password_hash,
                },
                _ => OfficeOrder::AddUser {
                    user,
                    name,
                    role,
                    password_hash,
                },
            };
            centre
                .ask(USERS[0], Role::Admin, Order::Office(order))
                .unwrap();
        }
        centre
    }

    fn start(&mut self) {
        self.carry_out(Decision {
            facts: vec![Fact::SystemStarted {
                version: "0.1.0".into(),
                clean: false,
            }],
            ..Decision::default()
        });
        self.settle();
    }

    fn carry_out(&mut self, decision: Decision) {
        for fact in decision.facts {
            let sealed = self.chain.seal(self.now.stamp(Trust::Network), &fact);
            let entry = opened(&sealed.line);
            assert_eq!(entry.fact, fact);
            self.desk.apply(&entry, Some(self.now.tick));
            self.lines.push(sealed.line);
            self.snapshots.push(self.desk.snapshot());
        }
        let at = self.now.stamp(Trust::Network);
        self.desk.change_drafts(at, decision.drafts);
        for order in decision.lines {
            if let LineOrder::SendSms { sms, .. } = order {
                *self.sends.entry(sms).or_default() += 1;
            }
        }
    }

    fn settle(&mut self) {
        for _ in 0..200 {
            if self.desk.next_due().is_none_or(|due| due > self.now.tick) {
                return;
            }
            let decision = self.desk.due(self.now);
            assert!(!decision.facts.is_empty() || !decision.lines.is_empty());
            self.carry_out(decision);
        }
        panic!("never settles");
    }

    fn ask(&mut self, user: Name, role: Role, order: Order) -> Result<(), Code> {
        let user = UserName::new(user);
        let actor = Actor { user, role };
        let decided = self.desk.decide(self.now, &actor, &order);
        assert_eq!(self.desk.decide(self.now, &actor, &order), decided);
        let decision = decided.map_err(|refusal| refusal.code())?;
        self.carry_out(decision);
        self.settle();
        // Asking for what is so now changes nothing more, but a dial or a text is a new one.
        if !matches!(order, Order::Dial { .. } | Order::SendSms { .. })
            && let Ok(again) = self.desk.decide(self.now, &actor, &order)
        {
            assert_eq!((again.facts, again.drafts), (vec![], vec![]), "{order:?}");
        }
        Ok(())
    }

    fn tell(&mut self, line: Name, news: LineNews) -> Decision {
        let decision = self.desk.news(self.now, &LineName::new(line), &news);
        self.carry_out(decision.clone());
        self.settle();
        decision
    }

    fn restart(&mut self) {
        let drafts = self.desk.drafts().clone();
        self.desk = replayed(&self.lines);
        let drafts = drafts.iter();
        self.desk
            .drafts_found(drafts.map(|(call, draft)| (*call, Draft::clone(draft))));
        self.start();
        self.model.restart();
    }

    fn play(&mut self, role: Role, step: Move) {
        let id = |call: u64| CallId(call);
        let expected = match step.clone() {
            Move::Seat(user, state) => {
                let reason = None;
                let got = self.ask(user, role, Order::Seat { state, reason });
                Some((got, self.expect(user, role, |m| m.seat(user, state))))
            }
            Move::Answer(user, call) => {
                let got = self.ask(user, role, Order::Answer { call: id(call) });
                Some((got, self.expect(user, role, |m| m.answer(user, call))))
            }
            Move::TakeOver(user, call) => {
                let got = self.ask(user, role, Order::TakeOver { call: id(call) });
                let expected = self.expect(user, role, |m| m.take_over(user, role, call));
                Some((got, expected))
            }
            Move::AskHelp(user, call) => {
                let got = self.ask(user, role, Order::AskHelp { call: call.map(id) });
                Some((got, self.expect(user, role, |m| m.ask_help(user, call))))
            }
            Move::Help(user, whom) => {
                let order = Order::Help {
                    user: UserName::new(whom),
                };
                let got = self.ask(user, role, order);
                Some((got, self.expect(user, role, |m| m.help(user, role, whom))))
            }
            Move::Hangup(user, call) => {
                let got = self.ask(user, role, Order::Hangup { call: id(call) });
                Some((
                    got,
                    self.expect(user, role, |m| m.hang_up(user, role, call)),
                ))
            }
            Move::Transfer(user, call, to) => {
                let order = Order::Transfer {
                    call: id(call),
                    to: UserName::new(to),
                };
                let got = self.ask(user, role, order);
                Some((
                    got,
                    self.expect(user, role, |m| m.transfer(user, role, call, to)),
                ))
            }
            Move::Classify(user, call, class) => {
                let order = Order::Classify {
                    call: id(call),
                    class,
                    reason: None,
                    note: None,
                    archived: None,
                };
                let got = self.ask(user, role, order);
                Some((
                    got,
                    self.expect(user, role, |m| m.classify(user, role, call, class)),
                ))
            }
            Move::Undo(user, call) => {
                let got = self.ask_once(user, role, Order::Undo { call: id(call) });
                Some((got, self.expect(user, role, |m| m.undo(user, call))))
            }
            Move::Types(user, call, place, file) => {
                let order = Order::TypeReport {
                    call: id(call),
                    change: somewhere(place),
                    file,
                    archived: None,
                };
                let got = self.ask(user, role, order);
                let expected = self.expect(user, role, |m| m.types(user, role, call, place, file));
                Some((got, expected))
            }
            Move::Report(user, call, place) => {
                let order = Order::Report {
                    call: id(call),
                    change: somewhere(place),
                    class: Class::Incident,
                    archived: None,
                };
                let got = self.ask(user, role, order);
                Some((
                    got,
                    self.expect(user, role, |m| m.report(user, role, call, place)),
                ))
            }
            Move::Dial(user, number, line) => {
                let order = Order::Dial {
                    number: number.into(),
                    line: line.map(LineName::new),
                };
                let got = self.ask(user, role, order);
                let expected = self.expect(user, role, |m| m.dial(user, number, line));
                Some((got, expected))
            }
            Move::CloseCallback(user, number) => {
                let order = Order::CloseCallback {
                    number: number.parse().unwrap(),
                    result: CallbackResult::NoAnswer,
                    note: None,
                };
                let got = self.ask_once(user, role, order);
                let expected = self.expect(user, role, |m| m.close_callback(number));
                Some((got, expected))
            }
            Move::HandOver(user) => {
                let (note, mood) = (String::from("aman"), Some(4));
                let texts = self.desk.unsent().map(|text| format!("sms/{}", text.id));
                let texts: Vec<String> = texts.collect();
                let got = self.ask(user, role, Order::HandOver { note, mood });
                let hand_over = |m: &mut Model| {
                    m.hand_over(user, texts);
                    Ok(())
                };
                Some((got, self.expect(user, role, hand_over)))
            }
            Move::Accept(user, id) => {
                let handover = HandoverId(id);
                let order = Order::AcceptItems {
                    handover,
                    item: None,
                };
                let got = self.ask(user, role, order);
                Some((got, self.expect(user, role, |m| m.accept(user, id))))
            }
            other => {
                self.happen(other);
                None
            }
        };
        self.model.note_waits();
        if let Some((got, expected)) = expected {
            assert_eq!(got, expected, "{step:?} as {role:?}");
        }
    }

    /// An undo or an end that is asked for twice is refused the second time.
    fn ask_once(&mut self, user: Name, role: Role, order: Order) -> Result<(), Code> {
        let user = UserName::new(user);
        let actor = Actor { user, role };
        let decision = self.desk.decide(self.now, &actor, &order);
        let decision = decision.map_err(|refusal| refusal.code())?;
        self.carry_out(decision);
        self.settle();
        Ok(())
    }

    fn expect(
        &mut self,
        user: Name,
        role: Role,
        ask: impl FnOnce(&mut Model) -> Result<(), Code>,
    ) -> Result<(), Code> {
        if role < Role::Operator || self.model.disabled.contains(user) {
            return Err("not_allowed");
        }
        ask(&mut self.model)
    }

    fn happen(&mut self, step: Move) {
        match step {
            Move::Rang(line, number, waiting) => self.ring(line, number, waiting),
            Move::Answered(call) => {
                self.tell("L1", LineNews::Answered { call: CallId(call) });
                self.model.answered(call);
            }
            Move::Heard(call, heard) => {
                let trouble = (!heard).then_some(SoundTrouble::NoDesk);
                let news = SoundNews::Trouble {
                    call: CallId(call),
                    trouble,
                };
                let decision = self.desk.sound_news(news);
                self.carry_out(decision);
                self.model.heard(call, heard);
            }
            Move::Ended(call) => {
                let (call_id, cause) = (CallId(call), Some(16));
                let by = siaga112::desk::call::EndedBy::Caller;
                self.tell(
                    "L1",
                    LineNews::Ended {
                        call: call_id,
                        by,
                        cause,
                    },
                );
                self.model.ended(call);
            }
            Move::Gone(call) => {
                self.tell("L1", LineNews::Gone { call: CallId(call) });
                self.model.ended(call);
            }
            Move::Line(line, true) => {
                self.tell(line, LineNews::Up);
                self.model.lines_up.insert(line);
                self.model.lines_down.remove(line);
            }
            Move::Line(line, false) => {
                let (why, detail) = ("dead".into(), String::new());
                self.tell(line, LineNews::Down { why, detail });
                self.model.lines_up.remove(line);
                self.model.lines_down.insert(line);
            }
            Move::Presence(user, connected) => {
                self.desk
                    .presence(self.now, &UserName::new(user), connected);
                self.model.presence(user, connected);
            }
            Move::Text(user) => {
                let (to, text, line) = ("110".into(), "x".into(), None);
                let order = Order::SendSms { to, text, line };
                let asked = self.ask(user, Role::Operator, order);
                assert_eq!(asked.is_err(), self.model.disabled.contains(user));
            }
            Move::TextNews(line, sms, what) => self.text_news(line, SmsId(sms), what),
            Move::Disable(user, off) => self.switch(user, off),
            Move::Demote(user, role) => self.demote(user, role),
            Move::Pass(seconds) => self.pass(seconds),
            Move::Restart => self.restart(),
            Move::Seat(..)
            | Move::Answer(..)
            | Move::TakeOver(..)
            | Move::AskHelp(..)
            | Move::Help(..)
            | Move::Hangup(..)
            | Move::Transfer(..)
            | Move::Classify(..)
            | Move::Undo(..)
            | Move::Types(..)
            | Move::Report(..)
            | Move::Dial(..)
            | Move::CloseCallback(..)
            | Move::HandOver(..)
            | Move::Accept(..) => unreachable!("asked, not happened"),
        }
    }

    fn ring(&mut self, line: Name, number: Option<Name>, waiting: bool) {
        let caller = match number {
            Some(raw) => Caller::delivered(raw, NumberType::Unknown, Presentation::Allowed, None),
            None => Caller::unknown(),
        };
        let decision = self.tell(line, LineNews::Rang { caller, waiting });
        let found = self.model.rang(line, number, waiting);
        let count = |kind| decision.facts.iter().filter(|f| f.kind() == kind).count();
        assert_eq!(count("call.offered"), usize::from(!found));
        assert_eq!(count("call.found"), usize::from(found));
        assert!(decision.call.is_some());
        self.rings += usize::from(!found);
    }

    fn text_news(&mut self, line: Name, sms: SmsId, what: u8) {
        let reason = String::from("cms_500");
        let news = match what {
            0 => LineNews::SmsSent { sms },
            1 | 2 => LineNews::SmsReported {
                sms,
                delivered: what == 1,
            },
            _ => LineNews::SmsFailed {
                sms,
                reason,
                transient: what == 3,
            },
        };
        self.tell(line, news);
    }

    fn switch(&mut self, user: Name, off: bool) {
        let name = UserName::new(user);
        let order = OfficeOrder::switch_user(name, off);
        if self.ask("budi", Role::Admin, Order::Office(order)).is_err() {
            return;
        }
        if off && self.model.disabled.insert(user) {
            self.model.leave(user);
        } else if !off {
            self.model.disabled.remove(user);
        }
    }

    fn demote(&mut self, user: Name, role: Role) {
        let name = user.to_uppercase();
        let order = OfficeOrder::ChangeUser {
            user: UserName::new(user),
            name: Some(name),
            role: Some(role),
            disabled: None,
        };
        let done = self.ask("budi", Role::Admin, Order::Office(order));
        if done.is_ok() && role < Role::Operator && self.model.seats.contains_key(user) {
            self.model.leave(user);
        }
    }

    fn pass(&mut self, seconds: u64) {
        for _ in 0..seconds {
            self.now.tick = self.now.tick + Duration::from_secs(1);
            self.now.wall = self.now.wall + Duration::from_secs(1);
            self.settle();
            self.model.second();
            self.model.note_waits();
        }
    }

    /// What must hold after every step.
    fn check(&self) {
        let mut owners = Vec::new();
        for (id, expected) in &self.model.calls {
            let id = CallId(*id);
            let escalated = self
                .desk
                .call(id)
                .is_some_and(|call| call.escalated.is_some());
            assert_eq!(escalated, expected.escalated, "{id} escalated");
            let draft = self.desk.draft(id);
            let draft = draft.and_then(|draft| draft.report.location.as_deref());
            assert_eq!(draft, expected.draft, "draft of {id}");
            let report = self.desk.call(id).and_then(|call| call.report.as_ref());
            let report = report.and_then(|report| report.location.as_deref());
            assert_eq!(report, expected.report, "report of {id}");
            let owner = self.desk.owner(id).map(UserName::as_str);
            assert_eq!(owner, expected.owner, "owner of {id}");
            owners.extend(owner);
            let Some(record) = self.desk.live_call(id) else {
                assert!(expected.over, "{id} is gone");
                assert_eq!(self.desk.ticks(id), CallTicks::default(), "{id} leaks");
                if let Some(record) = self.desk.call(id) {
                    assert_eq!(record.state, CallState::Ended);
                    assert_eq!(record.class, expected.class.map(|(class, ..)| class));
                    assert_eq!(record.abandoned, expected.incoming && !expected.answered);
                }
                continue;
            };
            assert!(!expected.over, "{id} came back");
            let up = matches!(record.state, CallState::Talking | CallState::Held);
            assert_eq!(up, expected.up, "{id}");
            assert_eq!(record.state == CallState::Talking, up && owner.is_some());
            assert_eq!(record.answered.is_some(), expected.answered, "{id}");
            assert_eq!(record.queued.is_some(), expected.queued, "{id}");
            assert_eq!(
                record.operator.as_ref().map(UserName::as_str),
                expected.operator
            );
            let sought = self.desk.sought(&record.line).any(|c| c.id == id);
            assert_eq!(sought, expected.sought, "{id}");
        }
        assert_eq!(
            self.desk
                .live_call(CallId(self.model.calls.len() as u64 + 1)),
            None
        );
        owners.sort_unstable();
        assert!(
            owners.windows(2).all(|pair| pair[0] != pair[1]),
            "{owners:?}"
        );
        let help = |seat: &Seat| seat.help.as_ref().map(|help| help.call.map(|call| call.0));
        let seats = self.desk.seats();
        let seats = seats.iter().map(|seat| (seat.user.to_string(), help(seat)));
        let expected = self.model.seats.iter();
        let expected = expected.map(|(user, seat)| ((*user).to_owned(), seat.help));
        assert!(seats.eq(expected));
        assert_eq!(self.callbacks(), self.model.callbacks);
        self.check_shift();
        let admin = |user| self.desk.role_of(&UserName::new(user)) == Some(Role::Admin);
        assert!(USERS.into_iter().any(admin), "nobody can let others in");
        let tries = self
            .sends
            .values()
            .all(|sends| *sends <= limits::SMS_TRIES_MAX + 90);
        assert!(tries);
    }

    fn check_shift(&self) {
        let (shift, expected) = (self.desk.shift(), &self.model.shift);
        let totals = shift.totals();
        let counted = Shift {
            offered: totals.offered,
            answered: totals.answered,
            abandoned: totals.abandoned,
            dialled: totals.dialled,
            ..expected.clone()
        };
        assert_eq!(counted, *expected);
        let mut by_class = BTreeMap::<Class, u64>::new();
        for class in expected.classes.values().flatten() {
            *by_class.entry(*class).or_default() += 1;
        }
        assert_eq!(totals.by_class, by_class);
        let Some(newest) = shift.handovers().next_back() else {
            assert!(self.model.handovers.is_empty());
            return;
        };
        let expected = self.model.handovers.last().unwrap();
        assert_eq!(newest.id.0, self.model.handovers.len() as u64);
        assert_eq!(newest.by.as_str(), expected.by);
        assert_eq!(newest.unaccepted, expected.unaccepted);
        let listed = newest.items.iter().map(|listed| {
            let accepted = listed.accepted.as_ref().map(|(by, _)| by.as_str());
            (listed.item.name(), accepted)
        });
        let listed: BTreeMap<String, Option<&str>> = listed.collect();
        assert_eq!(listed, expected.items);
    }

    /// What the desk wants called back, in the model's words.
    fn callbacks(&self) -> Vec<Callback> {
        let name = |spelt: &Name| spelt.parse().unwrap();
        let tasks = self.desk.callbacks().all().map(|task| Callback {
            number: DIALLED
                .into_iter()
                .find(|spelt| task.number == name(spelt))
                .unwrap(),
            calls: task.calls.iter().map(|call| call.0).collect(),
            tries: task.tries.iter().map(|t| (t.call.0, t.answered)).collect(),
        });
        tasks.collect()
    }

    /// What must hold at the end of the day.
    fn check_history(&self, cut: usize) {
        let whole = replayed(&self.lines);
        assert_eq!(whole.snapshot(), self.desk.snapshot());
        let cut = cut % self.snapshots.len();
        let mut resumed = Desk::restore(policy(), &self.snapshots[cut]).unwrap();
        for line in &self.lines[cut..] {
            resumed.apply(&opened(line), None);
        }
        assert_eq!(resumed.snapshot(), self.desk.snapshot());
        let incoming = "\"direction\":\"in\"";
        let offered = self.lines.iter().filter(|line| line.contains(incoming));
        assert_eq!(offered.count(), self.rings);
        siaga112::journal::verify(self.lines.iter().map(|line| &**line)).unwrap();
    }
}

fn somewhere(place: Name) -> Box<ReportChange> {
    Box::new(ReportChange {
        location: Some(Some(place.to_owned())),
        ..ReportChange::default()
    })
}

fn opened(line: &str) -> Entry {
    match open(line).unwrap() {
        Opened::Known(entry) => entry,
        Opened::Unknown { kind, why, .. } => panic!("{kind}: {why}"),
    }
}

fn replayed(lines: &[Box<str>]) -> Desk {
    let mut desk = Desk::new(policy());
    for line in lines {
        desk.apply(&opened(line), None);
    }
    desk
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_random_day_goes_as_the_rules_say(day in moves(), cut in any::<usize>()) {
        let mut centre = Centre::open();
        for (role, step) in day {
            centre.play(role, step);
            centre.check();
        }
        centre.check_history(cut);
    }

    #[test]
    fn facts_that_make_no_sense_never_break_the_desk(
        facts in prop::collection::vec((facts::fact(), any::<i64>()), 0..80),
        cut in any::<usize>(),
    ) {
        let entries: Vec<Entry> = facts
            .into_iter()
            .enumerate()
            .map(|(at, (fact, wall))| {
                let at = Seq(at as u64 + 1);
                let stamp = siaga112::base::time::Stamp { at: Wall(wall), trust: Trust::Wrong };
                Entry { seq: at, stamp, fact }
            })
            .collect();
        let mut live = Desk::new(policy());
        let mut now = Now::default();
        let mut snapshots = vec![live.snapshot()];
        for entry in &entries {
            now.tick = now.tick + Duration::from_secs(7);
            live.apply(entry, Some(now.tick));
            snapshots.push(live.snapshot());
            let mut owners: Vec<&UserName> =
                live.board_calls().filter_map(|call| live.owner(call.id)).collect();
            owners.sort();
            let len = owners.len();
            owners.dedup();
            prop_assert_eq!(len, owners.len());
        }
        let cut = cut % snapshots.len();
        let mut resumed = Desk::restore(policy(), &snapshots[cut]).unwrap();
        for entry in &entries[cut..] {
            resumed.apply(entry, None);
        }
        prop_assert_eq!(resumed.snapshot(), live.snapshot());
        // Whatever it is in, it finds rest.
        now.tick = now.tick + Duration::from_secs(100_000);
        let mut seq = Seq(1_000);
        for _ in 0..500 {
            if live.next_due().is_none_or(|due| due > now.tick) {
                break;
            }
            for fact in live.due(now).facts {
                seq = seq.next();
                let stamp = now.stamp(Trust::Network);
                live.apply(&Entry { seq, stamp, fact }, Some(now.tick));
            }
        }
        prop_assert!(live.next_due().is_none_or(|due| due > now.tick));
    }
}
