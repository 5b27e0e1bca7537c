//! Audio ports that vanish, refuse or fall silent in the middle of calls: each is told within a
//! second and is told to be well again, and other calls do not notice.

use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use serde_json::Value;
use siaga112::sim::modem::{Act, Quirks};

use super::support::caller::Caller;
use super::support::office::{Line, Office};
use super::support::times::Sent;
use super::{LONGEST, Stage, end, is_about, ring};

/// Vanishes, refuses, falls silent; and one that is well.
const LINES: usize = 4;

#[test]
fn what_happens_to_one_audio_port_is_told_within_a_second_and_disturbs_no_other_call() {
    let mut stage = stage();
    let events = stage.office.events();
    let (call, silent) = stage.call(2);
    let (_, well) = stage.call(3);
    std::thread::sleep(Duration::from_secs(2));
    let from = Instant::now();

    stage.modems[0].act(ring());
    let vanishing = stage.office.answer(0, 0);
    let _browser = stage.browser(0, &vanishing);
    std::thread::sleep(Duration::from_secs(2));
    let took = |since: Instant, call: &str, trouble: Option<&str>| {
        let (at, earlier) = until_trouble(&events, call, trouble);
        let took = at.saturating_duration_since(since);
        println!("{trouble:?} {took:?} after its cause (before: {earlier:?})");
        took
    };
    let cause = Instant::now();
    stage.modems[0].act(Act::UnplugAudio);
    assert!(took(cause, &vanishing, Some("port_lost")) < SOON);
    let cause = Instant::now();
    stage.modems[0].act(Act::ReplugAudio);
    // The port is looked for every second, and its sound has to be switched on anew.
    assert!(took(cause, &vanishing, None) < Duration::from_secs(4));

    stage.modems[1].act(ring());
    let first = stage.office.answer(1, 1);
    std::thread::sleep(Duration::from_secs(1));
    stage.office.hang_up(1, &first);
    stage.modems[1].act(ring());
    let cause = Instant::now();
    let refused = stage.office.answer(1, 1);
    assert!(took(cause, &refused, Some("refused")) < SOON);

    let cause = Instant::now();
    stage.callers[&2].talk(false);
    assert!(took(cause, &call, Some("no_frames")) < SOON);
    let cause = Instant::now();
    stage.callers[&2].talk(true);
    assert!(took(cause, &call, None) < SOON);

    let to = Instant::now();
    std::thread::sleep(Duration::from_millis(200));
    drop(silent.end());
    let (down, up) = end(stage.callers.remove(&3).expect("a caller"), well, from, to);
    println!(
        "the fourth call meanwhile: {} frames down, {} up, p99 {:?} and {:?}",
        down.sent,
        up.sent,
        down.permille(990),
        up.permille(990)
    );
    assert_eq!((down.lost, down.twice), (0, 0), "of {}", down.sent);
    assert_eq!((up.lost, up.twice), (0, 0), "of {}", up.sent);
}

/// The first two lines have the sound of their virtual modems, the others ours.
fn stage() -> Stage {
    let lines = [Line::Pcm, Line::Module, Line::Pcm, Line::Pcm];
    let mut office = Office::with(&lines, LINES);
    // It switches its sound on for the first call only.
    let once = Quirks {
        pcm_once: true,
        ..Quirks::calm()
    };
    let mut modems = vec![
        office.modem(0, Quirks::calm(), true),
        office.modem(1, once, true),
    ];
    modems.extend((2..LINES).map(|line| office.modem(line, Quirks::calm(), false)));
    let callers = (2..LINES).map(|line| {
        let sent = Sent::lasting(LONGEST);
        (
            line,
            Caller::on_port(&office.audio(line), Duration::ZERO, sent),
        )
    });
    let callers = callers.collect();
    modems[0].act(Act::Noise(Some(-50)));
    office.start(LINES);
    Stage {
        office,
        modems,
        callers,
    }
}

/// When a call's sound was told to have this trouble (or none), and what was told of it before.
fn until_trouble(
    events: &Receiver<(Instant, Value)>,
    call: &str,
    trouble: Option<&str>,
) -> (Instant, Vec<Value>) {
    let mut earlier = Vec::new();
    loop {
        let (at, event) = events
            .recv_timeout(super::support::wire::PATIENCE)
            .unwrap_or_else(|_| panic!("{trouble:?} is never told, but {earlier:?}"));
        let Some(told) = told(&event, call) else {
            continue;
        };
        if told.as_str() == trouble {
            return (at, earlier);
        }
        earlier.push(told.clone());
    }
}

/// The trouble of this call's sound, if an event tells it: at once to screens, or once it is on disk.
fn told<'a>(event: &'a Value, call: &str) -> Option<&'a Value> {
    let picture = &event["call"];
    if event["alert"] == "call" && picture["id"] == call {
        return Some(&picture["sound"]["trouble"]);
    }
    let is_fact = event["kind"] == "call.sound" && is_about(event, call);
    is_fact.then_some(&event["body"]["trouble"])
}

/// The word for it.
const SOON: Duration = Duration::from_secs(1);
