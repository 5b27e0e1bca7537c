//! The ear: what the modem said, understood. An observer without a will of its own.
//!
//! Everything that passes the port is shown to it: bytes from the modem ([`Ear::bytes`]), what the
//! host wrote ([`Ear::sent`]), the port coming and going, the host losing patience
//! ([`Ear::gave_up`]) and quiet time ([`Ear::wake`]). It hands back [`Heard`]s. One input, then
//! `next` until `None`; [`Ear::due`] says when it wants to be woken if nothing comes.
//!
//! How to drive it: send one command at a time. Write the bytes, call `sent` with the same bytes,
//! wait for [`Heard::Reply`] with that command. A host that loses patience calls `gave_up` and then
//! probes with `AT`; the ear sorts a late answer from the probe's (it needs up to
//! [`LATE_REPLY_GUARD`] of quiet to be sure). For `AT+CMGS=n` wait for [`Heard::Prompt`], then write
//! and `sent` the PDU with its Ctrl-Z; the reply then names `AT+CMGS=n`.

mod calls;
mod early_id;
mod effects;
mod ends;
mod gone;
mod health;
mod in_band;
mod news;
mod orders;
mod replies;
mod rows;
mod signals;
mod texts;

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use self::calls::Calls;
use self::early_id::EarlyId;
use self::ends::{EndSign, Ended};
use self::gone::Gone;
use self::in_band::InBand;
use self::replies::Replies;
use self::texts::Texts;
use super::heard::{CallNo, EndedBy, Heard, LostReason, SimState};
use crate::at::command::{self, Written};
use crate::at::framer::Framer;
use crate::base::time::Tick;

/// After a command was given up, a bare `OK` for the next one may be its late answer. This much
/// quiet after it says that it was not (hardware.md 5.4: drain at least 300 ms).
pub const LATE_REPLY_GUARD: Duration = Duration::from_millis(300);

/// What a family's profile tells the ear. Filled from `hardware/modems/*.toml`.
#[derive(Clone, Debug, PartialEq)]
pub struct EarSetup {
    /// Quiet time after the last sign of a ringing call after which the caller has given up:
    /// 10 s cellular (ModemManager), above 6 s analogue (hardware.md 2.3).
    pub ring_gone: Duration,
    /// A voice modem: DLE codes, sound through the command port, caller id in lines of its own.
    pub in_band: bool,
    /// Whether `<DLE>d` may be believed while sound flows. Never for USR (hardware.md 3.2).
    pub dial_tone_trusted: bool,
    /// Somebody listens to the sound of the line and tells [`Ear::tone_heard`]: what the modem
    /// says of the far end's absence is then only half of the evidence.
    pub own_ears: bool,
    /// `<DLE>t` means "telephone in parallel off hook" (Rockwell) and not "text telephone".
    pub t_is_off_hook: bool,
    /// What the audio port carries once it is opened by command (`s16le_8000_mono`).
    pub audio_format: &'static str,
    /// What a refused audio command means: `voice_not_supported`, `analog_only`, `enable_refused`.
    pub audio_refusal: &'static str,
    /// A power-down after an under-voltage warning happens in the transmit bursts of a call: if
    /// the call list has not been read yet, tell the end of whatever call there was (SIM800).
    pub brown_out_ends_calls: bool,
    /// Completes local landline numbers ("0431").
    pub area_code: Option<String>,
}

impl Default for EarSetup {
    /// Plain 27.007.
    fn default() -> Self {
        EarSetup {
            ring_gone: Duration::from_secs(10),
            in_band: false,
            dial_tone_trusted: false,
            own_ears: false,
            t_is_off_hook: false,
            audio_format: "s16le_8000_mono",
            audio_refusal: "voice_not_supported",
            brown_out_ends_calls: false,
            area_code: None,
        }
    }
}

/// See the module's first page.
#[derive(Debug)]
pub struct Ear {
    setup: EarSetup,
    framer: Framer,
    replies: Replies,
    calls: Calls,
    early_id: EarlyId,
    in_band: InBand,
    gone: Gone,
    texts: Texts,
    out: VecDeque<Heard>,
    modem: Modem,
    /// Lines that meant nothing.
    meaningless: u64,
    /// When bytes last came, while the framer holds lines back.
    held_since: Option<Tick>,
    /// When bytes last came, while text may have ended the stream.
    mark_since: Option<Tick>,
}

/// What is known of the modem itself.
#[derive(Debug, Default)]
struct Modem {
    lost: bool,
    /// It has not said who it is since the port was opened.
    identity_due: bool,
    sim: Option<SimState>,
    /// The last line of a start, and when.
    boot: Option<(String, Tick)>,
    /// When we last set its function (`AT+CFUN=`).
    function_set: Option<Tick>,
    wide_audio: bool,
    /// `None`: not known.
    audio_on: Option<bool>,
    /// Calls of other kinds than voice, by their place in the list.
    data_calls: BTreeSet<u8>,
    /// A data or fax call rings until then.
    data_rings_until: Option<Tick>,
    /// The last ring, and whether it was a code or a line.
    last_ring: Option<(RingAs, Tick)>,
    /// The last burst of ringing (`DRON`) for which no ring was said.
    burst: Option<Tick>,
    /// The line tells its rings by their bursts alone.
    bursts_are_rings: bool,
}

/// Voice modems say each ring in one of these ways, some in two.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum RingAs {
    Line,
    Code,
    Burst,
}

impl Ear {
    /// An ear at a port that has just been opened, or will be.
    pub fn new(setup: EarSetup) -> Ear {
        Ear {
            framer: Framer::new(setup.in_band),
            replies: Replies::default(),
            calls: Calls::new(setup.ring_gone),
            early_id: EarlyId::default(),
            in_band: InBand::default(),
            gone: Gone::default(),
            texts: Texts::default(),
            out: VecDeque::new(),
            modem: Modem {
                identity_due: true,
                ..Modem::default()
            },
            meaningless: 0,
            held_since: None,
            mark_since: None,
            setup,
        }
    }

    /// The family is known now (auto-probe): calls and commands in flight stay as they are.
    pub fn set_up(&mut self, setup: EarSetup) {
        self.framer.set_in_band(setup.in_band);
        self.calls.ring_gone = setup.ring_gone;
        self.setup = setup;
    }

    /// Whether somebody listens to the sound of the line and hears something.
    pub fn set_own_ears(&mut self, hear: bool) {
        self.setup.own_ears = hear;
    }

    /// The modem was in the middle of a call's sound before anything could be understood.
    pub fn call_found(&mut self, now: Tick) {
        self.calls.sound_flows(now);
        self.calls.sound_was_a_call(now);
        self.gather();
    }

    /// The port is open (again). Half a line from before is thrown away; nothing is in flight.
    pub fn port_opened(&mut self, _now: Tick) {
        self.forget_port();
        self.calls.are_known = self.modem.lost;
        // It may be another modem.
        self.calls.lists_rings = false;
        self.modem = Modem {
            identity_due: true,
            ..Modem::default()
        };
    }

    /// The port is gone: [`Heard::Lost`], then the end of every call.
    pub fn port_lost(&mut self, now: Tick) {
        self.settle_keys(now);
        self.believe_mark(now);
        let torn = self.framer.torn_line();
        self.lost(now, LostReason::IoError, is_torn_end(&torn));
        self.forget_port();
    }

    fn forget_port(&mut self) {
        self.framer.restart();
        self.replies.forget();
        self.texts.forget();
        self.early_id = EarlyId::default();
        self.in_band = InBand::default();
        self.held_since = None;
        self.mark_since = None;
        self.gather();
    }

    /// Bytes from the modem, in any split.
    pub fn bytes(&mut self, now: Tick, bytes: &[u8]) {
        self.settle_mark(now);
        self.framer.push(bytes);
        self.read(now);
        self.held_since = self.framer.is_holding().then_some(now);
    }

    fn read(&mut self, now: Tick) {
        while let Some(token) = self.framer.next() {
            self.token(now, token);
            self.gather();
        }
        self.mark_since = self.framer.doubts_mark().then_some(now);
    }

    /// The host wrote this: a command with its CR, the text of a message with its Ctrl-Z, ESC, or
    /// a stream control (`<DLE><ETX>`, `<DLE>!`, `<DLE>^`, Rockwell's `!`). Not sound.
    pub fn sent(&mut self, now: Tick, bytes: &[u8]) {
        self.settle_caller_id(now);
        if bytes.first() == Some(&ESC) && bytes.len() > 1 {
            self.replies.escaped();
        }
        if bytes.starts_with(b"AT") {
            // The host would not say this into a stream.
            self.believe_mark(now);
        }
        match command::written(bytes, self.in_stream()) {
            Written::Command(command) => self.command_sent(now, command),
            Written::SmsBody { hex } => {
                self.framer.expect_prompt(false);
                if let Some(in_flight) = self.replies.in_flight_mut() {
                    in_flight.body = Some(hex);
                }
            }
            Written::Escape => {
                self.framer.expect_prompt(false);
                self.replies.escaped();
            }
            Written::StopStream => {
                self.in_band.want_stop();
                self.framer.expect_lines();
            }
            Written::Other => {}
        }
        self.gather();
    }

    /// The host stops waiting for what it waits for (the command in flight, or the end of a
    /// stopped stream): [`Heard::Reply`] with `TimedOut`, or [`Heard::SlowStop`].
    pub fn gave_up(&mut self, now: Tick) {
        if self.in_band.stop_is_wanted() {
            self.out.push_back(Heard::SlowStop);
        } else {
            self.give_up_command(now);
        }
        self.gather();
    }

    /// Nothing but time has passed.
    pub fn wake(&mut self, now: Tick) {
        if self
            .held_since
            .is_some_and(|at| now >= at + OPEN_TEXT_QUIET)
        {
            self.release_lines(now);
        }
        self.settle_mark(now);
        if self.early_id.block_is_due(now) {
            self.settle_caller_id(now);
        }
        if self.early_id.keys_are_due(now) {
            self.settle_keys(now);
        }
        self.in_band.wake(now);
        if self.in_band.final_due().is_some_and(|due| now >= due) {
            self.stream_finished(now);
        }
        if self.replies.due().is_some_and(|due| now >= due) {
            self.settle_reply(now);
        }
        self.calls.wake(now);
        self.gather();
        self.texts.wake(now);
        self.settle_text(now);
        self.gather();
    }

    /// No more input will come (end of a recording, or the host moves on): what only waited for a
    /// richer line is told as it is. Calls that ring go on ringing.
    pub fn conclude(&mut self, now: Tick) {
        self.release_lines(now);
        self.believe_mark(now);
        self.settle_caller_id(now);
        self.settle_keys(now);
        if self.in_band.final_due().is_some() {
            self.stream_finished(now);
        }
        self.settle_reply(now);
        self.calls.conclude(now);
        self.gather();
        self.texts.host_moves_on();
        self.settle_text(now);
        self.gather();
    }

    /// When [`Ear::wake`] is wanted if nothing comes before.
    pub fn due(&self) -> Option<Tick> {
        let dues = [
            self.held_since.map(|at| at + OPEN_TEXT_QUIET),
            self.mark_since.map(|at| at + MARK_QUIET),
            self.early_id.due(),
            self.in_band.due(),
            self.replies.due(),
            self.calls.due(),
            self.texts.due(),
        ];
        dues.into_iter().flatten().min()
    }

    /// The command in flight, as sent without its CR.
    pub fn in_flight(&self) -> Option<&str> {
        self.replies.in_flight().map(|f| f.command.text())
    }

    /// Whether sound flows through the command port now: commands would be taken for sound. Noise
    /// that was taken for the middle of a call does not count once it has stopped.
    pub fn in_stream(&self) -> bool {
        self.in_band.is_busy() && !self.in_band.is_idle()
    }

    /// Whether sound may be written into the stream now: it flows in that direction, and neither
    /// side has ended it, nor may have.
    pub fn takes_sound(&self) -> bool {
        self.in_band.takes_sound_out() && !self.framer.doubts_mark()
    }

    /// The calls as far as they are known, oldest first.
    pub fn calls(&self) -> Vec<CallView> {
        self.calls.views()
    }

    /// Whether the modem has said that the voice path of a call is up. Of a call that nobody knows,
    /// nothing more will be said.
    pub fn has_begun(&self, call: CallNo) -> bool {
        let known = self.calls.list.iter().find(|known| known.no == call);
        known.is_none_or(|known| known.begun)
    }

    /// Whether only another list tells which call has ended, or whether one has.
    pub fn wants_list(&self) -> bool {
        self.calls.doubt.is_some() || self.calls.overtaken
    }

    /// Lines thrown away so far because they were over-long or meant nothing.
    pub fn noise(&self) -> u64 {
        self.meaningless + self.framer.overlong()
    }

    /// What the parts have said, in order.
    fn gather(&mut self) {
        self.out.extend(self.calls.out.drain(..).map(Heard::Call));
        self.out.append(&mut self.texts.out);
    }

    fn release_lines(&mut self, now: Tick) {
        self.held_since = None;
        self.framer.release();
        self.read(now);
    }

    fn settle_mark(&mut self, now: Tick) {
        if self.mark_since.is_some_and(|at| now >= at + MARK_QUIET) {
            self.believe_mark(now);
        }
    }

    /// No sound came behind the text, so it ended the stream.
    fn believe_mark(&mut self, now: Tick) {
        self.framer.believe_mark();
        self.read(now);
    }

    /// The modem is gone. `torn_end`: what was left of its last line speaks of a call's end.
    fn lost(&mut self, now: Tick, reason: LostReason, torn_end: bool) {
        if !std::mem::replace(&mut self.modem.lost, true) {
            self.out.push_back(Heard::Lost { reason });
        }
        let had_calls = !self.calls.list.is_empty();
        self.calls.link_lost(now);
        if torn_end && !had_calls {
            let ended = Ended::by_sign(EndSign::LinkLost);
            self.calls.end_unknown(now, None, EndedBy::LinkLost, ended);
        }
        self.gather();
    }
}

/// The next thing understood.
impl Iterator for Ear {
    type Item = Heard;

    fn next(&mut self) -> Option<Heard> {
        self.out.pop_front()
    }
}

/// Half of a `^CEND`: a call was up, whether we knew of it or not.
fn is_torn_end(torn: &str) -> bool {
    torn.len() >= TORN_END_MIN && "^CEND:".starts_with(torn) || torn.starts_with("^CEND:")
}

/// Leaves the entry of a text.
const ESC: u8 = 0x1B;
/// `^CE` is the shortest beginning that no other line about something else shares at Huawei's.
const TORN_END_MIN: usize = 3;
/// A text of several lines comes without pauses.
const OPEN_TEXT_QUIET: Duration = Duration::from_millis(300);

/// Text without sound behind it for so long has ended the stream; sound has no pauses.
const MARK_QUIET: Duration = Duration::from_millis(200);

/// A call as the ear knows it now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CallView {
    pub call: CallNo,
    /// Position in the modem's own list (`AT+CHLD=1x`).
    pub idx: Option<u8>,
    pub incoming: bool,
    pub state: super::heard::ListState,
}
