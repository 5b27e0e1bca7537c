//! What is noticed of a call's sound, and when.

use siaga112::base::sound::{Coding, SoundTrouble};
use siaga112::base::time::Tick;
use siaga112::voice::bridge::Part;

use super::world::World;

#[test]
fn a_call_with_sound_is_no_news() {
    let mut world = World::call(Coding::S16le);
    world.far = Some(3);
    world.bridge.owned(Tick(world.now), true);
    world.run_ms(200);
    world.joins(1, Part::Talk, 0);
    world.run_ms(60_000);
    assert_eq!(world.told, []);
    assert_eq!(world.dead, 0);
}

#[test]
fn a_silent_modem_is_noticed_within_a_second_and_asked_once_to_begin_anew() {
    let mut world = World::call(Coding::S16le);
    world.far = None;
    world.joins(1, Part::Talk, 0);
    let began = world.now;
    while world.told.is_empty() {
        world.run_ms(10);
    }
    assert!(world.now - began <= 1_000_000);
    assert_eq!(world.told, [Some(SoundTrouble::NoFrames)]);
    world.run_ms(5_000);
    assert_eq!(world.dead, 1);
    // The line has switched it on again, and now it comes.
    world.bridge.sound_on(Tick(world.now), Coding::S16le);
    world.far = Some(9);
    world.run_ms(500);
    assert_eq!(world.told, [Some(SoundTrouble::NoFrames), None]);
}

#[test]
fn sound_that_stops_in_a_call_is_noticed_within_a_second() {
    let mut world = World::call(Coding::S16le);
    world.far = Some(9);
    world.joins(1, Part::Talk, 0);
    world.run_ms(5_000);
    world.far = None;
    world.run_ms(1_000);
    assert_eq!(world.told, [Some(SoundTrouble::NoFrames)]);
    assert_eq!(world.dead, 1);
}

#[test]
fn frames_of_nothing_but_zeros_are_one_way_sound() {
    let mut world = World::call(Coding::S16le);
    world.far = Some(0);
    world.joins(1, Part::Talk, 0);
    world.run_ms(3_500);
    assert_eq!(world.told, [Some(SoundTrouble::Zeros)]);
    world.far = Some(-1);
    world.run_ms(100);
    assert_eq!(world.told.last(), Some(&None));
    // A pause in which not even the line hums is no trouble yet: their line did carry sound.
    world.far = Some(0);
    world.run_ms(9_000);
    assert_eq!(world.told.len(), 2);
    // A path that died in the middle of the call is one.
    world.run_ms(1_500);
    assert_eq!(world.told.last(), Some(&Some(SoundTrouble::Zeros)));
    world.far = Some(9);
    world.run_ms(100);
    assert_eq!(world.told.last(), Some(&None));
}

#[test]
fn a_quiet_pair_in_eight_bits_is_no_dead_path() {
    // Its converter has no step as small as the line's own noise.
    let mut world = World::call(Coding::U8);
    world.far = Some(0);
    world.joins(1, Part::Talk, 0);
    world.run_ms(60_000);
    assert_eq!((world.told.as_slice(), world.dead), ([].as_slice(), 0));
}

#[test]
fn the_idle_code_of_a_digital_exchange_is_a_dead_path_in_both_laws() {
    for coding in [Coding::Mulaw, Coding::Alaw] {
        let mut world = World::call(coding);
        world.far = Some(0);
        world.joins(1, Part::Talk, 0);
        world.run_ms(3_500);
        assert_eq!(world.told, [Some(SoundTrouble::Zeros)], "{coding:?}");
    }
}

#[test]
fn a_dead_path_is_asked_once_to_begin_anew() {
    let mut world = World::call(Coding::S16le);
    world.far = Some(0);
    world.joins(1, Part::Talk, 0);
    world.run_ms(3_500);
    assert_eq!(world.dead, 1);
    // It did not help: the line is not troubled again and again.
    world.bridge.sound_on(Tick(world.now), Coding::S16le);
    world.run_ms(30_000);
    assert_eq!(world.dead, 1);
    assert_eq!(world.told, [Some(SoundTrouble::Zeros)]);
    // It helped; then the path dies in the middle of the call.
    world.far = Some(9);
    world.run_ms(1_000);
    assert_eq!(world.told.last(), Some(&None));
    world.far = Some(0);
    world.run_ms(9_000);
    assert_eq!(world.dead, 1);
    world.run_ms(1_500);
    assert_eq!(world.dead, 2);
}

#[test]
fn a_modem_that_takes_nothing_for_two_seconds_is_asked_to_begin_anew() {
    let mut world = World::call(Coding::S16le);
    world.far = Some(9);
    world.joins(1, Part::Talk, 0);
    world.run_ms(1_000);
    for _ in 0..95 {
        world.bridge.not_taken(Tick(world.now), 1);
        world.run_ms(20);
    }
    assert_eq!(world.dead, 0);
    for _ in 0..200 {
        world.bridge.not_taken(Tick(world.now), 1);
        world.run_ms(20);
    }
    assert_eq!(world.dead, 1);
}

#[test]
fn a_port_that_is_away_is_waited_for_and_has_a_fresh_second_when_it_is_back() {
    let mut world = World::call(Coding::S16le);
    world.far = Some(9);
    world.joins(1, Part::Talk, 0);
    world.run_ms(500);
    world.far = None;
    world.port_lost();
    for _ in 0..500 {
        // What is written meanwhile is not taken, of course.
        world.bridge.not_taken(Tick(world.now), 1);
        world.run_ms(20);
    }
    assert_eq!(world.dead, 0, "no command brings a port back");
    world.port_back();
    world.run_ms(800);
    assert_eq!(world.dead, 0);
    assert_eq!(
        world.told,
        [Some(SoundTrouble::PortLost)],
        "it is not well yet"
    );
    world.run_ms(3_000);
    assert_eq!(world.told.last(), Some(&Some(SoundTrouble::NoFrames)));
    assert_eq!(world.dead, 1, "the modem has forgotten that it is to sound");
    world.bridge.sound_on(Tick(world.now), Coding::S16le);
    world.far = Some(9);
    world.run_ms(500);
    assert_eq!(world.told.last(), Some(&None));
}

#[test]
fn a_line_that_gave_its_sound_up_while_the_port_was_away_is_asked_for_it_when_it_is_back() {
    let mut world = World::call(Coding::S16le);
    world.far = Some(9);
    world.run_ms(500);
    world.far = None;
    world.port_lost();
    world.bridge.sound_off();
    world.run_ms(10_000);
    world.port_back();
    world.run_ms(5_000);
    assert_eq!(world.dead, 1);
}

#[test]
fn a_frame_that_a_port_took_with_it_does_not_shift_those_of_the_next() {
    let mut world = World::call(Coding::S16le);
    world.far = Some(9);
    world.joins(1, Part::Talk, 0);
    world.run_ms(503);
    world.bridge.line_bytes(Tick(world.now), &[1]);
    world.port_lost();
    world.run_ms(100);
    world.port_back();
    world.run_ms(500);
    assert_eq!(world.hears(1), super::world::flat(9));
}

#[test]
fn a_modem_that_takes_nothing_is_noticed() {
    let mut world = World::call(Coding::S16le);
    world.far = Some(9);
    world.joins(1, Part::Talk, 0);
    world.run_ms(2_000);
    // One frame now and then is a hiccup.
    for _ in 0..10 {
        world.bridge.not_taken(Tick(world.now), 1);
        world.run_ms(400);
    }
    assert_eq!(world.told, []);
    for _ in 0..60 {
        world.bridge.not_taken(Tick(world.now), 1);
        world.run_ms(20);
    }
    assert_eq!(world.told, [Some(SoundTrouble::NotTaken)]);
    world.run_ms(1_000);
    assert_eq!(world.told.last(), Some(&None), "it takes them again");
}

#[test]
fn an_operator_whose_page_or_microphone_is_missing_is_noticed() {
    let mut world = World::call(Coding::S16le);
    world.far = Some(9);
    world.run_ms(5_000);
    assert_eq!(world.told, [], "nobody has the call, so nobody is missing");
    world.bridge.owned(Tick(world.now), true);
    world.run_ms(2_000);
    assert_eq!(world.told, [Some(SoundTrouble::NoDesk)]);
    world.joins(1, Part::Talk, 0);
    world.run_ms(200);
    assert_eq!(world.told.last(), Some(&None));
    world.leaves(1);
    world.run_ms(2_000);
    assert_eq!(world.told.last(), Some(&Some(SoundTrouble::NoDesk)));
    // A page without a microphone.
    world.bridge.join(
        Tick(world.now),
        siaga112::voice::bridge::PartyId(5),
        Part::Talk,
    );
    world.run_ms(2_000);
    assert_eq!(world.told.last(), Some(&Some(SoundTrouble::NoMicrophone)));
}

#[test]
fn what_the_line_says_is_worse_than_what_the_desk_lacks() {
    let mut world = World::call(Coding::S16le);
    world.far = Some(9);
    world.bridge.owned(Tick(world.now), true);
    world.run_ms(2_000);
    world.port_lost();
    world.run_ms(100);
    assert_eq!(world.told.last(), Some(&Some(SoundTrouble::PortLost)));
    world.port_back();
    world.run_ms(100);
    assert_eq!(world.told.last(), Some(&Some(SoundTrouble::NoDesk)));
}

#[test]
fn a_port_that_is_gone_is_told_until_it_is_back_however_often_the_sound_is_switched_on() {
    let mut world = World::call(Coding::S16le);
    world.far = Some(9);
    world.run_ms(500);
    world.far = None;
    world.port_lost();
    for _ in 0..3 {
        world.run_ms(1_500);
        world.bridge.sound_on(Tick(world.now), Coding::S16le);
    }
    world.run_ms(100);
    assert_eq!(world.told.last(), Some(&Some(SoundTrouble::PortLost)));
    world.port_back();
    world.far = Some(9);
    world.run_ms(200);
    assert_eq!(world.told.last(), Some(&None));
}
