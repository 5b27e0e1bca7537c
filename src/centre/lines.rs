//! The configured lines: each a machine in the engine, and the way from there to its port.

use std::sync::Arc;

use super::sound;
use crate::base::ids::LineName;
use crate::config::{Audio, Config, LineConfig};
use crate::engine::handle::{Handle, Inbox};
use crate::engine::run::Wire;
use crate::line::Machine;
use crate::line::families::Families;
use crate::line::words::{Line, Setup};
use crate::port::{self, PortHandle, PortSpec};

type NamedLine = (LineName, Box<dyn Line + Send>);

/// The machines, in the order of the configuration.
pub(super) fn machines(config: &Config, families: Families) -> Vec<NamedLine> {
    let families = Arc::new(families);
    let machine = |line: &LineConfig| -> NamedLine {
        let setup = Setup {
            profile: line.profile.clone(),
            pin: line.pin.as_ref().map(|pin| pin.expose().to_owned()),
            area_code: config.center.area_code.clone(),
            sound: sound::path(line),
            own_ears: line.audio != Audio::None,
            ..Default::default()
        };
        let machine = Machine::new(setup, Arc::clone(&families));
        (line.name.clone(), Box::new(machine))
    };
    config.lines.iter().map(machine).collect()
}

/// The ports, opened, in the same order.
pub(super) fn wires(config: &Config, handle: &Handle) -> Vec<Box<dyn Wire>> {
    let lines = config.lines.iter().enumerate();
    lines
        .map(|(index, line)| wire(index, line, handle))
        .collect()
}

fn wire(index: usize, line: &LineConfig, handle: &Handle) -> Box<dyn Wire> {
    let inbox = handle.port_inbox();
    let spec = PortSpec {
        name: line.name.clone(),
        path: line.port.clone(),
    };
    let tell = move |event| {
        let _ = inbox.send(Inbox::Port { line: index, event });
    };
    Box::new(ToPort(port::open(spec, tell)))
}

struct ToPort(PortHandle);

impl Wire for ToPort {
    fn send(&self, bytes: Vec<u8>) {
        // A port that cannot take it is closed or blocked; the line's own time limit notices.
        self.0.send(bytes);
    }
    fn send_sound(&self, bytes: Vec<u8>) -> bool {
        self.0.send_sound(bytes)
    }
    fn reopen(&self) {
        self.0.reopen();
    }
}
