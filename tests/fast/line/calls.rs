//! Calls in and out.

use std::time::Duration;

use siaga112::base::phone::Presentation;
use siaga112::line::words::{CallNo, DialRefused, EndedBy, Event, Order, Phase};

use super::fake::{Family, World};

const CALLER: &str = "+6284001010014";
const OTHER: &str = "+6284005678001";
const CELLULAR: [Family; 5] = [
    Family::Huawei,
    Family::Simcom,
    Family::Quectel,
    Family::Sim800,
    Family::Generic,
];

/// The call that rang.
pub fn rang(events: &[Event]) -> CallNo {
    let call = events.iter().find_map(|event| match event {
        Event::Rang { call, .. } => Some(*call),
        _ => None,
    });
    call.unwrap_or_else(|| panic!("nothing rang: {events:?}"))
}

pub fn ended(events: &[Event]) -> Vec<(CallNo, EndedBy)> {
    let end = |event: &Event| match event {
        Event::Ended { call, by, .. } => Some((*call, *by)),
        _ => None,
    };
    events.iter().filter_map(end).collect()
}

fn number_of(events: &[Event]) -> Option<String> {
    events.iter().rev().find_map(|event| match event {
        Event::Rang { caller, .. } | Event::Identified { caller, .. } => {
            caller.number.as_ref().map(ToString::to_string)
        }
        _ => None,
    })
}

pub fn talking(family: Family) -> (World, CallNo) {
    let mut world = World::ready(family);
    let call = world.takes(CALLER);
    assert_eq!(world.status().phase, Phase::Talking, "{family:?}");
    world.take_events();
    (world, call)
}

#[test]
fn the_first_ring_is_told_before_anything_else_is_known() {
    let mut world = World::ready(Family::Generic);
    world.hears("\r\nRING\r\n");
    assert!(matches!(
        world.events[..],
        [Event::Rang { waiting: false, .. }]
    ));
    assert_eq!(world.status().phase, Phase::Ringing);
}

#[test]
fn a_call_is_answered_and_hung_up_on_every_family() {
    for family in CELLULAR.into_iter().chain([Family::Usr, Family::Conexant]) {
        let (mut world, call) = talking(family);
        world.run(Duration::from_secs(30));
        assert!(ended(&world.events).is_empty(), "{family:?}");
        world.hangs_up(call);
        assert_eq!(ended(&world.events), [(call, EndedBy::Local)], "{family:?}");
        assert_eq!(world.status().phase, Phase::Ready, "{family:?}");
    }
}

#[test]
fn the_number_comes_from_the_list_when_no_clip_does() {
    let mut world = World::ready(Family::Huawei);
    world.fake.clip = false;
    world.ring(CALLER);
    world.run(Duration::from_millis(300));
    assert_eq!(number_of(&world.events).as_deref(), Some(CALLER));
    assert_eq!(world.said("AT+CLCC"), 1);
}

#[test]
fn a_hidden_number_is_a_call_like_any_other() {
    let mut world = World::ready(Family::Huawei);
    world.hears("\r\nRING\r\n");
    world.hears("\r\n+CLIP: \"\",128,,,,1\r\n");
    let hidden = world.events.iter().any(|event| match event {
        Event::Identified { caller, .. } => caller.presentation == Presentation::Withheld,
        _ => false,
    });
    assert!(hidden, "{:?}", world.events);
}

#[test]
fn a_caller_who_gives_up_has_rung_once_and_ended_once() {
    for family in CELLULAR.into_iter().chain([Family::Usr]) {
        let mut world = World::ready(family);
        world.ring(CALLER);
        world.run(Duration::from_secs(12));
        let call = rang(&world.events);
        world.far_end_hangs_up();
        world.run(Duration::from_secs(20));
        assert_eq!(
            ended(&world.events),
            [(call, EndedBy::Remote)],
            "{family:?}"
        );
        let rings = world
            .events
            .iter()
            .filter(|e| matches!(e, Event::Rang { .. }))
            .count();
        assert_eq!(rings, 1, "{family:?}");
        assert_eq!(world.status().phase, Phase::Ready, "{family:?}");
    }
}

#[test]
fn a_caller_who_hangs_up_while_talking_is_noticed_without_any_report() {
    for family in CELLULAR {
        let (mut world, call) = talking(family);
        world.run(Duration::from_secs(20));
        world.far_end_hangs_up();
        world.run(Duration::from_secs(6));
        assert_eq!(
            ended(&world.events),
            [(call, EndedBy::Remote)],
            "{family:?}"
        );
    }
}

#[test]
fn a_caller_who_hangs_up_while_the_list_is_on_its_way_does_not_ring_once_more() {
    for family in CELLULAR {
        for millis in (0..2_500).step_by(5) {
            let (mut world, call) = talking(family);
            // Slower to answer than to report.
            world.fake.latency = Duration::from_millis(150);
            world.run(Duration::from_millis(millis));
            world.far_end_hangs_up();
            world.run(Duration::from_secs(20));
            let why = format!("{family:?}, {millis} ms: {:?}", world.events);
            assert_eq!(ended(&world.events), [(call, EndedBy::Remote)], "{why}");
            let new = |event: &Event| matches!(event, Event::Rang { .. } | Event::Answered { .. });
            assert!(!world.events.iter().any(new), "{why}");
            assert_eq!(world.status().phase, Phase::Ready, "{why}");
        }
    }
}

#[test]
fn ata_that_takes_long_is_waited_for() {
    let mut world = World::ready(Family::Huawei);
    let call = world.rings(CALLER);
    world.fake.silent.push("ATA".to_owned());
    world.order(Order::Answer { call });
    world.run(Duration::from_millis(3_800));
    world.hears("\r\n^CONN:1,0\r\n\r\nOK\r\n");
    assert!(
        world
            .events
            .contains(&Event::Answered { call, found: false })
    );
    assert_eq!(world.said("ATA"), 1);
}

#[test]
fn ata_that_is_refused_is_said_again() {
    let mut world = World::ready(Family::Generic);
    let call = world.rings(CALLER);
    world
        .fake
        .answers
        .insert("ATA".to_owned(), "\r\nERROR\r\n".to_owned());
    world.order(Order::Answer { call });
    world.run(Duration::from_millis(400));
    world.fake.answers.clear();
    world.run(Duration::from_secs(3));
    assert!(
        world
            .events
            .contains(&Event::Answered { call, found: false })
    );
}

#[test]
fn rejecting_a_call_ends_it_by_our_own_hand() {
    let mut world = World::ready(Family::Simcom);
    let call = world.rings(CALLER);
    world.order(Order::Hangup { call });
    world.run(Duration::from_secs(4));
    assert_eq!(ended(&world.events), [(call, EndedBy::Local)]);
}

#[test]
fn a_stick_that_says_ok_and_keeps_the_call_is_told_again() {
    let (mut world, call) = talking(Family::Huawei);
    world.fake.stubborn = 1;
    world.order(Order::Hangup { call });
    assert_eq!(world.status().phase, Phase::Ending);
    world.run(Duration::from_secs(5));
    assert_eq!(ended(&world.events), [(call, EndedBy::Local)]);
    assert_eq!(world.said("ATH"), 1);
}

#[test]
fn a_stick_that_never_lets_go_is_restarted() {
    let (mut world, call) = talking(Family::Huawei);
    world.fake.stubborn = 200;
    world.order(Order::Hangup { call });
    world.run(Duration::from_secs(20));
    assert_eq!(world.said("AT^RESET"), 1);
    assert_eq!(ended(&world.events).len(), 1);
}

#[test]
fn a_second_caller_waits_visibly_and_rings_when_the_line_is_free() {
    let (mut world, first) = talking(Family::Quectel);
    world.ring(OTHER);
    world.run(Duration::from_secs(3));
    let second = rang(&world.events);
    assert!(
        world
            .events
            .iter()
            .any(|e| matches!(e, Event::Rang { waiting: true, .. }))
    );
    assert_eq!(number_of(&world.events).as_deref(), Some(OTHER));
    world.order(Order::Hangup { call: first });
    world.run(Duration::from_secs(1));
    assert_eq!(world.said("AT+CHLD=11"), 1, "{:?}", world.fake.said);
    world.fake.calls[0].stat = 4;
    world.fake.calls[0].rings_at = Some(world.now);
    world.run(Duration::from_secs(6));
    assert_eq!(ended(&world.events), [(first, EndedBy::Local)]);
    assert!(
        world.events.contains(&Event::RangAgain { call: second }),
        "{:?}",
        world.events
    );
    world.order(Order::Answer { call: second });
    world.run(Duration::from_secs(3));
    assert!(world.events.contains(&Event::Answered {
        call: second,
        found: false
    }));
}

#[test]
fn refusing_the_second_caller_leaves_the_first_alone() {
    let (mut world, first) = talking(Family::Huawei);
    world.ring(OTHER);
    world.run(Duration::from_secs(3));
    let second = rang(&world.events);
    world.order(Order::Hangup { call: second });
    world.run(Duration::from_secs(10));
    let ends = ended(&world.events);
    assert_eq!(
        ends.iter().map(|(call, _)| *call).collect::<Vec<_>>(),
        [second]
    );
    assert_eq!(world.fake.calls.len(), 1);
    assert!(first < second);
    assert_eq!(world.said("AT+CHUP"), 0);
    assert_eq!(world.status().phase, Phase::Talking);
}

#[test]
fn a_waiting_caller_somebody_has_taken_is_answered_when_the_line_is_free() {
    let (mut world, first) = talking(Family::Huawei);
    world.ring(OTHER);
    world.run(Duration::from_secs(3));
    let second = rang(&world.events);
    world.order(Order::Answer { call: second });
    world.run(Duration::from_secs(3));
    assert!(!world.events.contains(&Event::Answered {
        call: second,
        found: false
    }));
    world.order(Order::Hangup { call: first });
    world.run(Duration::from_secs(1));
    world.fake.calls[0].stat = 4;
    world.fake.calls[0].rings_at = Some(world.now);
    world.run(Duration::from_secs(5));
    assert!(world.events.contains(&Event::Answered {
        call: second,
        found: false
    }));
}

#[test]
fn our_own_call_is_dialled_rings_and_is_answered() {
    for family in CELLULAR {
        let mut world = World::ready(family);
        world.order(Order::Dial {
            number: CALLER.to_owned(),
            token: 7,
        });
        world.run(Duration::from_secs(2));
        let call = world.events.iter().find_map(|event| match event {
            Event::Dialled { token: 7, call } => Some(call.expect("dialled")),
            _ => None,
        });
        let call = call.unwrap_or_else(|| panic!("{family:?}: {:?}", world.events));
        assert_eq!(world.status().phase, Phase::Dialing);
        world.fake.calls[0].stat = 3;
        if family == Family::Huawei {
            world.hears("\r\n^CONF:1\r\n");
        }
        world.run(Duration::from_secs(2));
        assert!(
            world.events.contains(&Event::Alerting { call }),
            "{family:?}"
        );
        world.fake.calls[0].stat = 0;
        world.run(Duration::from_secs(2));
        assert!(
            world
                .events
                .contains(&Event::Answered { call, found: false }),
            "{family:?}"
        );
        world.order(Order::Hangup { call });
        world.run(Duration::from_secs(4));
        assert_eq!(ended(&world.events), [(call, EndedBy::Local)], "{family:?}");
    }
}

#[test]
fn a_busy_far_end_ends_our_call() {
    let mut world = World::ready(Family::Generic);
    world.order(Order::Dial {
        number: CALLER.to_owned(),
        token: 7,
    });
    world.run(Duration::from_secs(2));
    world.fake.calls.clear();
    world.hears("\r\nBUSY\r\n");
    world.run(Duration::from_secs(2));
    assert_eq!(ended(&world.events).len(), 1, "{:?}", world.events);
    assert_eq!(world.status().phase, Phase::Ready);
}

#[test]
fn dialling_is_refused_with_the_reason() {
    let refused = |world: &mut World, number: &str| {
        world.order(Order::Dial {
            number: number.to_owned(),
            token: 9,
        });
        world.run(Duration::from_secs(15));
        world
            .take_events()
            .into_iter()
            .find_map(|event| match event {
                Event::Dialled { token: 9, call } => Some(call.err()),
                _ => None,
            })
    };
    let mut world = World::new(Family::Generic);
    assert_eq!(
        refused(&mut world, CALLER),
        Some(Some(DialRefused::LineDown))
    );
    let mut world = World::ready(Family::Generic);
    for bad in [
        "",
        "+",
        "0840;ATH",
        "*123#",
        "0840 1",
        "084012345678901234567890",
    ] {
        assert_eq!(
            refused(&mut world, bad),
            Some(Some(DialRefused::BadNumber)),
            "{bad}"
        );
    }
    world
        .fake
        .answers
        .insert(format!("ATD{CALLER};"), "\r\n+CME ERROR: 3\r\n".to_owned());
    assert_eq!(
        refused(&mut world, CALLER),
        Some(Some(DialRefused::Refused))
    );
    world
        .fake
        .answers
        .insert(format!("ATD{CALLER};"), "\r\nOK\r\n".to_owned());
    world.order(Order::Dial {
        number: CALLER.to_owned(),
        token: 8,
    });
    world.run(Duration::from_secs(15));
    assert_eq!(ended(&world.events).len(), 1, "taken, and then nothing");
    assert_eq!(world.status().phase, Phase::Ready);
    world.ring(CALLER);
    world.run(Duration::from_secs(1));
    assert_eq!(refused(&mut world, OTHER), Some(Some(DialRefused::Busy)));
}

#[test]
fn a_dial_that_hangs_is_broken_off_by_hanging_up() {
    let mut world = World::ready(Family::Huawei);
    world.fake.silent.push("ATD".to_owned());
    world.order(Order::Dial {
        number: CALLER.to_owned(),
        token: 7,
    });
    world.run(Duration::from_secs(1));
    world.hears("\r\n^ORIG:1,0\r\n");
    let call = world.events.iter().find_map(|event| match event {
        Event::Dialled { call, .. } => call.ok(),
        _ => None,
    });
    world.order(Order::Hangup {
        call: call.expect("it showed itself"),
    });
    world.run(Duration::from_secs(10));
    assert_eq!(world.said("AT+CHUP"), 1);
    assert_eq!(ended(&world.events).len(), 1);
    assert_eq!(world.said("AT+CHLD=11"), 0);
}

#[test]
fn keys_go_both_ways() {
    let (mut world, call) = talking(Family::Huawei);
    world.hears("\r\n^DDTMF: 5\r\n");
    assert!(world.events.contains(&Event::Dtmf { call, digit: '5' }));
    world.order(Order::Dtmf {
        call,
        digits: "1#A".to_owned(),
    });
    world.run(Duration::from_secs(2));
    assert_eq!(world.said("AT^DTMF=1,1"), 1);
    assert_eq!(world.said("AT^DTMF=1,#"), 1);
    assert_eq!(world.said("AT^DTMF=1,A"), 0);
}

#[test]
fn another_form_of_sending_keys_is_found_and_kept() {
    let (mut world, call) = talking(Family::Generic);
    for key in ["1", "2"] {
        world
            .fake
            .answers
            .insert(format!("AT+VTS={key}"), "\r\nERROR\r\n".to_owned());
    }
    world.order(Order::Dtmf {
        call,
        digits: "12".to_owned(),
    });
    world.run(Duration::from_secs(2));
    assert_eq!(world.said("AT+VTS=1"), 1);
    assert_eq!(world.said("AT+VTS=\"1\""), 1);
    assert_eq!(world.said("AT+VTS=2"), 0);
    assert_eq!(world.said("AT+VTS=\"2\""), 1);
}

#[test]
fn a_modem_that_is_lost_in_mid_call_ends_it_and_comes_back() {
    let (mut world, call) = talking(Family::Huawei);
    world.lose_port();
    assert_eq!(ended(&world.events), [(call, EndedBy::LinkLost)]);
    assert_eq!(world.status().phase, Phase::Closed);
    world.fake.calls.clear();
    world.run(Duration::from_secs(9));
    world.open();
    world.run(Duration::from_secs(40));
    assert_eq!(world.status().phase, Phase::Ready);
    assert_eq!(ended(&world.events).len(), 1);
}

#[test]
fn a_modem_that_restarts_in_mid_call_ends_it() {
    let (mut world, call) = talking(Family::Simcom);
    world.fake.calls.clear();
    world.hears("\r\nRDY\r\n\r\n+CPIN: READY\r\n");
    assert_eq!(ended(&world.events), [(call, EndedBy::LinkLost)]);
    world.run(Duration::from_secs(40));
    assert_eq!(world.status().phase, Phase::Ready);
}

#[test]
fn a_call_that_is_up_when_the_port_comes_back_is_found() {
    let (mut world, first) = talking(Family::Generic);
    world.lose_port();
    world.run(Duration::from_secs(3));
    world.open();
    world.run(Duration::from_secs(20));
    let found = world.events.iter().find_map(|event| match event {
        Event::Answered { call, found: true } => Some(*call),
        _ => None,
    });
    let found = found.unwrap_or_else(|| panic!("{:?}", world.events));
    assert_ne!(found, first);
    assert_eq!(number_of(&world.events).as_deref(), Some(CALLER));
    world.order(Order::Hangup { call: found });
    world.run(Duration::from_secs(5));
    assert_eq!(ended(&world.events).len(), 2);
}

#[test]
fn a_call_that_still_rings_when_the_port_comes_back_rings() {
    let mut world = World::ready(Family::Generic);
    world.ring(CALLER);
    world.run(Duration::from_secs(1));
    world.lose_port();
    world.take_events();
    world.run(Duration::from_secs(1));
    world.fake.calls[0].rings_at = None;
    world.open();
    world.run(Duration::from_secs(5));
    rang(&world.events);
    assert_eq!(number_of(&world.events).as_deref(), Some(CALLER));
}

#[test]
fn a_number_dialled_on_a_copper_pair_is_up_as_soon_as_it_is_out() {
    let mut world = World::ready(Family::Conexant);
    world.order(Order::Dial {
        number: "0840101014".to_owned(),
        token: 7,
    });
    world.run(Duration::from_secs(2));
    assert_eq!(world.said("ATDT0840101014"), 1);
    let call = world.events.iter().find_map(|event| match event {
        Event::Dialled { token: 7, call } => call.ok(),
        _ => None,
    });
    let call = call.unwrap_or_else(|| panic!("{:?}", world.events));
    assert!(
        world
            .events
            .contains(&Event::Answered { call, found: false })
    );
    world.order(Order::Hangup { call });
    world.run(Duration::from_secs(2));
    assert_eq!(ended(&world.events), [(call, EndedBy::Local)]);
}

#[test]
fn a_ringing_copper_pair_is_refused_by_lifting_and_putting_down() {
    let mut world = World::ready(Family::Usr);
    world.ring(CALLER);
    world.run(Duration::from_secs(1));
    let call = rang(&world.events);
    world.order(Order::Hangup { call });
    world.run(Duration::from_secs(3));
    let lifted = world.fake.said.iter().position(|said| said == "AT+VLS=1");
    let put_down = world.fake.said.iter().position(|said| said == "AT+VLS=0");
    assert!(
        lifted.is_some() && lifted < put_down,
        "{:?}",
        world.fake.said
    );
    assert_eq!(ended(&world.events), [(call, EndedBy::Local)]);
    assert!(
        !world
            .events
            .contains(&Event::Answered { call, found: false })
    );
}

#[test]
fn the_line_is_up_only_when_it_has_looked_for_calls() {
    let mut world = World::new(Family::Huawei);
    world.fake.calls.push(super::fake::FakeCall {
        idx: 1,
        incoming: true,
        stat: 0,
        number: CALLER.to_owned(),
        rings_at: None,
    });
    world.open();
    world.run(Duration::from_secs(40));
    let up = world.events.iter().position(|event| *event == Event::Up);
    let is_found = |event: &Event| matches!(event, Event::Answered { found: true, .. });
    let found = world.events.iter().position(is_found);
    assert!(found.is_some() && found < up, "{:?}", world.events);
    assert_eq!(world.status().phase, Phase::Talking);
}

#[test]
fn a_refused_hang_up_is_followed_by_the_other_at_once_and_the_next_call_begins_with_that() {
    for refusal in ["\r\nERROR\r\n", "\r\n+CME ERROR: 3\r\n"] {
        let mut world = World::ready(Family::Generic);
        world
            .fake
            .answers
            .insert("AT+CHUP".to_owned(), refusal.to_owned());
        for round in 0..2 {
            world.take_events();
            world.fake.said.clear();
            let call = world.takes(CALLER);
            world.order(Order::Hangup { call });
            world.run(Duration::from_millis(200));
            assert_eq!(world.said("ATH"), 1, "{:?}", world.fake.said);
            assert_eq!(world.said("AT+CHUP"), usize::from(round == 0));
            world.run(Duration::from_secs(5));
            assert_eq!(ended(&world.events), [(call, EndedBy::Local)]);
        }
        world.lose_port();
        world.open();
        world.run(Duration::from_secs(40));
        world.take_events();
        world.fake.said.clear();
        let call = world.takes(CALLER);
        world.hangs_up(call);
        assert_eq!(world.said("AT+CHUP"), 1, "another modem, for all we know");
    }
}

#[test]
fn a_caller_who_leaves_after_one_ring_is_missed_in_the_list_of_a_modem_that_lists_rings() {
    let mut world = World::ready(Family::Generic);
    world.ring(CALLER);
    world.run(Duration::from_secs(1));
    world.far_end_hangs_up();
    world.run(Duration::from_secs(4));
    assert_eq!(ended(&world.events).len(), 1);
    world.take_events();
    world.hears("\r\nRING\r\n");
    let call = rang(&world.events);
    world.run(Duration::from_millis(1_500));
    assert_eq!(ended(&world.events), [(call, EndedBy::Remote)]);
}

#[test]
fn a_ring_is_kept_on_a_modem_that_has_never_listed_one() {
    let mut world = World::ready(Family::Generic);
    world.hears("\r\nRING\r\n");
    world.run(Duration::from_secs(9));
    assert!(ended(&world.events).is_empty());
    world.run(Duration::from_secs(2));
    assert_eq!(ended(&world.events).len(), 1);
}

#[test]
fn a_ringing_pair_that_could_not_be_lifted_is_lifted_and_put_down_again() {
    for family in [Family::Usr, Family::Conexant] {
        let mut world = World::ready(family);
        let call = world.rings("0431852000");
        world.fake.refusals.insert("AT+VLS=1".to_owned(), 1);
        world.order(Order::Hangup { call });
        world.run(Duration::from_millis(300));
        assert_eq!(ended(&world.events), [], "it rings on");
        world.run(Duration::from_secs(12));
        assert_eq!(ended(&world.events), [(call, EndedBy::Local)]);
        assert!(world.fake.calls.is_empty());
        assert_eq!(world.said("AT+VLS=1"), 2, "{:?}", world.fake.said);
    }
}
