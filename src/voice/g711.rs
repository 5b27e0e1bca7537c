//! G.711: the 8-bit codes of the telephone network, as ITU-T G.711 (11/88) tables 1 and 2 give them.

/// One µ-law code as a linear sample, within ±32,124.
pub const fn mulaw_to_linear(code: u8) -> i16 {
    let code = !code;
    let segment = (code >> 4) & 7;
    let step = (code & 0x0F) as i16;
    let magnitude = (((step << 3) + MULAW_BIAS) << segment) - MULAW_BIAS;
    if code & SIGN != 0 {
        -magnitude
    } else {
        magnitude
    }
}

/// The µ-law code nearest to a linear sample.
pub fn linear_to_mulaw(sample: i16) -> u8 {
    let sign = if sample < 0 { SIGN } else { 0 };
    let magnitude = i32::from(sample).abs().min(MULAW_CLIP) + i32::from(MULAW_BIAS);
    // The bias puts the highest bit at 7 at least.
    let segment = (31 - magnitude.leading_zeros()).saturating_sub(7);
    let step = ((magnitude >> (segment + 3)) & 0x0F) as u8;
    !(sign | (segment as u8) << 4 | step)
}

/// One A-law code as a linear sample, within ±32,256.
pub const fn alaw_to_linear(code: u8) -> i16 {
    let code = code ^ ALAW_EVEN_BITS;
    let segment = (code >> 4) & 7;
    let step = ((code & 0x0F) as i16) << 4;
    let magnitude = match segment {
        0 => step + 8,
        segment => (step + 0x108) << (segment - 1),
    };
    if code & SIGN != 0 {
        magnitude
    } else {
        -magnitude
    }
}

/// The A-law code nearest to a linear sample.
pub fn linear_to_alaw(sample: i16) -> u8 {
    // In A-law a set sign bit means positive, and −1 is the mirror image of 0.
    let (sign, magnitude) = match sample {
        0.. => (SIGN, i32::from(sample)),
        _ => (0, -i32::from(sample) - 1),
    };
    let segment = (31 - (magnitude | 0x80).leading_zeros()).saturating_sub(7);
    let step = match segment {
        0 => magnitude >> 4,
        segment => (magnitude >> (segment + 3)) & 0x0F,
    };
    (sign | (segment as u8) << 4 | step as u8) ^ ALAW_EVEN_BITS
}

const SIGN: u8 = 0x80;

/// Every other bit is inverted on the wire, so that silence has no long runs of zeros.
const ALAW_EVEN_BITS: u8 = 0x55;

/// Added before the logarithm, so that the smallest segment has the right step.
const MULAW_BIAS: i16 = 0x84;

/// The largest magnitude that stays within 16 bits with the bias.
const MULAW_CLIP: i32 = 32_635;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_corners_are_those_of_the_standard() {
        let mulaw = [(0xFF, 0), (0x80, 32_124), (0x00, -32_124), (0xF0, 120)];
        for (code, sample) in mulaw {
            assert_eq!(mulaw_to_linear(code), sample, "µ-law {code:#04x}");
        }
        let alaw = [(0xD5, 8), (0x55, -8), (0xAA, 32_256), (0x2A, -32_256)];
        for (code, sample) in alaw {
            assert_eq!(alaw_to_linear(code), sample, "A-law {code:#04x}");
        }
    }

    #[test]
    fn every_code_survives_the_way_there_and_back() {
        for code in 0..=255u8 {
            assert_eq!(linear_to_alaw(alaw_to_linear(code)), code, "A {code:#04x}");
            // µ-law has two zeros; the positive one is what a zero becomes.
            let expected = if code == 0x7F { 0xFF } else { code };
            assert_eq!(
                linear_to_mulaw(mulaw_to_linear(code)),
                expected,
                "µ {code:#04x}"
            );
        }
    }

    #[test]
    fn no_sample_is_off_by_more_than_its_step() {
        for sample in i16::MIN..=i16::MAX {
            let size = i32::from(sample).abs();
            let allowed = (size / 16).max(16) + 512 * i32::from(size > 32_000);
            let a = i32::from(alaw_to_linear(linear_to_alaw(sample)));
            let mu = i32::from(mulaw_to_linear(linear_to_mulaw(sample)));
            assert!((a - i32::from(sample)).abs() <= allowed, "A {sample}: {a}");
            assert!(
                (mu - i32::from(sample)).abs() <= allowed + 128,
                "µ {sample}: {mu}"
            );
        }
    }
}
