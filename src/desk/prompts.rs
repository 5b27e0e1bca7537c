//! The office's own recordings of what the box says to callers. The sound is a file; the desk knows
//! which one, since when and by whom.

use serde::{Deserialize, Serialize};

use super::fact::OfficeChange;
use super::order::Refusal;
use crate::base::ids::UserName;
use crate::base::lang::Lang;
use crate::base::limits;
use crate::base::prompt::Prompt;
use crate::base::time::Stamp;

/// A recording that is played instead of the sound that is compiled in.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct OwnPrompt {
    pub language: Lang,
    pub name: Prompt,
    /// SHA-256 of the file, lower-case hex.
    pub sha256: String,
    pub duration_ms: u64,
    /// Who brought it, and when.
    pub by: UserName,
    pub at: Stamp,
}

/// One at most for each prompt in each language, in their order.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct OwnPrompts(Vec<OwnPrompt>);

impl OwnPrompts {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn all(&self) -> &[OwnPrompt] {
        &self.0
    }

    /// The change that makes a file the one that is played; none if it is already.
    pub fn set(
        &self,
        language: Lang,
        name: Prompt,
        sha256: &str,
        duration_ms: u64,
    ) -> Result<Option<OfficeChange>, Refusal> {
        check_hash(sha256)?;
        check_duration(duration_ms)?;
        let is_so = self.get(language, name).is_some_and(|p| p.sha256 == sha256);
        let changed = (!is_so).then(|| OfficeChange::PromptSet {
            language,
            name,
            sha256: sha256.to_owned(),
            duration_ms,
        });
        Ok(changed)
    }

    /// The change that lets the compiled-in sound be played again; none if it is already.
    pub fn restore(&self, language: Lang, name: Prompt) -> Option<OfficeChange> {
        self.get(language, name)?;
        Some(OfficeChange::PromptRestored { language, name })
    }

    /// Takes a recording in, in place of the one before.
    pub fn put(&mut self, own: OwnPrompt) {
        self.remove(own.language, own.name);
        self.0.push(own);
        self.0.sort_by_key(|own| (own.language, own.name));
    }

    pub fn remove(&mut self, language: Lang, name: Prompt) {
        self.0
            .retain(|own| (own.language, own.name) != (language, name));
    }

    fn get(&self, language: Lang, name: Prompt) -> Option<&OwnPrompt> {
        let mut all = self.0.iter();
        all.find(|own| (own.language, own.name) == (language, name))
    }
}

/// The hash names a file: nothing else may get into a path.
fn check_hash(sha256: &str) -> Result<(), Refusal> {
    let is_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    let fits = sha256.len() == SHA256_DIGITS && sha256.bytes().all(is_hex);
    let (field, limit) = ("sha256", None);
    fits.then_some(()).ok_or(Refusal::BadField { field, limit })
}

fn check_duration(duration_ms: u64) -> Result<(), Refusal> {
    let most = limits::PROMPT_LASTS_MAX.as_millis() as u64;
    let (field, limit) = ("duration_ms", None);
    (1..=most)
        .contains(&duration_ms)
        .then_some(())
        .ok_or(Refusal::BadField { field, limit })
}

/// Hex digits of a SHA-256.
const SHA256_DIGITS: usize = 64;
