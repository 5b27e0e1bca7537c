//! Why a port cannot be opened or is gone.

use std::path::Path;

use super::holder::Holder;
use crate::base::fault::Code;

/// The codes of this room.
pub mod codes {
    crate::codes! {
        /// Nothing has that name.
        MISSING = "PORT-001", "Port modem tidak ada.",
            "Periksa kabel dan daya modem; nama port yang ada: siaga112 port list.";
        /// Another program has it.
        BUSY = "PORT-002", "Port modem dipakai program lain, jadi saluran ini tidak mendengar panggilan.",
            "Cari programnya dengan sudo siaga112 doctor, lalu hentikan.";
        /// The rights are missing.
        DENIED = "PORT-003", "Port modem tidak boleh dibuka oleh pengguna ini.",
            "Masukkan pengguna ke grup dialout: sudo usermod -aG dialout siaga112, lalu mulai ulang layanan.";
        /// The name belongs to something else.
        NOT_SERIAL = "PORT-004", "Yang bernama itu bukan port serial.",
            "Tulis port modem di konfigurasi; nama port yang ada: siaga112 port list.";
        /// The driver does not come back from opening.
        HANGS = "PORT-005", "Membuka port tidak selesai; modem atau kabelnya macet.",
            "Cabut modem, tunggu sepuluh detik, pasang lagi.";
        /// It was open and is not any more.
        GONE = "PORT-006", "Port modem hilang saat dipakai.",
            "Periksa kabel USB dan catu daya hub; saluran kembali sendiri bila modem terpasang lagi.";
        /// Anything else the system says.
        OTHER = "PORT-007", "Port modem tidak dapat dibuka.",
            "Cabut dan pasang lagi modemnya; bila tetap, ganti kabel atau lubang USB.";
        /// Another program has the PCM port.
        AUDIO_BUSY = "PORT-008", "Port suara dipakai program lain, jadi panggilan di saluran ini tanpa suara.",
            "Cari programnya dengan sudo siaga112 doctor, lalu hentikan.";
        /// `arecord` or `aplay` is not installed.
        SOUND_PROGRAM = "PORT-009", "Program arecord atau aplay tidak ada, jadi kartu suara tidak dapat dipakai.",
            "Pasang: sudo apt install alsa-utils.";
        /// No sound device has that name; without the group `audio` none can be seen either.
        SOUND_MISSING = "PORT-010", "Perangkat suara itu tidak ada.",
            "Periksa colokan kartu suara (nama yang ada: siaga112 port list) dan grup audio: sudo usermod -aG audio siaga112.";
        /// Another program has the sound device.
        SOUND_BUSY = "PORT-011", "Perangkat suara sedang dipakai program lain.",
            "Cari programnya: sudo fuser -v /dev/snd/*, lalu hentikan; PulseAudio dan PipeWire dijauhkan oleh hardware/udev/70-siaga112.rules.";
        /// The rights are missing.
        SOUND_DENIED = "PORT-012", "Perangkat suara tidak boleh dibuka oleh pengguna ini.",
            "Masukkan pengguna ke grup audio: sudo usermod -aG audio siaga112, lalu mulai ulang layanan.";
        /// It has another rate or format than a telephone.
        SOUND_FORMAT = "PORT-013", "Perangkat suara tidak dapat memakai 8000 Hz, 16 bit, mono.",
            "Tulis nama yang mengubah format sendiri: plughw:CARD=…, bukan hw:….";
        /// It was open and is not any more.
        SOUND_GONE = "PORT-014", "Perangkat suara hilang saat dipakai.",
            "Periksa kabel USB kartu suara; suara kembali sendiri bila terpasang lagi.";
        /// It is open and no sound comes.
        SOUND_HANGS = "PORT-015", "Perangkat suara terbuka tetapi suaranya tidak mengalir.",
            "Cabut kartu suara, tunggu sepuluh detik, pasang lagi.";
        /// A sound program ended and does not say why, or in words that are not known.
        SOUND_ENDED = "PORT-016", "Program suara berhenti.",
            "Dicoba lagi sendiri; bila berulang, uji dengan: arecord -D NAMA -f S16_LE -r 8000 -d 3 /tmp/uji.wav, lalu aplay -D NAMA /tmp/uji.wav.";
    }
}

/// Why there is no open device.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Failure {
    /// Nothing has that name.
    Missing,
    /// Another program has it, this one if known.
    Busy(Option<Box<Holder>>),
    /// The rights are missing.
    Denied,
    /// A file, a folder or a device that is no terminal.
    NotSerial,
    /// Opening does not come back.
    Hangs,
    /// What the system says, in its words.
    Other(String),
}

impl Failure {
    /// The stable code.
    pub fn code(&self) -> &'static Code {
        match self {
            Failure::Missing => &codes::MISSING,
            Failure::Busy(_) => &codes::BUSY,
            Failure::Denied => &codes::DENIED,
            Failure::NotSerial => &codes::NOT_SERIAL,
            Failure::Hangs => &codes::HANGS,
            Failure::Other(_) => &codes::OTHER,
        }
    }

    /// Where, what, code; without what to do.
    pub fn told(&self, path: &Path) -> String {
        let code = self.code();
        let path = path.display();
        match self {
            Failure::Busy(Some(holder)) if holder.is_ours() => {
                format!("{path}: Port modem sedang dipakai layanan siaga112 sendiri [{code}]")
            }
            Failure::Other(said) => format!("{path}: {} ({said}) [{code}]", code.told),
            Failure::Busy(_)
            | Failure::Missing
            | Failure::Denied
            | Failure::NotSerial
            | Failure::Hangs => format!("{path}: {} [{code}]", code.told),
        }
    }

    /// For the log and the board: where, what, code, what to do. Who holds a busy port and how it
    /// is released stands in the event's own field.
    pub(super) fn cause(&self, path: &Path) -> String {
        match self {
            Failure::Busy(Some(_)) => self.told(path),
            Failure::Busy(None)
            | Failure::Missing
            | Failure::Denied
            | Failure::NotSerial
            | Failure::Hangs
            | Failure::Other(_) => format!("{}. {}", self.told(path), self.cure()),
        }
    }

    /// What to do, as exactly as it is known.
    pub fn cure(&self) -> String {
        match self {
            Failure::Busy(Some(holder)) => holder.release(),
            Failure::Missing
            | Failure::Busy(None)
            | Failure::Denied
            | Failure::NotSerial
            | Failure::Hangs
            | Failure::Other(_) => self.code().cure.to_owned(),
        }
    }

    /// What goes into `PortEvent::Lost::holder`.
    pub(super) fn holder(&self) -> Option<String> {
        match self {
            Failure::Busy(Some(holder)) => Some(format!("{holder}. {}", holder.release())),
            Failure::Busy(None)
            | Failure::Missing
            | Failure::Denied
            | Failure::NotSerial
            | Failure::Hangs
            | Failure::Other(_) => None,
        }
    }
}

/// What is told of a device that was open and is lost; `said`: how it showed.
pub(super) fn gone(path: &Path, said: &str) -> String {
    let gone = &codes::GONE;
    let path = path.display();
    format!("{path}: {} ({said}) {} [{gone}]", gone.told, gone.cure)
}
