//! A virtual modem behind a pseudo-terminal, in real time: one thread each.
//!
//! The slave side is held open so that a client that closes its end does not end the modem. What
//! the modem says while nobody has the port open is lost, as on a real port: a client never reads
//! yesterday's RING. Unplugging drops the terminal and its link; replugging makes new ones.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use std::{fs, io};

use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
use rustix::fs::{Mode, OFlags, inotify};
use rustix::io::Errno;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{ControlModes, OptionalActions, tcgetattr, tcsetattr};

use super::modem::{Act, Family, Modem, Out, Quirks, Report};
use crate::base::fault::Fault;
use crate::clock::Clock;

/// What to start.
#[derive(Clone, Debug)]
pub struct Setup {
    pub family: Family,
    pub quirks: Quirks,
    pub seed: u64,
    /// A symbolic link that always points to the terminal of the moment.
    pub link: Option<PathBuf>,
}

/// What a running modem tells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Told {
    /// The port is there, under this path (the link, if there is one).
    Port(PathBuf),
    /// The port is gone.
    PortGone,
    /// Something happened on the other side.
    Said(Report),
}

/// A modem that runs until it is dropped.
#[derive(Debug)]
pub struct Running {
    orders: Sender<Order>,
    waker: Arc<OwnedFd>,
    port: Arc<Mutex<Option<PathBuf>>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
enum Order {
    Act(Act),
    Stop,
}

/// Starts a modem and its port; the receiver gets what it tells, in order, and ends with it.
///
/// # Errors
/// `SIM-001` if the system gives no pseudo-terminal, `SIM-002` if the link cannot be placed.
pub fn spawn(setup: Setup) -> Result<(Running, Receiver<Told>), Fault> {
    let clock = Clock::start();
    let terminal = Terminal::open(setup.link.as_deref())?;
    let waker = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)
        .map_err(|e| Fault::because(&super::PTY, "eventfd", e))?;
    let waker = Arc::new(waker);
    let (orders, taken) = channel();
    let (tell, told) = channel();
    let port = Arc::new(Mutex::new(Some(terminal.path.clone())));
    let mut modem = Modem::new(setup.family, setup.quirks.clone(), setup.seed);
    modem.set_wall(clock.now());
    let worker = Worker {
        clock,
        modem,
        link: setup.link,
        orders: taken,
        waker: Arc::clone(&waker),
        tell,
        port: Arc::clone(&port),
        terminal: Some(terminal),
    };
    let thread = std::thread::Builder::new()
        .name(format!("sim-{}", setup.family))
        .spawn(move || worker.run())
        .map_err(|e| Fault::because(&super::PTY, "thread", e))?;
    let running = Running {
        orders,
        waker,
        port,
        thread: Some(thread),
    };
    Ok((running, told))
}

impl Running {
    /// Where the port is now; `None` while it is unplugged.
    pub fn port(&self) -> Option<PathBuf> {
        self.port
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Does something to the modem.
    pub fn act(&self, act: Act) {
        self.order(Order::Act(act));
    }

    fn order(&self, order: Order) {
        // A worker that has ended has nothing left to be told.
        if self.orders.send(order).is_ok() {
            let _woken = rustix::io::write(&*self.waker, &1_u64.to_ne_bytes());
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.order(Order::Stop);
        if let Some(thread) = self.thread.take() {
            let _ended = thread.join();
        }
    }
}

/// The pseudo-terminal: both ends, the link, and who is there.
#[derive(Debug)]
struct Terminal {
    master: OwnedFd,
    slave: Option<OwnedFd>,
    watch: OwnedFd,
    device: PathBuf,
    link: Option<PathBuf>,
    /// The link, or the device if there is none.
    path: PathBuf,
    attached: bool,
    unsent: VecDeque<u8>,
}

impl Terminal {
    fn open(link: Option<&Path>) -> Result<Terminal, Fault> {
        let fault = |doing: &str, e: Errno| Fault::because(&super::PTY, doing, e);
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let master = openpt(flags).map_err(|e| fault("openpt", e))?;
        grantpt(&master).map_err(|e| fault("grantpt", e))?;
        unlockpt(&master).map_err(|e| fault("unlockpt", e))?;
        rustix::io::ioctl_fionbio(&master, true).map_err(|e| fault("fionbio", e))?;
        let name = ptsname(&master, Vec::new()).map_err(|e| fault("ptsname", e))?;
        let device = PathBuf::from(OsStr::from_bytes(name.to_bytes()));
        let slave = hold(&device).map_err(|e| fault("open", e))?;
        let watch = watch(&device).map_err(|e| fault("inotify", e))?;
        let path = match link {
            Some(link) => place(link, &device)?,
            None => device.clone(),
        };
        Ok(Terminal {
            master,
            slave: Some(slave),
            watch,
            device,
            link: link.map(Path::to_path_buf),
            path,
            attached: false,
            unsent: VecDeque::new(),
        })
    }

    /// Queues bytes for whoever has the port open.
    fn write(&mut self, bytes: &[u8]) {
        if self.attached && self.unsent.len() + bytes.len() <= UNSENT_BYTES_MAX {
            self.unsent.extend(bytes);
        }
        self.flush();
    }

    fn flush(&mut self) {
        while !self.unsent.is_empty() {
            let (head, _) = self.unsent.as_slices();
            match rustix::io::write(&self.master, head) {
                Ok(count) => drop(self.unsent.drain(..count)),
                Err(Errno::INTR) => {}
                Err(_) => return,
            }
        }
    }

    fn read(&mut self) -> Option<Vec<u8>> {
        let mut bytes = vec![0_u8; 4096];
        let count = rustix::io::read(&self.master, &mut bytes[..]).ok()?;
        bytes.truncate(count);
        // Who writes is there, whatever the watch has said so far.
        self.attached |= count > 0;
        (count > 0).then_some(bytes)
    }

    /// Somebody opened or closed the port. Returns whether DTR has dropped.
    fn look(&mut self) -> bool {
        let mut closed = false;
        let mut space = [MaybeUninit::uninit(); 1024];
        let mut events = inotify::Reader::new(&self.watch, &mut space);
        while let Ok(event) = events.next() {
            if event.events().contains(inotify::ReadFlags::OPEN) {
                self.attached = true;
            } else {
                closed = true;
            }
        }
        closed && self.last_one_left()
    }

    /// Lets go of the slave for a moment: if the master then hangs up, nobody else holds it.
    fn last_one_left(&mut self) -> bool {
        let hangs_up_on_close = self.slave.as_ref().is_some_and(|slave| {
            tcgetattr(slave).is_ok_and(|now| now.control_modes.contains(ControlModes::HUPCL))
        });
        self.slave = None;
        let mut fds = [PollFd::new(&self.master, PollFlags::empty())];
        let looked = poll(
            &mut fds,
            Some(&Timespec {
                tv_sec: 0,
                tv_nsec: 0,
            }),
        );
        let alone = looked.is_ok() && fds[0].revents().contains(PollFlags::HUP);
        if alone {
            self.attached = false;
            self.unsent.clear();
        }
        if let Ok(slave) = reopen(&self.device, alone) {
            self.slave = Some(slave);
        }
        // Our own opening is not a visitor.
        if let Ok(fresh) = watch(&self.device) {
            self.watch = fresh;
        }
        alone && hangs_up_on_close
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if let Some(link) = &self.link
            && fs::read_link(link).is_ok_and(|target| target == self.device)
        {
            let _removed = fs::remove_file(link);
        }
    }
}

/// Opens the slave side and makes it raw: no echo, no line editing, no signals.
fn hold(device: &Path) -> Result<OwnedFd, Errno> {
    reopen(device, true)
}

fn reopen(device: &Path, make_raw: bool) -> Result<OwnedFd, Errno> {
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
    let slave = rustix::fs::open(device, flags, Mode::empty())?;
    if make_raw {
        let mut attributes = tcgetattr(&slave)?;
        attributes.make_raw();
        tcsetattr(&slave, OptionalActions::Now, &attributes)?;
    }
    Ok(slave)
}

fn watch(device: &Path) -> Result<OwnedFd, Errno> {
    let watch = inotify::init(inotify::CreateFlags::NONBLOCK | inotify::CreateFlags::CLOEXEC)?;
    let wanted = inotify::WatchFlags::OPEN
        | inotify::WatchFlags::CLOSE_WRITE
        | inotify::WatchFlags::CLOSE_NOWRITE;
    inotify::add_watch(&watch, device, wanted)?;
    Ok(watch)
}

/// Places or moves the link in one step, so that no client finds it missing or half made.
fn place(link: &Path, device: &Path) -> Result<PathBuf, Fault> {
    let fault = |e: io::Error| Fault::because(&super::LINK, link.display().to_string(), e);
    if fs::symlink_metadata(link).is_ok_and(|found| !found.is_symlink()) {
        return Err(fault(io::ErrorKind::AlreadyExists.into()));
    }
    let mut fresh = link.as_os_str().to_owned();
    fresh.push(".new");
    match fs::remove_file(&fresh) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(fault(e)),
        Ok(()) | Err(_) => {}
    }
    std::os::unix::fs::symlink(device, &fresh).map_err(fault)?;
    fs::rename(&fresh, link).map_err(fault)?;
    Ok(link.to_path_buf())
}

/// The thread's own.
struct Worker {
    clock: Clock,
    modem: Modem,
    link: Option<PathBuf>,
    orders: Receiver<Order>,
    waker: Arc<OwnedFd>,
    tell: Sender<Told>,
    port: Arc<Mutex<Option<PathBuf>>>,
    terminal: Option<Terminal>,
}

impl Worker {
    fn run(mut self) {
        if let Some(terminal) = &self.terminal {
            self.tell(Told::Port(terminal.path.clone()));
        }
        loop {
            let due = self.drain();
            let Some(ready) = self.wait(due) else {
                return;
            };
            // What was ordered before the host wrote happens before it is read.
            if ready.orders && !self.obey() {
                return;
            }
            if ready.visitors && self.terminal.as_mut().is_some_and(Terminal::look) {
                self.modem.act(self.clock.tick(), Act::DtrDropped);
            }
            if ready.bytes
                && let Some(bytes) = self.terminal.as_mut().and_then(Terminal::read)
            {
                self.modem.host_bytes(self.clock.tick(), &bytes);
            }
            if ready.room
                && let Some(terminal) = &mut self.terminal
            {
                terminal.flush();
            }
            self.modem.wake(self.clock.tick());
        }
    }

    /// Everything the modem has to say; returns how long it may sleep.
    fn drain(&mut self) -> Option<Duration> {
        loop {
            match self.modem.next() {
                Out::ToHost(bytes) => {
                    if let Some(terminal) = &mut self.terminal {
                        terminal.write(&bytes);
                    }
                }
                Out::Said(report) => self.tell(Told::Said(report)),
                Out::Port(false) => self.vanish(),
                Out::Port(true) => self.appear(),
                Out::Sleep(due) => {
                    return due.map(|due| due.since(self.clock.tick()));
                }
            }
        }
    }

    /// Whoever no longer listens misses nothing he wanted.
    fn tell(&self, told: Told) {
        let _heard = self.tell.send(told);
    }

    fn vanish(&mut self) {
        self.terminal = None;
        *self.port.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.tell(Told::PortGone);
    }

    fn appear(&mut self) {
        match Terminal::open(self.link.as_deref()) {
            Ok(terminal) => {
                let path = terminal.path.clone();
                *self.port.lock().unwrap_or_else(PoisonError::into_inner) = Some(path.clone());
                self.terminal = Some(terminal);
                self.tell(Told::Port(path));
            }
            Err(fault) => tracing::error!(code = %fault.code, "{}", fault.chain()),
        }
    }

    /// Sleeps until something is to do. `None`: the system refuses to wait, which ends the modem.
    fn wait(&self, due: Option<Duration>) -> Option<Ready> {
        let timeout = due.map(|due| Timespec {
            tv_sec: i64::try_from(due.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: i64::from(due.subsec_nanos()),
        });
        let mut fds = Vec::with_capacity(3);
        fds.push(PollFd::from_borrowed_fd(self.waker.as_fd(), PollFlags::IN));
        if let Some(terminal) = &self.terminal {
            let mut wanted = PollFlags::IN;
            if !terminal.unsent.is_empty() {
                wanted |= PollFlags::OUT;
            }
            fds.push(PollFd::new(&terminal.watch, PollFlags::IN));
            fds.push(PollFd::new(&terminal.master, wanted));
        }
        match poll(&mut fds, timeout.as_ref()) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(_) => return None,
        }
        let has = |at: usize, flag| {
            fds.get(at)
                .is_some_and(|fd: &PollFd<'_>| fd.revents().contains(flag))
        };
        Some(Ready {
            orders: has(0, PollFlags::IN),
            visitors: has(1, PollFlags::IN),
            bytes: has(2, PollFlags::IN),
            room: has(2, PollFlags::OUT),
        })
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
            }
        }
        true
    }
}

/// What `poll` found.
struct Ready {
    orders: bool,
    visitors: bool,
    bytes: bool,
    room: bool,
}

/// A modem that spews 10 MB at a host that reads slowly; beyond it bytes are lost, as on a wire.
const UNSENT_BYTES_MAX: usize = 32 * 1024 * 1024;
