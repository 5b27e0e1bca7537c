//! Staying in step: after an answer that did not come, the next one may belong to the command
//! before (hardware.md 5.4).

use std::time::Duration;

use super::heard::{Outcome, Reply};
use super::machine::Machine;
use super::queue::{End, Job, Why};
use super::timers::Timer;
use crate::base::time::Tick;

/// Whether commands and answers go together.
#[derive(Debug, Default)]
pub(super) struct Sync {
    step: Step,
    /// Commands in a row that were not answered.
    missed: u8,
    /// Times that something came after the answer to that.
    disturbed: u8,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Step {
    #[default]
    Together,
    /// Late answers may still come.
    Draining,
    /// Whether it is there has been asked.
    Asking,
    /// It was answered; a modem that was stuck may still have answers to all the others. Until
    /// then at the latest it must be quiet.
    Settling { until: Tick, disturbed: bool },
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
        let stops_slowly = why == Why::StreamOff && self.sound.stops.may_try_again();
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

    /// Something came while nothing was to come.
    pub(super) fn bytes_came(&mut self) {
        if let Step::Settling { until, .. } = self.sync.step {
            let disturbed = true;
            self.sync.step = Step::Settling { until, disturbed };
            let quiet = self.core.now.tick + DRAIN;
            self.core.timers.set(Timer::Drain, quiet.min(until));
        }
    }

    pub(super) fn drained(&mut self) {
        match self.sync.step {
            Step::Together | Step::Asking => {}
            Step::Draining => self.ask_in_step(),
            Step::Settling { disturbed, .. } => {
                self.sync.disturbed += u8::from(disturbed);
                if disturbed && self.sync.disturbed < DISTURBED_MAX {
                    self.ask_in_step();
                } else {
                    self.in_step();
                    self.heals();
                }
            }
        }
    }

    fn ask_in_step(&mut self) {
        if !self.open {
            return;
        }
        self.sync.step = Step::Asking;
        // On the ladder the next step is a restart, which costs more than waiting.
        let is_ailing = self.ladder.rung.is_some();
        let limit = if is_ailing {
            ASK_LIMIT_AILING
        } else {
            ASK_LIMIT
        };
        self.write(Job {
            why: Why::Sync,
            text: self.core.are_you_there.to_owned(),
            end: End::Return,
            limit,
        });
    }

    pub(super) fn sync_replied(&mut self, reply: &Reply) {
        if reply.outcome != Outcome::TimedOut {
            let until = self.core.now.tick + SETTLE_MAX;
            let disturbed = false;
            self.sync.step = Step::Settling { until, disturbed };
            self.core.after(Timer::Drain, DRAIN);
        }
    }
}

/// Hardware.md 5.3: three missed in a row and the cure ladder is climbed.
const MISSED_MAX: u8 = 3;

/// Questions per rung of the ladder.
const ASKED_PER_RUNG: u8 = 2;

/// Hardware.md 5.4: drain for at least 300 ms.
pub(super) const DRAIN: Duration = Duration::from_millis(300);

/// A modem that reports something all the time is never quiet.
const SETTLE_MAX: Duration = Duration::from_secs(2);

/// Rounds of settling before the chatter is taken for what it is.
const DISTURBED_MAX: u8 = 5;

/// Hardware.md 5.3: 1 s for short commands; the ear needs 300 ms of it to be sure of the answer.
const ASK_LIMIT: Duration = Duration::from_millis(1_500);

/// chan_dongle's default; sticks have been seen to think for so long during a network search.
const ASK_LIMIT_AILING: Duration = Duration::from_secs(5);
