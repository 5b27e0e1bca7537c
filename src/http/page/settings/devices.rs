//! Perangkat: the computers where somebody is logged in.

use actix_web::HttpResponse;
use minijinja::context;
use minijinja::value::{Serde, Value};
use serde::Serialize;

use super::room;
use crate::base::time::{Stamp, Trust, Wall};
use crate::http::api::session;
use crate::http::ask::Ask;
use crate::http::page::{see_other, show};
use crate::http::problem::Problem;
use crate::http::view::people::session_id;

#[derive(Serialize)]
struct Row {
    id: String,
    user: String,
    from: String,
    agent: String,
    opened: String,
    used: String,
    own: bool,
}

/// `GET /pengaturan/perangkat`
pub async fn get(ask: Ask) -> Result<HttpResponse, Problem> {
    let own = ask.who()?.session();
    let found = ask.app.living_sessions(None).await?;
    let now = ask.app.now().wall;
    let when = |ms| {
        let at = Stamp {
            at: Wall(ms),
            trust: Trust::default(),
        };
        show::when(at, now, &ask.app.zone, ask.lang)
    };
    let row = |session: &crate::store::SessionRecord| Row {
        id: session_id(&session.token_hash),
        user: session.user.to_string(),
        from: session.from.clone(),
        agent: show::browser(&session.agent),
        opened: when(session.opened_ms),
        used: when(session.used_ms),
        own: own == Some(session.token_hash),
    };
    let mut rows: Vec<Row> = found.iter().map(row).collect();
    rows.sort_by(|one, other| (&one.user, &one.id).cmp(&(&other.user, &other.id)));
    let values = context! { sessions => Value::from(Serde(&rows)) };
    room(&ask, "devices", "devices.html", values).await
}

/// `POST /pengaturan/perangkat/{session}/akhiri`
pub async fn end(ask: Ask) -> Result<HttpResponse, Problem> {
    session::end_named(&ask).await?;
    Ok(see_other("/pengaturan/perangkat"))
}
