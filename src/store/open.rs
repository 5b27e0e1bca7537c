//! Opening the store: quick, whatever happened to the machine before.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::attach::{attach, start_new};
use super::backend::{Disk, FileDisk, Part};
use super::condemned;
use super::keeper::Keeper;
use super::live::Place;
use super::looking::LookingDisk;
use super::reader::{DamagedEntry, Reader};
use super::tables::{DERIVED, Head, JOURNAL};
use super::trouble::Trouble;
use super::{Settings, StoredEntry, codes, lines, witness};
use crate::base::fault::Fault;
use crate::base::ids::Seq;
use crate::base::limits;
use crate::desk::fact::Loss;

/// An open store: what the engine needs to go on where it stopped.
pub struct Opened {
    /// The newest entry on disk, and the SHA-256 of its line: the next entry follows these.
    pub head: Seq,
    pub head_hash: [u8; 32],
    /// The newest usable snapshot of the desk.
    pub snapshot: Option<(Seq, Vec<u8>)>,
    /// Where a damaged file is kept, if there was one.
    pub quarantined: Option<PathBuf>,
    /// What was confirmed once and is not there now: the disk went back in time.
    pub missing: Option<Loss>,
    /// What an administrator should know. Nothing here stops the service.
    pub shown: Vec<Fault>,
    pub reader: Reader,
    /// The derived tables are of another version: call [`super::rebuild::rebuild`] before
    /// [`super::writer::start`].
    pub needs_rebuild: bool,
    pub(super) keeper: Keeper,
    pub(super) place: Arc<Place>,
}

/// Opens the store in `folder`. `tag` names a damaged file that has to be set aside (the time, as
/// `20261121T104502`).
///
/// # Errors
/// `STORE-001` if another process has it (exit 3), `STORE-005` if a newer program wrote it,
/// `STORE-006` if permission is lacking, `STORE-002` or `STORE-003` if the disk cannot be written.
/// A damaged file is no error: see [`Opened::quarantined`].
pub fn open_folder(folder: &Path, tag: &str) -> Result<Opened, Fault> {
    let disk = FileDisk::new(folder, limits::STORE_BALLAST_BYTES).map_err(|error| {
        Trouble::from(error).fault(format!("membuka folder {}", folder.display()))
    })?;
    let condemned = condemned::reason(folder);
    let opened = open_unless(
        Arc::new(disk),
        Settings::default(),
        tag,
        condemned.as_deref(),
        WhenDamaged::SetAside,
    );
    if condemned.is_some() && opened.is_ok() {
        condemned::forget(folder).map_err(|error| {
            Trouble::from(error).fault(format!("membuka folder {}", folder.display()))
        })?;
    }
    opened.map_err(|fault| Fault {
        doing: format!("{} di {}", fault.doing, folder.display()),
        ..fault
    })
}

/// Opens the store on any disk.
///
/// # Errors
/// As [`open_folder`].
pub fn open(disk: Arc<dyn Disk>, settings: Settings, tag: &str) -> Result<Opened, Fault> {
    open_unless(disk, settings, tag, None, WhenDamaged::SetAside)
}

/// Opens the store in `folder` for a change, if all that was confirmed is there. Nothing is set
/// aside: that is for the service, which records it.
///
/// # Errors
/// As [`look`], and as [`open_folder`].
pub fn open_sound(folder: &Path, tag: &str) -> Result<Opened, Fault> {
    let stops =
        |fault: &Fault| [codes::ROLLED_BACK.id, codes::WAL_DAMAGED.id].contains(&fault.code.id);
    // Closed again before the real opening.
    let shown = look_or_new(folder)?.shown;
    if let Some(fault) = shown.into_iter().find(stops) {
        return Err(fault);
    }
    let told = |error| Trouble::from(error).fault(format!("membuka folder {}", folder.display()));
    let disk = FileDisk::new(folder, limits::STORE_BALLAST_BYTES).map_err(told)?;
    let settings = Settings::default();
    open_unless(Arc::new(disk), settings, tag, None, WhenDamaged::Refuse)
}

/// What becomes of a damaged database.
#[derive(Clone, Copy, PartialEq, Eq)]
enum WhenDamaged {
    SetAside,
    Refuse,
}

/// Opens what is there, unless it is known to end the process.
fn open_unless(
    disk: Arc<dyn Disk>,
    settings: Settings,
    tag: &str,
    condemned: Option<&str>,
    when_damaged: WhenDamaged,
) -> Result<Opened, Fault> {
    let seen = disk
        .witness()
        .ok()
        .flatten()
        .and_then(|content| witness::read(&content));
    // A new file goes on with numbers that were never given out, so that nobody who follows the
    // journal by number takes a new entry for an old one.
    let base = seen.map_or_else(Head::default, |seen| Head {
        seq: Seq(seen.seq.0 + limits::UNSAVED_ENTRIES_MAX as u64),
        hash: seen.hash,
    });
    let known = condemned.map(|why| Err(Trouble::Damaged(why.into())));
    let attached = match known.unwrap_or_else(|| attach(&*disk, &settings, base, tag)) {
        Err(Trouble::Damaged(why)) if when_damaged == WhenDamaged::SetAside => {
            start_new(&*disk, &settings, base, tag, &*why)
        }
        other => other,
    };
    let mut attached = attached.map_err(|trouble| trouble.fault("membuka data"))?;
    let mut shown = std::mem::take(&mut attached.shown);
    let quarantined = attached.aside.take();
    let needs_rebuild = attached.derived != DERIVED;
    let created = attached.created;
    let place = Arc::new(Place::default());
    let (live, standing) = attached.split();
    let head = standing.head;
    place
        .replace(|| Ok(live))
        .map_err(|trouble| trouble.fault("membuka data"))?;
    let missing = seen
        .filter(|seen| quarantined.is_none() && (created || contradicts(&place, head, *seen)))
        .map(|seen| Loss::RolledBack {
            last: if created { Seq(0) } else { head.seq },
            known: seen.seq,
        });
    if let Some(Loss::RolledBack { last, known }) = missing {
        let doing = format!("terbaru {last}, saksi {known}");
        shown.push(Fault::new(&codes::ROLLED_BACK, doing));
    }
    let keeper = Keeper::new(
        Arc::clone(&disk),
        Arc::clone(&place),
        settings,
        tag,
        standing,
    );
    let reader = Reader::new(Arc::clone(&place), disk);
    let snapshot = reader.snapshot()?;
    if snapshot.damaged > 0 {
        shown.push(Fault::new(&codes::SNAPSHOT_DAMAGED, "membuka data"));
    }
    Ok(Opened {
        head: head.seq,
        head_hash: head.hash,
        snapshot: snapshot.usable,
        quarantined,
        missing,
        shown,
        reader,
        needs_rebuild,
        keeper,
        place,
    })
}

/// As [`look_or_new`], where something must be there.
///
/// # Errors
/// As [`look_or_new`], and `STORE-017` if there is no database and never was.
pub fn look(folder: &Path) -> Result<Opened, Fault> {
    let disk = LookingDisk::new(folder);
    if !disk.exists(Part::Database) && matches!(disk.witness(), Ok(None)) {
        return Err(Fault::new(&codes::NOTHING, folder.display().to_string()));
    }
    look_or_new(folder)
}

/// Opens the store in `folder` to be read, and changes nothing there: what opening would write
/// stays in memory, a damaged file stays where it is, and so does the witness. What is missing is
/// in [`Opened::shown`].
///
/// # Errors
/// `STORE-001` while a service has it, `STORE-004` if it is damaged, and the disk's.
pub fn look_or_new(folder: &Path) -> Result<Opened, Fault> {
    let doing = || format!("memeriksa data di {}", folder.display());
    if let Some(why) = condemned::reason(folder) {
        return Err(Trouble::Damaged(why.into()).fault(doing()));
    }
    let disk = LookingDisk::new(folder);
    // A log is read if there is one, and none is made.
    let settings = Settings {
        wal_bytes: 0,
        ..Settings::default()
    };
    open_unless(Arc::new(disk), settings, "", None, WhenDamaged::Refuse).map_err(|fault| Fault {
        doing: doing(),
        ..fault
    })
}

impl Opened {
    /// Entries after `after`, oldest first, read page by page; a damaged one is marked.
    pub fn tail(&self, after: Seq) -> Tail {
        Tail {
            reader: self.reader.clone(),
            after,
            page: Vec::new().into_iter(),
            done: false,
        }
    }

    /// The writing end, to be turned by hand.
    pub fn into_keeper(self) -> Keeper {
        self.keeper
    }
}

/// See [`Opened::tail`].
pub struct Tail {
    reader: Reader,
    after: Seq,
    page: std::vec::IntoIter<Result<StoredEntry, DamagedEntry>>,
    done: bool,
}

impl Iterator for Tail {
    /// The outer error: the disk cannot be read, and nothing more comes.
    type Item = Result<Result<StoredEntry, DamagedEntry>, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.page.as_slice().is_empty() && !self.done {
            match self
                .reader
                .entries_marked(self.after, limits::STORE_PAGE_LEN_MAX)
            {
                Ok(page) => self.page = page.into_iter(),
                Err(fault) => {
                    self.done = true;
                    return Some(Err(fault));
                }
            }
        }
        let entry = self.page.next()?;
        self.after = match &entry {
            Ok(entry) => entry.seq,
            Err(damaged) => damaged.seq,
        };
        Some(Ok(entry))
    }
}

/// Whether the witness knows an entry that the journal does not have, or has differently.
fn contradicts(place: &Place, head: Head, seen: Head) -> bool {
    if seen.seq > head.seq {
        return true;
    }
    let agrees = place.read(|read, base| {
        if seen.seq <= base.seq {
            return Ok(true);
        }
        let row = read.open_table(JOURNAL)?.get(seen.seq.0)?;
        let stored = row.and_then(|row| lines::hash_of_row(row.value()));
        Ok(stored == Some(seen.hash))
    });
    !agrees.unwrap_or(false)
}
