//! Long messages: parts in any order, twice, mixed with others, or never.
//!
//! What has come is handed out with every part, because an emergency text may lose the rest; it is
//! handed out for good when nothing has come for [`SMS_PARTS_WAIT`].

use std::collections::BTreeMap;

use super::pdu::{Body, Concat, Deliver};
use crate::base::limits::{SMS_COLLECTING_MAX, SMS_PARTS_WAIT};
use crate::base::time::Tick;

/// Collects the parts of every message under way.
#[derive(Debug, Default)]
pub struct Assembler {
    sets: Vec<Set>,
    /// Complete ones, remembered for as long as the network may send a part twice.
    done: Vec<Set>,
}

/// A message as far as it has come.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    pub from: String,
    pub body: Body,
    pub text: String,
    /// Of the part that came first.
    pub sent: Option<String>,
    pub class: Option<u8>,
    pub port: Option<u16>,
    /// Parts it has.
    pub of: u8,
    /// Numbers of the parts that have not come.
    pub missing: Vec<u8>,
    /// Whether a part had not been read before; `None` if delivered directly.
    pub unread: Option<bool>,
    pub slots: Vec<u16>,
}

/// What became of a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Progress {
    /// Some parts are missing still.
    Partial(Message),
    Whole(Message),
    /// The missing parts are not waited for any longer.
    GivenUp(Message),
    /// This part had come before; its slot holds nothing new.
    Known {
        slot: Option<u16>,
    },
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Key {
    from: String,
    reference: u16,
    of: u8,
    wide: bool,
}

#[derive(Debug)]
struct Set {
    key: Key,
    last: Tick,
    parts: BTreeMap<u8, Body>,
    first: Deliver,
    unread: Option<bool>,
    slots: Vec<u16>,
}

impl Assembler {
    /// Takes one part. `unread` and `slot` are those of the modem's store, if it lay there.
    pub fn add(
        &mut self,
        now: Tick,
        part: &Deliver,
        concat: Concat,
        slot: Option<u16>,
        unread: Option<bool>,
    ) -> Vec<Progress> {
        let key = Key {
            from: part.from.shown(),
            reference: concat.reference,
            of: concat.of,
            wide: concat.wide,
        };
        if self.is_known(&key, concat.seq, &part.body, slot) {
            return vec![Progress::Known { slot }];
        }
        let mut progress = self.part_from_a_later_message(&key, concat.seq);
        let set = self.set(now, key, part);
        set.last = now;
        set.parts.insert(concat.seq, part.body.clone());
        set.slots.extend(slot);
        set.unread = unread.map(|unread| unread || set.unread == Some(true));
        progress.push(self.newest_progress());
        while self.sets.len() > SMS_COLLECTING_MAX {
            progress.push(Progress::GivenUp(self.sets.remove(0).message()));
        }
        progress
    }

    /// Gives up what has waited too long.
    pub fn expire(&mut self, now: Tick) -> Vec<Progress> {
        let is_due = |set: &Set| now >= set.last + SMS_PARTS_WAIT;
        self.done.retain(|set| !is_due(set));
        let (due, waiting) = std::mem::take(&mut self.sets).into_iter().partition(is_due);
        self.sets = waiting;
        let due: Vec<Set> = due;
        due.iter()
            .map(|set| Progress::GivenUp(set.message()))
            .collect()
    }

    /// When [`Assembler::expire`] has something to do.
    pub fn due(&self) -> Option<Tick> {
        self.sets.iter().map(|set| set.last + SMS_PARTS_WAIT).min()
    }

    /// Whether this very part is there already. A slot that had not been seen is noted.
    fn is_known(&mut self, key: &Key, seq: u8, body: &Body, slot: Option<u16>) -> bool {
        let mut sets = self.sets.iter_mut().chain(&mut self.done);
        let known = sets.find(|s| s.key == *key && s.parts.get(&seq) == Some(body));
        let Some(set) = known else { return false };
        // The same slot read again is still the slot of an unfinished message.
        if let Some(slot) = slot
            && !set.slots.contains(&slot)
        {
            set.slots.push(slot);
        }
        true
    }

    /// The same reference with another text for a part we have: the sender's counter came round.
    fn part_from_a_later_message(&mut self, key: &Key, seq: u8) -> Vec<Progress> {
        let clash = self
            .sets
            .iter()
            .position(|s| s.key == *key && s.parts.contains_key(&seq));
        clash
            .map(|index| Progress::GivenUp(self.sets.remove(index).message()))
            .into_iter()
            .collect()
    }

    /// The set of this key, moved to the end.
    fn set(&mut self, now: Tick, key: Key, part: &Deliver) -> &mut Set {
        let set = match self.sets.iter().position(|set| set.key == key) {
            Some(index) => self.sets.remove(index),
            None => Set {
                key,
                last: now,
                parts: BTreeMap::new(),
                first: part.clone(),
                unread: None,
                slots: Vec::new(),
            },
        };
        self.sets.push(set);
        let last = self.sets.len() - 1;
        &mut self.sets[last]
    }

    fn newest_progress(&mut self) -> Progress {
        let last = self.sets.len() - 1;
        let message = self.sets[last].message();
        if !message.missing.is_empty() {
            return Progress::Partial(message);
        }
        self.done.push(self.sets.remove(last));
        if self.done.len() > SMS_COLLECTING_MAX {
            self.done.remove(0);
        }
        Progress::Whole(message)
    }
}

impl Set {
    fn message(&self) -> Message {
        let mut parts = self.parts.iter();
        let mut body = parts
            .next()
            .map_or(Body::Data(Vec::new()), |(_, body)| body.clone());
        // Text of runs of parts that follow each other; a gap between runs is marked.
        let mut texts: Vec<String> = Vec::new();
        let mut run = body.clone();
        let mut before = self.parts.keys().next().copied().unwrap_or_default();
        for (&seq, part) in parts {
            body.join(part);
            if seq != before + 1 {
                texts.push(run.text());
                texts.push(GAP.to_owned());
                run = part.clone();
            } else if !run.join(part) {
                texts.push(run.text());
                run = part.clone();
            }
            before = seq;
        }
        texts.push(run.text());
        Message {
            from: self.key.from.clone(),
            body,
            text: texts.concat(),
            sent: self.first.sent.rfc3339(),
            class: self.first.class,
            port: self.first.header.port,
            of: self.key.of,
            missing: (1..=self.key.of)
                .filter(|seq| !self.parts.contains_key(seq))
                .collect(),
            unread: self.unread,
            slots: self.slots.clone(),
        }
    }
}

/// Where parts are missing between others.
const GAP: &str = " […] ";

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, clippy::panic)]

    use super::super::pdu::{self, Pdu};
    use super::super::{Address, Stamp, encode};
    use super::*;

    const TEXT: &str = "Lapor: rumah roboh akibat longsor di Desa Sukamaju RT 04 RW 02, ada 3 \
                        orang tertimbun, mohon bantuan alat berat dan ambulans secepatnya. Jalan \
                        utama tertutup material, lewat jalur selatan. Jembatan di RT 01 putus, \
                        jangan lewat sana; warga menunggu di balai desa, ada bayi dan lansia, \
                        hujan masih deras dan listrik padam sejak sore tadi pak.";

    fn parts(from: &str, text: &str, reference: u8) -> Vec<(Deliver, Concat)> {
        let sent = Stamp::new(jiff::civil::date(2026, 3, 1).at(10, 45, 2, 0), 8 * 3600);
        let options = encode::Options {
            reference,
            ..encode::Options::default()
        };
        encode::deliver(None, &Address::of_number(from), text, sent, options)
            .iter()
            .map(|encoded| match pdu::decode(&encoded.hex) {
                Ok((Pdu::Deliver(part), _)) => {
                    let concat = part.header.concat.expect("a part");
                    (part, concat)
                }
                other => panic!("{other:?}"),
            })
            .collect()
    }

    fn add(all: &mut Assembler, (part, concat): &(Deliver, Concat), slot: u16) -> Vec<Progress> {
        all.add(Tick(0), part, *concat, Some(slot), Some(true))
    }

    #[test]
    fn parts_in_any_order_make_the_text() {
        let parts = parts("+6284000001234", TEXT, 7);
        let mut all = Assembler::default();
        add(&mut all, &parts[2], 3);
        add(&mut all, &parts[0], 1);
        let progress = add(&mut all, &parts[1], 2);
        let [Progress::Whole(message)] = progress.as_slice() else {
            panic!("{progress:?}")
        };
        assert_eq!(message.text, TEXT);
        assert_eq!(message.slots, [3, 1, 2]);
        assert_eq!(message.of, 3);
    }

    #[test]
    fn a_gap_is_shown_as_one() {
        let parts = parts("+6284000001234", TEXT, 7);
        let mut all = Assembler::default();
        add(&mut all, &parts[0], 1);
        let progress = add(&mut all, &parts[2], 3);
        let [Progress::Partial(message)] = progress.as_slice() else {
            panic!("{progress:?}")
        };
        assert_eq!(message.missing, [2]);
        assert!(message.text.contains(GAP));
    }

    #[test]
    fn the_rest_is_given_up_after_ten_minutes_without_a_part() {
        let parts = parts("+6284000001234", TEXT, 7);
        let mut all = Assembler::default();
        add(&mut all, &parts[0], 1);
        let due = all.due().expect("something waits");
        assert_eq!(due, Tick(0) + SMS_PARTS_WAIT);
        assert!(all.expire(Tick(due.0 - 1)).is_empty());
        assert!(matches!(all.expire(due).as_slice(), [Progress::GivenUp(m)] if m.slots == [1]));
        assert_eq!(all.due(), None);
    }

    #[test]
    fn the_same_part_twice_is_one_part_even_when_the_message_is_complete() {
        let parts = parts("+6284000001234", &TEXT[..200], 7);
        let mut all = Assembler::default();
        add(&mut all, &parts[0], 1);
        assert_eq!(
            add(&mut all, &parts[0], 4),
            [Progress::Known { slot: Some(4) }]
        );
        let progress = add(&mut all, &parts[1], 2);
        assert!(matches!(progress.as_slice(), [Progress::Whole(m)] if m.slots == [1, 4, 2]));
        assert_eq!(
            add(&mut all, &parts[1], 5),
            [Progress::Known { slot: Some(5) }]
        );
    }

    #[test]
    fn two_senders_with_the_same_reference_are_not_mixed() {
        let (ours, theirs) = (
            parts("+6284000001234", TEXT, 7),
            parts("+6284000005678", TEXT, 7),
        );
        let mut all = Assembler::default();
        add(&mut all, &ours[0], 1);
        let progress = add(&mut all, &theirs[1], 2);
        assert!(matches!(progress.as_slice(), [Progress::Partial(m)] if m.missing == [1, 3]));
    }

    #[test]
    fn a_reference_that_came_round_begins_a_new_message() {
        let (old, new) = (
            parts("0840", TEXT, 7),
            parts("0840", &TEXT.to_uppercase(), 7),
        );
        let mut all = Assembler::default();
        add(&mut all, &old[0], 1);
        let progress = add(&mut all, &new[0], 2);
        assert!(
            matches!(progress.as_slice(), [Progress::GivenUp(_), Progress::Partial(m)] if m.slots == [2])
        );
    }

    #[test]
    fn a_flood_of_first_parts_pushes_out_the_oldest_and_hands_it_over() {
        let mut all = Assembler::default();
        let mut given_up = 0;
        for reference in 0..=SMS_COLLECTING_MAX {
            let reference = u8::try_from(reference).expect("small");
            let progress = add(&mut all, &parts("0840", TEXT, reference)[0], 1);
            given_up += progress
                .iter()
                .filter(|p| matches!(p, Progress::GivenUp(_)))
                .count();
        }
        assert_eq!(given_up, 1);
    }
}
