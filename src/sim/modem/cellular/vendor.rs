//! Commands only one vendor has, beyond those that merely remember a value.

use super::super::command::{Command, Kind};
use super::super::core::{Core, Done, Task};
use super::Cellular;
use super::network::local;
use super::persona::Dialect;
use crate::voice::frame::RATE_HZ;

/// Which `+QINDCFG` indications a Quectel host has switched on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Indications {
    pub ccinfo: bool,
    pub csq: bool,
    pub full: bool,
}

impl Cellular {
    pub(super) fn vendor_command(&mut self, core: &mut Core, command: &Command) -> Option<Done> {
        match self.persona.dialect {
            Dialect::Huawei => self.huawei(core, command),
            Dialect::Simcom => self.simcom(core, command),
            Dialect::Quectel => self.quectel(core, command),
            Dialect::Sim800 => self.sim800(core, command),
            Dialect::Plain => None,
        }
    }

    fn huawei(&mut self, core: &mut Core, command: &Command) -> Option<Done> {
        let data_only = core.quirks.data_only;
        Some(match (command.name.as_str(), &command.kind) {
            ("^CVOICE" | "^DDSETEX", _) if data_only => Done::Error,
            ("^CVOICE", Kind::Read) => say(core, "^CVOICE:0,8000,16,20"),
            ("^CVOICE", Kind::Test) => say(core, "^CVOICE:(0-1)"),
            ("^CVOICE", _) => Done::Ok,
            ("^DDSETEX", Kind::Set(_)) if !self.has_active_call() => Done::Error,
            ("^DDSETEX", Kind::Set(value)) if value == "2" => {
                self.sound_on(core, RATE_HZ);
                return None;
            }
            ("^DTMF", Kind::Set(_)) => self.send_keys(core, command.args().get(1).copied()),
            ("^SYSINFO", Kind::Exec | Kind::Read) => {
                let service = if self.air.serves() { 2 } else { 0 };
                let sim = if self.card.is_open() { 1 } else { 255 };
                say(core, &format!("^SYSINFO:{service},3,0,5,{sim},,4"))
            }
            ("^SYSCFG", Kind::Test) => say(
                core,
                "^SYSCFG:(2,13,14,16),(0-3),((400380,\"GSM900/GSM1800/WCDMA2100\")),(0-2),(0-4)",
            ),
            ("^SIMST", Kind::Read) => say(
                core,
                if self.card.is_open() {
                    "^SIMST:1"
                } else {
                    "^SIMST:255"
                },
            ),
            ("^HS", _) => say(core, "^HS:0,0"),
            ("^CPIN", Kind::Read) => match self.card.obstacle() {
                None => say(core, "^CPIN: READY,,3,10,3,10"),
                Some(11) => say(core, "^CPIN: SIM PIN,3,3,10,3,10"),
                Some(12) => say(core, "^CPIN: SIM PUK,0,0,10,3,10"),
                Some(other) => Done::Cme(other),
            },
            ("^CARDLOCK", Kind::Read) => say(core, "^CARDLOCK: 2,10,0"),
            ("^GETPORTMODE", _) => say(core, "^GETPORTMODE:TYPE:WCDMA:huawei,MDM:0,DIAG:1,PCUI:2"),
            ("^HCSQ", Kind::Read) => say(core, "^HCSQ:\"WCDMA\",40,38,45"),
            ("^NWTIME", Kind::Read) => {
                let time = local(core.wall()).strftime("%y/%m/%d,%H:%M:%S").to_string();
                say(core, &format!("^NWTIME: {time}+32,00"))
            }
            ("^RFSWITCH", Kind::Read) => say(core, "^RFSWITCH:1,1"),
            ("^RFSWITCH", Kind::Set(_)) => Done::Ok,
            ("^VERSION", Kind::Read) => {
                say(core, &format!("^VERSION:EXTS:{}", self.persona.revision))
            }
            ("^RESET", _) => Done::Later(core.pace(50, 200), Task::Restart),
            _ => return None,
        })
    }

    fn simcom(&mut self, core: &mut Core, command: &Command) -> Option<Done> {
        Some(match (command.name.as_str(), &command.kind) {
            ("+CPCMREG", Kind::Set(value)) if value == "1" => {
                if self.is_worn_out(core) || !self.voice_has_begun(core) {
                    return Some(Done::Error);
                }
                let is_wide = self.settings.on("+CPCMFRM");
                self.sound_on(core, if is_wide { 2 * RATE_HZ } else { RATE_HZ });
                return None;
            }
            ("+CPCMREG", Kind::Set(value)) if value == "0" => {
                self.sound_off(core);
                return None;
            }
            ("+CNSMOD", Kind::Read) => {
                let mode = if self.air.serves() { 8 } else { 0 };
                say(
                    core,
                    &format!("+CNSMOD: {},{mode}", self.settings.number("+CNSMOD", 0)),
                )
            }
            ("+CPSI", Kind::Read) if self.air.serves() => say(
                core,
                "+CPSI: LTE,Online,001-01,0x1A2B,12833509,101,EUTRAN-BAND3,1300,5,5,-95,-1020,-720,14",
            ),
            ("+CPSI", Kind::Read) => say(core, "+CPSI: NO SERVICE,Online"),
            ("+CEREG", Kind::Test) => say(core, "+CEREG: (0-2)"),
            ("+SIMCOMATI", Kind::Exec) => {
                say(
                    core,
                    &format!("Manufacturer: {}", self.persona.manufacturer),
                );
                say(core, &format!("Model: {}", self.persona.model));
                say(core, &format!("Revision: {}", self.persona.revision))
            }
            ("+CSPN" | "+CSPN?", Kind::Read) => say(core, "+CSPN: \"LATIHAN\",1"),
            ("+CRESET", Kind::Exec) => Done::Later(core.pace(50, 200), Task::Restart),
            _ => return None,
        })
    }

    fn quectel(&mut self, core: &mut Core, command: &Command) -> Option<Done> {
        let args = command.args();
        Some(match (command.name.as_str(), &command.kind) {
            ("+QINDCFG", Kind::Set(_)) => self.indication(core, &args),
            ("+QINISTAT", _) => {
                let ready = match (self.card.is_open(), self.messages.ready) {
                    (false, _) => 0,
                    (true, false) => 1,
                    (true, true) => 7,
                };
                say(core, &format!("+QINISTAT: {ready}"))
            }
            ("+QSIMSTAT", Kind::Read) => {
                let there = u8::from(self.card.obstacle() != Some(10));
                say(
                    core,
                    &format!(
                        "+QSIMSTAT: {},{there}",
                        self.settings.number("+QSIMSTAT", 0)
                    ),
                )
            }
            ("+QCFG", Kind::Set(_)) if args.len() == 1 => {
                match args[0].to_ascii_lowercase().as_str() {
                    "usbcfg" => say(core, "+QCFG: \"USBCFG\",0x2C7C,0x0125,1,1,1,1,1,0,0"),
                    "ims" => say(core, "+QCFG: \"ims\",0,0"),
                    "nwscanmode" => say(core, "+QCFG: \"nwscanmode\",0"),
                    _ => Done::Cme(50),
                }
            }
            ("+QLTS", Kind::Exec | Kind::Set(_)) => {
                let time = local(core.wall()).strftime("%Y/%m/%d,%H:%M:%S").to_string();
                say(core, &format!("+QLTS: \"{time}+32,0\""))
            }
            ("+QNWINFO", Kind::Exec) => {
                say(core, "+QNWINFO: \"FDD LTE\",\"00101\",\"LTE BAND 3\",1300")
            }
            ("+QSPN", Kind::Exec) => say(core, "+QSPN: \"LATIHAN\",\"LATIHAN\",\"\",0,\"00101\""),
            ("+QCSQ", Kind::Exec) => say(core, "+QCSQ: \"LTE\",-68,-95,130,-10"),
            // 0: the serial port; 1 and 2 are a codec's and a USB sound card's.
            ("+QPCMV", Kind::Set(_)) if args == ["1", "0"] => {
                self.sound_on(core, RATE_HZ);
                return None;
            }
            ("+QPCMV", Kind::Set(_)) if args.first() == Some(&"0") => {
                self.sound_off(core);
                return None;
            }
            ("+QVTS", Kind::Set(_)) => self.send_keys(core, args.first().copied()),
            ("+QHUP", _) => self.hang_up(core),
            ("+QPOWD", _) => Done::Later(core.pace(100, 300), Task::Restart),
            _ => return None,
        })
    }

    fn sim800(&mut self, core: &mut Core, command: &Command) -> Option<Done> {
        Some(match (command.name.as_str(), &command.kind) {
            ("+CENG", _) => Done::Ok,
            ("+CSPN", Kind::Read) => say(core, "+CSPN: \"LATIHAN\",1"),
            ("+CPOWD", Kind::Set(_)) => {
                core.line("NORMAL POWER DOWN");
                Done::Later(core.pace(50, 100), Task::Restart)
            }
            _ => return None,
        })
    }

    fn indication(&mut self, core: &mut Core, args: &[&str]) -> Done {
        let found = match args
            .first()
            .map(|name| name.to_ascii_lowercase())
            .as_deref()
        {
            Some("ccinfo") => &mut self.calls.indications.ccinfo,
            Some("csq") => &mut self.calls.indications.csq,
            Some("smsfull") => &mut self.calls.indications.full,
            Some("all" | "act" | "ring" | "smsincoming") => return Done::Ok,
            _ => return Done::Cme(50),
        };
        match args.get(1).copied() {
            Some("1") => *found = true,
            Some("0") => *found = false,
            Some(_) => return Done::Cme(50),
            None => {
                let line = format!("+QINDCFG: \"{}\",{}", args[0], u8::from(*found));
                core.info.push(line);
            }
        }
        Done::Ok
    }

    pub(super) fn indications(&self) -> Indications {
        self.calls.indications
    }
}

fn say(core: &mut Core, line: &str) -> Done {
    core.info.push(line.to_owned());
    Done::Ok
}
