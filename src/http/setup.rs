//! The one-time code that claims a fresh box: eight characters, half an hour, five guesses.
//!
//! It lives in `<data>/setup-code`, readable by the service alone, so that only a person at the
//! console (or with root) can read it and nobody on the LAN can claim the box first.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::secret;
use crate::base::fault::Fault;
use crate::base::limits;
use crate::base::time::Wall;
use crate::file;

/// What a typed code turned out to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It is the code.
    Right,
    /// It is not; this many guesses are left.
    Wrong { left: u32 },
    /// There is no valid code: too old, guessed at too often, used, or never made.
    Over,
}

/// Makes a new code, replacing any other, and returns it as a person types it (`ABCD-EFGH`).
///
/// # Errors
/// `HTTP-003` if the file cannot be written.
pub fn renew(data_dir: &Path, now: Wall) -> Result<String, Fault> {
    let code: String = secret::bytes::<CODE_CHARS>()?
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))
        .collect();
    let kept = Kept {
        code,
        made_ms: now.0,
        tries: 0,
    };
    write(data_dir, &kept)?;
    Ok(kept.shown())
}

/// The code that is valid now, if there is one.
///
/// # Errors
/// `HTTP-003` if the file is there and cannot be read.
pub fn current(data_dir: &Path, now: Wall) -> Result<Option<String>, Fault> {
    let kept = read(data_dir)?.filter(|kept| kept.is_valid(now));
    Ok(kept.map(|kept| kept.shown()))
}

/// Compares a typed code and counts a wrong one on disk, so that a restart gives no new guesses.
///
/// # Errors
/// `HTTP-003` if the file cannot be read or written; then nothing is right.
pub fn check(data_dir: &Path, typed: &str, now: Wall) -> Result<Verdict, Fault> {
    let Some(mut kept) = read(data_dir)?.filter(|kept| kept.is_valid(now)) else {
        return Ok(Verdict::Over);
    };
    let typed: String = typed.chars().filter(char::is_ascii_alphanumeric).collect();
    if secret::same(typed.to_ascii_uppercase().as_bytes(), kept.code.as_bytes()) {
        return Ok(Verdict::Right);
    }
    kept.tries += 1;
    write(data_dir, &kept)?;
    match limits::SETUP_CODE_TRIES_MAX.saturating_sub(kept.tries) {
        0 => Ok(Verdict::Over),
        left => Ok(Verdict::Wrong { left }),
    }
}

/// Forgets the code: it has been used.
///
/// # Errors
/// `HTTP-003` if the file cannot be removed; a claimed box takes no code anyway.
pub fn forget(data_dir: &Path) -> Result<(), Fault> {
    match fs::remove_file(path(data_dir)) {
        Ok(()) => Ok(()),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(fault(data_dir, e)),
    }
}

#[derive(Serialize, Deserialize)]
struct Kept {
    code: String,
    made_ms: i64,
    tries: u32,
}

impl Kept {
    /// A code "made in the future" was made by a clock that has since been put right.
    fn is_valid(&self, now: Wall) -> bool {
        let life_ms = i64::try_from(limits::SETUP_CODE_LIFE.as_millis()).unwrap_or_default();
        let age_ms = now.0 - self.made_ms;
        (0..life_ms).contains(&age_ms) && self.tries < limits::SETUP_CODE_TRIES_MAX
    }

    fn shown(&self) -> String {
        let (a, b) = self.code.split_at(self.code.len().min(CODE_CHARS / 2));
        format!("{a}-{b}")
    }
}

fn read(data_dir: &Path) -> Result<Option<Kept>, Fault> {
    match fs::read(path(data_dir)) {
        // A file that is not ours to read as a code is no code; the next one replaces it.
        Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(fault(data_dir, e)),
    }
}

fn write(data_dir: &Path, kept: &Kept) -> Result<(), Fault> {
    let json = serde_json::to_vec(kept).map_err(|e| fault(data_dir, e.into()))?;
    file::replace(&path(data_dir), &json).map_err(|e| fault(data_dir, e))
}

fn path(data_dir: &Path) -> PathBuf {
    data_dir.join("setup-code")
}

fn fault(data_dir: &Path, error: std::io::Error) -> Fault {
    let doing = format!("kode awal di {}", path(data_dir).display());
    Fault::because(&super::SETUP_FILE, doing, error)
}

const CODE_CHARS: usize = 8;
/// 32 signs that are not mistaken for one another on a dim console (no I, O, 0, 1).
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    const MINUTE_MS: i64 = 60_000;

    #[test]
    fn a_code_is_good_once_for_half_an_hour_in_any_spelling() {
        let dir = tempfile::tempdir().unwrap();
        let code = renew(dir.path(), Wall(0)).unwrap();
        assert_eq!(code.len(), 9);
        assert_eq!(
            current(dir.path(), Wall(1)).unwrap().as_deref(),
            Some(code.as_str())
        );
        let typed = code.to_lowercase().replace('-', " ");
        assert_eq!(
            check(dir.path(), &typed, Wall(29 * MINUTE_MS)).unwrap(),
            Verdict::Right
        );
        assert_eq!(
            check(dir.path(), &code, Wall(30 * MINUTE_MS)).unwrap(),
            Verdict::Over
        );
        assert_eq!(check(dir.path(), &code, Wall(-1)).unwrap(), Verdict::Over);
        forget(dir.path()).unwrap();
        forget(dir.path()).unwrap();
        assert_eq!(check(dir.path(), &code, Wall(1)).unwrap(), Verdict::Over);
    }

    #[test]
    fn five_guesses_spend_it_and_a_restart_gives_none_back() {
        let dir = tempfile::tempdir().unwrap();
        let code = renew(dir.path(), Wall(0)).unwrap();
        for left in (1..5).rev() {
            assert_eq!(
                check(dir.path(), "AAAA-AAAA", Wall(1)).unwrap(),
                Verdict::Wrong { left }
            );
        }
        assert_eq!(check(dir.path(), "", Wall(1)).unwrap(), Verdict::Over);
        assert_eq!(check(dir.path(), &code, Wall(1)).unwrap(), Verdict::Over);
        assert_eq!(current(dir.path(), Wall(1)).unwrap(), None);
        let new = renew(dir.path(), Wall(2)).unwrap();
        assert_ne!(new, code);
        assert_eq!(check(dir.path(), &new, Wall(3)).unwrap(), Verdict::Right);
    }

    #[test]
    fn nobody_else_on_the_machine_reads_it() {
        let dir = tempfile::tempdir().unwrap();
        renew(dir.path(), Wall(0)).unwrap();
        let mode = fs::metadata(path(dir.path())).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
