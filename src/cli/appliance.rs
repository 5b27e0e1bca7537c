//! The order in which everything starts, and its mirror image at the end.
//!
//! Start: disk, desk (replayed), lines, sound, engine, ports, certificates, web, control socket.
//! Stop: control socket, web, sound, ports, engine (last facts), disk. The bells are armed when the ports
//! are open, before the first page can be served.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use crate::base::fault::Fault;
use crate::base::ids::Seq;
use crate::base::limits;
use crate::base::time::Trust;
use crate::clock::Clock;
use crate::config::{Audio, Config, LineConfig};
use crate::desk::fact::{Fact, Loss};
use crate::desk::{Desk, OwnPrompt, Policy};
use crate::engine::bus::Bus;
use crate::engine::core::{Core, Setup};
use crate::engine::handle::{Handle, Inbox};
use crate::engine::run::{self, Shelf, Surroundings, Wire};
use crate::engine::time_keeper::Floor;
use crate::journal::{self, Chain};
use crate::line::Machine;
use crate::line::families::Families;
use crate::line::words::Line;
use crate::media::Studio;
use crate::media::budget::Keeper;
use crate::port::{self, PortHandle, PortSpec};
use crate::prompts::Library;
use crate::store::{self, Batch, Opened, Writer};
use crate::{control, http, pki};

use super::codes::NO_ENGINE;
use super::listen;
use super::profiles::Profiles;
use super::sound;

/// Everything that runs.
pub struct Appliance {
    pub handle: Handle,
    /// Where pages are served.
    pub addresses: Vec<SocketAddr>,
    /// SHA-256 of the office's certificate authority, as people compare it.
    pub fingerprint: String,
    /// The certificate authority itself, for programs that are to trust it.
    pub authority_pem: String,
    engine: JoinHandle<()>,
    writer: Arc<Writer>,
    web: http::ServerHandle,
    control: control::Server,
    watch: ClockWatch,
    room: Keeper,
    studio: Studio,
}

/// Starts everything for `config`, with its data in `folder`.
///
/// # Errors
/// The first thing that cannot be had; nothing is left running then but what the process's end
/// stops.
pub fn start(config: &Config, folder: &Path) -> Result<Appliance, Fault> {
    let clock = Clock::start();
    let tag = clock.now().wall.file_tag();
    start_on(config, folder, store::open_folder(folder, &tag)?, clock)
}

/// As [`start`], on a store that is open already.
///
/// # Errors
/// As [`start`].
pub fn start_on(
    config: &Config,
    folder: &Path,
    opened: Opened,
    clock: Clock,
) -> Result<Appliance, Fault> {
    // First, so that a service that cannot be reached leaves the lines alone.
    let listeners = listen::all(&config.web.listen)?;
    let read_prompts = sound::Prompts::default();
    let Inside {
        handle,
        engine,
        writer,
        studio,
        own_prompts,
    } = start_inside(config, folder, opened, &clock, &read_prompts)?;
    // After the lines: a recording that cannot be read must not keep them waiting.
    let prompts = Arc::new(Library::open(folder, &own_prompts));
    let _ = read_prompts.set(Arc::clone(&prompts));
    // Nothing has confirmed the clock yet.
    let unconfirmed = clock.now().stamp(Trust::Unconfirmed);
    let pki = Arc::new(pki::Pki::open(&pki_setup(config, folder), unconfirmed)?);
    let fingerprint = pki.fingerprint();
    let authority_pem = pki.authority_pem().to_owned();
    let web = http::serve(http::ServerSetup {
        handle: handle.clone(),
        studio: studio.clone(),
        clock: clock.clone(),
        zone: config.center.timezone.clone(),
        area_code: config.center.area_code.clone(),
        centre: config.center.name.clone(),
        language: config.center.language.code().to_owned(),
        data_dir: folder.to_owned(),
        pki,
        prompts,
        listeners,
    })?;
    let control = control::serve(control::Setup {
        folder,
        handle: handle.clone(),
        clock: clock.clone(),
        zone: config.center.timezone.clone(),
    })?;
    Ok(Appliance {
        addresses: web.addresses().to_vec(),
        watch: ClockWatch::start(&handle),
        room: sound::keep_room(config, &handle, &studio, &clock)?,
        studio,
        handle,
        fingerprint,
        authority_pem,
        engine,
        writer,
        web,
        control,
    })
}

/// Disk, desk, lines and engine: what rings without any screen.
struct Inside {
    handle: Handle,
    engine: JoinHandle<()>,
    writer: Arc<Writer>,
    studio: Studio,
    /// Recordings of its own that the office plays to callers.
    own_prompts: Vec<OwnPrompt>,
}

fn start_inside(
    config: &Config,
    folder: &Path,
    mut opened: Opened,
    clock: &Clock,
    prompts: &sound::Prompts,
) -> Result<Inside, Fault> {
    opened.shown.iter().for_each(say_in_log);
    let policy = Policy {
        zone: config.center.timezone.clone(),
        area_code: config.center.area_code.clone(),
    };
    if opened.needs_rebuild {
        rebuild(&mut opened, &policy)?;
    }
    let Replayed { desk, floor, clean } = replay(&opened, policy)?.knowing(folder);
    let losses = losses(&opened, &desk, folder);
    let own_prompts = desk.own_prompts().to_vec();
    let chain = Chain::after(opened.head, opened.head_hash, centre(config));

    let bus = Bus::new(limits::BUS_LEN);
    let board = Arc::default();
    let (handle, inbox) = Handle::new(bus.clone(), Arc::clone(&board), opened.reader.clone());
    let writer = start_writer(opened, clock, &handle)?;
    let profiles = Profiles::of(folder);
    profiles.faults.iter().for_each(say_in_log);
    let families = Arc::new(profiles.families);
    let lines = config
        .lines
        .iter()
        .map(|line| machine(config, line, &families))
        .collect();
    let core = Core::start(
        clock.now(),
        Setup {
            desk,
            chain,
            lines,
            floor,
            clean,
            losses,
        },
    );
    let wires = config
        .lines
        .iter()
        .enumerate()
        .map(|(index, line)| wire(index, line, &handle));
    let studio = sound::start(config, folder, &handle, clock, prompts)?;
    let around = Surroundings {
        inbox,
        bus,
        board,
        clock: clock.clone(),
        shelf: Box::new(ToWriter(Arc::clone(&writer))),
        sounds: Box::new(studio.clone()),
        wires: wires.collect(),
    };
    let engine = run::spawn(core, around)
        .map_err(|error| Fault::because(&NO_ENGINE, "memulai utas engine", error))?;
    Ok(Inside {
        handle,
        engine,
        writer,
        studio,
        own_prompts,
    })
}

fn say_in_log(fault: &Fault) {
    tracing::error!(code = fault.code.id, "{}", fault.chain());
}

impl Appliance {
    /// Stops everything, newest first; done in three seconds whatever hangs.
    pub fn stop(self) {
        self.control.stop();
        self.web.stop();
        self.watch.stop();
        self.room.stop();
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

pub(super) struct Replayed {
    pub desk: Desk,
    pub floor: Floor,
    pub clean: bool,
}

impl Replayed {
    /// Knowing which numbers of calls are taken, even if the journal that gave them is lost.
    fn knowing(mut self, folder: &Path) -> Replayed {
        if let Some(newest) = sound::newest_call(folder) {
            self.desk.calls_after(newest);
        }
        self
    }
}

/// What the journal calls this office.
pub(super) fn centre(config: &Config) -> &str {
    config.center.area.as_deref().unwrap_or(&config.center.name)
}

/// The desk as it was: the newest snapshot and every entry after it.
pub(super) fn replay(opened: &Opened, policy: Policy) -> Result<Replayed, Fault> {
    let (mut desk, after) = match &opened.snapshot {
        None => (Desk::new(policy), Seq(0)),
        Some((seq, bytes)) => match Desk::restore(policy.clone(), bytes) {
            Ok(desk) => (desk, *seq),
            Err(error) => {
                tracing::warn!(%error, "the snapshot is not of this version; replaying everything");
                (Desk::new(policy), Seq(0))
            }
        },
    };
    let mut floor = Floor::default();
    let mut clean = opened.head == Seq(0);
    // The last entry always: a snapshot does not say when it was or how the last run ended.
    let from = after.min(Seq(opened.head.0.saturating_sub(1)));
    for stored in opened.tail(from) {
        let Ok(stored) = stored? else { continue };
        match journal::open(&stored.json) {
            Ok(journal::Opened::Known(entry)) => {
                if entry.seq > after {
                    desk.apply(&entry, None);
                }
                floor.hear(entry.stamp);
                clean = matches!(entry.fact, Fact::SystemStopped {});
            }
            Ok(journal::Opened::Unknown { seq, kind, why }) => {
                tracing::warn!(%seq, kind, why, "an entry of a newer version is kept, not understood");
            }
            Err(error) => tracing::error!(seq = %stored.seq, %error, "an entry cannot be read"),
        }
    }
    Ok(Replayed { desk, floor, clean })
}

/// What the journal does not tell of yet: a disk that went back in time, and damaged files that lie
/// beside the database, whenever they were put there.
fn losses(opened: &Opened, desk: &Desk, folder: &Path) -> Vec<Loss> {
    let files = store::set_aside_in(folder);
    // Of very many the newest: the others would be forgotten, and told again at every start.
    let few = files.len().saturating_sub(limits::LOSSES_KNOWN_MAX / 2);
    let aside = files.into_iter().skip(few);
    let aside = aside.map(|file| Loss::SetAside { file });
    let is_new = |loss: &Loss| desk.losses().iter().all(|known| known.loss != *loss);
    let found = opened.missing.iter().cloned().chain(aside);
    found.filter(is_new).collect()
}

/// Writes the derived tables again from the journal.
pub(super) fn rebuild(opened: &mut Opened, policy: &Policy) -> Result<(), Fault> {
    let mut desk = Desk::new(policy.clone());
    let replay = |stored: &store::StoredEntry, rebuilt: &store::rebuild::Rebuilt<'_>| {
        let Ok(journal::Opened::Known(entry)) = journal::open(&stored.json) else {
            return Ok(Default::default());
        };
        if let Some(archived) = desk.wants(&entry.fact)
            && let Some(record) = rebuilt.call(archived)?
        {
            desk.recall(record);
        }
        Ok(desk.apply(&entry, None))
    };
    let damaged = store::rebuild::rebuild(opened, replay, |_| {})?;
    if damaged > 0 {
        tracing::error!(damaged, "damaged entries were left out of the lists");
    }
    Ok(())
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

fn machine(
    config: &Config,
    line: &LineConfig,
    families: &Arc<Families>,
) -> (crate::base::ids::LineName, Box<dyn Line + Send>) {
    let setup = crate::line::words::Setup {
        profile: line.profile.clone(),
        pin: line.pin.as_ref().map(|pin| pin.expose().to_owned()),
        area_code: config.center.area_code.clone(),
        sound: sound::path(line),
        own_ears: line.audio != Audio::None,
        ..Default::default()
    };
    (
        line.name.clone(),
        Box::new(Machine::new(setup, Arc::clone(families))),
    )
}

struct ToPort(PortHandle);

impl Wire for ToPort {
    fn send(&self, bytes: Vec<u8>) {
        // A port that cannot take it is closed or blocked; the line's own time limit notices.
        self.0.send(bytes);
    }
    fn send_sound(&self, bytes: Vec<u8>) -> bool {
        self.0.send_sound(bytes)
    }
    fn reopen(&self) {
        self.0.reopen();
    }
}

fn wire(index: usize, line: &LineConfig, handle: &Handle) -> Box<dyn Wire> {
    let inbox = handle.port_inbox();
    let spec = PortSpec {
        name: line.name.clone(),
        path: line.port.clone(),
    };
    let tell = move |event| {
        let _ = inbox.send(Inbox::Port { line: index, event });
    };
    Box::new(ToPort(port::open(spec, tell)))
}

struct ToWriter(Arc<Writer>);

impl Shelf for ToWriter {
    fn commit(&self, batch: Batch) {
        self.0.commit(batch);
    }
}

fn pki_setup(config: &Config, folder: &Path) -> pki::Setup {
    pki::Setup {
        data_dir: folder.to_owned(),
        centre: config.center.name.clone(),
        names: config.web.names.clone(),
        addresses: pki::addresses::of_this_machine(),
    }
}

/// Looks now and then whether the operating system calls its clock synchronised.
struct ClockWatch {
    stop: std::sync::mpsc::Sender<()>,
}

impl ClockWatch {
    fn start(handle: &Handle) -> ClockWatch {
        let (stop, stopped) = std::sync::mpsc::channel::<()>();
        let handle = handle.clone();
        let watch = move || {
            loop {
                let _ = handle.send(Inbox::Synchronised(crate::clock::is_synchronised(
                    Path::new("/"),
                )));
                match stopped.recv_timeout(CLOCK_WATCH) {
                    Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {}
                    _ => break,
                }
            }
        };
        let thread = std::thread::Builder::new()
            .name("clock".into())
            .spawn(watch);
        if let Err(error) = thread {
            tracing::warn!(%error, "nobody watches whether the clock is synchronised");
        }
        ClockWatch { stop }
    }

    fn stop(self) {
        let _ = self.stop.send(());
    }
}

/// systemd-timesyncd writes its mark within a second of the first answer; a minute is soon enough.
const CLOCK_WATCH: Duration = Duration::from_secs(60);
