//! Losses of records: told until nobody needs to act on them any more.

use serde::{Deserialize, Serialize};

use super::fact::Loss;
use crate::base::limits;
use crate::base::time::{Stamp, Wall};

/// A loss, and when it was found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct KnownLoss {
    #[serde(rename = "at_ms")]
    pub at: Wall,
    #[serde(flatten)]
    pub loss: Loss,
}

impl KnownLoss {
    /// Whether somebody should still act on it. One from the future is: the clock was wrong.
    pub fn is_recent(&self, now: Wall) -> bool {
        now <= self.at + limits::LOSS_TOLD_FOR
    }

    /// What was lost. Indonesian.
    pub fn told(&self) -> String {
        match &self.loss {
            Loss::SetAside { file } => {
                format!(
                    "berkas data rusak disisihkan sebagai {file}; catatan di dalamnya tidak tampak"
                )
            }
            Loss::RolledBack { last, known } => format!(
                "pernah tersimpan sampai catatan {known}, yang ada di disk hanya sampai {last}"
            ),
        }
    }
}

#[derive(Clone, Default, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Losses(Vec<KnownLoss>);

impl Losses {
    pub(super) fn note(&mut self, found: Stamp, loss: &Loss) {
        if self.0.len() >= limits::LOSSES_KNOWN_MAX {
            self.0.remove(0);
        }
        self.0.push(KnownLoss {
            at: found.at,
            loss: loss.clone(),
        });
    }

    pub(super) fn all(&self) -> &[KnownLoss] {
        &self.0
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
