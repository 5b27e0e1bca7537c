//! Serial ports and audio ports: by stable name; vanish and return.
//!
//! Layer 2. Only this room names `serialport`. A port that hangs while it is opened, vanishes,
//! comes back under another number or talks garbage disturbs no other line: nothing is shared
//! between two ports, and each may have only so much unread at a time ([`received`]).
//!
//! * `keeper` is the thread that finds, opens, reads and loses one port.
//! * `writer` is the thread that writes to it, so that a blocked write never blocks reading.
//! * `device` is one open tty; `opening` gets there from a name, on a thread of its own.
//! * [`audio`] is the sound of one line: a PCM port or a sound card.
//! * [`discover`] says which ports this machine has, [`holder`] who keeps one from us.

pub mod audio;
mod credit;
mod device;
pub mod discover;
mod failure;
pub mod families;
pub mod holder;
mod keeper;
mod opening;
pub mod received;
mod telling;
mod wake;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use crate::base::ids::LineName;
use crate::crew;
use keeper::Keeper;
use wake::Control;
use writer::Outbox;

pub use device::{Device, open_audio_device, open_device};
pub use failure::{Failure, codes};
pub use received::Received;
pub(crate) use wake::timespec;

/// What a port tells the engine.
#[derive(Debug)]
pub enum PortEvent {
    /// The port is open; the modem behind it may be in any state.
    Opened,
    /// Bytes as they came, at once, in any split.
    Bytes(Received),
    /// Gone or cannot be opened. `busy`: another program holds it; `holder` names it if known and
    /// says how to release the port.
    Lost {
        cause: String,
        busy: bool,
        holder: Option<String>,
    },
}

/// Which port, for whom.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PortSpec {
    /// The line's name, for threads and the log.
    pub name: LineName,
    /// A name that stays: `/dev/serial/by-path/…`, or any other path.
    pub path: PathBuf,
}

/// How a path becomes an open device; [`open_device`] except in tests.
pub type Opener = Arc<dyn Fn(&Path) -> Result<Device, Failure> + Send + Sync>;

/// Keeps a port open from now on, whatever happens to it.
///
/// `tell` is called from the port's own thread, in order. It may block: then the port waits, and
/// the modem's own buffers take the flood.
pub fn open(spec: PortSpec, tell: impl Fn(PortEvent) + Send + 'static) -> PortHandle {
    open_with(spec, Arc::new(open_device), tell)
}

/// As [`open`], with another way to open a device.
pub fn open_with(
    spec: PortSpec,
    opener: Opener,
    tell: impl Fn(PortEvent) + Send + 'static,
) -> PortHandle {
    let control = Arc::new(Control::new());
    let outbox = Arc::new(Outbox::new());
    let (end, ended) = std::sync::mpsc::channel::<()>();
    let writer = writer::spawn(&spec, &outbox, end.clone());
    let keeper = Keeper::new(
        spec.clone(),
        opener,
        Box::new(tell),
        Arc::clone(&control),
        Arc::clone(&outbox),
    );
    let kept = crew::thread(format!("port:{}", spec.name)).spawn(move || keeper.run(end));
    for error in [writer.err(), kept.err()].into_iter().flatten() {
        tracing::error!(line = %spec.name, %error, "no thread for the port");
    }
    PortHandle {
        control,
        outbox,
        ended,
    }
}

/// The way to one port. Dropping it closes the port.
pub struct PortHandle {
    control: Arc<Control>,
    outbox: Arc<Outbox>,
    /// Disconnects when both threads are done.
    ended: Receiver<()>,
}

impl PortHandle {
    /// Hands bytes to the writer without waiting. `false`: the port is not open, or what was sent
    /// before still waits; the bytes are gone, and the line's own time limit will notice.
    pub fn send(&self, bytes: Vec<u8>) -> bool {
        self.outbox.put(bytes)
    }

    /// Hands 20 ms of sound to the writer; `false`: it is left out, because the port is not open or
    /// frames before it still wait, here or in the kernel.
    pub fn send_sound(&self, bytes: Vec<u8>) -> bool {
        self.outbox.put_sound(bytes)
    }

    /// Closes the port and looks for it again by its name. What was not yet written is dropped.
    /// `Opened` or `Lost` follows.
    pub fn reopen(&self) {
        self.control.reopen();
    }

    /// Closes the port and waits until its threads are done, but never longer than a second: a
    /// driver that hangs in closing is left behind.
    pub fn close(self) {
        self.end();
        match self.ended.recv_timeout(CLOSE_WAITS) {
            Err(RecvTimeoutError::Disconnected) | Ok(()) => {}
            Err(RecvTimeoutError::Timeout) => {
                tracing::warn!("a serial port hangs in closing and is left behind");
            }
        }
    }

    fn end(&self) {
        self.control.stop();
        self.outbox.stop();
    }
}

impl Drop for PortHandle {
    fn drop(&mut self) {
        self.end();
    }
}

/// Stopping the whole program takes at most three seconds.
const CLOSE_WAITS: Duration = Duration::from_millis(900);
