//! The words on the screens, in Indonesian and English: Project Fluent's catalogues in
//! `web/locales`, whose `STYLE.md` says how they speak.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_syntax::ast::{Entry, Resource};
use fluent_syntax::serializer::serialize;

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

/// The sentence of `key`, with its variables filled in. A whole number among them decides between
/// singular and plural and is written in plain digits; anything else stays as it is given. A missing
/// key is shown as itself, which a test of every key makes impossible for keys in use.
pub fn text(lang: Lang, key: &str, args: &[(&str, &str)]) -> String {
    let values = args.iter().map(|(name, value)| (*name, meant(value)));
    let values: FluentArgs<'_> = values.collect();
    told(lang, key, Some(&values)).unwrap_or_else(|| key.to_owned())
}

/// The sentence of `key` if there is one; for keys that are made of something's name.
pub fn find(lang: Lang, key: &str) -> Option<String> {
    told(lang, key, None)
}

/// Every key of a language.
pub fn keys(lang: Lang) -> impl Iterator<Item = &'static str> {
    catalogue(lang).written.keys().map(String::as_str)
}

/// The texts whose keys begin with one of `starts`, as a Fluent resource.
pub fn part(lang: Lang, starts: &[&str]) -> String {
    let wanted = |key: &str| starts.iter().any(|start| key.starts_with(start));
    let written = catalogue(lang).written.iter();
    written
        .filter(|(key, _)| wanted(key))
        .map(|(_, text)| text.as_str())
        .collect()
}

fn told(lang: Lang, key: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
    let bundle = &catalogue(lang).bundle;
    let pattern = bundle.get_message(key)?.value()?;
    // A variable that was not given is shown by its name.
    let mut missing = Vec::new();
    let told = bundle.format_pattern(pattern, args, &mut missing);
    Some(told.into_owned())
}

/// Only what reads the same again is a number: `007` and a telephone number are not. Fluent counts
/// in floating point, which is exact for [`WHOLE_DIGITS_MAX`] digits.
fn meant(value: &str) -> FluentValue<'_> {
    match value.parse::<i64>() {
        Ok(number) if value.len() <= WHOLE_DIGITS_MAX && number.to_string() == value => {
            FluentValue::from(number)
        }
        _ => FluentValue::from(value),
    }
}

/// Decimal digits that every number of a 64 bit float keeps.
const WHOLE_DIGITS_MAX: usize = 15;

/// One language.
struct Catalogue {
    bundle: FluentBundle<Arc<FluentResource>>,
    /// Key to its message as Fluent writes it.
    written: BTreeMap<String, String>,
}

fn catalogue(lang: Lang) -> &'static Catalogue {
    match lang {
        Lang::Id => &ID,
        Lang::En => &EN,
    }
}

static ID: LazyLock<Catalogue> =
    LazyLock::new(|| read(Lang::Id, include_str!("../../web/locales/id.ftl")));
static EN: LazyLock<Catalogue> =
    LazyLock::new(|| read(Lang::En, include_str!("../../web/locales/en.ftl")));

/// What cannot be read is left out and shows its key; a test reads both files.
fn read(lang: Lang, source: &str) -> Catalogue {
    let resource = FluentResource::try_new(source.to_owned());
    let resource = Arc::new(resource.unwrap_or_else(|(readable, _)| readable));
    let languages = lang.as_str().parse().into_iter().collect();
    let mut bundle = FluentBundle::new_concurrent(languages);
    // The marks around what is filled in would be copied with a name or a number.
    bundle.set_use_isolating(false);
    // Of two messages with one key the first counts.
    let _ = bundle.add_resource(Arc::clone(&resource));
    let written = resource.entries().filter_map(written).collect();
    Catalogue { bundle, written }
}

fn written(entry: &Entry<&str>) -> Option<(String, String)> {
    let Entry::Message(message) = entry else {
        return None;
    };
    let alone = Resource {
        body: vec![Entry::Message(message.clone())],
    };
    Some((message.id.name.to_owned(), serialize(&alone)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn the_browser_chooses_among_ours_and_the_centre_decides_the_rest() {
        let ours = |header| accepted(header, Lang::Id);
        assert_eq!(ours(Some("en-GB,en;q=0.9")), Lang::En);
        assert_eq!(ours(Some("fr, id;q=0.5")), Lang::Id);
        assert_eq!(ours(Some("in-ID")), Lang::Id);
        assert_eq!(ours(Some("ja")), Lang::Id);
        assert_eq!(accepted(None, Lang::En), Lang::En);
    }

    #[test]
    fn both_catalogues_can_be_read_whole_and_say_each_thing_once() {
        for (lang, source) in [
            (Lang::Id, include_str!("../../web/locales/id.ftl")),
            (Lang::En, include_str!("../../web/locales/en.ftl")),
        ] {
            let read = FluentResource::try_new(source.to_owned());
            let resource = read.map_err(|(_, errors)| errors).unwrap();
            let lang = lang.as_str().parse().unwrap();
            let mut bundle = FluentBundle::new_concurrent(vec![lang]);
            bundle.add_resource(resource).unwrap();
        }
    }

    #[test]
    fn a_whole_number_counts_and_anything_else_stays_as_it_is_written() {
        let source = "n = { $n ->\n    [one] one call\n   *[other] { $n } calls\n}\n";
        let english = read(Lang::En, source);
        let counted = |n: &str| {
            let args: FluentArgs<'_> = [("n", meant(n))].into_iter().collect();
            let pattern = english.bundle.get_message("n").unwrap().value().unwrap();
            let told = english
                .bundle
                .format_pattern(pattern, Some(&args), &mut Vec::new());
            told.into_owned()
        };
        assert_eq!(counted("1"), "one call");
        for other in [
            "0",
            "12",
            "-3",
            "1000000",
            "123456789012345",
            "01",
            "1.0",
            "1e3",
            "0840-0101",
        ] {
            assert_eq!(counted(other), format!("{other} calls"));
        }
        let number = "1234567890123456789";
        assert_eq!(counted(number), format!("{number} calls"));
    }

    #[test]
    fn a_key_that_is_not_there_is_shown() {
        assert_eq!(text(Lang::Id, "board-nothing", &[]), "board-nothing");
        assert_eq!(find(Lang::Id, "board-nothing"), None);
    }

    #[test]
    fn a_part_holds_what_was_asked_for_and_can_be_read_again() {
        let asked = part(Lang::En, &["seat-pause", "js-title"]);
        let again = read(Lang::En, &asked);
        let keys: Vec<&String> = again.written.keys().collect();
        assert_eq!(keys, ["js-title_ring", "seat-pause"]);
        for (key, written) in &again.written {
            assert_eq!(Some(written), EN.written.get(key));
        }
    }
}
