//! The administrator's file: TOML as written → settings as meant (checked, immutable).
//!
//! Layer 0, pure: text in, [`Config`] or every [`Problem`] out. Reading the file itself is the
//! verbs' work. The file is never rewritten by the program.
//!
//! * [`written`]: exactly what the file says, each value with the line it stands on.
//! * [`settings`]: what is meant by it, defaults filled in, everything checked.

mod bell;
mod lines;
mod meant;
pub mod problem;
pub mod settings;
pub mod written;
mod zone;

pub use problem::{Problem, codes};
pub use settings::{
    Audio, Bell, Center, Config, Language, LineConfig, Origin, Pin, Setting, Upstream, Web,
};
pub(crate) use written::nearest;

/// Reads a configuration. Warnings of a good one are in [`Config::warnings`].
///
/// # Errors
/// Every problem found, in the order of the file, never only the first. A file that is not TOML
/// is judged no further than its syntax.
pub fn parse(text: &str) -> Result<Config, Vec<Problem>> {
    meant::mean(&written::read(text)?)
}
