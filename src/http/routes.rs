//! The one table of routes: it registers them, guards them, describes them in OpenAPI and is what
//! the tests enumerate.

use actix_web::HttpResponse;
use futures_util::future::LocalBoxFuture;

use super::api::{
    audio, callbacks, calls, health, journal, keys, numbers, people, practice, programs, prompts,
    recording, reports, session, shift, sms, wording, workplace,
};
use super::app::PRACTICE_BASE;
use super::ask::Ask;
use super::problem::Problem;
use super::{api, events, openapi, page};
use crate::base::limits;
use crate::desk::operator::Role::{self, Admin, Auditor, Dispatcher, Operator, Supervisor};

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
    /// Practice has it too, under a path of its own ([`Route::in_practice`]).
    pub practised: bool,
    pub run: fn(Ask) -> Work,
}

impl Route {
    /// Whether it may change something; such requests must prove that they are meant.
    pub fn changes(&self) -> bool {
        self.method != Method::Get
    }

    /// Its path in practice, if it is there.
    pub fn in_practice(&self) -> Option<String> {
        self.practised
            .then(|| format!("{PRACTICE_BASE}{}", self.path.trim_end_matches('/')))
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

    /// What whoever takes calls works with. Never what belongs to the house: people, sessions,
    /// tokens, what callers hear, the raw journal, the health of the box.
    const fn practised(mut self) -> Route {
        self.practised = true;
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
        practised: false,
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
const LOOK: Access = Access::Roles(&[Auditor, Operator, Dispatcher, Supervisor, Admin]);
/// Those who work with calls; what they may do to which call is the desk's to say.
const WORK: Access = Access::Roles(&[Operator, Dispatcher, Supervisor, Admin]);
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
const CALL_FILTER: [Param; 8] = [
    Param {
        name: "q",
        about: "Beginnings of words in its notes, reason or caller's name; a number in any spelling, \
                how it begins or ends (3 digits or more); `#` and the id of a call. All must be found. \
                A page may have fewer calls than asked for and still go on",
    },
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
const BOARD: [Param; 1] = [Param {
    name: "calls",
    about: "`all`, or `mine`: those that go on, and my own that lack a class",
}];
const NUMBER_QUERY: [Param; 3] = [
    Param {
        name: "q",
        about: "How they begin or end, in any spelling (3 digits or more)",
    },
    PAGING[0],
    PAGING[1],
];
const JOURNAL_FILTER: [Param; 2] = [
    Param {
        name: "before",
        about: "Entries up to this sequence",
    },
    Param {
        name: "kind",
        about: "First word of the kinds: `call`, `line`, …",
    },
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
const SAVED: [Param; 1] = [Param {
    name: "saved",
    about: "What was saved a moment ago",
}];
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
    api!(Post "/api/v1/session/pin" WORK "session_pin" "Choose a PIN to come back with on a shared computer, or none" workplace::pin).takes("NewPin").gives(204, ""),
    api!(Post "/api/v1/session/switch" GUEST "session_switch" "Come back with the PIN where one has logged in with the password; whoever is active is parked" workplace::switch).takes("Switch").gives(201, "Who"),
    api!(Get "/api/v1/session/desk" GUEST "session_desk" "Who is active on this computer, and who may come back" workplace::list).gives(200, "DeskPage"),
    api!(Get "/api/v1/sessions" LOOK "sessions_list" "Logged-in browsers: the own ones, or all for an admin" session::list).asks(&PAGING).gives(200, "SessionPage"),
    api!(Delete "/api/v1/sessions/{session}" LOOK "sessions_end" "End one of them" session::end_one).gives(204, ""),

    api!(Get "/api/v1/board" LOOK "board_get" "Lines, queue, calls in progress, seats, counters of today" api::board::get).asks(&BOARD).gives(200, "Board").practised(),
    api!(Post "/api/v1/seat" WORK "seat_set" "Join, pause or leave the desk" api::board::seat).takes("Seat").gives(200, "SeatDone").practised(),
    api!(Post "/api/v1/lines/{line}/restart" ADMIN "line_restart" "Start its modem anew, as soon as no call is on it" api::board::restart_line).gives(200, "LineRestarted"),
    api!(Post "/api/v1/help" WORK "help_ask" "Ask for a supervisor, about the named call, the own one, or none" api::board::ask_help).takes("HelpAsk").gives(200, "HelpDone").practised(),
    api!(Delete "/api/v1/help" WORK "help_enough" "Nobody is needed any more" api::board::help_enough).gives(200, "HelpDone").practised(),
    api!(Post "/api/v1/help/{user}" SUPERVISE "help_come" "Come to somebody who asked" api::board::help).gives(200, "HelpDone").practised(),
    api!(Get "/api/v1/events" LOOK "events" "Live events (SSE)" events::get).asks(&RESUME).gives(200, "text/event-stream").streams().practised(),

    api!(Get "/api/v1/calls" LOOK "calls_list" "Calls, newest first" calls::list).asks(&CALL_FILTER).gives(200, "CallPage").practised(),
    api!(Post "/api/v1/calls" WORK "calls_dial" "Dial out" calls::dial).takes("Dial").gives(201, "CallDone").practised(),
    api!(Get "/api/v1/calls/{call}" LOOK "calls_get" "One call" calls::get).gives(200, "Call").practised(),
    api!(Post "/api/v1/calls/{call}/answer" WORK "calls_answer" "Take it; 409 says who has it" calls::answer).gives(200, "CallDone").practised(),
    api!(Post "/api/v1/calls/{call}/takeover" WORK "calls_takeover" "Take it from who does not get on with it; 409 says how long to wait" calls::take_over).gives(200, "CallDone").practised(),
    api!(Post "/api/v1/calls/{call}/hangup" WORK "calls_hangup" "End it" calls::hangup).gives(200, "CallDone").practised(),
    api!(Post "/api/v1/calls/{call}/dtmf" WORK "calls_dtmf" "Press keys" calls::dtmf).takes("Dtmf").gives(200, "CallDone").practised(),
    api!(Post "/api/v1/calls/{call}/transfer" WORK "calls_transfer" "Give it to another ready seat" calls::transfer).takes("Transfer").gives(200, "CallDone").practised(),
    api!(Post "/api/v1/calls/{call}/hold" WORK "calls_hold" "Put the caller on hold, or take them off it" calls::hold).takes("Hold").gives(200, "CallDone").practised(),
    api!(Post "/api/v1/calls/{call}/invite" WORK "calls_invite" "Ask a colleague into the conversation" calls::invite).takes("Transfer").gives(200, "CallDone").practised(),
    api!(Get "/api/v1/calls/{call}/audio" WORK "calls_audio" "Sound both ways (WebSocket): binary frames of 20 ms, 8 kHz mono s16le" audio::get).asks(&AUDIO).gives(101, "").streams().meant().practised(),
    api!(Get "/api/v1/calls/{call}/recording" LOOK "calls_recording" "The recording: left the far end, right our side; ranges" recording::get).asks(&RECORDING).gives(200, "audio/wav").practised(),
    api!(Delete "/api/v1/calls/{call}/recording" ADMIN "calls_recording_delete" "Delete one file of the recording, with a reason" recording::delete).takes("RecordingDelete").gives(204, ""),
    api!(Post "/api/v1/calls/{call}/classify" WORK "calls_classify" "Say what it was" calls::classify).takes("Classify").gives(200, "CallDone").practised(),
    api!(Post "/api/v1/calls/{call}/undo" WORK "calls_undo" "Take the class back: same person, within ten minutes" calls::undo).gives(200, "CallDone").practised(),
    api!(Post "/api/v1/calls/{call}/note" WORK "calls_note" "Add a note" calls::note).takes("Note").gives(200, "CallDone").practised(),
    api!(Patch "/api/v1/calls/{call}/report" WORK "report_change" "Change the draft of its report, or with `file` the report; absent fields stay" reports::change).takes("ReportChange").gives(200, "ReportDone").practised(),
    api!(Post "/api/v1/calls/{call}/report" WORK "report_file" "File its report, and say that the call was that" reports::file).takes("ReportFile").gives(200, "ReportDone").practised(),
    api!(Get "/api/v1/categories" LOOK "categories_list" "What can have happened: the categories of a report" reports::categories).gives(200, "CategoryPage").practised(),
    api!(Get "/api/v1/callbacks" LOOK "callbacks_list" "Numbers that rang and wait to be called back, oldest first" callbacks::list).asks(&PAGING).gives(200, "CallbackPage").practised(),
    api!(Post "/api/v1/callbacks/{number}/close" WORK "callbacks_close" "Say how calling it back ended" callbacks::close).takes("CallbackClose").gives(200, "CallbackDone").practised(),

    api!(Get "/api/v1/shift" LOOK "shift_get" "What happened since the last hand-over, what is open, and the last hand-overs" shift::get).gives(200, "Shift").practised(),
    api!(Post "/api/v1/shift/handover" WORK "shift_hand_over" "Hand over to whoever comes next" shift::hand_over).takes("HandOver").gives(201, "HandoverDone").practised(),
    api!(Post "/api/v1/shift/handovers/{handover}/accept" WORK "shift_accept" "Take on one thing that was handed over, or all" shift::accept).takes("AcceptItems").gives(200, "HandoverDone").practised(),

    api!(Get "/api/v1/numbers" LOOK "numbers_list" "Known numbers that begin or end so, who called last first" numbers::list).asks(&NUMBER_QUERY).gives(200, "NumberPage").practised(),
    api!(Get "/api/v1/numbers/{number}" LOOK "numbers_get" "What is known of a number, in any spelling" numbers::get).asks(&PAGING).gives(200, "Number").practised(),
    api!(Get "/api/v1/sms" LOOK "sms_list" "Text messages, newest first" sms::list).asks(&PAGING).gives(200, "SmsPage").practised(),
    api!(Post "/api/v1/sms" WORK "sms_send" "Send a text" sms::send).takes("SmsSend").gives(201, "SmsDone").practised(),
    api!(Get "/api/v1/journal" AUDIT "journal_list" "Raw entries with hashes" journal::list).asks(&AFTER).gives(200, "JournalPage"),

    api!(Get "/api/v1/practice" LOOK "practice_get" "Whether anybody practises, who, and which callers there are" practice::get).gives(200, "Practice"),
    api!(Post "/api/v1/practice" WORK "practice_open" "Open it unless it is open; answered when its lines can ring" practice::open).gives(200, "Practice"),
    api!(Delete "/api/v1/practice" SUPERVISE "practice_end" "End it at once" practice::end).gives(204, ""),
    api!(Post "/api/v1/practice/callers" WORK "practice_call" "Let somebody call there" practice::call).takes("PracticeCaller").gives(201, "PracticeCaller"),
    api!(Post "/api/v1/practice/traffic" WORK "practice_traffic" "Callers that come by themselves: so many in an hour, 0 for none" practice::traffic).takes("PracticeTraffic").gives(200, "PracticeTraffic"),

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

    api!(Get "/api/v1/wording" LOOK "wording_list" "What operators say, in the words of the office" wording::list).asks(&PAGING).gives(200, "WordingPage"),
    api!(Put "/api/v1/wording/{language}/{key}" SUPERVISE "wording_set" "Say it in other words" wording::set).takes("WordingSet").gives(200, "Wording"),
    api!(Delete "/api/v1/wording/{language}/{key}" SUPERVISE "wording_restore" "Say it in the built-in words again" wording::restore).gives(204, ""),

    api!(Get "/api/v1/keys" WORK "keys_get" "The own keys of the console" keys::get).gives(200, "KeyPage"),
    api!(Put "/api/v1/keys" WORK "keys_set" "Choose them; what is not named has its default" keys::set).takes("Keys").gives(200, "KeyPage"),

    page!(Get "/" LOOK "page_board" "Papan" page::board::get).practised(),
    page!(Get "/part/lines" LOOK "part_lines" "Lamps of the lines" page::board::lines).practised(),
    page!(Get "/part/figures" LOOK "part_figures" "Counters of today" page::board::figures).practised(),
    page!(Get "/part/last" LOOK "part_last" "The last call in a word" page::board::last).practised(),
    page!(Get "/part/seats" LOOK "part_seats" "Who sits at the desk" page::board::seats).practised(),
    page!(Get "/part/tasks" LOOK "part_tasks" "What waits for somebody" page::board::tasks).practised(),
    page!(Get "/part/reports" LOOK "part_reports" "The newest reports" page::board::reports).practised(),
    page!(Get "/part/journal" LOOK "part_journal" "The journal of today, newest 50" page::board::journal).practised(),
    page!(Get "/part/chips/{call}" LOOK "part_chips" "What is known of who rings" page::call::chips).practised(),
    page!(Get "/part/history/{call}" LOOK "part_history" "Earlier calls of the same number" page::call::history).practised(),
    page!(Get "/panggilan" LOOK "page_calls" "Panggilan" page::calls::list).asks(&CALL_FILTER).practised(),
    page!(Get "/panggilan/{call}" LOOK "page_call" "Satu panggilan" page::calls::one).practised(),
    page!(Post "/panggilan/{call}/catatan" WORK "page_call_note" "Menambah catatan" page::calls::note).gives(303, "").practised(),
    page!(Get "/nomor" LOOK "page_numbers" "Mencari nomor" page::numbers::search).asks(&NUMBER_QUERY).practised(),
    page!(Get "/nomor/{number}" LOOK "page_number" "Riwayat nomor" page::numbers::one).asks(&PAGING).practised(),
    page!(Get "/telepon-balik" WORK "page_callbacks" "Telepon balik" page::callbacks::get).practised(),
    page!(Get "/part/callbacks" WORK "part_callbacks" "Numbers that wait to be called back" page::callbacks::part).practised(),
    page!(Get "/serah-terima" WORK "page_handover" "Serah terima" page::handover::get).practised(),
    page!(Post "/serah-terima" WORK "page_handover_send" "Menyerahkan piket" page::handover::post).practised(),
    page!(Get "/serah-terima/cetak" WORK "page_shift_report" "Laporan piket" page::handover::print).practised(),
    page!(Get "/pantau" SUPERVISE "page_watch" "Pantau" page::watch::get),
    page!(Get "/part/watch-live" SUPERVISE "part_watch_live" "Calls that go on" page::watch::live),
    page!(Get "/part/watch-review" SUPERVISE "part_watch_review" "What a supervisor has to look at" page::watch::review),
    page!(Get "/part/watch-service" SUPERVISE "part_watch_service" "How soon callers were answered today" page::watch::service),
    page!(Get "/berlatih" WORK "page_practice" "Latihan" page::practice::get),
    page!(Get "/jurnal" AUDIT "page_journal" "Jurnal" page::journal::get).asks(&JOURNAL_FILTER),
    page!(Get "/dinding" SUPERVISE "page_wall" "Layar dinding" page::wall::get),
    page!(Get "/part/wall" SUPERVISE "part_wall" "What the wall shows" page::wall::part),
    page!(Get "/pengaturan" SUPERVISE "page_settings" "Pengaturan" page::settings::get).gives(303, ""),
    page!(Get "/saya" LOOK "page_me" "Pilihan sendiri" page::me::get).asks(&SAVED),
    page!(Post "/saya/tombol" WORK "page_me_keys" "Memilih tombol" page::me::keys),
    page!(Post "/saya/sandi" LOOK "page_me_password" "Mengganti sandi" page::me::password),
    page!(Post "/saya/pin" WORK "page_me_pin" "Memilih PIN" page::me::pin),
    page!(Get "/bantuan" LOOK "page_help" "Bantuan" page::help::get).practised(),
    page!(Get "/pengaturan/kata" SUPERVISE "page_wording" "Kata-kata" page::settings::wording::get),
    page!(Post "/pengaturan/kata/{language}/{key}" SUPERVISE "page_wording_set" "Mengubah kata-kata" page::settings::wording::post),
    page!(Get "/pengaturan/jalur" SUPERVISE "page_lines" "Jalur" page::settings::lines::get),
    page!(Get "/part/line-cards" SUPERVISE "part_line_cards" "Each line as the engine sees it" page::settings::lines::part),
    page!(Get "/pengaturan/pengguna" ADMIN "page_users" "Pengguna" page::settings::users::get),
    page!(Post "/pengaturan/pengguna" ADMIN "page_users_add" "Menambah pengguna" page::settings::users::add),
    page!(Post "/pengaturan/pengguna/{user}" ADMIN "page_users_change" "Mengubah pengguna" page::settings::users::change),
    page!(Get "/pengaturan/perangkat" ADMIN "page_devices" "Perangkat" page::settings::devices::get),
    page!(Post "/pengaturan/perangkat/{session}/akhiri" ADMIN "page_devices_end" "Mengakhiri sesi" page::settings::devices::end).gives(303, ""),
    page!(Get "/suara" SUPERVISE "page_sound" "Suara sistem" page::sound::get),
    page!(Get "/login" GUEST "page_login" "Masuk" page::login::get).asks(&NEXT),
    page!(Post "/login" ANYONE "page_login_send" "Masuk" page::login::post).asks(&NEXT).gives(303, ""),
    page!(Get "/ganti" GUEST "page_switch" "Ganti petugas" page::switch::get),
    page!(Post "/ganti" GUEST "page_switch_send" "Masuk dengan PIN" page::switch::post).gives(303, ""),
    page!(Post "/logout" LOOK "page_logout" "Keluar" page::login::logout).gives(303, ""),
    page!(Get "/setup" ANYONE "page_setup" "Mengklaim server baru" page::setup::get),
    page!(Post "/setup" ANYONE "page_setup_send" "Mengklaim server baru" page::setup::post).gives(303, ""),
    page!(Get "/percaya" ANYONE "page_trust" "Memasang sertifikat kantor" page::trust::get),
    page!(Get "/ca.crt" ANYONE "authority" "The office's certificate authority" page::trust::authority).gives(200, "application/x-x509-ca-cert"),
    page!(Get "/assets/{name}" ANYONE "asset" "Style, scripts" page::asset).gives(200, "*/*"),
    page!(Get "/favicon.ico" ANYONE "favicon" "The lamp in the tab" page::favicon).gives(200, "image/svg+xml"),
];
