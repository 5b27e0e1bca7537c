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
    /// Sound was lost between two threads.
    BEHIND = "SUARA-004",
        "Disk terlalu lambat untuk rekaman; sebagian suara hilang dari rekaman",
        "Periksa kesehatan disk: siaga112 doctor. Panggilan sendiri tidak terganggu";
    /// A recording that lay open cannot be closed.
    UNCLOSED = "SUARA-005",
        "Rekaman yang tertinggal tidak dapat ditutup",
        "Berkasnya tetap ada di folder rekaman; simpan salinannya sebelum memperbaiki disk";
    /// Only recordings that must be kept are left, and the space is used up.
    BUDGET = "SUARA-006",
        "Ruang rekaman habis dan yang tersisa hanya rekaman yang wajib disimpan",
        "Salin rekaman lama ke luar lalu hapus lewat halaman rekaman, atau tambah disk";
}
