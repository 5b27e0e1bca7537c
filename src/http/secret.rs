//! Random tokens, their hashes, and comparing secrets without telling how far they agree.

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use sha2::{Digest, Sha256};

use crate::base::fault::Fault;

/// Random bytes from the operating system.
///
/// # Errors
/// `HTTP-004` if it has none, which ends the attempt: no predictable secret is ever made.
pub fn bytes<const N: usize>() -> Result<[u8; N], Fault> {
    let mut bytes = [0u8; N];
    getrandom::fill(&mut bytes)
        .map_err(|e| Fault::because(&super::HASHING, "mengambil angka acak", e))?;
    Ok(bytes)
}

/// A new token of 256 bits as text for a cookie or a header.
///
/// # Errors
/// As [`bytes`].
pub fn token() -> Result<String, Fault> {
    Ok(BASE64URL_NOPAD.encode(&bytes::<32>()?))
}

/// A new token for a program; the prefix lets people and scanners recognise a leaked one.
///
/// # Errors
/// As [`bytes`].
pub fn program_token() -> Result<String, Fault> {
    Ok(format!("s112_{}", token()?))
}

/// What is stored of a token.
pub fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// The same as lower-case hexadecimal, as programs' tokens are stored.
pub fn hash_hex(token: &str) -> String {
    HEXLOWER.encode(&hash(token))
}

/// Names what a text says; no secret.
pub fn short_hash(text: &[u8]) -> String {
    let digest = Sha256::digest(text);
    HEXLOWER.encode(&digest[..8])
}

/// The token that a page of this session must send back with every change. It follows from the
/// session's own token, so there is nothing to store and nothing to guess.
pub fn csrf_of(session_token: &str) -> String {
    let mut digest = Sha256::new();
    digest.update(b"siaga112 csrf 1\0");
    digest.update(session_token.as_bytes());
    BASE64URL_NOPAD.encode(&digest.finalize())
}

/// Whether two secrets are the same, in a time that depends on their lengths only.
pub fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let differing = a.iter().zip(b).fold(0u8, |all, (x, y)| all | (x ^ y));
    std::hint::black_box(differing) == 0
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn tokens_differ_and_carry_256_bits() {
        let (a, b) = (token().unwrap(), token().unwrap());
        assert_ne!(a, b);
        assert_eq!(BASE64URL_NOPAD.decode(a.as_bytes()).unwrap().len(), 32);
        assert_ne!(csrf_of(&a), csrf_of(&b));
        assert_ne!(csrf_of(&a), a);
    }

    #[test]
    fn secrets_are_compared_whole() {
        assert!(same(b"abc", b"abc"));
        assert!(!same(b"abc", b"abd"));
        assert!(!same(b"abc", b"ab"));
    }
}
