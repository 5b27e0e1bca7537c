//! The thread of the bell.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::oneshot;

use super::super::codes::BELL;
use super::super::waker::Waker;
use super::speaker::Speaker;
use super::watch::Watch;
use super::{Report, Setup};
use crate::base::limits;
use crate::base::time::Tick;
use crate::clock::Clock;
use crate::engine::board::Board;
use crate::engine::bus::{Alert, Said, Subscription};
use crate::engine::handle::{Handle, Inbox};
use crate::port::audio::AudioChange;
use crate::port::timespec;
use crate::voice::bell::{Playing, Tune};
use crate::voice::frame::FRAME_LASTS;

/// Everything the thread owns.
pub(super) struct Ringer {
    handle: Handle,
    clock: Clock,
    report: Arc<Report>,
    stopping: Arc<AtomicBool>,
    waker: Arc<Waker>,
    speaker: Speaker,
    watch: Watch,
    playing: Playing,
    /// When the board is looked at next.
    look: Tick,
    /// The picture there was when a call was last told of. It may be older than that; any other is
    /// newer, because the engine draws its next one after what it has said.
    old_picture: Option<Arc<Board>>,
    life: Life,
    /// Until then the loudspeaker is tried.
    trial: Option<Tick>,
    next_trial: Tick,
    /// What sounds now has been counted.
    counted: bool,
}

impl Ringer {
    pub(super) fn new(setup: Setup, waker: Arc<Waker>, stopping: Arc<AtomicBool>) -> Ringer {
        let now = setup.clock.tick();
        let speaker = Speaker::new(setup.device, setup.root, setup.tools, Arc::clone(&waker));
        Ringer {
            handle: setup.handle,
            clock: setup.clock,
            report: setup.report,
            stopping,
            waker,
            speaker,
            watch: Watch::new(setup.staffed),
            playing: Playing::default(),
            look: now,
            old_picture: None,
            life: Life::default(),
            trial: None,
            next_trial: now,
            counted: false,
        }
    }

    /// Runs until told to stop. The thread sleeps in `poll`; the bus wakes it as all others do.
    pub(super) fn run(mut self, mut bus: Subscription) {
        let woken = std::task::Waker::from(Arc::clone(&self.waker));
        let mut context = Context::from_waker(&woken);
        loop {
            let mut said = pin!(bus.recv());
            let heard = loop {
                if let Poll::Ready(heard) = said.as_mut().poll(&mut context) {
                    break heard;
                }
                self.turn();
                if self.stopping.load(Ordering::Acquire) {
                    self.speaker.close();
                    return;
                }
                self.wait();
            };
            self.hear(heard);
        }
    }

    fn hear(&mut self, heard: Result<Said, RecvError>) {
        let now = self.clock.tick();
        match heard {
            Ok(Said::Alert(alert)) => match &*alert {
                Alert::Ring { call } | Alert::Call { call, .. } => {
                    self.watch.call(now, call);
                    self.old_picture = Some(self.handle.board());
                }
                // The picture tells it, as soon as it is drawn.
                _ => self.look = self.look.min(now + SOON),
            },
            Ok(Said::Fact(_)) => {}
            // What was missed is in the picture.
            Err(RecvError::Lagged(_)) => {
                self.old_picture = None;
                self.look = now;
            }
            // Our own handle has the other end.
            Err(RecvError::Closed) => self.stopping.store(true, Ordering::Release),
        }
    }

    fn turn(&mut self) {
        let now = self.clock.tick();
        if self.look <= now {
            self.look(now);
            self.look = now + limits::BELL_LOOKS_EVERY;
        }
        let tune = self.watch.tune(now);
        if self.playing.play(now, tune) {
            tracing::info!(?tune, "the bell");
            self.counted = false;
        }
        self.look_after_speaker(now);
        self.begin_trial(now);
        let wanted = self.trial.is_some() || self.playing.wants_loudspeaker(now);
        self.speaker.want(now, wanted);
        if wanted {
            hand_over(&mut self.playing, &mut self.speaker, now);
        }
        self.count();
    }

    /// Looks whether what was heard is so, and whether the engine lives.
    fn look(&mut self, now: Tick) {
        let board = self.handle.board();
        self.watch.rest(now, &board);
        let is_old = |old: &Arc<Board>| Arc::ptr_eq(old, &board);
        if !self.old_picture.as_ref().is_some_and(is_old) {
            self.old_picture = None;
            self.watch.calls(now, &board);
        }
        self.watch.engine(self.life.hangs(now, &self.handle));
        let device = self.speaker.choose(now).map(str::to_owned);
        if device != self.report.read().device {
            tracing::info!(device, "the bell's loudspeaker");
            self.next_trial = now;
            self.report.change(|state| {
                state.device = device;
                state.trouble = None;
            });
        }
    }

    /// For each loudspeaker that is found, and every hour; one that was lost more often.
    fn begin_trial(&mut self, now: Tick) {
        if self.next_trial <= now && self.speaker.is_there() {
            let again = match self.speaker.is_lost() {
                true => limits::BELL_LOST_TRIED_EVERY,
                false => limits::BELL_TRIED_EVERY,
            };
            self.next_trial = now + again;
            self.trial = Some(now + TRIAL_LASTS);
        }
        if self.trial.is_some_and(|until| until <= now) {
            self.trial = None;
        }
    }

    fn look_after_speaker(&mut self, now: Tick) {
        while let Some(change) = self.speaker.tend(now) {
            self.trial = None;
            match change {
                AudioChange::Opened => {
                    let at = self.clock.now().wall;
                    self.report.change(|state| {
                        state.trouble = None;
                        state.tried = Some(at);
                    });
                }
                AudioChange::Lost { code, cause, .. } => {
                    let soon = self.clock.tick() + limits::BELL_LOST_TRIED_EVERY;
                    self.next_trial = self.next_trial.min(soon);
                    let why = code.id;
                    tracing::error!(code = BELL.id, why, %cause, "the bell cannot sound");
                    self.report.change(|state| state.trouble = Some(cause));
                }
            }
        }
    }

    /// Notes that it is heard, once for each time it begins.
    fn count(&mut self) {
        let is_heard = self.playing.tune() != Tune::Silence && self.speaker.is_open();
        if is_heard && !self.counted {
            self.counted = true;
            let at = self.clock.now().wall;
            self.report.change(|state| {
                state.sounded = Some(at);
                state.times += 1;
            });
        }
    }

    fn wait(&self) {
        let now = self.clock.tick();
        let sounds = self.trial.is_some() || self.playing.wants_loudspeaker(now);
        let until = match sounds && self.speaker.is_there() {
            true => now + PACE,
            false => self.look,
        };
        wait(&self.waker, &self.speaker, now, until.min(self.look));
    }
}

/// Hands over what is due.
pub(super) fn hand_over(playing: &mut Playing, speaker: &mut Speaker, now: Tick) {
    while let Some(frame) = playing.due(now) {
        if !speaker.write(&frame) {
            return;
        }
        playing.taken();
    }
}

/// Sleeps until then, or until there is something to look after.
pub(super) fn wait(waker: &Waker, speaker: &Speaker, now: Tick, until: Tick) {
    let until = speaker.due().map_or(until, |due| due.min(until));
    let mut fds = Vec::with_capacity(4);
    fds.push(PollFd::from_borrowed_fd(waker.fd(), PollFlags::IN));
    let theirs = speaker.fds();
    fds.extend(theirs.map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN)));
    let _ = poll(&mut fds, Some(&timespec(until.since(now))));
    waker.quiet();
}

/// The engine is asked now and then to answer when its loop turns.
#[derive(Default)]
struct Life {
    asked: Option<(Tick, Option<oneshot::Receiver<()>>)>,
    answered: Tick,
}

impl Life {
    /// Whether it has not answered for too long.
    fn hangs(&mut self, now: Tick, handle: &Handle) -> bool {
        if let Some((_, Some(answer))) = &mut self.asked
            && answer.try_recv().is_ok()
        {
            self.answered = now;
            self.asked = None;
        }
        match &mut self.asked {
            None if now.since(self.answered) < ASKED_EVERY => {}
            None => self.asked = Some((now, ask(handle))),
            // Its inbox was full.
            Some((_, answer @ None)) => *answer = ask(handle),
            Some(_) => {}
        }
        let since = self.asked.as_ref().map(|(since, _)| *since);
        since.is_some_and(|since| now.since(since) >= ENGINE_HANGS)
    }
}

fn ask(handle: &Handle) -> Option<oneshot::Receiver<()>> {
    let (reply, answer) = oneshot::channel();
    handle.send(Inbox::Ping { reply }).is_ok().then_some(answer)
}

/// While it sounds, frames are handed over this often.
pub(super) const PACE: Duration = FRAME_LASTS;

/// A picture is drawn this soon after what changed it was told.
const SOON: Duration = Duration::from_millis(50);

/// A trial that shows nothing ends.
const TRIAL_LASTS: Duration = Duration::from_secs(10);

/// How often the engine is asked for a sign of life.
const ASKED_EVERY: Duration = Duration::from_secs(10);

/// An engine that has not turned for so long takes no calls. It writes nothing and waits for nobody,
/// so a second would be much.
const ENGINE_HANGS: Duration = Duration::from_secs(5);
