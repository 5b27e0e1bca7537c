//! The words that sentences about facts are made of.

use crate::base::phone::{Caller, Presentation};
use crate::base::sound::SoundTrouble;
use crate::desk::call::Class;
use crate::desk::callback::CallbackResult;
use crate::desk::operator::SeatState;
use crate::http::text::{Lang, find, text};

/// Who calls, in words when there is no number.
pub(super) fn caller_shown(caller: &Caller, lang: Lang) -> String {
    let word = |key: &str| text(lang, &format!("presentation-{key}"), &[]);
    let number = caller.number.as_ref().map(|n| n.national());
    match (caller.presentation, number) {
        (Presentation::Withheld, Some(number)) => format!("{number} ({})", word("withheld")),
        (_, Some(number)) => number,
        (Presentation::Withheld, None) => word("withheld"),
        (Presentation::Unavailable, None) => word("unavailable"),
        (Presentation::Payphone, None) => word("payphone"),
        (Presentation::Garbled, None) => word("garbled"),
        (Presentation::Unknown | Presentation::Allowed, None) => word("unknown"),
    }
}

/// What is said to callers by its title, with the language it is said in.
pub(super) fn spoken(title: &str, language: Lang, lang: Lang) -> String {
    let title = text(lang, title, &[]);
    let language = text(lang, &format!("language-{}", language.as_str()), &[]);
    format!("{title} ({language})")
}

/// A thing that was handed over, in words; one of a kind we have no word for is shown as it is.
pub(super) fn item_shown(item: &str, lang: Lang) -> String {
    let (kind, id) = item.split_once('/').unwrap_or((item, ""));
    let key = format!("item-{kind}");
    match find(lang, &key) {
        Some(_) => text(lang, &key, &[("id", id)]),
        None => item.to_owned(),
    }
}

/// A class in words.
pub(super) fn class_word(class: Class, lang: Lang) -> String {
    text(lang, &format!("class-{}", class.as_str()), &[])
}

/// Why it has this class, if it is one of the closed list; else as somebody wrote it.
pub fn class_reason(why: &str, lang: Lang) -> String {
    find(lang, &format!("reason-{why}")).unwrap_or_else(|| why.to_owned())
}

/// How calling a number back ended, in words.
pub(super) fn callback_word(result: CallbackResult, lang: Lang) -> String {
    text(lang, &format!("callback-{}", result.as_str()), &[])
}

/// A reason a line is down, in words; a reason we have no word for is shown as it is.
pub(super) fn down_why(why: &str, lang: Lang) -> String {
    find(lang, &format!("down-{why}")).unwrap_or_else(|| why.to_owned())
}

/// What is wrong with a call's sound, in words.
pub(super) fn trouble_word(trouble: Option<SoundTrouble>, lang: Lang) -> String {
    trouble.map_or_else(String::new, |trouble| {
        text(lang, &format!("sound-{}", trouble.as_str()), &[])
    })
}

/// Why a recording was deleted; a reason somebody wrote is shown as it is.
pub(super) fn deleted_why(why: &str, lang: Lang) -> String {
    find(lang, &format!("deleted-{why}")).unwrap_or_else(|| why.to_owned())
}

pub(super) fn at_desk(state: SeatState, reason: Option<&str>, lang: Lang) -> String {
    let key = match state {
        SeatState::Ready => "seat-ready",
        SeatState::Pause => "seat-pause",
        SeatState::Away => "seat-away",
    };
    with_reason(text(lang, key, &[]), reason)
}

pub(super) fn with_reason(word: String, reason: Option<&str>) -> String {
    match reason {
        Some(reason) => format!("{word} ({reason})"),
        None => word,
    }
}

/// `1:05`, or a dash across a restart.
pub(super) fn minutes(ms: Option<u64>) -> String {
    let Some(ms) = ms else {
        return "–".to_owned();
    };
    let seconds = ms / 1000;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}
