//! The decorations of RING (hardware.md 3.3, from mgetty's ring.c).

use crate::at::text;

/// A ring, with what some modems write into the line.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Ring {
    /// Distinctive ring: one character.
    pub pattern: Option<String>,
    /// The caller's number.
    pub number: Option<String>,
}

/// Reads `RING`, `RINGING`, `RING A`, `RING2`, `RING 0274…`, `RING;from;to`,
/// `RING: type called from`.
pub fn parse(line: &str) -> Option<Ring> {
    let rest = line.strip_prefix("RING")?;
    if rest.is_empty() || rest == "ING" {
        return Some(Ring::default());
    }
    if let Some(list) = rest.strip_prefix(';') {
        let from = list.split(';').next().unwrap_or_default();
        return Some(Ring {
            pattern: None,
            number: number(from),
        });
    }
    if let Some(words) = rest.strip_prefix(':') {
        let words: Vec<&str> = words.split_whitespace().collect();
        let from = words
            .get(2..)
            .and_then(<[&str]>::last)
            .copied()
            .unwrap_or_default();
        let pattern = words
            .first()
            .filter(|w| w.len() == 1)
            .map(|w| (*w).to_owned());
        return Some(Ring {
            pattern,
            number: number(from),
        });
    }
    let word = rest.trim();
    if word.len() == 1 && word.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Some(Ring {
            pattern: Some(word.to_owned()),
            number: None,
        });
    }
    // Without the space it would be some other word.
    rest.starts_with(' ').then(|| Ring {
        pattern: None,
        number: number(word),
    })
}

fn number(word: &str) -> Option<String> {
    let word = text::ascii(word);
    let is_number = word.len() > 1
        && word
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'*' | b'#'));
    is_number.then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(pattern: Option<&str>, number: Option<&str>) -> Option<Ring> {
        Some(Ring {
            pattern: pattern.map(str::to_owned),
            number: number.map(str::to_owned),
        })
    }

    #[test]
    fn one_character_is_a_pattern_and_more_are_a_number() {
        assert_eq!(parse("RING"), ring(None, None));
        assert_eq!(parse("RINGING"), ring(None, None));
        assert_eq!(parse("RING A"), ring(Some("A"), None));
        assert_eq!(parse("RING1"), ring(Some("1"), None));
        assert_eq!(parse("RING 0274512345"), ring(None, Some("0274512345")));
        assert_eq!(parse("RING;0274512345;112"), ring(None, Some("0274512345")));
        assert_eq!(
            parse("RING: A 112 0274512345"),
            ring(Some("A"), Some("0274512345"))
        );
    }

    #[test]
    fn a_ring_with_an_unreadable_decoration_is_still_a_ring() {
        assert_eq!(parse("RING ???"), ring(None, None));
        assert_eq!(parse("RINGTONE"), None);
    }
}
