//! Sound that is not what the line says it is.

use std::f32::consts::TAU;
use std::fs;
use std::path::Path;

use siaga112::base::sound::Coding;
use siaga112::voice::bridge::Part;
use siaga112::voice::codec::{Gather, encode};
use siaga112::voice::frame::Frame;
use siaga112::voice::g711;
use siaga112::voice::misread::Misread;
use siaga112::voice::prompt::samples;

use super::world::{World, flat};

/// Every voice of the repository, by name.
fn voices() -> Vec<(String, Vec<i16>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("web/sound/callers");
    let files = fs::read_dir(folder).unwrap().flatten();
    files
        .map(|file| {
            let name = file.file_name().into_string().unwrap();
            (name, samples(&fs::read(file.path()).unwrap()).unwrap())
        })
        .collect()
}

fn louder(sound: &[i16], db: f32) -> Vec<i16> {
    let gain = 10f32.powf(db / 20.0);
    // A cast keeps what is too loud at the end of the scale.
    sound
        .iter()
        .map(|s| (f32::from(*s) * gain) as i16)
        .collect()
}

/// Evenly spread, up to `size`.
fn noise(size: i32, samples: usize) -> Vec<i16> {
    let mut seed = 7u32;
    let mut next = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (((seed >> 16) as i32 - 32_768) * size / 32_768) as i16
    };
    (0..samples).map(|_| next()).collect()
}

fn tone(hz: f32, size: f32, samples: usize) -> Vec<i16> {
    let at = |n| size * (TAU * hz * n as f32 / 8_000.0).sin();
    (0..samples).map(|n| at(n) as i16).collect()
}

/// Everything that may come over a line, loud and faint.
fn everything() -> Vec<(String, Vec<i16>)> {
    let mut all = vec![
        ("silence".to_owned(), vec![0; 4_800]),
        ("offset".to_owned(), vec![7; 4_800]),
        ("end of the scale".to_owned(), vec![i16::MAX; 4_800]),
    ];
    for (name, sound) in voices() {
        for db in [-30.0, 0.0, 40.0] {
            all.push((format!("{name} {db} dB"), louder(&sound[..16_000], db)));
        }
    }
    for bits in [1, 3, 6, 8, 9, 10, 11, 12, 13, 14, 15] {
        all.push((format!("noise of {bits} bits"), noise(1 << bits, 4_800)));
        for hz in [50.0, 425.0, 1_000.0, 2_000.0, 3_400.0] {
            let size = (1 << bits) as f32 - 1.0;
            let sound = tone(hz, size, 4_800);
            let square = sound.iter().map(|s| s.signum() * size as i16).collect();
            all.push((format!("{hz} Hz of {bits} bits"), sound));
            all.push((format!("square {hz} Hz of {bits} bits"), square));
        }
    }
    // Modems whose sound went through 8 bits before it came to us in 16.
    let through = |name: &str, all: &[(String, Vec<i16>)], coarse: &dyn Fn(i16) -> i16| {
        let coarse = |sound: &[i16]| sound.iter().map(|s| coarse(*s)).collect();
        let all = all
            .iter()
            .map(|(of, s)| (format!("{of}, {name}"), coarse(s)));
        all.collect::<Vec<(String, Vec<i16>)>>()
    };
    let plain = all.clone();
    let laws: [(&str, &dyn Fn(i16) -> i16); 3] = [
        ("A-law", &|s| g711::alaw_to_linear(g711::linear_to_alaw(s))),
        ("µ-law", &|s| {
            g711::mulaw_to_linear(g711::linear_to_mulaw(s))
        }),
        ("8 bits", &|s| s & !0xFF),
    ];
    for (name, law) in laws {
        all.extend(through(name, &plain, law));
    }
    all
}

fn bytes(sound: &[i16]) -> Vec<u8> {
    sound.iter().flat_map(|s| s.to_le_bytes()).collect()
}

/// What comes out of a gather, and what it had to say.
fn gathered(coding: Coding, bytes: &[u8]) -> (Vec<i16>, Vec<Misread>) {
    let mut gather = Gather::new(coding);
    let (mut sound, mut news) = (Vec::new(), Vec::new());
    for piece in bytes.chunks(320) {
        gather.put(piece);
        while let Some(frame) = gather.next_frame() {
            sound.extend(frame.0);
            news.extend(gather.news());
        }
    }
    (sound, news)
}

#[test]
fn sound_that_is_whole_is_never_taken_apart() {
    for (name, sound) in everything() {
        let (heard, news) = gathered(Coding::S16le, &bytes(&sound));
        assert_eq!(news, [], "{name}");
        assert!(heard == sound[..heard.len()], "{name}");
    }
}

#[test]
fn a_stray_byte_costs_a_moment_and_not_the_call() {
    for (name, voice) in voices() {
        // An operator's call: somebody speaks on a line that hums a little.
        let lead = noise(40, 4_000);
        let hum = noise(40, voice.len());
        let voice = voice.iter().zip(hum).map(|(v, n)| v.saturating_add(n));
        let sound: Vec<i16> = lead.into_iter().chain(voice).collect();
        // Before the call, and in the middle of it, where one is lost.
        let mut torn = bytes(&sound);
        torn.insert(0, 0x5A);
        let (heard, news) = gathered(Coding::S16le, &torn);
        assert_eq!(news, [Misread::Shifted], "{name}");
        let end = &heard[heard.len() - 8_000..];
        assert!(sound.windows(8_000).any(|window| window == end), "{name}");
        let mut torn = bytes(&sound);
        torn.remove(2_001);
        let (heard, news) = gathered(Coding::S16le, &torn);
        assert_eq!(news, [Misread::Shifted], "{name}");
        let end = &heard[heard.len() - 8_000..];
        assert!(sound.windows(8_000).any(|window| window == end), "{name}");
    }
}

#[test]
fn eight_bits_are_known_for_what_they_are() {
    // Neither what stands at the ends of the scale nor a tone at the edge of the band as loud as it
    // can be is a telephone's.
    let odd = [
        "end of the scale",
        "square",
        "3400 Hz of 14",
        "3400 Hz of 15",
    ];
    for (name, sound) in everything() {
        if odd.iter().any(|odd| name.contains(odd)) {
            continue;
        }
        for (coding, expected) in [(Coding::U8, vec![]), (Coding::Mulaw, vec![Misread::Mulaw])] {
            // What roars from the first moment on is known when it is over.
            let (lead, end) = (vec![0; 160], vec![0; 3_200]);
            let whole = lead.iter().chain(&sound).chain(&end);
            let coded: Vec<u8> = whole
                .copied()
                .collect::<Vec<i16>>()
                .chunks_exact(160)
                .flat_map(|frame| encode(coding, &Frame(frame.try_into().unwrap())))
                .collect();
            let (_, news) = gathered(Coding::U8, &coded);
            assert_eq!(news, expected, "{name} in {coding:?}");
        }
    }
}

#[test]
fn a_modem_that_says_linear_and_means_mu_law_roars_at_nobody() {
    let mut world = World::call_told(Coding::Mulaw, Coding::U8);
    world.far = Some(0);
    world.joins(1, Part::Talk, 4_000);
    world.run_ms(190);
    assert!(!world.line.is_empty());
    world.run_ms(200);
    let loudest = |frames: &[Frame]| {
        let all = frames.iter().flat_map(|frame| frame.0);
        all.map(i16::unsigned_abs).max().unwrap_or_default()
    };
    assert!(loudest(&world.heard[&siaga112::voice::bridge::PartyId(1)]) < 300);
    let given: Vec<Frame> = world.line.iter().map(|(_, frame)| *frame).collect();
    assert!(loudest(&given) < 4_300, "the operator, and no roar");
    assert_eq!(world.misread, [Misread::Mulaw]);
    world.far = Some(8_000);
    world.run_ms(500);
    let near = |frame: Frame, sample: i16| (frame.0[0] - sample).abs() <= 300;
    assert!(near(world.hears(1), 8_000));
    assert!(near(world.line_hears(), 4_000));
}

#[test]
fn a_modem_that_means_linear_is_spoken_to_within_half_a_second() {
    // Even where all that comes is what is silence in both.
    for silence in [0x7F, 0x80] {
        let mut gather = Gather::new(Coding::U8);
        let mut sent = Vec::new();
        for _ in 0..50 {
            gather.put(&[silence; 160]);
            assert!(gather.next_frame().unwrap().level_db() < -40.0);
            sent.push(gather.encode(&flat(4_000))[0]);
        }
        let first = sent.iter().position(|byte| *byte == 0x90).expect("heard");
        assert!(first <= 25 && sent[..first].iter().all(|byte| *byte == 0x7F));
        assert!(sent[first..].iter().all(|byte| *byte == 0x90));
    }
}
