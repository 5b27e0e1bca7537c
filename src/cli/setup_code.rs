//! `siaga112 setup-code`

use std::path::PathBuf;

use clap::Args;

use super::office::{Needs, Office, Purpose};
use super::{Context, exit, say};
use crate::control::Request;

/// Kode sekali pakai untuk mengambil alih komputer yang baru dipasang
#[derive(Args)]
#[command(
    after_help = "Contoh:\n  sudo siaga112 setup-code --json\n\nBerlaku 30 menit dan lima kali coba. Ketik di halaman pertama yang muncul di browser."
)]
pub(super) struct SetupCodeArgs {
    /// Buat kode baru walau yang lama masih berlaku
    #[arg(long)]
    renew: bool,
    /// Berkas konfigurasi, bila layanan tidak berjalan; bawaan: /etc/siaga112/siaga112.toml
    #[arg(long, value_name = "F")]
    config: Option<PathBuf>,
}

pub(super) fn run(context: &Context, args: SetupCodeArgs) -> u8 {
    let request = Request::SetupCode { renew: args.renew };
    // The code lies in a file of its own; the database is only asked whether anybody is in it.
    let office = Office::open(context, args.config, Needs::Nothing, Purpose::LooksIfAny);
    let code = office.and_then(|mut office| office.do_it(request));
    match code {
        Ok(code) if context.json => say::json(&code),
        Ok(code) => say::line(say::word(&code["code"])),
        Err(code) => return code,
    }
    exit::DONE
}
