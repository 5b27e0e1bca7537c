//! Berlatih: the way into practice, and who calls there.

use actix_web::HttpResponse;
use minijinja::context;
use minijinja::value::{Serde, Value};

use super::frame;
use crate::base::limits;
use crate::http::ask::Ask;
use crate::http::problem::Problem;
use crate::http::view::practice::{PracticeView, scenarios};

/// `GET /berlatih`
pub async fn get(ask: Ask) -> Result<HttpResponse, Problem> {
    frame::room(&ask, "practice", "practice.html", values(&ask)).await
}

/// Virtual callers, for the board of practice; the real one has none.
pub fn callers(ask: &Ask) -> Value {
    if !ask.app.is_practice() {
        return context! {};
    }
    let scenarios = scenarios(ask.app.practice.room(), ask.lang);
    context! { scenarios => Value::from(Serde(&scenarios)) }
}

fn values(ask: &Ask) -> Value {
    let app = &ask.app;
    let people = app.practice.people(app.clock.tick());
    let view = PracticeView::new(app.practice.room(), people, &app.zone, ask.lang);
    let free = view.lines.iter().filter(|line| line.free).count();
    context! {
        view => Value::from(Serde(&view)),
        free,
        scenarios => Value::from(Serde(&view.scenarios)),
        paces => PACES,
    }
}

/// Callers an hour a trainer may choose: a quiet night, a usual day, a busy one, as many as there may be.
const PACES: [u32; 5] = [0, 6, 20, 60, limits::PRACTICE_CALLERS_PER_HOUR_MAX];
