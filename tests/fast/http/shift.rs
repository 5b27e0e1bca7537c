//! Handing over from shift to shift.

use serde_json::json;

use super::office::Office;
use super::routes::fits_schema;

#[test]
fn a_shift_is_handed_over_and_its_items_are_accepted_by_name() {
    let office = Office::open();
    let mut rina = office.login("rina");
    let mut budi = office.login("budi");
    office.ring(0, "084001010014");
    office.line(0, "gone");
    office.line(1, "down");
    office.until(|o| {
        let (open, _) = &o.handle.board().open_items;
        (open.len() == 2).then_some(())
    });
    let shift = rina.get("/api/v1/shift").json();
    fits_schema("Shift", &shift);
    assert!(shift["since_at"].is_null());
    assert_eq!(shift["totals"]["abandoned"], 1);
    assert_eq!(shift["open"][0]["item"], "line/Indosat-1");
    assert_eq!(shift["open"][1]["about"], "1");

    let hand_over = "/api/v1/shift/handover";
    let no_mood = rina.post(hand_over, json!({ "note": "aman", "mood": 6 }));
    assert_eq!(no_mood.code(), "bad_field");
    let body = json!({ "note": "hujan, L2 mati", "mood": 3 });
    let done = rina.post(hand_over, body.clone());
    assert_eq!(done.status, 201, "{}", done.text());
    let done = done.json();
    fits_schema("HandoverDone", &done);
    let handover = &done["handover"];
    assert_eq!(
        (&handover["id"], &handover["by"]),
        (&json!("1"), &json!("rina"))
    );
    let twice = rina.post(hand_over, body).json();
    assert_eq!((&twice["seq"], &twice["handover"]), (&json!(0), handover));

    let accept = "/api/v1/shift/handovers/1/accept";
    let one = budi
        .post(accept, json!({ "item": "line/Indosat-1" }))
        .json();
    fits_schema("HandoverDone", &one);
    let items = &one["handover"]["items"];
    assert_eq!(items[0]["accepted_by"], "budi");
    assert!(items[1]["accepted_by"].is_null());
    let all = budi.post(accept, json!({})).json();
    assert_eq!(all["handover"]["items"][1]["accepted_by"], "budi");
    let other = budi.post("/api/v1/shift/handovers/7/accept", json!({}));
    assert_eq!(
        (other.status, other.code().as_str()),
        (404, "no_such_handover")
    );
    let strange = budi.post("/api/v1/shift/handovers/x/accept", json!({}));
    assert_eq!(strange.code(), "not_found");

    let audi = office.login("audi");
    let shift = audi.get("/api/v1/shift").json();
    fits_schema("Shift", &shift);
    assert_eq!(shift["totals"]["abandoned"], 0);
    assert_eq!(shift["handovers"][0]["mood"], 3);
    let journal = rina.get("/part/journal").text();
    for told in [
        "rina menyerahkan piket (2 hal terbuka): hujan, L2 mati",
        "budi menerima jalur Indosat-1 yang mati",
    ] {
        assert!(journal.contains(told), "{told}: {journal}");
    }
}
