//! Live events: at once, in order, without gap or repetition.

use std::time::Duration;

use serde_json::json;
use siaga112::desk::operator::Role;

use siaga112::store::{SessionChange, SessionRecord};

use super::office::{Browser, Heard, Office};

#[test]
fn a_ring_reaches_the_screen_as_an_alert_and_as_a_durable_fact() {
    let office = Office::open();
    let rina = office.login("rina");
    let mut ear = rina.listen("/api/v1/events", &[]);
    assert_eq!(ear.head.status, 200);
    assert_eq!(ear.head.header("content-type"), Some("text/event-stream"));
    assert!(
        ear.head
            .header("cache-control")
            .unwrap()
            .contains("no-store")
    );
    office.line(0, "ring 084001010014");
    let alert = ear.find(|heard| heard.event == "alert" && heard.data["alert"] == "ring");
    assert_eq!(alert.id, None);
    assert_eq!(alert.data["call"]["number_shown"], "0840-0101-0014");
    assert_eq!(alert.data["call"]["line"], "Telkomsel-1");
    let fact = ear.find(|heard| heard.event == "call.offered");
    assert!(fact.id.is_some());
    assert_eq!(fact.data["kind"], "call.offered");
    assert_eq!(fact.data["seq"].as_u64(), fact.id);
    office.line(0, "again");
    let again = ear.find(|heard| heard.event == "alert" && heard.data["alert"] == "ring_again");
    assert_eq!(again.data["call"], alert.data["call"]["id"]);
    office.line(0, "gone");
    let over =
        ear.find(|heard| heard.data["alert"] == "call" && heard.data["call"]["state"] == "ended");
    assert_eq!(over.data["call"]["abandoned"], true);
}

#[test]
fn a_screen_that_comes_back_gets_what_it_missed_once_each() {
    let office = Office::open();
    let rina = office.login("rina");
    let mut ear = rina.listen("/api/v1/events?after=0", &[]);
    let mut seen: Vec<u64> = Vec::new();
    office.settled();
    let last = office.handle.reader().last_seq().unwrap().0;
    while seen.last() != Some(&last) {
        seen.extend(ear.fact().id);
    }
    assert_eq!(seen, (1..=last).collect::<Vec<_>>());
    drop(ear);
    for n in 0..3 {
        office.ring(0, &format!("08400101020{n}"));
        office.line(0, "gone");
        let ended = n + 1;
        office.until(|o| {
            (o.handle
                .board()
                .calls
                .iter()
                .filter(|c| c.abandoned)
                .count()
                == ended)
                .then_some(())
        });
    }
    let id = last.to_string();
    let mut ear = rina.listen("/api/v1/events?after=0", &[("last-event-id", &id)]);
    let first = ear.fact();
    assert_eq!(
        first.id,
        Some(last + 1),
        "Last-Event-ID counts for more than `after`"
    );
}

#[test]
fn resuming_in_the_middle_of_a_storm_leaves_no_gap_and_no_double() {
    let office = Office::open();
    let rina = office.login("rina");
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for n in 0..150 {
                office.line(n % 2, &format!("ring 0840020{n:05}"));
                office.line(n % 2, "gone");
            }
        });
        let mut after = 0;
        let mut all = Vec::new();
        for _ in 0..12 {
            let id = after.to_string();
            let mut ear = rina.listen("/api/v1/events", &[("last-event-id", &id)]);
            for _ in 0..20 {
                all.extend(ear.fact().id);
            }
            after = *all.last().unwrap();
        }
        assert_eq!(all, (1..=240).collect::<Vec<u64>>());
    });
}

#[test]
fn a_screen_from_the_future_is_brought_back() {
    let office = Office::open();
    let rina = office.login("rina");
    let mut ear = rina.listen("/api/v1/events", &[("last-event-id", "999999")]);
    let told = ear.find(|heard| heard.event == "alert");
    assert_eq!(
        told.data["alert"], "board",
        "it must fetch the whole picture"
    );
    office.line(0, "ring 084001010014");
    let fact = ear.fact();
    assert_eq!(fact.event, "call.offered");
    assert_eq!(rina.get("/api/v1/events?after=x").status, 422);
}

#[test]
fn the_heart_beats_within_ten_seconds() {
    let office = Office::open();
    let rina = office.login("rina");
    let start = office.clock.tick();
    let mut ear = rina.listen("/api/v1/events", &[]);
    let beat = ear.find(|heard| heard.event == "beat");
    assert!(office.clock.tick().since(start) < Duration::from_secs(10));
    assert_eq!(beat.data["unsaved"], 0);
    assert_eq!(beat.id, None);
}

#[test]
fn a_session_that_is_ended_ends_its_stream() {
    let office = Office::open();
    let (rina, admin) = (office.login("rina"), office.login("adi"));
    let mut ear = rina.listen("/api/v1/events", &[]);
    admin.send_json("PATCH", "/api/v1/users/rina", json!({ "disabled": true }));
    let mut last: Option<Heard> = None;
    while let Some(heard) = ear.next() {
        last = Some(heard);
    }
    assert_eq!(last.unwrap().event, "ended");
}

#[test]
fn a_screen_whose_session_is_over_still_rings_and_shows_nobodys_number() {
    let office = Office::open();
    let token = siaga112::http::secret::token().unwrap();
    let now_ms = office.clock.now().wall.0;
    let record = SessionRecord {
        token_hash: siaga112::http::secret::hash(&token),
        user: "rina".into(),
        // A day is over in two seconds.
        opened_ms: now_ms - 24 * 3_600_000 + 2_000,
        used_ms: now_ms,
        from: "127.0.0.1".into(),
        agent: String::new(),
        desk: None,
        parked: false,
        wrong_pins: 0,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime
        .block_on(office.handle.session(SessionChange::Open(record)))
        .unwrap();
    let rina = Browser {
        cookie: Some(token),
        ..office.nobody()
    };
    let mut ear = rina.listen("/api/v1/events", &[]);
    assert_eq!(ear.head.status, 200);
    ear.find(|heard| heard.event == "locked");
    office.line(0, "ring 084001010014");
    let ring = ear.find(|heard| heard.event != "beat");
    assert_eq!(
        (ring.event.as_str(), &ring.data["alert"], &ring.data["line"]),
        ("alert", &json!("ring"), &json!("Telkomsel-1"))
    );
    assert!(ring.data["call"].is_null(), "{}", ring.data);
    office.line(0, "gone");
    office.line(1, "ring 084001010015");
    let next = ear.find(|heard| heard.event != "beat");
    assert_eq!(
        next.data,
        json!({ "alert": "ring", "line": "Indosat-1" }),
        "facts and numbers stay hidden"
    );
    assert_eq!(rina.get("/api/v1/board").code(), "session_over");
}

#[test]
fn listening_is_being_there_and_an_auditor_is_not() {
    let office = Office::open();
    let program = office.program("layar", Role::Auditor);
    let ear = program.listen("/api/v1/events", &[]);
    assert_eq!(ear.head.status, 200);
    let metrics = office.nobody().get("/metrics").text();
    assert!(metrics.contains("siaga112_listeners 1"), "{metrics}");
    drop(ear);
    office.until(|o| {
        o.nobody()
            .get("/metrics")
            .text()
            .contains("siaga112_listeners 0")
            .then_some(())
    });
}

#[test]
fn stopping_ends_the_streams_and_takes_less_than_three_seconds() {
    let mut office = Office::open();
    let mut ears: Vec<_> = {
        let rina = office.login("rina");
        (0..4).map(|_| rina.listen("/api/v1/events", &[])).collect()
    };
    let start = office.clock.tick();
    office.stop_web();
    let took = office.clock.tick().since(start);
    assert!(took < Duration::from_secs(3), "{took:?}");
    for ear in &mut ears {
        while ear.next().is_some() {}
    }
}
