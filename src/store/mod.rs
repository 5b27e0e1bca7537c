//! The disk: redb, and nothing else of ours names it.
//!
//! Layer 2. One thread writes. It gathers what waits, makes it durable with one flush of the
//! write-ahead log, applies it to the database as one transaction, and confirms it; a checkpoint
//! flushes the database now and then, always with quick-repair. Readers use MVCC snapshots. After
//! an I/O error the writer closes and reopens by itself; a damaged file is set aside, never
//! overwritten.
//!
//! ```text
//!  Batch ─► writer ─► keeper ─► wal      one flush: confirmed
//!          (thread)          └► apply ─► journal · calls lists days numbers sms · users tokens sessions drafts
//!          (thread)          └► apply ─► journal · calls lists days numbers places sms
//!                                        users tokens sessions
//!  Reader ◄─────────────────────────────┘
//! ```
//!
//! | file | |
//! | --- | --- |
//! | `siaga112.redb` | the database: journal, derived tables, secrets, snapshots |
//! | `siaga112.wal` | what is confirmed and not yet flushed there |
//! | `siaga112.witness` | newest entry, written apart, to notice a disk that went back in time |
//! | `siaga112.ballast` | space given up first when the disk is full |
//! | `*.rusak-TIME` | damaged files, set aside whole |

mod apply;
mod attach;
pub mod backend;
mod codec;
pub mod codes;
pub mod condemned;
mod counts;
pub mod cuts;
mod drafts;
pub mod faults;
mod group;
mod keeper;
mod lines;
mod live;
mod looking;
mod numbers;
pub mod open;
mod pages;
mod places;
mod postings;
mod query;
mod reader;
pub mod rebuild;
mod report_row;
mod rows;
mod secrets;
mod tables;
mod trouble;
mod verify;
mod wal;
mod walk;
mod witness;
mod words;
pub mod writer;

pub use backend::set_aside_in;
pub use keeper::Keeper;
pub use open::{Opened, look, look_or_new, open_folder, open_sound};
pub use query::{Query, Unreadable};
pub use reader::{DamagedEntry, Figures, Reader, seq_of};
pub use trouble::{Panicked, guarded, panicked};
pub use verify::Verdict;
pub use writer::Writer;

use crate::base::fault::Fault;
use crate::base::ids::{CallId, LineName, Seq, UserName};
use crate::base::limits;
use crate::base::phone::Number;
use crate::base::time::Wall;
use crate::desk::call::{CallRecord, Class};
use crate::desk::draft::DraftRow;
use crate::desk::{Secret, Touched};
use crate::journal::Sealed;

/// What a store may use.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Settings {
    /// redb's page cache, bytes.
    pub cache_bytes: usize,
    /// Length of the write-ahead log, bytes; 0: none, each commit flushes the database.
    pub wal_bytes: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            cache_bytes: limits::STORE_CACHE_BYTES,
            wal_bytes: limits::STORE_WAL_BYTES,
        }
    }
}

/// What the engine hands to the writer: one decision's worth, committed whole or not at all.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    pub entries: Vec<Sealed>,
    /// Derived rows as they are after the last of `entries`.
    pub touched: Touched,
    pub secrets: Vec<Secret>,
    pub sessions: Vec<SessionChange>,
    /// Reports that are being typed, as they are after this.
    pub drafts: Vec<DraftRow>,
    /// A snapshot of the desk after the last of `entries`.
    pub snapshot: Option<(Seq, Vec<u8>)>,
    /// Comes back in [`StoreEvent::Committed`].
    pub ticket: u64,
}

impl Batch {
    /// Whether it holds nothing but sessions and drafts.
    fn has_no_entry(&self) -> bool {
        self.entries.is_empty()
            && self.touched.calls.is_empty()
            && self.touched.sms.is_empty()
            && self.secrets.is_empty()
            && self.snapshot.is_none()
    }
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
    /// SHA-256 of the cookie of the browser it was opened with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desk: Option<[u8; 32]>,
    /// Somebody else is active there: its token opens nothing, its person may come back with a PIN.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub parked: bool,
    /// PINs that were not its person's.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub wrong_pins: u32,
}

fn is_zero(count: &u32) -> bool {
    *count == 0
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
    /// Somebody else is active in its browser. One that has ended stays ended.
    Park {
        token_hash: [u8; 32],
    },
    /// A wrong PIN for a parked session; the last one allowed ends it.
    WrongPin {
        token_hash: [u8; 32],
    },
    /// Its person has come back: `session` takes its place, if it is still there.
    Switch {
        parked: [u8; 32],
        session: SessionRecord,
    },
}

/// Which calls a list should hold; newest first.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct CallFilter {
    pub number: Option<Number>,
    /// `Some(None)`: calls without a class.
    pub class: Option<Option<Class>>,
    /// Offered at this time or later.
    pub from: Option<Wall>,
    /// Offered before this time, so that one day ends where the next begins.
    pub to: Option<Wall>,
    pub line: Option<LineName>,
    /// What must be found in it.
    pub query: Option<Query>,
}

/// Some calls, newest first.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct CallPage {
    pub calls: Vec<CallRecord>,
    /// There may be more below this id.
    pub next: Option<CallId>,
}

/// Some numbers with what is known of each.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct NumberPage {
    pub numbers: Vec<(Number, NumberSummary)>,
    /// There may be more whose newest call is below this id.
    pub next: Option<CallId>,
}

/// What is known of a number, from its derived row. `unclassified` counts incoming calls only;
/// the times are those of the first and the last call, by id.
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
