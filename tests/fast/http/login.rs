//! Getting in, staying in, being put out.

use serde_json::json;
use siaga112::http::COOKIE;
use siaga112::store::{SessionChange, SessionRecord};

use super::office::{Browser, Office, PASSWORD, listener};
use super::wire;

#[test]
fn a_person_logs_in_by_the_page_and_gets_a_cookie_that_only_this_host_and_only_tls_may_see() {
    let office = Office::open();
    let answer = office
        .nobody()
        .form("/login", &[("user", "Rina"), ("password", PASSWORD)]);
    assert_eq!(answer.status, 303, "{}", answer.text());
    assert_eq!(answer.header("location"), Some("/"));
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.starts_with(&format!("{COOKIE}=")), "{cookie}");
    for part in ["Secure", "HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    let mut browser = office.nobody();
    browser.keep(&answer);
    assert_eq!(browser.get("/").status, 200);
    let who = browser.get("/api/v1/session").json();
    assert_eq!(
        (&who["user"], &who["role"], &who["kind"]),
        (&json!("rina"), &json!("operator"), &json!("browser"))
    );
}

#[test]
fn a_wrong_password_and_an_unknown_name_get_the_same_answer() {
    let office = Office::open();
    let mut nobody = office.nobody();
    let mut attempt = |user: &str, password: &str| {
        let answer = nobody.post(
            "/api/v1/session",
            json!({ "user": user, "password": password }),
        );
        assert!(answer.header("set-cookie").is_none());
        (answer.status, answer.text())
    };
    let endless = attempt(&"r".repeat(60_000), "bukan sandinya");
    assert_eq!(endless.0, 401);
    assert_eq!(endless, attempt("", "bukan sandinya"));
    let wrong = attempt("rina", "bukan sandinya");
    assert_eq!(wrong, endless);
    let unknown = attempt("tidak.ada", "bukan sandinya");
    assert_eq!(wrong.0, 401);
    assert_eq!(wrong, unknown);
    assert!(wrong.1.contains("wrong_login"));
    let page = office
        .nobody()
        .form("/login", &[("user", "rina"), ("password", "x")]);
    assert_eq!(page.status, 401);
    assert!(page.text().contains("Nama atau sandi salah"));
}

#[test]
fn a_disabled_person_cannot_log_in_and_is_put_out_at_once() {
    let office = Office::open();
    let rina = office.login("rina");
    let admin = office.login("adi");
    let changed = admin.send_json("PATCH", "/api/v1/users/rina", json!({ "disabled": true }));
    assert_eq!(changed.status, 200, "{}", changed.text());
    assert_eq!(rina.get("/api/v1/board").code(), "session_over");
    let again = office.nobody().post(
        "/api/v1/session",
        json!({ "user": "rina", "password": PASSWORD }),
    );
    assert_eq!(again.code(), "wrong_login");
    let enabled = admin.send_json("PATCH", "/api/v1/users/rina", json!({ "disabled": false }));
    assert_eq!(enabled.status, 200);
    office.login("rina");
}

#[test]
fn a_forged_cookie_opens_nothing() {
    let office = Office::open();
    let rina = office.login("rina");
    let real = rina.cookie.clone().unwrap();
    let mut changed = real.clone();
    changed.replace_range(..1, if real.starts_with('A') { "B" } else { "A" });
    for forged in [
        "",
        "x",
        changed.as_str(),
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ] {
        let thief = Browser {
            cookie: Some(forged.to_owned()),
            ..office.nobody()
        };
        let answer = thief.get("/api/v1/board");
        assert_eq!(answer.status, 401, "{forged}");
    }
    assert_eq!(rina.get("/api/v1/board").status, 200);
}

#[test]
fn the_disk_never_learns_a_session_token() {
    let office = Office::open();
    let rina = office.login("rina");
    let token = rina.cookie.clone().unwrap();
    let sessions = office.handle.reader().sessions(None).unwrap();
    let ours = sessions.iter().find(|s| s.user.as_str() == "rina").unwrap();
    assert_eq!(ours.token_hash, siaga112::http::secret::hash(&token));
    for entry in std::fs::read_dir(office.folder.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            let found = bytes.windows(token.len()).any(|w| w == token.as_bytes());
            assert!(!found, "{}", path.display());
        }
    }
}

#[test]
fn a_change_without_the_pages_own_token_is_refused() {
    let office = Office::open();
    let rina = office.login("rina");
    let seat = json!({ "state": "ready" });
    let mut without = Browser {
        csrf: None,
        ..rina.clone()
    };
    assert_eq!(without.post("/api/v1/seat", seat.clone()).code(), "csrf");
    let other = office.login("budi");
    let mut stolen = Browser {
        csrf: other.csrf.clone(),
        ..rina.clone()
    };
    assert_eq!(stolen.post("/api/v1/seat", seat.clone()).code(), "csrf");
    assert!(office.handle.board().seats.is_empty());
    assert_eq!(rina.clone().post("/api/v1/seat", seat).status, 200);
    let logout = Browser {
        csrf: None,
        ..rina.clone()
    };
    assert_eq!(logout.form("/logout", &[("csrf", "salah")]).status, 403);
    let csrf = rina.csrf.clone().unwrap();
    assert_eq!(logout.form("/logout", &[("csrf", &csrf)]).status, 303);
}

#[test]
fn a_change_from_another_site_is_refused_whatever_it_carries() {
    let office = Office::open();
    let rina = office.login("rina");
    let here = format!("https://localhost:{}", office.address.port());
    let body = json!({ "state": "ready" }).to_string();
    let send = |name: &str, value: &str| {
        let headers = [("content-type", "application/json"), (name, value)];
        rina.send("POST", "/api/v1/seat", &headers, Some(body.as_bytes()))
    };
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://jahat.example"),
        ("origin", "null"),
        ("origin", "http://localhost"),
    ] {
        assert_eq!(send(name, value).code(), "cross_site", "{name}: {value}");
    }
    assert_eq!(send("sec-fetch-site", "same-origin").status, 200);
    assert_eq!(send("origin", &here).status, 200);
    let login = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("sec-fetch-site", "cross-site"),
    ];
    let body = format!("user=rina&password={PASSWORD}");
    let refused = office
        .nobody()
        .send("POST", "/login", &login, Some(body.as_bytes()));
    assert_eq!(refused.status, 403, "a login forced by another site");
}

#[test]
fn logging_out_ends_this_session_and_no_other() {
    let office = Office::open();
    let (here, there) = (office.login("rina"), office.login("rina"));
    let gone = here.send("DELETE", "/api/v1/session", &[], None);
    assert_eq!(gone.status, 204);
    assert!(gone.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert_eq!(here.get("/api/v1/board").code(), "session_over");
    assert_eq!(there.get("/api/v1/board").status, 200);
}

#[test]
fn a_person_sees_the_own_sessions_and_ends_one_and_an_admin_sees_all() {
    let office = Office::open();
    let (here, there) = (office.login("rina"), office.login("rina"));
    let admin = office.login("adi");
    let own = here.get("/api/v1/sessions").json();
    let items = own["items"].as_array().unwrap().clone();
    assert_eq!(items.len(), 2);
    let other = items.iter().find(|s| s["own"] == false).unwrap();
    let path = format!("/api/v1/sessions/{}", other["id"].as_str().unwrap());
    assert_eq!(here.send("DELETE", &path, &[], None).status, 204);
    assert_eq!(there.get("/api/v1/board").status, 401);
    assert_eq!(here.get("/api/v1/board").status, 200);
    let all = admin.get("/api/v1/sessions").json();
    let users: Vec<_> = all["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["user"].clone())
        .collect();
    assert!(
        users.contains(&json!("adi")) && users.contains(&json!("rina")),
        "{users:?}"
    );
    let id = items.iter().find(|s| s["own"] == true).unwrap()["id"]
        .as_str()
        .unwrap();
    let budi = office.login("budi");
    let strange = budi.send("DELETE", &format!("/api/v1/sessions/{id}"), &[], None);
    assert_eq!(strange.code(), "no_such_session");
}

#[test]
fn an_expired_session_leaves_the_disk_when_it_is_used_and_when_sessions_are_listed() {
    let office = Office::open();
    let now_ms = office.clock.now().wall.0;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let day_ms = 24 * 3_600_000;
    let day_old = |token: &str| {
        let record = SessionRecord {
            token_hash: siaga112::http::secret::hash(token),
            user: "rina".into(),
            opened_ms: now_ms - day_ms,
            used_ms: now_ms,
            from: "127.0.0.1".into(),
            agent: String::new(),
            desk: None,
            parked: false,
            wrong_pins: 0,
        };
        let stored = office.handle.session(SessionChange::Open(record));
        runtime.block_on(stored).unwrap();
    };
    let stored = |o: &Office| {
        let sessions = o.handle.reader().sessions(Some(&"rina".into()));
        sessions.unwrap().len()
    };
    day_old("satu");
    let late = Browser {
        cookie: Some("satu".into()),
        ..office.nobody()
    };
    assert_eq!(late.get("/api/v1/board").code(), "session_over");
    office.until(|o| (stored(o) == 0).then_some(()));
    day_old("dua");
    let all = office.login("adi").get("/api/v1/sessions").json();
    assert_eq!(all["items"].as_array().unwrap().len(), 1, "{all}");
    office.until(|o| (stored(o) == 0).then_some(()));
}

#[test]
fn a_new_password_ends_the_other_sessions_and_keeps_this_one() {
    let office = Office::open();
    let (mut here, there) = (office.login("rina"), office.login("rina"));
    let change = |old: &str, new: &str| json!({ "old": old, "new": new });
    let new = "tiga ekor kucing";
    let send = |old, new| {
        here.clone()
            .post("/api/v1/session/password", change(old, new))
    };
    assert_eq!(send("salah", new).code(), "wrong_old_password");
    assert_eq!(send(PASSWORD, "pendek").code(), "password_short");
    assert_eq!(send(PASSWORD, "password1234").code(), "password_easy");
    let done = send(PASSWORD, new);
    assert_eq!(done.status, 200, "{}", done.text());
    assert_eq!(there.get("/api/v1/board").status, 401);
    assert_eq!(
        here.get("/api/v1/board").status,
        401,
        "the old cookie is spent"
    );
    here.keep(&done);
    assert_eq!(here.get("/api/v1/board").status, 200);
    let old = office.nobody().post(
        "/api/v1/session",
        json!({ "user": "rina", "password": PASSWORD }),
    );
    assert_eq!(old.status, 401);
}

#[test]
fn five_wrong_passwords_lock_the_account_for_this_desk_and_not_at_the_console() {
    let lan = siaga112::pki::addresses::of_this_machine();
    let lan = lan
        .into_iter()
        .find(|a| !a.is_loopback() && !a.is_unspecified() && a.is_ipv4());
    let lan = lan.expect("this test needs a network interface besides the loopback");
    let office = Office::listening(listener("0.0.0.0:0"));
    office.claim();
    let attempt = |password: &str| {
        let mut socket = wire::connect(
            (lan, office.address.port()).into(),
            "localhost",
            &office.tls,
        );
        let body = json!({ "user": "adi", "password": password }).to_string();
        let headers = [("content-type", "application/json")];
        let request =
            office
                .nobody()
                .request("POST", "/api/v1/session", &headers, Some(body.as_bytes()));
        wire::exchange(&mut socket, &request)
    };
    for _ in 0..5 {
        assert_eq!(attempt("salah sama sekali").status, 401);
    }
    let locked = attempt(PASSWORD);
    assert_eq!(locked.status, 429);
    assert_eq!(locked.code(), "too_many_tries");
    let wait: u64 = locked.header("retry-after").unwrap().parse().unwrap();
    assert!((50..=60).contains(&wait), "{wait}");
    office.login("adi");
}

#[test]
fn a_page_remembers_where_one_wanted_to_go_and_never_leaves_the_house() {
    let office = Office::open();
    let answer = office
        .nobody()
        .send("GET", "/part/journal", &[("accept", "text/html")], None);
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, Some("/login?next=/part/journal"))
    );
    let form = office.nobody().form("/logout", &[]);
    assert_eq!(
        (form.status, form.header("location")),
        (303, Some("/login")),
        "what was sent once is not a page to come back to"
    );
    let to = |next: &str| {
        let path = format!("/login?next={next}");
        let answer = office
            .nobody()
            .form(&path, &[("user", "rina"), ("password", PASSWORD)]);
        answer.header("location").unwrap().to_owned()
    };
    assert_eq!(to("/part/journal"), "/part/journal");
    for evil in [
        "https://jahat.example",
        "//jahat.example",
        "/%5Cjahat.example",
        "/%0d%0aset-cookie:a",
    ] {
        assert_eq!(to(evil), "/", "{evil}");
    }
}
