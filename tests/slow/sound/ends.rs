//! The program ends in the middle of a call: killed, and by a power cut.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use super::support::disk::Done;
use super::{Stage, assert_whole, is_about, numbers};

/// What may be missing of a call whose program was ended.
const MAY_MISS: Duration = Duration::from_secs(1);

#[test]
fn a_call_that_is_killed_goes_on_and_no_second_of_it_is_lost() {
    let mut stage = Stage::open(1);
    for millis in [1_500, 2_730, 4_010] {
        let (call, browser) = stage.call(0);
        std::thread::sleep(Duration::from_millis(millis));
        stage.office.kill();
        let killed = Instant::now();
        let must = stage.said_by(0, killed - MAY_MISS);
        browser.end();

        let live = stage
            .office
            .data()
            .join(format!("recordings/now/{call}.wav"));
        let left = numbers(&fs::read(&live).expect("what was left open"));
        assert_whole(&left);
        let last = *left.last().expect("sound");
        assert!(last >= must, "to be played as it lies: {last}, not {must}");

        stage.office.start(1);
        let kept = after_restart(&stage, &call, millis, must);
        let missing = stage.said_by(0, killed) - kept;
        println!("killed after {millis} ms of talk: the last {missing} frames are missing");
        let hung_up = hang_up_again(&stage, &call, 2);
        assert_whole(&hung_up);
        assert!(hung_up[0] > kept, "the second part goes on after the first");
        stage.callers[&0].talk(false);
    }
}

/// The file is closed with its hash, and the call is there again; the last number in the file.
fn after_restart(stage: &Stage, call: &str, millis: u64, must: u32) -> u32 {
    let office = &stage.office;
    let closed = office.until("closed", || {
        let mut facts = office.facts("recording.closed");
        facts.retain(|fact| is_about(fact, call));
        facts.pop()
    });
    let recording = &closed["body"]["recording"];
    assert_eq!(recording["recovered"], true, "{closed}");
    let file = recording["file"].as_str().expect("a name");
    let served = office.get(&format!("/api/v1/calls/{call}/recording?part=1"));
    assert_eq!(served.status, 200);
    let hash = data_encoding::HEXLOWER.encode(&Sha256::digest(&served.body));
    assert_eq!(recording["sha256"], hash);
    let lies = fs::read(office.data().join("recordings").join(file)).expect("the file");
    assert!(
        lies == served.body,
        "what is served is what lies on the disk"
    );
    let kept = numbers(&served.body);
    assert_whole(&kept);
    let last = *kept.last().expect("sound");
    assert!(last >= must, "{last}, not {must}, of {millis} ms");
    last
}

/// The caller is still there, talks with the operator again, and is hung up on; what the last of so
/// many parts holds.
fn hang_up_again(stage: &Stage, call: &str, parts: usize) -> Vec<u32> {
    let office = &stage.office;
    office.until("found again", || {
        (office.call(call)["state"] == "talking").then_some(())
    });
    let browser = stage.browser(0, call);
    let now = stage.said_by(0, Instant::now());
    std::thread::sleep(Duration::from_secs(2));
    let ears = browser.end();
    assert!(
        ears.caller.frames.iter().any(|(number, _)| *number > now),
        "heard again"
    );
    office.hang_up(0, call);
    stage.recordings(call, parts);
    let part = office.get(&format!("/api/v1/calls/{call}/recording?part={parts}"));
    assert_eq!(part.status, 200, "{}", part.text());
    numbers(&part.body)
}

#[test]
fn a_power_cut_costs_less_than_a_second_of_a_call() {
    let mut stage = Stage::open(1);
    let (call, browser) = stage.call(0);
    std::thread::sleep(Duration::from_millis(6_170));
    stage.office.kill();
    let cut = Instant::now();
    let must = stage.said_by(0, cut - MAY_MISS);
    browser.end();

    let done = stage.office.disk.done();
    let span = largest_unflushed(&done);
    println!("at worst a power cut would have cost {span:?} of sound");
    assert!(span <= Duration::from_millis(900), "{span:?}");
    assert!(name_is_on_disk(&done), "no flush of the folder: {done:?}");

    // Nothing is left but what was flushed.
    let now = stage.office.data().join("recordings/now");
    put_back(&stage.office.disk.kept(), &now);
    stage.office.start(1);
    let kept = after_restart(&stage, &call, 6_170, must);
    let missing = stage.said_by(0, cut) - kept;
    println!("after the cut the last {missing} frames are missing");
    hang_up_again(&stage, &call, 2);
}

/// The oldest sound that was not on disk at any moment, as far as the program knew.
fn largest_unflushed(done: &[Done]) -> Duration {
    let mut worst = 0;
    let mut oldest: HashMap<&Path, u64> = HashMap::new();
    for event in done {
        match event.kind.as_str() {
            // The head holds no sound.
            "write" if event.at > 0 => {
                oldest.entry(&event.path).or_insert(event.began);
            }
            "flush" => {
                if let Some(since) = oldest.remove(event.path.as_path()) {
                    worst = worst.max(event.ended - since);
                }
            }
            _ => {}
        }
    }
    // A block is written when its last frame has come.
    Duration::from_micros(worst) + BLOCK_LASTS
}

fn name_is_on_disk(done: &[Done]) -> bool {
    let flushed = |event: &&Done| event.kind == "folder" && event.path.ends_with("recordings/now");
    let first = done.iter().position(|event| event.kind == "flush");
    let after = first.and_then(|first| done[first..].iter().position(|event| flushed(&event)));
    after.is_some_and(|after| after <= 1)
}

fn put_back(kept: &Path, now: &Path) {
    let files = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).expect("a folder").flatten();
        entries.map(|entry| entry.path()).collect()
    };
    files(now)
        .iter()
        .for_each(|file| fs::remove_file(file).expect("removed"));
    for file in files(kept) {
        let name = file.file_name().expect("a name");
        fs::copy(&file, now.join(name)).expect("put back");
    }
}

/// `TAPE_BLOCK_FRAMES`.
const BLOCK_LASTS: Duration = Duration::from_millis(100);
