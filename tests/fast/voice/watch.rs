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
    // A caller who falls silent later is no trouble: their line did carry sound.
    world.far = Some(0);
    world.run_ms(60_000);
    assert_eq!(world.told.len(), 2);
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
    world
        .bridge
        .blocked(Tick(world.now), Some(SoundTrouble::PortLost));
    world.run_ms(100);
    assert_eq!(world.told.last(), Some(&Some(SoundTrouble::PortLost)));
    world.bridge.blocked(Tick(world.now), None);
    world.run_ms(100);
    assert_eq!(world.told.last(), Some(&Some(SoundTrouble::NoDesk)));
}

#[test]
fn a_port_that_is_gone_is_told_until_it_is_back_however_often_the_sound_is_switched_on() {
    let mut world = World::call(Coding::S16le);
    world.far = Some(9);
    world.run_ms(500);
    world.far = None;
    world
        .bridge
        .blocked(Tick(world.now), Some(SoundTrouble::PortLost));
    for _ in 0..3 {
        world.run_ms(1_500);
        world.bridge.sound_on(Tick(world.now), Coding::S16le);
    }
    world.run_ms(100);
    assert_eq!(world.told.last(), Some(&Some(SoundTrouble::PortLost)));
    world.bridge.blocked(Tick(world.now), None);
    world.far = Some(9);
    world.run_ms(200);
    assert_eq!(world.told.last(), Some(&None));
}
