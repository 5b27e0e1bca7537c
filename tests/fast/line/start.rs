//! From an open port to a line that takes calls.

use std::time::Duration;

use siaga112::line::words::{DownWhy, Event, Order, Phase, Setup};

use super::fake::{Family, World};

const ALL: [(Family, &str); 7] = [
    (Family::Huawei, "huawei"),
    (Family::Simcom, "simcom7600"),
    (Family::Quectel, "quectel-ec2x"),
    (Family::Sim800, "sim800"),
    (Family::Generic, "generic"),
    (Family::Usr, "v253-usr"),
    (Family::Conexant, "v253-conexant"),
];

fn downs(events: &[Event]) -> Vec<DownWhy> {
    let why = |event: &Event| match event {
        Event::Down { why, .. } => Some(*why),
        _ => None,
    };
    events.iter().filter_map(why).collect()
}

fn pin(pin: &str) -> Setup {
    Setup {
        profile: "auto".to_owned(),
        pin: Some(pin.to_owned()),
        ..Setup::default()
    }
}

#[test]
fn every_family_is_recognised_and_booted() {
    for (family, profile) in ALL {
        let mut world = World::new(family);
        assert_eq!(world.status().phase, Phase::Closed);
        world.open();
        world.run(Duration::from_secs(60));
        assert_eq!(world.status().profile, profile);
        assert_eq!(
            world.status().phase,
            Phase::Ready,
            "{profile} {:?}",
            world.status()
        );
        assert_eq!(
            world.events.iter().filter(|e| **e == Event::Up).count(),
            1,
            "{profile}"
        );
        assert_eq!(world.status().timeouts, 0, "{profile}");
        if !family.is_analog() {
            assert_eq!(world.status().csq, Some(21));
            assert_eq!(world.status().imei.as_deref(), Some("356708041746734"));
            assert_eq!(world.status().operator.as_deref(), Some("TELKOMSEL"));
            assert_eq!(world.status().registered, Some(true));
            assert_eq!(world.status().sms_store, Some((0, 20)));
        }
    }
}

#[test]
fn a_named_profile_is_not_probed_for() {
    let setup = Setup {
        profile: "huawei".to_owned(),
        ..Setup::default()
    };
    let mut world = World::with(Family::Huawei, setup);
    world.open();
    world.run(Duration::from_secs(30));
    assert_eq!(world.said("AT+CGMI"), 1);
    assert_eq!(world.status().phase, Phase::Ready);
}

#[test]
fn a_call_that_rings_during_the_start_is_announced_and_can_be_answered() {
    let mut world = World::new(Family::Huawei);
    world.fake.latency = Duration::from_millis(700);
    world.open();
    world.run(Duration::from_secs(3));
    assert_eq!(world.status().phase, Phase::Booting);
    world.ring("+6284001010014");
    world.run(Duration::from_millis(100));
    let call = super::calls::rang(&world.events);
    world.order(Order::Answer { call });
    world.run(Duration::from_secs(3));
    assert!(
        world
            .events
            .contains(&Event::Answered { call, found: false })
    );
    assert_eq!(world.status().phase, Phase::Talking);
    world.run(Duration::from_secs(60));
    assert!(world.events.contains(&Event::Up));
}

#[test]
fn firmware_without_voice_still_rings() {
    let mut world = World::new(Family::Huawei);
    world
        .fake
        .answers
        .insert("AT^CVOICE?".to_owned(), "\r\nERROR\r\n".to_owned());
    world.open();
    world.run(Duration::from_secs(40));
    assert_eq!(world.status().down, Some(DownWhy::NoVoice));
    assert!(!world.events.contains(&Event::Up));
    world.ring("+6284001010014");
    world.run(Duration::from_millis(100));
    super::calls::rang(&world.events);
}

#[test]
fn a_voice_modem_with_old_firmware_is_told_apart() {
    let mut world = World::new(Family::Usr);
    world
        .fake
        .answers
        .insert("AT+FCLASS=8".to_owned(), "\r\nERROR\r\n".to_owned());
    world.open();
    world.run(Duration::from_secs(40));
    assert_eq!(world.status().down, Some(DownWhy::NoVoice));
}

#[test]
fn the_right_pin_is_given_once() {
    let mut world = World::with(Family::Generic, pin("1234"));
    world.fake.pin = Some("1234");
    world.open();
    world.run(Duration::from_secs(60));
    assert_eq!(world.status().phase, Phase::Ready);
    assert_eq!(world.said("AT+CPIN=\"1234\""), 1);
    assert!(downs(&world.events).is_empty());
}

#[test]
fn a_wrong_pin_is_tried_once_and_never_again() {
    let mut world = World::with(Family::Generic, pin("9999"));
    world.fake.pin = Some("1234");
    world.open();
    world.run(Duration::from_secs(1_000));
    world.lose_port();
    world.run(Duration::from_secs(10));
    world.open();
    world.run(Duration::from_secs(1_000));
    world.hears("\r\nRDY\r\n");
    world.run(Duration::from_secs(1_000));
    assert_eq!(world.said("AT+CPIN=\"9999\""), 1);
    assert_eq!(world.status().down, Some(DownWhy::SimPin));
    assert_eq!(world.status().phase, Phase::Ailing);
}

#[test]
fn the_last_try_of_a_pin_is_left_to_a_human() {
    let mut world = World::with(Family::Generic, pin("1234"));
    world.fake.pin = Some("1234");
    let one = "\r\n+CPINR: SIM PIN,1,3\r\n\r\nOK\r\n".to_owned();
    world.fake.answers.insert("AT+CPINR".to_owned(), one);
    world.open();
    world.run(Duration::from_secs(300));
    assert_eq!(world.said("AT+CPIN=\"1234\""), 0);
    assert_eq!(world.status().down, Some(DownWhy::SimPin));
}

#[test]
fn a_locked_card_and_a_missing_one_are_told_apart() {
    for (answer, why) in [
        ("\r\n+CPIN: SIM PUK\r\n\r\nOK\r\n", DownWhy::SimPuk),
        ("\r\n+CME ERROR: 10\r\n", DownWhy::SimAbsent),
        ("\r\n+CPIN: PH-NET PIN\r\n\r\nOK\r\n", DownWhy::SimFailure),
        ("\r\n+CME ERROR: 13\r\n", DownWhy::SimFailure),
        ("\r\nERROR\r\n", DownWhy::SimFailure),
    ] {
        let mut world = World::new(Family::Generic);
        world
            .fake
            .answers
            .insert("AT+CPIN?".to_owned(), answer.to_owned());
        world.open();
        world.run(Duration::from_secs(120));
        assert_eq!(world.status().down, Some(why), "{answer}");
        assert_eq!(downs(&world.events), [why], "{answer}");
    }
}

#[test]
fn a_busy_card_is_asked_until_it_is_ready() {
    let mut world = World::new(Family::Generic);
    world
        .fake
        .answers
        .insert("AT+CPIN?".to_owned(), "\r\n+CME ERROR: 14\r\n".to_owned());
    world.open();
    world.run(Duration::from_secs(10));
    assert_eq!(world.status().phase, Phase::Booting);
    world.fake.answers.clear();
    world.run(Duration::from_secs(40));
    assert_eq!(world.status().phase, Phase::Ready);
    assert!(downs(&world.events).is_empty());
}

#[test]
fn a_card_that_is_pulled_and_put_back_brings_the_line_back() {
    let mut world = World::ready(Family::Quectel);
    let gone = "\r\n+CME ERROR: 10\r\n".to_owned();
    world.fake.answers.insert("AT+CPIN?".to_owned(), gone);
    world.hears("\r\n+QSIMSTAT: 1,0\r\n");
    assert_eq!(downs(&world.events), [DownWhy::SimAbsent]);
    world.run(Duration::from_secs(30));
    world.fake.answers.clear();
    world.run(Duration::from_secs(60));
    assert_eq!(world.status().phase, Phase::Ready);
    assert!(world.events.contains(&Event::Up));
}

#[test]
fn no_network_is_told_and_so_is_its_return() {
    let mut world = World::new(Family::Generic);
    world.fake.registered = false;
    world.open();
    world.run(Duration::from_secs(90));
    assert_eq!(downs(&world.events), [DownWhy::NoNetwork]);
    assert_eq!(world.status().phase, Phase::Ailing);
    world.fake.registered = true;
    world.run(Duration::from_secs(20));
    assert_eq!(world.status().phase, Phase::Ready);
    assert_eq!(
        world.events.last(),
        Some(&Event::NetworkTime {
            utc_ms: 1_772_336_702_000
        })
    );
}

#[test]
fn a_flicker_of_the_registration_alarms_nobody() {
    let mut world = World::ready(Family::Simcom);
    world.hears("\r\n+CREG: 2\r\n");
    world.run(Duration::from_secs(3));
    world.hears("\r\n+CREG: 1,\"1A2B\",\"0001\"\r\n");
    world.run(Duration::from_secs(60));
    assert!(downs(&world.events).is_empty());
}

#[test]
fn service_in_either_domain_is_service() {
    let mut world = World::new(Family::Generic);
    world.fake.registered = false;
    world.fake.answers.insert(
        "AT+CEREG?".to_owned(),
        "\r\n+CEREG: 2,5\r\n\r\nOK\r\n".to_owned(),
    );
    world.open();
    world.run(Duration::from_secs(40));
    assert_eq!(world.status().phase, Phase::Ready);
}

#[test]
fn a_month_without_network_is_answered_with_ever_rarer_restarts() {
    let mut world = World::new(Family::Generic);
    world.fake.registered = false;
    world.open();
    world.run(Duration::from_secs(4 * 3_600));
    let restarts = world.said("AT+CFUN=1,1");
    assert!((2..=6).contains(&restarts), "{restarts}");
    assert_eq!(world.status().down, Some(DownWhy::NoNetwork));
}

#[test]
fn the_network_tells_the_time() {
    let mut world = World::new(Family::Huawei);
    world.open();
    world.run(Duration::from_secs(40));
    assert!(world.events.contains(&Event::NetworkTime {
        utc_ms: 1_772_336_702_000
    }));
    world.take_events();
    let time = "\r\n^NWTIME:26/03/01,11:45:03+32,00\r\n\r\nOK\r\n".to_owned();
    world.fake.answers.insert("AT^NWTIME?".to_owned(), time);
    world.hears("\r\n^NWTIME:26/03/01,11:45:03+32,00\r\n");
    world.run(Duration::from_secs(1));
    assert_eq!(
        world.events,
        [Event::NetworkTime {
            utc_ms: 1_772_336_703_000
        }]
    );
}

#[test]
fn commands_that_a_family_refuses_do_not_stop_its_start() {
    for (family, _) in ALL.into_iter().filter(|(family, _)| !family.is_analog()) {
        let mut world = World::new(family);
        for command in [
            "AT+CSSN=1,1",
            "AT+CREG=2",
            "AT+CEREG=2",
            "AT+CEREG?",
            "AT+COLP=0",
            "AT+CNMI=2,1,0,2,0",
            "AT+CRC=1",
            "AT+CCWA=1,1,1",
            "AT+CMEE=1",
            "AT+CSMS=1",
        ] {
            let refusal = "\r\nCOMMAND NOT SUPPORT\r\n".to_owned();
            world.fake.answers.insert(command.to_owned(), refusal);
        }
        world.open();
        world.run(Duration::from_secs(60));
        assert_eq!(world.status().phase, Phase::Ready, "{family:?}");
        assert_eq!(world.said("AT+CNMI=2,1,0,1,0"), 1, "{family:?}");
    }
}
