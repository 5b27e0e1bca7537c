//! Texts on their way out, over an office with one line on copper (0) and one with a SIM card (1).

use siaga112::line::words::{DownWhy, Event};

use super::{LineOrder, Office, Order, Puppet};

fn write(office: &mut Office) {
    office.asks(
        "rina",
        1,
        Order::SendSms {
            to: "084001010014".into(),
            text: "Tim menuju lokasi".into(),
            line: None,
        },
    );
    office.saves();
}

fn handed_out(office: &Office) -> usize {
    let all = [office.told(0), office.told(1)].concat();
    let texts = all.iter();
    texts
        .filter(|order| matches!(order, LineOrder::SendSms { .. }))
        .count()
}

#[test]
fn a_text_waits_for_the_line_that_can_send_it() {
    let mut office = Office::open();
    let down = Event::Down {
        why: DownWhy::NoNetwork,
        detail: String::new(),
    };
    office.line_says(1, down);
    write(&mut office);
    assert_eq!(handed_out(&office), 0);
    office.line_says(1, Event::Up);
    office.saves();
    assert_eq!(office.told(0), []);
    assert_eq!(handed_out(&office), 1);
}

#[test]
fn a_text_that_was_given_up_does_not_go_out_hours_later() {
    let mut office = Office::open();
    let down = Event::Down {
        why: DownWhy::NoNetwork,
        detail: String::new(),
    };
    office.line_says(1, down);
    write(&mut office);
    office.passes(300);
    assert!(office.facts.contains(&"sms.failed".to_owned()));
    office.line_says(1, Event::Up);
    office.saves();
    assert_eq!(handed_out(&office), 0, "the operator has sent another one");
}

#[test]
fn a_text_that_a_modem_holds_for_long_is_not_handed_out_again() {
    let mut office = Office::with([Puppet::new(true), Puppet::new(true)]);
    write(&mut office);
    office.passes(60);
    assert!(office.facts.contains(&"sms.delayed".to_owned()));
    assert_eq!(handed_out(&office), 1);
    office.line_says(0, Event::SmsSent { token: 1 });
    office.saves();
    assert!(office.facts.contains(&"sms.sent".to_owned()));
}

#[test]
fn an_office_on_copper_alone_is_told_at_once_that_it_cannot_send() {
    let mut office = Office::with([Puppet::new(false), Puppet::new(false)]);
    write(&mut office);
    assert!(office.facts.contains(&"sms.failed".to_owned()));
}
