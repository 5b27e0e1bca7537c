//! What a person at a terminal asks for: one file per verb.
//!
//! Layer 5. A verb prints facts on stdout (`--json`: for programs) and troubles on stderr, asks no
//! question unless stdin is a terminal, and ends with one of the codes in [`exit`].

pub mod appliance;
mod bell;
pub mod codes;
mod config;
mod demo;
mod doctor;
pub mod exit;
mod export;
pub mod last_words;
mod listen;
mod log;
mod office;
mod password;
mod place;
mod port;
mod profiles;
pub mod replay;
mod say;
mod serve;
mod setup_code;
mod signals;
pub mod sim;
mod token;
mod user;
mod verify;
mod version;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Parser, Subcommand};

pub use place::Place;

/// Pusat panggilan darurat 112 dalam satu program.
#[derive(Parser)]
#[command(name = "siaga112", version, after_help = EXAMPLE, max_term_width = 100)]
struct Cli {
    /// Folder data; bawaan: /var/lib/siaga112, atau folder pengguna bila itu tidak ada
    #[arg(long, global = true, value_name = "DIR", env = "SIAGA112_DATA")]
    data: Option<PathBuf>,
    /// Cetak untuk program lain, bukan untuk orang
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    Serve(serve::ServeArgs),
    Demo(demo::DemoArgs),
    Sim(sim::Args),
    Replay(replay::ReplayArgs),
    Doctor(doctor::DoctorArgs),
    SetupCode(setup_code::SetupCodeArgs),
    User(user::UserArgs),
    Token(token::TokenArgs),
    Verify(verify::VerifyArgs),
    Export(export::ExportArgs),
    Port(port::PortArgs),
    Config(config::ConfigArgs),
    Paths(place::PathsArgs),
    Version(version::VersionArgs),
}

/// What every verb is told.
pub struct Context {
    pub place: Place,
    /// Whether the data folder was named, by option or environment.
    pub data_was_named: bool,
    pub json: bool,
}

/// Runs one verb; the number is the program's exit code.
pub fn run(args: impl IntoIterator<Item = OsString>) -> u8 {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(said) => {
            // Help and version come this way too; they are what was asked for.
            let _ = said.print();
            return if said.use_stderr() {
                exit::USAGE
            } else {
                exit::DONE
            };
        }
    };
    let context = Context {
        data_was_named: cli.data.is_some(),
        place: Place::new(cli.data),
        json: cli.json,
    };
    // A verb tells its troubles itself; the log is for what runs for months.
    if matches!(cli.verb, Verb::Serve(_) | Verb::Demo(_))
        || std::env::var_os("SIAGA112_LOG").is_some()
    {
        log::start();
    }
    match cli.verb {
        // They arm themselves, in the folder they live in.
        Verb::Serve(_) | Verb::Demo(_) => {}
        Verb::Verify(_) | Verb::Doctor(_) => last_words::arm_verb(exit::FINDING),
        _ => last_words::arm_verb(exit::UNREACHABLE),
    }
    match cli.verb {
        Verb::Serve(args) => serve::run(&context, args),
        Verb::Demo(args) => demo::run(&context, args),
        Verb::Sim(args) => sim::run(&args),
        Verb::Replay(args) => replay::run(&args, context.json),
        Verb::Doctor(args) => doctor::run(&context, args),
        Verb::SetupCode(args) => setup_code::run(&context, args),
        Verb::User(args) => user::run(&context, args),
        Verb::Token(args) => token::run(&context, args),
        Verb::Verify(args) => verify::run(&context, args),
        Verb::Export(args) => export::run(&context, args),
        Verb::Port(args) => port::run(&context, args),
        Verb::Config(args) => config::run(&context, args),
        Verb::Paths(args) => place::run(&context, args),
        Verb::Version(args) => version::run(&context, args),
    }
}

const EXAMPLE: &str = "Contoh:
  siaga112 demo                       coba tanpa perangkat apa pun
  siaga112 port list                  modem yang terpasang dan nama tetapnya
  siaga112 config check siaga112.toml periksa konfigurasi
  siaga112 doctor                     periksa semuanya

Kode keluar: 0 selesai, 1 ada temuan, 2 salah pakai atau konfigurasi, 3 yang diperlukan tidak terjangkau";
