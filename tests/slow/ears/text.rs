//! Sentences to be spoken: what people say on the telephone, never the same twice.

use siaga112::sim::modem::Dice;

/// Which language a voice speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    Indonesian,
    English,
}

/// A page of sentences of about so many words.
pub fn page(language: Language, words: usize, dice: &mut Dice) -> String {
    let mut text = String::new();
    while text.split_whitespace().count() < words {
        let sentence = match language {
            Language::Indonesian => sentence(&INDONESIAN, dice),
            Language::English => sentence(&ENGLISH, dice),
        };
        text.push_str(&sentence);
        text.push(' ');
    }
    text
}

/// Sentences with places to fill: `{n}` a number, the others a word of the list of that letter.
struct Words {
    frames: &'static [&'static str],
    lists: [(char, &'static [&'static str]); 5],
}

fn sentence(words: &Words, dice: &mut Dice) -> String {
    let mut out = String::new();
    let mut rest = pick(words.frames, dice);
    while let Some((before, after)) = rest.split_once('{') {
        let (name, behind) = after.split_once('}').unwrap();
        out.push_str(before);
        if name == "n" {
            out.push_str(&dice.below(9_999).to_string());
        } else {
            let wanted = name.chars().next().unwrap();
            let list = words.lists.iter().find(|(letter, _)| *letter == wanted);
            out.push_str(pick(list.unwrap().1, dice));
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

fn pick<'a>(list: &[&'a str], dice: &mut Dice) -> &'a str {
    list[dice.below(list.len() as u64) as usize]
}

const INDONESIAN: Words = Words {
    frames: &[
        "Tolong Pak, ada {k} di {t}, {o} masih di dalam!",
        "Halo, halo? Saya {o}, nomor saya nol delapan empat nol {n} {n}.",
        "Iya Bu, {o} {a} sejak tadi {w}, sekarang {a} sekali.",
        "Alamatnya {t}, nomor {n}, dekat {t}, sebelah kiri dari arah {t}.",
        "Tenang dulu, Pak. Apakah {o} masih sadar? Napasnya bagaimana?",
        "Ya Allah, cepat, {k} sudah sampai {t}!",
        "Saya ulangi: {k}, lokasi {t}, korban {n} orang, petugas berangkat {w}.",
        "Bukan, bukan di {t}; di {t}, yang ada {k} {w} itu.",
        "Ambulans dari {t} sudah jalan, tunggu di depan {t} dan lambaikan tangan.",
        "Maaf, saya cuma mau tanya jadwal {t}, ini benar seratus dua belas?",
        "{o} jatuh di {t}, kakinya {a}, tidak bisa berdiri sendiri.",
        "Air sudah setinggi {n} sentimeter di {t}, {o} {a}, listrik padam {w}.",
        "Jangan ditutup teleponnya, kami tetap mendengarkan. {o} di mana sekarang?",
        "Ada ular besar masuk ke {t}, {o} takut, tolong kirim petugas {w}.",
        "Aduh, aduh, {a}, {a} sekali, cepat datang ke {t}!",
        "Baik, terima kasih, laporan nomor {n} kami teruskan kepada petugas {t}.",
        "Suara saya kedengaran? Sinyalnya {a}, saya pindah ke {t} sebentar.",
        "Mobil merah pelat {n} menabrak {o} lalu lari ke arah {t} {w}.",
    ],
    lists: [
        (
            'k',
            &[
                "kebakaran",
                "kecelakaan",
                "banjir",
                "tanah longsor",
                "perkelahian",
                "pohon tumbang",
                "kabel listrik putus",
                "orang hanyut",
                "pencurian",
                "gempa",
                "tabung gas meledak",
                "kapal terbalik",
                "angin puting beliung",
            ],
        ),
        (
            't',
            &[
                "pasar lama",
                "jalan Melati",
                "gang Kenanga",
                "sekolah dasar",
                "jembatan gantung",
                "kampung nelayan",
                "masjid raya",
                "terminal",
                "puskesmas",
                "lapangan bola",
                "perumahan Griya Asri",
                "pelabuhan",
                "pabrik tahu",
                "balai desa",
                "kebun sawit",
                "rumah sakit",
                "simpang empat",
                "tepi sungai",
                "warung Bu Sari",
                "kantor camat",
            ],
        ),
        (
            'o',
            &[
                "ibu saya",
                "anak kecil",
                "dua orang",
                "tetangga saya",
                "seorang nenek",
                "bapak tua",
                "istri saya",
                "adik saya",
                "pengendara motor",
                "tiga penumpang",
                "guru",
                "penjaga malam",
                "bayi",
                "suami saya",
                "banyak warga",
            ],
        ),
        (
            'a',
            &[
                "sakit",
                "lemas",
                "berdarah",
                "terjepit",
                "pusing",
                "sesak napas",
                "pingsan",
                "ketakutan",
                "gelap",
                "putus-putus",
                "panas",
                "terbakar",
                "menggigil",
                "bengkak",
            ],
        ),
        (
            'w',
            &[
                "tadi pagi",
                "baru saja",
                "sepuluh menit yang lalu",
                "semalam",
                "sekarang juga",
                "sejak subuh",
                "jam setengah tujuh",
                "waktu magrib",
                "barusan",
                "kemarin sore",
            ],
        ),
    ],
};

const ENGLISH: Words = Words {
    frames: &[
        "Please help, there is {k} near {t}, and {o} cannot get out!",
        "Hello? Yes, this is {o}, I am calling from {t}, number {n}.",
        "No, listen to me, {o} is {a}, very {a}, it started {w}.",
        "Can you hear me? Stay on the line and tell me where {o} is now.",
        "We saw {k} at {t} {w}; about {n} people were watching.",
        "The car went into {t}, the plate was {n}, and {o} looked {a}.",
        "I do not know the street, but it is behind {t} and opposite {t}.",
        "Okay, okay, an engine from {t} left {w}, it should be there in a minute.",
        "Is anybody {a}? Is {o} breathing? Put your hand on the chest and count.",
        "Oh my God, oh my God, {k}, come quickly, it is {a} in here!",
        "Sorry, wrong number, I wanted {t}, not the emergency service.",
        "Two of them are {a}; {o} walked to {t} {w} and has not come back.",
        "The water rose {n} millimetres since {w} and {t} is under it.",
        "Please repeat the address slowly: {t}, house {n}, second floor.",
        "My phone is {a}, I borrowed this one from {o} at {t}.",
        "Whoa, who are you? Why are you all roaring around {t}?",
    ],
    lists: [
        (
            'k',
            &[
                "a fire",
                "a crash",
                "a flood",
                "a landslide",
                "a fight",
                "a fallen tree",
                "a broken power line",
                "a gas leak",
                "a robbery",
                "an overturned boat",
                "smoke everywhere",
                "an explosion",
            ],
        ),
        (
            't',
            &[
                "the old market",
                "the harbour",
                "the railway bridge",
                "the primary school",
                "the petrol station",
                "the river bank",
                "the hospital gate",
                "the bus terminal",
                "the rice mill",
                "the football field",
                "the town hall",
                "the mosque",
                "the plantation",
                "the new hotel",
                "the corner shop",
            ],
        ),
        (
            'o',
            &[
                "my mother",
                "a little girl",
                "an old man",
                "the driver",
                "my neighbour",
                "a tourist",
                "my brother",
                "the night guard",
                "a teacher",
                "two passengers",
                "somebody's baby",
                "my wife",
                "the owner",
            ],
        ),
        (
            'a',
            &[
                "hurt",
                "bleeding",
                "dizzy",
                "unconscious",
                "trapped",
                "burning hot",
                "pale",
                "frightened",
                "shaking",
                "very quiet",
                "dark",
                "broken",
                "swollen",
            ],
        ),
        (
            'w',
            &[
                "this morning",
                "just now",
                "ten minutes ago",
                "last night",
                "right now",
                "around seven",
                "after lunch",
                "an hour ago",
                "before sunrise",
            ],
        ),
    ],
};
