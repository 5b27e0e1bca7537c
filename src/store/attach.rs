//! Opening the two files: the database, and what the write-ahead log holds beyond it.

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

use redb::{Database, ReadableDatabase, TableHandle};

use super::apply::apply;
use super::backend::{Disk, Handed, Part};
use super::codes;
use super::keeper::Standing;
use super::live::Live;
use super::reader::head_of;
use super::tables::{self, DERIVED, FORMAT, Head, Keep, META, begin, meta};
use super::trouble::{Trouble, guarded};
use super::wal::{Found, Wal};
use super::{Settings, drafts, group};
use crate::base::fault::Fault;

/// An open store.
pub struct Attached {
    pub live: Live,
    /// `None`: there is no space for one; every commit goes to the database alone.
    pub wal: Option<Wal>,
    pub head: Head,
    /// Number of the newest record of the log that the database contains.
    pub applied: u64,
    /// Version of the derived tables.
    pub derived: u64,
    /// There was no database; this one is new.
    pub created: bool,
    /// Where a damaged database is kept now.
    pub aside: Option<PathBuf>,
    /// What an administrator should know; the store works all the same.
    pub shown: Vec<Fault>,
}

/// Opens both files and brings the database up to date. A new database continues after `base`.
///
/// # Errors
/// [`Trouble::Damaged`] if the database cannot be used: it must be set aside. Anything else may
/// pass.
pub fn attach(
    disk: &dyn Disk,
    settings: &Settings,
    base: Head,
    tag: &str,
) -> Result<Attached, Trouble> {
    guarded(|| {
        let database = redb::Builder::new()
            .set_cache_size(settings.cache_bytes)
            .create_with_backend(Handed(disk.open(Part::Database)?))?;
        let created = is_empty(&database)?;
        if created {
            initialise(&database, base)?;
            disk.settle(Part::Database)?;
        }
        let about = About::read(&database)?;
        if about.format > FORMAT {
            return Err(Trouble::Newer(about.format));
        }
        drafts::make_room(&database)?;
        if about.derived != DERIVED {
            // Those of another version may lack a table; all of them will be written again.
            let transaction = begin(&database, Keep::OnDisk)?;
            tables::create_derived(&transaction)?;
            transaction.commit()?;
        }
        tables::check_all(&database)?;
        let head = head_of(&database.begin_read()?, about.base)?;
        let mut attached = Attached {
            live: Live {
                database,
                base: about.base,
            },
            wal: None,
            head,
            applied: about.applied,
            derived: about.derived,
            created,
            aside: None,
            shown: Vec::new(),
        };
        attached.take_up_log(disk, settings, about.id, tag)?;
        Ok(attached)
    })
}

/// Sets a damaged database aside and starts a new one whose journal continues after `base`.
///
/// # Errors
/// The disk's.
pub fn start_new(
    disk: &dyn Disk,
    settings: &Settings,
    base: Head,
    tag: &str,
    why: &(dyn Error + Send + Sync),
) -> Result<Attached, Trouble> {
    let aside = disk.set_aside(Part::Database, tag)?;
    disk.set_aside(Part::Wal, tag)?;
    let mut attached = attach(disk, settings, base, tag)?;
    let kept = aside.as_ref().map(|path| path.display().to_string());
    let doing = format!("disisihkan sebagai {}", kept.unwrap_or_default());
    let fault = Fault::because(&codes::SET_ASIDE, doing, why.to_string());
    attached.shown.push(fault);
    attached.aside = aside;
    Ok(attached)
}

/// Makes or opens a log for a database that contains everything up to now.
///
/// # Errors
/// The disk's, but not that there is no space.
pub fn open_log(
    disk: &dyn Disk,
    settings: &Settings,
    id: [u8; 16],
) -> Result<Option<Wal>, Trouble> {
    // One that is there is read even if none is wanted: it may hold what was confirmed.
    if settings.wal_bytes == 0 && !disk.exists(Part::Wal) {
        return Ok(None);
    }
    let file = disk.open(Part::Wal)?;
    match Wal::open(Arc::clone(&file), id, settings.wal_bytes).map_err(Trouble::from) {
        Ok(wal) => {
            disk.settle(Part::Wal)?;
            Ok(Some(wal))
        }
        Err(Trouble::Full(_)) => {
            file.set_len(0)?;
            Ok(None)
        }
        Err(other) => Err(other),
    }
}

impl Attached {
    /// What is read from, and where writing goes on.
    pub fn split(self) -> (Live, Standing) {
        let standing = Standing {
            wal: self.wal,
            head: self.head,
            applied: self.applied,
        };
        (self.live, standing)
    }

    fn take_up_log(
        &mut self,
        disk: &dyn Disk,
        settings: &Settings,
        id: [u8; 16],
        tag: &str,
    ) -> Result<(), Trouble> {
        let Some(mut wal) = open_log(disk, settings, id)? else {
            return Ok(());
        };
        let found = wal.find(self.applied)?;
        let sound = match self.replay(&found) {
            Ok(()) => !found.damaged,
            // The record was whole, so this is not the disk's doing; it must not stop the start.
            Err(Trouble::OutOfOrder { .. } | Trouble::Row) => false,
            Err(other) => return Err(other),
        };
        if sound && settings.wal_bytes == 0 {
            self.wal = None;
        } else if sound {
            wal.fit(settings.wal_bytes)?;
            self.wal = Some(wal);
        } else {
            drop(wal);
            let kept = disk.set_aside(Part::Wal, tag)?;
            let kept = kept.map(|path| path.display().to_string());
            self.shown.push(Fault::new(
                &codes::WAL_DAMAGED,
                kept.unwrap_or_else(|| "membaca antrean simpan".to_owned()),
            ));
            self.wal = open_log(disk, settings, id)?;
        }
        Ok(())
    }

    fn replay(&mut self, found: &Found) -> Result<(), Trouble> {
        let Some(last) = found.records.last() else {
            return Ok(());
        };
        let mut batches = Vec::new();
        for record in &found.records {
            batches.extend(group::decode(&record.content)?);
        }
        let batches: Vec<_> = batches.iter().collect();
        let transaction = begin(&self.live.database, Keep::OnDisk)?;
        let head = apply(&transaction, &batches, self.head, last.number)?;
        transaction.commit()?;
        self.head = head;
        self.applied = last.number;
        Ok(())
    }
}

/// What the database says about itself.
pub struct About {
    pub format: u64,
    pub derived: u64,
    pub id: [u8; 16],
    pub applied: u64,
    pub base: Head,
}

impl About {
    /// Reads it.
    ///
    /// # Errors
    /// The disk's; [`Trouble::Damaged`] if something is missing.
    pub fn read(database: &Database) -> Result<About, Trouble> {
        let read = database.begin_read()?;
        let table = read.open_table(META)?;
        let value = |key: &str| -> Result<Vec<u8>, Trouble> {
            match table.get(key)? {
                Some(value) => Ok(value.value().to_vec()),
                None => Err(Trouble::Damaged(format!("meta.{key} tidak ada").into())),
            }
        };
        let number = |key: &str| -> Result<u64, Trouble> {
            let bytes = value(key)?.try_into().map_err(|_| unreadable(key))?;
            Ok(u64::from_le_bytes(bytes))
        };
        Ok(About {
            format: number(meta::FORMAT)?,
            derived: number(meta::DERIVED)?,
            id: value(meta::ID)?
                .try_into()
                .map_err(|_| unreadable(meta::ID))?,
            applied: number(meta::APPLIED)?,
            base: Head::from_bytes(&value(meta::BASE)?).ok_or_else(|| unreadable(meta::BASE))?,
        })
    }
}

fn unreadable(key: &str) -> Trouble {
    Trouble::Damaged(format!("meta.{key} tidak terbaca").into())
}

fn is_empty(database: &Database) -> Result<bool, Trouble> {
    let read = database.begin_read()?;
    let mut names = read.list_tables()?.map(|table| table.name().to_owned());
    Ok(names.next().is_none())
}

fn initialise(database: &Database, base: Head) -> Result<(), Trouble> {
    let mut id = [0; 16];
    getrandom::fill(&mut id).map_err(|error| Trouble::Disk(error.into()))?;
    let transaction = begin(database, Keep::OnDisk)?;
    tables::create_all(&transaction)?;
    {
        let mut about = transaction.open_table(META)?;
        about.insert(meta::FORMAT, FORMAT.to_le_bytes().as_slice())?;
        about.insert(meta::DERIVED, DERIVED.to_le_bytes().as_slice())?;
        about.insert(meta::ID, id.as_slice())?;
        about.insert(meta::APPLIED, 0u64.to_le_bytes().as_slice())?;
        about.insert(meta::BASE, base.to_bytes().as_slice())?;
    }
    transaction.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;
    use crate::store::faults::FaultyDisk;
    use crate::store::open::open;
    use crate::store::rebuild::rebuild;

    #[test]
    fn data_from_before_a_table_was_thought_of_is_taken_over() {
        let disk = FaultyDisk::default();
        let settings = Settings::default();
        let attached = attach(&disk, &settings, Head::default(), "uji").unwrap();
        let transaction = begin(&attached.live.database, Keep::OnDisk).unwrap();
        transaction.delete_table(tables::POSTINGS).unwrap();
        transaction.open_table(tables::POSTINGS_2).unwrap();
        {
            let mut about = transaction.open_table(META).unwrap();
            let older = (DERIVED - 1).to_le_bytes();
            about.insert(meta::DERIVED, older.as_slice()).unwrap();
        }
        transaction.commit().unwrap();
        drop(attached);
        let mut opened = open(Arc::new(disk.clone()), settings, "uji").unwrap();
        assert!(opened.needs_rebuild);
        assert!(disk.set_aside_so_far().is_empty());
        rebuild(&mut opened, |_, _| Ok(Default::default()), |_| {}).unwrap();
        drop(opened);
        let attached = attach(&disk, &settings, Head::default(), "uji").unwrap();
        let names: Vec<String> = {
            let read = attached.live.database.begin_read().unwrap();
            let tables = read.list_tables().unwrap();
            tables.map(|table| table.name().to_owned()).collect()
        };
        assert!(!names.contains(&tables::POSTINGS_2.name().to_owned()));
        drop(attached);
        assert!(!open(Arc::new(disk), settings, "uji").unwrap().needs_rebuild);
    }

    #[test]
    fn data_of_a_newer_program_is_left_alone() {
        let disk = FaultyDisk::default();
        let settings = Settings::default();
        let attached = attach(&disk, &settings, Head::default(), "uji").unwrap();
        let transaction = begin(&attached.live.database, Keep::OnDisk).unwrap();
        {
            let mut about = transaction.open_table(META).unwrap();
            let newer = (FORMAT + 1).to_le_bytes();
            about.insert(meta::FORMAT, newer.as_slice()).unwrap();
        }
        transaction.commit().unwrap();
        drop(attached);
        let fault = open(Arc::new(disk.clone()), settings, "uji").err().unwrap();
        assert_eq!(fault.code.id, "STORE-005");
        assert!(disk.set_aside_so_far().is_empty());
    }

    #[test]
    fn data_of_before_there_were_drafts_gets_room_for_them() {
        let disk = FaultyDisk::default();
        let settings = Settings::default();
        let attached = attach(&disk, &settings, Head::default(), "uji").unwrap();
        let transaction = begin(&attached.live.database, Keep::OnDisk).unwrap();
        transaction.delete_table(tables::DRAFTS).unwrap();
        transaction.commit().unwrap();
        drop(attached);
        let opened = open(Arc::new(disk), settings, "uji").unwrap();
        assert!(opened.shown.is_empty());
        assert_eq!(opened.reader.drafts().unwrap(), []);
    }
}
