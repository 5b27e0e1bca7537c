//! Modems whose dialect is not in any manual of ours: lines that end otherwise, questions that are
//! not answered, answers that contradict the reports.

use std::time::Duration;

use siaga112::line::words::{DownWhy, Event, Order, Phase};

use super::fake::{Family, World};
use super::texts::{PDU, texts};

const CALLER: &str = "+6284001010014";

fn answers(world: &mut World, command: &str, answer: &str) {
    let answers = &mut world.fake.answers;
    answers.insert(command.to_owned(), answer.to_owned());
}

fn numbers(events: &[Event]) -> Vec<String> {
    let number = |event: &Event| match event {
        Event::Rang { caller, .. } | Event::Identified { caller, .. } => {
            caller.number.as_ref().map(ToString::to_string)
        }
        _ => None,
    };
    events.iter().filter_map(number).collect()
}

fn restarts(world: &World) -> usize {
    world.said("AT+CFUN=1,1")
}

#[test]
fn a_modem_that_ends_its_lines_with_cr_alone_takes_calls() {
    let mut world = World::new(Family::Generic);
    world.fake.lone_cr = true;
    world.open();
    world.run(Duration::from_secs(40));
    assert_eq!(world.status().phase, Phase::Ready);
    world.ring(CALLER);
    world.run(Duration::from_secs(2));
    assert_eq!(numbers(&world.events), [CALLER]);
    assert_eq!(restarts(&world), 0);
}

#[test]
fn a_modem_that_says_nothing_to_at_alone_is_ready_and_is_not_restarted() {
    let mut world = World::new(Family::Generic);
    answers(&mut world, "AT", "");
    world.open();
    world.run(Duration::from_secs(40));
    assert_eq!(world.status().phase, Phase::Ready);
    // One answer goes missing: it is asked whether it is there in a way it answers.
    answers(&mut world, "AT+CSQ", "");
    world.run(Duration::from_secs(300));
    assert_eq!(world.status().phase, Phase::Ready);
    assert_eq!(restarts(&world), 0);
}

#[test]
fn a_refusal_with_words_behind_it_is_a_refusal() {
    let mut world = World::new(Family::Generic);
    for refused in [
        "AT+CRC=1",
        "AT+CCWA=1,1,1",
        "AT+CEREG?",
        "AT+CSSN=1,1",
        "AT+COLP=0",
    ] {
        answers(&mut world, refused, "\r\nERROR: UNSUPPORTED\r\n");
    }
    world.open();
    world.run(Duration::from_secs(5));
    assert_eq!(
        world.status().phase,
        Phase::Ready,
        "waited for each of them"
    );
}

/// Its reports say that it is registered, its answers say no, and there is a signal.
fn contradicts_itself() -> World {
    let mut world = World::new(Family::Generic);
    answers(&mut world, "AT+CREG?", "\r\n+CREG: 0,0\r\n\r\nOK\r\n");
    answers(&mut world, "AT+CEREG?", "\r\nERROR\r\n");
    world.open();
    world
}

#[test]
fn a_modem_whose_answers_deny_the_network_it_has_reported_is_left_in_peace() {
    let mut world = contradicts_itself();
    world.run(Duration::from_secs(3));
    world.hears("\r\n+CREG: 1\r\n");
    world.run(Duration::from_secs(3_600));
    assert_eq!(world.status().phase, Phase::Ready);
    assert_eq!(restarts(&world), 0);
    world.hears("\r\n+CREG: 0\r\n");
    world.run(Duration::from_secs(90));
    let no_network = Event::Down {
        why: DownWhy::NoNetwork,
        detail: String::new(),
    };
    assert_eq!(world.events.last(), Some(&no_network), "now both say no");
}

#[test]
fn a_call_proves_the_network() {
    let mut world = contradicts_itself();
    world.run(Duration::from_secs(120));
    assert_eq!(world.status().down, Some(DownWhy::NoNetwork));
    world.ring(CALLER);
    world.run(Duration::from_secs(10));
    assert_eq!(world.status().down, None);
    world.far_end_hangs_up();
    world.run(Duration::from_secs(900));
    assert_eq!(world.status().down, None);
    assert_eq!(restarts(&world), 0);
}

fn delivered_directly(world: &mut World) {
    world.hears(&format!("\r\n+CMT: 0\r\n{PDU}\r\n"));
    world.run(Duration::from_secs(1));
    assert_eq!(texts(&world.events).len(), 1);
}

#[test]
fn a_direct_text_is_confirmed_to_the_network_only_when_it_is_kept() {
    let mut world = World::ready(Family::Generic);
    delivered_directly(&mut world);
    assert_eq!(world.said("AT+CNMA"), 0);
    world.order(Order::SmsKept { slots: Vec::new() });
    world.run(Duration::from_secs(1));
    assert_eq!(world.said("AT+CNMA"), 1);
}

#[test]
fn the_confirmation_that_a_modem_takes_is_found_and_remembered() {
    let mut world = World::ready(Family::Generic);
    answers(&mut world, "AT+CNMA", "\r\nERROR\r\n");
    for confirmed in 1..=2 {
        delivered_directly(&mut world);
        world.events.clear();
        world.order(Order::SmsKept { slots: Vec::new() });
        world.run(Duration::from_secs(1));
        assert_eq!(world.said("AT+CNMA=1"), confirmed);
    }
    assert_eq!(world.said("AT+CNMA"), 1);
}
