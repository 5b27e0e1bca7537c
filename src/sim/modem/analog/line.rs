//! The telephone line: ringing current, caller id, hook, the exchange's tones.

use std::time::Duration;

use super::super::core::{Core, Done, Task, Timer};
use super::super::words::{Identity, Report};
use super::{Analog, CallerIdTiming, HangupSign};
use crate::sim::modem::cellular::local;

/// What is on the line.
#[derive(Debug, Default)]
pub struct Line {
    counted: u32,
    call: Option<Call>,
    tone: Option<char>,
}

#[derive(Debug)]
struct Call {
    uid: u32,
    identity: Identity,
    rings: u32,
    stage: Stage,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stage {
    Ringing,
    Dialled,
    Up,
}

impl Analog {
    // ---- the far end -----------------------------------------------------------------------

    pub fn incoming(&mut self, core: &mut Core, identity: Identity, patience: Option<Duration>) {
        if self.line.call.is_some() || self.off_hook {
            return core.report(Report::Refused("busy"));
        }
        let uid = self.new_call(identity, Stage::Ringing);
        if let Some(patience) = patience {
            core.plan(patience, Timer::GiveUp(uid));
        }
        match core.quirks.caller_id {
            CallerIdTiming::BeforeRing => {
                core.plan(Duration::ZERO, Timer::CallerId(uid));
                core.plan(ID_TO_RING, Timer::Ring(uid));
            }
            CallerIdTiming::BetweenRings => {
                core.plan(Duration::ZERO, Timer::Ring(uid));
                core.plan(RING_TO_ID, Timer::CallerId(uid));
            }
            CallerIdTiming::Never => core.plan(Duration::ZERO, Timer::Ring(uid)),
        }
    }

    /// Ringing stops; an analogue line says nothing more about it.
    pub fn give_up(&mut self, core: &mut Core, uid: u32) {
        if self.call_in(uid, Stage::Ringing) {
            self.line.call = None;
            core.report(Report::GaveUp);
        }
    }

    pub fn far_end_hangs_up(&mut self, core: &mut Core) {
        let Some(call) = self.line.call.take() else {
            return core.report(Report::Refused("no such call"));
        };
        if call.stage == Stage::Ringing {
            return;
        }
        match core.quirks.hangup_sign {
            HangupSign::BusyTone => self.play(core, 'b'),
            HangupSign::LoopBreak => self.code(core, 'l'),
            HangupSign::DialTone => self.play(core, 'd'),
            HangupSign::Silence => self.play(core, 's'),
            HangupSign::Quiet => self.code(core, 'q'),
            HangupSign::Nothing => {}
        }
    }

    pub fn pick_up(&mut self, core: &mut Core) {
        match self
            .line
            .call
            .as_ref()
            .filter(|c| c.stage == Stage::Dialled)
        {
            Some(call) => self.far_end_answers(call.uid),
            None => core.report(Report::Refused("nothing dialled")),
        }
    }

    pub fn far_end_answers(&mut self, uid: u32) {
        if let Some(call) = self
            .line
            .call
            .as_mut()
            .filter(|c| c.uid == uid && c.stage == Stage::Dialled)
        {
            call.stage = Stage::Up;
            self.line.tone = None;
        }
    }

    pub fn busy_tone(&mut self, core: &mut Core) {
        if !self.off_hook {
            return core.report(Report::Refused("on hook"));
        }
        self.line.call = None;
        self.play(core, 'b');
    }

    pub fn far_end_keys(&mut self, core: &mut Core, keys: &str) {
        if !self.is_up() {
            return core.report(Report::Refused("no call is up"));
        }
        core.far_end_tones(keys);
        if !core.quirks.reports_keys {
            return;
        }
        for key in keys.chars() {
            if self.persona.shielded_keys {
                for code in ['/', key, key, '~'] {
                    self.code(core, code);
                }
            } else {
                self.code(core, key);
            }
        }
    }

    // ---- ringing ---------------------------------------------------------------------------

    pub fn ring(&mut self, core: &mut Core, uid: u32) {
        let Some(call) = self
            .line
            .call
            .as_mut()
            .filter(|c| c.uid == uid && c.stage == Stage::Ringing)
        else {
            return;
        };
        call.rings += 1;
        let rings = call.rings;
        core.plan(RING_PERIOD, Timer::Ring(uid));
        if self.class == 8 {
            core.bytes(vec![DLE, b'R']);
        } else if self.settings.on("+VDR") {
            let pause = if rings == 1 { 0 } else { 40 };
            for line in [
                format!("DROF={pause}"),
                "DRON=10".to_owned(),
                "RING".to_owned(),
            ] {
                core.line(&line);
            }
        } else {
            core.line("RING");
        }
        if self.answers_after() > 0 && rings >= self.answers_after() && self.class != 8 {
            self.go_off_hook(core);
            core.plan(HANDSHAKE, Timer::Handshake);
        }
    }

    /// `DATE`, `TIME`, `NMBR`: what the exchange sent, if the host wants it.
    pub fn caller_id(&mut self, core: &mut Core, uid: u32) {
        let missing = core.quirks.missing_clip_permille;
        let format = self
            .settings
            .number("+VCID", 0)
            .max(self.settings.number("#CID", 0));
        if format == 0 || !self.call_in(uid, Stage::Ringing) || core.dice.permille(missing) {
            return;
        }
        let Some(call) = &self.line.call else {
            return;
        };
        let number = match &call.identity {
            Identity::Number(digits) => national(digits),
            Identity::Withheld | Identity::Hidden(_) => "P".to_owned(),
            Identity::Unavailable | Identity::Payphone => "O".to_owned(),
        };
        let time = local(core.wall());
        let (date, clock) = (
            time.strftime("%m%d").to_string(),
            time.strftime("%H%M").to_string(),
        );
        if format == 2 {
            return core.line(&format!("MESG = {}", mdmf(&date, &clock, &number)));
        }
        let equals = if self.persona.spaced_id { " = " } else { "=" };
        core.block(&format!(
            "\r\nDATE{equals}{date}\r\nTIME{equals}{clock}\r\nNMBR{equals}{number}\r\n"
        ));
        if core.quirks.number_then_out_of_area {
            core.block(&format!("NMBR{equals}O\r\n"));
        }
    }

    // ---- the hook --------------------------------------------------------------------------

    /// `ATA`: in voice class like `+VLS=1`, else a data handshake with somebody who screams.
    pub fn answer(&mut self, core: &mut Core) -> Done {
        self.go_off_hook(core);
        if self.class == 8 {
            return Done::Ok;
        }
        Done::Later(HANDSHAKE, Task::Answer)
    }

    pub fn dial(&mut self, core: &mut Core, text: &str) -> Done {
        let (number, stays) = match text.trim().strip_suffix(';') {
            Some(number) => (number, true),
            None => (text.trim(), false),
        };
        let number: String = number
            .chars()
            .filter(|c| matches!(c, '0'..='9' | '*' | '#'))
            .collect();
        if self
            .line
            .call
            .as_ref()
            .is_some_and(|c| c.stage == Stage::Ringing)
        {
            return Done::Word("NO DIALTONE");
        }
        self.off_hook = true;
        core.report(Report::Dialled(number.clone()));
        let uid = self.new_call(Identity::Number(number), Stage::Dialled);
        if core.quirks.picks_up_after_s > 0 {
            let wait = Duration::from_secs(u64::from(core.quirks.picks_up_after_s));
            core.plan(wait, Timer::PickUp(uid));
        }
        if self.class == 8 {
            self.play(core, 'r');
        }
        if stays || self.class == 8 {
            return Done::Ok;
        }
        Done::Later(HANDSHAKE, Task::Answer)
    }

    /// No modem answered: back on hook.
    pub fn no_carrier(&mut self, core: &mut Core) {
        if self.class != 8 && self.off_hook {
            self.go_on_hook(core);
            core.line("NO CARRIER");
        }
    }

    pub fn go_off_hook(&mut self, core: &mut Core) {
        self.off_hook = true;
        if self.selected == 0 {
            self.selected = 1;
        }
        if let Some(call) = self
            .line
            .call
            .as_mut()
            .filter(|c| c.stage == Stage::Ringing)
        {
            call.stage = Stage::Up;
            core.report(Report::Answered);
        } else if self.line.call.is_none() && self.line.tone.is_none() && self.class == 8 {
            self.play(core, 'd');
        }
    }

    pub fn go_on_hook(&mut self, core: &mut Core) {
        self.selected = 0;
        self.stream = None;
        core.sound_stops();
        core.tone_by_order(None);
        self.line.tone = None;
        if !std::mem::take(&mut self.off_hook) {
            return;
        }
        if self.line.call.take().is_some() {
            core.report(Report::HungUp);
        }
    }

    pub fn select(&mut self, core: &mut Core, wanted: Option<u32>) -> Done {
        let known = |line: &&u8| Some(u32::from(**line)) == wanted;
        let Some(&line) = self.persona.lines.iter().find(known) else {
            return Done::Error;
        };
        if self.class != 8 {
            return Done::Error;
        }
        // 4, 8: a loudspeaker alone, without the line (V.253 table 1).
        if matches!(line, 0 | 4 | 8) {
            self.go_on_hook(core);
        } else {
            self.go_off_hook(core);
        }
        self.selected = line;
        Done::Ok
    }

    // ---- tones -----------------------------------------------------------------------------

    fn play(&mut self, core: &mut Core, code: char) {
        self.line.tone = Some(code);
        core.plan(TONE_HEARD_AFTER, Timer::Tone);
    }

    /// The tone goes on: it is reported again.
    pub fn tone(&mut self, core: &mut Core) {
        let Some(code) = self.tone_code() else {
            return;
        };
        self.code(core, code);
        core.plan(TONE_EVERY, Timer::Tone);
    }

    /// The code of what the line plays to whoever is off hook.
    pub fn tone_code(&self) -> Option<char> {
        self.line.tone.filter(|_| self.off_hook)
    }

    /// A DLE code to the host, which only voice class has.
    pub fn code(&mut self, core: &mut Core, code: char) {
        if self.class == 8 {
            core.bytes(vec![DLE, code as u8]);
        }
    }

    pub fn is_up(&self) -> bool {
        let connected = |c: &Call| c.stage == Stage::Up;
        self.off_hook && self.line.call.as_ref().is_some_and(connected)
    }

    /// Any call, in any state.
    pub fn has_call(&self) -> bool {
        self.line.call.is_some()
    }

    fn new_call(&mut self, identity: Identity, stage: Stage) -> u32 {
        self.line.counted += 1;
        self.line.tone = None;
        self.line.call = Some(Call {
            uid: self.line.counted,
            identity,
            rings: 0,
            stage,
        });
        self.line.counted
    }

    fn call_in(&self, uid: u32, stage: Stage) -> bool {
        self.line
            .call
            .as_ref()
            .is_some_and(|c| c.uid == uid && c.stage == stage)
    }
}

/// An exchange delivers digits, not plus signs.
fn national(digits: &str) -> String {
    match digits.strip_prefix("+62") {
        Some(rest) => format!("0{rest}"),
        None => digits.trim_start_matches('+').to_owned(),
    }
}

/// Multiple data message format: 01 date and time, 02 number or 04 reason; checksum at the end.
fn mdmf(date: &str, clock: &str, number: &str) -> String {
    let mut body = vec![0x01, 8];
    body.extend(date.bytes().chain(clock.bytes()));
    let kind = if number.len() == 1 { 0x04 } else { 0x02 };
    body.extend([kind, number.len() as u8]);
    body.extend(number.bytes());
    let mut message = vec![0x80, body.len() as u8];
    message.extend(body);
    let sum = message
        .iter()
        .fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
    message.push(sum.wrapping_neg());
    data_encoding::HEXUPPER.encode(&message)
}

const DLE: u8 = 0x10;
/// Indonesian ringing: one second on, four off.
const RING_PERIOD: Duration = Duration::from_secs(5);
/// The first ring and a half second of pause, then the modem has read the burst.
const RING_TO_ID: Duration = Duration::from_millis(2_300);
/// A burst before ringing.
const ID_TO_RING: Duration = Duration::from_millis(700);
/// A modem that hears no answer to its handshake gives up (register S7).
const HANDSHAKE: Duration = Duration::from_secs(30);
/// A tone is recognised after this long, and reported again this often (V.253: `b` about 4 s).
const TONE_HEARD_AFTER: Duration = Duration::from_millis(1_500);
const TONE_EVERY: Duration = Duration::from_secs(4);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_caller_id_carries_its_checksum() {
        let text = mdmf("0301", "1045", "0840");
        assert!(text.starts_with("8010010830333031313034350204"), "{text}");
        let bytes = data_encoding::HEXUPPER
            .decode(text.as_bytes())
            .unwrap_or_default();
        assert_eq!(bytes.iter().fold(0_u8, |sum, b| sum.wrapping_add(*b)), 0);
    }
}
