//! What may be done to a virtual modem, and what it reports about its other side.
//!
//! The text forms are those of `siaga112 sim` (OUTSIDE.md): orders on stdin, reports on stdout.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use super::sound::{self, OneWay, Samples};
use crate::base::sound::LineTone;
use crate::base::time::Tick;
use crate::voice::frame::RATE_HZ;

/// What comes out of a modem. Drained after every input until [`Out::Sleep`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Out {
    /// The device writes these bytes to its host, in one write.
    ToHost(Vec<u8>),
    /// Something happened on the network's or the caller's side.
    Said(Report),
    /// The serial node is there (`true`) or has gone (`false`): USB re-enumeration, power, cable.
    Port(bool),
    /// The device writes these bytes to its audio port, in one write.
    ToAudio(Vec<u8>),
    /// The audio port is there or has gone. Only of a modem that was given one.
    Audio(bool),
    /// Nothing more until this time or the next input. `None`: only input can wake it.
    Sleep(Option<Tick>),
}

/// How a caller presents himself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Identity {
    /// The digits as the network delivers them: `+62…` (type 145) or `08…` (type 129).
    Number(String),
    /// The caller hid the number.
    Withheld,
    /// The network could not deliver one.
    Unavailable,
    /// A coin line.
    Payphone,
    /// The caller hid it and the network delivers it all the same (override category).
    Hidden(String),
}

impl Identity {
    /// The digits, if any are delivered.
    pub fn digits(&self) -> &str {
        match self {
            Identity::Number(digits) | Identity::Hidden(digits) => digits,
            Identity::Withheld | Identity::Unavailable | Identity::Payphone => "",
        }
    }

    /// CLI validity of `+CLIP` (3GPP TS 27.007 7.6): 0 valid, 1 withheld, 2 unavailable, 3 payphone.
    pub fn validity(&self) -> u8 {
        match self {
            Identity::Number(_) => 0,
            Identity::Withheld | Identity::Hidden(_) => 1,
            Identity::Unavailable => 2,
            Identity::Payphone => 3,
        }
    }

    /// Type-of-number octet, decimal: 145 international, 129 unknown, 128 no number.
    pub fn octet(&self) -> u8 {
        match self.digits() {
            "" => 128,
            digits if digits.starts_with('+') => 145,
            _ => 129,
        }
    }
}

/// What is done to the modem from outside: by the network, by the caller, by a hand on the cable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Act {
    /// Somebody calls; after `patience` he gives up by himself.
    Ring {
        identity: Identity,
        patience: Option<Duration>,
        /// Not a voice call (`+CRING: REL ASYNC`, CCWA class 4).
        data: bool,
    },
    /// The far end hangs up or gives up: the call with this index in the modem's list, or the
    /// one that is active, else ringing, else waiting.
    Hangup(Option<u8>),
    /// The far end takes the call that we dialled.
    PickUp,
    /// The far end is busy.
    Busy,
    /// The far end presses keys.
    Dtmf(String),
    /// The far end says this: 8 kHz, after all that it is still to say, once the call is up.
    Say(Samples),
    /// The far end plays a sound file. A modem reads no files: whoever runs it makes a
    /// [`Act::Say`] of this.
    SayFile(String),
    /// The far end falls silent.
    Silence,
    /// The far end knocks so many times.
    Tap(u8),
    /// The far end coughs.
    Cough,
    /// The line hisses from now on: level in dBFS, `None` not at all.
    Noise(Option<i16>),
    /// The exchange's tone is heard in the sound until another order or the end of the call.
    Tone(Option<LineTone>),
    /// The sound of one direction is lost on the way from now on.
    OneWay(OneWay),
    /// The audio port vanishes; the command port stays.
    UnplugAudio,
    /// It is back.
    ReplugAudio,
    /// A text message comes in.
    Sms { from: String, text: String },
    /// A message comes in as a raw PDU with its service-centre octets.
    Pdu(Vec<u8>),
    /// The rest of the message store is filled with old messages.
    FillStore,
    /// Received level, 0..=31 or 99.
    Signal(u8),
    /// Registration as the network sees it: 0 none, 1 home, 2 searching, 3 denied, 5 roaming.
    Register(u8),
    /// The SIM card falls out.
    DropSim,
    /// It is put back.
    InsertSim,
    /// The cable is pulled.
    Unplug,
    /// It is put back: cold boot.
    Replug,
    /// The supply sags: warning, power down, cold boot some seconds later.
    BrownOut,
    /// The firmware restarts by itself.
    Reset,
    /// The modem stops answering commands (still chatters) until the next restart.
    Deaf,
    /// This many random bytes on the wire.
    Garbage(usize),
    /// These bytes on the wire.
    Raw(Vec<u8>),
    /// The exchange plays busy tone (V.253).
    BusyTone,
    /// The host let go of the port: DTR dropped.
    DtrDropped,
}

/// What the other side sees.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Report {
    /// The host took the call.
    Answered,
    /// The host ended or rejected the call.
    HungUp,
    /// The caller lost patience.
    GaveUp,
    /// The host pressed a key.
    Dtmf(char),
    /// The host dialled.
    Dialled(String),
    /// The host sent a text, all parts of it.
    SmsSent { to: String, text: String },
    /// A message reached the modem's store or its host.
    SmsArrived,
    /// What the far end heard of the host, at the end of a call whose sound was on.
    Heard(Heard),
    /// More was heard than is kept; told before [`Report::Heard`].
    HeardFull,
    /// So many frames of silence were heard because the host had written nothing.
    Starved(u64),
    /// So many frames of the host were lost because it wrote too much.
    Overflowed(u64),
    /// The modem started.
    Started,
    /// The order could not be carried out, and why.
    Refused(&'static str),
}

/// What the far end heard of one call: 8 kHz mono from the answer to the end, gaps are silence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Heard {
    pub samples: Samples,
    /// Where it was written, if it was.
    pub file: Option<PathBuf>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Report::Answered => f.write_str("answered"),
            Report::HungUp => f.write_str("hung-up"),
            Report::GaveUp => f.write_str("gave-up"),
            Report::Dtmf(key) => write!(f, "dtmf {key}"),
            Report::Dialled(number) => write!(f, "dialled {number}"),
            Report::SmsSent { to, text } => write!(f, "sms-sent {to} {text}"),
            Report::SmsArrived => f.write_str("sms-arrived"),
            Report::Heard(Heard {
                file: Some(file), ..
            }) => write!(f, "heard {}", file.display()),
            Report::Heard(Heard { samples, .. }) => {
                let ms = samples.len() * 1_000 / RATE_HZ as usize;
                write!(f, "heard {ms} ms")
            }
            Report::HeardFull => f.write_str("heard-full"),
            Report::Starved(frames) => write!(f, "starved {frames}"),
            Report::Overflowed(frames) => write!(f, "overflowed {frames}"),
            Report::Started => f.write_str("started"),
            Report::Refused(why) => write!(f, "refused {why}"),
        }
    }
}

/// Why a line on stdin is not an order.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotAnOrder {
    #[error("perintah tidak dikenal: {0}")]
    Unknown(String),
    #[error("{0} perlu {1}")]
    Lacks(&'static str, &'static str),
}

impl FromStr for Act {
    type Err = NotAnOrder;

    fn from_str(line: &str) -> Result<Act, NotAnOrder> {
        let line = line.trim();
        let (verb, rest) = match line.split_once(char::is_whitespace) {
            Some((verb, rest)) => (verb, rest.trim()),
            None => (line, ""),
        };
        call_order(verb, rest)
            .or_else(|| sound::order(verb, rest))
            .or_else(|| message_order(verb, rest))
            .or_else(|| device_order(verb, rest))
            .unwrap_or_else(|| Err(NotAnOrder::Unknown(verb.to_owned())))
    }
}

fn call_order(verb: &str, rest: &str) -> Option<Result<Act, NotAnOrder>> {
    Some(match verb {
        "ring" => ring(rest, false),
        "ring-data" => ring(rest, true),
        "hangup" if rest.is_empty() => Ok(Act::Hangup(None)),
        "hangup" => rest
            .parse()
            .map(|idx| Act::Hangup(Some(idx)))
            .map_err(|_| NotAnOrder::Lacks("hangup", "nomor panggilan 1-7")),
        "pick-up" => Ok(Act::PickUp),
        "busy" => Ok(Act::Busy),
        "busy-tone" => Ok(Act::BusyTone),
        "dtmf" => keys(rest),
        _ => return None,
    })
}

fn message_order(verb: &str, rest: &str) -> Option<Result<Act, NotAnOrder>> {
    Some(match verb {
        "sms" => match rest.split_once(char::is_whitespace) {
            Some((from, text)) => Ok(Act::Sms {
                from: from.to_owned(),
                text: text.trim_start().to_owned(),
            }),
            None => Err(NotAnOrder::Lacks("sms", "NOMOR dan teks")),
        },
        "pdu" => data_encoding::HEXUPPER_PERMISSIVE
            .decode(rest.as_bytes())
            .map(Act::Pdu)
            .map_err(|_| NotAnOrder::Lacks("pdu", "HEX")),
        "fill-store" => Ok(Act::FillStore),
        _ => return None,
    })
}

fn device_order(verb: &str, rest: &str) -> Option<Result<Act, NotAnOrder>> {
    Some(match verb {
        "signal" => match rest.parse() {
            Ok(level @ (0..=31 | 99)) => Ok(Act::Signal(level)),
            _ => Err(NotAnOrder::Lacks("signal", "0-31 atau 99")),
        },
        "register" => registration(rest),
        "drop-sim" => Ok(Act::DropSim),
        "insert-sim" => Ok(Act::InsertSim),
        "unplug" => Ok(Act::Unplug),
        "replug" => Ok(Act::Replug),
        "brown-out" => Ok(Act::BrownOut),
        "reset" => Ok(Act::Reset),
        "deaf" => Ok(Act::Deaf),
        "garbage" => match rest.parse() {
            Ok(count) if count <= GARBAGE_BYTES_MAX => Ok(Act::Garbage(count)),
            _ => Err(NotAnOrder::Lacks(
                "garbage",
                "jumlah byte, paling banyak 16777216",
            )),
        },
        "raw" => Ok(Act::Raw(unescaped(rest))),
        _ => return None,
    })
}

fn ring(rest: &str, data: bool) -> Result<Act, NotAnOrder> {
    const NEEDS: NotAnOrder = NotAnOrder::Lacks(
        "ring",
        "NOMOR | withheld | unavailable | payphone | hidden NOMOR, lalu detik bila perlu",
    );
    let mut words = rest.split_whitespace();
    let identity = match words.next().ok_or(NEEDS)? {
        "withheld" => Identity::Withheld,
        "unavailable" => Identity::Unavailable,
        "payphone" => Identity::Payphone,
        "hidden" => Identity::Hidden(words.next().ok_or(NEEDS)?.to_owned()),
        number => Identity::Number(number.to_owned()),
    };
    let patience = match words.next() {
        Some(seconds) => Some(Duration::from_secs(seconds.parse().map_err(|_| NEEDS)?)),
        None => None,
    };
    Ok(Act::Ring {
        identity,
        patience,
        data,
    })
}

fn keys(rest: &str) -> Result<Act, NotAnOrder> {
    let good = !rest.is_empty()
        && rest
            .chars()
            .all(|c| matches!(c, '0'..='9' | '*' | '#' | 'A'..='D'));
    if good {
        Ok(Act::Dtmf(rest.to_owned()))
    } else {
        Err(NotAnOrder::Lacks("dtmf", "tombol 0-9 * # A-D"))
    }
}

fn registration(rest: &str) -> Result<Act, NotAnOrder> {
    let stat = match rest {
        "none" => 0,
        "home" => 1,
        "searching" => 2,
        "denied" => 3,
        "roaming" => 5,
        _ => {
            return Err(NotAnOrder::Lacks(
                "register",
                "none|home|searching|denied|roaming",
            ));
        }
    };
    Ok(Act::Register(stat))
}

/// `\r`, `\n`, `\0` and `\\` stand for what they always do.
fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        match rest.next() {
            Some(b'r') => bytes.push(b'\r'),
            Some(b'n') => bytes.push(b'\n'),
            Some(b'0') => bytes.push(0),
            Some(other) => bytes.push(other),
            None => bytes.push(b'\\'),
        }
    }
    bytes
}

/// A spewing modem is tested with 10 MB; more only fills memory.
const GARBAGE_BYTES_MAX: usize = 16 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_read_as_the_outside_page_spells_them() {
        assert_eq!(
            "ring +6284001010014".parse(),
            Ok(Act::Ring {
                identity: Identity::Number("+6284001010014".into()),
                patience: None,
                data: false
            })
        );
        assert_eq!(
            "ring withheld 12".parse(),
            Ok(Act::Ring {
                identity: Identity::Withheld,
                patience: Some(Duration::from_secs(12)),
                data: false
            })
        );
        assert_eq!(
            "sms +6284001010014 ada api di pasar".parse(),
            Ok(Act::Sms {
                from: "+6284001010014".into(),
                text: "ada api di pasar".into()
            })
        );
        assert_eq!("pdu 00ff".parse(), Ok(Act::Pdu(vec![0, 255])));
        assert_eq!(
            r"raw \r\nRING\r\n".parse(),
            Ok(Act::Raw(b"\r\nRING\r\n".to_vec()))
        );
    }

    #[test]
    fn orders_about_sound_are_read() {
        assert_eq!("say a b.wav".parse(), Ok(Act::SayFile("a b.wav".into())));
        assert_eq!("tap".parse(), Ok(Act::Tap(1)));
        assert_eq!("tap 3".parse(), Ok(Act::Tap(3)));
        assert_eq!("noise -45".parse(), Ok(Act::Noise(Some(-45))));
        assert_eq!("noise off".parse(), Ok(Act::Noise(None)));
        assert_eq!(
            "tone congestion".parse(),
            Ok(Act::Tone(Some(LineTone::Congestion)))
        );
        assert_eq!("tone off".parse(), Ok(Act::Tone(None)));
        assert_eq!("one-way in".parse(), Ok(Act::OneWay(OneWay::In)));
    }

    #[test]
    fn what_is_not_an_order_is_told_and_not_guessed() {
        for line in [
            "",
            "rign 1",
            "ring",
            "ring hidden",
            "signal 50",
            "dtmf",
            "dtmf x",
            "pdu 0",
            "garbage -1",
            "hangup x",
            "say",
            "tap 0",
            "tap 21",
            "noise",
            "noise 3",
            "tone",
            "tone fax",
            "one-way",
            "one-way up",
        ] {
            assert!(line.parse::<Act>().is_err(), "{line}");
        }
    }
}
