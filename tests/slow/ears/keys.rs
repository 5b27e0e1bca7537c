//! Keys: what was pressed, what our ear heard, and what `multimon-ng` heard.

use std::time::Instant;

use siaga112::sim::modem::Dice;
use siaga112::voice::dtmf::{Ear, Limits};
use siaga112::voice::{activity, g711, tones};

use super::hour::{Kind, Piece, hour};
use super::programs::{Folder, Voice, need_all};
use super::sound::{add_noise, add_tone, at_level, between, frames, mixed, sampled, samples_of};
use super::table::Table;
use super::text::{Language, page};

const KEYS: &str = "123A456B789C*0#D";
const LOW_HZ: [f64; 4] = [697.0, 770.0, 852.0, 941.0];
const HIGH_HZ: [f64; 4] = [1_209.0, 1_336.0, 1_477.0, 1_633.0];

/// Presses of each key in one line of the table.
const ROUNDS: usize = 20;

/// How the keys of one line of the table are pressed.
#[derive(Clone, Copy)]
struct Manner {
    tone_ms: f64,
    gap_ms: f64,
    /// Level of the stronger tone, dBFS.
    level_db: f64,
    /// Level of the high tone above the low one.
    twist_db: Twist,
    /// Parts by which the low and the high tone are off their frequencies.
    off: [f64; 2],
    /// Noise below both tones together.
    noise_db: Option<f64>,
}

#[derive(Clone, Copy)]
enum Twist {
    Always(f64),
    /// −8 or +4, as it comes.
    Either,
}

const PLAIN: Manner = Manner {
    tone_ms: 50.0,
    gap_ms: 50.0,
    level_db: -16.0,
    twist_db: Twist::Always(0.0),
    off: [0.0, 0.0],
    noise_db: None,
};

/// What happens to the sound on its way.
type Way = fn(&Folder, &str, Vec<i16>) -> Vec<i16>;

fn untouched(_: &Folder, _: &str, sound: Vec<i16>) -> Vec<i16> {
    sound
}

fn mulaw(_: &Folder, _: &str, sound: Vec<i16>) -> Vec<i16> {
    let there = |s: &i16| g711::mulaw_to_linear(g711::linear_to_mulaw(*s));
    sound.iter().map(there).collect()
}

fn alaw(_: &Folder, _: &str, sound: Vec<i16>) -> Vec<i16> {
    let there = |s: &i16| g711::alaw_to_linear(g711::linear_to_alaw(*s));
    sound.iter().map(there).collect()
}

fn eight_bits(_: &Folder, _: &str, sound: Vec<i16>) -> Vec<i16> {
    sound.iter().map(|s| (s >> 8) << 8).collect()
}

fn narrow(folder: &Folder, name: &str, sound: Vec<i16>) -> Vec<i16> {
    folder.process(name, &sound, "lowpass 2000 sinc 300-3000")
}

fn gsm(folder: &Folder, name: &str, sound: Vec<i16>) -> Vec<i16> {
    folder.through(name, &sound, &[], "gsm")
}

fn amr(folder: &Folder, name: &str, sound: Vec<i16>) -> Vec<i16> {
    folder.through(name, &sound, &["-C", "7"], "amr-nb")
}

/// Our own prompt comes back from the line while the caller presses keys.
fn echo(folder: &Folder, sound: Vec<i16>, below_db: f64) -> Vec<i16> {
    let mut dice = Dice::new(7);
    let voice = Voice {
        name: "id+f2".to_owned(),
        words_per_minute: 150,
        pitch: 60,
    };
    let mut prompt = Vec::new();
    while prompt.len() < sound.len() {
        prompt.extend(folder.speak(
            "prompt",
            &page(Language::Indonesian, 120, &mut dice),
            &voice,
        ));
    }
    prompt.truncate(sound.len());
    let both_db = PLAIN.level_db + 3.0;
    mixed(&sound, &at_level(&prompt, both_db - below_db))
}

fn faint_echo(folder: &Folder, _: &str, sound: Vec<i16>) -> Vec<i16> {
    echo(folder, sound, 20.0)
}

fn loud_echo(folder: &Folder, _: &str, sound: Vec<i16>) -> Vec<i16> {
    echo(folder, sound, 12.0)
}

/// A line of the table.
struct Line {
    name: &'static str,
    manner: Manner,
    way: Way,
    /// What our ear owes.
    owed: Owed,
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Owed {
    /// Each press once, nothing else.
    All,
    /// Nothing at all.
    None,
    /// At least this many of a hundred presses, and nothing that was not pressed: the damage is
    /// worse than what a line may do.
    Most(usize),
}

impl Owed {
    fn is_met(self, sent: &str, (found, wrong): (usize, usize)) -> bool {
        let least = match self {
            Owed::All => sent.len(),
            Owed::None => return found + wrong == 0,
            Owed::Most(percent) => sent.len() * percent / 100,
        };
        found >= least && wrong == 0
    }
}

fn line(name: &'static str, manner: Manner) -> Line {
    Line {
        name,
        manner,
        way: untouched,
        owed: Owed::All,
    }
}

/// The worst that all limits together allow, and no more.
const COMBINED: Manner = Manner {
    twist_db: Twist::Either,
    noise_db: Some(15.0),
    level_db: -20.0,
    ..PLAIN
};

fn table() -> Vec<Line> {
    let plain = PLAIN;
    let off = |low: f64, high: f64| Manner {
        off: [low / 100.0, high / 100.0],
        ..plain
    };
    let worst = |low: f64, high: f64| Manner {
        off: [low / 100.0, high / 100.0],
        ..COMBINED
    };
    let twist = |db: f64| Manner {
        twist_db: Twist::Always(db),
        ..plain
    };
    let noise = |db: f64| Manner {
        noise_db: Some(db),
        ..plain
    };
    let level = |db: f64| Manner {
        level_db: db,
        ..plain
    };
    let long = |tone_ms: f64, gap_ms: f64| Manner {
        tone_ms,
        gap_ms,
        ..plain
    };
    let most = |name, manner, way, share| Line {
        owed: Owed::Most(share),
        way,
        ..line(name, manner)
    };
    let none = |name, manner| Line {
        owed: Owed::None,
        ..line(name, manner)
    };
    let over = |name, manner, way| Line {
        way,
        ..line(name, manner)
    };
    vec![
        line("clean, 50 ms / 50 ms", plain),
        line("clean, 100 ms / 100 ms", long(100.0, 100.0)),
        line("clean, 50 ms / 40 ms", long(50.0, 40.0)),
        line("15 dB of white noise", noise(15.0)),
        line("10 dB of white noise", noise(10.0)),
        line("high tone +4 dB", twist(4.0)),
        line("high tone -8 dB", twist(-8.0)),
        line("both tones -1.5 %", off(-1.5, -1.5)),
        line("both tones +1.5 %", off(1.5, 1.5)),
        line("low -1.5 %, high +1.5 %", off(-1.5, 1.5)),
        line("low +1.5 %, high -1.5 %", off(1.5, -1.5)),
        line("low tone -1.5 %", off(-1.5, 0.0)),
        line("high tone +1.5 %", off(0.0, 1.5)),
        line("-36 dBFS for each tone", level(-36.0)),
        line("-9 dBFS for each tone: all a converter has", level(-9.0)),
        line("-5 dBFS for each tone: clipped", level(-5.0)),
        over("mu-law", plain, mulaw),
        over("A-law", plain, alaw),
        over("8 bits, linear", level(-24.0), eight_bits),
        over("low-pass 2 kHz, band 300-3000 Hz", plain, narrow),
        most("GSM full rate, 70 ms / 70 ms", long(70.0, 70.0), gsm, 99),
        over("AMR 12.2, 70 ms / 70 ms", long(70.0, 70.0), amr),
        line("all combined, -1.5 % and -1.5 %", worst(-1.5, -1.5)),
        line("all combined, +1.5 % and +1.5 %", worst(1.5, 1.5)),
        line("all combined, -1.5 % and +1.5 %", worst(-1.5, 1.5)),
        line("all combined, +1.5 % and -1.5 %", worst(1.5, -1.5)),
        over(
            "all combined, -1.5 % and +1.5 %, mu-law",
            worst(-1.5, 1.5),
            mulaw,
        ),
        most("GSM full rate, 50 ms / 50 ms", plain, gsm, 95),
        most("AMR 12.2, 50 ms / 50 ms", plain, amr, 99),
        over(
            "a prompt comes back, 20 dB below",
            long(100.0, 100.0),
            faint_echo,
        ),
        most(
            "a prompt comes back, 12 dB below",
            long(100.0, 100.0),
            loud_echo,
            90,
        ),
        none(
            "low -1.9 %, high +1.9 %: overtones of a voice",
            off(-1.9, 1.9),
        ),
        none("both tones -3.5 %", off(-3.5, -3.5)),
        none("both tones +3.5 %", off(3.5, 3.5)),
        none("low tone +3.5 %", off(3.5, 0.0)),
        none("high tone -3.5 %", off(0.0, -3.5)),
        none(
            "low tone -3.5 %, 15 dB of noise",
            Manner {
                noise_db: Some(15.0),
                ..off(-3.5, 0.0)
            },
        ),
        none("23 ms", long(23.0, 77.0)),
        none("high tone +10 dB", twist(10.0)),
        none("high tone -14 dB", twist(-14.0)),
    ]
}

/// Every key [`ROUNDS`] times, in an order that follows from the seed, never twice in a row in the
/// same place of a frame.
fn pressed(manner: Manner, seed: u64) -> (String, Vec<i16>) {
    let mut dice = Dice::new(seed);
    let mut keys = String::new();
    let mut sound = vec![0.0; samples_of(0.3)];
    for round in 0..ROUNDS {
        for place in 0..KEYS.len() {
            let key = (place * 5 + round * 3 + place * round) % KEYS.len();
            keys.push(KEYS.chars().nth(key).unwrap());
            press(&mut sound, manner, key, &mut dice);
        }
    }
    sound.resize(sound.len() + samples_of(0.3), 0.0);
    if let Some(below) = manner.noise_db {
        // Both tones together are 3 dB above one of them, less with twist; the noise stays below
        // the weaker case.
        let both = match manner.twist_db {
            Twist::Always(0.0) => 3.0,
            _ => 0.6,
        };
        add_noise(&mut sound, manner.level_db + both - below, &mut dice);
    }
    (keys, sampled(&sound))
}

fn press(sound: &mut Vec<f64>, manner: Manner, key: usize, dice: &mut Dice) {
    let twist = match manner.twist_db {
        Twist::Always(db) => db,
        Twist::Either if dice.below(2) == 0 => 4.0,
        Twist::Either => -8.0,
    };
    let start = sound.len();
    let tone = samples_of(manner.tone_ms / 1_000.0);
    // A few samples more or less, so that presses begin anywhere in a frame.
    let gap = samples_of(manner.gap_ms / 1_000.0) + dice.below(40) as usize;
    sound.resize(start + tone + gap, 0.0);
    let pairs = [
        (LOW_HZ[key / 4] * (1.0 + manner.off[0]), -twist.max(0.0)),
        (HIGH_HZ[key % 4] * (1.0 + manner.off[1]), twist.min(0.0)),
    ];
    for (hz, below) in pairs {
        let phase = between(dice, 0.0, std::f64::consts::TAU);
        add_tone(sound, start, tone, hz, manner.level_db + below, phase);
    }
}

fn heard(ear: &mut Ear, sound: &[i16]) -> String {
    frames(sound).filter_map(|frame| ear.hear(&frame)).collect()
}

/// How many of the keys sent were heard in their order, and how many were heard beside them.
fn compared(sent: &str, heard: &str) -> (usize, usize) {
    let heard: Vec<char> = heard.chars().collect();
    let mut best = vec![0usize; heard.len() + 1];
    for key in sent.chars() {
        let mut diagonal = 0;
        for (place, other) in heard.iter().enumerate() {
            let above = best[place + 1];
            best[place + 1] = if key == *other {
                diagonal + 1
            } else {
                above.max(best[place])
            };
            diagonal = above;
        }
    }
    let found = best[heard.len()];
    (found, heard.len() - found)
}

#[test]
fn every_key_is_heard_once_as_far_as_a_line_may_damage_it() {
    need_all();
    let folder = Folder::new();
    let mut out = Table::new(format!(
        "{:<48} {:>5}  {:>12}  {:>12}",
        "keys", "sent", "ours", "multimon-ng"
    ));
    out.line(format!(
        "{:<48} {:>5}  {:>5} {:>6}  {:>5} {:>6}",
        "", "", "found", "wrong", "found", "wrong"
    ));
    let mut wrong = Vec::new();
    for (number, line) in table().iter().enumerate() {
        let (sent, sound) = pressed(line.manner, 50 + number as u64);
        let sound = (line.way)(&folder, "way", sound);
        let ours = compared(&sent, &heard(&mut Ear::new(), &sound));
        let theirs = compared(&sent, &folder.multimon("them", &sound));
        out.line(format!(
            "{:<48} {:>5}  {:>5} {:>6}  {:>5} {:>6}",
            line.name,
            sent.len(),
            ours.0,
            ours.1,
            theirs.0,
            theirs.1
        ));
        if !line.owed.is_met(&sent, ours) {
            wrong.push(line.name);
        }
    }
    assert!(wrong.is_empty(), "not as promised: {wrong:#?}");
}

/// Keys heard in each kind of sound of the hour.
fn false_keys(mut ear: impl FnMut(&Piece) -> String) -> Vec<(Kind, f64, String)> {
    let mut kinds: Vec<(Kind, f64, String)> = Vec::new();
    for piece in hour() {
        let keys = ear(piece);
        match kinds.iter_mut().find(|(kind, ..)| *kind == piece.kind) {
            Some((_, seconds, all)) => {
                *seconds += piece.seconds();
                all.push_str(&keys);
            }
            None => kinds.push((piece.kind, piece.seconds(), keys)),
        }
    }
    kinds
}

fn count(kinds: &[(Kind, f64, String)]) -> usize {
    kinds.iter().map(|(.., keys)| keys.len()).sum()
}

#[test]
fn an_hour_without_keys_has_none() {
    let pieces = hour();
    let folder = Folder::new();
    let seconds: f64 = pieces.iter().map(Piece::seconds).sum();
    assert!(seconds >= 3_600.0, "only {seconds} s of sound");
    let ours = false_keys(|piece| heard(&mut Ear::new(), &piece.samples));
    let theirs = false_keys(|piece| folder.multimon(&piece.name, &piece.samples));
    let mut out = Table::new(format!(
        "{:<12} {:>8}  {:>14} {:>14}",
        "keys in", "minutes", "ours", "multimon-ng"
    ));
    for ((kind, seconds, our), (.., their)) in ours.iter().zip(&theirs) {
        let kind = format!("{kind:?}");
        let minutes = seconds / 60.0;
        out.line(format!(
            "{kind:<12} {minutes:>8.1}  {:>14} {:>14}",
            our.len(),
            their.len()
        ));
    }
    let hours = seconds / 3_600.0;
    out.line(format!(
        "{:<12} {:>8.1}  {:>14.1} {:>14.1}",
        "false/hour",
        seconds / 60.0,
        count(&ours) as f64 / hours,
        count(&theirs) as f64 / hours
    ));
    assert_eq!(count(&ours), 0, "{ours:?}");
}

/// The hour proves itself: an ear that lacks one of its limits takes something in it for a key.
#[test]
fn an_ear_without_its_limits_is_caught_by_the_hour() {
    let whole = Limits::default();
    let crippled = [
        (
            "purity",
            Limits {
                purity: 0.0,
                ..whole
            },
        ),
        (
            "purity and twist",
            Limits {
                purity: 0.0,
                high_over_low_db: 60.0,
                low_over_high_db: 60.0,
                ..whole
            },
        ),
        (
            "wander",
            Limits {
                wander: 1.0,
                ..whole
            },
        ),
    ];
    let mut out = Table::new("false keys of an ear");
    for (name, limits) in crippled {
        let kinds = false_keys(|piece| heard(&mut Ear::with_limits(limits), &piece.samples));
        let found = count(&kinds);
        out.line(format!("without {name:<20} {found:>8}"));
        assert!(found > 0, "an ear without {name} went unnoticed");
    }
}

/// So does the table.
#[test]
fn an_ear_without_its_limits_is_caught_by_the_table() {
    let whole = Limits::default();
    let lenient = Limits {
        high_over_low_db: 60.0,
        low_over_high_db: 60.0,
        ..whole
    };
    let crippled = [
        (
            "frequencies within 1.5 %",
            "both tones -1.5 %",
            Limits {
                tolerance: 0.01,
                ..whole
            },
        ),
        (
            "frequencies within 1.5 %",
            "high tone +1.5 %",
            Limits {
                tolerance: 0.01,
                ..whole
            },
        ),
        (
            "a strict purity",
            "10 dB of white noise",
            Limits {
                purity: 0.97,
                ..whole
            },
        ),
        (
            "a high tone 8 dB below",
            "high tone -8 dB",
            Limits {
                low_over_high_db: 6.0,
                ..whole
            },
        ),
        ("twist", "high tone +10 dB", lenient),
        ("twist", "high tone -14 dB", lenient),
        ("patience", "23 ms", Limits { looks: 1, ..whole }),
        (
            "overtones",
            "low -1.9 %, high +1.9 %: overtones of a voice",
            Limits {
                apart: 1.0,
                ..whole
            },
        ),
    ];
    for (number, (what, name, limits)) in crippled.into_iter().enumerate() {
        let table = table();
        let line = table.iter().find(|line| line.name == name).unwrap();
        let (sent, sound) = pressed(line.manner, 500 + number as u64);
        let found = compared(&sent, &heard(&mut Ear::with_limits(limits), &sound));
        assert!(
            !line.owed.is_met(&sent, found),
            "wrong about {what}, and {name:?} did not tell"
        );
    }
}

/// What the three ears of one line cost, on speech, where they have most to do.
#[test]
fn all_ears_together_cost_next_to_nothing() {
    let piece = hour()
        .iter()
        .find(|piece| piece.kind == Kind::Pair)
        .unwrap();
    let all: Vec<_> = frames(&piece.samples).collect();
    let (mut keys, mut line, mut life) = (Ear::new(), tones::Ear::new(), activity::Ear::new());
    let mut told = 0;
    // The quickest batch is what it costs; the others were interrupted.
    let quickest = all.chunks(200).map(|batch| {
        let start = Instant::now();
        for frame in batch {
            told += usize::from(keys.hear(frame).is_some());
            told += usize::from(line.hear(frame).is_some());
            told += usize::from(life.hear(frame).is_some());
        }
        start.elapsed().as_secs_f64() / batch.len() as f64
    });
    let micros = quickest.fold(f64::MAX, f64::min) * 1e6;
    println!("\nall ears: {micros:.1} µs for a frame of 20 ms ({told} things told)");
    assert!(micros < 30.0 || cfg!(debug_assertions), "{micros} µs");
}
