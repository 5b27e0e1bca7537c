//! Numbers that rang and wait to be called back.

use serde_json::json;

use super::office::Office;
use super::routes::fits_schema;

const DIAN: &str = "084001010014";

/// Rings and gives up.
fn gives_up(office: &Office, number: &str) -> String {
    let call = office.ring(0, number);
    office.line(0, "gone");
    office.until(|o| {
        let board = o.handle.board();
        let ended = board.calls.iter().find(|c| c.id.to_string() == call)?;
        ended.ended.map(drop)
    });
    call
}

#[test]
fn a_number_that_gave_up_is_dialled_and_closed() {
    let office = Office::open();
    let mut rina = office.login("rina");
    let call = gives_up(&office, DIAN);
    gives_up(&office, "084001010015");
    let board = rina.get("/api/v1/board").json();
    fits_schema("Board", &board);
    assert_eq!(board["callbacks"]["count"], 2);
    assert_eq!(board["today"]["unclassified"], 2);
    let list = rina.get("/api/v1/callbacks?limit=1").json();
    fits_schema("CallbackPage", &list);
    assert_eq!(list["items"][0]["calls"], json!([call]));
    assert_eq!(list["items"][0]["number_shown"], "0840-0101-0014");
    let cursor = list["next"].as_str().unwrap().replace('+', "%2B");
    let rest = rina
        .get(&format!("/api/v1/callbacks?cursor={cursor}"))
        .json();
    assert_eq!(rest["items"][0]["number"], "+6284001010015");
    assert!(rest["next"].is_null());

    assert_eq!(
        rina.post("/api/v1/seat", json!({ "state": "ready" }))
            .status,
        200
    );
    let dialled = rina.post("/api/v1/calls", json!({ "number": DIAN }));
    assert_eq!(dialled.status, 201, "{}", dialled.text());
    let tried = rina.get("/api/v1/callbacks").json()["items"][0]["tries"].clone();
    assert_eq!(tried[0]["by"], "rina");
    assert_eq!(tried[0]["answered"], false);

    let close = |number: &str| format!("/api/v1/callbacks/{number}/close");
    let merged = rina.post(&close(DIAN), json!({ "result": "merged" }));
    assert_eq!(merged.code(), "bad_field");
    let closed = rina.post(
        &close("0840-0101-0014"),
        json!({ "result": "no_answer", "note": "dua kali" }),
    );
    assert_eq!(closed.status, 200, "{}", closed.text());
    fits_schema("CallbackDone", &closed.json());
    let again = rina.post(&close(DIAN), json!({ "result": "no_answer" }));
    assert_eq!(
        (again.status, again.code().as_str()),
        (404, "no_such_callback")
    );
    let call = rina.get(&format!("/api/v1/calls/{call}")).json();
    fits_schema("Call", &call);
    assert_eq!(
        (&call["class"], &call["called_back"]),
        (&json!(null), &json!("no_answer"))
    );
    let board = rina.get("/api/v1/board").json();
    assert_eq!(board["callbacks"]["count"], 1);
    assert_eq!(board["today"]["unclassified"], 1);
    let number = rina.get(&format!("/api/v1/numbers/{DIAN}")).json();
    assert_eq!(
        (&number["abandoned"], &number["unclassified"]),
        (&json!(1), &json!(0))
    );
    let journal = rina.get("/part/journal").text();
    let told = "rina menutup telepon balik 0840-0101-0014: tidak dijawab (dua kali)";
    assert!(journal.contains(told), "{journal}");
}

#[test]
fn screens_hear_that_the_list_has_changed_and_a_restart_keeps_it() {
    let office = Office::open();
    let mut rina = office.login("rina");
    let mut ear = rina.listen("/api/v1/events", &[]);
    gives_up(&office, DIAN);
    ear.find(|heard| heard.data["alert"] == "call" && heard.data["call"]["abandoned"] == true);
    ear.find(|heard| heard.data["alert"] == "board");
    rina.post(
        &format!("/api/v1/callbacks/{DIAN}/close"),
        json!({ "result": "reached_other" }),
    );
    let closed = ear.find(|heard| heard.event == "callback.closed");
    assert_eq!(closed.data["body"]["number"], "+6284001010014");
    gives_up(&office, "084001010015");
    office.settled();
    let office = office.restarted();
    let audi = office.login("audi");
    let list = audi.get("/api/v1/callbacks").json();
    assert_eq!(list["items"][0]["number"], "+6284001010015");
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
}
