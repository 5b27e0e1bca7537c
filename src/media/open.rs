//! One recording under way: what is written, what still waits, what is lost.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::recording::{CHANNELS, Folder, PAIR_BYTES, SECOND_BYTES, make};
use crate::base::ids::CallId;
use crate::voice::frame::FRAME_LASTS;
use crate::voice::wav;

/// A call's sound on its way into one file.
pub(super) struct Open {
    call: CallId,
    folder: Folder,
    /// `None` until the disk lets it be made.
    path: Option<PathBuf>,
    /// `None` until then, and after the disk has refused something: it is opened anew.
    file: Option<File>,
    /// Bytes of sound in the file.
    written: u64,
    /// The last of these, as long as they are not on disk for certain. A disk that refuses once
    /// may have thrown them away, and says so once.
    unsure: Vec<u8>,
    /// Still to be written.
    waiting: Vec<u8>,
    /// Frames between what is written and what waits that are gone: a hole in the file, which is
    /// read as silence.
    gap: u64,
    lost_frames: u64,
    /// Something was written since it was last on disk for certain.
    dirty: bool,
    /// Its name is on disk for certain.
    named: bool,
    pub ended: bool,
}

impl Open {
    pub fn new(folder: Folder, call: CallId) -> Open {
        Open {
            call,
            folder,
            path: None,
            file: None,
            written: 0,
            unsure: Vec::new(),
            waiting: Vec::new(),
            gap: 0,
            lost_frames: 0,
            dirty: false,
            named: false,
            ended: false,
        }
    }

    /// The file, if there is any sound in it.
    pub fn kept(&self) -> Option<&Path> {
        self.path.as_deref().filter(|_| self.written > 0)
    }

    /// The file, though nothing is in it.
    pub fn empty(&self) -> Option<&Path> {
        self.path.as_deref().filter(|_| self.written == 0)
    }

    /// How much of the sound is not in the file.
    pub fn lost(&self) -> Duration {
        FRAME_LASTS * u32::try_from(self.lost_frames).unwrap_or(u32::MAX)
    }

    /// Bytes that wait for the disk.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// More sound, after so many frames for which there was no room on the way.
    pub fn take(&mut self, lost: u32, block: &[u8]) {
        self.lost_frames += u64::from(lost);
        let silence = lost as usize * PAIR_BYTES;
        if self.waiting.is_empty() {
            self.gap += u64::from(lost);
        } else if silence > WAITING_BYTES_MAX {
            self.give_up(self.waiting.len());
            self.gap += u64::from(lost);
        } else {
            self.waiting.resize(self.waiting.len() + silence, 0);
        }
        self.waiting.extend_from_slice(block);
        // The disk has refused for a minute: what it cannot have is given up, oldest first.
        if self.waiting.len() > WAITING_BYTES_MAX {
            self.give_up(self.waiting.len() - WAITING_BYTES_MAX / 2);
        }
    }

    /// Nothing may be written: this is left out, and what waits as well.
    pub fn skip(&mut self, lost: u32, block: &[u8]) {
        self.take(lost, block);
        self.give_up_all();
    }

    /// What waits becomes silence.
    pub fn give_up_all(&mut self) {
        self.give_up(self.waiting.len());
    }

    /// The oldest of what waits, whole frames of both sides, becomes silence.
    fn give_up(&mut self, bytes: usize) {
        let frames = (bytes / PAIR_BYTES) as u64;
        self.waiting.drain(..bytes);
        self.gap += frames;
        self.lost_frames += frames;
    }

    /// Gives the file what waits. It is certain after [`sync`](Open::sync).
    pub fn write(&mut self) -> std::io::Result<()> {
        let result = self.try_write();
        if result.is_err() {
            // What is wrong may be the open file: its disk was pulled out and is back.
            self.file = None;
        }
        result
    }

    fn try_write(&mut self) -> std::io::Result<()> {
        if self.file.is_none() {
            self.file = Some(self.open()?);
            self.dirty = true;
        }
        let Some(file) = self.file.as_ref().filter(|_| !self.waiting.is_empty()) else {
            return Ok(());
        };
        // At its place, so that a write that was cut short is simply done again.
        let at = self.written + self.gap * PAIR_BYTES as u64;
        file.write_all_at(&self.waiting, wav::HEADER_BYTES as u64 + at)?;
        if self.gap > 0 {
            self.unsure.clear();
        }
        self.written = at + self.waiting.len() as u64;
        self.unsure.append(&mut self.waiting);
        self.gap = 0;
        self.dirty = true;
        Ok(())
    }

    /// A new file the first time, the same one afterwards.
    fn open(&mut self) -> std::io::Result<File> {
        let mut options = File::options();
        options.read(true).write(true);
        let path = match self.path.clone() {
            Some(path) => {
                options.create(true).truncate(false);
                path
            }
            None => {
                options.create_new(true);
                self.folder.new_live(self.call)
            }
        };
        if let Some(folder) = path.parent() {
            make(folder)?;
        }
        let file = options.open(&path)?;
        self.named = false;
        if self.path.replace(path).is_none() {
            file.write_all_at(&self.head(), 0)?;
        }
        Ok(file)
    }

    fn head(&self) -> [u8; wav::HEADER_BYTES] {
        wav::header(CHANNELS, u32::try_from(self.written).unwrap_or(u32::MAX))
    }

    /// The head says how much there is, so that what a power cut leaves can be played as it is.
    pub fn sync(&mut self) -> std::io::Result<()> {
        if !self.dirty {
            return Ok(());
        }
        let result = self.try_sync();
        match &result {
            Ok(()) => {
                self.dirty = false;
                self.unsure.clear();
            }
            Err(_) => self.write_again(),
        }
        result
    }

    fn try_sync(&mut self) -> std::io::Result<()> {
        let (Some(file), Some(path)) = (&self.file, &self.path) else {
            return Ok(());
        };
        file.write_all_at(&self.head(), 0)?;
        file.sync_data()?;
        if let Some(folder) = path.parent().filter(|_| !self.named) {
            File::open(folder)?.sync_all()?;
        }
        self.named = true;
        Ok(())
    }

    /// What is not certain waits again.
    fn write_again(&mut self) {
        self.file = None;
        let mut unsure = std::mem::take(&mut self.unsure);
        if self.gap == 0 {
            self.written -= unsure.len() as u64;
            unsure.append(&mut self.waiting);
            self.waiting = unsure;
        }
    }
}

/// Sound of one call that waits while the disk refuses: a minute, 2 MB.
const WAITING_BYTES_MAX: usize = 60 * SECOND_BYTES as usize;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::base::limits;

    /// A tenth of a second whose samples are all this.
    fn block(sample: i16) -> Vec<u8> {
        let samples = limits::TAPE_BLOCK_FRAMES * PAIR_BYTES / 2;
        sample.to_le_bytes().repeat(samples)
    }

    fn open(folder: &Path) -> Open {
        Open::new(Folder::at(folder), CallId(1))
    }

    /// The first sample of each tenth of a second.
    fn tenths(open: &Open) -> Vec<i16> {
        let file = std::fs::read(open.path.as_ref().unwrap()).unwrap();
        let blocks = file[wav::HEADER_BYTES..].chunks(limits::TAPE_BLOCK_FRAMES * PAIR_BYTES);
        blocks.map(|b| i16::from_le_bytes([b[0], b[1]])).collect()
    }

    #[test]
    fn what_found_no_room_is_silence_in_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let mut open = open(folder.path());
        open.take(0, &block(1));
        open.write().unwrap();
        open.take(5, &block(2));
        open.take(10, &block(3));
        open.write().unwrap();
        open.sync().unwrap();
        assert_eq!(tenths(&open), [1, 0, 2, 0, 0, 3]);
        assert_eq!(open.lost_frames, 15);
        let path = open.kept().unwrap();
        let sound = wav::read(&std::fs::read(path).unwrap()).unwrap();
        assert_eq!(sound.samples.len(), 6 * 800, "the head tells all of it");
    }

    #[test]
    fn a_disk_that_refuses_for_hours_costs_a_minute_of_memory_and_no_step() {
        let folder = tempfile::tempdir().unwrap();
        let mut open = open(folder.path());
        let hours = 2 * 3_600 * 10;
        for tenth in 0..hours {
            open.take(0, &block(tenth as i16));
            assert!(open.waiting() <= WAITING_BYTES_MAX);
        }
        let waits = open.waiting() / (limits::TAPE_BLOCK_FRAMES * PAIR_BYTES);
        let lost = open.lost_frames as usize / limits::TAPE_BLOCK_FRAMES;
        assert_eq!(waits + lost, hours, "each is kept or counted, once");
        open.take(100_000, &block(7));
        open.write().unwrap();
        assert_eq!(
            open.written,
            (open.lost_frames * PAIR_BYTES as u64) + block(7).len() as u64
        );
    }

    #[test]
    fn while_nothing_may_be_written_nothing_is_and_time_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let mut open = open(folder.path());
        open.take(0, &block(1));
        open.write().unwrap();
        open.skip(0, &block(2));
        open.skip(5, &block(3));
        assert_eq!(open.waiting(), 0);
        open.take(0, &block(4));
        open.write().unwrap();
        assert_eq!(tenths(&open), [1, 0, 0, 0, 4]);
        assert_eq!(open.lost_frames, 15);
    }

    #[test]
    fn what_a_disk_has_thrown_away_is_written_again() {
        let folder = tempfile::tempdir().unwrap();
        let mut open = open(folder.path());
        open.take(0, &block(1));
        open.write().unwrap();
        open.sync().unwrap();
        open.take(0, &block(2));
        open.write().unwrap();
        open.take(0, &block(3));
        open.write().unwrap();
        // The disk says that it could not keep it, and the file shows it.
        let path = open.kept().unwrap().to_owned();
        let file = File::options().write(true).open(&path).unwrap();
        let certain = wav::HEADER_BYTES as u64 + block(1).len() as u64;
        file.set_len(certain).unwrap();
        open.write_again();
        open.take(0, &block(4));
        open.write().unwrap();
        open.sync().unwrap();
        assert_eq!(tenths(&open), [1, 2, 3, 4]);
        assert_eq!(open.lost_frames, 0);
        assert_eq!(open.path.as_deref(), Some(&*path), "it is the same file");
    }

    #[test]
    fn a_file_that_is_there_is_never_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let mut first = open(folder.path());
        first.take(0, &block(1));
        first.write().unwrap();
        let mut second = open(folder.path());
        second.take(0, &block(2));
        second.write().unwrap();
        assert_eq!((tenths(&first), tenths(&second)), (vec![1], vec![2]));
    }
}
