//! `siaga112 setup-code`

use clap::Args;
use serde_json::json;

use super::{Context, exit, say};
use crate::base::fault::Fault;
use crate::clock::Clock;
use crate::http::setup;

/// Kode sekali pakai untuk mengambil alih komputer yang baru dipasang
#[derive(Args)]
#[command(
    after_help = "Contoh:\n  sudo siaga112 setup-code\n\nBerlaku 30 menit dan lima kali coba. Ketik di halaman pertama yang muncul di browser."
)]
pub(super) struct SetupCodeArgs {
    /// Buat kode baru walau yang lama masih berlaku
    #[arg(long)]
    renew: bool,
}

pub(super) fn run(context: &Context, args: SetupCodeArgs) -> u8 {
    match code(context, args.renew) {
        Ok(code) => {
            if context.json {
                say::json(&json!({ "code": code }));
            } else {
                say::line(code);
            }
            exit::DONE
        }
        Err(fault) => {
            say::trouble(fault);
            exit::UNREACHABLE
        }
    }
}

/// The code that is valid, or a new one. It lies in a file that only we can read.
fn code(context: &Context, renew: bool) -> Result<String, Fault> {
    let folder = context.place.make_ours()?;
    let now = Clock::start().now().wall;
    if !renew && let Some(code) = setup::current(folder, now)? {
        return Ok(code);
    }
    setup::renew(folder, now)
}
