//! What browsers and programs see: own structs, so that the inside may change and the API does not.
//!
//! Habits: snake_case, RFC 3339 with the centre's offset, ids as strings, the unit in the key.

pub mod alert;
pub mod board;
pub mod call;
pub mod callback;
pub mod journal;
pub mod keys;
pub mod people;
pub mod practice;
pub mod prompts;
pub mod report;
pub mod shift;
pub mod sms;
pub mod wording;

use jiff::tz::TimeZone;
use serde::Serialize;

use crate::base::time::Stamp;

/// One page of a list.
#[derive(Serialize, Debug)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Give it back as `cursor` to get the rest; `null` when there is no more.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// A page of a list that is read whole: what comes after the item that `cursor` names.
    pub fn cut(
        mut items: Vec<T>,
        name: impl Fn(&T) -> &str,
        limit: usize,
        cursor: Option<&str>,
    ) -> Page<T> {
        items.sort_unstable_by(|one, other| name(one).cmp(name(other)));
        let shown = |cursor| items.partition_point(|item| name(item) <= cursor);
        let shown = cursor.map_or(0, shown);
        items.drain(..shown);
        let more = items.len() > limit;
        items.truncate(limit);
        let last = items.last().filter(|_| more);
        let next = last.map(|item| name(item).to_owned());
        Page { items, next }
    }
}

/// What has been done: the journal's sequence of it, which is on disk.
#[derive(Serialize, Debug)]
pub struct Done<T> {
    pub seq: u64,
    #[serde(flatten)]
    pub what: T,
}

fn when(stamp: Stamp, zone: &TimeZone) -> String {
    stamp.at.rfc3339(zone)
}
