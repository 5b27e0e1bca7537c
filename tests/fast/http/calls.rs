//! A call as operators and programs handle it.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use siaga112::base::ids::Seq;
use siaga112::base::time::Wall;
use siaga112::desk::operator::Role;

use super::office::Office;
use super::routes::fits_schema;

#[test]
fn a_call_rings_is_answered_by_one_ended_and_classified() {
    let office = Office::open();
    let (mut rina, mut budi) = (office.login("rina"), office.login("budi"));
    let call = office.ring(0, "084001010014");
    let path = |what: &str| format!("/api/v1/calls/{call}/{what}");
    assert_eq!(rina.post(&path("answer"), json!({})).code(), "not_ready");
    for who in [&mut rina, &mut budi] {
        let seat = who.post("/api/v1/seat", json!({ "state": "ready" }));
        assert_eq!(seat.status, 200, "{}", seat.text());
    }
    let answered = rina.post(&path("answer"), json!({}));
    assert_eq!(answered.status, 200, "{}", answered.text());
    assert!(answered.json()["seq"].as_u64().unwrap() > 0);
    let taken = budi.post(&path("answer"), json!({}));
    assert_eq!((taken.status, taken.code()), (409, "taken".to_owned()));
    assert_eq!(taken.json()["by"], "rina");
    let ended = rina.post(&path("hangup"), json!({}));
    assert_eq!(ended.status, 200, "{}", ended.text());
    office.until(|o| {
        let board = o.handle.board();
        let call = board.calls.iter().find(|c| c.id.to_string() == call)?;
        call.ended.map(|_| ())
    });
    let classified = rina.post(
        &path("classify"),
        json!({ "class": "ghost", "note": "hanya napas" }),
    );
    assert_eq!(
        classified.json()["call"]["class"],
        "ghost",
        "{}",
        classified.text()
    );
    let shown = rina.get(&format!("/api/v1/calls/{call}")).json();
    assert_eq!(shown["state"], "ended");
    assert_eq!(shown["number"], "+6284001010014");
    assert_eq!(shown["number_shown"], "0840-0101-0014");
    assert_eq!(shown["operator"], "rina");
    assert_eq!(shown["notes"][0]["text"], "hanya napas");
    assert!(
        shown["offered_at"].as_str().unwrap().ends_with("+08:00"),
        "{shown}"
    );
    fits_schema("Call", &shown);
    let undone = rina.post(&path("undo"), json!({}));
    assert_eq!(
        undone.json()["call"]["class"],
        Value::Null,
        "{}",
        undone.text()
    );
    assert_eq!(budi.post(&path("undo"), json!({})).status, 409);
}

#[test]
fn a_call_the_desk_has_let_go_is_classified_from_the_archive() {
    let office = Office::open();
    let mut sari = office.login("sari");
    let call = office.ring(0, "084001010015");
    office.line(0, "gone");
    office.until(|o| {
        o.handle
            .board()
            .calls
            .iter()
            .any(|c| c.abandoned)
            .then_some(())
    });
    office.settled();
    let path = format!("/api/v1/calls/{call}/classify");
    assert_eq!(sari.post(&path, json!({ "class": "prank" })).status, 200);
    let again = sari.post(
        &path,
        json!({ "class": "information", "reason": "salah pencet" }),
    );
    assert_eq!(
        again.json()["call"]["class"],
        "information",
        "{}",
        again.text()
    );
    let nothing = sari.post("/api/v1/calls/999/classify", json!({ "class": "prank" }));
    assert_eq!(
        (nothing.status, nothing.code()),
        (404, "no_such_call".to_owned())
    );
}

#[test]
fn lists_are_newest_first_filtered_and_paged() {
    let office = Office::open();
    let mut rina = office.login("rina");
    for n in 0..5 {
        office.ring(0, &format!("08400101010{n}"));
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
    office.settled();
    assert_eq!(
        rina.post("/api/v1/calls/2/classify", json!({ "class": "test" }))
            .status,
        200
    );
    let list = |query: &str| rina.get(&format!("/api/v1/calls{query}")).json();
    let ids = |page: &Value| -> Vec<String> {
        let items = page["items"].as_array().unwrap_or_else(|| panic!("{page}"));
        items
            .iter()
            .map(|call| call["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let first = list("?limit=2");
    fits_schema("CallPage", &first);
    assert_eq!(ids(&first), ["5", "4"]);
    assert_eq!(first["next"], "4");
    let second = list("?limit=2&cursor=4");
    assert_eq!(ids(&second), ["3", "2"]);
    let third = list("?limit=2&cursor=2");
    assert_eq!(
        (ids(&third), &third["next"]),
        (vec!["1".to_owned()], &Value::Null)
    );
    assert_eq!(ids(&list("?class=test")), ["2"]);
    assert_eq!(ids(&list("?class=none")).len(), 4);
    for spelling in [
        "084001010103",
        "%2B6284001010103",
        "6284001010103",
        "0840-0101-0103",
    ] {
        assert_eq!(
            ids(&list(&format!("?number={spelling}"))),
            ["4"],
            "{spelling}"
        );
    }
    assert_eq!(ids(&list("?line=Indosat-1")).len(), 0);
    assert_eq!(ids(&list("?from=2001-01-01&to=2001-12-31")).len(), 0);
    assert_eq!(ids(&list("?from=2001-01-01T00:00:00%2B08:00")).len(), 5);
    for (query, code) in [
        ("?limit=0", "bad_field"),
        ("?limit=x", "bad_field"),
        ("?cursor=x", "bad_cursor"),
        ("?class=hantu", "bad_field"),
        ("?number=abc", "bad_number"),
        ("?from=kemarin", "bad_time"),
        ("?clas=ghost", "unknown_parameter"),
    ] {
        let refused = rina.get(&format!("/api/v1/calls{query}"));
        assert_eq!(
            (refused.status, refused.code()),
            (422, code.to_owned()),
            "{query}"
        );
    }
}

#[test]
fn a_damaged_entry_keeps_its_place_and_nobody_from_those_after_it() {
    let office = Office::damaged(Seq(2)).with_people();
    office.settled();
    let auditor = office.login("audi");
    let page = auditor.get("/api/v1/journal?after=0&limit=2").json();
    fits_schema("JournalPage", &page);
    assert_eq!(page["items"][1], json!({ "seq": 2, "damaged": true }));
    assert_eq!(page["next"], "2");
    let rest = auditor.get("/api/v1/journal?after=2&limit=1").json();
    assert_eq!(rest["items"][0]["seq"], 3);
    let rina = office.login("rina");
    let mut ear = rina.listen("/api/v1/events?after=0", &[]);
    assert_eq!(ear.fact().id, Some(1));
    assert_eq!(ear.fact().id, Some(3));
    let mut ear = rina.listen("/api/v1/events?after=1", &[]);
    assert_eq!(ear.fact().id, Some(3));
    let journal = rina.get("/part/journal").text();
    assert!(journal.contains("adi menambah pengguna rina"), "{journal}");
}

#[test]
fn a_landline_is_found_without_the_offices_own_area_code() {
    let office = Office::open();
    let rina = office.login("rina");
    office.ring(0, "+62431851234");
    office.settled();
    for spelling in ["851234", "0431-851234", "+62431851234"] {
        let known = rina.get(&format!("/api/v1/numbers/{spelling}")).json();
        assert_eq!(known["calls_in"], 1, "{spelling}: {known}");
        let page = rina.get(&format!("/api/v1/calls?number={spelling}")).json();
        assert_eq!(page["items"][0]["id"], "1", "{spelling}: {page}");
    }
}

#[test]
fn a_call_is_within_one_span_only_when_another_begins_where_it_ends() {
    let office = Office::open();
    let rina = office.login("rina");
    let id = office.ring(0, "084001010014");
    office.settled();
    let call = rina.get(&format!("/api/v1/calls/{id}")).json();
    let offered = call["offered_at"].as_str().unwrap().replace('+', "%2B");
    let count = |query: String| {
        let page = rina.get(&format!("/api/v1/calls?{query}")).json();
        page["items"].as_array().unwrap().len()
    };
    assert_eq!(count(format!("from={offered}")), 1);
    assert_eq!(count(format!("to={offered}")), 0);
}

#[test]
fn a_number_has_a_history_in_any_spelling_and_a_new_one_has_none() {
    let office = Office::open();
    let rina = office.login("rina");
    office.ring(0, "084001010014");
    office.line(0, "gone");
    office.until(|o| {
        o.handle
            .board()
            .calls
            .iter()
            .any(|c| c.abandoned)
            .then_some(())
    });
    office.settled();
    for spelling in ["084001010014", "+6284001010014", "%2B62%20840-0101-0014"] {
        let known = rina.get(&format!("/api/v1/numbers/{spelling}")).json();
        fits_schema("Number", &known);
        assert_eq!(known["number"], "+6284001010014");
        assert_eq!(known["calls_in"], 1, "{known}");
        assert_eq!(known["abandoned"], 1);
        assert_eq!(known["history"]["items"][0]["id"], "1");
    }
    let unknown = rina.get("/api/v1/numbers/084009999999").json();
    assert_eq!(
        (&unknown["calls_in"], &unknown["last_at"]),
        (&json!(0), &Value::Null)
    );
    assert_eq!(rina.get("/api/v1/numbers/bukan").code(), "bad_number");
}

#[test]
fn dialling_out_keys_and_texts_go_through_the_desk() {
    let office = Office::open();
    let mut rina = office.login("rina");
    rina.post("/api/v1/seat", json!({ "state": "ready" }));
    let dialled = rina.post("/api/v1/calls", json!({ "number": "0840-0101-0020" }));
    assert_eq!(dialled.status, 201, "{}", dialled.text());
    let call = dialled.json()["call"]["id"].as_str().unwrap().to_owned();
    assert_eq!(
        dialled.header("location"),
        Some(format!("/api/v1/calls/{call}").as_str())
    );
    assert_eq!(dialled.json()["call"]["direction"], "out");
    let keys = rina.post(
        &format!("/api/v1/calls/{call}/dtmf"),
        json!({ "digits": "12x" }),
    );
    assert!(matches!(keys.status, 409 | 422), "{}", keys.text());
    let mut budi = office.login("budi");
    budi.post("/api/v1/seat", json!({ "state": "ready" }));
    assert_eq!(
        budi.post("/api/v1/calls", json!({ "number": "bukan nomor" }))
            .code(),
        "bad_number"
    );
    let sent = rina.post(
        "/api/v1/sms",
        json!({ "to": "084001010021", "text": "Damkar berangkat" }),
    );
    assert_eq!(sent.status, 201, "{}", sent.text());
    fits_schema("SmsDone", &sent.json());
    let texts = rina.get("/api/v1/sms").json();
    fits_schema("SmsPage", &texts);
    assert_eq!(texts["items"][0]["text"], "Damkar berangkat");
    assert_eq!(
        rina.post("/api/v1/sms", json!({ "to": "084001010021", "text": "" }))
            .status,
        422
    );
}

#[test]
fn an_auditor_reads_entries_whose_hashes_a_stranger_can_check() {
    let office = Office::open();
    office.ring(0, "084001010014");
    office.settled();
    let audi = office.login("audi");
    let page = audi.get("/api/v1/journal?after=0&limit=3");
    let text = page.text();
    fits_schema("JournalPage", &page.json());
    let items = page.json()["items"].as_array().unwrap().clone();
    assert_eq!(items.len(), 3);
    assert_eq!(page.json()["next"], "3");
    for item in &items {
        // Canonical JSON: sorted keys and no spaces is what serde_json's map writes too.
        let line = item["entry"].to_string();
        assert!(text.contains(&line), "byte for byte");
        let hash = data_encoding::HEXLOWER.encode(&Sha256::digest(line.as_bytes()));
        assert_eq!(item["hash"], json!(hash));
    }
    assert_eq!(items[1]["entry"]["prev"], items[0]["hash"]);
    let rest = audi.get("/api/v1/journal?after=3").json();
    assert_eq!(rest["items"][0]["seq"], 4);
}

#[test]
fn a_program_works_with_its_token_until_it_is_revoked() {
    let office = Office::open();
    let mut program = office.program("wallboard", Role::Operator);
    let who = program.get("/api/v1/session").json();
    assert_eq!(
        (&who["user"], &who["kind"], &who["csrf"]),
        (&json!("token:wallboard"), &json!("program"), &Value::Null)
    );
    let seat = program.post("/api/v1/seat", json!({ "state": "ready" }));
    assert_eq!(seat.status, 200, "{}", seat.text());
    assert_eq!(program.get("/api/v1/users").status, 403);
    let admin = office.login("adi");
    let list = admin.get("/api/v1/tokens");
    fits_schema("TokenPage", &list.json());
    assert!(!list.text().contains(program.token.as_ref().unwrap()));
    assert_eq!(
        admin
            .send("DELETE", "/api/v1/tokens/wallboard", &[], None)
            .status,
        204
    );
    assert_eq!(program.get("/api/v1/board").code(), "token_unknown");
    program.token = Some("s112_tebakan".into());
    assert_eq!(program.get("/api/v1/board").status, 401);
}

#[test]
fn the_board_shows_lines_calls_seats_and_counters_in_the_documented_shape() {
    let office = Office::open();
    let mut rina = office.login("rina");
    rina.post(
        "/api/v1/seat",
        json!({ "state": "pause", "reason": "sholat" }),
    );
    office.ring(0, "084001010014");
    office.line(1, "down");
    office.until(|o| (!o.handle.board().lines[1].up).then_some(()));
    let board = rina.get("/api/v1/board").json();
    fits_schema("Board", &board);
    assert_eq!(board["lines"][0]["name"], "Telkomsel-1");
    assert_eq!(board["lines"][1]["down"], "sim_absent");
    assert_eq!(board["calls"][0]["number_shown"], "0840-0101-0014");
    assert_eq!(board["seats"][0]["reason"], "sholat");
    assert_eq!(board["today"]["offered"], 1);
    assert_eq!(board["unsaved"], false);
    assert!(!board.to_string().contains("imsi"));
}

#[test]
fn a_colleague_learns_when_a_call_may_be_taken_over_and_a_supervisor_takes_it_now() {
    let office = Office::open();
    let (mut rina, mut budi, mut sari) = (
        office.login("rina"),
        office.login("budi"),
        office.login("sari"),
    );
    for who in [&mut rina, &mut budi, &mut sari] {
        who.post("/api/v1/seat", json!({ "state": "ready" }));
    }
    // Whoever sits there listens; else the seat itself would be on its way to being lost.
    let mut ears = [&rina, &budi, &sari].map(|who| who.listen("/api/v1/events", &[]));
    let call = office.ring(0, "084001010014");
    let path = |what: &str| format!("/api/v1/calls/{call}/{what}");
    assert_eq!(rina.post(&path("answer"), json!({})).status, 200);
    let up = ears[1].find(|heard| heard.data["call"]["state"] == "talking");
    assert_eq!(up.data["call"]["takeover_at"], Value::Null);
    let refused = budi.post(&path("takeover"), json!({}));
    assert_eq!(
        (refused.status, refused.code()),
        (403, "not_yours".to_owned())
    );
    // Rina's browser never opens the sound of the call.
    let unheard = ears[1].find(|heard| heard.data["call"]["sound"]["trouble"] == "no_desk");
    fits_schema("Call", &unheard.data["call"]);
    let at = unheard.data["call"]["takeover_at"]
        .as_str()
        .expect("a time");
    let board = budi.get("/api/v1/board").json();
    fits_schema("Board", &board);
    let shown = board["calls"][0]["takeover_at"].as_str().expect("a time");
    let apart = |one, other| Wall::parse(one).unwrap().0 - Wall::parse(other).unwrap().0;
    assert!(apart(shown, at).abs() < 1_000, "{shown} {at}");
    let refused = budi.post(&path("takeover"), json!({}));
    assert_eq!(
        (refused.status, refused.code()),
        (409, "too_early".to_owned())
    );
    let wait = refused.json()["wait_s"].as_u64().expect("seconds");
    assert!((1..=20).contains(&wait), "{wait}");
    assert_eq!(
        refused.header("retry-after"),
        Some(wait.to_string().as_str())
    );
    let taken = sari.post(&path("takeover"), json!({}));
    assert_eq!(taken.status, 200, "{}", taken.text());
    assert_eq!(taken.json()["call"]["operator"], "sari");
}
