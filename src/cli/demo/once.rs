//! One scripted call: it rings, is answered, the caller speaks and presses a key, it is hung up, its
//! recording is listened to, and it is given a class.
//!
//! The operator is played too, through the same handle that the pages use, and each step waits for
//! what a screen would have been told.

use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use super::super::codes::{DEMO, SILENT, SLOW};
use super::say;
use crate::base::fault::Fault;
use crate::base::ids::{CallId, Seq, UserName};
use crate::centre::sound;
use crate::desk::call::{CallRecord, CallState, Class};
use crate::desk::operator::{Role, SeatState};
use crate::desk::order::{Actor, Order};
use crate::engine::bus::{Alert, Said, Subscription};
use crate::engine::handle::Handle;
use crate::practice::cast;
use crate::practice::stage::{self, ModemOnStage};
use crate::sim::modem::{Act, Identity};
use crate::voice::frame::{FRAME_BYTES, Frame};
use crate::voice::wav;

/// Plays the call on the first line and prints what the journal holds of it. `folder` is where the
/// demo lives.
pub fn play(handle: &Handle, line: &ModemOnStage, folder: &Path) -> Result<(), Fault> {
    let screen = Screen::open(handle)?;
    let _presence = handle.presence(UserName::new("rina"));
    screen.order(
        Order::Seat {
            state: SeatState::Ready,
            reason: None,
        },
        "operator siap",
    )?;
    screen.wait_for_line()?;
    let caller = cast::of_the_demo().next();
    let caller = caller.ok_or_else(|| Fault::new(&DEMO, "mencari penelepon"))?;
    let identity = Identity::Number(caller.number.clone().unwrap_or_default());
    line.modem.act(Act::Ring {
        identity,
        patience: Some(caller.patience()),
        data: false,
    });

    let call = screen.until("dering", |call| call.state == CallState::Ringing)?;
    let known = |record: &CallRecord| record.id == call && record.caller.number.is_some();
    screen.until("nomor penelepon", known)?;
    screen.order(Order::Answer { call }, "dijawab")?;
    screen.until("tersambung", |record| {
        record.id == call && record.state == CallState::Talking
    })?;
    stage::speak(line, caller);
    line.modem.act(Act::Dtmf("1".into()));
    std::thread::sleep(SPEAKS_FOR);
    screen.until("tombol 1", |record| {
        record.id == call && record.dtmf.ends_with('1')
    })?;
    screen.order(Order::Hangup { call }, "ditutup")?;
    screen.until("selesai", |record| {
        record.id == call && record.state == CallState::Ended
    })?;
    screen.wait_for_recording(folder, call)?;
    let note = Some(caller.says().to_owned());
    let class = Class::Incident;
    screen.order(
        Order::Classify {
            call,
            class,
            reason: None,
            note,
            archived: None,
        },
        "digolongkan",
    )?;
    print(handle, call)
}

/// What an operator sees and can do.
struct Screen {
    handle: Handle,
    said: Receiver<Said>,
}

impl Screen {
    fn open(handle: &Handle) -> Result<Screen, Fault> {
        let subscription = handle.subscribe();
        let (tell, said) = channel();
        std::thread::Builder::new()
            .name("demo-screen".into())
            .spawn(move || forward(subscription, &tell))
            .map_err(|error| Fault::because(&DEMO, "membuka layar", error))?;
        Ok(Screen {
            handle: handle.clone(),
            said,
        })
    }

    fn order(&self, order: Order, doing: &str) -> Result<(), Fault> {
        let rina = Actor {
            user: UserName::new("rina"),
            role: Role::Operator,
        };
        match self.handle.order_and_wait(rina, order) {
            Ok(_) => Ok(()),
            Err(refusal) => Err(Fault::new(&SLOW, format!("{doing}: {refusal:?}"))),
        }
    }

    /// Waits for an alert about a call that looks as wanted.
    fn until(&self, doing: &str, wanted: impl Fn(&CallRecord) -> bool) -> Result<CallId, Fault> {
        let call = self.find(doing, |said| match said {
            Said::Alert(alert) => match &**alert {
                Alert::Ring { call } | Alert::Call { call, .. } if wanted(call) => Some(call.id),
                _ => None,
            },
            Said::Fact(_) => None,
        })?;
        say::line(format!("✓ {doing}"));
        Ok(call)
    }

    fn wait_for_line(&self) -> Result<(), Fault> {
        if self.handle.board().lines.iter().any(|line| line.up) {
            return Ok(());
        }
        self.find("jalur siap", |said| match said {
            Said::Alert(alert) => matches!(&**alert, Alert::Line { up: true, .. }).then_some(()),
            Said::Fact(_) => None,
        })
    }

    /// Waits until the call's sound is on disk, and listens whether the caller is in it.
    fn wait_for_recording(&self, folder: &Path, call: CallId) -> Result<(), Fault> {
        self.find("rekaman", |said| match said {
            Said::Fact(fact) => (fact.kind == "recording.closed").then_some(()),
            Said::Alert(_) => None,
        })?;
        let record = self.handle.reader().call(call)?;
        let kept = record.and_then(|record| record.sound.recordings.into_iter().next());
        let file = kept.and_then(|kept| sound::recordings(folder).kept_file(&kept.file));
        let file = file.ok_or_else(|| Fault::new(&SILENT, "mencari rekaman"))?;
        let loudest = loudest_of_caller(&file)?;
        if loudest < HEARD_DB {
            return Err(Fault::new(
                &SILENT,
                format!("paling keras {loudest:.0} dBFS"),
            ));
        }
        say::line(format!(
            "✓ suara penelepon terekam, paling keras {loudest:.0} dBFS"
        ));
        Ok(())
    }

    fn find<T>(&self, doing: &str, found: impl Fn(&Said) -> Option<T>) -> Result<T, Fault> {
        loop {
            match self.said.recv_timeout(PATIENCE) {
                Ok(said) => {
                    if let Some(found) = found(&said) {
                        return Ok(found);
                    }
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    return Err(Fault::new(&SLOW, format!("menunggu: {doing}")));
                }
            }
        }
    }
}

/// From the bus to a channel that can be waited on with a limit; ends with either side.
fn forward(mut subscription: Subscription, tell: &std::sync::mpsc::Sender<Said>) {
    loop {
        match subscription.blocking_recv() {
            Ok(said) if tell.send(said.clone()).is_ok() => {}
            Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => {}
            _ => break,
        }
    }
}

/// Prints every journal entry about the call, as it lies on the disk.
fn print(handle: &Handle, call: CallId) -> Result<(), Fault> {
    say::line("");
    let id = format!("\"call\":\"{call}\"");
    let mut after = Seq(0);
    loop {
        let page = handle.reader().entries(after, PAGE)?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = last.seq;
        page.iter()
            .filter(|entry| entry.json.contains(&id))
            .for_each(|entry| say::line(&entry.json));
    }
}

/// The level of the loudest frame that came from the line: the first of a recording's two channels.
fn loudest_of_caller(file: &Path) -> Result<f32, Fault> {
    let bytes = std::fs::read(file)
        .map_err(|error| Fault::because(&SILENT, file.display().to_string(), error))?;
    let both = bytes.get(wav::HEADER_BYTES..).unwrap_or_default();
    let caller: Vec<u8> = both
        .chunks_exact(4)
        .flat_map(|pair| [pair[0], pair[1]])
        .collect();
    let frames = caller
        .chunks_exact(FRAME_BYTES)
        .filter_map(Frame::from_bytes);
    Ok(frames
        .map(|frame| frame.level_db())
        .fold(f32::NEG_INFINITY, f32::max))
}

/// Long enough for a sentence.
const SPEAKS_FOR: Duration = Duration::from_secs(3);

/// Speech is louder than this; a line that carries none is silent, or hisses far below it.
const HEARD_DB: f32 = -40.0;

/// No step of the call takes longer on the slowest machine; a virtual SIMCom boots in eight.
const PATIENCE: Duration = Duration::from_secs(30);

/// Entries read at once.
const PAGE: usize = 200;
