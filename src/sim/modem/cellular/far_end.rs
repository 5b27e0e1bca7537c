//! What the far end of a call does, and how its ringing reaches the host.

use std::time::Duration;

use super::super::core::{Core, Timer};
use super::super::sound::AudioPort;
use super::super::words::{Identity, Report};
use super::Cellular;
use super::calls::{CALLS_MAX, Call, End, Stat};
use super::persona::{Clip, Dialect};

impl Cellular {
    pub(super) fn incoming(
        &mut self,
        core: &mut Core,
        identity: Identity,
        patience: Option<Duration>,
        data: bool,
    ) {
        if let Err(why) = self.reachable() {
            return core.report(why);
        }
        let waiting = !self.calls.list.is_empty();
        let taken = self.calls.list.iter().any(|c| c.stat == Stat::Waiting);
        if waiting && (taken || !self.settings.on("+CCWA") || self.calls.list.len() >= CALLS_MAX) {
            return core.report(Report::Refused("busy"));
        }
        let stat = if waiting {
            Stat::Waiting
        } else {
            Stat::Incoming
        };
        let uid = self.add(identity, true, stat, data);
        if let Some(patience) = patience {
            core.plan(patience, Timer::GiveUp(uid));
        }
        let delay = Duration::from_millis(core.quirks.fallback_ms);
        if !delay.is_zero() && self.is(Dialect::Simcom) && self.settings.on("+CNSMOD") {
            core.line("+CNSMOD: 4");
        }
        core.plan(delay, Timer::Ring(uid));
    }

    pub(super) fn give_up(&mut self, core: &mut Core, uid: u32) {
        let ringing = self.call(uid).is_some_and(|c| c.is_ringing());
        if ringing {
            core.report(Report::GaveUp);
            self.end(core, uid, End::Remote);
        }
    }

    pub(super) fn far_end_hangs_up(&mut self, core: &mut Core, idx: Option<u8>) {
        let order = |call: &Call| match call.stat {
            Stat::Active => 0,
            Stat::Incoming | Stat::Alerting | Stat::Dialing => 1,
            Stat::Waiting => 2,
            Stat::Held => 3,
        };
        let candidates = self
            .calls
            .list
            .iter()
            .filter(|c| idx.is_none_or(|idx| c.idx == idx));
        match candidates.min_by_key(|c| order(c)).map(|c| c.uid) {
            Some(uid) => self.end(core, uid, End::Remote),
            None => core.report(Report::Refused("no such call")),
        }
    }

    pub(super) fn far_end_busy(&mut self, core: &mut Core) {
        match self.with_stat(&[Stat::Dialing, Stat::Alerting]) {
            Some(uid) => self.end(core, uid, End::Busy),
            None => core.report(Report::Refused("nothing dialled")),
        }
    }

    pub(super) fn pick_up(&mut self, core: &mut Core) {
        match self.with_stat(&[Stat::Dialing, Stat::Alerting]) {
            Some(uid) => self.far_end_answers(core, uid),
            None => core.report(Report::Refused("nothing dialled")),
        }
    }

    pub(super) fn far_end_rings(&mut self, core: &mut Core, uid: u32) {
        let Some(call) = self.call_mut(uid).filter(|c| c.stat == Stat::Dialing) else {
            return;
        };
        call.stat = Stat::Alerting;
        let idx = call.idx;
        match self.persona.dialect {
            Dialect::Huawei if self.settings.on("^CURC") => core.line(&format!("^CONF:{idx}")),
            Dialect::Sim800 if self.settings.on("+MORING") => core.line("MO RING"),
            Dialect::Huawei
            | Dialect::Sim800
            | Dialect::Simcom
            | Dialect::Quectel
            | Dialect::Plain => {}
        }
        self.tell_state(core, uid);
    }

    pub(super) fn far_end_answers(&mut self, core: &mut Core, uid: u32) {
        let now = core.now;
        let dialled = |c: &&mut Call| matches!(c.stat, Stat::Dialing | Stat::Alerting);
        let Some(call) = self.call_mut(uid).filter(dialled) else {
            return;
        };
        call.stat = Stat::Active;
        call.since = Some(now);
        let idx = call.idx;
        match self.persona.dialect {
            Dialect::Huawei if self.settings.on("^CURC") => core.line(&format!("^CONN:{idx},0")),
            Dialect::Simcom => core.line("VOICE CALL: BEGIN"),
            Dialect::Sim800 if self.settings.on("+MORING") => core.line("MO CONNECTED"),
            Dialect::Huawei | Dialect::Sim800 | Dialect::Quectel | Dialect::Plain => {}
        }
        self.tell_state(core, uid);
    }

    pub(super) fn far_end_keys(&mut self, core: &mut Core, keys: &str) {
        if !self.has_active_call() {
            return core.report(Report::Refused("no call is up"));
        }
        let is_heard = core.sound.port != AudioPort::Absent;
        if is_heard {
            core.far_end_tones(keys);
        }
        let on = match self.persona.dialect {
            Dialect::Huawei => self.settings.number("^DDTMFCFG", 1) != 0,
            Dialect::Simcom | Dialect::Sim800 => self.settings.on("+DDET"),
            Dialect::Quectel => self.settings.on("+QTONEDET"),
            Dialect::Plain => false,
        };
        if !on || !core.quirks.reports_keys {
            if !is_heard {
                core.report(Report::Refused("tone detection is off"));
            }
            return;
        }
        let timed = self.settings.number("+DDET", 2) != 0;
        for (nth, key) in keys.chars().enumerate() {
            let text = match self.persona.dialect {
                Dialect::Huawei => format!("^DDTMF: {key}"),
                Dialect::Simcom => format!("+RXDTMF: {key}"),
                Dialect::Quectel => format!("+QTONEDET: {}", key as u32),
                Dialect::Sim800 | Dialect::Plain if timed => format!("+DTMF: {key},160"),
                Dialect::Sim800 | Dialect::Plain => format!("+DTMF:{key}"),
            };
            core.plan(KEY_SPACE * nth as u32, Timer::Line(text));
        }
    }

    pub(super) fn ring_again(&mut self, core: &mut Core, uid: u32) {
        let Some(call) = self.call_mut(uid).filter(|c| c.is_ringing()) else {
            return;
        };
        call.rings += 1;
        let (first, waiting) = (call.rings == 1, call.stat == Stat::Waiting);
        core.plan(
            Duration::from_millis(self.persona.ring_ms),
            Timer::Ring(uid),
        );
        if first {
            self.tell_state(core, uid);
        }
        if waiting {
            return self.tell_waiting(core, uid);
        }
        if core.quirks.clip_before_ring && first {
            self.present(core, uid);
            core.plan(Duration::from_millis(150), Timer::Line(self.ring_word(uid)));
            return;
        }
        let word = self.ring_word(uid);
        core.line(&word);
        match core.quirks.clip_late_ms {
            0 => self.present(core, uid),
            late => core.plan(Duration::from_millis(late), Timer::CallerId(uid)),
        }
    }

    fn ring_word(&self, uid: u32) -> String {
        let data = self.call(uid).is_some_and(|c| c.data);
        match (self.settings.on("+CRC"), data) {
            (true, true) => "+CRING: REL ASYNC".to_owned(),
            (true, false) => "+CRING: VOICE".to_owned(),
            (false, _) => "RING".to_owned(),
        }
    }

    /// `+CLIP`, if it is wanted and this modem gives it.
    pub(super) fn present(&mut self, core: &mut Core, uid: u32) {
        let Some(call) = self.call(uid).filter(|c| c.stat == Stat::Incoming) else {
            return;
        };
        let missing = core.quirks.missing_clip_permille;
        if !self.settings.on("+CLIP") || core.quirks.no_clip || core.dice.permille(missing) {
            return;
        }
        let (digits, octet, validity) = (
            call.identity.digits(),
            call.identity.octet(),
            call.identity.validity(),
        );
        let octet = match (self.persona.clip, octet) {
            (Clip::Sim800, 129) if digits.starts_with('0') => 161,
            (_, octet) => octet,
        };
        let tail = match self.persona.clip {
            Clip::Bare => format!(",,,,{validity}"),
            Clip::Quoted => format!(",\"\",,\"\",{validity}"),
            Clip::Sim800 => format!(",\"\",0,\"\",{validity}"),
        };
        core.line(&format!("+CLIP: \"{digits}\",{octet}{tail}"));
    }

    fn tell_waiting(&mut self, core: &mut Core, uid: u32) {
        if let Some(call) = self.call(uid) {
            let class = if call.data { 4 } else { 1 };
            let (digits, octet) = (call.identity.digits(), call.identity.octet());
            let line = format!("+CCWA: \"{digits}\",{octet},{class}");
            core.line(&line);
        }
    }
}

/// From key to key.
const KEY_SPACE: Duration = Duration::from_millis(250);
