//! Pages: rendered here, words from the catalogue, no logic beyond if and for.

pub mod board;
pub mod call;
pub mod callbacks;
pub mod calls;
pub mod frame;
pub mod handover;
pub mod help;
pub mod journal;
pub mod login;
pub mod me;
pub mod numbers;
pub mod practice;
pub mod settings;
pub mod setup;
pub mod show;
pub mod sound;
pub mod switch;
mod timeline;
pub mod trust;
pub mod wall;
pub mod watch;

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use minijinja::value::{Kwargs, Value};
use minijinja::{Environment, Error, ErrorKind, State, UndefinedBehavior, context};

use super::app::App;
use super::ask::Ask;
use super::guard::{Kind, Who};
use super::problem::Problem;
use super::text::{Lang, find, lang_of, text};
use super::{TEMPLATE, assets};
use crate::base::fault::Fault;

include!(concat!(env!("OUT_DIR"), "/templates.rs"));

/// The templates, compiled.
pub struct Pages {
    templates: Environment<'static>,
}

impl Pages {
    /// Compiles every template.
    ///
    /// # Errors
    /// `HTTP-005` if one does not compile, which a test makes impossible.
    pub fn new() -> Result<Pages, Fault> {
        let mut templates = Environment::new();
        templates.set_undefined_behavior(UndefinedBehavior::Strict);
        templates.add_function("t", say);
        templates.add_function("asset", asset_path);
        templates.add_function("icon", icon);
        for (name, source) in TEMPLATES {
            let added = templates.add_template(name, source);
            added.map_err(|e| Fault::because(&TEMPLATE, format!("membaca {name}"), e))?;
        }
        Ok(Pages { templates })
    }

    /// A page in a language. `lang` and `centre` need not be in `values`.
    ///
    /// # Errors
    /// `HTTP-005` as 500.
    pub fn render(
        &self,
        app: &App,
        lang: Lang,
        name: &str,
        values: Value,
    ) -> Result<String, Problem> {
        let shared = context! { practice => app.is_practice(), base => app.base, lang => lang.as_str(), centre => app.centre.as_str(), version => env!("CARGO_PKG_VERSION") };
        let unchosen = context! { theme => "auto" };
        let values = context! { ..values, ..unchosen };
        let template = self.templates.get_template(name);
        let page = template.and_then(|t| t.render(context! { ..values, ..shared }));
        page.map_err(|e| {
            Problem::fault(
                500,
                &Fault::because(&TEMPLATE, format!("menampilkan {name}"), e),
            )
        })
    }
}

/// A refusal as a page, or the way to the login for somebody unknown.
pub fn refused(
    app: &Arc<App>,
    request: &HttpRequest,
    problem: &Problem,
    lang: Lang,
) -> HttpResponse {
    if problem.status == 401 {
        let path = request.uri().path_and_query().map_or("/", |p| p.as_str());
        // A form that was sent is no page to come back to.
        let next = if request.method().is_safe() {
            path
        } else {
            "/"
        };
        return see_other(&login::with_next(next));
    }
    let values = context! {
        status => problem.status,
        code => problem.code,
        told => problem.sentence(lang),
        cure => problem.cure(lang),
    };
    match app.pages.render(app, lang, "problem.html", values) {
        Ok(html) => problem.page(html),
        Err(_) => problem.answer(lang),
    }
}

/// Another page, to be asked for with GET.
pub fn see_other(path: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, path))
        .finish()
}

/// A page.
pub fn html(page: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .body(page)
}

/// The token that changes from this page must carry; a program that looks at it needs none.
pub fn csrf(who: &Who) -> String {
    match &who.kind {
        Kind::Browser { csrf, .. } => csrf.clone(),
        Kind::Program { .. } => String::new(),
    }
}

/// `GET /assets/{name}`
pub async fn asset(ask: Ask) -> Result<HttpResponse, Problem> {
    let found = assets::find(&ask.part("name"));
    let asset = found.ok_or_else(|| Problem::new(404, "not_found"))?;
    Ok(asset.answer(&ask.request))
}

/// `GET /favicon.ico`
pub async fn favicon(ask: Ask) -> Result<HttpResponse, Problem> {
    let asset = assets::named("lamp.svg").ok_or_else(|| Problem::new(404, "not_found"))?;
    let mut answer = asset.answer(&ask.request);
    let day = header::HeaderValue::from_static("public, max-age=86400");
    answer.headers_mut().insert(header::CACHE_CONTROL, day);
    Ok(answer)
}

/// `t("key", name=…)`: the sentence in the page's language. An unknown key is an error.
fn say(state: &State<'_, '_>, key: &str, args: Kwargs) -> Result<String, Error> {
    let lang = state.lookup("lang");
    let lang = lang_of(lang.as_ref().and_then(Value::as_str).unwrap_or_default());
    if find(lang, key).is_none() {
        return Err(Error::new(
            ErrorKind::UndefinedError,
            format!("no text {key}"),
        ));
    }
    let mut shown = Vec::new();
    for name in args.args() {
        let value: Value = args.get(name)?;
        shown.push((name.to_owned(), value.to_string()));
    }
    let pairs: Vec<(&str, &str)> = shown
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    Ok(text(lang, key, &pairs))
}

/// `asset("board.js")`: its path, which needs no escaping.
fn asset_path(name: &str) -> Result<Value, Error> {
    let path = assets::path(name);
    let path =
        path.ok_or_else(|| Error::new(ErrorKind::UndefinedError, format!("no asset {name}")))?;
    Ok(Value::from_safe_string(path))
}

/// `icon("phone")`: the drawing, for eyes only; what it means is always said beside it.
fn icon(name: &str) -> Result<Value, Error> {
    let shapes = assets::icon(name);
    let shapes =
        shapes.ok_or_else(|| Error::new(ErrorKind::UndefinedError, format!("no icon {name}")))?;
    Ok(Value::from_safe_string(format!(
        r#"<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{shapes}</svg>"#
    )))
}
