//! Verbs at the console, over the socket.

use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;

use jiff::tz::TimeZone;
use serde_json::{Value, json};
use siaga112::control::{self, Client, Request, Said, Server};
use siaga112::desk::operator::Role;

use super::office::Office;

fn serve(office: &Office) -> Server {
    let setup = control::Setup {
        folder: office.folder.path(),
        handle: office.handle.clone(),
        clock: office.clock.clone(),
        zone: TimeZone::get("Asia/Makassar").unwrap(),
        bell: office.studio.bell().clone(),
    };
    control::serve(setup).unwrap()
}

fn ask(office: &Office, request: Request) -> (Vec<Value>, Said) {
    let mut client = Client::connect(office.folder.path()).unwrap();
    let mut items = Vec::new();
    let end = client.ask(&request, |item| {
        items.push(item);
        Ok(())
    });
    (items, end.unwrap())
}

fn done(office: &Office, request: Request) -> Value {
    match ask(office, request) {
        (_, Said::Done(value)) => value,
        (_, other) => panic!("{other:?}"),
    }
}

fn refused(office: &Office, request: Request) -> String {
    match ask(office, request) {
        (_, Said::Refused { code, told }) => {
            assert!(told.len() > 10, "{told}");
            code
        }
        (_, other) => panic!("{other:?}"),
    }
}

fn add(user: &str, role: Role, password: &str) -> Request {
    serde_json::from_value(json!({
        "do": "user_add", "user": user, "name": "Nama", "role": role, "password": password,
    }))
    .unwrap()
}

#[test]
fn the_console_keeps_people_programs_and_the_setup_code() {
    let office = Office::fresh();
    let _server = serve(&office);
    let ping = done(&office, Request::Ping);
    assert_eq!(ping["pid"], std::process::id());
    assert_eq!(ping["bell"]["times"], 0);
    let code = done(&office, Request::SetupCode { renew: false })["code"].clone();
    assert_eq!(
        done(&office, Request::SetupCode { renew: false })["code"],
        code
    );
    assert_ne!(
        done(&office, Request::SetupCode { renew: true })["code"],
        code
    );
    assert_eq!(
        refused(&office, add("adi", Role::Admin, "pendek")),
        "password_short"
    );
    done(&office, add("adi", Role::Admin, "jembatan-biru-tua"));
    assert_eq!(
        refused(&office, add("adi", Role::Admin, "jembatan-biru-tua")),
        "already_exists"
    );
    assert_eq!(
        refused(&office, Request::SetupCode { renew: true }),
        "setup_done"
    );
    done(&office, add("rina", Role::Operator, "jembatan-biru-tua"));
    let (users, end) = ask(&office, Request::UserList);
    assert_eq!((users.len(), end), (2, Said::Done(json!({ "count": 2 }))));
    office.login("rina");
    done(
        &office,
        Request::UserDisable {
            user: "rina".into(),
        },
    );
    let login = office.nobody().post(
        "/api/v1/session",
        json!({ "user": "rina", "password": "jembatan-biru-tua" }),
    );
    assert_eq!(login.status, 401);
    done(
        &office,
        Request::UserEnable {
            user: "rina".into(),
        },
    );
    let made = done(
        &office,
        Request::TokenAdd {
            name: "wallboard".into(),
            role: Role::Operator,
        },
    );
    let token = made["token"].as_str().unwrap().to_owned();
    let program = super::office::Browser {
        token: Some(token),
        ..office.nobody()
    };
    assert_eq!(program.get("/api/v1/board").status, 200);
    done(
        &office,
        Request::TokenRevoke {
            name: "wallboard".into(),
        },
    );
    assert_eq!(program.get("/api/v1/board").status, 401);
    assert_eq!(ask(&office, Request::TokenList).0[0]["revoked"], true);
    assert_eq!(
        refused(
            &office,
            Request::UserDisable {
                user: "hantu".into()
            }
        ),
        "no_such_name"
    );
}

#[test]
fn a_new_password_from_the_console_ends_the_sessions_of_the_forgetful() {
    let office = Office::open();
    let _server = serve(&office);
    let rina = office.login("rina");
    let request = json!({ "do": "user_password", "user": "rina", "password": "tiga ekor kucing" });
    done(&office, serde_json::from_value(request).unwrap());
    assert_eq!(rina.get("/api/v1/board").status, 401);
    let login = office.nobody().post(
        "/api/v1/session",
        json!({ "user": "rina", "password": "tiga ekor kucing" }),
    );
    assert_eq!(login.status, 201);
}

#[test]
fn the_journal_is_verified_and_the_calls_are_exported_while_the_service_runs() {
    let office = Office::open();
    let _server = serve(&office);
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
    let verdict = office.until(|o| {
        let verdict = done(o, Request::Verify);
        (verdict["head"].as_u64() >= Some(8)).then_some(verdict)
    });
    assert_eq!(verdict["sound"], true, "{verdict}");
    let export = |to_ms| Request::ExportCalls {
        from_ms: None,
        to_ms,
    };
    let (calls, end) = ask(&office, export(None));
    assert_eq!(end, Said::Done(json!({ "count": 1 })));
    assert_eq!(calls[0]["number"], "+6284001010014");
    assert_eq!(calls[0]["abandoned"], true);
    assert_eq!(ask(&office, export(Some(0))).0, Vec::<Value>::new());
    assert_eq!(
        done(&office, Request::Board)["lines"][0]["name"],
        "Telkomsel-1"
    );
}

#[test]
fn the_socket_is_its_owners_alone_and_there_is_only_one() {
    let office = Office::fresh();
    let server = serve(&office);
    let path = office.folder.path().join(control::SOCKET);
    assert_eq!(
        std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let second = control::serve(control::Setup {
        folder: office.folder.path(),
        handle: office.handle.clone(),
        clock: office.clock.clone(),
        zone: TimeZone::UTC,
        bell: office.studio.bell().clone(),
    });
    assert_eq!(second.err().unwrap().code.id, "CTL-002");
    server.stop();
    assert!(!path.exists());
    let gone = Client::connect(office.folder.path()).err().unwrap();
    assert_eq!(gone.code.id, "CTL-003");
    // What a service that was killed left behind does not stop the next one.
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    serve(&office).stop();
}

#[test]
fn nonsense_on_the_socket_is_answered_and_costs_nobody_else_anything() {
    let office = Office::fresh();
    let _server = serve(&office);
    let mut raw = UnixStream::connect(office.folder.path().join(control::SOCKET)).unwrap();
    raw.write_all(b"{\"do\":\"hapus_semua\"}\n").unwrap();
    raw.shutdown(std::net::Shutdown::Write).unwrap();
    let mut answer = String::new();
    raw.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("bad_request"), "{answer}");
    let mut flood = UnixStream::connect(office.folder.path().join(control::SOCKET)).unwrap();
    let _ = flood.write_all(&vec![b'x'; 200_000]);
    drop(flood);
    assert_eq!(
        done(&office, Request::Ping)["version"],
        env!("CARGO_PKG_VERSION")
    );
}

#[test]
fn a_box_whose_data_was_set_aside_does_not_call_itself_new() {
    let office = Office::fresh();
    let page = office.nobody().get("/setup").text();
    assert!(page.contains("Siapkan server baru"), "{page}");
    let file = "siaga112.redb.rusak-20261121T104502";
    std::fs::write(office.folder.path().join(file), b"").unwrap();
    let page = office.nobody().get("/setup").text();
    assert!(!page.contains("Siapkan server baru"), "{page}");
    assert!(page.contains(file) && page.contains("STORE-016"), "{page}");
    let _control = serve(&office);
    let told = done(&office, Request::Losses);
    assert_eq!(told["set_aside"], json!([file]));
    assert_eq!(done(&office, Request::Verify)["complete"], false);
}

#[test]
fn a_loss_is_a_sentence_of_the_journal() {
    use siaga112::base::ids::Seq;
    use siaga112::base::lang::Lang;
    use siaga112::desk::fact::{Fact, Loss};
    use siaga112::http::sentence::sentence;

    let set_aside = Loss::SetAside {
        file: "siaga112.redb.rusak-1".into(),
    };
    let rolled_back = Loss::RolledBack {
        last: Seq(12),
        known: Seq(40),
    };
    for (loss, words) in [
        (set_aside, ["siaga112.redb.rusak-1", "STORE-016"]),
        (rolled_back, ["40", "12"]),
    ] {
        let fact = Fact::SystemDamaged { loss };
        for lang in [Lang::Id, Lang::En] {
            let told = sentence(&fact, lang);
            assert!(words.iter().all(|word| told.contains(word)), "{told}");
        }
    }
}
