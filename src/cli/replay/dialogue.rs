//! The format of a recording, and how it is played to the ear.

use std::str::FromStr;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::family;
use super::tell::Teller;
use crate::base::time::Tick;
use crate::line::ear::Ear;

/// A file of recordings.
#[derive(Deserialize)]
pub struct File {
    pub transcripts: Vec<Dialogue>,
}

/// One recording.
#[derive(Deserialize)]
pub struct Dialogue {
    pub id: String,
    pub family: String,
    #[serde(default)]
    pub title: String,
    pub steps: Vec<Step>,
    /// What it must be understood as; for tests.
    #[serde(default)]
    pub expect: Vec<Map<String, Value>>,
}

/// What happened. One character of a text is one byte.
#[derive(Clone, Deserialize)]
#[serde(from = "Map<String, Value>")]
pub enum Step {
    /// Bytes from the modem, as one read gave them.
    Rx(String),
    /// What the host sent.
    Tx(String),
    /// Quiet time.
    WaitMs(u64),
    /// The serial node: `error:EIO`, `reopened`, `new_node:…`.
    Port(String),
    /// The host gave up waiting for this.
    Timeout(String),
    /// A remark, or something a later format has.
    Other,
}

impl From<Map<String, Value>> for Step {
    fn from(step: Map<String, Value>) -> Step {
        let text = |key: &str| step.get(key).and_then(Value::as_str).map(str::to_owned);
        let wait_ms = step
            .get("wait_ms")
            .and_then(Value::as_f64)
            .map(|ms| ms as u64);
        let port = || text("port").map(Step::Port);
        let timeout = || text("timeout").map(Step::Timeout);
        text("rx")
            .map(Step::Rx)
            .or_else(|| text("tx").map(Step::Tx))
            .or_else(|| wait_ms.map(Step::WaitMs))
            .or_else(port)
            .or_else(timeout)
            .unwrap_or(Step::Other)
    }
}

/// How the bytes of one read are handed over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Split {
    /// As recorded.
    Whole,
    /// One by one.
    Bytes,
    /// In pieces of chance; the same seed makes the same pieces.
    Seed(u64),
}

impl FromStr for Split {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "whole" => Ok(Split::Whole),
            "bytes" => Ok(Split::Bytes),
            seed => seed
                .parse()
                .map(Split::Seed)
                .map_err(|_| "whole, bytes, angka".to_owned()),
        }
    }
}

/// Plays a dialogue; the events in order, in the vocabulary of the recordings.
pub fn play(dialogue: &Dialogue, split: Split) -> Vec<Map<String, Value>> {
    let setup = family::setup(&dialogue.family);
    let mut teller = Teller::new(setup.in_band);
    let mut ear = Ear::new(setup);
    let mut now = Tick(0);
    let mut pieces = Pieces::of(split);
    for step in &dialogue.steps {
        match step {
            Step::Rx(text) => {
                for piece in pieces.cut(&bytes_of(text)) {
                    ear.bytes(now, &piece);
                    listen(&mut ear, &mut teller, now);
                }
            }
            Step::Tx(text) => {
                for written in writes(text) {
                    teller.sent(written);
                    ear.sent(now, &bytes_of(written));
                }
            }
            Step::WaitMs(ms) => now = wait(&mut ear, &mut teller, now, *ms),
            Step::Port(event) if !is_opened(event) => ear.port_lost(now),
            Step::Port(_) => {
                ear.port_opened(now);
                teller.port_opened();
            }
            Step::Timeout(_) => ear.gave_up(now),
            Step::Other => {}
        }
        listen(&mut ear, &mut teller, now);
    }
    ear.conclude(now);
    listen(&mut ear, &mut teller, now);
    teller.finish()
}

fn listen(ear: &mut Ear, teller: &mut Teller, now: Tick) {
    for heard in ear.by_ref() {
        teller.tell(now, heard);
    }
}

/// Lets time pass, waking the ear whenever it wants.
fn wait(ear: &mut Ear, teller: &mut Teller, now: Tick, ms: u64) -> Tick {
    let end = now + Duration::from_millis(ms);
    while let Some(due) = ear.due().filter(|due| *due <= end) {
        ear.wake(due);
        listen(ear, teller, due);
    }
    ear.wake(end);
    listen(ear, teller, end);
    end
}

fn is_opened(event: &str) -> bool {
    ["reopened", "opened", "new_node"]
        .iter()
        .any(|opened| event.starts_with(opened))
}

/// A host may have written several commands at once.
fn writes(text: &str) -> Vec<&str> {
    let lines: Vec<&str> = text.split_inclusive('\r').collect();
    let are_commands = lines.iter().all(|line| line.starts_with("AT"));
    if are_commands { lines } else { vec![text] }
}

/// One character, one byte.
fn bytes_of(text: &str) -> Vec<u8> {
    text.chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?'))
        .collect()
}

/// Cuts reads into pieces.
struct Pieces {
    split: Split,
    state: u64,
}

impl Pieces {
    fn of(split: Split) -> Pieces {
        let state = match split {
            Split::Whole | Split::Bytes => 0,
            // The generator never leaves zero.
            Split::Seed(seed) => seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1,
        };
        Pieces { split, state }
    }

    fn cut(&mut self, bytes: &[u8]) -> Vec<Vec<u8>> {
        match self.split {
            Split::Whole => vec![bytes.to_vec()],
            Split::Bytes => bytes.iter().map(|byte| vec![*byte]).collect(),
            Split::Seed(_) => {
                let mut pieces = Vec::new();
                let mut rest = bytes;
                while !rest.is_empty() {
                    let (piece, tail) = rest.split_at(self.length().min(rest.len()));
                    pieces.push(piece.to_vec());
                    rest = tail;
                }
                pieces
            }
        }
    }

    /// 1..=24, by Marsaglia's xorshift64.
    fn length(&mut self) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state % 24) as usize + 1
    }
}
