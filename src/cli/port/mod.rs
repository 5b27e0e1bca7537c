//! `siaga112 port list|watch NAME|test NAME`

mod list;
mod test;
mod watch;

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Context, Place, config, exit, say};
use crate::base::ids::LineName;
use crate::port::PortSpec;

/// Port modem: daftar, dengarkan, uji
#[derive(Args)]
#[command(
    after_help = "Contoh:\n  siaga112 port list\n  siaga112 port test /dev/serial/by-path/pci-0000:00:14.0-usb-0:2.1:1.2-port0\n  siaga112 port watch Telkomsel-1"
)]
pub(super) struct PortArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Port serial di komputer ini, nama tetapnya, dan kegunaannya
    List,
    /// Cetak setiap byte yang datang, dengan waktunya; berhenti dengan Ctrl-C. Port yang tidak
    /// dapat dibuka: keluar dengan 3; yang hilang sesudah terbuka: ditunggu
    Watch {
        #[command(flatten)]
        target: Target,
        /// Berhenti sendiri setelah sekian detik
        #[arg(long, value_name = "S")]
        seconds: Option<u64>,
    },
    /// Kirim AT dan ATI, ceritakan jawabannya
    Test(Target),
}

#[derive(Args)]
struct Target {
    /// Nama saluran di konfigurasi, atau letak port (diawali /)
    #[arg(value_name = "NAME")]
    name: String,
    /// Berkas konfigurasi; bawaan: /etc/siaga112/siaga112.toml
    #[arg(long, value_name = "F")]
    config: Option<PathBuf>,
}

pub(super) fn run(context: &Context, args: PortArgs) -> u8 {
    let (run, target): (Box<dyn Fn(PortSpec) -> u8>, Target) = match args.what {
        What::List => return list::run(context),
        What::Watch { target, seconds } => {
            (Box::new(move |spec| watch::run(spec, seconds)), target)
        }
        What::Test(target) => {
            let json = context.json;
            (Box::new(move |spec| test::run(spec, json)), target)
        }
    };
    match target.spec() {
        Ok(spec) => run(spec),
        Err(code) => code,
    }
}

impl Target {
    /// The port that is meant.
    ///
    /// # Errors
    /// The exit code, after the reason was told.
    fn spec(self) -> Result<PortSpec, u8> {
        if self.name.starts_with('/') {
            return Ok(PortSpec {
                name: LineName::new(&self.name),
                path: PathBuf::from(self.name),
            });
        }
        let config = config::load_quietly(&Place::config(self.config))?;
        let folded = self.name.to_lowercase();
        let is_meant =
            |line: &&crate::config::LineConfig| line.name.as_str().to_lowercase() == folded;
        if let Some(line) = config.lines.iter().find(is_meant) {
            return Ok(PortSpec {
                name: line.name.clone(),
                path: line.port.clone(),
            });
        }
        let names: Vec<&str> = config.lines.iter().map(|line| line.name.as_str()).collect();
        say::trouble(format!(
            "Tidak ada saluran bernama \"{}\". Yang ada: {}. Atau sebut letak port, misalnya /dev/serial/by-path/…",
            self.name,
            if names.is_empty() {
                "belum ada".to_owned()
            } else {
                names.join(", ")
            }
        ));
        Err(exit::USAGE)
    }
}

/// Tells why a port is not open; the exit code for it.
fn told_lost(cause: &str, holder: Option<&String>, busy: bool) -> u8 {
    say::trouble(cause);
    match holder {
        Some(holder) => say::trouble(format!("Dipakai {holder}")),
        None if busy => say::trouble(
            "Pemakainya tidak tampak oleh pengguna ini; ulangi dengan sudo. Bila layanan siaga112 berjalan, ia sendiri yang memakai port ini: lihat papan.",
        ),
        None => {}
    }
    exit::UNREACHABLE
}
