//! Everything redb and the disk can say, sorted by what we do about it.

use std::cell::Cell;
use std::error::Error;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::codec::BadRow;
use super::codes;
use crate::base::fault::{Code, Fault};
use crate::base::ids::Seq;

/// What went wrong, by what follows from it.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// Another process has the file.
    #[error("berkas terkunci oleh proses lain")]
    InUse,
    /// No space: give up the ballast and try again.
    #[error("tidak ada ruang: {0}")]
    Full(#[source] io::Error),
    /// No permission, or mounted read-only.
    #[error("akses ditolak: {0}")]
    NoAccess(#[source] io::Error),
    /// Any other error of the disk: close, open again, try again.
    #[error("galat disk: {0}")]
    Disk(#[source] Box<dyn Error + Send + Sync>),
    /// The file is not what we wrote: put it aside.
    #[error("berkas rusak: {0}")]
    Damaged(Box<dyn Error + Send + Sync>),
    /// A newer program wrote it.
    #[error("format {0}")]
    Newer(u64),
    /// The newest entry on disk is older than what was confirmed.
    #[error("entri terbaru di disk {found}, seharusnya {expected}")]
    Lost { found: Seq, expected: Seq },
    /// A batch does not follow the newest entry.
    #[error("entri {found} diserahkan, seharusnya {expected}")]
    OutOfOrder { found: Seq, expected: Seq },
    /// An entry's line is not the one its hash was made of.
    #[error("entri {0} rusak")]
    Entry(Seq),
    /// A row's check does not hold.
    #[error("baris rusak")]
    Row,
}

impl Trouble {
    /// The fault to be told.
    pub fn fault(self, doing: impl Into<String>) -> Fault {
        Fault::because(self.code(), doing, self)
    }

    fn code(&self) -> &'static Code {
        match self {
            Trouble::InUse => &codes::IN_USE,
            Trouble::Full(_) => &codes::FULL,
            Trouble::NoAccess(_) => &codes::NO_ACCESS,
            Trouble::Disk(_) => &codes::DISK,
            Trouble::Damaged(_) => &codes::DAMAGED,
            Trouble::Newer(_) => &codes::NEWER,
            Trouble::Lost { .. } => &codes::LOST,
            Trouble::OutOfOrder { .. } => &codes::OUT_OF_ORDER,
            Trouble::Entry(_) => &codes::ENTRY_DAMAGED,
            Trouble::Row => &codes::ROW_DAMAGED,
        }
    }
}

thread_local! {
    /// Within [`guarded`]: how many panics there were in it.
    static PANICS: Cell<Option<u8>> = const { Cell::new(None) };
}

/// What a panic means to the process.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Panicked {
    /// Not while a file was being read or written.
    Elsewhere,
    /// It is caught and told as a damaged file.
    Caught,
    /// While another one was being cleaned up: the process ends, and nothing can catch that.
    Twice,
}

/// A panic on this thread, now. For the panic hook, which is called once for each.
pub fn panicked() -> Panicked {
    let Some(before) = PANICS.get() else {
        return Panicked::Elsewhere;
    };
    PANICS.set(Some(before.saturating_add(1)));
    match before {
        0 => Panicked::Caught,
        _ => Panicked::Twice,
    }
}

/// Runs something that touches a file nobody vouches for: a panic inside becomes [`Trouble`].
///
/// redb promises errors for damaged files, and 4.5 still panics on some damaged pages (found by the
/// bit flips in `tests/fast/store.rs`).
pub fn guarded<T>(run: impl FnOnce() -> Result<T, Trouble>) -> Result<T, Trouble> {
    let outer = PANICS.replace(Some(0));
    let done = catch_unwind(AssertUnwindSafe(run));
    PANICS.set(outer);
    done.unwrap_or_else(|panic| {
        let said = panic
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
            .unwrap_or_default();
        Err(Trouble::Damaged(said.into()))
    })
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        use io::ErrorKind as Kind;
        match error.kind() {
            Kind::StorageFull | Kind::QuotaExceeded | Kind::FileTooLarge => Trouble::Full(error),
            Kind::PermissionDenied | Kind::ReadOnlyFilesystem => Trouble::NoAccess(error),
            // redb says so of a file that is not a database or is shorter than its header claims.
            Kind::InvalidData | Kind::UnexpectedEof => Trouble::Damaged(error.into()),
            _ => Trouble::Disk(error.into()),
        }
    }
}

impl From<BadRow> for Trouble {
    fn from(_: BadRow) -> Self {
        Trouble::Row
    }
}

impl From<redb::Error> for Trouble {
    fn from(error: redb::Error) -> Self {
        use redb::Error as E;
        match error {
            E::Io(error) => error.into(),
            E::DatabaseAlreadyOpen => Trouble::InUse,
            E::PreviousIo | E::DatabaseClosed => Trouble::Disk(error.into()),
            // What is left cannot come of a sound file and our own use of it.
            other => Trouble::Damaged(other.into()),
        }
    }
}

macro_rules! through_redb_error {
    ($($name:ident)+) => {$(
        impl From<redb::$name> for Trouble {
            fn from(error: redb::$name) -> Self {
                redb::Error::from(error).into()
            }
        }
    )+};
}

through_redb_error! {
    StorageError TableError TransactionError CommitError DatabaseError SetDurabilityError
}
