//! Sound that is refused, dies or comes late, and a modem that is deaf while people talk.

use std::time::Duration;

use siaga112::base::sound::SoundTrouble;
use siaga112::line::words::{EndedBy, Order, Phase, SoundPath};

use super::calls::ended;
use super::fake::{Family, World};
use super::sound::{setup, told, with_sound};

const CALLER: &str = "+6284001010014";
const ON: &str = "AT+CPCMREG=1";
const RESET: &str = "AT+CRESET";

#[test]
fn sound_waits_for_the_voice_path_and_is_not_refused() {
    for begin_after in [150, 900, 1_900] {
        let mut world = with_sound(Family::Simcom);
        world.fake.begin_after = Some(Duration::from_millis(begin_after));
        let call = world.takes(CALLER);
        assert_eq!(told(&world.events), ["on S16le"], "{begin_after}");
        assert_eq!(world.said(ON), 1, "{begin_after}");
        world.hangs_up(call);
        assert_eq!(world.said(RESET), 0);
    }
    let mut world = with_sound(Family::Simcom);
    world.fake.begin_after = None;
    world.takes(CALLER);
    assert_eq!(told(&world.events), ["on S16le"], "it never says so");
}

#[test]
fn what_was_refused_before_the_voice_path_was_up_is_no_fault_of_the_modem() {
    let mut world = with_sound(Family::Simcom);
    world.fake.begin_after = Some(Duration::from_secs(6));
    let call = world.takes(CALLER);
    assert_eq!(told(&world.events), ["no: refused"]);
    world.run(Duration::from_secs(4));
    assert_eq!(told(&world.events), ["no: refused", "on S16le"]);
    assert_eq!(world.status().degraded, None);
    world.hangs_up(call);
    assert_eq!(world.said(RESET), 0);
}

#[test]
fn refused_sound_is_asked_for_as_long_as_the_call_is_up() {
    let mut world = with_sound(Family::Huawei);
    let command = "AT^DDSETEX=2";
    world.fake.refusals.insert(command.to_owned(), 6);
    let call = world.takes(CALLER);
    world.run(Duration::from_secs(50));
    assert_eq!(told(&world.events), ["no: refused", "on S16le"]);
    assert_eq!(world.said(command), 7);
    world.run(Duration::from_secs(50));
    assert_eq!(world.said(command), 7, "it works");
    assert_eq!(world.status().degraded, Some(SoundTrouble::Refused));
    world.hangs_up(call);
    assert_eq!(world.said("AT^RESET"), 1);
}

#[test]
fn a_port_that_came_back_has_its_sound_switched_on_anew_at_once() {
    let mut world = with_sound(Family::Simcom);
    let call = world.takes(CALLER);
    for pause in [2, 7, 12, 22] {
        world.order(Order::SoundDead { call });
        world.run(Duration::from_secs(pause));
    }
    world.order(Order::SoundDead { call });
    world.run(Duration::from_secs(20));
    world.take_events();
    // Its pause would last for twenty seconds more.
    world.order(Order::SoundDead { call });
    world.run(Duration::from_secs(2));
    assert_eq!(told(&world.events), ["off", "on S16le"]);
}

#[test]
fn frames_that_come_by_themselves_are_not_interrupted() {
    let mut world = with_sound(Family::Simcom);
    let call = world.takes(CALLER);
    for _ in 0..2 {
        world.order(Order::SoundDead { call });
        world.run(Duration::from_secs(2));
    }
    world.take_events();
    world.hears_port(call, Duration::from_secs(120));
    assert_eq!(told(&world.events), [""; 0]);
    // In band the bytes themselves tell.
    let mut world = with_sound(Family::Usr);
    let call = world.takes("0431852000");
    for _ in 0..2 {
        world.order(Order::SoundDead { call });
        world.run(Duration::from_secs(2));
    }
    world.take_events();
    world.listens(Duration::from_secs(120));
    assert_eq!(told(&world.events), [""; 0]);
}

#[test]
fn a_modem_with_sound_in_its_first_call_only_is_restarted_after_each_once_that_is_seen() {
    let mut world = with_sound(Family::Simcom);
    world.fake.sound_once = true;
    let mut had_sound = Vec::new();
    for _ in 0..8 {
        let call = world.takes(CALLER);
        had_sound.push(told(&world.events) == ["on S16le"]);
        world.hangs_up(call);
        world.run(Duration::from_secs(90));
        assert_eq!(world.status().phase, Phase::Ready);
    }
    let seen_after = [true, false, true, false];
    assert_eq!(had_sound[..4], seen_after);
    assert_eq!(had_sound[4..], [true; 4], "{had_sound:?}");
    assert_eq!(world.said(RESET), 6);
}

#[test]
fn what_was_learnt_of_one_modem_is_not_done_to_another() {
    let mut world = with_sound(Family::Simcom);
    world.fake.sound_once = true;
    for _ in 0..5 {
        let call = world.takes(CALLER);
        world.hangs_up(call);
        world.run(Duration::from_secs(90));
    }
    world.fake.said.clear();
    world.lose_port();
    world.run(Duration::from_secs(10));
    world.fake.sound_once = false;
    let imei = "\r\n356708041746999\r\n\r\nOK\r\n".to_owned();
    world.fake.answers.insert("AT+CGSN".to_owned(), imei);
    world.open();
    world.run(Duration::from_secs(60));
    let call = world.takes(CALLER);
    world.hangs_up(call);
    world.run(Duration::from_secs(60));
    assert_eq!(world.said(RESET), 0, "{:?}", world.fake.said);
}

#[test]
fn a_profile_may_say_that_a_modem_has_sound_in_its_first_call_only() {
    let (from, to) = ("# reset_after_call = true", "reset_after_call = true");
    let setup = setup(SoundPath::Port);
    let world = World::with_profile(Family::Simcom, setup, "simcom7600", from, to);
    let mut world = world.boots();
    world.fake.sound_once = true;
    for calls in 1..4 {
        let call = world.takes(CALLER);
        assert_eq!(told(&world.events), ["on S16le"]);
        assert_eq!(world.said(RESET), calls - 1);
        world.hangs_up(call);
        world.run(Duration::from_secs(90));
        assert_eq!(world.said(RESET), calls);
        assert_eq!(world.status().degraded, None);
    }
    // A call that nobody answered had no sound.
    let call = world.rings(CALLER);
    world.hangs_up(call);
    world.run(Duration::from_secs(90));
    assert_eq!(world.said(RESET), 3);
}

#[test]
fn people_who_talk_are_not_cut_off_because_the_command_port_is_deaf() {
    let mut world = with_sound(Family::Simcom);
    let call = world.takes(CALLER);
    world.fake.deaf = true;
    world.fake.heals_on_reset = true;
    world.hears_port(call, Duration::from_secs(600));
    assert_eq!(world.said(RESET), 0);
    assert_eq!(ended(&world.events), []);
    // The sound has gone with the call.
    world.run(Duration::from_secs(90));
    assert_eq!(ended(&world.events), [(call, EndedBy::LinkLost)]);
    assert_eq!(world.said(RESET), 1);
}

#[test]
fn a_deaf_modem_that_should_hang_up_is_restarted_although_sound_flows() {
    let mut world = with_sound(Family::Simcom);
    let call = world.takes(CALLER);
    world.fake.deaf = true;
    world.fake.heals_on_reset = true;
    world.hears_port(call, Duration::from_secs(120));
    world.order(Order::Hangup { call });
    world.hears_port(call, Duration::from_secs(180));
    assert_eq!(ended(&world.events).len(), 1);
    assert_eq!(world.said(RESET), 1);
}

#[test]
fn a_card_on_the_modems_pins_says_nothing_of_the_modem() {
    let mut world = World::with(Family::Sim800, setup(SoundPath::Card)).boots();
    let call = world.takes(CALLER);
    world.fake.deaf = true;
    world.fake.heals_on_reset = true;
    world.hears_port(call, Duration::from_secs(120));
    assert_eq!(ended(&world.events), [(call, EndedBy::LinkLost)]);
}

#[test]
fn a_duplex_stream_is_looked_for_in_every_format_and_kept_where_it_was_found() {
    let mut world = World::with(Family::Usr, setup(SoundPath::InBand));
    world.fake.formats = "128,\"8-BIT LINEAR\",(8000)\r\n131,\"G.711U\",(8000)";
    world.fake.duplex_in = Some("128,8000");
    let mut world = world.boots();
    let call = world.takes("0431852000");
    assert_eq!(told(&world.events), ["in band U8"], "{:?}", world.fake.said);
    assert_eq!(world.said("AT+VTR"), 3);
    world.hangs_up(call);
    world.fake.said.clear();
    world.takes("0431852000");
    assert_eq!(told(&world.events), ["in band U8"]);
    assert_eq!(world.said("AT+VTR"), 1, "{:?}", world.fake.said);
    assert_eq!(world.said("AT+VSM=131,8000"), 0);
}

#[test]
fn a_modem_without_any_duplex_stream_is_not_tried_in_every_format_in_each_call() {
    let mut world = World::with(Family::Usr, setup(SoundPath::InBand));
    world.fake.formats = "128,\"8-BIT LINEAR\",(8000)\r\n131,\"G.711U\",(8000)";
    world.fake.refusals.insert("AT+VTR".to_owned(), 1_000);
    let mut world = world.boots();
    for tries in [3, 2, 2] {
        world.fake.said.clear();
        let call = world.takes("0431852000");
        let all = ["in band Mulaw", "no: not_taken"];
        assert_eq!(told(&world.events), all, "{:?}", world.fake.said);
        assert_eq!(world.said("AT+VTR"), tries, "{:?}", world.fake.said);
        world.hangs_up(call);
    }
}
