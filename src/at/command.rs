//! Commands: what each asks for, how long it may take, which lines belong to it.
//!
//! Time limits from hardware.md 5.3: 5 s by default, 40 s for what waits for the network, more
//! where a table of networks is searched. One text may hold several commands (`AT+CPCMREG=0;A`).

use std::time::Duration;

use super::text;

/// A command as it goes to the modem.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Command {
    text: String,
    parts: Vec<Part>,
}

/// One command of a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// Upper-case name without `AT`: `+CREG`, `D`, `^CVOICE`, `#CLS`.
    pub name: String,
    /// Behind the name: ``, `?`, `=?`, `=2,1`, or the number to dial.
    pub args: String,
}

/// What a command does to the world, as far as the ear cares.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Does {
    Dial {
        number: String,
    },
    Answer,
    HangUp,
    Hold(Hold),
    ListCalls,
    SendSms,
    ReadSms {
        index: u16,
    },
    ListSms,
    AskImei,
    AskSim,
    /// The sound path over the audio port; `wide`: 16 kHz.
    Audio {
        on: bool,
    },
    /// `+CPCMFRM`: 16 kHz sound from now on.
    WideAudio {
        on: bool,
    },
    /// Asks whether calls can carry sound at all.
    AskVoice,
    /// Voice class of a voice modem.
    EnterVoice,
    AskClasses,
    AskFormats,
    OffHook,
    OnHook,
    Stream(Direction),
    Function(u8),
    Other,
}

/// `AT+CHLD` (3GPP TS 22.030 6.5.5.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hold {
    /// `0`: release the held calls, or refuse the waiting one.
    ReleaseHeld,
    /// `1`: release the active calls and take the other.
    ReleaseActive,
    /// `1x`.
    ReleaseOne(u8),
    /// `2`, `2x`: hold and take the other.
    Swap,
    /// `3`: join; `4`: connect the two and leave.
    Join,
}

/// Which way sound flows in a stream.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    Play,
    Record,
    Duplex,
}

impl Command {
    /// From the text with or without its line end.
    pub fn new(text: &str) -> Command {
        let text = text.trim_matches(['\r', '\n', ' ']).to_owned();
        let parts = parts(&text);
        Command { text, parts }
    }

    /// As sent, without the line end.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its parts, in order.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// What its parts do, in order; never empty.
    pub fn does(&self) -> Vec<Does> {
        let does: Vec<Does> = self.parts.iter().map(Part::does).collect();
        if does.is_empty() {
            vec![Does::Other]
        } else {
            does
        }
    }

    /// How long its final answer may take.
    pub fn limit(&self) -> Duration {
        self.parts.iter().map(Part::limit).max().unwrap_or(SHORT)
    }

    /// Whether a line with this label is an information line of it.
    pub fn owns_label(&self, label: &str) -> bool {
        self.parts.iter().any(|part| part.owns_label(label))
    }

    /// Whether it is answered with a line that has no label (`AT+CGSN`).
    pub fn has_bare_answer(&self) -> bool {
        self.parts.iter().any(Part::has_bare_answer)
    }

    /// Whether `OK` without any information line would be odd.
    pub fn wants_lines(&self) -> bool {
        self.has_bare_answer()
            || self.parts.iter().any(|part| part.args.ends_with('?'))
            || self
                .parts
                .iter()
                .any(|part| matches!(part.name.as_str(), "+CSQ" | "+CMGS"))
    }

    /// The place in the store that `AT+CMGR` reads.
    pub fn slot_read(&self) -> Option<u16> {
        self.parts.iter().find_map(|part| match part.does() {
            Does::ReadSms { index } => Some(index),
            _ => None,
        })
    }

    /// Whether it dials or answers, so that `NO CARRIER` is an answer to it.
    pub fn sets_up_a_call(&self) -> bool {
        self.parts
            .iter()
            .any(|part| matches!(part.does(), Does::Dial { .. } | Does::Answer))
    }

    /// Whether `> ` follows, and then the text of a message.
    pub fn expects_prompt(&self) -> bool {
        self.parts.iter().any(|part| match part.name.as_str() {
            "+CMGS" | "+CMGW" => part.args.starts_with('=') && part.args != "=?",
            // A confirmation with a PDU of its own.
            "+CNMA" => part.args.contains(','),
            _ => false,
        })
    }

    /// Whether the line cannot work without it. All others may fail: `+CNUM`, `+CSSN`, `+COLP`,
    /// `^U2DIAG` and many more are refused by one modem or another (hardware.md 1.4).
    pub fn is_essential(&self) -> bool {
        matches!(
            self.text.as_str(),
            "AT" | "AT+FCLASS=8" | "AT#CLS=8" | "AT+CLCC=1" | "AT+CMGF=0"
        )
    }

    /// Whether a question about exactly this label is asked (`+CREG?`).
    pub fn asks(&self, label: &str) -> bool {
        self.parts
            .iter()
            .any(|part| part.name == label && part.args.ends_with('?'))
    }
}

impl Part {
    fn does(&self) -> Does {
        let args = self.args.as_str();
        match self.name.as_str() {
            "D" => Does::Dial {
                number: dialled(args),
            },
            "A" => Does::Answer,
            "H" if args == "1" => Does::OffHook,
            "H" | "+CHUP" | "+QHUP" => Does::HangUp,
            "+CHLD" => hold(args).map_or(Does::Other, Does::Hold),
            "+CLCC" if args.is_empty() => Does::ListCalls,
            "+CMGS" => Does::SendSms,
            "+CMGR" => value(args).map_or(Does::Other, |index| Does::ReadSms { index }),
            "+CMGL" => Does::ListSms,
            "+CGSN" | "+GSN" => Does::AskImei,
            "+CPIN" if args == "?" => Does::AskSim,
            "^DDSETEX" => Does::Audio { on: true },
            "+CPCMREG" | "+QPCMV" => self.audio_path(),
            "+CPCMFRM" => Does::WideAudio { on: args == "=1" },
            "^CVOICE" if args == "?" => Does::AskVoice,
            "+CFUN" => value(args).map_or(Does::Other, Does::Function),
            _ => self.does_in_band(),
        }
    }

    fn audio_path(&self) -> Does {
        match self.args.as_str() {
            "?" => Does::AskVoice,
            "=0" => Does::Audio { on: false },
            args if args.starts_with("=1") => Does::Audio { on: true },
            _ => Does::Other,
        }
    }

    /// Commands of voice modems, V.253 and Rockwell (hardware.md 3.2).
    fn does_in_band(&self) -> Does {
        let args = self.args.as_str();
        match (self.name.as_str(), args) {
            ("+FCLASS" | "#CLS", "=8" | "=8.0") => Does::EnterVoice,
            ("+FCLASS", "=?") => Does::AskClasses,
            ("+VSM" | "#VSM", "=?") => Does::AskFormats,
            ("+VLS" | "#VLS", "=?" | "?") => Does::Other,
            ("+VLS" | "#VLS", "=0") => Does::OnHook,
            // Loudspeakers and microphones without the line.
            ("+VLS", "=4" | "=6" | "=8" | "=11") => Does::Other,
            ("+VLS", _) | ("#VLS", "=0A") => Does::OffHook,
            ("+VTX" | "#VTX", "") => Does::Stream(Direction::Play),
            ("+VRX" | "#VRX", "") => Does::Stream(Direction::Record),
            ("+VTR", "") => Does::Stream(Direction::Duplex),
            _ => Does::Other,
        }
    }

    fn limit(&self) -> Duration {
        let asks_table = self.args == "=?";
        match self.name.as_str() {
            "" | "E" | "V" | "Q" | "S" => SHORT,
            "D" | "A" | "H" | "+CHUP" | "+QHUP" | "+CHLD" | "+CUSD" => NETWORK,
            "+COPS" if asks_table => SEARCH,
            "+COPS" if self.args.starts_with('=') => NETWORK,
            "+CFUN" | "+CRESET" | "^RESET" | "+QPOWD" => RESTART,
            "+CPIN" if self.args == "?" => DEFAULT,
            "+CPIN" | "+CMGL" | "+CMGD" | "+CPMS" | "Z" | "&F" => STORE,
            _ => DEFAULT,
        }
    }

    /// A command that sets something says nothing, or what it says is news (`+CPIN: READY`).
    fn says_lines(&self) -> bool {
        let with_value = [
            "+CMGS", "+CMGW", "+CMGR", "+CMGL", "+CPMS", "+COPN", "+CPBR", "+CCLK",
        ];
        !self.args.starts_with('=') || self.args == "=?" || with_value.contains(&self.name.as_str())
    }

    fn owns_label(&self, label: &str) -> bool {
        if !self.says_lines() {
            return false;
        }
        label.eq_ignore_ascii_case(&self.name)
            // SIMCom answers `AT+CSQ` with `+CSQN` at times, and a list is one label for both.
            || (self.name == "+CSQ" && label == "+CSQN")
            || (self.name == "I" && matches!(label, "+GCAP"))
            || (matches!(self.name.as_str(), "+CCID" | "+QCCID" | "+CICCID" | "^ICCID")
                && label.ends_with("CCID"))
    }

    fn has_bare_answer(&self) -> bool {
        let identity = matches!(
            self.name.as_str(),
            "I" | "+CGMI"
                | "+CGMM"
                | "+CGMR"
                | "+CGSN"
                | "+CIMI"
                | "+GMI"
                | "+GMM"
                | "+GMR"
                | "+GSN"
                | "+CCID"
                | "+QCCID"
                | "+CICCID"
                | "^ICCID"
                | "+FMI"
                | "+FMM"
                | "+FMR"
        );
        // Voice modems answer every question without a label.
        let voice = self.name.starts_with(['#', '-'])
            || matches!(self.name.as_bytes(), [b'+', b'V' | b'F', ..])
            || self.name == "+GCI";
        identity || (voice && self.args.ends_with('?')) || (self.name == "S" && self.args == "?")
    }
}

/// What the host writes besides commands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Written {
    Command(Command),
    /// A PDU with its Ctrl-Z.
    SmsBody {
        hex: String,
    },
    /// ESC: leave the text of a message.
    Escape,
    /// `<DLE>…` or Rockwell's `!`: end of the stream wanted.
    StopStream,
    /// Another code inside the stream, or nothing at all.
    Other,
}

/// Reads what the host wrote.
pub fn written(bytes: &[u8], in_stream: bool) -> Written {
    let text = text::from_bytes(bytes);
    let trimmed = text.trim_matches(['\r', '\n', ' ']);
    if bytes.contains(&0x10) {
        // `<DLE><ETX>`, `<DLE><CAN>`, `<DLE>!`, `<DLE>^`; some modems want a DLE more before it.
        let stops = matches!(bytes.last(), Some(0x03 | 0x18 | b'!' | b'^'));
        return if stops {
            Written::StopStream
        } else {
            Written::Other
        };
    }
    if in_stream {
        return if trimmed == "!" {
            Written::StopStream
        } else {
            Written::Other
        };
    }
    if let Some(hex) = trimmed.strip_suffix('\u{1a}') {
        return Written::SmsBody {
            hex: hex.trim().to_owned(),
        };
    }
    if trimmed == "\u{1b}" {
        return Written::Escape;
    }
    // ESC and a command in one write.
    let trimmed = trimmed.trim_start_matches('\u{1b}').trim_start();
    let is_command = trimmed
        .get(..2)
        .is_some_and(|at| at.eq_ignore_ascii_case("AT"));
    if is_command {
        Written::Command(Command::new(trimmed))
    } else {
        Written::Other
    }
}

/// Splits `AT+A=1;+B?E0S0=0` into its commands.
fn parts(text: &str) -> Vec<Part> {
    let mut rest = match text.get(..2) {
        Some(at) if at.eq_ignore_ascii_case("AT") => &text[2..],
        _ => return Vec::new(),
    };
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let (part, tail) = match rest.as_bytes()[0] {
            b'+' | b'^' | b'#' | b'$' | b'*' | b'%' | b'-' => extended(rest),
            b'D' | b'd' => (
                Part {
                    name: "D".into(),
                    args: rest[1..].into(),
                },
                "",
            ),
            b';' | b' ' => {
                rest = &rest[1..];
                continue;
            }
            _ => basic(rest),
        };
        parts.push(part);
        rest = tail;
    }
    parts
}

/// Up to the next `;` that is not quoted.
fn extended(text: &str) -> (Part, &str) {
    let mut quoted = false;
    let end = text.find(|c: char| {
        quoted ^= c == '"';
        c == ';' && !quoted
    });
    let (part, tail) = text.split_at(end.unwrap_or(text.len()));
    let name_end = part.find(['=', '?']).unwrap_or(part.len());
    let (name, args) = part.split_at(name_end);
    (
        Part {
            name: name.trim().to_ascii_uppercase(),
            args: args.trim().to_owned(),
        },
        tail,
    )
}

/// One letter, perhaps behind `&`, and its digits: `E0`, `&D2`, `S0=0`, `Z`.
fn basic(text: &str) -> (Part, &str) {
    let mut chars = text.char_indices();
    let letter = chars.next();
    let letter = if matches!(letter, Some((_, '&' | '\\'))) {
        chars.next()
    } else {
        letter
    };
    let name_end = letter.map_or(text.len(), |(at, c)| at + c.len_utf8());
    let args = &text[name_end..];
    let end = args.find(|c: char| !(c.is_ascii_digit() || matches!(c, '=' | '?')));
    let (args, tail) = args.split_at(end.unwrap_or(args.len()));
    (
        Part {
            name: text[..name_end].to_ascii_uppercase(),
            args: args.to_owned(),
        },
        tail,
    )
}

fn dialled(args: &str) -> String {
    let number = args
        .trim_end_matches(';')
        .trim_start_matches(['T', 't', 'P', 'p']);
    text::ascii(number).trim().to_owned()
}

fn hold(args: &str) -> Option<Hold> {
    let args = args.strip_prefix('=')?.trim_matches('"');
    let one = |digits: &str| digits.parse().ok();
    let hold = match args {
        "0" => Hold::ReleaseHeld,
        "1" => Hold::ReleaseActive,
        "3" | "4" => Hold::Join,
        _ if args.starts_with('1') => Hold::ReleaseOne(one(&args[1..])?),
        _ if args.starts_with('2') => Hold::Swap,
        _ => return None,
    };
    Some(hold)
}

fn value<T: std::str::FromStr>(args: &str) -> Option<T> {
    args.strip_prefix('=')?
        .split(',')
        .next()?
        .trim()
        .parse()
        .ok()
}

/// Answers that need no thought.
const SHORT: Duration = Duration::from_secs(1);
const DEFAULT: Duration = Duration::from_secs(5);
/// The SIM card works while they run.
const STORE: Duration = Duration::from_secs(20);
/// `ATA` took longer than 2 s on an E3131; chan_quectel waits 40 s for `AT+CHUP`.
const NETWORK: Duration = Duration::from_secs(40);
/// `AT+CFUN` takes 15 to 30 s.
const RESTART: Duration = Duration::from_secs(30);
/// Searching for networks.
const SEARCH: Duration = Duration::from_secs(180);

/// The network's answer to the text of a message (chan_quectel: 40 s).
pub const SMS_BODY_LIMIT: Duration = Duration::from_secs(40);
/// The prompt for it.
pub const PROMPT_LIMIT: Duration = DEFAULT;

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]

    use super::*;

    fn does(text: &str) -> Vec<Does> {
        Command::new(text).does()
    }

    #[test]
    fn commands_in_one_line_are_told_apart() {
        assert_eq!(
            does("AT+QPCMV=0;+QPCMV=1,2;A"),
            [
                Does::Audio { on: false },
                Does::Audio { on: true },
                Does::Answer
            ]
        );
        assert_eq!(does("ATE0Q0V1"), [Does::Other, Does::Other, Does::Other]);
        let parts = Command::new("AT&D2S0=0+CLIP=1;+CUSD=1,\"*888;#\",15");
        let names: Vec<_> = parts.parts().iter().map(|p| p.name.as_str()).collect();
        assert_eq!(names, ["&D", "S", "+CLIP", "+CUSD"]);
    }

    #[test]
    fn a_dialled_number_is_the_rest_of_the_line() {
        let number = |text| match does(text).as_slice() {
            [Does::Dial { number }] => number.clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(number("ATD+6284000001234;\r"), "+6284000001234");
        assert_eq!(number("ATDT084000001234"), "084000001234");
    }

    #[test]
    fn hold_has_five_meanings() {
        assert_eq!(does("AT+CHLD=0"), [Does::Hold(Hold::ReleaseHeld)]);
        assert_eq!(does("AT+CHLD=1"), [Does::Hold(Hold::ReleaseActive)]);
        assert_eq!(does("AT+CHLD=12"), [Does::Hold(Hold::ReleaseOne(2))]);
        assert_eq!(does("AT+CHLD=2"), [Does::Hold(Hold::Swap)]);
        assert_eq!(does("AT+CHLD=3"), [Does::Hold(Hold::Join)]);
    }

    #[test]
    fn what_waits_for_the_network_may_take_long() {
        assert_eq!(Command::new("ATA").limit(), NETWORK);
        assert_eq!(Command::new("AT+COPS=?").limit(), SEARCH);
        assert_eq!(Command::new("AT+COPS?").limit(), DEFAULT);
        assert_eq!(Command::new("AT").limit(), SHORT);
        assert_eq!(Command::new("AT+CPCMREG=0;A").limit(), NETWORK);
    }

    #[test]
    fn information_lines_find_their_command() {
        assert!(Command::new("AT+CREG?").owns_label("+CREG"));
        assert!(!Command::new("AT").owns_label("+COPS"));
        assert!(!Command::new("AT+CLIP=1").owns_label("+CLIP"));
        assert!(Command::new("AT+CMGR=2").owns_label("+CMGR"));
        assert!(Command::new("AT+CGSN").has_bare_answer());
        assert!(Command::new("AT+FCLASS=?").has_bare_answer());
        assert!(!Command::new("AT+FCLASS=8").has_bare_answer());
        assert!(Command::new("AT+CMGS=20").expects_prompt());
        assert!(Command::new("AT+CNMA=1,8").expects_prompt());
        assert!(!Command::new("AT+CNMA=1").expects_prompt());
    }

    #[test]
    fn what_is_not_a_command_is_known_for_what_it_is() {
        assert_eq!(written(b"\x1b", false), Written::Escape);
        assert_eq!(
            written(b"00AB\x1a", false),
            Written::SmsBody { hex: "00AB".into() }
        );
        assert_eq!(written(b"\x10\x03", true), Written::StopStream);
        assert_eq!(written(b"\x10\x10\x10\x03", true), Written::StopStream);
        assert_eq!(written(b"!", true), Written::StopStream);
        assert_eq!(written(b"\x10u", true), Written::Other);
        assert_eq!(
            written(b"\x1bAT\r", false),
            Written::Command(Command::new("AT"))
        );
    }
}
