//! Text messages: from the network into the store or straight to the host, and out again.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::super::command::{Command, Kind};
use super::super::core::{Core, Done, Task, Timer};
use super::super::host::Mode;
use super::super::words::Report;
use super::Cellular;
use super::network::local;
use super::pdu;
use super::persona::{Dialect, Persona};
use super::store::{Message, State, Store};
use crate::at::sms::pdu::{Body, Concat};

/// See the module.
#[derive(Debug)]
pub struct Messages {
    /// Messages can be read and sent (`SMS DONE`).
    pub ready: bool,
    stores: Vec<Store>,
    /// Which store is read, written to, received into.
    selected: [usize; 3],
    /// What the network holds for us.
    network: VecDeque<Vec<u8>>,
    /// Being typed after a prompt.
    typed: Vec<u8>,
    sending: Option<Sending>,
    parts: BTreeMap<(String, u16), BTreeMap<u8, Body>>,
    next_mr: u8,
    next_reference: u8,
    /// A direct delivery waits for `+CNMA`: its number and the message.
    unacknowledged: Option<(u32, Vec<u8>)>,
    acknowledged: u32,
    full_told: bool,
    /// A delivery is planned.
    coming: bool,
}

/// What a prompt was opened for.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Sending {
    /// `+CMGS=octets`
    Pdu(usize),
    /// `+CMGS="number"`
    Text(String),
    /// `+CMGW=octets[,stat]`
    Write(usize),
}

impl Messages {
    pub fn new(persona: &Persona, slots: u16) -> Messages {
        // A SIM's records count from 1; the memory of a Qualcomm chip from 0.
        let chip = u16::from(matches!(persona.dialect, Dialect::Sim800 | Dialect::Plain));
        let stores = persona.stores.iter();
        Messages {
            ready: false,
            stores: stores
                .map(|&(name, usual)| {
                    let slots = if slots > 0 { slots } else { usual };
                    Store::new(name, slots, if name == "ME" { chip } else { 1 })
                })
                .collect(),
            selected: [0; 3],
            network: VecDeque::new(),
            typed: Vec::new(),
            sending: None,
            parts: BTreeMap::new(),
            next_mr: 0,
            next_reference: 0,
            unacknowledged: None,
            acknowledged: 0,
            full_told: false,
            coming: false,
        }
    }

    pub fn power_on(&mut self) {
        self.ready = false;
        self.selected = [0; 3];
        self.typed.clear();
        self.sending = None;
        self.coming = false;
        if let Some((_, pdu)) = self.unacknowledged.take() {
            self.network.push_front(pdu);
        }
    }

    fn reading(&mut self) -> &mut Store {
        &mut self.stores[self.selected[0]]
    }

    fn find(&self, name: &str) -> Option<usize> {
        self.stores
            .iter()
            .position(|s| s.name.eq_ignore_ascii_case(name))
    }
}

impl Cellular {
    // ---- from the network ------------------------------------------------------------------

    pub(super) fn message_from(&mut self, core: &mut Core, from: &str, text: &str) {
        self.messages.next_reference = self.messages.next_reference.wrapping_add(1);
        let at = local(core.wall());
        let parts = pdu::deliver(from, text, &at, self.messages.next_reference);
        self.messages.network.extend(parts);
        self.plan_delivery(core, Duration::ZERO);
    }

    pub(super) fn message_raw(&mut self, core: &mut Core, pdu: Vec<u8>) {
        self.messages.network.push_back(pdu);
        self.plan_delivery(core, Duration::ZERO);
    }

    pub(super) fn fill_store(&mut self, core: &mut Core) {
        let at = local(core.wall());
        let target = self.messages.selected[2];
        while !self.messages.stores[target].is_full() {
            let pdu = pdu::deliver("+6284001019999", "lama", &at, 0).remove(0);
            let state = State::Read;
            self.messages.stores[target].keep(Message { state, pdu });
        }
        self.tell_full(core);
    }

    /// The network hands over what it holds, one message after another, as far as the modem takes
    /// it. A message takes the network a second or more.
    pub(super) fn deliver(&mut self, core: &mut Core) {
        self.messages.coming = false;
        if !self.messages.ready || !self.card.is_open() || !self.air.serves() {
            return;
        }
        if self.messages.unacknowledged.is_some() {
            return;
        }
        let Some(pdu) = self.messages.network.pop_front() else {
            return;
        };
        match self.take(core, pdu) {
            Ok(()) => {
                let pace = core.pace(900, 2_500);
                self.plan_delivery(core, pace);
            }
            Err(pdu) => {
                self.messages.network.push_front(pdu);
                self.tell_full(core);
            }
        }
    }

    /// One delivery at a time: a planned one stands for all.
    pub(super) fn plan_delivery(&mut self, core: &mut Core, delay: Duration) {
        if !std::mem::replace(&mut self.messages.coming, true) {
            core.plan(delay, Timer::Deliver);
        }
    }

    /// One message, by the rules of `+CNMI`; given back if there is no room.
    fn take(&mut self, core: &mut Core, pdu: Vec<u8>) -> Result<(), Vec<u8>> {
        let is_report = pdu::is_report(&pdu);
        let field = if is_report { 3 } else { 1 };
        let route = self.settings.number("+CNMI", field);
        let flash = !is_report && pdu::is_flash(&pdu);
        match (is_report, route) {
            (true, 0) => return Ok(()),
            (true, 1) => self.hand_over(core, "+CDS", pdu),
            (false, 2 | 3) => self.hand_over(core, "+CMT", pdu),
            (false, _) if flash && route > 0 => self.hand_over(core, "+CMT", pdu),
            (is_report, route) => return self.store(core, pdu, is_report, route > 0),
        }
        Ok(())
    }

    /// Straight to the host. With `+CSMS=1` the host must say that it has it.
    fn hand_over(&mut self, core: &mut Core, label: &str, pdu: Vec<u8>) {
        let octets = pdu::tpdu_octets(&pdu);
        let hex = data_encoding::HEXUPPER.encode(&pdu);
        match (label, self.settings.on("+CMGF"), pdu::shown(&pdu)) {
            ("+CMT", true, Some(shown)) => {
                let (peer, time) = (self.in_charset(&shown.peer), shown.time);
                let body = self.in_charset(&shown.text);
                core.block(&format!("\r\n+CMT: \"{peer}\",,\"{time}\"\r\n{body}\r\n"));
            }
            ("+CMT", _, _) => core.block(&format!("\r\n+CMT: ,{octets}\r\n{hex}\r\n")),
            _ => core.block(&format!("\r\n{label}: {octets}\r\n{hex}\r\n")),
        }
        core.report(Report::SmsArrived);
        if self.messages.phase_2_plus(&self.settings) {
            self.messages.acknowledged += 1;
            let serial = self.messages.acknowledged;
            self.messages.unacknowledged = Some((serial, pdu));
            core.plan(ACKNOWLEDGE_WITHIN, Timer::Unacknowledged(serial));
        }
    }

    fn store(
        &mut self,
        core: &mut Core,
        pdu: Vec<u8>,
        is_report: bool,
        tell: bool,
    ) -> Result<(), Vec<u8>> {
        let own = self.messages.find("SR");
        let target = match (is_report, own) {
            (true, Some(reports)) => reports,
            _ => self.messages.selected[2],
        };
        let state = State::Unread;
        let message = Message {
            state,
            pdu: pdu.clone(),
        };
        let store = &mut self.messages.stores[target];
        let Some(index) = store.keep(message) else {
            return Err(pdu);
        };
        let (name, full) = (store.name, store.is_full());
        core.report(Report::SmsArrived);
        if tell {
            let label = if is_report { "+CDSI" } else { "+CMTI" };
            core.line(&format!("{label}: \"{name}\",{index}"));
        }
        if full {
            self.tell_full(core);
        }
        Ok(())
    }

    fn tell_full(&mut self, core: &mut Core) {
        if std::mem::replace(&mut self.messages.full_told, true) || core.quirks.silent_when_full {
            return;
        }
        let name = self.messages.stores[self.messages.selected[2]].name;
        match self.persona.dialect {
            Dialect::Huawei => core.line(&format!("^SMMEMFULL: \"{name}\"")),
            Dialect::Quectel if self.indications().full => {
                core.line(&format!("+QIND: \"smsfull\",\"{name}\""));
            }
            Dialect::Simcom => core.line("+SMS FULL"),
            Dialect::Sim800 if self.settings.on("+CMER") => core.line("+CIEV: \"SMFULL\",1"),
            Dialect::Quectel | Dialect::Sim800 | Dialect::Plain => {}
        }
    }

    /// Nobody acknowledged: the modem stops direct delivery and the network tries again.
    pub(super) fn unacknowledged(&mut self, core: &mut Core, serial: u32) {
        match self.messages.unacknowledged.take() {
            Some((waiting, pdu)) if waiting == serial => {
                self.messages.network.push_front(pdu);
                let mut fields: Vec<u32> =
                    (0..5).map(|i| self.settings.number("+CNMI", i)).collect();
                (fields[1], fields[3]) = (0, 0);
                let text: Vec<String> = fields.iter().map(u32::to_string).collect();
                self.settings.put("+CNMI", text.join(","));
                self.plan_delivery(core, NETWORK_RETRY);
            }
            other => self.messages.unacknowledged = other,
        }
    }

    pub(super) fn status_report(&mut self, core: &mut Core, mr: u8, to: &str) {
        let lost = core.quirks.lost_report_permille;
        if core.dice.permille(lost) {
            return;
        }
        let at = local(core.wall());
        let pdu = pdu::status_report(mr, to, &at, &at, 0);
        self.message_raw(core, pdu);
    }

    // ---- for the host ----------------------------------------------------------------------

    pub(super) fn message_command(&mut self, core: &mut Core, command: &Command) -> Option<Done> {
        let name = command.name.as_str();
        let about_messages = matches!(
            name,
            "+CMGS" | "+CMGW" | "+CMGR" | "+CMGL" | "+CMGD" | "+CPMS" | "+CNMA" | "+CSCA"
        );
        if about_messages && !matches!(command.kind, Kind::Test) {
            if let Some(code) = self.message_obstacle() {
                return Some(Done::Cms(code));
            }
        }
        Some(match (name, &command.kind) {
            ("+CSMS", _) => self.service(core, command),
            ("+CNMI", Kind::Set(value)) if value.starts_with('2') && core.quirks.refuses_cnmi_2 => {
                Done::Error
            }
            ("+CPMS", _) => self.select(core, command),
            ("+CMGS" | "+CMGW", Kind::Set(_)) => self.open_prompt(command),
            ("+CMGR", Kind::Set(_)) => self.read_one(core, command),
            ("+CMGL", Kind::Set(_) | Kind::Exec) => self.read_all(core, command),
            ("+CMGL", Kind::Test) => {
                let list = match self.settings.on("+CMGF") {
                    true => {
                        "+CMGL: (\"REC UNREAD\",\"REC READ\",\"STO UNSENT\",\"STO SENT\",\"ALL\")"
                    }
                    false => "+CMGL: (0-4)",
                };
                core.info.push(list.to_owned());
                Done::Ok
            }
            ("+CMGD", Kind::Set(_)) => self.delete(core, command),
            ("+CMGD", Kind::Test) => {
                let indices: Vec<String> = self
                    .messages
                    .reading()
                    .indices()
                    .iter()
                    .map(u16::to_string)
                    .collect();
                core.info
                    .push(format!("+CMGD: ({}),(0-4)", indices.join(",")));
                Done::Ok
            }
            ("+CMGS" | "+CMGW" | "+CMGR" | "+CNMA", Kind::Test) => Done::Ok,
            ("+CNMA", _) => self.acknowledge(core),
            _ => return None,
        })
    }

    fn message_obstacle(&self) -> Option<u16> {
        match self.card.obstacle() {
            Some(10) => Some(310),
            Some(11) => Some(311),
            Some(12) => Some(316),
            Some(_) => Some(314),
            None if !self.messages.ready => Some(314),
            None => None,
        }
    }

    fn service(&mut self, core: &mut Core, command: &Command) -> Done {
        match (&command.kind, command.number(0)) {
            (Kind::Test, _) => core.info.push("+CSMS: (0,1)".to_owned()),
            (Kind::Read, _) => {
                let on = self.messages.phase_2_plus(&self.settings);
                core.info.push(format!("+CSMS: {},1,1,1", u8::from(on)));
            }
            (Kind::Set(_), Some(service @ (0 | 1))) => {
                self.settings.put("+CSMS", service.to_string());
                core.info.push("+CSMS: 1,1,1".to_owned());
            }
            _ => return Done::Cms(303),
        }
        Done::Ok
    }

    fn select(&mut self, core: &mut Core, command: &Command) -> Done {
        match &command.kind {
            Kind::Test => {
                let names: Vec<String> = self
                    .messages
                    .stores
                    .iter()
                    .map(|s| format!("\"{}\"", s.name))
                    .collect();
                let group = format!("({})", names.join(","));
                core.info.push(format!("+CPMS: {group},{group},{group}"));
                return Done::Ok;
            }
            Kind::Read => {
                let counts = self.counters(true);
                core.info.push(format!("+CPMS: {counts}"));
                return Done::Ok;
            }
            Kind::Exec => return Done::Cms(302),
            Kind::Set(_) => {}
        }
        let mut chosen = self.messages.selected;
        for (place, name) in command.args().iter().enumerate().take(3) {
            match self.messages.find(name) {
                Some(found) => chosen[place] = found,
                None => return Done::Cms(302),
            }
        }
        self.messages.selected = chosen;
        let counts = self.counters(false);
        core.info.push(format!("+CPMS: {counts}"));
        Done::Ok
    }

    fn counters(&self, named: bool) -> String {
        let one = |&place: &usize| {
            let store = &self.messages.stores[place];
            match named {
                true => format!("\"{}\",{},{}", store.name, store.used(), store.slots),
                false => format!("{},{}", store.used(), store.slots),
            }
        };
        self.messages
            .selected
            .iter()
            .map(one)
            .collect::<Vec<_>>()
            .join(",")
    }

    fn read_one(&mut self, core: &mut Core, command: &Command) -> Done {
        let Some(index) = command.number(0).and_then(|n| u16::try_from(n).ok()) else {
            return Done::Cms(321);
        };
        if !self.messages.reading().has_slot(index) {
            return Done::Cms(321);
        }
        let Some(message) = self.messages.reading().read(index) else {
            return if self.persona.empty_slot_is_error {
                Done::Cms(321)
            } else {
                Done::Ok
            };
        };
        let (head, body) = self.shown(&message, None);
        core.info.push(format!("+CMGR: {head}"));
        core.info.push(body);
        Done::Ok
    }

    fn read_all(&mut self, core: &mut Core, command: &Command) -> Done {
        let wanted = match command.args().first().copied() {
            None | Some("0" | "REC UNREAD") => Some(State::Unread),
            Some("1" | "REC READ") => Some(State::Read),
            Some("2" | "STO UNSENT") => Some(State::Unsent),
            Some("3" | "STO SENT") => Some(State::Sent),
            Some("4" | "ALL") => None,
            Some(_) => return Done::Cms(305),
        };
        for index in self.messages.reading().indices() {
            let matches = |m: &Message| wanted.is_none_or(|w| w == m.state);
            if !self.messages.reading().get(index).is_some_and(matches) {
                continue;
            }
            let Some(message) = self.messages.reading().read(index) else {
                continue;
            };
            let (head, body) = self.shown(&message, Some(index));
            core.info.push(format!("+CMGL: {head}"));
            core.info.push(body);
        }
        let many = core.info.len() as u64;
        Done::Later(core.pace(20 + 5 * many, 60 + 10 * many), Task::Nothing)
    }

    /// What stands behind `+CMGR:` or `+CMGL:`, and the line after it.
    fn shown(&self, message: &Message, index: Option<u16>) -> (String, String) {
        let prefix = index.map(|i| format!("{i},")).unwrap_or_default();
        let text = self
            .settings
            .on("+CMGF")
            .then(|| pdu::shown(&message.pdu))
            .flatten();
        match text {
            Some(shown) => {
                let peer = self.in_charset(&shown.peer);
                let word = message.state.word();
                let head = format!("{prefix}\"{word}\",\"{peer}\",,\"{}\"", shown.time);
                (head, self.in_charset(&shown.text))
            }
            None => {
                let octets = pdu::tpdu_octets(&message.pdu);
                let head = format!("{prefix}{},,{octets}", message.state as u8);
                (head, data_encoding::HEXUPPER.encode(&message.pdu))
            }
        }
    }

    fn delete(&mut self, core: &mut Core, command: &Command) -> Done {
        let flag = command.number(1).unwrap_or(0);
        let Some(index) = command.number(0).and_then(|n| u16::try_from(n).ok()) else {
            return Done::Cms(321);
        };
        if flag > 0 {
            self.messages.reading().delete_flag(flag);
        } else if !self.messages.reading().delete(index) && self.persona.empty_slot_is_error {
            return Done::Cms(321);
        }
        if !self.messages.stores[self.messages.selected[2]].is_full() {
            self.messages.full_told = false;
            self.plan_delivery(core, NETWORK_RETRY);
        }
        Done::Later(core.pace(20, 200), Task::Nothing)
    }

    fn acknowledge(&mut self, core: &mut Core) -> Done {
        if self.messages.unacknowledged.take().is_none() {
            return Done::Cms(340);
        }
        self.plan_delivery(core, Duration::from_millis(300));
        Done::Ok
    }

    // ---- sending ---------------------------------------------------------------------------

    fn open_prompt(&mut self, command: &Command) -> Done {
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
                to: self.from_charset(&to),
                body: Body::Ucs2(
                    self.from_charset(&String::from_utf8_lossy(typed))
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

    fn from_charset(&self, text: &str) -> String {
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

impl Messages {
    fn phase_2_plus(&self, settings: &super::Settings) -> bool {
        settings.on("+CSMS")
    }
}

/// 3GPP TS 24.011: the network waits about this long for an acknowledgement.
const ACKNOWLEDGE_WITHIN: Duration = Duration::from_secs(15);
/// When the network tries again after room was made.
const NETWORK_RETRY: Duration = Duration::from_secs(3);
/// A PDU has at most 176 octets; text mode 160 characters.
const TYPED_BYTES_MAX: usize = 1_024;
