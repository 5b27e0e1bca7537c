//! V.253 shielding: sound and codes in one stream, in both directions.
//!
//! `<DLE><DLE>` is one literal 0x10, `<DLE><SUB>` two; every other pair is a code. A pair may be
//! split over reads.

/// Escape of the stream.
pub const DLE: u8 = 0x10;
/// Behind a DLE: end of the stream.
pub const ETX: u8 = 0x03;
/// Behind a DLE: two literal 0x10.
pub const SUB: u8 = 0x1A;
/// Behind a DLE, to the modem: throw away what is queued and stop.
pub const CAN: u8 = 0x18;

/// What one byte amounted to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Piece {
    /// The first half of a pair.
    Nothing,
    /// Sound, this many times over.
    Sound(u8, u8),
    /// A code.
    Code(u8),
}

/// Remembers a DLE across reads.
#[derive(Clone, Default, Debug)]
pub struct Unshield {
    escaped: bool,
}

impl Unshield {
    /// Takes one byte.
    pub fn feed(&mut self, byte: u8) -> Piece {
        if !self.escaped {
            self.escaped = byte == DLE;
            return if self.escaped {
                Piece::Nothing
            } else {
                Piece::Sound(byte, 1)
            };
        }
        self.escaped = false;
        match byte {
            DLE => Piece::Sound(DLE, 1),
            SUB => Piece::Sound(DLE, 2),
            code => Piece::Code(code),
        }
    }

    /// Whether a DLE waits for its other half.
    pub fn is_torn(&self) -> bool {
        self.escaped
    }
}

/// Makes sound fit to be written to the modem.
pub fn shield(sound: &[u8], out: &mut Vec<u8>) {
    for &byte in sound {
        out.push(byte);
        if byte == DLE {
            out.push(DLE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unshield(bytes: &[u8]) -> (Vec<u8>, Vec<u8>) {
        let (mut sound, mut codes) = (Vec::new(), Vec::new());
        let mut state = Unshield::default();
        for &byte in bytes {
            match state.feed(byte) {
                Piece::Nothing => {}
                Piece::Sound(byte, times) => {
                    sound.extend(std::iter::repeat_n(byte, usize::from(times)));
                }
                Piece::Code(code) => codes.push(code),
            }
        }
        (sound, codes)
    }

    #[test]
    fn literal_escapes_are_sound_and_the_rest_is_codes() {
        assert_eq!(
            unshield(b"\x80\x10\x10\x7f\x10\x1a\x81\x105\x80"),
            (vec![0x80, 0x10, 0x7f, 0x10, 0x10, 0x81, 0x80], vec![b'5'])
        );
    }

    #[test]
    fn what_we_shield_comes_out_as_it_was() {
        let sound: Vec<u8> = (0..=255).chain([0x10, 0x10, 0x1a, 0x03]).collect();
        let mut wire = Vec::new();
        shield(&sound, &mut wire);
        assert_eq!(unshield(&wire), (sound, vec![]));
    }
}
