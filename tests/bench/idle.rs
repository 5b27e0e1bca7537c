//! What the program costs when nothing happens: memory, processor, and the size of the file.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use siaga112::sim::modem::{Family, Quirks};
use siaga112::sim::pty::{self, Running};

use super::figures::Figure;

/// The real binary with eight lines, idle for a while.
pub fn figures() -> Vec<Figure> {
    let binary = env!("CARGO_BIN_EXE_siaga112");
    let bytes = fs::metadata(binary).expect("the binary").len();
    let folder = tempfile::tempdir().expect("a folder");
    let modems: Vec<Running> = (0..8).map(|line| modem(folder.path(), line)).collect();
    let config = folder.path().join("siaga112.toml");
    fs::write(&config, centre(folder.path())).expect("a configuration");
    let data = folder.path().join("data");
    let mut child = Command::new(binary)
        .args(["serve", "--config"])
        .arg(&config)
        .arg("--data")
        .arg(&data)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the service");
    // The boot scripts of the modems, the certificates, the first texts.
    std::thread::sleep(Duration::from_secs(30));
    let (before, began) = (cpu_ticks(&child), Instant::now());
    std::thread::sleep(Duration::from_secs(20));
    let ticks = cpu_ticks(&child) - before;
    let busy = ticks as f64 / TICKS_PER_SECOND / began.elapsed().as_secs_f64() * 100.0;
    let resident = resident_mib(&child);
    stop(&mut child);
    drop(modems);
    vec![
        Figure::at_most("resident, eight lines, idle", resident, "MiB", 32.0),
        Figure::at_most("processor, eight lines, idle", busy, "% of one", 0.5),
        Figure::at_most("binary", bytes as f64 / (1 << 20) as f64, "MiB", 20.0),
    ]
}

fn modem(folder: &Path, line: u64) -> Running {
    let families = [
        Family::Huawei,
        Family::Simcom,
        Family::Quectel,
        Family::Sim800,
    ];
    let setup = pty::Setup {
        family: families[line as usize % families.len()],
        quirks: Quirks {
            warm: true,
            ..Quirks::default()
        },
        seed: line,
        link: Some(folder.join(format!("L{line}"))),
    };
    let (modem, told) = pty::spawn(setup).expect("a virtual modem");
    // Nobody reads what the far end says; the channel is unbounded and quiet.
    std::mem::forget(told);
    modem
}

fn centre(folder: &Path) -> String {
    let mut text = String::from(
        "[center]\nname = \"112 Kabupaten Uji\"\n[web]\nlisten = [\"127.0.0.1:0\"]\n[bell]\ndevice = \"none\"\n",
    );
    for line in 0..8 {
        let port = folder.join(format!("L{line}"));
        text.push_str(&format!(
            "[[line]]\nname = \"L{line}\"\nport = \"{}\"\naudio = \"none\"\n",
            port.display()
        ));
    }
    text
}

fn cpu_ticks(child: &Child) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{}/stat", child.id())).expect("running");
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .expect("stat")
        .split_whitespace()
        .collect();
    // utime and stime, fields 14 and 15 of proc(5), counted after the name.
    fields[11].parse::<u64>().expect("utime") + fields[12].parse::<u64>().expect("stime")
}

fn resident_mib(child: &Child) -> f64 {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).expect("running");
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS"))
        .expect("VmRSS");
    let kib: f64 = line
        .split_whitespace()
        .nth(1)
        .expect("a number")
        .parse()
        .expect("kB");
    kib / 1024.0
}

fn stop(child: &mut Child) {
    let _ = Command::new("kill").arg(child.id().to_string()).status();
    let _ = child.wait();
}

/// USER_HZ on every Linux that Debian builds.
const TICKS_PER_SECOND: f64 = 100.0;
