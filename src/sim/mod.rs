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
        "Pilih jalur lain untuk --link: foldernya harus ada dan namanya tidak boleh berkas biasa";
}
