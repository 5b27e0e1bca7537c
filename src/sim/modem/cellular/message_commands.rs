//! What the host does with messages: `+CPMS`, `+CMGR`, `+CMGL`, `+CMGD`, `+CNMA`, `+CSMS`.

use std::time::Duration;

use super::super::command::{Command, Kind};
use super::super::core::{Core, Done, Task};
use super::Cellular;
use super::messages::NETWORK_RETRY;
use super::pdu;
use super::store::{Message, State};

impl Cellular {
    pub(super) fn message_command(&mut self, core: &mut Core, command: &Command) -> Option<Done> {
        let name = command.name.as_str();
        let about_messages = matches!(
            name,
            "+CMGS" | "+CMGW" | "+CMGR" | "+CMGL" | "+CMGD" | "+CPMS" | "+CNMA" | "+CSCA"
        );
        if about_messages
            && !matches!(command.kind, Kind::Test)
            && let Some(code) = self.message_obstacle()
        {
            return Some(Done::Cms(code));
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
}
