//! A sound card, played by scripts in the place of `arecord` and `aplay`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use siaga112::port::audio::{AudioChange, AudioPath, Tools};
use siaga112::port::{codes, open_audio_device};

use super::{LIMIT, Owner, frame};

/// Sounds every 20 ms until it is stopped.
const HEARS: &str = "while head -c 320 /dev/zero; do sleep 0.02; done";

/// Keeps what it was given.
const SPEAKS: &str = "exec cat > \"$0.out\"";

/// A folder with the two programs as scripts.
struct Card {
    folder: tempfile::TempDir,
}

impl Card {
    fn with(record: &str, play: &str) -> Card {
        let card = Card {
            folder: tempfile::tempdir().expect("folder"),
        };
        card.script("arecord", record);
        card.script("aplay", play);
        card
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Notes each of its starts.
    fn script(&self, name: &str, text: &str) {
        let whole = format!("#!/bin/sh\necho $$ >> \"$0.starts\"\n{text}\n");
        let fresh = self.path(&format!("{name}.new"));
        fs::write(&fresh, whole).expect("script");
        fs::set_permissions(&fresh, fs::Permissions::from_mode(0o755)).expect("mode");
        fs::rename(&fresh, self.path(name)).expect("in place");
    }

    fn owner(&self) -> Owner {
        let tools = Tools {
            record: self.path("arecord"),
            play: self.path("aplay"),
        };
        let path = AudioPath::Alsa("plughw:CARD=Uji".to_owned());
        Owner::with(path, Arc::new(open_audio_device), tools)
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// The processes that were started as this program.
    fn starts(&self, name: &str) -> Vec<u32> {
        let text = self.text(&format!("{name}.starts"));
        text.lines().map(|pid| pid.parse().expect("pid")).collect()
    }

    /// None of its programs is left, not even as a zombie.
    fn all_gone(&self) -> bool {
        let mut pids = self.starts("arecord");
        pids.extend(self.starts("aplay"));
        pids.iter()
            .all(|pid| !fs::exists(format!("/proc/{pid}")).unwrap_or(true))
    }

    fn ends(&self) {
        let deadline = Instant::now() + LIMIT;
        while !self.all_gone() {
            assert!(Instant::now() < deadline, "a program is left");
            std::thread::yield_now();
        }
    }
}

#[test]
fn a_card_is_open_while_a_call_wants_it_and_only_then() {
    let card = Card::with(&format!("printf halo\n{HEARS}"), SPEAKS);
    let mut owner = card.owner();
    owner.turns = 0;
    owner.is_quiet(Duration::from_millis(100));
    assert!(owner.turns <= 2);
    assert!(card.starts("arecord").is_empty());
    assert_eq!(owner.write(&frame(1)), 320);
    for call in 1..=2 {
        owner.want(true);
        owner.opened();
        owner.until("a second of sound", |owner| {
            owner.heard.len() >= 4 + 50 * 320
        });
        assert_eq!(owner.heard[..8], *b"halo\0\0\0\0");
        owner.heard.clear();
        // Paced as a call: nothing is dropped.
        for number in 0..5 {
            assert_eq!(owner.write(&frame(number)), 0);
            owner.pass(Duration::from_millis(20));
        }
        let spoken = || fs::read(card.path("aplay.out")).unwrap_or_default();
        owner.until("the far end", |_| spoken().len() >= 5 * 320);
        assert_eq!(
            spoken(),
            [frame(0), frame(1), frame(2), frame(3), frame(4)].concat()
        );
        owner.want(false);
        assert_eq!(owner.write(&frame(1)), 320);
        owner.until("the end", |_| card.all_gone());
        assert_eq!(card.starts("arecord").len(), call);
        owner.heard.clear();
    }
    assert_eq!(owner.changes, []);
    owner.close();
}

#[test]
fn the_programs_are_asked_for_a_telephones_sound_in_a_clean_room() {
    let tell = "echo \"$*\" > \"$0.asked\"; env > \"$0.env\"";
    let card = Card::with(&format!("{tell}\n{HEARS}"), &format!("{tell}\n{SPEAKS}"));
    let mut owner = card.owner();
    owner.want(true);
    owner.opened();
    owner.until("both", |_| !card.text("aplay.env").is_empty());
    for program in ["arecord", "aplay"] {
        let asked = card.text(&format!("{program}.asked"));
        assert!(
            asked.starts_with(
                "-D plughw:CARD=Uji -t raw -f S16_LE -r 8000 -c 1 --period-time=20000"
            ),
            "{asked}"
        );
        let env = card.text(&format!("{program}.env"));
        assert!(env.contains("LC_ALL=C\n"), "{env}");
        assert!(env.contains("PATH="), "{env}");
        assert!(!env.contains("CARGO"), "{env}");
    }
    owner.close();
    card.ends();
}

/// Told once, with its code; told again to the next call.
fn says(record: &str, play: &str, code: &siaga112::base::fault::Code, word: &str) {
    let card = Card::with(record, play);
    let mut owner = card.owner();
    for _call in 1..=2 {
        owner.want(true);
        let lost = owner.lost();
        assert_eq!(lost.code, code, "{}", lost.cause);
        assert!(lost.cause.contains("plughw:CARD=Uji"), "{}", lost.cause);
        assert!(lost.cause.contains(word), "{}", lost.cause);
        assert_eq!(lost.busy, code == &codes::SOUND_BUSY);
        let starts = card.starts("arecord").len();
        owner.until("the next try", |_| card.starts("arecord").len() > starts);
        owner.is_quiet(Duration::from_millis(100));
        owner.want(false);
        owner.is_quiet(Duration::from_millis(300));
    }
    owner.close();
    card.ends();
}

#[test]
fn a_card_of_somebody_else_is_told_in_words() {
    let busy = |name: &str| {
        format!("echo '{name}: main:831: audio open error: Device or resource busy' >&2; exit 1")
    };
    says(
        &busy("arecord"),
        SPEAKS,
        &codes::SOUND_BUSY,
        "sedang dipakai",
    );
    says(HEARS, &busy("aplay"), &codes::SOUND_BUSY, "(aplay: ");
}

#[test]
fn a_card_that_is_not_there_is_told_in_words() {
    let missing = "echo 'ALSA lib pcm_hw.c:1829:(_snd_pcm_hw_open) Invalid value for card' >&2
echo 'arecord: main:831: audio open error: No such file or directory' >&2; exit 1";
    says(missing, SPEAKS, &codes::SOUND_MISSING, "tidak ada");
}

#[test]
fn a_card_at_another_rate_is_refused_though_the_program_goes_on() {
    let wrong = format!(
        "echo 'Warning: rate is not accurate (requested = 8000Hz, got = 48000Hz)' >&2\n{HEARS}"
    );
    says(&wrong, SPEAKS, &codes::SOUND_FORMAT, "plughw");
}

#[test]
fn a_program_that_is_not_installed_is_told_with_its_package() {
    let card = Card::with(HEARS, SPEAKS);
    fs::remove_file(card.path("aplay")).expect("removed");
    let mut owner = card.owner();
    owner.want(true);
    let lost = owner.lost();
    assert_eq!(lost.code, &codes::SOUND_PROGRAM);
    assert!(lost.cause.contains("aplay"), "{}", lost.cause);
    assert!(
        lost.cause.contains("apt install alsa-utils"),
        "{}",
        lost.cause
    );
    card.ends(); // the other one does not stay alone
    card.script("aplay", SPEAKS);
    owner.opened();
    owner.close();
}

#[test]
fn a_program_that_dies_is_started_again_each_time_later_and_told_once() {
    let card = Card::with("exit 3", SPEAKS);
    let mut owner = card.owner();
    owner.stands = Some(owner.now());
    owner.want(true);
    assert_eq!(owner.lost().code, &codes::SOUND_ENDED);
    for pause in [250, 500, 1000, 2000, 4000, 5000, 5000] {
        // Its neighbour is stopped first, which makes the owner look again.
        owner.until("the stop", |_| card.all_gone());
        owner.until("the next try", |owner| {
            owner.port().due() == Some(owner.now() + Duration::from_millis(pause))
        });
        let starts = card.starts("arecord").len();
        owner.ahead += Duration::from_millis(pause);
        owner.until("it is tried", |_| card.starts("arecord").len() > starts);
    }
    assert_eq!(owner.changes, []);
    // It works again, for long; then a death is news and the first pause short.
    card.script("arecord", &format!("touch \"$0.ok\"\n{HEARS}"));
    owner.until("the stop", |_| card.all_gone());
    owner.until("the next try", |owner| {
        owner.port().due() == Some(owner.now() + Duration::from_secs(5))
    });
    owner.ahead += Duration::from_secs(5);
    is_heard_and_open(&mut owner);
    for _ in 0..3 {
        owner.ahead += Duration::from_secs(4);
        owner.heard.clear();
        owner.until("sound", |owner| !owner.heard.is_empty());
    }
    let pid = *card.starts("arecord").last().expect("started");
    let killed = Command::new("kill")
        .args(["-KILL", &pid.to_string()])
        .status();
    assert!(killed.expect("kill").success());
    assert_eq!(owner.lost().code, &codes::SOUND_ENDED);
    owner.until("the next try", |owner| {
        owner.port().due() == Some(owner.now() + Duration::from_millis(250))
    });
    owner.ahead += Duration::from_millis(250);
    is_heard_and_open(&mut owner);
    owner.close();
}

#[test]
fn a_call_does_not_wait_for_what_an_earlier_one_tried_in_vain() {
    let card = Card::with("exit 3", SPEAKS);
    let mut owner = card.owner();
    owner.stands = Some(owner.now());
    owner.want(true);
    owner.lost();
    let waits = |owner: &mut Owner, pause| {
        owner.until("the stop", |_| card.all_gone());
        owner.until("the next try", |owner| {
            owner.port().due() == Some(owner.now() + Duration::from_millis(pause))
        });
    };
    for pause in [250, 500, 1000, 2000] {
        waits(&mut owner, pause);
        let starts = card.starts("arecord").len();
        owner.ahead += Duration::from_millis(pause);
        owner.until("it is tried", |_| card.starts("arecord").len() > starts);
    }
    waits(&mut owner, 4000);
    owner.want(false);
    assert!(owner.port().is_lost());
    owner.want(true);
    assert!(!owner.port().is_lost(), "this call does not know yet");
    owner.lost();
    waits(&mut owner, 250);
    owner.close();
}

/// Where time stands: a card that sounds, and whose player had time to refuse.
fn is_heard_and_open(owner: &mut Owner) {
    owner.heard.clear();
    owner.until("sound", |owner| !owner.heard.is_empty());
    owner.ahead += Duration::from_millis(200);
    owner.opened();
}

#[test]
fn a_card_that_gives_no_sound_is_told_and_tried_again() {
    let card = Card::with("exec sleep 60", SPEAKS);
    let mut owner = card.owner();
    owner.want(true);
    owner.until("the start", |owner| owner.port().fds().next().is_some());
    owner.is_quiet(Duration::from_millis(100));
    owner.ahead += Duration::from_secs(5);
    assert_eq!(owner.lost().code, &codes::SOUND_HANGS);
    owner.until("the next try", |_| card.starts("arecord").len() == 2);
    owner.close();
    card.ends();
}

#[test]
fn a_card_that_falls_silent_during_a_call_is_told() {
    let card = Card::with("head -c 3200 /dev/zero; exec sleep 60", SPEAKS);
    let mut owner = card.owner();
    owner.want(true);
    owner.opened();
    owner.hears(&[0; 3200]);
    owner.ahead += Duration::from_secs(5);
    assert_eq!(owner.lost().code, &codes::SOUND_HANGS);
    owner.close();
}

#[test]
fn a_program_that_does_not_end_is_ended_and_holds_nobody_up() {
    let deaf = format!("trap '' TERM PIPE\nwhile :; do {HEARS}; sleep 0.02; done 2>/dev/null");
    let card = Card::with(&deaf, "trap '' TERM\nwhile :; do sleep 0.1; done");
    let mut owner = card.owner();
    owner.want(true);
    owner.opened();
    owner.want(false);
    owner.until("the end", |_| card.all_gone());
    owner.want(true);
    owner.opened();
    owner.close();
    assert!(card.all_gone(), "closing has waited for it");
}

#[test]
fn the_card_is_free_before_it_is_taken_again() {
    // Whoever comes while it is held is refused, as by a sound card; it is let go slowly.
    let record = format!(
        "mkdir \"$0.held\" || {{ echo 'audio open error: Device or resource busy' >&2; exit 1; }}
trap 'sleep 0.1; rmdir \"$0.held\"; exit' TERM PIPE\n{HEARS}"
    );
    let card = Card::with(&record, SPEAKS);
    let mut owner = card.owner();
    for _ in 0..3 {
        owner.want(true);
        owner.opened();
        owner.want(false);
    }
    owner.want(true);
    owner.opened();
    owner.close();
}

#[test]
fn a_call_that_is_over_before_the_card_is_open_leaves_nothing_behind() {
    let card = Card::with(HEARS, SPEAKS);
    let mut owner = card.owner();
    for _ in 0..10 {
        owner.want(true);
        owner.turn(Duration::ZERO);
        owner.want(false);
        owner.turn(Duration::ZERO);
    }
    owner.pass(Duration::from_millis(300));
    owner.until("the end", |_| card.all_gone());
    assert_eq!(owner.changes, []);
    assert_eq!(owner.port().due(), None);
    owner.want(true);
    owner.turn(Duration::ZERO);
    drop(owner.port.take());
    owner.never_waited();
    std::thread::yield_now();
    card.ends();
}

#[test]
fn a_player_that_takes_nothing_costs_frames_and_keeps_the_queue_short() {
    let card = Card::with(
        HEARS,
        "while [ ! -e \"$0.go\" ]; do sleep 0.02; done\nexec cat > \"$0.out\"",
    );
    let mut owner = card.owner();
    owner.want(true);
    owner.opened();
    let mut dropped = 0;
    for number in 0..100 {
        dropped += owner.write(&frame(number));
    }
    // Two frames wait, as limits say; what is heard late is worse than a gap.
    assert_eq!(dropped, 98 * 320);
    fs::write(card.path("aplay.go"), "").expect("file");
    let spoken = || fs::read(card.path("aplay.out")).unwrap_or_default();
    owner.until("two frames", |_| spoken().len() >= 640);
    // Once it takes sound nothing more is lost.
    for number in 0..100 {
        let wanted = 640 + 320 * (usize::from(number) + 1);
        assert_eq!(owner.write(&frame(number)), 0, "frame {number}");
        owner.until("the frame", |_| spoken().len() >= wanted);
    }
    assert_eq!(spoken()[..640], [frame(0), frame(1)].concat());
    owner.close();
}

#[test]
fn a_program_that_babbles_disturbs_nobody() {
    let card = Card::with(&format!("yes overrun >&2 &\n{HEARS}"), SPEAKS);
    let mut owner = card.owner();
    owner.want(true);
    owner.opened();
    owner.until("a second of sound", |owner| owner.heard.len() >= 50 * 320);
    assert_eq!(owner.changes, []);
    owner.close();
    card.ends();
}

#[test]
fn nothing_is_told_to_a_port_that_is_gone() {
    let card = Card::with(HEARS, SPEAKS);
    let mut owner = card.owner();
    owner.want(true);
    match owner.change() {
        AudioChange::Opened => {}
        other => panic!("{other:?}"),
    }
    let pids = (card.starts("arecord"), card.starts("aplay"));
    assert_eq!((pids.0.len(), pids.1.len()), (1, 1));
    drop(owner);
    card.ends();
}
