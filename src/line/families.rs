//! All families of modems: those compiled in, and those of the data directory in their place.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::codes;
use super::profile::{Kind, Profile};
use crate::base::fault::Fault;

/// The profiles a line may use.
#[derive(Clone, Debug)]
pub struct Families(BTreeMap<String, Arc<Profile>>);

/// What a modem said about itself when it was asked.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Told {
    /// Answer to `AT+CGMI`; `None` if it was refused, as analogue modems do.
    pub manufacturer: Option<String>,
    /// Answer to `AT+CGMM`.
    pub model: Option<String>,
    /// Answers to `ATI0` and `ATI3`.
    pub ati: String,
    /// Whether `AT+FCLASS=?` was answered: a modem of the telephone line, even if it lists only its
    /// fax classes (old firmware, spandsp).
    pub has_classes: bool,
}

impl Families {
    /// The compiled-in profiles, replaced and extended by `overrides` (name without `.toml`, text).
    ///
    /// A faulty override is reported and leaves the compiled-in profile in its place: a typing
    /// error must not silence a bell.
    pub fn new<'a>(
        overrides: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> (Families, Vec<Fault>) {
        let mut profiles = BTreeMap::new();
        let mut faults = Vec::new();
        for (name, text) in COMPILED_IN.into_iter().chain(overrides) {
            match Profile::read(name, text) {
                Ok(profile) => {
                    profiles.insert(name.to_owned(), Arc::new(profile));
                }
                Err(fault) => faults.push(fault),
            }
        }
        (Families(profiles), faults)
    }

    /// The compiled-in profiles alone.
    pub fn compiled_in() -> Families {
        Families::new([]).0
    }

    /// One profile by its name.
    pub fn get(&self, name: &str) -> Option<Arc<Profile>> {
        self.0.get(name).cloned()
    }

    /// The plain 27.007 profile.
    #[allow(clippy::expect_used)]
    pub fn generic(&self) -> Arc<Profile> {
        let generic = self.get("generic");
        // invariant: it is compiled in, an override cannot take it away, and a test reads it
        generic.expect("compiled in")
    }

    /// Whether a line may be given this profile: `auto` or a name that exists.
    ///
    /// # Errors
    /// [`codes::PROFILE_UNKNOWN`], naming it.
    pub fn check(&self, name: &str) -> Result<(), Fault> {
        if name == "auto" || self.0.contains_key(name) {
            return Ok(());
        }
        Err(Fault::new(
            &codes::PROFILE_UNKNOWN,
            format!("profile = \"{name}\""),
        ))
    }

    /// Every profile, by name.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Profile>> {
        self.0.values()
    }

    /// The family that fits what the modem said, the most particular one first; else the last
    /// resort of its kind.
    pub fn recognise(&self, told: &Told) -> Option<Arc<Profile>> {
        let best = self
            .all()
            .map(|profile| (particularity(profile, told), profile))
            .filter(|(points, _)| *points > 0)
            .max_by_key(|(points, _)| *points);
        if let Some((_, profile)) = best {
            return Some(profile.clone());
        }
        let kind = match told.manufacturer {
            None if told.has_classes => Kind::Analog,
            None | Some(_) => Kind::Cellular,
        };
        self.all()
            .find(|profile| profile.identity.last_resort && profile.kind == kind)
            .cloned()
    }
}

/// How many of the profile's questions are answered as it wants; 0 when one is not, or when it
/// asks nothing.
fn particularity(profile: &Profile, told: &Told) -> usize {
    let identity = &profile.identity;
    let questions = [
        (&identity.manufacturer, told.manufacturer.as_deref()),
        (&identity.model, told.model.as_deref()),
        (&identity.ati, Some(told.ati.as_str())),
    ];
    let mut points = 0;
    for (words, answer) in questions {
        if words.is_empty() {
            continue;
        }
        let answer = answer.unwrap_or_default().to_ascii_lowercase();
        if !words.iter().any(|word| answer.contains(word.as_str())) {
            return 0;
        }
        points += 1;
    }
    points
}

const COMPILED_IN: [(&str, &str); 9] = [
    ("huawei", include_str!("../../hardware/modems/huawei.toml")),
    (
        "simcom7600",
        include_str!("../../hardware/modems/simcom7600.toml"),
    ),
    (
        "quectel-ec2x",
        include_str!("../../hardware/modems/quectel-ec2x.toml"),
    ),
    ("sim800", include_str!("../../hardware/modems/sim800.toml")),
    ("a7670", include_str!("../../hardware/modems/a7670.toml")),
    (
        "rockwell",
        include_str!("../../hardware/modems/rockwell.toml"),
    ),
    (
        "v253-usr",
        include_str!("../../hardware/modems/v253-usr.toml"),
    ),
    (
        "v253-conexant",
        include_str!("../../hardware/modems/v253-conexant.toml"),
    ),
    (
        "generic",
        include_str!("../../hardware/modems/generic.toml"),
    ),
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    fn recognised(manufacturer: Option<&str>, model: Option<&str>, ati: &str) -> String {
        let told = Told {
            manufacturer: manufacturer.map(str::to_owned),
            model: model.map(str::to_owned),
            ati: ati.to_owned(),
            has_classes: manufacturer.is_none(),
        };
        let profile = Families::compiled_in()
            .recognise(&told)
            .expect("a last resort");
        profile.name.clone()
    }

    #[test]
    fn every_compiled_in_profile_is_sound() {
        let (families, faults) = Families::new([]);
        assert!(faults.is_empty(), "{faults:?}");
        assert_eq!(families.all().count(), COMPILED_IN.len());
    }

    #[test]
    fn modems_are_recognised_by_what_they_say() {
        assert_eq!(recognised(Some("huawei"), Some("E173"), ""), "huawei");
        let simcom = Some("SIMCOM INCORPORATED");
        assert_eq!(recognised(simcom, Some("SIM7600G-H"), ""), "simcom7600");
        assert_eq!(recognised(simcom, Some("SIMCOM_SIM800L"), ""), "sim800");
        assert_eq!(recognised(simcom, Some("A7670E-LASE"), ""), "a7670");
        assert_eq!(
            recognised(Some("Quectel"), Some("EC25"), ""),
            "quectel-ec2x"
        );
        assert_eq!(recognised(None, None, "5601"), "v253-usr");
        assert_eq!(recognised(None, None, "56000"), "v253-conexant");
        assert_eq!(recognised(None, None, "9999"), "v253-conexant");
        assert_eq!(recognised(None, None, "33600"), "rockwell");
        assert_eq!(recognised(None, None, "3361"), "v253-usr");
        assert_eq!(recognised(Some("Telit"), Some("LE910"), ""), "generic");
        assert_eq!(recognised(simcom, Some("SIM5320"), ""), "generic");
    }

    #[test]
    fn a_file_of_the_same_name_replaces_a_profile_and_a_faulty_one_does_not() {
        let text = COMPILED_IN[0].1.replace("title = \"", "title = \"Kantor: ");
        let (families, faults) = Families::new([("huawei", text.as_str()), ("sim800", "nama = 1")]);
        let title = |name| families.get(name).expect("there").title.clone();
        assert!(title("huawei").starts_with("Kantor: "));
        assert_eq!(faults.len(), 1);
        assert!(faults[0].chain().contains("sim800.toml"));
        assert!(!title("sim800").is_empty());
    }
}
