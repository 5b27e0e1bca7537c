//! Voice modems on a copper pair: tones, streams and caller id.

use std::time::Duration;

use siaga112::line::words::{CallNo, EndedBy, Event, Input, Order, Phase};

use super::calls::{ended, rang};
use super::fake::{Family, World};
use super::sound::with_sound;

const NUMBER: &str = "0840101014";
const VOICE: [Family; 2] = [Family::Usr, Family::Conexant];

fn called(family: Family) -> (World, CallNo) {
    let mut world = with_sound(family);
    world.order(Order::Dial {
        number: NUMBER.to_owned(),
        token: 1,
    });
    world.run(Duration::from_secs(3));
    let call = world.events.iter().find_map(|event| match event {
        Event::Dialled { call, .. } => call.ok(),
        _ => None,
    });
    let call = call.unwrap_or_else(|| panic!("{:?}", world.events));
    assert_eq!(world.said("AT+VTR"), 1, "{:?}", world.fake.said);
    assert_eq!(world.status().phase, Phase::Talking);
    (world, call)
}

fn hint(world: &mut World, code: &[u8]) {
    world.input(Input::Bytes(code));
    world.run(Duration::from_secs(3));
}

fn cause(world: &World) -> Option<u8> {
    world.events.iter().find_map(|event| match event {
        Event::Ended { cause, .. } => *cause,
        _ => None,
    })
}

#[test]
fn a_busy_tone_heard_twice_ends_our_call_and_puts_the_receiver_down() {
    for family in VOICE {
        let (mut world, call) = called(family);
        hint(&mut world, b"\x10b");
        assert!(ended(&world.events).is_empty(), "{family:?}: one hint");
        hint(&mut world, b"\x10b");
        assert_eq!(
            ended(&world.events),
            [(call, EndedBy::Remote)],
            "{family:?}"
        );
        assert_eq!(cause(&world), Some(17), "{family:?}");
        assert!(world.said("AT+VLS=0") >= 1, "{:?}", world.fake.said);
        assert_eq!(world.status().phase, Phase::Ready, "{family:?}");
    }
}

#[test]
fn a_dial_tone_ends_our_call_where_it_can_be_believed() {
    let (mut world, call) = called(Family::Conexant);
    hint(&mut world, b"\x10d");
    hint(&mut world, b"\x10d");
    assert_eq!(ended(&world.events), [(call, EndedBy::Remote)]);
    assert_eq!(cause(&world), None);
    let (mut world, _) = called(Family::Usr);
    for _ in 0..10 {
        hint(&mut world, b"\x10d");
    }
    assert!(ended(&world.events).is_empty(), "USR says it wrongly");
}

#[test]
fn neither_a_lone_hint_nor_silence_ends_our_call() {
    let (mut world, _) = called(Family::Conexant);
    for _ in 0..5 {
        hint(&mut world, b"\x10b\x80\x80\x10s\x10q");
        world.run(Duration::from_secs(12));
        hint(&mut world, b"\x10d\x80\x10r\x10s");
        world.run(Duration::from_secs(12));
    }
    assert!(ended(&world.events).is_empty(), "{:?}", world.events);
    assert_eq!(world.status().phase, Phase::Talking);
}

#[test]
fn caller_id_is_armed_again_after_every_call_in_whatever_way_the_modem_takes() {
    for family in VOICE {
        let mut world = World::ready(family);
        let error = "\r\nERROR\r\n".to_owned();
        world.fake.answers.insert("AT+VCID=1".to_owned(), error);
        for _ in 0..2 {
            world.fake.said.clear();
            let call = world.takes("0431852000");
            world.hangs_up(call);
            assert_eq!(world.said("AT+VCID=1"), 1, "{:?}", world.fake.said);
            let last = world.fake.said.last().map(String::as_str);
            assert_eq!(last, Some("AT#CID=1"), "{:?}", world.fake.said);
        }
    }
}

#[test]
fn a_refused_dial_leaves_the_line_ready_for_rings_and_caller_id() {
    let mut world = World::ready(Family::Conexant);
    let error = "\r\nERROR\r\n".to_owned();
    world.fake.answers.insert(format!("ATDT{NUMBER}"), error);
    world.order(Order::Dial {
        number: NUMBER.to_owned(),
        token: 1,
    });
    world.run(Duration::from_secs(2));
    let last: Vec<&str> = world.fake.said.iter().map(String::as_str).collect();
    assert!(
        last.ends_with(&["AT+VLS=0", "AT+FCLASS=0", "AT+VCID=1"]),
        "{last:?}"
    );
    assert_eq!(world.status().phase, Phase::Ready);
}

#[test]
fn putting_the_line_back_does_not_put_down_the_next_call() {
    let mut world = World::ready(Family::Usr);
    world.fake.latency = Duration::from_millis(400);
    world.ring("0431852000");
    world.run(Duration::from_secs(1));
    let first = rang(&world.events);
    world.order(Order::Answer { call: first });
    world.run(Duration::from_secs(4));
    world.order(Order::Hangup { call: first });
    world.run(Duration::from_millis(500));
    assert_eq!(ended(&world.events), [(first, EndedBy::Local)]);
    world.take_events();
    world.fake.said.clear();
    world.ring("0431852001");
    world.run(Duration::from_millis(100));
    let second = rang(&world.events);
    world.order(Order::Answer { call: second });
    world.run(Duration::from_secs(5));
    let answered = Event::Answered {
        call: second,
        found: false,
    };
    assert!(world.events.contains(&answered), "{:?}", world.events);
    let lifted = world.fake.said.iter().position(|said| said == "AT+VLS=1");
    let put_down = world.fake.said.iter().rposition(|said| said == "AT+VLS=0");
    let left = world
        .fake
        .said
        .iter()
        .rposition(|said| said == "AT+FCLASS=0");
    assert!(lifted > put_down && lifted > left, "{:?}", world.fake.said);
    assert!(ended(&world.events).is_empty());
}
