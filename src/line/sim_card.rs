//! The SIM card: waiting for it, and its PIN, which is not guessed at.
//!
//! Three wrong PINs lock a card until somebody finds its PUK. So a PIN of the
//! configuration that was refused is not tried again, nor any when the card says that only one try
//! is left; one that was accepted is given again after each start of the modem.

use std::time::Duration;

use super::boot::Part;
use super::heard::{Outcome, Reply, SimState};
use super::machine::Machine;
use super::queue::Why;
use super::timers::Timer;
use super::words::DownWhy;

/// What is known of the card.
#[derive(Debug, Default)]
pub(super) struct SimCard {
    state: Option<SimState>,
    /// Heard since it was last asked for.
    fresh: bool,
    /// Questions in a row that brought no state, or one that may pass by itself.
    asked: u32,
    pin: Pin,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Pin {
    #[default]
    Untried,
    /// The configuration has none, or what it has cannot be one.
    Missing,
    /// Sent; the card has not said that it is ready yet.
    Tried,
    /// The card became ready after it: it may be used again after a restart of the modem.
    Accepted,
    /// Wrong, or one try left: never again in this run.
    Refused,
}

impl SimCard {
    /// Why the line is down, if the card is the reason.
    pub(super) fn down(&self) -> Option<DownWhy> {
        match self.state? {
            SimState::Ready => None,
            SimState::Absent => Some(DownWhy::SimAbsent),
            SimState::PinRequired => match self.pin {
                Pin::Untried | Pin::Tried | Pin::Accepted => None,
                Pin::Missing | Pin::Refused => Some(DownWhy::SimPin),
            },
            SimState::PukRequired => Some(DownWhy::SimPuk),
            SimState::Locked | SimState::Failure => Some(DownWhy::SimFailure),
            SimState::Busy | SimState::NotReady if self.asked < PATIENCE => None,
            SimState::Busy | SimState::NotReady => Some(DownWhy::SimFailure),
        }
    }

    /// What to write beside [`DownWhy::SimPin`].
    pub(super) fn detail(&self) -> &'static str {
        match self.pin {
            Pin::Missing => "PIN SIM belum ditulis di konfigurasi, atau bukan 4 sampai 8 angka",
            Pin::Refused => {
                "PIN SIM di konfigurasi salah atau tinggal satu kesempatan; tidak dicoba lagi"
            }
            Pin::Untried | Pin::Tried | Pin::Accepted => "",
        }
    }

    /// The modem starts anew. What is known about the PIN stays: it is the card's.
    pub(super) fn begin(&mut self) {
        let pin = self.pin;
        *self = SimCard {
            pin,
            ..SimCard::default()
        };
    }

    /// How long until it is asked for again.
    fn pause(&self) -> Duration {
        match self.state {
            None | Some(SimState::Busy | SimState::NotReady) if self.asked < PATIENCE => SOON,
            None | Some(SimState::Busy | SimState::NotReady | SimState::Ready) => LATER,
            Some(SimState::PinRequired) if self.pin == Pin::Tried => SOON,
            Some(SimState::Absent | SimState::Locked | SimState::Failure) => LATER,
            Some(SimState::PinRequired | SimState::PukRequired) => RARELY,
        }
    }
}

impl Machine {
    pub(super) fn ask_sim(&mut self) {
        if self.boot.part() != Part::Sim {
            return;
        }
        self.sim.fresh = false;
        self.core.ask_once(Why::SimState, "AT+CPIN?");
    }

    /// The modem says how the card is, asked or not.
    pub(super) fn sim_heard(&mut self, state: SimState) {
        self.sim.fresh = true;
        self.sim.state = Some(state);
        let part = self.boot.part();
        match state {
            SimState::Ready => {
                self.sim.asked = 0;
                if self.sim.pin == Pin::Tried {
                    self.sim.pin = Pin::Accepted;
                }
                if part == Part::Sim {
                    self.core.timers.stop(Timer::Sim);
                    self.core.queue.drop_where(|why| why == Why::SimState);
                    self.enter(Part::Calls);
                }
            }
            SimState::Absent
            | SimState::PinRequired
            | SimState::PukRequired
            | SimState::Locked
            | SimState::Busy
            | SimState::NotReady
            | SimState::Failure => {
                if part > Part::Sim {
                    tracing::warn!(?state, "SIM left");
                    self.core.queue.drop_where(|why| why == Why::Step);
                    self.enter(Part::Sim);
                }
            }
        }
    }

    pub(super) fn sim_replied(&mut self, reply: &Reply) {
        if self.boot.part() != Part::Sim {
            return;
        }
        self.sim.asked = self.sim.asked.saturating_add(1);
        if !self.sim.fresh && reply.outcome != Outcome::TimedOut && self.sim.asked >= PATIENCE {
            // It refuses to say: CMEE=0 gives a plain ERROR for every trouble there is.
            self.sim.state = Some(SimState::Failure);
        }
        if self.sim.state == Some(SimState::PinRequired) && self.sim.fresh && self.try_pin() {
            return;
        }
        let pause = self.sim.pause();
        self.core.after(Timer::Sim, pause);
    }

    /// Whether the PIN is on its way.
    fn try_pin(&mut self) -> bool {
        match self.sim.pin {
            Pin::Untried | Pin::Accepted => {}
            Pin::Tried => {
                if self.sim.asked >= PATIENCE {
                    self.sim.pin = Pin::Refused;
                }
                return false;
            }
            Pin::Missing | Pin::Refused => return false,
        }
        let is_possible = |pin: &String| {
            PIN_DIGITS.contains(&pin.len()) && pin.bytes().all(|byte| byte.is_ascii_digit())
        };
        match &self.setup.pin {
            Some(pin) if is_possible(pin) => self.core.ask(Why::PinTries, "AT+CPINR"),
            Some(_) | None => {
                self.sim.pin = Pin::Missing;
                false
            }
        }
    }

    pub(super) fn pin_tries_replied(&mut self, reply: &Reply) {
        let Some(pin) = self.setup.pin.clone() else {
            return;
        };
        let left = reply.lines.iter().find_map(|line| tries_left(line));
        if self.boot.part() != Part::Sim || left.is_some_and(|left| left < PIN_TRIES_MIN) {
            if self.boot.part() == Part::Sim {
                self.sim.pin = Pin::Refused;
                self.core.after(Timer::Sim, RARELY);
            }
            return;
        }
        self.sim.pin = Pin::Tried;
        self.sim.asked = 0;
        let text = format!("AT+CPIN=\"{pin}\"");
        if !self.core.ask_within(Why::Pin, text, PIN_LIMIT) {
            self.sim.pin = Pin::Untried;
        }
        self.core.after(Timer::Sim, PIN_LIMIT);
    }

    pub(super) fn pin_replied(&mut self, reply: &Reply) {
        match reply.outcome {
            // The card tells next; a lost answer counts as a try.
            Outcome::Ok | Outcome::TimedOut => {}
            Outcome::Error | Outcome::Cme(_) | Outcome::Cms(_) | Outcome::CallEnded(_) => {
                if self.sim.pin == Pin::Tried {
                    self.sim.pin = Pin::Refused;
                }
            }
        }
        self.core.after(Timer::Sim, SOON);
    }
}

/// `+CPINR: SIM PIN,3,3` (3GPP TS 27.007 8.65).
fn tries_left(line: &str) -> Option<u8> {
    let rest = line.trim().strip_prefix("+CPINR:")?.trim();
    let mut fields = rest.split(',').map(str::trim);
    (fields.next()?.trim_matches('"') == "SIM PIN").then(|| fields.next()?.parse().ok())?
}

/// Questions before a card that is "busy" or silent is taken as broken.
const PATIENCE: u32 = 20;

/// At least one try stays for a human.
const PIN_TRIES_MIN: u8 = 2;

/// 3GPP TS 11.11: CHV1 has four to eight digits.
const PIN_DIGITS: std::ops::RangeInclusive<usize> = 4..=8;

const PIN_LIMIT: Duration = Duration::from_secs(15);

/// oFono polls Huawei's SIM state every second (hardware.md 5.1).
const SOON: Duration = Duration::from_secs(1);
const LATER: Duration = Duration::from_secs(5);
const RARELY: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tries_of_the_pin_are_read_and_those_of_pin2_are_not() {
        assert_eq!(tries_left("+CPINR: SIM PIN,3,3"), Some(3));
        assert_eq!(tries_left("+CPINR: \"SIM PIN\",1"), Some(1));
        assert_eq!(tries_left("+CPINR: SIM PIN2,3"), None);
        assert_eq!(tries_left("OK"), None);
    }
}
