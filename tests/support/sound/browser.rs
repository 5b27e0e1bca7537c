//! A browser in a call: a WebSocket over TLS that sends a microphone's frames and takes what comes.

use std::io::ErrorKind;
use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use siaga112::voice::frame::Frame;
use tungstenite::client::IntoClientRequest;
use tungstenite::{Error, Message, WebSocket};

use super::frames::{Way, numbered, read};
use super::times::{Heard, Sent};
use super::tty::{Pace, wait};
use super::wire::Tls;

/// A WebSocket to the sound of a call.
pub struct Socket(pub WebSocket<Tls>);

impl Socket {
    /// Asks for the sound of a call over `stream`.
    pub fn open(stream: Tls, path: &str, token: &str) -> Socket {
        let url = format!("wss://localhost{path}");
        let mut request = url.into_client_request().expect("a request");
        let bearer = format!("Bearer {token}").parse().expect("a header");
        request.headers_mut().insert("authorization", bearer);
        let (socket, _) = tungstenite::client(request, stream).expect("let in");
        let stream = &socket.get_ref().sock;
        stream.set_nodelay(true).expect("no delay");
        stream.set_nonblocking(true).expect("no waiting");
        Socket(socket)
    }

    pub fn send(&mut self, frame: &Frame) -> bool {
        let sent = self.0.send(Message::binary(frame.to_bytes().to_vec()));
        is_well(sent)
    }

    /// Everything that has come; `None`: it is over.
    pub fn take(&mut self) -> Option<Vec<Frame>> {
        let mut frames = Vec::new();
        loop {
            match self.0.read() {
                Ok(Message::Binary(bytes)) => {
                    frames.push(Frame::from_bytes(&bytes).expect("a frame"));
                }
                Ok(Message::Close(_)) => return None,
                Ok(_) => {}
                Err(Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => {
                    return Some(frames);
                }
                Err(_) => return None,
            }
        }
    }

    pub fn wait(&self, until: Instant) {
        wait(&[self.0.get_ref().sock.as_fd()], until);
    }
}

fn is_well(sent: Result<(), Error>) -> bool {
    match sent {
        Ok(()) => true,
        Err(Error::Io(error)) => error.kind() == ErrorKind::WouldBlock,
        Err(_) => false,
    }
}

/// A browser on a thread of its own.
pub struct Browser {
    pub sent: Arc<Sent>,
    stop: Arc<AtomicBool>,
    over: Arc<AtomicBool>,
    thread: JoinHandle<Ears>,
}

/// What a browser heard: of the caller, and of whoever talks to him.
#[derive(Default)]
pub struct Ears {
    pub caller: Heard,
    pub operator: Heard,
}

impl Browser {
    /// Talks from `phase` on if there is a phase; else it only listens.
    pub fn start(mut socket: Socket, phase: Option<Duration>, sent: Sent) -> Browser {
        let sent = Arc::new(sent);
        let (stop, over) = (
            Arc::new(AtomicBool::new(false)),
            Arc::new(AtomicBool::new(false)),
        );
        let shared = (Arc::clone(&sent), Arc::clone(&stop), Arc::clone(&over));
        let thread = std::thread::spawn(move || {
            let (sent, stop, over) = shared;
            let ears = run(&mut socket, phase, &sent, &stop);
            over.store(true, Ordering::Relaxed);
            ears
        });
        Browser {
            sent,
            stop,
            over,
            thread,
        }
    }

    /// Whether it was hung up on.
    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    /// Ends it; what it heard.
    pub fn end(self) -> Ears {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().expect("a browser")
    }
}

fn run(socket: &mut Socket, phase: Option<Duration>, sent: &Sent, stop: &AtomicBool) -> Ears {
    let (mut ears, mut number) = (Ears::default(), 0);
    let mut pace = Pace::starting_in(phase.unwrap_or_default());
    while !stop.load(Ordering::Relaxed) {
        socket.wait(match phase {
            Some(_) => pace.next(),
            None => Instant::now() + LOOK_EVERY,
        });
        let Some(frames) = socket.take() else {
            return ears;
        };
        let now = Instant::now();
        for frame in frames {
            ears.caller.note(read(&frame, Way::Down), now);
            ears.operator.note(read(&frame, Way::Up), now);
        }
        if phase.is_some() && pace.is_due() {
            let frame = numbered(number, Way::Up);
            sent.note(number, Instant::now());
            if !socket.send(&frame) {
                return ears;
            }
            number += 1;
        }
    }
    ears
}

/// How often one who only listens looks whether it is over.
const LOOK_EVERY: Duration = Duration::from_millis(100);
