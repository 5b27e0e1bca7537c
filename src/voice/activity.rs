//! Whether somebody is there: speech, and taps for those who cannot speak (Protokol Senyap,
//! domain.md 4.2).
//!
//! Everything is energy above the noise of the line ([`super::floor`]), seen in steps of 1.25 ms. A
//! stretch of it is a burst. Long ones, and many close together, are speech. Short ones on their
//! own are taps: a knock on the telephone, a cough, a single word. Who listens for a sign of life
//! should take either for one.

use super::floor::Floor;
use super::frame::{FRAME_SAMPLES, Frame};
use super::highpass::HighPass;

/// What somebody did.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Activity {
    /// Energy for 200 of the last 300 ms, and too long for a tap.
    SpeechBegan,
    /// Quiet for 800 ms.
    SpeechEnded,
    /// 5 to 250 ms of energy, with 250 ms of quiet before and after. Knocks in a row may follow
    /// faster, 100 ms apart, and are one tap each; quiet must be before the first and behind the
    /// last. Where an echo of ours may sound, what is 10 dB fainter than each tap is quiet enough.
    /// Never during speech.
    Tap,
}

/// Hears activity in a stream of frames.
///
/// Steady noise, hum and an offset are not activity. Where noise sets in suddenly and stays, it
/// counts as speech until it has lasted for three seconds. In the first 100 ms nothing is heard.
#[derive(Clone, Debug)]
pub struct Ear {
    filter: HighPass,
    floor: Floor,
    envelope: Envelope,
    /// Power below which anything may be an echo of what we said.
    echo: f32,
    /// Steps so far, and those in a row without energy.
    now: u64,
    quiet: u64,
    /// The energy that goes on, or went on a moment ago.
    burst: Option<Burst>,
    group: Group,
    /// The loudest of each frame that may have been an echo of what we said, newest first.
    murmur: [f32; MURMUR_FRAMES],
    /// What sounds is not of the caller's making, until it is quiet.
    masked: bool,
    /// Whether each of the last frames had energy, newest in the lowest bit.
    frames: u32,
    /// Frames in a row without energy.
    quiet_frames: u32,
    speech: bool,
    /// What was told last of that.
    told: bool,
    /// Taps to be told, one in a frame.
    taps: u8,
}

/// A stretch of energy without a hole of 100 ms.
#[derive(Clone, Copy, Debug)]
struct Burst {
    /// The first step that is not faint beside the peak, its power, and the last such step.
    first: u64,
    first_power: f32,
    last: u64,
    peak: f32,
}

/// Bursts without 250 ms of quiet between them.
#[derive(Clone, Copy, Default, Debug)]
struct Group {
    /// Its first and its last step with energy.
    span: Option<(u64, u64)>,
    /// Bursts that are taps if nothing spoils it, and the peak of the faintest.
    taps: u8,
    faintest: Option<f32>,
    /// The loudest of what sounded around them below the threshold.
    murmur: f32,
    spoiled: bool,
}

/// Mean power of the last steps.
#[derive(Clone, Debug, Default)]
struct Envelope {
    steps: [f32; STEPS_MEAN],
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
            filter: HighPass::new(CUTOFF_HZ),
            floor: Floor::new(),
            envelope: Envelope::default(),
            echo: 0.0,
            now: 0,
            quiet: 0,
            burst: None,
            group: Group::default(),
            murmur: [0.0; MURMUR_FRAMES],
            masked: false,
            frames: 0,
            quiet_frames: 0,
            speech: false,
            told: false,
            taps: 0,
        }
    }

    /// Hears 20 ms; at most one thing is told in a frame, the next in the next.
    pub fn hear(&mut self, frame: &Frame) -> Option<Activity> {
        let samples = self.filter.pass(frame);
        let power = samples.iter().map(|x| x * x).sum::<f32>() / FRAME_SAMPLES as f32;
        let noise = self.floor.power();
        self.floor.hear(power);
        let noise = noise?;
        let mut loud_steps = 0;
        self.murmur.rotate_right(1);
        self.murmur[0] = 0.0;
        let audible = (LOUD_OVER_NOISE * noise).max(FAINTEST);
        for step in samples.chunks_exact(STEP) {
            self.now += 1;
            let power = self.envelope.hear(step);
            let is_loud = power > audible.max(self.echo);
            loud_steps += usize::from(is_loud);
            if !is_loud && power > audible {
                self.murmurs(power);
            }
            self.step(power, is_loud, noise);
        }
        // A click may be as loud as a word, and does not last.
        self.frame(loud_steps >= LOUD_STEPS);
        self.tell()
    }

    /// From now on nothing below this power counts: it may be an echo of what we said ourselves.
    pub fn ignore_below(&mut self, power: f32) {
        self.echo = power;
    }

    /// What sounds now is a key or a line tone: it is neither a tap nor speech, from its beginning until it is quiet for 40 ms. Call it in every frame in which that is known; a
    /// key may have sounded for 150 ms before.
    pub fn mask(&mut self) {
        self.masked = true;
        self.burst = None;
        self.frames = 0;
    }

    /// This may be an echo of ours, or a caller who speaks while we do.
    fn murmurs(&mut self, power: f32) {
        self.murmur[0] = self.murmur[0].max(power);
        if self.quiet >= EDGE_STEPS {
            self.group.murmur = self.group.murmur.max(power);
        }
    }

    /// One step of the envelope.
    fn step(&mut self, power: f32, is_loud: bool, noise: f32) {
        if is_loud && !self.masked {
            let burst = self.burst.unwrap_or_else(|| Burst::new(power, self.now));
            self.burst = Some(burst.longer(power, self.now));
        }
        if is_loud {
            self.quiet = 0;
            if self.group.span.is_none() {
                let before = self.murmur.iter().skip(EDGE_FRAMES);
                self.group.murmur = before.copied().fold(0.0, f32::max);
            }
            let first = self.group.span.map_or(self.now, |(first, _)| first);
            self.group.span = Some((first, self.now));
            return;
        }
        self.quiet += 1;
        self.masked &= self.quiet < UNMASK_STEPS;
        if self.quiet >= HOLE_STEPS {
            self.end_burst(noise);
        }
        let Some((first, _)) = self.group.span else {
            return;
        };
        if self.quiet >= APART_STEPS {
            self.tell_taps();
            self.group = Group::default();
        } else if self.now - first > GROUP_STEPS_MAX && self.burst.is_none() {
            // Somebody knocks and knocks, or the line crackles: nobody waits for the end of that.
            self.tell_taps();
            self.group = Group {
                span: Some((self.now, self.now)),
                ..Group::default()
            };
        }
    }

    fn end_burst(&mut self, noise: f32) {
        let Some(burst) = self.burst.take() else {
            return;
        };
        let steps = burst.steps();
        // A line that crackles, and what is hardly more than its noise, neither help nor spoil.
        if steps < TAP_STEPS_MIN || burst.peak < TAP_OVER_NOISE * noise {
            return;
        }
        if steps > TAP_STEPS_MAX {
            self.group.spoiled = true;
        } else {
            self.group.taps = self.group.taps.saturating_add(1);
            let faintest = self.group.faintest.unwrap_or(f32::MAX);
            self.group.faintest = Some(faintest.min(burst.peak));
        }
    }

    fn tell_taps(&mut self) {
        let taps = std::mem::take(&mut self.group.taps);
        let stands_out = |peak| peak >= STANDS_OUT * self.group.murmur;
        let alone = self.group.faintest.is_some_and(stands_out);
        if alone && !self.group.spoiled && !self.speech {
            self.taps = self.taps.saturating_add(taps);
        }
    }

    /// The end of a frame, and whether it had energy.
    fn frame(&mut self, is_loud: bool) {
        let is_loud = is_loud && !self.masked;
        self.frames = (self.frames << 1 | u32::from(is_loud)) & FRAMES_MASK;
        self.quiet_frames = if is_loud { 0 } else { self.quiet_frames + 1 };
        if self.speech {
            self.speech = self.quiet_frames < END_FRAMES;
            return;
        }
        self.quiet_frames = self.quiet_frames.min(END_FRAMES);
        let longer_than_a_tap = self
            .group
            .span
            .is_some_and(|(first, last)| last - first > TAP_STEPS_MAX + STEPS_MEAN as u64);
        if is_loud && self.frames.count_ones() >= BEGIN_FRAMES && longer_than_a_tap {
            self.speech = true;
            self.group.spoiled = true;
        }
    }

    fn tell(&mut self) -> Option<Activity> {
        if self.taps > 0 {
            self.taps -= 1;
            return Some(Activity::Tap);
        }
        if self.told == self.speech {
            return None;
        }
        self.told = self.speech;
        Some(if self.speech {
            Activity::SpeechBegan
        } else {
            Activity::SpeechEnded
        })
    }
}

impl Burst {
    fn new(power: f32, now: u64) -> Burst {
        Burst {
            first: now,
            first_power: power,
            last: now,
            peak: power,
        }
    }

    fn longer(mut self, power: f32, now: u64) -> Burst {
        if power > self.peak {
            self.peak = power;
            if self.first_power < FAINT * power {
                (self.first, self.first_power) = (now, power);
            }
        }
        if power >= FAINT * self.peak {
            self.last = now;
        }
        self
    }

    /// How many steps it lasted; the envelope makes each burst longer by what it averages.
    fn steps(&self) -> u64 {
        (self.last - self.first + 2).saturating_sub(STEPS_MEAN as u64)
    }
}

impl Envelope {
    fn hear(&mut self, samples: &[f32]) -> f32 {
        self.steps.rotate_right(1);
        self.steps[0] = samples.iter().map(|x| x * x).sum::<f32>() / STEP as f32;
        self.steps.iter().sum::<f32>() / STEPS_MEAN as f32
    }
}

/// Samples of one step, 1.25 ms.
const STEP: usize = 10;

/// Steps in a millisecond, as a fraction.
const fn steps(ms: u64) -> u64 {
    ms * 8 / STEP as u64
}

/// Steps over which the envelope is a mean, 5 ms: a single step of rumbling noise says nothing.
const STEPS_MEAN: usize = 4;

/// Knocks and voices have enough above; hum, wind and rumble are below.
const CUTOFF_HZ: f32 = 300.0;

/// A step belongs to a burst from so many times the noise on (10 dB).
const LOUD_OVER_NOISE: f32 = 10.0;

/// Loud steps that make a frame one with energy: half of its sixteen.
const LOUD_STEPS: usize = 8;

/// A tap has a peak of so many times the noise (15 dB). The loudest 5 ms in an hour of any noise
/// stay below.
const TAP_OVER_NOISE: f32 = 32.0;

/// Below −54 dBFS nothing counts, however quiet the line is.
const FAINTEST: f32 = 4e-6;

/// What is so much weaker than the peak of a burst (20 dB) is its echo.
const FAINT: f32 = 0.01;

/// A tap lasts 5 to 250 ms.
const TAP_STEPS_MIN: u64 = steps(5);
const TAP_STEPS_MAX: u64 = steps(250);

/// Quiet that ends a burst, so that knocks in a row are counted.
const HOLE_STEPS: u64 = steps(100);

/// Quiet before and behind taps.
const APART_STEPS: u64 = steps(250);

/// What sounds so close to a tap (60 ms) is its own beginning or end.
const EDGE_STEPS: u64 = steps(60);
const EDGE_FRAMES: usize = 3;

/// So much louder is a tap than what sounds around it while we speak (10 dB): between a caller who
/// speaks at the same time as the operator and seems to knock, and knocks lost in the echo of a bad
/// hybrid. Measured in `tests/slow/ears/activity.rs`.
const STANDS_OUT: f32 = 10.0;

/// As far as quiet is looked for before a tap, and its edge: 320 ms.
const MURMUR_FRAMES: usize = 16;

/// Taps that go on without such quiet are told after this time.
const GROUP_STEPS_MAX: u64 = steps(1_000);

/// Quiet that ends a mask. Keys may be 40 ms apart.
const UNMASK_STEPS: u64 = steps(40);

/// Speech begins with 10 of 15 frames, 200 of 300 ms, and ends with 40 quiet ones, 800 ms.
const FRAMES_MASK: u32 = (1 << 15) - 1;
const BEGIN_FRAMES: u32 = 10;
const END_FRAMES: u32 = 40;

#[cfg(test)]
mod tests {
    use super::*;

    /// A line with faint noise, and what somebody does on it.
    struct Line {
        ear: Ear,
        seed: u32,
        frames: usize,
        samples: Vec<i16>,
        told: Vec<(usize, Activity)>,
        mask: bool,
    }

    impl Line {
        /// A second of nothing but the line.
        fn new() -> Line {
            let mut line = Line {
                ear: Ear::new(),
                seed: 1,
                frames: 0,
                samples: Vec::new(),
                told: Vec::new(),
                mask: false,
            };
            line.quiet(1_000);
            line
        }

        /// Noise for so many milliseconds; `size` is its largest sample.
        fn noise(&mut self, ms: usize, size: i32) -> &mut Line {
            for _ in 0..ms * 8 {
                self.seed = self
                    .seed
                    .wrapping_mul(1_664_525)
                    .wrapping_add(1_013_904_223);
                let part = (self.seed >> 16) as i32 - 32_768;
                self.samples.push((part * size / 32_768) as i16);
            }
            while self.samples.len() >= FRAME_SAMPLES {
                let mut frame = Frame::SILENCE;
                frame.0.copy_from_slice(&self.samples[..FRAME_SAMPLES]);
                self.samples.drain(..FRAME_SAMPLES);
                if self.mask {
                    self.ear.mask();
                }
                if let Some(activity) = self.ear.hear(&frame) {
                    self.told.push((self.frames, activity));
                }
                self.frames += 1;
            }
            self
        }

        fn quiet(&mut self, ms: usize) -> &mut Line {
            self.noise(ms, 30)
        }

        fn loud(&mut self, ms: usize) -> &mut Line {
            self.noise(ms, 3_000)
        }

        fn told(&mut self) -> Vec<Activity> {
            let told = std::mem::take(&mut self.told);
            told.into_iter().map(|(_, activity)| activity).collect()
        }
    }

    use Activity::{SpeechBegan, SpeechEnded, Tap};

    #[test]
    fn speech_begins_soon_and_ends_after_a_pause() {
        let mut line = Line::new();
        let before = line.frames;
        line.loud(1_000).quiet(500).loud(300).quiet(700);
        let began = line.told[0].0 - before;
        assert!((10..=14).contains(&began), "{began} frames");
        assert_eq!(line.told(), [SpeechBegan]);
        line.quiet(200);
        assert_eq!(line.told(), [SpeechEnded]);
    }

    #[test]
    fn a_knock_is_a_tap_and_two_are_two() {
        for ms in [6, 20, 100, 240] {
            let mut line = Line::new();
            line.loud(ms).quiet(400);
            assert_eq!(line.told(), [Tap], "{ms} ms");
            line.loud(ms).quiet(300).loud(ms).quiet(400);
            assert_eq!(line.told(), [Tap, Tap], "{ms} ms");
        }
    }

    #[test]
    fn knocks_in_a_row_are_counted_when_they_are_over() {
        let mut line = Line::new();
        line.loud(20).quiet(150).loud(20).quiet(150).loud(20);
        assert_eq!(line.told(), []);
        line.quiet(400);
        assert_eq!(line.told(), [Tap, Tap, Tap]);
    }

    #[test]
    fn knocking_without_end_is_told_before_it_ends() {
        let mut line = Line::new();
        for _ in 0..20 {
            line.loud(20).quiet(180);
        }
        let taps = line.told().len();
        assert!((12..=20).contains(&taps), "{taps}");
    }

    #[test]
    fn crackling_is_no_tap() {
        let mut line = Line::new();
        for _ in 0..20 {
            line.noise(1, 20_000).quiet(500);
        }
        assert_eq!(line.told(), []);
    }

    #[test]
    fn who_knocks_after_speaking_is_heard_on_a_line_that_crackles() {
        let mut line = Line::new();
        line.loud(600);
        for _ in 0..30 {
            line.quiet(180).noise(1, 20_000);
        }
        line.loud(30);
        for _ in 0..20 {
            line.quiet(180).noise(1, 20_000);
        }
        assert_eq!(line.told(), [SpeechBegan, SpeechEnded, Tap]);
    }

    #[test]
    fn in_speech_there_are_no_taps() {
        let mut line = Line::new();
        line.loud(400)
            .quiet(400)
            .loud(50)
            .quiet(400)
            .loud(50)
            .quiet(1_500);
        assert_eq!(line.told(), [SpeechBegan, SpeechEnded]);
        line.loud(50).quiet(400);
        assert_eq!(line.told(), [Tap]);
    }

    #[test]
    fn steady_noise_is_taken_for_speech_only_until_it_has_lasted() {
        let mut line = Line::new();
        line.noise(3_000, 500);
        assert_eq!(line.told(), [SpeechBegan]);
        line.noise(2_000, 500);
        assert_eq!(line.told(), [SpeechEnded]);
        line.noise(5_000, 500);
        assert_eq!(line.told(), []);
        // Over it a louder voice is heard as ever.
        line.noise(500, 8_000);
        assert_eq!(line.told(), [SpeechBegan]);
    }

    #[test]
    fn a_call_that_begins_in_noise_begins_in_silence() {
        let mut line = Line {
            ear: Ear::new(),
            ..Line::new()
        };
        line.noise(5_000, 800);
        assert_eq!(line.told(), []);
    }

    #[test]
    fn somebody_who_screams_without_a_breath_is_not_taken_for_noise() {
        let mut line = Line::new();
        line.noise(20_000, 20_000);
        assert_eq!(line.told(), [SpeechBegan]);
    }

    #[test]
    fn what_is_masked_is_neither_and_the_mask_goes_by_itself() {
        let mut line = Line::new();
        line.loud(60);
        line.mask = true;
        line.loud(500);
        line.mask = false;
        line.loud(200).quiet(600);
        assert_eq!(line.told(), []);
        line.loud(30).quiet(400);
        assert_eq!(line.told(), [Tap]);
        // In silence a mask hides nothing that comes later.
        line.mask = true;
        line.quiet(100);
        line.mask = false;
        line.quiet(20).loud(400).quiet(1_000);
        assert_eq!(line.told(), [SpeechBegan, SpeechEnded]);
    }
}
