//! The modem profiles a line may name: those compiled in, and the office's own.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::base::fault::Fault;
use crate::config::{self, Config, LineConfig, Origin, Problem, codes};
use crate::line::families::Families;

/// What is known of profiles on this machine.
pub(super) struct Profiles {
    pub families: Families,
    /// Own profiles that cannot be used.
    pub faults: Vec<Fault>,
    folder: PathBuf,
    /// Names of own files, also of those that cannot be used.
    own: Vec<String>,
    /// `false`: we may not look whether there are own ones.
    is_seen: bool,
}

impl Profiles {
    /// The compiled-in ones, and those an administrator has put into the data folder.
    pub fn of(data: &Path) -> Profiles {
        let folder = data.join("modems");
        let entries = fs::read_dir(&folder);
        let is_seen = match &entries {
            Ok(_) => true,
            Err(error) => error.kind() == ErrorKind::NotFound,
        };
        let own: Vec<(String, String)> = entries
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| read(&entry.path()))
            .collect();
        let pairs = own
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()));
        let (families, faults) = Families::new(pairs);
        Profiles {
            families,
            faults,
            folder,
            own: own.into_iter().map(|(name, _)| name).collect(),
            is_seen,
        }
    }

    /// Whether an own profile that cannot be seen here may be the one that is named.
    pub fn may_be_hidden(&self) -> bool {
        !self.is_seen
    }

    /// Lines whose profile does not exist. One that exists and has a mistake in it is told
    /// elsewhere, and its line works by what the modem says of itself.
    pub fn unknown(&self, config: &Config) -> Vec<Problem> {
        let is_unknown = |line: &&LineConfig| {
            self.families.check(&line.profile).is_err() && !self.own.contains(&line.profile)
        };
        let unknown = config.lines.iter().filter(is_unknown);
        unknown.map(|line| self.problem(config, line)).collect()
    }

    fn problem(&self, config: &Config, line: &LineConfig) -> Problem {
        let key = format!("line.{}.profile", line.name);
        let setting = config.settings.iter().find(|setting| setting.key == key);
        let place = setting.and_then(|setting| match setting.origin {
            Origin::Line(line) => Some(line),
            Origin::Default => None,
        });
        let mut known = vec!["auto"];
        known.extend(self.families.all().map(|profile| profile.name.as_str()));
        let meant = match config::nearest(&line.profile, &known) {
            Some(near) => format!("Mungkin maksudnya \"{near}\". "),
            None => String::new(),
        };
        let cure = format!(
            "{meant}Yang ada: {}. Profil buatan kantor: {}",
            known.join(", "),
            self.folder.join(format!("{}.toml", line.profile)).display()
        );
        let what = format!("profil modem \"{}\" tidak ada", line.profile);
        Problem::new(&codes::UNKNOWN_PROFILE, place, what).cured_by(cure)
    }
}

fn read(path: &Path) -> Option<(String, String)> {
    let is_profile = path.extension().is_some_and(|end| end == "toml");
    let name = path.file_stem()?.to_str()?.to_owned();
    is_profile.then(|| Some((name, fs::read_to_string(path).ok()?)))?
}
