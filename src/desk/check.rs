//! Checks that several orders share: roles, texts, keys, numbers.

use super::operator::Role;
use super::order::{Actor, Refusal};
use crate::base::limits;
use crate::base::phone::Number;

/// # Errors
/// The actor's role is below `needs`.
pub(super) fn role(actor: &Actor, needs: Role) -> Result<(), Refusal> {
    (actor.role >= needs)
        .then_some(())
        .ok_or(Refusal::NotAllowed { needs })
}

/// A text of 1 to `limit` characters, without the blanks around it.
pub(super) fn text<'a>(
    field: &'static str,
    text: &'a str,
    limit: usize,
) -> Result<&'a str, Refusal> {
    let text = text.trim();
    let limit_if_bad = Some(limit);
    (1..=limit)
        .contains(&text.chars().count())
        .then_some(text)
        .ok_or(Refusal::BadField {
            field,
            limit: limit_if_bad,
        })
}

/// A text that may be missing; blanks alone are missing too.
pub(super) fn optional<'a>(
    field: &'static str,
    value: Option<&'a str>,
    limit: usize,
) -> Result<Option<&'a str>, Refusal> {
    match value {
        Some(value) if !value.trim().is_empty() => text(field, value, limit).map(Some),
        Some(_) | None => Ok(None),
    }
}

/// What people are called: anything that shows, on one line.
///
/// # Errors
/// It is empty, too long, or holds control characters.
pub fn person_name(name: &str) -> Result<&str, Refusal> {
    let name = text("name", name, limits::NAME_CHARS_MAX)?;
    let shows = !name.chars().any(char::is_control);
    shows.then_some(name).ok_or(Refusal::BadField {
        field: "name",
        limit: Some(limits::NAME_CHARS_MAX),
    })
}

/// Keys of a telephone, in the spelling the lines know.
pub(super) fn keys(digits: &str) -> Result<String, Refusal> {
    let digits = digits.trim().to_ascii_uppercase();
    let fits = (1..=limits::DTMF_KEYS_MAX).contains(&digits.len());
    (fits && digits.chars().all(is_key))
        .then_some(digits)
        .ok_or(Refusal::BadField {
            field: "digits",
            limit: Some(limits::DTMF_KEYS_MAX),
        })
}

pub(super) fn is_key(digit: char) -> bool {
    matches!(digit, '0'..='9' | '*' | '#' | 'A'..='D')
}

/// The digits to dial. Domestic numbers in their trunk form (`0812…`), which every SIM and every
/// exchange here understands; a `+` would mean nothing to an analogue line.
pub(super) fn dialable(number: &Number) -> String {
    let text = number.to_string();
    match text.strip_prefix("+62") {
        Some(rest) => format!("0{rest}"),
        None => text,
    }
}
