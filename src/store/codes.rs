//! What can go wrong with the disk, as an administrator reads it.

crate::codes! {
    /// Another process has the database open.
    IN_USE = "STORE-001",
        "Data ini sedang dipakai oleh siaga112 yang lain, jadi tidak dibuka dua kali",
        "Layanan sudah berjalan: lihat dengan `systemctl status siaga112`, atau hentikan dulu dengan `systemctl stop siaga112`";
    /// No space is left.
    FULL = "STORE-002",
        "Disk penuh, catatan baru belum tersimpan; panggilan tetap berdering dan catatan menunggu di memori",
        "Kosongkan ruang di disk data (hapus berkas yang tidak perlu); siaga112 menyimpan sendiri begitu ada ruang";
    /// The disk answers with errors.
    DISK = "STORE-003",
        "Disk menolak menulis, catatan baru belum tersimpan; panggilan tetap berdering dan catatan menunggu di memori",
        "Jangan matikan komputer; periksa kabel dan kesehatan disk dengan `dmesg` dan `smartctl -a`, lalu siapkan penggantinya";
    /// The database file cannot be used; whoever found out changed nothing.
    DAMAGED = "STORE-004",
        "Berkas data rusak, jadi catatan di dalamnya tidak dapat dibaca; tidak ada yang diubah",
        "Jangan hapus apa pun dan salin folder data; lalu jalankan layanan (`sudo systemctl start siaga112`), yang menyisihkan berkas itu utuh dan mulai mencatat di berkas baru";
    /// A newer program wrote the data.
    NEWER = "STORE-005",
        "Data ditulis oleh siaga112 yang lebih baru daripada program ini",
        "Jalankan versi yang lebih baru itu lagi, atau pulihkan cadangan yang dibuat sebelum pembaruan";
    /// Permission is lacking.
    NO_ACCESS = "STORE-006",
        "Folder data tidak boleh dibaca atau ditulis oleh siaga112",
        "Berikan folder itu kepada pengguna siaga112: `chown -R siaga112: FOLDER`, dan pastikan disk tidak terpasang hanya-baca";
    /// The witness knows a newer journal than the database has.
    ROLLED_BACK = "STORE-007",
        "Data di disk lebih lama daripada yang pernah dinyatakan tersimpan: catatan terakhir hilang",
        "Disk mungkin berbohong soal penyimpanan atau berkas lama dipasang kembali: bandingkan dengan salinan folder data bila ada, dan ganti disknya";
    /// An entry is not what was written.
    ENTRY_DAMAGED = "STORE-008",
        "Satu catatan jurnal rusak di disk dan tidak ditampilkan",
        "Jalankan `siaga112 verify` untuk melihat yang mana, salin folder data, dan periksa kesehatan disk dengan `smartctl -a`";
    /// A row of a table is not what was written.
    ROW_DAMAGED = "STORE-009",
        "Satu baris daftar rusak di disk dan tidak ditampilkan",
        "Jurnalnya tetap ada; lihat banyaknya dengan `siaga112 verify`, salin folder data, dan periksa kesehatan disk dengan `smartctl -a`";
    /// The disk lost what it had confirmed, while the program ran.
    LOST = "STORE-010",
        "Disk kehilangan catatan yang sudah dinyatakan tersimpan; catatan baru ditahan di memori supaya jurnal tidak berlubang",
        "Mulai ulang layanan (`systemctl restart siaga112`) saat tidak ada panggilan, lalu ganti disknya";
    /// Entries were handed over that do not follow the newest one.
    OUT_OF_ORDER = "STORE-011",
        "Catatan yang akan disimpan tidak menyambung dengan jurnal; catatan baru ditahan di memori",
        "Mulai ulang layanan (`systemctl restart siaga112`) dan laporkan kejadian ini beserta lognya";
    /// The write-ahead log holds a damaged record before good ones.
    WAL_DAMAGED = "STORE-012",
        "Antrean simpan rusak di tengah: catatan sesudahnya tidak dapat disambung dan disisihkan",
        "Jangan hapus berkas yang disisihkan; bandingkan jurnal dengan cadangan, dan periksa kesehatan disk";
    /// A read failed.
    UNREADABLE = "STORE-013",
        "Data tidak dapat dibaca dari disk",
        "Ulangi sebentar lagi; kalau tetap gagal, periksa kesehatan disk dengan `dmesg` dan `smartctl -a`";
    /// A snapshot of the desk is damaged; an older one is used.
    SNAPSHOT_DAMAGED = "STORE-014",
        "Salinan keadaan meja rusak; keadaan disusun ulang dari catatan yang lebih lama",
        "Tidak perlu tindakan; periksa kesehatan disk bila pesan ini muncul lagi";
    /// The database file could not be used; it was put aside and a new one was started.
    SET_ASIDE = "STORE-016",
        "Berkas data rusak; berkas itu disisihkan utuh dan data baru dimulai, jadi riwayat dan akun lama tidak tampak",
        "Jangan hapus berkas yang disisihkan. Bila ada salinan folder data, hentikan layanan dan pasang kembali salinan itu; bila tidak, buat admin baru dengan `siaga112 setup-code`. Periksa kesehatan disk dengan `smartctl -a`";
    /// Nothing of ours lies in the data folder.
    NOTHING = "STORE-017",
        "Tidak ada data siaga112 di sana, jadi tidak ada yang dapat dibaca",
        "Periksa --data; letak bawaan: siaga112 paths. Data dibuat saat layanan pertama kali berjalan";
    /// The derived tables are of an older version, and whoever looks must not write.
    OLDER = "STORE-018",
        "Daftar ditulis oleh versi lain siaga112 dan belum disusun ulang",
        "Jalankan layanan sekali (`sudo systemctl start siaga112`), lalu ulangi";
    /// The thread that writes could not be started.
    NO_THREAD = "STORE-015",
        "Sistem tidak memberi utas untuk menyimpan data",
        "Tutup program lain atau mulai ulang komputer, lalu jalankan siaga112 lagi";
}
