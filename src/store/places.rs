//! The calls of one segment that have something in common, a bit for each.

/// Ids of one segment: so many that a rare word costs 250 looks in a million calls, and so few that
/// the commonest word of a segment is 512 bytes, of which a page of the table holds several.
pub const SEGMENT_LEN: u64 = 1 << SEGMENT_BITS;

pub const SEGMENT_BITS: u32 = 12;

/// Places of calls in their segment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Places([u64; WORDS]);

impl Default for Places {
    fn default() -> Places {
        Places([0; WORDS])
    }
}

impl Places {
    /// Every place there is.
    pub fn all() -> Places {
        Places([u64::MAX; WORDS])
    }

    /// Adds a place; one that is in no segment is left out.
    pub fn add(&mut self, place: u16) {
        if let Some(word) = self.0.get_mut(usize::from(place / 64)) {
            *word |= 1 << (place % 64);
        }
    }

    /// Takes a place away.
    pub fn remove(&mut self, place: u16) {
        if let Some(word) = self.0.get_mut(usize::from(place / 64)) {
            *word &= !(1 << (place % 64));
        }
    }

    /// The highest one up to `place`.
    pub fn highest(&self, place: u16) -> Option<u16> {
        let (last, rest) = (usize::from(place / 64), place % 64);
        let words = self.0.get(..=last)?;
        words.iter().enumerate().rev().find_map(|(at, word)| {
            let word = match at == last {
                true => word & (u64::MAX >> (63 - rest)),
                false => *word,
            };
            (word != 0).then(|| at as u16 * 64 + word.ilog2() as u16)
        })
    }

    /// The row of these places; `None` if there are none. Up to [`LISTED_MAX`] are listed, big end
    /// first and in order; more are the bits themselves.
    pub fn put(&self) -> Option<Vec<u8>> {
        let count: u32 = self.0.iter().map(|word| word.count_ones()).sum();
        match count {
            0 => None,
            1..=LISTED_MAX => Some(self.listed()),
            _ => Some(self.0.iter().flat_map(|word| word.to_be_bytes()).collect()),
        }
    }

    /// Adds what a row holds.
    pub fn take(&mut self, row: &[u8]) {
        if row.len() == WORDS * 8 {
            let (words, _) = row.as_chunks();
            for (word, bytes) in self.0.iter_mut().zip(words) {
                *word |= u64::from_be_bytes(*bytes);
            }
            return;
        }
        let (places, _) = row.as_chunks();
        for place in places {
            self.add(u16::from_be_bytes(*place));
        }
    }

    fn listed(&self) -> Vec<u8> {
        let words = self.0.iter().enumerate();
        let places = words.flat_map(|(at, word)| {
            let set = (0..64u16).filter(move |bit| word >> bit & 1 == 1);
            set.map(move |bit| at as u16 * 64 + bit)
        });
        places.flat_map(u16::to_be_bytes).collect()
    }
}

const WORDS: usize = SEGMENT_LEN as usize / 64;

/// One more and the list were as long as the bits.
const LISTED_MAX: u32 = 255;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use std::collections::BTreeSet;

    use super::*;
    use proptest::prelude::*;

    fn of(places: &BTreeSet<u16>) -> Places {
        let mut all = Places::default();
        places.iter().for_each(|place| all.add(*place));
        all
    }

    /// All of them, read downwards as a search does.
    fn down(places: &Places) -> BTreeSet<u16> {
        let mut read = BTreeSet::new();
        let mut from = Some(4_095);
        while let Some(place) = from.and_then(|from| places.highest(from)) {
            read.insert(place);
            from = place.checked_sub(1);
        }
        read
    }

    proptest! {
        #[test]
        fn what_is_put_is_taken(some in prop::collection::btree_set(0u16..4_096, 1..600)) {
            let row = of(&some).put().unwrap();
            prop_assert_eq!(row.len(), if some.len() < 256 { some.len() * 2 } else { 512 });
            let mut taken = Places::default();
            taken.take(&row);
            prop_assert_eq!(down(&taken), some);
        }

        #[test]
        fn what_goes_is_gone(
            some in prop::collection::btree_set(0u16..4_096, 1..600),
            gone in prop::collection::btree_set(0u16..4_096, 1..600),
        ) {
            let mut rest = of(&some);
            gone.iter().for_each(|place| rest.remove(*place));
            prop_assert_eq!(down(&rest), &some - &gone);
        }

        #[test]
        fn no_row_makes_taking_it_panic(row in prop::collection::vec(any::<u8>(), 0..600)) {
            let mut places = Places::default();
            places.take(&row);
            prop_assert_eq!(places.put().is_none(), down(&places).is_empty());
        }
    }

    #[test]
    fn no_places_are_no_row() {
        let mut places = Places::default();
        places.add(4_095);
        places.remove(4_095);
        assert_eq!(places.put(), None);
        assert_eq!(Places::all().highest(u16::MAX), None);
        assert_eq!(Places::all().highest(4_095), Some(4_095));
    }
}
