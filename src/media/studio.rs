//! What the rest of the program sees of the sound.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;

use super::bell;
use super::codes::NO_THREAD;
use super::line::{Command, LineSound};
use super::lock;
use super::recording::Folder;
use super::seat::{self, Seat};
use super::shelf::Shelf;
use super::tally::Tally;
use super::tape::{self, Tape};
use super::trouble::Trouble;
use super::waker::Waker;
use crate::base::fault::Fault;
use crate::base::ids::{CallId, LineName, UserName};
use crate::base::limits;
use crate::clock::Clock;
use crate::crew;
use crate::engine::handle::Inbox;
use crate::engine::sound::{SoundHeard, SoundOrder, Sounds};
use crate::port::audio::{AudioPath, AudioSpec};
use crate::voice::bridge::{Part, PartyId};

/// How the sound of one line comes in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LineSpec {
    pub name: LineName,
    /// `None`: a handset hangs on the modem.
    pub path: Option<Path>,
}

/// Through which door.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Path {
    /// Through the command port, by way of the engine.
    InBand,
    /// Through a port of its own.
    Port(AudioPath),
}

/// What the studio is made from.
pub struct Setup {
    /// In the order of the configuration.
    pub lines: Vec<LineSpec>,
    pub clock: Clock,
    pub engine: SyncSender<Inbox>,
    /// Where recordings lie.
    pub folder: PathBuf,
    /// Told of every file that is closed.
    pub reader: crate::store::Reader,
    /// What a caller hears while nobody talks to them.
    pub hold: HoldSound,
}

/// Gives the sound as it is now; waits for nothing.
pub type HoldSound = Arc<dyn Fn() -> Arc<[i16]> + Send + Sync>;

/// The way to the sound of every line; cheap to clone.
#[derive(Clone)]
pub struct Studio(Arc<Inner>);

struct Inner {
    lines: Vec<Option<LineEnd>>,
    /// Which line has which call.
    calls: Mutex<HashMap<CallId, usize>>,
    next_party: AtomicU64,
    folder: Folder,
    tape: Tape,
    threads: Mutex<Vec<JoinHandle<()>>>,
    shelf: Mutex<Option<Shelf>>,
    tally: Arc<Tally>,
    trouble: Arc<Trouble>,
    bell: Arc<bell::Report>,
}

#[derive(Clone)]
struct LineEnd {
    commands: SyncSender<Command>,
    waker: Arc<Waker>,
}

/// Why a browser could not join.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotJoined {
    /// The call is not up on any line.
    NotUp,
    /// Its line has no sound in this box.
    NoPath,
    /// The line's thread does not answer.
    Stuck,
}

impl Studio {
    /// Starts the threads.
    ///
    /// # Errors
    /// `SUARA-003` if the system gives no thread.
    pub fn start(setup: Setup) -> Result<Studio, Fault> {
        let folder = Folder::at(&setup.folder);
        let no_thread = |e: std::io::Error| Fault::because(&NO_THREAD, "memulai utas suara", e);
        let tally = Arc::new(Tally::default());
        let trouble = Arc::new(Trouble::new(setup.engine.clone()));
        let shelf = Shelf::start(
            folder.clone(),
            setup.engine.clone(),
            setup.reader.clone(),
            Arc::clone(&trouble),
        );
        let shelf = shelf.map_err(no_thread)?;
        let tape = Tape::start(tape::Setup {
            folder: folder.clone(),
            clock: setup.clock.clone(),
            shelf: shelf.way(),
            trouble: Arc::clone(&trouble),
        });
        let tape = tape.map_err(no_thread)?;
        let mut threads = Vec::new();
        let mut lines = Vec::new();
        for (index, spec) in setup.lines.iter().enumerate() {
            let Some(path) = &spec.path else {
                lines.push(None);
                continue;
            };
            let (commands, taken) = sync_channel(limits::SOUND_COMMANDS_MAX);
            let waker = Arc::new(Waker::new().map_err(no_thread)?);
            let audio = match path {
                Path::InBand => None,
                Path::Port(path) => Some(AudioSpec {
                    name: spec.name.clone(),
                    path: path.clone(),
                }),
            };
            let line = LineSound::new(super::line::Setup {
                index,
                name: spec.name.clone(),
                audio,
                commands: taken,
                waker: Arc::clone(&waker),
                engine: setup.engine.clone(),
                clock: setup.clock.clone(),
                tape: tape.clone(),
                hold: Arc::clone(&setup.hold),
                tally: Arc::clone(&tally),
            });
            let thread = crew::thread(format!("sound:{}", spec.name)).spawn(move || line.run());
            threads.push(thread.map_err(no_thread)?);
            lines.push(Some(LineEnd { commands, waker }));
        }
        Ok(Studio(Arc::new(Inner {
            lines,
            calls: Mutex::default(),
            next_party: AtomicU64::new(1),
            folder,
            tape,
            threads: Mutex::new(threads),
            shelf: Mutex::new(Some(shelf)),
            tally,
            trouble,
            bell: Arc::default(),
        })))
    }

    /// A browser joins a call that is up. Whether it may is decided before.
    ///
    /// # Errors
    /// [`NotJoined`].
    pub fn join(
        &self,
        call: CallId,
        user: &UserName,
        part: Part,
        owner: bool,
    ) -> Result<Seat, NotJoined> {
        let index = self.calls().get(&call).copied().ok_or(NotJoined::NotUp)?;
        let line = self.0.lines.get(index).and_then(Option::as_ref);
        let line = line.ok_or(NotJoined::NoPath)?;
        let id = PartyId(self.0.next_party.fetch_add(1, Ordering::Relaxed));
        let (seat, end) = seat::pair(
            id,
            user.clone(),
            part,
            owner,
            line.commands.clone(),
            Arc::clone(&line.waker),
        );
        let sent = line.commands.try_send(Command::Join { call, seat: end });
        sent.map_err(|_| NotJoined::Stuck)?;
        line.waker.wake();
        Ok(seat)
    }

    /// Where recordings lie.
    pub fn folder(&self) -> &Folder {
        &self.0.folder
    }

    /// Why calls are not recorded just now, or soon will not be; `None`: all is well.
    pub fn trouble(&self) -> Option<String> {
        self.0.trouble.worst()
    }

    /// Frames that were carried and frames that were not, by name.
    pub fn frames(&self) -> [(&'static str, u64); 10] {
        self.0.tally.read()
    }

    /// How the bell on the box itself is.
    pub fn bell(&self) -> &Arc<bell::Report> {
        &self.0.bell
    }

    /// Why there soon will be no room for recordings.
    pub(super) fn set_room(&self, full: Option<String>) {
        self.0.trouble.set_room(full);
    }

    /// Whether nothing more may be recorded.
    pub(super) fn set_stopped(&self, yes: bool) {
        self.0.tape.set_stopped(yes);
    }

    /// Whether the sound of every line goes on.
    pub fn is_alive(&self) -> bool {
        !lock(&self.0.threads).iter().any(JoinHandle::is_finished)
    }

    /// Stops every thread: open recordings are closed as far as they go.
    pub fn stop(&self) {
        for line in self.0.lines.iter().flatten() {
            // Its thread takes what is there until it reads this.
            let _ = line.commands.send(Command::Stop);
            line.waker.wake();
        }
        let threads = std::mem::take(&mut *lock(&self.0.threads));
        for thread in threads {
            let _ = thread.join();
        }
        self.0.tape.stop();
        if let Some(shelf) = lock(&self.0.shelf).take() {
            shelf.stop();
        }
    }

    fn calls(&self) -> MutexGuard<'_, HashMap<CallId, usize>> {
        lock(&self.0.calls)
    }
}

impl Sounds for Studio {
    fn tell(&self, line: usize, order: SoundOrder) {
        match &order {
            SoundOrder::Begin { call } => drop(self.calls().insert(*call, line)),
            SoundOrder::End { call } => drop(self.calls().remove(call)),
            _ => {}
        }
        let Some(Some(end)) = self.0.lines.get(line) else {
            return;
        };
        if end.commands.try_send(Command::Order(order)).is_err() {
            tracing::error!(line, "the sound of a line does not take orders");
        }
        end.waker.wake();
    }
}

/// Puts something into the engine's inbox without waiting; gives it back if there is no room.
pub(super) fn tell_engine(
    engine: &SyncSender<Inbox>,
    line: usize,
    heard: SoundHeard,
) -> Result<(), SoundHeard> {
    engine
        .try_send(Inbox::Sound { line, heard })
        .map_err(|error| match error {
            std::sync::mpsc::TrySendError::Full(Inbox::Sound { heard, .. })
            | std::sync::mpsc::TrySendError::Disconnected(Inbox::Sound { heard, .. }) => heard,
            // invariant: what was sent comes back
            _ => SoundHeard::ToLine(Vec::new()),
        })
}
