//! Bad input: each has its answer, and the server lives on.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use rustix::process::{Resource, getrlimit, setrlimit};
use serde_json::json;
use siaga112::base::limits;

use super::office::Office;
use super::wire;

#[test]
fn a_body_is_read_strictly_and_its_wrong_field_is_named() {
    let office = Office::open();
    let rina = office.login("rina");
    let send = |content_type: &str, body: &str| {
        rina.send(
            "POST",
            "/api/v1/seat",
            &[("content-type", content_type)],
            Some(body.as_bytes()),
        )
    };
    for (content_type, body, status, code) in [
        (
            "application/json",
            r#"{"state":"ready","stat":1}"#,
            422,
            "unknown_field",
        ),
        (
            "application/json",
            r#"{"reason":"x"}"#,
            422,
            "missing_field",
        ),
        ("application/json", r#"{"state":"siap"}"#, 422, "bad_field"),
        ("application/json", r#"{"state":5}"#, 422, "bad_field"),
        ("application/json", r#"["ready"]"#, 422, "bad_json"),
        ("application/json", r#"{"state":"#, 400, "bad_json"),
        ("application/json", "\u{feff}{}", 400, "bad_json"),
        ("text/plain", r#"{"state":"ready"}"#, 415, "wrong_type"),
        (
            "application/x-www-form-urlencoded",
            "state=ready",
            415,
            "wrong_type",
        ),
    ] {
        let answer = send(content_type, body);
        assert_eq!(
            (answer.status, answer.code()),
            (status, code.to_owned()),
            "{body}"
        );
        assert_eq!(
            answer.header("content-type"),
            Some("application/problem+json")
        );
    }
    let unknown = send("application/json", r#"{"state":"ready","stat":1}"#).json();
    assert_eq!(unknown["field"], "stat");
    assert!(unknown["detail"].as_str().unwrap().contains("stat"));
    let no_fields = rina.send(
        "POST",
        "/api/v1/calls/1/answer",
        &[("content-type", "application/json")],
        Some(b"{\"x\":1}"),
    );
    assert_eq!(no_fields.code(), "unknown_field");
}

#[test]
fn refusals_speak_the_readers_language() {
    let office = Office::open();
    let rina = office.login("rina");
    let seat = |lang: &str| {
        let headers = [
            ("content-type", "application/json"),
            ("accept-language", lang),
        ];
        let answer = rina.send("POST", "/api/v1/calls/7/answer", &headers, Some(b"{}"));
        (
            answer.header("content-language").unwrap().to_owned(),
            answer.json()["detail"].as_str().unwrap().to_owned(),
        )
    };
    let (id, en) = (seat("id"), seat("en-GB"));
    assert_eq!((id.0.as_str(), en.0.as_str()), ("id", "en"));
    assert_ne!(id.1, en.1);
    assert_eq!(seat("ja").0, "id", "the centre's own");
}

#[test]
fn an_oversized_body_is_refused_whether_it_says_so_or_not() {
    let office = Office::open();
    let rina = office.login("rina");
    let large = vec![b' '; limits::BODY_BYTES_MAX + 1];
    let json = [("content-type", "application/json")];
    let declared = rina.send("POST", "/api/v1/seat", &json, Some(&large));
    assert_eq!(
        (declared.status, declared.code()),
        (413, "body_too_large".to_owned())
    );
    let headers = [
        ("content-type", "application/json"),
        ("transfer-encoding", "chunked"),
    ];
    let mut request = rina.request("POST", "/api/v1/seat", &headers, None);
    for _ in 0..17 {
        request.extend_from_slice(b"1000\r\n");
        request.extend_from_slice(&[b' '; 0x1000]);
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"0\r\n\r\n");
    let chunked = wire::exchange(office.connect(), &request);
    assert_eq!(
        (chunked.status, chunked.code()),
        (413, "body_too_large".to_owned())
    );
    assert_eq!(rina.get("/api/v1/board").status, 200);
}

#[test]
fn long_addresses_and_long_headers_are_refused() {
    let office = Office::open();
    let rina = office.login("rina");
    let path = format!("/api/v1/calls?line={}", "x".repeat(limits::URI_BYTES_MAX));
    assert_eq!(rina.get(&path).code(), "uri_too_long");
    let long = "x".repeat(limits::HEADER_BYTES_MAX);
    let answer = rina.send("GET", "/api/v1/board", &[("x-lama", &long)], None);
    assert_eq!(
        (answer.status, answer.code()),
        (431, "headers_too_large".to_owned())
    );
}

#[test]
fn a_client_that_breaks_off_in_any_place_disturbs_nobody() {
    let office = Office::open();
    let rina = office.login("rina");
    // Half a handshake, and garbage where one should be.
    let mut raw = TcpStream::connect(office.address).unwrap();
    raw.write_all(&[0x16, 0x03, 0x01, 0x02]).unwrap();
    raw.shutdown(std::net::Shutdown::Write).unwrap();
    let mut garbage = TcpStream::connect(office.address).unwrap();
    garbage
        .write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .unwrap();
    let mut answer = Vec::new();
    let _ = garbage.read_to_end(&mut answer);
    assert!(!answer.starts_with(b"HTTP/1.1 200"), "no page without TLS");
    // Half a request, then the sending half closed.
    let mut half = office.connect();
    half.write_all(b"POST /api/v1/seat HTTP/1.1\r\nhost: localhost\r\ncontent-length: 50\r\n\r\n{")
        .unwrap();
    half.conn.send_close_notify();
    half.flush().unwrap();
    half.sock.shutdown(std::net::Shutdown::Write).unwrap();
    // A whole request whose sender does not wait for the answer.
    let mut gone = office.connect();
    gone.write_all(&rina.request("GET", "/api/v1/board", &[], None))
        .unwrap();
    drop(gone);
    for _ in 0..5 {
        assert_eq!(rina.get("/api/v1/board").status, 200);
    }
}

#[test]
fn one_address_cannot_take_every_connection() {
    let office = Office::open();
    let mut held: Vec<wire::Tls> = Vec::new();
    let works = |held: &mut Vec<wire::Tls>| {
        let mut stream = office.connect();
        let request = b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";
        let sent = stream.write_all(request).and_then(|()| stream.flush());
        let mut first = [0u8; 1];
        let answered = sent.is_ok() && stream.read(&mut first).is_ok_and(|n| n == 1);
        if answered {
            held.push(stream);
        }
        answered
    };
    for _ in 0..limits::CONNECTIONS_PER_ADDRESS_MAX {
        assert!(works(&mut held));
    }
    assert!(!works(&mut held), "one too many");
    held.truncate(limits::CONNECTIONS_PER_ADDRESS_MAX / 2);
    office.until(|_| works(&mut held).then_some(()));
}

#[test]
fn silent_sockets_keep_a_screen_out_for_seconds_at_most() {
    let office = Office::open();
    let rina = office.login("rina");
    let mut screen = rina.listen("/api/v1/events", &[]);
    // Both ends of every socket are in this process.
    let mut files = getrlimit(Resource::Nofile);
    files.current = files.maximum;
    setrlimit(Resource::Nofile, files).unwrap();
    let start = office.clock.tick();
    // More than both workers have room for.
    let silent: Vec<TcpStream> = (0..560)
        .map(|_| TcpStream::connect(office.address).unwrap())
        .collect();
    office.line(0, "ring 084001010014");
    let rung = office.clock.tick();
    screen.find(|heard| heard.event == "alert");
    let late = office.clock.tick().since(rung);
    assert!(late < Duration::from_secs(1), "{late:?}");
    assert_eq!(rina.get("/api/v1/board").status, 200);
    let waited = office.clock.tick().since(start);
    assert!(
        waited > Duration::from_secs(2),
        "there was room: {waited:?}"
    );
    assert!(waited < Duration::from_secs(8), "{waited:?}");
    drop(silent);
}

#[test]
fn what_is_not_there_and_what_does_not_work_there_are_told_apart() {
    let office = Office::open();
    let rina = office.login("rina");
    assert_eq!(rina.get("/api/v1/tidak").code(), "not_found");
    let wrong = rina.send("DELETE", "/api/v1/board", &[], None);
    assert_eq!(
        (wrong.status, wrong.code()),
        (405, "method_not_allowed".to_owned())
    );
    assert_eq!(wrong.header("allow"), Some("GET, HEAD"));
    assert_eq!(rina.get("/api/v1/calls/bukan").status, 404);
    let page = office
        .nobody()
        .send("GET", "/tidak", &[("accept", "text/html,*/*")], None);
    assert_eq!(page.status, 404);
    assert!(page.text().contains("Kembali ke papan"));
    let head = rina.send("HEAD", "/api/v1/board", &[], None);
    assert_eq!((head.status, head.body.len()), (200, 0));
    let trace = office.nobody().send("TRACE", "/", &[], None);
    assert_eq!(trace.status, 405);
}

#[test]
fn alive_ready_and_metrics() {
    let office = Office::open();
    let nobody = office.nobody();
    assert_eq!(nobody.get("/healthz").json()["status"], "ok");
    let ready = office.until(|o| {
        let ready = o.nobody().get("/readyz");
        (ready.status == 200).then_some(ready)
    });
    super::routes::fits_schema("Ready", &ready.json());
    for line in 0..2 {
        office.line(line, "down");
    }
    office.until(|o| o.handle.board().lines.iter().all(|l| !l.up).then_some(()));
    let not_ready = nobody.get("/readyz");
    assert_eq!(not_ready.status, 503);
    let lines = json!({ "check": "lines", "ok": false });
    assert!(
        not_ready.json()["checks"]
            .as_array()
            .unwrap()
            .contains(&lines)
    );
    office.ring(0, "084001010014");
    assert!(
        nobody
            .get("/metrics")
            .text()
            .contains("siaga112_calls_now 1")
    );
    office.line(0, "gone");
    office.until(|o| {
        let board = o.handle.board();
        board.calls.iter().all(|c| c.abandoned).then_some(())
    });
    let metrics = nobody.get("/metrics");
    assert_eq!(metrics.status, 200, "from the machine itself");
    for wanted in [
        "siaga112_lines 2",
        "siaga112_lines_up 0",
        "siaga112_calls_now 0",
        "# TYPE siaga112_uptime_seconds gauge",
    ] {
        assert!(metrics.text().contains(wanted), "{}", metrics.text());
    }
}
