//! What operators say, as the API shows it.

use jiff::tz::TimeZone;
use serde::Serialize;

use super::when;
use crate::base::lang::Lang;
use crate::desk::wording::{OwnWording, Wording};
use crate::http::text::find;

/// One text in one language.
#[derive(Serialize, Debug)]
pub struct WordingView {
    /// `id/opening`: as in its path.
    pub id: String,
    pub language: Lang,
    pub key: Wording,
    /// To be said: the office's name is filled in.
    pub text: String,
    /// As written, with `{centre}` for the office's name.
    pub written: String,
    /// The office has words of its own.
    pub custom: bool,
    pub by: Option<String>,
    pub at: Option<String>,
}

impl WordingView {
    /// As said in `centre` and seen in `zone`.
    pub fn new(
        language: Lang,
        key: Wording,
        own: Option<&OwnWording>,
        centre: &str,
        zone: &TimeZone,
    ) -> WordingView {
        let written = own.map_or_else(|| built_in(language, key), |own| own.text.clone());
        WordingView {
            id: format!("{}/{}", language.as_str(), key.as_str()),
            language,
            key,
            text: written.replace("{centre}", centre),
            written,
            custom: own.is_some(),
            by: own.map(|own| own.by.to_string()),
            at: own.map(|own| when(own.at, zone)),
        }
    }
}

/// The text the office gets without writing one; a test looks each of them up.
fn built_in(language: Lang, key: Wording) -> String {
    find(language, &format!("wording-{}", key.as_str())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    fn all() -> impl Iterator<Item = (Lang, Wording)> {
        let of = |lang| Wording::ALL.into_iter().map(move |key| (lang, key));
        Lang::ALL.into_iter().flat_map(of)
    }

    #[test]
    fn every_text_has_built_in_words_and_a_title() {
        for (lang, key) in all() {
            assert!(!built_in(lang, key).is_empty(), "{key:?}");
            let title = format!("wording-{}-title", key.as_str());
            assert!(find(lang, &title).is_some(), "{title}");
        }
    }

    /// Whoever is threatened does not call when it burns.
    #[test]
    fn no_text_threatens_anybody() {
        for (lang, key) in all() {
            let text = built_in(lang, key).to_lowercase();
            for threat in ["penjara", "pidana", "hukum", "prison", "jail", "punish"] {
                assert!(!text.contains(threat), "{key:?}: {text}");
            }
        }
    }

    #[test]
    fn the_offices_name_is_filled_in_wherever_it_is_written() {
        let view = |own: Option<&OwnWording>| {
            WordingView::new(Lang::Id, Wording::Opening, own, "112 Mitra", &TimeZone::UTC)
        };
        let built_in = view(None);
        assert!(built_in.text.starts_with("112 Mitra, ada kejadian"));
        assert!(built_in.written.starts_with("{centre}, ada kejadian"));
        let own = OwnWording {
            language: Lang::Id,
            key: Wording::Opening,
            text: "Selamat malam, {centre}.".into(),
            by: "sari".into(),
            at: Default::default(),
        };
        assert_eq!(view(Some(&own)).text, "Selamat malam, 112 Mitra.");
    }
}
