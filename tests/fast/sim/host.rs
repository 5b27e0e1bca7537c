//! A host at a virtual modem's wire, in virtual time.

use std::time::Duration;

use siaga112::base::time::Tick;
use siaga112::sim::modem::{Family, Modem, Out, Quirks};

/// A host at the modem's wire, and an ear on its other side.
pub struct Host {
    pub modem: Modem,
    pub now: Tick,
    heard: Vec<u8>,
    said: Vec<String>,
    pub ports: Vec<bool>,
}

impl Host {
    pub fn new(family: Family, quirks: Quirks) -> Host {
        let mut host = Host {
            modem: Modem::new(family, quirks, 7),
            now: Tick::default(),
            heard: Vec::new(),
            said: Vec::new(),
            ports: Vec::new(),
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

    fn drain(&mut self) {
        loop {
            match self.modem.next() {
                Out::ToHost(bytes) => self.heard.extend(bytes),
                Out::Said(report) => self.said.push(report.to_string()),
                Out::Port(there) => self.ports.push(there),
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
