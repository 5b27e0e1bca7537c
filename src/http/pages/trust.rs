//! How a computer comes to trust this office's certificate.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use minijinja::context;

use super::html;
use crate::http::app::App;
use crate::http::ask::Ask;
use crate::http::guard;
use crate::http::problem::Problem;

/// `GET /percaya`
pub async fn get(ask: Ask) -> Result<HttpResponse, Problem> {
    let app = &ask.app;
    let (subjects, _) = app.pki.leaf();
    let until = app.pki.authority_until().rfc3339(&app.zone);
    let values = context! {
        fingerprint => app.pki.fingerprint(),
        subjects => subjects,
        until => until.get(..10).unwrap_or_default(),
    };
    Ok(html(app.pages.render(
        app,
        ask.lang,
        "trust.html",
        values,
    )?))
}

/// `GET /ca.crt`
pub async fn authority(ask: Ask) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok()
        .content_type("application/x-x509-ca-cert")
        .insert_header((
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"siaga112-ca.crt\"",
        ))
        .body(ask.app.pki.authority_pem().to_owned()))
}

/// The same address with https; what was sent over http is not looked at.
pub async fn to_https(app: Arc<App>, request: HttpRequest) -> HttpResponse {
    let host = guard::host_of(&request).unwrap_or_else(|| "localhost".to_owned());
    let port = app.https_port;
    let suffix = if port == 443 {
        String::new()
    } else {
        format!(":{port}")
    };
    let path = request.uri().path_and_query().map_or("/", |p| p.as_str());
    let location = format!("https://{}{suffix}{path}", without_port(&host));
    HttpResponse::PermanentRedirect()
        .insert_header((header::LOCATION, location))
        .finish()
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') && port.bytes().all(|b| b.is_ascii_digit()) => {
            name
        }
        Some(_) | None => host,
    }
}
