//! The ear as the machine drives it: replies, prompts, wake-ups, what it says of itself.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::Duration;

use siaga112::base::sound::LineTone;
use siaga112::base::time::Tick;
use siaga112::line::ear::{CallView, Ear, EarSetup, LATE_REPLY_GUARD};
use siaga112::line::heard::{
    CallHeard, CallNo, EndedBy, Heard, ListState, MissedReason, Outcome, Reply, SmsHeard,
};

const T0: Tick = Tick(0);

fn after(ms: u64) -> Tick {
    T0 + Duration::from_millis(ms)
}

fn all(ear: &mut Ear) -> Vec<Heard> {
    ear.by_ref().collect()
}

fn reply(cmd: &str, outcome: Outcome, lines: &[&str]) -> Heard {
    let lines = lines.iter().map(|l| (*l).to_owned()).collect();
    Heard::Reply(Reply {
        cmd: cmd.to_owned(),
        outcome,
        lines,
    })
}

#[test]
fn a_reply_carries_its_own_lines_and_nobody_elses() {
    let mut ear = Ear::new(EarSetup::default());
    ear.sent(T0, b"AT+CPMS?\r");
    assert_eq!(ear.in_flight(), Some("AT+CPMS?"));
    ear.bytes(
        T0,
        b"\r\n^RSSI:9\r\n\r\n+CPMS: \"ME\",2,255\r\n\r\nRING\r\n\r\nOK\r\n",
    );
    let heard = all(&mut ear);
    let last = heard.last().cloned();
    assert_eq!(
        last,
        Some(reply("AT+CPMS?", Outcome::Ok, &["+CPMS: \"ME\",2,255"]))
    );
    assert!(
        heard
            .iter()
            .any(|h| matches!(h, Heard::Call(CallHeard::Incoming { .. })))
    );
    assert_eq!(ear.in_flight(), None);
}

#[test]
fn the_text_of_a_message_goes_out_behind_its_prompt() {
    let mut ear = Ear::new(EarSetup::default());
    ear.sent(T0, b"AT+CMGS=20\r");
    ear.bytes(T0, b"\r\n> ");
    assert_eq!(all(&mut ear), [Heard::Prompt]);
    let submit = b"0001000D91264800001032F40000024831\x1a";
    ear.sent(T0, submit);
    ear.bytes(after(3000), b"\r\n+CMGS: 7\r\n\r\nOK\r\n");
    let sent = SmsHeard::Sent {
        mr: Some(7),
        to: Some("+6284000001234".to_owned()),
    };
    assert_eq!(
        all(&mut ear),
        [
            Heard::Sms(sent),
            reply("AT+CMGS=20", Outcome::Ok, &["+CMGS: 7"])
        ]
    );
}

#[test]
fn the_networks_late_yes_to_a_message_is_still_told() {
    let mut ear = Ear::new(EarSetup::default());
    ear.sent(T0, b"AT+CMGS=20\r");
    ear.bytes(T0, b"\r\n> ");
    ear.sent(T0, b"0001000D91264800001032F40000024831\x1a");
    ear.gave_up(after(40_000));
    let heard = all(&mut ear);
    let failed = Heard::Sms(SmsHeard::Failed {
        reason: "timeout".to_owned(),
    });
    assert!(heard.contains(&failed));
    ear.bytes(after(45_000), b"\r\n+CMGS: 7\r\n\r\nOK\r\n");
    let heard = all(&mut ear);
    assert!(
        heard
            .iter()
            .any(|h| matches!(h, Heard::Sms(SmsHeard::Sent { mr: Some(7), .. })))
    );
}

#[test]
fn a_lone_ok_after_a_given_up_command_waits_for_the_quiet() {
    let mut ear = Ear::new(EarSetup::default());
    ear.sent(T0, b"AT+CLIP=1\r");
    ear.gave_up(after(5000));
    assert_eq!(all(&mut ear), [reply("AT+CLIP=1", Outcome::TimedOut, &[])]);
    ear.sent(after(5000), b"AT\r");
    ear.bytes(after(5010), b"\r\nOK\r\n");
    assert_eq!(all(&mut ear), []);
    let due = after(5010) + LATE_REPLY_GUARD;
    assert_eq!(ear.due(), Some(due));
    ear.wake(due);
    assert_eq!(all(&mut ear), [reply("AT", Outcome::Ok, &[])]);
}

#[test]
fn a_ring_is_due_to_be_given_up_ten_seconds_after_the_last() {
    let mut ear = Ear::new(EarSetup::default());
    ear.bytes(T0, b"\r\nRING\r\n");
    ear.bytes(after(5000), b"\r\nRING\r\n");
    assert_eq!(ear.due(), Some(after(15_000)));
    all(&mut ear);
    ear.wake(after(14_999));
    assert_eq!(all(&mut ear), []);
    ear.wake(after(15_000));
    let heard = all(&mut ear);
    assert!(matches!(
        heard.as_slice(),
        [Heard::Call(CallHeard::Missed {
            reason: MissedReason::RingTimeout,
            ..
        })]
    ));
    assert_eq!(ear.due(), None);
}

#[test]
fn an_answer_under_way_keeps_the_call_ringing() {
    let mut ear = Ear::new(EarSetup::default());
    ear.bytes(T0, b"\r\nRING\r\n");
    ear.sent(after(1000), b"ATA\r");
    ear.wake(after(39_000));
    ear.bytes(after(39_000), b"\r\nOK\r\n");
    let ended = |h: &Heard| matches!(h, Heard::Call(CallHeard::Missed { .. }));
    let heard = all(&mut ear);
    assert!(!heard.iter().any(ended));
    assert!(
        heard
            .iter()
            .any(|h| matches!(h, Heard::Call(CallHeard::Answered { .. })))
    );
}

#[test]
fn the_calls_are_known_with_their_place_in_the_list() {
    let mut ear = Ear::new(EarSetup::default());
    ear.bytes(T0, b"\r\nRING\r\n");
    ear.sent(T0, b"AT+CLCC\r");
    ear.bytes(
        T0,
        b"\r\n+CLCC: 3,1,4,0,0,\"084000001234\",129\r\n\r\nOK\r\n",
    );
    let expected = CallView {
        call: CallNo(1),
        idx: Some(3),
        incoming: true,
        state: ListState::Incoming,
    };
    assert_eq!(ear.calls(), [expected]);
}

#[test]
fn our_hang_up_without_a_word_from_the_modem_ends_the_call_after_three_seconds() {
    let mut ear = Ear::new(EarSetup::default());
    ear.bytes(T0, b"\r\nRING\r\n");
    ear.sent(T0, b"ATA\r");
    ear.bytes(T0, b"\r\nOK\r\n");
    ear.sent(after(1000), b"AT+CHUP\r");
    ear.bytes(after(1000), b"\r\nOK\r\n");
    all(&mut ear);
    assert_eq!(ear.due(), Some(after(4000)));
    ear.wake(after(4000));
    let heard = all(&mut ear);
    assert!(matches!(
        heard.as_slice(),
        [Heard::Call(CallHeard::Ended {
            by: EndedBy::Local,
            answered: true,
            ..
        })]
    ));
}

#[test]
fn a_call_that_survives_our_hang_up_is_not_taken_for_ended() {
    let mut ear = Ear::new(EarSetup::default());
    ear.bytes(T0, b"\r\n^CONN:1,0\r\n");
    ear.sent(T0, b"AT+CHUP\r");
    ear.bytes(T0, b"\r\nOK\r\n");
    ear.sent(after(500), b"AT+CLCC\r");
    ear.bytes(
        after(500),
        b"\r\n+CLCC: 1,1,0,0,0,\"084000001234\",129\r\n\r\nOK\r\n",
    );
    ear.wake(after(10_000));
    let ended = |h: &Heard| matches!(h, Heard::Call(CallHeard::Ended { .. }));
    assert!(!all(&mut ear).iter().any(ended));
    assert_eq!(ear.calls().len(), 1);
}

#[test]
fn a_refused_hang_up_leaves_the_call_to_the_far_end() {
    let mut ear = Ear::new(EarSetup::default());
    ear.bytes(T0, b"\r\n^CONN:1,0\r\n");
    ear.sent(T0, b"AT+CHUP\r");
    ear.bytes(T0, b"\r\nERROR\r\n");
    ear.bytes(after(9000), b"\r\n^CEND:1,9,29,16\r\n");
    let heard = all(&mut ear);
    let last = heard.last();
    assert!(matches!(
        last,
        Some(Heard::Call(CallHeard::Ended {
            by: EndedBy::Remote,
            cause: Some(16),
            ..
        }))
    ));
}

#[test]
fn a_modem_that_restarts_by_itself_takes_its_calls_with_it() {
    let mut ear = Ear::new(EarSetup::default());
    ear.bytes(T0, b"\r\nRING\r\n");
    all(&mut ear);
    ear.bytes(after(1000), b"\r\nRDY\r\n\r\n+CFUN: 1\r\n");
    let heard = all(&mut ear);
    assert!(matches!(
        heard.as_slice(),
        [
            Heard::Call(CallHeard::Ended {
                by: EndedBy::LinkLost,
                ..
            }),
            Heard::Reset
        ]
    ));
}

#[test]
fn a_supply_failure_between_calls_invents_no_call() {
    let setup = EarSetup {
        brown_out_ends_calls: true,
        ..EarSetup::default()
    };
    let mut ear = Ear::new(setup);
    ear.sent(T0, b"AT+CLCC\r");
    ear.bytes(T0, b"\r\nOK\r\n");
    all(&mut ear);
    ear.bytes(after(1000), b"\r\nUNDER-VOLTAGE POWER DOWN\r\n");
    assert!(matches!(all(&mut ear).as_slice(), [Heard::Lost { .. }]));
}

#[test]
fn a_part_of_a_long_text_says_whether_it_lies_in_the_store() {
    let mut ear = Ear::new(EarSetup::default());
    let pdu = "06912618010000440D91261802001032F40000623010017120822A0500035A0202EAF43A1CD40E\
               D3CBF27498CD02B1CBF7301DA40EB3EB72D0BCCC0ED3C36E17";
    ear.bytes(T0, format!("\r\n+CMT: ,57\r\n{pdu}\r\n").as_bytes());
    let heard = all(&mut ear);
    let direct = |h: &Heard| {
        matches!(
            h,
            Heard::Sms(SmsHeard::Part {
                slot: None,
                known: false,
                ..
            })
        )
    };
    assert!(heard.iter().any(direct), "{heard:?}");
    ear.bytes(T0, format!("\r\n+CMT: ,57\r\n{pdu}\r\n").as_bytes());
    let again = all(&mut ear);
    assert!(
        matches!(
            again.as_slice(),
            [Heard::Sms(SmsHeard::Part { known: true, .. })]
        ),
        "{again:?}"
    );
}

#[test]
fn what_is_not_understood_is_counted() {
    let mut ear = Ear::new(EarSetup::default());
    ear.bytes(T0, b"\r\nhello\r\n\r\n+WHAT: 1\r\n");
    ear.bytes(T0, &[b'x'; 5000]);
    ear.bytes(T0, b"\r\n");
    assert_eq!(ear.noise(), 3);
}

/// One caller talks, another waits; both are in the modem's list.
fn one_talks_one_waits() -> Ear {
    let mut ear = Ear::new(EarSetup::default());
    ear.bytes(T0, b"\r\nRING\r\n\r\n+CLIP: \"+6284000000001\",145\r\n");
    ear.sent(T0, b"ATA\r");
    ear.bytes(T0, b"\r\nOK\r\n");
    ear.bytes(after(5000), b"\r\n+CCWA: \"+6284000000002\",145,1\r\n");
    list(&mut ear, 5500, &[TALKS, WAITS]);
    all(&mut ear);
    ear
}

fn list(ear: &mut Ear, at_ms: u64, rows: &[&str]) {
    ear.sent(after(at_ms), b"AT+CLCC\r");
    let rows: String = rows.iter().map(|row| format!("\r\n+CLCC: {row}")).collect();
    ear.bytes(
        after(at_ms + 20),
        format!("{rows}\r\n\r\nOK\r\n").as_bytes(),
    );
}

fn gone(ear: &mut Ear) -> Vec<CallNo> {
    let gone = |heard: &Heard| match heard {
        Heard::Call(CallHeard::Ended { call, .. } | CallHeard::Missed { call, .. }) => Some(*call),
        _ => None,
    };
    all(ear).iter().filter_map(gone).collect()
}

const TALKS: &str = "1,1,0,0,0,\"+6284000000001\",145";
const WAITS: &str = "2,1,5,0,0,\"+6284000000002\",145";

#[test]
fn a_list_that_is_older_than_the_end_of_its_call_rings_nobody() {
    let mut ear = Ear::new(EarSetup::default());
    ear.bytes(T0, b"\r\n^CONN:1,0\r\n");
    list(&mut ear, 500, &[TALKS]);
    all(&mut ear);
    ear.sent(after(1000), b"AT+CLCC\r");
    let end_first = format!("\r\nNO CARRIER\r\n\r\n+CLCC: {TALKS}\r\n\r\nOK\r\n");
    ear.bytes(after(1020), end_first.as_bytes());
    let heard = all(&mut ear);
    let told = |h: &&Heard| matches!(h, Heard::Call(_));
    assert_eq!(heard.iter().filter(told).count(), 1, "the end: {heard:?}");
    assert!(ear.calls().is_empty());
    assert!(ear.wants_list(), "in case that it was another call");
    list(&mut ear, 1100, &[]);
    assert!(all(&mut ear).iter().filter(told).count() == 0 && !ear.wants_list());
    // Asked for after the end, it is believed.
    list(&mut ear, 2000, &[TALKS]);
    assert_eq!(ear.calls().len(), 1);
}

#[test]
fn a_bare_end_with_two_callers_is_about_the_one_the_list_misses() {
    for (left, over) in [(TALKS, CallNo(2)), (WAITS, CallNo(1))] {
        let mut ear = one_talks_one_waits();
        ear.bytes(after(6000), b"\r\nNO CARRIER\r\n");
        assert_eq!(gone(&mut ear), [], "nobody is dropped on a guess");
        assert!(ear.wants_list());
        list(&mut ear, 6010, &[left]);
        assert_eq!(gone(&mut ear), [over]);
        assert!(!ear.wants_list());
    }
}

#[test]
fn a_list_asked_for_before_the_bare_end_does_not_decide() {
    let mut ear = one_talks_one_waits();
    ear.sent(after(6000), b"AT+CLCC\r");
    ear.bytes(after(6005), b"\r\nNO CARRIER\r\n");
    ear.bytes(
        after(6010),
        format!("\r\n+CLCC: {TALKS}\r\n+CLCC: {WAITS}\r\n\r\nOK\r\n").as_bytes(),
    );
    assert_eq!(gone(&mut ear), []);
    list(&mut ear, 6100, &[TALKS]);
    assert_eq!(gone(&mut ear), [CallNo(2)]);
}

#[test]
fn a_bare_end_the_list_cannot_settle_is_about_the_call_that_was_up() {
    let mut ear = one_talks_one_waits();
    ear.bytes(after(6000), b"\r\nNO CARRIER\r\n");
    for at_ms in [6100, 6200] {
        ear.sent(after(at_ms), b"AT+CLCC\r");
        ear.bytes(after(at_ms + 20), b"\r\nERROR\r\n");
    }
    assert_eq!(gone(&mut ear), [CallNo(1)]);
}

#[test]
fn the_number_of_a_waiting_caller_is_not_given_to_the_one_who_withholds_it() {
    let mut ear = Ear::new(EarSetup::default());
    ear.bytes(T0, b"\r\nRING\r\n\r\n+CLIP: \"\",128,,,,1\r\n");
    all(&mut ear);
    ear.bytes(after(400), b"\r\n+CCWA: \"+6284000000002\",145,1\r\n");
    let heard = all(&mut ear);
    let waits = |h: &Heard| {
        matches!(
            h,
            Heard::Call(CallHeard::Waiting {
                call: CallNo(2),
                ..
            })
        )
    };
    assert!(heard.iter().any(waits), "{heard:?}");
    let named = |h: &Heard| matches!(h, Heard::Call(CallHeard::Identified { .. }));
    assert!(!heard.iter().any(named), "{heard:?}");
}

#[test]
fn a_waiting_caller_in_the_list_has_not_given_up() {
    let mut ear = Ear::new(EarSetup::default());
    ear.bytes(T0, b"\r\nRING\r\n\r\n+CLIP: \"\",128,,,,1\r\n");
    let rings = "1,1,4,0,0,\"\",128";
    for at_s in 1..20 {
        ear.bytes(after(at_s * 1000), b"\r\nRING\r\n");
        list(&mut ear, at_s * 1000 + 100, &[rings, WAITS]);
        ear.wake(after(at_s * 1000 + 500));
    }
    assert_eq!(gone(&mut ear), []);
}

#[test]
fn with_ears_of_our_own_the_modems_word_is_a_suspicion_until_we_hear_it_too() {
    let setup = EarSetup {
        in_band: true,
        own_ears: true,
        ..EarSetup::default()
    };
    let mut ear = Ear::new(setup);
    ear.bytes(T0, b"\x80\x10b\x80\x10b\x80");
    let heard = all(&mut ear);
    let suspected = |heard: &[Heard]| {
        let is = |h: &&Heard| matches!(h, Heard::Call(CallHeard::HangupSuspected { .. }));
        heard.iter().filter(is).count()
    };
    let ended = |heard: &[Heard]| {
        let is = |h: &Heard| matches!(h, Heard::Call(CallHeard::Ended { .. }));
        heard.iter().any(is)
    };
    assert_eq!((suspected(&heard), ended(&heard)), (1, false), "{heard:?}");
    ear.tone_heard(after(9_000), LineTone::Ringback);
    assert_eq!(all(&mut ear), []);
    ear.tone_heard(after(10_000), LineTone::Busy);
    let heard = all(&mut ear);
    let evidence = heard.iter().find_map(|h| match h {
        Heard::Call(CallHeard::Ended { by, evidence, .. }) => Some((*by, *evidence)),
        _ => None,
    });
    assert_eq!(evidence, Some((EndedBy::Remote, Some("busy_tone"))));
    // Without a call there is nothing to end.
    ear.tone_heard(after(11_000), LineTone::Busy);
    ear.tone_heard(after(12_000), LineTone::Busy);
    assert_eq!(all(&mut ear), []);
}

#[test]
fn sound_may_be_written_only_while_a_stream_takes_it() {
    for (command, takes) in [("AT+VTR\r", true), ("AT+VTX\r", true), ("AT+VRX\r", false)] {
        let mut ear = Ear::new(EarSetup {
            in_band: true,
            ..EarSetup::default()
        });
        ear.sent(T0, command.as_bytes());
        assert!(!ear.takes_sound());
        ear.bytes(T0, b"\r\nCONNECT\r\n");
        assert_eq!(ear.takes_sound(), takes, "{command}");
        ear.sent(T0, b"\x10^");
        assert!(!ear.takes_sound(), "{command}: it was told to stop");
    }
    let mut ear = Ear::new(EarSetup {
        in_band: true,
        ..EarSetup::default()
    });
    ear.sent(T0, b"AT+VTR\r");
    ear.bytes(T0, b"\r\nCONNECT\r\n\x80\r\nNO CARRIER\r\n");
    assert!(!ear.takes_sound(), "it may have ended");
    ear.bytes(T0, b"\x80");
    assert!(ear.takes_sound(), "it had not");
    ear.bytes(T0, b"\x10\x03");
    assert!(!ear.takes_sound(), "it has");
}
