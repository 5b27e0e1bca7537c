use super::*;
use siaga112::base::limits;
use siaga112::desk::category::Category;
use siaga112::desk::report::ReportChange;

/// Something typed in one field, as a window sends it.
fn typed(json: &str) -> Box<ReportChange> {
    Box::new(serde_json::from_str(json).unwrap())
}

fn types(call: CallId, json: &str) -> Order {
    Order::TypeReport {
        call,
        change: typed(json),
        file: false,
        archived: None,
    }
}

fn corrects(call: CallId, json: &str) -> Order {
    Order::TypeReport {
        call,
        change: typed(json),
        file: true,
        archived: None,
    }
}

fn files(call: CallId, json: &str) -> Order {
    Order::Report {
        call,
        change: typed(json),
        class: Class::Incident,
        archived: None,
    }
}

impl Centre {
    /// What is typed of the place, if there is a draft.
    fn place(&self, call: CallId) -> Option<&str> {
        self.desk.draft(call)?.report.location.as_deref()
    }
}

#[test]
fn what_is_typed_is_kept_at_every_pause_and_is_in_no_journal() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.talks("L1", "rina");
    let before = centre.journal.len();
    for place in ["Pas", "Pasar In", "Pasar Induk"] {
        let json = format!(r#"{{"location": "{place}"}}"#);
        centre.ask("rina", types(call, &json)).unwrap();
        assert_eq!(centre.place(call), Some(place));
    }
    let draft = centre.desk.draft(call).unwrap().clone();
    assert_eq!((draft.by.as_str(), draft.rev), ("rina", 3));
    // Sent twice by a slow network.
    let again = centre
        .ask("rina", types(call, r#"{"location": " Pasar Induk "}"#))
        .unwrap();
    assert_eq!(again.drafts, []);
    assert_eq!(centre.journal.len(), before);
    assert_eq!(centre.call(call).report, None);
}

#[test]
fn two_windows_fill_in_different_fields_and_neither_loses_its_own() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.talks("L1", "rina");
    centre
        .ask(
            "rina",
            types(
                call,
                r#"{"location": "Pasar Induk", "victims": {"light": 2}}"#,
            ),
        )
        .unwrap();
    centre
        .ask_as(
            "hadi",
            Role::Supervisor,
            types(call, r#"{"category": "fire", "victims": {"trapped": 1}}"#),
        )
        .unwrap();
    let draft = centre.desk.draft(call).unwrap();
    assert_eq!(draft.report.location.as_deref(), Some("Pasar Induk"));
    assert_eq!(draft.report.category, Some(Category::Fire));
    let victims = draft.report.victims;
    assert_eq!((victims.light, victims.trapped), (Some(2), Some(1)));
    assert_eq!(draft.by, user("hadi"));
}

#[test]
fn a_draft_survives_a_power_cut_and_a_colleague_goes_on_with_it() {
    let mut centre = Centre::open();
    centre.ready("rina");
    centre.ready("budi");
    let call = centre.talks("L1", "rina");
    centre
        .ask("rina", types(call, r#"{"location": "kilo empat puluh"}"#))
        .unwrap();
    let by = Some(user("rina"));
    assert_eq!(
        centre.ask("budi", types(call, r#"{"note": "dua orang"}"#)),
        Err(Refusal::NotYours { by })
    );
    centre.power_cut();
    assert_eq!(centre.place(call), Some("kilo empat puluh"));
    centre.tell("L1", LineNews::Answered { call });
    let to = user("budi");
    centre.ask("rina", Order::Transfer { call, to }).unwrap();
    centre
        .ask("budi", types(call, r#"{"note": "dua orang"}"#))
        .unwrap();
    let draft = centre.desk.draft(call).unwrap();
    assert_eq!(draft.report.location.as_deref(), Some("kilo empat puluh"));
    assert_eq!(draft.rev, 2, "numbers go on across a restart");
    // Who had it may go on typing as well.
    centre
        .ask("rina", types(call, r#"{"access": "jalan tertutup"}"#))
        .unwrap();
}

#[test]
fn a_filed_report_is_an_incident_and_its_draft_is_over() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.talks("L1", "rina");
    centre
        .ask("rina", types(call, r#"{"location": "Pasar Induk"}"#))
        .unwrap();
    let category = r#"{"category": "fire"}"#;
    centre.ask("rina", files(call, category)).unwrap();
    assert_eq!(centre.desk.draft(call), None);
    assert!(centre.drafts.is_empty(), "nor is it on disk");
    let row = centre.row(call);
    let report = row.report.clone().unwrap();
    assert_eq!(report.location.as_deref(), Some("Pasar Induk"));
    assert_eq!(report.category, Some(Category::Fire));
    assert_eq!(row.class, Some(Class::Incident));
    assert_eq!(centre.count("call.reported"), 1);
    // A double click files nothing twice.
    let again = centre.ask("rina", files(call, category)).unwrap();
    assert_eq!((again.facts, again.drafts), (vec![], vec![]));
    // The caller goes on talking: what is filed is the beginning of the next draft.
    centre
        .ask("rina", types(call, r#"{"note": "masih ada orang"}"#))
        .unwrap();
    let draft = centre.desk.draft(call).unwrap();
    assert_eq!(draft.report.location.as_deref(), Some("Pasar Induk"));
    centre.ends(call);
    centre.ask("rina", corrects(call, "{}")).unwrap();
    let report = centre.row(call).report.clone().unwrap();
    assert_eq!(report.note.as_deref(), Some("masih ada orang"));
    assert_eq!(centre.count("call.classified"), 1);
    centre.power_cut();
    assert_eq!(centre.call(call).report, Some(report));
}

#[test]
fn text_typed_before_a_prank_is_kept_as_well() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.talks("L1", "rina");
    centre
        .ask("rina", types(call, r#"{"note": "tertawa, lalu musik"}"#))
        .unwrap();
    centre.ends(call);
    let done = centre.ask("rina", classify(call, Class::Prank)).unwrap();
    let kinds: Vec<_> = done.facts.iter().map(Fact::kind).collect();
    assert_eq!(kinds, ["call.reported", "call.classified"]);
    let report = centre.row(call).report.clone().unwrap();
    assert_eq!(report.note.as_deref(), Some("tertawa, lalu musik"));
    assert_eq!(centre.desk.draft(call), None);
}

#[test]
fn what_was_typed_and_wiped_out_again_is_no_draft_and_no_report() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.talks("L1", "rina");
    let limit = None;
    let field = "location";
    assert_eq!(
        centre.ask("rina", files(call, "{}")),
        Err(Refusal::BadField { field, limit }),
        "of nothing there is no report"
    );
    centre
        .ask("rina", types(call, r#"{"location": "x"}"#))
        .unwrap();
    centre
        .ask("rina", types(call, r#"{"location": ""}"#))
        .unwrap();
    assert_eq!(centre.desk.draft(call), None);
    assert!(centre.drafts.is_empty());
    centre.ask("rina", classify(call, Class::Ghost)).unwrap();
    assert_eq!(centre.count("call.reported"), 0);
}

#[test]
fn a_call_that_is_being_taken_can_be_typed_on_by_who_takes_it() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.rings("L1", "084001010014");
    let number = r#"{"reporter_number": "0840-0101-0014"}"#;
    assert_eq!(
        centre.ask("rina", types(call, number)),
        Err(Refusal::NotYours { by: None })
    );
    centre.ask("rina", Order::Answer { call }).unwrap();
    centre.ask("rina", types(call, number)).unwrap();
    assert_eq!(
        centre.ask("rina", files(call, "{}")),
        Err(Refusal::NotTalking),
        "nobody has told anything yet"
    );
    // The caller gave up: what is known of it is anybody's to write down.
    centre.ends(call);
    centre
        .ask("budi", types(call, r#"{"note": "ditelepon balik"}"#))
        .unwrap();
    centre.ask("budi", files(call, "{}")).unwrap();
    let report = centre.row(call).report.clone().unwrap();
    assert_eq!(report.reporter_number.as_deref(), Some("0840-0101-0014"));
}

#[test]
fn a_call_of_last_month_gets_its_report_from_the_archive() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.talks("L1", "rina");
    centre.ends(call);
    let record = centre.row(call).clone();
    for _ in 0..limits::UNCLASSIFIED_LEN_MAX {
        let gave_up = centre.rings("L2", "084001010015");
        centre.ends(gave_up);
    }
    let place = r#"{"location": "Danau Bulilin"}"#;
    assert_eq!(
        centre.ask("rina", types(call, place)),
        Err(Refusal::NoSuchCall)
    );
    let archived = Some(Box::new(record));
    centre
        .ask(
            "rina",
            Order::TypeReport {
                call,
                change: typed(place),
                file: false,
                archived: archived.clone(),
            },
        )
        .unwrap();
    centre
        .ask(
            "rina",
            Order::Report {
                call,
                change: typed("{}"),
                class: Class::Incident,
                archived,
            },
        )
        .unwrap();
    let report = centre.row(call).report.clone().unwrap();
    assert_eq!(report.location.as_deref(), Some("Danau Bulilin"));
    assert_eq!(centre.desk.draft(call), None);
}

#[test]
fn only_so_many_drafts_wait_and_none_of_them_is_given_up() {
    let mut centre = Centre::open();
    let mut calls = Vec::new();
    for _ in 0..=limits::DRAFTS_LEN_MAX {
        let call = centre.rings("L1", "084001010014");
        centre.ends(call);
        calls.push(centre.row(call).clone());
    }
    let types = |record: &CallRecord| Order::TypeReport {
        call: record.id,
        change: typed(r#"{"note": "tanpa suara"}"#),
        file: false,
        archived: Some(Box::new(record.clone())),
    };
    let (last, rest) = calls.split_last().unwrap();
    for record in rest {
        centre.ask("rina", types(record)).unwrap();
    }
    assert_eq!(centre.ask("rina", types(last)), Err(Refusal::TooManyDrafts));
    centre
        .ask("rina", classify(rest.last().unwrap().id, Class::Ghost))
        .unwrap();
    centre.ask("rina", types(last)).unwrap();
}
