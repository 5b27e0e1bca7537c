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

/// Sessions kept in memory beside the table: every seat of a big centre with several browsers.
pub const SESSIONS_CACHED_MAX: usize = 512;

/// Idle time after which an operator, supervisor or auditor logs in again: one long shift.
pub const SESSION_IDLE: Duration = Duration::from_secs(12 * 3600);

/// The same for an administrator, who can do more harm.
pub const SESSION_IDLE_ADMIN: Duration = Duration::from_secs(30 * 60);

/// Nobody stays logged in longer than a day (OWASP ASVS 5.0, 7.3.2).
pub const SESSION_LIFE: Duration = Duration::from_secs(24 * 3600);

/// A session's last use is written down at most this often.
pub const SESSION_TOUCH_EVERY: Duration = Duration::from_secs(60);

/// Wrong passwords in a row before an account is locked for one address (ASVS 5.0, 6.3.1).
pub const LOGIN_FAILS_MAX: u32 = 5;

/// Addresses, accounts and pairs that the login counts; about 100 bytes each.
pub const LOGIN_TRACKED_MAX: usize = 2_048;

/// Password hashings at the same time: 19 MiB and a core each, and calls come first.
pub const HASHINGS_MAX: usize = 2;

/// People waiting for a password to be checked; more are told to come again.
pub const HASHINGS_WAITING_MAX: usize = 64;

/// Characters of a new password: at least (ASVS 5.0, 6.2.1 asks for 8 and advises 15; 12 here).
pub const PASSWORD_CHARS_MIN: usize = 12;

/// Characters of a password at most, so that hashing time is bounded.
pub const PASSWORD_CHARS_MAX: usize = 128;

/// Characters of a login name or a program's name.
pub const USER_NAME_CHARS_MAX: usize = 32;

/// Characters of a person's name.
pub const PERSON_NAME_CHARS_MAX: usize = 80;

/// How long the setup code of a fresh box is good: time to walk from the console to a desk.
pub const SETUP_CODE_LIFE: Duration = Duration::from_secs(30 * 60);

/// Wrong setup codes before a new one has to be printed: 32^8 codes, five guesses.
pub const SETUP_CODE_TRIES_MAX: u32 = 5;

/// Connections of one address: a browser opens six at most, ten browsers behind one terminal server.
pub const CONNECTIONS_PER_ADDRESS_MAX: usize = 64;

/// Bytes of all header lines of a request.
pub const HEADER_BYTES_MAX: usize = 16 * 1024;

/// Bytes of a request's path and query.
pub const URI_BYTES_MAX: usize = 4 * 1024;

/// Time for a request's head, and again for its body (slow senders hold a connection).
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// Patience with the disk while answering a page; then what memory knows must do.
pub const READ_PATIENCE: Duration = Duration::from_secs(2);

/// Time between two heartbeats of the event stream; OUTSIDE promises at most 10 s.
pub const HEARTBEAT: Duration = Duration::from_secs(5);

/// Time after which the kernel gives up on a browser that acknowledges nothing (a PC that lost
/// power): four heartbeats.
pub const SILENT_CONNECTION: Duration = Duration::from_secs(20);

/// Journal entries read at once for a listener that resumes.
pub const RESUME_ENTRIES: usize = 256;

/// Items of a list page: what a screen shows unless it asks for another number.
pub const PAGE_ITEMS: usize = 50;

/// Items of a list page at most.
pub const PAGE_ITEMS_MAX: usize = 200;

/// Raw journal entries of one page.
pub const JOURNAL_PAGE_MAX: usize = 1_000;

/// Time within which the web server must be gone once it was told to.
pub const HTTP_STOP: Duration = Duration::from_secs(2);

/// Bytes of one request line on the control socket.
pub const CONTROL_LINE_MAX: usize = 64 * 1024;

/// Verbs talking to the running service at once.
pub const CONTROL_CLIENTS_MAX: usize = 8;
