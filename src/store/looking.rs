//! The files as they are, for a verb that only looks.
//!
//! Opening a database writes to it: a repair after a power cut, the records of the log. Here all of
//! that stays in memory, so that what was found damaged is still there, as it was, for whoever has
//! to find out why. The locks are real, and shared: nobody looks while a service writes.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs::File;
use std::io;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use redb::backends::FileBackend;
use redb::{BackendError, StorageBackend};

use super::backend::{Disk, FileDisk, Part, Usage};

/// A folder on a real disk, of which nothing is changed.
#[derive(Debug)]
pub(super) struct LookingDisk(FileDisk);

impl LookingDisk {
    pub(super) fn new(folder: &Path) -> LookingDisk {
        LookingDisk(FileDisk::in_existing(folder))
    }
}

impl Disk for LookingDisk {
    fn open(&self, part: Part) -> io::Result<Arc<dyn StorageBackend>> {
        let file = match File::open(self.0.path(part)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            opened => Some(opened?),
        };
        Ok(Arc::new(Overlay::on(file)?))
    }

    fn exists(&self, part: Part) -> bool {
        self.0.exists(part)
    }

    fn settle(&self, _: Part) -> io::Result<()> {
        Ok(())
    }

    fn set_aside(&self, _: Part, _: &str) -> io::Result<Option<PathBuf>> {
        Ok(None)
    }

    fn witness(&self) -> io::Result<Option<Vec<u8>>> {
        self.0.witness()
    }

    fn set_witness(&self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }

    fn release_ballast(&self) -> io::Result<bool> {
        Ok(false)
    }

    fn refill_ballast(&self) -> io::Result<bool> {
        Ok(true)
    }

    fn usage(&self) -> io::Result<Usage> {
        self.0.usage()
    }
}

/// A file, and in memory what was written over it.
#[derive(Debug)]
struct Overlay {
    /// `None`: there is no file; everything is in memory.
    below: Option<FileBackend>,
    above: Mutex<Above>,
}

#[derive(Debug)]
struct Above {
    len: u64,
    /// Bytes of the file that still count: less than its length once it was cut.
    below_len: u64,
    /// By number.
    pages: BTreeMap<u64, Box<[u8; PAGE]>>,
}

impl Overlay {
    fn on(file: Option<File>) -> io::Result<Overlay> {
        let below = file
            .map(FileBackend::new)
            .transpose()
            .map_err(io::Error::other)?;
        let len = below.as_ref().map_or(Ok(0), StorageBackend::len)?;
        Ok(Overlay {
            below,
            above: Mutex::new(Above {
                len,
                below_len: len,
                pages: BTreeMap::new(),
            }),
        })
    }

    fn above(&self) -> MutexGuard<'_, Above> {
        self.above.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What lies below from `offset` on; nothing is there beyond the file's end.
    fn read_below(&self, below_len: u64, offset: u64, out: &mut [u8]) -> io::Result<()> {
        out.fill(0);
        let there = below_len.saturating_sub(offset).min(out.len() as u64) as usize;
        match &self.below {
            Some(file) if there > 0 => file.read(offset, &mut out[..there]),
            _ => Ok(()),
        }
    }
}

/// The part of a page that a range of bytes touches: page, where in it, where in the range.
fn pieces(offset: u64, len: usize) -> impl Iterator<Item = (u64, usize, std::ops::Range<usize>)> {
    let mut done = 0;
    std::iter::from_fn(move || {
        (done < len).then(|| {
            let at = offset + done as u64;
            let inside = (at % PAGE as u64) as usize;
            let count = (PAGE - inside).min(len - done);
            let range = done..done + count;
            done += count;
            (at / PAGE as u64, inside, range)
        })
    })
}

impl StorageBackend for Overlay {
    fn len(&self) -> io::Result<u64> {
        Ok(self.above().len)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let above = self.above();
        if offset.saturating_add(out.len() as u64) > above.len {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.read_below(above.below_len, offset, out)?;
        for (page, inside, range) in pieces(offset, out.len()) {
            if let Some(bytes) = above.pages.get(&page) {
                let count = range.len();
                out[range].copy_from_slice(&bytes[inside..inside + count]);
            }
        }
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut above = self.above();
        if len < above.len {
            above.below_len = above.below_len.min(len);
            above.pages.split_off(&len.div_ceil(PAGE as u64));
            let inside = (len % PAGE as u64) as usize;
            if let Some(last) = above.pages.get_mut(&(len / PAGE as u64)) {
                last[inside..].fill(0);
            }
        }
        above.len = len;
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut above = self.above();
        let below_len = above.below_len;
        for (page, inside, range) in pieces(offset, data.len()) {
            let bytes = match above.pages.entry(page) {
                Entry::Occupied(there) => there.into_mut(),
                Entry::Vacant(place) => {
                    let mut bytes = Box::new([0; PAGE]);
                    self.read_below(below_len, page * PAGE as u64, &mut bytes[..])?;
                    place.insert(bytes)
                }
            };
            bytes[inside..inside + range.len()].copy_from_slice(&data[range]);
        }
        above.len = above.len.max(offset + data.len() as u64);
        Ok(())
    }

    fn close(&self) -> io::Result<()> {
        self.below.as_ref().map_or(Ok(()), StorageBackend::close)
    }

    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.try_lock_shared_range(start, end)
    }

    fn try_lock_shared_range(
        &self,
        start: Bound<u64>,
        end: Bound<u64>,
    ) -> Result<bool, BackendError> {
        let below = self.below.as_ref();
        below.map_or(Ok(true), |file| file.try_lock_shared_range(start, end))
    }

    fn lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.lock_shared_range(start, end)
    }

    fn lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        let below = self.below.as_ref();
        below.map_or(Ok(()), |file| file.lock_shared_range(start, end))
    }

    fn unlock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        let below = self.below.as_ref();
        below.map_or(Ok(()), |file| file.unlock_range(start, end))
    }

    fn query_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        let below = self.below.as_ref();
        below.map_or(Ok(false), |file| file.query_lock_range(start, end))
    }
}

/// Small enough that a change costs little, the page of redb.
const PAGE: usize = 4096;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use std::io::Write;

    use super::*;

    #[test]
    fn what_is_written_is_read_back_and_the_file_stays_as_it_was() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        let was = vec![7; PAGE + 100];
        file.write_all(&was).unwrap();
        let overlay = Overlay::on(Some(File::open(file.path()).unwrap())).unwrap();
        overlay.write(PAGE as u64 - 2, &[1, 2, 3, 4]).unwrap();
        overlay.write(3 * PAGE as u64, &[9]).unwrap();
        let mut seen = vec![0; 3 * PAGE + 1];
        overlay.read(0, &mut seen).unwrap();
        assert_eq!(seen[PAGE - 3..PAGE + 3], [7, 1, 2, 3, 4, 7]);
        assert_eq!(seen[PAGE + 99..PAGE + 101], [7, 0]);
        assert_eq!(seen[3 * PAGE], 9);
        overlay.set_len(PAGE as u64 - 1).unwrap();
        overlay.set_len(2 * PAGE as u64).unwrap();
        overlay.read(PAGE as u64 - 3, &mut seen[..4]).unwrap();
        assert_eq!(seen[..4], [7, 1, 0, 0]);
        assert!(overlay.read(2 * PAGE as u64, &mut seen[..1]).is_err());
        assert_eq!(std::fs::read(file.path()).unwrap(), was);
    }
}
