//! What is counted of a number, kept as its calls change.

use super::NumberSummary;
use super::codec::{BadRow, Put, fields};
use super::rows::Coded;
use crate::desk::call::{CallRecord, Class, Direction};

/// The counts of one number.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    calls_in: u64,
    calls_out: u64,
    abandoned: u64,
    unclassified: u64,
    by_class: [u64; Class::ALL.len()],
}

impl Counts {
    /// Counts a call.
    pub fn add(&mut self, call: &CallRecord) {
        for_each_count(self, call, |count| *count += 1);
    }

    /// Takes a call back that was counted as `call`.
    pub fn take_back(&mut self, call: &CallRecord) {
        for_each_count(self, call, |count| *count = count.saturating_sub(1));
    }

    /// Whether nothing is counted.
    pub fn is_nothing(&self) -> bool {
        *self == Counts::default()
    }

    /// As content of a row.
    pub fn put(&self) -> Vec<u8> {
        let mut put = Put::default();
        let head = [
            self.calls_in,
            self.calls_out,
            self.abandoned,
            self.unclassified,
        ];
        let tagged = (1..).zip(head).chain((FIRST_CLASS..).zip(self.by_class));
        for (tag, count) in tagged.filter(|(_, count)| *count > 0) {
            put.number(tag, count);
        }
        put.done()
    }

    /// Back from [`Counts::put`].
    ///
    /// # Errors
    /// [`BadRow`] if these are not counts.
    pub fn take(content: &[u8]) -> Result<Counts, BadRow> {
        let mut counts = Counts::default();
        for field in fields(content) {
            let (tag, field) = field?;
            let count = field.number()?;
            match tag {
                1 => counts.calls_in = count,
                2 => counts.calls_out = count,
                3 => counts.abandoned = count,
                4 => counts.unclassified = count,
                _ => {
                    let place = tag.checked_sub(FIRST_CLASS).ok_or(BadRow)? as usize;
                    // A class of a newer program: its calls are unreadable to us, so is its count.
                    if let Some(of_class) = counts.by_class.get_mut(place) {
                        *of_class = count;
                    }
                }
            }
        }
        Ok(counts)
    }

    /// As shown; the times are added by the reader.
    pub fn summary(&self) -> NumberSummary {
        let by_class = Class::ALL.map(|class| (class, self.by_class[class.code() as usize]));
        NumberSummary {
            calls_in: self.calls_in,
            calls_out: self.calls_out,
            abandoned: self.abandoned,
            unclassified: self.unclassified,
            by_class: by_class.to_vec(),
            first_ms: None,
            last_ms: None,
        }
    }
}

/// The one place that says what a call counts as.
fn for_each_count(counts: &mut Counts, call: &CallRecord, mut count: impl FnMut(&mut u64)) {
    match call.direction {
        Direction::In => count(&mut counts.calls_in),
        Direction::Out => count(&mut counts.calls_out),
    }
    if call.abandoned {
        count(&mut counts.abandoned);
    }
    match (call.class, call.direction) {
        (Some(class), _) => count(&mut counts.by_class[class.code() as usize]),
        // Calling back has settled it.
        (None, Direction::In) if call.called_back.is_some() => {}
        (None, Direction::In) => count(&mut counts.unclassified),
        // Nobody has to say what a call of our own was.
        (None, Direction::Out) => {}
    }
}

/// Tag of the first class; the others follow by their codes.
const FIRST_CLASS: u64 = 16;
