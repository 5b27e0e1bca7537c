//! The formats of sound that a voice modem lists (`AT+VSM=?`).
//!
//! The same number means different things on two chips, so a format is known by its name
//! (hardware.md 3.2).

use super::text;
use crate::base::sound::Coding;

/// One line of the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// What `AT+VSM=` calls it.
    pub id: u16,
    /// How its samples travel; `None` for what we do not speak.
    pub coding: Option<Coding>,
    /// Whether it has 8000 samples in a second, or does not say.
    pub at_8000: bool,
}

/// `id,"name",…`, with or without a label or brackets around it.
pub fn parse(line: &str) -> Option<Listed> {
    let value = text::labelled(line).map_or(line, |(_, rest)| rest);
    let (id, rest) = value.trim_start_matches(['(', ' ']).split_once(',')?;
    // Lists in brackets follow the name, so a quote ends it wherever it stands.
    let (name, behind) = match rest.trim_start().strip_prefix('"') {
        Some(quoted) => quoted.split_once('"')?,
        None => rest.split_once(',').unwrap_or((rest, "")),
    };
    let behind = behind.trim_start_matches([',', ' ']);
    let bits = behind
        .split(',')
        .next()
        .and_then(|bits| bits.trim().parse().ok());
    let rates: Vec<Rate> = behind.split(',').filter_map(rate).collect();
    let at_8000 = |rate: &Rate| rate.contains(&SAMPLE_RATE);
    Some(Listed {
        id: id.trim().parse().ok()?,
        coding: coding(name, bits),
        at_8000: rates.is_empty() || rates.iter().any(at_8000),
    })
}

type Rate = std::ops::RangeInclusive<u32>;

/// `8000`, `(7200`, `8000)`, `7200-11025`. Smaller numbers are bits, timings and levels.
fn rate(text: &str) -> Option<Rate> {
    let text = text.trim_matches(['(', ')', ' ']);
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    let (from, to) = (from.trim().parse().ok()?, to.trim().parse().ok()?);
    (from >= LOWEST_RATE).then_some(from..=to)
}

fn coding(name: &str, bits: Option<u8>) -> Option<Coding> {
    let name: String = name
        .chars()
        .map(|c| if c == '\u{b5}' { 'U' } else { c })
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect();
    let says = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if says(&["ADPCM"]) {
        return None;
    }
    if says(&["ULAW", "711U", "711MU", "PCMU"]) {
        return Some(Coding::Mulaw);
    }
    if says(&["ALAW", "711A", "PCMA"]) {
        return Some(Coding::Alaw);
    }
    let is_linear = says(&["LINEAR", "PCM"]);
    let is_signed = says(&["SIGNED"]) && !says(&["UNSIGNED"]);
    let said_bits = if says(&["16BIT"]) { 16 } else { 8 };
    let is_8_bit = bits.unwrap_or(said_bits) == 8;
    (is_linear && is_8_bit && !is_signed).then_some(Coding::U8)
}

/// Samples in a second of everything in this house.
const SAMPLE_RATE: u32 = 8_000;

/// No modem samples more slowly.
const LOWEST_RATE: u32 = 4_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(line: &str) -> Option<(u16, Option<Coding>, bool)> {
        parse(line).map(|l| (l.id, l.coding, l.at_8000))
    }

    #[test]
    fn formats_are_known_by_their_names() {
        for (line, id, coding) in [
            ("128,\"8-BIT LINEAR\",(7200,8000)", 128, Some(Coding::U8)),
            ("129,\"ADPCM\",(7200,8000)", 129, None),
            ("131,\"G.711U\",(8000)", 131, Some(Coding::Mulaw)),
            ("132,\"G.711A\",(8000)", 132, Some(Coding::Alaw)),
            ("133,\"16-BIT LINEAR\",(8000)", 133, None),
            ("1,\"UNSIGNED PCM\",8,0,8000,0,0", 1, Some(Coding::U8)),
            ("0,\"SIGNED PCM\",8,0,8000,0,0", 0, None),
            ("1,\"UNSIGNED PCM\",16,0,8000,0,0", 1, None),
            ("129,\"IMA ADPCM\",4,0,8000,0,0", 129, None),
            (
                "4,\"G.711 u-Law\",8,0,(8000),(0),(0)",
                4,
                Some(Coding::Mulaw),
            ),
            ("+VSM: (4,\"MU-LAW\",8,0,8000)", 4, Some(Coding::Mulaw)),
            ("9,\"\u{b5}-law\",8,0,8000", 9, Some(Coding::Mulaw)),
            ("5,ALAW,8,0,8000", 5, Some(Coding::Alaw)),
        ] {
            assert_eq!(listed(line), Some((id, coding, true)), "{line}");
        }
        assert_eq!(listed("OK"), None);
        assert_eq!(listed(""), None);
    }

    #[test]
    fn a_format_that_has_only_other_rates_is_told_apart() {
        let at_8000 = |line| parse(line).is_some_and(|listed| listed.at_8000);
        assert!(!at_8000("128,\"8-BIT LINEAR\",(7200,11025)"));
        assert!(!at_8000("1,\"UNSIGNED PCM\",8,0,7200,0,0"));
        assert!(at_8000("1,\"UNSIGNED PCM\",8,0,7200-11025,0,0"));
        assert!(at_8000("1,\"UNSIGNED PCM\",8"));
    }
}
