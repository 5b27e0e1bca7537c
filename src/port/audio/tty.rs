//! A PCM port: a tty that carries raw samples while a call is up.

use std::os::fd::BorrowedFd;
use std::sync::mpsc::{Receiver, Sender, channel};

use rustix::io::Errno;

use super::outlet::{Outlet, Sink};
use super::{AudioChange, failure};
use crate::base::limits;
use crate::base::time::Tick;
use crate::crew;
use crate::port::device::Device;
use crate::port::failure::{Failure, codes};
use crate::port::opening::{
    Attempt, Begun, LOOK_EVERY, OPEN_LIMIT, Opening, QUIET, Wake, pause_after,
};
use crate::port::telling::Telling;
use crate::port::{Opener, PortSpec};

/// One PCM port, open from now on whatever happens to it.
pub(super) struct Tty {
    opening: Opening,
    telling: Telling,
    state: State,
    wanted: bool,
    outlet: Outlet,
}

enum State {
    /// Looked for again at `at`. A device that broke rests for `looks` more looks, unless another
    /// one takes its place.
    Waiting {
        at: Tick,
        looks: u32,
    },
    /// `until`: then the driver counts as hanging.
    Opening {
        attempt: Attempt,
        until: Tick,
    },
    Open(Open),
}

struct Open {
    device: Device,
    /// It is asked then whether it is still there.
    look: Tick,
    heard: bool,
    /// How its end showed.
    gone: Option<String>,
}

impl Tty {
    pub(super) fn new(spec: PortSpec, opener: Opener, wake: Wake) -> Tty {
        Tty {
            opening: Opening::new(spec, opener, wake),
            telling: Telling::default(),
            state: State::Waiting {
                at: Tick::default(),
                looks: 0,
            },
            wanted: false,
            outlet: Outlet::new(limits::AUDIO_TTY_UNSENT_BYTES_MAX),
        }
    }

    pub(super) fn want(&mut self, now: Tick, wanted: bool) {
        if wanted && !self.wanted {
            // What came before the call is not part of it.
            self.discard(now);
            self.outlet.begin();
        }
        self.wanted = wanted;
    }

    /// The modem begins to sound.
    pub(super) fn start_afresh(&mut self, now: Tick) {
        self.discard(now);
    }

    pub(super) fn fd(&self) -> Option<BorrowedFd<'_>> {
        match &self.state {
            State::Open(open) => Some(open.device.fd()),
            State::Waiting { .. } | State::Opening { .. } => None,
        }
    }

    pub(super) fn due(&self) -> Option<Tick> {
        match &self.state {
            State::Waiting { at, .. } => Some(*at),
            State::Opening { until, .. } => Some(*until),
            State::Open(open) if open.gone.is_some() => Some(Tick::default()),
            State::Open(open) => Some(open.look),
        }
    }

    pub(super) fn tend(&mut self, now: Tick) -> Option<AudioChange> {
        match &mut self.state {
            State::Waiting { at, .. } if *at > now => None,
            State::Waiting { looks, .. } => {
                if *looks > 0 && !self.opening.is_replaced() {
                    let looks = *looks - 1;
                    self.wait(now, looks);
                    return None;
                }
                self.begin(now)
            }
            State::Opening { attempt, until } => match attempt.result() {
                Some(result) => self.opened(now, result),
                None if *until > now => None,
                None => self.give_up(now),
            },
            State::Open(_) => self.look_after(now),
        }
    }

    fn begin(&mut self, now: Tick) -> Option<AudioChange> {
        match self.opening.begin() {
            Ok(Begun::Done(device)) => self.opened(now, Ok(device)),
            Ok(Begun::UnderWay(attempt)) => {
                let until = now + OPEN_LIMIT;
                self.state = State::Opening { attempt, until };
                None
            }
            Err(failure) => self.fail(now, &failure),
        }
    }

    fn opened(&mut self, now: Tick, result: Result<Device, Failure>) -> Option<AudioChange> {
        let device = match result {
            Ok(device) => device,
            Err(failure) => return self.fail(now, &failure),
        };
        let spec = self.opening.spec();
        tracing::info!(line = %spec.name, path = %spec.path.display(), "audio port open");
        self.telling.works();
        self.outlet.forget();
        self.state = State::Open(Open {
            device,
            look: now + QUIET,
            heard: false,
            gone: None,
        });
        Some(AudioChange::Opened)
    }

    fn give_up(&mut self, now: Tick) -> Option<AudioChange> {
        let waiting = State::Waiting { at: now, looks: 0 };
        if let State::Opening { attempt, .. } = std::mem::replace(&mut self.state, waiting) {
            let failure = self.opening.give_up(attempt);
            return self.fail(now, &failure);
        }
        None
    }

    fn fail(&mut self, now: Tick, failure: &Failure) -> Option<AudioChange> {
        self.state = State::Waiting {
            at: now + pause_after(failure),
            looks: 0,
        };
        let code = failure::tty_code(failure);
        self.telling.fails(code.id).then(|| {
            let spec = self.opening.spec();
            let cause = failure::tty_cause(failure, &spec.path);
            tracing::warn!(line = %spec.name, %cause, "audio port not open");
            AudioChange::Lost {
                code,
                cause,
                busy: matches!(failure, Failure::Busy(_)),
                holder: failure.holder(),
            }
        })
    }

    /// An open port: empties it while nobody listens, notices its end.
    fn look_after(&mut self, now: Tick) -> Option<AudioChange> {
        if !self.wanted {
            self.discard(now);
        }
        let State::Open(open) = &mut self.state else {
            return None;
        };
        if open.gone.is_none() && open.look <= now {
            open.look = now + QUIET;
            if !open.device.is_alive() {
                open.gone = Some("tidak menjawab".to_owned());
            }
        }
        let said = open.gone.take()?;
        Some(self.lost(now, &said))
    }

    fn lost(&mut self, now: Tick, said: &str) -> AudioChange {
        let heard = matches!(&self.state, State::Open(open) if open.heard);
        self.opening.ended(heard);
        let looks = self.opening.rest_looks() - 1;
        if let Some(device) = self.wait(now, looks) {
            drop(self.let_go(device));
        }
        self.telling.was_told(codes::MISSING.id);
        let spec = self.opening.spec();
        let cause = failure::tty_gone(&spec.path, said);
        tracing::warn!(line = %spec.name, %cause, "audio port lost");
        AudioChange::Lost {
            code: &codes::GONE,
            cause,
            busy: false,
            holder: None,
        }
    }

    /// Until the next look; the device that was open.
    fn wait(&mut self, now: Tick, looks: u32) -> Option<Device> {
        let at = now + LOOK_EVERY;
        match std::mem::replace(&mut self.state, State::Waiting { at, looks }) {
            State::Open(open) => Some(open.device),
            State::Waiting { .. } | State::Opening { .. } => None,
        }
    }

    /// Throws away what waits to be read; one buffer after another, but not for ever.
    fn discard(&mut self, now: Tick) {
        let mut buffer = [0; limits::PORT_READ_BYTES_MAX];
        for _ in 0..DISCARDS_MAX {
            if self.take(now, &mut buffer) == 0 {
                return;
            }
        }
    }

    pub(super) fn read(&mut self, now: Tick, buffer: &mut [u8]) -> usize {
        if self.wanted {
            self.take(now, buffer)
        } else {
            0
        }
    }

    fn take(&mut self, now: Tick, buffer: &mut [u8]) -> usize {
        let State::Open(open) = &mut self.state else {
            return 0;
        };
        if open.gone.is_some() {
            return 0;
        }
        match open.device.read_now(buffer) {
            Ok(0) => 0,
            Ok(count) => {
                open.heard = true;
                open.look = now + QUIET;
                count
            }
            Err(said) => {
                open.gone = Some(said);
                0
            }
        }
    }

    pub(super) fn write(&mut self, frame: &[u8]) -> usize {
        let State::Open(open) = &mut self.state else {
            return frame.len();
        };
        if open.gone.is_some() || !self.wanted {
            return frame.len();
        }
        match self.outlet.write(&open.device, frame) {
            Ok(dropped) => dropped,
            Err(errno) => {
                open.gone = Some(errno.to_string());
                frame.len()
            }
        }
    }

    pub(super) fn is_lost(&self) -> bool {
        self.telling.is_trouble()
    }

    /// Closes; what is handed out disconnects when that is done.
    pub(super) fn close(&mut self) -> Option<Receiver<()>> {
        let device = self.wait(Tick::default(), 0)?;
        Some(self.let_go(device))
    }

    /// Closes a device on a thread of its own: a driver may hang in that as well.
    fn let_go(&self, device: Device) -> Receiver<()> {
        let (end, ended): (Sender<()>, _) = channel();
        let closing =
            crew::thread(format!("audio-close:{}", self.opening.spec().name)).spawn(move || {
                device.drop_unsent();
                drop(device);
                drop(end);
            });
        if let Err(error) = closing {
            // The device was closed here instead.
            tracing::error!(%error, "no thread to close an audio port");
        }
        ended
    }
}

impl Sink for Device {
    fn unsent(&self) -> usize {
        usize::try_from(Device::unsent(self)).unwrap_or(usize::MAX)
    }
    fn put(&self, bytes: &[u8]) -> Result<usize, Errno> {
        self.write_now(bytes)
    }
}

/// Buffers thrown away at one turn: the kernel holds no more unread than this.
const DISCARDS_MAX: usize = 16;
