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
        same => same,
    };
    let profile = FAMILIES.get(profile).unwrap_or_else(|| FAMILIES.generic());
    profile.ear(None, None)
}

/// Read once: a recording has many dialogues.
static FAMILIES: LazyLock<Families> = LazyLock::new(Families::compiled_in);
