//! The frame around every room of the desk, and the room alone for a desk that has the frame.

use actix_web::HttpResponse;
use actix_web::http::header;
use minijinja::context;
use minijinja::value::{Serde, Value};
use serde::Serialize;

use super::{board, csrf, html, show};
use crate::base::limits;
use crate::desk::category::Category;
use crate::desk::operator::{Role, SeatState};
use crate::http::ask::Ask;
use crate::http::guard::Who;
use crate::http::problem::Problem;
use crate::http::routes::ROUTES;
use crate::http::text;

/// A place on the rail.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Place {
    /// Also the key of its name: `nav-ID`.
    pub id: &'static str,
    pub href: &'static str,
    pub icon: &'static str,
    /// Who has it on the rail.
    #[serde(skip)]
    pub roles: &'static [Role],
    /// Shows how many things wait there.
    pub counts: bool,
    /// At the foot of the rail.
    pub apart: bool,
}

impl Place {
    /// Whether practice has it too.
    fn is_practised(&self) -> bool {
        ROUTES
            .iter()
            .any(|route| route.practised && route.path == self.href)
    }
}

const fn place(
    id: &'static str,
    href: &'static str,
    icon: &'static str,
    roles: &'static [Role],
) -> Place {
    Place {
        id,
        href,
        icon,
        roles,
        counts: false,
        apart: false,
    }
}

const WORK: &[Role] = &[
    Role::Operator,
    Role::Dispatcher,
    Role::Supervisor,
    Role::Admin,
];
const SUPERVISE: &[Role] = &[Role::Supervisor, Role::Admin];
const AUDIT: &[Role] = &[Role::Auditor, Role::Supervisor, Role::Admin];

/// Every place, in the order of the rail.
pub const PLACES: [Place; 10] = [
    place("board", "/", "layout-dashboard", &Role::ALL),
    place("calls", "/panggilan", "phone", &Role::ALL),
    Place {
        counts: true,
        ..place("callbacks", "/telepon-balik", "phone-outgoing", WORK)
    },
    place("numbers", "/nomor", "hash", &Role::ALL),
    place("handover", "/serah-terima", "arrow-right-left", WORK),
    Place {
        counts: true,
        ..place("watch", "/pantau", "eye", SUPERVISE)
    },
    place("practice", "/berlatih", "graduation-cap", WORK),
    place("journal", "/jurnal", "scroll-text", AUDIT),
    place("settings", "/pengaturan", "settings", SUPERVISE),
    Place {
        apart: true,
        ..place("help", "/bantuan", "circle-help", &Role::ALL)
    },
];

/// The scripts of the frame, in the order they build on each other.
pub const SCRIPTS: [&str; 32] = [
    "fluent.js",
    "htmx.min.js",
    "idiomorph-ext.min.js",
    "base.js",
    "clock.js",
    "devices.js",
    "bell.js",
    "talk-link.js",
    "talk.js",
    "calls.js",
    "state.js",
    "keys.js",
    "lists.js",
    "parts.js",
    "talk-card.js",
    "replay.js",
    "headset.js",
    "feed.js",
    "real.js",
    "guest.js",
    "needs.js",
    "band.js",
    "combo.js",
    "draft.js",
    "report.js",
    "rooms.js",
    "work.js",
    "command.js",
    "tour.js",
    "sound.js",
    "office.js",
    "desk.js",
];

/// A room as a page: with the frame around it, or alone for a desk that has the frame already.
///
/// # Errors
/// As [`super::Pages::render`].
pub async fn room(
    ask: &Ask,
    here: &str,
    template: &str,
    values: Value,
) -> Result<HttpResponse, Problem> {
    let who = ask.who()?;
    let shared = person(who);
    let values = if asks_for_room(ask) {
        let place = context! { layout => "room.html", here };
        context! { ..place, ..values, ..shared }
    } else {
        let frame = frame(ask, who).await;
        let place = context! { layout => "desk.html", here };
        context! { ..place, ..values, ..shared, ..frame }
    };
    let page = ask.app.pages.render(&ask.app, ask.lang, template, values)?;
    Ok(html(page))
}

/// A part of a page. What has not changed since the desk got it is not sent again: a list that is
/// asked for with every event costs nothing while it stays as it is.
///
/// # Errors
/// As [`super::Pages::render`].
pub fn part(ask: &Ask, template: &str, values: Value) -> Result<HttpResponse, Problem> {
    let who = ask.who()?;
    let values = context! { ..values, ..person(who) };
    let part = ask.app.pages.render(&ask.app, ask.lang, template, values)?;
    let mark = crate::http::secret::short_hash(part.as_bytes());
    let had = ask.request.headers().get(HAVE);
    if had.is_some_and(|had| had.as_bytes() == mark.as_bytes()) {
        return Ok(HttpResponse::NoContent().finish());
    }
    let mut answer = html(part);
    if let Ok(mark) = header::HeaderValue::from_str(&mark) {
        answer
            .headers_mut()
            .insert(header::HeaderName::from_static(HAVE), mark);
    }
    Ok(answer)
}

/// Who looks, and what that changes.
fn person(who: &Who) -> Value {
    let role = who.person.role;
    context! {
        person => context! {
            user => who.person.user.as_str(),
            name => who.person.name.as_str(),
            role => role.as_str(),
            initial => show::initial(&who.person.name),
        },
        csrf => csrf(who),
        works => works(role),
        supervises => role >= Role::Supervisor,
        administers => role == Role::Admin,
    }
}

/// Everything of the frame that is not the person.
async fn frame(ask: &Ask, who: &Who) -> Value {
    let board = ask.app.board();
    let role = who.person.role;
    let nav: Vec<Place> = PLACES
        .into_iter()
        .filter(|p| p.roles.contains(&role) && (!ask.app.is_practice() || p.is_practised()))
        .collect();
    let seat = board.seats.iter().find(|seat| seat.user == who.person.user);
    let seat = seat.map_or("away", |seat| match seat.state {
        SeatState::Ready => "ready",
        SeatState::Pause => "pause",
        SeatState::Away => "away",
    });
    context! {
        after => board.durable_seq,
        after_real => ask.app.office().durable_seq,
        undo_s => limits::UNDO.as_secs(),
        keys => super::me::key_map(ask.app.office().keys.of(&who.person.user)),
        words => text::part(ask.lang, &FOR_SCRIPTS),
        categories => categories(),
        theme => theme(ask),
        scripts => SCRIPTS,
        nav => Value::from(Serde(&nav)),
        seat => seat,
        ..board::of_the_frame(ask).await
    }
}

/// Codes of what can have happened, for the form.
fn categories() -> String {
    let codes = Category::ALL.map(Category::as_str);
    serde_json::Value::from(codes.to_vec()).to_string()
}

/// Whether somebody of this role takes calls.
pub fn works(role: Role) -> bool {
    role >= Role::Operator
}

/// A desk that moves from room to room keeps its frame, and with it the sound of its call.
fn asks_for_room(ask: &Ask) -> bool {
    let target = ask.request.headers().get("hx-target");
    target.is_some_and(|target| target.as_bytes() == b"room")
}

/// Light or dark by choice of the person at this computer; otherwise as the computer says.
pub fn theme(ask: &Ask) -> &'static str {
    let cookie = ask.request.cookie(THEME);
    match cookie.as_ref().map(|cookie| cookie.value()) {
        Some("light") => "light",
        Some("dark") => "dark",
        _ => "auto",
    }
}

/// What the desk already shows of a part.
const HAVE: &str = "x-part";
/// Set by the page itself; it is no secret.
const THEME: &str = "siaga112-theme";
/// Words that the scripts need.
const FOR_SCRIPTS: [&str; 19] = [
    "presentation-",
    "phase-",
    "down-",
    "seat-",
    "state-",
    "talk-",
    "class-",
    "key-",
    "command-",
    "sound-",
    "report-",
    "field-",
    "category-",
    "reason-",
    "wrap-",
    "help-asked",
    "bar-",
    "tour-",
    "js-",
];
