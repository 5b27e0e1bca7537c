//! Lines as text: one character per byte, comma-separated fields, quotes that may be broken.

/// One character per byte, so that no byte is lost and no byte sequence is invalid.
pub fn from_bytes(bytes: &[u8]) -> String {
    bytes.iter().map(|&b| char::from(b)).collect()
}

/// Text that people may read: UTF-8 if the bytes are that, else only the ASCII of it; no control
/// characters either way.
pub fn shown(text: &str) -> String {
    let bytes: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(c).ok()).collect();
    let decoded = match bytes.map(String::from_utf8) {
        Some(Ok(decoded)) => decoded,
        _ => ascii(text),
    };
    decoded.chars().filter(|c| !c.is_control()).collect()
}

/// The printable ASCII of a text.
pub fn ascii(text: &str) -> String {
    text.chars().filter(|c| (' '..='~').contains(c)).collect()
}

/// A field of an information line.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Field<'a> {
    /// Without its quotes.
    pub text: &'a str,
    pub quoted: bool,
}

impl Field<'_> {
    /// As a decimal number, if it is one that fits.
    pub fn number<T: std::str::FromStr>(&self) -> Option<T> {
        self.text.trim().parse().ok()
    }
}

/// Splits the part of a line behind its label into fields.
///
/// A quote ends a quoted field only before a comma or the end: names from the network contain
/// commas and stray quotes.
pub fn fields(text: &str) -> Vec<Field<'_>> {
    let mut rest = text.trim();
    let mut fields = Vec::new();
    loop {
        let (field, tail) = one_field(rest);
        fields.push(field);
        match tail {
            Some(tail) => rest = tail.trim_start(),
            None => return fields,
        }
    }
}

fn one_field(text: &str) -> (Field<'_>, Option<&str>) {
    if let Some(inside) = text.strip_prefix('"') {
        if let Some(end) = closing_quote(inside) {
            let behind = inside[end + 1..].trim_start();
            return (
                Field {
                    text: &inside[..end],
                    quoted: true,
                },
                behind.strip_prefix(','),
            );
        }
        return (
            Field {
                text: inside,
                quoted: true,
            },
            None,
        );
    }
    match text.split_once(',') {
        Some((field, tail)) => (
            Field {
                text: field.trim(),
                quoted: false,
            },
            Some(tail),
        ),
        None => (
            Field {
                text: text.trim(),
                quoted: false,
            },
            None,
        ),
    }
}

/// Where the quote is that ends a field, in the text behind its opening quote: before the end, or
/// before a comma behind which another field can begin.
pub fn closing_quote(inside: &str) -> Option<usize> {
    inside.match_indices('"').map(|(at, _)| at).find(|at| {
        let behind = inside[at + 1..].trim_start();
        match behind.strip_prefix(',') {
            Some(next) => begins_field(next.trim_start()),
            None => behind.is_empty(),
        }
    })
}

/// A comma and a word are part of a name.
fn begins_field(text: &str) -> bool {
    let first = text.bytes().next();
    first.is_none_or(|b| b.is_ascii_digit() || matches!(b, b'"' | b',' | b'-' | b'+'))
}

/// The index of a quoted field that the text does not close, if it has one.
pub fn open_field(text: &str) -> Option<(usize, &str)> {
    let mut rest = text.trim_start();
    for index in 0.. {
        match rest.strip_prefix('"') {
            Some(inside) => match closing_quote(inside) {
                Some(end) => rest = inside[end + 1..].trim_start().strip_prefix(',')?,
                None => return Some((index, inside)),
            },
            None => rest = rest.split_once(',')?.1,
        }
        rest = rest.trim_start();
    }
    None
}

/// Splits `+CSQ: 14,0` into `+CSQ` and `14,0`. `None` if the line has no such label.
pub fn labelled(line: &str) -> Option<(&str, &str)> {
    if !line.starts_with(['+', '^', '*', '$', '#', '%']) {
        return None;
    }
    let (label, rest) = line.split_once(':')?;
    let is_label = label.len() > 1
        && label[1..]
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_');
    is_label.then_some((label, rest.trim()))
}

/// `0`-`9`, `A`-`F` in pairs.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let text = text.trim().as_bytes();
    if text.is_empty() || !text.len().is_multiple_of(2) {
        return None;
    }
    text.chunks_exact(2)
        .map(|pair| Some(nibble(pair[0])? << 4 | nibble(pair[1])?))
        .collect()
}

fn nibble(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|n| u8::try_from(n).ok())
}

/// Upper-case pairs, as modems write them.
pub fn to_hex(bytes: &[u8]) -> String {
    data_encoding::HEXUPPER.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(line: &str) -> Vec<&str> {
        fields(line).into_iter().map(|f| f.text).collect()
    }

    #[test]
    fn a_name_with_a_comma_and_a_stray_quote_is_one_field() {
        assert_eq!(
            texts("\"+62840\",145,,,\"POLRES \"KOTA\", TENGAH\",0"),
            ["+62840", "145", "", "", "POLRES \"KOTA\", TENGAH", "0"]
        );
    }

    #[test]
    fn empty_fields_and_spaces_are_kept_and_dropped() {
        assert_eq!(texts("1, 2 ,\"\" ,"), ["1", "2", "", ""]);
        assert_eq!(texts(""), [""]);
    }

    #[test]
    fn an_open_quote_is_found_in_its_field() {
        assert_eq!(open_field("0,\"Sisa pulsa"), Some((1, "Sisa pulsa")));
        assert_eq!(open_field("0,\"Sisa\",15"), None);
        assert_eq!(open_field("1,2"), None);
    }

    #[test]
    fn only_labels_are_labels() {
        assert_eq!(labelled("+CSQ: 1,2"), Some(("+CSQ", "1,2")));
        assert_eq!(labelled("^RSSI:9"), Some(("^RSSI", "9")));
        assert_eq!(labelled("RING"), None);
        assert_eq!(labelled("+62 840: x"), None);
    }

    #[test]
    fn names_are_shown_without_what_cannot_be_shown() {
        assert_eq!(shown(&from_bytes("Tük\u{7}".as_bytes())), "Tük");
        assert_eq!(shown(&from_bytes(b"XL\xc2\xffA\0")), "XLA");
    }
}
