//! The only way in from above: a bounded inbox, and things to read.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex};

use tokio::sync::oneshot;

use super::bus::{Bus, SharedBoard, Subscription};
use super::sound::SoundHeard;
use crate::base::ids::UserName;
use crate::base::limits;
use crate::desk::order::{Actor, Order, Receipt, Refusal};
use crate::port::PortEvent;
use crate::store::SessionChange;

/// What reaches the engine's loop.
pub enum Inbox {
    /// A person or program asks for something; the answer comes after it is durable.
    Order {
        actor: Actor,
        order: Order,
        reply: oneshot::Sender<Result<Receipt, Refusal>>,
    },
    /// A session was opened, used or ended; stored, never a fact.
    Session {
        change: SessionChange,
        reply: oneshot::Sender<Result<(), Refusal>>,
    },
    /// Screens came or went; which ones is in the list.
    Presence(Screens),
    /// A port has something to say.
    Port { line: usize, event: PortEvent },
    /// The sound of a line has something to say.
    Sound { line: usize, heard: SoundHeard },
    /// The store's writer has something to say.
    Store(crate::store::StoreEvent),
    /// Answer when the loop turns: proof of life.
    Ping { reply: oneshot::Sender<()> },
    /// What the operating system says of the clock.
    Synchronised(bool),
    /// Write the last facts and stop; answered when that is done.
    Stop { done: oneshot::Sender<()> },
}

/// Screens that came (`true`) or went and that the engine has not counted yet. A list beside the
/// inbox, because a going that found the inbox full and got lost would leave a seat taken for ever.
#[derive(Clone, Default)]
pub struct Screens(Arc<Mutex<Vec<(UserName, bool)>>>);

impl Screens {
    fn note(&self, user: &UserName, connected: bool) {
        let changed = (user.clone(), connected);
        self.0
            .lock()
            .unwrap_or_else(|e| e.into_inner())
            .push(changed);
    }

    /// What has changed since this was last asked, in order.
    pub fn take(&self) -> Vec<(UserName, bool)> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(|e| e.into_inner()))
    }
}

/// A cheap, cloneable way to the engine.
#[derive(Clone)]
pub struct Handle {
    inbox: SyncSender<Inbox>,
    bus: Bus,
    board: SharedBoard,
    reader: crate::store::Reader,
    screens: Screens,
}

impl Handle {
    /// A handle and the engine's end of its inbox.
    pub fn new(
        bus: Bus,
        board: SharedBoard,
        reader: crate::store::Reader,
    ) -> (Handle, Receiver<Inbox>) {
        let (inbox, engine) = sync_channel(limits::INBOX_LEN_MAX);
        (
            Handle {
                inbox,
                bus,
                board,
                reader,
                screens: Screens::default(),
            },
            engine,
        )
    }

    /// Asks for something and waits until it is durable, or refused.
    ///
    /// # Errors
    /// The desk's refusal; [`Refusal::Stopping`] if the engine is gone or too busy to listen.
    pub async fn order(&self, actor: Actor, order: Order) -> Result<Receipt, Refusal> {
        let (reply, answer) = oneshot::channel();
        self.send(Inbox::Order {
            actor,
            order,
            reply,
        })?;
        answer.await.unwrap_or(Err(Refusal::Stopping))
    }

    /// As [`Handle::order`], for a thread that is not part of a runtime.
    ///
    /// # Errors
    /// As [`Handle::order`].
    pub fn order_and_wait(&self, actor: Actor, order: Order) -> Result<Receipt, Refusal> {
        let (reply, answer) = oneshot::channel();
        self.send(Inbox::Order {
            actor,
            order,
            reply,
        })?;
        answer.blocking_recv().unwrap_or(Err(Refusal::Stopping))
    }

    /// Stores a change to the sessions.
    ///
    /// # Errors
    /// [`Refusal::Stopping`].
    pub async fn session(&self, change: SessionChange) -> Result<(), Refusal> {
        let (reply, answer) = oneshot::channel();
        self.send(Inbox::Session { change, reply })?;
        answer.await.unwrap_or(Err(Refusal::Stopping))
    }

    /// Resolves when the loop has turned once.
    ///
    /// # Errors
    /// [`Refusal::Stopping`] if it does not take messages.
    pub async fn ping(&self) -> Result<(), Refusal> {
        let (reply, answer) = oneshot::channel();
        self.send(Inbox::Ping { reply })?;
        answer.await.map_err(|_| Refusal::Stopping)
    }

    /// Stops the engine; resolves when everything is on disk or it has waited long enough.
    pub async fn stop(&self) {
        let (done, stopped) = oneshot::channel();
        if self.send(Inbox::Stop { done }).is_ok() {
            let _ = stopped.await;
        }
    }

    /// As [`Handle::stop`], for a thread that is not part of a runtime; waits for a place in the
    /// inbox.
    pub fn stop_and_wait(&self) {
        let (done, stopped) = oneshot::channel();
        if self.inbox.send(Inbox::Stop { done }).is_ok() {
            let _ = stopped.blocking_recv();
        }
    }

    /// Says that a screen of `user` is connected for as long as the value lives.
    pub fn presence(&self, user: UserName) -> Presence {
        self.screen(&user, true);
        Presence {
            handle: self.clone(),
            user,
        }
    }

    fn screen(&self, user: &UserName, connected: bool) {
        self.screens.note(user, connected);
        // Into a full inbox it need not go: the next change brings this one along.
        let _ = self.send(Inbox::Presence(self.screens.clone()));
    }

    /// The current picture.
    pub fn board(&self) -> std::sync::Arc<super::board::Board> {
        self.board.load_full()
    }

    /// Alerts and durable facts from now on.
    pub fn subscribe(&self) -> Subscription {
        self.bus.subscribe()
    }

    /// Reads from the disk.
    pub fn reader(&self) -> &crate::store::Reader {
        &self.reader
    }

    /// Puts something into the inbox without waiting.
    ///
    /// # Errors
    /// [`Refusal::Stopping`] when it is full or the engine is gone.
    pub fn send(&self, message: Inbox) -> Result<(), Refusal> {
        self.inbox.try_send(message).map_err(|error| match error {
            TrySendError::Full(_) | TrySendError::Disconnected(_) => Refusal::Stopping,
        })
    }

    /// A sender for a port's thread, which may wait when the inbox is full.
    pub fn port_inbox(&self) -> SyncSender<Inbox> {
        self.inbox.clone()
    }
}

/// A connected screen; dropping it says that the screen went away.
pub struct Presence {
    handle: Handle,
    user: UserName,
}

impl Drop for Presence {
    fn drop(&mut self) {
        self.handle.screen(&self.user, false);
    }
}
