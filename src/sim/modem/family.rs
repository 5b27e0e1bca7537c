//! The families as they are asked for by name.

use std::fmt;
use std::str::FromStr;

use super::analog;
use super::cellular;

/// Which device this is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Family {
    /// A 3G stick of the E173 kind.
    Huawei,
    /// SIM7600.
    Simcom,
    /// A7670: SIMCom's cheap LTE module on a UART.
    A7670,
    /// EC25.
    Quectel,
    /// SIM800 on a UART.
    Sim800,
    /// Nothing but 3GPP TS 27.007 and 27.005.
    Plain,
    /// US Robotics 5637.
    V253Usr,
    /// Conexant CX930xx.
    V253Conexant,
}

/// What stands behind the name.
pub enum Kind {
    Cellular(&'static cellular::Persona),
    Analog(&'static analog::Persona),
}

impl Family {
    /// Every family with the name it is asked for by.
    pub const ALL: [(&'static str, Family); 9] = [
        ("huawei", Family::Huawei),
        ("simcom", Family::Simcom),
        ("a7670", Family::A7670),
        ("quectel", Family::Quectel),
        ("sim800", Family::Sim800),
        ("plain", Family::Plain),
        ("v253", Family::V253Usr),
        ("v253-usr", Family::V253Usr),
        ("v253-conexant", Family::V253Conexant),
    ];

    /// Whether it has a second tty for sound.
    pub fn has_audio_port(self) -> bool {
        matches!(self.persona(), Kind::Cellular(persona) if persona.audio_port)
    }

    /// Whether sound goes through its command port (V.253).
    pub fn is_in_band(self) -> bool {
        matches!(self.persona(), Kind::Analog(_))
    }

    /// The device's own data.
    pub(super) fn persona(self) -> Kind {
        match self {
            Family::Huawei => Kind::Cellular(&cellular::HUAWEI),
            Family::Simcom => Kind::Cellular(&cellular::SIMCOM),
            Family::A7670 => Kind::Cellular(&cellular::A7670),
            Family::Quectel => Kind::Cellular(&cellular::QUECTEL),
            Family::Sim800 => Kind::Cellular(&cellular::SIM800),
            Family::Plain => Kind::Cellular(&cellular::PLAIN),
            Family::V253Usr => Kind::Analog(&analog::USR),
            Family::V253Conexant => Kind::Analog(&analog::CONEXANT),
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Family::ALL.iter().find(|(_, family)| family == self);
        f.write_str(name.map_or("", |(name, _)| name))
    }
}

/// No family of this name.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "keluarga modem tidak dikenal: {0}; yang ada: huawei simcom a7670 quectel sim800 plain v253 v253-conexant"
)]
pub struct NotAFamily(pub String);

impl FromStr for Family {
    type Err = NotAFamily;
    fn from_str(name: &str) -> Result<Family, NotAFamily> {
        let found = Family::ALL.iter().find(|(known, _)| *known == name);
        found
            .map(|&(_, family)| family)
            .ok_or_else(|| NotAFamily(name.to_owned()))
    }
}
