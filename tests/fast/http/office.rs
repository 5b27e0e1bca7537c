//! A small office: engine, store and web server, two lines, six people.

use std::collections::VecDeque;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::thread::JoinHandle;
use std::time::Duration;

use jiff::tz::TimeZone;
use rustls::ClientConfig;
use serde_json::{Value, json};
use siaga112::base::ids::{LineName, Seq, UserName};
use siaga112::base::limits;
use siaga112::base::phone::{Caller, NumberType, Presentation};
use siaga112::base::sound::Coding;
use siaga112::base::time::Now;
use siaga112::base::time::Trust;
use siaga112::clock::Clock;
use siaga112::config::Config;
use siaga112::desk::operator::Role;
use siaga112::desk::order::{Actor, OfficeOrder, Order};
use siaga112::desk::{Desk, OwnPrompt, Policy};
use siaga112::engine::bus::Bus;
use siaga112::engine::core::{Core, Setup};
use siaga112::engine::handle::{Handle, Inbox};
use siaga112::engine::run::{self, Shelf, Surroundings, Wire};
use siaga112::engine::time_keeper::Floor;
use siaga112::http::{self, ServerHandle, ServerSetup, password};
use siaga112::journal::{self, Chain};
use siaga112::line::heard::{CallNo, EndedBy};
use siaga112::line::words::{self, Event, Input, Line, Output, Status};
use siaga112::media::{self, LineSpec, Studio};
use siaga112::pki::{self, Pki};
use siaga112::port::PortEvent;
use siaga112::practice;
use siaga112::prompts::Library;
use siaga112::store::backend::FileDisk;
use siaga112::store::{self, Batch, Settings, Writer};

use super::wire::{self, Answer};

/// Completes the local numbers of this office.
const AREA_CODE: &str = "0431";
/// Everybody's password; no two people have the same one outside tests.
pub const PASSWORD: &str = "jembatan-biru-tua";
static HASH: LazyLock<String> = LazyLock::new(|| password::hash(PASSWORD).expect("a hash"));

/// One person of each role, by name.
pub const PEOPLE: [(&str, Role); 6] = [
    ("audi", Role::Auditor),
    ("rina", Role::Operator),
    ("budi", Role::Operator),
    ("dina", Role::Dispatcher),
    ("sari", Role::Supervisor),
    ("adi", Role::Admin),
];

pub struct Office {
    pub address: SocketAddr,
    pub tls: Arc<ClientConfig>,
    pub handle: Handle,
    pub pki: Arc<Pki>,
    pub clock: Clock,
    pub prompts: Arc<Library>,
    pub studio: Studio,
    pub practice: Arc<practice::Room>,
    pub folder: Arc<tempfile::TempDir>,
    web: Option<ServerHandle>,
    engine: Option<JoinHandle<()>>,
}

impl Office {
    /// An office with its people.
    pub fn open() -> Office {
        Office::fresh().with_people()
    }

    /// The same office, claimed and with its people.
    pub fn with_people(self) -> Office {
        let office = self;
        let claim = OfficeOrder::Claim {
            user: "adi".into(),
            name: "Adi".into(),
            password_hash: HASH.clone(),
        };
        office.order("adi", Role::Admin, Order::Office(claim));
        for (user, role) in PEOPLE.iter().filter(|(user, _)| *user != "adi") {
            let add = OfficeOrder::AddUser {
                user: UserName::new(user),
                name: user.to_uppercase(),
                role: *role,
                password_hash: HASH.clone(),
            };
            office.order("adi", Role::Admin, Order::Office(add));
        }
        office
    }

    /// An office that nobody has claimed.
    pub fn fresh() -> Office {
        Office::listening(listener("127.0.0.1:0"))
    }

    /// An office with its people, where practice ends so long after the last has left it.
    pub fn with_idle(idle: Duration) -> Office {
        let folder = Arc::new(tempfile::tempdir().expect("a folder"));
        Office::start_in(folder, listener("127.0.0.1:0"), None, idle).with_people()
    }

    /// An office with this listener.
    pub fn listening(listener: TcpListener) -> Office {
        Office::start(listener, None)
    }

    /// An office whose entry of this number is not what was written.
    pub fn damaged(entry: Seq) -> Office {
        Office::start(listener("127.0.0.1:0"), Some(entry))
    }

    /// The same office, stopped and started again.
    pub fn restarted(self) -> Office {
        let folder = self.folder.clone();
        drop(self);
        Office::again(folder)
    }

    /// An office that finds this folder.
    pub fn again(folder: Arc<tempfile::TempDir>) -> Office {
        Office::start_in(folder, listener("127.0.0.1:0"), None, limits::PRACTICE_IDLE)
    }

    fn start(listener: TcpListener, damaged: Option<Seq>) -> Office {
        let folder = tempfile::tempdir().expect("a folder");
        Office::start_in(Arc::new(folder), listener, damaged, limits::PRACTICE_IDLE)
    }

    fn start_in(
        folder: Arc<tempfile::TempDir>,
        listener: TcpListener,
        damaged: Option<Seq>,
        idle: Duration,
    ) -> Office {
        let clock = Clock::start();
        let Inside {
            handle,
            engine,
            own_prompts,
            studio,
        } = start_engine(folder.path(), &clock, damaged);
        let setup = pki::Setup {
            data_dir: folder.path().to_owned(),
            centre: "112 Kabupaten Contoh".into(),
            names: vec!["siaga112.local".into()],
            addresses: pki::addresses::of_this_machine(),
        };
        let pki = Arc::new(
            Pki::open(&setup, clock.now().stamp(Trust::Unconfirmed)).expect("certificates"),
        );
        let prompts = Arc::new(Library::open(folder.path(), &own_prompts));
        let practice = Arc::new(practice_room(folder.path(), &clock, idle));
        let web = http::serve(ServerSetup {
            handle: handle.clone(),
            studio: studio.clone(),
            practice: practice.clone(),
            clock: clock.clone(),
            zone: TimeZone::get("Asia/Makassar").expect("a zone"),
            area_code: Some(AREA_CODE.into()),
            centre: "112 Kabupaten Contoh".into(),
            language: "id".into(),
            data_dir: folder.path().to_owned(),
            pki: pki.clone(),
            prompts: prompts.clone(),
            listeners: vec![listener],
        });
        let web = web.expect("a server");
        Office {
            address: web.addresses()[0],
            tls: wire::trusting(pki.authority_pem()),
            handle,
            pki,
            clock,
            prompts,
            studio,
            practice,
            folder,
            web: Some(web),
            engine: Some(engine),
        }
    }

    /// Gives an order past the web.
    pub fn order(&self, user: &str, role: Role, order: Order) {
        let actor = Actor {
            user: UserName::new(user),
            role,
        };
        let done = self.handle.order_and_wait(actor, order);
        done.unwrap_or_else(|refusal| panic!("{refusal:?}"));
    }

    /// Makes a line do something: `ring NUMBER`, `withheld`, `gone`, `down`, `up`.
    pub fn line(&self, line: usize, what: &str) {
        let event = PortEvent::Bytes(what.as_bytes().to_vec().into());
        self.handle
            .send(Inbox::Port { line, event })
            .expect("the engine");
    }

    /// A ring, once the board shows it; its call's id.
    pub fn ring(&self, line: usize, number: &str) -> String {
        let before: Vec<_> = self
            .handle
            .board()
            .calls
            .iter()
            .map(|call| call.id)
            .collect();
        self.line(line, &format!("ring {number}"));
        self.until(|office| {
            let board = office.handle.board();
            let new = board.calls.iter().find(|call| !before.contains(&call.id));
            new.map(|call| call.id.to_string())
        })
    }

    /// Waits until everything that happened is on disk.
    pub fn settled(&self) {
        self.until(|office| {
            let board = office.handle.board();
            (board.durable_seq == board.seq).then_some(())
        });
    }

    /// Waits for something to become so.
    pub fn until<T>(&self, mut look: impl FnMut(&Office) -> Option<T>) -> T {
        let start = self.clock.tick();
        loop {
            if let Some(found) = look(self) {
                return found;
            }
            let waited = self.clock.tick().since(start);
            assert!(waited < wire::PATIENCE, "it did not happen");
            std::thread::yield_now();
        }
    }

    /// The kinds of all facts so far, oldest first.
    pub fn kinds(&self) -> Vec<String> {
        let entries = self
            .handle
            .reader()
            .entries(Seq(0), 1_000)
            .expect("a journal");
        let kind = |json: &str| -> Option<String> {
            let entry: Value = serde_json::from_str(json).ok()?;
            Some(entry["kind"].as_str()?.to_owned())
        };
        entries
            .iter()
            .filter_map(|entry| kind(&entry.json))
            .collect()
    }

    /// A connection that trusts the office.
    pub fn connect(&self) -> wire::Tls {
        wire::connect(self.address, "localhost", &self.tls)
    }

    /// Somebody who has not logged in.
    pub fn nobody(&self) -> Browser<'_> {
        Browser {
            office: self,
            cookie: None,
            desk: None,
            csrf: None,
            token: None,
        }
    }

    /// A person who has logged in.
    pub fn login(&self, user: &str) -> Browser<'_> {
        let mut browser = self.nobody();
        let answer = browser.post(
            "/api/v1/session",
            json!({ "user": user, "password": PASSWORD }),
        );
        assert_eq!(answer.status, 201, "{}", answer.text());
        browser.keep(&answer);
        browser
    }

    /// A program with a new token of this role.
    pub fn program(&self, name: &str, role: Role) -> Browser<'_> {
        let mut admin = self.login("adi");
        let made = admin.post("/api/v1/tokens", json!({ "name": name, "role": role }));
        assert_eq!(made.status, 201, "{}", made.text());
        let token = made.json()["token"].as_str().expect("a token").to_owned();
        Browser {
            token: Some(token),
            ..self.nobody()
        }
    }

    pub fn stop_web(&mut self) {
        self.web.take().expect("a server").stop();
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        drop(self.web.take());
        self.practice.stop();
        self.studio.stop();
        self.handle.stop_and_wait();
        if let Some(engine) = self.engine.take() {
            let _ = engine.join();
        }
    }
}

/// One browser or program.
#[derive(Clone)]
pub struct Browser<'a> {
    pub office: &'a Office,
    pub cookie: Option<String>,
    /// The browser's own cookie.
    pub desk: Option<String>,
    pub csrf: Option<String>,
    pub token: Option<String>,
}

impl Browser<'_> {
    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], None)
    }

    pub fn post(&mut self, path: &str, body: Value) -> Answer {
        self.send(
            "POST",
            path,
            &[("content-type", "application/json")],
            Some(body.to_string().as_bytes()),
        )
    }

    pub fn send_json(&self, method: &str, path: &str, body: Value) -> Answer {
        self.send(
            method,
            path,
            &[("content-type", "application/json")],
            Some(body.to_string().as_bytes()),
        )
    }

    /// Sends a form as the pages do.
    pub fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let encode = |text: &str| -> String {
            text.bytes()
                .map(|b| match b.is_ascii_alphanumeric() {
                    true => char::from(b).to_string(),
                    false => format!("%{b:02X}"),
                })
                .collect()
        };
        let body: Vec<String> = fields
            .iter()
            .map(|(k, v)| format!("{k}={}", encode(v)))
            .collect();
        let form = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("accept", "text/html"),
        ];
        self.send("POST", path, &form, Some(body.join("&").as_bytes()))
    }

    /// A request with what this browser knows of itself.
    pub fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Answer {
        wire::exchange(
            self.office.connect(),
            &self.request(method, path, headers, body),
        )
    }

    /// The bytes of a request.
    pub fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Vec<u8> {
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost:{}\r\n",
            self.office.address.port()
        );
        let mut add = |name: &str, value: &str| {
            if !headers.iter().any(|(given, _)| *given == name) {
                head.push_str(&format!("{name}: {value}\r\n"));
            }
        };
        add("connection", "close");
        let named = |name: &str, value: &String| format!("{name}={value}");
        let session = self.cookie.as_ref().map(|c| named(http::COOKIE, c));
        let desk = self.desk.as_ref().map(|c| named(http::DESK_COOKIE, c));
        let cookies: Vec<String> = session.into_iter().chain(desk).collect();
        if !cookies.is_empty() {
            add("cookie", &cookies.join("; "));
        }
        if let Some(csrf) = self.csrf.as_ref().filter(|_| method != "GET") {
            add("x-csrf", csrf);
        }
        if let Some(token) = &self.token {
            add("authorization", &format!("Bearer {token}"));
        }
        if let Some(body) = body {
            add("content-length", &body.len().to_string());
        }
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        let mut request = head.into_bytes();
        request.extend(body.unwrap_or_default());
        request
    }

    /// Takes the cookies and the token for changes out of a login's answer.
    pub fn keep(&mut self, answer: &Answer) {
        let set = answer
            .headers
            .iter()
            .filter(|(name, _)| name == "set-cookie");
        for (_, cookie) in set {
            let (name, rest) = cookie.split_once('=').expect("a value");
            let value = rest.split(';').next().expect("a value").to_owned();
            match name {
                http::COOKIE => self.cookie = Some(value),
                http::DESK_COOKIE => self.desk = Some(value),
                other => panic!("{other}"),
            }
        }
        let csrf = &self.get("/api/v1/session").json()["csrf"];
        self.csrf = csrf.as_str().map(str::to_owned);
    }

    /// Listens to live events.
    pub fn listen(&self, path: &str, headers: &[(&str, &str)]) -> Ear {
        use std::io::Write;
        let mut stream = self.office.connect();
        stream
            .write_all(&self.request("GET", path, headers, None))
            .expect("sent");
        let mut reader = std::io::BufReader::new(stream);
        let head = wire::read_head(&mut reader);
        Ear {
            head,
            reader,
            text: String::new(),
        }
    }
}

/// A listener's end of the event stream.
pub struct Ear {
    pub head: Answer,
    reader: std::io::BufReader<wire::Tls>,
    text: String,
}

/// One event.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    pub id: Option<u64>,
    pub event: String,
    pub data: Value,
}

impl Ear {
    /// The next event; `None` at the end of the stream.
    pub fn next(&mut self) -> Option<Heard> {
        loop {
            while let Some(end) = self.text.find("\n\n") {
                let block: String = self.text.drain(..end + 2).collect();
                if let Some(heard) = parse(&block) {
                    return Some(heard);
                }
            }
            let chunk = wire::read_chunk(&mut self.reader)?;
            self.text
                .push_str(std::str::from_utf8(&chunk).expect("UTF-8"));
        }
    }

    /// The next event that fits.
    pub fn find(&mut self, mut fits: impl FnMut(&Heard) -> bool) -> Heard {
        loop {
            let heard = self.next().expect("the stream goes on");
            if fits(&heard) {
                return heard;
            }
        }
    }

    /// The next durable fact.
    pub fn fact(&mut self) -> Heard {
        self.find(|heard| heard.id.is_some())
    }
}

fn parse(block: &str) -> Option<Heard> {
    let field = |name: &str| {
        let mut lines = block.lines();
        lines.find_map(|line| Some(line.strip_prefix(name)?.strip_prefix(": ")?.to_owned()))
    };
    let data = field("data")?;
    Some(Heard {
        id: field("id").map(|id| id.parse().expect("a number")),
        event: field("event").expect("every event is named"),
        data: serde_json::from_str(&data).expect("JSON"),
    })
}

pub fn listener(address: &str) -> TcpListener {
    TcpListener::bind(address).expect("an address")
}

/// Where this office can practise.
fn practice_room(data: &Path, clock: &Clock, idle: Duration) -> practice::Room {
    let mut config = Config::of_nobody();
    config.center.name = "112 Kabupaten Contoh".into();
    config.center.timezone = TimeZone::get("Asia/Makassar").expect("a zone");
    config.center.area_code = Some(AREA_CODE.into());
    practice::Room::new(practice::Setup {
        data: data.to_owned(),
        config,
        clock: clock.clone(),
        prompts: Default::default(),
        idle,
    })
}

struct Inside {
    handle: Handle,
    engine: JoinHandle<()>,
    own_prompts: Vec<OwnPrompt>,
    studio: Studio,
}

fn start_engine(folder: &Path, clock: &Clock, damaged: Option<Seq>) -> Inside {
    let disk = FileDisk::new(folder, 0).expect("a disk");
    let settings = Settings {
        cache_bytes: 1024 * 1024,
        wal_bytes: 256 * 1024,
    };
    let opened = store::open::open(Arc::new(disk), settings, "uji").expect("a store");
    let (desk, chain) = replayed(&opened);
    let own_prompts = desk.own_prompts().to_vec();
    let drafts = opened.reader.drafts().expect("drafts");
    let bus = Bus::new(limits::BUS_LEN);
    let board = Arc::default();
    let (handle, inbox) = Handle::new(bus.clone(), Arc::clone(&board), opened.reader.clone());
    let (ticks, tell) = (clock.clone(), handle.port_inbox());
    let say = move |event| drop(tell.send(Inbox::Store(event)));
    let writer = store::writer::start(opened, move || ticks.tick(), say).expect("a writer");
    let line = |name: &str| -> (LineName, Box<dyn Line + Send>) {
        (LineName::new(name), Box::new(Puppet::default()))
    };
    let setup = Setup {
        desk,
        chain,
        lines: vec![line("Telkomsel-1"), line("Indosat-1")],
        floor: Floor::default(),
        clean: true,
        drafts,
        losses: Vec::new(),
    };
    let studio = studio(folder, clock, &handle);
    let around = Surroundings {
        inbox,
        bus,
        board,
        clock: clock.clone(),
        shelf: Box::new(ToWriter { writer, damaged }),
        sounds: Box::new(studio.clone()),
        wires: vec![Box::new(Nowhere), Box::new(Nowhere)],
    };
    let engine = run::spawn(Core::start(clock.now(), setup), around).expect("a thread");
    for line in 0..2 {
        let event = PortEvent::Opened;
        handle
            .send(Inbox::Port { line, event })
            .expect("the engine");
    }
    Inside {
        handle,
        engine,
        own_prompts,
        studio,
    }
}

/// The first line has sound, through the engine; on the second hangs a handset.
fn studio(folder: &Path, clock: &Clock, handle: &Handle) -> Studio {
    let line = |name: &str, path| LineSpec {
        name: LineName::new(name),
        path,
    };
    let setup = media::Setup {
        lines: vec![
            line("Telkomsel-1", Some(media::Path::InBand)),
            line("Indosat-1", None),
        ],
        clock: clock.clone(),
        engine: handle.port_inbox(),
        folder: folder.join("recordings"),
        reader: handle.reader().clone(),
        hold: Arc::new(|| vec![HOLD_SAMPLE; 8_000].into()),
    };
    Studio::start(setup).expect("sound")
}

/// What a caller who waits hears in this office.
pub const HOLD_SAMPLE: i16 = 1_111;

/// The desk as the journal tells it.
fn replayed(opened: &store::Opened) -> (Desk, Chain) {
    let mut desk = Desk::new(Policy {
        zone: TimeZone::get("Asia/Makassar").expect("a zone"),
        area_code: Some(AREA_CODE.into()),
    });
    for stored in opened.tail(Seq(0)) {
        let stored = stored.expect("a store").expect("an entry");
        match journal::open(&stored.json).expect("an entry of ours") {
            journal::Opened::Known(entry) => drop(desk.apply(&entry, None)),
            journal::Opened::Unknown { kind, .. } => panic!("{kind}"),
        }
    }
    let chain = Chain::after(opened.head, opened.head_hash, "71.07");
    (desk, chain)
}

struct ToWriter {
    writer: Writer,
    damaged: Option<Seq>,
}

impl Shelf for ToWriter {
    fn commit(&self, mut batch: Batch) {
        let entries = batch.entries.iter_mut();
        for entry in entries.filter(|entry| Some(entry.seq) == self.damaged) {
            entry.hash[0] ^= 1;
        }
        self.writer.commit(batch);
    }
}

struct Nowhere;

impl Wire for Nowhere {
    fn send(&self, _bytes: Vec<u8>) {}
    fn send_sound(&self, _bytes: Vec<u8>) -> bool {
        true
    }
    fn reopen(&self) {}
}

/// A line that does at once what it is told.
#[derive(Default)]
struct Puppet {
    says: VecDeque<Event>,
    calls: u32,
    live: Option<CallNo>,
    status: Status,
    /// The far end says back what it hears.
    echoes: VecDeque<Vec<u8>>,
    /// It says nothing at all.
    dumb: bool,
}

impl Puppet {
    fn ring(&mut self, caller: Caller) {
        self.calls += 1;
        let call = CallNo(self.calls);
        self.live = Some(call);
        self.says.push_back(Event::Rang {
            call,
            caller,
            waiting: false,
        });
    }

    fn end(&mut self, by: EndedBy) {
        if let Some(call) = self.live.take() {
            self.says.push_back(Event::Ended {
                call,
                by,
                cause: Some(16),
            });
        }
    }

    fn told(&mut self, order: words::Order) {
        match order {
            words::Order::Answer { call } => {
                self.says.push_back(Event::Answered { call, found: false });
                self.says.push_back(Event::SoundOn {
                    call,
                    coding: Coding::S16le,
                    in_band: true,
                });
            }
            words::Order::Hangup { .. } => self.end(EndedBy::Local),
            words::Order::Dial { token, .. } => {
                self.calls += 1;
                let call = CallNo(self.calls);
                self.live = Some(call);
                self.says.push_back(Event::Dialled {
                    token,
                    call: Ok(call),
                });
            }
            words::Order::SendSms { token, .. } => self.says.push_back(Event::SmsSent { token }),
            words::Order::Dtmf { .. }
            | words::Order::SmsKept { .. }
            | words::Order::SoundDead { .. }
            | words::Order::SoundFlows { .. } => {}
            words::Order::Cure => {
                self.status.cures += 1;
                self.says.push_back(Event::Down {
                    why: words::DownWhy::Starting,
                    detail: String::new(),
                });
                self.says.push_back(Event::Up);
            }
        }
    }

    fn spoken_to(&mut self, bytes: &[u8]) {
        let text = std::str::from_utf8(bytes).expect("text");
        let (verb, rest) = text.split_once(' ').unwrap_or((text, ""));
        let deliver = |raw, claimed| Caller::delivered(raw, NumberType::Unknown, claimed, None);
        match verb {
            "ring" => self.ring(deliver(rest, Presentation::Allowed)),
            "withheld" => self.ring(deliver("", Presentation::Withheld)),
            "named" => {
                let mut caller = deliver("084001010077", Presentation::Allowed);
                caller.name = Some(rest.to_owned());
                self.ring(caller);
            }
            "gone" => self.end(EndedBy::Remote),
            "dumb" => self.dumb = true,
            "again" => {
                let call = self.live.expect("a call");
                self.says.push_back(Event::RangAgain { call });
            }
            "down" => {
                let why = words::DownWhy::SimAbsent;
                self.status.down = Some(why);
                self.says.push_back(Event::Down {
                    why,
                    detail: String::new(),
                });
            }
            other => panic!("{other}"),
        }
    }
}

impl Line for Puppet {
    fn handle(&mut self, _now: Now, input: Input<'_>) {
        match input {
            Input::PortOpened => {
                self.status.phase = words::Phase::Ready;
                self.says.push_back(Event::Up);
            }
            Input::Bytes(bytes) => self.spoken_to(bytes),
            Input::Order(order) => self.told(order),
            Input::SoundOut(bytes) if !self.dumb => self.echoes.push_back(bytes.to_vec()),
            Input::PortLost { .. } | Input::SoundOut(_) | Input::ToneHeard(_) | Input::Wake => {}
        }
    }

    fn next(&mut self) -> Output {
        let said = self.says.pop_front().map(Output::Tell);
        let said = said.or_else(|| self.echoes.pop_front().map(Output::Sound));
        said.unwrap_or(Output::Sleep(None))
    }

    fn status(&self) -> &Status {
        &self.status
    }
}
