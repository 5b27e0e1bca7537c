//! Recorded dialogues with modems are understood as they must be, however the bytes were split.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use siaga112::cli::replay::{Dialogue, File, Split, play};

type Event = Map<String, Value>;

/// Events of these kinds may be told beyond what a dialogue expects: they repeat or refine.
const HARMLESS: &[&str] = &[
    "command_result",
    "signal",
    "registration",
    "operator",
    "modem_found",
    "capability",
    "network_time",
];

fn dialogues(file: &str) -> Vec<Dialogue> {
    let path = format!("{}/hardware/transcripts/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).expect("the recordings");
    serde_json::from_str::<File>(&text)
        .expect("the format")
        .transcripts
}

fn matches(expected: &Event, told: &Event) -> bool {
    expected
        .iter()
        .all(|(key, value)| told.get(key).unwrap_or(&Value::Null) == value)
}

/// A ring told first and its number later is the same as both at once (and the reverse).
fn split_call(expected: &Event) -> Option<[Event; 2]> {
    let number = expected.get("number")?;
    let is_numbered_call = expected.get("event")? == "incoming_call" && !number.is_null();
    let mut first = expected.clone();
    first.insert("number".into(), Value::Null);
    first.insert("presentation".into(), "unknown".into());
    first.remove("alpha");
    let mut second = expected.clone();
    second.insert("event".into(), "caller_id_update".into());
    second.remove("call_type");
    is_numbered_call.then_some([first, second])
}

/// Why the events are not what was expected; `None` if they are.
fn complaint(expected: &[Event], told: &[Event]) -> Option<String> {
    let mut rest = told.iter();
    let mut owed: Vec<Event> = Vec::new();
    for expected in expected {
        loop {
            let Some(next) = rest.next() else {
                return Some(format!("missing {}", Value::Object(expected.clone())));
            };
            if matches(expected, next) {
                break;
            }
            // `ring` before a number is known is the call announced at once.
            let is_ring = expected.get("event") == Some(&"ring".into());
            let is_unnumbered = next.get("event") == Some(&"incoming_call".into())
                && next.get("number") == Some(&Value::Null);
            if is_ring && is_unnumbered {
                break;
            }
            if let Some([first, second]) = split_call(expected) {
                if matches(&first, next) {
                    owed.push(second);
                    break;
                }
                if matches(&second, next) {
                    break;
                }
            }
            if let Some(index) = owed.iter().position(|o| matches(o, next)) {
                owed.remove(index);
            } else if !is_harmless(next) {
                return Some(format!(
                    "expected {}, was told {}",
                    Value::Object(expected.clone()),
                    Value::Object(next.clone())
                ));
            }
        }
    }
    let extra: Vec<_> = rest.filter(|e| !is_harmless(e)).collect();
    let extra: Vec<_> = extra
        .into_iter()
        .filter(|e| !owed.iter().any(|o| matches(o, e)))
        .collect();
    (!extra.is_empty()).then(|| format!("was told too much: {extra:?}"))
}

fn is_harmless(event: &Event) -> bool {
    let name = event
        .get("event")
        .and_then(Value::as_str)
        .unwrap_or_default();
    HARMLESS.contains(&name)
}

fn complaints(file: &str, split: Split) -> Vec<String> {
    dialogues(file)
        .iter()
        .filter_map(|dialogue| {
            let told = play(dialogue, split);
            let complaint = complaint(&dialogue.expect, &told)?;
            let told: Vec<_> = told
                .into_iter()
                .map(|e| format!("    {}", Value::Object(e)))
                .collect();
            Some(format!(
                "{} {:?}: {complaint}\n{}",
                dialogue.id,
                split,
                told.join("\n")
            ))
        })
        .collect()
}

fn all_understood(file: &str, split: Split) {
    let complaints = complaints(file, split);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn every_dialogue_is_understood_as_recorded() {
    assert_eq!(dialogues("at-transcripts.json").len(), 80);
    all_understood("at-transcripts.json", Split::Whole);
}

#[test]
fn every_dialogue_is_understood_byte_by_byte() {
    all_understood("at-transcripts.json", Split::Bytes);
}

#[test]
fn every_dialogue_is_understood_in_pieces_of_chance() {
    for seed in 0..64 {
        all_understood("at-transcripts.json", Split::Seed(seed));
    }
}

#[test]
fn what_the_eighty_leave_out_is_understood_too() {
    all_understood("more.json", Split::Whole);
    all_understood("more.json", Split::Bytes);
    for seed in 0..32 {
        all_understood("more.json", Split::Seed(seed));
    }
}

#[test]
fn the_events_are_the_same_however_the_bytes_were_split() {
    for dialogue in dialogues("at-transcripts.json") {
        let whole = play(&dialogue, Split::Whole);
        assert_eq!(play(&dialogue, Split::Bytes), whole, "{}", dialogue.id);
        for seed in 0..16 {
            assert_eq!(
                play(&dialogue, Split::Seed(seed)),
                whole,
                "{} {seed}",
                dialogue.id
            );
        }
    }
}

#[test]
fn what_is_expected_is_looked_for() {
    // The matcher itself must be able to fail.
    let dialogues = dialogues("at-transcripts.json");
    let mut caught = BTreeSet::new();
    for dialogue in &dialogues {
        let told = play(dialogue, Split::Whole);
        let mut more = dialogue.expect.clone();
        more.push(serde_json::from_str(r#"{"event":"call_missed"}"#).expect("an event"));
        let mut spurious = told.clone();
        spurious.push(serde_json::from_str(r#"{"event":"incoming_call"}"#).expect("an event"));
        if complaint(&more, &told).is_some() && complaint(&dialogue.expect, &spurious).is_some() {
            caught.insert(dialogue.id.clone());
        }
    }
    assert_eq!(caught.len(), dialogues.len());
}
