//! Sound through a second tty: raw PCM, 50 frames a second both ways, by the modem's own clock.
//!
//! What is switched on how is hardware.md 3.1. The host must keep writing: what it does not write
//! the far end hears as gaps, what it writes too much is lost.

use std::collections::VecDeque;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::super::core::{Core, Timer};
use super::super::sound::{AudioPort, Rate};
use super::Cellular;
use super::persona::Dialect;
use crate::voice::frame::{FRAME_SAMPLES, Frame, RATE_HZ};

/// After the first call the sound is switched on with OK, and nothing comes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondCallSilent {
    /// It always comes.
    #[default]
    Never,
    /// Until it is switched off and on again in that call.
    UntilRearmed,
    /// Until the modem restarts.
    UntilReset,
}

/// The audio port's side of the modem.
#[derive(Debug, Default)]
pub struct Pcm {
    /// Switched on, with so many samples in a second.
    wanted: Option<u32>,
    /// Calls that carried sound since power-up.
    calls: u32,
    /// This call is one of them.
    was_on: bool,
    /// It was switched off and on again in this call.
    rearmed: bool,
    /// It is on, and nothing comes.
    silent: bool,
    /// What was left in the diagnostic port is still to come.
    garbage_due: bool,
    /// The host was told to wait.
    paused: bool,
    /// Whole frames from the host, oldest first.
    waiting: VecDeque<Vec<u8>>,
    /// The beginning of the next one.
    part: Vec<u8>,
    down: Option<Rate>,
    up: Option<Rate>,
}

impl Cellular {
    /// Somebody can be heard: a call was answered and is not over.
    pub fn is_up(&self) -> bool {
        let is_up = |call: &super::calls::Call| call.since.is_some() && !call.data;
        self.calls.list.iter().any(is_up)
    }

    pub fn has_audio_port(&self) -> bool {
        self.persona.audio_port
    }

    /// The audio port is there for the first time, or the power is back.
    pub fn audio_powered(&mut self, core: &mut Core) {
        self.pcm = Pcm::default();
        self.plan_audio_chatter(core);
    }

    // ---- on and off ------------------------------------------------------------------------

    /// The host switches the sound on; a Quectel may do so before the call is up.
    pub(super) fn sound_on(&mut self, core: &mut Core, rate_hz: u32) {
        // A stick has no command to switch it off: asking twice is all that can be done.
        self.pcm.rearmed |= self.is(Dialect::Huawei) && self.pcm.wanted.is_some();
        self.pcm.wanted = Some(rate_hz);
        self.refresh_sound(core);
    }

    pub(super) fn sound_off(&mut self, core: &mut Core) {
        self.pcm.rearmed |= self.has_call();
        self.pcm.wanted = None;
        core.sound_stops();
    }

    /// Another call had sound since power-up, and this firmware gives none to a second.
    pub(super) fn is_worn_out(&self, core: &Core) -> bool {
        core.quirks.pcm_once && self.pcm.calls > 0
    }

    /// The call is up: what was switched on before begins now.
    pub fn refresh_sound(&mut self, core: &mut Core) {
        let Some(rate_hz) = self.pcm.wanted.filter(|_| self.is_up()) else {
            return;
        };
        if core.sound.port == AudioPort::Absent {
            return;
        }
        self.pcm.silent = match core.quirks.second_call_silent {
            SecondCallSilent::Never => false,
            SecondCallSilent::UntilRearmed => self.pcm.calls > 0 && !self.pcm.rearmed,
            SecondCallSilent::UntilReset => self.pcm.calls > 0,
        };
        self.pcm.waiting.clear();
        self.pcm.part.clear();
        self.pcm.paused = false;
        self.pcm.was_on = true;
        self.pcm.down = Rate::new(RATE_HZ, rate_hz);
        self.pcm.up = Rate::new(rate_hz, RATE_HZ);
        if self.is(Dialect::Huawei) && core.quirks.diag_garbage {
            let bytes = garbage(core, DIAG_LAST_BYTES);
            core.audio(bytes);
        }
        self.pcm.garbage_due = self.is(Dialect::Huawei) && core.quirks.late_diag_garbage;
        core.sound_starts();
    }

    /// The last call is over; the sound is off with it.
    pub fn sound_is_over(&mut self, core: &mut Core) {
        self.pcm.calls += u32::from(self.pcm.was_on);
        core.sound_stops();
        core.tone_by_order(None);
        self.pcm.wanted = None;
        (self.pcm.rearmed, self.pcm.was_on) = (false, false);
        self.settings.put("+CPCMREG", "0".to_owned());
        self.settings.put("+QPCMV", "0".to_owned());
    }

    // ---- frames ----------------------------------------------------------------------------

    /// 20 ms have passed in a call whose sound is on.
    pub fn frame(&mut self, core: &mut Core, serial: u32) {
        if !core.is_on_beat(serial) {
            return;
        }
        if std::mem::take(&mut self.pcm.garbage_due) {
            let bytes = garbage(core, DIAG_LAST_BYTES);
            core.audio(bytes);
        }
        let down = core.down();
        let taken = self.pcm.waiting.pop_front();
        if self.pcm.silent {
            return;
        }
        if let Some(frame) = down {
            let bytes = match &mut self.pcm.down {
                Some(rate) => to_bytes(&rate.feed(&frame.0)),
                None => frame.to_bytes().to_vec(),
            };
            core.audio(bytes);
        }
        match taken {
            Some(bytes) => {
                let frame = self.decoded(&bytes);
                core.up(&frame);
            }
            None => {
                core.sound.starved();
                core.up(&Frame::SILENCE);
            }
        }
        self.resume(core);
    }

    fn decoded(&mut self, bytes: &[u8]) -> Frame {
        let samples: Vec<i16> = bytes
            .chunks_exact(2)
            .map(|pair| i16::from_le_bytes([pair[0], pair[1]]))
            .collect();
        let samples = match &mut self.pcm.up {
            Some(rate) => rate.feed(&samples),
            None => samples,
        };
        let mut frame = Frame::SILENCE;
        frame
            .0
            .iter_mut()
            .zip(samples)
            .for_each(|(to, from)| *to = from);
        frame
    }

    /// The host wrote to the audio port. While no sound is on nobody listens there.
    pub fn audio_bytes(&mut self, core: &mut Core, bytes: &[u8]) {
        let Some(rate_hz) = self.pcm.wanted.filter(|_| core.sound.flows()) else {
            return;
        };
        let frame_bytes = 2 * FRAME_SAMPLES * rate_hz as usize / RATE_HZ as usize;
        let room = self.frames_max();
        self.pcm.part.extend(bytes);
        let mut lost = 0;
        while self.pcm.part.len() >= frame_bytes {
            let rest = self.pcm.part.split_off(frame_bytes);
            let frame = std::mem::replace(&mut self.pcm.part, rest);
            if self.pcm.waiting.len() < room {
                self.pcm.waiting.push_back(frame);
            } else {
                lost += 1;
            }
        }
        core.sound.overflowed(lost);
        self.pause(core);
    }

    /// Only a Quectel says when it has had enough.
    fn pause(&mut self, core: &mut Core) {
        let enough = self.pcm.waiting.len() >= QUECTEL_PAUSE_AT;
        if self.is(Dialect::Quectel) && enough && !self.pcm.paused {
            self.pcm.paused = true;
            core.line("+QPCMV: 0,0");
        }
    }

    fn resume(&mut self, core: &mut Core) {
        if self.pcm.paused && self.pcm.waiting.len() <= QUECTEL_RESUME_AT {
            self.pcm.paused = false;
            if !core.quirks.never_resumes {
                core.line("+QPCMV: 1,0");
            }
        }
    }

    fn frames_max(&self) -> usize {
        if self.is(Dialect::Quectel) {
            QUECTEL_FRAMES_MAX
        } else {
            FRAMES_MAX
        }
    }

    // ---- what the port says otherwise ------------------------------------------------------

    fn plan_audio_chatter(&mut self, core: &mut Core) {
        if core.sound.port == AudioPort::Absent {
            return;
        }
        let delay = match self.persona.dialect {
            Dialect::Quectel => NMEA_EVERY,
            Dialect::Huawei if core.quirks.diag_garbage => core.dice.millis(2_000, 9_000),
            Dialect::Huawei | Dialect::Simcom | Dialect::Sim800 | Dialect::Plain => return,
        };
        core.plan(delay, Timer::AudioChatter);
    }

    pub(super) fn audio_chatter(&mut self, core: &mut Core) {
        self.plan_audio_chatter(core);
        if core.sound.flows() {
            return;
        }
        let gps = self.settings.text("+QGPSCFG").to_ascii_lowercase();
        match self.persona.dialect {
            Dialect::Quectel if gps.contains("none") => {}
            Dialect::Quectel => core.audio(NMEA.to_vec()),
            Dialect::Huawei => {
                let count = 5 + core.dice.below(20) as usize;
                let bytes = garbage(core, count);
                core.audio(bytes);
            }
            Dialect::Simcom | Dialect::Sim800 | Dialect::Plain => {}
        }
    }
}

/// A diagnostic frame: 0x7E around anything else.
fn garbage(core: &mut Core, count: usize) -> Vec<u8> {
    let mut bytes: Vec<u8> = (0..count).map(|_| core.dice.throw() as u8).collect();
    if let Some(first) = bytes.first_mut() {
        *first = DIAG_FLAG;
    }
    bytes
}

fn to_bytes(samples: &[i16]) -> Vec<u8> {
    samples.iter().flat_map(|s| s.to_le_bytes()).collect()
}

/// A stick keeps about 200 ms of what the host writes.
const FRAMES_MAX: usize = 10;
/// A Quectel keeps more and says when it is filling: callpilot writes 100 ms at a time.
const QUECTEL_FRAMES_MAX: usize = 20;
const QUECTEL_PAUSE_AT: usize = 15;
const QUECTEL_RESUME_AT: usize = 5;
/// GPS sentences come once a second.
const NMEA_EVERY: Duration = Duration::from_secs(1);
/// What a receiver without a fix says (NMEA 0183).
const NMEA: &[u8] = b"$GPRMC,,V,,,,,,,,,,N*53\r\n$GPGGA,,,,,,0,,,,,,,,*66\r\n";
/// HDLC's flag, as the diagnostic protocol uses it.
const DIAG_FLAG: u8 = 0x7E;
/// What was still in the diagnostic port when sound begins: an odd number, so that samples are
/// torn in two if nobody throws it away.
const DIAG_LAST_BYTES: usize = 7;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn position_sentences_carry_their_checksums() {
        let text = String::from_utf8_lossy(NMEA);
        for sentence in text.lines() {
            let (body, sum) = sentence[1..].split_once('*').unwrap_or_default();
            let xor = body.bytes().fold(0, |sum, byte| sum ^ byte);
            assert_eq!(format!("{xor:02X}"), sum, "{sentence}");
        }
    }
}
