//! Audio ports: the sound of one line as bytes, from a PCM tty or a sound card; lost and found again.
//!
//! Samples are signed 16 bit little endian, 8 kHz, one channel, both ways. An [`AudioPort`] belongs
//! to one thread that polls and never waits in it; whatever may wait (opening, closing, starting and
//! stopping programs) happens on threads of its own, one at a time.
//!
//! * `tty` is a modem's PCM port, kept open all the time.
//! * `alsa` is a sound card, through `arecord` and `aplay` (`programs`) while sound is wanted; or a
//!   loudspeaker, through `aplay` alone.
//! * `outlet` keeps what is sent in whole frames and the queue short.
//! * [`cards`] says which sound cards this machine has.

mod alsa;
pub mod cards;
mod failure;
mod outlet;
mod programs;
mod tty;
mod words;

use std::os::fd::BorrowedFd;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use super::{Opener, PortSpec, open_audio_device};
use crate::base::fault::Code;
use crate::base::ids::LineName;
use crate::base::time::Tick;
use crate::config::Audio;
use alsa::Alsa;
use tty::Tty;

pub use failure::tty_told;

/// Where the sound of a line is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AudioPath {
    /// A PCM port by a name that stays: `/dev/serial/by-path/…`.
    Tty(PathBuf),
    /// An ALSA PCM: `plughw:CARD=Device`.
    Alsa(String),
}

impl AudioPath {
    /// What the configuration says, if the sound has a way of its own.
    pub fn of(audio: &Audio) -> Option<AudioPath> {
        match audio {
            Audio::Port(path) => Some(AudioPath::Tty(path.clone())),
            Audio::Alsa(name) => Some(AudioPath::Alsa(name.clone())),
            Audio::None | Audio::InBand => None,
        }
    }
}

/// Which audio port, for whom.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AudioSpec {
    /// The line's name, for threads and the log.
    pub name: LineName,
    pub path: AudioPath,
}

/// The programs for a sound card; found on `PATH` except in tests.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tools {
    pub record: PathBuf,
    pub play: PathBuf,
}

impl Default for Tools {
    fn default() -> Tools {
        Tools {
            record: "arecord".into(),
            play: "aplay".into(),
        }
    }
}

/// What [`AudioPort::tend`] has noticed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AudioChange {
    /// Sound flows. From a sound card it is read and written from the first moment; this is told a
    /// little later, when both directions have held.
    Opened,
    /// It cannot, or not any more; told once until it can again, or until its reason changes.
    Lost {
        code: &'static Code,
        /// Where, what, code, what to do. Indonesian.
        cause: String,
        /// Another program holds it; `holder` names it if known and says how to release it.
        busy: bool,
        holder: Option<String>,
    },
}

/// The sound of one line. The owner's loop: poll [`fds`](AudioPort::fds) and its own waker until
/// [`due`](AudioPort::due), call [`tend`](AudioPort::tend) until it has nothing more to tell, then
/// [`read`](AudioPort::read) until it gives nothing more.
pub struct AudioPort {
    kind: Kind,
}

enum Kind {
    Tty(Tty),
    Alsa(Alsa),
}

impl AudioPort {
    /// A port that is not open yet: the first [`tend`](AudioPort::tend) begins. `wake` is called
    /// from another thread when something slow has ended: it makes the owner's poll return.
    pub fn new(spec: AudioSpec, wake: Arc<dyn Fn() + Send + Sync>) -> AudioPort {
        AudioPort::with(spec, wake, Arc::new(open_audio_device), Tools::default())
    }

    /// As [`AudioPort::new`], with another way to open a tty and other programs.
    pub fn with(
        spec: AudioSpec,
        wake: Arc<dyn Fn() + Send + Sync>,
        opener: Opener,
        tools: Tools,
    ) -> AudioPort {
        let AudioSpec { name, path } = spec;
        let kind = match path {
            AudioPath::Tty(path) => Kind::Tty(Tty::new(PortSpec { name, path }, opener, wake)),
            AudioPath::Alsa(device) => Kind::Alsa(Alsa::new(name, device, tools, wake)),
        };
        AudioPort { kind }
    }

    /// A loudspeaker, by its ALSA name, that is no line's: it takes sound while it is wanted, and
    /// gives none. `name` is for threads and the log. It is told [`AudioChange::Opened`] once it has
    /// taken sound for a moment, and lost no more often than that.
    pub fn loudspeaker(
        name: LineName,
        device: String,
        wake: Arc<dyn Fn() + Send + Sync>,
        tools: Tools,
    ) -> AudioPort {
        let kind = Kind::Alsa(Alsa::loudspeaker(name, device, tools, wake));
        AudioPort { kind }
    }

    /// A call wants sound, or none does. A tty is kept open all the time, and what it says without
    /// a call is thrown away: the first byte read after this begins a sample. A sound card is open
    /// only while it is wanted.
    pub fn want(&mut self, now: Tick, wanted: bool) {
        match &mut self.kind {
            Kind::Tty(tty) => tty.want(now, wanted),
            Kind::Alsa(alsa) => alsa.want(now, wanted),
        }
    }

    /// What to poll for reading now; ask again after each [`tend`](AudioPort::tend).
    pub fn fds(&self) -> impl Iterator<Item = BorrowedFd<'_>> {
        let fds = match &self.kind {
            Kind::Tty(tty) => [tty.fd(), None, None],
            Kind::Alsa(alsa) => alsa.fds(),
        };
        fds.into_iter().flatten()
    }

    /// Looks after openings, retries, ends and words of programs; says what changed, one change at
    /// a time. Whatever poll woke up for is looked at here first.
    pub fn tend(&mut self, now: Tick) -> Option<AudioChange> {
        match &mut self.kind {
            Kind::Tty(tty) => tty.tend(now),
            Kind::Alsa(alsa) => alsa.tend(now),
        }
    }

    /// When [`tend`](AudioPort::tend) is to be called at the latest; a time that has passed means
    /// now.
    pub fn due(&self) -> Option<Tick> {
        match &self.kind {
            Kind::Tty(tty) => tty.due(),
            Kind::Alsa(alsa) => alsa.due(),
        }
    }

    /// Takes bytes that have come, in any split; 0: nothing now. A loss shows in the next
    /// [`tend`](AudioPort::tend), which is then due.
    pub fn read(&mut self, now: Tick, buffer: &mut [u8]) -> usize {
        match &mut self.kind {
            Kind::Tty(tty) => tty.read(now, buffer),
            Kind::Alsa(alsa) => alsa.read(now, buffer),
        }
    }

    /// Gives a frame of whole samples without waiting; the bytes of it that were dropped: all of
    /// them while nothing takes sound, or too much is unsent.
    pub fn write(&mut self, frame: &[u8]) -> usize {
        match &mut self.kind {
            Kind::Tty(tty) => tty.write(frame),
            Kind::Alsa(alsa) => alsa.write(frame),
        }
    }

    /// The modem begins to sound: a tty forgets what came before, which may have been half a
    /// sample.
    pub fn start_afresh(&mut self, now: Tick) {
        match &mut self.kind {
            Kind::Tty(tty) => tty.start_afresh(now),
            // Programs give whole samples from their first byte on.
            Kind::Alsa(_) => {}
        }
    }

    /// Whether it was told lost and has not been open since. A sound card nobody wanted meanwhile
    /// is not.
    pub fn is_lost(&self) -> bool {
        match &self.kind {
            Kind::Tty(tty) => tty.is_lost(),
            Kind::Alsa(alsa) => alsa.is_lost(),
        }
    }

    /// Closes and waits until that is done, but not long: a driver that hangs in closing is left
    /// behind, a program that does not end is killed.
    pub fn close(mut self) {
        let closed = self.end().map(|closed| closed.recv_timeout(CLOSE_WAITS));
        if closed == Some(Err(RecvTimeoutError::Timeout)) {
            tracing::warn!("an audio port hangs in closing and is left behind");
        }
    }

    /// Begins to close what is open; what is handed out disconnects when that is done.
    fn end(&mut self) -> Option<Receiver<()>> {
        match &mut self.kind {
            Kind::Tty(tty) => tty.close(),
            Kind::Alsa(alsa) => alsa.close(),
        }
    }
}

impl Drop for AudioPort {
    fn drop(&mut self) {
        drop(self.end());
    }
}

/// Programs are killed after 200 ms; the whole program stops within three seconds.
const CLOSE_WAITS: Duration = Duration::from_millis(500);
