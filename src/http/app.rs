//! What every request can reach: the engine's handle, memory of sessions, texts, limits.

use std::net::{IpAddr, Ipv4Addr};
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
use super::pages::Pages;
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

/// Shared by both workers for as long as the server lives.
pub struct App {
    pub handle: Handle,
    pub studio: Studio,
    pub guests: Guests,
    pub listened: Listened,
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
    pub wire: Wire,
    pub throttle: Mutex<Throttle>,
    /// One setup attempt at a time, so that guesses are counted one by one.
    pub claiming: tokio::sync::Mutex<()>,
    pub reading: Work,
    pub hashing: Work,
    /// Places for people whose password waits to be checked.
    pub hashing_places: Semaphore,
    /// Bringing uploads of sound into form, and writing them down.
    pub shaping: Work,
    /// Places for bodies that are larger than those of an ordinary request.
    pub large_bodies: Semaphore,
    pub connections: Arc<Connections>,
    /// Places for listeners to live events.
    pub listening: Arc<Semaphore>,
    pub counts: Counts,
    /// Becomes `true` when the server is told to stop.
    pub closing: watch::Receiver<bool>,
    pub(super) sessions: Mutex<Sessions>,
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
    /// One reading of every clock.
    pub fn now(&self) -> Now {
        self.clock.now()
    }

    /// The time as it is recorded now.
    pub fn stamp(&self) -> Stamp {
        self.now().stamp(self.board().trust)
    }

    /// The current picture.
    pub fn board(&self) -> Arc<Board> {
        self.handle.board()
    }

    /// A number in any spelling, read as the lines read it.
    ///
    /// # Errors
    /// `bad_number`.
    pub fn number(&self, text: &str) -> Result<Number, Problem> {
        let number = phone::read(text, NumberType::Unknown, self.area_code.as_deref());
        number.ok_or_else(|| Problem::from(Refusal::BadNumber))
    }

    /// Reads from the disk on a thread that may wait for it, so that a stalled disk never holds up
    /// the screens that this worker serves.
    ///
    /// # Errors
    /// The store's fault as 503; `busy` if the disk does not answer in time, or has left too many
    /// without an answer before.
    pub async fn read<T, F>(&self, what: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&Reader) -> Result<T, Fault> + Send + 'static,
    {
        let reader = self.handle.reader().clone();
        let work = self.reading.run(move || what(&reader));
        match tokio::time::timeout(limits::READ_PATIENCE, work).await {
            Ok(Some(Ok(value))) => Ok(value),
            Ok(Some(Err(fault))) => Err(Problem::from(fault)),
            Ok(None) | Err(_) => Err(busy()),
        }
    }

    /// Judges a session by memory and disk together. `active`: a person did something.
    pub async fn judge(self: &Arc<Self>, hash: TokenHash, active: bool) -> Standing {
        let remembered = self.sessions().user_of(&hash);
        let disk = self
            .read(move |reader| match reader.session(&hash)? {
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
    /// As [`App::read`].
    pub async fn living_sessions(
        self: &Arc<Self>,
        of: Option<UserName>,
    ) -> Result<Vec<SessionRecord>, Problem> {
        let what = move |r: &Reader| Ok((r.sessions(of.as_ref())?, r.users()?));
        let (mut found, users) = self.read(what).await?;
        let now = self.now();
        let role_of = |user: &UserName| {
            let user = users.iter().find(|known| known.user == *user);
            user.map_or(Role::Operator, |user| user.role)
        };
        let trust = self.board().trust;
        let is_over = |s: &mut SessionRecord| {
            let role = role_of(&s.user);
            self.sessions().is_over(s, role, now, trust)
        };
        for SessionRecord { token_hash, .. } in found.extract_if(.., is_over) {
            self.store_session(SessionChange::End { token_hash });
        }
        Ok(found)
    }

    /// Stores a change to the sessions without waiting for it.
    pub fn store_session(self: &Arc<Self>, change: SessionChange) {
        let app = self.clone();
        actix_web::rt::spawn(async move {
            let _ = app.handle.session(change).await;
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
