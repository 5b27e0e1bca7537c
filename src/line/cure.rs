//! The cure ladder: what is done, rung by rung, to a modem that does not answer (hardware.md 5.3).
//!
//! Nothing that would end a call is done while a call may be alive.

use std::time::Duration;

use super::boot::Part;
use super::core::COMMAND_LIMIT;
use super::machine::Machine;
use super::queue::{End, Job, Why};
use super::timers::{Timer, Timers};
use super::words::{DialRefused, DownWhy, EndedBy, Output};

/// A rung.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Rung {
    /// A longer wait for late answers, then `AT`.
    Resync,
    /// Out of whatever prompt or stream it may be stuck in, then `AT`.
    Escape,
    /// The profile's restart command.
    Reset,
    /// The port is closed, looked for by its stable name, and opened again.
    Reopen,
    /// Everything has been tried; slow retries for ever.
    Dead,
}

/// Where on the ladder the line stands.
#[derive(Debug, Default)]
pub(super) struct Ladder {
    pub(super) rung: Option<Rung>,
    /// The modem told that its supply failed.
    pub(super) powered_down: bool,
    /// Supply trouble was reported since the line was last up.
    pub(super) supply: Option<&'static str>,
    /// A restart is due as soon as no call is up.
    reset_due: bool,
    /// The port was closed by us.
    reopening: bool,
    /// The modem was told to restart and has its time for it.
    restarting: bool,
    /// Retries since everything had been tried.
    retries: u32,
}

impl Ladder {
    /// A port that went away and came back by itself is a new beginning; one that we closed is not.
    pub(super) fn port_opened(&mut self) {
        if !self.reopening {
            self.rung = None;
            self.retries = 0;
        }
        self.reopening = false;
        self.powered_down = false;
    }

    /// Whoever watches the port will find it again; nothing to do until then, unless it was us
    /// who closed it.
    pub(super) fn port_lost(&mut self, timers: &mut Timers) {
        let cure = timers.when(Timer::Cure).filter(|_| self.reopening);
        timers.stop_all();
        match cure {
            Some(at) => timers.set(Timer::Cure, at),
            None => *self = Ladder::default(),
        }
    }

    /// The modem is restarted as soon as the line is free.
    pub(super) fn want_reset(&mut self) {
        self.reset_due = true;
    }

    pub(super) fn reset_is_due(&self) -> bool {
        self.reset_due
    }

    /// Why the line is down, if the ladder is the reason.
    pub(super) fn down(&self) -> Option<DownWhy> {
        match self.rung {
            Some(Rung::Dead) => Some(DownWhy::Dead),
            Some(Rung::Escape | Rung::Reset | Rung::Reopen) => Some(DownWhy::Deaf),
            // Hiccups pass; nobody is alarmed for them.
            Some(Rung::Resync) => None,
            None if self.powered_down => Some(DownWhy::Power),
            None => None,
        }
    }
}

impl Machine {
    /// Nothing is answered any more.
    pub(super) fn is_deaf(&mut self) {
        match self.ladder.rung {
            None | Some(Rung::Resync | Rung::Escape) => self.climb(),
            // The cure has not helped.
            Some(Rung::Reset | Rung::Reopen | Rung::Dead) if self.boot.part() != Part::Off => {
                self.boot_failed();
            }
            // It has its own time; what was asked meanwhile was about a call.
            Some(Rung::Reset | Rung::Reopen | Rung::Dead) => {
                self.in_step();
                if !self.talk.is_free() && !self.call_may_be_alive() {
                    self.forget_calls();
                }
            }
        }
    }

    /// One rung up, unless it would end a call.
    pub(super) fn climb(&mut self) {
        let next = match self.ladder.rung {
            None => Rung::Resync,
            Some(Rung::Resync) => Rung::Escape,
            Some(Rung::Escape) if self.call_may_be_alive() => {
                self.in_step();
                self.core.after(Timer::Cure, CALL_RETRY);
                self.hold_tongue();
                return;
            }
            Some(Rung::Escape) => Rung::Reset,
            Some(Rung::Reset) => Rung::Reopen,
            Some(Rung::Reopen | Rung::Dead) => Rung::Dead,
        };
        tracing::warn!(rung = ?next, "cure");
        self.core.status.cures += 1;
        self.ladder.rung = Some(next);
        match next {
            Rung::Resync => self.drain_afresh(RESYNC_DRAIN),
            Rung::Escape => self.escape(),
            Rung::Reset => self.restart_modem(),
            Rung::Reopen => self.reopen(),
            Rung::Dead => self.core.after(Timer::Cure, self.dead_delay()),
        }
    }

    pub(super) fn cure_due(&mut self) {
        if self.ladder.restarting {
            self.begin_boot(Duration::ZERO);
            return;
        }
        match self.ladder.rung {
            // A call may have been alive; ask again, and see whether it still is. Somebody's answer
            // or hang-up is not broken off for that.
            Some(Rung::Escape) => {
                let in_flight = self.core.queue.in_flight();
                if in_flight.is_some_and(|job| is_for_a_call(job.why)) {
                    self.core.after(Timer::Cure, CALL_RETRY);
                } else {
                    self.escape();
                }
            }
            Some(Rung::Reopen) => self.climb(),
            Some(Rung::Dead) => self.retry_from_the_dead(),
            Some(Rung::Resync | Rung::Reset) | None => {
                if self.open {
                    self.begin_boot(Duration::ZERO);
                }
            }
        }
    }

    /// Whatever a restart was wanted for, it has been done.
    pub(super) fn restarted(&mut self) {
        self.ladder.reset_due = false;
        self.sound_is_cured();
    }

    /// The boot script begins: no cure is under way but that.
    pub(super) fn cure_waits(&mut self) {
        self.ladder.restarting = false;
        self.core.timers.stop(Timer::Cure);
    }

    /// The modem is in step again.
    pub(super) fn heals(&mut self) {
        if let Some(Rung::Resync | Rung::Escape) = self.ladder.rung {
            tracing::info!("cured");
            self.ladder.rung = None;
            self.core.timers.stop(Timer::Cure);
            self.resume();
        }
    }

    /// It has answered the boot script: whatever was wrong with it is over.
    pub(super) fn answers_again(&mut self) {
        self.ladder.rung = None;
        self.ladder.retries = 0;
        self.ladder.powered_down = false;
        self.core.timers.stop(Timer::Cure);
    }

    /// The administrator's button: restart now, or as soon as no call is up.
    pub(super) fn cure_now(&mut self) {
        if self.ladder.rung == Some(Rung::Dead) {
            self.retry_from_the_dead();
        } else if self.open {
            self.ladder.reset_due = true;
            self.reset_if_due();
        }
    }

    /// Restarts a modem that only half works, once the line is free and no cure is under way.
    pub(super) fn reset_if_due(&mut self) {
        let may = self.talk.is_free() && self.open && self.ladder.rung.is_none();
        if self.ladder.reset_due && may {
            self.core.status.cures += 1;
            self.ladder.rung = Some(Rung::Reset);
            self.restart_modem();
        }
    }

    /// The modem said that it goes down.
    pub(super) fn powered_down(&mut self) {
        self.ladder.powered_down = true;
        self.boot.stop();
        self.forget_conversation();
        self.core.after(Timer::Cure, POWER_WAIT);
    }

    pub(super) fn supply_trouble(&mut self, kind: &'static str) {
        tracing::warn!(kind, "supply trouble reported by the modem");
        self.ladder.supply = Some(kind);
    }

    fn escape(&mut self) {
        self.hush();
        self.write_escape();
        self.drain_afresh(ESCAPE_DRAIN);
    }

    /// Sends the restart command and gives the modem its time; it need not answer.
    fn restart_modem(&mut self) {
        self.boot.stop();
        self.hush();
        self.forget_calls();
        self.in_step();
        self.ladder.restarting = true;
        self.restarted();
        let wait = Duration::from_millis(u64::from(self.core.profile.cure.reset_wait_ms));
        self.core.after(Timer::Cure, wait);
        let text = self.core.profile.cure.reset.clone();
        self.core.queue.push_first(Job {
            why: Why::Reset,
            text,
            end: End::Return,
            limit: COMMAND_LIMIT,
        });
    }

    fn reopen(&mut self) {
        self.boot.stop();
        self.forget_calls();
        self.open = false;
        self.ladder.reopening = true;
        self.ladder.restarting = false;
        self.in_step();
        self.core.timers.stop_all();
        self.core.put(Output::Reopen);
        self.core.after(Timer::Cure, REOPEN_WAIT);
    }

    /// Turn by turn the restart command and the port: either may be what helps.
    fn retry_from_the_dead(&mut self) {
        self.ladder.retries = self.ladder.retries.saturating_add(1);
        if self.open && self.ladder.retries % 2 == 1 {
            self.restart_modem();
            // The rung stays: what comes next is the boot script, then another retry.
        } else {
            self.reopen();
        }
    }

    fn dead_delay(&self) -> Duration {
        let doublings = self.ladder.retries.min(DEAD_DOUBLINGS_MAX);
        DEAD_RETRY * 2_u32.pow(doublings)
    }

    /// Nothing is said until the cure timer fires.
    fn hold_tongue(&mut self) {
        self.core.queue.drop_where(|why| !is_for_a_call(why));
        if self.talk.is_dialling() && !self.core.timers.is_set(Timer::Dial) {
            self.dial_failed(DialRefused::LineDown);
        }
        self.inbox.interrupted();
        self.outbox.held();
        self.keys.clear();
    }

    /// The modem answers again: what was put off or lost on the way is taken up.
    fn resume(&mut self) {
        self.resume_boot();
        self.reset_if_due();
        self.outbox_may_go_on();
        if self.boot.part() == Part::Done {
            self.housekeeping();
        }
    }

    /// No command is in flight any more and none of the ordinary ones waits.
    fn hush(&mut self) {
        if self.ear.in_flight().is_some() {
            self.core.queue.answered();
            self.ear.gave_up(self.core.now.tick);
        }
        self.core.queue.answered();
        self.core.timers.stop(Timer::Reply);
        self.hold_tongue();
        self.listen();
    }

    /// Calls that nobody can reach any more are over, for the ear too.
    pub(super) fn forget_calls(&mut self) {
        let tick = self.core.now.tick;
        self.ear.port_lost(tick);
        self.listen();
        self.forget_conversation();
        self.ear.port_opened(tick);
        self.listen();
    }

    pub(super) fn end_all_calls(&mut self) {
        self.dial_failed(DialRefused::LineDown);
        while let Some(call) = self.talk.all().first().map(|call| call.no) {
            self.end(call, EndedBy::LinkLost);
        }
    }
}

fn is_for_a_call(why: Why) -> bool {
    matches!(why, Why::Answer { .. } | Why::HangUp { .. })
}

/// Long enough for a modem that was busy with itself.
const RESYNC_DRAIN: Duration = Duration::from_secs(5);

/// The modem answers an escape with an `OK` of its own.
const ESCAPE_DRAIN: Duration = Duration::from_secs(1);

/// While a call may be alive: callpilot polls every 2 s and gives up after 60 s; the pause is in
/// between (hardware.md 2.3).
const CALL_RETRY: Duration = Duration::from_secs(5);

/// A port that does not come back after we closed it: chan_dongle tries every 15 s; four tries.
const REOPEN_WAIT: Duration = Duration::from_secs(60);

/// First pause between two retries of a dead modem; doubles up to 16 minutes.
const DEAD_RETRY: Duration = Duration::from_secs(60);

/// 60 s doubled four times.
const DEAD_DOUBLINGS_MAX: u32 = 4;

/// A module that lost its supply comes back by itself or not at all.
const POWER_WAIT: Duration = Duration::from_secs(15);
