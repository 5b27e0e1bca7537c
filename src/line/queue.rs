//! Commands waiting for the modem, and the one it is answering.

use std::collections::VecDeque;
use std::time::Duration;

use super::heard::CallNo;
use crate::base::limits;

/// Why a command is sent: decides what its answer means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Why {
    /// First sign of life after the port opened.
    Wake,
    /// Which family is this?
    Probe(Question),
    /// A step of the boot script.
    Step,
    /// State of the SIM.
    SimState,
    /// How many tries the PIN has left.
    PinTries,
    /// The PIN itself.
    Pin,
    /// Is the modem in step after a late answer?
    Sync,
    /// Restarts it.
    Reset,
    /// Still alive?
    KeepAlive,
    /// Network time.
    Clock,
    /// Registration.
    Registration,
    /// Its list of calls.
    Poll,
    /// Nobody waits for the answer.
    Courtesy,
    /// Ends a dial whose call has not shown itself.
    BreakOff { form: usize },
    /// Puts the line back after a call, one of several forms of one step.
    After { step: usize, form: usize },
    /// Answers a call; `last` of the commands that do.
    Answer { call: CallNo, last: bool },
    /// Ends a call.
    HangUp { call: CallNo },
    /// Calls a number.
    Dial,
    /// A key.
    Key,
    /// Sound of a call.
    SoundOn { call: CallNo },
    /// Sound of any call ends.
    SoundOff,
    /// Another format is set before sound in band is asked for again.
    Format { call: CallNo },
    /// Sound in band begins.
    StreamOn { call: CallNo },
    /// Sound in band ends.
    StreamOff,
    /// Announces a text; a prompt follows.
    TextHead,
    /// The text itself.
    TextBody,
    /// Every message of the store.
    TextList,
    /// One message of the store.
    TextRead { slot: u16 },
    /// Deletes one.
    TextDelete { slot: u16 },
    /// Selects the store.
    TextStore,
    /// Counts what lies in it.
    TextCount,
    /// Clears read and sent messages.
    TextPurge,
    /// Confirms a message that came directly.
    TextAck,
}

/// One question of the family probe.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Question {
    Quiet,
    Manufacturer,
    Model,
    Classes,
    Chip,
    Firmware,
}

/// How a command ends on the wire.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum End {
    /// Carriage return.
    Return,
    /// Ctrl-Z: the text of a message.
    CtrlZ,
    /// Nothing: control bytes.
    Nothing,
}

/// A command and what goes with it.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Job {
    pub(super) why: Why,
    pub(super) text: String,
    pub(super) end: End,
    /// How long its answer may take.
    pub(super) limit: Duration,
}

impl Job {
    /// The bytes for the port.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.text.len() + 1);
        bytes.extend_from_slice(self.text.as_bytes());
        match self.end {
            End::Return => bytes.push(b'\r'),
            End::CtrlZ => bytes.push(0x1A),
            End::Nothing => {}
        }
        bytes
    }
}

/// Two lanes and one command in flight.
#[derive(Debug, Default)]
pub(super) struct Queue {
    urgent: VecDeque<Job>,
    ordinary: VecDeque<Job>,
    in_flight: Option<Job>,
}

impl Queue {
    /// Puts a command last; `false` if there are too many already.
    pub(super) fn push(&mut self, job: Job) -> bool {
        if self.len() >= limits::COMMANDS_LEN_MAX {
            return false;
        }
        self.ordinary.push_back(job);
        true
    }

    /// Puts a command before every ordinary one, behind the urgent ones. At the limit an ordinary
    /// command gives way.
    pub(super) fn push_urgent(&mut self, job: Job) -> bool {
        if self.len() >= limits::COMMANDS_LEN_MAX && self.ordinary.pop_back().is_none() {
            return false;
        }
        self.urgent.push_back(job);
        true
    }

    /// Puts a command before everything.
    pub(super) fn push_first(&mut self, job: Job) {
        if self.len() >= limits::COMMANDS_LEN_MAX {
            self.ordinary.pop_back();
        }
        self.urgent.push_front(job);
    }

    /// The next to be sent.
    pub(super) fn take(&mut self) -> Option<Job> {
        self.urgent
            .pop_front()
            .or_else(|| self.ordinary.pop_front())
    }

    /// Commands waiting.
    pub(super) fn len(&self) -> usize {
        self.urgent.len() + self.ordinary.len()
    }

    /// Whether a command for this reason waits or is in flight.
    pub(super) fn has(&self, why: Why) -> bool {
        self.waiting()
            .chain(&self.in_flight)
            .any(|job| job.why == why)
    }

    /// Whether one waits that has not been sent yet.
    pub(super) fn waits(&self, why: Why) -> bool {
        self.waiting().any(|job| job.why == why)
    }

    /// Puts the waiting commands that `wanted` picks behind the urgent ones, before every other.
    pub(super) fn hasten(&mut self, mut wanted: impl FnMut(Why) -> bool) {
        let (hastened, rest) = std::mem::take(&mut self.ordinary)
            .into_iter()
            .partition(|job| wanted(job.why));
        self.ordinary = rest;
        let mut hastened: VecDeque<Job> = hastened;
        self.urgent.append(&mut hastened);
    }

    /// Throws away the waiting commands that `unwanted` picks.
    pub(super) fn drop_where(&mut self, mut unwanted: impl FnMut(Why) -> bool) {
        self.urgent.retain(|job| !unwanted(job.why));
        self.ordinary.retain(|job| !unwanted(job.why));
    }

    /// The command being answered.
    pub(super) fn in_flight(&self) -> Option<&Job> {
        self.in_flight.as_ref()
    }

    /// The answer of this command is awaited from now on.
    pub(super) fn sent(&mut self, job: Job) {
        self.in_flight = Some(job);
    }

    /// The answer has come, or nobody waits for it any more.
    pub(super) fn answered(&mut self) -> Option<Job> {
        self.in_flight.take()
    }

    fn waiting(&self) -> impl Iterator<Item = &Job> {
        self.urgent.iter().chain(&self.ordinary)
    }

    /// Forgets everything and hands back what was there, the one in flight first.
    pub(super) fn clear(&mut self) -> Vec<Job> {
        let in_flight = self.in_flight.take();
        in_flight
            .into_iter()
            .chain(self.urgent.drain(..))
            .chain(self.ordinary.drain(..))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(why: Why) -> Job {
        Job {
            why,
            text: "AT".to_owned(),
            end: End::Return,
            limit: Duration::from_secs(1),
        }
    }

    #[test]
    fn answering_goes_before_everything_that_waits() {
        let answer = Why::Answer {
            call: CallNo(1),
            last: true,
        };
        let mut queue = Queue::default();
        assert!(queue.push(job(Why::Step)));
        assert!(queue.push_urgent(job(answer)));
        assert_eq!(queue.take().map(|job| job.why), Some(answer));
        assert_eq!(queue.take().map(|job| job.why), Some(Why::Step));
    }

    #[test]
    fn a_full_queue_refuses_the_ordinary_and_makes_room_for_the_urgent() {
        let mut queue = Queue::default();
        while queue.push(job(Why::Key)) {}
        assert_eq!(queue.len(), limits::COMMANDS_LEN_MAX);
        assert!(queue.push_urgent(job(Why::Poll)));
        assert_eq!(queue.len(), limits::COMMANDS_LEN_MAX);
        assert_eq!(queue.take().map(|job| job.why), Some(Why::Poll));
    }

    #[test]
    fn a_message_ends_with_ctrl_z_and_a_command_with_a_return() {
        let mut text = job(Why::TextBody);
        assert_eq!(text.bytes(), b"AT\r");
        text.end = End::CtrlZ;
        assert_eq!(text.bytes(), b"AT\x1a");
    }
}
