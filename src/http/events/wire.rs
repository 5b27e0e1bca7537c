//! Events as bytes. An alert is written out once, however many screens listen.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use actix_web::web::Bytes;
use jiff::tz::TimeZone;

use crate::engine::bus::{Alert, DurableFact};
use crate::http::view::alert::{AlertView, LockedAlert};
use crate::store::StoredEntry;

/// Writes events out and keeps the last alerts it wrote.
pub struct Wire {
    zone: TimeZone,
    written: Mutex<VecDeque<(Arc<Alert>, Bytes)>>,
}

impl Wire {
    /// Times are shown in `zone`.
    pub fn new(zone: TimeZone) -> Wire {
        Wire {
            zone,
            written: Mutex::new(VecDeque::with_capacity(KEPT)),
        }
    }

    /// An alert.
    pub fn alert(&self, alert: &Arc<Alert>) -> Bytes {
        // The deque is whole after every statement.
        let mut written = self.written.lock().unwrap_or_else(|e| e.into_inner());
        let same = |entry: &&(Arc<Alert>, Bytes)| Arc::ptr_eq(&entry.0, alert);
        if let Some((_, bytes)) = written.iter().rev().find(same) {
            return bytes.clone();
        }
        let bytes = event("alert", &AlertView::new(alert, &self.zone));
        if written.len() == KEPT {
            written.pop_front();
        }
        written.push_back((alert.clone(), bytes.clone()));
        bytes
    }
}

/// What a locked screen may know of an alert, if anything.
pub fn locked_alert(alert: &Alert) -> Option<Bytes> {
    LockedAlert::new(alert).map(|view| event("alert", &view))
}

/// A durable fact as the bus gives it.
pub fn fact(fact: &DurableFact) -> Bytes {
    durable(fact.seq.0, fact.kind, &fact.json)
}

/// A durable fact as the journal gives it. An entry whose kind cannot be read keeps its place with
/// the kind `entry`, so that no sequence is missing.
pub fn stored(entry: &StoredEntry) -> Bytes {
    durable(
        entry.seq.0,
        kind_of(&entry.json).unwrap_or("entry"),
        &entry.json,
    )
}

/// The event that says: the screen's picture may be behind, fetch the board.
pub fn fetch_board() -> Bytes {
    event("alert", &AlertView::Board {})
}

/// An event with a JSON body and no id.
pub fn event<T: serde::Serialize>(name: &str, data: &T) -> Bytes {
    // invariant: our views have string keys and no failing serializers
    let json = serde_json::to_string(data).unwrap_or_else(|_| "{}".to_owned());
    Bytes::from(format!("event: {name}\ndata: {json}\n\n"))
}

fn durable(seq: u64, kind: &str, json: &str) -> Bytes {
    Bytes::from(format!("id: {seq}\nevent: {kind}\ndata: {json}\n\n"))
}

/// The value of the top-level key `kind` of a canonical entry: only `at`, `body` and `centre` sort
/// before it, so it is parsed properly rather than searched for.
fn kind_of(json: &str) -> Option<&str> {
    #[derive(serde::Deserialize)]
    struct Kind<'a> {
        #[serde(borrow)]
        kind: &'a str,
    }
    serde_json::from_str::<Kind<'_>>(json)
        .ok()
        .map(|entry| entry.kind)
}

/// A burst of this many alerts is written out once for all screens.
const KEPT: usize = 64;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use crate::base::ids::{CallId, Seq};

    #[test]
    fn an_alert_is_written_once_and_the_memory_of_it_is_bounded() {
        let wire = Wire::new(TimeZone::UTC);
        let alert = Arc::new(Alert::RingAgain { call: CallId(7) });
        let first = wire.alert(&alert);
        assert_eq!(
            first,
            "event: alert\ndata: {\"alert\":\"ring_again\",\"call\":\"7\"}\n\n"
        );
        assert_eq!(first.as_ptr(), wire.alert(&alert).as_ptr());
        for n in 0..3 * KEPT as u64 {
            wire.alert(&Arc::new(Alert::Store { unsaved: n }));
        }
        assert_eq!(wire.written.lock().unwrap().len(), KEPT);
    }

    #[test]
    fn a_fact_carries_its_sequence_and_its_kind_from_bus_and_journal_alike() {
        let json = r#"{"at":1,"body":{"kind":"not this"},"kind":"line.up","seq":9}"#;
        let said = fact(&DurableFact {
            seq: Seq(9),
            kind: "line.up",
            json: json.into(),
        });
        let read = stored(&StoredEntry {
            seq: Seq(9),
            json: json.to_owned(),
            hash: [0; 32],
        });
        assert_eq!(said, read);
        assert!(said.starts_with(b"id: 9\nevent: line.up\ndata: {"));
    }

    #[test]
    fn a_locked_screen_learns_that_it_rings_and_nothing_else() {
        assert!(locked_alert(&Alert::Store { unsaved: 1 }).is_none());
        let bytes = locked_alert(&Alert::RingAgain { call: CallId(7) }).unwrap();
        assert!(!bytes.windows(1).any(|b| b == b"7"));
    }
}
