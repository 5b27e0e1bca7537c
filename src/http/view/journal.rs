//! Journal entries: raw for auditors, as sentences for people.

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::base::time::{Trust, Wall};
use crate::desk::fact::Fact;
use crate::http::sentence::sentence;
use crate::http::text::Lang;
use crate::store::{DamagedEntry, StoredEntry};

/// An entry as `{"seq":…,"hash":"…","entry":{…}}`, the entry byte for byte as it was hashed; a
/// damaged one as `{"seq":…,"damaged":true}`.
pub fn raw(entry: &Result<StoredEntry, DamagedEntry>) -> String {
    let entry = match entry {
        Ok(entry) => entry,
        Err(damaged) => return format!(r#"{{"seq":{},"damaged":true}}"#, damaged.seq),
    };
    let hash = data_encoding::HEXLOWER.encode(&entry.hash);
    format!(
        r#"{{"seq":{},"hash":"{hash}","entry":{}}}"#,
        entry.seq, entry.json
    )
}

/// One line of the journal for people.
#[derive(Clone, Serialize, Debug)]
pub struct JournalLine {
    pub seq: u64,
    /// Local time of day, `14:02:31`.
    pub time: String,
    /// Local date, `2026-11-21`.
    pub date: String,
    /// The time may be wrong.
    pub doubtful: bool,
    pub kind: String,
    pub text: String,
}

impl JournalLine {
    /// Reads a stored entry; `None` if it is of a kind this version does not know.
    pub fn read(entry: &StoredEntry, zone: &TimeZone, lang: Lang) -> Option<JournalLine> {
        let head: Head = serde_json::from_str(&entry.json).ok()?;
        let fact: Fact = serde_json::from_str(&entry.json).ok()?;
        let shown = head.at.rfc3339(zone);
        Some(JournalLine {
            seq: entry.seq.0,
            time: shown.get(11..19).unwrap_or_default().to_owned(),
            date: shown.get(..10).unwrap_or_default().to_owned(),
            doubtful: head.trust <= Trust::Wrong,
            kind: fact.kind().to_owned(),
            text: sentence(&fact, lang),
        })
    }
}

#[derive(Deserialize)]
struct Head {
    at: Wall,
    #[serde(default)]
    trust: Trust,
}
