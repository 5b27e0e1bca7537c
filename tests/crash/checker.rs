//! What must be true after every power cut, whatever was cut.

use std::collections::BTreeMap;
use std::mem::ManuallyDrop;
use std::sync::Arc;

use siaga112::base::ids::{CallId, Seq};
use siaga112::desk::Secret;
use siaga112::desk::call::{CallRecord, Class, Direction};
use siaga112::desk::draft::Draft;
use siaga112::store::cuts::{Dice, Image, Word};
use siaga112::store::faults::FaultyDisk;
use siaga112::store::open::open;
use siaga112::store::{Batch, CallFilter, Query, Reader, Settings};

use super::office::{Office, Replayed};
use super::work::work_on;

/// Knows what was handed to the store and what the store confirmed.
#[derive(Clone)]
pub struct Checker {
    settings: Settings,
    /// Line and hash of every entry handed over; the first one has number 1.
    handed: Vec<(Box<str>, [u8; 32])>,
    /// The office after each batch, by its ticket.
    offices: BTreeMap<u64, Office>,
    /// Rows of users, by the entry they came with.
    users: Vec<(u64, Secret)>,
    /// Operations done when a ticket was confirmed, in order.
    confirmed: Vec<(usize, u64)>,
    /// What the store could not write although the disk was well.
    refused: Option<String>,
    /// Cuts made after a cut.
    depth: u32,
}

pub struct Verdict {
    pub sound: Result<(), String>,
    /// More was there than had been confirmed.
    pub ahead: bool,
    /// The store itself said that something is wrong.
    pub reported: bool,
}

impl Checker {
    pub fn new(settings: Settings, office: Office) -> Checker {
        Checker {
            settings,
            handed: Vec::new(),
            offices: BTreeMap::from([(0, office)]),
            users: Vec::new(),
            confirmed: Vec::new(),
            refused: None,
            depth: 0,
        }
    }

    pub fn handed(&mut self, batch: &Batch, office: &Office) {
        for entry in &batch.entries {
            self.handed.push((entry.line.clone(), entry.hash));
        }
        let users = batch
            .secrets
            .iter()
            .map(|secret| (office.seq, secret.clone()));
        self.users.extend(users);
        self.offices.insert(batch.ticket, office.clone());
    }

    pub fn confirmed(&mut self, operations: usize, ticket: u64) {
        self.confirmed.push((operations, ticket));
    }

    pub fn refused(&mut self, why: String) {
        self.refused.get_or_insert(why);
    }

    /// The newest entry of a ticket.
    pub fn newest_of(&self, ticket: u64) -> u64 {
        self.offices[&ticket].seq
    }

    pub fn newest_ticket(&self) -> u64 {
        self.offices
            .last_key_value()
            .map_or(0, |(ticket, _)| *ticket)
    }

    /// Opens what the cut left and looks at everything.
    pub fn check(&mut self, at: usize, image: &Image, seed: u64) -> Verdict {
        let before = self
            .confirmed
            .iter()
            .filter(|(operations, _)| *operations <= at);
        let confirmed = before.map(|(_, ticket)| *ticket).max().unwrap_or(0);
        let mut verdict = Verdict {
            sound: Ok(()),
            ahead: false,
            reported: false,
        };
        verdict.sound = self.look(image, confirmed, seed, &mut verdict);
        verdict
    }

    fn look(
        &mut self,
        image: &Image,
        confirmed: u64,
        seed: u64,
        verdict: &mut Verdict,
    ) -> Result<(), String> {
        if let Some(refused) = &self.refused {
            return Err(format!("refused on a disk that was well: {refused}"));
        }
        let disk = FaultyDisk::of(image);
        disk.record();
        let opened = open(Arc::new(disk.clone()), self.settings, "uji")
            .map_err(|fault| format!("does not open: {fault:?}"))?;
        // What is found broken is left as it lies: redb panics in a destructor when it closes some
        // broken files, which no harness survives.
        let opened = ManuallyDrop::new(opened);
        verdict.reported = !opened.shown.is_empty();
        let head = opened.head.0;
        let promised = self.newest_of(confirmed);
        verdict.ahead = head > promised;
        if head < promised {
            return Err(format!("confirmed {promised}, found {head}"));
        }
        if let Some(fault) = opened.shown.first() {
            return Err(format!("cries wolf: {fault:?}"));
        }
        self.look_at_journal(&opened.reader, head)?;
        let found = self.look_at_drafts(&opened.reader, confirmed, head)?;
        let replayed = self.replay(head);
        look_at_calls(&opened.reader, &replayed)?;
        self.look_at_the_rest(&opened.reader, &replayed, head)?;
        let sound = opened
            .reader
            .verify(|_| {})
            .map_err(|fault| format!("{fault:?}"))?;
        if !sound.is_sound() || sound.head.0 != head {
            return Err(format!("verify says {sound:?}"));
        }
        let opened = ManuallyDrop::into_inner(opened);
        if self.depth == 0 && Dice::new(seed).below(8) == 0 {
            return self.cut_again(disk, image, opened.into_keeper(), found, seed);
        }
        Ok(())
    }

    /// The office goes on after the cut, and is cut again.
    fn cut_again(
        &self,
        disk: FaultyDisk,
        image: &Image,
        keeper: siaga112::store::Keeper,
        found: u64,
        seed: u64,
    ) -> Result<(), String> {
        let mut next = self.clone();
        let head = self.newest_of(found);
        next.depth = 1;
        next.handed.truncate(head as usize);
        next.users.retain(|(seq, _)| *seq <= head);
        next.offices.retain(|ticket, _| *ticket <= found);
        next.confirmed = vec![(0, found)];
        let office = self.offices[&found].clone().with_future(seed);
        work_on(&disk, keeper, &mut next, office, seed);
        let recording = disk.recording(image.clone());
        let mut first = Ok(());
        recording.cuts(Word::Kept, seed, 3, |at, image| {
            let verdict = next.check(at, &image, seed);
            if first.is_ok() {
                first = verdict
                    .sound
                    .map_err(|violation| format!("second cut: {violation}"));
            }
        });
        first
    }

    fn look_at_journal(&self, reader: &Reader, head: u64) -> Result<(), String> {
        if head as usize > self.handed.len() {
            return Err(format!("entry {head} was never handed over"));
        }
        if self.offices.values().all(|office| office.seq != head) {
            return Err(format!("half a batch: ends at {head}"));
        }
        let mut after = Seq(0);
        while after.0 < head {
            let page = reader
                .entries(after, 100)
                .map_err(|fault| format!("{fault:?}"))?;
            if page.is_empty() {
                return Err(format!("nothing after {after}"));
            }
            for entry in page {
                let (line, hash) = &self.handed[after.0 as usize];
                if entry.seq != after.next() || *entry.json != **line || entry.hash != *hash {
                    return Err(format!("entry {} is another one", entry.seq));
                }
                after = entry.seq;
            }
        }
        Ok(())
    }

    /// What was typed is there, and with it the entries it came with and no others: as after one
    /// of the batches since the newest that was confirmed. Hands back which.
    fn look_at_drafts(&self, reader: &Reader, confirmed: u64, head: u64) -> Result<u64, String> {
        let found = reader.drafts().map_err(|fault| format!("{fault:?}"))?;
        let found: BTreeMap<CallId, Draft> = found.into_iter().collect();
        let mut since = self.offices.range(confirmed..);
        let is_so = |office: &Office| office.seq == head && office.drafts == found;
        match since.find(|(_, office)| is_so(office)) {
            Some((ticket, _)) => Ok(*ticket),
            None => {
                let text = format!("drafts at {head}, confirmed {confirmed}: found {found:?}");
                Err(text.chars().take(1500).collect())
            }
        }
    }

    fn replay(&self, head: u64) -> Replayed {
        let mut replayed = Replayed::default();
        for (line, _) in &self.handed[..head as usize] {
            replayed.take(line);
        }
        replayed
    }

    fn look_at_the_rest(
        &self,
        reader: &Reader,
        replayed: &Replayed,
        head: u64,
    ) -> Result<(), String> {
        let texts = reader
            .sms(None, 1000)
            .map_err(|fault| format!("{fault:?}"))?;
        same(
            "texts",
            &texts,
            &replayed.sms.values().rev().cloned().collect(),
        )?;
        let mut users = BTreeMap::new();
        for (seq, secret) in &self.users {
            if let Secret::User(user) = secret
                && *seq <= head
            {
                users.insert(user.user.clone(), user.clone());
            }
        }
        // A user's row that came in a batch without entries of its own may be one batch ahead.
        let stored = reader.users().map_err(|fault| format!("{fault:?}"))?;
        same("users", &stored, &users.into_values().collect())?;
        let snapshot = reader.snapshot().map_err(|fault| format!("{fault:?}"))?;
        match snapshot.usable {
            Some((seq, desk)) if !desk.starts_with(format!("desk at {seq} ").as_bytes()) => {
                Err(format!("snapshot {seq} is another one"))
            }
            Some((seq, _)) if seq.0 > head => Err(format!("snapshot {seq} is ahead")),
            _ if snapshot.damaged > 0 => Err("damaged snapshot".into()),
            _ => Ok(()),
        }
    }
}

/// Every list against the replayed calls, by brute force.
fn look_at_calls(reader: &Reader, replayed: &Replayed) -> Result<(), String> {
    let newest_first: Vec<&CallRecord> = replayed.calls.values().rev().collect();
    let check = |name: &str, filter: CallFilter, fits: &dyn Fn(&CallRecord) -> bool| {
        let wanted: Vec<CallRecord> = newest_first
            .iter()
            .filter(|call| fits(call))
            .map(|call| (*call).clone())
            .collect();
        let mut found: Vec<CallRecord> = Vec::new();
        loop {
            let before = found.last().map(|call| call.id);
            let page = reader
                .calls(&filter, before, 7)
                .map_err(|fault| format!("{fault:?}"))?;
            if page.is_empty() {
                break;
            }
            found.extend(page);
        }
        same(name, &found, &wanted)
    };
    check("all calls", CallFilter::default(), &|_| true)?;
    for class in Class::ALL.map(Some).into_iter().chain([None]) {
        let filter = CallFilter {
            class: Some(class),
            ..CallFilter::default()
        };
        check("class", filter, &|call| call.class == class)?;
    }
    for line in replayed.lines() {
        let filter = CallFilter {
            line: Some(line.clone()),
            class: Some(None),
            ..CallFilter::default()
        };
        check("line", filter, &|call| {
            call.line == line && call.class.is_none()
        })?;
    }
    if let Some(middle) = newest_first.get(newest_first.len() / 2) {
        let (from, to) = (middle.offered.at, middle.offered.at + HOUR);
        let filter = CallFilter {
            from: Some(from),
            to: Some(to),
            ..CallFilter::default()
        };
        check("hour", filter, &|call| {
            (from..to).contains(&call.offered.at)
        })?;
    }
    let query = |text: &str| CallFilter {
        query: Query::read(text).ok(),
        ..CallFilter::default()
    };
    check("word", query("jembatan"), &|call| !call.notes.is_empty())?;
    let mut numbers: BTreeMap<_, Vec<&CallRecord>> = BTreeMap::new();
    for call in replayed.calls.values() {
        if let Some(number) = &call.caller.number {
            numbers.entry(number.clone()).or_default().push(call);
        }
    }
    for (number, calls) in numbers {
        let filter = CallFilter {
            number: Some(number.clone()),
            ..CallFilter::default()
        };
        check("number", filter, &|call| {
            call.caller.number.as_ref() == Some(&number)
        })?;
        let end = &number.digits()[7..];
        check("end of a number", query(end), &|call| {
            let number = call.caller.number.as_ref();
            number.is_some_and(|number| number.digits().ends_with(end))
        })?;
        let summary = reader
            .number(&number)
            .map_err(|fault| format!("{fault:?}"))?;
        let count = |fits: &dyn Fn(&CallRecord) -> bool| {
            calls.iter().filter(|call| fits(call)).count() as u64
        };
        let is_in = |call: &CallRecord| call.direction == Direction::In;
        let wanted = (
            count(&is_in),
            count(&|call| !is_in(call)),
            count(&|call| call.abandoned),
            count(&|call| is_in(call) && call.class.is_none() && call.called_back.is_none()),
            Class::ALL
                .map(|class| (class, count(&|call| call.class == Some(class))))
                .to_vec(),
            calls.first().map(|call| call.offered.at.0),
            calls.last().map(|call| call.offered.at.0),
        );
        let found = (
            summary.calls_in,
            summary.calls_out,
            summary.abandoned,
            summary.unclassified,
            summary.by_class,
            summary.first_ms,
            summary.last_ms,
        );
        same("summary", &found, &wanted)?;
    }
    for id in replayed.calls.keys() {
        let call = reader.call(*id).map_err(|fault| format!("{fault:?}"))?;
        same("call", &call.as_ref(), &replayed.calls.get(id))?;
    }
    let after_last = CallId(replayed.calls.len() as u64 + 1);
    same("no call", &reader.call(after_last).ok().flatten(), &None)
}

fn same<T: PartialEq + std::fmt::Debug>(name: &str, found: &T, wanted: &T) -> Result<(), String> {
    if found == wanted {
        return Ok(());
    }
    let text = format!("{name} differs: found {found:?}, wanted {wanted:?}");
    Err(text.chars().take(1500).collect())
}

const HOUR: std::time::Duration = std::time::Duration::from_secs(3600);
