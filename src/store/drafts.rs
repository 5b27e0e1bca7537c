//! Drafts: one row for each call whose report is being typed, overwritten in place.

use redb::{ReadableDatabase, ReadableTable, TableHandle, WriteTransaction};

use super::codes;
use super::reader::Reader;
use super::rows::{Kind, from_json, seal, to_json, unseal};
use super::tables::{DRAFTS, Keep, begin};
use super::trouble::Trouble;
use crate::base::fault::Fault;
use crate::base::ids::CallId;
use crate::desk::draft::{Draft, DraftRow};

/// Writes one change.
///
/// # Errors
/// The disk's.
pub fn apply(transaction: &WriteTransaction, row: &DraftRow) -> Result<(), Trouble> {
    let mut table = transaction.open_table(DRAFTS)?;
    let DraftRow { call, draft, .. } = row;
    match draft {
        Some(draft) => {
            let row = seal(Kind::Draft, &call.0.to_be_bytes(), &to_json(&**draft));
            table.insert(call.0, row.as_slice())?;
        }
        None => {
            table.remove(call.0)?;
        }
    }
    Ok(())
}

/// Makes the table in a database of before there were drafts.
///
/// # Errors
/// The disk's.
pub fn make_room(database: &redb::Database) -> Result<(), Trouble> {
    let read = database.begin_read()?;
    if read
        .list_tables()?
        .any(|table| table.name() == DRAFTS.name())
    {
        return Ok(());
    }
    let transaction = begin(database, Keep::OnDisk)?;
    transaction.open_table(DRAFTS)?;
    transaction.commit()?;
    Ok(())
}

impl Reader {
    /// What is being typed of a call.
    pub fn draft(&self, call: CallId) -> Result<Option<Draft>, Fault> {
        self.read("membaca draf laporan", |read, _| {
            match read.open_table(DRAFTS)?.get(call.0)? {
                None => Ok(None),
                Some(row) => Ok(Some(read_draft(call, row.value())?)),
            }
        })
    }

    /// Every draft, oldest call first. A damaged one is told and left where it is.
    pub fn drafts(&self) -> Result<Vec<(CallId, Draft)>, Fault> {
        self.read("membaca draf laporan", |read, _| {
            let mut drafts = Vec::new();
            for row in read.open_table(DRAFTS)?.iter()? {
                let (id, row) = row?;
                let call = CallId(id.value());
                match read_draft(call, row.value()) {
                    Ok(draft) => drafts.push((call, draft)),
                    Err(_) => {
                        tracing::error!(code = codes::ROW_DAMAGED.id, %call, "damaged draft of a report");
                    }
                }
            }
            Ok(drafts)
        })
    }
}

fn read_draft(call: CallId, row: &[u8]) -> Result<Draft, Trouble> {
    let content = unseal(Kind::Draft, &call.0.to_be_bytes(), row)?;
    Ok(from_json(content)?)
}
