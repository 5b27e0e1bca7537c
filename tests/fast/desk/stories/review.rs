use super::*;
use siaga112::base::limits;

/// A talk that is over.
fn ended(centre: &mut Centre) -> CallId {
    centre.ready("rina");
    let call = centre.talks("L1", "rina");
    centre.ends(call);
    call
}

fn archived(call: CallId, class: Class, record: &CallRecord) -> Order {
    Order::Classify {
        call,
        class,
        reason: None,
        note: None,
        archived: Some(Box::new(record.clone())),
    }
}

#[test]
fn a_class_may_be_given_during_the_talk_and_changed_after_it() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.rings("L1", "084001010014");
    centre.ask("rina", Order::Answer { call }).unwrap();
    assert_eq!(
        centre.ask("rina", classify(call, Class::Ghost)),
        Err(Refusal::NotTalking)
    );
    centre.tell("L1", LineNews::Answered { call });
    centre.ask("rina", classify(call, Class::Ghost)).unwrap();
    centre.ends(call);
    assert_eq!(centre.desk.board_calls().count(), 0);
    centre.ask("rina", classify(call, Class::Incident)).unwrap();
    let today = centre.desk.today(centre.now);
    assert_eq!(today.by_class[0], (Class::Incident, 1));
    assert_eq!(today.by_class[2], (Class::Ghost, 0));
}

#[test]
fn a_class_with_its_reason_and_note_is_one_order() {
    let mut centre = Centre::open();
    let call = ended(&mut centre);
    let order = Order::Classify {
        call,
        class: Class::Prank,
        reason: Some("tertawa lalu ditutup".into()),
        note: Some("  suara anak-anak  ".into()),
        archived: None,
    };
    centre.ask("rina", order.clone()).unwrap();
    let row = centre.row(call);
    assert_eq!(row.class_reason.as_deref(), Some("tertawa lalu ditutup"));
    assert_eq!(row.notes[0].text, "suara anak-anak");
    // A double click writes nothing twice.
    assert_eq!(centre.ask("rina", order).unwrap().facts, []);
}

#[test]
fn somebody_elses_call_is_classified_by_a_supervisor_only() {
    let mut centre = Centre::open();
    let call = ended(&mut centre);
    let by = Some(user("rina"));
    let ghost = classify(call, Class::Ghost);
    assert_eq!(
        centre.ask("budi", ghost.clone()),
        Err(Refusal::NotYours { by })
    );
    centre.ask_as("hadi", Role::Supervisor, ghost).unwrap();
}

#[test]
fn a_class_is_taken_back_within_ten_minutes_by_whoever_set_it() {
    let mut centre = Centre::open();
    let call = ended(&mut centre);
    assert_eq!(
        centre.ask("rina", Order::Undo { call }),
        Err(Refusal::NoClass)
    );
    centre.ask("rina", classify(call, Class::Prank)).unwrap();
    assert_eq!(
        centre.ask_as("hadi", Role::Supervisor, Order::Undo { call }),
        Err(Refusal::TooLate)
    );
    centre.seconds(600);
    centre.ask("rina", Order::Undo { call }).unwrap();
    let row = centre.row(call);
    assert_eq!((row.class, &row.classified_by), (None, &None));
    assert_eq!(centre.desk.seats()[0].unclassified, [call]);
    assert_eq!(centre.desk.today(centre.now).by_class[3].1, 0);

    centre.ask("rina", classify(call, Class::Prank)).unwrap();
    centre.seconds(601);
    assert_eq!(
        centre.ask("rina", Order::Undo { call }),
        Err(Refusal::TooLate)
    );
}

#[test]
fn the_undo_time_is_not_fooled_by_a_wall_clock_that_jumps() {
    let mut centre = Centre::open();
    let call = ended(&mut centre);
    centre.ask("rina", classify(call, Class::Prank)).unwrap();
    centre.now.wall = Wall::parse("2031-01-01T00:00:00Z").unwrap();
    centre.ask("rina", Order::Undo { call }).unwrap();
}

#[test]
fn a_class_can_be_taken_back_across_a_power_cut() {
    let mut centre = Centre::open();
    let call = ended(&mut centre);
    centre.ask("rina", classify(call, Class::Prank)).unwrap();
    centre.power_cut();
    centre.seconds(60);
    centre.ask("rina", Order::Undo { call }).unwrap();
    assert_eq!(centre.row(call).class, None);
}

#[test]
fn a_call_of_last_month_is_classified_from_the_archive() {
    let mut centre = Centre::open();
    let call = ended(&mut centre);
    let record = centre.row(call).clone();
    // Newer calls push it out.
    for _ in 0..limits::UNCLASSIFIED_LEN_MAX {
        let gave_up = centre.rings("L2", "084001010015");
        centre.ends(gave_up);
    }
    assert_eq!(centre.desk.call(call), None);
    assert_eq!(
        centre.ask("rina", classify(call, Class::Ghost)),
        Err(Refusal::NoSuchCall)
    );
    // A record of another call does not help.
    let other = archived(CallId(9_999), Class::Ghost, &record);
    assert_eq!(centre.ask("rina", other), Err(Refusal::NoSuchCall));

    let by = Some(user("rina"));
    let ghost = archived(call, Class::Ghost, &record);
    assert_eq!(
        centre.ask("budi", ghost.clone()),
        Err(Refusal::NotYours { by })
    );
    centre.ask("rina", ghost).unwrap();
    assert_eq!(centre.row(call).class, Some(Class::Ghost));
    // The page still shows the old record; the desk knows better.
    let text = "terdengar napas".into();
    let stale = Some(Box::new(record));
    let note = Order::Note {
        call,
        text,
        archived: stale,
    };
    centre.ask("rina", note).unwrap();
    assert_eq!(centre.row(call).class, Some(Class::Ghost));
    assert_eq!(centre.row(call).notes.len(), 1);
    centre.ask("rina", Order::Undo { call }).unwrap();
    assert_eq!(centre.row(call).class, None);
    // None of this is part of the state that replay must find again.
    centre.power_cut();
}

#[test]
fn replay_asks_for_the_archived_calls_it_needs() {
    let mut centre = Centre::open();
    let call = ended(&mut centre);
    let record = centre.row(call).clone();
    let mut replaying = Desk::new(policy());
    let fact = Fact::CallNoted {
        call,
        by: user("rina"),
        text: "x".into(),
    };
    assert_eq!(centre.desk.wants(&fact), None);
    assert_eq!(replaying.wants(&fact), Some(call));
    replaying.recall(record);
    assert_eq!(replaying.wants(&fact), None);
    let entry = Entry {
        seq: Seq(9),
        stamp: centre.now.stamp(Trust::Network),
        fact,
    };
    assert_eq!(replaying.apply(&entry, None).calls[0].notes.len(), 1);
}

#[test]
fn notes_have_limits() {
    let mut centre = Centre::open();
    let call = ended(&mut centre);
    let note = |text: &str| Order::Note {
        call,
        text: text.into(),
        archived: None,
    };
    let limit = Some(limits::NOTE_CHARS_MAX);
    let field = "text";
    for text in ["", "   ", &"é".repeat(limits::NOTE_CHARS_MAX + 1)] {
        assert_eq!(
            centre.ask("rina", note(text)),
            Err(Refusal::BadField { field, limit })
        );
    }
    centre
        .ask("rina", note(&"é".repeat(limits::NOTE_CHARS_MAX)))
        .unwrap();
    for at in 1..limits::NOTES_LEN_MAX {
        centre.ask("budi", note(&format!("ke-{at}"))).unwrap();
    }
    assert!(centre.ask("budi", note("satu lagi")).is_err());
    assert_eq!(centre.ask("budi", note("ke-99")).unwrap().facts, []);
}

#[test]
fn only_so_many_classified_calls_can_be_taken_back() {
    let mut centre = Centre::open();
    let first = centre.rings("L1", "084001010014");
    centre.ends(first);
    centre.ask("rina", classify(first, Class::Ghost)).unwrap();
    for _ in 0..limits::RECENT_CALLS_LEN_MAX {
        let call = centre.rings("L1", "084001010014");
        centre.ends(call);
        centre.ask("rina", classify(call, Class::Ghost)).unwrap();
    }
    assert_eq!(
        centre.ask("rina", Order::Undo { call: first }),
        Err(Refusal::NoSuchCall)
    );
}
