//! Every "no" a browser or program can get: RFC 9457 problem details with a stable code, a
//! sentence and what to do now.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header;
use serde_json::{Map, Value};

use super::text::{Lang, text};
use crate::base::fault::{Code, Fault};
use crate::desk::order::Refusal;

/// A refusal or a fault on its way out.
#[derive(Debug)]
pub struct Problem {
    /// HTTP status.
    pub status: u16,
    /// Stable code; `problem-CODE` and `problem-CODE-cure` are its sentences.
    pub code: &'static str,
    members: Vec<(&'static str, Value)>,
    retry_after: Option<Duration>,
    fault: Option<&'static Code>,
    /// The desk's own refusal, which knows its sentence.
    refusal: Option<Refusal>,
}

impl Problem {
    /// A refusal of the web's own.
    pub fn new(status: u16, code: &'static str) -> Problem {
        Problem {
            status,
            code,
            members: Vec::new(),
            retry_after: None,
            fault: None,
            refusal: None,
        }
    }

    /// Adds a member that programs may read and the sentence may name.
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Problem {
        self.members.push((name, value.into()));
        self
    }

    /// Tells when it may be tried again.
    pub fn retry_after(mut self, wait: Duration) -> Problem {
        self.retry_after = Some(wait);
        self
    }

    /// A field with a wrong value; `field` as it is written in the request.
    pub fn bad_field(field: impl Into<String>) -> Problem {
        Problem::new(422, "bad_field").with("field", field.into())
    }

    /// A fault, logged here in full and shown in part.
    pub fn fault(status: u16, fault: &Fault) -> Problem {
        tracing::error!(fault = fault.chain(), "a request failed");
        Problem {
            fault: Some(fault.code),
            ..Problem::new(status, fault.code.id)
        }
    }

    /// What happened, in the reader's language.
    pub fn sentence(&self, lang: Lang) -> String {
        match (self.fault, &self.refusal) {
            (Some(code), _) if lang == Lang::Id => code.told.to_owned(),
            (Some(_), _) => text(lang, "problem-fault", &[]),
            (None, Some(refusal)) => refusal.meaning_and_cure(lang).0,
            (None, None) => self.told(lang, &format!("problem-{}", self.code)),
        }
    }

    /// What to do now, in the reader's language.
    pub fn cure(&self, lang: Lang) -> String {
        match (self.fault, &self.refusal) {
            (Some(code), _) if lang == Lang::Id => code.cure.to_owned(),
            (Some(_), _) => text(lang, "problem-fault-cure", &[]),
            (None, Some(refusal)) => refusal.meaning_and_cure(lang).1,
            (None, None) => self.told(lang, &format!("problem-{}-cure", self.code)),
        }
    }

    fn told(&self, lang: Lang, key: &str) -> String {
        let shown: Vec<(&str, String)> = self
            .members
            .iter()
            .map(|(name, value)| (*name, plain(value)))
            .collect();
        let args: Vec<(&str, &str)> = shown.iter().map(|(n, v)| (*n, v.as_str())).collect();
        text(lang, key, &args)
    }

    /// As JSON, for programs and for our own scripts.
    pub fn json(&self, lang: Lang) -> Value {
        let status = self.http_status();
        let mut body = Map::new();
        body.insert("type".into(), format!("urn:siaga112:{}", self.code).into());
        body.insert(
            "title".into(),
            status.canonical_reason().unwrap_or_default().into(),
        );
        body.insert("status".into(), self.status.into());
        body.insert("code".into(), self.code.into());
        body.insert("detail".into(), self.sentence(lang).into());
        body.insert("cure".into(), self.cure(lang).into());
        for (name, value) in &self.members {
            body.insert((*name).to_owned(), value.clone());
        }
        Value::Object(body)
    }

    /// The answer to an API call.
    pub fn answer(&self, lang: Lang) -> HttpResponse {
        let mut response = self.builder();
        response
            .insert_header((header::CONTENT_TYPE, "application/problem+json"))
            .insert_header((header::CONTENT_LANGUAGE, lang.as_str()));
        response.body(self.json(lang).to_string())
    }

    /// The answer to a browser that wanted a page.
    pub fn page(&self, html: String) -> HttpResponse {
        self.builder()
            .content_type("text/html; charset=utf-8")
            .body(html)
    }

    /// The status of the answer.
    pub fn http_status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn builder(&self) -> actix_web::HttpResponseBuilder {
        let mut response = HttpResponse::build(self.http_status());
        if let Some(wait) = self.retry_after {
            let seconds = wait.as_millis().div_ceil(1000);
            response.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        if self.status == 401 {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        if self.status == 405 {
            let allowed = self.members.iter().find(|(name, _)| *name == "allowed");
            if let Some((_, Value::String(methods))) = allowed {
                response.insert_header((header::ALLOW, methods.as_str()));
            }
        }
        response
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Problem {
        let problem = Problem::new(refusal.http_status(), refusal.code());
        let mut problem = match &refusal {
            Refusal::Taken { by } => problem.with("by", by.as_str()),
            Refusal::OnAnotherCall { call } | Refusal::LineBusy { call } => {
                problem.with("call", call.to_string())
            }
            Refusal::NotYours { by } => problem.with("by", by.as_ref().map(|user| user.as_str())),
            Refusal::TooEarly { wait_s } => problem
                .with("wait_s", *wait_s)
                .retry_after(Duration::from_secs(*wait_s)),
            Refusal::NotAllowed { needs } => problem.with("needs", needs.as_str()),
            Refusal::SeatNotReady { user } => problem.with("user", user.as_str()),
            Refusal::BadField { field, limit } => {
                problem.with("field", *field).with("limit", *limit)
            }
            Refusal::StoreFull | Refusal::Stopping => problem.retry_after(SOON),
            Refusal::CallOver
            | Refusal::NotTalking
            | Refusal::NoSuchCall
            | Refusal::NotReady
            | Refusal::NoLine
            | Refusal::TooLate
            | Refusal::NoClass
            | Refusal::TooManyDrafts
            | Refusal::NoSuchCallback
            | Refusal::NoSuchHandover
            | Refusal::HandedOverAgain
            | Refusal::BadNumber
            | Refusal::AlreadyExists
            | Refusal::NoSuchName
            | Refusal::LastAdmin => problem,
        };
        problem.refusal = Some(refusal);
        problem
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Problem {
        Problem::fault(503, &fault)
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "–".to_owned(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

/// Time after which a busy server has usually caught up.
const SOON: Duration = Duration::from_secs(5);

/// Every code of the web's own refusals, for the tests of the catalogues.
pub const CODES: &[&str] = &[
    "bad_cursor",
    "bad_field",
    "bad_json",
    "bad_name",
    "bad_time",
    "body_slow",
    "body_too_large",
    "busy",
    "cross_site",
    "csrf",
    "headers_too_large",
    "key_kept",
    "key_taken",
    "key_unknown",
    "local_only",
    "login_needed",
    "method_not_allowed",
    "missing_field",
    "no_recording",
    "no_sound_path",
    "no_such_session",
    "not_a_websocket",
    "not_found",
    "not_wav",
    "nothing_to_find",
    "password_differs",
    "password_easy",
    "password_long",
    "password_short",
    "pin_easy",
    "pin_not_for_role",
    "pin_shape",
    "practice_lines_busy",
    "practice_off",
    "query_long",
    "range_beyond",
    "session_over",
    "setup_code_over",
    "setup_code_wrong",
    "setup_done",
    "sound_long",
    "sound_loud",
    "sound_quiet",
    "sound_short",
    "sound_silent",
    "sound_stuck",
    "token_unknown",
    "too_many_listeners",
    "too_many_tries",
    "unconfirmed",
    "unknown_field",
    "unknown_parameter",
    "uri_too_long",
    "wav_coding",
    "wav_empty",
    "wav_shape",
    "wrong_login",
    "wrong_old_password",
    "wrong_pin",
    "wrong_type",
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn a_call_that_is_taken_says_by_whom() {
        let problem = Problem::from(Refusal::Taken { by: "rina".into() });
        let json = problem.json(Lang::Id);
        assert_eq!(json["status"], 409);
        assert_eq!(json["code"], "taken");
        assert_eq!(json["by"], "rina");
        assert!(json["detail"].as_str().unwrap().contains("rina"));
        assert!(!json["detail"].as_str().unwrap().contains('{'));
    }
}
