//! Tokens of programs. Administrators only.

use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};

use crate::desk::operator::Role;
use crate::desk::order::{OfficeOrder, Order};
use crate::http::ask::Ask;
use crate::http::problem::Problem;
use crate::http::view::people::TokenView;
use crate::http::{names, secret};

/// `GET /api/v1/tokens`
pub async fn list(ask: Ask) -> Result<HttpResponse, Problem> {
    let tokens = ask.app.read(|reader| reader.tokens()).await?;
    let items = tokens.iter().map(TokenView::from).collect();
    Ok(HttpResponse::Ok().json(ask.page(items, |token: &TokenView| &token.name)?))
}

#[derive(Deserialize)]
struct AddBody {
    name: String,
    role: Role,
}

#[derive(Serialize)]
struct TokenMade {
    name: String,
    role: Role,
    /// Shown this once; only its hash is kept.
    token: String,
}

/// `POST /api/v1/tokens`
pub async fn add(ask: Ask) -> Result<HttpResponse, Problem> {
    let AddBody { name, role } = ask.json()?;
    let name = names::login(&name)?.to_string();
    let token = secret::program_token()?;
    let order = OfficeOrder::AddToken {
        token: name.clone(),
        role,
        hash: secret::hash_hex(&token),
    };
    ask.order(Order::Office(order)).await?;
    Ok(HttpResponse::Created().json(TokenMade { name, role, token }))
}

/// `DELETE /api/v1/tokens/{token}`
pub async fn revoke(ask: Ask) -> Result<HttpResponse, Problem> {
    let token = ask.part("token");
    ask.order(Order::Office(OfficeOrder::RevokeToken { token }))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
