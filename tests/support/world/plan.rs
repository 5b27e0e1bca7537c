//! What kind of day it is: drawn from the seed before it begins.

use std::time::Duration;

use siaga112::base::time::Tick;
use siaga112::line::words::Setup;
use siaga112::sim::modem::{Act, Dice, Identity};

use super::agenda::{Agenda, Step, Trouble};

/// The day of one seed.
#[derive(Clone, Debug)]
pub struct Day {
    pub seed: u64,
    pub length: Duration,
    pub lines: usize,
    pub operators: usize,
    pub calls: u64,
    pub faults: u64,
    pub power_cuts: u64,
    pub disk_troubles: u64,
    pub clock_jumps: u64,
    pub texts: u64,
}

impl Day {
    pub fn draw(seed: u64, dice: &mut Dice) -> Day {
        // Most days are calm; every eighth is a launch day or a flood.
        let busy = dice.permille(125);
        let lines = 1 + dice.below(8) as usize;
        Day {
            seed,
            length: Duration::from_secs(24 * 3600),
            lines,
            operators: 1 + dice.below(4) as usize,
            calls: if busy {
                200 + dice.below(200)
            } else {
                10 + dice.below(90)
            },
            faults: dice.below(12),
            power_cuts: if dice.permille(500) { dice.below(4) } else { 0 },
            disk_troubles: if dice.permille(300) {
                1 + dice.below(3)
            } else {
                0
            },
            clock_jumps: if dice.permille(300) {
                1 + dice.below(3)
            } else {
                0
            },
            texts: dice.below(12),
        }
    }

    /// The lines' setup; profile is chosen by the cable's family.
    pub fn line_setup(&self) -> Setup {
        Setup {
            profile: String::from("auto"),
            ..Setup::default()
        }
    }

    /// Writes the day into the agenda.
    pub fn fill(self, agenda: &mut Agenda, dice: &mut Dice, start: Tick) {
        let any_time = |dice: &mut Dice, length: Duration| {
            start + Duration::from_millis(dice.below(length.as_millis() as u64))
        };
        for number in 0..self.calls {
            let at = any_time(dice, self.length);
            let act = Act::Ring {
                identity: identity(number, dice),
                patience: Some(Duration::from_secs(3 + dice.below(60))),
                data: false,
            };
            agenda.add(
                at,
                Step::Act {
                    line: dice.below(self.lines as u64) as usize,
                    act,
                },
            );
        }
        for _ in 0..self.texts {
            let at = any_time(dice, self.length);
            let from = format!("+62840{:08}", dice.below(100_000_000));
            let text = format!("tolong, air sudah {} cm", dice.below(200));
            let act = Act::Sms { from, text };
            agenda.add(
                at,
                Step::Act {
                    line: dice.below(self.lines as u64) as usize,
                    act,
                },
            );
        }
        for _ in 0..self.faults {
            let at = any_time(dice, self.length);
            let line = dice.below(self.lines as u64) as usize;
            self.fault(agenda, dice, at, line);
        }
        for _ in 0..self.power_cuts {
            let at = any_time(dice, self.length);
            agenda.add(at, Step::PowerCut);
        }
        for _ in 0..self.disk_troubles {
            let at = any_time(dice, self.length);
            let (begin, end) = if dice.permille(500) {
                (Trouble::Refuses, Trouble::Works)
            } else {
                (Trouble::Stalls, Trouble::Moves)
            };
            agenda.add(at, Step::Disk(begin));
            agenda.add(
                at + Duration::from_secs(1 + dice.below(600)),
                Step::Disk(end),
            );
        }
        for _ in 0..self.clock_jumps {
            let at = any_time(dice, self.length);
            let by_ms = dice.below(200_000_000) as i64 - 100_000_000;
            agenda.add(at, Step::ClockJumps { by_ms });
        }
        for who in 0..self.operators {
            agenda.add(
                start + Duration::from_secs(5 + dice.below(20)),
                Step::Person { who },
            );
        }
    }

    fn fault(&self, agenda: &mut Agenda, dice: &mut Dice, at: Tick, line: usize) {
        let mut act = |after: Duration, act: Act| agenda.add(at + after, Step::Act { line, act });
        let now = Duration::ZERO;
        match dice.below(7) {
            0 => {
                act(now, Act::Unplug);
                act(Duration::from_secs(1 + dice.below(120)), Act::Replug);
            }
            1 => act(now, Act::BrownOut),
            2 => act(now, Act::Reset),
            3 => act(now, Act::Deaf),
            4 => act(now, Act::Garbage(1 + dice.below(4000) as usize)),
            5 => {
                act(now, Act::DropSim);
                act(Duration::from_secs(10 + dice.below(300)), Act::InsertSim);
            }
            _ => {
                act(now, Act::Register(2));
                act(Duration::from_secs(5 + dice.below(200)), Act::Register(1));
            }
        }
    }
}

/// Mostly a number, all different; sometimes none.
fn identity(number: u64, dice: &mut Dice) -> Identity {
    match dice.below(10) {
        0 => Identity::Withheld,
        1 => Identity::Unavailable,
        2 => Identity::Payphone,
        3 => Identity::Number(format!("0840{number:08}")),
        4 => Identity::Hidden(format!("+62840{number:08}")),
        _ => Identity::Number(format!("+62840{number:08}")),
    }
}
