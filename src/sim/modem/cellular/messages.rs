//! Text messages: from the network into the store or straight to the host, and out again.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::super::core::{Core, Timer};
use super::super::words::Report;
use super::Cellular;
use super::network::local;
use super::pdu;
use super::persona::{Dialect, Persona};
use super::store::{Message, State, Store};
use crate::at::sms::pdu::Body;

/// See the module.
#[derive(Debug)]
pub struct Messages {
    /// Messages can be read and sent (`SMS DONE`).
    pub ready: bool,
    pub(super) stores: Vec<Store>,
    /// Which store is read, written to, received into.
    pub(super) selected: [usize; 3],
    /// What the network holds for us.
    pub(super) network: VecDeque<Vec<u8>>,
    /// Being typed after a prompt.
    pub(super) typed: Vec<u8>,
    pub(super) sending: Option<Sending>,
    pub(super) parts: BTreeMap<(String, u16), BTreeMap<u8, Body>>,
    pub(super) next_mr: u8,
    pub(super) next_reference: u8,
    /// A direct delivery waits for `+CNMA`: its number and the message.
    pub(super) unacknowledged: Option<(u32, Vec<u8>)>,
    pub(super) acknowledged: u32,
    pub(super) full_told: bool,
    /// A delivery is planned.
    pub(super) coming: bool,
}

/// What a prompt was opened for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Sending {
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

    pub(super) fn reading(&mut self) -> &mut Store {
        &mut self.stores[self.selected[0]]
    }

    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.stores
            .iter()
            .position(|s| s.name.eq_ignore_ascii_case(name))
    }
}

impl Cellular {
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

    pub(super) fn tell_full(&mut self, core: &mut Core) {
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
}

impl Messages {
    pub(super) fn phase_2_plus(&self, settings: &super::Settings) -> bool {
        settings.on("+CSMS")
    }
}

/// 3GPP TS 24.011: the network waits about this long for an acknowledgement.
const ACKNOWLEDGE_WITHIN: Duration = Duration::from_secs(15);
/// When the network tries again after room was made.
pub(super) const NETWORK_RETRY: Duration = Duration::from_secs(3);
