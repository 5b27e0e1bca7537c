//! Pages as a browser gets them.

use super::office::Office;

#[test]
fn the_board_page_has_its_words_its_scripts_and_nothing_inline() {
    let office = Office::open();
    let rina = office.login("rina");
    let page = rina.get("/").text();
    for wanted in [
        "112 Kabupaten Contoh",
        "RINA",
        "Tidak ada panggilan.",
        "Tugas",
        "TERPUTUS DARI SERVER",
        "BELUM TERSIMPAN",
        "Jurnal hari ini",
    ] {
        assert!(page.contains(wanted), "{wanted}");
    }
    assert!(page.contains(rina.csrf.as_ref().unwrap()));
    assert!(!page.contains("style="), "the policy forbids it");
    for script in page.split("<script").skip(1) {
        assert!(script.starts_with(" src=\"/assets/"), "{}", &script[..40]);
    }
    assert!(!page.contains("{{") && !page.contains("{%"));
    let english = rina
        .send("GET", "/", &[("accept-language", "en")], None)
        .text();
    assert!(english.contains("Newest reports") && english.contains("<html lang=\"en\">"));
}

#[test]
fn the_language_that_was_chosen_at_a_computer_counts_more_than_its_browsers() {
    let office = Office::open();
    let login = |cookie: &str, browsers: &str| {
        let headers = [("cookie", cookie), ("accept-language", browsers)];
        let page = office.nobody().send("GET", "/login", &headers, None).text();
        let english = page.contains("<html lang=\"en\"");
        if english { "en" } else { "id" }
    };
    assert_eq!(login("siaga112-language=en", "id"), "en");
    assert_eq!(login("siaga112-language=id", "en"), "id");
    assert_eq!(login("siaga112-language=xx", "en"), "en");
    assert_eq!(login("siaga112-theme=dark", "id"), "id");
}

#[test]
fn assets_are_named_by_their_content_compressed_and_kept_for_ever() {
    let office = Office::open();
    let page = office.login("rina").get("/").text();
    let paths: Vec<&str> = page
        .split('"')
        .filter(|part| part.starts_with("/assets/"))
        .collect();
    assert!(paths.len() >= 5, "{paths:?}");
    for path in paths {
        let plain = office.nobody().get(path);
        assert_eq!(plain.status, 200, "{path}");
        assert!(plain.header("cache-control").unwrap().contains("immutable"));
        let brotli = office
            .nobody()
            .send("GET", path, &[("accept-encoding", "gzip, br")], None);
        // A typeface is compressed as it is.
        let twin = (!path.ends_with(".woff2")).then_some("br");
        assert_eq!(brotli.header("content-encoding"), twin, "{path}");
        assert!(
            brotli.body.len() < plain.body.len() || plain.body.len() < 600 || twin.is_none(),
            "{path}"
        );
    }
    assert_eq!(office.nobody().get("/assets/lain.js").status, 404);
    assert_eq!(
        office.nobody().get("/assets/..%2f..%2fetc%2fpasswd").status,
        404
    );
}

#[test]
fn a_hostile_name_and_a_hostile_note_stay_text() {
    let office = Office::open();
    let mut sari = office.login("sari");
    let attack = "</li><script>alert(1)</script>\"'&";
    office.line(0, &format!("named {attack}"));
    office.until(|o| o.handle.board().calls.first().map(|_| ()));
    office.line(0, "gone");
    office.until(|o| {
        o.handle
            .board()
            .calls
            .iter()
            .any(|c| c.abandoned)
            .then_some(())
    });
    let noted = sari.post(
        "/api/v1/calls/1/note",
        serde_json::json!({ "text": attack }),
    );
    assert_eq!(noted.status, 200, "{}", noted.text());
    for path in ["/", "/part/journal"] {
        let page = sari.get(path).text();
        assert!(!page.contains("<script>alert"), "{path}");
        assert!(page.contains("&lt;script&gt;alert(1)"), "{path}: {page}");
    }
    let login = office
        .nobody()
        .form("/login", &[("user", attack), ("password", "x")]);
    assert!(!login.text().contains("<script>alert"));
}

#[test]
fn the_journal_of_today_reads_like_sentences_in_both_languages() {
    let office = Office::open();
    let rina = office.login("rina");
    office.ring(0, "084001010014");
    office.line(1, "withheld");
    office.until(|o| (o.handle.board().calls.len() == 2).then_some(()));
    let shown = |lang, last: &str| {
        office.until(|_| {
            let page = rina
                .send("GET", "/part/journal", &[("accept-language", lang)], None)
                .text();
            page.contains(last).then_some(page)
        })
    };
    let id = shown("id", "Panggilan 2");
    assert!(
        id.contains("Panggilan 1 masuk di Telkomsel-1 dari 0840-0101-0014"),
        "{id}"
    );
    assert!(
        id.contains("Panggilan 2 masuk di Indosat-1 dari nomor disembunyikan"),
        "{id}"
    );
    assert!(id.contains("adi menambah pengguna rina"), "{id}");
    assert!(shown("en", "Call 2").contains("Call 1 came in on Telkomsel-1 from 0840-0101-0014"));
    assert!(!id.contains("fact-"), "every kind has its sentence");
}

#[test]
fn a_computer_gets_the_certificate_and_how_to_trust_it_without_a_login() {
    let office = Office::fresh();
    let authority = office.nobody().get("/ca.crt");
    assert_eq!(authority.text(), office.pki.authority_pem());
    assert_eq!(
        authority.header("content-type"),
        Some("application/x-x509-ca-cert")
    );
    let trust = office.nobody().get("/percaya");
    assert!(trust.text().contains(&office.pki.fingerprint()));
}
