//! What operators say: looked up, put into the office's own words, restored.

use actix_web::HttpResponse;
use serde::Deserialize;

use crate::base::lang::Lang;
use crate::desk::order::{OfficeOrder, Order};
use crate::desk::wording::Wording;
use crate::engine::board::Board;
use crate::http::ask::Ask;
use crate::http::problem::Problem;
use crate::http::view::wording::WordingView;

/// `GET /api/v1/wording`
pub async fn list(ask: Ask) -> Result<HttpResponse, Problem> {
    let all = Lang::ALL.into_iter().flat_map(|lang| {
        let of_this = move |key| (lang, key);
        Wording::ALL.into_iter().map(of_this)
    });
    let board = ask.app.board();
    let items = all.map(|(lang, key)| view(&ask, &board, lang, key));
    let page = ask.page(items.collect(), |item: &WordingView| &item.id)?;
    Ok(HttpResponse::Ok().json(page))
}

#[derive(Deserialize)]
struct SetBody {
    text: String,
}

/// `PUT /api/v1/wording/{language}/{key}`
pub async fn set(ask: Ask) -> Result<HttpResponse, Problem> {
    let (language, key) = which(&ask)?;
    let SetBody { text } = ask.json()?;
    let order = OfficeOrder::SetWording {
        language,
        key,
        text,
    };
    let receipt = ask.order(Order::Office(order)).await?;
    let board = ask.board_after(&receipt).await;
    Ok(HttpResponse::Ok().json(view(&ask, &board, language, key)))
}

/// `DELETE /api/v1/wording/{language}/{key}`
pub async fn restore(ask: Ask) -> Result<HttpResponse, Problem> {
    let (language, key) = which(&ask)?;
    let order = OfficeOrder::RestoreWording { language, key };
    ask.order(Order::Office(order)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The wording that the path names.
///
/// # Errors
/// 404.
pub fn which(ask: &Ask) -> Result<(Lang, Wording), Problem> {
    Ok((ask.path("language")?, ask.path("key")?))
}

/// One wording as it is now.
pub fn view(ask: &Ask, board: &Board, language: Lang, key: Wording) -> WordingView {
    let own = board.wordings.get(language, key);
    WordingView::new(language, key, own, &ask.app.centre, &ask.app.zone)
}
