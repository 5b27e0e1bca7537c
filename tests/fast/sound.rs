//! The sound files that are part of the repository.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use siaga112::voice::loudness::measure;
use siaga112::voice::prompt::{PEAK_DB, SPEECH_DB, lasts, samples};

/// All of them together: they are in every clone and half of them in the program.
const ALL_BYTES_MAX: u64 = 900_000;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("web/sound")
}

fn callers() -> BTreeMap<String, toml::Table> {
    let text = fs::read_to_string(folder().join("callers.toml")).unwrap();
    toml::from_str(&text).unwrap()
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.file_name().into_string().unwrap())
        .map(|name| name.strip_suffix(".wav").expect("a WAV file").to_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn every_caller_is_spoken_as_a_telephone_carries_it() {
    let described: Vec<String> = callers().into_keys().collect();
    assert_eq!(names_in(&folder().join("callers")), described);
    for name in described {
        let file = fs::read(folder().join(format!("callers/{name}.wav"))).unwrap();
        let samples = samples(&file).unwrap();
        let seconds = lasts(&samples).as_secs_f32();
        assert!((3.0..8.0).contains(&seconds), "{name}: {seconds} s");
        let loudness = measure(&samples);
        assert!(loudness.peak_db < PEAK_DB, "{name}: {loudness:?}");
        // Who only knocks is heard in the knocks.
        let off = (loudness.speech_db - SPEECH_DB).abs();
        assert!(off < 1.5 || name == "knocks", "{name}: {loudness:?}");
    }
}

#[test]
fn everybody_in_the_demo_who_speaks_has_a_voice() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cli/demo/cast.rs");
    let source = fs::read_to_string(source).unwrap();
    let (_, cast) = source.split_once("pub const CAST").expect("the cast");
    let quoted = cast.split('"').skip(1).step_by(2);
    let sentences: Vec<&str> = quoted.filter(|text| text.contains(' ')).collect();
    assert!(sentences.len() >= 8, "{sentences:?}");
    let callers = callers();
    for sentence in sentences {
        let says = |caller: &toml::Table| caller["says"].as_str() == Some(sentence);
        assert!(callers.values().any(says), "nobody says: {sentence}");
    }
}

#[test]
fn the_sound_files_are_small() {
    let folders = ["prompts/id", "prompts/en", "callers"].map(|name| folder().join(name));
    let files = folders
        .iter()
        .flat_map(|folder| fs::read_dir(folder).unwrap().flatten());
    let bytes: u64 = files.map(|file| file.metadata().unwrap().len()).sum();
    assert!(bytes <= ALL_BYTES_MAX, "{bytes}");
}
