//! Reading: short transactions, copies, no borrowed pages.

use std::sync::Arc;

use redb::{ReadTransaction, ReadableTable, ReadableTableMetadata};

use super::apply::read_session;
use super::backend::{Disk, Usage};
use super::live::Place;
use super::rows::{Kind, from_json, take_sms, unseal};
use super::tables::{
    CALLS, Head, JOURNAL, NUMBERS, POSTINGS, SESSIONS, SMS, SNAPSHOTS, TOKENS, USERS,
};
use super::trouble::Trouble;
use super::{
    CallFilter, CallPage, NumberPage, NumberSummary, Query, SessionRecord, StoredEntry, codes,
    lines, numbers, pages, postings,
};
use crate::base::fault::Fault;
use crate::base::ids::{CallId, Seq, SmsId, UserName};
use crate::base::limits;
use crate::base::phone::Number;
use crate::desk::SmsRecord;
use crate::desk::call::CallRecord;
use crate::desk::order::{TokenRecord, UserRecord};

/// Reads from the disk; cheap to clone, never blocks the writer. Every method opens a short read
/// transaction, copies and drops it. It survives the database being closed and opened again.
#[derive(Clone, Debug)]
pub struct Reader {
    place: Arc<Place>,
    disk: Arc<dyn Disk>,
}

/// An entry that is not what was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DamagedEntry {
    pub seq: Seq,
}

/// The place of an entry in the journal, damaged or not.
pub fn seq_of(entry: &Result<StoredEntry, DamagedEntry>) -> Seq {
    match entry {
        Ok(entry) => entry.seq,
        Err(damaged) => damaged.seq,
    }
}

/// See [`Reader::snapshot`].
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FoundSnapshot {
    /// The last entry it contains, and the desk as it was then.
    pub usable: Option<(Seq, Vec<u8>)>,
    /// Newer ones that are not what was written.
    pub damaged: usize,
}

/// What the store holds and what it costs, for `doctor`, metrics and the benchmark.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Figures {
    pub head: Seq,
    /// Entries before this one are in an earlier file.
    pub first: Seq,
    pub entries: u64,
    pub calls: u64,
    pub texts: u64,
    pub numbers: u64,
    /// Rows met since the start that were not what was written.
    pub damaged_rows: u64,
    pub usage: Usage,
}

impl Reader {
    pub(super) fn new(place: Arc<Place>, disk: Arc<dyn Disk>) -> Reader {
        Reader { place, disk }
    }

    /// The newest entry on disk.
    ///
    /// # Errors
    /// A fault if the disk cannot be read; so with every method here.
    pub fn last_seq(&self) -> Result<Seq, Fault> {
        self.read("membaca entri terbaru", |read, base| {
            Ok(head_of(read, base)?.seq)
        })
    }

    /// Entries after `after`, oldest first, at most `limit`.
    ///
    /// # Errors
    /// Also `STORE-008` when one of them is not what was written; [`Reader::entries_marked`] hands
    /// out the others.
    pub fn entries(&self, after: Seq, limit: usize) -> Result<Vec<StoredEntry>, Fault> {
        all_good(self.entries_marked(after, limit)?)
    }

    /// As [`Reader::entries`], with a mark in the place of each damaged entry.
    pub fn entries_marked(
        &self,
        after: Seq,
        limit: usize,
    ) -> Result<Vec<Result<StoredEntry, DamagedEntry>>, Fault> {
        self.read("membaca jurnal", |read, base| {
            entries_after(read, base, after, limit)
        })
    }

    /// Entries before `before` (`None`: the newest), newest first, at most `limit`, with a mark in
    /// the place of each damaged one.
    pub fn entries_back(
        &self,
        before: Option<Seq>,
        limit: usize,
    ) -> Result<Vec<Result<StoredEntry, DamagedEntry>>, Fault> {
        let mut marked = self.read("membaca jurnal", |read, base| {
            let head = head_of(read, base)?.seq;
            let last = before.map_or(head.0, |seq| seq.0.saturating_sub(1).min(head.0));
            let limit = limit.min(limits::STORE_PAGE_LEN_MAX) as u64;
            let after = Seq(last.saturating_sub(limit).max(base.seq.0));
            entries_after(read, base, after, last.saturating_sub(after.0) as usize)
        })?;
        marked.reverse();
        Ok(marked)
    }

    /// One call.
    ///
    /// # Errors
    /// Also `STORE-009` if its row is not what was written; so with every single row here.
    pub fn call(&self, id: CallId) -> Result<Option<CallRecord>, Fault> {
        self.read("membaca panggilan", |read, _| {
            pages::row(&read.open_table(CALLS)?, id)
        })
    }

    /// Calls that fit, newest first, with ids below `before`. A row that is not what was written is
    /// left out, logged and counted in [`Figures::damaged_rows`]: the others are needed now.
    pub fn calls(
        &self,
        filter: &CallFilter,
        before: Option<CallId>,
        limit: usize,
    ) -> Result<Vec<CallRecord>, Fault> {
        Ok(self.page(filter, before, limit)?.calls)
    }

    /// As [`Reader::calls`], with where to go on. A page of a search may have fewer calls than asked
    /// for, or none, and still go on: no search takes longer than [`limits::SEARCH_STEPS_MAX`].
    pub fn page(
        &self,
        filter: &CallFilter,
        before: Option<CallId>,
        limit: usize,
    ) -> Result<CallPage, Fault> {
        let limit = limit.min(limits::STORE_PAGE_LEN_MAX);
        self.read("membaca daftar panggilan", |read, _| {
            pages::calls(read, filter, before, limit, |id| self.damaged(id.0))
        })
    }

    /// Reads the index of the search once, the newest first, so that already the first search after
    /// a start finds it in memory; from the disk, page by page, it took five times as long
    /// (measured with a million calls). A segment at a time: no transaction lasts.
    pub fn read_ahead(&self) -> Result<(), Fault> {
        let mut rest = Some(postings::segment_of(postings::HIGHEST));
        while let Some(segment) = rest {
            rest = self.read("membaca indeks pencarian", |read, _| {
                postings::read_through(&read.open_table(POSTINGS)?, segment)
            })?;
        }
        Ok(())
    }

    /// What is known of a number.
    pub fn number(&self, number: &Number) -> Result<NumberSummary, Fault> {
        self.read("membaca riwayat nomor", |read, _| {
            numbers::summary(read, number)
        })
    }

    /// Numbers that begin or end as the query says, those that called last first, because the one
    /// that is looked for has mostly just called. Only those whose newest call is below `before`.
    /// Damaged rows and short pages as in [`Reader::page`].
    pub fn numbers(
        &self,
        query: &Query,
        before: Option<CallId>,
        limit: usize,
    ) -> Result<NumberPage, Fault> {
        let limit = limit.min(limits::STORE_PAGE_LEN_MAX);
        self.read("mencari nomor", |read, _| {
            numbers::page(read, query, before, limit, |key| self.damaged(key))
        })
    }

    /// Texts, newest first, with ids below `before`. Damaged rows as in [`Reader::calls`].
    pub fn sms(&self, before: Option<SmsId>, limit: usize) -> Result<Vec<SmsRecord>, Fault> {
        let limit = limit.min(limits::STORE_PAGE_LEN_MAX);
        self.read("membaca pesan", |read, _| {
            let mut found = Vec::new();
            let rows = read.open_table(SMS)?;
            for row in rows.range(..before.map_or(u64::MAX, |id| id.0))?.rev() {
                if found.len() == limit {
                    break;
                }
                let (id, row) = row?;
                let key = id.value();
                let sms = unseal(Kind::Sms, &key.to_be_bytes(), row.value())
                    .and_then(|content| take_sms(SmsId(key), content));
                match sms {
                    Ok(sms) => found.push(sms),
                    Err(_) => self.damaged(key),
                }
            }
            Ok(found)
        })
    }

    /// One user.
    pub fn user(&self, name: &UserName) -> Result<Option<UserRecord>, Fault> {
        self.read("membaca pengguna", |read, _| {
            let name = name.as_str();
            match read.open_table(USERS)?.get(name)? {
                None => Ok(None),
                Some(row) => {
                    let content = unseal(Kind::User, name.as_bytes(), row.value())?;
                    Ok(Some(from_json(content)?))
                }
            }
        })
    }

    /// Every user, by name.
    pub fn users(&self) -> Result<Vec<UserRecord>, Fault> {
        self.read("membaca pengguna", |read, _| {
            let mut users = Vec::new();
            for row in read.open_table(USERS)?.iter()? {
                let (name, row) = row?;
                let content = unseal(Kind::User, name.value().as_bytes(), row.value())?;
                users.push(from_json(content)?);
            }
            Ok(users)
        })
    }

    /// Every token, by name.
    pub fn tokens(&self) -> Result<Vec<TokenRecord>, Fault> {
        self.read("membaca token", |read, _| {
            let mut tokens: Vec<TokenRecord> = Vec::new();
            for row in read.open_table(TOKENS)?.iter()? {
                let (hash, row) = row?;
                let content = unseal(Kind::Token, hash.value().as_bytes(), row.value())?;
                tokens.push(from_json(content)?);
            }
            tokens.sort_by(|a, b| a.name.cmp(&b.name));
            Ok(tokens)
        })
    }

    /// The token with this SHA-256 (lower-case hex), revoked ones too.
    pub fn token(&self, hash: &str) -> Result<Option<TokenRecord>, Fault> {
        self.read("membaca token", |read, _| {
            match read.open_table(TOKENS)?.get(hash)? {
                None => Ok(None),
                Some(row) => {
                    let content = unseal(Kind::Token, hash.as_bytes(), row.value())?;
                    Ok(Some(from_json(content)?))
                }
            }
        })
    }

    /// The session with this token hash.
    pub fn session(&self, token_hash: &[u8; 32]) -> Result<Option<SessionRecord>, Fault> {
        self.read("membaca sesi", |read, _| {
            match read.open_table(SESSIONS)?.get(token_hash)? {
                None => Ok(None),
                Some(row) => Ok(Some(read_session(token_hash, row.value())?)),
            }
        })
    }

    /// Every session, of one user or of all. A damaged row opens nothing and is left out.
    pub fn sessions(&self, user: Option<&UserName>) -> Result<Vec<SessionRecord>, Fault> {
        self.read("membaca sesi", |read, _| {
            let mut sessions = Vec::new();
            for row in read.open_table(SESSIONS)?.iter()? {
                let (token_hash, row) = row?;
                match read_session(&token_hash.value(), row.value()) {
                    Ok(session) => sessions.push(session),
                    Err(_) => self.place.count_damaged_row(),
                }
            }
            sessions.retain(|session| user.is_none_or(|user| session.user == *user));
            Ok(sessions)
        })
    }

    /// The newest snapshot of the desk that is what was written.
    pub fn snapshot(&self) -> Result<FoundSnapshot, Fault> {
        self.read("membaca salinan keadaan", |read, _| {
            let mut found = FoundSnapshot::default();
            for row in read.open_table(SNAPSHOTS)?.iter()?.rev() {
                let (seq, row) = row?;
                let seq = seq.value();
                match unseal(Kind::Snapshot, &seq.to_be_bytes(), row.value()) {
                    Ok(desk) => {
                        found.usable = Some((Seq(seq), desk.to_vec()));
                        break;
                    }
                    Err(_) => found.damaged += 1,
                }
            }
            Ok(found)
        })
    }

    /// What the store holds and what it costs; quick, whatever its size.
    pub fn figures(&self) -> Result<Figures, Fault> {
        let mut figures = self.read("membaca ukuran data", |read, base| {
            Ok(Figures {
                head: head_of(read, base)?.seq,
                first: base.seq.next(),
                entries: read.open_table(JOURNAL)?.len()?,
                calls: read.open_table(CALLS)?.len()?,
                texts: read.open_table(SMS)?.len()?,
                numbers: read.open_table(NUMBERS)?.len()?,
                ..Figures::default()
            })
        })?;
        figures.damaged_rows = self.place.damaged_rows();
        figures.usage = self
            .disk
            .usage()
            .map_err(|error| Trouble::from(error).fault("membaca ruang disk"))?;
        Ok(figures)
    }

    pub(super) fn read<T>(
        &self,
        doing: &'static str,
        using: impl FnOnce(&ReadTransaction, Head) -> Result<T, Trouble>,
    ) -> Result<T, Fault> {
        self.place.read(using).map_err(|trouble| match trouble {
            Trouble::Row | Trouble::Entry(_) => trouble.fault(doing),
            // A reader can only say that it could not read; the writer finds out why.
            other => Fault::because(&codes::UNREADABLE, doing, other),
        })
    }

    fn damaged(&self, key: u64) {
        self.place.count_damaged_row();
        tracing::error!(
            code = codes::ROW_DAMAGED.id,
            key,
            "damaged row left out of a list"
        );
    }
}

/// The newest entry.
///
/// # Errors
/// The disk's; [`Trouble::Entry`] if its row is too short to hold a hash.
pub fn head_of(read: &ReadTransaction, base: Head) -> Result<Head, Trouble> {
    match read.open_table(JOURNAL)?.last()? {
        None => Ok(base),
        Some((seq, row)) => Ok(Head {
            seq: Seq(seq.value()),
            hash: lines::hash_of_row(row.value()).ok_or(Trouble::Entry(Seq(seq.value())))?,
        }),
    }
}

/// Entries after `after`, oldest first; a missing or damaged one is marked.
///
/// # Errors
/// The disk's.
pub fn entries_after(
    read: &ReadTransaction,
    base: Head,
    after: Seq,
    limit: usize,
) -> Result<Vec<Result<StoredEntry, DamagedEntry>>, Trouble> {
    let limit = limit.min(limits::STORE_PAGE_LEN_MAX) as u64;
    let after = after.max(base.seq);
    let journal = read.open_table(JOURNAL)?;
    let mut prev = if after == base.seq {
        Some(base.hash)
    } else {
        journal
            .get(after.0)?
            .and_then(|row| lines::hash_of_row(row.value()))
    };
    let mut found = Vec::new();
    let mut expected = after.next();
    for row in journal.range(expected.0..after.0.saturating_add(1).saturating_add(limit))? {
        let (seq, row) = row?;
        while expected.0 < seq.value() {
            found.push(Err(DamagedEntry { seq: expected }));
            expected = expected.next();
            prev = None;
        }
        let unpacked = lines::unpack(&prev.unwrap_or_default(), row.value());
        prev = lines::hash_of_row(row.value());
        found.push(match unpacked {
            Some((json, hash)) => Ok(StoredEntry {
                seq: expected,
                json,
                hash,
            }),
            None => Err(DamagedEntry { seq: expected }),
        });
        expected = expected.next();
    }
    let last = head_of(read, base)?
        .seq
        .0
        .min(after.0.saturating_add(limit));
    found.extend((expected.0..=last).map(|seq| Err(DamagedEntry { seq: Seq(seq) })));
    Ok(found)
}

fn all_good(marked: Vec<Result<StoredEntry, DamagedEntry>>) -> Result<Vec<StoredEntry>, Fault> {
    marked
        .into_iter()
        .map(|entry| entry.map_err(|damaged| Trouble::Entry(damaged.seq).fault("membaca jurnal")))
        .collect()
}
