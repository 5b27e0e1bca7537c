//! Calls: ringing, answered, waiting, held, dialled, ended, and what each family says of it.

use std::time::Duration;

use crate::base::time::Tick;

use super::super::command::{Command, Kind};
use super::super::core::{Core, Done, Task, Timer};
use super::super::words::{Identity, Report};
use super::Cellular;
use super::network::local;
use super::persona::{Clip, Dialect};
use super::vendor::Indications;

/// The modem's call list.
#[derive(Debug, Default)]
pub struct Calls {
    list: Vec<Call>,
    counted: u32,
    /// Calls that had their sound switched on since power-up.
    pub sound_used: u32,
    pub indications: Indications,
    chup_ignored: Option<u32>,
}

#[derive(Clone, Debug)]
struct Call {
    /// Never reused, so that an old timer cannot hit a new call.
    uid: u32,
    /// Position in `+CLCC`, reused.
    idx: u8,
    incoming: bool,
    stat: Stat,
    identity: Identity,
    data: bool,
    rings: u32,
    since: Option<Tick>,
}

/// `+CLCC` states.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stat {
    Active = 0,
    Held = 1,
    Dialing = 2,
    Alerting = 3,
    Incoming = 4,
    Waiting = 5,
}

/// Who ended a call, and why as far as the network says (24.008 cause).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum End {
    Host,
    FarEnd,
    Busy,
}

impl Cellular {
    // ---- what the far end does -------------------------------------------------------------

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
            self.end(core, uid, End::FarEnd);
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
            Some(uid) => self.end(core, uid, End::FarEnd),
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
        let on = match self.persona.dialect {
            Dialect::Huawei => self.settings.number("^DDTMFCFG", 1) != 0,
            Dialect::Simcom | Dialect::Sim800 => self.settings.on("+DDET"),
            Dialect::Quectel => self.settings.on("+QTONEDET"),
            Dialect::Plain => false,
        };
        if !on {
            return core.report(Report::Refused("tone detection is off"));
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

    // ---- ringing ---------------------------------------------------------------------------

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

    // ---- what the host does ----------------------------------------------------------------

    pub(super) fn call_command(&mut self, core: &mut Core, command: &Command) -> Option<Done> {
        Some(match (command.name.as_str(), &command.kind) {
            ("A", _) => {
                let (low, high) = self.persona.answer_ms;
                let delay = match core.quirks.slow_ata_ms {
                    0 => core.pace(low, high),
                    slow => Duration::from_millis(slow),
                };
                Done::Later(delay, Task::Answer)
            }
            ("D", Kind::Set(number)) => Done::Later(core.pace(20, 120), Task::Dial(number.clone())),
            ("H", _) => self.hang_up(core),
            ("+CHUP", Kind::Exec) => self.hang_up(core),
            ("+CHUP", Kind::Test) => Done::Ok,
            ("+CHLD", Kind::Set(what)) => self.hold(core, &what.clone()),
            ("+CHLD", Kind::Test) => {
                core.info.push("+CHLD: (0,1,1x,2,2x,3)".to_owned());
                Done::Ok
            }
            ("+CCWA", _) => self.call_waiting(core, command),
            ("+CLCC", Kind::Exec) => self.list(core),
            ("+CLCC", Kind::Set(_)) if !self.settings.knows("+CLCC") => Done::Error,
            ("+VTS", Kind::Set(_)) => self.send_keys(core, command.args().first().copied()),
            ("+VTS", Kind::Test) => {
                core.info.push("+VTS: (0-9,*,#,A,B,C,D)".to_owned());
                Done::Ok
            }
            ("+CEER", Kind::Exec) => {
                core.info
                    .push("+CEER: No cause information available".to_owned());
                Done::Ok
            }
            _ => return None,
        })
    }

    pub(super) fn answer_now(&mut self, core: &mut Core) -> Done {
        let Some(uid) = self.with_stat(&[Stat::Incoming]) else {
            return Done::Word("NO CARRIER");
        };
        if self.call(uid).is_some_and(|c| c.data) {
            return Done::Word("NO CARRIER");
        }
        self.connect(core, uid);
        Done::Ok
    }

    /// An incoming call is up. `^CONN` comes before the OK, the others' words after it.
    fn connect(&mut self, core: &mut Core, uid: u32) {
        let now = core.now;
        let Some(call) = self.call_mut(uid) else {
            return;
        };
        call.stat = Stat::Active;
        call.since = Some(now);
        let idx = call.idx;
        match self.persona.dialect {
            Dialect::Huawei if self.settings.on("^CURC") => core.line(&format!("^CONN:{idx},0")),
            Dialect::Simcom => {
                core.follow(20, 80, "VOICE CALL: BEGIN".to_owned());
            }
            Dialect::Huawei | Dialect::Quectel | Dialect::Sim800 | Dialect::Plain => {}
        }
        if let Some(line) = self.state_line(uid) {
            core.follow(5, 30, line);
        }
        core.report(Report::Answered);
    }

    pub(super) fn dial_now(&mut self, core: &mut Core, text: &str) -> Done {
        let (number, voice) = match text.trim().strip_suffix(';') {
            Some(number) => (number, true),
            None => (text.trim(), false),
        };
        let number: String = number
            .trim_start_matches(['T', 't', 'P', 'p', ' '])
            .chars()
            .filter(|c| matches!(c, '0'..='9' | '+' | '*' | '#'))
            .collect();
        if !voice || number.is_empty() || self.reachable().is_err() {
            return Done::Word("NO CARRIER");
        }
        if !self.calls.list.is_empty() {
            return Done::Cme(3);
        }
        let uid = self.add(
            Identity::Number(number.clone()),
            false,
            Stat::Dialing,
            false,
        );
        core.report(Report::Dialled(number));
        core.plan(ALERT_AFTER, Timer::Alert(uid));
        if core.quirks.picks_up_after_s > 0 {
            let wait = Duration::from_secs(u64::from(core.quirks.picks_up_after_s));
            core.plan(ALERT_AFTER + wait, Timer::PickUp(uid));
        }
        if self.is(Dialect::Huawei) && self.settings.on("^CURC") {
            core.follow(10, 60, "^ORIG:1,0".to_owned());
        }
        if let Some(line) = self.state_line(uid) {
            core.follow(10, 60, line);
        }
        Done::Ok
    }

    pub(super) fn hang_up(&mut self, core: &mut Core) -> Done {
        let order = [Stat::Active, Stat::Dialing, Stat::Alerting, Stat::Incoming];
        let Some(uid) = order.iter().find_map(|stat| self.with_stat(&[*stat])) else {
            return Done::Ok;
        };
        if core.quirks.deaf_chup && self.calls.chup_ignored != Some(uid) {
            self.calls.chup_ignored = Some(uid);
            return Done::Ok;
        }
        self.end_by_host(core, uid);
        Done::Ok
    }

    fn end_by_host(&mut self, core: &mut Core, uid: u32) {
        core.report(Report::HungUp);
        self.end(core, uid, End::Host);
    }

    /// 3GPP TS 22.030 6.5.5.1, as `+CHLD` has it.
    fn hold(&mut self, core: &mut Core, what: &str) -> Done {
        let (verb, idx) = what.split_at(what.len().min(1));
        let target = idx.parse::<u8>().ok();
        let chosen = target
            .and_then(|idx| self.calls.list.iter().find(|c| c.idx == idx))
            .map(|c| c.uid);
        match (verb, target, chosen) {
            (_, Some(_), None) => return Done::Cme(21),
            ("0", None, _) => match self.with_stat(&[Stat::Waiting]) {
                Some(uid) => self.end_by_host(core, uid),
                None => self.end_all(core, Stat::Held),
            },
            ("1", None, _) => {
                self.end_all(core, Stat::Active);
                self.take_over(core);
            }
            ("1", Some(_), Some(uid)) => self.end_by_host(core, uid),
            ("2", None, _) => {
                self.swap();
                self.take_over(core);
            }
            ("2", Some(_), Some(uid)) => {
                for call in &mut self.calls.list {
                    call.stat = match (call.uid == uid, call.stat) {
                        (true, _) => Stat::Active,
                        (false, Stat::Active) => Stat::Held,
                        (false, other) => other,
                    };
                }
            }
            ("3", None, _) => {
                for call in &mut self.calls.list {
                    if call.stat == Stat::Held {
                        call.stat = Stat::Active;
                    }
                }
            }
            _ => return Done::Cme(50),
        }
        Done::Ok
    }

    fn end_all(&mut self, core: &mut Core, stat: Stat) {
        while let Some(uid) = self.with_stat(&[stat]) {
            self.end_by_host(core, uid);
        }
    }

    fn swap(&mut self) {
        for call in &mut self.calls.list {
            call.stat = match call.stat {
                Stat::Active => Stat::Held,
                Stat::Held => Stat::Active,
                other => other,
            };
        }
    }

    /// The waiting (or, without one, the held) call becomes the active one.
    fn take_over(&mut self, core: &mut Core) {
        if let Some(uid) = self.with_stat(&[Stat::Waiting, Stat::Incoming]) {
            for call in &mut self.calls.list {
                if call.stat == Stat::Active {
                    call.stat = Stat::Held;
                }
            }
            return self.connect(core, uid);
        }
        if !self.has_active_call()
            && let Some(uid) = self.with_stat(&[Stat::Held])
            && let Some(call) = self.call_mut(uid)
        {
            call.stat = Stat::Active;
        }
    }

    fn call_waiting(&mut self, core: &mut Core, command: &Command) -> Done {
        match &command.kind {
            Kind::Test => core.info.push("+CCWA: (0,1)".to_owned()),
            Kind::Read => core
                .info
                .push(format!("+CCWA: {}", self.settings.number("+CCWA", 0))),
            Kind::Exec => return Done::Error,
            Kind::Set(_) => match (command.number(0), command.number(1)) {
                // The second field asks the network; the first alone only switches the report.
                (_, Some(2)) => core
                    .info
                    .push(format!("+CCWA: {},1", self.settings.number("+CCWA", 0))),
                (Some(on @ (0 | 1)), _) => self.settings.put("+CCWA", on.to_string()),
                _ => return Done::Cme(50),
            },
        }
        Done::Ok
    }

    fn list(&mut self, core: &mut Core) -> Done {
        for call in &self.calls.list {
            if call.rings == 0 && call.stat == Stat::Incoming {
                continue;
            }
            core.info.push(self.list_line(call, call.stat as u8));
        }
        if core.quirks.data_call_in_clcc {
            core.info.push("+CLCC: 7,0,0,1,0,\"\",128".to_owned());
        }
        Done::Ok
    }

    fn list_line(&self, call: &Call, stat: u8) -> String {
        let (idx, dir, mode) = (call.idx, u8::from(call.incoming), u8::from(call.data));
        let (digits, octet) = (call.identity.digits(), call.identity.octet());
        let alpha = if self.persona.clcc_alpha { ",\"\"" } else { "" };
        format!("+CLCC: {idx},{dir},{stat},{mode},0,\"{digits}\",{octet}{alpha}")
    }

    pub(super) fn send_keys(&mut self, core: &mut Core, keys: Option<&str>) -> Done {
        let keys = keys.unwrap_or_default();
        if !self.has_active_call() {
            return Done::Cme(3);
        }
        let good = |c: char| matches!(c, '0'..='9' | '*' | '#' | 'A'..='D');
        if keys.is_empty() || !keys.chars().all(good) {
            return Done::Cme(50);
        }
        for key in keys.chars() {
            core.report(Report::Dtmf(key));
        }
        Done::Ok
    }

    // ---- ends ------------------------------------------------------------------------------

    fn end(&mut self, core: &mut Core, uid: u32, how: End) {
        let Some(at) = self.calls.list.iter().position(|c| c.uid == uid) else {
            return;
        };
        let released = self.state_word(uid, true);
        let call = self.calls.list.remove(at);
        let unanswered = call.incoming && call.since.is_none();
        let silent = core.quirks.silent_give_up && unanswered && how == End::FarEnd;
        if !silent {
            self.tell_end(core, &call, released, how);
        }
        self.promote(core);
    }

    fn tell_end(&mut self, core: &mut Core, call: &Call, released: Option<String>, how: End) {
        if let Some(line) = released {
            self.progress(core, how, &line);
        }
        let spoken = call.since.map(|since| core.now.since(since).as_secs());
        match self.persona.dialect {
            Dialect::Huawei if self.settings.on("^CURC") => {
                let (status, cause) = match (spoken, how) {
                    (None, End::FarEnd) if call.incoming => (28, ""),
                    (_, End::Busy) => (25, ",17"),
                    (_, End::FarEnd | End::Host) => (29, ",16"),
                };
                let line = format!("^CEND:{},{},{status}{cause}", call.idx, spoken.unwrap_or(0));
                self.progress(core, how, &line);
            }
            Dialect::Simcom => {
                let line = match (spoken, how) {
                    (None, End::FarEnd) if call.incoming => missed(core, call),
                    (None, _) => "VOICE CALL: END".to_owned(),
                    (Some(s), _) => {
                        format!(
                            "VOICE CALL: END: {:02}{:02}{:02}",
                            s / 3600,
                            s / 60 % 60,
                            s % 60
                        )
                    }
                };
                self.progress(core, how, &line);
                if self.settings.on("$QCRCIND") && how == End::FarEnd && spoken.is_some() {
                    core.line("REMOTE CALL END");
                }
            }
            Dialect::Huawei | Dialect::Quectel | Dialect::Sim800 | Dialect::Plain => {}
        }
        let missed_on_simcom =
            self.is(Dialect::Simcom) && spoken.is_none() && call.incoming && how == End::FarEnd;
        let (word, wanted) = match how {
            End::Busy => ("BUSY", true),
            End::FarEnd => ("NO CARRIER", !self.says_cend() && !missed_on_simcom),
            End::Host => ("NO CARRIER", self.is(Dialect::Simcom)),
        };
        if wanted {
            self.progress(core, how, word);
        }
    }

    fn says_cend(&self) -> bool {
        self.is(Dialect::Huawei) && self.settings.on("^CURC")
    }

    /// Progress that the host caused follows the OK of its command.
    fn progress(&mut self, core: &mut Core, how: End, line: &str) {
        if how == End::Host {
            core.follow(30, 150, line.to_owned());
        } else {
            core.line(line);
        }
    }

    /// A waiting caller rings as soon as nothing else is on the line.
    fn promote(&mut self, core: &mut Core) {
        let busy = self.calls.list.iter().any(|c| c.stat != Stat::Waiting);
        if busy {
            return;
        }
        if let Some(call) = self.calls.list.first_mut() {
            call.stat = Stat::Incoming;
            call.rings = 0;
            let uid = call.uid;
            core.plan(Duration::from_millis(300), Timer::Ring(uid));
        }
    }

    /// Power or network is gone: every call is over and nobody is told in words.
    pub(super) fn drop_calls(&mut self, core: &mut Core) {
        for _ in self.calls.list.drain(..) {
            core.report(Report::HungUp);
        }
    }

    // ---- states ----------------------------------------------------------------------------

    fn tell_state(&mut self, core: &mut Core, uid: u32) {
        if let Some(line) = self.state_line(uid) {
            core.line(&line);
        }
    }

    fn state_line(&self, uid: u32) -> Option<String> {
        self.state_word(uid, false)
    }

    /// The family's own call report, if it has one and it is switched on.
    fn state_word(&self, uid: u32, released: bool) -> Option<String> {
        let call = self.call(uid)?;
        let (idx, dir) = (call.idx, u8::from(call.incoming));
        let (digits, octet) = (call.identity.digits(), call.identity.octet());
        match self.persona.dialect {
            Dialect::Simcom | Dialect::Sim800 if self.settings.on("+CLCC") => {
                Some(self.list_line(call, if released { 6 } else { call.stat as u8 }))
            }
            Dialect::Quectel if self.calls.indications.ccinfo => {
                let stat = if released { -1 } else { call.stat as i8 };
                let mode = u8::from(call.data);
                Some(format!(
                    "+QIND: \"ccinfo\",{idx},{dir},{stat},{mode},0,\"{digits}\",{octet}"
                ))
            }
            Dialect::Quectel if self.settings.on("^DSCI") => {
                let stat = match (released, call.stat) {
                    (true, _) => 6,
                    (false, Stat::Active) => 3,
                    (false, Stat::Held) => 1,
                    (false, Stat::Dialing) => 2,
                    (false, Stat::Alerting) => 7,
                    (false, Stat::Incoming) => 4,
                    (false, Stat::Waiting) => 5,
                };
                Some(format!("^DSCI: {idx},{dir},{stat},0,{digits},{octet}"))
            }
            Dialect::Huawei
            | Dialect::Simcom
            | Dialect::Quectel
            | Dialect::Sim800
            | Dialect::Plain => None,
        }
    }

    pub(super) fn has_active_call(&self) -> bool {
        self.calls.list.iter().any(|c| c.stat == Stat::Active)
    }

    /// Any call, in any state.
    pub fn has_call(&self) -> bool {
        !self.calls.list.is_empty()
    }

    pub(super) fn is_ringing(&self) -> bool {
        self.calls.list.iter().any(|c| c.stat == Stat::Incoming)
    }

    fn add(&mut self, identity: Identity, incoming: bool, stat: Stat, data: bool) -> u32 {
        self.calls.counted += 1;
        let used = |idx: u8| self.calls.list.iter().any(|c| c.idx == idx);
        let idx = (1..=CALLS_MAX as u8).find(|&idx| !used(idx)).unwrap_or(1);
        self.calls.list.push(Call {
            uid: self.calls.counted,
            idx,
            incoming,
            stat,
            identity,
            data,
            rings: 0,
            since: None,
        });
        self.calls.counted
    }

    fn call(&self, uid: u32) -> Option<&Call> {
        self.calls.list.iter().find(|c| c.uid == uid)
    }

    fn call_mut(&mut self, uid: u32) -> Option<&mut Call> {
        self.calls.list.iter_mut().find(|c| c.uid == uid)
    }

    fn with_stat(&self, wanted: &[Stat]) -> Option<u32> {
        let found = self.calls.list.iter().find(|c| wanted.contains(&c.stat));
        found.map(|c| c.uid)
    }
}

impl Call {
    fn is_ringing(&self) -> bool {
        matches!(self.stat, Stat::Incoming | Stat::Waiting)
    }
}

fn missed(core: &Core, call: &Call) -> String {
    let time = local(core.wall()).strftime("%I:%M%p").to_string();
    format!("MISSED_CALL: {time} {}", call.identity.digits())
}

/// Calls a modem keeps (27.007 7.18: 1..7).
const CALLS_MAX: usize = 7;
/// From dialling to the far end's bell.
const ALERT_AFTER: Duration = Duration::from_millis(2_500);
/// From key to key.
const KEY_SPACE: Duration = Duration::from_millis(250);
