//! From a name to an open device: which one stands there now, and opening it where it may hang.
//!
//! No clock and no waiting here: who owns an [`Opening`] says when to look again.

use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::time::Duration;

use super::device::Device;
use super::failure::Failure;
use super::{Opener, PortSpec};
use crate::base::limits;
use crate::crew;

/// Makes the owner look again; called from another thread.
pub(super) type Wake = Arc<dyn Fn() + Send + Sync>;

/// What one port knows of the way to its device.
pub(super) struct Opening {
    spec: PortSpec,
    opener: Opener,
    wake: Wake,
    /// Openings that have not come back.
    hung: Vec<Attempt>,
    /// Openings of this very device that ended without a byte.
    fruitless: u32,
    device: Option<Identity>,
}

/// An opening under way on its own thread.
pub(super) struct Attempt {
    of: Identity,
    result: Receiver<Result<Device, Failure>>,
}

/// How an opening began.
pub(super) enum Begun {
    /// An earlier one of the same device has come back after all.
    Done(Device),
    UnderWay(Attempt),
}

/// Which device a name stands for just now. A device that comes back is another one, even under
/// its old number.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Identity {
    number: u64,
    inode: u64,
}

impl Opening {
    /// `wake` is called whenever an opening has ended.
    pub(super) fn new(spec: PortSpec, opener: Opener, wake: Wake) -> Opening {
        Opening {
            spec,
            opener,
            wake,
            hung: Vec::new(),
            fruitless: 0,
            device: None,
        }
    }

    pub(super) fn spec(&self) -> &PortSpec {
        &self.spec
    }

    /// Begins to open what the name stands for now.
    pub(super) fn begin(&mut self) -> Result<Begun, Failure> {
        let standing = self.identify();
        if self.device != standing.as_ref().ok().copied() {
            self.device = standing.as_ref().ok().copied();
            self.fruitless = 0;
        }
        let identity = standing?;
        if let Some(done) = self.late_result(identity) {
            return done.map(Begun::Done);
        }
        if self.hung.iter().any(|attempt| attempt.of == identity)
            || self.hung.len() >= limits::PORT_HUNG_OPENS_MAX
        {
            return Err(Failure::Hangs);
        }
        self.start(identity).map(Begun::UnderWay)
    }

    fn identify(&self) -> Result<Identity, Failure> {
        let metadata = std::fs::metadata(&self.spec.path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => Failure::Missing,
            std::io::ErrorKind::PermissionDenied => Failure::Denied,
            _ => Failure::Other(error.to_string()),
        })?;
        if !metadata.file_type().is_char_device() {
            return Err(Failure::NotSerial);
        }
        Ok(Identity {
            number: metadata.rdev(),
            inode: metadata.ino(),
        })
    }

    /// The result of an opening that had been given up, if it is of this device; the others are
    /// closed again as they come.
    fn late_result(&mut self, identity: Identity) -> Option<Result<Device, Failure>> {
        let mut found = None;
        self.hung.retain(|attempt| match attempt.result.try_recv() {
            Ok(result) => {
                if attempt.of == identity {
                    found = Some(result);
                }
                false
            }
            Err(TryRecvError::Empty) => true,
            Err(TryRecvError::Disconnected) => false,
        });
        found
    }

    /// Opens on a thread of its own: the driver may never come back.
    fn start(&self, of: Identity) -> Result<Attempt, Failure> {
        let (sender, result) = channel();
        let opener = Arc::clone(&self.opener);
        let wake = Arc::clone(&self.wake);
        let path = self.spec.path.clone();
        crew::thread(format!("port-open:{}", self.spec.name))
            .spawn(move || {
                // Nobody listens any more: then the device is closed again by being dropped.
                let _ = sender.send(opener(&path));
                wake();
            })
            .map_err(|error| Failure::Other(error.to_string()))?;
        Ok(Attempt { of, result })
    }

    /// It did not come back in time; its result is taken if it comes later.
    pub(super) fn give_up(&mut self, attempt: Attempt) -> Failure {
        self.hung.push(attempt);
        Failure::Hangs
    }

    /// Somebody asked for it: a device that kept breaking gets another chance at once.
    pub(super) fn forgive(&mut self) {
        self.fruitless = 0;
    }

    /// An open device was let go; `bytes`: it had said something.
    pub(super) fn ended(&mut self, bytes: bool) {
        self.fruitless = if bytes { 0 } else { self.fruitless + 1 };
    }

    /// After a device was lost, so many looks pass before it is opened again: one at least, more
    /// if it keeps breaking without a byte.
    pub(super) fn rest_looks(&self) -> u32 {
        (1u32 << self.fruitless.min(4)).min(REST_LOOKS_MAX)
    }

    /// Whether the name stands for another device, or none, since the last opening.
    pub(super) fn is_replaced(&self) -> bool {
        self.identify().ok() != self.device
    }
}

impl Attempt {
    /// The result, once it is there.
    pub(super) fn result(&self) -> Option<Result<Device, Failure>> {
        match self.result.try_recv() {
            Ok(result) => Some(result),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(Err(Failure::Other(
                "thread pembuka port berhenti".to_owned(),
            ))),
        }
    }
}

/// How long after this failure the next try comes.
pub(super) fn pause_after(failure: &Failure) -> Duration {
    match failure {
        Failure::Busy(_) | Failure::NotSerial => BUSY_EVERY,
        Failure::Missing | Failure::Denied | Failure::Hangs | Failure::Other(_) => LOOK_EVERY,
    }
}

/// A vanished port is looked for this often: noticed within 5 s, back within 20 s, and one `stat`
/// a second costs nothing.
pub(super) const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A busy port is tried this often: each try looks through `/proc`.
const BUSY_EVERY: Duration = Duration::from_secs(2);

/// A driver may be slow; after five seconds it hangs.
pub(super) const OPEN_LIMIT: Duration = Duration::from_secs(5);

/// A silent port is asked this often whether it is still there. Nearly every driver says so by
/// itself at once.
pub(super) const QUIET: Duration = Duration::from_secs(4);

/// Longest pause between two openings of a device that breaks each time.
const REST_LOOKS_MAX: u32 = 15;
