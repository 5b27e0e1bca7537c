//! What the exchange plays: how surely and how soon it is heard, and that nothing else is taken
//! for it.

use siaga112::base::sound::LineTone;
use siaga112::sim::modem::Dice;
use siaga112::voice::dtmf;
use siaga112::voice::g711;
use siaga112::voice::tones::Ear;

use super::hour::{Piece, hour};
use super::programs::{Folder, need_all};
use super::sound::{add_noise, add_tone, amplitude, between, frames, sampled, samples_of};
use super::table::Table;

/// Milliseconds of one frame.
const FRAME_MS: usize = 20;

/// Calls in one line of the table.
const CALLS: usize = 40;

/// A tone as an exchange may play it.
#[derive(Clone, Copy)]
struct Played {
    tone: LineTone,
    hz: f64,
    level_db: f64,
    /// Parts by which on and off times are longer or shorter.
    slow: [f64; 2],
    noise_db: Option<f64>,
    /// Hum of the mains, dBFS.
    hum_db: Option<f64>,
}

fn nominal(tone: LineTone) -> Played {
    Played {
        tone,
        hz: 425.0,
        level_db: -15.0,
        slow: [0.0, 0.0],
        noise_db: None,
        hum_db: None,
    }
}

/// Seconds on and off; dial tone never ends.
fn cadence(tone: LineTone) -> (f64, f64) {
    match tone {
        LineTone::Dial => (3.0, 0.0),
        LineTone::Busy => (0.5, 0.5),
        LineTone::Congestion => (0.25, 0.25),
        LineTone::Ringback => (1.0, 4.0),
    }
}

/// Seconds of sound that must suffice, and suffice again: what was promised, at the slowest.
fn enough(played: Played) -> f64 {
    let (on, off) = cadence(played.tone);
    let cycle = on * (1.0 + played.slow[0]) + off * (1.0 + played.slow[1]);
    match played.tone {
        LineTone::Dial => 2.5,
        LineTone::Busy | LineTone::Congestion => 3.0 * cycle,
        LineTone::Ringback => cycle,
    }
}

/// The sound of one call: a moment of silence, then the tone, long enough to be told twice.
fn play(played: Played, dice: &mut Dice) -> (usize, Vec<i16>) {
    let start = samples_of(between(dice, 0.3, 0.35));
    let (on, off) = cadence(played.tone);
    let on = samples_of(on * (1.0 + played.slow[0]));
    let off = samples_of(off * (1.0 + played.slow[1]));
    let mut sound = vec![0.0; start + samples_of(2.0 * enough(played) + 0.4)];
    let mut place = start;
    while place < sound.len() {
        let phase = between(dice, 0.0, std::f64::consts::TAU);
        add_tone(&mut sound, place, on, played.hz, played.level_db, phase);
        place += on + off;
    }
    if let Some(below) = played.noise_db {
        add_noise(&mut sound, played.level_db - below, dice);
    }
    if let Some(level) = played.hum_db {
        let length = sound.len();
        add_tone(&mut sound, 0, length, 50.0, level, 1.0);
        sound.iter_mut().for_each(|sample| *sample += 200.0);
    }
    (start, sampled(&sound))
}

/// What was heard, and at which millisecond of the sound.
fn heard(sound: &[i16]) -> Vec<(usize, LineTone)> {
    let mut ear = Ear::new();
    frames(sound)
        .enumerate()
        .filter_map(|(number, frame)| Some(((number + 1) * FRAME_MS, ear.hear(&frame)?)))
        .collect()
}

type Way = fn(&Folder, Vec<i16>) -> Vec<i16>;

fn untouched(_: &Folder, sound: Vec<i16>) -> Vec<i16> {
    sound
}

fn alaw(_: &Folder, sound: Vec<i16>) -> Vec<i16> {
    let there = |s: &i16| g711::alaw_to_linear(g711::linear_to_alaw(*s));
    sound.iter().map(there).collect()
}

fn eight_bits(_: &Folder, sound: Vec<i16>) -> Vec<i16> {
    sound.iter().map(|s| (s >> 8) << 8).collect()
}

fn gsm(folder: &Folder, sound: Vec<i16>) -> Vec<i16> {
    folder.through("tone", &sound, &[], "gsm")
}

fn amr(folder: &Folder, sound: Vec<i16>) -> Vec<i16> {
    folder.through("tone", &sound, &["-C", "7"], "amr-nb")
}

/// One way in which all four tones are played.
struct Manner {
    name: &'static str,
    change: fn(&mut Played, &mut Dice),
    way: Way,
    /// How many of a hundred are owed.
    owed: usize,
}

const MANNERS: [Manner; 11] = [
    Manner {
        name: "clean",
        change: |_, _| {},
        way: untouched,
        owed: 100,
    },
    Manner {
        name: "400 to 450 Hz",
        change: |p, dice| p.hz = between(dice, 400.0, 450.0),
        way: untouched,
        owed: 100,
    },
    Manner {
        name: "-40 dBFS",
        change: |p, _| p.level_db = -40.0,
        way: untouched,
        owed: 100,
    },
    Manner {
        name: "-3 dBFS",
        change: |p, _| p.level_db = -3.0,
        way: untouched,
        owed: 100,
    },
    Manner {
        name: "cadence +-20 %",
        change: off_beat,
        way: untouched,
        owed: 100,
    },
    Manner {
        name: "15 dB of noise",
        change: |p, _| p.noise_db = Some(15.0),
        way: untouched,
        owed: 100,
    },
    Manner {
        name: "hum at -25 dBFS, offset",
        change: |p, _| p.hum_db = Some(-25.0),
        way: untouched,
        owed: 100,
    },
    Manner {
        name: "A-law",
        change: |_, _| {},
        way: alaw,
        owed: 100,
    },
    Manner {
        name: "8 bits, linear",
        change: |_, _| {},
        way: eight_bits,
        owed: 100,
    },
    Manner {
        name: "GSM full rate",
        change: |_, _| {},
        way: gsm,
        owed: 97,
    },
    // This codec plays short bursts out of silence with up to 10 dB more or less.
    Manner {
        name: "AMR 12.2",
        change: |_, _| {},
        way: amr,
        owed: 55,
    },
];

fn off_beat(played: &mut Played, dice: &mut Dice) {
    let slow = || if dice.below(2) == 0 { -0.2 } else { 0.2 };
    played.slow = std::array::from_fn({
        let mut slow = slow;
        move |_| slow()
    });
}

fn all_combined(played: &mut Played, dice: &mut Dice) {
    off_beat(played, dice);
    played.hz = if dice.below(2) == 0 { 400.0 } else { 450.0 };
    played.level_db = between(dice, -40.0, -12.0);
    played.noise_db = Some(15.0);
}

const TONES: [LineTone; 4] = [
    LineTone::Dial,
    LineTone::Busy,
    LineTone::Congestion,
    LineTone::Ringback,
];

/// Percentile and largest of times to detection.
fn middle_and_most(mut times: Vec<usize>) -> (usize, usize) {
    times.sort_unstable();
    let middle = times.get(times.len() / 2).copied().unwrap_or(0);
    (middle, times.last().copied().unwrap_or(0))
}

#[test]
fn line_tones_are_told_twice_in_the_time_that_was_promised() {
    need_all();
    let folder = Folder::new();
    let mut out = Table::new(format!(
        "{:<26} {:<11} {:>7} {:>10} {:>8} {:>8}",
        "tones", "", "offered", "told twice", "p50 ms", "max ms"
    ));
    let worst = Manner {
        name: "all combined",
        change: all_combined,
        way: untouched,
        owed: 100,
    };
    let mut wrong = Vec::new();
    for (number, manner) in MANNERS.iter().chain([&worst]).enumerate() {
        for tone in TONES {
            let mut dice = Dice::new(425 + number as u64);
            let (mut good, mut times) = (0, Vec::new());
            for _ in 0..CALLS {
                let mut played = nominal(tone);
                (manner.change)(&mut played, &mut dice);
                let (start, sound) = play(played, &mut dice);
                let heard = heard(&(manner.way)(&folder, sound));
                let start_ms = start / 8;
                times.extend(heard.first().map(|(ms, _)| ms - start_ms));
                let told: Vec<LineTone> = heard.iter().map(|(_, tone)| *tone).collect();
                let limit = enough(played) * 1_000.0 + 250.0;
                let in_time = heard
                    .first()
                    .is_some_and(|(ms, _)| ((ms - start_ms) as f64) < limit);
                good += usize::from(told == [tone, tone] && in_time);
            }
            let (middle, most) = middle_and_most(times);
            out.line(format!(
                "{:<26} {:<11} {CALLS:>7} {good:>10} {middle:>8} {most:>8}",
                manner.name,
                tone.as_str()
            ));
            if good * 100 < CALLS * manner.owed {
                wrong.push(format!("{} {}", manner.name, tone.as_str()));
            }
        }
    }
    assert!(wrong.is_empty(), "not as promised: {wrong:#?}");
}

#[test]
fn an_hour_without_line_tones_has_none() {
    let pieces = hour();
    let seconds: f64 = pieces.iter().map(Piece::seconds).sum();
    let mut found = Vec::new();
    for piece in pieces {
        let heard = heard(&piece.samples);
        found.extend(heard.into_iter().map(|(ms, tone)| (&piece.name, ms, tone)));
    }
    println!(
        "\nfalse line tones in {:.1} minutes: {}",
        seconds / 60.0,
        found.len()
    );
    assert!(found.is_empty(), "{found:?}");
}

/// A minute of something near 425 Hz that no exchange plays.
fn near_miss(kind: usize, dice: &mut Dice) -> Vec<i16> {
    let mut sound = vec![0.0; samples_of(60.0)];
    let (mut angle, mut place) = (0.0f64, 0);
    while place < sound.len() {
        // On, off, depth of the vibrato, loudness of the second overtone.
        let (on, off, vibrato, overtone) = match kind {
            0 => (8.0, 0.4, 0.015, 0.0),
            1 => (8.0, 0.4, 0.0, 0.5),
            2 => (0.36, 0.36, 0.0, 0.0),
            3 => (0.75, 0.75, 0.0, 0.0),
            4 => (0.5, 0.25, 0.0, 0.0),
            5 => (0.1, 0.1, 0.0, 0.0),
            6 => (2.0, 0.5, 0.0, 0.0),
            7 => (1.0, 1.0, 0.0, 0.0),
            8 => (0.5, 0.5, 0.02, 0.0),
            9 => (0.5, 0.5, 0.0, 0.5),
            _ => (between(dice, 0.1, 1.2), between(dice, 0.05, 1.2), 0.0, 0.0),
        };
        let (on, off) = (samples_of(on), samples_of(off));
        for (number, sample) in sound.iter_mut().skip(place).take(on).enumerate() {
            let time = number as f64 / 8_000.0;
            let wave = 1.0 + vibrato * (std::f64::consts::TAU * 5.0 * time).sin();
            angle += std::f64::consts::TAU * 425.0 * wave / 8_000.0;
            *sample = amplitude(-15.0) * (angle.sin() + overtone * (2.0 * angle).sin());
        }
        place += on + off;
    }
    sampled(&sound)
}

#[test]
fn what_is_only_near_a_line_tone_is_none() {
    let mut dice = Dice::new(1);
    let mut wrong = Vec::new();
    for kind in 0..20 {
        let heard = heard(&near_miss(kind, &mut dice));
        if !heard.is_empty() {
            wrong.push((kind, heard));
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
    // Keys are no tones, and tones are no keys.
    for (tone_ms, gap_ms) in [(100, 100), (250, 250), (500, 500), (5_000, 50)] {
        let keys = dtmf::tones("112*0#ABCD", tone_ms, gap_ms, dtmf::LEVEL_DB);
        assert_eq!(heard(&keys), [], "keys of {tone_ms} ms");
    }
    for tone in TONES {
        let (_, sound) = play(nominal(tone), &mut dice);
        let mut ear = dtmf::Ear::new();
        assert_eq!(
            frames(&sound).find_map(|frame| ear.hear(&frame)),
            None,
            "{tone:?}"
        );
    }
}
