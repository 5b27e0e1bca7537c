//! Handing over: what happened since the last time, what is still open, and who takes it on.
//!
//! Calls are counted as they happen, never by the clock: one that jumps loses none. What is open is
//! found anew for each hand-over, so what nobody accepted the last time and is still open is handed
//! over again, and says since which hand-over it waits. If nobody accepts anything, the supervisors
//! are called, once.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::call::{CallRecord, Class, Direction};
use super::fact::Fact;
use super::order::{Actor, Refusal};
use super::{Decision, Desk, Entry, check};
use crate::base::ids::{CallId, HandoverId, Seq, UserName};
use crate::base::limits;
use crate::base::time::{Stamp, Tick};

/// What happened since the last hand-over.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Totals {
    /// Incoming calls.
    pub offered: u64,
    /// Incoming calls that an operator talked on.
    pub answered: u64,
    /// Incoming calls that ended before.
    pub abandoned: u64,
    /// Outgoing calls.
    pub dialled: u64,
    /// Calls that were given this class, those of an earlier shift too that had none.
    pub by_class: BTreeMap<Class, u64>,
}

/// What kind of thing is open. Each has its own list in [`Desk::open_items`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// A line that is down; `about` is why.
    Line,
    /// A number to be called back; `about` is its newest call.
    Callback,
    /// A call that somebody talked on and that has no class; `about` is who talked.
    Call,
    /// A text that the network has not taken; `about` is who wrote it.
    Sms,
}

impl ItemKind {
    /// As in the API and the journal.
    pub fn as_str(self) -> &'static str {
        match self {
            ItemKind::Line => "line",
            ItemKind::Callback => "callback",
            ItemKind::Call => "call",
            ItemKind::Sms => "sms",
        }
    }
}

/// One open thing, by its names only: what a caller said stays where it is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Item {
    pub kind: ItemKind,
    pub id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The hand-over since which nobody has accepted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<HandoverId>,
}

impl Item {
    fn new(kind: ItemKind, id: impl ToString, about: Option<String>) -> Item {
        Item {
            kind,
            id: id.to_string(),
            about,
            from: None,
        }
    }

    /// How it is named when it is accepted: `call/12`.
    pub fn name(&self) -> String {
        format!("{}/{}", self.kind.as_str(), self.id)
    }
}

/// An item as it was handed over.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Listed {
    #[serde(flatten)]
    pub item: Item,
    /// Who takes it on, and since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<(UserName, Stamp)>,
}

/// One hand-over.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Handover {
    pub id: HandoverId,
    /// Its entry in the journal.
    pub seq: Seq,
    pub at: Stamp,
    pub by: UserName,
    pub note: String,
    /// 1 (worn out) to 5 (well).
    pub mood: Option<u8>,
    /// The hand-over before; `None`: there was none.
    pub since: Option<Stamp>,
    pub totals: Totals,
    pub items: Vec<Listed>,
    /// Open things beyond those listed.
    pub more: u64,
    /// The supervisors were called because nobody accepted anything.
    pub unaccepted: bool,
}

impl Handover {
    fn nobody_accepted(&self) -> bool {
        !self.items.is_empty() && self.items.iter().all(|listed| listed.accepted.is_none())
    }
}

/// The shift that goes on, and the last hand-overs.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Shift {
    since: Option<Stamp>,
    totals: Totals,
    /// Calls from this one on were offered in this shift.
    first_call: u64,
    /// Calls of earlier shifts whose class is counted in this one.
    late: BTreeSet<CallId>,
    /// The newest id given.
    last: u64,
    /// Newest at the end. Shared with the pictures of the desk, which are many.
    handovers: VecDeque<Arc<Handover>>,
    /// Since when the newest one waits to be accepted; since the start, after a restart.
    #[serde(skip)]
    waits_since: Option<Tick>,
}

impl Shift {
    /// The last hand-over; `None`: there was none.
    pub fn since(&self) -> Option<Stamp> {
        self.since
    }

    /// What happened since then.
    pub fn totals(&self) -> &Totals {
        &self.totals
    }

    /// The last hand-overs, newest at the end.
    pub fn handovers(&self) -> impl DoubleEndedIterator<Item = &Handover> {
        self.handovers.iter().map(|handover| &**handover)
    }

    pub(super) fn offered(&mut self, record: &CallRecord) {
        match record.direction {
            Direction::In => self.totals.offered += 1,
            Direction::Out => self.totals.dialled += 1,
        }
    }

    pub(super) fn answered(&mut self, record: &CallRecord) {
        self.totals.answered += u64::from(record.direction == Direction::In);
    }

    pub(super) fn ended(&mut self, record: &CallRecord) {
        self.totals.abandoned += u64::from(record.abandoned);
    }

    /// `record` has its new class already; `before` is the one it had. A class that an earlier
    /// shift has reported stays with that shift, even if it is corrected.
    pub(super) fn classified(&mut self, record: &CallRecord, before: Option<Class>) {
        let is_ours = record.id.0 >= self.first_call;
        let is_counted = is_ours || self.late.contains(&record.id);
        let counts = &mut self.totals.by_class;
        if let Some(before) = before.filter(|_| is_counted) {
            let count = counts.entry(before).or_default();
            *count = count.saturating_sub(1);
            if *count == 0 {
                counts.remove(&before);
            }
        }
        if let Some(class) = record.class
            && (is_counted || before.is_none())
        {
            *counts.entry(class).or_default() += 1;
            if !is_ours {
                self.late.insert(record.id);
            }
        }
    }

    /// The program started: whoever comes has the same time again.
    pub(super) fn started(&mut self, tick: Option<Tick>) {
        self.waits_since = tick;
    }

    /// When the supervisors are to be called, and for which hand-over.
    pub(super) fn unaccepted(&self) -> Option<(HandoverId, Tick)> {
        let newest = self.handovers.back()?;
        let waits = newest.nobody_accepted() && !newest.unaccepted;
        let since = self.waits_since.filter(|_| waits)?;
        Some((newest.id, since + limits::HANDOVER_UNACCEPTED_AFTER))
    }

    fn next_id(&self) -> HandoverId {
        HandoverId(self.last.saturating_add(1))
    }

    fn get(&self, id: HandoverId) -> Option<&Handover> {
        self.handovers().find(|handover| handover.id == id)
    }

    fn get_mut(&mut self, id: HandoverId) -> Option<&mut Handover> {
        let mut all = self.handovers.iter_mut();
        all.find(|known| known.id == id).map(Arc::make_mut)
    }

    fn begin(&mut self, handover: Handover, first_call: CallId, tick: Option<Tick>) {
        if handover.id.0 <= self.last {
            return;
        }
        self.last = handover.id.0;
        self.since = Some(handover.at);
        self.totals = Totals::default();
        self.first_call = first_call.0;
        self.late.clear();
        self.waits_since = tick;
        if self.handovers.len() >= limits::HANDOVERS_LEN_MAX {
            self.handovers.pop_front();
        }
        self.handovers.push_back(Arc::new(handover));
    }
}

impl Desk {
    /// The shift that goes on, and the last hand-overs.
    pub fn shift(&self) -> &Shift {
        &self.shift
    }

    /// What would be handed over now, what concerns every caller first; and how much more there is.
    pub fn open_items(&self) -> (Vec<Item>, u64) {
        let lines = self.lines.iter().filter_map(|(line, known)| {
            let why = known.down.clone()?;
            Some(Item::new(ItemKind::Line, line, Some(why)))
        });
        let callbacks = self.callbacks.all().map(|task| {
            let newest = task.calls.last().map(ToString::to_string);
            Item::new(ItemKind::Callback, &task.number, newest)
        });
        let talked = self.calls.all_unclassified().map(|past| &past.record);
        let calls = talked.filter(|r| r.answered.is_some()).map(|record| {
            let operator = record.operator.as_ref().map(ToString::to_string);
            Item::new(ItemKind::Call, record.id, operator)
        });
        let texts = self.unsent().map(|text| {
            let by = text.by.as_ref().map(ToString::to_string);
            Item::new(ItemKind::Sms, text.id, by)
        });
        let mut all = lines.chain(callbacks).chain(calls).chain(texts);
        let listed = all.by_ref().take(limits::HANDOVER_ITEMS_MAX).collect();
        (listed, all.count() as u64)
    }

    pub(super) fn hand_over(
        &self,
        actor: &Actor,
        note: &str,
        mood: Option<u8>,
    ) -> Result<Decision, Refusal> {
        let note = check::text("note", note, limits::NOTE_CHARS_MAX)?;
        if mood.is_some_and(|mood| !(1..=MOOD_BEST).contains(&mood)) {
            let (field, limit) = ("mood", Some(usize::from(MOOD_BEST)));
            return Err(Refusal::BadField { field, limit });
        }
        let last = self.shift.handovers().next_back();
        let is_double_click = last.is_some_and(|last| {
            let same = (&last.by, &*last.note, last.mood) == (&actor.user, note, mood);
            same && self.shift.totals == Totals::default()
        });
        if is_double_click {
            return Ok(Decision::default());
        }
        let (mut items, more) = self.open_items();
        for item in &mut items {
            item.from = last.and_then(|last| waits_from(last, item));
        }
        Ok(Decision::of(Some(Fact::ShiftHandedOver {
            handover: self.shift.next_id(),
            by: actor.user.clone(),
            note: note.to_owned(),
            mood,
            since: self.shift.since,
            totals: self.shift.totals.clone(),
            items,
            more,
        })))
    }

    /// Takes on one item, or all that nobody has taken on yet.
    pub(super) fn accept_items(
        &self,
        actor: &Actor,
        id: HandoverId,
        item: Option<&str>,
    ) -> Result<Decision, Refusal> {
        let handover = self.shift.get(id).ok_or(Refusal::NoSuchHandover)?;
        if id != self.shift.handovers().next_back().map_or(id, |h| h.id) {
            return Err(Refusal::HandedOverAgain);
        }
        let named = |listed: &&Listed| item.is_none_or(|item| listed.item.name() == item);
        let wanted: Vec<&Listed> = handover.items.iter().filter(named).collect();
        if item.is_some() && wanted.is_empty() {
            let (field, limit) = ("item", None);
            return Err(Refusal::BadField { field, limit });
        }
        let open = wanted
            .into_iter()
            .filter(|listed| listed.accepted.is_none());
        let facts = open.map(|listed| Fact::ShiftAccepted {
            handover: id,
            item: listed.item.name(),
            by: actor.user.clone(),
        });
        Ok(Decision {
            facts: facts.collect(),
            ..Decision::default()
        })
    }

    pub(super) fn apply_shift(&mut self, entry: &Entry, tick: Option<Tick>) {
        let at = entry.stamp;
        match &entry.fact {
            Fact::ShiftHandedOver {
                handover,
                by,
                note,
                mood,
                since,
                totals,
                items,
                more,
            } => {
                let listed = items.iter().map(|item| Listed {
                    item: item.clone(),
                    accepted: None,
                });
                let handover = Handover {
                    id: *handover,
                    seq: entry.seq,
                    at,
                    by: by.clone(),
                    note: note.clone(),
                    mood: *mood,
                    since: *since,
                    totals: totals.clone(),
                    items: listed.collect(),
                    more: *more,
                    unaccepted: false,
                };
                self.shift.begin(handover, self.calls.next_id(), tick);
            }
            Fact::ShiftAccepted { handover, item, by } => {
                let items = self.shift.get_mut(*handover).map(|known| &mut known.items);
                let mut items = items.into_iter().flatten();
                if let Some(listed) = items.find(|listed| listed.item.name() == *item) {
                    listed.accepted.get_or_insert((by.clone(), at));
                }
            }
            Fact::ShiftUnaccepted { handover } => {
                if let Some(known) = self.shift.get_mut(*handover) {
                    known.unaccepted = true;
                }
            }
            _ => {}
        }
    }
}

/// Since which hand-over an item that is open again waits, if nobody accepted it in the last one.
fn waits_from(last: &Handover, item: &Item) -> Option<HandoverId> {
    let same = |listed: &&Listed| listed.item.kind == item.kind && listed.item.id == item.id;
    let listed = last.items.iter().find(same)?;
    let waits = listed.accepted.is_none();
    waits.then(|| listed.item.from.unwrap_or(last.id))
}

/// Moods are told from 1 to this.
const MOOD_BEST: u8 = 5;
