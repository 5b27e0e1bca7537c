//! What is wrong with a configuration, in words that lead to its cure.

use crate::base::fault::Code;

/// The codes of this room.
pub mod codes {
    crate::codes! {
        /// Not TOML, or too long to be one of ours.
        SYNTAX = "CONF-001", "Berkas konfigurasi tidak terbaca sebagai TOML.",
            "Perbaiki baris yang disebut: [bagian] di baris sendiri, lalu kunci = \"nilai\".";
        /// A key that does not exist.
        UNKNOWN_KEY = "CONF-002", "Ada kunci yang tidak dikenal.",
            "Betulkan ejaannya atau hapus barisnya.";
        /// A number where a text belongs, a table where a list belongs, …
        WRONG_TYPE = "CONF-003", "Jenis nilainya salah.",
            "Tulis seperti pada contoh.";
        /// A key that must be there and is not.
        MISSING = "CONF-004", "Ada kunci wajib yang belum ditulis.",
            "Tambahkan kunci itu.";
        /// A value that cannot be meant.
        BAD_VALUE = "CONF-005", "Nilainya tidak dapat dipakai.",
            "Ganti dengan nilai yang disarankan.";
        /// The same name, port or address twice.
        TWICE = "CONF-006", "Ada yang dipakai dua kali.",
            "Beri nilai yang berbeda untuk masing-masing.";
        /// More than the program is made for.
        TOO_MANY = "CONF-007", "Jumlahnya melewati batas.",
            "Kurangi jumlahnya.";
        /// A port name that changes whenever the modem loses power. A warning.
        UNSTABLE_PORT = "CONF-008", "Nama port ini berubah setiap kali modem kehilangan daya.",
            "Pakai nama tetap di /dev/serial/by-path; lihat: siaga112 port list.";
        /// Time zone and area contradict each other. A warning.
        ZONE_OF_OTHER_AREA = "CONF-009", "Zona waktu tidak cocok dengan wilayah.",
            "Periksa center.area dan center.timezone; salah satunya keliru.";
        /// No line at all. A warning: the pages work, nothing rings.
        NO_LINES = "CONF-010", "Belum ada saluran telepon; tidak akan ada panggilan masuk.",
            "Tambahkan [[line]] dengan name dan port; lihat: siaga112 port list.";
        /// The file cannot be read.
        UNREADABLE = "CONF-011", "Berkas konfigurasi tidak dapat dibuka.",
            "Periksa letak berkas dan izin bacanya; letak bawaan: siaga112 paths.";
        /// A profile that is neither compiled in nor in the data folder.
        UNKNOWN_PROFILE = "CONF-012", "Profil modem itu tidak ada, jadi modemnya tidak dapat ditangani seperti yang dimaksud.",
            "Tulis profile = \"auto\", atau taruh profil itu di folder data: modems/NAMA.toml.";
    }
}

/// One thing that is wrong, or (a warning) will be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    pub code: &'static Code,
    /// Line in the file, from 1; `None` if it is about something that is not there.
    pub line: Option<usize>,
    /// What is wrong, with the names in it. Indonesian, no full stop.
    pub what: String,
    /// What to do. Indonesian.
    pub cure: String,
}

impl Problem {
    /// With the code's own cure.
    pub fn new(code: &'static Code, line: impl Into<Option<usize>>, what: String) -> Problem {
        Problem {
            code,
            line: line.into(),
            what,
            cure: code.cure.to_owned(),
        }
    }

    /// With a cure that fits this very case.
    pub fn cured_by(mut self, cure: impl Into<String>) -> Problem {
        self.cure = cure.into();
        self
    }

    /// `siaga112.toml:12: what. cure [CONF-002]`.
    pub fn told(&self, file: &str) -> String {
        let place = match self.line {
            Some(line) => format!("{file}:{line}"),
            None => file.to_owned(),
        };
        format!("{place}: {}. {} [{}]", self.what, self.cure, self.code)
    }
}
