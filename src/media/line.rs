//! The thread of one line's sound: waits for whatever comes first, gives it to the bridge, and does
//! what the bridge says.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};

use super::seat::{SeatEnd, Why};
use super::studio::{HoldSound, tell_engine};
use super::tally::Tally;
use super::tape::Tape;
use super::waker::Waker;
use crate::base::ids::{CallId, LineName, UserName};
use crate::base::limits;
use crate::base::sound::Coding;
use crate::base::time::Tick;
use crate::clock::Clock;
use crate::engine::handle::Inbox;
use crate::engine::sound::{SoundHeard, SoundOrder};
use crate::port::audio::{AudioChange, AudioPort, AudioSpec};
use crate::port::timespec;
use crate::voice::bridge::{self, Bridge, Out, PartyId};
use crate::voice::dtmf;
use crate::voice::ears::Heard;
use crate::voice::frame::{FRAME_BYTES, Frame};

/// What the thread is told.
#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // most are frames: a box for each would be 50 in a second
pub enum Command {
    Order(SoundOrder),
    Join { call: CallId, seat: SeatEnd },
    Leave { party: PartyId },
    Spoke { party: PartyId, frame: Frame },
    Stop,
}

/// What a line's thread is made from.
pub struct Setup {
    pub index: usize,
    pub name: LineName,
    /// `None`: the sound goes through the engine.
    pub audio: Option<AudioSpec>,
    pub commands: Receiver<Command>,
    pub waker: Arc<Waker>,
    pub engine: SyncSender<Inbox>,
    pub clock: Clock,
    pub tape: Tape,
    pub hold: HoldSound,
    pub tally: Arc<Tally>,
}

/// Who may be in a call.
struct Desk {
    owner: Option<UserName>,
    joined: Vec<UserName>,
}

impl Desk {
    fn lets_in(&self, seat: &SeatEnd) -> bool {
        match seat.owner {
            true => self.owner.as_ref() == Some(&seat.user),
            false => self.joined.contains(&seat.user),
        }
    }
}

/// Everything the thread owns.
pub struct LineSound {
    index: usize,
    name: LineName,
    port: Option<AudioPort>,
    commands: Receiver<Command>,
    waker: Arc<Waker>,
    engine: SyncSender<Inbox>,
    clock: Clock,
    tape: Tape,
    hold: HoldSound,
    tally: Arc<Tally>,
    bridge: Bridge,
    call: Option<CallId>,
    /// The line's sound goes out through the engine.
    in_band: bool,
    seats: Vec<SeatEnd>,
    /// What the desk last said of this call.
    desk: Option<Desk>,
    /// The modem tells the caller's keys itself.
    keys_reported: bool,
    /// When the engine was last told that sound comes through the audio port.
    flows_told: Option<Tick>,
    /// News for which the engine had no room.
    unsent: VecDeque<SoundHeard>,
    buffer: Vec<u8>,
    stopping: bool,
}

impl LineSound {
    pub fn new(setup: Setup) -> LineSound {
        let waker = Arc::clone(&setup.waker);
        let port = setup
            .audio
            .map(|spec| AudioPort::new(spec, Arc::new(move || waker.wake())));
        let ceiling_db = match port {
            Some(_) => CEILING_DB,
            None => IN_BAND_CEILING_DB,
        };
        LineSound {
            index: setup.index,
            name: setup.name,
            port,
            commands: setup.commands,
            waker: setup.waker,
            engine: setup.engine,
            clock: setup.clock,
            tape: setup.tape,
            bridge: Bridge::new(bridge::Setup { ceiling_db }),
            hold: setup.hold,
            tally: setup.tally,
            call: None,
            in_band: false,
            seats: Vec::new(),
            desk: None,
            keys_reported: false,
            flows_told: None,
            unsent: VecDeque::new(),
            buffer: vec![0; READ_BYTES],
            stopping: false,
        }
    }

    /// Runs until told to stop.
    pub fn run(mut self) {
        while !self.stopping {
            self.obey();
            let now = self.clock.tick();
            self.look_after_port(now);
            self.read(now);
            self.bridge.wake(now);
            let due = self.drain();
            self.tell_unsent();
            if !self.stopping {
                self.wait(due);
            }
        }
        self.end_call(Why::Stopping);
        if let Some(port) = self.port.take() {
            port.close();
        }
    }

    // ---- what comes in ---------------------------------------------------------------------

    fn obey(&mut self) {
        self.waker.quiet();
        while let Ok(command) = self.commands.try_recv() {
            let now = self.clock.tick();
            match command {
                Command::Order(order) => self.order(now, order),
                Command::Join { call, seat } => self.join(now, call, seat),
                Command::Leave { party } => self.leave(now, party),
                Command::Spoke { party, frame } => self.bridge.party_frame(now, party, frame),
                Command::Stop => self.stopping = true,
            }
        }
    }

    fn order(&mut self, now: Tick, order: SoundOrder) {
        match order {
            SoundOrder::Begin { call } => self.begin_call(now, call),
            SoundOrder::End { call } if self.call == Some(call) => self.end_call(Why::Over),
            SoundOrder::End { .. } => {}
            SoundOrder::On { coding, in_band } => self.sound_on(now, coding, in_band),
            SoundOrder::Off => self.bridge.sound_off(),
            SoundOrder::Blocked(why) => self.bridge.blocked(now, why),
            SoundOrder::Flow(go) => self.bridge.flow(now, go),
            SoundOrder::NotTaken => {
                self.tally.not_taken(1);
                self.bridge.not_taken(now, 1);
            }
            SoundOrder::Heard(bytes) => self.bridge.line_bytes(now, &bytes),
            SoundOrder::Desk {
                call,
                owner,
                on_hold,
                joined,
            } if self.call == Some(call) => self.desk(now, on_hold, Desk { owner, joined }),
            SoundOrder::Desk { .. } => {}
            SoundOrder::Keys(keys) => {
                let tones = dtmf::tones(&keys, dtmf::TONE_MS, dtmf::GAP_MS, KEY_DB);
                self.bridge.send_keys(tones);
            }
            SoundOrder::KeysReported(yes) => self.keys_reported = yes,
        }
    }

    fn begin_call(&mut self, now: Tick, call: CallId) {
        if self.call == Some(call) {
            return;
        }
        self.end_call(Why::Over);
        self.call = Some(call);
        self.bridge.begin(now, (self.hold)());
        self.tape.begin(call);
        if let Some(port) = &mut self.port {
            port.want(now, true);
            if port.is_lost() {
                // That was told when there was no call yet to which it mattered.
                self.bridge.port_lost(now, true);
            }
        }
    }

    fn end_call(&mut self, why: Why) {
        // What was heard last is still the call's.
        self.drain();
        self.close_seats(why);
        self.desk = None;
        let Some(call) = self.call.take() else {
            return;
        };
        let counts = self.bridge.counts();
        self.tally.call(counts);
        tracing::info!(
            line = %self.name,
            call = call.0,
            from_line = counts.from_line,
            to_line = counts.to_line,
            missing = counts.missing,
            late = counts.late,
            held_back = counts.held_back,
            "sound of a call over"
        );
        self.bridge.end();
        self.bridge.sound_off();
        self.tape.end(call);
        let now = self.clock.tick();
        if let Some(port) = &mut self.port {
            port.want(now, false);
        }
    }

    fn sound_on(&mut self, now: Tick, coding: Coding, in_band: bool) {
        self.in_band = in_band;
        if let Some(port) = self.port.as_mut().filter(|_| !in_band) {
            port.start_afresh(now);
        }
        self.bridge.sound_on(now, coding);
    }

    // ---- people ----------------------------------------------------------------------------

    fn join(&mut self, now: Tick, call: CallId, seat: SeatEnd) {
        if self.call != Some(call) {
            seat.close(Why::Over);
            return;
        }
        // The desk may have changed since they were let in at the door.
        if self.desk.as_ref().is_some_and(|desk| !desk.lets_in(&seat)) {
            seat.close(Why::NotYours);
            return;
        }
        // One person is in a call once: what was opened last is where they sit.
        let before = self.seats.iter().find(|other| other.user == seat.user);
        if let Some(before) = before.map(|other| other.id) {
            self.close_seat(now, before, Why::Elsewhere);
        }
        tracing::info!(line = %self.name, call = call.0, part = ?seat.part, "a browser joined");
        self.bridge.join(now, seat.id, seat.part);
        self.seats.push(seat);
    }

    fn leave(&mut self, now: Tick, party: PartyId) {
        let counts = self.bridge.leave(now, party);
        let Some(place) = self.seats.iter().position(|seat| seat.id == party) else {
            return;
        };
        let seat = self.seats.remove(place);
        if let Some(counts) = counts {
            self.tally.browser(counts, seat.lagged);
            tracing::info!(
                line = %self.name,
                came = counts.came,
                late = counts.late,
                cut = counts.cut,
                missed = counts.missed,
                lagged = seat.lagged,
                "a browser left"
            );
        }
    }

    fn close_seat(&mut self, now: Tick, party: PartyId, why: Why) {
        if let Some(seat) = self.seats.iter().find(|seat| seat.id == party) {
            seat.close(why);
        }
        self.leave(now, party);
    }

    fn close_seats(&mut self, why: Why) {
        let now = self.clock.tick();
        while let Some(seat) = self.seats.first().map(|seat| seat.id) {
            self.close_seat(now, seat, why);
        }
    }

    /// The desk has changed who is in the call.
    fn desk(&mut self, now: Tick, on_hold: bool, desk: Desk) {
        self.bridge.owned(now, desk.owner.is_some());
        self.bridge.hold(on_hold);
        let strangers = self.seats.iter().filter(|seat| !desk.lets_in(seat));
        for party in strangers.map(|seat| seat.id).collect::<Vec<_>>() {
            self.close_seat(now, party, Why::NotYours);
        }
        self.desk = Some(desk);
    }

    // ---- the audio port --------------------------------------------------------------------

    fn look_after_port(&mut self, now: Tick) {
        while let Some(change) = self.port.as_mut().and_then(|port| port.tend(now)) {
            match change {
                AudioChange::Opened => self.bridge.port_lost(now, false),
                AudioChange::Lost { code, cause, .. } => {
                    tracing::warn!(line = %self.name, code = code.id, %cause, "no audio port");
                    self.bridge.port_lost(now, true);
                }
            }
        }
    }

    fn read(&mut self, now: Tick) {
        let Some(port) = &mut self.port else {
            return;
        };
        let mut sounds = false;
        for _ in 0..READS_AT_ONCE {
            match port.read(now, &mut self.buffer) {
                0 => break,
                count => {
                    // A path that is dead gives nothing, or zeros (E1550, E173: hardware.md 7).
                    sounds |= self.buffer[..count].iter().any(|byte| *byte != 0);
                    self.bridge.line_bytes(now, &self.buffer[..count]);
                }
            }
        }
        if sounds
            && self
                .flows_told
                .is_none_or(|at| now.since(at) >= FLOWS_EVERY)
        {
            self.flows_told = Some(now);
            if let Some(call) = self.call {
                self.tell(SoundHeard::Flows { call });
            }
        }
    }

    // ---- what goes out ---------------------------------------------------------------------

    fn drain(&mut self) -> Option<Tick> {
        loop {
            match self.bridge.next() {
                Out::ToLine(bytes) => self.give_line(bytes),
                Out::ToParty { party, frame } => self.give_party(party, frame),
                Out::Record { far, near } => {
                    if let Some(call) = self.call {
                        self.tape.record(call, &far, &near);
                    }
                }
                Out::Heard(heard) => self.heard(heard),
                Out::Trouble(trouble) => {
                    if let Some(call) = self.call {
                        self.tell(SoundHeard::Trouble { call, trouble });
                    }
                }
                Out::Misread(what) => {
                    tracing::warn!(line = %self.name, ?what, "sound is not what the line says");
                }
                Out::Dead => {
                    if let Some(call) = self.call {
                        self.tell(SoundHeard::Dead { call });
                    }
                }
                Out::Sleep(due) => return due,
            }
        }
    }

    fn give_line(&mut self, bytes: Vec<u8>) {
        let now = self.clock.tick();
        match &mut self.port {
            Some(port) if !self.in_band => {
                let dropped = port.write(&bytes);
                if dropped > 0 {
                    let frames = dropped.div_ceil(FRAME_BYTES);
                    let frames = u32::try_from(frames).unwrap_or(u32::MAX);
                    self.tally.not_taken(frames);
                    self.bridge.not_taken(now, frames);
                }
            }
            _ => {
                if tell_engine(&self.engine, self.index, SoundHeard::ToLine(bytes)).is_err() {
                    self.tally.not_taken(1);
                    self.bridge.not_taken(now, 1);
                }
            }
        }
    }

    fn give_party(&mut self, party: PartyId, frame: Frame) {
        let seat = self.seats.iter_mut().find(|seat| seat.id == party);
        if seat.is_some_and(|seat| !seat.give(frame)) {
            self.leave(self.clock.tick(), party);
        }
    }

    fn heard(&mut self, heard: Heard) {
        let Some(call) = self.call else {
            return;
        };
        match heard {
            Heard::Key(key) if !self.keys_reported => self.tell(SoundHeard::Key { call, key }),
            Heard::Tone(tone) => self.tell(SoundHeard::Tone(tone)),
            Heard::Tap => self.tell(SoundHeard::Tap { call }),
            Heard::Key(_) | Heard::SpeechBegan | Heard::SpeechEnded => {}
        }
    }

    /// Tells the engine; what finds no room is kept and told later, in order.
    fn tell(&mut self, heard: SoundHeard) {
        self.unsent.push_back(heard);
        if self.unsent.len() > limits::SOUND_NEWS_MAX {
            // Nothing here is worth more than the newest: the oldest gives way.
            self.unsent.pop_front();
        }
        self.tell_unsent();
    }

    fn tell_unsent(&mut self) {
        while let Some(heard) = self.unsent.pop_front() {
            if let Err(heard) = tell_engine(&self.engine, self.index, heard) {
                self.unsent.push_front(heard);
                return;
            }
        }
    }

    // ---- waiting ---------------------------------------------------------------------------

    fn wait(&self, due: Option<Tick>) {
        let port_due = self.port.as_ref().and_then(AudioPort::due);
        let now = self.clock.tick();
        let retry = (!self.unsent.is_empty()).then(|| now + RETRY);
        let soonest = [due, port_due, retry].into_iter().flatten().min();
        let timeout = soonest.map(|at| timespec(at.since(now)));
        let mut fds = Vec::with_capacity(4);
        fds.push(PollFd::from_borrowed_fd(self.waker.fd(), PollFlags::IN));
        if let Some(port) = &self.port {
            fds.extend(
                port.fds()
                    .map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN)),
            );
        }
        // Woken by a signal, by an error or by what was waited for: the loop looks at everything.
        let _ = poll(&mut fds, timeout.as_ref());
    }
}

/// The loudest frame to a digital path, in dBFS: speech with headroom.
const CEILING_DB: f32 = -9.0;

/// The same in band: louder overflows soft modems (register of peers, −18 dBFS).
const IN_BAND_CEILING_DB: f32 = -18.0;

/// Level of both tones of a key together, in dBFS: suits soft modems as well ([`dtmf::tones`]).
const KEY_DB: f32 = -15.0;

/// How often the engine is told that sound comes: often enough against its patience with a modem
/// that does not answer, 60 s.
const FLOWS_EVERY: Duration = Duration::from_secs(5);

/// News that found no room are tried again after this.
const RETRY: Duration = Duration::from_millis(20);

/// Read from the audio port at once: a quarter of a second.
const READ_BYTES: usize = 4_096;

/// Readings before somebody else gets a turn.
const READS_AT_ONCE: usize = 8;
