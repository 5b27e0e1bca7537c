//! What operators say in the words the office has chosen. The built-in texts are in the catalogues
//! of the web; the desk knows those that were changed, since when and by whom.

use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::fact::OfficeChange;
use super::order::Refusal;
use super::{Desk, check};
use crate::base::ids::UserName;
use crate::base::lang::Lang;
use crate::base::limits;
use crate::base::time::Stamp;

/// One text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wording {
    /// The first sentence of every call.
    Opening,
    /// Asking where it is.
    Location,
    /// To somebody who plays with the number.
    Prank,
    /// To a child who does.
    Child,
    /// To somebody who is there and does not speak.
    Silent,
    /// The last sentence of a call about an emergency.
    Closing,
    /// The apology to somebody in need whose number was restricted.
    RestrictedReal,
    /// Who helps with what is no emergency, with their numbers.
    Referrals,
}

impl Wording {
    /// Every text, in the order screens show them.
    pub const ALL: [Wording; 8] = [
        Wording::Opening,
        Wording::Location,
        Wording::Prank,
        Wording::Child,
        Wording::Silent,
        Wording::Closing,
        Wording::RestrictedReal,
        Wording::Referrals,
    ];

    /// As in the API and in the journal.
    pub fn as_str(self) -> &'static str {
        match self {
            Wording::Opening => "opening",
            Wording::Location => "location",
            Wording::Prank => "prank",
            Wording::Child => "child",
            Wording::Silent => "silent",
            Wording::Closing => "closing",
            Wording::RestrictedReal => "restricted_real",
            Wording::Referrals => "referrals",
        }
    }
}

/// Not the name of a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("no text of this name")]
pub struct NotWording;

impl FromStr for Wording {
    type Err = NotWording;
    fn from_str(name: &str) -> Result<Wording, NotWording> {
        let mut all = Wording::ALL.into_iter();
        all.find(|key| key.as_str() == name).ok_or(NotWording)
    }
}

/// A text of the office's own.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct OwnWording {
    pub language: Lang,
    pub key: Wording,
    /// As written; `{centre}` stands for the office's name.
    pub text: String,
    /// Who wrote it, and when.
    pub by: UserName,
    pub at: Stamp,
}

/// One at most for each text in each language, in their order. Shared with the pictures of the
/// desk, which are many.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OwnWordings(Arc<Vec<OwnWording>>);

impl Desk {
    /// The texts that operators say, where the office has its own.
    pub fn own_wordings(&self) -> &OwnWordings {
        self.office.wordings()
    }
}

impl OwnWordings {
    /// The office's own text, if there is one.
    pub fn get(&self, language: Lang, key: Wording) -> Option<&OwnWording> {
        let mut all = self.0.iter();
        all.find(|own| (own.language, own.key) == (language, key))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The change that makes a text the one that is shown; none if it is already.
    pub(super) fn set(
        &self,
        language: Lang,
        key: Wording,
        text: &str,
    ) -> Result<Option<OfficeChange>, Refusal> {
        let text = text.replace("\r\n", "\n");
        let text = check::text("text", &text, limits::WORDING_CHARS_MAX)?;
        if text.chars().any(|c| c.is_control() && c != '\n') {
            let (field, limit) = ("text", Some(limits::WORDING_CHARS_MAX));
            return Err(Refusal::BadField { field, limit });
        }
        let is_so = self.get(language, key).is_some_and(|own| own.text == text);
        let changed = (!is_so).then(|| OfficeChange::WordingSet {
            language,
            key,
            text: text.to_owned(),
        });
        Ok(changed)
    }

    /// The change that lets the built-in text be shown again; none if it is already.
    pub(super) fn restore(&self, language: Lang, key: Wording) -> Option<OfficeChange> {
        self.get(language, key)?;
        Some(OfficeChange::WordingRestored { language, key })
    }

    /// Takes a text in, in place of the one before.
    pub(super) fn put(&mut self, own: OwnWording) {
        self.remove(own.language, own.key);
        let all = Arc::make_mut(&mut self.0);
        all.push(own);
        all.sort_by_key(|own| (own.language, own.key));
    }

    pub(super) fn remove(&mut self, language: Lang, key: Wording) {
        let all = Arc::make_mut(&mut self.0);
        all.retain(|own| (own.language, own.key) != (language, key));
    }
}
