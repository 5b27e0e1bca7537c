//! One centre: disk, desk, lines, sound and engine. What rings without any screen.
//!
//! Layer 4. The service runs one; practice runs a second beside it, in a folder of its own, which
//! shares nothing with the first but the processor.

mod lines;
mod replay;
pub mod sound;

use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;

pub use replay::{Replayed, name, rebuild, replay};

use crate::base::fault::Fault;
use crate::base::ids::CallId;
use crate::base::limits;
use crate::clock::Clock;
use crate::config::Config;
use crate::crew;
use crate::desk::{OwnPrompt, Policy};
use crate::engine::bus::Bus;
use crate::engine::core::{self, Core};
use crate::engine::handle::{Handle, Inbox};
use crate::engine::run::{self, Shelf, Surroundings};
use crate::journal::Chain;
use crate::line::families::Families;
use crate::media::Studio;
use crate::store::{self, Batch, Opened, Reader, Writer};

crate::codes! {
    /// The engine's thread could not be started.
    NO_ENGINE = "SYS-001", "Mesin panggilan tidak bisa dijalankan", "Periksa batas proses dan memori mesin ini, lalu jalankan lagi";
}

/// What a centre is made from.
pub struct Setup<'a> {
    pub config: &'a Config,
    /// Where its data lies.
    pub folder: &'a Path,
    /// The store in it.
    pub opened: Opened,
    pub clock: Clock,
    /// What its callers hear, once that has been read.
    pub prompts: sound::Prompts,
    /// The modems it knows.
    pub families: Families,
    /// Its first call gets a number above this one.
    pub calls_after: CallId,
}

/// A centre that runs.
pub struct Centre {
    pub handle: Handle,
    pub studio: Studio,
    /// Recordings of its own that the office plays to callers.
    pub own_prompts: Vec<OwnPrompt>,
    engine: JoinHandle<()>,
    writer: Arc<Writer>,
}

impl Centre {
    /// Starts it: disk, desk (replayed), lines, sound, engine, ports.
    ///
    /// # Errors
    /// The first thing that cannot be had.
    pub fn start(setup: Setup<'_>) -> Result<Centre, Fault> {
        let Setup {
            config,
            folder,
            mut opened,
            clock,
            prompts,
            families,
            calls_after,
        } = setup;
        opened.shown.iter().for_each(say_in_log);
        let policy = Policy {
            zone: config.center.timezone.clone(),
            area_code: config.center.area_code.clone(),
        };
        if opened.needs_rebuild {
            rebuild(&mut opened, &policy)?;
        }
        let replayed = replay(&opened, policy)?.knowing(folder, calls_after);
        let Replayed { desk, floor, clean } = replayed;
        let losses = replay::losses(&opened, &desk, folder);
        let drafts = replay::drafts(&opened);
        let own_prompts = desk.own_prompts().to_vec();
        let chain = Chain::after(opened.head, opened.head_hash, name(config));

        let bus = Bus::new(limits::BUS_LEN);
        let board = Arc::default();
        let (handle, inbox) = Handle::new(bus.clone(), Arc::clone(&board), opened.reader.clone());
        let writer = start_writer(opened, &clock, &handle)?;
        let core = core::Setup {
            desk,
            chain,
            lines: lines::machines(config, families),
            floor,
            clean,
            drafts,
            losses,
        };
        let core = Core::start(clock.now(), core);
        let studio = sound::start(config, folder, &handle, &clock, &prompts)?;
        let around = Surroundings {
            inbox,
            bus,
            board,
            clock,
            shelf: Box::new(ToWriter(Arc::clone(&writer))),
            sounds: Box::new(studio.clone()),
            wires: lines::wires(config, &handle),
        };
        let engine = run::spawn(core, around)
            .map_err(|error| Fault::because(&NO_ENGINE, "memulai utas engine", error))?;
        read_ahead(handle.reader().clone());
        Ok(Centre {
            handle,
            studio,
            own_prompts,
            engine,
            writer,
        })
    }

    /// Whether none of the threads it needs has ended by itself.
    pub fn is_alive(&self) -> bool {
        !self.engine.is_finished() && self.writer.is_alive() && self.studio.is_alive()
    }

    /// Stops it, newest first: sound, ports, engine (last facts), disk.
    pub fn stop(self) {
        // While the engine still takes the news of what was closed.
        self.studio.stop();
        // The ports close with the engine, which owns their wires.
        self.handle.stop_and_wait();
        let _ = self.engine.join();
        drop(self.handle);
        match Arc::try_unwrap(self.writer) {
            Ok(writer) => writer.stop(),
            Err(_) => tracing::warn!("the store is still in use at the end"),
        }
    }
}

/// A fault that stops nothing.
pub fn say_in_log(fault: &Fault) {
    tracing::error!(code = fault.code.id, "{}", fault.chain());
}

fn start_writer(opened: Opened, clock: &Clock, handle: &Handle) -> Result<Arc<Writer>, Fault> {
    let clock = clock.clone();
    let inbox = handle.port_inbox();
    let say = move |event| {
        // An engine that has stopped needs no news.
        let _ = inbox.send(Inbox::Store(event));
    };
    store::writer::start(opened, move || clock.tick(), say).map(Arc::new)
}

/// For the first search. Not done before the bells are armed, and nobody waits for it.
fn read_ahead(reader: Reader) {
    let read = move || {
        crew::give_way();
        if let Err(fault) = reader.read_ahead() {
            tracing::debug!(code = fault.code.id, "{}", fault.chain());
        }
    };
    if let Err(error) = crew::thread("read-ahead").spawn(read) {
        tracing::debug!("the first search will be slower: {error}");
    }
}

struct ToWriter(Arc<Writer>);

impl Shelf for ToWriter {
    fn commit(&self, batch: Batch) {
        self.0.commit(batch);
    }
}
