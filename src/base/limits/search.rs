//! Limits of the search over calls.

/// Characters of a word that are looked at: the longest Indonesian words with all their affixes have
/// 25 (`mempertanggungjawabkannya`).
pub const WORD_CHARS_MAX: usize = 32;

/// Different words of one call that it is found by: its reason and twenty notes of a few lines; each
/// costs about six bytes (measured with a million calls).
pub const WORDS_PER_CALL_MAX: usize = 512;

/// Characters of what is typed into the search box: a sentence of a note, pasted.
pub const SEARCH_CHARS_MAX: usize = 200;

/// Words and numbers in it; nobody remembers more of a call.
pub const SEARCH_TERMS_MAX: usize = 12;

/// What one page of a search may cost, in postings that are read: about 30 ms. A page that would
/// cost more ends early and says where to go on.
pub const SEARCH_STEPS_MAX: u64 = 200_000;

/// Digits by which a number is found at least: with two, one number in a hundred would be meant.
pub const SEARCH_DIGITS_MIN: usize = 3;
