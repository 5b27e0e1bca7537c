//! Sound over an audio port or a sound card: on when the call is up, on again when it dies, off.

use std::time::Duration;

use siaga112::base::sound::SoundTrouble;
use siaga112::line::words::{CallNo, EndedBy, Event, Order, Phase, Setup, SoundPath};

use super::calls::{ended, rang};
use super::fake::{ERROR, Family, World};

const CALLER: &str = "+6284001010014";
const OTHER: &str = "+6284005678001";

/// A family, its commands for sound, and its restart.
struct Switch {
    family: Family,
    path: SoundPath,
    on: &'static str,
    off: Option<&'static str>,
    reset: &'static str,
}

const HUAWEI: Switch = Switch {
    family: Family::Huawei,
    path: SoundPath::Port,
    on: "AT^DDSETEX=2",
    off: None,
    reset: "AT^RESET",
};
const SIMCOM: Switch = Switch {
    family: Family::Simcom,
    path: SoundPath::Port,
    on: "AT+CPCMREG=1",
    off: Some("AT+CPCMREG=0"),
    reset: "AT+CRESET",
};
const QUECTEL: Switch = Switch {
    family: Family::Quectel,
    path: SoundPath::Port,
    on: "AT+QPCMV=1,0",
    off: Some("AT+QPCMV=0"),
    reset: "AT+CFUN=1,1",
};
const QUECTEL_CARD: Switch = Switch {
    path: SoundPath::Card,
    on: "AT+QPCMV=1,2",
    ..QUECTEL
};
const SWITCHES: [Switch; 4] = [HUAWEI, SIMCOM, QUECTEL, QUECTEL_CARD];

pub fn setup(sound: SoundPath) -> Setup {
    Setup {
        profile: "auto".to_owned(),
        sound,
        ..Setup::default()
    }
}

/// A free line; voice modems carry their sound in band, all others through an audio port.
pub fn with_sound(family: Family) -> World {
    let path = if family.is_analog() {
        SoundPath::InBand
    } else {
        SoundPath::Port
    };
    World::with(family, setup(path)).boots()
}

fn ready(switch: &Switch) -> World {
    World::with(switch.family, setup(switch.path)).boots()
}

fn refuses(world: &mut World, command: &str, times: u32) {
    world.fake.refusals.insert(command.to_owned(), times);
}

/// What was told about sound, in a few words each.
pub fn told(events: &[Event]) -> Vec<String> {
    let word = |event: &Event| match event {
        Event::SoundOn {
            coding, in_band, ..
        } => Some(format!(
            "{} {coding:?}",
            if *in_band { "in band" } else { "on" }
        )),
        Event::SoundOff { .. } => Some("off".to_owned()),
        Event::NoSound { why, .. } => Some(format!("no: {}", why.as_str())),
        Event::SoundFlow { go } => Some(format!("flow {go}")),
        Event::SendKeysInBand { digits, .. } => Some(format!("keys {digits}")),
        _ => None,
    };
    events.iter().filter_map(word).collect()
}

/// Where a command was said first, and where last.
fn places(world: &World, command: &str) -> (usize, usize) {
    let is = |said: &String| said == command;
    let first = world.fake.said.iter().position(is);
    let last = world.fake.said.iter().rposition(is);
    let missing = || panic!("{command}: {:?}", world.fake.said);
    (first.unwrap_or_else(missing), last.unwrap_or_else(missing))
}

#[test]
fn sound_is_on_while_the_call_is_up_and_off_before_its_end_is_told() {
    for switch in &SWITCHES {
        let mut world = ready(switch);
        let call = world.takes(CALLER);
        assert_eq!(told(&world.events), ["on S16le"], "{:?}", switch.on);
        assert_eq!(world.said(switch.on), 1);
        assert!(places(&world, "ATA").0 < places(&world, switch.on).0);
        world.take_events();
        world.hangs_up(call);
        assert_eq!(told(&world.events), ["off"]);
        let off = world
            .events
            .iter()
            .position(|e| *e == Event::SoundOff { call });
        let end = world
            .events
            .iter()
            .position(|e| matches!(e, Event::Ended { .. }));
        assert!(off < end, "{:?}", world.events);
        if let Some(off) = switch.off {
            assert!(places(&world, switch.on).1 < places(&world, off).1);
        }
    }
}

#[test]
fn the_first_call_and_every_later_one_are_armed_anew() {
    for switch in [SIMCOM, QUECTEL, QUECTEL_CARD] {
        let off = switch.off.expect("it has one");
        let mut world = ready(&switch);
        for _ in 0..3 {
            let call = world.takes(CALLER);
            let (_, armed) = places(&world, switch.on);
            let before = &world.fake.said[..armed];
            let last = before.iter().rposition(|said| said.contains("PCM"));
            let last = last.map(|place| before[place].as_str());
            assert_eq!(last, Some(off), "{:?}", world.fake.said);
            assert_eq!(told(&world.events), ["on S16le"]);
            world.hangs_up(call);
        }
        // Nobody waits for it when a call is up: before the first it is said before answering,
        // then after each.
        assert_eq!(world.said(off), 4, "{:?}", world.fake.said);
    }
}

#[test]
fn what_was_not_switched_off_after_a_call_is_before_the_next() {
    let mut world = ready(&QUECTEL);
    let call = world.takes(CALLER);
    world.fake.silent.push("AT+QPCMV=0".to_owned());
    world.hangs_up(call);
    world.run(Duration::from_secs(15));
    world.fake.silent.clear();
    world.fake.said.clear();
    world.takes(OTHER);
    let (off, _) = places(&world, "AT+QPCMV=0");
    assert!(off < places(&world, "ATA").0, "{:?}", world.fake.said);
    assert_eq!(told(&world.events), ["on S16le"]);
}

#[test]
fn a_simcom_has_its_pause_before_both() {
    let mut world = ready(&SIMCOM);
    let call = world.rings(CALLER);
    world.order(Order::Answer { call });
    // Off and ATA take 20 ms each; the voice path is up 150 ms later, then there are 100 ms of
    // pause.
    world.run(Duration::from_millis(260));
    assert!(
        world
            .events
            .contains(&Event::Answered { call, found: false })
    );
    assert_eq!(world.said("AT+CPCMREG=1"), 0);
    world.run(Duration::from_millis(30));
    assert_eq!(world.said("AT+CPCMREG=1"), 1, "{:?}", world.fake.said);
    world.fake.said.clear();
    world.order(Order::Hangup { call });
    world.run(Duration::from_millis(100));
    assert_eq!(ended(&world.events), [(call, EndedBy::Local)]);
    assert_eq!(world.said("AT+CPCMREG=0"), 0);
    world.run(Duration::from_millis(100));
    assert_eq!(world.said("AT+CPCMREG=0"), 1);
}

#[test]
fn sound_refused_once_comes_at_the_second_try_and_the_modem_is_restarted_after_the_call() {
    for switch in &SWITCHES {
        let mut world = ready(switch);
        refuses(&mut world, switch.on, 1);
        let call = world.takes(CALLER);
        assert_eq!(told(&world.events), ["on S16le"], "{}", switch.on);
        assert_eq!(world.said(switch.on), 2);
        assert_eq!(world.status().degraded, Some(SoundTrouble::Refused));
        world.run(Duration::from_secs(60));
        assert_eq!(world.said(switch.reset), 0, "not during the call");
        world.hangs_up(call);
        assert_eq!(world.said(switch.reset), 1);
        assert_eq!(world.status().degraded, None);
        world.run(Duration::from_secs(90));
        assert_eq!(world.status().phase, Phase::Ready);
        world.takes(OTHER);
        assert_eq!(told(&world.events), ["on S16le"]);
        assert_eq!(world.status().degraded, None);
    }
}

#[test]
fn sound_refused_twice_is_told_once_and_the_modem_is_restarted_when_nobody_needs_the_line() {
    for switch in &SWITCHES {
        let mut world = ready(switch);
        refuses(&mut world, switch.on, 2);
        let call = world.takes(CALLER);
        let all = ["no: refused", "on S16le"];
        assert_eq!(told(&world.events), all, "{}", switch.on);
        assert_eq!(world.status().degraded, Some(SoundTrouble::Refused));
        world.take_events();
        // Somebody else waits: the line is not free yet when the first call ends.
        world.ring(OTHER);
        world.run(Duration::from_secs(3));
        let second = rang(&world.events);
        world.order(Order::Hangup { call });
        world.run(Duration::from_millis(900));
        let waiting = world.fake.calls.first_mut().expect("still there");
        (waiting.stat, waiting.rings_at) = (4, Some(world.now));
        world.run(Duration::from_secs(5));
        assert_eq!(ended(&world.events), [(call, EndedBy::Local)]);
        assert_eq!(world.said(switch.reset), 0, "somebody rings");
        world.order(Order::Answer { call: second });
        world.run(Duration::from_secs(3));
        assert_eq!(told(&world.events), ["off", "on S16le"]);
        world.run(Duration::from_secs(20));
        assert_eq!(world.said(switch.reset), 0, "somebody talks");
        world.hangs_up(second);
        assert_eq!(world.said(switch.reset), 1, "{:?}", world.fake.said);
        world.run(Duration::from_secs(90));
        assert_eq!(world.status().phase, Phase::Ready);
    }
}

#[test]
fn restarts_that_do_not_help_are_not_repeated_after_every_call() {
    let mut world = ready(&SIMCOM);
    refuses(&mut world, SIMCOM.on, 1_000);
    for resets in [1, 2, 2, 2] {
        let call = world.takes(CALLER);
        assert_eq!(told(&world.events), ["no: refused"]);
        world.hangs_up(call);
        world.run(Duration::from_secs(90));
        assert_eq!(world.said(SIMCOM.reset), resets);
    }
    assert_eq!(world.status().degraded, Some(SoundTrouble::Refused));
    world.fake.refusals.clear();
    let call = world.takes(CALLER);
    world.hangs_up(call);
    assert_eq!(world.status().degraded, None, "it works again");
}

#[test]
fn firmware_without_voice_is_not_restarted_for_its_sound() {
    let mut world = World::with(Family::Huawei, setup(SoundPath::Port));
    let answers = &mut world.fake.answers;
    answers.insert("AT^CVOICE?".to_owned(), ERROR.to_owned());
    answers.insert("AT^DDSETEX=2".to_owned(), ERROR.to_owned());
    world.open();
    world.run(Duration::from_secs(40));
    let call = world.takes(CALLER);
    assert_eq!(told(&world.events), ["no: refused"]);
    world.hangs_up(call);
    assert_eq!(world.said("AT^RESET"), 0);
}

#[test]
fn sound_without_frames_is_switched_on_anew_ever_more_rarely_and_the_modem_is_restarted_after() {
    for switch in &SWITCHES {
        let mut world = ready(switch);
        let call = world.takes(CALLER);
        world.take_events();
        world.fake.said.clear();
        world.order(Order::SoundDead { call });
        world.run(Duration::from_secs(2));
        assert_eq!(told(&world.events), ["off", "on S16le"], "{}", switch.on);
        assert_eq!(world.said(switch.on), 1);
        if let Some(off) = switch.off {
            assert_eq!(world.said(off), 1);
            assert!(places(&world, off).0 < places(&world, switch.on).0);
        }
        assert_eq!(world.status().degraded, None);
        for pause in [5, 10, 20, 40, 60, 60] {
            world.take_events();
            world.order(Order::SoundDead { call });
            assert_eq!(world.status().degraded, Some(SoundTrouble::NoFrames));
            world.run(Duration::from_secs(1));
            world.order(Order::SoundDead { call });
            world.run(Duration::from_secs(pause - 2));
            // It stays on meanwhile: it may come by itself.
            assert_eq!(told(&world.events), [""; 0], "{} {pause}", switch.on);
            world.run(Duration::from_secs(2));
            assert_eq!(told(&world.events), ["off", "on S16le"], "{}", switch.on);
        }
        assert_eq!(world.said(switch.reset), 0, "not during the call");
        world.hangs_up(call);
        assert_eq!(world.said(switch.reset), 1);
    }
}

#[test]
fn between_off_and_on_there_is_a_pause() {
    let mut world = ready(&QUECTEL);
    let call = world.takes(CALLER);
    world.fake.said.clear();
    world.order(Order::SoundDead { call });
    world.run(Duration::from_millis(300));
    assert_eq!(world.said("AT+QPCMV=0"), 1);
    assert_eq!(world.said("AT+QPCMV=1,0"), 0);
    world.run(Duration::from_millis(100));
    assert_eq!(world.said("AT+QPCMV=1,0"), 1);
}

#[test]
fn sound_that_dies_again_much_later_in_a_long_call_is_tried_again() {
    let mut world = ready(&QUECTEL);
    let call = world.takes(CALLER);
    for _ in 0..3 {
        world.take_events();
        world.order(Order::SoundDead { call });
        world.run(Duration::from_secs(90));
        assert_eq!(told(&world.events), ["off", "on S16le"]);
    }
}

#[test]
fn dead_sound_of_another_call_or_of_none_is_nobodys_business() {
    let mut world = ready(&SIMCOM);
    world.order(Order::SoundDead { call: CallNo(1) });
    let call = world.takes(CALLER);
    world.order(Order::SoundDead {
        call: CallNo(call.0 + 1),
    });
    world.hangs_up(call);
    world.order(Order::SoundDead { call });
    world.run(Duration::from_secs(5));
    assert_eq!(told(&world.events), ["on S16le", "off"]);
}

#[test]
fn analogue_pins_have_sound_through_a_card_at_once_and_through_a_port_never() {
    let mut world = World::with(Family::Sim800, setup(SoundPath::Card)).boots();
    let call = world.takes(CALLER);
    let up = world
        .events
        .iter()
        .position(|e| matches!(e, Event::Answered { .. }));
    let on = world
        .events
        .iter()
        .position(|e| matches!(e, Event::SoundOn { .. }));
    assert_eq!(up.map(|place| place + 1), on, "{:?}", world.events);
    // The card is no business of the modem's: neither commands nor a restart.
    for _ in 0..2 {
        world.order(Order::SoundDead { call });
        world.run(Duration::from_secs(2));
    }
    assert_eq!(told(&world.events), ["on S16le", "off", "on S16le"]);
    assert_eq!(world.status().degraded, None);
    world.hangs_up(call);
    assert_eq!(world.said("AT+CFUN=1,1"), 0);
    let mut world = World::with(Family::Sim800, setup(SoundPath::Port)).boots();
    let call = world.takes(CALLER);
    assert_eq!(told(&world.events), ["no: no_path"]);
    world.hangs_up(call);
    assert_eq!(world.said("AT+CFUN=1,1"), 0);
}

#[test]
fn a_line_with_a_handset_says_nothing_about_sound() {
    for switch in &SWITCHES {
        let mut world = World::ready(switch.family);
        let call = world.takes(CALLER);
        world.hangs_up(call);
        assert_eq!(told(&world.events), [""; 0]);
        assert_eq!(world.said(switch.on), 0);
        if let Some(off) = switch.off {
            assert_eq!(world.said(off), 0);
        }
    }
}

#[test]
fn our_own_call_has_sound_when_it_is_taken() {
    for switch in &SWITCHES {
        let mut world = ready(switch);
        world.order(Order::Dial {
            number: CALLER.to_owned(),
            token: 7,
        });
        world.run(Duration::from_secs(3));
        assert_eq!(told(&world.events), [""; 0], "{}", switch.on);
        world.fake.calls[0].stat = 0;
        world.run(Duration::from_secs(3));
        assert_eq!(told(&world.events), ["on S16le"], "{}", switch.on);
    }
}

#[test]
fn the_sound_follows_the_call_that_is_not_held() {
    let mut world = ready(&QUECTEL);
    let first = world.takes(CALLER);
    world.ring(OTHER);
    world.run(Duration::from_secs(1));
    let second = first.0 + 1;
    world.take_events();
    world.order(Order::Answer {
        call: CallNo(second),
    });
    (world.fake.calls[0].stat, world.fake.calls[1].stat) = (1, 0);
    world.run(Duration::from_secs(3));
    let about = |events: &[Event]| -> Vec<(bool, u32)> {
        let one = |event: &Event| match event {
            Event::SoundOn { call, .. } => Some((true, call.0)),
            Event::SoundOff { call } => Some((false, call.0)),
            _ => None,
        };
        events.iter().filter_map(one).collect()
    };
    assert_eq!(about(&world.events), [(false, first.0), (true, second)]);
    world.take_events();
    world.fake.calls.remove(1);
    world.fake.calls[0].stat = 0;
    world.run(Duration::from_secs(6));
    assert_eq!(about(&world.events), [(false, second), (true, first.0)]);
}

#[test]
fn a_quectel_says_when_it_takes_no_more() {
    let mut world = ready(&QUECTEL);
    world.hears("\r\n+QPCMV: 0,0\r\n");
    world.takes(CALLER);
    world.hears("\r\n+QPCMV: 0,0\r\n");
    world.hears("\r\n+QPCMV: 1,0\r\n");
    let all = ["on S16le", "flow false", "flow true"];
    assert_eq!(told(&world.events), all);
    world.run(Duration::from_secs(5));
    assert_eq!(told(&world.events), all);
    // Without a word it takes sound again a second later: the caller must not be left with none.
    world.take_events();
    world.hears("\r\n+QPCMV: 0,0\r\n");
    world.run(Duration::from_millis(900));
    assert_eq!(told(&world.events), ["flow false"]);
    world.run(Duration::from_millis(200));
    assert_eq!(told(&world.events), ["flow false", "flow true"]);
}

#[test]
fn a_modem_that_is_lost_takes_the_sound_with_it() {
    let mut world = ready(&HUAWEI);
    let call = world.takes(CALLER);
    world.take_events();
    world.lose_port();
    let over = Event::Ended {
        call,
        by: EndedBy::LinkLost,
        cause: None,
    };
    assert_eq!(world.events[..2], [Event::SoundOff { call }, over]);
}

#[test]
fn a_modem_that_does_not_answer_for_a_while_gets_its_sound_command_again() {
    let mut world = ready(&SIMCOM);
    world.fake.silent.push("AT+CPCMREG=1".to_owned());
    let call = world.rings(CALLER);
    world.order(Order::Answer { call });
    world.run(Duration::from_secs(5));
    world.fake.silent.clear();
    world.run(Duration::from_secs(10));
    assert_eq!(told(&world.events), ["on S16le"], "{:?}", world.fake.said);
    assert_eq!(world.status().phase, Phase::Talking);
}

#[test]
fn keys_go_into_the_sound_where_the_modem_does_not_press_them() {
    let mut world = ready(&QUECTEL_CARD);
    let call = world.takes(CALLER);
    let digits = "1#x a".to_owned();
    world.order(Order::Dtmf { call, digits });
    world.run(Duration::from_secs(2));
    assert_eq!(told(&world.events), ["on S16le", "keys 1#A"]);
    assert!(!world.fake.said.iter().any(|said| said.contains("VTS")));
    // The same modem with its audio port presses them itself, unless it refuses all forms.
    let mut world = ready(&QUECTEL);
    let call = world.takes(CALLER);
    let press = |world: &mut World, digits: &str| {
        let digits = digits.to_owned();
        world.order(Order::Dtmf { call, digits });
        world.run(Duration::from_secs(2));
    };
    press(&mut world, "7");
    assert_eq!(world.said("AT+VTS=7"), 1);
    assert_eq!(told(&world.events), ["on S16le"]);
    for form in ["AT+VTS=8", "AT+VTS=\"8\"", "AT+QVTS=\"8\""] {
        refuses(&mut world, form, 9);
    }
    press(&mut world, "89");
    assert_eq!(told(&world.events), ["on S16le", "keys 89"]);
    assert_eq!(world.said("AT+VTS=9"), 0);
}

#[test]
fn that_a_modem_reports_keys_is_known_from_the_first_key_and_not_from_an_ok() {
    for (family, enable) in [
        (Family::Huawei, Some("AT^DDTMFCFG=0,1")),
        (Family::Simcom, Some("AT+DDET=1")),
        (Family::Quectel, Some("AT+QTONEDET=1")),
        (Family::Sim800, Some("AT+DDET=1,0,1")),
        (Family::Generic, None),
        (Family::Usr, None),
    ] {
        let mut world = World::new(family);
        world.open();
        world.run(Duration::from_secs(40));
        assert_eq!(world.status().keys_reported, None);
        assert!(enable.is_none_or(|enable| world.said(enable) == 1));
    }
    let mut world = World::new(Family::Quectel);
    refuses(&mut world, "AT+QTONEDET=1", 9);
    let mut world = world.boots();
    assert_eq!(world.status().keys_reported, Some(false));
    world.takes(CALLER);
    world.hears("\r\n+QTONEDET: 53\r\n");
    assert_eq!(world.status().keys_reported, Some(true));
}

#[test]
fn the_administrators_button_waits_for_a_cure_that_is_under_way() {
    let mut world = ready(&SIMCOM);
    world.fake.silent.push("AT+CSQ".to_owned());
    world.run(Duration::from_secs(25));
    world.order(Order::Cure);
    world.run(Duration::from_secs(10));
    assert_eq!(world.said("AT+CRESET"), 1, "{:?}", world.fake.said);
}
