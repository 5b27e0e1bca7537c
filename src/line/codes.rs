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
    /// The modem gives a call no sound and will not.
    CALL_WITHOUT_SOUND = "LINE-020",
        "Panggilan tersambung tetapi modem tidak memberi suara",
        "Telepon balik penelepon lewat saluran lain; modem dinyalakan ulang sendiri setelah panggilan";
    /// The modem's message store is full.
    TEXT_STORE_FULL = "LINE-021",
        "Tempat pesan di modem penuh, jadi SMS baru mungkin tertahan di jaringan",
        "Tunggu satu menit: pesan disalin lalu dihapus dari modem; bila muncul lagi, hapus pesan lama di kartu SIM";
}
