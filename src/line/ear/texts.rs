//! Text messages: headers, the PDU behind them, long messages, positions.

use std::collections::VecDeque;
use std::time::Duration;

use crate::at::sms::aml;
use crate::at::sms::assemble::{Assembler, Message, Progress};
use crate::at::sms::gsm7;
use crate::at::sms::pdu::{self, Body, Deliver, Pdu};
use crate::at::text::{self, Field, fields};
use crate::base::time::Tick;
use crate::line::heard::{Heard, SmsHeard, SmsText, Warning};

/// Reads messages.
#[derive(Debug, Default)]
pub(super) struct Texts {
    assembler: Assembler,
    /// A PDU is due.
    head: Option<Head>,
    /// A message in text mode is being said; nothing in it may be taken for anything else.
    body: Option<TextBody>,
    /// A stored text was over without a final result, but its last line looked like one.
    bare_ok: bool,
    pub(super) out: VecDeque<Heard>,
}

#[derive(Debug)]
struct Head {
    slot: Option<u16>,
    unread: Option<bool>,
    octets: Option<u32>,
    /// Our own message: its PDU is skipped.
    own: bool,
    since: Tick,
}

#[derive(Debug)]
struct TextBody {
    /// Delivered directly: nothing ends it but quiet. Else it ends with the final result.
    direct: Option<String>,
    lines: Vec<String>,
    last: Tick,
}

impl Texts {
    /// `+CMGR: stat,[alpha],len` of the slot that was asked for.
    pub(super) fn read_head(&mut self, now: Tick, rest: &str, slot: Option<u16>) {
        self.stored_head(now, "+CMGR", &fields(rest), slot);
    }

    /// `+CMGL: index,stat,[alpha],len`.
    pub(super) fn list_head(&mut self, now: Tick, rest: &str) {
        let fields = fields(rest);
        let slot = fields.first().and_then(Field::number);
        self.stored_head(now, "+CMGL", fields.get(1..).unwrap_or_default(), slot);
    }

    fn stored_head(&mut self, now: Tick, label: &str, fields: &[Field<'_>], slot: Option<u16>) {
        self.body = None;
        let stat = fields.first();
        if stat.is_some_and(|f| f.quoted) {
            return self.text_mode(now, None);
        }
        let stat: Option<u8> = stat.and_then(Field::number);
        let own = matches!(stat, Some(2 | 3));
        if let (true, Some(stat)) = (own, stat) {
            self.out.push_back(Heard::Noise {
                line: format!("{label} stat {stat}"),
            });
        }
        self.head = Some(Head {
            slot,
            unread: stat.map(|stat| stat == 0),
            octets: fields.last().and_then(Field::number),
            own,
            since: now,
        });
    }

    /// `+CMT`, `+CDS`. Without a length it is text mode.
    pub(super) fn direct_head(&mut self, now: Tick, rest: &str, octets: Option<u32>) {
        self.body = None;
        if octets.is_none() && rest.starts_with('"') {
            let from = fields(rest)
                .first()
                .map(|f| text::shown(f.text))
                .unwrap_or_default();
            return self.text_mode(now, Some(from));
        }
        self.head = Some(Head {
            slot: None,
            unread: None,
            octets,
            own: false,
            since: now,
        });
    }

    /// A PDU of a kind that we do not read follows.
    pub(super) fn skip_pdu(&mut self, now: Tick) {
        self.head = Some(Head {
            slot: None,
            unread: None,
            octets: None,
            own: true,
            since: now,
        });
    }

    /// PDU mode was not set, or was lost in a reset. A text in the store stays there and is read
    /// again in PDU mode; one delivered directly would be lost.
    fn text_mode(&mut self, now: Tick, direct: Option<String>) {
        self.head = None;
        self.body = Some(TextBody {
            direct,
            lines: Vec::new(),
            last: now,
        });
        let warning = Warning {
            field: "cmgr_body",
            declared: None,
            actual: None,
        };
        self.out.push_back(Heard::Warning(warning));
    }

    /// Offers a line before anybody else reads it. `true`: it was part of a text. The final result
    /// has an empty line before it; an `OK` without is a word of the text (`follows_blank`).
    pub(super) fn take_text_line(&mut self, now: Tick, line: &str, follows_blank: bool) -> bool {
        let Some(body) = &mut self.body else {
            return false;
        };
        let ends = body.direct.is_none() && line == "OK" && follows_blank;
        if ends || body.lines.len() >= TEXT_LINES_MAX {
            self.finish_text();
            self.bare_ok = false;
            return false;
        }
        if body.direct.is_none() && text::labelled(line).is_some_and(|(l, _)| l == "+CMGL") {
            return false;
        }
        body.lines.push(line.to_owned());
        body.last = now;
        true
    }

    /// Whether the text that is over had the final result as its last line.
    pub(super) fn take_bare_ok(&mut self) -> bool {
        std::mem::take(&mut self.bare_ok)
    }

    fn finish_text(&mut self) {
        let Some(TextBody { direct, lines, .. }) = self.body.take() else {
            return;
        };
        let Some(from) = direct else {
            self.bare_ok = lines.last().is_some_and(|line| line == "OK");
            return;
        };
        let text = text::shown(&lines.join(" "));
        self.out.push_back(Heard::Sms(SmsHeard::Received(SmsText {
            from,
            text,
            ts: None,
            parts: 1,
            class: None,
            unread: None,
            slots: Vec::new(),
        })));
    }

    /// The host goes on: a text that nothing else has ended is over.
    pub(super) fn host_moves_on(&mut self) {
        if self.body.is_some() {
            self.finish_text();
        }
    }

    /// The answer is complete: no PDU of it is due any more.
    pub(super) fn answer_done(&mut self) {
        if self.head.as_ref().is_some_and(|h| h.slot.is_some()) {
            self.head = None;
        }
    }

    /// Offers a line of hex. `true`: it was a PDU that was due.
    pub(super) fn take_pdu(&mut self, now: Tick, line: &str) -> bool {
        let is_hex = line.len() >= 2 && line.bytes().all(|b| b.is_ascii_hexdigit());
        if !is_hex || self.head.is_none() {
            return false;
        }
        if let Some(head) = self.head.take()
            && !head.own
        {
            self.pdu(now, &head, line);
        }
        true
    }

    fn pdu(&mut self, now: Tick, head: &Head, hex: &str) {
        match pdu::decode(hex) {
            Ok((pdu, octets)) => {
                let actual = u32::try_from(octets).unwrap_or(u32::MAX);
                if head.octets.is_some_and(|declared| declared != actual) {
                    self.warn("pdu_length", head.octets, Some(actual));
                }
                match pdu {
                    Pdu::Deliver(deliver) => self.deliver(now, head, &deliver),
                    Pdu::Report(report) => self.out.push_back(Heard::Sms(SmsHeard::Report {
                        mr: report.reference,
                        to: report.to.shown(),
                        status: report.status,
                    })),
                    Pdu::Submit(_) => {
                        self.out.push_back(Heard::Noise {
                            line: "SUBMIT".to_owned(),
                        });
                    }
                }
            }
            Err(bad) => {
                self.warn("pdu", head.octets, u32::try_from(bad.at).ok());
                self.unreadable(head, hex);
            }
        }
    }

    fn warn(&mut self, field: &'static str, declared: Option<u32>, actual: Option<u32>) {
        self.out.push_back(Heard::Warning(Warning {
            field,
            declared,
            actual,
        }));
    }

    /// Shown as it came: somebody may read what we cannot, and its slot must become free.
    fn unreadable(&mut self, head: &Head, hex: &str) {
        self.out.push_back(Heard::Sms(SmsHeard::Received(SmsText {
            from: String::new(),
            text: hex.to_owned(),
            ts: None,
            parts: 1,
            class: None,
            unread: head.unread,
            slots: head.slot.into_iter().collect(),
        })));
    }

    fn deliver(&mut self, now: Tick, head: &Head, deliver: &Deliver) {
        let Some(concat) = deliver.header.concat else {
            return self.message(&whole(head, deliver));
        };
        let progress = self
            .assembler
            .add(now, deliver, concat, head.slot, head.unread);
        let known = matches!(progress.last(), Some(Progress::Known { .. }));
        self.out.push_back(Heard::Sms(SmsHeard::Part {
            reference: concat.reference,
            seq: concat.seq,
            of: concat.of,
            slot: head.slot,
            known,
        }));
        self.progress(progress);
    }

    fn progress(&mut self, progress: Vec<Progress>) {
        for progress in progress {
            match progress {
                Progress::Whole(message) => self.message(&message),
                Progress::Partial(message) => self.partial(message, false),
                Progress::GivenUp(message) => self.partial(message, true),
                Progress::Known { .. } => {}
            }
        }
    }

    fn partial(&mut self, message: Message, given_up: bool) {
        self.out.push_back(Heard::Sms(SmsHeard::Partial {
            from: message.from,
            text: message.text,
            missing: message.missing,
            given_up,
            slots: message.slots,
        }));
    }

    fn message(&mut self, message: &Message) {
        let unpacked = match &message.body {
            Body::Data(octets) => Some(gsm7::decode(&gsm7::unpack(octets, 0, usize::MAX))),
            Body::Gsm7(_) | Body::Ucs2(_) => None,
        };
        let by_text = aml::parse(&message.text).map(|aml| (aml, message.text.clone()));
        let by_data = || unpacked.and_then(|text| Some((aml::parse(&text)?, text)));
        let position = by_text.or_else(by_data);
        let text = position
            .as_ref()
            .map_or(&message.text, |(_, text)| text)
            .clone();
        if let Some((aml, _)) = position {
            let mismatch = aml.length_mismatch;
            self.out.push_back(Heard::Sms(SmsHeard::Aml {
                msisdn: message.from.clone(),
                aml,
                via_data: matches!(message.body, Body::Data(_)),
                port: message.port,
            }));
            if let Some((declared, actual)) = mismatch {
                self.warn("ml", Some(declared), Some(actual));
            }
        }
        self.out.push_back(Heard::Sms(SmsHeard::Received(SmsText {
            from: message.from.clone(),
            text,
            ts: message.sent.clone(),
            parts: message.of,
            class: message.class,
            unread: message.unread,
            slots: message.slots.clone(),
        })));
    }

    pub(super) fn wake(&mut self, now: Tick) {
        let progress = self.assembler.expire(now);
        self.progress(progress);
        if self.text_due().is_some_and(|due| now >= due) {
            self.finish_text();
        }
        if self.head_due().is_some_and(|due| now >= due) {
            self.head = None;
        }
    }

    pub(super) fn due(&self) -> Option<Tick> {
        [self.assembler.due(), self.text_due(), self.head_due()]
            .into_iter()
            .flatten()
            .min()
    }

    fn text_due(&self) -> Option<Tick> {
        let wait = |body: &TextBody| match body.direct {
            Some(_) => DIRECT_TEXT_QUIET,
            None => STORED_TEXT_QUIET,
        };
        self.body.as_ref().map(|body| body.last + wait(body))
    }

    fn head_due(&self) -> Option<Tick> {
        self.head.as_ref().map(|head| head.since + PDU_AFTER_HEAD)
    }

    /// The port is new: half a message is gone, collected parts are not.
    pub(super) fn forget(&mut self) {
        self.head = None;
        self.finish_text();
        self.body = None;
        self.bare_ok = false;
    }
}

/// A message that came in one part.
fn whole(head: &Head, deliver: &Deliver) -> Message {
    Message {
        from: deliver.from.shown(),
        body: deliver.body.clone(),
        text: deliver.body.text(),
        sent: deliver.sent.rfc3339(),
        class: deliver.class,
        port: deliver.header.port,
        of: 1,
        missing: Vec::new(),
        unread: head.unread,
        slots: head.slot.into_iter().collect(),
    }
}

/// Nothing but quiet ends a text delivered directly in text mode; a ring lost in this time comes
/// again.
const DIRECT_TEXT_QUIET: Duration = Duration::from_millis(200);
/// The `OK` behind a stored text in text mode got lost.
const STORED_TEXT_QUIET: Duration = Duration::from_secs(1);
/// A PDU follows its header at once.
const PDU_AFTER_HEAD: Duration = Duration::from_secs(5);
/// A message has at most 160 characters, and so fewer lines.
const TEXT_LINES_MAX: usize = 160;
