//! How verbs talk to the running service: a Unix socket in the data folder, for its owner alone.
//!
//! Layer 4. One request is one line of JSON; the answer is any number of `{"item":…}` lines and
//! then exactly one that ends it (`done`, `refused` or `fault`). Whoever can open the socket is an
//! administrator: the file is 0600, and the kernel says which user is at the other end.

mod answer;
mod client;
mod server;
mod words;

pub use answer::Clerk;
pub use client::Client;
pub use server::{Server, Setup, serve};
pub use words::{Password, Request, Said};

/// Name of the socket in the data folder.
pub const SOCKET: &str = "control.sock";

crate::codes! {
    /// The socket cannot be made.
    LISTEN = "CTL-001",
        "Perintah dari konsol tidak dapat diterima karena soket kendali tidak bisa dibuat",
        "Periksa izin direktori data; bila jalurnya lebih dari 100 huruf, pakai direktori yang lebih pendek";
    /// Another service runs on this data.
    RUNNING = "CTL-002",
        "siaga112 sudah berjalan dengan direktori data ini",
        "Hentikan yang itu dulu (systemctl stop siaga112), atau pakai --data lain";
    /// Nobody answers at the socket.
    UNREACHABLE = "CTL-003",
        "Layanan siaga112 tidak menjawab; mungkin tidak berjalan",
        "Periksa dengan: systemctl status siaga112. Bila berjalan dengan data lain, beri --data";
    /// The answer was cut off or is not of this version.
    GARBLED = "CTL-004",
        "Jawaban layanan siaga112 terpotong atau tidak dimengerti",
        "Samakan versi program dan layanan, lalu ulangi";
}
