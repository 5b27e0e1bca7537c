//! Recordings when room is tight, and those that a stop left between the disk and the journal.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use siaga112::media::budget::{Budget, Keeper};
use siaga112::voice::wav;

use super::office::{Browser, Office};

/// A call of this class (or none yet) with its recording; its id and its file.
fn call(office: &Office, who: &mut Browser<'_>, class: Option<&str>) -> (String, PathBuf) {
    let call = unrecorded(office, who, class, Duration::from_millis(300));
    let recordings = office.until(|_| {
        let recordings = shown(who, &call)["sound"]["recordings"].as_array()?.clone();
        (!recordings.is_empty()).then_some(recordings)
    });
    let file = recordings[0]["file"].as_str().unwrap();
    (call, folder(office).join(file))
}

/// The same, whether or not it was recorded.
fn unrecorded(
    office: &Office,
    who: &mut Browser<'_>,
    class: Option<&str>,
    lasts: Duration,
) -> String {
    assert_eq!(
        who.post("/api/v1/seat", json!({ "state": "ready" })).status,
        200
    );
    let call = office.ring(0, "084001010014");
    let answered = who.post(&format!("/api/v1/calls/{call}/answer"), json!({}));
    assert_eq!(answered.status, 200, "{}", answered.text());
    office.until(|_| (shown(who, &call)["state"] == "talking").then_some(()));
    std::thread::sleep(lasts);
    who.post(&format!("/api/v1/calls/{call}/hangup"), json!({}));
    office.until(|_| (shown(who, &call)["state"] == "ended").then_some(()));
    if let Some(class) = class {
        let path = format!("/api/v1/calls/{call}/classify");
        let done = who.post(&path, json!({ "class": class }));
        assert_eq!(done.status, 200, "{}", done.text());
    }
    call
}

fn shown(who: &Browser<'_>, call: &str) -> Value {
    who.get(&format!("/api/v1/calls/{call}")).json()
}

fn folder(office: &Office) -> PathBuf {
    office.folder.path().join("recordings")
}

/// All facts of this kind, as they stand in the journal.
fn facts(office: &Office, kind: &str) -> Vec<Value> {
    let entries = office
        .handle
        .reader()
        .entries(siaga112::base::ids::Seq(0), 1_000);
    let entries = entries.unwrap();
    let facts = entries
        .iter()
        .map(|entry| serde_json::from_str::<Value>(&entry.json).unwrap());
    facts.filter(|fact| fact["kind"] == kind).collect()
}

fn keep(office: &Office, max_bytes: u64, stop_below_bytes: u64) -> Keeper {
    let budget = Budget {
        max_bytes,
        keep_free_bytes: 0,
        stop_below_bytes,
        settled_after: Duration::ZERO,
    };
    let (handle, studio) = (office.handle.clone(), office.studio.clone());
    Keeper::start(handle, studio, office.clock.clone(), budget).unwrap()
}

/// Waits until a file is gone; at no moment is it gone and not yet on record.
fn until_removed(office: &Office, file: &Path) {
    let name = file.strip_prefix(folder(office)).unwrap().to_str().unwrap();
    office.until(|office| {
        let gone = !file.exists();
        let deleted = facts(office, "recording.deleted");
        let told = deleted.iter().any(|fact| fact["body"]["file"] == name);
        assert!(told || !gone, "{name} went without a trace");
        gone.then_some(())
    });
}

#[test]
fn room_is_made_of_old_ghosts_each_on_record_first_and_never_of_an_emergency() {
    let office = Office::open();
    let mut rina = office.login("rina");
    let mut calls = Vec::new();
    for class in [
        Some("incident"),
        Some("ghost"),
        Some("prank"),
        Some("ghost"),
        None,
    ] {
        calls.push(call(&office, &mut rina, class));
    }
    let all = |calls: &[(String, PathBuf)]| -> u64 {
        let there = calls.iter().filter_map(|(_, file)| fs::metadata(file).ok());
        there.map(|file| file.len()).sum()
    };
    let there = |calls: &[(String, PathBuf)]| -> Vec<bool> {
        calls.iter().map(|(_, file)| file.exists()).collect()
    };
    let used = all(&calls);
    // A byte too much: the oldest ghost makes room, and nothing else goes.
    let keeper = keep(&office, used - 1, 0);
    until_removed(&office, &calls[1].1);
    keeper.stop();
    assert_eq!(there(&calls), [true, false, true, true, true]);
    assert_eq!(office.studio.trouble(), None);
    let gone = rina.get(&format!("/api/v1/calls/{}/recording", calls[1].0));
    assert_eq!(gone.code(), "no_recording");

    // No room at all: everything that may go goes, and the rest is told.
    let keeper = keep(&office, 1, 0);
    until_removed(&office, &calls[3].1);
    until_removed(&office, &calls[2].1);
    office.until(|office| office.studio.trouble());
    keeper.stop();
    assert_eq!(there(&calls), [true, false, false, false, true]);
    let why = office.until(|_| {
        let board = rina.get("/api/v1/board").json();
        board["recording"].as_str().map(str::to_owned)
    });
    assert!(why.contains("wajib disimpan"), "{why}");
    let deleted = facts(&office, "recording.deleted");
    let order: Vec<String> = deleted
        .iter()
        .map(|fact| fact["body"]["call"].to_string().replace('"', ""))
        .collect();
    assert_eq!(order, [&*calls[1].0, &*calls[3].0, &*calls[2].0]);
    assert!(deleted.iter().all(|fact| fact["body"]["why"] == "room"));

    // There is room again.
    let keeper = keep(&office, used, 0);
    office.until(|office| office.studio.trouble().is_none().then_some(()));
    keeper.stop();
    office.until(|_| {
        let board = rina.get("/api/v1/board").json();
        board["recording"].is_null().then_some(())
    });
}

#[test]
fn what_is_left_of_the_disk_is_the_journals() {
    let office = Office::open();
    let mut rina = office.login("rina");
    let keeper = keep(&office, u64::MAX, u64::MAX);
    // It has looked once this returns.
    keeper.stop();
    let seconds = Duration::from_millis(1_500);
    let unheard = unrecorded(&office, &mut rina, Some("incident"), seconds);
    let told = office.until(|_| {
        let facts = facts(&office, "call.ended");
        (!facts.is_empty()).then_some(facts.len())
    });
    assert_eq!(told, 1, "facts are kept all the same");

    keep(&office, u64::MAX, 0).stop();
    let (_, file) = call(&office, &mut rina, Some("incident"));
    assert!(file.exists(), "recorded again");
    // What was recorded is closed in order: had there been anything, it would be here by now.
    let unheard = shown(&rina, &unheard);
    assert_eq!(unheard["sound"]["recordings"], json!([]));
    let missed = facts(&office, "recording.missed");
    assert_eq!(missed.len(), 1, "nobody takes it for one that was deleted");
    assert_eq!(missed[0]["body"]["call"], unheard["id"]);
    let lost_ms = missed[0]["body"]["lost_ms"].as_u64().unwrap();
    assert!(lost_ms >= 1_000, "{lost_ms}");
    assert_eq!(unheard["sound"]["missed_ms"], lost_ms);
    let files = fs::read_dir(folder(&office).join("now")).unwrap();
    assert_eq!(files.count(), 0);
    assert_eq!(office.studio.trouble(), None);
}

#[test]
fn what_a_stop_left_between_the_disk_and_the_journal_is_told_at_the_next_start() {
    let office = Office::open();
    let mut rina = office.login("rina");
    let (call, first) = call(&office, &mut rina, Some("incident"));
    office.settled();
    // Renamed, and not told; and one that lay open without a true head, half a sample too long.
    let sound = [7, 0, 9, 0].repeat(8_000);
    let renamed = [&wav::header(2, 32_000)[..], &sound].concat();
    fs::write(first.with_file_name(format!("{call}-2.wav")), &renamed).unwrap();
    let open = [&wav::header(2, 0)[..], &sound, &[7]].concat();
    let now = folder(&office).join("now");
    fs::create_dir_all(&now).unwrap();
    fs::write(now.join(format!("{call}-3.wav")), open).unwrap();

    let office = office.restarted();
    let closed = office.until(|office| {
        let closed = facts(office, "recording.closed");
        (closed.len() == 3).then_some(closed)
    });
    let hash = data_encoding::HEXLOWER.encode(&Sha256::digest(&renamed));
    for (fact, part) in closed[1..].iter().zip([2, 3]) {
        let recording = &fact["body"]["recording"];
        assert_eq!(recording["file"], format!("000/{call}-{part}.wav"));
        assert_eq!(recording["recovered"], true);
        assert_eq!(recording["sha256"], hash, "part {part}");
        assert_eq!(recording["duration_ms"], 1_000);
    }
    let rina = office.login("rina");
    for part in [2, 3] {
        let path = format!("/api/v1/calls/{call}/recording?part={part}");
        assert_eq!(rina.get(&path).body, renamed, "part {part}");
    }
    // And once: a further start finds nothing new.
    let office = office.restarted();
    office.login("rina");
    assert_eq!(facts(&office, "recording.closed").len(), 3);
}

#[test]
fn what_was_deleted_on_record_does_not_come_back() {
    let office = Office::open();
    let mut rina = office.login("rina");
    let (call, file) = call(&office, &mut rina, Some("incident"));
    let path = format!("/api/v1/calls/{call}/recording");
    let order = json!({ "part": 1, "why": "permintaan keluarga" });
    let adi = office.login("adi");
    for who in ["rina", "sari", "audi"] {
        let refused = office.login(who).send_json("DELETE", &path, order.clone());
        assert_eq!(refused.status, 403, "{who}");
    }
    let whole = fs::read(&file).unwrap();
    assert_eq!(adi.send_json("DELETE", &path, order.clone()).status, 204);
    assert!(!file.exists());
    assert_eq!(rina.get(&path).code(), "no_recording");
    let again = adi.send_json("DELETE", &path, order);
    assert_eq!(again.code(), "no_recording");
    let deleted = facts(&office, "recording.deleted");
    assert_eq!(deleted[0]["body"]["why"], "permintaan keluarga");

    // The power went before the disk had let go of it.
    office.settled();
    fs::write(&file, whole).unwrap();
    let office = office.restarted();
    office.until(|_| (!file.exists()).then_some(()));
    assert_eq!(facts(&office, "recording.closed").len(), 1);
}

#[test]
fn whoever_listens_is_on_record_wherever_they_begin() {
    let office = Office::open();
    let mut rina = office.login("rina");
    let (call, _) = call(&office, &mut rina, Some("incident"));
    let path = format!("/api/v1/calls/{call}/recording");
    let auditor = office.login("audi");
    for range in ["bytes=44-99", "bytes=1-", "bytes=-500", "bytes=0-"] {
        let answer = auditor.send("GET", &path, &[("range", range)], None);
        assert_eq!(answer.status, 206, "{}", answer.text());
    }
    let played = facts(&office, "recording.played");
    assert_eq!(played.len(), 1, "once, for one listening");
    assert_eq!(played[0]["body"]["by"], "audi");
}
