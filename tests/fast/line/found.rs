//! Calls on a copper pair that are older than the boot script, or come while it runs.

use std::time::Duration;

use siaga112::line::words::{CallNo, EndedBy, Event, Input, Order, Phase, Setup, SoundPath};

use super::calls::ended;
use super::fake::{Family, World};
use super::sound::{setup, told};

const CALLER: &str = "0431852000";
const VOICE: [(Family, &str); 2] = [
    (Family::Usr, "v253-usr"),
    (Family::Conexant, "v253-conexant"),
];

/// A line with this profile, whose modem has not been spoken to.
fn line(family: Family, profile: &str, sound: SoundPath) -> World {
    let profile = profile.to_owned();
    World::with(
        family,
        Setup {
            profile,
            ..setup(sound)
        },
    )
}

fn found(events: &[Event]) -> Vec<CallNo> {
    let one = |event: &Event| match event {
        Event::Answered { call, found: true } => Some(*call),
        _ => None,
    };
    events.iter().filter_map(one).collect()
}

/// What puts down the receiver.
fn put_downs(world: &World) -> usize {
    let words = ["ATZ", "AT+FCLASS=0", "AT+VLS=0", "ATH0"];
    words.into_iter().map(|word| world.said(word)).sum()
}

#[test]
fn a_caller_whose_sound_still_flows_when_the_program_comes_back_is_found_and_heard() {
    for (family, name) in VOICE {
        for profile in ["auto", name] {
            for stop in ["\u{10}^", "\u{10}!"] {
                let mut world = line(family, profile, SoundPath::InBand);
                world.fake.is_in_a_call(CALLER);
                world.fake.stops_on = stop;
                world.open();
                world.listens(Duration::from_secs(20));
                let why = format!("{family:?} {profile}: {:?}", world.fake.said);
                let [call] = found(&world.events)[..] else {
                    panic!("{why}: {:?}", world.events);
                };
                assert_eq!(told(&world.events), ["in band U8"], "{why}");
                assert_eq!(world.status().phase, Phase::Talking, "{why}");
                assert!(!world.fake.deaf, "a stream too soon after an abort");
                assert_eq!(put_downs(&world), 0, "{why}");
                assert_eq!(world.fake.calls.len(), 1, "{why}");
                world.order(Order::Hangup { call });
                world.listens(Duration::from_secs(40));
                assert_eq!(ended(&world.events), [(call, EndedBy::Local)], "{why}");
                assert!(world.fake.calls.is_empty(), "{why}");
                assert_eq!(world.said("ATZ"), 1, "the script was only put off");
                assert_eq!(world.status().phase, Phase::Ready, "{why}");
                assert!(world.events.contains(&Event::Up), "{why}");
            }
        }
    }
}

#[test]
fn a_call_that_was_found_ends_when_its_far_end_has_gone() {
    let mut world = line(Family::Conexant, "auto", SoundPath::InBand);
    world.fake.is_in_a_call(CALLER);
    world.open();
    world.listens(Duration::from_secs(10));
    let [call] = found(&world.events)[..] else {
        panic!("{:?}", world.events);
    };
    for _ in 0..2 {
        world.hears("\u{10}b");
        world.listens(Duration::from_secs(4));
    }
    assert_eq!(ended(&world.events), [(call, EndedBy::Remote)]);
    world.listens(Duration::from_secs(40));
    assert_eq!(world.status().phase, Phase::Ready);
}

#[test]
fn the_noise_of_a_modem_that_starts_is_no_call() {
    let mut world = World::new(Family::Sim800);
    world.fake.deaf = true;
    world.open();
    world.input(Input::Bytes(&[0xF0; 300]));
    world.run(Duration::from_secs(3));
    world.fake.deaf = false;
    world.run(Duration::from_secs(60));
    assert_eq!(found(&world.events), []);
    assert_eq!(world.status().phase, Phase::Ready);
}

#[test]
fn a_call_answered_at_any_moment_of_the_boot_script_stays_up() {
    for (family, name) in VOICE {
        for profile in ["auto", name] {
            for sound in [SoundPath::InBand, SoundPath::None] {
                for moment in 0..40 {
                    answered_at(line(family, profile, sound), moment * 150);
                }
            }
        }
    }
}

fn answered_at(mut world: World, millis: u64) {
    world.fake.latency = Duration::from_millis(200);
    world.ring(CALLER);
    world.open();
    world.run(Duration::from_millis(millis + 1));
    let rang = world.events.iter().find_map(|event| match event {
        Event::Rang { call, .. } => Some(*call),
        _ => None,
    });
    let call = rang.unwrap_or_else(|| panic!("{millis}: {:?}", world.events));
    world.order(Order::Answer { call });
    world.run(Duration::from_secs(30));
    let why = format!("{millis}: {:?} {:?}", world.fake.said, world.events);
    let answered = Event::Answered { call, found: false };
    assert!(world.events.contains(&answered), "{why}");
    assert_eq!(ended(&world.events), [], "{why}");
    assert_eq!(world.fake.calls.len(), 1, "{why}");
    assert_eq!(world.fake.calls[0].stat, 0, "{why}");
    assert_eq!(world.said("ATA"), 0, "it would scream at the caller: {why}");
    world.hangs_up(call);
    world.run(Duration::from_secs(40));
    assert_eq!(ended(&world.events), [(call, EndedBy::Local)], "{why}");
    assert_eq!(world.status().phase, Phase::Ready, "{why}");
}

#[test]
fn a_modem_that_falls_deaf_under_a_call_during_its_start_is_restarted_in_the_end() {
    let mut world = line(Family::Usr, "v253-usr", SoundPath::None);
    world.fake.latency = Duration::from_millis(200);
    world.ring(CALLER);
    world.open();
    world.run(Duration::from_secs(1));
    let call = super::calls::rang(&world.events);
    world.order(Order::Answer { call });
    world.run(Duration::from_secs(3));
    world.fake.deaf = true;
    world.fake.heals_on_reset = true;
    world.run(Duration::from_secs(200));
    assert_eq!(ended(&world.events), [(call, EndedBy::LinkLost)]);
    assert_eq!(world.status().phase, Phase::Ready, "{:?}", world.fake.said);
}

#[test]
fn a_few_bytes_of_noise_before_a_voice_modem_answers_are_no_call() {
    for (family, name) in VOICE {
        let mut world = line(family, name, SoundPath::InBand);
        world.fake.silent.push("AT".to_owned());
        world.open();
        world.input(Input::Bytes(&[0xF0; 60]));
        world.hears("\r\nOK\r\n");
        world.run(Duration::from_secs(3));
        world.fake.silent.clear();
        world.run(Duration::from_secs(60));
        assert_eq!(found(&world.events), [], "{family:?}");
        assert_eq!(world.status().phase, Phase::Ready, "{family:?}");
    }
}
