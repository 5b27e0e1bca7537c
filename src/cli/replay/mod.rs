//! `siaga112 replay`: recorded dialogues through the ear, without a modem.
//!
//! The format is that of `hardware/transcripts/at-transcripts.json`; `--json` prints each
//! dialogue's id and then its events in that file's vocabulary. Time is virtual: `wait_ms` passes
//! at once.

mod dialogue;
mod family;
mod tell;

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;
use serde_json::{Map, Value, json};

pub use dialogue::{Dialogue, File, Split, Step, play};

use super::exit::{DONE, UNREACHABLE, USAGE};
use super::say;
use crate::base::fault::Fault;

/// Putar ulang percakapan modem yang direkam
#[derive(Args)]
#[command(
    after_help = "Contoh:\n  siaga112 replay hardware/transcripts/at-transcripts.json --id HW-02"
)]
pub struct ReplayArgs {
    /// Rekaman, seperti hardware/transcripts/at-transcripts.json
    file: PathBuf,
    /// Hanya percakapan ini
    #[arg(long)]
    id: Option<String>,
    /// Potongan byte: `whole` seperti terekam, `bytes` satu per satu, atau angka benih acak
    #[arg(long, default_value = "whole")]
    split: Split,
}

/// Runs the verb; `as_json`: for programs.
pub fn run(args: &ReplayArgs, as_json: bool) -> u8 {
    match replay(args, as_json) {
        Ok(()) => DONE,
        Err((fault, code)) => {
            say::trouble(fault);
            code
        }
    }
}

fn replay(args: &ReplayArgs, as_json: bool) -> Result<(), (Fault, u8)> {
    let path = args.file.display().to_string();
    let text = fs::read_to_string(&args.file)
        .map_err(|error| (Fault::because(&UNREADABLE, &path, error), UNREACHABLE))?;
    let file: File = serde_json::from_str(&text)
        .map_err(|error| (Fault::because(&NOT_A_TRANSCRIPT, &path, error), USAGE))?;
    let wanted = |dialogue: &&Dialogue| args.id.as_ref().is_none_or(|id| *id == dialogue.id);
    let dialogues: Vec<&Dialogue> = file.transcripts.iter().filter(wanted).collect();
    if dialogues.is_empty() {
        let what = args.id.clone().unwrap_or(path);
        return Err((Fault::new(&NO_SUCH_DIALOGUE, what), USAGE));
    }
    for dialogue in dialogues {
        let events = play(dialogue, args.split);
        // A reader that goes away (`| head`) ends the printing.
        if print(dialogue, &events, as_json).is_err() {
            break;
        }
    }
    Ok(())
}

fn print(dialogue: &Dialogue, events: &[Map<String, Value>], as_json: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if as_json {
        writeln!(out, "{}", json!({ "id": dialogue.id }))?;
        return events
            .iter()
            .try_for_each(|e| writeln!(out, "{}", Value::Object(e.clone())));
    }
    writeln!(out, "{}  {}", dialogue.id, dialogue.title)?;
    for event in events {
        let name = event
            .get("event")
            .and_then(Value::as_str)
            .unwrap_or_default();
        write!(out, "    {name}")?;
        for (key, value) in event.iter().filter(|(key, _)| *key != "event") {
            write!(out, " {key}={value}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

crate::codes! {
    /// The file cannot be read.
    UNREADABLE = "REPLAY-001",
        "Rekaman tidak dapat dibaca, jadi tidak ada yang diputar ulang",
        "Periksa nama file dan izin bacanya.";
    /// It is not in the format.
    NOT_A_TRANSCRIPT = "REPLAY-002",
        "Isi file bukan rekaman percakapan modem",
        "Bandingkan dengan hardware/transcripts/at-transcripts.json.";
    /// Nothing has this id.
    NO_SUCH_DIALOGUE = "REPLAY-003",
        "Tidak ada percakapan dengan tanda itu di dalam rekaman",
        "Jalankan tanpa --id untuk melihat semua tanda.";
}
