//! The lines as the engine holds them: machine, timer, and which of its calls is which of ours.

use std::collections::VecDeque;

use super::board::BoardLine;
use crate::base::ids::{CallId, LineName, SmsId};
use crate::base::time::Tick;
use crate::desk::order::Refusal;
use crate::line::heard::CallNo;
use crate::line::words::{Line, Phase, Status};

/// A text waiting for a line that can send it. It is on disk already.
#[derive(Clone, PartialEq, Debug)]
pub struct Text {
    /// `None`: any line.
    pub line: Option<LineName>,
    pub to: String,
    pub text: String,
    pub sms: SmsId,
}

/// One line.
pub struct LineSlot {
    pub name: LineName,
    pub line: Box<dyn Line + Send>,
    /// When the machine wants to be woken.
    pub due: Option<Tick>,
    /// Live calls: the machine's number and ours.
    calls: Vec<(CallNo, CallId)>,
    /// Set while another program holds the port: its name, or empty.
    pub port_trouble: Option<String>,
    up: bool,
    /// Texts the machine has taken: oldest first.
    pub sending: usize,
    seen: Status,
}

impl LineSlot {
    pub fn new(name: LineName, line: Box<dyn Line + Send>) -> LineSlot {
        LineSlot {
            name,
            line,
            due: None,
            calls: Vec::new(),
            port_trouble: None,
            up: false,
            sending: 0,
            seen: Status::default(),
        }
    }

    pub fn call(&self, number: CallNo) -> Option<CallId> {
        self.calls
            .iter()
            .find(|(no, _)| *no == number)
            .map(|(_, id)| *id)
    }

    pub fn number(&self, call: CallId) -> Option<CallNo> {
        self.calls
            .iter()
            .find(|(_, id)| *id == call)
            .map(|(no, _)| *no)
    }

    pub fn bind(&mut self, number: CallNo, call: CallId) {
        self.calls.push((number, call));
    }

    pub fn unbind(&mut self, number: CallNo) -> Option<CallId> {
        let at = self.calls.iter().position(|(no, _)| *no == number)?;
        Some(self.calls.remove(at).1)
    }

    pub fn set_up(&mut self, up: bool) {
        self.up = up;
    }
}

/// Every line of the centre, in the order of the configuration.
pub struct Lines {
    slots: Vec<LineSlot>,
    /// Texts for which no line was free.
    texts: VecDeque<Text>,
}

impl Lines {
    pub fn new(slots: Vec<LineSlot>) -> Lines {
        Lines {
            slots,
            texts: VecDeque::new(),
        }
    }

    /// The line at `index`, which came from this table.
    pub fn slot(&mut self, index: usize) -> &mut LineSlot {
        &mut self.slots[index]
    }

    pub fn index_of(&self, name: &LineName) -> Option<usize> {
        self.slots.iter().position(|slot| slot.name == *name)
    }

    /// Where a live call is: line and the machine's number.
    pub fn find(&self, call: CallId) -> Option<(usize, CallNo)> {
        self.slots
            .iter()
            .enumerate()
            .find_map(|(index, slot)| slot.number(call).map(|number| (index, number)))
    }

    pub fn due(&self) -> Option<Tick> {
        self.slots.iter().filter_map(|slot| slot.due).min()
    }

    pub fn due_at(&self, tick: Tick) -> Vec<usize> {
        let is_due = |slot: &LineSlot| slot.due.is_some_and(|due| due <= tick);
        (0..self.slots.len())
            .filter(|index| is_due(&self.slots[*index]))
            .collect()
    }

    /// Whether the line looks different from when this was last asked.
    pub fn status_changed(&mut self, index: usize) -> bool {
        let slot = &mut self.slots[index];
        if slot.seen == *slot.line.status() {
            return false;
        }
        slot.seen = slot.line.status().clone();
        true
    }

    pub fn board(&self) -> Vec<BoardLine> {
        let line = |slot: &LineSlot| BoardLine {
            name: slot.name.clone(),
            up: slot.up,
            holder: slot.port_trouble.clone(),
            status: slot.seen.clone(),
        };
        self.slots.iter().map(line).collect()
    }

    /// The line to dial on: the named one, or a free one with the best signal.
    ///
    /// # Errors
    /// [`Refusal::NoLine`] if there is none.
    pub fn free_for_dialling(&self, wanted: Option<&LineName>) -> Result<LineName, Refusal> {
        let free = |slot: &&LineSlot| slot.up && slot.line.status().phase == Phase::Ready;
        let named = |slot: &&LineSlot| wanted.is_none_or(|name| slot.name == *name);
        self.slots
            .iter()
            .filter(free)
            .filter(named)
            .max_by_key(|slot| slot.line.status().csq.filter(|csq| *csq != 99).unwrap_or(0))
            .map(|slot| slot.name.clone())
            .ok_or(Refusal::NoLine)
    }

    /// A text the desk orders again while it still waits here goes once.
    pub fn send_later(&mut self, text: Text) {
        self.texts.retain(|waiting| waiting.sms != text.sms);
        self.texts.push_back(text);
    }

    /// Takes a waiting text and the line that should send it, if both are there.
    pub fn text_to_send(&mut self) -> Option<(usize, Text)> {
        for at in 0..self.texts.len() {
            let wanted = self.texts[at].line.as_ref();
            let can_send = |slot: &LineSlot| {
                slot.up
                    && slot.line.status().imsi.is_some()
                    && slot.sending == 0
                    && wanted.is_none_or(|name| slot.name == *name)
            };
            if let Some(index) = self.slots.iter().position(can_send) {
                self.slots[index].sending += 1;
                return self.texts.remove(at).map(|text| (index, text));
            }
        }
        None
    }
}
