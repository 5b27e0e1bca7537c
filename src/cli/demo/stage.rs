//! The demo's lines, logins and the play itself.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use super::super::codes::DEMO;
use super::cast::{CAST, Caller};
use super::say;
use crate::base::fault::Fault;
use crate::base::ids::UserName;
use crate::desk::operator::Role;
use crate::desk::order::{Actor, OfficeOrder, Order, Refusal};
use crate::engine::handle::Handle;
use crate::http::password;
use crate::line::words::Phase;
use crate::sim::modem::{Act, Dice, Family, Identity, Quirks, Report};
use crate::sim::pty::{self, Running, Told};
use crate::voice::wav;

/// One line of the demo.
pub struct LineOnStage {
    pub name: &'static str,
    pub family: Family,
    pub profile: &'static str,
}

/// One of each kind that an office would have.
pub const LINES: &[LineOnStage] = &[
    LineOnStage {
        name: "Telkomsel-1",
        family: Family::Huawei,
        profile: "huawei",
    },
    LineOnStage {
        name: "Indosat-1",
        family: Family::Simcom,
        profile: "simcom7600",
    },
    LineOnStage {
        name: "XL-1",
        family: Family::Quectel,
        profile: "auto",
    },
    LineOnStage {
        name: "Telkom-1",
        family: Family::V253Usr,
        profile: "v253-usr",
    },
];

/// A virtual modem and what it tells.
pub struct ModemOnStage {
    pub name: &'static str,
    pub modem: Running,
    pub told: Receiver<Told>,
}

/// Where the port of a line is found.
pub fn link(folder: &Path, line: &LineOnStage) -> PathBuf {
    folder.join("jalur").join(line.name)
}

/// Where its audio port is found, if it has one.
fn audio_link(folder: &Path, line: &LineOnStage) -> PathBuf {
    folder.join("jalur").join(format!("{}-suara", line.name))
}

/// What the configuration says about its sound.
pub fn audio(folder: &Path, line: &LineOnStage) -> String {
    if line.family.has_audio_port() {
        return audio_link(folder, line).display().to_string();
    }
    let in_band = line.family.is_in_band();
    if in_band { "inband" } else { "none" }.to_owned()
}

/// Plugs in a virtual modem for every line.
pub fn set_up(folder: &Path, lines: &[LineOnStage]) -> Result<Vec<ModemOnStage>, Fault> {
    let ports = folder.join("jalur");
    std::fs::create_dir_all(&ports)
        .map_err(|error| Fault::because(&DEMO, format!("membuat {}", ports.display()), error))?;
    let plug = |(seed, line): (u64, &LineOnStage)| {
        // Already started when the demo begins: nobody waits for a modem to boot.
        let quirks = Quirks {
            warm: true,
            ..Quirks::default()
        };
        let setup = pty::Setup {
            family: line.family,
            quirks,
            seed,
            link: Some(link(folder, line)),
        };
        let sound = pty::Sound {
            audio: line.family.has_audio_port(),
            audio_link: Some(audio_link(folder, line)),
            heard: None,
        };
        let (modem, told) = pty::spawn_with_sound(setup, sound)?;
        Ok(ModemOnStage {
            name: line.name,
            modem,
            told,
        })
    };
    (1..).zip(lines).map(plug).collect()
}

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
        let thread = std::thread::Builder::new()
            .name("demo".into())
            .spawn(move || direct(&modems, &handle, &ended))
            .map_err(|error| Fault::because(&DEMO, "memulai penelepon", error))?;
        Ok(Show { end, thread })
    }

    pub fn stop(self) {
        drop(self.end);
        let _ = self.thread.join();
    }
}

/// Sends one caller after the other to a free line, and lets them hang up.
fn direct(modems: &[ModemOnStage], handle: &Handle, ended: &Receiver<()>) {
    let mut dice = Dice::new(u64::from(std::process::id()));
    let mut callers = CAST.iter().cycle();
    let mut talking: Vec<Option<Talk>> = modems.iter().map(|_| None).collect();
    let mut next_caller_in = Duration::ZERO;
    while let Err(RecvTimeoutError::Timeout) = ended.recv_timeout(BEAT) {
        for (index, modem) in modems.iter().enumerate() {
            follow(modem, &mut talking[index]);
        }
        next_caller_in = next_caller_in.saturating_sub(BEAT);
        let free = free_lines(modems, handle, &talking);
        if next_caller_in.is_zero()
            && !free.is_empty()
            && let Some(caller) = callers.next()
        {
            let index = free[dice.below(free.len() as u64) as usize];
            ring(&modems[index], caller);
            talking[index] = Some(Talk {
                caller: *caller,
                left: None,
            });
            next_caller_in = dice.millis(6_000, 24_000);
        }
    }
}

/// A caller on a line; `left` once the operator has answered.
struct Talk {
    caller: Caller,
    left: Option<Duration>,
}

fn free_lines(modems: &[ModemOnStage], handle: &Handle, talking: &[Option<Talk>]) -> Vec<usize> {
    let board = handle.board();
    let is_free = |index: &usize| {
        talking[*index].is_none()
            && board
                .lines
                .get(*index)
                .is_some_and(|l| l.up && l.status.phase == Phase::Ready)
    };
    (0..modems.len()).filter(is_free).collect()
}

fn ring(modem: &ModemOnStage, caller: &Caller) {
    say::line(format!(
        "{:<12} {:<16} {}",
        modem.name,
        caller.number.unwrap_or("(disembunyikan)"),
        caller.says
    ));
    let identity = match caller.number {
        Some(number) => Identity::Number(number.to_owned()),
        None => Identity::Withheld,
    };
    modem.modem.act(Act::Ring {
        identity,
        patience: Some(caller.patience),
        data: false,
    });
}

/// Hears what became of a call and lets the caller hang up when everything is said.
fn follow(modem: &ModemOnStage, talk: &mut Option<Talk>) {
    while let Ok(told) = modem.told.try_recv() {
        match told {
            Told::Said(Report::Answered) => {
                if let Some(talk) = talk {
                    talk.left = Some(talk.caller.talks);
                    speak(modem, &talk.caller);
                    if let Some(key) = talk.caller.key {
                        modem.modem.act(Act::Dtmf(key.to_string()));
                    }
                }
            }
            Told::Said(Report::HungUp | Report::GaveUp | Report::Started) | Told::PortGone => {
                *talk = None;
            }
            Told::Said(_) | Told::Port(_) | Told::Audio(_) | Told::AudioGone => {}
        }
    }
    let Some(Talk {
        left: Some(left), ..
    }) = talk
    else {
        return;
    };
    *left = left.saturating_sub(BEAT);
    if left.is_zero() {
        modem.modem.act(Act::Hangup(None));
        *talk = None;
    }
}

/// The caller's voice, if there is a recording of it.
pub fn speak(modem: &ModemOnStage, caller: &Caller) {
    let sound = caller.voice().and_then(|file| wav::read(file).ok());
    if let Some(sound) = sound {
        modem.modem.act(Act::Say(sound.at_8_khz().into()));
    }
}

/// How often the play looks around.
const BEAT: Duration = Duration::from_millis(200);
