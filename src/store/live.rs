//! The open database, held by one writer and many readers, and closed under them when it must be.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};

use redb::{Database, ReadTransaction, ReadableDatabase};

use super::tables::Head;
use super::trouble::{Trouble, guarded};

/// The database and what has to be known to read it.
pub struct Live {
    pub database: Database,
    /// What lies before the first entry.
    pub base: Head,
}

/// A place for [`Live`] that survives its being closed and opened again.
///
/// Readers hold it shared for one short transaction; the writer holds it shared while it commits,
/// and alone only for the moment of reopening. So a stalled commit stops no reader.
#[derive(Default)]
pub struct Place {
    live: RwLock<Option<Live>>,
    damaged_rows: AtomicU64,
}

impl Place {
    /// Uses the open database.
    ///
    /// # Errors
    /// What `using` reports; [`Trouble::Disk`] while it is closed.
    pub fn with<T>(&self, using: impl FnOnce(&Live) -> Result<T, Trouble>) -> Result<T, Trouble> {
        let place = self.live.read().unwrap_or_else(PoisonError::into_inner);
        match &*place {
            Some(live) => guarded(|| using(live)),
            None => Err(Trouble::Disk("basis data sedang dibuka ulang".into())),
        }
    }

    /// Reads under one transaction.
    ///
    /// # Errors
    /// As [`Place::with`].
    pub fn read<T>(
        &self,
        using: impl FnOnce(&ReadTransaction, Head) -> Result<T, Trouble>,
    ) -> Result<T, Trouble> {
        self.with(|live| using(&live.database.begin_read()?, live.base))
    }

    /// Closes what is open, if anything is, and puts in what `open` makes.
    ///
    /// # Errors
    /// What `open` reports; the place is empty then.
    pub fn replace(&self, open: impl FnOnce() -> Result<Live, Trouble>) -> Result<(), Trouble> {
        let mut place = self.live.write().unwrap_or_else(PoisonError::into_inner);
        shut(&mut place);
        *place = Some(open()?);
        Ok(())
    }

    /// Closes what is open.
    pub fn close(&self) {
        let mut place = self.live.write().unwrap_or_else(PoisonError::into_inner);
        shut(&mut place);
    }

    /// Counts a row that was not what was written.
    pub fn count_damaged_row(&self) {
        self.damaged_rows.fetch_add(1, Ordering::Relaxed);
    }

    /// Rows met since the start that were not what was written.
    pub fn damaged_rows(&self) -> u64 {
        self.damaged_rows.load(Ordering::Relaxed)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.close();
    }
}

/// redb writes when it closes, and on a damaged file that may fail or panic. What was confirmed is
/// in the log all the same.
fn shut(place: &mut Option<Live>) {
    let Some(live) = place.take() else {
        return;
    };
    if let Err(trouble) = guarded(|| Ok(live.database.close()?)) {
        tracing::warn!("database not closed cleanly: {trouble}");
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Place")
    }
}
