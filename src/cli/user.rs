//! `siaga112 user add|list|passwd|disable|enable`

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use serde_json::Value;

use super::office::{Needs, Office, Purpose};
use super::{Context, exit, password, say};
use crate::control::Request;
use crate::desk::operator::Role;

/// Orang yang boleh masuk
#[derive(Args)]
#[command(
    after_help = "Contoh:\n  siaga112 user add rina --name \"Rina Wulandari\" --role operator\n  siaga112 user list\n  siaga112 user passwd rina < sandi.txt\n\nSandi ditanyakan di terminal, atau dibaca dari baris pertama stdin."
)]
pub(super) struct UserArgs {
    #[command(subcommand)]
    what: What,
    /// Berkas konfigurasi, bila layanan tidak berjalan; bawaan: /etc/siaga112/siaga112.toml
    #[arg(long, value_name = "F", global = true)]
    config: Option<PathBuf>,
}

#[derive(Subcommand)]
enum What {
    /// Tambah orang; yang pertama harus admin
    Add {
        /// Nama masuk, misalnya rina
        user: String,
        /// Nama lengkap
        #[arg(long)]
        name: String,
        #[arg(long, value_enum)]
        role: RoleArg,
    },
    /// Daftar semua orang
    List,
    /// Ganti sandi; semua layarnya harus masuk lagi
    Passwd { user: String },
    /// Tutup akun; semua layarnya keluar
    Disable { user: String },
    /// Buka lagi akun yang ditutup
    Enable { user: String },
}

/// What a person or program may do.
#[derive(Clone, Copy, ValueEnum)]
pub(super) enum RoleArg {
    Auditor,
    Operator,
    Dispatcher,
    Supervisor,
    Admin,
}

impl From<RoleArg> for Role {
    fn from(role: RoleArg) -> Role {
        match role {
            RoleArg::Auditor => Role::Auditor,
            RoleArg::Operator => Role::Operator,
            RoleArg::Dispatcher => Role::Dispatcher,
            RoleArg::Supervisor => Role::Supervisor,
            RoleArg::Admin => Role::Admin,
        }
    }
}

pub(super) fn run(context: &Context, args: UserArgs) -> u8 {
    match carry_out(context, args) {
        Ok(code) | Err(code) => code,
    }
}

fn carry_out(context: &Context, args: UserArgs) -> Result<u8, u8> {
    let purpose = match args.what {
        What::List => Purpose::Looks,
        _ => Purpose::Changes,
    };
    let mut office = Office::open(context, args.config, Needs::Config, purpose)?;
    let request = match args.what {
        What::List => return list(context, &mut office),
        What::Add { user, name, role } => Request::UserAdd {
            user,
            name,
            role: role.into(),
            password: password::ask_new()?,
        },
        What::Passwd { user } => Request::UserPassword {
            user,
            password: password::ask_new()?,
        },
        What::Disable { user } => Request::UserDisable { user },
        What::Enable { user } => Request::UserEnable { user },
    };
    let done = office.do_it(request)?;
    if context.json {
        say::json(&done);
    } else {
        say::line("Tersimpan.");
    }
    Ok(exit::DONE)
}

fn list(context: &Context, office: &mut Office) -> Result<u8, u8> {
    let users = office.list(Request::UserList)?;
    if context.json {
        say::json(&users);
        return Ok(office.end());
    }
    let mut rows = vec![
        ["NAMA", "PERAN", "NAMA LENGKAP", ""]
            .map(str::to_owned)
            .to_vec(),
    ];
    rows.extend(users.iter().map(|user| {
        let is_closed = user["disabled"] == Value::Bool(true);
        let state = if is_closed { "ditutup" } else { "" };
        vec![
            say::word(&user["user"]),
            say::word(&user["role"]),
            say::word(&user["name"]),
            state.to_owned(),
        ]
    }));
    say::table(&rows);
    Ok(office.end())
}
