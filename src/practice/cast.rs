//! Who calls in practice and in the demo: invented people, from `web/sound/cast.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

use serde::Deserialize;

use super::voices;
use crate::desk::call::Class;
use crate::http::practice::{Scenario, Words};

/// One caller: a number, a voice and a habit.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caller {
    pub id: String,
    /// `None`: comes only when asked to.
    pub kind: Option<Kind>,
    /// As dialled; `None` = hides the number.
    pub number: Option<String>,
    /// Whose voice is heard; `None`: silent.
    sound: Option<String>,
    /// Sends this instead of calling.
    pub text: Option<String>,
    #[serde(default)]
    patience_s: u64,
    #[serde(default)]
    talks_s: u64,
    again_s: Option<u64>,
    knocks_s: Option<u64>,
    /// Pressed when answered.
    pub key: Option<char>,
    expects: Option<Class>,
    icon: String,
    title: Words,
    task: Words,
}

/// What kind of call of a small centre's day it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Ghost,
    Prank,
    Child,
    Information,
    Real,
}

impl Caller {
    /// The file with the voice: WAV, A-law, 8 kHz.
    pub fn voice(&self) -> Option<&'static [u8]> {
        voices::named(self.sound.as_deref()?)
    }

    /// What is heard, or read; shown so that an audience can play along.
    pub fn says(&self) -> &str {
        let spoken = self.sound.as_ref().and_then(|sound| SPOKEN.get(sound));
        let text = self.text.as_deref();
        text.or(spoken.map(|spoken| spoken.says.as_str()))
            .unwrap_or("(hening)")
    }

    /// How long it rings before the caller gives up.
    pub fn patience(&self) -> Duration {
        Duration::from_secs(self.patience_s)
    }

    /// How long the caller stays once answered.
    pub fn talks(&self) -> Duration {
        Duration::from_secs(self.talks_s)
    }

    /// From one beginning of the voice to the next.
    pub fn again(&self) -> Option<Duration> {
        self.again_s.map(Duration::from_secs)
    }

    /// From two knocks to the next two.
    pub fn knocks(&self) -> Option<Duration> {
        self.knocks_s.map(Duration::from_secs)
    }

    /// Whether this is who answers under a number in any spelling of Indonesia's.
    pub fn has_number(&self, number: &str) -> bool {
        let own = self.number.as_deref().map(national);
        own == Some(national(number))
    }

    fn scenario(&self) -> Scenario {
        Scenario {
            id: self.id.clone(),
            icon: self.icon.clone(),
            title: self.title.clone(),
            task: self.task.clone(),
            says: self.says().to_owned(),
            number: self.number.clone(),
            expects: self.expects,
        }
    }
}

/// Without what stands for the country, or for being within it.
fn national(number: &str) -> &str {
    let digits = number.strip_prefix('+').unwrap_or(number);
    let within = digits.strip_prefix('0');
    within.or(digits.strip_prefix("62")).unwrap_or(digits)
}

/// Everybody.
pub fn everybody() -> &'static [Caller] {
    &CAST.callers
}

/// Somebody.
pub fn named(id: &str) -> Option<&'static Caller> {
    everybody().iter().find(|caller| caller.id == id)
}

/// The people of the demo, in the order they call.
pub fn of_the_demo() -> impl Iterator<Item = &'static Caller> + Clone {
    CAST.demo.iter().filter_map(|id| named(id))
}

/// Everybody, as a trainer sees them.
pub fn scenarios() -> Vec<Scenario> {
    everybody().iter().map(Caller::scenario).collect()
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cast {
    demo: Vec<String>,
    #[serde(rename = "caller")]
    callers: Vec<Caller>,
}

/// Of `callers.toml`, which is about making the voices.
#[derive(Deserialize)]
struct Spoken {
    says: String,
}

// invariant: both files are compiled in and read by the tests below; one that could not be read
// would leave nobody to call
static CAST: LazyLock<Cast> = LazyLock::new(|| toml::from_str(CAST_FILE).unwrap_or_default());
static SPOKEN: LazyLock<BTreeMap<String, Spoken>> =
    LazyLock::new(|| toml::from_str(SPOKEN_FILE).unwrap_or_default());

const CAST_FILE: &str = include_str!("../../web/sound/cast.toml");
const SPOKEN_FILE: &str = include_str!("../../web/sound/callers.toml");

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn the_cast_can_be_read_and_everybody_in_it_is_somebody_else() {
        let cast: Cast = toml::from_str(CAST_FILE).unwrap();
        toml::from_str::<BTreeMap<String, Spoken>>(SPOKEN_FILE).unwrap();
        let mut ids: Vec<&str> = cast.callers.iter().map(|c| c.id.as_str()).collect();
        ids.sort_unstable();
        let all = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), all);
        assert!(all >= 10);
        assert_eq!(of_the_demo().count(), cast.demo.len());
    }

    #[test]
    fn every_number_is_invented() {
        for caller in everybody() {
            let Some(number) = &caller.number else {
                continue;
            };
            assert!(national(number).starts_with("840"), "{number}");
        }
    }

    #[test]
    fn everybody_who_speaks_has_words_and_a_voice_that_plays() {
        for caller in everybody() {
            assert!(!caller.says().is_empty(), "{}", caller.id);
            let Some(sound) = &caller.sound else {
                continue;
            };
            assert_ne!(caller.says(), "(hening)", "{sound}");
            let voice = caller.voice().map(crate::voice::wav::read);
            assert!(matches!(voice, Some(Ok(_))), "{sound}");
        }
    }

    #[test]
    fn everybody_says_what_they_are_for_in_both_languages() {
        for caller in everybody() {
            for words in [&caller.title, &caller.task] {
                assert!(
                    !words.id.is_empty() && !words.en.is_empty(),
                    "{}",
                    caller.id
                );
            }
            let is_call = caller.text.is_none();
            assert_eq!(is_call, caller.patience_s > 0, "{}", caller.id);
            // What is talked about is classified.
            assert_eq!(
                caller.expects.is_some(),
                caller.talks_s > 0,
                "{}",
                caller.id
            );
        }
    }

    #[test]
    fn whoever_is_called_back_is_known_in_any_spelling() {
        let snake = named("snake").unwrap();
        for spelling in ["+6284001010001", "084001010001", "6284001010001"] {
            assert!(snake.has_number(spelling), "{spelling}");
        }
        assert!(!snake.has_number("084001010002"));
        assert!(!named("knocks").unwrap().has_number(""));
    }
}
