//! Closes recordings: head, hash, place, and the news of it for the journal.
//!
//! A thread of its own, because the hash of a long call takes a second and the tape must not wait.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel};
use std::time::Duration;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::codes::UNCLOSED;
use super::recording::{CHANNELS, Folder, SECOND_BYTES, make};
use crate::base::fault::Fault;
use crate::base::ids::CallId;
use crate::base::limits;
use crate::desk::sound::Recording;
use crate::engine::handle::Inbox;
use crate::engine::sound::SoundHeard;
use crate::store::Reader;
use crate::voice::wav;

enum Message {
    Close {
        call: CallId,
        path: PathBuf,
        lost: Duration,
    },
    Stop,
}

/// The thread that closes recordings.
pub struct Shelf {
    messages: Sender<Message>,
    stopping: Arc<AtomicBool>,
    /// Disconnects when the thread is done.
    ended: Receiver<()>,
}

/// The tape's way to it.
#[derive(Clone)]
pub struct ToShelf(Sender<Message>);

impl ToShelf {
    /// A call is over and all of its sound is in this file.
    pub(super) fn close(&self, call: CallId, path: PathBuf, lost: Duration) {
        // At the end of the program the thread may be gone; the next start finds the file.
        let _ = self.0.send(Message::Close { call, path, lost });
    }
}

impl Shelf {
    /// Starts the thread. It begins with what an earlier run left open or untold.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(folder: Folder, engine: SyncSender<Inbox>, reader: Reader) -> io::Result<Shelf> {
        let (messages, taken) = channel();
        let stopping = Arc::new(AtomicBool::new(false));
        let closer = Closer {
            folder,
            engine,
            reader,
            stopping: Arc::clone(&stopping),
        };
        let (end, ended) = channel::<()>();
        std::thread::Builder::new()
            .name("shelf".into())
            .spawn(move || closer.run(&taken, end))?;
        Ok(Shelf {
            messages,
            stopping,
            ended,
        })
    }

    pub(super) fn way(&self) -> ToShelf {
        ToShelf(self.messages.clone())
    }

    /// Ends the thread, once everything it was given is closed, but for long recordings: those
    /// are closed at the next start.
    pub(super) fn stop(self) {
        self.stopping.store(true, Ordering::Relaxed);
        let _ = self.messages.send(Message::Stop);
        let _ = self.ended.recv_timeout(limits::SOUND_STOP);
    }
}

struct Closer {
    folder: Folder,
    engine: SyncSender<Inbox>,
    reader: Reader,
    stopping: Arc<AtomicBool>,
}

impl Closer {
    /// `_end` is dropped when it is over.
    fn run(self, messages: &Receiver<Message>, _end: Sender<()>) {
        self.tell_untold();
        for path in self.folder.left_open() {
            if let Some((call, ..)) = self.folder.shelf_for(&path) {
                self.close(call, &path, Duration::ZERO, true);
            }
        }
        while let Ok(Message::Close { call, path, lost }) = messages.recv() {
            self.close(call, &path, lost, false);
        }
    }

    /// Kept files that the journal does not know: the program ended between the two.
    fn tell_untold(&self) {
        for (call, file) in self.folder.newest_kept() {
            let Ok(Some(record)) = self.reader.call(call) else {
                continue;
            };
            if record
                .sound
                .recordings
                .iter()
                .any(|known| known.file == file)
            {
                continue;
            }
            let path = self.folder.path().join(&file);
            match describe(&path, file, Duration::ZERO, true) {
                Ok(recording) => self.tell(call, recording),
                Err(error) => unclosed(&path, error),
            }
        }
    }

    fn close(&self, call: CallId, live: &Path, lost: Duration, recovered: bool) {
        let long = || fs::metadata(live).is_ok_and(|m| m.len() > limits::STOP_HASHES_BYTES_MAX);
        if self.stopping.load(Ordering::Relaxed) && long() {
            return;
        }
        match self.put_away(live, lost, recovered) {
            Ok(recording) => self.tell(call, recording),
            Err(error) => unclosed(live, error),
        }
    }

    fn put_away(&self, live: &Path, lost: Duration, recovered: bool) -> io::Result<Recording> {
        let (_, path, file) = self
            .folder
            .shelf_for(live)
            .ok_or(io::ErrorKind::InvalidInput)?;
        finish(live)?;
        let shelf = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
        make(shelf)?;
        let recording = describe(live, file, lost, recovered)?;
        fs::rename(live, &path)?;
        File::open(shelf)?.sync_all()?;
        if let Some(from) = live.parent() {
            File::open(from)?.sync_all()?;
        }
        Ok(recording)
    }

    /// Waits for room: a recording that is not told is found at the next start only.
    fn tell(&self, call: CallId, recording: Recording) {
        let archived = self.reader.call(call).ok().flatten().map(Box::new);
        let heard = SoundHeard::Recorded {
            call,
            recording,
            archived,
        };
        let _ = self.engine.send(Inbox::Sound { line: 0, heard });
    }
}

/// Makes the head true and cuts off half a sample; a file without a head gets one.
fn finish(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::FileExt;
    let file = File::options().read(true).write(true).open(path)?;
    let head = wav::HEADER_BYTES as u64;
    let data = file.metadata()?.len().saturating_sub(head);
    let data = data - data % (2 * u64::from(CHANNELS));
    file.set_len(head + data)?;
    let bytes = u32::try_from(data).unwrap_or(u32::MAX);
    file.write_all_at(&wav::header(CHANNELS, bytes), 0)?;
    file.sync_all()
}

fn describe(path: &Path, file: String, lost: Duration, recovered: bool) -> io::Result<Recording> {
    let bytes = fs::metadata(path)?.len();
    let data = bytes.saturating_sub(wav::HEADER_BYTES as u64);
    Ok(Recording {
        file,
        bytes,
        duration_ms: data * 1_000 / SECOND_BYTES,
        sha256: hash(path)?,
        lost_ms: u64::try_from(lost.as_millis()).unwrap_or(u64::MAX),
        recovered,
    })
}

fn hash(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut sum = Sha256::new();
    let mut piece = vec![0; 64 * 1024];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(HEXLOWER.encode(&sum.finalize())),
            count => sum.update(&piece[..count]),
        }
    }
}

fn unclosed(path: &Path, error: io::Error) {
    let fault = Fault::because(&UNCLOSED, path.display().to_string(), error);
    tracing::error!(code = UNCLOSED.id, "{}", fault.chain());
}
