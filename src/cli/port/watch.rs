//! `siaga112 port watch NAME`

use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

use jiff::tz::TimeZone;

use super::super::{exit, say};
use super::told_lost;
use crate::base::time::Wall;
use crate::clock::Clock;
use crate::port::{PortEvent, PortSpec, open};

pub(super) fn run(spec: PortSpec, seconds: Option<u64>) -> u8 {
    let clock = Clock::start();
    let (sender, events) = sync_channel(EVENTS);
    let path = spec.path.display().to_string();
    let handle = open(spec, move |event| drop(sender.send(event)));
    let end = seconds.map(|seconds| clock.tick() + Duration::from_secs(seconds));
    let mut code = exit::DONE;
    let mut was_open = false;
    loop {
        let now = clock.now();
        let left = end.map_or(FOREVER, |end| end.since(now.tick));
        match events.recv_timeout(left) {
            Ok(event) => {
                was_open |= matches!(event, PortEvent::Opened);
                let is_lost = matches!(event, PortEvent::Lost { .. });
                code = tell(clock.now().wall, &path, event);
                if is_lost && !was_open {
                    break;
                }
                if is_lost {
                    say::trouble(format!("Menunggu {path} terpasang lagi. Ctrl-C: berhenti."));
                }
            }
            Err(RecvTimeoutError::Timeout) if end.is_none() => {}
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
        }
        if end.is_some_and(|end| clock.tick() >= end) {
            break;
        }
    }
    handle.close();
    code
}

/// Prints one event; the exit code if it were the last.
fn tell(at: Wall, path: &str, event: PortEvent) -> u8 {
    let stamp = at.rfc3339(&TimeZone::UTC);
    match event {
        PortEvent::Opened => {
            say::trouble(format!(
                "{path} terbuka; menunggu byte (waktu UTC). Ctrl-C: berhenti."
            ));
            exit::DONE
        }
        PortEvent::Bytes(bytes) => {
            say::line(format!("{stamp}  {}", bytes.escape_ascii()));
            exit::DONE
        }
        PortEvent::Lost {
            cause,
            holder,
            busy,
        } => told_lost(&cause, holder.as_ref(), busy),
    }
}

/// A terminal is slower than a modem; what does not fit waits in the port.
const EVENTS: usize = 64;

/// Longer than anybody watches without a byte; then it simply waits again.
const FOREVER: Duration = Duration::from_secs(3600);
