//! Virtual modems and callers, for the demo, for drills (Latihan) and for every test.
//!
//! [`modem`] is sans-IO: bytes and orders in, bytes and reports out, deterministic by seed.
//! [`pty`] puts one behind a pseudo-terminal, in real time.

pub mod modem;
pub mod pty;

crate::codes! {
    /// No pseudo-terminal could be had.
    PTY = "SIM-001",
        "Modem virtual tidak dapat dibuat karena sistem tidak memberi pseudo-terminal",
        "Periksa bahwa /dev/pts terpasang dan batas pty belum habis, lalu jalankan lagi";
    /// The link to the port could not be placed.
    LINK = "SIM-002",
        "Nama tetap untuk modem virtual tidak dapat dipasang",
        "Pilih jalur lain untuk --link atau --audio-link: foldernya harus ada dan namanya tidak boleh berkas biasa";
    /// A sound file that a caller should say.
    SAID = "SIM-003",
        "Berkas suara itu tidak dapat diucapkan penelepon",
        "Beri berkas WAV yang dapat dibaca: PCM 8 atau 16 bit atau G.711, 8 sampai 48 kHz, paling besar 128 MB";
    /// What a caller heard cannot be written.
    HEARD = "SIM-004",
        "Yang didengar penelepon tidak dapat disimpan",
        "Pilih folder lain dengan --heard yang dapat ditulis dan masih ada ruangnya";
}
