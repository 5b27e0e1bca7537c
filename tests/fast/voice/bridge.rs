//! Who hears whom.

use siaga112::base::sound::{Coding, SoundTrouble};
use siaga112::base::time::Tick;
use siaga112::voice::bridge::{Part, PartyId};
use siaga112::voice::dtmf;
use siaga112::voice::ears::Heard;
use siaga112::voice::frame::Frame;

use super::world::{FRAME, HOLD, World, flat};

#[test]
fn caller_and_operator_hear_each_other_in_every_coding() {
    for coding in [Coding::S16le, Coding::U8, Coding::Mulaw, Coding::Alaw] {
        let mut world = World::call(coding);
        world.far = Some(8_000);
        world.joins(1, Part::Talk, 4_000);
        world.run_ms(1_000);
        let near = |frame: Frame, sample: i16| (frame.0[0] - sample).abs() <= 300;
        assert!(
            near(world.hears(1), 8_000),
            "{coding:?} {:?}",
            world.hears(1).0[0]
        );
        assert!(
            near(world.line_hears(), 4_000),
            "{coding:?} {:?}",
            world.line_hears().0[0]
        );
        let (far, own) = *world.tape.last().unwrap();
        assert!(near(far, 8_000) && near(own, 4_000), "both are on the tape");
    }
}

#[test]
fn nobody_hears_themselves_and_everybody_the_others() {
    let mut world = World::call(Coding::S16le);
    world.far = Some(1);
    world.joins(1, Part::Talk, 10);
    world.joins(2, Part::Talk, 100);
    world.joins(3, Part::Whisper, 1_000);
    world.joins(4, Part::Listen, 10_000);
    world.run_ms(1_000);
    assert_eq!(world.hears(1), flat(1_101), "caller, colleague, whisper");
    assert_eq!(world.hears(2), flat(1_011));
    assert_eq!(world.hears(3), flat(111));
    assert_eq!(world.hears(4), flat(1_111));
    assert_eq!(world.line_hears(), flat(110), "no whisper and no listener");
    assert_eq!(*world.tape.last().unwrap(), (flat(1), flat(110)));
}

#[test]
fn a_shout_of_several_is_cut_and_wraps_into_no_noise() {
    let mut world = World::call(Coding::S16le);
    world.joins(1, Part::Talk, 30_000);
    world.joins(2, Part::Talk, 30_000);
    world.run_ms(1_000);
    assert!(
        world.line_hears().0[80] > 20_000,
        "{}",
        world.line_hears().0[80]
    );
}

#[test]
fn the_line_gets_as_many_frames_as_it_gives() {
    // An uneven modem, an uneven network: ten minutes.
    let mut world = World::call(Coding::S16le).unevenly(9_000);
    world.joins_late(1, Part::Talk, 5, |n| (n * 104_729) % 6_000);
    world.run_ms(600_000);
    let counts = world.bridge.counts();
    let apart = counts.from_line.abs_diff(counts.to_line);
    assert!(apart <= 2, "{counts:?}");
    assert_eq!(counts.missing, 0, "{counts:?}");
    let from_operator = world
        .line
        .iter()
        .filter(|(_, frame)| *frame == flat(5))
        .count();
    assert!(
        world.line.len() - from_operator < 60,
        "{} of {}",
        from_operator,
        world.line.len()
    );
}

#[test]
fn what_is_said_waits_no_longer_than_it_must() {
    for phase_of in 1..8u64 {
        let mut world = World::call(Coding::S16le).unevenly(2_000);
        world.joins_late(phase_of, Part::Talk, 0, |n| (n * 104_729) % 3_000);
        world.run_ms(30_000);
        // A word begins: when does the line have it?
        let said = world.now;
        world.says(phase_of, 9_000);
        world.run_ms(200);
        let heard = world.line.iter().find(|(_, frame)| *frame == flat(9_000));
        let (at, _) = heard.expect("heard");
        // Up to 20 ms until the next frame of the microphone, its unevenness, and the guard.
        let waited = (at - said) as f64 / 1_000.0;
        assert!(waited < 39.0, "party {phase_of}: {waited} ms");
    }
}

#[test]
fn a_frame_that_is_a_little_late_is_waited_for_and_the_beat_stays_where_it_is() {
    let mut world = World::call(Coding::S16le);
    // Once in ten seconds, which is longer than what was seen of a browser is remembered.
    world.joins_late(1, Part::Talk, 7, |n| if n % 500 == 0 { 19_500 } else { 0 });
    world.run_ms(61_000);
    let counts = world.bridge.leave(Tick(world.now), PartyId(1));
    let counts = counts.expect("was there");
    // What came double at the very beginning is left out once.
    assert!(counts.missed == 0 && counts.cut <= 1, "{counts:?}");
    let gaps = world.line.windows(2).map(|pair| pair[1].0 - pair[0].0);
    let late = gaps.clone().max().expect("frames");
    assert!((20_500..=26_000).contains(&late), "{late}");
    let moved: i64 = gaps.map(|gap| gap as i64 - FRAME as i64).sum();
    assert!(moved.abs() < 10_000, "{moved}");
}

#[test]
fn a_machine_that_stood_still_reads_what_was_said_meanwhile_before_it_covers_anything_up() {
    let mut covered = Vec::new();
    for ms in 1..=60 {
        let mut world = World::call(Coding::S16le);
        world.joins(1, Part::Talk, 7);
        world.run_ms(5_000);
        world.stands_still_ms(ms);
        world.run_ms(5_000);
        let counts = world.bridge.leave(Tick(world.now), PartyId(1));
        let counts = counts.expect("was there");
        assert_eq!(counts.late, 0, "{ms} ms: {counts:?}");
        covered.extend((counts.missed > 0).then_some(ms));
    }
    // But for those that end just when the patience with a talker does.
    assert!(covered.len() <= 3, "{covered:?}");
}

#[test]
fn who_stops_sending_is_waited_for_once() {
    let mut world = World::call(Coding::S16le);
    world.joins(1, Part::Talk, 7);
    world.run_ms(3_000);
    let before = world.line.len();
    world.falls_silent(1);
    world.run_ms(1_000);
    let times: Vec<u64> = world.line[before - 2..].iter().map(|(at, _)| *at).collect();
    let late = times.windows(2).filter(|pair| pair[1] - pair[0] > 21_500);
    assert!(late.count() <= 1, "{times:?}");
}

#[test]
fn a_network_that_stutters_costs_a_moment_and_no_delay_afterwards() {
    let mut world = World::call(Coding::S16le);
    // Half a second is held back and comes at once.
    world.joins_late(1, Part::Talk, 0, |n| {
        if n % 2_000 < 25 {
            25 * FRAME - (n % 2_000) * FRAME
        } else {
            0
        }
    });
    world.run_ms(120_000);
    let said = world.now;
    world.says(1, 9_000);
    world.run_ms(900);
    let heard = world.line.iter().find(|(_, frame)| *frame == flat(9_000));
    let waited = heard.expect("heard").0 - said;
    assert!(waited < 560_000, "{waited} µs");
    let counts = world.bridge.leave(Tick(world.now), PartyId(1));
    let counts = counts.expect("was there");
    assert!(counts.late > 0, "{counts:?}");
}

#[test]
fn while_nobody_talks_the_caller_hears_that_they_are_not_forgotten() {
    let mut world = World::call(Coding::S16le);
    world.run_ms(1_000);
    assert_eq!(world.line_hears(), flat(0), "the operator needs a moment");
    world.run_ms(1_000);
    assert_eq!(world.line_hears(), flat(HOLD));
    world.joins(1, Part::Talk, 77);
    world.run_ms(100);
    assert_eq!(world.line_hears(), flat(77), "and is heard at once");
    world.leaves(1);
    world.joins(2, Part::Listen, 0);
    world.run_ms(3_000);
    let again = world
        .line
        .iter()
        .rev()
        .take(150)
        .any(|(_, frame)| *frame == flat(HOLD));
    assert!(again, "a listener talks to nobody");
}

#[test]
fn an_operator_whose_microphone_does_not_reach_us_leaves_nobody_in_silence() {
    // The browser was never allowed to use it.
    let mut world = World::call(Coding::S16le);
    world.joins(1, Part::Talk, 77);
    world.falls_silent(1);
    world.run_ms(1_400);
    assert!(!world.waited_for(50));
    world.run_ms(600);
    assert_eq!(world.line_hears(), flat(HOLD));
    // A whisper is not for the caller's ears.
    world.joins(2, Part::Whisper, 5);
    world.run_ms(14_000);
    assert!(world.waited_for(600));
    // A colleague who talks to the caller is.
    world.joins(3, Part::Talk, 33);
    world.run_ms(100);
    assert_eq!(world.line_hears(), flat(33));
    world.run_ms(20_000);
    assert!(!world.waited_for(900));
    // Their cable is pulled, long before the connection is known to be gone.
    world.falls_silent(3);
    world.run_ms(1_400);
    assert!(!world.waited_for(70));
    world.run_ms(300);
    assert_eq!(world.line_hears(), flat(HOLD), "from its beginning");
}

#[test]
fn a_muted_page_sends_silence_and_the_caller_is_not_told_to_wait() {
    let mut world = World::call(Coding::S16le);
    world.joins(1, Part::Talk, 0);
    world.run_ms(30_000);
    assert!(!world.waited_for(1_400));
}

#[test]
fn on_hold_the_caller_hears_the_prompt_and_not_the_room() {
    let mut world = World::call(Coding::S16le);
    world.far = Some(3);
    world.joins(1, Part::Talk, 77);
    world.run_ms(500);
    world.bridge.hold(true);
    world.run_ms(500);
    assert_eq!(world.line_hears(), flat(HOLD));
    assert_eq!(
        world.hears(1),
        flat(3),
        "the operator hears the caller all the same"
    );
    world.run_ms(1_500);
    assert_eq!(world.line_hears(), flat(0), "a pause between two times");
    world.bridge.hold(false);
    world.run_ms(100);
    assert_eq!(world.line_hears(), flat(77));
}

#[test]
fn an_announcement_is_said_once_and_whole() {
    let mut world = World::call(Coding::S16le);
    world.joins(1, Part::Talk, 77);
    world.run_ms(500);
    world.bridge.announce(vec![5; 800].into());
    world.line.clear();
    world.run_ms(500);
    let said = world
        .line
        .iter()
        .filter(|(_, frame)| *frame == flat(5))
        .count();
    assert_eq!(said, 5);
    assert_eq!(world.line_hears(), flat(77));
}

fn keys_on_the_line(world: &World) -> String {
    let mut ear = dtmf::Ear::new();
    let frames = world.line.iter();
    frames.filter_map(|(_, frame)| ear.hear(frame)).collect()
}

#[test]
fn keys_that_are_sent_are_heard_at_the_other_end() {
    let mut world = World::call(Coding::Mulaw);
    world.joins(1, Part::Talk, 0);
    world.run_ms(500);
    world.bridge.send_keys(dtmf::tones("112#", 100, 100, -15.0));
    world.line.clear();
    world.run_ms(1_500);
    assert_eq!(keys_on_the_line(&world), "112#");
}

#[test]
fn keys_that_are_sent_in_haste_are_all_heard() {
    let mut world = World::call(Coding::Mulaw);
    world.joins(1, Part::Talk, 0);
    world.run_ms(500);
    world.line.clear();
    world.bridge.send_keys(dtmf::tones("11", 100, 100, -15.0));
    world.run_ms(150);
    world.bridge.send_keys(dtmf::tones("2", 100, 100, -15.0));
    // The modem wants no more for a moment: keys wait.
    world.run_ms(200);
    world.bridge.flow(Tick(world.now), false);
    world.run_ms(400);
    world.bridge.flow(Tick(world.now), true);
    world.bridge.send_keys(dtmf::tones("#", 100, 100, -15.0));
    world.run_ms(1_500);
    assert_eq!(keys_on_the_line(&world), "112#");
}

#[test]
fn keys_of_the_caller_are_heard_and_are_no_taps() {
    let mut world = World::call(Coding::S16le);
    let mut sound = vec![0i16; 8_000];
    sound.extend(dtmf::tones("55", 100, 100, -15.0));
    sound.resize(24_000, 0);
    world.script = sound
        .chunks_exact(160)
        .map(|c| Frame(c.try_into().unwrap()))
        .collect();
    world.joins(1, Part::Talk, 0);
    world.run_ms(3_000);
    assert_eq!(world.ears, [Heard::Key('5'), Heard::Key('5')]);
}

/// Knuckles on a table: a short burst in otherwise nothing.
fn knock() -> Vec<Frame> {
    let mut frames = vec![flat(1); 25];
    for (index, sample) in frames[0].0.iter_mut().enumerate() {
        *sample = if index % 2 == 0 { 9_000 } else { -9_000 };
    }
    frames
}

#[test]
fn a_caller_who_cannot_speak_is_heard_to_knock_and_one_who_speaks_is_not() {
    let mut world = World::call(Coding::S16le);
    world.joins(1, Part::Talk, 0);
    let quiet = || std::iter::repeat_n(flat(1), 100);
    world.script = quiet()
        .chain(knock())
        .chain(knock())
        .chain(quiet())
        .chain(quiet())
        .collect();
    world.run_ms(6_000);
    assert_eq!(world.ears, [Heard::Tap, Heard::Tap]);
    // A syllable, a breath, and then the sentence.
    world.ears.clear();
    let lead = (world.now / FRAME) as usize;
    let before = std::iter::repeat_n(flat(1), lead);
    world.script = before
        .chain(knock())
        .chain(words().take(200))
        .chain(quiet())
        .collect();
    world.run_ms(6_000);
    assert!(!world.ears.contains(&Heard::Tap), "{:?}", world.ears);
    assert!(world.ears.contains(&Heard::SpeechBegan), "{:?}", world.ears);
}

#[test]
fn a_knock_is_heard_beside_whatever_the_operator_says() {
    // An open microphone in a room (−45 dBFS), and a voice of ordinary loudness.
    for (loudest, echo) in [
        (320, None),
        (320, Some(0.25)),
        (5_700, None),
        (5_700, Some(0.25)),
    ] {
        let mut world = World::call(Coding::S16le);
        world.echo = echo;
        world.joins(1, Part::Talk, 0);
        let said = words_of(loudest).take(500).flat_map(|frame| frame.0);
        world.bridge.announce(said.collect());
        let quiet = |frames| std::iter::repeat_n(flat(1), frames);
        // In a pause between two words of the operator.
        world.script = quiet(345)
            .chain(softly(knock()))
            .chain(quiet(400))
            .collect();
        world.run_ms(10_000);
        assert_eq!(world.ears, [Heard::Tap], "{loudest}, {echo:?}");
    }
}

/// The same at −20 dBFS.
fn softly(mut frames: Vec<Frame>) -> Vec<Frame> {
    for sample in &mut frames[0].0 {
        *sample = *sample / 9_000 * 3_277;
    }
    frames
}

/// Words with pauses, as far as energy can tell.
fn words() -> impl Iterator<Item = Frame> {
    words_of(4_096)
}

/// With samples up to this.
fn words_of(loudest: i32) -> impl Iterator<Item = Frame> {
    let mut noise = 12_345u32;
    (0..).map(move |index: u32| {
        let speaks = (index / 25).is_multiple_of(2);
        let mut frame = Frame::SILENCE;
        for sample in &mut frame.0 {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *sample = if speaks {
                (((noise >> 16) as i32 - 32_768) * loudest / 32_768) as i16
            } else {
                0
            };
        }
        frame
    })
}

#[test]
fn what_a_copper_pair_gives_back_of_us_is_neither_key_nor_speech_nor_knock() {
    let mut world = World::call(Coding::S16le);
    world.echo = Some(0.25);
    world.far = Some(1);
    world.joins(1, Part::Talk, 0);
    world.run_ms(1_000);
    world.bridge.send_keys(dtmf::tones("112#", 100, 100, -15.0));
    world.run_ms(2_000);
    assert_eq!(world.ears, [], "our own keys");
    world
        .bridge
        .announce(words().take(400).flat_map(|frame| frame.0).collect());
    world.run_ms(10_000);
    assert_eq!(world.ears, [], "our own words");
    // The same as the caller's own is speech.
    world.echo = None;
    let lead = (world.now / FRAME) as usize;
    world.script = std::iter::repeat_n(flat(1), lead)
        .chain(words().take(200))
        .collect();
    world.run_ms(3_000);
    assert!(world.ears.contains(&Heard::SpeechBegan), "{:?}", world.ears);
}

#[test]
fn a_modem_that_wants_no_more_is_given_no_more() {
    let mut world = World::call(Coding::S16le);
    world.joins(1, Part::Talk, 7);
    world.run_ms(500);
    world.bridge.flow(Tick(world.now), false);
    let before = world.line.len();
    world.run_ms(500);
    assert_eq!(world.line.len(), before);
    world.bridge.flow(Tick(world.now), true);
    world.run_ms(500);
    assert!(world.line.len() > before + 20);
}

#[test]
fn a_modem_that_never_says_that_it_has_room_again_is_told_and_then_not_believed() {
    let mut world = World::call(Coding::S16le);
    world.far = Some(9);
    world.joins(1, Part::Talk, 7);
    world.run_ms(500);
    world.bridge.flow(Tick(world.now), false);
    let before = world.line.len();
    world.run_ms(450);
    assert_eq!(world.bridge.counts().held_back, 0, "it may take a breath");
    world.run_ms(1_500);
    assert_eq!(world.line.len(), before);
    assert_eq!(world.told, [Some(SoundTrouble::NotTaken)]);
    let held_back = world.bridge.counts().held_back;
    assert!((70..=75).contains(&held_back), "{held_back}");
    world.run_ms(550);
    assert!(world.line.len() > before + 20);
    assert_eq!(world.line_hears(), flat(7));
    assert_eq!(world.told.last(), Some(&None));
}

#[test]
fn sound_that_a_line_kept_back_does_not_put_the_tape_behind_the_clock() {
    let mut world = World::call(Coding::S16le);
    world.far = Some(9);
    world.joins(1, Part::Listen, 0);
    world.run_ms(5_000);
    world.holds_back = true;
    world.run_ms(600);
    world.holds_back = false;
    world.run_ms(5_000);
    let frames = world.tape.len();
    assert!(frames.abs_diff(10_600 / 20) <= 3, "{frames}");
    assert!(world.heard[&PartyId(1)].len().abs_diff(frames) <= 3);
    let late = world.bridge.counts().late;
    assert!((25..=30).contains(&late), "{late}");
    // Sound that was never there leaves nothing out of what comes after it, nor does a stutter.
    world.far = None;
    world.run_ms(2_000);
    world.far = Some(9);
    world.run_ms(5_000);
    for _ in 0..5 {
        world.holds_back = true;
        world.run_ms(50);
        world.holds_back = false;
        world.run_ms(500);
    }
    assert_eq!(world.bridge.counts().late, late);
}

#[test]
fn a_line_without_sound_still_joins_people_and_keeps_time_on_the_tape() {
    let mut world = World::silent(Coding::S16le);
    world.far = None;
    world.joins(1, Part::Talk, 7);
    world.joins(2, Part::Listen, 0);
    world.run_ms(10_000);
    assert!(world.line.is_empty());
    assert_eq!(world.hears(2), flat(7));
    assert!(world.tape.len().abs_diff(500) <= 3, "{}", world.tape.len());
}

#[test]
fn a_call_that_is_over_leaves_nothing_to_the_next() {
    let mut world = World::call(Coding::S16le);
    world.joins(1, Part::Talk, 7);
    world.run_ms(500);
    world.bridge.end();
    world.line.clear();
    world.run_ms(200);
    assert!(world.line.is_empty());
    world.bridge.begin(Tick(world.now), Vec::new().into());
    world.run_ms(2_000);
    assert!(
        world.line.iter().all(|(_, frame)| *frame == flat(0)),
        "an empty prompt is silence"
    );
}
