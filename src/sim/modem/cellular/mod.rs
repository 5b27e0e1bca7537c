//! A cellular modem: SIM, network, calls, messages, and the vendor's own words.

mod call_commands;
mod calls;
mod card;
mod far_end;
mod identity;
mod message_commands;
mod messages;
mod network;
mod pdu;
mod persona;
mod sound;
mod store;
mod submit;
mod vendor;

use std::time::Duration;

pub use network::local;
pub use persona::{A7670, HUAWEI, PLAIN, Persona, QUECTEL, SIM800, SIMCOM};
pub use sound::SecondCallSilent;

use super::command::{Command, Kind};
use super::core::{Core, Done, Task, Timer};
use super::host::Mode;
use super::settings::Settings;
use super::words::{Act, Report};
use calls::Calls;
use card::Card;
use messages::Messages;
use network::Air;
use persona::{Boot, COMMON, Dialect};
use sound::Pcm;

/// See the module.
#[derive(Debug)]
pub struct Cellular {
    persona: &'static Persona,
    settings: Settings,
    card: Card,
    air: Air,
    calls: Calls,
    messages: Messages,
    pcm: Pcm,
    numbers: identity::Numbers,
    mode: Mode,
}

impl Cellular {
    pub fn new(core: &mut Core, persona: &'static Persona, seed: u64) -> Cellular {
        Cellular {
            persona,
            settings: Settings::new(COMMON, persona.settings),
            card: Card::new(&core.quirks),
            air: Air::default(),
            calls: Calls::default(),
            messages: Messages::new(persona, core.quirks.store_slots),
            pcm: Pcm::default(),
            numbers: identity::Numbers::invented(seed),
            mode: Mode::Command,
        }
    }

    pub fn mode(&self) -> Mode {
        self.mode
    }

    pub fn cmee(&self) -> u32 {
        self.settings.number("+CMEE", 0)
    }

    pub fn is_usb(&self) -> bool {
        self.persona.usb
    }

    pub fn brown_out_lines(&self) -> &'static [&'static str] {
        self.persona.dying
    }

    pub fn power_on(&mut self, core: &mut Core) {
        self.settings.reset();
        self.mode = Mode::Command;
        self.card.power_on(&core.quirks);
        self.messages.power_on();
        self.air.power_on();
        if core.quirks.warm {
            self.air.stat = if core.quirks.no_network { 2 } else { 1 };
            self.messages.ready = self.card.is_open();
            if !self.card.is_open() {
                self.air.stat = 0;
            }
        }
        self.plan_chatter(core);
        self.audio_powered(core);
    }

    /// Calls are lost, the network keeps what it has not delivered.
    pub fn power_off(&mut self, core: &mut Core) {
        self.drop_calls(core);
        self.air.stat = 0;
    }

    pub fn boot_delay(&self, step: usize) -> Option<Duration> {
        let (ms, _) = self.persona.boot.get(step)?;
        Some(Duration::from_millis(*ms))
    }

    /// Returns whether commands are answered from now on.
    pub fn boot_step(&mut self, core: &mut Core, step: usize) -> bool {
        match self.persona.boot.get(step) {
            Some((_, boot)) => self.start(core, *boot),
            None => false,
        }
    }

    fn start(&mut self, core: &mut Core, boot: Boot) -> bool {
        match boot {
            Boot::Bytes(bytes) => core.bytes(bytes.to_vec()),
            Boot::Line(text) => core.line(text),
            Boot::Commands => return true,
            Boot::Card => self.read_card(core),
            Boot::Radio => self.search(core),
            Boot::Messages => {
                self.messages.ready = true;
                self.plan_delivery(core, Duration::from_millis(800));
            }
        }
        false
    }

    fn unlocked_step(&mut self, core: &mut Core, step: usize) {
        if !self.card.is_open() {
            return;
        }
        if let Some((_, boot)) = self.persona.unlocked.get(step) {
            self.start(core, *boot);
        }
        self.plan_unlocked(core, step + 1);
    }

    /// What comes after the SIM is open goes its own way, because that may be much later.
    fn plan_unlocked(&mut self, core: &mut Core, step: usize) {
        if let Some((ms, _)) = self.persona.unlocked.get(step) {
            core.plan(Duration::from_millis(*ms), Timer::Unlocked(step));
        }
    }

    pub fn run(&mut self, core: &mut Core, command: &Command) -> Done {
        if self.persona.refuses.contains(&command.name.as_str()) {
            return Done::Error;
        }
        self.basic(core, command)
            .or_else(|| self.identity_command(core, command))
            .or_else(|| self.card_command(core, command))
            .or_else(|| self.network_command(core, command))
            .or_else(|| self.call_command(core, command))
            .or_else(|| self.message_command(core, command))
            .or_else(|| self.vendor_command(core, command))
            .or_else(|| self.remembered(core, command))
            .unwrap_or(Done::Error)
    }

    fn basic(&mut self, core: &mut Core, command: &Command) -> Option<Done> {
        let on = command.number(0).unwrap_or(0) != 0;
        match command.name.as_str() {
            "E" => core.echo = on,
            "Q" => core.quiet = on,
            "V" => core.verbose = on,
            "Z" | "&F" => {
                self.settings.reset();
                (core.echo, core.quiet, core.verbose) = (true, false, true);
            }
            "&C" | "&D" | "&K" | "&S" | "&W" | "&V" | "X" | "L" | "M" | "O" | "\\Q" | "P" | "T" => {
            }
            name if name.starts_with('S') => {
                if command.kind == Kind::Read {
                    core.info.push("000".to_owned());
                }
            }
            _ => return None,
        }
        Some(Done::Ok)
    }

    /// The commands that only remember a value.
    fn remembered(&mut self, core: &mut Core, command: &Command) -> Option<Done> {
        if command.name == "+CMEE" && core.quirks.refuses_cmee {
            return Some(Done::Error);
        }
        match self.settings.run(command, &mut core.info)? {
            true => Some(Done::Ok),
            false => Some(Done::Cme(50)),
        }
    }

    pub fn task(&mut self, core: &mut Core, task: Task) -> Done {
        match task {
            Task::Answer => self.answer_now(core),
            Task::Dial(number) => self.dial_now(core, &number),
            Task::Submit(tpdu) => self.submit_now(core, &tpdu),
            Task::Nothing => Done::Ok,
            Task::Restart => {
                core.plan(Duration::from_millis(600), Timer::Restart);
                Done::Ok
            }
        }
    }

    pub fn timer(&mut self, core: &mut Core, timer: Timer) {
        match timer {
            Timer::Unlocked(step) => self.unlocked_step(core, step),
            Timer::Registered => self.registered(core),
            Timer::Ring(uid) => self.ring_again(core, uid),
            Timer::CallerId(uid) => self.present(core, uid),
            Timer::GiveUp(uid) => self.give_up(core, uid),
            Timer::Alert(uid) => self.far_end_rings(core, uid),
            Timer::PickUp(uid) => self.far_end_answers(core, uid),
            Timer::Chatter => self.chatter(core),
            Timer::Deliver => self.deliver(core),
            Timer::StatusReport { mr, to } => self.status_report(core, mr, &to),
            Timer::Unacknowledged(serial) => self.unacknowledged(core, serial),
            Timer::AudioChatter => self.audio_chatter(core),
            // The modem itself handles these; the rest is for analogue lines.
            Timer::Boot(_)
            | Timer::Answer
            | Timer::Task(_)
            | Timer::Line(_)
            | Timer::Restart
            | Timer::Return
            | Timer::Frame(_)
            | Timer::Tone
            | Timer::Handshake => {}
        }
    }

    pub fn act(&mut self, core: &mut Core, act: Act) {
        match act {
            Act::Ring {
                identity,
                patience,
                data,
            } => self.incoming(core, identity, patience, data),
            Act::Hangup(idx) => self.far_end_hangs_up(core, idx),
            Act::PickUp => self.pick_up(core),
            Act::Busy => self.far_end_busy(core),
            Act::Dtmf(keys) => self.far_end_keys(core, &keys),
            Act::Sms { from, text } => self.message_from(core, &from, &text),
            Act::Pdu(pdu) => self.message_raw(core, pdu),
            Act::FillStore => self.fill_store(core),
            Act::Signal(level) => self.new_signal(core, level),
            Act::Register(stat) => self.new_registration(core, stat),
            Act::DropSim => self.drop_card(core),
            Act::InsertSim => self.insert_card(core),
            Act::BusyTone => core.report(Report::Refused("not an analogue line")),
            // USB sticks ignore DTR; the rest the modem itself has handled.
            Act::DtrDropped
            | Act::Say(_)
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

    /// The answer is out; a prompt now takes the bytes.
    pub fn answered(&mut self, done: &Done) {
        if *done == Done::Prompt {
            self.mode = Mode::Prompt;
        }
    }

    fn is(&self, dialect: Dialect) -> bool {
        self.persona.dialect == dialect
    }
}
