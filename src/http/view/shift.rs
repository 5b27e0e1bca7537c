//! The shift and its hand-overs as the API shows them.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use serde::Serialize;

use super::when;
use crate::desk::shift::{Handover, Item, ItemKind, Listed, Totals};
use crate::engine::board::Board;

/// The shift that goes on.
#[derive(Serialize, Debug)]
pub struct ShiftView {
    /// The last hand-over; `null`: there was none.
    pub since_at: Option<String>,
    pub totals: TotalsView,
    /// What would be handed over now.
    pub open: Vec<ItemView>,
    /// Open things beyond those.
    pub more: u64,
    /// The last hand-overs, newest first.
    pub handovers: Vec<HandoverView>,
}

/// What happened in a shift.
#[derive(Serialize, Debug)]
pub struct TotalsView {
    pub offered: u64,
    pub answered: u64,
    pub abandoned: u64,
    pub dialled: u64,
    pub by_class: BTreeMap<&'static str, u64>,
}

/// One thing that is or was open.
#[derive(Serialize, Debug)]
pub struct ItemView {
    /// Names it when it is accepted: `call/12`.
    pub item: String,
    pub kind: ItemKind,
    pub id: String,
    /// Why the line is down; the newest call of the number; who talked; who wrote.
    pub about: Option<String>,
    /// The hand-over since which nobody has accepted it.
    pub from: Option<String>,
    pub accepted_by: Option<String>,
    pub accepted_at: Option<String>,
}

/// One hand-over.
#[derive(Serialize, Debug)]
pub struct HandoverView {
    pub id: String,
    /// Its entry in the journal.
    pub seq: u64,
    pub at: String,
    pub by: String,
    pub note: String,
    /// 1 (worn out) to 5 (well).
    pub mood: Option<u8>,
    pub since_at: Option<String>,
    pub totals: TotalsView,
    pub items: Vec<ItemView>,
    pub more: u64,
    /// Nobody accepted anything in time.
    pub unaccepted: bool,
}

impl ShiftView {
    /// As seen in `zone`.
    pub fn new(board: &Board, zone: &TimeZone) -> ShiftView {
        let shift = &board.shift;
        let (open, more) = &board.open_items;
        let view = |handover| HandoverView::new(handover, zone);
        ShiftView {
            since_at: shift.since().map(|stamp| when(stamp, zone)),
            totals: TotalsView::from(shift.totals()),
            open: open.iter().map(ItemView::from).collect(),
            more: *more,
            handovers: shift.handovers().rev().map(view).collect(),
        }
    }
}

impl From<&Totals> for TotalsView {
    fn from(totals: &Totals) -> TotalsView {
        let by_class = totals
            .by_class
            .iter()
            .map(|(class, n)| (class.as_str(), *n));
        TotalsView {
            offered: totals.offered,
            answered: totals.answered,
            abandoned: totals.abandoned,
            dialled: totals.dialled,
            by_class: by_class.collect(),
        }
    }
}

impl From<&Item> for ItemView {
    fn from(item: &Item) -> ItemView {
        ItemView {
            item: item.name(),
            kind: item.kind,
            id: item.id.clone(),
            about: item.about.clone(),
            from: item.from.as_ref().map(ToString::to_string),
            accepted_by: None,
            accepted_at: None,
        }
    }
}

impl HandoverView {
    /// As seen in `zone`.
    pub fn new(handover: &Handover, zone: &TimeZone) -> HandoverView {
        let listed = |listed: &Listed| {
            let accepted = listed.accepted.as_ref();
            ItemView {
                accepted_by: accepted.map(|(by, _)| by.to_string()),
                accepted_at: accepted.map(|(_, at)| when(*at, zone)),
                ..ItemView::from(&listed.item)
            }
        };
        HandoverView {
            id: handover.id.to_string(),
            seq: handover.seq.0,
            at: when(handover.at, zone),
            by: handover.by.to_string(),
            note: handover.note.clone(),
            mood: handover.mood,
            since_at: handover.since.map(|stamp| when(stamp, zone)),
            totals: TotalsView::from(&handover.totals),
            items: handover.items.iter().map(listed).collect(),
            more: handover.more,
            unaccepted: handover.unaccepted,
        }
    }
}
