//! The joining of lines, desk and store, as a value: inputs and a time in, things to do out.
//!
//! One mutation, then drain: after every [`Core::handle`], call [`Core::next`] until it returns
//! [`Out::Sleep`]. What an input means is worked out while it is drained: the alert leaves first,
//! then the facts are sealed and handed to the disk, then the lines get their orders, then comes
//! what the line said next. Replies and durable facts come only after the store has said so.

use std::collections::VecDeque;

use jiff::civil::Date;

use super::board::Board;
use super::bus::{Alert, DurableFact};
use super::lines::{LineSlot, Lines};
use super::record::Recording;
use super::sound::{SoundHeard, SoundOrder};
use super::time_keeper::{Floor, TimeKeeper};
use super::unsaved::{After, Unsaved};
use crate::base::ids::{CallId, LineName, Seq, UserName};
use crate::base::limits;
use crate::base::time::{Now, Tick, Trust, Wall};
use crate::desk::draft::Draft;
use crate::desk::fact::{Fact, Loss};
use crate::desk::order::{Actor, LineOrder, Order, Receipt, Refusal};
use crate::desk::{Decision, Desk, LineNews};
use crate::journal::Chain;
use crate::line::words::{self, Line};
use crate::port::PortEvent;
use crate::store::{Batch, SessionChange, StoreEvent};

/// Names a waiting answer; the thread around the core keeps the other end.
pub type ReplyTo = u64;

/// What goes in.
#[derive(Debug)]
pub enum In {
    Port {
        line: usize,
        event: PortEvent,
    },
    Order {
        actor: Actor,
        order: Order,
        reply: ReplyTo,
    },
    Session {
        change: SessionChange,
        reply: ReplyTo,
    },
    Presence {
        user: UserName,
        connected: bool,
    },
    /// The sound of a line has something to say.
    Sound {
        line: usize,
        heard: SoundHeard,
    },
    Store(StoreEvent),
    /// The operating system says whether the clock is synchronised.
    Synchronised(bool),
    /// Nothing but time has passed.
    Wake,
    /// Write the last facts; no more orders are taken.
    Stop,
}

/// What is to be done.
#[derive(Debug)]
pub enum Out {
    /// Screens ring; not yet on disk.
    Alert(Alert),
    Write {
        line: usize,
        bytes: Vec<u8>,
    },
    /// The same for sound in band: late is worse than not at all.
    WriteSound {
        line: usize,
        bytes: Vec<u8>,
    },
    Reopen {
        line: usize,
    },
    /// Something for the sound of a line.
    Sound {
        line: usize,
        order: SoundOrder,
    },
    Commit(Batch),
    Reply {
        reply: ReplyTo,
        answer: Result<Receipt, Refusal>,
    },
    SessionReply {
        reply: ReplyTo,
        answer: Result<(), Refusal>,
    },
    /// On disk now.
    Fact(DurableFact),
    /// Nothing more until this time or the next input.
    Sleep(Option<Tick>),
}

/// Everything the engine owns.
pub struct Core {
    pub(super) desk: Desk,
    pub(super) chain: Chain,
    pub(super) lines: Lines,
    pub(super) unsaved: Unsaved,
    pub(super) time: TimeKeeper,
    pub(super) out: VecDeque<Out>,
    /// The line that was given an input and has not said everything yet. It is asked word by word,
    /// so that a ring leaves before the rest of its chunk is recorded.
    speaking: Option<(Now, usize)>,
    /// Applied and told to the screens, to be sealed and handed to the disk when they have it.
    pub(super) recording: Option<Recording>,
    pub(super) stopping: bool,
    pub(super) picture_changed: bool,
    /// Why calls cannot be recorded just now.
    pub(super) recorder: Option<String>,
    /// The local date of the last picture.
    pictured_on: Date,
}

/// What a core is made from.
pub struct Setup {
    pub desk: Desk,
    pub chain: Chain,
    pub lines: Vec<(LineName, Box<dyn Line + Send>)>,
    /// What the journal says of the time: a clock before it is wrong.
    pub floor: Floor,
    /// Whether the last run ended with `SystemStopped`.
    pub clean: bool,
    /// Reports that were being typed.
    pub drafts: Vec<(CallId, Draft)>,
    /// Losses found in opening the store that the journal does not know of yet.
    pub losses: Vec<Loss>,
}

impl Core {
    /// A core that has just started: its first outputs record that it did.
    pub fn start(now: Now, setup: Setup) -> Core {
        let lines = setup
            .lines
            .into_iter()
            .map(|(name, line)| LineSlot::new(name, line));
        let mut desk = setup.desk;
        desk.drafts_found(setup.drafts);
        let mut core = Core {
            desk,
            chain: setup.chain,
            lines: Lines::new(lines.collect()),
            unsaved: Unsaved::default(),
            time: TimeKeeper::new(now, setup.floor),
            out: VecDeque::new(),
            speaking: None,
            recording: None,
            stopping: false,
            picture_changed: true,
            recorder: None,
            pictured_on: Date::default(),
        };
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let mut facts = vec![Fact::SystemStarted {
            version,
            clean: setup.clean,
        }];
        let lost = setup.losses.into_iter();
        facts.extend(lost.map(|loss| Fact::SystemDamaged { loss }));
        core.record(now, facts);
        core
    }

    /// Takes one input.
    pub fn handle(&mut self, now: Now, input: In) {
        while self.goes_on() {}
        self.unsaved.pass(now.tick);
        self.check_clock(now);
        match input {
            In::Port { line, event } => self.port(now, line, event),
            In::Order {
                actor,
                order,
                reply,
            } => self.order(now, &actor, order, reply),
            In::Session { change, reply } => self.session(change, reply),
            In::Presence { user, connected } => self.presence(now, &user, connected),
            In::Sound { line, heard } => self.sound_heard(now, line, heard),
            In::Store(event) => self.store(now, event),
            In::Synchronised(yes) => self.time.synchronised(yes),
            In::Wake => self.wake(now),
            In::Stop => {
                self.record(now, vec![Fact::SystemStopped {}]);
                self.stopping = true;
            }
        }
    }

    /// The next thing to do.
    #[allow(clippy::should_implement_trait)] // the name every sans-IO core here uses
    pub fn next(&mut self) -> Out {
        loop {
            if let Some(out) = self.out.pop_front() {
                return out;
            }
            if !self.goes_on() {
                return Out::Sleep(self.due());
            }
        }
    }

    /// One more piece of the last input's work; `false` when all of it is done.
    fn goes_on(&mut self) -> bool {
        if self.recording.is_some() {
            self.finish_recording();
        } else if let Some((now, line)) = self.speaking {
            if !self.line_speaks(now, line) {
                self.speaking = None;
            }
        } else {
            return false;
        }
        true
    }

    /// Whether everything recorded is on disk; a stopping program waits for this.
    pub fn is_saved(&self) -> bool {
        self.unsaved.is_empty()
    }

    /// The desk, to be looked at.
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// Entries recorded and not on disk.
    pub fn unsaved_entries(&self) -> usize {
        self.unsaved.entries()
    }

    /// A new picture for the screens, if anything changed since the last call or midnight passed.
    pub fn picture(&mut self, now: Now) -> Option<Board> {
        let date = self.desk.date(now);
        let is_new = std::mem::take(&mut self.picture_changed) || self.pictured_on != date;
        if !is_new {
            return None;
        }
        self.pictured_on = date;
        Some(Board {
            seq: self.head().0,
            durable_seq: self.unsaved.durable().0,
            unsaved: self.unsaved.is_down(),
            unsaved_count: self.unsaved.entries() as u64,
            lines: self.lines.board(),
            calls: self.desk.board_calls().cloned().collect(),
            seats: self.desk.seats(),
            callbacks: self.desk.callbacks().clone(),
            shift: self.desk.shift().clone(),
            open_items: self.desk.open_items(),
            wordings: self.desk.own_wordings().clone(),
            keys: self.desk.keys().clone(),
            today: self.desk.today(now),
            trust: self.time.stamp(now).trust,
            losses: self.desk.losses().to_vec(),
            takeovers: self.takeovers(now),
            drafts: self.desk.drafts().clone(),
            recording: self.recorder.clone(),
        })
    }

    /// The newest entry, on disk or not.
    pub(super) fn head(&self) -> Seq {
        self.chain.head().0
    }

    /// Earliest time something is due.
    fn due(&self) -> Option<Tick> {
        [self.lines.due(), self.desk.next_due(), self.unsaved.due()]
            .into_iter()
            .flatten()
            .min()
    }

    fn wake(&mut self, now: Now) {
        if self.unsaved.is_news() {
            let unsaved = self.unsaved.entries() as u64;
            tracing::error!(
                code = super::codes::DISK_SILENT.id,
                unsaved,
                "the disk does not answer"
            );
            self.out.push_back(Out::Alert(Alert::Store { unsaved }));
            self.picture_changed = true;
        }
        for index in self.lines.due_at(now.tick) {
            self.lines.slot(index).line.handle(now, words::Input::Wake);
            self.drain_line(now, index);
        }
        // Each round may make the next thing due; the desk has nothing due twice.
        for _ in 0..DUE_ROUNDS_MAX {
            if self.desk.next_due().is_none_or(|due| due > now.tick) {
                break;
            }
            let decision = self.desk.due(now);
            self.carry_out(now, decision, None);
        }
    }

    fn port(&mut self, now: Now, index: usize, event: PortEvent) {
        let slot = self.lines.slot(index);
        match &event {
            PortEvent::Opened => slot.line.handle(now, words::Input::PortOpened),
            PortEvent::Bytes(bytes) => slot.line.handle(now, words::Input::Bytes(bytes)),
            PortEvent::Lost {
                cause,
                busy,
                holder,
            } => {
                slot.port_trouble = busy.then(|| holder.clone().unwrap_or_default());
                slot.line
                    .handle(now, words::Input::PortLost { cause, busy: *busy });
            }
        }
        self.speaking = Some((now, index));
    }

    /// Drains one line until it sleeps.
    pub(super) fn drain_line(&mut self, now: Now, index: usize) {
        while self.line_speaks(now, index) {}
    }

    /// Takes one word of a line, telling the desk what it says; `false` when the line sleeps.
    fn line_speaks(&mut self, now: Now, index: usize) -> bool {
        match self.lines.slot(index).line.next() {
            words::Output::Send(bytes) => self.out.push_back(Out::Write { line: index, bytes }),
            words::Output::SendSound(bytes) => {
                self.out.push_back(Out::WriteSound { line: index, bytes });
            }
            words::Output::Reopen => self.out.push_back(Out::Reopen { line: index }),
            words::Output::Sound(bytes) => self.tell_sound(index, SoundOrder::Heard(bytes)),
            words::Output::Tell(event) => self.line_says(now, index, event),
            words::Output::Sleep(due) => {
                self.lines.slot(index).due = due;
                self.picture_changed |= self.lines.status_changed(index);
                return false;
            }
        }
        true
    }

    fn order(&mut self, now: Now, actor: &Actor, order: Order, reply: ReplyTo) {
        let answer = self.accept(now, actor, order);
        match answer {
            Ok(decision) => self.carry_out(now, decision, Some(reply)),
            Err(refusal) => self.out.push_back(Out::Reply {
                reply,
                answer: Err(refusal),
            }),
        }
    }

    /// Whether the desk agrees, once the engine has chosen what only it can choose.
    fn accept(&self, now: Now, actor: &Actor, order: Order) -> Result<Decision, Refusal> {
        if self.stopping {
            return Err(Refusal::Stopping);
        }
        if self.unsaved.entries() >= limits::UNSAVED_ENTRIES_MAX {
            return Err(Refusal::StoreFull);
        }
        let order = match order {
            Order::Dial { number, line: None } => {
                let line = Some(self.lines.free_for_dialling().ok_or(Refusal::NoLine)?);
                Order::Dial { number, line }
            }
            other => other,
        };
        self.desk.decide(now, actor, &order)
    }

    fn session(&mut self, change: SessionChange, reply: ReplyTo) {
        let ticket = self.unsaved.wait_session(reply);
        let batch = Batch {
            sessions: vec![change],
            ticket,
            ..Batch::default()
        };
        self.out.push_back(Out::Commit(batch));
    }

    fn store(&mut self, now: Now, event: StoreEvent) {
        match event {
            StoreEvent::Committed { ticket } => {
                for done in self.unsaved.committed(ticket) {
                    self.saved(now, done);
                }
                if self.unsaved.answered() {
                    self.out.push_back(Out::Alert(Alert::Store { unsaved: 0 }));
                }
            }
            StoreEvent::Down(fault) => {
                tracing::error!(code = fault.code.id, "{}", fault.chain());
                self.unsaved.set_down(true);
                let unsaved = self.unsaved.entries() as u64;
                self.out.push_back(Out::Alert(Alert::Store { unsaved }));
            }
            StoreEvent::Up => {
                self.unsaved.set_down(false);
                self.out.push_back(Out::Alert(Alert::Store { unsaved: 0 }));
            }
        }
        self.picture_changed = true;
    }

    /// Says what keys a caller has sent again and again, what a ring is, … to the screens only.
    pub(super) fn alert(&mut self, alert: Alert) {
        self.out.push_back(Out::Alert(alert));
    }

    /// After the next commit of what has been recorded so far.
    pub(super) fn when_saved(&mut self, after: After) {
        // Not with the batch that is still to be handed over: that is about something before.
        self.finish_recording();
        self.unsaved.wait(after);
    }

    /// Lets the desk decide what a line's news mean, and carries it out.
    pub(super) fn news(&mut self, now: Now, line: &LineName, news: &LineNews) -> Option<CallId> {
        let decision = self.desk.news(now, line, news);
        let call = decision.call;
        self.carry_out(now, decision, None);
        call
    }

    pub(super) fn network_time(&mut self, now: Now, utc_ms: i64) {
        self.time.witness(now, Wall(utc_ms));
        self.check_clock(now);
    }

    fn check_clock(&mut self, now: Now) {
        if let Some((from, trust)) = self.time.check(now) {
            let fact = Fact::ClockChanged {
                from,
                to: now.wall,
                trust,
            };
            if trust == Trust::Wrong {
                tracing::warn!(
                    code = super::codes::CLOCK_WRONG.id,
                    "the wall clock cannot be right"
                );
            }
            self.record(now, vec![fact]);
        }
    }

    pub(super) fn order_line(&mut self, now: Now, order: LineOrder) {
        match order {
            LineOrder::Answer { call } => {
                self.order_call(now, call, |call| words::Order::Answer { call });
            }
            LineOrder::Hangup { call } => {
                self.order_call(now, call, |call| words::Order::Hangup { call });
            }
            LineOrder::Dtmf { call, digits } => {
                self.order_call(now, call, |call| words::Order::Dtmf { call, digits });
            }
            LineOrder::Restart { line } => self.restart_line(now, &line),
            LineOrder::Dial { line, number, call } => self.dial(now, &line, number, call),
            LineOrder::SendSms {
                line,
                to,
                text,
                sms,
            } => {
                let text = super::lines::Text {
                    line,
                    to,
                    text,
                    sms,
                };
                self.unsaved.wait(After::SendSms(text));
            }
        }
    }
}

/// Rounds of things that are due at one moment; a desk that wants more is broken and the next wake
/// goes on.
const DUE_ROUNDS_MAX: usize = 64;
