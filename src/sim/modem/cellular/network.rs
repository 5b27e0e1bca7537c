//! Registration, signal, operator, network time: what the air brings.

use std::time::Duration;

use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};

use crate::base::time::Wall;

use super::super::command::{Command, Kind};
use super::super::core::{Core, Done, Task, Timer};
use super::super::words::Report;
use super::Cellular;
use super::persona::Dialect;

/// What the modem knows of the network.
#[derive(Debug)]
pub struct Air {
    /// `+CREG` state: 0 idle, 1 home, 2 searching, 3 denied, 5 roaming.
    pub stat: u8,
    /// Received level 0..=31, 99 unknown.
    pub csq: u8,
    /// How `+COPS?` writes the operator: 0 long, 1 short, 2 numeric.
    format: u32,
}

impl Default for Air {
    fn default() -> Air {
        Air {
            stat: 0,
            csq: 19,
            format: 0,
        }
    }
}

impl Air {
    pub fn power_on(&mut self) {
        (self.stat, self.format) = (0, 0);
    }

    /// Calls and messages get through.
    pub fn serves(&self) -> bool {
        matches!(self.stat, 1 | 5)
    }
}

/// The test network of 3GPP, so that nobody is mistaken for a real one.
const OPERATOR: &str = "LATIHAN";
const PLMN: &str = "00101";
const LAC: &str = "1A2B";
const CELL: &str = "00C3D4E5";
/// Waktu Indonesia Tengah, in quarters of an hour.
const ZONE_QUARTERS: i32 = 32;

/// The network's local time.
pub fn local(wall: Wall) -> Zoned {
    let stamp = Timestamp::from_millisecond(wall.0).unwrap_or(Timestamp::UNIX_EPOCH);
    let offset = Offset::from_seconds(ZONE_QUARTERS * 900).unwrap_or(Offset::UTC);
    stamp.to_zoned(TimeZone::fixed(offset))
}

impl Cellular {
    pub(super) fn network_command(&mut self, core: &mut Core, command: &Command) -> Option<Done> {
        Some(match (command.name.as_str(), &command.kind) {
            ("+CSQ", Kind::Exec | Kind::Read) => {
                core.info.push(format!("+CSQ: {},99", self.air.csq));
                Done::Ok
            }
            ("+CSQ", _) => {
                core.info.push("+CSQ: (0-31,99),(0-7,99)".to_owned());
                Done::Ok
            }
            ("+CREG" | "+CGREG" | "+CEREG", Kind::Read) => {
                let line = self.registration(&command.name, true);
                core.info.push(line);
                Done::Ok
            }
            ("+COPS", _) => self.operator(core, command),
            ("+CFUN", Kind::Set(_)) => self.functionality(core, command),
            ("+CPAS", Kind::Exec) => {
                core.info.push(format!("+CPAS: {}", self.activity()));
                Done::Ok
            }
            ("+CBC", Kind::Exec) => {
                core.info.push("+CBC: 0,95,4050".to_owned());
                Done::Ok
            }
            ("+CCLK", Kind::Read) => {
                let time = local(core.wall()).strftime("%y/%m/%d,%H:%M:%S").to_string();
                core.info.push(format!("+CCLK: \"{time}+{ZONE_QUARTERS}\""));
                Done::Ok
            }
            ("+CCLK", _) => Done::Ok,
            ("+CUSD", Kind::Set(_)) => self.ussd(core, command),
            ("+CUSD", _) => Done::Ok,
            ("+CIND", Kind::Read) => {
                let bars = if self.air.csq > 31 {
                    0
                } else {
                    self.air.csq / 6
                };
                let service = u8::from(self.air.serves());
                core.info.push(format!(
                    "+CIND: 5,{bars},{service},{}",
                    u8::from(self.has_active_call())
                ));
                Done::Ok
            }
            ("+CIND", Kind::Test) => {
                let all = "+CIND: (\"battchg\",(0-5)),(\"signal\",(0-5)),(\"service\",(0,1)),(\"call\",(0,1))";
                core.info.push(all.to_owned());
                Done::Ok
            }
            ("+CGDCONT", Kind::Read) => {
                core.info
                    .push("+CGDCONT: 1,\"IP\",\"internet\",\"0.0.0.0\",0,0".to_owned());
                Done::Ok
            }
            ("+CGDCONT", Kind::Test) => {
                core.info
                    .push("+CGDCONT: (1-16),\"IP\",,,(0-2),(0-4)".to_owned());
                Done::Ok
            }
            ("+CGDCONT", _) => Done::Ok,
            ("+CGACT", Kind::Read) => {
                core.info.push("+CGACT: 1,0".to_owned());
                Done::Ok
            }
            ("+CGACT", _) => Done::Ok,
            _ => return None,
        })
    }

    /// `+CREG: n,stat[,"lac","ci"[,act]]`; without `n` when it comes by itself.
    pub(super) fn registration(&self, name: &str, asked: bool) -> String {
        let level = self.settings.number(name, 0);
        let stat = self.domain_stat(name);
        let mut line = format!("{name}: ");
        if asked {
            line.push_str(&format!("{level},"));
        }
        line.push_str(&stat.to_string());
        if level == 2 && matches!(stat, 1 | 5) {
            line.push_str(&format!(",\"{LAC}\",\"{CELL}\""));
            if name != "+CREG" || self.persona.act == 7 {
                line.push_str(&format!(",{}", self.persona.act));
            }
        }
        line
    }

    /// The A7670 registers for LTE only and leaves `+CREG` at 0 (hardware.md, A7-02).
    fn domain_stat(&self, name: &str) -> u8 {
        match (name, self.persona.model) {
            ("+CREG", "A7670E-FASE") => 0,
            ("+CEREG", _) if self.persona.act != 7 => 0,
            _ => self.air.stat,
        }
    }

    fn operator(&mut self, core: &mut Core, command: &Command) -> Done {
        if let Some(code) = self.card.obstacle() {
            return Done::Cme(code);
        }
        let name = if self.air.format == 2 { PLMN } else { OPERATOR };
        match &command.kind {
            Kind::Read if self.air.serves() => {
                let name = self.in_charset(name);
                let (format, act) = (self.air.format, self.persona.act);
                core.info
                    .push(format!("+COPS: 0,{format},\"{name}\",{act}"));
            }
            Kind::Read => core.info.push("+COPS: 0".to_owned()),
            Kind::Test => {
                let act = self.persona.act;
                core.info.push(format!(
                    "+COPS: (2,\"{OPERATOR}\",\"{OPERATOR}\",\"{PLMN}\",{act}),,(0-4),(0-2)"
                ));
                return Done::Later(core.pace(2_500, 6_000), Task::Nothing);
            }
            Kind::Set(_) => match (command.number(0), command.number(1)) {
                (Some(3), Some(format @ 0..=2)) => self.air.format = format,
                (Some(0), _) => {
                    if let Some(format) = command.number(1) {
                        self.air.format = format;
                    }
                }
                (Some(1 | 2 | 4), _) => {}
                _ => return Done::Cme(50),
            },
            Kind::Exec => return Done::Error,
        }
        Done::Ok
    }

    fn functionality(&mut self, core: &mut Core, command: &Command) -> Done {
        match (command.number(0), command.number(1)) {
            (Some(1), Some(1)) | (Some(6), _) => {
                return Done::Later(core.pace(100, 400), Task::Restart);
            }
            (Some(1), _) => {
                self.settings.put("+CFUN", "1".to_owned());
                if self.air.stat == 0 && self.card.is_open() {
                    self.search(core);
                }
            }
            (Some(level @ (0 | 4)), _) => {
                self.settings.put("+CFUN", level.to_string());
                self.drop_calls(core);
                self.new_registration(core, 0);
            }
            _ => return Done::Cme(50),
        }
        Done::Later(core.pace(300, 900), Task::Nothing)
    }

    /// `+CPAS`: 0 ready, 3 ringing, 4 call in progress.
    fn activity(&self) -> u8 {
        match (self.is_ringing(), self.has_active_call()) {
            (true, _) => 3,
            (false, true) => 4,
            (false, false) => 0,
        }
    }

    /// Text in the character set the host has chosen.
    pub(super) fn in_charset(&self, text: &str) -> String {
        if !self.settings.text("+CSCS").contains("UCS2") {
            return text.to_owned();
        }
        text.encode_utf16()
            .map(|unit| format!("{unit:04X}"))
            .collect()
    }

    /// Only the balance code is served; everything else the network does not know.
    fn ussd(&mut self, core: &mut Core, command: &Command) -> Done {
        if let Some(code) = self.card.obstacle() {
            return Done::Cme(code);
        }
        if !self.air.serves() {
            return Done::Cme(30);
        }
        let args = command.args();
        if command.number(0) == Some(2) || args.len() < 2 {
            return Done::Ok;
        }
        let asked = args[1];
        let known = asked == "*888#" || asked == self.ucs2("*888#");
        let answer = if known {
            format!("+CUSD: 0,\"{}\",15", self.in_charset(BALANCE))
        } else {
            "+CUSD: 4".to_owned()
        };
        core.follow(1_500, 4_000, answer);
        Done::Ok
    }

    fn ucs2(&self, text: &str) -> String {
        text.encode_utf16()
            .map(|unit| format!("{unit:04X}"))
            .collect()
    }

    /// The search for a network begins.
    pub(super) fn search(&mut self, core: &mut Core) {
        self.new_registration(core, 2);
        if !core.quirks.no_network {
            let delay = core.pace(900, 3_500);
            core.plan(delay, Timer::Registered);
        }
    }

    pub(super) fn registered(&mut self, core: &mut Core) {
        if !self.card.is_open() || self.air.stat != 2 {
            return;
        }
        self.new_registration(core, 1);
        let time = local(core.wall());
        match self.persona.dialect {
            Dialect::Huawei => {
                core.line("^SRVST:2");
                core.line("^MODE:5,4");
                core.line(&format!("^RSSI:{}", self.air.csq));
                if self.settings.on("^CURC") {
                    let text = time.strftime("%y/%m/%d,%H:%M:%S");
                    core.line(&format!("^NWTIME: \"{text}+{ZONE_QUARTERS},00\""));
                }
            }
            Dialect::Simcom | Dialect::Sim800 if self.settings.on("+CLTS") => {
                core.line(&format!("+CTZV: {ZONE_QUARTERS}"));
                let text = time.strftime("%Y,%m,%d,%H,%M,%S");
                core.line(&format!("*PSUTTZ: {text},\"+{ZONE_QUARTERS}\",0"));
            }
            Dialect::Simcom | Dialect::Sim800 | Dialect::Quectel | Dialect::Plain => {}
        }
    }

    /// The network's mind changes about us.
    pub(super) fn new_registration(&mut self, core: &mut Core, stat: u8) {
        if self.air.stat == stat {
            return;
        }
        self.air.stat = stat;
        for name in ["+CREG", "+CGREG", "+CEREG"] {
            if self.settings.on(name) && !self.persona.refuses.contains(&name) {
                let line = self.registration(name, false);
                core.line(&line);
            }
        }
        if self.is(Dialect::Huawei) && self.settings.on("^CURC") && stat != 1 {
            core.line("^SRVST:0");
        }
        if self.air.serves() {
            self.plan_delivery(core, Duration::from_millis(1_200));
        } else {
            self.drop_calls(core);
        }
    }

    pub(super) fn new_signal(&mut self, core: &mut Core, level: u8) {
        self.air.csq = level;
        self.tell_signal(core, level);
    }

    /// Registered, allowed, powered: somebody who calls us gets through.
    pub(super) fn reachable(&self) -> Result<(), Report> {
        match (self.card.is_open(), self.air.serves()) {
            (false, _) => Err(Report::Refused("no usable SIM")),
            (true, false) => Err(Report::Refused("no network")),
            (true, true) => Ok(()),
        }
    }

    pub(super) fn plan_chatter(&mut self, core: &mut Core) {
        if core.quirks.chatter {
            let (low, high) = self.persona.chatter_ms;
            let delay = core.dice.millis(low, high);
            core.plan(delay, Timer::Chatter);
        }
    }

    /// Lines that come by themselves, whatever the host is doing.
    pub(super) fn chatter(&mut self, core: &mut Core) {
        let shaken = (self.air.csq + core.dice.below(3) as u8)
            .saturating_sub(1)
            .min(31);
        let shown = if self.air.csq > 31 { 99 } else { shaken };
        if self.is(Dialect::Huawei) && core.dice.permille(120) {
            core.line("^BOOT:27710117,0,0,0,75");
        }
        if self.is(Dialect::Huawei) && core.dice.permille(120) {
            core.line("^HCSQ:\"WCDMA\",40,38,45");
        }
        self.tell_signal(core, shown);
        self.plan_chatter(core);
    }

    fn tell_signal(&mut self, core: &mut Core, csq: u8) {
        match self.persona.dialect {
            Dialect::Huawei if self.settings.on("^CURC") => core.line(&format!("^RSSI:{csq}")),
            Dialect::Simcom if self.settings.on("+AUTOCSQ") => {
                core.line(&format!("+CSQ: {csq},99"))
            }
            Dialect::Quectel if self.indications().csq => {
                core.line(&format!("+QIND: \"csq\",{csq},99"));
            }
            Dialect::Huawei
            | Dialect::Simcom
            | Dialect::Quectel
            | Dialect::Sim800
            | Dialect::Plain => {}
        }
    }
}

/// What a prepaid card answers to `*888#`.
const BALANCE: &str = "Sisa pulsa Rp12.500 aktif s/d 01/04/2026";
