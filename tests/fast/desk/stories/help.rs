use super::*;
use siaga112::desk::sound::JoinedAs;

fn ask_help() -> Order {
    Order::AskHelp { call: None }
}

fn come_to(name: &str) -> Order {
    Order::Help { user: user(name) }
}

/// Who asks for help, and with which call.
fn asked(centre: &Centre) -> Vec<(String, Option<CallId>)> {
    let seats = centre.desk.seats().into_iter();
    let asks = seats.filter_map(|seat| seat.help.map(|help| (seat.user.to_string(), help.call)));
    asks.collect()
}

#[test]
fn rina_asks_for_help_with_her_call_until_a_supervisor_comes() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.talks("L1", "rina");
    centre.ask("rina", ask_help()).unwrap();
    assert_eq!(asked(&centre), [("rina".to_owned(), Some(call))]);
    let again = centre.ask("rina", Order::AskHelp { call: Some(call) });
    assert_eq!(again.unwrap().facts, [], "pressed twice");
    // She goes on; a colleague cannot say that somebody has come.
    centre.ready("budi");
    assert!(matches!(
        centre.ask("budi", come_to("rina")),
        Err(Refusal::NotAllowed { .. })
    ));
    let supervisor = Role::Supervisor;
    centre.ask_as("sari", supervisor, come_to("rina")).unwrap();
    assert_eq!(asked(&centre), []);
    let again = centre.ask_as("sari", supervisor, come_to("rina"));
    assert_eq!(again.unwrap().facts, []);
}

#[test]
fn who_is_in_the_call_has_come() {
    for way in [JoinedAs::Listen, JoinedAs::Whisper, JoinedAs::Join] {
        let mut centre = Centre::open();
        centre.ready("rina");
        let call = centre.talks("L1", "rina");
        centre.ask("rina", ask_help()).unwrap();
        let join = Order::Join { call, how: way };
        centre.ask_as("sari", Role::Supervisor, join).unwrap();
        assert_eq!(asked(&centre), []);
        assert_eq!(centre.count("operator.helped"), 1);
    }
}

#[test]
fn a_supervisor_who_takes_the_call_has_come_but_a_colleague_has_not() {
    let mut centre = Centre::open();
    centre.ready("rina");
    centre.ready("budi");
    let call = centre.talks("L1", "rina");
    centre.ask("rina", ask_help()).unwrap();
    let to = user("budi");
    centre.ask("rina", Order::Transfer { call, to }).unwrap();
    assert_eq!(asked(&centre), [("rina".to_owned(), Some(call))]);
    centre.desk.presence(centre.now, &user("sari"), true);
    let (state, reason) = (SeatState::Ready, None);
    let sit = Order::Seat { state, reason };
    centre.ask_as("sari", Role::Supervisor, sit).unwrap();
    let take = Order::TakeOver { call };
    centre.ask_as("sari", Role::Supervisor, take).unwrap();
    assert_eq!(asked(&centre), []);
}

#[test]
fn help_is_asked_for_without_a_call_and_taken_back() {
    let mut centre = Centre::open();
    assert_eq!(centre.ask("rina", ask_help()), Err(Refusal::NotReady));
    centre.ready("rina");
    centre.ask("rina", ask_help()).unwrap();
    assert_eq!(asked(&centre), [("rina".to_owned(), None)]);
    // A call that comes meanwhile is what it is about now.
    let call = centre.talks("L1", "rina");
    centre.ask("rina", ask_help()).unwrap();
    assert_eq!(asked(&centre), [("rina".to_owned(), Some(call))]);
    centre.ends(call);
    assert_eq!(asked(&centre).len(), 1, "the need does not end with it");
    let over = Order::AskHelp { call: Some(call) };
    assert_eq!(centre.ask("rina", over), Err(Refusal::CallOver));
    centre.ask("rina", come_to("rina")).unwrap();
    assert_eq!(asked(&centre), []);
}

#[test]
fn a_pause_or_a_restart_does_not_answer_a_cry_for_help_and_leaving_does() {
    let mut centre = Centre::open();
    centre.ready("rina");
    centre.ask("rina", ask_help()).unwrap();
    let reason = Some("istirahat".to_owned());
    let pause = Order::Seat {
        state: SeatState::Pause,
        reason,
    };
    centre.ask("rina", pause).unwrap();
    centre.power_cut();
    centre.desk.presence(centre.now, &user("rina"), true);
    assert_eq!(asked(&centre), [("rina".to_owned(), None)]);
    let away = Order::Seat {
        state: SeatState::Away,
        reason: None,
    };
    centre.ask("rina", away).unwrap();
    centre.ready("rina");
    assert_eq!(asked(&centre), []);
    assert_eq!(
        centre.ask_as("sari", Role::Supervisor, come_to("nobody")),
        Err(Refusal::NoSuchName)
    );
}
