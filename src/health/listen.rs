//! Are the web server's addresses free, or ours?

use std::fs;
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;

use super::{Finding, Machine, Report, Verdict};

pub(super) fn look(machine: &Machine, report: &Report) -> Vec<Finding> {
    let Ok(config) = &machine.config else {
        return Vec::new();
    };
    let addresses = &config.web.listen;
    addresses
        .iter()
        .map(|address| one(machine, *address, report))
        .collect()
}

fn one(machine: &Machine, address: SocketAddr, report: &Report) -> Finding {
    let error = match TcpListener::bind(address) {
        Ok(_) => return report.ok(format!("{address} bebas")),
        Err(error) => error,
    };
    match error.kind() {
        ErrorKind::AddrInUse if machine.service.is_some() => {
            report.ok(format!("{address} dipakai layanan ini"))
        }
        ErrorKind::AddrInUse => match listener(&machine.root, address.port()) {
            Some((pid, name)) => {
                let evidence = format!("{address} dipakai {name} (proses {pid})");
                report.fail(evidence)
            }
            None => report.fail(format!("{address} dipakai program lain")),
        },
        ErrorKind::PermissionDenied => report.cured(
            Verdict::Warn,
            format!("{address} hanya boleh dibuka oleh layanan (port di bawah 1024)"),
            "Jalankan lewat systemd (sudo systemctl start siaga112), atau ulangi pemeriksaan dengan sudo.",
        ),
        ErrorKind::AddrNotAvailable => report.cured(
            Verdict::Warn,
            format!("komputer ini belum punya alamat {}; layanan menunggunya", address.ip()),
            "Periksa kabel jaringan dan DHCP. Bila alamat itu memang bukan milik komputer ini, ganti web.listen, misalnya \"0.0.0.0:443\", lalu mulai ulang layanan.",
        ),
        _ => report.fail(format!("{address}: {error}")),
    }
}

/// The process that listens on a TCP port, if the system shows it.
fn listener(root: &Path, port: u16) -> Option<(u32, String)> {
    let inode = ["proc/net/tcp", "proc/net/tcp6"]
        .iter()
        .filter_map(|table| fs::read_to_string(root.join(table)).ok())
        .find_map(|table| table.lines().find_map(|line| listening(line, port)))?;
    let socket = format!("socket:[{inode}]");
    for entry in fs::read_dir(root.join("proc")).ok()?.flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|n| n.parse().ok()) else {
            continue;
        };
        let Ok(files) = fs::read_dir(entry.path().join("fd")) else {
            continue;
        };
        let has_it = |file: fs::DirEntry| {
            fs::read_link(file.path()).is_ok_and(|target| target.to_string_lossy() == socket)
        };
        if files.flatten().any(has_it) {
            let name = fs::read_to_string(entry.path().join("comm")).ok()?;
            return Some((pid, name.trim_end().to_owned()));
        }
    }
    None
}

/// The socket's inode, if the line of `/proc/net/tcp` is a listener on that port (proc(5)).
fn listening(line: &str, port: u16) -> Option<String> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let local = fields.get(1)?.rsplit(':').next()?;
    let is_listening = *fields.get(3)? == "0A";
    let matches = u16::from_str_radix(local, 16).ok()? == port;
    (is_listening && matches).then(|| fields.get(9).map(ToString::to_string))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_is_found_in_the_kernels_table() {
        let line = "   1: 00000000:01BB 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1";
        assert_eq!(listening(line, 443).as_deref(), Some("4711"));
        assert_eq!(listening(line, 80), None);
        assert_eq!(listening("  sl  local_address rem_address", 443), None);
    }
}
