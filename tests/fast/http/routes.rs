//! The one table: every route, every role, every header, and the description of it.

use std::collections::BTreeSet;

use serde_json::Value;
use siaga112::desk::operator::Role;
use siaga112::http::headers::{ALWAYS, PRACTICE};
use siaga112::http::openapi::schema;
use siaga112::http::practice::PracticeRoom;
use siaga112::http::routes::{Access, Face, Method, ROUTES, Route};

use super::office::{Browser, Office};
use super::wire::Answer;

/// Asks a route with names that nothing has, so that a request that is let in changes nothing.
fn knock(browser: &Browser<'_>, route: &Route) -> Answer {
    knock_at(browser, route, route.path)
}

/// The same in practice.
fn knock_in_practice(browser: &Browser<'_>, route: &Route) -> Answer {
    knock_at(browser, route, &route.in_practice().unwrap())
}

fn knock_at(browser: &Browser<'_>, route: &Route, path: &str) -> Answer {
    let path = path
        .replace("{number}", "084009999999")
        .split('/')
        .map(|part| {
            if part.starts_with('{') {
                "999999"
            } else {
                part
            }
        })
        .collect::<Vec<_>>()
        .join("/");
    let method = match route.method {
        Method::Get => "GET",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Patch => "PATCH",
        Method::Delete => "DELETE",
    };
    // A listener's answer has no end; only its head is wanted.
    if route.streams {
        return browser.listen(&path, &[]).head;
    }
    let body = (route.method != Method::Get).then_some(&b"{}"[..]);
    browser.send(method, &path, &[("content-type", "application/json")], body)
}

#[test]
fn every_route_lets_in_whom_the_table_names_and_nobody_else() {
    let office = Office::open();
    for user in ["audi", "rina", "dina", "sari", "adi"] {
        let record = office.handle.reader().user(&user.into()).unwrap().unwrap();
        let role = record.role;
        let mut browser = office.login(user);
        for route in ROUTES {
            let answer = knock(&browser, route);
            let refused_by_role = answer.status == 403;
            let expected = match route.access {
                Access::Roles(roles) => !roles.contains(&role),
                Access::Anyone | Access::Guest | Access::Local => false,
            };
            assert_eq!(refused_by_role, expected, "{user} {}", route.id);
            // An empty login form is a wrong login whoever sends it.
            let is_wrong_login = matches!(route.id, "page_login_send" | "page_switch_send");
            assert!(
                answer.status != 401 || is_wrong_login,
                "{user} {}",
                route.id
            );
            assert_ne!(answer.status, 500, "{user} {}", route.id);
            // Logging out is one of the things that are tried.
            if browser.get("/api/v1/session").status == 401 {
                browser = office.login(user);
            }
        }
    }
}

#[test]
fn nobody_gets_into_anything_but_the_front_door() {
    let office = Office::open();
    let open: BTreeSet<&str> = [
        "health_alive",
        "health_ready",
        "health_metrics",
        "session_open",
        "session_switch",
        "session_desk",
        "page_login",
        "page_login_send",
        "page_switch",
        "page_switch_send",
        "page_setup",
        "page_setup_send",
        "page_trust",
        "authority",
        "asset",
        "favicon",
    ]
    .into();
    for route in ROUTES {
        let answer = knock(&office.nobody(), route);
        let kept_out = match route.face {
            Face::Api => answer.status == 401,
            Face::Page => {
                answer.status == 303
                    && answer
                        .header("location")
                        .is_some_and(|to| to.starts_with("/login"))
            }
        };
        if open.contains(route.id) {
            let is_wrong_login = matches!(route.id, "page_login_send" | "session_open");
            assert!(
                is_wrong_login || !kept_out || route.id.starts_with("page_setup"),
                "{}",
                route.id
            );
        } else {
            assert!(kept_out, "{} {}", route.id, answer.status);
        }
    }
}

/// The routes that practice has.
fn practised() -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().filter(|route| route.practised)
}

#[test]
fn practice_lets_in_whom_the_same_table_names_whether_it_goes_on_or_not() {
    let office = Office::open();
    for goes_on in [false, true] {
        for user in ["audi", "rina", "sari", "adi"] {
            let role = office
                .handle
                .reader()
                .user(&user.into())
                .unwrap()
                .unwrap()
                .role;
            let mut browser = office.login(user);
            if goes_on && user == "rina" {
                assert_eq!(browser.post("/api/v1/practice", Value::Null).status, 422);
                assert_eq!(
                    browser
                        .send("POST", "/api/v1/practice", &[], Some(b""))
                        .status,
                    200
                );
            }
            let goes_on = office.practice.running().is_some();
            for route in practised() {
                let answer = knock_in_practice(&browser, route);
                let Access::Roles(roles) = route.access else {
                    panic!("{} lets anybody into practice", route.id);
                };
                let refused = !roles.contains(&role);
                assert_eq!(answer.status == 403, refused, "{user} {}", route.id);
                assert!(![401, 500].contains(&answer.status), "{user} {}", route.id);
                assert_eq!(answer.header(PRACTICE), Some("1"), "{}", route.id);
                if !goes_on && !refused {
                    assert_eq!(answer.status, 409, "{user} {}", route.id);
                }
            }
        }
    }
}

#[test]
fn nobody_unknown_learns_anything_of_practice() {
    let office = Office::open();
    for route in practised() {
        let answer = knock_in_practice(&office.nobody(), route);
        let kept_out = match route.face {
            Face::Api => answer.status == 401,
            Face::Page => answer.status == 303,
        };
        assert!(kept_out, "{} {}", route.id, answer.status);
        assert_eq!(answer.header(PRACTICE), Some("1"), "{}", route.id);
    }
}

#[test]
fn practice_has_none_of_what_is_the_houses() {
    let office = Office::open();
    let adi = office.login("adi");
    let has = |path: &str| practised().any(|route| route.path == path);
    for route in ROUTES.iter().filter(|route| !has(route.path)) {
        let answer = knock_at(&adi, route, &format!("/latihan{}", route.path));
        assert_eq!(answer.status, 404, "{}", route.id);
        assert_eq!(answer.header(PRACTICE), Some("1"), "{}", route.id);
    }
    for path in ["/latihanx", "/api/v1/board", "/healthz"] {
        assert_eq!(adi.get(path).header(PRACTICE), None, "{path}");
    }
}

#[test]
fn a_session_of_one_role_is_worth_nothing_for_anothers_work() {
    let office = Office::open();
    let audi = office.login("audi");
    for route in ROUTES.iter().filter(|route| route.method != Method::Get) {
        let Access::Roles(roles) = route.access else {
            continue;
        };
        if roles.contains(&Role::Auditor) {
            assert!(
                route.id.starts_with("session")
                    || ["page_logout", "page_me_password"].contains(&route.id),
                "an auditor changes nothing but the own session: {}",
                route.id
            );
        } else {
            assert_eq!(knock(&audi, route).status, 403, "{}", route.id);
        }
    }
}

#[test]
fn every_answer_carries_the_headers_that_protect_the_browser() {
    let office = Office::open();
    let rina = office.login("rina");
    let check = |what: &str, answer: &Answer| {
        for (name, value) in ALWAYS {
            let got = answer
                .header(name)
                .unwrap_or_else(|| panic!("{what} lacks {name}"));
            if name != "cache-control" {
                assert_eq!(got, value, "{what}");
            }
        }
    };
    for route in ROUTES
        .iter()
        .filter(|route| route.id != "page_logout" && route.id != "session_end")
    {
        check(route.id, &knock(&rina, route));
        check(route.id, &knock(&office.nobody(), route));
    }
    check("404", &rina.get("/tidak/ada"));
    check("405", &rina.send("DELETE", "/healthz", &[], None));
    for route in ROUTES
        .iter()
        .filter(|r| !["asset", "favicon"].contains(&r.id))
    {
        let answer = knock(&office.nobody(), route);
        assert!(
            answer.header("cache-control").unwrap().contains("no-store"),
            "{}",
            route.id
        );
    }
}

#[test]
fn the_description_lists_exactly_the_routes() {
    let office = Office::open();
    let rina = office.login("rina");
    let document = rina.get("/api/v1/openapi.json").json();
    assert_eq!(document["openapi"], "3.1.0");
    let mut described = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            described.insert(format!("{method} {path}"));
            let names: Vec<_> = operation["parameters"]
                .as_array()
                .unwrap()
                .iter()
                .map(|p| &p["name"])
                .collect();
            for part in path
                .split('/')
                .filter_map(|p| p.strip_prefix('{')?.strip_suffix('}'))
            {
                assert!(names.contains(&&Value::from(part)), "{path}");
            }
        }
    }
    let table: BTreeSet<String> = ROUTES
        .iter()
        .map(|route| {
            format!(
                "{} {}",
                format!("{:?}", route.method).to_lowercase(),
                route.path
            )
        })
        .collect();
    assert_eq!(described, table);
}

/// Checks a value against one of the described schemas: every property known, every required one
/// there, every kind right.
pub fn fits_schema(name: &str, value: &Value) {
    let schema = schema(name);
    assert!(schema.is_object(), "no schema {name}");
    check(schema, value, name);
}

fn check(shape: &Value, value: &Value, at: &str) {
    if let Some(reference) = shape["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap();
        return check(schema(name), value, &format!("{at}:{name}"));
    }
    if let Some(choices) = shape["anyOf"].as_array() {
        let null_is_fine = choices.iter().any(|c| c["type"] == "null");
        if value.is_null() && null_is_fine {
            return;
        }
        let other = choices.iter().find(|c| c["type"] != "null").unwrap();
        return check(other, value, at);
    }
    if let Some(allowed) = shape["enum"].as_array() {
        assert!(allowed.contains(value), "{at}: {value}");
    }
    let kinds = match &shape["type"] {
        Value::String(kind) => vec![kind.clone()],
        Value::Array(kinds) => kinds
            .iter()
            .map(|k| k.as_str().unwrap().to_owned())
            .collect(),
        other => panic!("{at}: {other}"),
    };
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    assert!(
        kinds.iter().any(|k| k == kind),
        "{at}: {value} is not {kinds:?}"
    );
    for item in value.as_array().into_iter().flatten() {
        check(&shape["items"], item, at);
    }
    let Some(fields) = value.as_object() else {
        return;
    };
    for (name, field) in fields {
        let place = format!("{at}.{name}");
        match &shape["properties"][name] {
            Value::Null if shape["additionalProperties"].is_object() => {
                check(&shape["additionalProperties"], field, &place)
            }
            Value::Null => assert_ne!(
                shape["additionalProperties"], false,
                "{place} is not described"
            ),
            property => check(property, field, &place),
        }
    }
    for name in shape["required"].as_array().into_iter().flatten() {
        assert!(
            fields.contains_key(name.as_str().unwrap()),
            "{at} lacks {name}"
        );
    }
}
