//! What the verbs themselves can fail at.

crate::codes! {
    /// Another user's folder: what we wrote there the service could not read.
    NOT_OURS = "SYS-010", "Folder data milik pengguna lain; berkas yang dibuat sekarang tidak dapat dibaca layanan",
        "Ulangi sebagai pemiliknya, misalnya: sudo -u siaga112 siaga112 …";
    /// The folder cannot be made.
    NO_FOLDER = "SYS-011", "Folder data tidak dapat dibuat",
        "Buat folder itu atau beri --data; lihat: siaga112 paths";
    /// The thread that writes is not there.
    UNSAVED = "SYS-012", "Perubahan ini tidak dapat disimpan, jadi tidak ada yang diubah",
        "Periksa dengan: siaga112 doctor, lalu ulangi";
    /// What was asked for could not be written down.
    OUTPUT = "SYS-013", "Hasil tidak dapat ditulis",
        "Periksa izin dan sisa ruang pada berkas tujuan";
}
