//! Modems that stop answering, and what brings them back.

use std::time::Duration;

use siaga112::line::words::{DownWhy, EndedBy, Event, Order, Phase};

use super::fake::{Family, World};

#[test]
fn a_quiet_modem_is_asked_every_ten_seconds() {
    let mut world = World::ready(Family::Generic);
    world.run(Duration::from_secs(61));
    let asked = world.fake.said.len();
    assert!((5..=7).contains(&asked), "{:?}", world.fake.said);
}

#[test]
fn a_late_answer_is_not_taken_for_the_next_one() {
    let mut world = World::ready(Family::Huawei);
    world.fake.silent.push("AT+CCLK?".to_owned());
    world.run(Duration::from_secs(3_610));
    assert_eq!(world.status().timeouts, 1);
    world.hears("\r\n+CCLK: \"26/03/01,12:45:02+32\"\r\n\r\nOK\r\n");
    world.run(Duration::from_secs(30));
    assert_eq!(world.status().phase, Phase::Ready);
    assert_eq!(world.status().timeouts, 1);
    assert_eq!(world.status().cures, 0);
}

#[test]
fn a_deaf_modem_is_restarted_and_heals() {
    let mut world = World::ready(Family::Simcom);
    world.fake.deaf = true;
    world.fake.heals_on_reset = true;
    world.run(Duration::from_secs(40));
    assert_eq!(world.status().down, Some(DownWhy::Deaf));
    assert_eq!(world.status().phase, Phase::Ailing);
    assert!(world.status().cures >= 3, "{:?}", world.status());
    world.run(Duration::from_secs(80));
    assert_eq!(world.said("AT+CRESET"), 1);
    assert_eq!(world.status().phase, Phase::Ready);
    assert_eq!(
        world.events.last(),
        Some(&Event::NetworkTime {
            utc_ms: 1_772_336_702_000
        })
    );
}

#[test]
fn a_modem_that_a_restart_does_not_cure_gets_its_port_reopened() {
    let mut world = World::ready(Family::Simcom);
    world.fake.deaf = true;
    world.fake.heals_on_reopen = true;
    world.run(Duration::from_secs(90));
    assert_eq!(world.reopened, 1);
    world.run(Duration::from_secs(5));
    world.open();
    world.run(Duration::from_secs(40));
    assert_eq!(world.status().phase, Phase::Ready);
}

#[test]
fn a_dead_modem_is_tried_for_ever() {
    let mut world = World::ready(Family::Generic);
    world.fake.deaf = true;
    for _ in 0..200 {
        world.run(Duration::from_secs(60));
        if !world.open {
            world.open();
        }
    }
    assert_eq!(world.status().phase, Phase::Dead);
    assert_eq!(world.status().down, Some(DownWhy::Dead));
    assert!(world.reopened >= 3, "{}", world.reopened);
    let restarts = world.said("AT+CFUN=1,1");
    assert!(restarts >= 3, "{restarts}");
    world.fake.deaf = false;
    for _ in 0..20 {
        world.run(Duration::from_secs(60));
        if !world.open {
            world.open();
        }
    }
    assert_eq!(world.status().phase, Phase::Ready);
    assert_eq!(world.status().cures, 0);
}

#[test]
fn a_dead_modem_that_restarts_by_itself_is_back_at_once() {
    let mut world = World::ready(Family::Generic);
    world.fake.deaf = true;
    for _ in 0..10 {
        world.run(Duration::from_secs(60));
        if !world.open {
            world.open();
        }
    }
    assert_eq!(world.status().phase, Phase::Dead);
    world.fake.deaf = false;
    world.hears("\r\nRDY\r\n");
    world.run(Duration::from_secs(30));
    assert_eq!(world.status().phase, Phase::Ready);
}

#[test]
fn a_modem_plugged_in_anew_begins_with_a_clean_slate() {
    let mut world = World::ready(Family::Generic);
    world.fake.deaf = true;
    world.run(Duration::from_secs(70));
    assert_eq!(world.status().phase, Phase::Ailing);
    world.lose_port();
    assert_eq!(world.status().phase, Phase::Closed);
    assert_eq!(world.status().down, Some(DownWhy::PortMissing));
    world.fake.deaf = false;
    world.run(Duration::from_secs(5));
    world.open();
    world.run(Duration::from_secs(30));
    assert_eq!(world.status().phase, Phase::Ready);
}

#[test]
fn nothing_is_restarted_while_somebody_talks_until_the_call_is_surely_dead() {
    let mut world = World::ready(Family::Simcom);
    world.ring("+6284001010014");
    world.run(Duration::from_millis(200));
    let call = super::calls::rang(&world.events);
    world.order(Order::Answer { call });
    world.run(Duration::from_secs(3));
    world.fake.deaf = true;
    world.run(Duration::from_secs(50));
    assert_eq!(world.said("AT+CRESET"), 0);
    assert!(
        !world
            .events
            .iter()
            .any(|e| matches!(e, Event::Ended { .. }))
    );
    world.run(Duration::from_secs(40));
    assert_eq!(world.said("AT+CRESET"), 1);
    let lost = Event::Ended {
        call,
        by: EndedBy::LinkLost,
        cause: None,
    };
    assert_eq!(world.events.iter().filter(|e| **e == lost).count(), 1);
}

#[test]
fn a_deaf_modem_that_hears_again_in_mid_call_keeps_the_call() {
    let mut world = World::ready(Family::Simcom);
    world.ring("+6284001010014");
    world.run(Duration::from_millis(200));
    let call = super::calls::rang(&world.events);
    world.order(Order::Answer { call });
    world.run(Duration::from_secs(3));
    world.fake.deaf = true;
    world.run(Duration::from_secs(30));
    world.fake.deaf = false;
    world.run(Duration::from_secs(20));
    assert!(
        !world
            .events
            .iter()
            .any(|e| matches!(e, Event::Ended { .. }))
    );
    assert_eq!(world.status().phase, Phase::Talking);
}

#[test]
fn the_administrators_button_restarts_the_modem_after_the_call() {
    let mut world = World::ready(Family::Simcom);
    world.ring("+6284001010014");
    world.run(Duration::from_millis(200));
    let call = super::calls::rang(&world.events);
    world.order(Order::Cure);
    world.run(Duration::from_secs(2));
    assert_eq!(world.said("AT+CRESET"), 0);
    world.order(Order::Hangup { call });
    world.run(Duration::from_secs(3));
    assert_eq!(world.said("AT+CRESET"), 1);
}

#[test]
fn a_brown_out_is_told_as_such_and_the_line_comes_back() {
    let mut world = World::ready(Family::Sim800);
    world.hears("\r\nUNDER-VOLTAGE WARNNING\r\n");
    world.run(Duration::from_millis(400));
    world.hears("\r\nUNDER-VOLTAGE POWER DOWN\r\n");
    let why = world.events.iter().find_map(|event| match event {
        Event::Down { why, detail } => Some((*why, detail.clone())),
        _ => None,
    });
    assert_eq!(why, Some((DownWhy::Power, "under_voltage".to_owned())));
    world.run(Duration::from_secs(6));
    world.hears(
        "\r\nRDY\r\n\r\n+CFUN: 1\r\n\r\n+CPIN: READY\r\n\r\nCall Ready\r\n\r\nSMS Ready\r\n",
    );
    world.run(Duration::from_secs(30));
    assert_eq!(world.status().phase, Phase::Ready);
}

#[test]
fn a_modem_that_takes_a_while_to_wake_is_waited_for() {
    let mut world = World::new(Family::Huawei);
    world.fake.deaf = true;
    world.open();
    world.run(Duration::from_secs(6));
    assert_eq!(world.status().phase, Phase::Booting);
    world.fake.deaf = false;
    world.run(Duration::from_secs(30));
    assert_eq!(world.status().phase, Phase::Ready);
}

#[test]
fn a_port_that_another_program_holds_is_told_apart() {
    let mut world = World::new(Family::Huawei);
    world.input(siaga112::line::words::Input::PortLost {
        cause: "ModemManager (1234)",
        busy: true,
    });
    assert_eq!(
        world.events,
        [Event::Down {
            why: DownWhy::PortBusy,
            detail: "ModemManager (1234)".to_owned()
        }]
    );
}

#[test]
fn answering_goes_before_a_long_queue() {
    let mut world = World::ready(Family::Huawei);
    world.ring("+6284001010014");
    world.run(Duration::from_millis(200));
    let call = super::calls::rang(&world.events);
    for slot in 0..40 {
        world.hears(&format!("\r\n+CMTI: \"SM\",{slot}\r\n"));
    }
    world.fake.said.clear();
    world.order(Order::Answer { call });
    world.run(Duration::from_millis(100));
    let place = world.fake.said.iter().position(|said| said == "ATA");
    assert!(
        place.is_some_and(|place| place <= 1),
        "{:?}",
        world.fake.said
    );
}
