//! Asking for a supervisor, and being helped.

use serde_json::{Value, json};

use super::office::{Browser, Office};
use super::routes::fits_schema;

fn seat_of(client: &mut Browser<'_>, user: &str) -> Value {
    let board = client.get("/api/v1/board").json();
    fits_schema("Board", &board);
    let seats = board["seats"].as_array().unwrap();
    seats
        .iter()
        .find(|seat| seat["user"] == user)
        .cloned()
        .unwrap()
}

#[test]
fn rina_asks_at_her_call_and_sari_sees_it_and_comes() {
    let office = Office::open();
    let (mut rina, mut budi, mut sari) = (
        office.login("rina"),
        office.login("budi"),
        office.login("sari"),
    );
    let early = rina.post("/api/v1/help", json!({}));
    assert_eq!((early.status, early.code()), (409, "not_ready".to_owned()));
    rina.post("/api/v1/seat", json!({ "state": "ready" }));
    let mut ears = sari.listen("/api/v1/events", &[]);
    let _rinas_screen = rina.listen("/api/v1/events", &[]);
    let call = office.ring(0, "084001010014");
    rina.post(&format!("/api/v1/calls/{call}/answer"), json!({}));
    let asked = rina.post("/api/v1/help", json!({ "call": call }));
    assert_eq!(asked.status, 200, "{}", asked.text());
    fits_schema("HelpDone", &asked.json());
    let heard = ears.find(|heard| heard.data["kind"] == "operator.asked_help");
    assert_eq!(heard.data["body"], json!({ "user": "rina", "call": call }));
    let seat = seat_of(&mut sari, "rina");
    assert_eq!(seat["help_call"], json!(call));
    assert!(seat["help_since"].is_string());
    assert_eq!(
        rina.post("/api/v1/help", json!({})).json()["seq"],
        0,
        "again"
    );
    let page = sari.get("/part/seats").text();
    assert!(page.contains("minta bantuan"), "{page}");

    let refused = budi.post("/api/v1/help/rina", json!({}));
    assert_eq!(
        (refused.status, refused.code()),
        (403, "not_allowed".to_owned())
    );
    assert_eq!(sari.post("/api/v1/help/nobody", json!({})).status, 404);
    assert_eq!(sari.post("/api/v1/help/rina", json!({})).status, 200);
    let seat = seat_of(&mut rina, "rina");
    assert_eq!(
        (&seat["help_since"], &seat["help_call"]),
        (&Value::Null, &Value::Null)
    );
    rina.post("/api/v1/help", json!({}));
    let enough = rina.send("DELETE", "/api/v1/help", &[], None);
    assert_eq!(enough.status, 200);
    assert!(seat_of(&mut rina, "rina")["help_since"].is_null());
    let unknown = rina.post("/api/v1/help", json!({ "call": "900" }));
    assert_eq!(
        (unknown.status, unknown.code()),
        (404, "no_such_call".to_owned())
    );
}
