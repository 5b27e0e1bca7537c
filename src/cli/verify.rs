//! `siaga112 verify [FILE]`

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use clap::Args;
use data_encoding::HEXLOWER;
use serde_json::{Value, json};

use super::codes::{EMPTY_FILE, NO_FILE};
use super::office::{Closed, Needs, Office, Purpose};
use super::{Context, exit, say};
use crate::base::fault::Fault;
use crate::base::ids::Seq;
use crate::control::Request;
use crate::desk::KnownLoss;
use crate::journal::{Broken, Flaw, Verifier};
use crate::store::codes::{DAMAGED, SET_ASIDE};

/// Periksa rantai seluruh catatan
#[derive(Args)]
#[command(
    after_help = "Contoh:\n  siaga112 verify\n  siaga112 verify jurnal.jsonl\n\nKeluar dengan 1 bila ada yang tidak utuh."
)]
pub(super) struct VerifyArgs {
    /// Berkas berisi catatan, satu per baris; tanpa ini: database komputer ini
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Berkas konfigurasi; bawaan: /etc/siaga112/siaga112.toml
    #[arg(long, value_name = "F")]
    config: Option<PathBuf>,
}

pub(super) fn run(context: &Context, args: VerifyArgs) -> u8 {
    if let Some(file) = args.file {
        return lines(context, &file);
    }
    let office = Office::try_open(context, args.config, Needs::Nothing, Purpose::Looks);
    let mut office = match office {
        Ok(office) => office,
        Err(Closed::Told(code)) => return code,
        Err(Closed::Fault(fault)) if *fault.code == DAMAGED => {
            return tell(context, &json!({ "sound": false }), &[fault]);
        }
        Err(Closed::Fault(fault)) => {
            say::trouble(fault);
            return exit::UNREACHABLE;
        }
    };
    match office.do_it(Request::Verify) {
        Ok(verdict) => tell(context, &verdict, office.shown()),
        Err(code) => code,
    }
}

/// `troubles`: what was wrong before a single entry was read.
fn tell(context: &Context, verdict: &Value, troubles: &[Fault]) -> u8 {
    let chain_holds = verdict["sound"] == Value::Bool(true);
    let is_sound = chain_holds && troubles.is_empty();
    let is_complete = verdict["complete"] != Value::Bool(false);
    if context.json {
        let mut whole = verdict.clone();
        whole["sound"] = is_sound.into();
        whole["complete"] = (is_complete && is_sound).into();
        whole["troubles"] = troubles.iter().map(trouble).collect();
        say::json(&whole);
    } else {
        for fault in troubles {
            say::line(format!("TIDAK UTUH: {fault}"));
        }
        if !is_complete {
            say::line("TIDAK LENGKAP: ada catatan yang hilang atau disisihkan, lihat di bawah.");
        }
        if verdict["head"].is_u64() {
            tell_chain(verdict, chain_holds, is_sound && is_complete);
        }
        tell_losses(verdict);
    }
    if is_sound && is_complete {
        exit::DONE
    } else {
        exit::FINDING
    }
}

fn trouble(fault: &Fault) -> Value {
    let told = format!("{} ({})", fault.code.told, fault.doing);
    json!({ "code": fault.code.id, "told": told, "cure": fault.code.cure })
}

/// What earlier runs found and wrote down, and what still lies there.
fn tell_losses(verdict: &Value) {
    for loss in verdict["losses"].as_array().into_iter().flatten() {
        if let Ok(known) = serde_json::from_value::<KnownLoss>(loss.clone()) {
            let found = say::word(&loss["at"]);
            say::line(format!("Pernah hilang ({found}): {}.", known.told()));
        }
    }
    let files: Vec<String> =
        serde_json::from_value(verdict["set_aside"].clone()).unwrap_or_default();
    if !files.is_empty() {
        say::line(format!(
            "Berkas rusak yang disisihkan dan belum dipindahkan: {}. Jangan hapus; salin ke media lain. [{}]",
            files.join(", "),
            SET_ASIDE.id
        ));
    }
}

fn tell_chain(verdict: &Value, chain_holds: bool, is_whole: bool) {
    let number = |key: &str| verdict[key].as_u64().unwrap_or_default();
    if chain_holds {
        tell_sound(
            if is_whole { WHOLE } else { THERE },
            number("after") + 1,
            number("head"),
            &say::word(&verdict["head_hash"]),
        );
    } else {
        say::line(format!(
            "TIDAK UTUH: {} catatan rusak atau hilang {}, {} baris panggilan rusak, {} baris daftar salah.",
            number("damaged_count"),
            verdict["damaged"],
            number("bad_calls"),
            number("stray_members"),
        ));
        say::line(
            "Jangan hapus apa pun. Salin folder data ke media lain, lalu periksa kesehatan disk: smartctl -a. [STORE-008]",
        );
    }
}

fn tell_sound(word: &str, first: u64, head: u64, head_hash: &str) {
    if head < first {
        say::line(format!("{word}: belum ada catatan."));
        return;
    }
    say::line(format!("{word}: catatan {first} sampai {head}."));
    say::line(format!("Sidik jari catatan terakhir: {head_hash}"));
}

/// Before the entries that hold: of all there ever were, or of those that are left.
const WHOLE: &str = "Utuh";
const THERE: &str = "Yang ada, dengan rantai yang menyambung";

/// A file of entries, from the first or from any other on.
fn lines(context: &Context, file: &Path) -> u8 {
    let shown = file.display();
    let opened = match File::open(file) {
        Ok(opened) => BufReader::new(opened),
        Err(error) => {
            say::trouble(Fault::new(&NO_FILE, format!("{shown}: {error}")));
            return exit::UNREACHABLE;
        }
    };
    let mut chain: Option<(Seq, Verifier)> = None;
    for line in opened.lines() {
        let line = match line {
            Ok(line) => line,
            Err(error) => {
                say::trouble(Fault::new(&NO_FILE, format!("{shown}: {error}")));
                return exit::UNREACHABLE;
            }
        };
        let (_, verifier) = chain.get_or_insert_with(|| beginning(&line));
        if let Err(broken) = verifier.check(&line, None) {
            return broken_at(context, &broken);
        }
    }
    let Some((first, verifier)) = chain else {
        say::trouble(Fault::new(&EMPTY_FILE, shown.to_string()));
        return exit::FINDING;
    };
    let (head, hash) = verifier.head();
    let head_hash = HEXLOWER.encode(&hash);
    if context.json {
        say::json(&json!({ "sound": true, "first": first, "head": head, "head_hash": head_hash }));
    } else {
        tell_sound(WHOLE, first.0, head.0, &head_hash);
    }
    exit::DONE
}

/// The first line says itself what it follows; only entry 1 follows nothing.
fn beginning(line: &str) -> (Seq, Verifier) {
    #[derive(serde::Deserialize)]
    struct Envelope {
        seq: u64,
        prev: String,
    }
    let envelope: Option<Envelope> = serde_json::from_str(line).ok();
    let follows = envelope
        .filter(|envelope| envelope.seq > 1)
        .and_then(|envelope| {
            let prev = HEXLOWER.decode(envelope.prev.as_bytes()).ok()?;
            Some((Seq(envelope.seq - 1), prev.try_into().ok()?))
        });
    match follows {
        Some((before, prev)) => (before.next(), Verifier::after(before, prev)),
        None => (Seq(1), Verifier::default()),
    }
}

fn broken_at(context: &Context, broken: &Broken) -> u8 {
    let why = match broken.flaw {
        Flaw::NotAnEntry => "bukan catatan",
        Flaw::NotCanonical => "ditulis ulang",
        Flaw::Gap => "ada catatan yang hilang, ganda atau tertukar",
        Flaw::PrevLink => "catatan ini atau yang sebelumnya diubah",
        Flaw::Hash => "isi tidak cocok dengan sidik jarinya",
    };
    if context.json {
        say::json(&json!({ "sound": false, "broken_at": broken.seq, "why": why }));
    } else {
        say::line(format!("TIDAK UTUH pada catatan {}: {why}.", broken.seq));
    }
    exit::FINDING
}
