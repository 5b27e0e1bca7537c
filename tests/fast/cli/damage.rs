//! A damaged, older or missing database, as a person at a terminal meets it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::{FreshBox, Test};

/// Every file below a folder.
fn picture(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let Ok(entries) = fs::read_dir(folder) else {
        return BTreeMap::new();
    };
    entries
        .map(|entry| entry.expect("entry"))
        .filter(|entry| entry.file_type().expect("type").is_file())
        .map(|entry| {
            let name = entry.file_name().into_string().expect("UTF-8");
            (name, fs::read(entry.path()).expect("file"))
        })
        .collect()
}

impl FreshBox {
    fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    fn damage(&self) {
        let file = self.data().join("siaga112.redb");
        let mut bytes = fs::read(&file).expect("database");
        bytes[..4096].fill(0xA5);
        fs::write(&file, &bytes).expect("damaged");
    }

    /// Runs verbs and checks that the data folder is as before.
    fn untouched(&self, verbs: &[(&[&str], i32, &str)]) {
        let before = picture(&self.data());
        for (args, code, told) in verbs {
            let test = self.verb(args).stdin("jembatan-biru-tua\n").exits(*code);
            let said = test.run();
            let all = format!("{}{}", said.stdout, said.stderr);
            assert!(all.contains(told), "{args:?}: {all}");
            assert!(!all.contains("panicked at"), "{args:?}: {all}");
            assert!(!all.contains("Utuh:"), "{args:?}: {all}");
            assert!(
                picture(&self.data()) == before,
                "{args:?} changed something"
            );
        }
    }
}

const EXPORT: &[&str] = &[
    "export",
    "calls",
    "--from",
    "2026-11-01",
    "--to",
    "2026-11-02",
    "--format",
    "csv",
    "--out",
    "-",
];
const ADD: &[&str] = &[
    "user", "add", "rina", "--name", "Rina", "--role", "operator",
];
const TOKEN: &[&str] = &["token", "add", "--name", "dasbor", "--role", "auditor"];

#[test]
fn a_damaged_database_is_told_and_left_alone_by_every_verb_but_serve() {
    let office = FreshBox::claimed();
    office.damage();
    office.untouched(&[
        (&["verify"], 1, "STORE-004"),
        (&["verify", "--json"], 1, "\"sound\": false"),
        (&["doctor"], 1, "STORE-004"),
        (&["user", "list"], 3, "STORE-004"),
        (EXPORT, 3, "STORE-004"),
        (&["token", "list"], 3, "STORE-004"),
        (&["setup-code"], 3, "STORE-004"),
        (ADD, 3, "systemctl start siaga112"),
        (TOKEN, 3, "STORE-004"),
    ]);
    let report = office.verb(&["verify", "--json"]).exits(1).run().json();
    assert_eq!(report["troubles"][0]["code"], "STORE-004");
}

#[test]
fn a_database_older_than_its_witness_is_told_every_time() {
    let office = FreshBox::claimed();
    let file = office.data().join("siaga112.redb");
    let old = fs::read(&file).expect("database");
    for n in 0..3 {
        let args = [
            "token",
            "add",
            "--name",
            &format!("t{n}"),
            "--role",
            "auditor",
        ];
        office.verb(&args).run();
    }
    fs::write(&file, &old).expect("put back");
    fs::remove_file(office.data().join("siaga112.wal")).expect("log");
    let verbs: &[(&[&str], i32, &str)] = &[
        (&["verify"], 1, "TIDAK UTUH"),
        (&["verify"], 1, "STORE-007"),
        (&["verify", "--json"], 1, "\"sound\": false"),
        (&["doctor"], 1, "STORE-007"),
        (&["user", "list"], 1, "STORE-007"),
        (ADD, 3, "STORE-007"),
    ];
    office.untouched(verbs);
    fs::remove_file(&file).expect("gone altogether");
    office.untouched(&verbs[..4]);
}

#[test]
fn what_the_service_set_aside_goes_on_being_told() {
    let office = FreshBox::claimed();
    office.damage();
    let service = office.serve();
    for _ in 0..2 {
        office.verb(&["doctor"]).says(".rusak-").run();
        office
            .verb(&["verify"])
            .exits(1)
            .says("TIDAK LENGKAP")
            .says("Pernah hilang")
            .says("STORE-016")
            .run();
    }
    service.stop();
    let files = siaga112::store::set_aside_in(&office.data());
    assert_eq!(files.len(), 2, "database and log: {files:?}");
    let told = office.verb(&["verify", "--json"]).exits(1).run().json();
    assert_eq!(told["sound"], true);
    assert_eq!(told["complete"], false);
    assert_eq!(told["losses"][0]["what"], "set_aside");
    assert!(
        told["losses"][0]["at"]
            .as_str()
            .expect("time")
            .contains('T')
    );
    // The journal tells it when the files are gone, and once only.
    for file in files {
        fs::remove_file(office.data().join(file)).expect("moved away");
    }
    office.serve().stop();
    let told = office.verb(&["verify", "--json"]).exits(1).run().json();
    assert_eq!(told["losses"].as_array().expect("list").len(), 2);
    office.verb(&["doctor"]).says("disisihkan sebagai").run();
}

#[test]
fn a_disk_that_went_back_in_time_is_recorded_by_the_service() {
    let office = FreshBox::claimed();
    let file = office.data().join("siaga112.redb");
    let old = fs::read(&file).expect("database");
    office.serve().stop();
    fs::write(&file, &old).expect("put back");
    fs::remove_file(office.data().join("siaga112.wal")).expect("log");
    office.serve().stop();
    for _ in 0..2 {
        let told = office.verb(&["verify", "--json"]).exits(1).run().json();
        assert_eq!(told["losses"][0]["what"], "rolled_back");
        assert_eq!(told["losses"].as_array().expect("list").len(), 1);
    }
    office
        .verb(&["doctor"])
        .says("pernah tersimpan sampai")
        .run();
}

#[test]
fn a_folder_that_is_not_there_is_not_made() {
    let office = FreshBox::new();
    office.untouched(&[
        (&["verify"], 3, "SYS-014"),
        (&["user", "list"], 3, "SYS-014"),
        (EXPORT, 3, "SYS-014"),
        (&["setup-code"], 3, "SYS-014"),
    ]);
    assert!(!office.data().exists());
    fs::create_dir(office.data()).expect("folder");
    office.untouched(&[
        (&["verify"], 3, "STORE-017"),
        (&["user", "list"], 3, "STORE-017"),
        (EXPORT, 3, "STORE-017"),
    ]);
    Test::new(&["paths", "--data", "relatif"])
        .says("/relatif/siaga112.redb")
        .run();
}
