//! More than an hour of sound in which there is no key: voices, pairs of voices, music, noise.
//!
//! Everything follows from fixed seeds, and no second of it is there twice.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use siaga112::sim::modem::Dice;
use siaga112::voice::frame::RATE_HZ;

use super::programs::{Folder, Voice, need_all};
use super::sound::{at_level, between, mixed, part, sampled, samples_of};
use super::text::{Language, page};

/// A stretch of sound of one kind.
pub struct Piece {
    pub name: String,
    pub kind: Kind,
    pub samples: Vec<i16>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// One voice, clean, or as a telephone network leaves it.
    Voice,
    /// Two voices at once.
    Pair,
    /// A voice with music or noise behind it.
    Behind,
    Music,
    Sweep,
    /// One tone at a time, also those of the exchange.
    Single,
    Noise,
}

impl Piece {
    pub fn seconds(&self) -> f64 {
        self.samples.len() as f64 / f64::from(RATE_HZ)
    }
}

/// The hour; made once, by all processors.
pub fn hour() -> &'static [Piece] {
    static HOUR: OnceLock<Vec<Piece>> = OnceLock::new();
    HOUR.get_or_init(|| {
        need_all();
        let folder = Folder::new();
        let plan = plan();
        let next = AtomicUsize::new(0);
        let workers = thread::available_parallelism().map_or(2, |n| n.get());
        let mut done: Vec<(usize, Piece)> = thread::scope(|scope| {
            let work = || {
                let mut made = Vec::new();
                while let Some(order) = plan.get(next.fetch_add(1, Ordering::Relaxed)) {
                    made.push((order.number, make(&folder, order)));
                }
                made
            };
            let handles: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
            handles
                .into_iter()
                .flat_map(|h| h.join().unwrap())
                .collect()
        });
        done.sort_by_key(|(number, _)| *number);
        done.into_iter().map(|(_, piece)| piece).collect()
    })
}

/// One piece to be made.
struct Order {
    number: usize,
    kind: Kind,
    /// Which of its kind.
    index: usize,
}

/// How many pieces of each kind; each is 40 to 80 seconds long.
const PLAN: [(Kind, usize); 7] = [
    (Kind::Voice, 30),
    (Kind::Pair, 10),
    (Kind::Behind, 8),
    (Kind::Music, 12),
    (Kind::Sweep, 4),
    (Kind::Single, 4),
    (Kind::Noise, 4),
];

fn plan() -> Vec<Order> {
    let kinds = PLAN.iter();
    let orders = kinds.flat_map(|(kind, count)| (0..*count).map(|index| (*kind, index)));
    orders
        .enumerate()
        .map(|(number, (kind, index))| Order {
            number,
            kind,
            index,
        })
        .collect()
}

fn make(folder: &Folder, order: &Order) -> Piece {
    let mut dice = Dice::new(112_000 + order.number as u64);
    let name = format!("{:?}-{}", order.kind, order.index);
    let index = order.index;
    let samples = match order.kind {
        Kind::Voice => {
            let voice = speech(folder, &name, index, WORDS, &mut dice);
            let level = between(&mut dice, -30.0, -10.0);
            damaged(folder, &name, index, &at_level(&voice, level))
        }
        Kind::Pair => {
            let one = speech(folder, &format!("{name}-a"), index * 2, WORDS, &mut dice);
            let other = speech(
                folder,
                &format!("{name}-b"),
                index * 2 + 7,
                WORDS,
                &mut dice,
            );
            let apart = between(&mut dice, 0.0, 8.0);
            mixed(&at_level(&one, -18.0), &at_level(&other, -18.0 - apart))
        }
        Kind::Behind => {
            let voice = speech(folder, &name, index * 3 + 1, WORDS, &mut dice);
            let seconds = voice.len() as f64 / f64::from(RATE_HZ);
            let under = match index % 2 {
                0 => music(folder, &format!("{name}-m"), index, seconds, &mut dice),
                _ => noise(folder, &format!("{name}-n"), index, seconds),
            };
            mixed(&at_level(&voice, -18.0), &at_level(&under, -26.0))
        }
        Kind::Music => {
            let tune = music(folder, &name, index, MINUTE, &mut dice);
            at_level(&tune, between(&mut dice, -24.0, -12.0))
        }
        Kind::Sweep => sweep(folder, &name, index, &mut dice),
        Kind::Single => single(index, &mut dice),
        Kind::Noise => at_level(
            &noise(folder, &name, index, MINUTE),
            between(&mut dice, -40.0, -12.0),
        ),
    };
    Piece {
        name,
        kind: order.kind,
        samples,
    }
}

const MINUTE: f64 = 60.0;

/// Words of one page: 40 to 80 seconds, by the speed of the voice.
const WORDS: usize = 140;

/// Voices of `espeak-ng`: the language, and a variant of it.
const INDONESIAN: [&str; 1] = ["id"];
const ENGLISH: [&str; 5] = [
    "en-us",
    "en-gb",
    "en-gb-scotland",
    "en-029",
    "en-gb-x-gbcwmd",
];
const VARIANTS: [&str; 20] = [
    "f1", "m1", "f2", "m2", "f3", "m3", "f4", "m4", "f5", "m5", "m6", "m7", "m8", "Annie", "Denis",
    "klatt", "Andrea", "linda", "whisper", "Michael",
];

fn speech(folder: &Folder, name: &str, index: usize, words: usize, dice: &mut Dice) -> Vec<i16> {
    let (language, tongues) = if index.is_multiple_of(2) {
        (Language::Indonesian, INDONESIAN.as_slice())
    } else {
        (Language::English, ENGLISH.as_slice())
    };
    let tongue = tongues[index % tongues.len()];
    let voice = Voice {
        name: format!("{tongue}+{}", VARIANTS[index % VARIANTS.len()]),
        words_per_minute: 115 + 15 * dice.below(8),
        pitch: 5 + 10 * dice.below(10),
    };
    folder.speak(name, &page(language, words, dice), &voice)
}

/// What a telephone network does to a voice: nothing, a narrow band, one codec or another.
fn damaged(folder: &Folder, name: &str, index: usize, voice: &[i16]) -> Vec<i16> {
    match index % 5 {
        0 => voice.to_vec(),
        1 => folder.process(name, voice, "sinc 300-3400"),
        2 => folder.through(name, voice, &[], "gsm"),
        3 => folder.through(name, voice, &["-C", "7"], "amr-nb"),
        _ => folder.process(name, voice, "gain 12"),
    }
}

fn noise(folder: &Folder, name: &str, index: usize, seconds: f64) -> Vec<i16> {
    let effects = [
        "whitenoise",
        "pinknoise tremolo 3 70",
        "brownnoise",
        "pinknoise sinc 300-3400 tremolo 8 90",
    ];
    folder.synth(name, seconds, effects[index % effects.len()])
}

/// Tones that glide. Two pure tones that glide slowly are keys as they pass, so two never do: they
/// wail like two sirens.
fn sweep(folder: &Folder, name: &str, index: usize, dice: &mut Dice) -> Vec<i16> {
    let effects = match index {
        0 => "sine 200-3800 gain -9",
        1 => "triangle 3800/200 gain -12",
        2 => "square 300:1700 gain -15",
        _ => return sirens(dice),
    };
    folder.synth(name, MINUTE, effects)
}

fn sirens(dice: &mut Dice) -> Vec<i16> {
    let mut sound = vec![0.0; samples_of(MINUTE)];
    for _ in 0..2 {
        let (mut angle, mut wail) = (0.0f64, 0.0f64);
        let mut seconds = 1.0;
        for sample in &mut sound {
            if wail >= 1.0 {
                wail = 0.0;
                seconds = between(dice, 0.3, 2.0);
            }
            wail += 1.0 / (seconds * f64::from(RATE_HZ));
            let hz = 1_100.0 - 550.0 * (std::f64::consts::TAU * wail).cos();
            angle += std::f64::consts::TAU * hz / f64::from(RATE_HZ);
            *sample += 6_000.0 * angle.sin();
        }
    }
    sampled(&sound)
}

/// Half a second to three of one tone after another, some with the wave of an old handset.
fn single(index: usize, dice: &mut Dice) -> Vec<i16> {
    let mut sound = vec![0.0; samples_of(MINUTE)];
    let keys = [
        697.0, 770.0, 852.0, 941.0, 1_209.0, 1_336.0, 1_477.0, 1_633.0,
    ];
    let mut place = 0;
    while place < sound.len() {
        let length = samples_of(between(dice, 0.5, 3.0));
        let hz = match index {
            0 => keys[dice.below(8) as usize],
            1 => between(dice, 300.0, 3_400.0),
            2 => [350.0, 460.0, 480.0, 620.0, 950.0, 1_400.0, 1_800.0, 2_100.0]
                [dice.below(8) as usize],
            _ => keys[dice.below(8) as usize] * 2.0,
        };
        let level = between(dice, -35.0, -6.0);
        super::sound::add_tone(&mut sound, place, length, hz, level, 0.0);
        place += length + samples_of(between(dice, 0.0, 0.2));
    }
    sampled(&sound)
}

/// Tunes with chords: plucked strings by `sox`, or organs, reeds and bells of our own.
fn music(folder: &Folder, name: &str, index: usize, seconds: f64, dice: &mut Dice) -> Vec<i16> {
    if index.is_multiple_of(3) {
        return plucked(folder, name, seconds, dice);
    }
    let beat = between(dice, 0.12, 0.4);
    let instrument = Instrument::of(index, dice);
    let mut sound = vec![0.0; samples_of(seconds)];
    let mut time = 0.0;
    while time < seconds {
        let notes = 1 + dice.below(4);
        let length = beat * (1 + dice.below(4)) as f64;
        let root = 45 + dice.below(24);
        let chord = CHORDS[dice.below(CHORDS.len() as u64) as usize];
        for note in 0..notes {
            let key = root + chord[note as usize] + 12 * dice.below(2);
            instrument.play(&mut sound, samples_of(time), samples_of(length * 1.3), key);
        }
        time += length;
    }
    sampled(&sound)
}

/// Half tones above the root: major, minor, seventh, minor seventh, fourth, diminished.
const CHORDS: [[u64; 4]; 6] = [
    [0, 4, 7, 12],
    [0, 3, 7, 12],
    [0, 4, 7, 10],
    [0, 3, 7, 10],
    [0, 5, 7, 12],
    [0, 3, 6, 9],
];

/// A sound with overtones, a beginning and an end.
struct Instrument {
    /// Loudness of each overtone.
    overtones: Vec<f64>,
    /// Seconds in which it fades to a third.
    fades: f64,
    vibrato: f64,
}

impl Instrument {
    fn of(index: usize, dice: &mut Dice) -> Instrument {
        // Organ, reed, square, bell: each falls off differently.
        let overtone = |n: usize| match index % 4 {
            0 => 1.0 / n as f64,
            1 => 1.0 / (n * n) as f64,
            2 if n.is_multiple_of(2) => 0.0,
            2 => 1.0 / n as f64,
            _ => [1.0, 0.3, 0.6, 0.1, 0.3, 0.2, 0.1, 0.1][n - 1],
        };
        Instrument {
            overtones: (1..=8).map(overtone).collect(),
            fades: between(dice, 0.2, 2.0),
            vibrato: between(dice, 0.0, 0.008),
        }
    }

    fn play(&self, to: &mut [f64], start: usize, length: usize, key: u64) {
        let hz = 440.0 * 2f64.powf((key as f64 - 69.0) / 12.0);
        for (number, loudness) in self.overtones.iter().enumerate() {
            let overtone = hz * (number + 1) as f64;
            if overtone > 3_800.0 || *loudness == 0.0 {
                continue;
            }
            for (place, sample) in to.iter_mut().skip(start).take(length).enumerate() {
                let time = place as f64 / f64::from(RATE_HZ);
                let wave = self.vibrato / 5.5 * (std::f64::consts::TAU * 5.5 * time).sin();
                let size = (-time / self.fades).exp() * (time / 0.01).min(1.0);
                let angle =
                    std::f64::consts::TAU * overtone * (time + wave / std::f64::consts::TAU);
                *sample += 3_000.0 * loudness * size * angle.sin();
            }
        }
    }
}

fn plucked(folder: &Folder, name: &str, seconds: f64, dice: &mut Dice) -> Vec<i16> {
    let mut sound = Vec::new();
    while sound.len() < samples_of(seconds) {
        let length = between(dice, 0.3, 2.5);
        let root = dice.below(20) as i64 - 24;
        let chord = CHORDS[dice.below(CHORDS.len() as u64) as usize];
        let strings: Vec<String> = (0..2 + dice.below(3) as usize)
            .map(|note| {
                format!(
                    "pluck %{}",
                    root + chord[note] as i64 + 12 * (note as i64 % 2)
                )
            })
            .collect();
        let effects = format!("{} remix - gain -n -8", strings.join(" "));
        sound.extend(folder.synth(&format!("{name}-{}", sound.len()), length, &effects));
        if part(dice) < 0.2 {
            sound.resize(sound.len() + samples_of(between(dice, 0.05, 0.4)), 0);
        }
    }
    sound.truncate(samples_of(seconds));
    sound
}
