//! Checks of `[[line]]`: each by itself, and against one another.

use std::path::PathBuf;

use super::meant::{Check, HIDDEN};
use super::problem::{Problem, codes};
use super::settings::{Audio, LineConfig, Pin};
use super::written::{At, LineWritten};
use crate::base::ids::LineName;
use crate::base::limits;

pub(super) fn check(check: &mut Check, written: &[LineWritten]) -> Vec<LineConfig> {
    let mut taken = Taken::default();
    let mut lines = Vec::new();
    for line in written {
        lines.extend(one(check, &mut taken, line));
    }
    lines
}

/// Names and ports of the lines before, with the line they stand on.
#[derive(Default)]
struct Taken {
    names: Vec<(String, usize)>,
    ports: Vec<(String, usize)>,
}

fn one(check: &mut Check, taken: &mut Taken, written: &LineWritten) -> Option<LineConfig> {
    let name = name(check, taken, written);
    let port = port(check, taken, written);
    let audio = audio(check, taken, written);
    let profile = profile(check, written);
    let pin = pin(check, written);
    let (name, port) = (name?, port?);
    let key = |field: &str| format!("line.{name}.{field}");
    check.set(&key("port"), &port, &written.port);
    check.set(&key("audio"), &shown(&audio), &written.audio);
    check.set(&key("profile"), &profile, &written.profile);
    if pin.is_some() {
        check.set(&key("pin"), HIDDEN, &written.pin);
    }
    Some(LineConfig {
        name: LineName::new(&name),
        port: PathBuf::from(port),
        audio,
        profile,
        pin,
    })
}

fn name(check: &mut Check, taken: &mut Taken, written: &LineWritten) -> Option<String> {
    let Some(at) = &written.name else {
        missing(
            check,
            written,
            "name",
            "Beri nama, misalnya name = \"Telkomsel-1\".",
        );
        return None;
    };
    let name = check.name("line.name", at, limits::LINE_NAME_CHARS_MAX);
    let folded = name.to_lowercase();
    if let Some((_, line)) = taken.names.iter().find(|(other, _)| *other == folded) {
        let what = format!("nama saluran \"{name}\" sudah dipakai di baris {line}");
        check
            .problems
            .push(Problem::new(&codes::TWICE, at.line, what));
    }
    taken.names.push((folded, at.line));
    Some(name)
}

fn port(check: &mut Check, taken: &mut Taken, written: &LineWritten) -> Option<String> {
    let Some(at) = &written.port else {
        missing(
            check,
            written,
            "port",
            "Tulis port = \"/dev/serial/by-path/…\"; lihat: siaga112 port list.",
        );
        return None;
    };
    path(check, taken, at).then(|| at.value.clone())
}

fn audio(check: &mut Check, taken: &mut Taken, written: &LineWritten) -> Audio {
    match written.audio.as_ref().map(|at| (at, at.value.as_str())) {
        None | Some((_, "none")) => Audio::None,
        Some((_, "inband")) => Audio::InBand,
        Some((at, value)) if value.starts_with('/') => {
            path(check, taken, at);
            Audio::Port(PathBuf::from(value))
        }
        Some((at, _)) => {
            let cure = "Tulis port PCM (\"/dev/serial/by-path/…\"), \"inband\" atau \"none\".";
            check.bad(at, "bukan jalur suara", cure);
            Audio::None
        }
    }
}

fn shown(audio: &Audio) -> String {
    match audio {
        Audio::None => "none".to_owned(),
        Audio::InBand => "inband".to_owned(),
        Audio::Port(path) => path.display().to_string(),
    }
}

/// A port's path: absolute, not used before; warned about if its number wanders.
fn path(check: &mut Check, taken: &mut Taken, at: &At<String>) -> bool {
    let odd = |c: char| c.is_control();
    if !at.value.starts_with('/') || at.value.ends_with('/') || at.value.contains(odd) {
        let cure =
            "Tulis letak lengkap, misalnya \"/dev/serial/by-path/…\"; lihat: siaga112 port list.";
        check.bad(at, "bukan letak port", cure);
        return false;
    }
    if let Some((_, line)) = taken.ports.iter().find(|(other, _)| *other == at.value) {
        let what = format!("port \"{}\" sudah dipakai di baris {line}", at.value);
        let cure = "Satu port hanya untuk satu saluran; lihat: siaga112 port list.";
        check
            .problems
            .push(Problem::new(&codes::TWICE, at.line, what).cured_by(cure));
        return false;
    }
    taken.ports.push((at.value.clone(), at.line));
    if wanders(&at.value) {
        let what = format!("\"{}\" bukan nama tetap", at.value);
        check
            .warnings
            .push(Problem::new(&codes::UNSTABLE_PORT, at.line, what));
    }
    true
}

/// `/dev/ttyUSB0`, `/dev/ttyACM3`: numbered in the order the kernel found them.
fn wanders(path: &str) -> bool {
    let node = path.strip_prefix("/dev/").unwrap_or_default();
    ["ttyUSB", "ttyACM"].iter().any(|kind| {
        let number = node.strip_prefix(kind).unwrap_or_default();
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn profile(check: &mut Check, written: &LineWritten) -> String {
    let Some(at) = &written.profile else {
        return "auto".to_owned();
    };
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let length = 1..=limits::PROFILE_NAME_BYTES_MAX;
    if !length.contains(&at.value.len()) || !at.value.bytes().all(fits) {
        let cure = "Tulis \"auto\" atau nama berkas di hardware/modems tanpa .toml.";
        check.bad(at, "bukan nama profil", cure);
    }
    at.value.clone()
}

fn pin(check: &mut Check, written: &LineWritten) -> Option<Pin> {
    let at = written.pin.as_ref()?;
    // 3GPP TS 31.101 9.5.1: four to eight digits.
    if (4..=8).contains(&at.value.len()) && at.value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Pin::new(&at.value));
    }
    // The value itself is a secret, so it is not repeated.
    let what = "isi \"pin\" bukan PIN kartu SIM".to_owned();
    let cure = "Tulis 4 sampai 8 angka di antara tanda kutip, atau hapus barisnya.";
    check
        .problems
        .push(Problem::new(&codes::BAD_VALUE, at.line, what).cured_by(cure));
    None
}

fn missing(check: &mut Check, written: &LineWritten, key: &str, cure: &str) {
    if written.mistyped.iter().any(|mistyped| mistyped == key) {
        return;
    }
    let what = format!("\"{key}\" belum ditulis pada [[line]] ini");
    check
        .problems
        .push(Problem::new(&codes::MISSING, written.line, what).cured_by(cure));
}
