//! Facts at random, with few names and numbers so that they meet.

use proptest::option;
use proptest::prelude::*;
use siaga112::base::ids::{CallId, HandoverId, LineName, Seq, SmsId, UserName};
use siaga112::base::lang::Lang;
use siaga112::base::phone::{Caller, NumberType, Presentation};
use siaga112::base::prompt::Prompt;
use siaga112::base::sound::SoundTrouble;
use siaga112::base::time::{Stamp, Trust, Wall};
use siaga112::desk::call::{Class, Direction, EndedBy};
use siaga112::desk::callback::CallbackResult;
use siaga112::desk::category::Category;
use siaga112::desk::fact::{Fact, Loss, OfficeChange, Position};
use siaga112::desk::operator::{Role, SeatState};
use siaga112::desk::report::{Report, Victims};
use siaga112::desk::shift::{Item, ItemKind, Totals};
use siaga112::desk::sound::{JoinedAs, Recording};
use siaga112::desk::wording::Wording;

pub fn user() -> impl Strategy<Value = UserName> {
    prop::sample::select(vec!["budi", "hadi", "rina"]).prop_map(UserName::new)
}

pub fn line() -> impl Strategy<Value = LineName> {
    prop::sample::select(vec!["L1", "L2"]).prop_map(LineName::new)
}

pub fn class() -> impl Strategy<Value = Class> {
    prop::sample::select(Class::ALL.to_vec())
}

pub fn role() -> impl Strategy<Value = Role> {
    prop::sample::select(Role::ALL.to_vec())
}

pub fn seat_state() -> impl Strategy<Value = SeatState> {
    prop::sample::select(vec![SeatState::Ready, SeatState::Pause, SeatState::Away])
}

pub fn ended_by() -> impl Strategy<Value = EndedBy> {
    prop::sample::select(vec![
        EndedBy::Caller,
        EndedBy::Operator,
        EndedBy::Line,
        EndedBy::Restart,
    ])
}

/// With a number, without one, garbled.
pub fn caller() -> impl Strategy<Value = Caller> {
    prop::sample::select(vec!["084001010014", "+6284001010015", "110", "", "08*#"])
        .prop_map(|raw| Caller::delivered(raw, NumberType::Unknown, Presentation::Allowed, None))
}

/// Text as it may come: any characters, controls and DEL among them.
pub fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[ -~\\x00-\\x1f\\x7f\"\\\\é🔥]{0,12}"]
}

fn lang() -> impl Strategy<Value = Lang> {
    prop::sample::select(Lang::ALL.to_vec())
}

fn prompt() -> impl Strategy<Value = Prompt> {
    prop::sample::select(Prompt::ALL.to_vec())
}

fn wording() -> impl Strategy<Value = Wording> {
    prop::sample::select(Wording::ALL.to_vec())
}

fn call() -> impl Strategy<Value = CallId> {
    prop_oneof![8 => (1_u64..6).prop_map(CallId), 1 => any::<u64>().prop_map(CallId)]
}

fn sms() -> impl Strategy<Value = SmsId> {
    prop_oneof![8 => (1_u64..6).prop_map(SmsId), 1 => any::<u64>().prop_map(SmsId)]
}

/// `jq` reads numbers as floating point; ours stay where that is exact.
fn number() -> impl Strategy<Value = i64> {
    -(1_i64 << 53)..=1 << 53
}

fn position() -> impl Strategy<Value = Position> {
    (number(), number(), option::of(any::<u32>())).prop_map(|(lat_e5, lon_e5, radius_m)| Position {
        lat_e5,
        lon_e5,
        radius_m,
        method: "gnss".into(),
    })
}

/// Any fact of any kind.
pub fn fact() -> impl Strategy<Value = Fact> {
    prop_oneof![
        8 => call_fact(),
        3 => seat_fact(),
        1 => callback_fact(),
        1 => shift_fact(),
        2 => text_fact(),
        2 => office_change().prop_flat_map(|change| {
            user().prop_map(move |by| Fact::OfficeChanged { by, change: change.clone() })
        }),
        1 => system_fact(),
    ]
}

fn system_fact() -> impl Strategy<Value = Fact> {
    let trust = prop::sample::select(vec![Trust::Wrong, Trust::Unconfirmed, Trust::Network]);
    prop_oneof![
        (text(), any::<bool>()).prop_map(|(version, clean)| Fact::SystemStarted { version, clean }),
        Just(Fact::SystemStopped {}),
        text().prop_map(|file| Fact::SystemDamaged {
            loss: Loss::SetAside { file }
        }),
        (0..99u64, 0..99u64).prop_map(|(last, known)| Fact::SystemDamaged {
            loss: Loss::RolledBack {
                last: Seq(last),
                known: Seq(known)
            }
        }),
        (number(), number(), trust).prop_map(|(from, to, trust)| Fact::ClockChanged {
            from: Wall(from),
            to: Wall(to),
            trust
        }),
        line().prop_map(|line| Fact::LineUp { line }),
        (line(), user()).prop_map(|(line, by)| Fact::LineRestarted { line, by }),
        (line(), text(), text()).prop_map(|(line, why, detail)| Fact::LineDown {
            line,
            why,
            detail
        }),
    ]
}

fn seat_fact() -> impl Strategy<Value = Fact> {
    prop_oneof![
        (user(), seat_state()).prop_map(|(user, state)| Fact::OperatorJoined { user, state }),
        (user(), seat_state(), option::of(text())).prop_map(|(user, state, reason)| {
            Fact::OperatorChanged {
                user,
                state,
                reason,
            }
        }),
        (user(), any::<bool>()).prop_map(|(user, lost)| Fact::OperatorLeft { user, lost }),
        (user(), option::of(call()))
            .prop_map(|(user, call)| Fact::OperatorAskedHelp { user, call }),
        (user(), user()).prop_map(|(user, by)| Fact::OperatorHelped { user, by }),
    ]
}

fn call_fact() -> impl Strategy<Value = Fact> {
    let direction = prop::sample::select(vec![Direction::In, Direction::Out]);
    prop_oneof![
        4 => (call(), direction, line(), caller(), any::<bool>(), option::of(user())).prop_map(
            |(call, direction, line, caller, waiting, by)| Fact::CallOffered {
                call, direction, line, caller, waiting, by
            }
        ),
        1 => (call(), caller()).prop_map(|(call, caller)| Fact::CallIdentified { call, caller }),
        1 => call().prop_map(|call| Fact::CallQueued { call }),
        3 => (call(), user()).prop_map(|(call, by)| Fact::CallClaimed { call, by }),
        1 => (call(), user(), text())
            .prop_map(|(call, by, why)| Fact::CallUnclaimed { call, by, why }),
        3 => (call(), user()).prop_map(|(call, by)| Fact::CallAnswered { call, by }),
        1 => (call(), any::<bool>()).prop_map(|(call, talking)| Fact::CallFound { call, talking }),
        2 => (call(), option::of(user()), user())
            .prop_map(|(call, from, to)| Fact::CallTransferred { call, from, to }),
        1 => (call(), text(), any::<bool>()).prop_map(|(call, digits, from_caller)| {
            Fact::CallDtmf { call, digits, from_caller }
        }),
        2 => (call(), ended_by(), option::of(any::<u8>()), any::<bool>(), option::of(0_u64..1 << 53))
            .prop_map(|(call, by, cause, abandoned, ring_ms)| Fact::CallEnded {
                call, by, cause, abandoned, ring_ms, talk_ms: None
            }),
        2 => (call(), user(), option::of(class()), option::of(text()), any::<bool>()).prop_map(
            |(call, by, class, reason, undo)| Fact::CallClassified { call, by, class, reason, undo }
        ),
        1 => (call(), user(), text()).prop_map(|(call, by, text)| Fact::CallNoted { call, by, text }),
        1 => call().prop_map(|call| Fact::CallEscalated { call }),
        1 => (call(), user(), report()).prop_map(|(call, by, report)| Fact::CallReported {
            call, by, report: Box::new(report)
        }),
        3 => sound_fact(),
    ]
}

/// A report with some of its fields.
pub fn report() -> impl Strategy<Value = Report> {
    let category = option::of(prop::sample::select(Category::ALL.to_vec()));
    let count = || option::of(0_u32..9_999);
    let victims = (count(), count(), count(), count());
    let victims = victims.prop_map(|(dead, severe, light, trapped)| Victims {
        dead,
        severe,
        light,
        trapped,
    });
    let texts = prop::collection::vec(option::of(text()), 9);
    (category, option::of(any::<bool>()), victims, texts).prop_map(
        |(category, life_threat, victims, texts)| {
            let mut texts = texts.into_iter();
            let mut text = || texts.next().flatten();
            Report {
                location: text(),
                district: text(),
                village: text(),
                landmark: text(),
                category,
                life_threat,
                victims,
                note: text(),
                reporter: text(),
                reporter_number: text(),
                hazards: text(),
                access: text(),
            }
        },
    )
}

fn sound_fact() -> impl Strategy<Value = Fact> {
    let trouble = prop::sample::select(vec![
        None,
        Some(SoundTrouble::NoFrames),
        Some(SoundTrouble::NoDesk),
        Some(SoundTrouble::Refused),
    ]);
    let how = prop::sample::select(vec![JoinedAs::Listen, JoinedAs::Whisper, JoinedAs::Join]);
    prop_oneof![
        (call(), trouble).prop_map(|(call, trouble)| Fact::CallSound { call, trouble }),
        call().prop_map(|call| Fact::CallTapped { call }),
        (call(), user(), any::<bool>()).prop_map(|(call, by, on)| Fact::CallHeld { call, by, on }),
        (call(), user(), user()).prop_map(|(call, by, to)| Fact::CallInvited { call, by, to }),
        (call(), user(), how).prop_map(|(call, by, how)| Fact::CallJoined { call, by, how }),
        (call(), user()).prop_map(|(call, by)| Fact::CallParted { call, by }),
        (call(), recording())
            .prop_map(|(call, recording)| Fact::RecordingClosed { call, recording }),
        (call(), text(), user(), text()).prop_map(|(call, file, by, why)| Fact::RecordingDeleted {
            call,
            file,
            by,
            why
        }),
        (call(), 0_u64..1 << 53)
            .prop_map(|(call, lost_ms)| Fact::RecordingMissed { call, lost_ms }),
        (call(), user()).prop_map(|(call, by)| Fact::RecordingPlayed { call, by }),
    ]
}

fn callback_fact() -> impl Strategy<Value = Fact> {
    let number = prop::sample::select(vec!["+6284001010014", "+6284001010015", "110"]);
    let result = prop::sample::select(vec![
        CallbackResult::ReachedIncident,
        CallbackResult::NoAnswer,
        CallbackResult::Merged,
    ]);
    let calls = prop::collection::vec(call(), 0..3);
    (
        number,
        calls,
        option::of(user()),
        result,
        option::of(text()),
    )
        .prop_map(|(number, calls, by, result, note)| Fact::CallbackClosed {
            number: number.parse().unwrap(),
            calls,
            by,
            result,
            note,
        })
}

fn shift_fact() -> impl Strategy<Value = Fact> {
    let handover = || (0_u64..5).prop_map(HandoverId);
    let kinds = vec![
        ItemKind::Line,
        ItemKind::Callback,
        ItemKind::Call,
        ItemKind::Sms,
    ];
    let item = (
        prop::sample::select(kinds),
        0_u8..3,
        option::of(text()),
        option::of(handover()),
    );
    let item = item.prop_map(|(kind, id, about, from)| Item {
        kind,
        id: id.to_string(),
        about,
        from,
    });
    let by_class = prop::collection::btree_map(class(), 0_u64..99, 0..3);
    let totals = (by_class, 0_u64..99).prop_map(|(by_class, offered)| Totals {
        offered,
        by_class,
        ..Totals::default()
    });
    let since = number().prop_map(|at| Stamp {
        at: Wall(at),
        trust: Trust::Wrong,
    });
    let handed_over = (
        (handover(), user(), text(), option::of(1_u8..6)),
        (
            option::of(since),
            totals,
            prop::collection::vec(item, 0..4),
            0_u64..3,
        ),
    );
    prop_oneof![
        2 => handed_over.prop_map(|((handover, by, note, mood), (since, totals, items, more))| {
            Fact::ShiftHandedOver { handover, by, note, mood, since, totals, items, more }
        }),
        1 => (handover(), prop::sample::select(vec!["call/1", "line/0", "x"]), user()).prop_map(
            |(handover, item, by)| Fact::ShiftAccepted { handover, item: item.into(), by }
        ),
        1 => handover().prop_map(|handover| Fact::ShiftUnaccepted { handover }),
    ]
}

fn recording() -> impl Strategy<Value = Recording> {
    (
        text(),
        0_u64..1 << 53,
        0_u64..1 << 53,
        text(),
        0_u64..1 << 53,
        any::<bool>(),
    )
        .prop_map(
            |(file, bytes, duration_ms, sha256, lost_ms, recovered)| Recording {
                file,
                bytes,
                duration_ms,
                sha256,
                lost_ms,
                recovered,
            },
        )
}

fn text_fact() -> impl Strategy<Value = Fact> {
    prop_oneof![
        (
            sms(),
            line(),
            text(),
            text(),
            option::of(text()),
            option::of(position())
        )
            .prop_map(|(sms, line, from, text, network_time, position)| {
                Fact::SmsReceived {
                    sms,
                    line,
                    number: from.parse().ok(),
                    from,
                    text,
                    network_time,
                    position,
                }
            }),
        (sms(), text(), text(), user(), option::of(line())).prop_map(
            |(sms, to, text, by, line)| Fact::SmsQueued {
                sms,
                to,
                text,
                by,
                line
            }
        ),
        (sms(), line()).prop_map(|(sms, line)| Fact::SmsSent { sms, line }),
        (sms(), text(), any::<u32>()).prop_map(|(sms, reason, tries)| Fact::SmsDelayed {
            sms,
            reason,
            tries
        }),
        (sms(), text()).prop_map(|(sms, reason)| Fact::SmsFailed { sms, reason }),
        (sms(), any::<bool>()).prop_map(|(sms, delivered)| Fact::SmsReported { sms, delivered }),
    ]
}

fn office_change() -> impl Strategy<Value = OfficeChange> {
    prop_oneof![
        Just(OfficeChange::Claimed {}),
        (user(), text(), role()).prop_map(|(user, name, role)| OfficeChange::UserAdded {
            user,
            name,
            role
        }),
        (user(), text(), role()).prop_map(|(user, name, role)| OfficeChange::UserChanged {
            user,
            name,
            role
        }),
        user().prop_map(|user| OfficeChange::UserDisabled { user }),
        user().prop_map(|user| OfficeChange::UserEnabled { user }),
        user().prop_map(|user| OfficeChange::PasswordChanged { user }),
        (text(), role()).prop_map(|(token, role)| OfficeChange::TokenAdded { token, role }),
        text().prop_map(|token| OfficeChange::TokenRevoked { token }),
        (lang(), prompt(), text(), 0..99_999u64).prop_map(
            |(language, name, sha256, duration_ms)| OfficeChange::PromptSet {
                language,
                name,
                sha256,
                duration_ms
            }
        ),
        (lang(), prompt())
            .prop_map(|(language, name)| OfficeChange::PromptRestored { language, name }),
        (lang(), wording(), text()).prop_map(|(language, key, text)| OfficeChange::WordingSet {
            language,
            key,
            text
        }),
        (lang(), wording())
            .prop_map(|(language, key)| OfficeChange::WordingRestored { language, key }),
        (user(), prop::collection::btree_map(text(), text(), 0..3))
            .prop_map(|(user, keys)| OfficeChange::KeysSet { user, keys }),
        user().prop_map(|user| OfficeChange::PinSet { user }),
        user().prop_map(|user| OfficeChange::PinRemoved { user }),
    ]
}
