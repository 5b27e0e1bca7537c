//! The families of the transcripts, as the ear is set up for them.

use std::time::Duration;

use crate::line::ear::EarSetup;

/// Unknown families are heard as plain 27.007.
pub(super) fn setup(family: &str) -> EarSetup {
    let plain = EarSetup::default();
    let voice_modem = || EarSetup {
        in_band: true,
        ring_gone: Duration::from_secs(7),
        ..EarSetup::default()
    };
    match family {
        "huawei" => EarSetup {
            audio_format: "s16le_8000_mono_20ms",
            ..plain
        },
        "sim7600" => EarSetup {
            audio_refusal: "enable_refused",
            ..plain
        },
        "a7670" => EarSetup {
            audio_refusal: "analog_only",
            ..plain
        },
        "sim800" => EarSetup {
            audio_refusal: "analog_only",
            brown_out_ends_calls: true,
            ..plain
        },
        "v253-conexant" => EarSetup {
            dial_tone_trusted: true,
            ..voice_modem()
        },
        "v253-usr" => voice_modem(),
        "rockwell" => EarSetup {
            t_is_off_hook: true,
            dial_tone_trusted: true,
            ..voice_modem()
        },
        _ => plain,
    }
}
