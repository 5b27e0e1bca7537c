//! Is the data folder there, ours alone, and writable?

use std::os::unix::fs::MetadataExt;

use super::{Finding, Machine, Report, Verdict};

pub(super) fn look(machine: &Machine, report: &Report) -> Vec<Finding> {
    let shown = machine.data.display();
    let metadata = match std::fs::metadata(&machine.data) {
        Ok(metadata) if metadata.is_dir() => metadata,
        Ok(_) => return vec![report.fail(format!("{shown} bukan folder"))],
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let cure = "Dibuat sendiri saat layanan pertama kali berjalan.";
            return vec![report.cured(Verdict::Warn, format!("{shown} belum ada"), cure)];
        }
        Err(error) => return vec![report.fail(format!("{shown}: {error}"))],
    };
    let mut findings = Vec::new();
    let mode = metadata.mode() & 0o7777;
    if mode & 0o077 != 0 {
        let evidence = format!("{shown} terbuka untuk pengguna lain (izin {mode:o})");
        findings.push(report.cured(Verdict::Fail, evidence, format!("sudo chmod 700 {shown}")));
    }
    match tempfile_in(&machine.data) {
        Ok(()) => findings.push(report.ok(format!("{shown} dapat ditulis"))),
        Err(error) => {
            let owner = metadata.uid();
            let evidence = format!("{shown} tidak dapat ditulis ({error}; pemilik uid {owner})");
            let cure = "Jalankan sebagai pemiliknya, misalnya dengan sudo.";
            findings.push(report.cured(Verdict::Fail, evidence, cure));
        }
    }
    findings
}

/// Makes and removes a small file.
fn tempfile_in(folder: &std::path::Path) -> std::io::Result<()> {
    let path = folder.join(format!(".doctor-{}", std::process::id()));
    std::fs::write(&path, b"siaga112")?;
    std::fs::remove_file(&path)
}
