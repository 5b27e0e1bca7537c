//! What the box itself says to callers: the words, the sound that is compiled in, and whether a
//! recording of the office is fit to be played instead.

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

use serde::Deserialize;

use super::frame::RATE_HZ;
use super::loudness::{hold_peaks, measure};
use super::wav::{self, NotWav};
use crate::base::lang::Lang;
use crate::base::limits;
pub use crate::base::prompt::Prompt;

/// The sound of a prompt that is compiled in: a WAV file, spoken by `web/sound/generate`.
pub fn default_sound(prompt: Prompt, lang: Lang) -> &'static [u8] {
    macro_rules! spoken {
        ($name:literal) => {
            match lang {
                Lang::Id => include_bytes!(concat!("../../web/sound/prompts/id/", $name, ".wav")),
                Lang::En => include_bytes!(concat!("../../web/sound/prompts/en/", $name, ".wav")),
            }
        };
    }
    match prompt {
        Prompt::Queue => spoken!("queue"),
        Prompt::Hold => spoken!("hold"),
        Prompt::Transfer => spoken!("transfer"),
        Prompt::Silent => spoken!("silent"),
        Prompt::Restricted => spoken!("restricted"),
        Prompt::Recorded => spoken!("recorded"),
        Prompt::Closing => spoken!("closing"),
    }
}

/// The words of a prompt, as they are spoken.
pub fn text(prompt: Prompt, lang: Lang) -> &'static str {
    let Some(words) = WORDS.get(prompt.as_str()) else {
        // A test reads every one; words that are missing silence nobody.
        return "";
    };
    match lang {
        Lang::Id => &words.id,
        Lang::En => &words.en,
    }
}

/// The samples of a WAV file at 8 kHz.
///
/// # Errors
/// [`NotWav`] says what does not fit.
pub fn samples(file: &[u8]) -> Result<Vec<i16>, NotWav> {
    Ok(wav::read(file)?.at_8_khz())
}

/// How long so many samples last.
pub fn lasts(samples: &[i16]) -> Duration {
    let count = u32::try_from(samples.len()).unwrap_or(u32::MAX);
    Duration::from_secs(1) * count / RATE_HZ
}

/// Why a recording is not played to callers.
#[derive(Clone, Copy, PartialEq, Debug, thiserror::Error)]
pub enum Unfit {
    #[error(transparent)]
    File(#[from] NotWav),
    #[error("{lasts:?} is too short")]
    Short { lasts: Duration },
    #[error("{lasts:?} is too long")]
    Long { lasts: Duration },
    #[error("nothing can be heard in it")]
    Silent,
    #[error("speech at {speech_db:.0} dBFS is too quiet")]
    Quiet { speech_db: f32 },
    #[error("speech at {speech_db:.0} dBFS is too loud")]
    Loud { speech_db: f32 },
}

/// A recording of the office as it will be played: at 8 kHz, its peaks held at [`PEAK_DB`] and
/// otherwise as it was made.
///
/// # Errors
/// [`Unfit`] says what is wrong with it.
pub fn recording(file: &[u8]) -> Result<Vec<i16>, Unfit> {
    let sound = wav::read(file)?;
    // Before the work of bringing it to 8 kHz: a file may hold many minutes.
    let seconds = sound.samples.len() as f64 / f64::from(sound.rate_hz);
    let lasts = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
    if lasts > limits::PROMPT_LASTS_MAX {
        return Err(Unfit::Long { lasts });
    }
    if lasts < limits::PROMPT_LASTS_MIN {
        return Err(Unfit::Short { lasts });
    }
    let samples = sound.at_8_khz();
    let loudness = measure(&samples);
    let speech_db = loudness.speech_db;
    if loudness.peak_db <= SILENT_PEAK_DB {
        return Err(Unfit::Silent);
    }
    if speech_db < QUIET_DB {
        return Err(Unfit::Quiet { speech_db });
    }
    if speech_db > LOUD_DB {
        return Err(Unfit::Loud { speech_db });
    }
    Ok(hold_peaks(&samples, PEAK_DB))
}

/// Where speech should be on average: what a telephone network expects, and 2 dB below what makes
/// some soft modems overflow (fax modems that compute on the host's processor).
pub const SPEECH_DB: f32 = -20.0;

/// Speech above this is refused: even with its peaks held it would overflow a soft modem.
pub const LOUD_DB: f32 = -14.0;

/// Speech below this is refused: nobody beside a road understands it.
pub const QUIET_DB: f32 = -32.0;

/// No sample above this leaves for a line.
pub const PEAK_DB: f32 = -6.0;

/// A recording without any peak above this is one of a microphone that was off.
const SILENT_PEAK_DB: f32 = -40.0;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    id: String,
    en: String,
}

static WORDS: LazyLock<BTreeMap<String, Words>> = LazyLock::new(|| {
    // invariant: the file is compiled in and a test reads every text of it
    toml::from_str(include_str!("../../web/sound/prompts.toml")).unwrap_or_default()
});

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use crate::voice::loudness::Loudness;
    use proptest::prelude::*;

    #[test]
    fn every_prompt_is_spoken_in_both_languages_at_the_level_of_a_telephone() {
        for prompt in Prompt::ALL {
            for lang in Lang::ALL {
                let name = format!("{lang:?} {prompt:?}");
                let samples = samples(default_sound(prompt, lang)).expect(&name);
                let lasts = lasts(&samples).as_secs_f32();
                assert!((1.0..15.0).contains(&lasts), "{name}: {lasts} s");
                let Loudness { speech_db, peak_db } = measure(&samples);
                let off = (speech_db - SPEECH_DB).abs();
                assert!(off < 1.5, "{name}: {speech_db}");
                assert!(peak_db < PEAK_DB, "{name}: {peak_db}");
                assert!(text(prompt, lang).len() > 10, "{name}");
            }
            assert_ne!(text(prompt, Lang::Id), text(prompt, Lang::En));
        }
        assert_eq!(WORDS.len(), Prompt::ALL.len(), "words that nobody says");
    }

    #[test]
    fn a_restricted_caller_is_not_kept_for_longer_than_nine_seconds() {
        for lang in Lang::ALL {
            let spoken = samples(default_sound(Prompt::Restricted, lang)).unwrap();
            assert!(lasts(&spoken) <= Duration::from_secs(9), "{lang:?}");
        }
    }

    #[test]
    fn no_two_prompts_are_the_same_sound() {
        let all = Prompt::ALL.into_iter();
        let all = all.flat_map(|p| Lang::ALL.map(|lang| default_sound(p, lang)));
        let mut all: Vec<&[u8]> = all.collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), Prompt::ALL.len() * Lang::ALL.len());
    }

    /// A tone like a voice: loud and soft by turns.
    fn voice(amplitude: f32, seconds: f32, rate_hz: u32) -> Vec<i16> {
        let count = (seconds * rate_hz as f32) as usize;
        let wave = |i: usize| {
            let at = i as f32 / rate_hz as f32;
            let syllable = (at * 4.0 * std::f32::consts::TAU).sin().abs();
            (amplitude * syllable * (at * 300.0 * std::f32::consts::TAU).sin()) as i16
        };
        (0..count).map(wave).collect()
    }

    fn refused(amplitude: f32, seconds: f32) -> Unfit {
        recording(&wav::file(&voice(amplitude, seconds, 8_000))).unwrap_err()
    }

    #[test]
    fn a_good_recording_stays_as_it_was_made() {
        let made = voice(8_000.0, 2.0, 8_000);
        assert_eq!(recording(&wav::file(&made)).unwrap(), made);
        // Peaks are held, the rest is left alone.
        let mut cracked = made.clone();
        cracked[8_000] = i16::MAX;
        let held = recording(&wav::file(&cracked)).unwrap();
        assert!(measure(&held).peak_db <= PEAK_DB);
        assert_eq!(held[..7_900], made[..7_900]);
    }

    #[test]
    fn what_callers_would_not_hear_or_not_bear_is_refused_with_its_reason() {
        assert!(matches!(refused(0.0, 2.0), Unfit::Silent));
        assert!(matches!(refused(300.0, 2.0), Unfit::Silent));
        assert!(matches!(refused(900.0, 2.0), Unfit::Quiet { .. }));
        assert!(matches!(refused(30_000.0, 2.0), Unfit::Loud { .. }));
        assert!(matches!(refused(8_000.0, 0.3), Unfit::Short { .. }));
        assert!(matches!(refused(8_000.0, 30.1), Unfit::Long { .. }));
        assert_eq!(
            recording(b"ID3 a song").unwrap_err(),
            Unfit::File(NotWav::NotRiff)
        );
    }

    proptest! {
        /// Garbage, and files of ours with garbage in them: refused or taken, never a panic, and
        /// what is taken keeps to the limits.
        #[test]
        fn whatever_is_uploaded_is_refused_or_fit(
            garbage in prop::collection::vec(any::<u8>(), 0..2_000),
            marks in prop::collection::vec((0..60_usize, any::<u8>()), 0..6),
            whole in any::<bool>(),
        ) {
            let mut file = garbage;
            if whole {
                file = wav::file(&voice(8_000.0, 0.6, 8_000));
            }
            for (at, byte) in marks {
                if let Some(place) = file.get_mut(at) {
                    *place = byte;
                }
            }
            if let Ok(samples) = recording(&file) {
                prop_assert!(lasts(&samples) <= limits::PROMPT_LASTS_MAX);
                prop_assert!(measure(&samples).peak_db <= PEAK_DB);
            }
        }
    }
}
