//! The service's end of the socket.

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use jiff::tz::TimeZone;
use tokio::sync::Semaphore;

use super::answer::Clerk;
use super::words::{Request, Said};
use super::{LISTEN, RUNNING, SOCKET};
use crate::base::fault::Fault;
use crate::base::limits;
use crate::clock::Clock;
use crate::engine::handle::Handle;
use crate::media::bell::Report;

/// What the service's end needs.
pub struct Setup<'a> {
    /// The data folder.
    pub folder: &'a Path,
    pub handle: Handle,
    pub clock: Clock,
    /// The centre's zone, for times in answers.
    pub zone: TimeZone,
    /// How the bell on the box itself is.
    pub bell: Arc<Report>,
}

/// The listening end; it goes away with the value.
pub struct Server {
    path: PathBuf,
    stopping: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// Opens the socket and answers on threads of its own.
///
/// # Errors
/// `CTL-001` if the socket cannot be made; `CTL-002` if another service answers at it.
pub fn serve(setup: Setup<'_>) -> Result<Server, Fault> {
    let path = setup.folder.join(SOCKET);
    let listener = open(&path)?;
    let stopping = Arc::new(AtomicBool::new(false));
    let clerk = Arc::new(Clerk {
        folder: setup.folder.to_owned(),
        handle: setup.handle,
        clock: setup.clock,
        zone: setup.zone,
        bell: setup.bell,
    });
    let seen = stopping.clone();
    let thread = std::thread::Builder::new()
        .name("control".into())
        .spawn(move || listen(&listener, &clerk, &seen))
        .map_err(|e| Fault::because(&LISTEN, "memulai utas kendali", e))?;
    Ok(Server {
        path,
        stopping,
        thread: Some(thread),
    })
}

impl Server {
    /// Takes no more requests and removes the socket. A verb in the middle of a long answer is cut
    /// off with the process.
    pub fn stop(mut self) {
        self.halt();
    }

    fn halt(&mut self) {
        self.stopping.store(true, Ordering::Release);
        // Wakes the listener, which then sees that it must end.
        let _ = UnixStream::connect(&self.path);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        let _ = fs::remove_file(&self.path);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.thread.is_some() {
            self.halt();
        }
    }
}

/// Makes the socket under another name, closes it to others, and only then gives it its own, so
/// that it is never open to anybody for a moment.
fn open(path: &Path) -> Result<UnixListener, Fault> {
    if UnixStream::connect(path).is_ok() {
        return Err(Fault::new(&RUNNING, path.display().to_string()));
    }
    let fresh = path.with_extension("baru");
    let attempt = || -> io::Result<UnixListener> {
        match fs::remove_file(&fresh) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            Ok(()) | Err(_) => {}
        }
        let listener = UnixListener::bind(&fresh)?;
        fs::set_permissions(&fresh, fs::Permissions::from_mode(0o600))?;
        fs::rename(&fresh, path)?;
        Ok(listener)
    };
    attempt().map_err(|e| Fault::because(&LISTEN, path.display().to_string(), e))
}

fn listen(listener: &UnixListener, clerk: &Arc<Clerk>, stopping: &Arc<AtomicBool>) {
    let places = Arc::new(Semaphore::new(limits::CONTROL_CLIENTS_MAX));
    for stream in listener.incoming() {
        if stopping.load(Ordering::Acquire) {
            return;
        }
        let Ok(stream) = stream else { continue };
        // Given back with the thread, however that ends.
        let Ok(place) = places.clone().try_acquire_owned() else {
            continue;
        };
        let clerk = clerk.clone();
        let attend = move || {
            let _place = place;
            if let Err(error) = attend(stream, &clerk) {
                tracing::debug!(%error, "a verb went away");
            }
        };
        let thread = std::thread::Builder::new().name("control".into());
        if let Err(error) = thread.spawn(attend) {
            tracing::warn!(%error, "a verb gets no answer");
        }
    }
}

/// Answers one verb: one line in, one answer out, until it closes.
fn attend(mut stream: UnixStream, clerk: &Clerk) -> io::Result<()> {
    if !is_ours(&stream)? {
        return Ok(());
    }
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut reader = BufReader::new(stream.try_clone()?);
    loop {
        let mut line = Vec::new();
        let most = limits::CONTROL_LINE_MAX as u64;
        let read = reader.by_ref().take(most).read_until(b'\n', &mut line)?;
        if read == 0 {
            return Ok(());
        }
        let mut say = |said: &Said| write_line(&mut stream, said);
        match serde_json::from_slice::<Request>(&line) {
            Ok(request) => clerk.answer(request, &mut say)?,
            Err(error) => say(&Said::Refused {
                code: "bad_request".into(),
                told: format!("Permintaan tidak dimengerti: {error}. Samakan versi program."),
            })?,
        }
    }
}

fn write_line(stream: &mut UnixStream, said: &Said) -> io::Result<()> {
    let mut line = serde_json::to_vec(said)?;
    line.push(b'\n');
    stream.write_all(&line)
}

/// Only the service's own user and root, whatever happened to the file's permissions.
fn is_ours(stream: &UnixStream) -> io::Result<bool> {
    let peer = rustix::net::sockopt::socket_peercred(stream.as_fd())?;
    Ok(peer.uid.is_root() || peer.uid == rustix::process::geteuid())
}

/// A verb that neither reads nor writes for this long has hung.
const PATIENCE: Duration = Duration::from_secs(30);
