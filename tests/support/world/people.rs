//! Operators: they join, answer, talk, hang up, say what it was, take breaks, and lose their screens.

use std::time::Duration;

use siaga112::base::ids::{CallId, UserName};
use siaga112::base::time::Tick;
use siaga112::desk::Desk;
use siaga112::desk::call::{CallRecord, CallState, Class};
use siaga112::desk::operator::{Role, SeatState};
use siaga112::desk::order::{Actor, Order};
use siaga112::desk::report::ReportChange;
use siaga112::engine::core::In;
use siaga112::sim::modem::Dice;

pub struct People {
    all: Vec<Person>,
    going_home: bool,
    next_reply: u64,
}

struct Person {
    name: UserName,
    screen: bool,
    talk_until: Option<Tick>,
    /// Until then the person is away from the screen altogether.
    gone_until: Tick,
}

impl People {
    pub fn new(count: usize) -> People {
        let person = |number| Person {
            name: UserName::new(&format!("op{number}")),
            screen: false,
            talk_until: None,
            gone_until: Tick(0),
        };
        People {
            all: (0..count).map(person).collect(),
            going_home: false,
            next_reply: 0,
        }
    }

    pub fn go_home(&mut self) {
        self.going_home = true;
    }

    pub fn screens_went_dark(&mut self) {
        for person in &mut self.all {
            person.screen = false;
            person.talk_until = None;
        }
    }

    /// What one person does now, and in how long the person looks again.
    pub fn act(
        &mut self,
        who: usize,
        desk: &Desk,
        now: Tick,
        dice: &mut Dice,
    ) -> (Vec<In>, Option<Duration>) {
        let home = self.going_home;
        let person = &mut self.all[who];
        let mut deeds = Vec::new();
        if now < person.gone_until {
            return (deeds, Some(person.gone_until.since(now)));
        }
        if !person.screen {
            person.screen = true;
            deeds.push(In::Presence {
                user: person.name.clone(),
                connected: true,
            });
        }
        let order = choose(person, desk, now, dice, home);
        if let Some(order) = order {
            let actor = Actor {
                user: person.name.clone(),
                role: Role::Operator,
            };
            self.next_reply += 1;
            deeds.push(In::Order {
                actor,
                order,
                reply: self.next_reply,
            });
        } else if !home && dice.permille(2) {
            person.screen = false;
            person.gone_until = now + Duration::from_secs(5 + dice.below(120));
            deeds.push(In::Presence {
                user: person.name.clone(),
                connected: false,
            });
        }
        (deeds, Some(dice.millis(700, 4_000) + idle_look(desk, home)))
    }
}

fn live(desk: &Desk) -> impl Iterator<Item = &CallRecord> {
    desk.board_calls()
        .filter(|call| call.state != CallState::Ended)
}

/// A call of somebody who does not get on with it.
fn stuck(desk: &Desk, now: Tick) -> Option<CallId> {
    let may = |call: &CallId| desk.takeover_from(*call).is_some_and(|from| from <= now);
    live(desk).map(|call| call.id).find(may)
}

/// With nothing on the board a person looks less often; the bell would call.
fn idle_look(desk: &Desk, home: bool) -> Duration {
    let busy = live(desk).next().is_some();
    if busy || home {
        Duration::ZERO
    } else {
        Duration::from_secs(20)
    }
}

fn choose(
    person: &mut Person,
    desk: &Desk,
    now: Tick,
    dice: &mut Dice,
    home: bool,
) -> Option<Order> {
    let seats = desk.seats();
    let seat = seats.iter().find(|seat| seat.user == person.name);
    let Some(seat) = seat.filter(|seat| seat.state == SeatState::Ready) else {
        return (!home).then_some(Order::Seat {
            state: SeatState::Ready,
            reason: None,
        });
    };
    if let Some(id) = seat.call {
        return talk(person, desk, id, now, dice);
    }
    person.talk_until = None;
    let waiting = live(desk).find(|call| {
        matches!(
            call.state,
            CallState::Ringing | CallState::Queued | CallState::Held
        )
    });
    if let Some(call) = waiting
        && dice.permille(850)
    {
        return Some(Order::Answer { call: call.id });
    }
    if let Some(call) = stuck(desk, now)
        && dice.permille(500)
    {
        return Some(Order::TakeOver { call });
    }
    if let Some(call) = seat.unclassified.first() {
        let class = Class::ALL[dice.below(Class::ALL.len() as u64) as usize];
        return Some(Order::Classify {
            call: *call,
            class,
            reason: None,
            note: None,
            archived: None,
        });
    }
    match dice.below(400) {
        0 => Some(Order::Seat {
            state: SeatState::Pause,
            reason: Some("istirahat".into()),
        }),
        1 if !home => Some(Order::Dial {
            number: "+6284000000112".into(),
            line: None,
        }),
        2 if !home => Some(Order::SendSms {
            to: "+6284000000113".into(),
            text: "unit sudah berangkat".into(),
            line: None,
        }),
        _ => None,
    }
}

/// One more word in the report.
fn types(desk: &Desk, call: CallId, dice: &mut Dice) -> Order {
    let before = desk.draft(call).and_then(|draft| draft.report.note.clone());
    let filed = desk.call(call).and_then(|call| call.report.clone()?.note);
    let before = before.or(filed).unwrap_or_default();
    let note = format!("{before} kata{}", dice.below(1_000));
    let change = ReportChange {
        note: Some(Some(note)),
        ..ReportChange::default()
    };
    Order::TypeReport {
        call,
        change: Box::new(change),
        file: dice.permille(30),
        archived: None,
    }
}

fn talk(person: &mut Person, desk: &Desk, id: CallId, now: Tick, dice: &mut Dice) -> Option<Order> {
    let call = desk.call(id)?;
    if call.state == CallState::Held {
        return Some(Order::Answer { call: id });
    }
    let until = *person
        .talk_until
        .get_or_insert(now + dice.millis(2_000, 90_000));
    if now >= until {
        return Some(Order::Hangup { call: id });
    }
    match dice.below(20) {
        0 if call.state == CallState::Talking => Some(Order::Dtmf {
            call: id,
            digits: "5".into(),
        }),
        1 => Some(Order::Note {
            call: id,
            text: "sedang bicara".into(),
            archived: None,
        }),
        2..=6 => Some(types(desk, id, dice)),
        _ => None,
    }
}
