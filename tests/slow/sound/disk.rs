//! The disk is full, or recordings cannot be written: calls go on, everybody is told, and it heals.

use std::fs;
use std::time::{Duration, Instant};

use super::{Stage, assert_whole, end, numbers};

#[test]
fn on_a_full_disk_a_call_goes_on_and_its_sound_waits_for_room() {
    let mut stage = Stage::open(1);
    let (call, browser) = stage.call(0);
    std::thread::sleep(SETTLES);
    let from = Instant::now();
    stage.office.fill_disk(true);
    let told = until_told(&stage, true);
    // Its log is a file on that disk, too: what cannot be logged must end nothing.
    println!("told {:?} after the disk was full: {told}", from.elapsed());
    let (fit, doctor) = stage.office.try_verb(&["doctor"], "");
    assert!(!fit && doctor.contains("HLTH-013"), "{doctor}");
    let metrics = stage.office.get("/metrics").text();
    assert!(
        metrics.contains("siaga112_recording_trouble 1"),
        "{metrics}"
    );
    std::thread::sleep(Duration::from_secs(3));
    let freed = Instant::now();
    stage.office.fill_disk(false);
    until_told(&stage, false);
    println!("well again {:?} after there was room", freed.elapsed());
    let to = Instant::now();
    std::thread::sleep(Duration::from_millis(500));
    stage.office.hang_up(0, &call);

    let kept = stage.recordings(&call, 1);
    assert_eq!(kept[0]["lost_ms"], 0, "{kept:?}");
    let served = stage.office.get(&format!("/api/v1/calls/{call}/recording"));
    assert_whole(&numbers(&served.body));
    for kind in [
        "call.offered",
        "call.answered",
        "call.ended",
        "recording.closed",
    ] {
        assert_eq!(stage.office.facts(kind).len(), 1, "{kind}");
    }
    stage.office.stop();
    stage.office.verb(&["verify"], "");
    let (down, up) = end(
        stage.callers.remove(&0).expect("a caller"),
        browser,
        from,
        to,
    );
    println!(
        "to the browser {:?}, to the line {:?}",
        down.permille(990),
        up.permille(990)
    );
    assert!(
        down.sent > 100 && down.lost == 0,
        "{} of {}",
        down.lost,
        down.sent
    );
    assert!(up.sent > 100 && up.lost == 0, "{} of {}", up.lost, up.sent);
}

#[test]
fn where_recordings_cannot_be_put_a_call_goes_on_and_they_are_put_there_later() {
    let mut stage = Stage::closed(1);
    let folder = stage.office.data().join("recordings");
    fs::create_dir_all(&folder).expect("a folder");
    // Somebody has put a file where the folder belongs: also root cannot write below it.
    fs::write(folder.join("now"), "").expect("a file");
    stage.office.start(1);
    let (call, browser) = stage.call(0);
    println!("told: {}", until_told(&stage, true));
    assert!(
        stage.office.log().contains("SUARA-002"),
        "{}",
        stage.office.log()
    );
    std::thread::sleep(SETTLES);
    let from = Instant::now();
    std::thread::sleep(Duration::from_secs(2));
    let to = Instant::now();
    fs::remove_file(folder.join("now")).expect("removed");
    until_told(&stage, false);
    stage.office.hang_up(0, &call);
    let kept = stage.recordings(&call, 1);
    assert_eq!(kept[0]["lost_ms"], 0, "{kept:?}");
    let served = stage.office.get(&format!("/api/v1/calls/{call}/recording"));
    let whole = numbers(&served.body);
    assert_whole(&whole);
    let (down, up) = end(
        stage.callers.remove(&0).expect("a caller"),
        browser,
        from,
        to,
    );
    assert_eq!(
        (down.lost, up.lost),
        (0, 0),
        "of {} and {}",
        down.sent,
        up.sent
    );
    assert!(whole.len() > down.sent, "from the beginning");
}

/// Waits until screens show that recording does not work (or does again); what they are told.
fn until_told(stage: &Stage, bad: bool) -> String {
    stage.office.until("the board tells it", || {
        let told = stage.office.board()["recording"].clone();
        (told.is_null() != bad).then(|| told.as_str().unwrap_or_default().to_owned())
    })
}

/// The beat has found its place beside the operator's microphone.
const SETTLES: Duration = Duration::from_secs(2);
