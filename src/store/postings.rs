//! The inverted index: which calls have a word, and a number that begins or ends so.
//!
//! Ids are cut into segments of 4,096. A key is segment, kind and what is looked for; its row says
//! which calls of the segment have it, see [`super::places`]. So everything of a segment lies
//! together, and a call that is recorded writes where the calls before it wrote; all words that
//! begin alike lie together in it, so that the beginning of a word is one range and needs no
//! dictionary; and who reads from the newest segment downwards sees the newest calls first, without
//! a look at what is older.

use std::collections::BTreeSet;
use std::ops::Bound;

use redb::{ReadOnlyTable, ReadableTable, Table};

use super::places::{Places, SEGMENT_BITS, SEGMENT_LEN};
use super::query::{self, Digits, Term};
use super::trouble::Trouble;
use super::words::{texts_of, words_of};
use crate::base::phone::Number;
use crate::desk::call::CallRecord;

/// The segment of an id.
pub fn segment_of(id: u64) -> u64 {
    id >> SEGMENT_BITS
}

/// The lowest id of a segment.
pub fn first_of(segment: u64) -> u64 {
    segment << SEGMENT_BITS
}

/// The place of an id in its segment.
pub fn place_of(id: u64) -> u16 {
    (id % SEGMENT_LEN) as u16
}

/// The highest id of the index: its segment has five bytes. No office lives to see it.
pub const HIGHEST: u64 = (1 << (SEGMENT_BYTES as u32 * 8 + SEGMENT_BITS)) - 1;

/// A call that comes to a key (`true`) or goes from it.
pub type Change = (Vec<u8>, u16, bool);

/// What a call that is written changes.
pub fn changes_of(changes: &mut Vec<Change>, old: Option<&CallRecord>, new: &CallRecord) {
    if new.id.0 > HIGHEST {
        return;
    }
    let (segment, place) = (segment_of(new.id.0), place_of(new.id.0));
    let number = |call: &CallRecord| call.caller.number.clone();
    let (before, after) = (old.and_then(number), number(new));
    if before != after {
        let gone = before.iter().flat_map(keys_of_number);
        changes.extend(gone.map(|(kind, value)| (key(segment, kind, &value), place, false)));
        let came = after.iter().flat_map(keys_of_number);
        changes.extend(came.map(|(kind, value)| (key(segment, kind, &value), place, true)));
    }
    // Most of what happens to a call has nothing to do with its words.
    if old.map(texts_of).unwrap_or_default() == texts_of(new) {
        return;
    }
    let before: BTreeSet<String> = old.map(words_of).unwrap_or_default();
    let after = words_of(new);
    let word = |word: &String| key(segment, Kind::Word, word.as_bytes());
    let (gone, came) = (before.difference(&after), after.difference(&before));
    changes.extend(gone.map(|gone| (word(gone), place, false)));
    changes.extend(came.map(|came| (word(came), place, true)));
}

/// Writes them.
///
/// # Errors
/// The disk's.
pub fn write(
    postings: &mut Table<'_, &'static [u8], &'static [u8]>,
    mut changes: Vec<Change>,
) -> Result<(), Trouble> {
    // In order, so that a page is found once for all that goes into it; a key keeps the order in
    // which its calls came and went.
    changes.sort_by(|one, other| one.0.cmp(&other.0));
    for of_key in changes.chunk_by(|one, other| one.0 == other.0) {
        let key = of_key[0].0.as_slice();
        let mut places = Places::default();
        if let Some(row) = postings.get(key)? {
            places.take(row.value());
        }
        for (_, place, comes) in of_key {
            match comes {
                true => places.add(*place),
                false => places.remove(*place),
            }
        }
        match places.put() {
            Some(row) => postings.insert(key, row.as_slice())?,
            None => postings.remove(key)?,
        };
    }
    Ok(())
}

/// What is looked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A number by its digits from the left.
    Begin = 1,
    /// A number by its digits from the right.
    End = 2,
    Word = 3,
}

/// Postings that lie together in each segment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Span {
    kind: Kind,
    from: Vec<u8>,
    to: Vec<u8>,
}

impl Span {
    /// The spans of a term; a call in any of them may be meant.
    pub fn all_of(term: &Term) -> Vec<Span> {
        match term {
            Term::Word(word) => vec![Span::of_word(word)],
            Term::Digits(Digits {
                begins,
                ends,
                call: _,
                word,
            }) => {
                let begins = begins.iter().map(|digits| (Kind::Begin, digits.clone()));
                let ends = ends
                    .iter()
                    .map(|digits| (Kind::End, digits.chars().rev().collect()));
                let numbers = begins
                    .chain(ends)
                    .filter_map(|(kind, digits)| Span::of_digits(kind, &digits));
                numbers.chain(word.as_deref().map(Span::of_word)).collect()
            }
        }
    }

    /// Lowest and highest key of this span in a segment.
    pub fn within(&self, segment: u64) -> (Vec<u8>, Vec<u8>) {
        let key = |value| key(segment, self.kind, value);
        (key(&self.from), key(&self.to))
    }

    /// Words that begin so, or that one letter alone.
    fn of_word(word: &str) -> Span {
        let rest: &[u8] = match query::is_whole(word) {
            true => &[],
            // Above every byte of a longer word.
            false => &[0xFF],
        };
        Span {
            kind: Kind::Word,
            from: word.as_bytes().to_vec(),
            to: [word.as_bytes(), rest].concat(),
        }
    }

    /// Numbers that begin so, read from the side of `kind`; no number has more than 15 digits.
    fn of_digits(kind: Kind, digits: &str) -> Option<Span> {
        let from = aligned(digits)?;
        let step = 10u64.pow((ALIGNED_DIGITS - digits.len()) as u32);
        let to = value_of(from + step - 1, usize::MAX, true);
        Some(Span {
            kind,
            from: value_of(from, 0, false).to_vec(),
            to: to.to_vec(),
        })
    }
}

/// Reads the keys of a span in one segment, the highest first, while `each` wants more. Hands back
/// the next segment below that may have any.
///
/// # Errors
/// The disk's.
pub fn read_down(
    postings: &ReadOnlyTable<&'static [u8], &'static [u8]>,
    span: &Span,
    segment: u64,
    mut each: impl FnMut(&[u8], &[u8]) -> bool,
) -> Result<Option<u64>, Trouble> {
    let (from, to) = span.within(segment);
    let next = segment.checked_sub(1);
    // Without a lower bound, the key below the span tells where there is more.
    let upwards = (Bound::Unbounded, Bound::Included(to.as_slice()));
    for posting in postings.range::<&[u8]>(upwards)?.rev() {
        let (key, row) = posting?;
        let key = key.value();
        if key < from.as_slice() {
            return Ok(next.map(|next| next.min(segment_in(key))));
        }
        if !each(key, row.value()) {
            return Ok(next);
        }
    }
    Ok(None)
}

/// Reads everything of the highest segment up to this one; hands back the next one below, if there
/// is one.
///
/// # Errors
/// The disk's.
pub fn read_through(
    postings: &ReadOnlyTable<&'static [u8], &'static [u8]>,
    segment: u64,
) -> Result<Option<u64>, Trouble> {
    let to = key(segment, Kind::Word, &[0xFF]);
    let upwards = (Bound::Unbounded, Bound::Included(to.as_slice()));
    let mut highest = None;
    for posting in postings.range::<&[u8]>(upwards)?.rev() {
        let segment = segment_in(posting?.0.value());
        if *highest.get_or_insert(segment) != segment {
            return Ok(Some(segment));
        }
    }
    Ok(None)
}

/// The segment of a key.
pub fn segment_in(key: &[u8]) -> u64 {
    let mut segment = [0; 8];
    if let Some(head) = key.first_chunk::<SEGMENT_BYTES>() {
        segment[8 - SEGMENT_BYTES..].copy_from_slice(head);
    }
    u64::from_be_bytes(segment)
}

/// The number of a key of [`Kind::Begin`] or [`Kind::End`].
pub fn number_in(key: &[u8]) -> Option<Number> {
    let kind = *key.get(SEGMENT_BYTES)?;
    let value = key.get(SEGMENT_BYTES + 1..)?;
    let mut packed = [0; 8];
    packed[1..].copy_from_slice(value.first_chunk::<VALUE_BYTES>()?);
    let packed = u64::from_be_bytes(packed);
    let (length, is_local) = ((packed & 0xF) as usize, packed & 0x10 != 0);
    let mut digits = format!("{:0ALIGNED_DIGITS$}", packed >> 5);
    digits.truncate(length);
    if kind == Kind::End as u8 {
        digits = digits.chars().rev().collect();
    }
    let number = digits.parse().ok()?;
    Some(match is_local {
        true => Number::Local(number, length as u8),
        false => Number::E164(number),
    })
}

fn keys_of_number(number: &Number) -> Vec<(Kind, [u8; VALUE_BYTES])> {
    let is_local = matches!(number, Number::Local(..));
    let digits = number.digits();
    let reversed: String = digits.chars().rev().collect();
    let sides = [(Kind::Begin, &digits), (Kind::End, &reversed)];
    let value = |(kind, side): (Kind, &String)| {
        let value = value_of(aligned(side)?, digits.len(), is_local);
        Some((kind, value))
    };
    sides.into_iter().filter_map(value).collect()
}

fn key(segment: u64, kind: Kind, value: &[u8]) -> Vec<u8> {
    let segment = &segment.to_be_bytes()[8 - SEGMENT_BYTES..];
    [segment, &[kind as u8], value].concat()
}

/// Digits as a number with zeros after them: what begins alike lies together.
fn aligned(digits: &str) -> Option<u64> {
    let zeros = ALIGNED_DIGITS.checked_sub(digits.len())?;
    let number: u64 = digits.parse().ok()?;
    Some(number * 10u64.pow(zeros as u32))
}

/// Aligned digits, how many of them there are (four bits), and whether the number is a local one:
/// 55 bits, from which the number can be read again.
fn value_of(aligned: u64, length: usize, is_local: bool) -> [u8; VALUE_BYTES] {
    let packed = aligned << 5 | u64::from(is_local) << 4 | (length as u64 & 0xF);
    let mut value = [0; VALUE_BYTES];
    value.copy_from_slice(&packed.to_be_bytes()[8 - VALUE_BYTES..]);
    value
}

const SEGMENT_BYTES: usize = 5;
/// Digits of the longest number (ITU-T E.164); below 2^50.
const ALIGNED_DIGITS: usize = 15;
const VALUE_BYTES: usize = 7;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use crate::store::tables::POSTINGS;
    use proptest::prelude::*;
    use redb::ReadableDatabase;

    fn number() -> impl Strategy<Value = Number> {
        let e164 = (100u64..999_999_999_999_999).prop_map(Number::E164);
        let local = (0u64..99_999_999).prop_map(|digits| Number::Local(digits, 8));
        prop_oneof![e164, local]
    }

    proptest! {
        #[test]
        fn a_number_is_read_from_its_postings(number in number(), id in 0..HIGHEST) {
            for (kind, value) in keys_of_number(&number) {
                let key = key(segment_of(id), kind, &value);
                prop_assert_eq!(number_in(&key), Some(number.clone()));
                prop_assert_eq!(first_of(segment_in(&key)) + u64::from(place_of(id)), id);
            }
        }

        #[test]
        fn no_bytes_make_reading_a_key_panic(bytes in prop::collection::vec(any::<u8>(), 0..30)) {
            let _ = (number_in(&bytes), segment_in(&bytes));
        }

        #[test]
        fn a_span_holds_what_begins_or_ends_so(number in number(), length in 1usize..15) {
            let digits = number.digits();
            let length = length.min(digits.len());
            let term = |begin: &str, end: &str| Term::Digits(Digits {
                begins: vec![begin.to_owned()],
                ends: Some(end.to_owned()),
                ..Digits::default()
            });
            let begin = &digits[..length];
            let end = &digits[digits.len() - length..];
            let spans = Span::all_of(&term(begin, end));
            for ((kind, value), span) in keys_of_number(&number).into_iter().zip(spans) {
                let (from, to) = span.within(7);
                let key = key(7, kind, &value);
                prop_assert!(from <= key && key <= to);
            }
        }
    }

    #[test]
    fn what_came_goes_again_and_is_read_segment_by_segment() {
        let backend = redb::backends::InMemoryBackend::new();
        let database = redb::Database::builder()
            .create_with_backend(backend)
            .unwrap();
        let word = |segment, word: &str| key(segment, Kind::Word, word.as_bytes());
        let write_all = |changes: &[(Vec<u8>, u16, bool)]| {
            let transaction = database.begin_write().unwrap();
            write(
                &mut transaction.open_table(POSTINGS).unwrap(),
                changes.to_vec(),
            )
            .unwrap();
            transaction.commit().unwrap();
        };
        let rows = || {
            let table = database.begin_read().unwrap().open_table(POSTINGS).unwrap();
            let mut rows = Vec::new();
            let (mut rest, mut segments) = (Some(segment_of(HIGHEST)), 0);
            while let Some(segment) = rest {
                rest = read_through(&table, segment).unwrap();
                segments += 1;
            }
            for row in table.iter().unwrap() {
                let (key, row) = row.unwrap();
                rows.push((key.value().to_vec(), row.value().to_vec()));
            }
            (segments, rows)
        };
        let (banjir, api) = (word(4, "banjir"), word(0, "api"));
        let last = word(segment_of(HIGHEST), "banjir");
        write_all(&[
            (banjir.clone(), 7, true),
            (api.clone(), 4_095, true),
            (banjir.clone(), 258, true),
            (last.clone(), 1, true),
        ]);
        let both = (banjir.clone(), vec![0, 7, 1, 2]);
        let found = (
            3,
            vec![
                (api.clone(), vec![15, 255]),
                both,
                (last.clone(), vec![0, 1]),
            ],
        );
        assert_eq!(rows(), found);
        // A call that came and went within one group was never there.
        write_all(&[
            (api, 4_095, false),
            (banjir.clone(), 7, false),
            (last.clone(), 2, true),
            (last.clone(), 2, false),
        ]);
        assert_eq!(rows(), (2, vec![(banjir, vec![1, 2]), (last, vec![0, 1])]));
    }

    #[test]
    fn a_word_is_found_by_its_beginning_and_one_letter_only_by_itself() {
        let holds = |wanted: &str, word: &str| {
            let (from, to) = Span::of_word(wanted).within(0);
            let key = key(0, Kind::Word, word.as_bytes());
            from <= key && key <= to
        };
        assert!(holds("ke", "kebakaran"));
        assert!(holds("kebakaran", "kebakaran"));
        assert!(!holds("kebakaran", "kebak"));
        assert!(!holds("ke", "kf"));
        assert!(holds("3", "3"));
        assert!(!holds("3", "30"));
        assert!(holds("مس", "مساعدة"));
    }
}
