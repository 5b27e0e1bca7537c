//! Calls: list, look, answer, end, say what it was.

use actix_web::HttpResponse;
use actix_web::http::header;
use serde::{Deserialize, Serialize};

use crate::base::ids::{CallId, LineName, UserName};
use crate::base::limits;
use crate::desk::call::{CallRecord, CallState, Class};
use crate::desk::order::{Order, Receipt, Refusal};
use crate::http::ask::Ask;
use crate::http::problem::Problem;
use crate::http::view::call::CallView;
use crate::http::view::{Done, Page};
use crate::store::CallFilter;

/// `GET /api/v1/calls`
pub async fn list(ask: Ask) -> Result<HttpResponse, Problem> {
    let filter = filter(&ask)?;
    Ok(HttpResponse::Ok().json(page(&ask, filter).await?))
}

/// `GET /api/v1/calls/{call}`
pub async fn get(ask: Ask) -> Result<HttpResponse, Problem> {
    let call = find(&ask, ask.path("call")?).await?;
    let call = call.ok_or_else(|| Problem::from(Refusal::NoSuchCall))?;
    Ok(HttpResponse::Ok().json(CallView::new(&call, &ask.app.zone)))
}

/// `POST /api/v1/calls/{call}/answer`
pub async fn answer(ask: Ask) -> Result<HttpResponse, Problem> {
    let call = nothing(&ask)?;
    done(&ask, call, Order::Answer { call }).await
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
        .insert_header((header::LOCATION, format!("/api/v1/calls/{call}")))
        .json(shown))
}

/// The calls of a filter as a page, the cursor being the id of the last one shown.
pub async fn page(ask: &Ask, filter: CallFilter) -> Result<Page<CallView>, Problem> {
    let limit = ask.limit(limits::PAGE_ITEMS_MAX)?;
    let before: Option<CallId> = ask
        .param("cursor")
        .map(|text| text.parse().map_err(|_| Problem::new(422, "bad_cursor")))
        .transpose()?;
    // One more than asked for tells whether there is another page.
    let mut calls = ask
        .app
        .read(move |r| r.calls(&filter, before, limit + 1))
        .await?;
    let more = calls.len() > limit;
    calls.truncate(limit);
    let next = calls
        .last()
        .filter(|_| more)
        .map(|call| call.id.to_string());
    Ok(Page {
        items: calls
            .iter()
            .map(|call| CallView::new(call, &ask.app.zone))
            .collect(),
        next,
    })
}

fn filter(ask: &Ask) -> Result<CallFilter, Problem> {
    let number = ask.param("number").map(|text| ask.app.number(text));
    Ok(CallFilter {
        number: number.transpose()?,
        class: ask.param("class").map(class).transpose()?,
        from: ask.time("from")?,
        to: ask.time("to")?,
        line: ask.param("line").map(LineName::from),
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

/// Sends an order about a call that the desk may have let go: then it is asked again with the
/// record from the disk.
async fn with_archive<F>(ask: &Ask, call: CallId, order: F) -> Result<HttpResponse, Problem>
where
    F: Fn(Option<Box<CallRecord>>) -> Order,
{
    let receipt = match ask.ask_desk(order(None)).await? {
        Err(Refusal::NoSuchCall) => {
            let kept = ask.app.read(move |reader| reader.call(call)).await?;
            let kept = kept.filter(|record| record.state == CallState::Ended);
            let kept = kept.ok_or_else(|| Problem::from(Refusal::NoSuchCall))?;
            ask.order(order(Some(Box::new(kept)))).await?
        }
        other => other?,
    };
    Ok(HttpResponse::Ok().json(shown(ask, call, receipt).await))
}

/// The receipt with the call as it is now; without it if the disk is slow, for it is done anyway.
async fn shown(ask: &Ask, call: CallId, receipt: Receipt) -> Done<CallDone> {
    let record = find(ask, call).await.ok().flatten();
    Done {
        seq: receipt.seq,
        what: CallDone {
            call: record.map(|record| CallView::new(&record, &ask.app.zone)),
        },
    }
}

/// A call from the board, where it is newest, or from the disk.
pub async fn find(ask: &Ask, call: CallId) -> Result<Option<CallRecord>, Problem> {
    let board = ask.app.board();
    if let Some(live) = board.calls.iter().find(|record| record.id == call) {
        return Ok(Some(live.clone()));
    }
    ask.app.read(move |reader| reader.call(call)).await
}
