//! Faults of this room.

crate::codes! {
    /// A profile cannot be read.
    PROFILE_UNREADABLE = "LINE-001",
        "Profil modem tidak dapat dibaca, jadi profil bawaan dipakai bila ada",
        "Perbaiki berkas profil itu di direktori data, lalu jalankan ulang layanan";
    /// A profile contradicts itself.
    PROFILE_WRONG = "LINE-002",
        "Isi profil modem tidak masuk akal, jadi profil bawaan dipakai bila ada",
        "Perbaiki nilai yang disebut di profil itu, lalu jalankan ulang layanan";
    /// The configuration names a profile that does not exist.
    PROFILE_UNKNOWN = "LINE-003",
        "Profil modem yang ditulis di konfigurasi tidak ada, jadi saluran memakai pengenalan otomatis",
        "Tulis profile = \"auto\" atau salah satu nama profil yang ada di konfigurasi";
}
