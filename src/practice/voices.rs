//! The callers' voices, compiled in: WAV, A-law, 8 kHz, made by `web/sound/generate`.

/// The file with this voice.
pub(super) fn named(name: &str) -> Option<&'static [u8]> {
    let found = VOICES.iter().find(|(known, _)| *known == name);
    found.map(|(_, file)| *file)
}

macro_rules! voices {
    ($($name:literal)+) => {
        &[$(($name, include_bytes!(concat!("../../web/sound/callers/", $name, ".wav")))),+]
    };
}

const VOICES: &[(&str, &[u8])] = voices! {
    "bus" "cat" "children" "crash" "drowning" "fire" "fried_rice" "knocks" "music" "power" "smoke"
    "snake" "sorry" "sparks" "tree" "water" "whisper" "wrong_number"
};
