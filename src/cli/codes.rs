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
    /// Only its owner may look into the data folder or talk to the service.
    NOT_ALLOWED = "SYS-020", "Folder data hanya terbuka bagi pemiliknya, jadi tidak ada yang dibaca atau diubah",
        "Ulangi sebagai pemilik data, misalnya: sudo -u siaga112 siaga112 …";
    /// A file that was named.
    NO_FILE = "SYS-015", "Berkas itu tidak dapat dibaca",
        "Periksa letak, ejaan dan izinnya; berkas harus teks UTF-8, satu catatan per baris";
    /// A file of entries without one.
    EMPTY_FILE = "SYS-016", "Berkas itu kosong, jadi tidak ada catatan yang diperiksa",
        "Periksa apakah itu berkas yang benar dan salinannya selesai";
    /// No password came.
    NO_PASSWORD = "SYS-017", "Sandi tidak terbaca, jadi tidak ada yang diubah",
        "Ketik sandi yang sama dua kali di terminal, atau beri di baris pertama stdin: siaga112 user passwd rina < sandi.txt";
    /// Impossible days.
    BAD_DAYS = "SYS-018", "Rentang tanggal itu tidak mungkin, jadi tidak ada yang dikeluarkan",
        "Tulis --from sebelum atau sama dengan --to, misalnya --from 2026-11-01 --to 2026-11-30";
    /// Signals cannot be caught.
    NO_SIGNALS = "SYS-019", "Layanan tidak dapat mendengar perintah berhenti, jadi tidak dijalankan",
        "Periksa batas proses dan memori mesin ini, lalu jalankan lagi";
    /// The data folder of the service cannot be made.
    NO_DATA_FOLDER = "SYS-002", "Folder data tidak bisa dibuat, jadi tidak ada yang dapat disimpan",
        "Buat folder itu atau beri --data";
    /// No such virtual modem.
    NO_FAMILY = "SIM-010", "Modem virtual seperti itu tidak ada",
        "Pilih huawei, simcom, a7670, quectel, sim800, plain, v253 atau v253-conexant; kelakuan: siaga112 sim huawei --list-quirks";

    /// No address could be listened on.
    LISTEN = "WEB-010", "Tidak ada alamat web yang bisa dibuka, jadi layar operator tidak bisa dilayani", "Jalankan siaga112 doctor: di situ disebut program yang memakai port itu. Hentikan program itu, atau ganti alamatnya di [web] listen";
    /// The port named for the demo is taken.
    DEMO_PORT = "DEMO-003", "Port web untuk demo tidak bisa dibuka", "Pilih port lain, misalnya --port 9443, atau jalankan demo tanpa --port";

    /// The sample centre could not be set up.
    DEMO = "DEMO-001", "Demo tidak bisa disiapkan", "Jalankan lagi dengan --data ke folder kosong yang bisa ditulis";
    /// Another demo has the folder.
    DEMO_TAKEN = "DEMO-004", "Folder itu sedang dipakai demo atau layanan lain", "Hentikan yang itu dengan Ctrl-C di terminalnya, atau pilih folder lain dengan --data";
    /// The scripted call did not come through in time.
    SLOW = "DEMO-002", "Panggilan percobaan tidak sampai ke jurnal pada waktunya", "Jalankan 'siaga112 doctor' dan lihat log; kirim hasilnya bila ini terulang";
    /// The caller spoke and the recording does not hold it.
    SILENT = "DEMO-005", "Suara penelepon percobaan tidak ada di rekamannya", "Jalankan 'siaga112 doctor' dan lihat log; kirim hasilnya bila ini terulang";
}
