//! The description of the API, made from the table of routes, and the check of JSON bodies against
//! the same schemas.

use actix_web::HttpResponse;
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

use super::app::PRACTICE_BASE;
use super::ask::Ask;
use super::problem::Problem;
use super::routes::{Access, Method, ROUTES, Route};

/// `GET /api/v1/openapi.json`
pub async fn get(_ask: Ask) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(&*DOCUMENT))
}

/// Checks a body against one of our flat schemas, so that a refusal can name the field.
///
/// # Errors
/// 422 `unknown_field`, `missing_field` or `bad_field`; 422 `bad_json` if it is not an object.
pub fn check(schema: &str, body: &Value) -> Result<(), Problem> {
    let Value::Object(fields) = body else {
        return Err(Problem::new(422, "bad_json"));
    };
    let schema = &SCHEMAS[schema];
    let properties = schema["properties"]
        .as_object()
        .cloned()
        .unwrap_or_default();
    for (name, value) in fields {
        let Some(property) = properties.get(name) else {
            let known: Vec<&str> = properties.keys().map(String::as_str).collect();
            return Err(Problem::new(422, "unknown_field")
                .with("field", name.as_str())
                .with("known", known.join(", ")));
        };
        if !fits(property, value) {
            return Err(Problem::bad_field(name.as_str()));
        }
    }
    let required = schema["required"].as_array().map_or(&[][..], Vec::as_slice);
    let missing = required
        .iter()
        .filter_map(Value::as_str)
        .find(|name| !fields.contains_key(*name));
    match missing {
        Some(name) => Err(Problem::new(422, "missing_field").with("field", name)),
        None => Ok(()),
    }
}

/// The schema of this name, `null` if there is none.
pub fn schema(name: &str) -> &'static Value {
    &SCHEMAS[name]
}

/// The whole description.
pub fn document() -> &'static Value {
    &DOCUMENT
}

fn fits(property: &Value, value: &Value) -> bool {
    if let Some(reference) = property["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return fits(&SCHEMAS[name], value);
    }
    if let Some(choices) = property["anyOf"].as_array() {
        return choices.iter().any(|choice| fits(choice, value));
    }
    if let Some(allowed) = property["enum"].as_array() {
        return allowed.contains(value);
    }
    let is = |kind: &str| match kind {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "object" => has_only(&property["properties"], value),
        "null" => value.is_null(),
        _ => false,
    };
    match &property["type"] {
        Value::String(kind) => is(kind),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).any(is),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    }
}

/// An object inside a body: every field of it is a known one and of its kind.
fn has_only(properties: &Value, value: &Value) -> bool {
    let Value::Object(fields) = value else {
        return false;
    };
    fields
        .iter()
        .all(|(name, field)| fits(&properties[name], field))
}

static SCHEMAS: LazyLock<Value> = LazyLock::new(|| {
    // invariant: the file is compiled in and a test reads it
    serde_json::from_str(include_str!("openapi/schemas.json")).unwrap_or_default()
});

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let mut paths = Map::new();
    for route in ROUTES {
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[method(route.method)] = operation(route);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "siaga112",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Times are RFC 3339 with the centre's offset, ids are strings, lists page \
                with limit and cursor, errors are problem details (RFC 9457) with a stable code. \
                A browser's session must send X-CSRF with every change; a program sends a Bearer token. \
                Every answer of practice carries X-Siaga112-Practice.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" }
        },
        "paths": paths,
        "components": {
            "schemas": SCHEMAS.clone(),
            "securitySchemes": {
                "session": { "type": "apiKey", "in": "cookie", "name": super::guard::COOKIE },
                "token": { "type": "http", "scheme": "bearer" }
            }
        }
    })
});

fn method(method: Method) -> &'static str {
    match method {
        Method::Get => "get",
        Method::Post => "post",
        Method::Put => "put",
        Method::Patch => "patch",
        Method::Delete => "delete",
    }
}

fn operation(route: &Route) -> Value {
    let mut operation = json!({
        "operationId": route.id,
        "summary": route.summary,
        "parameters": parameters(route),
        "responses": responses(route),
        "security": security(route.access),
    });
    if let Access::Roles(roles) = route.access {
        let roles: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
        operation["x-roles"] = json!(roles);
    }
    if route.practised {
        operation["servers"] = json!([
            { "url": "/" },
            { "url": PRACTICE_BASE, "description": "Practice: the same, and nothing of it is real" }
        ]);
    }
    if let Some(what) = route.request {
        operation["requestBody"] = json!({ "required": true, "content": content(what) });
    }
    operation
}

fn parameters(route: &Route) -> Vec<Value> {
    let in_path = route
        .path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let in_path = in_path.map(|name| {
        json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } })
    });
    let in_query = route.query.iter().map(|param| {
        json!({ "name": param.name, "in": "query", "description": param.about, "schema": { "type": "string" } })
    });
    in_path.chain(in_query).collect()
}

fn responses(route: &Route) -> Value {
    let (status, what) = route.answer;
    let mut good = json!({ "description": route.summary });
    if !what.is_empty() {
        good["content"] = content(what);
    }
    json!({
        status.to_string(): good,
        "default": {
            "description": "Refused, with the reason and the next step",
            "content": { "application/problem+json": { "schema": reference("Problem") } }
        }
    })
}

/// A media type as it is, a schema as JSON of it.
fn content(what: &str) -> Value {
    if what.contains('/') {
        return json!({ what: {} });
    }
    json!({ "application/json": { "schema": reference(what) } })
}

fn security(access: Access) -> Value {
    match access {
        Access::Anyone => json!([]),
        Access::Guest | Access::Local => json!([{}, { "session": [] }, { "token": [] }]),
        Access::Roles(_) => json!([{ "session": [] }, { "token": [] }]),
    }
}

fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn every_schema_a_route_or_a_schema_names_is_there() {
        let mut named: Vec<String> = vec!["Problem".into(), "Nothing".into()];
        for route in ROUTES {
            let bodies = [route.request.unwrap_or_default(), route.answer.1];
            let schemas = bodies
                .into_iter()
                .filter(|b| !b.is_empty() && !b.contains('/'));
            named.extend(schemas.map(str::to_owned));
        }
        let text = include_str!("openapi/schemas.json");
        let references = text.split("#/components/schemas/").skip(1);
        named.extend(references.map(|rest| rest.split('"').next().unwrap().to_owned()));
        for name in named {
            assert!(schema(&name)["type"].is_string(), "{name}");
        }
    }

    #[test]
    fn a_body_is_refused_by_the_name_of_its_wrong_field() {
        let code = |body: Value| check("Classify", &body).unwrap_err();
        let refused = code(json!({ "class": "ghost", "clas": "ghost" }));
        assert_eq!(refused.code, "unknown_field");
        assert_eq!(code(json!({ "reason": "x" })).code, "missing_field");
        assert_eq!(code(json!({ "class": "hantu" })).code, "bad_field");
        assert_eq!(
            code(json!({ "class": "ghost", "note": 5 })).code,
            "bad_field"
        );
        assert_eq!(code(json!(["ghost"])).code, "bad_json");
        assert!(check("Classify", &json!({ "class": "ghost", "note": null })).is_ok());
    }

    #[test]
    fn operation_ids_are_unique() {
        let mut ids: Vec<&str> = ROUTES.iter().map(|route| route.id).collect();
        ids.sort_unstable();
        let all = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), all);
    }
}
