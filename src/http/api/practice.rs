//! Practice: opened, looked at, ended, and who calls there. What happens inside it is asked under
//! its own paths, of the same handlers as the real centre.

use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};

use crate::base::ids::LineName;
use crate::base::limits;
use crate::http::app::App;
use crate::http::ask::Ask;
use crate::http::practice;
use crate::http::problem::Problem;
use crate::http::view::practice::PracticeView;

/// `GET /api/v1/practice`
pub async fn get(ask: Ask) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(view(&ask)))
}

/// `POST /api/v1/practice`
pub async fn open(ask: Ask) -> Result<HttpResponse, Problem> {
    let _: serde_json::Value = ask.json()?;
    let user = ask.who()?.person.user.clone();
    let (opened, _visit) = ask.app.practice.open(&ask.app.house, user).await?;
    lines_up(&opened).await;
    Ok(HttpResponse::Ok().json(view(&ask)))
}

/// `DELETE /api/v1/practice`
pub async fn end(ask: Ask) -> Result<HttpResponse, Problem> {
    ask.app.practice.close().await?;
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Deserialize)]
struct CallerBody {
    scenario: String,
    line: Option<LineName>,
}

#[derive(Serialize)]
struct Called {
    scenario: String,
    line: LineName,
}

/// `POST /api/v1/practice/callers`
pub async fn call(ask: Ask) -> Result<HttpResponse, Problem> {
    let CallerBody { scenario, line } = ask.json()?;
    let line = practice::call(ask.app.practice.room(), &scenario, line).await?;
    Ok(HttpResponse::Created().json(Called { scenario, line }))
}

#[derive(Serialize, Deserialize)]
struct Traffic {
    per_hour: u32,
}

/// `POST /api/v1/practice/traffic`
pub async fn traffic(ask: Ask) -> Result<HttpResponse, Problem> {
    let traffic: Traffic = ask.json()?;
    if traffic.per_hour > limits::PRACTICE_CALLERS_PER_HOUR_MAX {
        return Err(Problem::bad_field("per_hour"));
    }
    let room = ask.app.practice.room();
    if room.running().is_none() {
        return Err(Problem::new(409, "practice_off"));
    }
    room.set_traffic(traffic.per_hour);
    Ok(HttpResponse::Ok().json(traffic))
}

fn view(ask: &Ask) -> PracticeView {
    let app = &ask.app;
    let people = app.practice.people(app.clock.tick());
    PracticeView::new(app.practice.room(), people, &app.zone, ask.lang)
}

/// Waits until every line can ring. One that cannot in time is shown as it is.
async fn lines_up(practice: &App) {
    let start = practice.clock.tick();
    let is_up = || {
        let board = practice.board();
        !board.lines.is_empty() && board.lines.iter().all(|line| line.up)
    };
    while !is_up() && practice.clock.tick().since(start) < limits::PRACTICE_OPENS_WITHIN {
        tokio::time::sleep(limits::PRACTICE_BEAT).await;
    }
}
