//! `siaga112 token add|list|revoke`

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::Value;

use super::office::{Needs, Office, Purpose};
use super::user::RoleArg;
use super::{Context, exit, say};
use crate::control::Request;

/// Program yang boleh masuk dengan token
#[derive(Args)]
#[command(
    after_help = "Contoh:\n  siaga112 token add --name dasbor --role auditor\n  siaga112 token revoke dasbor\n\nToken dicetak sekali saja; yang disimpan hanya sidik jarinya."
)]
pub(super) struct TokenArgs {
    #[command(subcommand)]
    what: What,
    /// Berkas konfigurasi, bila layanan tidak berjalan; bawaan: /etc/siaga112/siaga112.toml
    #[arg(long, value_name = "F", global = true)]
    config: Option<PathBuf>,
}

#[derive(Subcommand)]
enum What {
    /// Buat token baru dan cetak
    Add {
        #[arg(long)]
        name: String,
        #[arg(long, value_enum)]
        role: RoleArg,
    },
    /// Daftar semua token
    List,
    /// Cabut token
    Revoke { name: String },
}

pub(super) fn run(context: &Context, args: TokenArgs) -> u8 {
    match carry_out(context, args) {
        Ok(code) | Err(code) => code,
    }
}

fn carry_out(context: &Context, args: TokenArgs) -> Result<u8, u8> {
    let purpose = match args.what {
        What::List => Purpose::Looks,
        _ => Purpose::Changes,
    };
    let mut office = Office::open(context, args.config, Needs::Config, purpose)?;
    match args.what {
        What::List => list(context, &mut office),
        What::Add { name, role } => {
            let role = role.into();
            let added = office.do_it(Request::TokenAdd { name, role })?;
            if context.json {
                say::json(&added);
            } else {
                say::line(say::word(&added["token"]));
                say::trouble("Simpan token ini sekarang; tidak akan ditampilkan lagi.");
            }
            Ok(exit::DONE)
        }
        What::Revoke { name } => {
            let done = office.do_it(Request::TokenRevoke { name })?;
            if context.json {
                say::json(&done);
            } else {
                say::line("Dicabut.");
            }
            Ok(exit::DONE)
        }
    }
}

fn list(context: &Context, office: &mut Office) -> Result<u8, u8> {
    let tokens = office.list(Request::TokenList)?;
    if context.json {
        say::json(&tokens);
        return Ok(office.end());
    }
    let mut rows = vec![["NAMA", "PERAN", ""].map(str::to_owned).to_vec()];
    rows.extend(tokens.iter().map(|token| {
        let is_revoked = token["revoked"] == Value::Bool(true);
        let state = if is_revoked { "dicabut" } else { "" };
        vec![
            say::word(&token["name"]),
            say::word(&token["role"]),
            state.to_owned(),
        ]
    }));
    say::table(&rows);
    Ok(office.end())
}
