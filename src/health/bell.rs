//! Can the box itself ring?

use super::audio::installed;
use super::{Finding, Machine, Report, ServiceBell, Verdict};
use crate::config::Bell;
use crate::media::bell::{Device, try_out};
use crate::port::audio::Tools;
use crate::port::codes;

pub(super) fn look(machine: &Machine, report: &Report) -> Vec<Finding> {
    let Ok(config) = &machine.config else {
        return Vec::new();
    };
    let Some(device) = Device::of(config) else {
        return vec![report.ok("dimatikan di konfigurasi; hanya browser petugas yang berbunyi")];
    };
    let is_named = matches!(config.bell, Bell::Alsa(_));
    vec![match (device.name(&machine.root), &machine.service) {
        (None, _) => report.warn("tidak ada kartu suara untuk bel"),
        // It has the loudspeaker and says itself how it is.
        (Some(name), Some(service)) => of_service(&name, &service.bell, is_named, report),
        (Some(name), None) => tried(machine, &name, report),
    }]
}

fn of_service(name: &str, bell: &ServiceBell, is_named: bool, report: &Report) -> Finding {
    if let Some(trouble) = &bell.trouble {
        return report.fail(trouble.clone());
    }
    if bell.device.as_deref() != Some(name) {
        let evidence = format!("layanan yang berjalan tidak memakai {name}");
        let cure = match is_named {
            true => {
                "Mulai ulang layanan agar konfigurasi baru berlaku: sudo systemctl restart siaga112."
            }
            false => {
                "Ulangi sebentar lagi; bila tetap, mulai ulang layanan: sudo systemctl restart siaga112."
            }
        };
        return report.cured(Verdict::Warn, evidence, cure);
    }
    let when = |at: &Option<String>| at.clone().unwrap_or_else(|| "belum pernah".to_owned());
    let (sounded, tried) = (when(&bell.sounded), when(&bell.tried));
    let evidence = format!("{name}; terakhir berbunyi: {sounded}; terakhir dicoba: {tried}");
    match bell.tried {
        Some(_) => report.ok(evidence),
        None => report.warn(evidence),
    }
}

/// Without a service the loudspeaker is free: a moment of silence shows whether it opens.
fn tried(machine: &Machine, name: &str, report: &Report) -> Finding {
    let Some(play) = installed(&machine.root, "aplay") else {
        let code = &codes::SOUND_PROGRAM;
        let evidence = format!("{name}: {} (aplay) [{code}]", code.told);
        return report.cured(Verdict::Fail, evidence, code.cure);
    };
    let tools = Tools {
        play,
        ..Tools::default()
    };
    match try_out(name, tools) {
        Ok(()) => report.ok(format!("{name} dapat dibuka")),
        Err(cause) => report.fail(cause),
    }
}
