//! A line, browsers and time, around one bridge.

use std::collections::BTreeMap;
use std::sync::Arc;

use siaga112::base::sound::{Coding, SoundTrouble};
use siaga112::base::time::Tick;
use siaga112::voice::bridge::{Bridge, Out, Part, PartyId, Setup};
use siaga112::voice::ears::Heard;
use siaga112::voice::frame::Frame;
use siaga112::voice::misread::Misread;

/// 20 ms in microseconds.
pub const FRAME: u64 = 20_000;

/// What a caller hears while nobody talks to them: one sample value, for a second.
pub const HOLD: i16 = 555;

/// A frame that is the same all along.
pub fn flat(sample: i16) -> Frame {
    Frame([sample; 160])
}

/// Somebody's microphone.
struct Mouth {
    /// When in each 20 ms it sends, and how late it is now and then.
    phase: u64,
    late: fn(u64) -> u64,
    sample: i16,
}

/// The world around one bridge.
pub struct World {
    pub bridge: Bridge,
    pub now: u64,
    coding: Coding,
    /// What the far end says; `None`: the modem gives nothing.
    pub far: Option<i16>,
    /// The far end's own sound, instead of `far`, frame by frame.
    pub script: Vec<Frame>,
    /// A copper pair gives back this part of what it was given, 40 ms later.
    pub echo: Option<f32>,
    /// The modem keeps its frames back, and gives them all at once when it no longer does.
    pub holds_back: bool,
    kept: Vec<u8>,
    /// The modem's frames so far, and how unevenly they are read.
    frames: u64,
    unevenness: u64,
    mouths: BTreeMap<PartyId, Mouth>,
    sent: BTreeMap<PartyId, u64>,
    /// What everybody heard.
    pub heard: BTreeMap<PartyId, Vec<Frame>>,
    /// What the line was given, and when.
    pub line: Vec<(u64, Frame)>,
    pub tape: Vec<(Frame, Frame)>,
    pub told: Vec<Option<SoundTrouble>>,
    pub ears: Vec<Heard>,
    pub misread: Vec<Misread>,
    pub dead: u32,
}

impl World {
    /// A call is up, and its sound is on.
    pub fn call(coding: Coding) -> World {
        let mut world = World::silent(coding);
        world.bridge.sound_on(Tick(world.now), coding);
        world
    }

    /// A call whose modem sounds otherwise than it says.
    pub fn call_told(coding: Coding, told: Coding) -> World {
        let mut world = World::silent(coding);
        world.bridge.sound_on(Tick(world.now), told);
        world
    }

    /// A call is up, and its sound is not on yet.
    pub fn silent(coding: Coding) -> World {
        let mut bridge = Bridge::new(Setup { ceiling_db: 0.0 });
        let now = 1_000_003;
        bridge.begin(Tick(now), Arc::from(vec![HOLD; 8_000]));
        World {
            bridge,
            now,
            coding,
            far: Some(0),
            script: Vec::new(),
            echo: None,
            holds_back: false,
            kept: Vec::new(),
            frames: 0,
            unevenness: 0,
            mouths: BTreeMap::new(),
            sent: BTreeMap::new(),
            heard: BTreeMap::new(),
            line: Vec::new(),
            tape: Vec::new(),
            told: Vec::new(),
            ears: Vec::new(),
            misread: Vec::new(),
            dead: 0,
        }
    }

    /// The modem's frames are read up to so many microseconds late.
    pub fn unevenly(mut self, by: u64) -> World {
        self.unevenness = by;
        self
    }

    /// Somebody joins; `sample` is what their microphone gives.
    pub fn joins(&mut self, id: u64, part: Part, sample: i16) {
        self.joins_late(id, part, sample, |_| 0);
    }

    /// With a network that is late by so much for frame `n`.
    pub fn joins_late(&mut self, id: u64, part: Part, sample: i16, late: fn(u64) -> u64) {
        let party = PartyId(id);
        self.bridge.join(Tick(self.now), party, part);
        let phase = (id * 7_001) % FRAME;
        let mouth = Mouth {
            phase,
            late,
            sample,
        };
        self.mouths.insert(party, mouth);
        self.heard.entry(party).or_default();
        self.drain();
    }

    pub fn leaves(&mut self, id: u64) {
        self.mouths.remove(&PartyId(id));
        self.bridge.leave(Tick(self.now), PartyId(id));
        self.drain();
    }

    /// Somebody says something else from now on.
    pub fn says(&mut self, id: u64, sample: i16) {
        self.mouths.get_mut(&PartyId(id)).expect("joined").sample = sample;
    }

    /// Their cable is pulled, or their microphone is taken away: the connection stays.
    pub fn falls_silent(&mut self, id: u64) {
        self.mouths.remove(&PartyId(id));
    }

    /// The line's audio port vanishes.
    pub fn port_lost(&mut self) {
        self.bridge.port_lost(Tick(self.now), true);
    }

    /// It is open again.
    pub fn port_back(&mut self) {
        self.bridge.port_lost(Tick(self.now), false);
    }

    /// Whether the line was given the waiting words in the last so many frames.
    pub fn waited_for(&self, frames: usize) -> bool {
        let last = self.line.iter().rev().take(frames);
        last.clone().count() == frames && last.clone().any(|(_, frame)| *frame == flat(HOLD))
    }

    /// Time passes.
    pub fn run_ms(&mut self, ms: u64) {
        let end = self.now + ms * 1_000;
        while self.now < end {
            let step = self.next_event().min(end);
            self.now = step.max(self.now + 1);
            self.happen();
        }
    }

    /// The whole machine stands still, and the bridge wakes first.
    pub fn stands_still_ms(&mut self, ms: u64) {
        self.now += ms * 1_000;
        self.bridge.wake(Tick(self.now));
        self.drain();
        self.now += 1_000;
        self.happen();
    }

    /// The last frame this one heard.
    pub fn hears(&self, id: u64) -> Frame {
        *self.heard[&PartyId(id)].last().expect("something")
    }

    /// The last frame the line was given.
    pub fn line_hears(&self) -> Frame {
        self.line.last().expect("something").1
    }

    fn next_event(&mut self) -> u64 {
        let line = self.line_at();
        let mouths = self.mouths.iter();
        let mouth = mouths.map(|(id, mouth)| mouth_at(mouth, self.sent.get(id).copied()));
        let mut soonest = mouth.min().unwrap_or(u64::MAX).min(line);
        if let Some(due) = self.drain() {
            soonest = soonest.min(due.0);
        }
        soonest
    }

    fn line_at(&self) -> u64 {
        let uneven = match self.unevenness {
            0 => 0,
            most => (self.frames * 7_919) % most,
        };
        1_000_003 + 5_000 + self.frames * FRAME + uneven
    }

    fn happen(&mut self) {
        let now = Tick(self.now);
        while self.line_at() <= self.now {
            let scripted = self.script.get(self.frames as usize).copied();
            let mut frame = scripted.or(self.far.map(flat));
            if let (Some(part), Some(frame)) = (self.echo, &mut frame) {
                let back = self.line.len().checked_sub(2).map(|at| self.line[at].1);
                for (sample, own) in frame.0.iter_mut().zip(back.unwrap_or_default().0) {
                    *sample = sample.saturating_add((f32::from(own) * part) as i16);
                }
            }
            self.frames += 1;
            if let Some(frame) = frame {
                let bytes = siaga112::voice::codec::encode(self.coding, &frame);
                self.kept.extend(bytes);
            }
        }
        if !self.holds_back && !self.kept.is_empty() {
            self.bridge.line_bytes(now, &std::mem::take(&mut self.kept));
        }
        let due: Vec<PartyId> = self
            .mouths
            .iter()
            .filter(|(id, mouth)| mouth_at(mouth, self.sent.get(*id).copied()) <= self.now)
            .map(|(id, _)| *id)
            .collect();
        for id in due {
            let sample = self.mouths[&id].sample;
            let next = self.now - self.mouths[&id].phase;
            let number = self.sent.entry(id).or_insert(next / FRAME);
            *number += 1;
            self.bridge.party_frame(now, id, flat(sample));
        }
        self.bridge.wake(now);
        self.drain();
    }

    fn drain(&mut self) -> Option<Tick> {
        loop {
            match self.bridge.next() {
                Out::ToLine(bytes) => {
                    let mut gather = siaga112::voice::codec::Gather::new(self.coding);
                    gather.put(&bytes);
                    let frame = gather.next_frame().expect("whole frames only");
                    self.line.push((self.now, frame));
                }
                Out::ToParty { party, frame } => self.heard.entry(party).or_default().push(frame),
                Out::Record { far, near } => self.tape.push((far, near)),
                Out::Heard(heard) => self.ears.push(heard),
                Out::Trouble(trouble) => self.told.push(trouble),
                Out::Misread(what) => self.misread.push(what),
                Out::Dead => self.dead += 1,
                Out::Sleep(due) => return due,
            }
        }
    }
}

/// When a mouth sends next: once in each 20 ms.
fn mouth_at(mouth: &Mouth, sent: Option<u64>) -> u64 {
    let number = sent.unwrap_or(0);
    match sent {
        None => 0,
        Some(_) => number * FRAME + mouth.phase + (mouth.late)(number),
    }
}
