//! What every virtual modem has, whatever it is: time, chance, a wire to the host, an agenda.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use crate::base::time::{Now, Tick, Wall};

use super::dice::Dice;
use super::quirks::Quirks;
use super::sound::{AudioPort, Sound};
use super::words::{Out, Report};

/// How a command ended, or how it goes on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Done {
    Ok,
    Error,
    /// `+CME ERROR: n`, as far as `+CMEE` allows.
    Cme(u16),
    /// `+CMS ERROR: n`.
    Cms(u16),
    /// Another final line: `NO CARRIER`, `VCON`, `ERROR+CNUM: …`.
    Word(&'static str),
    /// The device works on it this long, then carries on with the task.
    Later(Duration, Task),
    /// `> `
    Prompt,
    /// `CONNECT`, then sound.
    Connect,
    /// The device hangs for good.
    Never,
}

/// The second half of a command that takes time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Task {
    Answer,
    Dial(String),
    Submit(Vec<u8>),
    Nothing,
    Restart,
}

/// Something that will happen to the device by itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Timer {
    /// Step of the start-up.
    Boot(usize),
    /// Step of what follows once the SIM is unlocked.
    Unlocked(usize),
    /// The answer of the running command is due.
    Answer,
    /// The running command goes on.
    Task(Task),
    /// An unsolicited line.
    Line(String),
    /// Registration was found.
    Registered,
    /// The next ring of a call.
    Ring(u32),
    /// A late caller id.
    CallerId(u32),
    /// The caller's patience ends.
    GiveUp(u32),
    /// The far end of our call rings.
    Alert(u32),
    /// It is taken.
    PickUp(u32),
    /// Signal and status lines that come by themselves.
    Chatter,
    /// The network tries to deliver what waits there.
    Deliver,
    /// A delivery report is due.
    StatusReport { mr: u8, to: String },
    /// The host has not acknowledged a direct delivery.
    Unacknowledged(u32),
    /// The next 20 ms of sound, of the flow with this number.
    Frame(u32),
    /// What the audio port says while it carries no sound.
    AudioChatter,
    /// The exchange repeats its tone.
    Tone,
    /// A data handshake that nobody answers is given up.
    Handshake,
    /// The firmware restarts.
    Restart,
    /// The port and the power come back.
    Return,
}

/// See the module.
#[derive(Debug)]
pub struct Core {
    pub now: Tick,
    pub quirks: Quirks,
    pub dice: Dice,
    /// Information lines of the answer being put together.
    pub info: Vec<String>,
    /// Lines that follow the answer, each after its own delay.
    pub after: Vec<(Duration, String)>,
    pub echo: bool,
    pub quiet: bool,
    pub verbose: bool,
    pub sound: Sound,
    agenda: BTreeMap<(Tick, u64), (u32, Timer)>,
    planned: u64,
    life: u32,
    out: VecDeque<Out>,
    anchor: (Tick, Wall),
}

impl Core {
    pub fn new(quirks: Quirks, seed: u64) -> Core {
        Core {
            now: Tick::default(),
            sound: Sound::new(&quirks),
            quirks,
            dice: Dice::new(seed),
            info: Vec::new(),
            after: Vec::new(),
            echo: true,
            quiet: false,
            verbose: true,
            agenda: BTreeMap::new(),
            planned: 0,
            life: 0,
            out: VecDeque::new(),
            anchor: (Tick::default(), Wall(FIRST_WALL_MS)),
        }
    }

    /// What time the telephone network says it is.
    pub fn wall(&self) -> Wall {
        self.anchor.1 + self.now.since(self.anchor.0)
    }

    /// From now on the network's time is this.
    pub fn set_wall(&mut self, now: Now) {
        self.anchor = (now.tick, now.wall);
    }

    /// Plans a timer. It is forgotten if the device loses power before.
    pub fn plan(&mut self, delay: Duration, timer: Timer) {
        self.planned += 1;
        let key = (self.now + delay, self.planned);
        self.agenda.insert(key, (self.life, timer));
    }

    /// Forgets everything planned: the device has lost power.
    pub fn new_life(&mut self) {
        self.life += 1;
        self.agenda.clear();
        self.info.clear();
        self.after.clear();
        (self.echo, self.quiet, self.verbose) = (true, false, true);
        self.sound_stops();
    }

    /// The next thing planned up to `now`, with time moved to it.
    pub fn take_due(&mut self, now: Tick) -> Option<Timer> {
        let (&(at, _), _) = self.agenda.first_key_value()?;
        if at > now {
            return None;
        }
        let (_, (_, timer)) = self.agenda.pop_first()?;
        self.now = self.now.max(at);
        Some(timer)
    }

    /// When the next thing is planned.
    pub fn due(&self) -> Option<Tick> {
        self.agenda.first_key_value().map(|(&(at, _), _)| at)
    }

    /// A duration of the device's own work: nothing for a prompt device.
    pub fn pace(&mut self, low_ms: u64, high_ms: u64) -> Duration {
        if self.quirks.prompt {
            return Duration::ZERO;
        }
        self.dice.millis(low_ms, high_ms)
    }

    /// A line that follows the answer of the running command after this device's own time.
    pub fn follow(&mut self, low_ms: u64, high_ms: u64, text: String) {
        let delay = self.pace(low_ms, high_ms);
        self.follow_in(delay, text);
    }

    /// The same after a time that is given.
    pub fn follow_in(&mut self, delay: Duration, text: String) {
        self.after.push((delay, text));
    }

    /// An unsolicited line, or the final line of an answer.
    pub fn line(&mut self, text: &str) {
        if self.quiet && numeric(text).is_some() {
            return;
        }
        let block = match numeric(text) {
            Some(code) if !self.verbose => format!("{code}\r"),
            _ => format!("\r\n{text}\r\n"),
        };
        self.block(&block);
    }

    /// The information lines gathered, then the final line.
    pub fn answer(&mut self, final_text: &str) {
        let info = std::mem::take(&mut self.info);
        if info.is_empty() {
            return self.line(final_text);
        }
        let body = format!("\r\n{}\r\n", info.join("\r\n"));
        let permille = self.quirks.interleave_permille;
        if self.dice.permille(permille) {
            self.block(&body);
            self.block("\r\n^RSSI:19\r\n");
            return self.line(final_text);
        }
        if self.verbose && !self.quiet {
            return self.block(&format!("{body}\r\n{final_text}\r\n"));
        }
        self.block(&body);
        self.line(final_text);
    }

    /// Text for the host, spoilt as this device spoils it.
    pub fn block(&mut self, text: &str) {
        let mut text = text.to_owned();
        let quirks = &self.quirks;
        let (no_lead, crcrlf, nul) = (
            quirks.no_leading_crlf_permille,
            quirks.crcrlf_permille,
            quirks.nul_permille,
        );
        if self.dice.permille(no_lead) {
            text = text.strip_prefix("\r\n").unwrap_or(&text).to_owned();
        }
        if self.dice.permille(crcrlf) {
            text = text.replace("\r\n", "\r\r\n");
        }
        if self.dice.permille(nul) {
            text.insert(0, '\0');
        }
        // One character is one byte, as in the transcripts.
        let bytes: Vec<u8> = text
            .chars()
            .map(|c| u8::try_from(c).unwrap_or(b'?'))
            .collect();
        self.bytes(bytes);
    }

    /// Bytes for the host as they are.
    pub fn bytes(&mut self, mut bytes: Vec<u8>) {
        let split = self.quirks.split_permille;
        if bytes.len() > 1 && self.dice.permille(split) {
            let at = 1 + self.dice.below(bytes.len() as u64 - 1) as usize;
            let tail = bytes.split_off(at);
            self.out.push_back(Out::ToHost(bytes));
            return self.out.push_back(Out::ToHost(tail));
        }
        if !bytes.is_empty() {
            self.out.push_back(Out::ToHost(bytes));
        }
    }

    /// News for the other side.
    pub fn report(&mut self, report: Report) {
        self.out.push_back(Out::Said(report));
    }

    /// The serial node appears or vanishes, and its audio port with it.
    pub fn port(&mut self, there: bool) {
        self.out.push_back(Out::Port(there));
        self.audio_port(there);
    }

    /// The audio port appears or vanishes, if this device has one.
    pub fn audio_port(&mut self, there: bool) {
        let (from, to) = if there {
            (AudioPort::Unplugged, AudioPort::Plugged)
        } else {
            (AudioPort::Plugged, AudioPort::Unplugged)
        };
        if self.sound.port == from {
            self.sound.port = to;
            self.out.push_back(Out::Audio(there));
        }
    }

    /// Bytes for the host out of the audio port.
    pub fn audio(&mut self, bytes: Vec<u8>) {
        if self.sound.port == AudioPort::Plugged && !bytes.is_empty() {
            self.out.push_back(Out::ToAudio(bytes));
        }
    }

    /// The oldest thing not yet handed out.
    pub fn pop(&mut self) -> Option<Out> {
        self.out.pop_front()
    }
}

/// Result codes in numeric form (V.250 table 1), for `ATV0`.
fn numeric(text: &str) -> Option<u8> {
    Some(match text {
        "OK" => 0,
        "CONNECT" => 1,
        "RING" => 2,
        "NO CARRIER" => 3,
        "ERROR" => 4,
        "NO DIALTONE" => 6,
        "BUSY" => 7,
        "NO ANSWER" => 8,
        _ => return None,
    })
}

/// 2026-03-01T03:45:00Z: the network's time when nobody says otherwise.
const FIRST_WALL_MS: i64 = 1_772_336_700_000;
