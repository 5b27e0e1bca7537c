//! The thread around the keeper: one channel in, one callback out.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel};
use std::thread::JoinHandle;

use super::keeper::Keeper;
use super::open::Opened;
use super::{Batch, StoreEvent, codes};
use crate::base::fault::Fault;
use crate::base::time::Tick;
use crate::crew;

/// The way to the thread that writes. Dropping it without [`Writer::stop`] stops the thread too.
#[derive(Debug)]
pub struct Writer {
    // Without a bound, because a batch must never be dropped and its sender must never wait: the
    // engine counts what is not confirmed and refuses orders at `UNSAVED_ENTRIES_MAX`.
    inbox: Option<Sender<Batch>>,
    thread: Option<JoinHandle<()>>,
}

/// Starts writing. `now` reads the monotonic clock; `say` is called from the writing thread.
///
/// # Errors
/// `STORE-015` if the operating system gives no thread.
pub fn start(
    opened: Opened,
    now: impl Fn() -> Tick + Send + 'static,
    mut say: impl FnMut(StoreEvent) + Send + 'static,
) -> Result<Writer, Fault> {
    let (inbox, batches) = channel();
    let mut keeper = opened.into_keeper();
    let thread = crew::thread("store")
        .spawn(move || {
            run(&mut keeper, &batches, &now, &mut say);
            keeper.stop(now(), &mut say);
        })
        .map_err(|error| Fault::because(&codes::NO_THREAD, "memulai utas store", error))?;
    Ok(Writer {
        inbox: Some(inbox),
        thread: Some(thread),
    })
}

impl Writer {
    /// Hands a batch over; never waits. The answer is [`StoreEvent::Committed`].
    pub fn commit(&self, batch: Batch) {
        let is_sent = match &self.inbox {
            Some(inbox) => inbox.send(batch).is_ok(),
            None => false,
        };
        if !is_sent {
            // The thread ends only with the process; a batch that was never confirmed is not
            // called saved by anybody.
            tracing::error!("a batch came after the store had stopped");
        }
    }

    /// Whether its thread goes on.
    pub fn is_alive(&self) -> bool {
        let thread = self.thread.as_ref();
        thread.is_some_and(|thread| !thread.is_finished())
    }

    /// Commits what was handed over, closes the files and waits for that.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        drop(self.inbox.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the store's thread had panicked");
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.end();
    }
}

fn run(
    keeper: &mut Keeper,
    batches: &Receiver<Batch>,
    now: &dyn Fn() -> Tick,
    say: &mut dyn FnMut(StoreEvent),
) {
    loop {
        let next = match keeper.next_wake() {
            _ if keeper.is_busy() => Err(RecvTimeoutError::Timeout),
            Some(due) => batches.recv_timeout(due.since(now())),
            None => batches.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match next {
            Ok(batch) => keeper.push(batch),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        // Everything that has come meanwhile goes into the same transaction.
        loop {
            match batches.try_recv() {
                Ok(batch) => keeper.push(batch),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => return,
            }
        }
        keeper.step(now(), say);
    }
}
