//! The bell on the box itself, started with the service.

use std::sync::Arc;

use crate::base::fault::Fault;
use crate::centre;
use crate::clock::Clock;
use crate::config::Config;
use crate::desk::operator::Role;
use crate::desk::order::UserRecord;
use crate::engine::handle::Handle;
use crate::media::bell::{self, Bell, Device};
use crate::media::{self, Studio};
use crate::port::audio::Tools;

/// Starts it, unless the configuration has none. A box that cannot ring by itself still has lines.
pub(super) fn start(
    config: &Config,
    handle: &Handle,
    studio: &Studio,
    clock: &Clock,
) -> Option<Bell> {
    let answers = |user: &UserRecord| {
        // Not the administrator who sets it up.
        let takes = matches!(
            user.role,
            Role::Operator | Role::Dispatcher | Role::Supervisor
        );
        takes && !user.disabled
    };
    // If the disk cannot tell: an alarm too many is better than none.
    let staffed = match handle.reader().users() {
        Ok(users) => users.iter().any(answers),
        Err(_) => true,
    };
    let setup = bell::Setup {
        device: Device::of(config)?,
        root: "/".into(),
        tools: Tools::default(),
        handle: handle.clone(),
        clock: clock.clone(),
        report: Arc::clone(studio.bell()),
        staffed,
    };
    let started = Bell::start(setup)
        .map_err(|error| Fault::because(&media::codes::BELL, "memulai utas bel", error));
    started.inspect_err(centre::say_in_log).ok()
}
