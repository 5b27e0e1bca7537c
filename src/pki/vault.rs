//! Small secret files: 0600, whole or not at all.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use super::FILES;
use crate::base::fault::Fault;

/// Makes the directory 0700, and closes it to others if it was open.
pub(super) fn make_dir(dir: &Path) -> Result<(), Fault> {
    let result = match DirBuilder::new().recursive(true).mode(0o700).create(dir) {
        Ok(()) => fs::set_permissions(dir, fs::Permissions::from_mode(0o700)),
        Err(error) => Err(error),
    };
    result.map_err(|e| fault("membuat direktori", dir, e))
}

/// The file's text; `None` if there is no such file.
pub(super) fn read(path: &Path) -> Result<Option<String>, Fault> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(fault("membaca", path, e)),
    }
}

/// Replaces the file by rename, after its bytes are on disk; then syncs the directory.
pub(super) fn write(path: &Path, text: &str) -> Result<(), Fault> {
    let new = path.with_extension("baru");
    let attempt = || -> std::io::Result<()> {
        let _ = fs::remove_file(&new);
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&new)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&new, path)?;
        match path.parent() {
            Some(dir) => File::open(dir)?.sync_all(),
            None => Ok(()),
        }
    };
    attempt().map_err(|e| fault("menulis", path, e))
}

/// Removes the file if it is there.
pub(super) fn remove(path: &Path) -> Result<(), Fault> {
    match fs::remove_file(path) {
        Ok(()) => Ok(()),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(fault("menghapus", path, e)),
    }
}

fn fault(doing: &str, path: &Path, error: std::io::Error) -> Fault {
    Fault::because(&FILES, format!("{doing} {}", path.display()), error)
}
