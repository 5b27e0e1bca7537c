//! Walking everything: does the chain hold, do the views agree.

use std::ops::Bound;

use super::pages;
use super::reader::{DamagedEntry, Reader, entries_after, head_of};
use super::rebuild::Progress;
use super::tables::{CALLS, LISTS, List};
use super::trouble::Trouble;
use crate::base::fault::Fault;
use crate::base::ids::{CallId, Seq};
use crate::base::limits;
use crate::journal::Verifier;

/// What a verification found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Verdict {
    /// Entry before the first one checked.
    pub after: Seq,
    /// Newest entry checked, and its hash: to be compared with what is known from elsewhere.
    pub head: Seq,
    pub head_hash: [u8; 32],
    /// Entries that are not what was written, or missing; at most a hundred are named.
    pub damaged: Vec<Seq>,
    pub damaged_count: u64,
    /// Calls whose row is not what was written, or that lack a place on one of their lists.
    pub bad_calls: u64,
    /// Places on lists that no call should have.
    pub stray_members: u64,
}

impl Verdict {
    /// Whether everything is as it was written.
    pub fn is_sound(&self) -> bool {
        self.damaged_count == 0 && self.bad_calls == 0 && self.stray_members == 0
    }
}

impl Reader {
    /// Checks every entry against its hash and its link, and every call against its lists.
    ///
    /// # Errors
    /// The disk cannot be read. That something is damaged is no error but the [`Verdict`].
    pub fn verify(&self, mut progress: impl FnMut(Progress)) -> Result<Verdict, Fault> {
        let mut verdict = Verdict::default();
        let head = self.read("memeriksa jurnal", |read, base| {
            verdict.after = base.seq;
            verdict.head_hash = base.hash;
            head_of(read, base)
        })?;
        verdict.head = verdict.after;
        let mut chain = Some(Verifier::after(verdict.after, verdict.head_hash));
        while verdict.head < head.seq {
            let limit = (head.seq.0 - verdict.head.0).min(limits::STORE_PAGE_LEN_MAX as u64);
            let page = self.read("memeriksa jurnal", |read, base| {
                entries_after(read, base, verdict.head, limit as usize)
            })?;
            if page.is_empty() {
                // The head was there a moment ago: the tree below it is cut off.
                verdict.miss(Seq(head.seq.0));
                break;
            }
            for entry in page {
                verdict.head = verdict.head.next();
                match entry {
                    Err(DamagedEntry { seq }) => {
                        verdict.miss(seq);
                        chain = None;
                    }
                    Ok(entry) => {
                        // After a damaged entry the chain is taken up again at the next good one.
                        let linked = chain.as_mut().is_none_or(|chain| {
                            chain.check(&entry.json, Some(&entry.hash)).is_ok()
                        });
                        if !linked {
                            verdict.miss(entry.seq);
                            chain = None;
                        }
                        chain.get_or_insert_with(|| Verifier::after(entry.seq, entry.hash));
                        verdict.head_hash = entry.hash;
                    }
                }
            }
            progress(Progress {
                done: verdict.head,
                of: head.seq,
            });
        }
        self.verify_calls(&mut verdict)?;
        self.verify_members(&mut verdict)?;
        Ok(verdict)
    }

    /// Every call reads as it was written and is on each of its lists.
    fn verify_calls(&self, verdict: &mut Verdict) -> Result<(), Fault> {
        let mut next = Some(0);
        while let Some(from) = next {
            next = self.read("memeriksa daftar", |read, _| {
                let rows = read.open_table(CALLS)?;
                let lists = read.open_table(LISTS)?;
                let mut then = None;
                for row in rows.range(from..)?.take(limits::STORE_PAGE_LEN_MAX) {
                    let id = CallId(row?.0.value());
                    then = id.0.checked_add(1);
                    match pages::row(&rows, id) {
                        Ok(Some(call)) => {
                            for list in List::all_of(&call) {
                                let is_member = lists.get(list.key(id))?.is_some();
                                verdict.bad_calls += u64::from(!is_member);
                            }
                        }
                        Ok(None) | Err(Trouble::Row) => verdict.bad_calls += 1,
                        Err(other) => return Err(other),
                    }
                }
                Ok(then)
            })?;
        }
        Ok(())
    }

    /// Every place on a list belongs to a call that should have it.
    fn verify_members(&self, verdict: &mut Verdict) -> Result<(), Fault> {
        let mut after: Option<[u8; 17]> = None;
        loop {
            let from = after.map_or(Bound::Unbounded, Bound::Excluded);
            let last = self.read("memeriksa daftar", |read, _| {
                let rows = read.open_table(CALLS)?;
                let lists = read.open_table(LISTS)?;
                let mut last = None;
                let members = lists.range::<[u8; 17]>((from, Bound::Unbounded))?;
                for member in members.take(limits::STORE_PAGE_LEN_MAX) {
                    let key = member?.0.value();
                    last = Some(key);
                    let id = List::id_of(&key);
                    // A damaged row was counted with the calls.
                    let belongs = match pages::row(&rows, id) {
                        Ok(Some(call)) => List::all_of(&call).iter().any(|l| l.key(id) == key),
                        Ok(None) => false,
                        Err(Trouble::Row) => true,
                        Err(other) => return Err(other),
                    };
                    verdict.stray_members += u64::from(!belongs);
                }
                Ok(last)
            })?;
            match last {
                Some(last) => after = Some(last),
                None => return Ok(()),
            }
        }
    }
}

impl Verdict {
    fn miss(&mut self, seq: Seq) {
        self.damaged_count += 1;
        if self.damaged.len() < DAMAGED_NAMED_MAX {
            self.damaged.push(seq);
        }
    }
}

const DAMAGED_NAMED_MAX: usize = 100;
