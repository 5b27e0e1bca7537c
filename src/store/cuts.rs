//! Power cuts made from a recording. Test support, see [`super::faults`].
//!
//! Everything flushed is on the disk; of what was written since, any part may be, in any order,
//! torn at 512 bytes. The store is expected to survive all of that. It is expected to *notice* a
//! disk that lies about flushing, and bits that flip; no program can survive those.

use std::sync::Arc;

use super::backend::Part;

/// Both files and the witness at one moment.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Image {
    pub(super) files: [Vec<u8>; 2],
    pub(super) witness: Option<Vec<u8>>,
}

/// Everything that was done to a disk, in order.
#[derive(Debug)]
pub struct Recording {
    pub(super) start: Image,
    pub(super) log: Vec<Done>,
}

/// Something a file was asked to be.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Change {
    Write { offset: u64, data: Arc<[u8]> },
    SetLen(u64),
}

#[derive(Clone, PartialEq, Debug)]
pub(super) enum Done {
    Changed(Part, Change),
    Flushed(Part),
    Settled(Part),
    /// Written, flushed and renamed into place as one.
    Witnessed(Vec<u8>),
}

/// How the disk of a power cut keeps its word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Word {
    /// A flush brings everything written before it to the disk.
    Kept,
    /// A flush brings only what was written before the flush before it: the disk lies.
    OneBehind,
    /// Every flush of the log is left out: what the disk would hold if the store forgot it.
    WithoutLogFlush,
    /// Every flush of the database is left out, likewise.
    WithoutDatabaseFlush,
}

impl Recording {
    /// Operations that were written down.
    pub fn len(&self) -> usize {
        self.log.len()
    }

    /// Whether nothing was written down.
    pub fn is_empty(&self) -> bool {
        self.log.is_empty()
    }

    /// Cuts the power `count` times and shows, for each, how many operations had been done and what
    /// the disk held then. The same `seed` cuts at the same places.
    pub fn cuts(&self, word: Word, seed: u64, count: usize, mut visit: impl FnMut(usize, Image)) {
        let mut dice = Dice::new(seed);
        let mut moments: Vec<usize> = (0..count)
            .map(|_| match dice.below(16) {
                // When everything is done is a moment too.
                0 => self.log.len(),
                _ => dice.below(self.log.len() as u64 + 1) as usize,
            })
            .collect();
        moments.sort_unstable();
        let mut model = Model {
            image: self.start.clone(),
            settled: [0, 1].map(|place: usize| !self.start.files[place].is_empty()),
            since: [Vec::new(), Vec::new()],
            before: [Vec::new(), Vec::new()],
            word,
        };
        let mut done = 0;
        for moment in moments {
            for operation in &self.log[done..moment] {
                model.follow(operation);
            }
            done = moment;
            visit(done, model.cut(&mut dice));
        }
    }
}

struct Model<'a> {
    image: Image,
    /// Has its real name; otherwise the next start begins it anew.
    settled: [bool; 2],
    /// Written since the last flush.
    since: [Vec<&'a Change>; 2],
    /// Flushed by a disk that lies.
    before: [Vec<&'a Change>; 2],
    word: Word,
}

impl<'a> Model<'a> {
    fn follow(&mut self, done: &'a Done) {
        match done {
            Done::Changed(part, change) => self.since[*part as usize].push(change),
            Done::Witnessed(content) => self.image.witness = Some(content.clone()),
            Done::Flushed(part) => self.flush(*part),
            Done::Settled(part) => self.settled[*part as usize] = true,
        }
    }

    fn flush(&mut self, part: Part) {
        let place = part as usize;
        let flushed = match (self.word, part) {
            (Word::WithoutLogFlush, Part::Wal) | (Word::WithoutDatabaseFlush, Part::Database) => {
                return;
            }
            (Word::OneBehind, _) => {
                let now = std::mem::take(&mut self.since[place]);
                std::mem::replace(&mut self.before[place], now)
            }
            (Word::Kept | Word::WithoutLogFlush | Word::WithoutDatabaseFlush, _) => {
                std::mem::take(&mut self.since[place])
            }
        };
        for change in flushed {
            change.apply(&mut self.image.files[place]);
        }
    }

    /// What is on the disk when the power goes.
    fn cut(&self, dice: &mut Dice) -> Image {
        let mut image = self.image.clone();
        let share = share(dice);
        for place in [0, 1] {
            if !self.settled[place] {
                image.files[place].clear();
                continue;
            }
            let lied_about = self.before[place].iter();
            let unflushed = lied_about.chain(&self.since[place]).copied().collect();
            keep_some(&mut image.files[place], unflushed, share, dice);
        }
        image
    }
}

/// How much of what was not flushed reaches the disk, in sixteenths: all, nothing and anything
/// between are each worth a look.
pub(super) fn share(dice: &mut Dice) -> u64 {
    match dice.below(4) {
        0 => 0,
        1 => 16,
        _ => dice.below(17),
    }
}

/// Of what was not flushed, `share` sixteenths reach the disk, in any order, torn or whole.
pub(super) fn keep_some(
    file: &mut Vec<u8>,
    mut unflushed: Vec<&Change>,
    share: u64,
    dice: &mut Dice,
) {
    dice.shuffle(&mut unflushed);
    for change in unflushed {
        if dice.below(16) < share {
            change.tear(file, dice);
        }
    }
}

impl Change {
    pub(super) fn apply(&self, file: &mut Vec<u8>) {
        match self {
            Change::SetLen(length) => file.resize(*length as usize, 0),
            Change::Write { offset, data } => write_at(file, *offset as usize, data),
        }
    }

    /// Applies a change as a disk without power does: whole, or some sectors of it.
    fn tear(&self, file: &mut Vec<u8>, dice: &mut Dice) {
        let Change::Write { offset, data } = self else {
            return self.apply(file);
        };
        let is_torn = dice.below(4) == 0;
        let mut start = 0;
        while start < data.len() {
            let position = *offset as usize + start;
            let end = data.len().min(start + SECTOR - position % SECTOR);
            if !is_torn || dice.below(2) == 0 {
                write_at(file, position, &data[start..end]);
            }
            start = end;
        }
    }
}

fn write_at(file: &mut Vec<u8>, offset: usize, data: &[u8]) {
    let end = offset + data.len();
    if file.len() < end {
        file.resize(end, 0);
    }
    file[offset..end].copy_from_slice(data);
}

/// Repeatable chance (splitmix64).
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// The same seed throws the same numbers.
    pub fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    /// A number below `bound`, which must not be 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }

    /// Any order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for place in (1..items.len()).rev() {
            items.swap(place, self.below(place as u64 + 1) as usize);
        }
    }
}

/// What a disk writes as one piece.
const SECTOR: usize = 512;
