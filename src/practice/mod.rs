//! Practice ("latihan"): a second centre beside the real one, with virtual lines and callers, thrown
//! away afterwards.
//!
//! Layer 5. It has a desk, an engine, a store (`DATA/latihan`, removed at its end and at every start)
//! and sound of its own, so that nothing that happens in it can reach the real journal, its numbers,
//! recordings, counters or bell: there is no way from one to the other. What both share is the
//! processor, where practice gives way, and the pages, which have it under paths of its own
//! ([`crate::http::practice`]).
//!
//! * [`cast`] is who calls, [`stage`] the virtual lines they call on; the demo has them too.
//! * [`traffic`] lets them come by themselves.
//! * `world` is one practice from its beginning to its end, [`room`] where one can be had.
//!
//! A fault in it costs it alone: its threads say whose they are ([`crate::crew`]), a panic in one of
//! them ends practice at most, and it can be opened again.

pub mod cast;
pub mod room;
pub mod stage;
pub mod traffic;
mod voices;
mod world;

pub use room::{Room, Setup};

crate::codes! {
    /// The second centre could not be made.
    NOT_MADE = "LATIH-001", "Latihan tidak dapat dibuka; panggilan sungguhan tetap berjalan",
        "Coba lagi; bila berulang, jalankan: siaga112 doctor, lalu catat kode ini dan laporkan";
    /// The real centre needs what is left of the disk.
    NO_SPACE = "LATIH-002", "Sisa ruang disk terlalu sedikit untuk latihan; panggilan sungguhan tetap berjalan",
        "Kosongkan ruang pada disk data; sisanya terlihat dengan: siaga112 doctor";
    /// The virtual lines could not be made.
    NO_LINES = "LATIH-003", "Jalur virtual tidak dapat disiapkan",
        "Coba lagi dengan folder data yang dapat ditulis";
}
