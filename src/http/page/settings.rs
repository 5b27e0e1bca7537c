//! Pengaturan: people, lines, words, sounds, computers. One tab each; a role sees its own.

pub mod devices;
pub mod lines;
pub mod users;
pub mod wording;

use actix_web::HttpResponse;
use minijinja::value::{Serde, Value};
use minijinja::{Value as Plain, context};
use serde::Serialize;

use super::{frame, see_other};
use crate::desk::operator::Role;
use crate::http::ask::Ask;
use crate::http::problem::Problem;

/// A tab.
#[derive(Clone, Copy, Serialize)]
pub struct Tab {
    id: &'static str,
    href: &'static str,
    icon: &'static str,
    #[serde(skip)]
    from: Role,
}

const fn tab(id: &'static str, href: &'static str, icon: &'static str, from: Role) -> Tab {
    Tab {
        id,
        href,
        icon,
        from,
    }
}

/// In the order they are shown.
pub const TABS: [Tab; 5] = [
    tab(
        "wording",
        "/pengaturan/kata",
        "message-square",
        Role::Supervisor,
    ),
    tab("sounds", "/suara", "volume-2", Role::Supervisor),
    tab(
        "lines",
        "/pengaturan/jalur",
        "radio-tower",
        Role::Supervisor,
    ),
    tab("users", "/pengaturan/pengguna", "users", Role::Admin),
    tab("devices", "/pengaturan/perangkat", "monitor", Role::Admin),
];

/// `GET /pengaturan`: the first tab of this role.
pub async fn get(ask: Ask) -> Result<HttpResponse, Problem> {
    let role = ask.who()?.person.role;
    let first = TABS.iter().find(|tab| role >= tab.from);
    Ok(see_other(first.map_or("/", |tab| tab.href)))
}

/// A tab as a room.
///
/// # Errors
/// As [`frame::room`].
pub async fn room(
    ask: &Ask,
    here: &str,
    template: &str,
    values: Plain,
) -> Result<HttpResponse, Problem> {
    let role = ask.who()?.person.role;
    let tabs: Vec<Tab> = TABS.into_iter().filter(|tab| role >= tab.from).collect();
    let values = context! {
        tabs => Value::from(Serde(&tabs)),
        tab_here => here,
        ..values
    };
    frame::room(ask, "settings", template, values).await
}

/// What a form that was refused is told, above what it still holds.
pub fn told(ask: &Ask, problem: Option<&Problem>) -> Plain {
    context! {
        told => problem.map(|p| p.sentence(ask.lang)),
        cure => problem.map(|p| p.cure(ask.lang)),
    }
}
