use super::*;
use siaga112::base::ids::HandoverId;
use siaga112::base::limits;
use siaga112::desk::shift::{Handover, Item, ItemKind};

fn hand_over(note: &str) -> Order {
    let note = note.into();
    Order::HandOver { note, mood: None }
}

fn accept(handover: u64, item: Option<&str>) -> Order {
    Order::AcceptItems {
        handover: HandoverId(handover),
        item: item.map(str::to_owned),
    }
}

impl Centre {
    fn newest(&self) -> &Handover {
        self.desk.shift().handovers().next_back().unwrap()
    }

    /// Item and who accepted it.
    fn items(&self) -> Vec<(String, Option<String>)> {
        let items = self.newest().items.iter();
        let by = |accepted: &(UserName, _)| accepted.0.to_string();
        items
            .map(|listed| (listed.item.name(), listed.accepted.as_ref().map(by)))
            .collect()
    }

    /// A night with something of everything left open.
    fn busy_night() -> (Centre, CallId) {
        let mut centre = Centre::open();
        centre.ready("rina");
        let call = centre.talks("L1", "rina");
        centre.ends(call);
        let given_up = centre.rings("L1", "084001010015");
        centre.ends(given_up);
        let (to, text, line) = ("110".into(), "tolong dicek".into(), None);
        centre
            .ask("rina", Order::SendSms { to, text, line })
            .unwrap();
        let why = "sim_absent".into();
        let detail = String::new();
        centre.tell("L2", LineNews::Down { why, detail });
        (centre, call)
    }
}

#[test]
fn a_hand_over_counts_the_shift_and_lists_what_is_open_by_its_names_only() {
    let (mut centre, call) = Centre::busy_night();
    let decision = centre.ask("rina", hand_over(" hujan lebat ")).unwrap();
    let item = |kind, id: &str, about: &str| Item {
        kind,
        id: id.into(),
        about: Some(about.into()),
        from: None,
    };
    let [
        Fact::ShiftHandedOver {
            note,
            items,
            totals,
            since,
            ..
        },
    ] = &decision.facts[..]
    else {
        panic!("{:?}", decision.facts);
    };
    assert_eq!((&**note, *since), ("hujan lebat", None));
    assert_eq!(
        *items,
        [
            item(ItemKind::Line, "L2", "sim_absent"),
            item(ItemKind::Callback, "+6284001010015", "2"),
            item(ItemKind::Call, &call.to_string(), "rina"),
            item(ItemKind::Sms, "1", "rina"),
        ]
    );
    let calls = (totals.offered, totals.answered, totals.abandoned);
    assert_eq!(calls, (2, 1, 1));
    assert_eq!(centre.desk.shift().totals().offered, 0, "a new shift");
    assert_eq!(centre.desk.shift().since(), Some(centre.newest().at));
}

#[test]
fn each_thing_is_accepted_by_name_and_the_first_name_stays() {
    let (mut centre, call) = Centre::busy_night();
    centre.ask("rina", hand_over("aman")).unwrap();
    let name = format!("call/{call}");
    centre.ask("budi", accept(1, Some(&name))).unwrap();
    let again = centre.ask("hadi", accept(1, Some(&name))).unwrap();
    assert_eq!(again.facts, []);
    let all = centre.ask("hadi", accept(1, None)).unwrap();
    assert_eq!(all.facts.len(), 3);
    let by = |name: &str| Some(name.to_owned());
    let who: Vec<_> = centre.items().into_iter().map(|(_, who)| who).collect();
    assert_eq!(who, [by("hadi"), by("hadi"), by("budi"), by("hadi")]);
    centre.seconds(400);
    assert_eq!(centre.count("shift.unaccepted"), 0);
    let unknown = centre.ask("budi", accept(1, Some("call/99")));
    assert!(matches!(
        unknown,
        Err(Refusal::BadField { field: "item", .. })
    ));
    let none = centre.ask("budi", accept(2, None));
    assert_eq!(none, Err(Refusal::NoSuchHandover));
}

#[test]
fn supervisors_are_called_once_if_nobody_comes() {
    let (mut centre, _) = Centre::busy_night();
    centre.ask("rina", hand_over("aman")).unwrap();
    centre.seconds(299);
    assert_eq!(centre.count("shift.unaccepted"), 0);
    centre.seconds(2);
    assert_eq!(centre.count("shift.unaccepted"), 1);
    assert!(centre.newest().unaccepted);
    centre.seconds(3_600);
    centre.power_cut();
    centre.seconds(3_600);
    assert_eq!(centre.count("shift.unaccepted"), 1);
}

#[test]
fn one_accepted_thing_is_somebody_there_and_nothing_open_calls_nobody() {
    let (mut centre, call) = Centre::busy_night();
    centre.ask("rina", hand_over("aman")).unwrap();
    let name = format!("call/{call}");
    centre.ask("budi", accept(1, Some(&name))).unwrap();
    centre.seconds(600);
    assert_eq!(centre.count("shift.unaccepted"), 0);
    let mut quiet = Centre::open();
    quiet.ask("rina", hand_over("sepi")).unwrap();
    quiet.seconds(600);
    assert_eq!(quiet.count("shift.unaccepted"), 0);
}

#[test]
fn after_a_power_cut_whoever_comes_has_the_whole_time_again() {
    let (mut centre, _) = Centre::busy_night();
    centre.ask("rina", hand_over("aman")).unwrap();
    centre.seconds(290);
    centre.power_cut();
    centre.seconds(290);
    assert_eq!(centre.count("shift.unaccepted"), 0);
    centre.seconds(11);
    assert_eq!(centre.count("shift.unaccepted"), 1);
    let snapshot = centre.desk.snapshot();
    let restored = Desk::restore(policy(), &snapshot).unwrap();
    assert_eq!(restored.snapshot(), snapshot);
}

#[test]
fn what_nobody_accepted_and_is_still_open_is_handed_over_again() {
    let (mut centre, call) = Centre::busy_night();
    centre.ask("rina", hand_over("aman")).unwrap();
    centre.ask("budi", accept(1, Some("sms/1"))).unwrap();
    centre.ask("rina", classify(call, Class::Ghost)).unwrap();
    centre.ask("budi", hand_over("masih hujan")).unwrap();
    let items = centre.newest().items.iter();
    let from: Vec<_> = items
        .map(|listed| (listed.item.name(), listed.item.from))
        .collect();
    let first = Some(HandoverId(1));
    let named = |name: &str, from| (name.to_owned(), from);
    assert_eq!(
        from,
        [
            named("line/L2", first),
            named("callback/+6284001010015", first),
            named("sms/1", None),
        ]
    );
    let old = centre.ask("budi", accept(1, None));
    assert_eq!(old, Err(Refusal::HandedOverAgain));
    centre.ask("hadi", hand_over("terus hujan")).unwrap();
    assert_eq!(centre.newest().items[0].item.from, first, "since the first");
}

#[test]
fn a_class_counts_in_the_shift_that_gives_it_and_a_correction_moves_none_of_an_earlier_one() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let early = centre.talks("L1", "rina");
    centre.ends(early);
    centre.ask("rina", classify(early, Class::Ghost)).unwrap();
    let late = centre.talks("L1", "rina");
    centre.ends(late);
    centre.ask("rina", hand_over("aman")).unwrap();
    let by_class = |centre: &Centre| {
        let counts = centre.desk.shift().totals().by_class.clone();
        counts.into_iter().collect::<Vec<_>>()
    };
    centre.ask("rina", classify(early, Class::Prank)).unwrap();
    assert_eq!(by_class(&centre), []);
    centre.ask("rina", classify(late, Class::Prank)).unwrap();
    assert_eq!(by_class(&centre), [(Class::Prank, 1)]);
    centre.ask("rina", classify(late, Class::Incident)).unwrap();
    assert_eq!(by_class(&centre), [(Class::Incident, 1)]);
    centre.ask("rina", Order::Undo { call: late }).unwrap();
    assert_eq!(by_class(&centre), []);
}

#[test]
fn a_clock_that_jumps_loses_no_call_of_the_shift() {
    let mut centre = Centre::open();
    for wall in ["1970-01-01T00:00:00Z", "2038-01-01T00:00:00Z"] {
        centre.now.wall = Wall::parse(wall).unwrap();
        let call = centre.rings("L1", "084001010014");
        centre.ends(call);
    }
    assert_eq!(centre.desk.shift().totals().offered, 2);
}

#[test]
fn a_double_click_hands_over_once() {
    let (mut centre, _) = Centre::busy_night();
    centre.ask("rina", hand_over("aman")).unwrap();
    let again = centre.ask("rina", hand_over("aman")).unwrap();
    assert_eq!(again, Decision::default());
    centre.ask("rina", hand_over("aman, lampu mati")).unwrap();
    assert_eq!(centre.count("shift.handed_over"), 2);
}

#[test]
fn a_hand_over_has_limits() {
    let mut centre = Centre::open();
    let long = "a".repeat(limits::NOTE_CHARS_MAX + 1);
    for note in ["", "  ", &long] {
        let refused = centre.ask("rina", hand_over(note));
        assert!(
            matches!(refused, Err(Refusal::BadField { field: "note", .. })),
            "{note}"
        );
    }
    for mood in [0, 6] {
        let (note, mood) = (String::from("aman"), Some(mood));
        let refused = centre.ask("rina", Order::HandOver { note, mood });
        assert!(matches!(
            refused,
            Err(Refusal::BadField { field: "mood", .. })
        ));
    }
    let needs = Role::Operator;
    assert_eq!(
        centre.ask_as("audi", Role::Auditor, hand_over("aman")),
        Err(Refusal::NotAllowed { needs })
    );
    for n in 0..limits::HANDOVER_ITEMS_MAX + 5 {
        let (to, line) = ("110".into(), None);
        let text = n.to_string();
        let _ = centre.ask("rina", Order::SendSms { to, text, line });
    }
    let call = centre.rings("L1", "084001010014");
    centre.ends(call);
    centre.ask("rina", hand_over("banyak")).unwrap();
    let newest = centre.newest();
    assert_eq!(newest.items.len(), limits::HANDOVER_ITEMS_MAX);
    assert_eq!(newest.items[0].item.kind, ItemKind::Callback);
    assert_eq!(newest.more, 1);
    for n in 0..2 * limits::HANDOVERS_LEN_MAX {
        centre.ask("rina", hand_over(&n.to_string())).unwrap();
    }
    let kept = centre.desk.shift().handovers().count();
    assert_eq!(kept, limits::HANDOVERS_LEN_MAX);
}
