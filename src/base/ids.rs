//! Names of things. Outside the program every id is a string.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::limits;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One call, incoming or outgoing. Counts up from 1 in the order calls were offered.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(pub u64);

/// One text message, in or out. Counts up from 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SmsId(pub u64);

/// One hand-over from a shift to the next. Counts up from 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HandoverId(pub u64);

/// Position of an entry in the journal. The first entry is 1; 0 means "before everything".
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Seq(pub u64);

impl Seq {
    /// The position after this one.
    pub fn next(self) -> Seq {
        Seq(self.0 + 1)
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

macro_rules! counted_id {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
        impl FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map($name)
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(&self.0)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map($name).map_err(serde::de::Error::custom)
            }
        }
    };
}

counted_id!(CallId);
counted_id!(SmsId);
counted_id!(HandoverId);

macro_rules! named_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Wraps a name that has already been checked.
            pub fn new(name: &str) -> Self {
                Self(Arc::from(name))
            }
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
        impl From<&str> for $name {
            fn from(name: &str) -> Self {
                Self::new(name)
            }
        }
    };
}

named_id! {
    /// A telephone line as the administrator named it ("Telkomsel-1").
    LineName
}
named_id! {
    /// The login name of a person or program.
    UserName
}

impl UserName {
    /// A name as somebody types it: letter case and blanks around it do not matter. `None` if it
    /// cannot be one: a login name is short, and a keyboard, a log and an address can carry it.
    pub fn typed(text: &str) -> Option<UserName> {
        let text = text.trim();
        let fits = (2..=limits::LOGIN_NAME_CHARS_MAX).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
        let name = fits.then(|| UserName::new(&text.to_ascii_lowercase()));
        name.filter(|name| *name != UserName::of_the_box())
    }

    /// Who does what the box does by itself; nobody else has this name.
    pub fn of_the_box() -> UserName {
        UserName::new("siaga112")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_name_is_what_a_keyboard_and_a_log_can_carry() {
        assert_eq!(UserName::typed(" Rina.W "), Some("rina.w".into()));
        let long = "r".repeat(33);
        for bad in [
            "", "r", "token:x", "-rina", "rina w", "rina@x", "rína", "Siaga112", &long,
        ] {
            assert_eq!(UserName::typed(bad), None, "{bad}");
        }
    }
}
