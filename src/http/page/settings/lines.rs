//! Jalur: each line as the engine sees it, and the button that starts one anew.

use actix_web::HttpResponse;
use minijinja::context;
use minijinja::value::{Serde, Value};
use serde::Serialize;

use super::room;
use crate::http::ask::Ask;
use crate::http::page::{frame, show};
use crate::http::problem::Problem;

/// `GET /pengaturan/jalur`
pub async fn get(ask: Ask) -> Result<HttpResponse, Problem> {
    let values = values(&ask);
    room(&ask, "lines", "line-settings.html", values).await
}

/// `GET /part/line-cards`
pub async fn part(ask: Ask) -> Result<HttpResponse, Problem> {
    frame::part(&ask, "line-cards.html", values(&ask))
}

#[derive(Serialize)]
struct Card {
    #[serde(flatten)]
    lamp: show::Lamp,
    facts: Vec<show::Fact>,
}

fn values(ask: &Ask) -> minijinja::Value {
    let board = ask.app.board();
    let lamps = show::lines(&board, ask.lang);
    let card = |(lamp, line): (show::Lamp, &crate::engine::board::BoardLine)| {
        let status = &line.status;
        let made_by = [status.manufacturer.as_deref(), status.model.as_deref()];
        let made_by: Vec<&str> = made_by.into_iter().flatten().collect();
        let network = [status.operator.as_deref(), status.network_mode.as_deref()];
        let network: Vec<&str> = network.into_iter().flatten().collect();
        let signal = status
            .csq
            .filter(|csq| *csq <= 31)
            .map(|csq| format!("{csq}/31"));
        let all = [
            ("line-modem", Some(made_by.join(" "))),
            ("line-profile", Some(status.profile.clone())),
            ("line-network", Some(network.join(" · "))),
            ("line-signal", signal),
            ("line-cures", Some(status.cures.to_string())),
            ("line-timeouts", Some(status.timeouts.to_string())),
            ("line-noise", Some(status.noise.to_string())),
            ("line-holder", line.holder.clone()),
        ];
        Card {
            lamp,
            facts: show::known(ask.lang, all),
        }
    };
    let cards: Vec<Card> = lamps.into_iter().zip(&board.lines).map(card).collect();
    context! { line_cards => Value::from(Serde(&cards)) }
}
