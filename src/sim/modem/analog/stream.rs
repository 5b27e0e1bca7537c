//! Sound between modem and host: DLE codes in both directions, playback, recording, both.

use std::time::Duration;

use super::super::core::{Core, Done, Task, Timer};
use super::super::words::Report;
use super::Analog;

/// What flows.
#[derive(Clone, Debug)]
pub struct Stream {
    to_host: bool,
    from_host: bool,
    after_dle: bool,
    /// The pair before was an escaped DLE: Zoom's stop needs one.
    after_pair: bool,
    frames: u32,
}

impl Stream {
    fn new(to_host: bool, from_host: bool) -> Stream {
        Stream {
            to_host,
            from_host,
            after_dle: false,
            after_pair: false,
            frames: 0,
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
    pub fn open(&mut self, stream: Stream) -> Done {
        if self.class != 8 {
            return Done::Error;
        }
        self.opening = Some(stream);
        Done::Connect
    }

    pub fn start(&mut self, core: &mut Core, stream: Stream) {
        if stream.to_host {
            core.plan(FRAME, Timer::Frame);
        }
        self.stream = Some(stream);
    }

    /// Silence, as the far end has nothing to say yet.
    pub fn frame(&mut self, core: &mut Core) {
        let (format, rate) = self.format;
        let Some(stream) = self.stream.as_mut().filter(|s| s.to_host) else {
            return;
        };
        stream.frames += 1;
        let lies = core.quirks.false_dial_tone && stream.frames % FRAMES_PER_LIE == 0;
        if let Some(format) = self.persona.formats.iter().find(|f| f.id == format) {
            let bytes = rate as usize * usize::from(format.bits) / 8 / FRAMES_PER_SECOND;
            core.bytes(vec![format.silence; bytes]);
        }
        if lies {
            self.code(core, 'd');
        }
        core.plan(FRAME, Timer::Frame);
    }

    /// One byte from the host while sound flows. `Some`: the stream has ended like this.
    pub fn stream_byte(&mut self, core: &mut Core, byte: u8) -> Option<Done> {
        let stream = self.stream.as_mut()?;
        if !std::mem::take(&mut stream.after_dle) {
            stream.after_dle = byte == DLE;
            if byte != DLE {
                stream.after_pair = false;
            }
            return None;
        }
        let escaped = std::mem::replace(&mut stream.after_pair, byte == DLE);
        match byte {
            ETX if stream.from_host && (escaped || !core.quirks.slow_stop) => {
                Some(self.stop(core, stream_says_etx(self)))
            }
            CAN if stream.from_host => Some(self.stop(core, false)),
            b'!' | b'^' if stream.to_host => Some(self.stop(core, self.persona.stop_sends_etx)),
            _ => None,
        }
    }

    fn stop(&mut self, core: &mut Core, etx: bool) -> Done {
        self.stream = None;
        if etx {
            core.bytes(vec![DLE, ETX]);
        }
        Done::Ok
    }

    /// `+VTS=1,2,#` or `+VTS=[900,900,120]` or `+VTS={5,20}`.
    pub fn tones(&mut self, core: &mut Core, what: &str) -> Done {
        if self.class != 8 {
            return Done::Error;
        }
        let mut total = Duration::ZERO;
        for part in super::super::command::split_args(what) {
            let part = part.trim();
            if let Some(tone) = part.strip_prefix('[').and_then(|t| t.strip_suffix(']')) {
                let hundredths = tone
                    .split(',')
                    .nth(2)
                    .and_then(|n| n.trim().parse().ok())
                    .unwrap_or(10);
                total += Duration::from_millis(10 * hundredths);
                continue;
            }
            let key = part.trim_start_matches('{').chars().next();
            match key {
                Some(key @ ('0'..='9' | '*' | '#' | 'A'..='D')) => {
                    total += Duration::from_millis(200);
                    if self.is_up() {
                        core.report(Report::Dtmf(key));
                    }
                }
                // The length of a `{key,length}` pair.
                _ if part.ends_with('}') => {}
                _ => return Done::Error,
            }
        }
        let total = if core.quirks.prompt {
            Duration::ZERO
        } else {
            total
        };
        Done::Later(total, Task::Nothing)
    }
}

/// A duplex stream confirms its end as a recording does; plain playback ends with OK alone.
fn stream_says_etx(modem: &Analog) -> bool {
    let duplex = modem
        .stream
        .as_ref()
        .is_some_and(|s| s.to_host && s.from_host);
    duplex && modem.persona.stop_sends_etx
}

const DLE: u8 = 0x10;
const ETX: u8 = 0x03;
const CAN: u8 = 0x18;
const FRAMES_PER_SECOND: usize = 50;
const FRAME: Duration = Duration::from_millis(20);
/// USR's false dial tone, about every three seconds.
const FRAMES_PER_LIE: u32 = 150;
