//! How a port's thread is told to stop or reopen while it waits for bytes.

use std::os::fd::{AsFd, OwnedFd};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};

/// Orders to a keeper, and the file descriptor that wakes it.
pub(super) struct Control {
    stop: AtomicBool,
    reopen: AtomicBool,
    /// `None` if the system gave none: orders are then seen at the next turn of the loop.
    event: Option<OwnedFd>,
}

impl Control {
    pub(super) fn new() -> Control {
        let flags = EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK;
        Control {
            stop: AtomicBool::new(false),
            reopen: AtomicBool::new(false),
            event: eventfd(0, flags).ok(),
        }
    }

    pub(super) fn stop(&self) {
        self.stop.store(true, Ordering::Release);
        self.wake();
    }

    pub(super) fn reopen(&self) {
        self.reopen.store(true, Ordering::Release);
        self.wake();
    }

    /// Wakes the keeper without an order: something it waits for is there.
    pub(super) fn wake(&self) {
        if let Some(event) = &self.event {
            // It can only fail when 2^64 wakes are pending.
            let _ = rustix::io::write(event, &1u64.to_ne_bytes());
        }
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Acquire)
    }

    /// Whether the port is to be reopened; asking takes the order away.
    pub(super) fn take_reopen(&self) -> bool {
        self.reopen.swap(false, Ordering::AcqRel)
    }

    /// Whether there is an order that ends the reading of the present device.
    pub(super) fn has_order(&self) -> bool {
        self.is_stopped() || self.reopen.load(Ordering::Acquire)
    }

    /// Waits until woken or until the time has passed.
    pub(super) fn wait(&self, time: Duration) {
        let mut fds = Vec::with_capacity(1);
        if let Some(event) = &self.event {
            fds.push(PollFd::new(event, PollFlags::IN));
        }
        let _ = poll(&mut fds, Some(&timespec(time)));
        self.quiet();
    }

    /// Waits until `device` has something (`Ok(flags)`), the keeper is woken or the time has
    /// passed (`Ok(empty)`).
    pub(super) fn wait_for(
        &self,
        device: impl AsFd,
        time: Duration,
    ) -> Result<PollFlags, rustix::io::Errno> {
        let mut fds = Vec::with_capacity(2);
        fds.push(PollFd::from_borrowed_fd(device.as_fd(), PollFlags::IN));
        if let Some(event) = &self.event {
            fds.push(PollFd::new(event, PollFlags::IN));
        }
        match poll(&mut fds, Some(&timespec(time))) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error),
        }
        let ready = fds[0].revents();
        if fds.get(1).is_some_and(|fd| !fd.revents().is_empty()) {
            self.quiet();
        }
        Ok(ready)
    }

    /// Takes the wakes that have come.
    fn quiet(&self) {
        if let Some(event) = &self.event {
            let mut count = [0; 8];
            let _ = rustix::io::read(event, &mut count);
        }
    }
}

/// For `poll`.
pub(crate) fn timespec(time: Duration) -> Timespec {
    Timespec {
        tv_sec: i64::try_from(time.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: i64::from(time.subsec_nanos()),
    }
}
