//! Virtual lines, and callers on them.

use std::path::{Path, PathBuf};
use std::sync::mpsc::Receiver;
use std::time::Duration;

use super::NO_LINES;
use super::cast::{self, Caller};
use crate::base::fault::Fault;
use crate::base::ids::LineName;
use crate::base::time::Tick;
use crate::config::{Audio, LineConfig};
use crate::engine::board::Board;
use crate::line::words::Phase;
use crate::sim::modem::{Act, Family, Identity, Quirks, Report};
use crate::sim::pty::{self, Running, Told};
use crate::voice::wav;

/// A line to be made.
#[derive(Clone, Copy)]
pub struct VirtualLine {
    pub name: &'static str,
    pub family: Family,
    pub profile: &'static str,
}

impl VirtualLine {
    /// As the configuration has it, for a centre that lives in `folder`.
    pub fn config(&self, folder: &Path) -> LineConfig {
        LineConfig {
            name: LineName::new(self.name),
            port: self.port(folder),
            audio: match self.family {
                family if family.has_audio_port() => Audio::Port(self.audio_port(folder)),
                family if family.is_in_band() => Audio::InBand,
                _ => Audio::None,
            },
            profile: self.profile.to_owned(),
            pin: None,
        }
    }

    fn port(&self, folder: &Path) -> PathBuf {
        folder.join(PORTS).join(self.name)
    }

    fn audio_port(&self, folder: &Path) -> PathBuf {
        folder.join(PORTS).join(format!("{}-suara", self.name))
    }
}

/// A virtual modem and what it tells.
pub struct ModemOnStage {
    pub name: &'static str,
    pub modem: Running,
    pub told: Receiver<Told>,
}

/// Plugs in a virtual modem for every line, its ports below `folder`.
///
/// # Errors
/// `LATIH-003`, or what the modem says.
pub fn plug_in(folder: &Path, lines: &[VirtualLine]) -> Result<Vec<ModemOnStage>, Fault> {
    let ports = folder.join(PORTS);
    std::fs::create_dir_all(&ports).map_err(|error| {
        Fault::because(&NO_LINES, format!("membuat {}", ports.display()), error)
    })?;
    let plug = |(seed, line): (u64, &VirtualLine)| {
        // Already started when it begins: nobody waits for a modem to boot.
        let quirks = Quirks {
            warm: true,
            ..Quirks::default()
        };
        let setup = pty::Setup {
            family: line.family,
            quirks,
            seed,
            link: Some(line.port(folder)),
        };
        let sound = pty::Sound {
            audio: line.family.has_audio_port(),
            audio_link: Some(line.audio_port(folder)),
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

/// The lines with whoever is on them.
pub struct Stage {
    lines: Vec<(ModemOnStage, Option<Talk>)>,
}

/// Somebody on a line.
struct Talk {
    caller: &'static Caller,
    does: Does,
}

enum Does {
    /// It rings here; a ring that comes to nothing is forgotten at this time.
    Rings { until: Tick },
    /// It rings there: somebody of the centre calls.
    PicksUp { at: Tick },
    /// They talk.
    Talks {
        until: Tick,
        again: Option<Tick>,
        knocks: Option<Tick>,
    },
}

impl Stage {
    /// Nobody calls yet.
    pub fn new(modems: Vec<ModemOnStage>) -> Stage {
        let lines = modems.into_iter().map(|modem| (modem, None));
        Stage {
            lines: lines.collect(),
        }
    }

    /// Names of the lines, in the order of the centre's.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.lines.iter().map(|(modem, _)| modem.name)
    }

    /// The lines on which somebody can call now.
    pub fn free(&self, board: &Board) -> Vec<usize> {
        let is_free = |index: &usize| {
            let line = board.lines.get(*index);
            self.lines[*index].1.is_none()
                && line.is_some_and(|line| line.up && line.status.phase == Phase::Ready)
        };
        (0..self.lines.len()).filter(is_free).collect()
    }

    /// Lets somebody call on a line that is free, or send a text.
    pub fn enter(&mut self, line: usize, caller: &'static Caller, now: Tick) {
        let Some((modem, talk)) = self.lines.get_mut(line) else {
            return;
        };
        if let Some(text) = &caller.text {
            modem.modem.act(Act::Sms {
                from: caller.number.clone().unwrap_or_default(),
                text: text.clone(),
            });
            return;
        }
        modem.modem.act(Act::Ring {
            identity: match &caller.number {
                Some(number) => Identity::Number(number.clone()),
                None => Identity::Withheld,
            },
            patience: Some(caller.patience()),
            data: false,
        });
        let until = now + caller.patience() + SETTLES_WITHIN;
        let does = Does::Rings { until };
        *talk = Some(Talk { caller, does });
    }

    /// Everybody hears what became of their calls, and does what it is time for.
    pub fn beat(&mut self, now: Tick) {
        for (modem, talk) in &mut self.lines {
            while let Ok(told) = modem.told.try_recv() {
                hear(modem, talk, &told, now);
            }
            if let Some(on_line) = talk
                && on_line.is_over(modem, now)
            {
                *talk = None;
            }
        }
    }
}

fn hear(modem: &ModemOnStage, talk: &mut Option<Talk>, told: &Told, now: Tick) {
    match told {
        Told::Said(Report::Answered) => {
            if let Some(talk) = talk {
                talk.begins(modem, now);
            }
        }
        Told::Said(Report::Dialled(number)) => {
            // Nobody picks up under a number that is nobody's.
            let called = cast::everybody()
                .iter()
                .find(|caller| caller.has_number(number));
            *talk = called.map(|caller| Talk {
                caller,
                does: Does::PicksUp {
                    at: now + PICKS_UP_AFTER,
                },
            });
        }
        Told::Said(Report::HungUp | Report::GaveUp | Report::Started) | Told::PortGone => {
            *talk = None;
        }
        Told::Said(_) | Told::Port(_) | Told::Audio(_) | Told::AudioGone => {}
    }
}

impl Talk {
    fn begins(&mut self, modem: &ModemOnStage, now: Tick) {
        speak(modem, self.caller);
        if let Some(key) = self.caller.key {
            modem.modem.act(Act::Dtmf(key.to_string()));
        }
        self.does = Does::Talks {
            until: now + self.caller.talks(),
            again: self.caller.again().map(|after| now + after),
            knocks: self.caller.knocks().map(|after| now + after),
        };
    }

    /// Does what it is time for; whether that was the last.
    fn is_over(&mut self, modem: &ModemOnStage, now: Tick) -> bool {
        match &mut self.does {
            Does::Rings { until } => now >= *until,
            Does::PicksUp { at } => {
                if now >= *at {
                    modem.modem.act(Act::PickUp);
                    self.begins(modem, now);
                }
                false
            }
            Does::Talks { until, .. } if now >= *until => {
                modem.modem.act(Act::Hangup(None));
                true
            }
            Does::Talks { again, knocks, .. } => {
                if is_due(again, self.caller.again(), now) {
                    speak(modem, self.caller);
                }
                if is_due(knocks, self.caller.knocks(), now) {
                    modem.modem.act(Act::Tap(2));
                }
                false
            }
        }
    }
}

/// Whether it is time; the next time then is one interval on.
fn is_due(next: &mut Option<Tick>, every: Option<Duration>, now: Tick) -> bool {
    let is_due = next.is_some_and(|next| now >= next);
    if is_due {
        *next = every.map(|every| now + every);
    }
    is_due
}

/// The caller's voice, if there is a recording of it.
pub fn speak(modem: &ModemOnStage, caller: &Caller) {
    let sound = caller.voice().and_then(|file| wav::read(file).ok());
    if let Some(sound) = sound {
        modem.modem.act(Act::Say(sound.at_8_khz().into()));
    }
}

/// Below the centre's folder.
const PORTS: &str = "jalur";

/// A call that was given up, or never came through, is over by then.
const SETTLES_WITHIN: Duration = Duration::from_secs(30);

/// How long somebody who is called back takes to find the telephone.
const PICKS_UP_AFTER: Duration = Duration::from_secs(4);
