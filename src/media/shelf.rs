//! Closes recordings: head, hash, place, and the news of it for the journal.
//!
//! A thread of its own, because the hash of a long call takes a second and the tape must not wait.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel};
use std::time::Duration;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::codes::UNCLOSED;
use super::recording::{CHANNELS, Folder, SECOND_BYTES, make};
use super::trouble::Trouble;
use crate::base::fault::Fault;
use crate::base::ids::CallId;
use crate::base::limits;
use crate::crew;
use crate::desk::sound::Recording;
use crate::engine::handle::Inbox;
use crate::engine::sound::SoundHeard;
use crate::store::Reader;
use crate::voice::wav;

enum Message {
    Close(Job),
    Missed { call: CallId, lost: Duration },
    Stop,
}

/// A file to be closed.
struct Job {
    call: CallId,
    live: PathBuf,
    lost: Duration,
    recovered: bool,
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
    pub(super) fn close(&self, call: CallId, live: PathBuf, lost: Duration) {
        // At the end of the program the thread may be gone; the next start finds the file.
        let _ = self.0.send(Message::Close(Job {
            call,
            live,
            lost,
            recovered: false,
        }));
    }

    /// Nobody listens.
    #[cfg(test)]
    pub(super) fn to_nobody() -> ToShelf {
        ToShelf(channel().0)
    }

    /// A call is over and none of its sound could be kept.
    pub(super) fn missed(&self, call: CallId, lost: Duration) {
        let _ = self.0.send(Message::Missed { call, lost });
    }
}

impl Shelf {
    /// Starts the thread. It begins with what an earlier run left open or untold.
    ///
    /// # Errors
    /// The system gives no thread.
    pub(super) fn start(
        folder: Folder,
        engine: SyncSender<Inbox>,
        reader: Reader,
        trouble: Arc<Trouble>,
    ) -> io::Result<Shelf> {
        let (messages, taken) = channel();
        let stopping = Arc::new(AtomicBool::new(false));
        let closer = Closer {
            folder,
            engine,
            reader,
            trouble,
            stopping: Arc::clone(&stopping),
            failed: Vec::new(),
        };
        let (end, ended) = channel::<()>();
        crew::thread("shelf").spawn(move || closer.run(&taken, end))?;
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
    trouble: Arc<Trouble>,
    stopping: Arc<AtomicBool>,
    /// To be tried again.
    failed: Vec<Job>,
}

impl Closer {
    /// `_end` is dropped when it is over.
    fn run(mut self, messages: &Receiver<Message>, _end: Sender<()>) {
        self.tell_untold();
        for live in self.folder.left_open() {
            if let Some((call, ..)) = self.folder.shelf_for(&live) {
                self.close(Job {
                    call,
                    live,
                    lost: Duration::ZERO,
                    recovered: true,
                });
            }
        }
        loop {
            let wait = if self.failed.is_empty() {
                IDLE
            } else {
                AGAIN_AFTER
            };
            match messages.recv_timeout(wait) {
                Ok(Message::Close(job)) => self.close(job),
                Ok(Message::Missed { call, lost }) => self.tell_missed(call, lost),
                Err(RecvTimeoutError::Timeout) => {
                    for job in std::mem::take(&mut self.failed) {
                        self.close(job);
                    }
                }
                Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => return,
            }
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
            if record.sound.removed.contains(&file) {
                // The program ended between the journal and the disk: it is not to come back.
                if let Err(error) = fs::remove_file(&path) {
                    unclosed(&path, error);
                }
                continue;
            }
            match describe(&path, file, Duration::ZERO, true) {
                Ok(recording) => self.tell(call, recording),
                Err(error) => unclosed(&path, error),
            }
        }
    }

    /// What cannot be closed is told, and tried again.
    fn close(&mut self, job: Job) {
        let is_long = |m: fs::Metadata| m.len() > limits::STOP_HASHES_BYTES_MAX;
        if self.stopping.load(Ordering::Relaxed) && fs::metadata(&job.live).is_ok_and(is_long) {
            return;
        }
        match self.put_away(&job) {
            Ok(recording) => self.tell(job.call, recording),
            Err(error) => {
                unclosed(&job.live, error);
                self.failed.push(job);
            }
        }
        let text = format!("{}. {}", UNCLOSED.told, UNCLOSED.cure);
        self.trouble
            .set_closing((!self.failed.is_empty()).then_some(text));
    }

    fn put_away(&self, job: &Job) -> io::Result<Recording> {
        let live = &job.live;
        let (_, path, file) = self
            .folder
            .shelf_for(live)
            .ok_or(io::ErrorKind::InvalidInput)?;
        finish(live)?;
        let shelf = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
        make(shelf)?;
        let recording = describe(live, file, job.lost, job.recovered)?;
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

    fn tell_missed(&self, call: CallId, lost: Duration) {
        let heard = SoundHeard::Missed {
            call,
            lost_ms: u64::try_from(lost.as_millis()).unwrap_or(u64::MAX),
            archived: self.reader.call(call).ok().flatten().map(Box::new),
        };
        let _ = self.engine.send(Inbox::Sound { line: 0, heard });
    }
}

/// Nothing is to be tried again.
const IDLE: Duration = Duration::from_secs(3_600);

/// What could not be closed is tried again after this.
const AGAIN_AFTER: Duration = Duration::from_secs(30);

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
