//! What commands do when they are sent, obeyed, refused or given up.

use super::Ear;
use super::replies::{InFlight, Late};
use crate::at::command::{Command, Direction, Does};
use crate::at::final_code::FinalCode;
use crate::at::sms::pdu::{self, Pdu};
use crate::at::text::{self, Field, fields};
use crate::base::time::Tick;
use crate::line::heard::{AudioHeard, Capability, Heard, Outcome, Reply, SimState, SmsHeard};

impl Ear {
    pub(super) fn command_sent(&mut self, now: Tick, command: Command) {
        self.settle_reply(now);
        self.texts.host_moves_on();
        self.settle_text(now);
        self.framer.expect_prompt(command.expects_prompt());
        for does in command.does() {
            match does {
                Does::Dial { number } => {
                    self.calls
                        .dial_sent(now, &number, self.setup.area_code.as_deref());
                }
                Does::Answer => self.calls.answer_sent(),
                Does::HangUp => self.calls.hang_up_sent(),
                Does::Hold(hold) => self.calls.hold_sent(hold),
                Does::ListCalls => self.calls.poll_sent(),
                Does::Function(_) => self.modem.function_set = Some(now),
                _ => {}
            }
        }
        self.replies.sent(command);
    }

    pub(super) fn replied(&mut self, now: Tick, in_flight: InFlight, code: FinalCode) {
        let InFlight {
            command,
            lines,
            body,
            ..
        } = in_flight;
        self.framer.expect_prompt(false);
        self.texts.answer_done();
        self.gather();
        let outcome = match code {
            FinalCode::Ok | FinalCode::Vcon | FinalCode::Connect => Outcome::Ok,
            FinalCode::Error => Outcome::Error,
            FinalCode::Cme(n) => Outcome::Cme(n),
            FinalCode::Cms(n) => Outcome::Cms(n),
            FinalCode::End(word) if command.sets_up_a_call() => Outcome::CallEnded(word),
            FinalCode::End(_) => Outcome::Error,
        };
        for does in command.does() {
            match outcome {
                Outcome::Ok => self.obeyed(now, &does, &command, &lines, body.as_deref(), code),
                _ => self.refused(now, &does, outcome),
            }
            self.gather();
        }
        let cmd = command.text().to_owned();
        self.out.push_back(Heard::Reply(Reply {
            cmd,
            outcome,
            lines,
        }));
    }

    fn obeyed(
        &mut self,
        now: Tick,
        does: &Does,
        command: &Command,
        lines: &[String],
        body: Option<&str>,
        code: FinalCode,
    ) {
        match does {
            Does::Dial { .. } => self.calls.dial_done(now),
            Does::Answer => self.calls.answer_done(now),
            Does::HangUp if self.setup.in_band => self.on_hook(now),
            Does::HangUp => self.calls.hang_up_done(now),
            Does::Hold(hold) => self.calls.hold_done(now, *hold),
            Does::ListCalls => self.calls.poll_done(now, true),
            Does::SendSms => self.sms_sent(lines, body),
            Does::ReadSms { index } if lines.is_empty() => self.slot_empty(*index),
            Does::AskImei => self.imei(lines),
            Does::Audio { on } => self.audio(*on, command),
            Does::WideAudio { on } => self.modem.wide_audio = *on,
            Does::AskVoice => self.capability(voice_in(lines)),
            Does::AskClasses => self.capability(Capability {
                voice: has_class_8(lines),
                ..none()
            }),
            Does::AskFormats => self.formats(lines),
            Does::OffHook => self.calls.off_hook(now),
            Does::OnHook => self.on_hook(now),
            Does::Stream(direction) if code == FinalCode::Connect => {
                self.stream_begins(now, *direction);
            }
            Does::Stream(_)
            | Does::ReadSms { .. }
            | Does::ListSms
            | Does::AskSim
            | Does::EnterVoice
            | Does::Function(_)
            | Does::Other => {}
        }
    }

    fn refused(&mut self, now: Tick, does: &Does, outcome: Outcome) {
        match does {
            Does::Dial { .. } => self.calls.dial_failed(),
            Does::Answer => self.calls.answer_failed(now),
            Does::HangUp | Does::Hold(_) => self.calls.hang_up_failed(),
            Does::ListCalls => self.calls.poll_done(now, false),
            Does::SendSms => self.sms_failed(reason(outcome)),
            Does::ReadSms { index } if is_no_such_slot(outcome) => self.slot_empty(*index),
            Does::AskSim => {
                if let Some(state) = sim_in(outcome) {
                    self.sim_is(state, true);
                }
            }
            Does::Audio { on: true } | Does::Stream(_) => self.audio_refused(),
            Does::AskVoice => self.capability(none()),
            Does::ReadSms { .. }
            | Does::ListSms
            | Does::AskImei
            | Does::Audio { on: false }
            | Does::WideAudio { .. }
            | Does::EnterVoice
            | Does::AskClasses
            | Does::AskFormats
            | Does::OffHook
            | Does::OnHook
            | Does::Function(_)
            | Does::Other => {}
        }
    }

    pub(super) fn give_up_command(&mut self, now: Tick) {
        let Some(late) = self.replies.gave_up() else {
            return;
        };
        let (command, had_body) = (late.command.clone(), late.body.is_some());
        let lines = late.lines.clone();
        self.texts.answer_done();
        for does in command.does() {
            match does {
                Does::Answer => self.calls.answer_failed(now),
                Does::Dial { .. } => self.calls.dial_failed(),
                Does::HangUp | Does::Hold(_) => self.calls.hang_up_failed(),
                Does::ListCalls => self.calls.poll_done(now, false),
                Does::SendSms => {
                    let reason = if had_body { "timeout" } else { "no_prompt" };
                    self.sms_failed(reason.to_owned());
                }
                _ => {}
            }
        }
        self.gather();
        let cmd = command.text().to_owned();
        self.out.push_back(Heard::Reply(Reply {
            cmd,
            outcome: Outcome::TimedOut,
            lines,
        }));
    }

    /// The answer came after the host had given up; what it did, it did all the same.
    pub(super) fn late_reply(&mut self, now: Tick, late: &Late, code: FinalCode, escaped: bool) {
        let obeyed = matches!(code, FinalCode::Ok | FinalCode::Vcon);
        for does in late.command.does() {
            match does {
                Does::Answer if obeyed => self.calls.answer_done(now),
                Does::HangUp if obeyed => {
                    self.calls.hang_up_sent();
                    self.calls.hang_up_done(now);
                }
                Does::SendSms if obeyed && late.body.is_some() && !late.lines.is_empty() => {
                    self.sms_sent(&late.lines, late.body.as_deref());
                }
                _ => {}
            }
        }
        self.gather();
        if !escaped {
            let cmd = late.command.text().to_owned();
            self.out.push_back(Heard::LateReply { cmd });
        }
    }

    fn stream_begins(&mut self, now: Tick, direction: Direction) {
        self.framer.enter_stream();
        if direction == Direction::Play {
            self.framer.expect_lines();
        }
        self.in_band.begin(now, Some(direction));
        self.calls.sound_flows(now);
        self.out.push_back(Heard::Audio(AudioHeard::Started {
            in_band: true,
            format: None,
        }));
    }

    fn on_hook(&mut self, now: Tick) {
        self.calls.on_hook(now);
        self.gather();
        self.out.push_back(Heard::OnHook);
    }

    fn sms_sent(&mut self, lines: &[String], body: Option<&str>) {
        let mr = lines.iter().find_map(|line| {
            let (label, rest) = text::labelled(line)?;
            (label == "+CMGS").then(|| fields(rest).first().and_then(Field::number))?
        });
        let to = body.and_then(|hex| match pdu::decode(hex) {
            Ok((Pdu::Submit(submit), _)) => Some(submit.to.shown()),
            _ => None,
        });
        self.out.push_back(Heard::Sms(SmsHeard::Sent { mr, to }));
    }

    fn sms_failed(&mut self, reason: String) {
        self.framer.expect_prompt(false);
        self.out.push_back(Heard::Sms(SmsHeard::Failed { reason }));
    }

    fn slot_empty(&mut self, index: u16) {
        self.out
            .push_back(Heard::Sms(SmsHeard::SlotEmpty { index }));
    }

    fn imei(&mut self, lines: &[String]) {
        let digits = |line: &String| -> String {
            let value = text::labelled(line).map_or(line.as_str(), |(_, rest)| rest);
            value.chars().filter(char::is_ascii_digit).collect()
        };
        let imei = lines
            .iter()
            .map(digits)
            .find(|d| IMEI_DIGITS.contains(&d.len()));
        if let Some(imei) = imei
            && std::mem::take(&mut self.modem.identity_due)
        {
            self.modem.lost = false;
            self.out.push_back(Heard::Found { imei });
        }
    }

    /// The sound path over the audio port.
    fn audio(&mut self, on: bool, command: &Command) {
        // `AT+QPCMV=0;+QPCMV=1,2` arms it anew, `AT+CPCMREG=0;A` clears it: nothing has stopped.
        let is_rearmed = !on && command.parts().len() > 1;
        if is_rearmed || (!on && self.modem.audio_on == Some(false)) {
            return;
        }
        self.modem.audio_on = Some(on);
        let format = match self.modem.wide_audio {
            true => "s16le_16000_mono",
            false => self.setup.audio_format,
        };
        self.out.push_back(Heard::Audio(match on {
            true => AudioHeard::Started {
                in_band: false,
                format: Some(format),
            },
            false => AudioHeard::Stopped,
        }));
    }

    fn audio_refused(&mut self) {
        let reason = self.setup.audio_refusal;
        self.out
            .push_back(Heard::Audio(AudioHeard::Failed { reason }));
        // It worked before and will work again after a reset (callpilot#121).
        if reason == "enable_refused" {
            self.out.push_back(Heard::Degraded {
                why: "audio_refused",
            });
        }
    }

    fn capability(&mut self, capability: Capability) {
        self.out.push_back(Heard::Capability(capability));
    }

    /// `id,"name",bits,…` each, with or without a label.
    fn formats(&mut self, lines: &[String]) {
        let id = |line: &String| {
            let value = text::labelled(line).map_or(line.as_str(), |(_, rest)| rest);
            fields(value.trim_start_matches('('))
                .first()
                .and_then(Field::number)
        };
        let formats: Vec<u16> = lines.iter().filter_map(id).collect();
        self.capability(Capability {
            voice: !formats.is_empty(),
            formats,
            ..none()
        });
    }
}

fn none() -> Capability {
    Capability {
        voice: false,
        rate: None,
        bits: None,
        frame_ms: None,
        formats: Vec::new(),
    }
}

/// `^CVOICE:0,8000,16,20`: 0 is "voice works". Others only answer or refuse.
fn voice_in(lines: &[String]) -> Capability {
    let huawei = lines.iter().find_map(|line| match text::labelled(line) {
        Some(("^CVOICE", rest)) => Some(fields(rest)),
        _ => None,
    });
    let Some(fields) = huawei else {
        return Capability {
            voice: true,
            ..none()
        };
    };
    Capability {
        voice: fields.first().is_some_and(|f| f.text == "0"),
        rate: fields.get(1).and_then(Field::number),
        bits: fields.get(2).and_then(Field::number),
        frame_ms: fields.get(3).and_then(Field::number),
        formats: Vec::new(),
    }
}

/// `0,1,8`, `(0,1,2,8)`, `+FCLASS: 0,1,8.0`.
fn has_class_8(lines: &[String]) -> bool {
    lines.iter().any(|line| {
        let value = text::labelled(line).map_or(line.as_str(), |(_, rest)| rest);
        value
            .split([',', '(', ')', ' ', '"'])
            .any(|class| matches!(class, "8" | "8.0"))
    })
}

/// As the journal and the transcripts spell it.
fn reason(outcome: Outcome) -> String {
    match outcome {
        Outcome::Cms(n) => format!("cms_{n}"),
        Outcome::Cme(n) => format!("cme_{n}"),
        Outcome::Ok | Outcome::Error | Outcome::CallEnded(_) => "error".to_owned(),
        Outcome::TimedOut => "timeout".to_owned(),
    }
}

/// 3GPP TS 27.005 3.2.5: 321 invalid memory index; 27.007 9.2: 21 invalid index, 22 not found.
fn is_no_such_slot(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Cms(321) | Outcome::Cme(21 | 22))
}

/// What an error says about the SIM (3GPP TS 27.007 9.2, TS 27.005 3.2.5).
fn sim_in(outcome: Outcome) -> Option<SimState> {
    let state = match outcome {
        Outcome::Cme(10) | Outcome::Cms(310) => SimState::Absent,
        Outcome::Cme(11 | 17) | Outcome::Cms(311 | 317) => SimState::PinRequired,
        Outcome::Cme(12 | 18) | Outcome::Cms(316 | 318) => SimState::PukRequired,
        Outcome::Cme(5..=9) | Outcome::Cms(312) => SimState::Locked,
        Outcome::Cme(14) | Outcome::Cms(314) => SimState::Busy,
        Outcome::Cme(13 | 15) | Outcome::Cms(313 | 315) => SimState::Failure,
        _ => return None,
    };
    Some(state)
}

/// 15, or 14 without the check digit, or 16 with the software version.
const IMEI_DIGITS: std::ops::RangeInclusive<usize> = 14..=16;
