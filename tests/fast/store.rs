//! The disk: what is confirmed stays, what is damaged is noticed, what refuses is waited for.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../crash/mod.rs"]
mod power;

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use siaga112::base::ids::{CallId, Seq, UserName};
use siaga112::base::time::Tick;
use siaga112::desk::Secret;
use siaga112::desk::operator::Role;
use siaga112::desk::order::UserRecord;
use siaga112::store::backend::{FileDisk, Part};
use siaga112::store::cuts::{Dice, Word};
use siaga112::store::faults::FaultyDisk;
use siaga112::store::open::{Opened, open};
use siaga112::store::rebuild::rebuild;
use siaga112::store::{
    Batch, CallFilter, Keeper, Query, SessionChange, SessionRecord, Settings, StoreEvent, codes,
    look, open_folder, open_sound, seq_of, writer,
};

use power::{BUGS, Office, Outcome, Planted, Refusal, Replayed, SETTINGS, cut, refuse_at};

#[test]
fn three_hundred_power_cuts_lose_nothing_that_was_confirmed() {
    let mut outcome = Outcome::default();
    for seed in 0..10 {
        cut(seed, 30, Word::Kept, Planted::Nothing, &mut outcome);
    }
    assert_eq!(outcome.cuts, 300);
    assert_eq!(outcome.violated, 0, "{:#?}", outcome.violations);
    // Otherwise the cuts missed the moments that matter.
    assert!(outcome.ahead > 0);
}

#[test]
fn planted_bugs_are_found_by_the_same_checker() {
    for (word, planted) in BUGS {
        let mut outcome = Outcome::default();
        for seed in 0..4 {
            cut(seed, 20, word, planted, &mut outcome);
        }
        assert!(outcome.violated > 0, "{word:?} {planted:?}: nothing found");
    }
}

#[test]
fn a_disk_that_refuses_is_waited_for_and_everything_is_there_afterwards() {
    for kind in [ErrorKind::StorageFull, ErrorKind::Other] {
        for count in [1, u64::MAX] {
            for wal_bytes in [0, SETTINGS.wal_bytes] {
                let refusal = Refusal {
                    kind,
                    count,
                    wal_bytes,
                };
                for nth in (0..).step_by(7) {
                    match refuse_at(nth, nth, refusal) {
                        Ok(true) => {}
                        Ok(false) => break,
                        Err(violation) => panic!("{refusal:?} at {nth}: {violation}"),
                    }
                }
            }
        }
    }
}

#[test]
fn a_full_disk_is_helped_by_the_ballast_at_once_and_gets_it_back_later() {
    let disk = FaultyDisk::default();
    let mut office = Office::new(1);
    let opened = open_on(&disk);
    let reader = opened.reader.clone();
    let mut keeper = opened.into_keeper();
    disk.limit_space(64 * 1024, 2 * 1024 * 1024);
    let mut events = Vec::new();
    for _ in 0..400 {
        keeper.push(office.batch());
        keeper.step(Tick(0), &mut |event| events.push(event));
        if events
            .iter()
            .any(|event| matches!(event, StoreEvent::Down(_)))
        {
            break;
        }
    }
    let Some(StoreEvent::Down(fault)) = events.last() else {
        panic!("the disk did not fill up");
    };
    assert_eq!(fault.code.id, "STORE-002");
    // No time passes, and no human helps.
    keeper.step(Tick(0), &mut |event| events.push(event));
    assert!(matches!(events.last(), Some(StoreEvent::Up)));
    assert!(keeper.is_saved());
    assert_eq!(reader.last_seq().unwrap().0, office.seq);
    assert_eq!(reader.figures().unwrap().usage.ballast, 0);
    disk.free_space(64 * 1024 * 1024);
    keeper.step(Tick(0) + Duration::from_secs(2), &mut |_| {});
    assert_eq!(reader.figures().unwrap().usage.ballast, 2 * 1024 * 1024);
}

#[test]
fn the_ballast_is_really_there_and_really_given_up() {
    use siaga112::store::backend::Disk;
    let folder = tempfile::tempdir().unwrap();
    let wanted = 6 * 1024 * 1024;
    let disk = FileDisk::new(folder.path(), wanted).unwrap();
    let steps = (1..).find(|_| disk.refill_ballast().unwrap()).unwrap();
    assert!(steps > 1, "step by step, so that a commit never waits long");
    assert!(disk.usage().unwrap().ballast >= wanted, "no hole in a file");
    assert!(disk.release_ballast().unwrap());
    assert_eq!(disk.usage().unwrap().ballast, 0);
    assert!(!disk.release_ballast().unwrap());
}

#[test]
fn a_disk_too_full_for_a_log_is_written_without_and_gets_one_later() {
    let disk = FaultyDisk::default();
    // The database needs some 100 kB at first; the log does not fit beside it.
    disk.limit_space(250 * 1024, 0);
    let mut office = Office::new(6);
    let settings = Settings {
        wal_bytes: 256 * 1024,
        ..SETTINGS
    };
    let opened = open(Arc::new(disk.clone()), settings, "uji").unwrap();
    let reader = opened.reader.clone();
    let mut keeper = opened.into_keeper();
    keeper.push(with_entries(&mut office));
    save(&mut keeper);
    assert_eq!(reader.figures().unwrap().usage.wal, 0);
    disk.free_space(8 * 1024 * 1024);
    for second in 1..4 {
        keeper.step(Tick(0) + Duration::from_secs(second), &mut |_| {});
    }
    assert_eq!(reader.figures().unwrap().usage.wal, 256 * 1024);
    keeper.push(with_entries(&mut office));
    save(&mut keeper);
    drop(keeper);
    drop(reader);
    let opened = open(Arc::new(disk), settings, "uji").unwrap();
    assert_eq!(opened.head.0, office.seq);
}

#[test]
fn a_log_that_is_no_longer_wanted_is_still_read() {
    let disk = FaultyDisk::default();
    let mut office = Office::new(6);
    let mut keeper = open_on(&disk).into_keeper();
    keeper.push(with_entries(&mut office));
    save(&mut keeper);
    let image = disk.image();
    let settings = Settings {
        wal_bytes: 0,
        ..SETTINGS
    };
    let opened = open(Arc::new(FaultyDisk::of(&image)), settings, "uji").unwrap();
    assert_eq!(opened.head.0, office.seq);
}

#[test]
fn while_the_disk_stalls_reading_and_handing_over_go_on() {
    let disk = FaultyDisk::default();
    let mut office = Office::new(3);
    let opened = open_on(&disk);
    let reader = opened.reader.clone();
    let (said, events) = channel();
    let writer = writer::start(opened, || Tick(0), move |event| said.send(event).unwrap()).unwrap();
    writer.commit(with_entries(&mut office));
    let before = office.seq;
    committed(&events, 1);

    disk.stall();
    writer.commit(with_entries(&mut office));
    disk.wait_for_a_caught_flush();
    for _ in 0..100 {
        writer.commit(with_entries(&mut office));
    }
    assert_eq!(reader.last_seq().unwrap().0, before);
    assert_eq!(reader.entries(Seq(0), 100).unwrap().len() as u64, before);
    assert!(reader.calls(&CallFilter::default(), None, 10).is_ok());
    assert!(
        events.try_recv().is_err(),
        "nothing is called saved meanwhile"
    );

    disk.go_on();
    committed(&events, office.tickets);
    assert_eq!(reader.last_seq().unwrap().0, office.seq);
    writer.stop();
}

#[test]
fn every_bit_of_a_journal_row_that_flips_is_noticed() {
    let (disk, office) = a_day(&FaultyDisk::default(), 5, 6);
    let settings = Settings {
        // Every read goes to the disk.
        cache_bytes: 0,
        ..SETTINGS
    };
    let opened = open(Arc::new(disk.clone()), settings, "uji").unwrap();
    let whole = opened.reader.entries(Seq(0), 100).unwrap();
    assert_eq!(whole.len() as u64, office.seq);
    let mut dice = Dice::new(1);
    for entry in &whole {
        // The text before the link is stored as it is; 35 bytes of hash and place lie before it.
        let head = entry.json.as_bytes();
        let places = disk.find(Part::Database, &head[..200]);
        let row = places
            .iter()
            .flat_map(|place| (place - 35) * 8..(place + head.len() as u64 - 64) * 8);
        let bits: Vec<u64> = row.collect();
        let mut noticed = 0;
        for _ in 0..150 {
            let bit = bits[dice.below(bits.len() as u64) as usize];
            disk.flip(Part::Database, bit);
            match opened.reader.entries(Seq(0), 100) {
                // A copy that an earlier commit left behind.
                Ok(entries) => assert_eq!(entries, whole, "shown as good: bit {bit}"),
                Err(fault) => {
                    noticed += 1;
                    assert_eq!(fault.code.id, "STORE-008");
                }
            }
            disk.flip(Part::Database, bit);
        }
        assert!(noticed > 0, "entry {}", entry.seq);
    }
}

#[test]
fn any_bit_that_flips_anywhere_is_harmless_or_noticed_and_never_shown() {
    let (disk, office) = a_day(&FaultyDisk::default(), 9, 20);
    let good = open_on(&disk);
    let whole = good.reader.entries(Seq(0), 1000).unwrap();
    let calls = good
        .reader
        .calls(&CallFilter::default(), None, 1000)
        .unwrap();
    drop(good);
    let image = disk.image();
    let used = disk.len_of(Part::Database) * 8;
    let mut dice = Dice::new(2);
    let (mut noticed, tries) = (0, 400);
    for _ in 0..tries {
        let bit = dice.below(used);
        let flipped = FaultyDisk::of(&image);
        flipped.flip(Part::Database, bit);
        let opened = open_on(&flipped);
        if !opened.shown.is_empty() {
            noticed += 1;
            continue;
        }
        let mut good = 0;
        for entry in opened
            .reader
            .entries_marked(Seq(0), 1000)
            .into_iter()
            .flatten()
            .flatten()
        {
            assert_eq!(entry, whole[entry.seq.0 as usize - 1], "bit {bit}");
            good += 1;
        }
        for call in opened
            .reader
            .calls(&CallFilter::default(), None, 1000)
            .into_iter()
            .flatten()
        {
            assert!(calls.contains(&call), "bit {bit}");
        }
        let verdict = opened.reader.verify(|_| {});
        let is_sound = verdict.is_ok_and(|verdict| verdict.is_sound());
        assert!(!is_sound || good == office.seq, "bit {bit} hides an entry");
        noticed += u64::from(!is_sound);
    }
    assert!(noticed > 0, "no bit of {tries} lay in live data");
}

#[test]
fn a_second_process_is_told_that_the_service_is_running() {
    let folder = tempfile::tempdir().unwrap();
    let _running = open_in(folder.path());
    let disk = FileDisk::new(folder.path(), 0).unwrap();
    let fault = open(Arc::new(disk), SETTINGS, "uji").err().unwrap();
    assert_eq!(fault.code.id, "STORE-001");
}

#[test]
fn a_folder_that_may_not_be_written_is_told_as_that() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("siaga112.redb");
    fs::create_dir(&file).unwrap();
    let disk = FileDisk::new(folder.path(), 0).unwrap();
    let fault = open(Arc::new(disk), SETTINGS, "uji").err().unwrap();
    assert!(
        ["STORE-003", "STORE-006"].contains(&fault.code.id),
        "{fault:?}"
    );
    assert!(file.is_dir(), "what is not ours is left alone");
}

#[test]
fn a_damaged_file_is_set_aside_whole_and_numbers_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut office = Office::new(4);
    work_in(folder.path(), &mut office, 10);
    let file = folder.path().join("siaga112.redb");
    let mut bytes = fs::read(&file).unwrap();
    bytes[..4096].fill(0xA5);
    fs::write(&file, &bytes).unwrap();

    let opened = open_in(folder.path());
    let aside = opened.quarantined.clone().expect("set aside");
    assert_eq!(fs::read(&aside).unwrap(), bytes);
    assert!(
        aside
            .to_string_lossy()
            .ends_with("siaga112.redb.rusak-20261121T104502")
    );
    let fault = opened.shown.first().expect("it is said");
    assert_eq!(fault.code.id, "STORE-016");
    assert!(fault.to_string().contains("rusak-20261121T104502"));
    assert!(opened.head.0 > office.seq, "no number is given out twice");
    // The service records at once.
    let mut keeper = opened.into_keeper();
    (office.seq, office.hash) = (keeper.head().0, keeper.head_hash());
    keeper.push(with_entries(&mut office));
    let mut events = Vec::new();
    keeper.step(Tick(0), &mut |event| events.push(event));
    assert!(
        matches!(events[..], [StoreEvent::Committed { .. }]),
        "{events:?}"
    );
    keeper.stop(Tick(0), &mut |_| {});
    drop(keeper);
    let again = open_in(folder.path());
    assert!(again.shown.is_empty() && again.quarantined.is_none());
    assert_eq!(again.head.0, office.seq);
    assert!(again.reader.verify(|_| {}).unwrap().is_sound());
}

/// What redb does on a few damaged files: a panic, and another one while it is cleaned up.
struct PanicsOnDrop;

impl Drop for PanicsOnDrop {
    fn drop(&mut self) {
        panic!("halaman 17 rusak, lagi");
    }
}

#[test]
#[ignore = "ends its process; `a_file_that_ended_the_process_is_set_aside` runs it in one of its own"]
fn dies_of_its_database() {
    let folder = std::env::var_os("SIAGA112_TEST_FOLDER").expect("run by the other test");
    match folder.to_str() {
        Some("") => siaga112::cli::last_words::arm_verb(3),
        _ => siaga112::cli::last_words::arm(Path::new(&folder)),
    }
    let _ = siaga112::store::guarded(|| -> Result<(), _> {
        let _page = PanicsOnDrop;
        panic!("halaman 17 rusak");
    });
}

#[test]
fn a_file_that_ended_the_process_is_set_aside() {
    let folder = tempfile::tempdir().unwrap();
    let mut office = Office::new(4);
    work_in(folder.path(), &mut office, 10);
    let died = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "store::dies_of_its_database", "--ignored"])
        .env("SIAGA112_TEST_FOLDER", folder.path())
        .output()
        .unwrap();
    assert_eq!(died.status.signal(), Some(6), "{died:?}");

    let looked = look(folder.path());
    let fault = looked.err().unwrap();
    assert_eq!(fault.code.id, "STORE-004");
    let opened = open_folder(folder.path(), "20261121T104502").unwrap();
    assert!(opened.quarantined.is_some());
    assert_eq!(opened.shown[0].code.id, "STORE-016");
    assert!(opened.shown[0].chain().contains("halaman 17 rusak, lagi"));
    drop(opened);
    let again = open_folder(folder.path(), "20261121T104503").unwrap();
    assert!(again.quarantined.is_none(), "once is enough");
}

#[test]
fn a_verb_that_dies_of_a_database_says_so_in_its_own_words() {
    let died = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "store::dies_of_its_database", "--ignored"])
        .arg("--nocapture")
        .env("SIAGA112_TEST_FOLDER", "")
        .output()
        .unwrap();
    assert_eq!(died.status.code(), Some(3), "{died:?}");
    let told = String::from_utf8(died.stderr).unwrap();
    assert!(told.contains("STORE-004"), "{told}");
    assert!(!told.contains("halaman 17"), "{told}");
}

#[test]
fn a_file_cut_to_half_is_set_aside_too() {
    let folder = tempfile::tempdir().unwrap();
    work_in(folder.path(), &mut Office::new(4), 10);
    let file = folder.path().join("siaga112.redb");
    let length = fs::metadata(&file).unwrap().len();
    fs::OpenOptions::new()
        .write(true)
        .open(&file)
        .unwrap()
        .set_len(length / 2)
        .unwrap();
    let opened = open_in(folder.path());
    assert_eq!(
        opened.shown.first().map(|fault| fault.code.id),
        Some("STORE-016")
    );
}

#[test]
fn an_old_file_put_back_is_brought_up_to_date_or_reported() {
    let folder = tempfile::tempdir().unwrap();
    let mut office = Office::new(4);
    work_in(folder.path(), &mut office, 10);
    let old = (office.seq, office.hash);
    let file = folder.path().join("siaga112.redb");
    let copy = fs::read(&file).unwrap();
    work_in(folder.path(), &mut office, 10);

    // The log still holds what the old file lacks.
    fs::write(&file, &copy).unwrap();
    let opened = open_in(folder.path());
    assert!(opened.shown.is_empty(), "{:?}", opened.shown);
    assert_eq!((opened.head.0, opened.head_hash), (office.seq, office.hash));
    drop(opened);

    // It holds something newer, and nothing between.
    work_in(folder.path(), &mut office, 10);
    fs::write(&file, &copy).unwrap();
    let opened = open_in(folder.path());
    assert!(said(&opened).contains(&"STORE-007"), "{:?}", opened.shown);
    assert_eq!((opened.head.0, opened.head_hash), old);
    drop(opened);

    // A file that is gone altogether is told as well.
    fs::remove_file(&file).unwrap();
    let opened = open_in(folder.path());
    assert!(said(&opened).contains(&"STORE-007"), "{:?}", opened.shown);
}

/// Every file of a folder: what looking must leave as it is.
fn picture(folder: &Path) -> std::collections::BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read(entry.path()).unwrap())
        })
        .collect()
}

#[test]
fn looking_reads_everything_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut office = Office::new(4);
    let mut keeper = open_in(folder.path()).into_keeper();
    for _ in 0..10 {
        keeper.push(office.batch());
        keeper.step(Tick(0), &mut |_| {});
    }
    // As after a power cut: the log holds what the database lacks, and the database is not closed.
    let left = tempfile::tempdir().unwrap();
    for (name, bytes) in picture(folder.path()) {
        fs::write(left.path().join(name), bytes).unwrap();
    }
    assert_eq!(look(folder.path()).err().unwrap().code.id, "STORE-001");
    drop(keeper);
    let before = picture(left.path());
    let opened = look(left.path()).unwrap();
    let second = look(left.path()).unwrap();
    assert_eq!(second.head, opened.head, "many may look at once");
    assert_eq!((opened.head.0, opened.head_hash), (office.seq, office.hash));
    assert!(opened.reader.verify(|_| {}).unwrap().is_sound());
    assert_eq!(said(&opened), Vec::<&str>::new());
    drop((opened, second));
    assert_eq!(picture(left.path()), before);
}

#[test]
fn looking_at_damage_leaves_it_for_the_service() {
    let folder = tempfile::tempdir().unwrap();
    let mut office = Office::new(4);
    work_in(folder.path(), &mut office, 10);
    let file = folder.path().join("siaga112.redb");
    let good = fs::read(&file).unwrap();
    let damages: [(&str, Option<Vec<u8>>); 4] = [
        ("STORE-004", Some([&[0xA5; 4096], &good[4096..]].concat())),
        ("STORE-004", Some(good[..good.len() / 2].to_vec())),
        ("STORE-007", Some(Vec::new())),
        ("STORE-007", None),
    ];
    for (code, bytes) in damages {
        match &bytes {
            Some(bytes) => fs::write(&file, bytes).unwrap(),
            None => fs::remove_file(&file).unwrap(),
        }
        let before = picture(folder.path());
        let told = match look(folder.path()) {
            Ok(opened) => said(&opened).first().copied().unwrap_or("nothing"),
            Err(fault) => fault.code.id,
        };
        assert_eq!(told, code);
        let refused = open_sound(folder.path(), "uji").err().unwrap();
        assert_eq!(refused.code.id, code);
        assert_eq!(picture(folder.path()), before);
    }
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(look(empty.path()).err().unwrap().code.id, "STORE-017");
    assert!(picture(empty.path()).is_empty());
}

#[test]
fn a_killed_process_leaves_everything_confirmed_and_private_files() {
    let folder = tempfile::tempdir().unwrap();
    let mut office = Office::new(8);
    let mut keeper = open_in(folder.path()).into_keeper();
    for _ in 0..25 {
        keeper.push(office.batch());
        keeper.step(Tick(0), &mut |_| {});
    }
    // What the file system holds at this moment is what a kill leaves.
    let left = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(
            entry.metadata().unwrap().permissions().mode() & 0o777,
            0o600
        );
        fs::copy(entry.path(), left.path().join(entry.file_name())).unwrap();
    }
    let opened = open_in(left.path());
    assert_eq!((opened.head.0, opened.head_hash), (office.seq, office.hash));
    assert!(opened.shown.is_empty(), "{:?}", opened.shown);
    let drafts = opened.reader.drafts().unwrap();
    assert!(!drafts.is_empty(), "nobody typed");
    assert_eq!(drafts, Vec::from_iter(office.drafts));
}

#[test]
fn replay_starts_from_the_snapshot_and_goes_page_by_page() {
    let (disk, office) = a_day(&FaultyDisk::default(), 21, 900);
    let opened = open_on(&disk);
    let (seq, desk) = opened.snapshot.clone().expect("one of so many");
    assert!(desk.starts_with(format!("desk at {seq} ").as_bytes()));
    let tail: Vec<_> = opened
        .tail(Seq(0))
        .map(|entry| entry.unwrap().unwrap())
        .collect();
    assert_eq!(tail.len() as u64, office.seq);
    assert!(tail.len() > 1024, "more than one page");
    assert!(tail.iter().zip(1..).all(|(entry, seq)| entry.seq.0 == seq));
    let after = opened.tail(seq).next().unwrap().unwrap().unwrap();
    assert_eq!(after.seq, seq.next());
    let newest = opened.reader.entries_back(None, 2).unwrap();
    assert_eq!(
        newest.iter().map(|e| seq_of(e).0).collect::<Vec<_>>(),
        [office.seq, office.seq - 1]
    );
    let older = opened.reader.entries_back(Some(Seq(3)), 100).unwrap();
    assert_eq!(
        older.iter().map(|e| seq_of(e).0).collect::<Vec<_>>(),
        [2, 1]
    );
}

#[test]
fn derived_tables_are_rebuilt_from_the_journal() {
    let (disk, _) = a_day(&FaultyDisk::default(), 13, 60);
    let mut opened = open_on(&disk);
    let everything = CallFilter::default();
    let before = opened.reader.calls(&everything, None, 1000).unwrap();
    let texts = opened.reader.sms(None, 1000).unwrap();
    let found = searched(&opened);
    assert!(found.iter().all(|found| !found.is_empty()), "{found:?}");
    let mut replayed = Replayed::default();
    let mut steps = 0;
    let damaged = rebuild(
        &mut opened,
        |entry, rebuilt| {
            let before =
                said_of(&entry.json).and_then(|id| replayed.calls.get(&id).cloned().zip(Some(id)));
            if let Some((call, id)) = before {
                assert_eq!(rebuilt.call(id).unwrap(), Some(call));
            }
            Ok(replayed.take(&entry.json))
        },
        |_| steps += 1,
    );
    assert_eq!(damaged.unwrap(), 0);
    assert!(steps > 0);
    assert_eq!(
        opened.reader.calls(&everything, None, 1000).unwrap(),
        before
    );
    assert_eq!(opened.reader.sms(None, 1000).unwrap(), texts);
    assert_eq!(searched(&opened), found);
    assert!(opened.reader.verify(|_| {}).unwrap().is_sound());
}

#[test]
fn sessions_are_opened_used_and_ended_with_their_user() {
    let disk = FaultyDisk::default();
    let opened = open_on(&disk);
    let reader = opened.reader.clone();
    let mut keeper = opened.into_keeper();
    let session = |token: u8, user: &str| SessionRecord {
        token_hash: [token; 32],
        user: user.into(),
        opened_ms: 1,
        used_ms: 1,
        from: "192.168.1.20".into(),
        agent: "Firefox".into(),
        desk: None,
        parked: false,
        wrong_pins: 0,
    };
    let changes = |sessions| Batch {
        sessions,
        ..Batch::default()
    };
    keeper.push(changes(vec![
        SessionChange::Open(session(1, "ani")),
        SessionChange::Open(session(2, "ani")),
        SessionChange::Open(session(3, "budi")),
    ]));
    let touch = |used_ms| SessionChange::Touch {
        token_hash: [1; 32],
        used_ms,
    };
    keeper.push(changes(vec![touch(5)]));
    keeper.push(changes(vec![touch(9)]));
    save(&mut keeper);
    assert_eq!(reader.session(&[1; 32]).unwrap().unwrap().used_ms, 9);
    assert_eq!(reader.sessions(None).unwrap().len(), 3);
    assert_eq!(reader.sessions(Some(&"ani".into())).unwrap().len(), 2);
    keeper.push(changes(vec![SessionChange::End {
        token_hash: [2; 32],
    }]));
    save(&mut keeper);
    assert_eq!(reader.session(&[2; 32]).unwrap(), None);
    keeper.push(Batch {
        secrets: vec![Secret::EndSessions(UserName::new("ani"))],
        ..Batch::default()
    });
    save(&mut keeper);
    let left = reader.sessions(None).unwrap();
    assert_eq!(left, [session(3, "budi")]);
    keeper.push(changes(vec![SessionChange::EndAllOf {
        user: "budi".into(),
    }]));
    save(&mut keeper);
    assert!(reader.sessions(None).unwrap().is_empty());
}

#[test]
fn a_session_is_parked_comes_back_as_another_and_never_from_the_dead() {
    let disk = FaultyDisk::default();
    let opened = open_on(&disk);
    let reader = opened.reader.clone();
    let mut keeper = opened.into_keeper();
    let session = |token: u8| SessionRecord {
        token_hash: [token; 32],
        user: "ani".into(),
        opened_ms: 1,
        used_ms: 1,
        from: "192.168.1.20".into(),
        agent: "Firefox".into(),
        desk: Some([9; 32]),
        parked: false,
        wrong_pins: 0,
    };
    let mut change = |sessions| {
        keeper.push(Batch {
            sessions,
            ..Batch::default()
        });
        save(&mut keeper);
        reader.sessions(None).unwrap()
    };
    let token_hash = [1; 32];
    let park = SessionChange::Park { token_hash };
    let wrong = SessionChange::WrongPin { token_hash };
    let switch = |from: u8, to: u8| SessionChange::Switch {
        parked: [from; 32],
        session: session(to),
    };
    let left = change(vec![SessionChange::Open(session(1)), park.clone()]);
    let parked = SessionRecord {
        parked: true,
        ..session(1)
    };
    assert_eq!(left, [parked]);
    assert_eq!(change(vec![wrong.clone(); 4])[0].wrong_pins, 4);
    assert_eq!(change(vec![switch(1, 2)]), [session(2)]);
    // What has ended is not brought back by what was on its way.
    let late = vec![park.clone(), wrong.clone(), switch(1, 3)];
    assert_eq!(change(late), [session(2)]);
    change(vec![SessionChange::Open(session(1)), park]);
    assert_eq!(change(vec![wrong; 5]), [session(2)]);
}

#[test]
fn a_pin_goes_with_the_password_it_was_chosen_with() {
    let disk = FaultyDisk::default();
    let opened = open_on(&disk);
    let reader = opened.reader.clone();
    let mut keeper = opened.into_keeper();
    let ani = UserName::new("ani");
    let user = UserRecord {
        user: ani.clone(),
        name: "Ani".into(),
        role: Role::Operator,
        password_hash: "$a".into(),
        disabled: false,
        pin_hash: None,
    };
    let mut change = |secret| {
        keeper.push(Batch {
            secrets: vec![secret],
            ..Batch::default()
        });
        save(&mut keeper);
        reader.user(&ani).unwrap().unwrap()
    };
    assert_eq!(change(Secret::User(user.clone())), user);
    let pin = |pin: Option<&str>| Secret::Pin {
        user: "ani".into(),
        pin_hash: pin.map(str::to_owned),
    };
    assert_eq!(change(pin(Some("$p"))).pin_hash.as_deref(), Some("$p"));
    assert_eq!(change(pin(None)), user);
    change(pin(Some("$p")));
    let password = Secret::Password {
        user: "ani".into(),
        password_hash: "$b".into(),
    };
    assert_eq!(change(password).pin_hash, None);
    change(pin(Some("$p")));
    let is = |role| Secret::UserIs {
        user: "ani".into(),
        name: "Ani".into(),
        role,
        disabled: false,
    };
    assert!(change(is(Role::Supervisor)).pin_hash.is_some());
    assert_eq!(change(is(Role::Admin)).pin_hash, None);
}

#[test]
fn entries_that_do_not_follow_are_never_written() {
    let disk = FaultyDisk::default();
    let mut office = Office::new(2);
    let opened = open_on(&disk);
    let reader = opened.reader.clone();
    let mut keeper = opened.into_keeper();
    keeper.push(with_entries(&mut office));
    save(&mut keeper);
    let before = office.seq;
    let _lost_on_the_way = with_entries(&mut office);
    keeper.push(with_entries(&mut office));
    let mut events = Vec::new();
    let mut now = Tick(0);
    for _ in 0..10 {
        keeper.step(now, &mut |event| events.push(event));
        now = now + Duration::from_secs(5);
    }
    let [StoreEvent::Down(fault)] = &events[..] else {
        panic!("{events:?}");
    };
    assert_eq!(fault.code.id, "STORE-011");
    assert_eq!(reader.last_seq().unwrap().0, before);
    assert!(reader.verify(|_| {}).unwrap().is_sound());
}

#[test]
fn an_entry_that_names_another_one_before_it_is_found_by_verify() {
    let disk = FaultyDisk::default();
    let mut office = Office::new(2);
    let opened = open_on(&disk);
    let reader = opened.reader.clone();
    let mut keeper = opened.into_keeper();
    keeper.push(with_entries(&mut office));
    save(&mut keeper);
    assert!(reader.verify(|_| {}).unwrap().is_sound());
    let odd = office.seq + 1;
    office.hash = [7; 32];
    keeper.push(with_entries(&mut office));
    save(&mut keeper);
    let verdict = reader.verify(|_| {}).unwrap();
    assert_eq!(verdict.damaged, [Seq(odd)]);
    assert_eq!(verdict.head.0, office.seq);
}

#[test]
fn a_damaged_record_in_the_middle_of_the_log_is_said_and_the_rest_set_aside() {
    let disk = FaultyDisk::default();
    let mut office = Office::new(5);
    let mut keeper = open_on(&disk).into_keeper();
    for _ in 0..3 {
        keeper.push(with_entries(&mut office));
        save(&mut keeper);
    }
    let left = FaultyDisk::of(&disk.image());
    let second = left.find(Part::Wal, b"S112WAL1")[1];
    left.flip(Part::Wal, (second + 100) * 8);
    let opened = open_on(&left);
    assert_eq!(said(&opened), ["STORE-012"]);
    assert!(opened.head.0 > 0 && opened.head.0 < office.seq);
    assert_eq!(left.set_aside_so_far().len(), 1);
    assert!(opened.reader.verify(|_| {}).unwrap().is_sound());
}

#[test]
fn a_damaged_snapshot_is_replaced_by_the_one_before() {
    let (disk, _) = a_day(&FaultyDisk::default(), 21, 200);
    let (newest, _) = open_on(&disk).snapshot.clone().expect("several");
    let image = disk.image();
    let damaged = FaultyDisk::of(&image);
    for place in damaged.find(Part::Database, format!("desk at {newest} ").as_bytes()) {
        damaged.flip(Part::Database, place * 8);
    }
    let opened = open_on(&damaged);
    assert_eq!(said(&opened), ["STORE-014"]);
    let (older, _) = opened.snapshot.clone().expect("the one before");
    assert!(older < newest);
}

#[test]
fn every_fault_of_the_disk_says_what_to_do() {
    for code in codes::ALL {
        assert!(code.told.len() > 20 && code.cure.len() > 20, "{}", code.id);
    }
}

#[test]
fn one_call_is_found_and_a_call_that_never_was_is_not() {
    let (disk, _) = a_day(&FaultyDisk::default(), 2, 10);
    let reader = open_on(&disk).reader;
    assert_eq!(reader.call(CallId(1)).unwrap().unwrap().id, CallId(1));
    assert_eq!(reader.call(CallId(u64::MAX)).unwrap(), None);
}

fn open_on(disk: &FaultyDisk) -> Opened {
    open(Arc::new(disk.clone()), SETTINGS, "uji").expect("opens")
}

fn open_in(folder: &Path) -> Opened {
    let disk = FileDisk::new(folder, 64 * 1024).expect("a folder");
    open(Arc::new(disk), SETTINGS, "20261121T104502").expect("opens")
}

/// What is found by a word, and by how numbers begin and end.
fn searched(opened: &Opened) -> Vec<Vec<CallId>> {
    let search = |text: &str| {
        let filter = CallFilter {
            query: Query::read(text).ok(),
            ..CallFilter::default()
        };
        let calls = opened.reader.calls(&filter, None, 1000).unwrap();
        calls.iter().map(|call| call.id).collect()
    };
    ["jembatan", "0840", "0107"].map(search).to_vec()
}

/// The call an entry of the office is about.
fn said_of(line: &str) -> Option<CallId> {
    power::said(line).call.map(|call| call.id)
}

fn said(opened: &Opened) -> Vec<&'static str> {
    opened.shown.iter().map(|fault| fault.code.id).collect()
}

/// An office works until a clean stop.
fn a_day(disk: &FaultyDisk, seed: u64, batches: u64) -> (FaultyDisk, Office) {
    let mut office = Office::new(seed);
    let mut keeper = open_on(disk).into_keeper();
    for _ in 0..batches {
        keeper.push(office.batch());
        keeper.step(Tick(0), &mut |_| {});
    }
    keeper.stop(Tick(0), &mut |_| {});
    (disk.clone(), office)
}

fn work_in(folder: &Path, office: &mut Office, batches: u64) {
    let mut keeper = open_in(folder).into_keeper();
    for _ in 0..batches {
        keeper.push(office.batch());
    }
    save(&mut keeper);
    keeper.stop(Tick(0), &mut |_| {});
}

fn save(keeper: &mut Keeper) {
    while !keeper.is_saved() {
        keeper.step(Tick(0), &mut |event| {
            assert!(matches!(event, StoreEvent::Committed { .. }), "{event:?}");
        });
    }
}

fn with_entries(office: &mut Office) -> Batch {
    loop {
        let batch = office.batch();
        if !batch.entries.is_empty() {
            return batch;
        }
    }
}

/// Waits until a ticket is confirmed.
fn committed(events: &std::sync::mpsc::Receiver<StoreEvent>, wanted: u64) {
    loop {
        match events
            .recv_timeout(Duration::from_secs(20))
            .expect("an answer")
        {
            StoreEvent::Committed { ticket } if ticket >= wanted => return,
            StoreEvent::Committed { .. } => {}
            other => panic!("{other:?}"),
        }
    }
}
