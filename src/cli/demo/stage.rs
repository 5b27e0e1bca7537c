//! The demo's lines, logins and the play itself.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;

use super::super::codes::DEMO;
use super::say;
use crate::base::fault::Fault;
use crate::base::ids::UserName;
use crate::base::limits;
use crate::clock::Clock;
use crate::desk::operator::Role;
use crate::desk::order::{Actor, OfficeOrder, Order, Refusal};
use crate::engine::handle::Handle;
use crate::http::password;
use crate::practice::cast::{self, Caller};
use crate::practice::stage::{ModemOnStage, Stage, VirtualLine};
use crate::sim::modem::{Dice, Family};

/// One of each kind that an office would have.
pub const LINES: &[VirtualLine] = &[
    VirtualLine {
        name: "Telkomsel-1",
        family: Family::Huawei,
        profile: "huawei",
    },
    VirtualLine {
        name: "Indosat-1",
        family: Family::Simcom,
        profile: "simcom7600",
    },
    VirtualLine {
        name: "XL-1",
        family: Family::Quectel,
        profile: "auto",
    },
    VirtualLine {
        name: "Telkom-1",
        family: Family::V253Usr,
        profile: "v253-usr",
    },
];

/// Names and passwords of the demo's people.
pub struct Logins {
    pub operator: (&'static str, String),
    pub supervisor: (&'static str, String),
}

/// Makes an operator and a supervisor with new passwords; on a folder used before, gives the same
/// people new ones.
pub fn give_logins(handle: &Handle) -> Result<Logins, Fault> {
    let system = Actor {
        user: UserName::new("demo"),
        role: Role::Admin,
    };
    let order = |order: OfficeOrder| handle.order_and_wait(system.clone(), Order::Office(order));
    let claim = OfficeOrder::Claim {
        user: UserName::new("admin"),
        name: "Admin Demo".into(),
        password_hash: password::hash(&new_password()?)?,
    };
    match order(claim) {
        Ok(_) | Err(Refusal::AlreadyExists) => {}
        Err(refusal) => return Err(refused(&refusal)),
    }
    let person = |user: &'static str, name: &str, role| {
        let secret = new_password()?;
        let user_name = UserName::new(user);
        let password_hash = password::hash(&secret)?;
        let add = OfficeOrder::AddUser {
            user: user_name.clone(),
            name: name.to_owned(),
            role,
            password_hash: password_hash.clone(),
        };
        let added = match order(add) {
            Err(Refusal::AlreadyExists) => order(OfficeOrder::SetPassword {
                user: user_name,
                password_hash,
            }),
            other => other,
        };
        added.map_err(|refusal| refused(&refusal))?;
        Ok::<_, Fault>((user, secret))
    };
    Ok(Logins {
        operator: person("rina", "Rina", Role::Operator)?,
        supervisor: person("budi", "Budi", Role::Supervisor)?,
    })
}

fn refused(refusal: &Refusal) -> Fault {
    Fault::new(&DEMO, format!("membuat akun demo: {refusal:?}"))
}

/// Three groups of four letters and digits that cannot be mistaken for each other.
fn new_password() -> Result<String, Fault> {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789x";
    let mut bytes = [0; 12];
    getrandom::fill(&mut bytes)
        .map_err(|error| Fault::because(&DEMO, "membuat kata sandi", error))?;
    let text: String = bytes
        .iter()
        .map(|b| char::from(LETTERS[usize::from(b % 32)]))
        .collect();
    Ok(format!("{}-{}-{}", &text[..4], &text[4..8], &text[8..]))
}

/// The play: callers ring until somebody ends it.
pub struct Show {
    end: Sender<()>,
    thread: JoinHandle<()>,
}

impl Show {
    /// The first caller rings as soon as a line is up.
    pub fn start(modems: Vec<ModemOnStage>, handle: Handle) -> Result<Show, Fault> {
        let (end, ended) = channel();
        let clock = Clock::start();
        let thread = std::thread::Builder::new()
            .name("demo".into())
            .spawn(move || direct(modems, &handle, &clock, &ended))
            .map_err(|error| Fault::because(&DEMO, "memulai penelepon", error))?;
        Ok(Show { end, thread })
    }

    pub fn stop(self) {
        drop(self.end);
        let _ = self.thread.join();
    }
}

/// Sends one caller after the other to a free line.
fn direct(modems: Vec<ModemOnStage>, handle: &Handle, clock: &Clock, ended: &Receiver<()>) {
    let mut dice = Dice::new(u64::from(std::process::id()));
    let mut callers = cast::of_the_demo().cycle();
    let mut stage = Stage::new(modems);
    let mut next_caller = clock.tick();
    while let Err(RecvTimeoutError::Timeout) = ended.recv_timeout(limits::PRACTICE_BEAT) {
        let now = clock.tick();
        stage.beat(now);
        let free = stage.free(&handle.board());
        if now >= next_caller
            && let Some(line) = free.get(dice.below(free.len() as u64) as usize)
            && let Some(caller) = callers.next()
        {
            announce(stage.names().nth(*line).unwrap_or_default(), caller);
            stage.enter(*line, caller, now);
            next_caller = now + dice.millis(6_000, 24_000);
        }
    }
}

fn announce(line: &str, caller: &Caller) {
    say::line(format!(
        "{line:<12} {:<16} {}",
        caller.number.as_deref().unwrap_or("(disembunyikan)"),
        caller.says()
    ));
}
