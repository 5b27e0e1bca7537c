//! Suara sistem: what the box says to callers, to be heard and to be replaced.

use actix_web::HttpResponse;
use minijinja::context;
use minijinja::value::{Serde, Value};
use serde::Serialize;

use super::settings;
use crate::base::lang::Lang;
use crate::base::prompt::Prompt;
use crate::http::api::prompts::view;
use crate::http::ask::Ask;
use crate::http::problem::Problem;
use crate::http::view::prompts::PromptView;

/// One row: a prompt in every language.
#[derive(Serialize)]
struct Row {
    name: Prompt,
    spoken: Vec<PromptView>,
}

/// `GET /suara`
pub async fn get(ask: Ask) -> Result<HttpResponse, Problem> {
    let row = |name| Row {
        name,
        spoken: Lang::ALL.map(|lang| view(&ask, name, lang)).into(),
    };
    let rows: Vec<Row> = Prompt::ALL.into_iter().map(row).collect();
    let values = context! {
        languages => Lang::ALL.map(Lang::as_str),
        rows => Value::from(Serde(&rows)),
    };
    settings::room(&ask, "sounds", "sound.html", values).await
}
