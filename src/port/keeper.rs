//! The thread that finds, opens, reads and loses one port, over and over.

use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::time::Duration;

use super::credit::Credits;
use super::device::{Device, Ready};
use super::failure::{Failure, codes};
use super::received::Received;
use super::wake::Control;
use super::writer::Outbox;
use super::{Opener, PortEvent, PortSpec};
use crate::base::limits;

/// Everything one port's thread owns.
pub(super) struct Keeper {
    spec: PortSpec,
    opener: Opener,
    tell: Box<dyn Fn(PortEvent) + Send>,
    control: Arc<Control>,
    outbox: Arc<Outbox>,
    credits: Arc<Credits>,
    /// What was last told to be wrong, so that it is told once.
    told: Option<&'static str>,
    /// What has been wrong since, and how many times in a row.
    seen: Option<(&'static str, u32)>,
    /// Openings that have not come back.
    hung: Vec<Attempt>,
    /// Openings of this very device that ended without a byte.
    fruitless: u32,
    device: Option<Identity>,
}

/// An opening under way on its own thread.
struct Attempt {
    of: Identity,
    result: Receiver<Result<Device, Failure>>,
}

/// Which device a name stands for just now. A device that comes back is another one, even under
/// its old number.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Identity {
    number: u64,
    inode: u64,
}

/// Why reading ended.
enum End {
    Stopped,
    Reopen,
    Gone(String),
}

impl Keeper {
    pub(super) fn new(
        spec: PortSpec,
        opener: Opener,
        tell: Box<dyn Fn(PortEvent) + Send>,
        control: Arc<Control>,
        outbox: Arc<Outbox>,
    ) -> Keeper {
        Keeper {
            spec,
            opener,
            tell,
            control,
            outbox,
            credits: Credits::new(limits::PORT_UNREAD_MAX),
            told: None,
            seen: None,
            hung: Vec::new(),
            fruitless: 0,
            device: None,
        }
    }

    /// Runs until stopped; `_end` is dropped then.
    pub(super) fn run(mut self, _end: Sender<()>) {
        while !self.control.is_stopped() {
            if self.control.take_reopen() {
                // Somebody asked, so they get an answer, even the one they had before.
                self.told = None;
                self.fruitless = 0;
            }
            match self.attempt() {
                Ok(device) => self.keep(device),
                Err(failure) => {
                    let again = self.fail(&failure);
                    self.wait(again);
                }
            }
        }
    }

    /// Tries to open what the name stands for now.
    fn attempt(&mut self) -> Result<Device, Failure> {
        let standing = self.identify();
        if self.device != standing.as_ref().ok().copied() {
            self.device = standing.as_ref().ok().copied();
            self.fruitless = 0;
        }
        let identity = standing?;
        if let Some(done) = self.late_result(identity) {
            return done;
        }
        if self.hung.iter().any(|attempt| attempt.of == identity)
            || self.hung.len() >= limits::PORT_HUNG_OPENS_MAX
        {
            return Err(Failure::Hangs);
        }
        let attempt = self.begin(identity)?;
        self.wait_for(attempt)
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
    fn begin(&self, of: Identity) -> Result<Attempt, Failure> {
        let (sender, result) = channel();
        let opener = Arc::clone(&self.opener);
        let control = Arc::clone(&self.control);
        let path = self.spec.path.clone();
        std::thread::Builder::new()
            .name(format!("port-open:{}", self.spec.name))
            .spawn(move || {
                // Nobody listens any more: then the device is closed again by being dropped.
                let _ = sender.send(opener(&path));
                control.wake();
            })
            .map_err(|error| Failure::Other(error.to_string()))?;
        Ok(Attempt { of, result })
    }

    fn wait_for(&mut self, attempt: Attempt) -> Result<Device, Failure> {
        for _ in 0..OPEN_LOOKS {
            match attempt.result.try_recv() {
                Ok(result) => return result,
                Err(TryRecvError::Disconnected) => {
                    return Err(Failure::Other("thread pembuka port berhenti".to_owned()));
                }
                Err(TryRecvError::Empty) => {}
            }
            if self.control.is_stopped() {
                break;
            }
            self.control.wait(OPEN_LOOKS_EVERY);
        }
        if let Ok(result) = attempt.result.try_recv() {
            return result;
        }
        self.hung.push(attempt);
        Err(Failure::Hangs)
    }

    /// Tells what is wrong, once; says how long to wait before the next try.
    fn fail(&mut self, failure: &Failure) -> Duration {
        let kind = failure.code().id;
        let times = match self.seen {
            Some((seen, times)) if seen == kind => times.saturating_add(1),
            _ => 1,
        };
        self.seen = Some((kind, times));
        // A device that has just come back is `denied` or `busy` for a moment, until udev is
        // through with it: what replaces an earlier trouble must last for two looks.
        let lasts = self.told.is_none() || times >= 2;
        if self.told != Some(kind) && lasts {
            self.told = Some(kind);
            self.tell_lost(failure);
        }
        match failure {
            Failure::Busy(_) | Failure::NotSerial => BUSY_EVERY,
            Failure::Missing | Failure::Denied | Failure::Hangs | Failure::Other(_) => LOOK_EVERY,
        }
    }

    fn tell_lost(&self, failure: &Failure) {
        let cause = failure.cause(&self.spec.path);
        tracing::warn!(line = %self.spec.name, %cause, "port not open");
        (self.tell)(PortEvent::Lost {
            cause,
            busy: matches!(failure, Failure::Busy(_)),
            holder: failure.holder(),
        });
    }

    /// Reads an open device to its end.
    fn keep(&mut self, mut device: Device) {
        self.told = None;
        self.seen = None;
        tracing::info!(line = %self.spec.name, path = %self.spec.path.display(), "port open");
        self.outbox.attach(Some(device.side()));
        (self.tell)(PortEvent::Opened);
        let (end, bytes) = self.read(&mut device);
        self.let_go(device, matches!(end, End::Stopped));
        self.fruitless = if bytes { 0 } else { self.fruitless + 1 };
        if let End::Gone(said) = end {
            self.told = Some(codes::MISSING.id);
            let gone = &codes::GONE;
            let cause = format!(
                "{}: {} ({said}) {} [{gone}]",
                self.spec.path.display(),
                gone.told,
                gone.cure
            );
            tracing::warn!(line = %self.spec.name, %cause, "port lost");
            (self.tell)(PortEvent::Lost {
                cause,
                busy: false,
                holder: None,
            });
            self.rest();
        }
    }

    /// Forwards bytes until something ends it; says whether there were any.
    fn read(&self, device: &mut Device) -> (End, bool) {
        let mut buffer = [0; limits::PORT_READ_BYTES_MAX];
        let mut any = false;
        loop {
            if self.control.is_stopped() {
                return (End::Stopped, any);
            }
            if self.control.has_order() {
                return (End::Reopen, any);
            }
            match device.wait(&self.control, QUIET) {
                Ready::Quiet if device.is_alive() => {}
                Ready::Quiet => return (End::Gone("tidak menjawab".to_owned()), any),
                Ready::Gone(said) => return (End::Gone(said), any),
                Ready::Bytes => match device.read(&mut buffer) {
                    Ok(0) => {}
                    Ok(count) => {
                        any = true;
                        self.forward(&buffer[..count]);
                    }
                    Err(said) => return (End::Gone(said), any),
                },
            }
        }
    }

    /// Hands bytes on; waits while too much of this port is unread.
    fn forward(&self, bytes: &[u8]) {
        while !self.control.has_order() {
            if let Some(credit) = self.credits.take(UNREAD_LOOKS) {
                (self.tell)(PortEvent::Bytes(Received::new(bytes, credit)));
                return;
            }
        }
    }

    /// Closes. At a stop, what has been ordered (a last `ATH`) still gets a moment to leave.
    fn let_go(&self, device: Device, politely: bool) {
        if politely {
            self.outbox.settle(SETTLE);
            for _ in 0..SETTLE_LOOKS {
                if device.unsent() == 0 {
                    break;
                }
                self.control.wait(SETTLE / SETTLE_LOOKS);
            }
        }
        self.outbox.attach(None);
        device.drop_unsent();
        drop(device);
    }

    /// After a device was lost: a second at least, longer if it keeps breaking without a byte,
    /// cut short when another device stands there.
    fn rest(&mut self) {
        let looks = (1u32 << self.fruitless.min(4)).min(REST_LOOKS_MAX);
        for _ in 0..looks {
            if self.control.has_order() {
                return;
            }
            self.control.wait(LOOK_EVERY);
            if self.identify().ok() != self.device {
                return;
            }
        }
    }

    fn wait(&self, time: Duration) {
        if !self.control.has_order() {
            self.control.wait(time);
        }
    }
}

/// A vanished port is looked for this often: noticed within 5 s, back within 20 s, and one `stat`
/// a second costs nothing.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A busy port is tried this often: each try looks through `/proc`.
const BUSY_EVERY: Duration = Duration::from_secs(2);

/// A driver may be slow; after five seconds it hangs.
const OPEN_LOOKS: u32 = 50;
const OPEN_LOOKS_EVERY: Duration = Duration::from_millis(100);

/// A silent port is asked this often whether it is still there. Nearly every driver says so by
/// itself at once.
const QUIET: Duration = Duration::from_secs(4);

/// A port that waits for its bytes to be read looks this often whether it should stop.
const UNREAD_LOOKS: Duration = Duration::from_millis(100);

/// The last command before a stop gets this long to leave: 20 bytes take 2 ms.
const SETTLE: Duration = Duration::from_millis(200);
const SETTLE_LOOKS: u32 = 10;

/// Longest pause between two openings of a device that breaks each time.
const REST_LOOKS_MAX: u32 = 15;
