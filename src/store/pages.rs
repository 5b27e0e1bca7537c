//! Pages of calls: the newest that fit, without reading those that do not.
//!
//! Lists and terms narrow the ids, see [`super::walk`]. Times bound them first, through the table
//! of days; what is left is compared row by row, so a clock that once jumped costs time and never a
//! wrong answer.

use std::ops::RangeInclusive;

use redb::{ReadOnlyTable, ReadTransaction};

use super::apply::read_day;
use super::rows::{Kind, take_call, unseal};
use super::tables::{DAYS, LISTS, List, day_of};
use super::trouble::Trouble;
use super::walk::{Effort, Met, Walk};
use super::{CallFilter, CallPage};
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
) -> Result<CallPage, Trouble> {
    let mut page = CallPage::default();
    let highest = before.map_or(u64::MAX, |id| id.0.saturating_sub(1));
    let Some(mut ids) = ids_within(read, filter, highest)? else {
        return Ok(page);
    };
    let mut effort = match filter.query {
        Some(_) => Effort::of_a_page(),
        None => Effort::without_end(),
    };
    let mut walk = Walk::begin(read, lists_of(filter), filter.query.as_ref())?;
    // One more than asked for tells whether there is another page.
    while page.calls.len() <= limit {
        let id = match walk.highest(&ids, &mut effort)? {
            Met::Call(id) => id,
            Met::Nothing => return Ok(page),
            Met::Tired(id) => {
                page.next = Some(CallId(id.0.saturating_add(1)));
                return Ok(page);
            }
        };
        effort.row();
        match row(walk.rows(), id) {
            Ok(Some(call)) if fits(filter, &call) => page.calls.push(call),
            Ok(_) => {}
            Err(Trouble::Row) => damaged(id),
            Err(other) => return Err(other),
        }
        let Some(next) = id.0.checked_sub(1) else {
            return Ok(page);
        };
        ids = *ids.start()..=next;
    }
    page.calls.truncate(limit);
    page.next = page.calls.last().map(|call| call.id);
    Ok(page)
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
        query,
    } = filter;
    number
        .as_ref()
        .is_none_or(|wanted| call.caller.number.as_ref() == Some(wanted))
        && class.is_none_or(|wanted| call.class == wanted)
        && from.is_none_or(|from| call.offered.at >= from)
        && to.is_none_or(|to| call.offered.at < to)
        && line.as_ref().is_none_or(|wanted| call.line == *wanted)
        && query.as_ref().is_none_or(|query| query.finds(call))
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
