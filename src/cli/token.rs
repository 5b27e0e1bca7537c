//! `siaga112 token add|list|revoke`

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::office::{self, Office};
use super::user::{RoleArg, order};
use super::{Context, exit, say};
use crate::desk::order::{OfficeOrder, TokenRecord};
use crate::http::secret;

/// Program yang boleh masuk dengan token
#[derive(Args)]
#[command(
    after_help = "Contoh:\n  siaga112 token add --name dasbor --role auditor\n  siaga112 token revoke dasbor\n\nToken dicetak sekali saja; yang disimpan hanya sidik jarinya."
)]
pub(super) struct TokenArgs {
    #[command(subcommand)]
    what: What,
    /// Berkas konfigurasi; bawaan: /etc/siaga112/siaga112.toml
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
    let mut office = match office::open(context, args.config) {
        Ok(office) => office,
        Err(code) => return code,
    };
    let office = office.as_mut();
    match args.what {
        What::List => list(context, office),
        What::Add { name, role } => add(context, office, name, role),
        What::Revoke { name } => match order(office, OfficeOrder::RevokeToken { token: name }) {
            Ok(()) => {
                say::line("Dicabut.");
                exit::DONE
            }
            Err(code) => code,
        },
    }
}

fn add(context: &Context, office: &mut dyn Office, name: String, role: RoleArg) -> u8 {
    let token = match secret::token() {
        Ok(token) => token,
        Err(fault) => {
            say::trouble(fault);
            return exit::UNREACHABLE;
        }
    };
    let add = OfficeOrder::AddToken {
        token: name.clone(),
        role: role.into(),
        hash: secret::hash_hex(&token),
    };
    if let Err(code) = order(office, add) {
        return code;
    }
    if context.json {
        say::json(&json!({ "name": name, "token": token }));
    } else {
        say::line(&token);
        say::trouble("Simpan token ini sekarang; tidak akan ditampilkan lagi.");
    }
    exit::DONE
}

fn list(context: &Context, office: &mut dyn Office) -> u8 {
    let tokens = match office.tokens() {
        Ok(tokens) => tokens,
        Err(trouble) => return trouble.told(),
    };
    if context.json {
        let program = |token: &TokenRecord| -> Value {
            json!({ "name": token.name, "role": token.role, "revoked": token.revoked })
        };
        say::json(&tokens.iter().map(program).collect::<Vec<_>>());
        return exit::DONE;
    }
    let mut rows = vec![["NAMA", "PERAN", ""].map(str::to_owned).to_vec()];
    rows.extend(tokens.iter().map(|token| {
        let state = if token.revoked { "dicabut" } else { "" };
        vec![
            token.name.clone(),
            token.role.as_str().to_owned(),
            state.to_owned(),
        ]
    }));
    say::table(&rows);
    exit::DONE
}
