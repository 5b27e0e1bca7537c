//! Whether a call can be heard: one answer at a time, within a second.

use std::time::Duration;

use crate::base::sound::SoundTrouble;
use crate::base::time::Tick;
use crate::voice::frame::{FRAME_LASTS, Frame};

/// What is known of a call's sound.
#[derive(Clone, Debug)]
pub struct Watch {
    began: Tick,
    /// When the line's sound was last switched on; `None` while it is off.
    on: Option<Tick>,
    /// Told that it should be switched on anew, since it was switched on.
    told_dead: bool,
    last_frame: Option<Tick>,
    /// Something other than zeros has been heard in this call.
    anything: bool,
    blocked: Option<SoundTrouble>,
    refused: Refused,
    owned: bool,
    /// Since when nobody is there to talk, and since when nobody's microphone reaches us.
    no_desk: Option<Tick>,
    no_microphone: Option<Tick>,
    told: Option<SoundTrouble>,
}

/// Frames that the line did not take.
#[derive(Clone, Copy, Debug, Default)]
struct Refused {
    since: Option<Tick>,
    last: Option<Tick>,
    frames: u32,
}

impl Watch {
    pub fn begin(now: Tick) -> Watch {
        Watch {
            began: now,
            on: None,
            told_dead: false,
            last_frame: None,
            anything: false,
            blocked: None,
            refused: Refused::default(),
            owned: false,
            no_desk: Some(now),
            no_microphone: None,
            told: None,
        }
    }

    pub fn sound_on(&mut self, now: Tick) {
        self.on = Some(now);
        self.told_dead = false;
        // Switching it on mends a refusal. A port that is gone stays gone until it is open again.
        if self.blocked != Some(SoundTrouble::PortLost) {
            self.blocked = None;
        }
    }

    pub fn sound_off(&mut self) {
        self.on = None;
    }

    pub fn line_frame(&mut self, now: Tick, frame: &Frame) {
        self.last_frame = Some(now);
        self.anything |= frame.0.iter().any(|sample| *sample != 0);
    }

    pub fn blocked(&mut self, why: Option<SoundTrouble>) {
        self.blocked = why;
    }

    pub fn not_taken(&mut self, now: Tick, frames: u32) {
        let pause = self
            .refused
            .last
            .is_none_or(|last| now.since(last) > NOT_TAKEN_PAUSE);
        if pause {
            self.refused = Refused::default();
        }
        self.refused.since.get_or_insert(now);
        self.refused.last = Some(now);
        self.refused.frames = self.refused.frames.saturating_add(frames);
    }

    pub fn owned(&mut self, now: Tick, yes: bool) {
        if yes && !self.owned {
            // The browser needs a moment to come.
            self.no_desk = self.no_desk.map(|_| now);
        }
        self.owned = yes;
    }

    pub fn desk(&mut self, now: Tick, connected: bool, sending: bool) {
        self.no_desk = (!connected).then(|| self.no_desk.unwrap_or(now));
        self.no_microphone = (connected && !sending).then(|| self.no_microphone.unwrap_or(now));
    }

    /// Whether nobody has talked to the caller for so long that they should hear a word.
    pub fn is_alone(&self, now: Tick) -> bool {
        self.no_desk
            .is_some_and(|since| now.since(since) >= ALONE_AFTER)
    }

    /// Whether the line should switch its sound on anew; said once each time it was.
    pub fn is_dead(&mut self, now: Tick) -> bool {
        let Some(on) = self.on.filter(|_| !self.told_dead) else {
            return false;
        };
        let since = self.last_frame.map_or(on, |last| last.max(on));
        let dead = now.since(since) >= NO_FRAMES_AFTER;
        self.told_dead = dead;
        dead
    }

    /// What is wrong now, if that is news.
    pub fn news(&mut self, now: Tick) -> Option<Option<SoundTrouble>> {
        let trouble = self.trouble(now);
        if trouble == self.told {
            return None;
        }
        self.told = trouble;
        Some(trouble)
    }

    fn trouble(&self, now: Tick) -> Option<SoundTrouble> {
        let lasts = |since: Option<Tick>, time| since.is_some_and(|since| now.since(since) >= time);
        let heard = self.last_frame.unwrap_or(self.began);
        if let Some(blocked) = self.blocked {
            return Some(blocked);
        }
        if now.since(heard) >= NO_FRAMES_AFTER {
            return Some(SoundTrouble::NoFrames);
        }
        if !self.anything && now.since(self.began) >= ZEROS_AFTER && self.last_frame.is_some() {
            return Some(SoundTrouble::Zeros);
        }
        if self.is_not_taken(now) {
            return Some(SoundTrouble::NotTaken);
        }
        if self.owned && lasts(self.no_desk, NO_DESK_AFTER) {
            return Some(SoundTrouble::NoDesk);
        }
        if self.owned && lasts(self.no_microphone, NO_MICROPHONE_AFTER) {
            return Some(SoundTrouble::NoMicrophone);
        }
        None
    }

    fn is_not_taken(&self, now: Tick) -> bool {
        let Refused {
            since,
            last,
            frames,
        } = self.refused;
        let recent = last.is_some_and(|last| now.since(last) < NOT_TAKEN_PAUSE);
        let long = since.is_some_and(|since| now.since(since) >= NOT_TAKEN_AFTER);
        let half = since.is_some_and(|since| FRAME_LASTS * frames * 2 >= now.since(since));
        recent && long && half
    }
}

/// Without a frame for so long a call has no sound (issue: within a second).
const NO_FRAMES_AFTER: Duration = Duration::from_millis(900);

/// A network that transmits sends noise; this long nothing but zeros is a dead path (E1550, E173:
/// one way, hardware.md 7).
const ZEROS_AFTER: Duration = Duration::from_secs(3);

/// More than half of our frames not taken for so long: the caller hears nothing.
const NOT_TAKEN_AFTER: Duration = Duration::from_millis(800);

/// Without a refusal for so long the line takes our sound again.
const NOT_TAKEN_PAUSE: Duration = Duration::from_millis(200);

/// A page needs less than half a second to open its sound; a reload two seconds.
const NO_DESK_AFTER: Duration = Duration::from_millis(1_500);

/// The first frame of a microphone comes within 100 ms of the connection; of a permission dialog
/// much later.
const NO_MICROPHONE_AFTER: Duration = Duration::from_millis(1_500);

/// A caller who hears nothing for so long hangs up.
const ALONE_AFTER: Duration = Duration::from_millis(1_500);
