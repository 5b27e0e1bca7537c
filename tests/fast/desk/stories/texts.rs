use super::*;
use siaga112::base::ids::SmsId;
use siaga112::base::limits;

fn send(centre: &mut Centre) -> SmsId {
    let order = Order::SendSms {
        to: "0840 0101 0014".into(),
        text: "Petugas menuju lokasi.".into(),
        line: None,
    };
    centre.ask("rina", order).unwrap().sms.unwrap()
}

fn times_ordered(centre: &Centre) -> usize {
    let sends = |order: &&LineOrder| matches!(order, LineOrder::SendSms { .. });
    centre.orders.iter().filter(sends).count()
}

fn failed(sms: SmsId, transient: bool) -> LineNews {
    let reason = "cms_500".into();
    LineNews::SmsFailed {
        sms,
        reason,
        transient,
    }
}

fn received(text: &str, network_time: Option<&str>) -> LineNews {
    LineNews::Sms {
        from: "+6284001010014".into(),
        text: text.into(),
        network_time: network_time.map(str::to_owned),
        position: None,
    }
}

#[test]
fn a_text_for_help_is_a_fact() {
    let mut centre = Centre::open();
    centre.tell("L1", received("TULI. RUMAH SAYA KEBAKARAN.", None));
    let row = &centre.touched.sms[0];
    assert!(row.incoming);
    assert_eq!(row.state, "received");
    assert_eq!(row.number.as_ref().unwrap().to_string(), "+6284001010014");
}

#[test]
fn a_text_that_the_modem_hands_out_again_is_not_recorded_twice() {
    let mut centre = Centre::open();
    let news = received("banjir", Some("2026-11-21T09:00:00+08:00"));
    let l1 = line("L1");
    let first = centre.desk.news(centre.now, &l1, &news).sms;
    centre.tell("L1", news.clone());
    centre.power_cut();
    let again = centre.desk.news(centre.now, &line("L2"), &news);
    // The engine still learns its id, so that it can delete it from the modem.
    assert_eq!((again.facts.len(), again.sms), (0, first));
    // Without a network time nothing proves that it is the same.
    for _ in 0..2 {
        centre.tell("L1", received("banjir", None));
    }
    assert_eq!(centre.count("sms.received"), 3);
}

#[test]
fn a_text_is_queued_sent_and_delivered() {
    let mut centre = Centre::open();
    let sms = send(&mut centre);
    assert_eq!(
        centre.orders,
        [LineOrder::SendSms {
            line: None,
            to: "+6284001010014".into(),
            text: "Petugas menuju lokasi.".into(),
            sms,
        }]
    );
    assert_eq!(centre.desk.unsent().count(), 1);
    for _ in 0..2 {
        centre.tell("L2", LineNews::SmsSent { sms });
    }
    for delivered in [false, true, true] {
        centre.tell("L2", LineNews::SmsReported { sms, delivered });
    }
    assert_eq!(centre.desk.unsent().count(), 0);
    let states: Vec<&str> = centre.touched.sms.iter().map(|r| &*r.state).collect();
    assert_eq!(states, ["queued", "sent", "undelivered", "delivered"]);
    assert_eq!(centre.touched.sms[1].line, Some(line("L2")));
    centre.seconds(86_400);
    assert_eq!(times_ordered(&centre), 1);
}

#[test]
fn a_text_that_may_go_later_is_tried_again_a_few_times() {
    let mut centre = Centre::open();
    let sms = send(&mut centre);
    for tries in 1..limits::SMS_TRIES_MAX {
        assert_eq!(times_ordered(&centre), tries as usize);
        centre.tell("L1", failed(sms, true));
        let wait = 30 << (tries - 1);
        centre.seconds(wait - 1);
        assert_eq!(times_ordered(&centre), tries as usize);
        centre.seconds(1);
    }
    centre.tell("L1", failed(sms, true));
    assert_eq!(centre.touched.sms.last().unwrap().state, "failed");
    centre.seconds(86_400);
    assert_eq!(times_ordered(&centre), limits::SMS_TRIES_MAX as usize);
}

#[test]
fn a_text_the_network_refuses_for_good_is_not_tried_again() {
    let mut centre = Centre::open();
    let sms = send(&mut centre);
    for _ in 0..2 {
        centre.tell("L1", failed(sms, false));
    }
    centre.seconds(86_400);
    assert_eq!(times_ordered(&centre), 1);
    assert_eq!(centre.count("sms.failed"), 1);
}

#[test]
fn a_line_that_says_nothing_of_a_text_counts_as_a_failed_try() {
    let mut centre = Centre::open();
    send(&mut centre);
    centre.seconds(599);
    assert_eq!(centre.count("sms.delayed"), 0);
    centre.seconds(1);
    assert_eq!(centre.count("sms.delayed"), 1);
    centre.seconds(30);
    assert_eq!(times_ordered(&centre), 2);
}

#[test]
fn texts_wait_for_a_line_and_go_once_after_a_power_cut() {
    let mut centre = Centre::open();
    let sms = send(&mut centre);
    let taken = send(&mut centre);
    let sms_sent = LineNews::SmsSent { sms: taken };
    centre.tell("L1", sms_sent);
    centre.power_cut();
    centre.seconds(20);
    // No line is up yet.
    assert_eq!(centre.orders, []);
    centre.tell("L1", LineNews::Up);
    centre.tell("L2", LineNews::Up);
    let ids: Vec<SmsId> = centre.desk.unsent().map(|record| record.id).collect();
    assert_eq!(ids, [sms]);
    assert_eq!(times_ordered(&centre), 1);
}

#[test]
fn tries_are_counted_across_power_cuts() {
    let mut centre = Centre::open();
    let sms = send(&mut centre);
    for _ in 1..limits::SMS_TRIES_MAX {
        centre.tell("L1", failed(sms, true));
        centre.power_cut();
        centre.tell("L1", LineNews::Up);
        assert_eq!(times_ordered(&centre), 1);
    }
    centre.tell("L1", failed(sms, true));
    assert_eq!(centre.desk.unsent().count(), 0);
}

#[test]
fn a_text_prefers_the_line_it_was_asked_for_but_does_not_wait_for_it() {
    let mut centre = Centre::open();
    let order = |name: &str| Order::SendSms {
        to: "084001010014".into(),
        text: "x".into(),
        line: Some(line(name)),
    };
    assert_eq!(centre.ask("rina", order("L9")), Err(Refusal::NoLine));
    let sms = centre.ask("rina", order("L2")).unwrap().sms.unwrap();
    let why = "dead".into();
    let detail = String::new();
    centre.tell("L2", LineNews::Down { why, detail });
    centre.tell("L2", failed(sms, true));
    centre.seconds(30);
    let lines: Vec<Option<LineName>> = centre
        .orders
        .iter()
        .filter_map(|order| match order {
            LineOrder::SendSms { line, .. } => Some(line.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(lines, [Some(line("L2")), None]);
}

#[test]
fn texts_have_limits() {
    let mut centre = Centre::open();
    let order = |to: &str, text: &str| Order::SendSms {
        to: to.into(),
        text: text.into(),
        line: None,
    };
    assert_eq!(
        centre.ask("rina", order("polisi", "x")),
        Err(Refusal::BadNumber)
    );
    for text in ["", &"x".repeat(limits::SMS_CHARS_MAX + 1)] {
        assert!(centre.ask("rina", order("110", text)).is_err());
    }
    for _ in 0..limits::SMS_UNSENT_LEN_MAX {
        send(&mut centre);
    }
    assert_eq!(centre.ask("rina", order("110", "x")), Err(Refusal::NoLine));
}
