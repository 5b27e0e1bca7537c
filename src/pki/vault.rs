//! Small secret files: 0600, whole or not at all.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::Path;

use super::FILES;
use crate::base::fault::Fault;
use crate::file;

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

/// Replaces the file.
pub(super) fn write(path: &Path, text: &str) -> Result<(), Fault> {
    file::replace(path, text.as_bytes()).map_err(|e| fault("menulis", path, e))
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
