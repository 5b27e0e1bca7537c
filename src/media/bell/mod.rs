//! The bell on the box itself: its own loudspeaker rings whatever browsers do.
//!
//! One thread ([`ringer`]) hears alerts as screens do and looks at the board every second, so that
//! neither a missed alert nor a stalled disk keeps it silent; nothing ever waits for it. What there
//! is to ring for is worked out in `watch`, what that sounds like in [`crate::voice::bell`]; the
//! loudspeaker (`speaker`) is open while it sounds, and for a moment every hour to know that it
//! would.

mod ringer;
mod speaker;
mod trial;
mod watch;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use super::lock;
use super::waker::Waker;
use crate::base::time::Wall;
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::engine::handle::Handle;
use crate::port::audio::cards::loudspeaker_in;
use crate::port::audio::{AudioPath, Tools};
use ringer::Ringer;

pub use trial::try_out;

/// Where the bell is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Device {
    /// On the first card that plays and is no line's: these ALSA names are lines'.
    Auto { taken: Vec<String> },
    /// On this ALSA device.
    Named(String),
}

impl Device {
    /// What the configuration says; `None`: the box does not ring.
    pub fn of(config: &Config) -> Option<Device> {
        match &config.bell {
            config::Bell::None => None,
            config::Bell::Alsa(name) => Some(Device::Named(name.clone())),
            config::Bell::Auto => {
                let paths = config.lines.iter().map(|line| AudioPath::of(&line.audio));
                let taken = paths.filter_map(|path| match path {
                    Some(AudioPath::Alsa(name)) => Some(name),
                    Some(AudioPath::Tty(_)) | None => None,
                });
                Some(Device::Auto {
                    taken: taken.collect(),
                })
            }
        }
    }

    /// Its ALSA name on the machine below `root` just now; `None`: there is no card for it.
    pub fn name(&self, root: &Path) -> Option<String> {
        match self {
            Device::Named(name) => Some(name.clone()),
            Device::Auto { taken } => loudspeaker_in(root, taken).map(|card| card.loudspeaker()),
        }
    }
}

/// What the bell is made from.
pub struct Setup {
    pub device: Device,
    /// Where `/proc` is; `/` except in tests.
    pub root: PathBuf,
    pub tools: Tools,
    pub handle: Handle,
    pub clock: Clock,
    /// Where it says how it is.
    pub report: Arc<Report>,
    /// People work here. While a box is set up its desk is empty, and nobody is alarmed over that
    /// before the first of them is ready.
    pub staffed: bool,
}

/// The running bell.
pub struct Bell {
    stopping: Arc<AtomicBool>,
    waker: Arc<Waker>,
    thread: JoinHandle<()>,
}

impl Bell {
    /// Starts its thread.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(setup: Setup) -> std::io::Result<Bell> {
        let waker = Arc::new(Waker::new()?);
        let stopping = Arc::new(AtomicBool::new(false));
        // From this moment on no alert is missed.
        let bus = setup.handle.subscribe();
        let ringer = Ringer::new(setup, Arc::clone(&waker), Arc::clone(&stopping));
        let thread = std::thread::Builder::new()
            .name("bell".into())
            .spawn(move || ringer.run(bus))?;
        Ok(Bell {
            stopping,
            waker,
            thread,
        })
    }

    /// Silences it and waits until its player is gone, which takes half a second at most.
    pub fn stop(self) {
        self.stopping.store(true, Ordering::Release);
        self.waker.wake();
        let _ = self.thread.join();
    }
}

/// How the bell is, for whoever asks.
#[derive(Debug, Default)]
pub struct Report(Mutex<State>);

/// One answer.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct State {
    /// The ALSA name it rings on; `None`: it is switched off, or there is no card for it.
    pub device: Option<String>,
    /// Why it cannot sound: where, what, code, what to do. Indonesian.
    pub trouble: Option<String>,
    /// When the loudspeaker last took sound, be it silence to try it.
    pub tried: Option<Wall>,
    /// When it last began to sound.
    pub sounded: Option<Wall>,
    /// How often it has, since the program started; not counted is what was over within 200 ms.
    pub times: u64,
}

impl Report {
    /// How it is now.
    pub fn read(&self) -> State {
        lock(&self.0).clone()
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut lock(&self.0));
    }
}
