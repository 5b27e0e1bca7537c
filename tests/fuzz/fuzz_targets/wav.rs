//! Any file that somebody uploads as a sound is a sound within the limits or a refusal.
#![no_main]

use libfuzzer_sys::fuzz_target;
use siaga112::voice::{prompt, wav};

fuzz_target!(|data: &[u8]| {
    if let Ok(sound) = wav::read(data) {
        assert!((8_000..=48_000).contains(&sound.rate_hz));
        assert!(!sound.samples.is_empty());
    }
    if let Ok(samples) = prompt::recording(data) {
        // What is kept can be read again, sample for sample.
        let again = wav::read(&wav::file(&samples)).expect("our own file");
        assert_eq!(again.samples, samples);
    }
});
