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

impl Taken {
    /// Takes a port; whether it was taken before, which is told.
    fn is_taken(&mut self, check: &mut Check, at: &At<String>, cure: &str) -> bool {
        if let Some((_, line)) = self.ports.iter().find(|(other, _)| *other == at.value) {
            let what = format!("port \"{}\" sudah dipakai di baris {line}", at.value);
            check
                .problems
                .push(Problem::new(&codes::TWICE, at.line, what).cured_by(cure));
            return true;
        }
        self.ports.push((at.value.clone(), at.line));
        false
    }
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
        Some((at, value)) => match value.strip_prefix(ALSA) {
            Some(name) => {
                card(check, taken, at, name);
                Audio::Alsa(name.to_owned())
            }
            None => {
                let cure = "Tulis port PCM (\"/dev/serial/by-path/…\"), kartu suara (\"alsa:plughw:CARD=…\"), \"inband\" atau \"none\".";
                check.bad(at, "bukan jalur suara", cure);
                Audio::None
            }
        },
    }
}

/// A sound card's ALSA name: not used before; warned about if its number wanders.
fn card(check: &mut Check, taken: &mut Taken, at: &At<String>, name: &str) {
    if !is_alsa_name(name) {
        let cure =
            "Tulis nama ALSA, misalnya \"alsa:plughw:CARD=Device\"; lihat: siaga112 port list.";
        check.bad(at, "bukan nama kartu suara", cure);
        return;
    }
    if taken.is_taken(check, at, "Satu kartu suara hanya untuk satu saluran.") {
        return;
    }
    if is_numbered(name) {
        let what = format!("\"{}\" bukan nama tetap", at.value);
        let cure = "Nomor kartu suara berganti menurut urutan dipasang: tulis \"alsa:plughw:CARD=…\" dengan namanya; lihat: siaga112 port list.";
        check
            .warnings
            .push(Problem::new(&codes::UNSTABLE_PORT, at.line, what).cured_by(cure));
    }
}

/// What ALSA could take as a name.
pub(super) fn is_alsa_name(name: &str) -> bool {
    let fits = (1..=limits::AUDIO_NAME_BYTES_MAX).contains(&name.len());
    fits && name.trim() == name && !name.contains(char::is_control)
}

/// The card in an ALSA name: `1` of `hw:1,0`, `Device` of `plughw:CARD=Device`.
pub(super) fn card_of(name: &str) -> Option<&str> {
    let (_, all) = name.split_once(':')?;
    let first = all.split(',').next()?;
    Some(first.strip_prefix("CARD=").unwrap_or(first)).filter(|card| !card.is_empty())
}

/// `hw:1,0`, `plughw:CARD=1`: the card by its number.
pub(super) fn is_numbered(name: &str) -> bool {
    card_of(name).is_some_and(|card| card.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Before the ALSA name of a sound card.
pub(super) const ALSA: &str = "alsa:";

fn shown(audio: &Audio) -> String {
    match audio {
        Audio::None => "none".to_owned(),
        Audio::InBand => "inband".to_owned(),
        Audio::Port(path) => path.display().to_string(),
        Audio::Alsa(name) => format!("{ALSA}{name}"),
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
    let cure = "Satu port hanya untuk satu saluran; lihat: siaga112 port list.";
    if taken.is_taken(check, at, cure) {
        return false;
    }
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
