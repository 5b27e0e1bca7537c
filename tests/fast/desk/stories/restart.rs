use super::*;

fn rang(digits: &str) -> LineNews {
    LineNews::Rang {
        caller: caller(digits),
        waiting: false,
    }
}

#[test]
fn a_call_that_rings_on_after_a_power_cut_is_the_same_call() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.rings("L1", "084001010014");
    centre.power_cut();
    centre.desk.presence(centre.now, &user("rina"), true);
    let sought: Vec<CallId> = centre.desk.sought(&line("L1")).map(|c| c.id).collect();
    assert_eq!(sought, [call]);
    centre.seconds(20);
    assert_eq!(centre.tell("L1", rang("084001010014")), Some(call));
    assert_eq!(centre.desk.sought(&line("L1")).count(), 0);
    assert_eq!(centre.count("call.offered"), 1);
    assert_eq!(centre.count("call.found"), 1);
    centre.ask("rina", Order::Answer { call }).unwrap();
    centre.tell("L1", LineNews::Answered { call });
    centre.ends(call);
    // The time before the cut cannot be measured.
    assert_eq!(centre.row(call).ring_ms, None);
    assert!(centre.row(call).talk_ms.is_some());
}

#[test]
fn another_caller_after_a_power_cut_is_another_call() {
    let mut centre = Centre::open();
    let old = centre.rings("L1", "084001010014");
    centre.power_cut();
    let new = centre.tell("L1", rang("084001010015")).unwrap();
    assert_ne!(old, new);
    centre.tell("L1", LineNews::Gone { call: old });
    let row = centre.row(old);
    assert_eq!(row.ended_by, Some(EndedBy::Restart));
    assert!(row.abandoned);
    assert_eq!(centre.call(new).state, CallState::Queued);
}

#[test]
fn a_call_that_was_being_answered_is_answered_after_the_power_cut() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.rings("L1", "084001010014");
    centre.ask("rina", Order::Answer { call }).unwrap();
    centre.power_cut();
    centre.desk.presence(centre.now, &user("rina"), true);
    centre.tell("L1", rang("084001010014"));
    assert_eq!(centre.orders, [LineOrder::Answer { call }]);
    centre.tell("L1", LineNews::Answered { call });
    assert_eq!(centre.call(call).state, CallState::Talking);
}

#[test]
fn a_talk_that_survives_the_power_cut_goes_on() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.talks("L1", "rina");
    centre.power_cut();
    centre.desk.presence(centre.now, &user("rina"), true);
    centre.tell("L1", LineNews::Answered { call });
    centre.seconds(600);
    assert_eq!(centre.call(call).state, CallState::Talking);
    assert_eq!(centre.desk.owner(call), Some(&user("rina")));
    assert_eq!(centre.count("call.answered"), 1);
    centre.ends(call);
    assert_eq!(centre.row(call).talk_ms, None);
    assert_eq!(centre.row(call).ended_by, Some(EndedBy::Caller));
}

#[test]
fn a_talk_whose_operator_does_not_come_back_is_held_for_anybody() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.talks("L1", "rina");
    centre.power_cut();
    centre.tell("L1", LineNews::Answered { call });
    centre.seconds(31);
    assert_eq!(centre.call(call).state, CallState::Held);
    centre.ready("budi");
    centre.ask("budi", Order::Answer { call }).unwrap();
    assert_eq!(centre.call(call).state, CallState::Talking);
}

#[test]
fn a_line_that_never_speaks_again_does_not_keep_a_call_for_ever() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.talks("L1", "rina");
    centre.power_cut();
    centre.desk.presence(centre.now, &user("rina"), true);
    centre.seconds(119);
    assert_eq!(centre.call(call).state, CallState::Talking);
    centre.seconds(2);
    assert_eq!(centre.row(call).ended_by, Some(EndedBy::Restart));
    assert_eq!(centre.desk.seats()[0].call, None);
}

#[test]
fn a_line_says_it_is_up_after_every_start() {
    let mut centre = Centre::open();
    centre.tell("L1", LineNews::Up);
    assert_eq!(centre.count("line.up"), 2);
    centre.power_cut();
    centre.tell("L1", LineNews::Up);
    assert_eq!(centre.count("line.up"), 3);
    let down = |why: &str| LineNews::Down {
        why: why.into(),
        detail: "x".into(),
    };
    for why in ["deaf", "deaf", "dead"] {
        centre.tell("L1", down(why));
    }
    assert_eq!(centre.count("line.down"), 2);
}

#[test]
fn a_snapshot_of_another_version_or_a_damaged_one_is_refused() {
    let mut centre = Centre::open();
    centre.ready("rina");
    centre.talks("L1", "rina");
    let good = centre.desk.snapshot();
    let restored = Desk::restore(policy(), &good).unwrap();
    assert_eq!(restored.snapshot(), good);
    let mut other = good.clone();
    other[0] += 1;
    assert!(Desk::restore(policy(), &other).is_err());
    assert!(Desk::restore(policy(), &good[..good.len() - 1]).is_err());
    assert!(Desk::restore(policy(), &[]).is_err());
}
