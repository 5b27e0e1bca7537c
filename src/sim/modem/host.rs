//! The host's side of the wire: echo, command lines, one answer after another.

use std::collections::VecDeque;
use std::time::Duration;

use super::command::{self, Command};
use super::core::{Done, Timer};
use super::{Body, Modem};

/// Where the bytes from the host go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// Command lines.
    Command,
    /// The body of a text message, up to Ctrl-Z.
    Prompt,
    /// Sound with DLE codes.
    Stream,
}

/// See the module.
#[derive(Debug, Default)]
pub struct Host {
    /// The port is there and has power.
    pub plugged: bool,
    /// The command interpreter has started.
    pub up: bool,
    /// It has stopped answering.
    pub deaf: bool,
    line: Vec<u8>,
    last: Vec<u8>,
    waiting: VecDeque<Vec<u8>>,
    running: Option<Running>,
    answer: Option<Done>,
    heard: u32,
}

/// A command line being worked on.
#[derive(Debug)]
struct Running {
    rest: VecDeque<Command>,
    name: String,
}

impl Modem {
    /// Bytes from the host, in whatever mode the device is.
    pub fn feed(&mut self, bytes: &[u8]) {
        if !self.host.up {
            return;
        }
        let mut echo = Vec::new();
        for &byte in bytes {
            match self.mode() {
                Mode::Stream => {
                    if let Body::Analog(body) = &mut self.body
                        && let Some(done) = body.stream_byte(&mut self.core, byte)
                    {
                        self.finish(done);
                        self.settle();
                    }
                }
                Mode::Prompt => {
                    echo.push(byte);
                    if let Body::Cellular(body) = &mut self.body
                        && let Some(done) = body.prompt_byte(&mut self.core, byte)
                    {
                        self.carry_on(done);
                    }
                }
                Mode::Command => self.command_byte(byte, &mut echo),
            }
        }
        self.echo(echo);
    }

    /// It hears no command any more.
    pub fn deaf(&mut self) {
        self.host.deaf = true;
    }

    fn mode(&self) -> Mode {
        match &self.body {
            Body::Cellular(body) => body.mode(),
            Body::Analog(body) => body.mode(),
        }
    }

    fn echo(&mut self, mut bytes: Vec<u8>) {
        if !self.core.echo || self.core.quirks.never_echoes || self.host.deaf {
            return;
        }
        let torn = self.core.quirks.torn_echo_permille;
        if self.core.dice.permille(torn) {
            let kept = self.core.dice.below(bytes.len() as u64) as usize;
            bytes.truncate(kept);
        }
        self.core.bytes(bytes);
    }

    fn command_byte(&mut self, byte: u8, echo: &mut Vec<u8>) {
        echo.push(byte);
        match byte {
            b'\r' => {
                let line = std::mem::take(&mut self.host.line);
                // The echo of a line goes out before anything it causes.
                self.echo(std::mem::take(echo));
                self.accept(line);
            }
            b'\n' | 0x1A | 0x1B => {}
            0x08 | 0x7F => {
                self.host.line.pop();
            }
            _ if self.host.line.len() >= LINE_BYTES_MAX => {}
            _ => {
                self.host.line.push(byte);
                if self.host.line.eq_ignore_ascii_case(b"A/") {
                    self.host.line.clear();
                    self.accept(self.host.last.clone());
                }
            }
        }
    }

    fn accept(&mut self, line: Vec<u8>) {
        let heard_enough = self.core.quirks.deaf_after_commands;
        if heard_enough > 0 && self.host.heard >= heard_enough {
            self.host.deaf = true;
        }
        if self.host.deaf || self.host.waiting.len() >= WAITING_MAX {
            return;
        }
        self.host.heard += 1;
        self.host.last.clone_from(&line);
        self.host.waiting.push_back(line);
        self.pump();
    }

    /// Starts the next command line if none is being worked on.
    fn pump(&mut self) {
        while self.host.running.is_none() && self.host.answer.is_none() {
            let Some(line) = self.host.waiting.pop_front() else {
                return;
            };
            let Some(commands) = command::parse(&line) else {
                continue;
            };
            self.host.running = Some(Running {
                name: commands.first().map(|c| c.name.clone()).unwrap_or_default(),
                rest: commands.into(),
            });
            self.carry_on(Done::Ok);
        }
    }

    /// Goes on with the running line after one of its commands ended with `done`.
    pub fn carry_on(&mut self, mut done: Done) {
        loop {
            match done {
                Done::Ok => {}
                Done::Never => {
                    self.deaf();
                    return;
                }
                Done::Later(delay, task) => return self.core.plan(delay, Timer::Task(task)),
                ended => return self.finish(ended),
            }
            let Some(next) = self.host.running.as_mut().and_then(|r| r.rest.pop_front()) else {
                return self.finish(Done::Ok);
            };
            done = match &mut self.body {
                Body::Cellular(body) => body.run(&mut self.core, &next),
                Body::Analog(body) => body.run(&mut self.core, &next),
            };
        }
    }

    /// The line is worked off: its answer goes out after the device's usual time.
    pub fn finish(&mut self, done: Done) {
        let name = self.host.running.take().map(|r| r.name).unwrap_or_default();
        let quirks = &self.core.quirks;
        let (lost, late, late_ms) = (
            quirks.lost_answer_permille,
            quirks.late_answer_permille,
            quirks.late_answer_ms,
        );
        let slow = if name == "+CPIN" {
            quirks.slow_cpin_ms
        } else {
            0
        };
        let mut delay = self.core.pace(2, 9) + Duration::from_millis(slow);
        // A prompt that is lost or a stream that starts late would be another quirk than this.
        let plain = !matches!(done, Done::Prompt | Done::Connect);
        if plain && self.core.dice.permille(lost) {
            self.core.info.clear();
            return self.pump();
        }
        if plain && self.core.dice.permille(late) {
            delay += Duration::from_millis(late_ms);
        }
        self.host.answer = Some(done);
        self.core.plan(delay, Timer::Answer);
    }

    /// The answer that is due goes out, then what follows it, then the next command starts.
    pub fn deliver_answer(&mut self) {
        let Some(done) = self.host.answer.take() else {
            return;
        };
        match &done {
            Done::Prompt => self.core.block("\r\n> "),
            Done::Connect => self.core.answer("CONNECT"),
            ended => {
                let text = self.final_text(ended);
                self.core.answer(&text);
            }
        }
        for (delay, text) in std::mem::take(&mut self.core.after) {
            self.core.plan(delay, Timer::Line(text));
        }
        match &mut self.body {
            Body::Cellular(body) => body.answered(&done),
            Body::Analog(body) => body.answered(&mut self.core, &done),
        }
        self.pump();
    }

    /// What the end of a stream says is written before any further byte is looked at.
    fn settle(&mut self) {
        let now = self.core.now;
        self.wake(now);
    }

    fn final_text(&self, done: &Done) -> String {
        let (cmee, error) = match &self.body {
            Body::Cellular(body) => (
                body.cmee(),
                if self.core.quirks.old_error_words {
                    "COMMAND NOT SUPPORT"
                } else {
                    "ERROR"
                },
            ),
            Body::Analog(_) => (0, "ERROR"),
        };
        match done {
            Done::Ok | Done::Later(..) | Done::Prompt | Done::Connect | Done::Never => {
                "OK".to_owned()
            }
            Done::Error => error.to_owned(),
            Done::Word(word) => (*word).to_owned(),
            Done::Cms(code) => format!("+CMS ERROR: {code}"),
            Done::Cme(code) => match cmee {
                0 => "ERROR".to_owned(),
                1 => format!("+CME ERROR: {code}"),
                _ => format!("+CME ERROR: {}", cme_text(*code)),
            },
        }
    }
}

/// 3GPP TS 27.007 9.2, as the devices spell them.
fn cme_text(code: u16) -> &'static str {
    match code {
        3 => "operation not allowed",
        4 => "operation not supported",
        10 => "SIM not inserted",
        11 => "SIM PIN required",
        12 => "SIM PUK required",
        13 => "SIM failure",
        14 => "SIM busy",
        16 => "incorrect password",
        21 => "invalid index",
        22 => "not found",
        30 => "no network service",
        50 => "Incorrect parameters",
        _ => "unknown",
    }
}

/// Longer command lines lose their tail, as in the devices; a PDU line is not a command line.
const LINE_BYTES_MAX: usize = 1_024;
/// Command lines a device keeps while it works on another.
const WAITING_MAX: usize = 32;
