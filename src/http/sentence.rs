//! Facts as sentences, for the journal of today.

use super::text::{Lang, text};
use crate::base::ids::{CallId, UserName};
use crate::base::phone::{Caller, Presentation};
use crate::desk::call::{Class, Direction, EndedBy};
use crate::desk::fact::{Fact, OfficeChange};
use crate::desk::operator::SeatState;

/// What happened, as a person would say it.
pub fn sentence(fact: &Fact, lang: Lang) -> String {
    let say = Say(lang);
    match fact {
        Fact::SystemStarted { version, clean } => say.started(version, *clean),
        Fact::SystemStopped {} => say.of("stopped", &[]),
        Fact::ClockChanged { .. } => say.of("clock", &[]),
        Fact::LineUp { line } => say.of("line_up", &[("line", line.as_str())]),
        Fact::LineDown { line, why, .. } => say.of(
            "line_down",
            &[("line", line.as_str()), ("why", &down_why(why, lang))],
        ),
        Fact::CallOffered {
            call,
            direction: Direction::In,
            line,
            caller,
            ..
        } => say.call_from("offered", *call, caller, line.as_str(), None),
        Fact::CallOffered {
            call,
            direction: Direction::Out,
            line,
            caller,
            by,
            ..
        } => say.call_from("dialled", *call, caller, line.as_str(), by.as_ref()),
        Fact::CallIdentified { call, caller } => {
            say.call_from("identified", *call, caller, "", None)
        }
        Fact::CallQueued { call } => say.call("queued", *call, &[]),
        Fact::CallClaimed { call, by } => say.call_by("claimed", *call, by),
        Fact::CallUnclaimed { call, by, .. } => say.call_by("unclaimed", *call, by),
        Fact::CallAnswered { call, by } => say.call_by("answered", *call, by),
        Fact::CallFound { call, .. } => say.call("found", *call, &[]),
        Fact::CallTransferred { call, to, .. } => say.call_by("transferred", *call, to),
        Fact::CallDtmf {
            call,
            digits,
            from_caller: true,
        } => say.call("dtmf_in", *call, &[("digits", digits)]),
        Fact::CallDtmf {
            call,
            digits,
            from_caller: false,
        } => say.call("dtmf_out", *call, &[("digits", digits)]),
        Fact::CallEnded {
            call,
            by,
            abandoned,
            talk_ms,
            ..
        } => say.ended(*call, *by, *abandoned, *talk_ms),
        Fact::CallClassified {
            call,
            by,
            class,
            reason,
            ..
        } => say.classified(*call, by, *class, reason.as_deref()),
        Fact::CallNoted { call, by, text } => {
            say.call("noted", *call, &[("by", by.as_str()), ("text", text)])
        }
        Fact::SmsReceived { from, text, .. } => {
            say.of("sms_received", &[("from", from), ("text", text)])
        }
        Fact::SmsQueued { to, by, .. } => say.of("sms_queued", &[("to", to), ("by", by.as_str())]),
        Fact::SmsSent { sms, .. } => say.of("sms_sent", &[("sms", &sms.to_string())]),
        Fact::SmsDelayed { sms, reason, .. } => say.of(
            "sms_delayed",
            &[("sms", &sms.to_string()), ("reason", reason)],
        ),
        Fact::SmsFailed { sms, reason } => say.of(
            "sms_failed",
            &[("sms", &sms.to_string()), ("reason", reason)],
        ),
        Fact::SmsReported {
            sms,
            delivered: true,
        } => say.of("sms_delivered", &[("sms", &sms.to_string())]),
        Fact::SmsReported {
            sms,
            delivered: false,
        } => say.of("sms_undelivered", &[("sms", &sms.to_string())]),
        Fact::OperatorJoined { user, state } => say.seat("joined", user, *state, None),
        Fact::OperatorChanged {
            user,
            state,
            reason,
        } => say.seat("changed", user, *state, reason.as_deref()),
        Fact::OperatorLeft { user, lost: true } => say.of("lost", &[("user", user.as_str())]),
        Fact::OperatorLeft { user, lost: false } => say.of("left", &[("user", user.as_str())]),
        Fact::OfficeChanged { by, change } => say.office(by, change),
    }
}

/// Sentences of `fact.*` in one language.
struct Say(Lang);

impl Say {
    fn of(&self, key: &str, args: &[(&str, &str)]) -> String {
        text(self.0, &format!("fact.{key}"), args)
    }

    fn started(&self, version: &str, clean: bool) -> String {
        let key = if clean { "started" } else { "started_unclean" };
        self.of(key, &[("version", version)])
    }

    fn call(&self, key: &str, call: CallId, more: &[(&str, &str)]) -> String {
        let id = call.to_string();
        let mut args = vec![("call", id.as_str())];
        args.extend_from_slice(more);
        self.of(key, &args)
    }

    fn call_by(&self, key: &str, call: CallId, by: &UserName) -> String {
        self.call(key, call, &[("by", by.as_str())])
    }

    fn call_from(
        &self,
        key: &str,
        call: CallId,
        caller: &Caller,
        line: &str,
        by: Option<&UserName>,
    ) -> String {
        let who = caller_shown(caller, self.0);
        let by = by.map_or("–", |by| by.as_str());
        self.call(key, call, &[("line", line), ("who", &who), ("by", by)])
    }

    fn ended(&self, call: CallId, by: EndedBy, abandoned: bool, talk_ms: Option<u64>) -> String {
        let time = talk_ms.map_or_else(|| "–".to_owned(), minutes);
        let key = match by {
            _ if abandoned => "abandoned",
            EndedBy::Caller => "ended_caller",
            EndedBy::Operator => "ended_operator",
            EndedBy::Line => "ended_line",
            EndedBy::Restart => "ended_restart",
        };
        self.call(key, call, &[("time", &time)])
    }

    fn classified(
        &self,
        call: CallId,
        by: &UserName,
        class: Option<Class>,
        reason: Option<&str>,
    ) -> String {
        let Some(class) = class else {
            return self.call_by("unclassified", call, by);
        };
        let class = with_reason(class_word(class, self.0), reason);
        self.call(
            "classified",
            call,
            &[("by", by.as_str()), ("class", &class)],
        )
    }

    fn seat(&self, key: &str, user: &UserName, state: SeatState, reason: Option<&str>) -> String {
        let state = with_reason(seat_state(state, self.0), reason);
        self.of(key, &[("user", user.as_str()), ("state", &state)])
    }

    fn office(&self, by: &UserName, change: &OfficeChange) -> String {
        let (key, who) = match change {
            OfficeChange::Claimed {} => ("claimed_box", ""),
            OfficeChange::UserAdded { user, .. } => ("user_added", user.as_str()),
            OfficeChange::UserChanged { user, .. } => ("user_changed", user.as_str()),
            OfficeChange::UserDisabled { user } => ("user_disabled", user.as_str()),
            OfficeChange::UserEnabled { user } => ("user_enabled", user.as_str()),
            OfficeChange::PasswordChanged { user } => ("password_changed", user.as_str()),
            OfficeChange::TokenAdded { token, .. } => ("token_added", token.as_str()),
            OfficeChange::TokenRevoked { token } => ("token_revoked", token.as_str()),
        };
        self.of(key, &[("by", by.as_str()), ("who", who)])
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

fn seat_state(state: SeatState, lang: Lang) -> String {
    let key = match state {
        SeatState::Ready => "seat.ready",
        SeatState::Pause => "seat.pause",
        SeatState::Away => "seat.away",
    };
    text(lang, key, &[])
}

fn with_reason(word: String, reason: Option<&str>) -> String {
    match reason {
        Some(reason) => format!("{word} ({reason})"),
        None => word,
    }
}

/// `1:05`.
fn minutes(ms: u64) -> String {
    let seconds = ms / 1000;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}
