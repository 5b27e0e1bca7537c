//! What must hold, whatever happens; checked after every step (models.md C6).
//!
//! a. an acknowledged fact is never missing, changed or reordered;
//! b. every ring run is one call;
//! c. no call is owned by two people, no person by two calls;
//! d. every ring is an alert before it is anything else;
//! e. queues stay within their limits;
//! f. sequence has no gaps and the chain verifies;
//! g. no view shows what the journal does not contain;
//! h. what somebody typed and was told is kept is in a draft or in a report;
//! i. a caller for whom nobody comes calls the supervisors.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

use siaga112::base::ids::{CallId, LineName};
use siaga112::base::limits;
use siaga112::base::time::Tick;
use siaga112::desk::Desk;
use siaga112::desk::call::{CallState, Direction};
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
    /// What was typed of a call, as somebody was told that it is kept.
    typed: HashMap<CallId, String>,
    /// Since when calls are seen to wait for somebody.
    waits: HashMap<CallId, Tick>,
}

/// The ring runs of one line.
#[derive(Default, Debug)]
struct Runs {
    /// Calls that the network put through to the modem.
    arrived: u64,
    /// The last thing that was done to the modem was a call.
    just_called: bool,
    /// Calls that screens were told of.
    announced: u64,
    /// Power, port or modem went away and came back, or the line is one that loses words: what was
    /// ringing then may be told twice or not at all.
    disturbed: u64,
    /// Numbers that called here, and the calls they were recorded as.
    numbers: HashMap<u64, HashSet<CallId>>,
}

impl Truth {
    pub fn alert(&mut self, alert: &Alert, _now: Tick) {
        let (Alert::Ring { call } | Alert::Call { call, .. }) = alert else {
            return;
        };
        let line = line_of(&call.line).expect("a line of ours");
        let runs = self.runs.entry(line).or_default();
        if call.direction == Direction::In
            && let Some(number) = &call.caller.number
        {
            runs.numbers
                .entry(number.key())
                .or_default()
                .insert(call.id);
        }
        if matches!(alert, Alert::Ring { .. }) {
            assert!(
                self.rung.insert(call.id),
                "call {} rang as new twice",
                call.id
            );
            runs.announced += u64::from(call.direction == Direction::In);
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
            if let (Some(call), Some(draft)) = (receipt.call, &receipt.draft) {
                let note = draft.report.note.clone();
                self.typed.insert(call, note.unwrap_or_default());
            }
        }
    }

    pub fn power_cut(&mut self) {
        self.rung.clear();
        self.waits.clear();
        self.runs.values_mut().for_each(|runs| runs.disturbed += 1);
    }

    pub fn port_lost(&mut self, line: usize) {
        self.runs.entry(line).or_default().disturbed += 1;
    }

    /// The disk, the network or a hand did something to the line.
    pub fn disturbed(&mut self, line: usize) {
        let runs = self.runs.entry(line).or_default();
        runs.disturbed += 1;
        runs.just_called = false;
    }

    /// The network offers a text to the modem.
    pub fn texts(&mut self, line: usize) {
        self.runs.entry(line).or_default().just_called = false;
    }

    /// The network offers a call to the modem.
    pub fn calls(&mut self, line: usize) {
        let runs = self.runs.entry(line).or_default();
        runs.arrived += 1;
        runs.just_called = true;
    }

    pub fn modem_said(&mut self, line: usize, report: &Report) {
        let runs = self.runs.entry(line).or_default();
        match report {
            // The subscriber was busy or not there: nobody rang.
            Report::Refused(_) if std::mem::take(&mut runs.just_called) => runs.arrived -= 1,
            Report::Started => runs.disturbed += 1,
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
        self.check_typed(opened, seed);
        // What was committed but not told before the cut is not told again: listeners resume.
        self.last_seq = opened.head.0;
    }

    /// h: people here only add words, so what was kept begins what is found.
    fn check_typed(&self, opened: &Opened, seed: u64) {
        let reported = opened.checked.values().filter_map(|line| {
            let value: serde_json::Value = serde_json::from_str(line).expect("json");
            let id = value["body"]["call"].as_str()?.parse::<CallId>().ok()?;
            let note = value["body"]["report"]["note"].as_str()?;
            Some((id, note.to_owned()))
        });
        let drafts = opened.drafts.iter();
        let drafts = drafts.filter_map(|(call, draft)| Some((*call, draft.report.note.clone()?)));
        let mut found: HashMap<CallId, Vec<String>> = HashMap::new();
        for (call, note) in reported.chain(drafts) {
            found.entry(call).or_default().push(note);
        }
        for (call, kept) in &self.typed {
            let found = found.get(call).map_or(&[][..], Vec::as_slice);
            assert!(
                found.iter().any(|note| note.starts_with(kept.as_str())),
                "seed {seed}: of call {call} {kept:?} was kept and {found:?} is there"
            );
        }
    }

    /// i: a second later than promised at most.
    fn check_waits(&mut self, desk: &Desk, now: Tick, seed: u64) {
        let live = desk.board_calls();
        let live = live.take_while(|call| call.state != CallState::Ended);
        let mut waits = HashMap::new();
        for call in live {
            let rings = !matches!(call.state, CallState::Talking | CallState::Held);
            let comes = call.direction == Direction::In || !rings;
            let is_there = desk.sought(&call.line).all(|sought| sought.id != call.id);
            if !comes || !is_there || desk.owner(call.id).is_some() {
                continue;
            }
            let since = self.waits.get(&call.id).copied().unwrap_or(now);
            let late = now.since(since) > limits::ESCALATE_AFTER + Duration::from_secs(1);
            assert!(
                !late || call.escalated.is_some(),
                "seed {seed}: nobody was called for call {}",
                call.id
            );
            waits.insert(call.id, since);
        }
        self.waits = waits;
    }

    /// c, e and i, after every step.
    pub fn check(&mut self, core: Option<&Core>, day: &Day, now: Tick) {
        let Some(core) = core else { return };
        let seed = day.seed;
        let desk = core.desk();
        self.check_waits(desk, now, seed);
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
            let line = line_of(&call.line).expect("a line of ours");
            assert!(
                !quiet.get(&line).copied().unwrap_or(true),
                "seed {seed}: call {} on {} is still {:?}, but the modem is quiet",
                call.id,
                call.line,
                call.state
            );
        }
        for (line, runs) in &self.runs {
            let Runs {
                arrived,
                announced,
                disturbed,
                numbers,
                ..
            } = runs;
            let told = format!(
                "line {line}: {arrived} arrived, {announced} announced, {disturbed} disturbed"
            );
            assert!(
                *announced <= arrived + 2 * disturbed,
                "seed {seed}: a call too many: {told}"
            );
            assert!(
                announced + 2 * disturbed >= *arrived,
                "seed {seed}: a call too few: {told}"
            );
            for (number, calls) in numbers {
                assert!(
                    calls.len() as u64 <= 1 + disturbed,
                    "seed {seed}: {number} called once and is {calls:?}: {told}"
                );
            }
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

/// The number of a line from its name.
pub fn line_of(name: &LineName) -> Option<usize> {
    name.as_str().get(1..)?.parse().ok()
}
