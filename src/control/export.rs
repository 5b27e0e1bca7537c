//! Calls as files: CSV for spreadsheets, JSON lines for programs.

use std::io::Write;

use serde_json::Value;

use super::OUTPUT;
use super::client::Client;
use super::words::{Request, Said};
use crate::base::fault::Fault;

/// How a list is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// RFC 4180 with a header line, in UTF-8 with a byte order mark so that spreadsheets read it.
    Csv,
    /// One JSON array, one call a line.
    Json,
}

/// Asks the service for the calls offered in `from_ms..to_ms` and writes them to `out`.
///
/// # Errors
/// `CTL-005` if `out` refuses; else as [`Client::ask`].
pub fn write_calls(
    client: &mut Client,
    (from_ms, to_ms): (Option<i64>, Option<i64>),
    format: Format,
    out: &mut dyn Write,
) -> Result<Said, Fault> {
    let request = Request::ExportCalls { from_ms, to_ms };
    match format {
        Format::Csv => as_csv(client, &request, out),
        Format::Json => as_json(client, &request, out),
    }
}

fn as_csv(client: &mut Client, request: &Request, out: &mut dyn Write) -> Result<Said, Fault> {
    out.write_all("\u{feff}".as_bytes()).map_err(refused)?;
    let mut table = csv::Writer::from_writer(out);
    let broken = |e: csv::Error| Fault::because(&OUTPUT, "menulis CSV", e);
    table.write_record(COLUMNS).map_err(broken)?;
    let end = client.ask(request, |call| {
        let row = COLUMNS.map(|column| cell(&call[column]));
        table.write_record(row).map_err(broken)
    })?;
    table.flush().map_err(refused)?;
    Ok(end)
}

fn as_json(client: &mut Client, request: &Request, out: &mut dyn Write) -> Result<Said, Fault> {
    let mut before = "[\n";
    let end = client.ask(request, |call| {
        let line = format!("{before}{call}");
        before = ",\n";
        out.write_all(line.as_bytes()).map_err(refused)
    })?;
    let close = if before == "[\n" { "[]\n" } else { "\n]\n" };
    out.write_all(close.as_bytes()).map_err(refused)?;
    out.flush().map_err(refused)?;
    Ok(end)
}

/// A value as a cell. Text that a spreadsheet would take for a formula is told to be text.
fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(notes) => {
            let texts = notes.iter().filter_map(|note| note["text"].as_str());
            texts.collect::<Vec<_>>().join(" | ")
        }
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    };
    // A number such as +62… is no formula, and a quote before it would spoil the search for it.
    let is_number = text.len() > 1 && text[1..].bytes().all(|b| b.is_ascii_digit());
    match text.as_bytes().first() {
        Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r') if !is_number => format!("'{text}"),
        Some(_) | None => text,
    }
}

fn refused(error: std::io::Error) -> Fault {
    Fault::because(&OUTPUT, "menulis hasil", error)
}

/// Columns of a CSV, as the API names them.
const COLUMNS: [&str; 22] = [
    "id",
    "direction",
    "line",
    "number",
    "number_raw",
    "presentation",
    "caller_name",
    "offered_at",
    "trust",
    "answered_at",
    "ended_at",
    "operator",
    "ended_by",
    "abandoned",
    "ring_ms",
    "talk_ms",
    "class",
    "class_reason",
    "classified_by",
    "classified_at",
    "dtmf",
    "notes",
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use serde_json::json;

    #[test]
    fn a_callers_name_cannot_become_a_formula() {
        assert_eq!(cell(&json!("=HYPERLINK(1)")), "'=HYPERLINK(1)");
        assert_eq!(cell(&json!("+6284001010001")), "+6284001010001");
        assert_eq!(cell(&json!("+62 =1")), "'+62 =1");
        assert_eq!(cell(&json!("-")), "'-");
        assert_eq!(cell(&json!(null)), "");
        assert_eq!(cell(&json!([{ "text": "a" }, { "text": "b" }])), "a | b");
    }
}
