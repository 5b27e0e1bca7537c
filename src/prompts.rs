//! What the box says to callers, ready to be played: the compiled-in sound, or the office's own
//! recording where it has one.
//!
//! Layer 2: the only caller of the folder `prompts/` in the data directory. A recording is written
//! there first, under a name made of its hash, and then ordered; so the journal never speaks of a
//! file that is not there. One that has gone missing or bad all the same is replaced by the
//! compiled-in sound, and said.
//!
//! At a start [`Library::open`] takes the desk's table; afterwards [`Library::follow`] takes the
//! facts. [`Library::get`] waits for nothing and may be asked from a thread that carries sound.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use arc_swap::ArcSwap;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::base::fault::Fault;
use crate::base::ids::Seq;
use crate::base::lang::Lang;
use crate::base::limits;
use crate::base::prompt::Prompt;
use crate::desk::fact::{Fact, OfficeChange};
use crate::desk::{Entry, OwnPrompt};
use crate::file;
use crate::voice::frame::RATE_HZ;
use crate::voice::{prompt, wav};

crate::codes! {
    /// A recording of the office is not what the journal says, or not there.
    LOST = "PROMPT-001",
        "Rekaman kantor untuk suara sistem hilang atau rusak, jadi penelepon mendengar suara bawaan",
        "Unggah lagi rekaman itu di halaman Suara sistem, atau pulihkan suara bawaan di sana";
    /// A recording cannot be written down.
    NOT_KEPT = "PROMPT-002",
        "Rekaman tidak dapat disimpan, jadi penelepon tetap mendengar suara yang lama",
        "Periksa izin dan sisa ruang pada direktori data, lalu unggah lagi";
}

/// Every prompt in every language, as it is played now.
pub struct Library {
    folder: PathBuf,
    shelf: ArcSwap<Shelf>,
    /// One at a time writes and clears away.
    writing: Mutex<()>,
}

type Shelf = BTreeMap<(Lang, Prompt), Place>;

/// What the newest fact about a prompt says.
#[derive(Clone)]
struct Place {
    seq: Seq,
    /// `None`: the compiled-in sound.
    own: Option<Own>,
}

/// A recording of the office.
#[derive(Clone)]
pub struct Own {
    /// As the desk has it.
    pub row: OwnPrompt,
    /// At 8 kHz; `None`: its file is missing or damaged, and the compiled-in sound is played.
    pub samples: Option<Arc<[i16]>>,
}

/// A recording that is on disk and that nobody has ordered yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kept {
    /// SHA-256 of the file, lower-case hex.
    pub sha256: String,
    pub duration_ms: u64,
}

impl Library {
    /// The library of the data directory `data`, with the recordings that the desk names.
    pub fn open(data: &Path, own: &[OwnPrompt]) -> Library {
        let library = Library {
            folder: data.join(FOLDER),
            shelf: ArcSwap::default(),
            writing: Mutex::default(),
        };
        let places = own.iter().map(|row| {
            let own = Some(library.load(row.clone()));
            let place = Place { seq: Seq(0), own };
            ((row.language, row.name), place)
        });
        library.shelf.store(Arc::new(places.collect()));
        library
    }

    /// What is played to a caller, at 8 kHz.
    pub fn get(&self, prompt: Prompt, lang: Lang) -> Arc<[i16]> {
        let own = self.own(prompt, lang).and_then(|own| own.samples);
        own.unwrap_or_else(|| compiled_in(prompt, lang))
    }

    /// The office's own recording of a prompt, if it has one.
    pub fn own(&self, prompt: Prompt, lang: Lang) -> Option<Own> {
        self.shelf.load().get(&(lang, prompt))?.own.clone()
    }

    /// Writes a recording at 8 kHz down, so that it can be ordered. Waits for the disk.
    ///
    /// # Errors
    /// `PROMPT-002`; what is played stays as it is.
    pub fn keep(&self, prompt: Prompt, lang: Lang, samples: &[i16]) -> Result<Kept, Fault> {
        let content = wav::file(samples);
        let sha256 = HEXLOWER.encode(&Sha256::digest(&content));
        let path = self.path(prompt, lang, &sha256);
        let failed = |error| {
            let doing = format!("menyimpan {}", path.display());
            Fault::because(&NOT_KEPT, doing, error)
        };
        // Nothing in memory is spoiled by a panic elsewhere.
        let _alone = self.writing.lock().unwrap_or_else(|e| e.into_inner());
        self.make_folder(lang).map_err(failed)?;
        file::replace(&path, &content).map_err(failed)?;
        self.clear_away(lang, &path);
        let duration_ms = prompt::lasts(samples).as_millis() as u64;
        Ok(Kept {
            sha256,
            duration_ms,
        })
    }

    /// Takes a fact in; those about other things change nothing, and an older one nothing newer.
    /// Waits for the disk where a recording is to be read.
    pub fn follow(&self, entry: &Entry) {
        let Fact::OfficeChanged { by, change } = &entry.fact else {
            return;
        };
        let (key, own) = match change {
            OfficeChange::PromptSet {
                language,
                name,
                sha256,
                duration_ms,
            } => {
                let row = OwnPrompt {
                    language: *language,
                    name: *name,
                    sha256: sha256.clone(),
                    duration_ms: *duration_ms,
                    by: by.clone(),
                    at: entry.stamp,
                };
                ((*language, *name), Some(self.load(row)))
            }
            OfficeChange::PromptRestored { language, name } => ((*language, *name), None),
            OfficeChange::Claimed {}
            | OfficeChange::UserAdded { .. }
            | OfficeChange::UserChanged { .. }
            | OfficeChange::UserDisabled { .. }
            | OfficeChange::UserEnabled { .. }
            | OfficeChange::PasswordChanged { .. }
            | OfficeChange::TokenAdded { .. }
            | OfficeChange::TokenRevoked { .. }
            | OfficeChange::WordingSet { .. }
            | OfficeChange::WordingRestored { .. }
            | OfficeChange::KeysSet { .. }
            | OfficeChange::PinSet { .. }
            | OfficeChange::PinRemoved { .. } => return,
        };
        let place = Place {
            seq: entry.seq,
            own,
        };
        self.shelf.rcu(|shelf| {
            let mut shelf = Shelf::clone(shelf);
            if shelf.get(&key).is_none_or(|known| known.seq < place.seq) {
                shelf.insert(key, place.clone());
            }
            shelf
        });
    }

    /// Looks for a recording again that was lost: its file may have been brought back.
    pub fn look_again(&self, prompt: Prompt, lang: Lang) {
        let lost = self.own(prompt, lang).filter(|own| own.samples.is_none());
        let Some(Own { row, .. }) = lost else {
            return;
        };
        let found = self.load(row);
        self.shelf.rcu(|shelf| {
            let mut shelf = Shelf::clone(shelf);
            let place = shelf.get_mut(&(lang, prompt));
            if let Some(own) = place.and_then(|place| place.own.as_mut())
                && own.row == found.row
            {
                *own = found.clone();
            }
            shelf
        });
    }

    /// Reads the recording that a row names; one that cannot be played is told in the log.
    fn load(&self, row: OwnPrompt) -> Own {
        let path = self.path(row.name, row.language, &row.sha256);
        let samples = match read(&path, &row.sha256) {
            Ok(samples) => Some(samples.into()),
            Err(error) => {
                let fault = Fault::because(&LOST, format!("membaca {}", path.display()), error);
                tracing::warn!(code = LOST.id, "{}", fault.chain());
                None
            }
        };
        Own { row, samples }
    }

    fn path(&self, prompt: Prompt, lang: Lang, sha256: &str) -> PathBuf {
        let short = sha256.get(..NAME_DIGITS).unwrap_or(sha256);
        let name = format!("{}-{short}.wav", prompt.as_str());
        self.folder.join(lang.as_str()).join(name)
    }

    fn make_folder(&self, lang: Lang) -> io::Result<()> {
        let mut builder = DirBuilder::new();
        builder.recursive(true).mode(0o700);
        builder.create(self.folder.join(lang.as_str()))?;
        // A power cut must not take a new folder away with what the journal speaks of.
        let above = [self.folder.parent(), Some(&*self.folder)];
        let mut above = above.into_iter().flatten();
        above.try_for_each(|folder| File::open(folder)?.sync_all())
    }

    /// Removes the oldest files beyond the limit, never one that is played or was `just_written`.
    /// What cannot be removed now is tried again with the next recording.
    fn clear_away(&self, lang: Lang, just_written: &Path) {
        let shelf = self.shelf.load();
        let played = shelf.values().filter_map(|place| place.own.as_ref());
        let played = played.map(|own| self.path(own.row.name, own.row.language, &own.row.sha256));
        let mut needed: Vec<PathBuf> = played.collect();
        needed.push(just_written.to_owned());
        let Ok(entries) = fs::read_dir(self.folder.join(lang.as_str())) else {
            return;
        };
        let mut files: Vec<(SystemTime, PathBuf)> = entries
            .flatten()
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
            .collect();
        let mut surplus = files.len().saturating_sub(limits::PROMPT_FILES_MAX);
        files.sort();
        for (_, path) in files {
            if surplus > 0 && !needed.contains(&path) && fs::remove_file(&path).is_ok() {
                surplus -= 1;
                tracing::info!(path = %path.display(), "an old recording was cleared away");
            }
        }
    }
}

/// The sound that every box has. Decoded when asked: that takes less than a millisecond, and
/// keeping all of them would take a megabyte.
fn compiled_in(prompt: Prompt, lang: Lang) -> Arc<[i16]> {
    let samples = prompt::samples(prompt::default_sound(prompt, lang));
    // A test reads every one of them; nothing to play is better than no call.
    samples.unwrap_or_default().into()
}

/// The samples of the file with this hash.
fn read(path: &Path, sha256: &str) -> Result<Vec<i16>, Bad> {
    // Before it is read: whatever lies there may be of any size.
    if fs::metadata(path)?.len() > FILE_BYTES_MAX {
        return Err(Bad::Hash);
    }
    let content = fs::read(path)?;
    if HEXLOWER.encode(&Sha256::digest(&content)) != sha256 {
        return Err(Bad::Hash);
    }
    Ok(prompt::samples(&content)?)
}

/// Why a recording cannot be played.
#[derive(Debug, thiserror::Error)]
enum Bad {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("isinya bukan yang dicatat jurnal")]
    Hash,
    #[error(transparent)]
    Wav(#[from] wav::NotWav),
}

/// Below the data directory; one folder for each language in it.
const FOLDER: &str = "prompts";

/// Digits of the hash in a file's name: enough to tell any two apart; all of them are checked.
const NAME_DIGITS: usize = 16;

/// The longest recording at 8 kHz in 16 bit, and its head.
const FILE_BYTES_MAX: u64 =
    limits::PROMPT_LASTS_MAX.as_secs() * 2 * RATE_HZ as u64 + wav::HEADER_BYTES as u64;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use crate::base::time::Stamp;

    const QUEUE: (Prompt, Lang) = (Prompt::Queue, Lang::Id);

    fn sound(value: i16) -> Vec<i16> {
        vec![value; 8_000]
    }

    fn set(seq: u64, kept: &Kept) -> Entry {
        let change = OfficeChange::PromptSet {
            language: QUEUE.1,
            name: QUEUE.0,
            sha256: kept.sha256.clone(),
            duration_ms: kept.duration_ms,
        };
        entry(seq, change)
    }

    fn restored(seq: u64) -> Entry {
        let (name, language) = QUEUE;
        entry(seq, OfficeChange::PromptRestored { language, name })
    }

    fn entry(seq: u64, change: OfficeChange) -> Entry {
        let by = "sari".into();
        Entry {
            seq: Seq(seq),
            stamp: Stamp::default(),
            fact: Fact::OfficeChanged { by, change },
        }
    }

    fn keep(library: &Library, value: i16) -> Kept {
        library.keep(QUEUE.0, QUEUE.1, &sound(value)).unwrap()
    }

    fn heard(library: &Library) -> i16 {
        library.get(QUEUE.0, QUEUE.1)[0]
    }

    #[test]
    fn what_is_played_follows_the_facts_in_their_order_whatever_order_they_come_in() {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open(folder.path(), &[]);
        let default = compiled_in(QUEUE.0, QUEUE.1);
        let (one, two) = (keep(&library, 1_000), keep(&library, 2_000));
        assert_eq!(one.duration_ms, 1_000);
        assert_eq!(library.get(QUEUE.0, QUEUE.1), default, "not ordered yet");
        library.follow(&set(7, &two));
        library.follow(&set(5, &one));
        assert_eq!(heard(&library), 2_000);
        library.follow(&restored(6));
        assert_eq!(heard(&library), 2_000);
        library.follow(&restored(8));
        assert_eq!(library.get(QUEUE.0, QUEUE.1), default);
        assert_eq!(
            library.get(Prompt::Hold, Lang::Id),
            compiled_in(Prompt::Hold, Lang::Id)
        );
    }

    #[test]
    fn a_recording_is_there_after_a_restart_and_a_bad_one_is_not_played() {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open(folder.path(), &[]);
        let kept = keep(&library, 1_000);
        library.follow(&set(3, &kept));
        let row = library.own(QUEUE.0, QUEUE.1).unwrap().row;
        let again = Library::open(folder.path(), std::slice::from_ref(&row));
        assert_eq!(heard(&again), 1_000);

        let path = again.path(QUEUE.0, QUEUE.1, &kept.sha256);
        let whole = fs::read(&path).unwrap();
        let mut flipped = whole.clone();
        flipped[1_000] ^= 1;
        let mut endless = whole.clone();
        endless.resize(FILE_BYTES_MAX as usize + 1, 0);
        for bad in [&flipped[..], &whole[..500], b"", &endless] {
            fs::write(&path, bad).unwrap();
            let library = Library::open(folder.path(), std::slice::from_ref(&row));
            assert_eq!(library.get(QUEUE.0, QUEUE.1), compiled_in(QUEUE.0, QUEUE.1));
            assert!(library.own(QUEUE.0, QUEUE.1).unwrap().samples.is_none());
        }
        fs::remove_file(&path).unwrap();
        let library = Library::open(folder.path(), std::slice::from_ref(&row));
        assert!(library.own(QUEUE.0, QUEUE.1).unwrap().samples.is_none());
        // The same recording brought again is the one that was ordered.
        assert_eq!(keep(&library, 1_000), kept);
        library.look_again(QUEUE.0, QUEUE.1);
        assert_eq!(heard(&library), 1_000);
    }

    #[test]
    fn old_recordings_give_way_and_the_one_that_is_played_never_does() {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open(folder.path(), &[]);
        let first = keep(&library, 1);
        library.follow(&set(1, &first));
        for value in 2..=limits::PROMPT_FILES_MAX as i16 + 5 {
            keep(&library, value);
        }
        let files = fs::read_dir(folder.path().join("prompts/id")).unwrap();
        assert_eq!(files.count(), limits::PROMPT_FILES_MAX);
        assert!(library.path(QUEUE.0, QUEUE.1, &first.sha256).exists());
        let again = Library::open(folder.path(), &[library.own(QUEUE.0, QUEUE.1).unwrap().row]);
        assert_eq!(heard(&again), 1);
    }

    #[test]
    fn a_disk_that_refuses_leaves_everything_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("prompts"), "not a folder").unwrap();
        let library = Library::open(folder.path(), &[]);
        let refused = library.keep(QUEUE.0, QUEUE.1, &sound(1)).unwrap_err();
        assert_eq!(refused.code.id, "PROMPT-002");
        assert_eq!(library.get(QUEUE.0, QUEUE.1), compiled_in(QUEUE.0, QUEUE.1));
    }
}
