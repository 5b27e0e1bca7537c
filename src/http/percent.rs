//! Percent-encoding of parts of a path (RFC 3986 2.1 and 2.3).

/// Encodes everything but unreserved characters and `/`.
pub fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                encoded.push(char::from(byte));
            }
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
}

/// Decodes; what is not a hexadecimal pair stays as it is, what is not UTF-8 is replaced.
pub fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let pair = after.get(..2).filter(|_| first == b'%');
        let decoded = pair.and_then(|pair| {
            let digit = |byte: u8| char::from(byte).to_digit(16);
            u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok()
        });
        bytes.push(decoded.unwrap_or(first));
        rest = if decoded.is_some() {
            &after[2..]
        } else {
            after
        };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn a_number_in_a_path_comes_back_whole() {
        assert_eq!(decode("%2B62%20840-0101"), "+62 840-0101");
        assert_eq!(decode("+62"), "+62");
        assert_eq!(decode("100%"), "100%");
        assert_eq!(decode("%zz%2"), "%zz%2");
        assert_eq!(decode("%+6%-1"), "%+6%-1");
        assert_eq!(encode("/a b?c=é"), "/a%20b%3Fc%3D%C3%A9");
        assert_eq!(decode(&encode("/a b?c=é")), "/a b?c=é");
    }
}
