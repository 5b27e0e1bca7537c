//! Search: what an operator remembers of a call finds it, and nothing else does.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;

use proptest::prelude::*;
use siaga112::base::ids::CallId;
use siaga112::base::phone::{Caller, Number, NumberType, Presentation};
use siaga112::base::time::{Stamp, Tick, Trust, Wall};
use siaga112::desk::Touched;
use siaga112::desk::call::{CallRecord, CallState, Class, Direction, Note};
use siaga112::store::faults::FaultyDisk;
use siaga112::store::open::open;
use siaga112::store::{Batch, CallFilter, Keeper, Query, Reader, Settings};

const SETTINGS: Settings = Settings {
    cache_bytes: 1024 * 1024,
    wal_bytes: 256 * 1024,
};

/// What is found if nothing is.
const NOBODY: [u64; 0] = [];

/// A store that takes calls as they are.
struct Archive {
    keeper: Keeper,
    reader: Reader,
}

impl Archive {
    fn new() -> Archive {
        let opened = open(Arc::new(FaultyDisk::default()), SETTINGS, "uji").expect("opens");
        Archive {
            reader: opened.reader.clone(),
            keeper: opened.into_keeper(),
        }
    }

    fn record(&mut self, calls: &[CallRecord]) {
        self.keeper.push(Batch {
            touched: Touched {
                calls: calls.to_vec(),
                sms: Vec::new(),
            },
            ..Batch::default()
        });
        while !self.keeper.is_saved() {
            self.keeper.step(Tick(0), &mut |_| {});
        }
    }

    /// Every call that fits, page by page.
    fn all(&self, filter: &CallFilter, limit: usize) -> Vec<u64> {
        let (mut ids, mut before) = (Vec::new(), None);
        loop {
            let page = self.reader.page(filter, before, limit).unwrap();
            assert!(page.calls.len() <= limit);
            ids.extend(page.calls.iter().map(|call| call.id.0));
            let Some(next) = page.next else {
                return ids;
            };
            assert!(before.is_none_or(|before| next < before), "it goes on");
            before = Some(next);
        }
    }

    fn search(&self, query: &str) -> Vec<u64> {
        self.all(&looking_for(query), 2)
    }

    /// Known numbers that begin or end so, page by page.
    fn numbers(&self, query: &str) -> Vec<String> {
        let query = Query::read_number(query).expect("readable");
        let (mut found, mut before) = (Vec::new(), None);
        loop {
            let page = self.reader.numbers(&query, before, 2).unwrap();
            for (number, known) in page.numbers {
                assert_eq!(known, self.reader.number(&number).unwrap());
                found.push(number.national());
            }
            let Some(next) = page.next else {
                return found;
            };
            before = Some(next);
        }
    }
}

fn looking_for(query: &str) -> CallFilter {
    CallFilter {
        query: Some(Query::read(query).unwrap_or_else(|why| panic!("{query}: {why:?}"))),
        ..CallFilter::default()
    }
}

fn at(id: u64) -> Stamp {
    Stamp {
        at: Wall(1_772_336_702_250 + id as i64 * 60_000),
        trust: Trust::Network,
    }
}

fn call(id: u64, number: &str) -> CallRecord {
    let mut call = CallRecord::offered(CallId(id), Direction::In, "Telkomsel-1".into(), at(id));
    call.caller = Caller::delivered(number, NumberType::National, Presentation::Allowed, None);
    call.state = CallState::Ended;
    call
}

fn noted(mut call: CallRecord, text: &str) -> CallRecord {
    call.notes.push(Note {
        at: call.offered,
        by: "ani".into(),
        text: text.into(),
    });
    call
}

#[test]
fn an_operator_finds_a_call_by_what_she_remembers_of_it() {
    let mut archive = Archive::new();
    archive.record(&[
        noted(
            call(1, "084001014471"),
            "Kebakaran rumah di Jl. Ahmad Yani, dekat SD 3",
        ),
        noted(
            call(2, "084001014472"),
            "Banjir sampai lutut, minta perahu karet",
        ),
        noted(
            call(3, "084001014471"),
            "rumah kosong, api kecil sudah padam",
        ),
        call(4, "084099994471"),
    ]);
    for (query, found) in [
        ("kebakaran", vec![1]),
        ("RUMAH", vec![3, 1]),
        ("rumah yani", vec![1]),
        ("ru", vec![3, 1]),
        ("4471", vec![4, 3, 1]),
        ("4471 rumah", vec![3, 1]),
        ("0840-0101-4471", vec![3, 1]),
        ("+62 840 9999", vec![4]),
        ("#2", vec![2]),
        ("2", vec![2]),
        ("#9", vec![]),
        ("gempa", vec![]),
        ("kebakaran banjir", vec![]),
    ] {
        assert_eq!(archive.search(query), found, "{query}");
    }
}

#[test]
fn a_note_added_later_is_found_and_words_that_are_gone_are_not() {
    let mut archive = Archive::new();
    let before = call(1, "084001014471");
    archive.record(std::slice::from_ref(&before));
    assert_eq!(archive.search("ambulans"), NOBODY);
    let mut after = noted(before, "minta ambulans");
    after.class_reason = Some("salah pencet".into());
    archive.record(std::slice::from_ref(&after));
    assert_eq!(archive.search("ambulans"), [1]);
    assert_eq!(archive.search("salah ambul"), [1]);
    after.class_reason = None;
    after.caller.number = "084001014472".parse().ok();
    archive.record(&[after]);
    assert_eq!(archive.search("salah"), NOBODY);
    assert_eq!(archive.search("4471"), NOBODY);
    assert_eq!(archive.search("4472 ambulans"), [1]);
}

#[test]
fn a_search_goes_together_with_every_filter() {
    let mut archive = Archive::new();
    let calls: Vec<CallRecord> = (1..=40)
        .map(|id| {
            let mut call = noted(call(id, &format!("08400101447{}", id % 4)), "api di pasar");
            call.class = [None, Some(Class::Incident), Some(Class::Prank)][id as usize % 3];
            if id % 5 == 0 {
                call.line = "Analog-1".into();
            }
            call
        })
        .collect();
    archive.record(&calls);
    let check = |filter: CallFilter, fits: &dyn Fn(u64) -> bool| {
        let wanted: Vec<u64> = (1..=40).rev().filter(|id| fits(*id)).collect();
        assert_eq!(archive.all(&filter, 3), wanted, "{filter:?}");
    };
    let pasar = || looking_for("pasar");
    check(pasar(), &|_| true);
    let class = Some(Some(Class::Prank));
    check(CallFilter { class, ..pasar() }, &|id| id % 3 == 2);
    let class = Some(None);
    check(
        CallFilter {
            class,
            ..looking_for("4470 api")
        },
        &|id| id % 3 == 0 && id % 4 == 0,
    );
    let number = "084001014471".parse().ok();
    let line = Some("Analog-1".into());
    check(
        CallFilter {
            number,
            line,
            ..pasar()
        },
        &|id| id % 4 == 1 && id % 5 == 0,
    );
    let (from, to) = (Some(at(10).at), Some(at(20).at));
    check(
        CallFilter {
            from,
            to,
            ..pasar()
        },
        &|id| (10..20).contains(&id),
    );
}

#[test]
fn a_call_whose_class_changed_is_found_under_the_new_one_only() {
    let mut archive = Archive::new();
    let mut call = noted(call(1, "084001014471"), "anak tertawa");
    call.class = Some(Class::Prank);
    archive.record(std::slice::from_ref(&call));
    call.class = Some(Class::PrankChild);
    archive.record(&[call]);
    let found = |class| {
        let class = Some(Some(class));
        archive.all(
            &CallFilter {
                class,
                ..looking_for("tertawa")
            },
            5,
        )
    };
    assert_eq!(found(Class::Prank), NOBODY);
    assert_eq!(found(Class::PrankChild), [1]);
}

#[test]
fn hostile_text_breaks_nothing_and_is_found_by_what_can_be_read_of_it() {
    let mut archive = Archive::new();
    let texts = [
        "100% 'bohong\"; DROP TABLE calls; --".to_owned(),
        "tolong 😀🚒\u{200D}🔥 kebakaran\u{0}\u{FFFD}".to_owned(),
        "\u{202E}مساعدة عاجلة\u{202C}".to_owned(),
        "panjang".repeat(286),
        "e\u{301}\u{301}\u{301}lite ﬁre ＦＵＬＬ".to_owned(),
        "\u{10FFFF}\u{E000} 火事".to_owned(),
    ];
    let calls: Vec<CallRecord> = (1..)
        .zip(&texts)
        .map(|(id, text)| noted(call(id, "084001014471"), text))
        .collect();
    archive.record(&calls);
    for (query, found) in [
        ("bohong", vec![1]),
        ("100%", vec![1]),
        ("drop; table", vec![1]),
        ("kebakaran", vec![2]),
        ("مساعدة", vec![3]),
        ("panjangpanjang", vec![4]),
        ("élite", vec![5]),
        ("fire full", vec![5]),
        ("火事", vec![6]),
    ] {
        assert_eq!(archive.search(query), found, "{query}");
    }
    assert_eq!(archive.search(&"panjang".repeat(28)), [4]);
}

#[test]
fn a_search_of_a_large_archive_says_where_to_go_on_instead_of_taking_long() {
    let mut archive = Archive::new();
    // Two common words that never meet, and words that all begin alike.
    let text = |id: u64| match id % 2 {
        0 => "api mengamuk mengepul mengancam menghanguskan".to_owned(),
        _ => "air menggenang mengalir menghanyutkan mengkhawatirkan".to_owned(),
    };
    let ids: Vec<u64> = (1..=30_000).collect();
    for chunk in ids.chunks(1_000) {
        let calls: Vec<CallRecord> = chunk
            .iter()
            .map(|id| noted(call(*id, &format!("0840{id:08}")), &text(*id)))
            .collect();
        archive.record(&calls);
    }
    let page = archive.reader.page(&looking_for("me"), None, 50).unwrap();
    let newest: Vec<u64> = page.calls.iter().map(|call| call.id.0).collect();
    assert_eq!(newest, (29_951..=30_000).rev().collect::<Vec<u64>>());
    assert_eq!(archive.search("air api"), NOBODY);
    assert_eq!(archive.all(&looking_for("meng air"), 200).len(), 15_000);
    assert_eq!(archive.search("me #17"), [17]);
    assert_eq!(archive.search("0840 00000017"), [17]);
    assert_eq!(archive.search("4471"), [24_471, 14_471, 4_471]);
    let page = archive
        .reader
        .numbers(&Query::read_number("0840").unwrap(), None, 3);
    let shown: Vec<String> = page
        .unwrap()
        .numbers
        .iter()
        .map(|(n, _)| n.national())
        .collect();
    assert_eq!(
        shown,
        ["0840-0003-0000", "0840-0002-9999", "0840-0002-9998"]
    );
}

#[test]
fn a_number_is_found_by_its_end_the_one_that_called_last_first() {
    let mut archive = Archive::new();
    for (id, number) in (1..).zip([
        "084001014471",
        "084099994471",
        "084001014472",
        "110",
        "084001014471",
    ]) {
        archive.record(&[call(id, number)]);
    }
    let (first, second) = ("0840-0101-4471", "0840-9999-4471");
    assert_eq!(archive.numbers("4471"), [first, second]);
    assert_eq!(archive.numbers("0840 01"), [first, "0840-0101-4472"]);
    assert_eq!(archive.numbers("084"), [first, "0840-0101-4472", second]);
    assert_eq!(archive.numbers("110"), ["110"]);
    assert_eq!(archive.numbers("999"), Vec::<String>::new());
}

/// Words as they are written, and as they are looked for.
const WORDS: [(&str, &str); 10] = [
    ("Kebakaran", "kebakaran"),
    ("kebun", "kebun"),
    ("BANJIR!", "banjir"),
    ("Jum'at,", "jumat"),
    ("élite", "elite"),
    ("RT03", "rt03"),
    ("(api)", "api"),
    ("x", "x"),
    ("4471", "4471"),
    ("12", "12"),
];

/// Those that are no digits.
const LETTERS: usize = 8;

/// What happens to a call of the archive.
#[derive(Clone, Debug)]
enum Happens {
    Rings(u64, usize),
    Noted(usize, Vec<usize>),
    Reasoned(usize, Option<usize>),
    Classified(usize, usize),
    Renumbered(usize, usize),
}

/// What is asked for; each part is written down without the reader of queries.
#[derive(Clone, Debug)]
enum Asked {
    Word(usize, usize),
    Digits(String),
    Id(usize),
}

const NUMBERS: [&str; 6] = [
    "084001014471",
    "084001014472",
    "084012344471",
    "0431851234",
    "110",
    "+442079464471",
];

fn happens() -> impl Strategy<Value = Happens> {
    let any = || any::<prop::sample::Index>().prop_map(|index| index.index(1_000));
    let word = || 0..WORDS.len();
    prop_oneof![
        3 => (1u64..4_000, 0..NUMBERS.len() + 1).prop_map(|(s, n)| Happens::Rings(s, n)),
        2 => (any(), prop::collection::vec(word(), 1..4)).prop_map(|(c, w)| Happens::Noted(c, w)),
        1 => (any(), prop::option::of(word())).prop_map(|(c, w)| Happens::Reasoned(c, w)),
        1 => (any(), 0..3usize).prop_map(|(c, class)| Happens::Classified(c, class)),
        1 => (any(), 0..NUMBERS.len() + 1).prop_map(|(c, n)| Happens::Renumbered(c, n)),
    ]
}

fn asked() -> impl Strategy<Value = Asked> {
    let digits = prop::sample::select(vec![
        "4471",
        "471",
        "0840",
        "0840 01",
        "+62840",
        "628",
        "851234",
        "0431",
        "110",
        "0044",
        "084001014471",
        "+6284001014471",
        "12",
        "44",
    ]);
    prop_oneof![
        (0..LETTERS, 1usize..9).prop_map(|(word, length)| Asked::Word(word, length)),
        digits.prop_map(|digits: &str| Asked::Digits(digits.to_owned())),
        (0usize..40).prop_map(Asked::Id),
    ]
}

fn caller(which: usize) -> Caller {
    let Some(number) = NUMBERS.get(which) else {
        return Caller::delivered("", NumberType::Unknown, Presentation::Withheld, None);
    };
    Caller::delivered(number, NumberType::Unknown, Presentation::Allowed, None)
}

/// A call, and its words as they are looked for.
#[derive(Clone)]
struct Known {
    call: CallRecord,
    noted: Vec<usize>,
    reason: Option<usize>,
}

impl Known {
    fn words(&self) -> impl Iterator<Item = &'static str> {
        let words = self.noted.iter().chain(&self.reason);
        words
            .map(|word| WORDS[*word].1)
            .collect::<Vec<_>>()
            .into_iter()
    }

    /// How people may write its number.
    fn spellings(&self) -> Vec<String> {
        match self.call.caller.number {
            Some(Number::E164(digits)) => {
                let digits = digits.to_string();
                let home = digits.strip_prefix("62");
                let national = home.map(|rest| format!("0{rest}"));
                let bare = home.filter(|rest| rest.starts_with('8')).map(str::to_owned);
                let plain = [format!("+{digits}"), format!("00{digits}"), digits.clone()];
                plain.into_iter().chain(national).chain(bare).collect()
            }
            Some(Number::Local(..)) => vec![self.call.caller.number.as_ref().unwrap().to_string()],
            None => Vec::new(),
        }
    }

    fn has(&self, asked: &Asked, id: u64) -> bool {
        match asked {
            Asked::Word(word, length) => {
                let wanted: String = WORDS[*word].1.chars().take(*length).collect();
                match wanted.chars().count() {
                    1 => self.words().any(|word| word == wanted),
                    _ => self.words().any(|word| word.starts_with(&wanted)),
                }
            }
            Asked::Digits(digits) => {
                let written = digits.replace(' ', "");
                let plain = written.trim_start_matches('+');
                let is_number = plain.len() >= 3
                    && self
                        .spellings()
                        .iter()
                        .any(|number| number.starts_with(&written) || number.ends_with(&written));
                let is_id = digits.bytes().all(|digit| digit.is_ascii_digit())
                    && digits.parse() == Ok(self.call.id.0);
                is_number || is_id || self.words().any(|word| word.starts_with(plain))
            }
            Asked::Id(_) => self.call.id.0 == id,
        }
    }
}

fn live(happened: &[Happens], archive: &mut Archive) -> Vec<Known> {
    let mut calls: Vec<Known> = Vec::new();
    let mut id = 0;
    for happens in happened {
        let place = |which: usize| which % calls.len().max(1);
        let mut known = match happens {
            Happens::Rings(step, _) => {
                id += step;
                let call = CallRecord::offered(CallId(id), Direction::In, "L1".into(), at(id));
                let fresh = Known {
                    call,
                    noted: Vec::new(),
                    reason: None,
                };
                calls.push(fresh.clone());
                fresh
            }
            Happens::Noted(which, _)
            | Happens::Reasoned(which, _)
            | Happens::Classified(which, _)
            | Happens::Renumbered(which, _) => match calls.get(place(*which)) {
                Some(known) => known.clone(),
                None => continue,
            },
        };
        match happens {
            Happens::Rings(_, number) | Happens::Renumbered(_, number) => {
                known.call.caller = caller(*number);
            }
            Happens::Noted(_, words) => {
                // Digits side by side would be one number.
                let text: Vec<&str> = words.iter().map(|word| WORDS[*word].0).collect();
                known.call = noted(known.call, &text.join(" / "));
                known.noted.extend(words);
            }
            Happens::Reasoned(_, word) => {
                known.call.class_reason = word.map(|word| WORDS[word].0.to_owned());
                known.reason = *word;
            }
            Happens::Classified(_, class) => {
                known.call.class = [None, Some(Class::Prank), Some(Class::Incident)][*class];
            }
        }
        archive.record(std::slice::from_ref(&known.call));
        let id = known.call.id;
        *calls.iter_mut().find(|other| other.call.id == id).unwrap() = known;
    }
    calls
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn a_search_finds_what_a_look_at_every_call_finds(
        happened in prop::collection::vec(happens(), 1..40),
        queries in prop::collection::vec(prop::collection::vec(asked(), 1..4), 12),
        class in prop::option::of(0..3usize),
        limit in 1usize..5,
    ) {
        let mut archive = Archive::new();
        let calls = live(&happened, &mut archive);
        let class = class.map(|class| [None, Some(Class::Prank), Some(Class::Incident)][class]);
        for asked in queries {
            let id = |asked: &Asked| match asked {
                Asked::Id(which) => calls.get(*which).map_or(999_999, |known| known.call.id.0),
                _ => 0,
            };
            let text: Vec<String> = asked.iter().map(|part| match part {
                Asked::Word(word, length) => {
                    WORDS[*word].1.to_uppercase().chars().take(*length).collect()
                }
                Asked::Digits(digits) => digits.clone(),
                part => format!("#{}", id(part)),
            }).collect();
            let Ok(query) = Query::read(&text.join(" / ")) else {
                // One letter alone.
                prop_assert!(asked.iter().all(|part| matches!(part, Asked::Word(..))));
                continue;
            };
            let filter = CallFilter { query: Some(query), class, ..CallFilter::default() };
            let wanted: Vec<u64> = calls.iter().rev().filter(|known| {
                class.is_none_or(|class| known.call.class == class)
                    && asked.iter().all(|part| known.has(part, id(part)))
            }).map(|known| known.call.id.0).collect();
            prop_assert_eq!(archive.all(&filter, limit), wanted, "{:?}", text);
        }
    }
}
