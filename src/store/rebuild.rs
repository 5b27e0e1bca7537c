//! Derived tables made again from the journal.

use std::collections::BTreeMap;

use redb::ReadableDatabase;

use super::apply::apply;
use super::attach::About;
use super::live::Live;
use super::open::Opened;
use super::reader::{Reader, entries_after, head_of};
use super::tables::{self, DERIVED, Head, Keep, META, begin, meta};
use super::trouble::Trouble;
use super::{Batch, StoredEntry};
use crate::base::fault::Fault;
use crate::base::ids::{CallId, Seq};
use crate::base::limits;
use crate::desk::Touched;
use crate::desk::call::CallRecord;

/// How far a rebuild or a verification is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Progress {
    pub done: Seq,
    pub of: Seq,
}

/// The calls as rebuilt so far.
pub struct Rebuilt<'a> {
    reader: &'a Reader,
    page: &'a BTreeMap<CallId, CallRecord>,
}

impl Rebuilt<'_> {
    /// One call, as the entries before made it.
    ///
    /// # Errors
    /// As [`Reader::call`].
    pub fn call(&self, id: CallId) -> Result<Option<CallRecord>, Fault> {
        match self.page.get(&id) {
            Some(call) => Ok(Some(call.clone())),
            None => self.reader.call(id),
        }
    }
}

/// Drops the derived tables and writes them again. `replay` is given every entry in order and
/// hands back the rows it changed. Entries that are damaged are left out and counted in the answer.
/// Interrupted, it starts again at the next opening.
///
/// # Errors
/// The disk's, or what `replay` reports.
pub fn rebuild(
    opened: &mut Opened,
    mut replay: impl FnMut(&StoredEntry, &Rebuilt<'_>) -> Result<Touched, Fault>,
    mut progress: impl FnMut(Progress),
) -> Result<u64, Fault> {
    let said = |trouble: Trouble| trouble.fault("membangun ulang daftar");
    let start = opened.place.with(begin_again).map_err(said)?;
    let mut damaged = 0;
    let mut after = Seq(0);
    loop {
        let page = opened
            .place
            .read(|read, base| {
                after = after.max(base.seq);
                entries_after(read, base, after, limits::STORE_PAGE_LEN_MAX)
            })
            .map_err(said)?;
        let mut calls = BTreeMap::new();
        let mut sms = Vec::new();
        for entry in &page {
            let Ok(entry) = entry else {
                damaged += 1;
                continue;
            };
            let rebuilt = Rebuilt {
                reader: &opened.reader,
                page: &calls,
            };
            let touched = replay(entry, &rebuilt)?;
            calls.extend(touched.calls.into_iter().map(|call| (call.id, call)));
            sms.extend(touched.sms);
        }
        after = Seq(after.0 + page.len() as u64);
        let touched = Touched {
            calls: calls.into_values().collect(),
            sms,
        };
        let is_last = page.is_empty() || after >= start.head.seq;
        opened
            .place
            .with(|live| start.write(live, touched, is_last))
            .map_err(said)?;
        progress(Progress {
            done: after,
            of: start.head.seq,
        });
        if is_last {
            break;
        }
    }
    opened.needs_rebuild = false;
    Ok(damaged)
}

struct Start {
    head: Head,
    applied: u64,
}

fn begin_again(live: &Live) -> Result<Start, Trouble> {
    let transaction = begin(&live.database, Keep::OnDisk)?;
    tables::drop_derived(&transaction)?;
    tables::create_derived(&transaction)?;
    set_version(&transaction, 0)?;
    transaction.commit()?;
    Ok(Start {
        head: head_of(&live.database.begin_read()?, live.base)?,
        applied: About::read(&live.database)?.applied,
    })
}

impl Start {
    fn write(&self, live: &Live, touched: Touched, is_last: bool) -> Result<(), Trouble> {
        let batch = Batch {
            touched,
            ..Batch::default()
        };
        let transaction = begin(&live.database, Keep::OnDisk)?;
        apply(&transaction, &[&batch], self.head, self.applied)?;
        if is_last {
            set_version(&transaction, DERIVED)?;
        }
        transaction.commit()?;
        Ok(())
    }
}

fn set_version(transaction: &redb::WriteTransaction, version: u64) -> Result<(), Trouble> {
    let mut about = transaction.open_table(META)?;
    about.insert(meta::DERIVED, version.to_le_bytes().as_slice())?;
    Ok(())
}
