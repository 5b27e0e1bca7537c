//! An office in miniature: calls come, are answered and classified; the journal is written.
//!
//! Each entry carries the whole record of the call or text it is about, so that "replay" is simply
//! the last record of each, and derived tables can be compared with it.

use std::collections::BTreeMap;
use std::sync::Arc;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use siaga112::base::ids::{CallId, LineName, Seq, SmsId, UserName};
use siaga112::base::phone::{Caller, NumberType, Presentation};
use siaga112::base::time::{Stamp, Trust, Wall};
use siaga112::desk::call::{CallRecord, CallState, Class, Direction, EndedBy, Note};
use siaga112::desk::category::Category;
use siaga112::desk::draft::{Draft, DraftRow};
use siaga112::desk::operator::Role;
use siaga112::desk::order::UserRecord;
use siaga112::desk::report::Report;
use siaga112::desk::{Secret, SmsRecord, Touched};
use siaga112::journal::Sealed;
use siaga112::store::cuts::Dice;
use siaga112::store::{Batch, SessionChange, SessionRecord};

#[derive(Clone, Debug)]
pub struct Office {
    dice: Dice,
    pub seq: u64,
    pub hash: [u8; 32],
    wall: i64,
    next_call: u64,
    next_sms: u64,
    live: BTreeMap<CallId, CallRecord>,
    over: Vec<CallRecord>,
    pub tickets: u64,
    pub sessions: Vec<[u8; 32]>,
    /// What is typed and not filed.
    pub drafts: BTreeMap<CallId, Draft>,
    last_rev: u64,
}

/// What an entry of this office says.
#[derive(Serialize, Deserialize)]
pub struct Said {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<CallRecord>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sms: Option<SmsRecord>,
}

#[derive(Deserialize)]
struct Line {
    body: Said,
}

/// Reads back what an entry says.
pub fn said(line: &str) -> Said {
    serde_json::from_str::<Line>(line)
        .expect("a line of this office")
        .body
}

impl Office {
    pub fn new(seed: u64) -> Office {
        Office {
            dice: Dice::new(seed),
            seq: 0,
            hash: [0; 32],
            wall: 1_772_336_702_250,
            next_call: 1,
            next_sms: 1,
            live: BTreeMap::new(),
            over: Vec::new(),
            tickets: 0,
            sessions: Vec::new(),
            drafts: BTreeMap::new(),
            last_rev: 0,
        }
    }

    /// The same office, with another future.
    pub fn with_future(mut self, seed: u64) -> Office {
        self.dice = Dice::new(seed);
        self
    }

    /// The next decision's worth: one to three entries, now and then a secret, a session or a
    /// snapshot with it; or only what somebody typed.
    pub fn batch(&mut self) -> Batch {
        self.tickets += 1;
        let mut batch = Batch {
            ticket: self.tickets,
            ..Batch::default()
        };
        if self.dice.below(12) == 0 {
            batch.sessions.push(self.session());
            return batch;
        }
        if !self.live.is_empty() && self.dice.below(4) == 0 {
            self.types(&mut batch);
            return batch;
        }
        for _ in 0..=self.dice.below(3) {
            self.happen(&mut batch);
        }
        if self.dice.below(10) == 0 {
            batch.secrets.push(self.user());
        }
        if self.dice.below(15) == 0 {
            let desk = format!("desk at {} {}", self.seq, "x".repeat(2000));
            batch.snapshot = Some((Seq(self.seq), desk.into_bytes()));
        }
        batch
    }

    fn happen(&mut self, batch: &mut Batch) {
        // Some clocks jump.
        self.wall += match self.dice.below(200) {
            0 => -40 * 86_400_000,
            1 => 40 * 86_400_000,
            _ => self.dice.below(30_000) as i64,
        };
        match self.dice.below(10) {
            0..=2 => self.offer(batch),
            3 => self.text(batch),
            4 if !self.over.is_empty() => self.classify(batch),
            _ if self.live.is_empty() => self.offer(batch),
            _ => self.advance(batch),
        }
    }

    fn offer(&mut self, batch: &mut Batch) {
        let id = CallId(self.next_call);
        self.next_call += 1;
        let is_out = self.dice.below(8) == 0;
        let direction = if is_out {
            Direction::Out
        } else {
            Direction::In
        };
        let line = self.pick(&["Telkomsel-1", "Telkomsel-2", "Analog-1"]);
        let call = CallRecord {
            caller: self.caller(),
            ..CallRecord::offered(id, direction, line.into(), self.stamp())
        };
        self.live.insert(id, call.clone());
        self.write(batch, "call.offered", call);
    }

    fn advance(&mut self, batch: &mut Batch) {
        let place = self.dice.below(self.live.len() as u64) as usize;
        let id = *self.live.keys().nth(place).expect("a live call");
        let mut call = self.live.remove(&id).expect("a live call");
        let kind = match (call.state, self.dice.below(4)) {
            (CallState::Ringing, 0) => {
                call.caller = self.caller();
                "call.identified"
            }
            (CallState::Ringing, 1) => {
                call.state = CallState::Ended;
                call.abandoned = true;
                call.ended = Some(self.stamp());
                call.ended_by = Some(EndedBy::Caller);
                call.ring_ms = Some(self.dice.below(60_000));
                "call.ended"
            }
            (CallState::Ringing, _) => {
                call.state = CallState::Talking;
                call.operator = Some(self.operator());
                call.claimed = Some(self.stamp());
                call.answered = Some(self.stamp());
                "call.answered"
            }
            (_, 0) => {
                call.notes.push(Note {
                    at: self.stamp(),
                    by: self.operator(),
                    text: "rumah dekat jembatan".into(),
                });
                "call.noted"
            }
            _ => {
                call.state = CallState::Ended;
                call.ended = Some(self.stamp());
                call.ended_by = Some(EndedBy::Operator);
                call.cause = Some(16);
                call.talk_ms = Some(self.dice.below(600_000));
                "call.ended"
            }
        };
        match call.state {
            CallState::Ended => self.over.push(call.clone()),
            _ => {
                self.live.insert(id, call.clone());
            }
        }
        self.write(batch, kind, call);
    }

    fn classify(&mut self, batch: &mut Batch) {
        let place = self.dice.below(self.over.len() as u64) as usize;
        let class = match self.dice.below(6) {
            0 => None,
            _ => Some(Class::ALL[self.dice.below(10) as usize]),
        };
        let (by, at) = (self.operator(), self.stamp());
        self.last_rev += 1;
        let rev = self.last_rev;
        let call = &mut self.over[place];
        // The draft goes with the entry that files it.
        if let Some(draft) = self.drafts.remove(&call.id) {
            call.report = Some(draft.report);
            let (call, draft) = (call.id, None);
            batch.drafts.push(DraftRow { call, draft, rev });
        }
        call.class = class;
        call.classified_by = class.map(|_| by);
        call.classified = class.map(|_| at);
        let call = call.clone();
        self.write(batch, "call.classified", call);
    }

    /// Somebody types on in the report of a call that is up or was.
    fn types(&mut self, batch: &mut Batch) {
        let place = self.dice.below(self.live.len() as u64) as usize;
        let call = *self.live.keys().nth(place).expect("a live call");
        self.last_rev += 1;
        let rev = self.last_rev;
        let length = 1 + self.dice.below(400) as usize;
        let draft = Draft {
            report: Report {
                category: Some(Category::ALL[self.dice.below(24) as usize]),
                note: Some(format!("{rev} {}", "api ".repeat(length))),
                ..Report::default()
            },
            by: self.operator(),
            at: self.stamp(),
            rev,
        };
        self.drafts.insert(call, draft.clone());
        let draft = Some(Arc::new(draft));
        batch.drafts.push(DraftRow { call, draft, rev });
    }

    fn text(&mut self, batch: &mut Batch) {
        let id = SmsId(self.next_sms);
        self.next_sms += 1;
        let sms = SmsRecord {
            id,
            incoming: true,
            line: Some("Telkomsel-1".into()),
            peer: "+6284001010014".into(),
            number: "+6284001010014".parse().ok(),
            text: "Tolong, ada api di pasar".into(),
            at: self.stamp(),
            state: "received".into(),
            by: None,
            position: None,
        };
        let body = Said {
            call: None,
            sms: Some(sms.clone()),
        };
        self.seal(batch, "sms.received", &body);
        batch.touched.sms.push(sms);
    }

    fn write(&mut self, batch: &mut Batch, kind: &'static str, call: CallRecord) {
        let body = Said {
            call: Some(call.clone()),
            sms: None,
        };
        self.seal(batch, kind, &body);
        batch.touched.calls.retain(|known| known.id != call.id);
        batch.touched.calls.push(call);
    }

    fn seal(&mut self, batch: &mut Batch, kind: &'static str, body: &Said) {
        self.seq += 1;
        let line = format!(
            r#"{{"at":{},"body":{},"centre":"71.07","kind":"{kind}","prev":"{}","seq":{},"trust":"network","v":1}}"#,
            self.wall,
            // Through a tree: keys in order, as in every journal.
            serde_json::to_value(body).expect("json"),
            HEXLOWER.encode(&self.hash),
            self.seq,
        );
        self.hash = Sha256::digest(&line).into();
        batch.entries.push(Sealed {
            seq: Seq(self.seq),
            kind,
            line: line.into(),
            hash: self.hash,
        });
    }

    fn user(&mut self) -> Secret {
        Secret::User(UserRecord {
            user: self.operator(),
            name: "Ani".into(),
            role: Role::Operator,
            // Which state of the row it is: the entry it came with.
            password_hash: self.seq.to_string(),
            disabled: false,
            pin_hash: None,
        })
    }

    fn session(&mut self) -> SessionChange {
        if self.sessions.is_empty() || self.dice.below(2) == 0 {
            let token_hash: [u8; 32] = Sha256::digest(self.tickets.to_le_bytes()).into();
            self.sessions.push(token_hash);
            return SessionChange::Open(SessionRecord {
                token_hash,
                user: self.operator(),
                opened_ms: self.wall,
                used_ms: self.wall,
                from: "192.168.1.20".into(),
                agent: "Firefox".into(),
                desk: None,
                parked: false,
                wrong_pins: 0,
            });
        }
        let place = self.dice.below(self.sessions.len() as u64) as usize;
        SessionChange::Touch {
            token_hash: self.sessions[place],
            used_ms: self.wall,
        }
    }

    fn caller(&mut self) -> Caller {
        match self.dice.below(6) {
            0 => Caller::default(),
            1 => Caller::delivered("", NumberType::Unknown, Presentation::Withheld, None),
            _ => {
                let raw = format!("0840{:08}", self.dice.below(7) * 1_010_107);
                Caller::delivered(&raw, NumberType::National, Presentation::Allowed, None)
            }
        }
    }

    fn operator(&mut self) -> UserName {
        UserName::new(self.pick(&["ani", "budi", "citra"]))
    }

    fn stamp(&mut self) -> Stamp {
        let trust = [Trust::Unconfirmed, Trust::Network][self.dice.below(2) as usize];
        Stamp {
            at: Wall(self.wall),
            trust,
        }
    }

    fn pick(&mut self, names: &[&'static str]) -> &'static str {
        names[self.dice.below(names.len() as u64) as usize]
    }
}

/// What the derived tables should hold after some entries.
#[derive(Clone, Default)]
pub struct Replayed {
    pub calls: BTreeMap<CallId, CallRecord>,
    pub sms: BTreeMap<SmsId, SmsRecord>,
}

impl Replayed {
    pub fn take(&mut self, line: &str) -> Touched {
        let Said { call, sms } = said(line);
        let touched = Touched {
            calls: call.into_iter().collect(),
            sms: sms.into_iter().collect(),
        };
        for call in &touched.calls {
            self.calls.insert(call.id, call.clone());
        }
        for sms in &touched.sms {
            self.sms.insert(sms.id, sms.clone());
        }
        touched
    }

    /// Lines that occur.
    pub fn lines(&self) -> Vec<LineName> {
        ["Telkomsel-1", "Telkomsel-2", "Analog-1"]
            .map(LineName::new)
            .to_vec()
    }
}
