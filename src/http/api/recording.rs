//! Recordings over HTTP: the whole of a call's sound, a part of it, the last minute of a call that
//! goes on.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Bytes;

use crate::base::ids::{CallId, UserName};
use crate::base::limits;
use crate::base::time::Tick;
use crate::desk::call::CallRecord;
use crate::desk::operator::Role;
use crate::desk::order::{Order, Refusal};
use crate::http::app::App;
use crate::http::ask::Ask;
use crate::http::problem::Problem;
use crate::media::recording::Playable;

/// `GET /api/v1/calls/{call}/recording`
pub async fn get(ask: Ask) -> Result<HttpResponse, Problem> {
    let call: CallId = ask.path("call")?;
    let record = super::calls::find(&ask, call).await?;
    let record = record.ok_or_else(|| Problem::from(Refusal::NoSuchCall))?;
    check_may_hear(&ask, &record)?;
    let (part, last) = (ask.parsed::<usize>("part")?, ask.parsed::<u64>("last_s")?);
    let sound = open(&ask, &record, part, last).await?;
    let wanted = wanted(&ask, sound.len())?;
    let user = ask.who()?.person.user.clone();
    let now = ask.app.clock.tick();
    if ask.request.method() == "GET" && ask.app.listened.is_new(now, &user, call) {
        let recorded = ask.order(Order::Play { call }).await;
        if let Err(problem) = recorded {
            ask.app.listened.forget(&user, call);
            return Err(problem);
        }
    }
    Ok(answer(&ask, sound, wanted))
}

/// `DELETE /api/v1/calls/{call}/recording`
pub async fn delete(ask: Ask) -> Result<HttpResponse, Problem> {
    let call: CallId = ask.path("call")?;
    let Deletion { part, why } = ask.json()?;
    let record = super::calls::find(&ask, call).await?;
    let record = record.ok_or_else(|| Problem::from(Refusal::NoSuchCall))?;
    let kept = part
        .checked_sub(1)
        .and_then(|index| record.sound.recordings.get(index));
    let file = kept.map(|kept| kept.file.clone());
    let file = file.ok_or_else(|| Problem::new(404, "no_recording"))?;
    let path = ask.app.studio.folder().kept_file(&file);
    let order = Order::DeleteRecording {
        call,
        file,
        why,
        archived: Some(Box::new(record)),
    };
    ask.order(order).await?;
    if let Some(path) = path {
        // On record already; should the disk refuse, what is left is no recording any more.
        let removed = ask.app.reading.run(move || std::fs::remove_file(path));
        if let Some(Err(error)) = removed.await {
            tracing::error!(%error, %call, "a recording that is deleted is still on the disk");
        }
    }
    Ok(HttpResponse::NoContent().finish())
}

/// Which file of a call's recording is to go, the oldest being 1, and why.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Deletion {
    part: usize,
    why: String,
}

/// Who has lately been listening to what. A player asks for piece after piece, in any order; that
/// somebody listens is recorded once in ten minutes.
#[derive(Default)]
pub struct Listened(Mutex<HashMap<(UserName, CallId), Tick>>);

impl Listened {
    fn is_new(&self, now: Tick, user: &UserName, call: CallId) -> bool {
        let mut table = self.table();
        if table.len() >= LISTENED_MAX {
            table.retain(|_, at| now.since(*at) < limits::LISTENING_LASTS);
        }
        if table.len() >= LISTENED_MAX {
            // Recorded once more is better than not at all.
            table.clear();
        }
        let key = (user.clone(), call);
        let lately = |at: &Tick| now.since(*at) < limits::LISTENING_LASTS;
        if table.get(&key).is_some_and(lately) {
            return false;
        }
        table.insert(key, now);
        true
    }

    fn forget(&self, user: &UserName, call: CallId) {
        self.table().remove(&(user.clone(), call));
    }

    fn table(&self) -> MutexGuard<'_, HashMap<(UserName, CallId), Tick>> {
        // Every change is one statement, so a panic elsewhere cannot leave it half made.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Listeners who are remembered: 32 screens with thirty calls each.
const LISTENED_MAX: usize = 1_024;

/// Who talked on it, and those who review.
fn check_may_hear(ask: &Ask, record: &CallRecord) -> Result<(), Problem> {
    let who = ask.who()?;
    let theirs = record.operator.as_ref() == Some(&who.person.user);
    let reviews = match who.person.role {
        Role::Auditor | Role::Supervisor | Role::Admin => true,
        Role::Operator | Role::Dispatcher => false,
    };
    if theirs || reviews {
        return Ok(());
    }
    let by = record.operator.clone();
    Err(Problem::from(Refusal::NotYours { by }))
}

async fn open(
    ask: &Ask,
    record: &CallRecord,
    part: Option<usize>,
    last: Option<u64>,
) -> Result<Playable, Problem> {
    let folder = ask.app.studio.folder().clone();
    let kept = record.sound.recordings.iter();
    let mut files: Vec<PathBuf> = kept.filter_map(|r| folder.kept_file(&r.file)).collect();
    let call = record.id;
    let none = || Problem::new(404, "no_recording");
    let opened = ask.app.reading.run(move || {
        files.extend(folder.live_files(call));
        if let Some(part) = part {
            let one = part
                .checked_sub(1)
                .and_then(|index| files.get(index).cloned());
            files = one.into_iter().collect();
        }
        if files.is_empty() {
            return None;
        }
        Playable::open(&files).ok()
    });
    let opened = tokio::time::timeout(limits::READ_PATIENCE, opened).await;
    let sound = opened.ok().flatten().flatten().ok_or_else(none)?;
    Ok(match last {
        Some(seconds) => {
            let most = limits::REPLAY_MAX.as_secs();
            sound.last(Duration::from_secs(seconds.min(most)))
        }
        None => sound,
    })
}

/// The bytes that were asked for, first and last; `None`: all of them.
fn wanted(ask: &Ask, length: u64) -> Result<Option<(u64, u64)>, Problem> {
    let header = ask.request.headers().get(header::RANGE);
    let Some(text) = header.and_then(|value| value.to_str().ok()) else {
        return Ok(None);
    };
    match range(text, length) {
        Range::Whole => Ok(None),
        Range::Part(first, last) => Ok(Some((first, last))),
        Range::Beyond => Err(Problem::new(416, "range_beyond").with("length", length)),
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Range {
    Whole,
    Part(u64, u64),
    Beyond,
}

/// RFC 9110 14.1.2. Several ranges, or what is none at all, is answered with the whole.
fn range(text: &str, length: u64) -> Range {
    let Some((first, last)) = text
        .trim()
        .strip_prefix("bytes=")
        .and_then(|r| r.split_once('-'))
    else {
        return Range::Whole;
    };
    let (first, last) = (first.trim(), last.trim());
    let end = length.saturating_sub(1);
    match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), _) if first >= length => Range::Beyond,
        (Ok(first), Ok(last)) if first <= last => Range::Part(first, last.min(end)),
        (Ok(first), Err(_)) if last.is_empty() => Range::Part(first, end),
        (Err(_), Ok(0)) if first.is_empty() => Range::Beyond,
        (Err(_), Ok(count)) if first.is_empty() => Range::Part(length.saturating_sub(count), end),
        _ => Range::Whole,
    }
}

fn answer(ask: &Ask, sound: Playable, wanted: Option<(u64, u64)>) -> HttpResponse {
    let length = sound.len();
    let (first, last) = wanted.unwrap_or((0, length - 1));
    let mut response = match wanted {
        None => HttpResponse::Ok(),
        Some(_) => {
            let range = format!("bytes {first}-{last}/{length}");
            let mut response = HttpResponse::PartialContent();
            response.insert_header((header::CONTENT_RANGE, range));
            response
        }
    };
    response
        .content_type("audio/wav")
        .insert_header((header::ACCEPT_RANGES, "bytes"))
        .insert_header((header::CACHE_CONTROL, "no-store, no-transform"));
    let pieces = Pieces {
        app: ask.app.clone(),
        sound: Arc::new(sound),
        at: first,
        end: last + 1,
    };
    let body = futures_util::stream::unfold(pieces, |mut pieces| async move {
        let piece = pieces.next().await?;
        Some((piece, pieces))
    });
    let body = actix_web::body::SizedStream::new(last + 1 - first, Box::pin(body));
    response.body(body)
}

/// What is still to be sent.
struct Pieces {
    app: Arc<App>,
    sound: Arc<Playable>,
    at: u64,
    end: u64,
}

impl Pieces {
    async fn next(&mut self) -> Option<Result<Bytes, std::io::Error>> {
        let wanted = usize::try_from(self.end - self.at)
            .unwrap_or(PIECE_BYTES)
            .min(PIECE_BYTES);
        if wanted == 0 {
            return None;
        }
        let (sound, at) = (Arc::clone(&self.sound), self.at);
        let read = self.app.reading.run(move || {
            let mut piece = vec![0; wanted];
            let count = sound.read_at(at, &mut piece)?;
            piece.truncate(count);
            Ok(piece)
        });
        let piece = match read.await {
            // A file that became shorter meanwhile: the browser is told by the broken answer.
            Some(Ok(piece)) if piece.is_empty() => Err(std::io::ErrorKind::UnexpectedEof.into()),
            Some(read) => read,
            None => Err(std::io::ErrorKind::Other.into()),
        };
        match piece {
            Ok(piece) => {
                self.at += piece.len() as u64;
                Some(Ok(Bytes::from(piece)))
            }
            Err(error) => {
                self.at = self.end;
                Some(Err(error))
            }
        }
    }
}

/// Two seconds of sound.
const PIECE_BYTES: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_those_of_the_standard() {
        let cases = [
            ("bytes=0-99", Range::Part(0, 99)),
            ("bytes=900-", Range::Part(900, 999)),
            ("bytes=900-5000", Range::Part(900, 999)),
            ("bytes=-100", Range::Part(900, 999)),
            ("bytes=-5000", Range::Part(0, 999)),
            ("bytes=1000-", Range::Beyond),
            ("bytes=-0", Range::Beyond),
            ("bytes=5-4", Range::Whole),
            ("bytes=0-1,5-6", Range::Whole),
            ("items=0-1", Range::Whole),
            ("bytes=a-b", Range::Whole),
        ];
        for (text, expected) in cases {
            assert_eq!(range(text, 1_000), expected, "{text}");
        }
    }
}
