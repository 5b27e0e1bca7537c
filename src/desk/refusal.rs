//! How a refusal is told: a stable code, a status, and a sentence with the next step.

use super::operator::Role;
use super::order::Refusal;
use crate::base::lang::Lang;

impl Refusal {
    /// Stable for ever; `code` of the problem details.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::Taken { .. } => "taken",
            Refusal::CallOver => "call_over",
            Refusal::NotTalking => "not_talking",
            Refusal::NoSuchCall => "no_such_call",
            Refusal::NotReady => "not_ready",
            Refusal::OnAnotherCall { .. } => "on_another_call",
            Refusal::NotYours { .. } => "not_yours",
            Refusal::TooEarly { .. } => "too_early",
            Refusal::NotAllowed { .. } => "not_allowed",
            Refusal::SeatNotReady { .. } => "seat_not_ready",
            Refusal::NoLine => "no_line",
            Refusal::LineBusy { .. } => "line_busy",
            Refusal::TooLate => "too_late",
            Refusal::NoClass => "no_class",
            Refusal::TooManyDrafts => "too_many_drafts",
            Refusal::NoSuchCallback => "no_such_callback",
            Refusal::NoSuchHandover => "no_such_handover",
            Refusal::HandedOverAgain => "handed_over_again",
            Refusal::BadNumber => "bad_number",
            Refusal::BadField { .. } => "bad_field",
            Refusal::AlreadyExists => "already_exists",
            Refusal::NoSuchName => "no_such_name",
            Refusal::LastAdmin => "last_admin",
            Refusal::StoreFull => "store_full",
            Refusal::Stopping => "stopping",
        }
    }

    /// The HTTP status it is answered with.
    pub fn http_status(&self) -> u16 {
        match self {
            Refusal::NotYours { .. } | Refusal::NotAllowed { .. } => 403,
            Refusal::NoSuchCall
            | Refusal::NoSuchName
            | Refusal::NoSuchCallback
            | Refusal::NoSuchHandover => 404,
            Refusal::Taken { .. }
            | Refusal::CallOver
            | Refusal::NotTalking
            | Refusal::NotReady
            | Refusal::OnAnotherCall { .. }
            | Refusal::TooEarly { .. }
            | Refusal::SeatNotReady { .. }
            | Refusal::NoLine
            | Refusal::LineBusy { .. }
            | Refusal::TooLate
            | Refusal::NoClass
            | Refusal::TooManyDrafts
            | Refusal::HandedOverAgain
            | Refusal::AlreadyExists
            | Refusal::LastAdmin => 409,
            Refusal::BadNumber | Refusal::BadField { .. } => 422,
            Refusal::StoreFull | Refusal::Stopping => 503,
        }
    }

    /// What it means and what to do now, for the person who asked.
    pub fn told(&self, lang: Lang) -> String {
        match lang {
            Lang::Id => self.told_id(),
            Lang::En => self.told_en(),
        }
    }

    /// The same in two: what it means, and what to do now.
    pub fn meaning_and_cure(&self, lang: Lang) -> (String, String) {
        let told = self.told(lang);
        match told.split_once(". ") {
            Some((meaning, cure)) => (format!("{meaning}."), cure.to_owned()),
            None => (told, String::new()),
        }
    }

    fn told_id(&self) -> String {
        match self {
            Refusal::Taken { by } => format!("Panggilan ini sudah diambil {by}. Siap untuk panggilan berikutnya."),
            Refusal::CallOver => "Panggilan ini sudah selesai. Hubungi balik nomornya bila perlu.".into(),
            Refusal::NotTalking => "Panggilan ini belum dijawab. Jawab dulu, lalu coba lagi.".into(),
            Refusal::NoSuchCall => "Panggilan ini tidak ditemukan. Muat ulang papan dan pilih lagi.".into(),
            Refusal::NotReady => "Anda belum siap menerima panggilan. Tekan Siap dulu.".into(),
            Refusal::OnAnotherCall { call } => {
                format!("Anda masih memegang panggilan {call}. Tutup atau alihkan dulu panggilan itu.")
            }
            Refusal::NotYours { by: Some(by) } => {
                format!("Panggilan ini dipegang {by}. Minta {by} atau supervisor.")
            }
            Refusal::NotYours { by: None } => "Panggilan ini bukan milik Anda. Ambil dulu dengan Jawab, atau minta supervisor.".into(),
            Refusal::TooEarly { wait_s } => {
                format!("Panggilan ini belum boleh diambil alih. Tunggu {wait_s} detik lagi, atau minta supervisor.")
            }
            Refusal::NotAllowed { needs } => {
                format!("Peran Anda tidak boleh melakukan ini. Minta {}.", role_id(*needs))
            }
            Refusal::SeatNotReady { user } => {
                format!("{user} sedang tidak siap menerima panggilan. Pilih petugas lain yang siap.")
            }
            Refusal::NoLine => "Tidak ada jalur yang dapat dipakai sekarang. Lihat lampu jalur di papan, lalu coba lagi.".into(),
            Refusal::LineBusy { call } => {
                format!("Jalur ini masih dipakai panggilan {call}. Tunggu panggilan itu selesai, atau pakai jalur lain.")
            }
            Refusal::TooLate => "Klasifikasi ini tidak dapat dibatalkan lagi. Pilih klasifikasi baru, atau minta supervisor.".into(),
            Refusal::NoClass => "Panggilan ini belum diklasifikasi. Tidak ada yang perlu dibatalkan.".into(),
            Refusal::TooManyDrafts => "Terlalu banyak laporan yang belum disimpan. Klasifikasikan dulu panggilan yang sudah selesai.".into(),
            Refusal::NoSuchCallback => "Nomor ini tidak ada di daftar telepon balik, mungkin sudah ditutup. Muat ulang daftarnya.".into(),
            Refusal::NoSuchHandover => "Serah terima ini tidak ada, atau sudah lama lewat. Muat ulang daftarnya.".into(),
            Refusal::HandedOverAgain => "Sesudah serah terima ini sudah ada yang lebih baru. Terima butirnya di sana.".into(),
            Refusal::BadNumber => "Ini bukan nomor telepon. Periksa angkanya dan ketik lagi.".into(),
            Refusal::BadField { field, limit: Some(limit) } => {
                format!("Isian “{field}” kosong, terlalu panjang, atau memuat tanda yang tidak dikenal (paling banyak {limit}). Perbaiki isian itu.")
            }
            Refusal::BadField { field, limit: None } => {
                format!("Isian “{field}” kosong atau tidak dikenal. Perbaiki isian itu.")
            }
            Refusal::AlreadyExists => "Nama ini sudah ada. Pilih nama lain.".into(),
            Refusal::NoSuchName => "Nama ini tidak dikenal. Periksa ejaannya di daftar.".into(),
            Refusal::LastAdmin => "Ini admin terakhir. Angkat admin lain dulu.".into(),
            Refusal::StoreFull => "Catatan tidak dapat disimpan: penyimpanan menolak terlalu lama. Catat di kertas dan panggil admin sekarang.".into(),
            Refusal::Stopping => "Sistem sedang berhenti atau dimulai ulang. Tunggu beberapa detik, lalu coba lagi.".into(),
        }
    }

    fn told_en(&self) -> String {
        match self {
            Refusal::Taken { by } => format!("{by} has taken this call. Be ready for the next one."),
            Refusal::CallOver => "This call is over. Call the number back if need be.".into(),
            Refusal::NotTalking => "This call is not answered yet. Answer it first, then try again.".into(),
            Refusal::NoSuchCall => "There is no such call. Reload the board and choose again.".into(),
            Refusal::NotReady => "You are not ready for calls. Press Ready first.".into(),
            Refusal::OnAnotherCall { call } => {
                format!("You still have call {call}. Hang it up or transfer it first.")
            }
            Refusal::NotYours { by: Some(by) } => {
                format!("{by} has this call. Ask {by} or a supervisor.")
            }
            Refusal::NotYours { by: None } => "This call is not yours. Take it with Answer first, or ask a supervisor.".into(),
            Refusal::TooEarly { wait_s } => {
                format!("This call may not be taken over yet. Wait {wait_s} more seconds, or ask a supervisor.")
            }
            Refusal::NotAllowed { needs } => {
                format!("Your role does not allow this. Ask {}.", role_en(*needs))
            }
            Refusal::SeatNotReady { user } => {
                format!("{user} is not ready for calls now. Choose somebody who is.")
            }
            Refusal::NoLine => "No line can do this now. Look at the line lamps on the board, then try again.".into(),
            Refusal::LineBusy { call } => {
                format!("Call {call} is still on this line. Wait until it is over, or use another line.")
            }
            Refusal::TooLate => "This class can no longer be taken back. Choose a new class, or ask a supervisor.".into(),
            Refusal::NoClass => "This call has no class yet. There is nothing to take back.".into(),
            Refusal::TooManyDrafts => "Too many reports are not filed yet. Classify the calls that are over first.".into(),
            Refusal::NoSuchCallback => "This number does not wait to be called back; perhaps it was closed. Reload the list.".into(),
            Refusal::NoSuchHandover => "There is no such hand-over, or it is long past. Reload the list.".into(),
            Refusal::HandedOverAgain => "There is a newer hand-over after this one. Accept its items there.".into(),
            Refusal::BadNumber => "This is not a telephone number. Check the digits and type it again.".into(),
            Refusal::BadField { field, limit: Some(limit) } => {
                format!("The field “{field}” is empty, too long or holds characters that do not belong there (at most {limit}). Correct it.")
            }
            Refusal::BadField { field, limit: None } => {
                format!("The field “{field}” is empty or not known. Correct it.")
            }
            Refusal::AlreadyExists => "This name exists already. Choose another.".into(),
            Refusal::NoSuchName => "This name is not known. Check its spelling in the list.".into(),
            Refusal::LastAdmin => "This is the last admin. Make somebody else an admin first.".into(),
            Refusal::StoreFull => "This cannot be recorded: the disk has refused for too long. Write it on paper and call the admin now.".into(),
            Refusal::Stopping => "The system is stopping or starting again. Wait a few seconds, then try again.".into(),
        }
    }
}

fn role_id(role: Role) -> &'static str {
    match role {
        Role::Auditor => "auditor",
        Role::Operator => "petugas",
        Role::Dispatcher => "penerus",
        Role::Supervisor => "supervisor",
        Role::Admin => "admin",
    }
}

fn role_en(role: Role) -> &'static str {
    match role {
        Role::Auditor => "an auditor",
        Role::Operator => "an operator",
        Role::Dispatcher => "a dispatcher",
        Role::Supervisor => "a supervisor",
        Role::Admin => "an admin",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::{CallId, UserName};

    fn all() -> Vec<Refusal> {
        let by = UserName::new("rina");
        let call = CallId(7);
        let needs = Role::Supervisor;
        let field = "note";
        vec![
            Refusal::Taken { by: by.clone() },
            Refusal::CallOver,
            Refusal::NotTalking,
            Refusal::NoSuchCall,
            Refusal::NotReady,
            Refusal::OnAnotherCall { call },
            Refusal::NotYours {
                by: Some(by.clone()),
            },
            Refusal::TooEarly { wait_s: 7 },
            Refusal::NotAllowed { needs },
            Refusal::SeatNotReady { user: by },
            Refusal::NoLine,
            Refusal::LineBusy { call },
            Refusal::TooLate,
            Refusal::NoClass,
            Refusal::TooManyDrafts,
            Refusal::NoSuchCallback,
            Refusal::NoSuchHandover,
            Refusal::HandedOverAgain,
            Refusal::BadNumber,
            Refusal::BadField {
                field,
                limit: Some(2_000),
            },
            Refusal::AlreadyExists,
            Refusal::NoSuchName,
            Refusal::LastAdmin,
            Refusal::StoreFull,
            Refusal::Stopping,
        ]
    }

    #[test]
    fn every_refusal_has_its_own_code_and_a_next_step_in_both_languages() {
        let mut codes: Vec<&str> = all().iter().map(Refusal::code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), all().len());
        for refusal in all() {
            assert!((400..600).contains(&refusal.http_status()));
            for lang in [Lang::Id, Lang::En] {
                let told = refusal.told(lang);
                assert!(told.ends_with('.'), "{told}");
                let (meaning, cure) = refusal.meaning_and_cure(lang);
                assert!(!cure.is_empty(), "{told}");
                assert_eq!(format!("{meaning} {cure}"), told);
            }
        }
        assert_eq!(
            Refusal::Taken {
                by: UserName::new("rina")
            }
            .told(Lang::Id),
            "Panggilan ini sudah diambil rina. Siap untuk panggilan berikutnya."
        );
    }
}
