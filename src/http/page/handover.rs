//! Serah terima: what a shift hands to the next one, and who takes what.

use actix_web::HttpResponse;
use minijinja::context;
use minijinja::value::{Serde, Value};
use serde::Serialize;

use super::{callbacks, frame, html, show};
use crate::base::phone::Number;
use crate::base::time::Stamp;
use crate::desk::call::Class;
use crate::desk::order::Order;
use crate::desk::shift::{Handover, Item, ItemKind, Totals};
use crate::http::ask::Ask;
use crate::http::problem::Problem;
use crate::http::text::{find, text};

/// `GET /serah-terima`
pub async fn get(ask: Ask) -> Result<HttpResponse, Problem> {
    page(&ask, None).await
}

/// `POST /serah-terima`
pub async fn post(ask: Ask) -> Result<HttpResponse, Problem> {
    let note = ask.form("note").unwrap_or_default();
    let mood = ask.form("mood").and_then(|mood| mood.parse().ok());
    let done = ask.order(Order::HandOver { note, mood }).await;
    page(&ask, done.err()).await
}

/// `GET /serah-terima/cetak`: the report of the last shift, for paper.
pub async fn print(ask: Ask) -> Result<HttpResponse, Problem> {
    let board = ask.app.board();
    let last = board.shift.handovers().next_back();
    let values = context! {
        last => Value::from(Serde(&last.map(|handover| handed(&ask, handover)))),
        theme => "light",
    };
    let page = ask
        .app
        .pages
        .render(&ask.app, ask.lang, "shift-report.html", values)?;
    Ok(html(page))
}

#[derive(Serialize)]
struct Open {
    id: String,
    icon: &'static str,
    title: String,
    why: String,
    accepted_by: Option<String>,
}

#[derive(Serialize)]
struct Handed {
    id: String,
    by: String,
    at: String,
    since: Option<String>,
    note: String,
    mood: Option<u8>,
    totals: Vec<show::Figure>,
    items: Vec<Open>,
}

async fn page(ask: &Ask, problem: Option<Problem>) -> Result<HttpResponse, Problem> {
    let board = ask.app.board();
    let open: Vec<Open> = board
        .open_items
        .0
        .iter()
        .map(|item| opened(ask, item, None))
        .collect();
    let last = board.shift.handovers().next_back();
    let values = context! {
        shift => context! {
            since => board.shift.since().map(|at| shown(ask, at)),
            totals => Value::from(Serde(&totals(ask, board.shift.totals()))),
            items => Value::from(Serde(&open)),
        },
        last => Value::from(Serde(&last.map(|handover| handed(ask, handover)))),
        told => problem.as_ref().map(|p| p.sentence(ask.lang)),
        cure => problem.as_ref().map(|p| p.cure(ask.lang)),
    };
    let mut answer = frame::room(ask, "handover", "handover.html", values).await?;
    if let Some(problem) = problem {
        *answer.status_mut() = problem.http_status();
    }
    Ok(answer)
}

fn handed(ask: &Ask, handover: &Handover) -> Handed {
    let item = |listed: &crate::desk::shift::Listed| {
        let by = listed.accepted.as_ref().map(|(user, _)| user.to_string());
        opened(ask, &listed.item, by)
    };
    Handed {
        id: handover.id.to_string(),
        by: handover.by.to_string(),
        at: shown(ask, handover.at),
        since: handover.since.map(|at| shown(ask, at)),
        note: handover.note.clone(),
        mood: handover.mood,
        totals: totals(ask, &handover.totals),
        items: handover.items.iter().map(item).collect(),
    }
}

fn opened(ask: &Ask, item: &Item, accepted_by: Option<String>) -> Open {
    let icon = match item.kind {
        ItemKind::Line => "radio-tower",
        ItemKind::Callback => "phone-missed",
        ItemKind::Call => "tag",
        ItemKind::Sms => "message-square",
    };
    let kind = item.kind.as_str();
    let number = item.id.parse().ok().filter(|_| kind == "callback");
    let shown = number.map(|number: Number| number.national());
    let id = shown.as_deref().unwrap_or(&item.id);
    Open {
        id: item.name(),
        icon,
        title: text(ask.lang, &format!("item-{kind}"), &[("id", id)]),
        why: why(ask, item),
        accepted_by,
    }
}

/// What somebody who takes it on wants to know first.
fn why(ask: &Ask, item: &Item) -> String {
    let about = item.about.as_deref().unwrap_or_default();
    match item.kind {
        ItemKind::Callback => {
            let board = ask.app.board();
            let mut tasks = board.callbacks.all();
            let task = tasks.find(|task| task.number.to_string() == item.id);
            task.map_or_else(String::new, |task| callbacks::why(task, ask.lang))
        }
        ItemKind::Line => {
            find(ask.lang, &format!("down-{about}")).unwrap_or_else(|| about.to_owned())
        }
        ItemKind::Call => text(ask.lang, "item-talked", &[("who", about)]),
        ItemKind::Sms => text(ask.lang, "item-wrote", &[("who", about)]),
    }
}

fn totals(ask: &Ask, totals: &Totals) -> Vec<show::Figure> {
    let figure = |key: &str, n| show::figure(ask.lang, key, n);
    let mut all = vec![
        figure("figure-offered", totals.offered),
        figure("figure-answered", totals.answered),
        figure("figure-abandoned", totals.abandoned),
        figure("figure-dialled", totals.dialled),
    ];
    let classes = Class::ALL
        .into_iter()
        .filter_map(|class| Some((class, *totals.by_class.get(&class)?)));
    all.extend(
        classes
            .filter(|(_, n)| *n > 0)
            .map(|(class, n)| figure(&format!("class-{}", class.as_str()), n)),
    );
    all
}

fn shown(ask: &Ask, at: Stamp) -> String {
    show::day_and_time(at, ask.app.now().wall, &ask.app.zone, ask.lang)
}
