//! Staying in step: after an answer that did not come, the next one may belong to the command
//! before (hardware.md 5.4).

use std::time::Duration;

use super::heard::{Outcome, Reply};
use super::machine::Machine;
use super::queue::{End, Job, Why};
use super::timers::Timer;

/// Whether commands and answers go together.
#[derive(Debug, Default)]
pub(super) struct Sync {
    step: Step,
    /// Commands in a row that were not answered.
    missed: u8,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Step {
    #[default]
    Together,
    /// Late answers may still come.
    Draining,
    /// A plain `AT` is out.
    Asking,
}

impl Sync {
    /// Whether ordinary commands may be sent.
    pub(super) fn lets_through(&self) -> bool {
        self.step == Step::Together
    }
}

impl Machine {
    /// A command was not answered in time.
    pub(super) fn missed(&mut self, why: Why) {
        let stops_slowly = why == Why::StreamOff && self.sound.may_stop_later();
        if matches!(why, Why::Wake | Why::Reset) || stops_slowly {
            // Not being answered is expected of these, and the boot script and the cure count it.
            return;
        }
        self.sync.missed = self.sync.missed.saturating_add(1);
        if self.sync.missed < MISSED_MAX {
            self.drain(DRAIN);
        } else {
            self.is_deaf();
        }
    }

    /// Waits for late answers, then asks whether the modem is in step.
    pub(super) fn drain(&mut self, quiet: Duration) {
        self.sync.step = Step::Draining;
        self.core.after(Timer::Drain, quiet);
    }

    /// The same, with a fresh count of what may be missed.
    pub(super) fn drain_afresh(&mut self, quiet: Duration) {
        self.sync.missed = MISSED_MAX - ASKED_PER_RUNG;
        self.drain(quiet);
    }

    /// Forgets that anything was missed.
    pub(super) fn in_step(&mut self) {
        self.sync = Sync::default();
        self.core.timers.stop(Timer::Drain);
    }

    pub(super) fn drained(&mut self) {
        if self.sync.step != Step::Draining || !self.open {
            return;
        }
        self.sync.step = Step::Asking;
        self.write(Job {
            why: Why::Sync,
            text: "AT".to_owned(),
            end: End::Return,
            limit: ASK_LIMIT,
        });
    }

    pub(super) fn sync_replied(&mut self, reply: &Reply) {
        if reply.outcome != Outcome::TimedOut {
            self.in_step();
            self.heals();
        }
    }
}

/// Hardware.md 5.3: three missed in a row and the cure ladder is climbed.
const MISSED_MAX: u8 = 3;

/// Questions per rung of the ladder.
const ASKED_PER_RUNG: u8 = 2;

/// Hardware.md 5.4: drain for at least 300 ms.
const DRAIN: Duration = Duration::from_millis(300);

/// Hardware.md 5.3: 1 s for short commands; the ear needs 300 ms of it to be sure of the answer.
const ASK_LIMIT: Duration = Duration::from_millis(1_500);
