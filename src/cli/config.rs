//! `siaga112 config print|check F`

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::profiles::Profiles;
use super::{Context, Place, exit, say};
use crate::config::{self, Config, Origin, Problem, codes};

/// Konfigurasi: cetak yang berlaku, atau periksa sebuah berkas
#[derive(Args)]
#[command(
    after_help = "Contoh:\n  siaga112 config check /etc/siaga112/siaga112.toml\n  siaga112 config print --config siaga112.toml"
)]
pub(super) struct ConfigArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Cetak setiap nilai yang berlaku dan asalnya
    Print {
        /// Berkas; bawaan: /etc/siaga112/siaga112.toml
        #[arg(long, value_name = "F")]
        config: Option<PathBuf>,
    },
    /// Periksa sebuah berkas; sebut semua kesalahan sekaligus
    Check {
        /// Berkas; bawaan: /etc/siaga112/siaga112.toml
        #[arg(value_name = "F")]
        file: Option<PathBuf>,
    },
}

pub(super) fn run(context: &Context, args: ConfigArgs) -> u8 {
    match args.what {
        What::Print { config } => print(context, &Place::config(config)),
        What::Check { file } => check(context, &Place::config(file)),
    }
}

/// Reads and checks the file, tells everything that is wrong with it on stderr; warnings too.
///
/// # Errors
/// The exit code: 2.
pub(super) fn load(path: &Path) -> Result<Config, u8> {
    match read(path) {
        Ok(config) => {
            tell(path, &config.warnings);
            Ok(config)
        }
        Err(problems) => {
            tell(path, &problems);
            Err(exit::USAGE)
        }
    }
}

/// As [`load`], for a verb that has nothing to do with what the warnings are about.
///
/// # Errors
/// The exit code: 2.
pub(super) fn load_quietly(path: &Path) -> Result<Config, u8> {
    read(path).map_err(|problems| {
        tell(path, &problems);
        exit::USAGE
    })
}

/// Reads and checks the file, prints nothing.
///
/// # Errors
/// Everything that is wrong with it.
pub(super) fn read(path: &Path) -> Result<Config, Vec<Problem>> {
    let unreadable = |why: String| vec![Problem::new(&codes::UNREADABLE, None, why)];
    let bytes =
        std::fs::read(path).map_err(|error| unreadable(format!("tidak dapat dibuka ({error})")))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let line = error.as_bytes()[..error.utf8_error().valid_up_to()]
            .iter()
            .filter(|byte| **byte == b'\n');
        let what = "bukan teks UTF-8".to_owned();
        let problem = Problem::new(&codes::SYNTAX, 1 + line.count(), what);
        vec![problem.cured_by(
            "Simpan ulang sebagai teks UTF-8, dan ketik ulang huruf yang aneh di baris itu.",
        )]
    })?;
    config::parse(&text)
}

/// Tells on stderr what is wrong.
pub(super) fn tell(path: &Path, problems: &[Problem]) {
    let file = path.display().to_string();
    for problem in problems {
        say::trouble(problem.told(&file));
    }
}

fn print(context: &Context, path: &Path) -> u8 {
    let config = match load(path) {
        Ok(config) => config,
        Err(code) => return code,
    };
    let file = path.display().to_string();
    let place = |origin: Origin| match origin {
        Origin::Line(line) => format!("{file}:{line}"),
        Origin::Default => "bawaan".to_owned(),
    };
    if context.json {
        let setting = |setting: &config::Setting| {
            let line = match setting.origin {
                Origin::Line(line) => Value::from(line),
                Origin::Default => Value::Null,
            };
            json!({ "key": setting.key, "value": setting.value, "line": line })
        };
        let settings: Vec<Value> = config.settings.iter().map(setting).collect();
        say::json(&json!({ "file": file, "settings": settings }));
    } else {
        let row = |setting: &config::Setting| {
            vec![
                format!("{} = {}", setting.key, setting.value),
                format!("# {}", place(setting.origin)),
            ]
        };
        say::table(&config.settings.iter().map(row).collect::<Vec<_>>());
    }
    exit::DONE
}

fn check(context: &Context, path: &Path) -> u8 {
    let profiles = Profiles::of(context.place.data());
    let (problems, warnings) = match read(path) {
        Ok(config) => {
            let unknown = profiles.unknown(&config);
            let mut warnings = config.warnings;
            if profiles.may_be_hidden() {
                // Whoever may not look into the data folder is told, and not refused.
                warnings.extend(unknown);
                (Vec::new(), warnings)
            } else {
                (unknown, warnings)
            }
        }
        Err(problems) => (problems, Vec::new()),
    };
    let good = problems.is_empty();
    if context.json {
        say::json(&json!({
            "file": path.display().to_string(),
            "ok": good,
            "problems": problems.iter().map(as_json).collect::<Vec<_>>(),
            "warnings": warnings.iter().map(as_json).collect::<Vec<_>>(),
        }));
    } else {
        tell(path, &problems);
        tell(path, &warnings);
        profiles.faults.iter().for_each(say::trouble);
        if good {
            say::line(format!("{}: dapat dipakai", path.display()));
        }
    }
    if good { exit::DONE } else { exit::USAGE }
}

fn as_json(problem: &Problem) -> Value {
    json!({
        "code": problem.code.id,
        "line": problem.line,
        "what": problem.what,
        "cure": problem.cure,
    })
}
