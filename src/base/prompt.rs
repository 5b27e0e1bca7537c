//! What the box itself says to callers, by name. The sound is `voice::prompt`'s.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One thing the box says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prompt {
    /// Every operator is on a call; the caller waits.
    Queue,
    /// The operator put the caller on hold, or was lost.
    Hold,
    /// The call passes to another operator.
    Transfer,
    /// Somebody is there and does not speak.
    Silent,
    /// The number is restricted and every operator is busy.
    Restricted,
    /// The call is recorded.
    Recorded,
    /// The operator ends a call that was no emergency.
    Closing,
}

impl Prompt {
    /// Every prompt, in the order screens show them.
    pub const ALL: [Prompt; 7] = [
        Prompt::Queue,
        Prompt::Hold,
        Prompt::Transfer,
        Prompt::Silent,
        Prompt::Restricted,
        Prompt::Recorded,
        Prompt::Closing,
    ];

    /// As in the API, in the journal and in file names.
    pub fn as_str(self) -> &'static str {
        match self {
            Prompt::Queue => "queue",
            Prompt::Hold => "hold",
            Prompt::Transfer => "transfer",
            Prompt::Silent => "silent",
            Prompt::Restricted => "restricted",
            Prompt::Recorded => "recorded",
            Prompt::Closing => "closing",
        }
    }
}

/// Not the name of a prompt.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("no prompt of this name")]
pub struct NotPrompt;

impl FromStr for Prompt {
    type Err = NotPrompt;
    fn from_str(name: &str) -> Result<Prompt, NotPrompt> {
        let mut all = Prompt::ALL.into_iter();
        all.find(|prompt| prompt.as_str() == name).ok_or(NotPrompt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_is_called_the_same_in_the_api_and_in_the_journal() {
        for prompt in Prompt::ALL {
            assert_eq!(prompt.as_str().parse(), Ok(prompt));
            let json = serde_json::to_value(prompt).unwrap_or_default();
            assert_eq!(json, prompt.as_str());
        }
        assert_eq!("Queue".parse::<Prompt>(), Err(NotPrompt));
    }
}
