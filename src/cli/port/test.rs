//! `siaga112 port test NAME`: does a modem answer behind this port, and who is it?

use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use serde_json::json;

use super::super::{exit, say};
use super::told_lost;
use crate::base::time::Tick;
use crate::clock::Clock;
use crate::port::codes::HANGS;
use crate::port::{PortEvent, PortHandle, PortSpec, open};

pub(super) fn run(spec: PortSpec, json: bool) -> u8 {
    let path = spec.path.display().to_string();
    let (sender, events) = sync_channel(EVENTS);
    let handle = open(spec, move |event| drop(sender.send(event)));
    let mut talk = Talk {
        clock: Clock::start(),
        events,
        handle,
    };
    if let Err(code) = talk.opened() {
        return code;
    }
    let answered = talk.wake();
    let identity = if answered.is_some() {
        talk.ask("ATI")
    } else {
        None
    };
    talk.handle.close();
    tell(&path, json, answered.as_deref(), identity.as_deref())
}

fn tell(path: &str, json: bool, answered: Option<&[String]>, identity: Option<&[String]>) -> u8 {
    let identity = identity.unwrap_or_default();
    if json {
        say::json(&json!({ "port": path, "answers": answered.is_some(), "identity": identity }));
    } else if answered.is_some() {
        say::line(format!("{path}: modem menjawab."));
        identity.iter().for_each(say::line);
    } else {
        say::line(format!(
            "{path}: terbuka, tetapi tidak ada jawaban atas AT. Mungkin ini port suara, data atau GPS: lihat siaga112 port list. Atau modem macet: cabut, tunggu sepuluh detik, pasang lagi."
        ));
    }
    if answered.is_some() {
        exit::DONE
    } else {
        exit::FINDING
    }
}

struct Talk {
    clock: Clock,
    events: Receiver<PortEvent>,
    handle: PortHandle,
}

impl Talk {
    fn opened(&self) -> Result<(), u8> {
        match self.events.recv_timeout(OPEN_WAITS) {
            Ok(PortEvent::Opened | PortEvent::Bytes(_)) => Ok(()),
            Ok(PortEvent::Lost {
                cause,
                holder,
                busy,
            }) => Err(told_lost(&cause, holder.as_ref(), busy)),
            Err(_) => {
                say::trouble(format!("{} {} [{HANGS}]", HANGS.told, HANGS.cure));
                Err(exit::UNREACHABLE)
            }
        }
    }

    /// `AT` a few times: autobaud, a stuck prompt and a sleeping modem swallow the first ones
    /// (hardware.md 1.4).
    fn wake(&mut self) -> Option<Vec<String>> {
        (0..WAKE_TRIES).find_map(|_| self.ask("AT"))
    }

    /// The lines of the answer, if a final one comes in time.
    fn ask(&mut self, command: &str) -> Option<Vec<String>> {
        self.handle.send(format!("{command}\r").into_bytes());
        let end = self.clock.tick() + ANSWER_WAITS;
        let mut bytes = Vec::new();
        while let Some(left) = self.left(end) {
            match self.events.recv_timeout(left) {
                Ok(PortEvent::Bytes(more)) => bytes.extend_from_slice(&more),
                Ok(PortEvent::Opened) => {}
                Ok(PortEvent::Lost { .. }) | Err(_) => return None,
            }
            if let Some(lines) = answer(command, &bytes) {
                return Some(lines);
            }
        }
        None
    }

    fn left(&self, end: Tick) -> Option<Duration> {
        let left = end.since(self.clock.tick());
        (!left.is_zero()).then_some(left)
    }
}

/// The lines between the command's echo and `OK` or an error; `None` while it is not finished.
fn answer(command: &str, bytes: &[u8]) -> Option<Vec<String>> {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = Vec::new();
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_matches(|c: char| c.is_whitespace() || c == '\0');
        let is_final = trimmed == "OK" || trimmed == "ERROR" || trimmed.starts_with("+CME ERROR");
        if is_final && line.ends_with('\n') {
            return Some(lines);
        }
        if !trimmed.is_empty() && trimmed != command {
            lines.push(trimmed.to_owned());
        }
    }
    None
}

const WAKE_TRIES: usize = 3;

/// hardware.md 5.3: a second for short commands.
const ANSWER_WAITS: Duration = Duration::from_secs(1);

/// A hanging driver is reported after five.
const OPEN_WAITS: Duration = Duration::from_secs(7);

/// Chunks of one answer.
const EVENTS: usize = 64;

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]
    use super::*;

    #[test]
    fn an_answer_is_what_stands_between_echo_and_ok() {
        let said = b"ATI\r\r\nManufacturer: huawei\r\nModel: E173\r\n\r\nOK\r\n";
        let lines = answer("ATI", said).expect("finished");
        assert_eq!(lines, ["Manufacturer: huawei", "Model: E173"]);
        assert_eq!(answer("ATI", b"ATI\r\r\nManufacturer: hua"), None);
        assert_eq!(answer("AT", b"\r\nOK"), None);
        assert_eq!(answer("AT", b"\r\nOK\r\n"), Some(vec![]));
    }
}
