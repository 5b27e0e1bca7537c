//! The thread around the core: one inbox, one loop, no locks.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::oneshot;

use super::bus::{Bus, Said, SharedBoard};
use super::core::{Core, In, Out, ReplyTo};
use super::handle::Inbox;
use super::sound::{SoundOrder, Sounds};
use crate::clock::Clock;
use crate::crew;
use crate::desk::order::{Receipt, Refusal};
use crate::store::Batch;

/// The way from the engine to one port.
pub trait Wire: Send {
    /// Writes without waiting; what a dead port cannot take is lost with it.
    fn send(&self, bytes: Vec<u8>);
    /// The same for 20 ms of sound; `false`: what was sent before still waits, and it is left out.
    fn send_sound(&self, bytes: Vec<u8>) -> bool;
    /// Closes the port and looks for it again by its stable name.
    fn reopen(&self);
}

/// The way from the engine to the disk; must not wait.
pub trait Shelf: Send {
    /// Takes a batch; the answer comes as `Inbox::Store`.
    fn commit(&self, batch: Batch);
}

/// Everything the loop touches besides its core.
pub struct Surroundings {
    pub inbox: Receiver<Inbox>,
    pub bus: Bus,
    pub board: SharedBoard,
    pub clock: Clock,
    pub shelf: Box<dyn Shelf>,
    pub sounds: Box<dyn Sounds>,
    /// In the order of the core's lines.
    pub wires: Vec<Box<dyn Wire>>,
}

/// Starts the loop. It ends after [`Inbox::Stop`], when everything is on disk or two seconds have
/// passed.
///
/// # Errors
/// If the operating system gives no thread.
pub fn spawn(core: Core, around: Surroundings) -> std::io::Result<JoinHandle<()>> {
    let engine = Loop {
        core,
        around,
        replies: HashMap::new(),
        session_replies: HashMap::new(),
        next_reply: 0,
        just_woken: false,
        stopped: None,
        ending: None,
    };
    crew::thread("engine").spawn(move || engine.run())
}

struct Loop {
    core: Core,
    around: Surroundings,
    replies: HashMap<ReplyTo, oneshot::Sender<Result<Receipt, Refusal>>>,
    session_replies: HashMap<ReplyTo, oneshot::Sender<Result<(), Refusal>>>,
    next_reply: ReplyTo,
    /// The loop has slept, and nothing has been said since.
    just_woken: bool,
    stopped: Option<oneshot::Sender<()>>,
    ending: Option<crate::base::time::Tick>,
}

impl Loop {
    fn run(mut self) {
        let mut wait = self.drain();
        self.publish();
        loop {
            match self.around.inbox.recv_timeout(wait) {
                Ok(message) => {
                    self.just_woken = true;
                    self.take(message);
                }
                Err(RecvTimeoutError::Timeout) => {
                    self.core.handle(self.around.clock.now(), In::Wake)
                }
                Err(RecvTimeoutError::Disconnected) => break,
            }
            wait = self.drain();
            self.just_woken = false;
            // A burst is worked off before the picture is drawn again: alerts have left already.
            for _ in 0..BURST {
                let Ok(message) = self.around.inbox.try_recv() else {
                    break;
                };
                self.take(message);
                wait = self.drain();
            }
            self.publish();
            if self.is_over() {
                break;
            }
        }
        if let Some(done) = self.stopped.take() {
            let _ = done.send(());
        }
    }

    fn take(&mut self, message: Inbox) {
        let now = self.around.clock.now();
        let input = match message {
            Inbox::Order {
                actor,
                order,
                reply,
            } => {
                let name = self.name_reply();
                self.replies.insert(name, reply);
                In::Order {
                    actor,
                    order,
                    reply: name,
                }
            }
            Inbox::Session { change, reply } => {
                let name = self.name_reply();
                self.session_replies.insert(name, reply);
                In::Session {
                    change,
                    reply: name,
                }
            }
            Inbox::Presence(screens) => {
                for (user, connected) in screens.take() {
                    self.core.handle(now, In::Presence { user, connected });
                }
                return;
            }
            Inbox::Port { line, event } => In::Port { line, event },
            Inbox::Sound { line, heard } => In::Sound { line, heard },
            Inbox::Store(event) => In::Store(event),
            Inbox::Synchronised(yes) => In::Synchronised(yes),
            Inbox::Ping { reply } => {
                let _ = reply.send(());
                return;
            }
            Inbox::Stop { done } => {
                self.stopped = Some(done);
                self.ending = Some(now.tick + STOP_WAITS);
                In::Stop
            }
        };
        self.core.handle(now, input);
    }

    fn name_reply(&mut self) -> ReplyTo {
        self.next_reply += 1;
        self.next_reply
    }

    /// Does everything the core wants; returns how long it may sleep then.
    fn drain(&mut self) -> Duration {
        loop {
            match self.core.next() {
                Out::Alert(alert) => {
                    self.around.bus.say(Said::Alert(Arc::new(alert)));
                    // On a box with two cores the listeners' thread may have been woken on ours,
                    // where it would wait until everything is sealed (measured: 80 µs). Once: what
                    // comes in a burst is sooner there if it is worked off first.
                    if std::mem::take(&mut self.just_woken) {
                        std::thread::yield_now();
                    }
                }
                // The core was made with as many lines as there are wires.
                Out::Write { line, bytes } => self.around.wires[line].send(bytes),
                Out::WriteSound { line, bytes } => {
                    if !self.around.wires[line].send_sound(bytes) {
                        self.around.sounds.tell(line, SoundOrder::NotTaken);
                    }
                }
                Out::Reopen { line } => self.around.wires[line].reopen(),
                Out::Sound { line, order } => self.around.sounds.tell(line, order),
                Out::Commit(batch) => self.around.shelf.commit(batch),
                Out::Fact(fact) => self.around.bus.say(Said::Fact(Arc::new(fact))),
                Out::Reply { reply, answer } => {
                    if let Some(waiting) = self.replies.remove(&reply) {
                        let _ = waiting.send(answer);
                    }
                }
                Out::SessionReply { reply, answer } => {
                    if let Some(waiting) = self.session_replies.remove(&reply) {
                        let _ = waiting.send(answer);
                    }
                }
                Out::Sleep(due) => {
                    let now = self.around.clock.tick();
                    let longest = if self.ending.is_some() {
                        STOP_LOOKS
                    } else {
                        IDLE
                    };
                    return due.map_or(longest, |due| due.since(now).min(longest));
                }
            }
        }
    }

    fn publish(&mut self) {
        if let Some(board) = self.core.picture(self.around.clock.now()) {
            self.around.board.store(Arc::new(board));
        }
    }

    fn is_over(&self) -> bool {
        let Some(deadline) = self.ending else {
            return false;
        };
        self.core.is_saved() || self.around.clock.tick() >= deadline
    }
}

/// Messages worked off before the picture is drawn again.
const BURST: usize = 256;

/// The loop turns at least this often, so that a stuck timer shows.
const IDLE: Duration = Duration::from_secs(30);

/// A stop waits this long for the disk; the whole program has three seconds.
const STOP_WAITS: Duration = Duration::from_secs(2);

/// How often a stopping loop looks whether everything is on disk.
const STOP_LOOKS: Duration = Duration::from_millis(20);
