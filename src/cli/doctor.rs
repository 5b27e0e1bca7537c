//! `siaga112 doctor`

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use super::office::Disk;
use super::profiles::Profiles;
use super::{Context, Place, config, exit, say};
use crate::clock::Clock;
use crate::config::{Config, Problem};
use crate::control::{Client, Request, Said};
use crate::desk::KnownLoss;
use crate::health::{self, Finding, Machine, Service, ServiceLine, Verdict};

/// Periksa semuanya: putusan, bukti, obat
#[derive(Args)]
#[command(
    after_help = "Contoh:\n  siaga112 doctor\n  siaga112 doctor --json --config siaga112.toml\n\nKeluar dengan 1 bila ada yang gagal."
)]
pub(super) struct DoctorArgs {
    /// Berkas konfigurasi; bawaan: /etc/siaga112/siaga112.toml
    #[arg(long, value_name = "F")]
    config: Option<PathBuf>,
}

pub(super) fn run(context: &Context, args: DoctorArgs) -> u8 {
    let config_file = Place::config(args.config);
    let machine = Machine {
        root: PathBuf::from("/"),
        config: config::read(&config_file).and_then(|config| known_profiles(context, config)),
        config_file,
        data: context.place.data().to_owned(),
        service: service(context),
        losses: losses(context),
        now: Clock::start().now().wall,
    };
    let findings = health::examine(&machine);
    let worst = health::worst(&findings);
    if context.json {
        say::json(&json!({ "verdict": worst, "findings": findings }));
    } else {
        findings.iter().for_each(tell);
        tell_sum(&findings);
    }
    match worst {
        Verdict::Ok | Verdict::Warn => exit::DONE,
        Verdict::Fail => exit::FINDING,
    }
}

/// The service refuses a profile that does not exist.
fn known_profiles(context: &Context, config: Config) -> Result<Config, Vec<Problem>> {
    let profiles = Profiles::of(context.place.data());
    let unknown = profiles.unknown(&config);
    if unknown.is_empty() || profiles.may_be_hidden() {
        Ok(config)
    } else {
        Err(unknown)
    }
}

/// What the journal tells of lost records; none if it cannot be read, which is another finding.
fn losses(context: &Context) -> Vec<KnownLoss> {
    let said = match Client::connect(context.place.data()) {
        Ok(mut client) => client.ask(&Request::Losses, |_| Ok(())),
        Err(_) => Disk::look(&context.place, &Config::of_nobody(), false)
            .and_then(|mut disk| disk.ask(Request::Losses, &mut |_| Ok(()))),
    };
    match said {
        Ok(Said::Done(told)) => serde_json::from_value(told["losses"].clone()).unwrap_or_default(),
        Ok(_) | Err(_) => Vec::new(),
    }
}

/// What the running service says of itself, if one runs.
fn service(context: &Context) -> Option<Service> {
    let mut client = Client::connect(context.place.data()).ok()?;
    let mut ask = |request| match client.ask(&request, |_| Ok(())) {
        Ok(Said::Done(value)) => Some(value),
        Ok(Said::Item(_) | Said::Refused { .. } | Said::Fault { .. }) | Err(_) => None,
    };
    let about = ask(Request::Ping)?;
    let board = ask(Request::Board)?;
    let line = |line: &Value| ServiceLine {
        name: say::word(&line["name"]),
        up: line["up"] == Value::Bool(true),
        why: line["down"].as_str().map(str::to_owned),
    };
    Some(Service {
        version: say::word(&about["version"]),
        pid: about["pid"].as_u64().and_then(|pid| pid.try_into().ok()),
        lines: board["lines"].as_array()?.iter().map(line).collect(),
        unsaved: board["unsaved"] == Value::Bool(true),
        recording: board["recording"].as_str().map(str::to_owned),
        durable_seq: board["durable_seq"].as_u64().unwrap_or_default(),
        bell: serde_json::from_value(about["bell"].clone()).unwrap_or_default(),
    })
}

fn tell(finding: &Finding) {
    let mark = match finding.verdict {
        Verdict::Ok => "baik  ",
        Verdict::Warn => "awas  ",
        Verdict::Fail => "GAGAL ",
    };
    say::line(format!("{mark} {:<14} {}", finding.probe, finding.evidence));
    if let Some(cure) = &finding.cure {
        say::line(format!("        → {cure} [{}]", finding.code));
    }
}

fn tell_sum(findings: &[Finding]) {
    let count = |verdict| findings.iter().filter(|f| f.verdict == verdict).count();
    let (failed, warned) = (count(Verdict::Fail), count(Verdict::Warn));
    say::line("");
    say::line(match (failed, warned) {
        (0, 0) => "Semua baik.".to_owned(),
        (0, warned) => format!("Tidak ada yang gagal; {warned} perlu diperhatikan."),
        (failed, _) => format!("{failed} gagal. Perbaiki menurut tanda →, lalu periksa lagi."),
    });
}
