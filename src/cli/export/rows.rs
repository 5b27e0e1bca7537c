//! One call as a row.

use std::io::{self, Write};

use jiff::tz::TimeZone;
use serde::Serialize;

use crate::base::time::Stamp;
use crate::desk::call::CallRecord;

/// What the rows are written as.
#[derive(Clone, Copy)]
pub(super) enum Format {
    Csv,
    Json,
}

/// Columns, in order; also the keys of the JSON objects. New ones are added at the end.
#[derive(Serialize)]
struct Row<'a> {
    id: String,
    direction: &'static str,
    line: &'a str,
    number: Option<String>,
    /// As people write it here.
    number_national: Option<String>,
    /// The characters the network delivered.
    number_raw: &'a str,
    presentation: String,
    caller_name: Option<&'a str>,
    offered_at: String,
    answered_at: Option<String>,
    ended_at: Option<String>,
    ring_s: Option<f64>,
    talk_s: Option<f64>,
    state: String,
    abandoned: bool,
    ended_by: Option<String>,
    operator: Option<&'a str>,
    class: Option<&'static str>,
    class_reason: Option<&'a str>,
    classified_by: Option<&'a str>,
    classified_at: Option<String>,
    dtmf: &'a str,
    notes: String,
    /// How far the clock could be believed when it was offered.
    clock_trust: String,
}

/// Writes calls as rows.
pub(super) struct Writer<'a> {
    zone: &'a TimeZone,
    to: To,
}

enum To {
    Csv(Box<csv::Writer<Box<dyn Write>>>),
    Json { out: Box<dyn Write>, any: bool },
}

impl<'a> Writer<'a> {
    pub(super) fn new(
        format: Format,
        zone: &'a TimeZone,
        mut out: Box<dyn Write>,
    ) -> io::Result<Writer<'a>> {
        let to = match format {
            Format::Csv => {
                let mut csv = csv::WriterBuilder::new()
                    .has_headers(false)
                    .from_writer(out);
                csv.write_record(COLUMNS)?;
                To::Csv(Box::new(csv))
            }
            Format::Json => {
                out.write_all(b"[")?;
                To::Json { out, any: false }
            }
        };
        Ok(Writer { zone, to })
    }

    pub(super) fn write(&mut self, call: &CallRecord) -> io::Result<()> {
        let row = row(call, self.zone);
        match &mut self.to {
            To::Csv(csv) => csv.write_record(cells(&row)?)?,
            To::Json { out, any } => {
                out.write_all(if *any { b",\n" } else { b"\n" })?;
                *any = true;
                serde_json::to_writer(&mut *out, &row)?;
            }
        }
        Ok(())
    }

    pub(super) fn finish(self) -> io::Result<()> {
        match self.to {
            To::Csv(mut csv) => csv.flush(),
            To::Json { mut out, .. } => {
                out.write_all(b"\n]\n")?;
                out.flush()
            }
        }
    }
}

fn row<'a>(call: &'a CallRecord, zone: &TimeZone) -> Row<'a> {
    let at = |stamp: Stamp| stamp.at.rfc3339(zone);
    let seconds = |ms: u64| ms as f64 / 1000.0;
    let number = call.caller.number.as_ref();
    Row {
        id: call.id.to_string(),
        direction: match call.direction {
            crate::desk::call::Direction::In => "in",
            crate::desk::call::Direction::Out => "out",
        },
        line: call.line.as_str(),
        number: number.map(ToString::to_string),
        number_national: number.map(|number| number.national()),
        number_raw: &call.caller.raw,
        presentation: word(&call.caller.presentation),
        caller_name: call.caller.name.as_deref(),
        offered_at: at(call.offered),
        answered_at: call.answered.map(at),
        ended_at: call.ended.map(at),
        ring_s: call.ring_ms.map(seconds),
        talk_s: call.talk_ms.map(seconds),
        state: word(&call.state),
        abandoned: call.abandoned,
        ended_by: call.ended_by.as_ref().map(word),
        operator: call.operator.as_ref().map(|user| user.as_str()),
        class: call.class.map(|class| class.as_str()),
        class_reason: call.class_reason.as_deref(),
        classified_by: call.classified_by.as_ref().map(|user| user.as_str()),
        classified_at: call.classified.map(at),
        dtmf: &call.dtmf,
        notes: notes(call),
        clock_trust: word(&call.offered.trust),
    }
}

/// The word a value has in the API and the journal.
fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        Ok(other) => other.to_string(),
        Err(_) => String::new(),
    }
}

fn notes(call: &CallRecord) -> String {
    let note = |note: &crate::desk::call::Note| format!("{}: {}", note.by, note.text);
    call.notes.iter().map(note).collect::<Vec<_>>().join(" | ")
}

/// The row's values in the order of [`COLUMNS`].
fn cells(row: &Row<'_>) -> io::Result<Vec<String>> {
    let value = serde_json::to_value(row)?;
    let cell = |column: &&str| match &value[*column] {
        serde_json::Value::Null => String::new(),
        // Made by us of digits alone, and no formula; a quote before it would spoil it for programs.
        serde_json::Value::String(text) if *column == "number" => text.clone(),
        serde_json::Value::String(text) => harmless(text),
        other => other.to_string(),
    };
    Ok(COLUMNS.iter().map(cell).collect())
}

/// A caller's name or an operator's note must not become a formula in somebody's spreadsheet.
fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

const COLUMNS: [&str; 24] = [
    "id",
    "direction",
    "line",
    "number",
    "number_national",
    "number_raw",
    "presentation",
    "caller_name",
    "offered_at",
    "answered_at",
    "ended_at",
    "ring_s",
    "talk_s",
    "state",
    "abandoned",
    "ended_by",
    "operator",
    "class",
    "class_reason",
    "classified_by",
    "classified_at",
    "dtmf",
    "notes",
    "clock_trust",
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::base::ids::{CallId, LineName, UserName};
    use crate::base::phone::{Caller, NumberType, Presentation};
    use crate::base::time::{Trust, Wall};
    use crate::desk::call::{Class, Direction, Note};

    #[derive(Clone, Default)]
    struct Paper(Arc<Mutex<Vec<u8>>>);

    impl Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn stamp() -> Stamp {
        Stamp {
            at: Wall::parse("2026-11-21T01:00:00Z").unwrap(),
            trust: Trust::Network,
        }
    }

    fn call() -> CallRecord {
        let mut call = CallRecord::offered(
            CallId(7),
            Direction::In,
            LineName::new("Telkomsel-1"),
            stamp(),
        );
        call.caller = Caller::delivered(
            "+6284001010014",
            NumberType::International,
            Presentation::Allowed,
            None,
        );
        call.caller.name = Some("=HYPERLINK(\"http://x\")".to_owned());
        call.class = Some(Class::Prank);
        call.ring_ms = Some(4250);
        call.notes.push(Note {
            at: stamp(),
            by: UserName::new("rina"),
            text: "anak-anak, \"lagi\"\nkedua".to_owned(),
        });
        call
    }

    fn written(format: Format, calls: &[CallRecord]) -> String {
        let zone = TimeZone::get("Asia/Makassar").unwrap();
        let paper = Paper::default();
        let mut writer = Writer::new(format, &zone, Box::new(paper.clone())).unwrap();
        for call in calls {
            writer.write(call).unwrap();
        }
        writer.finish().unwrap();
        let bytes = paper.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_spreadsheet_gets_text_never_a_formula() {
        let text = written(Format::Csv, &[call()]);
        assert!(!text.starts_with('\u{FEFF}'));
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        assert_eq!(
            reader.headers().unwrap().iter().collect::<Vec<_>>(),
            COLUMNS
        );
        let row = reader.records().next().unwrap().unwrap();
        let cell = |name| &row[COLUMNS.iter().position(|column| *column == name).unwrap()];
        assert_eq!(cell("number"), "+6284001010014");
        assert_eq!(cell("number_national"), "0840-0101-0014");
        assert_eq!(cell("number_raw"), "'+6284001010014");
        assert_eq!(cell("caller_name"), "'=HYPERLINK(\"http://x\")");
        assert_eq!(cell("offered_at"), "2026-11-21T09:00:00.000+08:00");
        assert_eq!(cell("ring_s"), "4.25");
        assert_eq!(cell("class"), "prank");
        assert_eq!(cell("ended_at"), "");
        assert_eq!(cell("notes"), "rina: anak-anak, \"lagi\"\nkedua");
    }

    #[test]
    fn programs_get_an_array_even_of_nothing() {
        let none: serde_json::Value = serde_json::from_str(&written(Format::Json, &[])).unwrap();
        assert_eq!(none, serde_json::json!([]));
        let two: serde_json::Value =
            serde_json::from_str(&written(Format::Json, &[call(), call()])).unwrap();
        assert_eq!(two[1]["id"], "7");
        assert_eq!(two[1]["number_raw"], "+6284001010014");
        assert_eq!(two[1]["abandoned"], false);
        assert_eq!(two[1]["ended_at"], serde_json::Value::Null);
        let keys = two[0].as_object().unwrap().len();
        assert_eq!(keys, COLUMNS.len());
    }
}
