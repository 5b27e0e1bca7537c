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
mod words;

use crate::base::time::{Now, Tick};

pub use analog::{CallerIdTiming, HangupSign};
pub use dice::Dice;
pub use family::{Family, NotAFamily};
pub use quirks::Quirks;
pub use words::{Act, Identity, NotAnOrder, Out, Report};

use analog::Analog;
use cellular::Cellular;
use core::{Core, Timer};
use host::Host;

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
            self.wake(now);
        }
    }

    /// Something happens on the other side.
    pub fn act(&mut self, now: Tick, act: Act) {
        self.wake(now);
        self.carry_out(act);
        self.wake(now);
    }

    /// Time has passed.
    pub fn wake(&mut self, now: Tick) {
        while let Some(timer) = self.core.take_due(now) {
            self.fire(timer);
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

    fn fire(&mut self, timer: Timer) {
        match timer {
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
            Act::Say(_) => self
                .core
                .report(Report::Refused("sound is not carried yet")),
            Act::Silence => self
                .core
                .report(Report::Refused("sound is not carried yet")),
            act => match &mut self.body {
                Body::Cellular(body) => body.act(&mut self.core, act),
                Body::Analog(body) => body.act(&mut self.core, act),
            },
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
