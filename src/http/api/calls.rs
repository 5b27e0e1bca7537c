//! Calls: list, look, answer, end, say what it was.

use actix_web::HttpResponse;
use actix_web::http::header;
use serde::{Deserialize, Serialize};

use super::reports::draft_of;
use crate::base::ids::{CallId, LineName, UserName};
use crate::base::limits;
use crate::desk::call::{CallRecord, CallState, Class};
use crate::desk::order::{Order, Receipt, Refusal};
use crate::http::ask::Ask;
use crate::http::problem::Problem;
use crate::http::view::call::CallView;
use crate::http::view::{Done, Page};
use crate::store::{CallFilter, Query, Unreadable};

/// `GET /api/v1/calls`
pub async fn list(ask: Ask) -> Result<HttpResponse, Problem> {
    let filter = filter(&ask)?;
    Ok(HttpResponse::Ok().json(page(&ask, filter).await?))
}

/// `GET /api/v1/calls/{call}`
pub async fn get(ask: Ask) -> Result<HttpResponse, Problem> {
    let call = find(&ask, ask.path("call")?).await?;
    let call = call.ok_or_else(|| Problem::from(Refusal::NoSuchCall))?;
    let draft = draft_of(&ask, call.id).await;
    let view = view(&ask, &call).with_draft(draft.as_deref(), &ask.app.zone);
    Ok(HttpResponse::Ok().json(view))
}

/// `POST /api/v1/calls/{call}/answer`
pub async fn answer(ask: Ask) -> Result<HttpResponse, Problem> {
    let call = nothing(&ask)?;
    done(&ask, call, Order::Answer { call }).await
}

/// `POST /api/v1/calls/{call}/takeover`
pub async fn take_over(ask: Ask) -> Result<HttpResponse, Problem> {
    let call = nothing(&ask)?;
    done(&ask, call, Order::TakeOver { call }).await
}

/// `POST /api/v1/calls/{call}/hangup`
pub async fn hangup(ask: Ask) -> Result<HttpResponse, Problem> {
    let call = nothing(&ask)?;
    done(&ask, call, Order::Hangup { call }).await
}

#[derive(Deserialize)]
struct DtmfBody {
    digits: String,
}

/// `POST /api/v1/calls/{call}/dtmf`
pub async fn dtmf(ask: Ask) -> Result<HttpResponse, Problem> {
    let call = ask.path("call")?;
    let DtmfBody { digits } = ask.json()?;
    done(&ask, call, Order::Dtmf { call, digits }).await
}

#[derive(Deserialize)]
struct TransferBody {
    to: UserName,
}

/// `POST /api/v1/calls/{call}/transfer`
pub async fn transfer(ask: Ask) -> Result<HttpResponse, Problem> {
    let call = ask.path("call")?;
    let TransferBody { to } = ask.json()?;
    done(&ask, call, Order::Transfer { call, to }).await
}

#[derive(Deserialize)]
struct HoldBody {
    on: bool,
}

/// `POST /api/v1/calls/{call}/hold`
pub async fn hold(ask: Ask) -> Result<HttpResponse, Problem> {
    let call = ask.path("call")?;
    let HoldBody { on } = ask.json()?;
    done(&ask, call, Order::Hold { call, on }).await
}

/// `POST /api/v1/calls/{call}/invite`
pub async fn invite(ask: Ask) -> Result<HttpResponse, Problem> {
    let call = ask.path("call")?;
    let TransferBody { to } = ask.json()?;
    done(&ask, call, Order::Invite { call, to }).await
}

#[derive(Deserialize)]
struct ClassifyBody {
    class: Class,
    reason: Option<String>,
    note: Option<String>,
}

/// `POST /api/v1/calls/{call}/classify`
pub async fn classify(ask: Ask) -> Result<HttpResponse, Problem> {
    let call = ask.path("call")?;
    let ClassifyBody {
        class,
        reason,
        note,
    } = ask.json()?;
    let order = |archived| Order::Classify {
        call,
        class,
        reason: reason.clone(),
        note: note.clone(),
        archived,
    };
    with_archive(&ask, call, order).await
}

/// `POST /api/v1/calls/{call}/undo`
pub async fn undo(ask: Ask) -> Result<HttpResponse, Problem> {
    let call = nothing(&ask)?;
    done(&ask, call, Order::Undo { call }).await
}

#[derive(Deserialize)]
struct NoteBody {
    text: String,
}

/// `POST /api/v1/calls/{call}/note`
pub async fn note(ask: Ask) -> Result<HttpResponse, Problem> {
    let call = ask.path("call")?;
    let NoteBody { text } = ask.json()?;
    let order = |archived| Order::Note {
        call,
        text: text.clone(),
        archived,
    };
    with_archive(&ask, call, order).await
}

#[derive(Deserialize)]
struct DialBody {
    number: String,
    line: Option<LineName>,
}

/// `POST /api/v1/calls`
pub async fn dial(ask: Ask) -> Result<HttpResponse, Problem> {
    let DialBody { number, line } = ask.json()?;
    let receipt = ask.order(Order::Dial { number, line }).await?;
    let Some(call) = receipt.call else {
        return Err(Problem::from(Refusal::NoSuchCall));
    };
    let shown = shown(&ask, call, receipt).await;
    Ok(HttpResponse::Created()
        .insert_header((
            header::LOCATION,
            format!("{}/api/v1/calls/{call}", ask.app.base),
        ))
        .json(shown))
}

/// The calls of a filter as a page, the cursor being the id above which all were looked at.
pub async fn page(ask: &Ask, filter: CallFilter) -> Result<Page<CallView>, Problem> {
    let (calls, next) = records(ask, filter).await?;
    let view = |call| CallView::new(call, &ask.app.zone);
    Ok(Page {
        items: calls.iter().map(view).collect(),
        next,
    })
}

/// The same as records, with the cursor of the next page.
///
/// # Errors
/// 422 for a cursor or a limit that is none; the store's fault.
pub async fn records(
    ask: &Ask,
    filter: CallFilter,
) -> Result<(Vec<CallRecord>, Option<String>), Problem> {
    let limit = ask.limit(limits::PAGE_ITEMS_MAX)?;
    let before = cursor(ask)?;
    let read = ask
        .app
        .read(move |reader| reader.page(&filter, before, limit));
    let found = read.await?;
    Ok((found.calls, found.next.map(|id| id.to_string())))
}

/// The id of a call below which the page begins.
pub fn cursor(ask: &Ask) -> Result<Option<CallId>, Problem> {
    let read = |text: &str| text.parse().map_err(|_| Problem::new(422, "bad_cursor"));
    ask.param("cursor").map(read).transpose()
}

/// `q` as what is looked for.
pub fn query(
    ask: &Ask,
    read: impl Fn(&str) -> Result<Query, Unreadable>,
) -> Result<Option<Query>, Problem> {
    let refused = |why| {
        let code = match why {
            Unreadable::Nothing => "nothing_to_find",
            Unreadable::TooLong => "query_long",
        };
        Problem::new(422, code).with("field", "q")
    };
    let read = |text| read(text).map_err(refused);
    ask.param("q").map(read).transpose()
}

/// What the query asks for.
///
/// # Errors
/// 422 naming the parameter.
pub fn filter(ask: &Ask) -> Result<CallFilter, Problem> {
    let number = ask.param("number").map(|text| ask.app.number(text));
    Ok(CallFilter {
        number: number.transpose()?,
        class: ask.param("class").map(class).transpose()?,
        from: ask.time("from")?,
        to: ask.time("to")?,
        line: ask.param("line").map(LineName::from),
        query: query(ask, Query::read)?,
    })
}

/// A class by name; `none` and `null` ask for calls without one.
fn class(name: &str) -> Result<Option<Class>, Problem> {
    if matches!(name, "none" | "null") {
        return Ok(None);
    }
    let found = Class::ALL.into_iter().find(|class| class.as_str() == name);
    found.map(Some).ok_or_else(|| Problem::bad_field("class"))
}

/// A route that takes no fields: only the call's id.
fn nothing(ask: &Ask) -> Result<CallId, Problem> {
    let _: serde_json::Value = ask.json()?;
    ask.path("call")
}

#[derive(Serialize)]
struct CallDone {
    call: Option<CallView>,
}

async fn done(ask: &Ask, call: CallId, order: Order) -> Result<HttpResponse, Problem> {
    let receipt = ask.order(order).await?;
    Ok(HttpResponse::Ok().json(shown(ask, call, receipt).await))
}

async fn with_archive<F>(ask: &Ask, call: CallId, order: F) -> Result<HttpResponse, Problem>
where
    F: Fn(Option<Box<CallRecord>>) -> Order,
{
    let receipt = order_with_archive(ask, call, order).await?;
    Ok(HttpResponse::Ok().json(shown(ask, call, receipt).await))
}

/// Sends an order about a call that the desk may have let go: then it is asked again with the
/// record from the disk.
///
/// # Errors
/// The desk's refusal; the store's fault.
pub async fn order_with_archive<F>(ask: &Ask, call: CallId, order: F) -> Result<Receipt, Problem>
where
    F: Fn(Option<Box<CallRecord>>) -> Order,
{
    match ask.ask_desk(order(None)).await? {
        Err(Refusal::NoSuchCall) => {
            let kept = ask.app.read(move |reader| reader.call(call)).await?;
            let kept = kept.filter(|record| record.state == CallState::Ended);
            let kept = kept.ok_or_else(|| Problem::from(Refusal::NoSuchCall))?;
            ask.order(order(Some(Box::new(kept)))).await
        }
        other => Ok(other?),
    }
}

/// The receipt with the call as it is now.
async fn shown(ask: &Ask, call: CallId, receipt: Receipt) -> Done<CallDone> {
    Done {
        seq: receipt.seq,
        what: CallDone {
            call: shown_call(ask, call).await,
        },
    }
}

/// The call as it is after an order; `None` if the disk is slow, for the order is done anyway.
pub async fn shown_call(ask: &Ask, call: CallId) -> Option<CallView> {
    let record = find(ask, call).await.ok().flatten()?;
    Some(view(ask, &record))
}

/// A call by itself.
fn view(ask: &Ask, call: &CallRecord) -> CallView {
    let takeover = ask.app.board().takeovers.get(&call.id).copied();
    CallView::new(call, &ask.app.zone).with_takeover(takeover, &ask.app.zone)
}

/// A call from the board, where it is newest, or from the disk.
pub async fn find(ask: &Ask, call: CallId) -> Result<Option<CallRecord>, Problem> {
    let board = ask.app.board();
    if let Some(live) = board.calls.iter().find(|record| record.id == call) {
        return Ok(Some(live.clone()));
    }
    ask.app.read(move |reader| reader.call(call)).await
}
