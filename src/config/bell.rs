//! Checks of `[bell]`.

use super::lines::{ALSA, card_of, is_alsa_name, is_numbered};
use super::meant::Check;
use super::problem::{Problem, codes};
use super::settings::{Audio, Bell, LineConfig};
use super::written::{At, BellWritten};

pub(super) fn check(check: &mut Check, written: &BellWritten, lines: &[LineConfig]) -> Bell {
    let bell = match written.device.as_ref().map(|at| (at, at.value.as_str())) {
        None | Some((_, "auto")) => Bell::Auto,
        Some((_, "none")) => Bell::None,
        // As `port list` shows a line's card.
        Some((at, name)) => device(check, at, name.strip_prefix(ALSA).unwrap_or(name), lines),
    };
    let shown = match &bell {
        Bell::Auto => "auto",
        Bell::None => "none",
        Bell::Alsa(name) => name,
    };
    check.set("bell.device", shown, &written.device);
    bell
}

/// An ALSA name: not a line's, whose caller would hear the bell; warned about if its number wanders.
fn device(check: &mut Check, at: &At<String>, name: &str, lines: &[LineConfig]) -> Bell {
    if !is_alsa_name(name) {
        let cure = "Tulis \"auto\", \"none\", atau nama ALSA seperti \"sysdefault:CARD=PCH\"; lihat: siaga112 port list.";
        check.bad(at, "bukan nama pengeras suara", cure);
        return Bell::None;
    }
    let is_same =
        |other: &str| other == name || card_of(other).is_some_and(|c| Some(c) == card_of(name));
    let line = lines.iter().find(|line| match &line.audio {
        Audio::Alsa(other) => is_same(other),
        Audio::None | Audio::InBand | Audio::Port(_) => false,
    });
    if let Some(line) = line {
        let what = format!("kartu suara \"{name}\" sudah dipakai saluran {}", line.name);
        let cure =
            "Penelepon akan mendengar belnya: beri bel kartu lain, atau tulis device = \"auto\".";
        check
            .problems
            .push(Problem::new(&codes::TWICE, at.line, what).cured_by(cure));
    }
    if is_numbered(name) {
        let what = format!("\"{name}\" bukan nama tetap");
        let cure = "Nomor kartu suara berganti menurut urutan dipasang: tulis \"sysdefault:CARD=…\" dengan namanya; lihat: siaga112 port list.";
        check
            .warnings
            .push(Problem::new(&codes::UNSTABLE_PORT, at.line, what).cured_by(cure));
    }
    Bell::Alsa(name.to_owned())
}
