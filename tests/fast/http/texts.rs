//! Every text that is used is there, every text that is there is used, and both languages say the
//! same things.
//!
//! A text is used where its id stands whole: as the first argument of `t(…)` in a template, of
//! `say(…)` and `knows(…)` in a script or after its `word:`, and anywhere in `src/http`. An id with a
//! part that is known only while the program runs (`role-` and somebody's role) is one of
//! [`families`], each with its members from the list the program itself goes by.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use fluent_syntax::ast::{Entry, Resource};
use fluent_syntax::{parser, serializer};
use siaga112::base::lang::Lang;
use siaga112::http::keys::ACTIONS;
use siaga112::http::problem::CODES;
use siaga112::http::text;

// ---- what is there

/// What a catalogue says, in its order: each group's title, and each id with its variables.
fn said(lang: Lang) -> Vec<(String, BTreeSet<String>)> {
    let source = read(&format!("web/locales/{}.ftl", lang.as_str()));
    let resource = parser::parse(source.as_str()).map_err(|(_, errors)| errors);
    let entries = resource.unwrap().body.into_iter();
    entries
        .map(|entry| match &entry {
            Entry::Message(message) => (message.id.name.to_owned(), variables(entry.clone())),
            Entry::GroupComment(title) => (title.content.join(" "), BTreeSet::new()),
            other => panic!("neither a text nor the title of a group: {other:?}"),
        })
        .collect()
}

fn variables(entry: Entry<&str>) -> BTreeSet<String> {
    let written = serializer::serialize(&Resource { body: vec![entry] });
    let names = written.split('$').skip(1).map(|rest| {
        let ends = |c: char| !c.is_ascii_alphanumeric() && c != '_';
        rest.split(ends).next().unwrap_or_default().to_owned()
    });
    names.collect()
}

fn ids() -> BTreeSet<String> {
    text::keys(Lang::Id).map(str::to_owned).collect()
}

// ---- what is used

/// A file that uses texts.
struct Source {
    name: String,
    text: String,
}

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn sources() -> Vec<Source> {
    let mut found = Vec::new();
    for folder in ["src/http", "web/pages", "web/parts", "web/script"] {
        collect(folder, &mut found);
    }
    found
}

fn collect(folder: &str, found: &mut Vec<Source>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for entry in fs::read_dir(root.join(folder)).unwrap().flatten() {
        let name = format!("{folder}/{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            collect(&name, found);
        } else if [".rs", ".html", ".js"]
            .iter()
            .any(|end| name.ends_with(end))
        {
            let text = read(&name);
            found.push(Source { name, text });
        }
    }
}

/// The ids a file uses, `*` for each part that is known only while the program runs.
fn used(source: &Source, groups: &BTreeSet<&str>) -> BTreeSet<String> {
    let text = source.text.split("#[cfg(test)]\nmod ").next().unwrap();
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let mut text: String = lines.flat_map(|line| [line, "\n"]).collect();
    if source.name.ends_with(".rs") {
        // Lifetimes and single letters are no strings.
        text = text.replace("'\"'", "").replace('\'', "");
    }
    let ids_in = |calls: &[&str]| -> BTreeSet<String> {
        let found = calls.iter().flat_map(|call| arguments(&text, call));
        found.flat_map(literals).filter(|id| is_id(id)).collect()
    };
    match source.name.rsplit('.').next().unwrap() {
        "html" => arguments(&text, "t(")
            .into_iter()
            .map(in_template)
            .collect(),
        "js" => ids_in(&["say(", "knows(", "word: "]),
        _ => {
            let ours = |id: &String| is_id(id) && groups.contains(id.split('-').next().unwrap());
            let mut found: BTreeSet<String> = literals(&text).into_iter().filter(ours).collect();
            // Right after the language stands the key, whatever it is.
            found.extend(ids_in(&["(lang, ", ".lang, "]));
            found
        }
    }
}

/// What stands behind each `call`, up to the comma or bracket that ends it.
fn arguments<'a>(text: &'a str, call: &str) -> Vec<&'a str> {
    let whole_word = |at: usize| {
        let before = text[..at].chars().next_back().unwrap_or(' ');
        !call.starts_with(char::is_alphabetic)
            || !(before.is_alphanumeric() || "_.".contains(before))
    };
    let starts = text.match_indices(call).filter(|(at, _)| whole_word(*at));
    starts
        .map(|(at, _)| argument(&text[at + call.len()..]))
        .collect()
}

fn argument(text: &str) -> &str {
    let mut open = 0;
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        match c {
            '"' | '\'' | '`' => at += string(&text[at..]).map_or(0, |inside| inside.len() + 1),
            '(' | '[' | '{' => open += 1,
            ')' | ']' | '}' | ',' | ';' if open == 0 => return &text[..at],
            ')' | ']' | '}' => open -= 1,
            _ => {}
        }
        at += c.len_utf8();
    }
    text
}

/// What is inside the string that begins here; none if it does not end.
fn string(text: &str) -> Option<&str> {
    let quote = text.chars().next()?;
    let inside = &text[quote.len_utf8()..];
    let mut escaped = false;
    let end = inside.char_indices().find(|(_, c)| {
        let ends = *c == quote && !escaped;
        escaped = *c == '\\' && !escaped;
        ends
    });
    Some(&inside[..end?.0])
}

/// The strings in a piece of Rust or script, `*` for each part that is filled in.
fn literals(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(at) = rest.find(['"', '\'', '`']) {
        let inside = string(&rest[at..]);
        if let Some(inside) = inside {
            let parts = inside.split('}').map(|part| match part.split_once('{') {
                Some((own, _)) => format!("{}*", own.trim_end_matches('$')),
                None => part.to_owned(),
            });
            found.push(parts.collect());
        }
        rest = &rest[at + inside.map_or(1, |inside| inside.len() + 2)..];
    }
    found
}

/// `"prompt-" ~ row.name ~ "-when"` is `prompt-*-when`.
fn in_template(argument: &str) -> String {
    let parts = argument.split('~').map(str::trim);
    let parts = parts.map(|part| part.strip_prefix('"').and_then(|p| p.strip_suffix('"')));
    parts.map(|part| part.unwrap_or("*")).collect()
}

/// `board-lost_cure`, `talk-as-*`; not `talk-`, with which ids begin.
fn is_id(word: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_*".contains(c);
    word.contains('-') && word.chars().all(fits) && word.split('-').all(|part| !part.is_empty())
}

// ---- ids that are made while the program runs

/// What stands for the `*` of an id.
struct Family {
    pattern: &'static str,
    members: Vec<String>,
}

fn families() -> Vec<Family> {
    let family = |pattern, members| Family { pattern, members };
    let troubles = || variants("src/base/sound.rs", "SoundTrouble");
    let guests = || variants("src/desk/sound.rs", "JoinedAs");
    let prompts = || variants("src/base/prompt.rs", "Prompt");
    let mic = || listed("web/script/talk-card.js", "MIC_BAD");
    let link = listed("web/script/talk-card.js", "LINK_BAD");
    let codes = || CODES.iter().map(|&code| code.to_owned()).collect();
    // The board says of a line that is ready that it is free.
    let mut phases = variants("src/line/words.rs", "Phase");
    phases.retain(|phase| phase != "ready");
    phases.push("free".to_owned());
    let mut states = variants("src/desk/call.rs", "CallState");
    states.push("on_hold".to_owned());
    // The desk's own reason; others are somebody's words.
    assert!(read("src/desk/sound.rs").contains("file, \"room\")"));
    // Only these words come with something to click.
    let acts = [
        "talk-asleep",
        "talk-denied",
        "talk-elsewhere",
        "talk-insecure",
    ];
    let categories = || variants("src/desk/category.rs", "Category");
    let wordings = || variants("src/desk/wording.rs", "Wording");
    let topics = || values("src/http/page/help.rs", "id: \"");
    let steps = || values("web/script/tour.js", "['");
    let victims = || variants_of_fields("src/desk/report.rs", "Victims");
    let months = (1..=12).map(|month| format!("{month:02}")).collect();
    let actions: Vec<String> = ACTIONS.iter().map(|a| a.id.to_owned()).collect();
    let groups: BTreeSet<String> = ACTIONS.iter().map(|a| a.group.to_owned()).collect();
    // The cure of a word is its own; one without is told alone.
    vec![
        family(
            "callback-*",
            variants("src/desk/callback.rs", "CallbackResult"),
        ),
        family("category-*", categories()),
        family("category-*-words", categories()),
        family("item-*", variants("src/desk/shift.rs", "ItemKind")),
        family("wording-*", wordings()),
        family("wording-*-title", wordings()),
        family("key-*", actions),
        family("keys-group-*", groups.into_iter().collect()),
        family(
            "script-question-*",
            (1..=6).map(|n| n.to_string()).collect(),
        ),
        family("review-*", values("src/http/page/watch.rs", "item(\"")),
        // The victims have theirs beside it.
        family("field-*", values("web/parts/call.html", " name=\"")),
        family("field-victims-*", victims()),
        family(
            "field-life_threat-*",
            ["yes", "no", "unknown"].map(str::to_owned).to_vec(),
        ),
        family("month-*", months),
        family(
            "reason-*",
            values("web/script/work.js", "'")
                .into_iter()
                .filter(|word| REASONS.contains(&word.as_str()))
                .collect(),
        ),
        family("kind-*", values("src/http/page/journal.rs", "    \"")),
        family("help-*", topics()),
        family("help-*-title", topics()),
        family("nav-*", values("src/http/page/frame.rs", "place(\"")),
        family("settings-*", values("src/http/page/settings.rs", "tab(\"")),
        family("tour-*", steps()),
        family("tour-*-title", steps()),
        // In a script they are written for the elements they are put into.
        family("call-*", Vec::new()),
        family("number-*", Vec::new()),
        family("*-cure", Vec::new()),
        family("*-act", acts.map(str::to_owned).to_vec()),
        family("role-*", variants("src/desk/operator.rs", "Role")),
        family("seat-*", variants("src/desk/operator.rs", "SeatState")),
        family("class-*", variants("src/desk/call.rs", "Class")),
        family("state-*", states),
        family("phase-*", phases),
        family("down-*", variants("src/line/words.rs", "DownWhy")),
        family(
            "presentation-*",
            variants("src/base/phone.rs", "Presentation"),
        ),
        family(
            "language-*",
            Lang::ALL.map(|lang| lang.as_str().to_owned()).to_vec(),
        ),
        family("prompt-*", prompts()),
        family("prompt-*-when", prompts()),
        family("sound-*", troubles()),
        family("deleted-*", vec!["room".to_owned()]),
        family("problem-*", codes()),
        family("problem-*-cure", codes()),
        family("talk-trouble-*", troubles()),
        family("talk-beside-*", guests()),
        family("talk-as-*", [vec!["talk".to_owned()], guests()].concat()),
        family("talk-*", [mic(), link].concat()),
    ]
}

/// The members of an enumeration, as they are written outside.
fn variants(file: &str, name: &str) -> Vec<String> {
    let source = read(file);
    let (_, body) = source
        .split_once(&format!("pub enum {name} {{\n"))
        .expect(name);
    let (body, _) = body.split_once("\n}").unwrap();
    let names = body
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with(char::is_uppercase));
    let snake = |name: &str| {
        let name = name.trim_end_matches(',');
        let words = name
            .char_indices()
            .map(|(at, c)| match (at, c.is_uppercase()) {
                (0, _) | (_, false) => c.to_ascii_lowercase().to_string(),
                (_, true) => format!("_{}", c.to_ascii_lowercase()),
            });
        words.collect()
    };
    names.map(snake).collect()
}

/// The words that stand right behind a mark in a file, up to the next quote.
fn values(file: &str, mark: &str) -> Vec<String> {
    let source = read(file);
    let found = source.split(mark).skip(1).filter_map(|rest| {
        let word = rest.split(['"', '\'']).next()?;
        let plain = |c: char| c.is_ascii_lowercase() || c == '_';
        (!word.is_empty() && word.chars().all(plain)).then(|| word.to_owned())
    });
    found.collect::<BTreeSet<_>>().into_iter().collect()
}

/// The fields of a structure.
fn variants_of_fields(file: &str, name: &str) -> Vec<String> {
    let source = read(file);
    let (_, body) = source
        .split_once(&format!("pub struct {name} {{\n"))
        .expect(name);
    let (body, _) = body.split_once("\n}").unwrap();
    let fields = body
        .lines()
        .filter_map(|line| line.trim().strip_prefix("pub "));
    fields
        .filter_map(|field| Some(field.split_once(':')?.0.to_owned()))
        .collect()
}

/// Why a call was a prank, or what else it was.
const REASONS: [&str; 11] = [
    "playing",
    "child",
    "music",
    "teasing",
    "abuse",
    "repeated",
    "test",
    "wrong_number",
    "out_of_area",
    "harassment",
    "false_report",
];

/// The words in a script's `const NAME = ['…', …]`.
fn listed(file: &str, name: &str) -> Vec<String> {
    let source = read(file);
    let (_, list) = source.split_once(&format!("const {name} = [")).expect(name);
    literals(list.split_once(']').unwrap().0)
}

/// The ids a use stands for; none if nobody says what its `*` may be.
fn meant(pattern: &str, families: &[Family]) -> Option<Vec<String>> {
    if !pattern.contains('*') {
        return Some(vec![pattern.to_owned()]);
    }
    let family = families.iter().find(|family| family.pattern == pattern)?;
    let members = family.members.iter();
    Some(
        members
            .map(|member| pattern.replacen('*', member, 1))
            .collect(),
    )
}

// ---- what is wrong

/// Texts that are missing and texts that nobody uses.
fn faults(ids: &BTreeSet<String>, sources: &[Source], families: &[Family]) -> Vec<String> {
    let groups: BTreeSet<&str> = ids.iter().filter_map(|id| id.split('-').next()).collect();
    let mut found = Vec::new();
    let mut unused = ids.clone();
    for source in sources {
        for pattern in used(source, &groups) {
            let Some(members) = meant(&pattern, families) else {
                found.push(format!("{}: what may be the * of {pattern}?", source.name));
                continue;
            };
            for id in members {
                if !ids.contains(&id) {
                    found.push(format!("{}: {id} is missing", source.name));
                }
                // A word of a script brings its cure along.
                unused.remove(&format!("{id}-cure"));
                unused.remove(&id);
            }
        }
    }
    found.extend(unused.iter().map(|id| format!("nobody uses {id}")));
    found
}

#[test]
fn every_text_that_is_used_is_there_and_every_one_that_is_there_is_used() {
    let found = faults(&ids(), &sources(), &families());
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn both_languages_say_the_same_things_of_the_same_things_in_the_same_order() {
    let (indonesian, english) = (said(Lang::Id), said(Lang::En));
    for (id, en) in indonesian.iter().zip(&english) {
        assert_eq!(id, en);
    }
    assert_eq!(indonesian.len(), english.len());
    assert!(ids().len() > 400);
}

#[test]
fn no_text_pads_shouts_or_uses_a_word_that_the_page_of_style_forbids() {
    let banned = [
        (
            Lang::Id,
            &[
                "silakan",
                "mohon",
                "harap",
                "maaf",
                "kamu",
                "saya",
                "petugas ti",
                "cakram",
            ][..],
        ),
        (
            Lang::En,
            &[
                "please", "sorry", "can’t", "don’t", "isn’t", "’re", "it staff",
            ][..],
        ),
    ];
    for (lang, words) in banned {
        for id in ids() {
            let told = text::find(lang, &id).unwrap();
            let low = format!(" {} ", told.to_lowercase());
            // What is said to callers may be as polite as people are.
            let spoken = id.starts_with("wording-") || id.starts_with("script-question-");
            for word in words.iter().filter(|_| !spoken) {
                assert!(!low.contains(&format!(" {word} ")), "{id}: {word}");
            }
            for sign in ["!", "'", "  ", "...", " - "] {
                assert!(!told.contains(sign), "{id}: {sign}");
            }
            assert_eq!(told, told.trim(), "{id}");
        }
    }
}

/// Keys that a text names though everybody may choose their own; F5 is the browser's.
fn keys_named(told: &str) -> Vec<&str> {
    let words = told.split(|c: char| !(c.is_ascii_alphanumeric() || c == '+'));
    let function = |word: &str| {
        let number = word.strip_prefix('F').and_then(|n| n.parse::<u8>().ok());
        number.is_some_and(|n| n != 5)
    };
    let named = |word: &&str| {
        function(word)
            || ["Alt+", "Ctrl+", "Shift+"]
                .iter()
                .any(|m| word.starts_with(m))
    };
    words.filter(named).collect()
}

#[test]
fn no_text_names_a_key_that_somebody_may_have_moved() {
    assert_eq!(
        keys_named("Tekan Alt+M, lalu F4; F5 memuat ulang."),
        ["Alt+M", "F4"]
    );
    // How a key is written is shown by examples.
    let examples = ["problem-key_unknown-cure"];
    for lang in Lang::ALL {
        for id in ids().iter().filter(|id| !examples.contains(&id.as_str())) {
            let told = text::find(lang, id).unwrap();
            assert_eq!(keys_named(&told), [""; 0], "{id}");
        }
    }
}

#[test]
fn a_text_that_is_missing_and_one_that_nobody_uses_are_found() {
    let mut less = ids();
    for (planted, place) in [
        ("bar-lost", "web/parts/bars.html"),
        ("prompt-hold-when", "web/pages/sound.html"),
        ("talk-stop_listening", "web/script/guest.js"),
        ("talk-unplugged_bell", "web/script/headset.js"),
        ("talk-trouble-zeros", "web/script/talk-card.js"),
        ("talk-elsewhere-act", "web/script/talk-card.js"),
        ("down-sim_puk", "src/http/sentence/words.rs"),
        ("fact-rolled_back", "src/http/sentence.rs"),
        ("problem-csrf-cure", "src/http/problem.rs"),
        ("audio-junk", "src/http/api/audio.rs"),
    ] {
        assert!(less.remove(planted), "{planted}");
        let found = faults(&less, &sources(), &families());
        assert!(
            found.contains(&format!("{place}: {planted} is missing")),
            "{found:?}"
        );
        assert!(
            found.iter().all(|fault| fault.contains(planted)),
            "{found:?}"
        );
        less.insert(planted.to_owned());
    }
    for planted in [
        "board-older",
        "phase-flying",
        "talk-elsewhere-cure-cure",
        "problem-tired",
        "zoo",
    ] {
        let mut more = ids();
        more.insert(planted.to_owned());
        let found = faults(&more, &sources(), &families());
        assert_eq!(found, [format!("nobody uses {planted}")]);
    }
}

#[test]
fn the_uses_of_a_text_are_found_where_people_write_them() {
    let groups = ["board", "role", "talk", "fact", "js"].into();
    let uses = |name: &str, text: &str| {
        let source = Source {
            name: name.to_owned(),
            text: text.to_owned(),
        };
        used(&source, &groups).into_iter().collect::<Vec<_>>()
    };
    let html = r#"<p class="board-x">{{ t("board-a", n=f("x-y")) if t("board-b") }} {{ t("role-" ~ r ~ "-z") }} {{ t(x) }}{{ asset("js-c") }}"#;
    assert_eq!(
        uses("a.html", html),
        ["*", "board-a", "board-b", "role-*-z"]
    );
    let js = r#"
        // say('board-told')
        put(slot('talk-slot'), say(a === 'b' ? 'talk-a' : { c: "talk-b" }[f(d, 'e')], { n: 'talk-n' }));
        const s = `${essay('talk-no')} ${say(`talk-as-${mode}`)}`;
        if (knows(`${x.word}-cure`)) return { word: 'talk-c', kind: 'js-no', sword: 'js-not' };
    "#;
    assert_eq!(
        uses("a.js", js),
        ["*-cure", "talk-a", "talk-as-*", "talk-b", "talk-c"]
    );
    let rs = r#"
        fn key<'a>(c: char) -> &'static str { if c == '"' { "fact-a" } else { "other-b" } }
        text(lang, &format!("fact-{}-{why}", key(fact)), &[("js", "\"")]); text(ask.lang, "typo-c", &[]);
        // "fact-told"
        const STARTS: [&str; 2] = ["talk-", "text/html"];
    "#;
    assert_eq!(uses("a.rs", rs), ["fact-*-*", "fact-a", "typo-c"]);
}

#[test]
fn every_page_gives_its_scripts_the_texts_they_use() {
    let (ids, families, sources) = (ids(), families(), sources());
    let mut pages = 0;
    for page in sources
        .iter()
        .filter(|page| page.text.contains("{{ words }}"))
    {
        pages += 1;
        let rust = match page.name.as_str() {
            "web/pages/desk.html" => "src/http/page/frame.rs",
            "web/pages/wall.html" => "src/http/page/wall.rs",
            other => panic!("{other}: which file gives its scripts their texts?"),
        };
        let rust = read(rust);
        let (_, given) = rust.split_once("const FOR_SCRIPTS").expect(&page.name);
        let given = literals(given);
        let of_the_frame = literals(
            rust.split_once("const SCRIPTS")
                .map_or("", |(_, rest)| rest.split_once("];").unwrap().0),
        );
        let named = arguments(&page.text, "{% for script in [")
            .into_iter()
            .flat_map(literals);
        let scripts: BTreeSet<String> = of_the_frame
            .into_iter()
            .chain(named)
            .map(|name| format!("web/script/{name}"))
            .collect();
        for script in sources
            .iter()
            .filter(|script| scripts.contains(&script.name))
        {
            for pattern in used(script, &BTreeSet::new()) {
                for id in meant(&pattern, &families).unwrap_or_default() {
                    let reaches = given.iter().any(|start| id.starts_with(start.as_str()));
                    assert!(reaches, "{}: {id}, used by {}", page.name, script.name);
                    assert!(ids.contains(&id), "{id}");
                }
            }
        }
    }
    assert!(pages >= 2, "no page with words was found");
}

#[test]
fn every_refusal_of_the_webs_own_is_listed() {
    let mut told: BTreeMap<String, String> = BTreeMap::new();
    let mut all = String::new();
    for source in sources()
        .into_iter()
        .filter(|source| source.name.starts_with("src/http"))
    {
        let text = source.text.split("#[cfg(test)]").next().unwrap();
        let text = text.split("pub const CODES").next().unwrap();
        for call in text.split("Problem::new(").skip(1) {
            let code = call
                .split_once(',')
                .map(|(_, rest)| argument(rest.trim_start()));
            for code in code.map(literals).unwrap_or_default() {
                told.insert(code, source.name.clone());
            }
        }
        all.push_str(text);
    }
    assert!(told.len() > 30);
    for (code, place) in told {
        assert!(
            CODES.contains(&code.as_str()),
            "{place}: {code} is not in CODES"
        );
    }
    for code in CODES {
        assert!(
            all.contains(&format!("\"{code}\"")),
            "nobody refuses with {code}"
        );
    }
}
