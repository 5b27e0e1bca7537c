//! The sound of voice modems: in the command port, coded, shielded, with codes in it.

use siaga112::at::dle::{Piece, Unshield, shield};
use siaga112::sim::modem::{Family, HangupSign, Quirks, Report};
use siaga112::voice::frame::FRAME_SAMPLES;
use siaga112::voice::g711;

use super::host::Host;
use super::sound::{FRAME_S, heard, speech};

/// A call that is up, in voice class, with this compression.
fn in_call(family: Family, format: &str, quirks: Quirks) -> Host {
    let mut host = Host::new(family, quirks);
    host.send("ATE0");
    for line in ["AT+FCLASS=8", &format!("AT+VSM={format}")] {
        assert_eq!(host.send(line), "\r\nOK\r\n", "{line}");
    }
    host.act("ring 0431851234");
    assert_eq!(host.send("AT+VLS=1"), "\r\nOK\r\n");
    assert_eq!(host.said(), ["answered"]);
    host
}

fn duplex(family: Family, format: &str, quirks: Quirks) -> Host {
    let mut host = in_call(family, format, quirks);
    assert_eq!(host.send("AT+VTR"), "\r\nCONNECT\r\n");
    host
}

/// Sound and codes of a stream, as any host takes them apart.
fn taken_apart(bytes: &[u8]) -> (Vec<u8>, String) {
    let (mut sound, mut codes) = (Vec::new(), String::new());
    let mut state = Unshield::default();
    for &byte in bytes {
        match state.feed(byte) {
            Piece::Nothing => {}
            Piece::Sound(byte, times) => {
                sound.extend(std::iter::repeat_n(byte, usize::from(times)));
            }
            Piece::Code(code) => codes.push(char::from(code)),
        }
    }
    (sound, codes)
}

fn linear(format: &str, sound: &[u8]) -> Vec<i16> {
    match format {
        "133,8000" => sound
            .chunks_exact(2)
            .map(|pair| i16::from_le_bytes([pair[0], pair[1]]))
            .collect(),
        "131,8000" => sound.iter().map(|b| g711::mulaw_to_linear(*b)).collect(),
        "132,8000" => sound.iter().map(|b| g711::alaw_to_linear(*b)).collect(),
        _ => sound.iter().map(|b| (i16::from(*b) - 128) << 8).collect(),
    }
}

fn coded(format: &str, samples: &[i16]) -> Vec<u8> {
    let mut wire = Vec::new();
    let bytes: Vec<u8> = match format {
        "133,8000" => samples.iter().flat_map(|s| s.to_le_bytes()).collect(),
        "131,8000" => samples.iter().map(|s| g711::linear_to_mulaw(*s)).collect(),
        "132,8000" => samples.iter().map(|s| g711::linear_to_alaw(*s)).collect(),
        _ => samples.iter().map(|s| ((s >> 8) + 128) as u8).collect(),
    };
    shield(&bytes, &mut wire);
    wire
}

/// The family, its compression, and the most that one sample may be off: half a step.
const CODINGS: [(Family, &str, i16); 5] = [
    (Family::V253Usr, "128,8000", 255),
    (Family::V253Usr, "131,8000", 256),
    (Family::V253Usr, "132,8000", 256),
    (Family::V253Usr, "133,8000", 0),
    (Family::V253Conexant, "1,8000", 255),
];

fn worst(a: &[i16], b: &[i16]) -> i16 {
    assert_eq!(a.len(), b.len());
    a.iter()
        .zip(b)
        .map(|(a, b)| (a - b).abs())
        .max()
        .unwrap_or(0)
}

#[test]
fn what_the_caller_says_is_recorded_in_every_coding() {
    for (family, format, step) in CODINGS {
        let mut host = in_call(family, format, Quirks::calm());
        assert_eq!(host.send("AT+VRX"), "\r\nCONNECT\r\n");
        let said = speech(4_000, 1);
        host.say(&said);
        host.pass(1.0);
        let (sound, codes) = taken_apart(host.heard());
        assert_eq!(codes, "", "{format}");
        let samples = linear(format, &sound);
        assert_eq!(samples.len(), 8_000, "{format}");
        assert!(worst(&samples[..4_000], &said) <= step, "{format}");
        assert!(worst(&samples[4_000..], &[0; 4_000]) <= 8, "{format}");
    }
}

#[test]
fn what_the_host_plays_is_heard_in_its_place_in_every_coding() {
    for (family, format, step) in CODINGS {
        let mut host = in_call(family, format, Quirks::calm());
        host.pass(1.0);
        assert_eq!(host.send("AT+VTX"), "\r\nCONNECT\r\n");
        let said = speech(4_000, 2);
        // Pairs split over writes.
        for piece in coded(format, &said).chunks(7) {
            host.write(piece);
        }
        // The end is confirmed when all of it has been heard.
        assert_eq!(host.write(b"\x10\x03"), "", "{format}");
        assert_eq!(host.pass(0.4), "", "{format}");
        assert_eq!(host.pass(0.2), "\r\nOK\r\n", "{format}");
        host.pass(1.0);
        assert_eq!(host.send("AT+VLS=0"), "\r\nOK\r\n");
        let all = heard(&host);
        assert!(worst(&all[8_160..12_160], &said) <= step, "{format}");
        assert!(all[..8_160].iter().all(|s| *s == 0), "{format}");
        assert_eq!(host.sound[..2], [Report::Starved(0), Report::Overflowed(0)]);
    }
}

#[test]
fn sound_flows_both_ways_at_once() {
    let mut host = duplex(Family::V253Usr, "132,8000", Quirks::calm());
    let (theirs, ours) = (speech(8_000, 3), speech(8_000, 4));
    host.say(&theirs);
    let mut came = Vec::new();
    for frame in ours.chunks(FRAME_SAMPLES) {
        host.write(&coded("132,8000", frame));
        host.pass(FRAME_S);
        came.extend_from_slice(host.heard());
    }
    let (sound, _) = taken_apart(&came);
    let samples = linear("132,8000", &sound);
    assert!(worst(&samples[..8_000], &theirs[..8_000]) <= 256);
    assert_eq!(host.write(b"\x10^"), "\u{10}\u{3}\r\nOK\r\n");
    host.send("AT+VLS=0");
    let all = heard(&host);
    assert!(worst(&all[160..8_160], &ours) <= 256);
    assert_eq!(host.sound[..2], [Report::Starved(0), Report::Overflowed(0)]);
}

#[test]
fn literal_escapes_are_doubled_or_paired() {
    // 0x10 in 8-bit linear is −28,672.
    let said = [-28_672_i16; 5];
    for (shields_with_sub, wire) in [
        (false, &b"\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10"[..]),
        (true, &b"\x10\x1a\x10\x1a\x10\x10"[..]),
    ] {
        let quirks = Quirks {
            shields_with_sub,
            ..Quirks::calm()
        };
        let mut host = duplex(Family::V253Usr, "128,8000", quirks);
        host.say(&said);
        host.pass(FRAME_S);
        assert!(host.heard().starts_with(wire), "{:?}", host.heard());
        assert_eq!(taken_apart(host.heard()).0[..6], [16, 16, 16, 16, 16, 128]);
        // And what the host shields either way is understood, a byte at a time.
        for byte in b"\x10\x1a\x10\x10" {
            host.write(&[*byte]);
        }
        host.pass(FRAME_S);
        assert_eq!(
            host.modem.heard()[320..324],
            [-28_672, -28_672, -28_672, 0][..]
        );
    }
}

#[test]
fn keys_are_told_and_heard_or_heard_only() {
    for (reports_keys, told) in [(true, "/99~"), (false, "")] {
        let quirks = Quirks {
            reports_keys,
            ..Quirks::calm()
        };
        let mut host = duplex(Family::V253Usr, "131,8000", quirks);
        host.act("dtmf 9");
        assert_eq!(taken_apart(host.heard()).1, told);
        host.pass(0.2);
        let samples = linear("131,8000", &taken_apart(host.heard()).0);
        assert!(samples[..800].iter().any(|s| s.abs() > 5_000));
        assert!(samples[800..].iter().all(|s| *s == 0));
    }
}

#[test]
fn the_exchanges_tones_are_heard_when_the_far_end_has_gone() {
    for (hangup_sign, loud) in [
        (HangupSign::BusyTone, 50),
        (HangupSign::DialTone, 100),
        (HangupSign::Nothing, 0),
    ] {
        let quirks = Quirks {
            hangup_sign,
            ..Quirks::calm()
        };
        let mut host = duplex(Family::V253Conexant, "1,8000", quirks);
        host.act("hangup");
        host.pass(2.0);
        let samples = linear("1,8000", &taken_apart(host.heard()).0);
        let is_loud = |frame: &&[i16]| frame.iter().any(|s| s.abs() > 4_000);
        let frames = samples.chunks(FRAME_SAMPLES).filter(is_loud).count();
        assert_eq!(frames, loud, "{hangup_sign:?}");
    }
}

#[test]
fn ringback_is_heard_until_the_far_end_takes_the_call() {
    let quirks = Quirks {
        picks_up_after_s: 7,
        ..Quirks::calm()
    };
    let mut host = Host::new(Family::V253Usr, quirks);
    for line in ["ATE0", "AT+FCLASS=8", "AT+VSM=128,8000", "ATDT0431851234"] {
        host.send(line);
    }
    host.pass(0.1);
    host.say(&speech(800, 5));
    assert_eq!(host.send("AT+VTR"), "\r\nCONNECT\r\n");
    let mut loud = Vec::new();
    for _ in 0..8 {
        host.pass(1.0);
        let samples = linear("128,8000", &taken_apart(host.heard()).0);
        loud.push(samples.iter().filter(|s| s.abs() > 2_000).count() > 300);
    }
    // One second of tone, four of silence, then again; after seven the far end says its word.
    assert_eq!(
        loud,
        [true, false, false, false, false, true, true, false],
        "second by second"
    );
}

#[test]
fn a_host_without_duplex_falls_back_to_one_way_at_a_time() {
    let quirks = Quirks {
        refuses_duplex: true,
        ..Quirks::calm()
    };
    let mut host = in_call(Family::V253Conexant, "1,8000", quirks);
    assert_eq!(host.send("AT+VTR"), "\r\nERROR\r\n");
    assert_eq!(host.send("AT+VTX"), "\r\nCONNECT\r\n");
    assert_eq!(host.write(b"\x90\x10\x03"), "\r\nOK\r\n");
    assert_eq!(host.send("AT+VRX"), "\r\nCONNECT\r\n");
    host.pass(0.1);
    assert_eq!(host.heard().len(), 800);
}

#[test]
fn some_chips_send_mulaw_whatever_they_were_asked_for() {
    let quirks = Quirks {
        always_mulaw: true,
        ..Quirks::calm()
    };
    let mut host = duplex(Family::V253Conexant, "1,8000", quirks);
    let said = speech(160, 6);
    host.say(&said);
    host.pass(FRAME_S);
    let samples = linear("131,8000", &taken_apart(host.heard()).0);
    assert!(worst(&samples, &said) <= 256);
}

#[test]
fn a_stream_too_soon_after_an_abort_hangs_a_soft_modem_for_good() {
    let quirks = Quirks {
        hangs_on_hasty_stream: true,
        ..Quirks::calm()
    };
    for (rest, answer) in [(0.2, ""), (0.3, "\r\nCONNECT\r\n")] {
        let mut host = in_call(Family::V253Conexant, "1,8000", quirks.clone());
        host.send("AT+VRX");
        host.write(b"\x10!");
        host.pass(rest);
        assert_eq!(host.send("AT+VTX"), answer);
        if answer.is_empty() {
            host.pass(60.0);
            assert_eq!(host.send("AT"), "", "for good");
            host.act("reset");
            host.pass(10.0);
            assert!(host.send("AT").contains("OK"), "until it restarts");
        }
    }
}

#[test]
fn what_is_too_loud_is_clipped() {
    let quirks = Quirks {
        clips_when_loud: true,
        ..Quirks::calm()
    };
    for (peak, heard_peak) in [(3_000_i16, 3_000), (16_000, 4_125)] {
        let mut host = duplex(Family::V253Usr, "133,8000", quirks.clone());
        for _ in 0..50 {
            let square: Vec<i16> = (0..160)
                .map(|i| if i % 8 < 4 { peak } else { -peak })
                .collect();
            host.write(&coded("133,8000", &square));
            host.pass(FRAME_S);
        }
        let all = host.modem.heard();
        let late = all[4_000..].iter().map(|s| s.abs()).max();
        assert_eq!(late, Some(heard_peak));
    }
}

#[test]
fn a_host_that_plays_faster_than_sound_is_held_up_and_else_loses_it() {
    let mut host = in_call(Family::V253Usr, "128,8000", Quirks::calm());
    host.send("AT+VTX");
    assert!(host.modem.is_clear_to_send());
    host.write(&[0x90; 4_096]);
    assert!(!host.modem.is_clear_to_send());
    host.pass(0.1);
    assert!(host.modem.is_clear_to_send());
    host.write(&[0x90; 8_192]);
    host.write(b"\x10\x18");
    host.send("AT+VLS=0");
    // 12,288 samples, 800 of them played, room for 8,192: 20 whole frames and a bit are lost.
    assert_eq!(host.sound[1], Report::Overflowed(20));
}

#[test]
fn seven_thousand_two_hundred_samples_are_a_second_too() {
    let mut host = duplex(Family::V253Usr, "128,7200", Quirks::calm());
    let tone: Vec<i16> = (0..8_000)
        .map(|i| (8_000.0 * (std::f64::consts::TAU * 0.05 * f64::from(i)).sin()) as i16)
        .collect();
    host.say(&tone);
    let mut came = Vec::new();
    for _ in 0..50 {
        host.pass(FRAME_S);
        came.extend_from_slice(host.heard());
        let wire = host.heard().to_vec();
        host.write(&wire);
    }
    let (sound, _) = taken_apart(&came);
    assert_eq!(sound.len(), 7_200);
    let energy = |samples: &[i16]| samples.iter().map(|s| f64::from(*s).powi(2)).sum::<f64>();
    let down = energy(&linear("128,7200", &sound)) / 0.9 / energy(&tone);
    assert!((down - 1.0).abs() < 0.03, "{down}");
    host.pass(FRAME_S);
    let up = energy(&host.modem.heard()) / energy(&tone);
    assert!((up - 1.0).abs() < 0.05, "{up}");
}

#[test]
fn a_beep_of_the_modem_is_heard_by_the_far_end() {
    let mut host = in_call(Family::V253Usr, "128,8000", Quirks::calm());
    host.pass(0.5);
    host.send("AT+VTS=[900,0,50]");
    let so_far = host.modem.heard();
    assert_eq!(so_far.len(), 8_000);
    assert!(so_far[4_000..].iter().any(|s| s.abs() > 5_000));
}
