//! Sound, its codes, and the text that ends it on modems that say it no other way.

use super::{Framer, Mode, PACKET_BEGIN, PACKET_END, Token};
use crate::at::dle::{self, Piece, Unshield};

impl Framer {
    /// What follows is sound until the stream ends.
    pub fn enter_stream(&mut self) {
        self.mode = Mode::Stream;
        self.line.clear();
        self.unshield = Unshield::default();
        self.mark.clear();
        self.behind_mark = None;
        self.lines_due = false;
    }

    /// The stream was told to stop, or carries no sound in this direction: text is lines.
    pub fn expect_lines(&mut self) {
        self.lines_due = true;
    }

    /// A call was up before we listened.
    pub(super) fn join_stream(&mut self, byte: u8) {
        let earlier = std::mem::take(&mut self.line);
        self.enter_stream();
        self.ready.push_back(Token::StreamJoined);
        for earlier in earlier {
            self.sound_byte(earlier);
        }
        self.sound_byte(byte);
    }

    pub(super) fn stream_byte(&mut self, byte: u8) {
        if self.doubts_mark() {
            return self.byte_behind_mark(byte);
        }
        match self.unshield.feed(byte) {
            Piece::Nothing => {}
            Piece::Sound(byte, 1) if byte != dle::DLE => self.sound_byte(byte),
            Piece::Sound(byte, times) => {
                self.no_mark();
                self.sound
                    .extend(std::iter::repeat_n(byte, usize::from(times)));
            }
            Piece::Code(code) => {
                self.no_mark();
                let sound = self.flush_sound();
                self.ready.extend(sound);
                self.stream_code(code);
            }
        }
    }

    fn stream_code(&mut self, code: u8) {
        match code {
            dle::ETX => {
                self.mode = Mode::Command;
                self.ready.push_back(Token::StreamEnd);
            }
            PACKET_BEGIN => self.mode = Mode::Packet,
            PACKET_END => {}
            _ => self.ready.push_back(Token::Code(code)),
        }
    }

    /// A modem may fall back to lines without `<DLE><ETX>`. Sound may contain the same bytes, so
    /// unless lines are due only the quiet behind them tells.
    fn sound_byte(&mut self, byte: u8) {
        self.mark.push(byte);
        while !self.mark.is_empty() && !MARKS.iter().any(|m| m.starts_with(&self.mark)) {
            self.sound.push(self.mark.remove(0));
        }
        if MARKS.contains(&self.mark.as_slice()) {
            self.behind_mark = Some(Vec::new());
            if self.lines_due {
                self.believe_mark();
            }
        }
    }

    /// Whether a text came that may have ended the stream.
    pub fn doubts_mark(&self) -> bool {
        self.behind_mark.is_some()
    }

    /// No sound followed: the text was lines.
    pub fn believe_mark(&mut self) {
        let Some(behind) = self.behind_mark.take() else {
            return;
        };
        let sound = self.flush_sound();
        self.ready.extend(sound);
        self.ready.push_back(Token::StreamEnd);
        self.mode = Mode::Command;
        self.read_again(behind);
        let mark = std::mem::take(&mut self.mark);
        self.read_again(mark);
    }

    /// A byte behind a mark: text and codes leave open what the mark was.
    fn byte_behind_mark(&mut self, byte: u8) {
        let Some(behind) = &mut self.behind_mark else {
            return;
        };
        behind.push(byte);
        let is_sound = match self.unshield.feed(byte) {
            Piece::Nothing => false,
            Piece::Sound(byte, 1) => !matches!(byte, b'\r' | b'\n' | b' '..=b'~'),
            Piece::Sound(..) => true,
            Piece::Code(code) => code == dle::ETX,
        };
        if is_sound || behind.len() >= BEHIND_MARK_MAX {
            let behind = self.behind_mark.take().unwrap_or_default();
            self.no_mark();
            self.read_again(behind);
        }
    }

    fn read_again(&mut self, bytes: Vec<u8>) {
        self.unshield = Unshield::default();
        for byte in bytes.into_iter().rev() {
            self.input.push_front(byte);
        }
    }

    fn no_mark(&mut self) {
        self.sound.append(&mut self.mark);
    }

    pub(super) fn flush_sound(&mut self) -> Option<Token> {
        (!self.sound.is_empty()).then(|| Token::Sound(std::mem::take(&mut self.sound)))
    }
}

/// Text that may end a stream without `<DLE><ETX>`.
const MARKS: &[&[u8]] = &[
    b"\r\nOK\r\n",
    b"\r\nERROR\r\n",
    b"\r\nVCON\r\n",
    b"\r\nBUSY\r\n",
    b"\r\nNO CARRIER\r\n",
    b"\r\nRING",
    b"\r\nDATE",
    b"\r\nNMBR",
];

/// The sound of 200 ms: as much cannot come behind a mark without being sound.
const BEHIND_MARK_MAX: usize = 1_600;

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(framer: &mut Framer, bytes: &[u8]) -> Vec<Token> {
        framer.push(bytes);
        std::iter::from_fn(|| framer.next()).collect()
    }

    #[test]
    fn sound_ends_at_its_code_or_where_lines_begin_again() {
        let mut framer = Framer::new(true);
        framer.enter_stream();
        assert_eq!(
            tokens(&mut framer, b"\x80\r\n\x81\x10\x03\r\nOK\r\n"),
            [
                Token::Sound(b"\x80\r\n\x81".to_vec()),
                Token::StreamEnd,
                Token::Line("OK".into())
            ]
        );
        framer.enter_stream();
        framer.expect_lines();
        assert_eq!(
            tokens(&mut framer, b"\x80\r\nOK\r\n"),
            [
                Token::Sound(vec![0x80]),
                Token::StreamEnd,
                Token::Line("OK".into())
            ]
        );
    }

    #[test]
    fn text_in_sound_is_sound_if_sound_goes_on_and_lines_if_not() {
        let mut framer = Framer::new(true);
        framer.enter_stream();
        assert_eq!(
            tokens(&mut framer, b"\x80\r\nBUSY\r\n\x10s"),
            [Token::Sound(vec![0x80])]
        );
        assert_eq!(
            tokens(&mut framer, b"\r\n\x81"),
            [
                Token::Sound(b"\r\nBUSY\r\n".to_vec()),
                Token::Code(b's'),
                Token::Sound(b"\r\n\x81".to_vec())
            ]
        );
        assert_eq!(tokens(&mut framer, b"\r\nBUSY\r\n\r\nRI"), []);
        framer.believe_mark();
        assert_eq!(
            tokens(&mut framer, b"NG\r\n"),
            [
                Token::StreamEnd,
                Token::Line("BUSY".into()),
                Token::Line("RING".into())
            ]
        );
    }

    #[test]
    fn text_without_end_is_sound() {
        let mut framer = Framer::new(true);
        framer.enter_stream();
        let mut sound = b"\r\nOK\r\n".to_vec();
        sound.resize(sound.len() + BEHIND_MARK_MAX, b'~');
        assert_eq!(tokens(&mut framer, &sound), [Token::Sound(sound)]);
    }

    #[test]
    fn a_report_inside_sound_is_lines_and_the_sound_goes_on() {
        let mut framer = Framer::new(true);
        framer.enter_stream();
        assert_eq!(
            tokens(&mut framer, b"\x80\x10X\r\nNMBR = 0840\r\n\x10.\x81"),
            [
                Token::Sound(vec![0x80]),
                Token::Line("NMBR = 0840".into()),
                Token::Sound(vec![0x81])
            ]
        );
    }

    #[test]
    fn a_call_that_was_up_before_us_is_joined_in_its_middle() {
        let mut framer = Framer::new(true);
        assert_eq!(
            tokens(&mut framer, b"\x60\x80\x105"),
            [
                Token::StreamJoined,
                Token::Sound(vec![0x60, 0x80]),
                Token::Code(b'5')
            ]
        );
    }
}
