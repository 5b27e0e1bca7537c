//! Text messages.

use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};

use crate::base::ids::{LineName, SmsId};
use crate::base::limits;
use crate::desk::order::Order;
use crate::http::ask::Ask;
use crate::http::problem::Problem;
use crate::http::view::sms::SmsView;
use crate::http::view::{Done, Page};

/// `GET /api/v1/sms`
pub async fn list(ask: Ask) -> Result<HttpResponse, Problem> {
    let limit = ask.limit(limits::PAGE_ITEMS_MAX)?;
    let before: Option<SmsId> = ask
        .param("cursor")
        .map(|text| text.parse().map_err(|_| Problem::new(422, "bad_cursor")))
        .transpose()?;
    let mut texts = ask.app.read(move |r| r.sms(before, limit + 1)).await?;
    let more = texts.len() > limit;
    texts.truncate(limit);
    let next = texts.last().filter(|_| more).map(|sms| sms.id.to_string());
    let items = texts
        .iter()
        .map(|sms| SmsView::new(sms, &ask.app.zone))
        .collect();
    Ok(HttpResponse::Ok().json(Page { items, next }))
}

#[derive(Deserialize)]
struct SendBody {
    to: String,
    text: String,
    line: Option<LineName>,
}

#[derive(Serialize)]
struct SmsDone {
    sms: Option<SmsView>,
}

/// `POST /api/v1/sms`
pub async fn send(ask: Ask) -> Result<HttpResponse, Problem> {
    let SendBody { to, text, line } = ask.json()?;
    let receipt = ask.order(Order::SendSms { to, text, line }).await?;
    let made = receipt.sms;
    let view = match made {
        Some(id) => {
            let newest = ask
                .app
                .read(move |r| r.sms(Some(SmsId(id.0 + 1)), 1))
                .await
                .unwrap_or_default();
            let sms = newest.into_iter().find(|sms| sms.id == id);
            sms.map(|sms| SmsView::new(&sms, &ask.app.zone))
        }
        None => None,
    };
    Ok(HttpResponse::Created().json(Done {
        seq: receipt.seq,
        what: SmsDone { sms: view },
    }))
}
