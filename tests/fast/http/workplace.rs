//! Several people on one computer, who come back with a PIN.

use serde_json::{Value, json};
use siaga112::http::{DESK_COOKIE, secret};
use siaga112::store::{SessionChange, SessionRecord};

use super::office::{Browser, Office, PASSWORD};
use super::routes::fits_schema;
use super::wire::Answer;

const RINAS: &str = "482715";
const BUDIS: &str = "907364";

/// Somebody types their password into this browser, whoever is active in it.
fn logs_in(browser: &mut Browser<'_>, user: &str) -> Answer {
    let login = json!({ "user": user, "password": PASSWORD });
    let answer = browser.post("/api/v1/session", login);
    if answer.status == 201 {
        browser.keep(&answer);
    }
    answer
}

fn switches(browser: &mut Browser<'_>, user: &str, pin: &str) -> Answer {
    let answer = browser.post(
        "/api/v1/session/switch",
        json!({ "user": user, "pin": pin }),
    );
    if answer.status == 201 {
        browser.keep(&answer);
    }
    answer
}

fn sets_pin(browser: &mut Browser<'_>, pin: Value) -> Answer {
    let body = json!({ "password": PASSWORD, "pin": pin });
    browser.post("/api/v1/session/pin", body)
}

/// One computer on which Rina and Budi have logged in and chosen a PIN; Budi is active.
fn shared(office: &Office) -> Browser<'_> {
    let mut browser = office.nobody();
    for (user, pin) in [("rina", RINAS), ("budi", BUDIS)] {
        let answer = logs_in(&mut browser, user);
        assert_eq!(answer.status, 201, "{}", answer.text());
        let set = sets_pin(&mut browser, json!(pin));
        assert_eq!(set.status, 204, "{}", set.text());
    }
    browser
}

fn who(browser: &Browser<'_>) -> String {
    let who = browser.get("/api/v1/session").json();
    who["user"].as_str().unwrap_or("nobody").to_owned()
}

/// Name, whether they have a PIN, whether they are active.
fn desk(browser: &Browser<'_>) -> Vec<(String, bool, bool)> {
    let page = browser.get("/api/v1/session/desk").json();
    fits_schema("DeskPage", &page);
    let items = page["items"].as_array().unwrap().iter();
    let is = |item: &Value, field: &str| item[field].as_bool().unwrap();
    items
        .map(|item| {
            let user = item["user"].as_str().unwrap().to_owned();
            (user, is(item, "has_pin"), is(item, "active"))
        })
        .collect()
}

fn sessions_of(office: &Office, user: &str) -> Vec<SessionRecord> {
    office.handle.reader().sessions(Some(&user.into())).unwrap()
}

#[test]
fn what_somebody_chose_is_confirmed_on_their_page() {
    let office = Office::open();
    let rina = office.login("rina");
    let send = |path: &str, fields: &[(&str, &str)]| {
        let csrf = rina.csrf.clone().unwrap();
        let fields = fields.iter().copied().chain([("csrf", csrf.as_str())]);
        let body: Vec<String> = fields
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let form = [("content-type", "application/x-www-form-urlencoded")];
        rina.send("POST", path, &form, Some(body.join("&").as_bytes()))
    };
    let chosen = send("/saya/pin", &[("password", PASSWORD), ("pin", RINAS)]);
    assert_eq!(chosen.status, 200);
    assert!(chosen.text().contains("PIN tersimpan"), "{}", chosen.text());
    let removed = send("/saya/pin", &[("password", PASSWORD), ("remove", "yes")]);
    assert!(removed.text().contains("PIN dihapus"));
    let wrong = send("/saya/pin", &[("password", "lupa"), ("pin", RINAS)]);
    assert_ne!(wrong.status, 200);
    assert!(!wrong.text().contains("PIN tersimpan"));
    let keys = send("/saya/tombol", &[("default", "yes")]);
    assert_eq!(keys.header("hx-redirect"), Some("/saya?saved=keys"));
    assert!(
        rina.get("/saya?saved=keys")
            .text()
            .contains("Tombol tersimpan")
    );
    assert!(!rina.get("/saya?saved=<b>").text().contains("tersimpan."));
}

#[test]
fn two_people_take_turns_on_one_computer() {
    let office = Office::open();
    let mut browser = shared(&office);
    assert_eq!(who(&browser), "budi");
    let (rina, budi) = (String::from("rina"), String::from("budi"));
    assert_eq!(
        desk(&browser),
        [(budi.clone(), true, true), (rina.clone(), true, false)]
    );
    let budis = browser.clone();

    let answer = switches(&mut browser, "Rina", RINAS);
    assert_eq!(answer.status, 201, "{}", answer.text());
    fits_schema("Who", &answer.json());
    assert_eq!(who(&browser), "rina");
    assert_ne!(
        (&browser.cookie, &browser.csrf),
        (&budis.cookie, &budis.csrf)
    );
    assert_eq!(browser.desk, budis.desk);
    assert_eq!(desk(&browser), [(rina, true, true), (budi, true, false)]);
    // What Budi's windows still hold opens nothing.
    assert_eq!(budis.get("/api/v1/board").code(), "session_over");
    assert_eq!(
        budis
            .clone()
            .post("/api/v1/seat", json!({ "state": "ready" }))
            .status,
        401
    );
    for (user, pin) in [("budi", BUDIS), ("rina", RINAS), ("budi", BUDIS)] {
        assert_eq!(switches(&mut browser, user, pin).status, 201);
        assert_eq!(who(&browser), user);
    }
    assert_eq!(sessions_of(&office, "rina").len(), 1);
    assert_eq!(sessions_of(&office, "budi").len(), 1);
}

#[test]
fn the_browsers_own_cookie_is_kept_from_scripts_and_other_sites_and_only_its_hash_is_stored() {
    let office = Office::open();
    let mut browser = office.nobody();
    let answer = logs_in(&mut browser, "rina");
    let set = answer
        .headers
        .iter()
        .filter(|(name, _)| name == "set-cookie");
    let own = set
        .map(|(_, value)| value)
        .find(|c| c.starts_with(DESK_COOKIE));
    let own = own.unwrap();
    for part in ["Secure", "HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(own.contains(part), "{own}");
    }
    assert!(!own.contains("Domain") && !own.contains("Max-Age"), "{own}");
    let token = browser.desk.clone().unwrap();
    assert_eq!(
        sessions_of(&office, "rina")[0].desk,
        Some(secret::hash(&token))
    );
    office.settled();
    for entry in std::fs::read_dir(office.folder.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            let found = bytes.windows(token.len()).any(|w| w == token.as_bytes());
            assert!(!found, "{}", path.display());
        }
    }
    // One that somebody planted is not taken.
    let mut planted = Browser {
        desk: Some("A".repeat(43)),
        ..office.nobody()
    };
    logs_in(&mut planted, "budi");
    assert_ne!(planted.desk, Some("A".repeat(43)));
}

#[test]
fn whoever_leaves_leaves_the_seat_but_never_a_caller() {
    let office = Office::open();
    let mut browser = shared(&office);
    let ready = json!({ "state": "ready" });
    assert_eq!(browser.post("/api/v1/seat", ready).status, 200);
    let call = office.ring(0, "084001010014");
    let answer = format!("/api/v1/calls/{call}/answer");
    assert_eq!(browser.post(&answer, json!({})).status, 200);
    for refused in [
        switches(&mut browser, "rina", RINAS),
        logs_in(&mut browser, "sari"),
    ] {
        assert_eq!(refused.status, 409, "{}", refused.text());
        assert_eq!(refused.code(), "on_another_call");
        assert_eq!(refused.json()["call"], call);
    }
    assert_eq!(who(&browser), "budi");
    office.line(0, "gone");
    office.until(|o| {
        o.handle
            .board()
            .calls
            .iter()
            .all(|c| c.ended.is_some())
            .then_some(())
    });
    assert_eq!(switches(&mut browser, "rina", RINAS).status, 201);
    let board = browser.get("/api/v1/board").json();
    assert_eq!(board["seats"], json!([]));
}

#[test]
fn five_wrong_pins_and_the_password_is_needed() {
    let office = Office::open();
    let mut browser = shared(&office);
    for n in 0..4 {
        let answer = switches(&mut browser, "rina", "604938");
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (401, "wrong_pin"),
            "{n}"
        );
    }
    assert_eq!(desk(&browser).len(), 2);
    // A restart gives none back.
    office.until(|o| (sessions_of(o, "rina")[0].wrong_pins == 4).then_some(()));
    let (cookie, own, csrf) = (browser.cookie, browser.desk, browser.csrf);
    let office = office.restarted();
    let mut browser = Browser {
        cookie,
        desk: own,
        csrf,
        ..office.nobody()
    };
    assert_eq!(switches(&mut browser, "rina", "604938").code(), "wrong_pin");
    assert_eq!(switches(&mut browser, "rina", RINAS).code(), "wrong_pin");
    assert_eq!(desk(&browser), [("budi".to_owned(), true, true)]);
    office.until(|o| sessions_of(o, "rina").is_empty().then_some(()));
    assert_eq!(logs_in(&mut browser, "rina").status, 201);
    assert_eq!(switches(&mut browser, "budi", BUDIS).status, 201);
    assert_eq!(switches(&mut browser, "rina", RINAS).status, 201);
}

#[test]
fn many_guesses_at_once_are_no_more_than_five() {
    let office = Office::open();
    let browser = shared(&office);
    std::thread::scope(|scope| {
        for n in 0..12 {
            let mut browser = browser.clone();
            scope.spawn(move || {
                let pin = format!("60493{}", n % 10);
                assert_ne!(switches(&mut browser, "rina", &pin).status, 201);
            });
        }
    });
    let mut browser = browser;
    assert_eq!(switches(&mut browser, "rina", RINAS).code(), "wrong_pin");
}

#[test]
fn nobody_learns_who_exists_who_has_a_pin_or_who_was_here() {
    let office = Office::open();
    let mut browser = shared(&office);
    office.login("sari");
    let mut answers = Vec::new();
    for (user, pin) in [
        ("rina", "604938"),
        ("rina", "4827"),
        ("budi", BUDIS),
        ("sari", "604938"),
        ("tidak.ada", "604938"),
        ("", ""),
    ] {
        let answer = switches(&mut browser, user, pin);
        answers.push((answer.status, answer.text()));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!(answers[0].0, 401);
    // Somebody without this browser's cookie sees nobody.
    assert_eq!(desk(&office.nobody()), []);
}

#[test]
fn a_pin_is_worth_nothing_on_another_computer() {
    let office = Office::open();
    let browser = shared(&office);
    let mut elsewhere = office.login("sari");
    assert_eq!(switches(&mut elsewhere, "rina", RINAS).code(), "wrong_pin");
    let mut nowhere = office.nobody();
    assert_eq!(switches(&mut nowhere, "rina", RINAS).code(), "wrong_pin");
    // Nor was a guess there one of the five here.
    let mut browser = browser;
    assert_eq!(switches(&mut browser, "rina", RINAS).status, 201);
    // After a logout the next one comes from the login page.
    let mut browser = Browser {
        cookie: None,
        csrf: None,
        ..browser
    };
    assert_eq!(desk(&browser), [("budi".to_owned(), true, false)]);
    assert_eq!(switches(&mut browser, "budi", BUDIS).status, 201);
}

#[test]
fn a_switch_must_be_meant() {
    let office = Office::open();
    let browser = shared(&office);
    let mut without = Browser {
        csrf: None,
        ..browser.clone()
    };
    assert_eq!(switches(&mut without, "rina", RINAS).code(), "csrf");
    let body = json!({ "user": "rina", "pin": RINAS }).to_string();
    let headers = [
        ("content-type", "application/json"),
        ("sec-fetch-site", "cross-site"),
    ];
    let path = "/api/v1/session/switch";
    let foreign = browser.send("POST", path, &headers, Some(body.as_bytes()));
    assert_eq!(foreign.code(), "cross_site");
    assert_eq!(who(&browser), "budi");
}

#[test]
fn an_admin_has_no_pin_and_is_logged_out_instead_of_parked() {
    let office = Office::open();
    let mut browser = office.nobody();
    logs_in(&mut browser, "adi");
    let refused = sets_pin(&mut browser, json!("482715"));
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (403, "pin_not_for_role")
    );
    let adis = browser.clone();
    assert_eq!(logs_in(&mut browser, "rina").status, 201);
    assert_eq!(adis.get("/api/v1/board").code(), "session_over");
    office.until(|o| sessions_of(o, "adi").is_empty().then_some(()));
    assert_eq!(desk(&browser), [("rina".to_owned(), false, true)]);
    // Whoever becomes one has none any more.
    sets_pin(&mut browser, json!(RINAS));
    let admin = office.login("adi");
    let change = |role: &str| {
        let done = admin.send_json("PATCH", "/api/v1/users/rina", json!({ "role": role }));
        assert_eq!(done.status, 200, "{}", done.text());
    };
    change("admin");
    change("operator");
    let rina = office.handle.reader().user(&"rina".into()).unwrap();
    assert_eq!(rina.unwrap().pin_hash, None);
}

#[test]
fn a_parked_session_ends_like_any_other() {
    let office = Office::open();
    let admin = office.login("adi");
    let gone = |browser: &mut Browser<'_>, why: &str| {
        office.until(|o| sessions_of(o, "rina").is_empty().then_some(()));
        let answer = switches(browser, "rina", RINAS);
        assert_eq!(answer.code(), "wrong_pin", "{why}");
    };
    // Ended from the list, which shows that it is parked.
    let mut browser = shared(&office);
    let list = admin.get("/api/v1/sessions").json();
    fits_schema("SessionPage", &list);
    let items = list["items"].as_array().unwrap();
    let parked: Vec<_> = items.iter().filter(|s| s["parked"] == true).collect();
    assert_eq!(parked.len(), 1);
    assert_eq!(parked[0]["user"], "rina");
    let path = format!("/api/v1/sessions/{}", parked[0]["id"].as_str().unwrap());
    assert_eq!(admin.send("DELETE", &path, &[], None).status, 204);
    gone(&mut browser, "ended");
    // Disabled.
    let mut browser = shared(&office);
    let switch = |disabled: bool| {
        let body = json!({ "disabled": disabled });
        assert_eq!(
            admin.send_json("PATCH", "/api/v1/users/rina", body).status,
            200
        );
    };
    switch(true);
    gone(&mut browser, "disabled");
    switch(false);
    // A new password, which forgets the PIN.
    let mut browser = shared(&office);
    let password = json!({ "password": PASSWORD });
    let set = admin.send_json("POST", "/api/v1/users/rina/password", password);
    assert_eq!(set.status, 200, "{}", set.text());
    gone(&mut browser, "password");
    let rina = office.handle.reader().user(&"rina".into()).unwrap();
    assert_eq!(rina.unwrap().pin_hash, None);
    // Logged out, and logged in with the password again.
    let mut browser = shared(&office);
    assert_eq!(switches(&mut browser, "rina", RINAS).status, 201);
    assert_eq!(
        browser.send("DELETE", "/api/v1/session", &[], None).status,
        204
    );
    gone(&mut browser, "logged out");
    assert_eq!(desk(&browser), [("budi".to_owned(), true, false)]);
    let mut browser = shared(&office);
    assert_eq!(logs_in(&mut browser, "rina").status, 201);
    office.until(|o| (sessions_of(o, "rina").len() == 1).then_some(()));
    assert!(!sessions_of(&office, "rina")[0].parked);
}

#[test]
fn half_a_day_after_the_password_a_pin_opens_nothing() {
    let office = Office::open();
    let mut browser = shared(&office);
    let own = secret::hash(browser.desk.as_ref().unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let now_ms = office.clock.now().wall.0;
    let hour_ms = 3_600_000;
    for (hours, token, good) in [(12, "lama", false), (11, "baru", true)] {
        let rinas = office.handle.session(SessionChange::EndAllOf {
            user: "rina".into(),
        });
        runtime.block_on(rinas).unwrap();
        let record = SessionRecord {
            token_hash: secret::hash(token),
            user: "rina".into(),
            opened_ms: now_ms - hours * hour_ms,
            used_ms: now_ms - hour_ms,
            from: "127.0.0.1".into(),
            agent: String::new(),
            desk: Some(own),
            parked: true,
            wrong_pins: 0,
        };
        let stored = office.handle.session(SessionChange::Open(record));
        runtime.block_on(stored).unwrap();
        assert_eq!(desk(&browser).len(), 1 + usize::from(good), "{hours}");
        let answer = switches(&mut browser, "rina", RINAS);
        assert_eq!(answer.status == 201, good, "{hours}: {}", answer.text());
    }
    // It is as old as it was, and ends a day after the password.
    assert_eq!(
        sessions_of(&office, "rina")[0].opened_ms,
        now_ms - 11 * hour_ms
    );
}

#[test]
fn the_windows_of_whoever_is_parked_hear_nothing_more() {
    let office = Office::open();
    let mut browser = shared(&office);
    let mut ear = browser.listen("/api/v1/events", &[]);
    assert_eq!(ear.head.status, 200);
    office.until(|o| o.handle.board().seq.gt(&0).then_some(()));
    assert_eq!(switches(&mut browser, "rina", RINAS).status, 201);
    office.ring(0, "084001010014");
    let heard: Vec<_> = std::iter::from_fn(|| ear.next()).collect();
    let last = heard.last().unwrap();
    assert_eq!(last.event, "ended");
    assert!(heard.iter().all(|h| h.data["alert"] != "ring"), "{heard:?}");
    // Those of the one who is active go on.
    let mut ear = browser.listen("/api/v1/events", &[]);
    office.ring(1, "084001010015");
    ear.find(|heard| heard.data["alert"] == "ring");
}

#[test]
fn a_pin_is_chosen_with_the_password_told_in_the_journal_and_taken_back() {
    let office = Office::open();
    let mut rina = office.login("rina");
    let wrong = json!({ "password": "bukan sandinya", "pin": RINAS });
    let wrong = rina.post("/api/v1/session/pin", wrong);
    assert_eq!(
        (wrong.status, wrong.code().as_str()),
        (403, "wrong_old_password")
    );
    assert_eq!(sets_pin(&mut rina, json!("123456")).code(), "pin_easy");
    assert_eq!(sets_pin(&mut rina, json!("48271")).code(), "pin_shape");
    let stored = |office: &Office| {
        let user = office.handle.reader().user(&"rina".into()).unwrap();
        user.unwrap().pin_hash
    };
    assert_eq!(
        sets_pin(&mut rina, json!(null)).status,
        204,
        "there is none"
    );
    assert_eq!(sets_pin(&mut rina, json!(RINAS)).status, 204);
    assert!(
        stored(&office)
            .unwrap()
            .starts_with("$argon2id$v=19$m=19456,t=2,p=1$")
    );
    assert_eq!(rina.get("/api/v1/board").status, 200, "the session goes on");
    assert_eq!(sets_pin(&mut rina, json!(null)).status, 204);
    assert_eq!(stored(&office), None);
    let entries = office
        .handle
        .reader()
        .entries(siaga112::base::ids::Seq(0), 100);
    let journal: Vec<String> = entries.unwrap().into_iter().map(|e| e.json).collect();
    let journal = journal.join("\n");
    assert!(!journal.contains("argon2") && !journal.contains(RINAS));
    assert_eq!(journal.matches("pin_set").count(), 1);
    assert_eq!(journal.matches("pin_removed").count(), 1);
    let shown = rina.get("/part/journal").text();
    assert!(shown.contains("rina memasang PIN"), "{shown}");
}

#[test]
fn a_shift_of_many_fills_no_memory() {
    let office = Office::open();
    let browser = shared(&office);
    let own = secret::hash(browser.desk.as_ref().unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let now_ms = office.clock.now().wall.0;
    for n in 0..20_u8 {
        let record = SessionRecord {
            token_hash: [n; 32],
            user: "sari".into(),
            opened_ms: now_ms - 1_000 * i64::from(n),
            used_ms: now_ms,
            from: "127.0.0.1".into(),
            agent: String::new(),
            desk: Some(own),
            parked: true,
            wrong_pins: 0,
        };
        let stored = office.handle.session(SessionChange::Open(record));
        runtime.block_on(stored).unwrap();
    }
    let mut browser = browser;
    assert_eq!(switches(&mut browser, "rina", RINAS).status, 201);
    let parked = |o: &Office| {
        let all = o.handle.reader().sessions(None).unwrap();
        let parked = all.into_iter().filter(|s| s.parked);
        parked.map(|s| s.user.to_string()).collect::<Vec<_>>()
    };
    let most = siaga112::base::limits::PARKED_PER_DESK_MAX;
    office.until(|o| (parked(o).len() <= most).then_some(()));
    assert!(
        parked(&office).contains(&"budi".to_owned()),
        "the newest stays"
    );
}
