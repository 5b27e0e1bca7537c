//! Faults: things that went wrong, told to an operator, coded for support, chained for the log.
//!
//! A *refusal* is different: it is expected, typed, and belongs to the room that refuses
//! (see `desk::Refusal`).

use std::error::Error;
use std::fmt;

/// A stable code with the sentences that belong to it.
///
/// The sentence says what happened and what it means; the cure says what to do now.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// `LINE-014`: stable for ever, printed, searchable.
    pub id: &'static str,
    /// What happened and what it means, Indonesian.
    pub told: &'static str,
    /// What to do now, Indonesian.
    pub cure: &'static str,
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

/// Something unexpected. Shown in part (code, sentence, cure), logged in full.
pub struct Fault {
    /// Which fault.
    pub code: &'static Code,
    /// What the program was doing, with the path or name it was doing it to.
    pub doing: String,
    /// What went wrong underneath, if anything did.
    pub source: Option<Box<dyn Error + Send + Sync>>,
}

impl Fault {
    /// A fault without a cause underneath.
    pub fn new(code: &'static Code, doing: impl Into<String>) -> Self {
        Self {
            code,
            doing: doing.into(),
            source: None,
        }
    }

    /// A fault with the error that caused it.
    pub fn because(
        code: &'static Code,
        doing: impl Into<String>,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Self {
            code,
            doing: doing.into(),
            source: Some(source.into()),
        }
    }

    /// Code, doing and every cause, joined by `: `; for the log.
    pub fn chain(&self) -> String {
        let mut text = format!("{} {}", self.code.id, self.doing);
        let mut cause = self.source.as_deref().map(|e| e as &dyn Error);
        while let Some(error) = cause {
            text.push_str(": ");
            text.push_str(&error.to_string());
            cause = error.source();
        }
        text
    }
}

/// What an administrator reads on a terminal: sentence, cure, code.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ({}). {} [{}]",
            self.code.told, self.doing, self.code.cure, self.code.id
        )
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.chain())
    }
}

impl Error for Fault {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|e| e as &(dyn Error + 'static))
    }
}

/// Defines the codes of one room and a table `ALL` of them.
#[macro_export]
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $id:literal, $told:literal, $cure:literal;)+) => {
        $(
            $(#[$doc])*
            pub static $name: $crate::base::fault::Code = $crate::base::fault::Code {
                id: $id, told: $told, cure: $cure,
            };
        )+
        /// Every code of this room, for the help pages and the tests.
        pub static ALL: &[&$crate::base::fault::Code] = &[$(&$name),+];
    };
}
