//! The network: registration, its clock, and the question whether the modem is still alive.

use std::time::Duration;

use super::boot::Part;
use super::heard::{Outcome, RegStat, Registration, Reply};
use super::machine::{KEEP_ALIVE_AFTER, Machine};
use super::queue::Why;
use super::timers::Timer;
use super::words::{DownWhy, Event};
use crate::base::time::Tick;

/// What is known of the network.
#[derive(Debug, Default)]
pub(super) struct Net {
    /// Circuit switched (`+CREG`): calls over 2G and 3G.
    cs: Domain,
    /// LTE (`+CEREG`): calls over VoLTE or by falling back.
    eps: Domain,
    /// When a call or a text last went through.
    served_at: Option<Tick>,
    /// Since when neither has been there.
    missing_since: Option<Tick>,
    /// It has been missing for too long.
    missing: bool,
    /// Which keep-alive is next.
    turn: usize,
    /// Which question for the time is next.
    clock: usize,
}

/// One domain, by its reports and by its answers. On some modems the two disagree for ever.
#[derive(Debug, Default)]
struct Domain {
    reported: Option<RegStat>,
    /// Since the last report.
    answered: Option<RegStat>,
}

impl Domain {
    fn hear(&mut self, heard: &Registration) {
        if heard.asked {
            self.answered = Some(heard.stat);
        } else {
            self.reported = Some(heard.stat);
            self.answered = None;
        }
    }

    /// A report that the answers deny is believed while there is a signal.
    fn is_registered(&self, has_signal: bool) -> bool {
        is_served(self.answered)
            || (is_served(self.reported) && (has_signal || self.answered.is_none()))
    }
}

fn is_served(stat: Option<RegStat>) -> bool {
    matches!(stat, Some(RegStat::Home | RegStat::Roaming))
}

impl Net {
    /// A new boot: nothing is known.
    pub(super) fn begin(&mut self) {
        *self = Net::default();
    }

    /// Whether it has been away for so long that people must know.
    pub(super) fn is_missing(&self) -> bool {
        self.missing
    }
}

impl Machine {
    /// In service if either domain says so (hardware.md 5.1), or if it has served us a moment ago
    /// whatever it says.
    pub(super) fn has_network(&self) -> bool {
        let has_signal = self
            .core
            .status
            .csq
            .is_some_and(|csq| SIGNAL.contains(&csq));
        let now = self.core.now.tick;
        let served = self
            .net
            .served_at
            .is_some_and(|at| now.since(at) < SERVED_FOR);
        let domains = [&self.net.cs, &self.net.eps];
        served
            || domains
                .iter()
                .any(|domain| domain.is_registered(has_signal))
    }

    /// A call or a text went through: there is a network.
    pub(super) fn network_serves(&mut self) {
        self.net.served_at = Some(self.core.now.tick);
        self.net.missing = false;
        if self.net.missing_since.is_some() {
            self.net.missing_since = self.net.served_at;
        }
    }

    /// From now on a network is expected.
    pub(super) fn await_network(&mut self) {
        if self.core.profile.is_cellular() && !self.has_network() {
            self.net.missing_since = Some(self.core.now.tick);
            self.core.after(Timer::Network, ASK_PAUSE);
        }
    }

    pub(super) fn registration_heard(&mut self, heard: &Registration) {
        match heard.domain {
            "cs" => self.net.cs.hear(heard),
            "eps" => self.net.eps.hear(heard),
            _ => return,
        }
        let registered = self.has_network();
        let was = self.core.status.registered.replace(registered);
        if registered {
            self.net.missing = false;
            self.net.missing_since = None;
            self.core.timers.stop(Timer::Network);
            if was != Some(true) && self.boot.takes_calls() {
                self.ask_clock();
            }
        } else if self.net.missing_since.is_none() && self.boot.takes_calls() {
            self.await_network();
        }
    }

    /// Asks again, and believes the absence once it has lasted.
    pub(super) fn network_due(&mut self) {
        let Some(since) = self.net.missing_since else {
            return;
        };
        let now = self.core.now.tick;
        self.net.missing = now.since(since) >= MISSING_AFTER && !self.has_network();
        if self.boot.takes_calls() {
            for text in self.core.profile.watch.registration.clone() {
                if self.core.queue.len() < ASKED_AT_ONCE_MAX {
                    self.core.ask(Why::Registration, text);
                }
            }
        }
        self.core.after(Timer::Network, ASK_PAUSE);
    }

    /// Ten seconds without an answer to anything.
    pub(super) fn keep_alive(&mut self) {
        self.core.after(Timer::KeepAlive, KEEP_ALIVE_AFTER);
        let is_started = self.boot.part() >= Part::Sim || self.boot.rests;
        let may_ask = self.open && is_started && !self.ear.in_stream();
        if !may_ask || self.core.queue.len() > 0 || self.core.queue.in_flight().is_some() {
            return;
        }
        let asks = &self.core.profile.watch.keep_alive;
        self.net.turn = self.net.turn.wrapping_add(1);
        if let Some(text) = asks.get(self.net.turn % asks.len().max(1)).cloned() {
            self.core.ask(Why::KeepAlive, text);
        }
    }

    pub(super) fn ask_clock(&mut self) {
        if !self.core.queue.has(Why::Clock) {
            self.net.clock = 0;
            self.ask_next_clock();
        }
    }

    fn ask_next_clock(&mut self) {
        let clock = self.core.profile.watch.clock.get(self.net.clock).cloned();
        self.net.clock += 1;
        if let Some(text) = clock {
            self.core.ask(Why::Clock, text);
        }
    }

    pub(super) fn clock_replied(&mut self, reply: &Reply) {
        // `+CCLK` has been told as what it is; `^NWTIME` is an answer like any other.
        let time = reply
            .lines
            .iter()
            .find_map(|line| line.strip_prefix("^NWTIME:"));
        if let Some(time) = time {
            self.time_heard(time);
        }
        if reply.outcome != Outcome::Ok && reply.outcome != Outcome::TimedOut {
            self.ask_next_clock();
        }
    }

    /// Reports of the network's time come in many dialects; that one came is enough to ask.
    pub(super) fn noise_heard(&mut self, line: &str) {
        if TIME_REPORTS.contains(&line) && self.boot.takes_calls() {
            self.ask_clock();
        }
    }

    pub(super) fn time_heard(&mut self, text: &str) {
        if let Some(utc_ms) = utc_ms(text) {
            self.core.tell(Event::NetworkTime { utc_ms });
        }
    }

    /// What has not been cured by itself for ten minutes is tried with a restart, for ever. A
    /// modem that says it has no voice is only asked again: it hears its rings meanwhile.
    pub(super) fn long_trouble(&mut self) {
        match self.core.status.down {
            Some(DownWhy::NoVoice) if self.talk.is_free() => self.begin_boot(Duration::ZERO),
            Some(why) if self.ladder.rung.is_none() && is_tried_again(why) => {
                tracing::warn!(?why, "restart due after long trouble");
                self.ladder.want_reset();
                self.reset_if_due();
            }
            Some(_) | None => {}
        }
    }
}

/// Whether it has been seen to pass when everything is begun anew.
pub(super) fn is_tried_again(down: DownWhy) -> bool {
    match down {
        DownWhy::SimAbsent | DownWhy::SimFailure | DownWhy::NoNetwork | DownWhy::NoVoice => true,
        DownWhy::Starting
        | DownWhy::PortMissing
        | DownWhy::PortBusy
        | DownWhy::Deaf
        | DownWhy::SimPin
        | DownWhy::SimPuk
        | DownWhy::Power
        | DownWhy::Dead => false,
    }
}

/// `26/03/01,11:45:02+32`: local time and its distance from UTC in quarters of an hour. A modem
/// that has not heard from the network says 1980, 2000 or 2004.
fn utc_ms(text: &str) -> Option<i64> {
    let (date, rest) = text.trim().trim_matches('"').split_once(',')?;
    let at = rest.find(['+', '-'])?;
    let (time, zone) = rest.split_at(at);
    let quarters: i64 = zone.split(',').next()?.trim_end_matches('"').parse().ok()?;
    let [year, month, day] = three(date, '/')?;
    let [hour, minute, second] = three(time, ':')?;
    let year = if year < 100 { year + 2000 } else { year };
    if !YEARS.contains(&year) || quarters.abs() > QUARTERS_MAX {
        return None;
    }
    let small = |value: i16| i8::try_from(value).ok();
    let local = jiff::civil::DateTime::new(
        year,
        small(month)?,
        small(day)?,
        small(hour)?,
        small(minute)?,
        small(second)?,
        0,
    )
    .ok()?;
    let as_if_utc = local.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    let zone_ms = quarters * 15 * 60 * 1_000;
    Some(as_if_utc.timestamp().as_millisecond() - zone_ms)
}

fn three(text: &str, between: char) -> Option<[i16; 3]> {
    let mut fields = text.split(between).map(|field| field.trim().parse().ok());
    let three = [fields.next()??, fields.next()??, fields.next()??];
    fields.next().is_none().then_some(three)
}

/// Earlier is a modem's default; 80 is 1980, where GPS time begins.
const YEARS: std::ops::RangeInclusive<i16> = 2024..=2069;

/// Zone and time reports that carry what `+CCLK?` tells as well.
const TIME_REPORTS: [&str; 5] = ["^NWTIME", "+CTZV", "+CTZE", "+CTZDST", "*PSUTTZ"];

/// UTC+14 is the farthest there is; the sign may be wrong on odd firmware.
const QUARTERS_MAX: i64 = 56;

/// While there is no network.
const ASK_PAUSE: Duration = Duration::from_secs(5);

/// A fall from LTE to 2G for a call takes some seconds; a start takes about half a minute.
const MISSING_AFTER: Duration = Duration::from_secs(45);

/// A modem that denies its registration is believed again after so long without a call or a text.
const SERVED_FOR: Duration = Duration::from_secs(30 * 60);

/// `+CSQ` of a modem that hears a cell; 0 is the noise floor, 99 unknown.
const SIGNAL: std::ops::RangeInclusive<u8> = 1..=31;

/// No question joins a longer queue.
const ASKED_AT_ONCE_MAX: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn network_time_is_local_time_with_its_zone() {
        let noon = 1_772_336_702_000; // 2026-03-01T03:45:02Z
        assert_eq!(utc_ms("26/03/01,11:45:02+32"), Some(noon));
        assert_eq!(utc_ms("2026/03/01,10:45:02+28,0"), Some(noon));
        assert_eq!(utc_ms("\"26/03/01,03:45:02+00\""), Some(noon));
        assert_eq!(utc_ms("26/02/28,22:45:02-20"), Some(noon));
    }

    #[test]
    fn a_modem_that_never_heard_the_time_is_not_believed() {
        for text in [
            "80/01/06,00:00:10+00",
            "04/01/01,00:00:20+00",
            "26/13/01,11:45:02+32",
            "26/03/01,11:45:02+99",
            "26/03/01",
            "",
        ] {
            assert_eq!(utc_ms(text), None, "{text}");
        }
    }
}
