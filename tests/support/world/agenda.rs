//! What is going to happen, and when.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use siaga112::base::time::Tick;
use siaga112::sim::modem::Act;

/// One thing that happens to the office.
#[derive(Clone, Debug)]
pub enum Step {
    /// Something is done to a modem from outside.
    Act {
        line: usize,
        act: Act,
    },
    /// The serial node can be opened.
    PortAppears {
        line: usize,
    },
    /// The disk works off what was handed to it.
    DiskTurns,
    Disk(Trouble),
    ClockJumps {
        by_ms: i64,
    },
    PowerCut,
    PowerOn,
    /// An operator looks at the screen and does something.
    Person {
        who: usize,
    },
}

/// What a disk can do to an office.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trouble {
    /// Every write fails from now on (full, or an I/O error).
    Refuses,
    /// It works again.
    Works,
    /// Nothing comes back for a while; then everything does.
    Stalls,
    Moves,
}

/// A queue by time; things of the same time in the order they were added.
#[derive(Default)]
pub struct Agenda {
    heap: BinaryHeap<Reverse<(Tick, u64)>>,
    steps: std::collections::HashMap<u64, Step>,
    added: u64,
}

impl Agenda {
    pub fn add(&mut self, at: Tick, step: Step) {
        self.added += 1;
        self.steps.insert(self.added, step);
        self.heap.push(Reverse((at, self.added)));
    }

    pub fn due(&self) -> Option<Tick> {
        self.heap.peek().map(|Reverse((at, _))| *at)
    }

    /// The next thing due at `now`.
    pub fn take(&mut self, now: Tick) -> Option<Step> {
        if self.due()? > now {
            return None;
        }
        let Reverse((_, name)) = self.heap.pop()?;
        self.steps.remove(&name)
    }
}
