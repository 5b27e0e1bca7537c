//! Where a practice can be had: one at a time, on a thread of its own.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::oneshot;

use super::cast;
use super::world::{World, leave_nothing};
use crate::base::fault::Fault;
use crate::base::ids::LineName;
use crate::base::limits;
use crate::centre::sound::Prompts;
use crate::clock::Clock;
use crate::config::Config;
use crate::crew;
use crate::http::practice::{NoCaller, PracticeRoom, Reply, Running, Scenario};

/// What a room is made from.
#[derive(Clone)]
pub struct Setup {
    /// The folder of the real centre's data; practice lives below it.
    pub data: PathBuf,
    /// The real centre's.
    pub config: Config,
    pub clock: Clock,
    /// What the office plays to callers.
    pub prompts: Prompts,
    /// How long it stays when everybody has left: [`limits::PRACTICE_IDLE`] except in tests.
    pub idle: Duration,
}

impl Setup {
    /// Where practice lives. Nothing in it is worth keeping.
    pub fn folder(&self) -> PathBuf {
        self.data.join("latihan")
    }
}

/// The room. Dropping it ends what goes on in it.
pub struct Room {
    setup: Arc<Setup>,
    scenarios: Vec<Scenario>,
    shared: Arc<Shared>,
    keeper: Mutex<Keeper>,
}

/// What the thread shows.
#[derive(Default)]
pub(super) struct Shared {
    running: Mutex<Option<Running>>,
    per_hour: AtomicU32,
    runs: AtomicU64,
}

impl Shared {
    pub fn show(&self, running: Option<Running>) {
        self.per_hour.store(0, Ordering::Relaxed);
        *lock(&self.running) = running;
    }
}

/// The way to the thread.
#[derive(Default)]
struct Keeper {
    orders: Option<Sender<Order>>,
    /// Ends with the thread.
    ended: Option<Receiver<()>>,
    stopped: bool,
}

enum Order {
    Open(oneshot::Sender<Result<Running, Fault>>),
    Close(oneshot::Sender<()>),
    Call {
        scenario: String,
        line: Option<LineName>,
        reply: oneshot::Sender<Result<LineName, NoCaller>>,
    },
    Traffic(u32),
    Stop,
}

impl Room {
    /// An empty room. What an earlier program left there is removed meanwhile.
    pub fn new(setup: Setup) -> Room {
        let room = Room {
            setup: Arc::new(setup),
            scenarios: cast::scenarios(),
            shared: Arc::default(),
            keeper: Mutex::default(),
        };
        room.keeper().start(&room.setup, &room.shared);
        room
    }

    /// Ends it for good, without waiting.
    pub fn stop(&self) {
        let mut keeper = self.keeper();
        keeper.stopped = true;
        if let Some(orders) = keeper.orders.take() {
            let _ = orders.send(Order::Stop);
        }
    }

    /// Waits for the end of what was stopped, but not for long: what remains on the disk then is
    /// removed at the next start.
    pub fn wait(&self) {
        let ended = self.keeper().ended.take();
        let ended = ended.map(|ended| ended.recv_timeout(limits::PRACTICE_STOP));
        if ended == Some(Err(RecvTimeoutError::Timeout)) {
            tracing::warn!("practice has not ended in time and is left behind");
        }
    }

    fn send(&self, order: Order) {
        let mut keeper = self.keeper();
        // Whoever waits for an answer from a thread that is gone learns that from the answer's end.
        let Some(Err(unsent)) = keeper.orders.as_ref().map(|orders| orders.send(order)) else {
            return;
        };
        // A mistake in practice has ended its thread. There is another.
        keeper.start(&self.setup, &self.shared);
        if let Some(orders) = &keeper.orders {
            let _ = orders.send(unsent.0);
        }
    }

    fn keeper(&self) -> MutexGuard<'_, Keeper> {
        lock(&self.keeper)
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.stop();
        self.wait();
    }
}

impl Keeper {
    fn start(&mut self, setup: &Arc<Setup>, shared: &Arc<Shared>) {
        if self.stopped {
            return;
        }
        let (orders, taken) = channel();
        let (end, ended) = channel();
        let (setup, shared) = (Arc::clone(setup), Arc::clone(shared));
        let thread = crew::practice("ruang").spawn(move || {
            let _end: Sender<()> = end;
            crew::give_way();
            leave_nothing(&setup.folder());
            keep(&setup, &shared, &taken);
        });
        match thread {
            Ok(_) => {
                self.orders = Some(orders);
                self.ended = Some(ended);
            }
            Err(error) => tracing::error!(%error, "no thread for practice"),
        }
    }
}

/// Everything that takes time happens here.
fn keep(setup: &Setup, shared: &Arc<Shared>, orders: &Receiver<Order>) {
    while let Ok(order) = orders.recv() {
        match order {
            Order::Open(reply) => {
                let run = shared.runs.fetch_add(1, Ordering::Relaxed) + 1;
                match World::make(setup, shared, run) {
                    Ok(world) => {
                        tracing::info!("practice begins");
                        let _ = reply.send(Ok(world.running()));
                        let after = play(setup, shared, world, orders);
                        tracing::info!("practice has ended");
                        match after {
                            After::Nothing => {}
                            After::Closed(reply) => drop(reply.send(())),
                            After::Stopped => return,
                        }
                    }
                    Err(fault) => {
                        // What was made of it goes at once.
                        leave_nothing(&setup.folder());
                        let _ = reply.send(Err(fault));
                    }
                }
            }
            Order::Close(reply) => drop(reply.send(())),
            Order::Call { reply, .. } => drop(reply.send(Err(NoCaller::Off))),
            Order::Traffic(_) => {}
            Order::Stop => return,
        }
    }
}

/// What follows the end of a practice.
enum After {
    Nothing,
    /// Somebody wants to know that it is over.
    Closed(oneshot::Sender<()>),
    Stopped,
}

/// Until it is ended, or cannot go on.
fn play(setup: &Setup, shared: &Shared, mut world: World, orders: &Receiver<Order>) -> After {
    let mut beats = setup.clock.tick();
    loop {
        let wait = limits::PRACTICE_BEAT.saturating_sub(setup.clock.tick().since(beats));
        let order = orders.recv_timeout(wait);
        let now = setup.clock.tick();
        match order {
            Err(RecvTimeoutError::Timeout) => {
                beats = now;
                if !world.beat(now) {
                    return After::Nothing;
                }
            }
            Ok(Order::Open(reply)) => drop(reply.send(Ok(world.running()))),
            Ok(Order::Call {
                scenario,
                line,
                reply,
            }) => drop(reply.send(world.call(&scenario, line.as_ref(), now))),
            Ok(Order::Traffic(per_hour)) => {
                world.set_traffic(per_hour, now);
                shared.per_hour.store(per_hour, Ordering::Relaxed);
            }
            Ok(Order::Close(reply)) => return After::Closed(reply),
            Ok(Order::Stop) | Err(RecvTimeoutError::Disconnected) => return After::Stopped,
        }
    }
}

impl PracticeRoom for Room {
    fn scenarios(&self) -> &[Scenario] {
        &self.scenarios
    }

    fn running(&self) -> Option<Running> {
        lock(&self.shared.running).clone()
    }

    fn open(&self) -> Reply<Result<Running, Fault>> {
        let (reply, answer) = oneshot::channel();
        self.send(Order::Open(reply));
        answer
    }

    fn close(&self) -> Reply<()> {
        let (reply, answer) = oneshot::channel();
        self.send(Order::Close(reply));
        answer
    }

    fn call(&self, scenario: &str, line: Option<LineName>) -> Reply<Result<LineName, NoCaller>> {
        let (reply, answer) = oneshot::channel();
        let scenario = scenario.to_owned();
        self.send(Order::Call {
            scenario,
            line,
            reply,
        });
        answer
    }

    fn set_traffic(&self, per_hour: u32) {
        self.send(Order::Traffic(per_hour));
    }

    fn traffic(&self) -> u32 {
        self.shared.per_hour.load(Ordering::Relaxed)
    }

    fn idle(&self) -> Duration {
        self.setup.idle
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is locked here is whole after every statement.
    mutex.lock().unwrap_or_else(|e| e.into_inner())
}
