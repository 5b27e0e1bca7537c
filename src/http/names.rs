//! Names of people and programs: what may be one.

use super::problem::Problem;
use crate::base::ids::UserName;
use crate::base::limits;

/// A login name: short, lower case, what a keyboard and a log can carry.
///
/// # Errors
/// 422.
pub fn login(text: &str) -> Result<UserName, Problem> {
    let text = text.trim().to_lowercase();
    let fits = (2..=limits::LOGIN_NAME_CHARS_MAX).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b));
    match fits {
        true => Ok(UserName::new(&text)),
        false => Err(Problem::new(422, "bad_name").with("limit", limits::LOGIN_NAME_CHARS_MAX)),
    }
}

/// A person's name.
///
/// # Errors
/// 422 if it is empty or too long, or holds control characters.
pub fn person(text: &str) -> Result<String, Problem> {
    let text = text.trim();
    let length = text.chars().count();
    let fits =
        (1..=limits::NAME_CHARS_MAX).contains(&length) && !text.chars().any(char::is_control);
    match fits {
        true => Ok(text.to_owned()),
        false => Err(Problem::bad_field("name")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn a_login_name_is_what_a_keyboard_and_a_log_can_carry() {
        assert_eq!(login(" Rina.W ").unwrap().as_str(), "rina.w");
        for bad in [
            "",
            "r",
            "token:x",
            "-rina",
            "rina wulandari",
            "rína",
            &"r".repeat(33),
        ] {
            assert_eq!(login(bad).unwrap_err().code, "bad_name", "{bad}");
        }
        assert_eq!(person(" Rina Wulandari ").unwrap(), "Rina Wulandari");
        assert!(person("Rina\nAdmin").is_err());
        assert!(person(" ").is_err());
    }
}
