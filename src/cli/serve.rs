//! `siaga112 serve`: the appliance. systemd runs this.

use std::path::PathBuf;

use clap::Args;

use super::codes::{NO_DATA_FOLDER, NO_SIGNALS};
use super::profiles::Profiles;
use super::{Context, Place, appliance, config, exit, last_words, say, signals};
use crate::base::fault::Fault;

/// Jalankan pusat panggilan (systemd menjalankan ini)
#[derive(Args)]
#[command(
    after_help = "Contoh:\n  siaga112 serve --config /etc/siaga112/siaga112.toml --data /var/lib/siaga112"
)]
pub(super) struct ServeArgs {
    /// Berkas konfigurasi; bawaan: /etc/siaga112/siaga112.toml
    #[arg(long, value_name = "F")]
    config: Option<PathBuf>,
}

pub(super) fn run(context: &Context, args: ServeArgs) -> u8 {
    let file = Place::config(args.config);
    let config = match config::load(&file) {
        Ok(config) => config,
        Err(code) => return code,
    };
    let unknown = Profiles::of(context.place.data()).unknown(&config);
    if !unknown.is_empty() {
        config::tell(&file, &unknown);
        return exit::USAGE;
    }
    if let Err(error) = context.place.make() {
        let doing = format!("{}: {error}", context.place.data().display());
        say::trouble(Fault::new(&NO_DATA_FOLDER, doing));
        return exit::UNREACHABLE;
    }
    last_words::arm(context.place.data());
    let signals = match signals::Signals::catch() {
        Ok(signals) => signals,
        Err(error) => {
            say::trouble(Fault::new(&NO_SIGNALS, error.to_string()));
            return exit::UNREACHABLE;
        }
    };
    match appliance::start(&config, context.place.data()) {
        Err(fault) => {
            tracing::error!(code = fault.code.id, "{}", fault.chain());
            say::trouble(&fault);
            exit::UNREACHABLE
        }
        Ok(appliance) => {
            for address in &appliance.addresses {
                say::line(format!("siap di https://{address}"));
            }
            signals.wait();
            appliance.stop();
            exit::DONE
        }
    }
}
