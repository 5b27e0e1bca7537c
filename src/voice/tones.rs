//! What the exchange plays on a line (dial, busy, congestion, ringback), heard in the sound itself.
//!
//! All of them are 425 Hz and differ in their cadence (hardware.md 5.5). An exchange's generator is
//! a machine: its tone is nearly all there is to hear, and keeps its frequency and its loudness to
//! the end. Voices and instruments near 425 Hz have overtones or waver, and are in no cadence; only
//! a pure, unwavering 425 Hz in the very rhythm is taken for the real thing, whoever makes it.

use super::frame::Frame;
use super::highpass::HighPass;
use super::probe::{Probe, Sight};
use crate::base::sound::LineTone;

/// Hears line tones in a stream of frames.
///
/// A tone is told when its cadence is established: three full cycles of busy or congestion (and the
/// beginning of the fourth), one of ringback, 2.5 s of dial tone. It is told again each time as much
/// more of it has been heard, so that two tellings are two pieces of evidence.
#[derive(Clone, Debug)]
pub struct Ear {
    filter: HighPass,
    probe: Probe<4>,
    /// Looks so far, 10 ms apart.
    now: u64,
    /// The burst that is sounding.
    current: Option<Burst>,
    /// The burst before the present gap.
    before: Option<Burst>,
    /// Looks of the present gap in which it was not quiet.
    loud: u32,
    /// Full cycles of a cadence in a row that have not been told.
    cycles: Option<(LineTone, u32)>,
}

/// A stretch of steady tone.
#[derive(Clone, Copy, Debug)]
struct Burst {
    /// Its first and its last look.
    first: u64,
    last: u64,
    /// How many looks showed it.
    looks: u32,
    /// Means over them.
    power: f32,
    off_hz: f32,
}

impl Default for Ear {
    fn default() -> Ear {
        Ear::new()
    }
}

impl Ear {
    /// An ear that has heard nothing yet.
    pub fn new() -> Ear {
        Ear {
            filter: HighPass::new(HUM_CUTOFF_HZ),
            probe: Probe::new(PLACES_HZ, WINDOW, HOP),
            now: 0,
            current: None,
            before: None,
            loud: 0,
            cycles: None,
        }
    }

    /// Hears 20 ms; a tone when it is established, and when as much of it again has been heard.
    pub fn hear(&mut self, frame: &Frame) -> Option<LineTone> {
        let samples = self.filter.pass(frame);
        let mut told = None;
        for hop in samples.chunks_exact(HOP) {
            self.now += 1;
            let power = self.probe.slide(hop);
            self.probe.look();
            let sight = self.sight();
            told = if self.is_tone_in(power, sight) {
                self.tone(sight).or(told)
            } else {
                self.no_tone(power);
                told
            };
        }
        told
    }

    /// The tone as the nearest of the places shows it, its frequency against the nominal one.
    fn sight(&self) -> Sight {
        let louder = |a: usize, b: usize| {
            if self.probe.strength(b) > self.probe.strength(a) {
                b
            } else {
                a
            }
        };
        let place = (1..PLACES_HZ.len()).fold(0, louder);
        let sight = self.probe.sight(place);
        Sight {
            off_hz: sight.off_hz + PLACES_HZ[place] - TONE_HZ,
            ..sight
        }
    }

    /// Whether a look shows a tone, and the one that is sounding if there is one.
    fn is_tone_in(&self, power: f32, sight: Sight) -> bool {
        // What a codec leaves of a tone in the gap behind it is not the next one.
        let quiet = self.before.map_or(0.0, |before| QUIET * before.power);
        sight.power > WEAKEST.max(quiet)
            && sight.power > PURITY * power
            && sight.off_hz.abs() < TOLERANCE_HZ
            && self.current.is_none_or(|burst| burst.fits(sight))
    }

    /// Whether a steady 425 Hz is sounding: no voice, whatever its cadence will turn out to be.
    pub fn is_tone(&self) -> bool {
        self.current.is_some_and(|burst| burst.is_sure())
    }

    fn tone(&mut self, sight: Sight) -> Option<LineTone> {
        let burst = match self.current {
            Some(burst) => burst.longer(sight, self.now),
            None => Burst::new(sight, self.now),
        };
        self.current = Some(burst);
        if burst.looks == SURE_LOOKS {
            return self.close_gap(burst);
        }
        if burst.looks.is_multiple_of(DIAL_LOOKS) && burst.is_whole() {
            self.cycles = None;
            return Some(LineTone::Dial);
        }
        None
    }

    fn no_tone(&mut self, power: f32) {
        if let Some(burst) = self.current {
            // One look at the edge of a burst may be pure by chance; it begins nothing.
            if burst.looks >= FIRST_LOOKS && self.now - burst.last <= BRIDGED_LOOKS {
                return;
            }
            self.current = None;
            if burst.is_sure() {
                (self.before, self.loud) = (Some(burst), 0);
            } else {
                self.loud += burst.looks;
            }
        }
        let Some(before) = self.before else {
            return;
        };
        self.loud += u32::from(power > QUIET * before.power);
        if self.loud > LOUD_LOOKS_MAX || self.now - before.last > GAP_LOOKS_MAX {
            self.before = None;
            self.cycles = None;
        }
    }

    /// A new burst has begun: what it and the one before it were apart makes a cycle, or does not.
    fn close_gap(&mut self, burst: Burst) -> Option<LineTone> {
        let cadence = self
            .before
            .take()
            .filter(|before| before.is_whole() && before.is_like(burst))
            .and_then(|before| Cadence::of(before, burst));
        let Some(cadence) = cadence else {
            self.cycles = None;
            return None;
        };
        let so_far = match self.cycles {
            Some((tone, cycles)) if tone == cadence.tone => cycles,
            _ => 0,
        };
        let is_established = so_far + 1 >= cadence.cycles;
        let untold = if is_established { 0 } else { so_far + 1 };
        self.cycles = Some((cadence.tone, untold));
        is_established.then_some(cadence.tone)
    }
}

impl Burst {
    fn new(sight: Sight, now: u64) -> Burst {
        Burst {
            first: now,
            last: now,
            looks: 1,
            power: sight.power,
            off_hz: sight.off_hz,
        }
    }

    fn longer(self, sight: Sight, now: u64) -> Burst {
        // The first looks see the tone begin and know little of how it is.
        let share = match self.looks {
            0..FIRST_LOOKS => 1.0,
            looks => 1.0 / (looks + 1 - FIRST_LOOKS) as f32,
        };
        Burst {
            last: now,
            looks: self.looks.saturating_add(1),
            power: self.power + share * (sight.power - self.power),
            off_hz: self.off_hz + share * (sight.off_hz - self.off_hz),
            ..self
        }
    }

    fn is_sure(&self) -> bool {
        self.looks >= SURE_LOOKS
    }

    /// Whether nearly every look since its beginning showed it. A tone that wavers leaves holes.
    fn is_whole(&self) -> bool {
        let span = self.last - self.first + 1;
        (span - u64::from(self.looks)) * HOLES_MAX <= span
    }

    /// Whether a look shows the same tone.
    fn fits(&self, sight: Sight) -> bool {
        self.looks < FIRST_LOOKS || self.is_near(sight.power, sight.off_hz, STEADY)
    }

    /// Whether another burst comes from the same generator.
    fn is_like(&self, other: Burst) -> bool {
        self.is_near(other.power, other.off_hz, ALIKE)
    }

    fn is_near(&self, power: f32, off_hz: f32, factor: f32) -> bool {
        let ratio = power / self.power;
        (off_hz - self.off_hz).abs() < STEADY_HZ && (1.0 / factor..factor).contains(&ratio)
    }
}

/// A tone that is on and off for certain times.
struct Cadence {
    tone: LineTone,
    on_ms: u64,
    off_ms: u64,
    /// Full cycles that establish it.
    cycles: u32,
}

/// hardware.md 5.5. Dial tone has no cadence.
const CADENCES: [Cadence; 3] = [
    Cadence {
        tone: LineTone::Busy,
        on_ms: 500,
        off_ms: 500,
        cycles: 3,
    },
    Cadence {
        tone: LineTone::Congestion,
        on_ms: 250,
        off_ms: 250,
        cycles: 3,
    },
    Cadence {
        tone: LineTone::Ringback,
        on_ms: 1_000,
        off_ms: 4_000,
        cycles: 1,
    },
];

impl Cadence {
    /// The cadence to which a burst and the gap behind it belong.
    fn of(burst: Burst, next: Burst) -> Option<&'static Cadence> {
        let on_ms = (burst.last - burst.first) * LOOK_MS + EDGES_MS;
        let off_ms = ((next.first - burst.last) * LOOK_MS).saturating_sub(EDGES_MS);
        CADENCES
            .iter()
            .find(|cadence| near(on_ms, cadence.on_ms) && near(off_ms, cadence.off_ms))
    }
}

fn near(measured_ms: u64, nominal_ms: u64) -> bool {
    let tolerance_ms = nominal_ms / CADENCE_TOLERANCE + 2 * LOOK_MS;
    measured_ms.abs_diff(nominal_ms) <= tolerance_ms
}

/// The one frequency of Indonesian exchanges.
const TONE_HZ: f32 = 425.0;

/// Where it is looked for: at one place alone, noise would spoil the looks at a tone 25 Hz away.
const PLACES_HZ: [f32; 4] = [404.0, 418.0, 432.0, 446.0];

/// How far off it may be (hardware.md 5.5: 25 Hz), and what the measure may be off.
const TOLERANCE_HZ: f32 = 29.0;

/// Samples of one look, 40 ms: long enough for a tone in noise, short against a burst of 200 ms.
const WINDOW: usize = 320;

/// Samples and milliseconds between looks.
const HOP: usize = 80;
const LOOK_MS: u64 = 10;

/// A burst lasts this much longer than from its first to its last look, because a look shows the
/// tone when it fills most of the window.
const EDGES_MS: u64 = 35;

/// Weakest tone, in power: −43 dBFS. The weakest promised has −40.
const WEAKEST: f32 = 5e-5;

/// Smallest share of all power that the tone has. Noise 15 dB below leaves 0.97.
const PURITY: f32 = 0.85;

/// Looks from which a burst is one, and not a syllable that passed by: 100 ms.
const SURE_LOOKS: u32 = 10;

/// Looks that see a burst begin.
const FIRST_LOOKS: u32 = 3;

/// A generator keeps its frequency; a singer who tries to wavers by 1 %.
const STEADY_HZ: f32 = 3.5;

/// A generator keeps its loudness, within this factor of power (2 dB).
const STEADY: f32 = 1.6;

/// From burst to burst the codec of a mobile network may change its loudness (6 dB).
const ALIKE: f32 = 4.0;

/// Looks that a click may spoil without ending the burst; the shortest gap has 20.
const BRIDGED_LOOKS: u64 = 5;

/// One look in so many may miss the tone of a burst.
const HOLES_MAX: u64 = 8;

/// What counts as quiet in a gap, in parts of the tone's power (−5 dB). A tone 15 dB above the noise
/// needs less; the codec of a mobile network fills gaps with its own noise.
const QUIET: f32 = 0.3;

/// Looks of a gap that may be loud: those that see the tone begin or end, and a click.
const LOUD_LOOKS_MAX: u32 = 8;

/// Looks of the longest gap, that of ringback, with its tolerance.
const GAP_LOOKS_MAX: u64 = 520;

/// Looks of steady tone that are dial tone: 2.5 s.
const DIAL_LOOKS: u32 = 250;

/// A cadence may be off by a fifth; each end of a burst is seen to within one look.
const CADENCE_TOLERANCE: u64 = 5;

/// What is below is hum and not telephone sound.
const HUM_CUTOFF_HZ: f32 = 100.0;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::voice::dtmf;
    use crate::voice::frame::{FRAME_SAMPLES, RATE_HZ};

    /// What is heard, and after how many milliseconds, while a tone of some frequency (a function
    /// of the seconds it has lasted) is on and off.
    fn heard(
        hz: impl Fn(f32) -> f32,
        on_ms: usize,
        off_ms: usize,
        ms: usize,
    ) -> Vec<(usize, LineTone)> {
        let mut ear = Ear::new();
        let mut turns = 0.0;
        let mut told = Vec::new();
        for number in 0..ms / 20 {
            let mut frame = Frame::SILENCE;
            for (place, sample) in frame.0.iter_mut().enumerate() {
                let place = number * FRAME_SAMPLES + place;
                turns += hz(place as f32 / RATE_HZ as f32) / RATE_HZ as f32;
                if (place / 8) % (on_ms + off_ms) < on_ms {
                    *sample = (8_000.0 * (std::f32::consts::TAU * turns.fract()).sin()) as i16;
                }
            }
            let tone = ear.hear(&frame).map(|tone| ((number + 1) * 20, tone));
            told.extend(tone);
        }
        told
    }

    #[test]
    fn a_cadence_is_told_when_it_is_established_and_again_as_often() {
        use LineTone::{Busy, Congestion, Dial, Ringback};
        let cases = [
            (Dial, 20_000, 0, 2_500),
            (Busy, 500, 500, 3_000),
            (Congestion, 250, 250, 1_500),
            (Ringback, 1_000, 4_000, 5_000),
        ];
        for (tone, on, off, enough) in cases {
            let told = heard(|_| 425.0, on, off, 3 * enough + 300);
            let tones: Vec<LineTone> = told.iter().map(|(_, tone)| *tone).collect();
            assert_eq!(tones, [tone; 3]);
            for (times, (ms, _)) in told.iter().enumerate() {
                let due = (times + 1) * enough;
                assert!((due..due + 200).contains(ms), "{tone:?} at {ms} ms");
            }
        }
    }

    #[test]
    fn another_rhythm_or_another_tone_is_none() {
        for (on, off) in [
            (360, 360),
            (750, 750),
            (500, 250),
            (1_000, 1_000),
            (2_400, 400),
        ] {
            assert_eq!(heard(|_| 425.0, on, off, 20_000), [], "{on}/{off}");
        }
        for hz in [380.0, 470.0, 850.0] {
            assert_eq!(heard(|_| hz, 500, 500, 10_000), [], "{hz} Hz");
            assert_eq!(heard(|_| hz, 10_000, 0, 10_000), [], "{hz} Hz");
        }
    }

    #[test]
    fn who_sings_it_wavers() {
        let wavering = |time: f32| 425.0 + 6.0 * (std::f32::consts::TAU * 5.0 * time).sin();
        assert_eq!(heard(wavering, 20_000, 0, 20_000), []);
        assert_eq!(heard(wavering, 500, 500, 20_000), []);
        let gliding = |time: f32| 410.0 + 3.0 * time;
        assert_eq!(heard(gliding, 10_000, 0, 10_000), []);
    }

    #[test]
    fn a_tone_that_sounds_is_known_before_its_cadence_is() {
        let mut ear = Ear::new();
        let keys = dtmf::tones("5", 400, 0, -10.0);
        for chunk in keys.chunks_exact(FRAME_SAMPLES) {
            let mut frame = Frame::SILENCE;
            frame.0.copy_from_slice(chunk);
            ear.hear(&frame);
            assert!(!ear.is_tone());
        }
        for number in 0..10 {
            let mut frame = Frame::SILENCE;
            for (place, sample) in frame.0.iter_mut().enumerate() {
                let turns = 425.0 * (number * FRAME_SAMPLES + place) as f32 / RATE_HZ as f32;
                *sample = (8_000.0 * (std::f32::consts::TAU * turns).sin()) as i16;
            }
            ear.hear(&frame);
        }
        assert!(ear.is_tone());
    }
}
