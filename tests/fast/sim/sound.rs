//! The sound of PCM families: a second tty, 50 frames a second, in virtual time.

use std::time::Duration;

use siaga112::base::time::Tick;
use siaga112::sim::modem::{Family, OneWay, Quirks, Report, Samples, SecondCallSilent};
use siaga112::voice::frame::{FRAME_SAMPLES, Frame};

use super::host::Host;

pub const FRAME_S: f64 = 0.020;

/// Each PCM family, how its sound is switched on and off (hardware.md 3.1).
const FAMILIES: [(Family, &str, &str); 3] = [
    (Family::Huawei, "AT^DDSETEX=2", ""),
    (Family::Simcom, "AT+CPCMREG=1", "AT+CPCMREG=0"),
    (Family::Quectel, "AT+QPCMV=1,0", "AT+QPCMV=0"),
];

/// A call that is up, its sound still off.
fn in_call(family: Family, quirks: Quirks) -> Host {
    let mut host = Host::with_audio(family, quirks);
    host.send("AT+QGPSCFG=\"outport\",\"none\"");
    call(&mut host);
    host
}

fn call(host: &mut Host) {
    host.act("ring +6284001010014");
    host.send("ATA");
    assert!(host.said().contains(&"answered".to_owned()));
}

/// Switches the sound on; what is behind the last frame is the next beat.
fn sound_on(host: &mut Host, command: &str) {
    assert_eq!(host.send(command), "\r\nOK\r\n", "{command}");
    host.audio.clear();
}

/// Something that is nowhere like itself: 16 bit of a linear congruential sequence.
pub fn speech(samples: usize, seed: u32) -> Vec<i16> {
    let mut state = seed;
    (0..samples)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // Loud enough to matter, never 0.
            ((state >> 18) as i16 - 8_192) | 1
        })
        .collect()
}

/// What came out of the audio port, as samples.
fn down(host: &Host) -> Vec<i16> {
    let bytes = host.audio.iter().flat_map(|(_, bytes)| bytes.iter());
    let bytes: Vec<u8> = bytes.copied().collect();
    bytes
        .chunks_exact(2)
        .map(|pair| i16::from_le_bytes([pair[0], pair[1]]))
        .collect()
}

fn bytes(samples: &[i16]) -> Vec<u8> {
    samples.iter().flat_map(|s| s.to_le_bytes()).collect()
}

/// Writes frame after frame at the modem's own pace.
fn talk(host: &mut Host, samples: &[i16]) {
    for frame in samples.chunks(FRAME_SAMPLES) {
        host.write_audio(&bytes(frame));
        host.pass(FRAME_S);
    }
}

pub fn heard(host: &Host) -> Samples {
    let heard = host.sound.iter().find_map(|report| match report {
        Report::Heard(heard) => Some(heard.samples.clone()),
        _ => None,
    });
    heard.unwrap_or_else(|| panic!("nothing was heard: {:?}", host.sound))
}

#[test]
fn nothing_flows_before_the_sound_is_switched_on_and_nothing_after_the_call() {
    for (family, on, _) in FAMILIES {
        let mut host = in_call(family, Quirks::calm());
        host.pass(1.0);
        assert!(host.audio.is_empty(), "{family}: {:?}", host.audio);
        sound_on(&mut host, on);
        host.pass(10.0);
        assert_eq!(host.audio.len(), 500, "{family}: 50 frames a second");
        let is_frame = |(_, bytes): &(Tick, Vec<u8>)| bytes.len() == 320;
        assert!(host.audio.iter().all(is_frame), "{family}");
        host.act("hangup");
        host.audio.clear();
        host.pass(5.0);
        assert!(host.audio.is_empty(), "{family} after the call");
    }
}

#[test]
fn the_sound_stops_when_it_is_switched_off_and_goes_on_when_it_is_on_again() {
    for (family, on, off) in FAMILIES.iter().filter(|(_, _, off)| !off.is_empty()) {
        let mut host = in_call(*family, Quirks::calm());
        sound_on(&mut host, on);
        host.pass(0.5);
        host.send(off);
        host.audio.clear();
        host.pass(1.0);
        assert!(host.audio.is_empty(), "{family}");
        sound_on(&mut host, on);
        host.pass(1.0);
        assert_eq!(host.audio.len(), 50, "{family}");
    }
}

#[test]
fn a_modem_without_an_audio_port_carries_nothing() {
    for (family, on, _) in FAMILIES {
        let mut host = Host::calm(family);
        call(&mut host);
        sound_on(&mut host, on);
        host.pass(2.0);
        host.act("say none.wav");
        host.act("hangup");
        assert!(host.audio.is_empty() && host.sound.is_empty(), "{family}");
        assert_eq!(host.said(), ["refused no audio port"], "{family}");
    }
}

#[test]
fn what_the_caller_says_arrives_exactly() {
    for (family, on, _) in FAMILIES {
        let mut host = in_call(family, Quirks::calm());
        sound_on(&mut host, on);
        let (first, second) = (speech(1_000, 1), speech(777, 2));
        host.say(&first);
        host.say(&second);
        host.pass(1.0);
        let wanted = [first, second].concat();
        let down = down(&host);
        assert_eq!(down[..wanted.len()], wanted, "{family}");
        assert!(down[wanted.len()..].iter().all(|s| *s == 0), "{family}");
    }
}

#[test]
fn a_caller_speaks_from_the_answer_and_what_nobody_carries_is_lost() {
    let mut host = Host::with_audio(Family::Huawei, Quirks::calm());
    let said = speech(16_000, 3);
    host.act("ring +6284001010014");
    host.say(&said);
    host.pass(3.0);
    host.send("ATA");
    // Half a second until the host thinks of the sound.
    host.pass(0.5);
    sound_on(&mut host, "AT^DDSETEX=2");
    host.pass(1.0);
    assert_eq!(down(&host), said[4_000..12_000]);
    host.act("hangup");
    // The rest is dropped: the next caller does not say it.
    call(&mut host);
    sound_on(&mut host, "AT^DDSETEX=2");
    host.pass(0.5);
    assert!(down(&host).iter().all(|s| *s == 0));
}

#[test]
fn silence_ends_what_is_said_at_once() {
    let mut host = in_call(Family::Simcom, Quirks::calm());
    sound_on(&mut host, "AT+CPCMREG=1");
    host.say(&speech(80_000, 4));
    host.pass(0.2);
    host.act("silence");
    host.audio.clear();
    host.pass(0.2);
    assert!(down(&host).iter().all(|s| *s == 0));
}

#[test]
fn what_the_host_writes_is_heard_in_its_place_from_the_answer_on() {
    for (family, on, _) in FAMILIES {
        let mut host = in_call(family, Quirks::calm());
        host.pass(1.0);
        sound_on(&mut host, on);
        let said = speech(8_000, 5);
        talk(&mut host, &said);
        host.pass(0.5);
        let so_far = host.modem.heard();
        // The first frame goes out with the first beat, 20 ms after the sound is on.
        assert_eq!(so_far[8_160..16_160], said, "{family}");
        assert!(so_far[..8_160].iter().all(|s| *s == 0), "{family}");
        host.pass(0.5);
        host.act("hangup");
        let all = heard(&host);
        assert_eq!(all.len(), 24_000, "{family}: three seconds of call");
        assert_eq!(all[8_160..16_160], said, "{family}");
        assert_eq!(host.modem.heard(), all, "{family}: until the next call");
        // Fifty frames of silence in the second after the host fell silent.
        assert_eq!(
            host.sound[..2],
            [Report::Starved(50), Report::Overflowed(0)],
            "{family}"
        );
    }
}

#[test]
fn a_host_that_writes_too_little_is_heard_with_gaps_and_they_are_counted() {
    let mut host = in_call(Family::Huawei, Quirks::calm());
    sound_on(&mut host, "AT^DDSETEX=2");
    let said = speech(FRAME_SAMPLES, 6);
    for nth in 0..100 {
        if nth % 5 != 2 {
            host.write_audio(&bytes(&said));
        }
        host.pass(FRAME_S);
    }
    host.act("hangup");
    assert_eq!(host.sound[0], Report::Starved(20));
    let all = heard(&host);
    let gaps = all.chunks(FRAME_SAMPLES).skip(1).filter(|f| f[0] == 0);
    assert_eq!(gaps.count(), 20);
}

#[test]
fn a_stick_that_is_written_too_much_loses_whole_frames() {
    let mut host = in_call(Family::Huawei, Quirks::calm());
    sound_on(&mut host, "AT^DDSETEX=2");
    let said = speech(30 * FRAME_SAMPLES, 7);
    // Odd pieces: what is lost are frames, never half a sample.
    for piece in bytes(&said).chunks(333) {
        host.write_audio(piece);
    }
    host.pass(1.0);
    host.act("hangup");
    assert_eq!(host.sound[1], Report::Overflowed(20));
    let all = heard(&host);
    assert_eq!(all[160..160 + 10 * 160], said[..10 * 160]);
    assert!(all[160 + 10 * 160..].iter().all(|s| *s == 0));
}

#[test]
fn a_quectel_says_when_it_has_enough_and_when_it_wants_more() {
    let mut host = in_call(Family::Quectel, Quirks::calm());
    sound_on(&mut host, "AT+QPCMV=1,0");
    let frame = bytes(&speech(FRAME_SAMPLES, 8));
    let told: Vec<String> = (0..16).map(|_| host.write_audio(&frame)).collect();
    assert!(told[..14].iter().all(String::is_empty), "{told:?}");
    assert_eq!(told[14], "\r\n+QPCMV: 0,0\r\n");
    assert_eq!(told[15], "", "once is enough");
    assert_eq!(host.pass(0.3), "\r\n+QPCMV: 1,0\r\n");
    host.act("hangup");
    assert_eq!(host.sound[1], Report::Overflowed(0), "a host that listens");
}

#[test]
fn a_quectel_may_forget_to_say_that_it_wants_more() {
    let quirks = Quirks {
        never_resumes: true,
        ..Quirks::calm()
    };
    let mut host = in_call(Family::Quectel, quirks);
    sound_on(&mut host, "AT+QPCMV=1,0");
    let frame = bytes(&speech(FRAME_SAMPLES, 8));
    for round in 0..2 {
        let told: String = (0..16).map(|_| host.write_audio(&frame)).collect();
        assert_eq!(told, "\r\n+QPCMV: 0,0\r\n", "{round}");
        assert_eq!(host.pass(1.0), "", "{round}");
    }
}

#[test]
fn a_simcom_may_refuse_sound_until_its_voice_path_is_up() {
    let quirks = Quirks {
        begin_late_ms: 1_500,
        ..Quirks::calm()
    };
    let mut host = in_call(Family::Simcom, quirks);
    assert_eq!(host.send("AT+CPCMREG=1"), "\r\nERROR\r\n");
    assert_eq!(host.pass(1.6), "\r\nVOICE CALL: BEGIN\r\n");
    sound_on(&mut host, "AT+CPCMREG=1");
}

#[test]
fn a_quectel_may_be_armed_before_the_call_is_up() {
    let mut host = Host::with_audio(Family::Quectel, Quirks::calm());
    host.send("AT+QGPSCFG=\"outport\",\"none\"");
    host.act("ring +6284001010014");
    host.send("AT+QPCMV=0;+QPCMV=1,0;A");
    host.pass(1.0);
    assert_eq!(host.audio.len(), 50);
    // 1,2 is for a USB sound card: nothing comes out of the tty.
    host.send("AT+QPCMV=0");
    host.send("AT+QPCMV=1,2");
    host.audio.clear();
    host.pass(1.0);
    assert!(host.audio.is_empty());
}

#[test]
fn a_quectel_chatters_positions_unless_it_is_told_not_to() {
    let mut host = Host::with_audio(Family::Quectel, Quirks::calm());
    host.pass(3.0);
    assert_eq!(host.audio.len(), 3);
    assert!(host.audio[0].1.starts_with(b"$GPRMC,"));
    host.send("AT+QGPSCFG=\"outport\",\"none\"");
    host.audio.clear();
    host.pass(3.0);
    assert!(host.audio.is_empty());
}

#[test]
fn a_stick_may_spit_diagnostic_bytes_before_the_sound() {
    let quirks = Quirks {
        diag_garbage: true,
        ..Quirks::calm()
    };
    let mut host = in_call(Family::Huawei, quirks);
    host.pass(30.0);
    let count: usize = host.audio.iter().map(|(_, bytes)| bytes.len()).sum();
    assert!((15..400).contains(&count), "{count}");
    host.audio.clear();
    host.send("AT^DDSETEX=2");
    host.pass(10.0);
    assert_eq!(host.audio[0].1.len() % 2, 1, "an odd rest");
    assert!(host.audio[1..].iter().all(|(_, bytes)| bytes.len() == 320));
}

#[test]
fn what_was_left_in_a_diagnostic_port_may_come_behind_the_ok() {
    let quirks = Quirks {
        late_diag_garbage: true,
        ..Quirks::calm()
    };
    let mut host = in_call(Family::Huawei, quirks);
    sound_on(&mut host, "AT^DDSETEX=2");
    host.act("hangup");
    host.pass(10.0);
    host.audio.clear();
    call(&mut host);
    assert_eq!(host.send("AT^DDSETEX=2"), "\r\nOK\r\n");
    host.pass(1.0);
    let sizes: Vec<usize> = host.audio.iter().map(|(_, bytes)| bytes.len()).collect();
    assert_eq!(
        sizes[..3],
        [7, 320, 320],
        "an odd rest, with the first frame"
    );
    assert!(sizes[1..].iter().all(|size| *size == 320));
}

#[test]
fn a_modems_clock_may_be_fast_or_slow() {
    for (ppm, last_ms) in [(0, 60_000), (2_000, 59_880), (-2_000, 60_120)] {
        let quirks = Quirks {
            clock_ppm: ppm,
            ..Quirks::calm()
        };
        let mut host = in_call(Family::Simcom, quirks);
        let start = host.now;
        sound_on(&mut host, "AT+CPCMREG=1");
        host.pass(61.0);
        let nth = host.audio[2_999].0.since(start);
        let off = nth.as_millis().abs_diff(last_ms);
        assert!(off <= 1, "{ppm} ppm: frame 3000 after {nth:?}");
        let mean = nth / 3_000;
        assert!(mean.abs_diff(Duration::from_millis(20)) < Duration::from_micros(45));
    }
}

#[test]
fn a_simcom_may_be_switched_to_sixteen_kilohertz() {
    let mut host = in_call(Family::Simcom, Quirks::calm());
    host.send("AT+CPCMFRM=1");
    sound_on(&mut host, "AT+CPCMREG=1");
    let tone: Vec<i16> = (0..8_000)
        .map(|i| (8_000.0 * (std::f64::consts::TAU * 0.05 * f64::from(i)).sin()) as i16)
        .collect();
    host.say(&tone);
    host.pass(1.0);
    assert!(host.audio.iter().all(|(_, bytes)| bytes.len() == 640));
    let wide = down(&host);
    // 18 samples of 8 kHz late: the filter's reach. Every second sample is one of the caller's.
    let worst = (200..7_900).map(|i| (wide[2 * (i + 18)] - tone[i]).abs());
    assert!(worst.max().is_some_and(|worst| worst < 60));
    // And back: what is written at 16 kHz is heard at 8 kHz.
    for frame in wide.chunks(320) {
        host.write_audio(&bytes(frame));
        host.pass(FRAME_S);
    }
    host.act("hangup");
    let all = heard(&host);
    let energy: f64 = all.iter().map(|s| f64::from(*s).powi(2)).sum();
    let wanted: f64 = tone.iter().map(|s| f64::from(*s).powi(2)).sum();
    assert!((energy / wanted - 1.0).abs() < 0.02, "{}", energy / wanted);
}

#[test]
fn taps_coughs_keys_noise_and_tones_are_heard() {
    let mut host = in_call(Family::Huawei, Quirks::calm());
    sound_on(&mut host, "AT^DDSETEX=2");
    let mut level = |order: &str, seconds: f64| {
        host.audio.clear();
        host.act(order);
        host.pass(seconds);
        let frames: Vec<f32> = host
            .audio
            .iter()
            .filter_map(|(_, bytes)| Frame::from_bytes(bytes))
            .map(|frame| frame.level_db())
            .collect();
        frames
    };
    let loud = |frames: &[f32]| {
        let is_loud: Vec<usize> = (0..frames.len()).filter(|i| frames[*i] > -35.0).collect();
        is_loud
    };
    // Two knocks, 300 ms apart, each within two frames.
    let taps = loud(&level("tap 2", 1.0));
    assert!(taps.starts_with(&[0]) && taps.contains(&15), "{taps:?}");
    assert!(taps.len() <= 4, "{taps:?}");
    let cough = loud(&level("cough", 1.0));
    assert!((10..25).contains(&cough.len()), "{cough:?}");
    // Keys: 100 ms each, 100 ms apart.
    assert_eq!(
        loud(&level("dtmf 5#", 1.0)),
        [0, 1, 2, 3, 4, 10, 11, 12, 13, 14]
    );
    let busy = loud(&level("tone busy", 2.0));
    assert_eq!(busy.len(), 50, "half of the time");
    assert_eq!(loud(&level("tone dial", 1.0)).len(), 50);
    assert_eq!(loud(&level("tone off", 1.0)).len(), 0);
    let noise = level("noise -45", 2.0);
    let mean = noise.iter().sum::<f32>() / noise.len() as f32;
    assert!((mean + 45.0).abs() < 0.5, "{mean}");
    assert!(level("noise off", 0.5).iter().all(|db| *db == -100.0));
}

#[test]
fn keys_that_are_told_are_heard_as_well_or_heard_only() {
    for (reports_keys, told) in [(true, "\r\n^DDTMF: 7\r\n"), (false, "")] {
        let quirks = Quirks {
            reports_keys,
            ..Quirks::calm()
        };
        let mut host = in_call(Family::Huawei, quirks);
        host.send("AT^DDTMFCFG=0,1");
        sound_on(&mut host, "AT^DDSETEX=2");
        assert_eq!(host.act("dtmf 7"), told);
        host.pass(0.2);
        assert!(down(&host).iter().any(|s| s.abs() > 1_000));
    }
}

#[test]
fn keys_of_the_host_are_told_and_heard() {
    let mut host = in_call(Family::Simcom, Quirks::calm());
    sound_on(&mut host, "AT+CPCMREG=1");
    host.pass(0.1);
    host.send("AT+VTS=5");
    host.pass(0.3);
    assert_eq!(host.said(), ["dtmf 5"]);
    let so_far = host.modem.heard();
    assert!(so_far[800..1_600].iter().any(|s| s.abs() > 1_000));
}

#[test]
fn the_sound_of_one_direction_may_be_lost() {
    let frame = speech(FRAME_SAMPLES, 9);
    for (lost, hears, is_heard) in [
        ("in", false, true),
        ("out", true, false),
        ("none", true, true),
    ] {
        let mut host = in_call(Family::Quectel, Quirks::calm());
        sound_on(&mut host, "AT+QPCMV=1,0");
        host.act(&format!("one-way {lost}"));
        host.say(&speech(8_000, 10));
        talk(&mut host, &frame);
        host.pass(1.0);
        assert_eq!(host.audio.len(), 51, "{lost}: frames go on");
        assert_eq!(down(&host).iter().any(|s| *s != 0), hears, "{lost}");
        host.act("hangup");
        assert_eq!(heard(&host).iter().any(|s| *s != 0), is_heard, "{lost}");
    }
    let quirks = Quirks {
        one_way: OneWay::In,
        ..Quirks::calm()
    };
    let mut host = in_call(Family::Huawei, quirks);
    sound_on(&mut host, "AT^DDSETEX=2");
    host.say(&frame);
    host.pass(0.1);
    assert!(down(&host).iter().all(|s| *s == 0), "from the start");
}

#[test]
fn a_second_call_may_be_silent_until_rearmed_or_until_a_restart() {
    for (family, on, off) in FAMILIES {
        for rearm_helps in [true, false] {
            let second_call_silent = if rearm_helps {
                SecondCallSilent::UntilRearmed
            } else {
                SecondCallSilent::UntilReset
            };
            let quirks = Quirks {
                second_call_silent,
                ..Quirks::calm()
            };
            let mut host = in_call(family, quirks);
            sound_on(&mut host, on);
            host.pass(1.0);
            assert_eq!(host.audio.len(), 50, "{family}: the first call");
            host.act("hangup");
            if !off.is_empty() {
                host.send(off);
            }
            call(&mut host);
            sound_on(&mut host, on);
            host.pass(1.0);
            assert_eq!(host.audio.len(), 0, "{family}: the second");
            if !off.is_empty() {
                host.send(off);
            }
            sound_on(&mut host, on);
            host.pass(1.0);
            let frames = if rearm_helps { 50 } else { 0 };
            assert_eq!(host.audio.len(), frames, "{family}: armed again");
        }
    }
}

#[test]
fn a_restart_brings_the_sound_of_a_worn_out_modem_back() {
    let quirks = Quirks {
        second_call_silent: SecondCallSilent::UntilReset,
        ..Quirks::calm()
    };
    let mut host = in_call(Family::Simcom, quirks);
    sound_on(&mut host, "AT+CPCMREG=1");
    host.pass(0.1);
    host.act("reset");
    host.pass(30.0);
    assert_eq!(host.audio_ports, [false, true], "the audio port goes too");
    host.send("ATE0");
    call(&mut host);
    sound_on(&mut host, "AT+CPCMREG=1");
    host.pass(1.0);
    assert_eq!(host.audio.len(), 50);
}

#[test]
fn frames_may_stop_in_the_middle_of_a_call() {
    let quirks = Quirks {
        frames_stop_after_ms: 400,
        ..Quirks::calm()
    };
    let mut host = in_call(Family::Huawei, quirks);
    sound_on(&mut host, "AT^DDSETEX=2");
    host.pass(2.0);
    assert_eq!(host.audio.len(), 20);
    // The way out still works.
    talk(&mut host, &speech(FRAME_SAMPLES, 11));
    host.act("hangup");
    assert!(heard(&host).iter().any(|s| *s != 0));
}

#[test]
fn a_modem_may_refuse_its_sound_after_the_first_call() {
    let quirks = Quirks {
        pcm_once: true,
        ..Quirks::calm()
    };
    let mut host = in_call(Family::Simcom, quirks);
    sound_on(&mut host, "AT+CPCMREG=1");
    host.act("hangup");
    call(&mut host);
    assert_eq!(host.send("AT+CPCMREG=1"), "\r\nERROR\r\n");
    host.audio.clear();
    host.pass(1.0);
    assert!(host.audio.is_empty());
}

#[test]
fn an_audio_port_may_vanish_and_return_in_a_call() {
    let mut host = in_call(Family::Quectel, Quirks::calm());
    sound_on(&mut host, "AT+QPCMV=1,0");
    host.pass(0.2);
    host.act("unplug-audio");
    host.audio.clear();
    host.pass(1.0);
    assert!(host.audio.is_empty());
    assert!(host.send("AT").contains("OK"), "the command port stays");
    host.act("replug-audio");
    host.pass(1.0);
    assert_eq!(host.audio.len(), 50);
    assert_eq!(host.audio_ports, [false, true]);
}

#[test]
fn ten_minutes_are_kept_and_the_rest_is_told() {
    let mut host = in_call(Family::Huawei, Quirks::calm());
    host.pass(590.0);
    sound_on(&mut host, "AT^DDSETEX=2");
    let said = speech(20 * 8_000, 12);
    talk(&mut host, &said);
    host.act("hangup");
    assert!(host.sound.contains(&Report::HeardFull), "{:?}", host.sound);
    assert_eq!(heard(&host).len(), 600 * 8_000);
}
