//! Writes calls to disk while they go on.
//!
//! One thread for all lines. What it has no time for waits in a bounded queue; what does not fit
//! there is lost from the recording, counted, and replaced by silence, so that both sides stay in
//! step with the clock.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::codes::{BEHIND, DISK};
use super::lock;
use super::open::Open;
use super::recording::{Folder, PAIR_BYTES};
use super::shelf::ToShelf;
use super::trouble::Trouble;
use crate::base::ids::CallId;
use crate::base::limits;
use crate::base::time::Tick;
use crate::clock::Clock;
use crate::crew;
use crate::voice::frame::Frame;

enum Message {
    Begin(CallId),
    Sound {
        call: CallId,
        block: Vec<u8>,
        lost: u32,
    },
    /// `lost`: frames since the last block.
    End {
        call: CallId,
        lost: u32,
    },
    Stop,
}

/// The way to the thread; each line has its own clone and gathers its own blocks.
pub struct Tape {
    messages: Sender<Message>,
    block: Vec<u8>,
    /// Frames of the running call that found no room since the last block that did.
    lost: u32,
    shared: Arc<Shared>,
}

/// What lines and thread know of each other.
struct Shared {
    clock: Clock,
    trouble: Arc<Trouble>,
    /// Disconnects when the thread is done.
    ended: Mutex<Option<Receiver<()>>>,
    /// Nothing is written: what is left of the disk is the journal's.
    stopped: AtomicBool,
    /// Blocks on their way.
    blocks: AtomicUsize,
    /// Milliseconds at which the thread began what it does now; [`AT_REST`]: it waits for more.
    busy_since: AtomicU64,
    /// That the disk does not keep up has been told.
    slow: AtomicBool,
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
        let (tape, taken) = Tape::new(&setup);
        let recorder = Recorder::new(setup, &tape);
        let (end, ended) = channel::<()>();
        crew::thread("tape").spawn(move || recorder.run(&taken, end))?;
        *lock(&tape.shared.ended) = Some(ended);
        Ok(tape)
    }

    fn new(setup: &Setup) -> (Tape, Receiver<Message>) {
        // Without a bound of its own, so that no beginning or end is ever lost; blocks are counted.
        let (messages, taken) = channel();
        let shared = Shared {
            clock: setup.clock.clone(),
            trouble: Arc::clone(&setup.trouble),
            ended: Mutex::default(),
            stopped: AtomicBool::new(false),
            blocks: AtomicUsize::new(0),
            busy_since: AtomicU64::new(AT_REST),
            slow: AtomicBool::new(false),
        };
        let tape = Tape {
            messages,
            block: Vec::new(),
            lost: 0,
            shared: Arc::new(shared),
        };
        (tape, taken)
    }

    /// A call begins.
    pub fn begin(&mut self, call: CallId) {
        self.block.clear();
        self.lost = 0;
        self.send(Message::Begin(call));
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
        let lost = std::mem::take(&mut self.lost);
        self.send(Message::End { call, lost });
    }

    /// Whether nothing may be written.
    pub(super) fn set_stopped(&self, yes: bool) {
        self.shared.stopped.store(yes, Ordering::Relaxed);
    }

    /// Ends the thread, once it has written what it can; a disk that does not answer is waited for
    /// no longer than the whole program has.
    pub fn stop(&self) {
        self.send(Message::Stop);
        if let Some(ended) = lock(&self.shared.ended).take() {
            let _ = ended.recv_timeout(limits::SOUND_STOP);
        }
    }

    fn flush(&mut self, call: CallId) {
        let block = std::mem::take(&mut self.block);
        if self.shared.blocks.load(Ordering::Relaxed) < limits::TAPE_BLOCKS_MAX {
            self.shared.blocks.fetch_add(1, Ordering::Relaxed);
            let lost = std::mem::take(&mut self.lost);
            self.send(Message::Sound { call, block, lost });
        } else {
            let frames = u32::try_from(block.len() / PAIR_BYTES).unwrap_or(u32::MAX);
            self.lost = self.lost.saturating_add(frames);
        }
        if self.lost > 0 || self.shared.is_stuck() {
            self.shared.tell_slow();
        }
    }

    fn send(&self, message: Message) {
        // Without its thread the whole program ends.
        let _ = self.messages.send(message);
    }
}

impl Shared {
    fn now_ms(&self) -> u64 {
        u64::try_from(self.clock.tick().since(Tick::default()).as_millis()).unwrap_or(AT_REST - 1)
    }

    /// Whether the thread has been at one thing for longer than an honest disk takes.
    fn is_stuck(&self) -> bool {
        let since = self.busy_since.load(Ordering::Relaxed);
        since != AT_REST && self.now_ms().saturating_sub(since) > STUCK_AFTER_MS
    }

    fn tell_slow(&self) {
        if self.slow.swap(true, Ordering::Relaxed) {
            return;
        }
        let told = self
            .trouble
            .try_slow(format!("{}. {}", BEHIND.told, BEHIND.cure));
        if told {
            tracing::error!(
                code = BEHIND.id,
                "the disk does not keep up with recordings"
            );
        } else {
            // A tenth of a second later, then.
            self.slow.store(false, Ordering::Relaxed);
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

impl Recorder {
    fn new(setup: Setup, tape: &Tape) -> Recorder {
        Recorder {
            setup,
            shared: Arc::clone(&tape.shared),
            open: BTreeMap::new(),
            told: false,
        }
    }

    /// `_end` is dropped when it is over.
    fn run(mut self, messages: &Receiver<Message>, _end: Sender<()>) {
        let mut sync_at = self.setup.clock.tick() + limits::TAPE_SYNC_EVERY;
        loop {
            match self.next(messages, sync_at) {
                Some(Message::Stop) => break,
                Some(message) => self.take(message),
                None => {}
            }
            if self.setup.clock.tick() >= sync_at {
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

    /// What comes next; `None`: nothing until it is time to sync.
    fn next(&mut self, messages: &Receiver<Message>, sync_at: Tick) -> Option<Message> {
        let message = match messages.try_recv() {
            Ok(message) => Ok(message),
            Err(_) => {
                self.caught_up();
                let wait = if self.open.is_empty() {
                    IDLE
                } else {
                    sync_at.since(self.setup.clock.tick())
                };
                messages.recv_timeout(wait)
            }
        };
        let now_ms = self.shared.now_ms();
        self.shared.busy_since.store(now_ms, Ordering::Relaxed);
        match message {
            Ok(message) => Some(message),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Message::Stop),
        }
    }

    /// Nothing waits any more.
    fn caught_up(&self) {
        self.shared.busy_since.store(AT_REST, Ordering::Relaxed);
        if self.shared.slow.swap(false, Ordering::Relaxed) {
            self.setup.trouble.no_longer_slow();
        }
    }

    fn is_stopped(&self) -> bool {
        self.shared.stopped.load(Ordering::Relaxed)
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Begin(call) => self.open(call).ended = false,
            Message::Sound { call, block, lost } => {
                self.shared.blocks.fetch_sub(1, Ordering::Relaxed);
                let stopped = self.is_stopped();
                let open = self.open(call);
                let result = if stopped {
                    open.skip(lost, &block);
                    Err(std::io::ErrorKind::StorageFull.into())
                } else {
                    open.take(lost, &block);
                    // Readers of a live call see it at once; it is certain at the next sync, which
                    // also says whether all is well again.
                    open.write()
                };
                if let Err(error) = result {
                    self.tell(Some(error));
                }
            }
            Message::End { call, lost } => {
                let open = self.open(call);
                open.take(lost, &[]);
                open.ended = true;
                self.sync();
            }
            Message::Stop => {}
        }
    }

    fn open(&mut self, call: CallId) -> &mut Open {
        let folder = &self.setup.folder;
        let open = self.open.entry(call);
        open.or_insert_with(|| Open::new(folder.clone(), call))
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
        self.give_up_oldest();
        let is_over = |open: &Open| open.ended && open.waiting() == 0;
        let over = self.open.iter().filter(|(_, open)| is_over(open));
        let over: Vec<CallId> = over.map(|(call, _)| *call).collect();
        for call in over {
            if let Some(open) = self.open.remove(&call) {
                self.put_away(call, &open);
            }
        }
        self.tell(trouble);
    }

    fn put_away(&self, call: CallId, open: &Open) {
        if let Some(path) = open.kept() {
            self.setup.shelf.close(call, path.to_owned(), open.lost());
            return;
        }
        if let Some(path) = open.empty() {
            let _ = std::fs::remove_file(path);
        }
        if open.lost() > Duration::ZERO {
            self.setup.shelf.missed(call, open.lost());
        }
    }

    /// A disk that refuses for hours must not fill the memory with calls that are long over.
    fn give_up_oldest(&mut self) {
        let ended = || self.open.values().filter(|open| open.ended);
        let mut waiting: usize = ended().map(Open::waiting).sum();
        for open in self.open.values_mut().filter(|open| open.ended) {
            if waiting <= ENDED_BYTES_MAX {
                return;
            }
            waiting -= open.waiting();
            open.give_up_all();
        }
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

/// Without any call there is nothing to be done.
const IDLE: Duration = Duration::from_secs(30);

/// No time of day: the thread waits for work.
const AT_REST: u64 = u64::MAX;

/// A tired disk takes a second for a flush; one that takes three will not come back soon.
const STUCK_AFTER_MS: u64 = 3_000;

/// Sound of calls that are over which waits for the disk: 17 minutes in all.
const ENDED_BYTES_MAX: usize = 32 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::handle::Inbox;
    use crate::engine::sound::SoundHeard;
    use std::sync::mpsc::{SyncSender, sync_channel};

    fn told(inbox: &Receiver<Inbox>) -> Option<Option<String>> {
        match inbox.try_recv() {
            Ok(Inbox::Sound {
                heard: SoundHeard::Recorder { trouble },
                ..
            }) => Some(trouble),
            _ => None,
        }
    }

    /// A recorder whose thread does not run, the way to it, and what is on its way.
    fn standing(
        folder: &std::path::Path,
        engine: SyncSender<Inbox>,
    ) -> (Tape, Recorder, Receiver<Message>) {
        let setup = Setup {
            folder: Folder::at(folder),
            clock: Clock::start(),
            shelf: ToShelf::to_nobody(),
            trouble: Arc::new(Trouble::new(engine)),
        };
        let (tape, taken) = Tape::new(&setup);
        let recorder = Recorder::new(setup, &tape);
        (tape, recorder, taken)
    }

    #[test]
    fn a_disk_that_stands_still_is_told_by_the_lines_and_loses_no_beginning_or_end() {
        let folder = tempfile::tempdir().expect("folder");
        let (engine, inbox) = sync_channel(1);
        let (mut tape, mut recorder, taken) = standing(folder.path(), engine);
        let second = |tape: &mut Tape| {
            for _ in 0..50 {
                tape.record(CallId(1), &Frame::SILENCE, &Frame::SILENCE);
            }
        };
        tape.begin(CallId(1));
        second(&mut tape);
        assert_eq!(
            told(&inbox),
            None,
            "a thread that waits for work is in order"
        );
        // It is in the middle of something that began before the clock did, so to speak.
        tape.shared.busy_since.store(0, Ordering::Relaxed);
        assert!(!tape.shared.is_stuck(), "not yet");
        for _ in 0..limits::TAPE_BLOCKS_MAX / 10 {
            second(&mut tape);
        }
        let text = told(&inbox).flatten().expect("told");
        assert!(text.starts_with("Disk terlalu lambat"), "{text}");
        tape.end(CallId(1));

        // The thread gets to it.
        let mut ends = 0;
        while let Ok(message) = taken.try_recv() {
            ends += usize::from(matches!(message, Message::End { lost: 50, .. }));
            recorder.take(message);
        }
        assert_eq!(ends, 1, "with what was lost behind the last block");
        assert!(recorder.open.is_empty());
        recorder.caught_up();
        assert_eq!(told(&inbox), Some(None));
    }

    #[test]
    fn calls_that_are_over_wait_for_a_disk_in_little_memory() {
        let folder = tempfile::tempdir().expect("folder");
        // What is in the way of the folder is no folder.
        std::fs::write(folder.path().join("now"), "").expect("file");
        let (engine, _inbox) = sync_channel(64);
        let (tape, mut recorder, _taken) = standing(folder.path(), engine);
        for call in (1..=60).map(CallId) {
            recorder.take(Message::Begin(call));
            for _ in 0..300 {
                tape.shared.blocks.fetch_add(1, Ordering::Relaxed);
                let block = vec![1; limits::TAPE_BLOCK_FRAMES * PAIR_BYTES];
                let lost = 0;
                recorder.take(Message::Sound { call, block, lost });
            }
            recorder.take(Message::End { call, lost: 0 });
        }
        let waiting: usize = recorder.open.values().map(Open::waiting).sum();
        assert!(waiting <= ENDED_BYTES_MAX, "{waiting}");
        assert!(
            !recorder.open.contains_key(&CallId(1)),
            "the oldest is given up"
        );
        assert!(recorder.open.contains_key(&CallId(60)));
    }
}
