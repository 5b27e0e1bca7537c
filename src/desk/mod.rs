//! The centre: what is true, and who may change it.
//!
//! Layer 1, pure. `decide` checks an order against the desk and returns facts or a typed refusal;
//! `apply` takes a fact in and cannot fail. Restart = replay. The desk does not know what a modem
//! is: lines reach it as [`LineNews`].
//!
//! The engine's side of it:
//!
//! 1. An order goes to [`Desk::decide`], news to [`Desk::news`].
//! 2. [`Decision::recall`], if there is one, goes to [`Desk::recall`]; the facts are sealed and
//!    each is given to [`Desk::apply`]; then [`Decision::lines`] are carried out.
//! 3. While [`Desk::next_due`] is not later than now, [`Desk::due`] is asked and treated alike.
//!
//! At a start: [`Desk::restore`] or [`Desk::new`], the tail of the journal through
//! [`Desk::apply`] without a tick, then a [`fact::Fact::SystemStarted`] with one. Live calls are
//! then [sought](Desk::sought) on their lines.

mod apply;
mod apply_call;
mod apply_text;
mod calls;
mod check;
mod decide;
mod due;
mod losses;
mod news;
mod office;
mod prompts;
mod refusal;
mod review;
mod seats;
mod snapshot;
mod takeover;
mod texts;

pub mod call;
pub mod callback;
pub mod category;
pub mod draft;
pub mod fact;
pub mod help;
pub mod keys;
pub mod operator;
pub mod order;
pub mod report;
pub mod shift;
pub mod sound;
pub mod today;
pub mod wording;

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

pub use check::person_name;
pub use losses::KnownLoss;
use losses::Losses;
pub use prompts::OwnPrompt;
pub use snapshot::BadSnapshot;

use crate::base::ids::{CallId, LineName, SmsId, UserName};
use crate::base::phone::Caller;
use crate::base::time::{Now, Stamp, Tick};
use call::{CallRecord, EndedBy};
use callback::Callbacks;
use calls::Calls;
use draft::{DraftChange, Drafts};
use fact::{Fact, Position};
use office::Office;
use operator::{Role, Seat};
use order::{LineOrder, TokenRecord, UserRecord};
use seats::Seats;
use shift::Shift;
use texts::Texts;
use today::{Days, Today};

/// What the desk is told of the office once, at the start.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The zone whose midnight begins a day.
    pub zone: TimeZone,
    /// Completes local landline numbers ("0431").
    pub area_code: Option<String>,
}

/// The centre as it is now: calls, seats, texts, people, counters.
#[derive(Clone, Debug)]
pub struct Desk {
    zone: TimeZone,
    area_code: Option<String>,
    calls: Calls,
    seats: Seats,
    texts: Texts,
    office: Office,
    days: Days,
    lines: BTreeMap<LineName, LineState>,
    losses: Losses,
    /// Volatile here; the disk has them.
    drafts: Drafts,
    callbacks: Callbacks,
    shift: Shift,
    /// When the program started; `None` in replay.
    started: Option<Tick>,
}

/// What the desk knows of a line: what it said last since the program started.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
struct LineState {
    down: Option<String>,
}

impl Desk {
    /// A desk before its first fact.
    pub fn new(policy: Policy) -> Desk {
        Desk {
            zone: policy.zone,
            area_code: policy.area_code,
            calls: Calls::default(),
            seats: Seats::default(),
            texts: Texts::default(),
            office: Office::default(),
            days: Days::default(),
            lines: BTreeMap::new(),
            losses: Losses::default(),
            drafts: Drafts::default(),
            callbacks: Callbacks::default(),
            shift: Shift::default(),
            started: None,
        }
    }

    /// New calls have ids after this one: a call of it is known elsewhere, though the journal that
    /// told of it was lost.
    pub fn calls_after(&mut self, call: CallId) {
        self.calls.after(call);
    }

    /// A screen of `user` connected or went away. Volatile: never a fact by itself.
    pub fn presence(&mut self, now: Now, user: &UserName, connected: bool) {
        self.seats.presence(now.tick, user, connected);
    }

    /// Puts a call from the archive at hand, so that facts about it change its row.
    ///
    /// What is recalled is not part of the desk's state: it is in no snapshot, and the day's
    /// counters leave it out.
    pub fn recall(&mut self, record: CallRecord) {
        self.calls.recall(record);
    }

    /// The call this fact changes, if the desk has let it go: to be [recalled](Desk::recall) before
    /// the fact is applied, when derived rows are rebuilt from the journal.
    pub fn wants(&self, fact: &Fact) -> Option<CallId> {
        let (Fact::CallClassified { call, .. }
        | Fact::CallNoted { call, .. }
        | Fact::CallReported { call, .. }
        | Fact::CallIdentified { call, .. }
        | Fact::RecordingClosed { call, .. }
        | Fact::RecordingDeleted { call, .. }
        | Fact::RecordingMissed { call, .. }) = fact
        else {
            return None;
        };
        self.call(*call).is_none().then_some(*call)
    }

    /// The calls a screen shows: those that wait for somebody, oldest first; then the others that
    /// are live; then the ended ones without a class, newest first.
    pub fn board_calls(&self) -> impl Iterator<Item = &CallRecord> {
        let waiting = self.calls.all_live().filter(|live| live.wants_somebody());
        let attended = self.calls.all_live().filter(|live| !live.wants_somebody());
        let live = waiting.chain(attended).map(|live| &live.record);
        let ended = self.calls.all_unclassified().rev().map(|past| &past.record);
        live.chain(ended)
    }

    /// A live call.
    pub fn live_call(&self, call: CallId) -> Option<&CallRecord> {
        self.calls.live(call).map(|live| &live.record)
    }

    /// Any call at hand: live, without a class, or classified or recalled lately.
    pub fn call(&self, call: CallId) -> Option<&CallRecord> {
        self.live_call(call)
            .or_else(|| Some(&self.calls.past(call)?.record))
    }

    /// Who has a live call now.
    pub fn owner(&self, call: CallId) -> Option<&UserName> {
        self.calls.live(call)?.owner.as_ref()
    }

    /// The call that a person has now.
    pub fn call_of(&self, user: &UserName) -> Option<CallId> {
        self.calls.owned_by(user)
    }

    /// Calls on a line that were live before the program started and that the line has not spoken
    /// of since. What the line reports as up belongs to the one that was up, or to the oldest.
    pub fn sought<'a>(&'a self, line: &LineName) -> impl Iterator<Item = &'a CallRecord> {
        let sought = self.calls.on_line(line).filter(|live| live.sought);
        sought.map(|live| &live.record)
    }

    /// When a live call was offered, claimed and answered, by the monotonic clock.
    pub fn ticks(&self, call: CallId) -> CallTicks {
        self.calls.ticks(call)
    }

    /// Everybody at the desk, by name.
    pub fn seats(&self) -> Vec<Seat> {
        let seat = |(user, chair): (&UserName, &seats::Chair)| Seat {
            user: user.clone(),
            name: self.office.name_of(user),
            state: chair.state,
            reason: chair.reason.clone(),
            since: chair.since,
            help: chair.help.clone(),
            call: self.calls.owned_by(user),
            unclassified: self
                .calls
                .all_unclassified()
                .filter(|past| past.record.answered.is_some())
                .filter(|past| past.record.operator.as_ref() == Some(user))
                .map(|past| past.record.id)
                .collect(),
        };
        self.seats.all().map(seat).collect()
    }

    /// The local date it is by the wall clock.
    pub fn date(&self, now: Now) -> Date {
        today::date_of(now.wall, &self.zone)
    }

    /// The counters of [`Desk::date`].
    pub fn today(&self, now: Now) -> Today {
        let date = self.date(now);
        let unclassified = self.calls.all_unclassified();
        let of_today =
            unclassified.filter(|p| today::date_of(p.record.offered.at, &self.zone) == date);
        Today {
            unclassified: of_today.count() as u64,
            ..self.days.on(&date.to_string())
        }
    }

    /// Texts the network has not taken yet, oldest first.
    pub fn unsent(&self) -> impl Iterator<Item = &SmsRecord> {
        self.texts.all_unsent().map(|unsent| &unsent.record)
    }

    /// The role of a person who may log in; `None` for one who is unknown or disabled.
    pub fn role_of(&self, user: &UserName) -> Option<Role> {
        let mut people = self.office.people();
        let (_, person) = people.find(|(known, _)| *known == user)?;
        (!person.disabled).then_some(person.role)
    }

    /// Losses of records that the journal knows of, oldest first; of very many the newest.
    pub fn losses(&self) -> &[KnownLoss] {
        self.losses.all()
    }

    /// The office's own recordings of what the box says, by language and name.
    pub fn own_prompts(&self) -> &[OwnPrompt] {
        self.office.prompts()
    }

    fn is_up(&self, line: &LineName) -> bool {
        self.lines
            .get(line)
            .is_some_and(|known| known.down.is_none())
    }

    fn lines_up(&self) -> impl Iterator<Item = &LineName> {
        let up = self.lines.iter().filter(|(_, known)| known.down.is_none());
        up.map(|(line, _)| line)
    }
}

/// What a line tells the desk, with the desk's own call ids (the engine translates).
#[derive(Clone, PartialEq, Debug)]
pub enum LineNews {
    Up,
    Down {
        why: String,
        detail: String,
    },
    /// First sign of a call: number or no number.
    Rang {
        caller: Caller,
        waiting: bool,
    },
    Identified {
        call: CallId,
        caller: Caller,
    },
    /// The call is up (incoming answered by the claimer, or our own call answered by the far end).
    Answered {
        call: CallId,
    },
    Ended {
        call: CallId,
        by: EndedBy,
        cause: Option<u8>,
    },
    /// After a restart: the line has looked and the call is not there any more.
    Gone {
        call: CallId,
    },
    /// The dial order could not be carried out.
    DialFailed {
        call: CallId,
        why: String,
    },
    Dtmf {
        call: CallId,
        digit: char,
    },
    Sms {
        from: String,
        text: String,
        network_time: Option<String>,
        position: Option<Position>,
    },
    SmsSent {
        sms: SmsId,
    },
    SmsFailed {
        sms: SmsId,
        reason: String,
        transient: bool,
    },
    SmsReported {
        sms: SmsId,
        delivered: bool,
    },
}

/// What follows from an order, from news or from time passing.
///
/// The engine seals and applies `facts` in order, then carries out `lines`; `secrets` go to their
/// tables in the same commit as the facts, and so do `drafts`, through [`Desk::change_drafts`].
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Decision {
    pub facts: Vec<Fact>,
    pub lines: Vec<LineOrder>,
    pub secrets: Vec<Secret>,
    pub drafts: Vec<DraftChange>,
    /// The call the order was about or made, for the receipt.
    pub call: Option<CallId>,
    /// The message it made, or the one an incoming text is recorded as.
    pub sms: Option<SmsId>,
    /// A call from the archive that the facts change: to be given to [`Desk::recall`] before they
    /// are applied.
    pub recall: Option<Box<CallRecord>>,
}

impl Decision {
    fn about(call: CallId) -> Decision {
        Decision {
            call: Some(call),
            ..Decision::default()
        }
    }

    fn about_text(sms: SmsId, facts: Vec<Fact>) -> Decision {
        Decision {
            facts,
            sms: Some(sms),
            ..Decision::default()
        }
    }

    fn of(fact: Option<Fact>) -> Decision {
        Decision {
            facts: fact.into_iter().collect(),
            ..Decision::default()
        }
    }
}

/// Changes to rows that must not be in the journal. The desk never knows a stored hash, so a change
/// names only the columns that change.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Secret {
    /// A new user: the whole row.
    User(UserRecord),
    /// A known user's name, role or being disabled; the password's hash stays.
    UserIs {
        user: UserName,
        name: String,
        role: operator::Role,
        disabled: bool,
    },
    /// A known user's new PIN, or none any more; everything else stays.
    Pin {
        user: UserName,
        pin_hash: Option<String>,
    },
    /// A known user's new password, which forgets the PIN; everything else stays.
    Password {
        user: UserName,
        password_hash: String,
    },
    /// A new token: the whole row.
    Token(TokenRecord),
    /// A known token that no longer opens anything.
    TokenRevoked { name: String },
    /// Every session of this user ends (disabled, password changed).
    EndSessions(UserName),
}

/// A fact with its place and time: what `apply` takes.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    pub seq: crate::base::ids::Seq,
    pub stamp: Stamp,
    pub fact: Fact,
}

/// Rows of the derived tables that a fact changed; the store writes them with the entry.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Touched {
    pub calls: Vec<CallRecord>,
    pub sms: Vec<SmsRecord>,
}

impl Touched {
    fn calls(call: Option<CallRecord>) -> Touched {
        Touched {
            calls: call.into_iter().collect(),
            sms: Vec::new(),
        }
    }

    fn sms(sms: Option<SmsRecord>) -> Touched {
        Touched {
            calls: Vec::new(),
            sms: sms.into_iter().collect(),
        }
    }
}

impl Touched {
    /// Adds what a later fact touched; of a row touched twice only the newest is kept.
    pub fn absorb(&mut self, later: Touched) {
        for call in later.calls {
            self.calls.retain(|known| known.id != call.id);
            self.calls.push(call);
        }
        for sms in later.sms {
            self.sms.retain(|known| known.id != sms.id);
            self.sms.push(sms);
        }
    }
}

/// One text message, as the derived table has it.
#[derive(Clone, PartialEq, Debug, serde::Serialize, serde::Deserialize)]
pub struct SmsRecord {
    pub id: SmsId,
    pub incoming: bool,
    pub line: Option<LineName>,
    /// The far end as delivered or as ordered.
    pub peer: String,
    pub number: Option<crate::base::phone::Number>,
    pub text: String,
    pub at: Stamp,
    /// `received queued sent failed delivered undelivered`.
    pub state: String,
    pub by: Option<UserName>,
    pub position: Option<Position>,
}

/// When a live call began to ring, was claimed and began to talk, by the monotonic clock; lost at restart on purpose.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct CallTicks {
    pub offered: Option<Tick>,
    pub claimed: Option<Tick>,
    pub answered: Option<Tick>,
    /// Since when it waits for somebody to take it.
    pub waiting: Option<Tick>,
    /// Since when its caller hears nobody, because whoever has it has no sound.
    pub unheard: Option<Tick>,
}
