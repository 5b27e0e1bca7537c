//! The calls of this line as the centre knows them: from what was heard to what is told.
//!
//! Whatever the modem says, the centre hears of a call once, of its answer once and of its end
//! once.

use super::core::Core;
use super::heard::{CallHeard, CallNo, EndedBy, ListState};
use super::words::{Event, Phase};
use crate::base::limits;
use crate::base::phone::{Caller, NumberType, Presentation};
use crate::base::sound::Coding;

/// Where a call is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Stage {
    Ringing,
    Waiting,
    Dialing,
    Alerting,
    Up,
    Held,
}

/// One call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Call {
    pub(super) no: CallNo,
    /// Position in the modem's list.
    pub(super) idx: Option<u8>,
    pub(super) stage: Stage,
    /// The centre has heard of it, so its end must be told.
    announced: bool,
    /// It has been up.
    answered: bool,
    /// The caller's number, or why there is none, is known.
    pub(super) identified: bool,
    /// The modem's list has been read since it began to ring.
    pub(super) looked_up: bool,
    /// How often we have tried to end it.
    pub(super) hang_ups: u8,
}

/// What a change means to the rest of the machine.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Turn {
    /// It rings: for the first time, or after waiting.
    Rings(CallNo),
    /// It is up.
    Up(CallNo),
    /// It is over.
    Over(CallNo),
}

/// The table of calls.
#[derive(Debug, Default)]
pub(super) struct Talk {
    calls: Vec<Call>,
    /// Our dial order, until its call shows itself.
    dialled: Option<u64>,
    area_code: Option<String>,
    /// Rings told during this input: one is enough.
    rung: Option<CallNo>,
    /// The call whose sound was told to flow: its end is told before that of the call.
    sounds: Option<CallNo>,
}

impl Talk {
    pub(super) fn new(area_code: Option<String>) -> Talk {
        Talk {
            area_code,
            ..Talk::default()
        }
    }

    /// A new input begins.
    pub(super) fn begin(&mut self) {
        self.rung = None;
    }

    /// Takes in what was heard and tells the centre.
    pub(super) fn hear(&mut self, core: &mut Core, heard: CallHeard) -> Option<Turn> {
        match heard {
            CallHeard::Incoming { call, caller, .. } => self.rings(core, call, caller),
            CallHeard::Ring { call, .. } => self.rings(core, call, Caller::unknown()),
            CallHeard::Identified { call, caller } => self.identified(core, call, caller),
            CallHeard::EarlyId { .. } | CallHeard::HangupSuspected { .. } => None,
            CallHeard::Waiting { call, caller } => self.waits(core, call, caller),
            CallHeard::State {
                call,
                idx,
                state,
                number,
                incoming,
            } => self.listed(core, call, (idx, state, incoming), number),
            CallHeard::Dialing { call, idx, .. } => {
                self.outgoing(core, call, idx);
                None
            }
            CallHeard::Alerting { call, idx } => {
                self.alerting(core, call, idx);
                None
            }
            CallHeard::Answered { call, idx } => self.up(core, call, idx),
            CallHeard::Missed { call, .. } => self.over(core, call, EndedBy::Remote, None),
            CallHeard::Ended {
                call, by, cause, ..
            } => self.over(core, call, by, cause),
        }
    }

    /// A dial order is on its way; the next outgoing call is its.
    pub(super) fn expect_dialled(&mut self, token: u64) {
        self.dialled = Some(token);
    }

    /// The dial order has come to nothing: its token, unless its call has shown itself.
    pub(super) fn give_up_dialled(&mut self) -> Option<u64> {
        self.dialled.take()
    }

    /// Whether a dial order is on its way.
    pub(super) fn is_dialling(&self) -> bool {
        self.dialled.is_some()
    }

    /// Ends a call that the modem will not speak of any more.
    pub(super) fn over(
        &mut self,
        core: &mut Core,
        call: CallNo,
        by: EndedBy,
        cause: Option<u8>,
    ) -> Option<Turn> {
        let place = self.calls.iter().position(|known| known.no == call)?;
        let known = self.calls.remove(place);
        if self.sounds == Some(call) {
            self.hush(core);
        }
        // A call that vanishes while we hang it up was ended by us, whatever became of the answer.
        let by = match by {
            EndedBy::Remote if known.hang_ups > 0 => EndedBy::Local,
            EndedBy::Remote | EndedBy::Local | EndedBy::LinkLost => by,
        };
        if known.announced {
            core.tell(Event::Ended { call, by, cause });
        }
        Some(Turn::Over(call))
    }

    /// The sound of a call flows.
    pub(super) fn sounds(&mut self, core: &mut Core, call: CallNo, coding: Coding, in_band: bool) {
        self.hush(core);
        self.sounds = Some(call);
        core.tell(Event::SoundOn {
            call,
            coding,
            in_band,
        });
    }

    /// No sound flows any more.
    pub(super) fn hush(&mut self, core: &mut Core) {
        if let Some(call) = self.sounds.take() {
            core.tell(Event::SoundOff { call });
        }
    }

    /// Whether the sound of any call flows.
    pub(super) fn is_sounding(&self) -> bool {
        self.sounds.is_some()
    }

    /// The modem's list was read, or refused.
    pub(super) fn looked_up(&mut self) {
        for call in &mut self.calls {
            call.looked_up = true;
        }
    }

    /// We have taken the call ourselves, on a line that does not say so.
    pub(super) fn answered(&mut self, core: &mut Core, call: CallNo) -> Option<Turn> {
        self.get(call)?;
        self.up(core, call, None)
    }

    pub(super) fn get(&self, call: CallNo) -> Option<&Call> {
        self.calls.iter().find(|known| known.no == call)
    }

    pub(super) fn get_mut(&mut self, call: CallNo) -> Option<&mut Call> {
        self.calls.iter_mut().find(|known| known.no == call)
    }

    pub(super) fn all(&self) -> &[Call] {
        &self.calls
    }

    pub(super) fn is_free(&self) -> bool {
        self.calls.is_empty() && self.dialled.is_none()
    }

    pub(super) fn has(&self, stage: Stage) -> bool {
        self.calls.iter().any(|call| call.stage == stage)
    }

    /// A call that is up or held, other than this one.
    pub(super) fn other_is_up(&self, call: CallNo) -> bool {
        self.calls
            .iter()
            .any(|known| known.no != call && matches!(known.stage, Stage::Up | Stage::Held))
    }

    /// The call a key or a sound belongs to when nobody says which.
    pub(super) fn speaking(&self) -> Option<CallNo> {
        let up = self.calls.iter().find(|call| call.stage == Stage::Up);
        up.map(|call| call.no)
    }

    /// What the calls make of the line, if there are any.
    pub(super) fn phase(&self) -> Option<Phase> {
        let has = |stage| self.has(stage);
        if self.calls.iter().any(|call| call.hang_ups > 0) {
            Some(Phase::Ending)
        } else if has(Stage::Up) || has(Stage::Held) {
            Some(Phase::Talking)
        } else if has(Stage::Dialing) || has(Stage::Alerting) || self.dialled.is_some() {
            Some(Phase::Dialing)
        } else if has(Stage::Ringing) || has(Stage::Waiting) {
            Some(Phase::Ringing)
        } else {
            None
        }
    }

    fn rings(&mut self, core: &mut Core, call: CallNo, caller: Caller) -> Option<Turn> {
        let Some(known) = self.get_mut(call) else {
            self.announce(core, call, Stage::Ringing, caller);
            return Some(Turn::Rings(call));
        };
        let waited = known.stage == Stage::Waiting;
        match known.stage {
            Stage::Waiting | Stage::Ringing => known.stage = Stage::Ringing,
            Stage::Dialing | Stage::Alerting | Stage::Up | Stage::Held => return None,
        }
        if self.rung != Some(call) {
            self.rung = Some(call);
            core.tell(Event::RangAgain { call });
        }
        self.identified(core, call, caller);
        waited.then_some(Turn::Rings(call))
    }

    fn waits(&mut self, core: &mut Core, call: CallNo, caller: Caller) -> Option<Turn> {
        if self.get(call).is_some() {
            return self.identified(core, call, caller);
        }
        self.announce(core, call, Stage::Waiting, caller);
        None
    }

    fn announce(&mut self, core: &mut Core, call: CallNo, stage: Stage, caller: Caller) {
        let identified = caller.presentation != Presentation::Unknown;
        let known = self.insert(core, call, None, stage);
        known.announced = true;
        known.identified = identified;
        self.rung = Some(call);
        core.tell(Event::Rang {
            call,
            caller,
            waiting: stage == Stage::Waiting,
        });
    }

    fn identified(&mut self, core: &mut Core, call: CallNo, caller: Caller) -> Option<Turn> {
        let known = self.get_mut(call)?;
        if caller.presentation == Presentation::Unknown && caller.name.is_none() {
            return None;
        }
        known.identified = true;
        if known.announced {
            core.tell(Event::Identified { call, caller });
        }
        None
    }

    fn listed(
        &mut self,
        core: &mut Core,
        call: CallNo,
        (idx, state, incoming): (u8, ListState, bool),
        number: Option<String>,
    ) -> Option<Turn> {
        if let Some(known) = self.get_mut(call) {
            known.idx = Some(idx);
        }
        match state {
            ListState::Active => {
                let is_found = self.find(core, call, idx, incoming);
                let turn = self.up(core, call, Some(idx));
                if let (true, Some(number)) = (is_found, number) {
                    let caller = self.delivered(&number);
                    self.identified(core, call, caller);
                }
                turn
            }
            ListState::Held => {
                self.find(core, call, idx, incoming);
                let turn = self.up(core, call, Some(idx));
                if let Some(known) = self.get_mut(call) {
                    known.stage = Stage::Held;
                }
                turn
            }
            ListState::Dialing => {
                self.outgoing(core, call, Some(idx));
                None
            }
            ListState::Alerting => {
                self.alerting(core, call, Some(idx));
                None
            }
            // A new one is announced by what follows.
            ListState::Incoming => match self.get(call)?.stage {
                Stage::Waiting => self.rings(core, call, Caller::unknown()),
                Stage::Ringing | Stage::Dialing | Stage::Alerting | Stage::Up | Stage::Held => None,
            },
            // It rang while our own call was being set up.
            ListState::Waiting => {
                let known = self.get_mut(call)?;
                if known.stage == Stage::Ringing {
                    known.stage = Stage::Waiting;
                }
                None
            }
        }
    }

    /// A call that was up before we came is not the one we are dialling.
    fn find(&mut self, core: &mut Core, call: CallNo, idx: u8, incoming: bool) -> bool {
        let is_found = self.get(call).is_none() && (incoming || self.dialled.is_none());
        if is_found {
            self.insert(core, call, Some(idx), Stage::Up);
        }
        is_found
    }

    /// An outgoing call: ours if we have just dialled, else somebody else's, which is told only
    /// when it is up.
    fn outgoing(&mut self, core: &mut Core, call: CallNo, idx: Option<u8>) {
        if self.get(call).is_some() {
            return;
        }
        let token = self.dialled.take();
        let known = self.insert(core, call, idx, Stage::Dialing);
        known.identified = true;
        known.announced = token.is_some();
        if let Some(token) = token {
            core.tell(Event::Dialled {
                token,
                call: Ok(call),
            });
        }
    }

    fn alerting(&mut self, core: &mut Core, call: CallNo, idx: Option<u8>) {
        self.outgoing(core, call, idx);
        let Some(known) = self.get_mut(call) else {
            return;
        };
        known.idx = idx.or(known.idx);
        if known.stage == Stage::Dialing {
            known.stage = Stage::Alerting;
            if known.announced {
                core.tell(Event::Alerting { call });
            }
        }
    }

    fn up(&mut self, core: &mut Core, call: CallNo, idx: Option<u8>) -> Option<Turn> {
        if self.get(call).is_none() {
            self.outgoing(core, call, idx);
        }
        let known = self.get_mut(call)?;
        known.idx = idx.or(known.idx);
        known.stage = Stage::Up;
        if known.answered {
            return None;
        }
        known.answered = true;
        if known.hang_ups > 0 {
            // Lifted only to be put down.
            return None;
        }
        let found = !known.announced;
        known.announced = true;
        core.tell(Event::Answered { call, found });
        Some(Turn::Up(call))
    }

    fn insert(
        &mut self,
        core: &mut Core,
        call: CallNo,
        idx: Option<u8>,
        stage: Stage,
    ) -> &mut Call {
        if self.calls.len() >= limits::CALLS_PER_LINE_MAX {
            // No modem has so many: the oldest must be one whose end was never said.
            if let Some(stale) = self.calls.first().map(|call| call.no) {
                self.over(core, stale, EndedBy::LinkLost, None);
            }
        }
        let place = self.calls.len();
        self.calls.push(Call {
            no: call,
            idx,
            stage,
            announced: false,
            answered: false,
            identified: false,
            looked_up: false,
            hang_ups: 0,
        });
        &mut self.calls[place]
    }

    fn delivered(&self, number: &str) -> Caller {
        let area_code = self.area_code.as_deref();
        Caller::delivered(
            number,
            NumberType::Unknown,
            Presentation::Allowed,
            area_code,
        )
    }
}
