//! Derived tables made again from the journal.

use redb::ReadableDatabase;

use super::apply::apply;
use super::open::Opened;
use super::reader::{entries_after, head_of};
use super::tables::{self, DERIVED, Keep, META, begin, meta};
use super::trouble::Trouble;
use super::{Batch, StoredEntry};
use crate::base::fault::Fault;
use crate::base::ids::Seq;
use crate::base::limits;
use crate::desk::Touched;

/// How far a rebuild or a verification is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Progress {
    pub done: Seq,
    pub of: Seq,
}

/// Drops the derived tables and writes them again. `replay` is given every entry in order and
/// hands back the rows it changed. Entries that are damaged are left out and counted in the answer.
/// Interrupted, it starts again at the next opening.
///
/// # Errors
/// The disk's, or what `replay` reports.
pub fn rebuild(
    opened: &mut Opened,
    mut replay: impl FnMut(&StoredEntry) -> Result<Touched, Fault>,
    mut progress: impl FnMut(Progress),
) -> Result<u64, Fault> {
    let said = |trouble: Trouble| trouble.fault("membangun ulang daftar");
    let (applied, head) = opened
        .place
        .with(|live| {
            let transaction = begin(&live.database, Keep::OnDisk)?;
            tables::drop_derived(&transaction)?;
            tables::create_derived(&transaction)?;
            set_version(&transaction, 0)?;
            transaction.commit()?;
            let applied = super::attach::About::read(&live.database)?.applied;
            Ok((applied, head_of(&live.database.begin_read()?, live.base)?))
        })
        .map_err(said)?;
    let mut damaged = 0;
    let mut after = Seq(0);
    let mut first = true;
    while first || after < head.seq {
        first = false;
        let page = opened
            .place
            .read(|read, base| {
                after = after.max(base.seq);
                entries_after(read, base, after, limits::STORE_PAGE_LEN_MAX)
            })
            .map_err(said)?;
        let mut touched = Touched::default();
        for entry in &page {
            match entry {
                Ok(entry) => {
                    let changed = replay(entry)?;
                    touched.calls.extend(changed.calls);
                    touched.sms.extend(changed.sms);
                }
                Err(_) => damaged += 1,
            }
        }
        after = Seq(after.0 + page.len() as u64);
        let batch = Batch {
            touched,
            ..Batch::default()
        };
        let is_last = after >= head.seq;
        opened
            .place
            .with(|live| {
                let transaction = begin(&live.database, Keep::OnDisk)?;
                apply(&transaction, &[&batch], head, applied)?;
                if is_last {
                    set_version(&transaction, DERIVED)?;
                }
                transaction.commit()?;
                Ok(())
            })
            .map_err(said)?;
        progress(Progress {
            done: after,
            of: head.seq,
        });
    }
    opened.needs_rebuild = false;
    Ok(damaged)
}

fn set_version(transaction: &redb::WriteTransaction, version: u64) -> Result<(), Trouble> {
    let mut about = transaction.open_table(META)?;
    about.insert(meta::DERIVED, version.to_le_bytes().as_slice())?;
    Ok(())
}
