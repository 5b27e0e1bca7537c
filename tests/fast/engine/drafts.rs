//! What is typed: on disk before it is called kept, and told to the other screens then.

use siaga112::desk::report::ReportChange;

use super::*;

fn types(call: CallId, place: &str) -> Order {
    let change = ReportChange {
        location: Some(Some(place.to_owned())),
        ..ReportChange::default()
    };
    Order::TypeReport {
        call,
        change: Box::new(change),
        file: false,
        archived: None,
    }
}

/// Rina talks on call 1.
fn talking() -> (Office, CallId) {
    let mut office = Office::open();
    office.joins("rina");
    office.rings(0, 1, "+6284001010014");
    let call = CallId(1);
    office.asks("rina", 1, Order::Answer { call });
    let (number, found) = (CallNo(1), false);
    office.line_says(
        0,
        Event::Answered {
            call: number,
            found,
        },
    );
    office.saves();
    office.forget();
    (office, call)
}

fn changed(office: &Office) -> Vec<u64> {
    let rev = |alert: &Alert| match alert {
        Alert::Draft { call, rev } if *call == CallId(1) => Some(*rev),
        _ => None,
    };
    office.alerts.iter().filter_map(rev).collect()
}

#[test]
fn typing_is_answered_and_told_to_other_screens_when_it_is_on_disk() {
    let (mut office, call) = talking();
    office.asks("rina", 2, types(call, "Pasar Induk"));
    let batch = office.batches.back().expect("handed to the disk");
    assert!(batch.entries.is_empty(), "not in the journal");
    assert_eq!(batch.drafts.len(), 1);
    assert!(office.replies.is_empty(), "called kept before it was");
    assert_eq!(changed(&office), [0; 0]);
    // Somebody else asks for the same before the disk has answered.
    office.asks("rina", 3, types(call, "Pasar Induk"));
    assert!(office.replies.is_empty());
    office.saves();
    assert_eq!(office.replies, [(2, Ok(0)), (3, Ok(0))]);
    assert_eq!(changed(&office), [1]);
    assert!(office.facts.is_empty());
}

#[test]
fn the_end_of_a_draft_goes_to_the_disk_with_the_report_it_became() {
    let (mut office, call) = talking();
    office.asks("rina", 2, types(call, "Pasar Induk"));
    office.saves();
    office.forget();
    let report = Order::Report {
        call,
        change: Box::default(),
        class: Class::Incident,
        archived: None,
    };
    office.asks("rina", 3, report);
    let batch = office.batches.back().expect("handed to the disk");
    let kinds: Vec<_> = batch.entries.iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds, ["call.reported", "call.classified"]);
    assert_eq!(batch.drafts[0].draft, None);
    office.saves();
    assert_eq!(changed(&office), [2]);
    assert_eq!(office.facts, ["call.reported", "call.classified"]);
}

#[test]
fn what_was_typed_while_the_disk_refuses_is_on_the_picture_for_whoever_takes_over() {
    let (mut office, call) = talking();
    office.asks("rina", 2, types(call, "Pasar Induk"));
    let now = Now {
        tick: office.tick,
        ..Now::default()
    };
    let board = office.core.picture(now).expect("a new picture");
    let draft = &board.drafts[&call];
    assert_eq!(draft.report.location.as_deref(), Some("Pasar Induk"));
    assert_eq!(draft.by.as_str(), "rina");
}
