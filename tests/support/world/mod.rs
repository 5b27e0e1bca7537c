//! The simulated office: a whole centre in one thread and in virtual time, from one seed.
//!
//! Real: the engine's core, the lines, the desk, the journal, the store on a faulty disk, and the
//! virtual modems with their habits. Pretended: time, wires, people, weather. One seed is one day;
//! a failure is replayed by its number. After every step the invariants of [`truth`] are checked.

mod agenda;
mod bugs;
mod cable;
mod disk;
mod people;
mod plan;
mod truth;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::tz::TimeZone;
use siaga112::base::ids::LineName;
use siaga112::base::time::{Now, Tick, Wall};
use siaga112::desk::{Desk, Policy};
use siaga112::engine::bus::Alert;
use siaga112::engine::core::{Core, In, Out, Setup};
use siaga112::journal::Chain;
use siaga112::line::words::Line;
use siaga112::sim::modem::{Act, Dice};
use siaga112::store::StoreEvent;

pub use bugs::Bug;
pub use plan::Day;

use agenda::{Agenda, Step};
use cable::Cable;
use disk::Disk;
use people::People;
use truth::Truth;

/// The office.
pub struct World {
    pub day: Day,
    bug: Option<Bug>,
    dice: Dice,
    tick: Tick,
    /// Added to the tick to make the wall clock; jumps now and then.
    wall_offset_ms: i64,
    agenda: Agenda,
    /// `None` while the power is off.
    core: Option<Core>,
    core_due: Option<Tick>,
    disk: Disk,
    cables: Vec<Cable>,
    people: People,
    truth: Truth,
    pub told: Told,
    traced: Option<usize>,
}

/// What happened, for the report of a run.
#[derive(Clone, Debug, Default)]
pub struct Told {
    pub steps: u64,
    pub calls_made: u64,
    pub calls_offered: u64,
    pub facts: u64,
    pub power_cuts: u64,
    pub line_faults: u64,
    pub disk_faults: u64,
    pub clock_jumps: u64,
    pub refusals: u64,
}

impl World {
    /// An office on the morning of the day that `seed` makes.
    pub fn new(seed: u64, bug: Option<Bug>) -> World {
        let mut dice = Dice::new(seed);
        let mut day = Day::draw(seed, &mut dice);
        // A bug of the disk shows when the power goes.
        day.power_cuts += if bug.is_some() { 8 } else { 0 };
        let cables = (0..day.lines)
            .map(|line| Cable::new(line, &day, &mut dice))
            .collect();
        let mut world = World {
            bug,
            tick: Tick(1_000_000),
            wall_offset_ms: MORNING_MS,
            agenda: Agenda::default(),
            core: None,
            core_due: None,
            disk: Disk::new(seed, bug),
            cables,
            people: People::new(day.operators),
            truth: Truth::default(),
            told: Told::default(),
            traced: std::env::var("SIAGA112_TRACE")
                .ok()
                .and_then(|line| line.parse().ok()),
            dice,
            day,
        };
        world
            .day
            .clone()
            .fill(&mut world.agenda, &mut world.dice, world.tick);
        world.power_on();
        world
    }

    /// Lives the day, then waits until everything has come to rest. Panics with the seed when an
    /// invariant breaks.
    pub fn live(&mut self) {
        let evening = self.tick + self.day.length;
        while self.tick < evening {
            self.step(evening);
        }
        self.people.go_home();
        let midnight = self.tick + REST;
        while self.tick < midnight {
            self.step(midnight);
        }
        self.check_rest();
    }

    /// One step: to the next moment at which anything happens.
    fn step(&mut self, end: Tick) {
        self.told.steps += 1;
        let next = [
            self.agenda.due(),
            self.core_due,
            self.disk.due(),
            self.cables.iter().filter_map(Cable::due).min(),
        ]
        .into_iter()
        .flatten()
        .min()
        .unwrap_or(end)
        .min(end);
        self.tick = self.tick.max(next);
        for index in 0..self.cables.len() {
            if self.cables[index].due().is_some_and(|due| due <= self.tick) {
                self.cables[index].wake(self.tick);
                self.carry(index);
            }
        }
        while let Some(step) = self.agenda.take(self.tick) {
            self.happen(step);
        }
        if self.disk.due().is_some_and(|due| due <= self.tick) {
            self.disk_turns();
        }
        if self.core_due.is_some_and(|due| due <= self.tick) {
            self.tell(In::Wake);
        }
        self.truth.check(self.core.as_ref(), &self.day, self.tick);
    }

    fn now(&self) -> Now {
        let wall = Wall((self.tick.0 / 1000) as i64 + self.wall_offset_ms);
        Now {
            tick: self.tick,
            wall,
        }
    }

    fn happen(&mut self, step: Step) {
        match step {
            Step::Act { line, act } => {
                self.trace(line, &act);
                match &act {
                    Act::Ring { .. } => {
                        self.told.calls_made += 1;
                        self.truth.calls(line);
                    }
                    Act::Sms { .. } => self.truth.texts(line),
                    _ => self.truth.disturbed(line),
                }
                self.cables[line].act(self.tick, act);
                self.carry(line);
            }
            Step::PortAppears { line } => {
                if self.core.is_some() && self.cables[line].plug() {
                    self.port(line, siaga112::port::PortEvent::Opened);
                }
            }
            Step::DiskTurns => self.disk_turns(),
            Step::Disk(trouble) => {
                self.told.disk_faults += 1;
                self.disk.trouble(trouble);
            }
            Step::ClockJumps { by_ms } => {
                self.told.clock_jumps += 1;
                self.wall_offset_ms += by_ms;
            }
            Step::PowerCut => self.power_cut(),
            Step::PowerOn => self.power_on(),
            Step::Person { who } => self.person(who),
        }
    }

    /// `SIAGA112_TRACE=3` tells everything that happens on line 3.
    fn trace(&self, line: usize, what: &dyn std::fmt::Debug) {
        if self.traced == Some(line) {
            eprintln!("{:>12.3} L{line} {what:?}", self.tick.0 as f64 / 1e6);
        }
    }

    /// Moves bytes and news from a modem to the engine.
    fn carry(&mut self, line: usize) {
        loop {
            let powered = self.core.is_some();
            match self.cables[line].next(self.tick, powered) {
                cable::News::Bytes(bytes) => {
                    self.trace(line, &String::from_utf8_lossy(&bytes));
                    self.port(line, siaga112::port::PortEvent::Bytes(bytes.into()));
                }
                cable::News::Gone => {
                    self.told.line_faults += 1;
                    self.truth.port_lost(line);
                    let cause = String::from("EIO");
                    let event = siaga112::port::PortEvent::Lost {
                        cause,
                        busy: false,
                        holder: None,
                    };
                    self.port(line, event);
                }
                cable::News::Back => {
                    let at = self.tick + Duration::from_millis(300 + self.dice.below(1500));
                    self.agenda.add(at, Step::PortAppears { line });
                }
                cable::News::Said(report) => {
                    self.trace(line, &report);
                    self.truth.modem_said(line, &report);
                }
                cable::News::Nothing => break,
            }
        }
    }

    fn port(&mut self, line: usize, event: siaga112::port::PortEvent) {
        let event = match (self.bug, event) {
            (Some(Bug::ChunksLost), siaga112::port::PortEvent::Bytes(bytes))
                if self.dice.permille(20) && bytes.len() > 8 =>
            {
                siaga112::port::PortEvent::Bytes(bytes[..bytes.len() / 2].to_vec().into())
            }
            (_, event) => event,
        };
        self.tell(In::Port { line, event });
    }

    /// Gives the engine one input and does everything it wants.
    fn tell(&mut self, input: In) {
        let now = self.now();
        let Some(core) = self.core.as_mut() else {
            return;
        };
        core.handle(now, input);
        self.drain();
    }

    fn drain(&mut self) {
        loop {
            let Some(core) = self.core.as_mut() else {
                return;
            };
            match core.next() {
                Out::Alert(alert) => {
                    if self.bug == Some(Bug::AlertsLost) && self.dice.permille(100) {
                        continue;
                    }
                    if let Alert::Ring { call } | Alert::Call { call, .. } = &alert
                        && let Some(line) = truth::line_of(&call.line)
                    {
                        self.trace(line, &(call.id, call.state, &call.caller.raw));
                    }
                    self.truth.alert(&alert, self.tick);
                }
                Out::Write { line, bytes } | Out::WriteSound { line, bytes } => {
                    self.trace(line, &format!("host: {}", String::from_utf8_lossy(&bytes)));
                    self.cables[line].host_writes(self.tick, &bytes);
                    self.carry_later(line);
                }
                Out::Reopen { line } => {
                    self.cables[line].reopen(self.tick);
                    let at = self.tick + Duration::from_millis(500);
                    self.agenda.add(at, Step::PortAppears { line });
                }
                Out::Sound { .. } => {}
                Out::Commit(batch) => {
                    let ticket = batch.ticket;
                    self.disk.take(batch);
                    let wait = self.disk.latency(&mut self.dice);
                    self.agenda.add(self.tick + wait, Step::DiskTurns);
                    if self.bug == Some(Bug::RepliesBeforeCommit) {
                        let now = self.now();
                        let Some(core) = self.core.as_mut() else {
                            return;
                        };
                        core.handle(now, In::Store(StoreEvent::Committed { ticket }));
                    }
                }
                Out::Fact(fact) => {
                    self.told.facts += 1;
                    self.told.calls_offered += u64::from(fact.kind == "call.offered");
                    self.truth.durable(&fact);
                }
                Out::Reply { reply, answer } => {
                    self.told.refusals += u64::from(answer.is_err());
                    self.truth.replied(&answer);
                    let _ = reply;
                }
                Out::SessionReply { .. } => {}
                Out::Sleep(due) => {
                    self.core_due = due;
                    break;
                }
            }
        }
        self.carry_pending();
    }

    /// A modem's answer is carried when the engine has finished speaking.
    fn carry_later(&mut self, line: usize) {
        self.cables[line].wants_carrying = true;
    }

    fn carry_pending(&mut self) {
        for line in 0..self.cables.len() {
            if std::mem::take(&mut self.cables[line].wants_carrying) {
                self.carry(line);
            }
        }
    }

    fn disk_turns(&mut self) {
        for event in self.disk.turn(self.tick) {
            let is_confirmation = matches!(event, StoreEvent::Committed { .. });
            // The broken office has confirmed already.
            if !(is_confirmation && self.bug == Some(Bug::RepliesBeforeCommit)) {
                self.tell(In::Store(event));
            }
        }
    }

    fn person(&mut self, who: usize) {
        let Some(core) = self.core.as_ref() else {
            let at = self.tick + Duration::from_secs(2);
            self.agenda.add(at, Step::Person { who });
            return;
        };
        let (deeds, again) = self.people.act(who, core.desk(), self.tick, &mut self.dice);
        for deed in deeds {
            self.tell(deed);
        }
        if let Some(wait) = again {
            self.agenda.add(self.tick + wait, Step::Person { who });
        }
    }

    fn power_cut(&mut self) {
        self.told.power_cuts += 1;
        self.core = None;
        self.core_due = None;
        self.disk.cut(&mut self.dice);
        self.people.screens_went_dark();
        self.truth.power_cut();
        for cable in &mut self.cables {
            cable.host_died(self.tick, &mut self.dice);
        }
        let off = Duration::from_secs(1 + self.dice.below(40));
        self.agenda.add(self.tick + off, Step::PowerOn);
    }

    fn power_on(&mut self) {
        let opened = self.disk.open(self.day.seed);
        self.truth.reopened(&opened, &self.day);
        let mut desk = match &opened.snapshot {
            Some(snapshot) => Desk::restore(policy(), snapshot).expect("a snapshot we wrote"),
            None => Desk::new(policy()),
        };
        for entry in &opened.tail {
            desk.apply(entry, None);
        }
        let setup = self.day.line_setup();
        let lines = (0..self.day.lines)
            .map(|line| {
                let name = LineName::new(&format!("L{line}"));
                let machine = self.cables[line].machine(&setup);
                let machine: Box<dyn Line + Send> = bugs::plant(self.bug, machine, self.day.seed);
                (name, machine)
            })
            .collect();
        let core = Core::start(
            self.now(),
            Setup {
                desk,
                chain: Chain::after(opened.head, opened.head_hash, CENTRE),
                lines,
                floor: opened.floor,
                clean: false,
                drafts: opened.drafts.into_iter().collect(),
                losses: Vec::new(),
            },
        );
        self.core = Some(core);
        self.drain();
        for line in 0..self.day.lines {
            self.agenda.add(
                self.tick + Duration::from_millis(200),
                Step::PortAppears { line },
            );
        }
    }

    /// In the evening nothing rings, so nothing may be live; what is on disk must be what is said.
    fn check_rest(&mut self) {
        let quiet: BTreeMap<usize, bool> = self
            .cables
            .iter()
            .enumerate()
            .map(|(line, cable)| (line, cable.is_quiet()))
            .collect();
        self.truth.check_rest(self.core.as_ref(), &quiet, &self.day);
        let core = self.core.take();
        self.disk.settle(self.tick);
        let opened = self.disk.open_whole(self.day.seed);
        self.truth.check_disk(&opened, core.as_ref(), &self.day);
    }
}

fn policy() -> Policy {
    Policy {
        zone: TimeZone::UTC,
        area_code: None,
    }
}

/// A working day begins at 2026-11-21T00:00:00Z plus the first second of ticks.
const MORNING_MS: i64 = 1_795_219_200_000;

/// After the last caller and the last fault: longest patience, claim and ladder together.
const REST: Duration = Duration::from_secs(900);

/// Kemendagri code of the pretended centre.
const CENTRE: &str = "71.07";
