//! What there is to hear of a call: troubles, taps, hold, who joins, recordings.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::call::{CallRecord, CallState, Class};
use super::decide::check_up;
use super::fact::Fact;
use super::operator::Role;
use super::order::{Actor, Refusal};
use super::review::Reviewed;
use super::{Decision, Desk, check};
use crate::base::ids::{CallId, UserName};
use crate::base::limits;
use crate::base::sound::SoundTrouble;
use crate::base::time::{Now, Stamp, Wall};

/// What somebody beside the operator does in a call.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JoinedAs {
    /// Hears everybody and is heard by nobody.
    Listen,
    /// Is heard by the operator and not by the caller.
    Whisper,
    /// Talks with both.
    Join,
}

/// One file of a call's sound: caller on the left, our side on the right, 8 kHz 16 bit WAV.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Recording {
    /// Name below the recordings' folder.
    pub file: String,
    /// Length of the file.
    pub bytes: u64,
    pub duration_ms: u64,
    /// Of the whole file, lower-case hex.
    pub sha256: String,
    /// Sound that the disk could not take in time; silence stands for it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub lost_ms: u64,
    /// The program ended while it was being written; what had come was closed at the next start,
    /// and nobody knows any more how much was lost.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub recovered: bool,
}

/// Somebody in a call beside its operator.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Joined {
    pub user: UserName,
    pub how: JoinedAs,
}

/// The part of a call's record that is about its sound.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CallSound {
    /// What is wrong with it now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<SoundTrouble>,
    /// The operator has put the caller on hold.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub on_hold: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub joined: Vec<Joined>,
    /// Who may join although they are no supervisor.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub invited: Vec<UserName>,
    /// Knocks and coughs of a caller who did not speak.
    #[serde(skip_serializing_if = "is_none_yet")]
    pub taps: u32,
    /// Oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recordings: Vec<Recording>,
    /// Names of files that were removed on record: what a power cut leaves of them is no recording.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<String>,
    /// Sound of which nothing at all could be kept.
    #[serde(skip_serializing_if = "is_zero")]
    pub missed_ms: u64,
}

impl CallSound {
    /// Whether there is nothing to tell.
    pub fn is_nothing(&self) -> bool {
        *self == CallSound::default()
    }

    /// What was true of the conversation is not any more.
    pub(super) fn call_over(&mut self) {
        self.trouble = None;
        self.on_hold = false;
        self.joined.clear();
        self.invited.clear();
    }

    /// Every browser has to come anew; the caller who was on hold still is.
    pub(super) fn restarted(&mut self) {
        self.trouble = None;
        self.joined.clear();
    }
}

/// In which turn the recording of a call of this class goes when room is needed; `None`: never by
/// itself.
pub fn goes(class: Class) -> Option<u8> {
    match class {
        Class::Ghost => Some(0),
        Class::Test | Class::WrongNumber => Some(1),
        Class::Prank | Class::PrankChild => Some(2),
        Class::OutOfArea | Class::Information => Some(3),
        // Somebody's emergency; and what police may ask for.
        Class::Incident | Class::FalseReport | Class::Harassment => None,
    }
}

/// The turn in which this call's recording goes: not while the call lasts, nor while its class is
/// younger than `settled_after`, for a class is sometimes a slip of the finger.
pub fn turn(call: &CallRecord, now: Wall, settled_after: Duration) -> Option<u8> {
    let is_old = |stamp: Stamp| stamp.at + settled_after <= now;
    let is_settled = call.state == CallState::Ended && call.classified.is_some_and(is_old);
    goes(call.class?).filter(|_| is_settled)
}

/// What the sound of the lines tells the desk.
#[derive(Clone, PartialEq, Debug)]
pub enum SoundNews {
    Trouble {
        call: CallId,
        trouble: Option<SoundTrouble>,
    },
    Tapped {
        call: CallId,
    },
    /// `archived`: the call's record from the store, if the desk may have let it go.
    Recorded {
        call: CallId,
        recording: Recording,
        archived: Option<Box<CallRecord>>,
    },
    /// Nothing of a call's sound could be kept.
    Missed {
        call: CallId,
        lost_ms: u64,
        archived: Option<Box<CallRecord>>,
    },
}

impl Desk {
    /// What follows from news of the sound.
    pub fn sound_news(&self, news: SoundNews) -> Decision {
        match news {
            SoundNews::Trouble { call, trouble } => {
                let live = self.calls.live(call);
                let is_news = live.is_some_and(|live| live.record.sound.trouble != trouble);
                Decision::of(is_news.then_some(Fact::CallSound { call, trouble }))
            }
            SoundNews::Tapped { call } => {
                let live = self.calls.live(call);
                let room = live.is_some_and(|l| l.record.sound.taps < limits::TAPS_KEPT_MAX);
                Decision::of(room.then_some(Fact::CallTapped { call }))
            }
            SoundNews::Recorded {
                call,
                recording,
                archived,
            } => self.about_past(call, Fact::RecordingClosed { call, recording }, archived),
            SoundNews::Missed {
                call,
                lost_ms,
                archived,
            } => self.about_past(call, Fact::RecordingMissed { call, lost_ms }, archived),
        }
    }

    fn about_past(&self, call: CallId, fact: Fact, archived: Option<Box<CallRecord>>) -> Decision {
        let mut decision = Decision::of(Some(fact));
        if self.call(call).is_none() {
            decision.recall = archived;
        }
        decision
    }

    pub(super) fn hold(&self, actor: &Actor, call: CallId, on: bool) -> Result<Decision, Refusal> {
        let live = self.live(call)?;
        self.check_may_handle(actor, live)?;
        check_up(live)?;
        if live.owner.is_none() {
            // Nobody talks to this caller anyhow: taking the call is what ends that.
            return Err(Refusal::NotTalking);
        }
        let mut decision = Decision::about(call);
        if live.record.sound.on_hold != on {
            let by = actor.user.clone();
            decision.facts.push(Fact::CallHeld { call, by, on });
        }
        Ok(decision)
    }

    pub(super) fn invite(
        &self,
        actor: &Actor,
        call: CallId,
        to: &UserName,
    ) -> Result<Decision, Refusal> {
        let live = self.live(call)?;
        self.check_may_handle(actor, live)?;
        check_up(live)?;
        if self.seats.get(to).is_none() {
            return Err(Refusal::SeatNotReady { user: to.clone() });
        }
        let mut decision = Decision::about(call);
        let known = live.owner.as_ref() == Some(to) || live.record.sound.invited.contains(to);
        if !known {
            decision.facts.push(Fact::CallInvited {
                call,
                by: actor.user.clone(),
                to: to.clone(),
            });
        }
        Ok(decision)
    }

    pub(super) fn join(
        &self,
        actor: &Actor,
        call: CallId,
        how: JoinedAs,
    ) -> Result<Decision, Refusal> {
        let live = self.live(call)?;
        let sound = &live.record.sound;
        let invited = how == JoinedAs::Join && sound.invited.contains(&actor.user);
        if !invited && actor.role < Role::Supervisor {
            let by = live.owner.clone();
            return Err(Refusal::NotYours { by });
        }
        check_up(live)?;
        let mut decision = Decision::about(call);
        let same = |joined: &Joined| joined.user == actor.user && joined.how == how;
        if !sound.joined.iter().any(same) {
            let by = actor.user.clone();
            decision.facts.push(Fact::CallJoined { call, by, how });
            decision.facts.extend(self.helps_with(actor, call));
        }
        Ok(decision)
    }

    pub(super) fn part(&self, actor: &Actor, call: CallId) -> Decision {
        let joined = self.calls.live(call).map(|live| &live.record.sound.joined);
        let is_in = joined.is_some_and(|all| all.iter().any(|j| j.user == actor.user));
        let by = actor.user.clone();
        Decision::of(is_in.then_some(Fact::CallParted { call, by }))
    }

    pub(super) fn delete_recording(
        &self,
        actor: &Actor,
        call: Reviewed<'_>,
        file: &str,
        why: &str,
    ) -> Result<Decision, Refusal> {
        check::role(actor, Role::Admin)?;
        let why = check::text("why", why, limits::REASON_CHARS_MAX)?;
        let record = call.record();
        let mut decision = Decision::about(record.id);
        if record.sound.removed.iter().any(|gone| gone == file) {
            return Ok(decision);
        }
        let mut known = record.sound.recordings.iter();
        if !known.any(|known| known.file == file) {
            return Err(Refusal::BadField {
                field: "file",
                limit: None,
            });
        }
        decision.facts.push(Fact::RecordingDeleted {
            call: record.id,
            file: file.to_owned(),
            by: actor.user.clone(),
            why: why.to_owned(),
        });
        Ok(decision.recalling(&call))
    }

    /// Decided on what the call is now: whoever asks may have looked at it a while ago.
    pub(super) fn make_room(
        &self,
        actor: &Actor,
        call: Reviewed<'_>,
        file: &str,
        (now, settled_after): (Now, Duration),
    ) -> Result<Decision, Refusal> {
        if turn(call.record(), now.wall, settled_after).is_none() {
            return Err(Refusal::BadField {
                field: "call",
                limit: None,
            });
        }
        self.delete_recording(actor, call, file, "room")
    }

    pub(super) fn apply_sound(&mut self, fact: &Fact) -> Option<CallRecord> {
        match fact {
            Fact::RecordingClosed { call, recording } => {
                let record = self.calls.record_mut(*call)?;
                let known = |known: &Recording| known.file == recording.file;
                record.sound.recordings.retain(|r| !known(r));
                record.sound.removed.retain(|gone| *gone != recording.file);
                record.sound.recordings.push(recording.clone());
                // `7.wav` before `7-2.wav` before `7-10.wav`, whichever was closed first.
                let parts = &mut record.sound.recordings;
                parts.sort_by_cached_key(|r| (r.file.len(), r.file.clone()));
                Some(record.clone())
            }
            Fact::RecordingDeleted { call, file, .. } => {
                let sound = &mut self.calls.record_mut(*call)?.sound;
                sound.recordings.retain(|known| known.file != *file);
                if !sound.removed.contains(file)
                    && sound.removed.len() < limits::RECORDING_PARTS_MAX
                {
                    sound.removed.push(file.clone());
                }
                self.calls.record_mut(*call).cloned()
            }
            Fact::RecordingMissed { call, lost_ms } => {
                let record = self.calls.record_mut(*call)?;
                record.sound.missed_ms = record.sound.missed_ms.saturating_add(*lost_ms);
                Some(record.clone())
            }
            Fact::CallSound { call, .. }
            | Fact::CallTapped { call }
            | Fact::CallHeld { call, .. }
            | Fact::CallInvited { call, .. }
            | Fact::CallJoined { call, .. }
            | Fact::CallParted { call, .. } => {
                let record = &mut self.calls.live_mut(*call)?.record;
                change(record, fact);
                Some(record.clone())
            }
            _ => None,
        }
    }
}

/// Facts about a conversation that goes on.
fn change(record: &mut CallRecord, fact: &Fact) {
    let sound = &mut record.sound;
    match fact {
        Fact::CallSound { trouble, .. } => sound.trouble = *trouble,
        Fact::CallTapped { .. } => sound.taps = sound.taps.saturating_add(1),
        Fact::CallHeld { on, .. } => {
            sound.on_hold = *on;
            record.state = if *on {
                CallState::Held
            } else {
                CallState::Talking
            };
        }
        Fact::CallInvited { to, .. } => sound.invited.push(to.clone()),
        Fact::CallJoined { by, how, .. } => {
            sound.joined.retain(|joined| joined.user != *by);
            sound.joined.push(Joined {
                user: by.clone(),
                how: *how,
            });
        }
        Fact::CallParted { by, .. } => sound.joined.retain(|joined| joined.user != *by),
        _ => {}
    }
}

/// Who listened to what is on record.
pub(super) fn played(actor: &Actor, call: CallId) -> Decision {
    let by = actor.user.clone();
    let mut decision = Decision::about(call);
    decision.facts.push(Fact::RecordingPlayed { call, by });
    decision
}

fn is_zero(ms: &u64) -> bool {
    *ms == 0
}

fn is_none_yet(taps: &u32) -> bool {
    *taps == 0
}
