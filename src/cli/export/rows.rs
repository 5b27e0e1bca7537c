//! One call as a row, from the call as the API shows it.

use std::io::{self, Write};

use clap::ValueEnum;
use serde_json::Value;

/// What the rows are written as.
#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Format {
    /// UTF-8 tanpa BOM, baris pertama nama kolom, RFC 4180: baris berakhir dengan CRLF
    Csv,
    /// Satu larik; tiap panggilan seperti di API
    Json,
}

/// Writes calls as rows.
pub(super) enum Writer {
    Csv(Box<csv::Writer<Box<dyn Write>>>),
    Json { out: Box<dyn Write>, any: bool },
}

impl Writer {
    /// Begins the table.
    pub(super) fn new(format: Format, mut out: Box<dyn Write>) -> io::Result<Writer> {
        match format {
            Format::Csv => {
                let mut csv = csv::WriterBuilder::new()
                    .terminator(csv::Terminator::CRLF)
                    .from_writer(out);
                csv.write_record(COLUMNS)?;
                Ok(Writer::Csv(Box::new(csv)))
            }
            Format::Json => {
                out.write_all(b"[")?;
                Ok(Writer::Json { out, any: false })
            }
        }
    }

    /// Adds a call.
    pub(super) fn write(&mut self, call: &Value) -> io::Result<()> {
        match self {
            Writer::Csv(csv) => csv.write_record(COLUMNS.map(|name| cell(&call[name])))?,
            Writer::Json { out, any } => {
                out.write_all(if *any { b",\n" } else { b"\n" })?;
                *any = true;
                serde_json::to_writer(&mut *out, call)?;
            }
        }
        Ok(())
    }

    /// Ends the table.
    pub(super) fn finish(self) -> io::Result<()> {
        match self {
            Writer::Csv(mut csv) => csv.flush(),
            Writer::Json { mut out, .. } => {
                out.write_all(b"\n]\n")?;
                out.flush()
            }
        }
    }
}

/// A value as a cell. A caller's name or an operator's note must not become a formula in
/// somebody's spreadsheet.
fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(notes) => notes.iter().map(note).collect::<Vec<_>>().join(" | "),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    };
    if !is_telephone_number(&text) && text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        return format!("'{text}");
    }
    text
}

/// A plus and digits are no formula, and a quote before them would spoil the search.
fn is_telephone_number(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn note(note: &Value) -> String {
    let text = |key: &str| note[key].as_str().unwrap_or_default();
    format!("{}: {}", text("by"), text("text"))
}

/// Columns, as the API names them. New ones are added at the end.
const COLUMNS: [&str; 25] = [
    "id",
    "direction",
    "line",
    "number",
    "number_shown",
    "number_raw",
    "presentation",
    "caller_name",
    "offered_at",
    "trust",
    "queued_at",
    "answered_at",
    "ended_at",
    "ring_ms",
    "talk_ms",
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
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use std::sync::{Arc, Mutex};

    use serde_json::json;

    use super::*;

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

    fn call() -> Value {
        json!({
            "id": "7",
            "direction": "in",
            "number": "+6284001010014",
            "number_shown": "0840-0101-0014",
            "number_raw": "+6284001010014",
            "caller_name": "=HYPERLINK(\"http://x\")",
            "offered_at": "2026-11-21T09:00:00.000+08:00",
            "ended_at": null,
            "ring_ms": 4250,
            "abandoned": false,
            "class": "prank",
            "notes": [
                { "at": "…", "by": "rina", "text": "anak-anak, \"lagi\"\nkedua" },
                { "at": "…", "by": "budi", "text": "ya" },
            ],
        })
    }

    fn written(format: Format, calls: &[Value]) -> String {
        let paper = Paper::default();
        let mut writer = Writer::new(format, Box::new(paper.clone())).unwrap();
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
        assert_eq!(cell("number_shown"), "0840-0101-0014");
        assert_eq!(cell("number_raw"), "+6284001010014");
        assert_eq!(super::cell(&json!("+62840+1")), "'+62840+1");
        assert_eq!(super::cell(&json!("+")), "'+");
        assert_eq!(text.matches("\r\n").count(), 2, "{text:?}");
        assert_eq!(cell("caller_name"), "'=HYPERLINK(\"http://x\")");
        assert_eq!(cell("offered_at"), "2026-11-21T09:00:00.000+08:00");
        assert_eq!(cell("ring_ms"), "4250");
        assert_eq!(cell("ended_at"), "");
        assert_eq!(cell("notes"), "rina: anak-anak, \"lagi\"\nkedua | budi: ya");
    }

    #[test]
    fn programs_get_an_array_even_of_nothing() {
        let none: Value = serde_json::from_str(&written(Format::Json, &[])).unwrap();
        assert_eq!(none, json!([]));
        let two: Value = serde_json::from_str(&written(Format::Json, &[call(), call()])).unwrap();
        assert_eq!(two, json!([call(), call()]));
    }
}
