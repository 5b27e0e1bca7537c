//! Facts as sentences, for the journal of today.

mod words;

pub use words::class_reason;

use super::text::{Lang, text};
use crate::base::ids::{CallId, UserName};
use crate::base::phone::Number;
use crate::base::time::{Trust, Wall};
use crate::desk::call::{Class, Direction, EndedBy};
use crate::desk::category::Category;
use crate::desk::fact::{Fact, Loss, OfficeChange};
use crate::desk::operator::SeatState;
use crate::desk::report::Report;
use crate::desk::sound::JoinedAs;
use words::{
    at_desk, callback_word, caller_shown, class_word, deleted_why, down_why, item_shown, minutes,
    spoken, trouble_word, with_reason,
};

/// What happened, as a person would say it.
pub fn sentence(fact: &Fact, lang: Lang) -> String {
    let args = args(fact, lang);
    let args: Vec<(&str, &str)> = args.iter().map(|(n, v)| (*n, v.as_str())).collect();
    text(lang, key(fact), &args)
}

/// The sentence a fact is told with.
fn key(fact: &Fact) -> &'static str {
    match fact {
        Fact::SystemStarted { clean: true, .. } => "fact-started",
        Fact::SystemStarted { clean: false, .. } => "fact-started_unclean",
        Fact::SystemStopped {} => "fact-stopped",
        Fact::SystemDamaged { loss } => loss_key(loss),
        Fact::ClockChanged { from, to, .. } if jump_s(*from, *to) == 0 => "fact-clock_trust",
        Fact::ClockChanged { .. } => "fact-clock",
        Fact::LineUp { .. } => "fact-line_up",
        Fact::LineDown { .. } => "fact-line_down",
        Fact::LineRestarted { .. } => "fact-line_restarted",
        Fact::CallOffered { direction, .. } => direction_key(*direction),
        Fact::CallIdentified { .. } => "fact-identified",
        Fact::CallQueued { .. } => "fact-queued",
        Fact::CallClaimed { .. } => "fact-claimed",
        Fact::CallUnclaimed { why, .. } if why == "taken_over" => "fact-taken_over",
        Fact::CallUnclaimed { .. } => "fact-unclaimed",
        Fact::CallAnswered { .. } => "fact-answered",
        Fact::CallFound { .. } => "fact-found",
        Fact::CallTransferred { .. } => "fact-transferred",
        Fact::CallDtmf { from_caller, .. } => dtmf_key(*from_caller),
        Fact::CallEnded {
            abandoned: true, ..
        } => "fact-abandoned",
        Fact::CallEnded { by, .. } => ended_by(*by),
        Fact::CallClassified { class: Some(_), .. } => "fact-classified",
        Fact::CallClassified { class: None, .. } => "fact-unclassified",
        Fact::CallNoted { .. } => "fact-noted",
        Fact::CallEscalated { .. } => "fact-escalated",
        Fact::CallReported { .. } => "fact-reported",
        Fact::CallSound { trouble, .. } => sound_key(trouble.is_some()),
        Fact::CallTapped { .. } => "fact-tapped",
        Fact::CallHeld { on: true, .. } => "fact-held",
        Fact::CallHeld { on: false, .. } => "fact-resumed",
        Fact::CallInvited { .. } => "fact-invited",
        Fact::CallJoined { how, .. } => joined_key(*how),
        Fact::CallParted { .. } => "fact-parted",
        Fact::RecordingClosed { .. } => "fact-recording_closed",
        Fact::RecordingDeleted { .. } => "fact-recording_deleted",
        Fact::RecordingMissed { .. } => "fact-recording_missed",
        Fact::RecordingPlayed { .. } => "fact-recording_played",
        Fact::SmsReceived { .. } => "fact-sms_received",
        Fact::SmsQueued { .. } => "fact-sms_queued",
        Fact::SmsSent { .. } => "fact-sms_sent",
        Fact::SmsDelayed { .. } => "fact-sms_delayed",
        Fact::SmsFailed { .. } => "fact-sms_failed",
        Fact::CallbackClosed { by: Some(_), .. } => "fact-callback_closed",
        Fact::CallbackClosed { by: None, .. } => "fact-callback_merged",
        Fact::SmsReported { delivered, .. } => reported_key(*delivered),
        Fact::OperatorJoined { .. } => "fact-joined",
        Fact::OperatorChanged { .. } => "fact-changed",
        Fact::OperatorAskedHelp { call, .. } => help_key(call.is_some()),
        Fact::OperatorHelped { .. } => "fact-helped",
        Fact::OperatorLeft { lost: true, .. } => "fact-lost",
        Fact::OperatorLeft { lost: false, .. } => "fact-left",
        Fact::ShiftHandedOver { .. } => "fact-handed_over",
        Fact::ShiftAccepted { .. } => "fact-shift_accepted",
        Fact::ShiftUnaccepted { .. } => "fact-shift_unaccepted",
        Fact::OfficeChanged { change, .. } => office_key(change),
    }
}

fn direction_key(direction: Direction) -> &'static str {
    match direction {
        Direction::In => "fact-offered",
        Direction::Out => "fact-dialled",
    }
}

fn dtmf_key(from_caller: bool) -> &'static str {
    match from_caller {
        true => "fact-dtmf_in",
        false => "fact-dtmf_out",
    }
}

fn reported_key(delivered: bool) -> &'static str {
    match delivered {
        true => "fact-sms_delivered",
        false => "fact-sms_undelivered",
    }
}

fn help_key(is_about_a_call: bool) -> &'static str {
    match is_about_a_call {
        true => "fact-asked_help_call",
        false => "fact-asked_help",
    }
}

fn sound_key(is_in_trouble: bool) -> &'static str {
    match is_in_trouble {
        true => "fact-sound_trouble",
        false => "fact-sound_well",
    }
}

fn joined_key(how: JoinedAs) -> &'static str {
    match how {
        JoinedAs::Listen => "fact-joined_listen",
        JoinedAs::Whisper => "fact-joined_whisper",
        JoinedAs::Join => "fact-joined_join",
    }
}

fn loss_key(loss: &Loss) -> &'static str {
    match loss {
        Loss::SetAside { .. } => "fact-set_aside",
        Loss::RolledBack { .. } => "fact-rolled_back",
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
        EndedBy::Caller => "fact-ended_caller",
        EndedBy::Operator => "fact-ended_operator",
        EndedBy::Line => "fact-ended_line",
        EndedBy::Restart => "fact-ended_restart",
    }
}

fn office_key(change: &OfficeChange) -> &'static str {
    match change {
        OfficeChange::Claimed {} => "fact-claimed_box",
        OfficeChange::UserAdded { .. } => "fact-user_added",
        OfficeChange::UserChanged { .. } => "fact-user_changed",
        OfficeChange::UserDisabled { .. } => "fact-user_disabled",
        OfficeChange::UserEnabled { .. } => "fact-user_enabled",
        OfficeChange::PasswordChanged { .. } => "fact-password_changed",
        OfficeChange::TokenAdded { .. } => "fact-token_added",
        OfficeChange::TokenRevoked { .. } => "fact-token_revoked",
        OfficeChange::PromptSet { .. } => "fact-prompt_set",
        OfficeChange::PromptRestored { .. } => "fact-prompt_restored",
        OfficeChange::WordingSet { .. } => "fact-wording_set",
        OfficeChange::WordingRestored { .. } => "fact-wording_restored",
        OfficeChange::KeysSet { .. } => "fact-keys_set",
        OfficeChange::PinSet { .. } => "fact-pin_set",
        OfficeChange::PinRemoved { .. } => "fact-pin_removed",
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
        Fact::LineRestarted { line, by } => {
            vec![("line", line.to_string()), ("by", by.to_string())]
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
        | Fact::CallNoted { .. }
        | Fact::CallEscalated { .. }
        | Fact::CallReported { .. } => call_args(fact, lang),
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
        Fact::OperatorAskedHelp { user: who, call } => {
            std::iter::once(user(who)).chain(call.map(id)).collect()
        }
        Fact::OperatorHelped { user: who, by } => vec![user(who), ("by", by.to_string())],
        Fact::OperatorLeft { user: who, .. } => vec![user(who)],
        Fact::CallbackClosed { .. }
        | Fact::ShiftHandedOver { .. }
        | Fact::ShiftAccepted { .. }
        | Fact::ShiftUnaccepted { .. } => shift_args(fact, lang),
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
        Fact::CallQueued { call } | Fact::CallFound { call, .. } | Fact::CallEscalated { call } => {
            vec![id(*call)]
        }
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
        Fact::CallReported { call, by, report } => vec![
            id(*call),
            ("by", by.to_string()),
            ("what", report_shown(report, lang)),
        ],
        _ => vec![],
    }
}

/// The same for a text message; other facts have nothing here.
fn text_args(fact: &Fact) -> Args {
    match fact {
        Fact::SmsReceived {
            from, number, text, ..
        } => {
            // A sender without a number has a name: that of a bank, say.
            let shown = number.as_ref().map(Number::national);
            let from = shown.unwrap_or_else(|| from.clone());
            vec![("from", from), ("text", text.clone())]
        }
        Fact::SmsQueued { to, by, .. } => {
            let shown = to.parse().ok().as_ref().map(Number::national);
            let to = shown.unwrap_or_else(|| to.clone());
            vec![("to", to), ("by", by.to_string())]
        }
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

/// The same for what is left to whoever comes next; other facts have nothing here.
fn shift_args(fact: &Fact, lang: Lang) -> Args {
    match fact {
        Fact::CallbackClosed {
            number,
            by,
            result,
            note,
            ..
        } => vec![
            ("number", number.national()),
            (
                "by",
                by.as_ref().map_or_else(String::new, ToString::to_string),
            ),
            (
                "result",
                with_reason(callback_word(*result, lang), note.as_deref()),
            ),
        ],
        Fact::ShiftHandedOver {
            by,
            note,
            items,
            more,
            ..
        } => vec![
            ("by", by.to_string()),
            ("note", note.clone()),
            ("open", (items.len() as u64 + more).to_string()),
        ],
        Fact::ShiftAccepted { item, by, .. } => {
            vec![("by", by.to_string()), ("item", item_shown(item, lang))]
        }
        Fact::ShiftUnaccepted { handover } => vec![("handover", handover.to_string())],
        _ => vec![],
    }
}

fn clock(from: Wall, to: Wall, trust: Trust, lang: Lang) -> Args {
    let word = match trust {
        Trust::Wrong => "clocktrust-wrong",
        Trust::Unconfirmed => "clocktrust-unconfirmed",
        Trust::Network => "clocktrust-network",
        Trust::Synchronised => "clocktrust-synchronised",
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
    let reason = reason.map(|why| class_reason(why, lang));
    with_reason(word, reason.as_deref())
}

/// What happened and in which village: no names, no numbers, and no place of what is protected.
fn report_shown(report: &Report, lang: Lang) -> String {
    let category = report.category.unwrap_or(Category::Other);
    let place = [&report.village, &report.district];
    let place = place.into_iter().flatten().cloned();
    let place = place.filter(|_| !category.protected());
    let what = text(lang, &format!("category-{}", category.as_str()), &[]);
    std::iter::once(what)
        .chain(place)
        .collect::<Vec<_>>()
        .join(", ")
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
        | OfficeChange::PasswordChanged { user }
        | OfficeChange::KeysSet { user, .. }
        | OfficeChange::PinSet { user }
        | OfficeChange::PinRemoved { user } => user.to_string(),
        OfficeChange::TokenAdded { token, .. } | OfficeChange::TokenRevoked { token } => {
            token.clone()
        }
        OfficeChange::PromptSet { language, name, .. }
        | OfficeChange::PromptRestored { language, name } => {
            spoken(&format!("prompt-{}", name.as_str()), *language, lang)
        }
        OfficeChange::WordingSet { language, key, .. }
        | OfficeChange::WordingRestored { language, key } => {
            spoken(&format!("wording-{}-title", key.as_str()), *language, lang)
        }
    }
}
