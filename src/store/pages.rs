//! Pages of calls: the newest that fit a filter, without reading those that do not.
//!
//! A list is sorted by id, so lists are intersected by stepping down to the highest id that is in
//! all of them. Times bound the ids first, through the table of days; what is left is compared row
//! by row, so a clock that once jumped costs time and never a wrong answer.

use std::ops::RangeInclusive;

use redb::{ReadOnlyTable, ReadTransaction};

use super::CallFilter;
use super::apply::read_day;
use super::rows::{Kind, take_call, unseal};
use super::tables::{CALLS, DAYS, LISTS, List, day_of};
use super::trouble::Trouble;
use crate::base::ids::CallId;
use crate::desk::call::CallRecord;

/// Calls that fit, newest first, with ids below `before`, at most `limit`. Rows that are not what
/// was written are reported to `damaged` and left out.
///
/// # Errors
/// The disk's.
pub fn calls(
    read: &ReadTransaction,
    filter: &CallFilter,
    before: Option<CallId>,
    limit: usize,
    mut damaged: impl FnMut(CallId),
) -> Result<Vec<CallRecord>, Trouble> {
    let mut found = Vec::new();
    let highest = before.map_or(u64::MAX, |id| id.0.saturating_sub(1));
    let Some(mut ids) = ids_within(read, filter, highest)? else {
        return Ok(found);
    };
    let walk = Walk {
        rows: read.open_table(CALLS)?,
        members: read.open_table(LISTS)?,
        lists: lists_of(filter),
    };
    while found.len() < limit
        && let Some(id) = walk.highest_in_all(&ids)?
    {
        match walk.row(id) {
            Ok(Some(call)) if fits(filter, &call) => found.push(call),
            Ok(_) => {}
            Err(Trouble::Row) => damaged(id),
            Err(other) => return Err(other),
        }
        let Some(next) = id.0.checked_sub(1) else {
            break;
        };
        ids = *ids.start()..=next;
    }
    Ok(found)
}

/// The lowest and the highest call on a list.
///
/// # Errors
/// The disk's.
pub fn ends(read: &ReadTransaction, list: List) -> Result<Option<(CallId, CallId)>, Trouble> {
    let members = read.open_table(LISTS)?;
    let mut range = members.range(list.key(CallId(0))..=list.key(CallId(u64::MAX)))?;
    let Some(first) = range.next() else {
        return Ok(None);
    };
    let first = List::id_of(&first?.0.value());
    let last = match range.next_back() {
        Some(last) => List::id_of(&last?.0.value()),
        None => first,
    };
    Ok(Some((first, last)))
}

/// One call's row.
///
/// # Errors
/// The disk's; [`Trouble::Row`] if it is not what was written.
pub fn row(
    rows: &ReadOnlyTable<u64, &'static [u8]>,
    id: CallId,
) -> Result<Option<CallRecord>, Trouble> {
    let Some(row) = rows.get(id.0)? else {
        return Ok(None);
    };
    let content = unseal(Kind::Call, &id.0.to_be_bytes(), row.value())?;
    Ok(Some(take_call(id, content)?))
}

struct Walk {
    rows: ReadOnlyTable<u64, &'static [u8]>,
    members: ReadOnlyTable<[u8; 17], ()>,
    lists: Vec<List>,
}

impl Walk {
    /// The highest id within `ids` that is on every list; of all calls if there is no list.
    fn highest_in_all(&self, ids: &RangeInclusive<u64>) -> Result<Option<CallId>, Trouble> {
        if ids.is_empty() {
            return Ok(None);
        }
        if self.lists.is_empty() {
            let mut range = self.rows.range(ids.clone())?;
            return Ok(range
                .next_back()
                .transpose()?
                .map(|row| CallId(row.0.value())));
        }
        let mut candidate = CallId(*ids.end());
        let mut agreed = 0;
        for list in self.lists.iter().cycle() {
            let range = list.key(CallId(*ids.start()))..=list.key(candidate);
            let Some(member) = self.members.range(range)?.next_back() else {
                return Ok(None);
            };
            let id = List::id_of(&member?.0.value());
            agreed = if id == candidate { agreed + 1 } else { 1 };
            candidate = id;
            if agreed == self.lists.len() {
                break;
            }
        }
        Ok(Some(candidate))
    }

    fn row(&self, id: CallId) -> Result<Option<CallRecord>, Trouble> {
        row(&self.rows, id)
    }
}

fn lists_of(filter: &CallFilter) -> Vec<List> {
    let mut lists = Vec::new();
    lists.extend(filter.number.as_ref().map(List::of_number));
    lists.extend(filter.class.map(List::of_class));
    lists.extend(filter.line.as_ref().map(List::of_line));
    lists
}

fn fits(filter: &CallFilter, call: &CallRecord) -> bool {
    let CallFilter {
        number,
        class,
        from,
        to,
        line,
    } = filter;
    number
        .as_ref()
        .is_none_or(|wanted| call.caller.number.as_ref() == Some(wanted))
        && class.is_none_or(|wanted| call.class == wanted)
        && from.is_none_or(|from| call.offered.at >= from)
        && to.is_none_or(|to| call.offered.at < to)
        && line.as_ref().is_none_or(|wanted| call.line == *wanted)
}

/// The ids that calls offered within the filter's times can have; `None` if there are none.
fn ids_within(
    read: &ReadTransaction,
    filter: &CallFilter,
    highest: u64,
) -> Result<Option<RangeInclusive<u64>>, Trouble> {
    if filter.from.is_none() && filter.to.is_none() {
        return Ok(Some(0..=highest));
    }
    let from = filter.from.map_or(i64::MIN, day_of);
    let to = filter.to.map_or(i64::MAX, day_of);
    if from > to {
        return Ok(None);
    }
    let mut bounds: Option<(u64, u64)> = None;
    let days = read.open_table(DAYS)?;
    for day in days.range(from..=to)? {
        let (day, row) = day?;
        // Without a day's bounds any id may be of that day: the rows decide.
        let (low, high) = read_day(day.value(), row.value()).unwrap_or((0, u64::MAX));
        let (lowest, topmost) = bounds.unwrap_or((low, high));
        bounds = Some((lowest.min(low), topmost.max(high)));
    }
    Ok(bounds.map(|(low, high)| low..=high.min(highest)))
}
