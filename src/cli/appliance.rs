//! The order in which everything starts, and its mirror image at the end.
//!
//! Start: disk, desk (replayed), lines, sound, engine, ports, bell, certificates, web, control socket.
//! Stop: control socket, web, bell, sound, ports, engine (last facts), disk; practice beside them. The
//! bells are armed when the ports are open, before the first page can be served.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::base::fault::Fault;
use crate::base::ids::CallId;
use crate::base::limits;
use crate::base::time::Trust;
use crate::centre::{self, Centre, sound};
use crate::clock::Clock;
use crate::config::Config;
use crate::engine::handle::{Handle, Inbox};
use crate::http::practice::PracticeRoom;
use crate::media::bell::Bell;
use crate::media::budget::Keeper;
use crate::prompts::Library;
use crate::store::{self, Opened};
use crate::{control, http, pki, practice};

use super::profiles::Profiles;
use super::{bell, listen};

/// Everything that runs.
pub struct Appliance {
    pub handle: Handle,
    /// Where pages are served.
    pub addresses: Vec<SocketAddr>,
    /// SHA-256 of the office's certificate authority, as people compare it.
    pub fingerprint: String,
    /// The certificate authority itself, for programs that are to trust it.
    pub authority_pem: String,
    centre: Centre,
    practice: Arc<practice::Room>,
    web: http::ServerHandle,
    control: control::Server,
    watch: ClockWatch,
    room: Keeper,
    bell: Option<Bell>,
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
    let profiles = Profiles::of(folder);
    profiles.faults.iter().for_each(centre::say_in_log);
    let centre = Centre::start(centre::Setup {
        config,
        folder,
        opened,
        clock: clock.clone(),
        prompts: read_prompts.clone(),
        families: profiles.families,
        calls_after: CallId(0),
    })?;
    let handle = centre.handle.clone();
    let bell = bell::start(config, &centre.handle, &centre.studio, &clock);
    // After the lines: a recording that cannot be read must not keep them waiting.
    let prompts = Arc::new(Library::open(folder, &centre.own_prompts));
    let _ = read_prompts.set(Arc::clone(&prompts));
    // Nothing has confirmed the clock yet.
    let unconfirmed = clock.now().stamp(Trust::Unconfirmed);
    let pki = Arc::new(pki::Pki::open(&pki_setup(config, folder), unconfirmed)?);
    let fingerprint = pki.fingerprint();
    let authority_pem = pki.authority_pem().to_owned();
    let practice = practice_room(config, folder, &clock, read_prompts);
    let web = http::serve(http::ServerSetup {
        handle: handle.clone(),
        studio: centre.studio.clone(),
        practice: Arc::clone(&practice) as Arc<dyn PracticeRoom>,
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
        bell: Arc::clone(centre.studio.bell()),
    })?;
    Ok(Appliance {
        addresses: web.addresses().to_vec(),
        watch: ClockWatch::start(&handle),
        room: sound::keep_room(config, &handle, &centre.studio, &clock)?,
        bell,
        handle,
        fingerprint,
        authority_pem,
        centre,
        practice,
        web,
        control,
    })
}

impl Appliance {
    /// Stops everything, newest first; done in three seconds whatever hangs.
    pub fn stop(self) {
        self.control.stop();
        // It ends beside all the rest, which does not wait for it until the very end.
        self.practice.stop();
        self.web.stop();
        self.watch.stop();
        self.room.stop();
        if let Some(bell) = self.bell {
            bell.stop();
        }
        drop(self.handle);
        self.centre.stop();
        self.practice.wait();
    }
}

fn practice_room(
    config: &Config,
    folder: &Path,
    clock: &Clock,
    prompts: sound::Prompts,
) -> Arc<practice::Room> {
    Arc::new(practice::Room::new(practice::Setup {
        data: folder.to_owned(),
        config: config.clone(),
        clock: clock.clone(),
        prompts,
        idle: limits::PRACTICE_IDLE,
    }))
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
