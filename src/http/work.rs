//! Work that may wait for a disk or a processor, off the threads that serve screens.

use std::sync::Arc;

use tokio::sync::Semaphore;

/// So many pieces of one kind of work at a time, done or waiting for a thread. A clone shares them.
#[derive(Clone)]
pub struct Work(Arc<Semaphore>);

impl Work {
    /// At most `most` at a time.
    pub fn new(most: usize) -> Work {
        Work(Arc::new(Semaphore::new(most)))
    }

    /// Does it as soon as there is room; `None` if it panicked. The room is taken until the work
    /// is really over, though whoever asked for it may have gone long before.
    pub async fn run<T, F>(&self, work: F) -> Option<T>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let room = self.0.clone().acquire_owned().await.ok()?;
        let held = move || {
            let done = work();
            drop(room);
            done
        };
        tokio::task::spawn_blocking(held).await.ok()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use std::sync::mpsc::channel;
    use std::time::Duration;

    fn block_on<T>(work: impl Future<Output = T>) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build();
        runtime.unwrap().block_on(work)
    }

    #[test]
    fn whoever_breaks_off_gives_no_room_back_before_the_work_is_over() {
        block_on(async {
            let work = Work::new(1);
            let (go_on, told) = channel::<()>();
            let slow = work.run(move || told.recv().is_ok());
            let broken_off = tokio::time::timeout(Duration::from_millis(20), slow).await;
            assert!(broken_off.is_err());
            let next = tokio::time::timeout(Duration::from_millis(20), work.run(|| 7)).await;
            assert!(next.is_err(), "the first is still at it");
            go_on.send(()).unwrap();
            assert_eq!(work.run(|| 7).await, Some(7));
        });
    }

    #[test]
    fn work_that_panics_gives_its_room_back() {
        block_on(async {
            let work = Work::new(1);
            assert_eq!(work.run(|| -> u8 { panic!("a mistake") }).await, None);
            assert_eq!(work.run(|| 7).await, Some(7));
        });
    }
}
