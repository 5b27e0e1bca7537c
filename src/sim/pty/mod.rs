//! A virtual modem behind pseudo-terminals, in real time: one thread each.
//!
//! The slave side is held open so that a client that closes its end does not end the modem. What
//! the modem says while nobody has the port open is lost, as on a real port: a client never reads
//! yesterday's RING. Unplugging drops the terminal and its link; replugging makes new ones.

mod files;
mod terminal;
mod worker;

use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use rustix::event::{EventfdFlags, eventfd};

use super::modem::{Act, Family, Quirks, Report, Samples};
use crate::base::fault::Fault;
use crate::clock::Clock;
use crate::crew;
use worker::{Order, Worker};

pub use files::load;

/// What to start.
#[derive(Clone, Debug)]
pub struct Setup {
    pub family: Family,
    pub quirks: Quirks,
    pub seed: u64,
    /// A symbolic link that always points to the terminal of the moment.
    pub link: Option<PathBuf>,
}

/// What is wanted of its sound. The default: no audio port, and nothing is written.
#[derive(Clone, Debug, Default)]
pub struct Sound {
    /// An audio port beside the command port, if the family has one.
    pub audio: bool,
    /// A symbolic link to it, like [`Setup::link`].
    pub audio_link: Option<PathBuf>,
    /// The folder for what the far end heard, one WAV file for each call whose sound was on.
    pub heard: Option<PathBuf>,
}

/// What a running modem tells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Told {
    /// The port is there, under this path (the link, if there is one).
    Port(PathBuf),
    /// The port is gone.
    PortGone,
    /// The audio port is there, under this path (its link, if there is one).
    Audio(PathBuf),
    /// The audio port is gone.
    AudioGone,
    /// Something happened on the other side.
    Said(Report),
}

/// Where a port is now; `None` while it is not there.
type Place = Arc<Mutex<Option<PathBuf>>>;

/// A modem that runs until it is dropped.
#[derive(Debug)]
pub struct Running {
    orders: Sender<Order>,
    waker: Arc<OwnedFd>,
    port: Place,
    audio: Place,
    thread: Option<JoinHandle<()>>,
}

/// Starts a modem and its port, without an audio port; the receiver gets what it tells, in order,
/// and ends with it.
///
/// # Errors
/// `SIM-001` if the system gives no pseudo-terminal, `SIM-002` if the link cannot be placed.
pub fn spawn(setup: Setup) -> Result<(Running, Receiver<Told>), Fault> {
    spawn_with_sound(setup, Sound::default())
}

/// The same with sound.
///
/// # Errors
/// Those of [`spawn`], and `SIM-004` if the folder for what was heard cannot be made.
pub fn spawn_with_sound(setup: Setup, sound: Sound) -> Result<(Running, Receiver<Told>), Fault> {
    let waker = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)
        .map_err(|e| Fault::because(&super::PTY, "eventfd", e))?;
    let waker = Arc::new(waker);
    let (orders, taken) = channel();
    let (tell, told) = channel();
    let family = setup.family;
    let worker = Worker::new(
        setup,
        sound,
        Clock::start(),
        taken,
        Arc::clone(&waker),
        tell,
    )?;
    let (port, audio) = (
        Arc::clone(&worker.port.place),
        Arc::clone(&worker.audio.place),
    );
    let thread = crew::thread(format!("sim-{family}"))
        .spawn(move || worker.run())
        .map_err(|e| Fault::because(&super::PTY, "thread", e))?;
    let running = Running {
        orders,
        waker,
        port,
        audio,
        thread: Some(thread),
    };
    Ok((running, told))
}

impl Running {
    /// Where the port is now; `None` while it is unplugged.
    pub fn port(&self) -> Option<PathBuf> {
        read(&self.port)
    }

    /// Where the audio port is now; `None` while it is unplugged or if there is none.
    pub fn audio(&self) -> Option<PathBuf> {
        read(&self.audio)
    }

    /// Does something to the modem. A sound file is read here; one that cannot be is refused.
    pub fn act(&self, act: Act) {
        let act = match load(act.clone()) {
            Ok(loaded) => loaded,
            Err(fault) => {
                tracing::error!(code = %fault.code, "{}", fault.chain());
                act
            }
        };
        self.order(Order::Act(act));
    }

    /// What the far end has heard of the host in this call so far, or in the last call: 8 kHz mono
    /// from the answer on, gaps are silence. Silence at the end is not in it while the call lasts.
    pub fn heard(&self) -> Samples {
        let (reply, heard) = channel();
        self.order(Order::Heard(reply));
        heard.recv().unwrap_or_default()
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

fn read(place: &Place) -> Option<PathBuf> {
    place.lock().unwrap_or_else(PoisonError::into_inner).clone()
}
