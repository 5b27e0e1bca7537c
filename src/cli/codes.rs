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
    /// There is no such folder.
    MISSING_FOLDER = "SYS-014", "Folder data itu tidak ada, jadi tidak ada yang dapat dibaca",
        "Periksa ejaan --data; letak bawaan: siaga112 paths. Layanan membuatnya saat pertama kali berjalan";

    /// No address could be listened on.
    LISTEN = "WEB-010", "Tidak ada alamat web yang bisa dibuka, jadi layar operator tidak bisa dilayani", "Jalankan siaga112 doctor: di situ disebut program yang memakai port itu. Hentikan program itu, atau ganti alamatnya di [web] listen";
    /// The port named for the demo is taken.
    DEMO_PORT = "DEMO-003", "Port web untuk demo tidak bisa dibuka", "Pilih port lain, misalnya --port 9443, atau jalankan demo tanpa --port";
    /// The engine's thread could not be started.
    NO_ENGINE = "SYS-001", "Mesin panggilan tidak bisa dijalankan", "Periksa batas proses dan memori mesin ini, lalu jalankan lagi";

    /// The sample centre could not be set up.
    DEMO = "DEMO-001", "Demo tidak bisa disiapkan", "Jalankan lagi dengan --data ke folder kosong yang bisa ditulis";
    /// The scripted call did not come through in time.
    SLOW = "DEMO-002", "Panggilan percobaan tidak sampai ke jurnal pada waktunya", "Jalankan 'siaga112 doctor' dan lihat log; kirim hasilnya bila ini terulang";
}
