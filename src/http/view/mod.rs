//! What browsers and programs see: own structs, so that the inside may change and the API does not.
//!
//! Habits: snake_case, RFC 3339 with the centre's offset, ids as strings, the unit in the key.

pub mod alert;
pub mod board;
pub mod call;
pub mod journal;
pub mod people;
pub mod sms;

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
    /// A list that is always whole.
    pub fn whole(items: Vec<T>) -> Page<T> {
        Page { items, next: None }
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
