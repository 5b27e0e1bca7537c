//! Starting and stopping the web server.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::dev::{Server, Service};
use actix_web::http::Method as HttpMethod;
use actix_web::{App as ActixApp, HttpRequest, HttpServer, Resource, web};
use jiff::tz::TimeZone;
use tokio::sync::{Semaphore, watch};

use super::api::audio::Guests;
use super::api::recording::Listened;
use super::app::{App, Counts, House};
use super::connections::Connections;
use super::dispatch::For;
use super::events::wire::Wire;
use super::page::Pages;
use super::practice::{Practice, PracticeRoom};
use super::problem::Problem;
use super::routes::{Face, Method, ROUTES, Route};
use super::text::lang_of;
use super::work::Work;
use super::{START, dispatch, headers, page, practice};
use crate::base::fault::Fault;
use crate::base::limits;
use crate::clock::Clock;
use crate::engine::handle::Handle;
use crate::media::Studio;
use crate::pki::{Pki, addresses};
use crate::prompts::Library;

/// What a server needs. The listeners are open already, so that a test can use port 0 and the
/// service can open port 443 before it gives up its rights.
pub struct ServerSetup {
    pub handle: Handle,
    /// The sound of the lines.
    pub studio: Studio,
    /// Makes a second centre to practise in.
    pub practice: Arc<dyn PracticeRoom>,
    pub clock: Clock,
    pub zone: TimeZone,
    /// Completes local landline numbers (`"0431"`).
    pub area_code: Option<String>,
    /// Name of the centre, shown on every page.
    pub centre: String,
    /// `id` or `en`.
    pub language: String,
    pub data_dir: PathBuf,
    pub pki: Arc<Pki>,
    /// What the box says to callers.
    pub prompts: Arc<Library>,
    pub listeners: Vec<TcpListener>,
}

/// A running server.
pub struct ServerHandle {
    addresses: Vec<SocketAddr>,
    closing: watch::Sender<bool>,
    house: Arc<House>,
    server: actix_web::dev::ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl ServerHandle {
    /// Where it listens.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Ends the event streams, lets running requests finish for two seconds, and returns when the
    /// server is gone.
    pub fn stop(mut self) {
        self.halt();
    }

    fn halt(&mut self) {
        let _ = self.closing.send(true);
        self.house.practice.forget();
        // The command is sent at once; the thread below ends when it has been obeyed.
        drop(self.server.stop(true));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        // What came in meanwhile: each holds the other.
        self.house.practice.forget();
    }
}

impl Drop for ServerHandle {
    fn drop(&mut self) {
        self.halt();
    }
}

/// Starts the server on its own thread with two workers.
///
/// # Errors
/// `HTTP-002` if a listener cannot be used, `HTTP-005` if a template is broken, or the fault of
/// the certificates.
pub fn serve(setup: ServerSetup) -> Result<ServerHandle, Fault> {
    let failed = |e: std::io::Error| Fault::because(&START, "membuka alamat", e);
    let addresses: Result<Vec<_>, _> = setup
        .listeners
        .iter()
        .map(TcpListener::local_addr)
        .collect();
    let addresses = addresses.map_err(failed)?;
    let tls = setup.pki.server_config()?;
    let (closing, closing_seen) = watch::channel(false);
    let listeners = setup.listeners;
    let reading = Work::new(limits::READS_MAX);
    let house = Arc::new(House {
        clock: setup.clock,
        zone: setup.zone,
        area_code: setup.area_code,
        centre: setup.centre,
        language: lang_of(&setup.language),
        data_dir: setup.data_dir,
        pki: setup.pki,
        prompts: setup.prompts,
        pages: Pages::new()?,
        throttle: Mutex::default(),
        claiming: tokio::sync::Mutex::default(),
        hashing: Work::new(limits::HASHINGS_MAX),
        hashing_places: Semaphore::new(limits::HASHINGS_WAITING_MAX),
        shaping: Work::new(SHAPINGS),
        large_bodies: Semaphore::new(limits::LARGE_BODIES_MAX),
        connections: Arc::default(),
        counts: Counts::default(),
        practice: Practice::new(setup.practice),
        sessions: Mutex::default(),
        left: watch::channel(()).0,
        records: setup.handle.clone(),
        reading_records: reading.clone(),
    });
    let app = Arc::new(App {
        wire: Wire::new(house.zone.clone()),
        house: house.clone(),
        handle: setup.handle,
        studio: setup.studio,
        guests: Guests::default(),
        listened: Listened::default(),
        reading,
        listening: Arc::new(Semaphore::new(limits::LISTENERS_MAX)),
        listeners_max: limits::LISTENERS_MAX,
        closing: closing_seen,
        base: "",
    });
    let (report, started) = mpsc::sync_channel(1);
    let thread = std::thread::Builder::new()
        .name("http".into())
        .spawn(move || run(&app, listeners, &tls, &report));
    let thread = thread.map_err(failed)?;
    match started.recv() {
        Ok(Ok(server)) => Ok(ServerHandle {
            addresses,
            closing,
            house,
            server,
            thread: Some(thread),
        }),
        Ok(Err(error)) => Err(failed(error)),
        Err(error) => Err(Fault::because(&START, "menjalankan server", error)),
    }
}

type Report = mpsc::SyncSender<std::io::Result<actix_web::dev::ServerHandle>>;

/// The server's own thread, until it is told to stop.
fn run(app: &Arc<App>, listeners: Vec<TcpListener>, tls: &rustls::ServerConfig, report: &Report) {
    actix_web::rt::System::new().block_on(async move {
        let server = match secure(app, listeners, tls) {
            Ok(server) => server,
            Err(error) => {
                let _ = report.send(Err(error));
                return;
            }
        };
        let _ = report.send(Ok(server.handle()));
        let upkeep = actix_web::rt::spawn(keep_up(app.clone()));
        let practice = actix_web::rt::spawn(practice::keep_watch(app.house.clone()));
        if let Err(error) = server.await {
            let fault = Fault::because(&START, "melayani halaman", error);
            tracing::error!(fault = fault.chain(), "the web server ended");
        }
        upkeep.abort();
        practice.abort();
    });
}

fn secure(
    app: &Arc<App>,
    listeners: Vec<TcpListener>,
    tls: &rustls::ServerConfig,
) -> std::io::Result<Server> {
    let connections: Arc<Connections> = app.connections.clone();
    let shared = app.clone();
    let mut server = HttpServer::new(move || {
        let app = shared.clone();
        ActixApp::new()
            .wrap(headers::defaults())
            .wrap_fn(|request, service| {
                let answer = service.call(request);
                async move {
                    let mut answer = answer.await?;
                    let path = answer.request().path().to_owned();
                    headers::mark_practice(&path, answer.headers_mut());
                    Ok(answer)
                }
            })
            .configure(|config| register(config, &app))
            .default_service(web::to(move |request| unknown(app.clone(), request)))
    })
    .on_connect(move |io, data| connections.met(io, data))
    .workers(WORKERS)
    .worker_max_blocking_threads(BLOCKING_THREADS)
    .tcp_nodelay(true)
    .keep_alive(KEEP_ALIVE)
    .client_request_timeout(limits::REQUEST_TIMEOUT)
    .client_disconnect_timeout(CLOSE_PATIENCE)
    .tls_handshake_timeout(limits::TLS_HANDSHAKE_TIMEOUT)
    .shutdown_timeout(limits::HTTP_STOP.as_secs())
    .disable_signals();
    for listener in listeners {
        server = server.listen_rustls_0_23(listener, tls.clone())?;
    }
    Ok(server.run())
}

/// Registers the routes path by path, so that a wrong method is told as such.
fn register(config: &mut web::ServiceConfig, app: &Arc<App>) {
    let mut paths: Vec<(String, Vec<(&'static Route, For)>)> = Vec::new();
    let real = ROUTES
        .iter()
        .map(|route| (route.path.to_owned(), route, For::Real));
    let practised = ROUTES
        .iter()
        .filter_map(|route| Some((route.in_practice()?, route, For::Practice)));
    for (path, route, which) in real.chain(practised) {
        match paths.iter_mut().find(|(known, _)| *known == path) {
            Some((_, there)) => there.push((route, which)),
            None => paths.push((path, vec![(route, which)])),
        }
    }
    for (path, routes) in paths {
        config.service(resource(&path, &routes, app));
    }
}

fn resource(path: &str, routes: &[(&'static Route, For)], app: &Arc<App>) -> Resource {
    let mut resource = web::resource(path);
    let mut allowed = Vec::new();
    for (route, which) in routes.iter().copied() {
        for method in methods(route) {
            allowed.push(method.to_string());
            let app = app.clone();
            let handler = move |request, payload| {
                dispatch::dispatch(app.clone(), route, which, request, payload)
            };
            resource = resource.route(web::method(method).to(handler));
        }
    }
    let (app, allowed) = (app.clone(), allowed.join(", "));
    let refuse = move |request| wrong_method(app.clone(), request, allowed.clone());
    resource.default_service(web::to(refuse))
}

/// What is read may be asked for without its body.
fn methods(route: &Route) -> Vec<HttpMethod> {
    match route.method {
        Method::Get if route.streams => vec![HttpMethod::GET],
        Method::Get => vec![HttpMethod::GET, HttpMethod::HEAD],
        Method::Post => vec![HttpMethod::POST],
        Method::Put => vec![HttpMethod::PUT],
        Method::Patch => vec![HttpMethod::PATCH],
        Method::Delete => vec![HttpMethod::DELETE],
    }
}

async fn unknown(app: Arc<App>, request: HttpRequest) -> actix_web::HttpResponse {
    refuse(&app, &request, &Problem::new(404, "not_found"))
}

async fn wrong_method(
    app: Arc<App>,
    request: HttpRequest,
    allowed: String,
) -> actix_web::HttpResponse {
    refuse(
        &app,
        &request,
        &Problem::new(405, "method_not_allowed").with("allowed", allowed),
    )
}

fn refuse(app: &Arc<App>, request: &HttpRequest, problem: &Problem) -> actix_web::HttpResponse {
    let lang = dispatch::language(app, request);
    app.counts.answered(problem.status);
    match face(request) {
        Face::Api => problem.answer(lang),
        Face::Page => page::refused(app, request, problem, lang),
    }
}

/// A browser that wants a page says so; everything else gets problem details.
fn face(request: &HttpRequest) -> Face {
    let accept = request
        .headers()
        .get("accept")
        .and_then(|v| v.to_str().ok());
    match accept {
        Some(accept) if accept.contains("text/html") => Face::Page,
        Some(_) | None => Face::Api,
    }
}

/// Renews the leaf before it ends and when an address changes, and ends sessions that are over. Not
/// at once: at a start the clock may still have to be put right.
async fn keep_up(app: Arc<App>) {
    loop {
        tokio::time::sleep(UPKEEP_EVERY).await;
        // A disk that does not answer is asked again next time.
        let _ = app.living_sessions(None).await;
        let app = app.clone();
        let renewed = tokio::task::spawn_blocking(move || {
            app.pki.refresh(&addresses::of_this_machine(), app.stamp())
        });
        match renewed.await {
            Ok(Ok(true)) => tracing::info!("the certificate was renewed"),
            Ok(Ok(false)) | Err(_) => {}
            Ok(Err(fault)) => {
                tracing::error!(fault = fault.chain(), "the certificate was not renewed")
            }
        }
    }
}

/// Two cores; the calls have their own thread.
const WORKERS: usize = 2;
/// Threads that may wait for the disk or compute, per worker: room for all of it and for the
/// certificates, so that a disk that hangs keeps nobody's password from being checked.
const BLOCKING_THREADS: usize =
    limits::READS_MAX + limits::PRACTICE_READS_MAX + limits::HASHINGS_MAX + SHAPINGS + 1;
/// Uploads of sound brought into form at the same time: a core each, and calls come first.
const SHAPINGS: usize = 1;
/// Idle connections are kept for a minute: a screen asks now and then.
const KEEP_ALIVE: Duration = Duration::from_secs(60);
/// A client that was told to go gets this long to read it.
const CLOSE_PATIENCE: Duration = Duration::from_secs(1);
/// Addresses change when a cable is moved; ten minutes is soon enough, and costs a file read.
const UPKEEP_EVERY: Duration = Duration::from_secs(600);
