//! What the engine tells the sound of its lines, and what it makes of what was heard there.

use std::time::Duration;

use siaga112::base::ids::{CallId, UserName};
use siaga112::base::sound::{Coding, LineTone, SoundTrouble};
use siaga112::desk::sound::Recording;
use siaga112::engine::core::In;
use siaga112::engine::sound::{SoundHeard, SoundOrder};
use siaga112::line::heard::{CallNo, EndedBy};
use siaga112::line::words::{Event, Order as LineOrder};

use super::{Alert, Office, Order};

const CALL: CallId = CallId(1);

impl Office {
    /// Rina talks with a caller on the first line.
    fn talking() -> Office {
        let mut office = Office::open();
        office.joins("rina");
        office.rings(0, 1, "+6284001010014");
        office.asks("rina", 1, Order::Answer { call: CALL });
        office.line_says(
            0,
            Event::Answered {
                call: CallNo(1),
                found: false,
            },
        );
        office
    }

    fn hears(&mut self, line: usize, heard: SoundHeard) {
        self.tell(In::Sound { line, heard });
    }

    /// What the sound of the first line was told, without who has the call.
    fn sound_orders(&self) -> Vec<SoundOrder> {
        let first = self.sound.iter().filter(|(line, _)| *line == 0);
        let orders = first.map(|(_, order)| order.clone());
        orders
            .filter(|order| !matches!(order, SoundOrder::Desk { .. } | SoundOrder::KeysReported(_)))
            .collect()
    }

    /// Who has the call, as the sound was told last.
    fn owner_told(&self) -> Option<UserName> {
        let desks = self.sound.iter().rev().find_map(|(_, order)| match order {
            SoundOrder::Desk { owner, .. } => Some(owner.clone()),
            _ => None,
        });
        desks.expect("told at all")
    }

    /// What the screens know of the call.
    fn trouble_shown(&self) -> Option<SoundTrouble> {
        let shown = self.alerts.iter().rev().find_map(|alert| match alert {
            Alert::Call { call, .. } => Some(call.sound.trouble),
            _ => None,
        });
        shown.flatten()
    }

    fn keys(&self) -> String {
        let call = self.core.desk().live_call(CALL).expect("a call");
        call.dtmf.clone()
    }
}

#[test]
fn the_sound_of_a_call_begins_with_its_answer_and_ends_with_it() {
    let mut office = Office::talking();
    assert_eq!(office.sound_orders(), [SoundOrder::Begin { call: CALL }]);
    assert_eq!(office.owner_told(), Some(UserName::new("rina")));
    let coding = Coding::Mulaw;
    office.line_says(
        0,
        Event::SoundOn {
            call: CallNo(1),
            coding,
            in_band: true,
        },
    );
    office.line_says(0, Event::SoundOff { call: CallNo(1) });
    office.line_says(
        0,
        Event::Ended {
            call: CallNo(1),
            by: EndedBy::Remote,
            cause: None,
        },
    );
    let expected = [
        SoundOrder::Begin { call: CALL },
        SoundOrder::On {
            coding,
            in_band: true,
        },
        SoundOrder::Off,
        SoundOrder::End { call: CALL },
    ];
    assert_eq!(office.sound_orders(), expected);
}

#[test]
fn sound_passes_through_to_the_line_at_once() {
    let mut office = Office::talking();
    office.hears(0, SoundHeard::ToLine(vec![1, 2, 3]));
    office.hears(0, SoundHeard::Tone(LineTone::Busy));
    let script = office.lines[0].script.lock().expect("puppet");
    assert_eq!(script.sound, [1, 2, 3]);
    assert_eq!(script.tones, [LineTone::Busy]);
}

#[test]
fn a_line_whose_sound_is_dead_is_asked_to_begin_anew() {
    let mut office = Office::talking();
    office.hears(0, SoundHeard::Dead { call: CALL });
    let asked = office.told(0);
    assert_eq!(
        asked.last(),
        Some(&LineOrder::SoundDead { call: CallNo(1) })
    );
}

#[test]
fn a_line_is_told_that_its_sound_comes() {
    let mut office = Office::talking();
    office.hears(0, SoundHeard::Flows { call: CALL });
    let asked = office.told(0);
    assert_eq!(
        asked.last(),
        Some(&LineOrder::SoundFlows { call: CallNo(1) })
    );
}

#[test]
fn a_trouble_is_on_the_screens_before_it_is_on_disk_and_told_once() {
    let mut office = Office::talking();
    office.saves();
    office.forget();
    let trouble = Some(SoundTrouble::NoFrames);
    office.hears(
        0,
        SoundHeard::Trouble {
            call: CALL,
            trouble,
        },
    );
    assert_eq!(office.trouble_shown(), trouble);
    assert_eq!(office.order, ["alert", "commit"]);
    office.hears(
        0,
        SoundHeard::Trouble {
            call: CALL,
            trouble,
        },
    );
    assert_eq!(office.order, ["alert", "commit"], "no news");
    let trouble = None;
    office.hears(
        0,
        SoundHeard::Trouble {
            call: CALL,
            trouble,
        },
    );
    assert_eq!(office.trouble_shown(), None);
    office.saves();
    assert_eq!(office.facts, ["call.sound", "call.sound"]);
}

#[test]
fn a_call_the_modem_gives_no_sound_to_says_so_to_its_sound() {
    let mut office = Office::talking();
    let why = SoundTrouble::Refused;
    office.line_says(
        0,
        Event::NoSound {
            call: CallNo(1),
            why,
        },
    );
    assert_eq!(
        office.sound_orders().last(),
        Some(&SoundOrder::Blocked(why))
    );
}

#[test]
fn a_key_that_the_modem_tells_and_our_ears_hear_is_one_press() {
    let mut office = Office::talking();
    let modem = |office: &mut Office, digit| {
        office.line_says(
            0,
            Event::Dtmf {
                call: CallNo(1),
                digit,
            },
        );
    };
    let ears = |office: &mut Office, key| office.hears(0, SoundHeard::Key { call: CALL, key });
    modem(&mut office, '5');
    ears(&mut office, '5');
    assert_eq!(office.keys(), "5");
    // Pressed again, told the other way round; and another key at once.
    office.tick = office.tick + Duration::from_millis(300);
    ears(&mut office, '5');
    modem(&mut office, '5');
    ears(&mut office, '6');
    assert_eq!(office.keys(), "556");
    // A modem that tells nothing: every press our ears hear counts.
    office.tick = office.tick + Duration::from_secs(5);
    ears(&mut office, '1');
    ears(&mut office, '1');
    assert_eq!(office.keys(), "55611");
}

#[test]
fn once_the_modem_has_told_a_key_our_ears_may_rest() {
    let mut office = Office::talking();
    office.line_says(
        0,
        Event::Dtmf {
            call: CallNo(1),
            digit: '5',
        },
    );
    assert!(office.sound.contains(&(0, SoundOrder::KeysReported(true))));
}

#[test]
fn keys_the_modem_cannot_send_go_out_as_sound() {
    let mut office = Office::talking();
    let digits = "12".to_owned();
    office.line_says(
        0,
        Event::SendKeysInBand {
            call: CallNo(1),
            digits,
        },
    );
    assert_eq!(
        office.sound_orders().last(),
        Some(&SoundOrder::Keys("12".into()))
    );
}

#[test]
fn the_sound_learns_at_once_who_has_the_call_and_whether_the_caller_is_on_hold() {
    let mut office = Office::talking();
    office.joins("budi");
    office.sound.clear();
    office.asks(
        "rina",
        2,
        Order::Hold {
            call: CALL,
            on: true,
        },
    );
    let held = office.sound.iter().any(|(_, order)| {
        matches!(
            order,
            SoundOrder::Desk {
                on_hold: true,
                owner: Some(_),
                ..
            }
        )
    });
    assert!(held, "{:?}", office.sound);
    let to = UserName::new("budi");
    office.asks(
        "rina",
        3,
        Order::Transfer {
            call: CALL,
            to: to.clone(),
        },
    );
    assert_eq!(office.owner_told(), Some(to));
    let last = office.sound.last().map(|(_, order)| order.clone());
    assert!(
        matches!(last, Some(SoundOrder::Desk { on_hold: false, .. })),
        "taken off hold"
    );
}

#[test]
fn a_recording_of_a_call_that_is_long_over_finds_its_way_into_the_journal() {
    let mut office = Office::talking();
    let archived = office.core.desk().live_call(CALL).cloned().map(|mut call| {
        call.id = CallId(77);
        Box::new(call)
    });
    office.saves();
    office.forget();
    let recording = Recording {
        file: "000/77.wav".into(),
        bytes: 44,
        duration_ms: 0,
        sha256: "00".into(),
        lost_ms: 0,
        recovered: true,
    };
    let call = CallId(77);
    office.hears(
        0,
        SoundHeard::Recorded {
            call,
            recording: recording.clone(),
            archived,
        },
    );
    let rows = &office.batches.back().expect("a commit").touched.calls;
    assert_eq!(rows[0].sound.recordings, [recording]);
    office.saves();
    assert_eq!(office.facts, ["recording.closed"]);
}
