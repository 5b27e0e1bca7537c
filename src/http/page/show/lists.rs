//! Calls and numbers in lists.

use serde::Serialize;

use super::reports::headline;
use super::{Fact, Figure, dated, day_and_time, figure, known, span, what_it_was, who};
use crate::base::phone::Number;
use crate::base::time::{Stamp, Trust, Wall};
use crate::desk::call::{CallRecord, Class, Direction};
use crate::http::ask::Ask;
use crate::http::text::{Lang, text};
use crate::store::NumberSummary;

/// A call in a list.
#[derive(Clone, Serialize)]
pub struct Row {
    pub id: String,
    pub when: String,
    date: String,
    doubtful: bool,
    who: String,
    number: Option<String>,
    icon: &'static str,
    /// The class's code, empty without one.
    pub class: String,
    pub what: String,
    pub lasted: String,
    line: String,
    operator: String,
    pub note: String,
    recorded_ms: u64,
}

/// Calls of a list.
pub fn rows(ask: &Ask, calls: &[CallRecord]) -> Vec<Row> {
    calls.iter().map(|call| row(ask, call)).collect()
}

/// One of them.
pub fn row(ask: &Ask, call: &CallRecord) -> Row {
    let (zone, lang) = (&ask.app.zone, ask.lang);
    let day = day_and_time(call.offered, ask.app.now().wall, zone, lang);
    Row {
        id: call.id.to_string(),
        when: day,
        date: dated(call.offered.at, zone, lang),
        doubtful: call.offered.trust <= Trust::Wrong,
        who: who(call, lang),
        number: call.caller.number.as_ref().map(ToString::to_string),
        icon: icon_of(call),
        class: call.class.map(Class::as_str).unwrap_or_default().to_owned(),
        what: what_it_was(call, lang),
        lasted: call.talk_ms.map(span).unwrap_or_default(),
        line: call.line.to_string(),
        operator: call
            .operator
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        note: excerpt(call, lang),
        recorded_ms: call.sound.recordings.iter().map(|r| r.duration_ms).sum(),
    }
}

/// What a list has room for: what happened where, or the last note.
fn excerpt(call: &CallRecord, lang: Lang) -> String {
    let note = call.notes.last().map(|note| note.text.clone());
    match &call.report {
        Some(_) => headline(call, lang).0,
        None => note.unwrap_or_default(),
    }
}

fn icon_of(call: &CallRecord) -> &'static str {
    match (call.direction, call.class) {
        (_, Some(Class::Incident)) => "siren",
        (_, Some(Class::Information)) => "info",
        (_, Some(Class::Ghost)) => "ghost",
        (_, Some(Class::Prank)) => "laugh",
        (_, Some(Class::PrankChild)) => "baby",
        (_, Some(Class::Harassment)) => "megaphone",
        (_, Some(Class::FalseReport)) => "flag",
        (Direction::Out, _) => "phone-outgoing",
        (Direction::In, None) if call.abandoned => "phone-missed",
        (Direction::In, _) => "phone-incoming",
    }
}

/// Counts and dates of a number.
pub fn summary(ask: &Ask, known_of: &NumberSummary) -> (Vec<Figure>, Vec<Fact>) {
    let lang = ask.lang;
    let figure = |key: &str, n| figure(lang, key, n);
    let mut counts = vec![
        figure("number-calls_in", known_of.calls_in),
        figure("number-calls_out", known_of.calls_out),
        figure("number-abandoned", known_of.abandoned),
        figure("number-unclassified", known_of.unclassified),
    ];
    counts.extend(
        known_of
            .by_class
            .iter()
            .map(|(class, n)| figure(&format!("class-{}", class.as_str()), *n)),
    );
    counts.retain(|count| count.n > 0);
    let date = |ms: i64| dated(Wall(ms), &ask.app.zone, lang);
    let facts = known(
        lang,
        [
            ("number-first", known_of.first_ms.map(date)),
            ("number-last", known_of.last_ms.map(date)),
        ],
    );
    (counts, facts)
}

/// A number in a list.
#[derive(Serialize)]
pub struct NumberRow {
    number: String,
    shown: String,
    calls: u64,
    classes: String,
    last: String,
}

/// Numbers with what is known of each.
pub fn numbers(ask: &Ask, found: &[(Number, NumberSummary)]) -> Vec<NumberRow> {
    let row = |(number, known): &(Number, NumberSummary)| {
        let classes = known.by_class.iter().filter(|(_, n)| *n > 0);
        let classes = classes.map(|(class, n)| {
            format!(
                "{} {n}",
                text(ask.lang, &format!("class-{}", class.as_str()), &[])
            )
        });
        let last = known.last_ms.map(|ms| {
            let at = Stamp {
                at: Wall(ms),
                trust: Trust::default(),
            };
            day_and_time(at, ask.app.now().wall, &ask.app.zone, ask.lang)
        });
        NumberRow {
            number: number.to_string(),
            shown: number.national(),
            calls: known.calls_in,
            classes: classes.collect::<Vec<_>>().join(" · "),
            last: last.unwrap_or_default(),
        }
    };
    found.iter().map(row).collect()
}
