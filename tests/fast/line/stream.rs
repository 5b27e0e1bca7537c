//! Sound through the command port of a voice modem: streams, their formats, and getting out of
//! them for a command.

use std::time::Duration;

use proptest::prelude::*;
use siaga112::at::dle::{Piece, Unshield};
use siaga112::base::sound::{LineTone, SoundTrouble};
use siaga112::line::words::{CallNo, EndedBy, Event, Input, Order, Phase, Setup, SoundPath};

use super::calls::ended;
use super::fake::{ERROR, Family, World};
use super::sound::{setup, told, with_sound};

const CALLER: &str = "0431852000";
const VOICE: [Family; 2] = [Family::Usr, Family::Conexant];
/// Two samples that need shielding among four.
const SAMPLES: &[u8] = b"\x85\x10\x10\xff";

fn talking(family: Family) -> (World, CallNo) {
    talking_on(with_sound(family))
}

fn talking_on(mut world: World) -> (World, CallNo) {
    let call = world.takes(CALLER);
    assert_eq!(told(&world.events), ["in band U8"]);
    world.take_events();
    (world, call)
}

/// A line whose keys interrupt the stream, as those of a family without tones in band do.
fn interrupted_by_keys(family: Family) -> World {
    let name = match family {
        Family::Usr => "v253-usr",
        _ => "v253-conexant",
    };
    let setup = Setup {
        profile: name.to_owned(),
        ..setup(SoundPath::InBand)
    };
    let (from, to) = ("in_band = true ", "in_band = false ");
    World::with_profile(family, setup, name, from, to).boots()
}

fn presses(world: &mut World, call: CallNo, digits: &str) {
    let digits = digits.to_owned();
    world.order(Order::Dtmf { call, digits });
    world.run(Duration::from_secs(2));
}

fn hears_sound(world: &mut World) {
    world.input(Input::Bytes(b"\x80\x81\x82\x83"));
}

/// The sound that reached the modem.
fn took(world: &World) -> Vec<u8> {
    let mut sound = Vec::new();
    let mut unshield = Unshield::default();
    for byte in &world.fake.took {
        // Commands that a modem takes for sound are none.
        if let Piece::Sound(byte @ (0x10 | 0x80..), times) = unshield.feed(*byte) {
            sound.extend(std::iter::repeat_n(byte, usize::from(times)));
        }
    }
    sound
}

const USR_LIST: &str = "128,\"8-BIT LINEAR\",(7200,8000)\r\n129,\"ADPCM\",(7200,8000)\r\n\
    131,\"G.711U\",(8000)\r\n132,\"G.711A\",(8000)\r\n133,\"16-BIT LINEAR\",(8000)";
const CONEXANT_LIST: &str = "1,\"UNSIGNED PCM\",8,0,8000,0,0\r\n129,\"IMA ADPCM\",4,0,8000,0,0\r\n\
    140,\"2 BIT ADPCM\",2,0,8000,0,0\r\n141,\"4 BIT ADPCM\",4,0,8000,0,0";
const OTHER_LIST: &str = "+VSM: 4,\"A-LAW\",8,0,(7200),(0),(0)\r\n\
    +VSM: 128,\"MU-LAW\",8,0,(7200,8000),(0),(0)\r\n+VSM: 131,\"LINEAR\",8,0,(8000),(0),(0)";

#[test]
fn the_format_is_chosen_by_its_name_and_told() {
    for (family, list, set, coding) in [
        (Family::Usr, USR_LIST, "AT+VSM=131,8000", "Mulaw"),
        (Family::Usr, OTHER_LIST, "AT+VSM=128,8000", "Mulaw"),
        (Family::Usr, "ERROR", "AT+VSM=128,8000", "U8"),
        (Family::Conexant, CONEXANT_LIST, "AT+VSM=1,8000,0,0", "U8"),
        (Family::Conexant, USR_LIST, "AT+VSM=131,8000,0,0", "Mulaw"),
    ] {
        let mut world = World::with(family, setup(SoundPath::InBand));
        if list == "ERROR" {
            world.fake.refusals.insert("AT+VSM=?".to_owned(), 9);
        }
        world.fake.formats = list;
        world.open();
        world.run(Duration::from_secs(40));
        assert_eq!(world.said(set), 1, "{list}: {:?}", world.fake.said);
        world.takes(CALLER);
        assert_eq!(world.said(set), 2, "before the call is answered");
        assert_eq!(told(&world.events), [format!("in band {coding}")], "{list}");
    }
}

#[test]
fn a_format_that_is_listed_and_refused_gives_way_to_the_next() {
    let mut world = World::with(Family::Conexant, setup(SoundPath::InBand));
    world.fake.formats = USR_LIST;
    for refused in [
        "AT+VSM=131,8000,0,0",
        "AT+VSM=131,8000",
        "AT+VSM=132,8000,0,0",
    ] {
        world.fake.refusals.insert(refused.to_owned(), 9);
    }
    let mut world = world.boots();
    world.takes(CALLER);
    assert_eq!(world.said("AT+VSM=132,8000"), 1, "{:?}", world.fake.said);
    assert_eq!(told(&world.events), ["in band Alaw"]);
}

#[test]
fn a_chip_that_codes_in_one_way_whatever_it_was_told_is_believed_by_its_profile() {
    let (from, to) = ("# coding = \"mulaw\"", "coding = \"mulaw\"");
    let setup = setup(SoundPath::InBand);
    let world = World::with_profile(Family::Usr, setup, "v253-usr", from, to);
    let mut world = world.boots();
    world.takes(CALLER);
    assert_eq!(told(&world.events), ["in band Mulaw"]);
}

#[test]
fn what_we_say_is_shielded_and_nothing_is_said_outside_the_stream() {
    for family in VOICE {
        let mut world = with_sound(family);
        world.input(Input::SoundOut(SAMPLES));
        let call = world.takes(CALLER);
        assert_eq!(world.status().sound_dropped, 4, "before the call");
        world.input(Input::SoundOut(SAMPLES));
        assert_eq!(world.fake.took, b"\x85\x10\x10\x10\x10\xff");
        world.order(Order::Hangup { call });
        world.input(Input::SoundOut(SAMPLES));
        world.run(Duration::from_secs(2));
        assert_eq!(took(&world), SAMPLES);
        assert_eq!(world.status().sound_dropped, 8, "{family:?}");
        assert_eq!(world.fake.strays, 0);
        assert_eq!(world.fake.late_sound, 0);
    }
}

#[test]
fn what_we_say_stops_when_the_modem_has_ended_the_stream() {
    let (mut world, _) = talking(Family::Usr);
    world.hears("\u{10}\u{3}");
    world.input(Input::SoundOut(SAMPLES));
    assert!(world.fake.took.is_empty());
    // Text that may have ended it is waited for.
    let (mut world, _) = talking(Family::Usr);
    world.hears("\r\nNO CARRIER\r\n");
    world.input(Input::SoundOut(SAMPLES));
    assert!(world.fake.took.is_empty());
    hears_sound(&mut world);
    world.input(Input::SoundOut(SAMPLES));
    assert_eq!(took(&world), SAMPLES, "it was sound");
}

#[test]
fn a_line_with_an_audio_port_writes_no_samples_to_its_command_port() {
    let mut world = with_sound(Family::Huawei);
    world.takes(CALLER);
    world.input(Input::SoundOut(SAMPLES));
    assert_eq!(world.fake.strays, 0);
}

#[test]
fn the_stream_is_left_for_a_command_and_goes_on_behind_it() {
    for family in VOICE {
        let (mut world, call) = talking_on(interrupted_by_keys(family));
        hears_sound(&mut world);
        assert_eq!(world.sound, 4);
        presses(&mut world, call, "5");
        assert_eq!(world.said("AT+VTS=5"), 1);
        assert_eq!(world.said("AT+VTR"), 2, "{:?}", world.fake.said);
        assert_eq!(told(&world.events), ["off", "in band U8"]);
        world.hangs_up(call);
        assert_eq!(told(&world.events), ["off", "in band U8", "off"]);
        assert_eq!(ended(&world.events), [(call, EndedBy::Local)]);
        assert!(world.said("AT+VLS=0") >= 1);
        assert_eq!(world.said("AT+FCLASS=0"), 1);
    }
}

#[test]
fn keys_are_pressed_in_the_sound_while_it_flows() {
    for family in VOICE {
        let (mut world, call) = talking(family);
        world.input(Input::Bytes(b"\x80\x10/\x101\x10~\x80"));
        assert!(world.events.contains(&Event::Dtmf { call, digit: '1' }));
        assert_eq!(world.status().keys_reported, Some(true));
        presses(&mut world, call, "5#");
        assert_eq!(told(&world.events), ["keys 5#"]);
        assert_eq!(world.said("AT+VTS=5"), 0);
        assert_eq!(world.said("AT+VTR"), 1);
        // Without sound the modem presses them.
        let mut world = World::ready(family);
        let call = world.takes(CALLER);
        presses(&mut world, call, "5");
        assert_eq!(world.said("AT+VTS=5"), 1);
    }
}

#[test]
fn keys_that_the_modem_refuses_are_pressed_when_the_sound_flows_again() {
    let mut world = interrupted_by_keys(Family::Conexant);
    world.fake.refusals.insert("AT+VTS=5".to_owned(), 9);
    let (mut world, call) = talking_on(world);
    presses(&mut world, call, "56");
    let all = ["off", "in band U8", "keys 56"];
    assert_eq!(told(&world.events), all);
}

#[test]
fn a_modem_without_a_duplex_stream_is_listened_to_at_least() {
    for family in VOICE {
        let mut world = with_sound(family);
        world.fake.refusals.insert("AT+VTR".to_owned(), 9);
        let call = world.takes(CALLER);
        assert_eq!(
            world.said("AT+VTR"),
            3,
            "once more, then in the other format"
        );
        assert_eq!(world.said("AT+VRX"), 1);
        assert_eq!(told(&world.events), ["in band U8", "no: not_taken"]);
        hears_sound(&mut world);
        assert_eq!(world.sound, 4, "the caller is heard");
        world.input(Input::SoundOut(SAMPLES));
        assert!(world.fake.took.is_empty(), "and the operator is not");
        presses(&mut world, call, "5");
        assert_eq!(world.said("AT+VTS=5"), 1, "no tones in what nobody hears");
        assert_eq!(world.said("AT+VRX"), 2);
        assert_eq!(world.status().degraded, None);
        world.hangs_up(call);
        assert_eq!(ended(&world.events), [(call, EndedBy::Local)]);
        assert_eq!(world.said("ATZ"), 0);
    }
}

#[test]
fn a_modem_that_refuses_every_stream_gives_a_silent_call_an_alarm() {
    let mut world = with_sound(Family::Usr);
    for stream in ["AT+VTR", "AT+VRX"] {
        let answers = &mut world.fake.answers;
        answers.insert(stream.to_owned(), ERROR.to_owned());
    }
    world.takes(CALLER);
    assert_eq!(world.said("AT+VTR"), 3);
    assert_eq!(world.said("AT+VRX"), 2);
    assert_eq!(told(&world.events), ["no: refused"]);
    // A modem that says OK and begins nothing has not begun.
    let mut world = with_sound(Family::Usr);
    for stream in ["AT+VTR", "AT+VRX"] {
        let answers = &mut world.fake.answers;
        answers.insert(stream.to_owned(), "\r\nOK\r\n".to_owned());
    }
    world.takes(CALLER);
    assert_eq!(told(&world.events), ["no: refused"]);
}

#[test]
fn a_stream_without_sound_is_begun_anew_at_once_and_then_after_a_while() {
    for family in VOICE {
        let (mut world, call) = talking(family);
        world.order(Order::SoundDead { call });
        world.run(Duration::from_secs(2));
        assert_eq!(told(&world.events), ["off", "in band U8"]);
        assert_eq!(world.said("AT+VTR"), 2);
        world.take_events();
        world.order(Order::SoundDead { call });
        world.run(Duration::from_secs(4));
        assert_eq!(told(&world.events), [""; 0], "it may come by itself");
        world.run(Duration::from_secs(2));
        assert_eq!(told(&world.events), ["off", "in band U8"]);
        assert_eq!(world.status().degraded, Some(SoundTrouble::NoFrames));
        assert_eq!(world.said("ATZ"), 0, "not during the call");
        world.hangs_up(call);
        assert!(world.said("ATZ") >= 1, "{:?}", world.fake.said);
        world.run(Duration::from_secs(30));
        assert_eq!(world.status().phase, Phase::Ready);
        world.takes(CALLER);
        assert_eq!(told(&world.events), ["in band U8"]);
    }
}

#[test]
fn a_stream_that_the_modem_ends_is_begun_again_in_the_end_ever_more_rarely() {
    let (mut world, _) = talking(Family::Conexant);
    world.run(Duration::from_secs(5));
    world.stream_ends();
    world.run(Duration::from_secs(5));
    assert_eq!(told(&world.events), ["off", "in band U8"]);
    for round in 3..6 {
        world.stream_ends();
        world.run(Duration::from_secs(1));
        assert_eq!(world.said("AT+VTR"), round, "{:?}", world.fake.said);
    }
    for (round, pause) in [(6, 5), (7, 10), (8, 20)] {
        world.stream_ends();
        assert_eq!(
            told(&world.events).last().map(String::as_str),
            Some("no: no_frames")
        );
        world.run(Duration::from_secs(pause - 1));
        assert_eq!(world.said("AT+VTR"), round - 1);
        world.run(Duration::from_secs(2));
        assert_eq!(world.said("AT+VTR"), round, "{:?}", world.fake.said);
    }
}

#[test]
fn a_profile_that_has_no_stream_has_no_sound_in_band() {
    let mut world = World::with(Family::Generic, setup(SoundPath::InBand)).boots();
    world.takes(CALLER);
    assert_eq!(told(&world.events), ["no: no_path"]);
    let mut world = World::with(Family::Usr, setup(SoundPath::Port)).boots();
    world.takes(CALLER);
    assert_eq!(told(&world.events), ["no: no_path"]);
    let mut world = World::with(Family::Usr, setup(SoundPath::Card)).boots();
    world.takes(CALLER);
    assert_eq!(told(&world.events), ["on S16le"], "a card on the pair");
    assert_eq!(world.said("AT+VTR"), 0);
}

#[test]
fn text_in_the_sound_of_a_call_does_not_end_it() {
    let (mut world, call) = talking(Family::Usr);
    world.input(Input::Bytes(b"\x80\r\nNO CARRIER\r\n\x81\x82"));
    world.run(Duration::from_secs(1));
    assert_eq!(world.sound, 17);
    assert_eq!(ended(&world.events), []);
    world.input(Input::Bytes(b"\r\nNO CARRIER\r\n"));
    world.run(Duration::from_secs(1));
    assert_eq!(ended(&world.events), [(call, EndedBy::Remote)]);
}

#[test]
fn a_stream_that_ends_only_when_it_is_aborted_is_aborted() {
    for family in VOICE {
        let (mut world, first) = talking(family);
        world.fake.stops_on = "\u{10}!";
        world.order(Order::Hangup { call: first });
        world.run(Duration::from_secs(8));
        assert_eq!(ended(&world.events), [(first, EndedBy::Local)]);
        assert_eq!(world.status().phase, Phase::Ready, "{family:?}");
        assert_eq!(world.status().cures, 0, "{family:?}");
        assert!(world.said("AT+VLS=0") >= 1, "{:?}", world.fake.said);
        // What helped comes first from now on.
        let second = world.takes(CALLER);
        world.order(Order::Hangup { call: second });
        world.run(Duration::from_millis(500));
        assert_eq!(ended(&world.events), [(second, EndedBy::Local)]);
    }
}

#[test]
fn an_aborted_stream_is_not_begun_again_at_once() {
    let (mut world, call) = talking_on(interrupted_by_keys(Family::Conexant));
    world.fake.stops_on = "\u{10}!";
    for round in 2..5 {
        presses(&mut world, call, "5");
        world.run(Duration::from_secs(4));
        assert_eq!(world.said("AT+VTR"), round, "{:?}", world.fake.said);
        assert!(!world.fake.deaf, "it was begun again too soon");
    }
    world.order(Order::SoundDead { call });
    world.run(Duration::from_secs(2));
    assert_eq!(world.said("AT+VTR"), 5, "{:?}", world.fake.said);
    assert!(!world.fake.deaf, "it was begun again too soon");
    assert_eq!(world.status().phase, Phase::Talking);
}

#[test]
fn an_aborted_stream_has_its_rest_although_the_modem_is_restarted_meanwhile() {
    let (mut world, call) = talking(Family::Usr);
    world.fake.stops_on = "\u{10}!";
    world.order(Order::SoundDead { call });
    world.run(Duration::from_secs(5));
    world.order(Order::SoundDead { call });
    world.order(Order::Hangup { call });
    world.run(Duration::from_millis(40));
    assert_eq!(world.said("ATZ"), 1, "{:?}", world.fake.said);
    let next = world.rings(CALLER);
    world.order(Order::Answer { call: next });
    world.run(Duration::from_secs(2));
    assert!(!world.fake.deaf, "it was begun again too soon");
}

#[test]
fn a_stream_from_before_our_start_is_aborted_too() {
    let (mut world, _) = talking(Family::Conexant);
    world.fake.stops_on = "\u{10}!";
    world.lose_port();
    world.take_events();
    world.open();
    world.run(Duration::from_secs(90));
    assert_eq!(world.status().phase, Phase::Ready, "{:?}", world.fake.said);
}

/// What may happen to a stream.
#[derive(Clone, Debug)]
enum Deed {
    Say(Vec<u8>),
    Hear(&'static [u8]),
    Keys,
    Dead,
    Tone,
    Hangup,
    Call,
    EndsStream,
    Silent(bool),
    Pass(u64),
}

fn deed() -> impl Strategy<Value = Deed> {
    let sample = prop_oneof![Just(0x10_u8), 0x80_u8..];
    let samples = proptest::collection::vec(sample, 1..40);
    // The first byte tells it from a stop.
    let frame = samples.prop_map(|mut samples| {
        samples[0] |= 0x80;
        Deed::Say(samples)
    });
    prop_oneof![
        8 => frame,
        2 => proptest::sample::select(vec![
            &b"\x80\x81"[..], b"\x10b", b"\x10d", b"\x105", b"\x10\x03", b"\r\nOK\r\n",
            b"\r\nNO CARRIER\r\n",
        ])
        .prop_map(Deed::Hear),
        2 => Just(Deed::Keys),
        1 => Just(Deed::Dead),
        1 => Just(Deed::Tone),
        1 => Just(Deed::Hangup),
        2 => Just(Deed::Call),
        1 => Just(Deed::EndsStream),
        1 => any::<bool>().prop_map(Deed::Silent),
        8 => (0_u64..100).prop_map(Deed::Pass),
        2 => (0_u64..3_000).prop_map(Deed::Pass),
    ]
}

fn does(world: &mut World, deed: &Deed, last: &mut Option<CallNo>, said: &mut usize) {
    let call = last.unwrap_or(CallNo(0));
    match deed {
        Deed::Say(samples) => {
            *said += samples.len();
            world.input(Input::SoundOut(samples));
        }
        Deed::Hear(bytes) => world.input(Input::Bytes(bytes)),
        Deed::Keys => world.order(Order::Dtmf {
            call,
            digits: "58".to_owned(),
        }),
        Deed::Dead => world.order(Order::SoundDead { call }),
        Deed::Tone => world.input(Input::ToneHeard(LineTone::Busy)),
        Deed::Hangup => world.order(Order::Hangup { call }),
        Deed::Call if world.fake.calls.is_empty() => {
            world.ring(CALLER);
            world.run(Duration::from_millis(10));
            let rang = |event: &Event| match event {
                Event::Rang { call, .. } => Some(*call),
                _ => None,
            };
            *last = world.events.iter().rev().find_map(rang).or(*last);
            if let Some(call) = *last {
                world.order(Order::Answer { call });
            }
        }
        Deed::Call => {}
        Deed::EndsStream => world.stream_ends(),
        Deed::Silent(is_silent) => {
            world.fake.silent.clear();
            if *is_silent {
                world.fake.silent.push("AT+VTS".to_owned());
            }
        }
        Deed::Pass(millis) => world.run(Duration::from_millis(*millis)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, ..ProptestConfig::default() })]

    #[test]
    fn a_sample_goes_into_a_stream_or_is_counted_and_none_goes_behind_a_stop(
        family in proptest::sample::select(VOICE.to_vec()),
        stops_on in proptest::sample::select(vec!["\u{10}^", "\u{10}!"]),
        deeds in proptest::collection::vec(deed(), 1..80),
    ) {
        let mut world = interrupted_by_keys(family);
        world.fake.stops_on = stops_on;
        let (mut last, mut said) = (None, 0);
        does(&mut world, &Deed::Call, &mut last, &mut said);
        world.run(Duration::from_secs(1));
        for deed in &deeds {
            does(&mut world, deed, &mut last, &mut said);
        }
        prop_assert_eq!(world.fake.strays, 0, "{:?}", world.fake.said);
        prop_assert_eq!(world.fake.late_sound, 0, "{:?}", world.fake.said);
        world.fake.silent.clear();
        if let Some(call) = last {
            world.hangs_up(call);
        }
        world.fake.calls.clear();
        for _ in 0..5 {
            world.run(Duration::from_secs(60));
            if !world.open {
                world.open();
            }
        }
        // The count is told when a call has come to its end.
        let call = world.takes(CALLER);
        world.hangs_up(call);
        let dropped = usize::try_from(world.status().sound_dropped).expect("few");
        prop_assert_eq!(took(&world).len() + dropped, said);
    }
}
