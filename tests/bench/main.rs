//! Every figure in one table: ours beside a peer or the physical limit, in the same run.
//!
//! `cargo bench` prints all of it; `cargo bench -- ring disk` only those parts. Rounds are
//! interleaved (floor, peer, ours, floor, …), so that a noisy minute hits everybody.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod desk;
mod figures;
mod floor;
mod idle;
mod live;
mod office;
mod process;
mod ring;
mod search;
mod sound;
mod store;
mod strangers;
#[path = "../support/sound/mod.rs"]
#[allow(dead_code)]
mod support;
#[path = "../slow/peers/tools.rs"]
#[allow(dead_code)]
mod tools;
use support::wire;

use figures::{Figure, print};

/// The name of a part and what measures it.
type Part = (&'static str, fn() -> Vec<Figure>);

fn main() {
    let asked: Vec<String> = std::env::args()
        .skip(1)
        .filter(|arg| !arg.starts_with('-'))
        .collect();
    let wanted = |part: &str| asked.is_empty() || asked.iter().any(|name| name == part);
    let parts: [Part; 8] = [
        ("ring", ring::figures),
        ("strangers", strangers::figures),
        ("live", live::figures),
        ("sound", sound::figures),
        ("desk", desk::figures),
        ("disk", disk),
        ("search", || search::figures(calls())),
        ("idle", idle::figures),
    ];
    for (name, run) in parts {
        if wanted(name) {
            print(name, &run());
        }
    }
}

/// The store alone, on this machine's own disk.
fn disk() -> Vec<Figure> {
    use siaga112::store::Settings;
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder on the disk");
    let path = folder.path().join("store");
    std::fs::create_dir_all(&path).expect("a folder");
    let settings = Settings::default();
    let mut rows = store::click(&path, 1_000, settings);
    rows.extend(store::throughput(&path, calls(), settings));
    rows.extend(store::click(&path, 1_000, settings));
    rows.extend(store::open_and_read(&path, settings));
    rows
}

/// Calls of a large archive.
fn calls() -> u64 {
    let asked = std::env::var("SIAGA112_BENCH_CALLS").ok();
    asked.and_then(|n| n.parse().ok()).unwrap_or(1_000_000)
}
