//! Voice modems on a copper pair: tones, streams and caller id.

use std::time::Duration;

use siaga112::base::sound::LineTone;
use siaga112::line::words::{CallNo, EndedBy, Event, Input, Order, Phase, Setup, SoundPath};

use super::calls::{ended, rang};
use super::fake::{Family, World};
use super::sound::{setup, with_sound};

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

/// Nothing is heard, and beginning anew has not helped.
fn sound_is_dead(world: &mut World, call: CallNo) {
    world.order(Order::SoundDead { call });
    world.run(Duration::from_secs(1));
    world.order(Order::SoundDead { call });
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

/// A line on which somebody listens, with a call that is up.
fn listened_to(family: Family) -> (World, CallNo) {
    let setup = Setup {
        own_ears: true,
        ..setup(SoundPath::InBand)
    };
    let mut world = World::with(family, setup).boots();
    let call = world.takes("0431852000");
    world.input(Input::Bytes(b"\x80\x80"));
    (world, call)
}

/// A piece of evidence and the seconds that pass before the next.
#[derive(Clone, Copy, Debug)]
enum Piece {
    Code(&'static [u8], u64),
    Own(LineTone, u64),
}

#[test]
fn with_ears_of_our_own_two_witnesses_are_heard_before_a_call_is_given_up() {
    use LineTone::{Busy, Congestion, Dial, Ringback};
    use Piece::{Code, Own};
    const CONEXANT: Family = Family::Conexant;
    const USR: Family = Family::Usr;
    let twice = [Code(b"\x10b", 4), Code(b"\x10b", 4)];
    let dial = [Code(b"\x10d", 2), Code(b"\x10d", 2)];
    let table: &[(Family, &[Piece], bool)] = &[
        // The modem alone, however often it says so.
        (CONEXANT, &[twice, twice].concat(), false),
        (CONEXANT, &[dial, dial].concat(), false),
        (CONEXANT, &[Code(b"\x10l", 5), Code(b"\x10l", 5)], false),
        // The modem and we.
        (CONEXANT, &[&twice[..], &[Own(Busy, 0)]].concat(), true),
        (CONEXANT, &[&[Own(Busy, 1)], &twice[..]].concat(), true),
        (CONEXANT, &[&dial[..], &[Own(Dial, 0)]].concat(), true),
        (CONEXANT, &[Code(b"\x10l", 9), Own(Congestion, 0)], true),
        (CONEXANT, &[Own(Dial, 9), Code(b"\x10l", 0)], true),
        (CONEXANT, &[&twice[..], &[Code(b"\x10l", 0)]].concat(), true),
        // Too late, too little, or too different.
        (
            CONEXANT,
            &[twice[0], twice[1], Code(b"", 7), Own(Busy, 0)],
            false,
        ),
        (CONEXANT, &[Code(b"\x10b", 4), Own(Busy, 0)], false),
        (CONEXANT, &[Code(b"\x10l", 11), Own(Busy, 0)], false),
        (CONEXANT, &[Own(Busy, 5), Own(Dial, 0)], false),
        // We alone, if we hear it again.
        (CONEXANT, &[Own(Busy, 3), Own(Busy, 0)], true),
        (CONEXANT, &[Own(Dial, 15), Own(Dial, 0)], true),
        (CONEXANT, &[Own(Dial, 16), Own(Dial, 0)], false),
        // A telephone that rings has not been hung up, and silence is no sign of anything.
        (CONEXANT, &[Own(Ringback, 2); 6], false),
        (CONEXANT, &[&twice[..], &[Own(Ringback, 2)]].concat(), false),
        (
            CONEXANT,
            &[Code(b"\x10s", 2), Code(b"\x10q", 2), Own(Busy, 0)],
            false,
        ),
        // USR says it wrongly during a whole call: no evidence, alone or beside another.
        (USR, &[dial, dial].concat(), false),
        (USR, &[&dial[..], &[Own(Dial, 0)]].concat(), false),
        (USR, &[&dial[..], &[Code(b"\x10l", 0)]].concat(), false),
        (USR, &[&twice[..], &[Own(Busy, 0)]].concat(), true),
        (USR, &[Own(Dial, 9), Own(Dial, 0)], true),
    ];
    for (family, pieces, is_over) in table {
        let (mut world, call) = listened_to(*family);
        for piece in *pieces {
            assert!(ended(&world.events).is_empty(), "{pieces:?}");
            let pause = match piece {
                Code(code, pause) => {
                    world.input(Input::Bytes(code));
                    world.input(Input::Bytes(b"\x80"));
                    pause
                }
                Own(tone, pause) => {
                    world.input(Input::ToneHeard(*tone));
                    pause
                }
            };
            world.run(Duration::from_secs(*pause));
        }
        world.run(Duration::from_secs(2));
        let expected: &[_] = if *is_over {
            &[(call, EndedBy::Remote)]
        } else {
            &[]
        };
        assert_eq!(ended(&world.events), expected, "{family:?} {pieces:?}");
        let last = world.fake.said.last().map(String::as_str);
        assert_eq!(last == Some("AT+VCID=1"), *is_over, "the receiver is down");
    }
}

#[test]
fn what_was_heard_at_the_end_of_one_call_does_not_end_the_next() {
    let (mut world, first) = listened_to(Family::Conexant);
    world.input(Input::ToneHeard(LineTone::Busy));
    world.order(Order::Hangup { call: first });
    world.run(Duration::from_secs(2));
    world.input(Input::ToneHeard(LineTone::Busy));
    world.takes("0431852001");
    world.input(Input::ToneHeard(LineTone::Busy));
    world.run(Duration::from_secs(2));
    assert!(ended(&world.events).is_empty());
    assert_eq!(world.status().phase, Phase::Talking);
}

#[test]
fn our_own_call_to_somebody_who_is_busy_ends_as_busy() {
    let (mut world, first) = listened_to(Family::Usr);
    world.hangs_up(first);
    world.take_events();
    world.order(Order::Dial {
        number: NUMBER.to_owned(),
        token: 1,
    });
    world.run(Duration::from_secs(2));
    world.input(Input::ToneHeard(LineTone::Busy));
    world.run(Duration::from_secs(4));
    world.input(Input::ToneHeard(LineTone::Busy));
    world.run(Duration::from_secs(2));
    assert_eq!(ended(&world.events).len(), 1, "{:?}", world.events);
    assert_eq!(cause(&world), Some(17));
}

#[test]
fn tones_in_the_sound_of_a_mobile_call_end_nothing() {
    let setup = Setup {
        own_ears: true,
        ..setup(SoundPath::Port)
    };
    let mut world = World::with(Family::Huawei, setup).boots();
    world.takes("+6284001010014");
    for _ in 0..5 {
        world.input(Input::ToneHeard(LineTone::Busy));
        world.run(Duration::from_secs(3));
    }
    assert!(ended(&world.events).is_empty(), "its network tells the end");
}

#[test]
fn a_rockwell_modem_from_before_v253_takes_calls_in_its_own_words() {
    let mut world = World::with(Family::Conexant, setup(SoundPath::None));
    let answers = &mut world.fake.answers;
    answers.insert("ATI0".to_owned(), "\r\n33600\r\n\r\nOK\r\n".to_owned());
    for unknown in ["AT+FCLASS=8", "AT+VLS=1", "AT+VLS=0", "AT+VCID=1"] {
        answers.insert(unknown.to_owned(), "\r\nERROR\r\n".to_owned());
    }
    let mut world = world.boots();
    assert_eq!(world.status().profile, "rockwell");
    let call = world.takes("0431852000");
    let said: Vec<&str> = world.fake.said.iter().map(String::as_str).collect();
    assert_eq!(said, ["AT#CLS=8", "ATA"]);
    world.input(Input::Bytes(b"\x105"));
    assert!(world.events.contains(&Event::Dtmf { call, digit: '5' }));
    world.hangs_up(call);
    assert_eq!(ended(&world.events), [(call, EndedBy::Local)]);
    let last = world.fake.said.last().map(String::as_str);
    assert_eq!(last, Some("AT#CID=1"), "{:?}", world.fake.said);
    let refused = world.rings("0431852001");
    world.hangs_up(refused);
    assert_eq!(ended(&world.events), [(refused, EndedBy::Local)]);
    assert_eq!(world.status().phase, Phase::Ready);
}

#[test]
fn where_our_own_ears_hear_nothing_the_modem_alone_is_believed() {
    let no_stream = |world: &mut World| {
        for stream in ["AT+VTR", "AT+VRX"] {
            world.fake.refusals.insert(stream.to_owned(), 99);
        }
    };
    for family in VOICE {
        let setup = Setup {
            own_ears: true,
            ..setup(SoundPath::InBand)
        };
        let mut world = World::with(family, setup).boots();
        no_stream(&mut world);
        let call = world.takes("0431852000");
        hint(&mut world, b"\x10b");
        assert_eq!(ended(&world.events), []);
        hint(&mut world, b"\x10b");
        assert_eq!(
            ended(&world.events),
            [(call, EndedBy::Remote)],
            "{family:?}"
        );
        // A stream in which nothing comes is no better.
        let (mut world, call) = listened_to(family);
        sound_is_dead(&mut world, call);
        hint(&mut world, b"\x10b");
        hint(&mut world, b"\x10b");
        assert_eq!(
            ended(&world.events),
            [(call, EndedBy::Remote)],
            "{family:?}"
        );
        // Once it comes again, two witnesses are wanted again.
        let (mut world, call) = listened_to(family);
        sound_is_dead(&mut world, call);
        world.input(Input::Bytes(b"\x80\x80"));
        hint(&mut world, b"\x10b");
        hint(&mut world, b"\x10b");
        assert_eq!(ended(&world.events), [], "{family:?}");
    }
}
