//! A person's keys as the API shows them.

use serde::Serialize;

use super::Page;
use crate::desk::keys::Keys;
use crate::http::keys::in_use;
use crate::http::text::{Lang, text};

/// One action and its keys.
#[derive(Serialize, Debug)]
pub struct KeyView {
    pub action: &'static str,
    pub group: &'static str,
    /// What it does, in the language of the request.
    pub title: String,
    /// `null`: its default has been chosen for another action.
    pub chord: Option<String>,
    pub default: &'static str,
}

/// Every action in the order of the help page.
pub fn page(chosen: Option<&Keys>, lang: Lang) -> Page<KeyView> {
    let view = |(action, chord): (&'static crate::http::keys::Action, Option<&str>)| KeyView {
        action: action.id,
        group: action.group,
        title: text(lang, &format!("key-{}", action.id), &[]),
        chord: chord.map(str::to_owned),
        default: action.chord,
    };
    Page {
        items: in_use(chosen).into_iter().map(view).collect(),
        next: None,
    }
}
