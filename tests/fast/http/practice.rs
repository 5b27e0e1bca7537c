//! Practice beside the real centre: a whole call in it, and nothing of it anywhere else.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use siaga112::base::limits;
use siaga112::engine::handle::Inbox;
use siaga112::http::headers::PRACTICE;
use siaga112::http::practice::{PracticeRoom, Running};
use siaga112::port::PortEvent;

use super::audio::Sound;
use super::office::{Browser, Ear, Heard, Office};
use super::routes::fits_schema;
use super::wire::Answer;

/// Opens practice; what it is like then.
fn open(who: &mut Browser<'_>) -> Value {
    let answer = who.post("/api/v1/practice", json!({}));
    assert_eq!(answer.status, 200, "{}", answer.text());
    let view = answer.json();
    fits_schema("Practice", &view);
    view
}

fn running(office: &Office) -> Running {
    office.practice.running().expect("practice goes on")
}

/// Somebody who practises: ready, with the live events of practice.
fn sits_down(who: &mut Browser<'_>) -> Ear {
    let ear = who.listen("/latihan/api/v1/events", &[]);
    assert_eq!(ear.head.status, 200);
    assert_eq!(ear.head.header(PRACTICE), Some("1"));
    let ready = json!({ "state": "ready" });
    assert_eq!(who.post("/latihan/api/v1/seat", ready).status, 200);
    ear
}

fn calls(who: &mut Browser<'_>, scenario: &str) -> Answer {
    who.post("/api/v1/practice/callers", json!({ "scenario": scenario }))
}

/// The call of the next ring.
fn rings(ear: &mut Ear) -> String {
    let is_ring = |heard: &Heard| heard.data["alert"] == "ring";
    let ring = ear.find(is_ring);
    ring.data["call"]["id"].as_str().unwrap().to_owned()
}

/// Waits until the call looks as wanted in practice.
fn becomes(
    office: &Office,
    who: &Browser<'_>,
    call: &str,
    wanted: impl Fn(&Value) -> bool,
) -> Value {
    let path = format!("/latihan/api/v1/calls/{call}");
    office.until(|_| {
        let answer = who.get(&path);
        let call = (answer.status == 200).then(|| answer.json())?;
        wanted(&call).then_some(call)
    })
}

fn files_below(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            found.extend(files_below(&entry.path()));
        } else {
            found.push(entry.path().display().to_string());
        }
    }
    found
}

#[test]
fn a_call_is_practised_from_the_ring_to_its_recording_and_the_real_centre_knows_nothing_of_it() {
    let office = Office::open();
    office.settled();
    let before = office.kinds();
    let mut rina = office.login("rina");
    let view = open(&mut rina);
    let lines: Vec<&Value> = view["lines"].as_array().unwrap().iter().collect();
    assert_eq!(lines.len(), 2);
    assert!(lines.iter().all(|line| line["free"] == true), "{view}");
    assert!(view["scenarios"].as_array().unwrap().len() >= 10);

    let mut ear = sits_down(&mut rina);
    let called = calls(&mut rina, "snake");
    assert_eq!(called.status, 201, "{}", called.text());
    fits_schema("PracticeCaller", &called.json());
    let call = rings(&mut ear);
    let path = format!("/latihan/api/v1/calls/{call}");
    assert_eq!(rina.post(&format!("{path}/answer"), json!({})).status, 200);
    becomes(&office, &rina, &call, |call| call["state"] == "talking");
    let mut sound = Sound::open_at(&rina, &format!("{path}/audio"), &[]).unwrap();
    sound.says_until(500, |frame| frame.level_db() > -40.0);
    assert_eq!(rina.post(&format!("{path}/hangup"), json!({})).status, 200);
    let class = json!({ "class": "incident", "note": "Ular di dapur" });
    assert_eq!(rina.post(&format!("{path}/classify"), class).status, 200);
    let is_kept = |call: &Value| !call["sound"]["recordings"].as_array().unwrap().is_empty();
    let kept = becomes(&office, &rina, &call, is_kept);
    assert_eq!(kept["class"], "incident");
    let recording = rina.get(&format!("{path}/recording"));
    assert_eq!(recording.status, 200);
    assert!(recording.body.starts_with(b"RIFF"));
    let number = rina.get("/latihan/api/v1/numbers/084001010001").json();
    assert_eq!(number["calls_in"], 1);
    let board = rina.get("/latihan/api/v1/board");
    assert_eq!(board.header(PRACTICE), Some("1"));
    fits_schema("Board", &board.json());
    assert_eq!(board.json()["practice"], true);
    assert_eq!(board.json()["today"]["answered"], 1);

    knows_nothing(&office, &mut rina, &call, &before);
    let sari = office.login("sari");
    assert_eq!(
        sari.send("DELETE", "/api/v1/practice", &[], None).status,
        204
    );
    assert!(!office.folder.path().join("latihan").exists());
    knows_nothing(&office, &mut rina, &call, &before);
}

/// The real centre is as it was when its journal had these facts.
fn knows_nothing(office: &Office, rina: &mut Browser<'_>, call: &str, before: &[String]) {
    office.settled();
    assert_eq!(office.kinds(), before);
    let board = rina.get("/api/v1/board").json();
    assert_eq!(board["practice"], false);
    for count in [
        "offered",
        "answered",
        "abandoned",
        "dialled",
        "unclassified",
    ] {
        assert_eq!(board["today"][count], 0, "{count}");
    }
    assert_eq!(board["calls"], json!([]));
    assert_eq!(board["seats"], json!([]));
    assert_eq!(rina.get("/api/v1/calls").json()["items"], json!([]));
    assert_eq!(rina.get("/api/v1/sms").json()["items"], json!([]));
    let number = rina.get("/api/v1/numbers/084001010001").json();
    assert_eq!(
        (&number["calls_in"], &number["first_at"]),
        (&json!(0), &Value::Null)
    );
    // What is meant for practice and reaches the real centre finds no call of that name.
    let path = format!("/api/v1/calls/{call}");
    assert_eq!(rina.get(&path).status, 404);
    assert_eq!(rina.post(&format!("{path}/hangup"), json!({})).status, 404);
    let folder = office.folder.path();
    assert_eq!(
        files_below(&folder.join("recordings")),
        Vec::<String>::new()
    );
}

/// Everything this page leads to, or asks for by itself.
fn leads_to(html: &str) -> Vec<String> {
    let marks = ["href", "action", "src", "hx-get", "hx-post"];
    let quoted = marks.iter().flat_map(|mark| {
        let attribute = format!(" {mark}=\"");
        let parts: Vec<&str> = html.split(&attribute).skip(1).collect();
        parts
    });
    let path = |rest: &str| rest.split('"').next().unwrap().to_owned();
    quoted.map(path).filter(|p| p.starts_with('/')).collect()
}

#[test]
fn every_page_of_practice_says_so_and_leads_to_practice() {
    let office = Office::open();
    let sari = &mut office.login("sari");
    open(sari);
    let mut ear = sits_down(sari);
    assert_eq!(calls(sari, "snake").status, 201);
    let call = rings(&mut ear);
    let path = format!("/latihan/api/v1/calls/{call}");
    assert_eq!(sari.post(&format!("{path}/answer"), json!({})).status, 200);
    becomes(&office, sari, &call, |call| call["state"] == "talking");
    assert_eq!(sari.post(&format!("{path}/hangup"), json!({})).status, 200);
    becomes(&office, sari, &call, |call| call["state"] == "ended");
    let one = format!("/panggilan/{call}");
    let of_the_house = [
        "/assets/",
        "/saya",
        "/ganti",
        "/login",
        "/logout",
        "/percaya",
        "/favicon.ico",
    ];
    let pages = [
        "",
        "/panggilan",
        &one,
        "/nomor",
        "/nomor/084001010001",
        "/telepon-balik",
    ];
    for page in pages
        .iter()
        .chain(&["/serah-terima", "/serah-terima/cetak", "/bantuan"])
    {
        let answer = sari.get(&format!("/latihan{page}"));
        assert_eq!(answer.status, 200, "{page}");
        let html = answer.text();
        assert!(html.contains(">LATIHAN<"), "{page}");
        for place in leads_to(&html) {
            let is_house = of_the_house.iter().any(|house| place.starts_with(house));
            assert!(is_house || place.starts_with("/latihan"), "{page}: {place}");
            if !is_house && !place.contains("/api/v1/") {
                assert_eq!(
                    sari.get(&place.replace("&amp;", "&")).status,
                    200,
                    "{page}: {place}"
                );
            }
        }
        assert!(!sari.get(&format!("{page}/")).text().contains(">LATIHAN<"));
    }
}

#[test]
fn a_real_ring_is_heard_at_once_while_practice_opens_goes_on_and_ends() {
    let office = Office::open();
    let budi = office.login("budi");
    let mut real = budi.listen("/api/v1/events", &[]);
    let mut real_calls = BTreeSet::new();
    let mut ring = |stage: &str| {
        let call = office.ring(0, "084009000112");
        assert_eq!(rings(&mut real), call, "{stage}");
        office.line(0, "gone");
        real_calls.insert(call);
    };
    let mut rina = office.login("rina");
    std::thread::scope(|scope| {
        let opening = scope.spawn(|| open(&mut rina));
        while !opening.is_finished() {
            ring("it opens");
        }
    });
    let mut ear = sits_down(&mut rina);
    assert_eq!(calls(&mut rina, "fire").status, 201);
    let practised = rings(&mut ear);
    ring("it rings there too");
    let sari = office.login("sari");
    std::thread::scope(|scope| {
        let ending = scope.spawn(|| sari.send("DELETE", "/api/v1/practice", &[], None).status);
        while !ending.is_finished() {
            ring("it ends");
        }
        assert_eq!(ending.join().unwrap(), 204);
    });
    ring("it is over");

    assert!(!real_calls.contains(&practised));
    let real_calls_heard = real_calls.clone();
    // Neither stream had anything of the other: the real one only rang for real calls, above.
    while let Some(heard) = ear.next() {
        let call = &heard.data["call"];
        let id = call["id"].as_str().or(call.as_str());
        let id = id.or(heard.data["body"]["call"].as_str());
        assert!(
            !id.is_some_and(|id| real_calls_heard.contains(id)),
            "{heard:?}"
        );
        assert!(!heard.data.to_string().contains("084009000112"));
    }
    let offered = office.handle.board().today.offered;
    assert_eq!(offered, real_calls_heard.len() as u64);
}

#[test]
fn only_so_many_call_at_once_and_only_those_who_can() {
    let office = Office::open();
    let mut rina = office.login("rina");
    assert_eq!(calls(&mut rina, "snake").code(), "practice_off");
    let traffic = |who: &mut Browser<'_>, per_hour: Value| {
        who.post("/api/v1/practice/traffic", json!({ "per_hour": per_hour }))
    };
    assert_eq!(traffic(&mut rina, json!(10)).code(), "practice_off");
    open(&mut rina);
    assert_eq!(calls(&mut rina, "nobody").status, 422);
    let nowhere = json!({ "scenario": "snake", "line": "Telkomsel-1" });
    assert_eq!(rina.post("/api/v1/practice/callers", nowhere).status, 422);
    let second = json!({ "scenario": "crash", "line": "Latihan-2" });
    let on_second = rina.post("/api/v1/practice/callers", second.clone());
    assert_eq!(on_second.json()["line"], "Latihan-2");
    assert_eq!(
        rina.post("/api/v1/practice/callers", second).code(),
        "practice_lines_busy"
    );
    assert_eq!(calls(&mut rina, "fire").json()["line"], "Latihan-1");
    assert_eq!(calls(&mut rina, "tree").code(), "practice_lines_busy");

    assert_eq!(traffic(&mut rina, json!(121)).status, 422);
    assert_eq!(traffic(&mut rina, json!(-1)).status, 422);
    assert_eq!(traffic(&mut rina, json!(120)).status, 200);
    office.until(|_| (rina.get("/api/v1/practice").json()["per_hour"] == 120).then_some(()));
    let sari = office.login("sari");
    assert_eq!(
        sari.send("DELETE", "/api/v1/practice", &[], None).status,
        204
    );
    assert_eq!(rina.get("/api/v1/practice").json()["per_hour"], 0);
}

#[test]
fn there_is_one_practice_however_many_open_it() {
    let office = Office::open();
    let opened = ["rina", "budi", "sari", "adi"].map(|user| office.login(user));
    let since: BTreeSet<String> = std::thread::scope(|scope| {
        let opening =
            opened.map(|mut who| scope.spawn(move || open(&mut who)["since"].to_string()));
        opening.map(|opening| opening.join().unwrap()).into()
    });
    assert_eq!(since.len(), 1);
    assert_eq!(running(&office).run, 1);
}

#[test]
fn whoever_may_not_log_in_is_not_in_practice_either() {
    let office = Office::open();
    let mut budi = office.login("budi");
    open(&mut budi);
    let mut ear = sits_down(&mut budi);
    let view = budi.get("/api/v1/practice").json();
    assert_eq!(view["people"], json!(["budi"]));
    let practice = running(&office);
    let known = practice.handle.reader().users().unwrap();
    let real = office.handle.reader().users().unwrap();
    assert_eq!(known.len(), real.len());
    assert!(known.iter().all(|person| person.password_hash == "-"));

    let adi = office.login("adi");
    let out = adi.send_json("PATCH", "/api/v1/users/budi", json!({ "disabled": true }));
    assert_eq!(out.status, 200);
    ear.find(|heard| heard.event == "ended");
    assert_eq!(budi.get("/latihan/api/v1/board").status, 401);
    assert_eq!(budi.post("/api/v1/practice", json!({})).status, 401);
    // Whoever comes in next brings the news.
    open(&mut office.login("rina"));
    let budi = practice
        .handle
        .reader()
        .user(&"budi".into())
        .unwrap()
        .unwrap();
    assert!(budi.disabled);
}

#[test]
fn a_mistake_in_practice_ends_it_alone() {
    let office = Office::open();
    let mut rina = office.login("rina");
    open(&mut rina);
    let mut ear = sits_down(&mut rina);
    // A line that nobody has configured: the engine of practice thinks of no such thing.
    let event = PortEvent::Opened;
    let practice = running(&office).handle;
    practice.send(Inbox::Port { line: 99, event }).unwrap();
    office.until(|office| office.practice.running().is_none().then_some(()));
    while ear.next().is_some() {}
    assert_eq!(rina.get("/latihan/api/v1/board").code(), "practice_off");
    office.ring(0, "084009000112");
    assert_eq!(rina.get("/readyz").status, 200);
    assert_eq!(
        rina.get("/api/v1/board").json()["calls"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    open(&mut rina);
    assert_eq!(running(&office).run, 2);
}

#[test]
fn practice_ends_when_everybody_has_left_it_for_long_enough() {
    let idle = Duration::from_secs(1);
    let office = Office::with_idle(idle);
    let mut rina = office.login("rina");
    open(&mut rina);
    let ear = sits_down(&mut rina);
    let sat_down = office.clock.tick();
    office.until(|office| (office.clock.tick().since(sat_down) > 2 * idle).then_some(()));
    assert_eq!(running(&office).run, 1, "rina is in it");
    drop(ear);
    let left = office.clock.tick();
    office.until(|office| office.practice.running().is_none().then_some(()));
    assert!(office.clock.tick().since(left) >= idle);
    office.until(|office| (!office.folder.path().join("latihan").exists()).then_some(()));
    assert_eq!(rina.get("/api/v1/practice").json()["running"], false);
}

#[test]
fn texts_and_calls_back_stay_in_practice_too() {
    let office = Office::open();
    let mut rina = office.login("rina");
    open(&mut rina);
    let _ear = sits_down(&mut rina);
    assert_eq!(calls(&mut rina, "deaf_text").status, 201);
    let text = office.until(|_| {
        let texts = rina.get("/latihan/api/v1/sms").json();
        texts["items"].get(0).cloned()
    });
    assert!(
        text["text"].as_str().unwrap().starts_with("TULI."),
        "{text}"
    );
    let dialled = rina.post(
        "/latihan/api/v1/calls",
        json!({ "number": "0840 0101 0001" }),
    );
    assert_eq!(dialled.status, 201, "{}", dialled.text());
    let call = dialled.json()["call"]["id"].as_str().unwrap().to_owned();
    let place = format!("/latihan/api/v1/calls/{call}");
    assert_eq!(dialled.header("location"), Some(place.as_str()));
    becomes(&office, &rina, &call, |call| call["state"] == "talking");
    assert_eq!(rina.get("/api/v1/sms").json()["items"], json!([]));
    assert_eq!(rina.get("/api/v1/board").json()["today"]["dialled"], 0);
}

#[test]
fn the_threads_of_practice_say_so_and_give_way() {
    let office = Office::open();
    open(&mut office.login("rina"));
    let tasks = fs::read_dir("/proc/self/task").unwrap().flatten();
    let engines: Vec<String> = tasks
        .filter_map(|task| fs::read_to_string(task.path().join("stat")).ok())
        .filter(|stat| stat.contains("(latihan/engine)"))
        .collect();
    assert!(!engines.is_empty());
    for stat in engines {
        // proc_pid_stat(5): after the name come the state and sixteen numbers, then how nice it is.
        let after = stat.rsplit_once(") ").unwrap().1;
        assert_eq!(after.split(' ').nth(16), Some("10"), "{stat}");
    }
    drop(running(&office));
}

#[test]
fn what_a_program_that_was_killed_left_of_practice_is_removed_at_the_next_start() {
    let office = Office::open();
    let left = office.folder.path().join("latihan");
    let office = {
        let folder = office.folder.clone();
        drop(office);
        fs::create_dir_all(left.join("recordings/now")).unwrap();
        fs::write(left.join("siaga112.redb"), b"nothing worth keeping").unwrap();
        Office::again(folder)
    };
    office.until(|_| (!left.exists()).then_some(()));
    assert_eq!(office.practice.idle(), limits::PRACTICE_IDLE);
}
