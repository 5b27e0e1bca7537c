//! A browser's place in a conversation: frames both ways, and how it ends.

use std::collections::VecDeque;
use std::sync::mpsc::{SyncSender, TrySendError};
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::Notify;

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
    way: Arc<Way>,
}

/// The line's end of it.
#[derive(Debug)]
pub(super) struct SeatEnd {
    pub id: PartyId,
    pub user: UserName,
    pub part: Part,
    /// Has the call; others were let in beside them.
    pub owner: bool,
    way: Arc<Way>,
    /// Frames it was too slow for.
    pub lagged: u64,
}

/// From the line to the browser.
#[derive(Debug, Default)]
struct Way {
    inside: Mutex<Inside>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Inside {
    frames: VecDeque<Frame>,
    /// The last word, said behind the last frame.
    last: Option<Why>,
    /// Nothing more comes.
    over: bool,
    /// Nobody takes anything any more.
    gone: bool,
}

impl Way {
    fn lock(&self) -> MutexGuard<'_, Inside> {
        super::lock(&self.inside)
    }
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
    let way = Arc::new(Way::default());
    let seat = Seat {
        id,
        commands,
        waker,
        way: Arc::clone(&way),
    };
    let end = SeatEnd {
        id,
        user,
        part,
        owner,
        way,
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
        loop {
            {
                let mut inside = self.way.lock();
                if let Some(frame) = inside.frames.pop_front() {
                    return Some(ToBrowser::Frame(frame));
                }
                if let Some(why) = inside.last.take() {
                    return Some(ToBrowser::Close(why));
                }
                if inside.over {
                    return None;
                }
            }
            // What changed meanwhile is remembered, so this does not wait for it.
            self.way.changed.notified().await;
        }
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
        self.way.lock().gone = true;
        // Should it not get through, the line sees that nobody takes its frames.
        self.command(Command::Leave { party: self.id });
    }
}

impl SeatEnd {
    /// Hands a frame over; where there is no room the oldest gives way and is counted. `false`: the
    /// browser is gone.
    pub fn give(&mut self, frame: Frame) -> bool {
        let mut inside = self.way.lock();
        inside.frames.push_back(frame);
        if inside.frames.len() > limits::BROWSER_FRAMES_MAX {
            inside.frames.pop_front();
            self.lagged += 1;
        }
        let is_there = !inside.gone;
        drop(inside);
        self.way.changed.notify_one();
        is_there
    }

    /// Ends it.
    pub fn close(&self, why: Why) {
        self.way.lock().last = Some(why);
        self.way.changed.notify_one();
    }
}

impl Drop for SeatEnd {
    fn drop(&mut self) {
        self.way.lock().over = true;
        self.way.changed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]
    use std::sync::mpsc::sync_channel;

    use super::*;

    #[test]
    fn a_browser_that_is_slow_hears_what_is_newest_and_then_the_last_word() {
        let (commands, _taken) = sync_channel(1);
        let waker = Arc::new(Waker::new().expect("a waker"));
        let user = UserName::new("rina");
        let (mut seat, mut end) = pair(PartyId(1), user, Part::Talk, true, commands, waker);
        let given = limits::BROWSER_FRAMES_MAX as i16 + 3;
        for number in 0..given {
            assert!(end.give(Frame([number; 160])));
        }
        assert_eq!(end.lagged, 3);
        end.close(Why::Over);
        drop(end);
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime.expect("a runtime").block_on(async {
            for number in 3..given {
                let frame = ToBrowser::Frame(Frame([number; 160]));
                assert_eq!(seat.next().await, Some(frame));
            }
            assert_eq!(seat.next().await, Some(ToBrowser::Close(Why::Over)));
            assert_eq!(seat.next().await, None);
        });
    }
}
