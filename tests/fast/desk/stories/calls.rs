use super::*;
use siaga112::base::phone::Number;

#[test]
fn a_call_from_its_first_ring_to_its_class() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.rings("L1", "084001010014");
    assert_eq!(centre.call(call).state, CallState::Ringing);
    assert_eq!(
        centre.call(call).caller.number,
        Some("+6284001010014".parse::<Number>().unwrap())
    );
    centre.seconds(7);
    centre.ask("rina", Order::Answer { call }).unwrap();
    assert_eq!(centre.orders, [LineOrder::Answer { call }]);
    centre.seconds(1);
    centre.tell("L1", LineNews::Answered { call });
    centre.seconds(60);
    centre.ends(call);
    centre.ask("rina", classify(call, Class::Incident)).unwrap();

    let row = centre.row(call);
    assert_eq!(row.operator, Some(user("rina")));
    assert_eq!(row.ring_ms, Some(8_000));
    assert_eq!(row.talk_ms, Some(60_000));
    assert_eq!(row.class, Some(Class::Incident));
    assert!(!row.abandoned);
    assert_eq!(
        centre.kinds()[3..],
        [
            "operator.joined",
            "call.offered",
            "call.claimed",
            "call.answered",
            "call.ended",
            "call.classified"
        ]
    );
    let today = centre.desk.today(centre.now);
    assert_eq!(today.date, "2026-11-21");
    assert_eq!((today.offered, today.answered), (1, 1));
    assert_eq!(today.by_class[0], (Class::Incident, 1));
    assert_eq!(today.unclassified, 0);
}

#[test]
fn a_call_without_a_number_is_a_call() {
    let mut centre = Centre::open();
    let caller = Caller::unknown();
    let waiting = false;
    let call = centre
        .tell("L1", LineNews::Rang { caller, waiting })
        .unwrap();
    assert_eq!(centre.call(call).caller.number, None);
}

#[test]
fn a_number_that_comes_after_the_first_ring_is_added_and_never_worsened() {
    let mut centre = Centre::open();
    let call = centre
        .tell(
            "L1",
            LineNews::Rang {
                caller: Caller::unknown(),
                waiting: false,
            },
        )
        .unwrap();
    let good = caller("084001010014");
    for caller in [good.clone(), good.clone(), caller(""), Caller::unknown()] {
        centre.tell("L1", LineNews::Identified { call, caller });
    }
    assert_eq!(centre.call(call).caller, good);
    assert_eq!(centre.count("call.identified"), 1);
}

#[test]
fn two_operators_reach_for_one_call_and_one_has_it() {
    let mut centre = Centre::open();
    centre.ready("rina");
    centre.ready("budi");
    let call = centre.rings("L1", "084001010014");
    centre.ask("rina", Order::Answer { call }).unwrap();
    let by = user("rina");
    assert_eq!(
        centre.ask("budi", Order::Answer { call }),
        Err(Refusal::Taken { by })
    );
    // A double click is not an error and tells the line nothing twice.
    let again = centre.ask("rina", Order::Answer { call }).unwrap();
    assert_eq!((again.facts.len(), again.lines.len()), (0, 0));
    assert_eq!(centre.count("call.claimed"), 1);
}

#[test]
fn two_lines_ring_and_two_operators_take_one_each() {
    let mut centre = Centre::open();
    centre.ready("rina");
    centre.ready("budi");
    let first = centre.rings("L1", "084001010014");
    let second = centre.rings("L2", "084001010015");
    centre.ask("rina", Order::Answer { call: first }).unwrap();
    assert_eq!(
        centre.ask("rina", Order::Answer { call: second }),
        Err(Refusal::OnAnotherCall { call: first })
    );
    centre.ask("budi", Order::Answer { call: second }).unwrap();
    assert_eq!(centre.count("call.queued"), 0);
}

#[test]
fn a_caller_who_gives_up_is_still_on_record() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.rings("L1", "084001010014");
    centre.seconds(4);
    centre.ends(call);
    let row = centre.row(call);
    assert!(row.abandoned);
    assert_eq!(row.state, CallState::Ended);
    assert_eq!(row.ring_ms, Some(4_000));
    assert_eq!((row.talk_ms, row.answered), (None, None));
    // It stays on the board: somebody may be in need.
    let board: Vec<CallId> = centre.desk.board_calls().map(|call| call.id).collect();
    assert_eq!(board, [call]);
    assert_eq!(centre.desk.today(centre.now).abandoned, 1);
    assert_eq!(centre.desk.today(centre.now).unclassified, 1);
    // Nobody had it, so anybody may say what it was.
    centre.ask("budi", classify(call, Class::Ghost)).unwrap();
    assert_eq!(centre.desk.board_calls().count(), 0);
}

#[test]
fn a_caller_who_gives_up_while_the_line_is_being_answered_is_abandoned() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.rings("L1", "084001010014");
    centre.ask("rina", Order::Answer { call }).unwrap();
    centre.ends(call);
    assert!(centre.row(call).abandoned);
    // The line answers too late: an ended call does not come back.
    centre.tell("L1", LineNews::Answered { call });
    assert_eq!(centre.row(call).state, CallState::Ended);
    assert_eq!(centre.desk.seats()[0].call, None);
    assert_eq!(
        centre.ask("rina", Order::Answer { call }),
        Err(Refusal::CallOver)
    );
}

#[test]
fn a_call_waits_once_while_nobody_is_free() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let first = centre.talks("L1", "rina");
    let second = centre.rings("L2", "084001010015");
    assert_eq!(centre.call(second).state, CallState::Queued);
    centre.ends(first);
    let state = SeatState::Pause;
    let reason = Some("sholat".into());
    centre.ask("rina", Order::Seat { state, reason }).unwrap();
    assert_eq!(
        centre.ask("rina", Order::Answer { call: second }),
        Err(Refusal::NotReady)
    );
    centre.ready("rina");
    centre.ask("rina", Order::Answer { call: second }).unwrap();
    assert_eq!(centre.count("call.queued"), 1);
}

#[test]
fn a_ringing_call_begins_to_wait_when_the_last_free_seat_takes_another() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let first = centre.rings("L1", "084001010014");
    let second = centre.rings("L2", "084001010015");
    assert_eq!(centre.call(second).state, CallState::Ringing);
    centre.ask("rina", Order::Answer { call: first }).unwrap();
    assert_eq!(centre.call(second).state, CallState::Queued);
    assert!(centre.call(second).queued.is_some());
    assert_eq!(centre.call(first).state, CallState::Ringing);
}

#[test]
fn a_second_caller_on_a_busy_line_waits_until_the_line_is_free() {
    let mut centre = Centre::open();
    centre.ready("rina");
    centre.ready("budi");
    let first = centre.talks("L1", "rina");
    let caller = caller("084001010015");
    let waiting = true;
    let second = centre
        .tell("L1", LineNews::Rang { caller, waiting })
        .unwrap();
    assert_eq!(centre.call(second).state, CallState::Queued);
    assert_eq!(
        centre.ask("budi", Order::Answer { call: second }),
        Err(Refusal::LineBusy { call: first })
    );
    centre.ends(first);
    centre.ask("budi", Order::Answer { call: second }).unwrap();
}

#[test]
fn a_claim_that_the_line_never_answers_rings_again_for_everybody() {
    let mut centre = Centre::open();
    centre.ready("rina");
    centre.ready("budi");
    let call = centre.rings("L1", "084001010014");
    centre.ask("rina", Order::Answer { call }).unwrap();
    centre.seconds(44);
    assert_eq!(centre.desk.owner(call), Some(&user("rina")));
    centre.seconds(2);
    assert_eq!(centre.desk.owner(call), None);
    assert_eq!(centre.count("call.unclaimed"), 1);
    centre.ask("budi", Order::Answer { call }).unwrap();
    centre.tell("L1", LineNews::Answered { call });
    assert_eq!(centre.call(call).operator, Some(user("budi")));
}

#[test]
fn a_line_that_answers_after_the_claim_was_let_go_holds_the_caller_for_anybody() {
    let mut centre = Centre::open();
    centre.ready("rina");
    centre.ready("budi");
    let call = centre.rings("L1", "084001010014");
    centre.ask("rina", Order::Answer { call }).unwrap();
    centre.seconds(46);
    centre.tell("L1", LineNews::Answered { call });
    assert_eq!(centre.call(call).state, CallState::Held);
    assert_eq!(centre.desk.board_calls().next().unwrap().id, call);
    centre.orders.clear();
    centre.ask("budi", Order::Answer { call }).unwrap();
    assert_eq!(centre.orders, []);
    let record = centre.call(call);
    assert_eq!(record.state, CallState::Talking);
    assert_eq!(record.operator, Some(user("budi")));
    assert!(record.answered.is_some());
}

#[test]
fn a_modem_that_dies_in_mid_call_ends_it_whatever_comes_first() {
    for down_first in [true, false] {
        let mut centre = Centre::open();
        centre.ready("rina");
        let call = centre.talks("L1", "rina");
        let down = LineNews::Down {
            why: "port_missing".into(),
            detail: String::new(),
        };
        let by = EndedBy::Line;
        let cause = None;
        let ended = LineNews::Ended { call, by, cause };
        let order = if down_first {
            [down, ended]
        } else {
            [ended, down]
        };
        for news in order {
            centre.tell("L1", news);
        }
        assert_eq!(centre.row(call).ended_by, Some(EndedBy::Line));
        assert_eq!(centre.desk.seats()[0].call, None);
        assert_eq!(centre.desk.seats()[0].unclassified, [call]);
        // An unclassified call does not keep a frightened caller waiting.
        let next = centre.rings("L2", "084001010015");
        centre.ask("rina", Order::Answer { call: next }).unwrap();
    }
}

#[test]
fn only_a_supervisor_turns_a_ringing_caller_away() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.rings("L1", "084001010014");
    let needs = Role::Supervisor;
    assert_eq!(
        centre.ask("rina", Order::Hangup { call }),
        Err(Refusal::NotAllowed { needs })
    );
    centre
        .ask_as("hadi", Role::Supervisor, Order::Hangup { call })
        .unwrap();
    assert_eq!(centre.orders, [LineOrder::Hangup { call }]);
}

#[test]
fn a_talking_call_is_hung_up_by_its_operator_and_twice_is_harmless() {
    let mut centre = Centre::open();
    centre.ready("rina");
    centre.ready("budi");
    let call = centre.talks("L1", "rina");
    let by = Some(user("rina"));
    assert_eq!(
        centre.ask("budi", Order::Hangup { call }),
        Err(Refusal::NotYours { by })
    );
    centre.ask("rina", Order::Hangup { call }).unwrap();
    centre.ends(call);
    let late = centre.ask("rina", Order::Hangup { call }).unwrap();
    assert_eq!((late.facts.len(), late.lines.len()), (0, 0));
}

#[test]
fn a_dead_line_does_not_keep_an_operator_from_the_next_caller() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.talks("L1", "rina");
    let (why, detail) = ("deaf".into(), String::new());
    centre.tell("L1", LineNews::Down { why, detail });
    // The line never says that the call is over.
    centre.ask("rina", Order::Hangup { call }).unwrap();
    assert_eq!(centre.orders.last(), Some(&LineOrder::Hangup { call }));
    assert_eq!(centre.row(call).ended_by, Some(EndedBy::Operator));
    assert!(centre.row(call).talk_ms.is_some());
    let next = centre.rings("L2", "084001010015");
    centre.ask("rina", Order::Answer { call: next }).unwrap();
}

#[test]
fn a_supervisor_hands_a_held_caller_to_somebody() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.rings("L1", "084001010014");
    // Taken at a telephone in parallel.
    centre.tell("L1", LineNews::Answered { call });
    assert_eq!(centre.call(call).state, CallState::Held);
    let to = user("rina");
    centre
        .ask_as("hadi", Role::Supervisor, Order::Transfer { call, to })
        .unwrap();
    assert_eq!(centre.call(call).state, CallState::Talking);
    centre.ends(call);
    assert!(!centre.row(call).abandoned);
}

#[test]
fn a_call_passes_to_a_colleague_who_is_free() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.talks("L1", "rina");
    let to = user("budi");
    let transfer = Order::Transfer {
        call,
        to: to.clone(),
    };
    assert_eq!(
        centre.ask("rina", transfer.clone()),
        Err(Refusal::SeatNotReady { user: to.clone() })
    );
    centre.ready("budi");
    centre.ask("rina", transfer.clone()).unwrap();
    assert_eq!(centre.desk.owner(call), Some(&to));
    // Asking again for what is so already.
    assert_eq!(centre.ask("rina", transfer).unwrap().facts, []);
    centre.ends(call);
    // Both had it, so both may say what it was.
    centre
        .ask("rina", classify(call, Class::Information))
        .unwrap();
    centre.ask("budi", classify(call, Class::Incident)).unwrap();
    assert_eq!(centre.row(call).classified_by, Some(to));
}

#[test]
fn a_ringing_call_cannot_be_passed_on_or_sent_keys() {
    let mut centre = Centre::open();
    centre.ready("rina");
    centre.ready("budi");
    let call = centre.rings("L1", "084001010014");
    centre.ask("rina", Order::Answer { call }).unwrap();
    let to = user("budi");
    let digits = "1".into();
    for order in [Order::Transfer { call, to }, Order::Dtmf { call, digits }] {
        assert_eq!(centre.ask("rina", order), Err(Refusal::NotTalking));
    }
}

#[test]
fn keys_are_checked_sent_and_kept() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.talks("L1", "rina");
    for digits in ["", "12x", "1 2", &"1".repeat(33)] {
        let digits = digits.to_owned();
        let refused = centre.ask("rina", Order::Dtmf { call, digits });
        assert!(matches!(
            refused,
            Err(Refusal::BadField {
                field: "digits",
                ..
            })
        ));
    }
    centre.orders.clear();
    let digits = "5#a".into();
    centre.ask("rina", Order::Dtmf { call, digits }).unwrap();
    let digits = "5#A".into();
    assert_eq!(centre.orders, [LineOrder::Dtmf { call, digits }]);
    // What the caller presses is on record, up to a limit.
    for _ in 0..300 {
        centre.tell("L1", LineNews::Dtmf { call, digit: '5' });
    }
    assert_eq!(centre.call(call).dtmf.len(), 256);
}

#[test]
fn a_call_that_never_was_is_unknown() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = CallId(99);
    for order in [Order::Answer { call }, Order::Hangup { call }] {
        assert_eq!(centre.ask("rina", order), Err(Refusal::NoSuchCall));
    }
    assert_eq!(
        centre.ask("rina", Order::Undo { call }),
        Err(Refusal::NoSuchCall)
    );
}

#[test]
fn those_who_wait_come_first_on_the_board() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let talking = centre.talks("L1", "rina");
    let ended = centre.rings("L2", "084001010015");
    centre.ends(ended);
    let waiting = centre.rings("L2", "084001010016");
    let board: Vec<CallId> = centre.desk.board_calls().map(|call| call.id).collect();
    assert_eq!(board, [waiting, talking, ended]);
}
