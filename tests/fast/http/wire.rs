//! A small browser: HTTP/1.1 over TLS, with nothing added that a test did not ask for.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::Value;

pub type Tls = StreamOwned<ClientConnection, TcpStream>;

/// TLS settings that trust this authority and nobody else.
pub fn trusting(authority_pem: &str) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    let der = CertificateDer::from_pem_slice(authority_pem.as_bytes()).expect("a certificate");
    roots.add(der).expect("an authority");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    Arc::new(config)
}

/// A TLS connection by a name of the certificate.
pub fn connect(address: SocketAddr, name: &str, config: &Arc<ClientConfig>) -> Tls {
    let socket = TcpStream::connect(address).expect("a listener");
    socket.set_read_timeout(Some(PATIENCE)).expect("timeout");
    let name = ServerName::try_from(name.to_owned()).expect("a name");
    let connection = ClientConnection::new(config.clone(), name).expect("settings");
    StreamOwned::new(connection, socket)
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    /// The code of a refusal.
    pub fn code(&self) -> String {
        let json = self.json();
        json["code"]
            .as_str()
            .unwrap_or_else(|| panic!("no code in {json}"))
            .to_owned()
    }
}

/// Reads the head of an answer.
pub fn read_head(reader: &mut impl BufRead) -> Answer {
    let mut line = String::new();
    reader.read_line(&mut line).expect("a status line");
    let status = line
        .split(' ')
        .nth(1)
        .unwrap_or_else(|| panic!("no status in {line:?}"));
    let status = status.parse().expect("a number");
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a header");
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').expect("a header");
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    Answer {
        status,
        headers,
        body: Vec::new(),
    }
}

/// Reads a whole answer.
pub fn read_answer(reader: &mut impl BufRead, with_body: bool) -> Answer {
    let mut answer = read_head(reader);
    if !with_body {
        return answer;
    }
    if answer.header("transfer-encoding") == Some("chunked") {
        while let Some(chunk) = read_chunk(reader) {
            answer.body.extend(chunk);
        }
        return answer;
    }
    let length: usize = answer
        .header("content-length")
        .map_or(0, |n| n.parse().expect("length"));
    answer.body.resize(length, 0);
    reader.read_exact(&mut answer.body).expect("the body");
    answer
}

/// One chunk of a chunked body; `None` at its end.
pub fn read_chunk(reader: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let length = usize::from_str_radix(line.trim(), 16).ok()?;
    let mut chunk = vec![0; length + 2];
    reader.read_exact(&mut chunk).ok()?;
    chunk.truncate(length);
    (length > 0).then_some(chunk)
}

/// Sends a request as it is and reads the answer.
pub fn exchange(mut stream: impl Read + Write, request: &[u8]) -> Answer {
    // A server that refuses early may close before everything is written.
    let _ = stream.write_all(request);
    let _ = stream.flush();
    let with_body = !request.starts_with(b"HEAD");
    read_answer(&mut BufReader::new(stream), with_body)
}

/// Longest a test waits for anything.
pub const PATIENCE: Duration = Duration::from_secs(20);
