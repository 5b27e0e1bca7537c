//! Bantuan: what to do, in a few words each; the keys; the tour.

use actix_web::HttpResponse;
use minijinja::context;
use minijinja::value::{Serde, Value};
use serde::Serialize;

use super::{frame, me};
use crate::http::ask::Ask;
use crate::http::problem::Problem;

#[derive(Clone, Copy, Serialize)]
struct Topic {
    id: &'static str,
    icon: &'static str,
}

/// `GET /bantuan`
pub async fn get(ask: Ask) -> Result<HttpResponse, Problem> {
    let values = context! {
        topics => Value::from(Serde(&TOPICS)),
        key_groups => me::key_groups(&ask)?,
    };
    frame::room(&ask, "help", "help.html", values).await
}

const TOPICS: [Topic; 7] = [
    Topic {
        id: "ring",
        icon: "phone-incoming",
    },
    Topic {
        id: "silent",
        icon: "ghost",
    },
    Topic {
        id: "prank",
        icon: "laugh",
    },
    Topic {
        id: "lost",
        icon: "wifi-off",
    },
    Topic {
        id: "sound",
        icon: "headphones",
    },
    Topic {
        id: "undo",
        icon: "undo-2",
    },
    Topic {
        id: "shift",
        icon: "arrow-right-left",
    },
];
