//! Voice modems on a copper pair: tones, streams and caller id.

use std::time::Duration;

use siaga112::line::words::{CallNo, EndedBy, Event, Input, Order, Phase};

use super::calls::{ended, with_sound};
use super::fake::{Family, World};

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
