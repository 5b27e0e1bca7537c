//! Sound and signals through the command port of a voice modem (hardware.md 3.2).

use std::time::Duration;

use super::EarSetup;
use crate::at::command::Direction;
use crate::base::time::Tick;
use crate::line::heard::{AudioHeard, ToneHeard};

/// The stream, the keys and the tones.
#[derive(Debug, Default)]
pub(super) struct InBand {
    stream: Option<Stream>,
    /// The last of two hints of one kind, by which the far end's hang-up is believed.
    dial_tone: Option<Tick>,
    busy_tone: Option<Tick>,
    shield: Shield,
    last_key: Option<(char, Tick)>,
}

/// A stream of sound that flows or is ending.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Stream {
    /// `None`: joined in its middle.
    direction: Option<Direction>,
    stop_wanted: bool,
    /// `<DLE><ETX>` came: the final result is due.
    ended: Option<Tick>,
    /// When sound last came; of a joined stream that has fallen silent, `None`.
    sound_at: Option<Tick>,
    /// Octets of sound so far.
    octets: usize,
}

/// A pressed key is reported again and again between `/` and `~`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Shield {
    #[default]
    Down,
    /// Up, and which key has been told.
    Up { told: Option<char> },
}

/// What a code means.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Signal {
    Key(char),
    Ring,
    Tone(ToneHeard),
    /// The far end has hung up, believed because it was heard twice.
    FarEndGone(ToneHeard, &'static str),
    /// It may have.
    Suspected(&'static str),
    /// Silence on the line: said, suspected, never believed.
    Silence(ToneHeard, &'static str),
    Audio(AudioHeard),
    Noise(String),
    Nothing,
}

impl InBand {
    pub(super) fn flows(&self) -> bool {
        self.stream.is_some_and(|s| s.ended.is_none())
    }

    /// Whether what is written is sound for the far end.
    pub(super) fn takes_sound_out(&self) -> bool {
        let takes = |s: Stream| match s.direction {
            Some(Direction::Play | Direction::Duplex) => s.ended.is_none() && !s.stop_wanted,
            Some(Direction::Record) | None => false,
        };
        self.stream.is_some_and(takes)
    }

    /// Whether a stream has not come to its end yet.
    pub(super) fn is_busy(&self) -> bool {
        self.stream.is_some()
    }

    pub(super) fn stop_is_wanted(&self) -> bool {
        self.stream.is_some_and(|s| s.stop_wanted)
    }

    /// Joined without a `CONNECT`, and silent since: it may never have been a stream.
    pub(super) fn is_idle(&self) -> bool {
        self.stream
            .is_some_and(|s| s.direction.is_none() && s.sound_at.is_none())
    }

    /// `direction`: `None` if it is joined in its middle.
    pub(super) fn begin(&mut self, now: Tick, direction: Option<Direction>) {
        self.stream = Some(Stream {
            direction,
            stop_wanted: false,
            ended: None,
            sound_at: Some(now),
            octets: 0,
        });
        self.shield = Shield::Down;
    }

    /// Joined without a `CONNECT`, and so much sound came until it was ended that it was no noise.
    pub(super) fn was_joined(&self) -> bool {
        let joined = self.stream.filter(|s| s.direction.is_none());
        joined.is_some_and(|s| s.octets >= SOUND_AT_LEAST) && !self.is_idle()
    }

    pub(super) fn want_stop(&mut self) {
        if let Some(stream) = &mut self.stream {
            stream.stop_wanted = true;
        }
    }

    /// The sound is over, the final result is not there yet.
    pub(super) fn ended(&mut self, now: Tick) {
        if let Some(stream) = &mut self.stream {
            stream.ended.get_or_insert(now);
        }
    }

    /// The final result is there, or is not waited for any longer. Whether there was a stream.
    pub(super) fn finish(&mut self) -> bool {
        self.dial_tone = None;
        self.busy_tone = None;
        self.stream.take().is_some()
    }

    pub(super) fn due(&self) -> Option<Tick> {
        self.final_due().or(self.idle_due())
    }

    /// When the final result behind the sound is not waited for any longer.
    pub(super) fn final_due(&self) -> Option<Tick> {
        let ended = self.stream.and_then(|s| s.ended);
        ended.map(|at| at + FINAL_AFTER_SOUND)
    }

    fn idle_due(&self) -> Option<Tick> {
        let joined = self.stream.filter(|s| s.direction.is_none());
        joined.and_then(|s| s.sound_at).map(|at| at + SOUND_PAUSE)
    }

    pub(super) fn wake(&mut self, now: Tick) {
        if self.idle_due().is_some_and(|due| now >= due)
            && let Some(stream) = &mut self.stream
        {
            stream.sound_at = None;
        }
    }

    /// Sound came. While only playing there is none from the modem, whatever it sends.
    pub(super) fn takes_sound(&mut self, now: Tick, octets: usize) -> bool {
        let Some(stream) = &mut self.stream else {
            return false;
        };
        stream.sound_at = Some(now);
        stream.octets = stream.octets.saturating_add(octets);
        stream.direction != Some(Direction::Play)
    }

    /// A code, with what it means in this state.
    pub(super) fn code(&mut self, now: Tick, code: u8, setup: &EarSetup) -> Signal {
        match code {
            b'0'..=b'9' | b'*' | b'#' | b'A'..=b'D' => return self.key(now, char::from(code)),
            b'/' => self.shield = Shield::Up { told: None },
            b'~' => self.shield = Shield::Down,
            b'R' => return Signal::Ring,
            b'd' | b'i' => return self.dial(now, setup),
            b'b' | b'K' => return self.busy(now),
            b'l' => return Signal::Suspected("loop_current_break"),
            b's' => return silence("silence"),
            b'q' => return silence("quiet"),
            b'r' => return Signal::Tone(ToneHeard::Line { tone: "ringback" }),
            b't' if setup.t_is_off_hook => return extension("off_hook"),
            b'H' | b'P' => return extension("off_hook"),
            b'h' => return extension("on_hook"),
            // vgetty reads it as on hook, callattendant as off hook.
            b'p' => return extension("changed"),
            b'o' => return fault("overrun"),
            b'u' => return fault("underrun"),
            b'Y' => return fault("lost_data"),
            b'E' => return fault("bad_format"),
            // Flow control, timing mark, voice present: counted by nobody.
            b'Q' | b'S' | b'T' | b'v' | b'V' => {}
            _ => return line_tone(code),
        }
        Signal::Nothing
    }

    /// One press is one key, however long it is held.
    fn key(&mut self, now: Tick, key: char) -> Signal {
        let last = self.last_key.replace((key, now));
        match &mut self.shield {
            Shield::Up { told } => {
                if told.replace(key) == Some(key) {
                    return Signal::Nothing;
                }
            }
            Shield::Down => {
                let held = |(before, at): (char, Tick)| before == key && now.since(at) < KEY_REPEAT;
                if last.is_some_and(held) {
                    return Signal::Nothing;
                }
            }
        }
        Signal::Key(key)
    }

    fn dial(&mut self, now: Tick, setup: &EarSetup) -> Signal {
        let own = match self.stream.and_then(|s| s.direction) {
            Some(Direction::Record) => "own_recording",
            Some(Direction::Play | Direction::Duplex) | None => "own_playback",
        };
        if (self.stream.is_some() || setup.own_ears) && !setup.dial_tone_trusted {
            return Signal::Tone(ToneHeard::Ignored {
                tone: "dial",
                reason: own,
            });
        }
        let tone = ToneHeard::Line { tone: "dial" };
        let twice = is_second(&mut self.dial_tone, now);
        if twice {
            Signal::FarEndGone(tone, "dial_tone")
        } else {
            Signal::Tone(tone)
        }
    }

    fn busy(&mut self, now: Tick) -> Signal {
        let tone = ToneHeard::Line { tone: "busy" };
        let twice = is_second(&mut self.busy_tone, now);
        if twice {
            Signal::FarEndGone(tone, "busy_tone")
        } else {
            Signal::Tone(tone)
        }
    }
}

/// Notes a hint; whether one of its kind came shortly before.
fn is_second(last: &mut Option<Tick>, now: Tick) -> bool {
    let before = last.replace(now);
    let is_second = before.is_some_and(|at| now.since(at) <= TWO_HINTS_WITHIN);
    if is_second {
        *last = None;
    }
    is_second
}

fn silence(kind: &'static str) -> Signal {
    Signal::Silence(ToneHeard::Line { tone: kind }, kind)
}

fn extension(state: &'static str) -> Signal {
    Signal::Tone(ToneHeard::Extension { state })
}

fn fault(kind: &'static str) -> Signal {
    Signal::Audio(AudioHeard::Fault { kind })
}

/// Tones that are told and nothing more.
fn line_tone(code: u8) -> Signal {
    let tone = match code {
        b'c' | b'm' => "fax",
        b'a' => "answer",
        b'e' | b'f' => "data",
        b'J' => "sit",
        b't' => "tdd",
        b'w' => "call_waiting",
        b'$' => "bong",
        // Caller id leads in with it abroad.
        b'L' => return Signal::Noise("<DLE>L".to_owned()),
        code if code.is_ascii_graphic() => {
            return Signal::Noise(format!("<DLE>{}", char::from(code)));
        }
        _ => return Signal::Nothing,
    };
    Signal::Tone(ToneHeard::Line { tone })
}

/// A tenth of a second: modems that start make less noise.
const SOUND_AT_LEAST: usize = 800;
/// A stream has 8000 octets of sound in a second and no pauses.
const SOUND_PAUSE: Duration = Duration::from_millis(500);
/// hardware.md 3.2: two within 10 s.
const TWO_HINTS_WITHIN: Duration = Duration::from_secs(10);
/// chan_dongle: the same key again after 200 ms is another press; it repeats every 70 ms while
/// held.
const KEY_REPEAT: Duration = Duration::from_millis(200);
/// `OK` follows `<DLE><ETX>` at once, on the modems that send it.
const FINAL_AFTER_SOUND: Duration = Duration::from_millis(500);
