//! `siaga112 demo`: virtual lines and callers, a sample centre, no hardware, no configuration.

mod once;
mod stage;

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

use clap::Args;

use super::codes::{DEMO, DEMO_PORT, DEMO_TAKEN, SILENT, SLOW};
use super::{Context, appliance, exit, last_words, say, signals};
use crate::base::fault::Fault;
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::practice::stage::{VirtualLine, plug_in};
use crate::store;

/// Coba tanpa perangkat: jalur dan penelepon buatan
#[derive(Args)]
#[command(
    after_help = "Contoh:\n  siaga112 demo\n  siaga112 demo --once\n  siaga112 demo --port 9443"
)]
pub(super) struct DemoArgs {
    /// Port web; bawaan: 8112, atau port bebas bila itu terpakai
    #[arg(long, value_name = "N")]
    port: Option<u16>,
    /// Satu panggilan dari dering sampai jurnal, cetak yang tercatat, lalu selesai
    #[arg(long)]
    once: bool,
}

pub(super) fn run(context: &Context, args: DemoArgs) -> u8 {
    match play(context, &args) {
        Ok(()) => exit::DONE,
        Err(fault) => {
            say::trouble(&fault);
            if [SLOW, SILENT].contains(fault.code) {
                exit::FINDING
            } else {
                exit::UNREACHABLE
            }
        }
    }
}

fn play(context: &Context, args: &DemoArgs) -> Result<(), Fault> {
    let home = Home::make(context.data_was_named.then(|| context.place.data()))?;
    last_words::arm(&home.folder);
    let failed = |error| Fault::because(&DEMO, "menyiapkan sinyal", error);
    let signals = signals::Signals::catch().map_err(failed)?;
    let lines = if args.once {
        &stage::LINES[..1]
    } else {
        stage::LINES
    };
    // First: a second demo in one folder must not take the first one's lines away.
    let clock = Clock::start();
    let tag = clock.now().wall.file_tag();
    let opened = store::open_folder(&home.folder, &tag).map_err(taken)?;
    let modems = plug_in(&home.folder, lines)?;
    let config = sample_centre(&home.folder, lines, free_port(args.port)?)?;
    let appliance = appliance::start_on(&config, &home.folder, opened, clock)?;
    let login = stage::give_logins(&appliance.handle)?;
    if args.once {
        let played = once::play(&appliance.handle, &modems[0], &home.folder);
        appliance.stop();
        return played;
    }
    invite(&appliance, &login);
    let show = stage::Show::start(modems, appliance.handle.clone())?;
    signals.wait();
    // Before the modems go: a line that is lost would be told as one.
    appliance.stop();
    show.stop();
    Ok(())
}

fn taken(fault: Fault) -> Fault {
    if *fault.code == store::codes::IN_USE {
        Fault::because(&DEMO_TAKEN, fault.doing.clone(), fault)
    } else {
        fault
    }
}

fn invite(appliance: &appliance::Appliance, login: &stage::Logins) {
    let address = appliance
        .addresses
        .first()
        .map(ToString::to_string)
        .unwrap_or_default();
    say::line(format!("Buka         https://{address}/"));
    say::line(format!(
        "Operator     {}   kata sandi  {}",
        login.operator.0, login.operator.1
    ));
    say::line(format!(
        "Supervisor   {}   kata sandi  {}",
        login.supervisor.0, login.supervisor.1
    ));
    say::line(format!("Sertifikat   {}", appliance.fingerprint));
    say::line("Panggilan mulai berdering sendiri. Ctrl-C untuk selesai.");
    say::line("");
}

/// The folder the demo lives in: the named one, or a temporary one that goes with it.
struct Home {
    folder: PathBuf,
    temporary: bool,
}

impl Home {
    fn make(named: Option<&Path>) -> Result<Home, Fault> {
        let (folder, temporary) = match named {
            Some(named) => (named.to_owned(), false),
            None => {
                let name = format!("siaga112-demo-{}", std::process::id());
                (std::env::temp_dir().join(name), true)
            }
        };
        let place = super::Place::new(Some(folder.clone()));
        place.make().map_err(|error| {
            Fault::because(&DEMO, format!("membuat {}", folder.display()), error)
        })?;
        Ok(Home { folder, temporary })
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if self.temporary {
            // What cannot be removed lies in the system's own temporary folder.
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

/// The named port, the usual one if it is free, or any.
fn free_port(named: Option<u16>) -> Result<u16, Fault> {
    let usual = named.unwrap_or(USUAL_PORT);
    let try_port =
        |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).and_then(|l| l.local_addr());
    let bound = match try_port(usual) {
        Err(_) if named.is_none() => try_port(0),
        other => other,
    };
    bound
        .map(|address| address.port())
        .map_err(|error| Fault::because(&DEMO_PORT, format!("membuka port {usual}"), error))
}

fn sample_centre(folder: &Path, lines: &[VirtualLine], port: u16) -> Result<Config, Fault> {
    let text = format!(
        "[center]\nname = \"112 Kabupaten Minahasa Tenggara (demo)\"\narea = \"71.07\"\n\
         timezone = \"Asia/Makassar\"\narea_code = \"0431\"\n\n\
         [bell]\ndevice = \"none\"\n\n\
         [web]\nlisten = [\"{}\"]\nnames = [\"localhost\"]\n",
        SocketAddr::from((Ipv4Addr::LOCALHOST, port))
    );
    let config = config::parse(&text).map_err(|problems| {
        let told: Vec<String> = problems
            .iter()
            .map(|problem| problem.told("demo"))
            .collect();
        Fault::new(&DEMO, told.join("; "))
    })?;
    Ok(Config {
        lines: lines.iter().map(|line| line.config(folder)).collect(),
        ..config
    })
}

/// Easy to remember, above the privileged ports.
const USUAL_PORT: u16 = 8112;
