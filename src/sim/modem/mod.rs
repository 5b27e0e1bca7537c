//! A virtual modem: bytes from the host and orders from the other side in, bytes to the host and
//! reports out. No threads, files, clocks or chance of its own; the same seed is the same modem.
//!
//! ```
//! use siaga112::base::time::Tick;
//! use siaga112::sim::modem::{Family, Modem, Out, Quirks};
//!
//! let mut modem = Modem::new(Family::Huawei, Quirks::calm(), 1);
//! modem.host_bytes(Tick(0), b"ATE0\r");
//! assert_eq!(modem.next(), Out::ToHost(b"ATE0\r".to_vec()));
//! assert_eq!(modem.next(), Out::ToHost(b"\r\nOK\r\n".to_vec()));
//! assert!(matches!(modem.next(), Out::Sleep(_)));
//! ```

mod analog;
mod cellular;
mod command;
mod core;
mod dice;
mod family;
mod host;
mod quirks;
mod settings;
mod sound;
mod words;

use crate::base::time::{Now, Tick};

pub use analog::{CallerIdTiming, HangupSign};
pub use cellular::SecondCallSilent;
pub use dice::Dice;
pub use family::{Family, NotAFamily};
pub use quirks::Quirks;
pub use sound::{OneWay, Samples};
pub use words::{Act, Heard, Identity, NotAnOrder, Out, Report};

use analog::Analog;
use cellular::Cellular;
use core::{Core, Timer};
use host::Host;
use sound::AudioPort;

/// One virtual modem. One mutation, then drain [`Modem::next`] until [`Out::Sleep`].
#[derive(Debug)]
pub struct Modem {
    core: Core,
    host: Host,
    body: Body,
}

/// What kind of device it is inside.
#[derive(Debug)]
enum Body {
    Cellular(Box<Cellular>),
    Analog(Box<Analog>),
}

impl Modem {
    /// A modem that has just been plugged in (or is up already, if `quirks.warm`).
    pub fn new(family: Family, quirks: Quirks, seed: u64) -> Modem {
        let mut core = Core::new(quirks, seed);
        let body = match family.persona() {
            family::Kind::Cellular(persona) => {
                Body::Cellular(Box::new(Cellular::new(&mut core, persona, seed)))
            }
            family::Kind::Analog(persona) => {
                Body::Analog(Box::new(Analog::new(&mut core, persona)))
            }
        };
        let mut modem = Modem {
            core,
            host: Host::default(),
            body,
        };
        modem.power_on();
        modem
    }

    /// Gives it an audio port, if the family has one.
    pub fn fit_audio(&mut self) {
        if let Body::Cellular(body) = &mut self.body
            && body.has_audio_port()
            && self.core.sound.port == AudioPort::Absent
        {
            self.core.sound.port = AudioPort::Plugged;
            body.audio_powered(&mut self.core);
        }
    }

    /// The telephone network's time from now on: message stamps, network time, caller id.
    pub fn set_wall(&mut self, now: Now) {
        self.wake(now.tick);
        self.core.set_wall(now);
    }

    /// The host wrote these bytes.
    pub fn host_bytes(&mut self, now: Tick, bytes: &[u8]) {
        self.wake(now);
        if self.host.plugged {
            self.feed(bytes);
            self.notice();
            self.wake(now);
        }
    }

    /// The host wrote these bytes to the audio port.
    pub fn audio_bytes(&mut self, now: Tick, bytes: &[u8]) {
        self.wake(now);
        if self.core.sound.port == AudioPort::Plugged
            && let Body::Cellular(body) = &mut self.body
        {
            body.audio_bytes(&mut self.core, bytes);
        }
    }

    /// Whether more may be written to the command port: a voice modem that plays slower than the
    /// host writes holds it up (CTS).
    pub fn is_clear_to_send(&self) -> bool {
        match &self.body {
            Body::Cellular(_) => true,
            Body::Analog(body) => body.is_clear_to_send(),
        }
    }

    /// Whether what is written to the audio port is taken at all.
    pub fn takes_audio(&self) -> bool {
        !self.core.quirks.uplink_not_taken
    }

    /// What the far end has heard of the host in this call so far, or in the last call: 8 kHz from
    /// the answer on, gaps are silence.
    pub fn heard(&self) -> Samples {
        self.core.sound.heard()
    }

    /// Something happens on the other side.
    pub fn act(&mut self, now: Tick, act: Act) {
        self.wake(now);
        self.carry_out(act);
        self.notice();
        self.wake(now);
    }

    /// Time has passed.
    pub fn wake(&mut self, now: Tick) {
        while let Some(timer) = self.core.take_due(now) {
            self.fire(timer);
            self.notice();
        }
        self.core.now = self.core.now.max(now);
    }

    /// The next thing that came of it.
    #[allow(clippy::should_implement_trait)] // the name every sans-IO core here uses
    pub fn next(&mut self) -> Out {
        self.core.pop().unwrap_or(Out::Sleep(self.core.due()))
    }

    /// When it wants to be woken.
    pub fn due(&self) -> Option<Tick> {
        self.core.due()
    }

    /// Whether commands are heard at all: powered, started, not deaf.
    pub fn is_up(&self) -> bool {
        self.host.plugged && self.host.up && !self.host.deaf
    }

    /// Whether the network has any call for it, in any state.
    pub fn has_call(&self) -> bool {
        match &self.body {
            Body::Cellular(body) => body.has_call(),
            Body::Analog(body) => body.has_call(),
        }
    }

    /// A far end that has come or gone since.
    fn notice(&mut self) {
        let is_up = match &self.body {
            Body::Cellular(body) => body.is_up(),
            Body::Analog(body) => body.is_up(),
        };
        let core = &mut self.core;
        match (core.sound.is_in_call(), is_up) {
            (false, true) => {
                core.call_is_up();
                if let Body::Cellular(body) = &mut self.body {
                    body.refresh_sound(core);
                }
            }
            (true, false) => {
                if let Body::Cellular(body) = &mut self.body {
                    body.sound_is_over(core);
                }
                core.call_is_over();
            }
            (false, false) | (true, true) => {}
        }
    }

    /// 20 ms of sound.
    fn frame(&mut self, serial: u32) {
        match &mut self.body {
            Body::Cellular(body) => body.frame(&mut self.core, serial),
            Body::Analog(body) => {
                if let Some(done) = body.frame(&mut self.core, serial) {
                    self.finish(done);
                }
            }
        }
    }

    fn fire(&mut self, timer: Timer) {
        match timer {
            Timer::Frame(serial) => self.frame(serial),
            Timer::Answer => self.deliver_answer(),
            Timer::Task(task) => {
                let done = match &mut self.body {
                    Body::Cellular(body) => body.task(&mut self.core, task),
                    Body::Analog(body) => body.task(&mut self.core, task),
                };
                self.carry_on(done);
            }
            Timer::Line(text) => self.core.line(&text),
            Timer::Boot(step) => self.boot(step),
            Timer::Restart => self.restart(),
            Timer::Return => {
                self.core.port(true);
                self.power_on();
            }
            timer => match &mut self.body {
                Body::Cellular(body) => body.timer(&mut self.core, timer),
                Body::Analog(body) => body.timer(&mut self.core, timer),
            },
        }
    }

    /// Acts on the device itself; the rest is for the body.
    fn carry_out(&mut self, act: Act) {
        match act {
            Act::Unplug => {
                if self.host.plugged {
                    self.power_off();
                    self.core.port(false);
                }
            }
            Act::Replug => {
                if !self.host.plugged {
                    self.core.port(true);
                    self.power_on();
                }
            }
            _ if !self.host.plugged => self.core.report(Report::Refused("unplugged")),
            Act::Reset => self.restart(),
            Act::BrownOut => self.brown_out(),
            Act::Deaf => self.host.deaf = true,
            Act::Garbage(count) => {
                let bytes = (0..count).map(|_| self.core.dice.throw() as u8).collect();
                self.core.bytes(bytes);
            }
            Act::Raw(bytes) => self.core.bytes(bytes),
            Act::Say(_)
            | Act::SayFile(_)
            | Act::Silence
            | Act::Tap(_)
            | Act::Cough
            | Act::Noise(_)
            | Act::Tone(_)
            | Act::OneWay(_)
            | Act::UnplugAudio
            | Act::ReplugAudio => self.sound_act(act),
            act => match &mut self.body {
                Body::Cellular(body) => body.act(&mut self.core, act),
                Body::Analog(body) => body.act(&mut self.core, act),
            },
        }
    }

    /// What is done to the sound of a modem that has any.
    fn sound_act(&mut self, act: Act) {
        let core = &mut self.core;
        let is_in_band = matches!(self.body, Body::Analog(_));
        let is_about_port = matches!(act, Act::UnplugAudio | Act::ReplugAudio);
        if core.sound.port == AudioPort::Absent && (is_about_port || !is_in_band) {
            return core.report(Report::Refused("no audio port"));
        }
        match act {
            Act::Say(samples) => core.far_end_says(samples),
            Act::Silence => core.sound.mouth.hush(),
            Act::Tap(times) => core.far_end_taps(times),
            Act::Cough => core.far_end_coughs(),
            Act::Noise(level_db) => core.sound.mouth.hiss(level_db),
            Act::Tone(tone) => core.tone_by_order(tone),
            Act::OneWay(lost) => core.sound.one_way = lost,
            Act::UnplugAudio => core.audio_port(false),
            Act::ReplugAudio => core.audio_port(true),
            _ => core.report(Report::Refused("the sound file was not read")),
        }
    }

    fn power_on(&mut self) {
        self.core.new_life();
        self.host = Host::default();
        self.host.plugged = true;
        match &mut self.body {
            Body::Cellular(body) => body.power_on(&mut self.core),
            Body::Analog(body) => body.power_on(&mut self.core),
        }
        if self.core.quirks.warm {
            self.host.up = true;
        } else {
            self.plan_boot(0);
        }
    }

    fn power_off(&mut self) {
        match &mut self.body {
            Body::Cellular(body) => body.power_off(&mut self.core),
            Body::Analog(body) => body.power_off(&mut self.core),
        }
        self.core.new_life();
        self.core.quirks.warm = false;
        self.host = Host::default();
    }

    /// The firmware starts anew. On USB the node vanishes meanwhile.
    fn restart(&mut self) {
        self.power_off();
        if self.is_usb() {
            self.core.port(false);
            let gone = self.core.dice.millis(1_500, 3_000);
            self.core.plan(gone, Timer::Return);
        } else {
            self.power_on();
        }
    }

    fn brown_out(&mut self) {
        let last_words: &[&str] = match &self.body {
            Body::Cellular(body) => body.brown_out_lines(),
            Body::Analog(_) => &[],
        };
        for text in last_words {
            self.core.line(text);
        }
        self.power_off();
        if self.is_usb() {
            self.core.port(false);
        }
        let gone = self.core.dice.millis(4_000, 9_000);
        self.core.plan(gone, Timer::Return);
    }

    fn is_usb(&self) -> bool {
        match &self.body {
            Body::Cellular(body) => body.is_usb(),
            Body::Analog(_) => true,
        }
    }

    fn plan_boot(&mut self, step: usize) {
        let delay = match &self.body {
            Body::Cellular(body) => body.boot_delay(step),
            Body::Analog(body) => body.boot_delay(step),
        };
        if let Some(delay) = delay {
            self.core.plan(delay, Timer::Boot(step));
        }
    }

    fn boot(&mut self, step: usize) {
        let commands_up = match &mut self.body {
            Body::Cellular(body) => body.boot_step(&mut self.core, step),
            Body::Analog(body) => body.boot_step(&mut self.core, step),
        };
        if commands_up {
            self.host.up = true;
            self.core.report(Report::Started);
        }
        self.plan_boot(step + 1);
    }
}
