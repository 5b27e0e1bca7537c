//! Words as they are looked for: whatever their case, their accents and what lies between them.

use std::collections::BTreeSet;

use icu_normalizer::DecomposingNormalizerBorrowed;
use icu_normalizer::properties::CanonicalCombiningClassMapBorrowed;

use crate::base::{limits, phone};
use crate::desk::call::CallRecord;

/// The words of a call, what is beyond [`limits::WORDS_PER_CALL_MAX`] left out. What it reads of a
/// call is said by [`texts_of`].
pub fn words_of(call: &CallRecord) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for piece in texts_of(call).into_iter().flat_map(pieces) {
        let (joined, groups) = match piece {
            Piece::Word(word) => (Some(word), Vec::new()),
            Piece::Digits(digits) => (digits.joined, digits.groups),
        };
        for word in joined.into_iter().chain(groups) {
            if words.len() == limits::WORDS_PER_CALL_MAX {
                return words;
            }
            words.insert(word);
        }
    }
    words
}

/// Everything of a call that is looked for by its words. The one place to add to; then
/// [`super::tables::DERIVED`] is raised, so that calls of the past are found by it as well.
pub fn texts_of(call: &CallRecord) -> Vec<&str> {
    let mut texts = Vec::new();
    texts.extend(call.caller.name.as_deref());
    texts.extend(call.class_reason.as_deref());
    texts.extend(call.notes.iter().map(|note| note.text.as_str()));
    if let Some(report) = &call.report {
        let told = [
            &report.location,
            &report.district,
            &report.village,
            &report.landmark,
            &report.note,
            &report.reporter,
            &report.reporter_number,
            &report.hazards,
            &report.access,
        ];
        texts.extend(told.into_iter().filter_map(|text| text.as_deref()));
    }
    texts
}

/// A piece of a text: what lies between two gaps, or several such that are digits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Piece {
    /// Letters, or letters and digits, at most [`limits::WORD_CHARS_MAX`] of them.
    Word(String),
    Digits(Digits),
}

/// Groups of digits with nothing but spacing between them: `0812-4000-1234` is one number.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Digits {
    /// As they were written.
    pub groups: Vec<String>,
    /// The groups as one number, if there are several and a number can be so long.
    pub joined: Option<String>,
    /// What stands right before them: `+`, `#` or anything else.
    pub mark: Option<char>,
}

/// The pieces of a text, in order.
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut gap = Gap::default();
    let mut run = String::new();
    for letter in fold(text).chars().chain(['\n']) {
        if letter.is_alphanumeric() {
            run.push(letter);
            continue;
        }
        if !run.is_empty() {
            add(&mut pieces, &run, &gap);
            (run, gap) = (String::new(), Gap::default());
        }
        gap.is_spacing &= SPACING.contains(&letter);
        gap.last = Some(letter);
    }
    for piece in &mut pieces {
        if let Piece::Digits(digits) = piece {
            digits.join();
        }
    }
    pieces
}

/// What lies before a run of letters and digits.
struct Gap {
    /// Nothing but what people write between the digits of one number.
    is_spacing: bool,
    last: Option<char>,
}

impl Default for Gap {
    fn default() -> Gap {
        Gap {
            is_spacing: true,
            last: None,
        }
    }
}

fn add(pieces: &mut Vec<Piece>, run: &str, gap: &Gap) {
    let run: String = run.chars().take(limits::WORD_CHARS_MAX).collect();
    if !run.bytes().all(|byte| byte.is_ascii_digit()) {
        pieces.push(Piece::Word(run));
        return;
    }
    match pieces.last_mut() {
        Some(Piece::Digits(digits)) if gap.is_spacing && digits.mark != Some('#') => {
            digits.groups.push(run)
        }
        _ => pieces.push(Piece::Digits(Digits {
            groups: vec![run],
            joined: None,
            mark: gap.last,
        })),
    }
}

impl Digits {
    fn join(&mut self) {
        let length: usize = self.groups.iter().map(String::len).sum();
        if self.groups.len() > 1 && length <= phone::DIGITS_MAX {
            self.joined = Some(self.groups.concat());
        }
    }
}

/// Small letters without accents; what is not seen, and apostrophes, left out: `Jum'at` is `jumat`.
fn fold(text: &str) -> String {
    if text.is_ascii() {
        let kept = text.chars().filter(|letter| !UNSEEN.contains(letter));
        return kept.map(|letter| letter.to_ascii_lowercase()).collect();
    }
    let classes = CanonicalCombiningClassMapBorrowed::new();
    let is_kept = |letter: &char| !UNSEEN.contains(letter) && classes.get_u8(*letter) == 0;
    // Before as well: alone, an acute accent would become a space.
    let kept = text.chars().filter(|letter| !UNSEEN.contains(letter));
    let plain = DecomposingNormalizerBorrowed::new_nfkd().normalize_iter(kept);
    plain.filter(is_kept).flat_map(char::to_lowercase).collect()
}

/// What people write between the digits of one number, as [`crate::base::phone::read`] takes it.
const SPACING: [char; 5] = [' ', '-', '.', '(', ')'];

/// Apostrophes, joiners, and marks of a direction.
const UNSEEN: [char; 14] = [
    '\'', '`', '´', 'ʼ', '‘', '’', '\u{AD}', '\u{200B}', '\u{200C}', '\u{200D}', '\u{200E}',
    '\u{200F}', '\u{2060}', '\u{FEFF}',
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use crate::base::ids::CallId;
    use crate::base::time::Stamp;
    use crate::desk::call::Direction;

    fn words(text: &str) -> Vec<String> {
        let words = pieces(text).into_iter().flat_map(|piece| match piece {
            Piece::Word(word) => vec![word],
            Piece::Digits(digits) => digits.groups,
        });
        words.collect()
    }

    fn digits(text: &str) -> Digits {
        match pieces(text).as_slice() {
            [Piece::Digits(digits)] => digits.clone(),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn case_accents_and_punctuation_make_no_difference() {
        assert_eq!(
            words("KEBAKARAN, di Café \"Élite\"!"),
            words("kebakaran di cafe elite")
        );
        assert_eq!(
            words("Jl.Sudirman/Ahmad-Yani"),
            ["jl", "sudirman", "ahmad", "yani"]
        );
        assert_eq!(words("Jum'at sa’at Qur`an"), ["jumat", "saat", "quran"]);
        assert_eq!(
            words("ke\u{200D}bakaran ｶﾌｪ １２"),
            words("kebakaran カフェ 12")
        );
        assert_eq!(words("anak2 RT03"), ["anak2", "rt03"]);
        assert_eq!(words("مُسَاعَدَة"), words("مساعدة"));
    }

    #[test]
    fn nothing_to_read_is_no_word() {
        for text in ["", " ", "%", "'\"';--", "😀🚒", "\u{202E}\u{200F}", "...!?"] {
            assert_eq!(words(text), Vec::<String>::new(), "{text:?}");
        }
    }

    #[test]
    fn digits_with_spacing_between_them_are_one_number() {
        for text in ["0812 4000 1234", "0812-4000-1234", "(0812) 4000.1234"] {
            assert_eq!(
                digits(text).joined.as_deref(),
                Some("081240001234"),
                "{text}"
            );
        }
        assert_eq!(digits("+62 812").mark, Some('+'));
        assert_eq!(digits("# 12").mark, Some(' '));
        assert_eq!(digits("#12").mark, Some('#'));
        assert_eq!(digits("12").joined, None);
        assert_eq!(digits("1234567890 12345678").joined, None, "too long");
        assert_eq!(pieces("12 / 13 +14").len(), 3);
        assert_eq!(pieces("rt 03 rw 05").len(), 4);
    }

    #[test]
    fn a_word_and_a_call_have_bounded_sizes() {
        let longest = "panjang".repeat(300);
        assert_eq!(words(&longest)[0].len(), limits::WORD_CHARS_MAX);
        let many: Vec<String> = (0..5_000).map(|n| format!("kata{n}")).collect();
        let many = many.join(" ");
        let mut call = CallRecord::offered(
            CallId(1),
            Direction::In,
            "Telkomsel-1".into(),
            Stamp::default(),
        );
        call.class_reason = Some(many);
        assert_eq!(words_of(&call).len(), limits::WORDS_PER_CALL_MAX);
    }
}
