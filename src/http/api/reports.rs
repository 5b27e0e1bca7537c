//! The report of a call: typed bit by bit, filed when it is enough.

use std::sync::Arc;

use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};

use super::calls::{order_with_archive, shown_call};
use crate::base::ids::CallId;
use crate::desk::call::Class;
use crate::desk::category::Category;
use crate::desk::draft::Draft;
use crate::desk::order::{Order, Receipt};
use crate::desk::report::ReportChange;
use crate::http::ask::Ask;
use crate::http::problem::Problem;
use crate::http::view::call::CallView;
use crate::http::view::report::{CategoryView, DraftView};
use crate::http::view::{Done, Page};

#[derive(Deserialize)]
struct TypedBody {
    #[serde(flatten)]
    change: ReportChange,
    file: Option<bool>,
}

/// `PATCH /api/v1/calls/{call}/report`
pub async fn change(ask: Ask) -> Result<HttpResponse, Problem> {
    let call = ask.path("call")?;
    let TypedBody { change, file } = ask.json()?;
    let order = |archived| Order::TypeReport {
        call,
        change: Box::new(change.clone()),
        file: file.unwrap_or(false),
        archived,
    };
    let receipt = order_with_archive(&ask, call, order).await?;
    Ok(done(&ask, call, receipt).await)
}

#[derive(Deserialize)]
struct FiledBody {
    #[serde(flatten)]
    change: ReportChange,
    class: Option<Class>,
}

/// `POST /api/v1/calls/{call}/report`
pub async fn file(ask: Ask) -> Result<HttpResponse, Problem> {
    let call = ask.path("call")?;
    let FiledBody { change, class } = ask.json()?;
    let order = |archived| Order::Report {
        call,
        change: Box::new(change.clone()),
        class: class.unwrap_or(Class::Incident),
        archived,
    };
    let receipt = order_with_archive(&ask, call, order).await?;
    Ok(done(&ask, call, receipt).await)
}

/// `GET /api/v1/categories`
pub async fn categories(ask: Ask) -> Result<HttpResponse, Problem> {
    let items = Category::ALL.into_iter();
    let items = items.map(|category| CategoryView::new(category, ask.lang));
    Ok(HttpResponse::Ok().json(Page {
        items: items.collect(),
        next: None,
    }))
}

/// The draft of a call: the disk's, which is what others were told of; while the disk refuses, the
/// newest there is.
pub async fn draft_of(ask: &Ask, call: CallId) -> Option<Arc<Draft>> {
    let board = ask.app.board();
    let in_memory = || board.drafts.get(&call).cloned();
    if board.unsaved {
        return in_memory();
    }
    match ask.app.read(move |reader| reader.draft(call)).await {
        Ok(draft) => draft.map(Arc::new),
        Err(_) => in_memory(),
    }
}

#[derive(Serialize)]
struct ReportDone {
    call: Option<CallView>,
    #[serde(flatten)]
    draft: DraftView,
}

/// What is typed and not filed is told as it became by this very order, whatever else was typed
/// since.
async fn done(ask: &Ask, call: CallId, receipt: Receipt) -> HttpResponse {
    let what = ReportDone {
        call: shown_call(ask, call).await,
        draft: DraftView::new(receipt.draft.as_deref(), &ask.app.zone),
    };
    let seq = receipt.seq;
    HttpResponse::Ok().json(Done { seq, what })
}
