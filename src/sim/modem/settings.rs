//! The many commands that only remember a value: `+CLIP`, `+CMEE`, `^CURC`, …

use std::collections::BTreeMap;

use super::command::{Command, Kind, split_args};

/// One remembered value as its device documents it.
#[derive(Debug)]
pub struct Setting {
    pub name: &'static str,
    /// What `=?` answers, and what a set is checked against: `(0-2),(0,1)`. Empty: anything goes.
    pub range: &'static str,
    /// The value after power-up.
    pub first: &'static str,
    /// What `?` adds behind the value: what the network has to say about it.
    pub tail: &'static str,
}

/// Short form for the tables.
pub const fn setting(name: &'static str, range: &'static str, first: &'static str) -> Setting {
    Setting {
        name,
        range,
        first,
        tail: "",
    }
}

/// The same with a tail.
pub const fn reporting(
    name: &'static str,
    range: &'static str,
    first: &'static str,
    tail: &'static str,
) -> Setting {
    Setting {
        name,
        range,
        first,
        tail,
    }
}

/// The values of one device.
#[derive(Debug)]
pub struct Settings {
    tables: [&'static [Setting]; 2],
    values: BTreeMap<&'static str, String>,
}

impl Settings {
    /// All at their first value. The second table wins over the first.
    pub fn new(common: &'static [Setting], own: &'static [Setting]) -> Settings {
        Settings {
            tables: [own, common],
            values: BTreeMap::new(),
        }
    }

    /// As after power-up.
    pub fn reset(&mut self) {
        self.values.clear();
    }

    /// Whether the device has it.
    pub fn knows(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// The value as text; empty if the device does not have it.
    pub fn text(&self, name: &str) -> &str {
        match self.find(name) {
            Some(found) => self
                .values
                .get(found.name)
                .map_or(found.first, String::as_str),
            None => "",
        }
    }

    /// Parameter `index` of the value as a number; 0 if there is none.
    pub fn number(&self, name: &str, index: usize) -> u32 {
        let parts = split_args(self.text(name));
        parts
            .get(index)
            .and_then(|p| p.trim().parse().ok())
            .unwrap_or(0)
    }

    /// Whether the first parameter is not 0.
    pub fn on(&self, name: &str) -> bool {
        self.number(name, 0) != 0
    }

    /// Stores a value that the device itself decided.
    pub fn put(&mut self, name: &str, value: String) {
        if let Some(found) = self.find(name).map(|s| s.name) {
            self.values.insert(found, value);
        }
    }

    /// Answers the command if it is a remembered value: `Some(true)` done, `Some(false)` refused.
    pub fn run(&mut self, command: &Command, info: &mut Vec<String>) -> Option<bool> {
        let found = self.find(&command.name)?;
        match &command.kind {
            Kind::Test if found.range.is_empty() => {}
            Kind::Test => info.push(format!("{}: {}", found.name, found.range)),
            Kind::Read => info.push(format!(
                "{}: {}{}",
                found.name,
                self.text(found.name),
                found.tail
            )),
            Kind::Exec => {}
            Kind::Set(value) => {
                if !fits(found.range, value) {
                    return Some(false);
                }
                let merged = merged(self.text(found.name), value);
                self.values.insert(found.name, merged);
            }
        }
        Some(true)
    }

    fn find(&self, name: &str) -> Option<&'static Setting> {
        let mut all = self.tables.iter().flat_map(|table| table.iter());
        all.find(|setting| setting.name == name)
    }
}

/// Given parameters replace the old ones, missing ones keep their value.
fn merged(old: &str, new: &str) -> String {
    let (old, new) = (split_args(old), split_args(new));
    let count = old.len().max(new.len());
    let parts: Vec<&str> = (0..count)
        .map(|i| match (new.get(i), old.get(i)) {
            (Some(&given), _) if !given.trim().is_empty() => given.trim(),
            (_, Some(&kept)) => kept,
            (Some(_), None) | (None, None) => "",
        })
        .collect();
    parts.join(",")
}

/// Whether every given parameter lies in its group of the range.
fn fits(range: &str, value: &str) -> bool {
    if range.is_empty() {
        return true;
    }
    let groups = split_args(range);
    let values = split_args(value);
    values.len() <= groups.len()
        && values
            .iter()
            .zip(&groups)
            .all(|(value, group)| value.trim().is_empty() || in_group(group, value.trim()))
}

fn in_group(group: &str, value: &str) -> bool {
    let inner = group.trim().trim_start_matches('(').trim_end_matches(')');
    if inner.is_empty() {
        return true;
    }
    split_args(inner).iter().any(|choice| {
        let choice = choice.trim();
        let span = choice.split_once('-').and_then(|(low, high)| {
            let (low, high): (u32, u32) = (low.parse().ok()?, high.parse().ok()?);
            Some(low..=high)
        });
        match span {
            Some(span) => value.parse().is_ok_and(|n| span.contains(&n)),
            None => choice
                .trim_matches('"')
                .eq_ignore_ascii_case(value.trim_matches('"')),
        }
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::command::parse;
    use super::*;

    static TABLE: &[Setting] = &[
        reporting("+CLIP", "(0,1)", "0", ",1"),
        setting("+CNMI", "(0-2),(0-3),(0),(0-2),(0,1)", "0,0,0,0,0"),
        setting("+CSCS", "(\"GSM\",\"UCS2\")", "\"GSM\""),
    ];

    fn run(settings: &mut Settings, line: &str) -> (Option<bool>, Vec<String>) {
        let mut info = Vec::new();
        let command = parse(line.as_bytes()).unwrap().remove(0);
        (settings.run(&command, &mut info), info)
    }

    #[test]
    fn a_value_is_kept_in_its_range_and_told_again() {
        let mut settings = Settings::new(TABLE, &[]);
        assert_eq!(run(&mut settings, "AT+CLIP=1"), (Some(true), vec![]));
        assert_eq!(run(&mut settings, "AT+CLIP?").1, ["+CLIP: 1,1"]);
        assert_eq!(run(&mut settings, "AT+CLIP=2").0, Some(false));
        assert_eq!(run(&mut settings, "AT+CNMI=2,1").0, Some(true));
        assert_eq!(run(&mut settings, "AT+CNMI?").1, ["+CNMI: 2,1,0,0,0"]);
        assert_eq!(run(&mut settings, "AT+CSCS=\"UCS2\"").0, Some(true));
        assert_eq!(run(&mut settings, "AT+CSCS=\"KOI8\"").0, Some(false));
        assert_eq!(run(&mut settings, "AT^CURC=1").0, None);
        settings.reset();
        assert_eq!(settings.number("+CNMI", 0), 0);
    }
}
