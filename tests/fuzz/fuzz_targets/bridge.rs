//! Whatever a line, browsers and the clock do to a conversation: nothing panics, the line gets whole
//! frames only, nobody waits for more than the bound, and it always says when it wants to be woken.
#![no_main]

use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use siaga112::base::sound::{Coding, SoundTrouble};
use siaga112::base::time::Tick;
use siaga112::voice::bridge::{Bridge, Out, Part, PartyId, Setup};
use siaga112::voice::frame::Frame;

const CODINGS: [Coding; 4] = [Coding::S16le, Coding::U8, Coding::Mulaw, Coding::Alaw];
const PARTS: [Part; 3] = [Part::Talk, Part::Whisper, Part::Listen];

fuzz_target!(|data: &[u8]| {
    let mut bridge = Bridge::new(Setup { ceiling_db: -9.0 });
    let mut now = Tick(1);
    let mut coding = Coding::S16le;
    for pair in data.chunks_exact(2) {
        let (what, how) = (pair[0], pair[1]);
        let party = PartyId(u64::from(how % 5));
        match what % 16 {
            0 => bridge.begin(now, vec![i16::from(how) << 7; 500].into()),
            1 => bridge.end(),
            2 => {
                coding = CODINGS[usize::from(how) % 4];
                bridge.sound_on(now, coding);
            }
            3 => bridge.sound_off(),
            4 => bridge.flow(now, how & 1 == 0),
            5 if how < 9 => bridge.blocked(now, SoundTrouble::Refused),
            5 => bridge.port_lost(now, how & 1 == 0),
            6 => bridge.not_taken(now, u32::from(how)),
            7 | 8 => bridge.line_bytes(now, &vec![how; usize::from(how) * 4]),
            9 => bridge.join(now, party, PARTS[usize::from(how) % 3]),
            10 => drop(bridge.leave(now, party)),
            11 | 12 => bridge.party_frame(now, party, Frame([i16::from(how) << 7; 160])),
            13 => bridge.hold(how & 1 == 0),
            14 => bridge.send_keys(vec![i16::from(how); usize::from(how) * 8]),
            _ => {
                now = now + Duration::from_millis(u64::from(how) * u64::from(how));
                bridge.wake(now);
            }
        }
        loop {
            match bridge.next() {
                Out::ToLine(bytes) => assert_eq!(bytes.len(), 160 * coding.sample_bytes()),
                Out::Sleep(due) => {
                    // A call that is up has a next beat, and never more than a second away.
                    assert!(due.is_none_or(|due| due <= now + Duration::from_secs(1)));
                    break;
                }
                _ => {}
            }
        }
    }
});
