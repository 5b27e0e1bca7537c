//! How a computer comes to trust this office's certificate.

use actix_web::HttpResponse;
use actix_web::http::header;
use minijinja::context;

use super::html;
use crate::http::ask::Ask;
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
