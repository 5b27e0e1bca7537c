//! Whatever comes over the wire, and however time passes.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use siaga112::base::sound::LineTone;
use siaga112::base::time::{Now, Tick};
use siaga112::line::words::{CallNo, Event, Input, Line, Order, Output, Phase, Setup, SoundPath};
use siaga112::line::{Families, Machine};

use super::fake::{Family, World};

/// Checks what must hold for every line at every time.
#[derive(Default)]
struct Judge {
    open: HashMap<CallNo, bool>,
    sounds: Option<CallNo>,
    over: u32,
}

impl Judge {
    fn hears(&mut self, event: &Event) {
        match event {
            Event::Rang { call, .. } | Event::Dialled { call: Ok(call), .. } => {
                assert!(
                    self.open.insert(*call, true).is_none(),
                    "{call:?} began twice"
                );
            }
            Event::Answered { call, found: true } => {
                assert!(
                    self.open.insert(*call, true).is_none(),
                    "{call:?} found twice"
                );
            }
            Event::Answered { call, found: false }
            | Event::RangAgain { call }
            | Event::Identified { call, .. }
            | Event::Alerting { call }
            | Event::NoSound { call, .. } => {
                assert_eq!(self.open.get(call), Some(&true), "{event:?} of no call");
            }
            Event::SoundOn { call, .. } => {
                assert_eq!(self.open.get(call), Some(&true), "{event:?} of no call");
                assert_eq!(self.sounds.replace(*call), None, "{event:?} beside another");
            }
            Event::SoundOff { call } => {
                assert_eq!(self.open.get(call), Some(&true), "{event:?} of no call");
                assert_eq!(self.sounds.take(), Some(*call), "{event:?} of another");
            }
            Event::SendKeysInBand { call, .. } => {
                assert_eq!(self.sounds, Some(*call), "{event:?} without sound");
            }
            Event::SoundFlow { .. } => assert!(self.sounds.is_some(), "without sound"),
            Event::Ended { call, .. } => {
                assert_ne!(self.sounds, Some(*call), "it sounds for ever");
                assert_eq!(
                    self.open.insert(*call, false),
                    Some(true),
                    "{call:?} ended twice"
                );
                self.over += 1;
            }
            _ => {}
        }
    }
}

#[derive(Clone, Debug)]
enum Deed {
    Bytes(Vec<u8>),
    Line(&'static str),
    Pass(u64),
    Open,
    Lose,
    Answer(u32),
    Hangup(u32),
    Dial,
    Text,
    Keys(u32),
    Say(Vec<u8>),
    Tone(LineTone),
    Dead(u32),
    Flows(u32),
    Cure,
}

const LINES: [&str; 37] = [
    "RING",
    "+CRING: VOICE",
    "+CLIP: \"+6284001010014\",145,,,,0",
    "+CLIP: \"\",128,,,,1",
    "+CCWA: \"+6284005678001\",145,1",
    "OK",
    "ERROR",
    "NO CARRIER",
    "BUSY",
    "CONNECT",
    "^CONN:1,0",
    "^CEND:1,9,29,16",
    "^CEND:2,0,28",
    "^ORIG:1,0",
    "^CONF:1",
    "VOICE CALL: BEGIN",
    "VOICE CALL: END: 000009",
    "MISSED_CALL: 11:01AM 084001010014",
    "+CLCC: 1,1,0,0,0,\"+6284001010014\",145",
    "+CLCC: 1,1,4,0,0,\"+6284001010014\",145",
    "+CLCC: 2,1,5,0,0,\"+6284005678001\",145",
    "+CLCC: 1,1,6,0,0",
    "+CLCC: 1,0,2,0,0",
    "+QIND: \"ccinfo\",1,1,-1,0,0,\"+6284001010014\",145",
    "^DSCI: 1,1,3,0,084001010014,129",
    "RDY",
    "+CPIN: NOT READY",
    "+CPIN: READY",
    "+CREG: 1",
    "+CREG: 0",
    "POWERED DOWN",
    "+CMTI: \"SM\",3",
    "> ",
    "+CME ERROR: 10",
    "+QPCMV: 0,0",
    "+QPCMV: 1,0",
    "131,\"G.711U\",(8000)",
];

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        2 => proptest::collection::vec(any::<u8>(), 0..60).prop_map(Deed::Bytes),
        8 => proptest::sample::select(LINES.to_vec()).prop_map(Deed::Line),
        6 => (0_u64..40_000).prop_map(Deed::Pass),
        1 => (0_u64..4_000_000).prop_map(Deed::Pass),
        1 => Just(Deed::Open),
        1 => Just(Deed::Lose),
        2 => (0_u32..4).prop_map(Deed::Answer),
        2 => (0_u32..4).prop_map(Deed::Hangup),
        1 => Just(Deed::Dial),
        1 => Just(Deed::Text),
        1 => (0_u32..4).prop_map(Deed::Keys),
        2 => proptest::collection::vec(any::<u8>(), 0..60).prop_map(Deed::Say),
        2 => tone().prop_map(Deed::Tone),
        1 => (0_u32..4).prop_map(Deed::Dead),
        1 => (0_u32..4).prop_map(Deed::Flows),
        1 => Just(Deed::Cure),
    ]
}

fn tone() -> impl Strategy<Value = LineTone> {
    proptest::sample::select(vec![
        LineTone::Dial,
        LineTone::Busy,
        LineTone::Congestion,
        LineTone::Ringback,
    ])
}

fn path() -> impl Strategy<Value = SoundPath> {
    proptest::sample::select(vec![
        SoundPath::None,
        SoundPath::InBand,
        SoundPath::Port,
        SoundPath::Card,
    ])
}

fn setup(profile: &str, sound: SoundPath) -> Setup {
    Setup {
        profile: profile.to_owned(),
        sound,
        own_ears: sound != SoundPath::None,
        pin: Some("1234".to_owned()),
        ..Setup::default()
    }
}

struct Wire {
    machine: Machine,
    tick: Tick,
    judge: Judge,
    due: Option<Tick>,
    last: u32,
}

impl Wire {
    fn input(&mut self, input: Input<'_>) {
        let now = Now {
            tick: self.tick,
            ..Now::default()
        };
        self.machine.handle(now, input);
        for _ in 0..100_000 {
            match self.machine.next() {
                Output::Tell(event) => {
                    self.judge.hears(&event);
                    if let Event::Rang { call, .. } = event {
                        self.last = call.0;
                    }
                }
                Output::Send(_) | Output::SendSound(_) | Output::Reopen | Output::Sound(_) => {}
                Output::Sleep(due) => {
                    self.due = due;
                    return;
                }
            }
        }
        panic!("never sleeps");
    }

    /// Time passes, and the machine is woken whenever it wants to be.
    fn pass(&mut self, millis: u64) {
        let end = self.tick + Duration::from_millis(millis);
        let mut wakes = 0;
        while let Some(due) = self.due.filter(|due| *due <= end) {
            assert!(wakes < 200_000, "wakes for ever");
            wakes += 1;
            let before = self.tick;
            self.tick = self.tick.max(due);
            self.input(Input::Wake);
            if self.tick == before {
                // Woken at once: allowed, but not for ever.
                self.tick = self.tick + Duration::from_micros(1);
            }
        }
        self.tick = end;
    }

    fn does(&mut self, deed: &Deed) {
        let call = |back: u32| CallNo(self.last.saturating_sub(back));
        match deed {
            Deed::Bytes(bytes) => self.input(Input::Bytes(bytes)),
            Deed::Line(line) => self.input(Input::Bytes(format!("\r\n{line}\r\n").as_bytes())),
            Deed::Pass(millis) => self.pass(*millis),
            Deed::Open => self.input(Input::PortOpened),
            Deed::Lose => self.input(Input::PortLost {
                cause: "EIO",
                busy: false,
            }),
            Deed::Answer(back) => self.input(Input::Order(Order::Answer { call: call(*back) })),
            Deed::Hangup(back) => self.input(Input::Order(Order::Hangup { call: call(*back) })),
            Deed::Dial => self.input(Input::Order(Order::Dial {
                number: "084001010014".to_owned(),
                token: 1,
            })),
            Deed::Text => self.input(Input::Order(Order::SendSms {
                to: "084001010014".to_owned(),
                text: "tes".to_owned(),
                token: 2,
            })),
            Deed::Keys(back) => self.input(Input::Order(Order::Dtmf {
                call: call(*back),
                digits: "12#".to_owned(),
            })),
            Deed::Say(samples) => self.input(Input::SoundOut(samples)),
            Deed::Tone(tone) => self.input(Input::ToneHeard(*tone)),
            Deed::Dead(back) => self.input(Input::Order(Order::SoundDead { call: call(*back) })),
            Deed::Flows(back) => {
                self.input(Input::Order(Order::SoundFlows { call: call(*back) }));
            }
            Deed::Cure => self.input(Input::Order(Order::Cure)),
        }
    }
}

fn survives(profile: &str, sound: SoundPath, deeds: &[Deed]) {
    let mut wire = Wire {
        machine: Machine::new(setup(profile, sound), Arc::new(Families::compiled_in())),
        tick: Tick(0),
        judge: Judge::default(),
        due: None,
        last: 0,
    };
    wire.input(Input::PortOpened);
    for deed in deeds {
        wire.does(deed);
    }
    // Left alone with a modem that says nothing more, every call comes to its end and the line
    // to a state that goes on trying.
    wire.pass(20 * 60 * 1_000);
    let status = wire.machine.status();
    assert!(
        matches!(status.phase, Phase::Closed | Phase::Ailing | Phase::Dead),
        "{status:?}"
    );
    if status.phase != Phase::Closed {
        assert!(wire.due.is_some(), "gave up");
    }
    let left: Vec<_> = wire.judge.open.iter().filter(|(_, open)| **open).collect();
    assert!(left.is_empty(), "calls left over: {left:?} {status:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_and_no_passing_of_time_bring_a_line_down(
        profile in proptest::sample::select(vec![
            "auto", "huawei", "simcom7600", "quectel-ec2x", "sim800", "v253-usr", "v253-conexant",
            "rockwell", "a7670", "generic",
        ]),
        sound in path(),
        deeds in proptest::collection::vec(deed(), 1..80),
    ) {
        survives(profile, sound, &deeds);
    }

    #[test]
    fn a_line_in_use_with_chaos_on_the_wire_finds_back_to_ready(
        deeds in proptest::collection::vec(deed(), 1..40),
    ) {
        let mut world = World::ready(Family::Generic);
        let mut judge = Judge::default();
        for deed in &deeds {
            match deed {
                Deed::Bytes(bytes) => world.input(Input::Bytes(bytes)),
                Deed::Line(line) => world.hears(&format!("\r\n{line}\r\n")),
                Deed::Pass(millis) => world.run(Duration::from_millis((*millis).min(60_000))),
                _ => {}
            }
        }
        for _ in 0..60 {
            world.run(Duration::from_secs(60));
            if !world.open {
                world.open();
            }
        }
        for event in &world.events {
            judge.hears(event);
        }
        prop_assert_eq!(world.status().phase, Phase::Ready, "{:?}", world.status());
        let left = judge.open.values().filter(|open| **open).count();
        prop_assert_eq!(left, 0);
    }
}

/// What a day brings.
#[derive(Clone, Debug)]
enum Day {
    Ring,
    FarEnd,
    Answer,
    Hangup,
    Dial,
    Connect,
    Keys,
    Say,
    Tone(LineTone),
    SoundDead,
    SoundFlows,
    Refused(&'static str),
    Text,
    TextIn(u16),
    Deaf(bool),
    Silent(&'static str),
    Stubborn,
    Restart,
    Unplug,
    Plug,
    BeginAnew,
    Listen,
    NoNetwork(bool),
    Cure,
    Noise(Vec<u8>),
    Pass(u64),
}

fn day() -> impl Strategy<Value = Day> {
    prop_oneof![
        6 => Just(Day::Ring),
        3 => Just(Day::FarEnd),
        6 => Just(Day::Answer),
        4 => Just(Day::Hangup),
        2 => Just(Day::Dial),
        2 => Just(Day::Connect),
        2 => Just(Day::Keys),
        2 => Just(Day::Say),
        1 => tone().prop_map(Day::Tone),
        1 => Just(Day::SoundDead),
        1 => Just(Day::SoundFlows),
        2 => proptest::sample::select(vec!["AT^DDSETEX=2", "AT+CPCMREG=1", "AT+CPCMREG=0",
            "AT+QPCMV=1,0", "AT+QPCMV=1,2", "AT+QPCMV=0", "AT+VTR"]).prop_map(Day::Refused),
        3 => Just(Day::Text),
        3 => (1_u16..6).prop_map(Day::TextIn),
        1 => any::<bool>().prop_map(Day::Deaf),
        1 => proptest::sample::select(vec!["AT+CLCC", "ATA", "AT+CHUP", "AT+CMGS", "AT+CMGR",
            "AT+CREG?", "AT+CPIN?", "ATD", "AT+VLS", "AT+CSQ", "AT+QPCMV", "AT+CPCMREG",
            "AT^DDSETEX", "AT+VTR"]).prop_map(Day::Silent),
        1 => Just(Day::Stubborn),
        1 => Just(Day::Restart),
        1 => Just(Day::Unplug),
        2 => Just(Day::Plug),
        1 => Just(Day::BeginAnew),
        2 => Just(Day::Listen),
        1 => any::<bool>().prop_map(Day::NoNetwork),
        1 => Just(Day::Cure),
        1 => proptest::collection::vec(any::<u8>(), 0..40).prop_map(Day::Noise),
        14 => (0_u64..20_000).prop_map(Day::Pass),
        2 => (0_u64..400_000).prop_map(Day::Pass),
    ]
}

/// Any call the centre believes to be there, the newest first.
fn known(judge: &Judge) -> Option<CallNo> {
    let open = judge.open.iter().filter(|(_, open)| **open);
    open.map(|(call, _)| *call).max()
}

fn lives(world: &mut World, judge: &mut Judge, deed: &Day) {
    const CALLER: &str = "+6284001010014";
    match deed {
        Day::Ring if world.fake.calls.len() < 3 => world.ring(CALLER),
        Day::Ring => {}
        Day::FarEnd => world.far_end_hangs_up(),
        Day::Answer => {
            if let Some(call) = known(judge) {
                world.order(Order::Answer { call });
            }
        }
        Day::Hangup => {
            if let Some(call) = known(judge) {
                world.order(Order::Hangup { call });
            }
        }
        Day::Dial => world.order(Order::Dial {
            number: CALLER.to_owned(),
            token: 3,
        }),
        Day::Connect => {
            for call in world.fake.calls.iter_mut().filter(|call| !call.incoming) {
                call.stat = 0;
            }
        }
        Day::Keys => {
            if let Some(call) = known(judge) {
                world.order(Order::Dtmf {
                    call,
                    digits: "12".to_owned(),
                });
            }
        }
        Day::Say => world.input(Input::SoundOut(b"\x90\x10\xa0")),
        Day::Tone(tone) => world.input(Input::ToneHeard(*tone)),
        Day::SoundFlows => {
            if let Some(call) = known(judge) {
                world.order(Order::SoundFlows { call });
            }
        }
        Day::SoundDead => {
            if let Some(call) = known(judge) {
                world.order(Order::SoundDead { call });
            }
        }
        Day::Refused(command) => {
            world.fake.refusals.insert((*command).to_owned(), 2);
        }
        Day::Text => world.order(Order::SendSms {
            to: CALLER.to_owned(),
            text: "tes".to_owned(),
            token: 4,
        }),
        Day::TextIn(slot) => {
            world.fake.store.insert(*slot, super::texts::PDU.to_owned());
            world.hears(&format!("\r\n+CMTI: \"SM\",{slot}\r\n"));
        }
        Day::Deaf(deaf) => world.fake.deaf = *deaf,
        Day::Silent(command) => world.fake.silent.push((*command).to_owned()),
        Day::Stubborn => world.fake.stubborn = 2,
        Day::Restart => {
            world.fake.calls.clear();
            world.hears("\r\nRDY\r\n");
        }
        Day::Unplug if world.open => {
            world.fake.calls.clear();
            world.lose_port();
        }
        Day::Plug if !world.open => world.open(),
        Day::Unplug | Day::Plug => {}
        Day::BeginAnew if world.open => {
            // What the last program knew of its calls is written off when it begins anew.
            *judge = Judge::default();
            let setup = world.setup.clone();
            world.begins_anew(setup);
        }
        Day::BeginAnew => {}
        Day::Listen => world.listens(Duration::from_secs(3)),
        Day::NoNetwork(gone) => world.fake.registered = !gone,
        Day::Cure => world.order(Order::Cure),
        Day::Noise(bytes) => world.input(Input::Bytes(bytes)),
        Day::Pass(millis) => world.run(Duration::from_millis(*millis)),
    }
    for event in world.take_events() {
        judge.hears(&event);
        if let Event::Sms(text) = event {
            world.order(Order::SmsKept { slots: text.slots });
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 25, ..ProptestConfig::default() })]

    #[test]
    fn a_bad_day_ends_with_a_free_line_and_every_call_accounted_for(
        family in proptest::sample::select(vec![
            Family::Huawei, Family::Simcom, Family::Quectel, Family::Sim800, Family::Generic,
            Family::Usr,
        ]),
        sound in path(),
        deeds in proptest::collection::vec(day(), 1..120),
    ) {
        let mut world = World::with(family, setup("auto", sound)).boots();
        world.fake.heals_on_reset = true;
        let mut judge = Judge::default();
        for deed in &deeds {
            lives(&mut world, &mut judge, deed);
        }
        world.fake.calls.clear();
        world.fake.silent.clear();
        world.fake.refusals.clear();
        world.fake.deaf = false;
        world.fake.registered = true;
        for _ in 0..60 {
            lives(&mut world, &mut judge, &Day::Plug);
            // The network does not let anybody ring for an hour.
            world.fake.calls.clear();
            if family.is_analog() {
                // The far end of a copper pair does not say that it has gone; the operator does.
                lives(&mut world, &mut judge, &Day::Hangup);
            }
            lives(&mut world, &mut judge, &Day::Pass(60_000));
        }
        let status = world.status();
        prop_assert_eq!(status.phase, Phase::Ready, "{:?}", status);
        prop_assert_eq!(known(&judge), None, "{:?}", status);
        prop_assert!(world.fake.store.is_empty() || family == Family::Usr, "{:?}", status);
    }
}

#[test]
fn ten_megabytes_of_noise_cost_little_and_hide_no_call() {
    let mut world = World::ready(Family::Huawei);
    let mut seed = 1_u64;
    let mut chunk = vec![0_u8; 4_096];
    for _ in 0..2_560 {
        for byte in &mut chunk {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            *byte = (seed >> 33) as u8;
        }
        world.input(Input::Bytes(&chunk));
        world.run(Duration::from_millis(1));
    }
    world.take_events();
    world.hears("\r\nRING\r\n");
    super::calls::rang(&world.events);
    assert!(world.status().noise > 0);
}

#[test]
fn a_million_rings_in_one_read_are_one_call() {
    let mut world = World::ready(Family::Generic);
    world.hears(&"\r\nRING\r\n".repeat(100_000));
    assert_eq!(world.events.len(), 1, "{:?}", world.events);
}
