//! Wakes a thread out of its waiting.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::task::Wake;

use rustix::event::{EventfdFlags, eventfd};

/// An eventfd: any number of wakes are one.
#[derive(Debug)]
pub struct Waker(OwnedFd);

impl Waker {
    /// # Errors
    /// The operating system's.
    pub fn new() -> std::io::Result<Waker> {
        let flags = EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK;
        Ok(Waker(eventfd(0, flags)?))
    }

    /// Makes the thread's waiting end.
    pub fn wake(&self) {
        // It can only fail when 2^64 wakes are pending.
        let _ = rustix::io::write(&self.0, &1u64.to_ne_bytes());
    }

    /// Takes the wakes that have come.
    pub fn quiet(&self) {
        let mut count = [0; 8];
        let _ = rustix::io::read(&self.0, &mut count[..]);
    }

    pub fn fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// For what is waited for as a future.
impl Wake for Waker {
    fn wake(self: Arc<Self>) {
        Waker::wake(&self);
    }
}
