//! What the box says to callers, as the API shows it.

use std::time::Duration;

use jiff::tz::TimeZone;
use serde::Serialize;

use super::when;
use crate::base::lang::Lang;
use crate::base::prompt::Prompt;
use crate::prompts::Own;
use crate::voice::prompt;

/// One prompt in one language.
#[derive(Serialize, Debug)]
pub struct PromptView {
    /// `id/queue`: as in its path.
    pub id: String,
    pub language: Lang,
    pub name: Prompt,
    /// What the built-in sound says, and a recording should.
    pub text: &'static str,
    /// Of what is played.
    pub duration_ms: u64,
    /// The office has a recording of its own.
    pub custom: bool,
    /// That recording is missing or damaged, and the built-in sound is played.
    pub lost: bool,
    /// Of the recording's file.
    pub sha256: Option<String>,
    pub changed_by: Option<String>,
    pub changed_at: Option<String>,
}

impl PromptView {
    /// As seen in `zone`; `lasts`: what is played.
    pub fn new(
        name: Prompt,
        language: Lang,
        lasts: Duration,
        own: Option<Own>,
        zone: &TimeZone,
    ) -> PromptView {
        let lost = own.as_ref().is_some_and(|own| own.samples.is_none());
        let row = own.map(|own| own.row);
        PromptView {
            id: format!("{}/{}", language.as_str(), name.as_str()),
            language,
            name,
            text: prompt::text(name, language),
            duration_ms: lasts.as_millis() as u64,
            custom: row.is_some(),
            lost,
            changed_by: row.as_ref().map(|row| row.by.to_string()),
            changed_at: row.as_ref().map(|row| when(row.at, zone)),
            sha256: row.map(|row| row.sha256),
        }
    }
}
