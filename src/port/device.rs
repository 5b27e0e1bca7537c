//! One open tty.

use std::io::{ErrorKind, Read};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustix::event::PollFlags;
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::termios::{ControlModes, OptionalActions, QueueSelector};
use serialport::{SerialPort, TTYPort};

use super::failure::Failure;
use super::holder;
use super::wake::Control;

/// An open port: `serialport` configures, locks and reads it; a second descriptor of ours, which
/// never blocks, writes to it and keeps DTR.
pub struct Device {
    port: TTYPort,
    side: Arc<OwnedFd>,
}

/// What a device has not taken yet.
pub(super) struct Queue(TTYPort);

impl Queue {
    /// Bytes written and not yet taken by the device, as its driver counts them.
    pub(super) fn unsent(&self) -> usize {
        let unsent = self.0.bytes_to_write().unwrap_or(0);
        usize::try_from(unsent).unwrap_or(usize::MAX)
    }
}

/// What a wait ended with.
pub(super) enum Ready {
    Bytes,
    /// Woken, or the time has passed.
    Quiet,
    Gone(String),
}

/// Opens a port: 115200 8N1 raw, for us alone, DTR high and kept high when we close or crash, so
/// that a restart of the program hangs up nobody (hardware.md 1.2).
///
/// May hang in the driver (hardware.md 1.2, "Blocking open"): call it on a thread of its own.
///
/// # Errors
/// A [`Failure`] that says why and what to do.
pub fn open_device(path: &Path) -> Result<Device, Failure> {
    open_at(path, BAUD)
}

/// As [`open_device`], at the speed of a PCM port where the driver knows it.
///
/// # Errors
/// A [`Failure`] that says why and what to do.
pub fn open_audio_device(path: &Path) -> Result<Device, Failure> {
    open_at(path, AUDIO_BAUD)
}

fn open_at(path: &Path, baud: u32) -> Result<Device, Failure> {
    // The node behind the stable name, so that both descriptors are of the same device.
    let node = path.canonicalize().map_err(|e| failure(&e, path))?;
    // Before anything is asked of the device: a program that neither locks nor claims the port
    // would share our bytes without any error.
    if let Some(thief) = holder::thief(&node) {
        return Err(Failure::Busy(Some(Box::new(thief))));
    }
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let side = rustix::fs::open(&node, flags, Mode::empty())
        .map_err(|errno| failure(&errno.into(), &node))?;
    rustix::termios::tcgetattr(&side).map_err(|errno| failure(&errno.into(), &node))?;
    let mut port = serialport::new(node.to_string_lossy(), BAUD)
        .timeout(READ_WAITS)
        .dtr_on_open(true)
        .open_native()
        .map_err(|error| refused(&error, &node))?;
    if baud != BAUD {
        // A driver that refuses stays at the speed every driver knows: on USB neither counts.
        let _ = port.set_baud_rate(baud);
    }
    keep_dtr(&side);
    Ok(Device {
        port,
        side: Arc::new(side),
    })
}

impl Device {
    /// The descriptor that writes.
    pub(super) fn side(&self) -> Arc<OwnedFd> {
        Arc::clone(&self.side)
    }

    /// Tells what waits to be sent, from any thread; `None` if the system has no descriptor left.
    pub(super) fn queue(&self) -> Option<Queue> {
        self.port.try_clone_native().ok().map(Queue)
    }

    /// Waits for bytes, an order or the end of `time`.
    pub(super) fn wait(&self, control: &Control, time: Duration) -> Ready {
        match control.wait_for(&*self.side, time) {
            Err(errno) => Ready::Gone(errno.to_string()),
            Ok(ready) if ready.intersects(GONE) => Ready::Gone("terputus".to_owned()),
            Ok(ready) if ready.contains(PollFlags::IN) => Ready::Bytes,
            Ok(_) => Ready::Quiet,
        }
    }

    /// Reads what is there. `Ok(0)`: nothing after all. `Err`: the device is gone.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> Result<usize, String> {
        match self.port.read(buffer) {
            // A tty that has been hung up reads as empty for ever.
            Ok(0) => Err("akhir data".to_owned()),
            Ok(count) => Ok(count),
            Err(error) if is_passing(error.kind()) => Ok(0),
            Err(error) => Err(error.to_string()),
        }
    }

    /// For polling.
    pub(super) fn fd(&self) -> BorrowedFd<'_> {
        self.side.as_fd()
    }

    /// Reads what is there and never waits. `Ok(0)`: nothing. `Err`: the device is gone.
    pub(super) fn read_now(&self, buffer: &mut [u8]) -> Result<usize, String> {
        match rustix::io::read(&*self.side, &mut *buffer) {
            Ok(0) if buffer.is_empty() => Ok(0),
            // A tty that has been hung up reads as empty for ever.
            Ok(0) => Err("akhir data".to_owned()),
            Ok(count) => Ok(count),
            Err(Errno::AGAIN | Errno::INTR) => Ok(0),
            Err(errno) => Err(errno.to_string()),
        }
    }

    /// Hands bytes to the driver and never waits; how many it took.
    ///
    /// # Errors
    /// What the system says, `AGAIN` too.
    pub(super) fn write_now(&self, bytes: &[u8]) -> Result<usize, Errno> {
        rustix::io::write(&*self.side, bytes)
    }

    /// Whether the device still answers for itself; cheap, asked when nothing has come for long.
    pub(super) fn is_alive(&self) -> bool {
        rustix::termios::tcgetattr(&*self.side).is_ok()
    }

    /// Bytes written and not yet taken by the device.
    pub(super) fn unsent(&self) -> u32 {
        self.port.bytes_to_write().unwrap_or(0)
    }

    /// Throws away what the device does not take: the kernel would wait up to 30 s for it in
    /// closing. Where nothing waits nothing is flushed, because a pty would lose what its other
    /// end has not read yet.
    pub(super) fn drop_unsent(&self) {
        if self.unsent() > 0 {
            let _ = rustix::termios::tcflush(&*self.side, QueueSelector::OFlush);
        }
    }
}

fn is_passing(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::TimedOut | ErrorKind::Interrupted | ErrorKind::WouldBlock
    )
}

/// Clears HUPCL: otherwise closing the port drops DTR, and an analogue modem hangs up.
fn keep_dtr(side: &OwnedFd) {
    let Ok(mut termios) = rustix::termios::tcgetattr(side) else {
        return;
    };
    termios.control_modes -= ControlModes::HUPCL;
    // A driver that refuses leaves DTR as it was; the line works all the same.
    let _ = rustix::termios::tcsetattr(side, OptionalActions::Now, &termios);
}

/// Our own opening failed: the system's error number says why.
fn failure(error: &std::io::Error, node: &Path) -> Failure {
    match Errno::from_io_error(error) {
        Some(Errno::NOENT | Errno::NODEV | Errno::NXIO) => Failure::Missing,
        Some(Errno::BUSY) => Failure::Busy(holder::holder(node).map(Box::new)),
        Some(Errno::ACCESS | Errno::PERM) => Failure::Denied,
        Some(Errno::NOTTY | Errno::ISDIR | Errno::INVAL | Errno::NOTDIR) => Failure::NotSerial,
        _ => Failure::Other(error.to_string()),
    }
}

/// `serialport` failed after our own opening went well. Busy and absent have the same kind there
/// (`NoDevice`) and differ in their text only.
fn refused(error: &serialport::Error, node: &Path) -> Failure {
    match error.kind() {
        serialport::ErrorKind::NoDevice => Failure::Busy(holder::holder(node).map(Box::new)),
        serialport::ErrorKind::Io(ErrorKind::NotFound) => Failure::Missing,
        serialport::ErrorKind::Io(ErrorKind::PermissionDenied) => Failure::Denied,
        serialport::ErrorKind::InvalidInput => Failure::NotSerial,
        serialport::ErrorKind::Io(_) | serialport::ErrorKind::Unknown => {
            Failure::Other(error.to_string())
        }
    }
}

/// Hang-up, error, or a descriptor that is none any more.
const GONE: PollFlags = PollFlags::HUP.union(PollFlags::ERR).union(PollFlags::NVAL);

/// USB modems ignore it, SIM800/900 and voice modems are set to it (hardware.md 1.2).
const BAUD: u32 = 115_200;

/// PCM ports: 16,000 bytes a second both ways with room to spare (callpilot uses it,
/// hardware.md 1.2).
const AUDIO_BAUD: u32 = 921_600;

/// A read that was announced and finds nothing waits this long at most.
const READ_WAITS: Duration = Duration::from_millis(50);
