//! The lines as the engine holds them: machine, timer, and which of its calls is which of ours.

use std::collections::VecDeque;
use std::time::Duration;

use super::board::BoardLine;
use crate::base::ids::{CallId, LineName, SmsId};
use crate::base::time::Tick;
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

/// What can be done with a text now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// This line sends it.
    Line(usize),
    /// None of the lines it may go through, of which this is one, has a modem that sends texts.
    Never(usize),
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
    /// The text the machine is sending.
    pub sending: Option<SmsId>,
    seen: Status,
    /// The caller's last key, when it was told and by whom.
    last_key: Option<(Tick, char, KeyFrom)>,
}

/// Who says that a key was pressed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyFrom {
    Modem,
    /// Our own ears, in the sound of the call.
    Sound,
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
            sending: None,
            seen: Status::default(),
            last_key: None,
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

    /// Whether this is not the press that the other one has just told.
    pub fn is_new_key(&mut self, now: Tick, key: char, from: KeyFrom) -> bool {
        let same = self.last_key.is_some_and(|(at, before, by)| {
            before == key && by != from && now.since(at) < SAME_PRESS
        });
        if same {
            // The next one of the same key is a press of its own again.
            self.last_key = None;
        } else {
            self.last_key = Some((now, key, from));
        }
        !same
    }

    pub fn set_up(&mut self, up: bool) {
        self.up = up;
    }
}

/// A modem tells a key up to this long before or after our ears hear it (its own minimum length,
/// and the way of the sound).
const SAME_PRESS: Duration = Duration::from_millis(700);

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

    /// The line to dial on: a free one with the best signal.
    pub fn free_for_dialling(&self) -> Option<LineName> {
        let free = |slot: &&LineSlot| slot.up && slot.line.status().phase == Phase::Ready;
        self.slots
            .iter()
            .filter(free)
            .max_by_key(|slot| slot.line.status().csq.filter(|csq| *csq != 99).unwrap_or(0))
            .map(|slot| slot.name.clone())
    }

    /// Takes a text that should go out. One that waits here or is on its way already goes once.
    pub fn send_later(&mut self, text: Text) {
        self.forget_text(text.sms);
        if self.slots.iter().all(|slot| slot.sending != Some(text.sms)) {
            self.texts.push_back(text);
        }
    }

    /// The text has gone, or the desk has given it up.
    pub fn forget_text(&mut self, sms: SmsId) {
        self.texts.retain(|waiting| waiting.sms != sms);
    }

    /// Takes a waiting text and what can be done with it now, if there is such a text.
    pub fn text_to_send(&mut self) -> Option<(Text, Way)> {
        let (at, way) =
            (0..self.texts.len()).find_map(|at| Some((at, self.way(&self.texts[at])?)))?;
        let text = self.texts.remove(at)?;
        if let Way::Line(index) = way {
            self.slots[index].sending = Some(text.sms);
        }
        Some((text, way))
    }

    /// `None`: the text has to wait.
    fn way(&self, text: &Text) -> Option<Way> {
        let wanted = |slot: &LineSlot| text.line.as_ref().is_none_or(|name| slot.name == *name);
        let can_send = |slot: &LineSlot| {
            slot.up && slot.line.status().texts == Some(true) && slot.sending.is_none()
        };
        if let Some(index) = self.slots.iter().position(|s| wanted(s) && can_send(s)) {
            return Some(Way::Line(index));
        }
        let never = |slot: &LineSlot| slot.line.status().texts == Some(false);
        let mut asked = self.slots.iter().filter(|slot| wanted(slot));
        let one = self.slots.iter().position(wanted)?;
        asked.all(never).then_some(Way::Never(one))
    }
}
