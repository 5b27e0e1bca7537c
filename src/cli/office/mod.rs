//! The office's people, programs and records: asked of the running service, or of the disk itself
//! while none runs. The requests, the answers and what is written are the same.

mod disk;

use std::io;
use std::path::PathBuf;

use serde_json::Value;

use super::{Context, Place, config, exit, say};
use crate::base::fault::Fault;
use crate::config::Config;
use crate::control::{Client, Request, Said};
pub(super) use disk::Disk;

/// Who answers.
pub(super) enum Office {
    Service(Client),
    Disk(Disk),
}

/// Whether a verb needs the configuration when it has to go to the disk.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    /// It writes facts, which carry the centre's name, or reads local times.
    Config,
    /// It only looks.
    Nothing,
}

/// What a verb does with the office's data where no service runs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Reads what is there.
    Looks,
    /// Reads what is there, if there is anything yet.
    LooksIfAny,
    /// Writes facts.
    Changes,
}

/// Why there is no office to ask.
pub(super) enum Closed {
    /// The reason was told; this is the exit code.
    Told(u8),
    Fault(Fault),
}

impl Office {
    /// The office of this machine. What is missing in its data is told.
    ///
    /// # Errors
    /// The exit code, after the reason was told.
    pub(super) fn open(
        context: &Context,
        config_file: Option<PathBuf>,
        needs: Needs,
        purpose: Purpose,
    ) -> Result<Office, u8> {
        match Office::try_open(context, config_file, needs, purpose) {
            Ok(office) => {
                office.shown().iter().for_each(say::trouble);
                Ok(office)
            }
            Err(Closed::Told(code)) => Err(code),
            Err(Closed::Fault(fault)) => {
                say::trouble(fault);
                Err(exit::UNREACHABLE)
            }
        }
    }

    /// What is missing or damaged in the data, and was not in the way.
    pub(super) fn shown(&self) -> &[Fault] {
        match self {
            Office::Service(_) => &[],
            Office::Disk(disk) => &disk.shown,
        }
    }

    /// How a verb ends that has read everything it wanted.
    pub(super) fn end(&self) -> u8 {
        if self.shown().is_empty() {
            exit::DONE
        } else {
            exit::FINDING
        }
    }

    /// As [`Office::open`]; what is wrong with the data is not told.
    ///
    /// # Errors
    /// Why it cannot be opened.
    pub(super) fn try_open(
        context: &Context,
        config_file: Option<PathBuf>,
        needs: Needs,
        purpose: Purpose,
    ) -> Result<Office, Closed> {
        match Client::connect(context.place.data()) {
            Ok(client) => return Ok(Office::Service(client)),
            Err(fault) if is_denied(&fault) => {
                let doing = context.place.data().display().to_string();
                let fault = Fault::because(&super::codes::NOT_ALLOWED, doing, fault);
                return Err(Closed::Fault(fault));
            }
            // No service: the disk is ours.
            Err(_) => {}
        }
        let path = Place::config(config_file);
        let config = match needs {
            Needs::Config => config::load_quietly(&path).map_err(Closed::Told)?,
            Needs::Nothing => match config::read(&path) {
                Ok(config) => config,
                Err(_) => Config::of_nobody(),
            },
        };
        let disk = match purpose {
            Purpose::Looks => Disk::look(&context.place, &config, false),
            Purpose::LooksIfAny => Disk::look(&context.place, &config, true),
            Purpose::Changes => Disk::open(&context.place, &config),
        };
        disk.map(Office::Disk).map_err(Closed::Fault)
    }

    /// Asks, hands over each item, and returns what was asked for.
    ///
    /// # Errors
    /// The exit code, after the reason was told.
    pub(super) fn ask(
        &mut self,
        request: Request,
        item: &mut dyn FnMut(Value) -> io::Result<()>,
    ) -> Result<Value, u8> {
        let said = match self {
            Office::Service(client) => {
                let taken = |value| {
                    item(value).map_err(|error| {
                        Fault::because(&super::codes::OUTPUT, "menulis hasil", error)
                    })
                };
                client.ask(&request, taken)
            }
            Office::Disk(disk) => disk.ask(request, item),
        };
        match said {
            Ok(Said::Done(value)) => Ok(value),
            Ok(Said::Refused { code, told }) => {
                say::trouble(format!("{told} [{code}]"));
                Err(if OUT_OF_REACH.contains(&code.as_str()) {
                    exit::UNREACHABLE
                } else {
                    exit::USAGE
                })
            }
            Ok(Said::Fault { code, told, cure }) => {
                say::trouble(format!("{told}. {cure} [{code}]"));
                Err(exit::UNREACHABLE)
            }
            // `ask` ends with one of the three above.
            Ok(Said::Item(_)) => Err(exit::UNREACHABLE),
            Err(fault) => {
                say::trouble(fault);
                Err(exit::UNREACHABLE)
            }
        }
    }

    /// As [`Office::ask`], for a request that has one answer.
    ///
    /// # Errors
    /// The exit code, after the reason was told.
    pub(super) fn do_it(&mut self, request: Request) -> Result<Value, u8> {
        self.ask(request, &mut |_| Ok(()))
    }

    /// As [`Office::ask`], with the items gathered.
    ///
    /// # Errors
    /// The exit code, after the reason was told.
    pub(super) fn list(&mut self, request: Request) -> Result<Vec<Value>, u8> {
        let mut items = Vec::new();
        self.ask(request, &mut |item| {
            items.push(item);
            Ok(())
        })?;
        Ok(items)
    }
}

/// A folder or socket that is somebody else's, as against one where nobody listens.
fn is_denied(fault: &Fault) -> bool {
    let source = fault.source.as_ref();
    let error = source.and_then(|source| source.downcast_ref::<io::Error>());
    error.is_some_and(|error| error.kind() == io::ErrorKind::PermissionDenied)
}

/// Refusals that are nobody's wrong usage.
const OUT_OF_REACH: [&str; 2] = ["store_full", "stopping"];
