//! Names that people and programs log in with.

use super::problem::Problem;
use crate::base::ids::UserName;
use crate::base::limits;

/// A login name as it was typed.
///
/// # Errors
/// 422 if it cannot be one.
pub fn login(text: &str) -> Result<UserName, Problem> {
    UserName::typed(text)
        .ok_or_else(|| Problem::new(422, "bad_name").with("limit", limits::LOGIN_NAME_CHARS_MAX))
}
