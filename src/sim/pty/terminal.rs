//! One pseudo-terminal: both ends, the link, and who is there.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::{fs, io};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags, inotify};
use rustix::io::Errno;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{ControlModes, OptionalActions, tcgetattr, tcsetattr};

use super::super::{LINK, PTY};
use crate::base::fault::Fault;

/// See the module.
#[derive(Debug)]
pub struct Terminal {
    pub master: OwnedFd,
    slave: Option<OwnedFd>,
    pub watch: OwnedFd,
    device: PathBuf,
    link: Option<PathBuf>,
    /// The link, or the device if there is none.
    pub path: PathBuf,
    attached: bool,
    unsent: VecDeque<u8>,
    /// Bytes kept for a host that does not read; beyond it writes are lost, as on a wire.
    unsent_max: usize,
}

impl Terminal {
    /// A new one; the link, if any, points to it from now on.
    ///
    /// # Errors
    /// `SIM-001` if the system gives no pseudo-terminal, `SIM-002` if the link cannot be placed.
    pub fn open(link: Option<&Path>, unsent_max: usize) -> Result<Terminal, Fault> {
        let fault = |doing: &str, e: Errno| Fault::because(&PTY, doing, e);
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
            unsent_max,
        })
    }

    /// Queues bytes for whoever has the port open.
    pub fn write(&mut self, bytes: &[u8]) {
        if self.attached && self.unsent.len() + bytes.len() <= self.unsent_max {
            self.unsent.extend(bytes);
        }
        self.flush();
    }

    /// What could not be written before.
    pub fn flush(&mut self) {
        while !self.unsent.is_empty() {
            let (head, _) = self.unsent.as_slices();
            match rustix::io::write(&self.master, head) {
                Ok(count) => drop(self.unsent.drain(..count)),
                Err(Errno::INTR) => {}
                Err(_) => return,
            }
        }
    }

    /// Whether something waits to be written.
    pub fn is_behind(&self) -> bool {
        !self.unsent.is_empty()
    }

    /// What the host has written, if anything.
    pub fn read(&mut self) -> Option<Vec<u8>> {
        let mut bytes = vec![0_u8; 4096];
        let count = rustix::io::read(&self.master, &mut bytes[..]).ok()?;
        bytes.truncate(count);
        // Who writes is there, whatever the watch has said so far.
        self.attached |= count > 0;
        (count > 0).then_some(bytes)
    }

    /// Somebody opened or closed the port. Returns whether DTR has dropped.
    pub fn look(&mut self) -> bool {
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
    let fault = |e: io::Error| Fault::because(&LINK, link.display().to_string(), e);
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
