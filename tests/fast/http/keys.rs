//! Everybody's own keys.

use serde_json::{Value, json};
use siaga112::desk::operator::Role;

use super::office::{Browser, Office};
use super::routes::fits_schema;

fn chord(page: &Value, action: &str) -> Value {
    let mut items = page["items"].as_array().unwrap().iter();
    let item = items.find(|item| item["action"] == action);
    item.unwrap()["chord"].clone()
}

fn put(browser: &Browser<'_>, body: Value) -> (u16, Value) {
    let answer = browser.send_json("PUT", "/api/v1/keys", body);
    (answer.status, answer.json())
}

#[test]
fn a_person_chooses_keys_and_finds_them_on_every_desk() {
    let office = Office::open();
    let rina = office.login("rina");
    let page = rina.get("/api/v1/keys").json();
    fits_schema("KeyPage", &page);
    assert_eq!(chord(&page, "hangup"), "Escape Escape");
    let (status, page) = put(
        &rina,
        json!({ "answer": "F8", "ghost": "F2", "hold": null }),
    );
    assert_eq!(status, 200, "{page}");
    fits_schema("KeyPage", &page);
    let elsewhere = office.login("rina").get("/api/v1/keys").json();
    assert_eq!(elsewhere, page);
    assert_eq!(chord(&page, "answer"), "F8");
    assert_eq!(chord(&page, "hold"), "Alt+J");
    let budi = office.login("budi").get("/api/v1/keys").json();
    assert_eq!(chord(&budi, "answer"), "F2");
    let (_, page) = put(&rina, json!({}));
    assert_eq!(chord(&page, "answer"), "F2");
    let journal = rina.get("/part/journal").text();
    assert!(journal.contains("rina mengatur tombolnya sendiri"));
}

#[test]
fn keys_that_would_not_arrive_or_do_two_things_are_refused() {
    let office = Office::open();
    let rina = office.login("rina");
    for (body, code, field) in [
        (json!({ "answer": "Ctrl+W" }), "key_kept", "answer"),
        (json!({ "answer": "f2" }), "key_unknown", "answer"),
        (json!({ "answer": "F8" }), "key_taken", "ghost"),
        (json!({ "sing": "F8" }), "unknown_field", "sing"),
        (json!({ "answer": 2 }), "bad_field", "answer"),
    ] {
        let (status, problem) = put(&rina, body);
        assert_eq!(status, 422, "{problem}");
        assert_eq!(problem["code"], code);
        assert_eq!(problem["field"], field, "{problem}");
        assert!(!problem["detail"].as_str().unwrap().contains('{'));
    }
    let program = office.program("peta", Role::Operator);
    let (status, problem) = put(&program, json!({ "answer": "Ctrl+F2" }));
    assert_eq!((status, &problem["code"]), (404, &json!("no_such_name")));
}
