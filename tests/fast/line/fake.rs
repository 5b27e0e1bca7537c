//! A small scripted modem and a world of virtual time around one line.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use siaga112::base::time::{Now, Tick, Wall};
use siaga112::line::words::{CallNo, Event, Input, Line, Order, Output, Phase, Setup, Status};
use siaga112::line::{Families, Machine};

/// How the modem speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Family {
    Huawei,
    Simcom,
    Quectel,
    Sim800,
    Generic,
    Usr,
    Conexant,
}

impl Family {
    pub fn is_analog(self) -> bool {
        matches!(self, Family::Usr | Family::Conexant)
    }
}

#[derive(Clone, Debug)]
pub struct FakeCall {
    pub idx: u8,
    pub incoming: bool,
    /// +CLCC state.
    pub stat: u8,
    pub number: String,
    /// Rings again at this time.
    pub rings_at: Option<Tick>,
}

/// The modem's end of the wire.
pub struct Fake {
    pub family: Family,
    pub calls: Vec<FakeCall>,
    /// Whole answers by command, before everything else.
    pub answers: BTreeMap<String, String>,
    /// Commands that are never answered.
    pub silent: Vec<String>,
    /// Answers nothing at all.
    pub deaf: bool,
    /// Ignores this many hang-ups (answers OK, keeps the call).
    pub stubborn: u8,
    /// Restart commands bring it back to life.
    pub heals_on_reset: bool,
    pub heals_on_reopen: bool,
    pub clip: bool,
    pub pin: Option<&'static str>,
    pub store: BTreeMap<u16, String>,
    pub store_size: u16,
    pub reference: u8,
    pub cms_error: Option<u16>,
    pub never_prompts: bool,
    pub registered: bool,
    /// Every line ends with a CR and no LF.
    pub lone_cr: bool,
    /// What ends a stream of sound. A modem that wants `<DLE>!` hangs for good when the next
    /// stream is asked for within 0.25 s of it.
    pub stops_on: &'static str,
    /// What a voice modem lists as its formats.
    pub formats: &'static str,
    /// The one format, as `AT+VSM=` was told it, in which there is a duplex stream.
    pub duplex_in: Option<&'static str>,
    /// How long after its answer a SIMCom says that the voice path is up, before which it refuses
    /// to give sound; `None`: it says nothing and gives it at once.
    pub begin_after: Option<Duration>,
    /// Sound is given in the first call after a restart only.
    pub sound_once: bool,
    /// Commands that are refused so many times.
    pub refusals: BTreeMap<String, u32>,
    /// Sound of ours that came in a stream, escaped as it was.
    pub took: Vec<u8>,
    /// Bytes that no command contains and that came outside a stream.
    pub strays: usize,
    /// Writes of sound behind a stop and before the next `CONNECT`.
    pub late_sound: usize,
    voice_at: Option<Tick>,
    sounded: bool,
    format: String,
    stopped: bool,
    aborted: Option<Tick>,
    prompt: Option<usize>,
    voice: bool,
    stream: bool,
    line: Vec<u8>,
    /// Commands in the order they came.
    pub said: Vec<String>,
    pub latency: Duration,
    out: VecDeque<(Tick, Vec<u8>)>,
}

impl Fake {
    pub fn new(family: Family) -> Fake {
        Fake {
            family,
            calls: Vec::new(),
            answers: BTreeMap::new(),
            silent: Vec::new(),
            deaf: false,
            stubborn: 0,
            heals_on_reset: false,
            heals_on_reopen: false,
            clip: true,
            pin: None,
            store: BTreeMap::new(),
            store_size: 20,
            reference: 41,
            cms_error: None,
            never_prompts: false,
            registered: true,
            lone_cr: false,
            stops_on: "\u{10}^",
            formats: "1,\"UNSIGNED PCM\",8,0,8000,0,0",
            duplex_in: None,
            begin_after: Some(Duration::from_millis(150)),
            sound_once: false,
            refusals: BTreeMap::new(),
            took: Vec::new(),
            strays: 0,
            late_sound: 0,
            voice_at: None,
            sounded: false,
            format: String::new(),
            stopped: false,
            aborted: None,
            prompt: None,
            voice: false,
            stream: false,
            line: Vec::new(),
            said: Vec::new(),
            latency: Duration::from_millis(20),
            out: VecDeque::new(),
        }
    }

    pub fn says(&mut self, at: Tick, text: &str) {
        self.out.push_back((at, text.as_bytes().to_vec()));
    }

    fn host(&mut self, now: Tick, bytes: &[u8]) {
        match bytes {
            [0x10, b'^' | b'!' | 0x18, ..] => self.stopped = true,
            [0x80..=0xFF, ..] if self.stopped => self.late_sound += 1,
            _ => {}
        }
        for byte in bytes {
            if self.stream {
                self.stream_byte(now, *byte);
                continue;
            }
            match byte {
                0x1B => {
                    self.line.clear();
                    if self.prompt.take().is_some() && !self.deaf {
                        self.ok(now);
                    }
                }
                0x1A if self.prompt.is_some() => self.submit(now),
                b'\r' if self.prompt.is_none() => {
                    let line = String::from_utf8_lossy(&self.line).into_owned();
                    self.line.clear();
                    self.command(now, &line);
                }
                0x10 | 0x18 | 0x03 => {}
                0x80..=0xFF => self.strays += 1,
                _ => self.line.push(*byte),
            }
        }
    }

    fn stream_byte(&mut self, now: Tick, byte: u8) {
        self.line.push(byte);
        self.took.push(byte);
        if self.line.ends_with(b"\x10!") {
            self.aborted = Some(now);
        }
        if self.line.ends_with(self.stops_on.as_bytes()) {
            self.line.clear();
            self.took.truncate(self.took.len() - self.stops_on.len());
            self.stream = false;
            self.says(now + self.latency, "\u{10}\u{3}\r\nOK\r\n");
        }
    }

    fn ok(&mut self, now: Tick) {
        self.says(now + self.latency, "\r\nOK\r\n");
    }

    fn submit(&mut self, now: Tick) {
        self.prompt = None;
        let hex = String::from_utf8_lossy(&self.line).into_owned();
        self.line.clear();
        self.said.push(format!("PDU {hex}"));
        let late = now + Duration::from_millis(2_600);
        match self.cms_error.take() {
            Some(code) => self.says(late, &format!("\r\n+CMS ERROR: {code}\r\n")),
            None => {
                self.reference = self.reference.wrapping_add(1);
                let text = format!("\r\n+CMGS: {}\r\n\r\nOK\r\n", self.reference);
                self.says(late, &text);
            }
        }
    }

    fn command(&mut self, now: Tick, line: &str) {
        if line.is_empty() {
            return;
        }
        self.said.push(line.to_owned());
        let resets = ["AT^RESET", "AT+CRESET", "AT+CFUN=1,1", "ATZ"].contains(&line);
        self.sounded &= !resets;
        if resets && self.heals_on_reset {
            self.deaf = false;
            self.silent.clear();
        }
        if self.deaf
            || self
                .silent
                .iter()
                .any(|silent| line.starts_with(silent.as_str()))
        {
            return;
        }
        let refusals = self.refusals.get_mut(line).filter(|left| **left > 0);
        let answer = match (refusals, self.answers.get(line)) {
            (Some(left), _) => {
                *left -= 1;
                ERROR.to_owned()
            }
            (None, Some(answer)) => answer.clone(),
            (None, None) => self.answer(now, line),
        };
        if !answer.is_empty() {
            self.says(now + self.latency, &answer);
        }
    }

    fn answer(&mut self, now: Tick, line: &str) -> String {
        let ok = "\r\nOK\r\n".to_owned();
        let error = "\r\nERROR\r\n".to_owned();
        let info = |text: &str| format!("\r\n{text}\r\n\r\nOK\r\n");
        if self.family.is_analog() {
            return self.analog(now, line);
        }
        match line {
            "AT+CGMI" => info(match self.family {
                Family::Huawei => "huawei",
                Family::Simcom | Family::Sim800 => "SIMCOM INCORPORATED",
                Family::Quectel => "Quectel",
                _ => "Telit",
            }),
            "AT+CGMM" => info(match self.family {
                Family::Huawei => "E173",
                Family::Simcom => "SIM7600G-H",
                Family::Sim800 => "SIMCOM_SIM800L",
                Family::Quectel => "EC25",
                _ => "LE910",
            }),
            "AT+CGSN" => info("356708041746734"),
            "AT+CIMI" => info("510100000000001"),
            "AT+CPIN?" => match self.pin {
                Some(_) => info("+CPIN: SIM PIN"),
                None => info("+CPIN: READY"),
            },
            "AT+CPINR" => info("+CPINR: SIM PIN,3,3"),
            "AT^CVOICE?" if self.family == Family::Huawei => info("^CVOICE:0,8000,16,20"),
            "AT+CREG?" => info(if self.registered {
                "+CREG: 2,1,\"1A2B\",\"0001\""
            } else {
                "+CREG: 2,2"
            }),
            "AT+CEREG?" => info("+CEREG: 2,0"),
            "AT+CSQ" => info("+CSQ: 21,99"),
            "AT+COPS?" => info("+COPS: 0,0,\"TELKOMSEL\",2"),
            "AT+CCLK?" => info("+CCLK: \"26/03/01,11:45:02+32\""),
            "AT+CLCC" => self.list(),
            "AT+CPMS?" => {
                let count = format!("{},{}", self.store.len(), self.store_size);
                info(&format!(
                    "+CPMS: \"SM\",{count},\"SM\",{count},\"SM\",{count}"
                ))
            }
            "AT+CMGL=4" => {
                let mut text = String::new();
                for (slot, pdu) in &self.store {
                    text += &format!("\r\n+CMGL: {slot},1,,{}\r\n{pdu}", pdu.len() / 2 - 7);
                }
                text + "\r\n\r\nOK\r\n"
            }
            "ATA" => self.answered(now),
            "AT+CHUP" | "ATH" => {
                if self.stubborn > 0 {
                    self.stubborn -= 1;
                } else {
                    self.hung_up(now);
                }
                ok
            }
            "AT+CHLD=0" => {
                self.calls.retain(|call| call.stat != 5);
                ok
            }
            _ if line.starts_with("AT+CHLD=1") => {
                self.calls
                    .retain(|call| !line.ends_with(&call.idx.to_string()));
                ok
            }
            "AT+CPCMREG=1" if self.refuses_sound(now) => error,
            "AT^NWTIME?" => error,
            _ if line.starts_with("AT^") => match self.family {
                Family::Huawei => ok,
                _ => error,
            },
            _ if line.starts_with("AT+CPIN=") => match self.pin {
                Some(pin) if line == format!("AT+CPIN=\"{pin}\"") => {
                    self.pin = None;
                    ok
                }
                _ => "\r\n+CME ERROR: 16\r\n".to_owned(),
            },
            _ if line.starts_with("AT+CPMS=") => {
                let (used, size) = (self.store.len(), self.store_size);
                info(&format!("+CPMS: {used},{size},{used},{size},{used},{size}"))
            }
            _ if line.starts_with("AT+CMGR=") => {
                let slot: u16 = line[8..].parse().unwrap_or(0);
                match self.store.get(&slot) {
                    Some(pdu) => info(&format!("+CMGR: 0,,{}\r\n{pdu}", pdu.len() / 2 - 7)),
                    None => "\r\n+CMS ERROR: 321\r\n".to_owned(),
                }
            }
            _ if line.starts_with("AT+CMGD=") => {
                let slot: u16 = line[8..].parse().unwrap_or(0);
                self.store.remove(&slot);
                ok
            }
            _ if line.starts_with("AT+CMGS=") => {
                if self.never_prompts {
                    return String::new();
                }
                self.prompt = line[8..].parse().ok();
                "\r\n> ".to_owned()
            }
            _ if line.starts_with("ATD") => {
                let number = line[3..].trim_end_matches(';').to_owned();
                self.dialled(now, &number)
            }
            _ if line.starts_with("AT") => ok,
            _ => error,
        }
    }

    fn analog(&mut self, now: Tick, line: &str) -> String {
        let ok = "\r\nOK\r\n".to_owned();
        let info = |text: &str| format!("\r\n{text}\r\n\r\nOK\r\n");
        match line {
            "ATI0" => info(if self.family == Family::Usr {
                "5601"
            } else {
                "56000"
            }),
            "ATI3" => info("V1.2.23"),
            "AT+FCLASS=?" => info("0,1,8"),
            "AT+VSM=?" => info(self.formats),
            "AT+FCLASS=8" | "AT#CLS=8" => {
                self.voice = true;
                ok
            }
            "AT+FCLASS=0" | "AT#CLS=0" | "ATZ" => {
                if self.voice || line == "ATZ" {
                    self.on_hook();
                }
                self.voice = false;
                ok
            }
            "AT+VLS=1" | "AT+VLS=0" | "AT+VTR" | "AT+VRX" if !self.voice => ERROR.to_owned(),
            "AT+VLS=1" | "ATA" => {
                for call in &mut self.calls {
                    call.stat = 0;
                    call.rings_at = None;
                }
                match (line, self.voice) {
                    ("ATA", true) => "\r\nVCON\r\n".to_owned(),
                    // It screams at the caller until it gives up.
                    ("ATA", false) => {
                        self.says(now + Duration::from_secs(30), "\r\nNO CARRIER\r\n");
                        String::new()
                    }
                    _ => ok,
                }
            }
            "AT+VLS=0" | "ATH0" => {
                self.on_hook();
                ok
            }
            "AT+VTR" if self.duplex_in.is_some_and(|only| only != self.format) => ERROR.to_owned(),
            "AT+VTR" | "AT+VRX" => {
                let since = self.aborted.map(|at| now.since(at));
                if since.is_some_and(|since| since < Duration::from_millis(250)) {
                    self.deaf = true;
                    return String::new();
                }
                self.stream = true;
                self.stopped = false;
                "\r\nCONNECT\r\n".to_owned()
            }
            "AT+CGMI" | "AT+GCI=54" => "\r\nERROR\r\n".to_owned(),
            _ => {
                if let Some(format) = line.strip_prefix("AT+VSM=") {
                    format.clone_into(&mut self.format);
                }
                ok
            }
        }
    }

    /// Whatever was lifted is put down; what rings goes on ringing.
    fn on_hook(&mut self) {
        self.calls.retain(|call| call.stat == 4);
    }

    fn list(&self) -> String {
        let mut text = String::new();
        for call in &self.calls {
            let FakeCall {
                idx, stat, number, ..
            } = call;
            let dir = u8::from(call.incoming);
            let kind = if number.starts_with('+') { 145 } else { 129 };
            text += &format!("\r\n+CLCC: {idx},{dir},{stat},0,0,\"{number}\",{kind}");
        }
        text + "\r\n\r\nOK\r\n"
    }

    fn answered(&mut self, now: Tick) -> String {
        let Some(call) = self.calls.iter_mut().find(|call| call.stat == 4) else {
            return "\r\nNO CARRIER\r\n".to_owned();
        };
        call.stat = 0;
        call.rings_at = None;
        let idx = call.idx;
        match self.family {
            Family::Huawei => format!("\r\n^CONN:{idx},0\r\n\r\nOK\r\n"),
            Family::Simcom => {
                self.voice_at = self.begin_after.map(|after| now + after);
                if let Some(at) = self.voice_at {
                    self.says(at, "\r\nVOICE CALL: BEGIN\r\n");
                }
                "\r\nOK\r\n".to_owned()
            }
            _ => "\r\nOK\r\n".to_owned(),
        }
    }

    fn refuses_sound(&mut self, now: Tick) -> bool {
        let is_early = self.voice_at.is_some_and(|at| now < at);
        let is_worn = self.sound_once && self.sounded;
        self.sounded |= !is_early;
        is_early || is_worn
    }

    /// A call is up and its sound flows, from before anybody listened.
    pub fn is_in_a_call(&mut self, number: &str) {
        self.calls.push(FakeCall {
            idx: 1,
            incoming: true,
            stat: 0,
            number: number.to_owned(),
            rings_at: None,
        });
        (self.voice, self.stream) = (true, true);
    }

    fn dialled(&mut self, now: Tick, number: &str) -> String {
        self.calls.push(FakeCall {
            idx: 1,
            incoming: false,
            stat: 2,
            number: number.to_owned(),
            rings_at: None,
        });
        if self.family == Family::Huawei {
            self.says(now + Duration::from_millis(300), "\r\n^ORIG:1,0\r\n");
        }
        "\r\nOK\r\n".to_owned()
    }

    /// A call that waits behind another is left alone (3GPP TS 27.007 6.5).
    fn hung_up(&mut self, now: Tick) {
        let waits = |call: &FakeCall| call.stat == 5;
        let waiting: Vec<FakeCall> = self.calls.iter().filter(|c| waits(c)).cloned().collect();
        let all_wait = waiting.len() == self.calls.len();
        self.calls.retain(|call| all_wait || !waits(call));
        self.ended(now, None);
        if !all_wait {
            self.calls = waiting;
        }
    }

    /// All calls, or one, end; the families that say so do.
    fn ended(&mut self, now: Tick, idx: Option<u8>) {
        let gone: Vec<FakeCall> = self
            .calls
            .iter()
            .filter(|call| idx.is_none_or(|idx| idx == call.idx))
            .cloned()
            .collect();
        self.calls
            .retain(|call| idx.is_some_and(|idx| idx != call.idx));
        let late = now + Duration::from_millis(60);
        for call in gone {
            match self.family {
                Family::Huawei => self.says(late, &format!("\r\n^CEND:{},9,29,16\r\n", call.idx)),
                Family::Simcom => self.says(late, "\r\nVOICE CALL: END: 000009\r\n"),
                Family::Quectel => {
                    let text = format!(
                        "\r\n+QIND: \"ccinfo\",{},1,-1,0,0,\"{}\",145\r\n",
                        call.idx, call.number
                    );
                    self.says(late, &text);
                }
                _ => {}
            }
        }
    }
}

pub const ERROR: &str = "\r\nERROR\r\n";

/// One line, one modem, one clock.
pub struct World {
    pub machine: Machine,
    pub setup: Setup,
    pub fake: Fake,
    pub now: Tick,
    pub open: bool,
    pub events: Vec<Event>,
    pub reopened: u32,
    /// Bytes of sound that came out.
    pub sound: usize,
    wake: Option<Tick>,
}

impl World {
    pub fn new(family: Family) -> World {
        World::with(
            family,
            Setup {
                profile: "auto".to_owned(),
                ..Setup::default()
            },
        )
    }

    pub fn with(family: Family, setup: Setup) -> World {
        World {
            machine: Machine::new(setup.clone(), Arc::new(Families::compiled_in())),
            setup,
            fake: Fake::new(family),
            now: Tick(0),
            open: false,
            events: Vec::new(),
            reopened: 0,
            sound: 0,
            wake: None,
        }
    }

    /// The same with one of the profiles as an office may have changed it.
    pub fn with_profile(family: Family, setup: Setup, name: &str, from: &str, to: &str) -> World {
        let path = format!("{}/hardware/modems/{name}.toml", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).expect("a profile");
        assert!(text.contains(from), "{name}: {from}");
        let text = text.replace(from, to);
        let (families, faults) = Families::new([(name, text.as_str())]);
        assert!(faults.is_empty(), "{faults:?}");
        World {
            machine: Machine::new(setup.clone(), Arc::new(families)),
            setup,
            ..World::new(family)
        }
    }

    /// A line that has booted and is free.
    pub fn ready(family: Family) -> World {
        World::new(family).boots()
    }

    /// Opens the port and waits until the line is free.
    pub fn boots(mut self) -> World {
        self.open();
        self.run(Duration::from_secs(40));
        assert_eq!(self.status().phase, Phase::Ready, "{:?}", self.status());
        self.events.clear();
        self.fake.said.clear();
        self
    }

    /// The voice modem falls out of its stream.
    pub fn stream_ends(&mut self) {
        if std::mem::take(&mut self.fake.stream) {
            self.fake.line.clear();
            self.hears("\u{10}\u{3}\r\nOK\r\n");
        }
    }

    /// Time passes, and the far end is heard wherever sound flows in band.
    pub fn listens(&mut self, span: Duration) {
        let end = self.now + span;
        while self.now < end {
            if self.fake.stream {
                self.input(Input::Bytes(&[0x81, 0x7F].repeat(80)));
            }
            self.run(Duration::from_millis(20));
        }
    }

    /// Time passes, and the audio port of a call gives sound.
    pub fn hears_port(&mut self, call: CallNo, span: Duration) {
        let end = self.now + span;
        while self.now < end {
            self.order(Order::SoundFlows { call });
            self.run(Duration::from_secs(5));
        }
    }

    /// The program ends without a word and begins anew; the modem notices nothing.
    pub fn begins_anew(&mut self, setup: Setup) {
        self.machine = Machine::new(setup, Arc::new(Families::compiled_in()));
        self.events.clear();
        self.open();
    }

    /// Somebody calls.
    pub fn rings(&mut self, number: &str) -> CallNo {
        self.take_events();
        self.ring(number);
        self.run(Duration::from_millis(300));
        let call = self.events.iter().find_map(|event| match event {
            Event::Rang { call, .. } => Some(*call),
            _ => None,
        });
        call.unwrap_or_else(|| panic!("nothing rang: {:?}", self.events))
    }

    /// Somebody calls and is answered.
    pub fn takes(&mut self, number: &str) -> CallNo {
        let call = self.rings(number);
        self.order(Order::Answer { call });
        self.run(Duration::from_secs(3));
        let answered = Event::Answered { call, found: false };
        assert!(self.events.contains(&answered), "{:?}", self.events);
        call
    }

    /// We hang up.
    pub fn hangs_up(&mut self, call: CallNo) {
        self.order(Order::Hangup { call });
        self.run(Duration::from_secs(5));
    }

    pub fn status(&self) -> &Status {
        self.machine.status()
    }

    pub fn open(&mut self) {
        self.open = true;
        self.input(Input::PortOpened);
    }

    pub fn lose_port(&mut self) {
        self.open = false;
        self.fake.out.clear();
        self.input(Input::PortLost {
            cause: "EIO",
            busy: false,
        });
    }

    pub fn order(&mut self, order: Order) {
        self.input(Input::Order(order));
    }

    /// The modem says this now.
    pub fn hears(&mut self, text: &str) {
        self.input(Input::Bytes(text.as_bytes()));
    }

    pub fn input(&mut self, input: Input<'_>) {
        let now = Now {
            tick: self.now,
            wall: Wall(0),
        };
        self.machine.handle(now, input);
        loop {
            match self.machine.next() {
                Output::Send(bytes) | Output::SendSound(bytes) => self.fake.host(self.now, &bytes),
                Output::Reopen => {
                    self.reopened += 1;
                    self.open = false;
                    if self.fake.heals_on_reopen {
                        self.fake.deaf = false;
                    }
                }
                Output::Tell(event) => self.events.push(event),
                Output::Sound(bytes) => self.sound += bytes.len(),
                Output::Sleep(at) => {
                    self.wake = at;
                    return;
                }
            }
        }
    }

    /// A call comes in and rings every five seconds.
    pub fn ring(&mut self, number: &str) {
        let busy = self.fake.calls.iter().any(|call| call.stat == 0);
        let idx = u8::try_from(self.fake.calls.len()).unwrap_or(0) + 1;
        self.fake.calls.push(FakeCall {
            idx,
            incoming: true,
            stat: if busy { 5 } else { 4 },
            number: number.to_owned(),
            rings_at: (!busy).then_some(self.now),
        });
        if busy {
            self.fake
                .says(self.now, &format!("\r\n+CCWA: \"{number}\",145,1\r\n"));
        }
    }

    /// The far end hangs up.
    pub fn far_end_hangs_up(&mut self) {
        self.fake.ended(self.now, Some(1));
    }

    pub fn run(&mut self, span: Duration) {
        let end = self.now + span;
        while self.step(end) {}
        self.now = end;
    }

    fn step(&mut self, end: Tick) -> bool {
        let rings = self
            .fake
            .calls
            .iter()
            .filter_map(|call| call.rings_at)
            .min();
        let spoken = self.fake.out.iter().map(|(at, _)| *at).min();
        let next = [rings, spoken, self.wake].into_iter().flatten().min();
        let Some(at) = next.filter(|at| *at <= end) else {
            return false;
        };
        self.now = self.now.max(at);
        if spoken == Some(at) {
            let place = self.fake.out.iter().position(|(due, _)| *due == at);
            let (_, mut bytes) = place
                .and_then(|place| self.fake.out.remove(place))
                .unwrap_or_default();
            if self.fake.lone_cr {
                bytes.retain(|byte| *byte != b'\n');
            }
            if self.open {
                self.input(Input::Bytes(&bytes));
            }
        } else if rings == Some(at) {
            self.ring_once(at);
        } else {
            self.wake = None;
            self.input(Input::Wake);
        }
        true
    }

    fn ring_once(&mut self, at: Tick) {
        let (clip, analog) = (self.fake.clip, self.fake.family.is_analog());
        for call in &mut self.fake.calls {
            if call.rings_at == Some(at) {
                call.rings_at = Some(at + Duration::from_secs(5));
                let number = call.number.clone();
                let text = match (clip, analog) {
                    (true, false) => format!("\r\nRING\r\n\r\n+CLIP: \"{number}\",145,,,,0\r\n"),
                    (true, true) => format!("\r\nRING\r\n\r\nNMBR = {number}\r\n"),
                    (false, _) => "\r\nRING\r\n".to_owned(),
                };
                self.fake.out.push_back((at, text.into_bytes()));
                return;
            }
        }
    }

    pub fn said(&self, command: &str) -> usize {
        let starts = |said: &&String| said.as_str() == command;
        self.fake.said.iter().filter(starts).count()
    }

    pub fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }
}
