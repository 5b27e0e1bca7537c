//! Personal data that must not slip into a log.

use std::fmt;

/// Wraps a number, a name or a text so that `{}` and `{:?}` show only a hint of it.
///
/// The log shows `…4471`; the value itself is reached with [`Pii::expose`], which is easy to
/// search for in a review.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Pii<T>(pub T);

impl<T> Pii<T> {
    /// The value itself, for a place that is allowed to have it.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: AsRef<str>> fmt::Display for Pii<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.as_ref();
        let skip = text.chars().count().saturating_sub(HINT_CHARS);
        if skip < HINT_CHARS {
            return f.write_str("…");
        }
        f.write_str("…")?;
        text.chars().skip(skip).try_for_each(|c| write!(f, "{c}"))
    }
}

impl<T: AsRef<str>> fmt::Debug for Pii<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pii({self})")
    }
}

/// Enough for two people on the telephone to agree which call they mean, too little to dial.
const HINT_CHARS: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_line_shows_only_the_last_digits() {
        assert_eq!(Pii("+62840010100144").to_string(), "…0144");
        assert_eq!(Pii("112").to_string(), "…");
        assert_eq!(Pii("Ibu").to_string(), "…");
    }
}
