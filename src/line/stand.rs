//! How the line stands: up or down and why, and its phase. Worked out anew after every input, so
//! that no path can forget to say it.

use std::time::Duration;

use super::boot::Part;
use super::cure::Rung;
use super::machine::Machine;
use super::net::is_tried_again;
use super::timers::Timer;
use super::words::{DownWhy, Event, Phase};

impl Machine {
    pub(super) fn stand(&mut self) {
        self.follow_script();
        self.follow_answer();
        self.follow_sound();
        self.follow_ears();
        self.schedule_poll();
        let down = self.down();
        if down != self.told_down {
            self.turn_up_or_down(down);
        }
        self.core.status.down = down;
        self.core.status.phase = self.phase(down);
    }

    fn turn_up_or_down(&mut self, down: Option<DownWhy>) {
        self.told_down = down;
        match down {
            None => {
                self.core.status.cures = 0;
                self.ladder.supply = None;
                self.troubles = 0;
                self.core.timers.stop(Timer::LongTrouble);
                self.core.tell(Event::Up);
            }
            Some(why) => {
                let detail = self.detail(why);
                self.core.tell(Event::Down { why, detail });
            }
        }
        if down.is_some_and(is_tried_again) {
            let doublings = self.troubles.min(TROUBLE_DOUBLINGS_MAX);
            self.troubles = self.troubles.saturating_add(1);
            let pause = TROUBLE_AFTER * 2_u32.pow(doublings);
            self.core.after(Timer::LongTrouble, pause);
        }
    }

    /// Why no call can be taken now.
    fn down(&self) -> Option<DownWhy> {
        if self.lost {
            return Some(if self.busy {
                DownWhy::PortBusy
            } else {
                DownWhy::PortMissing
            });
        }
        if let Some(why) = self.ladder.down() {
            return Some(why);
        }
        if let Some(why) = self.sim.down().filter(|_| self.boot.part() >= Part::Sim) {
            return Some(why);
        }
        if !self.boot.takes_calls() || !self.boot.looked {
            return Some(DownWhy::Starting);
        }
        if self.boot.no_voice {
            return Some(DownWhy::NoVoice);
        }
        if self.net.is_missing() {
            return Some(DownWhy::NoNetwork);
        }
        let was_up = self.told_down.is_none();
        let has_network = !self.core.profile.is_cellular() || self.has_network();
        // A registration that has just gone is waited for before anybody is alarmed.
        (!has_network && !was_up).then_some(match self.told_down {
            Some(DownWhy::NoNetwork) => DownWhy::NoNetwork,
            Some(_) | None => DownWhy::Starting,
        })
    }

    fn detail(&self, why: DownWhy) -> String {
        match why {
            DownWhy::SimPin => self.sim.detail().to_owned(),
            DownWhy::Power | DownWhy::Deaf | DownWhy::Starting | DownWhy::Dead => {
                self.ladder.supply.unwrap_or_default().to_owned()
            }
            DownWhy::PortMissing | DownWhy::PortBusy => self.cause.clone(),
            DownWhy::SimAbsent
            | DownWhy::SimPuk
            | DownWhy::SimFailure
            | DownWhy::NoNetwork
            | DownWhy::NoVoice => String::new(),
        }
    }

    fn phase(&self, down: Option<DownWhy>) -> Phase {
        if self.lost || (!self.open && self.ladder.rung.is_none()) {
            return Phase::Closed;
        }
        if let Some(Rung::Dead) = self.ladder.rung {
            return Phase::Dead;
        }
        if self.ladder.rung.is_some() || self.ladder.powered_down {
            return Phase::Ailing;
        }
        if let Some(phase) = self.talk.phase() {
            return phase;
        }
        match down {
            None => Phase::Ready,
            Some(DownWhy::Starting) => Phase::Booting,
            Some(_) => Phase::Ailing,
        }
    }
}

/// What does not pass by itself in this time is tried with a restart; the pause doubles up to
/// 80 minutes, because an outage of the network is longer than any modem's sulk.
const TROUBLE_AFTER: Duration = Duration::from_secs(600);
const TROUBLE_DOUBLINGS_MAX: u32 = 3;
