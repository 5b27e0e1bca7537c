//! The sound of calls through the real program when something goes wrong: it is killed, the power
//! is cut, the disk is full, audio ports vanish, a browser floods.

#[path = "../support/sound/mod.rs"]
#[allow(dead_code)] // the bench uses all of it
pub mod support;

#[path = "sound/disk.rs"]
mod disk;
#[path = "sound/ends.rs"]
mod ends;
#[path = "sound/flood.rs"]
mod flood;
#[path = "sound/ports.rs"]
mod ports;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;
use siaga112::sim::modem::{Act, Identity, Quirks};
use siaga112::sim::pty::Running;
use siaga112::voice::frame::{FRAME_BYTES, Frame};
use siaga112::voice::wav::HEADER_BYTES;
use support::browser::{Browser, Ears};
use support::caller::Caller;
use support::frames::{Read, Way, read};
use support::office::{Line, Office};
use support::times::{Account, Sent};

/// An office whose callers say numbered frames, line by line.
struct Stage {
    office: Office,
    modems: Vec<Running>,
    /// By line; a line without one has the sound of its virtual modem.
    callers: BTreeMap<usize, Caller>,
}

impl Stage {
    /// So many lines, each with a caller and an operator; started.
    fn open(lines: usize) -> Stage {
        let mut stage = Stage::closed(lines);
        stage.office.start(lines);
        stage
    }

    /// The same, not started yet.
    fn closed(lines: usize) -> Stage {
        let office = Office::with(&vec![Line::Pcm; lines], lines);
        let modems = (0..lines).map(|line| office.modem(line, Quirks::calm(), false));
        let callers = (0..lines).map(|line| {
            let phase = Duration::from_millis(7 * line as u64 % 20);
            let sent = Sent::lasting(LONGEST);
            (line, Caller::on_port(&office.audio(line), phase, sent))
        });
        Stage {
            modems: modems.collect(),
            callers: callers.collect(),
            office,
        }
    }

    /// Somebody calls on this line, is answered, and talks; the call and its operator's browser.
    fn call(&self, line: usize) -> (String, Browser) {
        self.modems[line].act(ring());
        let call = self.office.answer(line, line);
        self.callers[&line].talk(true);
        let browser = self.browser(line, &call);
        (call, browser)
    }

    fn browser(&self, line: usize, call: &str) -> Browser {
        let socket = self.office.sound(line, call);
        Browser::start(
            socket,
            Some(Duration::from_millis(3)),
            Sent::lasting(LONGEST),
        )
    }

    /// The recordings of a call that is over, once there are so many.
    fn recordings(&self, call: &str, count: usize) -> Vec<Value> {
        self.office.until("a recording", || {
            let call = self.office.call(call);
            let kept = call["sound"]["recordings"].as_array()?.clone();
            (kept.len() == count).then_some(kept)
        })
    }

    /// The last number that the caller on this line had said by then.
    fn said_by(&self, line: usize, moment: Instant) -> u32 {
        let sent = &self.callers[&line].sent;
        let said = (0..).take_while(|number| sent.at(*number).is_some_and(|at| at < moment));
        said.last().expect("something was said")
    }
}

/// Both ways of one call between two moments, once its browser and its caller have ended.
fn accounts(
    (said, heard): (&Sent, &support::times::Heard),
    (typed, ears): (&Sent, &Ears),
    from: Instant,
    to: Instant,
) -> (Account, Account) {
    let down = Account::of(said, &ears.caller, from, to);
    let up = Account::of(typed, heard, from, to);
    (Account::sum([down]), Account::sum([up]))
}

/// Ends a call's two ends; both ways between two moments.
fn end(caller: Caller, browser: Browser, from: Instant, to: Instant) -> (Account, Account) {
    let (said, typed) = (Arc::clone(&caller.sent), Arc::clone(&browser.sent));
    let (ears, heard) = (browser.end(), caller.end());
    accounts((&said, &heard), (&typed, &ears), from, to)
}

/// The caller's numbers in a recording, as far as its head says that there is one.
fn numbers(file: &[u8]) -> Vec<u32> {
    assert_eq!((&file[..4], &file[8..12]), (&b"RIFF"[..], &b"WAVE"[..]));
    let told = u32::from_le_bytes(file[40..44].try_into().expect("four bytes")) as usize;
    let sound = &file[HEADER_BYTES..];
    let sound = &sound[..told.min(sound.len())];
    let frames = sound.chunks_exact(2 * FRAME_BYTES).filter_map(|both| {
        let mut far = Frame::SILENCE;
        for (sample, pair) in far.0.iter_mut().zip(both.chunks_exact(4)) {
            *sample = i16::from_le_bytes([pair[0], pair[1]]);
        }
        match read(&far, Way::Down) {
            Read::Number(number) => Some(number),
            Read::Silence | Read::Other => None,
        }
    });
    frames.collect()
}

/// Whether a fact is about this call.
fn is_about(fact: &Value, call: &str) -> bool {
    let id = &fact["body"]["call"];
    id == call || id.as_u64().is_some_and(|id| id.to_string() == call)
}

/// Nothing is missing between the first and the last.
fn assert_whole(numbers: &[u32]) {
    let gap = numbers.windows(2).find(|pair| pair[1] != pair[0] + 1);
    assert_eq!(gap, None, "of {} frames", numbers.len());
}

fn ring() -> Act {
    Act::Ring {
        identity: Identity::Number("+6284000010014".to_owned()),
        patience: None,
        data: false,
    }
}

/// No test here lasts longer.
const LONGEST: Duration = Duration::from_secs(120);
