//! Kata-kata: what operators say, in the words of the office.

use actix_web::HttpResponse;
use minijinja::context;
use minijinja::value::{Serde, Value};

use super::{room, told};
use crate::base::lang::Lang;
use crate::desk::order::{OfficeOrder, Order};
use crate::desk::wording::Wording;
use crate::http::api::wording as api;
use crate::http::ask::Ask;
use crate::http::problem::Problem;
use crate::http::view::wording::WordingView;

/// `GET /pengaturan/kata`
pub async fn get(ask: Ask) -> Result<HttpResponse, Problem> {
    page(&ask, None).await
}

/// `POST /pengaturan/kata/{language}/{key}`: in other words, or in the built-in ones again.
pub async fn post(ask: Ask) -> Result<HttpResponse, Problem> {
    let (language, key) = api::which(&ask)?;
    let order = match ask.form("restore") {
        Some(_) => OfficeOrder::RestoreWording { language, key },
        None => OfficeOrder::SetWording {
            language,
            key,
            text: ask.form("text").unwrap_or_default(),
        },
    };
    let done = ask.order(Order::Office(order)).await;
    if let Ok(receipt) = &done {
        ask.board_after(receipt).await;
    }
    page(&ask, done.err()).await
}

async fn page(ask: &Ask, problem: Option<Problem>) -> Result<HttpResponse, Problem> {
    let board = ask.app.board();
    let both = Wording::ALL
        .into_iter()
        .flat_map(|key| Lang::ALL.map(|lang| (lang, key)));
    let all: Vec<WordingView> = both
        .map(|(lang, key)| api::view(ask, &board, lang, key))
        .collect();
    let values = context! {
        wordings => Value::from(Serde(&all)),
        ..told(ask, problem.as_ref())
    };
    let mut answer = room(ask, "wording", "wording.html", values).await?;
    if let Some(problem) = problem {
        *answer.status_mut() = problem.http_status();
    }
    Ok(answer)
}
