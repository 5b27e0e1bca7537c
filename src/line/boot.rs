//! From an open port to a line that takes calls: wake, recognise the family, go through its
//! script (hardware.md 1.3, 1.4, 1.5).
//!
//! Rings are heard and announced during all of this, and a call may be answered.

use std::time::Duration;

use super::core::ARE_YOU_THERE;
use super::cure::Rung;
use super::families::Told;
use super::formats::Formats;
use super::heard::{Outcome, Reply};
use super::machine::{Machine, ear_setup};
use super::profile::{Learn, Refused, Step};
use super::queue::{Question, Why};
use super::sync::DRAIN;
use super::timers::Timer;

/// How far the boot has come.
#[derive(Debug, Default)]
pub(super) struct Boot {
    part: Part,
    /// Within a part of the script.
    step: usize,
    /// Within the commands of a step.
    alternative: usize,
    /// Rounds through the commands of a step.
    round: u8,
    /// Answers that did not come: of the first `AT`, or of one step.
    unanswered: u8,
    pub(super) told: Told,
    /// The script waits for the end of a call.
    pub(super) rests: bool,
    /// What was found while the modem did not answer: bytes that no line has, sound.
    pub(super) strange_bytes: usize,
    pub(super) sound_found: bool,
    /// The modem says that it cannot carry voice.
    pub(super) no_voice: bool,
    /// Its list of calls has been read since it took calls: what is not known is not there.
    pub(super) looked: bool,
}

/// The parts of a boot, in order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(super) enum Part {
    /// No port, or the modem is known to be away.
    #[default]
    Off,
    /// [`ARE_YOU_THERE`] until something answers.
    Waking,
    /// Which family?
    Probing,
    /// What needs no SIM.
    Start,
    /// Waiting for the SIM.
    Sim,
    /// What calls need.
    Calls,
    /// Calls can be taken; the rest of the script.
    Later,
    Done,
}

impl Boot {
    pub(super) fn part(&self) -> Part {
        self.part
    }

    /// Whether calls can be taken.
    pub(super) fn takes_calls(&self) -> bool {
        self.part >= Part::Later
    }

    /// A modem may be stuck in a text prompt from an earlier crash.
    pub(super) fn is_escape_due(&self) -> bool {
        self.unanswered.is_multiple_of(WAKES_PER_ESCAPE)
    }

    pub(super) fn stop(&mut self) {
        *self = Boot::default();
    }
}

impl Machine {
    /// Starts from the beginning after `pause`.
    pub(super) fn begin_boot(&mut self, pause: Duration) {
        self.boot = Boot {
            part: Part::Waking,
            ..Boot::default()
        };
        self.cure_waits();
        self.in_step();
        self.net.begin();
        self.sim.begin();
        self.inbox.begin();
        self.core.status.keys_reported = None;
        self.sound.formats = Formats::default();
        self.core.after(Timer::Boot, pause);
        self.core.after(Timer::BootLimit, BOOT_LIMIT);
    }

    /// The next try of whatever the boot is at.
    pub(super) fn boot_due(&mut self) {
        match self.boot.part {
            Part::Waking => {
                let turn = usize::from(self.boot.unanswered) % ARE_YOU_THERE.len();
                self.core.urge(Why::Wake, ARE_YOU_THERE[turn], WAKE_LIMIT);
            }
            Part::Start | Part::Calls | Part::Later => self.say_step(),
            Part::Off | Part::Probing | Part::Sim | Part::Done => {}
        }
    }

    /// The modem is in step again after it was not: what was being done is done again.
    pub(super) fn resume_boot(&mut self) {
        if self.boot.part >= Part::Sim && !self.boot.looked {
            self.look_for_calls();
        }
        match self.boot.part {
            Part::Off => self.begin_boot(Duration::ZERO),
            Part::Probing => {
                self.core
                    .queue
                    .drop_where(|why| matches!(why, Why::Probe(_)));
                self.ask_family(Question::Quiet);
            }
            Part::Sim => self.core.after(Timer::Sim, Duration::ZERO),
            Part::Waking | Part::Start | Part::Calls | Part::Later => {
                let asked = self.core.queue.has(Why::Step) || self.core.queue.has(Why::Wake);
                if !asked && !self.core.timers.is_set(Timer::Boot) {
                    self.boot_due();
                }
            }
            Part::Done => {}
        }
    }

    /// A part of the modem says that it has finished starting: what waited for it is tried now.
    pub(super) fn part_ready(&mut self) {
        if self.core.timers.is_set(Timer::Boot) && self.boot.part >= Part::Start {
            self.core.after(Timer::Boot, Duration::ZERO);
        }
    }

    /// The modem restarted by itself, or because we told it to.
    pub(super) fn modem_restarted(&mut self) {
        if !self.open {
            return;
        }
        self.boot.stop();
        self.forget_conversation();
        self.restarted();
        self.begin_boot(RESTART_SETTLES);
    }

    pub(super) fn wake_replied(&mut self, reply: &Reply) {
        if self.boot.part != Part::Waking {
            return;
        }
        if reply.outcome != Outcome::TimedOut {
            if let Some(asked) = ARE_YOU_THERE.iter().find(|asked| **asked == reply.cmd) {
                self.core.are_you_there = asked;
            }
            self.awake();
            return;
        }
        self.boot.unanswered += 1;
        if self.boot.unanswered >= WAKES_MAX {
            self.boot_failed();
            return;
        }
        let pause = self.escape_awaking();
        self.core.after(Timer::Boot, pause);
    }

    /// Neither the modem nor the script came to an end in time.
    pub(super) fn boot_failed(&mut self) {
        self.boot.stop();
        self.core.timers.stop(Timer::Boot);
        self.core.timers.stop(Timer::BootLimit);
        match self.ladder.rung {
            // Waking it was all that the lower rungs do.
            None | Some(Rung::Resync) => self.ladder.rung = Some(Rung::Escape),
            Some(Rung::Escape | Rung::Reset | Rung::Reopen | Rung::Dead) => {}
        }
        self.climb();
    }

    fn awake(&mut self) {
        if self.boot.unanswered > 0 {
            // It may have slept through some of them, or may answer them all now.
            self.drain(DRAIN);
        }
        let is_named = self.families.get(&self.setup.profile).is_some();
        if is_named {
            self.enter(Part::Start);
        } else {
            self.boot.part = Part::Probing;
            self.boot.unanswered = 0;
            self.ask_family(Question::Quiet);
        }
    }

    fn ask_family(&mut self, question: Question) {
        let text = match question {
            Question::Quiet => "ATE0",
            Question::Manufacturer => "AT+CGMI",
            Question::Model => "AT+CGMM",
            Question::Classes => "AT+FCLASS=?",
            Question::Chip => "ATI0",
            Question::Firmware => "ATI3",
        };
        self.core.ask(Why::Probe(question), text);
    }

    pub(super) fn probe_replied(&mut self, question: Question, reply: &Reply) {
        if self.boot.part != Part::Probing {
            return;
        }
        if reply.outcome == Outcome::TimedOut && self.boot.unanswered == 0 {
            // Silence is not a refusal: a family must not be mistaken because of a hiccup.
            self.boot.unanswered = 1;
            self.ask_family(question);
            return;
        }
        self.boot.unanswered = 0;
        let said = (reply.outcome == Outcome::Ok).then(|| reply.lines.join(" "));
        let told = &mut self.boot.told;
        let next = match question {
            Question::Quiet => Some(Question::Manufacturer),
            Question::Manufacturer => {
                told.manufacturer = said;
                let is_cellular = told.manufacturer.is_some();
                Some(if is_cellular {
                    Question::Model
                } else {
                    Question::Classes
                })
            }
            Question::Model => {
                told.model = said;
                None
            }
            Question::Classes => {
                told.has_classes = said.is_some();
                Some(Question::Chip)
            }
            Question::Chip => {
                told.ati = said.unwrap_or_default();
                Some(Question::Firmware)
            }
            Question::Firmware => {
                told.ati.push(' ');
                told.ati.push_str(&said.unwrap_or_default());
                None
            }
        };
        match next {
            Some(question) => self.ask_family(question),
            None => self.recognise(),
        }
    }

    fn recognise(&mut self) {
        if let Some(profile) = self.families.recognise(&self.boot.told) {
            tracing::info!(profile = profile.name, "modem recognised");
            self.ear.set_up(ear_setup(&self.setup, &profile));
            self.core.status.profile.clone_from(&profile.name);
            self.core.profile = profile;
            self.is_recognised = true;
        }
        self.take_found_call();
        self.enter(Part::Start);
    }

    /// Goes on to a part of the script.
    pub(super) fn enter(&mut self, part: Part) {
        self.boot.part = part;
        self.boot.step = 0;
        self.begin_step();
        match part {
            Part::Off | Part::Waking | Part::Probing => {}
            Part::Start => {
                self.core.status.texts = Some(self.core.profile.texts.works);
                self.say_step();
            }
            Part::Calls => self.say_step(),
            Part::Sim => {
                self.core.timers.stop(Timer::BootLimit);
                self.answers_again();
                self.look_for_calls();
                self.ask_sim();
            }
            Part::Later => {
                self.core.timers.stop(Timer::BootLimit);
                self.answers_again();
                self.look_for_calls();
                self.await_network();
                self.say_step();
            }
            Part::Done => self.housekeeping(),
        }
    }

    fn begin_step(&mut self) {
        self.boot.alternative = 0;
        self.boot.round = 0;
        self.boot.unanswered = 0;
        self.core.timers.stop(Timer::Boot);
    }

    fn step(&self) -> Option<&Step> {
        let boot = &self.core.profile.boot;
        let steps = match self.boot.part {
            Part::Start => &boot.start,
            Part::Calls => &boot.calls,
            Part::Later => &boot.later,
            Part::Off | Part::Waking | Part::Probing | Part::Sim | Part::Done => return None,
        };
        steps.get(self.boot.step)
    }

    fn say_step(&mut self) {
        let Some(step) = self.step() else {
            self.leave_part();
            return;
        };
        if self.script_rests() {
            if !std::mem::replace(&mut self.boot.rests, true) {
                self.answers_again();
            }
            return;
        }
        let limit = step.limit();
        let Some(text) = step.send.get(self.boot.alternative).cloned() else {
            return;
        };
        let text = self.with_format(&text);
        if !self.core.queue.has(Why::Step) && !self.core.ask_within(Why::Step, text, limit) {
            self.core.after(Timer::Boot, STEP_PAUSE);
        }
    }

    fn leave_part(&mut self) {
        match self.boot.part {
            Part::Start if self.core.profile.is_cellular() => self.enter(Part::Sim),
            Part::Start => self.enter(Part::Calls),
            Part::Calls => self.enter(Part::Later),
            Part::Later => self.enter(Part::Done),
            Part::Off | Part::Waking | Part::Probing | Part::Sim | Part::Done => {}
        }
    }

    pub(super) fn step_replied(&mut self, reply: &Reply) {
        let Some(step) = self.step() else {
            return;
        };
        let texts = step.send.clone();
        let (retries, pause) = (step.retries, step.pause());
        let (learn, refused) = (step.learn, step.refused);
        self.store_selected(reply);
        match reply.outcome {
            Outcome::Ok => {
                if let Some(what) = learn {
                    self.learn(what, reply);
                }
                if learn.is_some() && self.is_somebody_else() {
                    self.recognise();
                } else {
                    self.next_step();
                }
            }
            Outcome::TimedOut if self.boot.unanswered == 0 => {
                self.boot.unanswered = 1;
                self.core.after(Timer::Boot, STEP_PAUSE);
            }
            Outcome::Error
            | Outcome::Cme(_)
            | Outcome::Cms(_)
            | Outcome::CallEnded(_)
            | Outcome::TimedOut => {
                self.boot.unanswered = 0;
                self.boot.alternative += 1;
                if self.boot.alternative < texts.len() {
                    self.say_step();
                } else if self.next_format(&texts) {
                    self.boot.alternative = 0;
                    self.say_step();
                } else if self.boot.round < retries {
                    self.boot.round += 1;
                    self.boot.alternative = 0;
                    self.core.after(Timer::Boot, pause);
                } else {
                    let said_no = reply.outcome != Outcome::TimedOut;
                    if said_no {
                        self.refused_all(refused, learn);
                    }
                    self.next_step();
                }
            }
        }
    }

    fn refused_all(&mut self, refused: Refused, learn: Option<Learn>) {
        if refused == Refused::NoVoice {
            self.boot.no_voice = true;
        }
        if learn == Some(Learn::Keys) {
            self.core.status.keys_reported = Some(false);
        }
    }

    fn next_step(&mut self) {
        self.boot.step += 1;
        self.begin_step();
        self.say_step();
    }

    /// What was learnt since the probe fits another family: the probe missed an answer.
    fn is_somebody_else(&self) -> bool {
        let is_named = self.families.get(&self.setup.profile).is_some();
        let better = self.families.recognise(&self.boot.told);
        !is_named && better.is_some_and(|profile| profile.name != self.core.profile.name)
    }

    /// The modem may have calls that began before we came.
    fn look_for_calls(&mut self) {
        self.boot.looked = !self.core.profile.calls.list;
        if !self.boot.looked {
            self.core.ask_once(Why::Poll, "AT+CLCC");
        }
    }
}

/// Hardware.md 1.4: up to about ten times, 0.5 to 1 s apart.
const WAKES_MAX: u8 = 10;
const WAKE_LIMIT: Duration = Duration::from_millis(1_000);
pub(super) const WAKE_PAUSE: Duration = Duration::from_millis(100);

/// Questions without an answer before each escape.
const WAKES_PER_ESCAPE: u8 = 3;

/// Boot chatter goes on for a moment after its first line.
const RESTART_SETTLES: Duration = Duration::from_secs(1);

/// Before a step that was not answered, or found no place in the queue, is said again.
const STEP_PAUSE: Duration = Duration::from_secs(1);

/// A start that takes longer has gone wrong: the longest script is 40 commands, a SIM has its own
/// time.
pub(super) const BOOT_LIMIT: Duration = Duration::from_secs(120);
