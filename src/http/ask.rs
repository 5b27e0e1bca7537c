//! One request, read strictly: what is not understood is said, never skipped.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::header;
use actix_web::web::{Bytes, Payload, Query};
use serde::de::DeserializeOwned;

use super::app::App;
use super::body;
use super::guard::Who;
use super::percent;
use super::problem::Problem;
use super::routes::Route;
use super::text::Lang;
use super::view::Page;
use crate::base::limits;
use crate::base::time::Wall;
use crate::desk::order::{Actor, Order, Receipt, Refusal};
use crate::engine::board::Board;

/// A request that has passed the guard.
pub struct Ask {
    pub app: Arc<App>,
    pub route: &'static Route,
    pub request: HttpRequest,
    pub body: Bytes,
    /// What the connection brings after the head, of a request that changes nothing: a WebSocket.
    pub payload: Option<Payload>,
    pub who: Option<Who>,
    pub lang: Lang,
    /// The query, decoded; every name in it is one the route knows.
    pub query: Vec<(String, String)>,
}

impl Ask {
    /// The same request for work that goes on after its answer.
    pub fn without_body(&self) -> Ask {
        Ask {
            app: self.app.clone(),
            route: self.route,
            request: self.request.clone(),
            body: Bytes::new(),
            payload: None,
            who: self.who.clone(),
            lang: self.lang,
            query: self.query.clone(),
        }
    }

    /// Who asks.
    ///
    /// # Errors
    /// 401; routes that ask for a role never get here without one.
    pub fn who(&self) -> Result<&Who, Problem> {
        self.who
            .as_ref()
            .ok_or_else(|| Problem::new(401, "login_needed"))
    }

    /// Who asks, for the desk.
    ///
    /// # Errors
    /// As [`Ask::who`].
    pub fn actor(&self) -> Result<Actor, Problem> {
        self.who().map(Who::actor)
    }

    /// Asks the desk and waits until it is durable.
    ///
    /// # Errors
    /// The desk's refusal; `unconfirmed` if the disk does not confirm it in time, though it may
    /// well have been done: the live events tell.
    pub async fn order(&self, order: Order) -> Result<Receipt, Problem> {
        Ok(self.ask_desk(order).await??)
    }

    /// As [`Ask::order`], with the desk's refusal as it gave it.
    ///
    /// # Errors
    /// 401, or `unconfirmed`.
    pub async fn ask_desk(&self, order: Order) -> Result<Result<Receipt, Refusal>, Problem> {
        let answer = self.app.handle.order(self.actor()?, order);
        let answer = tokio::time::timeout(limits::REQUEST_TIMEOUT, answer).await;
        answer.map_err(|_| Problem::new(503, "unconfirmed"))
    }

    /// The picture that shows what an order has done. The engine draws one after each burst of
    /// work, so the receipt may be here first.
    pub async fn board_after(&self, receipt: &Receipt) -> Arc<Board> {
        for _ in 0..PICTURE_LOOKS {
            let board = self.app.board();
            if board.seq >= receipt.seq {
                return board;
            }
            tokio::time::sleep(PICTURE_LOOK_EVERY).await;
        }
        self.app.board()
    }

    /// A part of the path, decoded.
    pub fn part(&self, name: &str) -> String {
        percent::decode(self.request.match_info().query(name))
    }

    /// A part of the path as a type.
    ///
    /// # Errors
    /// 404 if it cannot be the name of anything.
    pub fn path<T: FromStr>(&self, name: &str) -> Result<T, Problem> {
        let parsed = self.part(name).parse();
        parsed.map_err(|_| Problem::new(404, "not_found"))
    }

    /// A query parameter, if it is there and not empty.
    pub fn param(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(key, _)| key == name);
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// A query parameter of a type.
    ///
    /// # Errors
    /// 422 naming it.
    pub fn parsed<T: FromStr>(&self, name: &str) -> Result<Option<T>, Problem> {
        let parse = |text: &str| text.parse().map_err(|_| Problem::bad_field(name));
        self.param(name).map(parse).transpose()
    }

    /// The page that was asked for, of a list that is read whole.
    ///
    /// # Errors
    /// As [`Ask::limit`].
    pub fn page<T>(&self, items: Vec<T>, name: impl Fn(&T) -> &str) -> Result<Page<T>, Problem> {
        let limit = self.limit(limits::PAGE_ITEMS_MAX)?;
        Ok(Page::cut(items, name, limit, self.param("cursor")))
    }

    /// `limit`, within what a page may hold.
    ///
    /// # Errors
    /// 422 if it is not a number from 1 up.
    pub fn limit(&self, most: usize) -> Result<usize, Problem> {
        match self.parsed::<usize>("limit")? {
            Some(0) => Err(Problem::bad_field("limit")),
            Some(limit) => Ok(limit.min(most)),
            None => Ok(limits::PAGE_ITEMS.min(most)),
        }
    }

    /// A time (RFC 3339) or a date of the centre's calendar; a date given as `to` means its end.
    ///
    /// # Errors
    /// 422 naming the parameter.
    pub fn time(&self, name: &'static str) -> Result<Option<Wall>, Problem> {
        let Some(text) = self.param(name) else {
            return Ok(None);
        };
        // A plus sign in a query is a space once decoded; people paste times as they see them.
        let wall = Wall::parse(&text.replace(' ', "+")).or_else(|| self.day(text, name == "to"));
        wall.map(Some)
            .ok_or_else(|| Problem::new(422, "bad_time").with("field", name))
    }

    fn day(&self, text: &str, end: bool) -> Option<Wall> {
        let day: jiff::civil::Date = text.parse().ok()?;
        let day = if end { day.tomorrow().ok()? } else { day };
        let start = day.to_zoned(self.app.zone.clone()).ok()?;
        Some(Wall(start.timestamp().as_millisecond()))
    }

    /// The body as JSON, checked against the route's schema first so that a refusal names the
    /// field.
    ///
    /// # Errors
    /// 415 if it is not JSON by its header, 400 if it cannot be read, 422 naming the field that is
    /// unknown, missing or of the wrong kind.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        if !self.body.is_empty() && !self.has_type("application/json") {
            return Err(Problem::new(415, "wrong_type").with("wanted", "application/json"));
        }
        let schema = self.route.request.unwrap_or("Nothing");
        let value = body::json(schema, &self.body)?;
        serde_json::from_value(value).map_err(|_| Problem::new(422, "bad_json"))
    }

    /// A field of a form.
    pub fn form(&self, name: &str) -> Option<String> {
        body::form_field(&self.body, name)
    }

    /// Whether the body is declared to be of this type.
    pub fn has_type(&self, wanted: &str) -> bool {
        declared_type(&self.request).is_some_and(|t| t.eq_ignore_ascii_case(wanted))
    }
}

/// The body's type without its parameters.
pub fn declared_type(request: &HttpRequest) -> Option<&str> {
    let value = request.headers().get(header::CONTENT_TYPE)?.to_str().ok()?;
    value.split(';').next().map(str::trim)
}

/// Decodes the query and refuses names the route does not know: a filter with a typing error
/// would silently show everything.
///
/// # Errors
/// 422 naming the parameter.
pub fn read_query(route: &Route, query: &str) -> Result<Vec<(String, String)>, Problem> {
    let pairs = Query::<Vec<(String, String)>>::from_query(query)
        .map_err(|_| Problem::new(400, "unknown_parameter").with("field", "?"))?
        .into_inner();
    let unknown = pairs
        .iter()
        .find(|(name, _)| route.query.iter().all(|param| param.name != name));
    match unknown {
        Some((name, _)) => Err(Problem::new(422, "unknown_parameter").with("field", name.as_str())),
        None => Ok(pairs),
    }
}

/// A picture takes a millisecond to draw.
const PICTURE_LOOK_EVERY: Duration = Duration::from_millis(2);
/// After a fifth of a second the receipt has to do.
const PICTURE_LOOKS: u32 = 100;
