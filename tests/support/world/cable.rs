//! One virtual modem and the wire to it.

use std::sync::{Arc, LazyLock};

use siaga112::base::time::Tick;
use siaga112::line::Machine;
use siaga112::line::families::Families;
use siaga112::line::words::Setup;
use siaga112::sim::modem::{Act, Dice, Family, Modem, Out, Quirks, Report};

use super::plan::Day;

pub struct Cable {
    modem: Modem,
    profile: &'static str,
    /// The node exists.
    present: bool,
    /// The host has it open.
    open: bool,
    due: Option<Tick>,
    pub wants_carrying: bool,
}

/// What came out of a modem.
pub enum News {
    Bytes(Vec<u8>),
    Gone,
    Back,
    Said(Report),
    Nothing,
}

impl Cable {
    pub fn new(line: usize, day: &Day, dice: &mut Dice) -> Cable {
        let (family, profile) = FAMILIES[dice.below(FAMILIES.len() as u64) as usize];
        let mut quirks = if dice.permille(300) {
            Quirks::wild()
        } else {
            Quirks::default()
        };
        quirks.picks_up_after_s = 2 + dice.below(30) as u32;
        let seed = day.seed.wrapping_mul(64).wrapping_add(line as u64);
        // Half of the lines are found by probing.
        let profile = if dice.permille(500) { "auto" } else { profile };
        Cable {
            modem: Modem::new(family, quirks, seed),
            profile,
            present: true,
            open: false,
            due: Some(Tick(0)),
            wants_carrying: false,
        }
    }

    pub fn machine(&self, setup: &Setup) -> Machine {
        let setup = Setup {
            profile: self.profile.to_owned(),
            ..setup.clone()
        };
        Machine::new(setup, Arc::clone(&FAMILIES_KNOWN))
    }

    pub fn due(&self) -> Option<Tick> {
        self.due
    }

    pub fn wake(&mut self, now: Tick) {
        self.due = None;
        self.modem.wake(now);
    }

    pub fn act(&mut self, now: Tick, act: Act) {
        self.modem.act(now, act);
    }

    pub fn host_writes(&mut self, now: Tick, bytes: &[u8]) {
        if self.open {
            self.modem.host_bytes(now, bytes);
        }
    }

    /// The host opens the node, if it is there.
    pub fn plug(&mut self) -> bool {
        let opened = self.present && !self.open;
        self.open |= self.present;
        opened
    }

    pub fn reopen(&mut self, now: Tick) {
        self.open = false;
        self.modem.act(now, Act::DtrDropped);
    }

    /// The host lost its power; half of the modems lose theirs too.
    pub fn host_died(&mut self, now: Tick, dice: &mut Dice) {
        self.open = false;
        if dice.permille(500) {
            self.modem.act(now, Act::Reset);
        }
    }

    /// The next thing that comes out; bytes to a closed node are lost.
    pub fn next(&mut self, _now: Tick, powered: bool) -> News {
        loop {
            match self.modem.next() {
                Out::ToHost(bytes) if self.open && powered => return News::Bytes(bytes),
                Out::ToHost(_) | Out::ToAudio(_) | Out::Audio(_) => {}
                Out::Said(report) => return News::Said(report),
                Out::Port(true) => {
                    self.present = true;
                    return News::Back;
                }
                Out::Port(false) => {
                    self.present = false;
                    if std::mem::take(&mut self.open) {
                        return News::Gone;
                    }
                }
                Out::Sleep(due) => {
                    self.due = due;
                    return News::Nothing;
                }
            }
        }
    }

    /// No call is up in the modem.
    pub fn is_quiet(&self) -> bool {
        !self.modem.has_call()
    }
}

const FAMILIES: &[(Family, &str)] = &[
    (Family::Huawei, "huawei"),
    (Family::Simcom, "simcom7600"),
    (Family::Quectel, "quectel-ec2x"),
    (Family::Sim800, "sim800"),
    (Family::A7670, "a7670"),
    (Family::Plain, "generic"),
    (Family::V253Usr, "v253-usr"),
    (Family::V253Conexant, "v253-conexant"),
];

static FAMILIES_KNOWN: LazyLock<Arc<Families>> =
    LazyLock::new(|| Arc::new(Families::compiled_in()));
