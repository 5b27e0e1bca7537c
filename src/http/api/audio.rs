//! `GET /api/v1/calls/{call}/audio`: the sound of a call as a WebSocket, 320 bytes both ways every
//! 20 ms (8 kHz mono s16le).
//!
//! Refusals are told as [`socket`] says.
//!
//! | close code | meaning |
//! | --- | --- |
//! | 1000 | the call is over |
//! | 1003 | something other than frames of 320 bytes was sent |
//! | 1008 | more than 50 messages in a second |
//! | 1012 | the program stops |
//! | 1013 | the sound of the line does not answer; try again |
//! | 4000 + status | what HTTP would have answered: 4401, 4403, 4404, 4409 |
//! | 4001 | opened in another window |
//! | 4003 | somebody else has the call now |

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};

use actix_web::HttpResponse;
use actix_ws::{AggregatedMessage, AggregatedMessageStream, CloseCode, CloseReason, Session};
use tokio::time::{Interval, MissedTickBehavior};

use crate::base::ids::{CallId, UserName};
use crate::base::limits;
use crate::base::time::Tick;
use crate::desk::call::{CallRecord, CallState};
use crate::desk::order::{Order, Refusal};
use crate::desk::sound::JoinedAs;
use crate::engine::handle::Presence;
use crate::http::ask::Ask;
use crate::http::events::stream::standing;
use crate::http::guard::Who;
use crate::http::problem::Problem;
use crate::http::session::Standing;
use crate::http::socket::{self, short};
use crate::http::text::text;
use crate::media::{NotJoined, Seat, ToBrowser, Why};
use crate::voice::bridge::Part;
use crate::voice::frame::Frame;

/// `GET /api/v1/calls/{call}/audio`
pub async fn get(mut ask: Ask) -> Result<HttpResponse, Problem> {
    let payload = ask.payload.take();
    let payload = payload.ok_or_else(|| Problem::new(400, "not_a_websocket"))?;
    // Nobody's place is taken by a request that cannot become a WebSocket.
    let (response, session, stream) = socket::open(&ask.request, payload, MESSAGE_BYTES_MAX)?;
    let (told, joined) = tokio::sync::oneshot::channel();
    let is_browser = socket::is_browser(&ask.request);
    let lang = ask.lang;
    // On its own: should whoever asked be gone already, the place is still given back.
    actix_web::rt::spawn(async move {
        match join(&ask).await {
            Ok(conversation) => {
                let _ = told.send(Ok(()));
                conversation.run(session, stream).await;
            }
            Err(problem) if is_browser => {
                let reason = socket::refused(&problem, lang);
                let _ = told.send(Ok(()));
                let _ = session.close(Some(reason)).await;
            }
            Err(problem) => drop(told.send(Err(problem))),
        }
    });
    // What is refused to a program stays an HTTP answer.
    match joined.await {
        Ok(Ok(())) => Ok(response),
        Ok(Err(problem)) => Err(problem),
        Err(_) => Err(Problem::new(503, "sound_stuck")),
    }
}

/// Somebody who has been let into a call.
struct Conversation {
    ask: Ask,
    call: CallId,
    seat: Seat,
    /// Beside the operator: leaving it is a fact of its own.
    guest: Option<UserName>,
    allowance: Allowance,
    /// Whoever is heard or hears is there, even if the page's events are away.
    _presence: Presence,
}

async fn join(ask: &Ask) -> Result<Conversation, Problem> {
    let call: CallId = ask.path("call")?;
    let record = super::calls::find(ask, call).await?;
    let record = record.ok_or_else(|| Problem::from(Refusal::NoSuchCall))?;
    check_up(&record)?;
    let how = mode(ask)?;
    let user = ask.actor()?.user;
    let has_it = record.operator.as_ref() == Some(&user);
    let (part, guest) = match how {
        None if has_it => (Part::Talk, false),
        None => {
            let by = record.operator;
            return Err(Problem::from(Refusal::NotYours { by }));
        }
        Some(how) => {
            ask.app.guests.enter(call, &user);
            if let Err(problem) = ask.order(Order::Join { call, how }).await {
                ask.app.guests.leave(call, &user);
                return Err(problem);
            }
            (part(how), true)
        }
    };
    let seat = ask.app.studio.join(call, &user, part, !guest);
    if guest && seat.is_err() {
        part_if_last(ask, call, &user).await;
    }
    let seat = seat.map_err(|not| match not {
        NotJoined::NotUp => Problem::from(Refusal::NotTalking),
        NotJoined::NoPath => {
            Problem::new(409, "no_sound_path").with("line", record.line.to_string())
        }
        NotJoined::Stuck => Problem::new(503, "sound_stuck"),
    })?;
    Ok(Conversation {
        _presence: ask.app.handle.presence(user.clone()),
        ask: ask.without_body(),
        call,
        seat,
        guest: guest.then_some(user),
        allowance: Allowance::full(ask.app.clock.tick()),
    })
}

fn check_up(record: &CallRecord) -> Result<(), Problem> {
    match record.state {
        CallState::Talking | CallState::Held => Ok(()),
        // It is being answered; whoever is that quick tries again in a moment.
        CallState::Ringing | CallState::Queued | CallState::Ivr => {
            Err(Problem::from(Refusal::NotTalking))
        }
        CallState::Ended => Err(Problem::from(Refusal::CallOver)),
    }
}

fn mode(ask: &Ask) -> Result<Option<JoinedAs>, Problem> {
    match ask.param("mode") {
        None | Some("talk") => Ok(None),
        Some("listen") => Ok(Some(JoinedAs::Listen)),
        Some("whisper") => Ok(Some(JoinedAs::Whisper)),
        Some("join") => Ok(Some(JoinedAs::Join)),
        Some(_) => Err(Problem::bad_field("mode")),
    }
}

fn part(how: JoinedAs) -> Part {
    match how {
        JoinedAs::Listen => Part::Listen,
        JoinedAs::Whisper => Part::Whisper,
        JoinedAs::Join => Part::Talk,
    }
}

impl Conversation {
    async fn run(mut self, mut session: Session, mut stream: AggregatedMessageStream) {
        let mut closing = self.ask.app.closing.clone();
        let mut left = self.ask.app.left.subscribe();
        let mut beat = beat();
        let mut heard = self.ask.app.clock.tick();
        let mut judging: Option<Judging> = None;
        let reason = loop {
            tokio::select! {
                biased;
                said = self.seat.next() => match said {
                    Some(ToBrowser::Frame(frame)) => {
                        let bytes = frame.to_bytes().to_vec();
                        if session.binary(bytes).await.is_err() {
                            break None;
                        }
                    }
                    Some(ToBrowser::Close(why)) => break Some(self.reason(why)),
                    None => break Some(self.reason(Why::Stopping)),
                },
                message = stream.recv() => {
                    heard = self.ask.app.clock.tick();
                    match message {
                        Some(Ok(message)) => match self.take(message, &mut session).await {
                            Taken::Fine => {}
                            Taken::Gone => break None,
                            Taken::Refused(reason) => break Some(reason),
                        },
                        Some(Err(_)) => break Some(self.junk()),
                        None => break None,
                    }
                },
                _ = closing.changed() => break Some(self.reason(Why::Stopping)),
                Ok(()) = left.changed() => judging = self.judging(),
                _ = beat.tick() => {
                    let now = self.ask.app.clock.tick();
                    let silent = now.since(heard) > limits::SILENT_CONNECTION;
                    if silent || session.ping(b"").await.is_err() {
                        break None;
                    }
                    // A disk that takes its time holds no sound up.
                    if judging.is_none() {
                        judging = self.judging();
                    }
                }
                standing = judged(&mut judging) => {
                    judging = None;
                    if !self.may_stay(&standing) {
                        break Some(self.close(CloseCode::from(4_401), "audio-session_over"));
                    }
                }
            }
        };
        self.leave(session, reason).await;
    }

    /// Whether whoever is in the conversation is still somebody who may be here.
    fn judging(&self) -> Option<Judging> {
        let (app, who) = (self.ask.app.clone(), self.ask.who.clone()?);
        Some(Box::pin(async move { standing(&app, &who.kind).await }))
    }

    /// An operator is not torn from a caller because the day is over; whoever came beside them is.
    fn may_stay(&self, standing: &Standing) -> bool {
        match standing {
            Standing::Ended => false,
            Standing::Expired => self.guest.is_none(),
            Standing::Good { person, .. } => {
                let who = self.ask.who.as_ref();
                let is_less =
                    |who: &Who| person.user == who.person.user && person.role < who.person.role;
                self.guest.is_none() || !who.is_some_and(is_less)
            }
        }
    }

    async fn take(&mut self, message: AggregatedMessage, session: &mut Session) -> Taken {
        if !self.allowance.take(self.ask.app.clock.tick()) {
            return Taken::Refused(self.close(CloseCode::Policy, "audio-too_much"));
        }
        match message {
            AggregatedMessage::Binary(bytes) => match Frame::from_bytes(&bytes) {
                Some(frame) => {
                    // One the line has no time for is one frame less.
                    self.seat.send(frame);
                    Taken::Fine
                }
                None => Taken::Refused(self.junk()),
            },
            AggregatedMessage::Ping(bytes) => match session.pong(&bytes).await {
                Ok(()) => Taken::Fine,
                Err(_) => Taken::Gone,
            },
            AggregatedMessage::Pong(_) => Taken::Fine,
            AggregatedMessage::Text(_) => Taken::Refused(self.junk()),
            AggregatedMessage::Close(_) => Taken::Gone,
        }
    }

    async fn leave(self, session: Session, reason: Option<CloseReason>) {
        let Conversation {
            ask,
            call,
            seat,
            guest,
            ..
        } = self;
        drop(seat);
        let _ = session.close(reason).await;
        if let Some(user) = guest {
            part_if_last(&ask, call, &user).await;
        }
    }

    fn reason(&self, why: Why) -> CloseReason {
        match why {
            Why::Over => self.close(CloseCode::Normal, "audio-over"),
            Why::Elsewhere => self.close(CloseCode::from(4_001), "audio-elsewhere"),
            Why::NotYours => self.close(CloseCode::from(4_003), "audio-not_yours"),
            Why::Stopping => self.close(CloseCode::Restart, "audio-stopping"),
        }
    }

    fn junk(&self) -> CloseReason {
        self.close(CloseCode::Unsupported, "audio-junk")
    }

    fn close(&self, code: CloseCode, key: &str) -> CloseReason {
        CloseReason {
            code,
            description: Some(short(&text(self.ask.lang, key, &[]))),
        }
    }
}

/// Somebody's window has gone; they themselves have only if it was their last.
async fn part_if_last(ask: &Ask, call: CallId, user: &UserName) {
    if ask.app.guests.leave(call, user) {
        // The call may be over: then there is nothing to part from.
        let _ = ask.order(Order::Part { call }).await;
    }
}

/// Windows of people who are in a call beside its operator: one that is opened before the last one
/// is known to be gone must not be thrown out with it.
#[derive(Default)]
pub struct Guests(Mutex<HashMap<(CallId, UserName), usize>>);

impl Guests {
    fn enter(&self, call: CallId, user: &UserName) {
        *self.table().entry((call, user.clone())).or_default() += 1;
    }

    /// Whether that was the last one.
    fn leave(&self, call: CallId, user: &UserName) -> bool {
        let mut table = self.table();
        let key = (call, user.clone());
        let left = table.get_mut(&key).map_or(0, |count| {
            *count -= 1;
            *count
        });
        if left == 0 {
            table.remove(&key);
        }
        left == 0
    }

    fn table(&self) -> MutexGuard<'_, HashMap<(CallId, UserName), usize>> {
        // Counts are right after every statement, so a panic elsewhere cannot spoil them.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

type Judging = Pin<Box<dyn Future<Output = Standing>>>;

/// What is found out, if anything is being found out.
async fn judged(judging: &mut Option<Judging>) -> Standing {
    match judging {
        Some(judging) => judging.await,
        None => std::future::pending().await,
    }
}

/// What became of a message.
enum Taken {
    Fine,
    Gone,
    Refused(CloseReason),
}

/// Frames a browser may send: as many as time brings, with some saved up for a stutter.
struct Allowance {
    left: f64,
    at: Tick,
}

impl Allowance {
    fn full(now: Tick) -> Allowance {
        Allowance {
            left: FRAMES_SAVED_MAX,
            at: now,
        }
    }

    fn take(&mut self, now: Tick) -> bool {
        let earned = now.since(self.at).as_secs_f64() * FRAMES_PER_SECOND;
        self.at = now;
        self.left = (self.left + earned).min(FRAMES_SAVED_MAX);
        let may = self.left >= 1.0;
        if may {
            self.left -= 1.0;
        }
        may
    }
}

fn beat() -> Interval {
    let mut beat = tokio::time::interval(limits::HEARTBEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    beat
}

/// A frame has 320; anything longer is refused before it is gathered.
const MESSAGE_BYTES_MAX: usize = 1_024;

/// A microphone gives 50; its clock may be fast by a little.
const FRAMES_PER_SECOND: f64 = 51.0;

/// After a stutter of the network this many frames come at once: two seconds' worth.
const FRAMES_SAVED_MAX: f64 = 100.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_noticed_and_a_stutter_forgiven() {
        let mut allowance = Allowance::full(Tick(0));
        let burst = (0..150).take_while(|_| allowance.take(Tick(0))).count();
        assert_eq!(burst, 100);
        let even = (1..=500u64).all(|n| allowance.take(Tick(n * 20_000)));
        assert!(even, "50 in a second are what a microphone gives");
    }
}
