//! The writing end without its thread: what waits, what is committed, what is done about a disk
//! that refuses.
//!
//! Time comes in, events go out; a test turns it by hand, the thread in [`super::writer`] turns it
//! for real.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use redb::ReadableDatabase;

use super::apply::apply;
use super::attach::{About, attach, open_log, start_new};
use super::backend::Disk;
use super::live::Place;
use super::tables::{Head, JOURNAL, Keep, begin};
use super::trouble::Trouble;
use super::wal::Wal;
use super::{Batch, SessionChange, Settings, StoreEvent, group, lines, witness};
use crate::base::ids::Seq;
use crate::base::limits;
use crate::base::time::Tick;

/// The writing end.
pub struct Keeper {
    disk: Arc<dyn Disk>,
    place: Arc<Place>,
    settings: Settings,
    /// Names what has to be set aside while running.
    tag: String,
    standing: Standing,
    /// In order; what is committed leaves at the front.
    waiting: VecDeque<Batch>,
    state: State,
    chores: Chores,
    said_down: bool,
    /// Times the database failed as damaged right after it was opened.
    damaged_in_a_row: u32,
}

/// Where the two files stand.
pub(super) struct Standing {
    pub wal: Option<Wal>,
    /// Newest confirmed entry.
    pub head: Head,
    /// Number of the newest record of the log that the database contains.
    pub applied: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Up,
    /// The disk refused; it is tried again then.
    Down {
        retry_at: Tick,
        delay: Duration,
    },
}

/// What is done while nothing waits.
#[derive(Clone, Copy, Debug, Default)]
struct Chores {
    /// When the oldest change that is only in the log was made.
    unflushed_since: Option<Tick>,
    /// Newest entry the witness on disk knows.
    witnessed: Seq,
    witness_due: Tick,
    space_due: Tick,
    ballast_is_whole: bool,
}

impl Keeper {
    /// The writing end of what was attached; `attached` goes into `place`.
    pub(super) fn new(
        disk: Arc<dyn Disk>,
        place: Arc<Place>,
        settings: Settings,
        tag: &str,
        standing: Standing,
    ) -> Keeper {
        Keeper {
            disk,
            place,
            settings,
            tag: tag.to_owned(),
            waiting: VecDeque::new(),
            state: State::Up,
            chores: Chores {
                // Only a new entry moves it: until what was found missing is recorded, the old one
                // is the proof.
                witnessed: standing.head.seq,
                ..Chores::default()
            },
            standing,
            said_down: false,
            damaged_in_a_row: 0,
        }
    }

    /// Newest confirmed entry.
    pub fn head(&self) -> Seq {
        self.standing.head.seq
    }

    /// SHA-256 of the line of [`Keeper::head`].
    pub fn head_hash(&self) -> [u8; 32] {
        self.standing.head.hash
    }

    /// Takes a batch. Batches with nothing but sessions and drafts are joined while they wait,
    /// because they come with every request of every screen and every pause of every keyboard,
    /// also while the disk refuses.
    pub fn push(&mut self, batch: Batch) {
        match self.waiting.back_mut() {
            Some(last) if last.has_no_entry() && batch.has_no_entry() => {
                last.ticket = batch.ticket;
                for change in batch.sessions {
                    join_session(&mut last.sessions, change);
                }
                for row in batch.drafts {
                    last.drafts.retain(|old| old.call != row.call);
                    last.drafts.push(row);
                }
            }
            _ => self.waiting.push_back(batch),
        }
    }

    /// Whether [`Keeper::step`] has something to commit now.
    pub fn is_busy(&self) -> bool {
        self.state == State::Up && !self.waiting.is_empty()
    }

    /// Whether everything taken is on disk.
    pub fn is_saved(&self) -> bool {
        self.waiting.is_empty() && self.state == State::Up
    }

    /// When [`Keeper::step`] has something to do although nothing new came.
    pub fn next_wake(&self) -> Option<Tick> {
        if let State::Down { retry_at, .. } = self.state {
            return Some(retry_at);
        }
        let flush = self
            .chores
            .unflushed_since
            .map(|since| since + limits::STORE_CHECKPOINT_AFTER);
        let witness =
            (self.chores.witnessed != self.standing.head.seq).then_some(self.chores.witness_due);
        let space = (!self.has_its_space()).then_some(self.chores.space_due);
        [flush, witness, space].into_iter().flatten().min()
    }

    /// Does the next thing: a commit, a try to get the disk back, or a chore.
    pub fn step(&mut self, now: Tick, say: &mut dyn FnMut(StoreEvent)) {
        // The delay grows until a commit goes well: a disk that opens and refuses to be written
        // must not be hammered.
        let (done, last_delay) = match self.state {
            State::Down { retry_at, .. } if now < retry_at => return,
            State::Down { delay, .. } => (self.recover(now, say), delay),
            State::Up if self.waiting.is_empty() => (self.do_chores(now), Duration::ZERO),
            State::Up => (self.commit_next(now, say), Duration::ZERO),
        };
        match done {
            Ok(()) => self.state = State::Up,
            Err(trouble) => return self.fail(now, last_delay, trouble, say),
        }
        if self.said_down && self.waiting.is_empty() {
            self.said_down = false;
            say(StoreEvent::Up);
        }
    }

    /// Commits what waits, flushes, writes the witness and closes the database. What a refusing
    /// disk does not take is lost with the process; it was never confirmed.
    pub fn stop(&mut self, now: Tick, say: &mut dyn FnMut(StoreEvent)) {
        let done = match self.state {
            State::Up => self.commit_all(now, say),
            State::Down { .. } => self.recover(now, say),
        };
        let done = done.and_then(|()| self.checkpoint());
        if let Err(trouble) = done {
            let waiting = self.waiting.len();
            let fault = trouble.fault("menutup data");
            tracing::error!(code = fault.code.id, waiting, "{}", fault.chain());
        }
        if let Err(error) = self.disk.set_witness(&witness::write(self.standing.head)) {
            tracing::warn!("witness not written: {error}");
        }
        self.place.close();
    }

    fn commit_all(&mut self, now: Tick, say: &mut dyn FnMut(StoreEvent)) -> Result<(), Trouble> {
        while !self.waiting.is_empty() {
            self.commit_next(now, say)?;
        }
        Ok(())
    }

    /// Commits a group from the front as one transaction.
    fn commit_next(&mut self, now: Tick, say: &mut dyn FnMut(StoreEvent)) -> Result<(), Trouble> {
        let count = self.group_len();
        let batches: Vec<&Batch> = self.waiting.iter().take(count).collect();
        check_order(&batches, self.standing.head)?;
        let Some(ticket) = batches.last().map(|batch| batch.ticket) else {
            return Ok(());
        };
        let content = match self.standing.wal {
            Some(_) => group::encode(batches.iter().copied()),
            None => Vec::new(),
        };
        if self
            .standing
            .wal
            .as_ref()
            .is_some_and(|wal| !wal.has_room(content.len()))
        {
            self.checkpoint()?;
        }
        let record = self.standing.applied + 1;
        let keep = match &mut self.standing.wal {
            Some(wal) if wal.has_room(content.len()) => {
                wal.append(record, &content)?;
                Keep::Visible
            }
            // Larger than the whole log, or no log: the database alone, flushed.
            _ => Keep::OnDisk,
        };
        let batches: Vec<&Batch> = self.waiting.iter().take(count).collect();
        self.standing.head = self.place.with(|live| {
            let transaction = begin(&live.database, keep)?;
            let head = apply(&transaction, &batches, self.standing.head, record)?;
            transaction.commit()?;
            Ok(head)
        })?;
        self.standing.applied = record;
        match keep {
            Keep::Visible => {
                self.chores.unflushed_since.get_or_insert(now);
            }
            Keep::OnDisk => self.flushed(),
        }
        self.waiting.drain(..count);
        say(StoreEvent::Committed { ticket });
        Ok(())
    }

    /// How many batches from the front make one transaction.
    fn group_len(&self) -> usize {
        let mut entries = 0;
        let fitting = self.waiting.iter().take_while(|batch| {
            entries += batch.entries.len().max(1);
            entries <= limits::BATCH_ENTRIES_MAX
        });
        fitting.count().max(1).min(self.waiting.len())
    }

    /// Flushes the database, so that the log can start again.
    fn checkpoint(&mut self) -> Result<(), Trouble> {
        if self.chores.unflushed_since.is_none() {
            return Ok(());
        }
        self.place.with(|live| {
            begin(&live.database, Keep::OnDisk)?.commit()?;
            Ok(())
        })?;
        self.flushed();
        Ok(())
    }

    fn flushed(&mut self) {
        self.chores.unflushed_since = None;
        if let Some(wal) = &mut self.standing.wal {
            wal.restart();
        }
    }

    fn do_chores(&mut self, now: Tick) -> Result<(), Trouble> {
        let is_due = |since: Tick| now >= since + limits::STORE_CHECKPOINT_AFTER;
        let is_half_full = self.standing.wal.as_ref().is_some_and(Wal::is_half_full);
        if self.chores.unflushed_since.is_some_and(is_due) || is_half_full {
            self.checkpoint()?;
        }
        if self.chores.witnessed != self.standing.head.seq && now >= self.chores.witness_due {
            self.chores.witness_due = now + limits::STORE_WITNESS_EVERY;
            match self.disk.set_witness(&witness::write(self.standing.head)) {
                Ok(()) => self.chores.witnessed = self.standing.head.seq,
                // It is a second opinion; the first one is on disk.
                Err(error) => tracing::warn!("witness not written: {error}"),
            }
        }
        if !self.has_its_space() && now >= self.chores.space_due {
            self.chores.space_due = now + SPACE_LOOKS;
            self.take_space();
        }
        Ok(())
    }

    fn has_its_space(&self) -> bool {
        self.chores.ballast_is_whole
            && (self.standing.wal.is_some() || self.settings.wal_bytes == 0)
    }

    /// One step towards the space a full disk had taken from us: the log first, because every
    /// commit is faster with it.
    fn take_space(&mut self) {
        if self.standing.wal.is_none() && self.settings.wal_bytes > 0 {
            match self.take_log() {
                Ok(wal) => self.standing.wal = wal,
                Err(trouble) => tracing::warn!("no write-ahead log yet: {trouble}"),
            }
            return;
        }
        match self.disk.refill_ballast() {
            Ok(whole) => self.chores.ballast_is_whole = whole,
            Err(error) => tracing::warn!("ballast not taken back: {error}"),
        }
    }

    fn take_log(&self) -> Result<Option<Wal>, Trouble> {
        // As much again stays free: the log must not be what fills the disk.
        if self.disk.usage()?.free < self.settings.wal_bytes * 2 {
            return Ok(None);
        }
        let id = self
            .place
            .with(|live| Ok(About::read(&live.database)?.id))?;
        open_log(&*self.disk, &self.settings, id)
    }

    /// The disk refused: say so once, give up the ballast if that may help, try again later.
    fn fail(
        &mut self,
        now: Tick,
        last_delay: Duration,
        trouble: Trouble,
        say: &mut dyn FnMut(StoreEvent),
    ) {
        let mut delay = (last_delay * 2)
            .max(limits::STORE_RETRY_MIN)
            .min(limits::STORE_RETRY_MAX);
        if matches!(trouble, Trouble::Full(_)) {
            self.chores.ballast_is_whole = false;
            self.chores.space_due = now + SPACE_LOOKS;
            match self.disk.release_ballast() {
                Ok(true) => delay = Duration::ZERO,
                Ok(false) => {}
                Err(error) => tracing::error!("ballast not released: {error}"),
            }
        }
        self.state = State::Down {
            retry_at: now + delay,
            delay,
        };
        let fault = trouble.fault(format!(
            "menyimpan entri setelah {}",
            self.standing.head.seq
        ));
        if self.said_down {
            tracing::warn!(
                code = fault.code.id,
                "disk still refuses: {}",
                fault.chain()
            );
        } else {
            self.said_down = true;
            say(StoreEvent::Down(fault));
        }
    }

    /// Gets the disk back and gives it everything that waits.
    fn recover(&mut self, now: Tick, say: &mut dyn FnMut(StoreEvent)) -> Result<(), Trouble> {
        self.come_back(say)?;
        let done = self.commit_all(now, say);
        match &done {
            Err(Trouble::Damaged(_)) => self.damaged_in_a_row += 1,
            Ok(()) | Err(_) => self.damaged_in_a_row = 0,
        }
        done
    }

    /// Closes both files, opens them again, and finds out what of the waiting batches they hold.
    fn come_back(&mut self, say: &mut dyn FnMut(StoreEvent)) -> Result<(), Trouble> {
        self.standing.wal = None;
        self.chores.unflushed_since = None;
        let (disk, settings) = (&*self.disk, &self.settings);
        let (head, tag) = (self.standing.head, self.tag.as_str());
        let is_beyond_use = self.damaged_in_a_row >= DAMAGED_MAX;
        let mut standing = None;
        self.place.replace(|| {
            let attached = if is_beyond_use {
                Err(Trouble::Damaged("menulis gagal berulang kali".into()))
            } else {
                attach(disk, settings, head, tag)
            };
            let attached = match attached {
                Err(Trouble::Damaged(why)) => start_new(disk, settings, head, tag, &*why)?,
                other => other?,
            };
            for fault in &attached.shown {
                tracing::error!(code = fault.code.id, "{}", fault.chain());
            }
            let (live, found) = attached.split();
            standing = Some(found);
            Ok(live)
        })?;
        let Some(standing) = standing else {
            return Ok(());
        };
        self.leave_out_what_is_there(standing.head, say)?;
        self.standing = standing;
        Ok(())
    }

    /// A commit that reported an error may have reached the disk all the same.
    fn leave_out_what_is_there(
        &mut self,
        found: Head,
        say: &mut dyn FnMut(StoreEvent),
    ) -> Result<(), Trouble> {
        if found.seq < self.standing.head.seq {
            return Err(Trouble::Lost {
                found: found.seq,
                expected: self.standing.head.seq,
            });
        }
        let last_entry = |batch: &Batch| batch.entries.last().map(|entry| (entry.seq, entry.hash));
        let there = self
            .waiting
            .iter()
            .rposition(|batch| last_entry(batch).is_some_and(|(seq, _)| seq <= found.seq));
        let newest_known = match there.and_then(|last| last_entry(&self.waiting[last])) {
            Some((seq, hash)) => Head { seq, hash },
            None => self.standing.head,
        };
        if newest_known.seq != found.seq || self.stored_hash(found)? != newest_known.hash {
            return Err(Trouble::OutOfOrder {
                found: found.seq,
                expected: newest_known.seq,
            });
        }
        self.standing.head = found;
        if let Some(last) = there {
            let ticket = self.waiting[last].ticket;
            self.waiting.drain(..=last);
            say(StoreEvent::Committed { ticket });
        }
        Ok(())
    }

    fn stored_hash(&self, head: Head) -> Result<[u8; 32], Trouble> {
        self.place.with(|live| {
            if head.seq == live.base.seq {
                return Ok(live.base.hash);
            }
            let journal = live.database.begin_read()?.open_table(JOURNAL)?;
            let row = journal.get(head.seq.0)?;
            row.and_then(|row| lines::hash_of_row(row.value()))
                .ok_or(Trouble::Entry(head.seq))
        })
    }
}

/// The entries of a group follow the head one by one; otherwise nothing of it may be written.
fn check_order(batches: &[&Batch], head: Head) -> Result<(), Trouble> {
    let mut expected = head.seq.next();
    for entry in batches.iter().flat_map(|batch| &batch.entries) {
        if entry.seq != expected {
            return Err(Trouble::OutOfOrder {
                found: entry.seq,
                expected,
            });
        }
        expected = expected.next();
    }
    Ok(())
}

/// Of several touches of one session only the last matters.
fn join_session(waiting: &mut Vec<SessionChange>, change: SessionChange) {
    if let SessionChange::Touch { token_hash, .. } = &change {
        waiting.retain(
            |old| !matches!(old, SessionChange::Touch { token_hash: old, .. } if old == token_hash),
        );
    }
    waiting.push(change);
}

/// A database that opens and then cannot be written this often is set aside: recording goes on in
/// a new one, and nothing of the old one is lost.
const DAMAGED_MAX: u32 = 3;

/// How often a full disk is looked at for space to take back.
const SPACE_LOOKS: Duration = Duration::from_secs(1);
