//! What operators say, in the words of the office.

use serde_json::json;

use super::office::Office;
use super::routes::fits_schema;

const OPENING: &str = "/api/v1/wording/id/opening";

#[test]
fn the_office_puts_a_sentence_into_its_own_words_and_takes_it_back() {
    let office = Office::open();
    let (audi, sari) = (office.login("audi"), office.login("sari"));
    let page = audi.get("/api/v1/wording").json();
    fits_schema("WordingPage", &page);
    let items = page["items"].as_array().unwrap();
    assert_eq!(items.len(), 16);
    let built_in = items
        .iter()
        .find(|item| item["id"] == "id/opening")
        .unwrap();
    let text = "112 Kabupaten Contoh, ada kejadian darurat apa dan di mana lokasinya?";
    assert_eq!(built_in["text"], text);
    assert_eq!(built_in["custom"], false);

    let own = json!({ "text": "Siaga {centre}. Apa yang terjadi?" });
    let set = sari.send_json("PUT", OPENING, own);
    assert_eq!(set.status, 200, "{}", set.text());
    let set = set.json();
    fits_schema("Wording", &set);
    assert_eq!(set["text"], "Siaga 112 Kabupaten Contoh. Apa yang terjadi?");
    assert_eq!(set["written"], "Siaga {centre}. Apa yang terjadi?");
    assert_eq!((&set["custom"], &set["by"]), (&json!(true), &json!("sari")));
    let too_long = json!({ "text": "a".repeat(1_001) });
    assert_eq!(sari.send_json("PUT", OPENING, too_long).code(), "bad_field");
    for missing in ["id/salam", "de/opening"] {
        let path = format!("/api/v1/wording/{missing}");
        let refused = sari.send_json("PUT", &path, json!({ "text": "Halo." }));
        assert_eq!(refused.code(), "not_found", "{missing}");
    }
    assert_eq!(sari.send("DELETE", OPENING, &[], Some(b"")).status, 204);
    let page = audi.get("/api/v1/wording?limit=200").json();
    assert!(page.to_string().contains(text));
    let journal = audi.get("/part/journal").text();
    let told = "sari mengganti kalimat petugas: Pembukaan (Indonesia)";
    assert!(journal.contains(told), "{journal}");
}
