//! Every timer of a line, by name, in a fixed table.

use crate::base::time::Tick;

/// What a line may be waiting for. Two that are due together fire in this order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Timer {
    /// The command in flight has had its time.
    Reply,
    /// Late answers have had the time to come; the modem may be asked whether it is in step.
    Drain,
    /// The next rung of the cure ladder.
    Cure,
    /// The next try of the boot script.
    Boot,
    /// The whole boot has had its time.
    BootLimit,
    /// Ask for the state of the SIM again.
    Sim,
    /// Ask for the registration again, or take its loss for true.
    Network,
    /// Nothing has been cured by itself for so long that the modem is restarted.
    LongTrouble,
    /// Try to answer again.
    Answer,
    /// See whether the call that was hung up is gone.
    HangUp,
    /// The dialled call must have shown itself.
    Dial,
    /// The next key.
    Key,
    /// Switch the sound on.
    Sound,
    /// It has not said for long that it takes sound again.
    Flow,
    /// Ask for the modem's call list.
    Poll,
    /// The next text, or the next part of it.
    Text,
    /// Ten quiet seconds.
    KeepAlive,
    /// List the texts, read the clock.
    Hourly,
}

/// How many timers there are.
const COUNT: usize = Timer::Hourly as usize + 1;

const ALL: [Timer; COUNT] = [
    Timer::Reply,
    Timer::Drain,
    Timer::Cure,
    Timer::Boot,
    Timer::BootLimit,
    Timer::Sim,
    Timer::Network,
    Timer::LongTrouble,
    Timer::Answer,
    Timer::HangUp,
    Timer::Dial,
    Timer::Key,
    Timer::Sound,
    Timer::Flow,
    Timer::Poll,
    Timer::Text,
    Timer::KeepAlive,
    Timer::Hourly,
];

/// When each timer fires, if it is set.
#[derive(Clone, Debug, Default)]
pub(super) struct Timers([Option<Tick>; COUNT]);

impl Timers {
    /// Fires at `at`, whatever was set before.
    pub(super) fn set(&mut self, timer: Timer, at: Tick) {
        self.0[timer as usize] = Some(at);
    }

    /// Does not fire.
    pub(super) fn stop(&mut self, timer: Timer) {
        self.0[timer as usize] = None;
    }

    /// None fires.
    pub(super) fn stop_all(&mut self) {
        self.0 = [None; COUNT];
    }

    /// Whether it is set.
    pub(super) fn is_set(&self, timer: Timer) -> bool {
        self.0[timer as usize].is_some()
    }

    /// When it fires.
    pub(super) fn when(&self, timer: Timer) -> Option<Tick> {
        self.0[timer as usize]
    }

    /// When the soonest fires.
    pub(super) fn soonest(&self) -> Option<Tick> {
        self.0.iter().flatten().min().copied()
    }

    /// The first that is due, which is then no longer set.
    pub(super) fn take_due(&mut self, now: Tick) -> Option<Timer> {
        let timer = ALL
            .into_iter()
            .find(|timer| self.0[*timer as usize].is_some_and(|at| at <= now))?;
        self.stop(timer);
        Some(timer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_holds_every_timer_in_its_own_place() {
        for (place, timer) in ALL.into_iter().enumerate() {
            assert_eq!(place, timer as usize);
        }
    }

    #[test]
    fn timers_fire_once_and_in_their_order() {
        let mut timers = Timers::default();
        timers.set(Timer::KeepAlive, Tick(5));
        timers.set(Timer::Reply, Tick(5));
        timers.set(Timer::Poll, Tick(9));
        assert_eq!(timers.soonest(), Some(Tick(5)));
        assert_eq!(timers.take_due(Tick(5)), Some(Timer::Reply));
        assert_eq!(timers.take_due(Tick(5)), Some(Timer::KeepAlive));
        assert_eq!(timers.take_due(Tick(5)), None);
        timers.stop(Timer::Poll);
        assert_eq!(timers.soonest(), None);
    }
}
