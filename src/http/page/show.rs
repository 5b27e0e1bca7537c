//! What pages show: words and tones chosen here, so that templates only place them.

mod desk;
mod lamps;
mod lists;
mod reports;
mod service;
mod tasks;

use jiff::tz::TimeZone;
use serde::Serialize;

pub use desk::{Figure, Last, figure, figures, last, seats};
pub use lamps::{Lamp, lines};
pub use lists::{Row, numbers, row, rows, summary};
pub use reports::{form, report_facts, reports};
pub use service::{Measure, service};
pub use tasks::tasks;

use crate::base::phone::Presentation;
use crate::base::time::{Stamp, Wall};
use crate::desk::call::{CallRecord, CallState};
use crate::http::text::{Lang, text};

/// Its class, or what is known without one.
pub fn what_it_was(call: &CallRecord, lang: Lang) -> String {
    match call.class {
        Some(class) => text(lang, &format!("class-{}", class.as_str()), &[]),
        None if call.abandoned => text(lang, "state-abandoned", &[]),
        None if call.state == CallState::Ended => text(lang, "class-none", &[]),
        None => text(lang, &format!("state-{}", json_word(&call.state)), &[]),
    }
}

/// The number as people write it, or why there is none.
pub fn who(call: &CallRecord, lang: Lang) -> String {
    match &call.caller.number {
        Some(number) => number.national(),
        None => presentation(call.caller.presentation, lang),
    }
}

fn presentation(why: Presentation, lang: Lang) -> String {
    text(lang, &format!("presentation-{}", json_word(&why)), &[])
}

/// `14:02`.
pub fn clock_time(stamp: Stamp, zone: &TimeZone) -> String {
    let shown = stamp.at.rfc3339(zone);
    shown.get(11..16).unwrap_or_default().to_owned()
}

/// `14:02` today, `21 Nov` before that: what a list has room for.
pub fn when(stamp: Stamp, now: Wall, zone: &TimeZone, lang: Lang) -> String {
    let (shown, today) = (stamp.at.rfc3339(zone), now.rfc3339(zone));
    if shown.get(..10) == today.get(..10) {
        return clock_time(stamp, zone);
    }
    let month = shown.get(5..7).unwrap_or_default();
    let month = text(lang, &format!("month-{month}"), &[]);
    let day = shown.get(8..10).unwrap_or_default().trim_start_matches('0');
    format!("{day} {month}")
}

/// `23 Nov 2026 14:02`.
pub fn dated(at: Wall, zone: &TimeZone, lang: Lang) -> String {
    let shown = at.rfc3339(zone);
    let part = |from: usize, to: usize| shown.get(from..to).unwrap_or_default();
    let month = text(lang, &format!("month-{}", part(5, 7)), &[]);
    let day = part(8, 10).trim_start_matches('0');
    format!("{day} {month} {} {}", part(0, 4), part(11, 16))
}

/// The time today, day and time before that.
pub fn day_and_time(stamp: Stamp, now: Wall, zone: &TimeZone, lang: Lang) -> String {
    let time = clock_time(stamp, zone);
    let day = when(stamp, now, zone, lang);
    if day == time {
        time
    } else {
        format!("{day} {time}")
    }
}

/// `m:ss`, or `h:mm:ss`.
pub fn span(ms: u64) -> String {
    let s = ms / 1000;
    let (hours, minutes, seconds) = (s / 3600, s / 60 % 60, s % 60);
    if hours > 0 {
        return format!("{hours}:{minutes:02}:{seconds:02}");
    }
    format!("{minutes}:{seconds:02}")
}

/// How a variant is called in the API and in text keys.
pub fn json_word<T: Serialize>(value: &T) -> String {
    let json = serde_json::to_value(value).ok();
    json.and_then(|json| json.as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// Something known, under its name.
#[derive(Serialize)]
pub struct Fact {
    word: String,
    value: String,
}

/// Those of the facts that are known; each key is that of its name.
pub fn known<const N: usize>(lang: Lang, all: [(&str, Option<String>); N]) -> Vec<Fact> {
    let known = all
        .into_iter()
        .filter_map(|(key, value)| Some((key, value.filter(|v| !v.is_empty())?)));
    known
        .map(|(key, value)| Fact {
            word: text(lang, key, &[]),
            value,
        })
        .collect()
}

/// What stands for somebody where there is no room for the name.
pub fn initial(name: &str) -> String {
    name.chars()
        .next()
        .unwrap_or('?')
        .to_uppercase()
        .to_string()
}

/// A browser by what it calls itself.
pub fn browser(agent: &str) -> String {
    const NAMES: [(&str, &str); 5] = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 5] = [
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Linux", "Linux"),
        ("Mac OS", "macOS"),
        ("iPhone", "iPhone"),
    ];
    let named = |table: &[(&str, &'static str)]| {
        table
            .iter()
            .find(|(mark, _)| agent.contains(mark))
            .map(|(_, name)| *name)
    };
    match (named(&NAMES), named(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} · {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, _) => agent.to_owned(),
    }
}
