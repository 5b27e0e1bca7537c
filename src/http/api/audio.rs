//! `GET /api/v1/calls/{call}/audio`: the sound of a call as a WebSocket, 320 bytes both ways every
//! 20 ms (8 kHz mono s16le).
//!
//! A browser cannot read the answer to a WebSocket that was refused, so it is let in and told with
//! a close code and a sentence; a program gets problem details.
//!
//! | close code | meaning |
//! | --- | --- |
//! | 1000 | the call is over |
//! | 1003 | something other than frames of 320 bytes was sent |
//! | 1008 | more than 50 frames in a second |
//! | 1012 | the program stops |
//! | 1013 | the sound of the line does not answer; try again |
//! | 4000 + status | what HTTP would have answered: 4401, 4403, 4404, 4409 |
//! | 4001 | opened in another window |
//! | 4003 | somebody else has the call now |

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use actix_web::HttpResponse;
use actix_ws::{AggregatedMessage, CloseCode, CloseReason, MessageStream, Session};
use tokio::time::{Interval, MissedTickBehavior};

use crate::base::ids::{CallId, UserName};
use crate::base::limits;
use crate::base::time::Tick;
use crate::desk::call::{CallRecord, CallState};
use crate::desk::order::{Order, Refusal};
use crate::desk::sound::JoinedAs;
use crate::engine::handle::Presence;
use crate::http::ask::Ask;
use crate::http::problem::Problem;
use crate::http::text::{Lang, text};
use crate::media::{NotJoined, Seat, ToBrowser, Why};
use crate::voice::bridge::Part;
use crate::voice::frame::Frame;

/// `GET /api/v1/calls/{call}/audio`
pub async fn get(mut ask: Ask) -> Result<HttpResponse, Problem> {
    let payload = ask.payload.take();
    let payload = payload.ok_or_else(|| Problem::new(400, "not_a_websocket"))?;
    let joined = join(&ask).await;
    // Only then a WebSocket: what is refused to a program stays an HTTP answer.
    if let Err(problem) = joined {
        if !is_browser(&ask) {
            return Err(problem);
        }
        let (response, session, _) = open(&ask, payload)?;
        let reason = refused(&problem, ask.lang);
        actix_web::rt::spawn(async move {
            let _ = session.close(Some(reason)).await;
        });
        return Ok(response);
    }
    let conversation = joined?;
    let (response, session, stream) = open(&ask, payload)?;
    actix_web::rt::spawn(conversation.run(session, stream));
    Ok(response)
}

type Opened = (HttpResponse, Session, MessageStream);

fn open(ask: &Ask, payload: actix_web::web::Payload) -> Result<Opened, Problem> {
    let opened = actix_ws::handle(&ask.request, payload);
    let (response, session, stream) = opened.map_err(|_| Problem::new(400, "not_a_websocket"))?;
    Ok((response, session, stream.max_frame_size(MESSAGE_BYTES_MAX)))
}

/// Browsers say whose page asks (RFC 6455 10.2); programs need not. What a request is for
/// (`Sec-Fetch-Mode`) not every browser says of a WebSocket.
fn is_browser(ask: &Ask) -> bool {
    ask.request.headers().contains_key("origin")
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
    async fn run(mut self, mut session: Session, stream: MessageStream) {
        let mut stream = stream.aggregate_continuations();
        let mut closing = self.ask.app.closing.clone();
        let mut beat = beat();
        let mut heard = self.ask.app.clock.tick();
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
                _ = beat.tick() => {
                    let now = self.ask.app.clock.tick();
                    let silent = now.since(heard) > limits::SILENT_CONNECTION;
                    if silent || session.ping(b"").await.is_err() {
                        break None;
                    }
                }
            }
        };
        self.leave(session, reason).await;
    }

    async fn take(&mut self, message: AggregatedMessage, session: &mut Session) -> Taken {
        match message {
            AggregatedMessage::Binary(bytes) => match Frame::from_bytes(&bytes) {
                Some(_) if !self.allowance.take(self.ask.app.clock.tick()) => {
                    Taken::Refused(self.close(CloseCode::Policy, "audio.too_much"))
                }
                Some(frame) => {
                    // One the line has no time for is one frame less; the line counts it.
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
            Why::Over => self.close(CloseCode::Normal, "audio.over"),
            Why::Elsewhere => self.close(CloseCode::from(4_001), "audio.elsewhere"),
            Why::NotYours => self.close(CloseCode::from(4_003), "audio.not_yours"),
            Why::Stopping => self.close(CloseCode::Restart, "audio.stopping"),
        }
    }

    fn junk(&self) -> CloseReason {
        self.close(CloseCode::Unsupported, "audio.junk")
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

/// A refusal as a close code and its sentences.
fn refused(problem: &Problem, lang: Lang) -> CloseReason {
    let told = format!("{} {}", problem.sentence(lang), problem.cure(lang));
    CloseReason {
        code: CloseCode::from(4_000 + problem.status),
        description: Some(short(told.trim())),
    }
}

/// A close reason holds 123 bytes (RFC 6455 5.5.1): as many whole characters as fit.
fn short(told: &str) -> String {
    let fits = told.char_indices().map(|(at, c)| at + c.len_utf8());
    let end = fits.take_while(|end| *end <= REASON_BYTES_MAX).last();
    told[..end.unwrap_or(0)].to_owned()
}

fn beat() -> Interval {
    let mut beat = tokio::time::interval(limits::HEARTBEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    beat
}

/// A frame has 320; anything longer is refused before it is gathered.
const MESSAGE_BYTES_MAX: usize = 1_024;

/// See [`short`].
const REASON_BYTES_MAX: usize = 123;

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

    #[test]
    fn a_reason_is_cut_between_characters() {
        assert_eq!(short("singkat"), "singkat");
        let long = "é".repeat(100);
        assert_eq!(short(&long).len(), 122);
    }
}
