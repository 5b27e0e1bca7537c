//! Is the sound of a line there: its PCM port, or its sound card and the programs for it?

use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};

use super::ports::try_open;
use super::{Finding, Machine, Report, Verdict};
use crate::base::fault::Code;
use crate::config::LineConfig;
use crate::port::audio::cards::{card_meant, cards_in};
use crate::port::audio::tty_told;
use crate::port::discover::Found;
use crate::port::families::Role;
use crate::port::{Failure, codes, open_audio_device};

pub(super) fn port(
    machine: &Machine,
    line: &LineConfig,
    path: &Path,
    port: Option<&Found>,
    report: &Report,
) -> Finding {
    // The running service has it open; what can be seen from outside is looked at.
    let opened = match machine.service {
        None => try_open(path, open_audio_device),
        Some(_) if !path.exists() => Err(Failure::Missing),
        Some(_) if access(path, BOTH_WAYS).is_err() => Err(Failure::Denied),
        Some(_) => Ok(()),
    };
    if let Err(failure) = opened {
        let mut evidence = format!("{}: {}", line.name, tty_told(&failure, path));
        if let Failure::Busy(Some(holder)) = &failure {
            evidence.push_str(&format!(", dipakai {holder}"));
        }
        return report.cured(Verdict::Fail, evidence, failure.cure());
    }
    let is_audio = port.is_none_or(|port| port.role.is_none_or(|role| role == Role::Audio));
    if is_audio {
        report.ok(format!("{}: port suara {} ada", line.name, path.display()))
    } else {
        let evidence = format!("{}: {} bukan port suara", line.name, path.display());
        let cure = "Pilih port yang bertanda suara di: siaga112 port list.";
        report.cured(Verdict::Warn, evidence, cure)
    }
}

pub(super) fn card(machine: &Machine, line: &LineConfig, name: &str, report: &Report) -> Finding {
    let told = |verdict, code: &Code, seen: &str| {
        let evidence = format!("{}: {name}: {} ({seen}) [{code}]", line.name, code.told);
        report.cured(verdict, evidence, code.cure)
    };
    for program in ["arecord", "aplay"] {
        if installed(&machine.root, program).is_none() {
            return told(Verdict::Fail, &codes::SOUND_PROGRAM, program);
        }
    }
    let good = || report.ok(format!("{}: kartu suara {name}", line.name));
    if card_meant(name).is_none() {
        return good();
    }
    let Some(cards) = cards_in(&machine.root) else {
        let seen = "kernel tidak menunjukkan kartu suara";
        return told(Verdict::Warn, &codes::SOUND_MISSING, seen);
    };
    let Some(card) = cards.iter().find(|card| card.is_meant(name)) else {
        let ids: Vec<&str> = cards.iter().map(|card| card.id.as_str()).collect();
        let seen = format!("yang ada: {}", ids.join(", "));
        return told(Verdict::Fail, &codes::SOUND_MISSING, &seen);
    };
    if !card.is_two_way {
        let seen = "kartu ini tidak mendengar dan berbicara sekaligus";
        return told(Verdict::Fail, &codes::SOUND_MISSING, seen);
    }
    let control = format!("dev/snd/controlC{}", card.index);
    let control = machine.root.join(control);
    if control.exists() && access(&control, BOTH_WAYS).is_err() {
        let seen = control.display().to_string();
        return told(Verdict::Fail, &codes::SOUND_DENIED, &seen);
    }
    good()
}

/// Where the program lies, if it is installed.
pub(super) fn installed(root: &Path, program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::env::split_paths(&path).map(|folder| {
        let below = folder.strip_prefix("/").unwrap_or(&folder);
        root.join(below).join(program)
    });
    places.into_iter().find(|place| place.is_file())
}

const BOTH_WAYS: Access = Access::READ_OK.union(Access::WRITE_OK);
