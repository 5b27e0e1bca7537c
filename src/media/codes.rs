//! What can go wrong with sound, as support knows it.

crate::codes! {
    /// A recording cannot be written.
    DISK = "SUARA-002",
        "Rekaman tidak dapat ditulis ke disk",
        "Panggilan tetap jalan tanpa rekaman. Periksa ruang disk dan kesehatannya: siaga112 doctor";
    /// The system gives no thread.
    NO_THREAD = "SUARA-003",
        "Sistem tidak memberi utas untuk suara saluran",
        "Jalankan ulang layanan; bila terulang, periksa batas TasksMax di unit systemd";
    /// The disk does not answer, or keeps up so badly that sound is lost from recordings.
    BEHIND = "SUARA-004",
        "Disk terlalu lambat untuk rekaman; sebagian suara mungkin tidak terekam",
        "Panggilan sendiri tidak terganggu. Periksa kesehatan disk: siaga112 doctor";
    /// A recording cannot be closed.
    UNCLOSED = "SUARA-005",
        "Rekaman tidak dapat ditutup dan belum tercatat di jurnal",
        "Berkasnya tetap ada di folder rekaman dan dicoba lagi tiap 30 detik; periksa disk: siaga112 doctor";
    /// Only recordings that must be kept are left, and the space is used up.
    BUDGET = "SUARA-006",
        "Ruang rekaman habis, dan yang tersisa wajib disimpan atau belum sehari dikelompokkan",
        "Salin rekaman lama ke luar lalu minta admin menghapusnya, atau tambah disk";
    /// The box's own loudspeaker is not heard.
    BELL = "SUARA-007",
        "Bel di server tidak dapat berbunyi; panggilan hanya berbunyi di browser petugas",
        "Periksa pengeras suara dan kartunya: siaga112 doctor";
}
