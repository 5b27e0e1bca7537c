//! The loudspeaker: which one, and whether it can be heard.

use std::os::fd::BorrowedFd;
use std::path::PathBuf;
use std::sync::Arc;

use super::super::waker::Waker;
use super::Device;
use crate::base::ids::LineName;
use crate::base::time::Tick;
use crate::port::audio::{AudioChange, AudioPort, Tools};
use crate::voice::frame::Frame;

/// One loudspeaker at a time; which one that is may change.
pub(super) struct Speaker {
    device: Device,
    root: PathBuf,
    tools: Tools,
    waker: Arc<Waker>,
    port: Option<(String, AudioPort)>,
    wanted: bool,
    /// It takes sound.
    is_open: bool,
}

impl Speaker {
    pub(super) fn new(device: Device, root: PathBuf, tools: Tools, waker: Arc<Waker>) -> Speaker {
        Speaker {
            device,
            root,
            tools,
            waker,
            port: None,
            wanted: false,
            is_open: false,
        }
    }

    /// Looks which card it is now; one that works is kept. Its ALSA name, if there is one.
    pub(super) fn choose(&mut self, now: Tick) -> Option<&str> {
        if !self.is_open {
            let name = self.device.name(&self.root);
            let kept = self.port.as_ref().map(|(name, _)| name);
            if kept != name.as_ref() {
                self.port = name.map(|name| (name.clone(), self.port(name)));
                self.tell(now);
            }
        }
        self.port.as_ref().map(|(name, _)| name.as_str())
    }

    fn port(&self, name: String) -> AudioPort {
        let waker = Arc::clone(&self.waker);
        let wake = Arc::new(move || waker.wake());
        AudioPort::loudspeaker(LineName::new("bel"), name, wake, self.tools.clone())
    }

    /// Sound is to be heard, or none.
    pub(super) fn want(&mut self, now: Tick, wanted: bool) {
        if wanted == self.wanted {
            return;
        }
        self.wanted = wanted;
        self.is_open = false;
        if wanted {
            self.choose(now);
        }
        self.tell(now);
    }

    fn tell(&mut self, now: Tick) {
        if let Some((_, port)) = &mut self.port {
            port.want(now, self.wanted);
        }
    }

    /// As [`AudioPort::tend`].
    pub(super) fn tend(&mut self, now: Tick) -> Option<AudioChange> {
        let change = self.port.as_mut()?.1.tend(now)?;
        self.is_open = change == AudioChange::Opened;
        Some(change)
    }

    /// Gives 20 ms; whether they were taken.
    pub(super) fn write(&mut self, frame: &Frame) -> bool {
        let port = self.port.as_mut();
        port.is_some_and(|(_, port)| port.write(&frame.to_bytes()) == 0)
    }

    /// Whether it takes sound.
    pub(super) fn is_open(&self) -> bool {
        self.is_open
    }

    /// Whether there is one, be it lost.
    pub(super) fn is_there(&self) -> bool {
        self.port.is_some()
    }

    /// Whether it was told lost and has not been open since.
    pub(super) fn is_lost(&self) -> bool {
        self.port.as_ref().is_some_and(|(_, port)| port.is_lost())
    }

    pub(super) fn due(&self) -> Option<Tick> {
        self.port.as_ref()?.1.due()
    }

    pub(super) fn fds(&self) -> impl Iterator<Item = BorrowedFd<'_>> {
        self.port.iter().flat_map(|(_, port)| port.fds())
    }

    pub(super) fn close(self) {
        if let Some((_, port)) = self.port {
            port.close();
        }
    }
}
