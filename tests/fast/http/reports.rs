//! The report of a call, as the console types and files it.

use serde_json::{Value, json};

use super::office::{Browser, Office};
use super::routes::fits_schema;

/// Rina talks; the way to the call.
fn talking(office: &Office, rina: &mut Browser<'_>) -> String {
    let call = office.ring(0, "084001010014");
    rina.post("/api/v1/seat", json!({ "state": "ready" }));
    let path = format!("/api/v1/calls/{call}");
    let answered = rina.post(&format!("{path}/answer"), json!({}));
    assert_eq!(answered.status, 200, "{}", answered.text());
    office.until(|o| {
        let board = o.handle.board();
        board.calls.iter().find_map(|call| call.answered)
    });
    path
}

#[test]
fn what_is_typed_is_merged_field_by_field_and_there_after_a_restart() {
    let office = Office::open();
    let mut rina = office.login("rina");
    let sari = office.login("sari");
    let call = talking(&office, &mut rina);
    let report = format!("{call}/report");
    let typed = |who: &Browser<'_>, body: Value| {
        let answer = who.send_json("PATCH", &report, body);
        assert_eq!(answer.status, 200, "{}", answer.text());
        fits_schema("ReportDone", &answer.json());
        answer.json()
    };
    let first = typed(
        &rina,
        json!({ "location": "Pasar Induk", "victims": { "light": 2 } }),
    );
    assert_eq!(first["draft"]["location"], "Pasar Induk");
    assert_eq!(
        (&first["seq"], &first["draft_by"]),
        (&json!(0), &json!("rina"))
    );
    let second = typed(
        &sari,
        json!({ "category": "fire", "life_threat": true, "victims": { "trapped": 1 } }),
    );
    assert!(second["rev"].as_u64() > first["rev"].as_u64());
    let draft = &second["draft"];
    assert_eq!(draft["location"], "Pasar Induk");
    assert_eq!(
        draft["victims"],
        json!({ "dead": null, "severe": null, "light": 2, "trapped": 1 })
    );
    let cleared = typed(
        &rina,
        json!({ "life_threat": null, "note": "api besar\nada tabung gas" }),
    );
    assert_eq!(cleared["draft"]["life_threat"], Value::Null);
    let before = rina.get(&call).json();
    fits_schema("Call", &before);
    assert_eq!(before["draft"], cleared["draft"]);
    assert_eq!(before["report"], Value::Null);

    let office = office.restarted();
    let rina = office.login("rina");
    let after = rina.get(&call).json();
    for field in ["draft", "draft_by", "draft_at", "rev"] {
        assert_eq!(after[field], before[field], "{field}");
    }
    assert_eq!(
        rina.get("/api/v1/calls").json()["items"][0]["draft"],
        Value::Null,
        "a list shows no drafts"
    );
}

#[test]
fn a_filed_report_is_in_the_journal_and_shown_with_the_call() {
    let office = Office::open();
    let mut rina = office.login("rina");
    let call = talking(&office, &mut rina);
    let report = format!("{call}/report");
    let mut ear = rina.listen("/api/v1/events", &[]);
    rina.send_json(
        "PATCH",
        &report,
        json!({ "village": "Belang", "reporter": "Bu Ani" }),
    );
    let told = ear.find(|heard| heard.data["alert"] == "draft");
    assert_eq!((told.id, &told.data["call"]), (None, &json!("1")));
    assert!(told.data["rev"].is_u64());
    assert!(!told.data.to_string().contains("Belang"));
    let filed = rina.post(&report, json!({ "category": "flood" }));
    assert_eq!(filed.status, 200, "{}", filed.text());
    fits_schema("ReportDone", &filed.json());
    let shown = filed.json();
    assert_eq!(
        (&shown["draft"], &shown["rev"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(shown["call"]["class"], "incident");
    assert_eq!(shown["call"]["report"]["village"], "Belang");
    let fact = ear.find(|heard| heard.event == "call.reported");
    assert_eq!(fact.data["body"]["report"]["category"], "flood");
    office.settled();
    assert_eq!(rina.get(&call).json()["draft"], Value::Null);
    let journal = rina.get("/part/journal").text();
    assert!(
        journal.contains("Laporan panggilan 1 disimpan rina: Banjir, Belang"),
        "{journal}"
    );
    assert!(!journal.contains("Bu Ani"), "{journal}");
    // A correction is filed as well, and changes no class.
    let corrected = rina.send_json(
        "PATCH",
        &report,
        json!({ "district": "Belang", "file": true }),
    );
    assert_eq!(corrected.json()["call"]["report"]["district"], "Belang");
    let classified = office
        .kinds()
        .iter()
        .filter(|k| *k == "call.classified")
        .count();
    assert_eq!(classified, 1);
}

#[test]
fn where_violence_happened_is_not_in_the_journal_for_everybody() {
    let office = Office::open();
    let mut rina = office.login("rina");
    let call = talking(&office, &mut rina);
    rina.post(
        &format!("{call}/report"),
        json!({ "category": "domestic_violence", "village": "Berbas Pantai" }),
    );
    office.settled();
    let journal = rina.get("/part/journal").text();
    assert!(journal.contains("KDRT"), "{journal}");
    assert!(!journal.contains("Berbas Pantai"), "{journal}");
}

#[test]
fn what_does_not_fit_is_refused_by_the_name_of_its_field() {
    let office = Office::open();
    let mut rina = office.login("rina");
    let call = talking(&office, &mut rina);
    let report = format!("{call}/report");
    for (body, code, field) in [
        (json!({ "lokasi": "x" }), "unknown_field", "lokasi"),
        (json!({ "category": "api" }), "bad_field", "category"),
        (json!({ "victims": { "mati": 1 } }), "bad_field", "victims"),
        (
            json!({ "victims": { "dead": 10_000 } }),
            "bad_field",
            "victims",
        ),
        (
            json!({ "location": "é".repeat(201) }),
            "bad_field",
            "location",
        ),
    ] {
        let refused = rina.send_json("PATCH", &report, body);
        assert_eq!((refused.status, refused.code()), (422, code.to_owned()));
        assert_eq!(refused.json()["field"], field);
    }
    let budi = office.login("budi");
    let refused = budi.send_json("PATCH", &report, json!({ "note": "x" }));
    assert_eq!(
        (refused.status, refused.code()),
        (403, "not_yours".to_owned())
    );
    let nothing = rina.send_json("PATCH", "/api/v1/calls/99/report", json!({ "note": "x" }));
    assert_eq!(
        (nothing.status, nothing.code()),
        (404, "no_such_call".to_owned())
    );
    assert_eq!(rina.get(&call).json()["draft"], Value::Null);
}

#[test]
fn programs_learn_what_can_have_happened() {
    let office = Office::open();
    let all = office.login("audi").get("/api/v1/categories").json();
    fits_schema("CategoryPage", &all);
    let items = all["items"].as_array().unwrap();
    assert_eq!(items.len(), 24);
    let animal = items
        .iter()
        .find(|item| item["code"] == "dangerous_animal")
        .unwrap();
    assert_eq!(
        (&animal["label"], &animal["priority"]),
        (&json!("Hewan berbahaya"), &json!(2))
    );
    assert!(animal["words"].as_array().unwrap().contains(&json!("ular")));
    let protected = items.iter().filter(|item| item["protected"] == true);
    assert_eq!(protected.count(), 1);
}
