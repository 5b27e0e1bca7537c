//! The files, and what else the store asks of the disk they lie on.
//!
//! Everything goes through [`Disk`], so that the same store runs on a disk that loses power, fills
//! up or stalls (see [`super::faults`]).

use std::fmt::Debug;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::ops::Bound;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use redb::backends::FileBackend;
use redb::{BackendError, StorageBackend};

use crate::file;

/// One of the two files of the store.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Part {
    /// `siaga112.redb`
    Database,
    /// `siaga112.wal`
    Wal,
}

/// The disk below the store.
pub trait Disk: Debug + Send + Sync {
    /// Opens a file. If there is none, an empty one is begun under a name of its own; see
    /// [`Disk::settle`]. What an earlier handle may have left in memory without its being on disk
    /// is forgotten.
    ///
    /// # Errors
    /// The operating system's; so with every method here.
    fn open(&self, part: Part) -> io::Result<Arc<dyn StorageBackend>>;

    /// Whether a file has its real name.
    fn exists(&self, part: Part) -> bool;

    /// Gives a file that was begun its real name: what is in it is whole. A power cut before this
    /// leaves no half-made database behind. Nothing happens to one that has its name.
    fn settle(&self, part: Part) -> io::Result<()>;

    /// Renames a file so that it is kept and out of the way. `None`: there was none.
    fn set_aside(&self, part: Part, tag: &str) -> io::Result<Option<PathBuf>>;

    /// The witness as last written, if there is one.
    fn witness(&self) -> io::Result<Option<Vec<u8>>>;

    /// Replaces the witness: afterwards the new one is on disk, at no time none is.
    fn set_witness(&self, content: &[u8]) -> io::Result<()>;

    /// Gives the kept-back space to the file system. `false`: there was none left to give.
    fn release_ballast(&self) -> io::Result<bool>;

    /// Keeps back some more space if there is plenty. `true`: all of it is kept back now.
    fn refill_ballast(&self) -> io::Result<bool>;

    /// What the disk holds.
    fn usage(&self) -> io::Result<Usage>;
}

/// Space, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Usage {
    /// Blocks the database really takes.
    pub database: u64,
    /// The write-ahead log.
    pub wal: u64,
    /// Kept back for the day the disk is full.
    pub ballast: u64,
    /// What it should keep back.
    pub ballast_wanted: u64,
    /// Free for us.
    pub free: u64,
}

/// A folder on a real disk.
#[derive(Debug)]
pub struct FileDisk {
    folder: PathBuf,
    ballast_bytes: u64,
}

impl FileDisk {
    /// The store's files in `folder`, which is made (0700) if it does not exist.
    ///
    /// # Errors
    /// The operating system's.
    pub fn new(folder: &Path, ballast_bytes: u64) -> io::Result<FileDisk> {
        if !folder.is_dir() {
            use std::os::unix::fs::DirBuilderExt;
            fs::DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(folder)?;
        }
        Ok(FileDisk {
            folder: folder.to_owned(),
            ballast_bytes,
        })
    }

    /// The store's files in a folder that is there; nothing is made.
    pub(super) fn in_existing(folder: &Path) -> FileDisk {
        FileDisk {
            folder: folder.to_owned(),
            ballast_bytes: 0,
        }
    }

    pub(super) fn path(&self, part: Part) -> PathBuf {
        self.folder.join(match part {
            Part::Database => "siaga112.redb",
            Part::Wal => "siaga112.wal",
        })
    }

    fn ballast_path(&self) -> PathBuf {
        self.folder.join("siaga112.ballast")
    }

    fn witness_path(&self) -> PathBuf {
        self.folder.join("siaga112.witness")
    }

    /// A new, renamed or removed name is on disk only when its folder is.
    fn sync_folder(&self) -> io::Result<()> {
        File::open(&self.folder)?.sync_all()
    }

    /// The name of a file that is not whole yet.
    fn begun_path(&self, part: Part) -> PathBuf {
        self.path(part).with_added_extension("baru")
    }

    fn open_or_begin(&self, part: Part) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).mode(0o600);
        match options.open(self.path(part)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                options.create(true).truncate(true);
                options.open(self.begun_path(part))
            }
            opened => opened,
        }
    }

    fn free(&self) -> io::Result<u64> {
        let stat = rustix::fs::statvfs(&self.folder)?;
        Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
    }
}

impl Disk for FileDisk {
    fn open(&self, part: Part) -> io::Result<Arc<dyn StorageBackend>> {
        let file = self.open_or_begin(part)?;
        // After a failed flush Linux may keep pages in memory that never reached the disk and call
        // them clean. Reading them back would build on sand.
        let _ = rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed);
        let backend = FileBackend::new(file).map_err(io::Error::other)?;
        Ok(Arc::new(backend))
    }

    fn exists(&self, part: Part) -> bool {
        self.path(part).exists()
    }

    fn settle(&self, part: Part) -> io::Result<()> {
        let begun = self.begun_path(part);
        if self.exists(part) || !begun.exists() {
            return Ok(());
        }
        File::open(&begun)?.sync_all()?;
        fs::rename(&begun, self.path(part))?;
        self.sync_folder()
    }

    fn set_aside(&self, part: Part, tag: &str) -> io::Result<Option<PathBuf>> {
        let path = self.path(part);
        let mut aside = path.clone().into_os_string();
        aside.push(format!("{ASIDE}{tag}"));
        let mut target = PathBuf::from(&aside);
        for number in 2.. {
            if !target.exists() {
                break;
            }
            let mut numbered = aside.clone();
            numbered.push(format!("-{number}"));
            target = numbered.into();
        }
        match fs::rename(&path, &target) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
            Ok(()) => {
                self.sync_folder()?;
                Ok(Some(target))
            }
        }
    }

    fn witness(&self) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.witness_path()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            read => read.map(Some),
        }
    }

    fn set_witness(&self, content: &[u8]) -> io::Result<()> {
        file::replace(&self.witness_path(), content)
    }

    fn release_ballast(&self) -> io::Result<bool> {
        match fs::remove_file(self.ballast_path()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
            Ok(()) => Ok(true),
        }
    }

    fn refill_ballast(&self) -> io::Result<bool> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false).mode(0o600);
        let file = options.open(self.ballast_path())?;
        let have = file.metadata()?.len();
        let lacking = self.ballast_bytes.saturating_sub(have);
        if lacking == 0 {
            return Ok(true);
        }
        // As much again stays free, so that keeping back is never what fills the disk.
        if self.free()? < lacking + self.ballast_bytes {
            return Ok(false);
        }
        let step = lacking.min(BALLAST_STEP_BYTES);
        let flags = rustix::fs::FallocateFlags::empty();
        if rustix::fs::fallocate(&file, flags, have, step).is_err() {
            // Not every file system can reserve; every one can write.
            file.write_all_at(&vec![0x5A; step as usize], have)?;
        }
        Ok(have + step >= self.ballast_bytes)
    }

    fn usage(&self) -> io::Result<Usage> {
        Ok(Usage {
            database: blocks(&self.path(Part::Database))?,
            wal: blocks(&self.path(Part::Wal))?,
            ballast: blocks(&self.ballast_path())?,
            ballast_wanted: self.ballast_bytes,
            free: self.free()?,
        })
    }
}

/// Bytes a file really takes; redb's file is longer than that, with holes.
fn blocks(path: &Path) -> io::Result<u64> {
    use std::os::unix::fs::MetadataExt;
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error),
        // st_blocks counts in 512 bytes whatever the file system's block is (POSIX).
        Ok(metadata) => Ok(metadata.blocks() * 512),
    }
}

/// Names of damaged files in `folder`, kept whole, oldest first.
pub fn set_aside_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = names
        .filter(|name| name.starts_with("siaga112.") && name.contains(ASIDE))
        .collect();
    names.sort_by_key(|name| name.split_once(ASIDE).map(|(_, tag)| tag.to_owned()));
    names
}

/// Between a damaged file's name and when it was set aside.
const ASIDE: &str = ".rusak-";

/// Taken back step by step, so that a commit never waits long behind it.
const BALLAST_STEP_BYTES: u64 = 4 * 1024 * 1024;

/// Hands redb a backend that others hold as well. Locks are passed on: without them two processes
/// could open the file.
#[derive(Debug)]
pub struct Handed(pub Arc<dyn StorageBackend>);

type End = Bound<u64>;

impl StorageBackend for Handed {
    fn len(&self) -> io::Result<u64> {
        self.0.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.0.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.0.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.0.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.0.write(offset, data)
    }

    fn close(&self) -> io::Result<()> {
        self.0.close()
    }

    fn try_lock_range(&self, start: End, end: End) -> Result<bool, BackendError> {
        self.0.try_lock_range(start, end)
    }

    fn try_lock_shared_range(&self, start: End, end: End) -> Result<bool, BackendError> {
        self.0.try_lock_shared_range(start, end)
    }

    fn lock_range(&self, start: End, end: End) -> Result<(), BackendError> {
        self.0.lock_range(start, end)
    }

    fn lock_shared_range(&self, start: End, end: End) -> Result<(), BackendError> {
        self.0.lock_shared_range(start, end)
    }

    fn unlock_range(&self, start: End, end: End) -> Result<(), BackendError> {
        self.0.unlock_range(start, end)
    }

    fn query_lock_range(&self, start: End, end: End) -> Result<bool, BackendError> {
        self.0.query_lock_range(start, end)
    }
}
