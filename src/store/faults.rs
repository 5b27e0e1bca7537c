//! A disk that fails on purpose. Test support: nothing in the configuration leads here.
//!
//! [`FaultyDisk`] keeps both files in memory, fails chosen operations, runs out of space, stalls,
//! and writes down everything it is asked to do. From such a [`super::cuts::Recording`] come the
//! images a power cut could leave behind.

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use redb::StorageBackend;

use super::backend::{Disk, Part, Usage};
use super::cuts::{Change, Dice, Done, Image, Recording, keep_some, share};

/// A disk in memory. Clones are the same disk.
#[derive(Clone, Debug, Default)]
pub struct FaultyDisk {
    inner: Arc<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    state: Mutex<State>,
    moved: Condvar,
}

#[derive(Debug, Default)]
struct State {
    files: [Contents; 2],
    witness: Option<Vec<u8>>,
    aside: Vec<PathBuf>,
    /// Writes, changes of length and flushes so far.
    operations: u64,
    failing: Option<Failing>,
    /// Bytes that may still be taken; `None`: enough.
    free: Option<u64>,
    taken: BTreeSet<(Part, u64)>,
    ballast: u64,
    ballast_wanted: u64,
    stalled: bool,
    /// Flushes that wait because the disk is stalled.
    waiting: u64,
    log: Option<Vec<Done>>,
}

#[derive(Debug, Default)]
struct Contents {
    /// What reads see: the file system's memory.
    seen: Vec<u8>,
    /// What a flush has brought to the disk.
    flushed: Vec<u8>,
    since_flush: Vec<Change>,
    /// A flush failed: what was written before it is called clean and never reaches the disk.
    lost: bool,
    open: bool,
    /// It has its real name.
    settled: bool,
}

/// Which operations fail, and how. Reads go on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Failing {
    /// The first one, counted as [`FaultyDisk::operations`] does.
    pub from: u64,
    /// The first one that works again.
    pub until: u64,
    pub kind: io::ErrorKind,
}

impl FaultyDisk {
    /// A disk that holds what a power cut left.
    pub fn of(image: &Image) -> FaultyDisk {
        let disk = FaultyDisk::default();
        let mut state = disk.state();
        for (contents, bytes) in state.files.iter_mut().zip(&image.files) {
            contents.seen.clone_from(bytes);
            contents.flushed.clone_from(bytes);
            contents.settled = !bytes.is_empty();
        }
        state.witness.clone_from(&image.witness);
        drop(state);
        disk
    }

    /// What it holds now, as after a clean stop.
    pub fn image(&self) -> Image {
        let state = self.state();
        Image {
            files: [state.files[0].seen.clone(), state.files[1].seen.clone()],
            witness: state.witness.clone(),
        }
    }

    /// Writes, changes of length and flushes so far.
    pub fn operations(&self) -> u64 {
        self.state().operations
    }

    /// From now on these operations fail.
    pub fn fail(&self, failing: Failing) {
        self.state().failing = Some(failing);
    }

    /// Every operation works again.
    pub fn heal(&self) {
        self.state().failing = None;
    }

    /// So many bytes may still be taken, beside `ballast` that is kept back.
    pub fn limit_space(&self, free: u64, ballast: u64) {
        let mut state = self.state();
        state.free = Some(free);
        state.ballast = ballast;
        state.ballast_wanted = ballast;
    }

    /// Somebody deletes a large file.
    pub fn free_space(&self, bytes: u64) {
        let mut state = self.state();
        state.free = state.free.map(|free| free + bytes);
    }

    /// From now on a flush does not return.
    pub fn stall(&self) {
        self.state().stalled = true;
    }

    /// Waits until a flush is caught by the stall.
    pub fn wait_for_a_caught_flush(&self) {
        let mut state = self.state();
        while state.waiting == 0 {
            state = self.wait(state);
        }
    }

    /// Flushes return again.
    pub fn go_on(&self) {
        self.state().stalled = false;
        self.inner.moved.notify_all();
    }

    /// Names of what was set aside.
    pub fn set_aside_so_far(&self) -> Vec<PathBuf> {
        self.state().aside.clone()
    }

    /// Begins to write down every operation; what is there now counts as flushed.
    pub fn record(&self) {
        let mut state = self.state();
        for contents in &mut state.files {
            contents.flush();
        }
        state.log = Some(Vec::new());
    }

    /// What the disk holds if the power goes now: what was flushed, and any part of the rest.
    pub fn cut(&self, dice: &mut Dice) -> Image {
        let state = self.state();
        let mut image = Image {
            files: [
                state.files[0].flushed.clone(),
                state.files[1].flushed.clone(),
            ],
            witness: state.witness.clone(),
        };
        let share = share(dice);
        for (file, contents) in image.files.iter_mut().zip(&state.files) {
            let unflushed = contents.since_flush.iter().collect();
            keep_some(file, unflushed, share, dice);
        }
        image
    }

    /// Operations written down so far.
    pub fn recorded(&self) -> usize {
        self.state().log.as_ref().map_or(0, Vec::len)
    }

    /// What was done since [`FaultyDisk::record`], when the disk held `start`.
    pub fn recording(&self, start: Image) -> Recording {
        let log = self.state().log.take().unwrap_or_default();
        Recording { start, log }
    }

    /// Turns one bit of a file.
    pub fn flip(&self, part: Part, bit: u64) {
        let mut state = self.state();
        let contents = &mut state.files[part as usize];
        let (byte, mask) = ((bit / 8) as usize, 1 << (bit % 8));
        contents.seen[byte] ^= mask;
        contents.flushed[byte] ^= mask;
    }

    /// Where a piece of text or bytes lies in a file, every place.
    pub fn find(&self, part: Part, wanted: &[u8]) -> Vec<u64> {
        let state = self.state();
        let seen = &state.files[part as usize].seen;
        let places = seen.windows(wanted.len()).enumerate();
        let hits = places.filter(|(_, bytes)| *bytes == wanted);
        hits.map(|(offset, _)| offset as u64).collect()
    }

    /// Length of a file.
    pub fn len_of(&self, part: Part) -> u64 {
        self.state().files[part as usize].seen.len() as u64
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.inner
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.inner
            .moved
            .wait(state)
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Counts an operation, and fails it if it is one that fails.
    fn count(&mut self) -> io::Result<()> {
        let number = self.operations;
        self.operations += 1;
        match self.failing {
            Some(failing) if (failing.from..failing.until).contains(&number) => {
                Err(failing.kind.into())
            }
            _ => Ok(()),
        }
    }

    /// Takes the pages a write needs.
    fn take_space(&mut self, part: Part, offset: u64, length: u64) -> io::Result<()> {
        for page in offset / PAGE..(offset + length).div_ceil(PAGE) {
            if self.taken.contains(&(part, page)) {
                continue;
            }
            if let Some(free) = &mut self.free {
                *free = free
                    .checked_sub(PAGE)
                    .ok_or(io::Error::from(io::ErrorKind::StorageFull))?;
            }
            self.taken.insert((part, page));
        }
        Ok(())
    }

    /// Gives back the pages beyond a file's new end.
    fn give_back(&mut self, part: Part, length: u64) {
        let end = length.div_ceil(PAGE);
        let before = self.taken.len() as u64;
        self.taken
            .retain(|(taken, page)| *taken != part || *page < end);
        let given = (before - self.taken.len() as u64) * PAGE;
        self.free = self.free.map(|free| free + given);
    }

    fn change(&mut self, part: Part, change: Change) {
        let contents = &mut self.files[part as usize];
        change.apply(&mut contents.seen);
        contents.since_flush.push(change.clone());
        if let Some(log) = &mut self.log {
            log.push(Done::Changed(part, change));
        }
    }
}

impl Contents {
    fn flush(&mut self) {
        for change in std::mem::take(&mut self.since_flush) {
            change.apply(&mut self.flushed);
        }
    }
}

impl Disk for FaultyDisk {
    fn open(&self, part: Part) -> io::Result<Arc<dyn StorageBackend>> {
        let mut state = self.state();
        let contents = &mut state.files[part as usize];
        if part == Part::Database && contents.open {
            return Err(io::Error::other("opened while it was open"));
        }
        contents.open = true;
        if !contents.settled && !contents.seen.is_empty() {
            state.change(part, Change::SetLen(0));
        }
        let contents = &mut state.files[part as usize];
        if std::mem::take(&mut contents.lost) {
            contents.seen.clone_from(&contents.flushed);
            contents.since_flush.clear();
        }
        drop(state);
        Ok(Arc::new(File {
            disk: self.clone(),
            part,
        }))
    }

    fn exists(&self, part: Part) -> bool {
        self.state().files[part as usize].settled
    }

    fn settle(&self, part: Part) -> io::Result<()> {
        let mut state = self.state();
        let contents = &mut state.files[part as usize];
        if contents.settled {
            return Ok(());
        }
        contents.flush();
        contents.settled = true;
        if let Some(log) = &mut state.log {
            log.push(Done::Flushed(part));
            log.push(Done::Settled(part));
        }
        Ok(())
    }

    fn set_aside(&self, part: Part, tag: &str) -> io::Result<Option<PathBuf>> {
        let mut state = self.state();
        let contents = &mut state.files[part as usize];
        if contents.seen.is_empty() {
            return Ok(None);
        }
        *contents = Contents::default();
        // What is kept goes on taking space; the new file takes its own.
        state.taken.retain(|(taken, _)| *taken != part);
        let path = PathBuf::from(format!("{part:?}.rusak-{tag}"));
        state.aside.push(path.clone());
        Ok(Some(path))
    }

    fn witness(&self) -> io::Result<Option<Vec<u8>>> {
        Ok(self.state().witness.clone())
    }

    fn set_witness(&self, content: &[u8]) -> io::Result<()> {
        let mut state = self.state();
        state.count()?;
        state.witness = Some(content.to_vec());
        if let Some(log) = &mut state.log {
            log.push(Done::Witnessed(content.to_vec()));
        }
        Ok(())
    }

    fn release_ballast(&self) -> io::Result<bool> {
        let mut state = self.state();
        let ballast = std::mem::take(&mut state.ballast);
        state.free = state.free.map(|free| free + ballast);
        Ok(ballast > 0)
    }

    fn refill_ballast(&self) -> io::Result<bool> {
        let mut state = self.state();
        let lacking = state.ballast_wanted - state.ballast;
        match &mut state.free {
            Some(free) if *free >= lacking + lacking => *free -= lacking,
            Some(_) if lacking > 0 => return Ok(false),
            Some(_) | None => {}
        }
        state.ballast = state.ballast_wanted;
        Ok(true)
    }

    fn usage(&self) -> io::Result<Usage> {
        let state = self.state();
        Ok(Usage {
            database: state.files[Part::Database as usize].seen.len() as u64,
            wal: state.files[Part::Wal as usize].seen.len() as u64,
            ballast: state.ballast,
            ballast_wanted: state.ballast_wanted,
            free: state.free.unwrap_or(u64::MAX),
        })
    }
}

/// A handle that the database or the log writes through.
#[derive(Debug)]
struct File {
    disk: FaultyDisk,
    part: Part,
}

impl StorageBackend for File {
    fn len(&self) -> io::Result<u64> {
        Ok(self.disk.len_of(self.part))
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let state = self.disk.state();
        let seen = &state.files[self.part as usize].seen;
        let offset = offset as usize;
        let bytes = seen
            .get(offset..offset.saturating_add(out.len()))
            .ok_or(io::Error::from(io::ErrorKind::UnexpectedEof))?;
        out.copy_from_slice(bytes);
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut state = self.disk.state();
        state.count()?;
        state.give_back(self.part, len);
        state.change(self.part, Change::SetLen(len));
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        let mut state = self.disk.state();
        state.waiting += 1;
        self.disk.inner.moved.notify_all();
        while state.stalled {
            state = self.disk.wait(state);
        }
        state.waiting -= 1;
        let has_reached_the_disk = state.operations / 3 % 2 == 1;
        let counted = state.count();
        let contents = &mut state.files[self.part as usize];
        if let Err(error) = counted {
            // An error says nothing about what is on the disk.
            if has_reached_the_disk {
                contents.flush();
            } else {
                contents.lost = true;
            }
            return Err(error);
        }
        contents.flush();
        if let Some(log) = &mut state.log {
            log.push(Done::Flushed(self.part));
        }
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut state = self.disk.state();
        state.count()?;
        state.take_space(self.part, offset, data.len() as u64)?;
        let data = data.into();
        state.change(self.part, Change::Write { offset, data });
        Ok(())
    }

    fn close(&self) -> io::Result<()> {
        self.disk.state().files[self.part as usize].open = false;
        Ok(())
    }
}

/// What the file system takes space in.
const PAGE: u64 = 4096;
