//! The least that sound through a box can take: one thread that copies between a tty and a
//! WebSocket over TLS, and does nothing else.

use std::net::TcpListener;
use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use siaga112::base::sound::Coding;
use siaga112::voice::codec::Gather;
use tungstenite::{Error, Message, WebSocket};

use super::support::browser::{Browser, Socket};
use super::support::caller::Caller;
use super::support::times::{Account, Sent};
use super::support::tty::wait;
use super::support::wire;
use super::tools::open_tty;

type Stream = StreamOwned<ServerConnection, std::net::TcpStream>;

/// A caller, a copier and a browser.
pub struct Floor {
    caller: Caller,
    browser: Browser,
    stop: Arc<AtomicBool>,
    copier: JoinHandle<()>,
    _folder: tempfile::TempDir,
}

impl Floor {
    pub fn start(room: Duration) -> Floor {
        let folder = tempfile::tempdir().expect("a folder");
        let link = folder.path().join("A");
        let caller = Caller::on_port(&link, Duration::ZERO, Sent::lasting(room));
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address");
        let (config, pem) = certificate();
        let stop = Arc::new(AtomicBool::new(false));
        let tty = open_tty(&link);
        let stopped = Arc::clone(&stop);
        let copier = std::thread::spawn(move || {
            let (socket, _) = listener.accept().expect("a client");
            socket.set_nodelay(true).expect("no delay");
            let tls = ServerConnection::new(config).expect("settings");
            let stream = StreamOwned::new(tls, socket);
            let socket = tungstenite::accept(stream).expect("a WebSocket");
            copy(&tty, socket, &stopped);
        });
        let stream = wire::connect(address, "localhost", &wire::trusting(&pem));
        let socket = Socket::open(stream, "/", "-");
        let phase = Some(Duration::from_millis(7));
        let browser = Browser::start(socket, phase, Sent::lasting(room));
        caller.talk(true);
        Floor {
            caller,
            browser,
            stop,
            copier,
            _folder: folder,
        }
    }

    /// Ends it: to the browser, and to the line.
    pub fn end(self, from: Instant, to: Instant) -> (Account, Account) {
        self.stop.store(true, Ordering::Relaxed);
        self.copier.join().expect("the copier");
        let (said, typed) = (
            Arc::clone(&self.caller.sent),
            Arc::clone(&self.browser.sent),
        );
        let (heard, ears) = (self.caller.end(), self.browser.end());
        let down = Account::of(&said, &ears.caller, from, to);
        let up = Account::of(&typed, &heard, from, to);
        let both = (Account::sum([down]), Account::sum([up]));
        for account in [&both.0, &both.1] {
            if account.delays.is_empty() {
                println!("the bare copier failed: {account:?}");
            }
        }
        both
    }
}

fn copy(tty: &std::fs::File, mut socket: WebSocket<Stream>, stop: &AtomicBool) {
    socket
        .get_ref()
        .sock
        .set_nonblocking(true)
        .expect("no waiting");
    rustix::io::ioctl_fionbio(tty, true).expect("no waiting");
    let mut gather = Gather::new(Coding::S16le);
    let mut bytes = [0; 4_096];
    while !stop.load(Ordering::Relaxed) {
        let until = Instant::now() + Duration::from_millis(100);
        wait(&[tty.as_fd(), socket.get_ref().sock.as_fd()], until);
        if let Ok(count) = rustix::io::read(tty, &mut bytes[..]) {
            gather.put(&bytes[..count]);
        }
        while let Some(frame) = gather.next_frame() {
            let frame = frame.to_bytes().to_vec();
            socket.send(Message::binary(frame)).expect("sent");
        }
        loop {
            match socket.read() {
                Ok(Message::Binary(frame)) => {
                    rustix::io::write(tty, &frame).expect("written");
                }
                Ok(_) => {}
                Err(Error::Io(_)) => break,
                // The browser has gone: it is over.
                Err(_) => return,
            }
        }
    }
}

fn certificate() -> (Arc<ServerConfig>, String) {
    let made = rcgen::generate_simple_self_signed([String::from("localhost")]);
    let made = made.expect("a certificate");
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], PrivateKeyDer::from(key))
        .expect("a certificate");
    (Arc::new(config), made.cert.pem())
}
