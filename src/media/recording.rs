//! Recordings as files: where they lie, how a call's are found, how they are read.
//!
//! `DATA/recordings/now/123.wav` while call 123 goes on, `DATA/recordings/000/123.wav` afterwards
//! (a folder for each thousand calls). A call during which the program was restarted has
//! `123-2.wav` beside it. Each file is a whole WAV file: left the far end, right our side.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use crate::base::ids::CallId;
use crate::base::limits;
use crate::voice::frame::{FRAME_BYTES, RATE_HZ};
use crate::voice::wav;

/// Left and right.
pub const CHANNELS: u16 = 2;

/// Bytes of 20 ms of both sides.
pub(super) const PAIR_BYTES: usize = FRAME_BYTES * CHANNELS as usize;

/// Bytes of one second.
pub const SECOND_BYTES: u64 = RATE_HZ as u64 * 2 * CHANNELS as u64;

/// The folder of all recordings.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
    /// Files of this run: the others below `now` are an earlier one's.
    begun: Arc<Mutex<BTreeSet<PathBuf>>>,
}

impl Folder {
    /// Touches no disk: what has to be made is made by whoever writes, and a disk that does not
    /// answer keeps no line waiting.
    pub fn at(path: &Path) -> Folder {
        Folder {
            path: path.to_owned(),
            begun: Arc::default(),
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A file for a call that begins, or goes on after a restart.
    pub(super) fn new_live(&self, call: CallId) -> PathBuf {
        let free = (1..=limits::RECORDING_PARTS_MAX).find(|part| {
            let taken = [self.live(call, *part), self.kept_path(call, *part)];
            // What the disk cannot tell may be taken.
            let is_free = |path: &PathBuf| matches!(path.try_exists(), Ok(false));
            taken.iter().all(is_free)
        });
        // Should all be taken, the last one refuses: nothing is written over.
        let path = self.live(call, free.unwrap_or(limits::RECORDING_PARTS_MAX));
        self.begun().insert(path.clone());
        path
    }

    /// Where a file from `now` is kept: its path, at which nothing is yet, and its name below the
    /// folder.
    pub(super) fn shelf_for(&self, live: &Path) -> Option<(CallId, PathBuf, String)> {
        let (call, part) = parse(live.file_name()?.to_str()?)?;
        let mut paths = (part..).map(|part| self.kept_path(call, part));
        let path = paths.find(|path| !path.exists())?;
        let file = path.strip_prefix(&self.path).ok()?.to_str()?.to_owned();
        Some((call, path, file))
    }

    /// Files that a stop of the program left open.
    pub(super) fn left_open(&self) -> Vec<PathBuf> {
        let mut left = list(&self.path.join(LIVE));
        let begun = self.begun();
        left.retain(|path| !begun.contains(path));
        left
    }

    fn begun(&self) -> MutexGuard<'_, BTreeSet<PathBuf>> {
        super::lock(&self.begun)
    }

    /// Kept files of the newest calls, as `(call, name)`: two folders, 1,000 to 2,000 calls.
    pub(super) fn newest_kept(&self) -> Vec<(CallId, String)> {
        let folders = self.kept_folders();
        let newest = folders.iter().rev().take(2);
        newest.flat_map(|folder| self.kept_in(folder)).collect()
    }

    /// The newest call of which there is any sound.
    pub fn newest_call(&self) -> Option<CallId> {
        let newest_in = |folder: &PathBuf| {
            let files = list(folder).into_iter();
            let calls = files.filter_map(|path| Some(parse(path.file_name()?.to_str()?)?.0));
            calls.max()
        };
        let kept = self.kept_folders().iter().rev().find_map(newest_in);
        kept.max(newest_in(&self.path.join(LIVE)))
    }

    /// Every kept file, oldest call first, with its length.
    pub fn kept(&self) -> Vec<(CallId, String, u64)> {
        let folders = self.kept_folders();
        let files = folders.iter().flat_map(|folder| self.kept_in(folder));
        let length = |file: &str| fs::metadata(self.path.join(file)).map_or(0, |m| m.len());
        files
            .map(|(call, file)| (call, length(&file), file))
            .map(|(c, l, f)| (c, f, l))
            .collect()
    }

    /// The path of a kept file, if it can be one of ours.
    pub fn kept_file(&self, file: &str) -> Option<PathBuf> {
        let (folder, name) = file.split_once('/')?;
        let (call, part) = parse(name)?;
        (folder == thousand(call)).then(|| self.kept_path(call, part))
    }

    /// The files of a call that goes on, oldest first.
    pub fn live_files(&self, call: CallId) -> Vec<PathBuf> {
        let mut found: Vec<(usize, PathBuf)> = list(&self.path.join(LIVE))
            .into_iter()
            .filter_map(|path| {
                let (of, part) = parse(path.file_name()?.to_str()?)?;
                (of == call).then_some((part, path))
            })
            .collect();
        found.sort();
        found.into_iter().map(|(_, path)| path).collect()
    }

    fn live(&self, call: CallId, part: usize) -> PathBuf {
        self.path.join(LIVE).join(name(call, part))
    }

    fn kept_path(&self, call: CallId, part: usize) -> PathBuf {
        self.path.join(thousand(call)).join(name(call, part))
    }

    /// Oldest first.
    fn kept_folders(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(&self.path).into_iter().flatten().flatten();
        let is_ours = |path: &PathBuf| {
            let name = path
                .file_name()
                .and_then(|n| n.to_str())
                .unwrap_or_default();
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit())
        };
        let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(is_ours).collect();
        // `1000` after `999`.
        folders.sort_by_cached_key(|path| (path.as_os_str().len(), path.clone()));
        folders
    }

    fn kept_in(&self, folder: &Path) -> Vec<(CallId, String)> {
        let mut found: Vec<(CallId, usize, String)> = list(folder)
            .into_iter()
            .filter_map(|path| {
                let (call, part) = parse(path.file_name()?.to_str()?)?;
                let file = path.strip_prefix(&self.path).ok()?.to_str()?.to_owned();
                Some((call, part, file))
            })
            .collect();
        found.sort();
        found
            .into_iter()
            .map(|(call, _, file)| (call, file))
            .collect()
    }
}

/// Makes a folder for the service's eyes only, and its name certain.
pub(super) fn make(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    match folder.parent() {
        Some(parent) => File::open(parent)?.sync_all(),
        None => Ok(()),
    }
}

fn list(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}

fn thousand(call: CallId) -> String {
    format!("{:03}", call.0 / 1_000)
}

fn name(call: CallId, part: usize) -> String {
    match part {
        1 => format!("{}.wav", call.0),
        part => format!("{}-{part}.wav", call.0),
    }
}

/// `123.wav`, `123-2.wav`.
fn parse(name: &str) -> Option<(CallId, usize)> {
    let stem = name.strip_suffix(".wav")?;
    let (call, part) = match stem.split_once('-') {
        Some((call, part)) => (call, part.parse().ok().filter(|part| *part >= 2)?),
        None => (stem, 1),
    };
    let digits = call.bytes().all(|b| b.is_ascii_digit());
    let call = call.parse().ok().filter(|_| digits)?;
    Some((CallId(call), part))
}

/// Several files as one WAV file, or the end of them; read piece by piece.
#[derive(Debug)]
pub struct Playable {
    parts: Vec<(File, u64)>,
    /// Bytes of sound left out at the beginning.
    skip: u64,
    data: u64,
}

impl Playable {
    /// The files in order; of a file that is being written, what there is now.
    ///
    /// # Errors
    /// The first that cannot be opened.
    pub fn open(paths: &[PathBuf]) -> io::Result<Playable> {
        let mut parts = Vec::new();
        for path in paths {
            let file = File::open(path)?;
            let bytes = file
                .metadata()?
                .len()
                .saturating_sub(wav::HEADER_BYTES as u64);
            // Both sides of a sample or neither.
            parts.push((file, bytes - bytes % SAMPLE_BYTES));
        }
        let data = parts.iter().map(|(_, bytes)| bytes).sum::<u64>();
        Ok(Playable {
            parts,
            skip: 0,
            // The head has 32 bits for it: 37 hours.
            data: data.min(u64::from(u32::MAX) - wav::HEADER_BYTES as u64),
        })
    }

    /// Only the last of it.
    pub fn last(mut self, time: Duration) -> Playable {
        let all: u64 = self.parts.iter().map(|(_, bytes)| bytes).sum();
        let wanted = time.as_secs().saturating_mul(SECOND_BYTES).min(self.data);
        self.skip = all - wanted;
        self.data = wanted;
        self
    }

    /// Length of the whole WAV file.
    #[allow(clippy::len_without_is_empty)] // it has a head, so it is never empty
    pub fn len(&self) -> u64 {
        wav::HEADER_BYTES as u64 + self.data
    }

    /// How long it plays.
    pub fn duration(&self) -> Duration {
        Duration::from_millis(self.data * 1_000 / SECOND_BYTES)
    }

    /// Reads from a place in the WAV file; 0 at its end.
    ///
    /// # Errors
    /// The operating system's.
    pub fn read_at(&self, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let head = wav::header(CHANNELS, u32::try_from(self.data).unwrap_or(u32::MAX));
        if let Some(rest) = usize::try_from(at).ok().and_then(|at| head.get(at..))
            && !rest.is_empty()
        {
            let count = rest.len().min(buffer.len());
            buffer[..count].copy_from_slice(&rest[..count]);
            return Ok(count);
        }
        let at = at - head.len() as u64;
        let left = usize::try_from(self.data.saturating_sub(at)).unwrap_or(usize::MAX);
        let wanted = buffer.len().min(left);
        self.read_data(self.skip + at, &mut buffer[..wanted])
    }

    fn read_data(&self, mut at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        for (file, bytes) in &self.parts {
            if at < *bytes {
                let here = usize::try_from(bytes - at).unwrap_or(usize::MAX);
                let wanted = buffer.len().min(here);
                return file.read_at(&mut buffer[..wanted], wav::HEADER_BYTES as u64 + at);
            }
            at -= bytes;
        }
        Ok(0)
    }
}

/// One sample of both sides.
const SAMPLE_BYTES: u64 = 2 * CHANNELS as u64;

/// The folder of calls that go on.
const LIVE: &str = "now";

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn only_names_of_ours_are_files_of_ours() {
        let folder = Folder::at(Path::new("/r"));
        let path = |file: &str| folder.kept_file(file).map(|p| p.display().to_string());
        assert_eq!(path("012/12345.wav").as_deref(), Some("/r/012/12345.wav"));
        assert_eq!(path("000/7-2.wav").as_deref(), Some("/r/000/7-2.wav"));
        for wrong in [
            "7.wav",
            "000/../x.wav",
            "001/7.wav",
            "000/7-1.wav",
            "000/+7.wav",
            "/etc/passwd",
            "000/7.WAV",
        ] {
            assert_eq!(path(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn two_parts_are_played_as_one_and_their_end_alone() {
        let dir = tempfile::tempdir().unwrap();
        let part = |name: &str, sample: i16, seconds: usize| {
            let path = dir.path().join(name);
            let data = sample.to_le_bytes().repeat(16_000 * seconds);
            let mut file = wav::header(2, 0).to_vec();
            file.extend(&data);
            // A half sample that was being written.
            file.push(1);
            fs::write(&path, file).unwrap();
            path
        };
        let paths = [part("1.wav", 1, 2), part("1-2.wav", 2, 3)];
        let whole = Playable::open(&paths).unwrap();
        assert_eq!(whole.duration(), Duration::from_secs(5));
        let mut file = Vec::new();
        let mut piece = [0; 1_000];
        loop {
            let count = whole.read_at(file.len() as u64, &mut piece).unwrap();
            if count == 0 {
                break;
            }
            file.extend(&piece[..count]);
        }
        assert_eq!(file.len() as u64, whole.len());
        let sound = wav::read(&file).unwrap();
        assert_eq!(sound.samples.len(), 5 * 8_000);
        assert_eq!(
            (sound.samples[15_999], sound.samples[16_000]),
            (0, 2),
            "1/2+1/2 and 2/2+2/2"
        );

        let end = Playable::open(&paths).unwrap().last(Duration::from_secs(4));
        assert_eq!(end.duration(), Duration::from_secs(4));
        assert_eq!(end.read_at(end.len(), &mut piece).unwrap(), 0);
    }

    #[test]
    fn a_call_that_goes_on_after_a_restart_has_another_part() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::at(dir.path());
        make(&dir.path().join(LIVE)).unwrap();
        assert!(folder.left_open().is_empty());
        let first = folder.new_live(CallId(7));
        assert!(first.ends_with("now/7.wav"));
        fs::write(&first, "x").unwrap();
        let second = folder.new_live(CallId(7));
        assert!(second.ends_with("now/7-2.wav"));
        fs::write(&second, "x").unwrap();
        fs::write(dir.path().join("now/71.wav"), "x").unwrap();
        assert_eq!(folder.live_files(CallId(7)), [first.clone(), second]);
        let (call, path, file) = folder.shelf_for(&first).unwrap();
        assert_eq!((call, file.as_str()), (CallId(7), "000/7.wav"));
        make(path.parent().unwrap()).unwrap();
        fs::rename(&first, &path).unwrap();
        assert_eq!(folder.newest_kept(), [(CallId(7), "000/7.wav".to_owned())]);
        assert!(folder.new_live(CallId(7)).ends_with("now/7-3.wav"));
    }

    #[test]
    fn the_newest_call_is_found_wherever_its_sound_lies() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::at(dir.path());
        assert_eq!(folder.newest_call(), None);
        let put = |file: &str| {
            let path = dir.path().join(file);
            make(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        };
        put("999/999999.wav");
        put("1000/1000007.wav");
        assert_eq!(folder.newest_call(), Some(CallId(1_000_007)));
        let kept: Vec<CallId> = folder.kept().into_iter().map(|(call, ..)| call).collect();
        assert_eq!(kept, [CallId(999_999), CallId(1_000_007)], "oldest first");
        make(&dir.path().join("1001")).unwrap();
        assert_eq!(folder.newest_call(), Some(CallId(1_000_007)));
        put("now/1002000.wav");
        assert_eq!(folder.newest_call(), Some(CallId(1_002_000)));
    }
}
