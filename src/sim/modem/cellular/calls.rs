//! The call list: who is on it in which state, how calls end, and what each family says of it.

use std::time::Duration;

use super::super::core::{Core, Timer};
use super::super::words::{Identity, Report};
use super::Cellular;
use super::network::local;
use super::persona::Dialect;
use super::vendor::Indications;
use crate::base::time::Tick;

/// The modem's call list.
#[derive(Debug, Default)]
pub struct Calls {
    pub(super) list: Vec<Call>,
    pub(super) counted: u32,
    pub indications: Indications,
    pub(super) chup_ignored: Option<u32>,
}

#[derive(Clone, Debug)]
pub(super) struct Call {
    /// Never reused, so that an old timer cannot hit a new call.
    pub(super) uid: u32,
    /// Position in `+CLCC`, reused.
    pub(super) idx: u8,
    pub(super) incoming: bool,
    pub(super) stat: Stat,
    pub(super) identity: Identity,
    pub(super) data: bool,
    pub(super) rings: u32,
    pub(super) since: Option<Tick>,
}

/// `+CLCC` states.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Stat {
    Active = 0,
    Held = 1,
    Dialing = 2,
    Alerting = 3,
    Incoming = 4,
    Waiting = 5,
}

/// Who ended a call, and why as far as the network says (24.008 cause).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum End {
    Host,
    Remote,
    Busy,
}

impl Cellular {
    pub(super) fn end(&mut self, core: &mut Core, uid: u32, how: End) {
        let Some(at) = self.calls.list.iter().position(|c| c.uid == uid) else {
            return;
        };
        let released = self.state_word(uid, true);
        let call = self.calls.list.remove(at);
        let unanswered = call.incoming && call.since.is_none();
        let silent = core.quirks.silent_give_up && unanswered && how == End::Remote;
        if !silent {
            self.tell_end(core, &call, released, how);
        }
        self.promote(core);
    }

    fn tell_end(&mut self, core: &mut Core, call: &Call, released: Option<String>, how: End) {
        if let Some(line) = released {
            self.progress(core, how, &line);
        }
        let spoken = call.since.map(|since| core.now.since(since).as_secs());
        match self.persona.dialect {
            Dialect::Huawei if self.settings.on("^CURC") => {
                let (status, cause) = match (spoken, how) {
                    (None, End::Remote) if call.incoming => (28, ""),
                    (_, End::Busy) => (25, ",17"),
                    (_, End::Remote | End::Host) => (29, ",16"),
                };
                let line = format!("^CEND:{},{},{status}{cause}", call.idx, spoken.unwrap_or(0));
                self.progress(core, how, &line);
            }
            Dialect::Simcom => {
                let line = match (spoken, how) {
                    (None, End::Remote) if call.incoming => missed(core, call),
                    (None, _) => "VOICE CALL: END".to_owned(),
                    (Some(s), _) => {
                        format!(
                            "VOICE CALL: END: {:02}{:02}{:02}",
                            s / 3600,
                            s / 60 % 60,
                            s % 60
                        )
                    }
                };
                self.progress(core, how, &line);
                if self.settings.on("$QCRCIND") && how == End::Remote && spoken.is_some() {
                    core.line("REMOTE CALL END");
                }
            }
            Dialect::Huawei | Dialect::Quectel | Dialect::Sim800 | Dialect::Plain => {}
        }
        let missed_on_simcom =
            self.is(Dialect::Simcom) && spoken.is_none() && call.incoming && how == End::Remote;
        let (word, wanted) = match how {
            End::Busy => ("BUSY", true),
            End::Remote => ("NO CARRIER", !self.says_cend() && !missed_on_simcom),
            End::Host => ("NO CARRIER", self.is(Dialect::Simcom)),
        };
        if wanted {
            self.progress(core, how, word);
        }
    }

    fn says_cend(&self) -> bool {
        self.is(Dialect::Huawei) && self.settings.on("^CURC")
    }

    /// Progress that the host caused follows the OK of its command.
    fn progress(&mut self, core: &mut Core, how: End, line: &str) {
        if how == End::Host {
            core.follow(30, 150, line.to_owned());
        } else {
            core.line(line);
        }
    }

    /// A waiting caller rings as soon as nothing else is on the line.
    fn promote(&mut self, core: &mut Core) {
        let busy = self.calls.list.iter().any(|c| c.stat != Stat::Waiting);
        if busy {
            return;
        }
        if let Some(call) = self.calls.list.first_mut() {
            call.stat = Stat::Incoming;
            call.rings = 0;
            let uid = call.uid;
            core.plan(Duration::from_millis(300), Timer::Ring(uid));
        }
    }

    /// Power or network is gone: every call is over and nobody is told in words.
    pub(super) fn drop_calls(&mut self, core: &mut Core) {
        for _ in self.calls.list.drain(..) {
            core.report(Report::HungUp);
        }
    }

    pub(super) fn tell_state(&mut self, core: &mut Core, uid: u32) {
        if let Some(line) = self.state_line(uid) {
            core.line(&line);
        }
    }

    pub(super) fn state_line(&self, uid: u32) -> Option<String> {
        self.state_word(uid, false)
    }

    /// The family's own call report, if it has one and it is switched on.
    fn state_word(&self, uid: u32, released: bool) -> Option<String> {
        let call = self.call(uid)?;
        let (idx, dir) = (call.idx, u8::from(call.incoming));
        let (digits, octet) = (call.identity.digits(), call.identity.octet());
        match self.persona.dialect {
            Dialect::Simcom | Dialect::Sim800 if self.settings.on("+CLCC") => {
                Some(self.list_line(call, if released { 6 } else { call.stat as u8 }))
            }
            Dialect::Quectel if self.calls.indications.ccinfo => {
                let stat = if released { -1 } else { call.stat as i8 };
                let mode = u8::from(call.data);
                Some(format!(
                    "+QIND: \"ccinfo\",{idx},{dir},{stat},{mode},0,\"{digits}\",{octet}"
                ))
            }
            Dialect::Quectel if self.settings.on("^DSCI") => {
                let stat = match (released, call.stat) {
                    (true, _) => 6,
                    (false, Stat::Active) => 3,
                    (false, Stat::Held) => 1,
                    (false, Stat::Dialing) => 2,
                    (false, Stat::Alerting) => 7,
                    (false, Stat::Incoming) => 4,
                    (false, Stat::Waiting) => 5,
                };
                Some(format!("^DSCI: {idx},{dir},{stat},0,{digits},{octet}"))
            }
            Dialect::Huawei
            | Dialect::Simcom
            | Dialect::Quectel
            | Dialect::Sim800
            | Dialect::Plain => None,
        }
    }

    pub(super) fn has_active_call(&self) -> bool {
        self.calls.list.iter().any(|c| c.stat == Stat::Active)
    }

    /// An incoming call is up, and so long ago that its voice path is too.
    pub(super) fn voice_has_begun(&self, core: &Core) -> bool {
        let late = Duration::from_millis(core.quirks.begin_late_ms);
        let begun = |since: Tick| core.now.since(since) >= late;
        let mut active = self.calls.list.iter().filter(|c| c.stat == Stat::Active);
        active.any(|c| !c.incoming || c.since.is_some_and(begun))
    }

    /// Any call, in any state.
    pub fn has_call(&self) -> bool {
        !self.calls.list.is_empty()
    }

    pub(super) fn is_ringing(&self) -> bool {
        self.calls.list.iter().any(|c| c.stat == Stat::Incoming)
    }

    pub(super) fn add(
        &mut self,
        identity: Identity,
        incoming: bool,
        stat: Stat,
        data: bool,
    ) -> u32 {
        self.calls.counted += 1;
        let used = |idx: u8| self.calls.list.iter().any(|c| c.idx == idx);
        let idx = (1..=CALLS_MAX as u8).find(|&idx| !used(idx)).unwrap_or(1);
        self.calls.list.push(Call {
            uid: self.calls.counted,
            idx,
            incoming,
            stat,
            identity,
            data,
            rings: 0,
            since: None,
        });
        self.calls.counted
    }

    pub(super) fn call(&self, uid: u32) -> Option<&Call> {
        self.calls.list.iter().find(|c| c.uid == uid)
    }

    pub(super) fn call_mut(&mut self, uid: u32) -> Option<&mut Call> {
        self.calls.list.iter_mut().find(|c| c.uid == uid)
    }

    pub(super) fn with_stat(&self, wanted: &[Stat]) -> Option<u32> {
        let found = self.calls.list.iter().find(|c| wanted.contains(&c.stat));
        found.map(|c| c.uid)
    }
}

impl Call {
    pub(super) fn is_ringing(&self) -> bool {
        matches!(self.stat, Stat::Incoming | Stat::Waiting)
    }
}

fn missed(core: &Core, call: &Call) -> String {
    let time = local(core.wall()).strftime("%I:%M%p").to_string();
    format!("MISSED_CALL: {time} {}", call.identity.digits())
}

/// Calls a modem keeps (27.007 7.18: 1..7).
pub(super) const CALLS_MAX: usize = 7;
