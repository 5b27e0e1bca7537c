use super::*;
use siaga112::base::sound::SoundTrouble;
use siaga112::desk::sound::{Joined, JoinedAs, Recording, SoundNews};

fn hold(call: CallId, on: bool) -> Order {
    Order::Hold { call, on }
}

fn join(call: CallId, how: JoinedAs) -> Order {
    Order::Join { call, how }
}

impl Centre {
    fn hears(&mut self, news: SoundNews) {
        let decision = self.desk.sound_news(news);
        self.carry_out(decision);
    }

    fn record(&self, call: CallId) -> CallRecord {
        self.desk.call(call).unwrap().clone()
    }
}

fn recording(file: &str) -> Recording {
    Recording {
        file: file.to_owned(),
        bytes: 32_044,
        duration_ms: 1_000,
        sha256: "ab".repeat(32),
        lost_ms: 0,
        recovered: false,
    }
}

#[test]
fn a_caller_on_hold_still_belongs_to_the_operator_and_rings_for_nobody() {
    let mut centre = Centre::open();
    centre.ready("rina");
    centre.ready("budi");
    let call = centre.talks("L1", "rina");
    for _ in 0..2 {
        centre.ask("rina", hold(call, true)).unwrap();
    }
    assert_eq!(centre.record(call).state, CallState::Held);
    assert!(centre.record(call).sound.on_hold);
    assert_eq!(centre.desk.owner(call), Some(&user("rina")));
    let by = user("rina");
    assert_eq!(
        centre.ask("budi", Order::Answer { call }),
        Err(Refusal::Taken { by })
    );
    assert_eq!(
        centre.ask("budi", hold(call, false)),
        Err(Refusal::NotYours {
            by: Some(user("rina"))
        })
    );
    centre.ask("rina", hold(call, false)).unwrap();
    assert_eq!(centre.record(call).state, CallState::Talking);
    assert!(!centre.record(call).sound.on_hold);
    let held = centre
        .kinds()
        .iter()
        .filter(|kind| **kind == "call.held")
        .count();
    assert_eq!(held, 2, "a double click is no third fact");
}

#[test]
fn a_call_that_only_rings_cannot_be_held() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.rings("L1", "084001010014");
    centre.ask("rina", Order::Answer { call }).unwrap();
    assert_eq!(
        centre.ask("rina", hold(call, true)),
        Err(Refusal::NotTalking)
    );
}

#[test]
fn who_takes_over_a_held_call_talks_at_once() {
    let mut centre = Centre::open();
    centre.ready("rina");
    centre.ready("budi");
    let call = centre.talks("L1", "rina");
    centre.ask("rina", hold(call, true)).unwrap();
    let to = user("budi");
    centre.ask("rina", Order::Transfer { call, to }).unwrap();
    let record = centre.record(call);
    assert_eq!(
        (record.state, record.sound.on_hold),
        (CallState::Talking, false)
    );
}

#[test]
fn a_caller_on_hold_is_still_on_hold_after_a_power_cut() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.talks("L1", "rina");
    centre.ask("rina", hold(call, true)).unwrap();
    centre.hears(SoundNews::Trouble {
        call,
        trouble: Some(SoundTrouble::NoDesk),
    });
    centre.power_cut();
    let sound = centre.record(call).sound;
    assert!(sound.on_hold);
    assert_eq!(sound.trouble, None, "nothing is known of the sound of now");
}

#[test]
fn supervisors_listen_whisper_and_join_and_operators_only_when_asked() {
    let mut centre = Centre::open();
    centre.ready("rina");
    centre.ready("budi");
    let call = centre.talks("L1", "rina");
    let not_yours = Err(Refusal::NotYours {
        by: Some(user("rina")),
    });
    for how in [JoinedAs::Listen, JoinedAs::Whisper, JoinedAs::Join] {
        assert_eq!(centre.ask("budi", join(call, how)), not_yours);
        centre
            .ask_as("sari", Role::Supervisor, join(call, how))
            .unwrap();
        let joined = Joined {
            user: user("sari"),
            how,
        };
        assert_eq!(
            centre.record(call).sound.joined,
            [joined],
            "in one way at a time"
        );
    }
    let to = user("budi");
    centre.ask("rina", Order::Invite { call, to }).unwrap();
    assert_eq!(
        centre.ask("budi", join(call, JoinedAs::Listen)),
        not_yours,
        "asked to talk"
    );
    centre.ask("budi", join(call, JoinedAs::Join)).unwrap();
    assert_eq!(centre.record(call).sound.joined.len(), 2);
    for _ in 0..2 {
        centre.ask("budi", Order::Part { call }).unwrap();
    }
    let parted = centre
        .kinds()
        .iter()
        .filter(|kind| **kind == "call.parted")
        .count();
    assert_eq!(parted, 1);
    // The call is over: nobody is in it any more, and who was stays in the journal.
    let ended = LineNews::Ended {
        call,
        by: EndedBy::Caller,
        cause: None,
    };
    centre.tell("L1", ended);
    assert_eq!(centre.record(call).sound.joined, []);
    assert_eq!(centre.record(call).sound.invited, Vec::<UserName>::new());
}

#[test]
fn a_colleague_who_is_not_at_the_desk_cannot_be_asked() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.talks("L1", "rina");
    let to = user("budi");
    assert_eq!(
        centre.ask(
            "rina",
            Order::Invite {
                call,
                to: to.clone()
            }
        ),
        Err(Refusal::SeatNotReady { user: to })
    );
}

#[test]
fn a_trouble_is_recorded_once_and_gone_when_the_call_is() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.talks("L1", "rina");
    let trouble = Some(SoundTrouble::NoFrames);
    for _ in 0..3 {
        centre.hears(SoundNews::Trouble { call, trouble });
    }
    assert_eq!(centre.record(call).sound.trouble, trouble);
    let told = centre
        .kinds()
        .iter()
        .filter(|kind| **kind == "call.sound")
        .count();
    assert_eq!(told, 1);
    let ended = LineNews::Ended {
        call,
        by: EndedBy::Caller,
        cause: None,
    };
    centre.tell("L1", ended);
    assert_eq!(centre.record(call).sound.trouble, None);
    // What comes late is about nothing any more.
    centre.hears(SoundNews::Trouble { call, trouble });
    assert_eq!(centre.record(call).sound.trouble, None);
}

#[test]
fn knocks_are_counted_and_somebody_playing_with_the_phone_fills_no_journal() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.talks("L1", "rina");
    for _ in 0..300 {
        centre.hears(SoundNews::Tapped { call });
    }
    assert_eq!(centre.record(call).sound.taps, 256);
}

#[test]
fn a_recording_belongs_to_its_call_until_it_is_removed_with_a_reason() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.talks("L1", "rina");
    let ended = LineNews::Ended {
        call,
        by: EndedBy::Caller,
        cause: None,
    };
    centre.tell("L1", ended);
    for file in ["000/1.wav", "000/1-2.wav", "000/1.wav"] {
        let recording = recording(file);
        centre.hears(SoundNews::Recorded {
            call,
            recording,
            archived: None,
        });
    }
    assert_eq!(
        centre.record(call).sound.recordings.len(),
        2,
        "told twice is one file"
    );
    let delete = |why: &str| Order::DeleteRecording {
        call,
        file: "000/1.wav".into(),
        why: why.into(),
        archived: None,
    };
    let needs = Role::Admin;
    let refused = centre.ask_as("sari", Role::Supervisor, delete("penuh"));
    assert_eq!(refused, Err(Refusal::NotAllowed { needs }));
    assert!(
        centre.ask_as("adi", Role::Admin, delete(" ")).is_err(),
        "never without a reason"
    );
    centre.ask_as("adi", Role::Admin, delete("room")).unwrap();
    centre.ask_as("adi", Role::Admin, delete("room")).unwrap();
    let left = centre.record(call).sound.recordings;
    assert_eq!(
        left.iter().map(|r| r.file.as_str()).collect::<Vec<_>>(),
        ["000/1-2.wav"]
    );
    let told = centre
        .kinds()
        .iter()
        .filter(|kind| **kind == "recording.deleted")
        .count();
    assert_eq!(told, 1);
}

/// A call that is over, classified, and recorded in one file.
fn recorded(centre: &mut Centre, class: Class) -> (CallId, String) {
    let call = centre.talks("L1", "rina");
    centre.ends(call);
    centre.ask("rina", classify(call, class)).unwrap();
    let file = format!("000/{}.wav", call.0);
    centre.hears(SoundNews::Recorded {
        call,
        recording: recording(&file),
        archived: None,
    });
    (call, file)
}

fn make_room(centre: &mut Centre, call: CallId, file: &str) -> Result<Decision, Refusal> {
    let order = Order::MakeRoom {
        call,
        file: file.to_owned(),
        settled_after: Duration::from_secs(3_600),
        archived: None,
    };
    centre.ask_as("siaga112", Role::Admin, order)
}

#[test]
fn a_slip_of_the_finger_costs_no_recording_and_an_emergency_never_goes() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let (ghost, ghosts) = recorded(&mut centre, Class::Ghost);
    assert!(make_room(&mut centre, ghost, &ghosts).is_err(), "too soon");
    let (emergency, file) = recorded(&mut centre, Class::Incident);
    centre.pass(Duration::from_secs(3_600));
    // It was no ghost: what whoever makes room believed to know is not asked.
    centre
        .ask("rina", classify(ghost, Class::Incident))
        .unwrap();
    assert!(make_room(&mut centre, ghost, &ghosts).is_err());
    centre.ask("rina", classify(ghost, Class::Ghost)).unwrap();
    assert!(make_room(&mut centre, ghost, &ghosts).is_err(), "said anew");
    centre.pass(Duration::from_secs(3_600));
    make_room(&mut centre, ghost, &ghosts).unwrap();
    assert!(make_room(&mut centre, emergency, &file).is_err());
    assert!(centre.record(ghost).sound.recordings.is_empty());
    assert_eq!(centre.record(ghost).sound.removed, [ghosts]);
    assert_eq!(centre.count("recording.deleted"), 1);
}

#[test]
fn a_file_of_another_call_or_of_none_is_not_deleted() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let (call, _) = recorded(&mut centre, Class::Ghost);
    let (_, others) = recorded(&mut centre, Class::Incident);
    for file in [others.as_str(), "000/99.wav"] {
        let order = Order::DeleteRecording {
            call,
            file: file.to_owned(),
            why: "permintaan polisi".to_owned(),
            archived: None,
        };
        let refused = centre.ask_as("adi", Role::Admin, order);
        assert!(matches!(
            refused,
            Err(Refusal::BadField { field: "file", .. })
        ));
    }
    assert_eq!(centre.count("recording.deleted"), 0);
}

#[test]
fn parts_stand_in_their_order_whichever_was_closed_first() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.talks("L1", "rina");
    for file in ["000/1-10.wav", "000/1-2.wav", "000/1.wav"] {
        centre.hears(SoundNews::Recorded {
            call,
            recording: recording(file),
            archived: None,
        });
    }
    let sound = centre.record(call).sound;
    let files: Vec<&str> = sound.recordings.iter().map(|r| &*r.file).collect();
    assert_eq!(files, ["000/1.wav", "000/1-2.wav", "000/1-10.wav"]);
}

#[test]
fn a_call_of_which_nothing_was_kept_says_so() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.talks("L1", "rina");
    centre.ends(call);
    centre.hears(SoundNews::Missed {
        call,
        lost_ms: 80_000,
        archived: None,
    });
    assert_eq!(centre.record(call).sound.missed_ms, 80_000);
    assert_eq!(centre.count("recording.missed"), 1);
}

#[test]
fn an_auditor_listens_on_record() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let (call, _) = recorded(&mut centre, Class::Ghost);
    centre
        .ask_as("audi", Role::Auditor, Order::Play { call })
        .unwrap();
    assert_eq!(centre.count("recording.played"), 1);
    let refused = centre.ask_as("audi", Role::Auditor, hold(call, true));
    let needs = Role::Operator;
    assert_eq!(refused, Err(Refusal::NotAllowed { needs }));
}

#[test]
fn a_number_whose_sound_is_kept_is_not_given_to_another_call() {
    let mut centre = Centre::open();
    centre.ready("rina");
    // The journal was set aside, the recordings were not.
    centre.desk.calls_after(CallId(740));
    assert_eq!(centre.rings("L1", "084001010014"), CallId(741));
}
