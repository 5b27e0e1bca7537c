//! When each frame left, and what became of it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use siaga112::voice::frame::FRAME_LASTS;

use super::frames::Read;

/// When frames were sent, by number; shared by who sends and who hears.
pub struct Sent {
    began: Instant,
    /// Nanoseconds since then, 0 if not yet.
    at: Vec<AtomicU64>,
}

impl Sent {
    /// Room for so long.
    pub fn lasting(time: Duration) -> Sent {
        let frames = time.as_micros() / FRAME_LASTS.as_micros();
        Sent {
            began: Instant::now(),
            at: (0..frames).map(|_| AtomicU64::new(0)).collect(),
        }
    }

    pub fn note(&self, number: u32, at: Instant) {
        if let Some(slot) = self.at.get(number as usize) {
            let nanos = at.saturating_duration_since(self.began).as_nanos() as u64;
            slot.store(nanos.max(1), Ordering::Relaxed);
        }
    }

    /// `None` if it never was.
    pub fn at(&self, number: u32) -> Option<Instant> {
        let nanos = self.at.get(number as usize)?.load(Ordering::Relaxed);
        (nanos > 0).then(|| self.began + Duration::from_nanos(nanos))
    }
}

/// What came at one end.
#[derive(Default)]
pub struct Heard {
    pub frames: Vec<(u32, Instant)>,
    /// When frames came that hold no number and are not silence.
    pub others: Vec<Instant>,
    pub silences: Vec<Instant>,
}

impl Heard {
    pub fn note(&mut self, what: Read, at: Instant) {
        match what {
            Read::Number(number) => self.frames.push((number, at)),
            Read::Silence => self.silences.push(at),
            Read::Other => self.others.push(at),
        }
    }
}

/// One direction of one call between two moments.
#[derive(Clone, Default, Debug)]
pub struct Account {
    /// One way, the frame itself included.
    pub delays: Vec<Duration>,
    pub sent: usize,
    pub lost: usize,
    pub twice: usize,
    /// Covered up because the next one was late.
    pub covered: usize,
    pub silent: usize,
}

impl Account {
    /// Of the frames sent in this time.
    pub fn of(sent: &Sent, heard: &Heard, from: Instant, to: Instant) -> Account {
        let mut account = Account::default();
        let is_in = |at: Instant| from <= at && at < to;
        let mut times = vec![0_u32; sent.at.len()];
        for (number, at) in &heard.frames {
            let Some(began) = sent.at(*number).filter(|began| is_in(*began)) else {
                continue;
            };
            times[*number as usize] += 1;
            account
                .delays
                .push(at.saturating_duration_since(began) + FRAME_LASTS);
        }
        for (number, times) in times.iter().enumerate() {
            if sent.at(number as u32).is_some_and(is_in) {
                account.sent += 1;
                account.lost += usize::from(*times == 0);
                account.twice += usize::from(*times > 1);
            }
        }
        account.covered = heard.others.iter().filter(|at| is_in(**at)).count();
        account.silent = heard.silences.iter().filter(|at| is_in(**at)).count();
        account
    }

    /// Several as one.
    pub fn sum(all: impl IntoIterator<Item = Account>) -> Account {
        let mut sum = Account::default();
        for one in all {
            sum.delays.extend(one.delays);
            sum.sent += one.sent;
            sum.lost += one.lost;
            sum.twice += one.twice;
            sum.covered += one.covered;
            sum.silent += one.silent;
        }
        sum.delays.sort_unstable();
        sum
    }

    /// So many thousandths of the frames took no longer; of a [`sum`](Account::sum).
    pub fn permille(&self, thousandths: usize) -> Duration {
        let last = self.delays.len().saturating_sub(1);
        let at = last * thousandths / 1_000;
        self.delays.get(at).copied().unwrap_or(Duration::MAX)
    }
}
