//! What each token means now.

use std::time::Duration;

use super::ends::{EndSign, Ended};
use super::replies::{Owner, Sorted};
use super::rows::RowFrom;
use super::{Ear, RingAs};
use crate::at::caller_id::analog;
use crate::at::caller_id::ring::Ring;
use crate::at::command::Command;
use crate::at::final_code::{self, EndWord, FinalCode};
use crate::at::framer::Token;
use crate::at::text;
use crate::at::urc::{self, Urc};
use crate::base::time::Tick;
use crate::line::heard::{AudioHeard, Heard, SmsHeard};

impl Ear {
    pub(super) fn token(&mut self, now: Tick, token: Token) {
        match token {
            Token::Line(line) => self.line(now, &line),
            Token::Glued { word, line } => {
                let label = text::labelled(&line)
                    .map(|(label, _)| label)
                    .unwrap_or_default();
                // `ERROR+CNUM: …` is the beginning of the answer to `AT+CNUM`.
                if self.replies.owner_of_label(label) != Owner::InFlight {
                    self.line(now, word);
                    self.gather();
                }
                self.line(now, &line);
            }
            Token::Prompt => self.prompt(),
            Token::Code(code) => self.code(now, code),
            Token::Sound(sound) => {
                if self.in_band.takes_sound(now, sound.len()) {
                    self.out.push_back(Heard::Audio(AudioHeard::Bytes(sound)));
                }
            }
            Token::StreamJoined => {
                self.in_band.begin(now, None);
                self.calls.sound_flows(now);
                // Where sound flows, keys are keys.
                let keys = self.early_id.take_plain_keys();
                self.say_keys(&keys);
            }
            Token::StreamEnd => self.in_band.ended(now),
            Token::Overlong => self.out.push_back(Heard::Noise {
                line: "overlong".to_owned(),
            }),
        }
    }

    fn prompt(&mut self) {
        let Some(in_flight) = self.replies.in_flight_mut() else {
            return;
        };
        if in_flight.command.expects_prompt() && !in_flight.prompted {
            in_flight.prompted = true;
            self.out.push_back(Heard::Prompt);
        }
    }

    fn line(&mut self, now: Tick, line: &str) {
        let follows_blank = self.framer.follows_blank();
        if self.texts.take_text_line(now, line, follows_blank) {
            return;
        }
        self.gather();
        if let Some(rest) = self.replies.echo(line).map(str::to_owned) {
            if !rest.is_empty() {
                self.line(now, &rest);
            }
            return;
        }
        if self.texts.take_pdu(now, line) {
            return;
        }
        if self.setup.in_band
            && let Some(field) = analog::parse(line)
        {
            return self.caller_id_line(now, field);
        }
        self.settle_caller_id(now);
        match final_code::parse(line).filter(|code| self.may_be_final(*code)) {
            Some(code) => self.final_result(now, code),
            None => self.other_line(now, line),
        }
    }

    /// `NA`, `VCON` and `CONNECT` are words like any other unless something asked for them.
    fn may_be_final(&self, code: FinalCode) -> bool {
        match code {
            FinalCode::Ok | FinalCode::Cme(_) | FinalCode::Cms(_) | FinalCode::End(_) => true,
            FinalCode::Vcon => self.setup.in_band,
            FinalCode::Error | FinalCode::Connect => {
                self.replies.in_flight().is_some() || self.in_band.is_busy()
            }
        }
    }

    fn final_result(&mut self, now: Tick, code: FinalCode) {
        if self.in_band.is_busy() && self.replies.in_flight().is_none() {
            self.stream_finished(now);
            if let FinalCode::End(word) = code {
                self.end_word(now, word);
            }
            return;
        }
        if let FinalCode::End(word) = code {
            let in_flight = self.replies.in_flight();
            let is_answer = in_flight.is_some_and(|f| f.command.sets_up_a_call());
            self.calls.answer_in_flight &= !is_answer;
            let ends_a_call = self.end_word(now, word);
            // Without a call it is one more spelling of ERROR.
            if !is_answer && (ends_a_call || self.replies.in_flight().is_none()) {
                return;
            }
        }
        let sorted = self.replies.sort(now, code);
        self.sorted(now, sorted);
    }

    /// A text in text mode was over without a final result of its own.
    pub(super) fn settle_text(&mut self, now: Tick) {
        if self.texts.take_bare_ok() {
            self.final_result(now, FinalCode::Ok);
        }
    }

    fn sorted(&mut self, now: Tick, sorted: Vec<Sorted>) {
        for sorted in sorted {
            match sorted {
                Sorted::Reply(in_flight, code) => self.replied(now, in_flight, code),
                Sorted::Late {
                    late,
                    code,
                    escaped,
                } => self.late_reply(now, &late, code, escaped),
                Sorted::Nobodys => self.meaningless += 1,
            }
        }
    }

    /// It has been quiet: a result held back is the answer to the command in flight.
    pub(super) fn settle_reply(&mut self, now: Tick) {
        let sorted = self.replies.quiet();
        self.sorted(now, sorted);
        self.gather();
    }

    /// Whether it was about a call.
    fn end_word(&mut self, now: Tick, word: EndWord) -> bool {
        let ended = Ended {
            cause: word.cause(),
            ..Ended::by_sign(EndSign::EndWord)
        };
        let ends_a_call = self.calls.end_word(now, ended);
        self.gather();
        ends_a_call
    }

    fn other_line(&mut self, now: Tick, line: &str) {
        let label = text::labelled(line);
        let owner = match label {
            Some((label, _)) => self.replies.owner_of_label(label),
            None => Owner::Nobody,
        };
        let urc = urc::parse(line);
        let is_answer_like = urc.as_ref().is_none_or(may_be_answer);
        if owner != Owner::Nobody && is_answer_like {
            self.replies.take_line(owner, line);
        }
        // A text is worth reading even when it comes too late for the host.
        let is_text = matches!(label, Some(("+CMGR" | "+CMGL", _)));
        if matches!(owner, Owner::Late(_)) && is_answer_like && !is_text {
            return;
        }
        match (urc, label) {
            (Some(urc), label) => {
                let rest = label.map(|(_, rest)| rest).unwrap_or_default();
                self.news(now, urc, line, rest, owner == Owner::InFlight);
            }
            (None, Some((label, rest))) => self.labelled_line(now, label, rest, owner),
            (None, None) => self.bare_line(line),
        }
    }

    fn labelled_line(&mut self, now: Tick, label: &str, rest: &str, owner: Owner) {
        match label {
            "+CMGR" => {
                let slot = self.replies.command_of(owner).and_then(Command::slot_read);
                self.texts.read_head(now, rest, slot);
            }
            "+CMGL" => self.texts.list_head(now, rest),
            // Cell broadcast: its PDU is of another kind, and belongs to nobody's answer.
            "+CBM" => {
                self.texts.skip_pdu(now);
                self.say_noise(label.to_owned());
            }
            _ if owner == Owner::InFlight => {}
            _ => {
                self.meaningless += 1;
                self.out.push_back(Heard::Noise {
                    line: label.to_owned(),
                });
            }
        }
    }

    /// A line without a label: an answer like `E173`, or nothing we know.
    fn bare_line(&mut self, line: &str) {
        match self.replies.owner_of_bare() {
            Owner::Nobody => self.meaningless += 1,
            owner => self.replies.take_line(owner, line),
        }
    }

    /// `answers`: it belongs to the command in flight.
    fn news(&mut self, now: Tick, urc: Urc, line: &str, rest: &str, answers: bool) {
        match urc {
            Urc::Ring(ring) => self.ring(now, ring, RingAs::Line),
            Urc::Cring { voice } => self.cring(now, voice),
            Urc::Clip(line) => {
                if self.modem.data_rings_until.is_none_or(|until| now >= until) {
                    let caller = line.caller(self.setup.area_code.as_deref());
                    self.calls.calling_line(now, caller);
                }
            }
            Urc::Waiting { line, class } => {
                if class & VOICE_CLASS != 0 {
                    let caller = line.caller(self.setup.area_code.as_deref());
                    self.calls.waiting(now, caller);
                } else {
                    self.say_noise(format!("+CCWA class {class}"));
                }
            }
            Urc::Clcc(row) => {
                let from = if answers {
                    RowFrom::Poll
                } else {
                    RowFrom::ListNews
                };
                self.calls
                    .row(now, &row, self.setup.area_code.as_deref(), from);
            }
            Urc::CallInfo(row) => {
                let area_code = self.setup.area_code.as_deref();
                self.calls.row(now, &row, area_code, RowFrom::StateNews);
            }
            Urc::Orig { idx } => self.calls.dialling(now, idx),
            Urc::Conf { idx } => self.calls.alerting(now, idx),
            Urc::DialledUp => self.calls.connected_dialled(now),
            Urc::Conn { idx } => self.calls.connected(now, idx),
            Urc::Cend { .. } | Urc::VoiceEnd { .. } | Urc::RemoteEnd | Urc::Missed { .. } => {
                self.call_ended(now, urc);
            }
            Urc::NotVoice { label, idx } => {
                self.modem.data_calls.insert(idx);
                self.say_noise(format!("{label} data"));
            }
            Urc::Dtmf(digit) => {
                let call = self.calls.current();
                self.out.push_back(Heard::Dtmf { call, digit });
            }
            urc => self.other_news(now, urc, line, rest, answers),
        }
    }

    fn call_ended(&mut self, now: Tick, urc: Urc) {
        match urc {
            Urc::Cend { idx, .. } if self.modem.data_calls.remove(&idx) => {
                self.say_noise("^CEND data".to_owned());
            }
            Urc::Cend {
                idx,
                duration_s,
                cause,
            } => {
                let duration = duration_s.map(|s| Duration::from_secs(u64::from(s)));
                let ended = Ended {
                    duration,
                    cause,
                    ..Ended::by_sign(EndSign::Cend)
                };
                self.calls.end_of(now, idx, ended);
            }
            Urc::VoiceEnd { duration_s } => {
                let duration = duration_s.map(|s| Duration::from_secs(u64::from(s)));
                let ended = Ended {
                    duration,
                    ..Ended::by_sign(EndSign::VoiceEnd)
                };
                self.calls.end_word(now, ended);
            }
            Urc::Missed { number } => {
                self.calls
                    .missed(now, number, self.setup.area_code.as_deref());
            }
            _ => {
                self.calls.end_word(now, Ended::by_sign(EndSign::RemoteEnd));
            }
        }
    }

    /// News that is not about a call.
    fn other_news(&mut self, now: Tick, urc: Urc, line: &str, rest: &str, answers: bool) {
        match urc {
            Urc::SmsStored { mem, index } => self.sms(SmsHeard::Stored { mem, index }),
            Urc::ReportStored { mem, index } => self.sms(SmsHeard::StatusStored { mem, index }),
            Urc::SmsFull { mem } => self.sms(SmsHeard::StoreFull { mem }),
            Urc::SmsFollows { octets } | Urc::ReportFollows { octets } => {
                self.texts.direct_head(now, rest, octets);
            }
            Urc::Ussd { text, .. } if answers && text.is_empty() => {}
            Urc::Ussd { status, text } => self.out.push_back(Heard::Ussd { status, text }),
            Urc::Signal { csq, ber } => self.out.push_back(Heard::Signal { csq, ber }),
            Urc::Registration { domain } => self.registration(domain, rest, answers),
            Urc::Operator { name, act } => self.out.push_back(Heard::Operator { name, act }),
            Urc::Mode(mode) => self.out.push_back(Heard::NetworkMode { mode }),
            Urc::Sim(word) => self.sim(word, answers),
            Urc::Ready(part) => self.out.push_back(Heard::Ready { part }),
            Urc::Boot => self.boot(now, line),
            Urc::Function(_) if answers => {}
            Urc::Function(function) => self.function(now, function),
            Urc::Down { brown_out } => self.down(now, brown_out),
            Urc::Power(kind) => self.out.push_back(Heard::Power { kind }),
            Urc::Time(text) => self.out.push_back(Heard::NetworkTime { text }),
            Urc::AudioFlow { .. } if answers => {}
            Urc::AudioFlow { go } => {
                self.out.push_back(Heard::Audio(AudioHeard::Flow { go }));
            }
            Urc::Noise(_) if answers => {}
            Urc::Noise(label) => self.say_noise(label),
            Urc::Silent => {}
            // About calls: read before.
            Urc::Ring(_)
            | Urc::Cring { .. }
            | Urc::Clip(_)
            | Urc::Waiting { .. }
            | Urc::Clcc(_)
            | Urc::CallInfo(_)
            | Urc::Orig { .. }
            | Urc::Conf { .. }
            | Urc::DialledUp
            | Urc::Conn { .. }
            | Urc::Cend { .. }
            | Urc::VoiceEnd { .. }
            | Urc::Missed { .. }
            | Urc::RemoteEnd
            | Urc::NotVoice { .. }
            | Urc::Dtmf(_) => {}
        }
    }

    pub(super) fn say_noise(&mut self, line: String) {
        self.out.push_back(Heard::Noise { line });
    }

    pub(super) fn sms(&mut self, heard: SmsHeard) {
        self.out.push_back(Heard::Sms(heard));
    }

    fn cring(&mut self, now: Tick, voice: bool) {
        if voice {
            return self.ring(now, Ring::default(), RingAs::Line);
        }
        let rings_on = self.modem.data_rings_until.is_some_and(|until| now < until);
        self.modem.data_rings_until = Some(now + self.setup.ring_gone);
        if !rings_on {
            self.say_noise("+CRING data".to_owned());
        }
    }
}

/// Lines that answer a question as well as they are news.
fn may_be_answer(urc: &Urc) -> bool {
    matches!(
        urc,
        Urc::Clcc(_)
            | Urc::Signal { .. }
            | Urc::Registration { .. }
            | Urc::Operator { .. }
            | Urc::Mode(_)
            | Urc::Sim(_)
            | Urc::Function(_)
            | Urc::Time(_)
            | Urc::AudioFlow { .. }
            | Urc::Ussd { .. }
            | Urc::Noise(_)
            | Urc::Silent
    )
}

/// Bit of the class mask (3GPP TS 27.007 7.11).
const VOICE_CLASS: u8 = 1;
