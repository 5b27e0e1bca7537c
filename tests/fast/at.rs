//! What holds for any bytes at all: splits do not matter, nothing panics, no call ends twice.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use siaga112::at::caller_id::{analog, gsm, mdmf, ring};
use siaga112::at::framer::{Framer, Token};
use siaga112::at::sms::assemble::{Assembler, Progress};
use siaga112::at::sms::pdu::{self, Body, Pdu};
use siaga112::at::sms::{Address, Stamp, aml, encode};
use siaga112::at::{final_code, urc};
use siaga112::base::time::Tick;
use siaga112::line::ear::{Ear, EarSetup};
use siaga112::line::heard::{CallHeard, CallNo, Heard};

/// Scraps of what modems say, so that chance finds more than noise.
const SCRAPS: &[&str] = &[
    "\r\n",
    "\r\r\n",
    "\n",
    "\0",
    "\"",
    "> ",
    "RING\r\n",
    "RING A\r\n",
    "+CRING: VOICE\r\n",
    "+CLIP: \"084000001234\",129,,,,0\r\n",
    "+CLIP: \"\",128,,,,1\r\n",
    "+CLIP: \"0840",
    "+CCWA: \"084000005678\",129,1\r\n",
    "+CLCC: 1,1,4,0,0,\"084000001234\",129\r\n",
    "+CLCC: 1,1,0,0,0\r\n",
    "+CLCC: 2,1,5,0,0,\"084000005678\",129\r\n",
    "+CLCC: 1,1,6,0,0\r\n",
    "^ORIG:1,0\r\n",
    "^CONF:1\r\n",
    "^CONN:1,0\r\n",
    "^CEND:1,5,29,16\r\n",
    "^CEND:2,0,28\r\n",
    "^DSCI: 1,1,4,0,084000001234,129\r\n",
    "^DSCI: 1,1,3,0,,129\r\n",
    "^DSCI: 1,1,6,0,,129\r\n",
    "+QIND: \"ccinfo\",1,1,-1,0,0,\"\",128\r\n",
    "VOICE CALL: BEGIN\r\n",
    "VOICE CALL: END: 000005\r\n",
    "MISSED_CALL: 11:01AM 084000001234\r\n",
    "REMOTE CALL END\r\n",
    "NO CARRIER\r\n",
    "BUSY\r\n",
    "OK\r\n",
    "ERROR\r\n",
    "+CME ERROR: 10\r\n",
    "CONNECT\r\n",
    "VCON\r\n",
    "RDY\r\n",
    "^SYSSTART\r\n",
    "POWERED DOWN\r\n",
    "+CMTI: \"ME\",7\r\n",
    "+CMT: ,37\r\n",
    "+CMGR: \"REC UNREAD\",\"0840\"\r\n",
    "+CUSD: 0,\"dua\r\nbaris\",15\r\n",
    "06912618010000040D91261802001032F400006220823251008213D0F73C3D4F83C461B73A2D0749A920D80C\r\n",
    "NMBR=0274512345\r\n",
    "NAME=TOKO\r\n",
    "DRON=20\r\n",
    "\u{10}",
    "\u{10}5",
    "\u{10}d",
    "\u{10}b",
    "\u{10}R",
    "\u{10}\u{3}",
    "\u{10}X",
    "\u{10}.",
    "\u{80}\u{7f}",
    "ERROR+CNUM: \"a\"\r\n",
];

/// One scrap, or a little noise.
fn scrap() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        8 => prop::sample::select(SCRAPS)
            .prop_map(|s| s.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin-1")).collect()),
        1 => prop::collection::vec(any::<u8>(), 0..6),
    ]
}

fn wire() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(scrap(), 0..40).prop_map(|scraps| scraps.concat())
}

/// Every token, with neighbouring sound joined: how it is cut up is no promise.
fn tokens(in_band: bool, prompt: bool, pieces: &[&[u8]]) -> Vec<Token> {
    let mut framer = Framer::new(in_band);
    framer.expect_prompt(prompt);
    let mut tokens: Vec<Token> = Vec::new();
    for piece in pieces {
        framer.push(piece);
        while let Some(token) = framer.next() {
            let connects = token == Token::Line("CONNECT".into());
            match (tokens.last_mut(), token) {
                (Some(Token::Sound(all)), Token::Sound(more)) => all.extend(more),
                (_, token) => tokens.push(token),
            }
            if connects && in_band {
                framer.enter_stream();
            }
        }
    }
    tokens
}

/// What may happen to an ear.
#[derive(Clone, Debug)]
enum Step {
    Rx(Vec<u8>),
    Tx(&'static str),
    Wait(u64),
    GaveUp,
    PortLost,
    PortOpened,
}

fn step() -> impl Strategy<Value = Step> {
    let commands = &[
        "AT\r",
        "ATA\r",
        "AT+CHUP\r",
        "ATD084000001234;\r",
        "AT+CLCC\r",
        "AT+CHLD=1\r",
        "AT+CHLD=0\r",
        "AT+CMGS=20\r",
        "00AB\u{1a}",
        "\u{1b}",
        "AT+CSQ\r",
        "AT+CMGR=1\r",
        "AT+VLS=1\r",
        "AT+VTR\r",
        "\u{10}^",
        "AT+VLS=0\r",
        "AT+CLIP=1\r",
    ];
    prop_oneof![
        12 => scrap().prop_map(Step::Rx),
        4 => prop::sample::select(commands).prop_map(Step::Tx),
        4 => prop_oneof![1_u64..400, 1_000_u64..12_000].prop_map(Step::Wait),
        1 => Just(Step::GaveUp),
        1 => Just(Step::PortLost),
        1 => Just(Step::PortOpened),
    ]
}

/// Plays one step.
fn feed(ear: &mut Ear, now: &mut Tick, step: &Step) {
    match step {
        Step::Rx(bytes) => ear.bytes(*now, bytes),
        Step::Tx(text) => ear.sent(*now, text.as_bytes()),
        Step::Wait(ms) => {
            let end = *now + Duration::from_millis(*ms);
            while let Some(due) = ear.due().filter(|due| *due <= end) {
                ear.wake(due);
                assert!(
                    ear.due().is_none_or(|next| next > due),
                    "woken and still due"
                );
            }
            *now = end;
            ear.wake(*now);
        }
        Step::GaveUp => ear.gave_up(*now),
        Step::PortLost => ear.port_lost(*now),
        Step::PortOpened => ear.port_opened(*now),
    }
}

/// Plays steps; everything heard.
fn hear(setup: &EarSetup, steps: &[Step], bytewise: bool) -> Vec<Heard> {
    let mut ear = Ear::new(setup.clone());
    let mut now = Tick(0);
    let mut heard = Vec::new();
    for step in steps {
        match step {
            Step::Rx(bytes) if bytewise => {
                for byte in bytes {
                    ear.bytes(now, &[*byte]);
                }
            }
            step => feed(&mut ear, &mut now, step),
        }
        heard.extend(std::iter::from_fn(|| ear.next()));
    }
    ear.conclude(now);
    heard.extend(std::iter::from_fn(|| ear.next()));
    heard
}

fn call_of(call: &CallHeard) -> Option<CallNo> {
    match call {
        CallHeard::Incoming { call, .. }
        | CallHeard::Ring { call, .. }
        | CallHeard::Identified { call, .. }
        | CallHeard::Waiting { call, .. }
        | CallHeard::State { call, .. }
        | CallHeard::Dialing { call, .. }
        | CallHeard::Alerting { call, .. }
        | CallHeard::Answered { call, .. }
        | CallHeard::Missed { call, .. }
        | CallHeard::Ended { call, .. } => Some(*call),
        CallHeard::EarlyId { .. } | CallHeard::HangupSuspected { .. } => None,
    }
}

/// A call ends once, and nothing is said of it afterwards; nothing is said of it before it was
/// announced, except its end.
fn no_call_comes_back(heard: &[Heard]) {
    let mut over: BTreeMap<CallNo, bool> = BTreeMap::new();
    for heard in heard {
        let Heard::Call(call) = heard else { continue };
        let Some(no) = call_of(call) else { continue };
        let ends = matches!(call, CallHeard::Missed { .. } | CallHeard::Ended { .. });
        assert_ne!(over.get(&no), Some(&true), "{call:?} after its end");
        let goes_on = matches!(call, CallHeard::Ring { .. } | CallHeard::Identified { .. });
        assert!(
            !goes_on || over.contains_key(&no),
            "{call:?} was never announced"
        );
        over.insert(no, ends);
    }
}

fn joined(heard: Vec<Heard>) -> Vec<Heard> {
    use siaga112::line::heard::AudioHeard::Bytes;
    let mut all: Vec<Heard> = Vec::new();
    for heard in heard {
        match (all.last_mut(), heard) {
            (Some(Heard::Audio(Bytes(all))), Heard::Audio(Bytes(more))) => all.extend(more),
            (_, heard) => all.push(heard),
        }
    }
    all
}

fn setups() -> [EarSetup; 2] {
    let voice = EarSetup {
        in_band: true,
        dial_tone_trusted: true,
        ..EarSetup::default()
    };
    [EarSetup::default(), voice]
}

proptest! {
    #[test]
    fn bytes_in_any_split_are_the_same_tokens(
        wire in wire(),
        cuts in prop::collection::vec(1_usize..20, 0..200),
        in_band: bool,
        prompt: bool,
    ) {
        let whole = tokens(in_band, prompt, &[&wire]);
        let mut pieces = Vec::new();
        let mut rest = wire.as_slice();
        for cut in cuts.into_iter().chain(std::iter::repeat(7)) {
            if rest.is_empty() {
                break;
            }
            let (piece, tail) = rest.split_at(cut.min(rest.len()));
            pieces.push(piece);
            rest = tail;
        }
        prop_assert_eq!(tokens(in_band, prompt, &pieces), whole);
    }

    #[test]
    fn no_call_ends_twice_whatever_is_said(steps in prop::collection::vec(step(), 0..60)) {
        for setup in setups() {
            no_call_comes_back(&hear(&setup, &steps, false));
        }
    }

    #[test]
    fn a_ring_is_never_lost(steps in prop::collection::vec(step(), 0..60)) {
        let mut ear = Ear::new(EarSetup::default());
        let mut now = Tick(0);
        let quiet = [Step::PortOpened, Step::Wait(1_500)];
        let rings = [Step::Wait(1_500), Step::Rx(b"\r\nRING\r\n".to_vec()), Step::Wait(500)];
        let opened_last = steps.iter().any(|s| matches!(s, Step::PortLost));
        let before = if opened_last { &quiet[..] } else { &[] };
        for step in steps.iter().chain(before).chain(&rings) {
            feed(&mut ear, &mut now, step);
        }
        prop_assert!(!ear.calls().is_empty());
    }

    #[test]
    fn the_same_is_heard_byte_by_byte(steps in prop::collection::vec(step(), 0..40)) {
        for setup in setups() {
            let whole = joined(hear(&setup, &steps, false));
            prop_assert_eq!(joined(hear(&setup, &steps, true)), whole);
        }
    }

    #[test]
    fn a_lost_port_leaves_no_call_behind(steps in prop::collection::vec(step(), 0..40)) {
        for setup in setups() {
            let mut steps = steps.clone();
            steps.extend([Step::PortLost, Step::Wait(20_000)]);
            let mut open: Vec<CallNo> = Vec::new();
            for heard in hear(&setup, &steps, false) {
                let Heard::Call(call) = heard else { continue };
                let Some(no) = call_of(&call) else { continue };
                open.retain(|o| *o != no);
                if !matches!(call, CallHeard::Missed { .. } | CallHeard::Ended { .. }) {
                    open.push(no);
                }
            }
            prop_assert_eq!(open, vec![]);
        }
    }

    #[test]
    fn no_line_makes_a_reader_panic(line in "\\PC{0,80}", octets in prop::collection::vec(any::<u8>(), 0..40)) {
        let _ = (urc::parse(&line), final_code::parse(&line), ring::parse(&line));
        let _ = (analog::parse(&line), gsm::Line::clip(&line), gsm::Line::ccwa(&line));
        let _ = (gsm::Row::clcc(&line), gsm::Row::ccinfo(&line), gsm::Row::dsci(&line));
        let _ = (aml::parse(&line), urc::registration(&line, true));
        let hex = siaga112::at::text::to_hex(&octets);
        let _ = (mdmf::parse(&hex), pdu::decode(&hex), urc::ussd_text(&hex, 15));
    }

    #[test]
    fn any_text_goes_out_and_comes_back(text in "[ -~\n€äöüñà£ΔΦ]{0,400}|\\PC{0,200}", reference: u8, report: bool) {
        let options = encode::Options { reference, report, flash: false };
        let mut whole: Option<Body> = None;
        for part in encode::submit("+6284000001234", &text, options) {
            prop_assert!(part.tpdu_octets <= 140 + 14);
            let (read, octets) = pdu::decode(&part.hex).expect("our own PDU");
            let Pdu::Submit(read) = read else { panic!("{read:?}") };
            prop_assert_eq!(octets, part.tpdu_octets);
            prop_assert_eq!(read.to.shown(), "+6284000001234");
            prop_assert_eq!(read.report_wanted, report);
            match &mut whole {
                Some(body) => prop_assert!(body.join(&read.body)),
                None => whole = Some(read.body),
            }
        }
        prop_assert_eq!(whole.expect("a part").text(), text);
    }

    #[test]
    fn parts_in_any_order_and_twice_make_the_text_once(
        text in "[ -~]{161,900}|\\PC{71,300}",
        order in prop::collection::vec(any::<prop::sample::Index>(), 1..30),
    ) {
        let sent = Stamp::new(jiff::civil::date(2026, 3, 1).at(11, 45, 2, 0), 28_800);
        let from = Address::of_number("+6284000001234");
        let parts: Vec<_> = encode::deliver(None, &from, &text, sent, encode::Options::default())
            .into_iter()
            .map(|part| match pdu::decode(&part.hex) {
                Ok((Pdu::Deliver(part), _)) => part,
                other => panic!("{other:?}"),
            })
            .collect();
        prop_assume!(parts.len() > 1);
        let mut all = Assembler::default();
        let mut texts = Vec::new();
        let chance = order.iter().map(|index| index.index(parts.len()));
        for index in chance.chain(0..parts.len()) {
            let part = &parts[index];
            let concat = part.header.concat.expect("a part of a long text");
            for progress in all.add(Tick(0), part, concat, None, None) {
                if let Progress::Whole(message) = progress {
                    texts.push(message.text);
                }
            }
        }
        prop_assert_eq!(texts, vec![text]);
    }
}
