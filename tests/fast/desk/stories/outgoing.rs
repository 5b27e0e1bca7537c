use super::*;
use siaga112::desk::call::Direction;

fn dial(number: &str) -> Order {
    Order::Dial {
        number: number.into(),
        line: None,
    }
}

#[test]
fn an_operator_calls_a_number_back() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let decision = centre.ask("rina", dial("+62 840-0101-0014")).unwrap();
    let call = decision.call.unwrap();
    assert_eq!(
        centre.orders,
        [LineOrder::Dial {
            line: line("L1"),
            number: "084001010014".into(),
            call,
        }]
    );
    assert_eq!(centre.call(call).direction, Direction::Out);
    assert_eq!(centre.desk.owner(call), Some(&user("rina")));
    centre.seconds(9);
    centre.tell("L1", LineNews::Answered { call });
    assert_eq!(centre.call(call).state, CallState::Talking);
    centre.seconds(20);
    centre.ends(call);
    let row = centre.row(call);
    assert_eq!((row.ring_ms, row.talk_ms), (Some(9_000), Some(20_000)));
    assert!(!row.abandoned);
    let today = centre.desk.today(centre.now);
    assert_eq!((today.dialled, today.offered, today.answered), (1, 0, 0));
}

#[test]
fn a_number_that_nobody_answers_is_over_and_asks_for_no_class() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.ask("rina", dial("110")).unwrap().call.unwrap();
    centre.ends(call);
    let row = centre.row(call);
    assert!(!row.abandoned);
    assert_eq!(row.operator, Some(user("rina")));
    assert_eq!(centre.desk.board_calls().count(), 0);
    // It is still at hand for a note.
    let note = Order::Note {
        call,
        text: "tidak diangkat".into(),
        archived: None,
    };
    centre.ask("rina", note).unwrap();
    assert_eq!(centre.row(call).notes.len(), 1);
}

#[test]
fn a_line_that_cannot_dial_ends_the_call() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.ask("rina", dial("110")).unwrap().call.unwrap();
    let why = "refused".into();
    centre.tell("L1", LineNews::DialFailed { call, why });
    assert_eq!(centre.row(call).ended_by, Some(EndedBy::Line));
    assert_eq!(centre.desk.seats()[0].call, None);
}

#[test]
fn dialling_needs_a_free_seat_a_number_and_a_free_line() {
    let mut centre = Centre::open();
    assert_eq!(centre.ask("rina", dial("110")), Err(Refusal::NotReady));
    centre.ready("rina");
    assert_eq!(centre.ask("rina", dial("tolong")), Err(Refusal::BadNumber));
    let on = |line_name: &str| Order::Dial {
        number: "110".into(),
        line: Some(line(line_name)),
    };
    assert_eq!(centre.ask("rina", on("L9")), Err(Refusal::NoLine));
    let ringing = centre.rings("L1", "084001010014");
    assert_eq!(
        centre.ask("rina", on("L1")),
        Err(Refusal::LineBusy { call: ringing })
    );
    // A free one is found, and then none is left.
    let call = centre.ask("rina", dial("110")).unwrap().call.unwrap();
    assert_eq!(centre.call(call).line, line("L2"));
    assert_eq!(
        centre.ask("rina", dial("110")),
        Err(Refusal::OnAnotherCall { call })
    );
    centre.ready("budi");
    assert_eq!(centre.ask("budi", dial("110")), Err(Refusal::NoLine));
}

#[test]
fn a_local_number_gets_the_offices_area_code() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.ask("rina", dial("851234")).unwrap().call.unwrap();
    assert_eq!(centre.call(call).caller.raw, "0431851234");
}

#[test]
fn the_operator_who_dialled_may_hang_up_while_it_rings() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.ask("rina", dial("110")).unwrap().call.unwrap();
    centre.ask("rina", Order::Hangup { call }).unwrap();
    assert_eq!(centre.orders.last(), Some(&LineOrder::Hangup { call }));
}

#[test]
fn a_call_whose_dialler_was_lost_is_answered_by_nobody_and_taken_by_a_colleague() {
    let mut centre = Centre::open();
    centre.ready("rina");
    centre.ready("budi");
    let call = centre.ask("rina", dial("110")).unwrap().call.unwrap();
    centre.desk.presence(centre.now, &user("rina"), false);
    centre.seconds(31);
    centre.tell("L1", LineNews::Answered { call });
    assert_eq!(centre.call(call).state, CallState::Held);
    centre.ask("budi", Order::Answer { call }).unwrap();
    assert_eq!(centre.call(call).state, CallState::Talking);
    assert_eq!(centre.call(call).operator, Some(user("budi")));
}
