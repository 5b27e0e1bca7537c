//! A browser's place in a conversation: frames both ways, and how it ends.

use std::sync::Arc;
use std::sync::mpsc::{SyncSender, TrySendError};

use tokio::sync::mpsc;

use super::line::Command;
use super::waker::Waker;
use crate::base::ids::UserName;
use crate::base::limits;
use crate::voice::bridge::{Part, PartyId};
use crate::voice::frame::Frame;

/// What a browser is sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(clippy::large_enum_variant)] // all but one are frames
pub enum ToBrowser {
    Frame(Frame),
    /// The last word.
    Close(Why),
}

/// Why a browser's place ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Why {
    /// The call is over.
    Over,
    /// The same person opened it in another window.
    Elsewhere,
    /// Somebody else has the call now.
    NotYours,
    /// The program stops.
    Stopping,
}

/// One browser in a call. Dropping it leaves the conversation.
#[derive(Debug)]
pub struct Seat {
    id: PartyId,
    commands: SyncSender<Command>,
    waker: Arc<Waker>,
    frames: mpsc::Receiver<ToBrowser>,
}

/// The line's end of it.
#[derive(Debug)]
pub(super) struct SeatEnd {
    pub id: PartyId,
    pub user: UserName,
    pub part: Part,
    /// Has the call; others were let in beside them.
    pub owner: bool,
    frames: mpsc::Sender<ToBrowser>,
    /// Frames it was too slow for.
    pub lagged: u64,
}

/// Makes both ends.
pub(super) fn pair(
    id: PartyId,
    user: UserName,
    part: Part,
    owner: bool,
    commands: SyncSender<Command>,
    waker: Arc<Waker>,
) -> (Seat, SeatEnd) {
    // One more, so that the last word always has room.
    let (tx, frames) = mpsc::channel(limits::BROWSER_FRAMES_MAX + 1);
    let seat = Seat {
        id,
        commands,
        waker,
        frames,
    };
    let end = SeatEnd {
        id,
        user,
        part,
        owner,
        frames: tx,
        lagged: 0,
    };
    (seat, end)
}

impl Seat {
    /// Sends what the microphone gave, without waiting; `false` if the line's thread is so far
    /// behind that it was dropped.
    pub fn send(&self, frame: Frame) -> bool {
        self.command(Command::Spoke {
            party: self.id,
            frame,
        })
    }

    /// What is to be sent to the browser next; `None` if the line's thread is gone.
    pub async fn next(&mut self) -> Option<ToBrowser> {
        self.frames.recv().await
    }

    fn command(&self, command: Command) -> bool {
        match self.commands.try_send(command) {
            Ok(()) => {
                self.waker.wake();
                true
            }
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => false,
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        // Should it not get through, the line sees that nobody takes its frames.
        self.command(Command::Leave { party: self.id });
    }
}

impl SeatEnd {
    /// Hands a frame over; one for which there is no room is dropped and counted. `false`: the
    /// browser is gone.
    pub fn give(&mut self, frame: Frame) -> bool {
        if self.frames.capacity() <= 1 {
            self.lagged += 1;
            return !self.frames.is_closed();
        }
        !matches!(
            self.frames.try_send(ToBrowser::Frame(frame)),
            Err(mpsc::error::TrySendError::Closed(_))
        )
    }

    /// Ends it.
    pub fn close(&self, why: Why) {
        // Room was kept for it; a browser that is gone needs no reason.
        let _ = self.frames.try_send(ToBrowser::Close(why));
    }
}
