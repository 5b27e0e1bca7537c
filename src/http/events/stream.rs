//! One listener: what it has been sent, what it still has to get, and when it must stop.
//!
//! Facts are sent in the order of the journal without gap or repetition, whether they come from
//! the bus or, for a listener that resumes or fell behind, from the disk; only entries that are
//! damaged there are left out. Alerts overtake all of that and never wait for the disk.

use std::pin::Pin;
use std::sync::Arc;

use actix_web::web::{Bytes, BytesMut};
use futures_util::FutureExt;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::{Interval, MissedTickBehavior};

use super::wire;
use crate::base::ids::Seq;
use crate::base::limits;
use crate::engine::bus::{Alert, DurableFact, Said, Subscription};
use crate::engine::handle::Presence;
use crate::http::app::App;
use crate::http::guard::Kind;
use crate::http::problem::Problem;
use crate::http::session::Standing;
use crate::store::{DamagedEntry, Reader, StoredEntry, seq_of};

/// A listener.
pub struct Live {
    app: Arc<App>,
    kind: Kind,
    bus: Subscription,
    closing: watch::Receiver<bool>,
    /// Some session was ended or parked.
    left: watch::Receiver<()>,
    beat: Interval,
    /// Newest fact sent; `None` until the first one of a listener that did not resume.
    sent: Option<Seq>,
    /// Newest fact that is known to exist and was not sent: the journal has it.
    owed: Option<Seq>,
    /// Whether the journal must be read before facts from the bus can be sent.
    behind: bool,
    /// The session is over: only the bell.
    locked: bool,
    closed: bool,
    work: Option<Pin<Box<dyn Future<Output = Work>>>>,
    /// What was owed when the read under way began; a later debt needs another read.
    owed_at_read: Option<Seq>,
    check_due: bool,
    presence: Option<Presence>,
    opened: bool,
    _place: OwnedSemaphorePermit,
}

/// What was waited for beside the bus.
enum Work {
    /// Entries after the one sent last, and the newest on disk.
    Read(Result<(Vec<Marked>, Seq), Problem>),
    Judged(Standing),
}

type Marked = Result<StoredEntry, DamagedEntry>;

/// What woke the listener.
enum Woken {
    Said(Result<Said, RecvError>),
    Worked(Work),
    Beat,
    Left,
    Closing,
}

impl Live {
    /// A listener that wants the facts after `after`, or only those from now on.
    pub fn new(
        app: Arc<App>,
        kind: Kind,
        after: Option<Seq>,
        place: OwnedSemaphorePermit,
        presence: Option<Presence>,
    ) -> Live {
        let mut beat = tokio::time::interval(limits::HEARTBEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        beat.reset();
        Live {
            bus: app.handle.subscribe(),
            closing: app.closing.clone(),
            left: app.left.subscribe(),
            beat,
            sent: after,
            owed: None,
            behind: after.is_some(),
            locked: false,
            closed: false,
            work: None,
            owed_at_read: None,
            check_due: false,
            presence,
            opened: false,
            kind,
            app,
            _place: place,
        }
    }

    /// The next bytes to send; `None` ends the stream.
    pub async fn next(&mut self) -> Option<Bytes> {
        if !self.opened {
            self.opened = true;
            return Some(Bytes::from(format!("retry: {RETRY_MS}\n\n")));
        }
        loop {
            if self.closed || *self.closing.borrow() {
                return None;
            }
            self.start_work();
            let woken = self.wait().await;
            let chunk = match woken {
                Woken::Said(said) => self.hear(said),
                Woken::Worked(work) => self.worked(work),
                Woken::Beat => self.beaten(),
                Woken::Left if self.is_out() => self.judged(&Standing::Ended),
                Woken::Left => Bytes::new(),
                Woken::Closing => return None,
            };
            if !chunk.is_empty() {
                return Some(chunk);
            }
        }
    }

    async fn wait(&mut self) -> Woken {
        let Live {
            bus,
            work,
            beat,
            closing,
            left,
            ..
        } = self;
        let worked = async {
            match work.as_mut() {
                Some(work) => work.await,
                None => std::future::pending().await,
            }
        };
        let woken = tokio::select! {
            biased;
            _ = left.changed() => Woken::Left,
            said = bus.recv() => Woken::Said(said),
            done = worked => Woken::Worked(done),
            _ = beat.tick() => Woken::Beat,
            _ = closing.changed() => Woken::Closing,
        };
        if let Woken::Worked(_) = woken {
            self.work = None;
        }
        woken
    }

    /// Whether its own session is the one that was ended or parked.
    fn is_out(&self) -> bool {
        match &self.kind {
            Kind::Browser { hash, .. } => self.app.sessions().is_out(hash),
            Kind::Program { .. } => false,
        }
    }

    /// Starts reading the journal or judging the session, one at a time.
    fn start_work(&mut self) {
        if self.work.is_some() {
            return;
        }
        let app = self.app.clone();
        if std::mem::take(&mut self.check_due) {
            let kind = self.kind.clone();
            self.work =
                Some(async move { Work::Judged(standing(&app, &kind).await) }.boxed_local());
        } else if self.behind && !self.locked {
            let after = self.sent.unwrap_or_default();
            let read = async move {
                let what = move |r: &Reader| {
                    let entries = r.entries_marked(after, limits::RESUME_ENTRIES)?;
                    Ok((entries, r.last_seq()?))
                };
                Work::Read(app.read(what).await)
            };
            self.owed_at_read = self.owed;
            self.work = Some(read.boxed_local());
        }
    }

    /// Takes what the bus said and everything else that waits there, as one chunk.
    fn hear(&mut self, said: Result<Said, RecvError>) -> Bytes {
        let mut chunk = BytesMut::new();
        let mut said = match said {
            Ok(said) => Ok(said),
            Err(RecvError::Lagged(_)) => Err(TryRecvError::Lagged(0)),
            Err(RecvError::Closed) => Err(TryRecvError::Closed),
        };
        loop {
            match said {
                Ok(Said::Alert(alert)) => self.alert(&alert, &mut chunk),
                Ok(Said::Fact(fact)) => self.fact(&fact, &mut chunk),
                Err(TryRecvError::Lagged(_)) => self.lagged(&mut chunk),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Closed) => {
                    self.closed = true;
                    break;
                }
            }
            if chunk.len() >= CHUNK_BYTES {
                break;
            }
            said = self.bus.try_recv();
        }
        chunk.freeze()
    }

    fn alert(&mut self, alert: &Arc<Alert>, chunk: &mut BytesMut) {
        if !self.locked {
            chunk.extend_from_slice(&self.app.wire.alert(alert));
        } else if let Some(bytes) = wire::locked_alert(alert) {
            chunk.extend_from_slice(&bytes);
        }
    }

    fn fact(&mut self, fact: &DurableFact, chunk: &mut BytesMut) {
        let follows = self.sent.is_none_or(|sent| fact.seq == sent.next());
        if self.sent.is_some_and(|sent| fact.seq <= sent) {
            return;
        }
        if self.behind || !follows {
            self.behind = true;
            self.owed = self.owed.max(Some(fact.seq));
            return;
        }
        if !self.locked {
            chunk.extend_from_slice(&wire::fact(fact));
        }
        self.sent = Some(fact.seq);
    }

    /// The bus went on without this listener: the journal has the facts, the board has the rest.
    fn lagged(&mut self, chunk: &mut BytesMut) {
        self.behind = self.sent.is_some() || self.behind;
        if !self.locked {
            chunk.extend_from_slice(&wire::fetch_board());
        }
    }

    fn worked(&mut self, work: Work) -> Bytes {
        match work {
            Work::Read(Ok((entries, last))) => self.caught_up(&entries, last),
            // The disk does not answer; the heartbeat's pace is soon enough to ask again.
            Work::Read(Err(_)) => {
                self.behind = false;
                self.owed = self.owed.max(self.sent.map(Seq::next));
                Bytes::new()
            }
            Work::Judged(standing) => self.judged(&standing),
        }
    }

    fn caught_up(&mut self, entries: &[Marked], last: Seq) -> Bytes {
        let mut chunk = BytesMut::new();
        for entry in entries {
            // A damaged one has nothing to show and keeps nobody from those after it.
            if let Ok(entry) = entry {
                chunk.extend_from_slice(&wire::stored(entry));
            }
            self.sent = Some(seq_of(entry));
        }
        if entries.is_empty() && self.sent.is_some_and(|sent| sent > last) {
            // The screen knows a future that this journal does not have: an older copy was restored.
            self.sent = Some(last);
            chunk.extend_from_slice(&wire::fetch_board());
        }
        if self.owed <= self.sent {
            self.owed = None;
        }
        let all_read = entries.len() < limits::RESUME_ENTRIES;
        // Something said while the read was under way may have missed it: read again. Something
        // owed that a whole read did not find is looked for again at the next heartbeat.
        let newly_owed = self.owed > self.owed_at_read;
        self.behind = !all_read || newly_owed;
        chunk.freeze()
    }

    fn beaten(&mut self) -> Bytes {
        self.check_due = true;
        // A read that failed is tried again now.
        self.behind |= self.owed.is_some();
        let board = self.app.board();
        let beat = Beat {
            // What is on its way to a disk that obeys is nobody's worry.
            unsaved: if board.unsaved {
                board.unsaved_count
            } else {
                0
            },
            seq: board.durable_seq,
        };
        match self.locked {
            true => wire::event("beat", &serde_json::json!({})),
            false => wire::event("beat", &beat),
        }
    }

    fn judged(&mut self, standing: &Standing) -> Bytes {
        match standing {
            Standing::Good { .. } => Bytes::new(),
            Standing::Expired if self.locked => Bytes::new(),
            Standing::Expired => {
                self.locked = true;
                self.presence = None;
                wire::event("locked", &serde_json::json!({}))
            }
            Standing::Ended => {
                self.closed = true;
                wire::event("ended", &serde_json::json!({}))
            }
        }
    }
}

/// The heartbeat's body: enough for a screen to notice by itself that it missed something.
#[derive(serde::Serialize)]
struct Beat {
    unsaved: u64,
    seq: u64,
}

/// What has become of whoever asked for something that goes on.
pub(in crate::http) async fn standing(app: &Arc<App>, kind: &Kind) -> Standing {
    match kind {
        Kind::Browser { hash, .. } => app.judge(*hash, false).await,
        Kind::Program { hash } => {
            let hash = hash.clone();
            match app.look_up(move |reader| reader.token(&hash)).await {
                Ok(Some(token)) if !token.revoked => still_good(token.name, token.role),
                Ok(_) => Standing::Ended,
                // A disk that does not answer silences no bell.
                Err(_) => still_good(String::new(), crate::desk::operator::Role::Auditor),
            }
        }
    }
}

fn still_good(name: String, role: crate::desk::operator::Role) -> Standing {
    let person = crate::http::session::Person {
        user: crate::http::guard::program_user(&name),
        name,
        role,
    };
    Standing::Good {
        person,
        touch: false,
    }
}

/// A browser comes back after this; with 32 screens that is no flood.
const RETRY_MS: u64 = 1_000;
/// Several events that wait are sent as one write up to this size.
const CHUNK_BYTES: usize = 16 * 1024;
