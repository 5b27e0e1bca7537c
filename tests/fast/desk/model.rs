//! The rules of the desk once more, as plainly as possible, to compare with.

use std::collections::{BTreeMap, BTreeSet};

use siaga112::desk::call::Class;
use siaga112::desk::operator::{Role, SeatState};

pub type Name = &'static str;
/// A refusal's code.
pub type Code = &'static str;

#[derive(Clone, Debug, Default)]
pub struct Call {
    pub incoming: bool,
    pub line: Name,
    pub waiting: bool,
    pub number: Option<Name>,
    /// The line is up.
    pub up: bool,
    pub over: bool,
    pub answered: bool,
    pub queued: bool,
    pub sought: bool,
    pub owner: Option<Name>,
    pub operator: Option<Name>,
    pub had: BTreeSet<Name>,
    pub claimed_s: u64,
    /// Since when it waits for somebody, and whether supervisors were called for it then, or ever.
    pub waits_s: Option<u64>,
    pub called_for: bool,
    pub escalated: bool,
    /// Since when its caller hears nobody.
    pub unheard_s: Option<u64>,
    pub class: Option<(Class, Name, u64)>,
    /// The places that are filed and that are typed.
    pub report: Option<Name>,
    pub draft: Option<Name>,
}

impl Call {
    fn pass_to(&mut self, user: Name, now_s: u64) {
        if self.owner.replace(user) != Some(user) && (self.up || !self.incoming) {
            self.unheard_s = self.unheard_s.map(|_| now_s);
        }
        self.operator = Some(user);
    }
}

#[derive(Clone, Debug, Default)]
pub struct Seat {
    pub ready: bool,
    /// Help is asked for, with this call.
    pub help: Option<Option<u64>>,
}

#[derive(Clone, Debug, Default)]
pub struct Model {
    pub now_s: u64,
    /// By id, from 1.
    pub calls: BTreeMap<u64, Call>,
    pub seats: BTreeMap<Name, Seat>,
    pub screens: BTreeMap<Name, u32>,
    pub gone_s: BTreeMap<Name, u64>,
    pub lines_up: BTreeSet<Name>,
    pub disabled: BTreeSet<Name>,
    pub started_s: u64,
    /// Oldest first.
    pub callbacks: Vec<Callback>,
    /// Lines that have said why they cannot.
    pub lines_down: BTreeSet<Name>,
    pub shift: Shift,
    /// Oldest first.
    pub handovers: Vec<Handover>,
}

/// What happened since the last hand-over.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Shift {
    pub offered: u64,
    pub answered: u64,
    pub abandoned: u64,
    pub dialled: u64,
    /// Classes that count in it, by call.
    pub classes: BTreeMap<u64, Option<Class>>,
    /// The first call offered in it.
    pub first_call: u64,
}

#[derive(Clone, PartialEq, Debug, Default)]
pub struct Handover {
    pub by: Name,
    /// By name, and who accepted it.
    pub items: BTreeMap<String, Option<Name>>,
    pub waits_since_s: u64,
    pub unaccepted: bool,
}

/// A number to be called back.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Callback {
    pub number: Name,
    pub calls: Vec<u64>,
    /// Our calls to it, and whether the far end answered.
    pub tries: Vec<(u64, bool)>,
}

impl Model {
    pub fn owned(&self, user: Name) -> Option<u64> {
        let mut owned = self
            .calls
            .iter()
            .filter(|(_, call)| call.owner == Some(user));
        owned.next().map(|(id, _)| *id)
    }

    fn ready(&self, user: Name) -> bool {
        self.seats.get(user).is_some_and(|seat| seat.ready)
    }

    fn free(&self, user: Name) -> bool {
        self.ready(user) && self.owned(user).is_none()
    }

    fn check_free(&self, user: Name) -> Result<(), Code> {
        match (self.ready(user), self.owned(user)) {
            (false, _) => Err("not_ready"),
            (true, Some(_)) => Err("on_another_call"),
            (true, None) => Ok(()),
        }
    }

    fn live(&mut self, id: u64) -> Result<&mut Call, Code> {
        let call = self.calls.get_mut(&id).ok_or("no_such_call")?;
        if call.over {
            Err("call_over")
        } else {
            Ok(call)
        }
    }

    fn blocked(&self, id: u64) -> bool {
        let call = &self.calls[&id];
        call.waiting
            && self.calls.iter().any(|(other, held)| {
                let holds = held.up || held.owner.is_some() || !held.incoming;
                *other != id && !held.over && held.line == call.line && holds
            })
    }

    fn queue_up(&mut self) {
        let nobody = !self.seats.keys().any(|user| self.free(user));
        let ids: Vec<u64> = self.calls.keys().copied().collect();
        for id in ids {
            let blocked = self.blocked(id);
            let call = self.calls.get_mut(&id).unwrap();
            let waits = call.incoming && !call.over && !call.up && call.owner.is_none();
            call.queued |= waits && (nobody || blocked);
        }
    }

    pub fn seat(&mut self, user: Name, state: SeatState) -> Result<(), Code> {
        if state == SeatState::Away {
            if self.seats.contains_key(user) && self.owned(user).is_some() {
                return Err("on_another_call");
            }
            self.leave(user);
            return Ok(());
        }
        let ready = state == SeatState::Ready;
        let before = self.seats.get(user);
        let help = before.and_then(|seat| seat.help);
        if self.seats.insert(user, Seat { ready, help }).is_none() {
            if self.screens.get(user).is_none_or(|count| *count == 0) {
                self.gone_s.insert(user, self.now_s);
            }
            let mut calls = self.calls.values_mut();
            let theirs = calls.find(|c| !c.over && c.owner.is_none() && c.operator == Some(user));
            if let Some(call) = theirs {
                call.owner = Some(user);
            }
        }
        self.queue_up();
        Ok(())
    }

    pub fn leave(&mut self, user: Name) {
        self.seats.remove(user);
        self.gone_s.remove(user);
        if let Some(id) = self.owned(user) {
            self.let_go(id);
        }
        self.queue_up();
    }

    fn let_go(&mut self, id: u64) {
        let call = self.calls.get_mut(&id).unwrap();
        call.owner = None;
        if call.incoming && !call.up {
            call.operator = None;
        }
        self.queue_up();
    }

    pub fn answer(&mut self, user: Name, id: u64) -> Result<(), Code> {
        match self.live(id)?.owner {
            Some(owner) if owner == user => return Ok(()),
            Some(_) => return Err("taken"),
            None => {}
        }
        self.check_free(user)?;
        let now_s = self.now_s;
        let blocked = self.blocked(id);
        let call = self.live(id)?;
        if call.incoming && !call.up {
            if blocked {
                return Err("line_busy");
            }
            call.claimed_s = now_s;
        }
        call.pass_to(user, now_s);
        if call.up {
            self.talks(id, user);
        }
        self.queue_up();
        Ok(())
    }

    pub fn take_over(&mut self, user: Name, role: Role, id: u64) -> Result<(), Code> {
        let Some(owner) = self.live(id)?.owner.filter(|owner| *owner != user) else {
            return self.answer(user, id);
        };
        self.check_free(user)?;
        let (now_s, gone_s) = (self.now_s, self.gone_s.get(owner).copied());
        let call = self.live(id)?;
        let since = match (call.up, call.incoming) {
            (true, _) => [call.unheard_s, gone_s].into_iter().flatten().min(),
            (false, true) => Some(call.claimed_s),
            (false, false) => None,
        };
        match since {
            _ if role >= Role::Supervisor => {}
            None => return Err("not_yours"),
            Some(since) if now_s - since < 20 => return Err("too_early"),
            Some(_) => {}
        }
        call.claimed_s = now_s;
        call.pass_to(user, now_s);
        if call.up {
            self.talks(id, user);
        }
        if role >= Role::Supervisor {
            let others = self.seats.iter_mut().filter(|(other, _)| **other != user);
            for (_, seat) in others.filter(|(_, seat)| seat.help == Some(Some(id))) {
                seat.help = None;
            }
        }
        self.queue_up();
        Ok(())
    }

    pub fn ask_help(&mut self, user: Name, call: Option<u64>) -> Result<(), Code> {
        let own = self.owned(user);
        if !self.seats.contains_key(user) {
            return Err("not_ready");
        }
        if let Some(call) = call {
            self.live(call)?;
        }
        self.seats.get_mut(user).unwrap().help = Some(call.or(own));
        Ok(())
    }

    pub fn help(&mut self, user: Name, role: Role, whom: Name) -> Result<(), Code> {
        if user != whom && role < Role::Supervisor {
            return Err("not_allowed");
        }
        self.seats.get_mut(whom).ok_or("no_such_name")?.help = None;
        Ok(())
    }

    /// Whether the caller hears whoever has the call.
    pub fn heard(&mut self, id: u64, heard: bool) {
        let now_s = self.now_s;
        if let Ok(call) = self.live(id) {
            let since = call.unheard_s.or(Some(now_s));
            call.unheard_s = since.filter(|_| !heard);
        }
    }

    pub fn hang_up(&mut self, user: Name, role: Role, id: u64) -> Result<(), Code> {
        let lines_up = self.lines_up.clone();
        let call = match self.live(id) {
            Err("call_over") => return Ok(()),
            other => other?,
        };
        let supervisor = role >= Role::Supervisor;
        match (call.incoming && !call.up, call.owner == Some(user)) {
            (true, _) if !supervisor => return Err("not_allowed"),
            (false, false) if !supervisor => return Err("not_yours"),
            _ => {}
        }
        if !lines_up.contains(call.line) && !call.sought {
            self.ended(id);
        }
        Ok(())
    }

    pub fn transfer(&mut self, user: Name, role: Role, id: u64, to: Name) -> Result<(), Code> {
        let (to_free, now_s) = (self.free(to), self.now_s);
        let call = self.live(id)?;
        if call.owner == Some(to) {
            return Ok(());
        }
        if call.owner != Some(user) && role < Role::Supervisor {
            return Err("not_yours");
        }
        if !call.up {
            return Err("not_talking");
        }
        if !to_free {
            return Err("seat_not_ready");
        }
        call.pass_to(to, now_s);
        self.talks(id, to);
        self.queue_up();
        Ok(())
    }

    pub fn dial(&mut self, user: Name, number: Name, line: Option<Name>) -> Result<(), Code> {
        self.check_free(user)?;
        let busy = |line: &Name| self.calls.values().any(|c| !c.over && c.line == *line);
        let line = match line {
            Some(line) if busy(&line) => return Err("line_busy"),
            Some(line) => self.lines_up.get(line).copied(),
            None => self.lines_up.iter().copied().find(|line| !busy(line)),
        };
        let call = Call {
            line: line.ok_or("no_line")?,
            number: Some(number),
            owner: Some(user),
            operator: Some(user),
            ..Call::default()
        };
        let id = self.calls.len() as u64 + 1;
        self.calls.insert(id, call);
        self.shift.dialled += 1;
        let mut tasks = self.callbacks.iter_mut();
        if let Some(task) = tasks.find(|task| task.number == number) {
            task.tries.push((id, false));
        }
        self.queue_up();
        Ok(())
    }

    /// Somebody talks on a call: whoever waited to be called back is reached, or has rung again.
    fn talks(&mut self, id: u64, user: Name) {
        let call = self.calls.get_mut(&id).unwrap();
        call.had.insert(user);
        let first = !std::mem::replace(&mut call.answered, true);
        let (incoming, number) = (call.incoming, call.number);
        self.shift.answered += u64::from(first && incoming);
        if incoming && first {
            self.callbacks.retain(|task| Some(task.number) != number);
        }
        for task in &mut self.callbacks {
            let ours = task.tries.iter_mut().filter(|(call, _)| *call == id);
            ours.for_each(|(_, answered)| *answered = true);
        }
    }

    pub fn close_callback(&mut self, number: Name) -> Result<(), Code> {
        let before = self.callbacks.len();
        self.callbacks.retain(|task| task.number != number);
        match self.callbacks.len() < before {
            true => Ok(()),
            false => Err("no_such_callback"),
        }
    }

    pub fn classify(&mut self, user: Name, role: Role, id: u64, class: Class) -> Result<(), Code> {
        let now_s = self.now_s;
        let call = self.calls.get_mut(&id).ok_or("no_such_call")?;
        if !call.over && !call.answered {
            return Err("not_talking");
        }
        if call.answered && !call.had.contains(user) && role < Role::Supervisor {
            return Err("not_yours");
        }
        call.report = call.draft.take().or(call.report);
        let before = call.class.map(|(known, ..)| known);
        if before != Some(class) {
            call.class = Some((class, user, now_s));
            self.count_class(id, before);
        }
        Ok(())
    }

    /// To be asked after everything that happens.
    pub fn note_waits(&mut self) {
        for call in self.calls.values_mut() {
            let waits = !call.over && call.owner.is_none() && (call.incoming || call.up);
            call.waits_s = call.waits_s.or(Some(self.now_s)).filter(|_| waits);
            call.called_for &= waits;
            let since = call.waits_s.filter(|_| !call.called_for && !call.sought);
            if since.is_some_and(|since| self.now_s - since >= 20) {
                call.called_for = true;
                call.escalated = true;
            }
        }
    }

    /// A call counts in the shift it was offered in, and one that had no class in the shift that
    /// gave it one.
    fn count_class(&mut self, id: u64, before: Option<Class>) {
        let class = self.calls[&id].class.map(|(class, ..)| class);
        let shift = &mut self.shift;
        let late = class.is_some() && before.is_none();
        if id >= shift.first_call || late || shift.classes.contains_key(&id) {
            shift.classes.insert(id, class);
        }
    }

    /// What is open; the texts are the desk's to say.
    fn open_items(&self, texts: Vec<String>) -> BTreeMap<String, Option<Name>> {
        let lines = self.lines_down.iter().map(|line| format!("line/{line}"));
        let callbacks = self.callbacks.iter();
        let callbacks = callbacks.map(|task| {
            let number: siaga112::base::phone::Number = task.number.parse().unwrap();
            format!("callback/{number}")
        });
        let open = |call: &Call| call.over && call.answered && call.class.is_none();
        let calls = self.calls.iter().filter(|(_, call)| open(call));
        let calls = calls.map(|(id, _)| format!("call/{id}"));
        let all = lines.chain(callbacks).chain(calls).chain(texts);
        all.map(|name| (name, None)).collect()
    }

    pub fn hand_over(&mut self, user: Name, texts: Vec<String>) {
        let first_call = self.calls.len() as u64 + 1;
        let nothing = Shift {
            first_call: self.shift.first_call,
            classes: self.shift.classes.clone(),
            ..Shift::default()
        };
        let idle = self.shift == nothing && self.shift.classes.values().all(Option::is_none);
        if idle && self.handovers.last().is_some_and(|h| h.by == user) {
            return;
        }
        self.handovers.push(Handover {
            by: user,
            items: self.open_items(texts),
            waits_since_s: self.now_s,
            unaccepted: false,
        });
        self.shift = Shift {
            first_call,
            ..Shift::default()
        };
    }

    pub fn accept(&mut self, user: Name, id: u64) -> Result<(), Code> {
        let newest = self.handovers.len() as u64;
        let kept = siaga112::base::limits::HANDOVERS_LEN_MAX as u64;
        if id == 0 || id > newest || id + kept <= newest {
            return Err("no_such_handover");
        }
        if id != newest {
            return Err("handed_over_again");
        }
        let items = self.handovers.last_mut().unwrap().items.values_mut();
        items.for_each(|accepted| _ = accepted.get_or_insert(user));
        Ok(())
    }

    /// Somebody types where it is. With `file` that is the report.
    pub fn types(
        &mut self,
        user: Name,
        role: Role,
        id: u64,
        place: Name,
        file: bool,
    ) -> Result<(), Code> {
        let call = self.calls.get_mut(&id).ok_or("no_such_call")?;
        let theirs = call.owner == Some(user) || call.had.contains(user);
        let nobodys = call.over && !call.answered;
        if !theirs && !nobodys && role < Role::Supervisor {
            return Err("not_yours");
        }
        if file {
            call.report = Some(place);
            call.draft = None;
        } else {
            call.draft = Some(place).filter(|_| call.report != Some(place));
        }
        Ok(())
    }

    pub fn report(&mut self, user: Name, role: Role, id: u64, place: Name) -> Result<(), Code> {
        let call = self.calls.get_mut(&id).ok_or("no_such_call")?;
        let before = call.draft.take();
        let filed = self.classify(user, role, id, Class::Incident);
        let call = self.calls.get_mut(&id).ok_or("no_such_call")?;
        match filed {
            Ok(()) => call.report = Some(place),
            Err(_) => call.draft = before,
        }
        filed
    }

    pub fn undo(&mut self, user: Name, id: u64) -> Result<(), Code> {
        let now_s = self.now_s;
        let call = self.calls.get_mut(&id).ok_or("no_such_call")?;
        let (_, by, at_s) = call.class.ok_or("no_class")?;
        if by != user || now_s - at_s > 600 {
            return Err("too_late");
        }
        let before = call.class.take().map(|(class, ..)| class);
        self.count_class(id, before);
        Ok(())
    }

    /// Whether it is a call of before the restart that was found again.
    pub fn rang(&mut self, line: Name, number: Option<Name>, waiting: bool) -> bool {
        let found = self.calls.values_mut().find(|c| {
            let same = c.number.is_none() || number.is_none() || c.number == number;
            c.sought && !c.over && !c.up && c.incoming && c.line == line && same
        });
        if let Some(call) = found {
            call.sought = false;
            call.number = call.number.or(number);
            return true;
        }
        let call = Call {
            incoming: true,
            line,
            waiting,
            number,
            ..Call::default()
        };
        self.calls.insert(self.calls.len() as u64 + 1, call);
        self.shift.offered += 1;
        self.queue_up();
        false
    }

    pub fn answered(&mut self, id: u64) {
        let Ok(call) = self.live(id) else { return };
        call.sought = false;
        call.up = true;
        if let Some(owner) = call.owner {
            self.talks(id, owner);
        }
        self.queue_up();
    }

    pub fn ended(&mut self, id: u64) {
        let Ok(call) = self.live(id) else { return };
        call.over = true;
        call.sought = false;
        call.owner = None;
        let abandoned = call.incoming && !call.answered;
        let number = call.number.filter(|_| abandoned);
        self.shift.abandoned += u64::from(abandoned);
        if let Some(number) = number {
            match self.callbacks.iter_mut().find(|t| t.number == number) {
                Some(task) => task.calls.push(id),
                None => self.callbacks.push(Callback {
                    number,
                    calls: vec![id],
                    tries: Vec::new(),
                }),
            }
        }
        self.queue_up();
    }

    pub fn presence(&mut self, user: Name, connected: bool) {
        let count = self.screens.entry(user).or_default();
        *count = if connected {
            *count + 1
        } else {
            count.saturating_sub(1)
        };
        if *count > 0 {
            self.gone_s.remove(user);
        } else if self.seats.contains_key(user) {
            self.gone_s.entry(user).or_insert(self.now_s);
        }
    }

    pub fn restart(&mut self) {
        self.started_s = self.now_s;
        self.lines_up.clear();
        self.lines_down.clear();
        if let Some(newest) = self.handovers.last_mut() {
            newest.waits_since_s = self.now_s;
        }
        self.screens.clear();
        self.gone_s = self.seats.keys().map(|user| (*user, self.now_s)).collect();
        for call in self.calls.values_mut().filter(|call| !call.over) {
            call.sought = true;
            call.claimed_s = self.now_s;
            call.unheard_s = None;
            call.waits_s = None;
        }
        self.queue_up();
    }

    pub fn second(&mut self) {
        self.now_s += 1;
        let lost = |since: &u64| self.now_s - since >= 30;
        let gone = self.gone_s.iter().filter(|(_, since)| lost(since));
        for user in gone.map(|(user, _)| *user).collect::<Vec<_>>() {
            self.leave(user);
        }
        if let Some(newest) = self.handovers.last_mut() {
            let nobody = newest.items.values().all(Option::is_none);
            let late = self.now_s - newest.waits_since_s >= 300;
            newest.unaccepted |= late && nobody && !newest.items.is_empty();
        }
        let ids: Vec<u64> = self.calls.keys().copied().collect();
        for id in &ids {
            let call = &self.calls[id];
            let claimed = call.incoming && !call.up && !call.over && call.owner.is_some();
            if claimed && self.now_s - call.claimed_s >= 45 {
                self.let_go(*id);
            }
        }
        for id in &ids {
            if self.calls[id].sought && self.now_s - self.started_s >= 120 {
                self.ended(*id);
            }
        }
    }
}
