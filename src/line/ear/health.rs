//! The modem itself: network, SIM, start and end.

use std::time::Duration;

use super::{Ear, Modem};
use crate::at::urc::{self, SimWord};
use crate::base::time::Tick;
use crate::line::heard::{Heard, LostReason, RegStat, Registration, SimState};

impl Ear {
    pub(super) fn registration(&mut self, domain: &'static str, rest: &str, answers: bool) {
        let Some(read) = urc::registration(rest, answers) else {
            return;
        };
        let stat = match read.stat {
            0 => RegStat::NotRegistered,
            // 6 and 7: registered "for SMS only", as LTE modules with VoLTE say of +CREG;
            // 9 and 10: circuit-switched fall-back not preferred.
            1 | 6 | 9 => RegStat::Home,
            2 => RegStat::Searching,
            // 8: emergency calls only.
            3 | 8 => RegStat::Denied,
            5 | 7 | 10 => RegStat::Roaming,
            _ => RegStat::Unknown,
        };
        let (lac, ci, act) = (read.lac, read.ci, read.act);
        let registration = Registration {
            domain,
            stat,
            asked: answers,
            lac,
            ci,
            act,
        };
        self.out.push_back(Heard::Registration(registration));
    }

    pub(super) fn sim(&mut self, word: SimWord, answers: bool) {
        let state = match word {
            SimWord::Ready => SimState::Ready,
            SimWord::Absent => SimState::Absent,
            SimWord::Pin => SimState::PinRequired,
            SimWord::Puk => SimState::PukRequired,
            SimWord::Locked => SimState::Locked,
            // Without a card it will not get ready.
            SimWord::NotReady if self.modem.sim == Some(SimState::Absent) => SimState::Absent,
            SimWord::NotReady => SimState::NotReady,
        };
        self.sim_is(state, answers);
    }

    /// Modems repeat it; an answer is always told.
    pub(super) fn sim_is(&mut self, state: SimState, answers: bool) {
        if self.modem.sim.replace(state) != Some(state) || answers {
            self.out.push_back(Heard::Sim(state));
        }
    }

    /// `+CFUN: 1` by itself is printed by a modem that starts, also by one that does not say `RDY`
    /// (SIM800 with automatic baud rate).
    pub(super) fn function(&mut self, now: Tick, function: u8) {
        let ours = self
            .modem
            .function_set
            .is_some_and(|at| now.since(at) < FUNCTION_TAKES);
        if function == 1 && !ours {
            self.boot(now, "+CFUN");
        }
    }

    /// A start prints several lines; the same line again is another start.
    pub(super) fn boot(&mut self, now: Tick, line: &str) {
        let goes_on = self
            .modem
            .boot
            .as_ref()
            .is_some_and(|(first, at)| now.since(*at) < ONE_BOOT && first != line);
        if goes_on {
            return;
        }
        self.modem = Modem {
            identity_due: true,
            boot: Some((line.to_owned(), now)),
            ..Modem::default()
        };
        self.calls.link_lost(now);
        self.gather();
        self.out.push_back(Heard::Reset);
    }

    pub(super) fn down(&mut self, now: Tick, brown_out: bool) {
        let unheard = brown_out && self.setup.brown_out_ends_calls && !self.calls.are_known;
        self.lost(now, LostReason::PowerDown, unheard);
    }
}

/// `AT+CFUN` takes 15 to 30 s.
const FUNCTION_TAKES: Duration = Duration::from_secs(30);
/// The lines of one start come within this time.
const ONE_BOOT: Duration = Duration::from_secs(10);
