//! Every limit in one place, with its unit and its reason.
//!
//! At a limit the oldest *unimportant* thing gives way and is counted; a call never does.

mod bell;
mod practice;
mod search;

use std::time::Duration;

use super::time::Wall;
pub use bell::*;
pub use practice::*;
pub use search::*;

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

/// Earlier calls of a number that are looked at when it rings.
pub const CHIPS_CALLS_MAX: usize = 20;

/// A call that has had no class for so long is the supervisor's to ask about (domain 6.5).
pub const UNCLASSIFIED_AFTER: Duration = Duration::from_secs(300);
/// Numbers that wait to be called back: twice the worst hour of a launch day. The oldest gives way
/// and is counted; its calls stay on the board as calls without a class.
pub const CALLBACKS_LEN_MAX: usize = 200;

/// Abandoned calls of one number that are told one by one; more are only counted.
pub const CALLBACK_CALLS_MAX: usize = 50;

/// Our own calls to one number that are told one by one, the newest; nobody dials it more often.
pub const CALLBACK_TRIES_MAX: usize = 10;

/// Hand-overs at hand: three a day for three days.
pub const HANDOVERS_LEN_MAX: usize = 9;

/// Open things that one hand-over lists: what a shift can read through; more are only counted.
pub const HANDOVER_ITEMS_MAX: usize = 200;

/// After so long without anybody accepting anything the supervisors are called (domain.md 6.1).
pub const HANDOVER_UNACCEPTED_AFTER: Duration = Duration::from_secs(300);

/// Characters of a text that operators say: a minute of reading aloud.
pub const WORDING_CHARS_MAX: usize = 1_000;

/// Actions for which one person has chosen keys; the console has about twenty.
pub const KEYS_LEN_MAX: usize = 64;

/// Characters of an action's name or of its keys.
pub const KEY_CHARS_MAX: usize = 32;

/// How long the person who set a class may take it back.
pub const UNDO: Duration = Duration::from_secs(600);

/// How long a seat outlives its last screen. A reload takes 2 s, a Windows login 20 s.
pub const SEAT_LOST_AFTER: Duration = Duration::from_secs(30);

/// How long a claim may wait for the line to answer before the call rings again for everybody.
/// `ATA` may take 40 s on a Huawei stick (hardware.md 2.4).
pub const CLAIM_UNANSWERED_AFTER: Duration = Duration::from_secs(45);

/// How long a call may be with somebody who does not get on with it (the line does not answer, or
/// its caller hears nobody) before a colleague may take it over (domain.md INT-04).
pub const TAKEOVER_AFTER: Duration = Duration::from_secs(20);

/// How long a caller may wait for somebody before supervisors are called (domain.md 6.3).
pub const ESCALATE_AFTER: Duration = Duration::from_secs(20);

/// Characters of a note on a call.
pub const NOTE_CHARS_MAX: usize = 2_000;

/// Characters of a reason.
pub const REASON_CHARS_MAX: usize = 200;

/// Characters of a field of a report that has one line: an address with its directions.
pub const REPORT_LINE_CHARS_MAX: usize = 200;

/// Characters of what happened, in a report: as many as a note.
pub const REPORT_NOTE_CHARS_MAX: usize = NOTE_CHARS_MAX;

/// People of one kind in a report; the largest disasters are counted by others.
pub const REPORT_VICTIMS_MAX: u32 = 9_999;

/// Reports that have been typed and not filed: every call of a launch day (1,900), about 1 MB.
pub const DRAFTS_LEN_MAX: usize = 2_000;

/// Keys sent with one order.
pub const DTMF_KEYS_MAX: usize = 32;

/// Characters of an outgoing text: 8 parts of 153 septets.
pub const SMS_CHARS_MAX: usize = 1_224;

/// redb's page cache. The default of 1 GiB is for servers.
pub const STORE_CACHE_BYTES: usize = 16 * 1024 * 1024;

/// Body of an API request.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// Body of an upload of sound: half a minute at 48 kHz in stereo.
pub const SOUND_BODY_BYTES_MAX: usize = 6 * 1024 * 1024;

/// Bodies larger than [`BODY_BYTES_MAX`] that are held at once; more are told to come again.
pub const LARGE_BODIES_MAX: usize = 2;

/// How long a prompt of the office lasts at most: nobody in need listens for longer.
pub const PROMPT_LASTS_MAX: Duration = Duration::from_secs(30);

/// How long it lasts at least; less is a click of the recorder.
pub const PROMPT_LASTS_MIN: Duration = Duration::from_millis(500);

/// Files of the office's own prompts that are kept per language, those no longer played among them,
/// so that it can be heard what callers heard: 31 MB at most.
pub const PROMPT_FILES_MAX: usize = 64;

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

/// A session opened this far in the future was opened by another clock than the one of now; less is
/// what a clock is set back by when it is put right.
pub const SESSION_SKEW: Duration = Duration::from_secs(5 * 60);

/// Digits of a PIN with which somebody comes back on a computer they have logged in on.
pub const PIN_DIGITS: usize = 6;

/// Wrong PINs before the password is needed again.
pub const PIN_TRIES_MAX: u32 = 5;

/// People who may come back with a PIN on one computer: two shifts. The oldest gives way.
pub const PARKED_PER_DESK_MAX: usize = 12;

/// A session's last use is written down at most this often.
pub const SESSION_TOUCH_EVERY: Duration = Duration::from_secs(60);

/// Wrong passwords in a row before an account is locked for one address (ASVS 5.0, 6.3.1).
pub const LOGIN_FAILS_MAX: u32 = 5;

/// Addresses, accounts and pairs that the login counts; about 100 bytes each.
pub const LOGIN_TRACKED_MAX: usize = 2_048;

/// Readings of the disk for pages at the same time, those that the disk keeps waiting included: a
/// good disk answers each within a millisecond.
pub const READS_MAX: usize = 12;

/// Password hashings at the same time: 19 MiB and a core each, and calls come first.
pub const HASHINGS_MAX: usize = 2;

/// People waiting for a password to be checked; more are told to come again.
pub const HASHINGS_WAITING_MAX: usize = 64;

/// Characters of a new password: at least (ASVS 5.0, 6.2.1 asks for 8 and advises 15; 12 here).
pub const PASSWORD_CHARS_MIN: usize = 12;

/// Characters of a password at most, so that hashing time is bounded.
pub const PASSWORD_CHARS_MAX: usize = 128;

/// Characters of a login or token name.
pub const LOGIN_NAME_CHARS_MAX: usize = 32;

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

/// Time for a TLS handshake. One on the LAN takes milliseconds, and each worker has room for 256:
/// silent sockets keep a screen out for at most this long.
pub const TLS_HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(3);

/// Patience with the disk while answering a page; then what memory knows must do.
pub const READ_PATIENCE: Duration = Duration::from_secs(2);

/// A disk that has taken nothing for so long does not answer: a tired one takes a second.
pub const DISK_SILENT: Duration = Duration::from_secs(3);

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

/// Bytes of the configuration file. 32 lines with comments are about 10 kB.
pub const CONFIG_BYTES_MAX: usize = 256 * 1024;

/// Losses of records that are remembered; a machine with more has a disk that must go.
pub const LOSSES_KNOWN_MAX: usize = 32;

/// For so long a loss of records is told by `doctor` and `verify` as something to act on.
pub const LOSS_TOLD_FOR: Duration = Duration::from_secs(30 * 86_400);

/// Problems of one configuration that are told at once; more would scroll off the screen.
pub const CONFIG_PROBLEMS_MAX: usize = 100;

/// Characters of the office's name: one line of a page's head.
pub const CENTER_NAME_CHARS_MAX: usize = 120;

/// Characters of a line's name: a lamp on the board.
pub const LINE_NAME_CHARS_MAX: usize = 32;

/// Bytes of a profile's name.
pub const PROFILE_NAME_BYTES_MAX: usize = 64;

/// Addresses the web server listens on.
pub const LISTEN_ADDRESSES_MAX: usize = 8;

/// Names and addresses in one certificate.
pub const CERTIFICATE_NAMES_MAX: usize = 32;

/// Bytes read from a port at once: the kernel's own tty buffer.
pub const PORT_READ_BYTES_MAX: usize = 4_096;

/// Chunks of one port that may be unread at once. All lines together fill half of
/// [`INBOX_LEN_MAX`] at most, so that a flood on every line still leaves room for clicks.
pub const PORT_UNREAD_MAX: usize = 64;

/// Writes waiting for one port; the line sends one command at a time.
pub const PORT_WRITES_MAX: usize = 64;

/// Bytes of sound a PCM tty may have unsent, a new frame included: three frames of 20 ms (8 kHz,
/// 16 bit). What waits longer is heard late, which is worse than a gap.
pub const AUDIO_TTY_UNSENT_BYTES_MAX: usize = 3 * 320;

/// Bytes of sound that may wait for `aplay`, a new frame included: two frames, because up to 80 ms
/// lie in the sound card's buffer already.
pub const AUDIO_PIPE_UNSENT_BYTES_MAX: usize = 2 * 320;

/// Bytes of sound from `arecord` that may wait for us: a quarter of a second, the least a pipe can
/// be made to hold. Beyond it the program waits and the sound card drops.
pub const AUDIO_PIPE_BYTES: usize = 4_096;

/// Last lines of a sound program that are kept to tell why it ended.
pub const AUDIO_WORDS_LINES_MAX: usize = 8;

/// Bytes of one such line.
pub const AUDIO_WORDS_LINE_BYTES_MAX: usize = 200;

/// Bytes of a sound device's name; ALSA's own are below 64.
pub const AUDIO_NAME_BYTES_MAX: usize = 128;

/// Writes that may wait for one port when sound is to be added: with a modem that takes 20 ms in
/// 20 ms there is one at most, and more would be heard as delay for the rest of the call.
pub const PORT_SOUND_WRITES_MAX: usize = 2;

/// Writes of sound that may lie in the kernel when another is to be added: a driver that polls in
/// steps has two or three there at times; more is delay that nothing ever takes away again.
pub const PORT_SOUND_UNSENT_FRAMES_MAX: usize = 4;

/// Openings of one port that hang in the driver at once; each costs a thread.
pub const PORT_HUNG_OPENS_MAX: usize = 4;

/// Below this much free disk the doctor fails: about a year of calls, or a week of sound.
pub const DISK_FREE_BYTES_MIN: u64 = 512 * 1024 * 1024;

/// Below this much free disk the doctor warns.
pub const DISK_FREE_BYTES_GOOD: u64 = 2 * 1024 * 1024 * 1024;

/// Below this much available memory the doctor fails: the program itself takes about 32 MiB.
pub const MEMORY_FREE_BYTES_MIN: u64 = 64 * 1024 * 1024;

/// Below this much available memory the doctor warns.
pub const MEMORY_FREE_BYTES_GOOD: u64 = 256 * 1024 * 1024;

/// 2026-01-01T00:00:00Z: no build of this program is older, so no clock before it is right.
pub const CLOCK_FLOOR: Wall = Wall(1_767_225_600_000);

/// Ended calls that need nothing more and are kept at hand so that a class can be taken back within
/// [`UNDO`] and a note added: the busiest ten minutes of a launch day have about 100.
pub const RECENT_CALLS_LEN_MAX: usize = 256;

/// Calls from the archive kept at hand after somebody changed them.
pub const RECALLED_LEN_MAX: usize = 64;

/// How long after a start a call that was live before may go unfound by its line. A USB modem
/// needs 20 to 40 s to come back and up to 60 s to boot (hardware.md 1.4).
pub const FOUND_WITHIN: Duration = Duration::from_secs(120);

/// Notes on one call.
pub const NOTES_LEN_MAX: usize = 100;

/// Keys a caller pressed that are kept of one call; a person playing with the keys is not worth
/// more of the journal.
pub const DTMF_KEPT_MAX: usize = 256;

/// Knocks of one silent caller that are kept: answers to about a hundred questions.
pub const TAPS_KEPT_MAX: u32 = 256;

/// Texts waiting to be sent.
pub const SMS_UNSENT_LEN_MAX: usize = 200;

/// Times a text is given to a line before it counts as failed.
pub const SMS_TRIES_MAX: u32 = 6;

/// Wait before the second try of a text; doubles with each further one (30 s up to 8 min).
pub const SMS_RETRY_AFTER: Duration = Duration::from_secs(30);

/// How long a line may keep silent about a text it was given: 8 parts at 3 s and the network's own
/// 60 s for each (hardware.md 4.3).
pub const SMS_ANSWER_WITHIN: Duration = Duration::from_secs(600);

/// Sent texts kept at hand for their delivery reports.
pub const SMS_SENT_LEN_MAX: usize = 256;

/// Received texts remembered so that one read again from the modem's store is not recorded twice.
/// Larger than any store (SIM: 50, modem memory: up to 255 slots; hardware.md 4.1).
pub const SMS_SEEN_LEN_MAX: usize = 512;

/// Characters of a person's name.
pub const NAME_CHARS_MAX: usize = 100;

/// People and programs on the roster, disabled ones too: names are never reused.
pub const ROSTER_LEN_MAX: usize = 1_000;

/// Local dates whose counters are kept: yesterday, today, and one for a clock that jumped.
pub const DAYS_LEN_MAX: usize = 3;

/// Steps of a modem's boot script. The longest compiled-in script has about 40.
pub const BOOT_STEPS_MAX: usize = 96;

/// Texts waiting to be sent by one line: ten minutes' worth at ten a minute (hardware.md 4.3).
pub const OUTBOX_LEN_MAX: usize = 100;

/// Texts whose delivery reports are awaited by one line; the oldest are forgotten.
pub const REPORTS_AWAITED_MAX: usize = 256;

/// Messages of one modem's store that were told and are not yet deleted; the largest stores have
/// 255 places. A forgotten one would only be told again.
pub const INBOX_SLOTS_MAX: usize = 512;

/// How long the parts of a long text message are waited for before what has come is given out as
/// it is (chan_dongle keeps them as long, hardware.md 4.2).
pub const SMS_PARTS_WAIT: Duration = Duration::from_secs(600);

/// Long text messages in collection at once; the oldest is given out unfinished beyond that.
pub const SMS_COLLECTING_MAX: usize = 64;

/// Calls on one line at once: a GSM modem has at most 7 (3GPP TS 22.030 6.5.5.1).
pub const CALLS_PER_LINE_MAX: usize = 7;

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

/// Sound that the far end of a virtual modem keeps of one call: 9.6 MB.
pub const SIM_HEARD_MAX: Duration = Duration::from_secs(600);

/// Bytes of a sound file that a virtual caller may say: ten minutes of CD quality.
pub const SIM_SOUND_FILE_BYTES_MAX: u64 = 128 * 1024 * 1024;

/// Information lines of one command: a full message store has 255 headers.
pub const REPLY_LINES_MAX: usize = 1_024;

/// From the beginning of one "stay on the line" to the next: often enough that nobody thinks they
/// were forgotten, with room to say something in between.
pub const HOLD_PROMPT_EVERY: Duration = Duration::from_secs(12);

/// Frames that wait for one browser: half a second. A browser that is further behind than that has
/// a network that cannot carry the call; what is dropped is counted.
pub const BROWSER_FRAMES_MAX: usize = 25;

/// Orders and frames waiting for the sound of one line: ten talkers for two seconds.
pub const SOUND_COMMANDS_MAX: usize = 1_024;

/// News of one line's sound that wait because the engine's inbox is full.
pub const SOUND_NEWS_MAX: usize = 256;

/// Blocks of sound waiting for the disk: 8 calls for a minute, about 16 MB. A disk that stalls
/// longer loses sound from recordings, never from calls.
pub const TAPE_BLOCKS_MAX: usize = 8 * 600;

/// Frames in one block for the disk: a tenth of a second.
pub const TAPE_BLOCK_FRAMES: usize = 5;

/// A recording is on disk at most this long after it was heard, if the disk obeys: half of the
/// second that a power cut may cost.
pub const TAPE_SYNC_EVERY: Duration = Duration::from_millis(400);

/// Files of one call's recording: one for each time the program was restarted in it.
pub const RECORDING_PARTS_MAX: usize = 99;

/// A class must be so old before the recording of its call may go: whoever was mistaken at night is
/// asked in the morning.
pub const RECORDING_SETTLED_AFTER: Duration = Duration::from_secs(24 * 3_600);

/// Somebody who plays the same recording again within this is still listening to it.
pub const LISTENING_LASTS: Duration = Duration::from_secs(600);

/// How much of a live call is replayed at once at most.
pub const REPLAY_MAX: Duration = Duration::from_secs(600);

/// All recordings together, unless the configuration says otherwise: 900 hours of talk, which is 270
/// calls a day for half a year at 24 s each, on the smallest disk that is sold with such machines.
pub const RECORDINGS_BYTES_MAX: u64 = 100 * 1024 * 1024 * 1024;

/// Recordings longer than this (16 minutes) are closed at the next start rather than at a stop,
/// which must be over in three seconds: their hash takes a tenth of a second.
pub const STOP_HASHES_BYTES_MAX: u64 = 32 * 1024 * 1024;

/// How long each of the two threads behind recordings may take to end; the whole program has three
/// seconds. What is not closed by then is closed at the next start.
pub const SOUND_STOP: Duration = Duration::from_millis(700);
