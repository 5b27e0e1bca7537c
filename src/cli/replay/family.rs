//! The families of the transcripts, heard as the compiled-in profiles say.

use std::sync::LazyLock;

use crate::line::ear::EarSetup;
use crate::line::families::Families;

/// Unknown families are heard as plain 27.007.
pub(super) fn setup(family: &str) -> EarSetup {
    let profile = match family {
        "sim7600" | "simcom" => "simcom7600",
        "quectel" => "quectel-ec2x",
        "v253" => "v253-conexant",
        // Old Rockwell chips speak as their heirs do, but for one code.
        "rockwell" => "v253-conexant",
        same => same,
    };
    let profile = FAMILIES.get(profile).unwrap_or_else(|| FAMILIES.generic());
    let setup = profile.ear(None, None);
    EarSetup {
        t_is_off_hook: setup.t_is_off_hook || family == "rockwell",
        ..setup
    }
}

/// Read once: a recording has many dialogues.
static FAMILIES: LazyLock<Families> = LazyLock::new(Families::compiled_in);
