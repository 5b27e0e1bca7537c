//! Any text is a configuration or a list of problems, each with a place in the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use siaga112::config;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let lines = text.lines().count() + 1;
    match config::parse(text) {
        Ok(config) => {
            assert!(!config.center.name.is_empty());
            assert!(!config.web.listen.is_empty());
            assert!(!config.settings.is_empty());
        }
        Err(problems) => {
            assert!(!problems.is_empty());
            for problem in problems {
                assert!(problem.line.is_none_or(|line| (1..=lines).contains(&line)));
                assert!(!problem.told("f").is_empty());
            }
        }
    }
});
