//! The one table of routes: it registers them, guards them, describes them in OpenAPI and is what
//! the tests enumerate.

use actix_web::HttpResponse;
use futures_util::future::LocalBoxFuture;

use super::api::{
    audio, calls, health, journal, numbers, people, programs, prompts, recording, session, sms,
};
use super::ask::Ask;
use super::problem::Problem;
use super::{api, events, openapi, pages};
use crate::base::limits;
use crate::desk::operator::Role::{self, Admin, Auditor, Operator, Supervisor};

/// What a handler works on until it has an answer.
pub type Work = LocalBoxFuture<'static, Result<HttpResponse, Problem>>;

/// HTTP methods in use.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

/// Who may.
#[derive(Clone, Copy, Debug)]
pub enum Access {
    /// Everybody; nobody is asked who they are.
    Anyone,
    /// Everybody; somebody who is known is recognised.
    Guest,
    /// The machine itself, or any token or session.
    Local,
    /// These roles.
    Roles(&'static [Role]),
}

/// How a refusal is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Face {
    /// Problem details.
    Api,
    /// A page, or the way to the login.
    Page,
}

/// A query parameter.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    pub name: &'static str,
    pub about: &'static str,
}

/// One row of the table.
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub access: Access,
    pub face: Face,
    /// Stable name, OpenAPI's operationId.
    pub id: &'static str,
    pub summary: &'static str,
    pub query: &'static [Param],
    /// Schema of the JSON body, or media type of another one, if it takes one.
    pub request: Option<&'static str>,
    /// Bytes of the body at most.
    pub body_max: usize,
    /// Status and schema (or media type) of the good answer.
    pub answer: (u16, &'static str),
    /// The answer goes on for ever.
    pub streams: bool,
    /// Reads only, and must all the same come from our own pages: a WebSocket.
    pub same_site: bool,
    pub run: fn(Ask) -> Work,
}

impl Route {
    /// Whether it may change something; such requests must prove that they are meant.
    pub fn changes(&self) -> bool {
        self.method != Method::Get
    }

    const fn asks(mut self, query: &'static [Param]) -> Route {
        self.query = query;
        self
    }

    const fn takes(mut self, schema: &'static str) -> Route {
        self.request = Some(schema);
        self
    }

    const fn up_to(mut self, bytes: usize) -> Route {
        self.body_max = bytes;
        self
    }

    const fn gives(mut self, status: u16, schema: &'static str) -> Route {
        self.answer = (status, schema);
        self
    }

    const fn meant(mut self) -> Route {
        self.same_site = true;
        self
    }

    const fn streams(mut self) -> Route {
        self.streams = true;
        self
    }
}

const fn route(
    method: Method,
    path: &'static str,
    access: Access,
    face: Face,
    id: &'static str,
    summary: &'static str,
    run: fn(Ask) -> Work,
) -> Route {
    Route {
        method,
        path,
        access,
        face,
        id,
        summary,
        query: &[],
        request: None,
        body_max: limits::BODY_BYTES_MAX,
        answer: (200, "text/html"),
        streams: false,
        same_site: false,
        run,
    }
}

macro_rules! api {
    ($method:ident $path:literal $access:ident $id:literal $summary:literal $run:path) => {
        route(
            Method::$method,
            $path,
            $access,
            Face::Api,
            $id,
            $summary,
            |ask| Box::pin($run(ask)),
        )
    };
}

macro_rules! page {
    ($method:ident $path:literal $access:ident $id:literal $summary:literal $run:path) => {
        route(
            Method::$method,
            $path,
            $access,
            Face::Page,
            $id,
            $summary,
            |ask| Box::pin($run(ask)),
        )
    };
}

const ANYONE: Access = Access::Anyone;
const GUEST: Access = Access::Guest;
const LOCAL: Access = Access::Local;
/// Everybody who is known may look.
const LOOK: Access = Access::Roles(&[Auditor, Operator, Supervisor, Admin]);
/// Those who work with calls; what they may do to which call is the desk's to say.
const WORK: Access = Access::Roles(&[Operator, Supervisor, Admin]);
/// Raw entries with their hashes.
const AUDIT: Access = Access::Roles(&[Auditor, Supervisor, Admin]);
/// What callers hear, how the office works.
const SUPERVISE: Access = Access::Roles(&[Supervisor, Admin]);
const ADMIN: Access = Access::Roles(&[Admin]);

const PAGING: [Param; 2] = [
    Param {
        name: "limit",
        about: "Items of this page, at most 200",
    },
    Param {
        name: "cursor",
        about: "`next` of the page before",
    },
];
const CALL_FILTER: [Param; 7] = [
    Param {
        name: "number",
        about: "A number in any spelling",
    },
    Param {
        name: "class",
        about: "A class, or `none` for calls without one",
    },
    Param {
        name: "from",
        about: "Offered at or after this time (RFC 3339) or date",
    },
    Param {
        name: "to",
        about: "Offered before this time, or until the end of this date",
    },
    Param {
        name: "line",
        about: "Name of a line",
    },
    PAGING[0],
    PAGING[1],
];
const AFTER: [Param; 2] = [
    Param {
        name: "after",
        about: "Entries after this sequence",
    },
    Param {
        name: "limit",
        about: "Entries of this page, at most 1000",
    },
];
const RESUME: [Param; 1] = [Param {
    name: "after",
    about: "Durable facts after this sequence; `Last-Event-ID` counts for more",
}];
const AUDIO: [Param; 1] = [Param {
    name: "mode",
    about: "`talk` (who has the call), `listen`, `whisper`, `join`",
}];
const RECORDING: [Param; 2] = [
    Param {
        name: "part",
        about: "One file of several, from 1: exactly the bytes whose SHA-256 is in the journal",
    },
    Param {
        name: "last_s",
        about: "Only the last seconds, at most 600; of a call that goes on, up to now",
    },
];
const NEXT: [Param; 1] = [Param {
    name: "next",
    about: "Page to open afterwards",
}];

/// Every route.
pub static ROUTES: &[Route] = &[
    api!(Get "/healthz" ANYONE "health_alive" "The process is alive" health::alive).gives(200, "Alive"),
    api!(Get "/readyz" ANYONE "health_ready" "Can take calls and save them; 503 if not" health::ready).gives(200, "Ready"),
    api!(Get "/metrics" LOCAL "health_metrics" "Prometheus; from the machine itself or with a token" health::metrics).gives(200, "text/plain"),
    api!(Get "/api/v1/openapi.json" LOOK "openapi" "This description" openapi::get).gives(200, "application/json"),

    api!(Get "/api/v1/session" LOOK "session_get" "Who asks, and the token for changes" session::get).gives(200, "Who"),
    api!(Post "/api/v1/session" ANYONE "session_open" "Log in; sets the session cookie" session::open).takes("Login").gives(201, "Who"),
    api!(Delete "/api/v1/session" LOOK "session_end" "Log out" session::end).gives(204, ""),
    api!(Post "/api/v1/session/password" LOOK "session_password" "Change the own password; ends the other sessions" session::password).takes("NewPassword").gives(200, "Who"),
    api!(Get "/api/v1/sessions" LOOK "sessions_list" "Logged-in browsers: the own ones, or all for an admin" session::list).asks(&PAGING).gives(200, "SessionPage"),
    api!(Delete "/api/v1/sessions/{session}" LOOK "sessions_end" "End one of them" session::end_one).gives(204, ""),

    api!(Get "/api/v1/board" LOOK "board_get" "Lines, queue, calls in progress, seats, counters of today" api::board::get).gives(200, "Board"),
    api!(Post "/api/v1/seat" WORK "seat_set" "Join, pause or leave the desk" api::board::seat).takes("Seat").gives(200, "SeatDone"),
    api!(Get "/api/v1/events" LOOK "events" "Live events (SSE)" events::get).asks(&RESUME).gives(200, "text/event-stream").streams(),

    api!(Get "/api/v1/calls" LOOK "calls_list" "Calls, newest first" calls::list).asks(&CALL_FILTER).gives(200, "CallPage"),
    api!(Post "/api/v1/calls" WORK "calls_dial" "Dial out" calls::dial).takes("Dial").gives(201, "CallDone"),
    api!(Get "/api/v1/calls/{call}" LOOK "calls_get" "One call" calls::get).gives(200, "Call"),
    api!(Post "/api/v1/calls/{call}/answer" WORK "calls_answer" "Take it; 409 says who has it" calls::answer).gives(200, "CallDone"),
    api!(Post "/api/v1/calls/{call}/hangup" WORK "calls_hangup" "End it" calls::hangup).gives(200, "CallDone"),
    api!(Post "/api/v1/calls/{call}/dtmf" WORK "calls_dtmf" "Press keys" calls::dtmf).takes("Dtmf").gives(200, "CallDone"),
    api!(Post "/api/v1/calls/{call}/transfer" WORK "calls_transfer" "Give it to another ready seat" calls::transfer).takes("Transfer").gives(200, "CallDone"),
    api!(Post "/api/v1/calls/{call}/hold" WORK "calls_hold" "Put the caller on hold, or take them off it" calls::hold).takes("Hold").gives(200, "CallDone"),
    api!(Post "/api/v1/calls/{call}/invite" WORK "calls_invite" "Ask a colleague into the conversation" calls::invite).takes("Transfer").gives(200, "CallDone"),
    api!(Get "/api/v1/calls/{call}/audio" WORK "calls_audio" "Sound both ways (WebSocket): binary frames of 20 ms, 8 kHz mono s16le" audio::get).asks(&AUDIO).gives(101, "").streams().meant(),
    api!(Get "/api/v1/calls/{call}/recording" LOOK "calls_recording" "The recording: left the far end, right our side; ranges" recording::get).asks(&RECORDING).gives(200, "audio/wav"),
    api!(Delete "/api/v1/calls/{call}/recording" ADMIN "calls_recording_delete" "Delete one file of the recording, with a reason" recording::delete).takes("RecordingDelete").gives(204, ""),
    api!(Post "/api/v1/calls/{call}/classify" WORK "calls_classify" "Say what it was" calls::classify).takes("Classify").gives(200, "CallDone"),
    api!(Post "/api/v1/calls/{call}/undo" WORK "calls_undo" "Take the class back: same person, within ten minutes" calls::undo).gives(200, "CallDone"),
    api!(Post "/api/v1/calls/{call}/note" WORK "calls_note" "Add a note" calls::note).takes("Note").gives(200, "CallDone"),

    api!(Get "/api/v1/numbers/{number}" LOOK "numbers_get" "What is known of a number, in any spelling" numbers::get).asks(&PAGING).gives(200, "Number"),
    api!(Get "/api/v1/sms" LOOK "sms_list" "Text messages, newest first" sms::list).asks(&PAGING).gives(200, "SmsPage"),
    api!(Post "/api/v1/sms" WORK "sms_send" "Send a text" sms::send).takes("SmsSend").gives(201, "SmsDone"),
    api!(Get "/api/v1/journal" AUDIT "journal_list" "Raw entries with hashes" journal::list).asks(&AFTER).gives(200, "JournalPage"),

    api!(Get "/api/v1/users" ADMIN "users_list" "People who may log in" people::list).asks(&PAGING).gives(200, "UserPage"),
    api!(Post "/api/v1/users" ADMIN "users_add" "Add a person" people::add).takes("UserAdd").gives(201, "User"),
    api!(Patch "/api/v1/users/{user}" ADMIN "users_change" "Change name, role, or whether they may log in" people::change).takes("UserChange").gives(200, "User"),
    api!(Post "/api/v1/users/{user}/password" ADMIN "users_password" "Set a new password; ends their sessions" people::password).takes("PasswordSet").gives(200, "User"),
    api!(Get "/api/v1/tokens" ADMIN "tokens_list" "Programs that may ask" programs::list).asks(&PAGING).gives(200, "TokenPage"),
    api!(Post "/api/v1/tokens" ADMIN "tokens_add" "Make a token; it is shown this once" programs::add).takes("TokenAdd").gives(201, "TokenMade"),
    api!(Delete "/api/v1/tokens/{token}" ADMIN "tokens_revoke" "Revoke a token" programs::revoke).gives(204, ""),

    api!(Get "/api/v1/prompts" LOOK "prompts_list" "What the box itself says to callers" prompts::list).asks(&PAGING).gives(200, "PromptPage"),
    api!(Get "/api/v1/prompts/{language}/{name}" LOOK "prompts_listen" "The sound that is played" prompts::listen).gives(200, "audio/wav"),
    api!(Put "/api/v1/prompts/{language}/{name}" SUPERVISE "prompts_set" "Play a recording of the office" prompts::set).takes("audio/wav").up_to(limits::SOUND_BODY_BYTES_MAX).gives(200, "Prompt"),
    api!(Delete "/api/v1/prompts/{language}/{name}" SUPERVISE "prompts_restore" "Play the built-in sound again" prompts::restore).gives(204, ""),

    page!(Get "/" LOOK "page_board" "Papan" pages::board::get),
    page!(Get "/part/journal" LOOK "part_journal" "The journal of today, newest 50" pages::board::journal),
    page!(Get "/suara" SUPERVISE "page_sound" "Suara sistem" pages::sound::get),
    page!(Get "/login" GUEST "page_login" "Masuk" pages::login::get).asks(&NEXT),
    page!(Post "/login" ANYONE "page_login_send" "Masuk" pages::login::post).asks(&NEXT).gives(303, ""),
    page!(Post "/logout" LOOK "page_logout" "Keluar" pages::login::logout).gives(303, ""),
    page!(Get "/setup" ANYONE "page_setup" "Mengklaim kotak baru" pages::setup::get),
    page!(Post "/setup" ANYONE "page_setup_send" "Mengklaim kotak baru" pages::setup::post).gives(303, ""),
    page!(Get "/percaya" ANYONE "page_trust" "Memasang sertifikat kantor" pages::trust::get),
    page!(Get "/ca.crt" ANYONE "authority" "The office's certificate authority" pages::trust::authority).gives(200, "application/x-x509-ca-cert"),
    page!(Get "/assets/{name}" ANYONE "asset" "Style, scripts" pages::asset).gives(200, "*/*"),
    page!(Get "/favicon.ico" ANYONE "favicon" "The lamp in the tab" pages::favicon).gives(200, "image/svg+xml"),
];
