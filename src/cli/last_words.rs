//! What happens when a thread that the bells depend on panics.
//!
//! A panic in a page costs that page. A panic in the engine, in the store, at a port or in the sound
//! of a call leaves a state nobody has thought of, or a line that is mute until somebody notices: the
//! reason is written down and the process ends at once; systemd starts it again, the bells are armed
//! within three seconds, and calls that are up stay up.

use std::io::Write;
use std::panic::PanicHookInfo;
use std::path::{Path, PathBuf};

use super::say;
use crate::base::fault::Fault;
use crate::crew;
use crate::store::{self, Panicked, condemned};

/// Names of threads (or their beginnings) without which nothing may go on.
const VITAL: &[&str] = &["engine", "store", "port", "sound:", "tape", "shelf", "bell"];

/// From now on a panic in a vital thread is written to `terakhir.txt` in `folder` and ends the
/// process. A database that ends the process is marked, to be set aside at the next start.
pub fn arm(folder: &Path) {
    let folder = folder.to_owned();
    let note = folder.join("terakhir.txt");
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        match store::panicked() {
            // What a damaged database makes redb panic about becomes a fault.
            Panicked::Caught => log(info),
            Panicked::Twice => {
                usual(info);
                // A second try would be as bad as none: the process ends by itself now. Practice has
                // a database of its own, which is thrown away.
                if !crew::is_practice() {
                    let _ = condemned::condemn(&folder, &info.to_string());
                }
                write(&note, info);
            }
            Panicked::Elsewhere if is_vital(std::thread::current().name()) => {
                usual(info);
                write(&note, info);
                std::process::abort();
            }
            Panicked::Elsewhere => usual(info),
        }
    }));
}

/// For a verb: what a damaged database makes redb panic about is told as a fault by whoever opened
/// it. Where the panic cannot be caught, the verb says so and ends with `code`.
pub fn arm_verb(code: u8) {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| match store::panicked() {
        Panicked::Caught => log(info),
        Panicked::Twice => {
            let fault = Fault::new(&store::codes::DAMAGED, "membaca basis data");
            say::trouble(fault);
            log(info);
            std::process::exit(code.into());
        }
        Panicked::Elsewhere => usual(info),
    }));
}

/// With its own line breaks taken out, so that it stays one line of the log.
fn log(info: &PanicHookInfo<'_>) {
    let text = info.to_string().replace('\n', " ");
    tracing::error!("panic over a damaged database: {text}");
}

fn is_vital(thread: Option<&str>) -> bool {
    thread.is_some_and(|name| VITAL.iter().any(|vital| name.starts_with(vital)))
}

/// What can be written is written; what cannot must not hold up the end.
fn write(note: &PathBuf, info: &PanicHookInfo<'_>) {
    let thread = std::thread::current();
    let text = format!(
        "siaga112 {} berhenti mendadak dan dinyalakan lagi.\nutas: {}\nsebab: {info}\n",
        env!("CARGO_PKG_VERSION"),
        thread.name().unwrap_or("?"),
    );
    let file = std::fs::File::create(note);
    let _ = file.and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_call_is_made_of_is_vital_and_a_page_or_practice_is_not() {
        for name in ["engine", "store", "port:A", "sound:A", "tape", "shelf"] {
            assert!(is_vital(Some(name)), "{name}");
        }
        for name in [
            "actix-rt|system:0|arbiter:0",
            "budget",
            "main",
            "latihan/engine",
        ] {
            assert!(!is_vital(Some(name)), "{name}");
        }
        assert!(!is_vital(None));
    }
}
