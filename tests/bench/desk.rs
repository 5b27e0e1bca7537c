//! The engine's core alone: whole calls from the first ring to the class, on the journal's chain.

use std::time::Instant;

use jiff::tz::TimeZone;
use siaga112::base::ids::{CallId, LineName, UserName};
use siaga112::base::phone::{Caller, NumberType, Presentation};
use siaga112::base::time::{Now, Tick, Wall};
use siaga112::desk::call::Class;
use siaga112::desk::operator::{Role, SeatState};
use siaga112::desk::order::{Actor, Order};
use siaga112::desk::{Desk, Policy};
use siaga112::engine::core::{Core, In, Out, Setup};
use siaga112::engine::time_keeper::Floor;
use siaga112::journal::Chain;
use siaga112::line::heard::{CallNo, EndedBy};
use siaga112::line::words::{Event, Input, Line, Output, Status};
use siaga112::port::PortEvent;
use siaga112::store::StoreEvent;

use super::figures::Figure;

/// A line that says one thing for each poke.
#[derive(Default)]
struct Puppet {
    says: std::collections::VecDeque<Event>,
    status: Status,
}

/// What the puppet says next, whichever thread asks.
static SCRIPT: std::sync::Mutex<Vec<Event>> = std::sync::Mutex::new(Vec::new());

impl Line for Puppet {
    fn handle(&mut self, _now: Now, _input: Input<'_>) {
        self.says.extend(SCRIPT.lock().expect("script").drain(..));
    }
    fn next(&mut self) -> Output {
        self.says
            .pop_front()
            .map_or(Output::Sleep(None), Output::Tell)
    }
    fn status(&self) -> &Status {
        &self.status
    }
}

struct Bench {
    core: Core,
    tick: u64,
    entries: u64,
}

impl Bench {
    fn tell(&mut self, input: In) {
        self.tick += 1_000;
        let now = Now {
            tick: Tick(self.tick),
            wall: Wall(1_795_219_200_000 + self.tick as i64 / 1000),
        };
        self.core.handle(now, input);
        let mut tickets = Vec::new();
        loop {
            match self.core.next() {
                Out::Commit(batch) => {
                    self.entries += batch.entries.len() as u64;
                    tickets.push(batch.ticket);
                }
                Out::Sleep(_) => break,
                _ => {}
            }
        }
        for ticket in tickets {
            self.tell(In::Store(StoreEvent::Committed { ticket }));
        }
    }

    fn line_says(&mut self, event: Event) {
        SCRIPT.lock().expect("script").push(event);
        self.tell(In::Port {
            line: 0,
            event: PortEvent::Bytes(Vec::new().into()),
        });
    }

    fn ask(&mut self, order: Order) {
        let actor = Actor {
            user: UserName::new("rina"),
            role: Role::Operator,
        };
        self.tell(In::Order {
            actor,
            order,
            reply: 1,
        });
    }
}

/// Calls a second that the engine's thread can record, disk aside.
pub fn figures() -> Vec<Figure> {
    let now = Now {
        tick: Tick(0),
        wall: Wall(1_795_219_200_000),
    };
    let policy = Policy {
        zone: TimeZone::UTC,
        area_code: None,
    };
    let line: Box<dyn Line + Send> = Box::new(Puppet::default());
    let setup = Setup {
        desk: Desk::new(policy),
        chain: Chain::genesis("71.07"),
        lines: vec![(LineName::new("L0"), line)],
        floor: Floor::default(),
        clean: true,
        losses: Vec::new(),
        drafts: Vec::new(),
    };
    let mut bench = Bench {
        core: Core::start(now, setup),
        tick: 0,
        entries: 0,
    };
    bench.line_says(Event::Up);
    bench.tell(In::Presence {
        user: UserName::new("rina"),
        connected: true,
    });
    bench.ask(Order::Seat {
        state: SeatState::Ready,
        reason: None,
    });
    let began = Instant::now();
    for number in 1..=CALLS {
        let digits = format!("+62840{:08}", number % 300_000);
        let caller = Caller::delivered(
            &digits,
            NumberType::International,
            Presentation::Allowed,
            None,
        );
        let call = CallNo(number as u32);
        bench.line_says(Event::Rang {
            call,
            caller,
            waiting: false,
        });
        let id = CallId(number);
        bench.ask(Order::Answer { call: id });
        bench.line_says(Event::Answered { call, found: false });
        bench.line_says(Event::Ended {
            call,
            by: EndedBy::Remote,
            cause: Some(16),
        });
        let class = Class::Ghost;
        bench.ask(Order::Classify {
            call: id,
            class,
            reason: None,
            note: None,
            archived: None,
        });
    }
    let took = began.elapsed().as_secs_f64();
    vec![
        Figure::at_least(
            "whole calls through the engine",
            CALLS as f64 / took,
            "calls/s",
            2_000.0,
        ),
        Figure::plain(
            "entries sealed and applied",
            bench.entries as f64 / took,
            "entries/s",
        ),
    ]
}

const CALLS: u64 = 20_000;
