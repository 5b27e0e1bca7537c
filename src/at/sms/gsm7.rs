//! The GSM 7-bit default alphabet (3GPP TS 23.038 6.2.1) and its packing.

/// Escape to the extension table.
const ESC: u8 = 0x1B;

/// The default alphabet, by septet.
const BASIC: [char; 128] = [
    '@', '£', '$', '¥', 'è', 'é', 'ù', 'ì', 'ò', 'Ç', '\n', 'Ø', 'ø', '\r', 'Å', 'å', //
    'Δ', '_', 'Φ', 'Γ', 'Λ', 'Ω', 'Π', 'Ψ', 'Σ', 'Θ', 'Ξ', '\u{1b}', 'Æ', 'æ', 'ß', 'É', //
    ' ', '!', '"', '#', '¤', '%', '&', '\'', '(', ')', '*', '+', ',', '-', '.', '/', //
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', ':', ';', '<', '=', '>', '?', //
    '¡', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', //
    'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z', 'Ä', 'Ö', 'Ñ', 'Ü', '§', //
    '¿', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', //
    'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', 'ä', 'ö', 'ñ', 'ü', 'à',
];

/// Behind the escape.
const EXTENSION: [(u8, char); 10] = [
    (0x0A, '\u{0c}'),
    (0x14, '^'),
    (0x28, '{'),
    (0x29, '}'),
    (0x2F, '\\'),
    (0x3C, '['),
    (0x3D, '~'),
    (0x3E, ']'),
    (0x40, '|'),
    (0x65, '€'),
];

/// Septets to text. An unknown extension shows the basic character, as 23.038 asks; a lone escape
/// at the end is a space.
pub fn decode(septets: &[u8]) -> String {
    let mut text = String::with_capacity(septets.len());
    let mut septets = septets.iter().map(|s| s & 0x7F);
    while let Some(septet) = septets.next() {
        if septet != ESC {
            text.push(BASIC[usize::from(septet)]);
            continue;
        }
        let Some(septet) = septets.next() else {
            text.push(' ');
            break;
        };
        let extended = EXTENSION.iter().find(|(code, _)| *code == septet);
        text.push(match extended {
            Some((_, char)) => *char,
            None if septet == ESC => ' ',
            None => BASIC[usize::from(septet)],
        });
    }
    text
}

/// One character as one or two septets; `None` if the alphabet lacks it.
pub fn encode_char(char: char) -> Option<(Option<u8>, u8)> {
    if char != '\u{1b}'
        && let Some(septet) = BASIC.iter().position(|basic| *basic == char)
    {
        return Some((None, u8::try_from(septet).ok()?));
    }
    let (septet, _) = EXTENSION.iter().find(|(_, extended)| *extended == char)?;
    Some((Some(ESC), *septet))
}

/// Text to septets; `None` if a character is not in the alphabet.
pub fn encode(text: &str) -> Option<Vec<u8>> {
    let mut septets = Vec::with_capacity(text.len());
    for char in text.chars() {
        let (escape, septet) = encode_char(char)?;
        septets.extend(escape);
        septets.push(septet);
    }
    Some(septets)
}

/// Septets to octets, after `fill` empty bits.
pub fn pack(septets: &[u8], fill: usize) -> Vec<u8> {
    let bits = fill + septets.len() * 7;
    let mut octets = vec![0_u8; bits.div_ceil(8)];
    for (index, septet) in septets.iter().enumerate() {
        let at = fill + index * 7;
        let wide = u16::from(septet & 0x7F) << (at % 8);
        let [low, high] = wide.to_le_bytes();
        octets[at / 8] |= low;
        if high != 0 {
            octets[at / 8 + 1] |= high;
        }
    }
    octets
}

/// At most `count` septets out of octets, after `fill` bits to be skipped.
pub fn unpack(octets: &[u8], fill: usize, count: usize) -> Vec<u8> {
    let available = (octets.len() * 8).saturating_sub(fill) / 7;
    (0..count.min(available))
        .map(|index| {
            let at = fill + index * 7;
            let low = u16::from(octets[at / 8]);
            let high = octets.get(at / 8 + 1).map_or(0, |o| u16::from(*o));
            let wide = (low | high << 8) >> (at % 8);
            (wide & 0x7F) as u8
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]

    use super::*;

    #[test]
    fn every_character_of_the_alphabet_comes_back() {
        let all: String = BASIC
            .iter()
            .filter(|c| **c != '\u{1b}')
            .chain(EXTENSION.iter().map(|(_, c)| c))
            .collect();
        let septets = encode(&all).expect("all are in the alphabet");
        assert_eq!(septets.len(), 127 + 2 * 10);
        assert_eq!(decode(&septets), all);
    }

    #[test]
    fn packing_is_undone_by_unpacking_behind_any_fill() {
        let septets: Vec<u8> = (0..=127).collect();
        for fill in 0..7 {
            assert_eq!(unpack(&pack(&septets, fill), fill, 128), septets, "{fill}");
        }
    }

    #[test]
    fn the_example_of_the_standard_packs_as_everywhere() {
        let septets = encode("hellohello").expect("plain");
        assert_eq!(
            pack(&septets, 0),
            [0xE8, 0x32, 0x9B, 0xFD, 0x46, 0x97, 0xD9, 0xEC, 0x37]
        );
    }

    #[test]
    fn a_torn_escape_is_a_space_and_an_unknown_one_its_character() {
        assert_eq!(decode(&[0x41, ESC]), "A ");
        assert_eq!(decode(&[ESC, 0x41]), "A");
    }

    #[test]
    fn letters_from_elsewhere_are_not_in_the_alphabet() {
        assert_eq!(encode("ł"), None);
        assert_eq!(encode("\u{1b}"), None);
    }
}
