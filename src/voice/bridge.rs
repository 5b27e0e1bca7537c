//! One line's conversation: who is in it, who hears whom, what goes out to the line and when.
//!
//! One mutation, then drain [`Bridge::next`] until [`Out::Sleep`]. Frames from the line go on to
//! everybody at once; what goes to the line leaves at the line's own beat ([`super::beat`]).

mod filled;
mod party;
mod watch;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use filled::Filled;
use party::Parties;
pub use party::{Part, PartyId};
use watch::Watch;

use super::beat::Beat;
use super::codec::{self, Gather};
use super::ears::{Ears, Heard};
use super::frame::{FRAME_LASTS, FRAME_SAMPLES, Frame};
use super::misread::Misread;
use super::mix::{Limiter, Sum};
use super::player::Player;
use super::playout::Counts;
use crate::base::limits;
use crate::base::sound::{Coding, SoundTrouble};
use crate::base::time::Tick;

/// What a bridge is made for.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The loudest a frame to the line may be, in dBFS.
    pub ceiling_db: f32,
}

/// What is to be done.
#[derive(Clone, PartialEq, Debug)]
#[allow(clippy::large_enum_variant)] // most are frames: a box for each would be 50 in a second
pub enum Out {
    /// Write to the line, in its coding.
    ToLine(Vec<u8>),
    /// To one browser.
    ToParty { party: PartyId, frame: Frame },
    /// What the far end and our side said in the same 20 ms.
    Record { far: Frame, near: Frame },
    /// Our ears heard something in the caller's sound.
    Heard(Heard),
    /// What is wrong with the call's sound now; `None`: it is well again.
    Trouble(Option<SoundTrouble>),
    /// The line's sound is not what the line says it is; it is read as it is.
    Misread(Misread),
    /// The sound was switched on and nothing comes: the line should switch it on anew.
    Dead,
    /// Nothing more until this time or the next input.
    Sleep(Option<Tick>),
}

/// See the module.
#[derive(Debug)]
pub struct Bridge {
    setup: Setup,
    /// A call is up.
    call: Option<Call>,
    /// The line's sound is on.
    gather: Option<Gather>,
    /// Since when the modem wants no more for now.
    paused: Option<Tick>,
    parties: Parties,
    out: VecDeque<Out>,
    counts: LineCounts,
}

/// What lives as long as a call does.
#[derive(Debug)]
struct Call {
    beat: Beat,
    ears: Ears,
    watch: Watch,
    limiter: Limiter,
    /// What went out and is not recorded yet.
    near: VecDeque<Frame>,
    filled: Filled,
    /// The operator put the caller on hold.
    on_hold: bool,
    /// Plays while nobody talks; begins anew each time.
    hold: Option<Player>,
    hold_sound: Arc<[i16]>,
    /// Played once, above everything else.
    announcement: Option<Player>,
    /// Played one after another, as far as anything goes out to the line.
    keys: VecDeque<Player>,
    /// The machine stood still over this beat, and until then what was said meanwhile is read first.
    overslept: Option<Tick>,
    reads_until: Tick,
}

/// Frames of a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct LineCounts {
    pub from_line: u64,
    pub to_line: u64,
    /// Frames that the line did not give and silence stands for.
    pub missing: u64,
    /// Frames of the line that came when silence stood for them already: left out.
    pub late: u64,
    /// Frames that were not sent because the modem had wanted no more for too long.
    pub held_back: u64,
}

impl Bridge {
    pub fn new(setup: Setup) -> Bridge {
        Bridge {
            setup,
            call: None,
            gather: None,
            paused: None,
            parties: Parties::default(),
            out: VecDeque::new(),
            counts: LineCounts::default(),
        }
    }

    /// A call is up on the line; `hold` is what its caller hears while nobody talks to them.
    pub fn begin(&mut self, now: Tick, hold: Arc<[i16]>) {
        self.counts = LineCounts::default();
        self.call = Some(Call {
            beat: Beat::start(now + FRAME_LASTS),
            ears: Ears::default(),
            watch: Watch::begin(now),
            limiter: Limiter::new(self.setup.ceiling_db),
            near: VecDeque::new(),
            filled: Filled::default(),
            on_hold: false,
            hold: None,
            hold_sound: hold,
            announcement: None,
            keys: VecDeque::new(),
            overslept: None,
            reads_until: now,
        });
    }

    /// It is over; everybody has left.
    pub fn end(&mut self) {
        self.call = None;
        self.parties = Parties::default();
        self.paused = None;
    }

    /// The line's sound flows from now on.
    pub fn sound_on(&mut self, now: Tick, coding: Coding) {
        self.gather = Some(Gather::new(coding));
        self.paused = None;
        if let Some(call) = &mut self.call {
            call.watch.sound_on(now);
        }
    }

    /// It stopped.
    pub fn sound_off(&mut self) {
        self.gather = None;
        self.paused = None;
        if let Some(call) = &mut self.call {
            call.watch.sound_off();
        }
    }

    /// The modem has room for more (`true`) or not.
    pub fn flow(&mut self, now: Tick, go: bool) {
        self.paused = (!go).then(|| self.paused.unwrap_or(now));
    }

    /// The line says that there can be no sound in this call, and why.
    pub fn blocked(&mut self, now: Tick, why: SoundTrouble) {
        if let Some(call) = &mut self.call {
            call.watch.blocked(why);
            self.tell_trouble(now);
        }
    }

    /// The line's audio port is gone (`true`) or open again.
    pub fn port_lost(&mut self, now: Tick, lost: bool) {
        if let Some(gather) = self.gather.as_mut().filter(|_| lost) {
            // What one device began another does not end.
            gather.clear();
        }
        if let Some(call) = &mut self.call {
            call.watch.port_lost(now, lost);
            self.tell_trouble(now);
        }
    }

    /// The line did not take so many of our frames.
    pub fn not_taken(&mut self, now: Tick, frames: u32) {
        if let Some(call) = &mut self.call {
            call.watch.not_taken(now, frames);
        }
    }

    /// Bytes from the line, in any pieces.
    pub fn line_bytes(&mut self, now: Tick, bytes: &[u8]) {
        let Some(gather) = &mut self.gather else {
            return;
        };
        gather.put(bytes);
        while let Some(gather) = &mut self.gather
            && let Some(frame) = gather.next_frame()
        {
            let is_nothing = codec::is_nothing(gather.coding(), &frame);
            self.out.extend(gather.news().map(Out::Misread));
            self.line_frame(now, &frame, is_nothing);
        }
    }

    /// Somebody joins.
    pub fn join(&mut self, now: Tick, party: PartyId, part: Part) {
        self.parties.join(party, part);
        self.look_at_desk(now);
    }

    /// Somebody has gone. What was counted of their frames.
    pub fn leave(&mut self, now: Tick, party: PartyId) -> Option<Counts> {
        let counts = self.parties.leave(party);
        self.look_at_desk(now);
        counts
    }

    /// What the party sent; nothing of one who only listens is heard by anybody.
    pub fn party_frame(&mut self, now: Tick, party: PartyId, frame: Frame) {
        if let Some(call) = &mut self.call
            && self.parties.frame(now, call.beat.next(), party, frame)
        {
            call.watch.voice(now);
        }
    }

    /// Whether somebody has the call, so that a missing browser is a trouble.
    pub fn owned(&mut self, now: Tick, yes: bool) {
        if let Some(call) = &mut self.call {
            call.watch.owned(now, yes);
        }
    }

    /// The operator puts the caller on hold, or takes them off it.
    pub fn hold(&mut self, yes: bool) {
        if let Some(call) = &mut self.call {
            call.on_hold = yes;
        }
    }

    /// Says something to the caller once, in place of whoever talks.
    pub fn announce(&mut self, sound: Arc<[i16]>) {
        if let Some(call) = &mut self.call {
            call.announcement = Some(Player::new(sound));
        }
    }

    /// Sends key tones to the caller, after those that are being sent.
    pub fn send_keys(&mut self, tones: Vec<i16>) {
        if let Some(call) = &mut self.call {
            call.keys.push_back(Player::new(tones.into()));
            if call.keys.len() > KEYS_MAX {
                call.keys.pop_front();
            }
        }
    }

    /// Time has passed.
    pub fn wake(&mut self, now: Tick) {
        // After a long sleep the beat leaves out what nobody wants any more, so this ends.
        while let Some(due) = self.due().filter(|due| *due <= now) {
            if !self.has_overslept(now, due) {
                self.beat(now);
            }
        }
    }

    /// Whether this beat comes so late that its talkers have stood still as well: their frames are
    /// about to be read. Told once for each beat.
    fn has_overslept(&mut self, now: Tick, due: Tick) -> bool {
        let Some(call) = &mut self.call else {
            return false;
        };
        let beat = Some(call.beat.next());
        let has = now.since(due) >= OVERSLEPT && call.overslept != beat;
        if has {
            call.overslept = beat;
            call.reads_until = now + GRACE;
        }
        has
    }

    /// When the next frame goes out. A talker who is a little late is waited for, once; the beat
    /// stays where it was.
    fn due(&self) -> Option<Tick> {
        let call = self.call.as_ref()?;
        let beat = call.beat.next();
        Some(match self.parties.somebody_is_late() {
            true => (beat + GRACE).max(call.reads_until),
            false => beat,
        })
    }

    pub fn counts(&self) -> LineCounts {
        self.counts
    }

    /// The next thing to do.
    #[allow(clippy::should_implement_trait)] // the name every sans-IO core here uses
    pub fn next(&mut self) -> Out {
        match self.out.pop_front() {
            Some(out) => out,
            None => Out::Sleep(self.due()),
        }
    }

    // ---- from the line ---------------------------------------------------------------------

    fn line_frame(&mut self, now: Tick, frame: &Frame, is_nothing: bool) {
        let Some(call) = &mut self.call else {
            return;
        };
        self.counts.from_line += 1;
        call.beat.line_frame(now);
        call.watch.line_frame(now, is_nothing);
        let heard = call.ears.hear(frame);
        self.out.extend(heard.into_iter().map(Out::Heard));
        if call.filled.is_late(now) {
            self.counts.late += 1;
        } else {
            self.pass_on(*frame);
        }
        self.tell_trouble(now);
    }

    /// A frame of the far end, real or silence: to the tape and to everybody.
    fn pass_on(&mut self, far: Frame) {
        let Some(call) = &mut self.call else {
            return;
        };
        let near = call.near.pop_front().unwrap_or(Frame::SILENCE);
        self.out.push_back(Out::Record { far, near });
        for (party, frame) in self.parties.hear(&far) {
            self.out.push_back(Out::ToParty { party, frame });
        }
    }

    // ---- to the line -----------------------------------------------------------------------

    fn beat(&mut self, now: Tick) {
        let voices = self.parties.speak();
        self.hold_back(now);
        let gather = self.gather.as_mut().filter(|_| self.paused.is_none());
        let Some(call) = &mut self.call else {
            return;
        };
        let frame = call.outgoing(now, &voices, gather.is_some());
        call.near.push_back(frame);
        if call.near.len() > NEAR_MAX {
            call.near.pop_front();
        }
        if let Some(gather) = gather {
            self.out.push_back(Out::ToLine(gather.encode(&frame)));
            self.counts.to_line += 1;
        }
        let wanted = self.parties.wanted_shift();
        let moved = call.beat.shift(wanted);
        call.beat.done(now);
        self.parties.shifted(moved);
        if !call.beat.line_flows(now) {
            call.filled.silence(now);
            self.counts.missing += 1;
            self.pass_on(Frame::SILENCE);
        }
        self.look_after(now);
    }

    /// A modem that wants no more for long is counted as one that takes nothing, and in the end not
    /// believed: the word that it has room again may be lost.
    fn hold_back(&mut self, now: Tick) {
        let lasts = self.paused.map(|since| now.since(since));
        if lasts.is_some_and(|lasts| lasts >= PAUSE_MAX) {
            self.paused = None;
        } else if lasts.is_some_and(|lasts| lasts >= BREATH) && self.gather.is_some() {
            self.counts.held_back += 1;
            self.not_taken(now, 1);
        }
    }

    fn look_after(&mut self, now: Tick) {
        self.look_at_desk(now);
        let Some(call) = &mut self.call else {
            return;
        };
        if call.watch.is_dead(now) {
            self.out.push_back(Out::Dead);
        }
        self.tell_trouble(now);
    }

    fn look_at_desk(&mut self, now: Tick) {
        let (connected, sending) = (self.parties.anybody_talks(), self.parties.anybody_sends());
        if let Some(call) = &mut self.call {
            call.watch.desk(now, connected, sending);
        }
    }

    fn tell_trouble(&mut self, now: Tick) {
        let news = self.call.as_mut().and_then(|call| call.watch.news(now));
        self.out.extend(news.map(Out::Trouble));
    }
}

impl Call {
    /// What the caller hears in this beat.
    fn outgoing(&mut self, now: Tick, voices: &Sum, goes_out: bool) -> Frame {
        let keys = match goes_out {
            true => self.next_key_frame(),
            false => None,
        };
        let said = self.announcement.as_mut().and_then(Player::next_frame);
        if said.is_none() {
            self.announcement = None;
        }
        let waits = self.on_hold || self.watch.is_alone(now);
        if !waits {
            self.hold = None;
        }
        let sends_keys = keys.is_some();
        let frame = match keys.or(said) {
            Some(frame) => frame,
            None if waits => self.next_hold_frame(),
            None => voices.frame(),
        };
        let frame = self.limiter.limit(&frame);
        self.ears.own(&frame, sends_keys);
        frame
    }

    fn next_key_frame(&mut self) -> Option<Frame> {
        while let Some(keys) = self.keys.front_mut() {
            if let Some(frame) = keys.next_frame() {
                return Some(frame);
            }
            self.keys.pop_front();
        }
        None
    }

    fn next_hold_frame(&mut self) -> Frame {
        let sound = &self.hold_sound;
        let fresh = || Player::new(Arc::clone(sound)).repeating_every(HOLD_EVERY);
        let hold = self.hold.get_or_insert_with(fresh);
        hold.next_frame().unwrap_or(Frame::SILENCE)
    }
}

/// From the beginning of one "stay on the line" to the next.
const HOLD_EVERY: Duration = limits::HOLD_PROMPT_EVERY;

/// How late a frame may go out now and then: every modem and card holds at least one of 20 ms, and
/// what is said without a hole is worth more than 10 ms.
const GRACE: Duration = Duration::from_millis(10);

/// A timer that is later than this was not late by itself. A machine that stands still for no
/// longer than this beyond what a talker is given is not told from a talker who is late.
const OVERSLEPT: Duration = Duration::from_millis(1);

/// Orders of keys that may wait: far more than anybody types while a modem takes no sound.
const KEYS_MAX: usize = 64;

/// A modem that lets us wait empties its own buffer meanwhile; none holds as much as this.
const BREATH: Duration = Duration::from_millis(500);

/// Then it is given sound all the same: what it does not take is noticed in other ways.
const PAUSE_MAX: Duration = Duration::from_secs(2);

/// Frames of ours that may wait to be recorded beside the far end's.
const NEAR_MAX: usize = 3;

const _: () = assert!(
    FRAME_SAMPLES == 160,
    "the rates of `beat` are those of 20 ms"
);
