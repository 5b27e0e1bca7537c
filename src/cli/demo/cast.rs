//! Who calls in the demo: invented people with numbers of prefix 0840, which no operator has.
//!
//! The mix is that of a real small centre (Purworejo, `domain.md` 2.2): mostly silence and jokes,
//! a few questions, now and then somebody whose house is burning.

use std::time::Duration;

/// One caller: a number and a habit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Caller {
    /// As dialled; `None` = hides the number.
    pub number: Option<&'static str>,
    /// What this person would say; shown on the terminal so that the audience can play along.
    pub says: &'static str,
    /// Which recording of [`VOICES`] is this person's voice; without it he or she is silent.
    pub sound: &'static str,
    /// How long the caller lets it ring before giving up.
    pub patience: Duration,
    /// How long the caller talks once answered.
    pub talks: Duration,
    /// A key pressed while talking, if any.
    pub key: Option<char>,
}

impl Caller {
    /// The file with the voice: WAV, A-law, 8 kHz.
    pub fn voice(&self) -> Option<&'static [u8]> {
        let found = VOICES.iter().find(|(name, _)| *name == self.sound);
        found.map(|(_, file)| *file)
    }
}

/// The recordings that are compiled in, by name.
const VOICES: &[(&str, &[u8])] = &[
    ("cat", include_bytes!("../../../web/sound/callers/cat.wav")),
    (
        "children",
        include_bytes!("../../../web/sound/callers/children.wav"),
    ),
    (
        "crash",
        include_bytes!("../../../web/sound/callers/crash.wav"),
    ),
    (
        "fire",
        include_bytes!("../../../web/sound/callers/fire.wav"),
    ),
    (
        "fried_rice",
        include_bytes!("../../../web/sound/callers/fried_rice.wav"),
    ),
    (
        "knocks",
        include_bytes!("../../../web/sound/callers/knocks.wav"),
    ),
    (
        "power",
        include_bytes!("../../../web/sound/callers/power.wav"),
    ),
    (
        "smoke",
        include_bytes!("../../../web/sound/callers/smoke.wav"),
    ),
    (
        "snake",
        include_bytes!("../../../web/sound/callers/snake.wav"),
    ),
    (
        "tree",
        include_bytes!("../../../web/sound/callers/tree.wav"),
    ),
];

const fn caller(
    sound: &'static str,
    number: Option<&'static str>,
    says: &'static str,
    patience_s: u64,
    talks_s: u64,
    key: Option<char>,
) -> Caller {
    Caller {
        number,
        says,
        sound,
        patience: Duration::from_secs(patience_s),
        talks: Duration::from_secs(talks_s),
        key,
    }
}

/// The people of the demo, in the order they call; then it begins again.
pub const CAST: &[Caller] = &[
    caller(
        "snake",
        Some("+6284001010001"),
        "Pak, ada ular besar masuk dapur, anak saya di kamar. Di Jalan Yos Sudarso dua.",
        45,
        40,
        None,
    ),
    caller(
        "fried_rice",
        Some("084001030045"),
        "Bang, pesan nasi goreng satu.",
        30,
        12,
        None,
    ),
    caller(
        "knocks",
        None,
        "(napas, dua ketukan, suara laki-laki marah)",
        40,
        25,
        Some('5'),
    ),
    caller(
        "fire",
        Some("+6284001010002"),
        "Kebakaran! Kios di Pasar Induk, apinya besar, ada tabung gas!",
        60,
        50,
        None,
    ),
    caller(
        "smoke",
        Some("+6284001010003"),
        "Asap hitam dekat pasar, tolong!",
        40,
        30,
        None,
    ),
    caller(
        "cat",
        Some("084001020014"),
        "Kucing jatuh di selokan dekat pasar, kasihan.",
        35,
        20,
        None,
    ),
    caller("", Some("084001040071"), "(hening)", 18, 8, None),
    caller("", Some("084001040071"), "(hening)", 14, 8, None),
    caller(
        "crash",
        Some("+6284001010005"),
        "Truk sama motor tabrakan di jalan poros kilo empat puluh, dua orang tidak bangun.",
        60,
        55,
        None,
    ),
    caller(
        "power",
        Some("084001050012"),
        "Nomor PLN berapa, Bu? Token saya tidak masuk.",
        30,
        18,
        None,
    ),
    caller(
        "children",
        Some("084001030046"),
        "(anak-anak tertawa)",
        20,
        6,
        Some('1'),
    ),
    caller(
        "tree",
        Some("+6284001040031"),
        "Pohon besar tumbang nutup jalan Ratahan–Tombatu, ada motor ketimpa, orangnya sadar.",
        50,
        45,
        None,
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_of_the_demo_is_invented() {
        for caller in CAST {
            let Some(number) = caller.number else {
                continue;
            };
            let digits = number.trim_start_matches("+62").trim_start_matches('0');
            assert!(digits.starts_with("840"), "{number}");
        }
    }

    #[test]
    fn everybody_who_speaks_has_a_voice_that_plays() {
        for caller in CAST.iter().filter(|caller| !caller.sound.is_empty()) {
            let voice = caller.voice().map(crate::voice::wav::read);
            assert!(matches!(voice, Some(Ok(_))), "{}", caller.sound);
        }
    }
}
