//! What goes wrong is told with a code and what to do that fits.

use std::process::{Command, Stdio};

use super::{FreshBox, Test};

#[test]
fn every_wrong_use_has_a_code_and_a_cure() {
    Test::new(&["verify", "tidak-ada.jsonl"])
        .exits(3)
        .complains("SYS-015")
        .run();
    Test::new(&["verify", "k.jsonl"])
        .file("k.jsonl", "")
        .exits(1)
        .complains("SYS-016")
        .run();
    Test::new(&["sim", "nokia"])
        .exits(2)
        .complains("SIM-010")
        .complains("huawei")
        .run();
    let office = FreshBox::claimed();
    office
        .verb(&["user", "passwd", "sari"])
        .exits(2)
        .complains("SYS-017")
        .run();
    let days = [
        "export",
        "calls",
        "--from",
        "2026-12-01",
        "--to",
        "2026-11-01",
        "--format",
        "csv",
        "--out",
        "-",
    ];
    office.verb(&days).exits(2).complains("SYS-018").run();
}

#[test]
fn a_configuration_that_is_no_text_or_too_long_is_told_as_that() {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("s.toml");
    std::fs::write(&file, b"[center]\nname = \"\xff\"\n").expect("file");
    let check = ["config", "check", &file.display().to_string()];
    Test::new(&check)
        .exits(2)
        .complains("s.toml:2: bukan teks UTF-8. Simpan ulang")
        .run();
    std::fs::write(&file, "#".repeat(300 * 1024)).expect("file");
    Test::new(&check)
        .exits(2)
        .complains("berkas yang disebut benar")
        .run();
}

#[test]
fn a_value_of_a_wrong_type_is_not_called_missing_too() {
    for text in [
        "[center]\nname = 112\n",
        "[center]\nname = \"112\"\n[[line]]\nname = 1\nport = \"/dev/x\"\n",
    ] {
        let said = Test::new(&["config", "check", "s.toml"])
            .file("s.toml", text)
            .exits(2)
            .complains("CONF-003")
            .run();
        assert!(!said.stderr.contains("belum ditulis"), "{}", said.stderr);
    }
}

#[test]
fn a_second_demo_in_one_folder_is_told_as_that() {
    let folder = tempfile::tempdir().expect("folder");
    let mut first = Command::new(env!("CARGO_BIN_EXE_siaga112"))
        .args(["demo", "--data"])
        .arg(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("demo");
    let out = first.stdout.take().expect("piped");
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(out), &mut line).expect("said");
    let data = folder.path().display().to_string();
    let second = std::panic::catch_unwind(|| {
        let said = Test::new(&["demo", "--once", "--data", &data])
            .exits(3)
            .complains("DEMO-004")
            .run();
        assert!(!said.stderr.contains("systemctl"), "{}", said.stderr);
    });
    let _ = first.kill();
    let _ = first.wait();
    second.expect("as it should be");
}

#[test]
fn a_taken_port_of_the_demo_leads_to_another_port() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a socket");
    let port = listener.local_addr().expect("address").port().to_string();
    Test::new(&["demo", "--once", "--port", &port])
        .exits(3)
        .complains("DEMO-003")
        .complains("--port")
        .run();
}
