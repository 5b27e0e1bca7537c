//! Planted bugs: each is one line that a tired person could write. The office must catch every one.

use siaga112::base::time::Now;
use siaga112::line::words::{Event, Input, Line, Output, Status};

/// What is broken.
#[allow(dead_code)] // the fast days are lived without bugs
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bug {
    /// Answers leave before the disk has the facts.
    RepliesBeforeCommit,
    /// The disk says it flushed and did not.
    DiskLies,
    /// Now and then a ring does not reach the screens.
    AlertsLost,
    /// The same ring run is announced as two calls.
    RingsTwice,
    /// The end of a call is sometimes not noticed.
    EndsLost,
    /// Half of a read is lost now and then (a buffer cleared when full).
    ChunksLost,
}

#[allow(dead_code)]
impl Bug {
    pub const ALL: [Bug; 6] = [
        Bug::RepliesBeforeCommit,
        Bug::DiskLies,
        Bug::AlertsLost,
        Bug::RingsTwice,
        Bug::EndsLost,
        Bug::ChunksLost,
    ];
}

/// Wraps a line in the bug, if the bug is one of lines.
pub fn plant<L: Line + Send + 'static>(
    bug: Option<Bug>,
    line: L,
    seed: u64,
) -> Box<dyn Line + Send> {
    match bug {
        Some(bug @ (Bug::RingsTwice | Bug::EndsLost)) => Box::new(Broken {
            line,
            bug,
            again: None,
            count: seed,
        }),
        _ => Box::new(line),
    }
}

struct Broken<L> {
    line: L,
    bug: Bug,
    again: Option<Output>,
    count: u64,
}

impl<L: Line> Line for Broken<L> {
    fn handle(&mut self, now: Now, input: Input<'_>) {
        self.line.handle(now, input);
    }

    fn next(&mut self) -> Output {
        if let Some(again) = self.again.take() {
            return again;
        }
        let output = self.line.next();
        match (self.bug, &output) {
            (Bug::RingsTwice, Output::Tell(Event::Rang { .. })) => {
                self.count += 1;
                if self.count.is_multiple_of(5) {
                    self.again = Some(output.clone());
                }
                output
            }
            (Bug::EndsLost, Output::Tell(Event::Ended { .. })) => {
                self.count += 1;
                if self.count.is_multiple_of(5) {
                    self.next()
                } else {
                    output
                }
            }
            _ => output,
        }
    }

    fn status(&self) -> &Status {
        self.line.status()
    }
}
