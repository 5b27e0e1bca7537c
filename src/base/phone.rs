//! Telephone numbers: what the network delivered, and what it means.
//!
//! The digits as they came are always kept beside the number they were read as. Indonesian
//! mobiles, landlines and short codes are read by the rules below; anything that starts with a
//! foreign country code is checked by `rlibphonenumber`.
//!
//! Sources: type-of-number octets 3GPP TS 24.008 table 10.5.118; withheld causes TS 24.008
//! 10.5.4.30; Indonesian lengths from Rencana Dasar Teknis Nasional (mobile 08 + 8..11 digits,
//! area code 2..4 digits with the zero + 5..8 digits).

use std::fmt;
use std::str::FromStr;

use rlibphonenumber::PHONE_NUMBER_UTIL;
use serde::{Deserialize, Serialize};

/// Why a caller's number is, or is not, there.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presentation {
    /// Nothing has been said about the caller (yet).
    #[default]
    Unknown,
    /// A number was delivered.
    Allowed,
    /// The caller asked for the number to be hidden.
    Withheld,
    /// The network could not deliver one (interworking, "out of area").
    Unavailable,
    /// A coin line or payphone.
    Payphone,
    /// Something was delivered that cannot be a number.
    Garbled,
}

/// The type-of-number octet, as far as it changes the reading of the digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberType {
    /// 129, 0x81 or none given.
    #[default]
    Unknown,
    /// 145, 0x91.
    International,
    /// 161, 0xA1.
    National,
}

impl NumberType {
    /// From the decimal octet in `+CLIP`, `+CLCC`, … (128 is "unknown" with no number).
    pub fn from_octet(octet: u8) -> NumberType {
        match octet & 0x70 {
            0x10 => NumberType::International,
            0x20 => NumberType::National,
            _ => NumberType::Unknown,
        }
    }
}

/// A number that can be looked up and dialled.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Number {
    /// Country code and subscriber, without `+`: at most 15 digits (ITU-T E.164).
    E164(u64),
    /// A short code (`110`, `14045`) or a local number whose area code is not known.
    Local(u64, LocalLength),
}

/// How many digits a local number has, so that leading zeros survive.
pub type LocalLength = u8;

impl Number {
    /// A key that sorts and compares in a table: E.164 digits as they are, local numbers above
    /// every E.164 number.
    pub fn key(&self) -> u64 {
        match *self {
            Number::E164(digits) => digits,
            Number::Local(digits, length) => LOCAL_BIT | (u64::from(length) << 48) | digits,
        }
    }

    /// Back from [`Number::key`].
    pub fn from_key(key: u64) -> Number {
        if key & LOCAL_BIT == 0 {
            return Number::E164(key);
        }
        Number::Local(key & 0xFFFF_FFFF_FFFF, ((key >> 48) & 0x0F) as u8)
    }

    /// Its digits alone: country code first, without plus sign or trunk zero; of a local number as
    /// it is dialled.
    pub fn digits(&self) -> String {
        match *self {
            Number::E164(digits) => digits.to_string(),
            Number::Local(digits, length) => {
                format!("{digits:0width$}", width = usize::from(length))
            }
        }
    }

    /// As people write it here: `0812-0000-1234`, `(0431) 851234`, `110`, `+44 …`.
    pub fn national(&self) -> String {
        match *self {
            Number::Local(..) => self.to_string(),
            Number::E164(digits) => {
                let text = digits.to_string();
                let Some(rest) = text.strip_prefix(HOME) else {
                    return format!("+{text}");
                };
                if rest.starts_with('8') {
                    let (a, b) = rest.split_at(rest.len().min(3));
                    let (b, c) = b.split_at(b.len().min(4));
                    return format!("0{a}-{b}-{c}");
                }
                format!("0{rest}")
            }
        }
    }
}

/// `+6281200001234` or the bare local digits.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Number::E164(_) = self {
            f.write_str("+")?;
        }
        f.write_str(&self.digits())
    }
}

/// Any spelling a person or program may use; see [`read`].
impl FromStr for Number {
    type Err = NotANumber;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        read(text, NumberType::Unknown, None).ok_or(NotANumber)
    }
}

impl Serialize for Number {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// The text is not a telephone number in any spelling we know.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("bukan nomor telepon")]
pub struct NotANumber;

/// Everything known about who is calling.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Caller {
    /// Why the number is or is not there.
    pub presentation: Presentation,
    /// The characters exactly as the network delivered them; empty if none came.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub raw: String,
    /// The type-of-number that came with them.
    #[serde(default, skip_serializing_if = "is_default")]
    pub number_type: NumberType,
    /// What `raw` was read as. Present with [`Presentation::Withheld`] when the network delivered
    /// the number of a caller who hid it (override category): both facts are kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<Number>,
    /// The name the network or the modem's phone book gave, as text to be shown, never trusted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Caller {
    /// Nothing known.
    pub fn unknown() -> Caller {
        Caller::default()
    }

    /// From delivered digits and the presentation the network claimed with them.
    ///
    /// Digits that cannot be a number become [`Presentation::Garbled`]; no digits at all with
    /// `Allowed` become `Unavailable`, because a number was promised and did not come.
    pub fn delivered(
        raw: &str,
        number_type: NumberType,
        claimed: Presentation,
        area_code: Option<&str>,
    ) -> Caller {
        let raw = raw.trim();
        let number = read(raw, number_type, area_code);
        let presentation = match (claimed, &number) {
            (Presentation::Allowed, None) if raw.is_empty() => Presentation::Unavailable,
            (Presentation::Allowed, None) => Presentation::Garbled,
            (claimed, _) => claimed,
        };
        Caller {
            presentation,
            raw: raw.to_owned(),
            number_type,
            number,
            name: None,
        }
    }

    /// Whether `other` tells more than this does and should replace it.
    ///
    /// A good number is never replaced by "out of area" (exchanges send the number and then
    /// `NMBR=O`), nor by a different spelling of itself.
    pub fn is_improved_by(&self, other: &Caller) -> bool {
        if self.number.is_some() {
            return other.number.is_some()
                && self.number == other.number
                && self.name.is_none()
                && other.name.is_some();
        }
        other.number.is_some()
            || (self.presentation == Presentation::Unknown
                && other.presentation != Presentation::Unknown)
            || (self.name.is_none() && other.name.is_some())
    }
}

/// Reads digits in any spelling. `area_code` (`"0431"`) completes local landline numbers.
///
/// `None` when the text cannot be a number: letters, all zeros, fewer than 3 or more than 15
/// digits.
pub fn read(text: &str, number_type: NumberType, area_code: Option<&str>) -> Option<Number> {
    let (plus, digits) = digits_of(text)?;
    if plus {
        return international(&digits);
    }
    match number_type {
        // A modem gives `62812…` with type 145 and no plus sign.
        NumberType::International => international(digits.strip_prefix("00").unwrap_or(&digits)),
        NumberType::National => national(&digits, area_code),
        NumberType::Unknown => unknown(&digits, area_code),
    }
}

/// What [`Number::digits`] begin with, if a number's beginning is spelled with these digits: each
/// reading that is possible. `international`: a plus sign led them.
pub fn beginnings(digits: &str, international: bool) -> Vec<String> {
    let without_trunk_zero = |digits: &str| match digits.strip_prefix(HOME) {
        Some(rest) => format!("{HOME}{}", rest.strip_prefix('0').unwrap_or(rest)),
        None => digits.to_owned(),
    };
    if international {
        return vec![without_trunk_zero(digits)];
    }
    if let Some(rest) = digits.strip_prefix("00") {
        return vec![without_trunk_zero(rest)];
    }
    if let Some(rest) = digits.strip_prefix('0') {
        return vec![format!("{HOME}{rest}")];
    }
    let mut readings = vec![without_trunk_zero(digits)];
    if digits.starts_with('8') {
        readings.push(format!("{HOME}{digits}"));
    }
    readings
}

/// The digits and whether a plus sign led them; `None` if there is anything else but spacing.
fn digits_of(text: &str) -> Option<(bool, String)> {
    let text = text.trim();
    let (plus, rest) = match text.strip_prefix('+') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let mut digits = String::with_capacity(rest.len());
    for c in rest.chars() {
        match c {
            '0'..='9' => digits.push(c),
            ' ' | '-' | '.' | '(' | ')' => {}
            _ => return None,
        }
    }
    let length_is_possible = (3..=DIGITS_MAX).contains(&digits.len());
    let all_zeros = digits.bytes().all(|b| b == b'0');
    (length_is_possible && !all_zeros).then_some((plus, digits))
}

fn international(digits: &str) -> Option<Number> {
    if let Some(rest) = digits.strip_prefix(HOME) {
        // `+62 0812…`: a trunk zero that a switch forgot to drop.
        return home(rest.strip_prefix('0').unwrap_or(rest));
    }
    let parsed = PHONE_NUMBER_UTIL.parse(format!("+{digits}"), None).ok()?;
    let possible = PHONE_NUMBER_UTIL.is_possible_number(&parsed);
    possible.then(|| digits.parse().ok().map(Number::E164))?
}

/// A subscriber inside Indonesia, without trunk zero or country code.
fn home(rest: &str) -> Option<Number> {
    let fits = match rest.as_bytes().first()? {
        b'8' => MOBILE_DIGITS.contains(&rest.len()),
        b'0' => false,
        _ => LANDLINE_DIGITS.contains(&rest.len()),
    };
    fits.then(|| format!("{HOME}{rest}").parse().ok().map(Number::E164))?
}

fn national(digits: &str, area_code: Option<&str>) -> Option<Number> {
    if let Some(rest) = digits.strip_prefix('0') {
        return home(rest);
    }
    if is_short_code(digits) {
        return Some(local(digits));
    }
    if digits.starts_with('8') && MOBILE_DIGITS.contains(&digits.len()) {
        return home(digits);
    }
    subscriber(digits, area_code)
}

/// No type given: country code, trunk zero, missing trunk zero, short code, local, in that order.
fn unknown(digits: &str, area_code: Option<&str>) -> Option<Number> {
    if let Some(rest) = digits.strip_prefix("00") {
        return international(rest);
    }
    if let Some(rest) = digits.strip_prefix(HOME) {
        let with_country = home(rest.strip_prefix('0').unwrap_or(rest));
        if rest.len() >= LANDLINE_DIGITS.start - 1 && with_country.is_some() {
            return with_country;
        }
    }
    national(digits, area_code)
}

/// A landline written without its area code.
fn subscriber(digits: &str, area_code: Option<&str>) -> Option<Number> {
    if !SUBSCRIBER_DIGITS.contains(&digits.len()) {
        return None;
    }
    match area_code.and_then(|code| code.strip_prefix('0')) {
        Some(code) => home(&format!("{code}{digits}")),
        None => Some(local(digits)),
    }
}

fn local(digits: &str) -> Number {
    // invariant: callers pass at most 8 ASCII digits, which fit a u64 and a u8
    Number::Local(digits.parse().unwrap_or_default(), digits.len() as u8)
}

/// `110`, `112`, `119`, `14045`, `1500123`: they begin with 1 and are short.
fn is_short_code(digits: &str) -> bool {
    digits.starts_with('1') && (3..=7).contains(&digits.len())
}

/// Country code of Indonesia.
const HOME: &str = "62";
/// Digits of a number in any spelling. E.164 has at most 15; a trunk zero or `00` before them may
/// make 17.
pub const DIGITS_MAX: usize = 17;
/// `8` and what follows, without the trunk zero: 0811 234 567 up to 0812 3456 78901.
const MOBILE_DIGITS: Span = Span { start: 9, end: 13 };
/// Area code without zero and subscriber: `21 5551234` has 9, `431 85123` has 8, at most 12.
const LANDLINE_DIGITS: Span = Span { start: 7, end: 12 };
/// A subscriber's part alone.
const SUBSCRIBER_DIGITS: Span = Span { start: 5, end: 8 };
/// Set in [`Number::key`] of a local number; E.164 needs at most 50 bits.
const LOCAL_BIT: u64 = 1 << 60;

/// An inclusive range of lengths.
struct Span {
    start: usize,
    end: usize,
}

impl Span {
    const fn contains(&self, value: &usize) -> bool {
        self.start <= *value && *value <= self.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Option<String> {
        read(text, NumberType::Unknown, None).map(|n| n.to_string())
    }

    #[test]
    fn one_mobile_in_every_spelling_is_one_number() {
        for text in [
            "081200001234",
            "+6281200001234",
            "6281200001234",
            "0812-0000-1234",
            "+62 812 0000 1234",
            "81200001234",
            "006281200001234",
            "+62081200001234",
        ] {
            assert_eq!(plain(text).as_deref(), Some("+6281200001234"), "{text}");
        }
    }

    #[test]
    fn type_145_without_a_plus_sign_is_international() {
        let number = read("6281200001234", NumberType::International, None);
        assert_eq!(number, Some(Number::E164(6_281_200_001_234)));
    }

    #[test]
    fn landlines_keep_their_area_code_and_local_ones_get_the_offices() {
        assert_eq!(plain("0274512345").as_deref(), Some("+62274512345"));
        assert_eq!(plain("(021) 5551234").as_deref(), Some("+62215551234"));
        assert_eq!(
            read("851234", NumberType::Unknown, Some("0431")),
            Some(Number::E164(62_431_851_234))
        );
        assert_eq!(plain("851234").as_deref(), Some("851234"));
    }

    #[test]
    fn short_codes_stay_short() {
        for text in ["110", "112", "119", "14045", "1500123"] {
            assert_eq!(plain(text).as_deref(), Some(text));
        }
    }

    #[test]
    fn foreign_numbers_are_checked_by_the_library() {
        assert_eq!(plain("+442079460000").as_deref(), Some("+442079460000"));
        assert_eq!(plain("+9991"), None);
    }

    #[test]
    fn nonsense_is_not_a_number() {
        for text in [
            "",
            "0",
            "00000000",
            "12",
            "abc",
            "0812x",
            "123456789012345678",
        ] {
            assert_eq!(plain(text), None, "{text}");
        }
    }

    #[test]
    fn a_key_finds_its_number_again() {
        for text in ["+6281200001234", "110", "851234"] {
            let number: Number = text.parse().expect("a number");
            assert_eq!(Number::from_key(number.key()), number);
        }
    }

    #[test]
    fn no_digits_garbled_digits_and_hidden_digits_are_three_things() {
        let deliver = |raw, claimed| Caller::delivered(raw, NumberType::Unknown, claimed, None);
        assert_eq!(
            deliver("", Presentation::Allowed).presentation,
            Presentation::Unavailable
        );
        assert_eq!(
            deliver("0812*#!", Presentation::Allowed).presentation,
            Presentation::Garbled
        );
        let hidden = deliver("081200001234", Presentation::Withheld);
        assert_eq!(hidden.presentation, Presentation::Withheld);
        assert!(hidden.number.is_some());
    }

    #[test]
    fn out_of_area_after_a_good_number_changes_nothing() {
        let good = Caller::delivered(
            "081300005678",
            NumberType::Unknown,
            Presentation::Allowed,
            None,
        );
        let absent = Caller::delivered("", NumberType::Unknown, Presentation::Unavailable, None);
        assert!(!good.is_improved_by(&absent));
        assert!(Caller::unknown().is_improved_by(&absent));
        assert!(absent.is_improved_by(&good));
    }

    #[test]
    fn a_beginning_in_every_spelling_begins_its_number() {
        for text in ["+6281", "6281", "081", "81", "006281", "62081"] {
            let (plus, digits) = match text.strip_prefix('+') {
                Some(digits) => (true, digits),
                None => (false, text),
            };
            let readings = beginnings(digits, plus);
            assert!(
                readings.contains(&"6281".to_owned()),
                "{text}: {readings:?}"
            );
        }
        assert_eq!(beginnings("0431", false), ["62431"]);
        assert_eq!(beginnings("110", false), ["110"]);
        assert_eq!(beginnings("44", true), ["44"]);
    }

    #[test]
    fn people_read_a_mobile_in_groups() {
        let number: Number = "+6284001010014".parse().expect("a number");
        assert_eq!(number.national(), "0840-0101-0014");
    }
}
