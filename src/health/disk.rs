//! Is there room, and how quickly does the disk say "kept"?

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

use super::{Finding, Machine, Report, Verdict};
use crate::base::limits;
use crate::clock::Clock;

pub(super) fn look(machine: &Machine, report: &Report) -> Vec<Finding> {
    // Before the first start the folder above tells the same.
    let folder = machine.data.ancestors().find(|folder| folder.is_dir());
    let Some(folder) = folder else {
        return Vec::new();
    };
    let mut findings = vec![space(folder, report)];
    if folder == machine.data {
        findings.extend(speed(folder, report));
    }
    findings.extend(medium(machine, folder, report));
    findings
}

fn space(folder: &Path, report: &Report) -> Finding {
    let stat = match rustix::fs::statvfs(folder) {
        Ok(stat) => stat,
        Err(error) => return report.fail(format!("{}: {error}", folder.display())),
    };
    let free = stat.f_bavail.saturating_mul(stat.f_frsize);
    let evidence = format!("sisa {} MiB", free / (1024 * 1024));
    if free < limits::DISK_FREE_BYTES_MIN {
        report.fail(evidence)
    } else if free < limits::DISK_FREE_BYTES_GOOD {
        report.warn(evidence)
    } else {
        report.ok(evidence)
    }
}

/// The middle one of several small writes, each forced to the disk.
fn speed(folder: &Path, report: &Report) -> Option<Finding> {
    Some(match sync_times(folder) {
        Ok(mut times) => {
            times.sort();
            let middle = times[times.len() / 2];
            let evidence = format!("sinkron disk {:.1} ms", middle.as_secs_f64() * 1000.0);
            if middle > SYNC_SLOW {
                report.warn(evidence)
            } else {
                report.ok(evidence)
            }
        }
        // The folder is not ours to write: that is told with the folder, and says nothing of the disk.
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => return None,
        Err(error) => report.fail(format!("disk tidak dapat ditulis ({error})")),
    })
}

fn sync_times(folder: &Path) -> std::io::Result<[Duration; SYNC_TRIES]> {
    let path = folder.join(format!(".doctor-sync-{}", std::process::id()));
    let mut file = File::create(&path)?;
    let clock = Clock::start();
    let mut times = [Duration::ZERO; SYNC_TRIES];
    let mut write = || -> std::io::Result<()> {
        for time in &mut times {
            let began = clock.tick();
            file.seek(SeekFrom::Start(0))?;
            file.write_all(&[0x5A; 4096])?;
            file.sync_data()?;
            *time = clock.tick().since(began);
        }
        Ok(())
    };
    let written = write();
    std::fs::remove_file(&path)?;
    written.map(|()| times)
}

/// Memory cards and eMMC wear out and lie when the power goes.
fn medium(machine: &Machine, folder: &Path, report: &Report) -> Option<Finding> {
    let device = std::fs::metadata(folder).ok()?.dev();
    let (major, minor) = (rustix::fs::major(device), rustix::fs::minor(device));
    let block = machine.root.join(format!("sys/dev/block/{major}:{minor}"));
    let name = block.canonicalize().ok()?;
    name.to_string_lossy().contains("/mmc").then(|| {
        report.cured(
            Verdict::Warn,
            "data ada di kartu memori atau eMMC",
            "Pakai SSD yang tahan listrik putus, dan UPS kecil.",
        )
    })
}

/// Enough to leave out one hiccup.
const SYNC_TRIES: usize = 7;

/// An SSD takes about a millisecond, a hard disk about 15.
const SYNC_SLOW: Duration = Duration::from_millis(100);
