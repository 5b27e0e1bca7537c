//! A sound card, through `arecord` and `aplay`: for modems with nothing but a headset jack, and for
//! those that are a sound card themselves. Or a loudspeaker, through `aplay` alone.

use std::os::fd::BorrowedFd;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::time::Duration;

use super::failure::NoSound;
use super::outlet::{Outlet, Sink};
use super::programs::Pair;
use super::{AudioChange, Tools};
use crate::base::ids::LineName;
use crate::base::limits;
use crate::base::time::Tick;
use crate::crew;
use crate::port::failure::codes;
use crate::port::opening::{OPEN_LIMIT, Wake};
use crate::port::telling::Telling;

/// One sound card, its programs running while sound is wanted.
pub(super) struct Alsa {
    line: LineName,
    device: String,
    tools: Tools,
    wake: Wake,
    /// It records and plays; otherwise it plays alone.
    hears: bool,
    state: State,
    wanted: bool,
    telling: Telling,
    outlet: Outlet,
    /// Before the next start after an end.
    pause: Duration,
    /// Programs that are being stopped, and how long they are waited for: they still have the card.
    stopping: Option<(Receiver<()>, Tick)>,
}

type Started = Receiver<Result<Pair, NoSound>>;

enum State {
    Idle,
    /// Started again then.
    Waiting(Tick),
    /// Under way on its own thread; `until`: then that is told.
    Starting {
        result: Started,
        until: Tick,
    },
    Running(Box<Run>),
}

struct Run {
    pair: Pair,
    /// When the first sample came; from a loudspeaker: when it took the first.
    heard: Option<Tick>,
    /// Bytes that waited for the player when that was last looked at.
    unsent: usize,
    told_open: bool,
    /// Without a sample until then the card counts as hanging.
    silent_until: Tick,
    /// One of them is ending; what it has to say is waited for until then.
    ends: Option<Tick>,
}

impl Alsa {
    pub(super) fn new(line: LineName, device: String, tools: Tools, wake: Wake) -> Alsa {
        Alsa {
            line,
            device,
            tools,
            wake,
            hears: true,
            state: State::Idle,
            wanted: false,
            telling: Telling::default(),
            outlet: Outlet::new(limits::AUDIO_PIPE_UNSENT_BYTES_MAX),
            pause: PAUSE_MIN,
            stopping: None,
        }
    }

    /// A card that only plays: nothing is read from it.
    pub(super) fn loudspeaker(line: LineName, device: String, tools: Tools, wake: Wake) -> Alsa {
        Alsa {
            hears: false,
            ..Alsa::new(line, device, tools, wake)
        }
    }

    pub(super) fn want(&mut self, now: Tick, wanted: bool) {
        if wanted && !self.wanted {
            // It waits for no earlier failures, and each call is told anew that it has no sound; a
            // loudspeaker has no calls.
            self.pause = PAUSE_MIN;
            if self.hears {
                self.telling.works();
            }
        }
        self.wanted = wanted;
        // What is starting is stopped once it has started.
        let keeps = wanted || matches!(self.state, State::Starting { .. });
        if !keeps && let Some(pair) = self.leave(State::Idle) {
            self.stop(now, pair);
        }
    }

    /// The next state; the programs of the one before.
    fn leave(&mut self, next: State) -> Option<Pair> {
        match std::mem::replace(&mut self.state, next) {
            State::Running(run) => Some(run.pair),
            State::Idle | State::Waiting(_) | State::Starting { .. } => None,
        }
    }

    fn stop(&mut self, now: Tick, pair: Pair) {
        let stopped = pair.stop(Wake::clone(&self.wake));
        self.stopping = Some((stopped, now + STOP_LIMIT));
    }

    pub(super) fn fds(&self) -> [Option<BorrowedFd<'_>>; 3] {
        match &self.state {
            State::Running(run) => run.pair.fds(),
            State::Idle | State::Waiting(_) | State::Starting { .. } => [None; 3],
        }
    }

    pub(super) fn due(&self) -> Option<Tick> {
        let stopping = self.stopping.as_ref().map(|(_, until)| *until);
        match &self.state {
            State::Idle if self.wanted => Some(stopping.unwrap_or_default()),
            State::Idle => None,
            State::Waiting(at) => Some((*at).max(stopping.unwrap_or_default())),
            State::Starting { until, .. } => Some(*until),
            State::Running(run) if run.pair.end().is_some() => Some(run.ends.unwrap_or_default()),
            State::Running(run) => Some(run.opens().unwrap_or(run.silent_until)),
        }
    }

    pub(super) fn tend(&mut self, now: Tick) -> Option<AudioChange> {
        self.forget_stopped(now);
        match &mut self.state {
            State::Idle if self.wanted => self.begin(now),
            State::Waiting(at) if *at <= now => self.begin(now),
            State::Idle | State::Waiting(_) => None,
            State::Starting { result, until } => match result.try_recv() {
                Ok(Ok(pair)) => {
                    self.started(now, pair);
                    None
                }
                Ok(Err(failure)) => self.fail(now, &failure),
                Err(TryRecvError::Disconnected) => {
                    self.fail(now, &NoSound::new(&codes::SOUND_ENDED))
                }
                Err(TryRecvError::Empty) if *until > now => None,
                Err(TryRecvError::Empty) => {
                    // One thread that hangs is enough: it is waited for, and told.
                    *until = now + OPEN_LIMIT;
                    self.tell_lost(&NoSound::new(&codes::SOUND_HANGS))
                }
            },
            State::Running(_) => self.look_after(now),
        }
    }

    fn forget_stopped(&mut self, now: Tick) {
        let is_over = self.stopping.as_ref().is_some_and(|(stopped, until)| {
            *until <= now || stopped.try_recv() == Err(TryRecvError::Disconnected)
        });
        if is_over {
            self.stopping = None;
        }
    }

    /// Starts both programs, unless their predecessors still have the card.
    fn begin(&mut self, now: Tick) -> Option<AudioChange> {
        if self.stopping.is_some() {
            return None;
        }
        let (sender, result) = channel();
        let (tools, device) = (self.tools.clone(), self.device.clone());
        let (line, wake) = (self.line.clone(), Wake::clone(&self.wake));
        let start = match self.hears {
            true => Pair::start,
            false => Pair::player,
        };
        let starting = crew::thread(format!("audio-start:{line}")).spawn(move || {
            // Nobody listens any more: then the programs are stopped by being dropped.
            let _ = sender.send(start(&tools, &device, line.as_str()));
            wake();
        });
        if let Err(error) = starting {
            let failure = NoSound::by("thread", &codes::SOUND_ENDED, &error.to_string());
            return self.fail(now, &failure);
        }
        let until = now + OPEN_LIMIT;
        self.state = State::Starting { result, until };
        None
    }

    fn started(&mut self, now: Tick, pair: Pair) {
        if !self.wanted {
            self.state = State::Idle;
            self.stop(now, pair);
            return;
        }
        self.outlet.forget();
        self.state = State::Running(Box::new(Run {
            pair,
            heard: None,
            unsent: 0,
            told_open: false,
            silent_until: now + OPEN_LIMIT,
            ends: None,
        }));
    }

    /// Running programs: hears their words, notices their first sound and their end.
    fn look_after(&mut self, now: Tick) -> Option<AudioChange> {
        let State::Running(run) = &mut self.state else {
            return None;
        };
        run.pair.listen();
        let sounds = match self.hears {
            true => run.pair.has_sound(),
            false => run.takes(),
        };
        if sounds {
            run.sounds(now);
        }
        let Some(failure) = run.end(now) else {
            return self.opened(now);
        };
        let was_good = run.heard.is_some_and(|at| now.since(at) >= GOOD_AFTER);
        if was_good {
            self.pause = PAUSE_MIN;
        }
        self.fail(now, &failure)
    }

    /// Sound from the card, and a player that has not refused meanwhile, show that it is open.
    fn opened(&mut self, now: Tick) -> Option<AudioChange> {
        let State::Running(run) = &mut self.state else {
            return None;
        };
        let is_good = run.opens().is_some_and(|at| at <= now) && run.pair.end().is_none();
        if !is_good {
            return None;
        }
        run.told_open = true;
        self.telling.works();
        tracing::info!(line = %self.line, device = self.device, "sound card open");
        Some(AudioChange::Opened)
    }

    /// Tells it, once, and starts again after a pause that grows.
    fn fail(&mut self, now: Tick, failure: &NoSound) -> Option<AudioChange> {
        let next = match self.wanted {
            true => State::Waiting(now + self.pause),
            false => State::Idle,
        };
        self.pause = (self.pause * 2).min(PAUSE_MAX);
        if let Some(pair) = self.leave(next) {
            self.stop(now, pair);
        }
        self.wanted.then(|| self.tell_lost(failure)).flatten()
    }

    fn tell_lost(&mut self, failure: &NoSound) -> Option<AudioChange> {
        let code = failure.code;
        self.telling.fails(code.id).then(|| {
            let cause = failure.cause(&self.device);
            tracing::warn!(line = %self.line, %cause, "no sound card");
            AudioChange::Lost {
                code,
                cause,
                busy: code == &codes::SOUND_BUSY,
                holder: None,
            }
        })
    }

    pub(super) fn read(&mut self, now: Tick, buffer: &mut [u8]) -> usize {
        let State::Running(run) = &mut self.state else {
            return 0;
        };
        let count = run.pair.read(buffer);
        if count > 0 {
            run.sounds(now);
        }
        count
    }

    pub(super) fn write(&mut self, frame: &[u8]) -> usize {
        let State::Running(run) = &mut self.state else {
            return frame.len();
        };
        let Some(sink) = run.pair.sink() else {
            return frame.len();
        };
        match self.outlet.write(sink, frame) {
            Ok(dropped) => {
                run.unsent = sink.unsent();
                dropped
            }
            Err(_) => {
                run.pair.play_ended();
                frame.len()
            }
        }
    }

    pub(super) fn is_lost(&self) -> bool {
        self.telling.is_trouble()
    }

    /// Stops; what is handed out disconnects when the programs are gone.
    pub(super) fn close(&mut self) -> Option<Receiver<()>> {
        let pair = self.leave(State::Idle)?;
        Some(pair.stop(Wake::clone(&self.wake)))
    }
}

impl Run {
    /// Whether the player has taken something since that was last looked at.
    fn takes(&mut self) -> bool {
        let unsent = self.pair.sink().map_or(0, Sink::unsent);
        std::mem::replace(&mut self.unsent, unsent) > unsent
    }

    fn sounds(&mut self, now: Tick) {
        self.heard.get_or_insert(now);
        self.silent_until = now + OPEN_LIMIT;
    }

    /// When that it is open is to be told; none once that was done.
    fn opens(&self) -> Option<Tick> {
        let heard = self.heard.filter(|_| !self.told_open);
        heard.map(|heard| heard + OPEN_AFTER)
    }

    /// Why it is over, once it is and all has been said.
    fn end(&mut self, now: Tick) -> Option<NoSound> {
        if let Some(all_said) = self.pair.end() {
            let ends = *self.ends.get_or_insert(now + LAST_WORDS);
            return (all_said || ends <= now).then(|| self.pair.why());
        }
        (self.silent_until <= now).then(|| NoSound::new(&codes::SOUND_HANGS))
    }
}

/// First pause before programs that ended are started again; doubles up to [`PAUSE_MAX`].
const PAUSE_MIN: Duration = Duration::from_millis(250);
const PAUSE_MAX: Duration = Duration::from_secs(5);

/// A player says that the card is not its within this, even on a busy computer.
const OPEN_AFTER: Duration = Duration::from_millis(200);

/// After so much sound without trouble the pause begins anew.
const GOOD_AFTER: Duration = Duration::from_secs(10);

/// A program's pipes close within microseconds of one another, unless a child of its own keeps one.
const LAST_WORDS: Duration = Duration::from_millis(100);

/// Programs that do not end even by force are left behind; the card is tried without them.
const STOP_LIMIT: Duration = Duration::from_secs(2);
