//! `siaga112 version`

use clap::Args;

use super::{Context, exit, say};

/// Versi program ini
#[derive(Args)]
#[command(after_help = "Contoh:\n  siaga112 version --json")]
pub(super) struct VersionArgs {}

pub(super) fn run(context: &Context, _: VersionArgs) -> u8 {
    let version = env!("CARGO_PKG_VERSION");
    if context.json {
        say::json(&serde_json::json!({ "version": version }));
    } else {
        say::line(format!("siaga112 {version}"));
    }
    exit::DONE
}
