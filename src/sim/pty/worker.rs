//! The thread that joins a virtual modem to its terminals and to the clock.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::super::modem::{Act, Heard, Modem, Out, Report, Samples};
use super::files::Folder;
use super::terminal::Terminal;
use super::{Place, Setup, Sound, Told};
use crate::base::fault::Fault;
use crate::clock::Clock;

/// What the thread is asked.
#[derive(Debug)]
pub enum Order {
    Act(Act),
    Heard(Sender<Samples>),
    Stop,
}

/// One of the modem's ports: a terminal that may be gone.
#[derive(Debug)]
pub struct Port {
    terminal: Option<Terminal>,
    link: Option<PathBuf>,
    unsent_max: usize,
    pub place: Place,
}

impl Port {
    fn new(link: Option<PathBuf>, unsent_max: usize) -> Port {
        Port {
            terminal: None,
            link,
            unsent_max,
            place: Arc::new(Mutex::new(None)),
        }
    }

    fn appear(&mut self) -> Result<PathBuf, Fault> {
        let terminal = Terminal::open(self.link.as_deref(), self.unsent_max)?;
        let path = terminal.path.clone();
        self.set_place(Some(path.clone()));
        self.terminal = Some(terminal);
        Ok(path)
    }

    fn vanish(&mut self) {
        self.terminal = None;
        self.set_place(None);
    }

    fn set_place(&self, place: Option<PathBuf>) {
        *self.place.lock().unwrap_or_else(PoisonError::into_inner) = place;
    }

    /// What to wait for: visitors, and bytes either way.
    fn watch<'a>(&'a self, takes: bool, fds: &mut Vec<PollFd<'a>>) {
        let Some(terminal) = &self.terminal else {
            return;
        };
        let mut wanted = PollFlags::empty();
        wanted.set(PollFlags::IN, takes);
        wanted.set(PollFlags::OUT, terminal.is_behind());
        fds.push(PollFd::new(&terminal.watch, PollFlags::IN));
        fds.push(PollFd::new(&terminal.master, wanted));
    }
}

/// What `poll` found at one port.
#[derive(Clone, Copy, Default)]
struct Ready {
    visitors: bool,
    bytes: bool,
    room: bool,
}

/// The thread's own.
pub struct Worker {
    clock: Clock,
    modem: Modem,
    orders: Receiver<Order>,
    waker: Arc<OwnedFd>,
    tell: Sender<Told>,
    pub port: Port,
    pub audio: Port,
    folder: Option<Folder>,
}

impl Worker {
    /// A modem with its ports open.
    pub fn new(
        setup: Setup,
        sound: Sound,
        clock: Clock,
        orders: Receiver<Order>,
        waker: Arc<OwnedFd>,
        tell: Sender<Told>,
    ) -> Result<Worker, Fault> {
        let name = match setup.link.as_ref().and_then(|link| link.file_name()) {
            Some(name) => name.to_string_lossy().into_owned(),
            None => setup.family.to_string(),
        };
        let folder = match sound.heard {
            Some(folder) => Some(Folder::make(folder, name)?),
            None => None,
        };
        let mut modem = Modem::new(setup.family, setup.quirks, setup.seed);
        modem.set_wall(clock.now());
        let mut port = Port::new(setup.link, UNSENT_BYTES_MAX);
        port.appear()?;
        let mut audio = Port::new(sound.audio_link, AUDIO_UNSENT_BYTES_MAX);
        if sound.audio && setup.family.has_audio_port() {
            modem.fit_audio();
            audio.appear()?;
        }
        Ok(Worker {
            clock,
            modem,
            orders,
            waker,
            tell,
            port,
            audio,
            folder,
        })
    }

    /// Until it is told to stop.
    pub fn run(mut self) {
        for (port, told) in [
            (&self.port, Told::Port as fn(PathBuf) -> Told),
            (&self.audio, Told::Audio),
        ] {
            if let Some(terminal) = &port.terminal {
                self.tell(told(terminal.path.clone()));
            }
        }
        loop {
            let due = self.drain();
            let Some((ordered, port, audio)) = self.wait(due) else {
                return;
            };
            // What was ordered before the host wrote happens before it is read.
            if ordered && !self.obey() {
                // What was ordered before the end still has its consequences told.
                self.drain();
                return;
            }
            self.serve_port(port);
            self.serve_audio(audio);
            self.modem.wake(self.clock.tick());
        }
    }

    fn serve_port(&mut self, ready: Ready) {
        let Some(terminal) = &mut self.port.terminal else {
            return;
        };
        if ready.visitors && terminal.look() {
            self.modem.act(self.clock.tick(), Act::DtrDropped);
        }
        if ready.bytes
            && let Some(bytes) = terminal.read()
        {
            self.modem.host_bytes(self.clock.tick(), &bytes);
        }
        if ready.room {
            terminal.flush();
        }
    }

    fn serve_audio(&mut self, ready: Ready) {
        let Some(terminal) = &mut self.audio.terminal else {
            return;
        };
        if ready.visitors {
            terminal.look();
        }
        if ready.bytes
            && let Some(bytes) = terminal.read()
        {
            self.modem.audio_bytes(self.clock.tick(), &bytes);
        }
        if ready.room {
            terminal.flush();
        }
    }

    /// Everything the modem has to say; returns how long it may sleep.
    fn drain(&mut self) -> Option<Duration> {
        loop {
            match self.modem.next() {
                Out::ToHost(bytes) => write(&mut self.port, &bytes),
                Out::ToAudio(bytes) => write(&mut self.audio, &bytes),
                Out::Said(report) => self.said(report),
                Out::Port(false) => {
                    self.port.vanish();
                    self.tell(Told::PortGone);
                }
                Out::Audio(false) => {
                    self.audio.vanish();
                    self.tell(Told::AudioGone);
                }
                Out::Port(true) => {
                    let appeared = self.port.appear();
                    self.appeared(appeared.map(Told::Port));
                }
                Out::Audio(true) => {
                    let appeared = self.audio.appear();
                    self.appeared(appeared.map(Told::Audio));
                }
                Out::Sleep(due) => {
                    return due.map(|due| due.since(self.clock.tick()));
                }
            }
        }
    }

    /// A report goes on; what was heard is written first, if somebody wants that.
    fn said(&mut self, mut report: Report) {
        if let (Report::Heard(Heard { samples, file }), Some(folder)) =
            (&mut report, &mut self.folder)
        {
            match folder.write(samples, self.clock.now().wall) {
                Ok(path) => *file = Some(path),
                Err(fault) => complain(&fault),
            }
        }
        self.tell(Told::Said(report));
    }

    /// Whoever no longer listens misses nothing he wanted.
    fn tell(&self, told: Told) {
        let _heard = self.tell.send(told);
    }

    fn appeared(&self, told: Result<Told, Fault>) {
        match told {
            Ok(told) => self.tell(told),
            Err(fault) => complain(&fault),
        }
    }

    /// Sleeps until something is to do. `None`: the system refuses to wait, which ends the modem.
    fn wait(&self, due: Option<Duration>) -> Option<(bool, Ready, Ready)> {
        let timeout = due.map(|due| Timespec {
            tv_sec: i64::try_from(due.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: i64::from(due.subsec_nanos()),
        });
        let waker: BorrowedFd<'_> = self.waker.as_fd();
        let mut fds = Vec::with_capacity(5);
        fds.push(PollFd::from_borrowed_fd(waker, PollFlags::IN));
        self.port.watch(self.modem.is_clear_to_send(), &mut fds);
        let audio_at = fds.len();
        self.audio.watch(self.modem.takes_audio(), &mut fds);
        match poll(&mut fds, timeout.as_ref()) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(_) => return None,
        }
        let has = |at: usize, flag| {
            fds.get(at)
                .is_some_and(|fd: &PollFd<'_>| fd.revents().contains(flag))
        };
        let ready = |at: usize, end: usize| Ready {
            visitors: at < end && has(at, PollFlags::IN),
            bytes: at + 1 < end && has(at + 1, PollFlags::IN),
            room: at + 1 < end && has(at + 1, PollFlags::OUT),
        };
        Some((
            has(0, PollFlags::IN),
            ready(1, audio_at),
            ready(audio_at, fds.len()),
        ))
    }

    /// Returns false when told to stop.
    fn obey(&mut self) -> bool {
        let mut count = [0_u8; 8];
        let _cleared = rustix::io::read(&*self.waker, &mut count[..]);
        while let Ok(order) = self.orders.try_recv() {
            match order {
                Order::Stop => return false,
                Order::Act(act) => {
                    self.modem.set_wall(self.clock.now());
                    self.modem.act(self.clock.tick(), act);
                }
                Order::Heard(reply) => {
                    // Whoever asked may have lost interest.
                    let _told = reply.send(self.modem.heard());
                }
            }
        }
        true
    }
}

fn write(port: &mut Port, bytes: &[u8]) {
    if let Some(terminal) = &mut port.terminal {
        terminal.write(bytes);
    }
}

fn complain(fault: &Fault) {
    tracing::error!(code = %fault.code, "{}", fault.chain());
}

/// A modem that spews 10 MB at a host that reads slowly; beyond it bytes are lost, as on a wire.
const UNSENT_BYTES_MAX: usize = 32 * 1024 * 1024;

/// A second of frames: old sound is worth nothing.
const AUDIO_UNSENT_BYTES_MAX: usize = 16 * 1024;
