//! A verb's end of the socket.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use super::words::{Request, Said};
use super::{GARBLED, SOCKET, UNREACHABLE};
use crate::base::fault::Fault;

/// A connection to the running service.
pub struct Client {
    reader: BufReader<UnixStream>,
    writer: UnixStream,
}

impl Client {
    /// Connects to the service whose data is in `folder`.
    ///
    /// # Errors
    /// `CTL-003` if none listens there.
    pub fn connect(folder: &Path) -> Result<Client, Fault> {
        let path = folder.join(SOCKET);
        let attempt = || -> std::io::Result<Client> {
            let writer = UnixStream::connect(&path)?;
            writer.set_read_timeout(Some(PATIENCE))?;
            let reader = BufReader::new(writer.try_clone()?);
            Ok(Client { reader, writer })
        };
        attempt().map_err(|e| Fault::because(&UNREACHABLE, path.display().to_string(), e))
    }

    /// Asks, gives each item to `item`, and returns the line that ends the answer: `Done`,
    /// `Refused` or `Fault`, which the verb prints.
    ///
    /// # Errors
    /// `CTL-003` if the service goes away, `CTL-004` if its answer cannot be read, or the first
    /// error of `item`.
    pub fn ask(
        &mut self,
        request: &Request,
        mut item: impl FnMut(Value) -> Result<(), Fault>,
    ) -> Result<Said, Fault> {
        let lost = |e: std::io::Error| Fault::because(&UNREACHABLE, "menunggu jawaban", e);
        let garbled = |e: serde_json::Error| Fault::because(&GARBLED, "membaca jawaban", e);
        let mut line = serde_json::to_vec(request).map_err(garbled)?;
        line.push(b'\n');
        self.writer.write_all(&line).map_err(lost)?;
        loop {
            let mut line = String::new();
            if self.reader.read_line(&mut line).map_err(lost)? == 0 {
                return Err(Fault::new(&UNREACHABLE, "menunggu jawaban"));
            }
            match serde_json::from_str(&line).map_err(garbled)? {
                Said::Item(value) => item(value)?,
                end => return Ok(end),
            }
        }
    }
}

/// Longest silence of a service that works: a verification says something every few seconds.
const PATIENCE: Duration = Duration::from_secs(120);
