//! Why calls are not recorded just now, or soon will not be: kept here, told to the engine, which
//! shows it on every screen.

use std::sync::Mutex;
use std::sync::mpsc::SyncSender;

use crate::engine::handle::Inbox;
use crate::engine::sound::SoundHeard;

/// The way to say it; shared by who writes recordings and who looks after their room.
pub(super) struct Trouble {
    engine: SyncSender<Inbox>,
    now: Mutex<Now>,
}

#[derive(Default)]
struct Now {
    /// The disk does not take what is written.
    disk: Option<String>,
    /// It does not keep up, or does not answer.
    slow: Option<String>,
    /// Recordings cannot be closed.
    closing: Option<String>,
    /// There is no more room, and nothing that may go.
    room: Option<String>,
}

impl Now {
    fn worst(&self) -> Option<&String> {
        let all = [&self.disk, &self.slow, &self.closing, &self.room];
        all.into_iter().find_map(Option::as_ref)
    }
}

impl Trouble {
    pub(super) fn new(engine: SyncSender<Inbox>) -> Trouble {
        Trouble {
            engine,
            now: Mutex::default(),
        }
    }

    pub(super) fn set_disk(&self, disk: Option<String>) {
        self.change(|now| now.disk = disk);
    }

    /// Waits for nothing: a line says it, whose sound goes on. Whether it could be said.
    pub(super) fn try_slow(&self, slow: String) -> bool {
        let Ok(mut now) = self.now.try_lock() else {
            return false;
        };
        let before = now.worst().cloned();
        let was = now.slow.replace(slow);
        let trouble = now.worst().cloned();
        if trouble == before {
            return true;
        }
        let heard = SoundHeard::Recorder { trouble };
        let is_told = self.engine.try_send(Inbox::Sound { line: 0, heard });
        if is_told.is_err() {
            now.slow = was;
        }
        is_told.is_ok()
    }

    pub(super) fn no_longer_slow(&self) {
        self.change(|now| now.slow = None);
    }

    pub(super) fn set_closing(&self, closing: Option<String>) {
        self.change(|now| now.closing = closing);
    }

    pub(super) fn set_room(&self, room: Option<String>) {
        self.change(|now| now.room = room);
    }

    /// `None`: all is well.
    pub(super) fn worst(&self) -> Option<String> {
        let now = super::lock(&self.now);
        now.worst().cloned()
    }

    /// Tells the engine what has become of it, if that is news; waits for room in its inbox, for
    /// nobody would say it again. In the lock, so that what is told last is what is true.
    fn change(&self, change: impl FnOnce(&mut Now)) {
        let mut now = super::lock(&self.now);
        let before = now.worst().cloned();
        change(&mut now);
        let trouble = now.worst().cloned();
        if trouble != before {
            let heard = SoundHeard::Recorder { trouble };
            // An engine that has stopped shows nothing any more.
            let _ = self.engine.send(Inbox::Sound { line: 0, heard });
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::mpsc::sync_channel;

    use super::*;

    #[test]
    fn the_engine_is_told_each_change_once_and_the_disk_comes_first() {
        let (engine, inbox) = sync_channel(8);
        let trouble = Trouble::new(engine);
        let told = || match inbox.try_recv() {
            Ok(Inbox::Sound {
                heard: SoundHeard::Recorder { trouble },
                ..
            }) => Some(trouble),
            _ => None,
        };
        let text = |text: &str| Some(text.to_owned());
        trouble.set_disk(None);
        assert_eq!(told(), None);
        trouble.set_room(text("penuh"));
        assert_eq!(told(), Some(text("penuh")));
        trouble.set_disk(text("rusak"));
        assert_eq!(told(), Some(text("rusak")));
        trouble.set_room(None);
        assert_eq!(told(), None, "nothing else is shown");
        assert_eq!(trouble.worst(), text("rusak"));
        trouble.set_disk(None);
        assert_eq!(told(), Some(None));
    }
}
