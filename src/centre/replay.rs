//! What the journal makes of a desk at the start.

use std::path::Path;

use super::{say_in_log, sound};
use crate::base::fault::Fault;
use crate::base::ids::{CallId, Seq};
use crate::base::limits;
use crate::config::Config;
use crate::desk::draft::Draft;
use crate::desk::fact::{Fact, Loss};
use crate::desk::{Desk, Policy};
use crate::engine::time_keeper::Floor;
use crate::journal;
use crate::store::{self, Opened};

/// The desk as it was, and what else the next start must know.
pub struct Replayed {
    pub desk: Desk,
    pub floor: Floor,
    /// The last run ended by itself.
    pub clean: bool,
}

impl Replayed {
    /// Knowing which numbers of calls are taken: up to `calls_after`, and those of which there is
    /// sound, even if the journal that gave them is lost.
    pub(super) fn knowing(mut self, folder: &Path, calls_after: CallId) -> Replayed {
        let newest = sound::newest_call(folder).unwrap_or(calls_after);
        self.desk.calls_after(newest.max(calls_after));
        self
    }
}

/// What the journal calls this office.
pub fn name(config: &Config) -> &str {
    config.center.area.as_deref().unwrap_or(&config.center.name)
}

/// The desk as it was: the newest snapshot and every entry after it.
///
/// # Errors
/// The disk's.
pub fn replay(opened: &Opened, policy: Policy) -> Result<Replayed, Fault> {
    let (mut desk, after) = match &opened.snapshot {
        None => (Desk::new(policy), Seq(0)),
        Some((seq, bytes)) => match Desk::restore(policy.clone(), bytes) {
            Ok(desk) => (desk, *seq),
            Err(error) => {
                tracing::warn!(%error, "the snapshot is not of this version; replaying everything");
                (Desk::new(policy), Seq(0))
            }
        },
    };
    let mut floor = Floor::default();
    let mut clean = opened.head == Seq(0);
    // The last entry always: a snapshot does not say when it was or how the last run ended.
    let from = after.min(Seq(opened.head.0.saturating_sub(1)));
    for stored in opened.tail(from) {
        let Ok(stored) = stored? else { continue };
        match journal::open(&stored.json) {
            Ok(journal::Opened::Known(entry)) => {
                if entry.seq > after {
                    desk.apply(&entry, None);
                }
                floor.hear(entry.stamp);
                clean = matches!(entry.fact, Fact::SystemStopped {});
            }
            Ok(journal::Opened::Unknown { seq, kind, why }) => {
                tracing::warn!(%seq, kind, why, "an entry of a newer version is kept, not understood");
            }
            Err(error) => tracing::error!(seq = %stored.seq, %error, "an entry cannot be read"),
        }
    }
    Ok(Replayed { desk, floor, clean })
}

/// What the journal does not tell of yet: a disk that went back in time, and damaged files that lie
/// beside the database, whenever they were put there.
pub(super) fn losses(opened: &Opened, desk: &Desk, folder: &Path) -> Vec<Loss> {
    let files = store::set_aside_in(folder);
    // Of very many the newest: the others would be forgotten, and told again at every start.
    let few = files.len().saturating_sub(limits::LOSSES_KNOWN_MAX / 2);
    let aside = files.into_iter().skip(few);
    let aside = aside.map(|file| Loss::SetAside { file });
    let is_new = |loss: &Loss| desk.losses().iter().all(|known| known.loss != *loss);
    let found = opened.missing.iter().cloned().chain(aside);
    found.filter(is_new).collect()
}

/// Reports that were being typed. Calls are answered whether or not these can be read.
pub(super) fn drafts(opened: &Opened) -> Vec<(CallId, Draft)> {
    let drafts = opened.reader.drafts();
    drafts.inspect_err(say_in_log).unwrap_or_default()
}

/// Writes the derived tables again from the journal.
///
/// # Errors
/// The disk's.
pub fn rebuild(opened: &mut Opened, policy: &Policy) -> Result<(), Fault> {
    let mut desk = Desk::new(policy.clone());
    let replay = |stored: &store::StoredEntry, rebuilt: &store::rebuild::Rebuilt<'_>| {
        let Ok(journal::Opened::Known(entry)) = journal::open(&stored.json) else {
            return Ok(Default::default());
        };
        if let Some(archived) = desk.wants(&entry.fact)
            && let Some(record) = rebuilt.call(archived)?
        {
            desk.recall(record);
        }
        Ok(desk.apply(&entry, None))
    };
    let damaged = store::rebuild::rebuild(opened, replay, |_| {})?;
    if damaged > 0 {
        tracing::error!(damaged, "damaged entries were left out of the lists");
    }
    Ok(())
}
