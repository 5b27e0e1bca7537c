//! Whatever a modem says and a host does: nothing panics, no call ends twice.
#![no_main]

use std::collections::BTreeSet;
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use siaga112::base::sound::LineTone;
use siaga112::base::time::Tick;
use siaga112::line::ear::{Ear, EarSetup};
use siaga112::line::heard::{CallHeard, Heard};

const COMMANDS: &[&str] = &[
    "AT\r", "ATA\r", "AT+CHUP\r", "ATD0840;\r", "AT+CLCC\r", "AT+CHLD=1\r", "AT+CHLD=0\r",
    "AT+CMGS=20\r", "00AB\x1a", "\x1b", "AT+CSQ\r", "AT+CMGR=1\r", "AT+VLS=1\r", "AT+VTR\r",
    "\x10^", "AT+VLS=0\r",
];

fuzz_target!(|data: &[u8]| {
    let [flags, script @ ..] = data else { return };
    let in_band = flags & 1 != 0;
    let own_ears = flags & 2 != 0;
    let mut ear = Ear::new(EarSetup { in_band, own_ears, ..EarSetup::default() });
    let mut now = Tick(0);
    let mut over = BTreeSet::new();
    for step in script.split(|b| *b == 0xFE) {
        match step {
            [0xF0, which, ..] => {
                ear.sent(now, COMMANDS[usize::from(*which) % COMMANDS.len()].as_bytes());
            }
            [0xF1, tenths, ..] => {
                now = now + Duration::from_millis(u64::from(*tenths) * 100);
                ear.wake(now);
            }
            [0xF2, ..] => ear.gave_up(now),
            [0xF3, ..] => ear.port_lost(now),
            [0xF4, ..] => ear.port_opened(now),
            [0xF5, ..] => ear.tone_heard(now, LineTone::Busy),
            bytes => ear.bytes(now, bytes),
        }
        for heard in ear.by_ref() {
            if let Heard::Call(CallHeard::Ended { call, .. } | CallHeard::Missed { call, .. }) = heard
            {
                assert!(over.insert(call), "{call:?} ends twice");
            }
        }
    }
    ear.conclude(now);
});
