//! Batches become rows: the journal line by line, the derived tables by what changed.

use std::collections::BTreeMap;

use redb::{ReadableTable, Table, WriteTransaction};

use super::Batch;
use super::counts::Counts;
use super::postings;
use super::rows::{Kind, from_json, put_call, put_sms, seal, take_call, to_json, unseal};
use super::tables::{
    CALLS, DAYS, Head, JOURNAL, LISTS, List, META, NUMBERS, POSTINGS, SESSIONS, SMS, SNAPSHOTS,
    day_of, meta,
};
use super::trouble::Trouble;
use super::{SessionChange, SessionRecord};
use super::{drafts, lines, secrets};
use crate::base::ids::{CallId, UserName};
use crate::base::limits;
use crate::desk::SmsRecord;
use crate::desk::call::CallRecord;

/// Writes batches in order after `head`; hands back the new head.
///
/// # Errors
/// The disk's, or [`Trouble::OutOfOrder`]; the transaction must then be dropped.
pub fn apply(
    transaction: &WriteTransaction,
    batches: &[&Batch],
    head: Head,
    record: u64,
) -> Result<Head, Trouble> {
    let head = journal(transaction, batches, head)?;
    calls(transaction, last_of_each_call(batches))?;
    texts(transaction, batches)?;
    for batch in batches {
        for secret in &batch.secrets {
            secrets::apply(transaction, secret)?;
        }
        for change in &batch.sessions {
            apply_session(transaction, change)?;
        }
        for draft in &batch.drafts {
            drafts::apply(transaction, draft)?;
        }
    }
    snapshots(transaction, batches)?;
    let mut about = transaction.open_table(META)?;
    about.insert(meta::APPLIED, record.to_le_bytes().as_slice())?;
    Ok(head)
}

fn journal(
    transaction: &WriteTransaction,
    batches: &[&Batch],
    mut head: Head,
) -> Result<Head, Trouble> {
    if batches.iter().all(|batch| batch.entries.is_empty()) {
        return Ok(head);
    }
    let mut table = transaction.open_table(JOURNAL)?;
    for entry in batches.iter().flat_map(|batch| &batch.entries) {
        if entry.seq != head.seq.next() {
            return Err(Trouble::OutOfOrder {
                found: entry.seq,
                expected: head.seq.next(),
            });
        }
        let row = lines::pack(&head.hash, &entry.line, &entry.hash);
        table.insert(entry.seq.0, row.as_slice())?;
        head = Head {
            seq: entry.seq,
            hash: entry.hash,
        };
    }
    Ok(head)
}

/// A call that changed five times within one transaction is written once.
fn last_of_each_call<'a>(batches: &[&'a Batch]) -> BTreeMap<CallId, &'a CallRecord> {
    let touched = batches.iter().flat_map(|batch| &batch.touched.calls);
    touched.map(|call| (call.id, call)).collect()
}

/// Writes calls, and whatever lists and counts that changes.
fn calls(
    transaction: &WriteTransaction,
    touched: BTreeMap<CallId, &CallRecord>,
) -> Result<(), Trouble> {
    if touched.is_empty() {
        return Ok(());
    }
    let mut rows = transaction.open_table(CALLS)?;
    let mut lists = Vec::new();
    let mut found_by = Vec::new();
    let mut counts: BTreeMap<u64, Vec<Recount<'_>>> = BTreeMap::new();
    let mut days: BTreeMap<i64, (u64, u64)> = BTreeMap::new();
    for (id, new) in touched {
        let old = stored_call(&rows, id)?;
        if old.as_ref() == Some(new) {
            continue;
        }
        let row = seal(Kind::Call, &id.0.to_be_bytes(), &put_call(new));
        rows.insert(id.0, row.as_slice())?;
        change_of_lists(&mut lists, old.as_ref(), new);
        postings::changes_of(&mut found_by, old.as_ref(), new);
        let of_number = |call: &CallRecord| call.caller.number.as_ref().map(|n| n.key());
        let new_day = day_of(new.offered.at);
        if old.as_ref().map(|old| day_of(old.offered.at)) != Some(new_day) {
            let (low, high) = days.entry(new_day).or_insert((id.0, id.0));
            (*low, *high) = ((*low).min(id.0), (*high).max(id.0));
        }
        if let Some(number) = of_number(new) {
            counts.entry(number).or_default().push((None, Some(new)));
        }
        if let Some(old) = old
            && let Some(number) = of_number(&old)
        {
            counts.entry(number).or_default().push((Some(old), None));
        }
    }
    write_lists(transaction, &lists)?;
    if !found_by.is_empty() {
        postings::write(&mut transaction.open_table(POSTINGS)?, found_by)?;
    }
    write_days(transaction, &days)?;
    write_counts(transaction, counts)
}

/// The row as it is. A damaged one counts as none: it is replaced by what is known now.
fn stored_call(
    rows: &impl ReadableTable<u64, &'static [u8]>,
    id: CallId,
) -> Result<Option<CallRecord>, Trouble> {
    let Some(row) = rows.get(id.0)? else {
        return Ok(None);
    };
    let read = unseal(Kind::Call, &id.0.to_be_bytes(), row.value())
        .and_then(|content| take_call(id, content));
    if read.is_err() {
        tracing::error!(code = super::codes::ROW_DAMAGED.id, %id, "damaged row of a call replaced");
    }
    Ok(read.ok())
}

/// A member that comes (`true`) or goes.
type Change = ([u8; 17], bool);

fn change_of_lists(changes: &mut Vec<Change>, old: Option<&CallRecord>, new: &CallRecord) {
    let before = old.map(List::all_of).unwrap_or_default();
    let after = List::all_of(new);
    let gone = before.iter().filter(|list| !after.contains(list));
    changes.extend(gone.map(|list| (list.key(new.id), false)));
    let came = after.iter().filter(|list| !before.contains(list));
    changes.extend(came.map(|list| (list.key(new.id), true)));
}

fn write_lists(transaction: &WriteTransaction, changes: &[Change]) -> Result<(), Trouble> {
    if changes.is_empty() {
        return Ok(());
    }
    let mut lists = transaction.open_table(LISTS)?;
    for (key, comes) in changes {
        if *comes {
            lists.insert(key, ())?;
        } else {
            lists.remove(key)?;
        }
    }
    Ok(())
}

fn write_days(
    transaction: &WriteTransaction,
    changes: &BTreeMap<i64, (u64, u64)>,
) -> Result<(), Trouble> {
    if changes.is_empty() {
        return Ok(());
    }
    let mut days = transaction.open_table(DAYS)?;
    for (&day, &(low, high)) in changes {
        let stored = match days.get(day)? {
            Some(row) => read_day(day, row.value()).ok(),
            None => None,
        };
        let (low, high) = stored.map_or((low, high), |(l, h)| (low.min(l), high.max(h)));
        let content = [low.to_be_bytes(), high.to_be_bytes()].concat();
        let row = seal(Kind::Day, &day.to_be_bytes(), &content);
        days.insert(day, row.as_slice())?;
    }
    Ok(())
}

/// Lowest and highest id of a day.
///
/// # Errors
/// [`Trouble::Row`].
pub fn read_day(day: i64, row: &[u8]) -> Result<(u64, u64), Trouble> {
    let content = unseal(Kind::Day, &day.to_be_bytes(), row)?;
    let (low, high) = content.split_at_checked(8).ok_or(Trouble::Row)?;
    let number = |bytes: &[u8]| bytes.try_into().map(u64::from_be_bytes);
    number(low)
        .and_then(|low| Ok((low, number(high)?)))
        .map_err(|_| Trouble::Row)
}

/// A call as it was counted, and as it is to be counted.
type Recount<'a> = (Option<CallRecord>, Option<&'a CallRecord>);

fn write_counts(
    transaction: &WriteTransaction,
    changes: BTreeMap<u64, Vec<Recount<'_>>>,
) -> Result<(), Trouble> {
    if changes.is_empty() {
        return Ok(());
    }
    let mut numbers = transaction.open_table(NUMBERS)?;
    for (number, recounts) in changes {
        let key = number.to_be_bytes();
        let stored = match numbers.get(number)? {
            Some(row) => unseal(Kind::Number, &key, row.value())
                .and_then(Counts::take)
                .ok(),
            None => None,
        };
        let before = stored.unwrap_or_default();
        let mut counts = before.clone();
        for (old, new) in &recounts {
            if let Some(new) = new {
                counts.add(new);
            }
            if let Some(old) = old {
                counts.take_back(old);
            }
        }
        if counts == before {
            continue;
        }
        if counts.is_nothing() {
            numbers.remove(number)?;
        } else {
            let row = seal(Kind::Number, &key, &counts.put());
            numbers.insert(number, row.as_slice())?;
        }
    }
    Ok(())
}

fn texts(transaction: &WriteTransaction, batches: &[&Batch]) -> Result<(), Trouble> {
    let touched = batches.iter().flat_map(|batch| &batch.touched.sms);
    let last: BTreeMap<_, &SmsRecord> = touched.map(|sms| (sms.id, sms)).collect();
    if last.is_empty() {
        return Ok(());
    }
    let mut rows = transaction.open_table(SMS)?;
    for (id, sms) in last {
        let row = seal(Kind::Sms, &id.0.to_be_bytes(), &put_sms(sms));
        rows.insert(id.0, row.as_slice())?;
    }
    Ok(())
}

fn snapshots(transaction: &WriteTransaction, batches: &[&Batch]) -> Result<(), Trouble> {
    let Some((seq, desk)) = batches
        .iter()
        .rev()
        .find_map(|batch| batch.snapshot.as_ref())
    else {
        return Ok(());
    };
    let mut table = transaction.open_table(SNAPSHOTS)?;
    let row = seal(Kind::Snapshot, &seq.0.to_be_bytes(), desk);
    table.insert(seq.0, row.as_slice())?;
    while table.iter()?.count() > limits::STORE_SNAPSHOTS_KEPT {
        table.pop_first()?;
    }
    Ok(())
}

fn apply_session(transaction: &WriteTransaction, change: &SessionChange) -> Result<(), Trouble> {
    let mut table = transaction.open_table(SESSIONS)?;
    match change {
        SessionChange::Open(session) => write_session(&mut table, session)?,
        SessionChange::Touch {
            token_hash,
            used_ms,
        } => {
            if let Some(mut session) = stored_session(&table, token_hash)? {
                session.used_ms = *used_ms;
                write_session(&mut table, &session)?;
            }
        }
        SessionChange::Park { token_hash } => {
            if let Some(mut session) = stored_session(&table, token_hash)? {
                session.parked = true;
                write_session(&mut table, &session)?;
            }
        }
        SessionChange::WrongPin { token_hash } => {
            if let Some(mut session) = stored_session(&table, token_hash)? {
                session.wrong_pins = session.wrong_pins.saturating_add(1);
                if session.wrong_pins < limits::PIN_TRIES_MAX {
                    write_session(&mut table, &session)?;
                } else {
                    table.remove(token_hash)?;
                }
            }
        }
        SessionChange::Switch { parked, session } => {
            if stored_session(&table, parked)?.is_some_and(|known| known.user == session.user) {
                table.remove(parked)?;
                write_session(&mut table, session)?;
            }
        }
        SessionChange::End { token_hash } => {
            table.remove(token_hash)?;
        }
        SessionChange::EndAllOf { user } => end_sessions(&mut table, user)?,
    }
    Ok(())
}

/// The row as it is. A damaged one opens nothing.
fn stored_session(
    table: &Table<'_, [u8; 32], &'static [u8]>,
    token_hash: &[u8; 32],
) -> Result<Option<SessionRecord>, Trouble> {
    let row = table.get(token_hash)?;
    Ok(row.and_then(|row| read_session(token_hash, row.value()).ok()))
}

fn write_session(
    table: &mut Table<'_, [u8; 32], &'static [u8]>,
    session: &SessionRecord,
) -> Result<(), Trouble> {
    let row = seal(Kind::Session, &session.token_hash, &to_json(session));
    table.insert(&session.token_hash, row.as_slice())?;
    Ok(())
}

/// A session's row.
///
/// # Errors
/// [`Trouble::Row`].
pub fn read_session(token_hash: &[u8; 32], row: &[u8]) -> Result<SessionRecord, Trouble> {
    Ok(from_json(unseal(Kind::Session, token_hash, row)?)?)
}

/// Ends the sessions of a user; a damaged one opens nothing and goes as well.
pub(super) fn end_sessions(
    table: &mut Table<'_, [u8; 32], &'static [u8]>,
    user: &UserName,
) -> Result<(), Trouble> {
    table.retain(|token_hash, row| {
        read_session(&token_hash, row).is_ok_and(|session| session.user != *user)
    })?;
    Ok(())
}
