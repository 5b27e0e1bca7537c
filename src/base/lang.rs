//! The two languages of an office: what people read, and what callers hear.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Language of a sentence, read or heard.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Lang {
    #[default]
    Id,
    En,
}

impl Lang {
    /// Both, Indonesian first.
    pub const ALL: [Lang; 2] = [Lang::Id, Lang::En];

    /// As in HTML's `lang`, in the API and in the journal.
    pub fn as_str(self) -> &'static str {
        match self {
            Lang::Id => "id",
            Lang::En => "en",
        }
    }
}

/// Not the code of one of our languages.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("neither id nor en")]
pub struct NotLang;

impl FromStr for Lang {
    type Err = NotLang;
    fn from_str(code: &str) -> Result<Lang, NotLang> {
        let mut all = Lang::ALL.into_iter();
        all.find(|lang| lang.as_str() == code).ok_or(NotLang)
    }
}
