//! The modem's message store: slots that fill up.

use std::collections::BTreeMap;

/// What lies in a slot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    pub state: State,
    /// With service-centre octets.
    pub pdu: Vec<u8>,
}

/// `<stat>` of 27.005.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum State {
    Unread = 0,
    Read = 1,
    Unsent = 2,
    Sent = 3,
}

impl State {
    /// As text mode writes it.
    pub fn word(self) -> &'static str {
        match self {
            State::Unread => "REC UNREAD",
            State::Read => "REC READ",
            State::Unsent => "STO UNSENT",
            State::Sent => "STO SENT",
        }
    }
}

/// One memory (`SM`, `ME`, `SR`).
#[derive(Debug)]
pub struct Store {
    pub name: &'static str,
    pub slots: u16,
    /// Whether the first slot is 0 (SIMCom, Quectel) or 1.
    pub first: u16,
    messages: BTreeMap<u16, Message>,
}

impl Store {
    pub fn new(name: &'static str, slots: u16, first: u16) -> Store {
        Store {
            name,
            slots,
            first,
            messages: BTreeMap::new(),
        }
    }

    pub fn used(&self) -> u16 {
        self.messages.len() as u16
    }

    pub fn is_full(&self) -> bool {
        self.used() >= self.slots
    }

    /// Takes the lowest free slot. `None`: full.
    pub fn keep(&mut self, message: Message) -> Option<u16> {
        let free =
            (self.first..self.first + self.slots).find(|i| !self.messages.contains_key(i))?;
        self.messages.insert(free, message);
        Some(free)
    }

    pub fn has_slot(&self, index: u16) -> bool {
        (self.first..self.first + self.slots).contains(&index)
    }

    /// Reading makes it read.
    pub fn read(&mut self, index: u16) -> Option<Message> {
        let message = self.messages.get_mut(&index)?;
        let before = message.clone();
        if message.state == State::Unread {
            message.state = State::Read;
        }
        Some(before)
    }

    pub fn get(&self, index: u16) -> Option<&Message> {
        self.messages.get(&index)
    }

    pub fn delete(&mut self, index: u16) -> bool {
        self.messages.remove(&index).is_some()
    }

    /// Deletes what the flag of `+CMGD` says: 1 read, 2 and sent, 3 and unsent, 4 everything.
    pub fn delete_flag(&mut self, flag: u32) {
        self.messages.retain(|_, message| {
            let from = match message.state {
                State::Read => 1,
                State::Sent => 2,
                State::Unsent => 3,
                State::Unread => 4,
            };
            flag < from
        });
    }

    pub fn indices(&self) -> Vec<u16> {
        self.messages.keys().copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_store_takes_nothing_until_space_is_made() {
        let message = |state| Message {
            state,
            pdu: vec![0],
        };
        let mut store = Store::new("SM", 2, 1);
        assert_eq!(store.keep(message(State::Unread)), Some(1));
        assert_eq!(store.keep(message(State::Unread)), Some(2));
        assert_eq!(
            (store.keep(message(State::Unread)), store.is_full()),
            (None, true)
        );
        assert_eq!(store.read(1).map(|m| m.state), Some(State::Unread));
        store.delete_flag(1);
        assert_eq!(store.indices(), [2]);
        assert_eq!(store.keep(message(State::Sent)), Some(1));
    }
}
