//! The settings as meant: what the rest of the program is given.

use core::net::SocketAddr;
use std::fmt;
use std::path::PathBuf;

use jiff::tz::TimeZone;

use super::problem::Problem;
use crate::base::ids::LineName;
use crate::base::limits;

/// Everything the file decides. Office facts (people, agencies, texts) are not here: they belong
/// to the journal.
#[derive(Clone, PartialEq, Debug)]
pub struct Config {
    pub center: Center,
    pub web: Web,
    pub lines: Vec<LineConfig>,
    pub upstream: Option<Upstream>,
    pub recording: Recording,
    pub bell: Bell,
    /// Every setting in effect and where it comes from, for `config print`.
    pub settings: Vec<Setting>,
    /// What is allowed and will hurt.
    pub warnings: Vec<Problem>,
}

impl Config {
    /// Defaults and nothing else, for a verb that only looks at data whose configuration is not at
    /// hand. Nothing may be recorded under it.
    pub fn of_nobody() -> Config {
        Config {
            center: Center {
                name: String::new(),
                area: None,
                timezone: TimeZone::UTC,
                language: Language::default(),
                area_code: None,
            },
            web: Web {
                listen: Vec::new(),
                names: Vec::new(),
            },
            lines: Vec::new(),
            upstream: None,
            recording: Recording::default(),
            bell: Bell::None,
            settings: Vec::new(),
            warnings: Vec::new(),
        }
    }
}

/// The office.
#[derive(Clone, PartialEq, Debug)]
pub struct Center {
    pub name: String,
    /// Kemendagri code, `71.07` or `71`.
    pub area: Option<String>,
    pub timezone: TimeZone,
    pub language: Language,
    /// Telephone area code with its zero, completes local landline numbers: `0431`.
    pub area_code: Option<String>,
}

/// Language of pages and messages where nobody has chosen one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Language {
    #[default]
    Indonesian,
    English,
}

impl Language {
    /// `id` or `en`.
    pub fn code(self) -> &'static str {
        match self {
            Language::Indonesian => "id",
            Language::English => "en",
        }
    }
}

/// The web server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Web {
    pub listen: Vec<SocketAddr>,
    /// What the certificate is for; the LAN's addresses are added by `pki`.
    pub names: Vec<String>,
}

/// Room for recordings, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Recording {
    /// All of them together.
    pub max_bytes: u64,
    /// Free on the disk beside them.
    pub keep_free_bytes: u64,
}

impl Default for Recording {
    fn default() -> Recording {
        Recording {
            max_bytes: limits::RECORDINGS_BYTES_MAX,
            keep_free_bytes: limits::DISK_FREE_BYTES_GOOD,
        }
    }
}

/// Where the box itself rings.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Bell {
    /// On the first sound card that plays and is no line's, if there is one.
    #[default]
    Auto,
    /// Nowhere: browsers alone ring.
    None,
    /// On this ALSA device.
    Alsa(String),
}

/// One telephone line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LineConfig {
    pub name: LineName,
    pub port: PathBuf,
    pub audio: Audio,
    /// `auto` or the name of a file in `hardware/modems`, without `.toml`.
    pub profile: String,
    pub pin: Option<Pin>,
}

/// How the sound of a line comes in.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Audio {
    /// Not at all: a handset hangs on the modem.
    #[default]
    None,
    /// Through the command port (V.253).
    InBand,
    /// Through a PCM port.
    Port(PathBuf),
    /// Through a sound card, by its ALSA name: `plughw:CARD=Device`.
    Alsa(String),
}

/// A SIM's PIN. Never shown, not even in part.
#[derive(Clone, PartialEq, Eq)]
pub struct Pin(String);

impl Pin {
    pub(super) fn new(digits: &str) -> Pin {
        Pin(digits.to_owned())
    }

    /// The digits, for the modem.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(…)")
    }
}

/// Where the journal is sent when the internet is there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Upstream {
    pub url: String,
}

/// One setting in effect.
#[derive(Clone, PartialEq, Debug)]
pub struct Setting {
    /// `center.name`, `line.Telkomsel-1.port`.
    pub key: String,
    /// A text or a list of texts; secrets as dots.
    pub value: serde_json::Value,
    pub origin: Origin,
}

/// Where a setting comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// This line of the file.
    Line(usize),
    /// The program's own.
    Default,
}
