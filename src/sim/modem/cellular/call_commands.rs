//! What the host does with calls: `ATA`, `ATD`, `+CHUP`, `+CHLD`, `+CLCC`, `+VTS`.

use std::time::Duration;

use super::super::command::{Command, Kind};
use super::super::core::{Core, Done, Task, Timer};
use super::super::words::{Identity, Report};
use super::Cellular;
use super::calls::{Call, End, Stat};
use super::persona::Dialect;

impl Cellular {
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
            ("+CLCC", Kind::Test) => Done::Ok,
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
    pub(super) fn connect(&mut self, core: &mut Core, uid: u32) {
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
                let begin = "VOICE CALL: BEGIN".to_owned();
                match core.quirks.begin_late_ms {
                    0 => core.follow(20, 80, begin),
                    late => core.follow_in(Duration::from_millis(late), begin),
                }
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

    pub(super) fn list_line(&self, call: &Call, stat: u8) -> String {
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
        core.host_keys_heard(keys);
        for key in keys.chars() {
            core.report(Report::Dtmf(key));
        }
        Done::Ok
    }
}

/// From dialling to the far end's bell.
const ALERT_AFTER: Duration = Duration::from_millis(2_500);
