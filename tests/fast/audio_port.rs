//! The sound of a line: ports and sound cards that vanish, hang, belong to somebody else, or do not
//! take what they are given.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "audio_port/card.rs"]
mod card;
#[path = "audio_port/tty.rs"]
mod tty;

use std::collections::VecDeque;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
use siaga112::base::fault::Code;
use siaga112::base::ids::LineName;
use siaga112::base::time::Tick;
use siaga112::clock::Clock;
use siaga112::port::audio::{AudioChange, AudioPath, AudioPort, AudioSpec, Tools};
use siaga112::port::{Opener, open_audio_device};

/// The thread that owns an audio port, with a clock that can be put forward.
struct Owner {
    port: Option<AudioPort>,
    waker: Arc<OwnedFd>,
    clock: Clock,
    /// Time moves by `ahead` alone from here on.
    stands: Option<Tick>,
    ahead: Duration,
    changes: VecDeque<AudioChange>,
    heard: Vec<u8>,
    turns: u32,
    /// The longest any call took.
    slowest: Duration,
}

impl Owner {
    fn of_tty(path: &Path) -> Owner {
        Owner::with(
            AudioPath::Tty(path.to_owned()),
            Arc::new(open_audio_device),
            Tools::default(),
        )
    }

    fn with(path: AudioPath, opener: Opener, tools: Tools) -> Owner {
        let waker = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK).expect("eventfd");
        let waker = Arc::new(waker);
        let woken = Arc::clone(&waker);
        let wake = Arc::new(move || {
            let _ = rustix::io::write(&*woken, &1u64.to_ne_bytes());
        });
        let name = LineName::new("A");
        Owner {
            port: Some(AudioPort::with(
                AudioSpec { name, path },
                wake,
                opener,
                tools,
            )),
            waker,
            clock: Clock::start(),
            stands: None,
            ahead: Duration::ZERO,
            changes: VecDeque::new(),
            heard: Vec::new(),
            turns: 0,
            slowest: Duration::ZERO,
        }
    }

    fn now(&self) -> Tick {
        self.stands.unwrap_or_else(|| self.clock.tick()) + self.ahead
    }

    fn port(&self) -> &AudioPort {
        self.port.as_ref().expect("open")
    }

    /// Does something to the port, and sees how long it took.
    fn timed<T>(&mut self, what: impl FnOnce(&mut AudioPort, Tick) -> T) -> T {
        let now = self.now();
        let began = Instant::now();
        let result = what(self.port.as_mut().expect("open"), now);
        self.slowest = self.slowest.max(began.elapsed());
        result
    }

    fn want(&mut self, wanted: bool) {
        self.timed(|port, now| port.want(now, wanted));
    }

    fn write(&mut self, frame: &[u8]) -> usize {
        self.timed(|port, _| port.write(frame))
    }

    /// One turn of the owner's loop, which waits at most `time`.
    fn turn(&mut self, time: Duration) {
        self.turns += 1;
        let now = self.now();
        let due = self.port().due().map_or(time, |due| due.since(now));
        let wait = due.min(time);
        {
            let port = self.port.as_ref().expect("open");
            let mut fds: Vec<PollFd<'_>> = port
                .fds()
                .map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN))
                .collect();
            fds.push(PollFd::from_borrowed_fd(self.waker.as_fd(), PollFlags::IN));
            let wait = Timespec {
                tv_sec: i64::try_from(wait.as_secs()).expect("short"),
                tv_nsec: i64::from(wait.subsec_nanos()),
            };
            poll(&mut fds, Some(&wait)).expect("poll");
        }
        let _ = rustix::io::read(&*self.waker, &mut [0; 8]);
        while let Some(change) = self.timed(|port, now| port.tend(now)) {
            self.changes.push_back(change);
        }
        let mut buffer = [0; 1024];
        loop {
            let count = self.timed(|port, now| port.read(now, &mut buffer));
            if count == 0 {
                return;
            }
            self.heard.extend_from_slice(&buffer[..count]);
        }
    }

    /// Turns until it is so.
    fn until(&mut self, what: &str, is_so: impl Fn(&Owner) -> bool) {
        let deadline = Instant::now() + LIMIT;
        while !is_so(self) {
            assert!(
                Instant::now() < deadline,
                "{what} never came; told {:?}, heard {} bytes",
                self.changes,
                self.heard.len()
            );
            self.turn(Duration::from_millis(50));
        }
    }

    /// Turns for so long.
    fn pass(&mut self, time: Duration) {
        let end = Instant::now() + time;
        while let Some(left) = end.checked_duration_since(Instant::now()) {
            self.turn(left);
        }
    }

    fn change(&mut self) -> AudioChange {
        self.until("a change", |owner| !owner.changes.is_empty());
        self.changes.pop_front().expect("a change")
    }

    fn opened(&mut self) {
        match self.change() {
            AudioChange::Opened => assert!(!self.port().is_lost()),
            other => panic!("{other:?}"),
        }
    }

    fn lost(&mut self) -> Lost {
        match self.change() {
            AudioChange::Lost {
                code,
                cause,
                busy,
                holder,
            } => {
                assert!(self.port().is_lost());
                assert!(cause.contains(code.id), "{cause}");
                Lost {
                    code,
                    cause,
                    busy,
                    holder,
                }
            }
            AudioChange::Opened => panic!("opened"),
        }
    }

    fn is_quiet(&mut self, time: Duration) {
        self.pass(time);
        assert_eq!(self.changes, []);
    }

    fn hears(&mut self, expected: &[u8]) {
        let count = expected.len();
        self.until("sound", |owner| owner.heard.len() >= count);
        assert_eq!(self.heard, expected);
        self.heard.clear();
    }

    /// No call made the owner wait.
    fn never_waited(&self) {
        // A busy machine may take the processor away for longer than any of our calls last.
        assert!(
            self.slowest < Duration::from_millis(500),
            "{:?}",
            self.slowest
        );
    }

    fn close(mut self) {
        let began = Instant::now();
        self.port.take().expect("open").close();
        assert!(began.elapsed() < LIMIT / 2);
        self.never_waited();
    }
}

#[derive(Debug)]
struct Lost {
    code: &'static Code,
    cause: String,
    busy: bool,
    holder: Option<String>,
}

/// It is made where the line is set up and lives on a thread of its own.
const fn can_move_to_a_thread<T: Send>() {}
const _: () = can_move_to_a_thread::<AudioPort>();

/// A frame of 20 ms all of whose samples are this number: low byte, then high byte with a mark.
fn frame(number: u8) -> Vec<u8> {
    [number, MARK].repeat(160)
}

/// In every high byte: a stream that is shifted by a byte shows it in the low ones.
const MARK: u8 = 0xEE;

/// Whatever comes at all comes within this.
const LIMIT: Duration = Duration::from_secs(20);
