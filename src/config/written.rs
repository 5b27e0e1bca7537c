//! The file as written: nothing derived, nothing filled in, each value with its line.

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::problem::{Problem, codes};
use crate::base::limits;

/// A value and the line it stands on, counted from 1.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct At<T> {
    pub value: T,
    pub line: usize,
}

/// The whole file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Written {
    pub center: CenterWritten,
    pub web: WebWritten,
    pub lines: Vec<LineWritten>,
    pub upstream: UpstreamWritten,
    pub recording: RecordingWritten,
    pub bell: BellWritten,
    /// What was already wrong in reading: unknown keys, wrong types.
    pub problems: Vec<Problem>,
}

/// `[center]`
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CenterWritten {
    pub name: Option<At<String>>,
    pub area: Option<At<String>>,
    pub timezone: Option<At<String>>,
    pub language: Option<At<String>>,
    pub area_code: Option<At<String>>,
    /// Keys with a value of a wrong type: told already, so not missing.
    pub mistyped: Vec<String>,
}

/// `[web]`
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct WebWritten {
    pub listen: Option<At<Vec<At<String>>>>,
    pub names: Option<At<Vec<At<String>>>>,
}

/// One `[[line]]`
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LineWritten {
    /// Where this `[[line]]` begins.
    pub line: usize,
    pub name: Option<At<String>>,
    pub port: Option<At<String>>,
    pub audio: Option<At<String>>,
    pub profile: Option<At<String>>,
    pub pin: Option<At<String>>,
    /// Keys with a value of a wrong type: told already, so not missing.
    pub mistyped: Vec<String>,
}

/// `[upstream]`
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct UpstreamWritten {
    /// Where `[upstream]` stands, if it does.
    pub line: Option<usize>,
    pub url: Option<At<String>>,
}

/// `[recording]`
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RecordingWritten {
    pub max_gb: Option<At<i64>>,
    pub keep_free_gb: Option<At<i64>>,
}

/// `[bell]`
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct BellWritten {
    pub device: Option<At<String>>,
}

/// The tables and their keys: what [`read`] knows, what a wrong key is compared with.
const TABLES: [(&str, &[&str]); 6] = [
    (
        "center",
        &["name", "area", "timezone", "language", "area_code"],
    ),
    ("web", &["listen", "names"]),
    ("line", &["name", "port", "audio", "profile", "pin"]),
    ("upstream", &["url"]),
    ("recording", &["max_gb", "keep_free_gb"]),
    ("bell", &["device"]),
];

/// Reads the file.
///
/// # Errors
/// Only if it is not TOML; wrong keys and types are in [`Written::problems`].
pub fn read(text: &str) -> Result<Written, Vec<Problem>> {
    if text.len() > limits::CONFIG_BYTES_MAX {
        let what = format!("berkas lebih dari {} byte", limits::CONFIG_BYTES_MAX);
        let cure = "Konfigurasi hanya beberapa kilobyte; periksa apakah berkas yang disebut benar.";
        return Err(vec![
            Problem::new(&codes::SYNTAX, None, what).cured_by(cure),
        ]);
    }
    let places = Places::of(text);
    let (document, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return Err(errors.iter().map(|e| syntax(e, &places)).collect());
    }
    let mut reading = Reading {
        places,
        problems: Vec::new(),
        mistyped: Vec::new(),
    };
    let mut written = Written::default();
    for (key, value) in document.get_ref() {
        reading.table(&mut written, key, value);
    }
    reading
        .problems
        .sort_by_key(|problem| problem.line.unwrap_or(usize::MAX));
    written.problems = reading.problems;
    Ok(written)
}

fn syntax(error: &toml::de::Error, places: &Places) -> Problem {
    let line = error.span().map(|span| places.line(span.start));
    let detail = error.message().replace('\n', "; ");
    Problem::new(&codes::SYNTAX, line, format!("bukan TOML ({detail})"))
}

type Key<'a, 'i> = &'a Spanned<std::borrow::Cow<'i, str>>;

struct Reading {
    places: Places,
    problems: Vec<Problem>,
    /// Keys of this table with a value of a wrong type.
    mistyped: Vec<String>,
}

impl Reading {
    /// One top-level entry.
    fn table(&mut self, written: &mut Written, key: Key<'_, '_>, value: &Spanned<DeValue<'_>>) {
        match key.get_ref().as_ref() {
            "center" => {
                let Some(table) = self.one("center", value) else {
                    return;
                };
                self.mistyped.clear();
                written.center = CenterWritten {
                    name: self.text(table, "name"),
                    area: self.text(table, "area"),
                    timezone: self.text(table, "timezone"),
                    language: self.text(table, "language"),
                    area_code: self.text(table, "area_code"),
                    mistyped: std::mem::take(&mut self.mistyped),
                };
            }
            "web" => {
                let Some(table) = self.one("web", value) else {
                    return;
                };
                written.web = WebWritten {
                    listen: self.texts(table, "listen"),
                    names: self.texts(table, "names"),
                };
            }
            "line" => written.lines = self.lines(value),
            "upstream" => {
                let Some(table) = self.one("upstream", value) else {
                    return;
                };
                written.upstream = UpstreamWritten {
                    line: Some(self.places.line(value.span().start)),
                    url: self.text(table, "url"),
                };
            }
            "recording" => {
                let Some(table) = self.one("recording", value) else {
                    return;
                };
                written.recording = RecordingWritten {
                    max_gb: self.number(table, "max_gb"),
                    keep_free_gb: self.number(table, "keep_free_gb"),
                };
            }
            "bell" => {
                let Some(table) = self.one("bell", value) else {
                    return;
                };
                written.bell = BellWritten {
                    device: self.text(table, "device"),
                };
            }
            other => self.unknown_table(other, key),
        }
    }

    fn lines(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<LineWritten> {
        let place = self.places.line(value.span().start);
        let Some(array) = value.get_ref().as_array() else {
            let what = format!(
                "\"line\" harus daftar tabel, bukan {}",
                kind(value.get_ref())
            );
            self.problems.push(
                Problem::new(&codes::WRONG_TYPE, place, what)
                    .cured_by("Tulis [[line]] dengan dua kurung siku, satu untuk tiap saluran."),
            );
            return Vec::new();
        };
        let mut lines = Vec::new();
        for item in array {
            let Some(table) = self.one("line", item) else {
                continue;
            };
            self.mistyped.clear();
            lines.push(LineWritten {
                line: self.places.line(item.span().start),
                name: self.text(table, "name"),
                port: self.text(table, "port"),
                audio: self.text(table, "audio"),
                profile: self.text(table, "profile"),
                pin: self.text(table, "pin"),
                mistyped: std::mem::take(&mut self.mistyped),
            });
        }
        lines
    }

    /// A table whose keys are all known; the unknown ones become problems.
    fn one<'a, 'i>(
        &mut self,
        name: &str,
        value: &'a Spanned<DeValue<'i>>,
    ) -> Option<&'a DeTable<'i>> {
        let Some(table) = value.get_ref().as_table() else {
            let line = self.places.line(value.span().start);
            let what = format!("\"{name}\" harus tabel, bukan {}", kind(value.get_ref()));
            let header = match name {
                "line" => "[[line]]".to_owned(),
                single => format!("[{single}]"),
            };
            self.problems.push(
                Problem::new(&codes::WRONG_TYPE, line, what)
                    .cured_by(format!("Mulai dengan {header} pada baris tersendiri.")),
            );
            return None;
        };
        for (key, _) in table {
            if !keys_of(name).contains(&key.get_ref().as_ref()) {
                self.unknown_key(name, key);
            }
        }
        Some(table)
    }

    fn text(&mut self, table: &DeTable<'_>, key: &str) -> Option<At<String>> {
        let value = table.get(key)?;
        let line = self.places.line(value.span().start);
        match value.get_ref() {
            DeValue::String(text) => Some(At {
                value: text.to_string(),
                line,
            }),
            other => {
                self.not_a_text(key, other, line);
                self.mistyped.push(key.to_owned());
                None
            }
        }
    }

    fn number(&mut self, table: &DeTable<'_>, key: &str) -> Option<At<i64>> {
        let value = table.get(key)?;
        let line = self.places.line(value.span().start);
        let whole = match value.get_ref() {
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        if whole.is_none() {
            let what = format!(
                "\"{key}\" harus angka bulat, bukan {}",
                kind(value.get_ref())
            );
            let cure = format!("Tulis tanpa tanda kutip, misalnya {key} = 20.");
            self.problems
                .push(Problem::new(&codes::WRONG_TYPE, line, what).cured_by(cure));
        }
        whole.map(|value| At { value, line })
    }

    fn texts(&mut self, table: &DeTable<'_>, key: &str) -> Option<At<Vec<At<String>>>> {
        let value = table.get(key)?;
        let line = self.places.line(value.span().start);
        match value.get_ref() {
            DeValue::Array(items) => self
                .items(key, items)
                .map(|texts| At { value: texts, line }),
            other => {
                let what = format!("\"{key}\" harus daftar, bukan {}", kind(other));
                let cure = format!("Tulis dalam kurung siku: {key} = [{}].", example(other));
                self.problems
                    .push(Problem::new(&codes::WRONG_TYPE, line, what).cured_by(cure));
                None
            }
        }
    }

    /// `None` if one of them is no text: it has been told, and half a list means nothing.
    fn items(&mut self, key: &str, items: &DeArray<'_>) -> Option<Vec<At<String>>> {
        let mut texts = Vec::new();
        for item in items {
            let line = self.places.line(item.span().start);
            match item.get_ref() {
                DeValue::String(text) => texts.push(At {
                    value: text.to_string(),
                    line,
                }),
                other => self.not_a_text(key, other, line),
            }
        }
        (texts.len() == items.len()).then_some(texts)
    }

    fn not_a_text(&mut self, key: &str, value: &DeValue<'_>, line: usize) {
        let what = format!("\"{key}\" harus teks, bukan {}", kind(value));
        let cure = format!("Tulis di antara tanda kutip: {}.", example(value));
        self.problems
            .push(Problem::new(&codes::WRONG_TYPE, line, what).cured_by(cure));
    }

    fn unknown_key(&mut self, table: &str, key: Key<'_, '_>) {
        let line = self.places.line(key.span().start);
        let name = key.get_ref().as_ref();
        let problem = Problem::new(
            &codes::UNKNOWN_KEY,
            line,
            format!("kunci \"{name}\" tidak dikenal di [{table}]"),
        );
        self.problems.push(match suggestion(table, name) {
            Some(cure) => problem.cured_by(cure),
            None => problem.cured_by(format!(
                "Kunci yang ada di sini: {}.",
                keys_of(table).join(", ")
            )),
        });
    }

    fn unknown_table(&mut self, name: &str, key: Key<'_, '_>) {
        let line = self.places.line(key.span().start);
        let known = TABLES.map(|(table, _)| table);
        let cure = match (nearest(name, &known), home_of(name)) {
            (Some(near), _) => format!("Mungkin maksudnya \"{near}\"."),
            (None, Some(home)) => format!("Kunci itu tempatnya di [{home}]."),
            (None, None) => format!("Bagian yang ada: {}.", known.join(", ")),
        };
        let what = format!("\"{name}\" tidak dikenal");
        self.problems
            .push(Problem::new(&codes::UNKNOWN_KEY, line, what).cured_by(cure));
    }
}

fn keys_of(table: &str) -> &'static [&'static str] {
    TABLES
        .iter()
        .find(|(name, _)| *name == table)
        .map_or(&[], |(_, keys)| keys)
}

/// The table that has a key of exactly this name.
fn home_of(key: &str) -> Option<&'static str> {
    TABLES
        .iter()
        .find(|(_, keys)| keys.contains(&key))
        .map(|(table, _)| *table)
}

fn suggestion(table: &str, key: &str) -> Option<String> {
    if let Some(near) = nearest(key, keys_of(table)) {
        return Some(format!("Mungkin maksudnya \"{near}\"."));
    }
    home_of(key).map(|home| format!("Kunci itu tempatnya di [{home}]."))
}

/// The known name that a slip of the finger may have turned into this one.
pub(crate) fn nearest<'a>(wrong: &str, known: &[&'a str]) -> Option<&'a str> {
    // A name of thousands of letters is not a slip, and comparing it costs its length squared.
    if wrong.len() > SLIP_BYTES_MAX {
        return None;
    }
    let lower = wrong.to_lowercase();
    known
        .iter()
        .map(|name| (strsim::damerau_levenshtein(&lower, name), *name))
        .filter(|(distance, name)| *distance <= 1 + name.len() / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Longest name for which a spelling is guessed.
const SLIP_BYTES_MAX: usize = 64;

/// The value as the text it should have been.
fn example(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("{text:?}"),
        DeValue::Integer(number) => format!("\"{number}\""),
        DeValue::Float(number) => format!("\"{number}\""),
        DeValue::Boolean(_) | DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => {
            "\"…\"".to_owned()
        }
    }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "teks",
        DeValue::Integer(_) | DeValue::Float(_) => "angka",
        DeValue::Boolean(_) => "true/false",
        DeValue::Datetime(_) => "tanggal",
        DeValue::Array(_) => "daftar",
        DeValue::Table(_) => "tabel",
    }
}

/// Where each line begins, to turn a byte offset into a line number.
struct Places {
    starts: Vec<usize>,
}

impl Places {
    fn of(text: &str) -> Places {
        let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Places {
            starts: newlines.map(|(offset, _)| offset + 1).collect(),
        }
    }

    /// Counted from 1.
    fn line(&self, offset: usize) -> usize {
        1 + self.starts.partition_point(|start| *start <= offset)
    }
}
