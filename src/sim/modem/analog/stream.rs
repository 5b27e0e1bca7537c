//! Sound between modem and host: DLE codes in both directions, playback, recording, both.

use std::time::Duration;

use super::super::command::split_args;
use super::super::core::{Core, Done, Task};
use super::super::sound::{KEY_DB, KEY_MS, beep};
use super::super::words::Report;
use super::Analog;
use super::persona::MULAW;
use super::wire::Wire;
use crate::at::dle::{CAN, DLE, ETX, Piece, Unshield};
use crate::base::sound::LineTone;
use crate::voice::dtmf;
use crate::voice::frame::{Frame, RATE_HZ};

/// What flows.
#[derive(Clone, Debug)]
pub struct Stream {
    to_host: bool,
    from_host: bool,
    shield: Unshield,
    /// The pair before was an escaped DLE: Zoom's stop needs one.
    after_pair: bool,
    frames: u32,
    /// The host has said all it wants to play.
    closing: bool,
    /// Mean power of what the host sends.
    power: f32,
    wire: Option<Wire>,
}

impl Stream {
    fn new(to_host: bool, from_host: bool) -> Stream {
        Stream {
            to_host,
            from_host,
            shield: Unshield::default(),
            after_pair: false,
            frames: 0,
            closing: false,
            power: 0.0,
            wire: None,
        }
    }

    pub fn play() -> Stream {
        Stream::new(false, true)
    }

    pub fn record() -> Stream {
        Stream::new(true, false)
    }

    pub fn duplex() -> Stream {
        Stream::new(true, true)
    }
}

impl Analog {
    /// `+VTX`, `+VRX`, `+VTR`: voice class only.
    pub fn open(&mut self, core: &mut Core, stream: Stream) -> Done {
        let is_duplex = stream.to_host && stream.from_host;
        if self.class != 8 || (is_duplex && core.quirks.refuses_duplex) {
            return Done::Error;
        }
        let is_hasty = |aborted| core.now.since(aborted) < ABORT_REST;
        if core.quirks.hangs_on_hasty_stream && self.aborted.is_some_and(is_hasty) {
            return Done::Never;
        }
        self.opening = Some(stream);
        Done::Connect
    }

    pub fn start(&mut self, core: &mut Core, mut stream: Stream) {
        let (id, rate_hz) = self.format;
        let sub = core.quirks.shields_with_sub;
        stream.wire = if core.quirks.always_mulaw {
            Some(Wire::new(&MULAW, RATE_HZ, sub))
        } else {
            let format = self.persona.formats.iter().find(|f| f.id == id);
            format.map(|format| Wire::new(format, rate_hz, sub))
        };
        self.stream = Some(stream);
        core.sound_starts();
    }

    /// 20 ms have passed. `Some`: the stream has ended like this.
    pub fn frame(&mut self, core: &mut Core, serial: u32) -> Option<Done> {
        if !core.is_on_beat(serial) {
            return None;
        }
        core.sound.mouth.exchange_plays(self.exchange_tone());
        let down = core.down();
        let stream = self.stream.as_mut()?;
        stream.frames += 1;
        let lies =
            core.quirks.false_dial_tone && stream.to_host && stream.frames % FRAMES_PER_LIE == 0;
        if let (Some(wire), Some(frame), true) = (&mut stream.wire, down, stream.to_host) {
            core.bytes(wire.coded(&frame));
        }
        if lies {
            self.code(core, 'd');
        }
        self.play_on(core);
        self.played_out(core)
    }

    /// What the host wants heard goes out.
    fn play_on(&mut self, core: &mut Core) {
        let Some(stream) = self.stream.as_mut().filter(|s| s.from_host) else {
            return;
        };
        let Some(wire) = &mut stream.wire else {
            return;
        };
        let (mut frame, is_whole) = wire.next_frame();
        if !is_whole && !stream.closing {
            core.sound.starved();
        }
        stream.power += (frame.power() - stream.power) / LOUD_FRAMES;
        if core.quirks.clips_when_loud && stream.power > LOUD_POWER {
            clip(&mut frame);
        }
        core.up(&frame);
    }

    /// All that was to be played has been: less than a frame counts as nothing.
    fn played_out(&mut self, core: &mut Core) -> Option<Done> {
        let stream = self.stream.as_ref().filter(|s| s.closing)?;
        let is_over = stream.wire.as_ref().is_none_or(Wire::is_played_out);
        if !is_over {
            return None;
        }
        self.play_on(core);
        Some(self.stop(core, false))
    }

    /// One byte from the host while sound flows. `Some`: the stream has ended like this.
    pub fn stream_byte(&mut self, core: &mut Core, byte: u8) -> Option<Done> {
        let stream = self.stream.as_mut()?;
        match stream.shield.feed(byte) {
            Piece::Nothing => None,
            Piece::Sound(byte, times) => {
                stream.after_pair = byte == DLE && times == 1;
                let takes_sound = stream.from_host && !stream.closing;
                if let (Some(wire), true) = (&mut stream.wire, takes_sound) {
                    let lost = (0..times).map(|_| wire.take(byte)).sum();
                    core.sound.overflowed(lost);
                }
                None
            }
            Piece::Code(code) => self.stream_code(core, code),
        }
    }

    fn stream_code(&mut self, core: &mut Core, code: u8) -> Option<Done> {
        let stream = self.stream.as_mut()?;
        let escaped = std::mem::take(&mut stream.after_pair);
        let (to_host, from_host) = (stream.to_host, stream.from_host);
        match code {
            // A duplex stream confirms its end as a recording does; playback ends with OK alone,
            // once everything has been heard.
            ETX if from_host && (escaped || !core.quirks.slow_stop) => {
                if to_host {
                    return Some(self.stop(core, self.persona.stop_sends_etx));
                }
                stream.closing = true;
                self.played_out(core)
            }
            CAN if from_host => Some(self.stop(core, false)),
            b'!' | b'^' if to_host => {
                if code == b'!' {
                    self.aborted = Some(core.now);
                }
                Some(self.stop(core, self.persona.stop_sends_etx))
            }
            _ => None,
        }
    }

    fn stop(&mut self, core: &mut Core, etx: bool) -> Done {
        self.stream = None;
        core.sound_stops();
        if etx {
            core.bytes(vec![DLE, ETX]);
        }
        Done::Ok
    }

    /// The host may write another read's worth.
    pub fn is_clear_to_send(&self) -> bool {
        let wire = self.stream.as_ref().and_then(|s| s.wire.as_ref());
        wire.is_none_or(Wire::has_room)
    }

    /// What the line plays to whoever is off hook.
    fn exchange_tone(&self) -> Option<LineTone> {
        match self.tone_code()? {
            'b' => Some(LineTone::Busy),
            'd' => Some(LineTone::Dial),
            'r' => Some(LineTone::Ringback),
            _ => None,
        }
    }

    /// `+VTS=1,2,#` or `+VTS=[900,900,120]` or `+VTS={5,20}`.
    pub fn tones(&mut self, core: &mut Core, what: &str) -> Done {
        if self.class != 8 {
            return Done::Error;
        }
        let mut sound: Vec<i16> = Vec::new();
        for part in split_args(what) {
            let part = part.trim();
            if let Some(tone) = part.strip_prefix('[').and_then(|t| t.strip_suffix(']')) {
                sound.extend(asked_beep(tone));
                continue;
            }
            let key = part.trim_start_matches('{').chars().next();
            match key {
                Some(key @ ('0'..='9' | '*' | '#' | 'A'..='D')) => {
                    sound.extend(dtmf::tones(
                        key.encode_utf8(&mut [0; 4]),
                        KEY_MS,
                        KEY_MS,
                        KEY_DB,
                    ));
                    if self.is_up() {
                        core.report(Report::Dtmf(key));
                    }
                }
                // The length of a `{key,length}` pair.
                _ if part.ends_with('}') => {}
                _ => return Done::Error,
            }
        }
        core.sound.overhear(core.now, 0, &sound);
        let lasts = Duration::from_millis(sound.len() as u64 * 1_000 / u64::from(RATE_HZ));
        let total = if core.quirks.prompt {
            Duration::ZERO
        } else {
            lasts
        };
        Done::Later(total, Task::Nothing)
    }
}

/// `900,900,120`: two frequencies and a length in hundredths of a second.
fn asked_beep(tone: &str) -> Vec<i16> {
    let numbers: Vec<u32> = tone
        .split(',')
        .map(|n| n.trim().parse().unwrap_or(0))
        .collect();
    let hz = |at: usize| f64::from(numbers.get(at).copied().unwrap_or(0));
    let hundredths = numbers.get(2).copied().unwrap_or(0);
    let hundredths = match hundredths {
        0 => BEEP_HUNDREDTHS,
        given => given.min(BEEP_HUNDREDTHS_MAX),
    };
    let samples = hundredths * RATE_HZ / 100;
    beep(&[hz(0), hz(1)], samples as usize, KEY_DB)
}

/// A stage that was not made for so much.
fn clip(frame: &mut Frame) {
    for sample in &mut frame.0 {
        *sample = (*sample).clamp(-CLIPPED_AT, CLIPPED_AT);
    }
}

/// USR's false dial tone, about every three seconds.
const FRAMES_PER_LIE: u32 = 150;
/// After `<DLE>!` a soft modem needs so long before it can stream again.
const ABORT_REST: Duration = Duration::from_millis(250);
/// Frames over which loudness is averaged.
const LOUD_FRAMES: f32 = 10.0;
/// −18 dBFS as a mean power.
const LOUD_POWER: f32 = 0.015_849;
/// −18 dBFS as a peak.
const CLIPPED_AT: i16 = 4_125;
/// A beep whose length is not given, and the longest (`+VTS=?`).
const BEEP_HUNDREDTHS: u32 = 10;
const BEEP_HUNDREDTHS_MAX: u32 = 500;
