//! The real program, as a person at a terminal meets it.

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

const GOOD: &str = "[center]\nname = \"112 Contoh\"\n[web]\nlisten = [\"127.0.0.1:0\"]\n";

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
        Test::new(&[verb, "--help"])
            .says(&format!("Contoh:\n  siaga112 {verb}"))
            .run();
    }
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
        .complains("s.toml:7: \"/dev/ttyUSB0\" bukan nama tetap")
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
