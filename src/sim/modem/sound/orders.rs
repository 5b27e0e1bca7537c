//! Orders about sound, as `siaga112 sim` reads them.

use super::super::words::{Act, NotAnOrder};
use super::OneWay;
use crate::base::sound::LineTone;

/// `None`: the verb is about something else.
pub fn order(verb: &str, rest: &str) -> Option<Result<Act, NotAnOrder>> {
    Some(match (verb, rest) {
        ("say", "") => Err(NotAnOrder::Lacks("say", "FILE.wav")),
        ("say", file) => Ok(Act::SayFile(file.to_owned())),
        ("silence", _) => Ok(Act::Silence),
        ("cough", _) => Ok(Act::Cough),
        ("tap", "") => Ok(Act::Tap(1)),
        ("tap", times) => match times.parse() {
            Ok(times @ 1..=TAPS_MAX) => Ok(Act::Tap(times)),
            _ => Err(NotAnOrder::Lacks("tap", "jumlah ketukan 1-20")),
        },
        ("noise", "off") => Ok(Act::Noise(None)),
        ("noise", level) => match level.parse() {
            Ok(level @ -90..=-3) => Ok(Act::Noise(Some(level))),
            _ => Err(NotAnOrder::Lacks("noise", "-90 sampai -3 (dBFS) atau off")),
        },
        ("tone", name) => tone(name),
        ("one-way", "in") => Ok(Act::OneWay(OneWay::In)),
        ("one-way", "out") => Ok(Act::OneWay(OneWay::Out)),
        ("one-way", "none") => Ok(Act::OneWay(OneWay::None)),
        ("one-way", _) => Err(NotAnOrder::Lacks("one-way", "in|out|none")),
        ("unplug-audio", _) => Ok(Act::UnplugAudio),
        ("replug-audio", _) => Ok(Act::ReplugAudio),
        _ => return None,
    })
}

fn tone(name: &str) -> Result<Act, NotAnOrder> {
    const TONES: [LineTone; 4] = [
        LineTone::Dial,
        LineTone::Busy,
        LineTone::Congestion,
        LineTone::Ringback,
    ];
    if name == "off" {
        return Ok(Act::Tone(None));
    }
    let found = TONES.into_iter().find(|tone| tone.as_str() == name);
    found
        .map(|tone| Act::Tone(Some(tone)))
        .ok_or(NotAnOrder::Lacks(
            "tone",
            "dial|busy|congestion|ringback|off",
        ))
}

const TAPS_MAX: u8 = 20;
