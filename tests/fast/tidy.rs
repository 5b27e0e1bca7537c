//! The shape of the house, checked like any other promise.
//!
//! * lower layers never import higher ones, and rooms of layer 1 do not import each other sideways;
//! * only `store` names redb, only `port` names serialport, only `http` names actix, only `clock`
//!   reads the system clock;
//! * nothing outside tests unwraps without a written invariant, sleeps, or leaves a `todo!`;
//! * files and functions stay short enough to read;
//! * every fault code is unique and says what to do.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Room, layer, and the rooms of its own layer it may import.
const ROOMS: &[(&str, u8, &[&str])] = &[
    ("base", 0, &[]),
    ("config", 0, &["base"]),
    ("at", 1, &[]),
    ("line", 1, &["at"]),
    ("voice", 1, &[]),
    ("desk", 1, &[]),
    ("journal", 1, &["desk"]),
    ("clock", 2, &[]),
    ("crew", 2, &[]),
    ("file", 2, &[]),
    ("store", 2, &["crew", "file"]),
    ("port", 2, &["crew"]),
    ("pki", 2, &["file"]),
    ("prompts", 2, &["file"]),
    ("engine", 3, &[]),
    ("media", 3, &["engine"]),
    ("centre", 4, &[]),
    ("http", 4, &[]),
    ("control", 4, &["http"]),
    ("health", 4, &[]),
    ("sim", 4, &[]),
    ("practice", 5, &[]),
    ("cli", 5, &["practice"]),
];

/// A crate or call, and the only rooms that may name it.
const OWNED: &[(&str, &[&str])] = &[
    ("redb::", &["store"]),
    ("serialport::", &["port"]),
    ("actix_web::", &["http"]),
    ("Instant::now", &["clock"]),
    ("SystemTime::now", &["clock"]),
    ("Timestamp::now", &["clock"]),
    // The demonstration lets its caller talk for a second.
    ("thread::sleep", &["cli"]),
];

/// A file longer than this needs a reason here.
const FILE_LINES_MAX: usize = 500;

/// Longer files, each with its reason.
const LONG_FILES: &[(&str, &str)] = &[];

/// A function longer than this does more than one level of work.
const FUNCTION_LINES_MAX: usize = 70;

struct Source {
    path: PathBuf,
    room: String,
    /// Code before `#[cfg(test)]`.
    code: String,
    lines: usize,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    walk(&root, &mut |path| {
        let text = fs::read_to_string(path).expect("source is readable");
        let inside = path.strip_prefix(&root).expect("below src");
        let first = inside.components().next().expect("a name");
        let room = first
            .as_os_str()
            .to_string_lossy()
            .trim_end_matches(".rs")
            .to_owned();
        let code = text
            .split("#[cfg(test)]\nmod ")
            .next()
            .unwrap_or_default()
            .to_owned();
        found.push(Source {
            path: inside.to_owned(),
            room,
            lines: text.lines().count(),
            code,
        });
    });
    found
}

fn walk(folder: &Path, visit: &mut dyn FnMut(&Path)) {
    let mut entries: Vec<_> = fs::read_dir(folder).expect("folder").flatten().collect();
    entries.sort_by_key(std::fs::DirEntry::path);
    for entry in entries {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, visit);
        } else if path.extension().is_some_and(|e| e == "rs") {
            visit(&path);
        }
    }
}

/// The line without its comment; good enough for code formatted by rustfmt.
fn without_comment(line: &str) -> &str {
    let trimmed = line.trim_start();
    if trimmed.starts_with("//") {
        return "";
    }
    line.split(" // ").next().unwrap_or(line)
}

fn report(title: &str, found: &[String]) {
    assert!(found.is_empty(), "{title}:\n  {}", found.join("\n  "));
}

#[test]
fn lower_layers_never_import_higher_ones() {
    let rooms: BTreeMap<&str, (u8, &[&str])> = ROOMS
        .iter()
        .map(|(name, layer, beside)| (*name, (*layer, *beside)))
        .collect();
    let mut wrong = Vec::new();
    for source in sources() {
        if source.room == "lib" || source.room == "main" {
            continue;
        }
        let Some((layer, beside)) = rooms.get(source.room.as_str()) else {
            wrong.push(format!(
                "{}: room `{}` is not in the table",
                source.path.display(),
                source.room
            ));
            continue;
        };
        for (number, line) in source.code.lines().enumerate() {
            for part in without_comment(line).split("crate::").skip(1) {
                let target: String = part
                    .chars()
                    .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                    .collect();
                let Some((other, _)) = rooms.get(target.as_str()) else {
                    continue;
                };
                let same_room = target == source.room;
                let allowed = same_room || other < layer || beside.contains(&target.as_str());
                if !allowed {
                    wrong.push(format!(
                        "{}:{} imports {target}",
                        source.path.display(),
                        number + 1
                    ));
                }
            }
        }
    }
    report("imports that point up or sideways", &wrong);
}

#[test]
fn each_outside_thing_has_one_room() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (name, owners) in OWNED {
            if owners.contains(&source.room.as_str()) {
                continue;
            }
            for (number, line) in source.code.lines().enumerate() {
                if without_comment(line).contains(name) {
                    wrong.push(format!(
                        "{}:{} names {name}",
                        source.path.display(),
                        number + 1
                    ));
                }
            }
        }
    }
    report("outside things named in the wrong room", &wrong);
}

#[test]
fn nothing_unwraps_or_is_left_undone() {
    const BANNED: &[&str] = &[
        ".unwrap()",
        ".expect(",
        "panic!(",
        "unreachable!(",
        "todo!(",
        "unimplemented!(",
    ];
    let mut wrong = Vec::new();
    for source in sources() {
        let lines: Vec<&str> = source.code.lines().collect();
        for (number, line) in lines.iter().enumerate() {
            let code = without_comment(line);
            let excused = lines[number.saturating_sub(4)..number]
                .iter()
                .any(|above| above.trim_start().starts_with("// invariant:"));
            if BANNED.iter().any(|banned| code.contains(banned)) && !excused {
                wrong.push(format!(
                    "{}:{} {}",
                    source.path.display(),
                    number + 1,
                    code.trim()
                ));
            }
            if code.contains("unsafe ") {
                wrong.push(format!("{}:{} unsafe", source.path.display(), number + 1));
            }
        }
    }
    report(
        "left undone, or unwrapped without a written invariant",
        &wrong,
    );
}

#[test]
fn the_pure_rooms_have_no_threads_files_or_sockets() {
    const BANNED: &[&str] = &[
        "std::thread",
        "std::fs",
        "std::net",
        "std::process",
        "std::env",
        "tokio::",
    ];
    let mut wrong = Vec::new();
    for source in sources() {
        let layer = ROOMS
            .iter()
            .find(|(name, ..)| *name == source.room)
            .map(|(_, layer, _)| *layer);
        if !matches!(layer, Some(0 | 1)) {
            continue;
        }
        for (number, line) in source.code.lines().enumerate() {
            if let Some(banned) = BANNED
                .iter()
                .find(|banned| without_comment(line).contains(**banned))
            {
                wrong.push(format!("{}:{} {banned}", source.path.display(), number + 1));
            }
        }
    }
    report("I/O in a pure room", &wrong);
}

#[test]
fn files_and_functions_are_short_enough_to_read() {
    let mut wrong = Vec::new();
    for source in sources() {
        let name = source.path.display().to_string();
        let excused = LONG_FILES.iter().any(|(path, _)| *path == name);
        let code_lines = source.code.lines().count();
        if code_lines > FILE_LINES_MAX && !excused {
            wrong.push(format!(
                "{name}: {code_lines} lines of code ({} with tests)",
                source.lines
            ));
        }
        long_functions(&source, &mut wrong);
    }
    report("too long", &wrong);
}

/// rustfmt puts a function's closing brace at the indentation of its `fn`.
fn long_functions(source: &Source, wrong: &mut Vec<String>) {
    let lines: Vec<&str> = source.code.lines().collect();
    for (start, line) in lines.iter().enumerate() {
        let trimmed = line.trim_start();
        let is_function = [
            "fn ",
            "pub fn ",
            "pub(crate) fn ",
            "pub(super) fn ",
            "async fn ",
            "pub async fn ",
            "pub(super) async fn ",
            "const fn ",
            "pub const fn ",
        ]
        .iter()
        .any(|head| trimmed.starts_with(head));
        // A declaration in a trait has no body.
        if !is_function || trimmed.ends_with(';') {
            continue;
        }
        let indent = &line[..line.len() - trimmed.len()];
        let close = format!("{indent}}}");
        let length = lines[start..]
            .iter()
            .position(|line| *line == close)
            .unwrap_or(0);
        if length > FUNCTION_LINES_MAX {
            wrong.push(format!(
                "{}:{} function of {length} lines",
                source.path.display(),
                start + 1
            ));
        }
    }
}

#[test]
fn every_fault_code_is_unique_and_says_what_to_do() {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    let mut wrong = Vec::new();
    for source in sources() {
        let lines: Vec<&str> = source.code.lines().collect();
        for (number, line) in lines.iter().enumerate() {
            let Some(code) = fault_code(line) else {
                continue;
            };
            let place = format!("{}:{}", source.path.display(), number + 1);
            if let Some(first) = seen.insert(code.clone(), place.clone()) {
                wrong.push(format!("{code} at {place} and {first}"));
            }
            let sentence_and_cure = lines[number..]
                .iter()
                .take(4)
                .map(|l| l.matches('"').count())
                .sum::<usize>();
            if sentence_and_cure < 6 {
                wrong.push(format!("{code} at {place} lacks a sentence or a cure"));
            }
        }
    }
    report("fault codes", &wrong);
    assert!(!seen.is_empty(), "the code table was not found");
}

/// `NAME = "LINE-014", …` inside a `codes!` table.
fn fault_code(line: &str) -> Option<String> {
    let (_, rest) = without_comment(line).split_once(" = \"")?;
    let code: String = rest.chars().take_while(|c| *c != '"').collect();
    let (room, number) = code.split_once('-')?;
    let shaped = room.len() >= 2
        && room.chars().all(|c| c.is_ascii_uppercase())
        && number.len() == 3
        && number.chars().all(|c| c.is_ascii_digit());
    shaped.then_some(code)
}

#[test]
fn the_top_level_is_as_agreed() {
    const ALLOWED: &[&str] = &[
        "Cargo.toml",
        "Cargo.lock",
        "src",
        "web",
        "hardware",
        "install",
        "tests",
        "LICENSE",
        "README.md",
        "CHANGELOG.md",
        "build.rs",
        "rustfmt.toml",
        "target",
    ];
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut wrong = Vec::new();
    for entry in fs::read_dir(root).expect("root").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') && !ALLOWED.contains(&name.as_str()) {
            wrong.push(name);
        }
    }
    report("not agreed at the top level", &wrong);
}
