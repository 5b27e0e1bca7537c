//! Small files for the service's eyes only, whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Replaces the file, 0600, once its new content is on disk. When this returns, a power cut brings
/// nothing old back: the new name is on disk too.
///
/// # Errors
/// The operating system's; then the file is as it was or as it should be, never in between.
pub fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let new = path.with_added_extension("baru");
    // Left by a power cut, perhaps with other permissions.
    let _ = fs::remove_file(&new);
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&new)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&new, path)?;
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_file_is_replaced_for_its_owner_alone_whatever_lay_about() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.key");
        fs::write(folder.path().join("ca.key.baru"), "half").unwrap();
        for content in ["one", "two"] {
            replace(&path, content.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), content);
        }
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
