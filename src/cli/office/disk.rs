//! The office on the disk, while no service runs.
//!
//! A clerk answers here as in the service; behind it stands, instead of the engine, a thread that
//! decides with the same desk, seals into the same chain and commits with the same store. No start
//! is recorded: nothing was started.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::thread::JoinHandle;

use arc_swap::ArcSwap;
use serde_json::Value;

use super::super::{Place, codes, say};
use crate::base::fault::Fault;
use crate::centre::{self, Replayed};
use crate::clock::{self, Clock};
use crate::config::Config;
use crate::control::{Clerk, Request, Said};
use crate::desk::order::{Actor, Order, Receipt, Refusal};
use crate::desk::{Desk, Entry, Policy};
use crate::engine::board::Board;
use crate::engine::bus::Bus;
use crate::engine::handle::{Handle, Inbox};
use crate::engine::time_keeper::TimeKeeper;
use crate::journal::Chain;
use crate::store::{self, Batch, Keeper, StoreEvent};

/// The clerk, and the thread behind it; none where nothing may be changed.
pub(in crate::cli) struct Disk {
    clerk: Option<Clerk>,
    thread: Option<JoinHandle<()>>,
    /// What is missing or damaged, and was not in the way.
    pub(super) shown: Vec<Fault>,
}

impl Disk {
    /// Opens the data folder to read there; nothing in it is changed, whatever is found.
    ///
    /// # Errors
    /// `SYS-010`, `SYS-014`, or what the store says (`STORE-004`: it is damaged).
    pub(in crate::cli) fn look(
        place: &Place,
        config: &Config,
        may_be_new: bool,
    ) -> Result<Disk, Fault> {
        let folder = place.ours()?;
        let mut opened = if may_be_new {
            store::look_or_new(folder)?
        } else {
            store::look(folder)?
        };
        if opened.needs_rebuild {
            let doing = folder.display().to_string();
            return Err(Fault::new(&store::codes::OLDER, doing));
        }
        let Replayed { desk, .. } = centre::replay(&opened, policy(config))?;
        let board = Board {
            losses: desk.losses().to_vec(),
            ..Board::default()
        };
        // Without the other end of the inbox every order is refused.
        let board = Arc::new(ArcSwap::from_pointee(board));
        let (handle, _) = Handle::new(Bus::new(1), board, opened.reader.clone());
        Ok(Disk {
            clerk: Some(clerk(folder, handle, Clock::start(), config)),
            thread: None,
            shown: std::mem::take(&mut opened.shown),
        })
    }

    /// Opens the data folder for a change. It must be ours, and whole.
    ///
    /// # Errors
    /// `SYS-010`, `SYS-011`, or what the store says (`STORE-001`: a service runs after all).
    pub(super) fn open(place: &Place, config: &Config) -> Result<Disk, Fault> {
        let folder = place.make_ours()?;
        let clock = Clock::start();
        let mut opened = store::open_sound(folder, &clock.now().wall.file_tag())?;
        let shown = std::mem::take(&mut opened.shown);
        let policy = policy(config);
        if opened.needs_rebuild {
            centre::rebuild(&mut opened, &policy)?;
        }
        let Replayed { desk, floor, .. } = centre::replay(&opened, policy)?;
        let (handle, inbox) = Handle::new(Bus::new(1), Arc::default(), opened.reader.clone());
        let mut time = TimeKeeper::new(clock.now(), floor);
        time.synchronised(clock::is_synchronised(Path::new("/")));
        let chain = Chain::after(opened.head, opened.head_hash, centre::name(config));
        let back_office = BackOffice {
            desk,
            chain,
            keeper: opened.into_keeper(),
            clock: clock.clone(),
            time,
            tickets: 0,
        };
        let thread = std::thread::Builder::new()
            .name("store-verb".to_owned())
            .spawn(move || back_office.run(&inbox))
            .map_err(|error| Fault::because(&codes::UNSAVED, "memulai utas", error))?;
        Ok(Disk {
            clerk: Some(clerk(folder, handle, clock, config)),
            thread: Some(thread),
            shown,
        })
    }

    /// Asks the clerk.
    ///
    /// # Errors
    /// The first of `item`.
    pub(in crate::cli) fn ask(
        &mut self,
        request: Request,
        item: &mut dyn FnMut(Value) -> io::Result<()>,
    ) -> Result<Said, Fault> {
        let mut end = None;
        let mut say = |said: &Said| match said {
            Said::Item(value) => item(value.clone()),
            Said::Done(_) | Said::Refused { .. } | Said::Fault { .. } => {
                end = Some(said.clone());
                Ok(())
            }
        };
        let Some(clerk) = &self.clerk else {
            return Err(Fault::new(&codes::UNSAVED, "bertanya"));
        };
        clerk
            .answer(request, &mut say)
            .map_err(|error| Fault::because(&codes::OUTPUT, "menulis hasil", error))?;
        end.ok_or_else(|| Fault::new(&codes::UNSAVED, "menunggu jawaban"))
    }
}

fn policy(config: &Config) -> Policy {
    Policy {
        zone: config.center.timezone.clone(),
        area_code: config.center.area_code.clone(),
    }
}

fn clerk(folder: &Path, handle: Handle, clock: Clock, config: &Config) -> Clerk {
    Clerk {
        folder: folder.to_owned(),
        handle,
        clock,
        zone: config.center.timezone.clone(),
        bell: Arc::default(),
    }
}

/// Everything is on disk and the database closed before the verb ends.
impl Drop for Disk {
    fn drop(&mut self) {
        // The clerk has the only way in; without it the thread behind ends.
        drop(self.clerk.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct BackOffice {
    desk: Desk,
    chain: Chain,
    keeper: Keeper,
    clock: Clock,
    time: TimeKeeper,
    tickets: u64,
}

impl BackOffice {
    fn run(mut self, inbox: &Receiver<Inbox>) {
        for message in inbox {
            // Sessions, screens and ports exist only where a service runs: whoever asks for them
            // is told that this one is stopping.
            if let Inbox::Order {
                actor,
                order,
                reply,
            } = message
            {
                let _ = reply.send(self.order(&actor, &order));
            }
        }
        self.keeper.stop(self.clock.tick(), &mut |_| {});
    }

    fn order(&mut self, actor: &Actor, order: &Order) -> Result<Receipt, Refusal> {
        let now = self.clock.now();
        let stamp = self.time.stamp(now);
        let decision = self.desk.decide(now, actor, order)?;
        self.tickets += 1;
        let mut batch = Batch {
            secrets: decision.secrets,
            ticket: self.tickets,
            ..Batch::default()
        };
        for fact in decision.facts {
            let sealed = self.chain.seal(stamp, &fact);
            let entry = Entry {
                seq: sealed.seq,
                stamp,
                fact,
            };
            batch
                .touched
                .absorb(self.desk.apply(&entry, Some(now.tick)));
            batch.entries.push(sealed);
        }
        let seq = batch.entries.last().map_or(0, |sealed| sealed.seq.0);
        if seq > 0 || !batch.secrets.is_empty() {
            self.commit(batch)?;
        }
        Ok(Receipt {
            seq,
            ..Receipt::default()
        })
    }

    fn commit(&mut self, batch: Batch) -> Result<(), Refusal> {
        let ticket = batch.ticket;
        let mut saved = false;
        self.keeper.push(batch);
        self.keeper
            .step(self.clock.tick(), &mut |event| match event {
                StoreEvent::Committed { ticket: done } => saved |= done >= ticket,
                StoreEvent::Down(fault) => say::trouble(fault),
                StoreEvent::Up => {}
            });
        saved.then_some(()).ok_or(Refusal::StoreFull)
    }
}
