//! Room for recordings: which may go when it gets tight, and the thread that sees to it.
//!
//! Oldest first within each rank; calls that were somebody's emergency, or may be evidence, never
//! go by themselves. Every removal is a fact in the journal before the file is gone.

use std::fs;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use super::codes::BUDGET;
use super::studio::Studio;
use crate::base::fault::Fault;
use crate::base::ids::{CallId, UserName};
use crate::clock::Clock;
use crate::crew;
use crate::desk::operator::Role;
use crate::desk::order::{Actor, Order};
use crate::desk::sound::turn;
use crate::engine::handle::Handle;

/// How much room recordings may take, and how much they must leave.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Budget {
    /// All recordings together.
    pub max_bytes: u64,
    /// Free on the disk afterwards.
    pub keep_free_bytes: u64,
    /// Below this nothing is recorded any more: the journal needs the rest.
    pub stop_below_bytes: u64,
    /// A call's class must be so old before its recording may go.
    pub settled_after: Duration,
}

/// One kept file with what decides about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kept {
    pub call: CallId,
    pub file: String,
    pub bytes: u64,
    /// In which turn it may go; `None`: not, or not yet.
    pub turn: Option<u8>,
}

/// The files to remove, in order, so that `to_free` bytes come free; fewer if that is all that may
/// go. `kept`: oldest first.
pub fn victims(kept: &[Kept], to_free: u64) -> Vec<usize> {
    let mut order: Vec<(u8, usize)> = kept
        .iter()
        .enumerate()
        .filter_map(|(index, kept)| Some((kept.turn?, index)))
        .collect();
    order.sort_unstable();
    let mut freed = 0;
    let needed = order.into_iter().take_while(|(_, index)| {
        let goes = freed < to_free;
        freed += kept[*index].bytes;
        goes
    });
    needed.map(|(_, index)| index).collect()
}

/// How many bytes have to come free.
pub fn to_free(budget: Budget, used: u64, free: u64) -> u64 {
    let over = used.saturating_sub(budget.max_bytes);
    let short = budget.keep_free_bytes.saturating_sub(free);
    over.max(short)
}

/// Looks after the room for recordings until it is stopped.
pub struct Keeper {
    stop: Sender<()>,
}

impl Keeper {
    /// Starts the thread.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(
        handle: Handle,
        studio: Studio,
        clock: Clock,
        budget: Budget,
    ) -> std::io::Result<Keeper> {
        let (stop, stopped) = channel();
        let watch = Watch {
            handle,
            studio,
            clock,
            budget,
        };
        crew::thread("budget").spawn(move || watch.run(&stopped))?;
        Ok(Keeper { stop })
    }

    /// Ends it soon: it may be waiting for a disk that does not answer, and nobody waits for it.
    pub fn stop(self) {
        drop(self.stop);
    }
}

struct Watch {
    handle: Handle,
    studio: Studio,
    clock: Clock,
    budget: Budget,
}

impl Watch {
    fn run(self, stopped: &Receiver<()>) {
        // At once as well: a box that is restarted again and again must not fill up.
        self.look(stopped);
        let mut looks = 1u32;
        while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(LOOK_EVERY) {
            let free = free_bytes(self.studio.folder().path());
            let short = free.is_some_and(|free| free < self.budget.keep_free_bytes);
            // To add up a year's files takes a moment, and a budget is not used up in ten minutes.
            if short || looks.is_multiple_of(SUMMED_EVERY) {
                self.look(stopped);
            }
            looks = looks.wrapping_add(1);
        }
    }

    fn look(&self, stopped: &Receiver<()>) {
        let folder = self.studio.folder();
        let Some(free) = free_bytes(folder.path()) else {
            return;
        };
        // At once: to make room may have to wait for the disk that is full.
        self.studio.set_stopped(free < self.budget.stop_below_bytes);
        let files = folder.kept();
        let used = files.iter().map(|(.., bytes)| bytes).sum();
        let needed = to_free(self.budget, used, free);
        let mut freed = 0;
        if needed > 0 {
            let kept = files.into_iter().map(|(call, file, bytes)| Kept {
                call,
                file,
                bytes,
                turn: self.turn(call),
            });
            let kept: Vec<Kept> = kept.collect();
            for index in victims(&kept, needed) {
                if !matches!(
                    stopped.try_recv(),
                    Err(std::sync::mpsc::TryRecvError::Empty)
                ) {
                    return;
                }
                if self.remove(&kept[index]) {
                    freed += kept[index].bytes;
                }
            }
        }
        self.studio
            .set_stopped(free + freed < self.budget.stop_below_bytes);
        let full = (freed < needed).then(|| format!("{}. {}", BUDGET.told, BUDGET.cure));
        self.studio.set_room(full);
    }

    fn turn(&self, call: CallId) -> Option<u8> {
        let record = self.handle.reader().call(call).ok()??;
        turn(&record, self.clock.now().wall, self.budget.settled_after)
    }

    /// The journal first: nothing goes without a trace.
    fn remove(&self, kept: &Kept) -> bool {
        let archived = self.handle.reader().call(kept.call).ok().flatten();
        let order = Order::MakeRoom {
            call: kept.call,
            file: kept.file.clone(),
            settled_after: self.budget.settled_after,
            archived: archived.map(Box::new),
        };
        let system = Actor {
            user: UserName::of_the_box(),
            role: Role::Admin,
        };
        if let Err(refusal) = self.handle.order_and_wait(system, order) {
            tracing::warn!(call = kept.call.0, ?refusal, "a recording stays");
            return false;
        }
        match self
            .studio
            .folder()
            .kept_file(&kept.file)
            .map(fs::remove_file)
        {
            Some(Ok(())) => true,
            Some(Err(error)) => {
                let fault = Fault::because(&super::codes::DISK, kept.file.clone(), error);
                tracing::error!(code = fault.code.id, "{}", fault.chain());
                false
            }
            None => false,
        }
    }
}

/// Before the first call is recorded the folder above tells the same.
fn free_bytes(folder: &Path) -> Option<u64> {
    let there = folder.ancestors().find(|folder| folder.is_dir())?;
    let disk = rustix::fs::statvfs(there).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Looks from one adding up to the next.
const SUMMED_EVERY: u32 = 10;

/// A launch day records less than 1 GB in an hour; nothing gets tight within a minute.
const LOOK_EVERY: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(call: u64, turn: Option<u8>, bytes: u64) -> Kept {
        Kept {
            call: CallId(call),
            file: format!("000/{call}.wav"),
            bytes,
            turn,
        }
    }

    #[test]
    fn the_oldest_of_the_first_turn_goes_first_and_what_has_none_never() {
        let all = [
            kept(1, None, 100),
            kept(2, Some(2), 100),
            kept(3, Some(0), 100),
            kept(4, None, 100),
            kept(5, Some(0), 100),
        ];
        let calls = |to_free| {
            let picked = victims(&all, to_free);
            picked
                .into_iter()
                .map(|i| all[i].call.0)
                .collect::<Vec<_>>()
        };
        assert!(calls(0).is_empty());
        assert_eq!(calls(1), [3]);
        assert_eq!(calls(101), [3, 5]);
        assert_eq!(calls(1_000_000), [3, 5, 2], "and no more than may go");
    }

    #[test]
    fn room_is_needed_above_the_budget_or_on_a_full_disk() {
        let budget = Budget {
            max_bytes: 1_000,
            keep_free_bytes: 500,
            stop_below_bytes: 100,
            settled_after: Duration::ZERO,
        };
        assert_eq!(to_free(budget, 900, 600), 0);
        assert_eq!(to_free(budget, 1_300, 600), 300);
        assert_eq!(to_free(budget, 900, 100), 400);
        assert_eq!(to_free(budget, 1_300, 450), 300);
    }
}
