//! The SIM card: there or not, locked or not.

use super::super::command::{Command, Kind};
use super::super::core::{Core, Done};
use super::super::quirks::Quirks;
use super::super::words::Report;
use super::Cellular;
use super::persona::Dialect;

/// See the module.
#[derive(Debug)]
pub struct Card {
    there: bool,
    /// Read since power-up.
    read: bool,
    pin: Option<String>,
    unlocked: bool,
    pin_tries: u8,
}

/// Tries before the PUK is wanted (3GPP TS 11.11).
const PIN_TRIES: u8 = 3;
/// Ours opens with this PUK.
const PUK: &str = "12345678";

impl Card {
    pub fn new(quirks: &Quirks) -> Card {
        Card {
            there: !quirks.no_sim,
            read: quirks.warm,
            pin: (!quirks.pin.is_empty()).then(|| quirks.pin.clone()),
            unlocked: false,
            pin_tries: PIN_TRIES,
        }
    }

    pub fn power_on(&mut self, quirks: &Quirks) {
        self.read = quirks.warm;
        self.unlocked = false;
    }

    /// Calls and messages are possible.
    pub fn is_open(&self) -> bool {
        self.obstacle().is_none()
    }

    /// The CME error that everything about the SIM ends with now.
    pub fn obstacle(&self) -> Option<u16> {
        if !self.there {
            return Some(10);
        }
        if !self.read {
            return Some(14);
        }
        match (&self.pin, self.unlocked, self.pin_tries) {
            (None, _, _) | (_, true, _) => None,
            (Some(_), false, 0) => Some(12),
            (Some(_), false, _) => Some(11),
        }
    }

    fn state(&self) -> Result<&'static str, u16> {
        match self.obstacle() {
            None => Ok("READY"),
            Some(11) => Ok("SIM PIN"),
            Some(12) => Ok("SIM PUK"),
            Some(other) => Err(other),
        }
    }

    fn enter(&mut self, given: &str, new: Option<&str>) -> Result<(), u16> {
        match (self.obstacle(), new) {
            (Some(11), _) if self.pin.as_deref() == Some(given) => self.pin_tries = PIN_TRIES,
            (Some(11), _) => {
                self.pin_tries -= 1;
                return Err(if self.pin_tries == 0 { 12 } else { 16 });
            }
            (Some(12), Some(new)) if given == PUK => {
                self.pin = Some(new.to_owned());
                self.pin_tries = PIN_TRIES;
            }
            (Some(12), _) => return Err(16),
            (Some(other), _) => return Err(other),
            (None, _) => return Err(3),
        }
        self.unlocked = true;
        Ok(())
    }
}

impl Cellular {
    pub(super) fn card_command(&mut self, core: &mut Core, command: &Command) -> Option<Done> {
        if command.name == self.persona.iccid || command.name == "+CCID" {
            return Some(self.iccid(core, command));
        }
        Some(match (command.name.as_str(), &command.kind) {
            ("+CPIN", Kind::Read) => match self.card.state() {
                Ok(state) => {
                    core.info.push(format!("+CPIN: {state}"));
                    Done::Ok
                }
                Err(code) => Done::Cme(code),
            },
            ("+CPIN", Kind::Set(_)) => self.enter_pin(core, command),
            ("+CPIN", Kind::Test | Kind::Exec) => Done::Ok,
            ("+CIMI", Kind::Test) => Done::Ok,
            ("+CIMI", _) => match self.card.obstacle() {
                Some(code) => Done::Cme(code),
                None => {
                    core.info.push(self.numbers.imsi.clone());
                    Done::Ok
                }
            },
            ("+CNUM", Kind::Test) => Done::Ok,
            ("+CNUM", _) => self.own_number(core),
            ("+CLCK", Kind::Test) => {
                core.info
                    .push("+CLCK: (\"SC\",\"AO\",\"OI\",\"AI\",\"IR\")".to_owned());
                Done::Ok
            }
            ("+CLCK", Kind::Set(_)) => self.facility_lock(core, command),
            ("+CPWD", Kind::Test) => {
                core.info.push("+CPWD: (\"SC\",8)".to_owned());
                Done::Ok
            }
            ("+CPBS", _) => self.phone_book(core, command),
            ("+CPBR", Kind::Test) => {
                core.info.push("+CPBR: (1-250),40,14".to_owned());
                Done::Ok
            }
            ("+CPBR" | "+CPBF", _) => self.card.obstacle().map_or(Done::Ok, Done::Cme),
            ("+CRSM", Kind::Set(_)) => self.restricted_access(core, command),
            _ => return None,
        })
    }

    /// The start-up has come to the SIM.
    pub(super) fn read_card(&mut self, core: &mut Core) {
        self.card.read = true;
        match (self.persona.dialect, self.card.obstacle()) {
            (Dialect::Plain, _) => {}
            (Dialect::Huawei, None) => core.line("^SIMST:1"),
            (Dialect::Huawei, Some(10)) => core.line("^SIMST:255"),
            (Dialect::Huawei, Some(_)) => core.line("^SIMST:0"),
            (_, None) => core.line("+CPIN: READY"),
            (_, Some(10)) => core.line("+CPIN: NOT INSERTED"),
            (_, Some(12)) => core.line("+CPIN: SIM PUK"),
            (_, Some(_)) => core.line("+CPIN: SIM PIN"),
        }
        if self.card.is_open() {
            self.plan_unlocked(core, 0);
        }
    }

    pub(super) fn drop_card(&mut self, core: &mut Core) {
        if !self.card.there {
            return core.report(Report::Refused("no SIM inserted"));
        }
        self.card.there = false;
        self.card.unlocked = false;
        self.messages.ready = false;
        match self.persona.dialect {
            Dialect::Huawei => core.line("^SIMST:255"),
            Dialect::Quectel => {
                if self.settings.on("+QSIMSTAT") {
                    core.line("+QSIMSTAT: 1,0");
                }
                core.line("+CPIN: NOT READY");
            }
            Dialect::Simcom | Dialect::Sim800 => core.line("+CPIN: NOT INSERTED"),
            Dialect::Plain => {}
        }
        self.drop_calls(core);
        self.new_registration(core, 0);
    }

    pub(super) fn insert_card(&mut self, core: &mut Core) {
        if self.card.there {
            return core.report(Report::Refused("a SIM is inserted"));
        }
        self.card.there = true;
        if self.is(Dialect::Quectel) && self.settings.on("+QSIMSTAT") {
            core.line("+QSIMSTAT: 1,1");
        }
        self.read_card(core);
    }

    fn enter_pin(&mut self, core: &mut Core, command: &Command) -> Done {
        let args = command.args();
        let given = args.first().copied().unwrap_or_default();
        if let Err(code) = self.card.enter(given, args.get(1).copied()) {
            return Done::Cme(code);
        }
        let open = if self.is(Dialect::Huawei) {
            "^SIMST:1"
        } else {
            "+CPIN: READY"
        };
        core.follow(100, 300, open.to_owned());
        self.plan_unlocked(core, 0);
        Done::Ok
    }

    fn own_number(&mut self, core: &mut Core) -> Done {
        if let Some(code) = self.card.obstacle() {
            return Done::Cme(code);
        }
        let number = format!("+CNUM: \"Voice Line 1\",\"{}\",145", self.numbers.own);
        if core.quirks.glued_cnum {
            core.line(&format!("ERROR{number}"));
            return Done::Ok;
        }
        core.info.push(number);
        Done::Ok
    }

    fn iccid(&mut self, core: &mut Core, command: &Command) -> Done {
        if command.kind == Kind::Test {
            return Done::Ok;
        }
        if let Some(code) = self.card.obstacle() {
            return Done::Cme(code);
        }
        let iccid = &self.numbers.iccid;
        core.info.push(match self.persona.dialect {
            Dialect::Sim800 => iccid.clone(),
            Dialect::Simcom if command.name == "+CICCID" => format!("+ICCID: {iccid}"),
            _ => format!("{}: {iccid}", command.name),
        });
        Done::Ok
    }

    fn facility_lock(&mut self, core: &mut Core, command: &Command) -> Done {
        let args = command.args();
        match (args.first().copied(), args.get(1).copied()) {
            (Some("SC"), Some("2")) => {
                core.info
                    .push(format!("+CLCK: {}", u8::from(self.card.pin.is_some())));
                Done::Ok
            }
            (Some("AO" | "OI" | "AI" | "IR"), Some("2")) => {
                core.info.push("+CLCK: 0,7".to_owned());
                Done::Ok
            }
            _ => Done::Cme(3),
        }
    }

    fn phone_book(&mut self, core: &mut Core, command: &Command) -> Done {
        if let Some(code) = self.card.obstacle() {
            return Done::Cme(code);
        }
        match &command.kind {
            Kind::Test => core
                .info
                .push("+CPBS: (\"SM\",\"ON\",\"FD\",\"MC\",\"RC\",\"DC\")".to_owned()),
            Kind::Read => core.info.push("+CPBS: \"SM\",0,250".to_owned()),
            Kind::Set(_) | Kind::Exec => {}
        }
        Done::Ok
    }

    /// The few files of the SIM that a host reads through `+CRSM` (3GPP TS 51.011 10).
    fn restricted_access(&mut self, core: &mut Core, command: &Command) -> Done {
        if let Some(code) = self.card.obstacle() {
            return Done::Cme(code);
        }
        let (action, file) = (command.number(0), command.number(1));
        let content = match file {
            Some(FILE_ICCID) => swapped(&self.numbers.iccid),
            // Administrative data: normal operation, MNC of two digits.
            Some(FILE_AD) => "00000002".to_owned(),
            _ => {
                // 6A82: file not found.
                core.info.push("+CRSM: 106,130".to_owned());
                return Done::Ok;
            }
        };
        match (action, file) {
            (Some(GET_RESPONSE), Some(file)) => {
                // 51.011 9.2.1: size, file, EF, access, status 01, transparent.
                let size = content.len() / 2;
                core.info.push(format!(
                    "+CRSM: 144,0,\"0000{size:04X}{file:04X}04000FF0FF01020000\""
                ));
            }
            _ => core.info.push(format!("+CRSM: 144,0,\"{content}\"")),
        }
        Done::Ok
    }
}

const FILE_ICCID: u32 = 0x2FE2;
const FILE_AD: u32 = 0x6FAD;
const GET_RESPONSE: u32 = 192;

/// Digits as a SIM stores them: nibbles swapped, padded with F.
fn swapped(digits: &str) -> String {
    let mut padded = digits.as_bytes().to_vec();
    if padded.len() % 2 == 1 {
        padded.push(b'F');
    }
    padded
        .chunks(2)
        .flat_map(|pair| [pair[1], pair[0]])
        .map(char::from)
        .collect()
}
