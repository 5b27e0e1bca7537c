//! Threads, and whom they work for.
//!
//! A thread of practice bears [`PRACTICE`] in its name and gives it to every thread it starts, so
//! that it can be told from those that the real centre depends on: by people who list them, and by
//! whoever decides what a panic costs.

use std::thread::Builder;

/// Begins the name of every thread that works for practice alone.
pub const PRACTICE: &str = "latihan/";

/// A thread to be started, which works for whom its starter works for.
pub fn thread(name: impl AsRef<str>) -> Builder {
    let name = name.as_ref();
    if is_practice() {
        return practice(name);
    }
    Builder::new().name(name.to_owned())
}

/// A thread to be started for practice.
pub fn practice(name: &str) -> Builder {
    Builder::new().name(format!("{PRACTICE}{name}"))
}

/// Whether this thread works for practice.
pub fn is_practice() -> bool {
    let current = std::thread::current();
    current
        .name()
        .is_some_and(|name| name.starts_with(PRACTICE))
}

/// From now on this thread, and every thread it starts, gives way to those that did not call this.
/// Where the system does not allow it they are equals.
pub fn give_way() {
    // Linux keeps it per thread, and new threads inherit it (setpriority(2), pthreads(7)).
    if let Err(error) = rustix::process::setpriority_process(None, NICE) {
        tracing::debug!(%error, "threads of practice are as urgent as the others");
    }
}

/// Half of the way down: a tenth of the time of a thread that did not give way (sched(7)).
const NICE: i32 = 10;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// The name of a thread started by one that works for whom `first` says.
    fn started_by(first: Builder) -> String {
        let start = || {
            let second = thread("engine").spawn(|| {
                let name = std::thread::current().name().map(str::to_owned);
                (name.unwrap(), is_practice())
            });
            second.unwrap().join().unwrap()
        };
        let (name, is_practice) = first.spawn(start).unwrap().join().unwrap();
        assert_eq!(is_practice, name.starts_with(PRACTICE));
        name
    }

    #[test]
    fn whoever_is_started_by_practice_works_for_practice() {
        assert_eq!(started_by(practice("ruang")), "latihan/engine");
        assert_eq!(started_by(thread("main")), "engine");
    }
}
