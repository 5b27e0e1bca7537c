//! Both ends of a pseudo-terminal: ours is the modem's, the program opens the other by a link.

use std::ffi::OsStr;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

/// The modem's end.
pub struct Tty {
    master: OwnedFd,
    /// Held open, so that a program that closes its end does not hang us up.
    _slave: OwnedFd,
    pub path: PathBuf,
}

impl Tty {
    /// A raw terminal that does not wait, found under `link`.
    pub fn at(link: &Path) -> Tty {
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let master = openpt(flags).expect("a pty");
        grantpt(&master).expect("granted");
        unlockpt(&master).expect("unlocked");
        rustix::io::ioctl_fionbio(&master, true).expect("no waiting");
        let name = ptsname(&master, Vec::new()).expect("a name");
        let path = PathBuf::from(OsStr::from_bytes(name.to_bytes()));
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let slave = rustix::fs::open(&path, flags, Mode::empty()).expect("the other end");
        let mut raw = rustix::termios::tcgetattr(&slave).expect("a tty");
        raw.make_raw();
        rustix::termios::tcsetattr(&slave, rustix::termios::OptionalActions::Now, &raw)
            .expect("raw");
        std::os::unix::fs::symlink(&path, link).expect("a link");
        Tty {
            master,
            _slave: slave,
            path,
        }
    }

    /// Writes what fits; a program that does not read loses sound, as with a real port.
    pub fn write(&self, bytes: &[u8]) -> usize {
        rustix::io::write(&self.master, bytes).unwrap_or(0)
    }

    /// What has come; empty if nothing has.
    pub fn read(&self) -> Vec<u8> {
        let mut bytes = vec![0; 4_096];
        let count = rustix::io::read(&self.master, &mut bytes[..]).unwrap_or(0);
        bytes.truncate(count);
        bytes
    }
}

impl AsFd for Tty {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.master.as_fd()
    }
}

/// Waits until one of these can be read, at most until then.
pub fn wait(fds: &[BorrowedFd<'_>], until: Instant) {
    let left = until.saturating_duration_since(Instant::now());
    let timeout = Timespec {
        tv_sec: left.as_secs() as i64,
        tv_nsec: i64::from(left.subsec_nanos()),
    };
    let mut fds: Vec<PollFd<'_>> = fds
        .iter()
        .map(|fd| PollFd::from_borrowed_fd(*fd, PollFlags::IN))
        .collect();
    // A signal ends it too: whoever waits looks again.
    let _ = poll(&mut fds, Some(&timeout));
}

/// The beat of a sender: every 20 ms from its own phase on, whatever happened in between.
pub struct Pace {
    next: Instant,
}

impl Pace {
    pub fn starting_in(phase: Duration) -> Pace {
        Pace {
            next: Instant::now() + phase,
        }
    }

    pub fn next(&self) -> Instant {
        self.next
    }

    /// Whether it is time; then the next one is 20 ms after this one.
    pub fn is_due(&mut self) -> bool {
        let due = Instant::now() >= self.next;
        if due {
            self.next += siaga112::voice::frame::FRAME_LASTS;
        }
        due
    }
}
