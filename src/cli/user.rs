//! `siaga112 user add|list|passwd|change|disable|enable`

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::office::{self, Office, Trouble};
use super::{Context, exit, password, say};
use crate::base::ids::UserName;
use crate::desk::operator::Role;
use crate::desk::order::{OfficeOrder, UserRecord};

/// Orang yang boleh masuk
#[derive(Args)]
#[command(
    after_help = "Contoh:\n  siaga112 user add rina --name \"Rina Wulandari\" --role operator\n  siaga112 user list\n  siaga112 user passwd rina < sandi.txt\n\nSandi ditanyakan di terminal, atau dibaca dari baris pertama stdin."
)]
pub(super) struct UserArgs {
    #[command(subcommand)]
    what: What,
    /// Berkas konfigurasi; bawaan: /etc/siaga112/siaga112.toml
    #[arg(long, value_name = "F", global = true)]
    config: Option<PathBuf>,
}

#[derive(Subcommand)]
enum What {
    /// Tambah orang
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
    /// Ganti nama lengkap atau peran
    Change {
        user: String,
        #[arg(long)]
        name: Option<String>,
        #[arg(long, value_enum)]
        role: Option<RoleArg>,
    },
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
    Supervisor,
    Admin,
}

impl From<RoleArg> for Role {
    fn from(role: RoleArg) -> Role {
        match role {
            RoleArg::Auditor => Role::Auditor,
            RoleArg::Operator => Role::Operator,
            RoleArg::Supervisor => Role::Supervisor,
            RoleArg::Admin => Role::Admin,
        }
    }
}

pub(super) fn run(context: &Context, args: UserArgs) -> u8 {
    let mut office = match office::open(context, args.config) {
        Ok(office) => office,
        Err(code) => return code,
    };
    let office = office.as_mut();
    let done = match args.what {
        What::List => return list(context, office),
        What::Add { user, name, role } => add(office, &user, name, role.into()),
        What::Passwd { user } => set_password(office, &user),
        What::Change { user, name, role } => change(office, &user, name, role.map(Role::from)),
        What::Disable { user } => order(office, OfficeOrder::DisableUser { user: named(&user) }),
        What::Enable { user } => order(office, OfficeOrder::EnableUser { user: named(&user) }),
    };
    match done {
        Ok(()) => {
            say::line("Tersimpan.");
            exit::DONE
        }
        Err(code) => code,
    }
}

fn named(user: &str) -> UserName {
    UserName::new(user)
}

/// Gives the order; the exit code if it was not done.
pub(super) fn order(office: &mut dyn Office, order: OfficeOrder) -> Result<(), u8> {
    office
        .order(order)
        .map(drop)
        .map_err(|trouble| trouble.told())
}

fn add(office: &mut dyn Office, user: &str, name: String, role: Role) -> Result<(), u8> {
    let password_hash = password::ask_new(user, &name)?;
    let add = OfficeOrder::AddUser {
        user: named(user),
        name,
        role,
        password_hash,
    };
    order(office, add)
}

fn set_password(office: &mut dyn Office, user: &str) -> Result<(), u8> {
    let name = find(office, user)?.map_or_else(String::new, |record| record.name);
    let set = OfficeOrder::SetPassword {
        user: named(user),
        password_hash: password::ask_new(user, &name)?,
    };
    order(office, set)
}

fn change(
    office: &mut dyn Office,
    user: &str,
    name: Option<String>,
    role: Option<Role>,
) -> Result<(), u8> {
    let record = find(office, user)?;
    let (Some(name), Some(role)) = (
        name.or_else(|| record.as_ref().map(|record| record.name.clone())),
        role.or_else(|| record.as_ref().map(|record| record.role)),
    ) else {
        let refusal = crate::desk::order::Refusal::NoSuchName;
        return Err(Trouble::Refused(refusal).told());
    };
    let change = OfficeOrder::ChangeUser {
        user: named(user),
        name,
        role,
    };
    order(office, change)
}

fn find(office: &mut dyn Office, user: &str) -> Result<Option<UserRecord>, u8> {
    let users = office.users().map_err(|trouble| trouble.told())?;
    Ok(users
        .into_iter()
        .find(|record| record.user.as_str() == user))
}

fn list(context: &Context, office: &mut dyn Office) -> u8 {
    let users = match office.users() {
        Ok(users) => users,
        Err(trouble) => return trouble.told(),
    };
    if context.json {
        // Never the hash of a password.
        let person = |user: &UserRecord| -> Value {
            json!({
                "user": user.user,
                "name": user.name,
                "role": user.role,
                "disabled": user.disabled,
            })
        };
        say::json(&users.iter().map(person).collect::<Vec<_>>());
        return exit::DONE;
    }
    let mut rows = vec![
        ["NAMA", "PERAN", "NAMA LENGKAP", ""]
            .map(str::to_owned)
            .to_vec(),
    ];
    rows.extend(users.iter().map(|user| {
        let state = if user.disabled { "ditutup" } else { "" };
        vec![
            user.user.to_string(),
            user.role.as_str().to_owned(),
            user.name.clone(),
            state.to_owned(),
        ]
    }));
    say::table(&rows);
    exit::DONE
}
