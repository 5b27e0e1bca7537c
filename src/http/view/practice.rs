//! Practice as the real side shows it.

use jiff::tz::TimeZone;
use serde::Serialize;

use super::when;
use crate::base::ids::UserName;
use crate::desk::call::Class;
use crate::engine::board::{Board, BoardLine};
use crate::http::practice::{PracticeRoom, Scenario};
use crate::http::text::Lang;
use crate::line::words::Phase;

/// Whether there is any, who is in it, and what can happen there.
#[derive(Serialize, Debug)]
pub struct PracticeView {
    pub running: bool,
    pub since: Option<String>,
    /// Who is in it.
    pub people: Vec<String>,
    pub lines: Vec<PracticeLineView>,
    /// Callers that come by themselves.
    pub per_hour: u32,
    pub scenarios: Vec<ScenarioView>,
}

/// A line of it.
#[derive(Serialize, Debug)]
pub struct PracticeLineView {
    pub name: String,
    pub up: bool,
    /// Somebody can call there now.
    pub free: bool,
}

/// Somebody who can be asked to call, in the reader's language.
#[derive(Serialize, Debug)]
pub struct ScenarioView {
    pub id: String,
    /// Name of a picture.
    pub icon: String,
    pub title: String,
    /// What whoever practises is to do.
    pub task: String,
    /// What is heard, or read.
    pub says: String,
    pub number: Option<String>,
    /// What it should be classified as.
    pub expects: Option<Class>,
}

impl PracticeView {
    /// As it is now, in `zone` and `lang`.
    pub fn new(
        room: &dyn PracticeRoom,
        people: Vec<UserName>,
        zone: &TimeZone,
        lang: Lang,
    ) -> PracticeView {
        let running = room.running();
        let board = running.as_ref().map(|running| running.handle.board());
        PracticeView {
            since: running.as_ref().map(|running| when(running.since, zone)),
            running: running.is_some(),
            people: people.iter().map(ToString::to_string).collect(),
            lines: board.as_deref().map(lines).unwrap_or_default(),
            per_hour: room.traffic(),
            scenarios: scenarios(room, lang),
        }
    }
}

/// Everybody who can be asked to call, in the reader's language.
pub fn scenarios(room: &dyn PracticeRoom, lang: Lang) -> Vec<ScenarioView> {
    let view = |scenario: &Scenario| ScenarioView {
        id: scenario.id.clone(),
        icon: scenario.icon.clone(),
        title: scenario.title.of(lang).to_owned(),
        task: scenario.task.of(lang).to_owned(),
        says: scenario.says.clone(),
        number: scenario.number.clone(),
        expects: scenario.expects,
    };
    room.scenarios().iter().map(view).collect()
}

fn lines(board: &Board) -> Vec<PracticeLineView> {
    let view = |line: &BoardLine| PracticeLineView {
        name: line.name.to_string(),
        up: line.up,
        free: line.up && line.status.phase == Phase::Ready,
    };
    board.lines.iter().map(view).collect()
}
