//! A voice modem on an analogue line: V.253 commands, rings, caller id, sound with DLE codes.

mod line;
mod persona;
mod stream;
mod wire;

use std::collections::BTreeMap;
use std::time::Duration;

pub use persona::{CONEXANT, CallerIdTiming, HangupSign, Persona, USR};

use super::command::{Command, Kind};
use super::core::{Core, Done, Task, Timer};
use super::host::Mode;
use super::settings::Settings;
use super::words::{Act, Report};
use crate::base::time::Tick;
use line::Line;
use persona::COMMON;
use stream::Stream;

/// See the module.
#[derive(Debug)]
pub struct Analog {
    persona: &'static Persona,
    settings: Settings,
    registers: BTreeMap<u8, u32>,
    /// `+FCLASS`: 0 data, 1 and 2 fax, 8 voice.
    class: u8,
    /// `+VLS`.
    selected: u8,
    /// Compression id and samples per second.
    format: (u16, u32),
    off_hook: bool,
    line: Line,
    stream: Option<Stream>,
    opening: Option<Stream>,
    /// When a stream was last broken off.
    aborted: Option<Tick>,
    dtr_hangs_up: bool,
}

impl Analog {
    pub fn new(core: &mut Core, persona: &'static Persona) -> Analog {
        // A line of its own; nothing of the modem decides about it.
        let line = Line::default();
        core.echo = true;
        Analog {
            persona,
            settings: Settings::new(COMMON, persona.settings),
            registers: BTreeMap::new(),
            class: 0,
            selected: 0,
            format: (persona.formats[0].id, 8_000),
            off_hook: false,
            line,
            stream: None,
            opening: None,
            aborted: None,
            dtr_hangs_up: true,
        }
    }

    pub fn mode(&self) -> Mode {
        match self.stream {
            Some(_) => Mode::Stream,
            None => Mode::Command,
        }
    }

    pub fn boot_delay(&self, step: usize) -> Option<Duration> {
        (step == 0).then_some(Duration::from_millis(400))
    }

    pub fn boot_step(&mut self, _core: &mut Core, _step: usize) -> bool {
        true
    }

    pub fn power_on(&mut self, core: &mut Core) {
        self.forget(core);
    }

    /// On hook; the exchange notices, whoever rings goes on ringing.
    pub fn power_off(&mut self, core: &mut Core) {
        self.go_on_hook(core);
        self.forget(core);
    }

    /// As after `ATZ`: caller id and everything else is off again.
    fn forget(&mut self, core: &mut Core) {
        self.settings.reset();
        self.registers.clear();
        (self.class, self.selected) = (0, 0);
        self.format = (self.persona.formats[0].id, 8_000);
        (self.stream, self.opening, self.aborted) = (None, None, None);
        core.sound_stops();
        self.dtr_hangs_up = true;
    }

    pub fn run(&mut self, core: &mut Core, command: &Command) -> Done {
        self.basic(core, command)
            .or_else(|| self.voice(core, command))
            .or_else(|| self.remembered(core, command))
            .unwrap_or(Done::Error)
    }

    fn basic(&mut self, core: &mut Core, command: &Command) -> Option<Done> {
        let number = command.number(0);
        let on = number.unwrap_or(0) != 0;
        match command.name.as_str() {
            "E" => core.echo = on,
            "Q" => core.quiet = on,
            "V" => core.verbose = on,
            "Z" | "&F" => {
                self.go_on_hook(core);
                self.forget(core);
                (core.echo, core.quiet, core.verbose) = (true, false, true);
            }
            "&D" => self.dtr_hangs_up = number.is_none_or(|n| n == 2),
            "&C" | "&K" | "&S" | "&W" | "&V" | "&H" | "&R" | "&I" | "&A" | "&B" | "&G" | "&M"
            | "&N" | "&P" | "&T" | "&Q" | "X" | "L" | "M" | "O" | "\\Q" | "\\N" | "\\V" | "P"
            | "T" | "B" | "N" | "W" | "Y" | "%C" | "%E" | "-V" => {}
            "A" => return Some(self.answer(core)),
            "H" if on => self.go_off_hook(core),
            "H" => self.go_on_hook(core),
            "D" => {
                let Kind::Set(number) = &command.kind else {
                    return Some(Done::Error);
                };
                return Some(Done::Later(
                    core.pace(900, 1_800),
                    Task::Dial(number.clone()),
                ));
            }
            "I" => return Some(self.inform(core, number.unwrap_or(0))),
            "+GMI" | "+GMM" | "+GMR" | "+FMI" | "+FMM" | "+FMR" => {
                core.info.push(match command.name.as_str() {
                    "+GMI" | "+FMI" => self.persona.manufacturer.to_owned(),
                    "+GMM" | "+FMM" => self.persona.model.to_owned(),
                    _ => self.persona.revision.to_owned(),
                });
            }
            name if name.starts_with('S') => return Some(self.register(core, command)),
            _ => return None,
        }
        Some(Done::Ok)
    }

    fn inform(&self, core: &mut Core, page: u32) -> Done {
        match self.persona.inform.get(page as usize).copied() {
            None | Some("OK") => {}
            Some(text) => core.info.push(text.to_owned()),
        }
        Done::Ok
    }

    fn register(&mut self, core: &mut Core, command: &Command) -> Done {
        let Ok(number) = command.name[1..].parse::<u8>() else {
            return Done::Error;
        };
        match (&command.kind, command.number(0)) {
            (Kind::Set(_), Some(value @ 0..=255)) => {
                self.registers.insert(number, value);
            }
            (Kind::Read, _) => {
                let value = self.registers.get(&number).copied().unwrap_or(0);
                core.info.push(format!("{value:03}"));
            }
            (Kind::Exec, _) => {}
            _ => return Done::Error,
        }
        Done::Ok
    }

    /// `ATS0`: rings after which it answers as a data modem.
    fn answers_after(&self) -> u32 {
        self.registers.get(&0).copied().unwrap_or(0)
    }

    fn voice(&mut self, core: &mut Core, command: &Command) -> Option<Done> {
        Some(match (command.name.as_str(), &command.kind) {
            ("+FCLASS", _) => self.class_command(core, command),
            ("+VSM", _) => self.format_command(core, command),
            ("+VLS", Kind::Test) => {
                let all: Vec<String> = self.persona.lines.iter().map(u8::to_string).collect();
                core.info.push(all.join(","));
                Done::Ok
            }
            ("+VLS", Kind::Read) => {
                core.info.push(self.selected.to_string());
                Done::Ok
            }
            ("+VLS", Kind::Set(_)) => self.select(core, command.number(0)),
            ("+VTX", Kind::Exec) => self.open(core, Stream::play()),
            ("+VRX", Kind::Exec) => self.open(core, Stream::record()),
            ("+VTR", Kind::Exec) => self.open(core, Stream::duplex()),
            ("+VTS", Kind::Set(what)) => self.tones(core, &what.clone()),
            ("+VTS", Kind::Test) => {
                core.info.push("(200-3000),(200-3000),(1-500)".to_owned());
                Done::Ok
            }
            _ => return None,
        })
    }

    fn class_command(&mut self, core: &mut Core, command: &Command) -> Done {
        let refused = core.quirks.refuses_class_8;
        match &command.kind {
            Kind::Test => {
                let classes = self.persona.classes;
                let shown = if refused {
                    classes.trim_end_matches(",8")
                } else {
                    classes
                };
                core.info.push(shown.to_owned());
            }
            Kind::Read => core.info.push(self.class.to_string()),
            Kind::Exec => return Done::Error,
            Kind::Set(value) => match value.as_str() {
                "8" if refused => return Done::Error,
                "8" => self.class = 8,
                "0" | "1" | "1.0" | "2" | "2.0"
                    if self.persona.classes.split(',').any(|c| c == value) =>
                {
                    if self.class == 8 && value == "0" {
                        self.go_on_hook(core);
                    }
                    self.class = if value.starts_with('0') { 0 } else { 1 };
                }
                _ => return Done::Error,
            },
        }
        Done::Ok
    }

    fn format_command(&mut self, core: &mut Core, command: &Command) -> Done {
        match &command.kind {
            Kind::Test => core
                .info
                .extend(self.persona.formats.iter().map(|f| f.line.to_owned())),
            Kind::Read => core
                .info
                .push(format!("{},{},0,0", self.format.0, self.format.1)),
            Kind::Exec => return Done::Error,
            Kind::Set(_) => {
                let asked = command.number(0);
                let found = self
                    .persona
                    .formats
                    .iter()
                    .find(|f| Some(u32::from(f.id)) == asked);
                let Some(format) = found else {
                    return Done::Error;
                };
                let rate = command.number(1).unwrap_or(8_000);
                if !format.rates.contains(&rate) {
                    return Done::Error;
                }
                self.format = (format.id, rate);
            }
        }
        Done::Ok
    }

    fn remembered(&mut self, core: &mut Core, command: &Command) -> Option<Done> {
        match self.settings.run(command, &mut core.info)? {
            true => Some(Done::Ok),
            false => Some(Done::Error),
        }
    }

    pub fn task(&mut self, core: &mut Core, task: Task) -> Done {
        match task {
            Task::Dial(number) => self.dial(core, &number),
            Task::Answer => {
                self.go_on_hook(core);
                Done::Word("NO CARRIER")
            }
            Task::Nothing | Task::Submit(_) | Task::Restart => Done::Ok,
        }
    }

    pub fn timer(&mut self, core: &mut Core, timer: Timer) {
        match timer {
            Timer::Ring(uid) => self.ring(core, uid),
            Timer::CallerId(uid) => self.caller_id(core, uid),
            Timer::GiveUp(uid) => self.give_up(core, uid),
            Timer::PickUp(uid) => self.far_end_answers(uid),
            Timer::Tone => self.tone(core),
            Timer::Handshake => self.no_carrier(core),
            // Cellular matters, and what the modem itself handles.
            Timer::Boot(_)
            | Timer::Unlocked(_)
            | Timer::Answer
            | Timer::Task(_)
            | Timer::Line(_)
            | Timer::Registered
            | Timer::Alert(_)
            | Timer::Chatter
            | Timer::Deliver
            | Timer::StatusReport { .. }
            | Timer::Unacknowledged(_)
            | Timer::Frame(_)
            | Timer::AudioChatter
            | Timer::Restart
            | Timer::Return => {}
        }
    }

    pub fn act(&mut self, core: &mut Core, act: Act) {
        match act {
            Act::Ring {
                identity,
                patience,
                data,
            } if !data => self.incoming(core, identity, patience),
            Act::Hangup(_) => self.far_end_hangs_up(core),
            Act::PickUp => self.pick_up(core),
            Act::Busy | Act::BusyTone => self.busy_tone(core),
            Act::Dtmf(keys) => self.far_end_keys(core, &keys),
            Act::DtrDropped => {
                if self.dtr_hangs_up {
                    self.go_on_hook(core);
                    self.class = 0;
                }
            }
            Act::Ring { .. }
            | Act::Sms { .. }
            | Act::Pdu(_)
            | Act::FillStore
            | Act::Signal(_)
            | Act::Register(_)
            | Act::DropSim
            | Act::InsertSim => core.report(Report::Refused("an analogue line has no such thing")),
            // The modem itself has handled these.
            Act::Say(_)
            | Act::SayFile(_)
            | Act::Silence
            | Act::Tap(_)
            | Act::Cough
            | Act::Noise(_)
            | Act::Tone(_)
            | Act::OneWay(_)
            | Act::UnplugAudio
            | Act::ReplugAudio
            | Act::Unplug
            | Act::Replug
            | Act::BrownOut
            | Act::Reset
            | Act::Deaf
            | Act::Garbage(_)
            | Act::Raw(_) => {}
        }
    }

    /// The answer is out; after CONNECT the bytes are sound.
    pub fn answered(&mut self, core: &mut Core, done: &Done) {
        if *done == Done::Connect
            && let Some(stream) = self.opening.take()
        {
            self.start(core, stream);
        }
    }
}
