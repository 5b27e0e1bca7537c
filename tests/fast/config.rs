//! The administrator's file: what it accepts, and how it answers a slip of the finger.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;
use siaga112::base::limits;
use siaga112::config::{self, Audio, Bell, Language, Origin, Problem, codes};

const WHOLE: &str = r#"
[center]
name = "112 Kabupaten Contoh"
area = "71.07"
timezone = "Asia/Makassar"
language = "id"
area_code = "0431"

[web]
listen = ["0.0.0.0:443", "[::]:443"]
names = ["siaga112.local", "192.168.7.2"]

[[line]]
name = "Telkomsel-1"
port = "/dev/serial/by-path/usb-1-if02"
audio = "/dev/serial/by-path/usb-1-if01"
profile = "huawei"
pin = "1234"

[[line]]
name = "Telkom"
port = "/dev/serial/by-path/usb-2-if00"
audio = "inband"

[upstream]
url = "https://112.contoh.go.id/v1/events"

[bell]
device = "sysdefault:CARD=PCH"
"#;

#[test]
fn the_whole_file_is_read_as_meant() {
    let config = config::parse(WHOLE).expect("good");
    assert_eq!(config.warnings, []);
    assert_eq!(config.center.timezone.iana_name(), Some("Asia/Makassar"));
    assert_eq!(config.center.language, Language::Indonesian);
    assert_eq!(config.center.area_code.as_deref(), Some("0431"));
    assert_eq!(config.web.listen.len(), 2);
    assert_eq!(config.lines[0].pin.as_ref().expect("pin").expose(), "1234");
    assert_eq!(config.lines[1].audio, Audio::InBand);
    assert_eq!(config.lines[1].profile, "auto");
    assert!(config.upstream.is_some());
    assert_eq!(config.bell, Bell::Alsa("sysdefault:CARD=PCH".to_owned()));
}

#[test]
fn a_name_is_enough() {
    let config = config::parse("[center]\nname = \"112\"").expect("good");
    assert_eq!(config.center.timezone.iana_name(), Some("Asia/Jakarta"));
    assert_eq!(config.web.listen, ["0.0.0.0:443".parse().expect("address")]);
    assert!(config.lines.is_empty());
    assert_eq!(codes_of(&config.warnings), [codes::NO_LINES.id]);
}

#[test]
fn the_area_brings_its_time_zone() {
    let config = config::parse("[center]\nname = \"112\"\narea = \"91.03\"").expect("good");
    assert_eq!(config.center.timezone.iana_name(), Some("Asia/Jayapura"));
}

#[test]
fn the_sample_file_is_good_and_so_it_is_with_its_examples_switched_on() {
    let sample = include_str!("../../install/siaga112.toml");
    config::parse(sample).expect("good as shipped");
    let on: String = sample.lines().map(switch_on).collect();
    let config = config::parse(&on).expect("good with every example");
    assert_eq!(config.warnings, []);
    assert_eq!(config.lines.len(), 1);
    assert!(config.upstream.is_some());
}

/// Takes the `# ` from a line that is TOML behind it.
fn switch_on(line: &str) -> String {
    let bare = line.strip_prefix("# ").unwrap_or(line);
    let is_toml = bare.starts_with('[') || bare.contains(" = ");
    format!("{}\n", if is_toml { bare } else { line })
}

#[test]
fn a_wrong_letter_is_answered_with_the_right_word_and_its_line() {
    let text = "[center]\nname = \"112\"\nlangauge = \"id\"\n\n[[line]]\nname = \"A\"\nprot = \"/dev/x\"\n\n[centre]\n";
    let told = told(text);
    assert_eq!(
        told,
        [
            "f.toml:3: kunci \"langauge\" tidak dikenal di [center]. Mungkin maksudnya \"language\". [CONF-002]",
            "f.toml:5: \"port\" belum ditulis pada [[line]] ini. Tulis port = \"/dev/serial/by-path/…\"; lihat: siaga112 port list. [CONF-004]",
            "f.toml:7: kunci \"prot\" tidak dikenal di [line]. Mungkin maksudnya \"port\". [CONF-002]",
            "f.toml:9: \"centre\" tidak dikenal. Mungkin maksudnya \"center\". [CONF-002]",
        ]
    );
}

#[test]
fn a_key_in_the_wrong_place_is_shown_its_place() {
    let told = told("listen = [\"0.0.0.0:1\"]\n[center]\nname = \"112\"\nprofile = \"auto\"");
    assert!(told[0].contains("tempatnya di [web]"), "{told:?}");
    assert!(told[1].contains("tempatnya di [line]"), "{told:?}");
}

#[test]
fn every_wrong_type_says_how_to_write_it() {
    let told = told(
        "[center]\nname = \"112\"\narea = 71.07\n[web]\nlisten = \"0.0.0.0:443\"\nnames = [7]\n[line]\nname = \"A\"",
    );
    assert!(told[0].contains("kutip: \"71.07\"."), "{told:?}");
    assert!(told[1].contains("[\"0.0.0.0:443\"]"), "{told:?}");
    assert!(told[2].contains("f.toml:6"), "{told:?}");
    assert!(told[3].contains("[[line]]"), "{told:?}");
}

#[test]
fn everything_that_cannot_be_meant_is_refused() {
    let bad = |text: &str| {
        let problems = config::parse(text).expect_err(text);
        assert_eq!(codes_of(&problems), [codes::BAD_VALUE.id], "{text}");
    };
    let center = |rest: &str| bad(&format!("[center]\nname = \"112\"\n{rest}"));
    center("area = \"7107\"");
    center("area = \"71.07.01\"");
    center("timezone = \"Asia/Manado\"");
    center("language = \"jv\"");
    center("area_code = \"431\"");
    center("[web]\nlisten = [\"443\"]");
    center("[web]\nlisten = []");
    center("[web]\nnames = [\"siaga 112\"]");
    center("[upstream]\nurl = \"http://112.contoh.go.id\"");
    center("[upstream]\nurl = \"https://u:p@contoh.go.id\"");
    center("[[line]]\nname = \"A\"\nport = \"ttyUSB0\"");
    center("[[line]]\nname = \"\"\nport = \"/dev/x\"");
    center("[[line]]\nname = \"A\"\nport = \"/dev/x\"\naudio = \"ya\"");
    for name in [
        "",
        " pulse",
        "pulse ",
        "a\\u0000b",
        "a\\nb",
        &"x".repeat(129),
    ] {
        center(&format!(
            "[[line]]\nname = \"A\"\nport = \"/dev/x\"\naudio = \"alsa:{name}\""
        ));
    }
    center("[[line]]\nname = \"A\"\nport = \"/dev/x\"\nprofile = \"../etc/passwd\"");
    center("[[line]]\nname = \"A\"\nport = \"/dev/x\"\npin = \"12\"");
    bad("[center]\nname = \"  \"");
}

#[test]
fn two_lines_may_not_share_a_name_or_a_port() {
    let line = |name: &str, port: &str| format!("[[line]]\nname = \"{name}\"\nport = \"{port}\"\n");
    let with = |lines: &[String]| format!("[center]\nname = \"112\"\n{}", lines.concat());
    let twice = config::parse(&with(&[line("A", "/dev/x"), line("a", "/dev/y")]));
    assert_eq!(codes_of(&twice.expect_err("names")), [codes::TWICE.id]);
    let twice = config::parse(&with(&[line("A", "/dev/x"), line("B", "/dev/x")]));
    assert_eq!(codes_of(&twice.expect_err("ports")), [codes::TWICE.id]);
    let sound = format!("{}audio = \"/dev/x\"\n", line("B", "/dev/y"));
    let twice = config::parse(&with(&[line("A", "/dev/x"), sound]));
    assert_eq!(codes_of(&twice.expect_err("audio")), [codes::TWICE.id]);
    let card = |name, port| format!("{}audio = \"alsa:plughw:CARD=X\"\n", line(name, port));
    let twice = config::parse(&with(&[card("A", "/dev/x"), card("B", "/dev/y")]));
    assert_eq!(codes_of(&twice.expect_err("cards")), [codes::TWICE.id]);
}

#[test]
fn a_sound_card_is_meant_by_its_alsa_name_and_should_not_be_by_its_number() {
    for (name, warned) in [
        ("plughw:CARD=Device", false),
        ("plughw:CARD=Device,DEV=0", false),
        ("pulse", false),
        ("plughw:1,0", true),
        ("hw:CARD=0", true),
    ] {
        let text = format!(
            "[center]\nname = \"112\"\n[[line]]\nname = \"A\"\nport = \"/dev/serial/x\"\naudio = \"alsa:{name}\""
        );
        let config = config::parse(&text).expect(name);
        assert_eq!(config.lines[0].audio, Audio::Alsa(name.to_owned()));
        let codes = codes_of(&config.warnings);
        assert_eq!(
            codes == [codes::UNSTABLE_PORT.id],
            warned,
            "{name}: {codes:?}"
        );
        let shown = config.settings.iter().find(|s| s.key == "line.A.audio");
        assert_eq!(shown.expect("shown").value, format!("alsa:{name}"));
    }
}

#[test]
fn room_for_recordings_is_written_in_gigabytes() {
    let with = |table: &str| format!("[center]\nname = \"112\"\n[recording]\n{table}");
    let config = config::parse(&with("max_gb = 20\nkeep_free_gb = 3")).expect("good");
    assert_eq!(config.recording.max_bytes, 20 << 30);
    assert_eq!(config.recording.keep_free_bytes, 3 << 30);
    let usual = config::parse(&with("")).expect("good").recording;
    assert_eq!(usual.max_bytes, limits::RECORDINGS_BYTES_MAX);
    for (wrong, word) in [
        ("max_gb = \"20\"", "angka bulat"),
        ("max_gb = 2.5", "angka bulat"),
        ("max_gb = 0", "dari 1 sampai"),
        ("keep_free_gb = -1", "dari 1 sampai"),
        ("max_gb = 99999999999", "dari 1 sampai"),
        ("maks_gb = 20", "max_gb"),
    ] {
        let told = told(&with(wrong));
        assert!(
            told[0].contains(word) && told[0].contains('4'),
            "{wrong}: {told:?}"
        );
    }
}

#[test]
fn the_box_rings_where_it_can_unless_it_is_told_where_or_not_to() {
    let with = |rest: &str| {
        let line =
            "[[line]]\nname = \"A\"\nport = \"/dev/serial/x\"\naudio = \"alsa:plughw:CARD=Device\"";
        format!("[center]\nname = \"112\"\n{line}\n{rest}")
    };
    let alsa = |name: &str| Bell::Alsa(name.to_owned());
    for (table, bell, warned) in [
        ("", Bell::Auto, false),
        ("[bell]", Bell::Auto, false),
        ("[bell]\ndevice = \"auto\"", Bell::Auto, false),
        ("[bell]\ndevice = \"none\"", Bell::None, false),
        ("[bell]\ndevice = \"default\"", alsa("default"), false),
        (
            "[bell]\ndevice = \"alsa:hw:CARD=PCH\"",
            alsa("hw:CARD=PCH"),
            false,
        ),
        ("[bell]\ndevice = \"plughw:1,0\"", alsa("plughw:1,0"), true),
    ] {
        let config = config::parse(&with(table)).expect(table);
        assert_eq!(config.bell, bell, "{table}");
        let warnings = codes_of(&config.warnings);
        assert_eq!(
            warnings == [codes::UNSTABLE_PORT.id],
            warned,
            "{warnings:?}"
        );
        let shown = config.settings.iter().find(|s| s.key == "bell.device");
        let written = table.contains("device");
        let origin = if written {
            Origin::Line(8)
        } else {
            Origin::Default
        };
        assert_eq!(shown.expect("shown").origin, origin, "{table}");
    }
    for (wrong, words) in [
        ("device = \"\"", "bukan nama pengeras suara"),
        ("device = true", "harus teks"),
        ("devise = \"none\"", "\"device\""),
        (
            "device = \"sysdefault:CARD=Device\"",
            "sudah dipakai saluran A",
        ),
    ] {
        let told = told(&with(&format!("[bell]\n{wrong}")));
        assert!(
            told[0].contains(words) && told[0].contains(":8:"),
            "{told:?}"
        );
    }
}

#[test]
fn a_wandering_port_name_is_taken_with_a_loud_warning() {
    for (port, warned) in [
        ("/dev/ttyUSB0", true),
        ("/dev/ttyACM12", true),
        ("/dev/ttyS0", false),
    ] {
        let text = format!("[center]\nname = \"112\"\n[[line]]\nname = \"A\"\nport = \"{port}\"");
        let config = config::parse(&text).expect("accepted");
        assert_eq!(!config.warnings.is_empty(), warned, "{port}");
        for warning in &config.warnings {
            assert_eq!(warning.code.id, codes::UNSTABLE_PORT.id);
            assert_eq!(warning.line, Some(5));
        }
    }
}

#[test]
fn a_zone_that_contradicts_the_area_is_warned_about() {
    let text = "[center]\nname = \"112\"\narea = \"71.07\"\ntimezone = \"Asia/Jakarta\"\n[[line]]\nname = \"A\"\nport = \"/dev/x\"";
    let config = config::parse(text).expect("accepted");
    assert_eq!(codes_of(&config.warnings), [codes::ZONE_OF_OTHER_AREA.id]);
}

#[test]
fn there_is_a_limit_to_everything() {
    let mut text = String::from("[center]\nname = \"112\"\n");
    for n in 0..=limits::LINES_MAX {
        text += &format!("[[line]]\nname = \"L{n}\"\nport = \"/dev/p{n}\"\n");
    }
    let problems = config::parse(&text).expect_err("one too many");
    assert_eq!(codes_of(&problems), [codes::TOO_MANY.id]);
    assert!(problems[0].what.contains("33"), "{problems:?}");

    let many: String = (0..500).map(|n| format!("k{n} = 1\n")).collect();
    let problems = config::parse(&many).expect_err("all unknown");
    assert_eq!(problems.len(), limits::CONFIG_PROBLEMS_MAX);

    let long = " ".repeat(limits::CONFIG_BYTES_MAX + 1);
    assert_eq!(
        codes_of(&config::parse(&long).expect_err("long")),
        [codes::SYNTAX.id]
    );
    let refused = |rest: &str, code: &str| {
        let text = format!("[center]\nname = \"112\"\n{rest}");
        assert_eq!(codes_of(&config::parse(&text).expect_err(rest)), [code]);
    };
    let list = |count: usize, item: &dyn Fn(usize) -> String| {
        let items: Vec<String> = (0..count).map(|n| format!("\"{}\"", item(n))).collect();
        format!("[{}]", items.join(", "))
    };
    let long = "é".repeat(limits::CENTER_NAME_CHARS_MAX + 1);
    let text = format!("[center]\nname = \"{long}\"");
    assert_eq!(
        codes_of(&config::parse(&text).expect_err("long")),
        [codes::TOO_MANY.id]
    );
    let addresses = list(limits::LISTEN_ADDRESSES_MAX + 1, &|n| {
        format!("127.0.0.1:{n}")
    });
    refused(&format!("[web]\nlisten = {addresses}"), codes::TOO_MANY.id);
    let names = list(limits::CERTIFICATE_NAMES_MAX + 1, &|n| {
        format!("n{n}.local")
    });
    refused(&format!("[web]\nnames = {names}"), codes::TOO_MANY.id);
    let long = "x".repeat(limits::LINE_NAME_CHARS_MAX + 1);
    refused(
        &format!("[[line]]\nname = \"{long}\"\nport = \"/dev/x\""),
        codes::TOO_MANY.id,
    );
    let long = "x".repeat(limits::PROFILE_NAME_BYTES_MAX + 1);
    refused(
        &format!("[[line]]\nname = \"A\"\nport = \"/dev/x\"\nprofile = \"{long}\""),
        codes::BAD_VALUE.id,
    );
}

#[test]
fn broken_toml_names_every_broken_line() {
    let problems = config::parse("[center]\nname = ]\narea = \"71.07\"\nlanguage = = \"id\"")
        .expect_err("broken");
    assert!(problems.iter().all(|p| p.code.id == codes::SYNTAX.id));
    assert_eq!(problems[0].line, Some(2));
    assert!(problems.iter().any(|p| p.line == Some(4)), "{problems:?}");
}

#[test]
fn every_setting_in_effect_knows_where_it_comes_from_and_hides_secrets() {
    let config = config::parse(WHOLE).expect("good");
    let origin = |key: &str| {
        let setting = config.settings.iter().find(|s| s.key == key);
        setting.unwrap_or_else(|| panic!("{key}")).origin
    };
    assert_eq!(origin("center.name"), Origin::Line(3));
    assert_eq!(origin("web.listen"), Origin::Line(10));
    assert_eq!(origin("line.Telkom.audio"), Origin::Line(23));
    assert_eq!(origin("line.Telkom.profile"), Origin::Default);
    assert!(!format!("{config:?}").contains("1234"));
}

fn told(text: &str) -> Vec<String> {
    let problems = config::parse(text).expect_err("problems");
    problems.iter().map(|p| p.told("f.toml")).collect()
}

fn codes_of(problems: &[Problem]) -> Vec<&'static str> {
    problems.iter().map(|p| p.code.id).collect()
}

/// Pieces of configuration, right and wrong, in any order.
fn piece() -> impl Strategy<Value = String> {
    let keys = "(name|port|audio|profile|pin|area|timezone|language|area_code|listen|names|url|[a-z]{1,6})";
    let values = r#"("[^"\\\n]{0,12}"|-?[0-9]{1,4}(\.[0-9]{1,2})?|true|\[("[a-z0-9:.]{0,9}",? ?){0,3}\]|\{\}|2026-01-01)"#;
    prop_oneof![
        r"\[{1,2}(center|web|line|upstream|[a-z]{1,8})\]{1,2}",
        (keys, values).prop_map(|(key, value)| format!("{key} = {value}")),
        r"\PC{0,20}",
    ]
}

proptest! {
    #[test]
    fn any_text_is_an_error_or_a_value(text in r"(?s).{0,200}") {
        let _ = config::parse(&text);
    }

    #[test]
    fn any_pile_of_settings_is_an_error_with_places_or_a_value(
        pieces in proptest::collection::vec(piece(), 0..12)
    ) {
        let text = pieces.join("\n");
        let lines = text.lines().count().max(1);
        if let Err(problems) = config::parse(&text) {
            prop_assert!(!problems.is_empty());
            for problem in problems {
                prop_assert!(problem.line.is_none_or(|line| (1..=lines + 1).contains(&line)));
            }
        }
    }
}
