//! Whether a call can be heard: one answer at a time, within a second.

use std::time::Duration;

use crate::base::sound::SoundTrouble;
use crate::base::time::Tick;
use crate::voice::frame::FRAME_LASTS;

/// What is known of a call's sound.
#[derive(Clone, Debug)]
pub struct Watch {
    /// Since when frames are missed if there are none: the call's beginning, or its port's return.
    began: Tick,
    /// Since when frames are asked of the line; `None` while its sound is off.
    asked: Option<Tick>,
    /// Told that it should be switched on anew because no frames come, since it was asked.
    told_dead: bool,
    last_frame: Option<Tick>,
    nothing: Nothing,
    /// The audio port is gone; it was, and nothing has come since.
    port_lost: bool,
    port_was_lost: bool,
    /// What the line itself says is wrong.
    blocked: Option<SoundTrouble>,
    refused: Refused,
    owned: bool,
    /// Since when nobody is there to talk, and since when nobody's microphone reaches us.
    no_desk: Option<Tick>,
    no_microphone: Option<Tick>,
    /// When the caller was last sent what somebody said, or the call began.
    last_voice: Tick,
    told: Option<SoundTrouble>,
}

/// Frames that hold nothing at all.
#[derive(Clone, Copy, Debug, Default)]
struct Nothing {
    /// When the first of an unbroken run came.
    since: Option<Tick>,
    /// There was something else since the sound was last switched on.
    heard: bool,
    /// The line was asked in this run to switch it on anew.
    told_dead: bool,
}

/// Frames that the line did not take.
#[derive(Clone, Copy, Debug, Default)]
struct Refused {
    since: Option<Tick>,
    last: Option<Tick>,
    frames: u32,
    told_dead: bool,
}

impl Watch {
    pub fn begin(now: Tick) -> Watch {
        Watch {
            began: now,
            asked: None,
            told_dead: false,
            last_frame: None,
            nothing: Nothing::default(),
            port_lost: false,
            port_was_lost: false,
            blocked: None,
            refused: Refused::default(),
            owned: false,
            no_desk: Some(now),
            no_microphone: None,
            last_voice: now,
            told: None,
        }
    }

    pub fn sound_on(&mut self, now: Tick) {
        self.ask(now);
        self.nothing.heard = false;
        // Switching it on mends a refusal.
        self.blocked = None;
    }

    pub fn sound_off(&mut self) {
        self.asked = None;
    }

    /// `is_nothing`: it may as well come from a path that is dead.
    pub fn line_frame(&mut self, now: Tick, is_nothing: bool) {
        let gap = self
            .last_frame
            .is_some_and(|last| now.since(last) >= NO_FRAMES_AFTER);
        self.last_frame = Some(now);
        self.port_was_lost = false;
        if !is_nothing {
            self.nothing = Nothing {
                heard: true,
                ..Nothing::default()
            };
        } else if gap || self.nothing.since.is_none() {
            self.nothing.since = Some(now);
        }
    }

    /// The line says that there can be no sound, and why.
    pub fn blocked(&mut self, why: SoundTrouble) {
        self.blocked = Some(why);
    }

    /// The audio port is gone, or is open again.
    pub fn port_lost(&mut self, now: Tick, lost: bool) {
        if self.port_lost && !lost {
            // A modem that was away may have forgotten that it is to sound, and the line may have
            // given it up meanwhile.
            self.began = now;
            self.ask(now);
            self.refused = Refused::default();
            self.port_was_lost = true;
        }
        self.port_lost = lost;
    }

    fn ask(&mut self, now: Tick) {
        self.asked = Some(now);
        self.told_dead = false;
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

    /// Somebody says something to the caller; silence of an open microphone too.
    pub fn voice(&mut self, now: Tick) {
        self.last_voice = now;
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
        now.since(self.last_voice) >= ALONE_AFTER
    }

    /// Whether the line should switch its sound on anew: said once each time it was, and once for
    /// each run of frames that hold nothing or are not taken. Nothing helps while the port is gone.
    pub fn is_dead(&mut self, now: Tick) -> bool {
        let Some(asked) = self.asked.filter(|_| !self.port_lost) else {
            return false;
        };
        let since = self.last_frame.map_or(asked, |last| last.max(asked));
        let no_frames = !self.told_dead && now.since(since) >= NO_FRAMES_AFTER;
        let nothing = !self.nothing.told_dead && self.is_nothing(now);
        let refused = !self.refused.told_dead && self.is_not_taken(now, REFUSED_AFTER);
        self.told_dead |= no_frames;
        self.nothing.told_dead |= nothing;
        self.refused.told_dead |= refused;
        no_frames || nothing || refused
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
        let heard = self.last_frame.map_or(self.began, |l| l.max(self.began));
        let misses = now.since(heard) >= NO_FRAMES_AFTER;
        // A port that is open and has not given anything yet makes nothing well.
        if self.port_lost || (self.port_was_lost && !misses) {
            return Some(SoundTrouble::PortLost);
        }
        if let Some(blocked) = self.blocked {
            return Some(blocked);
        }
        if misses {
            return Some(SoundTrouble::NoFrames);
        }
        if self.is_nothing(now) {
            return Some(SoundTrouble::Zeros);
        }
        if self.is_not_taken(now, NOT_TAKEN_AFTER) {
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

    fn is_nothing(&self, now: Tick) -> bool {
        let lasts = match self.nothing.heard {
            true => NOTHING_AFTER_SOUND,
            false => NOTHING_AFTER,
        };
        self.nothing
            .since
            .is_some_and(|since| now.since(since) >= lasts)
    }

    /// More than half of our frames are not taken, for so long already.
    fn is_not_taken(&self, now: Tick, lasts: Duration) -> bool {
        let Refused {
            since,
            last,
            frames,
            ..
        } = self.refused;
        let recent = last.is_some_and(|last| now.since(last) < NOT_TAKEN_PAUSE);
        let long = since.is_some_and(|since| now.since(since) >= lasts);
        let half = since.is_some_and(|since| FRAME_LASTS * frames * 2 >= now.since(since));
        recent && long && half
    }
}

/// Without a frame for so long a call has no sound (issue: within a second).
const NO_FRAMES_AFTER: Duration = Duration::from_millis(900);

/// A network that transmits sends noise; this long nothing but zeros is a dead path (E1550, E173:
/// one way, hardware.md 7).
const NOTHING_AFTER: Duration = Duration::from_secs(3);

/// The same where the path did carry sound: longer than anybody holds a microphone shut between two
/// sentences.
const NOTHING_AFTER_SOUND: Duration = Duration::from_secs(10);

/// More than half of our frames not taken for so long: the caller hears nothing.
const NOT_TAKEN_AFTER: Duration = Duration::from_millis(800);

/// After so long the modem does not take them again by itself.
const REFUSED_AFTER: Duration = Duration::from_secs(2);

/// Without a refusal for so long the line takes our sound again.
const NOT_TAKEN_PAUSE: Duration = Duration::from_millis(200);

/// A page needs less than half a second to open its sound; a reload two seconds.
const NO_DESK_AFTER: Duration = Duration::from_millis(1_500);

/// The first frame of a microphone comes within 100 ms of the connection; of a permission dialog
/// much later.
const NO_MICROPHONE_AFTER: Duration = Duration::from_millis(1_500);

/// A caller who hears nothing for so long hangs up.
const ALONE_AFTER: Duration = Duration::from_millis(1_500);
