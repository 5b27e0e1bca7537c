//! Practice ("latihan") as the web sees it: a second centre behind the same pages and API, whose
//! paths begin with [`PRACTICE_BASE`].
//!
//! The people, their sessions and their roles are the house's; everything else a request can reach
//! there is practice's own. Whoever asks under those paths is in practice for as long as the answer
//! goes on; when the last has been gone for long enough, it is taken down.
//!
//! [`PRACTICE_BASE`]: super::app::PRACTICE_BASE

mod visits;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::{Semaphore, oneshot, watch};

use super::api::audio::Guests;
use super::api::recording::Listened;
use super::app::{App, House, PRACTICE_BASE, busy};
use super::events::wire::Wire;
use super::guard::{self, Who};
use super::problem::Problem;
use super::text::Lang;
use super::work::Work;
use crate::base::fault::Fault;
use crate::base::ids::{LineName, UserName};
use crate::base::limits;
use crate::base::time::{Stamp, Tick};
use crate::desk::call::Class;
use crate::desk::order::{OfficeOrder, Order, UserRecord};
use crate::engine::handle::Handle;
use crate::media::Studio;
pub use visits::{Visit, Visits};

/// Makes the centre for practice and takes it down, on threads of its own. Nothing here waits: what
/// takes time is answered through a [`Reply`], which is dropped if there is nothing to answer.
pub trait PracticeRoom: Send + Sync {
    /// Everybody who can be asked to call.
    fn scenarios(&self) -> &[Scenario];

    /// The centre, while there is one.
    fn running(&self) -> Option<Running>;

    /// Makes it, unless it is there.
    fn open(&self) -> Reply<Result<Running, Fault>>;

    /// Takes it down; answered when nothing of it is left.
    fn close(&self) -> Reply<()>;

    /// Lets somebody call, on this line or on any; answered with the line.
    fn call(&self, scenario: &str, line: Option<LineName>) -> Reply<Result<LineName, NoCaller>>;

    /// So many callers come by themselves in an hour from now on, until practice ends.
    fn set_traffic(&self, per_hour: u32);

    /// How many that are.
    fn traffic(&self) -> u32;

    /// How long it stays when everybody has left.
    fn idle(&self) -> Duration;
}

/// An answer that takes a moment.
pub type Reply<T> = oneshot::Receiver<T>;

/// A centre for practice that runs.
#[derive(Clone)]
pub struct Running {
    /// Which one since the program started.
    pub run: u64,
    pub since: Stamp,
    pub handle: Handle,
    pub studio: Studio,
}

/// Why nobody called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoCaller {
    /// There is no such scenario.
    NoSuchScenario,
    /// There is no such line.
    NoSuchLine,
    /// Every line, or the one that was asked for, is in use or not ready.
    LinesBusy,
    /// There is no practice.
    Off,
}

/// Somebody who can be asked to call.
#[derive(Clone, PartialEq, Debug)]
pub struct Scenario {
    pub id: String,
    /// Name of a picture.
    pub icon: String,
    pub title: Words,
    /// What whoever practises is to do.
    pub task: Words,
    /// What is heard, or read.
    pub says: String,
    /// As dialled; `None`: it is hidden.
    pub number: Option<String>,
    /// What it should be classified as; `None`: nobody talks, so there is nothing to classify.
    pub expects: Option<Class>,
}

/// The same in both languages.
#[derive(Clone, PartialEq, Eq, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    pub id: String,
    pub en: String,
}

impl Words {
    /// In this one.
    pub fn of(&self, lang: Lang) -> &str {
        match lang {
            Lang::Id => &self.id,
            Lang::En => &self.en,
        }
    }
}

/// The way from the house to practice.
pub struct Practice {
    room: Arc<dyn PracticeRoom>,
    shown: Mutex<Option<Shown>>,
    visits: Arc<Mutex<Visits>>,
}

/// The centre as requests see it.
struct Shown {
    run: u64,
    app: Arc<App>,
    closing: watch::Sender<bool>,
    /// Whom it knows.
    met: BTreeSet<UserName>,
}

impl Practice {
    /// Where nobody is yet.
    pub fn new(room: Arc<dyn PracticeRoom>) -> Practice {
        Practice {
            room,
            shown: Mutex::default(),
            visits: Arc::default(),
        }
    }

    /// The room itself.
    pub fn room(&self) -> &dyn PracticeRoom {
        &*self.room
    }

    /// Opens it, unless it is open, and lets it know everybody who may log in. Whoever opens it is
    /// in it meanwhile.
    ///
    /// # Errors
    /// The fault that keeps it from being made, as 503; `busy` if it takes too long.
    pub async fn open(
        &self,
        house: &Arc<House>,
        user: UserName,
    ) -> Result<(Arc<App>, Visit), Problem> {
        let visit = Visit::begin(&self.visits, &house.clock, user);
        let opened = answered(self.room.open(), limits::PRACTICE_OPENS_WITHIN).await?;
        opened.map_err(Problem::from)?;
        let app = self.centre(house)?;
        introduce(house, &app).await?;
        Ok((app, visit))
    }

    /// Ends it at once, whoever is in it.
    ///
    /// # Errors
    /// `busy` if it takes longer than it should; it will be gone.
    pub async fn close(&self) -> Result<(), Problem> {
        self.forget();
        answered(self.room.close(), limits::PRACTICE_CLOSES_WITHIN).await
    }

    /// Lets somebody in for as long as the value lives.
    ///
    /// # Errors
    /// `practice_off`, or as [`House::look_up`].
    pub async fn enter(
        &self,
        house: &Arc<House>,
        who: Option<&Who>,
    ) -> Result<(Arc<App>, Option<Visit>), Problem> {
        let app = self.centre(house)?;
        let Some(user) = who.map(|who| who.person.user.clone()) else {
            return Ok((app, None));
        };
        if !self.has_met(&user) {
            introduce(house, &app).await?;
            self.met(user.clone());
        }
        let visit = Visit::begin(&self.visits, &house.clock, user);
        Ok((app, Some(visit)))
    }

    /// Who is in it.
    pub fn people(&self, now: Tick) -> Vec<UserName> {
        lock(&self.visits).people(now)
    }

    /// The centre of now.
    ///
    /// # Errors
    /// `practice_off`.
    fn centre(&self, house: &Arc<House>) -> Result<Arc<App>, Problem> {
        let Some(running) = self.room.running() else {
            self.forget();
            return Err(Problem::new(409, "practice_off"));
        };
        let mut shown = self.shown();
        if let Some(shown) = shown.as_ref().filter(|shown| shown.run == running.run) {
            return Ok(shown.app.clone());
        }
        let (closing, closing_seen) = watch::channel(false);
        let run = running.run;
        let app = Arc::new(app(house, running, closing_seen));
        let new = Shown {
            run,
            app: app.clone(),
            closing,
            met: BTreeSet::new(),
        };
        if let Some(old) = shown.replace(new) {
            let _ = old.closing.send(true);
        }
        Ok(app)
    }

    /// Ends what still goes on there, and lets go of it.
    pub fn forget(&self) {
        if let Some(shown) = self.shown().take() {
            let _ = shown.closing.send(true);
        }
    }

    fn has_met(&self, user: &UserName) -> bool {
        let shown = self.shown();
        shown.as_ref().is_some_and(|shown| shown.met.contains(user))
    }

    fn met(&self, user: UserName) {
        if let Some(shown) = self.shown().as_mut() {
            shown.met.insert(user);
        }
    }

    /// Takes down what nobody is in any more, and forgets what has ended by itself.
    fn look(&self, now: Tick) {
        if self.room.running().is_none() {
            self.forget();
        } else if lock(&self.visits).idle(now) >= self.room.idle() {
            tracing::info!("everybody has left practice: it ends");
            self.forget();
            // Nobody waits for the end of it.
            drop(self.room.close());
        }
    }

    fn shown(&self) -> MutexGuard<'_, Option<Shown>> {
        lock(&self.shown)
    }
}

/// Looks after practice for as long as the server lives.
pub async fn keep_watch(house: Arc<House>) {
    let every = limits::PRACTICE_LOOK_EVERY.min(house.practice.room.idle() / 4);
    loop {
        tokio::time::sleep(every).await;
        house.practice.look(house.clock.tick());
    }
}

fn app(house: &Arc<House>, running: Running, closing: watch::Receiver<bool>) -> App {
    App {
        handle: running.handle,
        studio: running.studio,
        guests: Guests::default(),
        listened: Listened::default(),
        wire: Wire::new(house.zone.clone()),
        reading: Work::new(limits::PRACTICE_READS_MAX),
        listening: Arc::new(Semaphore::new(limits::PRACTICE_LISTENERS_MAX)),
        listeners_max: limits::PRACTICE_LISTENERS_MAX,
        closing,
        base: PRACTICE_BASE,
        house: house.clone(),
    }
}

/// Lets practice know the people of the house as they are now. Their passwords stay where they are.
async fn introduce(house: &House, app: &App) -> Result<(), Problem> {
    let people = house.look_up(|reader| reader.users()).await?;
    let known = app.read(|reader| reader.users()).await?;
    let of = |user: &UserName| known.iter().find(|known| known.user == *user);
    let unknown = people.iter().filter(|person| of(&person.user).is_none());
    tell(app, unknown.map(added)).await;
    let is_other = |person: &&UserRecord| {
        let (name, role, disabled) = of(&person.user)
            .map_or((&person.name, person.role, false), |known| {
                (&known.name, known.role, known.disabled)
            });
        (name, role, disabled) != (&person.name, person.role, person.disabled)
    };
    tell(app, people.iter().filter(is_other).map(changed)).await;
    Ok(())
}

fn added(person: &UserRecord) -> OfficeOrder {
    OfficeOrder::AddUser {
        user: person.user.clone(),
        name: person.name.clone(),
        role: person.role,
        // Nobody logs in there.
        password_hash: "-".to_owned(),
    }
}

fn changed(person: &UserRecord) -> OfficeOrder {
    OfficeOrder::ChangeUser {
        user: person.user.clone(),
        name: Some(person.name.clone()),
        role: Some(person.role),
        disabled: Some(person.disabled),
    }
}

/// All at once, so that the disk writes them together.
async fn tell(app: &App, orders: impl Iterator<Item = OfficeOrder>) {
    let told = orders.map(|order| app.handle.order(guard::of_the_box(), Order::Office(order)));
    for refusal in join_all(told).await.into_iter().filter_map(Result::err) {
        // Whether somebody may come in is not practice's to decide.
        tracing::debug!(?refusal, "practice does not know somebody as they are");
    }
}

async fn answered<T>(reply: Reply<T>, patience: Duration) -> Result<T, Problem> {
    match tokio::time::timeout(patience, reply).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(_)) | Err(_) => Err(busy()),
    }
}

/// As [`PracticeRoom::call`].
///
/// # Errors
/// `practice_off`, `practice_lines_busy`, or 422 naming the field.
pub async fn call(
    room: &dyn PracticeRoom,
    scenario: &str,
    line: Option<LineName>,
) -> Result<LineName, Problem> {
    let called = answered(room.call(scenario, line), limits::PRACTICE_CLOSES_WITHIN).await?;
    called.map_err(|no| match no {
        NoCaller::NoSuchScenario => Problem::bad_field("scenario"),
        NoCaller::NoSuchLine => Problem::bad_field("line"),
        NoCaller::LinesBusy => Problem::new(409, "practice_lines_busy"),
        NoCaller::Off => Problem::new(409, "practice_off"),
    })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is locked here is whole after every statement.
    mutex.lock().unwrap_or_else(|e| e.into_inner())
}
