//! The thread that finds, opens, reads and loses one port, over and over.

use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Duration;

use super::credit::Credits;
use super::device::{Device, Ready};
use super::failure::{self, Failure, codes};
use super::opening::{Attempt, Begun, LOOK_EVERY, OPEN_LIMIT, Opening, QUIET, pause_after};
use super::received::Received;
use super::telling::Telling;
use super::wake::Control;
use super::writer::Outbox;
use super::{Opener, PortEvent, PortSpec};
use crate::base::limits;

/// Everything one port's thread owns.
pub(super) struct Keeper {
    spec: PortSpec,
    tell: Box<dyn Fn(PortEvent) + Send>,
    control: Arc<Control>,
    outbox: Arc<Outbox>,
    credits: Arc<Credits>,
    telling: Telling,
    opening: Opening,
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
        let waker = Arc::clone(&control);
        let opening = Opening::new(spec.clone(), opener, Arc::new(move || waker.wake()));
        Keeper {
            spec,
            tell,
            control,
            outbox,
            credits: Credits::new(limits::PORT_UNREAD_MAX),
            telling: Telling::default(),
            opening,
        }
    }

    /// Runs until stopped; `_end` is dropped then.
    pub(super) fn run(mut self, _end: Sender<()>) {
        while !self.control.is_stopped() {
            if self.control.take_reopen() {
                self.telling.ask_again();
                self.opening.forgive();
            }
            match self.attempt() {
                Ok(device) => self.keep(device),
                Err(failure) => {
                    self.fail(&failure);
                    self.wait(pause_after(&failure));
                }
            }
        }
    }

    /// Tries to open what the name stands for now.
    fn attempt(&mut self) -> Result<Device, Failure> {
        match self.opening.begin()? {
            Begun::Done(device) => Ok(device),
            Begun::UnderWay(attempt) => self.wait_for(attempt),
        }
    }

    fn wait_for(&mut self, attempt: Attempt) -> Result<Device, Failure> {
        for _ in 0..OPEN_LOOKS {
            if let Some(result) = attempt.result() {
                return result;
            }
            if self.control.is_stopped() {
                break;
            }
            self.control.wait(OPEN_LIMIT / OPEN_LOOKS);
        }
        match attempt.result() {
            Some(result) => result,
            None => Err(self.opening.give_up(attempt)),
        }
    }

    /// Tells what is wrong, once.
    fn fail(&mut self, failure: &Failure) {
        if !self.telling.fails(failure.code().id) {
            return;
        }
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
        self.telling.works();
        tracing::info!(line = %self.spec.name, path = %self.spec.path.display(), "port open");
        self.outbox.attach(Some(&device));
        (self.tell)(PortEvent::Opened);
        let (end, bytes) = self.read(&mut device);
        self.let_go(device, matches!(end, End::Stopped));
        self.opening.ended(bytes);
        if let End::Gone(said) = end {
            self.telling.was_told(codes::MISSING.id);
            let cause = failure::gone(&self.spec.path, &said);
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

    /// After a device was lost; cut short when another device stands there.
    fn rest(&mut self) {
        for _ in 0..self.opening.rest_looks() {
            if self.control.has_order() {
                return;
            }
            self.control.wait(LOOK_EVERY);
            if self.opening.is_replaced() {
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

/// While a driver opens, so many looks whether to stop.
const OPEN_LOOKS: u32 = 50;

/// A port that waits for its bytes to be read looks this often whether it should stop.
const UNREAD_LOOKS: Duration = Duration::from_millis(100);

/// The last command before a stop gets this long to leave: 20 bytes take 2 ms.
const SETTLE: Duration = Duration::from_millis(200);
const SETTLE_LOOKS: u32 = 10;
