//! Tagged fields: the few bytes a row costs, readable by older and newer programs.
//!
//! A field is `varint(tag * 2 + shape)` and then a varint (shape 0) or a length and that many
//! bytes (shape 1). A reader skips tags it does not know, so a program that was put back after a
//! failed update still reads what the newer one wrote. Tags are never reused.

/// The bytes are not fields.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("baris tidak terbaca")]
pub struct BadRow;

/// Writes fields one after the other.
#[derive(Default)]
pub struct Put(Vec<u8>);

impl Put {
    /// A number under `tag`.
    pub fn number(&mut self, tag: u64, value: u64) {
        put_varint(&mut self.0, tag << 1);
        put_varint(&mut self.0, value);
    }

    /// A number under `tag`, if there is one.
    pub fn maybe(&mut self, tag: u64, value: Option<u64>) {
        if let Some(value) = value {
            self.number(tag, value);
        }
    }

    /// Bytes under `tag`.
    pub fn bytes(&mut self, tag: u64, value: &[u8]) {
        put_varint(&mut self.0, tag << 1 | 1);
        put_varint(&mut self.0, value.len() as u64);
        self.0.extend_from_slice(value);
    }

    /// Text under `tag`; nothing if it is empty.
    pub fn text(&mut self, tag: u64, value: &str) {
        if !value.is_empty() {
            self.bytes(tag, value.as_bytes());
        }
    }

    /// The fields as bytes.
    pub fn done(self) -> Vec<u8> {
        self.0
    }
}

/// One field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Field<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

impl<'a> Field<'a> {
    /// The number, if it is one.
    pub fn number(self) -> Result<u64, BadRow> {
        match self {
            Field::Number(value) => Ok(value),
            Field::Bytes(_) => Err(BadRow),
        }
    }

    /// The bytes, if it is bytes.
    pub fn bytes(self) -> Result<&'a [u8], BadRow> {
        match self {
            Field::Bytes(value) => Ok(value),
            Field::Number(_) => Err(BadRow),
        }
    }

    /// The bytes as text.
    pub fn text(self) -> Result<&'a str, BadRow> {
        std::str::from_utf8(self.bytes()?).map_err(|_| BadRow)
    }
}

/// Every field of `bytes` in the order written.
pub fn fields(bytes: &[u8]) -> Fields<'_> {
    Fields { rest: bytes }
}

/// See [`fields`].
pub struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    fn take(&mut self) -> Result<(u64, Field<'a>), BadRow> {
        let head = take_varint(&mut self.rest)?;
        let value = take_varint(&mut self.rest)?;
        if head & 1 == 0 {
            return Ok((head >> 1, Field::Number(value)));
        }
        let length = usize::try_from(value).map_err(|_| BadRow)?;
        let (bytes, rest) = self.rest.split_at_checked(length).ok_or(BadRow)?;
        self.rest = rest;
        Ok((head >> 1, Field::Bytes(bytes)))
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u64, Field<'a>), BadRow>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let taken = self.take();
        if taken.is_err() {
            self.rest = &[];
        }
        Some(taken)
    }
}

/// Small numbers of either sign become small numbers without one; every `i64` survives.
pub fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

/// Back from [`zigzag`].
pub fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn take_varint(rest: &mut &[u8]) -> Result<u64, BadRow> {
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let (&byte, after) = rest.split_first().ok_or(BadRow)?;
        *rest = after;
        value |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(BadRow)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    #[test]
    fn fields_come_back_in_order() {
        let mut put = Put::default();
        put.number(1, 0);
        put.number(2, u64::MAX);
        put.bytes(3, b"");
        put.text(40, "Manado");
        put.text(5, "");
        put.maybe(6, None);
        let bytes = put.done();
        let read: Vec<_> = fields(&bytes).collect::<Result<_, _>>().unwrap();
        assert_eq!(
            read,
            [
                (1, Field::Number(0)),
                (2, Field::Number(u64::MAX)),
                (3, Field::Bytes(b"")),
                (40, Field::Bytes(b"Manado")),
            ]
        );
    }

    #[test]
    fn a_row_cut_short_is_an_error_and_ends() {
        let mut put = Put::default();
        put.text(1, "Telkomsel-1");
        put.number(2, 300);
        let bytes = put.done();
        for cut in [1, 2, 5, bytes.len() - 1] {
            let read: Vec<_> = fields(&bytes[..cut]).collect();
            assert_eq!(read.last(), Some(&Err(BadRow)), "cut at {cut}");
        }
    }

    #[test]
    fn every_moment_survives_zigzag() {
        for value in [0, -1, 1, i64::MIN, i64::MAX, 1_772_336_702_250] {
            assert_eq!(unzigzag(zigzag(value)), value);
        }
        assert_eq!(zigzag(-1), 1);
    }
}
