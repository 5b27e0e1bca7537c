//! Our own calls: what breaks them off and what must not.

use std::time::Duration;

use siaga112::line::words::{CallNo, DialRefused, Event, Order};

use super::calls::ended;
use super::fake::{FakeCall, Family, World};

const FIRST: &str = "0840101014";
const SECOND: &str = "0845678001";

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
