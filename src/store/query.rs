//! What somebody typed into the one search box, as what is looked for.

use std::collections::BTreeSet;
use std::ops::Bound;

use super::words::{self, Piece, pieces, words_of};
use crate::base::ids::CallId;
use crate::base::limits;
use crate::base::phone::{self, Number};
use crate::desk::call::CallRecord;

/// What is looked for: every term must be found in a call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Query {
    terms: Vec<Term>,
}

/// One thing that is looked for.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Term {
    /// A word that begins so; one letter alone is a whole word.
    Word(String),
    /// What digits can mean: any of these.
    Digits(Digits),
}

/// What digits can mean.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(super) struct Digits {
    /// A number that begins so: each reading, see [`phone::beginnings`].
    pub begins: Vec<String>,
    /// As typed, without a plus sign before it: a number that ends so.
    pub ends: Option<String>,
    /// The call of this id.
    pub call: Option<CallId>,
    /// A word that begins so.
    pub word: Option<String>,
}

/// Why a text cannot be looked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unreadable {
    /// There is nothing in it to look for.
    Nothing,
    /// It is longer than [`limits::SEARCH_CHARS_MAX`] or has more than [`limits::SEARCH_TERMS_MAX`]
    /// words.
    TooLong,
}

impl Query {
    /// Reads what was typed: words, a number in any spelling or the end or beginning of one, the id
    /// of a call (`#1234` is nothing else).
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn read(text: &str) -> Result<Query, Unreadable> {
        if text.chars().count() > limits::SEARCH_CHARS_MAX {
            return Err(Unreadable::TooLong);
        }
        let mut terms: Vec<Term> = pieces(text).into_iter().flat_map(terms_of).collect();
        if !terms.iter().any(Term::is_enough) {
            return Err(Unreadable::Nothing);
        }
        terms.sort();
        terms.dedup();
        if terms.len() > limits::SEARCH_TERMS_MAX {
            return Err(Unreadable::TooLong);
        }
        Ok(Query { terms })
    }

    /// Reads the end or the beginning of a number, and nothing else.
    ///
    /// # Errors
    /// [`Unreadable::Nothing`] also if there is anything but digits.
    pub fn read_number(text: &str) -> Result<Query, Unreadable> {
        let mut query = Query::read(text)?;
        let [Term::Digits(digits)] = &mut query.terms[..] else {
            return Err(Unreadable::Nothing);
        };
        (digits.call, digits.word) = (None, None);
        if digits.begins.is_empty() && digits.ends.is_none() {
            return Err(Unreadable::Nothing);
        }
        Ok(query)
    }

    /// Whether everything that is looked for is in this call.
    pub fn finds(&self, call: &CallRecord) -> bool {
        let words = words_of(call);
        self.terms.iter().all(|term| match term {
            Term::Word(word) => has_word(&words, word),
            Term::Digits(digits) => {
                digits.call == Some(call.id)
                    || (call.caller.number.as_ref()).is_some_and(|number| digits.find(number))
                    || (digits.word.as_ref()).is_some_and(|word| has_word(&words, word))
            }
        })
    }

    /// Whether this number is looked for.
    pub fn finds_number(&self, number: &Number) -> bool {
        self.terms.iter().all(|term| match term {
            Term::Word(_) => false,
            Term::Digits(digits) => digits.find(number),
        })
    }

    pub(super) fn terms(&self) -> &[Term] {
        &self.terms
    }
}

impl Term {
    /// Whether it can be looked for alone: two letters, or anything that digits can mean.
    fn is_enough(&self) -> bool {
        match self {
            Term::Word(word) => !is_whole(word),
            Term::Digits(digits) => *digits != Digits::default(),
        }
    }
}

impl Digits {
    fn find(&self, number: &Number) -> bool {
        let digits = number.digits();
        let typed = self.ends.as_ref();
        let begins = match number {
            Number::E164(_) => self.begins.iter().any(|begin| digits.starts_with(begin)),
            // It has no other spelling.
            Number::Local(..) => typed.is_some_and(|begin| digits.starts_with(begin)),
        };
        begins || typed.is_some_and(|end| digits.ends_with(end))
    }

    /// What digits mean that may be a number, `mark` standing before them.
    fn of_number(digits: &str, mark: Option<char>) -> Digits {
        if !(limits::SEARCH_DIGITS_MIN..=phone::DIGITS_MAX).contains(&digits.len()) {
            return Digits::default();
        }
        let international = mark == Some('+');
        Digits {
            begins: phone::beginnings(digits, international),
            ends: (!international).then(|| digits.to_owned()),
            ..Digits::default()
        }
    }
}

/// Whether a word stands for itself alone and not for those that begin so.
pub(super) fn is_whole(word: &str) -> bool {
    word.chars().nth(1).is_none()
}

fn has_word(words: &BTreeSet<String>, wanted: &str) -> bool {
    if is_whole(wanted) {
        return words.contains(wanted);
    }
    let upwards = (Bound::Included(wanted), Bound::Unbounded);
    let next = words.range::<str, _>(upwards).next();
    next.is_some_and(|word| word.starts_with(wanted))
}

fn terms_of(piece: Piece) -> Vec<Term> {
    let words::Digits {
        groups,
        joined,
        mark,
    } = match piece {
        Piece::Word(word) => return vec![Term::Word(word)],
        Piece::Digits(digits) => digits,
    };
    if let Some(joined) = joined {
        return vec![Term::Digits(Digits {
            word: Some(joined.clone()),
            ..Digits::of_number(&joined, mark)
        })];
    }
    let group = |(place, group): (usize, String)| {
        let mark = mark.filter(|_| place == 0);
        let call = group.parse().ok().map(CallId).filter(|_| mark != Some('+'));
        if mark == Some('#') {
            return Term::Digits(Digits {
                call,
                ..Digits::default()
            });
        }
        Term::Digits(Digits {
            call,
            word: Some(group.clone()),
            ..Digits::of_number(&group, mark)
        })
    };
    groups.into_iter().enumerate().map(group).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use crate::base::time::Stamp;
    use crate::desk::call::{Direction, Note};

    fn call(id: u64, number: &str, note: &str) -> CallRecord {
        let at = Stamp::default();
        let mut call = CallRecord::offered(CallId(id), Direction::In, "Telkomsel-1".into(), at);
        call.caller.number = number.parse().ok();
        call.notes.push(Note {
            at,
            by: "ani".into(),
            text: note.into(),
        });
        call
    }

    fn finds(query: &str, call: &CallRecord) -> bool {
        Query::read(query).expect(query).finds(call)
    }

    #[test]
    fn every_word_must_begin_a_word_of_the_call() {
        let call = call(7, "084001014471", "Kebakaran di Jl. Jum'at, RT 3, dekat SD");
        for query in [
            "kebakaran",
            "KEB",
            "jumat sd",
            "jum'at",
            "ke di",
            "rt 3",
            "ké",
        ] {
            assert!(finds(query, &call), "{query}");
        }
        for query in [
            "bakar",
            "kebakaran banjir",
            "r kebakaran",
            "rt 4",
            "kebakarans",
        ] {
            assert!(!finds(query, &call), "{query}");
        }
    }

    #[test]
    fn a_number_is_found_in_every_spelling_and_by_how_it_begins_or_ends() {
        let call = call(7, "084001014471", "");
        for query in [
            "084001014471",
            "+6284001014471",
            "6284001014471",
            "0840-0101-4471",
            "(0840) 0101.4471",
            "84001014471",
            "006284001014471",
            "+62 0840 0101 4471",
            "4471",
            "471",
            "01014471",
            "0840",
            "840",
            "+62840",
            "62840",
            "084001",
            "0840 01",
        ] {
            assert!(finds(query, &call), "{query}");
        }
        for query in ["4470", "71", "+4471", "4001", "0471", "84001014471000000"] {
            assert!(!finds(query, &call), "{query}");
        }
        let police = super::tests::call(8, "110", "");
        assert!(finds("110", &police));
        assert!(!finds("0110", &police) && !finds("+110", &police));
    }

    #[test]
    fn a_call_is_found_by_its_id() {
        let call = call(1_234, "084001014471", "");
        assert!(finds("#1234", &call) && finds("1234", &call));
        assert!(!finds("#4471", &call), "a number is no id");
        assert!(!finds("#123", &call) && !finds("+1234", &call));
    }

    #[test]
    fn a_number_in_a_note_is_found_as_it_was_written() {
        let call = call(7, "", "hubungi 0840-0101-4471, rumah no 12");
        for query in ["0840-0101-4471", "084001014471", "4471", "0840", "12"] {
            assert!(finds(query, &call), "{query}");
        }
    }

    #[test]
    fn what_holds_nothing_to_look_for_is_refused() {
        for text in ["", "  ", "%", "a", "#", "+", "😀", "\u{202E}", "é"] {
            assert_eq!(Query::read(text), Err(Unreadable::Nothing), "{text:?}");
        }
        for text in [
            "x".repeat(201),
            "satu dua ".repeat(30),
            (10..40).map(|n| format!("w{n} ")).collect(),
        ] {
            assert_eq!(Query::read(&text), Err(Unreadable::TooLong), "{text}");
        }
        assert!(
            Query::read(&"satu dua ".repeat(20)).is_ok(),
            "the same words again"
        );
        for text in ["12", "0", "budi", "0812 budi", "#1234"] {
            assert_eq!(Query::read_number(text), Err(Unreadable::Nothing), "{text}");
        }
        assert!(Query::read_number("0812-40").is_ok());
    }
}
