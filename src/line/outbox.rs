//! Texts on their way out: one part at a time, never while a call rings.

use std::collections::VecDeque;
use std::time::Duration;

use super::boot::Part;
use super::core::Core;
use super::heard::{Outcome, Reply};
use super::machine::Machine;
use super::queue::{End, Job, Why};
use super::talk::Stage;
use super::timers::Timer;
use super::words::Event;
use crate::at::command::{PROMPT_LIMIT, SMS_BODY_LIMIT};
use crate::at::sms::ReportStatus;
use crate::at::sms::encode::{self, Encoded};
use crate::base::limits;
use crate::base::time::Tick;

/// Texts of this line.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    waiting: VecDeque<Text>,
    /// A part is being handed to the modem.
    busy: bool,
    /// The network's number of the part in flight.
    reference: Option<u8>,
    /// Not before this.
    next_at: Tick,
    awaited: VecDeque<Awaited>,
}

/// One text.
#[derive(Debug)]
struct Text {
    token: u64,
    to: String,
    parts: VecDeque<Encoded>,
    references: Vec<u8>,
    retried: bool,
}

/// A text whose delivery reports have not all come.
#[derive(Debug)]
struct Awaited {
    token: u64,
    to: String,
    references: Vec<u8>,
}

impl Outbox {
    /// The network took a part.
    pub(super) fn taken(&mut self, reference: Option<u8>) {
        self.reference = reference;
    }

    /// The line goes down: the centre may use another one.
    pub(super) fn interrupted(&mut self, core: &mut Core) {
        self.busy = false;
        for text in self.waiting.drain(..) {
            core.tell(failed(text.token, "line_down".to_owned(), true));
        }
    }

    /// The command in flight was dropped: its part is sent again.
    pub(super) fn held(&mut self) {
        self.busy = false;
    }

    /// What became of a part.
    pub(super) fn reported(&mut self, core: &mut Core, mr: u8, to: &str, status: ReportStatus) {
        let is_it = |text: &Awaited| text.references.contains(&mr) && is_same(&text.to, to);
        let Some(place) = self.awaited.iter().position(is_it) else {
            return;
        };
        let delivered = match status {
            ReportStatus::StillTrying(_) => return,
            ReportStatus::Delivered => true,
            ReportStatus::Failed(_) | ReportStatus::GaveUp(_) => false,
        };
        let Some(text) = self.awaited.get_mut(place) else {
            return;
        };
        text.references.retain(|reference| *reference != mr);
        // Delivered when every part is; lost as soon as one is.
        if text.references.is_empty() || !delivered {
            let token = text.token;
            self.awaited.remove(place);
            core.tell(Event::SmsReport { token, delivered });
        }
    }

    fn await_reports(&mut self, text: Text) {
        if self.awaited.len() >= limits::REPORTS_AWAITED_MAX {
            self.awaited.pop_front();
        }
        self.awaited.push_back(Awaited {
            token: text.token,
            to: text.to,
            references: text.references,
        });
    }
}

impl Machine {
    pub(super) fn send_text(&mut self, to: &str, text: &str, token: u64) {
        let refusal = if !self.core.profile.texts.works {
            Some(("not_supported", false))
        } else if !self.open || self.core.status.down.is_some() {
            Some(("line_down", true))
        } else if self.outbox.waiting.len() >= limits::OUTBOX_LEN_MAX {
            Some(("outbox_full", true))
        } else {
            None
        };
        if let Some((reason, transient)) = refusal {
            self.core.tell(failed(token, reason.to_owned(), transient));
            return;
        }
        match parts_of(to, text, token) {
            Ok(parts) => {
                self.outbox.waiting.push_back(Text {
                    token,
                    to: to.to_owned(),
                    parts,
                    references: Vec::new(),
                    retried: false,
                });
                self.outbox_may_go_on();
            }
            Err(reason) => self.core.tell(failed(token, reason.to_owned(), false)),
        }
    }

    /// Something has changed that may let the next part go.
    pub(super) fn outbox_may_go_on(&mut self) {
        if !self.outbox.busy && !self.outbox.waiting.is_empty() {
            let at = self.outbox.next_at.max(self.core.now.tick);
            self.core.timers.set(Timer::Text, at);
        }
    }

    pub(super) fn text_due(&mut self) {
        let part = self
            .outbox
            .waiting
            .front()
            .and_then(|text| text.parts.front());
        let Some(length) = part.map(|part| part.tpdu_octets) else {
            return;
        };
        if self.outbox.busy {
            return;
        }
        let rings = self.talk.has(Stage::Ringing) || self.talk.has(Stage::Waiting);
        let ready = self.boot.part() == Part::Done && self.has_network();
        if rings
            || !ready
            || !self
                .core
                .ask_within(Why::TextHead, cmgs(length), PROMPT_LIMIT)
        {
            self.core.after(Timer::Text, LOOK_AGAIN);
            return;
        }
        self.outbox.busy = true;
        self.outbox.reference = None;
    }

    /// The modem waits for the text.
    pub(super) fn prompted(&mut self) {
        let head = self
            .core
            .queue
            .in_flight()
            .is_some_and(|job| job.why == Why::TextHead);
        let part = self
            .outbox
            .waiting
            .front()
            .and_then(|text| text.parts.front());
        let Some(hex) = part.filter(|_| head).map(|part| part.hex.clone()) else {
            self.write_raw(ESC);
            return;
        };
        if self.talk.has(Stage::Ringing) {
            // A text takes seconds, in which nobody could answer: the call goes first.
            self.outbox.held();
            self.outbox_may_go_on();
            self.core.queue.answered();
            self.core.timers.stop(Timer::Reply);
            self.write_raw(ESC);
            self.drain_afresh(ESC_DRAIN);
            return;
        }
        self.core.queue.answered();
        self.write(Job {
            why: Why::TextBody,
            text: hex,
            end: End::CtrlZ,
            limit: SMS_BODY_LIMIT,
        });
    }

    /// There was no prompt.
    pub(super) fn text_head_replied(&mut self, reply: &Reply) {
        if reply.outcome == Outcome::TimedOut {
            self.write_raw(ESC);
        }
        self.part_failed(reply.outcome, "no_prompt");
    }

    pub(super) fn text_body_replied(&mut self, reply: &Reply) {
        match reply.outcome {
            Outcome::Ok => self.part_sent(),
            Outcome::TimedOut => {
                self.write_raw(ESC);
                self.part_failed(reply.outcome, "timeout");
            }
            Outcome::Error | Outcome::Cme(_) | Outcome::Cms(_) | Outcome::CallEnded(_) => {
                self.part_failed(reply.outcome, "refused");
            }
        }
    }

    fn part_sent(&mut self) {
        self.outbox.busy = false;
        self.pace();
        let reference = self.outbox.reference.take();
        let Some(text) = self.outbox.waiting.front_mut() else {
            return;
        };
        text.parts.pop_front();
        text.retried = false;
        text.references.extend(reference);
        if text.parts.is_empty()
            && let Some(text) = self.outbox.waiting.pop_front()
        {
            self.core.tell(Event::SmsSent { token: text.token });
            self.outbox.await_reports(text);
        }
        self.outbox_may_go_on();
    }

    fn part_failed(&mut self, outcome: Outcome, otherwise: &str) {
        self.outbox.busy = false;
        self.pace();
        let (reason, transient) = match outcome {
            Outcome::Cms(code) => (format!("cms_{code}"), TRANSIENT.contains(&code)),
            Outcome::Cme(code) => (format!("cme_{code}"), false),
            Outcome::TimedOut => (otherwise.to_owned(), true),
            Outcome::Ok | Outcome::Error | Outcome::CallEnded(_) => (otherwise.to_owned(), false),
        };
        let Some(text) = self.outbox.waiting.front_mut() else {
            return;
        };
        if transient && !text.retried {
            text.retried = true;
        } else if let Some(text) = self.outbox.waiting.pop_front() {
            self.core.tell(failed(text.token, reason, transient));
        }
        self.outbox_may_go_on();
    }

    /// Sticks sustain about ten texts a minute (hardware.md 4.3).
    fn pace(&mut self) {
        let texts = &self.core.profile.texts;
        let pause_ms = if self.talk.is_free() {
            texts.pace_ms
        } else {
            texts.pace_in_call_ms
        };
        self.outbox.next_at = self.core.now.tick + Duration::from_millis(u64::from(pause_ms));
    }
}

/// The parts of a text, or what is wrong with it.
fn parts_of(to: &str, text: &str, token: u64) -> Result<VecDeque<Encoded>, &'static str> {
    let digits = to.strip_prefix('+').unwrap_or(to);
    let is_number = (1..=DIGITS_MAX).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number {
        return Err("bad_number");
    }
    if text.is_empty() || text.chars().count() > limits::SMS_CHARS_MAX {
        return Err("bad_length");
    }
    let options = encode::Options {
        // Differs from that of the texts before it, which is all it is for.
        reference: (token % 256) as u8,
        report: true,
        flash: false,
    };
    Ok(encode::submit(to, text, options).into())
}

fn cmgs(length: usize) -> String {
    format!("AT+CMGS={length}")
}

fn failed(token: u64, reason: String, transient: bool) -> Event {
    Event::SmsFailed {
        token,
        reason,
        transient,
    }
}

/// The same telephone in `08…` and `+628…`: the last digits decide.
fn is_same(one: &str, other: &str) -> bool {
    let tail = |number: &str| -> Vec<u8> {
        let digits = number.bytes().rev().filter(u8::is_ascii_digit);
        digits.take(TAIL_DIGITS).collect()
    };
    tail(one) == tail(other)
}

/// 3GPP TS 23.040 9.1.2.5: an address has at most 20 digits.
const DIGITS_MAX: usize = 20;

/// Leaves a prompt.
const ESC: &[u8] = b"\x1b";

/// The modem answers the escape with an `OK`.
const ESC_DRAIN: Duration = Duration::from_millis(300);

/// Hardware.md 4.3: worth one more try.
const TRANSIENT: [u16; 8] = [38, 41, 42, 47, 314, 331, 332, 500];

/// While a call rings or the network is away.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// Enough to tell two telephones apart in one outbox, few enough for any spelling.
const TAIL_DIGITS: usize = 8;
