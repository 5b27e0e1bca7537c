//! The people in a conversation, and who of them hears whom.

use crate::base::time::Tick;
use crate::voice::frame::Frame;
use crate::voice::mix::Sum;
use crate::voice::playout::{Counts, Playout};

/// One browser in a conversation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PartyId(pub u64);

/// What somebody does in a conversation.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Part {
    /// Talks with the caller and with everybody.
    Talk,
    /// Is heard by the colleagues and not by the caller.
    Whisper,
    /// Only hears.
    Listen,
}

#[derive(Debug)]
struct Party {
    id: PartyId,
    part: Part,
    playout: Playout,
    /// What they said in the last beats and the others have not heard yet.
    said: std::collections::VecDeque<Frame>,
}

/// Everybody.
#[derive(Debug, Default)]
pub struct Parties {
    all: Vec<Party>,
}

impl Parties {
    pub fn join(&mut self, id: PartyId, part: Part) {
        self.leave(id);
        self.all.push(Party {
            id,
            part,
            playout: Playout::default(),
            said: std::collections::VecDeque::new(),
        });
    }

    pub fn leave(&mut self, id: PartyId) -> Option<Counts> {
        let place = self.all.iter().position(|party| party.id == id)?;
        Some(self.all.remove(place).playout.counts())
    }

    /// Takes what somebody sent; whether it is said to the caller.
    pub fn frame(&mut self, now: Tick, beat: Tick, id: PartyId, frame: Frame) -> bool {
        let party = self.all.iter_mut().find(|party| party.id == id);
        let Some(party) = party.filter(|party| party.part != Part::Listen) else {
            return false;
        };
        party.playout.push(now, beat, frame);
        party.part == Part::Talk
    }

    /// Takes this beat's frame of everybody; returns what the caller hears of it.
    pub fn speak(&mut self) -> Sum {
        let mut sum = Sum::default();
        for party in &mut self.all {
            let frame = party.playout.pull();
            if let Some(frame) = frame {
                party.said.push_back(frame);
                if party.said.len() > SAID_MAX {
                    party.said.pop_front();
                }
                if party.part == Part::Talk {
                    sum.add(&frame);
                }
            }
        }
        sum
    }

    /// What each of them hears: the far end and the others, never themselves.
    pub fn hear(&mut self, far: &Frame) -> Vec<(PartyId, Frame)> {
        let said: Vec<Option<Frame>> = self.all.iter_mut().map(|p| p.said.pop_front()).collect();
        let heard = self.all.iter().enumerate().map(|(own, party)| {
            let mut others = said
                .iter()
                .enumerate()
                .filter_map(|(index, said)| {
                    let said = said.as_ref()?;
                    (index != own).then_some(said)
                })
                .peekable();
            if others.peek().is_none() {
                return (party.id, *far);
            }
            let mut sum = Sum::default();
            sum.add(far);
            others.for_each(|frame| sum.add(frame));
            (party.id, sum.frame())
        });
        heard.collect()
    }

    /// Whether anybody is there to talk with the caller.
    pub fn anybody_talks(&self) -> bool {
        self.talkers().next().is_some()
    }

    /// Whether anybody's microphone reaches us.
    pub fn anybody_sends(&self) -> bool {
        self.talkers().any(|party| party.playout.is_sending())
    }

    /// Whether somebody who talks with the caller is a little late.
    pub fn somebody_is_late(&self) -> bool {
        self.talkers().any(|party| party.playout.is_awaited())
    }

    /// How much later beats should be for whoever talks with the caller and joined first.
    pub fn wanted_shift(&self) -> i64 {
        let mut sending = self.talkers().filter(|party| party.playout.is_sending());
        sending
            .next()
            .map_or(0, |party| party.playout.wanted_shift())
    }

    /// Beats have been moved.
    pub fn shifted(&mut self, by: i64) {
        if by != 0 {
            self.all
                .iter_mut()
                .for_each(|party| party.playout.shifted(by));
        }
    }

    fn talkers(&self) -> impl Iterator<Item = &Party> {
        self.all.iter().filter(|party| party.part == Part::Talk)
    }
}

/// Frames of one that may wait until the line's next frame takes them to the others.
const SAID_MAX: usize = 3;
