//! What a running process takes, from `/proc`.

use std::fs;
use std::time::{Duration, Instant};

/// A process by its number.
pub struct Process(u32);

impl Process {
    pub fn of(pid: u32) -> Process {
        Process(pid)
    }

    /// Processor time so far, of all its threads.
    pub fn busy(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.0)).expect("running");
        let behind_name = stat.rsplit(')').next().expect("stat");
        let fields: Vec<&str> = behind_name.split_whitespace().collect();
        // utime and stime, fields 14 and 15 of proc(5), counted after the name.
        let ticks: u64 = [11, 12]
            .iter()
            .map(|at: &usize| fields[*at].parse::<u64>().expect("ticks"))
            .sum();
        Duration::from_millis(ticks * 1_000 / TICKS_PER_SECOND)
    }

    /// The part of one processor that it takes in this time.
    pub fn busy_over(&self, time: Duration) -> f64 {
        let (before, began) = (self.busy(), Instant::now());
        std::thread::sleep(time);
        (self.busy() - before).as_secs_f64() / began.elapsed().as_secs_f64()
    }

    pub fn resident_mib(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0)).expect("running");
        let line = status.lines().find(|line| line.starts_with("VmRSS"));
        let kib = line.and_then(|line| line.split_whitespace().nth(1));
        kib.and_then(|kib| kib.parse::<f64>().ok()).expect("kB") / 1024.0
    }
}

/// USER_HZ on every Linux that Debian builds.
const TICKS_PER_SECOND: u64 = 100;
