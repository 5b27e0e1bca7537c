//! A host at a virtual modem's wire, in virtual time.

use std::time::Duration;

use siaga112::base::time::Tick;
use siaga112::sim::modem::{Act, Family, Modem, Out, Quirks, Report, Samples};

/// A host at the modem's wire, and an ear on its other side.
pub struct Host {
    pub modem: Modem,
    pub now: Tick,
    heard: Vec<u8>,
    said: Vec<String>,
    pub ports: Vec<bool>,
    /// What came out of the audio port, each write with its time.
    pub audio: Vec<(Tick, Vec<u8>)>,
    pub audio_ports: Vec<bool>,
    /// Reports about the sound of calls that are over.
    pub sound: Vec<Report>,
}

impl Host {
    pub fn new(family: Family, quirks: Quirks) -> Host {
        let mut host = Host {
            modem: Modem::new(family, quirks, 7),
            now: Tick::default(),
            heard: Vec::new(),
            said: Vec::new(),
            ports: Vec::new(),
            audio: Vec::new(),
            audio_ports: Vec::new(),
            sound: Vec::new(),
        };
        host.drain();
        host
    }

    pub fn calm(family: Family) -> Host {
        let mut host = Host::new(family, Quirks::calm());
        host.send("ATE0");
        host.send("AT+CLIP=1");
        host
    }

    /// With an audio port.
    pub fn with_audio(family: Family, quirks: Quirks) -> Host {
        let mut host = Host::new(family, quirks);
        host.modem.fit_audio();
        host.send("ATE0");
        host
    }

    fn drain(&mut self) {
        loop {
            match self.modem.next() {
                Out::ToHost(bytes) => self.heard.extend(bytes),
                Out::Said(
                    report @ (Report::Heard(_)
                    | Report::HeardFull
                    | Report::Starved(_)
                    | Report::Overflowed(_)),
                ) => self.sound.push(report),
                Out::Said(report) => self.said.push(report.to_string()),
                Out::Port(there) => self.ports.push(there),
                Out::ToAudio(bytes) => self.audio.push((self.now, bytes)),
                Out::Audio(there) => self.audio_ports.push(there),
                Out::Sleep(_) => return,
            }
        }
    }

    /// Writes a command line; what has been heard since.
    pub fn send(&mut self, line: &str) -> String {
        self.write(format!("{line}\r").as_bytes())
    }

    pub fn write(&mut self, bytes: &[u8]) -> String {
        self.heard.clear();
        self.modem.host_bytes(self.now, bytes);
        self.drain();
        self.text()
    }

    /// Writes to the audio port; what has been heard on the command port since.
    pub fn write_audio(&mut self, bytes: &[u8]) -> String {
        self.heard.clear();
        self.modem.audio_bytes(self.now, bytes);
        self.drain();
        self.text()
    }

    /// The far end says this.
    pub fn say(&mut self, samples: &[i16]) {
        self.heard.clear();
        self.modem
            .act(self.now, Act::Say(Samples::from(samples.to_vec())));
        self.drain();
    }

    /// Bytes of the command port as they came.
    pub fn heard(&self) -> &[u8] {
        &self.heard
    }

    /// Does something on the other side; what has been heard since.
    pub fn act(&mut self, order: &str) -> String {
        self.heard.clear();
        self.modem.act(self.now, order.parse().unwrap());
        self.drain();
        self.text()
    }

    /// Lets time pass; what has been heard since.
    pub fn pass(&mut self, seconds: f64) -> String {
        self.heard.clear();
        let end = self.now + Duration::from_secs_f64(seconds);
        while let Some(due) = self.modem.due().filter(|due| *due <= end) {
            self.now = due;
            self.modem.wake(due);
            self.drain();
        }
        self.now = end;
        self.modem.wake(end);
        self.drain();
        self.text()
    }

    fn text(&self) -> String {
        self.heard.iter().map(|&b| char::from(b)).collect()
    }

    pub fn said(&mut self) -> Vec<String> {
        std::mem::take(&mut self.said)
    }
}
