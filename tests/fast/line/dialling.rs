//! Our own calls: what breaks them off and what must not.

use std::time::Duration;

use siaga112::line::words::{CallNo, DialRefused, EndedBy, Event, Order, Phase};

use super::calls::{ended, rang};
use super::fake::{FakeCall, Family, World};

const FIRST: &str = "0840101014";
const SECOND: &str = "0845678001";
const CALLS_BACK: &str = "+6284005678001";

fn dial(world: &mut World, number: &str, token: u64) {
    world.order(Order::Dial {
        number: number.to_owned(),
        token,
    });
}

fn dialled(events: &[Event], wanted: u64) -> Option<Result<CallNo, DialRefused>> {
    events.iter().find_map(|event| match event {
        Event::Dialled { token, call } if *token == wanted => Some(*call),
        _ => None,
    })
}

fn shown(world: &World, token: u64) -> CallNo {
    let call = dialled(&world.events, token);
    call.and_then(Result::ok)
        .unwrap_or_else(|| panic!("{token}: {:?}", world.events))
}

#[test]
fn the_patience_with_one_dial_does_not_break_off_the_next() {
    for (family, second) in [
        (Family::Generic, format!("ATD{SECOND};")),
        (Family::Huawei, format!("ATD{SECOND};")),
        (Family::Conexant, format!("ATDT{SECOND}")),
    ] {
        for by_us in [true, false] {
            let mut world = World::ready(family);
            dial(&mut world, FIRST, 1);
            world.run(Duration::from_secs(4));
            let first = shown(&world, 1);
            if by_us {
                world.order(Order::Hangup { call: first });
            } else {
                world.fake.calls.clear();
                world.hears("\r\nNO CARRIER\r\n");
            }
            world.run(Duration::from_secs(5));
            assert_eq!(ended(&world.events).len(), 1, "{family:?}");
            world.fake.said.clear();
            world.fake.silent.push(second.clone());
            dial(&mut world, SECOND, 2);
            world.run(Duration::from_secs(3));
            assert_eq!(dialled(&world.events, 2), None, "{family:?} {by_us}");
            let call = FakeCall {
                idx: 1,
                incoming: false,
                stat: 3,
                number: SECOND.to_owned(),
                rings_at: None,
            };
            world.fake.calls.push(call);
            world.hears("\r\nOK\r\n");
            world.run(Duration::from_secs(12));
            let second = shown(&world, 2);
            let ends = ended(&world.events);
            assert!(ends.iter().all(|(call, _)| *call != second), "{family:?}");
            for hang_up in ["AT+CHUP", "ATH", "AT+VLS=0", "ATH0"] {
                assert_eq!(world.said(hang_up), 0, "{family:?} {by_us}");
            }
        }
    }
}

#[test]
fn a_dial_that_is_given_up_is_hung_up() {
    for (family, text, hang_up) in [
        (Family::Generic, format!("ATD{FIRST};"), "ATH"),
        (Family::Conexant, format!("ATDT{FIRST}"), "AT+VLS=0"),
    ] {
        let mut world = World::ready(family);
        world.fake.silent.push(text);
        let error = "\r\nERROR\r\n".to_owned();
        world.fake.answers.insert("AT+CHUP".to_owned(), error);
        dial(&mut world, FIRST, 1);
        world.run(Duration::from_secs(110));
        let told = dialled(&world.events, 1);
        assert_eq!(told, Some(Err(DialRefused::Refused)), "{family:?}");
        assert!(world.said(hang_up) >= 1, "{:?}", world.fake.said);
        assert_eq!(world.status().phase, Phase::Ready, "{family:?}");
    }
}

/// The emergency centre's own line while the far end's bell rings, and somebody calls it back.
fn called_back(announced: &str) -> World {
    let mut world = World::ready(Family::Generic);
    dial(&mut world, FIRST, 1);
    world.run(Duration::from_secs(2));
    world.fake.calls[0].stat = 3;
    world.run(Duration::from_secs(2));
    world.fake.calls.push(FakeCall {
        idx: 2,
        incoming: true,
        stat: 5,
        number: CALLS_BACK.to_owned(),
        rings_at: None,
    });
    world.hears(announced);
    world
}

fn rings(events: &[Event]) -> Vec<CallNo> {
    let ring = |event: &Event| match event {
        Event::Rang { call, .. } => Some(*call),
        _ => None,
    };
    events.iter().filter_map(ring).collect()
}

#[test]
fn a_call_back_while_our_own_call_still_rings_is_one_call() {
    for announced in [
        "\r\nRING\r\n",
        "\r\n+CRING: VOICE\r\n",
        "\r\n+CCWA: \"+6284005678001\",145,1\r\n",
    ] {
        let mut world = called_back(announced);
        world.run(Duration::from_secs(15));
        let calls = rings(&world.events);
        assert_eq!(calls.len(), 1, "{announced}: {:?}", world.events);
        assert!(ended(&world.events).is_empty(), "{announced}");
        let known = world.events.iter().any(|event| match event {
            Event::Identified { caller, .. } | Event::Rang { caller, .. } => caller
                .number
                .as_ref()
                .is_some_and(|number| number.to_string() == CALLS_BACK),
            _ => false,
        });
        assert!(known, "{announced}: {:?}", world.events);
    }
}

#[test]
fn who_calls_back_is_answered_once_our_own_call_is_gone() {
    let mut world = called_back("\r\nRING\r\n");
    world.run(Duration::from_secs(1));
    let ours = shown(&world, 1);
    let call = rang(&world.events);
    world.order(Order::Hangup { call: ours });
    world.run(Duration::from_secs(1));
    assert_eq!(ended(&world.events), [(ours, EndedBy::Local)]);
    world.fake.calls[0].stat = 4;
    world.hears("\r\nRING\r\n");
    world.run(Duration::from_secs(1));
    world.order(Order::Answer { call });
    world.run(Duration::from_secs(2));
    let answered = Event::Answered { call, found: false };
    assert!(world.events.contains(&answered), "{:?}", world.events);
}

#[test]
fn a_call_back_right_after_the_far_end_has_gone_waits_until_the_receiver_is_down() {
    for family in [Family::Usr, Family::Conexant] {
        let mut world = super::sound::with_sound(family);
        world.takes(SECOND);
        world.take_events();
        world.fake.said.clear();
        world.fake.latency = Duration::from_millis(200);
        world.hears("\u{10}b\u{10}b");
        assert_eq!(ended(&world.events).len(), 1, "{:?}", world.events);
        dial(&mut world, FIRST, 1);
        world.run(Duration::from_secs(4));
        shown(&world, 1);
        let said: Vec<&str> = world.fake.said.iter().map(String::as_str).collect();
        let place = |word: &str| said.iter().position(|said| *said == word);
        let dialled = place(&format!("ATDT{FIRST}"));
        assert!(dialled.is_some(), "{said:?}");
        assert!(place("AT+VLS=0") < dialled, "{said:?}");
        assert!(place("AT+VLS=0").is_some(), "{said:?}");
        let last = said.iter().rposition(|said| *said == "AT+FCLASS=0");
        assert!(last < dialled, "{said:?}");
    }
}
