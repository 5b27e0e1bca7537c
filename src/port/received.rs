//! Bytes on their way from a port to the engine.

use std::fmt;
use std::ops::Deref;

use super::credit::Credit;

/// A chunk as it was read. While it lives, its port counts it as unread; drop it once it has been
/// worked on.
pub struct Received {
    bytes: Vec<u8>,
    _credit: Option<Credit>,
}

impl Received {
    pub(super) fn new(bytes: &[u8], credit: Credit) -> Received {
        Received {
            bytes: bytes.to_vec(),
            _credit: Some(credit),
        }
    }
}

/// Bytes that came from no real port: a simulated one, a recording.
impl From<Vec<u8>> for Received {
    fn from(bytes: Vec<u8>) -> Received {
        Received {
            bytes,
            _credit: None,
        }
    }
}

impl Deref for Received {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

/// Shown by length: the bytes may hold a telephone number.
impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Received({} bytes)", self.bytes.len())
    }
}
