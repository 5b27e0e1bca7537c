//! The office's people, programs and records: asked of the running service, or of the disk itself
//! while none runs. The verbs cannot tell the difference.

mod direct;

use std::path::PathBuf;

use super::{Context, Place, config, exit, say};
use crate::base::fault::Fault;
use crate::base::ids::CallId;
use crate::desk::Lang;
use crate::desk::call::CallRecord;
use crate::desk::order::{OfficeOrder, Receipt, Refusal, TokenRecord, UserRecord};
use crate::store::{CallFilter, Verdict};

pub(super) use direct::Direct;

/// What the verbs ask.
pub(super) trait Office {
    /// Changes people or programs; returns when it is on disk.
    fn order(&mut self, order: OfficeOrder) -> Result<Receipt, Trouble>;
    /// Every user, by name.
    fn users(&mut self) -> Result<Vec<UserRecord>, Trouble>;
    /// Every token, by name, revoked ones too.
    fn tokens(&mut self) -> Result<Vec<TokenRecord>, Trouble>;
    /// Calls that fit, newest first, with ids below `before`.
    fn calls(
        &mut self,
        filter: &CallFilter,
        before: Option<CallId>,
        limit: usize,
    ) -> Result<Vec<CallRecord>, Trouble>;
    /// Checks the whole journal and every list.
    fn verify(&mut self) -> Result<Verdict, Trouble>;
}

/// Why it was not done.
#[derive(Debug)]
pub(super) enum Trouble {
    /// An expected no.
    Refused(Refusal),
    /// Something is broken or cannot be reached.
    Broken(Fault),
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Trouble {
        Trouble::Broken(fault)
    }
}

impl Trouble {
    /// Tells it on stderr; the exit code for it.
    pub(super) fn told(&self) -> u8 {
        match self {
            Trouble::Refused(refusal) => {
                say::trouble(format!("{} [{}]", refusal.told(Lang::Id), refusal.code()));
                exit::FINDING
            }
            Trouble::Broken(fault) => {
                say::trouble(fault);
                exit::UNREACHABLE
            }
        }
    }
}

/// The office of this machine.
///
/// # Errors
/// The exit code, after the reason was told.
pub(super) fn open(context: &Context, config_file: Option<PathBuf>) -> Result<Box<dyn Office>, u8> {
    let config = config::load_quietly(&Place::config(config_file))?;
    let direct = Direct::open(&context.place, &config);
    direct
        .map(|direct| Box::new(direct) as Box<dyn Office>)
        .map_err(|trouble| trouble.told())
}
