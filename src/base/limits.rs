//! Every limit in one place, with its unit and its reason.
//!
//! At a limit the oldest *unimportant* thing gives way and is counted; a call never does.

use std::time::Duration;

/// Messages waiting for the engine. 16 lines ringing at once with 32 screens need about 200.
pub const INBOX_LEN_MAX: usize = 4_096;

/// Things said on the bus that a slow screen may be behind before it resumes from the journal.
pub const BUS_LEN: usize = 4_096;

/// Entries kept in memory while the disk refuses: a launch-day's worth (Serang: 1,900 calls of
/// about 5 entries), about 10 MB.
pub const UNSAVED_ENTRIES_MAX: usize = 20_000;

/// Entries committed as one transaction at most, so that one slow commit stays short.
pub const BATCH_ENTRIES_MAX: usize = 1_024;

/// Entries between two snapshots of the desk: replay at start stays far below a second.
pub const SNAPSHOT_ENTRIES: u64 = 4_096;

/// Bytes of one line from a modem; longer ones cost only themselves. PDU lines are at most about
/// 360 characters (hardware.md 5.4).
pub const LINE_BYTES_MAX: usize = 4_096;

/// Commands waiting for one modem.
pub const COMMANDS_LEN_MAX: usize = 64;

/// Lines of one centre.
pub const LINES_MAX: usize = 32;

/// Ended calls without a class that the desk keeps at hand; older ones are classified from the
/// archive.
pub const UNCLASSIFIED_LEN_MAX: usize = 500;

/// How long the person who set a class may take it back.
pub const UNDO: Duration = Duration::from_secs(600);

/// How long a seat outlives its last screen. A reload takes 2 s, a Windows login 20 s.
pub const SEAT_LOST_AFTER: Duration = Duration::from_secs(30);

/// How long a claim may wait for the line to answer before the call rings again for everybody.
/// `ATA` may take 40 s on a Huawei stick (hardware.md 2.4).
pub const CLAIM_UNANSWERED_AFTER: Duration = Duration::from_secs(45);

/// Characters of a note on a call.
pub const NOTE_CHARS_MAX: usize = 2_000;

/// Characters of a reason.
pub const REASON_CHARS_MAX: usize = 200;

/// Keys sent with one order.
pub const DTMF_KEYS_MAX: usize = 32;

/// Characters of an outgoing text: 8 parts of 153 septets.
pub const SMS_CHARS_MAX: usize = 1_224;

/// redb's page cache. The default of 1 GiB is for servers.
pub const STORE_CACHE_BYTES: usize = 16 * 1024 * 1024;

/// Body of an API request.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// Screens listening to live events at once.
pub const LISTENERS_MAX: usize = 128;

/// Bytes of the write-ahead log that lies before the database. Written in full once, so that a
/// commit overwrites blocks the disk already has: 4,096 single commits or about 30,000 entries
/// under load between two checkpoints.
pub const STORE_WAL_BYTES: u64 = 16 * 1024 * 1024;

/// Recorded and not yet checkpointed for at most this long once the disk has nothing else to do.
pub const STORE_CHECKPOINT_AFTER: Duration = Duration::from_secs(2);

/// Disk space kept back and given up first when the disk is full: a launch day (1,900 calls of
/// about 2 kB) fits into it more than ten times.
pub const STORE_BALLAST_BYTES: u64 = 64 * 1024 * 1024;

/// First wait before the database is opened again after the disk refused; doubles up to
/// [`STORE_RETRY_MAX`], so that it works again within five seconds of the disk.
pub const STORE_RETRY_MIN: Duration = Duration::from_millis(250);

/// Longest wait between two tries to open the database again.
pub const STORE_RETRY_MAX: Duration = Duration::from_secs(5);

/// The witness of the newest entry on disk is written at most this often.
pub const STORE_WITNESS_EVERY: Duration = Duration::from_secs(1);

/// Entries or rows read under one read transaction: a long one would pin old pages.
pub const STORE_PAGE_LEN_MAX: usize = 1_024;

/// Snapshots of the desk that are kept: the newest, and one more in case that one is damaged.
pub const STORE_SNAPSHOTS_KEPT: usize = 2;
