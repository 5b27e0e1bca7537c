//! The real program, as a person at a terminal meets it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod damage;
mod messages;
mod ports;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// One run of the program, and what is expected of it.
#[must_use]
pub struct Test {
    folder: TempDir,
    args: Vec<String>,
    stdin: Vec<u8>,
    code: i32,
    stdout: Vec<String>,
    stderr: Vec<String>,
    stdout_is: Option<String>,
}

impl Test {
    pub fn new(args: &[&str]) -> Test {
        Test {
            folder: tempfile::tempdir().expect("folder"),
            args: args.iter().map(|arg| (*arg).to_owned()).collect(),
            stdin: Vec::new(),
            code: 0,
            stdout: Vec::new(),
            stderr: Vec::new(),
            stdout_is: None,
        }
    }

    /// A file in the folder the program runs in.
    pub fn file(self, name: &str, text: &str) -> Test {
        fs::write(self.folder.path().join(name), text).expect("file");
        self
    }

    pub fn stdin(mut self, text: &str) -> Test {
        self.stdin = text.into();
        self
    }

    pub fn exits(mut self, code: i32) -> Test {
        self.code = code;
        self
    }

    /// Stdout contains this.
    pub fn says(mut self, text: &str) -> Test {
        self.stdout.push(text.to_owned());
        self
    }

    /// Stderr contains this.
    pub fn complains(mut self, text: &str) -> Test {
        self.stderr.push(text.to_owned());
        self
    }

    /// Stdout is exactly this.
    pub fn says_exactly(mut self, text: &str) -> Test {
        self.stdout_is = Some(text.to_owned());
        self
    }

    /// Runs and checks; what was said, for a closer look.
    pub fn run(self) -> Said {
        let output = program(self.folder.path(), &self.args, &self.stdin);
        let said = Said {
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
            folder: self.folder,
        };
        let whole = format!(
            "{:?}\n--- stdout\n{}\n--- stderr\n{}",
            self.args, said.stdout, said.stderr
        );
        assert_eq!(output.status.code(), Some(self.code), "{whole}");
        for text in &self.stdout {
            assert!(said.stdout.contains(text), "stdout lacks {text:?}: {whole}");
        }
        for text in &self.stderr {
            assert!(said.stderr.contains(text), "stderr lacks {text:?}: {whole}");
        }
        if let Some(text) = &self.stdout_is {
            assert_eq!(&said.stdout, text, "{whole}");
        }
        said
    }
}

pub struct Said {
    pub stdout: String,
    pub stderr: String,
    folder: TempDir,
}

impl Said {
    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).expect("JSON")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn program(folder: &Path, args: &[String], stdin: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_siaga112"))
        .args(args)
        .current_dir(folder)
        .env_clear()
        .env("SIAGA112_DATA", folder.join("data"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program");
    let mut input = child.stdin.take().expect("piped");
    // A program that reads nothing closes its end; that is its right.
    let _ = std::io::Write::write_all(&mut input, stdin);
    drop(input);
    child.wait_with_output().expect("ended")
}

const GOOD: &str = "[center]\nname = \"112 Contoh\"\n[web]\nlisten = [\"127.0.0.1:0\"]\n[bell]\ndevice = \"none\"\n";

#[test]
fn without_a_verb_the_verbs_are_shown() {
    Test::new(&[]).exits(2).complains("doctor").run();
    Test::new(&["--help"]).says("Kode keluar").run();
    Test::new(&["--version"]).says("siaga112 0.").run();
    Test::new(&["telepon"]).exits(2).complains("telepon").run();
    Test::new(&["version", "--besar"])
        .exits(2)
        .complains("--besar")
        .run();
}

#[test]
fn every_verb_has_help_with_an_example() {
    let help = Test::new(&["--help"]).run().stdout;
    let verbs: Vec<&str> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .filter(|verb| *verb != "help")
        .collect();
    assert!(verbs.len() >= 5, "{verbs:?}");
    for verb in verbs {
        let help = Test::new(&[verb, "--help"]).run().stdout;
        let example = help.split_once("Contoh:").or(help.split_once("Example:"));
        let (_, example) = example.unwrap_or_else(|| panic!("{verb} has no example"));
        assert!(example.contains(&format!("siaga112 {verb} ")), "{help}");
    }
}

#[test]
fn the_demo_plays_one_call_through_to_the_journal_and_says_nothing_else() {
    let said = Test::new(&["demo", "--once"])
        .says("✓ selesai")
        .says("✓ suara penelepon terekam")
        .run();
    for kind in [
        "call.offered",
        "call.identified",
        "call.answered",
        "call.ended",
        "recording.closed",
        "call.classified",
    ] {
        let fact = format!("\"kind\":\"{kind}\"");
        assert!(said.stdout.contains(&fact), "{}", said.stdout);
    }
    let is_log = |line: &str| line.contains(" WARN ") || line.contains(" INFO ");
    assert!(said.stderr.lines().all(is_log), "{}", said.stderr);
}

#[test]
fn an_unknown_key_names_the_nearest_its_line_and_exits_2() {
    Test::new(&["config", "check", "s.toml"])
        .file("s.toml", "[center]\nname = \"112\"\ntimezon = \"Asia/Jakarta\"\n")
        .exits(2)
        .complains("s.toml:3: kunci \"timezon\" tidak dikenal di [center]. Mungkin maksudnya \"timezone\". [CONF-002]")
        .says_exactly("")
        .run();
}

#[test]
fn a_good_file_passes_with_its_warnings_told() {
    Test::new(&["config", "check", "s.toml"])
        .file(
            "s.toml",
            &format!("{GOOD}[[line]]\nname = \"A\"\nport = \"/dev/ttyUSB0\"\n"),
        )
        .says("s.toml: dapat dipakai")
        .complains("s.toml:9: \"/dev/ttyUSB0\" bukan nama tetap")
        .run();
}

#[test]
fn a_file_that_is_not_there_is_called_so() {
    Test::new(&["config", "check", "tidak-ada.toml"])
        .exits(2)
        .complains("tidak-ada.toml: tidak dapat dibuka")
        .complains("CONF-011")
        .run();
    Test::new(&["config", "print", "--config", "tidak-ada.toml"])
        .exits(2)
        .run();
}

#[test]
fn every_setting_in_effect_is_printed_with_its_origin() {
    let line = "[[line]]\nname = \"A\"\nport = \"/dev/x\"\npin = \"4711\"\n";
    let said = Test::new(&["config", "print", "--config", "s.toml"])
        .file("s.toml", &format!("{GOOD}{line}"))
        .says("center.name = \"112 Contoh\"")
        .says("# s.toml:2")
        .says("center.language = \"id\"")
        .says("# bawaan")
        .says("line.A.pin = \"••••\"")
        .run();
    assert!(!said.stdout.contains("4711"));
    let said = Test::new(&["config", "print", "--json", "--config", "s.toml"])
        .file("s.toml", GOOD)
        .run();
    let settings = said.json()["settings"].clone();
    let name = settings
        .as_array()
        .and_then(|all| all.iter().find(|s| s["key"] == "center.name").cloned());
    let name = name.expect("the name");
    assert_eq!(name["value"], "112 Contoh");
    assert_eq!(name["line"], 2);
}

#[test]
fn all_errors_of_a_file_come_at_once_for_programs_too() {
    let said = Test::new(&["config", "check", "s.toml", "--json"])
        .file(
            "s.toml",
            "[center]\nnama = \"112\"\n[web]\nlisten = [\"443\"]\n",
        )
        .exits(2)
        .run();
    let report = said.json();
    assert_eq!(report["ok"], false);
    let codes: Vec<&str> = report["problems"]
        .as_array()
        .expect("list")
        .iter()
        .filter_map(|problem| problem["code"].as_str())
        .collect();
    assert_eq!(codes, ["CONF-002", "CONF-005", "CONF-004"]);
}

#[test]
fn the_data_folder_can_be_named_in_two_ways() {
    let said = Test::new(&["paths", "--json"]).run();
    let data = said.path("data");
    assert_eq!(said.json()["data"], data.display().to_string());
    let said = Test::new(&["--data", "/tmp/lain", "paths", "--json"]).run();
    assert_eq!(said.json()["control"], "/tmp/lain/control.sock");
}

#[test]
fn a_missing_port_is_reported_with_its_cure_and_exit_3() {
    Test::new(&["port", "test", "/dev/serial/by-path/tidak-ada"])
        .exits(3)
        .complains("PORT-001")
        .complains("siaga112 port list")
        .run();
    Test::new(&[
        "port",
        "watch",
        "--seconds",
        "1",
        "/dev/serial/by-path/tidak-ada",
    ])
    .exits(3)
    .complains("PORT-001")
    .run();
}

#[test]
fn a_line_is_found_by_its_name_and_a_wrong_name_lists_the_right_ones() {
    let file = format!("{GOOD}[[line]]\nname = \"Telkomsel-1\"\nport = \"/dev/serial/x\"\n");
    Test::new(&["port", "test", "telkomsel-1", "--config", "s.toml"])
        .file("s.toml", &file)
        .exits(3)
        .complains("/dev/serial/x")
        .run();
    Test::new(&["port", "test", "Indosat", "--config", "s.toml"])
        .file("s.toml", &file)
        .exits(2)
        .complains("Telkomsel-1")
        .run();
}

#[test]
fn a_modem_behind_a_port_says_who_it_is() {
    let modem = super::port::Modem::new();
    let node = modem.node.display().to_string();
    let answering = std::thread::spawn(move || {
        // The first AT is swallowed, as after power-on.
        assert_eq!(modem.hears(3), b"AT\r");
        assert_eq!(modem.hears(3), b"AT\r");
        modem.says(b"AT\r\r\nOK\r\n");
        assert_eq!(modem.hears(4), b"ATI\r");
        modem.says(b"ATI\r\r\nManufacturer: contoh\r\n\r\nOK\r\n");
        modem
    });
    Test::new(&["port", "test", &node])
        .says("modem menjawab")
        .says("Manufacturer: contoh")
        .run();
    drop(answering.join().expect("modem"));
}

#[test]
fn a_silent_port_is_a_finding() {
    let modem = super::port::Modem::new();
    Test::new(&["port", "test", &modem.node.display().to_string()])
        .exits(1)
        .says("tidak ada jawaban")
        .run();
}

#[test]
fn watching_prints_bytes_so_that_they_can_be_read() {
    let modem = super::port::Modem::new();
    modem.says(b"\r\nRING\r\n\x00");
    Test::new(&[
        "port",
        "watch",
        "--seconds",
        "1",
        &modem.node.display().to_string(),
    ])
    .says("\\r\\nRING\\r\\n\\x00")
    .run();
}

#[test]
fn the_doctor_finds_a_missing_port_and_says_what_to_do() {
    let file = format!("{GOOD}[[line]]\nname = \"A\"\nport = \"/dev/serial/tidak-ada\"\n");
    let said = Test::new(&["doctor", "--json", "--config", "s.toml"])
        .file("s.toml", &file)
        .exits(1)
        .run();
    let report = said.json();
    assert_eq!(report["verdict"], "fail");
    let findings = report["findings"].as_array().expect("list").clone();
    let of = |probe: &str| {
        let found = findings.iter().find(|f| f["probe"] == probe);
        found.unwrap_or_else(|| panic!("{probe}")).clone()
    };
    assert_eq!(of("port")["verdict"], "fail");
    assert!(
        of("port")["evidence"]
            .as_str()
            .expect("text")
            .contains("PORT-001")
    );
    assert!(
        of("port")["cure"]
            .as_str()
            .expect("text")
            .contains("port list")
    );
    assert_eq!(of("zone")["verdict"], "ok");
    assert_eq!(of("config")["verdict"], "ok");
    assert_eq!(of("listen")["verdict"], "ok");
}

#[test]
fn the_doctor_sees_a_bad_configuration_and_an_open_data_folder() {
    let folder = tempfile::tempdir().expect("folder");
    let data = folder.path().join("data");
    fs::create_dir(&data).expect("data");
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(&data, open).expect("open to all");
    Test::new(&[
        "doctor",
        "--data",
        &data.display().to_string(),
        "--config",
        "tidak-ada.toml",
    ])
    .exits(1)
    .says("CONF-011")
    .says("sudo chmod 700")
    .run();
}

#[test]
fn a_taken_address_names_the_program_that_has_it() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a socket");
    let address = listener.local_addr().expect("address");
    let file = format!("[center]\nname = \"112\"\n[web]\nlisten = [\"{address}\"]\n");
    Test::new(&["doctor", "--config", "s.toml"])
        .file("s.toml", &file)
        .exits(1)
        .says(&format!("{address} dipakai fast-"))
        .run();
}

/// A box that was never started: its data folder, and a configuration.
struct FreshBox {
    folder: TempDir,
}

impl FreshBox {
    fn new() -> FreshBox {
        let folder = tempfile::tempdir().expect("folder");
        fs::write(folder.path().join("s.toml"), GOOD).expect("file");
        FreshBox { folder }
    }

    /// A verb with this box's data and configuration.
    fn verb(&self, args: &[&str]) -> Test {
        let file = |name: &str| self.folder.path().join(name).display().to_string();
        let (data, config) = (file("data"), file("s.toml"));
        let mut all: Vec<&str> = args.to_vec();
        all.extend(["--data", &data]);
        if args[0] != "setup-code" {
            all.extend(["--config", &config]);
        }
        Test::new(&all)
    }

    /// Its data folder is there, as after `apt install`.
    fn started() -> FreshBox {
        let fresh = FreshBox::new();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        let data = fresh.folder.path().join("data");
        fs::create_dir(&data).expect("data");
        fs::set_permissions(&data, mode).expect("ours alone");
        fresh
    }

    fn claimed() -> FreshBox {
        let fresh = FreshBox::new();
        fresh
            .verb(&["user", "add", "sari", "--name", "Sari", "--role", "admin"])
            .stdin("tiga ekor kucing\n")
            .says("Tersimpan.")
            .run();
        fresh
    }
}

#[test]
fn people_are_added_changed_and_closed_without_a_running_service() {
    let office = FreshBox::claimed();
    office
        .verb(&[
            "user", "add", "rina", "--name", "Rina", "--role", "operator",
        ])
        .stdin("jembatan-biru-tua\n")
        .run();
    office
        .verb(&["user", "passwd", "rina"])
        .stdin("jembatan-hijau-muda\n")
        .run();
    office.verb(&["user", "disable", "rina"]).run();
    let people = office.verb(&["user", "list", "--json"]).run().json();
    assert_eq!(people[0]["user"], "rina");
    assert_eq!(people[0]["name"], "Rina");
    assert_eq!(people[0]["role"], "operator");
    assert_eq!(people[0]["disabled"], true);
    assert_eq!(people[1]["user"], "sari");
    assert!(!people.to_string().contains("argon2"), "no hash is shown");
    office
        .verb(&["user", "list"])
        .says("rina")
        .says("ditutup")
        .run();
}

#[test]
fn what_may_not_be_is_refused_with_its_reason() {
    let office = FreshBox::claimed();
    office
        .verb(&[
            "user", "add", "sari", "--name", "Sari", "--role", "operator",
        ])
        .stdin("jembatan-biru-tua\n")
        .exits(2)
        .complains("already_exists")
        .run();
    office
        .verb(&["user", "disable", "sari"])
        .exits(2)
        .complains("last_admin")
        .run();
    office
        .verb(&["user", "passwd", "siapa"])
        .stdin("jembatan-biru-tua\n")
        .exits(2)
        .complains("no_such_name")
        .run();
    office
        .verb(&["user", "passwd", "sari"])
        .stdin("pendek\n")
        .exits(2)
        .complains("password_short")
        .run();
    office
        .verb(&["user", "passwd", "sari"])
        .exits(2)
        .complains("stdin kosong")
        .run();
}

#[test]
fn a_token_is_shown_once_and_can_be_revoked() {
    let office = FreshBox::claimed();
    let token = office
        .verb(&["token", "add", "--name", "dasbor", "--role", "auditor"])
        .complains("tidak akan ditampilkan lagi")
        .run()
        .stdout;
    assert!(token.trim().len() >= 40, "{token}");
    let listed = office.verb(&["token", "list", "--json"]).run();
    assert!(!listed.stdout.contains(token.trim()));
    assert_eq!(listed.json()[0]["name"], "dasbor");
    office.verb(&["token", "revoke", "dasbor"]).run();
    office.verb(&["token", "list"]).says("dicabut").run();
    office
        .verb(&["token", "revoke", "lain"])
        .exits(2)
        .complains("no_such_name")
        .run();
}

#[test]
fn the_journal_of_what_was_ordered_holds() {
    let office = FreshBox::claimed();
    let verdict = office.verb(&["verify", "--json"]).run().json();
    assert_eq!(verdict["sound"], true);
    assert!(verdict["head"].as_u64().expect("a number") >= 1);
    assert_eq!(verdict["head_hash"].as_str().expect("text").len(), 64);
    office.verb(&["verify"]).says("Utuh").run();
}

#[test]
fn a_file_of_entries_is_verified_from_any_place_on() {
    let zone = siaga112::base::time::Stamp::default();
    let mut chain = siaga112::journal::Chain::genesis("71.07");
    let fact = siaga112::desk::fact::Fact::SystemStopped {};
    let lines: Vec<String> = (0..5)
        .map(|_| chain.seal(zone, &fact).line.into_string())
        .collect();
    let text = |from: usize| format!("{}\n", lines[from..].join("\n"));
    Test::new(&["verify", "j.jsonl"])
        .file("j.jsonl", &text(0))
        .says("catatan 1 sampai 5")
        .run();
    Test::new(&["verify", "j.jsonl"])
        .file("j.jsonl", &text(2))
        .says("catatan 3 sampai 5")
        .run();
    let torn = format!("{}\n{}\n", lines[0], lines[2]);
    Test::new(&["verify", "j.jsonl"])
        .file("j.jsonl", &torn)
        .exits(1)
        .says("TIDAK UTUH pada catatan 2")
        .run();
    let changed = text(0).replacen("71.07", "71.08", 1);
    Test::new(&["verify", "--json", "j.jsonl"])
        .file("j.jsonl", &changed)
        .exits(1)
        .says("\"broken_at\": 2")
        .run();
    Test::new(&["verify", "tidak-ada"]).exits(3).run();
}

#[test]
fn an_export_of_nothing_is_a_header_or_an_empty_array() {
    let office = FreshBox::claimed();
    let days = ["--from", "2026-11-01", "--to", "2026-11-30"];
    let export = |format: &str, out: &str| {
        let mut args = vec!["export", "calls", "--format", format, "--out", out];
        args.extend(days);
        office.verb(&args)
    };
    export("csv", "-").says("id,direction,line,number").run();
    let json = export("json", "-").run().json();
    assert_eq!(json, serde_json::json!([]));
    let said = export("csv", "november.csv").says("0 panggilan").run();
    let file = said.path("november.csv");
    assert!(fs::read_to_string(&file).expect("file").starts_with("id,"));
    let mode = std::os::unix::fs::MetadataExt::mode(&fs::metadata(&file).expect("file"));
    assert_eq!(
        mode & 0o777,
        0o600,
        "names and numbers are not for everybody"
    );
    export("csv", "/tidak/ada/november.csv").exits(3).run();
}

#[test]
fn an_export_of_impossible_days_is_wrong_usage() {
    let office = FreshBox::new();
    let export = |from: &str, to: &str| {
        let args = [
            "export", "calls", "--from", from, "--to", to, "--format", "csv", "--out", "-",
        ];
        office.verb(&args).exits(2)
    };
    export("2026-11-31", "2026-12-01")
        .complains("bukan tanggal")
        .run();
    export("2026-12-01", "2026-11-01").complains("--from").run();
}

#[test]
fn the_setup_code_stays_the_same_until_it_is_renewed() {
    let office = FreshBox::started();
    let first = office.verb(&["setup-code"]).run().stdout;
    assert_eq!(first.trim().len(), 9, "{first}");
    assert_eq!(office.verb(&["setup-code"]).run().stdout, first);
    assert_ne!(office.verb(&["setup-code", "--renew"]).run().stdout, first);
    let file = office.folder.path().join("data/setup-code");
    let mode = std::os::unix::fs::MetadataExt::mode(&fs::metadata(file).expect("code"));
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn somebody_elses_data_folder_is_left_alone() {
    if rustix::process::geteuid().as_raw() != 0 {
        return; // only root could write into it by mistake
    }
    let office = FreshBox::new();
    let data = office.folder.path().join("data");
    fs::create_dir(&data).expect("data");
    std::os::unix::fs::chown(&data, Some(12_345), Some(12_345)).expect("given away");
    office
        .verb(&["user", "list"])
        .exits(3)
        .complains("SYS-010")
        .complains("sudo -u")
        .run();
    assert_eq!(fs::read_dir(&data).expect("data").count(), 0);
}

/// The service, running on a box's data.
struct Service<'a> {
    office: &'a FreshBox,
    child: std::process::Child,
}

impl FreshBox {
    fn serve(&self) -> Service<'_> {
        let file = |name: &str| self.folder.path().join(name);
        let mut child = Command::new(env!("CARGO_BIN_EXE_siaga112"))
            .arg("serve")
            .arg("--data")
            .arg(file("data"))
            .arg("--config")
            .arg(file("s.toml"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("serve");
        // The control socket is the last thing to be opened, the first line of stdout follows it.
        let out = child.stdout.take().expect("piped");
        let mut line = String::new();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(out), &mut line).expect("said");
        assert!(line.contains("https://"), "{line}");
        Service {
            office: self,
            child,
        }
    }
}

impl Service<'_> {
    fn stop(mut self) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("signal");
        let status = self.child.wait().expect("ended");
        assert_eq!(status.code(), Some(0));
    }
}

impl Drop for Service<'_> {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_same_verbs_talk_to_the_running_service() {
    let office = FreshBox::started();
    let code = office.verb(&["setup-code"]).run().stdout;
    let service = office.serve();
    // The code of before the start is still the code.
    assert_eq!(service.office.verb(&["setup-code"]).run().stdout, code);
    office
        .verb(&["user", "add", "sari", "--name", "Sari", "--role", "admin"])
        .stdin("tiga ekor kucing\n")
        .says("Tersimpan.")
        .run();
    office
        .verb(&["setup-code"])
        .exits(2)
        .complains("setup_done")
        .run();
    office.verb(&["user", "list"]).says("sari").run();
    office
        .verb(&["token", "add", "--name", "dasbor", "--role", "auditor"])
        .says("s112_")
        .run();
    office.verb(&["verify"]).says("Utuh").run();
    let days = ["--from", "2026-11-01", "--to", "2026-11-30"];
    let mut export = vec!["export", "calls", "--format", "json", "--out", "-"];
    export.extend(days);
    assert_eq!(office.verb(&export).run().json(), serde_json::json!([]));

    let report = office.verb(&["doctor", "--json"]).run().json();
    let findings = report["findings"].as_array().expect("list").clone();
    let of = |probe: &str| {
        let found = findings.iter().find(|f| f["probe"] == probe);
        found.unwrap_or_else(|| panic!("{probe}")).clone()
    };
    for probe in ["service", "database", "certificate", "data"] {
        assert_eq!(of(probe)["verdict"], "ok", "{probe}: {}", of(probe));
    }
    service.stop();

    // And what was ordered then is on the disk now.
    office.verb(&["user", "list"]).says("sari").run();
    office.verb(&["token", "list"]).says("dasbor").run();
    office.verb(&["verify"]).says("Utuh").run();
}

#[test]
fn the_doctor_opens_the_database_while_nobody_else_does() {
    let office = FreshBox::claimed();
    let database = |verdict: &str, code: i32| {
        let report = office.verb(&["doctor", "--json"]).exits(code).run().json();
        let findings = report["findings"].as_array().expect("list").clone();
        let found = findings.iter().find(|f| f["probe"] == "database").cloned();
        let found = found.expect("a finding");
        assert_eq!(found["verdict"], verdict, "{found}");
        found["evidence"].as_str().expect("text").to_owned()
    };
    assert!(database("ok", 0).contains("catatan"));
    let file = office.folder.path().join("data/siaga112.redb");
    let mut bytes = fs::read(&file).expect("database");
    for byte in bytes.iter_mut().take(4096) {
        *byte ^= 0x55;
    }
    fs::write(&file, &bytes).expect("damaged");
    assert!(database("fail", 1).contains("STORE-004"));
    // Looking at it changed nothing.
    assert_eq!(fs::read(&file).expect("database"), bytes);
}
