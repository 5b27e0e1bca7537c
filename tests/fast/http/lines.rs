//! What an admin does with a line.

use serde_json::json;

use super::office::Office;
use super::routes::fits_schema;

const RESTART: &str = "/api/v1/lines/Telkomsel-1/restart";

#[test]
fn an_admin_starts_a_line_anew_and_everybody_sees_it() {
    let office = Office::open();
    let (mut adi, mut rina) = (office.login("adi"), office.login("rina"));
    let refused = rina.post(RESTART, json!({}));
    assert_eq!(
        (refused.status, refused.code()),
        (403, "not_allowed".to_owned())
    );
    let mut ears = rina.listen("/api/v1/events", &[]);
    let done = adi.post(RESTART, json!({}));
    assert_eq!(done.status, 200, "{}", done.text());
    fits_schema("LineRestarted", &done.json());
    assert_eq!(done.json()["waits"], false);
    let heard = ears.find(|heard| heard.data["kind"] == "line.restarted");
    assert_eq!(
        heard.data["body"],
        json!({ "line": "Telkomsel-1", "by": "adi" })
    );
    office.until(|o| (o.handle.board().lines[0].status.cures == 1).then_some(()));
    // It was away for a moment, and that is in the journal as well.
    ears.find(|heard| heard.data["kind"] == "line.down");
    ears.find(|heard| heard.data["kind"] == "line.up");
}

#[test]
fn a_line_that_talks_is_started_anew_afterwards() {
    let office = Office::open();
    let mut adi = office.login("adi");
    office.ring(0, "084001010014");
    assert_eq!(adi.post(RESTART, json!({})).json()["waits"], true);
    let unknown = adi.post("/api/v1/lines/L9/restart", json!({}));
    assert_eq!(
        (unknown.status, unknown.code()),
        (404, "no_such_name".to_owned())
    );
    let kinds = office.kinds();
    let asked = kinds.iter().filter(|kind| *kind == "line.restarted");
    assert_eq!(asked.count(), 1);
}
