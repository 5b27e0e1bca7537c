//! Facts as sentences, for the journal of today.

use super::text::{Lang, text};
use crate::base::ids::{CallId, UserName};
use crate::base::phone::{Caller, Presentation};
use crate::base::prompt::Prompt;
use crate::base::sound::SoundTrouble;
use crate::base::time::{Trust, Wall};
use crate::desk::call::{Class, Direction, EndedBy};
use crate::desk::fact::{Fact, Loss, OfficeChange};
use crate::desk::operator::SeatState;
use crate::desk::sound::JoinedAs;

/// What happened, as a person would say it.
pub fn sentence(fact: &Fact, lang: Lang) -> String {
    let args = args(fact, lang);
    let args: Vec<(&str, &str)> = args.iter().map(|(n, v)| (*n, v.as_str())).collect();
    text(lang, &format!("fact.{}", key(fact)), &args)
}

/// The sentence a fact is told with.
fn key(fact: &Fact) -> &'static str {
    match fact {
        Fact::SystemStarted { clean: true, .. } => "started",
        Fact::SystemStarted { clean: false, .. } => "started_unclean",
        Fact::SystemStopped {} => "stopped",
        Fact::SystemDamaged { loss } => loss_key(loss),
        Fact::ClockChanged { from, to, .. } if jump_s(*from, *to) == 0 => "clock_trust",
        Fact::ClockChanged { .. } => "clock",
        Fact::LineUp { .. } => "line_up",
        Fact::LineDown { .. } => "line_down",
        Fact::CallOffered {
            direction: Direction::In,
            ..
        } => "offered",
        Fact::CallOffered {
            direction: Direction::Out,
            ..
        } => "dialled",
        Fact::CallIdentified { .. } => "identified",
        Fact::CallQueued { .. } => "queued",
        Fact::CallClaimed { .. } => "claimed",
        Fact::CallUnclaimed { .. } => "unclaimed",
        Fact::CallAnswered { .. } => "answered",
        Fact::CallFound { .. } => "found",
        Fact::CallTransferred { .. } => "transferred",
        Fact::CallDtmf {
            from_caller: true, ..
        } => "dtmf_in",
        Fact::CallDtmf {
            from_caller: false, ..
        } => "dtmf_out",
        Fact::CallEnded {
            abandoned: true, ..
        } => "abandoned",
        Fact::CallEnded { by, .. } => ended_by(*by),
        Fact::CallClassified { class: Some(_), .. } => "classified",
        Fact::CallClassified { class: None, .. } => "unclassified",
        Fact::CallNoted { .. } => "noted",
        Fact::CallSound {
            trouble: Some(_), ..
        } => "sound_trouble",
        Fact::CallSound { trouble: None, .. } => "sound_well",
        Fact::CallTapped { .. } => "tapped",
        Fact::CallHeld { on: true, .. } => "held",
        Fact::CallHeld { on: false, .. } => "resumed",
        Fact::CallInvited { .. } => "invited",
        Fact::CallJoined { how, .. } => joined_key(*how),
        Fact::CallParted { .. } => "parted",
        Fact::RecordingClosed { .. } => "recording_closed",
        Fact::RecordingDeleted { .. } => "recording_deleted",
        Fact::RecordingMissed { .. } => "recording_missed",
        Fact::RecordingPlayed { .. } => "recording_played",
        Fact::SmsReceived { .. } => "sms_received",
        Fact::SmsQueued { .. } => "sms_queued",
        Fact::SmsSent { .. } => "sms_sent",
        Fact::SmsDelayed { .. } => "sms_delayed",
        Fact::SmsFailed { .. } => "sms_failed",
        Fact::SmsReported {
            delivered: true, ..
        } => "sms_delivered",
        Fact::SmsReported {
            delivered: false, ..
        } => "sms_undelivered",
        Fact::OperatorJoined { .. } => "joined",
        Fact::OperatorChanged { .. } => "changed",
        Fact::OperatorLeft { lost: true, .. } => "lost",
        Fact::OperatorLeft { lost: false, .. } => "left",
        Fact::OfficeChanged { change, .. } => office_key(change),
    }
}

fn joined_key(how: JoinedAs) -> &'static str {
    match how {
        JoinedAs::Listen => "joined_listen",
        JoinedAs::Whisper => "joined_whisper",
        JoinedAs::Join => "joined_join",
    }
}

fn loss_key(loss: &Loss) -> &'static str {
    match loss {
        Loss::SetAside { .. } => "set_aside",
        Loss::RolledBack { .. } => "rolled_back",
    }
}

fn loss_args(loss: &Loss) -> Args {
    match loss {
        Loss::SetAside { file } => vec![("file", file.clone())],
        Loss::RolledBack { last, known } => {
            vec![("last", last.to_string()), ("known", known.to_string())]
        }
    }
}

fn ended_by(by: EndedBy) -> &'static str {
    match by {
        EndedBy::Caller => "ended_caller",
        EndedBy::Operator => "ended_operator",
        EndedBy::Line => "ended_line",
        EndedBy::Restart => "ended_restart",
    }
}

fn office_key(change: &OfficeChange) -> &'static str {
    match change {
        OfficeChange::Claimed {} => "claimed_box",
        OfficeChange::UserAdded { .. } => "user_added",
        OfficeChange::UserChanged { .. } => "user_changed",
        OfficeChange::UserDisabled { .. } => "user_disabled",
        OfficeChange::UserEnabled { .. } => "user_enabled",
        OfficeChange::PasswordChanged { .. } => "password_changed",
        OfficeChange::TokenAdded { .. } => "token_added",
        OfficeChange::TokenRevoked { .. } => "token_revoked",
        OfficeChange::PromptSet { .. } => "prompt_set",
        OfficeChange::PromptRestored { .. } => "prompt_restored",
    }
}

type Args = Vec<(&'static str, String)>;

/// What the sentence names.
fn args(fact: &Fact, lang: Lang) -> Args {
    let user = |user: &UserName| ("user", user.to_string());
    let seat = |state: &SeatState, reason: Option<&str>| ("state", at_desk(*state, reason, lang));
    match fact {
        Fact::SystemStopped {} => vec![],
        Fact::SystemDamaged { loss } => loss_args(loss),
        Fact::ClockChanged { from, to, trust } => clock(*from, *to, *trust, lang),
        Fact::SystemStarted { version, .. } => vec![("version", version.clone())],
        Fact::LineUp { line } => vec![("line", line.to_string())],
        Fact::LineDown { line, why, .. } => {
            vec![("line", line.to_string()), ("why", down_why(why, lang))]
        }
        Fact::CallOffered { .. }
        | Fact::CallIdentified { .. }
        | Fact::CallQueued { .. }
        | Fact::CallFound { .. }
        | Fact::CallClaimed { .. }
        | Fact::CallUnclaimed { .. }
        | Fact::CallAnswered { .. }
        | Fact::CallTransferred { .. }
        | Fact::CallDtmf { .. }
        | Fact::CallEnded { .. }
        | Fact::CallClassified { .. }
        | Fact::CallNoted { .. } => call_args(fact, lang),
        Fact::CallSound { .. }
        | Fact::CallTapped { .. }
        | Fact::CallHeld { .. }
        | Fact::CallInvited { .. }
        | Fact::CallJoined { .. }
        | Fact::CallParted { .. }
        | Fact::RecordingClosed { .. }
        | Fact::RecordingDeleted { .. }
        | Fact::RecordingMissed { .. }
        | Fact::RecordingPlayed { .. } => sound_args(fact, lang),
        Fact::SmsReceived { .. }
        | Fact::SmsQueued { .. }
        | Fact::SmsSent { .. }
        | Fact::SmsReported { .. }
        | Fact::SmsDelayed { .. }
        | Fact::SmsFailed { .. } => text_args(fact),
        Fact::OperatorJoined { user: who, state } => vec![user(who), seat(state, None)],
        Fact::OperatorChanged {
            user: who,
            state,
            reason,
        } => vec![user(who), seat(state, reason.as_deref())],
        Fact::OperatorLeft { user: who, .. } => vec![user(who)],
        Fact::OfficeChanged { by, change } => {
            vec![("by", by.to_string()), ("who", office_who(change, lang))]
        }
    }
}

/// The same for a call on its way; other facts have nothing here.
fn call_args(fact: &Fact, lang: Lang) -> Args {
    match fact {
        Fact::CallOffered {
            call,
            line,
            caller,
            by,
            ..
        } => vec![
            id(*call),
            ("line", line.to_string()),
            ("who", caller_shown(caller, lang)),
            (
                "by",
                by.as_ref().map_or_else(String::new, ToString::to_string),
            ),
        ],
        Fact::CallIdentified { call, caller } => {
            vec![id(*call), ("who", caller_shown(caller, lang))]
        }
        Fact::CallQueued { call } | Fact::CallFound { call, .. } => vec![id(*call)],
        Fact::CallClaimed { call, by }
        | Fact::CallUnclaimed { call, by, .. }
        | Fact::CallAnswered { call, by }
        | Fact::CallTransferred { call, to: by, .. } => vec![id(*call), ("by", by.to_string())],
        Fact::CallDtmf { call, digits, .. } => vec![id(*call), ("digits", digits.clone())],
        Fact::CallEnded { call, talk_ms, .. } => vec![id(*call), ("time", minutes(*talk_ms))],
        Fact::CallClassified {
            call,
            by,
            class,
            reason,
            ..
        } => vec![
            id(*call),
            ("by", by.to_string()),
            ("class", class_with_reason(*class, reason.as_deref(), lang)),
        ],
        Fact::CallNoted { call, by, text } => {
            vec![id(*call), ("by", by.to_string()), ("text", text.clone())]
        }
        _ => vec![],
    }
}

/// The same for a text message; other facts have nothing here.
fn text_args(fact: &Fact) -> Args {
    match fact {
        Fact::SmsReceived { from, text, .. } => {
            vec![("from", from.clone()), ("text", text.clone())]
        }
        Fact::SmsQueued { to, by, .. } => vec![("to", to.clone()), ("by", by.to_string())],
        Fact::SmsSent { sms, .. } | Fact::SmsReported { sms, .. } => vec![("sms", sms.to_string())],
        Fact::SmsDelayed { sms, reason, .. } | Fact::SmsFailed { sms, reason } => {
            vec![("sms", sms.to_string()), ("reason", reason.clone())]
        }
        _ => vec![],
    }
}

/// The same for what there is to hear of a call; other facts have nothing here.
fn sound_args(fact: &Fact, lang: Lang) -> Args {
    match fact {
        Fact::CallSound { call, trouble } => {
            vec![id(*call), ("why", trouble_word(*trouble, lang))]
        }
        Fact::CallTapped { call } => vec![id(*call)],
        Fact::CallHeld { call, by, .. }
        | Fact::CallJoined { call, by, .. }
        | Fact::CallParted { call, by }
        | Fact::RecordingPlayed { call, by } => vec![id(*call), ("by", by.to_string())],
        Fact::CallInvited { call, by, to } => {
            vec![id(*call), ("by", by.to_string()), ("to", to.to_string())]
        }
        Fact::RecordingClosed { call, recording } => {
            vec![id(*call), ("time", minutes(Some(recording.duration_ms)))]
        }
        Fact::RecordingMissed { call, lost_ms } => {
            vec![id(*call), ("time", minutes(Some(*lost_ms)))]
        }
        Fact::RecordingDeleted { call, by, why, .. } => {
            let why = deleted_why(why, lang);
            vec![id(*call), ("by", by.to_string()), ("why", why)]
        }
        _ => vec![],
    }
}

fn clock(from: Wall, to: Wall, trust: Trust, lang: Lang) -> Args {
    let word = match trust {
        Trust::Wrong => "clocktrust.wrong",
        Trust::Unconfirmed => "clocktrust.unconfirmed",
        Trust::Network => "clocktrust.network",
        Trust::Synchronised => "clocktrust.synchronised",
    };
    vec![
        ("seconds", jump_s(from, to).to_string()),
        ("trust", text(lang, word, &[])),
    ]
}

/// Seconds the clock jumped, forwards or backwards.
fn jump_s(from: Wall, to: Wall) -> i64 {
    to.0.saturating_sub(from.0) / 1000
}

fn class_with_reason(class: Option<Class>, reason: Option<&str>, lang: Lang) -> String {
    let word = class.map_or_else(String::new, |class| class_word(class, lang));
    with_reason(word, reason)
}

fn id(call: CallId) -> (&'static str, String) {
    ("call", call.to_string())
}

fn office_who(change: &OfficeChange, lang: Lang) -> String {
    match change {
        OfficeChange::Claimed {} => String::new(),
        OfficeChange::UserAdded { user, .. }
        | OfficeChange::UserChanged { user, .. }
        | OfficeChange::UserDisabled { user }
        | OfficeChange::UserEnabled { user }
        | OfficeChange::PasswordChanged { user } => user.to_string(),
        OfficeChange::TokenAdded { token, .. } | OfficeChange::TokenRevoked { token } => {
            token.clone()
        }
        OfficeChange::PromptSet { language, name, .. }
        | OfficeChange::PromptRestored { language, name } => prompt_shown(*name, *language, lang),
    }
}

/// Who calls, in words when there is no number.
pub fn caller_shown(caller: &Caller, lang: Lang) -> String {
    let word = |key: &str| text(lang, &format!("presentation.{key}"), &[]);
    let number = caller.number.as_ref().map(|n| n.national());
    match (caller.presentation, number) {
        (Presentation::Withheld, Some(number)) => format!("{number} ({})", word("withheld")),
        (_, Some(number)) => number,
        (Presentation::Withheld, None) => word("withheld"),
        (Presentation::Unavailable, None) => word("unavailable"),
        (Presentation::Payphone, None) => word("payphone"),
        (Presentation::Garbled, None) => word("garbled"),
        (Presentation::Unknown | Presentation::Allowed, None) => word("unknown"),
    }
}

/// A prompt by its title, with the language it is spoken in.
fn prompt_shown(prompt: Prompt, spoken: Lang, lang: Lang) -> String {
    let title = text(lang, &format!("prompt.{}", prompt.as_str()), &[]);
    let spoken = text(lang, &format!("language.{}", spoken.as_str()), &[]);
    format!("{title} ({spoken})")
}

/// A class in words.
pub fn class_word(class: Class, lang: Lang) -> String {
    text(lang, &format!("class.{}", class.as_str()), &[])
}

/// A reason a line is down, in words; a reason we have no word for is shown as it is.
fn down_why(why: &str, lang: Lang) -> String {
    let key = format!("down.{why}");
    match super::text::find(lang, &key) {
        Some(word) => word.to_owned(),
        None => why.to_owned(),
    }
}

/// What is wrong with a call's sound, in words.
fn trouble_word(trouble: Option<SoundTrouble>, lang: Lang) -> String {
    trouble.map_or_else(String::new, |trouble| {
        text(lang, &format!("sound.{}", trouble.as_str()), &[])
    })
}

/// Why a recording was deleted; a reason somebody wrote is shown as it is.
fn deleted_why(why: &str, lang: Lang) -> String {
    match super::text::find(lang, &format!("deleted.{why}")) {
        Some(word) => word.to_owned(),
        None => why.to_owned(),
    }
}

fn at_desk(state: SeatState, reason: Option<&str>, lang: Lang) -> String {
    let key = match state {
        SeatState::Ready => "seat.ready",
        SeatState::Pause => "seat.pause",
        SeatState::Away => "seat.away",
    };
    with_reason(text(lang, key, &[]), reason)
}

fn with_reason(word: String, reason: Option<&str>) -> String {
    match reason {
        Some(reason) => format!("{word} ({reason})"),
        None => word,
    }
}

/// `1:05`, or a dash across a restart.
fn minutes(ms: Option<u64>) -> String {
    let Some(ms) = ms else {
        return "–".to_owned();
    };
    let seconds = ms / 1000;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}
