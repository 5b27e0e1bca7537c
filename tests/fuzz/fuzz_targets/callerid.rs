//! No line about a caller makes its reader panic, and a block always says the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use siaga112::at::caller_id::analog::{self, Block};
use siaga112::at::caller_id::{gsm, mdmf, ring};
use siaga112::at::{text, urc};

fuzz_target!(|data: &[u8]| {
    let mut block = Block::default();
    for line in data.split(|b| *b == b'\n') {
        let line = text::from_bytes(line);
        if let Some(field) = analog::parse(&line) {
            block.add(field);
        }
        let _ = (ring::parse(&line), mdmf::parse(&line), urc::parse(&line));
        let _ = gsm::Line::clip(&line).caller(Some("0431"));
        let _ = gsm::Line::ccwa(&line).map(|(line, _)| line.caller(None));
        for row in [gsm::Row::clcc(&line), gsm::Row::ccinfo(&line), gsm::Row::dsci(&line)] {
            let _ = row.map(|row| row.caller(None));
        }
    }
    assert_eq!(block.caller(Some("0431")), block.clone().caller(Some("0431")));
});
