//! Mouth to ear inside the box: from a line's audio port to eight browsers over TLS and back, while
//! other lines ring and the disk stands still; beside it a bare copier between such a port and such
//! a browser, at the same time.
//!
//! `SIAGA112_MINUTES=10` for the long run; the first seconds, in which the beats settle, are not in
//! the figures.

use std::sync::Arc;
use std::time::{Duration, Instant};

use siaga112::sim::modem::{Act, Identity, Quirks};
use siaga112::sim::pty::Running;

use super::figures::{Figure, ms};
use super::floor::Floor;
use super::process::Process;
use super::support::browser::{Browser, Ears};
use super::support::caller::Caller;
use super::support::office::{Line, Office};
use super::support::times::{Account, Heard, Sent};

/// PCM ports for as long as is asked for, then V.253 lines for a fifth of that, at least half a minute.
pub fn figures() -> Vec<Figure> {
    let minutes = std::env::var("SIAGA112_MINUTES").ok();
    let minutes: f64 = minutes.and_then(|n| n.parse().ok()).unwrap_or(1.0);
    let mut figures = measure(
        "PCM port",
        Line::Pcm,
        Duration::from_secs_f64(60.0 * minutes),
    );
    let in_band = Duration::from_secs_f64(12.0 * minutes).max(IN_BAND_LASTS);
    figures.extend(measure("in band", Line::InBand, in_band));
    figures
}

fn measure(name: &str, kind: Line, lasts: Duration) -> Vec<Figure> {
    let room = lasts + SETTLES + Duration::from_secs(60);
    let mut stage = Stage::open(kind, room);
    let idle = stage.process.busy_over(IDLE_FOR);
    let floor = Floor::start(room);
    stage.everybody_talks(room);
    std::thread::sleep(SETTLES);
    let (from, before) = (Instant::now(), stage.process.busy());
    let stolen_before = stolen_s();
    let late = stage.live_through(lasts);
    let (to, after) = (Instant::now(), stage.process.busy());
    let resident = stage.process.resident_mib();
    // What is under way still comes.
    std::thread::sleep(Duration::from_millis(500));
    let wall = (to - from).as_secs_f64();
    let busy = (after - before).as_secs_f64() / wall - idle;
    let not_recorded = stage.hang_up();
    let bare = floor.end(from, to);
    let (down, up, listeners) = stage.end(from, to);
    let mut figures = delays(name, "to the browser", &down, &bare.0);
    figures.extend(delays(name, "to the line", &up, &bare.1));
    figures.push(Figure::at_most(
        format!("{name}: frames lost or doubled for {LISTENERS} listeners"),
        (listeners.lost + listeners.twice) as f64,
        "frames",
        0.0,
    ));
    let per_call = busy * 100.0 / CALLS as f64;
    figures.extend([
        Figure::at_most(
            format!("{name}: processor for each call"),
            per_call,
            "% of one",
            3.0,
        ),
        Figure::plain(format!("{name}: resident, {CALLS} calls"), resident, "MiB"),
        Figure::at_most(
            format!("{name}: sound lost from recordings"),
            not_recorded,
            "ms",
            0.0,
        ),
        Figure::plain(
            format!("{name}: the disk stood still for"),
            late.as_secs_f64(),
            "s",
        ),
        Figure::plain(format!("{name}: load of this machine"), load(), ""),
        Figure::plain(
            format!("{name}: of its processors, taken by another machine"),
            (stolen_s() - stolen_before) * 100.0 / wall,
            "% of one",
        ),
    ]);
    figures
}

fn delays(name: &str, way: &str, ours: &Account, bare: &Account) -> Vec<Figure> {
    let figure = |what: &str, account: &Account, permille| {
        let time = ms(account.permille(permille));
        (format!("{name} {way}: {what}"), time)
    };
    let plain = |(what, time): (String, f64)| Figure::plain(what, time, "ms");
    let (p99, time) = figure("p99", ours, 990);
    let count = |what: &str, count: usize, most: Option<f64>| {
        let what = format!("{name} {way}: frames {what}, of {}", ours.sent);
        match most {
            Some(most) => Figure::at_most(what, count as f64, "frames", most),
            None => Figure::plain(what, count as f64, "frames"),
        }
    };
    vec![
        plain(figure("bare copier, p50", bare, 500)),
        plain(figure("bare copier, p99", bare, 990)),
        plain(figure("bare copier, worst", bare, 1_000)),
        plain(figure("p50", ours, 500)),
        Figure::at_most(p99, time, "ms", 45.0),
        plain(figure("p99.9", ours, 999)),
        plain(figure("worst", ours, 1_000)),
        count("lost or doubled", ours.lost + ours.twice, Some(0.0)),
        count("covered up for a late one", ours.covered, None),
    ]
}

/// Everything that plays its part.
struct Stage {
    office: Office,
    process: Process,
    modems: Vec<Running>,
    callers: Vec<Caller>,
    browsers: Vec<Browser>,
    listeners: Vec<Browser>,
    calls: Vec<String>,
}

impl Stage {
    fn open(kind: Line, room: Duration) -> Stage {
        let mut lines = vec![kind; CALLS];
        lines.extend([Line::Handset; RINGING]);
        let mut office = Office::with(&lines, CALLS);
        let (mut modems, mut callers) = (Vec::new(), Vec::new());
        for line in 0..CALLS {
            let phase = phase(line, 3);
            let sent = Sent::lasting(room);
            match kind {
                Line::Pcm => {
                    modems.push(office.modem(line, Quirks::calm(), false));
                    callers.push(Caller::on_port(&office.audio(line), phase, sent));
                }
                _ => callers.push(Caller::in_band(&office.port(line), phase, sent)),
            }
        }
        for line in CALLS..CALLS + RINGING {
            modems.push(office.modem(line, Quirks::calm(), false));
        }
        office.start(lines.len());
        // What the boot scripts still have to say is said now.
        std::thread::sleep(Duration::from_secs(3));
        Stage {
            process: Process::of(office.pid()),
            office,
            modems,
            callers,
            browsers: Vec::new(),
            listeners: Vec::new(),
            calls: Vec::new(),
        }
    }

    fn everybody_talks(&mut self, room: Duration) {
        for line in 0..CALLS {
            let ring = ring(line, None);
            // In band the first modems of the list are those of the lines that only ring.
            match self.modems.len() > RINGING {
                true => self.modems[line].act(ring),
                false => self.callers[line].act(ring),
            }
            let call = self.office.answer(line, line);
            self.callers[line].talk(true);
            let socket = self.office.sound(line, &call);
            let sent = Sent::lasting(room);
            self.browsers
                .push(Browser::start(socket, Some(phase(line, 7)), sent));
            self.calls.push(call);
        }
        for call in &self.calls[..LISTENERS] {
            let socket = self.office.listen(call);
            let sent = Sent::lasting(Duration::ZERO);
            self.listeners.push(Browser::start(socket, None, sent));
        }
    }

    /// Other lines ring and are given up, the disk stands still and goes on; for how long it did.
    fn live_through(&self, lasts: Duration) -> Duration {
        let began = Instant::now();
        let (mut round, mut stalled) = (0, Duration::ZERO);
        let mut stands = false;
        while began.elapsed() < lasts {
            let at = began.elapsed().as_secs() % STALL_EVERY.as_secs();
            let wanted = at >= STALL_EVERY.as_secs() - STALL_LASTS.as_secs();
            if wanted != stands {
                self.office.disk.stall(wanted);
                stands = wanted;
            }
            let patience = Some(Duration::from_millis(1_500));
            for modem in &self.modems[self.modems.len() - RINGING..] {
                modem.act(ring(100 + round % 50, patience));
            }
            let step = RING_EVERY.min(lasts.saturating_sub(began.elapsed()));
            std::thread::sleep(step);
            stalled += if stands { step } else { Duration::ZERO };
            round += 1;
        }
        if stands {
            self.office.disk.stall(false);
        }
        stalled
    }

    /// Ends every call; how many milliseconds of them are not on disk.
    fn hang_up(&self) -> f64 {
        let mut lost = 0.0;
        for (operator, call) in self.calls.iter().enumerate() {
            self.office.hang_up(operator, call);
            let recordings = self.office.until("a recording", || {
                let call = self.office.call(call);
                let kept = call["sound"]["recordings"].as_array()?.clone();
                (!kept.is_empty()).then_some(kept)
            });
            let missing = recordings.iter().map(|r| r["lost_ms"].as_f64());
            lost += missing.map(Option::unwrap_or_default).sum::<f64>();
        }
        lost
    }

    fn end(mut self, from: Instant, to: Instant) -> (Account, Account, Account) {
        let browsers: Vec<(Arc<Sent>, Ears)> = self
            .browsers
            .into_iter()
            .map(|browser| (Arc::clone(&browser.sent), browser.end()))
            .collect();
        let callers: Vec<(Arc<Sent>, Heard)> = self
            .callers
            .into_iter()
            .map(|caller| (Arc::clone(&caller.sent), caller.end()))
            .collect();
        let both = || callers.iter().zip(&browsers);
        let down = both().map(|((sent, _), (_, ears))| Account::of(sent, &ears.caller, from, to));
        let up = both().map(|((_, heard), (sent, _))| Account::of(sent, heard, from, to));
        let (down, up) = (Account::sum(down), Account::sum(up));
        let ears = self.listeners.into_iter().map(Browser::end);
        let heard = ears.zip(&callers);
        let listened = heard.map(|(ears, (sent, _))| Account::of(sent, &ears.caller, from, to));
        let listened = Account::sum(listened);
        self.office.stop();
        (down, up, listened)
    }
}

fn ring(number: usize, patience: Option<Duration>) -> Act {
    Act::Ring {
        identity: Identity::Number(format!("+62840{number:08}")),
        patience,
        data: false,
    }
}

/// Everybody has a clock of their own.
fn phase(line: usize, step: u64) -> Duration {
    Duration::from_micros((line as u64 * step * 1_709) % 20_000)
}

/// Of the last minute.
fn load() -> f64 {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let first: Option<f64> = text.split(' ').next().and_then(|n| n.parse().ok());
    first.unwrap_or_default()
}

/// Seconds that a hypervisor did not let this machine run though it wanted to (proc(5), in
/// hundredths, over all processors).
fn stolen_s() -> f64 {
    let text = std::fs::read_to_string("/proc/stat").unwrap_or_default();
    let field = text.split_whitespace().nth(8);
    let ticks: Option<f64> = field.and_then(|n| n.parse().ok());
    ticks.unwrap_or_default() / 100.0
}

const CALLS: usize = 8;
const LISTENERS: usize = 2;
/// Lines that ring now and then.
const RINGING: usize = 2;
const RING_EVERY: Duration = Duration::from_secs(2);
/// From one time at which the disk stands still to the next.
const STALL_EVERY: Duration = Duration::from_secs(25);
const STALL_LASTS: Duration = Duration::from_secs(10);
/// Beats move by 5 ms in a second at most to be nearer to a talker.
const SETTLES: Duration = Duration::from_secs(12);
const IDLE_FOR: Duration = Duration::from_secs(10);
const IN_BAND_LASTS: Duration = Duration::from_secs(30);
