//! The engine's promises, told on its core: no threads, no disk, no clock.

mod clock;
mod drafts;
mod sound;
mod texts;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::tz::TimeZone;
use siaga112::base::ids::{CallId, LineName, UserName};
use siaga112::base::phone::{Caller, NumberType, Presentation};
use siaga112::base::sound::LineTone;
use siaga112::base::time::{Now, Tick, Wall};
use siaga112::desk::call::{CallState, Class};
use siaga112::desk::operator::{Role, SeatState};
use siaga112::desk::order::{Actor, Order, Refusal};
use siaga112::desk::{Desk, Policy};
use siaga112::engine::bus::Alert;
use siaga112::engine::core::{Core, In, Out, Setup};
use siaga112::engine::sound::SoundOrder;
use siaga112::engine::time_keeper::Floor;
use siaga112::journal::Chain;
use siaga112::line::heard::{CallNo, EndedBy, SmsText};
use siaga112::line::words::Order as LineOrder;
use siaga112::line::words::{DownWhy, Event, Input, Line, Output, Status};
use siaga112::port::PortEvent;
use siaga112::store::{Batch, StoreEvent};

/// A line that says what the story wants and remembers what it was told.
#[derive(Default)]
struct Scripted {
    says: VecDeque<Event>,
    told: Vec<LineOrder>,
    /// Bytes it was given for the far end, and tones that were heard on it.
    sound: Vec<u8>,
    tones: Vec<LineTone>,
}

#[derive(Clone, Default)]
struct Puppet {
    script: Arc<Mutex<Scripted>>,
    status: Status,
}

impl Puppet {
    /// `texts`: whether its modem can send them.
    fn new(texts: bool) -> Puppet {
        let status = Status {
            texts: Some(texts),
            ..Status::default()
        };
        Puppet {
            status,
            ..Puppet::default()
        }
    }
}

impl Line for Puppet {
    fn handle(&mut self, _now: Now, input: Input<'_>) {
        let mut script = self.script.lock().expect("puppet");
        match input {
            Input::Order(order) => script.told.push(order),
            Input::SoundOut(bytes) => script.sound.extend(bytes),
            Input::ToneHeard(tone) => script.tones.push(tone),
            _ => {}
        }
    }
    fn next(&mut self) -> Output {
        match self.script.lock().expect("puppet").says.pop_front() {
            Some(event) => Output::Tell(event),
            None => Output::Sleep(None),
        }
    }
    fn status(&self) -> &Status {
        &self.status
    }
}

/// An office with two lines and a hand on every switch.
struct Office {
    core: Core,
    lines: [Puppet; 2],
    tick: Tick,
    /// What came out, in order.
    alerts: Vec<Alert>,
    batches: VecDeque<Batch>,
    facts: Vec<String>,
    replies: Vec<(u64, Result<u64, Refusal>)>,
    /// Commits and alerts in the order in which they left.
    order: Vec<&'static str>,
    /// What the sound of the lines was told.
    sound: Vec<(usize, SoundOrder)>,
}

impl Office {
    /// One line on copper, one with a SIM card.
    fn open() -> Office {
        Office::with([Puppet::new(false), Puppet::new(true)])
    }

    fn with(lines: [Puppet; 2]) -> Office {
        let named = |(number, line): (usize, &Puppet)| {
            let line: Box<dyn Line + Send> = Box::new(line.clone());
            (LineName::new(&format!("L{number}")), line)
        };
        let now = Now {
            tick: Tick(0),
            wall: Wall(1_795_219_200_000),
        };
        let policy = Policy {
            zone: TimeZone::UTC,
            area_code: None,
        };
        let setup = Setup {
            desk: Desk::new(policy),
            chain: Chain::genesis("71.07"),
            lines: lines.iter().enumerate().map(named).collect(),
            floor: Floor::default(),
            clean: true,
            losses: Vec::new(),
            drafts: Vec::new(),
        };
        let mut office = Office {
            core: Core::start(now, setup),
            lines,
            tick: Tick(0),
            alerts: Vec::new(),
            batches: VecDeque::new(),
            facts: Vec::new(),
            replies: Vec::new(),
            order: Vec::new(),
            sound: Vec::new(),
        };
        office.drain();
        office.line_says(0, Event::Up);
        office.line_says(1, Event::Up);
        office.saves();
        office.forget();
        office
    }

    /// The power fails after everything was saved, and comes back.
    fn restarts(&mut self) {
        let policy = Policy {
            zone: TimeZone::UTC,
            area_code: None,
        };
        let saved = self.core.desk().snapshot();
        self.lines = [Puppet::new(false), Puppet::new(true)];
        let named = |(number, line): (usize, &Puppet)| {
            let line: Box<dyn Line + Send> = Box::new(line.clone());
            (LineName::new(&format!("L{number}")), line)
        };
        let setup = Setup {
            desk: Desk::restore(policy, &saved).expect("a snapshot"),
            chain: Chain::genesis("71.07"),
            lines: self.lines.iter().enumerate().map(named).collect(),
            floor: Floor::default(),
            clean: false,
            losses: Vec::new(),
            drafts: Vec::new(),
        };
        let now = Now {
            tick: self.tick,
            ..Now::default()
        };
        self.core = Core::start(now, setup);
        self.drain();
        self.saves();
        self.forget();
    }

    fn forget(&mut self) {
        self.alerts.clear();
        self.facts.clear();
        self.replies.clear();
        self.order.clear();
        self.sound.clear();
    }

    fn tell(&mut self, input: In) {
        self.tick = Tick(self.tick.0 + 1_000);
        let wall = Wall(1_795_219_200_000 + (self.tick.0 / 1000) as i64);
        self.core.handle(
            Now {
                tick: self.tick,
                wall,
            },
            input,
        );
        self.drain();
    }

    fn drain(&mut self) {
        loop {
            match self.core.next() {
                Out::Alert(alert) => {
                    self.order.push("alert");
                    self.alerts.push(alert);
                }
                Out::Commit(batch) => {
                    self.order.push("commit");
                    self.batches.push_back(batch);
                }
                Out::Sound { line, order } => self.sound.push((line, order)),
                Out::Fact(fact) => self.facts.push(fact.kind.to_owned()),
                Out::Reply { reply, answer } => {
                    self.replies
                        .push((reply, answer.map(|receipt| receipt.seq)));
                }
                Out::Sleep(_) => break,
                _ => {}
            }
        }
    }

    fn line_says(&mut self, line: usize, event: Event) {
        self.lines[line]
            .script
            .lock()
            .expect("puppet")
            .says
            .push_back(event);
        self.tell(In::Port {
            line,
            event: PortEvent::Bytes(b"x".to_vec().into()),
        });
    }

    fn rings(&mut self, line: usize, call: u32, number: &str) {
        let caller = Caller::delivered(number, NumberType::Unknown, Presentation::Allowed, None);
        self.line_says(
            line,
            Event::Rang {
                call: CallNo(call),
                caller,
                waiting: false,
            },
        );
    }

    fn asks(&mut self, who: &str, reply: u64, order: Order) {
        let actor = Actor {
            user: UserName::new(who),
            role: Role::Operator,
        };
        self.tell(In::Order {
            actor,
            order,
            reply,
        });
    }

    fn joins(&mut self, who: &str) {
        self.tell(In::Presence {
            user: UserName::new(who),
            connected: true,
        });
        self.asks(
            who,
            0,
            Order::Seat {
                state: SeatState::Ready,
                reason: None,
            },
        );
        self.saves();
        self.forget();
    }

    /// Time passes, ten seconds at a time; the disk works.
    fn passes(&mut self, minutes: u64) {
        for _ in 0..minutes * 6 {
            self.tick = self.tick + Duration::from_secs(10);
            self.tell(In::Wake);
            self.saves();
        }
    }

    /// So long, and the disk takes nothing.
    fn waits(&mut self, time: Duration) {
        self.tick = self.tick + time;
        self.tell(In::Wake);
    }

    /// The disk takes everything it was given.
    fn saves(&mut self) {
        while let Some(batch) = self.batches.pop_front() {
            self.tell(In::Store(StoreEvent::Committed {
                ticket: batch.ticket,
            }));
        }
    }

    fn told(&self, line: usize) -> Vec<LineOrder> {
        self.lines[line].script.lock().expect("puppet").told.clone()
    }

    fn rung(&self) -> Vec<CallId> {
        let ring = |alert: &Alert| match alert {
            Alert::Ring { call } => Some(call.id),
            _ => None,
        };
        self.alerts.iter().filter_map(ring).collect()
    }
}

#[test]
fn the_screens_ring_before_the_disk_is_even_asked() {
    let mut office = Office::open();
    office.rings(0, 1, "+6284001010014");
    assert_eq!(office.rung(), [CallId(1)]);
    assert_eq!(office.order.first(), Some(&"alert"));
    assert!(office.facts.is_empty(), "told as saved before it was");
    office.saves();
    assert!(office.facts.contains(&"call.offered".to_owned()));
}

#[test]
fn a_click_is_confirmed_only_when_it_is_on_disk_but_the_line_answers_at_once() {
    let mut office = Office::open();
    office.joins("rina");
    office.rings(0, 1, "+6284001010014");
    office.asks("rina", 7, Order::Answer { call: CallId(1) });
    assert_eq!(office.told(0), [LineOrder::Answer { call: CallNo(1) }]);
    assert!(office.replies.is_empty(), "confirmed before it was saved");
    office.saves();
    assert!(matches!(office.replies[..], [(7, Ok(_))]));
}

#[test]
fn two_operators_reach_for_one_call_and_one_gets_it() {
    let mut office = Office::open();
    office.joins("rina");
    office.joins("budi");
    office.rings(0, 1, "+6284001010014");
    office.asks("rina", 1, Order::Answer { call: CallId(1) });
    office.asks("budi", 2, Order::Answer { call: CallId(1) });
    let taken = Refusal::Taken {
        by: UserName::new("rina"),
    };
    assert_eq!(office.replies, [(2, Err(taken))]);
    assert_eq!(office.told(0).len(), 1);
}

#[test]
fn a_caller_whom_nobody_takes_is_shown_to_supervisors_before_the_disk_knows() {
    let mut office = Office::open();
    office.joins("rina");
    office.rings(0, 1, "+6284001010014");
    office.saves();
    office.forget();
    office.waits(Duration::from_secs(20));
    let shown =
        |alert: &Alert| matches!(alert, Alert::Call { call, .. } if call.escalated.is_some());
    assert!(office.alerts.iter().any(shown));
    assert!(office.facts.is_empty());
    office.saves();
    assert_eq!(office.facts, ["call.escalated"]);
}

#[test]
fn screens_learn_when_a_call_may_be_taken_over_from_who_has_no_screen() {
    let mut office = Office::open();
    office.joins("rina");
    office.rings(0, 1, "+6284001010014");
    office.asks("rina", 1, Order::Answer { call: CallId(1) });
    let (call, found) = (CallNo(1), false);
    office.line_says(0, Event::Answered { call, found });
    office.forget();
    for connected in [false, true] {
        let user = UserName::new("rina");
        office.tell(In::Presence { user, connected });
    }
    let takeover = |alert: &Alert| match alert {
        Alert::Call { takeover, .. } => Some(*takeover),
        _ => None,
    };
    let told: Vec<_> = office.alerts.iter().filter_map(takeover).collect();
    let at = told[0].expect("a time");
    assert_eq!(told, [Some(at), None]);
    let gone_ms = 1_795_219_200_000 + (office.tick.0 / 1000) as i64 - 1;
    assert_eq!(at, Wall(gone_ms + 20_000));
}

#[test]
fn the_same_click_twice_waits_for_the_same_disk() {
    let mut office = Office::open();
    office.joins("rina");
    office.rings(0, 1, "+6284001010014");
    office.asks("rina", 1, Order::Answer { call: CallId(1) });
    office.asks("rina", 2, Order::Answer { call: CallId(1) });
    assert!(
        office.replies.is_empty(),
        "the second answer overtook the disk"
    );
    office.saves();
    assert_eq!(
        office
            .replies
            .iter()
            .filter(|(_, answer)| answer.is_ok())
            .count(),
        2
    );
}

#[test]
fn with_a_dead_disk_it_rings_is_answered_and_heals() {
    let mut office = Office::open();
    office.joins("rina");
    let fault =
        siaga112::base::fault::Fault::new(siaga112::config::problem::codes::ALL[0], "testing");
    office.tell(In::Store(StoreEvent::Down(fault)));
    office.forget();
    office.rings(0, 1, "084001010014");
    office.rings(1, 1, "084001010015");
    assert_eq!(office.rung(), [CallId(1), CallId(2)]);
    office.asks("rina", 3, Order::Answer { call: CallId(1) });
    assert_eq!(office.told(0).len(), 1, "the line was not answered");
    office.line_says(
        0,
        Event::Answered {
            call: CallNo(1),
            found: false,
        },
    );
    assert!(office.replies.is_empty() && office.facts.is_empty());
    office.saves();
    office.tell(In::Store(StoreEvent::Up));
    assert!(matches!(office.replies[..], [(3, Ok(_))]));
    assert_eq!(
        office
            .facts
            .iter()
            .filter(|kind| *kind == "call.offered")
            .count(),
        2
    );
    assert!(matches!(
        office.alerts.last(),
        Some(Alert::Store { unsaved: 0 })
    ));
}

#[test]
fn a_disk_that_says_nothing_is_told_and_one_that_takes_its_time_is_not() {
    let told = |office: &Office| -> Vec<u64> {
        let alerts = office.alerts.iter();
        let unsaved = alerts.filter_map(|alert| match alert {
            Alert::Store { unsaved } => Some(*unsaved),
            _ => None,
        });
        unsaved.collect()
    };
    let mut office = Office::open();
    office.saves();
    office.forget();
    office.rings(0, 1, "084001010014");
    office.waits(Duration::from_millis(2_900));
    assert!(told(&office).is_empty());
    office.saves();
    office.waits(Duration::from_secs(10));
    assert!(told(&office).is_empty(), "it was slow, no more");
    office.rings(1, 1, "084001010015");
    office.waits(Duration::from_secs(3));
    assert!(
        matches!(told(&office)[..], [n] if n > 0),
        "{:?}",
        told(&office)
    );
    office.waits(Duration::from_secs(10));
    assert_eq!(told(&office).len(), 1, "once");
    office.saves();
    assert_eq!(told(&office).last(), Some(&0));
    assert_eq!(told(&office).len(), 2);
}

#[test]
fn a_caller_who_gives_up_is_over_everywhere() {
    let mut office = Office::open();
    office.rings(0, 1, "+6284001010014");
    office.line_says(
        0,
        Event::Ended {
            call: CallNo(1),
            by: EndedBy::Remote,
            cause: None,
        },
    );
    office.saves();
    let call = office.core.desk().call(CallId(1)).expect("on record");
    assert_eq!(call.state, CallState::Ended);
    assert!(call.abandoned);
    assert!(office.facts.contains(&"call.ended".to_owned()));
}

#[test]
fn a_modem_that_dies_in_mid_call_ends_the_call_and_frees_the_operator() {
    let mut office = Office::open();
    office.joins("rina");
    office.rings(0, 1, "+6284001010014");
    office.asks("rina", 1, Order::Answer { call: CallId(1) });
    office.line_says(
        0,
        Event::Answered {
            call: CallNo(1),
            found: false,
        },
    );
    office.line_says(
        0,
        Event::Ended {
            call: CallNo(1),
            by: EndedBy::LinkLost,
            cause: None,
        },
    );
    office.line_says(
        0,
        Event::Down {
            why: DownWhy::PortMissing,
            detail: "EIO".into(),
        },
    );
    office.saves();
    assert_eq!(office.core.desk().seats()[0].call, None);
    office.rings(1, 1, "+6284001010015");
    office.asks("rina", 2, Order::Answer { call: CallId(2) });
    assert_eq!(office.told(1).len(), 1);
}

#[test]
fn a_text_is_deleted_from_the_modem_only_when_it_is_on_disk() {
    let mut office = Office::open();
    let text = SmsText {
        from: "+6284001010014".into(),
        text: "tolong, rumah saya kebakaran".into(),
        ts: None,
        parts: 1,
        class: None,
        unread: Some(true),
        slots: vec![4],
    };
    office.line_says(0, Event::Sms(text));
    assert!(office.told(0).is_empty());
    office.saves();
    assert_eq!(office.told(0), [LineOrder::SmsKept { slots: vec![4] }]);
}

#[test]
fn a_stopping_engine_takes_no_new_orders_and_knows_when_all_is_saved() {
    let mut office = Office::open();
    office.joins("rina");
    office.tell(In::Stop);
    assert!(!office.core.is_saved());
    office.asks("rina", 9, Order::Answer { call: CallId(1) });
    assert_eq!(office.replies, [(9, Err(Refusal::Stopping))]);
    office.saves();
    assert!(office.core.is_saved());
}

#[test]
fn a_call_that_rings_on_after_a_power_cut_is_found_and_not_given_up() {
    let mut office = Office::open();
    office.joins("rina");
    office.rings(0, 1, "+6284001010014");
    office.saves();
    office.restarts();
    office.joins("rina");
    // It rings while the line still boots; only then is the line up.
    office.rings(0, 1, "+6284001010014");
    office.line_says(0, Event::Up);
    office.saves();
    assert_eq!(
        office.facts.iter().filter(|k| *k == "call.found").count(),
        1
    );
    assert!(!office.facts.contains(&"call.offered".to_owned()));
    let call = office.core.desk().call(CallId(1)).expect("on record");
    assert_ne!(call.state, CallState::Ended);
    office.asks("rina", 5, Order::Answer { call: CallId(1) });
    assert_eq!(office.told(0), [LineOrder::Answer { call: CallNo(1) }]);
}
