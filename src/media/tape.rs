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
use super::recording::{CHANNELS, Folder, SECOND_BYTES, make};
use super::shelf::ToShelf;
use super::trouble::Trouble;
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

/// What the thread works with.
pub struct Setup {
    pub folder: Folder,
    pub clock: Clock,
    pub shelf: ToShelf,
    pub(super) trouble: Arc<Trouble>,
}

impl Tape {
    /// Starts the thread.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(setup: Setup) -> std::io::Result<Tape> {
        let (messages, taken) = sync_channel(limits::TAPE_BLOCKS_MAX);
        let shared = Arc::new(Shared::default());
        let recorder = Recorder {
            setup,
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
    setup: Setup,
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
    /// Frames between what is written and what waits that are gone: a hole in the file, which is
    /// read as silence.
    gap: u64,
    /// Something was written since it was last on disk for certain.
    dirty: bool,
    /// Its name is on disk for certain.
    named: bool,
    ended: bool,
}

impl Recorder {
    /// `_end` is dropped when it is over.
    fn run(mut self, messages: &Receiver<Message>, _end: Sender<()>) {
        let mut sync_at = self.setup.clock.tick() + limits::TAPE_SYNC_EVERY;
        loop {
            let wait = if self.open.is_empty() {
                IDLE
            } else {
                sync_at.since(self.setup.clock.tick())
            };
            match messages.recv_timeout(wait) {
                Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(message) => self.take(message),
                Err(RecvTimeoutError::Timeout) => {}
            }
            let now = self.setup.clock.tick();
            if now >= sync_at {
                self.sync();
                // Counted from its end: a slow disk gets time to breathe, and no more.
                sync_at = self.setup.clock.tick() + limits::TAPE_SYNC_EVERY;
            }
        }
        for open in self.open.values_mut() {
            open.ended = true;
        }
        self.sync();
    }

    fn is_stopped(&self) -> bool {
        self.shared.stopped.load(Ordering::Relaxed)
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Begin(call) => {
                let path = self.setup.folder.new_live(call);
                self.open.insert(call, Open::new(path));
            }
            Message::Sound { call, block, lost } => {
                let stopped = self.is_stopped();
                let folder = &self.setup.folder;
                let open = self.open.entry(call);
                let open = open.or_insert_with(|| Open::new(folder.new_live(call)));
                let result = if stopped {
                    open.skip(lost, &block);
                    Err(std::io::ErrorKind::StorageFull.into())
                } else {
                    open.take(lost, &block);
                    // Readers of a live call see it at once; it is certain at the next sync.
                    open.write()
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
        let stopped = self.is_stopped();
        let mut trouble = None;
        for open in self.open.values_mut() {
            let written = if stopped {
                open.skip(0, &[]);
                trouble = Some(std::io::ErrorKind::StorageFull.into());
                Ok(())
            } else {
                open.write()
            };
            if let Err(error) = written.and_then(|()| open.sync()) {
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
                self.setup.shelf.close(call, open.path, lost);
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
            self.setup.trouble.set_disk(text);
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
            gap: 0,
            dirty: false,
            named: false,
            ended: false,
        }
    }

    /// More sound, after so many frames for which there was no room on the way.
    fn take(&mut self, lost: u32, block: &[u8]) {
        self.lost_frames += u64::from(lost);
        let silence = lost as usize * PAIR_BYTES;
        if self.waiting.is_empty() {
            self.gap += u64::from(lost);
        } else if silence > WAITING_BYTES_MAX {
            self.give_up(self.waiting.len());
            self.gap += u64::from(lost);
        } else {
            self.waiting.resize(self.waiting.len() + silence, 0);
        }
        self.waiting.extend_from_slice(block);
        // The disk has refused for a minute: what it cannot have is given up, oldest first.
        if self.waiting.len() > WAITING_BYTES_MAX {
            self.give_up(self.waiting.len() - WAITING_BYTES_MAX / 2);
        }
    }

    /// Nothing may be written: this is left out, and what waits as well.
    fn skip(&mut self, lost: u32, block: &[u8]) {
        self.take(lost, block);
        self.give_up(self.waiting.len());
    }

    /// The oldest of what waits, whole frames of both sides, becomes silence.
    fn give_up(&mut self, bytes: usize) {
        let frames = (bytes / PAIR_BYTES) as u64;
        self.waiting.drain(..bytes);
        self.gap += frames;
        self.lost_frames += frames;
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
        if self.waiting.is_empty() {
            return Ok(());
        }
        // At its place, so that a write that was cut short is simply done again.
        let at = self.written + self.gap * PAIR_BYTES as u64;
        file.write_all_at(&self.waiting, wav::HEADER_BYTES as u64 + at)?;
        self.written = at + self.waiting.len() as u64;
        self.gap = 0;
        self.dirty = true;
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
        if let Some(folder) = self.path.parent().filter(|_| !self.named) {
            File::open(folder)?.sync_all()?;
        }
        self.named = true;
        self.dirty = false;
        Ok(())
    }
}

/// Without any call there is nothing to be done.
const IDLE: Duration = Duration::from_secs(30);

/// Sound of one call that waits while the disk refuses: a minute, 2 MB.
const WAITING_BYTES_MAX: usize = 60 * SECOND_BYTES as usize;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::path::Path;

    use super::*;

    /// A tenth of a second whose samples are all this.
    fn block(sample: i16) -> Vec<u8> {
        let samples = limits::TAPE_BLOCK_FRAMES * PAIR_BYTES / 2;
        sample.to_le_bytes().repeat(samples)
    }

    fn open(folder: &Path) -> Open {
        Open::new(folder.join("now").join("1.wav"))
    }

    /// The first sample of each tenth of a second.
    fn tenths(open: &Open) -> Vec<i16> {
        let file = std::fs::read(&open.path).unwrap();
        let blocks = file[wav::HEADER_BYTES..].chunks(limits::TAPE_BLOCK_FRAMES * PAIR_BYTES);
        blocks.map(|b| i16::from_le_bytes([b[0], b[1]])).collect()
    }

    #[test]
    fn what_found_no_room_is_silence_in_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let mut open = open(folder.path());
        open.take(0, &block(1));
        open.write().unwrap();
        open.take(5, &block(2));
        open.take(10, &block(3));
        open.write().unwrap();
        open.sync().unwrap();
        assert_eq!(tenths(&open), [1, 0, 2, 0, 0, 3]);
        assert_eq!(open.lost_frames, 15);
        let sound = wav::read(&std::fs::read(&open.path).unwrap()).unwrap();
        assert_eq!(sound.samples.len(), 6 * 800, "the head tells all of it");
    }

    #[test]
    fn a_disk_that_refuses_for_hours_costs_a_minute_of_memory_and_no_step() {
        let folder = tempfile::tempdir().unwrap();
        let mut open = open(folder.path());
        let hours = 2 * 3_600 * 10;
        for tenth in 0..hours {
            open.take(0, &block(tenth as i16));
            assert!(open.waiting.len() <= WAITING_BYTES_MAX);
        }
        let waits = open.waiting.len() / (limits::TAPE_BLOCK_FRAMES * PAIR_BYTES);
        let lost = open.lost_frames as usize / limits::TAPE_BLOCK_FRAMES;
        assert_eq!(waits + lost, hours, "each is kept or counted, once");
        open.take(100_000, &block(7));
        open.write().unwrap();
        assert_eq!(
            open.written,
            (open.lost_frames * PAIR_BYTES as u64) + block(7).len() as u64
        );
    }

    #[test]
    fn while_nothing_may_be_written_nothing_is_and_time_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let mut open = open(folder.path());
        open.take(0, &block(1));
        open.write().unwrap();
        open.skip(0, &block(2));
        open.skip(5, &block(3));
        assert!(open.waiting.is_empty());
        open.take(0, &block(4));
        open.write().unwrap();
        assert_eq!(tenths(&open), [1, 0, 0, 0, 4]);
        assert_eq!(open.lost_frames, 15);
    }
}
