//! Writes calls to disk while they go on.
//!
//! One thread for all lines. What it has no time for waits in a bounded queue; what does not fit
//! there is lost from the recording, counted, and replaced by silence, so that both sides stay in
//! step with the clock.

use std::collections::BTreeMap;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::codes::{BEHIND, DISK};
use super::recording::{CHANNELS, Folder, make};
use super::shelf::ToShelf;
use crate::base::ids::CallId;
use crate::base::limits;
use crate::clock::Clock;
use crate::voice::frame::{FRAME_BYTES, FRAME_LASTS, Frame};
use crate::voice::wav;

/// Bytes of 20 ms of both sides.
const PAIR_BYTES: usize = FRAME_BYTES * CHANNELS as usize;

enum Message {
    Begin(CallId),
    Sound {
        call: CallId,
        block: Vec<u8>,
        lost: u32,
    },
    End(CallId),
    Stop,
}

/// The way to the thread; each line has its own clone and gathers its own blocks.
pub struct Tape {
    messages: SyncSender<Message>,
    block: Vec<u8>,
    /// Blocks of the running call that found no room since the last one that did.
    lost: u32,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    trouble: Mutex<Option<String>>,
    /// Disconnects when the thread is done.
    ended: Mutex<Option<Receiver<()>>>,
    /// Nothing is written: what is left of the disk is the journal's.
    stopped: AtomicBool,
}

impl Clone for Tape {
    fn clone(&self) -> Tape {
        Tape {
            messages: self.messages.clone(),
            block: Vec::new(),
            lost: 0,
            shared: Arc::clone(&self.shared),
        }
    }
}

impl Tape {
    /// Starts the thread.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(folder: Folder, clock: Clock, shelf: ToShelf) -> std::io::Result<Tape> {
        let (messages, taken) = sync_channel(limits::TAPE_BLOCKS_MAX);
        let shared = Arc::new(Shared::default());
        let recorder = Recorder {
            folder,
            clock,
            shelf,
            shared: Arc::clone(&shared),
            open: BTreeMap::new(),
            told: false,
        };
        let (end, ended) = std::sync::mpsc::channel::<()>();
        std::thread::Builder::new()
            .name("tape".into())
            .spawn(move || recorder.run(&taken, end))?;
        *shared.ended.lock().unwrap_or_else(PoisonError::into_inner) = Some(ended);
        Ok(Tape {
            messages,
            block: Vec::new(),
            lost: 0,
            shared,
        })
    }

    /// A call begins.
    pub fn begin(&mut self, call: CallId) {
        self.block.clear();
        self.lost = 0;
        self.must_send(Message::Begin(call));
    }

    /// 20 ms of both sides.
    pub fn record(&mut self, call: CallId, far: &Frame, near: &Frame) {
        for (far, near) in far.0.iter().zip(&near.0) {
            self.block.extend(far.to_le_bytes());
            self.block.extend(near.to_le_bytes());
        }
        if self.block.len() >= limits::TAPE_BLOCK_FRAMES * PAIR_BYTES {
            self.flush(call);
        }
    }

    /// It is over.
    pub fn end(&mut self, call: CallId) {
        if !self.block.is_empty() {
            self.flush(call);
        }
        self.must_send(Message::End(call));
    }

    /// What is wrong with the disk now.
    pub fn trouble(&self) -> Option<String> {
        let trouble = self.shared.trouble.lock();
        trouble.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether nothing may be written.
    pub(super) fn set_stopped(&self, yes: bool) {
        self.shared.stopped.store(yes, Ordering::Relaxed);
    }

    /// Ends the thread, once it has written what it can; a disk that does not answer is waited for
    /// no longer than the whole program has.
    pub fn stop(&self) {
        self.must_send(Message::Stop);
        let ended = self.shared.ended.lock();
        if let Some(ended) = ended.unwrap_or_else(PoisonError::into_inner).take() {
            let _ = ended.recv_timeout(limits::SOUND_STOP);
        }
    }

    fn flush(&mut self, call: CallId) {
        let block = std::mem::take(&mut self.block);
        let frames = u32::try_from(block.len() / PAIR_BYTES).unwrap_or(u32::MAX);
        let lost = self.lost;
        let message = Message::Sound { call, block, lost };
        match self.messages.try_send(message) {
            Ok(()) => self.lost = 0,
            Err(_) => self.lost = self.lost.saturating_add(frames),
        }
    }

    /// Beginnings and ends are few, and there is room for them unless the disk has stood still for
    /// a minute.
    fn must_send(&self, message: Message) {
        if self.messages.try_send(message).is_err() {
            tracing::error!(code = BEHIND.id, "a recording could not be begun or ended");
        }
    }
}

/// The thread's own.
struct Recorder {
    folder: Folder,
    clock: Clock,
    shelf: ToShelf,
    shared: Arc<Shared>,
    open: BTreeMap<CallId, Open>,
    /// The trouble of now has been told.
    told: bool,
}

/// One recording under way.
struct Open {
    path: PathBuf,
    /// `None` until the disk lets it be made.
    file: Option<File>,
    /// Written to the file.
    written: u64,
    /// Still to be written.
    waiting: Vec<u8>,
    lost_frames: u64,
    /// Something was written since it was last on disk for certain.
    dirty: bool,
    ended: bool,
}

impl Recorder {
    /// `_end` is dropped when it is over.
    fn run(mut self, messages: &Receiver<Message>, _end: Sender<()>) {
        let mut sync_at = self.clock.tick() + limits::TAPE_SYNC_EVERY;
        loop {
            let wait = if self.open.is_empty() {
                IDLE
            } else {
                sync_at.since(self.clock.tick())
            };
            match messages.recv_timeout(wait) {
                Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(message) => self.take(message),
                Err(RecvTimeoutError::Timeout) => {}
            }
            let now = self.clock.tick();
            if now >= sync_at {
                self.sync();
                // Counted from its end: a slow disk gets time to breathe, and no more.
                sync_at = self.clock.tick() + limits::TAPE_SYNC_EVERY;
            }
        }
        for open in self.open.values_mut() {
            open.ended = true;
        }
        self.sync();
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Begin(call) => {
                let path = self.folder.new_live(call);
                self.open.insert(call, Open::new(path));
            }
            Message::Sound { call, block, lost } => {
                let folder = &self.folder;
                let open = self.open.entry(call);
                let open = open.or_insert_with(|| Open::new(folder.new_live(call)));
                open.lose(lost);
                open.waiting.extend_from_slice(&block);
                // Readers of a live call see it at once; it is certain at the next sync.
                let result = match self.shared.stopped.load(Ordering::Relaxed) {
                    true => Err(std::io::ErrorKind::StorageFull.into()),
                    false => open.write(),
                };
                self.tell(result.err());
            }
            Message::End(call) => {
                if let Some(open) = self.open.get_mut(&call) {
                    open.ended = true;
                }
                self.sync();
            }
            Message::Stop => {}
        }
    }

    /// Puts everything on disk; what is over goes to the shelf.
    fn sync(&mut self) {
        let mut trouble = None;
        for open in self.open.values_mut() {
            if let Err(error) = open.write().and_then(|()| open.sync()) {
                trouble = Some(error);
            }
        }
        let over = |open: &Open| open.ended && open.waiting.is_empty();
        let done: Vec<CallId> = self
            .open
            .iter()
            .filter(|(_, o)| over(o))
            .map(|(c, _)| *c)
            .collect();
        for call in done {
            if let Some(open) = self.open.remove(&call) {
                if open.written == 0 {
                    // Not a moment of it was heard.
                    let _ = std::fs::remove_file(&open.path);
                    continue;
                }
                let lost = FRAME_LASTS * u32::try_from(open.lost_frames).unwrap_or(u32::MAX);
                self.shelf.close(call, open.path, lost);
            }
        }
        self.tell(trouble);
    }

    /// The disk's state, told once each time it changes.
    fn tell(&mut self, trouble: Option<std::io::Error>) {
        let is_bad = trouble.is_some();
        if let Some(error) = &trouble
            && !self.told
        {
            tracing::error!(code = DISK.id, %error, "a recording cannot be written");
        }
        if is_bad != self.told {
            let text = trouble.map(|error| format!("{} ({error}). {}", DISK.told, DISK.cure));
            *self
                .shared
                .trouble
                .lock()
                .unwrap_or_else(PoisonError::into_inner) = text;
        }
        self.told = is_bad;
    }
}

impl Open {
    fn new(path: PathBuf) -> Open {
        Open {
            path,
            file: None,
            written: 0,
            waiting: Vec::new(),
            lost_frames: 0,
            dirty: false,
            ended: false,
        }
    }

    /// So many frames are missing here: silence stands for them.
    fn lose(&mut self, frames: u32) {
        if frames > 0 {
            self.lost_frames += u64::from(frames);
            self.waiting
                .resize(self.waiting.len() + frames as usize * PAIR_BYTES, 0);
        }
        // The disk has refused for a minute: what it cannot have is given up, oldest first.
        let most = limits::TAPE_BLOCKS_MAX * limits::TAPE_BLOCK_FRAMES * PAIR_BYTES / 8;
        if self.waiting.len() > most {
            let kept = most / 2;
            let given_up = self.waiting.len() - kept;
            self.waiting[..given_up].fill(0);
            self.lost_frames += (given_up / PAIR_BYTES) as u64;
        }
    }

    fn write(&mut self) -> std::io::Result<()> {
        if self.waiting.is_empty() && self.file.is_some() {
            return Ok(());
        }
        if self.file.is_none() {
            if let Some(folder) = self.path.parent() {
                make(folder)?;
            }
            let file = File::options()
                .read(true)
                .write(true)
                .create(true)
                .truncate(true)
                .open(&self.path)?;
            file.write_all_at(&wav::header(CHANNELS, 0), 0)?;
            self.file = Some(file);
            self.dirty = true;
        }
        let Some(file) = &self.file else {
            return Ok(());
        };
        // At its place, so that a write that was cut short is simply done again.
        file.write_all_at(&self.waiting, wav::HEADER_BYTES as u64 + self.written)?;
        self.written += self.waiting.len() as u64;
        self.dirty |= !self.waiting.is_empty();
        self.waiting.clear();
        Ok(())
    }

    /// The head says how much there is, so that what a power cut leaves can be played as it is.
    fn sync(&mut self) -> std::io::Result<()> {
        let Some(file) = self.file.as_ref().filter(|_| self.dirty) else {
            return Ok(());
        };
        let bytes = u32::try_from(self.written).unwrap_or(u32::MAX);
        file.write_all_at(&wav::header(CHANNELS, bytes), 0)?;
        file.sync_data()?;
        self.dirty = false;
        Ok(())
    }
}

/// Without any call there is nothing to be done.
const IDLE: Duration = Duration::from_secs(30);
