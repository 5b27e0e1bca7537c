//! One practice, from its beginning to its end.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::cast;
use super::room::{Setup, Shared};
use super::stage::{self, Stage, VirtualLine};
use super::traffic::Traffic;
use super::{NO_SPACE, NOT_MADE};
use crate::base::fault::Fault;
use crate::base::ids::{CallId, LineName};
use crate::base::limits;
use crate::base::time::{Tick, Trust};
use crate::centre::{self, Centre};
use crate::clock;
use crate::config::Config;
use crate::engine::handle::Inbox;
use crate::http::practice::{NoCaller, Running};
use crate::line::families::Families;
use crate::sim::modem::Family;
use crate::store::backend::FileDisk;
use crate::store::{self, Opened, Settings};

/// Its lines: two that know numbers, keys and texts, and carry sound.
const LINES: [VirtualLine; limits::PRACTICE_LINES] = [
    VirtualLine {
        name: "Latihan-1",
        family: Family::Huawei,
        profile: "huawei",
    },
    VirtualLine {
        name: "Latihan-2",
        family: Family::Quectel,
        profile: "quectel-ec2x",
    },
];

/// A centre with its callers. Dropping it leaves nothing behind.
pub(super) struct World {
    shared: Arc<Shared>,
    folder: PathBuf,
    stage: Option<Stage>,
    traffic: Traffic,
    running: Running,
    tidied: Tick,
    /// Last, and taken first at the end.
    centre: Option<Centre>,
}

impl World {
    /// Makes it and lets everybody know.
    pub fn make(setup: &Setup, shared: &Arc<Shared>, run: u64) -> Result<World, Fault> {
        let folder = setup.folder();
        leave_nothing(&folder);
        let free = free_bytes(&setup.data);
        if free.is_some_and(|free| free < SPACE_NEEDED_BYTES) {
            let free_mb = free.unwrap_or_default() / (1024 * 1024);
            return Err(Fault::new(&NO_SPACE, format!("sisa {free_mb} MB")));
        }
        let now = setup.clock.now();
        let opened = open(&folder, &now.wall.file_tag())?;
        let modems = stage::plug_in(&folder, &LINES)?;
        let config = config(&setup.config, &folder);
        let centre = Centre::start(centre::Setup {
            config: &config,
            folder: &folder,
            opened,
            clock: setup.clock.clone(),
            prompts: setup.prompts.clone(),
            families: Families::compiled_in(),
            calls_after: CallId(limits::PRACTICE_CALLS_AFTER),
        })?;
        let synchronised = Inbox::Synchronised(clock::is_synchronised(Path::new("/")));
        let _ = centre.handle.send(synchronised);
        let running = Running {
            run,
            since: now.stamp(Trust::Unconfirmed),
            handle: centre.handle.clone(),
            studio: centre.studio.clone(),
        };
        shared.show(Some(running.clone()));
        Ok(World {
            shared: Arc::clone(shared),
            folder,
            stage: Some(Stage::new(modems)),
            traffic: Traffic::new(now.wall.0.unsigned_abs()),
            running,
            tidied: now.tick,
            centre: Some(centre),
        })
    }

    /// As requests see it.
    pub fn running(&self) -> Running {
        self.running.clone()
    }

    /// Lets time pass; `false`: it cannot go on.
    pub fn beat(&mut self, now: Tick) -> bool {
        let Some(stage) = &mut self.stage else {
            return false;
        };
        if !self.centre.as_ref().is_some_and(Centre::is_alive) {
            tracing::error!("a mistake in practice has ended it");
            return false;
        }
        stage.beat(now);
        if self.traffic.is_due(now) {
            let free = stage.free(&self.running.handle.board());
            // Whoever finds every line busy tries again.
            if let Some(line) = self.traffic.any(&free)
                && let Some(caller) = self.traffic.comes(cast::everybody(), now)
            {
                stage.enter(line, caller, now);
            }
        }
        if now.since(self.tidied) >= TIDIES_EVERY {
            self.tidied = now;
            return self.tidy();
        }
        true
    }

    /// Lets somebody call.
    pub fn call(
        &mut self,
        scenario: &str,
        line: Option<&LineName>,
        now: Tick,
    ) -> Result<LineName, NoCaller> {
        let caller = cast::named(scenario).ok_or(NoCaller::NoSuchScenario)?;
        let stage = self.stage.as_mut().ok_or(NoCaller::Off)?;
        let names: Vec<&str> = stage.names().collect();
        if line.is_some_and(|line| !names.contains(&line.as_str())) {
            return Err(NoCaller::NoSuchLine);
        }
        // What has ended a moment ago is free.
        stage.beat(now);
        let free = stage.free(&self.running.handle.board());
        let fits = |index: &&usize| line.is_none_or(|line| names[**index] == line.as_str());
        let index = *free.iter().find(fits).ok_or(NoCaller::LinesBusy)?;
        stage.enter(index, caller, now);
        Ok(LineName::new(names[index]))
    }

    /// So many come by themselves from now on.
    pub fn set_traffic(&mut self, per_hour: u32, now: Tick) {
        self.traffic.set(per_hour, now);
    }

    /// Keeps to its room on the disk; `false`: the real centre needs that.
    fn tidy(&self) -> bool {
        if free_bytes(&self.folder).is_some_and(|free| free < limits::DISK_FREE_BYTES_MIN) {
            tracing::warn!("the disk is nearly full: practice ends");
            return false;
        }
        let recordings = self.running.studio.folder();
        let kept = recordings.kept();
        let mut bytes: u64 = kept.iter().map(|(.., bytes)| bytes).sum();
        for (_, file, size) in kept {
            if bytes <= limits::PRACTICE_RECORDINGS_BYTES_MAX {
                break;
            }
            bytes -= size;
            if let Some(path) = recordings.kept_file(&file) {
                // One that stays goes with all the rest.
                let _ = fs::remove_file(path);
            }
        }
        true
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.shared.show(None);
        // Before the modems go: a line that is lost would be told as one.
        if let Some(centre) = self.centre.take() {
            centre.stop();
        }
        drop(self.stage.take());
        leave_nothing(&self.folder);
    }
}

/// Removes what a practice wrote. What cannot be removed is in nobody's way and goes another time.
pub(super) fn leave_nothing(folder: &Path) {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            tracing::warn!(%error, folder = %folder.display(), "something of practice stays");
        }
        _ => {}
    }
}

/// A small store of its own, with nothing kept back.
fn open(folder: &Path, tag: &str) -> Result<Opened, Fault> {
    let doing = || format!("membuat {}", folder.display());
    let disk = FileDisk::new(folder, 0);
    let disk = disk.map_err(|error| Fault::because(&NOT_MADE, doing(), error))?;
    let settings = Settings {
        cache_bytes: limits::PRACTICE_CACHE_BYTES,
        wal_bytes: limits::PRACTICE_WAL_BYTES,
    };
    store::open::open(Arc::new(disk), settings, tag)
}

/// The office's own, on virtual lines. Its journal says what it is, wherever it may turn up.
fn config(real: &Config, folder: &Path) -> Config {
    let mut config = real.clone();
    config.center.area = None;
    config.center.name = format!("LATIHAN {}", real.center.name);
    config.lines = LINES.iter().map(|line| line.config(folder)).collect();
    config
}

fn free_bytes(folder: &Path) -> Option<u64> {
    let stat = rustix::fs::statvfs(folder).ok()?;
    Some(stat.f_bavail.saturating_mul(stat.f_frsize))
}

/// What it may come to need, beside what the real centre must have.
const SPACE_NEEDED_BYTES: u64 =
    limits::DISK_FREE_BYTES_MIN + limits::PRACTICE_RECORDINGS_BYTES_MAX + 64 * 1024 * 1024;

/// Two lines that talk all the time write two megabytes meanwhile.
const TIDIES_EVERY: Duration = Duration::from_secs(30);
