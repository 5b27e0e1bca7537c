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
