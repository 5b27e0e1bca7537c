//! People who may log in. Administrators only.

use actix_web::HttpResponse;
use serde::Deserialize;

use crate::base::ids::UserName;
use crate::desk::operator::Role;
use crate::desk::order::{OfficeOrder, Order, Refusal, UserRecord};
use crate::desk::person_name;
use crate::http::ask::Ask;
use crate::http::problem::Problem;
use crate::http::view::people::UserView;
use crate::http::{names, password};

/// `GET /api/v1/users`
pub async fn list(ask: Ask) -> Result<HttpResponse, Problem> {
    let users = ask.app.read(|reader| reader.users()).await?;
    let items = users.iter().map(UserView::from).collect();
    Ok(HttpResponse::Ok().json(ask.page(items, |user: &UserView| &user.user)?))
}

#[derive(Deserialize)]
struct AddBody {
    user: String,
    name: String,
    role: Role,
    password: String,
}

/// `POST /api/v1/users`
pub async fn add(ask: Ask) -> Result<HttpResponse, Problem> {
    let AddBody {
        user,
        name,
        role,
        password,
    } = ask.json()?;
    let user = names::login(&user)?;
    let name = person_name(&name)?.to_owned();
    password::check_new(&password, user.as_str(), &name)?;
    let password_hash = hash(&ask, password).await?;
    let order = OfficeOrder::AddUser {
        user: user.clone(),
        name: name.clone(),
        role,
        password_hash,
    };
    ask.order(Order::Office(order)).await?;
    Ok(HttpResponse::Created().json(UserView {
        user: user.to_string(),
        name,
        role,
        disabled: false,
    }))
}

#[derive(Deserialize)]
struct ChangeBody {
    name: Option<String>,
    role: Option<Role>,
    disabled: Option<bool>,
}

/// `PATCH /api/v1/users/{user}`
pub async fn change(ask: Ask) -> Result<HttpResponse, Problem> {
    let ChangeBody {
        name,
        role,
        disabled,
    } = ask.json()?;
    let order = OfficeOrder::ChangeUser {
        user: UserName::new(&ask.part("user")),
        name,
        role,
        disabled,
    };
    ask.order(Order::Office(order)).await?;
    Ok(HttpResponse::Ok().json(UserView::from(&find(&ask).await?)))
}

#[derive(Deserialize)]
struct PasswordBody {
    password: String,
}

/// `POST /api/v1/users/{user}/password`
pub async fn password(ask: Ask) -> Result<HttpResponse, Problem> {
    let PasswordBody { password } = ask.json()?;
    let record = find(&ask).await?;
    password::check_new(&password, record.user.as_str(), &record.name)?;
    let order = OfficeOrder::SetPassword {
        user: record.user.clone(),
        password_hash: hash(&ask, password).await?,
    };
    ask.order(Order::Office(order)).await?;
    Ok(HttpResponse::Ok().json(UserView::from(&record)))
}

/// Hashes a new password off the threads that serve screens.
///
/// # Errors
/// `busy`, or the fault of a system without randomness.
pub async fn hash(ask: &Ask, password: String) -> Result<String, Problem> {
    Ok(ask.app.hashing(move || password::hash(&password)).await??)
}

async fn find(ask: &Ask) -> Result<UserRecord, Problem> {
    let user = UserName::new(&ask.part("user"));
    let record = ask.app.read(move |reader| reader.user(&user)).await?;
    record.ok_or_else(|| Problem::from(Refusal::NoSuchName))
}
