//! A database that ended the process.
//!
//! On some damaged pages redb panics, and panics again in a destructor while the first panic is
//! cleaned up (three of 1,500 files with random bytes changed, redb 4.5.0): the process ends there
//! and cannot say so in the ordinary way. It leaves a mark beside the file instead, so that the next
//! start sets the file aside rather than dying of it again and again while nobody hears the bells.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

fn mark(folder: &Path) -> PathBuf {
    folder.join("siaga112.rusak")
}

/// Leaves the mark. The first reason is kept.
///
/// # Errors
/// The disk's.
pub fn condemn(folder: &Path, why: &str) -> io::Result<()> {
    let mut file = File::create_new(mark(folder))?;
    file.write_all(why.as_bytes())?;
    file.sync_all()
}

/// Why the database in `folder` must not be opened, if it must not.
pub(super) fn reason(folder: &Path) -> Option<String> {
    let bytes = fs::read(mark(folder)).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// The database has been set aside.
///
/// # Errors
/// The disk's.
pub(super) fn forget(folder: &Path) -> io::Result<()> {
    fs::remove_file(mark(folder))
}
