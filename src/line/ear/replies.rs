//! Which answer belongs to which command.
//!
//! One command at a time is in flight. When the host gives one up, its answer may still come and
//! would shift every later answer by one (hardware.md, fact 4), so it is remembered and sorted out
//! by its information lines, or by the quiet after a lone final result.

use crate::at::command::Command;
use crate::at::final_code::FinalCode;
use crate::base::time::Tick;

use super::LATE_REPLY_GUARD;

/// The command in flight and the one given up before it.
#[derive(Debug, Default)]
pub(super) struct Replies {
    in_flight: Option<InFlight>,
    late: Option<Late>,
    /// A lone final result that may belong to either.
    held: Option<(FinalCode, Tick)>,
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
    /// To be known when it has been quiet for a while, or when another comes.
    Unclear,
}

/// Whose information line it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Owner {
    InFlight,
    Late,
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
            self.late = Some(Late::of(previous, false));
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
            self.late = Some(Late::of(previous, true));
        } else if let Some(late) = &mut self.late {
            late.escaped = true;
        }
    }

    /// The host gives up what is in flight.
    pub(super) fn gave_up(&mut self) -> Option<&Late> {
        let given_up = self.in_flight.take()?;
        self.held = None;
        self.late = Some(Late::of(given_up, false));
        self.late.as_ref()
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
        if self.in_flight.as_ref().is_some_and(|f| owns(&f.command)) {
            // The same question asked again: the answer to the first comes first.
            return Owner::InFlight;
        }
        match self.late.as_ref().is_some_and(|l| owns(&l.command)) {
            true => Owner::Late,
            false => Owner::Nobody,
        }
    }

    /// Takes an information line for its owner.
    pub(super) fn take_line(&mut self, owner: Owner, line: &str) {
        match (owner, &mut self.in_flight, &mut self.late) {
            (Owner::InFlight, Some(in_flight), _) => in_flight.lines.push(line.to_owned()),
            (Owner::Late, _, Some(late)) => late.lines.push(line.to_owned()),
            _ => {}
        }
    }

    /// Sorts a final result. When it returns [`Sorted::Late`] there may be one held back: ask
    /// [`Replies::held_after`].
    pub(super) fn sort(&mut self, now: Tick, code: FinalCode) -> Sorted {
        let Some(in_flight) = &self.in_flight else {
            return match self.late.take() {
                Some(late) => Late::sorted(late, code),
                None => Sorted::Nobodys,
            };
        };
        let Some(late) = &self.late else {
            return self.reply(code);
        };
        if !in_flight.lines.is_empty() {
            // It has begun to answer this one; the other is lost.
            self.late = None;
            return self.reply(code);
        }
        let would_be_empty = code == FinalCode::Ok && in_flight.command.wants_lines();
        let is_lates = !late.lines.is_empty() || would_be_empty;
        if let Some((first, _)) = self.held.take() {
            // Two came: the first was the late one's.
            self.held = Some((code, now));
            return match self.late.take() {
                Some(late) => Late::sorted(late, first),
                None => Sorted::Nobodys,
            };
        }
        if is_lates {
            return match self.late.take() {
                Some(late) => Late::sorted(late, code),
                None => Sorted::Nobodys,
            };
        }
        self.held = Some((code, now));
        Sorted::Unclear
    }

    /// The result that was held back and is clear now that the late one's has been told.
    pub(super) fn held_after_late(&mut self) -> Option<Sorted> {
        if self.late.is_some() {
            return None;
        }
        let (code, _) = self.held.take()?;
        Some(self.reply(code))
    }

    /// Quiet: what was held back was the answer to the command in flight; the late one is lost.
    pub(super) fn quiet(&mut self) -> Option<Sorted> {
        let (code, _) = self.held.take()?;
        self.late = None;
        Some(self.reply(code))
    }

    pub(super) fn due(&self) -> Option<Tick> {
        self.held.as_ref().map(|(_, at)| *at + LATE_REPLY_GUARD)
    }

    fn reply(&mut self, code: FinalCode) -> Sorted {
        match self.in_flight.take() {
            Some(in_flight) => Sorted::Reply(in_flight, code),
            None => Sorted::Nobodys,
        }
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

    fn sorted(late: Late, code: FinalCode) -> Sorted {
        let escaped = late.escaped;
        Sorted::Late {
            late,
            code,
            escaped,
        }
    }
}
