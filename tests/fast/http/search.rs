//! Search as operators and programs ask for it.

use serde_json::{Value, json};

use super::office::Office;
use super::routes::fits_schema;

/// Three calls: 1 and 3 of one number, 2 of another; the first has a note.
fn an_office_with_calls() -> Office {
    let office = Office::open();
    for (ended, number) in ["084001014471", "084001014472", "084001014471"]
        .iter()
        .enumerate()
    {
        office.ring(0, number);
        office.line(0, "gone");
        office.until(|office| {
            let board = office.handle.board();
            let gone = board.calls.iter().filter(|call| call.abandoned).count();
            (gone == ended + 1).then_some(())
        });
    }
    let mut rina = office.login("rina");
    let note = json!({ "text": "Kebakaran di Pasar Tombatu, Jum'at" });
    assert_eq!(rina.post("/api/v1/calls/1/note", note).status, 200);
    let class = json!({ "class": "prank" });
    assert_eq!(rina.post("/api/v1/calls/3/classify", class).status, 200);
    office.settled();
    office
}

fn ids(page: &Value) -> Vec<&str> {
    let items = page["items"].as_array().unwrap_or_else(|| panic!("{page}"));
    items
        .iter()
        .filter_map(|call| call["id"].as_str())
        .collect()
}

#[test]
fn one_box_finds_words_numbers_and_calls() {
    let office = an_office_with_calls();
    let rina = office.login("rina");
    for (query, found) in [
        ("q=kebakaran", vec!["1"]),
        ("q=pasar%20keb", vec!["1"]),
        ("q=JUMAT", vec!["1"]),
        ("q=4471", vec!["3", "1"]),
        ("q=0840-0101", vec!["3", "2", "1"]),
        ("q=+6284001014472", vec!["2"]),
        ("q=%2362&number=084001014472", vec![]),
        ("q=%232", vec!["2"]),
        ("q=4471&class=prank", vec!["3"]),
        ("q=4471&class=none&line=Telkomsel-1", vec!["1"]),
        ("q=4471&to=2001-01-01", vec![]),
        ("q=banjir", vec![]),
        ("q=", vec!["3", "2", "1"]),
    ] {
        let page = rina.get(&format!("/api/v1/calls?{query}")).json();
        fits_schema("CallPage", &page);
        assert_eq!(ids(&page), found, "{query}");
    }
    let first = rina.get("/api/v1/calls?q=0840&limit=2").json();
    assert_eq!((ids(&first), &first["next"]), (vec!["3", "2"], &json!("2")));
    let second = rina.get("/api/v1/calls?q=0840&limit=2&cursor=2").json();
    assert_eq!((ids(&second), &second["next"]), (vec!["1"], &Value::Null));
}

#[test]
fn a_search_for_nothing_is_refused_and_shows_nobody() {
    let office = an_office_with_calls();
    let rina = office.login("rina");
    let long = "x".repeat(300);
    for (path, code) in [
        ("calls?q=%25", "nothing_to_find"),
        ("calls?q=%20", "nothing_to_find"),
        ("calls?q=a", "nothing_to_find"),
        ("numbers?q=12", "nothing_to_find"),
        ("numbers?q=budi", "nothing_to_find"),
        ("numbers", "nothing_to_find"),
        (&format!("calls?q={long}"), "query_long"),
    ] {
        let refused = rina.get(&format!("/api/v1/{path}"));
        assert_eq!(
            (refused.status, refused.code()),
            (422, code.to_owned()),
            "{path}"
        );
        assert_eq!(refused.json()["field"], "q");
        assert!(refused.json()["items"].is_null());
    }
    assert_eq!(
        rina.get("/api/v1/numbers?q=4471&cursor=x").code(),
        "bad_cursor"
    );
}

#[test]
fn known_numbers_are_offered_by_their_end_who_called_last_first() {
    let office = an_office_with_calls();
    let rina = office.login("rina");
    let page = rina.get("/api/v1/numbers?q=4471").json();
    fits_schema("NumberPage", &page);
    assert_eq!(page["items"][0]["number"], "+6284001014471");
    assert_eq!(page["items"][0]["number_shown"], "0840-0101-4471");
    assert_eq!(page["items"][0]["calls_in"], 2);
    assert_eq!(page["items"][0]["by_class"]["prank"], 1);
    assert_eq!(page["items"][1], Value::Null);
    let first = rina.get("/api/v1/numbers?q=0840&limit=1").json();
    assert_eq!(first["items"][0]["number"], "+6284001014471");
    let path = format!(
        "/api/v1/numbers?q=0840&limit=1&cursor={}",
        first["next"].as_str().unwrap()
    );
    let second = rina.get(&path).json();
    assert_eq!(second["items"][0]["number"], "+6284001014472");
    assert_eq!(second["next"], Value::Null);
    let nobody = rina.get("/api/v1/numbers?q=5555").json();
    assert_eq!(nobody, json!({ "items": [], "next": null }));
}
