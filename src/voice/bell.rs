//! The bell on the box itself: which tune for what, and its samples.
//!
//! Every tune comes in pulses and none is continuous: a continuous tone means "leave the building"
//! (directive 92/58/EEC, annex VII), keeps people from talking to one another, and makes them pull
//! the plug (IEC 60601-1-8, D.3). Notes lie between 500 Hz and 3 kHz, where alarms are heard best
//! (the same, D.2) and a small loudspeaker is loud. A gliding pitch is kept for what is most urgent
//! (92/58/EEC again).

use std::time::Duration;

use super::frame::{FRAME_LASTS, FRAME_SAMPLES, Frame, RATE_HZ};
use crate::base::limits;
use crate::base::time::Tick;

/// What is to be heard, the least urgent first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Tune {
    #[default]
    Silence,
    /// A line is dead.
    LineDown,
    /// The box does not save, or its engine stands still.
    Trouble,
    /// Calls could come and nobody is at the desk.
    Unattended,
    /// A call rings.
    Ring,
    /// It has rung for ten seconds.
    LateRing,
    /// Nobody takes it, or nobody is there to take it.
    Overhead,
}

impl Tune {
    /// For a call that has waited for so long. `attended`: somebody is ready at the desk; an empty
    /// desk is not waited for.
    pub fn of_ring(waits: Duration, attended: bool) -> Tune {
        if !attended || waits >= limits::BELL_OVERHEAD_AFTER {
            Tune::Overhead
        } else if waits >= limits::BELL_RISES_AFTER {
            Tune::LateRing
        } else {
            Tune::Ring
        }
    }

    /// 20 ms of it, so long after it began.
    pub fn frame(self, at: Duration) -> Frame {
        let mut frame = Frame::SILENCE;
        let Some(score) = self.score() else {
            return frame;
        };
        let every = ms(score.every_ms);
        let from = at.as_micros() * u128::from(RATE_HZ) / 1_000_000 % u128::from(every);
        // Less than a minute of samples.
        let from = from as u32;
        for (sample, place) in frame.0.iter_mut().zip(from..) {
            *sample = score.sample(place % every);
        }
        frame
    }

    /// How long nothing sounds, so long after it began.
    fn silent_for(self, at: Duration) -> Duration {
        let Some(score) = self.score() else {
            return Duration::MAX;
        };
        let every = u128::from(score.every_ms);
        let at = at.as_millis() % every;
        let starts = score.notes.iter().map(|note| u128::from(note.starts_ms));
        let lasts = score.notes.iter().map(|note| u128::from(note.lasts_ms));
        let waits = starts.zip(lasts).map(|(starts, lasts)| {
            let within = (starts..starts + lasts).contains(&at);
            if within {
                0
            } else {
                (starts + every - at) % every
            }
        });
        Duration::from_millis(waits.min().unwrap_or(every) as u64)
    }

    /// Whether the loudspeaker is let go in its pauses, which are long.
    fn rests(self) -> bool {
        matches!(self, Tune::LineDown | Tune::Unattended)
    }

    fn score(self) -> Option<&'static Score> {
        match self {
            Tune::Silence => None,
            Tune::LineDown => Some(&LINE_DOWN),
            Tune::Trouble => Some(&TROUBLE),
            Tune::Unattended => Some(&UNATTENDED),
            Tune::Ring => Some(&RING),
            Tune::LateRing => Some(&LATE_RING),
            Tune::Overhead => Some(&OVERHEAD),
        }
    }
}

/// Notes that are played again and again.
struct Score {
    every_ms: u32,
    /// Of full scale at its peaks.
    loud: f32,
    notes: &'static [Note],
}

/// One tone, gliding if it ends elsewhere than it begins.
struct Note {
    starts_ms: u32,
    lasts_ms: u32,
    from_hz: f32,
    to_hz: f32,
}

const fn note(starts_ms: u32, lasts_ms: u32, hz: f32) -> Note {
    glide(starts_ms, lasts_ms, hz, hz)
}

const fn glide(starts_ms: u32, lasts_ms: u32, from_hz: f32, to_hz: f32) -> Note {
    Note {
        starts_ms,
        lasts_ms,
        from_hz,
        to_hz,
    }
}

/// As `web/script/bell.js`: two tones twice, every two seconds.
static RING: Score = Score {
    every_ms: 2_000,
    loud: 0.5,
    notes: &[
        note(0, 220, 880.0),
        note(220, 220, 660.0),
        note(500, 220, 880.0),
        note(720, 220, 660.0),
    ],
};

/// The same a third higher and 5 dB louder, as in browsers.
static LATE_RING: Score = Score {
    every_ms: 2_000,
    loud: 0.9,
    notes: &[
        note(0, 220, 1_100.0),
        note(220, 220, 825.0),
        note(500, 220, 1_100.0),
        note(720, 220, 825.0),
    ],
};

/// An octave upwards three times in two seconds, with half a second in which people can call out
/// to one another.
static OVERHEAD: Score = Score {
    every_ms: 2_000,
    loud: 0.9,
    notes: &[
        glide(0, 500, 660.0, 1_320.0),
        glide(500, 500, 660.0, 1_320.0),
        glide(1_000, 500, 660.0, 1_320.0),
    ],
};

/// A siren: twice up and down, slowly. It may go on for an hour, so six seconds of ten are quiet.
static UNATTENDED: Score = Score {
    every_ms: 10_000,
    loud: 0.9,
    notes: &[
        glide(0, 1_000, 660.0, 1_320.0),
        glide(1_000, 1_000, 1_320.0, 660.0),
        glide(2_000, 1_000, 660.0, 1_320.0),
        glide(3_000, 1_000, 1_320.0, 660.0),
    ],
};

/// The two falling tones with which a screen warns of a lost server, an octave higher, and as
/// often: every five seconds (domain.md 6.0).
static TROUBLE: Score = Score {
    every_ms: 5_000,
    loud: 0.5,
    notes: &[note(0, 350, 660.0), note(400, 450, 500.0)],
};

/// Two slow beeps a minute (domain.md 6.0).
static LINE_DOWN: Score = Score {
    every_ms: 60_000,
    loud: 0.25,
    notes: &[note(0, 300, 500.0), note(550, 300, 500.0)],
};

impl Score {
    fn sample(&self, place: u32) -> i16 {
        let note = self.notes.iter().find_map(|note| {
            let into = place.checked_sub(ms(note.starts_ms))?;
            (into < ms(note.lasts_ms)).then(|| note.wave(into))
        });
        (note.unwrap_or_default() * self.loud * f32::from(i16::MAX)) as i16
    }
}

impl Note {
    /// −1 to 1.
    fn wave(&self, into: u32) -> f32 {
        let (into, lasts) = (into as f32, ms(self.lasts_ms) as f32);
        let rate = RATE_HZ as f32;
        let glides = (self.to_hz - self.from_hz) * into * into / (2.0 * lasts * rate);
        let turns = (self.from_hz * into / rate + glides).fract();
        let turn = turns * std::f32::consts::TAU;
        // A triangle's first two partials, as far as 4 kHz: brighter than a sine.
        let wave = (turn.sin() - (3.0 * turn).sin() / 9.0) * 0.9;
        let rise = into / ms(RISES_MS) as f32;
        let fall = (lasts - into) / ms(FALLS_MS) as f32;
        wave * rise.min(fall).min(1.0)
    }
}

/// In samples.
const fn ms(ms: u32) -> u32 {
    ms * (RATE_HZ / 1_000)
}

/// How a note begins and ends without a click, as in `web/script/bell.js`.
const RISES_MS: u32 = 20;
const FALLS_MS: u32 = 40;

/// A tune on its way to a loudspeaker: frames in time, from the first note on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Playing {
    tune: Tune,
    /// When its first note began.
    began: Tick,
    /// What has been handed over reaches until then.
    until: Tick,
}

impl Playing {
    /// What is to be heard from now on. Another tune than before begins at once; whether it is
    /// another one.
    pub fn play(&mut self, now: Tick, tune: Tune) -> bool {
        let is_new = tune != self.tune;
        if is_new {
            self.tune = tune;
            self.begin(now);
        }
        is_new
    }

    fn begin(&mut self, now: Tick) {
        self.began = now;
        self.until = now;
    }

    /// What is to be heard.
    pub fn tune(&self) -> Tune {
        self.tune
    }

    /// Whether the loudspeaker is needed: it is let go in long pauses, once the last note is out.
    pub fn wants_loudspeaker(&self, now: Tick) -> bool {
        let at = now.since(self.began);
        match self.tune {
            Tune::Silence => false,
            tune if tune.rests() => tune.silent_for(at.saturating_sub(TAIL)) <= TAIL,
            _ => true,
        }
    }

    /// The next 20 ms, if they are to be handed over by now.
    pub fn due(&mut self, now: Tick) -> Option<Frame> {
        if now.since(self.until) > LATE {
            // Nothing took it: whoever does now hears it from the first note on.
            self.begin(now);
        }
        let at = self.until.since(self.began);
        (self.until < now + AHEAD).then(|| self.tune.frame(at))
    }

    /// They were taken.
    pub fn taken(&mut self) {
        self.until = self.until + FRAME_LASTS;
    }
}

/// What is handed over before its time: the 40 ms with which a player begins, and a frame.
const AHEAD: Duration = Duration::from_millis(60);

/// A tune of which nothing was taken for so long beyond that begins anew.
const LATE: Duration = Duration::from_millis(40);

/// A note has left the loudspeaker so long after it was handed over: 80 ms lie in the sound card's
/// buffer, 40 ms before it, and a sound server may add as much again.
const TAIL: Duration = Duration::from_millis(300);

const _: () = assert!(FRAME_SAMPLES as u32 == ms(20));

#[cfg(test)]
mod tests {
    use super::*;

    /// One tune after the other as `tune` says, 20 ms at a time, without gaps.
    fn played(seconds: u64, tune: impl Fn(Duration) -> Tune) -> Vec<Frame> {
        let mut playing = Playing::default();
        let frames = (0..seconds * 50).map(|number| {
            let now = Tick(number * 20_000);
            playing.play(now, tune(now.since(Tick(0))));
            let frame = playing.tune.frame(playing.until.since(playing.began));
            playing.taken();
            frame
        });
        frames.collect()
    }

    fn is_heard(frame: &Frame) -> bool {
        frame.level_db() > -40.0
    }

    /// How often a sound begins after a tenth of a second without one.
    fn strikes(frames: &[Frame]) -> usize {
        let quiet = |from: usize, to: usize| !frames[from..to].iter().any(is_heard);
        let begins = |at: &usize| is_heard(&frames[*at]) && quiet(at.saturating_sub(5), *at);
        (0..frames.len()).filter(begins).count()
    }

    fn longest_silence(frames: &[Frame]) -> Duration {
        let runs = frames.split(is_heard).map(<[Frame]>::len);
        FRAME_LASTS * u32::try_from(runs.max().unwrap_or(0)).unwrap_or(u32::MAX)
    }

    fn loudest_db(frames: &[Frame]) -> f32 {
        frames.iter().map(Frame::level_db).fold(-100.0, f32::max)
    }

    /// Waves in a second of what is heard.
    fn pitch_hz(frames: &[Frame]) -> f32 {
        let heard: Vec<&Frame> = frames.iter().filter(|frame| is_heard(frame)).collect();
        let samples = heard.iter().flat_map(|frame| frame.0);
        let samples: Vec<i16> = samples.collect();
        let rises = samples.windows(2).filter(|two| two[0] < 0 && two[1] >= 0);
        rises.count() as f32 / (heard.len() as f32 * 0.02)
    }

    #[test]
    fn a_ring_grows_louder_and_higher_and_is_never_silent() {
        let frames = played(40, |waits| Tune::of_ring(waits, true));
        let (early, late, overhead) = (&frames[..500], &frames[500..1_000], &frames[1_000..]);
        // Five times two pairs of tones in ten seconds; the third tune takes a breath in two.
        assert_eq!(strikes(early), 5);
        assert_eq!(strikes(late), 5);
        assert_eq!(strikes(overhead), 10);
        let rise = loudest_db(late) - loudest_db(early);
        assert!((5.0..5.3).contains(&rise), "{rise} dB");
        assert!(loudest_db(overhead) >= loudest_db(late) - 0.1);
        let pitches = [early, late, overhead].map(pitch_hz);
        assert!((740.0..800.0).contains(&pitches[0]), "{pitches:?}");
        assert!(pitches[1] > pitches[0] * 1.2, "{pitches:?}");
        assert!((900.0..1_080.0).contains(&pitches[2]), "{pitches:?}");
        let silence = longest_silence(&frames);
        assert!(silence <= Duration::from_millis(1_100), "{silence:?}");
        assert!(longest_silence(overhead) <= Duration::from_millis(560));
        assert!(is_heard(&frames[1]), "at once");
    }

    #[test]
    fn where_nobody_sits_a_ring_calls_those_who_are_elsewhere_at_once() {
        assert_eq!(Tune::of_ring(Duration::ZERO, false), Tune::Overhead);
        assert_eq!(Tune::of_ring(Duration::ZERO, true), Tune::Ring);
        assert_eq!(Tune::of_ring(Duration::from_secs(10), true), Tune::LateRing);
        assert_eq!(Tune::of_ring(Duration::from_secs(20), true), Tune::Overhead);
    }

    #[test]
    fn each_other_tune_has_its_rhythm() {
        for (tune, strikes_in_a_minute, silence_s) in [
            (Tune::LineDown, 2, 59.2),
            (Tune::Trouble, 12, 4.2),
            (Tune::Unattended, 6, 6.0),
        ] {
            let frames = played(60, |_| tune);
            assert_eq!(strikes(&frames), strikes_in_a_minute, "{tune:?}");
            let silence = longest_silence(&frames).as_secs_f32();
            assert!((silence - silence_s).abs() < 0.11, "{tune:?}: {silence}");
        }
        assert_eq!(strikes(&played(60, |_| Tune::Silence)), 0);
    }

    #[test]
    fn no_tune_overflows_or_clicks() {
        for tune in [
            Tune::LineDown,
            Tune::Trouble,
            Tune::Unattended,
            Tune::Ring,
            Tune::LateRing,
            Tune::Overhead,
        ] {
            let frames = played(12, |_| tune);
            let samples: Vec<i32> = frames
                .iter()
                .flat_map(|frame| frame.0)
                .map(i32::from)
                .collect();
            let peak = samples.iter().map(|sample| sample.abs()).max();
            let loud = tune.score().map_or(0.0, |score| score.loud);
            let most = (loud * 32_767.0) as i32;
            assert!(peak.is_some_and(|peak| (most * 9 / 10..=most).contains(&peak)));
            // The steepest of what is meant: 1,320 Hz at 8 kHz goes from zero to the top in a step
            // and a half.
            let step = samples.windows(2).map(|two| (two[1] - two[0]).abs()).max();
            assert!(step.is_some_and(|step| step < most), "{tune:?}: {step:?}");
        }
    }

    #[test]
    fn the_loudspeaker_is_held_through_short_pauses_and_let_go_in_long_ones() {
        let held = |tune: Tune, at_ms: u64| {
            let mut playing = Playing::default();
            playing.play(Tick(0), tune);
            playing.wants_loudspeaker(Tick(at_ms * 1_000))
        };
        for at_ms in (0..60_000).step_by(20) {
            assert!(held(Tune::Ring, at_ms) && held(Tune::Overhead, at_ms));
            assert!(held(Tune::Trouble, at_ms), "{at_ms}");
            assert!(!held(Tune::Silence, at_ms));
            assert_eq!(held(Tune::LineDown, at_ms), at_ms < 1_150, "{at_ms}");
            let into = at_ms % 10_000;
            assert_eq!(held(Tune::Unattended, at_ms), into < 4_300, "{at_ms}");
        }
    }

    #[test]
    fn a_tune_waits_for_the_loudspeaker_with_its_first_note() {
        let mut playing = Playing::default();
        assert!(playing.play(Tick(0), Tune::Ring));
        assert!(!playing.play(Tick(5_000), Tune::Ring));
        // It takes two seconds to open; then three frames are handed over at once, and no more.
        for number in 0..100 {
            assert!(playing.due(Tick(number * 20_000)).is_some());
        }
        let now = Tick(2_000_000);
        let mut taken = Vec::new();
        while let Some(frame) = playing.due(now) {
            taken.push(frame);
            playing.taken();
        }
        assert!((3..=5).contains(&taken.len()), "{}", taken.len());
        assert_eq!(taken[..3], played(1, |_| Tune::Ring)[..3]);
        // In time with the clock from here on.
        for number in 1..100 {
            let now = now + FRAME_LASTS * number;
            assert!(playing.due(now).is_some());
            playing.taken();
            assert!(playing.due(now).is_none());
        }
    }
}
