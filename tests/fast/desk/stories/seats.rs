use super::*;

fn seat(state: SeatState) -> Order {
    let reason = None;
    Order::Seat { state, reason }
}

#[test]
fn joining_pausing_and_leaving_are_facts_and_repeating_them_is_not() {
    let mut centre = Centre::open();
    for state in [SeatState::Ready, SeatState::Ready] {
        centre.ask("rina", seat(state)).unwrap();
    }
    for _ in 0..2 {
        let state = SeatState::Pause;
        let reason = Some(" makan ".into());
        centre.ask("rina", Order::Seat { state, reason }).unwrap();
    }
    assert_eq!(centre.desk.seats()[0].reason.as_deref(), Some("makan"));
    for _ in 0..2 {
        centre.ask("rina", seat(SeatState::Away)).unwrap();
    }
    assert_eq!(centre.desk.seats(), []);
    assert_eq!(
        centre.kinds()[3..],
        ["operator.joined", "operator.changed", "operator.left"]
    );
}

#[test]
fn nobody_leaves_a_caller_behind_on_purpose() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.talks("L1", "rina");
    assert_eq!(
        centre.ask("rina", seat(SeatState::Away)),
        Err(Refusal::OnAnotherCall { call })
    );
    // A break after this call may be announced during it.
    centre.ask("rina", seat(SeatState::Pause)).unwrap();
    assert_eq!(centre.desk.owner(call), Some(&user("rina")));
}

#[test]
fn an_auditor_changes_nothing() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.talks("L1", "rina");
    let text = String::from("catatan");
    let orders = [
        seat(SeatState::Ready),
        Order::Answer { call },
        Order::Hangup { call },
        classify(call, Class::Prank),
        Order::Undo { call },
        Order::Note {
            call,
            text: text.clone(),
            archived: None,
        },
        Order::Dial {
            number: "110".into(),
            line: None,
        },
        Order::SendSms {
            to: "084001010014".into(),
            text,
            line: None,
        },
    ];
    let needs = Role::Operator;
    for order in orders {
        let refused = centre.ask_as("tono", Role::Auditor, order);
        assert_eq!(refused, Err(Refusal::NotAllowed { needs }));
    }
}

#[test]
fn a_reload_of_the_page_costs_nothing() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.talks("L1", "rina");
    centre.desk.presence(centre.now, &user("rina"), false);
    centre.seconds(29);
    centre.desk.presence(centre.now, &user("rina"), true);
    centre.seconds(600);
    assert_eq!(centre.desk.owner(call), Some(&user("rina")));
    assert_eq!(centre.count("operator.left"), 0);
}

#[test]
fn a_second_screen_keeps_the_seat() {
    let mut centre = Centre::open();
    centre.ready("rina");
    centre.desk.presence(centre.now, &user("rina"), true);
    centre.desk.presence(centre.now, &user("rina"), false);
    centre.seconds(600);
    assert_eq!(centre.count("operator.left"), 0);
}

#[test]
fn a_browser_that_goes_away_leaves_the_caller_to_a_colleague() {
    let mut centre = Centre::open();
    centre.ready("rina");
    centre.ready("budi");
    let call = centre.talks("L1", "rina");
    centre.desk.presence(centre.now, &user("rina"), false);
    centre.seconds(31);
    let left = Fact::OperatorLeft {
        user: user("rina"),
        lost: true,
    };
    assert_eq!(centre.journal.last().unwrap().fact, left);
    // The call stays up.
    assert_eq!(centre.call(call).state, CallState::Held);
    assert_eq!(centre.call(call).operator, Some(user("rina")));
    assert_eq!(centre.orders, [LineOrder::Answer { call }]);
    centre.ask("budi", Order::Answer { call }).unwrap();
    assert_eq!(centre.call(call).state, CallState::Talking);
    let passed = Fact::CallTransferred {
        call,
        from: Some(user("rina")),
        to: user("budi"),
    };
    assert_eq!(centre.journal.last().unwrap().fact, passed);
    // Rina comes back to an empty desk and does not take it away again.
    centre.ready("rina");
    assert_eq!(centre.desk.owner(call), Some(&user("budi")));
}

#[test]
fn an_operator_who_comes_back_first_has_the_call_again() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.talks("L1", "rina");
    centre.desk.presence(centre.now, &user("rina"), false);
    centre.seconds(31);
    centre.ready("rina");
    assert_eq!(centre.desk.owner(call), Some(&user("rina")));
    assert_eq!(centre.call(call).state, CallState::Talking);
}

#[test]
fn a_claim_of_a_lost_seat_rings_again() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.rings("L1", "084001010014");
    centre.ask("rina", Order::Answer { call }).unwrap();
    centre.desk.presence(centre.now, &user("rina"), false);
    centre.seconds(31);
    assert_eq!(centre.desk.owner(call), None);
    assert_eq!(centre.call(call).operator, None);
    // Nobody is left to take it.
    assert_eq!(centre.call(call).state, CallState::Queued);
    assert_eq!(
        centre.kinds()[6..],
        ["call.unclaimed", "operator.left", "call.queued"]
    );
}

#[test]
fn a_seat_without_any_screen_does_not_last() {
    let mut centre = Centre::open();
    centre.ask("rina", seat(SeatState::Ready)).unwrap();
    centre.seconds(31);
    assert_eq!(centre.desk.seats(), []);
}
