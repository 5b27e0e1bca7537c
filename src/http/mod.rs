//! The web: pages and API over https, live events, login.
//!
//! Layer 4, and the only room that names actix. It sees the centre through [`Handle`] alone: it can
//! ask for things and read, and holds no lock on anything of the engine. `routes` is the one table
//! of what exists; `dispatch` the one way every request goes; `guard` the only maker of an actor.
//!
//! [`Handle`]: crate::engine::handle::Handle

mod api;
mod app;
mod ask;
mod assets;
pub mod body;
mod connections;
mod dispatch;
mod events;
mod guard;
pub mod headers;
pub mod keys;
pub mod names;
pub mod openapi;
mod page;
pub mod password;
pub mod percent;
pub mod pin;
pub mod practice;
pub mod problem;
pub mod routes;
pub mod secret;
pub mod sentence;
mod server;
pub mod session;
pub mod setup;
mod socket;
pub mod text;
pub mod throttle;
pub mod view;
mod work;
mod workplace;

pub use guard::{COOKIE, program_user};
pub use server::{ServerHandle, ServerSetup, serve};
pub use workplace::COOKIE as DESK_COOKIE;

crate::codes! {
    /// A handler panicked.
    PANIC = "HTTP-001",
        "Ada kesalahan program pada halaman ini; telepon dan layar lain tetap berjalan",
        "Coba sekali lagi; bila berulang, catat kode ini dan jamnya lalu laporkan";
    /// The server cannot start.
    START = "HTTP-002",
        "Server halaman tidak dapat dijalankan, sehingga petugas tidak dapat membuka papan",
        "Periksa apakah alamat pada [web] listen dipakai program lain, lalu mulai lagi";
    /// The setup code's file.
    SETUP_FILE = "HTTP-003",
        "Kode awal tidak dapat disimpan atau dibaca",
        "Periksa izin dan sisa ruang pada direktori data";
    /// No randomness, or the hashing failed.
    HASHING = "HTTP-004",
        "Sandi atau kunci tidak dapat dibuat dengan aman, jadi tidak dibuat",
        "Coba lagi; bila berulang, mulai ulang komputer server";
    /// A template cannot be rendered.
    TEMPLATE = "HTTP-005",
        "Halaman ini tidak dapat ditampilkan",
        "Muat ulang halaman; bila berulang, catat kode ini dan laporkan";
}
