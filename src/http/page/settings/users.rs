//! Pengguna: who may log in, and as what.

use actix_web::HttpResponse;
use minijinja::context;
use minijinja::value::{Serde, Value};

use super::{room, told};
use crate::base::ids::UserName;
use crate::desk::operator::Role;
use crate::desk::order::{OfficeOrder, Order, Refusal};
use crate::desk::person_name;
use crate::http::api::people;
use crate::http::ask::Ask;
use crate::http::problem::Problem;
use crate::http::view::people::UserView;
use crate::http::{names, password};

/// `GET /pengaturan/pengguna`
pub async fn get(ask: Ask) -> Result<HttpResponse, Problem> {
    page(&ask, None).await
}

/// `POST /pengaturan/pengguna`: somebody new.
pub async fn add(ask: Ask) -> Result<HttpResponse, Problem> {
    let problem = added(&ask).await.err();
    page(&ask, problem).await
}

/// `POST /pengaturan/pengguna/{user}`: name, role, password, whether they may log in.
pub async fn change(ask: Ask) -> Result<HttpResponse, Problem> {
    let problem = changed(&ask).await.err();
    page(&ask, problem).await
}

async fn added(ask: &Ask) -> Result<(), Problem> {
    let field = |name| ask.form(name).unwrap_or_default();
    let user = names::login(&field("user"))?;
    let name = person_name(&field("name"))?.to_owned();
    let secret = field("password");
    password::check_new(&secret, user.as_str(), &name)?;
    let order = OfficeOrder::AddUser {
        user,
        name,
        role: role(ask)?,
        password_hash: people::hash(ask, secret).await?,
    };
    ask.order(Order::Office(order)).await?;
    Ok(())
}

async fn changed(ask: &Ask) -> Result<(), Problem> {
    let user = UserName::new(&ask.part("user"));
    let known = user.clone();
    let record = ask.app.read(move |reader| reader.user(&known)).await?;
    let record = record.ok_or_else(|| Problem::from(Refusal::NoSuchName))?;
    let name = ask.form("name").unwrap_or_default();
    let secret = ask.form("password").unwrap_or_default();
    // Both or nothing: a password that is refused changes no role.
    if !secret.is_empty() {
        password::check_new(&secret, user.as_str(), &name)?;
    }
    let order = OfficeOrder::ChangeUser {
        user: user.clone(),
        name: Some(name),
        role: Some(role(ask)?),
        disabled: Some(ask.form("disabled").is_some()),
    };
    ask.order(Order::Office(order)).await?;
    if !secret.is_empty() {
        let order = OfficeOrder::SetPassword {
            user: record.user,
            password_hash: people::hash(ask, secret).await?,
        };
        ask.order(Order::Office(order)).await?;
    }
    Ok(())
}

fn role(ask: &Ask) -> Result<Role, Problem> {
    let typed = ask.form("role").unwrap_or_default();
    let role = Role::ALL.into_iter().find(|role| role.as_str() == typed);
    role.ok_or_else(|| Problem::bad_field("role"))
}

async fn page(ask: &Ask, problem: Option<Problem>) -> Result<HttpResponse, Problem> {
    let users = ask.app.read(|reader| reader.users()).await?;
    let users: Vec<UserView> = users.iter().map(UserView::from).collect();
    // Only a form that was refused is shown as it was filled in.
    let typed = |name| {
        problem
            .as_ref()
            .and_then(|_| ask.form(name))
            .unwrap_or_default()
    };
    let values = context! {
        users => Value::from(Serde(&users)),
        roles => Role::ALL.map(Role::as_str),
        typed => context! { name => typed("name"), user => typed("user"), role => typed("role") },
        ..told(ask, problem.as_ref())
    };
    let mut answer = room(ask, "users", "users.html", values).await?;
    if let Some(problem) = problem {
        *answer.status_mut() = problem.http_status();
    }
    Ok(answer)
}
