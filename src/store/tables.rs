//! The tables and their keys.
//!
//! The journal is the truth. `calls lists days numbers places sms` are views of it and can be
//! rebuilt; `users tokens sessions drafts` hold what must not be in a journal; `snapshots` save
//! replay.

use redb::{Database, Durability, ReadableDatabase, TableDefinition, WriteTransaction};

use super::trouble::Trouble;
use crate::base::ids::{CallId, LineName, Seq};
use crate::base::phone::Number;
use crate::base::time::Wall;
use crate::desk::call::{CallRecord, Class};
use crate::store::rows::Coded;

/// Facts about the file itself, see the `meta` module below.
pub const META: TableDefinition<&str, &[u8]> = TableDefinition::new("meta");
/// Sequence → packed line.
pub const JOURNAL: TableDefinition<u64, &[u8]> = TableDefinition::new("journal");
/// Sequence of the last entry contained → the desk as it was then.
pub const SNAPSHOTS: TableDefinition<u64, &[u8]> = TableDefinition::new("snapshots");
/// Call id → row.
pub const CALLS: TableDefinition<u64, &[u8]> = TableDefinition::new("calls");
/// Which calls are of a number, a class, a line: whole-key sets, see [`List`].
pub const LISTS: TableDefinition<[u8; 17], ()> = TableDefinition::new("lists");
/// Day since 1970 UTC → lowest and highest id of the calls offered on it.
pub const DAYS: TableDefinition<i64, &[u8]> = TableDefinition::new("days");
/// Number key → counts.
pub const NUMBERS: TableDefinition<u64, &[u8]> = TableDefinition::new("numbers");
/// A word or a number of a segment → the calls that have it, see [`super::postings`].
pub const POSTINGS: TableDefinition<&[u8], &[u8]> = TableDefinition::new("places");
/// What version 2 had in its place.
pub const POSTINGS_2: TableDefinition<&[u8], ()> = TableDefinition::new("postings");
/// Text id → row.
pub const SMS: TableDefinition<u64, &[u8]> = TableDefinition::new("sms");
/// Login name → row.
pub const USERS: TableDefinition<&str, &[u8]> = TableDefinition::new("users");
/// SHA-256 of the token in lower-case hex → row.
pub const TOKENS: TableDefinition<&str, &[u8]> = TableDefinition::new("tokens");
/// SHA-256 of the session token → row.
pub const SESSIONS: TableDefinition<[u8; 32], &[u8]> = TableDefinition::new("sessions");
/// Call id → what is being typed of its report.
pub const DRAFTS: TableDefinition<u64, &[u8]> = TableDefinition::new("drafts");

/// Keys of [`META`].
pub mod meta {
    /// Format of the file; a program refuses a higher one than it knows.
    pub const FORMAT: &str = "format";
    /// Version of the derived tables; they are rebuilt if it is another one.
    pub const DERIVED: &str = "derived";
    /// Sixteen random bytes: which database a write-ahead log belongs to.
    pub const ID: &str = "id";
    /// Number of the newest write-ahead record contained in this state.
    pub const APPLIED: &str = "applied";
    /// Where the journal begins: entry and hash before its first one.
    pub const BASE: &str = "base";
}

/// Format of the file.
pub const FORMAT: u64 = 1;
/// Version of the derived tables: raised when what they hold changes meaning.
pub const DERIVED: u64 = 3;

/// How long what is written has to survive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Keep {
    /// Readers see it; the write-ahead log holds it until the next checkpoint.
    Visible,
    /// It is on the disk when the commit returns.
    OnDisk,
}

/// Begins a write. The only place that does, so that no commit lacks quick-repair: without it an
/// open after a crash walks the whole file, 18 s with ten million rows.
///
/// # Errors
/// The disk's.
pub fn begin(database: &Database, keep: Keep) -> Result<WriteTransaction, Trouble> {
    let mut transaction = database.begin_write()?;
    match keep {
        Keep::Visible => transaction.set_durability(Durability::None)?,
        Keep::OnDisk => transaction.set_quick_repair(true),
    }
    Ok(transaction)
}

/// Creates every table, so that readers need not ask whether one exists.
///
/// # Errors
/// The disk's; or a table of that name is of another shape, so the file is not ours.
pub fn create_all(transaction: &WriteTransaction) -> Result<(), Trouble> {
    transaction.open_table(META)?;
    transaction.open_table(JOURNAL)?;
    transaction.open_table(SNAPSHOTS)?;
    transaction.open_table(USERS)?;
    transaction.open_table(TOKENS)?;
    transaction.open_table(SESSIONS)?;
    transaction.open_table(DRAFTS)?;
    create_derived(transaction)
}

/// Creates the tables that can be rebuilt.
///
/// # Errors
/// As [`create_all`].
pub fn create_derived(transaction: &WriteTransaction) -> Result<(), Trouble> {
    transaction.open_table(CALLS)?;
    transaction.open_table(LISTS)?;
    transaction.open_table(DAYS)?;
    transaction.open_table(NUMBERS)?;
    transaction.open_table(POSTINGS)?;
    transaction.open_table(SMS)?;
    Ok(())
}

/// Removes the tables that can be rebuilt.
///
/// # Errors
/// As [`create_all`].
pub fn drop_derived(transaction: &WriteTransaction) -> Result<(), Trouble> {
    transaction.delete_table(CALLS)?;
    transaction.delete_table(LISTS)?;
    transaction.delete_table(DAYS)?;
    transaction.delete_table(NUMBERS)?;
    transaction.delete_table(POSTINGS)?;
    transaction.delete_table(POSTINGS_2)?;
    transaction.delete_table(SMS)?;
    Ok(())
}

/// Opens every table once: fails if the file is not one of ours.
///
/// # Errors
/// As [`create_all`].
pub fn check_all(database: &Database) -> Result<(), Trouble> {
    let read = database.begin_read()?;
    read.open_table(META)?;
    read.open_table(JOURNAL)?;
    read.open_table(SNAPSHOTS)?;
    read.open_table(CALLS)?;
    read.open_table(LISTS)?;
    read.open_table(DAYS)?;
    read.open_table(NUMBERS)?;
    read.open_table(POSTINGS)?;
    read.open_table(SMS)?;
    read.open_table(USERS)?;
    read.open_table(TOKENS)?;
    read.open_table(SESSIONS)?;
    Ok(())
}

/// A list of calls. Its members are keys of [`LISTS`]: one byte for the kind, eight for the value,
/// eight for the id, all big-endian, so that a list lies together, newest last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum List {
    /// By [`Number::key`].
    Number(u64),
    /// By class; 255 is "none yet".
    Class(u8),
    /// By a hash of the line's name; two names may share one, so a row is looked at as well.
    Line(u64),
}

impl List {
    /// The calls of a number.
    pub fn of_number(number: &Number) -> List {
        List::Number(number.key())
    }

    /// The calls of a class, or without one.
    pub fn of_class(class: Option<Class>) -> List {
        List::Class(class.map_or(UNCLASSIFIED, |class| class.code() as u8))
    }

    /// The calls of a line.
    pub fn of_line(line: &LineName) -> List {
        // FNV-1a, 64 bits.
        let hash = line
            .as_str()
            .bytes()
            .fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
            });
        List::Line(hash)
    }

    /// Every list a call is on.
    pub fn all_of(call: &CallRecord) -> Vec<List> {
        let mut lists = vec![List::of_class(call.class), List::of_line(&call.line)];
        lists.extend(call.caller.number.as_ref().map(List::of_number));
        lists
    }

    /// The key of one member.
    pub fn key(self, id: CallId) -> [u8; 17] {
        let (kind, value) = match self {
            List::Number(key) => (1, key),
            List::Class(code) => (2, u64::from(code)),
            List::Line(hash) => (3, hash),
        };
        let mut key = [kind; 17];
        key[1..9].copy_from_slice(&value.to_be_bytes());
        key[9..].copy_from_slice(&id.0.to_be_bytes());
        key
    }

    /// The id in a key.
    pub fn id_of(key: &[u8; 17]) -> CallId {
        let mut id = [0; 8];
        id.copy_from_slice(&key[9..]);
        CallId(u64::from_be_bytes(id))
    }
}

/// The day a moment lies in, UTC.
pub fn day_of(at: Wall) -> i64 {
    at.0.div_euclid(DAY_MS)
}

/// The newest entry and the SHA-256 of its line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Head {
    pub seq: Seq,
    pub hash: [u8; 32],
}

impl Head {
    /// As stored under [`meta::BASE`].
    pub fn to_bytes(self) -> [u8; 40] {
        let mut bytes = [0; 40];
        bytes[..8].copy_from_slice(&self.seq.0.to_be_bytes());
        bytes[8..].copy_from_slice(&self.hash);
        bytes
    }

    /// Back from [`Head::to_bytes`].
    pub fn from_bytes(bytes: &[u8]) -> Option<Head> {
        let (seq, hash) = bytes.split_at_checked(8)?;
        Some(Head {
            seq: Seq(u64::from_be_bytes(seq.try_into().ok()?)),
            hash: hash.try_into().ok()?,
        })
    }
}

const UNCLASSIFIED: u8 = 255;
const DAY_MS: i64 = 86_400_000;
