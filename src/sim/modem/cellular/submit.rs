//! Sending: `+CMGS` and `+CMGW`, the prompt, the network's answer.

use std::time::Duration;

use super::super::command::Command;
use super::super::core::{Core, Done, Task, Timer};
use super::super::host::Mode;
use super::super::words::Report;
use super::messages::Sending;
use super::store::{Message, State};
use super::{Cellular, pdu};
use crate::at::sms::pdu::{Body, Concat};

impl Cellular {
    pub(super) fn open_prompt(&mut self, command: &Command) -> Done {
        let text_mode = self.settings.on("+CMGF");
        let args = command.args();
        let first = args.first().copied().unwrap_or_default();
        let octets = first
            .parse::<usize>()
            .ok()
            .filter(|n| (7..=164).contains(n));
        let sending = match (command.name.as_str(), text_mode, octets) {
            ("+CMGS", true, _) if !first.is_empty() => Sending::Text(first.to_owned()),
            ("+CMGS", false, Some(octets)) => Sending::Pdu(octets),
            ("+CMGW", false, Some(octets)) => Sending::Write(octets),
            (_, false, None) => return Done::Cms(304),
            _ => return Done::Cms(305),
        };
        self.messages.sending = Some(sending);
        self.messages.typed.clear();
        Done::Prompt
    }

    /// One byte typed behind the prompt.
    pub fn prompt_byte(&mut self, core: &mut Core, byte: u8) -> Option<Done> {
        match byte {
            0x1B => {
                self.mode = Mode::Command;
                self.messages.sending = None;
                Some(Done::Ok)
            }
            0x1A => {
                self.mode = Mode::Command;
                let typed = std::mem::take(&mut self.messages.typed);
                Some(self.submitted(core, typed))
            }
            0x08 => {
                self.messages.typed.pop();
                None
            }
            _ => {
                if self.messages.typed.len() < TYPED_BYTES_MAX {
                    self.messages.typed.push(byte);
                }
                None
            }
        }
    }

    fn submitted(&mut self, core: &mut Core, typed: Vec<u8>) -> Done {
        let hex: Vec<u8> = typed
            .iter()
            .copied()
            .filter(|b| !b.is_ascii_whitespace())
            .collect();
        let decoded = data_encoding::HEXUPPER_PERMISSIVE.decode(&hex).ok();
        match (self.messages.sending.clone(), decoded) {
            (Some(Sending::Text(_)), _) => Done::Later(self.send_time(core), Task::Submit(typed)),
            (Some(Sending::Pdu(octets)), Some(pdu)) if pdu::tpdu_octets(&pdu) == octets => {
                Done::Later(self.send_time(core), Task::Submit(pdu))
            }
            (Some(Sending::Write(octets)), Some(pdu)) if pdu::tpdu_octets(&pdu) == octets => {
                let place = self.messages.selected[1];
                let state = State::Unsent;
                match self.messages.stores[place].keep(Message { state, pdu }) {
                    Some(index) => {
                        core.info.push(format!("+CMGW: {index}"));
                        Done::Ok
                    }
                    None => Done::Cms(322),
                }
            }
            _ => Done::Cms(304),
        }
    }

    fn send_time(&self, core: &mut Core) -> Duration {
        core.pace(1_300, 3_800)
    }

    /// The network's answer to a submitted message.
    pub(super) fn submit_now(&mut self, core: &mut Core, typed: &[u8]) -> Done {
        let read = match self.messages.sending.take() {
            Some(Sending::Text(to)) => Some(pdu::Submit {
                to: self.out_of_charset(&to),
                body: Body::Ucs2(
                    self.out_of_charset(&String::from_utf8_lossy(typed))
                        .encode_utf16()
                        .collect(),
                ),
                part: None,
                wants_report: self.settings.number("+CSMP", 0) & 0x20 != 0,
            }),
            _ => pdu::submit(typed),
        };
        let Some(read) = read else {
            return Done::Cms(304);
        };
        if !self.air.serves() {
            return Done::Cms(331);
        }
        let failing = core.quirks.sms_failure_permille;
        if core.dice.permille(failing) {
            return Done::Cms(core.quirks.sms_failure_cause);
        }
        let mr = self.messages.next_mr;
        self.messages.next_mr = mr.wrapping_add(1);
        core.info.push(format!("+CMGS: {mr}"));
        if read.wants_report {
            let to = read.to.clone();
            let delay = core.dice.millis(2_000, 6_000);
            core.plan(delay, Timer::StatusReport { mr, to });
        }
        self.report_whole(core, read);
        Done::Ok
    }

    /// The far end reads a long message once all parts have come.
    fn report_whole(&mut self, core: &mut Core, read: pdu::Submit) {
        let to = read.to;
        let Some(Concat {
            reference, seq, of, ..
        }) = read.part
        else {
            let text = read.body.text();
            return core.report(Report::SmsSent { to, text });
        };
        let key = (to.clone(), reference);
        let parts = self.messages.parts.entry(key.clone()).or_default();
        parts.insert(seq, read.body);
        if parts.len() < usize::from(of) {
            return;
        }
        let parts = self.messages.parts.remove(&key).unwrap_or_default();
        let mut whole: Option<Body> = None;
        for part in parts.into_values() {
            match &mut whole {
                Some(whole) => drop(whole.join(&part)),
                None => whole = Some(part),
            }
        }
        let text = whole.map(|body| body.text()).unwrap_or_default();
        core.report(Report::SmsSent { to, text });
    }

    fn out_of_charset(&self, text: &str) -> String {
        if !self.settings.text("+CSCS").contains("UCS2") {
            return text.to_owned();
        }
        let octets = data_encoding::HEXUPPER_PERMISSIVE.decode(text.trim().as_bytes());
        let units = octets.map(|o| {
            o.chunks_exact(2)
                .map(|b| u16::from_be_bytes([b[0], b[1]]))
                .collect::<Vec<_>>()
        });
        units.map_or_else(
            |_| text.to_owned(),
            |units| String::from_utf16_lossy(&units),
        )
    }
}

/// A PDU has at most 176 octets; text mode 160 characters.
const TYPED_BYTES_MAX: usize = 1_024;
