//! `arecord` and `aplay` as children: started, listened to, stopped.
//!
//! They end with us however we end: `aplay` at the end of its input, `arecord` at its next write
//! into a pipe that nobody reads.

use std::ffi::{OsStr, OsString};
use std::io::ErrorKind;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use rustix::event::poll;
use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process_group};

use super::Tools;
use super::failure::NoSound;
use super::outlet::Sink;
use super::words::Words;
use crate::base::limits;
use crate::crew;
use crate::port::failure::codes;
use crate::port::opening::Wake;
use crate::port::wake::timespec;

/// One line's two programs; of a loudspeaker the player alone.
pub(super) struct Pair {
    record: Program<ChildStdout>,
    play: Program<ChildStdin>,
    /// Its name, for the thread that stops it.
    line: String,
}

/// One child and what it said.
struct Program<Pipe> {
    /// Gone once it is being stopped.
    child: Option<Child>,
    /// Samples; closed at their end.
    pipe: Option<Pipe>,
    said: Option<ChildStderr>,
    words: Words,
    ended: bool,
}

impl Pair {
    /// Starts both. Takes as long as the disk takes: not for a thread that may not wait.
    ///
    /// # Errors
    /// A program is not there or cannot be started.
    pub(super) fn start(tools: &Tools, device: &str, line: &str) -> Result<Pair, NoSound> {
        let mut record = spawn(RECORD, &tools.record, device, &RECORD_OPTIONS)?;
        let (_, out) = pipes(&mut record);
        if let Some(out) = &out {
            // Refused where pages are larger: then more waits, and only if we are late.
            let _ = rustix::pipe::fcntl_setpipe_size(out, limits::AUDIO_PIPE_BYTES);
        }
        let record = Program::new(record, out);
        // Dropped if the next fails, which stops it.
        let pair = Pair {
            record,
            play: Program::none(),
            line: line.to_owned(),
        };
        pair.with_player(tools, device)
    }

    /// Starts the player alone. As [`Pair::start`] otherwise.
    pub(super) fn player(tools: &Tools, device: &str, line: &str) -> Result<Pair, NoSound> {
        let pair = Pair {
            record: Program::none(),
            play: Program::none(),
            line: line.to_owned(),
        };
        pair.with_player(tools, device)
    }

    fn with_player(mut self, tools: &Tools, device: &str) -> Result<Pair, NoSound> {
        let mut play = spawn(PLAY, &tools.play, device, &PLAY_OPTIONS)?;
        // Its pipe stays as large as it is: one of a single page takes nothing more once its end is
        // reached, however little waits in it. What may wait is limited in writing.
        let (into, _) = pipes(&mut play);
        self.play = Program::new(play, into);
        self.never_waits()
            .map_err(|errno| NoSound::by(PLAY, &codes::SOUND_ENDED, &errno.to_string()))?;
        Ok(self)
    }

    fn never_waits(&self) -> Result<(), Errno> {
        let pipes = [
            self.record.pipe.as_ref().map(AsFd::as_fd),
            self.record.said.as_ref().map(AsFd::as_fd),
            self.play.pipe.as_ref().map(AsFd::as_fd),
            self.play.said.as_ref().map(AsFd::as_fd),
        ];
        for pipe in pipes.into_iter().flatten() {
            rustix::io::ioctl_fionbio(pipe, true)?;
        }
        Ok(())
    }

    /// What there is to poll: the samples, and both programs' words, which must be heard lest they
    /// wait for us.
    pub(super) fn fds(&self) -> [Option<BorrowedFd<'_>>; 3] {
        [
            self.record.pipe.as_ref().map(AsFd::as_fd),
            self.record.said.as_ref().map(AsFd::as_fd),
            self.play.said.as_ref().map(AsFd::as_fd),
        ]
    }

    /// Whether samples wait to be read.
    pub(super) fn has_sound(&self) -> bool {
        let waiting = |pipe| rustix::io::ioctl_fionread(pipe).unwrap_or(0);
        self.record
            .pipe
            .as_ref()
            .is_some_and(|pipe| waiting(pipe) > 0)
    }

    /// Takes samples that have come; 0: none.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> usize {
        let Some(pipe) = &self.record.pipe else {
            return 0;
        };
        match rustix::io::read(pipe, &mut *buffer) {
            Ok(0) if !buffer.is_empty() => {
                self.record.ends();
                0
            }
            Ok(count) => count,
            Err(Errno::AGAIN | Errno::INTR) => 0,
            Err(_) => {
                self.record.ends();
                0
            }
        }
    }

    /// Where sound for the far end goes, while the player takes any.
    pub(super) fn sink(&self) -> Option<&impl Sink> {
        self.play.pipe.as_ref()
    }

    /// The player has closed its end.
    pub(super) fn play_ended(&mut self) {
        self.play.ends();
    }

    /// Hears what both have said.
    pub(super) fn listen(&mut self) {
        self.record.listen();
        self.play.listen();
    }

    /// Whether one of them is ending or goes on wrongly; `Some(true)`: all its words are here.
    pub(super) fn end(&self) -> Option<bool> {
        let of = |ended: bool, words: &Words, is_silent: bool| {
            (ended || words.has_wrong_rate()).then_some(is_silent || words.has_wrong_rate())
        };
        let record = of(
            self.record.ended,
            &self.record.words,
            self.record.said.is_none(),
        );
        let play = of(self.play.ended, &self.play.words, self.play.said.is_none());
        record.into_iter().chain(play).max()
    }

    /// Why it ended, in the words of the one that said the most.
    pub(super) fn why(&mut self) -> NoSound {
        self.record.words.end_line();
        self.play.words.end_line();
        let told = [
            (self.record.ended, RECORD, &self.record.words),
            (self.play.ended, PLAY, &self.play.words),
        ];
        let ended = |row: &&(bool, &'static str, &Words)| row.0 || row.2.has_wrong_rate();
        let knows = |row: &&(bool, &'static str, &Words)| row.2.meaning() != &codes::SOUND_ENDED;
        let row = told.iter().filter(ended).find(knows);
        let row = row.or_else(|| told.iter().find(ended));
        row.map_or_else(
            || NoSound::new(&codes::SOUND_ENDED),
            |(_, name, words)| NoSound::by(name, words.meaning(), words.last()),
        )
    }

    /// Stops both on a thread of its own: politely, then by force. What is handed out disconnects
    /// when they are gone; `wake` is called then.
    pub(super) fn stop(mut self, wake: Wake) -> Receiver<()> {
        self.stop_children(Some(wake))
    }

    fn stop_children(&mut self, wake: Option<Wake>) -> Receiver<()> {
        let (end, ended) = channel::<()>();
        // Without its input `aplay` ends; waiting for it, it does not even hear SIGTERM.
        self.play.pipe = None;
        self.record.pipe = None;
        let children: Vec<Child> = [self.record.child.take(), self.play.child.take()]
            .into_iter()
            .flatten()
            .collect();
        if children.is_empty() {
            return ended;
        }
        for child in &children {
            signal(child, Signal::TERM);
        }
        let thread = crew::thread(format!("audio-stop:{}", self.line));
        let stopping = thread.spawn(move || {
            reap(children);
            drop(end);
            if let Some(wake) = wake {
                wake();
            }
        });
        if let Err(error) = stopping {
            // Their pipes are closed and they were asked, which is all that can be done.
            tracing::error!(%error, "no thread to stop the sound programs");
        }
        ended
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        drop(self.stop_children(None));
    }
}

impl<Pipe> Program<Pipe> {
    fn new(mut child: Child, pipe: Option<Pipe>) -> Program<Pipe> {
        Program {
            pipe,
            said: child.stderr.take(),
            child: Some(child),
            words: Words::default(),
            ended: false,
        }
    }

    fn none() -> Program<Pipe> {
        Program {
            child: None,
            pipe: None,
            said: None,
            words: Words::default(),
            ended: false,
        }
    }

    fn ends(&mut self) {
        self.pipe = None;
        self.ended = true;
    }

    fn listen(&mut self) {
        let mut buffer = [0; LISTEN_BYTES];
        for _ in 0..LISTENS_MAX {
            let Some(said) = &self.said else {
                return;
            };
            match rustix::io::read(said, &mut buffer) {
                Ok(count @ 1..) => self.words.hear(&buffer[..count]),
                Err(Errno::AGAIN | Errno::INTR) => return,
                // Its words end when it does.
                Ok(0) | Err(_) => {
                    self.said = None;
                    self.ends();
                }
            }
        }
    }
}

impl Sink for ChildStdin {
    fn unsent(&self) -> usize {
        let waiting = rustix::io::ioctl_fionread(self).unwrap_or(0);
        usize::try_from(waiting).unwrap_or(usize::MAX)
    }
    fn put(&self, bytes: &[u8]) -> Result<usize, Errno> {
        rustix::io::write(self, bytes)
    }
}

fn spawn(
    name: &'static str,
    program: &Path,
    device: &str,
    options: &[&str],
) -> Result<Child, NoSound> {
    let is_player = name == PLAY;
    let pipe_if = |piped: bool| if piped { Stdio::piped() } else { Stdio::null() };
    Command::new(program)
        .arg("-D")
        .arg(device)
        .args(FORMAT)
        .args(options)
        .env_clear()
        .envs(environment(std::env::vars_os()))
        // Ctrl-C on a terminal is for us; we stop our children ourselves, with all they started.
        .process_group(0)
        .stdin(pipe_if(is_player))
        .stdout(pipe_if(!is_player))
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| {
            let code = match error.kind() {
                ErrorKind::NotFound => &codes::SOUND_PROGRAM,
                _ => &codes::SOUND_ENDED,
            };
            NoSound::by(name, code, &error.to_string())
        })
}

fn pipes(child: &mut Child) -> (Option<ChildStdin>, Option<ChildStdout>) {
    (child.stdin.take(), child.stdout.take())
}

/// What a sound program needs to know of us: where its files and its sound server are, and to
/// speak the language that [`Words`] knows.
fn environment(
    ours: impl Iterator<Item = (OsString, OsString)>,
) -> impl Iterator<Item = (OsString, OsString)> {
    let is_kept = |name: &OsStr| {
        let name = name.to_string_lossy();
        KEPT.contains(&name.as_ref()) || KEPT_HEADS.iter().any(|head| name.starts_with(head))
    };
    ours.filter(move |(name, _)| is_kept(name))
        .chain(std::iter::once(("LC_ALL".into(), "C".into())))
}

fn signal(child: &Child, signal: Signal) {
    // Its whole group: what is called `arecord` may be a script. Gone already is as good.
    let _ = kill_process_group(Pid::from_child(child), signal);
}

/// Waits a moment for children that were asked to end, then ends them.
fn reap(mut children: Vec<Child>) {
    for _ in 0..STOP_LOOKS {
        children.retain_mut(|child| matches!(child.try_wait(), Ok(None)));
        if children.is_empty() {
            return;
        }
        let _ = poll(&mut [], Some(&timespec(STOP_WAITS / STOP_LOOKS)));
    }
    for child in &mut children {
        tracing::warn!(
            pid = child.id(),
            "a sound program did not end and is killed"
        );
        signal(child, Signal::KILL);
        // Stuck in the driver it may never end; then this thread waits for it.
        let _ = child.wait();
    }
}

/// Names as in messages; what is run is in [`Tools`].
const RECORD: &str = "arecord";
const PLAY: &str = "aplay";

/// A telephone's sound, raw. Not `-q`: it would keep quiet about a wrong rate as well.
const FORMAT: [&str; 8] = ["-t", "raw", "-f", "S16_LE", "-r", "8000", "-c", "1"];

/// A frame is handed over every 20 ms; the card's buffer bridges 160 ms in which we are not served,
/// and costs nothing while we are.
const RECORD_OPTIONS: [&str; 2] = ["--period-time=20000", "--buffer-time=160000"];

/// The card's buffer is what the far end waits for: it begins to play when 40 ms are there, so that
/// we may be 40 ms late without a gap, and holds 80 ms at most.
const PLAY_OPTIONS: [&str; 3] = [
    "--period-time=20000",
    "--buffer-time=80000",
    "--start-delay=40000",
];

/// Environment variables by their names and by the beginnings of their names.
const KEPT: [&str; 3] = ["PATH", "HOME", "XDG_RUNTIME_DIR"];
const KEPT_HEADS: [&str; 2] = ["PULSE_", "ALSA_CONFIG_"];

/// Words read at once, and how often in one turn: a program that babbles waits.
const LISTEN_BYTES: usize = 1_024;
const LISTENS_MAX: usize = 4;

/// From the polite request to the end by force.
const STOP_WAITS: Duration = Duration::from_millis(200);
const STOP_LOOKS: u32 = 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_is_told_only_what_it_needs() {
        let ours = [
            ("PATH", "/usr/bin"),
            ("LC_ALL", "id_ID.UTF-8"),
            ("LANG", "id_ID.UTF-8"),
            ("PULSE_SERVER", "unix:/run/x"),
            ("ALSA_CONFIG_PATH", "/etc/a"),
            ("ALSA_CARD", "7"),
            ("SIAGA112_SECRET", "x"),
        ];
        let ours = ours.map(|(name, value)| (OsString::from(name), OsString::from(value)));
        let kept: Vec<_> = environment(ours.into_iter())
            .map(|(name, value)| format!("{}={}", name.display(), value.display()))
            .collect();
        assert_eq!(
            kept,
            [
                "PATH=/usr/bin",
                "PULSE_SERVER=unix:/run/x",
                "ALSA_CONFIG_PATH=/etc/a",
                "LC_ALL=C"
            ]
        );
    }
}
