//! The sound files that are part of the repository.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use siaga112::voice::loudness::measure;
use siaga112::voice::prompt::{PEAK_DB, SPEECH_DB, lasts, samples};

/// All of them together: they are in every clone and in the program.
const ALL_BYTES_MAX: u64 = 1_200_000;

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
fn every_voice_is_somebodys() {
    let cast = fs::read_to_string(folder().join("cast.toml")).unwrap();
    let cast: toml::Table = toml::from_str(&cast).unwrap();
    let callers_of_cast = cast["caller"].as_array().unwrap().iter();
    let heard: BTreeSet<&str> = callers_of_cast
        .filter_map(|caller| caller.get("sound")?.as_str())
        .collect();
    let spoken = callers();
    assert_eq!(heard, spoken.keys().map(String::as_str).collect());
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
