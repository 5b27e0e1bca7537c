//! The sound of a call as browsers have it: real WebSockets, a real bridge, and a caller who says
//! back whatever they hear.

use std::io::ErrorKind;
use std::time::Instant;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use siaga112::voice::frame::{FRAME_BYTES, Frame};
use siaga112::voice::wav;
use tungstenite::client::IntoClientRequest;
use tungstenite::handshake::HandshakeError;
use tungstenite::http::Response;
use tungstenite::protocol::CloseFrame;
use tungstenite::{Error, Message, WebSocket};

use super::office::{Browser, HOLD_SAMPLE, Office};
use super::wire;

/// One browser's sound.
pub struct Sound {
    socket: WebSocket<wire::Tls>,
}

/// What a connection that was refused got instead.
pub type Refused = Box<Response<Option<Vec<u8>>>>;

/// How a connection ended.
type Closed = (u16, String);

impl Sound {
    /// Opens the sound of a call; what is refused is an HTTP answer.
    fn open(who: &Browser<'_>, call: &str, query: &str) -> Result<Sound, Refused> {
        Sound::open_as(who, call, query, &[])
    }

    fn open_as(
        who: &Browser<'_>,
        call: &str,
        query: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Sound, Refused> {
        let path = format!("/api/v1/calls/{call}/audio{query}");
        Sound::open_at(who, &path, headers)
    }

    /// The same under any path.
    pub fn open_at(
        who: &Browser<'_>,
        path: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Sound, Refused> {
        let port = who.office.address.port();
        let url = format!("wss://localhost:{port}{path}");
        let mut request = url.into_client_request().unwrap();
        let cookie = format!(
            "{}={}",
            siaga112::http::COOKIE,
            who.cookie.as_ref().unwrap()
        );
        request
            .headers_mut()
            .insert("cookie", cookie.parse().unwrap());
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        match tungstenite::client(request, who.office.connect()) {
            Ok((socket, _)) => Ok(Sound { socket }),
            Err(HandshakeError::Failure(Error::Http(refused))) => Err(refused),
            Err(other) => panic!("{other}"),
        }
    }

    fn say(&mut self, sample: i16) {
        let frame = Frame([sample; 160]).to_bytes().to_vec();
        // A socket that was closed is noticed in reading.
        let _ = self.socket.send(Message::binary(frame));
    }

    /// Says this until what is heard is as wanted; a frame for each that comes.
    pub fn says_until(&mut self, sample: i16, wanted: impl Fn(&Frame) -> bool) {
        let deadline = Instant::now() + wire::PATIENCE;
        while Instant::now() < deadline {
            self.say(sample);
            if self.hear().is_ok_and(|frame| wanted(&frame)) {
                return;
            }
        }
        panic!("never heard");
    }

    /// The next frame.
    fn hear(&mut self) -> Result<Frame, Closed> {
        loop {
            match self.socket.read() {
                Ok(Message::Binary(bytes)) => {
                    assert_eq!(bytes.len(), FRAME_BYTES);
                    return Ok(Frame::from_bytes(&bytes).unwrap());
                }
                Ok(Message::Close(Some(CloseFrame { code, reason }))) => {
                    return Err((code.into(), reason.to_string()));
                }
                Ok(Message::Close(None)) => return Err((1005, String::new())),
                Ok(_) => {}
                Err(Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => {
                    return Err((0, "nothing came".into()));
                }
                Err(error) => return Err((1006, error.to_string())),
            }
        }
    }

    /// How it ends, whatever comes before.
    fn end(&mut self) -> Closed {
        loop {
            if let Err(closed) = self.hear() {
                return closed;
            }
        }
    }
}

/// A call that somebody is talking on.
fn talking<'a>(office: &'a Office, user: &str, number: &str) -> (Browser<'a>, String) {
    let mut who = office.login(user);
    assert_eq!(
        who.post("/api/v1/seat", json!({ "state": "ready" })).status,
        200
    );
    let call = office.ring(0, number);
    let answered = who.post(&format!("/api/v1/calls/{call}/answer"), json!({}));
    assert_eq!(answered.status, 200, "{}", answered.text());
    office.until(|o| {
        let board = o.handle.board();
        let call = board.calls.iter().find(|c| c.id.to_string() == call)?;
        call.answered.map(|_| ())
    });
    (who, call)
}

fn shown(who: &Browser<'_>, call: &str) -> Value {
    who.get(&format!("/api/v1/calls/{call}")).json()
}

fn until_shown(who: &Browser<'_>, call: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    who.office.until(|_| Some(shown(who, call)).filter(&wanted))
}

fn near(sample: i16) -> impl Fn(&Frame) -> bool {
    move |frame| (frame.0[80] - sample).abs() <= 2
}

#[test]
fn what_the_operator_says_reaches_the_caller_and_what_the_caller_says_comes_back() {
    let office = Office::open();
    let (rina, call) = talking(&office, "rina", "084001010014");
    let mut sound = Sound::open(&rina, &call, "").unwrap();
    sound.says_until(2_345, near(2_345));
}

#[test]
fn only_who_has_the_call_is_let_in() {
    let office = Office::open();
    let (rina, call) = talking(&office, "rina", "084001010014");
    let budi = office.login("budi");
    let refused = |who: &Browser<'_>, call: &str, query: &str| {
        let refused = Sound::open(who, call, query).err().expect("refused");
        refused.status().as_u16()
    };
    assert_eq!(refused(&budi, &call, ""), 403);
    assert_eq!(refused(&budi, &call, "?mode=listen"), 403, "no supervisor");
    assert_eq!(refused(&rina, "999", ""), 404);
    assert_eq!(refused(&rina, "abc", ""), 404);
    assert_eq!(refused(&rina, &call, "?mode=sing"), 422);
    let waiting = office.ring(1, "084001010015");
    assert_eq!(refused(&rina, &waiting, ""), 409, "it only rings");
    // An auditor reads records and joins no conversation.
    assert_eq!(refused(&office.login("audi"), &call, "?mode=listen"), 403);
}

#[test]
fn a_browser_that_is_refused_is_told_why_in_words() {
    let office = Office::open();
    let (_rina, call) = talking(&office, "rina", "084001010014");
    let budi = office.login("budi");
    let origin = format!("https://localhost:{}", office.address.port());
    let mut sound = Sound::open_as(&budi, &call, "", &[("origin", &origin)]).unwrap();
    let (code, told) = sound.end();
    assert_eq!(code, 4_403);
    assert!(told.contains("rina"), "{told}");
}

#[test]
fn another_site_cannot_listen_through_somebodys_browser() {
    let office = Office::open();
    let (rina, call) = talking(&office, "rina", "084001010014");
    let foreign = [
        ("origin", "https://jahat.example"),
        ("sec-fetch-site", "cross-site"),
    ];
    let refused = Sound::open_as(&rina, &call, "", &foreign).err().unwrap();
    assert_eq!(refused.status().as_u16(), 403);
}

#[test]
fn a_line_with_a_handset_says_so() {
    let office = Office::open();
    let mut rina = office.login("rina");
    rina.post("/api/v1/seat", json!({ "state": "ready" }));
    let call = office.ring(1, "084001010014");
    rina.post(&format!("/api/v1/calls/{call}/answer"), json!({}));
    until_shown(&rina, &call, |call| call["state"] == "talking");
    let refused = Sound::open(&rina, &call, "").err().unwrap();
    assert_eq!(refused.status().as_u16(), 409);
    let body = String::from_utf8(refused.into_body().unwrap_or_default()).unwrap();
    assert!(
        body.contains("no_sound_path") && body.contains("Indosat-1"),
        "{body}"
    );
}

#[test]
fn junk_ends_its_own_connection_with_a_sentence_and_disturbs_nobody() {
    let office = Office::open();
    let (rina, call) = talking(&office, "rina", "084001010014");
    let sari = office.login("sari");
    let mut listener = Sound::open(&sari, &call, "?mode=listen").unwrap();
    for junk in [
        Message::text("halo"),
        Message::binary(vec![0; 319]),
        Message::binary(vec![0; 100_000]),
        Message::binary(Vec::new()),
    ] {
        let mut sound = Sound::open(&rina, &call, "").unwrap();
        sound.says_until(1_500, near(1_500));
        let _ = sound.socket.send(junk);
        let (code, told) = sound.end();
        assert!(matches!(code, 1_003 | 1_009), "{code} {told}");
        assert!(!told.is_empty());
    }
    assert!(listener.hear().is_ok(), "the listener hears on");
}

#[test]
fn who_floods_is_cut_off() {
    let office = Office::open();
    let (rina, call) = talking(&office, "rina", "084001010014");
    let mut sound = Sound::open(&rina, &call, "").unwrap();
    for _ in 0..400 {
        sound.say(100);
    }
    let (code, told) = sound.end();
    assert_eq!(code, 1_008, "{told}");
}

#[test]
fn the_window_opened_last_has_the_sound_and_the_first_is_told() {
    let office = Office::open();
    let (rina, call) = talking(&office, "rina", "084001010014");
    let mut first = Sound::open(&rina, &call, "").unwrap();
    first.says_until(1_500, near(1_500));
    let mut second = Sound::open(&rina, &call, "").unwrap();
    let (code, told) = first.end();
    assert_eq!(
        (code, told.as_str()),
        (4_001, "Suara panggilan ini dibuka di jendela lain.")
    );
    second.says_until(1_700, near(1_700));
}

#[test]
fn a_supervisor_listens_whispers_and_joins_and_it_is_on_record() {
    let office = Office::open();
    let (rina, call) = talking(&office, "rina", "084001010014");
    let sari = office.login("sari");
    let mut operator = Sound::open(&rina, &call, "").unwrap();
    operator.says_until(1_000, near(1_000));

    // Listening: hears the caller's echo and the operator, is heard by nobody.
    let mut listener = Sound::open(&sari, &call, "?mode=listen").unwrap();
    let heard_both = |frame: &Frame| (frame.0[80] - 2_000).abs() <= 4;
    let mut both = false;
    for _ in 0..100 {
        operator.say(1_000);
        listener.say(7_000);
        both |= heard_both(&listener.hear().unwrap());
        let heard = operator.hear().unwrap().0[80];
        assert!(heard < 5_000, "a listener was heard: {heard}");
    }
    assert!(both, "caller and operator together");

    // Whispering: the operator hears it, the caller does not (or the echo would be doubled).
    operator.says_until(0, near(0));
    let mut whisper = Sound::open(&sari, &call, "?mode=whisper").unwrap();
    assert_eq!(listener.end().0, 4_001, "one person is in a call once");
    let mut loudest = 0;
    for _ in 0..80 {
        operator.say(0);
        whisper.say(3_000);
        whisper.hear().unwrap();
        loudest = loudest.max(operator.hear().unwrap().0[80]);
    }
    assert!(
        (2_990..=3_010).contains(&loudest),
        "the caller heard the whisper: {loudest}"
    );

    // Joining: the caller hears it too, so its echo comes on top.
    drop(whisper);
    let mut joined = Sound::open(&sari, &call, "?mode=join").unwrap();
    let mut loudest = 0;
    for _ in 0..80 {
        operator.say(0);
        joined.say(3_000);
        joined.hear().unwrap();
        loudest = loudest.max(operator.hear().unwrap().0[80]);
    }
    assert!(
        (5_900..=6_100).contains(&loudest),
        "voice and echo: {loudest}"
    );
    let shown = shown(&rina, &call);
    assert_eq!(
        shown["sound"]["joined"],
        json!([{ "user": "sari", "how": "join" }])
    );
    drop(joined);
    until_shown(&rina, &call, |call| call["sound"]["joined"] == json!([]));
    for (kind, times) in [("call.joined", 3), ("call.parted", 1)] {
        office.until(|office| {
            let kinds = office.kinds();
            let found = kinds.iter().filter(|known| *known == kind).count();
            (found >= times).then_some(())
        });
    }
}

#[test]
fn a_colleague_who_is_asked_may_join_and_is_out_when_the_call_is_over() {
    let office = Office::open();
    let (mut rina, call) = talking(&office, "rina", "084001010014");
    let mut budi = office.login("budi");
    assert!(Sound::open(&budi, &call, "?mode=join").is_err());
    let invite = |rina: &mut Browser<'_>| {
        rina.post(
            &format!("/api/v1/calls/{call}/invite"),
            json!({ "to": "budi" }),
        )
    };
    assert_eq!(invite(&mut rina).code(), "seat_not_ready");
    budi.post("/api/v1/seat", json!({ "state": "ready" }));
    assert_eq!(invite(&mut rina).status, 200);
    let mut sound = Sound::open(&budi, &call, "?mode=join").unwrap();
    sound.says_until(2_000, near(2_000));
    office.line(0, "gone");
    assert_eq!(sound.end(), (1_000, "Panggilan selesai.".to_owned()));
}

#[test]
fn on_hold_the_caller_hears_the_waiting_words_until_the_operator_is_back() {
    let office = Office::open();
    let (mut rina, call) = talking(&office, "rina", "084001010014");
    let mut sound = Sound::open(&rina, &call, "").unwrap();
    sound.says_until(2_000, near(2_000));
    let hold = format!("/api/v1/calls/{call}/hold");
    assert_eq!(rina.post(&hold, json!({ "on": true })).status, 200);
    assert_eq!(shown(&rina, &call)["state"], "held");
    sound.says_until(2_000, near(HOLD_SAMPLE));
    assert_eq!(rina.post(&hold, json!({ "on": false })).status, 200);
    assert_eq!(shown(&rina, &call)["state"], "talking");
    sound.says_until(2_000, near(2_000));
}

#[test]
fn without_a_browser_the_caller_hears_the_waiting_words_and_everybody_is_told() {
    let office = Office::open();
    let (rina, call) = talking(&office, "rina", "084001010014");
    let sari = office.login("sari");
    let trouble = |wanted: Value| move |call: &Value| call["sound"]["trouble"] == wanted;
    until_shown(&rina, &call, trouble(json!("no_desk")));
    let mut listener = Sound::open(&sari, &call, "?mode=listen").unwrap();
    listener.says_until(0, near(HOLD_SAMPLE));
    // The page is there and sends no microphone: another trouble, and the words go on.
    let mut sound = Sound::open(&rina, &call, "").unwrap();
    until_shown(&rina, &call, trouble(json!("no_microphone")));
    listener.says_until(0, near(HOLD_SAMPLE));
    sound.says_until(1_000, near(1_000));
    until_shown(&rina, &call, trouble(Value::Null));
    drop(sound);
    until_shown(&rina, &call, trouble(json!("no_desk")));
}

#[test]
fn a_modem_that_gives_no_sound_is_noticed() {
    let office = Office::open();
    office.line(0, "dumb");
    let (rina, call) = talking(&office, "rina", "084001010014");
    let mut sound = Sound::open(&rina, &call, "").unwrap();
    sound.say(0);
    until_shown(&rina, &call, |call| call["sound"]["trouble"] == "no_frames");
}

#[test]
fn who_gave_the_call_away_is_out_and_the_other_is_in() {
    let office = Office::open();
    let (mut rina, call) = talking(&office, "rina", "084001010014");
    let mut budi = office.login("budi");
    budi.post("/api/v1/seat", json!({ "state": "ready" }));
    let mut before = Sound::open(&rina, &call, "").unwrap();
    before.says_until(1_000, near(1_000));
    let passed = rina.post(
        &format!("/api/v1/calls/{call}/transfer"),
        json!({ "to": "budi" }),
    );
    assert_eq!(passed.status, 200, "{}", passed.text());
    assert_eq!(before.end().0, 4_003);
    let mut after = Sound::open(&budi, &call, "").unwrap();
    after.says_until(1_200, near(1_200));
    let metrics = office.nobody().get("/metrics").text();
    let counted = metrics
        .lines()
        .find(|l| l.contains("which=\"from_browser\""));
    let counted: u64 = counted
        .unwrap()
        .rsplit(' ')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    assert!(counted > 0, "frames of a browser that left: {metrics}");
}

#[test]
fn a_call_is_recorded_while_it_goes_on_and_closed_with_its_hash() {
    let office = Office::open();
    let (mut rina, call) = talking(&office, "rina", "084001010014");
    let mut sound = Sound::open(&rina, &call, "").unwrap();
    sound.says_until(3_000, near(3_000));
    for _ in 0..60 {
        sound.say(3_000);
        sound.hear().unwrap();
    }
    // While it goes on: the last seconds can be heard already.
    let path = format!("/api/v1/calls/{call}/recording");
    let replay = rina.get(&format!("{path}?last_s=1"));
    assert_eq!(replay.status, 200, "{}", replay.text());
    let heard = wav::read(&replay.body).unwrap();
    assert!(heard.samples.len() <= 8_000 && heard.samples.contains(&3_000));

    rina.post(&format!("/api/v1/calls/{call}/hangup"), json!({}));
    let done = until_shown(&rina, &call, |call| {
        call["sound"]["recordings"][0].is_object()
    });
    let recording = &done["sound"]["recordings"][0];
    let whole = rina.get(&path);
    assert_eq!(whole.header("content-type"), Some("audio/wav"));
    assert_eq!(whole.header("accept-ranges"), Some("bytes"));
    let hash: String = Sha256::digest(&whole.body)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    assert_eq!(recording["sha256"], hash);
    assert_eq!(recording["bytes"], whole.body.len());
    let file = office
        .folder
        .path()
        .join("recordings")
        .join(recording["file"].as_str().unwrap());
    assert_eq!(
        std::fs::read(file).unwrap(),
        whole.body,
        "what is served is what lies on the disk"
    );
    let both: Vec<(i16, i16)> = whole.body[44..]
        .chunks_exact(4)
        .map(|b| {
            (
                i16::from_le_bytes([b[0], b[1]]),
                i16::from_le_bytes([b[2], b[3]]),
            )
        })
        .collect();
    assert!(
        both.iter().any(|(far, _)| *far == 3_000),
        "the caller is on the left"
    );
    assert!(
        both.iter().any(|(_, near)| *near == 3_000),
        "the operator on the right"
    );

    let part = rina.send("GET", &path, &[("range", "bytes=44-47")], None);
    assert_eq!(part.status, 206);
    assert_eq!(
        part.header("content-range"),
        Some(format!("bytes 44-47/{}", whole.body.len()).as_str())
    );
    assert_eq!(part.body, whole.body[44..48]);
    let beyond = rina.send("GET", &path, &[("range", "bytes=99999999-")], None);
    assert_eq!(
        (beyond.status, beyond.code()),
        (416, "range_beyond".to_owned())
    );

    // A colleague has no business with it; a supervisor has, and it is on record.
    assert_eq!(office.login("budi").get(&path).status, 403);
    assert_eq!(office.login("sari").get(&path).status, 200);
    assert!(
        office
            .kinds()
            .iter()
            .filter(|kind| *kind == "recording.played")
            .count()
            >= 2
    );
    assert_eq!(rina.get(&format!("{path}?part=2")).code(), "no_recording");
}

#[test]
fn a_request_that_cannot_become_a_websocket_takes_nobodys_place() {
    let office = Office::open();
    let (rina, call) = talking(&office, "rina", "084001010014");
    let mut sound = Sound::open(&rina, &call, "").unwrap();
    sound.says_until(1_000, near(1_000));
    let plain = rina.get(&format!("/api/v1/calls/{call}/audio"));
    assert_eq!(plain.code(), "not_a_websocket");
    sound.says_until(1_500, near(1_500));
}

#[test]
fn who_is_shut_out_hears_no_more_of_a_call_and_its_operator_goes_on() {
    let office = Office::open();
    let (rina, call) = talking(&office, "rina", "084001010014");
    let mut operator = Sound::open(&rina, &call, "").unwrap();
    let sari = office.login("sari");
    let mut listener = Sound::open(&sari, &call, "?mode=listen").unwrap();
    let adi = office.login("adi");
    let shut_out = adi.send_json("PATCH", "/api/v1/users/sari", json!({ "disabled": true }));
    assert_eq!(shut_out.status, 200, "{}", shut_out.text());
    let ended = std::thread::scope(|scope| {
        let ended = scope.spawn(|| listener.end());
        while !ended.is_finished() {
            operator.say(500);
            operator.hear().unwrap();
        }
        ended.join().unwrap()
    });
    assert_eq!(ended.0, 4_401);
    operator.says_until(1_000, near(1_000));
    until_shown(&rina, &call, |call| call["sound"]["joined"] == json!([]));
}

#[test]
fn a_page_without_a_session_is_told_so_by_its_websocket() {
    let office = Office::open();
    let (rina, call) = talking(&office, "rina", "084001010014");
    let mut stranger = office.login("rina");
    stranger.cookie = Some("x".repeat(43));
    let origin = format!("https://localhost:{}", office.address.port());
    let headers = [("origin", origin.as_str())];
    let mut page = Sound::open_as(&stranger, &call, "", &headers).unwrap();
    assert_eq!(page.end().0, 4_401);
    let program = Sound::open(&stranger, &call, "").err().unwrap();
    assert_eq!(program.status().as_u16(), 401);
    Sound::open(&rina, &call, "")
        .unwrap()
        .says_until(900, near(900));
}
