//! The sending side: whole frames or nothing, and a short queue.

use rustix::io::Errno;

/// Where sound goes: a tty, or the pipe of a player.
pub(super) trait Sink {
    /// Bytes given before and not yet taken by the device.
    fn unsent(&self) -> usize;
    /// Gives bytes without waiting; how many were taken, which may be an odd number.
    fn put(&self, bytes: &[u8]) -> Result<usize, Errno>;
}

/// Gives frames of 16 bit samples to a [`Sink`].
///
/// A frame that has begun is always finished before the next, so that no sample is ever shifted by
/// a byte; a frame that would wait too long is dropped as a whole.
pub(super) struct Outlet {
    /// The end of a frame whose beginning was taken.
    rest: Vec<u8>,
    unsent_max: usize,
}

impl Outlet {
    /// `unsent_max`: bytes that may wait, the new frame included.
    pub(super) fn new(unsent_max: usize) -> Outlet {
        Outlet {
            rest: Vec::new(),
            unsent_max,
        }
    }

    /// A new stream begins on the same sink: what is left of the last one is forgotten, except the
    /// second half of a sample.
    pub(super) fn begin(&mut self) {
        self.rest.truncate(self.rest.len() % SAMPLE_BYTES);
    }

    /// The sink is another one.
    pub(super) fn forget(&mut self) {
        self.rest.clear();
    }

    /// Gives a frame; the bytes of it that were dropped.
    ///
    /// # Errors
    /// The sink is gone.
    pub(super) fn write(&mut self, sink: &impl Sink, frame: &[u8]) -> Result<usize, Errno> {
        // Half a sample cannot be heard, and would shift all that follow.
        let (frame, odd) = frame.split_at(frame.len() - frame.len() % SAMPLE_BYTES);
        let dropped = odd.len();
        if !self.rest.is_empty() {
            let taken = put(sink, &self.rest)?;
            self.rest.drain(..taken);
        }
        let has_room = sink.unsent() + frame.len() <= self.unsent_max.max(frame.len());
        if !self.rest.is_empty() || !has_room {
            return Ok(dropped + frame.len());
        }
        let taken = put(sink, frame)?;
        if taken == 0 {
            return Ok(dropped + frame.len());
        }
        self.rest.extend_from_slice(&frame[taken..]);
        Ok(dropped)
    }
}

fn put(sink: &impl Sink, bytes: &[u8]) -> Result<usize, Errno> {
    loop {
        match sink.put(bytes) {
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => return Ok(0),
            other => return other,
        }
    }
}

/// Signed 16 bit.
const SAMPLE_BYTES: usize = 2;

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]
    use std::cell::{Cell, RefCell};

    use super::*;

    /// Takes what it is told to take, in bytes.
    #[derive(Default)]
    struct Narrow {
        takes: Cell<usize>,
        waiting: Cell<usize>,
        heard: RefCell<Vec<u8>>,
    }

    impl Sink for Narrow {
        fn unsent(&self) -> usize {
            self.waiting.get()
        }
        fn put(&self, bytes: &[u8]) -> Result<usize, Errno> {
            let count = bytes.len().min(self.takes.get());
            if count == 0 {
                return Err(Errno::AGAIN);
            }
            self.takes.set(self.takes.get() - count);
            self.heard.borrow_mut().extend_from_slice(&bytes[..count]);
            Ok(count)
        }
    }

    /// A frame all of whose samples are this number: low byte, then high byte.
    fn frame(number: u8) -> Vec<u8> {
        [number, 0x80 | number].repeat(160)
    }

    #[test]
    fn no_sample_is_shifted_however_little_is_taken() {
        let sink = Narrow::default();
        let mut outlet = Outlet::new(960);
        let (mut sent, mut dropped) = (0, 0);
        for turn in 0..200_usize {
            sink.takes.set(turn * 37 % 331);
            let number = u8::try_from(turn % 100).expect("small");
            dropped += outlet.write(&sink, &frame(number)).expect("there");
            sent += 320;
        }
        let heard = sink.heard.borrow();
        for sample in heard.chunks_exact(2) {
            assert_eq!(sample[1], 0x80 | sample[0]);
        }
        // Frames are whole: runs of 160 equal samples, but for the last one.
        let samples: Vec<u8> = heard.iter().step_by(2).copied().collect();
        for whole in samples.chunks_exact(160) {
            assert!(whole.iter().all(|sample| *sample == whole[0]));
        }
        assert!(dropped > 0);
        assert_eq!(dropped % 320, 0);
        assert_eq!(sent, heard.len() + outlet.rest.len() + dropped);
    }

    #[test]
    fn late_sound_is_dropped_and_counted() {
        let sink = Narrow::default();
        sink.takes.set(usize::MAX);
        let mut outlet = Outlet::new(960);
        sink.waiting.set(640);
        assert_eq!(outlet.write(&sink, &frame(1)), Ok(0));
        sink.waiting.set(641);
        assert_eq!(outlet.write(&sink, &frame(2)), Ok(320));
        // A frame longer than the queue goes when nothing waits.
        sink.waiting.set(0);
        assert_eq!(outlet.write(&sink, &frame(3).repeat(5)), Ok(0));
        sink.waiting.set(2);
        assert_eq!(outlet.write(&sink, &frame(3).repeat(5)), Ok(1600));
    }

    #[test]
    fn a_new_stream_begins_at_a_sample() {
        let sink = Narrow::default();
        let mut outlet = Outlet::new(960);
        sink.takes.set(101);
        assert_eq!(outlet.write(&sink, &frame(1)), Ok(0));
        outlet.begin();
        sink.takes.set(usize::MAX);
        assert_eq!(outlet.write(&sink, &frame(2)), Ok(0));
        let heard = sink.heard.borrow();
        assert_eq!(heard.len(), 102 + 320);
        assert!(heard.chunks_exact(2).all(|pair| pair[1] == 0x80 | pair[0]));
    }

    #[test]
    fn half_a_sample_is_dropped() {
        let sink = Narrow::default();
        sink.takes.set(usize::MAX);
        let mut outlet = Outlet::new(960);
        assert_eq!(outlet.write(&sink, &[1, 2, 3]), Ok(1));
        assert_eq!(*sink.heard.borrow(), [1, 2]);
    }
}
