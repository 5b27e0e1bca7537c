//! What the engine reports to the log and to support.

crate::codes! {
    /// The wall clock contradicts the journal or the telephone network.
    CLOCK_WRONG = "TIME-001", "Jam komputer ini tidak mungkin benar; waktu pada catatan diberi tanda",
        "Setel jam komputer, ganti baterai RTC bila jam kembali salah setelah listrik mati";
    /// The disk has taken nothing for seconds and said nothing.
    DISK_SILENT = "STORE-019", "Disk tidak menjawab; data baru menunggu di memori",
        "Jangan matikan server. Periksa disk dan kabelnya: siaga112 doctor";
    /// A call is up and no sound will come.
    NO_SOUND = "CALL-001", "Panggilan tersambung tetapi modem tidak memberi suara",
        "Bicara lewat telepon pada modem bila ada; periksa firmware modem dengan: siaga112 port test";
    /// The modem could not take more texts.
    TEXTS_FULL = "CALL-002", "Penyimpanan SMS modem penuh, jadi SMS baru tertahan di jaringan",
        "Tidak perlu tindakan: pesan lama dihapus setelah tersimpan di sini; bila terulang tiap hari, periksa modem";
}
