//! Which answer belongs to which command.
//!
//! One command at a time is in flight. When the host gives one up, its answer may still come and
//! would shift every later answer by one (hardware.md, fact 4), so it is remembered and sorted out
//! by its information lines, or by the quiet after a lone final result.

use std::collections::VecDeque;

use crate::at::command::Command;
use crate::at::final_code::FinalCode;
use crate::base::limits::REPLY_LINES_MAX;
use crate::base::time::Tick;

use super::LATE_REPLY_GUARD;

/// The command in flight and those given up before it, oldest first.
#[derive(Debug, Default)]
pub(super) struct Replies {
    in_flight: Option<InFlight>,
    late: VecDeque<Late>,
    /// Final results that may belong to any of them, and when the last came.
    held: Vec<FinalCode>,
    held_since: Option<Tick>,
}

/// A command on its way.
#[derive(Debug)]
pub(super) struct InFlight {
    pub(super) command: Command,
    /// Its information lines so far.
    pub(super) lines: Vec<String>,
    /// The text of a message went out behind its prompt.
    pub(super) body: Option<String>,
    pub(super) prompted: bool,
    echo_due: bool,
}

/// A command given up.
#[derive(Debug)]
pub(super) struct Late {
    pub(super) command: Command,
    pub(super) body: Option<String>,
    pub(super) lines: Vec<String>,
    /// ESC was sent: the next final result is the answer to that.
    escaped: bool,
}

/// Whose final result it was.
#[derive(Debug)]
pub(super) enum Sorted {
    /// The command's in flight.
    Reply(InFlight, FinalCode),
    /// The given-up one's. `escaped`: we asked for it.
    Late {
        late: Late,
        code: FinalCode,
        escaped: bool,
    },
    /// Nobody's.
    Nobodys,
}

/// Whose information line it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Owner {
    InFlight,
    /// One given up, by its place.
    Late(usize),
    Nobody,
}

impl Replies {
    pub(super) fn in_flight(&self) -> Option<&InFlight> {
        self.in_flight.as_ref()
    }

    pub(super) fn in_flight_mut(&mut self) -> Option<&mut InFlight> {
        self.in_flight.as_mut()
    }

    /// A command goes out.
    pub(super) fn sent(&mut self, command: Command) {
        // A host that does not wait for the answer gets it as a late one.
        if let Some(previous) = self.in_flight.take() {
            self.is_late(Late::of(previous, false));
        }
        self.in_flight = Some(InFlight {
            command,
            lines: Vec::new(),
            body: None,
            prompted: false,
            echo_due: true,
        });
    }

    /// ESC goes out: the text entry that a command began is left.
    pub(super) fn escaped(&mut self) {
        if let Some(previous) = self.in_flight.take() {
            self.is_late(Late::of(previous, true));
        } else if let Some(late) = self.late.back_mut() {
            late.escaped = true;
        }
    }

    /// The host gives up what is in flight.
    pub(super) fn gave_up(&mut self) -> Option<&Late> {
        let given_up = self.in_flight.take()?;
        // What was held back answered somebody, but not this one in time.
        let _ = self.settle_first(self.held.len().min(self.late.len()));
        self.is_late(Late::of(given_up, false));
        self.late.back()
    }

    /// The port was opened anew: nothing will be answered any more.
    pub(super) fn forget(&mut self) {
        *self = Replies::default();
    }

    /// Whether the line is what we sent, come back; the remainder behind it, if they are glued.
    pub(super) fn echo<'a>(&mut self, line: &'a str) -> Option<&'a str> {
        let in_flight = self.in_flight.as_mut()?;
        if let Some(body) = &in_flight.body
            && line == body
        {
            return Some("");
        }
        if !in_flight.echo_due {
            return None;
        }
        let rest = line.strip_prefix(in_flight.command.text())?;
        if !(rest.is_empty() || rest.starts_with('\r')) {
            return None;
        }
        in_flight.echo_due = false;
        Some(rest.trim())
    }

    /// Whose a line with this label is.
    pub(super) fn owner_of_label(&self, label: &str) -> Owner {
        let owns = |command: &Command| command.owns_label(label);
        self.owner(owns)
    }

    /// Whose a line without a label is.
    pub(super) fn owner_of_bare(&self) -> Owner {
        match self.owner(Command::has_bare_answer) {
            // A command may say more than we know of it.
            Owner::Nobody if self.in_flight.is_some() => Owner::InFlight,
            owner => owner,
        }
    }

    fn owner(&self, owns: impl Fn(&Command) -> bool) -> Owner {
        // Of the same question asked twice, the first is answered first.
        if let Some(index) = self.late.iter().position(|late| owns(&late.command)) {
            return Owner::Late(index);
        }
        match self.in_flight.as_ref().is_some_and(|f| owns(&f.command)) {
            true => Owner::InFlight,
            false => Owner::Nobody,
        }
    }

    /// The command that an owner is.
    pub(super) fn command_of(&self, owner: Owner) -> Option<&Command> {
        match owner {
            Owner::InFlight => self.in_flight.as_ref().map(|f| &f.command),
            Owner::Late(index) => self.late.get(index).map(|late| &late.command),
            Owner::Nobody => None,
        }
    }

    /// Takes an information line for its owner.
    pub(super) fn take_line(&mut self, owner: Owner, line: &str) {
        let lines = match owner {
            Owner::InFlight => self.in_flight.as_mut().map(|f| &mut f.lines),
            Owner::Late(index) => self.late.get_mut(index).map(|late| &mut late.lines),
            Owner::Nobody => None,
        };
        if let Some(lines) = lines
            && lines.len() < REPLY_LINES_MAX
        {
            lines.push(line.to_owned());
        }
    }

    /// Sorts a final result. Answers come in the order of their commands, but one that was given
    /// up may never come.
    pub(super) fn sort(&mut self, now: Tick, code: FinalCode) -> Vec<Sorted> {
        let Some(in_flight) = &self.in_flight else {
            return match self.late.pop_front() {
                Some(late) => vec![late.answered(code)],
                None => vec![Sorted::Nobodys],
            };
        };
        if self.late.is_empty() {
            return self.reply(code).into_iter().collect();
        }
        if let Some(index) = self.late.iter().position(|late| !late.lines.is_empty()) {
            let mut sorted = self.settle_first(index);
            sorted.extend(self.late.pop_front().map(|late| late.answered(code)));
            return sorted;
        }
        let would_be_empty = code == FinalCode::Ok && in_flight.command.wants_lines();
        if !in_flight.lines.is_empty() {
            // It has begun to answer this one; the others are lost.
            let mut sorted = self.settle_first(self.late.len());
            sorted.extend(self.reply(code));
            return sorted;
        }
        if would_be_empty {
            return self
                .late
                .pop_front()
                .map(|late| late.answered(code))
                .into_iter()
                .collect();
        }
        self.held.push(code);
        self.held_since = Some(now);
        if self.held.len() > self.late.len() {
            self.quiet()
        } else {
            Vec::new()
        }
    }

    /// Quiet, or as many results as commands: the last result is the answer to the command in
    /// flight, those before it are late, and what they do not cover is lost.
    pub(super) fn quiet(&mut self) -> Vec<Sorted> {
        let Some(last) = self.held.pop() else {
            return Vec::new();
        };
        let mut sorted = self.settle_first(self.late.len());
        sorted.extend(self.reply(last));
        sorted
    }

    /// The first given-up commands are answered by the results held back, or not at all.
    fn settle_first(&mut self, count: usize) -> Vec<Sorted> {
        self.held_since = None;
        let late = self.late.drain(..count);
        std::mem::take(&mut self.held)
            .into_iter()
            .zip(late)
            .map(|(code, late)| late.answered(code))
            .collect()
    }

    pub(super) fn due(&self) -> Option<Tick> {
        self.held_since.map(|at| at + LATE_REPLY_GUARD)
    }

    fn reply(&mut self, code: FinalCode) -> Option<Sorted> {
        let in_flight = self.in_flight.take()?;
        Some(Sorted::Reply(in_flight, code))
    }

    fn is_late(&mut self, late: Late) {
        if self.late.len() == LATE_MAX {
            self.late.pop_front();
        }
        self.late.push_back(late);
    }
}

impl Late {
    fn of(in_flight: InFlight, escaped: bool) -> Late {
        Late {
            command: in_flight.command,
            body: in_flight.body,
            lines: in_flight.lines,
            escaped,
        }
    }

    fn answered(self, code: FinalCode) -> Sorted {
        let escaped = self.escaped;
        Sorted::Late {
            late: self,
            code,
            escaped,
        }
    }
}

/// A modem that has not answered so many commands has forgotten the first.
const LATE_MAX: usize = 16;
