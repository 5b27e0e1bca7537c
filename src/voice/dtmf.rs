//! Keys in the sound of a call (DTMF): an ear that hears them, and a generator that presses them.
//!
//! A key is two tones at once, one of a low and one of a high group (ITU-T Q.23). Every 5 ms the
//! last 25 ms are looked at. A look shows a key when two tones of the right frequencies and of
//! similar strength are nearly all there is to hear. Enough such looks in a row are a press. Voices
//! have those frequencies too, but with others beside them, and do not hold them for long.

use super::frame::{Frame, RATE_HZ};
use super::highpass::HighPass;
use super::probe::{Probe, Sight};

/// What still counts as a key. [`Limits::default`] is for telephone lines as they are; others are
/// for measuring what each limit is worth.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Limits {
    /// Largest part of its frequency by which each tone may be off, on the average of a press.
    pub tolerance: f32,
    /// Largest difference between what the two tones are off by, on the same average. The third and
    /// the fourth overtone of a high voice lie near 941 and 1209 Hz, 3.8 % further apart than these.
    pub apart: f32,
    /// Largest part of its frequency through which each tone may wander during a press.
    pub wander: f32,
    /// Smallest share of all power that the two tones have together in one look, 0.0 to 1.0.
    pub purity: f32,
    /// Decibels by which the high tone may be the stronger one.
    pub high_over_low_db: f32,
    /// Decibels by which the low tone may be the stronger one.
    pub low_over_high_db: f32,
    /// Looks, 5 ms apart, that must show the key.
    pub looks: u8,
}

impl Default for Limits {
    /// A key within ±1.5 % is one and beyond ±3.5 % is none (ITU-T Q.24); a high tone may be 4 dB
    /// above to 8 dB below the low one, and what noise adds to that.
    fn default() -> Limits {
        Limits {
            tolerance: 0.021,
            apart: 0.034,
            wander: 0.015,
            purity: 0.82,
            high_over_low_db: 5.5,
            low_over_high_db: 9.5,
            looks: 5,
        }
    }
}

/// Hears keys in a stream of frames. One press is told once, about 45 ms after it began.
#[derive(Clone, Debug)]
pub struct Ear {
    limits: Limits,
    filter: HighPass,
    probe: Probe<8>,
    /// Looks in a row that showed the same key.
    run: Option<Run>,
    /// The key that was told and has not been let go.
    pressed: Option<char>,
    /// Looks in a row without that key.
    away: u8,
}

/// A key that may become a press.
#[derive(Clone, Copy, Debug)]
struct Run {
    key: char,
    looks: u8,
    /// Looks in a row without it.
    misses: u8,
    /// How far off the low and the high tone were in the last looks, newest first.
    off: [[f32; 2]; LOOKS_KEPT],
}

/// What one look shows.
#[derive(Clone, Copy, Debug)]
struct Seen {
    key: char,
    /// Part of its frequency by which the low and the high tone are off.
    off: [f32; 2],
}

impl Default for Ear {
    fn default() -> Ear {
        Ear::new()
    }
}

impl Ear {
    /// An ear that has heard nothing yet.
    pub fn new() -> Ear {
        Ear::with_limits(Limits::default())
    }

    /// An ear with limits of its own.
    pub fn with_limits(limits: Limits) -> Ear {
        Ear {
            limits,
            filter: HighPass::new(HUM_CUTOFF_HZ),
            probe: Probe::new(TONES_HZ, WINDOW, HOP),
            run: None,
            pressed: None,
            away: 0,
        }
    }

    /// Hears 20 ms; one of `0-9 * # A-D` when a new press is sure.
    pub fn hear(&mut self, frame: &Frame) -> Option<char> {
        let samples = self.filter.pass(frame);
        let mut told = None;
        for hop in samples.chunks_exact(HOP) {
            let seen = self.look(hop);
            told = self.step(seen).or(told);
        }
        told
    }

    /// Whether a key that was told is still held: what sounds now is no voice.
    pub fn is_pressed(&self) -> bool {
        self.pressed.is_some()
    }

    /// What the window shows after one more hop.
    fn look(&mut self, hop: &[f32]) -> Option<Seen> {
        let power = self.probe.slide(hop);
        if power < WEAKEST {
            self.probe.look_away();
            return None;
        }
        self.probe.look();
        let low = self.strongest(0);
        let high = self.strongest(4);
        let sights = [self.probe.sight(low), self.probe.sight(high)];
        let off = [
            sights[0].off_hz / TONES_HZ[low],
            sights[1].off_hz / TONES_HZ[high],
        ];
        let is_key = self.is_key(power, sights) && off.iter().all(|off| off.abs() < LOOK_TOLERANCE);
        is_key.then(|| Seen {
            key: KEYS[low][high - 4],
            off,
        })
    }

    /// The strongest tone of the group that begins there.
    fn strongest(&self, first: usize) -> usize {
        let louder = |a: usize, b: usize| {
            let (a_strength, b_strength) = (self.probe.strength(a), self.probe.strength(b));
            if b_strength > a_strength { b } else { a }
        };
        (first + 1..first + 4).fold(first, louder)
    }

    fn is_key(&self, power: f32, [low, high]: [Sight; 2]) -> bool {
        let high_over_low_db = 10.0 * (high.power / low.power).log10();
        low.power.min(high.power) > WEAKEST
            && low.power + high.power > self.limits.purity * power
            && high_over_low_db < self.limits.high_over_low_db
            && -high_over_low_db < self.limits.low_over_high_db
    }

    /// Takes what one look showed; the key if that makes it a press.
    fn step(&mut self, seen: Option<Seen>) -> Option<char> {
        let key = seen.map(|seen| seen.key);
        if self.pressed.is_some() {
            self.away = if key == self.pressed {
                0
            } else {
                self.away + 1
            };
            if self.away >= AWAY_LOOKS {
                self.pressed = None;
            }
        }
        self.run = match (self.run, seen) {
            (Some(run), Some(seen)) if run.key == seen.key => Some(run.longer(seen)),
            (_, Some(seen)) => Some(Run::new(seen)),
            (Some(run), None) if run.misses < MISSES_MAX => Some(Run {
                misses: run.misses + 1,
                ..run
            }),
            (_, None) => None,
        };
        let run = self.run?;
        let is_press = run.looks >= self.limits.looks
            && run.has_frequencies_of_a_key(self.limits)
            && self.pressed != key
            && key == Some(run.key);
        if !is_press {
            return None;
        }
        (self.pressed, self.away) = (key, 0);
        key
    }
}

impl Run {
    fn new(seen: Seen) -> Run {
        Run {
            key: seen.key,
            looks: 1,
            misses: 0,
            off: [seen.off; LOOKS_KEPT],
        }
    }

    fn longer(mut self, seen: Seen) -> Run {
        self.off.rotate_right(1);
        self.off[0] = seen.off;
        Run {
            looks: self.looks.saturating_add(1),
            misses: 0,
            ..self
        }
    }

    fn has_frequencies_of_a_key(&self, limits: Limits) -> bool {
        let mean = [0, 1].map(|tone| {
            let sum: f32 = self.off.iter().map(|off| off[tone]).sum();
            sum / LOOKS_KEPT as f32
        });
        let wander = [0, 1].map(|tone| {
            let off = self.off.iter().map(|off| off[tone]);
            off.clone().fold(f32::MIN, f32::max) - off.fold(f32::MAX, f32::min)
        });
        mean.iter().all(|off| off.abs() < limits.tolerance)
            && (mean[1] - mean[0]).abs() < limits.apart
            && wander.iter().all(|range| *range < limits.wander)
    }
}

/// The sound of keys pressed one after another: each `tone_ms` long and followed by `gap_ms` of
/// silence. `level_db` is the level of both tones together in dBFS, as [`Frame::level_db`] counts;
/// above [`LOUDEST_DB`] it would be clipped and is not. What is not a key is left out.
///
/// [`TONE_MS`], [`GAP_MS`] and [`LEVEL_DB`] are for lines of which nothing is known. Some soft
/// modems overflow above −18 dBFS for each tone: −15 dB for both suits them.
pub fn tones(keys: &str, tone_ms: u32, gap_ms: u32, level_db: f32) -> Vec<i16> {
    let samples = |ms: u32| ms as usize * (RATE_HZ as usize / 1_000);
    let (length, gap) = (samples(tone_ms), samples(gap_ms));
    // Two sines of amplitude 1 have a power of 1 together.
    let amplitude = 10f32.powf(level_db.min(LOUDEST_DB) / 20.0);
    let mut sound = Vec::new();
    for (low, high) in keys.chars().filter_map(place_of) {
        sound.extend((0..length).map(|place| {
            let wave = sine(TONES_HZ[low], place) + sine(TONES_HZ[4 + high], place);
            let sample = FULL_SCALE * amplitude * edge(place, length) * wave;
            sample.round() as i16
        }));
        sound.resize(sound.len() + gap, 0);
    }
    sound
}

/// Row and column of a key; letters in either case.
fn place_of(key: char) -> Option<(usize, usize)> {
    let key = key.to_ascii_uppercase();
    (0..16)
        .map(|place| (place / 4, place % 4))
        .find(|(low, high)| KEYS[*low][*high] == key)
}

fn sine(hz: f32, place: usize) -> f32 {
    let turns = f64::from(hz) * place as f64 / f64::from(RATE_HZ);
    (std::f64::consts::TAU * turns.fract()).sin() as f32
}

/// A tone that begins at once would be heard as a click.
fn edge(place: usize, length: usize) -> f32 {
    let from_end = place.min(length - 1 - place) as f32 + 0.5;
    let part = (from_end / EDGE as f32).min(1.0);
    0.5 - 0.5 * (std::f32::consts::PI * part).cos()
}

/// Milliseconds of each tone and of the gap behind it on lines of which nothing is known. ITU-T
/// Q.24 wants 40 of a receiver; the network's own generators use 70 to 100.
pub const TONE_MS: u32 = 100;
/// See [`TONE_MS`].
pub const GAP_MS: u32 = 100;

/// Level of both tones together, in dBFS, on lines of which nothing is known.
pub const LEVEL_DB: f32 = -10.0;

/// Above this level, in dBFS, two tones together do not fit into a sample.
pub const LOUDEST_DB: f32 = -6.1;

/// The low group, then the high group (ITU-T Q.23).
const TONES_HZ: [f32; 8] = [
    697.0, 770.0, 852.0, 941.0, 1_209.0, 1_336.0, 1_477.0, 1_633.0,
];

/// The key of each low tone with each high tone.
const KEYS: [[char; 4]; 4] = [
    ['1', '2', '3', 'A'],
    ['4', '5', '6', 'B'],
    ['7', '8', '9', 'C'],
    ['*', '0', '#', 'D'],
];

/// Samples of one look, 25 ms: short enough that a press of 40 ms fills several, long enough to
/// tell a tone from its neighbour 73 Hz away.
const WINDOW: usize = 200;

/// Samples between looks, 5 ms.
const HOP: usize = 40;

/// Weakest tone that may belong to a key, in power: −45 dBFS. The weakest promised has −36, and
/// lines lose.
const WEAKEST: f32 = 3.2e-5;

/// One look may be this much off and still belong to a run. Noise and the edges of a press move
/// single looks; the mean of the run is held against [`Limits::tolerance`].
const LOOK_TOLERANCE: f32 = 0.03;

/// Looks that tell the frequency of a press. Where a tone begins, its phase tells of the beginning
/// and not of the frequency, so fewer than [`Limits::looks`].
const LOOKS_KEPT: usize = 4;

/// Looks that may miss a key within a run: 5 ms, a click.
const MISSES_MAX: u8 = 1;

/// Looks in a row without the key after which it has been let go: 40 ms. A gap of 40 ms shows in
/// about ten looks, one lost packet of 20 ms in about six.
const AWAY_LOOKS: u8 = 8;

/// What is below is hum and not telephone sound.
const HUM_CUTOFF_HZ: f32 = 100.0;

/// Samples over which a generated tone rises and falls, 3 ms.
const EDGE: usize = 24;

const FULL_SCALE: f32 = 32_767.0;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::voice::frame::FRAME_SAMPLES;

    const ALL: &str = "1234567890*#ABCD";

    fn heard_by(ear: &mut Ear, sound: &[i16]) -> String {
        let frames = sound.chunks(FRAME_SAMPLES).map(|chunk| {
            let mut frame = Frame::SILENCE;
            frame.0[..chunk.len()].copy_from_slice(chunk);
            frame
        });
        frames.filter_map(|frame| ear.hear(&frame)).collect()
    }

    fn heard(sound: &[i16]) -> String {
        heard_by(&mut Ear::new(), sound)
    }

    fn silence(ms: usize) -> Vec<i16> {
        vec![0; ms * 8]
    }

    #[test]
    fn every_key_that_is_pressed_is_heard_once() {
        for level_db in [LEVEL_DB, LOUDEST_DB, -15.0, -33.0] {
            assert_eq!(heard(&tones(ALL, 50, 50, level_db)), ALL, "{level_db} dBFS");
        }
        assert_eq!(heard(&tones(ALL, TONE_MS, GAP_MS, LEVEL_DB)), ALL);
    }

    #[test]
    fn it_does_not_matter_where_in_a_frame_a_press_begins() {
        for early in (0..FRAME_SAMPLES).step_by(7) {
            let mut sound = vec![0; early];
            sound.extend(tones("112", 50, 50, LEVEL_DB));
            assert_eq!(heard(&sound), "112", "{early} samples later");
        }
    }

    #[test]
    fn a_key_held_long_is_one_press_and_the_same_key_again_is_another() {
        let mut ear = Ear::new();
        assert_eq!(heard_by(&mut ear, &tones("5", 4_000, 0, LEVEL_DB)), "5");
        assert!(ear.is_pressed());
        assert_eq!(heard_by(&mut ear, &silence(60)), "");
        assert!(!ear.is_pressed());
        assert_eq!(heard(&tones("555", 50, 40, LEVEL_DB)), "555");
    }

    #[test]
    fn a_lost_packet_does_not_make_two_presses_of_one() {
        for lost_ms in [5, 10, 20] {
            let mut sound = tones("5", 300, 100, LEVEL_DB);
            sound[800..800 + lost_ms * 8].fill(0);
            assert_eq!(heard(&sound), "5", "{lost_ms} ms lost");
        }
    }

    #[test]
    fn another_key_without_a_gap_is_another_press() {
        assert_eq!(heard(&tones("1590", 80, 0, LEVEL_DB)), "1590");
    }

    #[test]
    fn what_is_too_short_too_faint_or_only_one_tone_is_no_key() {
        assert_eq!(heard(&tones(ALL, 23, 100, LEVEL_DB)), "");
        assert_eq!(heard(&tones(ALL, 100, 100, -60.0)), "");
        let one: Vec<i16> = (0..8_000)
            .map(|place| (9_000.0 * sine(TONES_HZ[5], place)) as i16)
            .collect();
        assert_eq!(heard(&one), "");
    }

    #[test]
    fn a_press_is_told_before_it_would_be_a_nuisance() {
        let sound = tones("7", 100, 100, LEVEL_DB);
        let mut ear = Ear::new();
        let mut frames = sound.chunks_exact(FRAME_SAMPLES);
        let told = frames.position(|chunk| {
            let mut frame = Frame::SILENCE;
            frame.0.copy_from_slice(chunk);
            ear.hear(&frame).is_some()
        });
        assert!(told.is_some_and(|frame| frame <= 2), "{told:?}");
    }

    #[test]
    fn the_generator_keeps_to_what_was_asked() {
        let sound = tones("1 2-x3", 100, 50, -15.0);
        assert_eq!(sound.len(), 3 * 150 * 8);
        assert_eq!(tones("a", 50, 50, -15.0), tones("A", 50, 50, -15.0));
        assert!(tones("", 100, 100, -10.0).is_empty());
        assert!(tones("5", 0, 0, -10.0).is_empty());
        let mut middle = Frame::SILENCE;
        middle.0.copy_from_slice(&sound[320..480]);
        assert!((middle.level_db() + 15.0).abs() < 0.5, "{middle:?}");
        let loud = tones("D", 100, 0, 20.0);
        let peak = loud.iter().map(|s| s.unsigned_abs()).max();
        assert!(
            peak.is_some_and(|peak| (30_000..32_767).contains(&peak)),
            "{peak:?}"
        );
        // Nothing clicks: neighbours at the edges are close.
        assert!(sound[0].abs() < 30 && sound[799].abs() < 30);
    }
}
