//! Bodies as bytes: read strictly, never trusted. Fuzzed from outside.

use actix_web::web::Query;
use serde_json::{Map, Value};

use super::openapi;
use super::problem::Problem;

/// A body as JSON that fits one of the described schemas; an empty one is an object without
/// fields.
///
/// # Errors
/// 400 `bad_json` if it is not JSON, 422 naming the field that is unknown, missing or wrong.
pub fn json(schema: &str, body: &[u8]) -> Result<Value, Problem> {
    let value = match body.is_empty() {
        true => Value::Object(Map::new()),
        false => serde_json::from_slice(body).map_err(|_| Problem::new(400, "bad_json"))?,
    };
    openapi::check(schema, &value)?;
    Ok(value)
}

/// A field of an `application/x-www-form-urlencoded` body.
pub fn form_field(body: &[u8], name: &str) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    let fields = Query::<Vec<(String, String)>>::from_query(text).ok()?;
    let found = fields.into_inner().into_iter().find(|(key, _)| key == name);
    found.map(|(_, value)| value)
}
