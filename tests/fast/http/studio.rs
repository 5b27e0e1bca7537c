//! The sound of one line beside an engine that only listens: orders that come close together, ports
//! that are missing.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};

use siaga112::base::ids::{CallId, LineName, UserName};
use siaga112::base::sound::{Coding, SoundTrouble};
use siaga112::engine::handle::Inbox;
use siaga112::engine::sound::{SoundHeard, SoundOrder, Sounds};
use siaga112::media::{self, LineSpec, Seat, Studio, ToBrowser, Why};
use siaga112::port::audio::AudioPath;
use siaga112::voice::bridge::Part;
use siaga112::voice::dtmf;

use super::office::Office;
use super::wire;

/// A line's sound, and what the engine is told.
struct Line {
    studio: Studio,
    told: Receiver<Inbox>,
    /// Lends its store.
    _office: Office,
}

impl Line {
    fn with(path: media::Path) -> Line {
        let office = Office::fresh();
        let (engine, told) = sync_channel(1_000);
        let spec = LineSpec {
            name: LineName::new("Telkomsel-1"),
            path: Some(path),
        };
        let studio = Studio::start(media::Setup {
            lines: vec![spec],
            clock: office.clock.clone(),
            engine,
            folder: office.folder.path().join("studio"),
            reader: office.handle.reader().clone(),
            hold: Arc::new(|| Vec::new().into()),
        });
        Line {
            studio: studio.expect("sound"),
            told,
            _office: office,
        }
    }

    fn order(&self, order: SoundOrder) {
        self.studio.tell(0, order);
    }

    /// The first thing told that is wanted.
    fn tells<T>(&self, wanted: impl Fn(&SoundHeard) -> Option<T>) -> T {
        loop {
            let told = self.told.recv_timeout(wire::PATIENCE).expect("it is told");
            if let Inbox::Sound { heard, .. } = told
                && let Some(found) = wanted(&heard)
            {
                return found;
            }
        }
    }

    fn desk(&self, call: CallId, owner: &str, joined: &[&str]) {
        self.order(SoundOrder::Desk {
            call,
            owner: Some(UserName::new(owner)),
            on_hold: false,
            joined: joined.iter().map(|user| UserName::new(user)).collect(),
        });
    }

    fn joins(&self, call: CallId, user: &str, owner: bool) -> Seat {
        let joined = self
            .studio
            .join(call, &UserName::new(user), Part::Talk, owner);
        joined.expect("the line is there")
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.studio.stop();
    }
}

/// What a seat is told first.
fn first(seat: &mut Seat) -> Option<ToBrowser> {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("a runtime").block_on(seat.next())
}

#[test]
fn what_was_heard_just_before_the_end_is_still_the_calls() {
    let line = Line::with(media::Path::InBand);
    let pressed: Vec<u8> = dtmf::tones("5", 100, 100, -15.0)
        .iter()
        .flat_map(|sample| sample.to_le_bytes())
        .collect();
    for number in 1..=20 {
        let call = CallId(number);
        line.order(SoundOrder::Begin { call });
        line.order(SoundOrder::On {
            coding: Coding::S16le,
            in_band: true,
        });
        line.order(SoundOrder::Heard(pressed.clone()));
        line.order(SoundOrder::End { call });
        let key = line.tells(|heard| match heard {
            SoundHeard::Key { call: of, key } if *of == call => Some(*key),
            SoundHeard::Recorded { call: of, .. } if *of == call => Some('?'),
            _ => None,
        });
        assert_eq!(key, '5', "call {number}");
    }
}

#[test]
fn a_port_that_was_missing_before_the_call_is_missing_in_it() {
    let nowhere = AudioPath::Tty(Path::new("/nonexistent/audio").to_owned());
    let line = Line::with(media::Path::Port(nowhere));
    for number in 1..=3 {
        let call = CallId(number);
        line.order(SoundOrder::Begin { call });
        let first = line.tells(|heard| match heard {
            SoundHeard::Trouble { call: of, trouble } if *of == call => Some(*trouble),
            _ => None,
        });
        assert_eq!(first, Some(SoundTrouble::PortLost), "call {number}");
        line.order(SoundOrder::End { call });
    }
}

#[test]
fn who_comes_in_just_after_the_call_was_given_away_is_sent_off() {
    let line = Line::with(media::Path::InBand);
    let call = CallId(1);
    line.order(SoundOrder::Begin { call });
    // Each was let in at the door before the desk changed.
    line.desk(call, "budi", &["sari"]);
    let mut rina = line.joins(call, "rina", true);
    assert_eq!(first(&mut rina), Some(ToBrowser::Close(Why::NotYours)));
    let mut adi = line.joins(call, "adi", false);
    assert_eq!(first(&mut adi), Some(ToBrowser::Close(Why::NotYours)));
    for (user, owner) in [("budi", true), ("sari", false)] {
        let mut seat = line.joins(call, user, owner);
        assert!(
            matches!(first(&mut seat), Some(ToBrowser::Frame(_))),
            "{user}"
        );
    }
    // The next call is another desk's.
    line.order(SoundOrder::End { call });
    let next = CallId(2);
    line.order(SoundOrder::Begin { call: next });
    let mut rina = line.joins(next, "rina", true);
    assert!(matches!(first(&mut rina), Some(ToBrowser::Frame(_))));
}
