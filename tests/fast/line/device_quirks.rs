//! One line against virtual modems that are as unkind as those of hardware.md.

use std::sync::Arc;

use siaga112::base::sound::Coding;
use siaga112::line::words::{EndedBy, Event, Line, Order, Phase, Setup, SoundPath};
use siaga112::line::{Families, Machine};
use siaga112::sim::modem::{Family, Quirks};

use super::devices::{Bench, machine};
use super::sound::told;

const VOICE: [(Family, &str); 2] = [
    (Family::V253Usr, "v253-usr"),
    (Family::V253Conexant, "v253-conexant"),
];

fn bench(family: Family, quirks: Quirks, sound: SoundPath) -> Bench {
    let mut bench = Bench::with(family, quirks, 7, sound);
    bench.run(30);
    bench.until_ready(&format!("{family:?}"));
    bench
}

#[test]
fn a_voice_path_that_is_up_late_is_waited_for() {
    for (begin_late_ms, all) in [
        (1_500, &["on S16le"][..]),
        (5_000, &["no: refused", "on S16le"]),
    ] {
        let quirks = Quirks {
            begin_late_ms,
            ..Quirks::default()
        };
        let mut bench = bench(Family::Simcom, quirks, SoundPath::Port);
        for _ in 0..2 {
            let call = bench.takes();
            bench.run(4);
            assert_eq!(told(&bench.events), all, "{:?}", bench.said);
            assert_eq!(bench.machine.status().degraded, None);
            bench.order(Order::Hangup { call });
            bench.run(10);
        }
        assert!(!bench.said.iter().any(|said| said.contains("CRESET")));
    }
}

#[test]
fn sound_in_the_first_call_only_is_had_in_every_call_once_that_is_known() {
    let quirks = Quirks {
        pcm_once: true,
        ..Quirks::default()
    };
    let mut bench = bench(Family::Simcom, quirks, SoundPath::Port);
    let mut had_sound = Vec::new();
    for _ in 0..7 {
        let call = bench.takes();
        had_sound.push(told(&bench.events) == ["on S16le"]);
        bench.order(Order::Hangup { call });
        bench.run(90);
        bench.until_ready("after the restart");
    }
    assert_eq!(
        had_sound,
        [true, false, true, false, true, true, true],
        "{:?}",
        bench.machine.status()
    );
}

#[test]
fn a_modem_that_takes_the_command_and_tells_no_key_is_not_believed() {
    for family in [Family::Huawei, Family::Simcom, Family::Quectel] {
        for reports_keys in [true, false] {
            let quirks = Quirks {
                reports_keys,
                ..Quirks::default()
            };
            let mut bench = bench(family, quirks, SoundPath::Port);
            let call = bench.takes();
            let status = bench.machine.status();
            assert_eq!(status.keys_reported, None, "{family:?}");
            bench.act("dtmf 5");
            bench.run(2);
            let key = Event::Dtmf { call, digit: '5' };
            assert_eq!(bench.events.contains(&key), reports_keys, "{family:?}");
            let known = bench.machine.status().keys_reported;
            assert_eq!(known, reports_keys.then_some(true), "{family:?}");
        }
    }
}

#[test]
fn a_chip_that_knows_one_coding_only_is_heard_in_it() {
    let path = format!(
        "{}/hardware/modems/v253-conexant.toml",
        env!("CARGO_MANIFEST_DIR")
    );
    let text = std::fs::read_to_string(path).expect("a profile");
    let text = text.replace("# coding = \"mulaw\"", "coding = \"mulaw\"");
    let (families, faults) = Families::new([("v253-conexant", text.as_str())]);
    assert!(faults.is_empty(), "{faults:?}");
    let setup = Setup {
        profile: "auto".to_owned(),
        sound: SoundPath::InBand,
        ..Setup::default()
    };
    let machine = Machine::new(setup, Arc::new(families));
    let quirks = Quirks {
        always_mulaw: true,
        ..Quirks::default()
    };
    let mut bench = Bench::with_machine(Family::V253Conexant, quirks, 7, machine);
    bench.run(30);
    bench.until_ready("one coding");
    let call = bench.takes();
    let on = Event::SoundOn {
        call,
        coding: Coding::Mulaw,
        in_band: true,
    };
    assert!(bench.events.contains(&on), "{:?}", bench.events);
    // Quiet is all ones but for the sign (ITU-T G.711): as unsigned samples it would be a roar.
    let quiet = bench.sound.iter().filter(|byte| **byte & 0x7F > 0x60);
    assert!(bench.sound.len() > 8_000);
    assert!(quiet.count() * 10 > bench.sound.len() * 9);
}

#[test]
fn a_program_that_begins_anew_in_mid_call_finds_the_call_on_every_voice_modem() {
    for (family, name) in VOICE {
        for profile in ["auto", name] {
            let quirks = Quirks {
                hangs_on_hasty_stream: true,
                ..Quirks::default()
            };
            let mut bench = bench(family, quirks, SoundPath::InBand);
            bench.takes();
            bench.restarts(machine(profile, SoundPath::InBand));
            bench.run(20);
            let whose = format!("{family:?} {profile} {:?} {:?}", bench.events, bench.said);
            let found = bench.events.iter().find_map(|event| match event {
                Event::Answered { call, found: true } => Some(*call),
                _ => None,
            });
            let call = found.unwrap_or_else(|| panic!("{whose}"));
            assert_eq!(told(&bench.events), ["in band U8"], "{whose}");
            assert!(bench.modem.has_call(), "{whose}");
            assert_eq!(bench.machine.status().phase, Phase::Talking, "{whose}");
            bench.order(Order::Hangup { call });
            bench.run(10);
            assert!(!bench.modem.has_call(), "{whose}");
            assert_eq!(bench.ends(), [EndedBy::Local], "{whose}");
            bench.until_ready(&whose);
            bench.takes();
            assert_eq!(bench.machine.status().phase, Phase::Talking, "{whose}");
        }
    }
}
