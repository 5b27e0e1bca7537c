//! The bell on the box itself: the real program, the real `aplay`, and a sound server that hears it.

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use siaga112::sim::modem::{Act, Identity, Quirks};
use siaga112::sim::pty::Running;

use super::alsa::{Ear, Far, LOUD, Server};
use super::tools::wait_until;
use crate::sound::support::office::{Line, Office};

/// An office with one line, one operator who is ready, and a loudspeaker.
struct Box {
    office: Office,
    modem: Running,
    heard: Arc<Mutex<Ear>>,
    _ear: Far,
    _server: Server,
}

impl Box {
    fn start() -> Box {
        let server = Server::start();
        let (ear, heard) = server.listen();
        let mut office = Office::with(&[Line::Handset], 1);
        office.ring_on("pulse", &server.environment());
        let modem = office.modem(0, Quirks::calm(), false);
        office.start(1);
        let ready = office.post(0, "/api/v1/seat", &json!({ "state": "ready" }));
        assert_eq!(ready.status, 200, "{}", ready.text());
        let tried = || {
            office
                .try_verb(&["doctor"], "")
                .1
                .contains("terakhir dicoba: 20")
        };
        let fit = wait_until(LIMIT, tried);
        assert!(fit, "{}", office.try_verb(&["doctor"], "").1);
        assert_eq!(heard.lock().unwrap().beeps.len(), 0, "the trial is silent");
        Box {
            office,
            modem,
            heard,
            _ear: ear,
            _server: server,
        }
    }

    /// Somebody calls; how long until the loudspeaker is heard.
    fn ring(&self) -> Duration {
        let before = self.heard.lock().unwrap().beeps.len();
        let rang = Instant::now();
        self.modem.act(Act::Ring {
            identity: Identity::Number("+6284000010014".to_owned()),
            patience: None,
            data: false,
        });
        let first = || self.heard.lock().unwrap().beeps.get(before).copied();
        let heard = wait_until(LIMIT, || first().is_some());
        assert!(heard, "{}", self.office.log());
        first().unwrap().saturating_duration_since(rang)
    }

    fn metric(&self, name: &str) -> u64 {
        let text = self.office.get("/metrics").text();
        let head = format!("siaga112_{name} ");
        let value = text.lines().find_map(|line| line.strip_prefix(&head));
        value.expect(name).parse().expect("a number")
    }

    /// The last so much of what was heard.
    fn last(&self, time: Duration) -> Vec<i16> {
        let ear = self.heard.lock().unwrap();
        let count = usize::try_from(time.as_millis()).unwrap() * 8;
        ear.samples[ear.samples.len().saturating_sub(count)..].to_vec()
    }

    /// How long until nothing has been heard for a second and a half, which no ring lets pass.
    fn falls_silent(&self) -> Duration {
        let began = Instant::now();
        let is_silent = || longest_silence(&self.last(GAP)) >= GAP - Duration::from_millis(20);
        assert!(wait_until(LIMIT, is_silent), "{}", self.office.log());
        began.elapsed().saturating_sub(GAP)
    }
}

fn longest_silence(samples: &[i16]) -> Duration {
    let runs = samples.split(|sample| sample.unsigned_abs() > LOUD);
    let longest = runs.map(<[i16]>::len).max().unwrap_or(0);
    Duration::from_millis(u64::try_from(longest).unwrap() / 8)
}

fn peak(samples: &[i16]) -> u16 {
    samples.iter().map(|s| s.unsigned_abs()).max().unwrap_or(0)
}

#[test]
fn the_box_rings_with_a_call_and_is_silent_once_it_is_answered() {
    let stage = Box::start();
    for answered_after in [0, 500, 1_200] {
        let before = stage.metric("bell_sounded_total");
        let after = stage.ring();
        println!("heard {} ms after the ring", after.as_millis());
        assert!(after < HEARD_WITHIN, "{after:?}");
        thread::sleep(Duration::from_millis(answered_after));
        let call = stage.office.answer(0, 0);
        let silent = stage.falls_silent();
        println!("silent {} ms after the answer", silent.as_millis());
        assert!(silent < Duration::from_secs(1), "{silent:?}");
        stage.office.hang_up(0, &call);
        stage.office.until("a free line", || {
            (stage.office.board()["lines"][0]["phase"] == "ready").then_some(())
        });
        // What was over at once may not have been counted.
        let counted = stage.metric("bell_sounded_total") - before;
        assert!(counted == 1 || answered_after == 0, "{counted}");
    }
    assert_eq!(stage.metric("bell_trouble"), 0);
}

#[test]
fn it_rings_on_and_louder_without_any_browser_and_on_a_disk_that_stands_still() {
    let mut stage = Box::start();
    // The only screen goes away, and from now on the disk takes nothing.
    let screen = stage.office.events();
    drop(screen);
    stage.office.disk.stall(true);
    let after = stage.ring();
    println!("heard {} ms after the ring", after.as_millis());
    assert!(after < HEARD_WITHIN, "{after:?}");
    thread::sleep(Duration::from_secs(8));
    let early = stage.last(Duration::from_secs(7));
    thread::sleep(Duration::from_secs(15));
    let late = stage.last(Duration::from_secs(10));
    let silence = [&early, &late].map(|samples| longest_silence(samples));
    println!(
        "silent for {silence:?} at most, peaks {} and {}",
        peak(&early),
        peak(&late)
    );
    assert!(silence.iter().all(|silence| *silence < GAP), "{silence:?}");
    assert!(peak(&early) < 18_000 && peak(&late) > 25_000);
    stage.office.disk.stall(false);
    stage.office.answer(0, 0);
    stage.falls_silent();
    stage.office.stop();
}

/// A tenth of a second to the player, and what a sound server takes until its monitor hears it.
const HEARD_WITHIN: Duration = Duration::from_millis(600);

/// Longer than the pause between two strikes.
const GAP: Duration = Duration::from_millis(1_500);

const LIMIT: Duration = Duration::from_secs(20);
