//! What the journal says of one call, found without reading all of it.

use serde::Deserialize;

use crate::base::fault::Fault;
use crate::base::ids::{CallId, Seq};
use crate::base::limits;
use crate::base::time::Wall;
use crate::store::{Reader, StoredEntry};

/// The entries of a call in the hour after it was offered, oldest first.
///
/// The journal is ordered by sequence, and its times only nearly: a clock that was set back lies in
/// it as a step. So the beginning is searched for by time, with room before it.
///
/// # Errors
/// The disk's.
pub fn entries_of(reader: &Reader, call: CallId, offered: Wall) -> Result<Vec<StoredEntry>, Fault> {
    let mut low = 0;
    let mut high = reader.last_seq()?.0;
    while low < high {
        let middle = low + (high - low) / 2;
        let found = reader.entries_marked(Seq(middle), 1)?;
        let at = found
            .into_iter()
            .flatten()
            .next()
            .and_then(|entry| at_of(&entry));
        match at {
            Some(at) if at >= offered => high = middle,
            Some(_) | None => low = middle + 1,
        }
    }
    let from = Seq(low.saturating_sub(ROOM));
    let around = reader.entries_marked(from, limits::STORE_PAGE_LEN_MAX)?;
    let of_call = |entry: &StoredEntry| is_about(&entry.json, call);
    Ok(around.into_iter().flatten().filter(of_call).collect())
}

fn at_of(entry: &StoredEntry) -> Option<Wall> {
    #[derive(Deserialize)]
    struct Head {
        at: Wall,
    }
    serde_json::from_str::<Head>(&entry.json)
        .ok()
        .map(|head| head.at)
}

fn is_about(json: &str, call: CallId) -> bool {
    #[derive(Deserialize)]
    struct Entry {
        body: Body,
    }
    #[derive(Deserialize)]
    struct Body {
        call: Option<CallId>,
    }
    let entry: Option<Entry> = serde_json::from_str(json).ok();
    entry.is_some_and(|entry| entry.body.call == Some(call))
}

/// Entries looked at before the one that fits: what was recorded at the same moment.
const ROOM: u64 = 16;
