//! Who sits at the desk, and whose screens are gone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::help::Help;
use super::operator::SeatState;
use crate::base::ids::UserName;
use crate::base::limits;
use crate::base::time::{Stamp, Tick};

/// One person who has joined.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(super) struct Chair {
    pub state: SeatState,
    pub reason: Option<String>,
    pub since: Stamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<Help>,
}

#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub(super) struct Seats {
    chairs: BTreeMap<UserName, Chair>,
    /// Volatile: after a restart every browser connects again.
    #[serde(skip)]
    screens: BTreeMap<UserName, Screens>,
}

#[derive(Clone, PartialEq, Debug, Default)]
struct Screens {
    count: u32,
    none_since: Option<Tick>,
}

impl Seats {
    pub fn get(&self, user: &UserName) -> Option<&Chair> {
        self.chairs.get(user)
    }

    pub fn all(&self) -> impl Iterator<Item = (&UserName, &Chair)> {
        self.chairs.iter()
    }

    pub fn is_ready(&self, user: &UserName) -> bool {
        self.get(user).is_some_and(|c| c.state == SeatState::Ready)
    }

    pub fn sit(&mut self, user: &UserName, chair: Chair, tick: Option<Tick>) {
        self.chairs.insert(user.clone(), chair);
        if let Some(tick) = tick {
            let screens = self.screens.entry(user.clone()).or_default();
            if screens.count == 0 {
                screens.none_since.get_or_insert(tick);
            }
        }
    }

    /// `help`: what this person asks for from now on, if they sit here.
    pub fn set_help(&mut self, user: &UserName, help: Option<Help>) {
        if let Some(chair) = self.chairs.get_mut(user) {
            chair.help = help;
        }
    }

    pub fn leave(&mut self, user: &UserName) {
        self.chairs.remove(user);
        if self.screens.get(user).is_some_and(|s| s.count == 0) {
            self.screens.remove(user);
        }
    }

    /// A screen of `user` came or went.
    pub fn presence(&mut self, tick: Tick, user: &UserName, connected: bool) {
        let screens = self.screens.entry(user.clone()).or_default();
        if connected {
            screens.count = screens.count.saturating_add(1);
            screens.none_since = None;
            return;
        }
        screens.count = screens.count.saturating_sub(1);
        if screens.count > 0 {
            return;
        }
        if self.chairs.contains_key(user) {
            screens.none_since.get_or_insert(tick);
        } else {
            self.screens.remove(user);
        }
    }

    /// The program started: nobody has a screen yet, and everybody has the same time to come back.
    pub fn started(&mut self, tick: Option<Tick>) {
        let Some(tick) = tick else {
            return;
        };
        for user in self.chairs.keys() {
            let screens = self.screens.entry(user.clone()).or_default();
            if screens.count == 0 {
                screens.none_since = Some(tick);
            }
        }
    }

    /// Since when this person, who sits here, has no screen.
    pub fn without_screen_since(&self, user: &UserName) -> Option<Tick> {
        self.get(user)?;
        self.screens.get(user)?.none_since
    }

    /// Seats without a screen and when they count as lost.
    pub fn losing(&self) -> impl Iterator<Item = (&UserName, Tick)> {
        self.chairs.keys().filter_map(|user| {
            let since = self.screens.get(user)?.none_since?;
            Some((user, since + limits::SEAT_LOST_AFTER))
        })
    }
}
