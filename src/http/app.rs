//! What every request can reach: a centre (its engine's handle, its sound), and the house around it
//! (memory of sessions, pages, limits).

use std::net::{IpAddr, Ipv4Addr};
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use actix_web::HttpRequest;
use jiff::tz::TimeZone;
use tokio::sync::{Semaphore, SemaphorePermit, watch};

use super::api::audio::Guests;
use super::api::recording::Listened;
use super::connections::Connections;
use super::events::wire::Wire;
use super::page::Pages;
use super::practice::Practice;
use super::problem::Problem;
use super::session::{OnDisk, Sessions, Standing, TokenHash};
use super::text::Lang;
use super::throttle::Throttle;
use super::work::Work;
use crate::base::fault::Fault;
use crate::base::ids::UserName;
use crate::base::limits;
use crate::base::phone::{self, Number, NumberType};
use crate::base::time::{Now, Stamp};
use crate::clock::Clock;
use crate::desk::operator::Role;
use crate::desk::order::Refusal;
use crate::engine::board::Board;
use crate::engine::handle::Handle;
use crate::media::Studio;
use crate::pki::Pki;
use crate::prompts::Library;
use crate::store::{Reader, SessionChange, SessionRecord};

/// One centre as requests see it: the real one, or practice. What both share is the house's, and is
/// reached through this.
pub struct App {
    pub house: Arc<House>,
    pub handle: Handle,
    pub studio: Studio,
    pub guests: Guests,
    pub listened: Listened,
    pub wire: Wire,
    pub reading: Work,
    /// Places for listeners to live events.
    pub listening: Arc<Semaphore>,
    pub listeners_max: usize,
    /// Becomes `true` when the server is told to stop, or this centre ends.
    pub closing: watch::Receiver<bool>,
    /// What its paths begin with: nothing, or [`PRACTICE_BASE`].
    pub base: &'static str,
}

/// What there is once, for as long as the server lives: the people, their sessions, the pages.
pub struct House {
    pub clock: Clock,
    pub zone: TimeZone,
    pub area_code: Option<String>,
    pub centre: String,
    pub language: Lang,
    pub data_dir: PathBuf,
    pub pki: Arc<Pki>,
    /// What the box says to callers.
    pub prompts: Arc<Library>,
    pub pages: Pages,
    pub throttle: Mutex<Throttle>,
    /// One setup attempt at a time, so that guesses are counted one by one.
    pub claiming: tokio::sync::Mutex<()>,
    pub hashing: Work,
    /// Places for people whose password waits to be checked.
    pub hashing_places: Semaphore,
    /// Bringing uploads of sound into form, and writing them down.
    pub shaping: Work,
    /// Places for bodies that are larger than those of an ordinary request.
    pub large_bodies: Semaphore,
    pub connections: Arc<Connections>,
    pub counts: Counts,
    pub practice: Practice,
    pub(super) sessions: Mutex<Sessions>,
    /// Says that a session was ended or parked, to whatever goes on with one.
    pub left: watch::Sender<()>,
    /// The real centre, which knows the people and their sessions.
    pub(super) records: Handle,
    pub(super) reading_records: Work,
}

impl Deref for App {
    type Target = House;

    fn deref(&self) -> &House {
        &self.house
    }
}

/// Counters for `/metrics`.
#[derive(Default)]
pub struct Counts {
    /// Answers by first digit of the status.
    pub answers: [AtomicU64; 6],
    pub logins: AtomicU64,
    pub logins_failed: AtomicU64,
    pub logins_refused: AtomicU64,
    pub panics: AtomicU64,
}

impl Counts {
    /// Counts one answer.
    pub fn answered(&self, status: u16) {
        if let Some(counter) = self.answers.get(usize::from(status / 100)) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl App {
    /// Whether this is practice.
    pub fn is_practice(&self) -> bool {
        self.base == PRACTICE_BASE
    }

    /// The time as it is recorded now.
    pub fn stamp(&self) -> Stamp {
        self.now().stamp(self.board().trust)
    }

    /// The current picture.
    pub fn board(&self) -> Arc<Board> {
        self.handle.board()
    }

    /// Reads from this centre's disk.
    ///
    /// # Errors
    /// As [`read_from`].
    pub async fn read<T, F>(&self, what: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&Reader) -> Result<T, Fault> + Send + 'static,
    {
        read_from(&self.handle, &self.reading, what).await
    }
}

impl House {
    /// One reading of every clock.
    pub fn now(&self) -> Now {
        self.clock.now()
    }

    /// The real centre's picture: what the office and its people have chosen, wherever they work.
    pub fn office(&self) -> Arc<Board> {
        self.records.board()
    }

    /// A number in any spelling, read as the lines read it.
    ///
    /// # Errors
    /// `bad_number`.
    pub fn number(&self, text: &str) -> Result<Number, Problem> {
        let number = phone::read(text, NumberType::Unknown, self.area_code.as_deref());
        number.ok_or_else(|| Problem::from(Refusal::BadNumber))
    }

    /// Reads what the real centre has on disk: people, programs, sessions.
    ///
    /// # Errors
    /// As [`read_from`].
    pub async fn look_up<T, F>(&self, what: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&Reader) -> Result<T, Fault> + Send + 'static,
    {
        read_from(&self.records, &self.reading_records, what).await
    }

    /// Judges a session by memory and disk together. `active`: a person did something.
    pub async fn judge(&self, hash: TokenHash, active: bool) -> Standing {
        let remembered = self.sessions().user_of(&hash);
        let disk = self
            .look_up(move |reader| match reader.session(&hash)? {
                Some(session) => {
                    let user = reader.user(&session.user)?;
                    Ok(user.map_or(OnDisk::Gone(None), |user| OnDisk::Known(session, user)))
                }
                None => match remembered {
                    Some(name) => Ok(OnDisk::Gone(reader.user(&name)?)),
                    None => Ok(OnDisk::Gone(None)),
                },
            })
            .await
            .unwrap_or(OnDisk::Silent);
        let now = self.now();
        let on_disk = matches!(disk, OnDisk::Known(..));
        let standing = self.sessions().judge(&hash, disk, active, now);
        match standing {
            Standing::Good { touch: true, .. } => self.store_session(SessionChange::Touch {
                token_hash: hash,
                used_ms: now.wall.0,
            }),
            Standing::Expired if on_disk => {
                self.store_session(SessionChange::End { token_hash: hash });
            }
            Standing::Good { .. } | Standing::Expired | Standing::Ended => {}
        }
        standing
    }

    /// The sessions of one user or of all; what is over is ended on the way.
    ///
    /// # Errors
    /// As [`read_from`].
    pub async fn living_sessions(
        &self,
        of: Option<UserName>,
    ) -> Result<Vec<SessionRecord>, Problem> {
        let what = move |r: &Reader| Ok((r.sessions(of.as_ref())?, r.users()?));
        let (mut found, users) = self.look_up(what).await?;
        let now = self.now();
        let role_of = |user: &UserName| {
            let user = users.iter().find(|known| known.user == *user);
            user.map_or(Role::Operator, |user| user.role)
        };
        let trust = self.records.board().trust;
        let is_over = |s: &mut SessionRecord| {
            let role = role_of(&s.user);
            self.sessions().is_over(s, role, now, trust)
        };
        for SessionRecord { token_hash, .. } in found.extract_if(.., is_over) {
            self.store_session(SessionChange::End { token_hash });
        }
        Ok(found)
    }

    /// Ends a session in memory now and on disk as soon as it can. The memory keeps it as ended: a
    /// request that read the table just before the change must not bring it back.
    pub fn end_session(&self, token_hash: TokenHash) {
        self.sessions().ended(&token_hash);
        self.store_session(SessionChange::End { token_hash });
        self.left.send_replace(());
    }

    /// Parks one, likewise: somebody else is active in its browser.
    pub fn park_session(&self, token_hash: TokenHash) {
        self.sessions().parked(&token_hash);
        self.store_session(SessionChange::Park { token_hash });
        self.left.send_replace(());
    }

    /// Stores a change to the sessions without waiting for it.
    pub fn store_session(&self, change: SessionChange) {
        let records = self.records.clone();
        actix_web::rt::spawn(async move {
            let _ = records.session(change).await;
        });
    }

    /// The memory of sessions, for as long as the guard is held; never across an `await`.
    pub fn sessions(&self) -> MutexGuard<'_, Sessions> {
        // The memory is whole after every statement, so a panic elsewhere spoils nothing.
        self.sessions.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// The login counters, likewise.
    pub fn throttle(&self) -> MutexGuard<'_, Throttle> {
        self.throttle.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// Runs a password hashing.
    ///
    /// # Errors
    /// `busy` if too many wait already.
    pub async fn hashing<T, F>(&self, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let _place = self.hashing_places.try_acquire().map_err(|_| busy())?;
        self.hashing.run(work).await.ok_or_else(busy)
    }

    /// A place for the body of such a route, to be held until the request is answered.
    ///
    /// # Errors
    /// `busy` if too many large ones are held already.
    pub fn place_for_body(&self, most: usize) -> Result<Option<SemaphorePermit<'_>>, Problem> {
        if most <= limits::BODY_BYTES_MAX {
            return Ok(None);
        }
        let place = self.large_bodies.try_acquire();
        place.map(Some).map_err(|_| busy())
    }
}

/// Reads from a centre's disk on a thread that may wait for it, so that a stalled disk never holds
/// up the screens that this worker serves.
///
/// # Errors
/// The store's fault as 503; `busy` if the disk does not answer in time, or has left too many
/// without an answer before.
async fn read_from<T, F>(centre: &Handle, reading: &Work, what: F) -> Result<T, Problem>
where
    T: Send + 'static,
    F: FnOnce(&Reader) -> Result<T, Fault> + Send + 'static,
{
    let reader = centre.reader().clone();
    let work = reading.run(move || what(&reader));
    match tokio::time::timeout(limits::READ_PATIENCE, work).await {
        Ok(Some(Ok(value))) => Ok(value),
        Ok(Some(Err(fault))) => Err(Problem::from(fault)),
        Ok(None) | Err(_) => Err(busy()),
    }
}

/// The address a request comes from; loopback-mapped and IPv4-mapped ones as IPv4.
pub fn peer(request: &HttpRequest) -> IpAddr {
    request
        .peer_addr()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |addr| {
            addr.ip().to_canonical()
        })
}

/// The server has its hands full for a moment.
pub fn busy() -> Problem {
    Problem::new(503, "busy").retry_after(Duration::from_secs(3))
}

/// What the paths of practice begin with.
pub const PRACTICE_BASE: &str = "/latihan";
