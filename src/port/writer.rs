//! The thread that writes to one port.

use std::collections::VecDeque;
use std::os::fd::OwnedFd;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;

use super::PortSpec;
use super::device::{Device, Queue};
use super::wake::timespec;
use crate::base::limits;
use crate::crew;

/// What waits to be written, and to which device.
pub(super) struct Outbox {
    inside: Mutex<Inside>,
    changed: Condvar,
}

#[derive(Default)]
struct Inside {
    stopped: bool,
    /// Counts devices, so that nothing meant for one is written to its successor.
    generation: u64,
    device: Option<Arc<OwnedFd>>,
    queue: Option<Queue>,
    waiting: VecDeque<Vec<u8>>,
    /// The writer has taken something and is not through with it.
    writing: bool,
}

/// One piece of work for the writer.
struct Work {
    generation: u64,
    device: Arc<OwnedFd>,
    bytes: Vec<u8>,
}

impl Outbox {
    pub(super) fn new() -> Outbox {
        Outbox {
            inside: Mutex::default(),
            changed: Condvar::new(),
        }
    }

    /// Queues bytes; `false` if there is no device or no room.
    pub(super) fn put(&self, bytes: Vec<u8>) -> bool {
        let mut inside = self.lock();
        let takes = inside.device.is_some() && inside.waiting.len() < limits::PORT_WRITES_MAX;
        if takes {
            inside.waiting.push_back(bytes);
            self.changed.notify_all();
        }
        takes
    }

    /// Queues sound, unless what was queued before still waits, here or in the kernel.
    pub(super) fn put_sound(&self, bytes: Vec<u8>) -> bool {
        let mut inside = self.lock();
        let unsent = inside.queue.as_ref().map_or(0, Queue::unsent);
        let has_room = inside.waiting.len() < limits::PORT_SOUND_WRITES_MAX
            && frames_in(unsent, bytes.len()) < limits::PORT_SOUND_UNSENT_FRAMES_MAX;
        let takes = inside.device.is_some() && has_room;
        if takes {
            inside.waiting.push_back(bytes);
            self.changed.notify_all();
        }
        takes
    }

    /// From now on bytes go here; what waited for another device is dropped.
    pub(super) fn attach(&self, device: Option<&Device>) {
        let (side, queue) = (device.map(Device::side), device.and_then(Device::queue));
        let mut inside = self.lock();
        inside.generation += 1;
        (inside.device, inside.queue) = (side, queue);
        inside.waiting.clear();
        self.changed.notify_all();
    }

    /// Waits until everything queued has been handed to the device, at most `time`.
    pub(super) fn settle(&self, time: Duration) {
        let busy = |inside: &mut Inside| inside.writing || !inside.waiting.is_empty();
        let _ = self.changed.wait_timeout_while(self.lock(), time, busy);
    }

    pub(super) fn stop(&self) {
        self.lock().stopped = true;
        self.changed.notify_all();
    }

    /// The next piece; `None` when it is over. What is queued at the stop is still written.
    fn take(&self) -> Option<Work> {
        let mut inside = self.lock();
        inside.writing = false;
        self.changed.notify_all();
        loop {
            if let Some(device) = inside.device.clone()
                && let Some(bytes) = inside.waiting.pop_front()
            {
                inside.writing = true;
                let generation = inside.generation;
                return Some(Work {
                    generation,
                    device,
                    bytes,
                });
            }
            if inside.stopped {
                return None;
            }
            inside = self
                .changed
                .wait(inside)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn is_current(&self, work: &Work) -> bool {
        self.lock().generation == work.generation
    }

    fn lock(&self) -> MutexGuard<'_, Inside> {
        // Every change is one statement, so a panic elsewhere cannot leave it half made.
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How many writes of sound, each of so many bytes, lie in the kernel as `unsent`.
fn frames_in(unsent: usize, frame: usize) -> usize {
    let is_counted_in = |buffer: &&usize| unsent.is_multiple_of(**buffer);
    let each = CDC_ACM_BUFFERS.iter().find(is_counted_in);
    unsent / each.copied().unwrap_or(frame).max(1)
}

/// What `cdc-acm` says of each write that is under way, however short it is: twenty packets of a
/// device of high and of full speed (`acm_probe`, `acm_tty_chars_in_buffer`).
const CDC_ACM_BUFFERS: [usize; 2] = [20 * 512, 20 * 64];

/// Starts the thread. `end` is dropped when it is done.
pub(super) fn spawn(
    spec: &PortSpec,
    outbox: &Arc<Outbox>,
    end: Sender<()>,
) -> std::io::Result<JoinHandle<()>> {
    let outbox = Arc::clone(outbox);
    crew::thread(format!("port-out:{}", spec.name)).spawn(move || {
        let _end = end;
        while let Some(work) = outbox.take() {
            write_all(&outbox, &work);
        }
    })
}

/// Writes until all is taken, the device changes or it refuses. What it refuses is dropped: the
/// reader learns from the system that the device is gone, the line by its own time limit that no
/// answer comes.
fn write_all(outbox: &Outbox, work: &Work) {
    let mut rest = work.bytes.as_slice();
    while !rest.is_empty() && outbox.is_current(work) {
        match rustix::io::write(&*work.device, rest) {
            Ok(count) => rest = &rest[count..],
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => {
                let mut fds = [PollFd::new(&*work.device, PollFlags::OUT)];
                let _ = poll(&mut fds, Some(&timespec(STUCK_LOOKS)));
                if fds[0].revents().intersects(PollFlags::HUP | PollFlags::ERR) {
                    return;
                }
            }
            Err(_) => return,
        }
    }
}

/// A writer that is stuck looks this often whether its device is still the right one.
const STUCK_LOOKS: Duration = Duration::from_millis(200);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_in_the_kernel_is_known_as_frames_however_the_driver_counts() {
        assert_eq!(frames_in(0, 163), 0);
        // A UART and most USB adapters count bytes.
        assert_eq!(frames_in(162, 163), 0);
        assert_eq!(frames_in(700, 163), 4);
        assert_eq!(frames_in(4_095, 163), 25);
        // cdc-acm counts whole buffers.
        assert_eq!(frames_in(1_280, 163), 1);
        assert_eq!(frames_in(4 * 1_280, 163), 4);
        assert_eq!(frames_in(3 * 10_240, 163), 3);
        assert_eq!(frames_in(7, 0), 7);
    }
}
