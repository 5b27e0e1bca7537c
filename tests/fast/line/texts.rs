//! Text messages in and out.

use std::time::Duration;

use siaga112::at::sms::{Address, Stamp, encode};
use siaga112::line::words::{Event, Order, Phase, SmsText};

use super::fake::{Family, World};

const FROM: &str = "+6284001010014";
/// `Ada ular masuk rumah`, from +6281200001234 (a transcript of the reference).
pub const PDU: &str =
    "06912618010000040D91261802001032F400006230105000008214417218546787E5A076785E5F83E4F576180D";

fn stamp() -> Stamp {
    Stamp::new(jiff::civil::datetime(2026, 3, 1, 11, 45, 2, 0), 8 * 3_600)
}

fn deliver(text: &str) -> Vec<String> {
    let from = Address::of_number(FROM);
    let sent = stamp();
    let options = encode::Options {
        reference: 7,
        ..encode::Options::default()
    };
    let pdus = encode::deliver(None, &from, text, sent, options);
    pdus.into_iter().map(|pdu| pdu.hex).collect()
}

pub fn texts(events: &[Event]) -> Vec<SmsText> {
    let text = |event: &Event| match event {
        Event::Sms(text) => Some(text.clone()),
        _ => None,
    };
    events.iter().filter_map(text).collect()
}

fn arrives(world: &mut World, slot: u16, pdu: &str) {
    world.fake.store.insert(slot, pdu.to_owned());
    world.hears(&format!("\r\n+CMTI: \"SM\",{slot}\r\n"));
}

#[test]
fn a_text_is_told_and_deleted_only_when_it_is_kept() {
    let mut world = World::ready(Family::Huawei);
    arrives(&mut world, 7, PDU);
    world.run(Duration::from_secs(5));
    let told = texts(&world.events);
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].text, "Ada ular masuk rumah");
    world.run(Duration::from_secs(8_000));
    assert!(world.fake.store.contains_key(&7), "not kept yet");
    assert_eq!(texts(&world.events).len(), 1, "listed hourly and told once");
    world.order(Order::SmsKept {
        slots: told[0].slots.clone(),
    });
    world.run(Duration::from_secs(2));
    assert!(world.fake.store.is_empty());
}

#[test]
fn texts_that_came_while_we_were_away_are_told_at_the_start() {
    let mut world = World::new(Family::Generic);
    world.fake.store.insert(1, PDU.to_owned());
    world.open();
    world.run(Duration::from_secs(40));
    assert_eq!(texts(&world.events).len(), 1);
}

#[test]
fn a_long_text_is_told_whole_and_all_its_places_are_cleared() {
    let mut world = World::ready(Family::Huawei);
    let long = "banjir ".repeat(40);
    let parts = deliver(&long);
    assert_eq!(parts.len(), 2);
    arrives(&mut world, 3, &parts[1]);
    world.run(Duration::from_secs(2));
    arrives(&mut world, 4, &parts[0]);
    world.run(Duration::from_secs(2));
    let told = texts(&world.events);
    assert_eq!(told.len(), 1, "{:?}", world.events);
    assert_eq!(told[0].text, long);
    world.order(Order::SmsKept {
        slots: told[0].slots.clone(),
    });
    world.run(Duration::from_secs(2));
    assert!(world.fake.store.is_empty());
}

#[test]
fn half_a_text_is_shown_at_once_and_kept_when_the_rest_never_comes() {
    let mut world = World::ready(Family::Huawei);
    let parts = deliver(&"banjir ".repeat(40));
    arrives(&mut world, 3, &parts[0]);
    world.run(Duration::from_secs(2));
    assert!(
        world
            .events
            .iter()
            .any(|e| matches!(e, Event::SmsPartial { .. }))
    );
    assert!(texts(&world.events).is_empty());
    world.run(Duration::from_secs(700));
    let told = texts(&world.events);
    assert_eq!(told.len(), 1);
    world.order(Order::SmsKept {
        slots: told[0].slots.clone(),
    });
    world.run(Duration::from_secs(2));
    assert!(world.fake.store.is_empty());
}

#[test]
fn a_message_in_the_other_store_is_fetched_from_there() {
    let mut world = World::ready(Family::Generic);
    world.fake.store.insert(2, PDU.to_owned());
    world.hears("\r\n+CMTI: \"SM\",2\r\n");
    world.run(Duration::from_secs(3));
    assert_eq!(world.said("AT+CPMS=\"SM\""), 1);
    let told = texts(&world.events);
    assert_eq!(told.len(), 1);
    world.order(Order::SmsKept {
        slots: told[0].slots.clone(),
    });
    world.run(Duration::from_secs(2));
    assert!(world.fake.store.is_empty());
}

#[test]
fn an_announcement_without_a_place_makes_us_look_at_all_of_them() {
    let mut world = World::ready(Family::Generic);
    world.fake.store.insert(9, PDU.to_owned());
    world.hears("\r\n+CMTI: \"SM\",-1\r\n");
    world.run(Duration::from_secs(3));
    assert_eq!(texts(&world.events).len(), 1);
}

#[test]
fn a_full_store_is_told_once_emptied_and_refilled() {
    let mut world = World::ready(Family::Huawei);
    world.fake.store_size = 2;
    world.fake.store.insert(1, PDU.to_owned());
    world
        .fake
        .store
        .insert(2, deliver("Kebakaran di pasar")[0].clone());
    world.hears("\r\n^SMMEMFULL: \"SM\"\r\n");
    world.run(Duration::from_secs(5));
    let full = |world: &World| {
        world
            .events
            .iter()
            .filter(|e| **e == Event::SmsStoreFull)
            .count()
    };
    assert_eq!(full(&world), 1);
    let told = texts(&world.events);
    assert_eq!(told.len(), 2);
    for text in told {
        world.order(Order::SmsKept { slots: text.slots });
    }
    world.run(Duration::from_secs(5));
    assert!(world.fake.store.is_empty());
    assert_eq!(world.status().sms_store, Some((0, 2)));
    world.hears("\r\n^SMMEMFULL: \"SM\"\r\n");
    world.run(Duration::from_secs(5));
    assert_eq!(full(&world), 2);
}

#[test]
fn a_store_full_of_old_drafts_is_purged() {
    let mut world = World::ready(Family::Huawei);
    world.fake.store_size = 1;
    let draft =
        "\r\n+CMGL: 1,2,,18\r\n0691261801000001000D91261802001032F40000046479D80C\r\n\r\nOK\r\n";
    world
        .fake
        .answers
        .insert("AT+CMGL=4".to_owned(), draft.to_owned());
    world.fake.store.insert(1, PDU.to_owned());
    world.hears("\r\n^SMMEMFULL: \"SM\"\r\n");
    world.run(Duration::from_secs(5));
    assert_eq!(world.said("AT+CMGD=1,3"), 1);
    assert!(texts(&world.events).is_empty());
}

#[test]
fn a_flash_message_is_told_and_confirmed_where_the_modem_wants_it() {
    let mut world = World::ready(Family::Quectel);
    world.hears("\r\n+CMT: ,46\r\n06912618010000040D91261802001032F40010623010115100821DD0A234E93C06A941278898742641E37A781C0695D773BABCDC06\r\n");
    world.run(Duration::from_secs(2));
    assert_eq!(texts(&world.events).len(), 1);
    world.order(Order::SmsKept { slots: Vec::new() });
    world.run(Duration::from_secs(1));
    assert_eq!(world.said("AT+CNMA=1"), 1);
    let mut world = World::ready(Family::Huawei);
    world.hears("\r\n+CMT: ,46\r\n06912618010000040D91261802001032F40010623010115100821DD0A234E93C06A941278898742641E37A781C0695D773BABCDC06\r\n");
    world.run(Duration::from_secs(2));
    assert_eq!(texts(&world.events).len(), 1);
    assert!(
        !world
            .fake
            .said
            .iter()
            .any(|said| said.starts_with("AT+CNMA"))
    );
}

fn send(world: &mut World, text: &str) {
    world.order(Order::SendSms {
        to: FROM.to_owned(),
        text: text.to_owned(),
        token: 5,
    });
}

fn failure(events: &[Event]) -> Option<(String, bool)> {
    events.iter().find_map(|event| match event {
        Event::SmsFailed {
            token: 5,
            reason,
            transient,
        } => Some((reason.clone(), *transient)),
        _ => None,
    })
}

#[test]
fn a_text_goes_out_and_its_delivery_is_reported() {
    let mut world = World::ready(Family::Huawei);
    send(&mut world, "Unit pemadam sedang menuju lokasi");
    world.run(Duration::from_secs(6));
    assert!(
        world.events.contains(&Event::SmsSent { token: 5 }),
        "{:?}",
        world.events
    );
    let sent = stamp();
    let to = Address::of_number(FROM);
    let report = encode::report(42, &to, sent, sent, 0);
    world.hears(&format!(
        "\r\n+CDS: {}\r\n{}\r\n",
        report.tpdu_octets, report.hex
    ));
    assert!(world.events.contains(&Event::SmsReport {
        token: 5,
        delivered: true
    }));
}

#[test]
fn the_parts_of_a_long_text_keep_their_distance() {
    let mut world = World::ready(Family::Huawei);
    send(&mut world, &"Unit menuju lokasi. ".repeat(20));
    let mut times = Vec::new();
    for _ in 0..300 {
        world.run(Duration::from_millis(100));
        let bodies = world
            .fake
            .said
            .iter()
            .filter(|said| said.starts_with("PDU"))
            .count();
        if bodies > times.len() {
            times.push(world.now);
        }
    }
    assert_eq!(times.len(), 3);
    for pair in times.windows(2) {
        assert!(pair[1].since(pair[0]) >= Duration::from_secs(3));
    }
    assert!(world.events.contains(&Event::SmsSent { token: 5 }));
}

#[test]
fn weak_signal_is_tried_once_more_and_a_barred_number_is_not() {
    let mut world = World::ready(Family::Huawei);
    world.fake.cms_error = Some(500);
    send(&mut world, "satu");
    world.run(Duration::from_secs(15));
    assert!(world.events.contains(&Event::SmsSent { token: 5 }));

    let mut world = World::ready(Family::Huawei);
    world.fake.cms_error = Some(8);
    send(&mut world, "dua");
    world.run(Duration::from_secs(15));
    assert_eq!(failure(&world.events), Some(("cms_8".to_owned(), false)));
    let heads = world
        .fake
        .said
        .iter()
        .filter(|said| said.starts_with("AT+CMGS"));
    assert_eq!(heads.count(), 1, "{:?}", world.fake.said);
}

#[test]
fn a_prompt_that_never_comes_is_left_and_the_line_stays_up() {
    let mut world = World::ready(Family::Huawei);
    world.fake.never_prompts = true;
    send(&mut world, "tiga");
    world.run(Duration::from_secs(30));
    assert_eq!(failure(&world.events), Some(("no_prompt".to_owned(), true)));
    assert_eq!(world.status().phase, Phase::Ready);
    world.fake.never_prompts = false;
    send(&mut world, "empat");
    world.run(Duration::from_secs(10));
    assert!(world.events.contains(&Event::SmsSent { token: 5 }));
}

#[test]
fn a_call_that_rings_goes_before_a_text() {
    let mut world = World::ready(Family::Huawei);
    send(&mut world, "lima");
    world.hears("\r\nRING\r\n\r\n+CLIP: \"+6284005678001\",145,,,,0\r\n");
    world.ring("+6284005678001");
    let call = super::calls::rang(&world.events);
    world.run(Duration::from_millis(500));
    world.order(Order::Answer { call });
    world.run(Duration::from_secs(1));
    assert!(
        world
            .events
            .contains(&Event::Answered { call, found: false })
    );
    world.run(Duration::from_secs(30));
    assert!(
        world.events.contains(&Event::SmsSent { token: 5 }),
        "{:?}",
        world.fake.said
    );
    assert_eq!(failure(&world.events), None);
}

#[test]
fn texts_that_cannot_go_are_given_back_at_once() {
    let mut world = World::ready(Family::Usr);
    send(&mut world, "enam");
    assert_eq!(
        failure(&world.events),
        Some(("not_supported".to_owned(), false))
    );
    let mut world = World::new(Family::Generic);
    send(&mut world, "tujuh");
    assert_eq!(failure(&world.events), Some(("line_down".to_owned(), true)));
    let mut world = World::ready(Family::Generic);
    world.order(Order::SendSms {
        to: "DAMKAR".to_owned(),
        text: "delapan".to_owned(),
        token: 5,
    });
    assert_eq!(
        failure(&world.events),
        Some(("bad_number".to_owned(), false))
    );
    let mut world = World::ready(Family::Generic);
    send(&mut world, "sembilan");
    world.lose_port();
    assert_eq!(failure(&world.events), Some(("line_down".to_owned(), true)));
}
