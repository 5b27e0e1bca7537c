//! What is known of numbers, and which of them begin or end so.

use std::collections::BTreeMap;

use redb::{ReadOnlyTable, ReadTransaction};

use super::counts::Counts;
use super::pages::{ends, row};
use super::places::Places;
use super::postings::{HIGHEST, Span, first_of, number_in, place_of, read_down, segment_of};
use super::query::Query;
use super::rows::{Kind, unseal};
use super::tables::{CALLS, List, NUMBERS, POSTINGS};
use super::trouble::Trouble;
use super::walk::Effort;
use super::{NumberPage, NumberSummary};
use crate::base::ids::CallId;
use crate::base::phone::Number;

/// What is known of a number.
///
/// # Errors
/// The disk's; [`Trouble::Row`] if it is not what was written.
pub fn summary(read: &ReadTransaction, number: &Number) -> Result<NumberSummary, Trouble> {
    let key = number.key();
    let counts = match read.open_table(NUMBERS)?.get(key)? {
        None => return Ok(NumberSummary::default()),
        Some(row) => Counts::take(unseal(Kind::Number, &key.to_be_bytes(), row.value())?)?,
    };
    let mut summary = counts.summary();
    if let Some((first, last)) = ends(read, List::of_number(number))? {
        let rows = read.open_table(CALLS)?;
        let offered = |id| Ok::<_, Trouble>(row(&rows, id)?.map(|call| call.offered.at.0));
        summary.first_ms = offered(first)?;
        summary.last_ms = offered(last)?;
    }
    Ok(summary)
}

/// Numbers that a query finds, in the order of their newest calls, newest first; those whose newest
/// call is below `before`, at most `limit`. Rows that are not what was written are reported to
/// `damaged` and left out.
///
/// # Errors
/// The disk's.
pub fn page(
    read: &ReadTransaction,
    query: &Query,
    before: Option<CallId>,
    limit: usize,
    mut damaged: impl FnMut(u64),
) -> Result<NumberPage, Trouble> {
    let mut page = NumberPage::default();
    // One more than asked for tells whether there is another page.
    let (mut found, rest) = newest(read, query, before, limit + 1)?;
    page.next = rest;
    if found.len() > limit {
        found.truncate(limit);
        page.next = found.last().map(|(id, _)| *id);
    }
    for (_, number) in found {
        match summary(read, &number) {
            Ok(summary) => page.numbers.push((number, summary)),
            Err(Trouble::Row) => damaged(number.key()),
            Err(other) => return Err(other),
        }
    }
    Ok(page)
}

type Newest = Vec<(CallId, Number)>;

/// At most `limit` numbers with their newest calls; and below which call to go on, if it has taken
/// long enough before there were so many.
fn newest(
    read: &ReadTransaction,
    query: &Query,
    before: Option<CallId>,
    limit: usize,
) -> Result<(Newest, Option<CallId>), Trouble> {
    let postings = read.open_table(POSTINGS)?;
    let spans: Vec<Span> = query.terms().iter().flat_map(Span::all_of).collect();
    let mut effort = Effort::of_a_page();
    let mut found = Newest::new();
    let below = before.map_or(u64::MAX, |id| id.0.saturating_sub(1));
    let mut highest = below.min(HIGHEST);
    loop {
        let segment = segment_of(highest);
        let (newest, next) = newest_of(&postings, &spans, highest, &mut effort)?;
        for (id, number) in newest {
            effort.look();
            let last = ends(read, List::of_number(&number))?.map(|(_, last)| last);
            // Otherwise it has been shown further up.
            if last == Some(id) && query.finds_number(&number) {
                found.push((id, number));
            }
            if found.len() == limit {
                return Ok((found, None));
            }
        }
        let Some(next) = next else {
            return Ok((found, None));
        };
        if effort.is_over() {
            return Ok((found, Some(CallId(first_of(segment)))));
        }
        highest = first_of(next + 1) - 1;
    }
}

/// The numbers in the segment of `highest` with their newest calls up to there, newest first; and
/// the next segment that may have any.
fn newest_of(
    postings: &ReadOnlyTable<&'static [u8], &'static [u8]>,
    spans: &[Span],
    highest: u64,
    effort: &mut Effort,
) -> Result<(Newest, Option<u64>), Trouble> {
    let segment = segment_of(highest);
    let mut next = None;
    let mut newest: BTreeMap<Number, CallId> = BTreeMap::new();
    for span in spans {
        effort.look();
        let below = read_down(postings, span, segment, |key, row| {
            effort.posting(row);
            let mut places = Places::default();
            places.take(row);
            let last = places.highest(place_of(highest));
            if let (Some(number), Some(last)) = (number_in(key), last) {
                let id = CallId(first_of(segment) + u64::from(last));
                let known = newest.entry(number).or_insert(id);
                *known = id.max(*known);
            }
            true
        })?;
        next = next.max(below);
    }
    let mut newest: Newest = newest
        .into_iter()
        .map(|(number, id)| (id, number))
        .collect();
    newest.sort_unstable_by(|one, other| other.cmp(one));
    Ok((newest, next))
}
