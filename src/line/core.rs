//! What every part of the machine has at hand: the time, the queue, the timers, what goes out.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use super::profile::Profile;
use super::queue::{End, Job, Queue, Why};
use super::timers::{Timer, Timers};
use super::words::{Event, Output, Status};
use crate::at::command::Command;
use crate::base::time::Now;

/// Shared by the parts of one machine. Holds no policy.
pub(super) struct Core {
    /// The time of the input being handled.
    pub(super) now: Now,
    pub(super) profile: Arc<Profile>,
    pub(super) queue: Queue,
    pub(super) timers: Timers,
    pub(super) status: Status,
    /// What the modem has answered when it was asked whether it is there.
    pub(super) are_you_there: &'static str,
    out: VecDeque<Output>,
}

impl Core {
    pub(super) fn new(profile: Arc<Profile>) -> Core {
        let status = Status {
            profile: profile.name.clone(),
            ..Status::default()
        };
        Core {
            now: Now::default(),
            profile,
            queue: Queue::default(),
            timers: Timers::default(),
            status,
            are_you_there: ARE_YOU_THERE[0],
            out: VecDeque::new(),
        }
    }

    /// Tells the centre.
    pub(super) fn tell(&mut self, event: Event) {
        self.out.push_back(Output::Tell(event));
    }

    /// Wants something done.
    pub(super) fn put(&mut self, output: Output) {
        self.out.push_back(output);
    }

    /// The oldest thing to be done.
    pub(super) fn take(&mut self) -> Option<Output> {
        self.out.pop_front()
    }

    /// Sets a timer.
    pub(super) fn after(&mut self, timer: Timer, span: Duration) {
        self.timers.set(timer, self.now.tick + span);
    }

    /// Queues a command with its own limit; `false` if the queue is full.
    pub(super) fn ask(&mut self, why: Why, text: impl Into<String>) -> bool {
        let text = text.into();
        let limit = Command::new(&text).limit().max(COMMAND_LIMIT);
        self.ask_within(why, text, limit)
    }

    /// Queues a command.
    pub(super) fn ask_within(
        &mut self,
        why: Why,
        text: impl Into<String>,
        limit: Duration,
    ) -> bool {
        self.queue.push(command(why, text.into(), limit))
    }

    /// Queues a command unless one for the same reason waits already.
    pub(super) fn ask_once(&mut self, why: Why, text: impl Into<String>) {
        if !self.queue.has(why) && !self.ask(why, text) {
            tracing::debug!(?why, "command queue full");
        }
    }

    /// Queues a command that goes before every ordinary one.
    pub(super) fn urge(&mut self, why: Why, text: impl Into<String>, limit: Duration) {
        if !self.queue.push_urgent(command(why, text.into(), limit)) {
            tracing::warn!(?why, "urgent command queue full");
        }
    }

    /// Queues commands whose refusal does not matter.
    pub(super) fn courtesies(&mut self, texts: &[String], urgent: bool) {
        for text in texts {
            if urgent {
                self.urge(Why::Courtesy, text.clone(), COMMAND_LIMIT);
            } else {
                self.ask(Why::Courtesy, text.clone());
            }
        }
    }
}

/// Ways to ask a modem whether it is there. Some say nothing to `AT` alone and answer all the rest.
pub(super) const ARE_YOU_THERE: [&str; 2] = ["AT", "ATE0"];

/// chan_dongle's default (hardware.md 5.3).
pub(super) const COMMAND_LIMIT: Duration = Duration::from_secs(5);

fn command(why: Why, text: String, limit: Duration) -> Job {
    Job {
        why,
        text,
        end: End::Return,
        limit,
    }
}
