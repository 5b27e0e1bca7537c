//! The far end of a line: says numbered frames at its own pace and writes down what it hears.
//!
//! On a PCM port the commands are a virtual modem's business and the sound is ours; in band both go
//! through one port, and ours is the part between CONNECT and the end of the stream.

use std::os::fd::AsFd;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use siaga112::at::dle::{CAN, ETX, Piece, Unshield, shield};
use siaga112::base::sound::Coding;
use siaga112::clock::Clock;
use siaga112::sim::modem::{Act, Family, Modem, Out, Quirks};
use siaga112::voice::codec::{Gather, encode};

use super::frames::{Way, numbered, read};
use super::times::{Heard, Sent};
use super::tty::{Pace, Tty, wait};

/// A far end on a thread of its own.
pub struct Caller {
    pub sent: Arc<Sent>,
    stop: Arc<AtomicBool>,
    talks: Arc<AtomicBool>,
    acts: Sender<Act>,
    thread: JoinHandle<Heard>,
}

impl Caller {
    /// On a PCM port found under `link`; silent until told to talk.
    pub fn on_port(link: &Path, phase: Duration, sent: Sent) -> Caller {
        let tty = Tty::at(link);
        Caller::start(sent, move |talk| {
            talk.on_port(&tty, Pace::starting_in(phase))
        })
    }

    /// On the command port of a V.253 modem that has µ-law, found under `link`; talks while the stream is open.
    pub fn in_band(link: &Path, phase: Duration, sent: Sent) -> Caller {
        let tty = Tty::at(link);
        let modem = Modem::new(Family::V253Usr, Quirks::calm(), 1);
        Caller::start(sent, move |talk| {
            InBand::new(tty, modem).run(&talk, Pace::starting_in(phase))
        })
    }

    fn start(sent: Sent, run: impl FnOnce(Talk) -> Heard + Send + 'static) -> Caller {
        let (acts, taken) = channel();
        let talk = Talk {
            sent: Arc::new(sent),
            stop: Arc::default(),
            talks: Arc::default(),
            acts: taken,
        };
        Caller {
            sent: Arc::clone(&talk.sent),
            stop: Arc::clone(&talk.stop),
            talks: Arc::clone(&talk.talks),
            acts,
            thread: std::thread::spawn(move || run(talk)),
        }
    }

    pub fn talk(&self, yes: bool) {
        self.talks.store(yes, Ordering::Relaxed);
    }

    /// Does something to a modem in band; taken within a frame's time.
    pub fn act(&self, act: Act) {
        self.acts.send(act).expect("a far end");
    }

    /// Ends it; what it heard.
    pub fn end(self) -> Heard {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().expect("a far end")
    }
}

/// What the thread shares with its owner.
struct Talk {
    sent: Arc<Sent>,
    stop: Arc<AtomicBool>,
    talks: Arc<AtomicBool>,
    acts: Receiver<Act>,
}

impl Talk {
    fn is_over(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn on_port(self, tty: &Tty, mut pace: Pace) -> Heard {
        let (mut heard, mut number) = (Heard::default(), 0);
        let mut gather = Gather::new(Coding::S16le);
        while !self.is_over() {
            wait(&[tty.as_fd()], pace.next());
            gather.put(&tty.read());
            let now = Instant::now();
            while let Some(frame) = gather.next_frame() {
                heard.note(read(&frame, Way::Up), now);
            }
            if pace.is_due() && self.talks.load(Ordering::Relaxed) {
                let bytes = numbered(number, Way::Down).to_bytes();
                self.sent.note(number, Instant::now());
                tty.write(&bytes);
                number += 1;
            }
        }
        heard
    }
}

/// A V.253 modem whose sound is ours.
struct InBand {
    tty: Tty,
    modem: Modem,
    clock: Clock,
    /// The stream is open.
    stream: Option<(Unshield, Gather)>,
    heard: Heard,
}

impl InBand {
    fn new(tty: Tty, modem: Modem) -> InBand {
        InBand {
            tty,
            modem,
            clock: Clock::start(),
            stream: None,
            heard: Heard::default(),
        }
    }

    fn run(mut self, talk: &Talk, mut pace: Pace) -> Heard {
        let mut number = 0;
        while !talk.is_over() {
            let due = self.drain();
            let until = Instant::now() + due.unwrap_or(Duration::MAX).min(LOOK_EVERY);
            wait(&[self.tty.as_fd()], until.min(pace.next()));
            let bytes = self.tty.read();
            self.take(&bytes);
            for act in talk.acts.try_iter() {
                self.modem.act(self.clock.tick(), act);
            }
            self.modem.wake(self.clock.tick());
            if pace.is_due() && self.stream.is_some() {
                let mut wire = Vec::new();
                shield(
                    &encode(Coding::Mulaw, &numbered(number, Way::Down)),
                    &mut wire,
                );
                talk.sent.note(number, Instant::now());
                self.tty.write(&wire);
                number += 1;
            }
        }
        self.heard
    }

    /// What the host wrote: to the modem always, and to our ear while the stream is open.
    fn take(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        let now = Instant::now();
        self.modem.host_bytes(self.clock.tick(), bytes);
        let Some((unshield, gather)) = &mut self.stream else {
            return;
        };
        let mut is_over = false;
        for byte in bytes {
            match unshield.feed(*byte) {
                Piece::Sound(byte, times) => (0..times).for_each(|_| gather.put(&[byte])),
                Piece::Code(code) => is_over |= [ETX, CAN, b'!', b'^'].contains(&code),
                Piece::Nothing => {}
            }
        }
        while let Some(frame) = gather.next_frame() {
            self.heard.note(read(&frame, Way::Up), now);
        }
        if is_over {
            self.stream = None;
        }
    }

    /// The modem's words, but for its own sound; how long it may sleep.
    fn drain(&mut self) -> Option<Duration> {
        loop {
            match self.modem.next() {
                Out::ToHost(bytes) if self.stream.is_none() => {
                    self.tty.write(&bytes);
                    if bytes.windows(7).any(|word| word == b"CONNECT") {
                        self.stream = Some((Unshield::default(), Gather::new(Coding::Mulaw)));
                    }
                }
                Out::Sleep(due) => return due.map(|due| due.since(self.clock.tick())),
                _ => {}
            }
        }
    }
}

/// How long something that is to be done to a modem waits at most.
const LOOK_EVERY: Duration = Duration::from_millis(20);
