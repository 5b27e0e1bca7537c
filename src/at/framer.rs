//! Bytes in any split become tokens: the same tokens however they were split.
//!
//! Line ends are not `\r\n` only: `\r\r\n`, more CRs, CR or LF alone, missing leading CR LF and NUL
//! bytes all occur (hardware.md 5.4), so a line ends at a CR or an LF, whichever comes first, and
//! is trimmed. An over-long line costs only itself. The caller pulls one token at a time, because what a token means may change how
//! the bytes behind it are read: after the `CONNECT` of a sound command they are sound.
//!
//! Text from the network (names, USSD) may contain line ends. A line whose quoted text is still
//! open goes on, so that a name cannot imitate the modem; if the quote never closes the lines
//! count one by one after all ([`Framer::release`]).

mod stream;

use std::collections::VecDeque;

use super::dle::{self, Piece, Unshield};
use super::final_code::GLUED;
use super::text;
use crate::base::limits::LINE_BYTES_MAX;

/// What the modem sent, one thing at a time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Token {
    /// A trimmed line that is not empty, one character per byte.
    Line(String),
    /// A final word glued to the line behind it (`ERROR+CNUM: …`).
    Glued { word: &'static str, line: String },
    /// `> `: the modem waits for the text of a message.
    Prompt,
    /// A DLE code.
    Code(u8),
    /// Sound with every escape removed.
    Sound(Vec<u8>),
    /// Sound without a `CONNECT` that we saw: we joined a call that was up.
    StreamJoined,
    /// The sound is over; lines follow.
    StreamEnd,
    /// A line was longer than [`LINE_BYTES_MAX`] and is gone.
    Overlong,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Mode {
    Command,
    Stream,
    /// Lines between `<DLE>X` and `<DLE>.` inside a stream.
    Packet,
}

/// See the module's first page.
#[derive(Debug)]
pub struct Framer {
    in_band: bool,
    mode: Mode,
    input: VecDeque<u8>,
    line: Vec<u8>,
    line_is_overlong: bool,
    /// The line ended at a CR: what follows may be the rest of its end.
    after_cr: bool,
    /// A line has been understood since the port was opened: we know that we are not in a stream.
    synced: bool,
    prompt_due: bool,
    space_due: bool,
    unshield: Unshield,
    /// Sound that may turn out to be the beginning of a text mark.
    mark: Vec<u8>,
    /// The mark is complete, and this came behind it: it is not decided whether both are sound.
    behind_mark: Option<Vec<u8>>,
    /// Lines are due in the stream: a mark ends it at once.
    lines_due: bool,
    sound: Vec<u8>,
    /// Whether the last line was empty, and whether the one before it was.
    blank: bool,
    follows_blank: bool,
    /// Lines of a quoted text that is not closed yet.
    open: Vec<String>,
    ready: VecDeque<Token>,
    overlong: u64,
}

impl Framer {
    /// `in_band`: a voice modem, that is, DLE codes and sound may come through this port.
    pub fn new(in_band: bool) -> Framer {
        Framer {
            in_band,
            mode: Mode::Command,
            input: VecDeque::new(),
            line: Vec::new(),
            line_is_overlong: false,
            after_cr: false,
            synced: false,
            prompt_due: false,
            space_due: false,
            unshield: Unshield::default(),
            mark: Vec::new(),
            behind_mark: None,
            lines_due: false,
            sound: Vec::new(),
            blank: false,
            follows_blank: false,
            open: Vec::new(),
            ready: VecDeque::new(),
            overlong: 0,
        }
    }

    /// The family is known now.
    pub fn set_in_band(&mut self, in_band: bool) {
        self.in_band = in_band;
    }

    /// The port was opened again: half a line and half a stream are gone.
    pub fn restart(&mut self) {
        let overlong = self.overlong;
        *self = Framer::new(self.in_band);
        self.overlong = overlong;
    }

    /// Takes bytes; ask `next` until `None`.
    pub fn push(&mut self, bytes: &[u8]) {
        self.input.extend(bytes);
    }

    /// Whether `> ` is a prompt now (after `+CMGS`, `+CMGW`) or text.
    pub fn expect_prompt(&mut self, due: bool) {
        self.prompt_due = due;
    }

    /// Whether bytes are taken for sound now.
    pub fn in_stream(&self) -> bool {
        self.mode != Mode::Command
    }

    /// Over-long lines so far.
    pub fn overlong(&self) -> u64 {
        self.overlong
    }

    /// Whether the line that has just been handed out had an empty one before it.
    pub fn follows_blank(&self) -> bool {
        self.follows_blank
    }

    /// Half a line that has come so far, trimmed.
    pub fn torn_line(&self) -> String {
        text::from_bytes(&self.line).trim().to_owned()
    }

    /// Whether a quoted text is open, so that lines are being held back.
    pub fn is_holding(&self) -> bool {
        !self.open.is_empty()
    }

    /// The quote will not close any more: the lines held back count one by one.
    pub fn release(&mut self) {
        for line in std::mem::take(&mut self.open) {
            self.take_line(line);
        }
    }

    fn command_byte(&mut self, byte: u8) {
        let space_due = std::mem::take(&mut self.space_due);
        if self.in_band && (byte == dle::DLE || self.unshield.is_torn()) {
            return self.code_byte(byte);
        }
        if byte == 0 {
            self.space_due = space_due;
            return;
        }
        let ended = std::mem::replace(&mut self.after_cr, byte == b'\r');
        match byte {
            b'\r' | b'\n' if ended => {}
            b'\r' | b'\n' => self.finish_line(),
            b' ' if space_due => {}
            b'>' if self.prompt_due && self.at_line_start() => self.prompt(),
            _ if self.may_be_sound(byte) => self.join_stream(byte),
            _ if self.line_is_overlong => {}
            _ if self.line.len() == LINE_BYTES_MAX => self.line_is_overlong = true,
            _ => self.line.push(byte),
        }
    }

    /// A byte that no line begins with, before anything was understood.
    fn may_be_sound(&self, byte: u8) -> bool {
        self.in_band && !self.synced && self.mode == Mode::Command && byte >= LOWEST_SILENCE
    }

    fn at_line_start(&self) -> bool {
        self.line.iter().all(|b| *b == b' ')
    }

    fn prompt(&mut self) {
        self.finish_line();
        self.prompt_due = false;
        self.space_due = true;
        self.ready.push_back(Token::Prompt);
    }

    /// DLE codes also come between lines while a voice modem is in voice mode.
    fn code_byte(&mut self, byte: u8) {
        match self.unshield.feed(byte) {
            Piece::Nothing | Piece::Sound(..) => {}
            Piece::Code(PACKET_END) if self.mode == Mode::Packet => {
                self.finish_line();
                self.mode = Mode::Stream;
            }
            // Motorola puts packet marks around plain lines; they say nothing there.
            Piece::Code(PACKET_BEGIN | PACKET_END) => {}
            Piece::Code(code) => self.ready.push_back(Token::Code(code)),
        }
    }

    fn finish_line(&mut self) {
        let bytes = std::mem::take(&mut self.line);
        if std::mem::take(&mut self.line_is_overlong) {
            self.overlong += 1;
            self.ready.push_back(Token::Overlong);
            return;
        }
        let line = text::from_bytes(&bytes);
        let line = line.trim_matches(|c: char| c.is_ascii_whitespace() || c == '\u{1a}');
        self.follows_blank = std::mem::replace(&mut self.blank, line.is_empty());
        if !line.is_empty() {
            self.continue_or_take(line.to_owned());
        } else if self.is_holding() {
            self.continue_or_take(String::new());
        }
    }

    /// Lines of an open text are held until it closes.
    fn continue_or_take(&mut self, line: String) {
        if self.open.is_empty() && !has_open_text(&line) {
            return self.take_line(line);
        }
        self.open.push(line);
        let whole = self.open.join("\n");
        if !has_open_text(&whole) {
            self.open.clear();
            self.take_line(whole);
        } else if whole.len() > OPEN_TEXT_BYTES_MAX {
            self.release();
        }
    }

    fn take_line(&mut self, line: String) {
        if line.is_empty() {
            return;
        }
        self.synced = true;
        for word in GLUED {
            if let Some(rest) = line.strip_prefix(word)
                && rest.starts_with(['+', '^'])
            {
                let line = rest.to_owned();
                self.ready.push_back(Token::Glued { word, line });
                return;
            }
        }
        let mut rest = line.as_str();
        while let Some(at) = inner_label(rest) {
            self.ready
                .push_back(Token::Line(rest[..at].trim().to_owned()));
            rest = &rest[at..];
        }
        self.ready.push_back(Token::Line(rest.to_owned()));
    }
}

/// The next token, if the bytes so far make one.
impl Iterator for Framer {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        loop {
            if let Some(token) = self.ready.pop_front() {
                return Some(token);
            }
            let Some(byte) = self.input.pop_front() else {
                return self.flush_sound();
            };
            match self.mode {
                // The rest of the line end of `CONNECT`.
                Mode::Stream if std::mem::take(&mut self.after_cr) && byte == b'\n' => {}
                Mode::Stream => self.stream_byte(byte),
                Mode::Packet | Mode::Command => self.command_byte(byte),
            }
        }
    }
}

/// Where another line begins inside a line, because the line end between them got lost
/// (`+CSQ: 14^RSSI:17`, `RING+CLIP: …`). Nothing in quotes begins a line.
fn inner_label(line: &str) -> Option<usize> {
    if !(line.starts_with(['+', '^']) || line.starts_with("RING")) {
        return None;
    }
    let mut quoted = false;
    for (at, c) in line.char_indices().skip(1) {
        match c {
            '"' => quoted = !quoted,
            '+' | '^' if !quoted && begins_label(&line[at..]) => return Some(at),
            _ => {}
        }
    }
    None
}

fn begins_label(text: &str) -> bool {
    text::labelled(text).is_some_and(|(label, _)| {
        label.len() > 3 && label[1..].bytes().all(|b| b.is_ascii_uppercase())
    })
}

/// Whether the line ends inside a quoted text that the network, not the modem, has written.
fn has_open_text(line: &str) -> bool {
    let line = line.strip_prefix("ERROR").unwrap_or(line);
    let Some((label, rest)) = text::labelled(line) else {
        return false;
    };
    let Some((_, first)) = TEXT_FIELDS.iter().find(|(known, _)| *known == label) else {
        return false;
    };
    text::open_field(rest).is_some_and(|(index, _)| index >= *first)
}

/// From which field on a line carries text from the network or the phone book. The fields before
/// are numbers: an open quote there is a damaged line, not a text.
const TEXT_FIELDS: &[(&str, usize)] = &[
    ("+CLIP", 4),
    ("+CCWA", 3),
    ("+CLCC", 7),
    ("+COLP", 4),
    ("+COPS", 2),
    ("+CUSD", 1),
    ("+CNAP", 0),
    ("+CNUM", 0),
    ("+CPBR", 3),
    ("+CEER", 0),
];

/// A USSD answer has at most 182 characters, a name 80; beyond this the quote was lost.
const OPEN_TEXT_BYTES_MAX: usize = 1_024;

/// Silence in unsigned 8-bit sound is 0x7F or 0x80 (hardware.md 3.2). No line contains these.
const LOWEST_SILENCE: u8 = 0x7F;

/// Begins a report in lines inside a stream (V.253 complex event).
const PACKET_BEGIN: u8 = b'X';
/// Ends it.
const PACKET_END: u8 = b'.';

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(framer: &mut Framer, bytes: &[u8]) -> Vec<Token> {
        framer.push(bytes);
        std::iter::from_fn(|| framer.next()).collect()
    }

    fn lines(bytes: &[u8]) -> Vec<String> {
        let lines = tokens(&mut Framer::new(false), bytes);
        lines
            .into_iter()
            .map(|token| match token {
                Token::Line(line) => line,
                other => format!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn line_ends_come_in_every_shape() {
        assert_eq!(
            lines(b"\0\0\r\nRDY\r\r\n\nE173\nOK\r\n\r\n^MODE:5,4\r\r\r\n"),
            ["RDY", "E173", "OK", "^MODE:5,4"]
        );
    }

    #[test]
    fn a_modem_that_ends_its_lines_with_cr_alone_is_heard() {
        assert_eq!(
            lines(b"OK\rRING\r+CMT: 0\r07912618\rRING\r"),
            ["OK", "RING", "+CMT: 0", "07912618", "RING"]
        );
        assert_eq!(
            lines(b"+CSQ: 15,99\r\nOK\r\r\nRING\r\0\n"),
            ["+CSQ: 15,99", "OK", "RING"]
        );
    }

    #[test]
    fn an_over_long_line_costs_only_itself() {
        let mut bytes = vec![b'x'; LINE_BYTES_MAX + 1];
        bytes.extend(b"\r\nRING\r\n");
        assert_eq!(lines(&bytes), ["Overlong", "RING"]);
    }

    #[test]
    fn a_prompt_is_a_prompt_only_when_one_is_due() {
        let mut framer = Framer::new(false);
        assert_eq!(
            tokens(&mut framer, b"\r\n> \r\n"),
            [Token::Line(">".into())]
        );
        framer.expect_prompt(true);
        assert_eq!(tokens(&mut framer, b"\r\n>"), [Token::Prompt]);
        assert_eq!(
            tokens(&mut framer, b" \r\n+CMGS: 42\r\n"),
            [Token::Line("+CMGS: 42".into())]
        );
    }

    #[test]
    fn an_echo_without_line_feed_does_not_hide_the_prompt() {
        let mut framer = Framer::new(false);
        framer.expect_prompt(true);
        assert_eq!(
            tokens(&mut framer, b"AT+CMGS=1\r> "),
            [Token::Line("AT+CMGS=1".into()), Token::Prompt]
        );
    }

    #[test]
    fn glued_words_are_parted() {
        assert_eq!(
            tokens(&mut Framer::new(false), b"ERROR+CNUM: \"a\",\"1\",129\r\n"),
            [Token::Glued {
                word: "ERROR",
                line: "+CNUM: \"a\",\"1\",129".into()
            }]
        );
        assert_eq!(
            lines(b"+CSQ: 14^RSSI:17\r\nRING+CLIP: \"1\",129\r\n"),
            ["+CSQ: 14", "^RSSI:17", "RING", "+CLIP: \"1\",129"]
        );
    }

    #[test]
    fn a_name_that_imitates_the_modem_stays_a_name() {
        let line = b"+CLIP: \"0840\",129,,,\"X\r\nRING\r\n+CLIP: 112,129\r\n\",0\r\n";
        assert_eq!(lines(line).len(), 1);
    }

    #[test]
    fn a_quote_that_never_closes_holds_nothing_back_for_ever() {
        let mut framer = Framer::new(false);
        let held = tokens(&mut framer, b"+CUSD: 0,\"Sisa\r\n\r\nRING\r\n");
        assert_eq!(held, []);
        assert!(framer.is_holding());
        framer.release();
        assert_eq!(
            tokens(&mut framer, b""),
            [
                Token::Line("+CUSD: 0,\"Sisa".into()),
                Token::Line("RING".into())
            ]
        );
    }

    #[test]
    fn a_damaged_number_does_not_swallow_the_next_ring() {
        assert_eq!(
            lines(b"+CLIP: \"+62840\r\nRING\r\n"),
            ["+CLIP: \"+62840", "RING"]
        );
    }
}
