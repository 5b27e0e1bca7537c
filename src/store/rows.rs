//! Rows of the derived tables as bytes.
//!
//! A row is a version byte, four bytes of SHA-256 over table, key and content, and the content.
//! redb does not verify its checksums when it reads, so a bit that flipped on the disk would
//! otherwise be shown as a digit of somebody's number.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::codec::{BadRow, Field, Put, fields, unzigzag, zigzag};
use super::report_row::{put_report, take_report};
use crate::base::ids::{CallId, LineName, SmsId, UserName};
use crate::base::phone::{Caller, Number, NumberType, Presentation};
use crate::base::time::{Stamp, Trust, Wall};
use crate::desk::SmsRecord;
use crate::desk::call::{CallRecord, CallState, Class, Direction, EndedBy, Note};
use crate::desk::callback::CallbackResult;
use crate::desk::category::Category;
use crate::desk::fact::Position;
use crate::desk::sound::{CallSound, Recording};

/// Which table a row belongs to; part of its check, so that a row in the wrong place is noticed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Call = 1,
    Sms = 2,
    Number = 3,
    Day = 4,
    User = 5,
    Token = 6,
    Session = 7,
    Snapshot = 8,
    Draft = 9,
}

/// Adds version and check to the content of a row.
pub fn seal(kind: Kind, key: &[u8], content: &[u8]) -> Vec<u8> {
    let mut row = Vec::with_capacity(1 + CHECK_BYTES + content.len());
    row.push(VERSION);
    row.extend_from_slice(&check(kind, key, content));
    row.extend_from_slice(content);
    row
}

/// The content of a row, if it is what was written.
///
/// # Errors
/// [`BadRow`] if its check does not hold or its version is not known.
pub fn unseal<'a>(kind: Kind, key: &[u8], row: &'a [u8]) -> Result<&'a [u8], BadRow> {
    let (&version, rest) = row.split_first().ok_or(BadRow)?;
    let (stored, content) = rest.split_at_checked(CHECK_BYTES).ok_or(BadRow)?;
    if version != VERSION || check(kind, key, content) != stored {
        return Err(BadRow);
    }
    Ok(content)
}

/// A row that changes seldom and is read by people in an emergency: JSON.
pub fn to_json<T: Serialize>(value: &T) -> Vec<u8> {
    // invariant: our records have string keys and no maps with other keys, so they always encode
    serde_json::to_vec(value).unwrap_or_default()
}

/// Back from [`to_json`].
///
/// # Errors
/// [`BadRow`] if it is not such a record.
pub fn from_json<T: DeserializeOwned>(content: &[u8]) -> Result<T, BadRow> {
    serde_json::from_slice(content).map_err(|_| BadRow)
}

/// A call without its id, which is the key.
pub fn put_call(call: &CallRecord) -> Vec<u8> {
    // Every field is named, so that one that is added cannot be forgotten here.
    let CallRecord {
        id: _,
        direction,
        line,
        waiting,
        caller,
        state,
        offered,
        queued,
        escalated,
        claimed,
        answered,
        ended,
        operator,
        ended_by,
        cause,
        abandoned,
        ring_ms,
        talk_ms,
        class,
        class_reason,
        classified_by,
        classified,
        dtmf,
        notes,
        report,
        sound,
        called_back,
    } = call;
    let mut put = Put::default();
    let flags = direction.code() | u64::from(*waiting) << 1 | u64::from(*abandoned) << 2;
    put.number(1, flags | state.code() << 3);
    put.text(2, line.as_str());
    put_caller(&mut put, caller);
    put.number(7, zigzag(offered.at.0));
    let since = |stamp: &Option<Stamp>| stamp.map(|s| zigzag(s.at.0.wrapping_sub(offered.at.0)));
    let stamps = [queued, claimed, answered, ended, classified];
    for (tag, stamp) in (9..).zip(stamps) {
        put.maybe(tag, since(stamp));
    }
    let mut trusts = stamps
        .map(|stamp| stamp.map_or(0, |s| s.trust.code()))
        .to_vec();
    trusts.extend(escalated.map(|stamp| stamp.trust.code()));
    put.number(8, pack(offered.trust.code(), &trusts));
    put.text(14, operator.as_ref().map_or("", UserName::as_str));
    put.maybe(15, ended_by.map(EndedBy::code));
    put.maybe(16, cause.map(u64::from));
    put.maybe(17, *ring_ms);
    put.maybe(18, *talk_ms);
    put.maybe(19, class.map(Class::code));
    if let Some(reason) = class_reason {
        put.bytes(20, reason.as_bytes());
    }
    put.text(21, classified_by.as_ref().map_or("", UserName::as_str));
    put.text(22, dtmf);
    for note in notes {
        put.bytes(23, &put_note(note));
    }
    put_sound(&mut put, sound);
    if let Some(report) = report {
        put.bytes(30, &put_report(report));
    }
    put.maybe(31, called_back.map(CallbackResult::code));
    put.maybe(32, since(escalated));
    put.done()
}

/// Back from [`put_call`].
///
/// # Errors
/// [`BadRow`] if it is not a call, or one with a state or class this program does not know.
pub fn take_call(id: CallId, content: &[u8]) -> Result<CallRecord, BadRow> {
    let mut call = blank_call(id);
    let mut since: [Option<i64>; 6] = [None; 6];
    let mut trusts = 0;
    for field in fields(content) {
        let (tag, field) = field?;
        match tag {
            1 => {
                let flags = field.number()?;
                call.direction = Direction::from_code(flags & 1).ok_or(BadRow)?;
                call.waiting = flags & 2 != 0;
                call.abandoned = flags & 4 != 0;
                call.state = CallState::from_code(flags >> 3).ok_or(BadRow)?;
            }
            2 => call.line = LineName::new(field.text()?),
            3..=6 => take_caller(&mut call.caller, tag, field)?,
            7 => call.offered.at = Wall(unzigzag(field.number()?)),
            8 => trusts = field.number()?,
            9..=13 => since[tag as usize - 9] = Some(unzigzag(field.number()?)),
            14 => call.operator = Some(UserName::new(field.text()?)),
            15 => call.ended_by = Some(EndedBy::from_code(field.number()?).ok_or(BadRow)?),
            16 => call.cause = Some(u8::try_from(field.number()?).map_err(|_| BadRow)?),
            17 => call.ring_ms = Some(field.number()?),
            18 => call.talk_ms = Some(field.number()?),
            19 => call.class = Some(Class::from_code(field.number()?).ok_or(BadRow)?),
            20 => call.class_reason = Some(field.text()?.to_owned()),
            21 => call.classified_by = Some(UserName::new(field.text()?)),
            22 => field.text()?.clone_into(&mut call.dtmf),
            23 => call.notes.push(take_note(field.bytes()?)?),
            24 => call.sound = from_json(field.bytes()?)?,
            25 => call.sound.taps = u32::try_from(field.number()?).map_err(|_| BadRow)?,
            26 => call.sound.recordings.push(take_recording(field)?),
            30 => call.report = Some(take_report(field.bytes()?)?),
            31 => {
                let code = field.number()?;
                call.called_back = Some(CallbackResult::from_code(code).ok_or(BadRow)?);
            }
            32 => since[5] = Some(unzigzag(field.number()?)),
            _ => {}
        }
    }
    call.offered.trust = unpack(trusts, 0)?;
    let stamp = |place: usize| -> Result<Option<Stamp>, BadRow> {
        let Some(since) = since[place] else {
            return Ok(None);
        };
        let at = Wall(call.offered.at.0.wrapping_add(since));
        let trust = unpack(trusts, place + 1)?;
        Ok(Some(Stamp { at, trust }))
    };
    call.queued = stamp(0)?;
    call.claimed = stamp(1)?;
    call.answered = stamp(2)?;
    call.ended = stamp(3)?;
    call.classified = stamp(4)?;
    call.escalated = stamp(5)?;
    Ok(call)
}

/// A text without its id, which is the key.
pub fn put_sms(sms: &SmsRecord) -> Vec<u8> {
    let SmsRecord {
        id: _,
        incoming,
        line,
        peer,
        number,
        text,
        at,
        state,
        by,
        position,
    } = sms;
    let mut put = Put::default();
    put.number(1, u64::from(*incoming) | at.trust.code() << 1);
    put.text(2, line.as_ref().map_or("", LineName::as_str));
    put.text(3, peer);
    put.maybe(4, number.as_ref().map(Number::key));
    put.text(5, text);
    put.number(6, zigzag(at.at.0));
    put.text(7, state);
    put.text(8, by.as_ref().map_or("", UserName::as_str));
    if let Some(position) = position {
        put.number(9, zigzag(position.lat_e5));
        put.number(10, zigzag(position.lon_e5));
        put.maybe(11, position.radius_m.map(u64::from));
        put.bytes(12, position.method.as_bytes());
    }
    put.done()
}

/// Back from [`put_sms`].
///
/// # Errors
/// [`BadRow`] if it is not a text.
pub fn take_sms(id: SmsId, content: &[u8]) -> Result<SmsRecord, BadRow> {
    let mut sms = blank_sms(id);
    let mut place = (None, None, None, None);
    for field in fields(content) {
        let (tag, field) = field?;
        match tag {
            1 => {
                sms.incoming = field.number()? & 1 != 0;
                sms.at.trust = Trust::from_code(field.number()? >> 1).ok_or(BadRow)?;
            }
            2 => sms.line = Some(LineName::new(field.text()?)),
            3 => field.text()?.clone_into(&mut sms.peer),
            4 => sms.number = Some(Number::from_key(field.number()?)),
            5 => field.text()?.clone_into(&mut sms.text),
            6 => sms.at.at = Wall(unzigzag(field.number()?)),
            7 => field.text()?.clone_into(&mut sms.state),
            8 => sms.by = Some(UserName::new(field.text()?)),
            9 => place.0 = Some(unzigzag(field.number()?)),
            10 => place.1 = Some(unzigzag(field.number()?)),
            11 => place.2 = Some(u32::try_from(field.number()?).map_err(|_| BadRow)?),
            12 => place.3 = Some(field.text()?.to_owned()),
            _ => {}
        }
    }
    if let (Some(lat_e5), Some(lon_e5), radius_m, Some(method)) = place {
        sms.position = Some(Position {
            lat_e5,
            lon_e5,
            radius_m,
            method,
        });
    }
    Ok(sms)
}

fn put_caller(put: &mut Put, caller: &Caller) {
    let Caller {
        presentation,
        raw,
        number_type,
        number,
        name,
    } = caller;
    put.number(3, presentation.code() | number_type.code() << 4);
    put.text(4, raw);
    put.maybe(5, number.as_ref().map(Number::key));
    if let Some(name) = name {
        put.bytes(6, name.as_bytes());
    }
}

fn take_caller(caller: &mut Caller, tag: u64, field: Field<'_>) -> Result<(), BadRow> {
    match tag {
        3 => {
            let packed = field.number()?;
            caller.presentation = Presentation::from_code(packed & 0xF).ok_or(BadRow)?;
            caller.number_type = NumberType::from_code(packed >> 4).ok_or(BadRow)?;
        }
        4 => field.text()?.clone_into(&mut caller.raw),
        5 => caller.number = Some(Number::from_key(field.number()?)),
        _ => caller.name = Some(field.text()?.to_owned()),
    }
    Ok(())
}

/// Of most calls one recording is all there is; what else there may be is JSON.
fn put_sound(put: &mut Put, sound: &CallSound) {
    let CallSound {
        trouble,
        on_hold,
        joined,
        invited,
        taps,
        recordings,
        removed,
        missed_ms,
    } = sound;
    let rare = CallSound {
        trouble: *trouble,
        on_hold: *on_hold,
        joined: joined.clone(),
        invited: invited.clone(),
        removed: removed.clone(),
        missed_ms: *missed_ms,
        ..CallSound::default()
    };
    if !rare.is_nothing() {
        put.bytes(24, &to_json(&rare));
    }
    put.maybe(25, (*taps > 0).then_some(u64::from(*taps)));
    for recording in recordings {
        put.bytes(26, &to_json(recording));
    }
}

fn take_recording(field: Field<'_>) -> Result<Recording, BadRow> {
    from_json(field.bytes()?)
}

fn put_note(note: &Note) -> Vec<u8> {
    let Note { at, by, text } = note;
    let mut put = Put::default();
    put.number(1, zigzag(at.at.0));
    put.number(2, at.trust.code());
    put.text(3, by.as_str());
    put.text(4, text);
    put.done()
}

fn take_note(content: &[u8]) -> Result<Note, BadRow> {
    let mut note = Note {
        at: Stamp::default(),
        by: UserName::new(""),
        text: String::new(),
    };
    for field in fields(content) {
        let (tag, field) = field?;
        match tag {
            1 => note.at.at = Wall(unzigzag(field.number()?)),
            2 => note.at.trust = Trust::from_code(field.number()?).ok_or(BadRow)?,
            3 => note.by = UserName::new(field.text()?),
            4 => field.text()?.clone_into(&mut note.text),
            _ => {}
        }
    }
    Ok(note)
}

fn blank_call(id: CallId) -> CallRecord {
    let line = LineName::new("");
    CallRecord {
        state: CallState::Ended,
        caller: Caller::default(),
        ..CallRecord::offered(id, Direction::In, line, Stamp::default())
    }
}

fn blank_sms(id: SmsId) -> SmsRecord {
    SmsRecord {
        id,
        incoming: false,
        line: None,
        peer: String::new(),
        number: None,
        text: String::new(),
        at: Stamp::default(),
        state: String::new(),
        by: None,
        position: None,
    }
}

/// Three bits for each trust, the first lowest.
fn pack(first: u64, rest: &[u64]) -> u64 {
    (1..)
        .zip(rest)
        .fold(first, |packed, (place, code)| packed | code << (place * 3))
}

fn unpack(packed: u64, place: usize) -> Result<Trust, BadRow> {
    Trust::from_code(packed >> (place * 3) & 7).ok_or(BadRow)
}

fn check(kind: Kind, key: &[u8], content: &[u8]) -> [u8; CHECK_BYTES] {
    let digest = Sha256::new()
        .chain_update([kind as u8, key.len() as u8])
        .chain_update(key)
        .chain_update(content)
        .finalize();
    [digest[0], digest[1], digest[2], digest[3]]
}

/// Numbers for the variants of an enum; a number is never reused.
macro_rules! coded {
    ($($name:ident { $($variant:ident = $code:literal),+ $(,)? })+) => {$(
        impl Coded for $name {
            fn code(self) -> u64 {
                match self { $($name::$variant => $code),+ }
            }
            fn from_code(code: u64) -> Option<Self> {
                match code { $($code => Some($name::$variant),)+ _ => None }
            }
        }
    )+};
}

/// An enum with a number for each variant.
pub trait Coded: Copy {
    /// The number of this variant.
    fn code(self) -> u64;
    /// The variant of this number, if this program knows it.
    fn from_code(code: u64) -> Option<Self>;
}

coded! {
    Direction { In = 0, Out = 1 }
    CallState { Ringing = 0, Queued = 1, Ivr = 2, Talking = 3, Held = 4, Ended = 5 }
    EndedBy { Caller = 0, Operator = 1, Line = 2, Restart = 3 }
    Class {
        Incident = 0, Information = 1, Ghost = 2, Prank = 3, PrankChild = 4, FalseReport = 5,
        Harassment = 6, Test = 7, WrongNumber = 8, OutOfArea = 9,
    }
    Category {
        Fire = 0, Accident = 1, Medical = 2, Flood = 3, Landslide = 4, Drowning = 5, Wildfire = 6,
        DangerousAnimal = 7, FallenTree = 8, Electrical = 9, Crime = 10, Riot = 11,
        StreetRace = 12, PublicOrder = 13, DomesticViolence = 14, MentalCrisis = 15, Suicide = 16,
        TrafficLamp = 17, Utilities = 18, Ambulance = 19, TechnicalHelp = 20, BodyFound = 21,
        Hazmat = 22, Other = 23,
    }
    CallbackResult {
        ReachedIncident = 0, ReachedOther = 1, NoAnswer = 2, DeadNumber = 3, DoNotCall = 4, Merged = 5,
    }
    Presentation {
        Unknown = 0, Allowed = 1, Withheld = 2, Unavailable = 3, Payphone = 4, Garbled = 5,
    }
    NumberType { Unknown = 0, International = 1, National = 2 }
    Trust { Wrong = 0, Unconfirmed = 1, Network = 2, Synchronised = 3 }
}

/// Version of the way rows are written; fields may be added without raising it.
const VERSION: u8 = 1;

/// One damaged row in four thousand million is not noticed; an entry of the journal has all 32.
const CHECK_BYTES: usize = 4;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;
    use crate::desk::report::{Report, Victims};
    use proptest::option::of as maybe;
    use proptest::prelude::*;

    fn stamp() -> impl Strategy<Value = Stamp> {
        let trusts = [
            Trust::Wrong,
            Trust::Unconfirmed,
            Trust::Network,
            Trust::Synchronised,
        ];
        (any::<i64>(), prop::sample::select(trusts.to_vec())).prop_map(|(at, trust)| Stamp {
            at: Wall(at),
            trust,
        })
    }

    fn caller() -> impl Strategy<Value = Caller> {
        let presentations: Vec<_> = (0..6).filter_map(Presentation::from_code).collect();
        let types: Vec<_> = (0..3).filter_map(NumberType::from_code).collect();
        (
            prop::sample::select(presentations),
            ".{0,20}",
            prop::sample::select(types),
            maybe(0u64..999_999_999_999_999),
            maybe(".{0,20}"),
        )
            .prop_map(|(presentation, raw, number_type, number, name)| Caller {
                presentation,
                raw,
                number_type,
                number: number.map(Number::E164),
                name,
            })
    }

    fn name() -> impl Strategy<Value = UserName> {
        "[a-z]{1,8}".prop_map(|name| UserName::new(&name))
    }

    prop_compose! {
        fn report()(
            places in prop::array::uniform4(maybe(".{1,40}")),
            what in (maybe(0u64..24), maybe(any::<bool>()), maybe(".{1,40}")),
            victims in prop::array::uniform4(maybe(any::<u32>())),
            people in prop::array::uniform4(maybe(".{1,40}")),
        ) -> Report {
            let [location, district, village, landmark] = places;
            let [dead, severe, light, trapped] = victims;
            let [reporter, reporter_number, hazards, access] = people;
            Report {
                location,
                district,
                village,
                landmark,
                category: what.0.and_then(Category::from_code),
                life_threat: what.1,
                victims: Victims { dead, severe, light, trapped },
                note: what.2,
                reporter,
                reporter_number,
                hazards,
                access,
            }
        }
    }

    prop_compose! {
        fn call()(
            id in any::<u64>(),
            flags in any::<(bool, bool, bool)>(),
            state in 0u64..6,
            line in "[A-Za-z0-9-]{1,12}",
            caller in caller(),
            offered in stamp(),
            stamps in prop::array::uniform6(maybe(stamp())),
            people in (maybe(name()), maybe(name())),
            ended in (maybe(0u64..4), maybe(any::<u8>())),
            times in (maybe(any::<u64>()), maybe(any::<u64>())),
            class in (maybe(0u64..10), maybe(".{0,30}"), maybe(0u64..6)),
            dtmf in "[0-9*#]{0,5}",
            notes in prop::collection::vec((stamp(), name(), ".{0,40}"), 0..3),
            report in maybe(report()),
        ) -> CallRecord {
            CallRecord {
                direction: if flags.0 { Direction::In } else { Direction::Out },
                waiting: flags.1,
                abandoned: flags.2,
                state: CallState::from_code(state).unwrap(),
                line: LineName::new(&line),
                caller,
                offered,
                queued: stamps[0],
                claimed: stamps[1],
                answered: stamps[2],
                ended: stamps[3],
                classified: stamps[4],
                escalated: stamps[5],
                operator: people.0,
                classified_by: people.1,
                ended_by: ended.0.and_then(EndedBy::from_code),
                cause: ended.1,
                ring_ms: times.0,
                talk_ms: times.1,
                class: class.0.and_then(Class::from_code),
                class_reason: class.1,
                called_back: class.2.and_then(CallbackResult::from_code),
                dtmf,
                notes: notes.into_iter().map(|(at, by, text)| Note { at, by, text }).collect(),
                report,
                ..blank_call(CallId(id))
            }
        }
    }

    proptest! {
        #[test]
        fn every_call_comes_back_as_it_was(call in call()) {
            prop_assert_eq!(take_call(call.id, &put_call(&call)).unwrap(), call);
        }

        #[test]
        fn no_bytes_make_reading_a_row_panic(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let _ = take_call(CallId(1), &bytes);
            let _ = take_sms(SmsId(1), &bytes);
            let _ = unseal(Kind::Call, b"key", &bytes);
        }
    }

    #[test]
    fn a_text_with_a_position_comes_back() {
        let sms = SmsRecord {
            incoming: true,
            line: Some("Telkomsel-1".into()),
            peer: "+6284001010014".into(),
            number: "+6284001010014".parse().ok(),
            text: "AML: kebakaran".into(),
            at: Stamp {
                at: Wall(1_772_336_702_250),
                trust: Trust::Network,
            },
            state: "received".into(),
            by: Some("ani".into()),
            position: Some(Position {
                lat_e5: 148_000,
                lon_e5: -12_484_000,
                radius_m: Some(40),
                method: "gnss".into(),
            }),
            ..blank_sms(SmsId(9))
        };
        assert_eq!(take_sms(SmsId(9), &put_sms(&sms)).unwrap(), sms);
    }

    #[test]
    fn a_row_of_a_newer_program_is_read_without_what_is_new_in_it() {
        let call = blank_call(CallId(3));
        let mut content = put_call(&call);
        let mut put = Put::default();
        put.text(60, "a field of next year");
        content.extend(put.done());
        assert_eq!(take_call(CallId(3), &content).unwrap(), call);
    }

    #[test]
    fn a_row_under_another_key_or_in_another_table_is_noticed() {
        let row = seal(Kind::Call, b"one", b"content");
        assert_eq!(unseal(Kind::Call, b"one", &row), Ok(&b"content"[..]));
        assert_eq!(unseal(Kind::Call, b"two", &row), Err(BadRow));
        assert_eq!(unseal(Kind::Sms, b"one", &row), Err(BadRow));
        for bit in 0..row.len() * 8 {
            let mut flipped = row.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(
                unseal(Kind::Call, b"one", &flipped),
                Err(BadRow),
                "bit {bit}"
            );
        }
    }

    #[test]
    fn a_usual_call_costs_about_a_hundred_bytes() {
        let at = |ms: i64| {
            Some(Stamp {
                at: Wall(1_772_336_702_250 + ms),
                trust: Trust::Network,
            })
        };
        let call = CallRecord {
            line: "Telkomsel-1".into(),
            caller: Caller::delivered(
                "084001010014",
                NumberType::National,
                Presentation::Allowed,
                None,
            ),
            offered: at(0).unwrap(),
            claimed: at(3_000),
            answered: at(3_400),
            ended: at(90_000),
            operator: Some("ani".into()),
            ended_by: Some(EndedBy::Caller),
            cause: Some(16),
            ring_ms: Some(3_400),
            talk_ms: Some(86_600),
            class: Some(Class::Incident),
            classified_by: Some("ani".into()),
            classified: at(95_000),
            ..blank_call(CallId(1))
        };
        let bytes = put_call(&call).len();
        assert!(bytes < 110, "{bytes}");
    }
}
