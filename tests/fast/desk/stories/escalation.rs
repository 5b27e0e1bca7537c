use super::*;

/// When supervisors were called for a call, in seconds since the office opened.
fn called_at(centre: &Centre) -> Vec<i64> {
    let opened = Wall::parse("2026-11-21T01:00:00Z").unwrap();
    let escalated = centre.journal.iter().filter_map(|entry| match entry.fact {
        Fact::CallEscalated { .. } => Some((entry.stamp.at.0 - opened.0) / 1_000),
        _ => None,
    });
    escalated.collect()
}

#[test]
fn a_caller_whom_nobody_answers_calls_the_supervisors_once() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.rings("L1", "084001010014");
    centre.seconds(19);
    assert_eq!(centre.call(call).escalated, None);
    centre.seconds(120);
    assert_eq!(called_at(&centre), [20]);
    let at = centre.row(call).escalated.expect("on record");
    // Somebody takes it at last: that it had waited stays on record.
    centre.ask("rina", Order::Answer { call }).unwrap();
    centre.tell("L1", LineNews::Answered { call });
    centre.seconds(60);
    centre.ends(call);
    assert_eq!(centre.row(call).escalated, Some(at));
    assert_eq!(called_at(&centre), [20]);
}

#[test]
fn a_call_that_is_taken_in_time_calls_nobody() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.rings("L1", "084001010014");
    centre.seconds(19);
    centre.ask("rina", Order::Answer { call }).unwrap();
    centre.seconds(10);
    centre.tell("L1", LineNews::Answered { call });
    centre.seconds(600);
    assert_eq!(called_at(&centre), [0; 0]);
}

#[test]
fn with_nobody_at_the_desk_supervisors_are_called_too() {
    let mut centre = Centre::open();
    let call = centre.rings("L1", "084001010014");
    assert_eq!(centre.call(call).state, CallState::Queued);
    centre.seconds(30);
    assert_eq!(called_at(&centre), [20]);
}

#[test]
fn each_time_a_call_waits_anew_it_calls_anew() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.rings("L1", "084001010014");
    centre.seconds(25);
    centre.ask("rina", Order::Answer { call }).unwrap();
    // The line never answers; after 45 s it rings again for everybody.
    centre.seconds(45 + 25);
    assert_eq!(called_at(&centre), [20, 25 + 45 + 20]);
    centre.ask("rina", Order::Answer { call }).unwrap();
    centre.tell("L1", LineNews::Answered { call });
    // Her screen is lost in mid-call, and after 30 s her seat: the caller waits for anybody.
    centre.desk.presence(centre.now, &user("rina"), false);
    centre.seconds(60);
    assert_eq!(centre.call(call).state, CallState::Held);
    let lost_at = 25 + 45 + 25;
    assert_eq!(called_at(&centre)[2..], [lost_at + 30 + 20]);
}

#[test]
fn a_restart_calls_nobody_twice_and_forgets_nobody() {
    let mut centre = Centre::open();
    let first = centre.rings("L1", "084001010014");
    centre.seconds(30);
    let second = centre.rings("L2", "084001010015");
    centre.seconds(5);
    centre.power_cut();
    // Neither line has said anything: perhaps nobody is there any more.
    centre.seconds(25);
    assert_eq!(called_at(&centre), [20]);
    for (line, digits, call) in [
        ("L1", "084001010014", first),
        ("L2", "084001010015", second),
    ] {
        assert_eq!(centre.rings(line, digits), call, "it rings on");
    }
    assert_eq!(called_at(&centre), [20, 60]);
    assert!(centre.call(second).escalated.is_some());
}

#[test]
fn the_wall_clock_calls_nobody() {
    let mut centre = Centre::open();
    let call = centre.rings("L1", "084001010014");
    centre.now.wall = Wall::parse("2031-01-01T00:00:00Z").unwrap();
    centre.settle();
    assert_eq!(centre.call(call).escalated, None);
}
