//! What must hold, whatever happens; checked after every step (models.md C6).
//!
//! a. an acknowledged fact is never missing, changed or reordered;
//! b. every ring run is one call;
//! c. no call is owned by two people, no person by two calls;
//! d. every ring is an alert before it is anything else;
//! e. queues stay within their limits;
//! f. sequence has no gaps and the chain verifies;
//! g. no view shows what the journal does not contain.

use std::collections::{BTreeMap, HashMap, HashSet};

use siaga112::base::ids::CallId;
use siaga112::base::limits;
use siaga112::base::time::Tick;
use siaga112::desk::Desk;
use siaga112::desk::call::CallState;
use siaga112::desk::order::{Receipt, Refusal};
use siaga112::engine::bus::{Alert, DurableFact};
use siaga112::engine::core::Core;
use siaga112::sim::modem::Report;

use super::disk::{Opened, Whole};
use super::plan::Day;

#[derive(Default)]
pub struct Truth {
    /// Every fact that was told as durable, by its place.
    told: BTreeMap<u64, Box<str>>,
    /// The newest place anybody was promised.
    promised: u64,
    /// Calls whose ring reached the screens, this run of the program.
    rung: HashSet<CallId>,
    runs: HashMap<usize, Runs>,
    last_seq: u64,
}

/// The ring runs of one line.
#[derive(Default, Debug)]
struct Runs {
    /// Calls that rang at the modem and reached the host with at least one whole ring line.
    heard: u64,
    /// Something disturbed the line in this run: exact counting is off until the next call.
    disturbed: u64,
    announced: u64,
    ringing: bool,
}

impl Truth {
    pub fn alert(&mut self, alert: &Alert, _now: Tick) {
        if let Alert::Ring { call } = alert {
            assert!(
                self.rung.insert(call.id),
                "call {} rang as new twice",
                call.id
            );
            let line: usize = call.line.as_str()[1..].parse().expect("a line of ours");
            if call.direction == siaga112::desk::call::Direction::In {
                self.runs.entry(line).or_default().announced += 1;
            }
        }
    }

    /// f, and d for offers: a fact that is durable.
    pub fn durable(&mut self, fact: &DurableFact) {
        assert_eq!(
            fact.seq.0,
            self.last_seq + 1,
            "a gap or a repetition in what was told"
        );
        self.last_seq = fact.seq.0;
        if fact.kind == "call.offered" {
            let value: serde_json::Value = serde_json::from_str(&fact.json).expect("json");
            let id: CallId = value["body"]["call"]
                .as_str()
                .expect("id")
                .parse()
                .expect("number");
            assert!(
                self.rung.contains(&id),
                "call {id} is on record but never rang on a screen"
            );
        }
        self.told.insert(fact.seq.0, fact.json.clone());
    }

    pub fn replied(&mut self, answer: &Result<Receipt, Refusal>) {
        if let Ok(receipt) = answer {
            self.promised = self.promised.max(receipt.seq);
        }
    }

    pub fn power_cut(&mut self) {
        self.rung.clear();
        for runs in self.runs.values_mut() {
            runs.disturbed += 1;
            runs.ringing = false;
        }
    }

    pub fn port_lost(&mut self, line: usize) {
        let runs = self.runs.entry(line).or_default();
        runs.disturbed += 1;
        runs.ringing = false;
    }

    pub fn modem_wrote(&mut self, line: usize, bytes: &[u8], _now: Tick) {
        let runs = self.runs.entry(line).or_default();
        let text = String::from_utf8_lossy(bytes);
        if !runs.ringing && (text.contains("RING\r\n") || text.contains("+CRING: VOICE\r")) {
            runs.ringing = true;
            runs.heard += 1;
        }
    }

    pub fn modem_said(&mut self, line: usize, report: &Report, _now: Tick) {
        let runs = self.runs.entry(line).or_default();
        match report {
            Report::GaveUp | Report::HungUp => runs.ringing = false,
            Report::Started | Report::Refused(_) => {
                runs.disturbed += 1;
                runs.ringing = false;
            }
            _ => {}
        }
    }

    /// a and f after a power cut: what was told is there, unchanged and in its place.
    pub fn reopened(&mut self, opened: &Opened, day: &Day) {
        let seed = day.seed;
        assert!(
            opened.head.0 >= self.last_seq.max(self.promised),
            "seed {seed}: promised up to {} but the disk ends at {}",
            self.last_seq.max(self.promised),
            opened.head
        );
        for (seq, json) in &opened.checked {
            if let Some(told) = self.told.get(seq) {
                assert_eq!(**told, **json, "seed {seed}: entry {seq} changed");
            }
        }
        for seq in self.told.keys() {
            assert!(
                opened.checked.contains_key(seq),
                "seed {seed}: entry {seq} is missing"
            );
        }
        // What was committed but not told before the cut is not told again: listeners resume.
        self.last_seq = opened.head.0;
    }

    /// c and e, after every step.
    pub fn check(&self, core: Option<&Core>, day: &Day) {
        let Some(core) = core else { return };
        let seed = day.seed;
        let desk = core.desk();
        let mut owners: HashMap<CallId, &str> = HashMap::new();
        let seats = desk.seats();
        for seat in &seats {
            let Some(call) = seat.call else { continue };
            if let Some(other) = owners.insert(call, seat.user.as_str()) {
                panic!(
                    "seed {seed}: call {call} belongs to {other} and {}",
                    seat.user
                );
            }
            let record = desk
                .call(call)
                .unwrap_or_else(|| panic!("seed {seed}: seat with no call"));
            assert_eq!(
                record.operator.as_ref(),
                Some(&seat.user),
                "seed {seed}: call {call}"
            );
        }
        assert!(
            core.unsaved_entries() <= limits::UNSAVED_ENTRIES_MAX + limits::BATCH_ENTRIES_MAX,
            "seed {seed}: {} entries wait for the disk",
            core.unsaved_entries()
        );
    }

    /// In the evening: nothing rings, so nothing is live; and b over the whole day.
    pub fn check_rest(&self, core: Option<&Core>, quiet: &BTreeMap<usize, bool>, day: &Day) {
        let seed = day.seed;
        let core = core.unwrap_or_else(|| panic!("seed {seed}: no power in the evening"));
        for call in core
            .desk()
            .board_calls()
            .filter(|call| call.state != CallState::Ended)
        {
            let line: usize = call.line.as_str()[1..].parse().expect("a line of ours");
            assert!(
                !quiet.get(&line).copied().unwrap_or(true),
                "seed {seed}: call {} on {} is still {:?}, but the modem is quiet",
                call.id,
                call.line,
                call.state
            );
        }
        for (line, runs) in &self.runs {
            let low = runs.heard.saturating_sub(runs.disturbed);
            let high = runs.heard + runs.disturbed;
            assert!(
                (low..=high).contains(&runs.announced),
                "seed {seed}: line {line}: {runs:?}: ring runs and calls do not match"
            );
        }
    }

    /// f and g at the end of the day, from the disk alone.
    pub fn check_disk(&mut self, whole: &Whole, core: Option<&Core>, day: &Day) {
        let seed = day.seed;
        self.reopened(&whole.opened, day);
        let mut replayed = Desk::new(super::policy());
        let mut rows = BTreeMap::new();
        for entry in &whole.entries {
            for call in replayed.apply(entry, None).calls {
                rows.insert(call.id, call);
            }
        }
        for (id, row) in &whole.calls {
            assert_eq!(
                rows.get(id),
                Some(row),
                "seed {seed}: the view of call {id}"
            );
        }
        assert_eq!(
            rows.len(),
            whole.calls.len(),
            "seed {seed}: calls in the view"
        );
        if let Some(core) = core
            && core.is_saved()
        {
            assert_eq!(
                core.desk().snapshot(),
                replayed.snapshot(),
                "seed {seed}: replay differs"
            );
        }
    }
}
