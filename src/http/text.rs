//! The words on the screens, in Indonesian and English.

use std::collections::BTreeMap;
use std::sync::LazyLock;

pub use crate::base::lang::Lang;

/// The language of a name: `en`; anything else is Indonesian.
pub fn lang_of(name: &str) -> Lang {
    if name.eq_ignore_ascii_case("en") {
        Lang::En
    } else {
        Lang::Id
    }
}

/// The first of the languages a browser accepts that we have; else the centre's.
pub fn accepted(header: Option<&str>, centre: Lang) -> Lang {
    let mut tags = header.unwrap_or_default().split(',');
    let known = |tag: &str| {
        let tag = tag.split(';').next()?.trim();
        match tag.split('-').next()?.to_ascii_lowercase().as_str() {
            // `in` was the code of Indonesian until 1989 and still is on old Androids.
            "id" | "in" => Some(Lang::Id),
            "en" => Some(Lang::En),
            _ => None,
        }
    };
    tags.find_map(known).unwrap_or(centre)
}

/// The sentence of `key` with `{name}` replaced by each argument. A missing key is shown as
/// itself, which a test of every key makes impossible for keys in use.
pub fn text(lang: Lang, key: &str, args: &[(&str, &str)]) -> String {
    let Some(sentence) = find(lang, key) else {
        return key.to_owned();
    };
    let mut told = sentence.to_owned();
    for (name, value) in args {
        told = told.replace(&format!("{{{name}}}"), value);
    }
    told
}

/// The sentence of `key` as written, if there is one.
pub fn find(lang: Lang, key: &str) -> Option<&'static str> {
    let catalogue: &'static Catalogue = match lang {
        Lang::Id => &ID,
        Lang::En => &EN,
    };
    catalogue.get(key).map(String::as_str)
}

/// Every key of a language, for tests.
pub fn keys(lang: Lang) -> impl Iterator<Item = &'static str> {
    let catalogue: &'static Catalogue = match lang {
        Lang::Id => &ID,
        Lang::En => &EN,
    };
    catalogue.keys().map(String::as_str)
}

type Catalogue = BTreeMap<String, String>;

static ID: LazyLock<Catalogue> = LazyLock::new(|| read(include_str!("../../web/locales/id.json")));
static EN: LazyLock<Catalogue> = LazyLock::new(|| read(include_str!("../../web/locales/en.json")));

fn read(json: &str) -> Catalogue {
    // invariant: both files are compiled in and read by a test; an unreadable one shows keys
    serde_json::from_str(json).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    /// `{name}` marks of a sentence.
    fn marks(sentence: &str) -> Vec<&str> {
        let mut found: Vec<&str> = sentence
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
            .collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn both_languages_say_the_same_things() {
        assert!(keys(Lang::Id).count() > 50);
        assert_eq!(
            keys(Lang::Id).collect::<Vec<_>>(),
            keys(Lang::En).collect::<Vec<_>>()
        );
        for key in keys(Lang::Id) {
            let (id, en) = (find(Lang::Id, key).unwrap(), find(Lang::En, key).unwrap());
            assert!(!id.trim().is_empty() && !en.trim().is_empty(), "{key}");
            assert_eq!(marks(id), marks(en), "{key}");
        }
    }

    #[test]
    fn the_browser_chooses_among_ours_and_the_centre_decides_the_rest() {
        let ours = |header| accepted(header, Lang::Id);
        assert_eq!(ours(Some("en-GB,en;q=0.9")), Lang::En);
        assert_eq!(ours(Some("fr, id;q=0.5")), Lang::Id);
        assert_eq!(ours(Some("in-ID")), Lang::Id);
        assert_eq!(ours(Some("ja")), Lang::Id);
        assert_eq!(accepted(None, Lang::En), Lang::En);
    }
}
