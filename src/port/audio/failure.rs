//! Why a line has no sound, in words.

use std::path::Path;

use crate::base::fault::Code;
use crate::port::failure::{self, Failure, codes};

/// The code of a PCM port that cannot be opened. The line still hears its calls, so what is said of
/// a busy command port would be wrong.
pub(super) fn tty_code(failure: &Failure) -> &'static Code {
    match failure {
        Failure::Busy(_) => &codes::AUDIO_BUSY,
        Failure::Missing
        | Failure::Denied
        | Failure::NotSerial
        | Failure::Hangs
        | Failure::Other(_) => failure.code(),
    }
}

/// Where, what, code; without what to do.
pub fn tty_told(failure: &Failure, path: &Path) -> String {
    match failure {
        Failure::Busy(holder) if !holder.as_ref().is_some_and(|holder| holder.is_ours()) => {
            let code = &codes::AUDIO_BUSY;
            format!("port suara {}: {} [{code}]", path.display(), code.told)
        }
        Failure::Busy(_)
        | Failure::Missing
        | Failure::Denied
        | Failure::NotSerial
        | Failure::Hangs
        | Failure::Other(_) => format!("port suara {}", failure.told(path)),
    }
}

/// As [`tty_told`], with what to do; who holds a busy port and how it is released stands in a field
/// of its own.
pub(super) fn tty_cause(failure: &Failure, path: &Path) -> String {
    let told = tty_told(failure, path);
    match failure {
        Failure::Busy(Some(_)) => told,
        Failure::Busy(None)
        | Failure::Missing
        | Failure::Denied
        | Failure::NotSerial
        | Failure::Hangs
        | Failure::Other(_) => format!("{told}. {}", failure.cure()),
    }
}

/// As [`tty_cause`], of a port that was open.
pub(super) fn tty_gone(path: &Path, said: &str) -> String {
    format!("port suara {}", failure::gone(path, said))
}

/// Why there is no sound from or to a sound card.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct NoSound {
    pub(super) code: &'static Code,
    /// Which program showed it; none if neither did.
    pub(super) program: Option<&'static str>,
    /// Its last words.
    pub(super) said: String,
}

impl NoSound {
    pub(super) fn new(code: &'static Code) -> NoSound {
        NoSound {
            code,
            program: None,
            said: String::new(),
        }
    }

    /// From the last words of a program that ended, or the system's about one that did not start.
    pub(super) fn by(program: &'static str, code: &'static Code, said: &str) -> NoSound {
        NoSound {
            code,
            program: Some(program),
            said: said.to_owned(),
        }
    }

    /// Where, what, who said so, code, what to do.
    pub(super) fn cause(&self, device: &str) -> String {
        let NoSound { code, .. } = self;
        let said = match (self.program, self.said.as_str()) {
            (None, _) => String::new(),
            (Some(program), "") => format!(" ({program})"),
            (Some(program), said) => format!(" ({program}: {said})"),
        };
        format!("{device}: {}{said} [{code}]. {}", code.told, code.cure)
    }
}
